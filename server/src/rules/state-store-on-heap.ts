import type { Dataset } from '../analysis/model.ts';
import { toldOf } from '../rule/jobs.ts';
import { onePerSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

const key = 'spark.sql.streaming.stateStore.providerClass';
const stateful: ReadonlySet<string> = new Set(['dropDuplicates', 'drop_duplicates', 'distinct', 'dropDuplicatesWithinWatermark', 'applyInPandasWithState', 'mapGroupsWithState', 'flatMapGroupsWithState', 'transformWithState', 'transformWithStateInPandas']);

export default defineRule({
  name: 'state-store-on-heap',
  category: 'streaming',
  severity: 'hint',
  since: '0.1.0',
  languages: ['python', 'scala'],
  optIn: true,
  fix: 'none',
  yieldsTo: ['unbounded-state'],
  looksAt: 'program',
  check({ program, settings, jobs, fileKind, mentions, forDatabricks, report }) {
    if (fileKind !== 'job' || program.partial) return;
    const [first] = onePerSite(program.datasets.filter((dataset) => isStateful(dataset) && dataset.site.module === program.path));
    if (!first || mentions?.(/stateStore\.providerClass|RocksDBStateStore/) || forDatabricks?.() || toldOf({ program, settings, jobs }, key).length > 0) return;
    report({ at: first.name, message: `The state of \`${first.made}\` is kept on the heap of the executors, every version of it that may be read again, since no setting in sight names another store: with millions of keys collections take long. RocksDB keeps it outside: \`${key}\`.` });
  },
  docs: {
    summary: 'a streaming query keeps its state on the heap of the executors',
    what: 'Deduplication, an aggregation, a join of streams or a stateful function on a stream, while no setting in sight names `spark.sql.streaming.stateStore.providerClass`.',
    why: 'The default store keeps the keys of each partition in a hash map on the heap, for two versions. Large state means long collections, and executors that need far more memory than their rows do. RocksDB keeps state in memory that is not the heap\'s and on the local disk.',
    fine: 'Small state is faster on the heap. Whether it is small no text tells: the rule is off until you switch it on.',
    examples: [
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.getOrCreate()\nevents = spark.readStream.format("kafka").option("subscribe", "a").load()\nevents.withWatermark("timestamp", "1 hour").dropDuplicates(["key", "timestamp"]).writeStream.option("checkpointLocation", "/c").start("/out")\n', good: 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.config("spark.sql.streaming.stateStore.providerClass", "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider").getOrCreate()\nevents = spark.readStream.format("kafka").option("subscribe", "a").load()\nevents.withWatermark("timestamp", "1 hour").dropDuplicates(["key", "timestamp"]).writeStream.option("checkpointLocation", "/c").start("/out")\n' },
      { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job {\n  def main(args: Array[String]): Unit = {\n    val spark = SparkSession.builder().getOrCreate()\n    val events = spark.readStream.format("kafka").option("subscribe", "a").load()\n    events.withWatermark("timestamp", "1 hour").dropDuplicates("key", "timestamp").writeStream.option("checkpointLocation", "/c").start("/out")\n  }\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job {\n  def main(args: Array[String]): Unit = {\n    val spark = SparkSession.builder().config("spark.sql.streaming.stateStore.providerClass", "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider").getOrCreate()\n    val events = spark.readStream.format("kafka").option("subscribe", "a").load()\n    events.withWatermark("timestamp", "1 hour").dropDuplicates("key", "timestamp").writeStream.option("checkpointLocation", "/c").start("/out")\n  }\n}\n' },
    ],
    source: 'The default provider, asked of Spark 3.5.6 and 4.3.0.',
  },
});

function isStateful({ streaming, made, from }: Dataset): boolean {
  if (streaming !== 'yes') return false;
  if (stateful.has(made) || from.some(({ kind }) => kind === 'GroupedData' || kind === 'RelationalGroupedDataset')) return true;
  return made === 'join' && from.filter((each) => each.streaming === 'yes').length > 1;
}
