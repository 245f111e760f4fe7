/** What the runner needs to know of a document, whichever kind it is: where its comments, statements and sections are. */
import type { Setting, SparkProgram } from '../analysis/model.ts';
import { type ConfDocument, type ConfEntry, isData, isScript, isScriptForm, type Section } from '../program/conf.ts';
import type { Lowered } from '../program/program.ts';
import type { RuleLanguage } from '../rule/rule.ts';
import { definitionsAt, statementAt, statementsOf } from '../rule/statements.ts';
import { settingCells } from '../syntax/notebook-settings.ts';
import { type Range, touches } from '../text/range.ts';
import { lastStartingBy } from '../text/range-index.ts';
import type { CommentedText } from './suppressions.ts';

export interface LintedText extends CommentedText {
  readonly language: RuleLanguage;
  /** Nothing is reported inside these. */
  readonly errors: readonly Range[];
  /** Qualified name of the definition, or key of the entry, around an offset. */
  inside(offset: number): string;
}

/** An `ignore-file` counts within the first lines of a file; in a notebook, in the first cell with code and above it. */
const headLines = 20;

/** `cells`: those of a notebook in its other language. */
export const codeText = (lowered: Lowered, cells?: Lowered): LintedText => (cells ? mixedText(lowered, cells) : plainText(lowered));

function plainText(lowered: Lowered): LintedText {
  const { text } = lowered;
  const head = lowered.notebook ? { start: 0, end: firstCell(lowered).end } : { start: 0, end: endOfLines(text, headLines) };
  return {
    text, head, language: lowered.language, comments: lowered.comments, errors: lowered.errors,
    marker: lowered.language === 'python' ? '#' : '//', trailing: true,
    headInsertion: headInsertion(lowered), closed: settingCells(lowered),
    statement: (offset) => statementAt(lowered, offset),
    inside: (offset) => definitionsAt(lowered, offset).map((def) => def.name).join('.'),
  };
}

/** Of a notebook with cells in its other language: each line belongs to the program that it is of. */
function mixedText(lowered: Lowered, cells: Lowered): LintedText {
  const own = plainText(lowered);
  const other = plainText(cells);
  const ends = [...lowered.text.matchAll(/\n|$/g)].map(({ index }) => index);
  const lines = ends.map((end, index) => ({ start: index === 0 ? 0 : ends[index - 1]! + 1, end })).filter(({ start, end }) => /\S/.test(cells.text.slice(start, end)));
  const isOther = (offset: number): boolean => touches(lines[lastStartingBy(lines, offset)] ?? nowhere, offset);
  const text = [...lines, { start: own.text.length, end: own.text.length }].map(({ start, end }, index) => own.text.slice(lines[index - 1]?.end ?? 0, start) + cells.text.slice(start, end)).join('');
  const at = (offset: number): LintedText => (isOther(offset) ? other : own);
  const inOrder = (ranges: readonly Range[], others: readonly Range[]): Range[] => [...ranges.filter(({ start }) => !isOther(start)), ...others].sort((a, b) => a.start - b.start);
  return {
    ...own, text,
    comments: inOrder(own.comments, other.comments), errors: inOrder(own.errors, other.errors),
    statement: (offset) => at(offset).statement(offset), inside: (offset) => at(offset).inside(offset),
    marked: (offset) => (isOther(offset) ? { mark: `${own.marker} MAGIC `, marker: other.marker } : undefined),
  };
}
const nowhere: Range = { start: -1, end: -1 };

/** The first cell with a statement: cells of SQL or text before it hold no code. */
function firstCell(lowered: Lowered): Range {
  const first = statementsOf(lowered)[0]?.start ?? 0;
  return lowered.pieces.find((piece) => piece.start <= first && first <= piece.end) ?? { start: 0, end: lowered.text.length };
}

