import type { Site, SparkProgram } from '../analysis/model.ts';
import { eventsOf, onePerSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'driver-object-on-executor',
  category: 'closures',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    for (const capture of onePerSite(eventsOf(program, 'capture'))) {
      const { value, variable, through } = capture;
      if (value.guess || saysWhatItIs(program, capture.site)) continue;
      report({
        at: capture.site,
        raisesAt: through,
        message: `\`${variable}\` is a ${value.kind}, which lives on the driver only; this code runs on the executors, so ${variable.includes('.') ? 'sending the object that holds it' : 'sending it there'} fails, or the task does that uses it.`,
        related: [{ site: through, message: 'this call sends the code to the executors' }],
        evidence: [{ site: value.why.site, message: value.why.text }],
      });
    }
  },
  docs: {
    summary: 'a session, context, DataFrame or RDD is used in code that runs on executors',
    what: 'A function given to an RDD operation, `foreach`, `mapInPandas`, a UDF and the like refers to a SparkSession, SparkContext, DataFrame or RDD of the driver: by its name, in Python through a field of `self` too.',
    why: 'These objects steer the cluster from the driver and cannot be sent to it: PySpark refuses to pickle them. Of Scala\'s, a context cannot be serialized; a session, a DataFrame and an RDD can, but arrive empty, and the task fails when it asks them for anything.',
    fine: 'In Scala, what a dataset keeps of itself (`rdd.id`, `rdd.partitioner`, and `getNumPartitions`, which works above a shuffle), what an `object` holds (every JVM makes its own) and the fields of a class (what is sent of it is up to the class; see `unserializable-closure`). What is known by the names of its methods alone, in a file that imports other things but nothing of Spark. Broadcast variables, loggers and objects without such fields can be captured (of an object that is made in sight what its constructor sets for its arguments), and so can those whose class says itself what is sent (`__getstate__`). The function of `foreachBatch` runs on the driver and may use the session.',
    examples: [
      { language: 'python', bad: 'names = spark.read.parquet("/data/names")\nids = sc.textFile("/data/ids")\nids.map(lambda i: names.count()).saveAsTextFile("/data/out")\n', good: 'names = spark.read.parquet("/data/names")\nids = spark.read.text("/data/ids")\nids.join(names, ids.value == names.id).write.parquet("/data/out")\n' },
      { language: 'scala', bad: 'val names = spark.read.parquet("/data/names")\nval ids = spark.read.textFile("/data/ids")\nids.map(id => names.filter(s"id = $id").count()).write.parquet("/data/out")\n', good: 'val names = spark.read.parquet("/data/names")\nval ids = spark.read.text("/data/ids")\nids.join(names, ids("value") === names("id")).write.parquet("/data/out")\n' },
    ],
    source: 'Every form tried on Spark 3.5.9 and 4.3.0: CONTEXT_ONLY_VALID_ON_DRIVER, RDD_TRANSFORM_ONLY_VALID_ON_DRIVER. Scala on 3.5.6 and 4.3.0: Task not serializable (a context), CANNOT_INVOKE_IN_TRANSFORMATIONS (a DataFrame, its columns and schema too), "This RDD lacks a SparkContext", NullPointerException (a session), "should only be created and accessed on the driver".',
  },
});

/** In Scala what a dataset keeps of itself goes along with it; `getNumPartitions` works above a shuffle, and for what lies below others it depends. */
function saysWhatItIs({ path, lowered }: SparkProgram, { module, end }: Site): boolean {
  return lowered.language === 'scala' && module === path && ofItself.test(lowered.text.slice(end, end + longestChain));
}
const ofItself = /^\s*(\.\s*rdd\s*)?\.\s*(getNumPartitions|partitions|id|name|getStorageLevel|storageLevel|partitioner)\b/;
const longestChain = 80;
