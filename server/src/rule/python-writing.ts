/** How Python is written: its imports, blocks and quotes. */
import type { Lowered } from '../program/program.ts';
import { indentAt, lineEnd, lineStart } from '../text/edits.ts';
import type { Edit } from './rule.ts';
import { type Statement, statementsOf } from './statements.ts';
import { topImports, type Writing } from './writing.ts';

export const pythonWriting: Writing = { comment: '#', emptied: 'pass', negated: (code) => `not ${code}`, quote: mostUsedQuote, takesMore: () => true, importName: importEdit };

/** Double where both are as frequent. Counts string openings roughly: a word's apostrophe in a comment does no harm. */
function mostUsedQuote(text: string): string {
  const count = (mark: string): number => text.match(new RegExp(`(?<=[(\\[,=:{ ]|^)${mark}(?!${mark}${mark})`, 'gm'))?.length ?? 0;
  return count("'") > count('"') ? "'" : '"';
}

function importEdit(lowered: Lowered, module: string, name: string, alias: string | undefined, newLine: string): Edit[] {
  const { text } = lowered;
  const written = alias === undefined || alias === name ? name : `${name} as ${alias}`;
  const imports = topImports(lowered);
  const existing = imports.find(({ expr }) => expr.level === 0 && expr.module === module && expr.names && expr.names.length > 0 && !expr.star);
  if (existing) {
    const last = existing.expr.names!.at(-1)!;
    const end = existing.statement.base + last.span[1];
    const start = existing.statement.base + last.span[0];
    const ownLine = text.slice(lineStart(text, start), start).trim() === '';
    return [{ start: end, end, newText: ownLine ? `,${newLine}${indentAt(text, start)}${written}` : `, ${written}` }];
  }
  const line = `from ${module} import ${written}`;
  // The imports at the head of the file, not one that stands further down for a reason of its own.
  const firstOther = statementsOf(lowered).find((statement) => !statement.parent && !isImport(statement) && !isDocstring(statement));
  const head = imports.filter(({ statement }) => !firstOther || statement.start < firstOther.start).at(-1) ?? imports[0];
  if (head && text.slice(head.statement.end, lineEnd(text, head.statement.end)).trim().startsWith(';') === false) {
    const end = lineEnd(text, head.statement.end);
    return [{ start: end, end, newText: newLine + line }];
  }
  const at = afterPreamble(lowered);
  const open = at > 0 && !/[\n\uFEFF]/.test(text[at - 1]!);
  return [{ start: at, end: at, newText: (open ? newLine : '') + line + newLine }];
}

const isImport = (statement: Statement): boolean => statement.expr.kind === 'import' || (statement.expr.kind === 'sequence' && statement.expr.body.every((expr) => expr.kind === 'import'));
const isDocstring = (statement: Statement): boolean => statement.expr.kind === 'discard' && (statement.expr.value.kind === 'literal' || statement.expr.value.kind === 'text');

const headLine = String.raw`(?:#!.*|#.*coding[:=].*|# \w+ notebook source.*|# COMMAND -.*|# (?:PARAMETERS )?CELL \*+.*)\r?\n`;
const headComments = String.raw`(?:(?:[ \t]*#.*\r?\n)+(?=[ \t]*\r?\n)|[ \t]*\r?\n)*`;
const docstring = String.raw`(?:[rRuU]?(?:"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')[ \t]*(?:#.*)?(?:\r?\n|$)(?:[ \t]*\r?\n)*)?`;
const futures = String.raw`(?:from[ \t]+__future__[ \t]+import[ \t]+(?:\([^)]*\)|.*)(?:\r?\n|$)(?:[ \t]*\r?\n)*)*`;
const preamble = new RegExp(`^\\uFEFF?(?:${headLine})*${headComments}${docstring}${futures}`);

/** Where a first import goes: behind the shebang, head comments, docstring and `from __future__` lines, in the first cell that has code. */
export function afterPreamble(lowered: Lowered): number {
  const { text } = lowered;
  const first = statementsOf(lowered).find((statement) => statement.expr.kind !== 'sequence' || statement.expr.body.length > 0);
  const piece = (first && lowered.pieces.find((each) => each.start <= first.start && first.start <= each.end)) ?? lowered.pieces[0] ?? { start: 0, end: text.length };
  // The magics that a cell begins with come first (`%%time` must); they are no statements.
  if (lowered.notebook && first && /^[ \t]*[%!]/m.test(text.slice(piece.start, first.start))) return Math.max(piece.start, lineStart(text, first.start));
  const at = piece.start + (preamble.exec(text.slice(piece.start, piece.end))?.[0].length ?? 0);
  return first && at > first.start ? first.start : at;
}
