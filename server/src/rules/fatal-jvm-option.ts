import { collectorOf, fatalOption, isJavaOptions, jvmOptions } from '../knowledge/jvm.ts';
import { allAtLeast } from '../rule/targets.ts';
import { judged } from '../rule/entries.ts';
import { defineRule, type Severity } from '../rule/rule.ts';

export default defineRule({
  name: 'fatal-jvm-option',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'conf'],
  fix: 'none',
  yieldsTo: ['duplicate-key'],
  looksAt: 'settings',
  check({ entries, targets, text, report }) {
    for (const entry of judged(entries)) {
      if (!isJavaOptions(entry.key)) continue;
      const executor = entry.key.startsWith('spark.executor.');
      const byDefault = entry.key.endsWith('defaultJavaOptions');
      const written = text.slice(entry.valueSite.start, entry.valueSite.end);
      const options = jvmOptions(entry.value);
      const site = (option: string) => {
        const index = written.indexOf(option);
        return index < 0 ? entry.valueSite : { module: entry.valueSite.module, start: entry.valueSite.start + index, end: entry.valueSite.start + index + option.length };
      };
      const consequence = executor ? 'every executor dies at its start and is started again' : 'the driver does not start';
      const collectors = options.filter((option) => collectorOf(option.text));
      const second = collectors.find((option) => collectorOf(option.text) !== collectorOf(collectors[0]!.text));
      if (second) report({ at: site(second.text), message: `Two garbage collectors are chosen at once (\`${collectors[0]!.text}\` and \`${second.text}\`): the JVM refuses, so ${consequence}.` });
      for (const option of options) {
        const fatal = fatalOption(option.text);
        const onlyIn4: Severity = byDefault && executor && !allAtLeast(targets, '4.0') ? 'warning' : 'error';
        if (/^-Xmx/.test(option.text)) report({ at: site(option.text), severity: onlyIn4, message: executor ? `The heap of executors is \`spark.executor.memory\`: \`${option.text}\` here is refused when the context starts${byDefault ? ' (by Spark 4)' : ''}.` : `The heap of the driver is \`spark.driver.memory\`: the launcher refuses \`${option.text}\` here.` });
        else if (executor && /^-Dspark\./.test(option.text)) report({ at: site(option.text), severity: onlyIn4, message: `Spark's own keys cannot be set here: the context refuses \`${option.text.slice(0, 50)}\` when it starts${byDefault ? ' (in Spark 4)' : ''}. Set the key itself.` });
        else if (fatal) report({ at: site(option.text), message: `${fatal}: ${consequence}.` });
      }
    }
  },
  docs: {
    summary: 'a JVM option with which the JVM or the context does not start',
    what: 'Two garbage collectors at once, a malformed size or number, `-Xmx` or `-Dspark.…` in Java options, a log file that is a device.',
    why: 'Unknown flags are ignored, wrong ones are not: the JVM stops. On executors this is the nastiest case: they die and are started again for ever while the application waits.',
    fine: 'Unknown flags are the business of dead-jvm-flag.',
    examples: [{ language: 'conf', bad: 'spark.executor.extraJavaOptions  -XX:+UseG1GC -XX:+UseParallelGC\n', good: 'spark.executor.extraJavaOptions  -XX:+UseParallelGC\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.extraJavaOptions", "-Xmx4g")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.memory", "4g")\n' }],
    source: 'Java 17 and 25, and a standalone cluster of Spark 3.5.9 and 4.3.0.',
  },
});
