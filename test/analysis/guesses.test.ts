/** What unknown values are taken for, and when that is taken back. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

describe('a guess by a method that only one kind has', () => {
  cases({
    'holds here and below': {
      'job.py': `from somewhere import load
frame = load()
out = frame.withColumn("a", 1)  #: DataFrame
frame.count()  #: value
frame.a  #: Column
load().read.parquet("/x")  #: unknown (call)
session = load()
session.read.parquet("/x")  #: DataFrame
class Job:
    def __init__(self, held):
        self.held = held
    def run(self):
        return self.held.read.parquet("/x")  #: DataFrame
`,
    },
    'is taken back when it is asked for what the kind has not': {
      'job.py': `from somewhere import generator, load
built = generator().withRows(10).withColumn("a", "int")  #: unknown (call)
made = built.build()
made  #: unknown (call)
assert made.count() == 10
def check(maker, frame):
    out = maker.withColumn("a", "int")  #: unknown (call)
    assert maker.build().count() == 10
    out = frame.withColumn("a", 1)  #: DataFrame
    frame.a  #: Column
`,
    },
    'is not made of a call that the method does not take': {
      'job.py': `from somewhere import generator
out = generator().withColumn("a", "int", values=["x"])  #: unknown (call)
out = generator().withColumn("a", "int", 3)  #: unknown (call)
out = generator().withColumn("a", "int")  #: DataFrame
out = generator().withColumn(colName="a", col=1)  #: DataFrame
out = generator().withColumn(*pair)  #: DataFrame
def fill(maker):
    out = maker.withColumn("a", "int", percentNulls=0.1)  #: unknown (call)
`,
    },
    'leaves what was added to Spark alone': {
      'job.py': `from pyspark.sql import DataFrame, SparkSession
spark = SparkSession.builder.getOrCreate()
DataFrame.checked = lambda self: self
df = spark.read.csv("/x").groupBy("a").count()
df.checked()  #: unknown (call)
df.write.parquet("/a")
df.write.parquet("/b")
def show(frame):
    frame.withColumn("a", 1).display()
    out = frame.unionAll(frame)  #: DataFrame
`,
    },
    'runs a property once': {
      'job.py': `from somewhere import connect
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
df = spark.read.csv("/x").groupBy("a").count()
class Job:
    @property
    def session(self):
        df.write.parquet("/a")
        return connect()
    def run(self):
        return self.session.read.parquet("/x")
Job().run()
`,
    },
  });
});

describe('a guess by several methods', () => {
  cases({
    'names what the chain starts from': {
      'job.py': `def put(rows):
    out = rows.limit(3)  #: DataFrame
    rows.write.mode("append").insertInto("t")
def cut(frame, ids):
    if "x" in frame.columns:
        frame = frame.join(ids, on="x", how="inner")  #: DataFrame
    out = return frame.select("a").withColumnRenamed("a", "b")  #: DataFrame
def other(source):
    out = source.load("x").withColumnRenamed("a", "b")  #: DataFrame
    source  #: unknown (parameter)
`,
    },
  });
});

describe('a method of the program itself', () => {
  const rdd = 'class RDD:\n    def zipWithUniqueId(self):\n        return self\n';
  cases({
    'tells nothing where Spark is not imported': {
      'own/rdd.py': rdd,
      'own/job.py': `from .rdd import RDD
def number(rows):
    rows.zipWithUniqueId()  #: unknown (call)
def name(frame):
    out = frame.withColumn("a", 1)  #: DataFrame
`,
      'own/mixed.py': `from pyspark.sql import DataFrame
from .rdd import RDD
def number(rows):
    out = rows.zipWithUniqueId()  #: RDD
`,
    },
  });
});
