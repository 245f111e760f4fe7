/**
 * Comments that silence rules: `# sparkcheck: ignore[name, other] reason` behind a line or alone above it, and
 * `# sparkcheck: ignore-file[name] reason` at the top. Names are required, so that nothing is silenced by accident.
 */
import type { Rule } from '../rule/rule.ts';
import type { Range } from '../text/range.ts';
import { contains } from '../text/range.ts';
import { indentAt, lineEnd, lineEndOf, lineStart, type TextEdit } from '../text/edits.ts';
import { lastStartingBy } from '../text/range-index.ts';
import { groupedBy } from '../rule/queries.ts';

/** What suppressions need to know of a document, code or configuration. */
export interface CommentedText {
  readonly text: string;
  /** The marker included, in order. */
  readonly comments: readonly Range[];
  /** Starts a comment: `#`, `//`; empty where none can stand. */
  readonly marker: string;
  /** Ends one. */
  readonly closer?: string | undefined;
  /** A comment behind other text on its line is a comment (in properties files it would be part of the value). */
  readonly trailing: boolean;
  /** There it would be, too, although elsewhere it is none. */
  readonly bodies?: readonly Range[] | undefined;
  /** No comment of ours can stand in these at all. */
  readonly closed?: readonly Range[] | undefined;
  /** How a line begins that belongs to a cell in another language, and what starts a comment there. */
  readonly marked?: ((offset: number) => { readonly mark: string; readonly marker: string } | undefined) | undefined;
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

const directive = /(?:#+|\/\/+|--+|!|<!--)[ \t]*sparkcheck:[ \t]*ignore(-file)?(?![\w-])[ \t]*(\[[^\]\n]*\]?)?/g;

/** What a document's comments say, read once. */
interface Silences {
  readonly all: readonly Suppression[];
  /** By the line they speak of, and by name there. */
  readonly lines: ReadonlyMap<number, Silenced>;
  readonly file: Silenced;
  readonly below: ReadonlyMap<Range, number>;
}

interface Silenced {
  /** The comment that a further name goes into. */
  readonly first: Suppression | undefined;
  readonly names: ReadonlyMap<string, readonly SuppressedName[]>;
}

const known = new WeakMap<CommentedText, Silences>();

function silencesOf(document: CommentedText): Silences {
  let silences = known.get(document);
  if (!silences) known.set(document, (silences = readSilences(document)));
  return silences;
}

function readSilences(document: CommentedText): Silences {
  const below = linesBelow(document);
  const all = document.text.includes('sparkcheck:') ? document.comments.flatMap((comment) => suppressionsOf(document, comment, below)) : [];
  const lines = groupedBy(all.filter(({ kind }) => kind === 'line'), ({ line }) => line);
  return { all, below, lines: new Map([...lines].map(([line, there]) => [line, silenced(there)])), file: silenced(all.filter(({ kind, line }) => kind === 'file' && line === 0)) };
}

const silenced = (suppressions: readonly Suppression[]): Silenced => ({ first: suppressions[0], names: groupedBy(suppressions.flatMap(({ names }) => names), ({ name }) => name) });

export const suppressionsIn = (document: CommentedText): readonly Suppression[] => silencesOf(document).all;

function suppressionsOf(document: CommentedText, comment: Range, below: ReadonlyMap<Range, number>): Suppression[] {
  if (document.text.startsWith('/*', comment.start)) return [];
  return [...document.text.slice(comment.start, comment.end).matchAll(directive)].map((match): Suppression => {
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
      line: match[1] ? (inHead ? 0 : -1) : alone ? below.get(comment)! : lineStart(document.text, comment.start),
    };
  });
}

function namesIn(list: string, offset: number): SuppressedName[] {
  return [...list.matchAll(/[^\s,[\]]+/g)].map((match) => ({ name: match[0], start: offset + match.index, end: offset + match.index + match[0].length }));
}

/** Of each comment the next line that is more than a comment, -1 where an empty line comes first: comments may stand between. */
function linesBelow({ text, comments }: CommentedText): Map<Range, number> {
  const below = new Map<Range, number>();
  const byStart = new Map(comments.map((comment) => [comment.start, comment]));
  // From the last one up: what stands below a comment is known by then.
  for (const comment of [...comments].reverse()) {
    const next = text.indexOf('\n', comment.end);
    const start = next + 1;
    const content = next < 0 ? -1 : text.slice(start, lineEnd(text, start)).search(/\S/);
    const under = byStart.get(start + content);
    below.set(comment, content < 0 ? -1 : under ? below.get(under)! : start);
  }
  return below;
}

/** Starts of the lines where a comment silences a finding: its own, and the first and last of its statement. What is found in a comment belongs to the line below too. */
function linesOf(document: CommentedText, range: Range): number[] {
  const lines = [lineStart(document.text, range.start)];
  const comment = document.comments[lastStartingBy(document.comments, range.start)];
  if (comment && contains(comment, range)) return [...lines, silencesOf(document).below.get(comment)!];
  const statement = document.statement(range.start);
  if (statement) lines.push(lineStart(document.text, statement.start));
  if (statement && !statement.compound) lines.push(lineStart(document.text, Math.max(statement.start, statement.end - 1)));
  return lines;
}

/** The names in comments that silence a finding of this rule. */
export function silencing(document: CommentedText, rule: Rule, range: Range): SuppressedName[] {
  const { all, file, lines } = silencesOf(document);
  if (all.length === 0) return [];
  const there = [file, ...new Set(linesOf(document, range).map((line) => lines.get(line)))];
  return there.flatMap((silenced) => [rule.name, ...(rule.former ?? [])].flatMap((name) => silenced?.names.get(name) ?? []));
}

/** Edits that silence one rule at a finding, extending a comment that is there already. */
export function suppressLine(document: CommentedText, rule: string, range: Range): TextEdit[] {
  const { text } = document;
  if (document.closed?.some((each) => contains(each, range))) return suppressFile(document, rule);
  const lines = linesOf(document, range);
  const silences = silencesOf(document);
  const existing = lines.map((each) => silences.lines.get(each)?.first).find((each) => each !== undefined);
  if (existing) return extend(existing, rule);
  if (document.marker === '') return [];
  const marked = document.marked?.(range.start);
  const comment = `${marked?.marker ?? document.marker} sparkcheck: ignore[${rule}]${document.closer ?? ''}`;
  const statement = document.statement(range.start) ?? range;
  const line = lineStart(text, range.start);
  const end = lineEnd(text, range.start);
  const oneLine = lineStart(text, statement.start) === line && (('compound' in statement && statement.compound) ? !/\\$/.test(text.slice(line, end)) : statement.end <= end);
  if (document.trailing && !document.bodies?.some((body) => contains(body, range)) && oneLine && !inString(document, statement, end)) {
    const blanks = /[ \t]*$/.exec(text.slice(line, end))![0].length;
    return [{ start: end - blanks, end, newText: `  ${comment}` }];
  }
  const first = lineStart(text, statement.start);
  const byteOrderMark = text.startsWith('\uFEFF') && first === 0 ? 1 : 0;
  return [{ start: first + byteOrderMark, end: first + byteOrderMark, newText: `${marked?.mark ?? indentAt(text, first)}${comment}${lineEndOf(text)}` }];
}

/** A compound statement's head may end its first line within a string or an open bracket: then a comment cannot stand there. */
function inString(document: CommentedText, statement: Range, end: number): boolean {
  const head = document.text.slice(statement.start, end);
  const count = (mark: string): number => head.split(mark).length - 1;
  return (count('"""') + count("'''")) % 2 === 1;
}

/** Edits that silence one rule in the whole file. */
export function suppressFile(document: CommentedText, rule: string): TextEdit[] {
  const existing = silencesOf(document).file.first;
  if (existing) return extend(existing, rule);
  if (document.marker === '') return [];
  const at = document.headInsertion;
  const open = at > 0 && !/[\n\uFEFF]/.test(document.text[at - 1]!);
  const newLine = lineEndOf(document.text);
  return [{ start: at, end: at, newText: `${open ? newLine : ''}${document.marker} sparkcheck: ignore-file[${rule}]${document.closer ?? ''}${newLine}` }];
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
  const another = document.closer === undefined ? text.slice(suppression.end, comment.end).search(/[ \t]*(#|\/\/|--)/) : -1;
  const stop = another < 0 ? comment.end : suppression.end + another;
  const wholeComment = suppression.start === comment.start && stop === comment.end;
  if (suppression.alone && wholeComment) {
    const start = lineStart(text, comment.start);
    const end = lineEnd(text, comment.end);
    const after = text.startsWith('\r\n', end) ? end + 2 : text.startsWith('\n', end) ? end + 1 : end;
    return [{ start: text.startsWith('\uFEFF') && start === 0 ? 1 : start, end: after, newText: '' }];
  }
  const blanks = /[ \t]*$/.exec(text.slice(lineStart(text, suppression.start), suppression.start))![0].length;
  const keepFirst = suppression.start === comment.start && stop < comment.end;
  return [{ start: keepFirst ? suppression.start : suppression.start - blanks, end: keepFirst ? stop + /^[ \t]*/.exec(text.slice(stop))![0].length : stop, newText: '' }];
}

