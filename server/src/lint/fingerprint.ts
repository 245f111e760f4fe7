/**
 * What names a finding across edits: the rule, the definition (or key) around it, the code of its lines with blanks
 * folded and comments left out, and its number among equals. Line numbers play no part.
 */
import type { Range } from '../text/range.ts';
import { lineEnd, lineStart } from '../text/edits.ts';
import { lastStartingBy } from '../text/range-index.ts';

/** The lines of a range as code: comments, which are given in order, out; blanks folded. */
export function normalisedCode(text: string, range: Range, comments: readonly Range[]): string {
  const start = lineStart(text, range.start);
  const end = lineEnd(text, Math.max(range.start, range.end - 1));
  let code = '';
  let at = start;
  for (let index = Math.max(0, lastStartingBy(comments, start)); index < comments.length; index++) {
    const comment = comments[index]!;
    if (comment.start >= end) break;
    if (comment.end <= start) continue;
    code += text.slice(at, Math.max(at, comment.start));
    at = Math.min(end, comment.end);
  }
  return (code + text.slice(at, end)).replace(/\s+/g, ' ').trim();
}

/** Gives each item its fingerprint; items in order of position, so that equals are numbered from the top. */
export function fingerprints(items: readonly { readonly rule: string; readonly inside: string; readonly code: string }[]): string[] {
  const seen = new Map<string, number>();
  return items.map(({ rule, inside, code }) => {
    const key = [rule, inside, code].join('\u0000');
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return hash(`${key}\u0000${ordinal}`);
  });
}

/** FNV-1a, 64 bits, over UTF-16 units; 16 hexadecimal digits. Not for secrets. */
export function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) value = BigInt.asUintN(64, (value ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return value.toString(16).padStart(16, '0');
}
