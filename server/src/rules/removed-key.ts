import type { Setting } from '../analysis/model.ts';
import type { KeyFacts } from '../knowledge/registry.ts';
import { deadIn, isOwn, rangeText, winnersIn } from '../rule/entries.ts';
import { defineRule, type Fix, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { compareVersions, isPinned, mayBeOld, type Targets } from '../rule/targets.ts';
import { isSwitchedByVersion } from '../rule/version-switch.ts';

type Removed = NonNullable<KeyFacts['removed']>;

/** Who read it last, or from when on nothing does. */
function lastReaders(facts: KeyFacts, removed: Removed, dead: 'all' | 'some', targets: Targets): string {
  const { readBy, since } = removed;
  // 0.9 is the oldest release looked at: whether an older one read the key is not known.
  if (readBy?.from === '0.9') return `was read up to Spark ${readBy.to} and by nothing since`;
  if (readBy) return `was read by Spark ${readBy.from === readBy.to ? `${readBy.to} alone` : `${readBy.from} to ${readBy.to}`} and by nothing since`;
  const misleading = facts.deprecated && facts.key.includes('lacklist') ? ', although Spark still logs that it is deprecated as if it worked' : '';
  return `is not read ${dead === 'all' ? `by ${rangeText(targets)}` : `from Spark ${since} on`}${misleading}`;
}

const legacyMemory = 'spark.memory.useLegacyMode';
const ofLegacyMemory: ReadonlySet<string> = new Set(['spark.storage.memoryFraction', 'spark.storage.unrollFraction', 'spark.shuffle.memoryFraction']);

/** It is a Spark 2 for certain, and nothing in sight switches on the manager of memory that Spark had before 1.6. */
const isOfLegacyMemory = ({ entries, settings, targets, mentions }: SettingsContext, key: string): boolean =>
  ofLegacyMemory.has(key) && isPinned(targets) && compareVersions(targets.from, '2.0') >= 0 && compareVersions(targets.to, '3.0') < 0
  && ![...entries, ...settings].some((each) => each.key === legacyMemory) && mentions?.(/useLegacyMode/) !== true;

function removal(context: SettingsContext, entry: Setting): Fix[] {
  const edits = settingEdits(context).remove(entry);
  return edits.length > 0 ? [{ title: `Remove \`${entry.key}\``, safety: 'suggested', edits }] : [];
}

export default defineRule({
  name: 'removed-key',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  tags: ['deprecated'],
  yieldsTo: ['unknown-key', 'duplicate-key'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, namespaces, report } = context;
    const winnerOf = winnersIn(entries);
    for (const entry of entries) {
      // Of a line that another one takes the place of, duplicate-key says enough.
      if (context.conf && winnerOf(entry)) continue;
      const facts = registry.get(entry.key);
      if (facts && isOfLegacyMemory(context, entry.key)) {
        report({ at: entry.keySite, message: `From Spark 1.6 on \`${entry.key}\` is read only where \`${legacyMemory}\` is \`true\`${facts.removed?.note ? `: ${facts.removed.note}` : ''}.`, fixes: removal(context, entry) });
        continue;
      }
      const dead = facts && deadIn(facts, targets);
      if (!facts?.removed || dead === undefined || entry.event?.versioned || isOwn(entry.key, namespaces) || isSwitchedByVersion(context, entry)) continue;
      // What runs on Mesos runs on a release that has it; where the master says so, that one is refused by the others.
      if (entry.key.startsWith('spark.mesos.') && (dead === 'some' || entries.some(({ key, value }) => key === 'spark.master' && value?.startsWith('mesos://')))) continue;
      const { since, use, note, refusesUnless } = facts.removed;
      // Hadoop's files lead to no session.
      const refused = context.conf?.form !== 'xml' && refusesUnless !== undefined && entry.value !== undefined && entry.value.trim().toLowerCase() !== refusesUnless.toLowerCase();
      const replacement = use !== undefined && !use.includes('*') && registry.get(use) && !entries.some((other) => other.key === use) ? use : undefined;
      const fixes: Fix[] = [
        ...(replacement !== undefined ? [{ title: `Rename to \`${replacement}\` (the setting then takes effect)`, safety: 'suggested' as const, edits: settingEdits(context).renameKey(entry, replacement) }] : []),
        ...removal(context, entry),
      ].filter((fix) => fix.edits.length > 0) as Fix[];
      report({
        at: entry.keySite,
        // Where nobody says which Spark reads the file, an older one may, which knows the key; where it looks like an old one's, it likely does.
        severity: dead === 'some' && !isPinned(targets) ? (mayBeOld(targets) ? 'hint' : 'information') : refused && dead === 'all' ? 'error' : 'warning',
        message: refused
          ? `\`${entry.key}\` was removed in Spark ${since}, and ${dead === 'all' ? rangeText(targets) : 'from there on Spark'} refuses it with any value but its old default \`${refusesUnless}\`.${use ? ` Use \`${use}\`.` : ''}`
          : `\`${entry.key}\` ${lastReaders(facts, facts.removed, dead, targets)}${note ? `: ${note}` : ''}.${use ? ` Use \`${use}\`.` : ''}`,
        fixes,
      });
    }
  },
  docs: {
    summary: 'a key that the target releases do not read any more',
    what: 'A key that older releases of Spark, back to 0.9, read and the target range, or its newer part, does not. Removed SQL keys with another value than their old default are refused: then it is an error. On a Spark 2, also the fractions of memory that it reads only with `spark.memory.useLegacyMode`. Where nothing in the project says which Spark reads the file, and older ones of those that are taken for possible do, it is information; a hint, where a Spark 1 or 2 may be meant: the project speaks of one, or what else the file sets is as old as the key.',
    why: 'Keys that are gone are ignored without a word: settings are copied from one configuration to the next long after what they steered has left Spark. For `spark.blacklist.*` from 4.1 on it is worse: Spark logs that the name is deprecated, as if it still worked.',
    fine: 'When the same file serves a cluster on an older release; put that release into `target-spark`. In a template whose comment names the key and says that it is commented out on versions without it, nothing is said.',
    fix: 'Renames to the new key, where a value means the same under both names, or removes the entry. Both are suggested: the first wakes a setting that slept.',
    examples: [{ language: 'conf', bad: 'spark.shuffle.consolidateFiles  true\n', good: 'spark.shuffle.compress  true\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.storage.memoryFraction", "0.5")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.memory.storageFraction", "0.5")\n' }, { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.storage.memoryFraction", "0.5")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.memory.storageFraction", "0.5")\n}\n' }, { language: 'shell', bad: 'spark-submit --conf spark.shuffle.consolidateFiles=true job.py\n', good: 'spark-submit --conf spark.shuffle.compress=true job.py\n' }],
    source: 'Registries of all 55 releases from 2.4.0 to 4.3.0, each deprecated and removed name tried on 3.5.9 and 4.3.0. For older keys the classes of one release of each line from 0.9 to 2.4: which names they hold, and which later ones do not. The successors are read from Spark\'s sources.',
  },
});
