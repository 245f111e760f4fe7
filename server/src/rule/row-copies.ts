/** Where it makes no difference to Spark how often a row comes: what groups, drops or adds copies of rows, and for whom. Tried on 3.5.9 and 4.3.0. */
import { joinKind } from '../analysis/chain.ts';
import type { ArgValue, Dataset, SparkProgram } from '../analysis/model.ts';
import { calledName } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { hasColumn } from './known-columns.ts';
import { addedBy, textOf } from './read-columns.ts';
import { expressionAt, makesRows } from './written.ts';

/** These give the same however often a value comes. `approx_count_distinct` would too, but the optimizer does not know. */
const agnostic = /^(max|min|count_?distinct|collect_?set|sum_?distinct|first|bool_(or|and)|every|any|some|bit_(and|or))$/i;

/** What a step reads may as well come once: it drops copies itself, or takes the largest, the smallest or the distinct ones. */
export function gathersDistinct(program: SparkProgram, step: Dataset): boolean {
  if (step.made === 'distinct' || dropping.has(step.made)) return true;
  const ofGroups = step.from.some(({ kind }) => kind === 'GroupedData');
  if (ofGroups && step.made !== 'agg') return step.made === 'max' || step.made === 'min';
  return (step.made === 'agg' || step.made === 'select') && step.args.length > 0 && step.args.every(({ site, spread }) => {
    const written = spread ? undefined : expressionAt(program, site);
    return written !== undefined && isAgnostic(written);
  });
}
const dropping: ReadonlySet<string> = new Set(['dropDuplicates', 'drop_duplicates']);

function isAgnostic(expr: Expr): boolean {
  if (expr.kind === 'collection') return expr.items.length > 0 && expr.items.every(({ key, value }) => (key ? value.kind === 'literal' && agnostic.test(String(value.value)) : isAgnostic(value)));
  if (expr.kind === 'operator') return expr.args.length > 0 && expr.args.every((arg) => isAgnostic(arg) || arg.kind === 'literal');
  if (expr.kind !== 'call') return false;
  const name = calledName(expr) ?? '';
  return agnostic.test(name) || expr.fn.kind === 'member' && renaming.has(name) && isAgnostic(expr.fn.on);
}
const renaming: ReadonlySet<string> = new Set(['alias', 'as', 'name', 'cast']);

/** A step that gives as many rows for a row as before, or none, in whatever order they come. */
export const keepsDistinct = ({ made, kind }: Dataset): boolean => kind === 'GroupedData' || oneForOne.has(made);
const oneForOne: ReadonlySet<string> = new Set(['filter', 'where', 'select', 'selectExpr', 'withColumn', 'withColumns', 'withColumnRenamed', 'withColumnsRenamed', 'drop', 'alias', 'hint', 'fillna', 'fill', 'toDF']);

/** By which a step groups rows or drops their copies: names of columns, or all of them. Undefined where it does not, or nobody knows. */
export function keysOf(program: SparkProgram, step: Dataset): ReadonlySet<string> | 'all' | undefined {
  if (step.made === 'distinct') return 'all';
  const grouped = step.from.find(({ kind }) => kind === 'GroupedData');
  // One row for each key is what aggregates give, and only those: a function may give any number of rows, a pivot other columns,
  // and what unfolds a list of a group's values makes rows of it again.
  if (grouped ? !grouping.has(grouped.made) || !aggregating.has(step.made) || step.args.some(({ site }) => makesRows(program, site)) : !dropping.has(step.made)) return undefined;
  const { args } = grouped ?? step;
  if (args.length === 0) return grouped ? undefined : 'all';
  return namesIn(args);
}
const grouping: ReadonlySet<string> = new Set(['groupBy', 'groupby']);
const aggregating: ReadonlySet<string> = new Set(['agg', 'count', 'sum', 'avg', 'mean', 'min', 'max']);

/** Of arguments that are texts or lists of texts, in lower case. */
function namesIn(args: readonly ArgValue[]): ReadonlySet<string> | undefined {
  const names = args.map((arg) => textOf(arg));
  return names.every((each) => each !== undefined) ? new Set(names.flat().map((name) => name.toLowerCase())) : undefined;
}

/** Of an outer join: the side whose rows come where they meet one of the other, and else as nulls. */
function outerSide(step: Dataset): Dataset | undefined {
  const [left, right, ...others] = step.from;
  if (step.made !== 'join' || !left || !right || left === right || others.length > 0) return undefined;
  const how = joinKind(step.args) ?? '';
  return /^left(outer)?$/.test(how) ? right : /^right(outer)?$/.test(how) ? left : undefined;
}

/** Of an outer join of which these columns are asked for: the side that gives none of them, for sure, and adds no row that makes a difference. */
export function sideLeftOut(program: SparkProgram, step: Dataset, columns: ReadonlySet<string>, distinct: boolean): Dataset | undefined {
  const side = outerSide(step);
  if (!side) return undefined;
  const keys = joinedBy(step);
  if (!distinct && !(keys && isUniqueBy(program, side, keys))) return undefined;
  const kept = step.from.find((each) => each !== side)!;
  // What both sides have under one name is asked for as one of them, in a way that is not followed here.
  const isOfKept = (column: string): boolean => {
    const given = hasColumn(program, side, column);
    return keys?.has(column) || given === false || given === undefined && hasColumn(program, kept, column) === true;
  };
  return [...columns].every(isOfKept) ? side : undefined;
}

/** `df.join(other, ["id", "day"], "left")`: names that both sides have. */
function joinedBy({ args }: Dataset): ReadonlySet<string> | undefined {
  const on = args.find(({ name }) => name === 'on') ?? args.filter(({ name }) => name === undefined)[1];
  return on && namesIn([on]);
}

/** No two rows of it have the same keys: they are its groups, or what was left when copies were dropped. */
function isUniqueBy(program: SparkProgram, side: Dataset, keys: ReadonlySet<string>): boolean {
  for (let at: Dataset | undefined = side; at && at.kind === 'DataFrame'; at = at.from[0]) {
    const own = keysOf(program, at);
    if (own === 'all') return isOnlyOf(at.from[0], keys);
    if (own) return [...own].every((key) => keys.has(key));
    if (!keepsUnique(program, at, keys)) return false;
  }
  return false;
}

/** It leaves these columns as they are, and makes no further rows. */
function keepsUnique(program: SparkProgram, step: Dataset, keys: ReadonlySet<string>): boolean {
  if (step.from.length !== 1 || step.args.some(({ site }) => makesRows(program, site))) return false;
  if (step.made === 'select') return namesIn(step.args) !== undefined;
  const added = addedBy(step);
  return step.made === 'withColumn' ? added !== undefined && !keys.has(added) : keeping.has(step.made);
}
const keeping: ReadonlySet<string> = new Set(['filter', 'where', 'drop', 'alias']);

/** `select("id")`, of which no two rows are left. */
const isOnlyOf = (selected: Dataset | undefined, keys: ReadonlySet<string>): boolean => {
  const names = selected?.made === 'select' && selected.args.length > 0 ? namesIn(selected.args) : undefined;
  return names !== undefined && [...names].every((name) => keys.has(name));
};
