import type { Dataset, Site } from '../analysis/model.ts';
import { leavesEarly } from '../rule/cache-edits.ts';
import { editsFor } from '../rule/edits.ts';
import { numberWord, relatedTo } from '../rule/explain.ts';
import { eventsOf, fullestPath, isFull, lineage, nameIn, nameOf, onePerSite } from '../rule/queries.ts';
import { actionsOn } from '../rule/uses.ts';
import { defineRule, type Fix } from '../rule/rule.ts';

export default defineRule({
  name: 'recomputed-batch',
  category: 'streaming',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const cached = eventsOf(program, 'cache').flatMap((event) => event.on);
    for (const batch of program.datasets.filter((each) => each.made === 'batch' && each.kind === 'DataFrame')) {
      if (cached.some((each) => lineage(each).includes(batch))) continue;
      const uses = actionsOn(program, batch).filter((action) => action.place === 'batch');
      const full = onePerSite(uses.filter(isFull));
      const path = fullestPath(full);
      if (path.length < 2) continue;
      const at = path[1]!;
      report({
        at: at.name,
        message: `The micro-batch ${nameOf(program, batch, at.name)} is computed ${path.length === 2 ? 'twice' : `${numberWord(path.length)} times`} here: each of these actions reads the batch's part of the source again. \`persist()\` it before the first one and \`unpersist()\` it after the last.`,
        related: relatedTo(path.filter((action) => action !== at), (event) => (event.kind === 'action' ? `\`${event.method.name}\` computes it too` : 'computed here')),
        fixes: persistFix(program, batch, onePerSite(uses).map((action) => action.name)),
      });
    }

    function persistFix(owner: typeof program, batch: Dataset, places: readonly Site[]): Fix[] {
      const edits = editsFor(owner);
      const name = nameIn(owner, batch, places[0]!);
      const first = edits?.statement(places[0]!);
      const last = edits?.statement(places.at(-1)!);
      if (!edits || name === undefined || !first || !last || first.parent !== last.parent || places.some((place) => place.module !== owner.path) || first.expr.kind === 'exit' || last.expr.kind === 'exit') return [];
      if (leavesEarly(owner.lowered.text.slice(first.start, last.end))) return [];
      const before = edits.insertBefore(first, `${name}.persist()`);
      const after = edits.insertAfter(last, `${name}.unpersist()`);
      return before.length > 0 && after.length > 0 ? [{ title: `Persist \`${name}\` around its actions`, safety: 'suggested', edits: [...before, ...after] }] : [];
    }
  },
  docs: {
    summary: 'the batch of foreachBatch is computed by several actions',
    what: 'Two or more actions that read all of it run on the DataFrame given to the function of `foreachBatch`, on one path, and nothing persists it. `count()` is one of them.',
    why: 'The batch is a plan over its range of the source: each action reads and computes the range again. Two writes read it twice, which costs time in every batch, and a source that changes in between gives them different rows.',
    fine: '`isEmpty`, `take` and `head` read a row or two. After `persist()` the batch is computed once.',
    fix: 'Adds `persist()` before the first action and `unpersist()` after the last.',
    examples: [{ language: 'python', bad: 'def save(batch, batch_id):\n    batch.write.mode("append").parquet("/data/a")\n    batch.write.mode("append").parquet("/data/b")\n\nspark.readStream.table("events").writeStream.foreachBatch(save).start()\n', good: 'def save(batch, batch_id):\n    batch.persist()\n    batch.write.mode("append").parquet("/data/a")\n    batch.write.mode("append").parquet("/data/b")\n    batch.unpersist()\n\nspark.readStream.table("events").writeStream.foreachBatch(save).start()\n' }],
    source: 'Input rows per batch: one write 30, two writes 60, persisted 30, count and write 60, isEmpty and write 31 or 32; Spark 3.5.9 and 4.3.0.',
  },
});
