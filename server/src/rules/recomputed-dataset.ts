import type { Dataset, EventOf, Loop, Site, SparkProgram, Value } from '../analysis/model.ts';
import type { Def, Expr } from '../program/program.ts';
import { editsFor } from '../rule/edits.ts';
import { atHand, costOf, evidenceOf, hasShuffle, isLight, isShuffle, isSort, isWindowed, numberWord, weightOf } from '../rule/explain.ts';
import { isForDebugging } from '../rule/debugging.ts';
import { isAfterFailure } from '../rule/failing.ts';
import { asksForNoRows, type Spared, sparedBy } from '../rule/executed.ts';
import { cacheEdits } from '../rule/cache-edits.ts';
import { actions, apart, compatible, derivesFrom, eventsOf, fullestPath, groupedBy, holds, lineage, lineageUpTo, loopsBetween, nameIn, nameOf, nearestIn, oncePerProgram, onOneBranch, placeOf, remembered, rootsOf, sameLoop, sameSite, within } from '../rule/queries.ts';
import { pathDownTo } from '../rule/stand-ins.ts';
import { actionsOn } from '../rule/uses.ts';
import { isDocumentForDriver, isFromSamples, smallSource } from '../rule/few-rows.ts';
import { leadsToFailure, statementAt } from '../rule/statements.ts';
import { isExploratory } from '../rule/wanted-rows.ts';
import { cachesTables, loopsForSure, timesWrittenOut } from '../rule/repeated.ts';
import { defineRule, type Fix, type Related } from '../rule/rule.ts';
import { listed } from '../text/listed.ts';
import { wordsOfName } from '../text/names.ts';

type Action = EventOf<'action'>;

/** Run again on one and the same shuffled dataset, these find its stages done; every other action plans anew. */
const reuseStages: ReadonlySet<string> = new Set(['collect', 'toPandas', 'foreach', 'foreachPartition', 'rdd']);

