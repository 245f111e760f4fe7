/** String literals of programs, character by character, with the place in the text of each: what stands inside them is read and changed there. */
import type { Language } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { type Char, hole } from './shell/words.ts';

const pythonStart = /([rRbBuUfFtT]{0,2})("""|'''|"|')/y;
const scalaStart = /(s|f|raw)?("""|")/y;
/** Between literals that stand side by side. */
const between = /(?:\s|\\\r?\n|#[^\n]*)+/y;

const at = (pattern: RegExp, text: string, from: number): RegExpExecArray | null => {
  pattern.lastIndex = from;
  return pattern.exec(text);
};

/** Of a range that holds literals and nothing else, side by side where the language joins them; undefined for any other. Code in them is a hole. */
export function charsInCode(text: string, { start, end }: Range, language: Language): Char[] | undefined {
  const chars: Char[] = [];
  for (let from = start; from < end; ) {
    const opening = at(language === 'python' ? pythonStart : scalaStart, text, from);
    if (!opening) return undefined;
    const close = literalAt(text, from + opening[0].length, end, { quotes: opening[2]!, prefix: (opening[1] ?? '').toLowerCase(), language }, chars);
    if (close === undefined) return undefined;
    from = close;
    if (from >= end) break;
    const blanks = language === 'python' ? at(between, text, from) : null;
    if (!blanks) return undefined;
    from += blanks[0].length;
  }
  return chars.length > 0 || end > start ? chars : undefined;
}

interface Opening {
  readonly quotes: string;
  readonly prefix: string;
  readonly language: Language;
}

/** Adds the characters of one literal, and gives the place behind its quotes; undefined where it has no end. */
function literalAt(text: string, from: number, end: number, { quotes, prefix, language }: Opening, into: Char[]): number | undefined {
  const python = language === 'python';
  const raw = python ? prefix.includes('r') : quotes.length === 3 || prefix === 'raw';
  const formatted = python ? /[ft]/.test(prefix) : prefix !== '';
  const add = (char: string, start: number, next: number): void => void into.push({ char, start, end: next, within: 'json', parts: false, conditional: false });
  for (let index = from; index < end; ) {
    if (text.startsWith(quotes, index)) {
      // More quotes than three end a long string of Scala: the first of them belong to it.
      if (!python && quotes.length === 3 && text[index + 3] === '"') add('"', index, ++index);
      else return index + quotes.length;
      continue;
    }
    const char = text[index]!;
    const code = formatted ? codeAt(text, index, end, python) : undefined;
    if (code) {
      add(code.char, index, code.end);
      index = code.end;
    } else if (char === '\\' && (!raw || python)) {
      const escape = raw ? undefined : escapeAt(text, index);
      if (escape) {
        if (escape.char !== '') add(escape.char, index, escape.end);
        index = escape.end;
        continue;
      }
      // Both stay; a quote behind it ends nothing.
      add(char, index, ++index);
      if (index < end) add(text[index]!, index, ++index);
    } else if (char === '\r' && text[index + 1] === '\n') index++;
    else add(char, index, ++index);
  }
  return undefined;
}

/** What is filled in, or a sign that is doubled so that nothing is. */
function codeAt(text: string, index: number, end: number, python: boolean): { readonly char: string; readonly end: number } | undefined {
  const char = text[index]!;
  if (python) {
    if (char !== '{' && char !== '}') return undefined;
    if (text[index + 1] === char) return { char, end: index + 2 };
    return char === '{' ? { char: hole, end: closing(text, index, end) } : undefined;
  }
  if (char !== '$') return undefined;
  if (text[index + 1] === '$') return { char, end: index + 2 };
  if (text[index + 1] === '{') return { char: hole, end: closing(text, index + 1, end) };
  const name = /[A-Za-z_]\w*/y;
  name.lastIndex = index + 1;
  const found = name.exec(text);
  return found ? { char: hole, end: index + 1 + found[0].length } : undefined;
}

/** Behind the brace that closes one. */
function closing(text: string, from: number, end: number): number {
  let depth = 0;
  for (let index = from; index < end; index++) {
    if (text[index] === '{') depth++;
    else if (text[index] === '}' && --depth === 0) return index + 1;
  }
  return end;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '\\': '\\', "'": "'", '"': '"' };

/** undefined: no escape; one by a number stands for what is not told here. */
function escapeAt(text: string, index: number): { readonly char: string; readonly end: number } | undefined {
  const next = text[index + 1] ?? '';
  const lineEnd = text.startsWith('\r\n', index + 1) ? 2 : next === '\n' ? 1 : 0;
  if (lineEnd > 0) return { char: '', end: index + 1 + lineEnd };
  const char = escapes[next] ?? (/[xuUN0-7]/.test(next) ? hole : undefined);
  return char === undefined ? undefined : { char, end: index + 2 };
}
