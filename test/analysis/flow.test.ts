/** Where control goes on, and with what: branches that leave, loops that are left or continued, calls that do not come back. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

describe('what leaves a block early goes on elsewhere', () => {
  cases({
    'continue, at the next pass and behind the loop': {
      'job.py': `${session}total = None
for day in days:
    part = spark.read.parquet(f"/data/{day}")
    if total is None:
        total = part
        continue
    total = total.union(part)  #! union-in-loop
total.collect()  #! collect-to-driver
`,
    },
    'break, with nothing of what came after it in the pass': {
      'job.py': `${session}found = None
while True:
    found = spark.read.parquet("/a")
    if found.isEmpty():
        break
    found = None
found  #: DataFrame
`,
    },
    'return, with the fields it leaves behind': {
      'job.py': `${session}class Job:
    def load(self, mode):
        if mode == "full":
            self.df = spark.read.parquet("/full")
            return
        if mode == "none":
            return None
        self.df = None
job = Job()
job.load(mode)
job.df  #: null | DataFrame
`,
    },
    'throw, in the handler': {
      'job.py': `${session}def read(path):
    global chosen
    if path is None:
        chosen = spark.table("fallback")
        raise ValueError(path)
    chosen = None
try:
    read(path)
except ValueError:
    chosen  #: null | DataFrame
`,
    },
  });
});

describe('calls that do not come back', () => {
  cases({
    'end the path': {
      'job.py': `${session}import sys, os
df = spark.read.csv("/x").groupBy("k").count()
if len(sys.argv) > 1:
    df.write.parquet("/a")
    sys.exit(0)
if len(sys.argv) > 2:
    df.write.parquet("/b")
    os._exit(0)
if len(sys.argv) > 3:
    df.write.parquet("/c")
    quit()
if len(sys.argv) > 4:
    df.write.parquet("/d")
    dbutils.notebook.exit("done")
df.write.parquet("/e")
`,
    },
    'are functions too, all of whose ways end so': {
      'job.py': `${session}import sys
def finish(df, path):
    df.write.parquet(path)
    sys.exit(0)
def fail(text):
    raise ValueError(text)
df = spark.read.csv("/x").groupBy("k").count()
if first:
    finish(df, "/a")
if second:
    df.write.parquet("/b")
    fail("second")
finish(df, "/c")
`,
    },
    'stand behind or, in expressions and under a test that expects them': {
      'job.py': `${session}import sys, pytest
def stop():
    sys.exit(1)
df = spark.read.csv("/x").groupBy("k").count()  #! recomputed-dataset
name = given or sys.exit("no name")
name = given if given else stop()
with pytest.raises(SystemExit):
    stop()
df.rdd.foreach(lambda row: stop())
df.write.parquet("/a")
df.write.parquet("/b")
`,
    },
    'are not methods that others fill in': {
      'job.py': `${session}class Base:
    def load(self):
        raise NotImplementedError
    def run(self):
        df = self.load()
        df  #: unknown (call)
        spark.table("t").collect()  #! collect-to-driver
`,
    },
  });
});

describe('a loop without an end', () => {
  cases({
    'ends its cell of a notebook, and nothing else': {
      'notes.py': `# Databricks notebook source
df = spark.table("orders")
# COMMAND ----------
while True:
    print(df.limit(3).collect())
never = df.limit(1)  #: nothing
# COMMAND ----------
some = df.limit(3)  #: DataFrame
`,
      'job.py': `df = spark.table("orders")
while True:
    print(df.limit(3).collect())
never = df.limit(1)  #: nothing
`,
    },
  });
});
