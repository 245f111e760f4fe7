import { partitionsKept } from '../analysis/chain.ts';
import type { Dataset, Event, EventOf, Site, Source, SparkProgram } from '../analysis/model.ts';
import { evidenceOf, hasShuffle, isSort, isWindowed } from '../rule/explain.ts';
import { isFromHomeFiles, isFromOwnFiles, isFromSmallTables, isMadeSmallByName } from '../rule/few-rows.ts';
import { keepsMostRows, picksOfGroups } from '../rule/groups.ts';
import { eventsOf, eventsOn, isFull, lineage, nameOf, onePerSite, precedes, sameSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { definitionsAt } from '../rule/statements.ts';
import { actionsOn } from '../rule/uses.ts';
import { expressionAt, takerOf } from '../rule/written.ts';
import { calledName } from '../program/expressions.ts';

export default defineRule({
  name: 'single-partition-output',
  category: 'partitions',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const single = new Map<Dataset, EventOf<'write'>>();
    for (const write of eventsOf(program, 'write')) for (const on of write.on) { const one = singleBelow(program, on); if (one) single.set(one, write); }
    // Of what callers give a function, one that is large is enough.
    const large = [...single.keys()].filter((dataset) => isUnbounded(program, dataset) && dataset.site.module === program.path && !readsOnePartition(dataset) && !isConfigured(program, dataset) && !isFromSmallTables(dataset) && !isFromOwnFiles(dataset) && !isOneFileWanted(program, dataset));
    for (const dataset of onePerSite(large)) {
      const coalesce = dataset.made === 'coalesce';
      const narrow = !hasShuffle(dataset);
      const filled = coalesce && isFilled(program, dataset, single.get(dataset)!);
      const dot = program.lowered.text.lastIndexOf('.', dataset.name.start);
      const fixes: Fix[] = [
        ...(program.lowered.text.slice(dot + 1, dataset.name.start).trim() === '' && takesManyFiles(single.get(dataset)!) ? [{ title: `Remove \`${dataset.made}(1)\` (writes one file per partition)`, safety: 'suggested' as const, edits: [{ ...wholeLink(program.lowered.text, dot, dataset.site.end), newText: '' }] }] : []),
        ...(coalesce && narrow && !filled && dataset.kind === 'DataFrame' ? [{ title: 'Use repartition(1): the work before it stays parallel (adds a shuffle)', safety: 'suggested' as const, edits: [{ start: dataset.name.start, end: dataset.name.end, newText: 'repartition' }] }] : []),
      ];
      report({
        at: dataset.name,
        ...(isFromHomeFiles(dataset) || isMadeSmallByName(program, dataset) ? { severity: 'hint' as const } : {}),
        message: filled
          ? `\`coalesce(1)\` lets one task take all rows of ${nameOf(program, dataset.from[0] ?? dataset, dataset.name)} from the cache and write them alone.`
          : coalesce && narrow
          ? `\`coalesce(1)\` lets one task read, compute and write all of ${nameOf(program, dataset.from[0] ?? dataset, dataset.name)}: everything since the last shuffle runs on one core.`
          : `\`${dataset.made}(1)\` sends all rows of ${nameOf(program, dataset.from[0] ?? dataset, dataset.name)} through one task, which writes them alone.`,
        evidence: evidenceOf(dataset),
        fixes,
      });
    }
  },
  docs: {
    summary: 'an unbounded dataset is written through a single partition',
    what: '`coalesce(1)` or `repartition(1)` before a write, on a dataset that nothing has aggregated or limited. To leave out rows that came twice (`dropDuplicates(["order_id"])`) makes none smaller.',
    why: 'One task writes everything. With `coalesce(1)` the same task also does all the work since the last shuffle: a plan that ran on all cores runs on one, and fails where one executor cannot hold it. Where a cache is filled before, and no window is computed since, only the write is left to it, with the rows of all executors.',
    fine: 'For small results: after an aggregation or a limit, for the first rows of each group (`row_number() <= 3` over a window; not where that only leaves out what came twice in a table, by an identifier, or behind a join by that of the table itself: `event_id` of `events`), for literal data, for tables that are called configuration, lookup and the like, for samples and for files of one machine (`../data/…`, `/home/…`), nothing is reported; nor where one task reads everything anyway: a single compressed file, or one with records over several lines; nor where the number is set elsewhere (`repartition(settings.files)`, or a parameter), or the function or object around, or what the result is given to, says by its name that one file is wanted (`write_single_file`). Before a `repartition` of a DataFrame Spark leaves the `coalesce` out. A consumer that insists on one file of large data is a reason to suppress it.',
    fix: 'Removes the call, or turns `coalesce(1)` into `repartition(1)`, which keeps the work before it parallel at the price of a shuffle.',
    examples: [{ language: 'python', bad: 'logs = spark.read.json("/data/logs")\nlogs.coalesce(1).write.parquet("/data/out")\n', good: 'logs = spark.read.json("/data/logs")\nlogs.write.parquet("/data/out")\n' }, { language: 'scala', bad: 'val logs = spark.read.json("/data/logs")\nlogs.coalesce(1).write.parquet("/data/out")\n', good: 'val logs = spark.read.json("/data/logs")\nlogs.write.parquet("/data/out")\n' }],
    source: 'Tasks per stage counted on Spark 3.5.9 and 4.3.0: coalesce(1) one task, repartition(1) eight and one; plans of `coalesce(1).repartition(…)` on 3.5.6 and 4.3.0.',
  },
});

