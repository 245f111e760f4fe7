import { eventsOf, loopOf, onePerSite, sameLoop } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'broadcast-growth',
  category: 'streaming',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python'],
  fix: 'none',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const resources = eventsOf(program, 'resource').filter((event) => event.what === 'broadcast');
    for (const made of onePerSite(resources.filter((event) => event.op === 'make'))) {
      const loop = made.place === 'batch' ? undefined : loopOf(made);
      if (made.place !== 'batch' && !loop) continue;
      const destroyed = resources.some((event) => event.op === 'destroy' && event.value.made?.start === made.site.start && event.value.made.module === made.site.module && (!loop || event.loops.some((other) => sameLoop(other, loop))));
      if (destroyed) continue;
      const each = loop ? 'pass of this loop' : 'micro-batch';
      report({
        at: made.name,
        message: made.kept
          ? `A broadcast is made in every ${each} and kept: its blocks stay on the driver and the executors, and one temporary file of each stays on the driver's disk.`
          : `A broadcast is made in every ${each} and never destroyed: one temporary file of each stays on the driver's disk until the application ends. \`unpersist()\` does not remove it, \`destroy()\` does.`,
        related: loop ? [{ site: loop.site, message: 'the loop' }] : [],
      });
    }
  },
  docs: {
    summary: 'a broadcast is made per pass or micro-batch and never destroyed',
    what: '`sc.broadcast(…)` inside a loop or in the function of `foreachBatch`, without a `destroy()` of it in the same pass.',
    why: 'PySpark writes the value of each broadcast to a temporary file on the driver. Its blocks are cleaned up once nothing refers to the variable, the file is not: only `destroy()` removes it. A streaming job that runs for weeks fills the disk. References kept in a list or field keep the blocks as well.',
    fine: 'A broadcast made once, outside the loop. `destroy()` only after the last action of the pass: a lazy result that still needs the broadcast fails afterwards.',
    examples: [{ language: 'python', bad: 'def update(batch, batch_id):\n    limits = sc.broadcast(load_limits())\n    batch.rdd.filter(lambda row: row.value < limits.value).saveAsTextFile(f"/data/{batch_id}")\n\nspark.readStream.table("events").writeStream.foreachBatch(update).start()\n', good: 'def update(batch, batch_id):\n    limits = sc.broadcast(load_limits())\n    batch.rdd.filter(lambda row: row.value < limits.value).saveAsTextFile(f"/data/{batch_id}")\n    limits.destroy()\n\nspark.readStream.table("events").writeStream.foreachBatch(update).start()\n' }],
    source: 'Temporary files and blocks counted over ten passes, with unpersist, destroy, rebinding and a list: Spark 3.5.9 and 4.3.0.',
  },
});
