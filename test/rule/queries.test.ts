import { describe, expect, it } from 'vitest';
import type { Arm, Dataset } from '../../server/src/analysis/model.ts';
import { actions, compatible, derivesFrom, describeSource, eventsOf, fullestPath, innermostLoop, isBounded, isFull, lineage, loopOf, loopsBetween, nameOf, onePerSite, precedes, rootsOf } from '../../server/src/rule/queries.ts';
import { derivedFrom } from '../../server/src/rule/uses.ts';
import { programOf } from '../support/engine.ts';

const path = (...arms: [number, number][]): { path: Arm[] } => ({ path: arms.map(([choice, arm]) => ({ choice, arm })) });

const mostOnOnePath = (events: Parameters<typeof fullestPath>[0]): number => fullestPath(events).length;

function dataset(id: number, from: Dataset[] = []): Dataset {
  const site = { module: 'job.py', start: id, end: id + 1 };
  return { id, kind: 'DataFrame', site, name: site, callers: [], made: 'select', args: [], from, bound: { is: 'unknown' }, streaming: 'no', grows: false, path: [], loops: [], names: [], why: { site, text: '' }, escapes: [] };
}

describe('paths', () => {
  it('are compatible unless they part at one choice', () => {
    expect(compatible(path([1, 0]), path([1, 0], [2, 1]))).toBe(true);
    expect(compatible(path([1, 0]), path([1, 1]))).toBe(false);
    expect(compatible(path([1, 0]), path([2, 1]))).toBe(true);
    expect(compatible(path(), path([2, 1]))).toBe(true);
    expect(compatible(path([3, 0], [4, 0]), path([3, 0], [4, 1]))).toBe(false);
  });

  it('hold tests of one value against each other', () => {
    const asking = (choice: number, arm: number, ...oneOf: string[]): { path: Arm[] } => ({ path: [{ choice, arm, asked: { of: 'x', oneOf } }] });
    expect(compatible(asking(1, 0, 'a'), asking(2, 0, 'b'))).toBe(false);
    expect(compatible(asking(1, 0, 'a'), asking(2, 0, 'a', 'b'))).toBe(true);
    expect(compatible(asking(1, 0, 'a'), asking(2, 1, 'a', 'b'))).toBe(false);
    expect(compatible(asking(1, 0, 'a', 'c'), asking(2, 1, 'a', 'b'))).toBe(true);
    expect(compatible(asking(1, 1, 'a'), asking(2, 1, 'b'))).toBe(true);
    expect(mostOnOnePath([asking(1, 0, 'a'), asking(2, 0, 'b'), asking(3, 0, 'c', 'd'), asking(3, 0, 'c', 'd')])).toBe(2);
    expect(mostOnOnePath([asking(1, 1, 'a'), asking(2, 1, 'b'), asking(3, 0, 'c')])).toBe(3);
  });

  it('add up in sequence and take the fullest arm of a choice', () => {
    expect(mostOnOnePath([])).toBe(0);
    expect(mostOnOnePath([path(), path(), path()])).toBe(3);
    expect(mostOnOnePath([path([1, 0]), path([1, 1])])).toBe(1);
    expect(mostOnOnePath([path(), path([1, 0]), path([1, 1]), path([1, 1])])).toBe(3);
    // Two independent choices: the fullest arm of each.
    expect(mostOnOnePath([path([1, 0]), path([1, 1]), path([2, 0]), path([2, 1])])).toBe(2);
    // A choice within an arm.
    expect(mostOnOnePath([path([1, 0], [2, 0]), path([1, 0], [2, 1]), path([1, 0]), path([1, 1])])).toBe(2);
  });

  it('give the events of the fullest path in their order', () => {
    const [a, b, c] = [path([1, 0]), path([1, 1]), path([1, 1])];
    expect(fullestPath([a!, b!, c!])).toEqual([b, c]);
  });
});

describe('lineage', () => {
  it('holds each ancestor once, around loops too', () => {
    const a = dataset(1);
    const b = dataset(2, [a]);
    const c = dataset(3, [b, a]);
    b.from.push(c);
    expect(lineage(c).map(({ id }) => id).sort()).toEqual([1, 2, 3]);
    expect(derivesFrom(c, a)).toBe(true);
    expect(derivesFrom(a, c)).toBe(false);
    expect(derivesFrom(a, a)).toBe(true);
    expect(rootsOf(c)).toEqual([a]);
  });

  it('has names for messages, of variables that are in sight there', () => {
    const text = 'def load(path):\n    raw = spark.read.csv(path)\n    return raw\n\ndef look(frame):\n    frame.show()\n\ndf = load("/a")\nlook(df)\n';
    const program = programOf(text);
    const csv = program.datasets.find(({ made }) => made === 'csv')!;
    const at = (part: string) => ({ module: program.path, start: text.indexOf(part), end: text.indexOf(part) + 1 });
    expect(nameOf(program, csv, at('csv'))).toBe('`raw`');
    expect(nameOf(program, csv, at('show'))).toBe('`frame`');
    expect(nameOf(program, csv, at('look(df)'))).toBe('`df`');
    expect(nameOf(program, csv, { ...at('csv'), module: 'other.py' })).toBe('this DataFrame');
  });
});

describe('of an analysed program', () => {
  const program = programOf(`
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
df = spark.read.parquet("/data/a")
big = df.groupBy("k").count()
if cond:
    big.collect()
else:
    big.write.parquet("/out")
for day in days:
    df.filter(df.day == day).count()
    for n in [1, 2]:
        df.limit(5).collect()
`);

  it('finds actions, their order and their loops', () => {
    const found = onePerSite(actions(program));
    expect(found.map(({ method }) => method.name)).toEqual(['collect', 'parquet', 'count', 'collect']);
    const [collect, write, count, inner] = found;
    expect(precedes(collect!, write!)).toBe(false);
    expect(precedes(collect!, count!)).toBe(true);
    expect(isFull(count!)).toBe(true);
    expect(innermostLoop(inner!)?.size).toBe('few');
    expect(loopOf(inner!)?.size).toBe('many');
    expect(loopsBetween(count!, inner!)).toHaveLength(1);
    expect(innermostLoop(collect!)).toBeUndefined();
  });

  it('describes sources and bounds', () => {
    const df = program.datasets.find((each) => each.names.some(({ name }) => name === 'df'))!;
    expect(describeSource(df)).toBe('Parquet files at `/data/a`');
    expect(df.bound.is).toBe('unbounded');
    expect(derivedFrom(program, df).size).toBeGreaterThan(2);
    expect(isBounded(eventsOf(program, 'action').at(-1)!.on[0]!)).toBe(true);
  });
});
