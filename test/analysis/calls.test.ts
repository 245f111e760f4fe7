/** How far calls are followed, and what they give and leave behind. */
import { describe, expect, it } from 'vitest';
import { programOf } from '../support/engine.ts';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';
/** `f0` calls `f1` calls … calls the last one, which does what it is told. */
const chain = (length: number, last: string): string =>
  Array.from({ length }, (_, index) => `def f${index}(x):\n    ${index === length - 1 ? last : `return f${index + 1}(x)`}\n`).join('');

describe('chains of calls', () => {
  cases({
    'are followed as deep as people write them': {
      'job.py': `${session}def main(): return run()
def run(): return step()
def step(): return load()
def load(): return read()
def read(): return spark.read.parquet("/events")
main()  #: DataFrame
main().collect()  #! collect-to-driver
`,
    },
    'that are too deep silence what they could reach, and nothing else': {
      'job.py': `${session}${chain(20, 'x.count()')}held = spark.read.csv("/a").groupBy("k").count()
seen = spark.read.csv("/b").groupBy("k").count()  #! recomputed-dataset
wrapped = spark.read.csv("/c").groupBy("k").count()
f0(held)
f0(lambda: wrapped.count())
held.write.parquet("/x")
held.write.parquet("/y")
seen.write.parquet("/x")
seen.write.parquet("/y")
wrapped.write.parquet("/x")
wrapped.write.parquet("/y")
`,
    },
  });

  it('make no program partial', () => {
    expect(programOf(`${session}${chain(20, 'x.count()')}f0(spark.table("t"))\n`).partial).toBe(false);
  });
});
