import { isWithinPartitions } from '../analysis/chain.ts';
import type { Dataset, EventOf, Loop, Site, SparkProgram } from '../analysis/model.ts';
import { hole } from '../analysis/texts.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import type { Expr, Lowered } from '../program/program.ts';
import { callersOf, checkpointed, evidenceOf, hasShuffle } from '../rule/explain.ts';
import { isForDebugging } from '../rule/debugging.ts';
import { isAfterFailure } from '../rule/failing.ts';
import { feedsNextPass, namesIn } from '../rule/feedback.ts';
import { isRemembered } from '../rule/once.ts';
import { actions, eventsOf, lineage, lineageUpTo, loopOf, madeInLongLoops, mayPrecede, nameAt, oncePerProgram, placeOf, rootsOf, sameLoop, sameSite, within } from '../rule/queries.ts';
import { isOverPartitionColumns } from '../rule/partition-columns.ts';
import { actionsOn } from '../rule/uses.ts';
import { defineRule, type ProgramContext } from '../rule/rule.ts';
import { contains, type Range } from '../text/range.ts';
import { boundBy, definitionsAt, givesUp, statementAt, statementsIn } from '../rule/statements.ts';
import { boundByLoop, expressionAt, someWithin, takerOf } from '../rule/written.ts';

export default defineRule({
  name: 'action-in-loop',
  category: 'loops',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  yieldsTo: ['recomputed-dataset', 'iterating-collected-rows', 'collect-to-driver', 'recomputed-batch'],
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const memorySinks = eventsOf(program, 'write').flatMap((write) => (write.stream && write.props.format === 'memory' && write.queryName !== undefined ? [write.queryName.toLowerCase()] : []));
    // Where callers in sight lead there, they tell of the loop; a function run by itself, with parameters that nobody knows, does not.
    const called = new Set(actions(program).flatMap(({ site, callers }) => (callers.length > 0 ? [placeOf(site)] : [])));
    for (const action of actions(program)) {
      if (action.callers.length === 0 && called.has(placeOf(action.site))) continue;
      // A model is fitted per pass because each is another one.
      if (action.place === 'executor' || !runsJob(action) || action.method.onArgument || action.method.future && !isAwaited(program, action)) continue;
      const loop = loopOf(action);
      if (!loop || !takesItsPasses(loop)) continue;
      // A write in a function that the loop calls is what that function is for; what a pass has grouped is a table of its own, if not of a slice.
      if (action.method.io && (isCalledByPass(action, loop) || !action.on.every((on) => isWithinPartitions(on) || isOfSlice(program, on, loop)))) continue;
      if (isOnTheWayOut(program, action) || isOutOfThePass(program, action, loop) || isTriedAlone(program, action) || isForDebugging(program, action) || onlyFills(program, action, loop) || fillsCacheOfPass(program, action, loop) || isFrameOfPass(program, action, loop) || asksWhetherToWrite(program, action, loop)) continue;
      // An algorithm that goes a number of times over what it made in the pass before.
      if (action.on.some((each) => each.streaming === 'yes' || each.grows && loop.over === 'range') || loop.over === 'range' && (isFold(program, loop) || feedsNextPass(program, action, loop) || endsEarly(program, loop))) continue;
      // Each pass reads and writes something of its own: that is a loop over tables, not one job cut in pieces.
      const ownInput = action.on.every((on) => isOfModelOfLoop(on, action)) || action.on.some((on) => isOwn(on, (root) => isOfPass(program, root, action, loop)));
      if (ownInput || action.on.every((on) => holdsLiterals(on)) || action.on.some((on) => lineage(on).some((each) => isPolled(each, memorySinks)))) continue;
      // What was made by running one job and is used by the next: that one speaks for both.
      if (action.method.lineage !== 'none' && program.datasets.some((each) => sameSite(each.site, action.site) && actionsOn(program, each).some((other) => other.method.job === 'yes' && other.order > action.order))) continue;
      if (isOverPartitionColumns(program, loop) || isPaced(program, action, loop)) continue;
      const dataset = action.on[0]!;
      report({
        at: action.name,
        message: `\`${action.method.name}\` runs a Spark job in ${isOnCondition(program, action, loop) ? 'passes' : 'every pass'} of this loop: the jobs run one after the other, and each plans and schedules ${nameAt(program, action.name, dataset)} anew.`,
        related: [{ site: loop.site, message: 'the loop' }, ...callersOf(action)],
        // Jobs of one pass are one fault.
        oneOf: { fault: placeOf(loop.site), is: `\`${action.method.name}\` runs another job of the pass` },
        evidence: evidenceOf(dataset),
      });
    }
    reportChanges(program, report);
  },
  docs: {
    summary: 'a Spark job runs in every pass of a loop',
    what: 'An action (or a call that runs a job by itself, such as `sortByKey`, `zipWithIndex` or `approxQuantile`) inside a loop over many things (in Scala also `foreach`, `map` and their like), on a dataset that is derived from something outside the loop. A write in the loop counts where it writes rows as they are, or slices of one dataset, cut out by what the loop goes through and grouped alike. Also a DELETE, an UPDATE or an INSERT of VALUES by `sql`, of one and the same table in every pass.',
    why: 'Every pass waits for a job of its own, with its own planning, scheduling and reading of the shared source. Between the small jobs the cluster idles. One aggregation, join or partitioned write over all the values usually does the same in one job.',
    fine: 'A loop over a short literal list, one over frames (`for name, frame in frames.items()`; not over slices that another loop has cut out of one), one over the columns that a table is partitioned by, a retry loop, a loop whose passes each read an input of their own (some of them, where a condition chooses; what all passes join to it is looked up), a `while` loop that asks whether something has converged (not one that counts through numbers, or asks an iterator for more), one that sleeps behind the job of each pass (`time.sleep(gap)`), a parallel collection of Scala (`.par`), whose jobs run side by side, a given number of passes of which each starts from what the job of the one before brought, a block that ends by raising an error or runs once something has failed (`catch`, `case Failure(e)`), a value that is computed where it is not there yet and kept (`if (total < 0) total = rows.count()`), a look at a few rows in a pass that writes, or in a `Try` of its own, which asks whether it fails, the function of `foreachBatch` where the loop only starts the streams: none of these is reported. Several jobs of one pass are one finding.',
    examples: [{ language: 'scala', bad: 'val sales = spark.read.parquet("/data/sales")\nfor (country <- countries) println(sales.filter(sales("country") === country).count())\n', good: 'val sales = spark.read.parquet("/data/sales")\nsales.groupBy("country").count().show()\n' }, { language: 'python', bad: 'sales = spark.read.parquet("/data/sales")\nfor country in countries:\n    print(country, sales.filter(sales.country == country).count())\n', good: 'sales = spark.read.parquet("/data/sales")\nsales.groupBy("country").count().show()\n' }],
    source: 'Which calls run jobs: 312 calls tried on Spark 3.5.9 and 4.3.0.',
  },
});

