/** What a SQL text says of its result, as far as a glance tells: which relations it reads, how many rows it can give. */
import type { Bound } from './model.ts';
import { hole } from './texts.ts';

export interface SqlFacts {
  /** Lower-case names after FROM (those after a comma, too) and JOIN, of a MERGE after USING; `{df}` is a dataset given as a keyword. */
  readonly relations: readonly string[];
  /** A statement that computes a query where it stands, and puts its rows into a table: INSERT, MERGE, CREATE TABLE AS. */
  readonly fills: boolean;
  readonly bound: Bound;
  /** It groups, joins, sorts or removes duplicates. */
  readonly shuffles: boolean;
}

const rowsOfMetadata: Bound = { is: 'rows' };
const commands = /^(show|describe|desc|explain|set|reset|use|create|drop|alter|insert|refresh|cache|uncache|analyze|msck|truncate|grant|revoke|merge|update|delete|add|list|clear|load|optimize|vacuum|comment|repair|call|export|restore|declare|copy)\b/i;
/** Tables that hold what there is to know of other tables: small, whatever the tables hold. */
const metadata = new RegExp(`(^|\\.)information_schema\\.|^system\\.|(\\.[^.]+|${hole}[^.]*)\\.(snapshots|history|files|manifests|partitions|refs|entries|data_files|delete_files|all_data_files|all_manifests|all_entries|metadata_log_entries)$`);
export const isMetadata = (table: string): boolean => metadata.test(table.toLowerCase().replaceAll('`', ''));

