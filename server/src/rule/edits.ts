/**
 * Fix builders: what a rule wants changed, said in terms of statements and names, becomes edits that keep the file's
 * indentation, line ends, quotes and notebook cells. An empty list means that the change cannot be made here: then the
 * rule offers no such fix.
 */
import type { Language, Lowered } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { contains, sliceOf } from '../text/range.ts';
import { indentAt, lineEnd, lineEndOf, lineStart } from '../text/edits.ts';
import { pythonWriting } from './python-writing.ts';
import type { Edit } from './rule.ts';
import { scalaWriting } from './scala-writing.ts';
import { type Statement, statementAt } from './statements.ts';
import { topImports, type TopImport, type Writing } from './writing.ts';

export interface CodeEdits {
  /** `text`: one or more statements without indentation. They come directly before the statement that holds `at`. */
  insertBefore(at: Range, text: string): Edit[];
  /** Directly after the statement that holds `at`, blocks of its own included. */
  insertAfter(at: Range, text: string): Edit[];
  /** The whole statement with the comment behind it; a block that it leaves empty gets what the language wants there. */
  removeStatement(at: Range): Edit[];
  /** The statement that holds `at` goes before the one that holds `before`. Both must be in the same notebook cell or both be movable. */
  moveStatement(at: Range, before: Range): Edit[];
  replace(at: Range, text: string): Edit[];
  /** Makes `module`'s `name` known as `alias` (or itself); empty where it already is, or where the language has no way for it yet: ask `localName` first for what it is called. */
  importName(module: string, name: string, alias?: string): Edit[];
  /** What the module calls this name at its top level, where it imports it. */
  localName(module: string, name: string): string | undefined;
  indentOf(at: Range): string;
  textOf(at: Range): string;
  /** The opposite of a test; `code` is one expression, without operators of its own. */
  negated(code: string): string;
  /** A string literal in the quotes that the file uses most. */
  quote(text: string): string;
  /** `base`, or `base_2` and so on where the file already has that name. */
  freshName(base: string): string;
  /** The range is all of its statement (`df.cache()` alone on its line, not `x = df.cache()`). */
  isWholeStatement(at: Range): boolean;
  /** The whole statement around a place. */
  statement(at: Range): Statement | undefined;
}

const writings: Readonly<Record<Language, Writing>> = { python: pythonWriting, scala: scalaWriting };

