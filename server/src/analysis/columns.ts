/** What a Column is made of: aggregates, literals, calls of Python functions. */
import type { FunctionFact } from '../knowledge/api.ts';
import type { ArgValue, ColumnFacts, SparkValue, Value } from './model.ts';
import { asksForSome, fewest, hasWindow, isAggregateSql, isPick, mostValues, mostValuesInSql, pickedOf, remainders, tellsApart, uncounted } from './sql.ts';
import { templateOf } from './texts.ts';
import { constantOf, mostOf } from './values.ts';

/** Columns in what a call is given, those in lists and dicts included. */
function columnsOf(args: readonly ArgValue[]): SparkValue[] {
  const found: SparkValue[] = [];
  for (const arg of args) collect(arg.value, found, 0);
  return found;
}

function collect(value: Value, found: SparkValue[], depth: number): void {
  for (const item of value) {
    if (item.is === 'spark') { if (item.kind === 'Column') found.push(item); }
    else if (item.is === 'collection' && depth < 2) collect(item.element, found, depth + 1);
  }
}

/** Of a Column that is made from others: an aggregate where one of them is and none reads single rows. */
export function combined(parts: readonly SparkValue[]): ColumnFacts | undefined {
  if (!parts.some((part) => part.column)) return undefined;
  const udf = parts.find((part) => part.column?.udf !== undefined)?.column?.udf;
  const reading = parts.filter((part) => part.column?.over !== 'nothing');
  const over = parts.length > 0 && reading.length === 0 ? 'nothing' : sameOver(reading);
  const atMost = reading.length > 0 ? productOf(reading.map((part) => part.column?.atMost)) : undefined;
  const window = parts.some((part) => part.column?.window) || undefined;
  return over === undefined && udf === undefined && atMost === undefined && window === undefined ? undefined : { over, udf, atMost, window };
}

/** Of each value with each other; undefined where one may have any number. */
export const productOf = (counts: readonly (number | undefined)[]): number | undefined =>
  counts.reduce((all, each) => (all === undefined || each === undefined ? undefined : all * each), 1);

const sameOver = (parts: readonly SparkValue[]): ColumnFacts['over'] => onlyOne(parts.map(({ column }) => column?.over));

/** What all of them are; undefined where they differ. */
const onlyOne = <T>([first, ...others]: readonly T[]): T | undefined => (others.every((each) => each === first) ? first : undefined);

/** A text names a column, or may: how many values that has nobody knows. */
const namesNone = (args: readonly ArgValue[]): boolean => args.every(({ value }) => value.every((item) => item.is === 'spark' || item.is === 'constant' && typeof item.value !== 'string'));
const withoutCount = (facts: ColumnFacts | undefined, args: readonly ArgValue[]): ColumnFacts | undefined => (facts?.atMost === undefined || namesNone(args) ? facts : { ...facts, atMost: undefined });

/** Of what a function of `pyspark.sql.functions` gives, as the API table has it. */
export function ofFunction(fact: FunctionFact | undefined, name: string, args: readonly ArgValue[]): ColumnFacts | undefined {
  const kind = fact?.class;
  const parts = columnsOf(args);
  const udf = combined(parts)?.udf;
  if (kind === 'aggregate') return { over: 'group', udf };
  if (name === 'spark_partition_id') return { over: 'partition' };
  if (fact?.atMost !== undefined) return { atMost: fact.atMost, udf };
  if (kind === 'window' || kind === 'generator' || name === 'col' || name === 'column') return udf === undefined ? undefined : { udf };
  if (kind === 'sql-string') return ofSql(templateOf(args[0]?.value ?? []) ?? '');
  const counted = mostValues(name, args.map(({ value }) => literalIn(value)));
  if (counted !== undefined) return { atMost: counted, udf };
  if (name === 'when') return chosen(0, args[1], combined(parts)?.udf);
  if (name === 'lit') return parts.length > 0 ? combined(parts) : { over: 'nothing', literal: constantOf(args[0]?.value ?? []) };
  const made = withoutCount(combined(parts), args);
  const facts = asks(name, args) ? { ...made, asks: true } : made;
  // Without a Column among its arguments a function may name its columns by strings.
  return facts?.over === 'nothing' ? { ...facts, over: undefined } : facts;
}

