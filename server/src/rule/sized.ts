/** How many rows there are is asked before they are brought to the driver: `if (rows.count() > 20) rows.take(20) else rows.collect()`. */
import type { EventOf, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachOf, namesOf } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { contains, type Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';
import { statementsOf } from './statements.ts';
import { someWithin } from './written.ts';

interface Sized extends Range {
  /** What is asked for its size, with names that stand for it written out. */
  readonly size: string;
  /** What is done with more. */
  readonly otherwise: string;
}

/** Blocks that run where something is no larger than a number. */
const blocksOf = oncePerProgram((program): readonly Sized[] => {
  const { lowered } = program;
  const found: Sized[] = [];
  forEachOf(lowered, ['if'], (expr, { start }) => {
    if (expr.test.kind !== 'operator') return;
    const base = start - expr.span[0];
    const written = (each: Expr | undefined): string => (each ? lowered.text.slice(base + each.span[0], base + each.span[1]).replace(/\s+/g, '') : '');
    const [left, right] = expr.test.args;
    const asks = (size: Expr | undefined, most: Expr | undefined, few: Expr | undefined, many: Expr | undefined): void => {
      if (!size || !most || !few || !isMost(most)) return;
      const meant = meantBy(program, size);
      if (isSize(size) || meant?.includes('.count') === true) found.push({ start: base + few.span[0], end: base + few.span[1], size: meant ?? written(size), otherwise: written(many) });
    };
    const isAbove = expr.test.name === '>' || expr.test.name === '>=';
    if (!isAbove && expr.test.name !== '<' && expr.test.name !== '<=') return;
    asks(left, right, isAbove ? expr.otherwise : expr.then, isAbove ? expr.then : expr.otherwise);
    asks(right, left, isAbove ? expr.then : expr.otherwise, isAbove ? expr.otherwise : expr.then);
  });
  return found;
});

/** `numRows`, `row_count`, `frame.size`: one of the words that the name is made of. */
const isSizeName = (name: string): boolean => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().split('_').some((word) => sizes.has(word));
const sizes: ReadonlySet<string> = new Set(['count', 'size', 'length', 'len', 'rows', 'blocks']);
const isSize = (expr: Expr): boolean => someWithin(expr, (each) => (each.kind === 'name' || each.kind === 'member') && isSizeName(each.name) || each.kind === 'call' && isSizeName(calledName(each) ?? ''));
/** So many rows the driver holds with ease. */
const fewEnough = 1_000_000;
const isMost = (expr: Expr): boolean => expr.kind === 'literal' ? typeof expr.value === 'number' && expr.value >= 1 && expr.value <= fewEnough : (expr.kind === 'name' || expr.kind === 'member') && !isSize(expr);

/** `val n = rows.count()` */
const meantBy = (program: SparkProgram, size: Expr): string | undefined => (size.kind === 'name' ? boundOnce(program).get(size.name) : undefined);

/** Names that are bound in one place, and what is written there. */
const boundOnce = oncePerProgram(({ lowered }): ReadonlyMap<string, string | undefined> => {
  const found = new Map<string, string | undefined>();
  for (const { expr, base } of statementsOf(lowered)) {
    if (expr.kind !== 'bind') continue;
    const { value } = expr;
    for (const name of expr.patterns.flatMap(namesOf)) found.set(name, found.has(name) || !value ? undefined : lowered.text.slice(base + value.span[0], base + value.span[1]).replace(/\s+/g, ''));
  }
  return found;
});

/** It runs only where a test has found its rows few: their own number was compared, or of more than that the other branch takes the first alone. */
export function isSizedBefore(program: SparkProgram, { site, name }: EventOf<'action'>): boolean {
  if (site.module !== program.path) return false;
  const on = program.lowered.text.slice(site.start, name.start).replace(/\s+|\.\s*$/g, '');
  return on !== '' && blocksOf(program).some((block) => contains(block, site)
    && (block.size.startsWith(`${on}.count`) || ['take', 'limit', 'head', 'show'].some((few) => holdsCall(block.otherwise, `${on}.${few}(`))));
}

/** Not as the end of another name. */
function holdsCall(text: string, call: string): boolean {
  const at = text.indexOf(call);
  return at >= 0 && !/[\w.]/.test(text[at - 1] ?? '');
}
