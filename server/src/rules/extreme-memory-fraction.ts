import { countingOf, isForCluster } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';

const bounds: Readonly<Record<string, readonly [low: number, high: number]>> = { 'spark.memory.fraction': [0.2, 0.9], 'spark.memory.storageFraction': [0, 0.9] };

export default defineRule({
  name: 'extreme-memory-fraction',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    if (!isForCluster(context)) return;
    for (const entry of countingOf(context.entries, ...Object.keys(bounds))) {
      const range = bounds[entry.key]!;
      const value = Number(entry.value);
      if (entry.value.trim() === '' || Number.isNaN(value) || value >= range[0] && value < range[1] || value < 0 || value > 1) continue;
      context.report({ at: entry.valueSite, message: messageFor(entry.key, value) });
    }
  },
  docs: {
    summary: 'a memory fraction that leaves next to nothing for one side',
    what: '`spark.memory.fraction` below 0.2 or from 0.9 on; `spark.memory.storageFraction` from 0.9 on.',
    why: 'The first is the share of the heap, less 300 MiB, that shuffles, joins, sorts and cached data have together; the rest is for your own objects, for Spark\'s records of blocks and for rows that are larger than was reckoned. A large share ends in long collections or `OutOfMemoryError` in code that the share does not count; a small one in spilling. The second is the part of that share that cached data keep: with nearly all of it, shuffles and joins have nothing of their own once the cache is full, and spill.',
    fine: 'Values in between are a matter of measuring. What Spark refuses is reported by invalid-value.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.memory.fraction  0.95\n', good: 'spark.master  yarn\nspark.memory.fraction  0.7\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.memory.fraction", "0.95")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.memory.fraction", "0.7")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.memory.fraction", "0.95")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.memory.fraction", "0.7")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.memory.fraction=0.95 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.memory.fraction=0.7 \\\n  job.py\n' },
    ],
    source: 'The memory that executors of Spark 3.5.6 and 4.3.0 report for several fractions; the defaults of all releases.',
  },
});

function messageFor(key: string, value: number): string {
  const share = `${Number((value * 100).toFixed(1))} %`;
  if (key === 'spark.memory.storageFraction') return `Cached data keep ${share} of the memory that they share with execution: once the cache is full, shuffles, joins and sorts spill. The default is 0.5.`;
  return value < 0.5
    ? `Execution and cached data share only ${share} of the heap: shuffles and joins spill, caches are evicted early. The default is 0.6.`
    : `Execution and cached data may take ${share} of the heap: ${Number(((1 - value) * 100).toFixed(1))} % is left for objects of your own and all that Spark does not count, which ends in long collections or \`OutOfMemoryError\`. The default is 0.6.`;
}