export function editsFor({ lowered }: { readonly lowered: Lowered }): CodeEdits {
  const { text } = lowered;
  const writing = writings[lowered.language];
  const newLine = lineEndOf(text);
  const comment = new RegExp(`^[ \\t]*(${writing.comment}.*)?$`);
  const alone = new RegExp(`^[ \\t]*;[ \\t]*(${writing.comment}.*)?$`);

  const statement = (at: Range): Statement | undefined => {
    let found = statementAt(lowered, at.start);
    while (found && (found.arm || !contains(found, at))) found = found.parent;
    return found;
  };
  const piece = (offset: number): Range => lowered.pieces.find((each) => each.start <= offset && offset <= each.end) ?? { start: 0, end: text.length };
  const startOfLine = (offset: number): number => Math.max(lineStart(text, offset), piece(offset).start);
  const endOfLine = (offset: number): number => Math.min(lineEnd(text, offset), piece(offset).end);
  const indentOf = (at: Range): string => indentAt(text, statement(at)?.start ?? at.start);
  /** Nothing but blanks stands before it on its line. */
  const begins = (target: Range): boolean => text.slice(startOfLine(target.start), target.start).replace(/\uFEFF/, '').trim() === '';
  /** Nothing but a comment stands behind it on its last line. */
  const ends = (target: Range): boolean => comment.test(text.slice(target.end, endOfLine(target.end)));
  const indented = (lines: string, indent: string): string => lines.split(/\r?\n/).map((line) => (line === '' ? line : indent + line)).join(newLine);
  const edit = (start: number, end: number, newText: string): Edit[] => [{ start, end, newText }];
  const joined = (lines: string): string | undefined => (/\n/.test(lines) ? undefined : lines);

  const insertBefore = (at: Range, added: string): Edit[] => {
    const target = statement(at);
    if (!target || !writing.takesMore(target, text)) return [];
    if (begins(target)) {
      // A byte order mark and the indentation stay in front of what is inserted.
      return edit(target.start, target.start, indented(added, indentAt(text, target.start)).trimStart() + newLine + indentAt(text, target.start));
    }
    const line = joined(added);
    return line === undefined || target.compound ? [] : edit(target.start, target.start, `${line}; `);
  };

  const insertAfter = (at: Range, added: string): Edit[] => {
    const target = statement(at);
    if (!target || !writing.takesMore(target, text)) return [];
    if (begins(target) && ends(target)) {
      const end = endOfLine(target.end);
      return edit(end, end, newLine + indented(added, indentAt(text, target.start)));
    }
    const line = joined(added);
    return line === undefined || target.compound ? [] : edit(target.end, target.end, `; ${line}`);
  };

  const removal = (target: Statement): Edit[] => {
    if (target.only && target.parent && writing.emptied !== undefined) return edit(target.start, target.end, writing.emptied);
    if (target.only && target.parent && !writing.takesMore(target, text)) return [];
    if (begins(target) && ends(target)) {
      const bounds = piece(target.start);
      const start = startOfLine(target.start);
      const end = endOfLine(target.end);
      const after = text.startsWith('\r\n', end) ? end + 2 : text.startsWith('\n', end) ? end + 1 : end;
      if (after <= bounds.end && after > end) return edit(start, after, '');
      // The last line of the text or of its cell: the line end before it goes.
      const before = text.slice(bounds.start, start).endsWith('\r\n') ? start - 2 : text.slice(bounds.start, start).endsWith('\n') ? start - 1 : start;
      return edit(before, end, '');
    }
    const following = /^[ \t]*;[ \t]*/.exec(text.slice(target.end, endOfLine(target.end)));
    if (following && !alone.test(text.slice(target.end, endOfLine(target.end)))) return edit(target.start, target.end + following[0].length, '');
    const preceding = /[ \t]*;[ \t]*$/.exec(text.slice(startOfLine(target.start), target.start));
    return preceding ? edit(target.start - preceding[0].length, target.end, '') : [];
  };

  const dedented = (target: Statement): string | undefined => {
    const indent = indentAt(text, target.start);
    const lines = sliceOf(text, target).split(/\r?\n/);
    if (lines.slice(1).some((line) => line !== '' && !line.startsWith(indent))) return undefined;
    return lines.map((line, index) => (index === 0 ? line : line.slice(indent.length))).join('\n');
  };

  const imports = (): readonly TopImport[] => topImports(lowered);
  const localName = (module: string, name: string): string | undefined => {
    for (const { expr } of imports()) {
      if (expr.level !== 0) continue;
      if (expr.module === module) {
        const found = expr.names?.find((each) => each.name === name);
        if (found) return found.as;
        if (expr.star) return name;
      }
      if (expr.module === `${module}.${name}` && !expr.names && !expr.star && expr.as !== undefined) return expr.as;
    }
    return undefined;
  };

  return {
    statement, indentOf, insertBefore, insertAfter, localName,
    textOf: (at) => sliceOf(text, at),
    replace: (at, newText) => edit(at.start, at.end, newText),
    removeStatement: (at) => {
      const target = statement(at);
      return target ? removal(target) : [];
    },
    moveStatement: (at, before) => {
      const moved = statement(at);
      const target = statement(before);
      if (!moved || !target || moved === target || contains(moved, target) || contains(target, moved)) return [];
      const lines = dedented(moved);
      const removed = removal(moved);
      const inserted = lines === undefined ? [] : insertBefore(target, lines);
      return removed.length > 0 && inserted.length > 0 ? [...inserted, ...removed] : [];
    },
    importName: (module, name, alias) => (localName(module, name) === undefined ? writing.importName?.(lowered, module, name, alias, newLine) ?? [] : []),
    negated: (code) => writing.negated(code),
    quote: (value) => quoted(value, writing.quote(text)),
    freshName: (base) => {
      let name = base;
      for (let number = 2; new RegExp(`(?<![\\w])${name}(?![\\w])`).test(text); number++) name = `${base}_${number}`;
      return name;
    },
    isWholeStatement: (at) => {
      const target = statement(at);
      return target !== undefined && target.start === at.start && target.end === at.end;
    },
  };
}

function quoted(value: string, mark: string): string {
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', [mark]: `\\${mark}` };
  return mark + value.replace(/[\n\r\t\\'"]/g, (char) => escapes[char] ?? char) + mark;
}
