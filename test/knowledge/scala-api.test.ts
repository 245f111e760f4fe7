/** The API table against what Scala's compiler sees of Spark's classes (test/data/scala-members.tsv). */
import { describe, expect, it } from 'vitest';
import type { Method } from '../../server/src/knowledge/api.ts';
import { api } from '../../server/src/knowledge/api-reader.ts';
import { rowsOf } from '../support/tsv.ts';

interface Member {
  readonly owner: string;
  readonly name: string;
  readonly shape: string;
  readonly result: string;
}

const members: Member[] = rowsOf('scala-members.tsv').map((row) => {
  const [owner, name, shape, result] = row as [string, string, string, string];
  return { owner, name, shape, result };
});
const nameOf = ({ owner, name }: Member): string => `${owner}.${name}`;
const shown = ({ owner, name, shape, result }: Member): string => `${owner}.${name} ${shape}: ${result}`;
const methodOf = ({ owner, name }: Member): Method | undefined => api.method(owner, name, 'scala');
/** A method and what else stands under its name. */
const all = (method: Method | undefined): readonly Method[] => (method ? [method, ...(method.variants ?? []).map((variant) => variant.method)] : []);

describe('in Scala', () => {
  it('every member of Spark is known', () => {
    expect(members.filter((member) => !methodOf(member)).map(shown)).toEqual([]);
  });

  it('no member is known that Spark lacks', () => {
    const real = new Set(members.map(nameOf));
    const owners = new Set(members.map(({ owner }) => owner));
    const known = [...owners].flatMap((owner) => api.methods(owner).filter(({ name }) => api.method(owner, name, 'scala')).map(({ name }) => `${owner}.${name}`));
    expect(known.filter((name) => !real.has(name) && !elsewhere.has(name))).toEqual([]);
  });

  it('members without a parameter list are read without one', () => {
    const withList = new Set(members.filter(({ shape }) => shape !== '-').map(nameOf));
    expect(members.filter((member) => methodOf(member)?.property === withList.has(nameOf(member)) && !mixed.has(nameOf(member))).map(shown)).toEqual([]);
    expect(members.filter((member) => member.shape === '-' && !withList.has(nameOf(member)) && !methodOf(member)?.property).map(shown)).toEqual([]);
  });

  it('functions among the arguments are called', () => {
    const wrong = members.filter((member) => {
      const places = [...member.shape.replaceAll(/[|!]/g, '')].flatMap((letter, index) => (letter === 'f' ? [index] : []));
      const called = new Set(all(methodOf(member)).flatMap(({ callbacks = [] }) => callbacks.map(({ argument }) => argument)));
      return places.some((place) => !called.has(place));
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it('several lists of arguments are told', () => {
    const count = (shape: string): number | undefined => (shape.includes('|') ? shape.split('|').length : undefined);
    expect(members.filter((member) => count(member.shape) !== undefined && !all(methodOf(member)).some(({ lists }) => lists === count(member.shape))).map(shown)).toEqual([]);
    expect(members.filter((member) => count(member.shape) !== undefined && !api.listed.has(member.name)).map(shown)).toEqual([]);
  });

  it('a list of implicit arguments is told', () => {
    const shapes = new Map<string, string[]>();
    for (const member of members) shapes.set(nameOf(member), [...shapes.get(nameOf(member)) ?? [], member.shape]);
    const wrong = members.filter((member) => JSON.stringify(impliedBy(shapes.get(nameOf(member))!)) !== JSON.stringify(methodOf(member)?.implicits || undefined));
    expect(wrong.map(shown)).toEqual([]);
    expect(members.filter(({ name, shape }) => shape.endsWith('!') && !api.implied.has(name)).map(shown)).toEqual([]);
  });

  it('results are what they are', () => {
    const wrong = members.filter((member) => {
      const kinds = all(methodOf(member)).flatMap(({ returns }) => returns.map(({ kind }) => kind));
      const expected = kindOf(member.result, member.owner);
      return expected !== undefined && !others.has(nameOf(member)) && !kinds.some((kind) => (kind === 'self' ? member.owner : kind) === expected || kind === 'unknown' || kind === 'callback' || kind.startsWith('constant:') || expected === 'list:local' && kind.startsWith('list:'));
    });
    expect(wrong.map((member) => `${shown(member)} (${methodOf(member)?.returns.map(({ kind }) => kind).join(' or ')})`)).toEqual([]);
  });
});

/** Whether a list of implicit arguments follows: behind all, or behind so many as no other method of the name takes in one list. */
function impliedBy(shapes: readonly string[]): Method['implicits'] {
  const having = shapes.filter((shape) => shape.endsWith('!'));
  const others = shapes.filter((shape) => !shape.endsWith('!'));
  if (having.length === 0) return undefined;
  if (others.length === 0 || having.some((shape) => shape.includes('|'))) return true;
  const counts = new Set(having.map((shape) => shape.length - 1));
  return [...counts].filter((count) => !others.some(({ length }) => length === count)).sort();
}

const words = (owner: string, names: string): string[] => names.split(' ').map((name) => `${owner}.${name}`);
/** What is known of an owner and stands in no class of the data. */
const elsewhere: ReadonlySet<string> = new Set([
  // By implicits, of VertexRDD, of JavaRDD.
  ...words('RDD', 'toDF toDS innerJoin leftJoin innerZipJoin leftZipJoin aggregateUsingIndex minus diff reindex reverseRoutingTables withEdges rdd'),
  // Of the connectors for Cassandra, Elasticsearch, MongoDB and Phoenix.
  ...words('RDD', 'saveToCassandra deleteFromCassandra saveToEs saveJsonToEs saveToEsWithMeta saveToMongoDB saveToPhoenix'), ...words('DataFrame', 'saveToEs saveToPhoenix'),
  // Of 2.x, where the compiler does not show them; javap does.
  ...words('SparkContext', 'accumulator accumulable accumulableCollection'),
  // Of the classic Dataset of 4.x, of what every object has, of objects inside, of the Kafka of old.
  'DataFrame.asTable', ...words('Column', 'equals hashCode unapply'), ...words('SparkSession', 'implicits'), ...words('SQLContext', 'implicits'), 'KafkaUtils.createStream',
]);
/** Without a list in one release, with one beside it in another. */
const mixed: ReadonlySet<string> = new Set(['SparkSession.emptyDataFrame']);
/** Which of several it gives depends on more than the table says: a class or its object, the type of the second argument. */
const others: ReadonlySet<string> = new Set(['Row.apply', 'SparkContext.runJob']);

/** What a written type is to the table; undefined: a plain value. */
function kindOf(type: string, owner: string): string | undefined {
  if (/^(Dataset|DataFrame)\b/.test(type)) return 'DataFrame';
  if (/^(RDD|VertexRDD|EdgeRDD|JavaRDD)\b/.test(type)) return 'RDD';
  if (/^(\w*InputDStream|DStream|MapWithStateDStream)\b/.test(type)) return 'DStream';
  if (/^(Column|TypedColumn)\b/.test(type)) return 'Column';
  if (type === 'Unit') return 'none';
  if (/^(Array|Seq|List)\[/.test(type)) {
    const inner = /\[(.*)\]$/.exec(type)![1]!;
    return `list:${inner === 'T' && owner === 'DataFrame' ? 'Row' : kindOf(inner, owner) ?? 'local'}`;
  }
  if (/^Map\[/.test(type)) return 'dict:local';
  if (/^Option\[/.test(type)) return `option:${kindOf(/\[(.*)\]$/.exec(type)![1]!, owner) ?? 'local'}`;
  const name = /^\w+/.exec(type)?.[0] ?? '';
  const same: Readonly<Record<string, string>> = { RelationalGroupedDataset: 'GroupedData', SparkSessionBuilder: 'SparkSession.Builder', Builder: 'SparkSession.Builder', CreateTableWriter: 'DataFrameWriterV2', DeltaMergeBuilder: 'DeltaMerge', DeltaOptimizeBuilder: 'DeltaOptimize', DeltaTableBuilder: 'DeltaBuilder', WhenMatched: 'MergeIntoWriter', WhenNotMatched: 'MergeIntoWriter', WhenNotMatchedBySource: 'MergeIntoWriter', LongAccumulator: 'Accumulator', DoubleAccumulator: 'Accumulator', CollectionAccumulator: 'Accumulator', AccumulatorV2: 'Accumulator' };
  if (name === 'StorageLevel') return undefined;
  const kind = same[name] ?? name;
  return api.isKind(kind) ? kind : undefined;
}