export default defineRule({
  name: 'recomputed-dataset',
  category: 'caching',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  yieldsTo: ['cache-too-late', 'recomputed-batch', 'released-too-early'],
  looksAt: 'program',
  check(context) {
    const { program, fileKind, targets, report } = context;
    if (fileKind === 'test' || program.partial) return;
    const computations = actions(program).filter((action) => action.place === 'driver' && computesAll(action) && !isForDebugging(program, action) && !isForFailure(program, action));
    const cached = new Set(eventsOf(program, 'cache').flatMap((event) => event.on));
    const handedOver = handedOverIn(program, computations);
    const heldByName = atHand(targets);
    const isHeld = (dataset: Dataset): boolean => cached.has(dataset) || handedOver.forAll.has(dataset) || heldByName.has(dataset.made);
    const isKept = (dataset: Dataset): boolean => isHeld(dataset) || keepsItself(dataset);
    const writesFiles = firstOnShuffles(program);
    const isReady = (dataset: Dataset, action: Action): boolean => isHeld(dataset) || handedOver.before(action, dataset) || keepsItself(dataset) && !writesFiles(dataset, action);
    const computing = computingIn(computations, (dataset, action) => isReady(dataset, action) || asksForNoRows(program, dataset) || isReplaced(program, dataset, action, cached));
    // What is read again to fill a cache is told where it is read; steps in between, where nothing says so of what they read.
    const filling = fillers(program, computations, isHeld);
    const fill = (isMeant: (dataset: Dataset) => boolean): void => {
      for (const [cached, action] of filling) {
        for (const read of new Set(cached.from.flatMap((each) => lineageUpTo(each, (step) => isReady(step, action))))) {
          const users = computing.get(read) ?? [];
          if (!isMeant(read) || users.includes(action)) continue;
          users.splice(users.filter(({ order }) => order < action.order).length, 0, action);
          computing.set(read, users);
        }
      }
    };
    const costIn = nearestIn(costOf, isKept);
    const spared = remembered((action: Action): Spared => sparedBy(program, action, isKept));
    // What one loop puts into a list another goes through, a frame in each pass: only a further loop repeats the work.
    const isLooped = (shared: Dataset) => (action: Action): boolean => repeating(shared, action) > longLoops(action, shared) && !isOneOfMany(shared, action) || timesWrittenOut(program, shared, action) >= 2;
    const pathOf = (of: readonly Action[], shared: Dataset): Action[] => distinctComputations(fullestPath(onePerCall(of).map((action) => ({ action, order: action.order, path: pathDownTo(program, shared, action, cached) }))).map(({ action }) => action));
    const counted = new Set<Action>();
    const found: Shared[] = [];
    // No step below is run by two of these: the same holds for all that lies there.
    const runOnce = new Map<Dataset, string>();
    const deepest = deepestFirst(program).filter((each) => (each.bound.is !== 'rows' || isCutOff(each) || isGathered(each)) && each.streaming !== 'yes' && !isKept(each) && costIn(each) !== undefined && isCacheable(each) && (!isBehindFiles(each) || worksBehindFiles(program, each, isKept)));
    const runs = (action: Action, each: Dataset): boolean => !spared(action).leftOut.has(each);
    fill(({ source, from }) => source !== undefined && from.length === 0);
    find();
    fill(() => true);
    find();
    function find(): void {
      for (const shared of deepest) findAt(shared);
    }
    function findAt(shared: Dataset): void {
      const users = ofOneElement(program, shared, ofOnePass(shared, (computing.get(shared) ?? []).filter((action) => !counted.has(action) && onOneBranch(shared, action) && !isAside(program, action, shared))));
      const repeats = users.some(isLooped(shared));
      const usedBy = users.map(({ order }) => order).join();
      if (!repeats && (runOnce.get(shared) === usedBy || pathOf(users, shared).length < 2)) return;
      const ownSteps = lineageUpTo(shared, isKept);
      const { step, runners } = mainCost(ownSteps, users, spared);
      if (runners.length < 2) for (const each of ownSteps) runOnce.set(each, usedBy);
      const path = pathOf(runners, shared);
      if (step === undefined || path.length < 2 && !path.some(isLooped(shared)) || isAboveCaches(program, shared, cached) && ownSteps.every((each) => costOf(each) === undefined || isLight(program, each) || isWindowed(each) && each.bound.is === 'groups')) return;
      for (const action of users) counted.add(action);
      // Samples that lie beside the code are read in no time, and so is what tells the driver what to do.
      if (isFromSamples(context, shared) || isDocumentForDriver(program, shared)) return;
      found.push({ shared, step, runners, runSeveralTimes: (each) => pathOf(runners.filter((action) => runs(action, each)), shared).length >= 2 });
    }
    const cured = underOneCure(program.path, found);
    // What several of them are made from each of them still runs once, whether it is cached or not.
    for (const shared of isExploratory(context) ? [] : deepest) {
      const above = nearestAbove(cured, shared);
      if (above.length < 2 || shared.name.module !== program.path) continue;
      const users = ofOnePass(shared, (computing.get(shared) ?? []).filter((action) => !isAside(program, action, shared)));
      const left = users.filter((action) => !action.on.some((on) => above.some((other) => derivesFrom(on, other.shared))));
      const { step, runners } = mainCost(lineageUpTo(shared, isKept), [...left, ...above.flatMap((other) => other.runners.filter((action) => users.includes(action)).slice(0, 1))], spared);
      if (step !== undefined && pathOf(runners, shared).length >= 3) cured.push({ shared, step, runners, runSeveralTimes: () => true });
    }
    const told = withoutThoseCuredBelow(cured);
    const madeOf = toldAbove(told);
    for (const { shared, step, runners: users } of told) {
      // Cached, what is made of it and told elsewhere still runs it once.
      const once = shared.name.module !== program.path ? [] : (madeOf.get(shared) ?? []).flatMap((other) => other.runners.filter((action) => computing.get(shared)?.includes(action) && !spared(action).leftOut.has(step)).slice(0, 1));
      const runners = [...new Set([...users, ...once])].sort((a, b) => a.order - b.order);
      const path = pathOf(runners, shared);
      const looped = path.filter(isLooped(shared));
      const cost = costOf(step);
      const many = path.filter((action) => !isForShow(program, action) && !spared(action).perhaps.has(step)).length >= 3 || looped.some((action) => timesWrittenOut(program, shared, action) !== 2);
      const own = shared.name.module === program.path;
      const last = path.at(-1)!.name;
      // Where all of it lies in other modules, it is theirs to tell, unless it is handed from one to the other here.
      const at = own ? shared.name : (last.module === program.path || isHandedOnHere(program, shared, path)) && calledAt(program, shared) || last;
      const outside = own ? nameOutside(program, shared, path) : undefined;
      const name = outside ? `${outside}, made here,` : nameOf(program, shared, at);
      const fixes = own ? cacheFix(program, shared, actionsOn(program, shared)) : [];
      report({
        at,
        severity: many && !isExploratory(context) && !isAboveCaches(program, shared, cached) && smallSource(program, shared, name) === undefined ? 'warning' : 'information',
        message: looped.length > 0
          ? `${name} is computed anew in ${passesOf(program, shared, looped[0]!)} of the loop that runs \`${looped[0]!.method.name}\` on it, ${cost} included: nothing caches it.`
          : `${name} is computed ${path.length === 2 ? 'twice' : `${numberWord(path.length)} times`}: ${named(path)} each run ${cost} again, since nothing caches it.`,
        related: own ? placesOf(shared, path) : [{ site: shared.name, message: 'it is made here' }, ...placesOf(shared, path)],
        evidence: evidenceOf(shared),
        fixes,
      });
    }
  },
  docs: {
    summary: 'the same costly lineage is computed by several actions',
    what: 'Two or more actions on one path of the program read through the same dataset, that dataset holds a shuffle, a function of the program (a UDF, `map`), a JDBC query, a read from Kafka, MongoDB or another store that holds the rows elsewhere, or the reading of CSV or JSON, and nothing caches it. Filling a cache further on computes it as well, and so do `display` in a notebook, a merge into a table of Delta, and SQL that fills a table from a view of it; an action in a loop over things that are written out runs for each of them, of frames that are written out (`Seq(all, open)`) for each that is made of it. Reported once, where the shared dataset is made.',
    why: 'A dataset is a recipe. Every action follows it from the source: `count`, `write`, `show` after a shuffle read and shuffle everything again. Caching the shared part computes it once.',
    fine: 'Cheap plans (a column scan of Parquet), `show` and `take` without a shuffle below, `collect` or `toPandas` again on the same shuffled object (its stages are reused), actions on branches of which only one runs, that end in a failure or run once something has failed (`except`, `catch`), on several of what a comprehension makes, shuffled RDDs (in Scala a function above the shuffle counts that calls more than what goes through its row, unless few rows are left there); nor does anything count that Spark leaves out: a sort whose order nothing sees or whose first rows are all that is taken, a UDF\'s column that an action does not read, what `repartition(n)` moves where rows are only counted, the shuffle of a join with a broadcast side, an outer join of which only columns are asked for that are known to be those of the kept side, where further rows make no difference (`select("id").distinct()`, the largest of a column) or the other side has one row for each key (a count), `distinct()` below `max` or `min`. Nor does a `map` or `filter` of Scala right above a cache that only picks fields, computes with them or puts them together, nor a window over groups that are cached. Samples among the program\'s own sources (`src/main/resources`), and small files of the project itself (`data/colors.csv`), cost nothing to read again, nor do documents (JSON over several lines) whose rows the driver takes. Nor does anything count that rests on rows which the program makes up itself, or on what was handed to a function out of sight before, which may have cached it, unless that is called to check, show or write it (`validate_schema(df)`). In a notebook that only looks at data, above what is cached already, where they stand behind a flag that asks to show more (`if show_samples`), and of tables and files that are small by their names, three actions are an information as two are; lines of CSV that are only counted are read and not parsed, which makes none a third. When the data is larger than the memory and disks of the executors, computing twice can be the better choice.',
    fix: 'Adds `cache()` after the assignment, and `unpersist()` after the last use where that can be placed. Caching costs memory, so the fix is only suggested.',
    examples: [{ language: 'python', bad: 'per_user = spark.read.csv("/data/clicks").groupBy("_c0").count()\nprint(per_user.count())\nper_user.write.parquet("/data/per_user")\n', good: 'per_user = spark.read.csv("/data/clicks").groupBy("_c0").count()\nper_user.cache()\nprint(per_user.count())\nper_user.write.parquet("/data/per_user")\nper_user.unpersist()\n' }, { language: 'scala', bad: 'val perUser = spark.read.csv("/data/clicks").groupBy("_c0").count()\nprintln(perUser.count())\nperUser.write.parquet("/data/per_user")\n', good: 'val perUser = spark.read.csv("/data/clicks").groupBy("_c0").count()\nperUser.cache()\nprintln(perUser.count())\nperUser.write.parquet("/data/per_user")\nperUser.unpersist()\n' }],
    source: 'Input records of every pair of actions were counted on Spark 3.5.9 and 4.3.0, with adaptive execution on and off; what is left out was read in their plans.',
  },
});

