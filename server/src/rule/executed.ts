/** Which steps of a plan an action runs: Spark leaves out sorts whose order nothing sees and columns that nothing reads. */
import { partitionsKept } from '../analysis/chain.ts';
import type { ArgValue, Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import type { Expr } from '../program/program.ts';
import { hasShuffle, isSort, isShuffle, isWindowed } from './explain.ts';
import { lineage } from './queries.ts';
import { expressionAt, makesRows, someWithin } from './written.ts';

type Action = EventOf<'action'>;

/** What is asked of the rows that a step gives. */
interface Need {
  /** Their order is seen. */
  readonly sorted: boolean;
  /** Words among which are the names of all columns that are read; undefined: all columns, or nobody knows which. */
  readonly columns: ReadonlySet<string> | undefined;
  /** All of them are read, for sure. */
  readonly all: boolean;
}

export const isCount = ({ method }: Action): boolean => method.name === 'count' && method.owner === 'DataFrame';

/** What an action spares of the steps behind it. */
export interface Spared {
  /** These cost nothing in it. */
  readonly leftOut: ReadonlySet<Dataset>;
  /** Whether it reads the column with Python code, or over a window, that these add is not known. */
  readonly perhaps: ReadonlySet<Dataset>;
}

/** Up to what is kept ready. */
export function sparedBy(program: SparkProgram, action: Action, isKept: (dataset: Dataset) => boolean): Spared {
  const needs = new Map<Dataset, Need>();
  // Of a sort, an action that stops early takes the first rows of each task.
  const first: Need = { sorted: !isCount(action) && action.method.reads !== 'some', columns: isCount(action) ? new Set() : undefined, all: !isCount(action) };
  const waiting = action.on.map((on) => ({ step: on, need: first }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { step } = next;
    const before = needs.get(step);
    const need = before ? either(before, next.need) : next.need;
    if (isKept(step) || before && before.sorted === need.sorted && before.all === need.all && before.columns?.size === need.columns?.size) continue;
    needs.set(step, need);
    if (givesNone(step)) continue;
    const columns = columnsBelow(program, step, need.columns);
    const below: Need = { sorted: need.sorted && keepsOrder(step), columns, all: !columns && (need.all || comparesRows(step)) };
    for (const parent of step.from) waiting.push({ step: parent, need: below });
  }
  const steps = [...needs.keys()];
  const unread = steps.filter(givesNone).flatMap(lineage).filter((step) => !needs.has(step));
  const leftOut = new Set([...unread, ...steps.filter((step) => isLeftOut(step, needs.get(step)!) && !step.args.some(({ site }) => makesRows(program, site)))]);
  return { leftOut, perhaps: new Set(steps.filter((step) => !leftOut.has(step) && isDoubtful(step, needs.get(step)!))) };
}

/** Nothing below `limit(0)` is read: the optimizer puts an empty relation in its place. */
const givesNone = ({ made, args }: Dataset): boolean => made === 'limit' && args[0]?.literal === 0;

const either = (a: Need, b: Need): Need => ({ sorted: a.sorted || b.sorted, columns: together(a.columns, b.columns), all: a.all || b.all });
const together = (a: Need['columns'], b: Need['columns']): Need['columns'] => (a && b ? new Set([...a, ...b]) : undefined);

/** With a limit above it, a sort keeps the first rows of each task; a join, a grouping or a further sort needs no order. */
const keepsOrder = (step: Dataset): boolean => !isSort(step) && !isShuffle(step) && !['limit', 'join', 'crossJoin'].includes(step.made) && step.kind !== 'GroupedData';

const addsColumns: ReadonlySet<string> = new Set(['withColumn', 'withColumns', 'select', 'selectExpr']);

/** With Python code, or over a window: they cost nothing where nobody reads them. */
const addsDearColumns = (step: Dataset): boolean => (step.udf !== undefined || isWindowed(step)) && addsColumns.has(step.made);

function isLeftOut(step: Dataset, { sorted, columns }: Need): boolean {
  if (isSort(step)) return !sorted;
  // Rows of which no column is read are moved at next to no cost.
  if (movesOnly(step)) return columns?.size === 0;
  if (!addsDearColumns(step) || !columns) return false;
  const added = addedBy(step);
  return columns.size === 0 || added !== undefined && !columns.has(added);
}

/** `repartition(200)`: by a number alone, for which no row is looked at; what is not known may be one. */
export const movesOnly = ({ made, kind, args }: Dataset): boolean => made === 'repartition' && kind === 'DataFrame'
  && args.length === 1 && args[0]!.value.every((item) => item.is !== 'spark' && item.is !== 'collection' && !(item.is === 'constant' && typeof item.value === 'string'));

/** The same, where it is known to be a number. */
export const surelyMovesOnly = (step: Dataset): boolean => movesOnly(step) && !step.args[0]!.spread
  && step.args[0]!.value.length > 0 && step.args[0]!.value.every((item) => (item.is === 'constant' ? typeof item.value === 'number' : item.is === 'foreign' && numbers.has(item.name)));
const numbers: ReadonlySet<string> = new Set(['int', 'Int', 'Long', 'float', 'number']);

const isDoubtful = (step: Dataset, { columns, all }: Need): boolean =>
  addsDearColumns(step) && !all && (columns === undefined || addedBy(step) === undefined);

/** Whole rows are compared or given to a function: `distinct()`, `mapInPandas`. */
const comparesRows = ({ made, method, args }: Dataset): boolean => comparing.has(made) || made === 'dropDuplicates' && args.length === 0 || method?.costly === true;
const comparing: ReadonlySet<string> = new Set(['distinct', 'intersect', 'intersectAll', 'subtract', 'exceptAll', 'rdd']);

function addedBy({ made, args }: Dataset): string | undefined {
  const name = made === 'withColumn' ? args[0]?.literal : undefined;
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}

const asking: ReadonlySet<string> = new Set(['filter', 'where', 'orderBy', 'sort', 'repartition', 'join', 'crossJoin', 'withColumnRenamed', 'withColumns']);
const passing: ReadonlySet<string> = new Set(['limit', 'sample', 'coalesce', 'alias', 'hint', 'drop', 'unionByName']);
const summing: ReadonlySet<string> = new Set(['sum', 'avg', 'mean', 'min', 'max']);

/** What a step reads of the rows it is made from, where it is asked for these columns. */
function columnsBelow(program: SparkProgram, step: Dataset, asked: Need['columns']): Need['columns'] {
  const { made, args } = step;
  const own = (): Need['columns'] => wordsIn(program, step);
  if (step.kind === 'GroupedData') return asked && together(asked, own());
  if (made === 'agg' || step.from.some(({ kind }) => kind === 'GroupedData')) return made === 'count' ? new Set() : made === 'agg' || summing.has(made) && args.length > 0 ? own() : undefined;
  if (made === 'select' || made === 'selectExpr') {
    if (!asked) return own()?.has('*') ? undefined : own();
    // Of rows that are only counted no column is computed.
    if (asked.size === 0 && !step.shuffles && !args.some(({ site }) => makesRows(program, site))) return asked;
    // What is not asked for it does not compute.
    const passedOn = args.flatMap((arg) => (isPlainName(arg) ? textOf(arg)! : [])).map((name) => name.toLowerCase()).filter((name) => asked.has(name));
    const words = wordsIn(program, { ...step, args: args.filter((arg) => !isPlainName(arg) && (isAsked(aliasOf(program, arg), asked) || makesRows(program, arg.site))) });
    return words?.has('*') ? together(asked, words) : together(words, new Set(passedOn));
  }
  if (!asked || passing.has(made)) return asked;
  if (made === 'withColumn') {
    const added = addedBy(step);
    return isAsked(added, asked) || step.args.some(({ site }) => makesRows(program, site)) ? together(asked, own()) : asked;
  }
  if (made === 'union' || made === 'unionAll') return asked.size === 0 || hasColumnsOfOne(step) ? asked : undefined;
  return asking.has(made) || made === 'dropDuplicates' && args.length > 0 ? together(asked, own()) : undefined;
}

/** What is united are rows of one dataset, chosen in several ways: by position as by name. */
function hasColumnsOfOne({ from }: Dataset): boolean {
  const [first, ...others] = from.map((each) => rowsOf(each));
  return first !== undefined && others.every((other) => other === first);
}

/** The dataset whose rows these are, with all their columns. */
function rowsOf(dataset: Dataset, depth = 0): Dataset | undefined {
  let at = dataset;
  for (const step of partitionsKept(dataset)) {
    at = step;
    if (!choosing.has(step.made)) break;
  }
  if (at.made !== 'union' && at.made !== 'unionAll') return at;
  if (depth > mostUnions) return undefined;
  const [first, ...others] = at.from.map((each) => rowsOf(each, depth + 1));
  return others.every((other) => other === first) ? first : undefined;
}
const mostUnions = 8;
const choosing: ReadonlySet<string> = new Set(['filter', 'where', 'sample', 'limit', 'coalesce', 'alias', 'hint']);

/** The words that a call's arguments hold, names of columns among them; undefined where a column may be named out of sight. */
function wordsIn(program: SparkProgram, { args, from, site }: Dataset): Set<string> | undefined {
  if (site.module !== program.path) return undefined;
  const frames = new Set(from.flatMap(({ names }) => names.map(({ name }) => name)));
  const found = new Set<string>();
  for (const arg of args) {
    if (arg.value.length > 0 && arg.value.every((item) => item.is === 'spark' && item.dataset !== undefined)) continue;
    const written = expressionAt(program, arg.site);
    const words = textOf(arg)?.flatMap(wordsOfText) ?? (written && wordsOf(written, frames));
    if (!words) return undefined;
    for (const word of words) found.add(word);
  }
  return found;
}

const isPlainName = (arg: ArgValue): boolean => textOf(arg)?.every((text) => /^\w+$/.test(text)) ?? false;

const isAsked = (name: string | undefined, asked: ReadonlySet<string>): boolean => name === undefined || asked.has(name);

/** `(…).alias("total")` */
function aliasOf(program: SparkProgram, arg: ArgValue): string | undefined {
  const written = expressionAt(program, arg.site);
  const [given] = written?.kind === 'call' && written.fn.kind === 'member' && aliases.has(written.fn.name) && written.args.length === 1 ? written.args : [];
  return given?.value.kind === 'literal' && typeof given.value.value === 'string' ? given.value.value.toLowerCase() : undefined;
}
const aliases: ReadonlySet<string> = new Set(['alias', 'as', 'name']);

/** Of an argument that is a text, or a list of texts. */
function textOf({ value, spread }: ArgValue): string[] | undefined {
  const [only, ...others] = value;
  if (spread || !only || others.length > 0) return undefined;
  if (only.is === 'constant') return [String(only.value)];
  if (only.is !== 'collection' || !only.items) return undefined;
  const texts = only.items.map(([item, ...more]) => (item?.is === 'constant' && more.length === 0 ? String(item.value) : undefined));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

const wordsOfText = (text: string): string[] => (/(^|\.)\*$/.test(text.trim()) ? ['*'] : text.toLowerCase().match(/\w+/g) ?? []);

/** Of an expression: its texts and the columns of these frames. A variable, and a call without arguments, may name any column. */
function wordsOf(expr: Expr, frames: ReadonlySet<string>): string[] | undefined {
  const found: string[] = [];
  return gather(expr) ? found : undefined;

  function gather(each: Expr): boolean {
    switch (each.kind) {
      case 'literal':
        if (typeof each.value === 'string') found.push(...wordsOfText(each.value));
        return true;
      case 'operator': return each.args.every(gather);
      case 'member':
        if (each.on.kind === 'name' && frames.has(each.on.name)) {
          found.push(each.name.toLowerCase());
          return true;
        }
        // `F.col`, `T.StringType`: a function or a type of a library; else a part of what may be a column.
        found.push(each.name.toLowerCase());
        return isLibrary(each.on) || gather(each.on);
      case 'index': return (each.on.kind === 'name' && frames.has(each.on.name) || gather(each.on)) && gather(each.index);
      case 'call':
        if (each.args.some(({ spread }) => spread) || each.args.length === 0 && each.fn.kind !== 'member') return false;
        if (each.fn.kind === 'member' && !isLibrary(each.fn.on) && !(each.fn.on.kind === 'name' && frames.has(each.fn.on.name)) && !gather(each.fn.on)) return false;
        return (each.fn.kind === 'member' || each.fn.kind === 'name') && each.args.every(({ value }) => gather(value));
      case 'collection': return each.type !== 'dict' && each.items.every(({ value, spread }) => !spread && gather(value));
      default: return false;
    }
  }
}

/** `F` in `F.col("id")`: by custom a short name, or a dotted one. */
const isLibrary = (on: Expr): boolean => on.kind === 'name' && /^[A-Za-z]{1,2}$|^(func|funcs|functions|psf|sf|types)$/.test(on.name) || on.kind === 'member' && isLibrary(on.on);

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
