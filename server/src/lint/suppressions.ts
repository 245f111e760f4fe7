/**
 * Comments that silence rules: `# sparkcheck: ignore[name, other] reason` behind a line or alone above it, and
 * `# sparkcheck: ignore-file[name] reason` at the top. Names are required, so that nothing is silenced by accident.
 */
import type { Rule } from '../rule/rule.ts';
import type { Range } from '../text/range.ts';
import { contains } from '../text/range.ts';
import { indentAt, lineEnd, lineEndOf, lineStart, type TextEdit } from '../text/edits.ts';
import { answersTo } from './selection.ts';

/** What suppressions need to know of a document, code or configuration. */
export interface CommentedText {
  readonly text: string;
  /** The marker included, in order. */
  readonly comments: readonly Range[];
  /** Starts a comment: `#`, `//`. */
  readonly marker: string;
  /** A comment behind other text on its line is a comment (in properties files it would be part of the value). */
  readonly trailing: boolean;
  /** Where an `ignore-file` counts, and where a new one goes. */
  readonly head: Range;
  readonly headInsertion: number;
  /** The whole statement or entry around an offset. */
  statement(offset: number): (Range & { readonly compound?: boolean }) | undefined;
}

export interface SuppressedName extends Range {
  readonly name: string;
}

export interface Suppression extends Range {
  readonly kind: 'line' | 'file';
  readonly names: readonly SuppressedName[];
  /** The names with their brackets; undefined where none stand. */
  readonly brackets: Range | undefined;
  /** The comment it stands in. */
  readonly comment: Range;
  readonly alone: boolean;
  /** Start of the line it speaks of; -1: of none. */
  readonly line: number;
}

