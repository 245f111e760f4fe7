import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { derivesFrom, loopOf, onePerSite, sameLoop } from '../rule/queries.ts';
import { allAtLeast } from '../rule/targets.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import type { Dataset, Loop, SparkProgram } from '../analysis/model.ts';

const steps: Readonly<Record<string, string>> = { withColumn: 'withColumns', withColumnRenamed: 'withColumnsRenamed', drop: 'drop(*names)' };

export default defineRule({
  name: 'column-in-loop',
  category: 'loops',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, targets, report }) {
    if (fileKind === 'test') return;
    const told = new Set<string>();
    for (const dataset of onePerSite(program.datasets.filter((each) => each.grows && steps[each.made] !== undefined)).sort((a, b) => a.name.start - b.name.start)) {
      const loop = loopOf(dataset);
      if (!loop || dataset.site.module !== program.path || loop.site.module !== program.path) continue;
      // A `while` loop goes on until the frame has some shape: its steps cannot be made at once. Nor can steps that read what a join of their own pass brought.
      if (loop.over === 'condition' || joinsInPass(program, dataset, loop) || dataset.made === 'drop' && (dataset.args.length > 1 || dataset.args.some((arg) => arg.spread))) continue;
      const rewritten = dataset.made === 'withColumn' && typeof dataset.args[0]?.literal === 'string' ? dataset.args[0].literal : undefined;
      // The steps of one loop are one fault.
      const fault = `${loop.site.start} ${dataset.names.findLast(({ passed }) => !passed)?.name ?? ''}`;
      if (told.has(fault)) continue;
      told.add(fault);
      report({
        at: dataset.name,
        message: `\`${dataset.made}\` in a loop adds one step to the plan per pass, and the driver analyses the whole plan again each time: planning time grows with the square of the number of passes. ${rewritten === undefined ? `\`${steps[dataset.made]}\` takes them all at once.` : `All of them rewrite \`${rewritten}\`: build one expression in the loop (a chain of \`when\`, say) and add it once.`}`,
        related: [{ site: loop.site, message: 'the loop' }],
        evidence: evidenceOf(dataset),
        fixes: dataset.made === 'withColumn' && allAtLeast(targets, '3.3') ? withColumnsFix(program, loop) : [],
      });
    }
  },
  docs: {
    summary: 'columns are added, renamed or dropped one by one in a loop',
    what: '`withColumn`, `withColumnRenamed` or `drop` on a DataFrame that a loop (or `reduce`) rebinds in every pass.',
    why: 'Each call makes a new plan and analyses all of it on the driver. The plan that runs in the end is the same single projection; what costs is building it. With a few hundred columns that is minutes before the first task starts; from 4.0 on the cost is milder, and still there.',
    fine: 'A loop over a short literal list of columns is not reported.',
    fix: 'Where each pass only reads and writes its own column: `withColumns` with a dict, available from Spark 3.3. It assumes that no two names differ in case only.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import functions as F\npeople = spark.read.parquet("/data/people")\nfor name in people.columns:\n    people = people.withColumn(name, F.trim(F.col(name)))\n', good: 'from pyspark.sql import functions as F\npeople = spark.read.parquet("/data/people")\npeople = people.withColumns({name: F.trim(F.col(name)) for name in people.columns})\n' }],
    source: 'Building times and plans of loops of 50, 200 and 500 columns on Spark 3.5.9 and 4.3.0.',
  },
});

/** A join, union or shuffle of the same pass stands among the steps that the loop repeats. */
const joinsInPass = (program: SparkProgram, dataset: Dataset, loop: Loop): boolean => program.datasets.some((each) =>
  each !== dataset && (each.method?.lineage === 'join' || each.method?.lineage === 'wide' || each.method?.lineage === 'union') && each.grows && each.loops.some((other) => sameLoop(other, loop)) && derivesFrom(dataset, each));

/** `for c in cs: df = df.withColumn(c, f(col(c)))`, and nothing else in the loop. */
function withColumnsFix(program: SparkProgram, loop: Loop): Fix[] {
  const edits = editsFor(program);
  const statement = edits?.statement(loop.site);
  if (!edits || !statement || loop.comprehension || statement.expr.kind !== 'loop') return [];
  const text = edits.textOf(statement);
  const match = /^for\s+(\w+)\s+in\s+([^\n]+?):[ \t]*\r?\n?\s*(\w+)\s*=\s*\3\.withColumn\(\s*\1\s*,\s*([^\n]+)\)$/.exec(text);
  if (!match) return [];
  const [, name, over, frame, expression] = match as unknown as [string, string, string, string, string];
  const rest = expression.replaceAll(`${frame}[${name}]`, '').replace(new RegExp(`\\bcol\\(\\s*${name}\\s*\\)`, 'g'), '');
  if (new RegExp(`\\b${frame}\\b|\\bcol\\(|["']`).test(rest)) return [];
  return [{ title: 'Add all columns at once with withColumns', safety: 'suggested', edits: [{ start: statement.start, end: statement.end, newText: `${frame} = ${frame}.withColumns({${name}: ${expression} for ${name} in ${over}})` }] }];
}
