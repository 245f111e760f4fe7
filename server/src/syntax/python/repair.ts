/**
 * Brackets and strings that were never closed, found before the parse and blanked. Left to the parser, one of them
 * swallows what follows, to the end of the file at worst, and costs many times what the rest does. Comments come along,
 * since they too are told from strings here.
 */
import type { Comment } from '../../program/program.ts';
import type { Range } from '../../text/range.ts';
import { endOfLine, joined, type Patch, patched } from '../scanning.ts';
import { endOfLong, endOfShort } from './quotes.ts';

export interface Repaired {
  /** As long as what it was made from; line ends stay. */
  readonly text: string;
  readonly comments: readonly Comment[];
  /** What was blanked: syntax errors. */
  readonly faults: readonly Range[];
}

interface Found {
  readonly comments: readonly Comment[];
  readonly faults: readonly Patch[];
}

interface Pass extends Found {
  readonly suspects: readonly Suspect[];
  /** The last long string has no end. */
  readonly open: boolean;
}

/** A long string that holds a definition: code in a string, or one that was never closed. */
interface Suspect {
  readonly start: number;
  readonly definition: number;
  /** What was found before it, and which brackets were open. */
  readonly comments: number;
  readonly faults: number;
  readonly brackets: readonly number[];
}

/** The text between `from` and `to`, which is a whole: a file or a cell. */
export function repair(text: string, from: number, to: number): Repaired {
  const whole = pass(text, from, to);
  const { comments, faults } = whole.open ? withoutOpenString(text, to, whole) : whole;
  const apart = joined(faults);
  return { text: patched(text, from, to, apart), comments, faults: apart };
}

/** Ways to read a text that are tried at most. */
const mostTries = 12;

/**
 * A long string that was never closed ends where the next one begins: from there on code is taken for strings and the
 * other way round, and the last one has no end. The fault is at the string after which the fewest others hold code.
 */
function withoutOpenString(text: string, to: number, whole: Pass): Found {
  const { suspects } = whole;
  let best: Found = whole;
  let fewest = Infinity;
  for (let index = 0; index < Math.min(suspects.length, mostTries) && index <= fewest; index++) {
    const { start, definition, comments, faults, brackets } = suspects[index]!;
    const rest = pass(text, definition, to);
    const left = index + rest.suspects.length + (rest.open ? suspects.length : 0);
    if (left > fewest) continue;
    fewest = left;
    const before = whole.faults.slice(0, faults);
    new Brackets(text, before, [...brackets]).giveUp(definition);
    best = { comments: [...whole.comments.slice(0, comments), ...rest.comments], faults: [...before, { start, end: definition, newText: '_' }, ...rest.faults] };
  }
  return best;
}

const newline = 10;

/** One walk that takes every long string that has an end for one. */
function pass(text: string, from: number, to: number): Pass {
  const comments: Comment[] = [];
  const faults: Patch[] = [];
  const suspects: Suspect[] = [];
  const brackets = new Brackets(text, faults);
  let at = from;
  while (at < to) {
    const unit = text.charCodeAt(at);
    switch (unit) {
      case 40: case 91: case 123: // ( [ {
        brackets.open(at++);
        break;
      case 41: case 93: case 125: // ) ] }
        brackets.close(at++);
        break;
      case 35: { // #
        const end = endOfLine(text, at, to);
        comments.push({ start: at, end, alone: text.slice(text.lastIndexOf('\n', at) + 1, at).trim() === '' });
        at = end;
        break;
      }
      case 34: case 39: { // " '
        const long = text.charCodeAt(at + 1) === unit && text.charCodeAt(at + 2) === unit;
        const end = long ? endOfLong(text, at, to) : endOfShort(text, at, to);
        const definition = long ? definitionIn(text, at + 3, end ?? to) : undefined;
        if (definition !== undefined) suspects.push({ start: at, definition, comments: comments.length, faults: faults.length, brackets: brackets.all });
        if (long && end === undefined) {
          brackets.giveUp(at);
          return { comments, faults: [...faults, { start: at, end: to, newText: '_' }], suspects, open: true };
        }
        if (end === undefined) faults.push(faultAt(text, at, brackets.areOpen ? endOfLine(text, at, to) : endOfContent(text, at, to)));
        at = end ?? Math.max(faults.at(-1)!.end, endOfLine(text, at, to));
        break;
      }
      case newline:
        at++;
        if (brackets.areOpen && beginsStatement(text, at)) brackets.giveUp(at);
        break;
      default: at++;
    }
  }
  brackets.giveUp(to);
  return { comments, faults, suspects, open: false };
}

