/** Where Scala's strings, characters and comments end. */

const newline = 10;
const quote = 34;
const dollar = 36;
const apostrophe = 39;
const backslash = 92;

/** Comments stand in comments. */
export function endOfBlockComment(text: string, at: number, to: number): number {
  let depth = 0;
  let end = at;
  while (end < to) {
    if (text.startsWith('/*', end)) depth++;
    else if (!text.startsWith('*/', end)) {
      end++;
      continue;
    } else depth--;
    end += 2;
    if (depth === 0) return Math.min(end, to);
  }
  return to;
}

/** What stands in quotes: how many, and whether `$` and backslashes mean something in it. */
export interface Quotes {
  readonly long: boolean;
  readonly interpolated: boolean;
}

export const quotesAt = (text: string, at: number, interpolated: boolean): Quotes => ({ long: text.startsWith('"""', at), interpolated });

/**
 * How far a string goes from a place in it: behind its last quote, or behind `${`, where code begins. Undefined: it was
 * never closed, or not on its line.
 */
export function endOfPiece(text: string, at: number, to: number, { long, interpolated }: Quotes): { readonly end: number; readonly splice: boolean } | undefined {
  let end = at;
  while (end < to) {
    const unit = text.charCodeAt(end);
    if (unit === quote) {
      if (!long) return { end: end + 1, splice: false };
      let last = end + 1;
      while (text.charCodeAt(last) === quote) last++;
      if (last - end >= 3) return last <= to ? { end: last, splice: false } : undefined;
      end = last;
    } else if (unit === newline && !long) return undefined;
    else if (unit === dollar && interpolated) {
      const next = text.charCodeAt(end + 1);
      if (next === 123) return { end: end + 2, splice: true };
      end += next === dollar || next === quote ? 2 : 1;
    } else end += unit === backslash && !long ? 2 : 1;
  }
  return undefined;
}

/** Behind a character; undefined: a symbol or a quotation begins here. */
export function endOfCharacter(text: string, at: number): number | undefined {
  if (text.charCodeAt(at + 1) !== backslash) return text.charCodeAt(at + 2) === apostrophe && text.charCodeAt(at + 1) !== newline ? at + 3 : undefined;
  const end = text.indexOf("'", at + 3);
  return end >= 0 && end - at < longestEscape ? end + 1 : undefined;
}

/** Quotes and all: `'\u0041'`. */
const longestEscape = 10;

/** Behind a name in backquotes; undefined: it does not end on its line. */
export function endOfBackquoted(text: string, at: number, to: number): number | undefined {
  const end = text.indexOf('`', at + 1);
  return end < 0 || end >= to || text.slice(at, end).includes('\n') ? undefined : end + 1;
}
