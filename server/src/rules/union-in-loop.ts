import { checkpointed, evidenceOf, weightOf } from '../rule/explain.ts';
import { isWithinPartitions } from '../analysis/chain.ts';
import type { Dataset, Loop, Site, SparkProgram } from '../analysis/model.ts';
import { calledName } from '../program/expressions.ts';
import type { Def, Expr, Span } from '../program/program.ts';
import { editsFor } from '../rule/edits.ts';
import { derivesFrom, eventsOf, innermostLoop, isFileFormat, lineage, loopOf, madeInLongLoops, rootsOf, sameLoop, sameSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { directUses } from '../rule/uses.ts';
import { boundBy, codeOf, statementAt, statementsIn } from '../rule/statements.ts';
import { boundByLoop, expressionAt } from '../rule/written.ts';
import { contains } from '../text/range.ts';

export default defineRule({
  name: 'union-in-loop',
  category: 'loops',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const told: Dataset[] = [];
    for (const dataset of madeInLongLoops(program.datasets.filter((each) => each.grows && each.method?.lineage === 'union'))) {
      const loop = loopOf(dataset)!;
      // `reduce(DataFrame.union, frames)` joins what exists already.
      const fold = isFold(program, loop);
      if (loop.comprehension && !fold || innermostLoop(dataset)!.comprehension && !isFold(program, innermostLoop(dataset)!) || dataset.site.module !== program.path) continue;
      if (!isRebound(program, dataset, loop) || isDealtOutAnew(dataset)) continue;
      const others = dataset.from.filter((each) => !lineage(each).includes(dataset));
      const ofThePass = others.filter((each) => each.loops.some((other) => sameLoop(other, loop)));
      const added = ofThePass.length > 0 ? ofThePass : others;
      const isWrittenOut = loop.passes !== undefined && loop.passes <= mostWritten;
      if (isWrittenOut && !isDear(dataset, loop)) continue;
      // Doubled in every pass: there is nothing else whose partitions could be kept out.
      if (unitesItself(program, dataset)) continue;
      if (dataset.streaming !== 'yes' && buildsOnPassBefore(program, dataset, loop)) {
        report({
          at: dataset.name,
          severity: isWrittenOut ? 'information' : 'warning',
          message: `\`${dataset.made}\` in a loop adds what is made from the result of the pass before: the plan grows with every pass, and each action computes all passes again. A \`localCheckpoint()\` of the result in each pass keeps the plan short.`,
          related: [{ site: loop.site, message: 'the loop' }],
          evidence: evidenceOf(dataset),
        });
        continue;
      }
      // A stream takes one path for each read; a few rows more hurt nobody.
      if (dataset.streaming === 'yes' || added.length > 0 && added.every(({ bound }) => bound.is === 'rows')) continue;
      // Tables of their own can only be united: however that is written, their partitions add up.
      if (added.length > 0 && added.every((each) => rootsOf(each).every(isTable))) continue;
      // `frames.foldLeft(base)(_ union _)`: they exist already, as those of a `reduce` do, and as frames that somebody gives.
      if (ofThePass.length === 0 && (fold || added.length > 0 && added.every((each) => lineage(each).every((step) => isGiven(step) || step.loops.length === 0 && step.from.length > 0)))) continue;
      const ownNames = boundByLoop(program, loop);
      if (added.length > 0 && added.every((each) => rootsOf(each).every((root) => isGivenByPass(root, loop, ownNames) || isPickedByPass(program, root, loop)))) continue;
      const roots = added.flatMap(rootsOf);
      const ofFiles = added.length > 0 && roots.every((root) => isFileRead(root, dataset, loop));
      const read = ofFiles && !mayLackColumns(dataset) && added.every((each) => isAlikeInAllPasses(program, each)) && roots.every((root) => readsItsOwn(program, root));
      if (isCoalescedBehind(program, dataset, loop)) continue;
      // Two loops that add to one frame, one after the other, are mended by one step after both.
      if (!read && told.some((other) => defAt(program, other) === defAt(program, dataset) && derivesFrom(dataset, other))) continue;
      if (!read) told.push(dataset);
      const advice = read ? 'One read of all paths keeps the partitions few' : `A \`coalesce\` of the result${ofFiles ? ' keeps' : ', or one dataset of the rows of all passes, keeps'} the partitions few`;
      report({
        at: dataset.name,
        severity: isForOneThing(program, dataset, loop, ownNames) ? 'hint' : isWrittenOut || !read && isDealtOutBehind(program, dataset, loop) ? 'information' : 'warning',
        message: `\`${dataset.made}\` in a loop adds the partitions of one more dataset in every pass, and each of them is ${ofFiles ? `read by tasks${roots.some(looksForSchema) ? ' (and a schema job)' : ''}` : 'computed by tasks'} of its own. ${advice}.`,
        related: [{ site: loop.site, message: 'the loop' }],
        evidence: evidenceOf(dataset),
        fixes: read && added.length === 1 ? oneRead(program, dataset, added[0]!) : [],
      });
    }
  },
  docs: {
    summary: 'datasets are united one by one in a loop',
    what: '`union`, `unionAll` or `unionByName` on a dataset that a loop (in Scala also `foldLeft` or `foreach`) rebinds in every pass.',
    why: 'Partitions add up: fifty unions of two partitions are more than a hundred, however small they are, and every dataset read in the loop brings its own job to find the schema. The plan itself stays flat, since Spark merges adjacent unions, so what hurts is the number of partitions and of reads. Where what is added is made from the result of the pass before, the plan itself grows.',
    fine: 'A loop over a literal list of a handful of things, or of up to twelve where each pass but reads or filters (with a shuffle or a function of the program in each pass it is an information), or a `reduce` or `foldLeft` over a handful of frames that exist already, is not reported; nor are tables (each needs a read of its own), streams, a few rows more in every pass, or a frame that is united with itself to double it. Where only the passes for one literal value unite (`if row["kind"] == "list"`), it is a hint, where what comes out is dealt out anew behind the loop (`distinct`, `groupBy`, `repartition`), an information; where it is coalesced there, nothing. Two loops of a function that add to one frame are one finding, where each does not have a better way of its own. Where the files share a schema, give all paths to one read: `spark.read.parquet(*paths)`, in Scala `spark.read.parquet(paths: _*)`.',
    fix: 'Where the loop does nothing else, one read of all paths takes its place. Columns that the first file lacks are then left out, and without any path the read fails: only suggested.',
    examples: [{ language: 'scala', bad: 'var total = spark.read.parquet("/data/base")\nfor (day <- days) total = total.union(spark.read.parquet(s"/data/$day"))\n', good: 'val paths = days.map(day => s"/data/$day")\nval total = spark.read.parquet("/data/base" +: paths: _*)\n' }, { language: 'python', bad: 'total = spark.read.parquet("/data/base")\nfor day in days:\n    total = total.union(spark.read.parquet(f"/data/{day}"))\n', good: 'paths = [f"/data/{day}" for day in days]\ntotal = spark.read.parquet("/data/base", *paths)\n' }],
    source: 'Partitions, jobs and plan depth counted on Spark 3.5.9 and 4.3.0.',
  },
});

