/** How many rows there are is asked before they are brought to the driver: `if (rows.count() > 20) rows.take(20) else rows.collect()`. */
import type { EventOf, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachOf, namesOf } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { contains, type Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';
import { boundBy, definitionsAt, endsInFailure, statementsOf } from './statements.ts';
import { someWithin } from './written.ts';

interface Sized extends Range {
  /** What is asked for its size, with names that stand for it written out. */
  readonly size: string;
  /** What is done with more. */
  readonly otherwise: string;
}

/** What runs where something is no larger than a number: a branch, or what follows where more of it ends in failure. */
const blocksOf = oncePerProgram((program): readonly Sized[] => {
  const { lowered } = program;
  const found: Sized[] = [];
  const asks = (test: Expr, base: number, few: (isFew: boolean) => Range | undefined, many: (isFew: boolean) => Expr | undefined): void => {
    const tells = test.kind === 'operator' ? fewWhere[test.name] : undefined;
    if (test.kind !== 'operator' || !tells) return;
    const written = (each: Expr | undefined): string => (each ? lowered.text.slice(base + each.span[0], base + each.span[1]).replace(/\s+/g, '') : '');
    const [left, right] = test.args;
    for (const [size, most, isFew] of [[left, right, tells.left], [right, left, tells.right]] as const) {
      const range = size && most && isMost(most) ? few(isFew) : undefined;
      const meant = range && meantBy(program, size!, base + test.span[0]);
      if (range && (isSize(size!) || meant?.includes('.count') === true)) found.push({ start: range.start, end: range.end, size: meant ?? written(size), otherwise: written(many(isFew)) });
    }
  };
  forEachOf(lowered, ['if'], (expr, { start }) => {
    const base = start - expr.span[0];
    const placed = (each: Expr | undefined): Range | undefined => each && { start: base + each.span[0], end: base + each.span[1] };
    asks(expr.test, base, (isFew) => placed(isFew ? expr.then : expr.otherwise), (isFew) => (isFew ? expr.otherwise : expr.then));
  });
  for (const { expr, base, end, block } of statementsOf(lowered)) {
    const fewIf = expr.kind === 'assert' ? true : expr.kind === 'if' && !expr.otherwise && endsInFailure(expr.then) ? false : undefined;
    if (fewIf !== undefined && (expr.kind === 'assert' || expr.kind === 'if')) asks(expr.test, base, (isFew) => (isFew === fewIf ? { start: end, end: block.end } : undefined), () => undefined);
  }
  return found;
});
/** Whether a comparison tells, where it holds, that the one side is no larger than the other, or where it does not. */
const fewWhere: Readonly<Record<string, { readonly left: boolean; readonly right: boolean }>> = {
  '<': { left: true, right: false }, '<=': { left: true, right: false }, '>': { left: false, right: true }, '>=': { left: false, right: true },
  '==': { left: true, right: true }, '!=': { left: false, right: false }, equals: { left: true, right: true }, differs: { left: false, right: false },
};

/** `numRows`, `row_count`, `frame.size`: one of the words that the name is made of, unless another says that it is the most there may be: `max_rows`. */
function isSizeName(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().split('_');
  return words.some((word) => sizes.has(word)) && !words.some((word) => limits.has(word));
}
const limits: ReadonlySet<string> = new Set(['max', 'maximum', 'most', 'limit', 'threshold', 'allowed']);
const sizes: ReadonlySet<string> = new Set(['count', 'size', 'length', 'len', 'rows', 'blocks']);
const isSize = (expr: Expr): boolean => someWithin(expr, (each) => (each.kind === 'name' || each.kind === 'member') && isSizeName(each.name) || each.kind === 'call' && isSizeName(calledName(each) ?? ''));
/** So many rows the driver holds with ease. */
export const fewEnough = 1_000_000;
const isMost = (expr: Expr): boolean => expr.kind === 'literal' ? typeof expr.value === 'number' && expr.value >= 1 && expr.value <= fewEnough : (expr.kind === 'name' || expr.kind === 'member') && !isSize(expr);

/** `val n = rows.count()`, in the function there or in one around it. */
function meantBy(program: SparkProgram, size: Expr, at: number): string | undefined {
  if (size.kind !== 'name') return undefined;
  const around = [undefined, ...definitionsAt(program.lowered, at)].reverse();
  const bindings = bindingsOf(program);
  const nearest = around.find((def) => bindings.get(def)?.has(size.name));
  return bindings.get(nearest)?.get(size.name);
}

/** By the definition that they are bound in (none: the module): what is written for names that are bound in one place; undefined where there are several. */
const bindingsOf = oncePerProgram(({ lowered }): ReadonlyMap<Def | undefined, ReadonlyMap<string, string | undefined>> => {
  const found = new Map<Def | undefined, Map<string, string | undefined>>();
  for (const { expr, base, start } of statementsOf(lowered)) {
    if (expr.kind !== 'bind') continue;
    const { value } = expr;
    const def = definitionsAt(lowered, start).at(-1);
    const own = found.get(def) ?? new Map<string, string | undefined>();
    found.set(def, own);
    for (const name of expr.patterns.flatMap(namesOf)) own.set(name, own.has(name) || !value ? undefined : lowered.text.slice(base + value.span[0], base + value.span[1]).replace(/\s+/g, ''));
  }
  return found;
});

/** It runs only where a test has found its rows few: their own number was compared, or of more than that the other branch takes the first alone. */
export function isSizedBefore(program: SparkProgram, { site, name }: EventOf<'action'>): boolean {
  if (site.module !== program.path) return false;
  const on = program.lowered.text.slice(site.start, name.start).replace(/\s+|\.\s*$/g, '');
  return on !== '' && blocksOf(program).some((block) => contains(block, site)
    && (isPartOf(on, block.size) && !mayBeAnother(program, on, block, site) || ['take', 'limit', 'head', 'show'].some((few) => holdsCall(block.otherwise, `${on}.${few}(`))));
}

/** In the block the name that it begins with is bound again, before it or in the pass of a loop before, or is that of a parameter. */
function mayBeAnother(program: SparkProgram, on: string, block: Range, site: Range): boolean {
  const all = bindersOf(program).get(/^\w*/.exec(on)![0])?.filter((each) => contains(block, each)) ?? [];
  const isAgain = (loop: Range): boolean => contains(loop, site) && contains(block, loop) && all.some((each) => contains(loop, each));
  return all.some((each) => (each.end <= site.start ? !each.inside : each.around && contains(each, site))) || all.length > 0 && loopsOf(program).some(isAgain);
}

interface Binder extends Range {
  /** It binds the name for what stands in it: a loop, a function. */
  readonly around: boolean;
  /** And for nothing else. */
  readonly inside: boolean;
}

/** What binds a name, by the name. */
const bindersOf = oncePerProgram(({ lowered }): ReadonlyMap<string, readonly Binder[]> => {
  const found = new Map<string, Binder[]>();
  forEachOf(lowered, ['bind', 'loop', 'with', 'closure'], (expr, range) => {
    const binder = { ...range, around: expr.kind !== 'bind', inside: expr.kind === 'closure' || expr.kind === 'loop' && lowered.language === 'scala' };
    for (const name of namesBy(expr)) {
      const own = found.get(name) ?? [];
      own.push(binder);
      found.set(name, own);
    }
  });
  return found;
});

const namesBy = (expr: Expr): readonly string[] => (expr.kind === 'closure' ? expr.def.params.map(({ name }) => name) : boundBy({ expr }));

const loopsOf = oncePerProgram(({ lowered }): readonly Range[] => {
  const found: Range[] = [];
  forEachOf(lowered, ['loop'], (_, range) => found.push(range));
  return found;
});

/** It is what was counted, or some of its rows: `rows.where(c)` of `rows.count()`. */
function isPartOf(on: string, size: string): boolean {
  const counted = /^(.+)\.count(?:$|\()/.exec(size)?.[1];
  return counted !== undefined && (on === counted || on.startsWith(`${counted}.`) && /^\.(?:where|filter|select|orderBy|sort|limit|distinct)\(/.test(on.slice(counted.length)) && !adding.test(on.slice(counted.length)));
}
const adding = /\.(?:join|crossJoin|union\w*|flatMap)\(|\bexplode|\bstack\(|\binline\(/;

/** Not as the end of another name. */
function holdsCall(text: string, call: string): boolean {
  const at = text.indexOf(call);
  return at >= 0 && !/[\w.]/.test(text[at - 1] ?? '');
}
