/** From a file's text to a module's: notebooks become one text of code cells, magics and shell lines are blanked. */
import type { Piece } from '../program/program.ts';

export interface ModuleSource {
  readonly language: 'python';
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
  if (/^\uFEFF?# Databricks notebook source/.test(text)) return databricksSource(text);
  return { language: 'python', text, masked: text.startsWith('\uFEFF') ? ' ' + text.slice(1) : text, pieces: [{ start: 0, end: text.length }], notebook: false };
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

/** `# COMMAND ----------` parts the cells; `# MAGIC` lines are comments already. */
function databricksSource(text: string): ModuleSource {
  const pieces: Piece[] = [];
  let start = 0;
  let cell = 0;
  for (const match of text.matchAll(/^# COMMAND -+[^\n]*$/gm)) {
    pieces.push({ start, end: match.index, cell: cell++ });
    start = match.index;
  }
  pieces.push({ start, end: text.length, cell });
  return { language: 'python', text, masked: pieces.map((piece) => maskCell(text.slice(piece.start, piece.end))).join(''), pieces, notebook: true };
}

const wholeCellMagic = /^%%(?!time\b|timeit\b|capture\b|prun\b|memit\b|spark\b|pyspark\b|python3?\b|local\b|heading\b|sparksql_never\b)\w+/;

/** Magics and shell lines become blanks of the same length, line ends kept. */
export function maskCell(text: string): string {
  const firstLine = /^\s*(%%[^\n]*)/.exec(text);
  if (firstLine && wholeCellMagic.test(firstLine[1]!)) return blank(text);
  if (!/[%!?]/.test(text)) return text.replace(/^\uFEFF/, ' ');
  let continued = false;
  return text.replace(/^\uFEFF/, ' ').split('\n').map((line) => {
    const magic = continued || /^\s*(%%?[A-Za-z_]|!|\?)/.test(line) || /^\s*[\w.]+\?{1,2}\s*$/.test(line);
    const assigned = /^(\s*[\w, ]+=\s*)([!%][^=].*)$/.exec(line);
    continued = (magic && /\\\s*$/.test(line));
    if (magic) return blank(line);
    if (assigned) return assigned[1]! + 'None'.padEnd(assigned[2]!.length, ' ').slice(0, assigned[2]!.length);
    return line;
  }).join('\n');
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

/** Writes edits of a notebook's module text back into its JSON; cells that no edit touches keep their text byte for byte. */
export function applyToNotebook(json: string, source: ModuleSource, edits: readonly { start: number; end: number; newText: string }[]): string {
  const notebook: unknown = JSON.parse(json.replace(/^\uFEFF/, ''));
  const cells = ipynbCells(notebook) ?? [];
  for (const piece of source.pieces) {
    const own = edits.filter((edit) => edit.start >= piece.start && edit.end <= piece.end).sort((a, b) => b.start - a.start);
    const cell = piece.cell === undefined ? undefined : cells[piece.cell];
    if (own.length === 0 || !cell) continue;
    let text = source.text.slice(piece.start, piece.end);
    for (const edit of own) text = text.slice(0, edit.start - piece.start) + edit.newText + text.slice(edit.end - piece.start);
    const key = cell.source !== undefined ? 'source' : 'input';
    cell[key] = Array.isArray(cell[key]) ? text.split(/(?<=\n)/) : text;
  }
  const indent = /\n([ \t]+)"/.exec(json)?.[1] ?? ' ';
  return JSON.stringify(notebook, null, json.includes('\n') ? indent : undefined) + (json.endsWith('\n') ? '\n' : '');
}
