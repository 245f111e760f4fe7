/** What an earlier answer may not be taken for: other arguments, other objects, other paths. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const session = 'import sys\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

describe('a call that was met before', () => {
  cases({
    'gives an object of its own each time': {
      'job.py': `${session}def empty():
    held = {}
    return held
big = empty()
small = empty()
small["frame"] = spark.createDataFrame([(1,)], ["id"])
big["frame"] = spark.read.parquet("/big")
small["frame"].collect()
big["frame"].collect()  #! collect-to-driver
`,
    },
    'does not make two paths one': {
      'job.py': `${session}def settings(path):
    return {"path": path}
source = settings(sys.argv[1])
target = settings(sys.argv[2])
frame = spark.read.parquet(source["path"])
frame.write.mode("overwrite").parquet(target["path"])
`,
    },
    'is followed where an argument takes another branch': {
      'job.py': `${session}def rows_of(name, mode="off"):
    if mode == "off":
        return []
    return spark.read.parquet("/orders").collect()  #! iterating-collected-rows
rows_of("a")
rows_of("b")
for row in rows_of("c", mode="on"):
    print(row)
`,
    },
  });
});

describe('a path', () => {
  cases({
    'is another one after its holder was changed': {
      'job.py': `${session}def run(config):
    frame = spark.read.parquet(config["path"])
    config["path"] = "/elsewhere"
    frame.write.mode("overwrite").parquet(config["path"])
run(load())
`,
    },
    'stays the same while nothing changes': {
      'job.py': `${session}def run(config):
    frame = spark.read.parquet(config["path"])
    frame.write.mode("overwrite").parquet(config["path"])  #! overwriting-own-input
run(load())
`,
    },
  });
});

describe('what stands behind a guard', () => {
  cases({
    'is looked at even where the guard holds': {
      'job.py': `${session}def main(dry_run=True):
    if dry_run:
        return None
    return spark.read.parquet("/orders").collect()  #! collect-to-driver
main()
`,
    },
  });
});
