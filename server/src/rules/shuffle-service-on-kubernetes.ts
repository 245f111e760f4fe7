import { managerBeside } from '../rule/beside.ts';
import { countingOf, isForCluster, isTrue, tells } from '../rule/entries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const key = 'spark.shuffle.service.enabled';
const tracking = 'spark.dynamicAllocation.shuffleTracking.enabled';

export default defineRule({
  name: 'shuffle-service-on-kubernetes',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    const { entries, report } = context;
    if (!isForCluster(context)) return;
    for (const entry of countingOf(entries, key).filter(isTrue)) {
      if (managerBeside(entry, context) !== 'k8s') continue;
      const edits = tells(entries, tracking) ? settingEdits(context).setValue(entry, 'false') : settingEdits(context).renameKey(entry, tracking);
      const fixes: Fix[] = [{ title: tells(entries, tracking) ? 'Switch it off' : `Use \`${tracking}\` instead`, safety: 'suggested', edits }];
      report({ at: entry.keySite, message: `Spark has no external shuffle service for Kubernetes: with \`${key}\` every executor looks for one on its own host, finds none and ends. For dynamic allocation there is \`${tracking}\`.`, fixes });
    }
  },
  docs: {
    summary: 'the external shuffle service is switched on for Kubernetes',
    what: '`spark.shuffle.service.enabled true` where the master is Kubernetes.',
    why: 'An executor registers with a shuffle service on its own host before it takes tasks. In a pod there is none: it tries for some seconds, ends with an error, and another one is started.',
    fine: 'On YARN and standalone clusters the service runs beside the workers. Where the cluster manager is not known, nothing is reported.',
    fix: 'Puts shuffle tracking in its place, or switches the service off where tracking is set.',
    examples: [
      { language: 'conf', bad: 'spark.master  k8s://https://host:6443\nspark.shuffle.service.enabled  true\n', good: 'spark.master  k8s://https://host:6443\nspark.dynamicAllocation.shuffleTracking.enabled  true\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("k8s://https://host:6443")\n    .config("spark.shuffle.service.enabled", "true")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("k8s://https://host:6443")\n    .config("spark.dynamicAllocation.shuffleTracking.enabled", "true")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("k8s://https://host:6443")\n    .set("spark.shuffle.service.enabled", "true")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("k8s://https://host:6443")\n    .set("spark.dynamicAllocation.shuffleTracking.enabled", "true")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master k8s://https://host:6443 \\\n  --conf spark.shuffle.service.enabled=true \\\n  job.py\n', good: 'spark-submit --master k8s://https://host:6443 \\\n  --conf spark.dynamicAllocation.shuffleTracking.enabled=true \\\n  job.py\n' },
    ],
    source: 'Executors of Spark 3.5.6 and 4.3.0 without a shuffle service on a standalone cluster: the code that looks for it is the same on all of them. That there is none for Kubernetes: Spark\'s documentation.',
  },
});
