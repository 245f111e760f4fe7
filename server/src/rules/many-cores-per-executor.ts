import { countOf, countingOf, isForCluster } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'many-cores-per-executor',
  category: 'configuration',
  severity: 'hint',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  optIn: true,
  fix: 'none',
  options: { most: { default: 8, description: 'Executors with more cores are reported.' } },
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, option, report } = context;
    if (!isForCluster(context)) return;
    const most = option('most', 8);
    for (const entry of countingOf(entries, 'spark.executor.cores')) {
      const cores = countOf(entry);
      if (cores === undefined || cores <= most) continue;
      report({ at: entry.valueSite, message: `${cores} tasks share the heap of one executor: each has a ${cores}th of it, a collection stops them all, and one task that runs out of memory ends the others. More executors with ${most} cores or less do the same work.` });
    }
  },
  docs: {
    summary: 'executors with many cores',
    what: '`spark.executor.cores` above the number that the project allows.',
    why: 'All tasks of an executor share one heap, one disk cache and one fate. Long collections stop them all, and clients of HDFS serve many writers badly. Small executors cost more overhead and share fewer broadcasts: the right number is to be measured.',
    fine: 'Most jobs run well with more. The rule is off until you switch it on.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.executor.cores  16\n', good: 'spark.master  yarn\nspark.executor.cores  5\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.executor.cores", "16")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.executor.cores", "5")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.executor.cores", "16")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.executor.cores", "5")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --executor-cores 16 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --executor-cores 5 \\\n  job.py\n' },
    ],
    source: 'Tasks of an executor share its memory: the pools that Spark 3.5.6 and 4.3.0 report. The number is a rule of thumb.',
  },
});