/** Things that are written out one by one are few, and as many on every day: so many are not worth a step of their own. */
const mostWritten = 12;
/** Each pass brings rows together, or runs code of the program on them: dear, however few passes there are. */
const isDear = (dataset: Dataset, loop: Loop): boolean => lineage(dataset).some((each) => weightOf(each) > 1 && each.loops.some((other) => sameLoop(other, loop)));

/** `if row["kind"] == "list": all = all.union(…)`: few passes come there. */
function isForOneThing({ lowered, path }: SparkProgram, { site }: Dataset, loop: Loop, ownNames: readonly string[]): boolean {
  if (site.module !== path || loop.site.module !== path) return false;
  for (let at = statementAt(lowered, site.start); at && at.start > loop.site.start; at = at.parent) {
    const { expr, base } = at;
    if (expr.kind === 'if' && site.start < base + expr.then.span[1] && isComparison(expr.test) && ownNames.some((name) => mentions({ lowered }, { module: path, start: base + expr.test.span[0], end: base + expr.test.span[1] }, name))) return true;
  }
  return false;
}
const isComparison = (test: Expr): boolean => test.kind === 'operator' && (test.name === '==' || test.name === 'equals') && test.args.some((arg) => arg.kind === 'literal' && arg.type === 'string');

/** `state = state.subtract(changed).union(renewed)`: what is added is made from what the loop carries on, and nothing keeps that ready. */
function buildsOnPassBefore(program: SparkProgram, dataset: Dataset, loop: Loop): boolean {
  const { args, from } = dataset;
  const isOfPass = ({ loops }: Placed): boolean => loops.some((each) => sameLoop(each, loop));
  const handed = (args[0]?.value ?? []).flatMap((item) => (item.is === 'spark' && item.dataset ? [item.dataset] : []));
  const carried = from.filter((each) => derivesFrom(each, dataset));
  // `all = part.union(all)`: what is handed over is what there is already.
  const added = carried.length > 0 && carried.every((each) => handed.includes(each)) ? from.filter((each) => !carried.includes(each)) : handed;
  const given = added.flatMap(lineage);
  // What grows in a loop within the pass begins anew in the next.
  return given.some((each) => each.grows && innermostLoop(each) !== undefined && sameLoop(innermostLoop(each)!, loop)) && !given.some((each) => checkpointed.has(each.made))
    && !eventsOf(program, 'cache').some((cache) => isOfPass(cache) && cache.on.some((each) => given.includes(each)));
}
type Placed = Pick<Dataset, 'loops'>;

