import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { mayKeepItsPlace } from '../knowledge/stream-sources.ts';
import { mayBeToldOutside, toldOf } from '../rule/jobs.ts';
import { derivesFrom, eventsOf, isFromSocket, onePerSite, rootsOf, within } from '../rule/queries.ts';
import { boundBy, statementAt } from '../rule/statements.ts';
import { defineRule, type Fix, type Severity } from '../rule/rule.ts';

const files: ReadonlySet<string> = new Set(['parquet', 'csv', 'json', 'orc', 'text', 'xml', 'avro']);
/** They start with a temporary folder, and nobody keeps what they get. */
const toys: ReadonlySet<string> = new Set(['console', 'memory', 'noop']);
const key = 'spark.sql.streaming.checkpointLocation';

export default defineRule({
  name: 'stream-without-checkpoint',
  category: 'streaming',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check(context) {
    const { program, complete, fileKind, report } = context;
    if (fileKind === 'test' || !program.events.some((event) => event.kind === 'write' && event.stream)) return;
    const session = toldOf(context, key);
    const isSure = !mayBeToldOutside(context);
    for (const write of onePerSite(eventsOf(program, 'write').filter((event) => event.stream))) {
      const { props } = write;
      if (props.open || props.options.has('checkpointlocation')) continue;
      const format = props.batch ? 'foreach' : (props.format ?? 'parquet').toLowerCase();
      const table = write.method.name === 'toTable';
      const isFunction = format === 'foreach' || format === 'foreachbatch';
      const refuses = table || !isFunction;
      if (!table && (format === 'unknown' || toys.has(format))) continue;
      if (session.length > 0 && props.queryName !== undefined) continue;
      if (!refuses && (isTrial(program, write) || write.on.every(isFromSocket) || isOnlyLookedAt(program, write))) continue;
      const fileSink = files.has(format) || table;
      const lost = session.length > 0;
      const strong: Severity = refuses && isSure && (!lost || fileSink) ? 'error' : 'warning';
      const dot = program.lowered.text.lastIndexOf('.', write.name.start);
      const fixes: Fix[] = [{ title: 'Set a checkpoint location (put your own path)', safety: 'suggested', placeholder: true, edits: [{ start: dot, end: dot, newText: '.option("checkpointLocation", "/path/to/checkpoint")' }] }];
      report({
        at: write.name,
        raisesAt: lost ? undefined : write.name,
        severity: (program.entryPoint || complete) && (refuses || !write.on.some(isOfOwnSource)) ? strong : 'hint',
        message: lost
          ? fileSink
            ? 'The session sets a checkpoint folder, but this query has no `queryName`: each start uses a new random subfolder, and the file sink then skips batch numbers that it has already written, so new rows are silently lost.'
            : `The session sets a checkpoint folder, but this query has no \`queryName\`: each start uses a new random subfolder, and ${afterRestart(write.on, isFunction)}.`
          : refuses
            ? `This stream has no checkpoint location: Spark refuses to start ${table ? 'a stream into a table' : `${/^[aeio]/i.test(format) ? 'an' : 'a'} ${files.has(format) || format === 'kafka' || format === 'delta' ? format : `\`${format}\``} sink`} without one.`
            : `This stream has no checkpoint location: it starts with a temporary one that is deleted at the end, so after a restart ${afterRestart(write.on, true)}.`,
        fixes,
      });
    }
  },
  docs: {
    summary: 'a streaming query is started without a checkpoint location',
    what: 'A `writeStream` that is started without the option `checkpointLocation`, where the session sets none either, or where it sets one but the query has no name.',
    why: 'The checkpoint is the memory of the stream: how far it has read, and its state. File sinks, tables, Kafka and the sinks of other libraries refuse to start without one. `foreach` and `foreachBatch` start with a temporary folder; after a restart they repeat everything or, where the source starts at its end, as Kafka does by default, never get what arrived meanwhile. A folder set on the session counts only for named queries; otherwise each start gets a random one, and file sinks then lose rows without a word.',
    fine: 'Console, memory and noop sinks are toys and need none, nor does a stream from a socket, which gives nothing a second time, nor a `foreachBatch` that only shows what the source `rate` counts out, nor a query of `foreachBatch` that the same function stops after a while. Where the session is made out of sight, or the source is one of the program\'s own or of a library, which may keep its place itself, the finding is a hint.',
    fix: 'Inserts the option with a placeholder path.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nevents = spark.readStream.table("events")\nevents.writeStream.format("parquet").start("/data/out")\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nevents = spark.readStream.table("events")\nevents.writeStream.format("parquet").option("checkpointLocation", "/chk/out").start("/data/out")\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder().getOrCreate()\n  val events = spark.readStream.table("events")\n  events.writeStream.format("parquet").start("/data/out")\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder().getOrCreate()\n  val events = spark.readStream.table("events")\n  events.writeStream.format("parquet").option("checkpointLocation", "/chk/out").start("/data/out")\n}\n' }],
    source: 'Starts and restarts tried on Spark 3.5.9 and 4.3.0, those of a sink of one\'s own on 4.3.0; Kafka read from its source.',
  },
});

