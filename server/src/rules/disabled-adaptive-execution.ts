import { givesWay } from '../rule/beside.ts';
import { isOfOtherOperators, isOfRemoteShuffle } from '../knowledge/replacements.ts';
import { countingOf, isFalse, isForCluster } from '../rule/entries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { headingAbove, isCalledStream, isExperiment, wordsOf } from '../rule/trial-runs.ts';
import { allAtLeast } from '../rule/targets.ts';

const whole = 'spark.sql.adaptive.enabled';
const parts: Readonly<Record<string, string>> = {
  'spark.sql.adaptive.coalescePartitions.enabled': 'small partitions after a shuffle are not joined, so every shuffle runs as many tasks as `spark.sql.shuffle.partitions` says',
  'spark.sql.adaptive.skewJoin.enabled': 'partitions that are far larger than the others are not split in joins',
  'spark.sql.adaptive.localShuffleReader.enabled': 'joins that become broadcasts at run time still fetch their other side over the network',
};

/** A file that is there to do without it: `job-no-aqe.yaml`, `aqe_off.conf`. */
const isSaidByName = (path: string): boolean => wordsOf(path.slice(path.lastIndexOf('/') + 1)).some((word) => word === 'aqe' || word === 'adaptive');

export default defineRule({
  name: 'disabled-adaptive-execution',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  spark: '3.2 and later',
  yieldsTo: ['unknown-key', 'duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'ineffective-setting', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, targets, program, conf, fileKind, report } = context;
    if (!allAtLeast(targets, '3.2') || !isForCluster(context) || isExperiment(context) || isSaidByName(context.path) || fileKind === 'notebook') return;
    if (conf && isCalledStream(context.path)) return;
    // What replaces Spark's own operators may ask for it.
    if (entries.some(({ key }) => isOfOtherOperators(key))) return;
    // For streams many releases switch it off themselves.
    if (program?.datasets.some(({ streaming }) => streaming === 'yes')) return;
    const off = countingOf(entries, whole, ...Object.keys(parts)).filter(isFalse);
    // Blocks that a service elsewhere keeps are never local.
    const isRemote = entries.some(isOfRemoteShuffle);
    const isWholeOff = off.some(({ key }) => key === whole);
    for (const entry of off) {
      const consequence = entry.key === whole ? 'plans stay as they were guessed before the first task ran: partitions are neither joined nor split, and no join becomes a broadcast' : isWholeOff ? undefined : parts[entry.key];
      // Code that switches it on and off knows why.
      if (consequence === undefined || isRemote && entry.key === 'spark.sql.adaptive.localShuffleReader.enabled' || entry.event && entries.some((other) => other.key === entry.key && !isFalse(other))) continue;
      if (givesWay(entry.key, context) || conf && headingAbove(context.text, entry.keySite.start).some((line) => /\bstream/i.test(line))) continue;
      const edits = settingEdits(context).remove(entry);
      const fixes: Fix[] = conf && edits.length > 0 ? [{ title: 'Remove the entry: it is on by default', safety: 'suggested', edits }] : [];
      report({ at: entry.valueSite, message: `\`${entry.key}\` is on by default since Spark 3.2; off, ${consequence}.`, fixes });
    }
  },
  docs: {
    summary: 'adaptive execution, or a part of it, is switched off',
    what: '`spark.sql.adaptive.enabled false`, or one of its parts: joining small partitions, splitting skewed ones, local reads of shuffles.',
    why: 'From Spark 3.2 on plans are corrected while they run, by the sizes that were really written. Most settings that switch this off are left from older releases or from a search for a fault.',
    fine: 'Benchmarks that need the same plan each time, and faults of a release that it works around: say which in the comment. Code that is a benchmark or an experiment by its path, files that speak of it, or of streams, by their name (`no-aqe.yaml`), or of streams in the comment above, tests, local masters, notebooks and programs with streams, for which many releases switch it off themselves, are not reported, nor is code that switches it on again. With a shuffle service of another make (Celeborn, Uniffle), which asks for it, local reads may be off.',
    fix: 'Removes the entry.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.sql.adaptive.enabled  false\n', good: 'spark.master  yarn\nspark.sql.shuffle.partitions  400\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.adaptive.enabled", "false")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.shuffle.partitions", "400")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.adaptive.enabled", "false")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.shuffle.partitions", "400")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.sql.adaptive.enabled=false \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.sql.shuffle.partitions=400 \\\n  job.py\n' },
    ],
    source: 'Defaults of Spark 3.3 to 4.3; plans with and without, tried on 3.5.9 and 4.3.0.',
  },
});
