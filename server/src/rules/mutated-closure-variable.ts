import { mayBeLocal } from '../rule/entries.ts';
import { eventsOf, holds, onePerSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'mutated-closure-variable',
  category: 'closures',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check({ program, fileKind, settings, report }) {
    if (fileKind === 'test') return;
    const inOneProcess = [...program.settings, ...settings].some(mayBeLocal);
    for (const mutation of onePerSite(eventsOf(program, 'mutation'))) {
      // With a local master there is one object for all.
      if (mutation.ofObject && inOneProcess) continue;
      // A value that each process makes for itself when it is first asked for: the driver calls the function too.
      if (mutation.def.kind !== 'module' && mutation.reads.some((site) => holds(program, mutation.def, site))) continue;
      // `seen.clear()` asks for nothing that is in it.
      const read = mutation.reads.find((site) => site.module === program.path && !/^\s*\.\s*clear\s*\(/.test(program.lowered.text.slice(site.end, site.end + 20)));
      if (!read) continue;
      report({
        at: mutation.site,
        severity: mutation.ofObject ? 'warning' : 'error',
        message: mutation.ofObject
          ? `\`${mutation.variable}\` is changed in code that runs on the executors: on a cluster each of them has this object for itself, and the driver, which reads it below, still has the old value.`
          : `\`${mutation.variable}\` is changed in code that runs on the executors: each task changes a copy of its own, and the driver, which reads it below, still has the old value.`,
        related: [{ site: mutation.through, message: 'this call sends the code to the executors' }, { site: read, message: `the driver reads \`${mutation.variable}\` here` }],
      });
    }
  },
  docs: {
    summary: 'executor code changes a driver variable that the driver reads afterwards',
    what: 'A function given to an RDD operation, `foreach`, a UDF and the like adds to a collection, sets an entry of it or assigns a variable of the driver (in Python a global or nonlocal one, in Scala a `var` of the method around, or of the `object` around that it adds to), and the driver reads that later.',
    why: 'The function is sent with copies of what it refers to. What it changes is the copy in the task; nothing comes back, and no error is raised. The count stays 0, the list stays empty, with `local[*]` as on a cluster. A `var` of a Scala `object` is not sent: each JVM has one, so the count is right with `local[*]`, where there is one JVM, and stays 0 on a cluster (a warning, where no local master is in sight).',
    fine: 'Accumulators are made for this. What only the task itself reads, what the driver sets anew before it reads it, a function that the driver calls as well, each process for itself (a cache, a model that is loaded once), and the function of `foreachBatch` (driver code), are not reported. Nor is what else a Scala `object` holds, which every JVM may make for itself.',
    examples: [
      { language: 'python', bad: 'seen = []\nlines = sc.textFile("/data/lines")\nlines.foreach(lambda line: seen.append(line))\nprint(len(seen))\n', good: 'seen = sc.accumulator(0)\nlines = sc.textFile("/data/lines")\nlines.foreach(lambda line: seen.add(1))\nprint(seen.value)\n' },
      { language: 'scala', bad: 'var seen = 0\nval lines = sc.textFile("/data/lines")\nlines.foreach(line => seen += 1)\nprintln(seen)\n', good: 'val seen = sc.longAccumulator\nval lines = sc.textFile("/data/lines")\nlines.foreach(line => seen.add(1))\nprintln(seen.value)\n' },
    ],
    source: 'List, dict, global and nonlocal in map, foreach, foreachPartition and udf: unchanged on the driver on Spark 3.5.9 and 4.3.0. Scala with local[1] on 3.5.6 and 4.3.0: var, ListBuffer, Map and Array unchanged after foreach and map of RDDs and Datasets; a `var` of an object on 3.5.6: changed with local[2], unchanged with local-cluster[2,1,1024].',
  },
});
