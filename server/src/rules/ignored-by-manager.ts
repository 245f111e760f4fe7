import type { Setting } from '../analysis/model.ts';
import type { Manager } from '../knowledge/submit.ts';
import { managerBeside, valueBeside } from '../rule/beside.ts';
import { managerNames } from '../rule/commands.ts';
import { atStart, isFalse } from '../rule/entries.ts';
import { defineRule, type SettingsContext, type Severity } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const inTheDriver = 'everything runs in the driver, whose heap is `spark.driver.memory` and whose threads the master counts (`local[4]`, or all with `local[*]`)';
const byHeap = 'no container is sized there, so nothing bounds what a JVM takes beside its heap';
const byExecutors = '`spark.executor.instances` times `spark.executor.cores` says how many cores there are';

/** What a manager makes of a key that it does not read. */
const ignored: Readonly<Record<string, { readonly [manager in Manager]?: { readonly why: string; readonly severity: Severity } }>> = {
  'spark.local.dir': { yarn: { why: 'executors, and the driver in cluster mode, write into the directories of the node manager (`yarn.nodemanager.local-dirs`)', severity: 'information' } },
  'spark.cores.max': { yarn: { why: byExecutors, severity: 'warning' }, k8s: { why: byExecutors, severity: 'warning' }, local: { why: inTheDriver, severity: 'information' } },
  'spark.executor.instances': { standalone: { why: 'without dynamic allocation an application takes all cores that `spark.cores.max` lets it have', severity: 'warning' }, local: { why: inTheDriver, severity: 'information' } },
  ...Object.fromEntries(['spark.executor.memoryOverhead', 'spark.yarn.executor.memoryOverhead', 'spark.driver.memoryOverhead', 'spark.yarn.driver.memoryOverhead'].map((key) => [key, { standalone: { why: byHeap, severity: 'information' } }])),
  'spark.executor.memory': { local: { why: inTheDriver, severity: 'information' } },
};

export default defineRule({
  name: 'ignored-by-manager',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  tags: ['unnecessary'],
  yieldsTo: ['duplicate-key', 'invalid-value', 'ineffective-setting', 'ineffective-option'],
  looksAt: 'settings',
  check(context) {
    if (context.fileKind === 'test') return;
    // A default that says `local` beside what a cluster is told gives way to the command that names one.
    const isForCluster = context.conf?.form === 'properties' && context.conf.defaults && context.entries.some(({ key }) => /^spark\.(yarn|kubernetes)\./.test(key));
    for (const entry of atStart(context.entries)) {
      if (entry.event?.forLocalRuns) continue;
      const manager = Object.hasOwn(ignored, entry.key) && (!entry.told?.option.startsWith('--') || entry.told.option === '--conf') ? managerBeside(entry, context) : undefined;
      const found = manager && ignored[entry.key]![manager];
      if (manager === 'local' && isForCluster) continue;
      if (!found || entry.key === 'spark.executor.instances' && manager === 'standalone' && mayAllocate(context, entry)) continue;
      // The driver of client mode runs outside of YARN.
      const mode = valueBeside(entry, 'spark.submit.deployMode', context);
      const driverReads = entry.key === 'spark.local.dir' && manager === 'yarn' && (typeof mode === 'string' || mode.value === 'client');
      const edits = driverReads ? [] : settingEdits(context).remove(entry);
      context.report({
        at: entry.keySite, severity: found.severity, message: driverReads ? `\`${entry.key}\` counts on YARN for a driver in client mode alone: executors write into the directories of the node manager (\`yarn.nodemanager.local-dirs\`).` : `\`${entry.key}\` has no effect on ${managerNames[manager!]}: ${found.why}.`,
        fixes: edits.length > 0 ? [{ title: `Remove \`${entry.key}\``, safety: 'suggested', edits }] : [],
      });
    }
  },
  docs: {
    summary: 'a setting that the cluster manager in sight does not read',
    what: '`spark.local.dir` on YARN; `spark.cores.max` on YARN, Kubernetes and a local master; `spark.executor.instances` on a standalone cluster without dynamic allocation, and the overhead of memory there under its names of all times; the number and memory of executors on a local master. The manager is the one that the same file, command or builder names, or `manager` in the project settings.',
    why: 'Spark keeps the setting, shows it in the UI and does nothing with it. The job runs with other resources than the configuration promises.',
    fine: 'Where no master is in sight, nothing is reported; nor in tests. A setting may be kept for a run with another master: then say so in a comment that silences the rule. On Kubernetes `spark.local.dir` counts: it says where the volumes for scratch files are mounted.',
    fix: 'Removes the setting, which does nothing there. Not where the driver may read it.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.local.dir  /data/tmp\n', good: 'spark.master  spark://host:7077\nspark.local.dir  /data/tmp\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.master("spark://host:7077").config("spark.executor.instances", "4").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.master("spark://host:7077").config("spark.cores.max", "8").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().setMaster("yarn").set("spark.cores.max", "8")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().setMaster("yarn").set("spark.executor.instances", "4")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn --conf spark.cores.max=8 job.py\n', good: 'spark-submit --master spark://host:7077 --conf spark.cores.max=8 job.py\n' },
    ],
    source: 'Which directories count: asked of Spark 3.5.6 and 4.3.0 inside and outside of a container of YARN. Instances on a standalone cluster: tried on 3.5.9 and 4.3.0. Which managers read `spark.cores.max`: their classes in 3.5.6 and 4.3.0. That the overhead of memory counts on YARN and Kubernetes is what Spark\'s own pages say; not tried.',
  },
});

/** Dynamic allocation begins with that number. */
function mayAllocate(context: SettingsContext, entry: Setting): boolean {
  const found = valueBeside(entry, 'spark.dynamicAllocation.enabled', context);
  return found !== 'unset' && (found === 'unknown' || !isFalse(found));
}