/** `time.sleep(gap)` behind the job: what plays events back, or asks again and again, waits between its jobs on purpose. */
function isPaced({ lowered, path }: SparkProgram, { site }: EventOf<'action'>, { range }: Loop): boolean {
  const around = range.module === path ? statementAt(lowered, range.start) : undefined;
  return around?.expr.kind === 'loop' && statementsIn(lowered, range).some(({ expr, parent, start }) => parent === around && start > site.start && sleeps(expr));
}
const sleeps = (expr: Expr): boolean => expr.kind === 'discard' ? sleeps(expr.value) : expr.kind === 'call' && calledName(expr) === 'sleep';

/** Only some of the passes come there. */
const isOnCondition = (program: SparkProgram, { site }: EventOf<'action'>, { range }: Loop): boolean =>
  site.module === program.path && range.module === program.path && armsIn(program).some((arm) => contains(range, arm) && contains(arm, site));
const armsIn = oncePerProgram(({ lowered }): readonly Range[] => {
  const found: Range[] = [];
  forEachOf(lowered, ['if'], ({ span, then, otherwise }, { start }) => {
    for (const arm of otherwise ? [then, otherwise] : [then]) found.push({ start: start - span[0] + arm.span[0], end: start - span[0] + arm.span[1] });
  });
  return found;
});

