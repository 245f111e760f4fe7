import type { Dataset, Site, SparkProgram, Value } from '../analysis/model.ts';
import { moduleScope } from '../analysis/scope.ts';
import { isUnknown, sparkValues } from '../analysis/values.ts';
import { calledName, forEachExpression } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { editsFor } from '../rule/edits.ts';
import { lineage, oncePerProgram, onePerSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { boundBy } from '../rule/statements.ts';
import { expressionAt } from '../rule/written.ts';

const always: ReadonlySet<string> = new Set(['updateStateByKey', 'mapWithState', 'countByWindow', 'countByValueAndWindow']);
/** With a function that takes away what leaves the window; without one each window is reduced anew. */
const withInverse: ReadonlySet<string> = new Set(['reduceByWindow', 'reduceByKeyAndWindow']);
const outputs = /^(pprint|print|foreachRDD|saveAs\w+)$/;
/** Settings that name a directory by themselves. */
const keys: ReadonlySet<string> = new Set(['spark.streaming.checkpoint.directory', 'spark.checkpoint.dir']);

export default defineRule({
  name: 'stateful-dstream-without-checkpoint',
  category: 'streaming',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, settings, fileKind, report }) {
    const stateful = onePerSite(program.datasets.filter((dataset) => dataset.kind === 'DStream' && dataset.site.module === program.path && isStateful(dataset)));
    if (stateful.length === 0 || fileKind === 'test' || program.partial || [...settings, ...program.settings].some(({ key }) => keys.has(key))) return;
    const { made, starts, outputs: out, open } = contextsIn(program);
    const [context, ...others] = made;
    const start = starts[0];
    if (!context || !start || others.length > 0 || open) return;
    // A stream that nothing is done with is not run, and asks for nothing.
    const needed = stateful.filter((dataset) => out.some((each) => lineage(each).includes(dataset)));
    const [first, ...more] = needed.sort((a, b) => a.site.start - b.site.start);
    if (!first) return;
    report({
      at: first.name,
      severity: first.path.some(({ choice }) => choice >= 0) ? 'warning' : 'error',
      message: `\`${first.made}\` keeps state from batch to batch and needs a checkpoint directory, which this StreamingContext is never given: \`start()\` fails with "The checkpoint directory has not been set".`,
      related: [{ site: context, message: 'the StreamingContext is made here' }, { site: start, message: 'it is started here' }, ...more.slice(0, 3).map((dataset) => ({ site: dataset.name, message: `\`${dataset.made}\` needs it as well` }))],
      fixes: fixesFor(program, context),
    });
  },
  docs: {
    summary: 'a DStream keeps state, and its StreamingContext has no checkpoint directory',
    what: '`updateStateByKey`, `mapWithState`, `countByWindow`, `countByValueAndWindow`, or `reduceByWindow` and `reduceByKeyAndWindow` with an inverse function, in a program that makes the StreamingContext itself, starts it, and never calls `checkpoint` on it.',
    why: 'What these operations keep grows out of all batches before, so Spark cuts it off at a checkpoint every few batches. Without a directory for that `start()` raises "requirement failed: The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint()": no batch is ever run.',
    fine: 'On a branch, which may not be taken, it is a warning. Where the directory is set is all the same, as long as it comes before `start()`: `ssc.checkpoint`, `setCheckpointDir` of the SparkContext, `spark.streaming.checkpoint.directory`, from Spark 4.0 on `spark.checkpoint.dir`. A context that is passed in, handed to code out of sight, or taken from `getOrCreate` may have one. `window`, and reducing over a window without an inverse function, need none; nor does a stream that nothing is done with.',
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

interface Contexts {
  readonly made: readonly Site[];
  readonly starts: readonly Site[];
  /** Streams that something is done with. */
  readonly outputs: readonly Dataset[];
  /** A directory is set, or may be where it is not seen. */
  readonly open: boolean;
}

const contextsIn = oncePerProgram((program): Contexts => {
  const made: Site[] = [];
  const starts: Site[] = [];
  const done: Dataset[] = [];
  let open = false;
  const typeOf = (expr: Expr): Value => program.types.get(expr) ?? [];
  const isContext = (expr: Expr): boolean => typeOf(expr).some((item) => item.is === 'spark' && (item.kind === 'StreamingContext' || item.kind === 'SparkContext'));
  const isStreaming = (expr: Expr): boolean => typeOf(expr).some((item) => item.is === 'spark' && item.kind === 'StreamingContext');
  /** Code that is read here does with the context what is seen here, and Spark's own sets no directory. */
  const isInSight = (fn: Expr): boolean => typeOf(fn).length > 0 && typeOf(fn).every((item) => {
    if (item.is === 'function') return moduleScope(item.env).module === program.path;
    if (item.is === 'class') return moduleScope(item.info.scope).module === program.path;
    if (item.is === 'object') return item.companion !== undefined && moduleScope(item.companion.scope).module === program.path;
    return item.is === 'owner' || item.is === 'method' || item.is === 'library' || item.is === 'foreign' && /^(org\.apache\.spark|pyspark|builtins|scala)\b/.test(item.name) || item.is === 'module' && /^(org\.apache\.spark|pyspark)\b/.test(item.name);
  });
  /** The session, context or SparkConf that it starts from: not one that comes from a caller or a shell. */
  const isMadeHere = (expr: Expr): boolean => {
    if (expr.kind === 'member') return isMadeHere(expr.on);
    if (expr.kind === 'call') return isMadeHere(expr.fn);
    if (expr.kind === 'literal') return true;
    const value = typeOf(expr);
    return value.length > 0 && !isUnknown(value) && sparkValues(value).every(({ why }) => expressionAt(program, why.site) !== undefined);
  };
  const at = ({ start, end }: Range): Site => ({ module: program.path, start, end });
  const look = (expr: Extract<Expr, { kind: 'call' | 'member' }>, range: Range, name: string | undefined): void => {
    const fn = expr.kind === 'call' ? expr.fn : expr;
    const args = expr.kind === 'call' ? expr.args : [];
    const on = fn.kind === 'member' ? fn.on : undefined;
    if (name === 'setCheckpointDir' || name === 'checkpoint' && args.length > 0 && !(on && isDataset(typeOf(on))) || name === 'getActive' || name === 'getActiveOrCreate' || name === 'getOrCreate' && isStreaming(expr)) open = true;
    if (name === 'StreamingContext' && isStreaming(expr)) {
      made.push(at(range));
      // `new StreamingContext(path)` takes up what was checkpointed there.
      open ||= args.length < 2 || args.length === 2 && args[0]!.value.kind === 'literal' || !isMadeHere(args[0]!.value) || implicitly.test(program.lowered.text.slice(0, range.start));
      return;
    }
    if (on && name === 'start' && isStreaming(on)) starts.push(at(range));
    if (on && name !== undefined && outputs.test(name)) done.push(...typeOf(on).flatMap((item) => (item.is === 'spark' && item.kind === 'DStream' && item.dataset ? [item.dataset] : [])));
    if (args.some(({ value }) => isContext(value)) && !isInSight(fn)) open = true;
  };
  forEachExpression(program.lowered, (expr, range) => {
    if (expr.kind === 'call') look(expr, range, calledName(expr));
    else if (expr.kind === 'member' && expr.auto) look(expr, range, expr.name);
  });
  return { made, starts, outputs: done, open };
});

/** Given on to functions without being written down. */
const implicitly = /\b(?:implicit|given)\b[^\n;=]*=\s*(?:new\s+)?$/;

const isDataset = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'spark' && item.dataset !== undefined);

/** Below the statement that gives the context a name. */
function fixesFor(program: SparkProgram, context: Site): Fix[] {
  const edits = editsFor(program);
  const statement = edits.statement(context);
  const [name, ...others] = statement?.expr.kind === 'bind' ? boundBy(statement) : [];
  if (!name || others.length > 0 || !statement || statement.end !== context.end) return [];
  const added = edits.insertAfter(context, `${name}.checkpoint(${edits.quote('/path/to/checkpoint')})`);
  return added.length > 0 ? [{ title: 'Set a checkpoint directory (put your own path)', safety: 'suggested', placeholder: true, edits: added }] : [];
}
