import { knownBeside } from '../rule/beside.ts';
import { countingOf, countOf, isForCluster, isTrue, tells } from '../rule/entries.ts';
import { allAtLeast } from '../rule/targets.ts';
import { defineRule } from '../rule/rule.ts';

const key = 'spark.executor.instances';
const enabled = 'spark.dynamicAllocation.enabled';

export default defineRule({
  name: 'ineffective-executor-count',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'ineffective-option', 'ineffective-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, report } = context;
    // Before 2.0 the number switches dynamic allocation off.
    if (!isForCluster(context) || !allAtLeast(context.targets, '2.0')) return;
    for (const entry of countingOf(entries, key)) {
      const count = countOf(entry);
      if (count === undefined || entry.means === 'runtime') continue;
      const dynamic = knownBeside(entry, enabled, context);
      const initial = countOf(knownBeside(entry, 'spark.dynamicAllocation.initialExecutors', context));
      const name = entry.told?.option.startsWith('--') && entry.told.option !== '--conf' ? entry.told.option : key;
      const related = dynamic ? [{ site: dynamic.keySite, message: 'dynamic allocation is switched on here' }] : [];
      if (!isTrue(dynamic)) continue;
      const above = initial !== undefined && initial > count;
      // Below the minimum it is no start either: told with the bounds.
      if (!above && (countOf(knownBeside(entry, 'spark.dynamicAllocation.minExecutors', context)) ?? 0) > count) continue;
      // Who tells the bounds, or the same number to start with by its own name, knows that it moves.
      if (!above && (tells(entries, 'spark.dynamicAllocation.maxExecutors') || initial === count)) continue;
      const before = above ? `\`spark.dynamicAllocation.initialExecutors\` (${initial}) is larger, so \`${name}\` has no effect` : `\`${name}\` is the number that the application starts with, and no limit`;
      report({ at: entry.valueSite, message: `With dynamic allocation ${before}: Spark gives executors back and takes more, as ${tells(entries, 'spark.dynamicAllocation.maxExecutors') ? 'its bounds allow' : 'tasks wait; `spark.dynamicAllocation.maxExecutors` bounds it'}.`, related });
    }
  },
  docs: {
    summary: 'a number of executors that is not the number that runs',
    what: '`spark.executor.instances` (`--num-executors`) beside dynamic allocation without a `spark.dynamicAllocation.maxExecutors`, or with an initial number that is larger.',
    why: 'With dynamic allocation the number is only what the application starts with: it is neither the least nor the most.',
    fine: 'Beside a `spark.dynamicAllocation.maxExecutors`, or a `spark.dynamicAllocation.initialExecutors` of the same number, it is a start, and nothing is said. Without one it may be just what is meant, too; then say so in a comment that silences the rule, or use `spark.dynamicAllocation.initialExecutors`, whose name says it.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.dynamicAllocation.enabled  true\nspark.executor.instances  10\n', good: 'spark.master  yarn\nspark.dynamicAllocation.enabled  true\nspark.dynamicAllocation.initialExecutors  10\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.dynamicAllocation.enabled", "true")\n    .config("spark.executor.instances", "10")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.dynamicAllocation.enabled", "true")\n    .config("spark.dynamicAllocation.initialExecutors", "10")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.executor.instances", "10")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.dynamicAllocation.initialExecutors", "10")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --num-executors 10 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --conf spark.dynamicAllocation.initialExecutors=10 \\\n  job.py\n' },
    ],
    source: 'Standalone clusters of Spark 3.5.9 and 4.3.0.',
  },
});
