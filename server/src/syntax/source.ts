/** From a file's text to a module's: notebooks become one text of code cells, magics and shell lines are blanked. */
import type { Language, Piece, RunLine } from '../program/program.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import type { Range } from '../text/range.ts';
import { lastMember, valuesIn } from './json-places.ts';
import { blank, loadsIn, LogicalLines, maskCell, maskScalaScript, runsInCell, runsInMarked } from './magics.ts';

export interface ModuleSource {
  readonly language: Language;
  /** Offsets everywhere count in this text: a plain file's own, or the code cells joined by line ends. */
  readonly text: string;
  /** What is parsed: `text` with magics and shell lines replaced by blanks. Same length. */
  readonly masked: string;
  readonly pieces: readonly Piece[];
  readonly notebook: boolean;
  /** In their order. */
  readonly runs: readonly RunLine[];
}

/** The module in a file; `error` tells what is wrong with it and what to do. */
export function sourceOf(path: string, text: string): ModuleSource | { readonly error: string } {
  if (path.endsWith('.ipynb')) return sourceOfIpynb(text);
  const language = /\.(scala|sc)$/.test(path) ? 'scala' : 'python';
  const cells = cellsOfDatabricks(text, language) ?? (isKeptBy('Fabric', text, language) ? placesOf(text, linesOf(cellMarks.Fabric, language)) : undefined);
  if (cells) return markedSource(text, language, cells);
  const marked = language === 'python' && (text.match(percentMarks)?.length ?? 0) >= fewestCells ? betweenStatements(text, percentMarks) : [];
  if (marked.length >= fewestCells) return markedSource(text, language, marked);
  const masked = language === 'scala' ? maskScalaScript(text) : text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  return { language, text, masked, pieces: [{ start: 0, end: text.length }], notebook: false, runs: language === 'scala' ? loadsIn(text, masked) : [] };
}

export interface NotebookCell {
  readonly text: string;
  /** 0-based among all cells of the notebook. */
  readonly index: number;
  /** What its code is said to be written in. */
  readonly language?: string | undefined;
}

/** One module of code cells, as the editor holds them; those in another language hold no code. `language`: of the notebook, where it says so. */
export function sourceOfCells(cells: readonly NotebookCell[], language: Language = mostlyIn(cells)): ModuleSource {
  const pieces: Piece[] = [];
  const runs: RunLine[] = [];
  let text = '';
  let masked = '';
  for (const cell of cells) {
    const body = cell.text.endsWith('\n') ? cell.text : `${cell.text}\n`;
    const code = isOther(cell, language) ? blank(body) : maskCell(body, language);
    pieces.push({ start: text.length, end: text.length + cell.text.length, cell: cell.index });
    runs.push(...runsInCell(body, code, text.length));
    text += body;
    masked += code;
  }
  return { language, text, masked, pieces, notebook: true, runs };
}

/** By the names of languages in kernels and editors; undefined: in none of ours. */
export const languageNamed = (name: string): Language | undefined => (/python|pyspark/i.test(name) ? 'python' : /^(?:scala|spark)$/i.test(name) ? 'scala' : undefined);

/** Editors guess what a cell is written in: only languages that run beside one another in notebooks of Spark are believed. */
const isOther = ({ language = '' }: NotebookCell, own: Language): boolean => (languageNamed(language) ?? own) !== own || /^(?:spark)?(?:sql|r)$|^csharp$/i.test(language);

/** The language that most cells are said to be written in. */
function mostlyIn(cells: readonly NotebookCell[]): Language {
  const count = (language: Language): number => cells.filter((cell) => languageNamed(cell.language ?? '') === language).length;
  return count('scala') > count('python') ? 'scala' : 'python';
}

export interface IpynbCell { cell_type?: unknown; source?: unknown; input?: unknown; metadata?: { vscode?: { languageId?: unknown }; microsoft?: { language?: unknown } } }

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
  const language = languageOfKernel((json as { metadata?: unknown }).metadata) ?? 'python';
  return sourceOfCells(language !== 'other' ? cells.flatMap((cell, index) => (cell?.cell_type === 'code' ? [{ text: cellText(cell), index, language: languageOfCell(cell) }] : [])) : [], language === 'other' ? undefined : language);
}