/** Where the actions stand, each place once, and the calls that lead to them from where the dataset is made. */
function placesOf(shared: Dataset, path: readonly Action[]): Related[] {
  const places = path.flatMap(({ name, callers, method }): Related[] => {
    const call = callers.find((site, index) => !shared.callers[index] || !sameSite(site, shared.callers[index]));
    return [{ site: name, message: `\`${method.name}\` computes it` }, ...(call ? [{ site: call, message: `\`${method.name}\` is called from here` }] : [])];
  });
  return [...groupedBy(places, ({ site }) => placeOf(site)).values()].map(([first]) => first!);
}

/** What those who call it name a function's result that only they use: they know it by another name. Undefined where the function uses it. */
function nameOutside(program: SparkProgram, shared: Dataset, path: readonly Action[]): string | undefined {
  const { callers, site } = shared;
  if (callers.length === 0) return undefined;
  const maker = [...program.starts.keys()].filter((def) => def.kind === 'function' && holds(program, def, site)).sort((a, b) => a.length - b.length)[0];
  if (!maker || path.some(({ name, callers: through }) => [name, ...through].some((each) => holds(program, maker, each)))) return undefined;
  // Nearest to its maker first; what the maker calls so may be something else.
  const name = [...path[0]!.callers, path[0]!.name].map((at) => nameIn(program, shared, at)).find((each) => each !== undefined);
  return name === undefined || maker.binds.has(name) ? `this ${shared.kind}` : `\`${name}\``;
}

/** `if show_samples: df.show()`: in a run that is asked to show more. */
function isForShow({ path, lowered }: SparkProgram, { name, method }: Action): boolean {
  if (method.io?.does === 'write') return false;
  for (let at = name.module === path ? statementAt(lowered, name.start) : undefined; at && at.expr.kind !== 'closure'; at = at.parent) {
    if (at.expr.kind === 'if' && !at.expr.otherwise && isAskedToShow(at.expr.test)) return true;
  }
  return false;
}
/** `show_samples`, `args.printSchema` */
const isAskedToShow = (test: Expr): boolean => (test.kind === 'name' || test.kind === 'member') && wordsOfName(test.name).some((word) => showing.has(word));
const showing: ReadonlySet<string> = new Set(['display', 'print', 'show', 'preview']);

