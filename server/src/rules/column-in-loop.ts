import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { derivesFrom, lineage, loopOf, madeInLongLoops, placeOf, sameLoop } from '../rule/queries.ts';
import { statementAt } from '../rule/statements.ts';
import { allAtLeast } from '../rule/targets.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import type { Dataset, Loop, SparkProgram } from '../analysis/model.ts';
import { few, isShortAnyway, nothing } from '../analysis/values.ts';
import { calledName, forEachChild } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';

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
    const passing = new Map<string, readonly Dataset[]>();
    const passingIn = (loop: Loop): readonly Dataset[] => {
      const place = placeOf(loop.site);
      const known = passing.get(place) ?? madeForPass(program, loop);
      passing.set(place, known);
      return known;
    };
    const told: { readonly dataset: Dataset; readonly loop: Loop }[] = [];
    for (const dataset of madeInLongLoops(program.datasets.filter((each) => each.grows && steps[each.made] !== undefined)).sort((a, b) => a.name.start - b.name.start)) {
      const loop = loopOf(dataset)!;
      if (dataset.site.module !== program.path || loop.site.module !== program.path) continue;
      // A `while` loop goes on until the frame has some shape: its steps cannot be made at once. Nor can steps that read what a join of their own pass brought.
      if (loop.over === 'condition' || joinsInPass(program, dataset, loop) || dataset.made === 'drop' && (dataset.args.length > 1 || dataset.args.some((arg) => arg.spread))) continue;
      const rewritten = rewrites(dataset);
      // A short loop in a long one, with a frame of its own in each pass of that: only the short one repeats the step.
      if (!sameLoop(dataset.loops.at(-1)!, loop) && isMadeAnew(dataset, loop)) continue;
      if (isForFewNames(program, dataset, loop) || passingIn(loop).some((each) => derivesFrom(dataset, each))) continue;
      // The steps that one loop takes with one frame are one fault.
      if (told.some((other) => sameLoop(other.loop, loop) && derivesFrom(dataset, other.dataset))) continue;
      told.push({ dataset, loop });
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
    fine: 'A loop over a short literal list of columns is not reported, nor are steps that are taken for a few literal names only (`if name == "id"`), or for a column that every pass makes anew and then joins, filters or computes by: those cannot be made at once.',
    fix: 'Where each pass only reads and writes its own column: `withColumns` with a dict, available from Spark 3.3. It assumes that no two names differ in case only.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import functions as F\npeople = spark.read.parquet("/data/people")\nfor name in people.columns:\n    people = people.withColumn(name, F.trim(F.col(name)))\n', good: 'from pyspark.sql import functions as F\npeople = spark.read.parquet("/data/people")\npeople = people.withColumns({name: F.trim(F.col(name)) for name in people.columns})\n' }],
    source: 'Building times and plans of loops of 50, 200 and 500 columns on Spark 3.5.9 and 4.3.0.',
  },
});

/** A join, union or shuffle of the same pass stands among the steps that the loop repeats. */
const joinsInPass = (program: SparkProgram, dataset: Dataset, loop: Loop): boolean => program.datasets.some((each) =>
  each !== dataset && (each.method?.lineage === 'join' || each.method?.lineage === 'wide' || each.method?.lineage === 'union') && each.grows && each.loops.some((other) => sameLoop(other, loop)) && derivesFrom(dataset, each));

/** What the steps begin with is made in the pass itself. */
const isMadeAnew = (dataset: Dataset, loop: Loop): boolean => lineage(dataset).some((each) => !derivesFrom(each, dataset) && each.loops.some((other) => sameLoop(other, loop)));

/** The column that every pass rewrites. */
const rewrites = (dataset: Dataset): string | undefined => (dataset.made === 'withColumn' && typeof dataset.args[0]?.literal === 'string' ? dataset.args[0].literal : undefined);

/** Where every pass of a loop makes a column anew that it then uses: what comes of it cannot be made at once for all passes. */
function madeForPass(program: SparkProgram, loop: Loop): Dataset[] {
  const statement = statementAt(program.lowered, loop.site.start);
  if (!statement) return [];
  return program.datasets.filter((each) => {
    const name = each.grows && each.loops.some((other) => sameLoop(other, loop)) ? rewrites(each) : undefined;
    return name !== undefined && usesColumn(statement.expr, name);
  });
}

/** It stands somewhere else than in the steps that make it. */
function usesColumn(expr: Expr, name: string): boolean {
  if (expr.kind === 'literal') return typeof expr.value === 'string' && hasWord(expr.value, name);
  if (expr.kind === 'member' && expr.name === name) return true;
  if (expr.kind === 'call') {
    const made = calledName(expr);
    if (made !== undefined && talks.has(made)) return false;
    const receiver = expr.fn.kind === 'member' && usesColumn(expr.fn.on, name);
    return receiver || !isStepOf(expr, name) && expr.args.some((arg) => usesColumn(arg.value, name));
  }
  if (expr.kind === 'text') return expr.parts.some((part) => (typeof part === 'string' ? hasWord(part, name) : usesColumn(part, name)));
  let found = false;
  forEachChild(expr, (child) => {
    found ||= usesColumn(child, name);
  });
  return found;
}

const talks: ReadonlySet<string> = new Set(['print', 'debug', 'info', 'warning', 'error', 'log', 'exception']);
const isStepOf = (call: Expr & { kind: 'call' }, name: string): boolean => calledName(call) === 'withColumn' && call.args[0]?.value.kind === 'literal' && call.args[0].value.value === name;

const hasWord = (text: string, word: string): boolean => new RegExp(`(?<!\\w)${word.replace(/\W/g, '\\$&')}(?!\\w)`).test(text);

/** `if name == "id": df = df.withColumnRenamed(name, …)`: so many passes at most take the step. */
function isForFewNames(program: SparkProgram, dataset: Dataset, loop: Loop): boolean {
  const { lowered } = program;
  const first = dataset.args[0];
  const name = first && lowered.text.slice(first.site.start, first.site.end);
  if (name === undefined || !/^\w+$/.test(name)) return false;
  for (let statement = statementAt(lowered, dataset.name.start); statement && statement.start > loop.site.start; statement = statement.parent) {
    const { expr, base } = statement;
    if (expr.kind === 'if' && dataset.name.start < base + expr.then.span[1] && asksForFew(program, expr.test, name)) return true;
  }
  return false;
}

function asksForFew(program: SparkProgram, test: Expr, name: string): boolean {
  if (test.kind !== 'operator') return false;
  const [left, right] = test.args;
  switch (test.name) {
    case 'and': return test.args.some((arg) => asksForFew(program, arg, name));
    case 'or': return test.args.every((arg) => asksForFew(program, arg, name));
    case '==': return isText(left!) && isAboutName(right!, name) || isText(right!) && isAboutName(left!, name);
    case 'in': return isAboutName(left!, name) && isFewTexts(program, right!);
    default: return false;
  }
}

const isText = (expr: Expr): boolean => expr.kind === 'literal' && expr.type === 'string';
/** `name`, `name.lower()`. */
const isAboutName = (expr: Expr, name: string): boolean => expr.kind === 'name' ? expr.name === name : expr.kind === 'call' && expr.args.length === 0 && expr.fn.kind === 'member' && isAboutName(expr.fn.on, name);

function isFewTexts(program: SparkProgram, expr: Expr): boolean {
  if (expr.kind === 'collection') return expr.items.length <= few && expr.items.every((item) => isText(item.key ?? item.value));
  return isShortAnyway(program.types.get(expr) ?? nothing);
}

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
