/** How many groups there are, as far as what makes them tells. */
import { joinKind, partitionsKept } from '../analysis/chain.ts';
import { groupKeysIn, isOfList } from '../analysis/sql.ts';
import type { ArgValue, Dataset, Site, Source, SparkProgram, Value } from '../analysis/model.ts';
import { calledName, columnNamed, namesOf } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { wordsOfName } from '../text/names.ts';
import { unfolds } from './few-rows.ts';
import { isFileFormat } from './queries.ts';
import { elementOf } from './rdd-elements.ts';
import { bindsIn, resultsOf } from './results.ts';
import { constructorOf, fieldsOf, rowClassOf } from './row-class.ts';
import { definitionsAt } from './statements.ts';
import { expressionAt } from './written.ts';

/**
 * A summary, by columns of which none tells one thing from all others: a few rows for whoever asks for them. Where the
 * keys are identifiers, where whole rows are compared, or where a function makes the keys, the groups may be as many as
 * the rows.
 */
export function isSummary(program: SparkProgram, dataset: Dataset): boolean {
  return dataset.bound.is === 'groups' && !unfolds(program, dataset) && areGroups(program, dataset, (keys) => !mayBeMany(keys), new Map());
}

/** A handful of rows, by what their keys are called: one for each `payment_type`. */
export const isOfKinds = (program: SparkProgram, dataset: Dataset): boolean =>
  dataset.bound.is === 'groups' && !unfolds(program, dataset) && areGroups(program, dataset, (keys) => areNames(keys, (word) => kinds.test(word)), new Map());

/** The last grouping on each way decides, by its keys as they are written; what a loop makes of itself has as many groups as what it began with. */
function areGroups(program: SparkProgram, dataset: Dataset, areFew: (keys: string) => boolean, met: Map<Dataset, boolean | undefined>): boolean {
  if (dataset.bound.is === 'rows') return true;
  if (met.has(dataset)) return met.get(dataset) ?? false;
  met.set(dataset, undefined);
  if (hasLiteralKeys(dataset) || hasKeysOfDriver(program, dataset)) {
    met.set(dataset, true);
    return true;
  }
  const keys = isMaker(dataset) ? keysOf(program, dataset) : undefined;
  const before = isMaker(dataset) ? [] : dataset.from.filter((each) => !met.has(each) || met.get(each) !== undefined);
  const few = keys !== undefined ? areFew(keys) : before.length > 0 && before.every((each) => areGroups(program, each, areFew, met));
  met.set(dataset, few);
  return few;
}

/** `numbers.map(lambda n: ("even", 1) if n % 2 == 0 else ("odd", 1)).reduceByKey(add)`: one row for each of the keys that are written out. */
function hasLiteralKeys(dataset: Dataset): boolean {
  if (dataset.kind !== 'RDD' || !byKey.has(dataset.made)) return false;
  const elements = elementOf(dataset);
  return elements.length > 0 && elements.every((item) => item.is === 'collection' && item.type === 'tuple' && item.items !== undefined && item.items.length > 0 && isLiteral(item.items[0]!));
}
const isLiteral = (value: Value): boolean => value.length > 0 && value.every(({ is }) => is === 'constant');
const byKey: ReadonlySet<string> = new Set(['reduceByKey', 'foldByKey', 'aggregateByKey', 'groupByKey']);

/**
 * `pairs.map { case (name, x) => (clusters.getOrElse(name, other), x) }.groupByKey()`: as many rows as there are values in a
 * map of the driver, which each task takes along.
 */
function hasKeysOfDriver(program: SparkProgram, dataset: Dataset): boolean {
  if (dataset.kind !== 'RDD' || !byKey.has(dataset.made) || dataset.from.length !== 1) return false;
  const [step] = dataset.from;
  const [only, ...others] = step!.made === 'map' ? step!.args[0]?.value ?? [] : [];
  if (only?.is !== 'function' || others.length > 0) return false;
  const own = ownOf(only.def);
  const keys = (resultsOf(only.def) ?? []).map((result) => (result.kind === 'collection' && result.type === 'tuple' ? result.items[0]?.value : undefined));
  return keys.length > 0 && keys.every((key) => key !== undefined && isOfDriver(program, key, own)) && keys.some((key) => key!.kind !== 'literal');
}