/** It, or what steps within partitions make it from, is cached, and an action or a hand out of sight has filled the cache before the write: the one task only reads that. */
function isFilled(program: SparkProgram, dataset: Dataset, write: EventOf<'write'>): boolean {
  for (const cached of partitionsKept(before(dataset))) {
    const cache = eventsOn(program, 'cache', cached).find((event) => precedes(event, write));
    const isBetween = (event: Event): boolean => cache !== undefined && precedes(cache, event) && precedes(event, write) && !sameSite(event.site, write.site);
    if (cache) return !eventsOf(program, 'release').some(isBetween) && (actionsOn(program, cached).some((action) => isFull(action) && isBetween(action)) || eventsOn(program, 'escape', cached).some((event) => (event.how === 'used' || event.how === 'passed') && isBetween(event)));
    // What a window brings together is shuffled out of the cache before.
    if (isWindowed(cached)) return false;
  }
  return false;
}

/** Nothing has made it smaller: to leave out what came twice does not. */
function isUnbounded(program: SparkProgram, dataset: Dataset): boolean {
  const steps = [...partitionsKept(dataset, (step) => isSort(step) || step === dataset || keepsMostRows(program, step))];
  return !steps.some((step) => picksOfGroups(program, step)) && steps.find(({ bound }) => bound.is !== 'groups')?.bound.is === 'unbounded';
}

/** `df.repartition(settings.files)`: how many there are is set elsewhere, for whoever runs it. */
const isConfigured = ({ lowered }: SparkProgram, { args: [first] }: Dataset): boolean => first !== undefined && /^[A-Za-z_]\w*\./.test(lowered.text.slice(first.site.start, first.site.end));

/** `def writeParquetSingleFile(…)`, `object CoalesceOneFile`: one file is what it is for. */
const isOneFileWanted = (program: SparkProgram, { name, site }: Dataset): boolean => [...definitionsAt(program.lowered, name.start).map((def) => def.name), takenBy(program, site)].some((word) => /((?<![A-Za-z])(single|one)|Single|One)_?[Ff]ile(?!s)/.test(word));

/** `frame.coalesce(1).writeSingleFile(path)`, `write_single_file(frame.coalesce(1), path)`: who is given it, by name. */
function takenBy(program: SparkProgram, site: Site): string {
  const taker = takerOf(program, site);
  return /^\s*\.\s*(\w+)/.exec(program.lowered.text.slice(site.end, site.end + nearby))?.[1] ?? (taker && calledName(taker)) ?? '';
}
const nearby = 200;

/** A format of somebody's own may hold one file only. */
const takesManyFiles = ({ props }: EventOf<'write'>): boolean => props.format === undefined || /^(parquet|orc|csv|json|text|avro|xml|delta|iceberg|hudi)$/i.test(props.format);

/** All comes from one read of a single task, so that everything is one partition anyway. */
function readsOnePartition(dataset: Dataset): boolean {
  const [source, ...others] = lineage(dataset).filter((each) => each.source !== undefined);
  return !hasShuffle(before(dataset)) && source !== undefined && others.length === 0 && (isPlainQuery(source) || isOneTask(source.source!));
}

const before = (dataset: Dataset): Dataset => dataset.from[0] ?? dataset;

/** A JDBC read that is told no bounds. */
const isPlainQuery = ({ source, args }: Dataset): boolean => source!.format === 'jdbc' && !source!.options.has('partitioncolumn') && !args.some((arg) => arg.name === 'column' || arg.name === 'predicates');

/** One file that cannot be split: with records over several lines, or compressed as a whole. */
function isOneTask({ paths, format, options }: Source): boolean {
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0 || /[*?[{]/.test(path)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /\.gz$/i.test(name) || /^(csv|json)$/.test(format ?? '') && options.get('multiline')?.toLowerCase() === 'true' && /\.\w+$/.test(name);
}

/** The `coalesce(1)` that still decides how a dataset is partitioned: only steps within partitions since. */
function singleBelow(program: SparkProgram, dataset: Dataset): Dataset | undefined {
  for (const at of partitionsKept(dataset)) {
    if (at.made === 'coalesce' || at.made === 'repartition') {
      if (at.args.length === 1 && at.args[0]!.literal === 1) return isGivenByCallers(program, at) ? undefined : at;
      // `coalesce(1).repartition(8)`: of an RDD one task reads everything, and a shuffle spreads it afterwards. Of a DataFrame Spark leaves the first of the two out.
      const [before] = at.from;
      return at.made === 'repartition' && before?.kind === 'RDD' && before.made === 'coalesce' && before.args[0]?.literal === 1 ? before : undefined;
    }
  }
  return undefined;
}

/** `frame.repartition(files)`: whoever calls the function says how many it shall be, and others say other numbers. */
function isGivenByCallers(program: SparkProgram, { args: [number], site }: Dataset): boolean {
  const written = expressionAt(program, number!.site);
  return written?.kind === 'name' && definitionsAt(program.lowered, site.start).some(({ params }) => params.some(({ name }) => name === written.name));
}

/** A link of a chain; with its line where it stands alone on one, a backslash behind it included. */
function wholeLink(text: string, dot: number, end: number): { start: number; end: number } {
  const lineStart = text.lastIndexOf('\n', dot) + 1;
  const rest = /^[ \t]*\\?[ \t]*\r?\n/.exec(text.slice(end));
  return rest && text.slice(lineStart, dot).trim() === '' ? { start: lineStart, end: end + rest[0].length } : { start: dot, end };
}
