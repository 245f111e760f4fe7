/** What one module's run may know and touch of another's. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

describe('objects of different modules', () => {
  cases({
    'are told apart, however many each module makes': {
      'settings.py': `class Settings:
    def __init__(self):
        self.data = {"retries": 3}
settings = Settings()
`,
      'job.py': `from pyspark.sql import SparkSession
from settings import settings
class Job:
    def __init__(self, session):
        self.data = session.read.parquet("/events")
job = Job(SparkSession.builder.getOrCreate())
settings.data  #: dict of 3
job.data  #: DataFrame
`,
    },
  });
});

describe('values that nobody knows', () => {
  cases({
    'are told apart, whichever module they are from': {
      'places.py': `import sys
source = sys.argv[1]
`,
      'job.py': `import os
from pyspark.sql import SparkSession
from places import source
spark = SparkSession.builder.getOrCreate()
target = os.environ["TARGET"]
spark.read.parquet(source).write.mode("overwrite").parquet(target)
spark.read.parquet(source).write.mode("overwrite").parquet(source)  #! overwriting-own-input
`,
    },
  });
});

describe('what a module does to another', () => {
  cases({
    'is seen by itself, not by those who import the same': {
      'settings.py': `class Settings:
    source = None
settings = Settings()
def source():
    return settings.source
`,
      'report.py': `from pyspark.sql import SparkSession
from settings import settings, source
settings.source = SparkSession.builder.getOrCreate().read.parquet("/events")
source()  #: DataFrame
rows = source().collect()  #! collect-to-driver
`,
      'other.py': `import pyspark
from settings import source
source()  #: null
rows = source().collect()
`,
    },
    'does not change its classes': {
      'holder.py': `class Holder:
    frame = None
`,
      'job.py': `from pyspark.sql import SparkSession
from holder import Holder
Holder.frame = SparkSession.builder.getOrCreate().read.parquet("/events")
Holder.frame  #: DataFrame
`,
      'other.py': `import pyspark
from holder import Holder
Holder.frame  #: null
`,
    },
    'does not change its globals': {
      'state.py': `frame = None
def start(session):
    global frame
    frame = session.read.parquet("/events")
def get():
    return frame
`,
      'job.py': `from pyspark.sql import SparkSession
import state
state.get()  #: DataFrame
state.start(SparkSession.builder.getOrCreate())
state.get()  #: DataFrame
rows = state.get().collect()  #! collect-to-driver
`,
      'other.py': `import pyspark
import state
state.get()  #: DataFrame
`,
    },
    'does not change its readers': {
      'reading.py': `from pyspark.sql import SparkSession
reader = SparkSession.builder.getOrCreate().read
def read():
    return reader.load("/events")
`,
      'job.py': `import pyspark
from reading import read, reader
reader.format("csv").option("inferSchema", True)
read()  #: DataFrame
`,
      'other.py': `import pyspark
from reading import read
read()  #: DataFrame
`,
    },
    'does not change what it says of its datasets': {
      'source.py': `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("/events").groupBy("k").count().cache()  #! unused-cache
events.write.parquet("/once")
`,
      'job.py': `import pyspark
from source import events
mine = events
unseen(mine)
`,
    },
    'does not change what it says of its rows': {
      'source.py': `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
rows = spark.read.parquet("/events").collect()  #! collect-to-driver
`,
      'job.py': `import pyspark
from source import rows
for row in rows:
    print(row)
`,
    },
  });
});

describe('a function of another module', () => {
  cases({
    'runs with the names that its own module imported all at once': {
      'columns.py': `from pyspark.sql.functions import *
def flag(frame):
    return col("flag")
`,
      'job.py': `from pyspark.sql import SparkSession
from columns import flag
flag(SparkSession.builder.getOrCreate().range(3))  #: Column
`,
    },
    'gives on what its module imported all at once': {
      'common.py': `from pyspark.sql.functions import *
`,
      'starred.py': `import pyspark
from common import *
col("a")  #: Column
`,
      'named.py': `import pyspark
import common
from common import lit
lit(1)  #: Column
common.col("a")  #: Column
`,
    },
    'finds the class above its own': {
      'base.py': `class Base:
    def __init__(self, session):
        self.session = session
`,
      'jobs.py': `from base import Base
class Job(Base):
    def __init__(self, session):
        super().__init__(session)
    def run(self):
        return self.session.read.parquet("/events")
`,
      'main.py': `from pyspark.sql import SparkSession
from jobs import Job
job = Job(SparkSession.builder.getOrCreate())
job.session  #: SparkSession
job.run()  #: DataFrame
`,
    },
    'is judged by what its own module imports': {
      'cleaning.py': `import polars
def clean(frame):
    return frame.withColumnRenamed("a", "b")
def late(frame):
    import pandas
    return frame.withColumnRenamed("a", "b")
`,
      'job.py': `import pyspark
from cleaning import clean
clean(unseen())  #: unknown (call)
`,
    },
    'is believed where only the caller knows such a library': {
      'cleaning.py': `import pyspark
def clean(frame):
    return frame.withColumnRenamed("a", "b")
`,
      'job.py': `import polars
from cleaning import clean
clean(unseen())  #: DataFrame
`,
    },
  });
});

describe('a submodule', () => {
  cases({
    'that no import in reach names is not there': {
      'pkg/__init__.py': '',
      'pkg/tables.py': `def load(session):
    return session.read.parquet("/events")
`,
      'job.py': `from pyspark.sql import SparkSession
import pkg
pkg.tables.load(SparkSession.builder.getOrCreate())  #: unknown (call)
`,
      'other.py': `import pkg.tables
from pyspark.sql import SparkSession
`,
    },
    'is there when something that is imported imports it': {
      'pkg/__init__.py': '',
      'pkg/tables.py': `def load(session):
    return session.read.parquet("/events")
`,
      'other.py': `import pkg.tables
`,
      'job.py': `from pyspark.sql import SparkSession
import pkg, other
pkg.tables.load(SparkSession.builder.getOrCreate())  #: DataFrame
`,
    },
  });
});

describe('a name that another module is given', () => {
  cases({
    'is its own for that run, and where its functions run in it': {
      'state.py': `spark = None
`,
      'load.py': `import state
def load():
    return state.spark.table("events")
`,
      'job.py': `from pyspark.sql import SparkSession
import load, state
state.spark  #: null
state.spark = SparkSession.builder.getOrCreate()
state.spark  #: SparkSession
load.load()  #: DataFrame
`,
      'other.py': `import state
from pyspark.sql import SparkSession
state.spark  #: null
`,
    },
  });
});
