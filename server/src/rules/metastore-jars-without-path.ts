import { saysWhole, valueBeside } from '../rule/beside.ts';
import { atStart } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const jars = 'spark.sql.hive.metastore.jars';
const path = 'spark.sql.hive.metastore.jars.path';

export default defineRule({
  name: 'metastore-jars-without-path',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  spark: '3.1 and later',
  yieldsTo: ['duplicate-key', 'comment-in-value', 'quoted-value', 'too-new-key'],
  looksAt: 'settings',
  check(context) {
    for (const entry of atStart(context.entries)) {
      const edits = settingEdits(context);
      if (entry.key === jars && isPath(entry.value) && valueBeside(entry, path, context) === 'unset') {
        const added = edits.add(entry, path, 'file:///opt/hive/lib/*.jar');
        context.report({
          at: entry.valueSite, severity: saysWhole(context) ? 'error' : 'warning',
          message: `\`${entry.value}\` takes the metastore client's jars from \`${path}\`, and nothing sets that: the first query that asks Hive fails.`,
          fixes: added.length > 0 ? [{ title: `Add \`${path}\`, to be filled in`, safety: 'suggested', placeholder: true, edits: added }] : [],
        });
      }
      if (entry.key !== path || entry.value.trim() === '') continue;
      const mode = valueBeside(entry, jars, context);
      if (mode === 'unknown' || mode !== 'unset' && isPath(mode.value)) continue;
      const changed = mode === 'unset' ? edits.add(entry, jars, 'path') : [];
      context.report({
        at: entry.keySite, severity: saysWhole(context) || mode !== 'unset' ? 'warning' : 'information',
        message: `\`${path}\` is read only where \`${jars}\` is \`path\`${mode === 'unset' ? ', and nothing in sight sets that' : `, and it is \`${mode.value.slice(0, 40)}\``}: it has no effect.`,
        related: mode === 'unset' ? [] : [{ site: mode.keySite, message: 'set here' }],
        fixes: changed.length > 0 ? [{ title: `Add \`${jars} path\``, safety: 'suggested', edits: changed }] : [],
      });
    }
  },
  docs: {
    summary: 'the jars of the Hive metastore are to come from a path, and there is none',
    what: '`spark.sql.hive.metastore.jars path` without `spark.sql.hive.metastore.jars.path`, and the second without the first.',
    why: 'With `path` and no list of jars the application starts, and runs until the first query that asks the metastore: that one fails, since no class of Hive is found. A list of jars alone is never looked at; Spark then uses the client that it brings itself.',
    fine: 'In code and on a command line the other of the two may stand in a file of the cluster: a warning, or advice.',
    fix: 'Adds the key that is missing. The path is to be filled in.',
    examples: [
      { language: 'conf', bad: 'spark.sql.hive.metastore.version  3.1.3\nspark.sql.hive.metastore.jars  path\n', good: 'spark.sql.hive.metastore.version  3.1.3\nspark.sql.hive.metastore.jars  path\nspark.sql.hive.metastore.jars.path  file:///opt/hive/lib/*.jar\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.sql.hive.metastore.jars", "path").enableHiveSupport().getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.sql.hive.metastore.jars", "maven").enableHiveSupport().getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.sql.hive.metastore.jars", "path")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.sql.hive.metastore.jars", "path").set("spark.sql.hive.metastore.jars.path", "file:///opt/hive/lib/*.jar")\n}\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.sql.hive.metastore.jars=path job.py\n', good: 'spark-submit --conf spark.sql.hive.metastore.jars=path --conf spark.sql.hive.metastore.jars.path=file:///opt/hive/lib/*.jar job.py\n' },
    ],
    source: 'Tried on Spark 3.5.6 and 4.3.0, with a session that has Hive support.',
  },
});

/** Tried: in whatever case. */
const isPath = (value: string): boolean => value.trim().toLowerCase() === 'path';
