import { isOwn, rangeText } from '../rule/entries.ts';
import { compareVersions, isPinned } from '../rule/targets.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'too-new-key',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['unknown-key', 'removed-key', 'duplicate-key'],
  looksAt: 'settings',
  check({ entries, registry, targets, namespaces, report }) {
    // Where nobody says which Spark it is, none is too old.
    if (!isPinned(targets)) return;
    for (const entry of entries) {
      // An option may have gone by another key before: which releases know it is another question.
      if (entry.told?.option.startsWith('--') && entry.told.option !== '--conf') continue;
      // Hadoop reads it, whether Spark looks at it as well or not.
      if (entry.key.startsWith('spark.hadoop.')) continue;
      const facts = registry.get(entry.key);
      const first = facts?.spans[0]?.from;
      // Given up before it was seen: a module that was not looked at, a connector, read it.
      if (facts?.deprecated && first !== undefined && compareVersions(facts.deprecated.since, first) <= 0) continue;
      // Code that asks for the version knows; a method for one key is there, or not, by itself.
      if (!facts || first === undefined || facts.removed || entry.means === 'named' || entry.event?.versioned || isOwn(entry.key, namespaces)) continue;
      if (compareVersions(targets.from, first) >= 0 || facts.since !== undefined && compareVersions(facts.since, targets.from) <= 0) continue;
      const read = registry.readBy(facts, targets);
      if (read === 'all') continue;
      report({
        at: entry.keySite, severity: read === 'none' ? 'warning' : 'information',
        message: read === 'none'
          ? `Spark reads \`${entry.key}\` from ${first} on: ${rangeText(targets)} ignores it without a word (${targets.origin}).`
          : `Spark reads \`${entry.key}\` from ${first} on: the older part of ${rangeText(targets)} ignores it without a word (${targets.origin}).`,
      });
    }
  },
  docs: {
    summary: 'a key that the target releases do not know yet',
    what: 'A key whose first reader is newer than the Spark that the project runs on, by the settings or by what it pins: a warning where no release of the range reads it, information where only the newer part does.',
    why: 'Keys are copied from the documentation of the newest release. An older Spark takes them without a word and does nothing with them.',
    fine: 'Where nothing says which Spark it is, nothing is reported, nor is code that asks for the version first. Vendors bring some keys into their builds of older releases: then the key is read there.',
    examples: [
      { language: 'conf', target: '3.5', bad: 'spark.sql.maxBroadcastTableSize  16g\n', good: 'spark.sql.autoBroadcastJoinThreshold  16m\n' },
      { language: 'python', target: '3.5', bad: 'spark.conf.set("spark.sql.maxBroadcastTableSize", "16g")\n', good: 'spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "16m")\n' },
      { language: 'scala', target: '3.5', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.api.mode", "connect")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.master", "yarn")\n}\n' },
      { language: 'shell', target: '3.5', bad: 'spark-submit --conf spark.sql.maxBroadcastTableSize=16g job.py\n', good: 'spark-submit --conf spark.sql.autoBroadcastJoinThreshold=16m job.py\n' },
    ],
    source: 'Which of the 55 releases from 2.4.0 to 4.3.0 read the key, by their registries and classes.',
  },
});
