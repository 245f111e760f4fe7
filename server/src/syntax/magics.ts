/** Lines of a cell or a script that speak to the notebook or the shell instead of the language: they become blanks, so that offsets stay. */
import type { Language, RunLine } from '../program/program.ts';
import type { Range } from '../text/range.ts';

/** Magics and shell lines become blanks of the same length, line ends kept; what a magic is assigned to becomes unknown. */
export const maskCell = (text: string, language: Language = 'python'): string => (language === 'scala' ? maskScalaCell(text) : maskPythonCell(text));

export const blank = (text: string): string => text.replace(/[^\n\r]/g, ' ');

// ---- Python ---------------------------------------------------------------------------------------------------------

const wholeCellMagic = /^%%(?!time\b|timeit\b|capture\b|prun\b|memit\b|spark\b|pyspark\b|python3?\b|local\b|heading\b|sparksql_never\b)\w+/;

/** Databricks: a cell in another language begins with its name. `%sql query` is a line's magic in Jupyter and stays one. */
const otherLanguage = /^\s*%(?:(?:sql|sh|fs)[ \t]*(?:\r?\n|$)|(?:md|md-sandbox|scala|r)(?=\s|$))/;

/** `%%spark` sends the cell to a session that may be Scala's: these words begin no line of Python. */
const scalaForSpark = /^\s*%%spark\b[^]*\n(?:\/\/|[ \t]*(?:(?:lazy |implicit |private )*va[lr] |(?:case |sealed )*(?:class|object|trait) [^\n]*\{[ \t]*$|def [^\n]*=[ \t]*(?:\{[ \t]*)?$|import [\w.]+\.(?:_|\{)))/m;

function maskPythonCell(text: string): string {
  const firstLine = /^\s*(%%[^\n]*)/.exec(text);
  if ((firstLine && (wholeCellMagic.test(firstLine[1]!) || scalaForSpark.test(text))) || otherLanguage.test(text)) return blank(text);
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
export class LogicalLines {
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

// ---- Scala ----------------------------------------------------------------------------------------------------------

/** Below these magics, by the customs of spylon, Toree and Livy, stands Scala still; below any other something else. */
const otherScalaCell = /^\s*%%(?!(?:scala|spark|time|timeit|capture)\b)\w/i;

/** Databricks: a cell in another language begins with its name. */
const otherLanguageInScala = /^\s*%(?:python3?|py|pyspark|sql|md|md-sandbox|r|sparkr|sh|fs|html|pip)(?=\s|$)/i;

/** Of the notebook, of the system, and what asks for help. */
const scalaMagic = /^[ \t]*(?:%%?[A-Za-z]|\?\w|[\w.]+\?{1,2}[ \t]*\r?$)|^!\w/m;

/** What the shells of Scala take for themselves; Ammonite parts a script by `@`. */
const shellLine = /^(?::(?:load|require|paste|quit|q|power|replay|reset|settings|silent|type|kind|imports|history|help|sh|javap|implicits|warnings|save|edit|cp|line)\b(?![ \t]*[=:])|@[ \t]*\r?$)/m;
/** `#!/usr/bin/env amm`, or a script of the system's shell down to `!#`. */
const shebang = /^\uFEFF?#![^\n]*(?:[^]*?\n!#[^\n]*)?/;

function maskScalaCell(text: string): string {
  if (otherScalaCell.test(text) || otherLanguageInScala.test(text)) return blank(text);
  return blankLines(maskScalaScript(text), scalaMagic);
}

/** A plain file: what stands above it for the system, and commands of the shell that it is loaded into. */
export function maskScalaScript(text: string): string {
  return blankLines(text.replace(shebang, blank).replace(/^\uFEFF/, ' '), shellLine);
}

/** A line is looked at where a statement can begin: outside of brackets, comments and strings. */
function blankLines(text: string, magic: RegExp): string {
  if (!magic.test(text)) return text;
  let masked = '';
  let depth = 0;
  // The next one, wherever it stands: lines before it hold none, and need no look.
  let token = tokenFrom(text, 0);
  for (let at = 0; at < text.length; ) {
    let end = lineEnd(text, at);
    if (depth === 0 && magic.test(text.slice(at, end))) masked += blank(text.slice(at, end));
    else {
      if (token && token.start < at) token = tokenFrom(text, at);
      for (; token && token.start < end; token = tokenFrom(text, token.end)) {
        if ('([{'.includes(token.sign)) depth++;
        else if (')]}'.includes(token.sign)) depth = Math.max(0, depth - 1);
        end = Math.max(end, lineEnd(text, token.end - 1));
      }
      masked += text.slice(at, end);
    }
    at = end;
  }
  return masked;
}

const scalaToken = /\/\/.*|\/\*[^]*?(?:\*\/|$)|"""[^]*?(?:"""+|$)|"(?:[^"\\\n]|\\.)*"?|'(?:\\.|[^\\'\n])'|`[^`\n]*`|[([{)\]}]/g;

function tokenFrom(text: string, from: number): (Range & { readonly sign: string }) | undefined {
  scalaToken.lastIndex = from;
  const match = scalaToken.exec(text);
  return match ? { start: match.index, end: scalaToken.lastIndex, sign: match[0] } : undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

// ---- what runs other notebooks --------------------------------------------------------------------------------------

const runMagic = /^[ \t]*%run[ \t]+(?:-\w+[ \t]+)*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"']+))/;

/** Of a cell: `%run ./helpers`, wherever a magic stands; what it is given besides does not matter. */
export function runsInCell(text: string, masked: string, start: number): RunLine[] {
  if (!text.includes('%run')) return [];
  return linesOf(text).flatMap(({ at, line }) => (isBlank(masked.slice(at, at + line.length)) ? fileOf(runMagic.exec(line), start + at) : []));
}

const isBlank = (text: string): boolean => text.trim() === '';

/** Of a cell kept in a source file, where magics are comments: one that runs a notebook does nothing else. */
export function runsInMarked(text: string, start: number): RunLine[] {
  if (!text.includes('%run')) return [];
  for (const { at, line } of linesOf(text)) {
    const magic = /^(?:#|\/\/) MAGIC(.*)/.exec(line)?.[1];
    if (magic !== undefined && magic.trim() !== '') return fileOf(runMagic.exec(magic), start + at);
    if (magic === undefined && !/^\s*(?:(?:#|\/\/).*)?$/.test(line)) return [];
  }
  return [];
}

/** Of a script for the shell: `:load helpers.scala`. */
export function loadsIn(text: string, masked: string): RunLine[] {
  if (!text.includes(':load')) return [];
  return linesOf(text).flatMap(({ at, line }) => (isBlank(masked.slice(at, at + line.length)) ? fileOf(/^:load[ \t]+(?:"([^"\n]+)"|'([^'\n]+)'|(\S+))/.exec(line), at) : []));
}

const fileOf = (match: RegExpExecArray | null, at: number): RunLine[] => (match ? [{ at, file: match[1] ?? match[2] ?? match[3]! }] : []);

function linesOf(text: string): { readonly at: number; readonly line: string }[] {
  let at = 0;
  return text.split('\n').map((line) => {
    const found = { at, line };
    at += line.length + 1;
    return found;
  });
}

/** Files that any text of code may run, found without reading what it is: in notebooks each line is a string. May name one too many. */
export const runsAnywhere = (text: string): string[] =>
  (text.includes('%run') || text.includes(':load') ? [...text.matchAll(/^[ \t]*(?:"[ \t]*)?(?:(?:#|\/\/) MAGIC[ \t]+)?(?:%run|:load)[ \t]+(?:-\w+[ \t]+)*(?:\\"([^"\n]+)\\"|"([^"\n]+)"|'([^'\n]+)'|([^\s"'\\]+))/gm)] : [])
    .map(([, escaped, double, single, plain]) => (escaped ?? double ?? single ?? plain)!);
