import type { EventOf, SparkProgram } from '../analysis/model.ts';
import { evidenceOf } from '../rule/explain.ts';
import { eventsOf, lineage, loopOf, nameOf, onePerSite, sameLoop, within } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'unreleased-cache',
  category: 'caching',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python'],
  fix: 'none',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const releases = eventsOf(program, 'release');
    for (const cache of onePerSite(eventsOf(program, 'cache'))) {
      const loop = cache.place === 'batch' ? undefined : loopOf(cache);
      if (cache.place !== 'batch' && !loop) continue;
      const dataset = cache.on.find((each) => each.kind === 'DataFrame' && each.streaming !== 'yes');
      if (!dataset) continue;
      // Made outside the loop: one plan, one entry, however often it is asked for.
      if (loop && !cache.on.some((each) => within(each.site, loop.range) || each.grows)) continue;
      if (releases.some((release) => frees(release, cache) && (!loop || release.all || release.loops.some((other) => sameLoop(other, loop))))) continue;
      if (handedOver(program, cache)) continue;
      report({
        at: cache.name,
        message: loop
          ? `${nameOf(dataset)} is cached in every pass of this loop, each time with another plan, and never released: Spark keeps every one of them until the application ends.`
          : `${nameOf(dataset)} is cached for every micro-batch and never released: Spark keeps every batch until the query's application ends.`,
        related: loop ? [{ site: loop.site, message: 'the loop' }] : [],
        evidence: evidenceOf(dataset),
      });
    }
  },
  docs: {
    summary: 'a DataFrame is cached in every pass or micro-batch and never released',
    what: 'A `cache()` or `persist()` of a DataFrame inside a loop, or in the function of `foreachBatch`, whose plan differs each time, without an `unpersist()` or `clearCache()` in the same pass.',
    why: 'The session holds cached DataFrames by their plan, strongly: rebinding the variable frees nothing. The entries add up on the driver, their blocks fill the executors and push each other to disk.',
    fine: 'RDDs are cleaned up once nothing refers to them. A dataset made outside the loop is one entry. A release in `finally`, through another name for the same plan, or by `clearCache()` counts. `unpersist` on a frame derived from the cached one releases nothing.',
    examples: [{ language: 'python', bad: 'for day in days:\n    events = spark.read.parquet(f"/data/{day}").cache()\n    print(events.count())\n    events.write.mode("append").parquet("/data/all")\n', good: 'for day in days:\n    events = spark.read.parquet(f"/data/{day}").cache()\n    print(events.count())\n    events.write.mode("append").parquet("/data/all")\n    events.unpersist()\n' }],
    source: 'Five passes with differing plans left five entries after garbage collection, RDDs none: tried on Spark 3.5.9 and 4.3.0.',
  },
});

function frees(release: EventOf<'release'>, cache: EventOf<'cache'>): boolean {
  if (release.all) return true;
  return release.on.some((on) => cache.on.includes(on) || cache.on.some((cached) => cached.names.some((name) => on.names.includes(name)) && lineage(cached).some((each) => lineage(on).includes(each))));
}

/** A function that is given the dataset, or a collection it is put in, may release it. */
function handedOver(program: SparkProgram, cache: EventOf<'cache'>): boolean {
  return program.datasets.some((each) => cache.on.some((on) => each === on) && each.escapes.some((escape) => escape.kind === 'escape' && escape.how !== 'view'));
}
