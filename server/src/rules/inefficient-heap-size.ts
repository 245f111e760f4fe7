import type { Setting } from '../analysis/model.ts';
import { jvmOptions } from '../knowledge/jvm.ts';
import { countingOf, isForCluster, sizeOf } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';

const gibibyte = 2 ** 30;
/** From here on references take eight bytes. */
const uncompressed = 32;
/** A larger heap has room for what references take more. */
const madeGood = 40;
const large = 200;
/** They bring larger references back into four bytes, or never have such. */
const ownWays = /^-XX:(ObjectAlignmentInBytes=|[+-]UseCompressedOops|\+UseZGC)/;

export default defineRule({
  name: 'inefficient-heap-size',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'ineffective-setting', 'bare-number-unit', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, registry, targets, report } = context;
    if (!isForCluster(context)) return;
    for (const entry of countingOf(entries, 'spark.executor.memory', 'spark.driver.memory')) {
      const heap = (sizeOf(entry, registry, targets) ?? 0) / gibibyte;
      if (heap < uncompressed || usesOwnWays([...entries, ...settings], entry.key.split('.')[1]!)) continue;
      const size = `${Number(heap.toFixed(1))} GiB`;
      const ofDriver = entry.key === 'spark.driver.memory';
      if (heap <= madeGood) report({ at: entry.valueSite, severity: ofDriver ? 'hint' : 'information', message: `From 32 GiB on references take eight bytes instead of four: a heap of ${size} holds little more than one of 31 GiB, or less. Take \`31g\`${ofDriver ? '' : ', with more executors'}, or well above ${madeGood}g.` });
      else if (heap > large && entry.key === 'spark.executor.memory') report({ at: entry.valueSite, severity: 'hint', message: `With a heap of ${size} in one JVM a full collection stops all its tasks for long: several executors on a machine do the same work with shorter pauses.` });
    }
  },
  docs: {
    summary: 'a heap of a size at which the JVM wastes memory, or stops for long',
    what: '`spark.executor.memory` or `spark.driver.memory` from 32 GiB up to 40 GiB; executors of more than 200 GiB (a hint). Of a driver it is a hint.',
    why: 'Below 32 GiB the JVM keeps references in four bytes. From there on it takes eight, and whatever holds many small objects (rows of RDDs, hash maps, strings) needs more room: in a trial with records of a number, a text and a list of five numbers, 28 % more. Memory that Spark manages itself, in large arrays, gains in full. Heaps of hundreds of GiB are collected in long pauses.',
    fine: 'Jobs that hold their data in Spark\'s own binary form (DataFrames and SQL without UDFs) lose little. Where Java options choose ZGC, another alignment of objects or the kind of references, nothing is reported.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.executor.memory  36g\n', good: 'spark.master  yarn\nspark.executor.memory  31g\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.executor.memory", "36g")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.executor.memory", "31g")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.executor.memory", "36g")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.executor.memory", "31g")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --executor-memory 36g \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --executor-memory 31g \\\n  job.py\n' },
    ],
    source: 'Java 17: `-XX:+PrintFlagsFinal` with heaps from 31 to 200 GiB, and the size of the same objects with both kinds of references.',
  },
});

const usesOwnWays = (entries: readonly Setting[], side: string): boolean =>
  entries.some(({ key, value }) => new RegExp(`^spark\\.${side}\\.(extra|default)JavaOptions$`).test(key) && (value === undefined || jvmOptions(value).some(({ text }) => ownWays.test(text))));
