import type { Setting } from '../analysis/model.ts';
import { isHeld, winnersIn } from '../rule/entries.ts';
import { defineRule, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

/** One expression twice: `master(settings.master)`, or one variable twice in a command. */
function isSameText({ path, text, command }: SettingsContext, { valueSite: a }: Setting, { valueSite: b }: Setting): boolean {
  // Both were taken from one assignment, which was made once.
  if (command && a.module === b.module && a.start === b.start && a.end === b.end) return true;
  const [one, other] = [a, b].map(({ start, end }) => text.slice(start, end).replace(/^"(.*)"$/, '$1').replace(/^\$\{(\w+)\}$/, '$$$1'));
  return a.module === path && b.module === path && (command ? /^\$\w+$/ : /^\w+(?:\.\w+)*$/).test(one!) && one === other;
}

export default defineRule({
  name: 'duplicate-key',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'safe',
  tags: ['unnecessary'],
  looksAt: 'settings',
  check(context) {
    const { entries, conf, report } = context;
    // Sections belong to the INI files of some launcher, which reads one of them.
    if (conf?.form === 'properties' && entries.some(({ key }) => key.startsWith('['))) return;
    const winnerOf = winnersIn(entries);
    for (const entry of entries) {
      // At run time a key may be changed between two queries on purpose.
      if (entry.means === 'runtime' || !entry.key.startsWith('spark.')) continue;
      const winner = winnerOf(entry);
      // `master(…)` beside `config("spark.master", …)` is read as one default and its override.
      if (entry.means === 'named' && winner?.means !== 'named') continue;
      if (!winner || !conf && winner.site.module !== entry.site.module) continue;
      const same = entry.value === undefined && winner.value === undefined ? isSameText(context, entry, winner) : entry.value === winner.value;
      if (entry.told && winner.told && entry.told.option !== winner.told.option && winner.told.option !== '--conf') {
        const wins = `\`${winner.told.option}\``;
        report({
          at: entry.keySite, severity: same ? 'hint' : 'warning',
          message: `${wins} sets \`${entry.key}\` too${winner.value === undefined || same ? '' : `, to \`${winner.value}\``}, and wins${isHeld(winner.told) ? ` over \`${entry.told.option}\`` : winner.told.order < entry.told.order ? ' over `--conf` wherever it stands' : ''}: this one has no effect.`,
          related: [{ site: winner.keySite, message: 'this one wins' }],
          fixes: [{ title: `Remove this one: ${wins} wins`, safety: 'safe', edits: settingEdits(context).remove(entry) }],
        });
        continue;
      }
      report({
        at: entry.keySite,
        severity: same ? 'hint' : 'warning',
        message: same ? `\`${entry.key}\` is set to the same value again below.` : `\`${entry.key}\` is set again below${winner.value !== undefined ? `, to \`${winner.value}\`` : ''}: the last one wins, this one has no effect.`,
        related: [{ site: winner.keySite, message: 'this one wins' }],
        fixes: [{ title: 'Remove this entry: the later one wins', safety: 'safe', edits: settingEdits(context).remove(entry) }],
      });
    }
  },
  docs: {
    summary: 'the same key is set twice; the last one wins',
    what: 'A key stands twice in a properties file or in one mapping of YAML or JSON, or one function sets it twice on one session builder or SparkConf. In a SparkApplication of Kubernetes a field such as `executor.memory` wins over the key that it stands for, since the operator hands it on behind `sparkConf`.',
    why: 'Spark keeps the last value and says nothing. Whoever edits the first one wonders why nothing changes.',
    fine: '`spark.conf.set` may change a key between two queries on purpose, and is not reported; nor are entries on different branches, of different sessions, or of a SparkConf that was used in between.',
    fix: 'Deletes the earlier entry, which has no effect.',
    examples: [{ language: 'conf', bad: 'spark.executor.cores  4\nspark.executor.cores  8\n', good: 'spark.executor.cores  8\n' }, { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.cores", "4").config("spark.executor.cores", "8").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.cores", "8").getOrCreate()\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder()\n    .config("spark.executor.cores", "4")\n    .config("spark.executor.cores", "8")\n    .getOrCreate()\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder()\n    .config("spark.executor.cores", "8")\n    .getOrCreate()\n}\n' }, { language: 'shell', bad: 'spark-submit --master yarn \\\n  --executor-memory 8g \\\n  --conf spark.executor.memory=4g \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --executor-memory 8g \\\n  job.py\n' }],
    source: 'Tried with the files of Spark 3.5.9 and 4.3.0: the last line wins, an empty one too.',
  },
});
