import type { Dataset, EventOf, Site, SparkProgram } from '../analysis/model.ts';
import { calledName } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { actions, eventsOf, lineage, nameIn, onePerSite, sameSite } from '../rule/queries.ts';
import { defineRule, type Fix, type Report } from '../rule/rule.ts';
import { codeOf } from '../rule/statements.ts';
import { expressionAt } from '../rule/written.ts';
import { escapePattern } from '../text/pattern.ts';
import { contains } from '../text/range.ts';
import { lastStartingBy } from '../text/range-index.ts';

/** Calls that give a dataset and do something besides: SQL commands, reads that check a path. */
const besides: ReadonlySet<string> = new Set(['sql', 'call', 'pivot', 'unknown', 'persist', 'cache', 'unpersist']);
/** These give the rows of what they are called on, or given, with another name or a word to the planner. */
const sameRows: ReadonlySet<string> = new Set(['alias', 'hint', 'broadcast']);

/** `df.na.fill()`: a call that raises drops nothing. */
const lacksValue = ({ made, args }: Dataset): boolean => args.length === 0 && (made === 'fill' || made === 'fillna');

/** In a notebook of Databricks, or of Almond (which has libraries imported by `$ivy`), Scala prints what every statement gives, with its columns: somebody looks at them. */
const looks: ReadonlySet<string> = new Set(['select', 'selectExpr', 'filter', 'where', 'limit', 'sort', 'orderBy', 'distinct', 'agg', 'count', 'sum', 'avg', 'mean', 'max', 'min', 'sql', 'join']);
/** What they give has those columns alone that they name. */
const choices: ReadonlySet<string> = new Set(['select', 'selectExpr', 'agg']);

export default defineRule({
  name: 'discarded-transformation',
  category: 'reading-and-writing',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const echoes = program.lowered.language === 'scala' && program.lowered.notebook && /^\/\/ (?:Databricks notebook source|COMMAND -{5,})|^\s*import \$(?:ivy|dep)\b/m.test(program.lowered.text);
    for (const { event, name } of droppedBroadcasts(program)) {
      report({ at: event.name, message: `The result of \`broadcast\` is dropped, and only what it gives reads the copy that executors have: a function that uses ${name === undefined ? 'the value itself' : `\`${name}\` itself`} still takes it along with every task.` });
    }
    const found: (Report & { readonly step: string; readonly name: string | undefined; readonly def: Def })[] = [];
    for (const event of onePerSite(eventsOf(program, 'discard'))) {
      const dataset = event.value.dataset;
      if (!dataset || dataset.kind === 'DStream' || lacksValue(dataset) || event.site.module !== program.path) continue;
      const step = sameSite(dataset.site, event.site) ? ownStep(dataset) : stepAround(program, event.site);
      if (step === undefined || isRemnant(program, event.site) || isSilenced(program, event.site) || isOfOwnStage(program, event.site) || isProbe(program, event.site) || asksForAnalysis(program, event.site)) continue;
      const name = step === 'broadcast' ? nameIn(program, dataset, event.name) : /^([\w.]+?)(?:\s*\.\s*(?:na|stat))?\s*\.\s*\w+$/.exec(program.lowered.text.slice(event.site.start, event.name.end))?.[1];
      const ofModel = /^ML/.test(dataset.method?.owner ?? '');
      if (echoes && event.def.kind === 'module' && (looks.has(step) || ofModel || name === undefined)) continue;
      const fixes = name === undefined || ofModel ? [] : assignment(program, event.site, dataset, name);
      found.push({
        step, name, def: event.def,
        at: event.name,
        message: step === 'sql' ? 'The result of this query is dropped: `sql` plans a SELECT and runs nothing of it until an action asks for its rows.' : `The result of \`${step}\` is dropped: ${ofModel ? 'what it was given' : name !== undefined ? `\`${name}\`` : 'the dataset it was called on'} stays as it was, since ${step.endsWith('heckpoint') ? 'it gives a new DataFrame, and only that one starts from the files it wrote' : `a transformation gives a new ${dataset.kind === 'RDD' ? 'RDD' : 'DataFrame'} and runs nothing`}.`,
        evidence: evidenceOf(dataset),
        fixes,
      });
    }
    for (const { step, name, def, fixes, ...rest } of found) {
      // Each of several choices of columns was meant to be made of the whole: one after the other, the second has not what it names.
      const isOneOfSeveral = choices.has(step) && found.some((other) => other.at !== rest.at && choices.has(other.step) && other.name === name && other.def === def);
      report({ ...rest, fixes: isOneOfSeveral ? [] : fixes! });
    }
  },
  docs: {
    summary: 'the result of a transformation is dropped',
    what: 'A statement that calls a transformation (`filter`, `withColumn`, `repartition`, `checkpoint` …), or `sql` with a SELECT, and does nothing with what it gives. Also `sc.broadcast(…)` whose Broadcast is dropped.',
    why: 'DataFrames and RDDs never change. The statement builds a new one, which nobody holds, and runs nothing: the filter is not applied, the column not added.',
    fine: 'Alone in a `try` block, such a call asks whether the plan can be made at all, and is not reported. `cache()` and `persist()` mark the dataset itself and may stand alone, as may SQL commands. The last expression of a notebook cell is shown, so it is not reported, nor is a statement whose action is commented out behind it (`# .show()`); in Scala the notebooks of Databricks and Almond show what every statement gives, so that no `select`, `filter` and the like is reported there.',
    fix: 'Assigns the result to the name it was called on (in Scala where that is a `var`). That wakes a step that had no effect, so it is only suggested; where several choices of columns on one name are dropped, nothing is offered, since the second would look for columns that the first has left out.',
    examples: [{ language: 'scala', bad: 'val users = spark.read.parquet("/data/users")\nusers.filter(users("age") > 17)\nusers.write.parquet("/data/adults")\n', good: 'val users = spark.read.parquet("/data/users")\nval adults = users.filter(users("age") > 17)\nadults.write.parquet("/data/adults")\n' }, { language: 'python', bad: 'users = spark.read.parquet("/data/users")\nusers.filter(users.age > 17)\nusers.write.parquet("/data/adults")\n', good: 'users = spark.read.parquet("/data/users")\nusers = users.filter(users.age > 17)\nusers.write.parquet("/data/adults")\n' }],
    source: 'That cache() as a statement works, and that a dropped checkpoint() result leaves the plan as it was, was tried on Spark 3.5.9 and 4.3.0.',
  },
});

