import { countingOf, isForCluster, sizeOf } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { allAtLeast } from '../rule/targets.ts';

const key = 'spark.sql.broadcastTimeout';
const usual = 300_000;

export default defineRule({
  name: 'raised-broadcast-timeout',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['unknown-key', 'duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'bare-number-unit', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, registry, targets, report } = context;
    if (!isForCluster(context)) return;
    const adaptive = allAtLeast(targets, '3.2') && ![...entries, ...settings].some((entry) => entry.key === 'spark.sql.adaptive.enabled' && entry.value?.trim().toLowerCase() !== 'true');
    for (const entry of countingOf(entries, key)) {
      const time = sizeOf(entry, registry, targets);
      if (time === undefined || time <= usual) continue;
      report({ at: entry.valueSite, message: adaptive
        ? 'Under adaptive execution, which is on by default, batch joins do not wait by this time: raising it does nothing for them. Where a broadcast times out the side is large or slow: look for why, or do not broadcast it.'
        : 'A broadcast that takes longer than 300 s is large, or slow to compute: a longer wait hides that. Look for why, or do not broadcast it.' });
    }
  },
  docs: {
    summary: 'the wait for broadcasts is raised instead of asking why they are slow',
    what: '`spark.sql.broadcastTimeout` above the default of 300 seconds.',
    why: 'A side of a join that is small enough to be broadcast is computed in seconds. With adaptive execution the time did not end batch joins at all in our trials, so raising it changes nothing there; without, it keeps a join waiting that would be better sorted and merged.',
    fine: 'Where the small side rests on long computations and must be broadcast all the same. Tests and local masters are not reported.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.sql.broadcastTimeout  3600\n', good: 'spark.master  yarn\nspark.sql.autoBroadcastJoinThreshold  10m\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.broadcastTimeout", "3600")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.autoBroadcastJoinThreshold", "10m")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.broadcastTimeout", "3600")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.autoBroadcastJoinThreshold", "10m")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.sql.broadcastTimeout=3600 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.sql.autoBroadcastJoinThreshold=10m \\\n  job.py\n' },
    ],
    source: 'A side that takes 6 s with a limit of 1 s, with and without adaptive execution, on Spark 3.5.9 and 4.3.0.',
  },
});
