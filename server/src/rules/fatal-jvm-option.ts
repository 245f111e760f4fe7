import type { Setting, Site } from '../analysis/model.ts';
import { collectorOf, fatalOption, isJavaOptions, jvmOptions, regionTooLarge, withoutLastB } from '../knowledge/jvm.ts';
import { checkValue } from '../knowledge/values.ts';
import { placeOf } from '../rule/commands.ts';
import { allAtLeast } from '../rule/targets.ts';
import { judged } from '../rule/entries.ts';
import { optionSite, withoutOption } from '../rule/jvm-edits.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { defineRule, type Fix, type SettingsContext, type Severity } from '../rule/rule.ts';

export default defineRule({
  name: 'fatal-jvm-option',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key'],
  looksAt: 'settings',
  check(context) {
    const { entries, targets, text, program, launch, report } = context;
    // Code that this JVM runs itself comes too late for it.
    const jvmRuns = program?.lowered.language === 'scala' || launch === 'spark-submit';
    for (const entry of judged(entries)) {
      if (entry.key === 'spark.driver.memory') checkHeap(context, entry, jvmRuns);
      if (!isJavaOptions(entry.key) || jvmRuns && entry.event && entry.key.startsWith('spark.driver.')) continue;
      // Whatever started is not started again by it.
      if (entry.event?.reaches === 'running') continue;
      const consequence = consequenceOf(entry.key);
      const options = jvmOptions(entry.value).map((option) => option.text);
      const tell = (option: string, message: string, severity: Severity = 'error'): void => {
        const at = optionSite(text, entry, option);
        report({ at: at ?? entry.valueSite, severity, message, fixes: at ? fixesFor(context, entry, option, at) : [] });
      };
      const collectors = options.filter(collectorOf);
      const second = collectors.find((option) => collectorOf(option) !== collectorOf(collectors[0]!));
      if (second !== undefined) tell(second, `Two garbage collectors are chosen at once (\`${collectors[0]!}\` and \`${second}\`): the JVM refuses, so ${consequence}.`);
      for (const option of options) {
        const refused = refusedBySpark(entry.key, option);
        const fatal = fatalOption(option);
        const tooLarge = regionTooLarge(option);
        if (refused !== undefined) tell(option, refused, entry.key === 'spark.executor.defaultJavaOptions' && !allAtLeast(targets, '4.0') ? 'warning' : 'error');
        else if (fatal !== undefined) tell(option, `${fatal}: ${consequence}.`);
        else if (tooLarge && (targets.java === undefined || targets.java < tooLarge)) tell(option, `Before Java ${tooLarge} a region of G1 has at most 32 MiB: with \`${option}\` ${consequence}.`, targets.java === undefined || targets.javaLikely ? 'warning' : 'error');
      }
    }
  },
  docs: {
    summary: 'a JVM option with which the JVM or the context does not start',
    what: 'Two garbage collectors at once, a malformed size or number, `-Xmx` or `-Dspark.…` in Java options, a log file that is a device; a `spark.driver.memory` that Spark reads and a JVM does not (`3gb`).',
    why: 'Unknown flags are ignored, wrong ones are not: the JVM stops. On executors this is the nastiest case: they die and are started again for ever while the application waits. The driver\'s memory becomes `-Xmx` as it is written, where Spark takes `3gb` everywhere else.',
    fine: 'Unknown flags are the business of dead-jvm-flag. Options of the driver that are set in code which its JVM runs already have no effect: ineffective-setting says so. `spark.executor.memory` may be `3gb`: Spark writes it anew before a JVM sees it. So it does with the driver\'s memory in cluster mode on YARN and on a standalone cluster, and so does Hive, whose own files (`hive-site.xml`) are judged only where they choose client mode; where the mode is not said, the finding is a warning, and information in code of which it is not known who starts its JVM.',
    fix: 'Removes the option, or writes the size as a JVM reads it. Which of two collectors was meant, and what heap, is for you to say.',
    examples: [{ language: 'conf', bad: 'spark.executor.extraJavaOptions  -XX:+UseG1GC -XX:+UseParallelGC\n', good: 'spark.executor.extraJavaOptions  -XX:+UseParallelGC\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.extraJavaOptions", "-Xmx4g")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.memory", "4g")\n' }, { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.extraJavaOptions", "-Xmx4g")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.memory", "4g")\n}\n' }, { language: 'shell', bad: 'spark-submit --conf "spark.executor.extraJavaOptions=-Xmx4g -Dfile.encoding=UTF-8" job.py\n', good: 'spark-submit --executor-memory 4g --conf "spark.executor.extraJavaOptions=-Dfile.encoding=UTF-8" job.py\n' }],
    source: 'Java 17 and 25, and a standalone cluster of Spark 3.5.9 and 4.3.0. The driver\'s memory by file, option, variable and from Python tried on 3.5.6 and 4.3.0; for YARN, Kubernetes and Hive read from source.',
  },
});

