/** Where Python's strings end. */

const newline = 10;
const backslash = 92;

/** Where a long string ends that begins at `at`; undefined: it does not. */
export function endOfLong(text: string, at: number, to: number): number | undefined {
  const quotes = text.slice(at, at + 3);
  let close = text.indexOf(quotes, at + 3);
  while (close >= 0 && isEscaped(text, close)) close = text.indexOf(quotes, close + 1);
  return close < 0 || close + 3 > to ? undefined : close + 3;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
  return slashes % 2 === 1;
}

/** Where a string ends that begins at `at`; undefined: it does not on its line, or not before a brace does. */
export function endOfShort(text: string, at: number, to: number): number | undefined {
  if (!isFormatted(text, at)) return endOfPlain(text, at, to);
  const end = endOfFormatted(text, at, to);
  if (end !== undefined) return end;
  // A quote in a format (`{x:"^9}`) begins no string.
  const plain = endOfPlain(text, at, to);
  const braces = plain === undefined ? '{' : text.slice(at, plain).replace(/\{\{|\}\}|[^{}]/g, '');
  return /^(?:\{\})*$/.test(braces) ? plain : undefined;
}

function endOfPlain(text: string, at: number, to: number): number | undefined {
  const quote = text.charCodeAt(at);
  let end = at + 1;
  while (end < to) {
    const unit = text.charCodeAt(end);
    if (unit === quote) return end + 1;
    if (unit === newline) return undefined;
    end += unit === backslash ? escapeLength(text, end) : 1;
  }
  return undefined;
}

const escapeLength = (text: string, at: number): number => (text.startsWith('\r\n', at + 1) ? 3 : 2);

const isFormatted = (text: string, at: number): boolean => /[ft]r?$/i.test(text.slice(Math.max(0, at - 2), at));

/** Strings within braces are strings of their own, whatever their quotes. */
function endOfFormatted(text: string, at: number, to: number): number | undefined {
  const quote = text.charCodeAt(at);
  let depth = 0;
  let end = at + 1;
  while (end < to) {
    const unit = text.charCodeAt(end);
    if (unit === newline) return undefined;
    if (depth === 0 && unit === quote) return end + 1;
    if (unit === backslash) end += escapeLength(text, end);
    else if (depth === 0 && unit === 123 && text.charCodeAt(end + 1) === 123) end += 2;
    else if (depth > 0 && (unit === 34 || unit === 39)) {
      const inner = endOfShort(text, end, to);
      if (inner === undefined) return undefined;
      end = inner;
    } else {
      if (unit === 123) depth++;
      else if (unit === 125 && depth > 0) depth--;
      end++;
    }
  }
  return undefined;
}
