import { checkValue } from '../knowledge/values.ts';
import { isJavaOptions } from '../knowledge/jvm.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

export default defineRule({
  name: 'quoted-value',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['unknown-key', 'duplicate-key', 'comment-in-value'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, conf, text, report } = context;
    for (const entry of entries) {
      const value = entry.value;
      if (value === undefined || value.length < 2 || !/^(["']).*\1$/.test(value) || value.slice(1, -1).includes(value[0]!)) continue;
      const isOptions = isJavaOptions(entry.key);
      if (isOptions && !/^-\S+\s+-/.test(value.slice(1))) continue;
      const facts = registry.get(entry.key);
      // `SET day='2024-01-01'` makes a variable of SQL texts: `${day}` is to stand there with its quotes.
      if (entry.means === 'runtime' && !facts && !entry.key.startsWith('spark.')) continue;
      const refused = facts !== undefined && !['string', 'regex'].includes(facts.type) && !facts.type.startsWith('seq') && !checkValue(facts, value, targets).ok;
      const written = text.slice(entry.valueSite.start, entry.valueSite.end);
      const plain = conf !== undefined && (conf.form !== 'properties' || written.length === value.length);
      report({
        at: entry.valueSite,
        severity: refused || entry.key === 'spark.driver.memory' ? 'error' : 'warning',
        message: isOptions ? `The quotes make one of all these options: the JVM is started with a single argument that begins with \`${/^\S+/.exec(value.slice(1))![0]}\`, and the others are a part of it.` : `The quotes are part of the value: Spark reads \`${value.slice(0, 60)}\`${refused ? ', and refuses it' : ', quotes included'}.`,
        fixes: plain ? [{ title: 'Remove the quotes', safety: 'suggested', edits: settingEdits(context).setValue(entry, value.slice(1, -1)) }] : [],
      });
    }
  },
  docs: {
    summary: 'quotes around a value become part of it',
    what: 'A value that begins and ends with a quotation mark, in a properties file or inside a string in code; quotes around several Java options at once.',
    why: 'Nothing takes the quotes away. A number or size is refused; a class name or path with quotes names something that does not exist; `spark.driver.memory "3g"` starts the JVM with `-Xmx"3g"`, which fails.',
    fine: 'Java options may hold quotes, around one of them or a part of one. So may what `SET` gives a name that is none of Spark\'s: other statements put it in place of `${name}`.',
    fix: 'Removes the quotes.',
    examples: [{ language: 'conf', bad: 'spark.serializer  "org.apache.spark.serializer.KryoSerializer"\n', good: 'spark.serializer  org.apache.spark.serializer.KryoSerializer\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.memory", "\'4g\'")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.memory", "4g")\n' }, { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.memory", "\'4g\'")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.memory", "4g")\n}\n' }, { language: 'shell', bad: 'spark-submit --conf \'spark.executor.memory="4g"\' job.py\n', good: 'spark-submit --conf spark.executor.memory="4g" job.py\n' }],
    source: 'Tried with the files of Spark 3.5.9 and 4.3.0.',
  },
});
