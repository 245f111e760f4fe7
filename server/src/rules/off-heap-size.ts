import type { Setting } from '../analysis/model.ts';
import { readQuantity } from '../knowledge/values.ts';
import { saysWhole, valueBeside } from '../rule/beside.ts';
import { atStart, isFalse, isTrue } from '../rule/entries.ts';
import { defineRule, type Fix, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const enabled = 'spark.memory.offHeap.enabled';
const size = 'spark.memory.offHeap.size';

export default defineRule({
  name: 'off-heap-size',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    for (const entry of atStart(context.entries)) {
      if (entry.key === enabled && isTrue(entry)) checkSize(context, entry);
      if (entry.key === size && mebibytes(context, entry) !== 0) checkSwitch(context, entry);
    }
  },
  docs: {
    summary: 'memory outside of the heap is switched on without a size, or has a size and is not switched on',
    what: '`spark.memory.offHeap.enabled true` where `spark.memory.offHeap.size` is missing or below 1 MiB (a bare number is bytes), and a size that nothing switches on.',
    why: 'Without a size, or with one below 1 MiB, the context does not start. A size alone is accepted without a word and does nothing.',
    fine: 'In code and on a command line the other of the two may stand in a file of the cluster: a warning, or advice. A size beside an explicit `false` was switched off on purpose, and is a hint.',
    fix: 'Adds a size to be filled in, writes the number as MiB, or switches the memory on; that wakes what slept, and executors then need that much more.',
    examples: [
      { language: 'conf', bad: 'spark.memory.offHeap.enabled  true\n', good: 'spark.memory.offHeap.enabled  true\nspark.memory.offHeap.size  2g\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.memory.offHeap.enabled", "true").config("spark.memory.offHeap.size", "512").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.memory.offHeap.enabled", "true").config("spark.memory.offHeap.size", "512m").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.memory.offHeap.enabled", "true")\n    .set("spark.memory.offHeap.size", "0")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.memory.offHeap.enabled", "true")\n    .set("spark.memory.offHeap.size", "1g")\n}\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.memory.offHeap.enabled=true job.py\n', good: 'spark-submit --conf spark.memory.offHeap.enabled=true --conf spark.memory.offHeap.size=2g job.py\n' },
    ],
    source: 'Each combination tried on Spark 3.5.6 and 4.3.0.',
  },
});

/** undefined: no size. */
function mebibytes({ registry, targets }: SettingsContext, { value }: { readonly value: string }): number | undefined {
  const read = readQuantity(registry.get(size, targets.to)!, value);
  return read && Math.trunc(read.size / 2 ** 20);
}

function checkSize(context: SettingsContext, entry: Setting): void {
  const found = valueBeside(entry, size, context);
  if (found === 'unset') {
    const edits = settingEdits(context).add(entry, size, '2g');
    context.report({
      at: entry.keySite, severity: saysWhole(context) ? 'error' : 'warning',
      message: `Memory outside of the heap is switched on, and \`${size}\` is not set: the context does not start.`,
      fixes: edits.length > 0 ? [{ title: `Add \`${size}\`, to be filled in`, safety: 'suggested', placeholder: true, edits }] : [],
    });
  } else if (found !== 'unknown' && mebibytes(context, found) === 0 && context.entries.includes(found)) {
    const bare = /^[1-9]\d*$/.test(found.value.trim());
    const edits = bare ? settingEdits(context).setValue(found, `${found.value.trim()}m`) : [];
    const fixes: Fix[] = edits.length > 0 ? [{ title: `Write \`${found.value.trim()}m\``, safety: 'suggested', edits }] : [];
    context.report({
      at: found.valueSite, message: `Memory outside of the heap is switched on with ${bare ? `${found.value.trim()} bytes, since a bare number is bytes` : 'less than 1 MiB'}: the context does not start.`,
      related: [{ site: entry.keySite, message: 'switched on here' }], fixes,
    });
  }
}

function checkSwitch(context: SettingsContext, entry: Setting): void {
  const found = valueBeside(entry, enabled, context);
  if (found === 'unknown' || found !== 'unset' && !isFalse(found)) return;
  const { setValue, add } = settingEdits(context);
  const edits = found === 'unset' ? add(entry, enabled, 'true') : context.entries.includes(found) ? setValue(found, 'true') : [];
  context.report({
    at: entry.keySite, severity: found !== 'unset' ? 'hint' : saysWhole(context) ? 'warning' : 'information',
    message: `\`${size}\` has no effect unless \`${enabled}\` is true${found === 'unset' ? ', and nothing in sight sets that' : ''}.`,
    related: found === 'unset' ? [] : [{ site: found.keySite, message: 'switched off here' }],
    fixes: edits.length > 0 ? [{ title: `Switch \`${enabled}\` on`, safety: 'suggested', edits }] : [],
  });
}
