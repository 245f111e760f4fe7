import type { Dataset, EventOf, Loop, Site, SparkProgram, Value } from '../analysis/model.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import type { Expr, Pattern } from '../program/program.ts';
import { releaseEdits } from '../rule/cache-edits.ts';
import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { derivesFrom, eventsOf, lineage, loopOf, nameIn, nameOf, oncePerProgram, onePerSite, placeBeside, sameLoop, within } from '../rule/queries.ts';
import { isFlat } from '../rule/rdd-elements.ts';
import { boundBy, definitionsAt, statementsIn, statementsOf } from '../rule/statements.ts';
import { actionsOn, derivedFrom } from '../rule/uses.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { boundByLoop, expressionAt, someWithin } from '../rule/written.ts';
import { contains, type Range } from '../text/range.ts';

export default defineRule({
  name: 'unreleased-cache',
  category: 'caching',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const releases = eventsOf(program, 'release');
    const told = new Set<Dataset>();
    // A function that a loop calls may run for others, or by itself, as well.
    const caches = eventsOf(program, 'cache').toSorted((a, b) => Number(loopOf(b) !== undefined) - Number(loopOf(a) !== undefined));
    for (const cache of onePerSite(caches)) {
      const loop = cache.place === 'batch' ? undefined : loopOf(cache);
      if (cache.place !== 'batch' && !loop) continue;
      const dataset = cache.on.find((each) => each.kind === 'DataFrame' && each.streaming !== 'yes');
      if (!dataset) continue;
      // Made outside the loop: one plan, one entry, however often it is asked for.
      if (loop && !cache.on.some((each) => within(each.site, loop.range) || each.grows || isMadeOfPass(program, each, loop))) continue;
      if (releases.some((release) => frees(release, cache) && (!loop || release.all || release.loops.some((other) => sameLoop(other, loop))))) continue;
      // What a comprehension makes, or a loop puts together, is there to be used after it.
      if (handedOver(program, cache, loop) || loop && (loop.comprehension && !givesNoFrames(program, loop) || isGathered(program, cache, loop))) continue;
      // Cached again, it stays the one entry.
      if (told.has(dataset)) continue;
      told.add(dataset);
      report({
        at: cache.name,
        message: loop
          ? `${nameOf(program, dataset, cache.name)} is cached in every pass of this loop, each time with another plan, and never released: Spark keeps every one of them until the application ends.`
          : `${nameOf(program, dataset, cache.name)} is cached for every micro-batch and never released: Spark keeps every batch until the query's application ends.`,
        related: loop ? [{ site: loop.site, message: 'the loop' }] : [],
        evidence: evidenceOf(dataset),
        fixes: releaseFix(program, cache, dataset, loop),
      });
    }
  },
  docs: {
    summary: 'a DataFrame is cached in every pass or micro-batch and never released',
    what: 'A `cache()` or `persist()` of a DataFrame inside a loop, in a function that a loop calls with something of the pass, or in the function of `foreachBatch`, whose plan differs each time, without an `unpersist()` or `clearCache()` in the same pass.',
    why: 'The session holds cached DataFrames by their plan, strongly: rebinding the variable frees nothing. The entries add up on the driver, their blocks fill the executors and push each other to disk.',
    fine: 'Frames that a comprehension caches, unless numbers and texts alone come back of it, or that a loop puts in a list or map for later, are needed together. RDDs are cleaned up once nothing refers to them. A dataset made outside the loop is one entry. A release in `finally`, through another name for the same plan, or by `clearCache()` counts. `unpersist` on a frame derived from the cached one releases nothing.',
    fix: 'Adds `unpersist()` after the last use in the pass, where all uses are in sight. What is derived from it and runs later would read the source again, so the fix is only suggested.',
    examples: [{ language: 'python', bad: 'for day in days:\n    events = spark.read.parquet(f"/data/{day}").cache()\n    print(events.count())\n    events.write.mode("append").parquet("/data/all")\n', good: 'for day in days:\n    events = spark.read.parquet(f"/data/{day}").cache()\n    print(events.count())\n    events.write.mode("append").parquet("/data/all")\n    events.unpersist()\n' }, { language: 'scala', bad: 'for (day <- days) {\n  val events = spark.read.parquet(s"/data/$day").cache()\n  println(events.count())\n  events.write.mode("append").parquet("/data/all")\n}\n', good: 'for (day <- days) {\n  val events = spark.read.parquet(s"/data/$day").cache()\n  println(events.count())\n  events.write.mode("append").parquet("/data/all")\n  events.unpersist()\n}\n' }],
    source: 'Five passes with differing plans left five entries after garbage collection, RDDs none: tried on Spark 3.5.9 and 4.3.0.',
  },
});

