import { functionsIn } from '../analysis/columns.ts';
import { isSame } from '../analysis/watermarks.ts';
import type { ArgValue, Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { streamsOf } from '../rule/dstreams.ts';
import { evidenceOf } from '../rule/explain.ts';
import { areOfFixedSet, mayBeMany } from '../rule/groups.ts';
import { eventsOf, isFromSocket, lineage, onePerSite, rootsOf } from '../rule/queries.ts';
import { pipelineTables, readsPipelineView } from '../rule/pipelines.ts';
import { elementOf } from '../rule/rdd-elements.ts';
import { bindsIn, resultsOf } from '../rule/results.ts';
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
    for (const { dataset, message } of growingStreams(program)) report({ at: dataset.name, severity: 'information', message, evidence: evidenceOf(dataset) });
    const told = new Set<Dataset>();
    for (const write of eventsOf(program, 'write').filter((event) => event.stream)) {
      const mode = (write.props.outputMode ?? 'append').toLowerCase();
      const toy = toys.has((write.props.format ?? '').toLowerCase()) || write.on.every(isFromSocket);
      // File sinks take only what is appended: Spark refuses to start this query.
      if (mode !== 'append' && isFileSink(write)) continue;
      reportOf(write, mode, toy, write.props.outputMode === 'unknown', `the query is started here, in ${mode} mode`);
    }
    // What Databricks makes of an aggregation there is its own business.
    for (const table of pipelineTables(program).filter(({ on }) => !on.some(readsPipelineView))) reportOf(table, 'append', false, true, 'what is given here is appended to a table of the pipeline');

    function reportOf({ on, name }: Pick<EventOf<'write'>, 'on' | 'name'>, mode: string, toy: boolean, isModeUnknown: boolean, becomes: string): void {
      for (const dataset of on.flatMap(lineage)) {
        if (told.has(dataset) || dataset.streaming !== 'yes' || dataset.site.module !== program.path) continue;
        if (lineage(dataset).some((each) => each.source?.format === 'rate')) continue;
        const found = judge(dataset, mode, toy, isModeUnknown);
        if (!found) continue;
        told.add(dataset);
        report({ at: found.at ?? dataset.name, raisesAt: name, severity: found.severity, message: found.message, related: [{ site: name, message: becomes }], evidence: evidenceOf(dataset) });
      }
    }

    function judge(dataset: Dataset, mode: string, toy: boolean, isModeUnknown: boolean): { message: string; severity: 'error' | 'warning' | 'information'; at?: Dataset['name'] } | undefined {
      const grouped = dataset.from.find((parent) => parent.kind === 'GroupedData');
      const watermarks = (grouped ?? dataset).watermarks ?? [];
      // Whoever passes it may have set one.
      const mayHaveOne = watermarks.length === 0 && rootsOf(dataset).some(({ source, method }) => source === undefined && method === undefined);
      if (deduplications.has(dataset.made)) {
        if (toy || mayHaveOne) return undefined;
        const columns = dataset.args.flatMap((arg) => arg.value.flatMap((item) => (item.is === 'collection' ? (item.items ?? []) : [[item]]))).map((value) => value.flatMap((item) => (item.is === 'constant' && typeof item.value === 'string' ? [item.value] : [])));
        const names = columns.flat();
        const fixed = dataset.args.length > 0 && names.length === columns.length && areOfFixedSet(names.join());
        if (watermarks.length === 0) return ofKeys(fixed, `\`${dataset.made}\` on a stream without a watermark keeps every key it has ever seen`, ': the state grows for as long as the query runs.');
        if (dataset.args.length > 0 && names.length === columns.length && names.length > 0 && watermarks.every((watermark) => watermark !== undefined && !names.some((name) => isSame(watermark, name)))) {
          return ofKeys(fixed, `The keys of \`${dataset.made}\` do not hold the watermarked column \`${watermarks[0]!}\`, so the watermark drops no state here`, '. Add it, or use `dropDuplicatesWithinWatermark` (Spark 3.5 and later).');
        }
        return undefined;
      }
      if (grouped && dataset.kind === 'DataFrame' && grouped.args.length > 0 && aggregations.has(dataset.made)) {
        const keys = program.lowered.text.slice(grouped.name.end, grouped.site.end);
        if (/%/.test(keys) || isModeUnknown) return undefined;
        const functions = functionsIn(grouped.args);
        const windowed = functions.has('window') || functions.has('session_window') || watermarks.some((watermark) => watermark === undefined || mayHold(program, grouped.args, watermark));
        if (mayHaveOne && mode !== 'complete') return undefined;
        if (mode === 'append' && watermarks.length === 0) return { severity: 'error', message: 'An aggregation of a stream in append mode needs a watermark: Spark refuses to start this query.', at: grouped.name };
        if (mode === 'append' && !windowed && grouped.args.every((arg) => typeof arg.literal === 'string')) return { severity: 'error', message: `In append mode the watermarked column (\`${watermarks[0] ?? ''}\`), or a \`window\` of it, has to be one of the grouping keys: Spark refuses to start this query.`, at: grouped.name };
        if (toy) return undefined;
        if (mode === 'complete') return !mayBeMany(keys) && !functions.has('window') ? undefined : { severity: 'information', message: 'In complete mode the state of an aggregation is never dropped and the whole result is written every time: fine for a fixed set of keys only.', at: grouped.name };
        if (mode === 'update' && watermarks.length === 0) return { ...ofKeys(areOfFixedSet(keys), 'This aggregation of a stream has no watermark: the state of every key is kept for as long as the query runs', '.'), at: grouped.name };
        if (mode === 'update' && !windowed) return { ...ofKeys(areOfFixedSet(keys), 'The watermarked time is none of the grouping keys, so no state is ever dropped', ': a watermark alone does not help.'), at: grouped.name };
        return undefined;
      }
      if (dataset.made === 'join' && !toy && !mayHaveOne && dataset.from.length > 1 && dataset.from.every((side) => side.streaming === 'yes')) {
        const both = dataset.from.every((side) => (side.watermarks ?? []).length > 0);
        if (!both) return { severity: 'warning', message: 'A join of two streams keeps every row of a side without a watermark: both sides need one, and the condition a bound on the time between them.' };
      }
      return undefined;
    }
  },
  docs: {
    summary: 'the state of a streaming query only grows',
    what: 'Deduplication of a stream without a watermark, or with keys that lack the watermarked column; an aggregation whose keys lack it; complete mode; a join of two streams without watermarks. Of DStreams: `updateStateByKey` with a function that always gives a state back, `mapWithState` in a program that knows neither `timeout` nor `remove`. In append mode an aggregation without a watermark does not even start.',
    why: 'A watermark drops state only for keys that hold the watermarked time itself or a `window` of it. Without that, every key ever seen stays in the state store: memory, checkpoint and batch times grow until the query dies. A DStream\'s `updateStateByKey` moreover calls its function for every key in every batch, whether something came for it or not.',
    fine: 'A global aggregate, a fixed set of keys, complete mode by columns that are no identifiers and no window, a stream that comes as a parameter (whoever passes it may have set a watermark), a join with a static table, aggregations in the tables of a Databricks pipeline (`@dlt.table`), which it may compute anew. Keys that are a fixed set by their names (a station, a country, a status) are told of as information. Console and memory sinks are taken for toys, as is what comes from a socket, and so are DStreams that are only printed.',
    examples: [{ language: 'python', bad: 'events = spark.readStream.table("events")\nevents.dropDuplicates(["id"]).writeStream.option("checkpointLocation", "/chk").toTable("unique")\n', good: 'events = spark.readStream.table("events").withWatermark("time", "1 hour")\nevents.dropDuplicates(["id", "time"]).writeStream.option("checkpointLocation", "/chk").toTable("unique")\n' }, { language: 'scala', bad: 'val events = spark.readStream.table("events")\nevents.dropDuplicates("id").writeStream.option("checkpointLocation", "/chk").toTable("unique")\n', good: 'val events = spark.readStream.table("events").withWatermark("time", "1 hour")\nevents.dropDuplicates("id", "time").writeStream.option("checkpointLocation", "/chk").toTable("unique")\n' }],
    source: 'State rows over eight batches of every shape, on Spark 3.5.9 and 4.3.0; those of DStreams on 3.5.6 and 4.3.0.',
  },
});