/** The function that starts it stops it as well, after a while: a look at the stream, which nothing takes up again. */
function isTrial({ path, lowered, starts }: SparkProgram, { site, def }: EventOf<'write'>): boolean {
  const statement = site.module === path ? statementAt(lowered, site.start) : undefined;
  const query = statement?.expr.kind === 'bind' ? boundBy(statement)[0] : undefined;
  const rest = query === undefined ? '' : lowered.text.slice(statement!.end, starts.get(def)! + def.length);
  if (/\bawait(Any)?Termination(\(\s*\)|\s*$)/m.test(rest)) return false;
  const end = new RegExp(`^[ \\t]*(?:.*;[ \\t]*)?${query}\\.(?:stop\\b|awaitTermination\\(\\s*[^\\s)])`, 'm').exec(rest);
  // A wait in a loop begins again and again.
  let at = end && statementAt(lowered, statement!.end + end.index + end[0].length - 1);
  while (at && at.start > statement!.end && at.expr.kind !== 'loop') at = at.parent;
  return end !== null && !(at && at.expr.kind === 'loop' && at.start > statement!.end);
}

/** What Spark counts out is shown: a toy, as a console sink is. */
function isOnlyLookedAt(program: SparkProgram, { on, site }: EventOf<'write'>): boolean {
  if (!on.every((each) => streamsOf(each).every(({ source }) => source?.format?.toLowerCase() === 'rate'))) return false;
  const batches = program.datasets.filter((each) => each.made === 'batch' && within(each.site, site));
  const uses = batches.flatMap((batch) => program.events.filter((event) => 'on' in event && event.on.some((each) => derivesFrom(each, batch))));
  return uses.length > 0 && uses.every((event) => event.kind === 'action' && event.method.name === 'show');
}

/** What it streams from; the tables that it is joined with are read anew for each batch. */
const streamsOf = (dataset: Dataset): Dataset[] => rootsOf(dataset).filter(({ streaming }) => streaming !== 'no');
const isOfOwnSource = (dataset: Dataset): boolean => streamsOf(dataset).some(({ source }) => source?.format !== undefined && mayKeepItsPlace(source.format));

/** Where a query without a memory starts again depends on its source. */
function afterRestart(on: readonly Dataset[], isFunction: boolean): string {
  const stories = new Set(on.flatMap(streamsOf).map(storyOf));
  const [only] = stories;
  return (stories.size === 1 ? only! : unknownStory).replace('the function', isFunction ? 'the function' : 'the sink');
}

const again = 'the function gets everything again from the start';
const missed = 'what arrived while the query was down is never read (its Kafka source starts at the latest offsets)';
const unknownStory = 'nothing tells it what it has read: the function gets everything again, or never gets what arrived meanwhile, as the source has it';

function storyOf({ source, made }: Dataset): string {
  const format = source?.format?.toLowerCase();
  if (format === 'kafka') {
    const offsets = source!.options.has('startingoffsets') ? source!.options.get('startingoffsets') : 'latest';
    return offsets === undefined ? unknownStory : offsets.toLowerCase() === 'latest' ? missed : again;
  }
  return format === 'delta' || format !== undefined && files.has(format) || made === 'table' ? again : unknownStory;
}
