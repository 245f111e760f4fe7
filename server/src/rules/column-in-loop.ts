import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { actions, compatible, derivesFrom, groupedBy, lineage, loopOf, madeInLongLoops, oncePerProgram, placeOf, sameLoop, within } from '../rule/queries.ts';
import { boundBy, definitionsAt, givesUp, type Statement, statementAt, statementsIn, statementsOf } from '../rule/statements.ts';
import { isFromOwnFiles } from '../rule/few-rows.ts';
import { columnsOf } from '../rule/known-columns.ts';
import { goesThroughPartitioning, overOf } from '../rule/partition-columns.ts';
import { allAtLeast, isThere, type Targets } from '../rule/targets.ts';
import { boundByLoop, expressionAt, makesRows, someWithin } from '../rule/written.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import type { Dataset, Loop, Site, SparkProgram } from '../analysis/model.ts';
import { few, mostAnyway, nothing, some } from '../analysis/values.ts';
import { calledName, forEachChild, namesOf } from '../program/expressions.ts';
import { constructorName, type Def, type Expr, type Language, type Lowered } from '../program/program.ts';
import { escapePattern } from '../text/pattern.ts';
import { contains, type Range } from '../text/range.ts';

const stepNames: Readonly<Record<string, string>> = { withColumn: 'withColumns', withColumnRenamed: 'withColumnsRenamed', drop: 'drop' };

/** What takes all columns in one step, in every release that the code is for. */
function atOnce(step: string, language: Language, targets: Targets): string {
  const name = stepNames[step]!;
  return isThere('DataFrame', name, language, targets) ? `\`${name}\`` : 'One `select`';
}

