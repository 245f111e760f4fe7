import { managerFor } from '../rule/commands.ts';
import { beside, countOf, countingOf, isForCluster } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';

const key = 'spark.cores.max';

export default defineRule({
  name: 'unallocated-cores',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    const { entries, report } = context;
    if (!isForCluster(context) || managerFor(context) !== 'standalone') return;
    for (const entry of countingOf(entries, key)) {
      const executor = beside(entries, entry, 'spark.executor.cores');
      const [most, each] = [countOf(entry), countOf(executor)];
      if (most === undefined || each === undefined || most % each === 0) continue;
      const left = most % each;
      report({
        at: entry.valueSite, severity: most < each ? 'warning' : 'information',
        message: most < each
          ? `The application may have ${most} core${most === 1 ? '' : 's'}, and an executor takes ${each}: none is started, and the application waits.`
          : `${most} cores in executors of ${each}: ${Math.floor(most / each)} of them take ${most - left}, the other ${left === 1 ? 'core is' : `${left} are`} not allocated.`,
        related: [{ site: executor!.keySite, message: 'cores of one executor' }],
      });
    }
  },
  docs: {
    summary: 'the most cores of an application are no multiple of those of its executors',
    what: '`spark.cores.max` (`--total-executor-cores`) on a standalone cluster that `spark.executor.cores` does not divide.',
    why: 'Executors are started whole. What is left over is never used; Spark says so in one line of its log. If the most is less than one executor takes, none is started and the application waits without an error.',
    fine: 'On YARN and Kubernetes nobody reads `spark.cores.max`, and nothing is reported; nor where the master is not known.',
    examples: [
      { language: 'conf', bad: 'spark.master  spark://host:7077\nspark.cores.max  10\nspark.executor.cores  4\n', good: 'spark.master  spark://host:7077\nspark.cores.max  12\nspark.executor.cores  4\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("spark://host:7077")\n    .config("spark.cores.max", "10")\n    .config("spark.executor.cores", "4")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("spark://host:7077")\n    .config("spark.cores.max", "12")\n    .config("spark.executor.cores", "4")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("spark://host:7077")\n    .set("spark.cores.max", "10")\n    .set("spark.executor.cores", "4")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("spark://host:7077")\n    .set("spark.cores.max", "12")\n    .set("spark.executor.cores", "4")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master spark://host:7077 \\\n  --total-executor-cores 10 \\\n  --executor-cores 4 \\\n  job.py\n', good: 'spark-submit --master spark://host:7077 \\\n  --total-executor-cores 12 \\\n  --executor-cores 4 \\\n  job.py\n' },
    ],
    source: 'The log of Spark 3.5.6 and 4.3.0, and executors on a standalone cluster of both.',
  },
});
