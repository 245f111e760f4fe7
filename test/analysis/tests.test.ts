/** Tests that what a function was given decides. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

describe('a branch that the arguments decide', () => {
  cases({
    'is the only one that goes on': {
      'job.py': `${session}def build(streaming, rows):
    df = spark.readStream.format("rate").load() if streaming else spark.range(rows)
    return df.select("id")
def read(format="parquet", schema=None, cached=False):
    if format == "csv":
        df = spark.read.csv("/x")
    elif format == "parquet":
        df = spark.read.parquet("/x")
    else:
        return [1]
    if schema is not None and not cached:
        df = 1
    return df
build(False, 3).toPandas()
read()  #: DataFrame
read("json")  #: list of 1
read(schema="a int")  #: 1
read(cached=True, schema="a int")  #: DataFrame
read(mode)  #: list of 1 | DataFrame | DataFrame
`,
    },
    'is that of the same test around it': {
      'job.py': `${session}def build(cfg, path):
    if cfg.fast:
        df = spark.read.parquet(path)
        if not cfg.fast:
            df = 1
        df  #: DataFrame
    if cfg.n < 3:
        df = 1
        if cfg.n >= 3:
            df = 2
        df  #: 1
        cfg.n = 7
        if cfg.n >= 3:
            df = 2
        df  #: 2 | 1
`,
    },
    'leaves the other to be read for itself': {
      'job.py': `${session}def report(debug):
    df = spark.read.csv("/x").groupBy("a").count()
    if debug:
        df.count()
        spark.table("t").collect()  #! collect-to-driver
        return df
    df.write.parquet("/y")
report(False)  #: null
`,
    },
    'is not one that a loop changes': {
      'job.py': `${session}def unite(paths, first=True):
    for path in paths:
        part = spark.read.parquet(path)
        if first:
            total = part
            first = False
        else:
            total = total.union(part)  #! union-in-loop
    return total
unite(find_all())  #: DataFrame | DataFrame
`,
    },
  });
});

describe('a value that is a stream or none', () => {
  cases({
    'is none where it is collected': {
      'job.py': `${session}def build(streaming):
    if streaming:
        return spark.readStream.format("rate").load()
    return spark.range(3)
build(mode).toPandas()
`,
    },
  });
});

describe('code under a patch', () => {
  cases({
    'compares mocks': {
      'check_job.py': `from unittest.mock import MagicMock, patch
import pyspark.sql.functions as F
@patch("job.F")
def one(functions):
    assert F.col("a") == 1
def two():
    with patch("job.F"):
        assert F.col("a") == 1
    if F.col("a") == 1:  #! boolean-operator-on-column
        pass
`,
    },
  });
});

describe('isinstance', () => {
  cases({
    'tells in the branch what a name is': {
      'job.py': `import pandas as pd
from pyspark.sql import DataFrame, SparkSession
spark = SparkSession.builder.getOrCreate()
def show(source):
    book = pd.DataFrame(source) if isinstance(source, list) else source
    if isinstance(book, DataFrame):
        book  #: DataFrame
    else:
        book  #: pandas.DataFrame() | unknown (parameter)
def asserted(x):
    assert isinstance(x, DataFrame)
    x.count()
    x  #: DataFrame
def raised(x):
    if not isinstance(x, DataFrame):
        raise TypeError
    x  #: DataFrame
def several(x):
    if isinstance(x, (DataFrame, str)):
        x  #: DataFrame | str
    else:
        x  #: unknown (parameter)
    y = isinstance(x, DataFrame) and x.limit(3)  #: value | DataFrame
def dropped(flag):
    x = spark.table("t") if flag else "t"
    if isinstance(x, str):
        x  #: "t"
    else:
        x  #: DataFrame
    y = spark.table("u") if flag else None
    if not isinstance(y, DataFrame):
        y  #: null
`,
    },
  });
});
