/** What the readers of raw text share, whichever language it is in: where lines end, and what is put in place of what the grammar stumbles over. */
import type { Range } from '../text/range.ts';

/** A stretch of text that is parsed as another of the same length. */
export interface Patch extends Range {
  /** What stands there instead, before blanks. */
  readonly newText: string;
}

const newline = 10;
const carriageReturn = 13;

/** The end of the line, at `to` at the latest. */
export function endOfLine(text: string, at: number, to: number): number {
  let end = at;
  while (end < to && text.charCodeAt(end) !== newline && text.charCodeAt(end) !== carriageReturn) end++;
  return end;
}

/** In their order, none within another: of two at one place the longer counts. */
export function joined(patches: readonly Patch[]): Patch[] {
  const apart: Patch[] = [];
  for (const patch of [...patches].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    if (!last || patch.start >= last.end) {
      if (patch.end > patch.start) apart.push(patch);
    } else if (patch.end > last.end) apart[apart.length - 1] = { ...last, end: patch.end };
  }
  return apart;
}

/** The text from one place to another with patches in it; line ends stay. */
export function patched(text: string, from: number, to: number, patches: readonly Patch[]): string {
  let result = '';
  let at = from;
  for (const { start, end, newText } of patches) {
    result += text.slice(at, start) + newText + text.slice(start + newText.length, end).replace(/[^\r\n]/g, ' ');
    at = end;
  }
  return result + text.slice(at, to);
}
