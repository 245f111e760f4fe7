import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { editsFor } from '../rule/edits.ts';
import { evidenceOf, hasShuffle, numberWord, relatedTo } from '../rule/explain.ts';
import { releaseEdits } from '../rule/cache-edits.ts';
import { apart, compatible, eventsOf, eventsOn, isFull, loopsBetween, mayPrecede, nameAt, nameIn, onePerSite, placeBeside, sameLoop, sameSite } from '../rule/queries.ts';
import { actionsOn, derivedFrom, isReleasedBetween } from '../rule/uses.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { statementAt } from '../rule/statements.ts';
import type { Expr } from '../program/program.ts';
import { contains } from '../text/range.ts';

type Action = EventOf<'action'>;

export default defineRule({
  name: 'cache-too-late',
  category: 'caching',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, report }) {
    if (program.partial) return;
    const caches = eventsOf(program, 'cache');
    for (const cache of caches) {
      if (isOnRequest(program, cache)) continue;
      for (const dataset of cache.on) {
        const users = actionsOn(program, dataset).filter((action) => action.place !== 'executor');
        // Another function may use it later.
        if (users.some((action) => apart(action, cache))) continue;
        const uses = users.filter((action) => compatible(action, cache));
        const before = onePerSite(uses.filter((action) => action.order < cache.order && !isOfNextPass(dataset, action) && !isHandedTo(cache, action) && (isFull(action) || action.on.some(hasShuffle))));
        if (isKeptBefore(dataset, cache)) continue;
        if (before.length === 0 || loopsBetween(dataset, cache).length > 0 || leaves(program, dataset, cache)) continue;
        const after = onePerSite(uses.filter((action) => (action.order > cache.order || isOfNextPass(dataset, action)) && action.site.start !== cache.site.start));
        // A notebook goes on in cells not yet written, and in notebooks that run it.
        if (after.length === 0 && program.lowered.notebook) continue;
        const onlyFills = after.length === 0 || after.length === 1 && fills(after[0]!, dataset);
        const pinned = !onlyFills && samePlan(before, after, dataset);
        if (!onlyFills && !pinned) continue;
        const name = nameAt(program, cache.name, dataset);
        report({
          at: cache.name,
          message: onlyFills
            ? `${name} is cached after its last use: the ${before.length === 1 ? 'action' : `${numberWord(before.length)} actions`} above computed it without the cache${after.length > 0 ? `, and \`${after[0]!.method.name}\` below only fills it` : ', and nothing below reads it'}.`
            : `${name} was already executed by \`${before[0]!.method.name}\` when it is cached here: the same object keeps its first plan, so \`${after[0]!.method.name}\` below reads the source again.`,
          related: relatedTo(before, (event) => (event.kind === 'action' ? `\`${event.method.name}\` computes ${name} without the cache` : 'computed here')),
          evidence: evidenceOf(dataset),
          fixes: onlyFills ? moveFixes(dataset, cache, before, after) : [],
        });
        break;
      }
    }

    /** It was cached above, and nothing has surely released it since: what ran in between has read that. */
    function isKeptBefore(dataset: Dataset, cache: EventOf<'cache'>): boolean {
      return eventsOn(program, 'cache', dataset).some((other) => other.order < cache.order && compatible(other, cache) && !isReleasedBetween(program, dataset, other, cache));
    }

    function moveFixes(dataset: Dataset, cache: EventOf<'cache'>, before: readonly Action[], after: readonly Action[]): Fix[] {
      const edits = editsFor(program);
      const first = before[0]!;
      const name = nameIn(program, dataset, cache.name);
      // Another function holds what it is given under another name, and for others too.
      const together = first.def === cache.def && first.callers.length === cache.callers.length && first.callers.every((site, index) => sameSite(site, cache.callers[index]!));
      // Persisted twice: an RDD refuses another level while it has one.
      const once = eventsOn(program, 'cache', dataset).every((other) => sameSite(other.site, cache.site));
      if (first.name.module !== program.path || !together || !once || !edits.isWholeStatement(cache.site)) return [];
      const move = edits.moveStatement(cache.site, first.name);
      if (move.length === 0) return [];
      const title = `Move \`${edits.textOf(cache.site).replace(/\s+/g, ' ')}\` above the first action`;
      const fixes: Fix[] = [{ title, safety: 'suggested', edits: move }];
      const made = edits.statement(cache.site);
      const last = name !== undefined && made ? releaseEdits(program, edits, name, made, [...after.map((action) => action.name), cache.name].slice(0, 1)) : [];
      if (name !== undefined && after.length > 0 && last.length > 0) fixes.push({ title: `${title}, and release it after the last use`, safety: 'suggested', edits: [...move, ...last] });
      return fixes;
    }
  },
  docs: {
    summary: 'a dataset is cached after the actions that should have read the cache',
    what: 'The actions on a dataset stand before its `cache()` or `persist()`, and after it none, or only a `count()` that fills the cache for nobody. Also: the same object was collected before `cache()` and is collected again, which never reads the cache.',
    why: '`cache()` only marks the dataset: the next action fills the cache, later ones read it. Actions that ran before computed everything from the source, each of them anew. What is cached afterwards takes memory and serves nothing.',
    fine: 'Deriving a DataFrame before caching its parent is no fault: frames are matched by their plan when they run. Datasets that leave the function (returned, passed on) are not reported, since their later use is out of sight; nor is a cache under a flag that is `False` unless a caller asks for it.',
    fix: 'Moves the statement above the first action; a second variant also adds `unpersist()` after the last use.',
    examples: [{ language: 'python', bad: 'flights = spark.read.parquet("/data/flights")\nflights.groupBy("origin").count().show()\nflights.groupBy("carrier").count().show()\nflights.cache()\n', good: 'flights = spark.read.parquet("/data/flights")\nflights.cache()\nflights.groupBy("origin").count().show()\nflights.groupBy("carrier").count().show()\n' }, { language: 'scala', bad: 'val flights = spark.read.parquet("/data/flights")\nflights.groupBy("origin").count().show()\nflights.groupBy("carrier").count().show()\nflights.cache()\n', good: 'val flights = spark.read.parquet("/data/flights")\nflights.cache()\nflights.groupBy("origin").count().show()\nflights.groupBy("carrier").count().show()\n' }],
    source: 'Order of actions, derivations and caches tried on Spark 3.5.9 and 4.3.0.',
  },
});

