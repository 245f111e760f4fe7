/** What findings show for themselves: where a value was learned to be what it is, which bound was looked for, what was counted. */
import type { Dataset, Event, Site, SparkProgram, Value } from '../analysis/model.ts';
import { forEachChild } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Related } from './rule.ts';
import { lineage, nearestIn, rootsOf } from './queries.ts';
import { fieldsKept } from './rdd-elements.ts';
import { compareVersions, type Targets } from './targets.ts';

const boundText: Readonly<Record<Dataset['bound']['is'], string>> = {
  rows: 'its number of rows is limited here', groups: 'one row for each group or distinct value', unbounded: 'read in full; no limit, sample or aggregate was found after this', unknown: 'its source is not in sight',
};

/** Where a dataset comes from and what its number of rows is believed to be. */
export function evidenceOf(dataset: Dataset): Related[] {
  const roots = rootsOf(dataset);
  return [
    { site: dataset.why.site, message: dataset.why.text },
    ...roots.filter((root) => root !== dataset).map((root) => ({ site: root.why.site, message: root.why.text })),
    ...roots.slice(0, 1).map((root) => ({ site: root.name, message: boundText[dataset.bound.is] })),
  ];
}

export const relatedTo = (events: readonly Event[], message: (event: Event) => string): Related[] => events.map((event) => ({ site: event.name, message: message(event) }));

/** Where callers call from, for a finding inside a function. */
export const callersOf = (event: { readonly callers: readonly Site[] }): Related[] => event.callers.map((site) => ({ site, message: 'called from here' }));

/** Why a step takes long, for messages: a shuffle, functions of the program, the parsing of text. */
export function costOf(dataset: Dataset): string | undefined {
  if (runsFunction(dataset)) return `the function of \`${dataset.made}\``;
  if (dataset.udf !== undefined) return dataset.udf === 'a UDF' ? dataset.udf : `the UDF \`${dataset.udf}\``;
  // Rows that a shuffle brought together before may lie as the window wants them.
  if (isWindowed(dataset)) return `the ${dataset.from.some(hasShuffle) ? '' : 'shuffle for the '}window of \`${dataset.made}\``;
  // Every row meets every row, without a shuffle.
  if (dataset.made === 'crossJoin') return 'the `crossJoin`';
  if (isShuffle(dataset)) return dataset.source?.sql === undefined ? `the shuffle of \`${grouping(dataset)?.made ?? dataset.made}\`` : 'the SQL query';
  const format = dataset.source?.format?.toLowerCase();
  if (format === 'jdbc') return 'the JDBC query';
  const store = format === undefined ? undefined : storeOf(format);
  if (store !== undefined) return `the read from ${store}`;
  return isCsv(dataset) ? 'the reading of CSV' : format === 'json' || format === 'xml' ? `the parsing of ${format.toUpperCase()}` : undefined;
}

/** Lines, which an action that reads no column of them goes through unparsed. */
export const isCsv = ({ source }: Dataset): boolean => source?.format?.toLowerCase() === 'csv';

/** What keeps rows elsewhere, by the format that reads it: they come over the network each time. */
const storeOf = (format: string): string | undefined => stores.find(([shape]) => shape.test(format))?.[1];
const stores: readonly (readonly [RegExp, string])[] = [[/^kafka$/, 'Kafka'], [/^mongo(db)?$|^com\.mongodb\.spark\b/, 'MongoDB'], [/^org\.apache\.spark\.sql\.cassandra$/, 'Cassandra'], [/^(es|opensearch|org\.(elasticsearch|opensearch)\.spark\.sql)$/, 'Elasticsearch'], [/^(snowflake|net\.snowflake\.spark\.snowflake)$/, 'Snowflake'], [/^(bigquery|com\.google\.cloud\.spark\.bigquery)$/, 'BigQuery']];

/** A function of the program, row by row, that does more than that. */
const runsFunction = (dataset: Dataset): boolean => dataset.method?.costly === true && !onlyRearranges(dataset);

