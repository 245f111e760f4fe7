import type { Dataset } from '../analysis/model.ts';
import { knownBeside } from '../rule/beside.ts';
import { countingOf, isForCluster, sizeOf, tells } from '../rule/entries.ts';
import { doesWithout } from '../rule/in-sight.ts';
import { gibibytes } from '../rule/resources.ts';
import { defineRule } from '../rule/rule.ts';
import { allAtLeast } from '../rule/targets.ts';
import { isExperiment } from '../rule/trial-runs.ts';

const key = 'spark.sql.autoBroadcastJoinThreshold';
const adaptive = 'spark.sql.adaptive.autoBroadcastJoinThreshold';
const heap = 'spark.driver.memory';
/** Spark refuses to broadcast more. */
const refused = 8 * 2 ** 30;
const large = 2 ** 30;
const share = 0.1;

export default defineRule({
  name: 'extreme-broadcast-threshold',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['unknown-key', 'duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'bare-number-unit', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, registry, targets, fileKind, report } = context;
    if (!isForCluster(context)) return;
    if (context.program && doesWithout(context.program, joins)) return;
    // Whoever changes it on the way knows what for.
    if (entries.filter((entry) => entry.key === key && entry.means === 'runtime').length > 1) return;
    for (const entry of countingOf(entries, key)) {
      const size = sizeOf(entry, registry, targets);
      if (size === undefined) continue;
      if (size < 0 && fileKind !== 'notebook' && !isExperiment(context) && !tells([...entries, ...settings], adaptive)) report({ at: entry.valueSite, message: `With a negative threshold no side of a join is broadcast for being small: joins with a table of a few rows sort and shuffle the large side, too.${allAtLeast(targets, '3.0') ? ' To keep one table from being broadcast, a hint on that join does (`merge`).' : ''}` });
      const given = knownBeside(entry, heap, context);
      const driver = sizeOf(given, registry, targets);
      const related = given ? [{ site: given.keySite, message: 'the heap of the driver' }] : [];
      if (size > refused && !tells([...entries, ...settings], 'spark.sql.maxBroadcastTableSize')) report({ at: entry.valueSite, message: `Sides of joins up to ${gibibytes(size)} are broadcast, but Spark broadcasts no more than 8 GiB: a join with a side between the two fails.` });
      else if (driver !== undefined && size >= driver * share) report({ at: entry.valueSite, related, message: `Sides of joins up to ${gibibytes(size)} are broadcast: each is first gathered in the driver, whose heap is ${gibibytes(driver)}, and takes several times the room of its files there.` });
      else if (size >= large) report({ at: entry.valueSite, severity: 'information', message: `Sides of joins up to ${gibibytes(size)} are broadcast: each is first gathered in the driver, then held by every executor, and takes several times the room of its files. The default is 10 MiB.` });
    }
  },
  docs: {
    summary: 'joins broadcast sides that the driver can hardly hold, or none at all',
    what: '`spark.sql.autoBroadcastJoinThreshold` of a tenth of the driver\'s heap or more, where that is known; of 1 GiB or more; above 8 GiB (a warning); below 0, which switches it off.',
    why: 'Spark compares the threshold with the size that a plan is reckoned to have: for files, what they take on the disk, compressed. The rows are collected to the driver, made into a hash table there, and sent to all executors. Above 8 GiB Spark gives up: the join fails instead of being sorted and merged. Without any threshold every join of a large table with a small one shuffles the large one.',
    fine: 'A driver with a heap to match holds more; then the number is compared with that heap. Switched off is right where the sizes of plans are reckoned far too low, and beside a threshold for adaptive execution, by which sizes that were measured decide: then nothing is reported, nor in notebooks, nor in code that is a benchmark or an experiment by its path. Tests, local masters and programs without any join are not reported, nor is code that changes the threshold several times. To broadcast one table that is known to be small, `broadcast(df)` says so for that join alone.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.sql.autoBroadcastJoinThreshold  4g\n', good: 'spark.master  yarn\nspark.sql.autoBroadcastJoinThreshold  64m\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.autoBroadcastJoinThreshold", "4g")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.autoBroadcastJoinThreshold", "64m")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.autoBroadcastJoinThreshold", "4g")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.autoBroadcastJoinThreshold", "64m")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.sql.autoBroadcastJoinThreshold=4g \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.sql.autoBroadcastJoinThreshold=64m \\\n  job.py\n' },
    ],
    source: 'Broadcast joins on Spark 3.5.9 and 4.3.0: the limit is `spark.sql.maxBroadcastTableSize` from 4.1 on, and fixed before.',
  },
});

const joins = ({ method }: Dataset): boolean => method?.lineage === 'join';
