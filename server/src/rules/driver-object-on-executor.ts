import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { isShuffle } from '../rule/explain.ts';
import { eventsOf, isFileFormat, lineageUpTo, oncePerProgram, onePerSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';
import { askedOf } from '../rule/written.ts';

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
      if (value.guess || isSentAlong(program, capture)) continue;
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
    fine: 'In Scala, what an RDD keeps of itself (`rdd.id`, `rdd.getStorageLevel`; `rdd.partitioner` but for what the driver gave, as `parallelize` does; `getNumPartitions` and `partitions` above a shuffle, and nothing is said where its source is out of sight), and the same of the RDD of a DataFrame (`df.rdd.id`) where the driver made that before, what an `object` holds (every JVM makes its own) and the fields of a class (what is sent of it is up to the class; see `unserializable-closure`). What is known by the names of its methods alone, in a file that imports other things but nothing of Spark. Broadcast variables, loggers and objects without such fields can be captured (of an object that is made in sight what its constructor sets for its arguments), and so can those whose class says itself what is sent (`__getstate__`). The function of `foreachBatch` runs on the driver and may use the session.',
    examples: [
      { language: 'python', bad: 'names = spark.read.parquet("/data/names")\nids = sc.textFile("/data/ids")\nids.map(lambda i: names.count()).saveAsTextFile("/data/out")\n', good: 'names = spark.read.parquet("/data/names")\nids = spark.read.text("/data/ids")\nids.join(names, ids.value == names.id).write.parquet("/data/out")\n' },
      { language: 'scala', bad: 'val names = spark.read.parquet("/data/names")\nval ids = spark.read.textFile("/data/ids")\nids.map(id => names.filter(s"id = $id").count()).write.parquet("/data/out")\n', good: 'val names = spark.read.parquet("/data/names")\nval ids = spark.read.text("/data/ids")\nids.join(names, ids("value") === names("id")).write.parquet("/data/out")\n' },
    ],
    source: 'Every form tried on Spark 3.5.9 and 4.3.0: CONTEXT_ONLY_VALID_ON_DRIVER, RDD_TRANSFORM_ONLY_VALID_ON_DRIVER. Scala on 3.5.6 and 4.3.0: Task not serializable (a context), CANNOT_INVOKE_IN_TRANSFORMATIONS (a DataFrame, its columns and schema too), "This RDD lacks a SparkContext", NullPointerException (a session), "should only be created and accessed on the driver". What an RDD tells of itself in a task was tried on 3.5.9 and 4.3.0 for sources, shuffles, joins and what is made of them: partitions of files, of `parallelize`, `repartition` and joins fail, so do `df.storageLevel`, and `df.rdd.id` unless the driver asked for `df.rdd`.',
  },
});

/** In Scala some of what a dataset knows of itself is sent with it: the model tells of what kind it is, and what was made before. */
function isSentAlong(program: SparkProgram, { site, value: { kind, dataset } }: EventOf<'capture'>): boolean {
  const asked = program.lowered.language === 'scala' && dataset ? askedOf(program, site) : undefined;
  if (!asked || !dataset) return false;
  if (kind === 'RDD') return keepsOfItself(dataset, asked.name);
  // A frame makes its RDD once, and keeps it: in a task it has nothing left to make one of.
  const ofItsRdd = asked.name === 'rdd' ? askedOf(program, asked) : undefined;
  return ofItsRdd !== undefined && keepsOfItself(dataset, ofItsRdd.name) && framesWithRdd(program).has(dataset);
}

/** Frames that the driver asks for their RDD. */
const framesWithRdd = oncePerProgram((program): ReadonlySet<Dataset> => {
  const inTasks = new Set(eventsOf(program, 'capture').map(({ site }) => `${site.module}:${site.start}`));
  return new Set(program.datasets.flatMap(({ made, from, site }) => (toRdd.has(made) && !inTasks.has(`${site.module}:${site.start}`) ? from : [])));
});
const toRdd: ReadonlySet<string> = new Set(['rdd', 'javaRDD', 'toJavaRDD']);

function keepsOfItself(dataset: Dataset, member: string): boolean {
  if (member === 'partitioner') return !lacksPartitioner(dataset);
  return counting.has(member) ? !losesPartitions(dataset) : always.has(member);
}
/** `name` is sent as null, and nothing fails. */
const always: ReadonlySet<string> = new Set(['id', 'name', 'getStorageLevel', 'isCheckpointed', 'toString']);
const counting: ReadonlySet<string> = new Set(['getNumPartitions', 'partitions']);

/** Most RDDs have a field of their own for it; of these it stays behind. */
const lacksPartitioner = ({ kind, made, args }: Dataset): boolean => kind === 'RDD' && (withoutPartitioner.has(made) || made === 'coalesce' && args.length === 1);
const withoutPartitioner: ReadonlySet<string> = new Set(['parallelize', 'makeRDD', 'cartesian', 'zipWithIndex']);

/** Partitions are not sent, but a shuffle counts them anew, for what is made of it too once that has run; what is read from files or the driver cannot. */
function losesPartitions(dataset: Dataset): boolean {
  const isLosing = ({ kind, made }: Dataset): boolean => kind === 'RDD' && losing.has(made);
  // Nobody knows what lies above what comes from out of sight.
  const mayCount = (each: Dataset): boolean => each.method === undefined || isShuffle(each) && !isLosing(each);
  return lineageUpTo(dataset, mayCount).some((each) => isLosing(each) || isReadOrGiven(each));
}
/** They shuffle, and number their partitions themselves, on the driver. */
const losing: ReadonlySet<string> = new Set(['join', 'leftOuterJoin', 'rightOuterJoin', 'fullOuterJoin', 'cogroup', 'repartition']);

const isReadOrGiven = ({ kind, made, source }: Dataset): boolean => (kind === 'RDD' ? reading.has(made) : isFileFormat(source?.format ?? ''));
const reading: ReadonlySet<string> = new Set(['parallelize', 'makeRDD', 'textFile', 'sequenceFile', 'objectFile', 'hadoopFile']);