/** `all = all.union(more).distinct()`: each pass ends with as many partitions as a shuffle makes. */
const isDealtOutAnew = (dataset: Dataset): boolean =>
  lineage(dataset).some((each) => each.method?.lineage === 'wide' && derivesFrom(each, dataset));

/** `for part in parts: all = all.union(part)`, then `all.distinct()`: what comes after has as many partitions as a shuffle makes. */
const isDealtOutBehind = (program: SparkProgram, dataset: Dataset, loop: Loop): boolean => leadsTo(program, dataset, loop, ({ method, made }) => method?.lineage === 'wide' || made === 'coalesce' || made === 'repartition');
/** Then `all.coalesce(8)`: so many tasks compute them all. */
const isCoalescedBehind = (program: SparkProgram, dataset: Dataset, loop: Loop): boolean => directUses(program, dataset).actions.length === 0 && leadsTo(program, dataset, loop, ({ made }) => made === 'coalesce');

/** Whatever is made of it behind the loop comes to such a step, with nothing but steps within partitions before. */
function leadsTo(program: SparkProgram, dataset: Dataset, loop: Loop, isMeant: (step: Dataset) => boolean, steps = 0): boolean {
  const { steps: made, actions } = directUses(program, dataset);
  const next = made.filter((step) => !step.loops.some((other) => sameLoop(other, loop)));
  return (steps === 0 || actions.length === 0) && next.length > 0 && steps < mostSteps && next.every((step) => isMeant(step) || isWithinPartitions(step) && leadsTo(program, step, loop, isMeant, steps + 1));
}
const mostSteps = 20;

/** `days.foldLeft(base)((all, day) => all.union(read(day)))` */
function isFold(program: SparkProgram, { range }: Loop): boolean {
  const call = expressionAt(program, range);
  return call?.kind === 'call' && /^fold(Left|Right)?$/.test(calledName(call.fn.kind === 'call' ? call.fn : call) ?? '');
}

/** `all = all.union(part)`: what goes round is the union itself, not something that another object hands on. */
function isRebound(program: SparkProgram, { site }: Dataset, { range }: Loop): boolean {
  const statement = editsFor(program).statement(site);
  // `days.foldLeft(base)((all, day) => all.union(read(day)))`: the loop stands in the statement, not around it.
  if (statement?.expr.kind !== 'bind' || contains(statement, range) || !statement.expr.value) return true;
  const { text } = program.lowered;
  const place = ({ span }: { readonly span: Span }): string => text.slice(statement.base + span[0], statement.base + span[1]);
  const made = place(statement.expr.value);
  return statement.expr.patterns.some((pattern) => made.includes(place(pattern)));
}

