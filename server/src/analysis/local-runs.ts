/** Tests that ask whether this is a test, or a run on one machine: what is set there is meant for that. */
import { forEachChild } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';

const outcomes = new WeakMap<Expr, { readonly holds: boolean | undefined }>();

/** How the test ends in such a run; undefined where it asks for something else. Its text alone tells: found out once. */
export function outcomeInLocalRuns(test: Expr): boolean | undefined {
  let outcome = outcomes.get(test);
  if (!outcome) outcomes.set(test, (outcome = { holds: outcomeOf(test) }));
  return outcome.holds;
}

function outcomeOf(test: Expr): boolean | undefined {
  if (test.kind !== 'operator') return speaksOfLocalRuns(test) ? true : undefined;
  switch (test.name) {
    case 'not': return opposite(outcomeOf(test.args[0]!));
    case 'and': case 'or': return test.args.map(outcomeOf).find((outcome) => outcome !== undefined);
    case '!=': case 'not in': case 'is not': return speaksOfLocalRuns(test) ? false : undefined;
    default: return speaksOfLocalRuns(test) ? true : undefined;
  }
}

const opposite = (outcome: boolean | undefined): boolean | undefined => (outcome === undefined ? undefined : !outcome);

function speaksOfLocalRuns(expr: Expr): boolean {
  if (expr.kind === 'literal') return typeof expr.value === 'string' && hasWord(expr.value);
  if ((expr.kind === 'name' || expr.kind === 'member') && hasWord(expr.name)) return true;
  let found = false;
  forEachChild(expr, (child) => {
    found ||= speaksOfLocalRuns(child);
  });
  return found;
}

const words = /^(local|localhost|tests?|testing|unittests?|pytest)$/i;
const hasWord = (text: string): boolean => text.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((word) => words.test(word));
