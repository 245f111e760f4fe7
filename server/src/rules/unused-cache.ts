import { isOnArms } from '../analysis/conditions.ts';
import type { Dataset, Event, EventOf, SparkProgram, Value } from '../analysis/model.ts';
import { declarationsOf, forEachOf } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { derivesFrom, eventsOf, groupedBy, lineage, loopsBetween, mayPrecede, nameAt, oncePerProgram, placeOf, sameSite } from '../rule/queries.ts';
import { ownInput, replacesPath } from '../rule/own-input.ts';
import { statementAt, statementsOf } from '../rule/statements.ts';
import { actionsOn, derivedFrom, directUses } from '../rule/uses.ts';
import { defineRule, type Fix, type Report } from '../rule/rule.ts';
import { contains, type Range } from '../text/range.ts';
import { type RangeIndex, rangeIndex } from '../text/range-index.ts';

export default defineRule({
  name: 'unused-cache',
  category: 'caching',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  tags: ['unnecessary'],
  yieldsTo: ['cache-too-late', 'released-too-early'],
  looksAt: 'program',
  check({ program, fileKind, calledOnceHere, report }) {
    // What a checkpoint reads twice, and what it holds fast, is out of sight.
    if (fileKind === 'test' || program.partial || checkpoints(program)) return;
    const isCalledOnce = ({ name }: Def): boolean => isPlainName(name) && calledOnceHere?.(name) === true;
    // Run by itself, a function gives back to nobody knows whom; its only caller is known.
    const caches = [...groupedBy(eventsOf(program, 'cache'), ({ site }) => placeOf(site)).values()].map((group) => group.find(({ callers, def }) => callers.length > 0 && isCalledOnce(def)) ?? group[0]!);
    if (caches.length === 0) return;
    const places = changingPlaces(program);
    const replacing = groupedBy(eventsOf(program, 'write').filter(replacesPath), ({ site }) => placeOf(site));
    // Without the cache the write would delete what it has yet to read.
    const isReplaced = ({ site }: EventOf<'action'>): boolean => replacing.get(placeOf(site))?.some((write) => write.on.some((on) => ownInput(program, write, on))) === true;
    for (const cache of caches) {
      if (cache.place !== 'driver' || cache.on.length !== 1) continue;
      const dataset = cache.on[0]!;
      const held = heldFor(program, cache, dataset);
      if (held && !pinsChange(program, dataset, places) && !held.some(isReplaced) && held.reduce((sum, action) => sum + Math.max(...action.on.map((on) => occurrences(on, dataset))), 0) <= 1) {
        report(usedAtMostOnce(program, cache, held));
        continue;
      }
      if (isOthers(dataset) || isGivenUnasked(dataset) || isFoundByTable(dataset) || isUnderAKey(program, cache) || dataset.streaming === 'yes') continue;
      const filled = filledAlone(program, cache, dataset);
      if (filled && !(cache.def.kind === 'module' && fileKind === 'library')) {
        report(fillsOnly(program, cache, filled));
        continue;
      }
      // What other modules import from a library, and what lives on in a session that nobody ends, is used out of sight.
      if (cache.def.kind === 'module' && (fileKind === 'library' || program.lowered.notebook || !endsHere(program))) continue;
      if (outlives(program, dataset) || pinsChange(program, dataset, places)) continue;
      const uses = actionsOn(program, dataset).filter((action, _, all) => !isGoneOnWith(program, action, all));
      if (uses.some((action) => loopsBetween(cache, action).length > 0 || loopsBetween(dataset, action).length > 0)) continue;
      // Each pass makes something of it, and one plan may hold them all.
      if ([...derivedFrom(program, dataset)].some((each) => loopsBetween(dataset, each).length > 0)) continue;
      // What ran before found no cache to read. A use through another caller is a use of its own.
      const after = uses.filter((action) => mayPrecede(cache, action) || action.loops.length > 0);
      const read = after.reduce((sum, action) => sum + Math.max(...action.on.map((on) => occurrences(on, dataset))), 0);
      const above = read > 1 ? cachedAbove(program, cache, dataset, after) : undefined;
      if (read > 1 && !above) continue;
      const references = Math.min(read, 1);
      // What a function gives back others may use more often, where there are others.
      if (references === 1 && after[0]!.callers.length < cache.callers.length && !(givesBackOne(program, dataset, cache, after[0]!) && isCalledOnce(cache.def))) continue;
      // A function that is given it without running anything on it may keep what it makes of it.
      if (isGivenAway(dataset) && after.every(({ callers }) => callers.length <= cache.callers.length)) continue;
      if (after.some(isReplaced)) continue;
      if (above) {
        report(fillsOnly(program, cache, above));
        continue;
      }
      report(usedAtMostOnce(program, cache, after, uses.length > after.length));
    }
  },
  docs: {
    summary: 'a dataset is cached that is read at most once',
    what: 'A `cache()` or `persist()` on a dataset which, in all the plans that can be seen, is referenced once or never; or only to fill one other cache, which everything later reads, in notebooks too; or that is released before a second use, wherever it comes from, with nothing out of sight in between.',
    why: 'Filling a cache costs memory and time: rows are converted, stored, perhaps written to disk, and push other blocks out. It pays only from the second use on.',
    fine: 'Datasets given to `fit`, registered as a view, joined with themselves, put into `cartesian`, used in a loop, kept in a dict under a key that only the run knows, read by the name of their table alone (`spark.table("sales").cache()`), returned (but by a function that is called in one place of the project alone) or handed to other functions are used more often than this rule can count, and are not reported; nor are caches from which a write that overwrites its own input reads, that hold random values fast, or that stand before `RDD.checkpoint`.',
    fix: 'Removes the call.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\norders = spark.read.parquet("/data/orders").filter("year = 2024")\norders.cache()\norders.write.parquet("/data/orders_2024")\nspark.stop()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\norders = spark.read.parquet("/data/orders").filter("year = 2024")\norders.write.parquet("/data/orders_2024")\nspark.stop()\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Orders extends App {\n  val spark = SparkSession.builder.getOrCreate()\n  val orders = spark.read.parquet("/data/orders").filter("year = 2024")\n  orders.cache()\n  orders.write.parquet("/data/orders_2024")\n  spark.stop()\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Orders extends App {\n  val spark = SparkSession.builder.getOrCreate()\n  val orders = spark.read.parquet("/data/orders").filter("year = 2024")\n  orders.write.parquet("/data/orders_2024")\n  spark.stop()\n}\n' }],
    source: 'Cache hits per plan tried on Spark 3.5.9 and 4.3.0.',
  },
});

