import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { editsFor } from '../rule/edits.ts';
import { evidenceOf, hasShuffle, numberWord, relatedTo } from '../rule/explain.ts';
import { releaseEdits } from '../rule/cache-edits.ts';
import { apart, compatible, eventsOf, isFull, loopsBetween, mayPrecede, nameAt, nameIn, onePerSite } from '../rule/queries.ts';
import { actionsOn, derivedFrom } from '../rule/uses.ts';
import { defineRule, type Fix } from '../rule/rule.ts';

type Action = EventOf<'action'>;

export default defineRule({
  name: 'cache-too-late',
  category: 'caching',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, report }) {
    if (program.partial) return;
    for (const cache of eventsOf(program, 'cache')) {
      for (const dataset of cache.on) {
        const users = actionsOn(program, dataset).filter((action) => action.place !== 'executor');
        // Another function may use it later.
        if (users.some((action) => apart(action, cache))) continue;
        const uses = users.filter((action) => compatible(action, cache));
        const before = onePerSite(uses.filter((action) => action.order < cache.order && (isFull(action) || action.on.some(hasShuffle))));
        if (before.length === 0 || loopsBetween(dataset, cache).length > 0 || leaves(program, dataset, cache)) continue;
        const after = onePerSite(uses.filter((action) => action.order > cache.order && action.site.start !== cache.site.start));
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

    function moveFixes(dataset: Dataset, cache: EventOf<'cache'>, before: readonly Action[], after: readonly Action[]): Fix[] {
      const edits = editsFor(program);
      const first = before[0]!;
      const name = nameIn(program, dataset, cache.name);
      if (!edits || first.name.module !== program.path || first.callers.length !== cache.callers.length || !edits.isWholeStatement(cache.site)) return [];
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
    fine: 'Deriving a DataFrame before caching its parent is no fault: frames are matched by their plan when they run. Datasets that leave the function (returned, passed on) are not reported, since their later use is out of sight.',
    fix: 'Moves the statement above the first action; a second variant also adds `unpersist()` after the last use.',
    examples: [{ language: 'python', bad: 'flights = spark.read.parquet("/data/flights")\nflights.groupBy("origin").count().show()\nflights.groupBy("carrier").count().show()\nflights.cache()\n', good: 'flights = spark.read.parquet("/data/flights")\nflights.cache()\nflights.groupBy("origin").count().show()\nflights.groupBy("carrier").count().show()\n' }],
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
