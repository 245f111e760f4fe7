import type { SparkProgram, Value } from '../analysis/model.ts';
import { hole, templateOf } from '../analysis/texts.ts';
import { forEachOf } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { nullComparison, nullTest, nullTestEdit, sqlNullComparisons } from '../rule/null-tests.ts';
import { type ProgramContext, defineRule } from '../rule/rule.ts';
import type { Range } from '../text/range.ts';

export default defineRule({
  name: 'null-comparison',
  category: 'columns',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check(context) {
    const { program, fileKind } = context;
    // Tests look at what null does.
    if (fileKind === 'test') return;
    const conditions = conditionsOf(program);
    const texts = new Set<Expr>();
    forEachOf(program.lowered, ['literal', 'text', 'call', 'operator'], (expr, range) => {
      const sql = templateIn(expr);
      if (sql !== undefined && (texts.has(expr) || conditions.has(sql))) return reportSql(context, expr, sql, range);
      if (expr.kind === 'call' && expr.args[0] && isExpr(program.types.get(expr.fn))) texts.add(expr.args[0].value);
      reportColumn(context, expr, range);
    });
  },
  docs: {
    summary: 'a Column is compared with null, which is true for no row',
    what: '`==` or `!=` between a Column and `None` or `lit(None)` in Python; `===`, `=!=`, `equalTo` or `notEqual` with `null` or `lit(null)` in Scala; `= NULL`, `!= NULL` or `<> NULL` in the SQL of a `filter`, `where`, `selectExpr`, `expr` or query.',
    why: 'In SQL a comparison with null is neither true nor false but null, whatever stands on the other side. A filter keeps only rows for which its condition is true: it keeps none here, `when` never takes the branch, a join finds no partner, and nothing fails.',
    fine: '`eqNullSafe(None)` and `<=> null` ask for null and are not reported. A plain `== null` in Scala asks whether there is a Column at all, as `is None` does in Python: among `&&` and `||` with Columns it is a case of `boolean-operator-on-column`. Nothing is reported in tests, nor where it is not known that a Column is compared.',
    fix: 'Asks for null with `isNull` or `isNotNull`, in SQL with `IS NULL` or `IS NOT NULL`: rows come through that did not before.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import functions as F\npeople = spark.read.parquet("/data/people")\nnameless = people.filter(F.col("name") == None)\n', good: 'from pyspark.sql import functions as F\npeople = spark.read.parquet("/data/people")\nnameless = people.filter(F.col("name").isNull())\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.functions.col\nval people = spark.read.parquet("/data/people")\nval named = people.filter(col("name") =!= null)\n', good: 'import org.apache.spark.sql.functions.col\nval people = spark.read.parquet("/data/people")\nval named = people.filter(col("name").isNotNull)\n' }],
    source: 'On Spark 3.5.6 and 4.3.0 filters by `== None`, `!= None`, `== lit(None)`, `=== null`, `=!= null` and `a = NULL` kept none of several rows, with and without null among them, and their plans were an empty table; `when` took its other branch.',
  },
});

function isColumn({ types }: SparkProgram, expr: Expr): boolean {
  const value = types.get(expr) ?? [];
  return expr.kind === 'literal' && expr.type === 'symbol' || value.length > 0 && value.every((item) => item.is === 'spark' && item.kind === 'Column' && !item.guess);
}

const isExpr = (called: Value | undefined): boolean => called?.some((item) => item.is === 'library' && /(^|\.)expr$/.test(item.name)) ?? false;

function reportColumn({ program, report }: ProgramContext, expr: Expr, range: Range): void {
  const found = nullComparison(expr);
  // Scala's plain comparison asks whether two things are the same object.
  if (!found || expr.kind === 'operator' && (expr.name === 'equals' || expr.name === 'differs') || !isColumn(program, found.tested)) return;
  const { text, language } = program.lowered;
  const base = range.start - expr.span[0];
  const at = { module: program.path, start: base + found.sign[0], end: base + found.sign[1] };
  const test = nullTest(found.negative, language);
  report({
    at,
    message: `\`${text.slice(at.start, at.end)}\` with ${language === 'python' ? '`None`' : '`null`'} gives null for every row, so that as a condition it keeps none: \`${test}\` asks for what is ${found.negative ? 'there' : 'missing'}.`,
    fixes: [{ title: `Use \`${test}\``, safety: 'suggested', edits: [nullTestEdit(program, expr, range, found)] }],
  });
}

/** SQL that datasets are made with. */
function conditionsOf(program: SparkProgram): ReadonlySet<string> {
  const asked: ReadonlySet<string> = new Set(['filter', 'where', 'selectExpr']);
  return new Set(program.datasets.flatMap(({ made, args, source }) => (asked.has(made) ? args.flatMap(({ value }) => templateOf(value) ?? []) : source?.sql ?? [])));
}

/** What a text says, holes where code stands in it. */
function templateIn(expr: Expr): string | undefined {
  if (expr.kind === 'text') return expr.parts.map((part) => (typeof part === 'string' ? part : hole)).join('');
  return expr.kind === 'literal' && typeof expr.value === 'string' ? expr.value : undefined;
}

function reportSql({ program, report }: ProgramContext, expr: Expr, sql: string, range: Range): void {
  const { text } = program.lowered;
  for (const { start, end, negative, instead } of sqlNullComparisons(sql)) {
    const from = placeIn(text, expr, range, start);
    const at = { module: program.path, start: from, end: from < 0 ? from : placeOfWritten(text, from, end - start) };
    if (text.slice(at.start, at.end).replaceAll('\r\n', '\n') !== sql.slice(start, end)) continue;
    const test = negative ? 'IS NOT NULL' : 'IS NULL';
    report({
      at,
      message: `\`${text.slice(at.start, at.end)}\` gives null for every row, so that as a condition it keeps none: \`${test}\` asks for what is ${negative ? 'there' : 'missing'}.`,
      fixes: instead === undefined ? [] : [{ title: `Use \`${test}\``, safety: 'suggested', edits: [{ start: at.start, end: at.end, newText: instead }] }],
    });
  }
}

/** Where an offset of a text's value stands in the program; -1 where escapes came before it. */
function placeIn(text: string, expr: Expr, range: Range, offset: number): number {
  // Values hold plain line ends, whatever the file has.
  const written = text.slice(range.start, range.end).replaceAll('\r\n', '\n');
  const lengthOf = (end: number): number => text.slice(range.start, end).replaceAll('\r\n', '\n').length;
  let from = 0;
  let before = 0;
  for (const part of expr.kind === 'text' ? expr.parts : [templateIn(expr) ?? '']) {
    if (typeof part !== 'string') {
      from = lengthOf(range.start - expr.span[0] + part.span[1]);
      before += hole.length;
      continue;
    }
    const start = written.indexOf(part, from);
    if (start < 0) return -1;
    if (offset < before + part.length) return placeOfWritten(text, range.start, start + offset - before);
    from = start + part.length;
    before += part.length;
  }
  return -1;
}

/** So many characters on, line ends counted as one. */
function placeOfWritten(text: string, start: number, count: number): number {
  let at = start;
  for (let i = 0; i < count; i++) at += text.startsWith('\r\n', at) ? 2 : 1;
  return at;
}