/** `map { case (key, value) => (value, key) }`, `map(new Point(_))`, `filter(_.age > 17)`: where no row leaves the JVM, that costs next to nothing. */
const onlyRearranges = ({ made, args }: Dataset): boolean => (made === 'map' || made === 'filter')
  && args.length === 1 && args[0]!.value.length > 0 && args[0]!.value.every((item) => item.is === 'function' && item.env.language === 'scala' && rearranges(item.def.body));

/** The same, or arithmetic, choices and what is looked up or made of the parts: dear enough to read a source for, but not to keep beside what is kept already. */
export const isLight = (program: SparkProgram, { made, args }: Dataset): boolean => (made === 'map' || made === 'flatMap' || made === 'filter' || made === 'mapValues')
  && args.length === 1 && args[0]!.value.length > 0 && args[0]!.value.every((item) => item.is === 'function' && item.env.language === 'scala' && worksLittle(program, item.def.body));

function worksLittle(program: SparkProgram, expr: Expr): boolean {
  if (expr.kind === 'closure') return worksLittle(program, expr.def.body);
  if (expr.kind === 'loop' || expr.kind === 'call' && !(expr.makes === true || isPart(expr) || isLookup(program, expr) || isMaker(program, expr) || isPlumbing(expr))) return false;
  let little = true;
  forEachChild(expr, (child) => void (little &&= worksLittle(program, child)));
  return little;
}
/** `orders.map(order => (key, order.price))`, `names.toList.mkString(",")`: what a row holds is gone through, and nothing else is called. */
const isPlumbing = ({ fn }: Expr & { kind: 'call' }): boolean => fn.kind === 'member' && plumbing.test(fn.name);
const plumbing = /^(map|flatMap|flatten|filter|filterNot|collect|find|exists|forall|head|headOption|last|tail|init|take|drop|slice|\+\+|:\+|\+:|::|:::|zip|zipWithIndex|unzip|mkString|sum|size|length|get|getOrElse|contains|swap|keys|values|apply|iterator|to(Seq|List|Array|Set|Map|Vector|Iterator|Iterable|Buffer|IndexedSeq)|copy|trim|split|substring|replace|replaceAll|toUpperCase|toLowerCase|startsWith|endsWith|stripPrefix|stripSuffix|indexOf|charAt|format|to(Int|Long|Float|Double|String|Boolean)|isEmpty|nonEmpty|abs|max|min|reverse|concat|println|print)$/;
/** `indexes(flight.carrier)`; `Array(a, b)`, `Vectors.dense(a, b)` */
const isLookup = ({ types }: SparkProgram, { fn, args }: Expr & { kind: 'call' }): boolean => args.length === 1 && (types.get(fn)?.every((item) => item.is === 'collection') ?? false);
/** A capital letter alone may stand for an object whose `apply` does anything. */
const isMaker = ({ types }: SparkProgram, call: Expr & { kind: 'call' }): boolean => call.fn.kind === 'name' ? holders.test(call.fn.name) || isOfData(types.get(call)) || isSparks(types.get(call.fn)) : call.fn.kind === 'member' && call.fn.on.kind === 'name' && call.fn.on.name === 'Vectors';
const holders = /^(Array|Seq|IndexedSeq|List|Vector|Set|Map|Some|Option|Tuple\d+|Row)$/;
/** `Rating(user, item, score)` */
const isSparks = (called: Value | undefined): boolean => called !== undefined && called.length > 0 && called.every((item) => item.is === 'foreign' && item.name.startsWith('org.apache.spark.'));
const isOfData = (made: Value | undefined): boolean => made !== undefined && made.length > 0 && made.every((item) => item.is === 'object' && item.of.of.def.role === 'data' && fieldsKept(item.of.of) !== undefined);

