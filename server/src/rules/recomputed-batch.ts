import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { calledName } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { inBlock, isValue, leavesEarly } from '../rule/cache-edits.ts';
import { editsFor } from '../rule/edits.ts';
import { asksForNoRows, ignoresRows } from '../rule/executed.ts';
import { isLight, isShuffle, numberWord, relatedTo } from '../rule/explain.ts';
import { derivesFrom, eventsOf, fullestPath, isFromKafka, isFull, lineage, lineageUpTo, nameIn, oncePerProgram, onePerSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { cachesTables, loopsForSure } from '../rule/repeated.ts';
import { boundBy, type Statement, statementsIn, statementsOf } from '../rule/statements.ts';
import { actionsOn, derivedFrom } from '../rule/uses.ts';
import { type Range, sliceOf } from '../text/range.ts';

export default defineRule({
  name: 'recomputed-batch',
  category: 'streaming',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const cached = eventsOf(program, 'cache').flatMap((event) => event.on);
    for (const batch of program.datasets.filter((each) => each.made === 'batch' && (each.kind === 'DataFrame' || each.kind === 'RDD'))) {
      if (cached.some((each) => lineage(each).includes(batch)) || isOfKeptStream(program, batch)) continue;
      const uses = actionsOn(program, batch).filter((action) => action.place === 'batch');
      const full = onePerSite(uses.filter((action) => (isFull(action) || readsThroughShuffle(action, batch)) && !action.on.every(isEmptyOnPurpose) && !(isFromKafka(program, batch) && action.method.name === 'count' && action.on.every((each) => each === batch)) && !ignoresRows(program, action) && action.on.some((each) => lineageUpTo(each, (step) => asksForNoRows(program, step)).includes(batch))));
      const path = fullestPath(full);
      if (cachesTables(program) && path.some(({ method }) => method.name === 'sql')) continue;
      if (path.length === 1) reportLooped(batch, path[0]!);
      if (path.length < 2) continue;
      const at = path[1]!;
      report({
        at: at.name,
        message: `The micro-batch${nameBefore(batch, path)} is computed ${path.length === 2 ? 'twice' : `${numberWord(path.length)} times`} here: each of these actions ${batch.kind === 'RDD' ? 'computes it again from what the stream received' : 'reads the batch\'s part of the source again'}. ${isFromKafka(program, batch) ? 'Kafka\'s own records cannot be serialized: take what is needed out of them by `map`, and `persist()` that.' : '`persist()` it before the first one and `unpersist()` it after the last.'}`,
        related: relatedTo(path.filter((action) => action !== at), (event) => (event.kind === 'action' ? `\`${event.method.name}\` computes it too` : 'computed here')),
        fixes: isFromKafka(program, batch) ? [] : persistFix(batch, onePerSite(uses)),
      });
    }

    /** One action is several where a loop goes round with it: a write to each of some tables. */
    function reportLooped(batch: Dataset, action: EventOf<'action'>): void {
      const loop = loopsForSure(program, batch, action)?.find(({ size, passes, comprehension }) => !comprehension && (size === 'many' || size === 'few' && (passes ?? 1) > 1));
      if (!loop || isFromKafka(program, batch)) return;
      report({
        at: action.name,
        message: `The micro-batch${nameBefore(batch, [action, action])} is computed in every pass of this loop: each time the action reads the batch's part of the source again. \`persist()\` it before the loop and \`unpersist()\` it after.`,
        related: [{ site: loop.site, message: 'the loop' }],
      });
    }

    /** What it goes by where it is to be persisted, before the first of them: at a later one that name may stand for something else. In a function of its own, what it goes by there. */
    function nameBefore(batch: Dataset, path: readonly EventOf<'action'>[]): string {
      const [first, second] = path;
      const names = [nameIn(program, batch, first!.name), ...batch.names.filter(({ def }) => def === first!.def).map(({ name }) => name)];
      const name = first!.def !== second!.def ? nameIn(program, batch, second!.name) : names.find((each) => each !== undefined && isMeant(batch, each, first!.name, path));
      return name === undefined ? '' : ` \`${name}\``;
    }

    function persistFix(batch: Dataset, uses: readonly EventOf<'action'>[]): Fix[] {
      const edits = editsFor(program);
      const name = nameIn(program, batch, uses[0]!.name);
      const first = edits.statement(uses[0]!.name);
      if (name === undefined || !first || first.def !== uses[0]!.def || uses.some((use) => use.name.module !== program.path)) return [];
      const places = uses.map((use) => inBlock(edits, first, use.name));
      if (places.includes(undefined) || !isMeant(batch, name, first, uses)) return [];
      const last = lastUse(batch, first, places as Statement[]);
      const range = { start: first.start, end: last.end };
      if (first.expr.kind === 'exit' || last.expr.kind === 'exit' || leavesEarly(sliceOf(program.lowered.text, range))) return [];
      if (statementsIn(program.lowered, range).some((each) => boundBy(each).includes(name))) return [];
      const before = edits.insertBefore(first, `${name}.persist()`);
      // What a block ends in is its value: these functions give nothing.
      const closing = !isValue(last.expr) ? '' : /^foreach(Batch|RDD)$/.test(edits.textOf(batch.name)) ? '\n()' : undefined;
      if (closing === undefined) return [];
      const after = edits.insertAfter(last, `${name}.unpersist()${closing}`);
      return before.length > 0 && after.length > 0 ? [{ title: `Persist \`${name}\` around its actions`, safety: 'suggested', edits: [...before, ...after] }] : [];
    }

    /** At the first action the name still is the batch, or something that all actions are made from. */
    function isMeant(batch: Dataset, name: string, first: Range, uses: readonly EventOf<'action'>[]): boolean {
      const rebound = [...derivedFrom(program, batch)].filter((each) => each !== batch && each.names.some((naming) => naming.name === name) && each.site.module === program.path && each.site.start < first.start);
      const latest = rebound.sort((a, b) => a.site.start - b.site.start).at(-1);
      return !latest || uses.every((use) => use.on.some((on) => derivesFrom(on, latest)));
    }

    /** The last statement of the block that speaks of the batch or of what was made from it, in sight or not. */
    function lastUse(batch: Dataset, first: Statement, places: readonly Statement[]): Statement {
      const names = new Set([...derivedFrom(program, batch)].flatMap((each) => each.names.map(({ name }) => name)));
      let last = places.reduce((a, b) => (b.end > a.end ? b : a));
      for (const statement of statementsOf(program.lowered)) {
        if (statement.def !== first.def || statement.start < first.start || !speaksOf(sliceOf(program.lowered.text, statement), names)) continue;
        if (statement.expr.kind !== 'bind' || statement.expr.value && mayHoldFrames(program, statement.expr.value)) for (const bound of boundBy(statement)) names.add(bound);
        if (statement.parent === first.parent && !statement.arm && statement.end > last.end) last = statement;
      }
      return last;
    }
  },
  docs: {
    summary: 'the batch of foreachBatch or foreachRDD is computed by several actions',
    what: 'Two or more actions that read all of it run on the DataFrame given to the function of `foreachBatch` (or the RDD given to that of `foreachRDD`), on one path, and nothing persists it; or one such action runs in a loop. `count()` is one of them, and so is an INSERT, a MERGE or a CREATE TABLE AS by `sql` over a view of it.',
    why: 'The batch is a plan over its range of the source: each action reads and computes the range again. Two writes read it twice, which costs time in every batch, and a source that changes in between gives them different rows. An RDD of `foreachRDD` goes through all steps of its stream again.',
    fine: '`isEmpty`, `take` and `head` read a row or two; `take` and `head` behind a sort or grouping read all of the batch, and count. After `persist()` the batch is computed once. In Scala, `count()` of an RDD as it comes from Kafka reads offsets alone. Streams of RDDs with a window or state, and those that the program caches, keep each batch, but not what a function makes of it. A loop that tries again, that a pass may leave or that chooses one of its passes runs the action once; after `CACHE TABLE` statements over views are not counted.',
    fix: 'Adds `persist()` before the first action and `unpersist()` after the last use of the batch or of what was made from it; not offered where the name means something else by then.',
    examples: [
      { language: 'python', bad: 'def save(batch, batch_id):\n    batch.write.mode("append").parquet("/data/a")\n    batch.write.mode("append").parquet("/data/b")\n\nspark.readStream.table("events").writeStream.foreachBatch(save).start()\n', good: 'def save(batch, batch_id):\n    batch.persist()\n    batch.write.mode("append").parquet("/data/a")\n    batch.write.mode("append").parquet("/data/b")\n    batch.unpersist()\n\nspark.readStream.table("events").writeStream.foreachBatch(save).start()\n' },
      { language: 'scala', bad: 'def save(batch: DataFrame, id: Long): Unit = {\n  batch.write.mode("append").parquet("/data/a")\n  batch.write.mode("append").parquet("/data/b")\n}\n\nspark.readStream.table("events").writeStream.foreachBatch(save _).start()\n', good: 'def save(batch: DataFrame, id: Long): Unit = {\n  batch.persist()\n  batch.write.mode("append").parquet("/data/a")\n  batch.write.mode("append").parquet("/data/b")\n  batch.unpersist()\n}\n\nspark.readStream.table("events").writeStream.foreachBatch(save _).start()\n' },
    ],
    source: 'Input rows per batch: one write 30, two writes 60, persisted 30, count and write 60, isEmpty and write 31 or 32; Spark 3.5.9 and 4.3.0. Scala on 3.5.6 and 4.3.0: count and write of foreachBatch 60, persisted 30; count and collect in foreachRDD 60, persisted or of a cached stream 30.',
  },
});

