/** What is computed where it is not there yet and kept: a `numRows` that counts once and then says what it knows. */
import type { Site, SparkProgram } from '../analysis/model.ts';
import { forEachOf, namesOf } from '../program/expressions.ts';
import type { Expr, Pattern, Span } from '../program/program.ts';
import { contains, type Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';
import { boundBy, definitionsAt, statementsOf } from './statements.ts';
import { someWithin } from './written.ts';

interface Block extends Range {
  /** What is given its value there: `total`, `self.total`. */
  readonly name: string;
}

/**
 * The block that a place stands in is entered where a name has no value yet, and gives it one: from then on nothing runs
 * there, as long as the name outlives `within`: a pass of a loop, or undefined: a call of the function around.
 */
export const isRemembered = (program: SparkProgram, site: Site, within: Range | undefined): boolean => site.module === program.path
  && blocksOf(program).some((block) => contains(block, site) && (!within || contains(within, block)) && outlives(program, block, within));

/** A field does; a variable that is bound nowhere else in the pass, or in the function and by no parameter of it. */
function outlives({ lowered }: SparkProgram, block: Block, within: Range | undefined): boolean {
  if (block.name.startsWith('self.')) return true;
  const def = definitionsAt(lowered, block.start).findLast(({ kind }) => kind === 'function');
  if (!within && def?.params.some(({ name }) => name === block.name)) return false;
  return statementsOf(lowered).every((each) => each.expr.kind !== 'bind' || !boundBy(each).includes(block.name) || contains(block, each)
    || (within ? !contains(within, each) : each.def !== def));
}

const blocksOf = oncePerProgram(({ lowered }): readonly Block[] => {
  const found: Block[] = [];
  // A `match` gives what it looks at a name of its own.
  const subjects = new Map<string, string | undefined>();
  forEachOf(lowered, ['bind', 'if', 'sequence'], (expr, { start }) => {
    const base = start - expr.span[0];
    const add = ({ span }: { readonly span: Span }, name: string): void => void found.push({ name, start: base + span[0], end: base + span[1] });
    if (expr.kind === 'bind' && expr.value) for (const name of expr.patterns.flatMap(targetsOf)) if (name.startsWith('$')) subjects.set(name, nameOf(expr.value));
    if (expr.kind === 'if') {
      const [missing, there] = [missingIn(expr.test), thereIn(expr.test) ?? takenApart(expr, subjects)];
      if (missing !== undefined && binds(expr.then, missing)) add(expr.then, missing);
      if (expr.otherwise && there !== undefined && binds(expr.otherwise, there)) add(expr.otherwise, there);
    }
    if (expr.kind === 'sequence') for (const { at, name } of keptBehind(expr.body)) add(at, name);
  });
  return found;
});

/** `if self._total is not None: return self._total`, above what gives it its value. */
function keptBehind(body: readonly Expr[]): { readonly at: Expr; readonly name: string }[] {
  return body.flatMap((each, index) => {
    const name = each.kind === 'if' && leaves(each.then) ? thereIn(each.test) : undefined;
    return name === undefined ? [] : body.slice(index + 1).filter((later) => later.kind === 'bind' && later.patterns.flatMap(targetsOf).includes(name)).map((at) => ({ at, name }));
  });
}

const leaves = (block: Expr): boolean => {
  const last = block.kind === 'sequence' ? block.body.at(-1) : block;
  return last?.kind === 'exit' && last.how === 'return';
};

const binds = (block: Expr, name: string): boolean =>
  someWithin(block, (each) => each.kind === 'bind' && each.patterns.flatMap(targetsOf).includes(name));

/** The first case takes the value out of what is there. */
function takenApart({ test, then }: Expr & { kind: 'if' }, subjects: ReadonlyMap<string, string | undefined>): string | undefined {
  const [first] = test.kind === 'unknown' && then.kind === 'sequence' ? then.body : [];
  const subject = first?.kind === 'bind' && first.value ? nameOf(first.value) : undefined;
  return subject?.startsWith('$') ? subjects.get(subject) : subject;
}

/** Whose value a test finds missing: null, empty, or a number that no size is. */
function missingIn(test: Expr): string | undefined {
  if (test.kind === 'operator') {
    const [left, right] = test.args;
    switch (test.name) {
      case 'not': case '!': return left && thereIn(left);
      case '==': case 'equals': case 'is': case '<=': return right && isNothing(right) ? nameOf(left!) : undefined;
      case '<': return right && (isNothing(right) || numberOf(right) === 1) ? nameOf(left!) : undefined;
      // What else has to hold keeps it from running, too.
      case 'and': case '&&': return missingIn(left!) ?? missingIn(right!);
      default: return undefined;
    }
  }
  return asked(test, /^isEmpty$/);
}

/** Whose value a test finds there. */
function thereIn(test: Expr): string | undefined {
  if (test.kind === 'operator') {
    const [left, right] = test.args;
    switch (test.name) {
      case 'not': case '!': return left && missingIn(left);
      case '!=': case 'differs': case 'is not': case '>': return right && isNothing(right) ? nameOf(left!) : undefined;
      default: return undefined;
    }
  }
  return asked(test, /^(isDefined|nonEmpty)$/) ?? nameOf(test);
}

/** `cached.isEmpty`, with or without parentheses. */
function asked(test: Expr, words: RegExp): string | undefined {
  const member = test.kind === 'call' && test.args.length === 0 ? test.fn : test;
  return member.kind === 'member' && words.test(member.name) ? nameOf(member.on) : undefined;
}

const numberOf = (expr: Expr): number | undefined => {
  if (expr.kind === 'operator' && expr.name === 'neg') return -(numberOf(expr.args[0]!) ?? NaN);
  return expr.kind === 'literal' && typeof expr.value === 'number' ? expr.value : undefined;
};
const isNothing = (expr: Expr): boolean => expr.kind === 'literal' && expr.value === null || (numberOf(expr) ?? 1) <= 0;

/** Of a variable or a field; in Scala `this.total` and `total` are one. */
const nameOf = (expr: Expr): string | undefined => (expr.kind === 'name' ? expr.name : expr.kind === 'member' ? fieldOf(expr.on, expr.name) : undefined);

const fieldOf = (on: Expr, name: string): string | undefined => (on.kind !== 'name' ? undefined : on.name === 'this' ? name : on.name === 'self' ? `self.${name}` : undefined);

function targetsOf(pattern: Pattern): string[] {
  if (pattern.kind === 'member') {
    const field = fieldOf(pattern.on, pattern.name);
    return field === undefined ? [] : [field];
  }
  return pattern.kind === 'index' ? [] : namesOf(pattern);
}