/** A `count()` on the cached dataset itself, whose number may even be shown: it fills the cache. */
const fills = (action: Action, dataset: Dataset): boolean => action.method.name === 'count' && action.on.includes(dataset);

const pins: ReadonlySet<string> = new Set(['collect', 'toPandas', 'foreach', 'foreachPartition']);
function samePlan(before: readonly Action[], after: readonly Action[], dataset: Dataset): boolean {
  const own = (action: Action): boolean => action.on.length === 1 && action.on[0] === dataset && pins.has(action.method.name);
  return dataset.kind === 'DataFrame' && !hasShuffle(dataset) && before.some(own) && after.length > 0 && after.every(own);
}

/** It, or something derived from it, goes where its later use cannot be seen. */
function leaves(program: SparkProgram, dataset: Dataset, cache: EventOf<'cache'>): boolean {
  return [...derivedFrom(program, dataset)].some((each) => each.escapes.some((escape) => mayPrecede(cache, escape)));
}

/** `for …: cur.count(); cur = step(cur); cur.cache()`: what runs above the place where a pass makes it reads it in the next one, from the cache. */
function isOfNextPass(made: Dataset, action: Action): boolean {
  const place = placeBeside(made, action);
  return place.module === made.site.module && place.start < made.site.start && made.loops.some((loop) => action.loops.some((other) => sameLoop(loop, other)));
}

/** `if keep: df.cache()`, where `keep` is False unless a caller says otherwise, and none is in sight. */
function isOnRequest(program: SparkProgram, { site, def, callers }: EventOf<'cache'>): boolean {
  if (callers.length > 0 || site.module !== program.path) return false;
  const flags = new Set(def.params.flatMap((parameter) => (parameter.default?.kind === 'literal' && parameter.default.value === false ? parameter.name : [])));
  for (let statement = statementAt(program.lowered, site.start); statement && statement.def === def; statement = statement.parent) {
    const { expr, base } = statement;
    if (expr.kind === 'if' && site.start < base + expr.then.span[1] && needs(expr.test, flags)) return true;
  }
  return false;
}

/** The test holds only with one of these flags. */
const needs = (test: Expr, flags: ReadonlySet<string>): boolean =>
  test.kind === 'name' ? flags.has(test.name) : test.kind === 'operator' && (test.name === 'and' || test.name === '&&') && test.args.some((arg) => needs(arg, flags));

/** It stands in what the function that caches is given: Scala may run it there (`def cached[T](df: DataFrame)(work: => T)`). */
const isHandedTo = ({ callers }: EventOf<'cache'>, { site }: Action): boolean => callers.some((call) => call.module === site.module && contains(call, site));
