/** What the elements of an RDD or a DStream are, as far as the functions that make them tell: unknown where they do not. */
import type { Dataset, Site, Value } from '../analysis/model.ts';
import type { ClassInfo } from '../analysis/scope.ts';
import { elementOf as held, foreign, join, joinAll, nothing, stringOf, unknown } from '../analysis/values.ts';
import type { Param } from '../program/program.ts';
import { eventsOf, oncePerProgram, onePerSite } from './queries.ts';
import { constructorOf } from './row-class.ts';

const known = new WeakMap<Dataset, Value>();

export function elementOf(dataset: Dataset): Value {
  let found = known.get(dataset);
  if (found) return found;
  // Of an RDD that a loop derives from itself, the first pass tells.
  known.set(dataset, nothing);
  known.set(dataset, (found = find(dataset)));
  return found;
}

/** What crosses the network where this step shuffles: keys, and what goes with them; nothing where it does not. */
export function shuffledBy(dataset: Dataset): Value {
  const { kind, method, made, from, args } = dataset;
  if (kind !== 'RDD' || method?.shuffle !== 'yes') return nothing;
  const before = joinAll(from.map(elementOf));
  // What is combined is of another type than the values, and combined before it is sent.
  if (/^(aggregate|fold)ByKey$/.test(made)) return pair(itemOf(before, 0), args[0]?.value ?? nothing);
  if (/^(combineByKey|combineByKeyWithClassTag|countApproxDistinctByKey)$/.test(made)) return itemOf(before, 0);
  return made === 'sortBy' || made === 'groupBy' ? pair(given(dataset), before) : before;
}

/** Steps that give the elements that they get. */
const keeping: ReadonlySet<string> = new Set(['filter', 'distinct', 'repartition', 'coalesce', 'sortBy', 'sortByKey', 'union', 'partitionBy', 'repartitionAndSortWithinPartitions', 'reduceByKey', 'foldByKey', 'sample', 'intersection', 'subtract', 'subtractByKey', 'filterByRange', 'barrier']);

function find(dataset: Dataset): Value {
  const { kind, made, from, args } = dataset;
  if (kind !== 'RDD' && kind !== 'DStream') return unknown('element');
  const [first, second] = from;
  const before = first ? elementOf(first) : unknown('element');
  const [key, value] = [itemOf(before, 0), itemOf(before, 1)];
  const other = (): Value => (second ? itemOf(elementOf(second), 1) : unknown('element'));
  switch (made) {
    case 'parallelize': case 'makeRDD': return held(args[0]?.value ?? nothing);
    case 'map': return of(given(dataset), before);
    case 'flatMap': case 'mapPartitions': case 'mapPartitionsWithIndex': return of(held(given(dataset)), before);
    case 'keyBy': return pair(given(dataset), before);
    case 'mapValues': return pair(key, of(given(dataset), value));
    case 'flatMapValues': return pair(key, of(held(given(dataset)), value));
    case 'keys': return key;
    case 'values': return value;
    case 'groupByKey': return pair(key, several(value));
    case 'groupBy': return pair(given(dataset), several(before));
    case 'zipWithIndex': case 'zipWithUniqueId': return pair(before, foreign('int'));
    case 'join': return pair(key, pair(value, other()));
    case 'leftOuterJoin': case 'rightOuterJoin': case 'fullOuterJoin': case 'cogroup': return pair(key, pair(several(value), several(other())));
    case 'aggregateByKey': return pair(key, args[0]?.value ?? nothing);
    default: return keeping.has(made) ? joinAll(from.map(elementOf)) : unknown('element');
  }
}

const given = ({ gives }: Dataset): Value => gives ?? unknown('call');
const pair = (key: Value, value: Value): Value => tuple([key, value]);
const several = (element: Value): Value => [{ is: 'collection', type: 'iterator', element }];
const itemOf = (value: Value, index: number): Value => joinAll(value.map((item) => (item.is === 'collection' && item.type === 'tuple' ? item.items?.[index] ?? item.element : unknown('element'))));

