/**
 * Conditions that are asked more than once. A comparison is known by what it compares (see `births.ts`): the same one
 * on unchanged values goes the same way each time, and a value that equals one literal equals no other.
 */
import { birthOf, withBirth } from './births.ts';
import type { Arm, Asked, Value } from './model.ts';
import type { Run } from './run.ts';
import { constantOf, join, local, type Collection } from './values.ts';

/** What operators that Columns answer themselves are of plain values. */
export const ofPlain: ReadonlyMap<string, string> = new Map([['&&', 'and'], ['||', 'or'], ['!', 'not'], ['===', '=='], ['=!=', '!='], ['<=>', '==']]);

/** The arms of a branching: its own, and those of what has to hold for it (`if a and not b`), where others ask for that as well. */
export interface Branching {
  readonly then: Arms;
  readonly otherwise: Arms;
}
type Arms = readonly [Arm, ...Arm[]];

/** Whether what runs on a path runs on this arm. */
export const isOnArm = (path: readonly Arm[], { choice, arm }: Arm): boolean => path.some((own) => own.choice === choice && own.arm === arm);

/** Whether what runs on a path runs on all of these arms: wherever it runs, they are taken. */
export const isOnArms = (path: readonly Arm[], arms: readonly Arm[]): boolean => arms.every((arm) => isOnArm(path, arm));

/** What a comparison gives: a value known by what was compared. */
export const compared = (run: Run, operator: string, left: Value, right: Value): Value => withBirth(local, bornOf(run, operator, left, right));

/** What an operator makes of two values, in words that are the same only for what is the same. */
export function bornOf(run: Run, operator: string, left: Value, right: Value): string | undefined {
  const opposite = opposites[operator];
  if (opposite !== undefined) return negated(bornOf(run, opposite, left, right));
  const [a, b] = [wordOf(left), wordOf(right)];
  if (a === undefined || b === undefined) return undefined;
  const word = `(${a} ${operator} ${b})`;
  const asked = askedBy(operator, left, right) ?? askedBy(operator, right, left);
  if (asked) run.asked.set(word, asked);
  return word;
}
const opposites: Readonly<Record<string, string>> = { '!=': '==', 'is not': 'is', 'not in': 'in', '>=': '<', '<=': '>' };

const negated = (born: string | undefined): string | undefined => (born?.startsWith('!') ? born.slice(1) : born && `!${born}`);

/** `not x`. */
export const negation = (value: Value): Value => withBirth(local, negated(birthOf(value)));

/** The arms of an `if` that asks for this value: those of an earlier one, where that asked for the same. */
export function branchingOn(run: Run, value: Value): Branching {
  const born = birthOf(value);
  if (born !== undefined) return { then: armsOf(run, born, true), otherwise: armsOf(run, born, false) };
  const choice = run.choice();
  return { then: [{ choice, arm: 0 }], otherwise: [{ choice, arm: 1 }] };
}

function armsOf(run: Run, born: string, holds: boolean): Arms {
  const negative = born.startsWith('!');
  const word = negative ? born.slice(1) : born;
  const isTrue = holds !== negative;
  const implied = isTrue ? run.parts.get(word)?.flatMap((each) => armsOf(run, each, true)) ?? [] : [];
  return [{ choice: run.choiceOf(word), arm: isTrue ? 0 : 1, asked: run.asked.get(word) }, ...implied];
}

/** `a and b`, where it is asked whether that holds; `a or b` is `not (not a and not b)`. */
export function joined(run: Run, operator: 'and' | 'or', first: Value, second: Value): Value {
  const births = [first, second].map(birthOf);
  if (births.every((born) => born === undefined)) return join(first, second);
  const words = operator === 'and' ? births : births.map(negated);
  const word = `(${words.map((each) => each ?? `#${run.choice()}`).join(' and ')})`;
  run.parts.set(word, words.filter((each) => each !== undefined));
  return withBirth(local, operator === 'and' ? word : negated(word));
}

/** Which of its arms the code around an `if` stands in already. */
export function armHeld(run: Run, { then, otherwise }: Branching): boolean | undefined {
  if (isRuledOut(run, then)) return false;
  return isRuledOut(run, otherwise) ? true : undefined;
}
const isRuledOut = (run: Run, arms: Arms): boolean => arms.some((arm) => run.path.some((held) => held.choice === arm.choice && held.arm !== arm.arm));

/** A value in words that no other value has. */
function wordOf(value: Value): string | undefined {
  const literal = constantOf(value);
  if (literal !== undefined) return JSON.stringify(literal);
  const literals = literalsOf(value);
  return literals ? `[${literals.join()}]` : birthOf(value);
}

function literalsOf(value: Value): string[] | undefined {
  const [only] = value as readonly Collection[];
  if (value.length !== 1 || only?.is !== 'collection' || !only.items) return undefined;
  const literals = only.items.map(constantOf);
  return literals.includes(undefined) ? undefined : literals.map((literal) => JSON.stringify(literal));
}

/** `x == "a"`, `x in ["a", "b"]`: which literals the value may be. */
function askedBy(operator: string, subject: Value, other: Value): Asked | undefined {
  const of = birthOf(subject);
  if (of === undefined) return undefined;
  const literal = constantOf(other);
  if (operator === 'in') {
    const oneOf = literalsOf(other);
    return oneOf && { of, oneOf };
  }
  // Python holds `1 == True` to be true.
  return (operator === '==' || operator === 'is') && literal !== undefined && typeof literal !== 'boolean' ? { of, oneOf: [JSON.stringify(literal)] } : undefined;
}
