import { partitionsKept } from '../analysis/chain.ts';
import type { Dataset, EventOf, Site, SparkProgram } from '../analysis/model.ts';
import { calledName, columnNamed } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { surelyMovesOnly } from '../rule/executed.ts';
import { evidenceOf, isSort } from '../rule/explain.ts';
import { isMadeSmall } from '../rule/few-rows.ts';
import { eventsOf, groupedBy, isFileFormat, placeOf, within } from '../rule/queries.ts';
import { textOf } from '../rule/read-columns.ts';
import { defineRule } from '../rule/rule.ts';
import { directUses } from '../rule/uses.ts';
import { expressionAt } from '../rule/written.ts';

export default defineRule({
  name: 'useless-sort',
  category: 'partitions',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check(context) {
    const { program, fileKind, report } = context;
    if (fileKind === 'test') return;
    const cached = new Set(eventsOf(program, 'cache').flatMap(({ on }) => on));
    const lost = new Map<Dataset, Loss>();
    const lose = (sort: Dataset | undefined, loss: Loss): void => {
      if (sort?.site.module === program.path && !isMadeSmall(context, sort)) lost.set(sort, loss);
    };
    for (const step of program.datasets.filter(losesOrder)) {
      const [before, ...others] = step.from;
      const sort = step.site.module === program.path && others.length === 0 ? sortFrom(program, before, cached) : undefined;
      if (sort && !servesKeys(program, sort, step)) lose(sort, { at: step.name, because: becauseOf(program, step) });
    }
    for (const write of eventsOf(program, 'write').filter(partsFiles)) {
      const sort = write.on.length === 1 ? sortFrom(program, write.on[0], cached, true) : undefined;
      const columns = write.props.partitionBy!.map((name) => name!);
      const first = sort && columnsGiven(program, sort)[0];
      if (first !== undefined && !first.startsWith(variable) && !isAmong(first, columns)) lose(sort, { at: write.name, because: () => becauseParted(sort!, columns, first) });
    }
    // Called from several places, it is for nothing only where all of them lose the order.
    for (const [sort, ...others] of groupedBy(program.datasets.filter(isSort), ({ site }) => placeOf(site)).values()) {
      const loss = lost.get(sort!);
      if (!loss || !others.every((each) => lost.has(each))) continue;
      report({
        at: sort!.name,
        message: loss.because(sort!),
        related: [{ site: loss.at, message: 'the order is lost here' }],
        evidence: evidenceOf(sort!),
      });
    }
  },
  docs: {
    summary: 'a sort whose order the next step loses',
    what: '`orderBy` or `sort` on a DataFrame, straight below `repartition(n)`, below `dropDuplicates` by columns that do not hold all it sorts by, or below a write of files with `partitionBy` by other columns than the sort begins with.',
    why: 'A sort over all rows samples them, shuffles them by ranges and sorts each partition. `repartition(n)` then deals them out to other partitions, one after the other, and `dropDuplicates` shuffles them by its keys and keeps whichever row of each comes first. Where the sort begins with a key, the rows of most keys lie in one task, which keeps the first of them, and those of keys that several tasks share are left to chance: no error tells of it. A writer with `partitionBy` sorts the rows of each task by those columns first, so that no file is in the order of the sort above. Spark takes such a sort out of the plan by itself only below some steps (joins, other sorts, `distinct`, counts, `repartition` by columns); below these it runs.',
    fine: 'Where the sorted frame is used for something else as well, where a limit stands in between (it takes the first rows), or where a column in between is made by the order (row numbers, ids that grow), nothing is said; nor where all it sorts by is among the keys of `dropDuplicates`, which then takes no shuffle of its own and leaves the rows in order; nor of the few rows that a program makes itself.',
    examples: [{ language: 'python', bad: 'events = spark.read.parquet("/data/events")\nevents.orderBy("time").repartition(20).write.parquet("/data/out")\n', good: 'events = spark.read.parquet("/data/events")\nevents.repartition(20).sortWithinPartitions("time").write.parquet("/data/out")\n' }, { language: 'scala', bad: 'val events = spark.read.parquet("/data/events")\nevents.orderBy("time").repartition(20).write.parquet("/data/out")\n', good: 'val events = spark.read.parquet("/data/events")\nevents.repartition(20).sortWithinPartitions("time").write.parquet("/data/out")\n' }],
    source: 'Optimized plans of a sort below each of these steps, and files written with `partitionBy` behind a sort, on Spark 3.5 and 4.3.0.',
  },
});

interface Loss {
  readonly at: Site;
  readonly because: (sort: Dataset) => string;
}

const becauseOf = (program: SparkProgram, step: Dataset) => (sort: Dataset): string => {
  if (!surelyMovesOnly(step) && beginsWithKey(program, sort, step)) return `Behind this \`${sort.made}\` the rows of a key lie together, and \`${step.made}\` keeps the first, but not where tasks share a key: there it keeps whichever comes first after its shuffle. \`row_number\` over a window by the key settles which for all of them, with one shuffle in place of two.`;
  if (!surelyMovesOnly(step)) return `\`${step.made}\` keeps any one row of each key, in whatever order they arrive after its shuffle: this \`${sort.made}\` takes a shuffle of its own and does not decide which. \`row_number\` over a window by the key does.`;
  const [by, ...others] = sort.args;
  return others.length === 0 && by?.value.some((item) => item.is === 'spark' && mixing.has(item.column?.fn ?? ''))
    ? `\`${step.made}\` deals the rows out anew, whatever order this \`${sort.made}\` has mixed them into: they are shuffled twice, and once would do.`
    : `\`${step.made}\` deals the rows out anew, in no order: the shuffle that this \`${sort.made}\` takes is for nothing. Leave it out, or sort after it (\`sortWithinPartitions\` sorts each file).`;
};
const mixing: ReadonlySet<string> = new Set(['rand', 'randn', 'random']);

