/** A half-open range of UTF-16 offsets in a document's (or module's) text. Line and column exist only at the edges. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export const contains = (outer: Range, inner: Range): boolean => outer.start <= inner.start && inner.end <= outer.end;
export const touches = (range: Range, offset: number): boolean => range.start <= offset && offset <= range.end;
export const overlaps = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end;
export const sliceOf = (text: string, range: Range): string => text.slice(range.start, range.end);
