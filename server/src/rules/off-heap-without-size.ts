import { saysAll } from '../rule/commands.ts';
import { countingOf, isTrue, sizeOf, tells, valueOf } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';

const enabled = 'spark.memory.offHeap.enabled';
const size = 'spark.memory.offHeap.size';

export default defineRule({
  name: 'off-heap-without-size',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'ineffective-setting'],
  looksAt: 'settings',
  check({ entries, settings, registry, targets, command, program, mentions, report }) {
    const given = valueOf(entries, size);
    const bytes = sizeOf(given, registry, targets);
    const elsewhere = (key: string): boolean => tells(settings, key) || command !== undefined && !saysAll(command) || program !== undefined && mentions?.(key === size ? /offHeap\.size/ : /offHeap\.enabled/) === true;
    for (const entry of countingOf(entries, enabled)) {
      if (!isTrue(entry) || entry.means === 'runtime') continue;
      if (bytes === 0) report({ at: given!.valueSite, message: `\`${size}\` is 0 while memory off the heap is switched on: the context does not start.`, related: [{ site: entry.keySite, message: 'switched on here' }] });
      else if (!tells(entries, size) && !program && !elsewhere(size)) report({ at: entry.keySite, severity: 'warning', message: `Memory off the heap is switched on without \`${size}\`: unless that is set elsewhere the context does not start.` });
    }
    for (const entry of countingOf(entries, size)) {
      if ((sizeOf(entry, registry, targets) ?? 0) === 0 || tells(entries, enabled) || program || elsewhere(enabled)) continue;
      report({ at: entry.keySite, severity: 'hint', message: `\`${size}\` has no effect unless \`${enabled}\` is true.` });
    }
  },
  docs: {
    summary: 'memory off the heap is switched on without a size, or sized without being on',
    what: '`spark.memory.offHeap.enabled true` with `spark.memory.offHeap.size` 0 or, in a properties file or a command, missing; there also a size that nothing switches on (a hint).',
    why: 'Without a size the context does not start. A size alone is ignored without a word, in the containers that the cluster manager is asked for as well.',
    fine: 'What one file does not say, another may: where arguments or files are out of sight, and in code, only a size of 0 is reported.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.memory.offHeap.enabled  true\nspark.memory.offHeap.size  0\n', good: 'spark.master  yarn\nspark.memory.offHeap.enabled  true\nspark.memory.offHeap.size  2g\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.memory.offHeap.enabled", "true")\n    .config("spark.memory.offHeap.size", "0")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.memory.offHeap.enabled", "true")\n    .config("spark.memory.offHeap.size", "2g")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.memory.offHeap.enabled", "true")\n    .set("spark.memory.offHeap.size", "0")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.memory.offHeap.enabled", "true")\n    .set("spark.memory.offHeap.size", "2g")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.memory.offHeap.enabled=true \\\n  --conf spark.memory.offHeap.size=0 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.memory.offHeap.enabled=true \\\n  --conf spark.memory.offHeap.size=2g \\\n  job.py\n' },
    ],
    source: 'Tried on Spark 3.5.6 and 4.3.0.',
  },
});
