import type { KeyFacts } from '../knowledge/registry.ts';
import { readQuantity } from '../knowledge/values.ts';
import { deadIn, goesWith, together } from '../rule/entries.ts';
import { compareVersions, isPinned } from '../rule/targets.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { isSwitchedByVersion } from '../rule/version-switch.ts';

/** `300` in a key that counts in MiB is the `300m` of one that takes a size. */
function isSame(old: string | undefined, now: string | undefined, facts: KeyFacts, next: KeyFacts): boolean {
  if (old === undefined || now === undefined) return false;
  const unit = /\.([km])b$/.exec(facts.key)?.[1] ?? facts.unit ?? next.unit;
  const [a, b] = next.type === 'bytes' || next.type === 'time' ? [readQuantity({ ...next, unit }, old), readQuantity(next, now)] : [];
  return old === now && unit === next.unit || a !== undefined && a.size === b?.size;
}

export default defineRule({
  name: 'deprecated-key',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'safe and suggested',
  tags: ['deprecated'],
  yieldsTo: ['removed-key', 'duplicate-key', 'ignored-by-manager'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, report } = context;
    for (const entry of entries) {
      const facts = registry.get(entry.key);
      // Code that asks for the version knows why it uses the old name.
      if (!facts?.deprecated || entry.event?.versioned || deadIn(facts, targets) !== undefined || compareVersions(targets.to, facts.deprecated.since) < 0 || compareVersions(targets.from, facts.deprecated.until ?? '99') >= 0 || isSwitchedByVersion(context, entry)) continue;
      const { use } = facts.deprecated;
      const next = use === undefined || use.includes('*') ? undefined : registry.get(use);
      // The new name must be read by every release of the range, the same value must mean the same, and it must be free.
      const everywhere = next?.since !== undefined && registry.readBy(next, targets) === 'all' && !next.removed && (compareVersions(targets.from, '2.4') >= 0 || compareVersions(next.since, targets.from) <= 0);
      const sameMeaning = next !== undefined && next.type === facts.type && next.unit === facts.unit || next !== undefined && entry.value !== undefined && !/^\d+$/.test(entry.value);
      const winner = next && entries.find((other) => other.key === next.key && together(entry, other) && goesWith(entry, other));
      // A release of the range that does not know the new name reads this one.
      if (winner && !everywhere) continue;
      if (winner) {
        report({
          // The same said twice: only the tidier file is missing.
          at: entry.keySite, severity: isSame(entry.value, winner.value, facts, next!) ? 'hint' : 'warning', message: `\`${entry.key}\` is a former name of \`${next.key}\`, which is set too: this entry has no effect.`,
          related: [{ site: winner.keySite, message: 'this one counts' }],
          fixes: [{ title: 'Remove this entry', safety: isPinned(targets) ? 'safe' : 'suggested', edits: settingEdits(context).remove(entry) }],
        });
        continue;
      }
      // There is nothing to be done yet: some release of the range does not know the new name.
      if (next?.since !== undefined && !next.removed && !everywhere) continue;
      const instead = facts.type === 'int' && next?.type === 'bytes' ? `; use \`${use}\` instead, which takes a size, not a number` : use ? `; its name now is \`${use}\`` : '';
      const fixes: Fix[] = next && everywhere && sameMeaning && !entries.some((other) => other.key === next.key)
        ? [{ title: `Rename to \`${next.key}\``, safety: isPinned(targets) ? 'safe' : 'suggested', edits: settingEdits(context).renameKey(entry, next.key) }] : [];
      report({ at: entry.keySite, message: `\`${entry.key}\` is deprecated since Spark ${facts.deprecated.since}${instead}. It is still read.`, fixes });
    }
  },
  docs: {
    summary: 'a deprecated key that is still read',
    what: 'A key with a newer name, or one that is to go, which every release of the target range still reads.',
    why: 'Deprecated names work until a release drops them, and then they are ignored without an error.',
    fine: 'Under a test of the version nothing is said, nor in a template whose comment names the key and says that it is commented out by version. Nor while the project may still run on a release that does not know the new name, such as a Spark 2 whose release nobody names.',
    fix: 'Removes an entry whose new name is set as well: the new name wins. Otherwise renames the key where the whole target range reads the new name, where a value means the same under both names, and where the new one is not set as well. Both are only suggested where nobody says which Spark it is: an old one would not know the new name.',
    examples: [{ language: 'conf', bad: 'spark.yarn.executor.memoryOverhead  1g\n', good: 'spark.executor.memoryOverhead  1g\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.sql.execution.arrow.enabled", "true")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.sql.execution.arrow.pyspark.enabled", "true")\n' }, { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.yarn.executor.memoryOverhead", "1g")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.memoryOverhead", "1g")\n}\n' }, { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.yarn.executor.memoryOverhead=1g \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.executor.memoryOverhead=1g \\\n  job.py\n' }],
    source: 'The lists of deprecated names in Spark 3.5.9 and 4.3.0, each tried.',
  },
});