export default defineRule({
  name: 'column-in-loop',
  category: 'loops',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
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
    const steps = madeInLongLoops(program.datasets.filter((each) => each.grows && stepNames[each.made] !== undefined))
      .filter(({ site, callers }) => site.module === program.path && ![site, ...callers].some((place) => place.module === program.path && givesUp(program.lowered, place))).map((dataset) => stepOf(program, dataset, loopOf(dataset)!));
    const told: Step[] = [];
    // Of several steps of one loop the one that most passes take tells best.
    for (const step of steps.sort((a, b) => Number(isLong(b)) - Number(isLong(a)) || a.dataset.name.start - b.dataset.name.start)) {
      const { dataset, loop, most } = step;
      if (loop.site.module !== program.path) continue;
      // A `while` loop goes on until the frame has some shape: its steps cannot be made at once. Nor can steps that read what a join or a model of their own pass brought.
      if (loop.over === 'condition' || joinsInPass(program, dataset, loop) || dataset.made === 'drop' && (dataset.args.length > 1 || dataset.args.some((arg) => arg.spread) || mayDropColumns(dataset, program.lowered.language) && !allAtLeast(targets, '3.4'))) continue;
      if (isCutShort(program, loop) || readsThePassBefore(program, dataset, loop) || asksInPass(program, dataset, loop) || isDroppedInPass(program, dataset, loop) || namesJoinKeys(program, loop) || most === Infinity && (isGivenSql(program, dataset) || !loop.columns && dataset.callers.every((caller) => within(caller, loop.range)) && isWrittenOutByCallers(program, loop))) continue;
      const rewritten = rewrites(dataset) ?? sameInAllPasses(program, dataset, loop);
      // A short loop in a long one, with a frame of its own in each pass of that: only the short one repeats the step.
      if (!sameLoop(dataset.loops.at(-1)!, loop) && isMadeAnew(dataset, loop)) continue;
      if (most <= mostWritten || isOneOfCases(program, step) || isEvidentlyShort(program, loop) || passingIn(loop).some((each) => derivesFrom(dataset, each))) continue;
      // The steps that one loop, or a loop in it, takes with one frame are one fault.
      if (told.some((other) => derivesFrom(dataset, other.dataset) && (sameLoop(other.loop, loop) || within(other.loop.range, loop.range) || within(loop.range, other.loop.range)))) continue;
      told.push(step);
      report({
        at: dataset.name,
        severity: isLong(step) && !isOverSchemaAlone(program, loop) && !isForExpected(program, step) && !isChosen(program, step) && !isForMissing(program, step) && !isFromOwnFiles(dataset) && dataset.bound.is !== 'rows' ? 'warning' : 'information',
        message: `\`${dataset.made}\` in a loop adds one step to the plan per pass, and the driver analyses the whole plan again each time: planning time grows with the square of the number of passes. ${rewritten === undefined ? `${atOnce(dataset.made, program.lowered.language, targets)} takes them all at once.` : `All of them rewrite \`${rewritten}\`: build one expression in the loop (a chain of \`when\`, say) and add it once.`}`,
        related: [{ site: loop.site, message: 'the loop' }],
        evidence: evidenceOf(dataset),
        fixes: dataset.made === 'withColumn' && isThere('DataFrame', 'withColumns', program.lowered.language, targets) ? withColumnsFix(program, loop) : [],
      });
    }
  },
  docs: {
    summary: 'columns are added, renamed or dropped one by one in a loop',
    what: '`withColumn`, `withColumnRenamed` or `drop` on a DataFrame that a loop (or `reduce`, or `foldLeft`) rebinds in every pass.',
    why: 'Each call makes a new plan and analyses all of it on the driver. The plan that runs in the end is the same single projection; what costs is building it. With a few hundred columns that is minutes before the first task starts; from 4.0 on the cost is milder, and still there.',
    fine: 'A loop over a literal list of up to ten columns is not reported, and one over up to twenty literal names, or over something of which nobody can tell how long it is, is only an information; loops over the columns of a dataset are warnings, but for what is read from samples and files that lie by the program or made of rows that stand in it, for those of a frame that the program gives up to twenty columns by name (`select("id", "day")`; up to ten are not reported), for columns that were picked out of them by text or type (`columns.filter(…)`, `if "_at" in name`, `isinstance(field.dataType, DecimalType)`), for the fields of a schema that is given or written out (`schema.fields`), for names that are asked for first (`if name in frame.columns`, where they come from elsewhere), and for those that another frame lacks or has of another type (`if name not in other.columns`, `if mine[name] != theirs[name]`). Loops over what a table is partitioned by are not reported, nor those behind a test of the length (`if len(names) == 2`), or over cases of which some make columns and others drop or rename them in their order; the same holds for steps that are taken for literal names only (`if name == "id"`, `if name in ["id", "day"]`, whatever the step makes of that name). Nor are steps reported whose pass also fits or applies a model, runs a job on the frame (that job is the fault) or makes a column and then joins, filters or computes by it: those cannot be made at once; nor a loop over the names that the function joins on, which are few, or over a parameter that callers write out name by name (`columns: String*`, `*names`). Texts of SQL that are kept elsewhere (`expr(rule.sql)`) may read what passes before made.',
    fix: 'Where each pass only reads and writes its own column: `withColumns` with a dict, in Python, available from Spark 3.3. It assumes that no two names differ in case only.',
    examples: [{ language: 'scala', bad: 'import org.apache.spark.sql.functions.{col, trim}\nval people = spark.read.parquet("/data/people")\nval trimmed = people.columns.foldLeft(people)((frame, name) => frame.withColumn(name, trim(col(name))))\n', good: 'import org.apache.spark.sql.functions.{col, trim}\nval people = spark.read.parquet("/data/people")\nval trimmed = people.select(people.columns.map(name => trim(col(name)).as(name)): _*)\n' }, { language: 'python', bad: 'from pyspark.sql import functions as F\npeople = spark.read.parquet("/data/people")\nfor name in people.columns:\n    people = people.withColumn(name, F.trim(F.col(name)))\n', good: 'from pyspark.sql import functions as F\npeople = spark.read.parquet("/data/people")\npeople = people.withColumns({name: F.trim(F.col(name)) for name in people.columns})\n' }],
    source: 'Building times and plans of loops of 50, 200 and 500 columns on Spark 3.5.9 and 4.3.0.',
  },
});

/** Of Columns, as what Scala declares as no text may be, `drop` takes several from Spark 3.4 on. */
const mayDropColumns = ({ args: [first] }: Dataset, language: Language): boolean => first !== undefined && first.value.some((item) => item.is === 'spark' && item.kind === 'Column' || item.is === 'unknown' && language === 'scala');

/** So many steps are planned in a moment. */
const mostWritten = 10;

interface Step {
  readonly dataset: Dataset;
  readonly loop: Loop;
  /** How many passes take it at most, as far as literals tell. */
  readonly most: number;
}

const stepOf = (program: SparkProgram, dataset: Dataset, loop: Loop): Step => ({ dataset, loop, most: Math.min(loop.most ?? Infinity, namesAskedFor(program, dataset, loop), columnsCounted(program, loop)) });

/** The loop goes through the columns of a frame whose own steps tell how many it has. */
function columnsCounted(program: SparkProgram, loop: Loop): number {
  const over = loop.columns && loop.range.module === program.path ? overOf(program, loop) : undefined;
  let counted = Infinity;
  if (over) {
    someWithin(over, (each) => {
      if (each.kind === 'member' && listing.has(each.name)) counted = countIn(program, each.on);
      return counted < Infinity;
    });
  }
  return counted;
}
const listing: ReadonlySet<string> = new Set(['columns', 'schema', 'dtypes']);

function countIn(program: SparkProgram, frame: Expr): number {
  const counts = (program.types.get(frame) ?? nothing).map((item) => (item.is === 'spark' && item.dataset ? columnsOf(program, item.dataset)?.length ?? Infinity : Infinity));
  return counts.length > 0 ? Math.max(...counts) : Infinity;
}

/** Datasets have many columns. What somebody has written out by hand does not grow with the data, and of what else a loop goes through nobody knows how much it is. */
const isLong = ({ loop, most }: Step): boolean => (most === Infinity ? loop.columns === true : most > some);

/** What the passes of a loop make of what the ones before made, by the place of each loop around it. */
const growing = oncePerProgram((program): ReadonlyMap<string, readonly Dataset[]> => {
  const made = program.datasets.filter(({ grows }) => grows).flatMap((dataset) => [...new Set(dataset.loops.map(({ site }) => placeOf(site)))].map((loop) => ({ loop, dataset })));
  return new Map([...groupedBy(made, ({ loop }) => loop)].map(([loop, all]) => [loop, all.map(({ dataset }) => dataset)]));
});
const growingIn = (program: SparkProgram, { site }: Loop): readonly Dataset[] => growing(program).get(placeOf(site)) ?? [];

/** `for (rule <- rules) frame = rule match { case Drop(name) => frame.drop(name) … }`: what some passes drop or rename others make or read, in their order. */
const isOneOfCases = (program: SparkProgram, { dataset, loop, most }: Step): boolean => most === Infinity && !loop.columns && growingIn(program, loop).some((each) =>
  each.made !== dataset.made && stepNames[each.made] !== undefined && !compatible(each.path, dataset.path));

/** A table is partitioned by few columns, and who asks first whether there are few things expects few of them. */
function isEvidentlyShort(program: SparkProgram, loop: Loop): boolean {
  const { lowered, path } = program;
  const { range, columns } = loop;
  const over = range.module === path && !columns ? overOf(program, loop) : undefined;
  if (!over) return false;
  if (goesThroughPartitioning(over)) return true;
  const words = new Set(wordsIn(over));
  for (let at = statementAt(lowered, range.start); at && at.expr.kind !== 'closure'; at = at.parent) {
    const { expr, base } = at;
    if (someWithin(expr, (each) => each.kind === 'if' && range.start >= base + each.then.span[0] && range.start < base + each.then.span[1] && asksForFew(each.test, words))) return true;
  }
  return false;
}

/** `withColumn(rule.name, expr(rule.sql))`: such texts, kept somewhere else, may read the columns that passes before made. */
function isGivenSql(program: SparkProgram, { made, args, site }: Dataset): boolean {
  const step = made === 'withColumn' ? expressionAt(program, site) : undefined;
  const value = args.length === 2 && step?.kind === 'call' ? step.args[1]?.value : undefined;
  return value !== undefined && someWithin(value, (each) => each.kind === 'call' && calledName(each) === 'expr' && each.args[0] !== undefined && !isSpelledOut(each.args[0].value));
}

/** Some of the text stands there: what only names the place where it is kept (`item.getString("expr")`) is none of it. */
function isSpelledOut(text: Expr): boolean {
  if (text.kind === 'call') return text.fn.kind === 'member' && isSpelledOut(text.fn.on);
  if (text.kind === 'text') return text.parts.some((part) => typeof part === 'string' && part.trim() !== '');
  return text.kind === 'literal' || text.kind === 'operator' && text.args.some(isSpelledOut);
}

/** `def dated(frame: DataFrame, columns: String*)`, a class of such a parameter: who calls it out of sight writes the names out one by one. */
function isWrittenOutByCallers(program: SparkProgram, loop: Loop): boolean {
  const over = loop.range.module === program.path ? overOf(program, loop) : undefined;
  const name = over && dottedName(over)?.replace(/^this\./, '');
  if (name === undefined) return false;
  const takes = ({ params }: Def): boolean => params.some((param) => param.form === 'rest' && param.name === name);
  const around = statementAt(program.lowered, loop.range.start)?.def;
  return around !== undefined && takes(around) || definitionsAt(program.lowered, loop.range.start).some((def) => takes(def)
    || def.kind === 'class' && someWithin(def.body, (each) => each.kind === 'closure' && each.def.name === constructorName && takes(each.def)));
}

/** `len(names) == 2`, `names.length < 4 && …`, `(2 to 4).contains(names.length)`: the length of what has one of these names is a small number. */
function asksForFew(test: Expr, words: ReadonlySet<string>): boolean {
  if (test.kind === 'call') return calledName(test) === 'contains' && test.fn.kind === 'member' && test.args.some(({ value }) => isLengthOf(value, words)) && isFewAtMost(test.fn.on);
  if (test.kind !== 'operator') return false;
  const [left, right] = test.args as [Expr, Expr];
  switch (test.name) {
    case 'and': case '&&': return test.args.some((arg) => asksForFew(arg, words));
    case '==': case 'equals': return isLengthOf(left, words) && isFewAtMost(right) || isLengthOf(right, words) && isFewAtMost(left);
    case '<': case '<=': case 'in': return isLengthOf(left, words) && isFewAtMost(right);
    case '>': case '>=': return isLengthOf(right, words) && isFewAtMost(left);
    default: return false;
  }
}

function isLengthOf(expr: Expr, words: ReadonlySet<string>): boolean {
  const told = expr.kind === 'call' && expr.fn.kind === 'member' ? expr.fn : expr;
  const of = told.kind === 'member' && /^(length|size)$/.test(told.name) ? told.on : told.kind === 'call' && calledName(told) === 'len' ? told.args[0]?.value : undefined;
  return of?.kind === 'name' && words.has(of.name);
}

/** Numbers, none of which is large: `4`, `(2, 3)`, `2 to 4`. */
function isFewAtMost(expr: Expr): boolean {
  const numbers: number[] = [];
  const isOpen = someWithin(expr, (each) => {
    if (each.kind === 'literal' && typeof each.value === 'number') numbers.push(each.value);
    return each.kind === 'name';
  });
  return !isOpen && numbers.length > 0 && Math.max(...numbers) <= few;
}

/** A join, union or shuffle of the same pass, or a model that it applies, stands among the steps that the loop repeats. */
const joinsInPass = (program: SparkProgram, dataset: Dataset, loop: Loop): boolean => growingIn(program, loop).some((each) =>
  each !== dataset && bringsMore(each) && derivesFrom(dataset, each));

/** A job of the pass is about the frame as the pass before left it. */
const asksInPass = (program: SparkProgram, dataset: Dataset, loop: Loop): boolean => actions(program).some((action) =>
  action.loops.some((each) => sameLoop(each, loop)) && action.method.job === 'yes' && action.on.some((on) => derivesFrom(on, dataset)));

/** The pass makes a column for another one, and drops it again. */
const isDroppedInPass = (program: SparkProgram, dataset: Dataset, loop: Loop): boolean => {
  const name = textOf(program, dataset.args[0]?.site);
  return dataset.made !== 'drop' && name !== undefined && growingIn(program, loop).some((each) => each.made === 'drop' && textOf(program, each.args[0]?.site) === name && derivesFrom(each, dataset));
};
const textOf = ({ lowered, path }: SparkProgram, site: Site | undefined): string | undefined => (site?.module === path ? lowered.text.slice(site.start, site.end) : undefined);

/** `for key in keys: right = right.withColumnRenamed(…)`, and `keys`, or a condition that the loop builds, is what the function joins on: few names. */
function namesJoinKeys({ lowered, path }: SparkProgram, { range }: Loop): boolean {
  const loop = range.module === path ? statementAt(lowered, range.start) : undefined;
  if (loop?.expr.kind !== 'loop' || !loop.expr.over) return false;
  const own = new Set([...wordsIn(loop.expr.over), ...statementsIn(lowered, loop).flatMap((each) => (each === loop ? [] : boundBy(each)))]);
  const joinsOn = (each: Expr): boolean => each.kind === 'call' && calledName(each) === 'join' && each.fn.kind === 'member'
    && each.args.some(({ name, value }, index) => (name === 'on' || name === undefined && index === 1) && wordsIn(value).some((word) => own.has(word)));
  return statementsIn(lowered, loop.def === lowered.module ? { start: 0, end: lowered.text.length } : { start: loop.base, end: loop.base + loop.def.length })
    .some((each) => each.def === loop.def && !each.compound && someWithin(each.expr, joinsOn));
}

function wordsIn(expr: Expr): string[] {
  const found: string[] = [];
  someWithin(expr, (each) => {
    if (each.kind === 'name') found.push(each.name);
    return false;
  });
  return found;
}

const bringsMore = ({ method }: Dataset): boolean => method !== undefined && (['join', 'wide', 'union'].includes(method.lineage) || method.owner === 'MLModel' || method.owner === 'MLEstimator');

/** What the steps begin with is made in the pass itself. */
const isMadeAnew = (dataset: Dataset, loop: Loop): boolean => lineage(dataset).some((each) => !derivesFrom(each, dataset) && each.loops.some((other) => sameLoop(other, loop)));

/** The column that every pass rewrites. */
const rewrites = (dataset: Dataset): string | undefined => (dataset.made === 'withColumn' && typeof dataset.args[0]?.literal === 'string' ? dataset.args[0].literal : undefined);

/** The plan starts anew from what a checkpoint of the loop has written, or a pass makes other rows of what the one before made. */
const isCutShort = (program: SparkProgram, loop: Loop): boolean => growingIn(program, loop).some((each) =>
  (each.made.endsWith('heckpoint') || each.method?.lineage === 'narrow' && each.args.some(({ site }) => makesRows(program, site))));

/** The loop's statement, and the call in it that takes the step; undefined where that stands in a function that the loop calls. */
function stepIn({ lowered, path }: SparkProgram, { site }: Dataset, loop: Loop): { readonly around: Statement; readonly statement: Statement; readonly call: Expr & { kind: 'call' } } | undefined {
  const around = site.module === path && loop.site.module === path ? statementAt(lowered, loop.site.start) : undefined;
  const statement = statementAt(lowered, site.start);
  if (around?.expr.kind !== 'loop' || !statement || !contains(around, site) || statement.def !== around.def) return undefined;
  const call = partAt(statement.expr, site.start - statement.base, site.end - statement.base);
  return call?.kind === 'call' ? { around, statement, call } : undefined;
}

function partAt(expr: Expr, start: number, end: number): Expr | undefined {
  if (expr.span[0] === start && expr.span[1] === end && expr.kind === 'call') return expr;
  let found: Expr | undefined;
  forEachChild(expr, (child) => {
    found ??= partAt(child, start, end);
  });
  return found;
}

/** `df.withColumn(f"c{i}", col(f"c{i - 1}"))`, `df.withColumn(f"c{i + 1}", col(f"c{i}"))`, or a column whose name an earlier pass has kept: no two such steps can be made at once. */
function readsThePassBefore(program: SparkProgram, dataset: Dataset, loop: Loop): boolean {
  const step = stepIn(program, dataset, loop);
  const made = step?.call.args[1]?.value;
  if (!step || !made || dataset.made !== 'withColumn') return false;
  const own = boundBy(step.around);
  const inLoop = statementsIn(program.lowered, step.around).filter((each) => each !== step.around && each !== step.statement && each.def === step.around.def);
  const bound = (earlier: boolean): string[] => inLoop.filter((each) => each.start < step.statement.start === earlier).flatMap(boundBy);
  const kept = bound(false).filter((name) => !own.includes(name) && !bound(true).includes(name));
  const ahead = hasStepFrom(step.call.args[0]!.value, own);
  return namesColumn(made, (name) => (ahead ? name.kind === 'text' && !hasStepFrom(name, own) : hasStepFrom(name, own)) || name.kind === 'name' && kept.includes(name.name));
}

/** A column is named by something of which this holds: `col(x)`, `frame[x]`, a text with it inside. */
function namesColumn(expr: Expr, holds: (name: Expr) => boolean): boolean {
  const names = expr.kind === 'call' && calledName(expr) !== 'lit' ? expr.args.map(({ value }) => value) : expr.kind === 'index' ? [expr.index] : [];
  if (names.some(holds)) return true;
  if (expr.kind === 'call' && calledName(expr) === 'lit') return false;
  let found = false;
  forEachChild(expr, (child) => {
    found ||= namesColumn(child, holds);
  });
  return found;
}

/** A text in which `i - 1` stands, of a name that the loop binds. */
function hasStepFrom(expr: Expr, own: readonly string[], inText = false): boolean {
  if (expr.kind === 'operator' && inText && ['-', '+'].includes(expr.name) && expr.args[0]?.kind === 'name' && own.includes(expr.args[0].name) && expr.args[1]?.kind === 'literal' && typeof expr.args[1].value === 'number') return true;
  const isTextual = inText || expr.kind === 'text' || expr.kind === 'call' && ['str', 'format'].includes(calledName(expr) ?? '') || expr.kind === 'operator' && expr.name === '%';
  let found = false;
  forEachChild(expr, (child) => {
    found ||= hasStepFrom(child, own, isTextual);
  });
  return found;
}

/** What names the column where nothing of that changes from pass to pass. */
function sameInAllPasses(program: SparkProgram, dataset: Dataset, loop: Loop): string | undefined {
  const step = dataset.made === 'withColumn' ? stepIn(program, dataset, loop) : undefined;
  if (!step) return sameInAllCalls(program, dataset, loop);
  const name = step.call.args[0]?.value;
  const dotted = name && dottedName(name);
  if (dotted === undefined) return undefined;
  const bound = statementsIn(program.lowered, step.around).flatMap(boundBy);
  return bound.includes(dotted.split('.')[0]!) ? undefined : dotted;
}

/** `names.foldLeft(frame)((all, name) => all.withColumn(target, …))`: the function, in which it is written, binds nothing of the name. */
function sameInAllCalls(program: SparkProgram, { made, args, site }: Dataset, loop: Loop): string | undefined {
  const call = expressionAt(program, loop.range);
  const step = expressionAt(program, site);
  const name = step?.kind === 'call' ? step.args[0]?.value : undefined;
  const dotted = name && dottedName(name);
  if (made !== 'withColumn' || call?.kind !== 'call' || dotted === undefined || args.length !== 2 || loop.range.module !== site.module || !contains(loop.range, site)) return undefined;
  const [first] = dotted.split('.') as [string];
  const bindsIt = (expr: Expr): boolean => expr.kind === 'closure' && (expr.def.binds.has(first) || expr.def.params.some((param) => param.name === first)) || expr.kind === 'bind' && expr.patterns.some((pattern) => namesOf(pattern).includes(first));
  return call.args.some(({ value }) => bindsAnywhere(value, bindsIt)) ? undefined : dotted.replace(/^this\./, '');
}

function bindsAnywhere(expr: Expr, binds: (each: Expr) => boolean): boolean {
  return someWithin(expr, (each) => binds(each) || each.kind === 'closure' && bindsAnywhere(each.def.body, binds));
}

function dottedName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  const on = expr.kind === 'member' ? dottedName(expr.on) : undefined;
  return on === undefined ? undefined : `${on}.${(expr as Expr & { kind: 'member' }).name}`;
}

/** Where every pass of a loop makes a column anew that it then uses: what comes of it cannot be made at once for all passes. */
function madeForPass(program: SparkProgram, loop: Loop): Dataset[] {
  const inLoop = growingIn(program, loop);
  return inLoop.filter((each) => {
    const name = rewrites(each);
    const around = name === undefined ? undefined : passAround(program, each, loop);
    return around ? usesColumn(around, name!) : isReadInPass(program, each, inLoop);
  });
}

/** The loop, or the function that it calls for the step. */
function passAround({ lowered, path }: SparkProgram, { site }: Dataset, { site: at, range }: Loop): Expr | undefined {
  if (within(site, range)) return statementAt(lowered, at.start)?.expr;
  return site.module === path ? statementAt(lowered, site.start)?.def.body : undefined;
}

/** `withColumn(f"{c}_lag", …)`, then `withColumn(f"{c}_change", … col(f"{c}_lag"))`: by the words that name the column. */
function isReadInPass({ lowered, path }: SparkProgram, { made, args, site }: Dataset, inLoop: readonly Dataset[]): boolean {
  const textOf = ({ site: { start, end } }: { readonly site: Range }): string => lowered.text.slice(start, end);
  if (made !== 'withColumn' || site.module !== path || !args[0] || args[0].literal !== undefined) return false;
  const name = textOf(args[0]);
  const read = new RegExp(`(?<![\\w.])${escapePattern(name)}(?!\\w)`);
  return inLoop.some((other) => other.site.module === path && other.site.end > site.end && other.made === 'withColumn' && other.args.length > 1 && textOf(other.args[0]!) !== name && other.args.slice(1).some((arg) => read.test(textOf(arg))))
    && !boundAround(lowered, site).includes(name);
}

/** What loops around a place in its function bind. */
function boundAround(lowered: Lowered, { start }: Range): string[] {
  const found: string[] = [];
  for (let at = statementAt(lowered, start); at && at.expr.kind !== 'closure'; at = at.parent) if (at.expr.kind === 'loop') found.push(...boundBy(at));
  return found;
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

const hasWord = (text: string, word: string): boolean => new RegExp(`(?<!\\w)${escapePattern(word)}(?!\\w)`).test(text);

/** `if name == "id": df = df.withColumnRenamed(name, …)`: so many passes at most take the step. */
function namesAskedFor(program: SparkProgram, dataset: Dataset, loop: Loop): number {
  const { lowered } = program;
  const first = dataset.args[0];
  const written = first ? lowered.text.slice(first.site.start, first.site.end) : '';
  // `withColumn(f"{name}_index", …)`: what the pass is for may be asked, too; of several things one may be the same in many passes.
  const ofLoop = boundByLoop(program, loop);
  const names = [...(/^[\w.]+$/.test(written) ? [written] : []), ...(ofLoop.length === 1 ? ofLoop : [])];
  const mostOf = (asked: (name: string) => number): number => Math.min(...names.map(asked));
  let most = Infinity;
  for (let statement = statementAt(lowered, dataset.name.start); statement && statement.start > loop.site.start; statement = statement.parent) {
    const { expr, base } = statement;
    if (expr.kind === 'if' && dataset.name.start < base + expr.then.span[1]) most = Math.min(most, mostOf((name) => askedBy(program, expr.test, name)));
    const before = statementsIn(lowered, loop.range).filter((each) => each.parent === statement!.parent && each.end <= statement!.start);
    most = Math.min(most, ...before.map((each) => mostOf((name) => leftBy(program, each.expr, name))));
  }
  return most;
}

/** `if "_at" in name`, `if isinstance(field.dataType, DecimalType)`, also in the list that is gone through: some of the columns take the step, and nobody knows how many. */
function isChosen(program: SparkProgram, step: Step): boolean {
  const { dataset, loop } = step;
  const first = dataset.args[0];
  const around = loop.site.module === program.path ? statementAt(program.lowered, loop.site.start) : undefined;
  if (!first || first.site.module !== program.path || around?.expr.kind !== 'loop') return false;
  const names = boundBy(around);
  if (isBehindTest(program, step, (test) => asksForType(test, new Set([...names, ...statementsIn(program.lowered, loop.range).flatMap(boundBy)])) || names.some((name) => asksForText(test, name)))) return true;
  const { over } = around.expr;
  const picked = over?.kind === 'name' ? picks(program).get(around.def)?.get(over.name) : over && isPicked(over);
  return picked === true;
}

/** By definition, the names that hold some of the columns: `texts = [name for name, dtype in frame.dtypes if dtype == "string"]`. */
const picks = oncePerProgram(({ lowered }): ReadonlyMap<Def | undefined, ReadonlyMap<string, boolean>> => {
  const found = new Map<Def | undefined, Map<string, boolean>>();
  for (const statement of statementsOf(lowered)) {
    const { expr, def } = statement;
    if (expr.kind !== 'bind' || !expr.value) continue;
    const own = found.get(def) ?? new Map<string, boolean>();
    // Of what is bound again nobody knows which it is.
    for (const name of boundBy(statement)) own.set(name, isPicked(expr.value) && own.get(name) !== false);
    found.set(def, own);
  }
  return found;
});
const isPicked = (expr: Expr): boolean => expr.kind === 'loop' && expr.yields !== undefined && expr.body.kind === 'if' && (asksForType(expr.body.test, new Set(expr.bind ? namesOf(expr.bind) : [])) || (expr.bind ? namesOf(expr.bind) : []).some((name) => asksForText((expr.body as Expr & { kind: 'if' }).test, name)));

/** `isinstance(field.dataType, DecimalType)`, `dtype == "string"`, `field.dataType.typeName() in ["date", "timestamp"]` */
function asksForType(test: Expr, own: ReadonlySet<string>): boolean {
  if (test.kind === 'operator' && ['and', '&&', 'or', '||'].includes(test.name)) return test.args.some((arg) => asksForType(arg, own));
  const isAsked = test.kind === 'call' ? calledName(test) === 'isinstance' || test.fn.kind === 'member' && partsOfText.has(test.fn.name) : test.kind === 'operator' && ['==', 'in', 'is'].includes(test.name);
  return isAsked && someWithin(test, (each) => (each.kind === 'member' || each.kind === 'name' && own.has(each.name)) && typeWords.test(each.name));
}
const typeWords = /(?:^|_)d?types?$|^(?:dataType|columnType|colType|fieldType|simpleString|typeName)$/;

/** `for name in expected: if name in frame.columns: …`: the names are those that somebody expects, and not the frame's own. */
function isForExpected(program: SparkProgram, step: Step): boolean {
  const over = step.loop.site.module === program.path ? overOf(program, step.loop) : undefined;
  return over !== undefined && !someWithin(over, (each) => each.kind === 'member' && listing.has(each.name)) && isBehindTest(program, step, (test) => someWithin(test, asksWhetherThere));
}
const asksWhetherThere = (expr: Expr): boolean => expr.kind === 'operator' ? expr.name === 'in' && expr.args[1] !== undefined && isColumns(expr.args[1]) : expr.kind === 'call' && expr.fn.kind === 'member' && expr.fn.name === 'contains' && isColumns(expr.fn.on);

/** The fields of a schema that is given or written out, and not asked of a frame. */
function isOverSchemaAlone(program: SparkProgram, loop: Loop): boolean {
  const over = loop.range.module === program.path ? overOf(program, loop) : undefined;
  const listed = over?.kind === 'call' && over.args.length === 0 ? over.fn : over;
  const schemas = listed?.kind === 'member' && fieldLists.has(listed.name) ? program.types.get(listed.on) ?? nothing : nothing;
  return schemas.length > 0 && schemas.every((item) => item.is === 'spark' && item.kind === 'StructType' && item.made === undefined);
}
const fieldLists: ReadonlySet<string> = new Set(['fields', 'names', 'fieldNames']);

/** In the pass the step stands in the first branch of such a test. */
function isBehindTest(program: SparkProgram, { dataset, loop }: Step, isMeant: (test: Expr) => boolean): boolean {
  for (let statement = statementAt(program.lowered, dataset.name.start); statement && statement.start > loop.site.start; statement = statement.parent) {
    const { expr, base } = statement;
    if (expr.kind === 'if' && dataset.name.start < base + expr.then.span[1] && isMeant(expr.test)) return true;
  }
  return false;
}

/** `for name in other.columns: if name not in frame.columns: …`, `for name in set(other.columns).difference(frame.columns)`: frames of one source lack a few of each other's columns. */
function isForMissing(program: SparkProgram, step: Step): boolean {
  if (step.loop.site.module !== program.path) return false;
  const over = overOf(program, step.loop);
  const def = statementAt(program.lowered, step.dataset.name.start)?.def;
  return over !== undefined && someWithin(over, leavesOut) || isBehindTest(program, step, (test) => someWithin(test, (each) => leavesOut(each) || disagrees(each, typeNames(program).get(def) ?? nowhere)));
}
const nowhere: ReadonlySet<string> = new Set();

/** `mine[name] != theirs[name]`, `frame.schema[name].dataType != other.schema[name].dataType`: two frames do not agree on a column. */
const disagrees = (expr: Expr, types: ReadonlySet<string>): boolean => expr.kind === 'operator' && (expr.name === '!=' || expr.name === 'differs')
  && expr.args.every((arg) => isLookedUp(arg) && someWithin(arg, (each) => isOfTypes(each) || each.kind === 'name' && types.has(each.name)));
const isLookedUp = (expr: Expr): boolean => someWithin(expr, (each) => each.kind === 'index' || each.kind === 'call' && each.args.length > 0);
const isOfTypes = (expr: Expr): boolean => expr.kind === 'member' && (expr.name === 'dtypes' || expr.name === 'schema');

/** By definition, the names that are bound to the types of a frame's columns: `mine = dict(frame.dtypes)`. */
const typeNames = oncePerProgram(({ lowered }): ReadonlyMap<Def | undefined, ReadonlySet<string>> => {
  const found = new Map<Def | undefined, Set<string>>();
  for (const statement of statementsOf(lowered)) {
    const { expr, def } = statement;
    if (expr.kind !== 'bind' || !expr.value || !someWithin(expr.value, isOfTypes)) continue;
    const own = found.get(def) ?? new Set<string>();
    for (const name of boundBy(statement)) own.add(name);
    found.set(def, own);
  }
  return found;
});

/** What is no column of a frame: `name not in frame.columns`, `!frame.columns.contains(name)`, `names.difference(frame.columns)`. */
function leavesOut(expr: Expr): boolean {
  if (expr.kind === 'operator') return expr.name === 'not in' ? isColumns(expr.args[1]!) : ['not', '!'].includes(expr.name) && expr.args[0]!.kind === 'call' && calledName(expr.args[0]!) === 'contains' && expr.args[0]!.fn.kind === 'member' && isColumns(expr.args[0]!.fn.on);
  return expr.kind === 'call' && ['difference', 'diff'].includes(calledName(expr) ?? '') && expr.args.some(({ value }) => someWithin(value, isColumns));
}
const isColumns = (expr: Expr): boolean => expr.kind === 'member' && (expr.name === 'columns' || expr.name === 'fieldNames');

function asksForText(test: Expr, name: string): boolean {
  if (test.kind === 'call') return test.fn.kind === 'member' && partsOfText.has(test.fn.name) && isAboutName(test.fn.on, name) && test.args.length > 0 && test.args.every(({ value }) => isText(value));
  if (test.kind !== 'operator') return false;
  const [left, right] = test.args as [Expr, Expr];
  return test.name === 'in' ? isText(left) && isAboutName(right, name) : ['and', '&&'].includes(test.name) && test.args.some((arg) => asksForText(arg, name));
}
const partsOfText: ReadonlySet<string> = new Set(['startswith', 'startsWith', 'endswith', 'endsWith', 'contains']);

/** `if name not in ["id", "day"]: continue` */
function leftBy(program: SparkProgram, expr: Expr, name: string): number {
  if (expr.kind !== 'if' || expr.otherwise) return Infinity;
  const last = expr.then.kind === 'sequence' ? expr.then.body.at(-1) : expr.then;
  return last?.kind === 'exit' && last.how === 'continue' ? askedBy(program, opposite(expr.test), name) : Infinity;
}

function opposite(test: Expr): Expr {
  if (test.kind !== 'operator') return test;
  if (test.name === 'not' || test.name === '!') return test.args[0]!;
  const name = { 'not in': 'in', '!=': '==', differs: 'equals' }[test.name];
  return name === undefined ? { ...test, name: 'other' } : { ...test, name };
}

/** For how many names a test holds at most. */
function askedBy(program: SparkProgram, test: Expr, name: string): number {
  if (test.kind !== 'operator') return Infinity;
  const [left, right] = test.args;
  switch (test.name) {
    case 'and': case '&&': return Math.min(...test.args.map((arg) => askedBy(program, arg, name)));
    case 'or': case '||': return test.args.reduce((sum, arg) => sum + askedBy(program, arg, name), 0);
    case '==': case 'equals': return isText(left!) && isAboutName(right!, name) || isText(right!) && isAboutName(left!, name) ? 1 : Infinity;
    case 'in': return isAboutName(left!, name) ? textsIn(program, right!) : Infinity;
    default: return Infinity;
  }
}

const isText = (expr: Expr): boolean => expr.kind === 'literal' && expr.type === 'string';
/** `name`, `name.lower()`. */
const isAboutName = (expr: Expr, name: string): boolean => dottedName(expr) === name || expr.kind === 'call' && expr.args.length === 0 && expr.fn.kind === 'member' && isAboutName(expr.fn.on, name);

function textsIn(program: SparkProgram, expr: Expr): number {
  if (expr.kind === 'collection' && expr.items.every((item) => isText(item.key ?? item.value))) return expr.items.length;
  return mostAnyway(program.types.get(expr) ?? nothing) ?? Infinity;
}

/** `for c in cs: df = df.withColumn(c, f(col(c)))`, and nothing else in the loop. */
function withColumnsFix(program: SparkProgram, loop: Loop): Fix[] {
  const edits = editsFor(program);
  const statement = edits.statement(loop.site);
  if (!statement || loop.comprehension || statement.expr.kind !== 'loop') return [];
  const text = edits.textOf(statement);
  const match = /^for\s+(\w+)\s+in\s+([^\n]+?):[ \t]*\r?\n?\s*(\w+)\s*=\s*\3\.withColumn\(\s*\1\s*,\s*([^\n]+)\)$/.exec(text);
  if (!match) return [];
  const [, name, over, frame, expression] = match as unknown as [string, string, string, string, string];
  const rest = expression.replaceAll(`${frame}[${name}]`, '').replace(new RegExp(`\\bcol\\(\\s*${name}\\s*\\)`, 'g'), '');
  if (new RegExp(`\\b${frame}\\b|\\bcol\\(|["']`).test(rest)) return [];
  return [{ title: 'Add all columns at once with withColumns', safety: 'suggested', edits: [{ start: statement.start, end: statement.end, newText: `${frame} = ${frame}.withColumns({${name}: ${expression} for ${name} in ${over}})` }] }];
}
