import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, overlaps, type Range, touches } from '../../server/src/text/range.ts';
import { lastStartingBy, rangeIndex } from '../../server/src/text/range-index.ts';

const range = fc.tuple(fc.nat(20), fc.nat(6)).map(([start, length]): Range => ({ start, end: start + length }));
const meets = (a: Range, b: Range): boolean => overlaps(a, b) || (a.start === a.end && touches(b, a.start)) || (b.start === b.end && touches(a, b.start));

describe('an index of ranges answers as a search of all of them would', () => {
  it('for what overlaps, meets, lies within and lies around', () => {
    fc.assert(fc.property(fc.array(range, { maxLength: 12 }), range, (ranges, asked) => {
      const index = rangeIndex(ranges);
      expect(index.overlaps(asked)).toBe(ranges.some((each) => overlaps(each, asked)));
      expect(index.meets(asked)).toBe(ranges.some((each) => meets(each, asked)));
      expect(index.hasWithin(asked)).toBe(ranges.some((each) => contains(asked, each)));
      expect(new Set(index.around(asked))).toEqual(new Set(ranges.filter((each) => contains(each, asked))));
    }), { numRuns: 2000 });
  });

  it('for what starts last', () => {
    fc.assert(fc.property(fc.array(range), fc.nat(25), (ranges, offset) => {
      const sorted = [...ranges].sort((a, b) => a.start - b.start);
      expect(lastStartingBy(sorted, offset)).toBe(sorted.findLastIndex(({ start }) => start <= offset));
    }));
  });
});
