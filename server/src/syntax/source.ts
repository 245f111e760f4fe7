/** From a file's text to a module's: notebooks become one text of code cells, magics and shell lines are blanked. */
import type { Language, Piece } from '../program/program.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import type { Range } from '../text/range.ts';
import { lastMember, valuesIn } from './json-places.ts';

export interface ModuleSource {
  readonly language: Language;
  /** Offsets everywhere count in this text: a plain file's own, or the code cells joined by line ends. */
  readonly text: string;
  /** What is parsed: `text` with magics and shell lines replaced by blanks. Same length. */
  readonly masked: string;
  readonly pieces: readonly Piece[];
  readonly notebook: boolean;
}

/** The module in a file; `error` tells what is wrong with it and what to do. */
export function sourceOf(path: string, text: string): ModuleSource | { readonly error: string } {
  if (path.endsWith('.ipynb')) return sourceOfIpynb(text);
  const marks = cellMarks.get(/^\uFEFF?# (\w+) notebook source/.exec(text)?.[1] ?? '');
  if (marks) return markedSource(text, marks);
  return { language: /\.(scala|sc)$/.test(path) ? 'scala' : 'python', text, masked: text.startsWith('\uFEFF') ? ' ' + text.slice(1) : text, pieces: [{ start: 0, end: text.length }], notebook: false };
}

export interface NotebookCell {
  readonly text: string;
  /** 0-based among all cells of the notebook. */
  readonly index: number;
}

/** One module of code cells, as the editor holds them. */
export function sourceOfCells(cells: readonly NotebookCell[]): ModuleSource {
  const pieces: Piece[] = [];
  let text = '';
  for (const cell of cells) {
    const body = cell.text.endsWith('\n') ? cell.text : `${cell.text}\n`;
    pieces.push({ start: text.length, end: text.length + cell.text.length, cell: cell.index });
    text += body;
  }
  return { language: 'python', text, masked: pieces.map((piece, index) => maskCell(text.slice(piece.start, pieces[index + 1]?.start ?? text.length))).join(''), pieces, notebook: true };
}

interface IpynbCell { cell_type?: unknown; source?: unknown; input?: unknown; language?: unknown }

/** Cells of nbformat 4, or of format 3's worksheets; undefined where the JSON is no notebook. */
export function ipynbCells(json: unknown): IpynbCell[] | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const notebook = json as { cells?: unknown; worksheets?: unknown };
  if (Array.isArray(notebook.cells)) return notebook.cells as IpynbCell[];
  if (Array.isArray(notebook.worksheets)) return notebook.worksheets.flatMap((sheet: { cells?: unknown }) => (Array.isArray(sheet?.cells) ? (sheet.cells as IpynbCell[]) : []));
  return undefined;
}

/** Where the same cells stand in the JSON. */
function cellRanges(json: string): Range[] {
  const top = json.search(/[^\s\uFEFF]/);
  const list = (owner: number, name: string): Range[] => {
    const found = lastMember(json, owner, name);
    return found && json[found.start] === '[' ? [...valuesIn(json, found.start)] : [];
  };
  const cells = lastMember(json, top, 'cells');
  if (cells && json[cells.start] === '[') return list(top, 'cells');
  return list(top, 'worksheets').flatMap((sheet) => (json[sheet.start] === '{' ? list(sheet.start, 'cells') : []));
}

export function cellText(cell: IpynbCell): string {
  const source = cell.source ?? cell.input;
  if (typeof source === 'string') return source;
  return Array.isArray(source) ? source.filter((line): line is string => typeof line === 'string').join('') : '';
}

function sourceOfIpynb(text: string): ModuleSource | { readonly error: string } {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { error: `is no valid notebook: ${(error as Error).message}; save it again from Jupyter` };
  }
  const cells = ipynbCells(json);
  if (!cells) return { error: 'holds no cells: not a Jupyter notebook' };
  const kernel = (json as { metadata?: { kernelspec?: { language?: unknown; name?: unknown }; language_info?: { name?: unknown } } }).metadata;
  const language = String(kernel?.language_info?.name ?? kernel?.kernelspec?.language ?? 'python').toLowerCase();
  if (!/python|pyspark|ipython/.test(language)) return sourceOfCells([]);
  return sourceOfCells(cells.flatMap((cell, index) => (cell?.cell_type === 'code' ? [{ text: cellText(cell), index }] : [])));
}

