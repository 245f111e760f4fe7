/**
 * Joins and groupings that move no rows, or perhaps none. Plans read on Spark 3.5.9 and 4.3.0: `groupBy("a", "b")` above
 * `repartition(200, "a")` gets no exchange of its own, a join by `<=` alone is a nested loop.
 */
import { joinKind, partitionsKept } from '../analysis/chain.ts';
import { stringOf } from '../analysis/values.ts';
import type { ArgValue, Dataset, SparkProgram } from '../analysis/model.ts';
import { columnNamed } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { smallSource } from './few-rows.ts';
import { expressionAt } from './written.ts';

export const movesNothing = (program: SparkProgram, step: Dataset): boolean => comparesOnly(program, step) || isGroupedWhereItLies(program, step);

/** One side is small by what it is read from: it is sent to all, as long as it stays so. */
export function mayBeSent(program: SparkProgram, { made, from, args }: Dataset): boolean {
  const [left, right, ...others] = from;
  if (made !== 'join' || !left || !right || others.length > 0) return false;
  const kind = joinKind(args) ?? '';
  const isSmall = (side: Dataset): boolean => side.bound.is === 'rows' || smallSource(program, side, '') !== undefined;
  return /^(inner|cross|left|leftouter|semi|leftsemi|anti|leftanti)$/.test(kind) && isSmall(right) || /^(inner|cross|right|rightouter)$/.test(kind) && isSmall(left);
}

/** `spans.join(days, (spans.start <= days.day) & (days.day <= spans.end), "left")`: no equality, by which rows could be brought together. */
function comparesOnly(program: SparkProgram, { made, args }: Dataset): boolean {
  const on = made === 'join' ? args.find(({ name }) => name === 'on') ?? args.filter(({ name }) => name === undefined)[1] : undefined;
  const condition = on && expressionAt(program, on.site);
  return condition !== undefined && compares(condition);
}

function compares(expr: Expr): boolean {
  if (expr.kind !== 'operator') return false;
  return ranges.has(expr.name) || both.has(expr.name) && expr.args.length === 2 && expr.args.every(compares);
}
const ranges: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '!=', '=!=', 'differs']);
const both: ReadonlySet<string> = new Set(['&', '&&', 'and']);

/** `rows.repartition(200, "id").groupBy("id", "day")`: what has the same keys lies together already. */
function isGroupedWhereItLies(program: SparkProgram, { from: [grouped] }: Dataset): boolean {
  if (grouped?.kind !== 'GroupedData' || grouped.made !== 'groupBy' && grouped.made !== 'groupby') return false;
  const nameOf = ({ value, site }: ArgValue): string | undefined => {
    const written = expressionAt(program, site);
    return stringOf(value) ?? (written && columnNamed(written));
  };
  const keys = new Set(grouped.args.map(nameOf));
  for (const at of partitionsKept(grouped.from[0])) {
    if (at.made !== 'repartition') continue;
    const columns = at.args.filter(({ value }) => !value.every((item) => item.is === 'constant' && typeof item.value === 'number')).map(nameOf);
    return columns.length > 0 && columns.every((column) => column !== undefined && keys.has(column));
  }
  return false;
}
