import { managerBeside } from '../rule/beside.ts';
import { saysAll } from '../rule/commands.ts';
import { countingOf, isForCluster, isTrue, tells } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';

const key = 'spark.dynamicAllocation.enabled';

export default defineRule({
  name: 'dynamic-allocation-without-cores',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, command, program, mentions, report } = context;
    if (!isForCluster(context) || command && !saysAll(command)) return;
    if (tells(entries, 'spark.executor.cores') || tells(settings, 'spark.executor.cores')) return;
    // Code is started by commands that may say more; spark-submit takes the variable for the key.
    if (program && mentions?.(/executor[.-]cores/) || mentions?.(/\bSPARK_EXECUTOR_CORES\b/)) return;
    for (const entry of countingOf(entries, key).filter(isTrue)) {
      if (managerBeside(entry, context) !== 'standalone') continue;
      report({ at: entry.keySite, message: 'Dynamic allocation on a standalone cluster without `spark.executor.cores`: each executor takes all free cores of its worker, so Spark counts in far too large pieces and may take more than it needs.' });
    }
  },
  docs: {
    summary: 'dynamic allocation on a standalone cluster without cores per executor',
    what: '`spark.dynamicAllocation.enabled` with a master `spark://…` and no `spark.executor.cores` in sight.',
    why: 'On a standalone cluster an executor without a number of cores takes all that its worker has free. Spark asks for executors by the tasks that wait, and reckons with one core each: what it gets is more than it asked for. It says so in its log.',
    fine: 'On YARN and Kubernetes an executor has one core unless told otherwise. Where the cores may be given from out of sight, or by the variable `SPARK_EXECUTOR_CORES`, nothing is reported.',
    examples: [
      { language: 'conf', bad: 'spark.master  spark://host:7077\nspark.dynamicAllocation.enabled  true\n', good: 'spark.master  spark://host:7077\nspark.dynamicAllocation.enabled  true\nspark.executor.cores  4\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("spark://host:7077")\n    .config("spark.dynamicAllocation.enabled", "true")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("spark://host:7077")\n    .config("spark.dynamicAllocation.enabled", "true")\n    .config("spark.executor.cores", "4")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("spark://host:7077")\n    .set("spark.dynamicAllocation.enabled", "true")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("spark://host:7077")\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.executor.cores", "4")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master spark://host:7077 \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  job.py\n', good: 'spark-submit --master spark://host:7077 \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --executor-cores 4 \\\n  job.py\n' },
    ],
    source: 'Seen on a standalone cluster of one release, not on one of each line.',
  },
});