/** `when(amount > 100, "large").otherwise("small")`: so many values, where each is written out; where no condition holds, null. */
function chosen(before: number | undefined, arg: ArgValue | undefined, udf: string | undefined): ColumnFacts {
  const column = arg?.value.length === 1 && arg.value[0]!.is === 'spark' ? arg.value[0].column : undefined;
  const added = arg !== undefined && (column?.over === 'nothing' || literalIn(arg.value) !== undefined) ? 1 : column?.atMost;
  return { udf, atMost: before === undefined || added === undefined ? undefined : before + added };
}

function ofSql(expression: string): ColumnFacts | undefined {
  if (isAggregateSql(expression)) return { over: 'group' };
  if (hasWindow(expression)) return { window: true };
  const counted = mostValuesInSql(expression);
  return counted === undefined ? undefined : { atMost: counted };
}

export const ofUdf = (name: string | undefined, args: readonly ArgValue[]): ColumnFacts => {
  const { over, atMost, window } = withoutCount(combined(columnsOf(args)), args) ?? {};
  return { over, atMost, window, udf: name ?? 'a UDF' };
};

/** Of what `&` and `|` make of columns that ask for something. */
export function ofLogic(operator: string, parts: readonly SparkValue[]): ColumnFacts | undefined {
  const each = parts.map((part) => part.column?.picks);
  const picks = operator === '&' ? fewest(each) : operator === '|' && parts.length > 1 ? each.reduce((sum, own) => (sum === undefined || own === undefined ? undefined : sum + own), 0) : undefined;
  const asks = operator === '&' ? parts.some((part) => part.column?.asks) : operator === '|' && parts.length > 1 && parts.every((part) => part.column?.asks);
  const facts = combined(parts);
  return picks !== undefined || asks ? { ...facts, ...(picks !== undefined ? { picks } : {}), asks } : facts;
}

/** Of what an operator makes of a Column and something else: `%` of a number leaves so many remainders. */
export function ofOperator(operator: string, parts: readonly SparkValue[], divisor: Value): ColumnFacts | undefined {
  const facts = ofLogic(operator, parts);
  const literal = operator === '%' ? literalIn(divisor) : undefined;
  return typeof literal === 'number' ? { ...facts, atMost: remainders(literal) ?? facts?.atMost } : facts;
}

/** Methods and functions of a Column that compare it with something, or ask for nulls. */
const asking: ReadonlySet<string> = new Set(['isin', 'isInCollection', 'between', 'like', 'ilike', 'rlike', 'regexp_like', 'contains', 'startswith', 'startsWith', 'endswith', 'endsWith', 'array_contains', 'eqNullSafe', 'isNull', 'isnull', 'isNaN', 'isnan']);
const comparing: ReadonlyMap<string, string> = new Map([['equalTo', '=='], ['gt', '>'], ['geq', '>='], ['lt', '<'], ['leq', '<=']]);
const asks = (name: string, args: readonly ArgValue[]): boolean => asking.has(name) || comparing.has(name) && asksForSome(comparing.get(name)!, literalIn(args[0]?.value ?? []));

/** A constant, or the Column that is made of one. */
export function literalIn(value: Value): ReturnType<typeof constantOf> {
  const only = value.length === 1 ? value[0] : undefined;
  return only?.is === 'spark' ? only.column?.literal : constantOf(value);
}

/** So many values at most. */
const countOf = (value: Value): number => Math.max(...value.map((item) => (item.is === 'constant' ? 1 : item.is === 'collection' ? item.items?.length ?? mostOf(item) ?? uncounted : uncounted)));

