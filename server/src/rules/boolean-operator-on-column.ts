import type { EventOf, SparkProgram } from '../analysis/model.ts';
import { nullComparison, nullTest, nullTestEdit } from '../rule/null-tests.ts';
import { eventsOf, onePerSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { handlersOf, passedOver, raises, type Statement, statementAt } from '../rule/statements.ts';
import { expressionAt } from '../rule/written.ts';

type Truth = EventOf<'truth'>;

const said: Readonly<Record<Truth['how'], string>> = {
  and: '`and` asks a Column for its truth; columns are combined with `&`', or: '`or` asks a Column for its truth; columns are combined with `|`', not: '`not` asks a Column for its truth; a column is negated with `~`',
  if: '`if` asks a Column for its truth: a column has a value per row, not one value', while: '`while` asks a Column for its truth: a column has a value per row, not one value', assert: '`assert` asks a Column for its truth: a column has a value per row, not one value',
  in: '`in` asks a Column for its truth; use `isin(…)` for a list of values and `contains(…)` for a part of a text', chain: 'a chained comparison asks a Column for its truth; use `between(…)` or two comparisons with `&`',
  bool: '`bool` asks a Column for its truth: a column has a value per row, not one value', builtin: 'this builtin compares its arguments, which asks a Column for its truth; use `greatest`, `least` or a fold with `&` and `|`', equals: '`==` and `!=` between a Column and something else ask whether both are the same object, which is a constant and no condition on rows; columns are compared with `===` and `=!=`', precedence: '`&` and `|` bind tighter than comparisons, so this is a chained comparison of Columns; put each comparison in parentheses',
};

/** How a handler asks for the error that a Column's truth is, by its names in the releases. */
const asksForIt = /\b(PySpark)?(ValueError|TypeError)\b/;

export default defineRule({
  name: 'boolean-operator-on-column',
  category: 'columns',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    // Its first run tells, and what a test looks into is often something else than its annotation says.
    if (fileKind === 'test') return;
    const asked = new Set<Statement | undefined>();
    for (const event of onePerSite(eventsOf(program, 'truth'))) {
      const handlers = event.how === 'equals' || event.site.module !== program.path ? [] : handlersOf(program.lowered, event.site.start).filter(({ body }) => !raises(body));
      // Somebody who waits for just this error knows of it.
      if (handlers.some(({ head }) => asksForIt.test(head))) continue;
      // What stands in an arm of an expression is not reached where its test raises.
      if (event.how === 'if' && event.site.module === program.path) {
        const statement = statementAt(program.lowered, event.site.start);
        if (asked.has(statement)) continue;
        asked.add(statement);
      }
      if (event.flagFirst) {
        report({ at: event.name, severity: 'information', message: `\`${event.how}\` between a plain flag and a Column works only while the flag is ${event.how === 'and' ? 'true' : 'false'}; otherwise the result is a bool, which \`filter\` refuses.` });
        continue;
      }
      if (event.how === 'equals') {
        report({ at: event.name, message: `This compares no rows: ${said.equals}.`, fixes: fixesFor(program, event) });
        continue;
      }
      const caught = event.site.module === program.path && passedOver(program.lowered, event.site.start) === 'alone';
      report({ at: event.name, raisesAt: event.name, message: `This raises an error${caught ? ', which the program passes over' : ''}: ${said[event.how]}.`, fixes: fixesFor(program, event) });
    }
  },
  docs: {
    summary: 'a Column is asked for its truth (Python\'s and, or, not, in, if), or compared by Scala\'s == among Columns',
    what: 'A Column stands where Python asks for true or false: as the first operand of `and` or `or`, after `not`, in `if`, `while` and `assert`, with `in`, in a chained comparison (also the one that `a > 1 & b < 2` turns into), or in `bool`, `max`, `min`, `any`, `all`. In Scala: `==` or `!=` with a Column as an operand of `&&` or `||` between Columns.',
    why: 'A Column describes a value for every row and has no truth of its own: PySpark raises CANNOT_CONVERT_COLUMN_INTO_BOOL (or a Py4J error on 3.x) when the line runs. Scala\'s `==` and `!=` ask at once whether both sides are the same object, and give `false` and `true`: among Columns that becomes a constant, so that a filter keeps no row, or every one, and nothing fails.',
    fine: '`flag and column` with a plain Python flag first works while the flag is true: information only. Nothing is reported in tests, whose first run tells, nor where an `except ValueError` waits for just this error; where an `except Exception` around the statement alone passes over it, it is a warning.',
    fix: 'Replaces `and`, `or`, `not` by `&`, `|`, `~` and puts the operands in parentheses; in Scala `==` by `===` and `!=` by `=!=`, or by `isNull` and `isNotNull` where null is asked for.',
    examples: [{ language: 'scala', bad: 'import org.apache.spark.sql.functions.col\nval people = spark.read.parquet("/data/people")\nval adults = people.filter(col("age") > 17 && col("country") == "NL")\n', good: 'import org.apache.spark.sql.functions.col\nval people = spark.read.parquet("/data/people")\nval adults = people.filter(col("age") > 17 && col("country") === "NL")\n' }, { language: 'python', bad: 'from pyspark.sql.functions import col\npeople = spark.read.parquet("/data/people")\nadults = people.filter(col("age") > 17 and col("active"))\n', good: 'from pyspark.sql.functions import col\npeople = spark.read.parquet("/data/people")\nadults = people.filter((col("age") > 17) & col("active"))\n' }],
    source: 'Each form of Python raised on Spark 3.5.9 and 4.3.0; in Scala `lit(col == null)` kept no rows on both, without an error.',
  },
});