/** `sc.broadcast(table)` as a statement. */
function droppedBroadcasts(program: SparkProgram): { readonly event: EventOf<'discard'>; readonly name: string | undefined }[] {
  return onePerSite(eventsOf(program, 'discard').filter(({ value, site }) => value.kind === 'Broadcast' && site.module === program.path && !isRemnant(program, site))).flatMap((event) => {
    const call = expressionAt(program, event.site);
    // What is called may give one that it keeps as well.
    if (call?.kind !== 'call' || calledName(call) !== 'broadcast' || event.value.made === undefined || !sameSite(event.value.made, event.site)) return [];
    const [value] = call.args;
    return [{ event, name: value?.value.kind === 'name' ? value.value.name : undefined }];
  });
}

/** `users.select("name")  # .show()`: its action is commented out, on purpose. */
function isSilenced({ lowered: { text, comments } }: SparkProgram, { end }: Site): boolean {
  const next = comments[lastStartingBy(comments, end - 1) + 1];
  return next !== undefined && /^[ \t]*$/.test(text.slice(end, next.start)) && /^(?:#|\/\/)\s*\.\s*(?:show|display|collect|count|take|head|first|printSchema|write)\b/.test(text.slice(next.start, next.end));
}

/** A query of rows, which unlike a command has no effect (`SELECT 1` asks whether Spark is there); what inserts rows may begin by `WITH` as well. */
const asksAlone = /^\s*(select|with)\b/i;

/** The transformation that made a dataset, where that is all the call does. */
function ownStep({ made, method, kind, from, source }: Dataset): string | undefined {
  if (made === 'sql') return source?.sql !== undefined && asksAlone.test(source.sql) && /\bfrom\b/i.test(source.sql) && !/\b(insert|merge|update|delete)\b/i.test(source.sql) ? made : undefined;
  if (besides.has(made) || method?.lineage === 'source' || method?.lineage === 'none' || method?.job === 'yes') return undefined;
  // Of an RDD, `checkpoint` marks the RDD itself, and `toDF` may look at its rows for the names of columns.
  return from[0]?.kind === 'RDD' && (made === 'toDF' || kind === 'RDD' && made === 'checkpoint') ? undefined : made;
}

/** `new Stage().transform(frame)`, of a class of the program: that may do something besides. */
function isOfOwnStage(program: SparkProgram, site: Site): boolean {
  const statement = editsFor(program).statement(site)?.expr;
  const fn = statement?.kind === 'discard' && statement.value.kind === 'call' ? statement.value.fn : undefined;
  return fn?.kind === 'member' && (program.types.get(fn.on) ?? []).some(({ is }) => is === 'object');
}

/** A call around the step that made what it gives: of Spark, and without effects. */
function stepAround(program: SparkProgram, site: Site): string | undefined {
  const statement = editsFor(program).statement(site)?.expr;
  const called = statement?.kind === 'discard' && statement.value.kind === 'call' ? program.types.get(statement.value.fn) : undefined;
  const [only] = called ?? [];
  if (called?.length !== 1 || only?.is !== 'method' && only?.is !== 'library') return undefined;
  const name = only.name.slice(only.name.lastIndexOf('.') + 1);
  if (name === 'transform') return program.events.some((event) => event.callers.some((caller) => sameSite(caller, site))) ? undefined : name;
  return sameRows.has(name) ? name : undefined;
}

/** Nothing in a function where the name is bound outside: there the assignment would make another variable of it. */
function assignment(program: SparkProgram, site: Site, dataset: Dataset, name: string): Fix[] {
  const edits = editsFor(program);
  const def = edits.statement(site)?.def;
  if (program.lowered.language === 'scala' && !isVariable(program, name)) return [];
  const own = def !== undefined && (def.kind === 'module' || name.includes('.') || def.binds.has(name) || def.params.some((param) => param.name === name));
  const known = lineage(dataset).slice(0, 1 + dataset.from.length).find(({ names }) => names.some((each) => each.name === name));
  if (!own || known?.kind !== dataset.kind || !edits.isWholeStatement(site)) return [];
  return [{ title: `Assign the result to \`${name}\``, safety: 'suggested', edits: [{ start: site.start, end: site.start, newText: `${name} = ` }] }];
}

/** Scala's `val` takes no second value: all that bear the name are declared with `var`. */
function isVariable({ lowered }: SparkProgram, name: string): boolean {
  const declared = (word: string): boolean => new RegExp(`\\b${word}\\s+${escapePattern(name)}\\b`).test(codeOf(lowered));
  return declared('var') && !declared('val');
}

/** What the parser took for a statement is the rest of one that it could not read: `as = frame.select("a")`. */
function isRemnant({ lowered }: SparkProgram, { start }: Site): boolean {
  const before = lowered.text.slice(lowered.text.lastIndexOf('\n', start - 1) + 1, start);
  return lowered.language === 'python' && lowered.errors.some((error) => error.start < start && error.end > start - before.length - 1) && /[^\s;:(]\s*$/.test(before);
}

/** `try: df.select(name) … except AnalysisException`: whether the plan can be made at all is what is asked. */
function isProbe(program: SparkProgram, site: Site): boolean {
  const statement = editsFor(program).statement(site);
  const around = statement?.parent;
  if (!statement || around?.expr.kind !== 'try' || around.expr.handlers.length === 0) return false;
  const { body } = around.expr;
  // In the `try` block itself, and nothing follows but the answer.
  return around.base + body.span[0] <= statement.start && statement.end <= around.base + body.span[1] && (body.kind !== 'sequence' || body.body.length <= 2);
}

/** `except …: continue`, `except …: pass`: whatever was refused is passed over. */
const goesOn = (body: Expr): boolean => body.kind === 'exit' ? body.how === 'continue' : body.kind === 'sequence' && body.body.every(goesOn);

/** A handler waits for what Spark says of a plan that cannot be made, or passes it over, and no action is in the block that could bring it about. */
function asksForAnalysis(program: SparkProgram, site: Site): boolean {
  for (let at = editsFor(program).statement(site); at && at.expr.kind !== 'closure'; at = at.parent) {
    const { expr, base } = at;
    if (expr.kind !== 'try') continue;
    const block = { start: base + expr.body.span[0], end: base + expr.body.span[1] };
    if (contains(block, site) && expr.handlers.some(({ body }) => goesOn(body) || /\bAnalysisException\b/.test(program.lowered.text.slice(block.end, base + body.span[0]))) && !actions(program).some((action) => action.site.module === program.path && contains(block, action.site))) return true;
  }
  return false;
}
