import { deadIn, rangeText } from '../rule/entries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

export default defineRule({
  name: 'removed-key',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'conf'],
  fix: 'suggested',
  tags: ['deprecated'],
  yieldsTo: ['unknown-key'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, namespaces, report } = context;
    for (const entry of entries) {
      const facts = registry.get(entry.key);
      const dead = facts && deadIn(facts, targets);
      if (!facts?.removed || dead === undefined || namespaces.some((namespace) => entry.key.startsWith(namespace))) continue;
      const { since, use, note, refusesUnless } = facts.removed;
      const misleading = facts.deprecated && entry.key.includes('lacklist') ? ', although Spark still logs that it is deprecated as if it worked' : '';
      const refused = refusesUnless !== undefined && entry.value !== undefined && entry.value.trim().toLowerCase() !== refusesUnless.toLowerCase() && dead === 'all';
      const replacement = use !== undefined && !use.includes('*') && registry.get(use) && !entries.some((other) => other.key === use) ? use : undefined;
      const fixes: Fix[] = [
        ...(replacement !== undefined ? [{ title: `Rename to \`${replacement}\` (the setting then takes effect)`, safety: 'suggested' as const, edits: settingEdits(context).renameKey(entry, replacement) }] : []),
        { title: `Remove \`${entry.key}\``, safety: 'suggested', edits: settingEdits(context).remove(entry) },
      ].filter((fix) => fix.edits.length > 0) as Fix[];
      report({
        at: entry.keySite,
        severity: refused ? 'error' : 'warning',
        message: refused
          ? `\`${entry.key}\` was removed in Spark ${since}, and ${rangeText(targets)} refuses it with any value but its old default \`${refusesUnless}\`.`
          : `\`${entry.key}\` is not read ${dead === 'all' ? `by ${rangeText(targets)}` : `from Spark ${since} on`}${misleading}${note ? `: ${note}` : ''}.${use ? ` Use \`${use}\`.` : ''}`,
        fixes,
      });
    }
  },
  docs: {
    summary: 'a key that the target releases do not read any more',
    what: 'A key that older releases of Spark read and the target range, or its newer part, does not. Removed SQL keys with another value than their old default are refused: then it is an error.',
    why: 'Keys that are gone are ignored without a word. For `spark.blacklist.*` from 4.1 on it is worse: Spark logs that the name is deprecated, as if it still worked.',
    fine: 'When the same file serves a cluster on an older release; put that release into `target-spark`.',
    fix: 'Renames to the new key, or removes the entry. Both are suggested: the first wakes a setting that slept.',
    examples: [{ language: 'conf', bad: 'spark.shuffle.consolidateFiles  true\n', good: 'spark.shuffle.compress  true\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.storage.memoryFraction", "0.5")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.memory.storageFraction", "0.5")\n' }],
    source: 'Registries of 19 releases; each deprecated and removed name tried on 3.5.9 and 4.3.0.',
  },
});
