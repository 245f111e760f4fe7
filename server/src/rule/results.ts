/** What a function gives, and what its names are bound to on the way. */
import { forEachChild } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';

/** All that a function may give; undefined where it may end without a value. */
export function resultsOf({ body }: Pick<Def, 'body'>): Expr[] | undefined {
  const last = endsOf(body);
  return last && [...last, ...returnsIn(body).flatMap((value) => endsOf(value) ?? [value])];
}

function endsOf(expr: Expr): Expr[] | undefined {
  switch (expr.kind) {
    case 'sequence': return expr.body.length > 0 ? endsOf(expr.body.at(-1)!) : undefined;
    case 'if': return endsOfAll([expr.then, expr.otherwise]);
    case 'try': return endsOfAll([expr.otherwise ?? expr.body, ...expr.handlers.map(({ body }) => body)]);
    case 'exit': return expr.how === 'throw' ? [] : expr.how === 'return' && expr.value ? endsOf(expr.value) : undefined;
    case 'discard': case 'loop': case 'with': case 'bind': case 'unknown': return undefined;
    default: return [expr];
  }
}

function endsOfAll(ways: readonly (Expr | undefined)[]): Expr[] | undefined {
  const ends = ways.map((way) => way && endsOf(way));
  return ends.every((each) => each !== undefined) ? ends.flat() : undefined;
}

/** What is returned on the way; of nothing the `return` itself. */
function returnsIn(expr: Expr): Expr[] {
  const found: Expr[] = expr.kind === 'exit' && expr.how === 'return' ? [expr.value ?? expr] : [];
  forEachChild(expr, (child) => {
    if (child.kind !== 'closure') found.push(...returnsIn(child));
  });
  return found;
}

/** Everything that is bound in it, functions that it gives to others included. */
export function bindsIn(expr: Expr): Extract<Expr, { kind: 'bind' }>[] {
  const found = expr.kind === 'bind' ? [expr] : [];
  forEachChild(expr, (child) => void found.push(...bindsIn(child)));
  return found;
}