/** Steps below which a sort runs, though nothing sees its order. Below `dropDuplicates()`, which compares whole rows, Spark leaves it out. */
const losesOrder = (step: Dataset): boolean => surelyMovesOnly(step) || step.kind === 'DataFrame' && step.streaming !== 'yes' && (step.made === 'dropDuplicates' || step.made === 'drop_duplicates') && step.args.length > 0;

/** A write of files, by columns that are all known. */
const partsFiles = ({ stream, props: { format = 'parquet', partitionBy = [] } }: EventOf<'write'>): boolean =>
  !stream && isFileFormat(format) && partitionBy.length > 0 && partitionBy.every((name) => name !== undefined);

/** Sorted by columns that are all among the keys: the ranges of its shuffle hold all rows of a key, so `dropDuplicates` takes no shuffle of its own, and leaves the rows in order. */
function servesKeys(program: SparkProgram, sort: Dataset, step: Dataset): boolean {
  if (surelyMovesOnly(step)) return false;
  const keys = columnsGiven(program, step);
  return columnsGiven(program, sort).every((name) => isAmong(name, keys));
}

function beginsWithKey(program: SparkProgram, sort: Dataset, step: Dataset): boolean {
  return isAmong(columnsGiven(program, sort)[0], columnsGiven(program, step));
}

/** Spark's names do not tell capitals apart. */
const isAmong = (name: string | undefined, names: readonly (string | undefined)[]): boolean => name !== undefined && names.some((each) => each?.toLowerCase() === name.toLowerCase());

/** The columns that a step is given, whatever their direction: `"day"`, `col("day").desc()`, `F.desc("day")`; undefined: something else. A variable stands for what it holds. */
const columnsGiven = (program: SparkProgram, { args }: Dataset): (string | undefined)[] =>
  args.filter(({ name }) => name !== 'ascending').flatMap((arg) => textOf({ ...arg, spread: false }) ?? columnsIn(expressionAt(program, arg.site)));

function columnsIn(expr: Expr | undefined): (string | undefined)[] {
  if (expr?.kind === 'collection') return expr.items.flatMap(({ value }) => columnsIn(value));
  if (expr?.kind === 'name') return [`${variable}${expr.name}`];
  if (expr?.kind === 'literal') return [typeof expr.value === 'string' ? expr.value : undefined];
  if (expr?.kind === 'member' && directions.test(expr.name)) return columnsIn(expr.on);
  if (expr?.kind !== 'call' || !directions.test(calledName(expr) ?? '')) return [expr && columnNamed(expr)];
  const [given] = expr.args;
  return columnsIn(given ? given.value : expr.fn.kind === 'member' ? expr.fn.on : undefined);
}
const directions = /^(asc|desc)(_?nulls_?(first|last))?$/i;
const variable = '\0';

const becauseParted = (sort: Dataset, columns: readonly string[], first: string): string => {
  const names = columns.map((name) => `\`${name}\``).join(', ');
  return `The writer sorts the rows of each task by ${names} before it parts them, so no file is in the order of this \`${sort.made}\`, which reads its input twice and shuffles it. Begin the sort with ${names}, or sort within partitions by ${names}, \`${first}\`.`;
};

/** The sort whose rows come to a step or are `written`, by way of steps that look at no order; of which nothing else is made. */
function sortFrom(program: SparkProgram, from: Dataset | undefined, cached: ReadonlySet<Dataset>, written = false): Dataset | undefined {
  for (const at of partitionsKept(from, isSort)) {
    const { steps, actions } = directUses(program, at);
    const [mostSteps, mostActions] = written && at === from ? [0, 1] : [1, 0];
    if (steps.length > mostSteps || actions.length > mostActions || at.escapes.length > 0 || cached.has(at)) return undefined;
    if (isSort(at)) return at.kind === 'DataFrame' && at.from.length === 1 ? at : undefined;
    if (!rowByRow.has(at.made) || at.udf !== undefined || at.args.some((arg) => maySeeOrder(program, arg))) return undefined;
  }
  return undefined;
}
const rowByRow: ReadonlySet<string> = new Set(['select', 'selectExpr', 'withColumn', 'withColumnRenamed', 'drop', 'filter', 'where', 'alias']);
/** `monotonically_increasing_id()`, `row_number().over(…)`, and what was made elsewhere: of that nobody knows. */
const maySeeOrder = ({ lowered, path }: SparkProgram, { site, value }: Dataset['args'][number]): boolean => site.module !== path || seesOrder.test(lowered.text.slice(site.start, site.end))
  || value.some((item) => item.is === 'function' || item.is === 'unknown' || item.is === 'collection' && item.items === undefined || item.is === 'spark' && !within(item.why.site, site));
const seesOrder = /increasing_id|\bover\s*\(|\w_index\b|partition_id|\b(?:rank|row_number|lag|lead|first|last)\s*\(/i;
