/** What is known of datasets: how many rows they can bring, whether they are streams, where they were read. */
import { describe, expect, it } from 'vitest';
import { programOf } from '../support/engine.ts';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

describe('a dataset that is made again with other facts', () => {
  cases({
    'can bring as many rows as any of them': {
      'job.py': `${session}acc = spark.createDataFrame([(1,)], ["a"])
for path in find_all():
    chosen = acc.filter("a > 1")
    acc = spark.read.parquet(path)
rows = chosen.collect()  #! collect-to-driver
`,
    },
  });

  it('is a stream only if it always is, and was read as it always is', () => {
    const { datasets } = programOf(`${session}frame = spark.range(3)
kind = "csv"
while more():
    chosen = frame.select("a")
    frame = spark.readStream.format("rate").load()
    read = spark.read.load("/a", format=kind)
    kind = "json"
`);
    expect(datasets.find(({ made }) => made === 'select')?.streaming).toBe('maybe');
    const source = datasets.findLast(({ made, streaming }) => made === 'load' && streaming === 'no')?.source;
    expect(source).toBeDefined();
    expect(source?.format).toBe(undefined);
    expect(source?.paths).toEqual(['/a']);
  });
});
