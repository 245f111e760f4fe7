import type { Dataset, Site, SparkProgram } from '../analysis/model.ts';
import { streamsOf } from '../rule/dstreams.ts';
import { editsFor } from '../rule/edits.ts';
import { mayBeToldOutside, toldOf } from '../rule/jobs.ts';
import { lineage, onePerSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { boundBy } from '../rule/statements.ts';

const always: ReadonlySet<string> = new Set(['updateStateByKey', 'mapWithState', 'countByWindow', 'countByValueAndWindow']);
/** With a function that takes away what leaves the window; without one each window is reduced anew. */
const withInverse: ReadonlySet<string> = new Set(['reduceByWindow', 'reduceByKeyAndWindow']);
/** Settings that name a directory by themselves. */
const keys = ['spark.streaming.checkpoint.directory', 'spark.checkpoint.dir'];

export default defineRule({
  name: 'stateful-dstream-without-checkpoint',
  category: 'streaming',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, settings, jobs, fileKind, report }) {
    const stateful = onePerSite(program.datasets.filter((dataset) => dataset.kind === 'DStream' && dataset.site.module === program.path && isStateful(dataset)));
    if (stateful.length === 0 || fileKind === 'test' || program.partial || toldOf({ program, settings, jobs }, ...keys).length > 0) return;
    const { made, starts, outputs, open } = streamsOf(program);
    const [context, ...others] = made;
    const start = starts[0];
    if (!context || !start || others.length > 0 || open) return;
    // A stream that nothing is done with is not run, and asks for nothing.
    const outputsOf = (dataset: Dataset): typeof outputs => outputs.filter(({ on }) => lineage(on).includes(dataset));
    const needed = stateful.filter((dataset) => outputsOf(dataset).length > 0);
    const [first, ...more] = needed.sort((a, b) => a.site.start - b.site.start);
    if (!first) return;
    report({
      at: first.name,
      severity: mayBeToldOutside({ jobs }) || first.path.some(({ choice }) => choice >= 0) || outputsOf(first).every(({ conditional }) => conditional) ? 'warning' : 'error',
      message: `\`${first.made}\` keeps state from batch to batch and needs a checkpoint directory, which this StreamingContext is never given: \`start()\` fails with "The checkpoint directory has not been set".`,
      related: [{ site: context, message: 'the StreamingContext is made here' }, { site: start, message: 'it is started here' }, ...more.slice(0, 3).map((dataset) => ({ site: dataset.name, message: `\`${dataset.made}\` needs it as well` }))],
      fixes: fixesFor(program, context),
    });
  },
  docs: {
    summary: 'a DStream keeps state, and its StreamingContext has no checkpoint directory',
    what: '`updateStateByKey`, `mapWithState`, `countByWindow`, `countByValueAndWindow`, or `reduceByWindow` and `reduceByKeyAndWindow` with an inverse function, in a program that makes the StreamingContext itself, starts it, and never calls `checkpoint` on it.',
    why: 'What these operations keep grows out of all batches before, so Spark cuts it off at a checkpoint every few batches. Without a directory for that `start()` raises "requirement failed: The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint()": no batch is ever run.',
    fine: 'On a branch, which may not be taken, or where all that is done with the stream stands on one, it is a warning. Where the directory is set is all the same, as long as it comes before `start()`: `ssc.checkpoint`, `setCheckpointDir` of the SparkContext, `spark.streaming.checkpoint.directory`, from Spark 4.0 on `spark.checkpoint.dir`. A context that is passed in, handed to code out of sight, or taken from `getOrCreate` may have one. `window`, and reducing over a window without an inverse function, need none; nor does a stream that nothing is done with.',
    fix: 'Inserts the call with a placeholder path below the line that makes the context. On a cluster it has to be a folder of a store that all executors reach.',
    examples: [
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\nimport org.apache.spark.streaming.{Seconds, StreamingContext}\n\nobject Words {\n  def main(args: Array[String]): Unit = {\n    val ssc = new StreamingContext(new SparkConf().setAppName("words"), Seconds(10))\n    val words = ssc.socketTextStream("feed", 9999).map(word => (word, 1))\n    words.reduceByKeyAndWindow(_ + _, _ - _, Seconds(60), Seconds(10)).print()\n    ssc.start()\n    ssc.awaitTermination()\n  }\n}\n', good: 'import org.apache.spark.SparkConf\nimport org.apache.spark.streaming.{Seconds, StreamingContext}\n\nobject Words {\n  def main(args: Array[String]): Unit = {\n    val ssc = new StreamingContext(new SparkConf().setAppName("words"), Seconds(10))\n    ssc.checkpoint("hdfs:///checkpoints/words")\n    val words = ssc.socketTextStream("feed", 9999).map(word => (word, 1))\n    words.reduceByKeyAndWindow(_ + _, _ - _, Seconds(60), Seconds(10)).print()\n    ssc.start()\n    ssc.awaitTermination()\n  }\n}\n' },
      { language: 'python', bad: 'from pyspark import SparkContext\nfrom pyspark.streaming import StreamingContext\nsc = SparkContext(appName="words")\nssc = StreamingContext(sc, 10)\nwords = ssc.socketTextStream("feed", 9999)\nwords.countByWindow(60, 10).pprint()\nssc.start()\nssc.awaitTermination()\n', good: 'from pyspark import SparkContext\nfrom pyspark.streaming import StreamingContext\nsc = SparkContext(appName="words")\nssc = StreamingContext(sc, 10)\nssc.checkpoint("hdfs:///checkpoints/words")\nwords = ssc.socketTextStream("feed", 9999)\nwords.countByWindow(60, 10).pprint()\nssc.start()\nssc.awaitTermination()\n' },
    ],
    source: 'Every operation, with and without a directory, tried in Scala and Python on Spark 3.5.6 and 4.3.0.',
  },
});

function isStateful({ made, args }: Dataset): boolean {
  if (always.has(made)) return true;
  const inverse = args.find(({ name }) => name === 'invReduceFunc' || name === 'invFunc') ?? args.filter(({ name }) => name === undefined)[1];
  return withInverse.has(made) && inverse !== undefined && inverse.value.length > 0 && inverse.value.every((item) => item.is === 'function' || item.is === 'foreign' && item.name.startsWith('operator.'));
}

/** Below the statement that gives the context a name. */
function fixesFor(program: SparkProgram, context: Site): Fix[] {
  const edits = editsFor(program);
  const statement = edits.statement(context);
  const [name, ...others] = statement?.expr.kind === 'bind' ? boundBy(statement) : [];
  if (!name || others.length > 0 || !statement || statement.end !== context.end) return [];
  const added = edits.insertAfter(context, `${name}.checkpoint(${edits.quote('/path/to/checkpoint')})`);
  return added.length > 0 ? [{ title: 'Set a checkpoint directory (put your own path)', safety: 'suggested', placeholder: true, edits: added }] : [];
}