class Brackets {
  constructor(private readonly text: string, private readonly faults: Patch[], private readonly stack: number[] = []) {}

  get all(): readonly number[] {
    return [...this.stack];
  }

  get areOpen(): boolean {
    return this.stack.length > 0;
  }

  open(at: number): void {
    this.stack.push(at);
  }

  /** Those opened since its own have no end; without its own it is one too many. */
  close(at: number): void {
    const { stack, text } = this;
    const unit = text.charCodeAt(at);
    let own = stack.length - 1;
    while (own >= 0 && !closes(unit, text.charCodeAt(stack[own]!))) own--;
    const wrong = own < 0 ? [at] : stack.splice(own).slice(1);
    for (const start of wrong) this.faults.push({ start, end: start + 1, newText: ' ' });
  }

  /** A statement begins at `before`: what is open will not be closed any more. */
  giveUp(before: number): void {
    let end = 0;
    for (const start of this.stack.splice(0)) {
      if (start < end) continue;
      const fault = faultAt(this.text, start, endOfContent(this.text, start, before));
      ({ end } = fault);
      this.faults.push(fault);
    }
  }
}

const closes = (closer: number, opener: number): boolean => closer === (opener === 40 ? 41 : opener + 2);

const definition = /\n[ \t]*(?:@[\w.]+(?:\([^\n]*\))?[ \t]*\r?\n[ \t]*)*(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+[ \t]*[(:])/;

function definitionIn(text: string, from: number, to: number): number | undefined {
  const found = text.slice(from, to).search(definition);
  return found < 0 ? undefined : from + found + 1;
}

/** What cannot stand at the beginning of a line within brackets. */
const statement = /[ \t]*(?:(?:def|class|import|with|while|raise|assert|del|global|nonlocal|return|elif|except|finally)\b|async[ \t]+(?:def|with)\b|from[ \t]+[\w.]+[ \t]+import\b|(?:try|else)[ \t]*:)/y;

function beginsStatement(text: string, at: number): boolean {
  statement.lastIndex = at;
  return statement.test(text);
}

/** What an open bracket or string takes along: the rest of its line, and lines further in, unless they are a block's. */
function endOfContent(text: string, at: number, before: number): number {
  let end = endOfLine(text, at, before);
  const lineStart = text.lastIndexOf('\n', at) + 1;
  if (header.test(text.slice(lineStart, at))) return end;
  const indentation = indentationAt(text, lineStart);
  for (let next = text.indexOf('\n', end) + 1; next > 0 && next < before; next = text.indexOf('\n', next) + 1) {
    const first = next + indentationAt(text, next);
    const isContent = first - next > indentation || ')]}'.includes(text[first]!);
    if (isContent) end = endOfLine(text, first, before);
    else if (!'\r\n'.includes(text[first]!)) break;
  }
  return end;
}

function indentationAt(text: string, lineStart: number): number {
  let at = lineStart;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  return at - lineStart;
}

/** The beginning of a line behind which a block follows. */
const header = /^[ \t]*(?:async[ \t]+)?(?:def|class|if|elif|for|while|with|except|match|case)\b/;

/** Nothing, or a name of no value where one is needed; a block keeps its colon. */
function faultAt(text: string, start: number, end: number): Patch {
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const before = text.slice(lineStart, start);
  const isCall = /[\w)\]]\s*$/.test(before) && !/\b(?:if|elif|for|in|while|with|and|or|not|return|is|lambda|yield|await|else)\s*$/.test(before) && '(['.includes(text[start]!);
  const value = isCall ? ' ' : '_';
  if (!header.test(before)) return { start, end, newText: value };
  const newText = /^[ \t]*(?:async[ \t]+)?def\b/.test(before) && isCall ? '():' : `${value}:`;
  // Without room for it the parser has to make do with what is written.
  return newText.length <= end - start ? { start, end, newText } : { start, end: start, newText: '' };
}
