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
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    for (const mutation of onePerSite(eventsOf(program, 'mutation'))) {
      // A value that each process makes for itself when it is first asked for: the driver calls the function too.
      if (mutation.def.kind !== 'module' && mutation.reads.some((site) => holds(program, mutation.def, site))) continue;
      // `seen.clear()` asks for nothing that is in it.
      const read = mutation.reads.find((site) => site.module === program.path && !/^\s*\.\s*clear\s*\(/.test(program.lowered.text.slice(site.end, site.end + 20)));
      if (!read) continue;
      report({
        at: mutation.site,
        message: `\`${mutation.variable}\` is changed in code that runs on the executors: each task changes a copy of its own, and the driver, which reads it below, still has the old value.`,
        related: [{ site: mutation.through, message: 'this call sends the code to the executors' }, { site: read, message: `the driver reads \`${mutation.variable}\` here` }],
      });
    }
  },
  docs: {
    summary: 'executor code changes a driver variable that the driver reads afterwards',
    what: 'A function given to an RDD operation, `foreach`, a UDF and the like adds to a collection, sets an entry of it or assigns a variable of the driver (in Python a global or nonlocal one, in Scala a `var` of the method around), and the driver reads that later.',
    why: 'The function is sent with copies of what it refers to. What it changes is the copy in the task; nothing comes back, and no error is raised. The count stays 0, the list stays empty, with `local[*]` as on a cluster.',
    fine: 'Accumulators are made for this. What only the task itself reads, what the driver sets anew before it reads it, a function that the driver calls as well, each process for itself (a cache, a model that is loaded once), and the function of `foreachBatch` (driver code), are not reported. Nor is what a Scala `object` holds, which every JVM has for itself.',
    examples: [
      { language: 'python', bad: 'seen = []\nlines = sc.textFile("/data/lines")\nlines.foreach(lambda line: seen.append(line))\nprint(len(seen))\n', good: 'seen = sc.accumulator(0)\nlines = sc.textFile("/data/lines")\nlines.foreach(lambda line: seen.add(1))\nprint(seen.value)\n' },
      { language: 'scala', bad: 'var seen = 0\nval lines = sc.textFile("/data/lines")\nlines.foreach(line => seen += 1)\nprintln(seen)\n', good: 'val seen = sc.longAccumulator\nval lines = sc.textFile("/data/lines")\nlines.foreach(line => seen.add(1))\nprintln(seen.value)\n' },
    ],
    source: 'List, dict, global and nonlocal in map, foreach, foreachPartition and udf: unchanged on the driver on Spark 3.5.9 and 4.3.0. Scala with local[1] on 3.5.6 and 4.3.0: var, ListBuffer, Map and Array unchanged after foreach and map of RDDs and Datasets.',
  },
});