/** All that it reads of what is costly comes out of a cache: to run the rest again costs little. Of what a function makes of its parameters those who call it in sight decide. */
function isAboveCaches(program: SparkProgram, shared: Dataset, cached: ReadonlySet<Dataset>): boolean {
  const called = shared.callers.length === 0 && rootsOf(shared).some(outOfSight) ? (madeByCalls(program).get(placeOf(shared.site)) ?? []) : [];
  return readsCaches(program, shared, cached) || called.length > 0 && called.every((each) => readsCaches(program, each, cached));
}

function readsCaches(program: SparkProgram, shared: Dataset, cached: ReadonlySet<Dataset>): boolean {
  const own = lineageUpTo(shared, (each) => cached.has(each));
  return own.length < lineage(shared).length && own.every((each) => each.from.length > 0 || each.bound.is === 'rows' || smallSource(program, each, '') !== undefined);
}

/** By the place where they are made. */
const madeByCalls = oncePerProgram(({ datasets }): ReadonlyMap<string, readonly Dataset[]> => groupedBy(datasets.filter(({ callers }) => callers.length > 0), ({ site }) => placeOf(site)));

/** `save(load(spark))`: one module makes it, another one runs the actions, and only here are both seen. */
function isHandedOnHere(program: SparkProgram, shared: Dataset, actions: readonly Action[]): boolean {
  const maker = callHere(program, shared);
  return maker !== undefined && actions.every((action) => {
    const user = callHere(program, action);
    return user === undefined ? action.name.module === program.path : !sameSite(user, maker);
  });
}

/** The innermost call of this module that leads there. */
const callHere = ({ path }: SparkProgram, { callers }: Dataset | Action): Site | undefined => callers.findLast(({ module }) => module === path);