/** All of it is written out, or made one by one of what is: `[code.upper() for code in codes]`. */
const isOfPicks = (value: Value): boolean => value.every((item) => {
  if (item.is !== 'collection') return isPick(constantOf([item]));
  if (item.items) return item.items.every((each) => isPick(constantOf(each)));
  return mostOf(item) !== undefined && item.element.every((each) => (each.is === 'constant' ? isPick(each.value) : each.is === 'foreign'));
});

/** What gives a Column a name, and leaves it what it is. */
const naming: ReadonlySet<string> = new Set(['alias', 'as', 'name']);

/** Of what a method of Column gives: `alias`, `cast`, `+`; `over` makes an aggregate a value of each row. */
export function ofMethod(name: string, receivers: readonly SparkValue[], args: readonly ArgValue[], column: string | undefined): ColumnFacts | undefined {
  const made = combined([...receivers.filter((value) => value.kind === 'Column'), ...columnsOf(args)]);
  const fn = naming.has(name) ? onlyOne(receivers.map(({ column }) => column?.fn)) : undefined;
  const as = fn === undefined ? undefined : constantOf(args[0]?.value ?? []);
  const known = fn === undefined ? made : { ...made, fn, ...(typeof as === 'string' ? { of: onlyOne(receivers.map(({ column: each }) => each?.of)), as } : {}) };
  const facts = asks(name, args) ? { ...known, asks: true } : known;
  if (name === 'isin' || name === 'isInCollection') {
    const picks = args.length > 0 && (tellsApart(column ?? '') || args.every((arg) => isOfPicks(arg.value)));
    return { ...facts, picks: picks ? pickedOf(column ?? '', args.reduce((sum, arg) => sum + countOf(arg.value), 0)) : undefined };
  }
  if (name === 'when' || name === 'otherwise') return { ...facts, ...chosen(onlyOne(receivers.map((each) => each.column?.atMost)), args[name === 'when' ? 1 : 0], facts?.udf) };
  if (name !== 'over') return facts;
  return { udf: facts?.udf, window: true };
}

/** A `select` of nothing but aggregates gives one row. */
export function selectsOneRow(args: readonly ArgValue[]): boolean {
  const over = args.flatMap((arg) => overOf(arg.value));
  return over.includes('group') && over.every((each) => each !== undefined);
}

function overOf(value: Value): ColumnFacts['over'][] {
  return value.flatMap((item) => {
    if (item.is === 'spark') return [item.column?.over];
    const text = templateOf([item]);
    if (text !== undefined) return [isAggregateSql(text) ? 'group' as const : undefined];
    return item.is === 'collection' ? (item.items ?? [item.element]).flatMap((each) => overOf(each)) : [undefined];
  });
}

/** All of them are literals: each row has the same values of them. */
export const areLiterals = (args: readonly ArgValue[]): boolean => args.length > 0 && args.every(({ value }) => value.length > 0 && value.every((item) => item.is === 'spark' && item.column?.over === 'nothing'));

/** What functions give the Columns that a call is given. */
export const functionsIn = (args: readonly ArgValue[]): ReadonlySet<string> => new Set(columnsOf(args).flatMap(({ column }) => column?.fn ?? []));

/** One of these columns is computed over a window of rows. */
export const isOverWindow = (args: readonly ArgValue[]): boolean => columnsOf(args).some(({ column }) => column?.window);

/** The same, of expressions of SQL: `selectExpr("*", "row_number() over (partition by id order by day) AS n")`. */
export const isOverWindowInSql = (args: readonly ArgValue[]): boolean => args.some(({ value }) => value.some((item) =>
  (item.is === 'collection' ? item.items ?? [item.element] : [[item]]).some((each) => hasWindow(templateOf(each) ?? ''))));

/** The Python function that runs for each row of what these columns are given to. */
export const pythonIn = (args: readonly ArgValue[]): string | undefined => combined(columnsOf(args))?.udf;
