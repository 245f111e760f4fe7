import { countingOf, isForCluster, isTrue } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const formats: Readonly<Record<string, { readonly name: string; readonly otherwise: string }>> = {
  'spark.sql.parquet.mergeSchema': { name: 'Parquet', otherwise: 'one of them' },
  'spark.sql.orc.mergeSchema': { name: 'ORC', otherwise: 'none' },
};

export default defineRule({
  name: 'schema-merging',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['unknown-key', 'duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, fileKind, conf, report } = context;
    if (!isForCluster(context) || fileKind === 'notebook') return;
    for (const entry of countingOf(entries, ...Object.keys(formats)).filter(isTrue)) {
      // Switched on for a while, by who knows which reads it is for.
      if (entry.means === 'runtime' || entry.event && entries.some((other) => other.key === entry.key && !isTrue(other))) continue;
      const { name, otherwise } = formats[entry.key]!;
      const edits = conf ? settingEdits(context).remove(entry) : [];
      report({
        at: entry.valueSite,
        message: `Every read of ${name} without a given schema begins with a job that opens each of its files for its schema, instead of ${otherwise}. Where files differ, ask for it in that read: \`option("mergeSchema", true)\`.`,
        fixes: edits.length > 0 ? [{ title: 'Remove the entry: it is off by default', safety: 'suggested', edits }] : [],
      });
    }
  },
  docs: {
    summary: 'the schemas of all files are merged, in every read',
    what: '`spark.sql.parquet.mergeSchema` or `spark.sql.orc.mergeSchema` switched on for all that an application reads.',
    why: 'Without it the schema comes from one file. With it each read starts a job that opens every file of the table before anything is asked of it: with thousands of files, or on an object store, that takes longer than many queries.',
    fine: 'Where most of what is read has files that differ, and no table format that keeps the schema. Reads with a given schema start no such job. `spark.conf.set` around some reads, tests, notebooks and local masters are not reported.',
    fix: 'Removes the entry. Reads that need the merge then have to say so: columns that the one file lacks are missing otherwise.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.sql.parquet.mergeSchema  true\n', good: 'spark.master  yarn\nspark.sql.parquet.mergeSchema  false\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.sql.parquet.mergeSchema", "true")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.master("yarn").getOrCreate()\nevents = spark.read.option("mergeSchema", True).parquet("/data/events")\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.parquet.mergeSchema", "true")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.sql.parquet.mergeSchema", "false")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.sql.parquet.mergeSchema=true \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.sql.parquet.mergeSchema=false \\\n  job.py\n' },
    ],
    source: 'Jobs of a read of 40 files on Spark 3.5.6: of Parquet one task without, and on each core one with the merge; of ORC no job, and the same. None with a schema given.',
  },
});