/** `batch.orderBy("time").first()`: a few rows, but of all of them. */
const readsThroughShuffle = ({ method, on }: EventOf<'action'>, batch: Dataset): boolean =>
  method.reads === 'some' && method.name !== 'isEmpty' && on.some((each) => derivesFrom(each, batch) && lineageUpTo(each, (step) => step === batch).some(isShuffle));

/** A stream of RDDs that is kept, by the program or by a window or state of its own, keeps the RDD of each batch: unless a function of the program works above it. */
function isOfKeptStream(program: SparkProgram, batch: Dataset): boolean {
  const isKept = (each: Dataset): boolean => each.kind === 'DStream' && (keeping.test(each.made) || cachedStreams(program).has(each));
  const above = lineageUpTo(batch, isKept);
  return above.length < lineage(batch).length && above.every((each) => !each.args.some(({ value }) => value.some(({ is }) => is === 'function')) || isLight(program, each));
}

const keeping = /window|State/i;

/** `stream.cache()`: no job runs for it, so it is no event. */
const cachedStreams = oncePerProgram((program): ReadonlySet<Dataset> => new Set([...program.types].flatMap(([expr, value]) => {
  const name = expr.kind === 'member' ? expr.name : calledName(expr);
  return name === 'cache' || name === 'persist' ? value.flatMap((item) => (item.is === 'spark' && item.kind === 'DStream' && item.dataset ? [item.dataset] : [])) : [];
})));

/** `batch.limit(0)`: the columns without rows. */
const isEmptyOnPurpose = ({ bound }: Dataset): boolean => bound.is === 'rows' && bound.rows === 0;

const speaksOf = (text: string, names: ReadonlySet<string>): boolean => (text.match(/[A-Za-z_]\w*/g) ?? []).some((word) => names.has(word));

/** What is known to be a number, a text or the like holds none. */
function mayHoldFrames(program: SparkProgram, value: Expr): boolean {
  if (value.kind === 'collection') return value.items.some((item) => mayHoldFrames(program, item.value));
  const held = program.types.get(value);
  return !held || held.length === 0 || held.some((item) => item.is !== 'foreign' && item.is !== 'constant');
}
