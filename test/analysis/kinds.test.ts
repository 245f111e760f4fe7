/** What names of Spark's libraries, and of those around it, turn out to be. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

describe('names that were imported all at once', () => {
  cases({
    'are those of the last module that has them': {
      'job.py': `from awsglue.transforms import *
from pyspark.sql.functions import *
from pyspark.ml.feature import *
col("a").isNull()  #: Column
ApplyMapping.apply(frame=raw, mappings=[])  #: DynamicFrame
Tokenizer()  #: MLTransformer
`,
    },
    'of a module that lists its own are no others': {
      'job.py': `from awsglue.transforms import *
whenever(1, 2)  #: unknown (call)
Relationalize.apply(frame=raw)  #: unknown (call)
`,
    },
  });
});

describe('attributes that a library declares', () => {
  cases({
    'hold what their annotation says': {
      'job.py': `from dataclasses import dataclass, field
from typing import Optional
import attr
from pydantic import BaseModel, Field, PrivateAttr
from pyspark.sql import DataFrame
class Step(BaseModel):
    frame: Optional[DataFrame] = Field(default=None)
    own: DataFrame = PrivateAttr()
    options: dict = Field(default_factory=dict)
    def run(self):
        self.options  #: dict of unknown (element)
        return self.frame.join(self.own, "key")  #: DataFrame
@dataclass
class Load:
    frame: DataFrame = field(default=None)
    def run(self):
        return self.frame.filter("a > 0")  #: DataFrame
@attr.s(auto_attribs=True)
class Save:
    frame: DataFrame = attr.ib(default=None)
    def run(self):
        return self.frame.filter("a > 0")  #: DataFrame
`,
    },
  });
});

describe('globals of a notebook', () => {
  cases({
    'are found among the builtins as well': {
      'job.py': `import builtins
import builtins as given
given.spark.table("orders")  #: DataFrame
builtins.sc.textFile("/orders")  #: RDD
builtins.dbutils.fs.ls("/")  #: dbutils.fs.ls()
`,
    },
  });
});

describe('a row', () => {
  cases({
    'has fields, which are no methods': {
      'job.py': `row = spark.table("orders").first()
row.state  #: value
row.asDict  #: method Row.asDict
keys = [each.key for each in spark.table("orders").limit(3).collect()]
keys  #: list of value
`,
    },
  });
});

describe('stages of a pipeline', () => {
  cases({
    'are estimators only where they have something to fit': {
      'job.py': `from pyspark.ml import Pipeline, Transformer
from pyspark.ml.feature import StringIndexer, VectorAssembler
VectorAssembler(inputCols=["a"], outputCol="b").setHandleInvalid("skip")  #: MLTransformer
vectors = VectorAssembler(inputCols=["a"]).transform(spark.table("orders"))  #: DataFrame
StringIndexer(inputCol="a").fit(spark.table("orders"))  #: MLModel
Pipeline(stages=[])  #: MLEstimator
class Own(Transformer):
    pass
other = Own().transform(spark.table("orders"))  #: DataFrame
`,
    },
  });
});

describe('pyspark.mllib', () => {
  cases({
    'gives RDDs, and models that give them': {
      'job.py': `from pyspark import SparkContext
from pyspark.mllib.clustering import GaussianMixture
from pyspark.mllib.evaluation import RegressionMetrics
from pyspark.mllib.feature import HashingTF, StandardScaler
from pyspark.mllib.linalg import Vectors
from pyspark.mllib.random import RandomRDDs
from pyspark.mllib.recommendation import ALS
from pyspark.mllib.regression import LabeledPoint
from pyspark.mllib.util import MLUtils
from pyspark.ml.functions import vector_to_array
sc = SparkContext()
points = MLUtils.loadLibSVMFile(sc, "points.txt")  #: RDD
parts = points.randomSplit([0.7, 0.3])  #: list of RDD
model = GaussianMixture.train(points, 3)  #: MLlibModel
model.predict(points).take(3)  #: list of value
model.predict(given)  #: unknown (call)
out = ALS.train(points, 10).predictAll(points)  #: RDD
out = RandomRDDs.normalRDD(sc, 100)  #: RDD
words = sc.textFile("/words")
out = HashingTF().transform(words)  #: RDD
out = StandardScaler().fit(words).transform(words)  #: RDD
LabeledPoint(1.0, Vectors.dense([1.0]))  #: pyspark.mllib.regression.LabeledPoint()
vector_to_array("v")  #: Column
RegressionMetrics(words).residuals  #: unknown (member)
`,
    },
  });
});

describe('what a library is given', () => {
  cases({
    'may come back from it': {
      'job.py': `from collections import deque
from concurrent.futures import ThreadPoolExecutor, as_completed
import asyncio, importlib, itertools, operator, queue
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
df = spark.table("orders")
def load(name):
    return spark.table(name)
with ThreadPoolExecutor() as pool:
    pool.submit(load, "a").result()  #: unknown (call)
    pool.submit(spark.table, "t").result()  #: unknown (call)
    pool.submit(len, "t").result()  #: concurrent.futures.ThreadPoolExecutor().submit().result()
    futures = {pool.submit(load, name): name for name in "ab"}
    for future in as_completed(futures):
        future.result()  #: unknown (call)
    for frame in pool.map(spark.table, ["a"]):
        frame  #: DataFrame
waiting = queue.Queue()
waiting.put(df)
waiting.get()  #: unknown (call)
out = deque([df]).popleft()  #: DataFrame
for frame, number in itertools.product([df], [1]):
    frame  #: DataFrame
operator.itemgetter("a")({"a": df})  #: unknown (call)
async def later():
    out = (await asyncio.to_thread(spark.table, "t")).limit(3)  #: DataFrame
    first, second = await asyncio.gather(asyncio.to_thread(load, "a"), other())
    first  #: DataFrame
"{}".format(df)  #: str
operator.itemgetter(1)(df.take(3))  #: operator.itemgetter()()
eval("spark")  #: unknown (call)
globals()["df"]  #: unknown (index)
importlib.import_module("jobs").load(spark)  #: unknown (call)
out = df.sql_ctx.createDataFrame([(1,)], ["a"])  #: DataFrame
`,
    },
    'is looked for no further where a mock was given': {
      'test_job.py': `from unittest.mock import MagicMock, patch
from pyspark.sql import DataFrame, SparkSession
class Reader:
    def rows(self) -> DataFrame: ...
def tidy(reader: Reader) -> DataFrame:
    return reader.rows().where("a > 1")
def test_tidy(spark: SparkSession):
    reader = MagicMock()
    reader.rows.return_value = spark.range(3)
    out = tidy(reader)  #: DataFrame
    reader.rows()  #: unknown (mock)
    reader.rows().withColumn("a", 1)  #: unknown (mock)
    with patch("job.spark") as session:
        session.read.parquet("/x")  #: unknown (mock)
`,
    },
  });
});

describe('a field that is None until somebody sets it', () => {
  cases({
    'is what it was declared': {
      'job.py': `from dataclasses import dataclass
from pyspark.sql import DataFrame
@dataclass
class Output:
    yearly: DataFrame | None = None
    name: str | None = None
def save(out: Output):
    made = out.yearly.withColumn("a", 1)  #: DataFrame
    out.name  #: null
`,
    },
  });
});

describe('what is loaded, read and optimized', () => {
  cases({
    'keeps the kind of its class': {
      'job.py': `from delta.tables import DeltaTable
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.recommendation import ALS
import dlt
Pipeline.load("/m").fit(spark.table("t"))  #: MLModel
ALS.read().load("/m")  #: MLEstimator
PipelineModel.read()  #: MLModelReader
PipelineModel.read().load("/m").transform(spark.table("u")).show  #: method DataFrame.show
DeltaTable.forName(spark, "t").optimize().where("day = 1").executeCompaction()  #: DataFrame
dlt.read("orders").groupBy("day").count  #: method GroupedData.count
dlt.read_stream("orders")  #: DataFrame
`,
    },
  });
});

describe('operators', () => {
  cases({
    'make of what is not known and a literal what is not known either': {
      'job.py': `def share(part, whole, promised: object):
    part * 2  #: unknown (call)
    1 - part  #: unknown (call)
    part > 2  #: unknown (call)
    part == "x"  #: unknown (call)
    promised  #: unknown (parameter)
    len(whole) * 2  #: value
`,
    },
  });
});

describe('a dict that was given', () => {
  cases({
    'may have got more since': {
      'job.py': `def read(summary: dict):
    summary["frame"]  #: unknown (element)
    summary["rows"]  #: 0
read({"rows": 0})
`,
    },
    'may have got a frame by way of another name': {
      'job.py': `months = {"last": {"suffix": "_LAST"}, "now": {"suffix": "_NOW"}}
for month in months.values():
    month["rows"] = spark.table("sales" + month["suffix"])
last = months["last"]["rows"]
last.groupBy("shop").count().show()
last  #: DataFrame
`,
    },
  });
});