/** What a function makes of a row, where that is the row or holds it. */
function of(value: Value, row: Value): Value {
  return value.reduce<Value>((all, item) => join(all, isRow(item) ? row : item.is === 'collection' && item.type === 'tuple' && item.items ? tuple(item.items.map((each) => of(each, row))) : [item]), nothing);
}
const tuple = (items: readonly Value[]): Value => [{ is: 'collection', type: 'tuple', element: joinAll(items), items }];
const isRow = (item: Value[number]): boolean => item.is === 'foreign' && (item.name === 'element' || item.name === 'element.copy()');

/** Classes of the program that something in a value is an object of, the collections in it looked into. */
export function classesIn(value: Value, depth = 0): ClassInfo[] {
  if (depth > 3) return [];
  return [...new Set(value.flatMap((item): ClassInfo[] => {
    if (item.is === 'object') return item.of.of.def.singleton ? [] : [item.of.of];
    return item.is === 'collection' ? [item.keys ?? nothing, item.element, ...item.items ?? []].flatMap((part) => classesIn(part, depth + 1)) : [];
  }))];
}

/** Its objects hold numbers, texts and times, and no other objects. */
export const isFlat = (info: ClassInfo): boolean => fieldsKept(info)?.every(({ type }) => type !== undefined && plain.has(type.name.split('.').at(-1)!)) ?? false;

/** The parameters of a class whose constructor does no more than to keep them. */
export function fieldsKept({ def }: ClassInfo): readonly Param[] | undefined {
  const maker = constructorOf(def.body);
  if (!maker) return undefined;
  const [, ...fields] = maker.params;
  // A constructor keeps its parameters, one statement for each, and does what else the class says.
  const statements = maker.body.kind === 'sequence' ? maker.body.body : [maker.body];
  const kept = statements.filter(({ kind }) => kind === 'bind').length;
  const isPlain = statements.every((each) => each.kind === 'bind' || each.kind === 'discard' && each.value.kind === 'call' && each.value.args.length === 0);
  return fields.length > 0 && isPlain && kept <= fields.length ? fields : undefined;
}
/** A point in time is a number to both serializers. */
const plain: ReadonlySet<string> = new Set(['Boolean', 'Byte', 'Char', 'Double', 'Float', 'Int', 'Long', 'Short', 'String', 'Date', 'Timestamp', 'Instant', 'LocalDate', 'LocalDateTime']);

/** A place where objects of an RDD are turned into bytes by Spark's serializer, and what is known of them. */
export interface Serialization {
  readonly at: Site;
  /** The shuffle's method, or the level of storage. */
  readonly by: string;
  readonly how: 'shuffle' | 'storage';
  readonly objects: Value;
}

/** In the order of the text: shuffles, and storage that keeps bytes. Objects of classes of the program among them. */
export const serializations = oncePerProgram((program): readonly Serialization[] => {
  const shuffles = onePerSite(program.datasets).map((dataset): Serialization => ({ at: dataset.name, by: dataset.made, how: 'shuffle', objects: shuffledBy(dataset) }));
  const kept = onePerSite(eventsOf(program, 'cache')).map(({ name, on, args }): Serialization => {
    const level = stringOf(args[0]?.value ?? nothing) ?? '';
    return { at: name, by: level, how: 'storage', objects: asBytes.test(level) ? joinAll(on.filter(({ kind }) => kind === 'RDD').map(elementOf)) : nothing };
  });
  return [...shuffles, ...kept].filter(({ at, objects }) => at.module === program.path && classesIn(objects).length > 0).sort((a, b) => a.at.start - b.at.start);
});
/** Levels that keep bytes, not objects. */
const asBytes = /_SER\b|_SER_|^DISK_ONLY|^OFF_HEAP/;
