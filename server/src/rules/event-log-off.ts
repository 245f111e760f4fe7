import { saysWhole, valueBeside } from '../rule/beside.ts';
import { atStart, isFalse, isForCluster } from '../rule/entries.ts';
import { defineRule, type Edit, type Report } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { forShow, isExperiment, isForTrial } from '../rule/trial-runs.ts';

const enabled = 'spark.eventLog.enabled';
const directory = 'spark.eventLog.dir';
/** They serve who looks at event logs. */
const ofHistory = /^spark\.(history\.|yarn\.historyServer\.)/;

export default defineRule({
  name: 'event-log-off',
  category: 'configuration',
  severity: 'hint',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    if (context.fileKind === 'test') return;
    const { setValue, add } = settingEdits(context);
    const tell = ({ keySite }: { readonly keySite: Report['at'] }, message: string, edits: Edit[], placeholder: boolean): void =>
      context.report({ at: keySite, message, fixes: edits.length > 0 ? [{ title: 'Switch the event log on', safety: 'suggested', ...(placeholder ? { placeholder } : {}), edits }] : [] });
    for (const entry of atStart(context.entries)) {
      if (entry.key === enabled && isFalse(entry)) {
        // A template may switch it on on another branch.
        if (context.section?.open || entry.told?.conditional || context.entries.some((other) => other.key === enabled && !isFalse(other))) continue;
        // Who tries something out does without, unless a history server is to show it.
        if (!context.entries.some(({ key }) => ofHistory.test(key)) && (!isForCluster(context) || isForTrial(context, entry) || isExperiment(context) || forShow(context.path))) continue;
        const found = valueBeside(entry, directory, context);
        const on = setValue(entry, 'true');
        // Without a directory that exists the context would stop.
        const where = found === 'unset' ? add(entry, directory, 'hdfs:///spark-events') : [];
        if (found === 'unset' && where.length === 0 || found === 'unknown') tell(entry, message, [], false);
        else tell(entry, message, on.length > 0 ? [...on, ...where] : [], found === 'unset');
      } else if (entry.key === directory && !context.entries.some(({ key }) => key !== enabled && context.registry.nearest(key) === enabled) && saysWhole(context) && valueBeside(entry, enabled, context) === 'unset') {
        tell(entry, `\`${directory}\` alone writes nothing: \`${enabled}\` is false unless set.`, add(entry, enabled, 'true'), false);
      }
    }
  },
  docs: {
    summary: 'no event log is written, so that nothing is left of a run to look at',
    what: '`spark.eventLog.enabled false`, and a `spark.eventLog.dir` that nothing switches on.',
    why: 'When an application ends, its UI is gone. What it did, and why it was slow, can be read afterwards from the event log alone, through the history server.',
    fine: 'Tests, and runs that nobody will ask about: on a local master, in what tries something out or is there to be shown (by a folder, a profile, the comment above) `false` is not reported, unless settings of a history server stand beside it; nor is a template that may switch the log on. That neither key is set is not reported: the cluster may set them. Nor is a directory in code or on a command line, where a file of the cluster may switch the log on.',
    fix: 'Switches the log on, and adds a directory to be filled in where there is none: it has to exist, or the context stops.',
    examples: [
      { language: 'conf', bad: 'spark.eventLog.enabled  false\nspark.history.fs.logDirectory  hdfs:///spark-events\n', good: 'spark.eventLog.enabled  true\nspark.eventLog.dir  hdfs:///spark-events\nspark.history.fs.logDirectory  hdfs:///spark-events\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.eventLog.enabled", "false").config("spark.yarn.historyServer.address", "history:18080").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.eventLog.enabled", "true").config("spark.eventLog.dir", "hdfs:///spark-events").config("spark.yarn.historyServer.address", "history:18080").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.eventLog.enabled", "false").set("spark.yarn.historyServer.address", "history:18080")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.eventLog.enabled", "true").set("spark.eventLog.dir", "hdfs:///spark-events").set("spark.yarn.historyServer.address", "history:18080")\n}\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.eventLog.enabled=false --conf spark.yarn.historyServer.address=history:18080 job.py\n', good: 'spark-submit --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=hdfs:///spark-events --conf spark.yarn.historyServer.address=history:18080 job.py\n' },
    ],
    source: 'Tried on Spark 3.5.6, 3.5.9 and 4.3.0.',
  },
});

const message = 'The event log is switched off: when the application ends, nothing is left of its UI, and the history server has nothing to show.';