function consequenceOf(key: string): string {
  if (key.startsWith('spark.executor.')) return 'every executor dies at its start and is started again';
  return key.startsWith('spark.yarn.am.') ? 'the application master does not start' : 'the driver does not start';
}

/** The launcher hands the driver's memory to its JVM as it is written: `-Xmx3gb`. */
function checkHeap(context: SettingsContext, entry: Setting & { readonly value: string }, jvmRuns: boolean): void {
  const { command, conf, entries, registry, targets, launch, report } = context;
  const facts = registry.get(entry.key, targets.to);
  const written = entry.value;
  // A bare number, and what Spark refuses itself, is told by the rules on values.
  if (!facts || !/[a-z]/i.test(written) || fatalOption(`-Xmx${written}`) === undefined || !checkValue(facts, written, targets).ok) return;
  if (entry.event && jvmRuns || entry.means === 'runtime' || launch === 'databricks' || targets.manager === 'databricks') return;
  const { manager, modes } = placeOf(command, entries, targets);
  if (!entry.event && !modes.includes('client') && manager !== 'k8s') return;
  // Hive, whose files these are, starts its Spark in cluster mode where nothing is said.
  if (conf?.form === 'xml' && modes.length > 1) return;
  const isCertain = entry.event ? launch === 'python' || launch === 'notebook' : modes.length === 1 && modes[0] === 'client';
  const better = withoutLastB(written.trim());
  const edits = better === undefined ? [] : settingEdits(context).setValue(entry, better);
  report({
    // Who starts a program's JVM may be told nowhere.
    at: entry.valueSite, severity: isCertain ? 'error' : entry.event ? 'information' : 'warning',
    message: `The driver's JVM is started with \`-Xmx${written}\`, and a JVM takes one letter behind the number: ${isCertain ? 'it does not start' : `${entry.event ? 'where Python starts it,' : modes.includes('client') ? 'in client mode' : 'in its pod'} it does not start`}.`,
    fixes: edits.length > 0 ? [{ title: `Write \`${better!}\``, safety: 'suggested', edits }] : [],
  });
}

/** Heaps and keys of its own that Spark takes nowhere but from the keys for them. */
function refusedBySpark(key: string, option: string): string | undefined {
  const executor = key.startsWith('spark.executor.');
  const master = key.startsWith('spark.yarn.am.');
  const release = key === 'spark.executor.defaultJavaOptions' ? ' (by Spark 4)' : '';
  if (/^-Xmx/.test(option)) {
    if (executor) return `The heap of executors is \`spark.executor.memory\`: \`${option}\` here is refused when the context starts${release}.`;
    return master ? `The heap of the application master is \`spark.yarn.am.memory\`: \`${option}\` here is refused when the application is submitted to YARN.` : `The heap of the driver is \`spark.driver.memory\`: the launcher refuses \`${option}\` here.`;
  }
  if (!executor && !master || !/^-Dspark\./.test(option)) return undefined;
  return `Spark's own keys cannot be set here: \`${option.slice(0, 50)}\` is refused when the ${master ? 'application is submitted to YARN' : 'context starts'}${release}. Set the key itself.`;
}

function fixesFor(context: SettingsContext, entry: Setting, option: string, at: Site): Fix[] {
  const written = withoutLastB(option);
  const corrected: Fix[] = written !== undefined && !/^-Xmx/.test(option) ? [{ title: `Write \`${written}\``, safety: 'suggested', edits: [{ start: at.start, end: at.end, newText: written }] }] : [];
  const edits = withoutOption(context, entry, at);
  return edits.length > 0 ? [...corrected, { title: `Remove \`${option}\``, safety: 'suggested', edits }] : corrected;
}
