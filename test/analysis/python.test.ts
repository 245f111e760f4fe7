/** Python's own ways to put things together: comprehensions, context managers, decorators, unpacked arguments. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

describe('comprehensions', () => {
  cases({
    'with two loops are flat': {
      'job.py': `${session}groups = [[spark.table("a")], [spark.table("b")]]
flat = [frame for group in groups for frame in group if frame]
flat[0]  #: DataFrame | DataFrame
named = {name: frame for group in groups for name, frame in zip("ab", group)}
named["a"]  #: DataFrame | DataFrame
`,
    },
  });
});

describe('context managers', () => {
  cases({
    'bind what they give when they are entered, and run what they leave': {
      'job.py': `${session}class Held:
    def __enter__(self):
        self.df = spark.read.csv("/x").groupBy("a").count().cache()
        return self.df
    def __exit__(self, kind, error, trace):
        self.df.unpersist()
for day in days:
    with Held() as df:
        df  #: DataFrame
        df.count()
        df.write.parquet(day)
`,
    },
  });
});

describe('decorators', () => {
  cases({
    'of the program give what their wrappers give': {
      'job.py': `${session}import functools
def few(fn):
    @functools.wraps(fn)
    def wrapper(*args, **options):
        return fn(*args, **options).limit(10)
    return wrapper
def logged(name):
    def decorate(fn):
        def wrapper(*args, **options):
            print(name)
            return fn(*args, **options)
        return wrapper
    return decorate
@few
def load(path, format="parquet"):
    return spark.read.load(path, format=format)
@logged("all")
def load_all(path):
    return spark.read.parquet(path)
class Job:
    @logged("method")
    def read(self, path):
        self.df = spark.read.parquet(path)
        return self.df
load("/x", format="csv").collect()
load_all("/x").collect()  #! collect-to-driver
Job().read("/x").collect()  #! collect-to-driver
`,
    },
    'that do something unknown leave the function as it is': {
      'job.py': `${session}from somewhere import retry, run_later
def later(fn):
    def wrapper(*args):
        return run_later(fn, *args)
    return wrapper
@retry(times=3)
def load(path):
    return spark.read.parquet(path)
@later
def load_later(path):
    return spark.read.parquet(path)
load("/x")  #: DataFrame
load_later("/x")  #: DataFrame
`,
    },
    'run with what they wrap where nothing calls it': {
      'job.py': `from pyspark.sql import DataFrame, SparkSession
def with_session(fn):
    def wrapper(*args):
        return fn(SparkSession.builder.getOrCreate(), *args)
    return wrapper
def checked(fn):
    def wrapper(df, *args):
        df  #: DataFrame
        return fn(df, *args)
    return wrapper
@with_session
def load(session, path):
    session  #: SparkSession
    session.read.parquet(path).collect()  #! collect-to-driver
@checked
def write(df: DataFrame, path: str):
    df  #: DataFrame
    path  #: str
`,
    },
  });
});

describe('unpacked arguments', () => {
  cases({
    'reach the parameters they are for': {
      'job.py': `${session}def read(session, path):
    session  #: SparkSession
    return session.read.parquet(path)
pair = (spark, "/x")
read(*pair)  #: DataFrame
options = {"session": spark, "path": "/x"}
read(**options)  #: DataFrame
`,
    },
  });
});

describe('a function in a class whose first parameter is no object of it', () => {
  cases({
    'is a plain one, which a table holds': {
      'runner.py': `class Runner:
    def total(spark, name):
        spark  #: SparkSession
        return spark.sql(f"select * from {name}")

    def kept(self, name):
        self  #: Runner

    tables = {"a": total}
`,
    },
  });
});
