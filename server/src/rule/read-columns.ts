/** Which columns a step reads of the rows it is made from, as far as what is written tells. */
import { partitionsKept } from '../analysis/chain.ts';
import type { ArgValue, Dataset, SparkProgram } from '../analysis/model.ts';
import type { Expr } from '../program/program.ts';
import { expressionAt, makesRows } from './written.ts';

/** Words among which are the names of all columns that are read; undefined: all columns, or nobody knows which. */
export type Columns = ReadonlySet<string> | undefined;

export const together = (a: Columns, b: Columns): Columns => (a && b ? new Set([...a, ...b]) : undefined);

/** The column that `withColumn` adds, in lower case: Spark's names do not tell capitals apart. */
export function addedBy({ made, args }: Dataset): string | undefined {
  const name = made === 'withColumn' ? args[0]?.literal : undefined;
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}

const asking: ReadonlySet<string> = new Set(['filter', 'where', 'orderBy', 'sort', 'repartition', 'join', 'crossJoin', 'withColumnRenamed', 'withColumns']);
const passing: ReadonlySet<string> = new Set(['limit', 'sample', 'coalesce', 'alias', 'hint', 'drop', 'unionByName', 'fillna', 'fill']);
const summing: ReadonlySet<string> = new Set(['sum', 'avg', 'mean', 'min', 'max']);

/** What a step reads of the rows it is made from, where it is asked for these columns. */
export function columnsBelow(program: SparkProgram, step: Dataset, asked: Columns): Columns {
  const { made, args } = step;
  const own = (): Columns => wordsIn(program, step);
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
export function wordsIn(program: SparkProgram, { args, from, site }: Dataset): Set<string> | undefined {
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
export function textOf({ value, spread }: ArgValue): string[] | undefined {
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
      // `{"amount": "max"}`: a column, and what is no column.
      case 'collection': return each.items.every(({ key, value, spread }) => !spread && (key ? gather(key) : each.type !== 'dict') && (key && value.kind === 'literal' || gather(value)));
      default: return false;
    }
  }
}

/** `F` in `F.col("id")`: by custom a short name, or a dotted one. */
const isLibrary = (on: Expr): boolean => on.kind === 'name' && /^[A-Za-z]{1,2}$|^(func|funcs|functions|psf|sf|types)$/.test(on.name) || on.kind === 'member' && isLibrary(on.on);