const directive = /(?:#+|\/\/+|\/\*+|!)[ \t]*sparkcheck:[ \t]*ignore(-file)?(?![\w-])[ \t]*(\[[^\]\n]*\]?)?/g;

export function suppressionsIn(document: CommentedText): Suppression[] {
  if (!document.text.includes('sparkcheck:')) return [];
  return document.comments.flatMap((comment) => [...document.text.slice(comment.start, comment.end).matchAll(directive)].map((match): Suppression => {
    const start = comment.start + match.index;
    const end = start + match[0].length;
    const list = match[2];
    const listStart = end - (list?.length ?? 0);
    const alone = document.text.slice(lineStart(document.text, comment.start), comment.start).trim() === '';
    const inHead = contains(document.head, comment);
    return {
      start, end, comment, alone,
      kind: match[1] ? 'file' : 'line',
      names: list === undefined ? [] : namesIn(list, listStart),
      brackets: list === undefined ? undefined : { start: listStart, end },
      line: match[1] ? (inHead ? 0 : -1) : alone ? lineBelow(document, comment) : lineStart(document.text, comment.start),
    };
  }));
}

function namesIn(list: string, offset: number): SuppressedName[] {
  return [...list.matchAll(/[^\s,[\]]+/g)].map((match) => ({ name: match[0], start: offset + match.index, end: offset + match.index + match[0].length }));
}

/** The next line that is more than a comment; comments may stand between, empty lines not. */
function lineBelow(document: CommentedText, comment: Range): number {
  const { text } = document;
  let end = lineEnd(text, comment.end);
  for (;;) {
    const next = text.indexOf('\n', end);
    if (next < 0) return -1;
    const start = next + 1;
    end = lineEnd(text, start);
    const content = text.slice(start, end).search(/\S/);
    if (content < 0) return -1;
    if (!document.comments.some((other) => other.start === start + content)) return start;
  }
}

/** Starts of the lines where a comment silences a finding: its own, and the first and last of its statement. What is found in a comment belongs to the line below too. */
function linesOf(document: CommentedText, range: Range): number[] {
  const lines = [lineStart(document.text, range.start)];
  const comment = document.comments.find((each) => contains(each, range));
  if (comment) return [...lines, lineBelow(document, comment)];
  const statement = document.statement(range.start);
  if (statement) lines.push(lineStart(document.text, statement.start));
  if (statement && !statement.compound) lines.push(lineStart(document.text, Math.max(statement.start, statement.end - 1)));
  return lines;
}

/** The names, by suppression, that silence a finding of this rule. */
export function silencing(document: CommentedText, suppressions: readonly Suppression[], rule: Rule, range: Range): SuppressedName[] {
  if (suppressions.length === 0) return [];
  const lines = linesOf(document, range);
  return suppressions
    .filter((each) => (each.kind === 'file' ? each.line === 0 : lines.includes(each.line)))
    .flatMap((each) => each.names.filter(({ name }) => answersTo(rule, name)));
}

/** Edits that silence one rule at a finding, extending a comment that is there already. */
export function suppressLine(document: CommentedText, rule: string, range: Range): TextEdit[] {
  const { text } = document;
  const lines = linesOf(document, range);
  const existing = suppressionsIn(document).find((each) => each.kind === 'line' && lines.includes(each.line));
  if (existing) return extend(existing, rule);
  const statement = document.statement(range.start) ?? range;
  const line = lineStart(text, range.start);
  const end = lineEnd(text, range.start);
  const oneLine = lineStart(text, statement.start) === line && (('compound' in statement && statement.compound) ? !/\\$/.test(text.slice(line, end)) : statement.end <= end);
  if (document.trailing && oneLine && !inString(document, statement, end)) {
    const blanks = /[ \t]*$/.exec(text.slice(line, end))![0].length;
    return [{ start: end - blanks, end, newText: `  ${document.marker} sparkcheck: ignore[${rule}]` }];
  }
  const first = lineStart(text, statement.start);
  const byteOrderMark = text.startsWith('\uFEFF') && first === 0 ? 1 : 0;
  return [{ start: first + byteOrderMark, end: first + byteOrderMark, newText: `${indentAt(text, first)}${document.marker} sparkcheck: ignore[${rule}]${lineEndOf(text)}` }];
}

/** A compound statement's head may end its first line within a string or an open bracket: then a comment cannot stand there. */
function inString(document: CommentedText, statement: Range, end: number): boolean {
  const head = document.text.slice(statement.start, end);
  const count = (mark: string): number => head.split(mark).length - 1;
  return (count('"""') + count("'''")) % 2 === 1;
}

/** Edits that silence one rule in the whole file. */
export function suppressFile(document: CommentedText, rule: string): TextEdit[] {
  const existing = suppressionsIn(document).find((each) => each.kind === 'file' && each.line === 0);
  if (existing) return extend(existing, rule);
  const at = document.headInsertion;
  const open = at > 0 && !/[\n\uFEFF]/.test(document.text[at - 1]!);
  const newLine = lineEndOf(document.text);
  return [{ start: at, end: at, newText: `${open ? newLine : ''}${document.marker} sparkcheck: ignore-file[${rule}]${newLine}` }];
}

function extend(suppression: Suppression, rule: string): TextEdit[] {
  const last = suppression.names.at(-1);
  if (last) return [{ start: last.end, end: last.end, newText: `, ${rule}` }];
  const at = suppression.brackets ?? { start: suppression.end, end: suppression.end };
  return [{ start: at.start, end: at.end, newText: `[${rule}]` }];
}

/** Edits that take one name out, or the comment where no other name is left. */
export function withoutName(document: CommentedText, suppression: Suppression, name: SuppressedName): TextEdit[] {
  const rest = suppression.names.filter((other) => other !== name);
  if (rest.length > 0) {
    const index = suppression.names.indexOf(name);
    const next = suppression.names[index + 1];
    const previous = suppression.names[index - 1];
    return [next ? { start: name.start, end: next.start, newText: '' } : { start: previous!.end, end: name.end, newText: '' }];
  }
  return withoutComment(document, suppression);
}

export function withoutComment(document: CommentedText, suppression: Suppression): TextEdit[] {
  const { text } = document;
  const { comment } = suppression;
  const another = text.slice(suppression.end, comment.end).search(/[ \t]*(#|\/\/)/);
  const stop = another < 0 ? comment.end : suppression.end + another;
  const wholeComment = suppression.start === comment.start && stop === comment.end;
  if (suppression.alone && wholeComment) {
    const start = lineStart(text, comment.start);
    const end = lineEnd(text, comment.end);
    const after = text.startsWith('\r\n', end) ? end + 2 : text.startsWith('\n', end) ? end + 1 : end;
    return [{ start: text.startsWith('\uFEFF') && start === 0 ? 1 : start, end: after, newText: '' }];
  }
  const blanks = /[ \t]*$/.exec(text.slice(0, suppression.start))![0].length;
  const keepFirst = suppression.start === comment.start && stop < comment.end;
  return [{ start: keepFirst ? suppression.start : suppression.start - blanks, end: keepFirst ? stop + /^[ \t]*/.exec(text.slice(stop))![0].length : stop, newText: '' }];
}

