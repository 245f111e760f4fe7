import type { Dataset, EventOf } from '../analysis/model.ts';
import { evidenceOf } from '../rule/explain.ts';
import { eventsOf, lineage } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

const toys: ReadonlySet<string> = new Set(['console', 'memory', 'noop']);
/** Stateful functions of one's own (`applyInPandasWithState`, `flatMapGroupsWithState`) bring their own timeouts. */
const aggregations: ReadonlySet<string> = new Set(['agg', 'count', 'sum', 'avg', 'mean', 'min', 'max']);
const deduplications: ReadonlySet<string> = new Set(['dropDuplicates', 'drop_duplicates', 'distinct']);

export default defineRule({
  name: 'unbounded-state',
  category: 'streaming',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const told = new Set<Dataset>();
    for (const write of eventsOf(program, 'write').filter((event) => event.stream)) {
      const mode = (write.props.outputMode ?? 'append').toLowerCase();
      const toy = toys.has((write.props.format ?? '').toLowerCase());
      // File sinks take only what is appended: Spark refuses to start this query.
      if (mode !== 'append' && isFileSink(write)) continue;
      for (const dataset of write.on.flatMap(lineage)) {
        if (told.has(dataset) || dataset.streaming !== 'yes' || dataset.site.module !== program.path) continue;
        if (lineage(dataset).some((each) => each.source?.format === 'rate')) continue;
        const found = judge(dataset, mode, toy, write);
        if (!found) continue;
        told.add(dataset);
        report({ at: found.at ?? dataset.name, severity: found.severity, message: found.message, related: [{ site: write.name, message: `the query is started here, in ${mode} mode` }], evidence: evidenceOf(dataset) });
      }
    }

    function judge(dataset: Dataset, mode: string, toy: boolean, write: EventOf<'write'>): { message: string; severity: 'error' | 'warning' | 'information'; at?: Dataset['name'] } | undefined {
      const watermarks = dataset.watermarks ?? [];
      if (deduplications.has(dataset.made)) {
        if (toy) return undefined;
        if (watermarks.length === 0) return { severity: 'warning', message: `\`${dataset.made}\` on a stream without a watermark keeps every key it has ever seen: the state grows for as long as the query runs.` };
        const columns = dataset.args.flatMap((arg) => arg.value.flatMap((item) => (item.is === 'collection' ? (item.items ?? []) : [[item]]))).map((value) => value.flatMap((item) => (item.is === 'constant' && typeof item.value === 'string' ? [item.value] : [])));
        const names = columns.flat();
        if (dataset.args.length > 0 && names.length === columns.length && names.length > 0 && watermarks.every((watermark) => watermark !== undefined && !names.includes(watermark))) {
          return { severity: 'warning', message: `The keys of \`${dataset.made}\` do not hold the watermarked column \`${watermarks[0]!}\`, so the watermark drops no state here. Add it, or use \`dropDuplicatesWithinWatermark\` (Spark 3.5 and later).` };
        }
        return undefined;
      }
      const grouped = dataset.from.find((parent) => parent.kind === 'GroupedData');
      if (grouped && dataset.kind === 'DataFrame' && grouped.args.length > 0 && aggregations.has(dataset.made)) {
        const keys = program.lowered.text.slice(grouped.name.end, grouped.site.end);
        if (/%/.test(keys) || write.props.outputMode === 'unknown') return undefined;
        const windowed = /\b(session_)?window\s*\(/.test(keys) || watermarks.some((watermark) => watermark === undefined || keys.includes(watermark));
        if (mode === 'append' && watermarks.length === 0) return { severity: 'error', message: 'An aggregation of a stream in append mode needs a watermark: Spark refuses to start this query.', at: grouped.name };
        if (mode === 'append' && !windowed && grouped.args.every((arg) => typeof arg.literal === 'string')) return { severity: 'error', message: `In append mode the watermarked column (\`${watermarks[0] ?? ''}\`), or a \`window\` of it, has to be one of the grouping keys: Spark refuses to start this query.`, at: grouped.name };
        if (toy) return undefined;
        if (mode === 'complete') return { severity: 'information', message: 'In complete mode the state of an aggregation is never dropped and the whole result is written every time: fine for a fixed set of keys only.', at: grouped.name };
        if (mode === 'update' && watermarks.length === 0) return { severity: 'warning', message: 'This aggregation of a stream has no watermark: the state of every key is kept for as long as the query runs.', at: grouped.name };
        if (mode === 'update' && !windowed) return { severity: 'warning', message: 'The watermarked time is none of the grouping keys, so no state is ever dropped: a watermark alone does not help.', at: grouped.name };
        return undefined;
      }
      if (dataset.made === 'join' && !toy && dataset.from.length > 1 && dataset.from.every((side) => side.streaming === 'yes')) {
        const both = dataset.from.every((side) => (side.watermarks ?? []).length > 0);
        if (!both) return { severity: 'warning', message: 'A join of two streams keeps every row of a side without a watermark: both sides need one, and the condition a bound on the time between them.' };
      }
      return undefined;
    }
  },
  docs: {
    summary: 'the state of a streaming query only grows',
    what: 'Deduplication of a stream without a watermark, or with keys that lack the watermarked column; an aggregation whose keys lack it; complete mode; a join of two streams without watermarks. In append mode an aggregation without a watermark does not even start.',
    why: 'A watermark drops state only for keys that hold the watermarked time itself or a `window` of it. Without that, every key ever seen stays in the state store: memory, checkpoint and batch times grow until the query dies.',
    fine: 'A global aggregate, a fixed set of keys, a join with a static table. Console and memory sinks are taken for toys.',
    examples: [{ language: 'python', bad: 'events = spark.readStream.table("events")\nevents.dropDuplicates(["id"]).writeStream.option("checkpointLocation", "/chk").toTable("unique")\n', good: 'events = spark.readStream.table("events").withWatermark("time", "1 hour")\nevents.dropDuplicates(["id", "time"]).writeStream.option("checkpointLocation", "/chk").toTable("unique")\n' }, { language: 'scala', bad: 'val events = spark.readStream.table("events")\nevents.dropDuplicates("id").writeStream.option("checkpointLocation", "/chk").toTable("unique")\n', good: 'val events = spark.readStream.table("events").withWatermark("time", "1 hour")\nevents.dropDuplicates("id", "time").writeStream.option("checkpointLocation", "/chk").toTable("unique")\n' }],
    source: 'State rows over eight batches of every shape, on Spark 3.5.9 and 4.3.0.',
  },
});

const fileFormats: ReadonlySet<string> = new Set(['parquet', 'csv', 'json', 'orc', 'text', 'avro', 'xml']);
const isFileSink = ({ props, method }: EventOf<'write'>): boolean => !props.batch && method.name === 'start' && fileFormats.has((props.format ?? 'parquet').toLowerCase());