/** Among the keys is the column of this name, or something that is made of it, or what nobody knows. */
const mayHold = ({ lowered }: SparkProgram, keys: readonly ArgValue[], column: string): boolean => keys.some(({ literal, spread, site }) =>
  spread || (typeof literal === 'string' ? isSame(column, literal) : lowered.text.slice(site.start, site.end).split(/\W+/).some((word) => isSame(column, word))));

/** Of as many keys as there are stations, say, no more than that is kept. */
const ofKeys = (fixed: boolean, fault: string, otherwise: string): { readonly severity: 'warning' | 'information'; readonly message: string } =>
  (fixed ? { severity: 'information', message: `${fault}; that is fine as long as there are no more of them than the names of the keys promise.` } : { severity: 'warning', message: `${fault}${otherwise}` });

const fileFormats: ReadonlySet<string> = new Set(['parquet', 'csv', 'json', 'orc', 'text', 'avro', 'xml']);
const isFileSink = ({ props, method }: EventOf<'write'>): boolean => !props.batch && method.name === 'start' && fileFormats.has((props.format ?? 'parquet').toLowerCase());

/** State of DStreams that nothing ever drops. */
function growingStreams(program: SparkProgram): { readonly dataset: Dataset; readonly message: string }[] {
  const stateful = onePerSite(program.datasets.filter(({ kind, made, site }) => kind === 'DStream' && site.module === program.path && (made === 'updateStateByKey' || made === 'mapWithState')));
  if (stateful.length === 0) return [];
  const used = streamsOf(program).outputs.filter(({ by }) => by !== 'print' && by !== 'pprint');
  return stateful.filter((dataset) => !isOfFixedKeys(dataset) && used.some(({ on }) => lineage(on).includes(dataset))).flatMap((dataset) => {
    if (dataset.made === 'updateStateByKey') return alwaysKeeps(dataset) ? [{ dataset, message: 'The function of `updateStateByKey` gives a state back for every key that it is asked about, so every key ever seen is kept, and asked about in each batch: fine for a fixed set of keys only.' }] : [];
    return dropsNothing(program) ? [{ dataset, message: '`mapWithState` keeps every key that it has ever seen: no `timeout` is set on its `StateSpec`, and nothing removes a state. That is fine for a fixed set of keys only.' }] : [];
  });
}

