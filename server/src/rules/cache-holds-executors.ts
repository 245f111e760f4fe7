import { isTrue, mayRunLocally, tells, valueOf } from '../rule/entries.ts';
import { eventsOf, onePerSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

const idle = 'spark.dynamicAllocation.cachedExecutorIdleTimeout';
const enabled = 'spark.dynamicAllocation.enabled';

export default defineRule({
  name: 'cache-holds-executors',
  category: 'caching',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  yieldsTo: ['unused-cache', 'unreleased-cache', 'cache-too-late', 'released-too-early'],
  looksAt: 'program',
  check({ program, settings, fileKind, mentions, report }) {
    if (fileKind !== 'job' || program.partial) return;
    const all = [...settings, ...program.settings];
    const dynamic = valueOf(all, enabled);
    if (!dynamic || !isTrue(dynamic) || tells(all, idle) || isTrue(valueOf(all, 'spark.shuffle.service.fetch.rdd.enabled')) || mayRunLocally(all) || mentions?.(/cachedExecutorIdleTimeout/)) return;
    if (eventsOf(program, 'release').length > 0) return;
    const [first, ...others] = onePerSite(eventsOf(program, 'cache').filter(({ site }) => site.module === program.path));
    if (!first) return;
    report({
      at: first.name,
      message: `Nothing here releases what is cached, and with dynamic allocation an executor that keeps a cached block is never given back: the application holds its executors to the end. Call \`unpersist()\` when the rows are no longer needed, or set \`${idle}\`.`,
      related: [{ site: dynamic.keySite, message: 'dynamic allocation is switched on here' }, ...others.slice(0, 3).map(({ name }) => ({ site: name, message: 'this is cached as well' }))],
    });
  },
  docs: {
    summary: 'caches that are never released keep dynamic allocation from giving executors back',
    what: 'A program that caches and releases nothing, while its settings switch dynamic allocation on and none in sight sets `spark.dynamicAllocation.cachedExecutorIdleTimeout`.',
    why: 'Executors without work are given back after a minute, but those that keep cached blocks never are, unless that key says when. One cached table that was computed by a hundred executors holds all of them until the application ends, for everybody else on the cluster.',
    fine: 'A job that uses its cache to the end. Programs that call `unpersist` or `clearCache` anywhere are not reported, nor are tests, notebooks and local masters.',
    examples: [
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .config("spark.dynamicAllocation.enabled", "true")\n    .getOrCreate()\n)\norders = spark.read.parquet("/data/orders").groupBy("user").count().cache()\norders.write.parquet("/data/a")\norders.where("count > 9").write.parquet("/data/b")\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .config("spark.dynamicAllocation.enabled", "true")\n    .getOrCreate()\n)\norders = spark.read.parquet("/data/orders").groupBy("user").count().cache()\norders.write.parquet("/data/a")\norders.where("count > 9").write.parquet("/data/b")\norders.unpersist()\n' },
      { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job {\n  def main(args: Array[String]): Unit = {\n    val spark = SparkSession.builder()\n      .config("spark.dynamicAllocation.enabled", "true")\n      .getOrCreate()\n    val orders = spark.read.parquet("/data/orders").groupBy("user").count().cache()\n    orders.write.parquet("/data/a")\n    orders.where("count > 9").write.parquet("/data/b")\n  }\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job {\n  def main(args: Array[String]): Unit = {\n    val spark = SparkSession.builder()\n      .config("spark.dynamicAllocation.enabled", "true")\n      .getOrCreate()\n    val orders = spark.read.parquet("/data/orders").groupBy("user").count().cache()\n    orders.write.parquet("/data/a")\n    orders.where("count > 9").write.parquet("/data/b")\n    orders.unpersist()\n  }\n}\n' },
    ],
    source: 'The default, without end, in the registries of Spark 2.4 to 4.3; that executors with cached blocks are kept for so long is what Spark says itself, not tried on a cluster.',
  },
});
