import { givesWay, knownBeside } from '../rule/beside.ts';
import { atStart, countOf, isForCluster, isTrue, valueOf } from '../rule/entries.ts';
import { defineRule, type SettingsContext } from '../rule/rule.ts';
import { allAtLeast } from '../rule/targets.ts';
import { isForTrial } from '../rule/trial-runs.ts';

const prefix = 'spark.dynamicAllocation.';
const ratio = `${prefix}executorAllocationRatio`;
const instances = 'spark.executor.instances';

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
    checkInstances(context);
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
    const share = givesWay(ratio, context) ? undefined : valueOf(entries, ratio);
    if (share && /^[-+]?\d*\.?\d+$/.test(share.value.trim()) && !(Number(share.value) > 0 && Number(share.value) <= 1)) report({ at: share.valueSite, severity: fatal, message: `\`${ratio}\` is a share of the executors that all waiting tasks would keep busy, above 0 and at most 1: with ${share.value.trim()} the context does not start on a cluster.` });
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
    what: 'With dynamic allocation on: a minimum above the maximum, a maximum of 0, `spark.dynamicAllocation.executorAllocationRatio` outside of 0 to 1, an initial number outside the two, be it `spark.dynamicAllocation.initialExecutors`, `spark.executor.instances` or `--num-executors`; a minimum that is the maximum (information).',
    why: 'The first three keep the context from starting, except on a local master. An initial number below the minimum is ignored; one above the maximum is taken as it is. Between two equal bounds nothing is dynamic: executors without work are not given back.',
    fine: 'On a local master nothing of this is checked, and nothing is reported.',
    examples: [{ language: 'conf', bad: 'spark.dynamicAllocation.enabled  true\nspark.dynamicAllocation.minExecutors  10\nspark.dynamicAllocation.maxExecutors  5\n', good: 'spark.dynamicAllocation.enabled  true\nspark.dynamicAllocation.minExecutors  5\nspark.dynamicAllocation.maxExecutors  10\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.dynamicAllocation.enabled", "true").set("spark.dynamicAllocation.maxExecutors", "0")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.dynamicAllocation.enabled", "true").set("spark.dynamicAllocation.maxExecutors", "10")\n' }, { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.dynamicAllocation.maxExecutors", "0")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.dynamicAllocation.maxExecutors", "10")\n}\n' }, { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --conf spark.dynamicAllocation.maxExecutors=0 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --conf spark.dynamicAllocation.maxExecutors=10 \\\n  job.py\n' }],
    source: 'A standalone cluster of Spark 3.5.9 and of 4.3.0.',
  },
});

/** The number of executors is one to start with, too. */
function checkInstances(context: SettingsContext): void {
  // Before 2.0 it switches dynamic allocation off.
  if (!isForCluster(context) || !allAtLeast(context.targets, '2.0')) return;
  for (const entry of atStart(context.entries)) {
    if (entry.key !== instances) continue;
    const beside = (name: string): ReturnType<typeof knownBeside> => knownBeside(entry, prefix + name, context);
    const count = countOf(entry);
    const [min, max, initial] = ['minExecutors', 'maxExecutors', 'initialExecutors'].map(beside);
    const [least, most] = [countOf(min), countOf(max)];
    // A larger number to start with takes its place, and is told of by itself.
    if (count === undefined || !isTrue(beside('enabled')) || (countOf(initial) ?? 0) > count || least !== undefined && most !== undefined && least > most) continue;
    const name = entry.told?.option === '--num-executors' ? '--num-executors' : instances;
    if (least !== undefined && count < least) context.report({ at: entry.valueSite, message: `\`${name}\` (${count}) is below the minimum of ${least} and is ignored, with a line in the log.`, related: [{ site: min!.keySite, message: 'the minimum' }] });
    if (most !== undefined && count > most) context.report({ at: entry.valueSite, message: `\`${name}\` (${count}) is above the maximum of ${most}: with dynamic allocation it is the number to start with, which Spark neither cuts nor warns of, so the application starts with more than the maximum.`, related: [{ site: max!.keySite, message: 'the maximum' }] });
  }
}
