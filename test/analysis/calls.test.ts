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
    'end at an object that is called by being itself': {
      'job.py': `${session}class Core:
    def __init__(self):
        self.__call__ = self
core = Core()
core(spark)
spark.read.parquet("/events").collect()  #! collect-to-driver
`,
    },
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

describe('functions handed to code out of sight', () => {
  cases({
    'use what they hold, any number of times, from there on': {
      'job.py': `${session}from somewhere import retry, every
from threading import Thread
df = spark.read.csv("/x").groupBy("a").count()
df.cache()
retry(lambda: df.write.parquet("/a"))
retry(lambda: df.write.parquet("/b"))
df.unpersist()
kept = spark.read.csv("/y").groupBy("a").count().cache()
def work():
    kept.write.parquet("/a")
    kept.write.parquet("/b")
thread = Thread(target=work)
thread.start()
kept.unpersist()
late = spark.read.csv("/z").groupBy("a").count()
def report():
    late.count()
every("10s", report)
late.cache()
`,
    },
    'are read like any other': {
      'job.py': `${session}from somewhere import retry
rows = retry(lambda: spark.read.parquet("/a").collect())  #! collect-to-driver
twice = spark.read.csv("/y").groupBy("a").count()  #! recomputed-dataset
twice.write.parquet("/a")
twice.count()
retry(lambda: twice.count())
`,
    },
  });
});

describe('holders of the standard library', () => {
  cases({
    'give what they were given, whatever that is': {
      'job.py': `${session}from collections import namedtuple
from types import SimpleNamespace
Info = namedtuple("Info", ["session", "context"])
info = Info(spark, None)
info.session.read.parquet("/x")  #: DataFrame
held = SimpleNamespace(session=spark)
held.session.read.parquet("/x")  #: DataFrame
`,
    },
  });
});
