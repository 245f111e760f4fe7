/** What is computed where it is not there yet and kept: a `numRows` that counts once and then says what it knows. */
import type { Site, SparkProgram } from '../analysis/model.ts';
import { forEachExpression, namesOf } from '../program/expressions.ts';
import type { Expr, Pattern, Span } from '../program/program.ts';
import { contains, type Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';
import { someWithin } from './written.ts';

/** The block that a place stands in is entered where a name has no value yet, and gives it one: from then on nothing runs there. */
export const isRemembered = (program: SparkProgram, site: Site): boolean => site.module === program.path && blocksOf(program).some((block) => contains(block, site));

const blocksOf = oncePerProgram(({ lowered }): readonly Range[] => {
  const found: Range[] = [];
  // A `match` gives what it looks at a name of its own.
  const subjects = new Map<string, string | undefined>();
  forEachExpression(lowered, (expr, { start }) => {
    const base = start - expr.span[0];
    const add = ({ span }: { readonly span: Span }): void => void found.push({ start: base + span[0], end: base + span[1] });
    if (expr.kind === 'bind' && expr.value) for (const name of expr.patterns.flatMap(targetsOf)) if (name.startsWith('$')) subjects.set(name, nameOf(expr.value));
    if (expr.kind === 'if') {
      if (binds(expr.then, missingIn(expr.test))) add(expr.then);
      if (expr.otherwise && binds(expr.otherwise, thereIn(expr.test) ?? takenApart(expr, subjects))) add(expr.otherwise);
    }
    if (expr.kind === 'sequence') for (const each of keptBehind(expr.body)) add(each);
  });
  return found;
});

/** `if self._total is not None: return self._total`, above what gives it its value. */
function keptBehind(body: readonly Expr[]): Expr[] {
  return body.flatMap((each, index) => {
    const name = each.kind === 'if' && leaves(each.then) ? thereIn(each.test) : undefined;
    return name === undefined ? [] : body.slice(index + 1).filter((later) => later.kind === 'bind' && later.patterns.flatMap(targetsOf).includes(name));
  });
}

const leaves = (block: Expr): boolean => {
  const last = block.kind === 'sequence' ? block.body.at(-1) : block;
  return last?.kind === 'exit' && last.how === 'return';
};

const binds = (block: Expr, name: string | undefined): boolean =>
  name !== undefined && someWithin(block, (each) => each.kind === 'bind' && each.patterns.flatMap(targetsOf).includes(name));

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

/** Of a variable or a field. */
function nameOf(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'member' && expr.on.kind === 'name' && (expr.on.name === 'this' || expr.on.name === 'self') ? expr.name : undefined;
}

function targetsOf(pattern: Pattern): string[] {
  if (pattern.kind === 'member') return pattern.on.kind === 'name' && (pattern.on.name === 'this' || pattern.on.name === 'self') ? [pattern.name] : [];
  return pattern.kind === 'index' ? [] : namesOf(pattern);
}