const aggregate = /\b(count(_if|_min_sketch)?|(try_)?(sum|avg)|mean|min(_by)?|max(_by)?|mode|median|std(dev(_pop|_samp)?)?|var(iance|_pop|_samp)|skewness|kurtosis|corr|covar_(pop|samp)|regr_\w+|approx_count_distinct|approx_percentile|percentile\w*|(first|last|any)(_value)?|every|some|bool_(and|or)|bit_(and|or|xor)|collect_list|collect_set|array_agg|listagg|string_agg|histogram_numeric|hll_\w*agg|grouping(_id)?)\s*\(/i;

const shuffling = /\b(group\s+by|order\s+by|join|distinct|union(?!\s+all)|intersect|except|over)\b/i;

/** An expression that gives one value for all rows of a group. */
export const isAggregateSql = (expression: string): boolean => aggregate.test(expression) && !/\bover\b/i.test(expression);

/** `row_number() over (partition by id order by day)`, `sum(x) over w` */
export const hasWindow = (expression: string): boolean => /\)\s*over(?:\s*\(|\s+\w)/i.test(expression);

/** So many different values at most, by what an expression says itself: `width_bucket(x, 0, 100, 50)`, `pmod(id, 16)`, `id % 16`. */
export function mostValuesInSql(expression: string): number | undefined {
  // `%` binds tighter than `+`, `-` and what compares.
  const remainder = /[-+|<>=&^~]|\b(?:and|or|case|between)\b/i.test(withoutParentheses(expression)) ? undefined : /%\s*(\d+)\s*$/.exec(expression)?.[1];
  if (remainder !== undefined) return remainders(Number(remainder));
  const [, name, args] = /^\s*(\w+)\s*\((.*)\)\s*$/s.exec(expression) ?? [];
  if (name === undefined || withoutParentheses(expression).trim() !== name) return undefined;
  return mostValues(name.toLowerCase(), splitTop(args!).map((arg) => (/^\d+$/.test(arg) ? Number(arg) : undefined)));
}

/** The same, of a function and what it is given, numbers as far as they are known. */
export function mostValues(name: string, args: readonly unknown[]): number | undefined {
  const [, second, , fourth] = args;
  // What lies below the first bucket or above the last one has a bucket of its own.
  if (name === 'width_bucket') return typeof fourth === 'number' ? fourth + 2 : undefined;
  return (name === 'pmod' || name === 'mod') && typeof second === 'number' ? remainders(second) : undefined;
}
/** Of numbers below zero too. */
export const remainders = (divisor: number): number | undefined => (Number.isInteger(divisor) && divisor !== 0 ? 2 * Math.abs(divisor) - 1 : undefined);

/** `id % 16 AS bucket`: the expression and the name that it is given. */
export function namedInSql(text: string): { readonly expression: string; readonly name: string } | undefined {
  const [, expression, name] = /^(.*?)\s+as\s+`?(\w+)`?\s*$/is.exec(text) ?? [];
  return expression === undefined ? undefined : { expression, name: name! };
}

/** A value that few rows have, as far as a value can tell: a flag or a date is none, nor is a measure or what marks rows that have none. */
export const isPick = (value: unknown): boolean => (typeof value === 'string' || typeof value === 'number') && !isShared(value) && !/^([01]|(19|20)\d\d([-/.]?\d\d.*)?)$/.test(String(value));

/** A value that any number of rows may have, whatever the column is called: a flag (`"true"`, `"Y"`), a decimal, a number below zero. */
export const isShared = (value: unknown): boolean => typeof value === 'boolean' || /^(-\d+(\.\d+)?|\d+\.\d+|true|false|yes|no|[yn])$/i.test(String(value));

/** A column of which one value is few of all rows, as far as a name tells: days, months and flags have many rows each. */
export function tellsApart(column: string): boolean {
  const words = column.replace(/[`\]'"]/g, '').replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().split(/[._\[]/);
  return column !== '' && !broad.test(words.at(-1)!) && !/^(is|has)$/.test(words.at(-2) ?? '');
}
const broad = /^(date|day|dt|ds|week|month|quarter|year|hour|time|ts|timestamp|partition|active|enabled|valid|deleted|current|flag|label)$/;

/** Of these there is a list somewhere, and each may be shared by many rows. */
const listed = /^(country|region|state|city|category|type|kind|status|class|label|department|store|shop|language|currency|batch|run|job|source|dataset|table|date|day|week|month|quarter|year|hour)$/;
export const isOfList = (column: string): boolean => column.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().split(/[^a-z]+/).some((word) => listed.test(word));

/** So many keys that nobody has counted. */
export const uncounted = Number.MAX_SAFE_INTEGER;

/** So many values of a column, where one of them is one thing; see `ColumnFacts.picks`. */
export function pickedOf(column: string, values: number): number {
  if (column === '') return uncounted;
  return tellsApart(column) && !isOfList(column) ? values : Infinity;
}

/** Comparisons with a number that leave some rows, as far as it tells. One that stands left is turned round. */
export const asksForSome = (operator: string, literal: unknown): boolean =>
  operator !== '!=' && literal !== null && typeof literal !== 'boolean' && literal !== '' && !(/^>=?$/.test(operator) && (literal === 0 || literal === -1 || operator === '>=' && literal === 1));
export const turned = (operator: string): string => turnedRound[operator] ?? operator;
const turnedRound: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** `score > 0.95`, `0 < score` */
const comparison = /(?:(-?\b\d+(?:\.\d+)?)\s*)?(?<![<>=!])([<>]=?)(?![<>=])\s*(-?\d+(?:\.\d+)?\b)?/g;
const comparesForSome = (condition: string): boolean => [...condition.matchAll(comparison)].every(([, left, operator, right]) =>
  (right !== undefined ? asksForSome(operator!, Number(right)) : left === undefined || asksForSome(turned(operator!), Number(left))));

/** A condition that asks one column for given values, `code = 42 and …`, `id = '{wanted}'`: for so many, see `ColumnFacts.picks`. */
export function picksByValue(condition: string): number | undefined {
  // The newest day, the latest version: its rows alone are a part of all that there are, told by a value.
  const asked = condition.replace(/\border\s+by\b[^()]*$/i, '').replace(/\bis not null\b/gi, 'exists').replace(/\(\s*select\s+(?:max|min)\s*\([^()]*\)\s*(?:as\s+\w+\s+)?from\s+[\w.`\0]+(?:\s+where\b[^()]*)?\)/gi, "'newest'");
  if (/\bor\b|\bnot\b/i.test(asked)) return undefined;
  return fewest(asked.split(/\band\b/i).map((part) => {
    const [, column, value, list] = /^\s*([\w.`]+(?:\[['"]\w+['"]\])?)\s*(?:==?\s*([^\s()]+)|in\s*\(([^()]+)\))\s*$/i.exec(part) ?? [];
    const values = (value ?? list)?.split(',').map((each) => each.trim());
    if (values === undefined || !(tellsApart(column!) && values.every((each) => isValue(each) && !isShared(literalOf(each))) || values.every((each) => isPick(literalOf(each))))) return undefined;
    return values.includes("'newest'") || list?.includes(hole) && !isOfList(column!) ? uncounted : pickedOf(column!, values.length);
  }));
}

/** Of conditions that hold together, the one that leaves the fewest values. */
export function fewest(picks: readonly (number | undefined)[]): number | undefined {
  const known = picks.filter((each) => each !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** A condition that leaves some of the rows, nobody knows how many: it compares with a value or asks for nulls; see `ColumnFacts.asks`. */
export function asksInSql(condition: string): boolean {
  const asked = condition.replace(/\b(?:group|order)\s+by\b.*$/is, '').replace(/\bbetween\b[^]*?\band\b/gi, 'between ').replace(/\bis\s+not\s+null\b/gi, '').replace(/'(?:[^'\\]|\\.)+'|"(?:[^"\\]|\\.)+"/g, "'x'");
  const alternatives = asked.split(/\bor\b/i);
  return alternatives.every((each) => each.split(/\band\b/i).some((part) => !/\bnot\b|<>|!=|!\s*\w|(?:=\s*|^\W*)(?:''|"")|=\s*(?:true|false)\b/i.test(part) && comparesForSome(part) && /[<>=]|\bis\s+null\b|\bisnull\b|\b(?:in|i?like|rlike|between|contains|startswith|endswith|array_contains)\b/i.test(part)));
}

/** A literal, or a hole that a value fills. */
const isValue = (text: string): boolean => literalOf(text) !== undefined || /^(['"]?)[^'"()]*\0[^'"()]*\1$/.test(text);

const literalOf = (text: string): string | undefined => /^'([^'\0]*)'$/.exec(text)?.[1] ?? /^"([^"\0]*)"$/.exec(text)?.[1] ?? /^\d+$/.exec(text)?.[0];

/** What is there to make a table, and takes no row of the query. */
const fillsNothing = /^create\s+(?:\w+\s+)?table\s+if\s+not\s+exists\b|\bwhere\s+(?:\(?\s*1\s*=\s*0|0\s*=\s*1|1\s*(?:<>|!=)\s*1|false\b)|\blimit\s+0\b/i;

/** What stands after FROM and JOIN: a name, and after a comma others, each with the name that it goes by here or without. */
const from = /\b(?:from|join)\s+([\w.\0\u0001]+|\{\w+\})((?:(?: as)?(?: (?!where|group|order|having|limit|join|on|using|union|lateral|left|right|inner|cross|full|natural|tablesample|pivot|window)\w+)?\s*,\s*[\w.\0\u0001]+(?![\w.\0\u0001]|\s*\())*)/gi;
const mergedFrom = /\b(?:from|join|using)\s+([\w.\0\u0001]+|\{\w+\})/gi;

/** `INSERT INTO t SELECT …`, `WITH … INSERT …`, `FROM v INSERT …`, `MERGE INTO t USING v …`, `CREATE TABLE t AS SELECT …`. */
const filling = /^merge\s+into\b|^(?:with\b.*\)\s*|from\b.*)?insert\s+(?:into|overwrite)\b|^(?:create|replace)\s+(?:or\s+replace\s+)?(?!temp|global|view)(?:\w+\s+)?table\b.*\bas\s*\(?\s*(?:select|with|from|table)\b/i;

/** `CREATE OR REPLACE TEMP VIEW v AS SELECT …`: the view's name in lower case, and its query. */
export function viewInSql(text: string): { readonly name: string; readonly global: boolean; readonly query: string } | undefined {
  const [, global, name, query] = /^\s*create\s+(?:or\s+replace\s+)?(global\s+)?temp(?:orary)?\s+view\s+(?:if\s+not\s+exists\s+)?`?([\w\0]+)`?\s*(?:\([^()]*\)\s*)?as\s*\(?\s*((?:select|with|from)\b[^]*)$/i.exec(text.replace(/--[^\n]*/g, ' ')) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), global: global !== undefined, query: query! };
}

/** Where a hole holds one thing, a name or a value: it hides no clause. */
const named = new RegExp(`(\\b(?:from|join|like|between|limit|as of)\\s+|\\bin\\s*\\(\\s*|[.<>=+*/,-]\\s*)${hole}|${hole}(?=\\.)|(\\w)${hole}|${hole}(?=\\w)`, 'gi');
/** What such a hole is called from then on. */
const thing = '\u0001';

/** Without comments and what string literals hold. */
const plainOf = (text: string): string => text.replace(/--[^\n]*/g, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/'(?:[^'\\]|\\.)*'/g, "''").replace(/"(?:[^"\\]|\\.)*"/g, "''").replace(/`([^`]*)`/g, (_, name: string) => name.replace(/[^\w.\0]/g, '_'))
  .replace(/\s+/g, ' ').trim().replace(/;$/, '').trim().replace(named, `$1$2${thing}`);

/** `text` may be a template, with holes. Comments and string literals do not count. */
export function readSql(text: string): SqlFacts {
  const plain = plainOf(text);
  const relations = [...plain.matchAll(/^merge\b/i.test(plain) ? mergedFrom : from)].flatMap(([, first, others]) => [first!, ...(others?.split(',').slice(1).map((other) => other.trim().split(' ')[0]!) ?? [])])
    .map((name) => name.toLowerCase().replaceAll(thing, hole));
  return { relations, fills: filling.test(plain) && !fillsNothing.test(plain), bound: boundOf(plain, relations), shuffles: !commands.test(plain) && (shuffling.test(plain) || aggregate.test(plain)) };
}

/** What databases say instead of LIMIT. */
const otherLimits = /^select\s+top\b|\bfetch\s+(first|next)\b|\bwhere\b.*\brownum\s*</i;

function boundOf(plain: string, relations: readonly string[]): Bound {
  if (/\bqualify\b/i.test(plain)) return { is: 'unknown' };
  if (commands.test(plain) || relations.length > 0 && relations.every(isMetadata)) return rowsOfMetadata;
  if (relations.length > 0 && isCountedOut(plain)) return rowsOfMetadata;
  const limit = /\blimit\s+(\d+)\s*\)?$/i.exec(plain);
  if (limit) return { is: 'rows', rows: Number(limit[1]) };
  if (/\blimit\s+\S+$/i.test(plain) || otherLimits.test(plain)) return { is: 'rows' };
  // What is not known may hold a GROUP BY, a LIMIT, an aggregate.
  if (plain.includes(hole) || !/^(select|with|from|\()/i.test(plain)) return { is: 'unknown' };
  if (relations.length === 0 && readsNothing(plain)) return rowsOfMetadata;
  // Inside a WITH or a subquery the outermost clauses decide; without parsing only plain queries are judged.
  const outer = withoutParentheses(plain);
  // Scalar subqueries in parentheses add values to a row, no rows.
  if (!/\bfrom\b/i.test(plain.startsWith('(') ? plain : outer)) return /\bunion\b/i.test(outer) ? { is: 'rows' } : { is: 'rows', rows: 1 };
  const selected = /\bselect\b(.*?)\bfrom\b/i.exec(outer)?.[1] ?? '';
  if (/\bgroup by\b/i.test(outer) || /\bselect distinct\b/i.test(outer)) return { is: 'groups' };
  if (/^with\b/i.test(plain)) return { is: 'unknown' };
  const inner = onlySource(plain, outer);
  const below = inner === undefined ? undefined : boundOf(inner, relations);
  if (below?.is === 'groups' || below?.is === 'rows') return below;
  const full = /^select\b(.*?)\bfrom\b/i.exec(plain)?.[1] ?? selected;
  const parts = splitTop(full);
  // What stands beside an aggregate without a GROUP BY is an aggregate as well, or a constant.
  if (parts.some((part) => isAggregateSql(part) && !/\b(select|explode\w*|inline\w*|stack)\b/i.test(part))) return { is: 'rows', rows: 1 };
  return { is: 'unbounded' };
}

/** `SELECT upper(zone) FROM (SELECT DISTINCT zone FROM t) x WHERE …`: the query whose rows, each for itself, are what comes out. */
function onlySource(plain: string, outer: string): string | undefined {
  if (!/^select\b(?:(?!\bfrom\b).)*\bfrom\s+(?:(?:as )?\w+)?\s*(?:\bwhere\b(?:(?!\b(?:union|select|lateral)\b).)*)?(?:\border by\b[^]*)?$/i.test(outer) || /\b(?:pos)?explode\w*|\binline\w*|\bstack\s*\(|\bjson_tuple\b/i.test(plain)) return undefined;
  const start = /^select\b[^]*?\bfrom\s*(?=\(\s*select\b)/i.exec(plain)?.[0].length;
  if (start === undefined) return undefined;
  let depth = 0;
  for (let at = start; at < plain.length; at++) {
    if (plain[at] === '(') depth++;
    else if (plain[at] === ')' && --depth === 0) return plain.slice(start + 1, at).trim();
  }
  return undefined;
}

/** `SELECT explode(f(x)) FROM (SELECT read('a.png') AS x)`: what is unfolded of a row or two that stand in the query. */
const readsNothing = (plain: string): boolean => /\bfrom\b/i.test(plain) && !/\b(?:from|join)\b\s*(?!\(\s*(?:select|values)\b)\S/i.test(plain) && !listsTables(plain);

/** `FROM range(n)`, `JOIN VALUES (…)`, and what a WITH makes of them: rows that the query itself counts out. */
function isCountedOut(plain: string): boolean {
  const own = new Set(['range', 'values', ...[...plain.matchAll(/(?:\bwith|,)\s+(\w+)(?:\s*\([^()]*\))?\s+as\s*\(/gi)].map(([, name]) => name!.toLowerCase())]);
  return !listsTables(plain)
    && [...plain.matchAll(/\b(?:from|join)\s+([\w.\0\u0001{]+)(\s*\()?/gi)].every(([, name, called]) => own.has(name!.toLowerCase()) && (name!.toLowerCase() !== 'range' || called !== undefined))
    && !/\bfrom\s*\(/i.test(plain);
}

/** `FROM a, b`, in a query or in one that stands in its parentheses. */
function listsTables(text: string): boolean {
  let rest = text;
  for (let at = 0; at < 8; at++) {
    for (const [inner] of rest.matchAll(/\([^()]*\)/g)) if (listsHere(inner)) return true;
    rest = rest.replace(/\([^()]*\)/g, ' ');
  }
  return listsHere(rest);
}
/** Rows of VALUES are no tables. */
const listsHere = (text: string): boolean => hasComma.test(text.replace(/\bvalues[\s,]+/gi, 'values '));
const hasComma = /\bfrom\b(?:(?!\b(?:where|group|order|having|limit|union|select|from)\b)[^,()])*,/i;

function withoutParentheses(text: string): string {
  let result = text;
  for (let i = 0; i < 8 && /\([^()]*\)/.test(result); i++) result = result.replace(/\([^()]*\)/g, ' ');
  return result;
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter(Boolean);
}

// ---- what makes the groups ----------------------------------------------------------------------------------------------

/** By what the outermost query groups its rows or tells them apart, without the names of tables; undefined where it does not say, or compares whole rows. */
export function groupKeysIn(text: string): string | undefined {
  const outer = withoutSubqueries(plainOf(text));
  const keys = outer.split(/\b(?:union|intersect|except|minus)\b(?:\s+(?:all|distinct)\b)?/i).map(keysOfQuery);
  return keys.every((each) => each !== undefined) ? keys.join().replace(/\b[A-Za-z_]\w*\s*\.\s*(?=\w)/g, '') : undefined;
}

function keysOfQuery(query: string): string | undefined {
  // `extract(year from day)`: what stands in parentheses is no clause.
  let masked = query;
  while (/\([^()]*\)/.test(masked)) masked = masked.replace(/\([^()]*\)/g, (inner) => ' '.repeat(inner.length));
  const between = (head: RegExp, tail: RegExp): string | undefined => {
    const found = head.exec(masked);
    const start = found ? found.index + found[0].length : 0;
    return found ? query.slice(start, start + (tail.exec(masked.slice(start))?.index ?? masked.length)) : undefined;
  };
  const selected = splitTop(between(/\bselect\b(?:\s+distinct\b)?/i, /\bfrom\b/i) ?? '');
  const grouped = between(/\bgroup\s+by\b/i, /\b(?:having|order|limit|offset|window|cluster|distribute|sort)\b/i);
  if (grouped !== undefined) return (grouped.trim().toLowerCase() === 'all' ? selected.filter((item) => !isAggregateSql(item)) : splitTop(grouped)).map((key) => meantBy(key, selected)).join();
  if (/\bselect\s+distinct\b/i.test(masked)) return selected.some((item) => item.endsWith('*')) ? undefined : selected.map((item) => meantBy(item, selected)).join();
  // One row of an aggregate.
  return selected.some(isAggregateSql) ? '' : undefined;
}

/** `2` is what is selected there; of `lower(name) AS short` the name is taken, of a column that is only renamed the column. */
function meantBy(key: string, selected: readonly string[]): string {
  const item = /^\d+$/.test(key) ? selected[Number(key) - 1] ?? key : selected.find((each) => renamed.exec(each)?.[2] === key) ?? key;
  const [, expression, name] = renamed.exec(item) ?? [];
  return name === undefined ? item : /^[\w.]+$/.test(expression!) ? expression! : name;
}
const renamed = /^(\S.*?)(?:\s+as)?\s+(\w+)$/i;

/** Queries in parentheses are left out: those of a WITH and of a FROM, and those that give a value. A query that stands in them as a whole stays. */
function withoutSubqueries(text: string): string {
  let outer = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (depth > 0) depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    else if (inner.test(text.slice(at, at + 10))) depth = 1;
    else outer += text[at];
  }
  return /\bselect\b/i.test(outer) ? outer : text;
}
const inner = /^\(\s*(?:select|with|from)\b/i;
