import type { Setting } from '../analysis/model.ts';
import { deprecatedFor, goneSince, isJavaOptions, jvmOptions } from '../knowledge/jvm.ts';
import { allAtLeast } from '../rule/targets.ts';
import { judged } from '../rule/entries.ts';
import { optionSite, withoutOption } from '../rule/jvm-edits.ts';
import { defineRule, type SettingsContext } from '../rule/rule.ts';

export default defineRule({
  name: 'dead-jvm-flag',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'safe and suggested',
  tags: ['unnecessary'],
  yieldsTo: ['duplicate-key'],
  looksAt: 'settings',
  check(context) {
    const { entries, targets, text, report } = context;
    // Spark 4 needs Java 17; before, it may be 8, which knows them all.
    const needed = allAtLeast(targets, '4.0') ? 17 : undefined;
    const java = targets.java ?? needed;
    if (java === undefined) return;
    // Nothing is safe by a guess.
    const sure = targets.java !== undefined && !targets.javaLikely ? targets.java : targets.likely ? undefined : needed;
    for (const entry of judged(entries)) {
      if (!isJavaOptions(entry.key)) continue;
      for (const option of jvmOptions(entry.value)) {
        const gone = goneSince(option.text);
        if (!gone && java >= 9) reportDeprecated(context, entry, option.text);
        if (!gone || java < gone.java) continue;
        const at = optionSite(text, entry, option.text);
        if (!at) continue;
        const alone = jvmOptions(entry.value).length === 1;
        report({
          at,
          message: `Java ${java} does not know \`${gone.flag}\` any more; Spark starts its JVMs so that unknown flags are ignored, so this one has no effect.${gone.instead ? ` From Java 9 on that is \`${gone.instead}\`.` : ''}`,
          fixes: !alone ? [{ title: `Remove \`${option.text}\``, safety: sure !== undefined && sure >= gone.java ? 'safe' : 'suggested', edits: withoutOption(context, entry, at) }] : [],
        });
      }
    }
  },
  docs: {
    summary: 'a JVM flag that the target\'s Java ignores',
    what: 'A flag in `spark.driver.extraJavaOptions`, `spark.executor.extraJavaOptions` and the like that newer Javas do not know: old garbage collection logs, the CMS collector, the permanent generation. A hint tells of those that still work, under an old name that Java warns of (`-XX:+PrintGCDetails`, `-Xloggc:`).',
    why: 'A bare JVM would refuse to start. Spark 3.3 and later start theirs with `-XX:+IgnoreUnrecognizedVMOptions`, so the flag is dropped without a word: no log is written, no collector chosen.',
    fine: 'On Java 8 these flags work: without a known Java nothing is said. Spark 4 needs Java 17; for Spark 3 it is known from `java = 17` in the project settings, or, for settings files and scripts, from the project\'s images and scripts that install Spark as well.',
    fix: 'Removes the flag, or writes the option that has its place. Where the Java, or the Spark, is a guess from other files of the project, the fix is suggested only.',
    examples: [{ language: 'conf', target: '4.0', bad: 'spark.executor.extraJavaOptions  -XX:+UseG1GC -XX:+PrintGCDateStamps\n', good: 'spark.executor.extraJavaOptions  -XX:+UseG1GC -Xlog:gc*\n' }, { language: 'python', target: '4.0', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.extraJavaOptions", "-verbose:gc -XX:+PrintGCTimeStamps")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.extraJavaOptions", "-verbose:gc -Xlog:gc*")\n' }, { language: 'scala', target: '4.0', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.extraJavaOptions", "-verbose:gc -XX:+PrintGCTimeStamps")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.extraJavaOptions", "-verbose:gc -Xlog:gc*")\n}\n' }, { language: 'shell', target: '4.0', bad: 'spark-submit --driver-java-options "-verbose:gc -XX:+PrintGCTimeStamps" job.py\n', good: 'spark-submit --driver-java-options "-verbose:gc -Xlog:gc*" job.py\n' }],
    source: 'Each flag on Java 17 and 25, and through the driver and executors of Spark 3.5.9 and 4.3.0.',
  },
});

/** It works, and each JVM begins its output with a warning. */
function reportDeprecated(context: SettingsContext, entry: Setting & { readonly value: string }, option: string): void {
  const instead = deprecatedFor(option);
  const at = instead === undefined ? undefined : optionSite(context.text, entry, option);
  if (!at) return;
  // A shell fills in a star.
  const fixes = context.command ? [] : [{ title: `Write \`${instead!}\``, safety: 'suggested' as const, edits: [{ start: at.start, end: at.end, newText: instead! }] }];
  context.report({ at, severity: 'hint', message: `From Java 9 on \`${option}\` is an old name that the JVM warns of: it is \`${instead!}\`.`, fixes });
}