/** It stands in a function that a pass calls: not in the one that `foreach` itself is given. */
const isCalledByPass = ({ callers }: EventOf<'action'>, { site: loop, range }: Loop): boolean => callers.some((site) => within(site, range) && !within(loop, site));

/** All that it is made from is; of what has one receiver, one of the alternatives that a condition chose from. A join is of the pass where the side that is joined to is: the other one is looked up. */
function isOwn(dataset: Dataset, isOwnRoot: (root: Dataset) => boolean, known = new Map<Dataset, boolean | undefined>()): boolean {
  const before = known.get(dataset);
  if (before !== undefined) return before;
  known.set(dataset, undefined);
  const parents = dataset.from.filter((each) => !known.has(each) || known.get(each) !== undefined);
  const owns = (each: Dataset): boolean => isOwn(each, isOwnRoot, known);
  const own = dataset.from.length === 0 ? isOwnRoot(dataset) : chooses(dataset) ? parents.some(owns) : looksUp(dataset) ? owns(dataset.from[0]!) : parents.every(owns);
  known.set(dataset, own);
  return own;
}

/** `for day in days: sales.filter(col("day") == day).groupBy("shop").sum().write…`: one partitioned write does for all of them. */
const isOfSlice = (program: SparkProgram, dataset: Dataset, loop: Loop): boolean => {
  const own = boundByLoop(program, loop);
  const isOwn = (expr: Expr | undefined): boolean => namesIn(expr).some((name) => own.includes(name));
  const argsOf = ({ site, args }: Dataset): readonly (Expr | undefined)[] => (site.module === program.path && within(site, loop.range) ? args.map((arg) => expressionAt(program, arg.site)) : []);
  const slice = lineage(dataset).find((each) => (each.made === 'filter' || each.made === 'where') && argsOf(each).some((arg) => arg !== undefined && picksPass(arg, isOwn)));
  // Cut out of what was there before the loop, and treated alike in all passes.
  return slice !== undefined && slice.from.every(({ loops }) => !loops.some((each) => sameLoop(each, loop)))
    && lineageUpTo(dataset, (each) => each === slice).every((each) => each === slice || each.method?.lineage !== 'wide' && each.kind !== 'GroupedData' || !argsOf(each).some(isOwn));
};

/** `col("day") == day`, `isin(day)`, `f"day = '{day}'"`: what the pass is for stands on one side. */
const picksPass = (condition: Expr, isOwn: (expr: Expr | undefined) => boolean): boolean => someWithin(condition, (each) => {
  if (each.kind === 'text') return isOwn(each) && each.parts.some((part) => typeof part === 'string' && part.includes('='));
  if (each.kind === 'call') return /^(isin|equalTo|eqNullSafe)$/.test(calledName(each) ?? '') && each.args.some(({ value }) => isOwn(value));
  return each.kind === 'operator' && /^(==|===|<=>|equals)$/.test(each.name) && each.args.length === 2 && isOwn(each.args[0]) !== isOwn(each.args[1]);
});

/** What a model of the pass, or of another loop's, predicts: each model needs a job of its own. A frame that went through all the models of a loop that is over is one frame. */
const isOfModelOfLoop = (dataset: Dataset, action: EventOf<'action'>): boolean => lineage(dataset).some(({ method, loops, grows }) =>
  method?.owner === 'MLModel' && loops.some((each) => each.size === 'many' && (!grows || action.loops.some((around) => sameLoop(around, each)))));

