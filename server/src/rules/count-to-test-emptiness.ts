import type { Dataset, EventOf, Site, SparkProgram } from '../analysis/model.ts';
import { editsFor } from '../rule/edits.ts';
import { isForDatabricks } from '../rule/entries.ts';
import { partitionsKept } from '../analysis/chain.ts';
import { evidenceOf, hasSort, isSort } from '../rule/explain.ts';
import { isFiltered } from '../rule/few-rows.ts';
import { actions, eventsOf, eventsOn, isBounded, isFromKafka, lineage, mayPrecede, nameAt, precedes } from '../rule/queries.ts';
import { endsInFailure, statementAt } from '../rule/statements.ts';
import { allAtLeast, isThere } from '../rule/targets.ts';
import { defineRule, type Fix, type ProgramContext } from '../rule/rule.ts';
import { escapePattern } from '../text/pattern.ts';
import { contains } from '../text/range.ts';

/** Comparisons that ask whether anything is there; true when they hold for an empty dataset. */
const asks: Readonly<Record<string, boolean>> = { '== 0': true, '<= 0': true, '< 1': true, '> 0': false, '>= 1': false, '!= 0': false };

/** Of comparisons with 0 that ask nothing. */
const outcomes: Readonly<Record<string, string>> = { '>=': 'always holds', '<': 'never holds' };

