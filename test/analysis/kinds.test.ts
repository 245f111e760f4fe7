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
when(1, 2)  #: unknown (call)
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
