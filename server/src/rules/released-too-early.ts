import type { Dataset, Event, EventOf, SparkProgram } from '../analysis/model.ts';
import { editsFor } from '../rule/edits.ts';
import { asksForNoRows } from '../rule/executed.ts';
import { atHand, checkpointed, costOf, evidenceOf, hasShuffle, isShuffle } from '../rule/explain.ts';
import { compatible, derivesFrom, eventsOf, eventsOn, isFull, lineage, lineageUpTo, loopsBetween, nameAt, nearestIn, onePerSite, sameLoop, sameSite, within } from '../rule/queries.ts';
import { actionsOn } from '../rule/uses.ts';
import { defineRule, type Fix } from '../rule/rule.ts';

type Action = EventOf<'action'>;

export default defineRule({
  name: 'released-too-early',
  category: 'caching',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, targets, report }) {
    if (fileKind === 'test') return;
    const held = atHand(targets);
    const usesOf = (dataset: Dataset): Action[] => actionsOn(program, dataset).filter((action) => action.place !== 'executor');
    const caches = eventsOf(program, 'cache');
    for (const release of onePerSite(eventsOf(program, 'release'))) {
      const next = filledTooLate(program, release, caches);
      if (next) {
        report({
          at: release.name,
          message: `${nameAt(program, release.name, release.on[0]!)} is released before anything has run on ${nameAt(program, next.name, next.on[0]!)}, which is made of it: the new cache is filled from the source, with the work of all passes before. Run an action on it first.`,
          related: [{ site: next.name, message: 'marked for the cache here, and not computed yet' }],
          evidence: evidenceOf(release.on[0]!),
        });
        continue;
      }
      for (const dataset of release.on) {
        const cache = eventsOn(program, 'cache', dataset).find((each) => each.order < release.order && compatible(each, release));
        if (!cache || dataset.grows || isPart(dataset) || lineage(dataset).some(hasFiles)) continue;
        // A loop over the frames alone, `for frame in (a, b): frame.unpersist()`, repeats nothing of what they are used for.
        const own = loopsBetween(cache, release);
        const depth = release.loops.length - own.length;
        const ofOwn = ({ loops }: Dataset | Action): boolean => loops.some((loop) => own.some((other) => sameLoop(loop, other)));
        // Behind the passes that release it, what they have made of it stands in its place.
        const uses = usesOf(dataset).filter((action) => !ofOwn(action) && !(action.on.includes(dataset) && action.on.some((each) => ofOwn(each) && derivesFrom(each, dataset))));
        if (isOneOfSeveral(dataset, cache)) continue;
        const again = uses.find((action) => action.order > release.order && compatible(action, release) && action.callers.length === release.callers.length && action.on.some((on) => isComputedAnew(on, dataset, action)));
        const late = uses.find((action) => action.order > release.order && compatible(action, release) && isBeside(action) && action.on.some((on) => isWaiting(on, dataset)));
        if (!late) {
          const returned = eventsOf(program, 'escape').find((event) => event.how === 'returned' && event.order > release.order && compatible(event, release) && event.callers.length === release.callers.length && event.loops.length === depth && event.on.some((on) => isWaiting(on, dataset) && !isReady(on)));
          if (returned && costIn(dataset) !== undefined && !eventsOn(program, 'cache', dataset).some(({ order }) => order > release.order)) {
            report({
              at: release.name,
              message: `${nameAt(program, release.name, dataset)} is released before what is returned has run: whoever runs that computes everything from the source, ${costIn(dataset)} included.`,
              related: [{ site: cache.name, message: 'cached here' }, { site: returned.name, message: 'returned here' }],
              evidence: evidenceOf(dataset),
            });
            break;
          }
          if (again && isFilled(dataset, cache)) report({
            at: release.name,
            message: `${nameAt(program, release.name, dataset)} is released here, and \`${again.method.name}\` below needs it once more: that computes it from the source again, ${costIn(dataset)} included.`,
            related: [{ site: cache.name, message: 'cached here' }, { site: again.name, message: 'needed here' }],
            evidence: evidenceOf(dataset),
            fixes: moveBelow(program, release, again, uses),
          });
          if (again) break;
          continue;
        }
        report({
          at: release.name,
          message: `${nameAt(program, release.name, dataset)} is released before \`${late.method.name}\` below has run on what is derived from it: by then the cache is gone, and everything is computed from the source.`,
          related: [{ site: cache.name, message: 'cached here' }, { site: late.name, message: 'needed here' }],
          evidence: evidenceOf(dataset),
          fixes: moveBelow(program, release, late, uses),
        });
        break;

        /** It may as well be another that stands under the name here, and of that nothing runs later: which one it is may go with what runs. */
        function isOneOfSeveral(cached: Dataset, marked: EventOf<'cache'>): boolean {
          return release.loops.length === 0 && release.on.some((other) => other !== cached && marked.on.includes(other) && !other.grows
            && (isPart(other) || !usesOf(other).some((action) => action.order > release.order && compatible(action, release)) && !eventsOf(program, 'escape').some((event) => event.order > release.order && event.on.some((each) => derivesFrom(each, other)))));
        }

        /** Shuffle files of an RDD stay: what an action wrote before is read from there, and nothing behind it runs again. */
        function hasFiles(each: Dataset): boolean {
          return each.kind === 'RDD' && isShuffle(each) && usesOf(each).some((action) => action.order < release.order && compatible(action, release));
        }

        /** Something ran on it while it was cached. */
        function isFilled(cached: Dataset, { order }: EventOf<'cache'>): boolean {
          const meanwhile = (event: Event): boolean => event.order > order && event.order < release.order;
          return usesOf(cached).some(meanwhile) || eventsOn(program, 'escape', cached).some((event) => event.how === 'used' && meanwhile(event));
        }

        /** Costly, not cached once more, and nothing in between is kept ready. */
        function isComputedAnew(on: Dataset, cached: Dataset, action: Action): boolean {
          if (on.loops.length !== depth || action.loops.length !== depth || !isFull(action) && !hasShuffle(on)) return false;
          if (eventsOn(program, 'cache', cached).some(({ order }) => order > release.order)) return false;
          // After a pass that releases it, what the pass made and cached has taken its place.
          if (lineage(on).some((each) => each !== cached && isReady(each) && derivesFrom(each, cached) && each.loops.some((loop) => own.some((other) => sameLoop(loop, other))))) return false;
          return lineageUpTo(on, (each) => each !== cached && (isReady(each) || isBeginning(each) || hasFiles(each) || asksForNoRows(program, each))).includes(cached) && lineage(cached).some((each) => costOf(each) !== undefined);
        }

        /** The first rows of each partition, as `take` reads them: with a shuffle below, all of it runs before there is a first row. */
        function isBeginning(each: Dataset): boolean {
          return each.made === 'limit' && !hasShuffle(each);
        }

        /** In the function that releases, or in one that it calls. */
        function isBeside({ callers }: Action): boolean {
          return release.callers.every((site, index) => callers[index] !== undefined && sameSite(site, callers[index]));
        }

        function isMadeLater({ site, callers }: Dataset): boolean {
          const place = callers[release.callers.length] ?? site;
          return place.module === release.site.module && place.start > release.site.start;
        }

        /** Kept by a cache that was there before. */
        function isReady(each: Dataset): boolean {
          return held.has(each.made) || eventsOn(program, 'cache', each).some(({ order }) => order < release.order);
        }

        /** Derived before the release, or made of what was, and no action has run on that yet. */
        function isWaiting(on: Dataset, cached: Dataset): boolean {
          if (!lineageUpTo(on, (each) => each !== cached && (held.has(each.made) || hasFiles(each) || asksForNoRows(program, each))).includes(cached) || on.loops.length !== depth) return false;
          if (on !== cached && isMadeLater(on)) return lineageUpTo(on, isReady).some((each) => each !== cached && !isMadeLater(each) && isWaiting(each, cached));
          const before = usesOf(on).filter((action) => action.order < release.order);
          const ran = before.some((action) => isFull(action) || hasShuffle(on));
          const ownCache = caches.some((each) => each.order < release.order && each.on.some((held) => held !== cached && lineage(on).includes(held) && lineage(held).includes(cached)));
          return !ran && !(ownCache && before.length > 0);
        }
      }
    }
  },
  docs: {
    summary: 'unpersist stands before an action that needed the cache',
    what: 'A cached dataset is released before the first action on it, or on a dataset derived from it. A `count()` of the cached dataset itself does not help what is derived: the derived dataset runs later. Also a costly one (with a shuffle, functions of the program, the parsing of text) that an action needs again after its release, or that a function releases before it returns what is derived from it and has not run. In a loop: what each pass makes of the cached dataset and marks for the cache itself, where the one before is released with no action in between.',
    why: 'Nothing is computed when a dataset is derived. When its action runs after the release, the cache is empty: the source is read again, and filling the cache was work for nothing.',
    fine: 'Where the derived dataset was executed before, or has a filled cache of its own; what `describe` or `summary` gives where all targets are older than Spark 3.4, which make it at the call; an RDD on whose way a shuffle stands that an action has written before, since its files stay. What is needed again of one that ran before may be its first rows (`show`, `take`, a `limit`), as long as no shuffle stands below them.',
    fix: 'Moves the release below the last action that needs it.',
    examples: [{ language: 'python', bad: 'base = spark.read.parquet("/data/base").cache()\nbase.count()\ndaily = base.groupBy("day").count()\nbase.unpersist()\ndaily.write.parquet("/data/daily")\n', good: 'base = spark.read.parquet("/data/base").cache()\nbase.count()\ndaily = base.groupBy("day").count()\ndaily.write.parquet("/data/daily")\nbase.unpersist()\n' }, { language: 'scala', bad: 'val base = spark.read.parquet("/data/base").cache()\nbase.count()\nval daily = base.groupBy("day").count()\nbase.unpersist()\ndaily.write.parquet("/data/daily")\n', good: 'val base = spark.read.parquet("/data/base").cache()\nbase.count()\nval daily = base.groupBy("day").count()\ndaily.write.parquet("/data/daily")\nbase.unpersist()\n' }],
    source: 'cache, count, derive, unpersist, action: the source was read again on Spark 3.5.9 and 4.3.0. Calls of a UDF (and of an RDD\'s function) over 1000 rows in a loop of four passes that derives, caches and releases the one before: 5000, with a count before the release 1000; 3.5.6 and 4.3.0.',
  },
});

