/** Iterative algorithms: what an action brings in one pass is what the next one starts from. */
import type { EventOf, Loop, SparkProgram } from '../analysis/model.ts';
import { forEachChild, namesOf } from '../program/expressions.ts';
import type { Expr, Pattern } from '../program/program.ts';
import { lineage, within } from './queries.ts';
import { type Statement, statementAt, statementsIn } from './statements.ts';
import { boundByLoop, expressionAt } from './written.ts';

/** `weights -= points.map(gradient(_, weights)).reduce(_ + _)`: the passes cannot be made one job. */
export function feedsNextPass(program: SparkProgram, action: EventOf<'action'>, loop: Loop): boolean {
  // Of what runs in a function that the loop calls, the call: behind the `foreach` that calls the function given to it.
  const place = [...action.callers, action.site].find((site) => within(site, loop.range) && site.start > loop.site.start);
  const first = place && place.module === program.path ? statementAt(program.lowered, place.start) : undefined;
  if (!place || !first) return false;
  // In a function that the loop calls, names are others.
  const inputs = [place, ...action.on.flatMap((on) => lineage(on).map(({ site }) => site).filter((site) => within(site, loop.range)))];
  const read = new Set(inputs.flatMap((site) => namesIn(expressionAt(program, site))));
  for (const name of boundByLoop(program, loop)) read.delete(name);
  const statements = statementsIn(program.lowered, loop.range);
  const told = new Set(changedBy(bindAround(first, place.start)));
  for (let before = -1; before < told.size;) {
    before = told.size;
    for (const { expr } of statements) if (namesIn(usedBy(expr)).some((name) => told.has(name))) for (const name of changedBy(expr)) told.add(name);
  }
  return [...told].some((name) => read.has(name));
}

/** Of `(1 to n).foreach { i => x = f(x) }` what the function does. */
function bindAround({ expr, base }: Statement, offset: number): Expr {
  let found = expr;
  const look = (each: Expr, from: number): void => {
    if (offset < from + each.span[0] || offset >= from + each.span[1]) return;
    if (each.kind === 'bind') found = each;
    if (each.kind === 'closure') look(each.def.body, from + each.def.at);
    else forEachChild(each, (child) => look(child, from));
  };
  look(expr, base);
  return found;
}

/** Names that stand in an expression; of fields of the object itself, with it. */
export function namesIn(expr: Expr | undefined): string[] {
  if (!expr) return [];
  const name = nameOf(expr);
  if (name !== undefined) return [name];
  const found: string[] = [];
  forEachChild(expr, (child) => found.push(...namesIn(child)));
  return found;
}

function nameOf(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'member' && expr.on.kind === 'name' && (expr.on.name === 'this' || expr.on.name === 'self') ? `this.${expr.name}` : undefined;
}

/** What a statement makes its changes of, the blocks that it holds aside. */
function usedBy(expr: Expr): Expr | undefined {
  if (expr.kind === 'bind' || expr.kind === 'discard') return expr.value;
  return expr.kind === 'loop' ? expr.over : expr.kind === 'call' ? expr : undefined;
}

/** Names of what a statement changes: variables that it binds, things that it puts something in. */
function changedBy(expr: Expr): string[] {
  if (expr.kind === 'bind') return expr.patterns.flatMap(rootsIn);
  if (expr.kind === 'loop') return expr.bind ? namesOf(expr.bind) : [];
  const called = expr.kind === 'discard' ? expr.value : expr;
  return called.kind === 'call' && called.fn.kind === 'member' && called.args.length > 0 ? rootOf(called.fn.on) : [];
}

function rootsIn(pattern: Pattern): string[] {
  if (pattern.kind === 'index') return rootOf(pattern.on);
  if (pattern.kind !== 'member') return namesOf(pattern);
  return pattern.on.kind === 'name' && (pattern.on.name === 'this' || pattern.on.name === 'self') ? [`this.${pattern.name}`] : rootOf(pattern.on);
}

/** `centers` of `centers[0].x`. */
function rootOf(expr: Expr): string[] {
  const name = nameOf(expr);
  if (name !== undefined) return [name];
  return expr.kind === 'member' || expr.kind === 'index' ? rootOf(expr.on) : [];
}