/** `.rdd` runs the stages below the last shuffle where it stands, and what is made of it goes on from there: together they are one use. */
const isGoneOnWith = (program: SparkProgram, { method, site }: EventOf<'action'>, all: readonly EventOf<'action'>[]): boolean => method.job === 'plan'
  && program.datasets.some((each) => sameSite(each.site, site) && actionsOn(program, each).some((later) => later.method.job !== 'plan' && all.includes(later)));

/** Where it is cached nothing is made of it, or what the one use reads alone: more may be given back as well. */
const givesBackOne = (program: SparkProgram, dataset: Dataset, { callers }: EventOf<'cache'>, { on }: EventOf<'action'>): boolean =>
  [...derivedFrom(program, dataset)].every((each) => each === dataset || each.callers.length < callers.length || on.some((read) => derivesFrom(read, each)));

/** No name that a call does not say: a constructor's, `apply`. */
const isPlainName = (name: string): boolean => /^[a-z]\w*$/.test(name) && name !== 'apply';

/** The program runs to its end in this file: a session is made here. */
const endsHere = (program: SparkProgram): boolean => program.entryPoint;

/** `implicit val rows = …`: which functions are given it is not written where they are called. */
const isGivenUnasked = ({ names }: Dataset): boolean => names.some(({ name, def }) => declarationsOf(def).get(name)?.some(({ implicit }) => implicit) ?? false);

/** A batch, which is another each time, or something that others hold as well: a parameter, a field, a fitted model's factors, what a call out of sight gives. */
const isOthers = ({ made, method, source, from }: Dataset): boolean => made === 'batch' || source === undefined && (method === undefined || method.property === true && from.length === 0);