/** Names of a function, with what they are bound to where that is one expression; undefined: its parameters and all others. */
type Own = ReadonlyMap<string, Expr | undefined>;

function ownOf({ params, binds, body }: Def): Own {
  const own = new Map<string, Expr | undefined>([...params.map(({ name }) => name), ...binds].map((name) => [name, undefined]));
  const bound = new Set<string>();
  for (const { patterns, value } of bindsIn(body)) for (const name of patterns.flatMap(namesOf)) {
    own.set(name, bound.has(name) || patterns.length > 1 || patterns[0]!.kind !== 'name' ? undefined : value);
    bound.add(name);
  }
  return own;
}

/** It is taken from what the function finds around it: a value of a map, whatever it is asked for. */
function isOfDriver(program: SparkProgram, expr: Expr, own: Own): boolean {
  const isIt = (each: Expr): boolean => isOfDriver(program, each, own);
  switch (expr.kind) {
    case 'literal': return true;
    case 'name': {
      const value = own.get(expr.name);
      return own.has(expr.name) ? value !== undefined && value !== expr && isIt(value) : true;
    }
    // `found.get` of an Option, `sent.value` of a broadcast.
    case 'member': return ['get', 'value'].includes(expr.name) && isIt(expr.on);
    case 'index': return isIt(expr.on);
    case 'call': return expr.fn.kind === 'member' && isAsked(program, expr, own) && isIt(expr.fn.on) && expr.args.slice(1).every(({ value }) => isIt(value));
    default: return false;
  }
}

/** `clusters.get(name)`, `clusters.getOrElse(name, other)`: of a map. What else has such a method may make anything of what it is given. */
const isAsked = (program: SparkProgram, { fn, args }: Expr & { readonly kind: 'call' }, own: Own): boolean => fn.kind === 'member' && asking.has(fn.name)
  // Nothing but a map is given two things there.
  && (fn.name === 'getOrElse' && args.length === 2 || isMap(program, fn.on, own));
const asking: ReadonlySet<string> = new Set(['get', 'getOrElse', 'apply']);

/** A collection, or the `value` of a broadcast, unless something else is known to be in it. */
function isMap(program: SparkProgram, expr: Expr, own: Own): boolean {
  const bound = expr.kind === 'name' ? own.get(expr.name) : undefined;
  if (bound && bound !== expr) return isMap(program, bound, own);
  const known = (each: Expr | undefined): Value => (each && program.types.get(each)) ?? [];
  if (expr.kind !== 'member' || expr.name !== 'value') return known(expr).length > 0 && known(expr).every(({ is }) => is === 'collection');
  return known(expr.on).every((item) => {
    if (item.is !== 'spark' || item.kind !== 'Broadcast') return item.is === 'unknown';
    const made = item.made && expressionAt(program, item.made);
    return made?.kind !== 'call' || !known(made.args[0]?.value).some(({ is }) => is === 'object');
  });
}

const isMaker = ({ kind, made, source, from }: Dataset): boolean => kind !== 'GroupedData' && (source?.sql !== undefined || removing.has(made) || made === 'crosstab' || from.some((each) => each.kind === 'GroupedData'));

/** One of the columns that are named there is an identifier. */
export const mayBeMany = (keys: string): boolean => namesIn(keys).some(isIdentifier);
const namesIn = (keys: string): readonly string[] => keys.match(/[A-Za-z]\w*/g) ?? [];

