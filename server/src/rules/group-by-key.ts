import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { actions, onePerSite, sameSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import type { Dataset, SparkProgram } from '../analysis/model.ts';

/** What a function does with a group's values that could be done pair by pair. */
const reducers = /^(sum|len|max|min)$|^lambda\s+\w+\s*:\s*\(?\s*(?:\w+\[0\]\s*,\s*)?(sum|len|max|min)\(\s*(?:list\(\s*)?\w+(?:\[1\])?\s*\)?\s*\)\s*\)?$|^lambda\s+\w+\s*:\s*\(?\s*(?:\w+\[0\]\s*,\s*)?(?:functools\.)?(reduce)\(/;

export default defineRule({
  name: 'group-by-key',
  category: 'partitions',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, report }) {
    for (const dataset of onePerSite(program.datasets.filter((each) => each.made === 'mapValues' || each.made === 'map'))) {
      const grouped = dataset.from.find((parent) => parent.made === 'groupByKey' && parent.kind === 'RDD');
      const argument = dataset.args[0];
      if (!grouped || !argument || dataset.site.module !== program.path || grouped.site.module !== program.path) continue;
      const match = reducers.exec(program.lowered.text.slice(argument.site.start, argument.site.end).trim());
      const reducer = match?.[1] ?? match?.[2] ?? match?.[3];
      if (reducer === undefined || program.datasets.some((other) => other !== dataset && other.from.includes(grouped) && !sameSite(other.site, dataset.site)) || actions(program).some((action) => action.on.includes(grouped))) continue;
      report({
        at: grouped.name,
        message: `\`groupByKey\` ships every value over the network, only for \`${reducer}\` to reduce them afterwards; \`${reducer === 'len' ? 'aggregateByKey' : 'reduceByKey'}\` reduces on each side of the shuffle first.`,
        related: [{ site: dataset.name, message: `the values are reduced here by \`${reducer}\`` }],
        evidence: evidenceOf(grouped),
        fixes: fixesFor(program, grouped, dataset, reducer),
      });
    }
  },
  docs: {
    summary: 'groupByKey is followed by a sum, length, minimum or maximum',
    what: 'The groups of an RDD\'s `groupByKey` are reduced right away by `sum`, `len`, `max`, `min` or `reduce`.',
    why: 'Grouping moves every single value to the task of its key and holds all of them in memory. Reducing by key combines the values on the sending side: with 100,000 pairs of ten keys less than a hundredth of the bytes cross the network.',
    fine: 'Where the group itself is needed: a list, a median, sorted values.',
    fix: 'Replaces both calls by `reduceByKey`. Sums of floating-point numbers can differ in the last digits, so it is only suggested.',
    examples: [{ language: 'python', bad: 'pairs = sc.textFile("/data/words").map(lambda word: (word, 1))\ncounts = pairs.groupByKey().mapValues(sum)\ncounts.saveAsTextFile("/data/counts")\n', good: 'from operator import add\npairs = sc.textFile("/data/words").map(lambda word: (word, 1))\ncounts = pairs.reduceByKey(add)\ncounts.saveAsTextFile("/data/counts")\n' }],
    source: 'Shuffle bytes measured on Spark 3.5.9 and 4.3.0.',
  },
});

function fixesFor(program: SparkProgram, grouped: Dataset, reduced: Dataset, reducer: string): Fix[] {
  const edits = editsFor(program);
  const between = program.lowered.text.slice(grouped.site.end, reduced.name.start);
  const plain = grouped.args.length === 0 && /^\s*\.\s*$/.test(between);
  if (!plain || reducer === 'len' || reducer === 'reduce') return [];
  const range = { start: grouped.name.start, end: reduced.site.end };
  if (reducer !== 'sum') return [{ title: `Replace by reduceByKey(${reducer})`, safety: 'suggested', edits: [{ ...range, newText: `reduceByKey(${reducer})` }] }];
  const add = edits.localName('operator', 'add') ?? 'add';
  return [{ title: 'Replace by reduceByKey(add) (floating-point sums may differ in the last digits)', safety: 'suggested', edits: [...edits.importName('operator', 'add'), { ...range, newText: `reduceByKey(${add})` }] }];
}