function rearranges(expr: Expr): boolean {
  switch (expr.kind) {
    case 'literal': case 'name': return true;
    case 'member': return rearranges(expr.on);
    case 'collection': return expr.type === 'tuple' && expr.items.every(({ value }) => rearranges(value));
    case 'call': return (expr.makes === true || isPart(expr)) && expr.args.every(({ value }) => rearranges(value));
    case 'operator': return expr.args.every(rearranges);
    case 'exit': return expr.how === 'return' && expr.value !== undefined && rearranges(expr.value);
    // What a pattern takes apart.
    case 'bind': return expr.value === undefined || rearranges(expr.value);
    case 'sequence': return expr.body.length > 0 && expr.body.every(rearranges);
    case 'discard': return rearranges(expr.value);
    default: return false;
  }
}

/** `row(0)`, `row.getString(1)`, `id.toLong`, `x.asInstanceOf[Int]`: a part of what is there, as another type at most. */
const isPart = ({ fn, args }: Expr & { kind: 'call' }): boolean => fn.kind === 'name' ? args.length === 1 && args[0]!.value.kind === 'literal' : fn.kind === 'member' && rearranges(fn.on) && parts.test(fn.name);
const parts = /^(as|getAs|get(String|Int|Long|Double|Float|Boolean|Short|Byte)?|asInstanceOf|to(Int|Long|Double|Float|Short|Byte|String)|(int|long|double|float)Value|isEmpty|nonEmpty|isDefined|isNullAt|equals)$/;

/** How dear a step is beside others: functions of the program before joins and groupings, these before sorts, and the parsing of text last. */
export function weightOf(dataset: Dataset): number {
  if (costOf(dataset) === undefined) return 0;
  if (runsFunction(dataset) || dataset.udf !== undefined) return 4;
  if (!isShuffle(dataset) && dataset.made !== 'crossJoin') return 1;
  return isSort(dataset) || moves.has(dataset.made) ? 2 : 3;
}
const moves: ReadonlySet<string> = new Set(['repartition', 'repartitionByRange', 'coalesce']);

/** `groupBy` is what shuffles, not the `count` or `agg` behind it. */
const grouping = ({ from }: Dataset): Dataset | undefined => from.find(({ kind }) => kind === 'GroupedData');

/** The rows of each partition of a window come together where it adds a column; a step that already brings them together says so itself. */
export const isWindowed = ({ window, kind, method }: Dataset): boolean => window === true && kind === 'DataFrame' && method?.lineage !== 'wide';

const joins: ReadonlySet<string> = new Set(['join', 'intersect', 'subtract', 'exceptAll', 'intersectAll', 'crossJoin']);
export const isShuffle = (dataset: Dataset): boolean => dataset.shuffles ?? (isWindowed(dataset) || dataset.method?.shuffle === 'yes' && dataset.kind !== 'GroupedData' || joins.has(dataset.made));
const nearestShuffle = nearestIn((each) => (isShuffle(each) ? each : undefined));
export const hasShuffle = (dataset: Dataset): boolean => nearestShuffle(dataset) !== undefined;
const sorts: ReadonlySet<string> = new Set(['orderBy', 'sort', 'sortBy', 'sortByKey']);
export const isSort = ({ made }: Dataset): boolean => sorts.has(made);
export const hasSort = (dataset: Dataset): boolean => lineage(dataset).some((each) => isSort(each) || /\border\s+by\b/i.test(each.source?.sql ?? ''));

/** The rows a plan is cut off at: what was checkpointed or cached before is not computed again, nor what `transpose` has brought to the driver where it was called. */
export const checkpointed: ReadonlySet<string> = new Set(['checkpoint', 'localCheckpoint', 'transpose']);

/** Before 3.4 statistics are made where they stand, and the few numbers that they give are at hand from then on. */
export const atHand = (targets: Targets): ReadonlySet<string> => (compareVersions(targets.to, '3.4') < 0 ? withStatistics : checkpointed);
const withStatistics: ReadonlySet<string> = new Set([...checkpointed, 'describe', 'summary']);

/** "one", "two" … for messages. */
export const numberWord = (count: number): string => ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][count] ?? String(count);
