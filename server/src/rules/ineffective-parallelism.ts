import { countingOf, isFalse, isForCluster, ofKey, tells } from '../rule/entries.ts';
import { defineRule, type SettingsContext } from '../rule/rule.ts';
import { compareVersions } from '../rule/targets.ts';

const key = 'spark.default.parallelism';
const adaptive = 'spark.sql.adaptive.enabled';
const partitions = 'spark.sql.shuffle.partitions';

export default defineRule({
  name: 'ineffective-parallelism',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'ineffective-setting', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, report } = context;
    if (!isForCluster(context) || context.fileKind === 'notebook' || tells([...entries, ...settings], partitions) || !isWithoutAdaptive(context) || !isOfFramesAlone(context)) return;
    for (const entry of countingOf(entries, key)) {
      report({ at: entry.keySite, message: `Without adaptive execution a shuffle of a DataFrame has \`${partitions}\` tasks, 200 where nothing sets it, whatever \`${key}\` says: that counts for RDDs and for how files are split.` });
    }
  },
  docs: {
    summary: 'the parallelism of RDDs is set for programs that shuffle DataFrames, without adaptive execution',
    what: '`spark.default.parallelism` where adaptive execution is off, nothing sets `spark.sql.shuffle.partitions`, and the project has DataFrames and no RDDs.',
    why: 'The key decides into how many partitions shuffles of RDDs go. Those of DataFrames go by `spark.sql.shuffle.partitions`: in the Spark UI their stages keep 200 tasks, however the other one is set. With adaptive execution it counts for them, too, as the least number of partitions.',
    fine: 'Projects that use RDDs or DStreams anywhere, or whose code is not in sight; jobs that only read and write, whose files are split by it. Tests, notebooks and local masters are not reported.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.sql.adaptive.enabled  false\nspark.default.parallelism  64\n', good: 'spark.master  yarn\nspark.sql.adaptive.enabled  false\nspark.sql.shuffle.partitions  64\n', beside: { 'job.py': 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nspark.table("a").groupBy("b").count().write.saveAsTable("c")\n' } },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .config("spark.sql.adaptive.enabled", "false")\n    .config("spark.default.parallelism", "64")\n    .getOrCreate()\n)\nspark.table("a").groupBy("b").count().write.saveAsTable("c")\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .config("spark.sql.adaptive.enabled", "false")\n    .config("spark.sql.shuffle.partitions", "64")\n    .getOrCreate()\n)\nspark.table("a").groupBy("b").count().write.saveAsTable("c")\n' },
      { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder\n    .config("spark.sql.adaptive.enabled", "false")\n    .config("spark.default.parallelism", "64")\n    .getOrCreate()\n  spark.table("a").groupBy("b").count().write.saveAsTable("c")\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder\n    .config("spark.sql.adaptive.enabled", "false")\n    .config("spark.sql.shuffle.partitions", "64")\n    .getOrCreate()\n  spark.table("a").groupBy("b").count().write.saveAsTable("c")\n}\n' },
    ],
    source: 'Tasks of a grouping with a parallelism of 2 and of 16, adaptive execution on and off, on Spark 3.5.9 and 4.3.0.',
  },
});

/** Switched off in sight, or by default in every release that there may be. */
function isWithoutAdaptive({ entries, settings, targets }: SettingsContext): boolean {
  const said = [...ofKey(entries, adaptive), ...ofKey(settings, adaptive)];
  return said.length > 0 ? said.every(isFalse) : compareVersions(targets.to, '3.2') < 0;
}

/** Frames that shuffle are in sight, and RDDs nowhere in the project. */
function isOfFramesAlone({ program, mentions }: SettingsContext): boolean {
  if (program?.datasets.some(({ kind }) => kind === 'RDD' || kind === 'DStream') || !mentions || mentions(ofRdds, code)) return false;
  return mentions(shuffling, code);
}
const code = /\.(?:py|scala|sc|ipynb|java|R)$/;
const ofRdds = /\brdd\b|\bRDD\b|\bparallelize\b|\btextFile\b|\bsparkContext\b|\bSparkContext\b|\bsc\.|\bDStream\b|\bStreamingContext\b/;
const shuffling = /\.\s*(?:groupBy|groupby|join|distinct|dropDuplicates|orderBy|agg)\s*\(|\bGROUP BY\b|\bJOIN\b/;