/** A job of its own before the first row is read: Avro and ORC are asked on the driver. Jobs counted on Spark 3.5.9 and 4.3.0. */
const looksForSchema = ({ source }: Dataset): boolean => source !== undefined && !source.schemaGiven && (source.format === undefined || /^(parquet|json|csv)$/i.test(source.format));

/** What somebody else has made. */
const isGiven = ({ source, method }: Dataset): boolean => source === undefined && method === undefined;

const isTable = ({ source, method, loops }: Dataset): boolean => source !== undefined && loops.length > 0 && (method?.io?.target === 'table' || source.sql !== undefined || tableFormats.has(source.format?.toLowerCase() ?? ''));

const tableFormats: ReadonlySet<string> = new Set(['delta', 'iceberg', 'hudi', 'jdbc']);

/** `frame.union(frame)` */
function unitesItself({ lowered }: SparkProgram, { site, name, args }: Dataset): boolean {
  const [given] = args;
  return given !== undefined && lowered.text.slice(site.start, name.start) === `${lowered.text.slice(given.site.start, given.site.end)}.`;
}

const defAt = ({ lowered }: SparkProgram, { name }: Dataset): Def | undefined => statementAt(lowered, name.start)?.def;

/** Each pass reads other files, or a loop before read those that are united here. */
const isFileRead = ({ source, method, loops }: Dataset, union: Dataset, loop: Loop): boolean =>
  source !== undefined && method?.io?.target === 'path' && (source.format === undefined || isFileFormat(source.format)) && loops.some((each) => sameLoop(each, loop) || !union.loops.some((around) => sameLoop(around, each)));

/** A parameter holds several, and the loop goes through them. */
const isGivenByPass = ({ made, names, loops }: Dataset, loop: Loop, ownNames: readonly string[]): boolean =>
  made.startsWith('parameter') && names.some(({ name, from }) => ownNames.includes(name) && from >= loop.site.start && from <= loop.range.end) && !loops.some((each) => sameLoop(each, loop));

/** `all = all.union(frames(i))`: the parameter holds several, and each pass takes another of them. */
const isPickedByPass = ({ lowered, path }: SparkProgram, { made }: Dataset, { range }: Loop): boolean => {
  const parameter = /^parameter (\w+)$/.exec(made)?.[1];
  return parameter !== undefined && range.module === path && new RegExp(`(?<![\\w.])${parameter}\\s*[([]`).test(lowered.text.slice(range.start, range.end));
};

/** No step between a read and the union puts into the rows what the pass alone knows: one read of all paths would lose it. */
const isAlikeInAllPasses = (program: SparkProgram, added: Dataset): boolean => lineage(added).every((each) => each.from.length <= 1
  && (each.from.length === 0 || !makesColumns.has(each.made) || each.args.every(({ site }) => !namesBoundAround(program, each, site).some((name) => mentions(program, site, name)))));
const makesColumns: ReadonlySet<string> = new Set(['withColumn', 'withColumns', 'withColumnRenamed', 'withColumnsRenamed', 'toDF', 'drop', 'select', 'selectExpr', 'filter', 'where', 'transform']);

/** `allowMissingColumns`: the files do not have the same columns, and one read takes those of the first. */
const mayLackColumns = ({ made, args }: Dataset): boolean => made === 'unionByName' && args.some(({ name, literal }, index) => (name === 'allowMissingColumns' || index === 1) && literal !== false);

/** What it reads changes from pass to pass, as far as that can be seen. */
function readsItsOwn(program: SparkProgram, root: Dataset): boolean {
  const { source, args } = root;
  if (source!.paths.length > 0 && args.every(({ literal }) => literal !== undefined)) return false;
  const [first] = args;
  const bound = first && namesBoundAround(program, root, first.site);
  return !bound || bound.length === 0 || bound.some((name) => mentions(program, first.site, name));
}

