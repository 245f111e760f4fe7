/** Changes of a text, and how several of them are made at once. */
import type { Range } from './range.ts';

export interface TextEdit extends Range {
  readonly newText: string;
}

/** In order of position; edits at one place keep their order. */
export const inOrder = <E extends TextEdit>(edits: readonly E[]): E[] => [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

/**
 * Two edits that cannot both be made: their ranges share text, or both insert at one place, where the order would be
 * a matter of luck, or one inserts at the edge of what the other replaces.
 */
export const clash = (a: TextEdit, b: TextEdit): boolean => (a.start < b.end && b.start < a.end) || a.start === b.start || (a.end === b.start && isInsertion(b) !== isInsertion(a)) || (b.end === a.start && isInsertion(b) !== isInsertion(a));

const isInsertion = (edit: TextEdit): boolean => edit.start === edit.end;

/** Edits must not overlap; several insertions at one place are made in the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of inOrder(edits)) {
    result += text.slice(at, edit.start) + edit.newText;
    at = Math.max(at, edit.end);
  }
  return result + text.slice(at);
}

/** The line end a text uses: that of its first line. */
export const lineEndOf = (text: string): '\r\n' | '\n' => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n');
/** Offset of the first character of the line that holds `offset`. */
export const lineStart = (text: string, offset: number): number => (offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1);
/** Offset of the end of the line that holds `offset`, before its line end. */
export function lineEnd(text: string, offset: number): number {
  const next = text.indexOf('\n', offset);
  if (next < 0) return text.length;
  return next > offset && text[next - 1] === '\r' ? next - 1 : next;
}
/** The blanks that a line begins with. */
export const indentAt = (text: string, offset: number): string => /^[ \t]*/.exec(text.slice(lineStart(text, offset), lineEnd(text, offset)))![0];
