import { evidenceOf } from '../rule/explain.ts';
import type { Dataset, Loop } from '../analysis/model.ts';
import { innermostLoop, lineage, loopOf, onePerSite, rootsOf, sameLoop } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'union-in-loop',
  category: 'loops',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python'],
  fix: 'none',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    for (const dataset of onePerSite(program.datasets.filter((each) => each.grows && each.method?.lineage === 'union'))) {
      const loop = loopOf(dataset);
      // `reduce(DataFrame.union, frames)` joins what exists already.
      if (!loop || loop.comprehension || innermostLoop(dataset)?.comprehension || dataset.site.module !== program.path) continue;
      const others = dataset.from.filter((each) => !lineage(each).includes(dataset));
      const ofThePass = others.filter((each) => each.loops.some((other) => sameLoop(other, loop)));
      const added = ofThePass.length > 0 ? ofThePass : others;
      // A stream takes one path for each read; a few rows more hurt nobody.
      if (dataset.streaming === 'yes' || added.length > 0 && added.every(({ bound }) => bound.is === 'rows')) continue;
      const read = added.length > 0 && added.every((each) => rootsOf(each).every((root) => isFileRead(root, loop)));
      report({
        at: dataset.name,
        message: `\`${dataset.made}\` in a loop adds the partitions of one more dataset in every pass, and each of them is ${read ? 'read by tasks (and a schema job)' : 'computed by tasks'} of its own. ${read ? 'One read of all paths, or one \`union\` over all the data, keeps' : 'One \`union\` over all the data keeps'} the partitions few.`,
        related: [{ site: loop.site, message: 'the loop' }],
        evidence: evidenceOf(dataset),
      });
    }
  },
  docs: {
    summary: 'datasets are united one by one in a loop',
    what: '`union`, `unionAll` or `unionByName` on a dataset that a loop rebinds in every pass.',
    why: 'Partitions add up: fifty unions of two partitions are more than a hundred, however small they are, and every dataset read in the loop brings its own job to find the schema. The plan itself stays flat, since Spark merges adjacent unions, so what hurts is the number of partitions and of reads.',
    fine: 'A loop over a short literal list, or a `reduce` over a handful of frames that exist already, is not reported; nor are streams, or a few rows more in every pass. Where the files share a schema, give all paths to one read: `spark.read.parquet(*paths)`.',
    examples: [{ language: 'python', bad: 'total = spark.read.parquet("/data/base")\nfor day in days:\n    total = total.union(spark.read.parquet(f"/data/{day}"))\n', good: 'paths = [f"/data/{day}" for day in days]\ntotal = spark.read.parquet("/data/base", *paths)\n' }],
    source: 'Partitions, jobs and plan depth counted on Spark 3.5.9 and 4.3.0.',
  },
});

/** Each pass reads other files. */
const isFileRead = ({ source, method, loops }: Dataset, loop: Loop): boolean => source !== undefined && method?.io?.target === 'path' && loops.some((each) => sameLoop(each, loop));