/** Rows that the program counts out are among what it is made of; of alternatives that a condition chose from, in all of them. */
function holdsLiterals(dataset: Dataset, known = new Map<Dataset, boolean | undefined>()): boolean {
  const before = known.get(dataset);
  if (before !== undefined || known.has(dataset)) return before ?? false;
  known.set(dataset, undefined);
  const parents = dataset.from.filter((each) => !known.has(each) || known.get(each) !== undefined);
  const holds = (each: Dataset): boolean => holdsLiterals(each, known);
  const held = dataset.from.length === 0 ? dataset.bound.is === 'rows' && dataset.made !== 'emptyRDD' : chooses(dataset) ? parents.length > 0 && parents.every(holds) : parents.some(holds);
  known.set(dataset, held);
  return held;
}

/** `rows.join(known, "id")`: of two frames the one that is joined to tells whose the result is. */
const looksUp = ({ method, from }: Dataset): boolean => method?.lineage === 'join' && method.owner === 'DataFrame' && from.length === 2;

const chooses = (dataset: Dataset): boolean => isWithinPartitions(dataset) || dataset.method?.lineage === 'wide';

/** The loop reads it anew, or goes through what another loop has read piece by piece. */
function isOfPass(program: SparkProgram, root: Dataset, action: EventOf<'action'>, loop: Loop): boolean {
  if (root.made === 'unknown' && root.loops.every((each) => isOlderThanPass(program, root, each))) return false;
  if (!root.loops.some((each) => sameLoop(each, loop))) return action.place === 'driver' && root.loops.some((each) => each.size === 'many' && !action.loops.some((around) => sameLoop(around, each)));
  // The query may ask one table for a part of it in each pass: not where the pass gives the query or names the table.
  return root.made !== 'sql' || root.source?.sql === undefined || root.source.tables.some((table) => table.includes(hole)) || givenQuery.test(root.source.sql) || runsAnyQuery(program, root);
}

/** `FROM ({query})` */
const givenQuery = new RegExp(`\\b(?:from|join)\\s*\\(\\s*${hole}`, 'i');

/** The pass shows what it is, by what it is asked for: `rows.withColumn(…)` of a name, or of a field of one, that stood there before the loop. What the loop binds to it is made of it. */
function isOlderThanPass(program: SparkProgram, { site }: Dataset, loop: Loop): boolean {
  const name = rootNameOf(expressionAt(program, site));
  // In a function that the loop calls, the name is another one.
  if (name === undefined || !within(site, loop.range) || loop.range.module !== program.path || boundByLoop(program, loop).includes(name)) return false;
  return statementsIn(program.lowered, loop.range).every((each) => each.expr.kind !== 'bind' || !boundBy(each).includes(name)
    || each.expr.value !== undefined && someWithin(each.expr.value, (part) => part.kind === 'name' && part.name === name));
}

/** `rows`, `model.rows`, `model.rows.map(row => row(i))`: steps that functions alone tell what to do. */
function rootNameOf(expr: Expr | undefined): string | undefined {
  switch (expr?.kind) {
    case 'name': return expr.name;
    case 'member': return rootNameOf(expr.on);
    case 'call': return expr.fn.kind === 'member' && expr.args.length > 0 && expr.args.every(({ value }) => value.kind === 'closure') ? rootNameOf(expr.fn.on) : undefined;
    default: return undefined;
  }
}

/** `def run_query(self, query): return self.spark.sql(query)`: what it is asked is the business of the pass. Of one that stands elsewhere nobody can tell. */
function runsAnyQuery({ lowered, path }: SparkProgram, { site, args }: Dataset): boolean {
  if (site.module !== path) return true;
  if (!args[0]) return false;
  const query = lowered.text.slice(args[0].site.start, args[0].site.end);
  return statementAt(lowered, site.start)?.def.params.some(({ name }) => name === query) === true;
}

