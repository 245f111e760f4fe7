/** What lists and dicts hold, and what going through them gives. */
import { describe, expect, it } from 'vitest';
import { describe as describeValue } from '../../server/src/analysis/values.ts';
import { programOf } from '../support/engine.ts';
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
    'know what was put into the lists that they hold': {
      'job.py': `${session}from collections import defaultdict
by_kind = {}
by_kind.setdefault("old", []).append(spark.table("a"))
by_kind.setdefault("new", []).append(spark.table("b"))
for kind in by_kind.keys():
    by_kind[kind]  #: list of DataFrame | DataFrame
for frames in by_kind.values():
    for frame in frames:
        frame  #: DataFrame | DataFrame
by_day = defaultdict(list)
for day in days:
    by_day[day].append(spark.table(day))
for day, frames in by_day.items():
    frames[0]  #: DataFrame
by_name = {"a": [], "b": []}
by_name["a"].append(spark.table("a"))
for name in names:
    by_name[name]  #: list of DataFrame
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

describe('lists and dicts that change', () => {
  cases({
    'are filled by whoever they are given to': {
      'job.py': `${session}def add(held, df):
    held.append(df)
def put(held, name, df):
    held[name] = df
def more(held, df):
    held += [df]
frames = []
same = frames
add(frames, spark.table("a"))
frames[0]  #: DataFrame
same[0]  #: DataFrame
named = {}
put(named, "a", spark.table("a"))
named["a"]  #: DataFrame
grown = []
more(grown, spark.table("a"))
grown[0]  #: DataFrame
lists = {"a": [], "b": []}
lists["a"].append(spark.table("a"))
lists["a"][0]  #: DataFrame
lists["b"]  #: list of nothing
for held in [[], []]:
    held.append(1)
    held[0]  #: 1
`,
      'fill.py': `${session}import job
job.frames[0]  #: DataFrame
job.frames.append(1)
job.frames[0]  #: DataFrame | 1
`,
    },
    'are filled by the methods of their object': {
      'job.py': `${session}class Job:
    def __init__(self):
        self.frames = []
        self.named = {}
    def put(self, name):
        self.frames.append(spark.table(name))
        self.named[name] = spark.table(name)
    def report(self):
        for frame in self.frames:
            frame  #: DataFrame
job = Job()
job.put("a")
job.frames[0]  #: DataFrame
job.named["a"]  #: DataFrame
job.report()
class Uncalled:
    def __init__(self):
        self.frames = []
    def put(self, name):
        self.frames.append(spark.table(name))
    def report(self):
        for frame in self.frames:
            frame  #: DataFrame
`,
    },
    'hold what any way may have put into them': {
      'job.py': `${session}def fill(held):
    if full:
        held.append(spark.table("a"))
        return
    held.append(1)
frames = []
for name in names:
    fill(frames)
frames[0]  #: 1 | DataFrame
empty = []
if full:
    empty.append(spark.table("a"))
empty[0]  #: DataFrame
`,
    },
  });

  it('are known entry by entry only while they are small', () => {
    const of = (size: number): string => {
      const lines = Array.from({ length: size }, (_, index) => `held["k${index}"] = "v${index}"\n`).join('');
      const program = programOf(`held = {}\n${lines}first = held["k0"]\n`);
      const [, value] = [...program.types].findLast(([expr]) => expr.kind === 'index')!;
      return describeValue(value);
    };
    expect(of(100)).toBe('"v0"');
    expect(of(1000)).toBe('value | unknown (element)');
  });
});
