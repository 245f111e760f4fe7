/** The one change that turns one text into another: what lies between the common beginning and the common end. */
import type { Edit } from 'web-tree-sitter';

export interface Change {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

export function changeBetween(before: string, after: string): Change {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start + block <= shortest && before.slice(start, start + block) === after.slice(start, start + block)) start += block;
  while (start < shortest && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let oldEnd = before.length;
  let newEnd = after.length;
  while (Math.min(oldEnd, newEnd) - block >= start && before.slice(oldEnd - block, oldEnd) === after.slice(newEnd - block, newEnd)) {
    oldEnd -= block;
    newEnd -= block;
  }
  while (Math.min(oldEnd, newEnd) > start && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  return { start, oldEnd, newEnd };
}

/** Where an offset of the old text, in front of the change or behind it, is in the new one. */
export const movedBy = ({ oldEnd, newEnd }: Change, offset: number): number => (offset >= oldEnd ? offset + newEnd - oldEnd : offset);

/** Nothing changed. */
export const unchanged: Change = { start: 0, oldEnd: 0, newEnd: 0 };
const isNone = ({ start, oldEnd, newEnd }: Change): boolean => start === oldEnd && start === newEnd;

/** One change that holds two, of texts whose places are the same. */
export function hull(a: Change, b: Change): Change {
  if (isNone(a)) return b;
  if (isNone(b)) return a;
  return { start: Math.min(a.start, b.start), oldEnd: Math.max(a.oldEnd, b.oldEnd), newEnd: Math.max(a.newEnd, b.newEnd) };
}

/** Compared at once: slices of a text cost little, and their units are compared many at a time. */
const block = 512;

/** The same change as the parser wants it told. */
export function editOf(before: string, after: string): Edit {
  const { start, oldEnd, newEnd } = changeBetween(before, after);
  const startPosition = pointAfter({ row: 0, column: 0 }, before, 0, start);
  return {
    startIndex: start, oldEndIndex: oldEnd, newEndIndex: newEnd, startPosition,
    oldEndPosition: pointAfter(startPosition, before, start, oldEnd), newEndPosition: pointAfter(startPosition, after, start, newEnd),
  };
}

type Point = Edit['startPosition'];

function pointAfter({ row, column }: Point, text: string, from: number, to: number): Point {
  let lineStart = from - column;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
    row++;
    lineStart = at + 1;
  }
  return { row, column: to - lineStart };
}
