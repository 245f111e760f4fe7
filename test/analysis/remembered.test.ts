/** What a call gives, and when it may give what an earlier one gave. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession, functions as F\nspark = SparkSession.builder.getOrCreate()\n';

describe('a call that was met before', () => {
  cases({
    'sees the variables of its own closure': {
      'job.py': `${session}def reader(frame):
    def read():
        return frame
    return read
events = reader(spark.read.parquet("/events"))
names = reader(spark.createDataFrame([(1,)], ["id"]))
rows = events().collect()  #: list of Row  #! collect-to-driver
few = names().collect()  #: list of Row
`,
    },
    'sees a global that was assigned since': {
      'job.py': `${session}current = None
def get():
    return current
before = get()  #: null
current = spark.read.parquet("/events")
after = get()  #: DataFrame
`,
    },
    'sees a global that another function assigned since': {
      'job.py': `${session}current = None
def get():
    return current
def fill():
    global current
    current = spark.read.parquet("/events")
one = get()  #: null
two = get()  #: null
fill()
three = get()  #: DataFrame
`,
    },
    'sees a field that was assigned since': {
      'job.py': `${session}class Holder:
    def __init__(self):
        self.frame = None
    def get(self):
        return self.frame
holder = Holder()
one = holder.get()  #: null
two = holder.get()  #: null
holder.frame = spark.read.parquet("/events")
three = holder.get()  #: DataFrame
`,
    },
    'sees it through the calls in between': {
      'job.py': `${session}current = None
def get():
    return current
def outer():
    return get()
one = outer()  #: null
two = outer()  #: null
get()  #: null
current = spark.read.parquet("/events")
three = outer()  #: DataFrame
`,
    },
    'sees what a default value is now': {
      'job.py': `${session}class State:
    frame = None
def get(of=State):
    return of.frame
one = get()  #: null
State.frame = spark.read.parquet("/events")
two = get()  #: DataFrame
`,
    },
    'sees a view that was registered since': {
      'job.py': `${session}spark.read.parquet("/a").limit(3).createOrReplaceTempView("v")
def view():
    return spark.table("v")
view().collect()
spark.read.parquet("/b").createOrReplaceTempView("v")
view().collect()  #! collect-to-driver
`,
    },
    'tells columns apart by what they are made of': {
      'job.py': `${session}def same(column):
    return column
events = spark.read.parquet("/events")
rows = events.select(same(F.col("a"))).collect()  #! collect-to-driver
one = events.select(same(F.sum("a"))).collect()
`,
    },
    'tells collections apart by their items': {
      'job.py': `${session}def first(pair):
    return pair[0]
first(["a", 1])  #: "a"
first([1, "a"])  #: 1
`,
    },
  });
});
