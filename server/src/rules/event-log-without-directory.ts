import { valueBeside } from '../rule/beside.ts';
import { atStart, isTrue } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const enabled = 'spark.eventLog.enabled';
const directory = 'spark.eventLog.dir';
const ofApplications = /^spark\.(?!history\.|eventLog\.|io\.|ui\.|acls\.|admin\.|hadoop\.)/;

export default defineRule({
  name: 'event-log-without-directory',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    // The history server's own file: it writes no log, and reads where its own key says.
    if (context.entries.filter(({ key }) => key.startsWith('spark.history.')).length > 2 && !context.entries.some(({ key }) => ofApplications.test(key))) return;
    for (const entry of atStart(context.entries)) {
      if (entry.key !== enabled || !isTrue(entry) || valueBeside(entry, directory, context) !== 'unset') continue;
      // Something in the project makes the default directory, or at least knows of it.
      if (context.mentions?.(/\bspark-events\b|eventLog\.dir/)) continue;
      const edits = settingEdits(context).add(entry, directory, 'hdfs:///spark-events');
      context.report({
        at: entry.keySite, severity: context.conf?.form === 'properties' ? 'warning' : 'hint',
        message: `The event log goes to \`/tmp/spark-events\` on the driver's machine unless \`${directory}\` is set: Spark does not make that directory, and where it is missing the context does not start.`,
        fixes: edits.length > 0 ? [{ title: `Add \`${directory}\`, to be filled in`, safety: 'suggested', placeholder: true, edits }] : [],
      });
    }
  },
  docs: {
    summary: 'an event log is switched on, and no directory for it is given',
    what: '`spark.eventLog.enabled true` where nothing in the project sets `spark.eventLog.dir` or speaks of `spark-events`, the default.',
    why: 'The default is `/tmp/spark-events` on the machine of the driver. Spark does not make it: where it is missing, the context stops with "File file:/tmp/spark-events does not exist". In cluster mode, or in a container, that is a machine nobody looks at.',
    fine: 'Where a file of the cluster sets the directory, as managed platforms do. In code and on a command line this is a hint, since that file is out of sight. In a file for the history server alone, which writes no log, nothing is said.',
    fix: 'Adds the key, with a place to be filled in. The directory has to exist.',
    examples: [
      { language: 'conf', bad: 'spark.eventLog.enabled  true\n', good: 'spark.eventLog.enabled  true\nspark.eventLog.dir  hdfs:///logs\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.eventLog.enabled", "true").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.eventLog.enabled", "true").config("spark.eventLog.dir", "hdfs:///logs").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.eventLog.enabled", "true")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.eventLog.enabled", "true").set("spark.eventLog.dir", "hdfs:///logs")\n}\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.eventLog.enabled=true job.py\n', good: 'spark-submit --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=hdfs:///logs job.py\n' },
    ],
    source: 'Tried on Spark 3.5.6 and 4.3.0, with and without the directory.',
  },
});
