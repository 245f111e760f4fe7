import { partitionsKept } from '../analysis/chain.ts';
import type { Dataset, SparkProgram } from '../analysis/model.ts';
import { surelyMovesOnly } from '../rule/executed.ts';
import { evidenceOf, isSort } from '../rule/explain.ts';
import { isMadeSmall } from '../rule/few-rows.ts';
import { eventsOf, groupedBy, placeOf, within } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';
import { directUses } from '../rule/uses.ts';

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
    const lost = new Map<Dataset, Dataset>();
    for (const step of program.datasets.filter(losesOrder)) {
      const sort = step.site.module === program.path ? sortBelow(program, step, cached) : undefined;
      if (sort?.site.module === program.path && !isMadeSmall(context, sort)) lost.set(sort, step);
    }
    // Called from several places, it is for nothing only where all of them lose the order.
    for (const [sort, ...others] of groupedBy(program.datasets.filter(isSort), ({ site }) => placeOf(site)).values()) {
      const step = lost.get(sort!);
      if (!step || !others.every((each) => lost.has(each))) continue;
      report({
        at: sort!.name,
        message: messageOf(sort!, step),
        related: [{ site: step.name, message: 'the order is lost here' }],
        evidence: evidenceOf(sort!),
      });
    }
  },
  docs: {
    summary: 'a sort whose order the next step loses',
    what: '`orderBy` or `sort` on a DataFrame, straight below `repartition(n)` or below `dropDuplicates` by some columns.',
    why: 'A sort over all rows samples them, shuffles them by ranges and sorts each partition. `repartition(n)` then deals them out to other partitions, one after the other, and `dropDuplicates` shuffles them by its keys and keeps whichever row of each comes first: nothing is left of the order. Spark takes such a sort out of the plan by itself only below some steps (joins, other sorts, `distinct`, counts, `repartition` by columns); below these two it runs.',
    fine: 'Where the sorted frame is used for something else as well, where a limit stands in between (it takes the first rows), or where a column in between is made by the order (row numbers, ids that grow), nothing is said; nor of the few rows that a program makes itself.',
    examples: [{ language: 'python', bad: 'events = spark.read.parquet("/data/events")\nevents.orderBy("time").repartition(20).write.parquet("/data/out")\n', good: 'events = spark.read.parquet("/data/events")\nevents.repartition(20).sortWithinPartitions("time").write.parquet("/data/out")\n' }, { language: 'scala', bad: 'val events = spark.read.parquet("/data/events")\nevents.orderBy("time").repartition(20).write.parquet("/data/out")\n', good: 'val events = spark.read.parquet("/data/events")\nevents.repartition(20).sortWithinPartitions("time").write.parquet("/data/out")\n' }],
    source: 'Optimized plans of a sort below each of these steps on Spark 3.5.6 and 4.3.0.',
  },
});

function messageOf(sort: Dataset, step: Dataset): string {
  if (!surelyMovesOnly(step)) return `\`${step.made}\` keeps any one row of each key, in whatever order they arrive after its shuffle: this \`${sort.made}\` takes a shuffle of its own and does not decide which. \`row_number\` over a window by the key does.`;
  const [by, ...others] = sort.args;
  return others.length === 0 && by?.value.some((item) => item.is === 'spark' && mixing.has(item.column?.fn ?? ''))
    ? `\`${step.made}\` deals the rows out anew, whatever order this \`${sort.made}\` has mixed them into: they are shuffled twice, and once would do.`
    : `\`${step.made}\` deals the rows out anew, in no order: the shuffle that this \`${sort.made}\` takes is for nothing. Leave it out, or sort after it (\`sortWithinPartitions\` sorts each file).`;
}
const mixing: ReadonlySet<string> = new Set(['rand', 'randn', 'random']);

/** Steps below which a sort runs, though nothing sees its order. Below `dropDuplicates()`, which compares whole rows, Spark leaves it out. */
const losesOrder = (step: Dataset): boolean => surelyMovesOnly(step) || step.kind === 'DataFrame' && step.streaming !== 'yes' && (step.made === 'dropDuplicates' || step.made === 'drop_duplicates') && step.args.length > 0;

/** The sort whose rows this step is given, by way of steps that look at no order; of which nothing else is made. */
function sortBelow(program: SparkProgram, step: Dataset, cached: ReadonlySet<Dataset>): Dataset | undefined {
  const [before, ...others] = step.from;
  if (!before || others.length > 0) return undefined;
  for (const at of partitionsKept(before, isSort)) {
    const { steps, actions } = directUses(program, at);
    if (steps.length > 1 || actions.length > 0 || at.escapes.length > 0 || cached.has(at)) return undefined;
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