/** Names that the loops around a place bind; none where that stands in a function that a loop calls. */
function namesBoundAround({ lowered, path }: SparkProgram, { loops }: Dataset, site: Site): string[] {
  return site.module !== path ? [] : loops.filter(({ range }) => range.module === path && contains(range, site)).flatMap(({ range }) => statementsIn(lowered, range).flatMap(boundBy));
}

const mentions = ({ lowered }: Pick<SparkProgram, 'lowered'>, { start, end }: Site, name: string): boolean => new RegExp(`(?<![\\w.])${name}(?!\\w)`).test(codeOf(lowered).slice(start, end));

/** Readers that are given several paths at once: one after the other, or as a list. */
const severalPaths: ReadonlyMap<string, 'arguments' | 'list'> = new Map([['parquet', 'arguments'], ['orc', 'list'], ['json', 'list'], ['csv', 'list'], ['text', 'list']]);

/** `for x in xs: total = total.union(spark.read.parquet(f(x)))`, and nothing else in the loop. */
function oneRead(program: SparkProgram, dataset: Dataset, added: Dataset): Fix[] {
  const statement = editsFor(program).statement(dataset.site);
  const around = statement?.parent;
  if (!statement?.only || statement.expr.kind !== 'bind' || around?.expr.kind !== 'loop' || !around.expr.over || !around.expr.bind || around.expr.otherwise) return [];
  const code = ({ span }: { readonly span: Span }): string => program.lowered.text.slice(statement.base + span[0], statement.base + span[1]);
  const union = methodCall(statement.expr.value);
  const read = methodCall(union?.argument);
  const given = severalPaths.get(added.made);
  const [target, ...others] = statement.expr.patterns;
  if (!union || !read || !given || target?.kind !== 'name' || others.length > 0 || code(union.on) !== target.name) return [];
  if (!sameSite({ module: program.path, start: statement.base + read.span[0], end: statement.base + read.span[1] }, added.site)) return [];
  const { bind, over } = around.expr;
  if (program.lowered.language === 'python' && isUsedBelow(program, around.end, code(bind)) || program.lowered.comments.some(({ start }) => around.start < start && start < around.end)) return [];
  const isPath = code(read.argument) === code(bind);
  const reader = code(read.fn);
  if (program.lowered.language === 'scala') {
    if (bind.kind !== 'name' || !/^[\w.]+$/.test(code(over))) return [];
    const all = isPath ? code(over) : `${code(over)}.map(${bind.name} => ${code(read.argument)})`;
    return [{ title: 'Read all paths at once', safety: 'suggested', edits: [{ start: around.start, end: around.end, newText: `${target.name} = ${target.name}.${dataset.made}(${reader}(${all}: _*))` }] }];
  }
  const paths = isPath ? code(over) : `[${code(read.argument)} for ${code(bind)} in ${code(over)}]`;
  const argument = given === 'arguments' ? `*${paths}` : isPath ? `list(${paths})` : paths;
  const newText = `${target.name} = ${target.name}.${dataset.made}(${reader}(${argument}))`;
  return [{ title: 'Read all paths at once', safety: 'suggested', edits: [{ start: around.start, end: around.end, newText }] }];
}

/** A call of a method with one plain argument. */
function methodCall(expr: Expr | undefined): { readonly span: Span; readonly fn: Expr; readonly on: Expr; readonly argument: Expr } | undefined {
  if (expr?.kind !== 'call' || expr.fn.kind !== 'member') return undefined;
  const [only, ...others] = expr.args;
  return only && others.length === 0 && only.name === undefined && !only.spread ? { span: expr.span, fn: expr.fn, on: expr.fn.on, argument: only.value } : undefined;
}

/** What a comprehension binds is unknown behind it. */
const isUsedBelow = ({ lowered }: SparkProgram, end: number, names: string): boolean => (names.match(/\w+/g) ?? []).some((name) => new RegExp(`\\b${name}\\b`).test(codeOf(lowered).slice(end)));
