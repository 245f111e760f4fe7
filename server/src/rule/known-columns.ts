/** Which columns a DataFrame has, where its last steps say so. */
import { joinKind } from '../analysis/chain.ts';
import type { ArgValue, Dataset, SparkProgram, Value } from '../analysis/model.ts';
import { calledName, columnNamed, forEachChild } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { oncePerProgram } from './queries.ts';
import { expressionAt } from './written.ts';

/** In their order, in lower case; undefined within: a column whose name is not known. Undefined alone: nobody knows how many there are. */
export type Columns = readonly (string | undefined)[];

/** Rows are chosen, moved, put in order: columns stay. */
const keeping: ReadonlySet<string> = new Set(['filter', 'where', 'orderBy', 'sort', 'sortWithinPartitions', 'limit', 'sample', 'distinct', 'dropDuplicates', 'drop_duplicates', 'dropna', 'fillna', 'repartition', 'coalesce', 'cache', 'persist', 'checkpoint', 'localCheckpoint', 'hint', 'withWatermark']);
/** They bring together what they are made from by position, under the names of the first. */
const byPosition: ReadonlySet<string> = new Set(['union', 'unionAll', 'subtract', 'exceptAll', 'intersect', 'intersectAll']);
/** More columns than one may come of them. */
const severalColumns: ReadonlySet<string> = new Set(['posexplode', 'posexplode_outer', 'inline', 'inline_outer', 'stack', 'json_tuple', 'explode', 'explode_outer', 'expr']);

export function columnsOf(program: SparkProgram, dataset: Dataset): Columns | undefined {
  const { made, kind, from, grows, args } = dataset;
  const [first, ...others] = from;
  if (kind !== 'DataFrame' || grows || !first) return undefined;
  if (byPosition.has(made) ? others.length !== 1 : others.length > 0) return undefined;
  if (first.kind === 'GroupedData') return ofGroups(program, first, dataset);
  if (made === 'select') return ofArguments(program, args);
  const before = keeping.has(made) || byPosition.has(made) || changing.has(made) ? columnsOf(program, first) : undefined;
  if (!before || !changing.has(made)) return before;
  const names = args.map(({ literal, spread }) => (typeof literal === 'string' && !spread ? literal.toLowerCase() : undefined));
  if (!isNamed(before) || names[0] === undefined) return undefined;
  switch (made) {
    case 'withColumn': return before.includes(names[0]) ? before : [...before, names[0]];
    case 'withColumnRenamed': return names[1] === undefined ? undefined : before.map((name) => (name === names[0] ? names[1]! : name));
    default: return isNamed(names) ? before.filter((name) => !names.includes(name)) : undefined;
  }
}
const changing: ReadonlySet<string> = new Set(['withColumn', 'withColumnRenamed', 'drop']);

/** Whether it has a column of this name, in lower case; undefined: nobody knows. */
export function hasColumn(program: SparkProgram, dataset: Dataset, name: string): boolean | undefined {
  const told = columnsTold(program);
  const before = told.get(dataset) ?? new Map<string, boolean | undefined>();
  if (before.has(name)) return before.get(name);
  told.set(dataset, before.set(name, undefined));
  const has = tellsColumn(program, dataset, name);
  before.set(name, has);
  return has;
}
const columnsTold = oncePerProgram(() => new Map<Dataset, Map<string, boolean | undefined>>());

function tellsColumn(program: SparkProgram, dataset: Dataset, name: string): boolean | undefined {
  for (let at: Dataset | undefined = dataset; at && !at.grows && at.kind === 'DataFrame'; at = at.from[0]) {
    if (at.made === 'join' || at.made === 'crossJoin') return isOfJoined(program, at, name);
    const tells = tellsItself(program, at, name);
    if (tells !== 'as before') return tells;
  }
  return undefined;
}

