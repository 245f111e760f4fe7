/** What lists and dicts hold, and what going through them gives. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

describe('dicts', () => {
  cases({
    'go through their keys': {
      'job.py': `${session}frames = {"old": spark.table("a"), "new": spark.table("b")}
for name in frames:
    name  #: "old" | "new"
list(frames)  #: list of "old" | "new"
sorted(frames)[0]  #: "old" | "new"
set(frames)  #: set of "old" | "new"
for place, name in enumerate(frames):
    name  #: "old" | "new"
first, second = frames
first  #: "old" | "new"
names = [name for name in frames]
names  #: list of "old" | "new"
frames["old"]  #: DataFrame
for name, frame in frames.items():
    name  #: "old" | "new"
    frame  #: DataFrame | DataFrame
for frame in frames.values():
    frame  #: DataFrame | DataFrame
`,
    },
    'know the keys of every way to fill them': {
      'job.py': `${session}by_day = {}
for day in days:
    by_day[day] = spark.table(day)
for key in by_day:
    key  #: unknown (element)
by_number = {number: spark.table("t") for number in range(9)}
for key in by_number:
    key  #: int
by_number[3]  #: DataFrame
copy = dict(by_number)
for key in copy:
    key  #: int
more = dict(copy, last=spark.table("u"))
for key in more:
    key  #: "last" | int
more.update({"z": spark.table("z")})
more["z"]  #: DataFrame
names = []
names.extend({"a": spark.table("a")})
names[0]  #: "a"
merged = {**copy, "b": 1}
merged["b"]  #: 1
for value in merged.values():
    value  #: DataFrame | 1
for key in copy | {"c": 2}:
    key  #: int | "c"
`,
      'functions.py': `${session}from typing import Dict
from pyspark.sql import DataFrame
def write(frames: Dict[str, DataFrame], **options):
    for name in frames:
        name  #: str
        frames[name]  #: DataFrame
    for name in options:
        name  #: str
`,
    },
    'are no columns and no frames to rules': {
      'job.py': `${session}from pyspark.sql import functions as F
df = spark.table("t")
added = {"a": F.col("x") + 1, "b": F.col("y")}
for name in added:
    if name not in df.columns:
        df = df.withColumn(name, added[name])
frames = {"raw": spark.table("a"), "clean": df}
for name in frames:
    if name.count("_") > 0:
        print(name)
`,
    },
  });
});