/** The loop goes through frames, or through the names of frames: each pass has another one, which comes from out of sight. */
function isFrameOfPass(program: SparkProgram, { site, name, on }: EventOf<'action'>, loop: Loop): boolean {
  if (loop.frames?.every((frame) => !isCutInLoop(frame)) && on.every((each) => lineage(each).some((from) => loop.frames!.includes(from)))) return true;
  // Read in another file, and held by what the loop goes through.
  const isHeld = (each: Dataset): boolean => each.from.length === 0 && each.site.module !== program.path;
  const isOutOfSight = ({ source, made }: Dataset): boolean => source === undefined && (made === 'unknown' || made.startsWith('parameter'));
  // Frames of several sources, kept under the names that the loop goes through.
  const isMixed = new Set(on.flatMap(rootsOf).map((root) => placeOf(root.site))).size > 1;
  if (site.module !== program.path || !isMixed && !on.every((each) => isHeld(each) || rootsOf(each).every(isOutOfSight))) return false;
  const [, frame, key] = /^[(\s]*([A-Za-z_]\w*)(?:[[(]\s*(\w+)\s*[\])])?/.exec(program.lowered.text.slice(site.start, name.start)) ?? [];
  const own = boundByLoop(program, loop);
  if (isMixed && key === undefined) return false;
  return own.includes(key ?? frame ?? '') || frame !== undefined && isElementOfPass(program, frame, loop, own);
}

/** Another loop has made it: a slice of what all of them are cut from, unless a model of that pass has made it. */
const isCutInLoop = (frame: Dataset): boolean => frame.loops.some(({ size }) => size === 'many') && !lineage(frame).some(({ method }) => method?.owner === 'MLModel');

/** `frame = frames[name]`, `frame = load(name)` in the loop, by what it binds. */
const isElementOfPass = ({ lowered, path }: SparkProgram, frame: string, { range }: Loop, own: readonly string[]): boolean => range.module === path && statementsIn(lowered, range).some((each) => {
  if (each.expr.kind !== 'bind' || !each.expr.value || !boundBy(each).includes(frame)) return false;
  const [, key] = /^[\w.]+(?:\[\s*(\w+)\s*\]|\.get\(\s*(\w+)\s*[,)].*)$/.exec(lowered.text.slice(each.base + each.expr.value.span[0], each.base + each.expr.value.span[1]))?.filter((part) => part !== undefined) ?? [];
  return key !== undefined && own.includes(key) || isLoadedBy(each.expr.value, own);
});

/** A function out of sight gets something of the pass; steps that a frame takes make another of what was there. */
function isLoadedBy(expr: Expr, own: readonly string[]): boolean {
  if (expr.kind === 'member') return isLoadedBy(expr.on, own);
  if (expr.kind !== 'call') return false;
  const ofPass = (value: Expr): boolean => someWithin(value, (part) => part.kind === 'name' && own.includes(part.name));
  return !frameSteps.has(calledName(expr) ?? '') && expr.args.some(({ value }) => ofPass(value)) || expr.fn.kind === 'member' && isLoadedBy(expr.fn.on, own);
}
const frameSteps: ReadonlySet<string> = new Set([
  'filter', 'where', 'select', 'selectExpr', 'withColumn', 'withColumns', 'withColumnRenamed', 'withColumnsRenamed', 'drop', 'join', 'groupBy', 'agg', 'union', 'unionAll', 'unionByName', 'distinct', 'dropDuplicates', 'sample', 'limit',
  'map', 'flatMap', 'sort', 'orderBy', 'alias', 'fillna', 'dropna', 'fill', 'replace', 'toDF', 'rdd', 'persist', 'cache',
]);

/** `(1 to most).foldLeft(model)(step)`, `Stream.range(1, most).scanLeft(model)(step).takeWhile(…)` */
function isFold(program: SparkProgram, { range }: Loop): boolean {
  const call = expressionAt(program, range);
  return call?.kind === 'call' && /^(fold|scan)(Left|Right)?$/.test(calledName(call.fn.kind === 'call' ? call.fn : call) ?? '');
}

/** `for i in range(most): … if converged: break`: the number is only the most that it takes. */
const endsEarly = ({ lowered, path }: SparkProgram, { range }: Loop): boolean => range.module === path && statementsIn(lowered, range).some((each) => {
  if (each.expr.kind !== 'exit' || each.expr.how !== 'break') return false;
  let around = each.parent;
  while (around && around.expr.kind !== 'loop') around = around.parent;
  return around?.start === range.start;
});

/** A look at a few rows before the pass writes what it is there for, or hands it to what may. */
const asksWhetherToWrite = (program: SparkProgram, { method, order, on }: EventOf<'action'>, loop: Loop): boolean =>
  method.reads === 'some' && !on.some(hasShuffle) && program.events.some((event) => (event.kind === 'write' && !event.stream || event.kind === 'escape' && event.how === 'passed') && event.order > order && event.loops.some((each) => sameLoop(each, loop)));

/** Nobody asks what it gives: a `count` that is dropped, a `foreachPartition` that does nothing. It is there to fill a cache of the pass or to write its checkpoint. */
function onlyFills(program: SparkProgram, action: EventOf<'action'>, loop: Loop): boolean {
  const { method, use, args, site } = action;
  if (!isKeptForPass(program, action)) return false;
  if (method.name === 'count') return use.is === 'discarded' || use.is === 'returned' && isAllThatIsDone(program, site, loop);
  return /^foreach(Partition)?$/.test(method.name) && args.length > 0 && args[0]!.value.length > 0 && args[0]!.value.every((item) => item.is === 'function' && doesNothing(item.def.body));
}

/** It is cached, or what it is made of is and each pass of some loop makes it anew: what is cached once for all passes the first of them fills. */
function isKeptForPass(program: SparkProgram, action: EventOf<'action'>): boolean {
  const ofPass = new Set(action.on.flatMap(lineage).filter((each) => action.on.includes(each) || each.loops.length > 0));
  // Whoever it is handed to may keep it as well, and an RDD is handed on where it is marked for a checkpoint.
  return [...ofPass].some(({ made }) => checkpointed.has(made))
    || program.events.some((event) => (event.kind === 'cache' || event.kind === 'escape' && event.how === 'passed') && mayPrecede(event, action) && event.on.some((each) => ofPass.has(each)));
}

/** `{}`, `()`, `pass`, a name that is only read, a literal. */
function doesNothing(expr: Expr): boolean {
  switch (expr.kind) {
    case 'sequence': return expr.body.every(doesNothing);
    case 'discard': return doesNothing(expr.value);
    case 'exit': return expr.how === 'return' && (expr.value === undefined || doesNothing(expr.value));
    case 'collection': return expr.items.length === 0;
    default: return expr.kind === 'literal' || expr.kind === 'name';
  }
}

/** `frames.foreach(_.count())` */
function isAllThatIsDone(program: SparkProgram, site: Site, { range }: Loop): boolean {
  const call = expressionAt(program, range);
  const { lowered } = program;
  return call?.kind === 'call' && calledName(call) === 'foreach' && call.args[0]?.value.kind === 'closure' && site.module === program.path
    && /^\s*[)}]/.test(lowered.text.slice(site.end)) && /(?:[({]|=>)\s*$/.test(lowered.text.slice(range.start, site.start));
}

/** `frame.cache()` and `frame.count()` in one pass: it is there to be computed once. */
const fillsCacheOfPass = (program: SparkProgram, { method, order, on }: EventOf<'action'>, loop: Loop): boolean => method.name === 'count' && eventsOf(program, 'cache').some((cache) =>
  cache.order < order && cache.on.some((each) => on.includes(each)) && cache.loops.some((each) => sameLoop(each, loop)));

/** It, or a call that leads to it, stands on the way to a failure. */
const isOnTheWayOut = ({ path, lowered }: SparkProgram, { site, callers }: Pick<Dataset, 'site' | 'callers'>): boolean => [site, ...callers].some((place) => place.module === path && (givesUp(lowered, place) || isInMessage(lowered, place)));

/** In the pass it, or a call that leads to it, stands where something has failed, or where a value is computed that is kept from then on. */
function isOutOfThePass(program: SparkProgram, { site, callers }: Pick<Dataset, 'site' | 'callers'>, { range }: Loop): boolean {
  const chain = [...callers, site];
  const first = chain.findIndex((place) => within(place, range));
  return chain.slice(Math.max(0, first)).some((place, index) => {
    // The first one is in the loop's own text, those behind it are in functions that it calls.
    const pass = index === 0 ? range : undefined;
    return isAfterFailure(program, place, pass) || isRemembered(program, place, pass) || within(place, range) && isGivenBack(program, place, range);
  });
}

/** `return frame.count()`: whoever gives that back leaves the loop with it, in Scala out of the loop's own function as well. */
function isGivenBack({ path, lowered }: SparkProgram, place: Site, pass: Range): boolean {
  if (place.module !== path) return false;
  if (lowered.language === 'scala') return /\breturn\s+$/.test(lowered.text.slice(pass.start, place.start));
  const statement = statementAt(lowered, place.start);
  if (!statement || !contains(pass, statement) || contains(statement, pass) || statement.expr.kind !== 'exit' || statement.expr.how !== 'return') return false;
  for (let at = statement.parent; at && contains(pass, at); at = at.parent) if (at.expr.kind === 'closure') return false;
  return true;
}

/** `assert total == known, f"{frame.count()} rows"`: asked only once that has failed. */
const isInMessage = (lowered: Lowered, { start }: Site): boolean => {
  const { expr, base = 0 } = statementAt(lowered, start) ?? {};
  return expr?.kind === 'assert' && expr.message !== undefined && start >= base + expr.message.span[0] && start < base + expr.message.span[1];
};

/** The table that a query with a memory sink fills: a loop looks at it again and again on purpose. */
function isPolled({ source }: Dataset, memorySinks: readonly string[]): boolean {
  const text = (source?.table ?? source?.sql)?.toLowerCase();
  return text !== undefined && memorySinks.some((name) => new RegExp(`\\b${name.replace(/\W/g, '')}\\b`).test(text));
}

/** `Await.result(frame.countAsync(), …)`, `rows.countAsync().get()`: the pass waits for its job; else those of several run side by side. */
const isAwaited = (program: SparkProgram, { use, site }: EventOf<'action'>): boolean =>
  use.is === 'receiver' && use.member === 'get' || use.is === 'argument' && isOfAwait(takerOf(program, site)?.fn);
const isOfAwait = (fn: Expr | undefined): boolean => fn?.kind === 'member' && fn.on.kind === 'name' && fn.on.name === 'Await';

/** `Try(frame.selectExpr(text).head())`, on its own: which of the passes fails is what the loop asks. */
const isTriedAlone = (program: SparkProgram, { method, use, site }: EventOf<'action'>): boolean => {
  const taker = method.reads === 'some' && use.is === 'argument' ? takerOf(program, site)?.fn : undefined;
  return taker?.kind === 'name' && taker.name === 'Try';
};

/** `.rdd` runs the stages below the last shuffle at once, `pivot` without values looks for them. */
function runsJob({ method, on, args }: EventOf<'action'>): boolean {
  if (method.job === 'plan') return on.some(hasShuffle);
  return method.job === 'yes' || method.name === 'pivot' && args.length === 1;
}

/** One after the other, and as many as there are: others run until something has converged, and their action is what they ask. */
const takesItsPasses = (loop: Loop): boolean => loop.size !== 'forever' && loop.over !== 'condition' && !loop.parallel;

/** Statements that change one table, a few rows in each pass. */
function reportChanges(program: SparkProgram, report: ProgramContext['report']): void {
  const changes = new Map(program.datasets.flatMap((each) => {
    const change = each.site.module === program.path ? changeOf(program, each) : undefined;
    return change ? [[each, change] as const] : [];
  }));
  if (changes.size === 0) return;
  const jobs = actions(program);
  for (const dataset of madeInLongLoops([...changes.keys()])) {
    const loop = loopOf(dataset)!;
    if (!takesItsPasses(loop) || isOverPartitionColumns(program, loop) || isOnTheWayOut(program, dataset) || isOutOfThePass(program, dataset, loop)) continue;
    // It goes with another job of the pass: what is written for a day, a note of what became of a table.
    if (jobs.some((action) => action.loops.some((each) => sameLoop(each, loop)))) continue;
    const { does, table, instead } = changes.get(dataset)!;
    report({
      at: dataset.name,
      message: `${does} of \`${table}\` runs in every pass of this loop: each is planned, run and committed by itself, one after the other. ${instead}`,
      related: [{ site: loop.site, message: 'the loop' }, ...callersOf(dataset)],
      oneOf: { fault: placeOf(loop.site), is: `another ${does} of the pass` },
    });
  }
}

/** `DELETE FROM orders WHERE id = …`: what changes a few rows of one table, by what the pass fills in. */
function changeOf(program: SparkProgram, dataset: Dataset): { readonly does: string; readonly table: string; readonly instead: string } | undefined {
  if (dataset.made !== 'sql') return undefined;
  const [, statement, table, rest] = changing.exec(dataset.source?.sql ?? '') ?? changing.exec(tableNamed(program, dataset) ?? '') ?? [];
  // `IN (…)` is filled with many at once.
  if (statement === undefined || !rest!.includes(hole) || filledList.test(rest!)) return undefined;
  const does = statement.split(/\s/)[0]!.toUpperCase();
  if (does === 'INSERT' && !/^\s*(\([^()]*\)\s*)?values\b/i.test(rest!)) return undefined;
  return { does, table: table!.replaceAll('`', ''), instead: does === 'INSERT' ? 'One write of a DataFrame of all rows does the same at once.' : 'One statement for all of them (`IN (…)`, or MERGE with a DataFrame of them) does the same at once.' };
}

/** `f"DELETE FROM {table} WHERE id = {id}"`: the statement with the names of the table that all passes have in common, holes for what each fills in. */
function tableNamed(program: SparkProgram, dataset: Dataset): string | undefined {
  const { source, args, site } = dataset;
  const loop = loopOf(dataset);
  const { lowered } = program;
  if (!changesHole.test(source?.sql ?? '') || !args[0] || !loop || !within(site, loop.range) || loop.range.module !== program.path) return undefined;
  // In a function that is defined in the pass a name may be anything.
  if (definitionsAt(lowered, site.start).length !== definitionsAt(lowered, loop.range.start).length) return undefined;
  const inPass = statementsIn(lowered, loop.range);
  const written = expressionAt(program, args[0].site);
  const binders = written?.kind === 'name' ? inPass.filter((each) => boundBy(each).includes(written.name)) : [];
  const query = binders.length === 1 && binders[0]!.expr.kind === 'bind' ? binders[0]!.expr.value : written;
  if (query?.kind !== 'text') return undefined;
  const ofPass = new Set([...boundByLoop(program, loop), ...inPass.flatMap(boundBy)]);
  const isOfAll = (part: Expr): part is Expr & { kind: 'name' } => part.kind === 'name' && !ofPass.has(part.name);
  return query.parts.map((part) => (typeof part === 'string' ? part : isOfAll(part) ? `{${part.name}}` : hole)).join('');
}
const changesHole = new RegExp(`^\\s*(?:delete\\s+from|update)\\s+[\\w.\x60]*${hole}`, 'i');
const changing = /^\s*(delete\s+from|update|insert\s+into(?:\s+table)?)\s+([\w.`{}]+)(?=[\s(])([^]*)$/i;
const filledList = new RegExp(`\\bin\\s*\\([^)]*${hole}`, 'i');