/** What a notebook says of the code in it; 'other': none of ours; undefined: nothing. */
export function languageOfKernel(metadata: unknown): Language | 'other' | undefined {
  const { kernelspec, language_info: info } = (metadata ?? {}) as { kernelspec?: { language?: unknown; name?: unknown }; language_info?: { name?: unknown } };
  const said = [info?.name, kernelspec?.language].find((name) => typeof name === 'string' && name !== '');
  if (said !== undefined) return languageNamed(said as string) ?? 'other';
  return scalaKernel.test(String(kernelspec?.name ?? '')) ? 'scala' : undefined;
}

/** Of those that tell no language. */
const scalaKernel = /scala|spylon|almond|vegas|^spark(?:kernel)?$/i;

export function languageOfCell({ metadata }: IpynbCell): string | undefined {
  const said = metadata?.vscode?.languageId ?? metadata?.microsoft?.language;
  return typeof said === 'string' ? said : undefined;
}

const commentOf: Readonly<Record<Language, string>> = { python: '#', scala: '//' };

/** Lines that part the cells of a notebook kept as a source file, by who keeps it so. Magics and texts are comments already. */
const cellMarks = { Databricks: 'COMMAND -+[^\\n]*', Fabric: '(?:PARAMETERS )?CELL \\*+[^\\n]*' };
/** As Databricks writes them. */
const lastingMark = 'COMMAND -{10}[ \\t]*\\r?';
const linesOf = (mark: string, language: Language): RegExp => new RegExp(`^${commentOf[language]} ${mark}$`, 'gm');

const isKeptBy = (maker: keyof typeof cellMarks, text: string, language: Language): boolean => text.startsWith(`${commentOf[language]} ${maker} notebook source`, text.startsWith('\uFEFF') ? 1 : 0);

/** Where cells of a notebook of Databricks begin. Its first line says that it is one; what was copied from it may have lost that line, and keeps those between the cells. */
export function cellsOfDatabricks(text: string, language: Language): readonly number[] | undefined {
  if (isKeptBy('Databricks', text, language)) return placesOf(text, linesOf(cellMarks.Databricks, language));
  const lines = linesOf(lastingMark, language);
  if (placesOf(text, lines).length < fewestCells) return undefined;
  const cells = language === 'python' ? betweenStatements(text, lines) : placesOf(text, lines);
  return cells.length < fewestCells ? undefined : cells;
}

/** `# %%` begins a cell in the editors that run a script piece by piece, and in what Jupytext keeps. */
const percentMarks = /^# ?%%(?!%)[^\n]*$/gm;
/** One such line may be no more than a rule drawn across the text. */
const fewestCells = 2;

const placesOf = (text: string, marks: RegExp): number[] => [...text.matchAll(marks)].map(({ index }) => index);