/** What makes the groups, as it is written; undefined: whole rows, a function, or nobody knows. */
function keysOf(program: SparkProgram, maker: Dataset): string | undefined {
  const { source, from } = maker;
  if (source?.sql !== undefined) return groupKeysIn(source.sql);
  if (maker.made === 'crosstab') return typeof maker.args[0]?.literal === 'string' ? maker.args[0].literal : undefined;
  const step = from.find(({ kind }) => kind === 'GroupedData') ?? (removing.has(maker.made) ? chosen(maker) : undefined);
  if (step?.kind === 'RDD' || step?.made === 'map') return step.made === 'map' ? fieldPicked(program, step) : undefined;
  if (step?.site.module === program.path) return step.args.map(({ site }) => namesAt(program, site)).join();
  // The text of another module is not at hand, but names that are written out there are.
  return step && step.args.length > 0 && step.args.every(({ literal }) => typeof literal === 'string') ? step.args.map(({ literal }) => literal).join() : undefined;
}

/** The columns that are named there; of a frame that one is taken from nothing (`orders.country`). What is no plain expression stays as it is written. */
function namesAt(program: SparkProgram, site: Site): string {
  const expr = expressionAt(program, site);
  const base = expr ? site.start - expr.span[0] : 0;
  return expr ? namesOfColumns(expr, ({ span }) => program.lowered.text.slice(base + span[0], base + span[1])) : site.module === program.path ? program.lowered.text.slice(site.start, site.end) : '';
}

function namesOfColumns(expr: Expr, textOf: (expr: Expr) => string): string {
  const named = columnNamed(expr);
  if (named !== undefined) return named;
  if (expr.kind === 'call') return [...(expr.fn.kind === 'member' && expr.fn.on.kind === 'call' ? [expr.fn.on] : []), ...expr.args.map(({ value }) => value)].map((each) => namesOfColumns(each, textOf)).join();
  if (expr.kind === 'collection') return expr.items.map(({ value }) => namesOfColumns(value, textOf)).join();
  return textOf(expr);
}
const removing: ReadonlySet<string> = new Set(['distinct', 'dropDuplicates', 'drop_duplicates']);

/** `map(_.carrier)`, `map(lambda row: row["carrier"])`: a field that has a name; of what else a function makes nobody knows how much it is. */
function fieldPicked(program: SparkProgram, step: Dataset): string | undefined {
  const [only, ...others] = step.args[0]?.value ?? [];
  if (only?.is !== 'function' || others.length > 0) return undefined;
  const picked = valueOf(only.def.body);
  const name = picked && columnNamed(picked);
  const isOfRow = picked?.kind === 'member' ? picked.on.kind === 'name' : picked?.kind === 'index' && picked.on.kind === 'name';
  if (!isOfRow || name === undefined) return undefined;
  // In Scala a method without parentheses looks the same: `_.trim`.
  return only.env.language === 'scala' && !step.from.every((each) => hasField(program, each, name)) ? undefined : name;
}

/** What it holds are objects of a class that is made with such a field. */
function hasField(program: SparkProgram, dataset: Dataset, name: string): boolean {
  const { site } = dataset;
  if (dataset.kind === 'RDD') {
    const element = elementOf(dataset);
    return element.length > 0 && element.every((item) => item.is === 'object' && constructorOf(item.of.of.def.body)?.params.slice(1).some((field) => field.name === name));
  }
  const written = site.module === program.path ? expressionAt(program, site) : undefined;
  const rowClass = written && rowClassOf(program, written, definitionsAt(program.lowered, site.start));
  return rowClass !== undefined && fieldsOf(program, rowClass)?.has(name) === true;
}
const valueOf = (expr: Expr | undefined): Expr | undefined => (expr?.kind === 'sequence' ? expr.body.length === 1 ? valueOf(expr.body[0]) : undefined : expr?.kind === 'exit' ? valueOf(expr.value) : expr);

/** `select("day").distinct()`, `dropDuplicates(["day"])`: the step that says by what rows are told apart. */
function chosen(maker: Dataset): Dataset | undefined {
  if (maker.args.length > 0) return maker;
  for (const at of partitionsKept(maker.from[0])) {
    if (at.made === 'map') return at;
    if (at.made === 'select' || at.made === 'selectExpr') return at.args.length > 0 && !at.args.some(({ literal }) => literal === '*') ? at : undefined;
    if (!['filter', 'where', 'na', 'dropna', 'sort', 'orderBy'].includes(at.made)) return undefined;
  }
  return undefined;
}