export default defineRule({
  name: 'count-to-test-emptiness',
  category: 'driver',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'safe and suggested',
  looksAt: 'program',
  check(context) {
    const { program, targets, fileKind, report } = context;
    if (fileKind === 'test') return;
    const releases = eventsOf(program, 'release');
    const isInCache = (dataset: Dataset, action: EventOf<'action'>): boolean => eventsOn(program, 'cache', dataset).some((cache) => mayPrecede(cache, action)
      && !releases.some((release) => (release.all || release.on.includes(dataset)) && precedes(cache, release) && precedes(release, action)));
    for (const action of actions(program)) {
      if (action.method.name !== 'count' || action.place === 'executor') continue;
      const { use } = action;
      const byName = use.is === 'bound' ? askedByName(program, action) : undefined;
      const empty = use.is === 'compared' ? asks[`${use.operator} ${use.with}`] : use.is === 'truth' ? use.negative : byName?.empty;
      const settled = use.is === 'compared' && use.with === 0 ? outcomes[use.operator] : undefined;
      if (settled !== undefined && action.on.length > 0 && statementAt(program.lowered, action.site.start)?.expr.kind !== 'assert' && !action.on.some((on) => isBounded(on) || isInCache(on, action)) && !isCountedAnyway(program, action)) {
        report({ at: action.name, message: `\`count()\` goes through all of ${nameAt(program, action.name, action.on[0]!)} for a test that ${settled}: no count is below 0.`, evidence: evidenceOf(action.on[0]!), fixes: [] });
        continue;
      }
      if (empty === undefined || isSaidBeside(program, action) || isCountedAnyway(program, action) || isFallback(program, action) || action.on.some((on) => isBounded(on) || isFromKafka(program, on))) continue;
      if (action.on.some((on) => isFiltered(on)) && meansFailure(program, byName?.asked ?? action.site, empty) || action.on.every((on) => isDeltaTable(context, on))) continue;
      const dataset = action.on[0]!;
      const frame = action.method.owner === 'DataFrame';
      const sorted = action.on.some(hasSort);
      const from4 = allAtLeast(targets, '4.0');
      // Of Scala's Dataset it takes no parentheses.
      const scala = program.lowered.language === 'scala';
      const known = isThere(action.method.owner, 'isEmpty', program.lowered.language, targets) && (frame || allAtLeast(targets, '1.3'));
      const offered = known && (!frame || !sorted || from4);
      // The shuffle runs all the same, and what is in a cache costs nothing.
      if (!from4 && action.on.some(endsInGrouping) || action.on.every((on) => isInCache(on, action) || endsLazily(on))) continue;
      const fillsCache = action.on.some((on) => lineage(on).some((each) => isInCache(each, action)));
      const receiver = program.lowered.text.slice(action.site.start, action.name.start);
      const asked = scala && frame ? 'isEmpty' : 'isEmpty()';
      const test = receiver + asked;
      const edits = editsFor(program);
      const whole = use.is === 'compared' || use.is === 'truth' ? use.whole : undefined;
      const newText = empty ? test : scala || whole && bare(program.lowered.text, whole) ? edits.negated(test) : `(${edits.negated(test)})`;
      // Over several lines it is the parentheses around it that hold the call together.
      const fixes: Fix[] = !offered || whole?.module !== program.path || !scala && receiver.includes('\n') || !/\.\s*$/.test(receiver) ? [] : [{
        title: `Ask ${empty ? `\`${tail(test)}\`` : `\`${edits.negated(tail(test))}\``} instead of counting${fillsCache ? ' (the count also fills a cache)' : ''}`,
        safety: fillsCache || sorted || !frame ? 'suggested' : 'safe', edits: [{ start: whole.start, end: whole.end, newText }],
      }];
      report({
        at: action.name,
        message: `\`count()\` goes through all of ${nameAt(program, action.name, dataset)} only to learn whether it has a row; ${known ? `\`${asked}\` stops at the first one it finds.` : `\`${frame ? 'head' : 'take'}(1)\` stops at the first one it finds (\`${asked}\` of ${frame ? `a DataFrame comes with ${scala ? 'Spark 2.4' : 'PySpark 3.3'}` : 'an RDD comes with Spark 1.3'}).`}${known && frame && sorted && !from4 ? ' On Spark 3.x ask `head(1)` here: with a sort below, `isEmpty()` reads the input twice.' : ''}`,
        evidence: evidenceOf(dataset),
        fixes,
      });
    }
  },
  docs: {
    summary: 'all rows are counted to learn whether there is one',
    what: '`count()` compared with 0 or 1, or (in Python) used as a truth value, where only "empty or not" is asked; also by a name that it is given for nothing else. Of `count() >= 0`, which holds of every dataset, it is told that it does.',
    why: 'A count reads every partition. `isEmpty()` is content with the first row: on Spark 3.x it looks into one partition and goes on only while it finds nothing, on 4.3 it runs one task per partition, and each stops at its first row. After a `groupBy`, a `distinct` or an `except` nothing is gained on 3.x: the shuffle runs all the same.',
    fine: 'Where the number itself is used, where the same statement also tells it or the program counts the same rows in any case, where `limit(n)` stands before the count, of a batch as it comes from Kafka, or of what a parameter declares to be one (it counts by offsets), of a table of Delta (its log knows the number; on Databricks that is any table which neither its name nor a write in the program says to be of another format), where rows that a filter finds make the job fail (in a run that goes well there are none, and both read to the end), where the dataset itself is cached before and not released since, or comes out of a checkpoint that the first action fills (`localCheckpoint(eager=False)`), or where a `groupBy`, `distinct`, `except` or the like stands before the count with no join between, unless all targets are Spark 4; where the count may fill the cache of something below, the fix is only suggested.',
    fix: 'Replaces the comparison by `isEmpty()` or `not … isEmpty()`, in Scala by `isEmpty` or `!….isEmpty`. Safe, in Python from Spark 3.3 on, where no sort is in the chain and the count fills no cache; not offered for older targets (in Scala before 2.4), or for sorted frames on 3.x.',
    examples: [{ language: 'scala', bad: 'val orders = spark.read.parquet("/data/orders")\nif (orders.count() == 0) throw new IllegalStateException("no orders")\n', good: 'val orders = spark.read.parquet("/data/orders")\nif (orders.isEmpty) throw new IllegalStateException("no orders")\n' }, { language: 'python', bad: 'orders = spark.read.parquet("/data/orders")\nif orders.count() == 0:\n    raise ValueError("no orders")\n', good: 'orders = spark.read.parquet("/data/orders")\nif orders.isEmpty():\n    raise ValueError("no orders")\n' }],
    source: 'Records read by count, isEmpty and head were counted on Spark 3.5.9 and 4.3.0.',
  },
});

/** `try: empty = df.isEmpty() … except AttributeError`: the count is for releases that have no `isEmpty`. */
function isFallback({ lowered, path }: SparkProgram, { site }: EventOf<'action'>): boolean {
  if (site.module !== path) return false;
  for (let at = statementAt(lowered, site.start); at && at.expr.kind !== 'closure'; at = at.parent) {
    if (at.expr.kind === 'try' && /\bisEmpty\s*\(/.test(lowered.text.slice(at.base + at.expr.body.span[0], at.base + at.expr.body.span[1])) && site.start >= at.base + at.expr.body.span[1]) return true;
  }
  return false;
}

/** The same statement asks for the number as well, to tell it: `check(df.count() > 0, f"{df.count()} rows")`. */
function isSaidBeside(program: SparkProgram, action: EventOf<'action'>): boolean {
  const statement = editsFor(program).statement(action.site);
  if (!statement) return false;
  // What an `if` does then is another matter: there it may never be asked for, but where the first count fills a cache.
  const end = statement.expr.kind === 'if' && !eventsOf(program, 'cache').some(({ on, order }) => order < action.order && on.some((each) => action.on.includes(each))) ? statement.base + statement.expr.test.span[1] : statement.end;
  return actions(program).some((other) => other !== action && other.method.name === 'count' && other.use.is !== 'compared' && other.use.is !== 'truth'
    && statement.start <= other.site.start && other.site.end <= end && other.on.some((on) => action.on.includes(on)));
}

/** The number is asked for as well, whatever the answer, or where there are rows: `if df.count() == 0: … elif df.count() > 1: …`. To count once and keep the number is another matter. */
function isCountedAnyway(program: SparkProgram, action: EventOf<'action'>): boolean {
  const { expr, base = 0 } = statementAt(program.lowered, action.site.start) ?? {};
  const otherwise = expr?.kind === 'if' && expr.otherwise?.kind === 'if' ? expr.otherwise : undefined;
  return actions(program).some((other) => other !== action && other.method.name === 'count' && !asksForRows(other) && other.site.module === action.site.module && other.on.some((on) => action.on.includes(on))
    && (otherwise !== undefined && contains({ start: base + otherwise.test.span[0], end: base + otherwise.test.span[1] }, other.site) || isSamePath(action, other)));
}
const asksForRows = ({ use }: EventOf<'action'>): boolean => use.is === 'truth' || use.is === 'compared' && asks[`${use.operator} ${use.with}`] !== undefined;
const isSamePath = (a: EventOf<'action'>, b: EventOf<'action'>): boolean => a.path.length === b.path.length && a.path.every(({ choice, arm }, index) => b.path[index]!.choice === choice && b.path[index]!.arm === arm);

/** `rows.localCheckpoint(eager=False).filter(…)`: whichever action comes first computes all of it, to keep it. */
const endsLazily = (dataset: Dataset): boolean => [...partitionsKept(dataset)].some(({ made, args }) => checkpoints.has(made) && args.some(({ literal }) => literal === false));
const checkpoints: ReadonlySet<string> = new Set(['checkpoint', 'localCheckpoint']);

/** The grouping's shuffle runs whoever asks. Above a join it runs no more often, but the join does for all rows. */
const endsInGrouping = (dataset: Dataset): boolean => [...partitionsKept(dataset, (step) => isSort(step) || step.from.some(({ kind }) => kind === 'GroupedData'))].some(bringsEqualTogether);
const bringsEqualTogether = ({ kind, made, source }: Dataset): boolean => kind === 'GroupedData' || grouping.test(made) || source?.sql !== undefined && /\bgroup\s+by\b|\bselect\s+distinct\b|\b(except|minus|intersect)\b/i.test(source.sql);
const grouping = /^(distinct|dropDuplicates|drop_duplicates|except(All)?|subtract(ByKey)?|intersect(All|ion)?|(reduce|group|aggregate|fold|combine)ByKey|groupBy)$/;

/** `assert bad.count() == 0`, `if bad.count() > 0: raise …`: rows that a filter finds are not expected, and where there are none, `isEmpty` reads to the end as well. */
function meansFailure({ lowered, path }: SparkProgram, site: Site, empty: boolean): boolean {
  const expr = site.module === path ? statementAt(lowered, site.start)?.expr : undefined;
  return expr?.kind === 'assert' ? empty : expr?.kind === 'if' && !empty && endsInFailure(expr.then);
}

/** A table of Delta, as it was read: its log tells how many rows it has. */
function isDeltaTable({ program, launch, forDatabricks }: ProgramContext, { from, source }: Dataset): boolean {
  if (from.length > 0 || source === undefined || source.sql !== undefined) return false;
  if (source.format !== undefined || source.tables.length === 0) return source.format === 'delta';
  // On Databricks a table is Delta's unless somebody says otherwise: whoever writes it, or its name.
  return isForDatabricks({ launch, text: program.lowered.text, forDatabricks }) && !source.tables.some((table) => otherFormats.test(table) || isWrittenOtherwise(program, table));
}
const otherFormats = /(^|[_.])(parquet|csv|orc|json|avro|iceberg|jdbc|hive)($|[_.])/i;
const isWrittenOtherwise = (program: SparkProgram, table: string): boolean => eventsOf(program, 'write').some(({ target, props }) => target.table === table && props.format !== undefined && props.format.toLowerCase() !== 'delta');

const tail = (text: string): string => (text.length > 40 ? `….${text.slice(text.lastIndexOf('.') + 1)}` : text.replace(/\s+/g, ' '));
/** The comparison is all that an `if` or `while` asks, that is assigned, or that stands in parentheses. */
function bare(text: string, whole: { start: number; end: number }): boolean {
  const before = text.slice(Math.max(0, whole.start - 12), whole.start);
  const after = text.slice(whole.end, whole.end + 4);
  return /(\b(if|elif|while|assert|return)\s+|[^=!<>]=\s*)$/.test(before) && /^\s*(:|$)/m.test(after) || before.endsWith('(') && after.startsWith(')');
}

/** `rows = frame.count()`, then `if rows > 0:`, and no other word of `rows`, comments and texts included; `empty`: that holds for an empty dataset. */
function askedByName({ lowered, path }: SparkProgram, { site }: EventOf<'action'>): { readonly empty: boolean | undefined; readonly asked: Site } | undefined {
  const statement = site.module === path ? statementAt(lowered, site.start) : undefined;
  if (statement?.expr.kind !== 'bind' || !statement.expr.value) return undefined;
  const { patterns: [target, ...others], value } = statement.expr;
  if (target?.kind !== 'name' || others.length > 0 || statement.base + value.span[0] !== site.start || statement.base + value.span[1] !== site.end) return undefined;
  const [, asked, ...more] = [...lowered.text.matchAll(new RegExp(`\\b${escapePattern(target.name)}\\b(?:\\s*([=<>!]=?)\\s*([01])(?![\\w.]))?`, 'g'))];
  return asked && more.length === 0 && asked.index > site.end ? { empty: asks[`${asked[1]} ${asked[2]}`], asked: { module: path, start: asked.index, end: asked.index + asked[0].length } } : undefined;
}