/** Made in a function that the pass calls with something of its own (`prepare(day)`), which stands in the plan: what the function does with it beside does not make the plan another. */
function isMadeOfPass(program: SparkProgram, dataset: Dataset, loop: Loop): boolean {
  const { callers, site, loops } = dataset;
  const first = callers.findIndex((each) => within(each, loop.range));
  if (first < 0 || !loops.some((each) => sameLoop(each, loop)) || [site, ...callers.slice(first)].some(({ module }) => module !== program.path)) return false;
  const steps = lineage(dataset).filter((each) => each.site.module === program.path).map((each) => expressionAt(program, each.site));
  let own: ReadonlySet<string> = new Set([...boundByLoop(program, loop), ...statementsIn(program.lowered, loop.range).flatMap(boundBy)]);
  for (const [index, caller] of callers.entries()) {
    const inside = callers[index + 1] ?? site;
    const isWrittenThere = definitionsAt(program.lowered, caller.start).at(-1) === definitionsAt(program.lowered, inside.start).at(-1);
    // A function that is written in the call sees what stands around it.
    if (index >= first && !isWrittenThere) own = filledFrom(program, expressionAt(program, caller), own, inside);
  }
  return steps.some((step) => step !== undefined && mentions(step, own));
}

const mentions = (expr: Expr, names: ReadonlySet<string>): boolean => someWithin(expr, (part) => part.kind === 'name' && names.has(part.name));

/** Names of a function that is called so which hold something of such names: its parameters, and what it makes of them. */
function filledFrom({ lowered }: SparkProgram, call: Expr | undefined, own: ReadonlySet<string>, inside: Site): ReadonlySet<string> {
  const around = call?.kind === 'call' ? definitionsAt(lowered, inside.start).findLast(({ kind, name }) => kind === 'function' && name === calledName(call)) : undefined;
  if (call?.kind !== 'call' || !around) return new Set();
  // The object that a method is called on has no place among the arguments.
  const params = around.params.filter(({ name }, index) => index > 0 || !/^(self|cls|this)$/.test(name));
  const found = new Set(call.args.flatMap(({ name, value }, index) => (mentions(value, own) ? [name ?? params[index]?.name ?? ''] : [])));
  for (const statement of statementsOf(lowered)) {
    const { def, expr } = statement;
    if (def !== around) continue;
    const made = expr.kind === 'bind' ? expr.value : expr.kind === 'loop' ? expr.over : undefined;
    if (made && mentions(made, found)) for (const name of boundBy(statement)) found.add(name);
  }
  return found;
}

function frees(release: EventOf<'release'>, cache: EventOf<'cache'>): boolean {
  if (release.all) return true;
  return release.on.some((on) => cache.on.some((cached) => on === cached || !isBeyond(on, cached) && shareName(cached, on) && lineage(cached).some((each) => derivesFrom(on, each))));
}

/** One variable held both. */
const shareName = (a: Dataset, b: Dataset): boolean => a.names.some(({ name, passed }) => !passed && b.names.some((other) => !other.passed && other.name === name));

/** Derived from the cached dataset, and not around a loop: another plan, whose release frees nothing. */
const isBeyond = (on: Dataset, cached: Dataset): boolean => derivesFrom(on, cached) && !derivesFrom(cached, on);

/** Where the pass alone uses it, and nothing made from it leaves the pass. */
function releaseFix(program: SparkProgram, cache: EventOf<'cache'>, dataset: Dataset, loop: Loop | undefined): Fix[] {
  const edits = editsFor(program);
  const name = nameIn(program, dataset, cache.name);
  const caching = edits.statement(cache.site);
  const own = edits.statement(dataset.site);
  // A micro-batch is made outside the function that is given it.
  const made = own && own.def === caching?.def ? own : caching;
  const uses = actionsOn(program, dataset);
  if (!made || name === undefined || cache.site.module !== program.path || loop && !within(cache.site, loop.range) || !/^\w+$/.test(name)) return [];
  if (uses.some((action) => (loop ? !within(placeBeside(cache, action), loop.range) : action.place !== 'batch'))) return [];
  if ([...derivedFrom(program, dataset)].some((each) => each.escapes.length > 0)) return [];
  const release = releaseEdits(program, edits, name, made, uses.map((action) => placeBeside(cache, action)));
  return release.length > 0 ? [{ title: `Release \`${name}\` after its last use`, safety: 'suggested', edits: release }] : [];
}

