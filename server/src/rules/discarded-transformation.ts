import type { Site, SparkProgram } from '../analysis/model.ts';
import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { eventsOf, onePerSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';

/** Calls that give a dataset and do something besides: SQL commands, reads that check a path. */
const besides: ReadonlySet<string> = new Set(['sql', 'transform', 'call', 'toDF', 'pivot', 'unknown', 'persist', 'cache', 'unpersist']);

export default defineRule({
  name: 'discarded-transformation',
  category: 'reading-and-writing',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    for (const event of onePerSite(eventsOf(program, 'discard'))) {
      const dataset = event.value.dataset;
      if (!dataset || dataset.site.start !== event.site.start || dataset.site.end !== event.site.end || dataset.site.module !== program.path) continue;
      if (besides.has(dataset.made) || dataset.kind === 'DStream' || dataset.method?.lineage === 'source' || dataset.method?.lineage === 'none' || dataset.method?.job === 'yes') continue;
      if (dataset.kind === 'RDD' && dataset.made === 'checkpoint' || isProbe(program, event.site)) continue;
      const name = /^([\w.]+?)(?:\s*\.\s*(?:na|stat))?\s*\.\s*\w+$/.exec(program.lowered.text.slice(event.site.start, event.name.end))?.[1];
      const edits = editsFor(program);
      const fixes: Fix[] = name !== undefined && edits?.isWholeStatement(event.site) && dataset.from.some((parent) => parent.names.includes(name)) && dataset.kind === (dataset.from[0]?.kind ?? '')
        ? [{ title: `Assign the result to \`${name}\``, safety: 'suggested', edits: [{ start: event.site.start, end: event.site.start, newText: `${name} = ` }] }] : [];
      report({
        at: event.name,
        message: `The result of \`${dataset.made}\` is dropped: ${name !== undefined ? `\`${name}\`` : 'the dataset it was called on'} stays as it was, since ${dataset.made.endsWith('heckpoint') ? 'it gives a new DataFrame, and only that one starts from the files it wrote' : `a transformation gives a new ${dataset.kind === 'RDD' ? 'RDD' : 'DataFrame'} and runs nothing`}.`,
        evidence: evidenceOf(dataset),
        fixes,
      });
    }
  },
  docs: {
    summary: 'the result of a transformation is dropped',
    what: 'A statement that calls a transformation (`filter`, `withColumn`, `repartition`, `checkpoint` …) and does nothing with what it gives.',
    why: 'DataFrames and RDDs never change. The statement builds a new one, which nobody holds, and runs nothing: the filter is not applied, the column not added.',
    fine: '`cache()` and `persist()` mark the dataset itself and may stand alone, as may SQL commands. The last expression of a notebook cell is shown, so it is not reported.',
    fix: 'Assigns the result to the name it was called on. That wakes a step that had no effect, so it is only suggested.',
    examples: [{ language: 'python', bad: 'users = spark.read.parquet("/data/users")\nusers.filter(users.age > 17)\nusers.write.parquet("/data/adults")\n', good: 'users = spark.read.parquet("/data/users")\nusers = users.filter(users.age > 17)\nusers.write.parquet("/data/adults")\n' }],
    source: 'That cache() as a statement works, and that a dropped checkpoint() result leaves the plan as it was, was tried on Spark 3.5.9 and 4.3.0.',
  },
});

/** `try: df.select(name) … except AnalysisException`: whether the plan can be made at all is what is asked. */
function isProbe(program: SparkProgram, site: Site): boolean {
  const parent = editsFor(program)?.statement(site)?.parent?.expr;
  return parent?.kind === 'try' && parent.handlers.length > 0;
}