const costIn = nearestIn(costOf);

/** One for all parts of a split: which of them is cached, released or read is not known. */
const isPart = ({ made }: Dataset): boolean => made === 'randomSplit';

/** `next = step(rows)`, `next.cache()`, `rows.unpersist()`, `rows = next` in each pass of a loop: the cache that the release follows, where nothing runs in between. */
function filledTooLate(program: SparkProgram, release: EventOf<'release'>, caches: readonly EventOf<'cache'>[]): EventOf<'cache'> | undefined {
  const loop = release.loops.at(-1);
  const released = receiverOf(program, release);
  if (!loop || release.all || released === undefined) return undefined;
  const ofOneCall = ({ callers }: Event): boolean => callers.length === release.callers.length && callers.every((each, index) => sameSite(each, release.callers[index]!));
  return onePerSite(caches).find((cache) => {
    const { site, on } = cache;
    const [next, ...others] = on;
    if (!next || others.length > 0 || !ofOneCall(cache) || site.module !== release.site.module || site.start > release.site.start || !cache.loops.some((each) => sameLoop(each, loop)) || !compatible(cache, release)) return false;
    // From the second pass on, the one that is released is the one that the pass before has cached.
    if (!next.grows || !within(next.site, loop.range) || !release.on.some((each) => each !== next && derivesFrom(next, each))) return false;
    const ofThisPass = receiverOf(program, cache) === released || next.names.some(({ name, from }) => name === released && from > next.site.start && from < release.site.start);
    // What an action wrote for a shuffle of RDDs stays.
    if (ofThisPass || lineage(next).some((each) => checkpointed.has(each.made) || each.kind === 'RDD' && isShuffle(each))) return false;
    const isBetween = ({ site: place, callers: through }: Event): boolean => {
      const { module, start } = through[release.callers.length] ?? place;
      return module === site.module && start > next.site.start && start < release.site.start;
    };
    const ran = program.events.some((event) => (event.kind === 'action' || event.kind === 'escape' && (event.how === 'passed' || event.how === 'used')) && isBetween(event) && event.on.some((each) => derivesFrom(each, next)));
    return !ran && actionsOn(program, next).length > 0;
  });
}

/** The variable that it is asked of. */
function receiverOf({ lowered, path }: SparkProgram, { site, name }: Event): string | undefined {
  return site.module === path ? /^([A-Za-z_]\w*)\s*\.\s*$/.exec(lowered.text.slice(site.start, name.start))?.[1] : undefined;
}

function moveBelow(program: SparkProgram, release: EventOf<'release'>, late: Action, uses: readonly Action[]): Fix[] {
  const edits = editsFor(program);
  if (!edits.isWholeStatement(release.site) || release.site.module !== program.path) return [];
  const last = uses.filter((action) => action.order >= late.order && compatible(action, release) && action.site.module === program.path).at(-1) ?? late;
  const from = edits.statement(release.site);
  const to = edits.statement(last.name);
  if (!from || !to || from.parent !== to.parent) return [];
  const added = edits.insertAfter(to, edits.textOf(release.site));
  const removed = edits.removeStatement(release.site);
  return added.length > 0 && removed.length > 0 ? [{ title: `Move \`${edits.textOf(release.site)}\` below the last use`, safety: 'suggested', edits: [...removed, ...added] }] : [];
}
