import { givesWay } from '../rule/beside.ts';
import { isTrue, valueOf } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { isForTrial } from '../rule/trial-runs.ts';

const prefix = 'spark.dynamicAllocation.';

export default defineRule({
  name: 'dynamic-allocation-bounds',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, targets, report } = context;
    if (!isTrue(valueOf(entries, `${prefix}enabled`) ?? valueOf(settings, `${prefix}enabled`))) return;
    // What a file of settings says is not what counts where who reads it is told other bounds.
    if (['enabled', 'minExecutors', 'maxExecutors', 'initialExecutors'].some((name) => givesWay(prefix + name, context))) return;
    const master = valueOf(entries, 'spark.master')?.value ?? valueOf(settings, 'spark.master')?.value;
    if (master?.startsWith('local')) return;
    // Databricks sizes its clusters itself.
    const fatal = master !== undefined || targets.manager !== undefined && targets.manager !== 'local' && targets.manager !== 'databricks' ? 'error' as const : 'warning' as const;
    const number = (name: string): { entry: ReturnType<typeof valueOf>; value: number } | undefined => {
      const entry = valueOf(entries, prefix + name);
      return entry && /^\d+$/.test(entry.value.trim()) ? { entry, value: Number(entry.value) } : undefined;
    };
    const min = number('minExecutors');
    const max = number('maxExecutors');
    const initial = number('initialExecutors');
    const at = (found: { entry: ReturnType<typeof valueOf> }) => found.entry!.valueSite;
    const related = (found: { entry: ReturnType<typeof valueOf> }, message: string) => [{ site: found.entry!.keySite, message }];
    if (max?.value === 0) return report({ at: at(max), severity: fatal, message: `\`${prefix}maxExecutors\` is 0: the context does not start on a cluster.` });
    if (min && max && min.value > max.value) report({ at: at(min), severity: fatal, message: `The minimum of ${min.value} executors is above the maximum of ${max.value}: the context does not start on a cluster.`, related: related(max, 'the maximum') });
    else if (initial && min && initial.value < min.value) report({ at: at(initial), message: `\`${prefix}initialExecutors\` (${initial.value}) is below the minimum of ${min.value} and is ignored, with a line in the log.`, related: related(min, 'the minimum') });
    if (min && max && min.value === max.value && !isForTrial(context, max.entry!)) report({ at: at(max), severity: 'information', message: `Minimum and maximum are both ${max.value}: Spark holds so many executors from its start to its end, as without dynamic allocation.`, related: related(min, 'the minimum') });
    if (initial && max && initial.value > max.value) report({ at: at(initial), message: `\`${prefix}initialExecutors\` (${initial.value}) is above the maximum of ${max.value}: Spark neither cuts it nor warns, so the application starts with more than the maximum.`, related: related(max, 'the maximum') });
  },
  docs: {
    summary: 'minimum, maximum and initial executors contradict each other',
    what: 'With dynamic allocation on: a minimum above the maximum, a maximum of 0, an initial number outside the two; a minimum that is the maximum (information).',
    why: 'The first two keep the context from starting, except on a local master. An initial number below the minimum is ignored; one above the maximum is taken as it is. Between two equal bounds nothing is dynamic: executors without work are not given back.',
    fine: 'On a local master nothing of this is checked, and nothing is reported.',
    examples: [{ language: 'conf', bad: 'spark.dynamicAllocation.enabled  true\nspark.dynamicAllocation.minExecutors  10\nspark.dynamicAllocation.maxExecutors  5\n', good: 'spark.dynamicAllocation.enabled  true\nspark.dynamicAllocation.minExecutors  5\nspark.dynamicAllocation.maxExecutors  10\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.dynamicAllocation.enabled", "true").set("spark.dynamicAllocation.maxExecutors", "0")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.dynamicAllocation.enabled", "true").set("spark.dynamicAllocation.maxExecutors", "10")\n' }, { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.dynamicAllocation.maxExecutors", "0")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.dynamicAllocation.maxExecutors", "10")\n}\n' }, { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --conf spark.dynamicAllocation.maxExecutors=0 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --conf spark.dynamicAllocation.maxExecutors=10 \\\n  job.py\n' }],
    source: 'A standalone cluster of Spark 3.5.9 and of 4.3.0.',
  },
});
