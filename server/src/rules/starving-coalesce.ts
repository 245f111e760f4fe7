import { evidenceOf, isShuffle } from '../rule/explain.ts';
import { nameOf, onePerSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';
import type { Dataset } from '../analysis/model.ts';

export default defineRule({
  name: 'starving-coalesce',
  category: 'partitions',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  yieldsTo: ['single-partition-output'],
  looksAt: 'program',
  check({ program, fileKind, slots: reckon, report }) {
    const slots = fileKind === 'test' || !program.datasets.some(({ made }) => made === 'coalesce') ? undefined : reckon?.();
    if (slots === undefined) return;
    for (const dataset of onePerSite(program.datasets.filter((each) => each.made === 'coalesce'))) {
      const count = dataset.args[0]?.literal;
      if (typeof count !== 'number' || count < 2 || count >= slots || dataset.args.length > 1 || dataset.bound.is === 'rows' || dataset.site.module !== program.path) continue;
      const work = costlySinceShuffle(dataset);
      if (!work) continue;
      report({
        at: dataset.name,
        message: `\`coalesce(${count})\` leaves ${count} tasks for everything since the last shuffle of ${nameOf(program, dataset.from[0] ?? dataset, dataset.name)}, \`${work.made}\` included, while ${slots} could run at once.`,
        related: [{ site: work.name, message: 'this work runs in the few tasks' }],
        evidence: evidenceOf(dataset),
        fixes: [{ title: `Use repartition(${count}): the work before it keeps all its tasks (adds a shuffle)`, safety: 'suggested', edits: [{ start: dataset.name.start, end: dataset.name.end, newText: 'repartition' }] }],
      });
    }
  },
  docs: {
    summary: 'coalesce leaves fewer tasks than the cluster has slots for costly work before it',
    what: '`coalesce(n)` with fewer partitions than tasks can run at once, where a function of the program (a UDF, `map`) or the parsing of text stands between it and the last shuffle.',
    why: '`coalesce` avoids a shuffle by letting the tasks before it do the joining: the whole stage runs with n tasks. The other cores wait.',
    fine: 'Where the work before it is light, or where the number of slots is not known from the settings or the program: then nothing is said. `local[N]`, instances times cores, or `cluster.slots` in the project settings tell it.',
    fix: 'Replaces it by `repartition(n)`, which adds a shuffle and keeps the earlier work parallel.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.master("local[32]").getOrCreate()\nspark.read.json("/data/logs").coalesce(4).write.parquet("/data/out")\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.master("local[32]").getOrCreate()\nspark.read.json("/data/logs").repartition(4).write.parquet("/data/out")\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nval spark = SparkSession.builder.master("local[32]").getOrCreate()\nspark.read.json("/data/logs").coalesce(4).write.parquet("/data/out")\n', good: 'import org.apache.spark.sql.SparkSession\n\nval spark = SparkSession.builder.master("local[32]").getOrCreate()\nspark.read.json("/data/logs").repartition(4).write.parquet("/data/out")\n' }],
    source: 'coalesce(2) of eight partitions ran two tasks on Spark 3.5.9 and 4.3.0.',
  },
});

function costlySinceShuffle(dataset: Dataset): Dataset | undefined {
  const seen = new Set<Dataset>();
  const work = [...dataset.from];
  for (let each = work.shift(); each; each = work.shift()) {
    if (seen.has(each) || isShuffle(each)) continue;
    seen.add(each);
    const format = each.source?.format?.toLowerCase();
    if (each.method?.costly || each.udf !== undefined || format === 'json' || format === 'csv' || format === 'xml') return each;
    work.push(...each.from);
  }
  return undefined;
}
