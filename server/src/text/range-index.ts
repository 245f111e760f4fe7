/** Ranges in order, so that what lies at a place is looked up and not searched for among all of them. */
import type { Range } from './range.ts';

/** Index of the last item that starts at or before an offset; -1: none. `items` in order of their starts. */
export function lastStartingBy(items: readonly Range[], offset: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export interface RangeIndex<R extends Range = Range> {
  /** One of the ranges shares text with this one. */
  overlaps(range: Range): boolean;
  /** The same, or, where either is empty, touches it. */
  meets(range: Range): boolean;
  /** One of the ranges lies within this one. */
  hasWithin(outer: Range): boolean;
  /** Those that hold this one, from the last to the first. */
  around(inner: Range): R[];
}

export function rangeIndex<R extends Range>(ranges: readonly R[]): RangeIndex<R> {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  const places = sorted.filter(isEmpty);
  const furthest = ends(sorted, Math.max);
  const nearest = ends([...sorted].reverse(), Math.min).reverse();
  /** One that starts by `start` ends at or after `end`. */
  const reaches = (start: number, end: number): boolean => (furthest[lastStartingBy(sorted, start)] ?? -1) >= end;
  const overlaps = ({ start, end }: Range): boolean => reaches(end - 1, start + 1);
  return {
    overlaps,
    meets: (range) => (isEmpty(range) ? reaches(range.start, range.start) : overlaps(range)) || (places[lastStartingBy(places, range.end)]?.start ?? -1) >= range.start,
    hasWithin: ({ start, end }) => (nearest[lastStartingBy(sorted, start - 1) + 1] ?? Infinity) <= end,
    around(inner) {
      const found: R[] = [];
      for (let at = lastStartingBy(sorted, inner.start); at >= 0 && furthest[at]! >= inner.end; at--) if (sorted[at]!.end >= inner.end) found.push(sorted[at]!);
      return found;
    },
  };
}

const isEmpty = ({ start, end }: Range): boolean => start === end;

/** Of each item and those before it, the end that `pick` chooses. */
function ends(items: readonly Range[], pick: (a: number, b: number) => number): number[] {
  const found: number[] = [];
  for (const { end } of items) found.push(found.length === 0 ? end : pick(found.at(-1)!, end));
  return found;
}