/** Lines that part the cells of a notebook kept as a Python file, by who keeps it so. Magics and texts are comments already. */
const cellMarks: ReadonlyMap<string, RegExp> = new Map([['Databricks', /^# COMMAND -+[^\n]*$/gm], ['Fabric', /^# (?:PARAMETERS )?CELL \*+[^\n]*$/gm]]);

function markedSource(text: string, marks: RegExp): ModuleSource {
  const pieces: Piece[] = [];
  let start = 0;
  let cell = 0;
  for (const match of text.matchAll(marks)) {
    pieces.push({ start, end: match.index, cell: cell++ });
    start = match.index;
  }
  pieces.push({ start, end: text.length, cell });
  return { language: 'python', text, masked: pieces.map((piece) => maskCell(text.slice(piece.start, piece.end))).join(''), pieces, notebook: true };
}

const wholeCellMagic = /^%%(?!time\b|timeit\b|capture\b|prun\b|memit\b|spark\b|pyspark\b|python3?\b|local\b|heading\b|sparksql_never\b)\w+/;

/** Databricks: a cell in another language begins with its name. `%sql query` is a line's magic in Jupyter and stays one. */
const otherLanguage = /^\s*%(?:(?:sql|sh|fs)[ \t]*(?:\r?\n|$)|(?:md|md-sandbox|scala|r)(?=\s|$))/;

/** Magics and shell lines become blanks of the same length, line ends kept; what a magic is assigned to becomes unknown. */
export function maskCell(text: string): string {
  const firstLine = /^\s*(%%[^\n]*)/.exec(text);
  if ((firstLine && wholeCellMagic.test(firstLine[1]!)) || otherLanguage.test(text)) return blank(text);
  const plain = text.replace(/^\uFEFF/, ' ');
  if (!/[%!?]/.test(text)) return plain;
  let continued = false;
  const lines = new LogicalLines();
  return plain.split('\n').map((line) => {
    const magic = continued || (lines.atStart && (/^\s*(%%?[A-Za-z_]|!|\?)/.test(line) || /^\s*[\w.]+\?{1,2}\s*$/.test(line)));
    const assigned = !magic && lines.atStart ? /^(\s*[\w., ]+=\s*)([!%][^=].*)$/.exec(line) : null;
    const timed = magic && !continued ? withoutTiming(line) : undefined;
    continued = timed === undefined && (magic || assigned !== null) && /\\\s*$/.test(line);
    if (magic && timed === undefined) return blank(line);
    if (assigned) return assigned[1]! + blank(assigned[2]!).replace(/^../, '_ ');
    lines.read(timed ?? line);
    return timed ?? line;
  }).join('\n');
}

/** `%time statement` runs it in the notebook's own names: a string of no effect takes the place of the magic. */
function withoutTiming(line: string): string | undefined {
  const [, indent, magic, statement] = /^(\s*)(%(?:time|timeit|memit)\s+(?:-[a-z]\d*\s+(?:\d+\s+)?)*)(\S.*)$/is.exec(line) ?? [];
  if (magic === undefined || /^(?:async|class|def|for|if|try|while|with)\b|^[-!%]/.test(statement!)) return undefined;
  return `${indent}''${' '.repeat(magic.length - 3)};${statement}`;
}

/** Tells whether a statement can begin on the next line: inside brackets and long strings a `%` or `!` is no magic. */
class LogicalLines {
  private depth = 0;
  private quote: string | undefined;
  private continued = false;

  get atStart(): boolean {
    return this.depth === 0 && this.quote === undefined && !this.continued;
  }

  read(line: string): void {
    let at = 0;
    while (at < line.length) {
      if (this.quote !== undefined) {
        const close = afterQuote(line, at, this.quote);
        if (close === undefined) break;
        this.quote = undefined;
        at = close;
        continue;
      }
      token.lastIndex = at;
      const piece = token.exec(line)?.[0];
      if (piece === undefined) break;
      at = token.lastIndex;
      if (piece.length === 3 && (piece === '"""' || piece === "'''")) this.quote = piece;
      else if ('([{'.includes(piece)) this.depth++;
      else if (')]}'.includes(piece)) this.depth = Math.max(0, this.depth - 1);
    }
    this.continued = this.quote === undefined && /\\\r?$/.test(line) && !/#/.test(line);
  }
}

const token = /#.*|"""|'''|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[([{)\]}]/g;

/** Where a line goes on after the quotes that end a long string; undefined where they do not stand on it. */
function afterQuote(line: string, from: number, quote: string): number | undefined {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line.startsWith(quote, at)) return at + quote.length;
  }
  return undefined;
}

const blank = (text: string): string => text.replace(/[^\n\r]/g, ' ');

export interface Position {
  readonly cell?: number | undefined;
  /** 0-based, within the cell. */
  readonly line: number;
  /** 0-based, in UTF-16 units. */
  readonly column: number;
}

/** Line and column of an offset; within its cell for notebooks. A Databricks source file counts as one file. */
export function locate(source: ModuleSource, offset: number, ipynb: boolean): Position {
  const piece = ipynb ? source.pieces.findLast((candidate) => candidate.start <= offset) : undefined;
  const from = piece?.start ?? 0;
  const before = source.text.slice(from, offset);
  const lines = before.split(/\r\n|\r|\n/);
  return { cell: piece?.cell, line: lines.length - 1, column: lines.at(-1)!.length };
}

/**
 * Writes edits of a notebook's module text back into its JSON. Only the source of touched cells is written anew, in the
 * manner it was written in; every other byte stays (numbers that JavaScript cannot hold, escapes, order, blanks).
 */
export function applyToNotebook(json: string, source: ModuleSource, edits: readonly TextEdit[]): string {
  const cells = cellRanges(json);
  const changes: TextEdit[] = [];
  for (const [piece, own] of editsByPiece(source, edits)) {
    const cell = piece.cell === undefined ? undefined : cells[piece.cell];
    const value = cell && (lastMember(json, cell.start, 'source') ?? lastMember(json, cell.start, 'input'));
    if (!value) continue;
    const text = applyEdits(source.text.slice(piece.start, piece.end), own);
    changes.push({ start: value.start, end: value.end, newText: writtenLike(json, value, text) });
  }
  return applyEdits(json, changes);
}

/** Edits with offsets in their cell. One at a border belongs to the cell that begins there; the line end between two cells is nobody's. */
function editsByPiece(source: ModuleSource, edits: readonly TextEdit[]): Map<Piece, TextEdit[]> {
  const found = new Map<Piece, TextEdit[]>();
  for (const edit of edits) {
    const piece = source.pieces.findLast(({ start }) => start <= edit.start);
    const next = piece && source.pieces[source.pieces.indexOf(piece) + 1];
    if (!piece || (next && edit.end > next.start)) continue;
    const length = piece.end - piece.start;
    const start = edit.start - piece.start;
    const own: TextEdit = start > length ? { start: length, end: length, newText: `\n${edit.newText}` } : { start, end: Math.min(edit.end - piece.start, length), newText: edit.newText };
    found.set(piece, [...(found.get(piece) ?? []), own]);
  }
  return found;
}

/** A cell's source in JSON: a string, or the list of its lines, spaced and escaped as the old ones are. */
function writtenLike(json: string, { start, end }: Range, text: string): string {
  const quoted = (line: string): string => {
    const written = JSON.stringify(line);
    return asciiOnly(json) ? written.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : written;
  };
  if (json[start] !== '[') return quoted(text);
  const old = [...valuesIn(json, start)];
  const kept = new Map(old.map((each) => [JSON.parse(json.slice(each.start, each.end)) as unknown, json.slice(each.start, each.end)]));
  const before = json.slice(start + 1, old[0]?.start ?? start + 1);
  const after = json.slice(old.at(-1)?.end ?? end - 1, end - 1);
  const between = old[1] ? json.slice(old[0]!.end, old[1].start) : `,${before === '' ? ' ' : before}`;
  const lines = text === '' ? [] : text.split(/(?<=\n)/);
  return `[${before}${lines.map((line) => kept.get(line) ?? quoted(line)).join(between)}${after}]`;
}

const asciiOnly = (text: string): boolean => !/[^\x00-\x7f\uFEFF]/.test(text);
