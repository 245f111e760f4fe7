/**
 * Conditions that are asked more than once. A comparison is known by what it compares (see `births.ts`): the same one
 * on unchanged values goes the same way each time, and a value that equals one literal equals no other.
 */
import { birthOf, withBirth } from './births.ts';
import type { Arm, Asked, Value } from './model.ts';
import type { Run } from './run.ts';
import { constantOf, local, type Collection } from './values.ts';

/** What operators that Columns answer themselves are of plain values. */
export const ofPlain: ReadonlyMap<string, string> = new Map([['&&', 'and'], ['||', 'or'], ['!', 'not'], ['===', '=='], ['=!=', '!='], ['<=>', '==']]);

/** The arms of a branching. */
export interface Branching {
  readonly then: Arm;
  readonly otherwise: Arm;
}

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
  if (born === undefined) return branching(run.choice(), 0, undefined);
  const negative = born.startsWith('!');
  const word = negative ? born.slice(1) : born;
  return branching(run.choiceOf(word), negative ? 1 : 0, run.asked.get(word));
}

const branching = (choice: number, then: 0 | 1, asked: Asked | undefined): Branching => ({ then: { choice, arm: then, asked }, otherwise: { choice, arm: 1 - then, asked } });

/** Which of its arms the code around an `if` stands in already, or can only go into. */
export function armHeld(run: Run, { then, otherwise }: Branching): boolean | undefined {
  const held = run.path.find(({ choice }) => choice === then.choice);
  if (held) return held.arm === then.arm;
  if (!then.asked) return undefined;
  if (!canEnter(run, then, then.asked)) return false;
  return canEnter(run, otherwise, then.asked) ? undefined : true;
}

/** By what the code around has asked of the same value, there is one that leads there. */
function canEnter(run: Run, { arm }: Arm, asked: Asked): boolean {
  const before = run.path.filter((other) => other.asked?.of === asked.of);
  const fits = (value: string, at: number, { oneOf }: Asked): boolean => (at === 0) === oneOf.includes(value);
  const values = arm === 0 ? asked.oneOf : before.find((other) => other.arm === 0)?.asked!.oneOf;
  // Any other value than those that were asked for.
  if (!values) return true;
  return values.some((value) => fits(value, arm, asked) && before.every((other) => fits(value, other.arm, other.asked!)));
}

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