/**
 * `orders.dropDuplicates(["order_id"])`, `orders.distinct()`: rows that came twice go, and most stay. Where columns were
 * chosen before, what is left may be a list of whatever these name.
 */
export function keepsMostRows(program: SparkProgram, step: Dataset): boolean {
  if (!removing.has(step.made)) return false;
  const keys = step.args.length > 0 ? keysOf(program, step) : undefined;
  if (step.args.length > 0 && (keys === undefined || !mayBeMany(keys) || areOfFixedSet(keys))) return false;
  return readWhole(step.from[0]) !== undefined;
}
const isOfAllRows = ({ made }: Dataset): boolean => wholeRows.has(made);
const wholeRows: ReadonlySet<string> = new Set(['filter', 'where', 'na', 'dropna', 'drop', 'fill', 'fillna', 'withColumn', 'withColumns', 'withColumnRenamed', 'withColumnsRenamed', 'alias', 'hint', 'repartition', 'coalesce', 'sort', 'orderBy', 'checkpoint', 'localCheckpoint', 'withWatermark']);

/** Its last words name something of which a table may hold as many as it has rows. */
function isIdentifier(name: string): boolean {
  const words = wordsOfName(name).filter((word) => word !== '');
  return identifying.test(words.at(-1) ?? '') && !isOfList(name);
}
const identifying = /^(ids?|uuid|guid|hash|email|phone|ip|url|uri|address|token|text|body|title|message|timestamp|query|path|word|words|users?|customers?|clients?|accounts?|members?|players?|patients?|subscribers?|employees?|devices?|drivers?|machines?|vehicles?|products?|items?|orders?|transactions?|sessions?|documents?)$/;

// ---- keys whose number does not grow with what happens -----------------------------------------------------------------

/** Of these there is a handful, whatever a table holds. */
const kinds = /^(country|countries|continent|currency|currencies|language|region|province|department|category|categories|status|statuses|type|kind|class|gender|sex|season|weekday|severity|priority|tier)$/;
/** Of these somebody has put up or set up each one. */
const places = /^(state|city|county|district|borough|zone|station|stop|airport|uic|iata|icao|store|shop|branch|warehouse|plant|site|building|sensor|turbine|meter)$/;
/** What stands behind such a word: `station_id`, `country_code`, `store_name`. */
const naming = /^(ids?|codes?|names?|keys?|no|nr|num|number|label)$/;

/** Keys, as they are written or by their names, that are a fixed set by what they are called: `station_id`, `col("status")`. */
export const areOfFixedSet = (keys: string): boolean => areNames(keys, (word) => kinds.test(word) || places.test(word));

/** Each name there ends in such a word, or in one that names it. */
function areNames(keys: string, isSuch: (word: string) => boolean): boolean {
  const names = (keys.match(/[A-Za-z_][\w.]*/g) ?? []).map((name) => name.split('.').at(-1)!).filter((name) => name !== 'col' && name !== 'column');
  return names.length > 0 && names.every((name) => {
    const words = wordsOfName(name).filter((word) => word !== '');
    const last = words.findLastIndex((word) => !naming.test(word));
    return last >= 0 && isSuch(words[last]!);
  });
}

// ---- the first rows of each group ---------------------------------------------------------------------------------------

/**
 * `withColumn("place", row_number().over(byShop))`, then `filter(col("place") <= 3)`: a few rows of each group, unless what
 * makes the groups tells one row of a table from all others, so that most rows are the first of theirs.
 */
export function picksOfGroups(program: SparkProgram, step: Dataset): boolean {
  if (step.made !== 'filter' && step.made !== 'where') return false;
  const columns = columnsOfFirst(writtenAs(program, step.args[0]));
  for (const at of columns.length > 0 ? partitionsKept(step.from[0]) : []) {
    const column = at.made === 'withColumn' ? at.args[0]?.literal : undefined;
    if (typeof column !== 'string' || !columns.includes(column)) continue;
    const window = windowOfRank(program, writtenAs(program, at.args[1]));
    return window !== undefined && !picksMostRows(keysOfWindow(program, window), at.from[0]);
  }
  return false;
}

