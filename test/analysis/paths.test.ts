/** Which paths are the same although nobody knows what they are: those that were born as one value. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

describe('a path that is read and overwritten', () => {
  cases({
    'is the same value, however it is named': {
      'job.py': `${session}import sys
path = sys.argv[1]
spark.read.parquet(path).filter("a").write.mode("overwrite").parquet(path)  #! overwriting-own-input
copy = path
spark.read.parquet(path).filter("a").write.mode("overwrite").parquet(copy)  #! overwriting-own-input
spark.read.parquet(sys.argv[1]).filter("a").write.mode("overwrite").parquet(path)  #! overwriting-own-input
spark.read.parquet(sys.argv[2]).filter("a").write.mode("overwrite").parquet(path)
spark.read.parquet(f"{path}/a").filter("a").write.mode("overwrite").parquet(path + "/a")  #! overwriting-own-input
spark.read.parquet(f"{path}/a").filter("a").write.mode("overwrite").parquet(path + "/b")
spark.read.parquet(options.path).filter("a").write.mode("overwrite").parquet(options.path)  #! overwriting-own-input
spark.read.parquet(choose()).filter("a").write.mode("overwrite").parquet(choose())
paths = {"raw": find("raw"), "clean": find("clean")}
spark.read.parquet(paths["raw"]).filter("a").write.mode("overwrite").parquet(paths["raw"])  #! overwriting-own-input
spark.read.parquet(paths["raw"]).filter("a").write.mode("overwrite").parquet(paths["clean"])
`,
    },
    'is another value once it is bound anew': {
      'job.py': `${session}path = find("a")
df = spark.read.parquet(path)
path = find("b")
df.filter("a").write.mode("overwrite").parquet(path)
class Job:
    def run(self, first, second):
        self.path = first
        df = spark.read.parquet(self.path)
        self.path = second
        df.filter("a").write.mode("overwrite").parquet(self.path)
    def again(self, first):
        self.path = first
        df = spark.read.parquet(self.path)
        path = self.path
        df.filter("a").write.mode("overwrite").parquet(path)  #! overwriting-own-input
paths = {}
paths["p"] = find("a")
df = spark.read.parquet(paths["p"])
paths["p"] = find("b")
df.filter("a").write.mode("overwrite").parquet(paths["p"])
`,
    },
    'is one value for each pass of a loop': {
      'job.py': `${session}for path in find_all():
    df = spark.read.parquet(path)
    df.filter("a").write.mode("overwrite").parquet(path)  #! overwriting-own-input
last = None
for path in find_all():
    if last is not None:
        last.filter("a").write.mode("overwrite").parquet(path)
    last = spark.read.parquet(path)
path = find_next()
while path:
    df = spark.read.parquet(path)
    path = find_next()
    df.filter("a").write.mode("overwrite").parquet(path)
`,
    },
    'is one value for each call': {
      'job.py': `${session}def clean(path):
    spark.read.parquet(path).filter("a").write.mode("overwrite").parquet(path)  #! overwriting-own-input
def load(path):
    return spark.read.parquet(path)
def save(df, path):
    df.filter("a").write.mode("overwrite").parquet(path)
def fresh():
    made = make_folder()
    return made
clean(find("a"))
for path in find_all():
    clean(path)
save(load(find("a")), find("b"))
save(load(fresh()), fresh())
`,
    },
    'is no other function\'s parameter of that name': {
      'job.py': `${session}class Job:
    def load(self, path):
        self.df = spark.read.parquet(path)
    def save(self, path):
        self.df.dropDuplicates().write.mode("overwrite").parquet(path)
def outer():
    name = "/raw"
    df = spark.read.parquet(name)
    def inner(name):
        df.dropDuplicates().write.mode("overwrite").parquet(name)
    return inner
outer()
`,
    },
  });
});
