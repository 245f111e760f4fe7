import { option, options } from '../rule/commands.ts';
import { defineRule, type Edit, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { sliceOf } from '../text/range.ts';

export default defineRule({
  name: 'malformed-conf',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['broken-continuation'],
  looksAt: 'settings',
  check(context) {
    const { command, text, path, report } = context;
    withoutPrefix(context);
    if (!command) return;
    for (const argument of options(command).filter(({ text: name }) => name === '--conf')) {
      const { value } = argument;
      if (value?.text === undefined) continue;
      const at = { module: path, ...value.range };
      const written = sliceOf(text, value.range);
      const fix = (title: string, edits: Edit[]) => (written === value.text ? [{ title, safety: 'suggested' as const, edits }] : []);
      const parts = /^([^=]*?)(\s*)=(\s*)/.exec(value.text);
      if (!parts) {
        const blank = /^(spark\.[\w.-]+)[ \t]+(\S.*)$/.exec(value.text);
        report({ at, message: `\`--conf\` takes \`key=value\`, and \`${value.text.slice(0, 60)}\` has no \`=\`: spark-submit prints an error and starts nothing.`, fixes: blank ? fix(`Write \`${blank[1]!}=${blank[2]!}\``, [{ ...value.range, newText: `${blank[1]!}=${blank[2]!}` }]) : [] });
        continue;
      }
      const [all, key, before] = parts;
      const prefix = prefixFor(key!, context);
      if (before !== '') report({ at, severity: 'warning', message: `The blank before \`=\` belongs to the key: Spark sets \`${key!}${before!}\`, which nothing reads.`, fixes: fix('Remove the blanks around `=`', [{ ...value.range, newText: `${key!}=${value.text.slice(all.length)}` }]) });
      else if (prefix !== undefined) report({ at, severity: 'warning', message: `${drops(key!)}.`, fixes: fix(`Write \`${prefix}${key!}\``, [{ start: at.start, end: at.start, newText: prefix }]) });
      else if (isDropped(key!)) report({ at, severity: 'warning', message: dropped(key!) });
      else if (all === value.text && isStray(command.arguments[command.arguments.indexOf(argument) + 1])) report({ at, message: `A blank behind \`=\` ends the word: \`${key!}\` is set to nothing, and spark-submit takes the next word for the application.` });
    }
    const java = option(command, '--driver-java-options');
    if (java && java.value === undefined) report({ at: { module: path, start: java.start, end: java.end }, message: '`--driver-java-options` takes a value, and none follows.' });
  },
  docs: {
    summary: 'what stands behind `--conf`, or in a file of defaults, is no key and value that Spark takes',
    what: 'A `--conf` without `=`, with blanks around it, or with a key that lacks `spark.` in front, or `spark.hadoop.`, if it is one of Hadoop\'s, Hive\'s or a file format\'s; such a key in `spark-defaults.conf`, and there a blank behind `spark.`, too. Behind `--conf`, and in the `sparkConf` of a SparkApplication, any key without `spark.`, such as an option of the JVM (`--conf -Dlog4j.configuration=…`).',
    why: 'Without `=` nothing starts. With a blank before it the key gets a blank at its end, and nobody reads that: the setting is dead, without a word. Keys that do not start with `spark.` are dropped.',
    fine: 'A key or value that is put together by the shell is not judged. Properties files of other names may hold keys of your own, and are not reported.',
    fix: 'Writes `key=value` without blanks, or adds what is missing before the key. That wakes a setting that slept.',
    examples: [{ language: 'conf', bad: 'spark.master  yarn\nexecutor.memory  4g\n', good: 'spark.master  yarn\nspark.executor.memory  4g\n' }, { language: 'shell', bad: 'spark-submit --conf "spark.executor.cores = 4" job.py\n', good: 'spark-submit --conf spark.executor.cores=4 job.py\n' }],
    source: 'Each form tried on Spark 3.5.9 and 4.3.0.',
  },
});

/** Keys of Hadoop, Hive and the file formats, which Spark hands on where `spark.hadoop.` stands before them. */
const ofHadoop = /^(fs|dfs|hadoop|hive|hbase|mapreduce|mapred|yarn|parquet|orc|avro|javax\.jdo)\.[\w.-]+$/;

/** What is missing before a key; undefined: nothing is, or nobody knows what is meant. */
function prefixFor(key: string, { entries, registry }: SettingsContext): string | undefined {
  if (key === '' || key.startsWith('spark.')) return undefined;
  if (registry.get(`spark.${key}`)) return 'spark.';
  return ofHadoop.test(key) && !entries.some((other) => other.key === `spark.hadoop.${key}`) ? 'spark.hadoop.' : undefined;
}

/** No key of Spark's, whatever is meant by it. */
const isDropped = (key: string): boolean => key !== '' && !key.startsWith('spark.') && !ofHadoop.test(key) && !/[{}<>%$]/.test(key);

const drops = (key: string): string => `Spark drops keys that do not start with \`spark.\`, with a line in the log: \`${key}\` has no effect`;
const dropped = (key: string): string =>
  `${drops(key)}.${/^-[DX]|extraJavaOptions$/.test(key) ? ' Options of a JVM are given by `spark.driver.extraJavaOptions` and `spark.executor.extraJavaOptions`.' : ''}`;

/** spark-submit reads the file, or is handed the keys of an application for Kubernetes, and drops these. */
function withoutPrefix(context: SettingsContext): void {
  const { conf, section, entries, report } = context;
  const isApplication = section?.strays !== undefined;
  if (!isApplication && !(conf?.form === 'properties' && conf.defaults)) return;
  for (const entry of entries) {
    const { key, keySite } = entry;
    if (key === 'spark.') report({ at: keySite, severity: 'warning', message: 'A blank ends the key: Spark sets `spark.`, which nothing reads, and what stands behind the blank is its value.' });
    const prefix = prefixFor(key, context);
    if (prefix === undefined) {
      if (isApplication && isDropped(key)) report({ at: keySite, severity: 'warning', message: dropped(key) });
      continue;
    }
    const meant = `${prefix}${key}`;
    const taken = entries.some((other) => other.key === meant);
    report({
      at: keySite, severity: 'warning', message: `${drops(key)}${taken ? `, and \`${meant}\` is set too` : ''}.`,
      fixes: taken ? [] : [{ title: `Write \`${meant}\` (the setting then takes effect)`, safety: 'suggested', edits: settingEdits(context).renameKey(entry, meant) }],
    });
  }
}

/** A value that lost its `=`: no file, and no class path. */
const isStray = (next: { readonly is: string; readonly text: string | undefined } | undefined): boolean => next?.is === 'application' && next.text !== undefined && /^\w+$/.test(next.text);