/** Marks where a statement of the module can begin: a script is run as one, so none within a block, brackets or a string cuts it. */
function betweenStatements(text: string, marks: RegExp): number[] {
  const places = new Set(placesOf(text, marks));
  const found: number[] = [];
  const lines = new LogicalLines();
  /** Between statements, as far as what stands above tells. */
  let pending: number[] = [];
  /** A cell in another language, whose brackets and quotes are its own. */
  let isOther = false;
  let start = 0;
  for (const line of text.split('\n')) {
    if (lines.atStart) {
      if (places.has(start)) pending.push(start);
      else if (/^\s*[^\s#]/.test(line)) {
        if (pending.length > 0) isOther = /^%%\w/.test(line);
        if (!goesOn.test(line)) found.push(...pending);
        pending = [];
      }
    }
    if (!isOther && !/^\s*[%!]/.test(line)) lines.read(line);
    start += line.length + 1;
  }
  return [...found, ...pending];
}
/** A line that belongs to the statement above. */
const goesOn = /^(?:[ \t]|(?:elif|else|except|finally)\b)/;

/**
 * Somebody works in its cells. A script in which two lines part the imports from the job is one still: Jupytext's head, a
 * cell of text, or a handful of cells with code say more.
 */
export function isWorkedInCells({ notebook, text, pieces }: Pick<ModuleSource, 'notebook' | 'text' | 'pieces'>): boolean {
  if (!notebook || !pieces.some(({ start, end }) => isPercentMark(text.slice(start, end)))) return notebook;
  return jupytext.test(text) || pieces.some(({ start, end }) => /^# ?%%[^\n]*\[(?:markdown|md|raw)\]/.test(text.slice(start, end)))
    || pieces.filter(({ start, end }) => /^[ \t]*[^\s#]/m.test(text.slice(start, end))).length >= fewestOfNotebook;
}
const isPercentMark = (cell: string): boolean => /^# ?%%(?!%)/.test(cell);
const jupytext = /^\uFEFF?# ---\r?\n(?:#[^\n]*\n)*?# +jup(?:yter|ytext):/;
const fewestOfNotebook = 4;

function piecesBetween(text: string, marks: readonly number[]): Piece[] {
  return [0, ...marks].map((start, cell) => ({ start, end: marks[cell] ?? text.length, cell }));
}

/** What begins a cell in the other language. */
const otherMagic: Readonly<Record<Language, RegExp>> = { python: /^[ \t]*%(?:python3?|py|pyspark)(?=\s|$)/, scala: /^[ \t]*%scala(?=\s|$)/ };

/**
 * The cells of a notebook of Databricks in the other of our languages (`# MAGIC %scala`): a module beside that of the
 * notebook, whose offsets count in the same text. Its names are its own; the session is the same.
 */
export function sourceBeside(path: string, text: string): ModuleSource | undefined {
  const [own, language]: readonly Language[] = /\.(scala|sc)$/.test(path) ? ['scala', 'python'] : ['python', 'scala'];
  const comment = commentOf[own!];
  const cells = !path.endsWith('.py') && own === 'python' ? undefined : cellsOfDatabricks(text, own!);
  if (!cells) return undefined;
  const pieces = piecesBetween(text, cells);
  const masked = pieces.map(({ start, end }) => magicCode(text.slice(start, end), comment, language!)).join('');
  return /\S/.test(masked) ? { language: language!, text: masked, masked, pieces, notebook: true, runs: [] } : undefined;
}

/** Blanks but for what stands behind the marks of a cell that begins with the language's magic. */
function magicCode(cell: string, comment: string, language: Language): string {
  let mark: string | undefined;
  return cell.split(/(?<=\n)/).map((line) => {
    const [marked] = new RegExp(`^${comment} MAGIC(?: |(?=\\r?\\n|$))`).exec(line) ?? [];
    if (marked === undefined || mark === 'other') return blank(line);
    let code = line.slice(marked.length);
    if (mark === undefined && /\S/.test(code)) {
      mark = otherMagic[language].test(code) ? 'own' : 'other';
      code = code.replace(otherMagic[language], blank);
    }
    if (mark !== 'own') return blank(line);
    // For Python a form feed begins the line anew: what stands before it is no indentation.
    return language === 'python' && /\S/.test(code) ? `${' '.repeat(marked.length - 1)}\f${code}` : ' '.repeat(marked.length) + code;
  }).join('');
}

/** What a notebook of Databricks says in other languages than its own. */
export const markedLines = (text: string): string => text.match(/^(?:#|\/\/) MAGIC .*$/gm)?.map((line) => line.replace(/^\S+ MAGIC /, '')).join('\n') ?? '';

/** Views that a notebook makes in whichever language, in SQL as well. */
export const viewsNamedIn = (text: string): string[] =>
  [...text.matchAll(/\b(?:create(?:OrReplace)?(?:Global)?TempView|registerTempTable)\s*\(\s*(?:name\s*=\s*)?["'](\w+)["']|\bTEMP(?:ORARY)?\s+VIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?`?(\w+)/gi)].map(([, called, created]) => (called ?? created)!.toLowerCase());

function markedSource(text: string, language: Language, marks: readonly number[]): ModuleSource {
  const pieces = piecesBetween(text, marks);
  const textOf = (piece: Piece): string => text.slice(piece.start, piece.end);
  return { language, text, masked: pieces.map((piece) => maskCell(textOf(piece), language)).join(''), pieces, notebook: true, runs: pieces.flatMap((piece) => runsInMarked(textOf(piece), piece.start)) };
}

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