const writtenAs = (program: SparkProgram, arg: ArgValue | undefined): Expr | undefined => arg && expressionAt(program, arg.site);

/** The columns that have to be no larger than something: `col("place") <= 3`, `"place = 1"`. */
function columnsOfFirst(condition: Expr | undefined): string[] {
  if (condition?.kind === 'literal') return typeof condition.value === 'string' ? [firstInSql.exec(condition.value)?.[1] ?? []].flat() : [];
  if (condition?.kind !== 'operator') return [];
  if (condition.name === '&' || condition.name === '&&') return condition.args.flatMap(columnsOfFirst);
  const [column, most] = condition.args;
  const name = firstWhere.has(condition.name) && (most?.kind === 'literal' || most?.kind === 'name') ? columnNamed(column!) : undefined;
  return name === undefined ? [] : [name];
}
const firstWhere: ReadonlySet<string> = new Set(['==', '===', '<', '<=']);
const firstInSql = /^\s*\(?\s*(\w+)\s*(?:==?|<=?)\s*\w+\s*\)?\s*$/;

/** `row_number().over(…)`, there or where its name is bound: what is written in it. */
function windowOfRank(program: SparkProgram, expr: Expr | undefined): Expr | undefined {
  if (expr?.kind === 'name') {
    const [only, ...others] = program.types.get(expr) ?? [];
    const made = only?.is === 'spark' && others.length === 0 && only.made ? expressionAt(program, only.made) : undefined;
    return made?.kind === 'call' ? windowOfRank(program, made) : undefined;
  }
  return expr?.kind === 'call' && expr.fn.kind === 'member' && expr.fn.name === 'over' && ranks.has(calledName(expr.fn.on) ?? '') ? expr.args[0]?.value : undefined;
}
const ranks: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank']);

/** What a window parts rows by, as it is written; nothing where all rows are one part. Undefined: nobody knows. */
function keysOfWindow(program: SparkProgram, window: Expr): string | undefined {
  const keys = (program.types.get(window) ?? []).map((item) => {
    const props = item.is === 'spark' && item.kind === 'WindowSpec' && !item.props?.open ? item.props : undefined;
    const names = props?.partitionBy?.filter((name) => name !== undefined) ?? [];
    return props && [...names, ...(props.keys ?? []).map((site) => namesAt(program, site))].join();
  });
  return keys.length > 0 && keys.every((each) => each !== undefined) ? keys.join() : undefined;
}

/** With these keys most rows of a table are the first of their group: to pick those leaves out what came twice. */
function picksMostRows(keys: string | undefined, rows: Dataset | undefined): boolean {
  if (keys === undefined || !mayBeMany(keys)) return false;
  const joined = readWhole(rows, true);
  return readWhole(rows) !== undefined || joined !== undefined && namesIn(keys).some((key) => isIdentifier(key) && isOwnKey(key, joined));
}

/** `id`, or `event_id` of a table `events`: it tells one of its rows from all others, and what a join has added to one is the same thing still. */
function isOwnKey(key: string, { table, paths }: Source): boolean {
  const read = table ?? paths.at(-1) ?? '';
  const name = read.split(/[/.]/).findLast((part) => /^[A-Za-z][\w-]*$/.test(part) && !isFileFormat(part)) ?? '';
  const words = new Set(wordsOfName(name.replaceAll('-', '_')).map(singular));
  return wordsOfName(key).every((word) => word === '' || /^(ids?|uuid|guid)$/.test(word) || words.has(singular(word)));
}
const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/s$/, '');

/** What is read there, with nothing but steps that keep rows as they were read; of joined tables, where those are let by, the first. */
function readWhole(dataset: Dataset | undefined, isJoined = false): Source | undefined {
  for (const at of partitionsKept(dataset, isOfAllRows)) {
    if (at.source) return at.source.sql === undefined ? at.source : undefined;
    if (isJoined && at.made === 'join' && !joinKind(at.args)?.startsWith('right')) return readWhole(at.from[0], true);
    if (!isOfAllRows(at)) return undefined;
  }
  return undefined;
}
