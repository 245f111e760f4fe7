/** Tables that a program makes by SQL, in its texts or in the cells of its notebook: what their queries tell of how many rows they have. */
import type { Dataset, SparkProgram } from '../analysis/model.ts';
import { isAggregateSql } from '../analysis/sql.ts';
import { mayBeMany } from './groups.ts';
import { oncePerProgram } from './queries.ts';

/** It is a table that this program makes, of one row for each of what few things are grouped by, wherever it makes it. */
export const isTableOfGroups = (program: SparkProgram, { source, made }: Dataset): boolean =>
  source?.tables.length === 1 && made === 'table' && tablesOfGroups(program).has(nameOf(source.tables[0]!));

const nameOf = (table: string): string => table.replaceAll('`', '').toLowerCase();

const tablesOfGroups = oncePerProgram(({ lowered }): ReadonlySet<string> => {
  const text = lowered.text.replace(/^(?:#|\/\/|--) MAGIC ?/gm, '');
  const [few, others] = [new Set<string>(), new Set<string>()];
  for (const { 0: head, 1: name, index } of text.matchAll(making)) (isOfGroups(queryAt(text, index + head.length)) ? few : others).add(nameOf(name!));
  // Whatever else puts rows into it.
  for (const [, inSql, inCode] of text.matchAll(/\b(?:INSERT\s+(?:INTO|OVERWRITE)(?:\s+TABLE)?|MERGE\s+INTO)\s+([\w.`]+)|\b(?:saveAsTable|insertInto)\s*\(\s*["']([\w.]+)/gi)) others.add(nameOf((inSql ?? inCode)!));
  return new Set([...few].filter((name) => !others.has(name)));
});
const making = /\bCREATE\s+(?:OR\s+REPLACE\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w.`]+)[^;]{0,200}?\bAS\s+(?=\(?\s*(?:WITH|SELECT)\b)/gi;

/** What is longer is cut off: nobody groups at the end of so much. */
const longestQuery = 10_000;
/** Without its comments, up to where it, its text or its cell ends. */
function queryAt(text: string, start: number): string {
  const rest = text.slice(start, start + longestQuery).replace(/--.*$/gm, '');
  const end = /;|"""|'''|"\s*[,)]|COMMAND -{4,}/.exec(rest);
  return end ? rest.slice(0, end.index) : rest;
}

/** Each query in it that reads a table groups what it reads, by nothing that tells one thing from all others. */
function isOfGroups(sql: string): boolean {
  const queries = queriesOf(sql.replace(/'[^'\n]*'/g, "''"));
  const named = new Set(queries.flatMap((query) => [...query.matchAll(/([\w`]+)\s+as\s+\0/gi)].map(([, name]) => nameOf(name!))));
  return queries.flatMap((query) => query.split(/\bunion(?:\s+all)?\b/i)).every((query) => {
    const reads = [...query.matchAll(/\b(?:from|join)\s+([\w.`{}]+)/gi)].some(([, name]) => !named.has(nameOf(name!)));
    if (/\blateral\s+view\b/i.test(query)) return false;
    if (!reads) return true;
    const keys = /\bgroup\s+by\b(.*?)(?:\b(?:having|order|limit)\b|$)/is.exec(query)?.[1];
    if (keys === undefined) return isAggregateSql(/\bselect\b(.*?)\bfrom\b/is.exec(query)?.[1] ?? '') && !/\bover\b/i.test(query);
    return /[a-z]/i.test(keys) && !/^\s*all\s*$/i.test(keys) && !mayBeMany(keys);
  });
}

/** A query and those in its parentheses, each by itself; where one stood a zero stands. */
function queriesOf(sql: string): string[] {
  const found: string[] = [];
  const open = [''];
  for (const sign of sql) {
    const inner = sign === ')' && open.length > 1 ? open.pop()! : undefined;
    if (sign === '(') open.push('');
    else if (inner === undefined) open[open.length - 1] += sign;
    else if (/^\s*(?:select|with)\b/i.test(inner)) {
      found.push(inner);
      open[open.length - 1] += ' \0 ';
    } else open[open.length - 1] += `(${inner})`;
  }
  return [...found, open.join('(')];
}
