/** What is written at a place, as the program holds it: the same questions for every language. */
import type { Loop, Site, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachChild, forEachExpression, forEachOf, namesOf } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';
import { boundBy, statementAt } from './statements.ts';

/** What a loop binds in each pass: a `for` statement by its pattern, `things.foreach(thing => …)` by the function that it is given. */
export function boundByLoop(program: SparkProgram, { site, range }: Loop): string[] {
  const written = expressionAt(program, range);
  if (written?.kind === 'call') return written.args.flatMap(({ value }) => (value.kind === 'closure' ? [...value.def.binds, ...value.def.params.map(({ name }) => name)] : []));
  // `val found = for (day <- days) yield …`: no statement of its own.
  if (written?.kind === 'loop') return written.bind ? namesOf(written.bind) : [];
  const statement = site.module === program.path ? statementAt(program.lowered, site.start) : undefined;
  return statement?.expr.kind === 'loop' ? boundBy(statement) : [];
}

interface Written extends Range {
  readonly expr: Expr;
}

/** Outermost first, of those that are equally long. */
const expressionsByPlace = oncePerProgram(({ lowered }): ReadonlyMap<string, Written> => {
  const found = new Map<string, Written>();
  forEachExpression(lowered, (expr, { start, end }) => {
    const place = `${start}:${end}`;
    if (!found.has(place) && expr.kind !== 'discard' && expr.kind !== 'sequence' && expr.kind !== 'exit') found.set(place, { expr, start, end });
  });
  return found;
});

/** The expression that stands there and nowhere else, in the module of the program. */
export const expressionAt = (program: SparkProgram, { module, start, end }: Range & { readonly module: string }): Expr | undefined =>
  (module === program.path ? expressionsByPlace(program).get(`${start}:${end}`)?.expr : undefined);

type Call = Expr & { readonly kind: 'call' };

const callsByArgument = oncePerProgram(({ lowered }): ReadonlyMap<number, Call> => {
  const found = new Map<number, Call>();
  forEachOf(lowered, ['call'], (expr, { start }) => {
    if (expr.args[0]) found.set(start - expr.span[0] + expr.args[0].value.span[0], expr);
  });
  return found;
});

/** The call whose first argument begins there, in the module of the program. */
export const takerOf = (program: SparkProgram, { module, start }: Range & { readonly module: string }): Call | undefined =>
  (module === program.path ? callsByArgument(program).get(start) : undefined);

interface Asked extends Range {
  readonly name: string;
}

const membersByReceiver = oncePerProgram(({ lowered }): ReadonlyMap<string, Asked> => {
  const found = new Map<string, Asked>();
  forEachOf(lowered, ['member'], ({ on, name, span }, { start, end }) => {
    const from = start - span[0];
    found.set(`${from + on.span[0]}:${from + on.span[1]}`, { name, start, end });
  });
  return found;
});

/** What is asked of the expression that stands there, in the module of the program: `id` of `rdd.id`, and where that stands. */
export function askedOf(program: SparkProgram, { module, start, end }: Site): Asked & Site | undefined {
  const asked = module === program.path ? membersByReceiver(program).get(`${start}:${end}`) : undefined;
  return asked && { module, ...asked };
}

/** An expression and all in it, functions that it gives to others too. */
export function someWithin(expr: Expr, test: (each: Expr) => boolean): boolean {
  if (test(expr)) return true;
  let found = false;
  forEachChild(expr, (child) => {
    found ||= someWithin(child, test);
  });
  return found;
}

/** A function of Spark that makes several rows of one stands in the argument that is written there, or in its SQL. */
export function makesRows(program: SparkProgram, site: Range & { readonly module: string }): boolean {
  const written = expressionAt(program, site);
  return written !== undefined && someWithin(written, (each) =>
    each.kind === 'call' && unfolding.test(calledName(each) ?? '') || each.kind === 'literal' && typeof each.value === 'string' && unfoldingSql.test(each.value)
    || each.kind === 'text' && each.parts.some((part) => typeof part === 'string' && unfoldingSql.test(part)));
}
const unfolding = /^((explode|posexplode|inline)(_outer)?|stack)$/;
const unfoldingSql = /\b((explode|posexplode|inline)(_outer)?|stack)\s*\(/i;