/** `map(line => (1, line))`: the program says all keys that there are. */
const isOfFixedKeys = ({ from }: Dataset): boolean => from.length > 0 && from.every((each) => {
  const element = elementOf(each);
  return element.length > 0 && element.every((item) => item.is === 'collection' && item.type === 'tuple' && item.items?.[0] !== undefined && item.items[0].length > 0 && item.items[0].every((key) => key.is === 'constant'));
});

/** Whatever it is given: what drops a key is `None` alone. */
function alwaysKeeps({ args }: Dataset): boolean {
  const functions = args[0]?.value ?? [];
  return functions.length > 0 && functions.every((item) => item.is === 'function' && item.def.params.length - (item.self && item.def.receiver !== 'none' ? 1 : 0) === 2 && resultsOf(item.def)?.every((result) => isState(result, item.def)) === true);
}

const isState = (expr: Expr, def: Def): boolean =>
  expr.kind === 'call' ? kept.has(calledName(expr) ?? '') || calledName(expr) === 'Option' && expr.args.length === 1 && isNumber(expr.args[0]!.value, def) : expr.kind === 'operator' ? arithmetic.has(expr.name) : expr.kind === 'collection' || expr.kind === 'text' || expr.kind === 'literal' && expr.value !== null;
/** `Option(x)` is None for null alone, and no number of Scala is. */
function isNumber(expr: Expr, def: Def): boolean {
  if (expr.kind === 'operator') return arithmetic.has(expr.name);
  if (expr.kind === 'literal') return typeof expr.value === 'number';
  if (expr.kind === 'call') return calledName(expr) === 'getOrElse' && expr.args.length === 1 && isNumber(expr.args[0]!.value, def);
  if (expr.kind !== 'name') return false;
  const made = bindsIn(def.body).filter(({ patterns }) => patterns.some((each) => each.kind === 'name' && each.name === expr.name));
  return made.length > 0 && made.every(({ value, augmented }) => augmented !== undefined || value !== undefined && isNumber(value, def));
}

/** Scala's `Some`; functions of Python that never give None. */
const kept: ReadonlySet<string> = new Set(['Some', 'sum', 'len', 'int', 'float', 'str', 'list', 'dict', 'set', 'tuple', 'sorted']);
const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', '%']);

/** The program makes its StateSpec itself, and speaks of nothing that drops a state. */
function dropsNothing(program: SparkProgram): boolean {
  let made = false;
  let dropped = false;
  forEachOf(program.lowered, ['member', 'call'], (expr) => {
    if (expr.kind === 'member') dropped ||= expr.name === 'timeout' || expr.name === 'remove';
    else made ||= calledName(expr) === 'function' && expr.fn.kind === 'member' && expr.fn.on.kind === 'name' && expr.fn.on.name === 'StateSpec' && expr.args.every(({ value }) => value.kind === 'closure' || (program.types.get(value) ?? []).some(({ is }) => is === 'function'));
  });
  return made && !dropped;
}
