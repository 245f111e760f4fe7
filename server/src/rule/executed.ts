/**
 * Which steps of a plan an action runs: Spark leaves out sorts whose order nothing sees, columns that nothing reads, outer
 * joins of which one side is asked for, and what drops rows that come twice where that makes no difference. Tried on 3.5.9 and 4.3.0.
 */
import type { ArgValue, Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { hasShuffle, isCsv, isSort, isShuffle, isWindowed } from './explain.ts';
import { lineage } from './queries.ts';
import { addedBy, columnsBelow, type Columns, together } from './read-columns.ts';
import { gathersDistinct, keepsDistinct, keysOf, sideLeftOut } from './row-copies.ts';
import { mayBeSent, movesNothing } from './without-shuffle.ts';
import { expressionAt, makesRows, someWithin } from './written.ts';

type Action = EventOf<'action'>;

/** What is asked of the rows that a step gives. */
interface Need {
  /** Their order is seen. */
  readonly sorted: boolean;
  readonly columns: Columns;
  /** All of them are read, for sure. */
  readonly all: boolean;
  /** How often the same row comes makes no difference. */
  readonly distinct: boolean;
}

export const isCount = ({ method }: Action): boolean => method.name === 'count' && method.owner === 'DataFrame';

/** What an action spares of the steps behind it. */
export interface Spared {
  /** These cost nothing in it. */
  readonly leftOut: ReadonlySet<Dataset>;
  /** Whether it reads the column with Python code, or over a window, that these add is not known; or lines of CSV are counted, not parsed. */
  readonly perhaps: ReadonlySet<Dataset>;
}

/** How a step is run. */
interface Run {
  readonly need: Need;
  /** What it is made from and reads. */
  readonly reads: readonly Dataset[];
  /** It is no part of the plan: what is asked of it is asked of these. */
  readonly isVain: boolean;
}

/** Up to what is kept ready. */
export function sparedBy(program: SparkProgram, action: Action, isKept: (dataset: Dataset) => boolean): Spared {
  const runs = new Map<Dataset, Run>();
  // Of a sort, an action that stops early takes the first rows of each task.
  const first: Need = { sorted: !isCount(action) && action.method.reads !== 'some', columns: isCount(action) ? new Set() : undefined, all: !isCount(action), distinct: false };
  const waiting = action.on.map((on) => ({ step: on, need: first }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { step } = next;
    const before = runs.get(step)?.need;
    const need = before ? either(before, next.need) : next.need;
    if (isKept(step) || before && before.sorted === need.sorted && before.all === need.all && before.distinct === need.distinct && before.columns?.size === need.columns?.size) continue;
    const run = runOf(program, step, need);
    runs.set(step, run);
    const below = run.reads.length > 0 ? needBelow(program, step, run) : need;
    for (const parent of run.reads) waiting.push({ step: parent, need: below });
  }
  const steps = [...runs.keys()];
  const read = new Set([...runs.values()].flatMap(({ reads }) => reads));
  const unread = steps.flatMap((step) => step.from.filter((parent) => !read.has(parent))).flatMap(lineage).filter((step) => !runs.has(step));
  const leftOut = new Set([...unread, ...steps.filter((step) => isLeftOut(program, step, runs.get(step)!))]);
  return { leftOut, perhaps: new Set(steps.filter((step) => !leftOut.has(step) && (mayBeSent(program, step) || isDoubtful(step, runs.get(step)!.need)))) };
}

function runOf(program: SparkProgram, step: Dataset, need: Need): Run {
  // Nothing below `limit(0)` is read: the optimizer puts an empty relation in its place.
  if (step.made === 'limit' && step.args[0]?.literal === 0) return { need, reads: [], isVain: false };
  const side = need.columns && sideLeftOut(program, step, need.columns, need.distinct);
  return { need, reads: side ? step.from.filter((parent) => parent !== side) : step.from, isVain: side !== undefined || dropsCopiesInVain(program, step, need) };
}

function needBelow(program: SparkProgram, step: Dataset, run: Run): Need {
  const { need } = run;
  if (run.isVain) return need;
  const columns = columnsBelow(program, step, need.columns);
  return {
    sorted: need.sorted && keepsOrder(step), columns, all: !columns && (need.all || comparesRows(step)),
    distinct: gathersDistinct(program, step) || need.distinct && keepsDistinct(step) && !step.args.some(({ site }) => makesRows(program, site)) && (!isWindowed(step) || isLeftOut(program, step, run)),
  };
}

const either = (a: Need, b: Need): Need => ({ sorted: a.sorted || b.sorted, columns: together(a.columns, b.columns), all: a.all || b.all, distinct: a.distinct && b.distinct });

/** With a limit above it, a sort keeps the first rows of each task; a join, a grouping or a further sort needs no order. */
const keepsOrder = (step: Dataset): boolean => !isSort(step) && !isShuffle(step) && !['limit', 'join', 'crossJoin'].includes(step.made) && step.kind !== 'GroupedData';

const addsColumns: ReadonlySet<string> = new Set(['withColumn', 'withColumns', 'select', 'selectExpr']);

/** With Python code, or over a window: they cost nothing where nobody reads them. */
const addsDearColumns = (step: Dataset): boolean => (step.udf !== undefined || isWindowed(step)) && addsColumns.has(step.made);

function isLeftOut(program: SparkProgram, step: Dataset, { need: { sorted, columns }, isVain }: Run): boolean {
  if (isVain || step.udf === undefined && movesNothing(program, step)) return true;
  if (step.args.some(({ site }) => makesRows(program, site))) return false;
  if (isSort(step)) return !sorted;
  // Rows of which no column is read are moved at next to no cost.
  if (movesOnly(step)) return columns?.size === 0;
  if (!addsDearColumns(step) || !columns) return false;
  const added = addedBy(step);
  return columns.size === 0 || added !== undefined && !columns.has(added);
}

/** `distinct().agg(max("day"))`; `groupBy("day")` of which nothing but the days is asked. */
function dropsCopiesInVain(program: SparkProgram, step: Dataset, { columns, distinct }: Need): boolean {
  if (!distinct || !columns) return false;
  const keys = keysOf(program, step);
  return keys === 'all' || keys !== undefined && [...columns].every((column) => keys.has(column));
}

/** `repartition(200)`: by a number alone, for which no row is looked at; what is not known may be one. */
export const movesOnly = ({ made, kind, args }: Dataset): boolean => made === 'repartition' && kind === 'DataFrame'
  && args.length === 1 && args[0]!.value.every((item) => item.is !== 'spark' && item.is !== 'collection' && !(item.is === 'constant' && typeof item.value === 'string'));

/** The same, where it is known to be a number. */
export const surelyMovesOnly = (step: Dataset): boolean => movesOnly(step) && !step.args[0]!.spread
  && step.args[0]!.value.length > 0 && step.args[0]!.value.every((item) => (item.is === 'constant' ? typeof item.value === 'number' : item.is === 'foreign' && numbers.has(item.name)));
const numbers: ReadonlySet<string> = new Set(['int', 'Int', 'Long', 'float', 'number']);

const isDoubtful = (step: Dataset, { columns, all }: Need): boolean =>
  isCsv(step) && columns?.size === 0 || addsDearColumns(step) && !all && (columns === undefined || addedBy(step) === undefined);

/** Whole rows are compared or given to a function: `distinct()`, `mapInPandas`. */
const comparesRows = ({ made, method, args }: Dataset): boolean => comparing.has(made) || made === 'dropDuplicates' && args.length === 0 || method?.costly === true;
const comparing: ReadonlySet<string> = new Set(['distinct', 'intersect', 'intersectAll', 'subtract', 'exceptAll', 'rdd']);

/** `rdd.foreachPartition { part => println(TaskContext.getPartitionId()) }`: rows are computed as they are asked for. */
export const ignoresRows = (program: SparkProgram, { method, args }: Action): boolean => method.name === 'foreachPartition' && ignores(program, args[0], 0);

/** `rdd.mapPartitionsWithIndex { (index, part) => commit(index); Iterator.empty }`: nothing of what lies below runs, but for the sake of a shuffle. */
export const asksForNoRows = (program: SparkProgram, step: Dataset): boolean =>
  (step.made === 'mapPartitions' && ignores(program, step.args[0], 0) || step.made === 'mapPartitionsWithIndex' && ignores(program, step.args[0], 1)) && !hasShuffle(step);

/** A function that never names what it is given in this place. */
function ignores(program: SparkProgram, given: ArgValue | undefined, place: number): boolean {
  const written = given && expressionAt(program, given.site);
  const name = written?.kind === 'closure' ? written.def.params[place]?.name : undefined;
  return written?.kind === 'closure' && name !== undefined && !someWithin(written.def.body, (each) => each.kind === 'name' && each.name === name);
}
