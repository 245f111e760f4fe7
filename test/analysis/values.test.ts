/** Joins: what holds of both sides holds of the join, and nothing else is claimed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Abstract, ColumnFacts, SparkValue, Value } from '../../server/src/analysis/model.ts';
import { isAlike, join } from '../../server/src/analysis/values.ts';

const site = (start: number) => ({ module: 'job.py', start, end: start + 1 });
const facts: fc.Arbitrary<ColumnFacts> = fc.record({
  over: fc.constantFrom(undefined, 'group' as const, 'nothing' as const), udf: fc.constantFrom(undefined, 'clean'), atMost: fc.constantFrom(undefined, 7), asks: fc.constantFrom(undefined, true),
});
const column: fc.Arbitrary<SparkValue> = fc.record({
  is: fc.constant('spark' as const), kind: fc.constant('Column'), made: fc.constantFrom(site(1), site(2)), column: fc.option(facts, { nil: undefined }),
  broadcast: fc.constantFrom(undefined, true), guess: fc.constantFrom(undefined, true), why: fc.constant({ site: site(1), text: 'a Column' }),
});
const plain: fc.Arbitrary<Abstract> = fc.oneof(
  column,
  fc.record({ is: fc.constant('constant' as const), value: fc.constantFrom('a', 1, true, null) }),
  fc.record({ is: fc.constant('foreign' as const), name: fc.constantFrom('str', 'int'), born: fc.constantFrom(undefined, 'x', 'y') }),
  fc.record({ is: fc.constant('unknown' as const), reason: fc.constant('call' as const), born: fc.constantFrom(undefined, 'x', 'y') }),
);
/** Values are made by joins: no two of their alternatives are the same. */
const value: fc.Arbitrary<Value> = fc.array(plain, { minLength: 1, maxLength: 4 }).map((items) => items.reduce<Value>((all, item) => join(all, [item]), []));

/** What is claimed of a Column is claimed on each side by every Column made at that place. */
function claimsNoMore(joined: Value, side: Value): void {
  for (const claim of joined) {
    if (claim.is !== 'spark') continue;
    for (const own of side) {
      if (own.is !== 'spark' || own.made?.start !== claim.made?.start) continue;
      for (const [name, fact] of Object.entries(claim.column ?? {})) if (fact !== undefined) expect(own.column?.[name as keyof ColumnFacts]).toBe(fact);
      if (claim.broadcast) expect(own.broadcast).toBe(true);
      if (own.guess) expect(claim.guess).toBe(true);
    }
  }
}

describe('a join', () => {
  it('claims no more than either side', () => {
    fc.assert(fc.property(value, value, (a, b) => {
      const joined = join(a, b);
      claimsNoMore(joined, a);
      claimsNoMore(joined, b);
    }));
  });

  it('holds its sides: joined to them again it stays what it is, so that loops settle', () => {
    fc.assert(fc.property(value, value, (a, b) => {
      const joined = join(a, b);
      expect(join(joined, a)).toBe(joined);
      expect(isAlike(join(joined, b), joined)).toBe(true);
    }));
  });
});