const putting: ReadonlySet<string> = new Set(['append', 'appendleft', 'add', 'insert', 'put']);

/** The pass puts it in a collection that was there before the loop, and of which something speaks after it. */
function isGathered(program: SparkProgram, cache: EventOf<'cache'>, loop: Loop): boolean {
  const { lowered } = program;
  if (loop.range.module !== program.path) return false;
  const into = new Set(putsIn(program).flatMap(({ name, values, range }) => (contains(loop.range, range) && values.some((value) => holdsFrame(program, value, cache.on)) ? [name] : [])));
  if (into.size === 0) return false;
  const inside = new Set(statementsIn(lowered, loop.range).flatMap((each) => (each.expr.kind === 'bind' && each.expr.augmented !== undefined ? [] : boundBy(each))));
  const after = lowered.text.slice(loop.range.end);
  return [...into].some((name) => !inside.has(name) && new RegExp(`\\b${name}\\b`).test(after));
}

/** `for (day <- days) yield process(day)`, where all that comes back for a day are numbers and texts: what was cached on the way is not among it. */
function givesNoFrames(program: SparkProgram, { range }: Loop): boolean {
  const written = expressionAt(program, range);
  const made = written && program.types.get(written);
  return made !== undefined && made.length > 0 && made.every((item) => item.is === 'collection' && isPlain(item.element));
}

const isPlain = (value: Value, depth = 0): boolean => depth < 4 && value.length > 0 && value.every((item) => {
  if (item.is === 'collection') return [item.element, ...item.items ?? [], ...item.entries?.values() ?? []].every((each) => isPlain(each, depth + 1));
  return item.is === 'constant' || item.is === 'foreign' || item.is === 'object' && isFlat(item.of.of);
});

interface Put {
  /** Of the collection. */
  readonly name: string;
  readonly values: readonly Expr[];
  readonly range: Range;
}

/** Everything that the program puts into a collection with a name, found in one walk. */
const putsIn = oncePerProgram((program): readonly Put[] => {
  const found: Put[] = [];
  forEachOf(program.lowered, ['call', 'bind'], (expr, range) => {
    for (const { on, values } of putsOf(expr)) if (on.kind === 'name') found.push({ name: on.name, values, range });
  });
  return found;
});

/** `parts.append(frame)`, `parts[key] = frame`, `parts += frame`. */
function putsOf(expr: Expr): { readonly on: Expr | Pattern; readonly values: readonly Expr[] }[] {
  if (expr.kind === 'call') return expr.fn.kind === 'member' && putting.has(expr.fn.name) ? [{ on: expr.fn.on, values: expr.args.map(({ value }) => value) }] : [];
  const value = expr.kind === 'bind' ? expr.value : undefined;
  if (expr.kind !== 'bind' || !value) return [];
  return expr.patterns.flatMap((pattern) => (pattern.kind === 'index' ? [{ on: pattern.on, values: [value] }] : pattern.kind === 'name' && expr.augmented !== undefined ? [{ on: pattern, values: [value] }] : []));
}

function holdsFrame(program: SparkProgram, value: Expr, cached: readonly Dataset[]): boolean {
  if (value.kind === 'collection') return value.items.some((item) => holdsFrame(program, item.value, cached));
  return program.types.get(value)?.some((item) => item.is === 'spark' && item.dataset !== undefined && cached.some((each) => derivesFrom(item.dataset!, each))) ?? false;
}

/** A function that is given the dataset, or a collection it is put in, may release it; so may who gets it back. Of what a loop makes anew of itself only the last goes back. */
function handedOver(program: SparkProgram, cache: EventOf<'cache'>, loop: Loop | undefined): boolean {
  const isLastOnly = (each: Dataset, escape: EventOf<'escape'>): boolean => escape.how === 'returned' && loop !== undefined && each.grows && !escape.loops.some((around) => sameLoop(around, loop));
  return program.datasets.some((each) => cache.on.includes(each) && each.escapes.some((escape) => escape.kind === 'escape' && escape.how !== 'view' && !isLastOnly(each, escape)));
}
