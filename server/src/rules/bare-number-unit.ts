import { judged } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { checkValue, readQuantity, unitName } from '../knowledge/values.ts';

/** Bytes of memory, or of a file, that nobody has. */
const largestMachine = 2 ** 40;
const unitSizes: readonly (readonly [name: string, size: number])[] = [['g', 2 ** 30], ['m', 2 ** 20], ['k', 2 ** 10]];

export default defineRule({
  name: 'bare-number-unit',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['unknown-key', 'removed-key', 'duplicate-key', 'comment-in-value', 'quoted-value', 'invalid-value', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, fileKind, report } = context;
    // A test sets what makes it fast, or what is odd.
    if (fileKind === 'test') return;
    for (const entry of judged(entries)) {
      const newest = registry.get(entry.key);
      const unitIn = (release: string): string | undefined => registry.get(entry.key, release)?.unit ?? newest?.unit;
      // Releases of the range count in different units.
      if (!newest || unitIn(targets.from) !== unitIn(targets.to)) continue;
      const facts = { ...newest, unit: unitIn(targets.to) };
      if (facts.type !== 'time' && facts.type !== 'bytes' || !/^\d+$/.test(entry.value) || !checkValue(facts, entry.value, targets).ok) continue;
      const read = readQuantity(facts, entry.value);
      const usual = readQuantity(facts, registry.defaultIn(facts, targets.to) ?? '');
      if (!read || !usual || usual.size <= 0 || read.size <= 0) continue;
      const ratio = read.size / usual.size;
      // Where the name says the unit, a large number is meant.
      if (ratio > 1 && /InBytes$/.test(entry.key)) continue;
      // The number of the default, in another unit: `3` where it is `3s`, and milliseconds are read.
      const isDefaultsNumber = facts.type === 'time' && ratio <= 1 / 60 && new RegExp(`^${entry.value}[a-z]+$`).test(registry.defaultIn(facts, targets.to) ?? '');
      // Sizes and times that people set lie within a few hundred times the default; a mistaken unit is a thousand away.
      if (!isDefaultsNumber && (facts.type === 'time' ? ratio > 1 / 150 && ratio < 2000 : ratio > 1 / 4000 && ratio < 1e5)) continue;
      // No wait at all, or one without an end, is set on purpose.
      if (usual.size > 1e13 || /^spark\.locality\.wait/.test(entry.key) && (ratio > 1 || entry.value === '1')) continue;
      const unit = facts.unit ?? (facts.type === 'time' ? 'ms' : 'b');
      if (facts.type === 'bytes' && unit !== 'b' && read.size > largestMachine) {
        const meant = asBytes(Number(entry.value), unit, usual.size);
        // Hive hands them to a Spark of its own, of the releases that took a bare number for bytes.
        if (meant !== undefined && /(^|\/)hive-site\.xml$/.test(entry.valueSite.module)) continue;
        report({
          at: entry.valueSite,
          message: `\`${entry.key}\` reads a bare number as ${unitName(unit)}: this is ${entry.value} ${unitName(unit)}, more than any machine has.${meant === undefined ? ' Write the unit that is meant.' : ' Bytes seem to be meant.'}`,
          fixes: meant === undefined ? [] : [{ title: `Write \`${meant}\`, which is ${entry.value} bytes`, safety: 'suggested', edits: settingEdits(context).setValue(entry, meant) }],
        });
        continue;
      }
      const suffix = unit === 'min' ? 'min' : unit;
      report({
        at: entry.valueSite,
        message: `\`${entry.key}\` reads a bare number as ${unitName(unit)}: this is ${entry.value} ${unitName(unit)}, while the default is \`${registry.defaultIn(facts, targets.to)!}\`. Write the unit that is meant.`,
        fixes: unit === 'ns' ? [] : [{ title: `Write \`${entry.value}${suffix}\`, as Spark reads it now`, safety: 'suggested', edits: settingEdits(context).setValue(entry, `${entry.value}${suffix}`) }],
      });
    }
  },
  docs: {
    summary: 'a number without a unit, far from what the key usually holds',
    what: 'A time or size without a unit whose value, read in the key\'s own unit, lies far from the default: `spark.executor.heartbeatInterval 10` is ten milliseconds.',
    why: 'Each key has a unit of its own for bare numbers: milliseconds here, seconds there, bytes, KiB or MiB elsewhere. A number in the wrong one is accepted without a word.',
    fine: 'A value that is plausible in the key\'s unit, such as `spark.sql.broadcastTimeout 300`, is not reported, nor is what a test sets. Nor is a key that the releases of the project read in different units: before 3.0 `spark.network.timeoutInterval` counted in seconds.',
    fix: 'Writes the unit that Spark uses today, so nothing changes; then put the one you meant. It is only suggested: a slip that is written out is still one, and nobody would see it any more. A number that is more than any machine has in the key\'s unit, and a usual size in bytes, is written as that size.',
    examples: [{ language: 'conf', bad: 'spark.executor.heartbeatInterval  10\n', good: 'spark.executor.heartbeatInterval  10s\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.heartbeatInterval", "20")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.executor.heartbeatInterval", "20s")\n' }, { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.heartbeatInterval", "20")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.heartbeatInterval", "20s")\n}\n' }, { language: 'shell', bad: 'spark-submit --conf spark.executor.heartbeatInterval=10 job.py\n', good: 'spark-submit --conf spark.executor.heartbeatInterval=10s job.py\n' }],
    source: 'Units and defaults from the registries of all releases from 2.4.0 to 4.3.0; values tried on 3.5.9 and 4.3.0. What 2.4.8 reads by name without registering it: from its classes.',
  },
});

/** A number of bytes in the largest unit that holds it wholly, or else in the key's own, as Spark cuts it; undefined where so many bytes are no usual size either. */
function asBytes(bytes: number, unit: string, usual: number): string | undefined {
  if (bytes > largestMachine || bytes < usual / 4000 || bytes >= usual * 1e5) return undefined;
  const [name, size] = unitSizes.find(([, each]) => bytes % each === 0) ?? unitSizes.find(([each]) => each === unit) ?? ['b', 1];
  return bytes < size ? undefined : `${Math.floor(bytes / size)}${name}`;
}
