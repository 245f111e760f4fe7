/** Functions that nothing in sight calls: no order among themselves, all after the module. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

describe('functions that nothing calls', () => {
  cases({
    'have no order: a cache in one is not too late for another': {
      'job.py': `${session}class Job:
    def __init__(self):
        self.df = spark.read.csv("/x").groupBy("a").count()
    def report(self):
        print(self.df.count())
    def prepare(self):
        self.df.cache()
    def load(self):
        print(self.df.count())
        self.df.cache()
`,
    },
    'have no order: a release in one is not too early for another': {
      'job.py': `${session}class Job:
    def __init__(self):
        self.df = spark.read.csv("/x").groupBy("a").count().cache()
    def close(self):
        self.df.unpersist()
    def report(self):
        print(self.df.count())
        self.df.write.parquet("/y")
`,
    },
    'lie on no common path: what two of them compute is computed once': {
      'job.py': `${session}df = spark.read.csv("/x").groupBy("a").count()
def first():
    df.write.parquet("/a")
def second():
    df.write.parquet("/b")
`,
    },
    'come after the module, and after what prepares their object': {
      'job.py': `${session}df = spark.read.csv("/x").groupBy("a").count()  #! recomputed-dataset
df.write.parquet("/a")
def second():
    df.write.parquet("/b")
class Job:
    def __init__(self, path):
        self.df = spark.read.csv(path).groupBy("a").count()  #! recomputed-dataset
        self.df.write.parquet("/c")
    def save(self):
        self.df.write.parquet("/d")
    def check(self):
        self.df.count()
`,
    },
    'may be filled in by what runs in them': {
      'job.py': `${session}def outer():
    df = spark.read.csv("/x").groupBy("a").count()
    df.cache()
    def first():
        df.write.parquet("/a")
    def second():
        df.write.parquet("/b")
    register(first, second)
`,
    },
  });
});
