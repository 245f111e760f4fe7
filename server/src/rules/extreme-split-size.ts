import { countingOf, isForCluster, sizeOf } from '../rule/entries.ts';
import { gibibytes } from '../rule/resources.ts';
import { defineRule } from '../rule/rule.ts';

const key = 'spark.sql.files.maxPartitionBytes';
const openCost = 'spark.sql.files.openCostInBytes';
const least = 2 ** 20;
const most = 2 * 2 ** 30;

export default defineRule({
  name: 'extreme-split-size',
  category: 'partitions',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['unknown-key', 'duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'bare-number-unit', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, report } = context;
    if (!isForCluster(context)) return;
    for (const entry of countingOf(entries, key)) {
      const size = sizeOf(entry, registry, targets);
      if (size === undefined || size <= 0 || size >= least && size <= most) continue;
      // Whoever makes the opening of a file as dear as reading it wants a task for each file.
      if (size > most && entries.some((other) => other.key === openCost && sizeOf(other, registry, targets) === size)) continue;
      report({ at: entry.valueSite, message: size < least
        ? `Files are read in pieces of at most ${size < 1024 ? `${size} bytes` : `${Math.round(size / 1024)} KiB`}: a file of 1 GiB gives ${Math.ceil(2 ** 30 / size).toLocaleString('en-US')} tasks. The default is 128 MiB.`
        : `One task reads up to ${gibibytes(size)} of files: few tasks run, and each must hold what its rows become. The default is 128 MiB.` });
    }
  },
  docs: {
    summary: 'files are read in pieces far smaller or larger than tasks should be',
    what: '`spark.sql.files.maxPartitionBytes` below 1 MiB or above 2 GiB.',
    why: 'The size bounds what one task reads from files. Tiny pieces mean thousands of tasks that only start and end; huge ones leave cores idle, and what is compressed in a file is many times larger in memory.',
    fine: 'Tests and local masters, where small pieces are made on purpose, are not reported, nor a huge size beside a `spark.sql.files.openCostInBytes` that is the same: then a task for each file is wanted.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.sql.files.maxPartitionBytes  64k\n', good: 'spark.master  yarn\nspark.sql.files.maxPartitionBytes  64m\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.files.maxPartitionBytes", "64k")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.files.maxPartitionBytes", "64m")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.files.maxPartitionBytes", "64k")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.files.maxPartitionBytes", "64m")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.sql.files.maxPartitionBytes=64k \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.sql.files.maxPartitionBytes=64m \\\n  job.py\n' },
    ],
    source: 'Numbers of tasks of a read on Spark 3.5.6 and 4.3.0; the default is the same in all releases.',
  },
});