/** By what this step makes; `as before` where the rows it is made from tell. */
function tellsItself(program: SparkProgram, step: Dataset, name: string): boolean | 'as before' | undefined {
  const { made, from, args } = step;
  if (made === 'select' || from[0]?.kind === 'GroupedData') {
    const columns = columnsOf(program, step);
    return columns?.includes(name) || (columns && isNamed(columns) ? false : undefined);
  }
  if (keeping.has(made) || made === 'alias' || byPosition.has(made)) return 'as before';
  const names = args.map(({ literal, spread }) => (typeof literal === 'string' && !spread ? literal.toLowerCase() : undefined));
  switch (made) {
    case 'withColumn': return names[0] === undefined ? undefined : names[0] === name || 'as before';
    case 'withColumnRenamed': return names.includes(undefined) ? undefined : names[1] === name ? true : names[0] === name ? false : 'as before';
    case 'drop': return names.includes(undefined) ? undefined : names.includes(name) ? false : 'as before';
    default: return undefined;
  }
}

function isOfJoined(program: SparkProgram, { from, args }: Dataset, name: string): boolean | undefined {
  const [left, right, ...others] = from;
  if (!left || !right || others.length > 0) return undefined;
  const how = joinKind(args);
  const ofLeft = hasColumn(program, left, name);
  if (ofLeft || how !== undefined && /^(left)?(semi|anti)$/.test(how)) return ofLeft;
  const ofRight = hasColumn(program, right, name);
  // It may be a join that leaves the other side's columns out.
  if (ofRight) return how === undefined ? undefined : true;
  return ofLeft === false ? ofRight : undefined;
}

export const isNamed = (columns: Columns): columns is readonly string[] => columns.every((name) => name !== undefined);

/** The keys, and what is made of each group. */
function ofGroups(program: SparkProgram, grouped: Dataset, { made, args }: Dataset): Columns | undefined {
  if (grouped.made !== 'groupBy' && grouped.made !== 'groupby' || grouped.from.length !== 1) return undefined;
  const keys = ofArguments(program, grouped.args);
  const values = made === 'count' ? ['count'] : made === 'agg' ? ofArguments(program, args) : undefined;
  return keys && values && [...keys, ...values];
}

function ofArguments(program: SparkProgram, args: readonly ArgValue[]): Columns | undefined {
  const found: (string | undefined)[] = [];
  for (const arg of args) {
    const [only, ...others] = arg.value;
    if (arg.spread || arg.name !== undefined || !only || others.length > 0) return undefined;
    const written = expressionAt(program, arg.site);
    if (only.is === 'collection') {
      const items = written?.kind === 'collection' && written.items.every(({ spread }) => !spread) && written.items.length === only.items?.length ? written.items : undefined;
      if (only.type !== 'list' || !only.items) return undefined;
      for (const [index, item] of only.items.entries()) if (!add(item, items?.[index]!.value)) return undefined;
    } else if (!add(arg.value, written)) return undefined;
  }
  return found;

  function add([item, ...more]: Value, written: Expr | undefined): boolean {
    if (!item || more.length > 0) return false;
    if (item.is === 'constant' && typeof item.value === 'string') {
      found.push(item.value.toLowerCase().split('.').at(-1));
      return !item.value.includes('*');
    }
    // A Column that comes by a name may be `col("*")`.
    if (item.is !== 'spark' || item.kind !== 'Column' || !written || written.kind === 'name' || mayBeSeveral(written)) return false;
    found.push(nameOf(written)?.toLowerCase());
    return true;
  }
}

/** `count("*")` is one value. */
function mayBeSeveral(expr: Expr): boolean {
  if (expr.kind === 'call' && calledName(expr) === 'count') return false;
  if (expr.kind === 'text' || expr.kind === 'literal' && typeof expr.value === 'string' && expr.value.includes('*') || expr.kind === 'call' && severalColumns.has(calledName(expr) ?? '')) return true;
  let found = false;
  forEachChild(expr, (child) => (found ||= mayBeSeveral(child)));
  return found;
}

/** `(…).alias("total")`, `col("total")`, `frame.total`. */
function nameOf(expr: Expr): string | undefined {
  if (expr.kind === 'call' && expr.fn.kind === 'member' && ['alias', 'as', 'name'].includes(expr.fn.name)) {
    const given = expr.args[0]?.value;
    return expr.args.length === 1 && given?.kind === 'literal' && typeof given.value === 'string' ? given.value : undefined;
  }
  if (expr.kind === 'call' && calledName(expr) !== 'col' && calledName(expr) !== 'column') return undefined;
  return expr.kind === 'call' || expr.kind === 'member' || expr.kind === 'index' ? columnNamed(expr)?.split('.').at(-1) : undefined;
}
