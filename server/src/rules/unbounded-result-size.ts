import { knownBeside } from '../rule/beside.ts';
import { countingOf, isForCluster, sizeOf } from '../rule/entries.ts';
import { gibibytes } from '../rule/resources.ts';
import { defineRule } from '../rule/rule.ts';

const key = 'spark.driver.maxResultSize';
const heap = 'spark.driver.memory';

export default defineRule({
  name: 'unbounded-result-size',
  category: 'driver',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'ineffective-setting', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, report } = context;
    if (!isForCluster(context)) return;
    for (const entry of countingOf(entries, key)) {
      const size = sizeOf(entry, registry, targets);
      if (size === undefined || entry.means === 'runtime') continue;
      const given = knownBeside(entry, heap, context);
      const driver = sizeOf(given, registry, targets);
      if (size === 0) report({ at: entry.valueSite, message: `\`${key}\` 0 takes the limit away: an action that brings too much to the driver no longer fails by itself, it ends the driver with \`OutOfMemoryError\`.` });
      else if (driver !== undefined && size > driver) report({ at: entry.valueSite, related: [{ site: given!.keySite, message: 'the heap of the driver' }], message: `Results of up to ${gibibytes(size)} may come to a driver with a heap of ${gibibytes(driver)}: the limit protects nothing, the driver runs out of memory first.` });
    }
  },
  docs: {
    summary: 'nothing keeps results from filling the driver',
    what: '`spark.driver.maxResultSize` 0, or larger than the driver\'s heap where both are told together.',
    why: 'The limit makes an action fail, with a clear message, before its results fill the driver. Without one the driver ends with all its jobs. Results are counted as they are sent, serialised: as objects they take more.',
    fine: 'A driver made for large results has the heap for them; set the limit below it. Tests and local masters are not reported; a master that is told on one branch alone says nothing of the other.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.driver.maxResultSize  0\n', good: 'spark.master  yarn\nspark.driver.maxResultSize  2g\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.driver.maxResultSize", "0")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.driver.maxResultSize", "2g")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.driver.maxResultSize", "0")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.driver.maxResultSize", "2g")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.driver.maxResultSize=0 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.driver.maxResultSize=2g \\\n  job.py\n' },
    ],
    source: 'Tried on Spark 3.5.6 and 4.3.0: 0 is taken, and results above a limit end the job, not the driver.',
  },
});