const symbols: Readonly<Record<string, string>> = { and: '&', or: '|' };

function fixesFor(program: SparkProgram, event: Truth): Fix[] {
  const { text } = program.lowered;
  const wrapped = (site: { start: number; end: number }): string => {
    const code = text.slice(site.start, site.end);
    return /^\w[\w.]*(\([^()]*\))?$/.test(code) || /^\(.*\)$/s.test(code) && balanced(code) ? code : `(${code})`;
  };
  if (event.how === 'equals') {
    const expr = expressionAt(program, event.site);
    const asked = expr && nullComparison(expr);
    if (asked) return [{ title: `Use \`${nullTest(asked.negative, 'scala')}\``, safety: 'suggested', edits: [nullTestEdit(program, expr, event.site, asked)] }];
    const newText = text.slice(event.name.start, event.name.end) === '!=' ? '=!=' : '===';
    return [{ title: `Use \`${newText}\``, safety: 'suggested', edits: [{ ...{ start: event.name.start, end: event.name.end }, newText }] }];
  }
  const symbol = symbols[event.how];
  if (symbol && event.operands.length === 2 && event.site.module === program.path) {
    const [left, right] = event.operands as [Truth['site'], Truth['site']];
    const newText = `${wrapped(left)} ${symbol} ${wrapped(right)}`;
    return [{ title: `Use \`${symbol}\``, safety: 'suggested', edits: [{ start: left.start, end: right.end, newText }] }];
  }
  if (event.how === 'not' && event.operands[0]) {
    const operand = event.operands[0];
    const start = text.lastIndexOf('not', operand.start);
    return start >= 0 && /^not[\s(]*$/.test(text.slice(start, operand.start)) ? [{ title: 'Use `~`', safety: 'suggested', edits: [{ start, end: operand.start, newText: text.slice(start + 3, operand.start).trim() === '' ? '~' : `~${text.slice(start + 3, operand.start).trim()}` }, ...(wrapped(operand).startsWith('(') && !text.slice(operand.start, operand.end).startsWith('(') && text.slice(start + 3, operand.start).trim() === '' ? [{ start: operand.start, end: operand.end, newText: wrapped(operand) }] : [])] }] : [];
  }
  return [];
}

function balanced(code: string): boolean {
  let depth = 0;
  for (let i = 0; i < code.length; i++) {
    if (code[i] === '(') depth++;
    if (code[i] === ')' && --depth === 0 && i < code.length - 1) return false;
  }
  return true;
}
