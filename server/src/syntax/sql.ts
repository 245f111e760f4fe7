/** `SET key = value` in SQL: alone in a text, in a file of statements, in a notebook's cell. Nothing else of SQL is read here. */
import type { ConfEntry, SqlFile } from '../program/conf.ts';
import type { Range } from '../text/range.ts';

/** Comments may stand before the word, blanks around the others. */
const setCommand = /^((?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*)(set\s+)(`[^`]+`|[\w.:]+)(\s*=\s*)/i;

export interface SetStatement extends Range {
  readonly key: string;
  readonly keyRange: Range;
  readonly value: string;
  readonly valueRange: Range;
}

/**
 * Of one statement, with places in it. Spark takes what stands behind the sign as it is, quotes and comments with it;
 * backquotes alone go (tried on 3.5.6 and 4.3.0). `SET`, `SET key` and `SET VARIABLE x = 1` set no key.
 */
export function setIn(sql: string): SetStatement | undefined {
  const [all, before, word, key, between] = setCommand.exec(sql) ?? [];
  if (all === undefined || before === undefined || word === undefined || key === undefined || between === undefined) return undefined;
  let end = sql.length;
  while (end > all.length && /[\s;]/.test(sql[end - 1]!)) end--;
  const value = sql.slice(all.length, end);
  // With a semicolon in it the statement is refused.
  if (value.includes(';') || value === '') return undefined;
  const named = unquoted(key, before.length + word.length);
  const told = unquoted(value, all.length);
  return { start: before.length, end, key: named.text, keyRange: named.range, value: told.text, valueRange: told.range };
}

function unquoted(text: string, start: number): { readonly text: string; readonly range: Range } {
  const quotes = /^`[^`]+`$/.test(text) ? 1 : 0;
  return { text: text.slice(quotes, text.length - quotes), range: { start: start + quotes, end: start + text.length - quotes } };
}

/** Files of SQL that set something of Spark: the others are not read. */
export const isSqlFile = (path: string): boolean => /\.sql$/i.test(path);
export const setsSpark = (text: string): boolean => /\bset\s+`?spark\./i.test(text);

export function parseSql(path: string, text: string): SqlFile {
  const { entries, comments } = statementsOf(text, 0, text.length);
  return { form: 'sql', path, text, sections: [{ start: 0, end: text.length, entries, means: 'runtime' }], comments };
}

/** What a template or the shell fills in. */
const filledIn = /\$\{|\{\{|\{%|^[$&:]\w|^\{\w*\}$/;

/** What ends or interrupts a statement. */
const sign = /;|--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^'\\]|\\[^]|'')*(?:'|$)|"(?:[^"\\]|\\[^])*(?:"|$)|`[^`]*(?:`|$)/g;

/** Where a cell of a notebook kept as a file ends: a statement ends there, too. */
const cellMark = /^-- COMMAND -+$/;

/** The statements of a range, as the shell of Spark parts them: at semicolons outside of quotes and comments. */
export function statementsOf(text: string, start: number, end: number): { readonly entries: ConfEntry[]; readonly comments: Range[] } {
  const entries: ConfEntry[] = [];
  const comments: Range[] = [];
  const part = text.slice(start, end);
  let from = 0;
  const close = (to: number, next: number): void => {
    const statement = part.slice(from, to);
    const found = setsSpark(statement) ? setIn(statement) : undefined;
    if (found?.key.startsWith('spark.')) entries.push(entryOf(found, start + from));
    from = next;
  };
  for (const { 0: found, index } of part.matchAll(sign)) {
    if (found === ';') close(index, index + 1);
    else if (/^(--|\/\*)/.test(found)) {
      comments.push({ start: start + index, end: start + index + found.trimEnd().length });
      if (cellMark.test(found.trimEnd())) close(index, index + found.length);
    }
  }
  close(part.length, part.length);
  return { entries, comments };
}

function entryOf({ start, end, key, keyRange, value, valueRange }: SetStatement, at: number): ConfEntry {
  const moved = (range: Range): Range => ({ start: at + range.start, end: at + range.end });
  return { ...moved({ start, end }), key, keyRange: moved(keyRange), value: filledIn.test(value) ? undefined : value, valueRange: moved(valueRange) };
}