/** `spark.table("sales").persist()`, with no name for it: whoever reads that table finds the cache by the plan. */
const isFoundByTable = ({ made, names }: Dataset): boolean => made === 'table' && names.length === 0;

/** `parts[name] = parts[name].map(f).persist()`: which of them others read is a matter of keys. */
function isUnderAKey({ lowered, path }: SparkProgram, { site, name }: EventOf<'cache'>): boolean {
  if (site.module !== path) return false;
  if (/\[\s*(?!["'\d])[^\]]*\]\s*\.\s*$/.test(lowered.text.slice(site.start, name.start))) return true;
  const statement = statementAt(lowered, site.start)?.expr;
  return statement?.kind === 'bind' && statement.patterns.some((pattern) => pattern.kind === 'index' && (pattern.index.kind !== 'literal' || isPicked(pattern.on)));
}

/** `blocks(i)`, `blocks[i]`: one of many, by a number that the run knows. */
const isPicked = (expr: Expr): boolean =>
  expr.kind === 'index' ? expr.index.kind !== 'literal' || isPicked(expr.on) : expr.kind === 'call' && expr.args.some(({ value }) => value.kind !== 'literal');

const isGivenAway = ({ names }: Dataset): boolean => names.some(({ passed }) => passed);

/** It leaves, or something made from it does. */
function outlives(program: SparkProgram, dataset: Dataset): boolean {
  return [...derivedFrom(program, dataset)].some((each) => each.escapes.length > 0);
}

/** Functions of Spark that give other values when they are computed again; in SQL by the same names. */
const changing: ReadonlySet<string> = new Set(['rand', 'randn', 'random', 'uuid', 'monotonically_increasing_id', 'shuffle', 'current_timestamp', 'now', 'localtimestamp']);
const changingSql = new RegExp(`\\b(${[...changing].join('|')})\\s*\\(`, 'i');

/** Where such a function is called, or stands in a text. */
function changingPlaces(program: SparkProgram): RangeIndex {
  const places: Range[] = [];
  forEachOf(program.lowered, ['literal', 'text', 'call'], (expr, range) => {
    if (expr.kind === 'literal' ? typeof expr.value === 'string' && changingSql.test(expr.value) : expr.kind === 'text' ? expr.parts.some((part) => typeof part === 'string' && changingSql.test(part)) : isChanging(program.types.get(expr.fn))) places.push(range);
  });
  return rangeIndex(places);
}

const isChanging = (called: Value | undefined): boolean => called?.some((item) => item.is === 'library' && changing.has(item.name.slice(item.name.lastIndexOf('.') + 1))) ?? false;

/** Random values, times, row ids, and what a function of the program gives: then the cache keeps one version. */
function pinsChange(program: SparkProgram, dataset: Dataset, places: RangeIndex): boolean {
  return lineage(dataset).some((each) => each.udf !== undefined || each.made === 'sample' || each.made === 'randomSplit' || each.site.module === program.path && places.hasWithin({ start: each.name.start, end: each.site.end }));
}

/** By the one dataset that each of them keeps: caches that the driver asks for. */
const cachesOf = oncePerProgram((program): ReadonlyMap<Dataset, EventOf<'cache'>> =>
  new Map(eventsOf(program, 'cache').flatMap((event) => (event.place === 'driver' && event.on.length === 1 ? [[event.on[0]!, event] as const] : [])).reverse()));
const releasesOf = oncePerProgram((program) => eventsOf(program, 'release'));

const usedAtMostOnce = (program: SparkProgram, cache: EventOf<'cache'>, uses: readonly EventOf<'action'>[], isUsedBefore = false): Report => {
  const [dataset] = cache.on;
  const name = nameAt(program, cache.name, dataset!);
  return {
    at: cache.name,
    message: uses.length === 0 ? `${name} is cached, but nothing that runs ${isUsedBefore ? 'after it ' : ''}reads it.` : `${name} is cached for a single use, by \`${uses[0]!.method.name}\`: it is written to memory once and never read from there.`,
    related: uses.map((action) => ({ site: action.name, message: 'the only use' })),
    evidence: evidenceOf(dataset!),
    fixes: removal(program, cache),
  };
};

/** What reads it until it is let go of for sure, where all that happens meanwhile is in sight: whoever else has it may do so before or after. */
function heldFor(program: SparkProgram, cache: EventOf<'cache'>, dataset: Dataset): EventOf<'action'>[] | undefined {
  // What is measured in a loop may well be the filling of the cache.
  if (cache.loops.length > 0) return undefined;
  const isOfCache = ({ callers, loops, def }: EventOf<'release'>): boolean => def === cache.def && loops.length === 0 && callers.length === cache.callers.length && callers.every((site, index) => sameSite(site, cache.callers[index]!));
  const release = releasesOf(program).find((event) => event.order > cache.order && event.on.includes(dataset) && isOfCache(event) && isOnArms(event.path, cache.path) && isOnArms(cache.path, event.path));
  // Needed again, it was let go of too early.
  if (!release || actionsOn(program, dataset).some(({ order }) => order > release.order)) return undefined;
  const family = derivedFrom(program, dataset);
  const between = program.events.filter(({ order }) => order > cache.order && order < release.order);
  // What goes out of sight may be run there; another job, cache or release may be of the same plan.
  const isOfFamily = (event: Event): boolean => event.kind === 'discard' || (event.kind === 'action' || event.kind === 'write') && event.loops.length === 0 && event.on.every((on) => family.has(on));
  return between.every(isOfFamily) ? between.filter((event) => event.kind === 'action') : undefined;
}

/** All that is made of it in sight is one other cache: whatever is done with that, here or elsewhere, reads rows that are kept already. */
function filledAlone(program: SparkProgram, cache: EventOf<'cache'>, dataset: Dataset): EventOf<'cache'> | undefined {
  const caches = cachesOf(program);
  const filled = new Set<EventOf<'cache'>>();
  const between = new Set([dataset]);
  for (const each of between) {
    const { steps, actions } = directUses(program, each);
    if (actions.length > 0 || each.escapes.length > 0 || each.grows) return undefined;
    for (const step of steps) {
      const other = caches.get(step);
      if (other) filled.add(other);
      else between.add(step);
    }
  }
  const [other, ...more] = filled;
  const kept = other?.on[0];
  if (!other || !kept || more.length > 0 || kept.grows || occurrences(kept, dataset) !== 1 || loopsBetween(cache, other).length > 0 || !isOnArms(cache.path, other.path)) return undefined;
  // What a function gives back others may use as well.
  if (other.order < cache.order || other.callers.length < cache.callers.length || isField(program, dataset)) return undefined;
  const uses = actionsOn(program, kept);
  // Until it is cached itself, or once it is let go, it is made of the other one again.
  if (uses.some(({ order }) => order < other.order) || releasesOf(program).some(({ on, all }) => all || on.includes(kept))) return undefined;
  return uses.length > 0 || [...derivedFrom(program, kept)].some(({ escapes }) => escapes.length > 0) ? other : undefined;
}

/** `self.rows = …`: whoever holds the object may read it. */
const isField = ({ lowered, path }: SparkProgram, { site, names }: Dataset): boolean => statementsOf(lowered).some(({ expr, start, end }) => expr.kind === 'bind' && expr.patterns.some(({ kind }) => kind === 'member')
  && (site.module === path && contains({ start, end }, site) || expr.value?.kind === 'name' && names.some(({ name }) => expr.value?.kind === 'name' && name === expr.value.name)));

const fillsOnly = (program: SparkProgram, cache: EventOf<'cache'>, above: EventOf<'cache'>): Report => ({
  at: cache.name,
  message: `${nameAt(program, cache.name, cache.on[0]!)} is cached for a single use: it is read once, to fill the cache of ${nameAt(program, above.name, above.on[0]!)}, and whatever comes later reads that.`,
  related: [{ site: above.name, message: 'cached as well' }],
  evidence: evidenceOf(cache.on[0]!),
  fixes: removal(program, cache),
});

/** The one cache, filled by the first of these actions, that all of them read instead of the dataset: it is made of it once, and nobody lets go of it meanwhile. */
function cachedAbove(program: SparkProgram, cache: EventOf<'cache'>, dataset: Dataset, after: readonly EventOf<'action'>[]): EventOf<'cache'> | undefined {
  const [first] = after;
  const last = after.at(-1)!;
  const released = eventsOf(program, 'release').filter(({ order }) => order < last.order);
  return eventsOf(program, 'cache').find((other) => {
    const [kept] = other.on;
    if (other.on.length !== 1 || kept === dataset || kept!.grows || other.place !== 'driver' || other.order > first!.order || occurrences(kept!, dataset) !== 1) return false;
    if (loopsBetween(cache, other).length > 0 || after.some((action) => loopsBetween(other, action).length > 0 && loopsBetween(cache, action).length === 0)) return false;
    if (released.some(({ on, all }) => all || on.includes(kept!)) || !after.every((action) => isOnArms(action.path, other.path))) return false;
    return after.every((action) => action.on.every((on) => occurrences(on, dataset, new Map([[kept!, 0]])) === 0));
  });
}

/** How often a plan holds a dataset, "more than once" being 2: a self-join holds it twice. */
function occurrences(plan: Dataset, dataset: Dataset, known = new Map<Dataset, number>()): number {
  if (plan === dataset) return 1;
  const before = known.get(plan);
  if (before !== undefined) return before;
  // A lineage that loops back comes to nothing more.
  known.set(plan, 0);
  const sum = Math.min(2, plan.from.reduce((total, parent) => total + occurrences(parent, dataset, known) * (isPaired(plan, parent) ? 2 : 1), 0));
  known.set(plan, sum);
  return sum;
}

const pairing: ReadonlySet<string> = new Set(['join', 'joinWith', 'crossJoin', 'union', 'unionAll', 'unionByName', 'intersect', 'intersectAll', 'except', 'exceptAll', 'subtract']);
/** `df.join(df)`, by whatever alias: its only parent stands on both sides. Of `cartesian` each side is read once for every partition or row of the other. */
const isPaired = ({ made, from, args }: Dataset, parent: Dataset): boolean =>
  made === 'cartesian' || pairing.has(made) && from.length === 1 && args.some(({ value }) => value.some((item) => item.is === 'spark' && item.dataset === parent));

function removal(program: SparkProgram, cache: EventOf<'cache'>): Fix[] {
  const edits = editsFor(program);
  if (cache.name.module !== program.path) return [];
  const title = `Remove \`${cache.method.name}()\``;
  const statement = edits.statement(cache.site);
  // `x.cache()` alone, or `x = x.cache()`: the statement goes; in a chain, the call.
  const alone = edits.isWholeStatement(cache.site) && /^[\w.]+\.\w+(\([^)]*\))?$/.test(edits.textOf(cache.site));
  const rebinding = statement && /^(\w+)\s*=\s*\1\.\w+(\([^()]*\))?$/.test(edits.textOf(statement));
  if (alone || rebinding) return [{ title, safety: 'suggested', edits: edits.removeStatement(cache.site) }];
  const text = program.lowered.text;
  const dot = text.lastIndexOf('.', cache.name.start);
  // In `frame persist level` no dot stands before it.
  return dot > cache.site.start && text.slice(dot + 1, cache.name.start).trim() === '' ? [{ title, safety: 'suggested', edits: [{ start: linkStart(text, dot, cache.site.end), end: cache.site.end, newText: '' }] }] : [];
}

/** A link that ends its chain, alone on its line, goes with the line. */
function linkStart(text: string, dot: number, end: number): number {
  const before = /(?<!\\[ \t]*)\r?\n[ \t]*$/.exec(text.slice(0, dot));
  return before && /^[ \t]*(\r?\n|$)/.test(text.slice(end)) ? before.index : dot;
}

/** Of an RDD it runs no job where it stands. */
const checkpoints = oncePerProgram((program): boolean => {
  let found = false;
  forEachOf(program.lowered, ['member'], (expr) => void (found ||= expr.name === 'checkpoint' && (program.types.get(expr.on) ?? []).some((item) => item.is === 'spark' && item.dataset !== undefined)));
  return found;
});