/** Of what a function of another module makes: the call here that leads there. */
function calledAt(program: SparkProgram, made: Dataset): Site | undefined {
  const { path, lowered } = program;
  const call = callHere(program, made);
  const called = call && /^[\w.]*?(\w+)\s*\(/.exec(lowered.text.slice(call.start, call.end));
  return called ? { module: path, start: call.start + called[0].lastIndexOf(called[1]!), end: call.start + called[0].lastIndexOf(called[1]!) + called[1]!.length } : undefined;
}

/** Of some frames that a loop goes through not all may be made of it. */
function passesOf(program: SparkProgram, shared: Dataset, action: Action): string {
  const times = timesWrittenOut(program, shared, action);
  return times > 0 && !loopsForSure(program, shared, action) ? `${numberWord(times)} passes` : 'every pass';
}

/** How many long loops are around `inner` and not around `outer`. */
const longLoops = (outer: Dataset | Action, inner: Dataset | Action): number => loopsBetween(outer, inner).filter((loop) => loop.size === 'many').length;

/** Long loops around the action that take up the dataset in each pass: not those that go through frames of which one is made of it, which is all that the action reads of it. */
const repeating = (shared: Dataset, action: Action): number => loopsBetween(shared, action).filter((loop) => loop.size === 'many' && !isTakenUpOnce(loop, shared, action)).length;

function isTakenUpOnce({ frames = [] }: Loop, shared: Dataset, { on }: Action): boolean {
  const [made, ...others] = frames.filter((frame) => derivesFrom(frame, shared));
  // The parts of a split are several.
  return made !== undefined && made.made !== 'randomSplit' && others.length === 0 && loopsBetween(shared, made).length === 0 && !on.some((each) => lineageUpTo(each, (step) => step === made).includes(shared));
}

/** `for name, frame in frames.items()`: so many are the things that the loop goes through, not what branches made, and only one pass has this one. */
const isOneOfMany = (shared: Dataset, { on }: Action): boolean => on.length > mostArms && !on.every((each) => derivesFrom(each, shared));
const mostArms = 3;

/** A function that is called from several places runs its actions for each of them; run by itself, for nobody in sight. */
function onePerCall(all: readonly Action[]): Action[] {
  return [...groupedBy(all, ({ site }) => placeOf(site)).values()].flatMap((group) => {
    const called = group.filter(({ callers }) => callers.length > 0);
    return called.length === 0 ? group.slice(0, 1) : [...groupedBy(called, ({ callers }) => callers.map(placeOf).join()).values()].map(([first]) => first!);
  });
}

/** A dataset that several actions compute. */
interface Shared {
  readonly shared: Dataset;
  /** The costly step that most of them run: the dearest of such, and the nearest of these. */
  readonly step: Dataset;
  readonly runners: readonly Action[];
  readonly runSeveralTimes: (step: Dataset) => boolean;
}

/** Shuffles and functions of the program: where several actions run such a step, to cache what lies before it does not cure that. */
const ofItsOwn = 2;

function mainCost(steps: readonly Dataset[], users: readonly Action[], spared: (action: Action) => Spared): { step: Dataset | undefined; runners: readonly Action[] } {
  let main: { step: Dataset | undefined; weight: number; runners: readonly Action[] } = { step: undefined, weight: 0, runners: [] };
  for (const step of steps) {
    if (costOf(step) === undefined) continue;
    const runners = users.filter((action) => !spared(action).leftOut.has(step));
    // What perhaps runs is named where nothing else is.
    const weight = runners.some((action) => spared(action).perhaps.has(step)) ? 0 : weightOf(step);
    if (runners.length > main.runners.length || runners.length === main.runners.length && weight > main.weight) main = { step, weight, runners };
  }
  return main;
}

/** Several that are about one costly step are told as one: of what they all are made from a single cache serves them. */
function underOneCure(path: string, found: readonly Shared[]): Shared[] {
  return [...groupedBy(found, ({ step }) => step)].flatMap(([step, group]) => {
    const [first, ...others] = group;
    const shared = others.length === 0 ? undefined : lineage(first!.shared).find((each) => each.name.module === path && isCacheable(each) && !isBehindFiles(each) && derivesFrom(each, step) && others.every((other) => derivesFrom(other.shared, each)));
    if (!shared || group.some((each) => hasMore(each, shared))) return group;
    return [{ shared, step, runners: group.flatMap(({ runners }) => runners).sort((a, b) => a.order - b.order), runSeveralTimes: first!.runSeveralTimes }];
  });
}

/** The step that is named of one lies below another that is told: a cache there serves the one as well, unless it has steps of its own that are as dear. */
function withoutThoseCuredBelow(found: readonly Shared[]): Shared[] {
  const curedBy = (one: Shared): Shared | undefined => found.find((other) => other.shared !== one.shared && derivesFrom(one.shared, other.shared) && derivesFrom(other.shared, one.step) && !hasMore(one, other.shared, weightOf(one.step)));
  const cures = new Map(found.map((one) => [one, curedBy(one)]));
  return found.filter((one) => !cures.get(one)).map((one) => {
    const more = found.filter((other) => cures.get(other) === one).flatMap(({ runners }) => runners);
    return more.length === 0 ? one : { ...one, runners: [...new Set([...one.runners, ...more])].sort((a, b) => a.order - b.order) };
  });
}

const hasMore = ({ shared, runSeveralTimes }: Shared, before: Dataset, weight = ofItsOwn): boolean =>
  lineageUpTo(shared, (each) => each === before).some((step) => weightOf(step) >= weight && derivesFrom(step, before) && runSeveralTimes(step));

/** Those made from a dataset, with no other of them in between. */
function nearestAbove(told: readonly Shared[], shared: Dataset): Shared[] {
  const above = told.filter((other) => derivesFrom(other.shared, shared));
  return above.filter((each) => !above.some((other) => other !== each && derivesFrom(each.shared, other.shared)));
}

/** By a dataset that is told: those of the others that are made from it, with none in between. */
function toldAbove(found: readonly Shared[]): ReadonlyMap<Dataset, readonly Shared[]> {
  const told = new Set(found.map(({ shared }) => shared));
  const above = (other: Shared): Dataset[] => {
    const met = new Set<Dataset>();
    const seen = new Set([other.shared]);
    for (const each of seen) for (const parent of each.from) (told.has(parent) && parent !== other.shared ? met : seen).add(parent);
    return [...met];
  };
  return new Map([...groupedBy(found.flatMap((other) => above(other).map((shared) => ({ shared, other }))), ({ shared }) => shared)].map(([shared, all]) => [shared, all.map(({ other }) => other)]));
}

/** Reads every row, or stops early but above a shuffle that has to finish first. */
function computesAll(action: Action): boolean {
  if (action.method.job === 'plan' || action.on.some((on) => on.streaming === 'yes')) return false;
  if (action.method.reads === 'some') return action.method.name !== 'isEmpty' && action.on.some(hasShuffle);
  return action.method.reads === 'all' || action.method.job === 'yes';
}

/** It runs where something failed alone, or on the way to an end by failure. */
const isForFailure = (program: SparkProgram, { name, callers }: Action): boolean =>
  name.module === program.path && leadsToFailure(program.lowered, name.start) || [...callers, name].some((site) => isAfterFailure(program, site, undefined));

/** The most derived datasets first: a finding belongs to the deepest part that is shared. */
function deepestFirst(program: SparkProgram): Dataset[] {
  const depth = depthsOf(program.datasets);
  return [...program.datasets].sort((a, b) => depth.get(b)! - depth.get(a)! || b.id - a.id);
}

/** How many steps lie below each, those on two ways counted twice: more than below any of its parents. What comes around a loop does not count. */
function depthsOf(datasets: readonly Dataset[]): ReadonlyMap<Dataset, number> {
  const depth = new Map<Dataset, number>();
  const open = new Set<Dataset>();
  const waiting = [...datasets];
  for (let each = waiting.at(-1); each; each = waiting.at(-1)) {
    const before = depth.has(each) ? [] : each.from.filter((parent) => !depth.has(parent) && !open.has(parent));
    open.add(each);
    if (before.length > 0) {
      waiting.push(...before);
      continue;
    }
    if (!depth.has(each)) depth.set(each, 1 + each.from.reduce((sum, parent) => sum + (depth.get(parent) ?? 0), 0));
    waiting.pop();
  }
  return depth;
}

/** What a limit leaves of a costly plan is few rows, and dear ones. */
const isCutOff = (dataset: Dataset): boolean => dataset.kind === 'DataFrame' && dataset.made === 'limit' && hasShuffle(dataset);

/**
 * Rows that the driver took from elsewhere, nobody knows how many: of a file that pandas read they may be a great many, and a
 * function of the program that runs for each of those that some service gave may ask a service itself.
 */
function isGathered(dataset: Dataset): boolean {
  if (dataset.bound.is !== 'rows' || dataset.bound.rows !== undefined) return false;
  const given = rootsOf(dataset).map(({ from, bound, method, args: [first] }) => (from.length === 0 && bound.is === 'rows' && bound.rows === undefined && method?.bound === 'local' && first ? first.value : []));
  if (given.some((value) => value.length === 0)) return false;
  return given.every(isReadByPandas) || given.every((value) => isReadByPandas(value) || isOfService(value)) && lineage(dataset).some(runsProgram);
}
const isReadByPandas = (value: Value): boolean => value.every((item) => item.is === 'foreign' && /^pandas\.read_(csv|table|fwf|excel|json|parquet|feather|orc|pickle|hdf|sas|spss|stata|gbq|sql(_query|_table)?)\(\)/.test(item.name));
/** A list of what something outside of the program gave; what the program makes up itself holds its own numbers and texts. */
const isOfService = (value: Value, depth = 0): boolean => value.every((item) => item.is === 'unknown' && item.reason !== 'parameter'
  || item.is === 'foreign' && /^\w+\..*\(\)/.test(item.name) && !/^(pandas|numpy|random|builtins|datetime|time|uuid|faker|str|os|itertools)\b/.test(item.name)
  || item.is === 'collection' && depth < 4 && (depth > 0 || item.items === undefined && item.most === undefined) && item.element.length > 0 && item.element.some((each) => isOfService([each], depth + 1))
  || item.is === 'spark' && item.kind === 'Row');
const runsProgram = (step: Dataset): boolean => step.udf !== undefined || weightOf(step) === 4;

/** The parts of a split are several. */
const isCacheable = (dataset: Dataset): boolean => dataset.kind !== 'GroupedData' && dataset.made !== 'randomSplit' && !outOfSight(dataset);

/** The shuffle files of an RDD stay anyway: what lies below them runs once. */
const isBehindFiles = (dataset: Dataset): boolean => dataset.kind === 'RDD' && hasShuffle(dataset);

/** `scores.groupByKey().mapValues(model.predict)`: a function of Scala that does more than to go through its row runs again for each of them, unless few rows are left. */
function worksBehindFiles(program: SparkProgram, dataset: Dataset, isKept: (each: Dataset) => boolean): boolean {
  if (program.lowered.language !== 'scala' || isShuffle(dataset)) return false;
  const steps = lineageUpTo(dataset, isKept);
  if (!steps.some((each) => each.method?.costly === true && costOf(each) !== undefined && !isLight(program, each))) return false;
  return dataset.bound.is !== 'groups' || steps.every(({ from }) => from.every((each) => !isShuffle(each) || wholeGroups.has(each.made)));
}
const wholeGroups: ReadonlySet<string> = new Set(['groupByKey', 'groupBy', 'cogroup', 'groupWith']);

/** A parameter or field: whoever made it may have cached it. */
const outOfSight = (dataset: Dataset): boolean => dataset.method === undefined && dataset.source === undefined;

/** The shuffle files of an RDD stay: whatever runs on the same object later starts from them. A limit straight on a source reads a few rows. */
const keepsItself = (dataset: Dataset): boolean => dataset.kind === 'RDD' ? isShuffle(dataset) || isOfShuffled(dataset) : dataset.made === 'limit' && !hasShuffle(dataset);

/** `df.rdd`, which is one and the same however often it is asked for: what lies below the last shuffle is its own, and runs once. */
const isOfShuffled = ({ made, from: [frame] }: Dataset): boolean =>
  made === 'rdd' && frame !== undefined && hasShuffle(frame) && !lineageUpTo(frame, isShuffle).some((each) => weightOf(each) > 0 || each.from.length === 0);

/**
 * The first action on a shuffled RDD writes the files that later ones start from: it alone runs what lies below. What sorts
 * has its files from the job that it runs where it stands; in a loop around the action only the first pass writes them.
 */
function firstOnShuffles(program: SparkProgram): (dataset: Dataset, action: Action) => boolean {
  const first = new Map<Dataset, Action>();
  // All `rdd` of one frame are one.
  const filesOf = (dataset: Dataset): Dataset => isOfShuffled(dataset) ? dataset.from[0]! : dataset;
  for (const action of actions(program)) {
    for (const each of action.on.flatMap(lineage)) if (each.kind === 'RDD' && keepsItself(each) && !isSort(each) && !first.has(filesOf(each))) first.set(filesOf(each), action);
  }
  return (dataset, action) => first.get(filesOf(dataset)) === action && loopsBetween(dataset, action).length === 0;
}

interface HandedOver {
  /** Of these, fewer than two actions run before that. */
  readonly forAll: ReadonlySet<Dataset>;
  readonly before: (action: Action, dataset: Dataset) => boolean;
}

/** Datasets that unknown hands hold before an action on them: they may have cached them by then. What ran until then is theirs no more. */
function handedOverIn(program: SparkProgram, computations: readonly Action[]): HandedOver {
  const escapes = eventsOf(program, 'escape').filter(({ how, to }) => how === 'passed' && !(to !== undefined && onlyReads(to)) || how === 'yielded' || how === 'view' && cachesTables(program));
  const all = groupedBy(escapes.flatMap((escape) => escape.on.map((on) => ({ on, escape }))), ({ on }) => on);
  const isBefore = (action: Action, dataset: Dataset, own: readonly { escape: EventOf<'escape'> }[]): boolean => own.length > mostEscapes || own.some(({ escape }) => !comesAfter(escape, dataset, action));
  const held = new Map<Dataset, Set<Action>>();
  const free = new Map<Dataset, number>();
  for (const action of computations) {
    for (const dataset of new Set(action.on.flatMap(lineage))) {
      const own = all.get(dataset);
      if (!own) continue;
      if (!isBefore(action, dataset, own)) free.set(dataset, (free.get(dataset) ?? 0) + 1);
      else if (held.has(dataset)) held.get(dataset)!.add(action);
      else held.set(dataset, new Set([action]));
    }
  }
  return {
    forAll: new Set([...held.keys()].filter((dataset) => (free.get(dataset) ?? 0) < 2)),
    before: (action, dataset) => held.get(dataset)?.has(action) === true,
  };
}

/** A function out of sight that is called so looks at a dataset, writes it or makes another of it: `validate_schema(df)`, `logger.info(df)`, `save_table(df, "t")`, `other.join(df)`. */
function onlyReads(name: string): boolean {
  const words = wordsOfName(name);
  return steps.has(name) || words[0] !== undefined && reading.test(words[0]) && !words.some((word) => keeping.test(word));
}
const reading = /^(validate|check|verify|assert|expect|test|compare|diff|log|logger|logging|info|debug|warn|warning|error|print|show|display|preview|plot|draw|chart|hist|histogram|scatter|count|counts|tab|tabulate|tabstat|crosstab|describe|summari[sz]e|report|inspect|audit|len|str|repr|write|writer|save|export|upload)$/;
const keeping = /^(cached?|caching|persist|checkpoint|checkpointed|materiali[sz]ed?|memoi[sz]e|keep|hold|pin|reuse|batch|store)$/;
const steps: ReadonlySet<string> = new Set(['join', 'union', 'unionAll', 'union_all', 'unionByName', 'subtract', 'except', 'exceptAll', 'intersect', 'intersectAll', 'crossJoin', 'withColumn']);

/** Of what is handed out more often, nobody asks when. */
const mostEscapes = 20;

/** Whatever is done with the dataset there, this action has run by then: it is further on, or in a function that is not there between the two. */
const comesAfter = (escape: EventOf<'escape'>, dataset: Dataset, action: Action): boolean =>
  (apart(escape, action) ? apart(escape, dataset) && !apart(dataset, action) : escape.order > action.order) && loopsBetween(dataset, escape).length === 0;

/**
 * By what is cached: the first action on it, which reads what lies below once more to fill the cache. In loops it is not
 * told which one that is.
 */
function fillers(program: SparkProgram, computations: readonly Action[], isHeld: (dataset: Dataset) => boolean): ReadonlyMap<Dataset, Action> {
  const filled = new Map<Dataset, Action>();
  for (const cache of eventsOf(program, 'cache')) {
    const [cached, ...others] = cache.on;
    if (!cached || others.length > 0 || cache.loops.length > 0 || cached.loops.length > 0) continue;
    const first = computations.find((action) => action.order > cache.order && reaches(action, cached, isHeld));
    if (first && first.loops.length === 0 && !apart(cache, first) && compatible(cache, first)) filled.set(cached, first);
  }
  return filled;
}

/** It reads it, with nothing that is kept in between. */
const reaches = ({ on }: Action, cached: Dataset, isHeld: (dataset: Dataset) => boolean): boolean =>
  on.some((each) => derivesFrom(each, cached) && (each === cached || lineageUpTo(each, (step) => step !== each && isHeld(step)).some(({ from }) => from.includes(cached))));

/** The actions that compute a dataset: no cache, checkpoint or unknown hand holds it, or something on the way to it, ready. */
function computingIn(full: readonly Action[], isKept: (dataset: Dataset, action: Action) => boolean): Map<Dataset, Action[]> {
  const computing = new Map<Dataset, Action[]>();
  for (const action of full) {
    for (const dataset of new Set(action.on.flatMap((on) => lineageUpTo(on, (each) => isKept(each, action))))) {
      const own = computing.get(dataset);
      if (own) own.push(action);
      else computing.set(dataset, [action]);
    }
  }
  return computing;
}

/** A look at a few rows on a branch of another module: what leads there is that module's affair. */
const isAside = (program: SparkProgram, { method, name, path }: Action, shared: Dataset): boolean =>
  method.reads === 'some' && name.module !== program.path && path.some(({ choice }) => choice >= 0 && !shared.path.some((arm) => arm.choice === choice));

/** Each pass of a loop makes another one: the next pass reads it, or what comes behind the loop does, but not both. */
function ofOnePass({ loops, site, callers }: Dataset, users: readonly Action[]): readonly Action[] {
  const loop = loops.at(-1);
  const made = loop && placeIn(loop, site, callers);
  if (!made) return users;
  const isNext = (action: Action): boolean => (placeIn(loop, action.site, action.callers)?.start ?? Infinity) < made.start;
  const isBehind = ({ loops: around }: Action): boolean => !around.some((each) => sameLoop(each, loop));
  const next = users.filter(isNext);
  const behind = users.filter(isBehind);
  const left = next.length >= behind.length ? behind : next;
  return next.length > 0 && behind.length > 0 ? users.filter((action) => !left.includes(action)) : users;
}

/** `train, test = [split.map(parse) for split in splits]`: each of those that are picked behind the loop is another; the one with the most actions counts. */
function ofOneElement(program: SparkProgram, shared: Dataset, users: readonly Action[]): readonly Action[] {
  const loop = shared.loops.at(-1);
  if (!loop?.comprehension) return users;
  const picks = groupedBy(users.filter((action) => !action.loops.some((each) => sameLoop(each, loop)) && loopsBetween(shared, action).length === 0 && action.on.every((each) => isStepOf(each, shared))), (action) => pickedIn(program, action));
  picks.delete(undefined);
  const most = [...picks.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
  const others = new Set([...picks.values()].filter((each) => each !== most).flat());
  return users.filter((action) => !others.has(action));
}

/** By what it calls the one that it runs on: `train`, `parts[0]`. */
const pickedIn = ({ path, lowered }: SparkProgram, { site }: Action): string | undefined =>
  site.module === path ? /^(?:(?:self|this)\.)?\w+(?:[[(][^()[\]]*[\])])?/.exec(lowered.text.slice(site.start, site.end))?.[0] : undefined;

/** Made of nothing else. */
function isStepOf(dataset: Dataset, shared: Dataset): boolean {
  let at: Dataset | undefined = dataset;
  while (at && at !== shared) at = at.from.length === 1 ? at.from[0] : undefined;
  return at !== undefined;
}

/** Where it is seen from a loop: its own place there, or the call that leads to it. */
const placeIn = ({ range }: Loop, site: Site, callers: readonly Site[]): Site | undefined => [...callers, site].find((each) => within(each, range));

/** From the second pass of a loop on, something else goes by its name: cached (`seen = seen.union(found).cache()`), or made from other things. */
const isReplaced = (program: SparkProgram, shared: Dataset, action: Action, cached: ReadonlySet<Dataset>): boolean => {
  const loops = loopsBetween(shared, action);
  return loops.length > 0 && namedAlike(program, shared).some((each) => loops.some((loop) => within(each.site, loop.range) && (cached.has(each) || takesItsPlace(each, shared, action, loop))));
};

/** What the loop reads the one for it reads the other for too: by their name. */
function takesItsPlace(each: Dataset, shared: Dataset, { on }: Action, loop: Loop): boolean {
  if (derivesFrom(each, shared)) return false;
  const holdsBoth = (datasets: readonly Dataset[]): boolean => !datasets.includes(shared) || datasets.includes(each);
  return holdsBoth(on) && on.every((dataset) => lineage(dataset).every(({ site, from }) => !within(site, loop.range) || holdsBoth(from)));
}

/** Datasets that variables of its names hold at some time. */
const namedAlike = (program: SparkProgram, shared: Dataset): Dataset[] => {
  const holders = holdersIn(program);
  return shared.names.flatMap(({ name, def }) => (holders.get(def)?.get(name) ?? []).filter((each) => each !== shared));
};

const holdersIn = oncePerProgram((program): ReadonlyMap<Def, ReadonlyMap<string, readonly Dataset[]>> => {
  const namings = program.datasets.flatMap((dataset) => dataset.names.map(({ name, def }) => ({ name, def, dataset })));
  return new Map([...groupedBy(namings, ({ def }) => def)].map(([def, own]) => [def, new Map([...groupedBy(own, ({ name }) => name)].map(([name, all]) => [name, [...new Set(all.map(({ dataset }) => dataset))]]))]));
});

/** Later collects of one shuffled object find its stages done: they count once. */
function distinctComputations(path: readonly Action[]): Action[] {
  const seen = new Set<string>();
  return path.filter((action) => {
    if (!reuseStages.has(action.method.name) || !action.on.some(hasShuffle)) return true;
    // Of alternatives that branches made, each later collect is on the one that the first was on.
    const on = action.on.map(({ id, site }) => `${site.module}:${id}`).sort().join();
    if (seen.has(on)) return false;
    seen.add(on);
    return true;
  });
}

const named = (path: readonly Action[]): string => listed(path.map((action) => `\`${action.method.io?.does === 'write' && action.method.owner.startsWith('DataFrameWriter') ? 'write.' : ''}${action.method.name}\``), 4);

/** `uses`: all actions that read it, those that stop early included: the cache is released after the last of them. */
function cacheFix(program: SparkProgram, shared: Dataset, uses: readonly Action[]): Fix[] {
  const edits = editsFor(program);
  const added = cacheEdits(program, edits, shared, uses.map((action) => action.callers[0]?.module === program.path ? action.callers[0] : action.name));
  return added ? [{ title: `Cache ${nameOf(program, shared, shared.name)} after it is made${added.released ? ', and release it after its last use' : ''}`, safety: 'suggested', edits: added.edits }] : [];
}