/** Below the lines that must come first: a shebang, an encoding, a notebook's mark, the magic of a cell. */
function headInsertion(lowered: Lowered): number {
  const marked = /^\uFEFF?(?:#|\/\/) \w+ notebook source/.test(lowered.text);
  const start = lowered.notebook && !marked ? firstCell(lowered).start : 0;
  const head = /^\uFEFF?(?:(?:#!.*|#.*coding[:=].*|(?:#|\/\/) \w+ notebook source.*|%%.*)(?:\r?\n|$))*/.exec(lowered.text.slice(start));
  return start + (head?.[0].length ?? 0);
}

export function confText(document: ConfDocument): LintedText {
  const { text } = document;
  const { sections } = document;
  const entries = sections.flatMap((section) => section.entries).sort((a, b) => a.start - b.start);
  const entry = (offset: number): ConfEntry | undefined => innermost(entries, offset, script ? entries.length : 1);
  const script = isScript(document);
  return {
    text, language: script ? 'shell' : 'conf', comments: document.comments, errors: 'errors' in document ? document.errors : [], bodies: script ? document.bodies : sections.filter(({ comments }) => comments !== undefined), ...markersOf(document),
    trailing: document.form === 'shell' || document.form === 'makefile' || isData(document), closed: sections.filter(({ closed }) => closed),
    head: { start: 0, end: endOfLines(text, headLines) },
    headInsertion: topOf(document.form).exec(text)![0].length,
    statement: script ? (offset) => innermost(document.statements, offset) : entry,
    inside: (offset) => entry(offset)?.key ?? innermost(sections, offset, script ? sections.length : 1)?.command?.launcher ?? '',
  };
}

function markersOf(document: ConfDocument): Pick<LintedText, 'marker' | 'closer'> {
  if (document.form === 'xml') return { marker: '<!--', closer: ' -->' };
  if (document.form === 'sql') return { marker: '--' };
  // JSON has no comments, unless whoever reads this file knows some.
  return { marker: document.form !== 'json' ? '#' : document.commented ? '//' : '' };
}

/** The lines that must come first. */
function topOf(form: ConfDocument['form']): RegExp {
  if (form === 'xml') return /^\uFEFF?(?:\s*<\?[^]*?\?>[ \t]*(?:\r?\n)?)?/;
  return isScriptForm(form) ? /^\uFEFF?(?:#(?:!|[ \t]*(?:syntax|escape)[ \t]*=).*(?:\r?\n|$))*/ : /^\uFEFF?/;
}

/** Of ranges in order, the last to begin among those around a place; `deep`: so many may lie in one another. */
function innermost<R extends Range>(ranges: readonly R[], offset: number, deep = ranges.length): R | undefined {
  const last = lastStartingBy(ranges, offset);
  for (let index = last; index >= 0 && index > last - deep; index--) if (touches(ranges[index]!, offset)) return ranges[index];
  return undefined;
}

function endOfLines(text: string, count: number): number {
  let end = -1;
  for (let line = 0; line < count; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return text.length;
  }
  return end;
}

/** The entries of a section as settings. */
export function settingsOfSection({ path, form }: Pick<ConfDocument, 'path'> & { readonly form?: ConfDocument['form'] }, { entries, means }: Section): Setting[] {
  const site = (range: Range) => ({ module: path, start: range.start, end: range.end });
  return entries.map((entry) => ({
    key: entry.key, value: entry.value, keySite: site(entry.keyRange), valueSite: site(entry.valueRange), site: site(entry),
    means: means ?? (form !== undefined && isScriptForm(form) ? 'command' : 'file'), told: entry.told,
  }));
}

export const settingsOfConf = (document: ConfDocument): Setting[] => document.sections.flatMap((section) => settingsOfSection(document, section));

/** What a program says in variables that its own session is started with. */
export const settingsOfEnvironment = ({ path, sections }: Pick<SparkProgram, 'path' | 'sections'>): Setting[] => sections.filter(({ means }) => means === 'environment').flatMap((section) => settingsOfSection({ path }, section));
