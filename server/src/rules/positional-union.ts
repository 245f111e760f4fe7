import { evidenceOf } from '../rule/explain.ts';
import { columnsOf, isNamed } from '../rule/known-columns.ts';
import { onePerSite } from '../rule/queries.ts';
import { givesUp, passedOver } from '../rule/statements.ts';
import { defineRule } from '../rule/rule.ts';

const byPosition: ReadonlySet<string> = new Set(['union', 'unionAll']);

export default defineRule({
  name: 'positional-union',
  category: 'columns',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    for (const dataset of onePerSite(program.datasets.filter(({ made, site, from }) => byPosition.has(made) && site.module === program.path && from.length === 2))) {
      const [first, second] = dataset.from.map((each) => columnsOf(program, each));
      if (!first || !second) continue;
      const isAnotherOrder = isNamed(first) && isNamed(second) && first.some((name, index) => name !== second[index]) && [...first].sort().join() === [...second].sort().join() && new Set(first).size === first.length;
      if (first.length === second.length && !isAnotherOrder || passedOver(program.lowered, dataset.site.start) !== undefined || givesUp(program.lowered, dataset.site)) continue;
      const related = dataset.from.map((each, index) => ({ site: each.name, message: `${[first, second][index]!.length} columns` }));
      if (first.length !== second.length) {
        report({ at: dataset.name, message: `\`${dataset.made}\` puts columns together by position, and here are ${first.length} on the one side and ${second.length} on the other: Spark refuses the query (NUM_COLUMNS_MISMATCH).`, related, evidence: evidenceOf(dataset) });
      } else {
        report({ at: dataset.name, severity: 'warning', message: `\`${dataset.made}\` puts columns together by position, and both sides have the same ones in another order: values of \`${second[first.findIndex((name, index) => name !== second[index])]!}\` come under \`${first.find((name, index) => name !== second[index])!}\`. \`unionByName\` goes by the names.`, related, evidence: evidenceOf(dataset) });
      }
    }
  },
  docs: {
    summary: 'a union by position of columns that do not match',
    what: '`union` or `unionAll` of two DataFrames whose columns are known, since `select`, `groupBy` and the steps behind them name them all: another number of columns, or the same names in another order.',
    why: 'A union looks at positions, never at names. With another number of columns Spark refuses the query (NUM_COLUMNS_MISMATCH). With the same names in another order it runs, and puts the values of one column under the name of another; where the types differ, it may turn both into strings.',
    fine: 'Where one of the columns is not known for sure (`select("*")`, `select(*names)`, what was read from a table), nothing is said; nor where the program passes over what fails (`except Exception`, `suppress`, `Try`).',
    examples: [{ language: 'python', bad: 'days = spark.table("days").select("day", "total")\ntotals = spark.table("more").select("total")\nall_days = days.union(totals)\n', good: 'days = spark.table("days").select("day", "total")\ntotals = spark.table("more").select("day", "total")\nall_days = days.union(totals)\n' }, { language: 'scala', bad: 'val days = spark.table("days").select("day", "total")\nval totals = spark.table("more").select("total")\nval allDays = days.union(totals)\n', good: 'val days = spark.table("days").select("day", "total")\nval totals = spark.table("more").select("day", "total")\nval allDays = days.union(totals)\n' }],
    source: 'Unions of one and two columns, and of two columns in another order, on Spark 3.5.6 and 4.3.0.',
  },
});
