/** Tables that a program makes by SQL, in its texts or in the cells of its notebook: what their queries tell of how many rows they have. */
import type { Dataset, SparkProgram } from '../analysis/model.ts';
import { isAggregateSql } from '../analysis/sql.ts';
import { templateOf } from '../analysis/texts.ts';
import { forEachOf } from '../program/expressions.ts';
import type { Expr, Lowered } from '../program/program.ts';
import { mayBeMany } from './groups.ts';
import { eventsOf, oncePerProgram } from './queries.ts';

/** It is a table that this program makes, of one row for each of what few things are grouped by, wherever it makes it. */
export const isTableOfGroups = (program: SparkProgram, { source, made }: Dataset): boolean =>
  source?.tables.length === 1 && made === 'table' && tablesOfGroups(program).has(nameOf(source.tables[0]!));

const nameOf = (table: string): string => table.replaceAll('`', '').toLowerCase();

const tablesOfGroups = oncePerProgram((program): ReadonlySet<string> => {
  const [few, others] = [new Set<string>(), new Set<string>()];
  for (const statement of [...textsOf(program.lowered), ...cellsOf(program.lowered)].flatMap(statementsIn)) {
    const made = making.exec(statement);
    if (made) (isOfGroups(statement.slice(made[0].length)) ? few : others).add(nameOf(made[1]!));
    // Whatever else puts rows into it.
    for (const [, name] of statement.matchAll(filling)) others.add(nameOf(name!));
  }
  if (few.size > 0) for (const name of tablesWritten(program)) others.add(nameOf(name));
  return new Set([...few].filter((name) => !others.has(name)));
});
const making = /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w.`]+)(?:(?!\bAS\b)[^])*\bAS\s+(?=\(?\s*(?:WITH|SELECT)\b)/i;
const filling = /\b(?:INSERT\s+(?:INTO|OVERWRITE)(?:\s+TABLE)?|(?:MERGE|COPY)\s+INTO|INTO\s+TABLE)\s+([\w.`]+)/gi;

/** By methods: `saveAsTable("t")`, `insertInto("t")`; `writeTo("t")` names it before what writes (`append()`). */
function tablesWritten(program: SparkProgram): string[] {
  const found = eventsOf(program, 'write').flatMap(({ target }) => target.table ?? []);
  forEachOf(program.lowered, ['call'], ({ fn, args: [first] }) => {
    if (!first || fn.kind !== 'member' || fn.name !== 'writeTo') return;
    const name = first.value.kind === 'literal' ? first.value.value : templateOf(program.types.get(first.value) ?? []);
    if (typeof name === 'string') found.push(name);
  });
  return found;
}

/** What speaks of a table, each text by itself: none goes on in the next. */
function textsOf(lowered: Lowered): string[] {
  const found: string[] = [];
  const parts = new Set<Expr>();
  forEachOf(lowered, ['literal', 'text', 'operator'], (expr) => {
    if (!parts.has(expr) && (expr.kind !== 'operator' || expr.name === '+')) found.push(textOf(expr, parts));
  });
  return found.filter((text) => /\b(?:TABLE|INTO|OVERWRITE)\b/i.test(text));
}

/** A text, with a hole for each thing that is put into it; what it is put together from goes to `parts`. */
function textOf(whole: Expr, parts: Set<Expr>): string {
  let text = '';
  const work: (Expr | string)[] = [whole];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (typeof next === 'string') {
      text += next;
      continue;
    }
    parts.add(next);
    if (next.kind === 'literal') text += next.type === 'string' ? String(next.value) : hole;
    else if (next.kind === 'text') work.push(...next.parts.toReversed());
    else if (next.kind === 'operator' && next.name === '+') work.push(...next.args.toReversed());
    else text += hole;
  }
  return text;
}
const hole = '{_}';

/** The cells of a notebook that are SQL. */
const cellsOf = ({ notebook, text, pieces }: Lowered): string[] => (notebook ? pieces : []).flatMap(({ start, end }) => {
  const own = text.slice(start, end);
  const marked = own.match(/^(?:#|\/\/) MAGIC.*$/gm)?.map((line) => line.replace(/^\S+ MAGIC ?/, '')).join('\n') ?? own;
  return /^\s*(?:%%?(?:spark)?sql\b|(?:create|insert|merge)\s)/i.test(marked) ? [marked.replace(/^\s*%\S+/, '')] : [];
});

/** Without comments, and with nothing in their literals; the margin of a text of Scala (`|`) is none of it. */
const statementsIn = (text: string): string[] => text.replace(/^\s*\|(?!\|)/gm, ' ').replace(/--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^'\\]|\\[^])*\\?(?:'|$)/g, (each) => (each.startsWith("'") ? "''" : ' ')).split(';');

/** Each query in it that reads a table groups what it reads, by nothing that tells one thing from all others, and unfolds none of it. */
function isOfGroups(sql: string): boolean {
  const queries = queriesOf(sql);
  const named = new Set(queries.flatMap((query) => [...query.matchAll(/([\w`]+)\s+as\s+\0/gi)].map(([, name]) => nameOf(name!))));
  return queries.flatMap((query) => query.split(/\bunion(?:\s+all)?\b/i)).every((query) => {
    const relations = relationsOf(query);
    if (/\blateral\b/i.test(query) || relations.length > 0 && unfolding.test(query)) return false;
    if (relations.every((name) => name === '\0' || named.has(nameOf(name)))) return true;
    const keys = /\bgroup\s+by\b(.*?)(?:\b(?:having|order|limit)\b|$)/is.exec(query)?.[1];
    if (keys === undefined) return isAggregateSql(/\bselect\b(.*?)\bfrom\b/is.exec(query)?.[1] ?? '') && !/\bover\b/i.test(query);
    return /[a-z]/i.test(keys) && !/^\s*all\s*$/i.test(keys) && !mayBeMany(keys);
  });
}
const unfolding = /\b(?:\w*explode|inline)(?:_outer)?\s*\(/i;

/** What stands behind FROM, JOIN and commas among these: tables, functions that make some, and queries in parentheses. */
function relationsOf(query: string): string[] {
  return [...query.matchAll(/\bfrom\b((?:(?!\b(?:where|group|order|having|limit|window|from)\b)[^])*)/gi)].flatMap(([, clause]) =>
    // The lists behind USING, IN and the names of functions are none of relations.
    withoutLists(clause!).split(/,|\bjoin\b/i).map((each) => /^[\s(]*([\w.`{}]+|\0)/.exec(each)?.[1] ?? ''));
}

function withoutLists(clause: string): string {
  let rest = clause;
  for (let at = 0; at < deepest; at++) rest = rest.replace(/(?<!\b(?:from|join))(?<=\w)\s*\([^()]*\)/gi, ' ');
  return rest;
}
const deepest = 8;

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
