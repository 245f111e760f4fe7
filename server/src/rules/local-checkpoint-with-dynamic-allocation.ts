import { isTrue, mayRunLocally, valueOf } from '../rule/entries.ts';
import { onePerSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

const idle = 'spark.dynamicAllocation.cachedExecutorIdleTimeout';
const enabled = 'spark.dynamicAllocation.enabled';

export default defineRule({
  name: 'local-checkpoint-with-dynamic-allocation',
  category: 'caching',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check({ program, settings, fileKind, report }) {
    const all = [...settings, ...program.settings];
    const dynamic = valueOf(all, enabled);
    const timeout = valueOf(all, idle);
    if (fileKind === 'test' || !dynamic || !timeout || !isTrue(dynamic) || !/\d/.test(timeout.value) || mayRunLocally(all)) return;
    for (const { name } of onePerSite(program.datasets.filter(({ made, site }) => made === 'localCheckpoint' && site.module === program.path))) {
      report({
        at: name,
        message: `\`localCheckpoint\` keeps the only copy of its rows in executors, and dynamic allocation gives executors with kept blocks back after ${timeout.value.trim()} without a task: what is read later is gone, and the job fails. \`checkpoint\` keeps them in files.`,
        related: [{ site: timeout.keySite, message: 'the time after which executors with kept blocks are given back' }, { site: dynamic.keySite, message: 'dynamic allocation is switched on here' }],
      });
    }
  },
  docs: {
    summary: 'localCheckpoint while dynamic allocation gives executors with kept blocks back',
    what: '`localCheckpoint()` in a program whose settings switch dynamic allocation on and set `spark.dynamicAllocation.cachedExecutorIdleTimeout`.',
    why: 'A local checkpoint cuts the lineage and leaves the rows in the storage of executors: nothing can compute them again. By default executors with such blocks are never given back; with the timeout they are, and the next use fails because a checkpoint block is missing.',
    fine: 'Where the timeout is longer than the rows are needed. Without the timeout nothing is reported.',
    examples: [
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .config("spark.dynamicAllocation.enabled", "true")\n    .config("spark.dynamicAllocation.cachedExecutorIdleTimeout", "10min")\n    .getOrCreate()\n)\norders = spark.read.parquet("/data/orders").localCheckpoint()\norders.count()\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .config("spark.dynamicAllocation.enabled", "true")\n    .config("spark.dynamicAllocation.cachedExecutorIdleTimeout", "10min")\n    .getOrCreate()\n)\nspark.sparkContext.setCheckpointDir("/data/checkpoints")\norders = spark.read.parquet("/data/orders").checkpoint()\norders.count()\n' },
      { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job {\n  def main(args: Array[String]): Unit = {\n    val spark = SparkSession.builder()\n      .config("spark.dynamicAllocation.enabled", "true")\n      .config("spark.dynamicAllocation.cachedExecutorIdleTimeout", "10min")\n      .getOrCreate()\n    val orders = spark.read.parquet("/data/orders").localCheckpoint()\n    orders.count()\n  }\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job {\n  def main(args: Array[String]): Unit = {\n    val spark = SparkSession.builder()\n      .config("spark.dynamicAllocation.enabled", "true")\n      .config("spark.dynamicAllocation.cachedExecutorIdleTimeout", "10min")\n      .getOrCreate()\n    spark.sparkContext.setCheckpointDir("/data/checkpoints")\n    val orders = spark.read.parquet("/data/orders").checkpoint()\n    orders.count()\n  }\n}\n' },
    ],
    source: 'What Spark says itself of `localCheckpoint`; not tried on a cluster.',
  },
});
