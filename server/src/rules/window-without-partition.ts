import type { Dataset, EventOf, Site, SparkProgram } from '../analysis/model.ts';
import { isMadeSmall, isPickedByOneValue, isPickedByValue, isSeries, smallSource } from '../rule/few-rows.ts';
import { isOfKinds } from '../rule/groups.ts';
import { forEachOf } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { eventsOf, groupedBy, lineage, oncePerProgram, onePerSite, rootsOf } from '../rule/queries.ts';
import { contains, type Range } from '../text/range.ts';
import { boundBy, definitionsAt, type Statement, statementAt, statementsOf } from '../rule/statements.ts';
import { defineRule, type Severity } from '../rule/rule.ts';
import { boundByLoop } from '../rule/written.ts';
import { escapePattern } from '../text/pattern.ts';

/** With a limit or a filter on the number above them, Spark keeps only the top rows of each task first. */
const ranks: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank']);

export default defineRule({
  name: 'window-without-partition',
  category: 'partitions',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check(context) {
    const { program, fileKind, report } = context;
    if (fileKind === 'test') return;
    const windows = eventsOf(program, 'window');
    const found = onePerSite(windows).flatMap((window) => judge(window) ?? []);
    // Whoever gives the first of them a key gives it to all.
    for (const same of groupedBy(found, ({ of, severity, message }) => `${of}:${severity}:${message}`).values()) {
      const { at, severity, message } = same[0]!;
      const [uses, others] = [same.filter((each) => each.at.start === at.start), same.filter((each) => each.at.start !== at.start)];
      report({ at, severity, message, related: [...uses.map(({ window }) => ({ site: window.name, message: 'used here' })), ...onePerSite(others.map((other) => ({ site: other.at, message: 'this one, too' })))] });
    }

    function judge(window: EventOf<'window'>): Found | undefined {
      const { props, made } = window.spec;
      if (!made || made.module !== program.path) return undefined;
      const keys = props?.partitionBy;
      // Somebody else may have said by what: a parameter, say.
      if (props?.open || keys?.length === 0 && namesKeys(program, made)) return undefined;
      const users = usersOf(program, window);
      const isOfAll = (test: (user: Dataset) => boolean): boolean => users.length > 0 && users.every(test);
      const literal = keys !== undefined && keys.length > 0 && (props?.byLiterals === true || isOfAll((each) => isConstantColumn(program, made, each)));
      if (keys !== undefined && keys.length > 0 && !literal) return undefined;
      // With one value of the key left, there is nothing to partition by.
      if (isOfAll((each) => isMadeSmall(context, each) || isGivenByDriver(each) || isPickedByOneValue(program, each) || isOfKinds(program, each))) return undefined;
      if (window.fn !== undefined && ranks.has(window.fn) && onePerSite(windows.filter((other) => other.spec.made?.start === made.start)).length === 1 && cutLater(program, users, window)) return undefined;
      const fine = isOfAll((each) => isOfGroups(each)) || isOnGroups(program, window, users) ? 'while the groups are few'
        : keys === undefined && ordersByDay(program, made) && isOfAll(isSeries) ? 'where each day, or month, has one row'
          : isOfAll((each) => isPickedByValue(program, each)) ? 'as long as the filter above picks few'
            : isOfAll((each) => smallSource(program, each, '') !== undefined) ? `as long as ${smallSource(program, users[0]!, '')!.condition}`
              : isOfAll((each) => rootsOf(each).every((root) => isOneFile(program, root))) ? 'as long as the file that it is read from is small' : undefined;
      return {
        window, at: wordOf(program, defined(program, made)),
        of: `${program.starts.get(definitionsAt(program.lowered, made.start).at(-1) ?? program.lowered.module) ?? ''}:${users.flatMap(rootsOf).map(({ id }) => id).sort((a, b) => a - b).join()}`,
        severity: fine === undefined ? 'warning' : 'hint',
        message: `This window has no ${literal ? 'real ' : ''}partition key, so Spark brings all rows into one task to number or sum them${literal ? ': a constant puts every row into one partition' : ''}${fine === undefined ? '' : `; fine ${fine}`}.`,
      };
    }
  },
  docs: {
    summary: 'a window without partitionBy moves all rows into one task',
    what: 'A window function over a specification that has an order but no `partitionBy`, an empty `partitionBy()`, or one by a constant, or by a column that was just made of one.',
    why: 'Without a key there is one window over everything: all rows are shuffled into a single partition, and one task sorts and walks through them.',
    fine: '`row_number`, `rank` or `dense_rank` followed by a limit or a filter on a small number is rewritten to a top-k, and is not reported; nor are windows over rows that the program itself counts out (a limit of rows that are written and read back), in tables that it writes too, that the driver had in its own memory (a frame of pandas), or that a filter has picked by one value, or over one row for each status, type, country or the like. After a `groupBy` or a `distinct` the input is small: a hint; so it is where a filter has picked rows by several values, where all is read from one file or from a table that is small by its name, and where a frame that is called daily, monthly or the like is put in the order of its days or months.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import Window, functions as F\norders = spark.read.parquet("/data/orders")\nrunning = orders.withColumn("total", F.sum("amount").over(Window.orderBy("day")))\nrunning.write.parquet("/data/running")\n', good: 'from pyspark.sql import Window, functions as F\norders = spark.read.parquet("/data/orders")\nrunning = orders.withColumn("total", F.sum("amount").over(Window.partitionBy("customer").orderBy("day")))\nrunning.write.parquet("/data/running")\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.expressions.Window\nimport org.apache.spark.sql.functions._\n\nval orders = spark.read.parquet("/data/orders")\nval running = orders.withColumn("total", sum("amount").over(Window.orderBy("day")))\nrunning.write.parquet("/data/running")\n', good: 'import org.apache.spark.sql.expressions.Window\nimport org.apache.spark.sql.functions._\n\nval orders = spark.read.parquet("/data/orders")\nval running = orders.withColumn("total", sum("amount").over(Window.partitionBy("customer").orderBy("day")))\nrunning.write.parquet("/data/running")\n' }],
    source: 'Plans and tasks on Spark 3.5.9 and 4.3.0.',
  },
});

interface Found {
  readonly window: EventOf<'window'>;
  readonly at: Site;
  /** The function, and the sources of what it is used on. */
  readonly of: string;
  readonly severity: Severity;
  readonly message: string;
}

/** Groups, distinct rows, and what has been made of them since. */
function isOfGroups(user: Dataset, seen: ReadonlySet<Dataset> = new Set()): boolean {
  if (user.bound.is === 'groups' || user.kind === 'GroupedData' || user.made === 'distinct') return true;
  const [first, ...others] = user.from;
  if (first === undefined || user.bound.is === 'rows') return false;
  const within = new Set([...seen, user]);
  const isOf = (each: Dataset): boolean => within.has(each) || isOfGroups(each, within);
  // What groups are joined with tells more of each, but where they meet the rows that they were made of, these come back.
  if (user.method?.lineage === 'join') return isOf(first) && others.every((other) => isOf(other) || !rootsOf(other).some((root) => lineage(first).includes(root)));
  return isOf(first) && others.every(isOf);
}

/** Of a frame from out of sight: what it is used on is grouped where it is written, `df.groupBy("day").count().withColumn(…)`. */
function isOnGroups(program: SparkProgram, { site }: EventOf<'window'>, users: readonly Dataset[]): boolean {
  const { lowered } = program;
  const isOutOfSight = users.every((each) => rootsOf(each).every(({ bound }) => bound.is === 'unknown'));
  const statement = isOutOfSight && site.module === program.path ? statementAt(lowered, site.start) : undefined;
  if (!statement) return false;
  let step: Expr | undefined = addingSteps(program).findLast(({ range }) => contains(range, site))?.on;
  for (let passed = 0; step && passed < longestChain; passed++) {
    if (step.kind === 'name') {
      const { name } = step;
      const bound = bindingsIn(program).get(statement.def)?.get(name)?.findLast((each) => each.end < site.start);
      step = bound?.expr.kind === 'bind' ? bound.expr.value : undefined;
    } else if (step.kind !== 'call' || step.fn.kind !== 'member') return false;
    else if (/^(groupBy|groupby|rollup|cube)$/.test(step.fn.name)) return true;
    else step = summing.test(step.fn.name) || adding.test(step.fn.name) ? step.fn.on : undefined;
  }
  return false;
}
const adding = /^(withColumns?|select|selectExpr)$/;
/** The innermost of those around a place comes last. */
const addingSteps = oncePerProgram(({ lowered }) => {
  const steps: { readonly range: Range; readonly on: Expr }[] = [];
  forEachOf(lowered, ['call'], (expr, range) => {
    if (expr.fn.kind === 'member' && adding.test(expr.fn.name)) steps.push({ range, on: expr.fn.on });
  });
  return steps;
});
const summing = /^(agg|count|sum|avg|mean|min|max|pivot|filter|where|drop|withColumnRenamed|orderBy|sort|alias)$/;
const longestChain = 30;

/** Rows that the driver had in its own memory: one task holds them as well. */
const isGivenByDriver = (user: Dataset): boolean => rootsOf(user).every(({ made }) => made === 'createDataFrame' || made === 'parallelize');

/** `f"/data/{symbol}.csv"`; `for filename in filenames: spark.read.parquet(filename)` */
function isOneFile(program: SparkProgram, { source, args, loops }: Dataset): boolean {
  const { lowered, path } = program;
  const [first] = args;
  const given = source === undefined || first?.site.module !== path ? '' : lowered.text.slice(first.site.start, first.site.end);
  if (/^(?:\w+_)?file_?(?:name|path)?$/i.test(given) && loops.some((loop) => boundByLoop(program, loop).includes(given))) return true;
  const told = source === undefined ? [] : source.paths.length > 0 ? source.paths : first?.site.module === path ? [lowered.text.slice(first.site.start, first.site.end).replace(/["']$/, '')] : [];
  return told.length === 1 && /\/[^/*?\[\]]+\.(csv|tsv|txt|jsonl?)$/i.test(told[0]!);
}

/** `base.rowsBetween(-6, 0)` of `base = Window.orderBy("day")`: where it begins. */
function defined(program: SparkProgram, made: Site, seen = 0): Site {
  const { lowered } = program;
  const name = /^([a-z_]\w*)\s*\.\s*(?:rows|range)Between\b/.exec(lowered.text.slice(made.start, made.end))?.[1];
  const def = name === undefined || seen > 4 ? undefined : statementAt(lowered, made.start)?.def;
  // What the function binds itself; else what the module does.
  const own = [def, lowered.module].map((owner) => (bindingsIn(program).get(owner)?.get(name!) ?? []).findLast((each) => each.end < made.start));
  const { expr, base } = own.find((each) => each !== undefined) ?? {};
  return expr?.kind === 'bind' && expr.value ? defined(program, { module: made.module, start: base! + expr.value.span[0], end: base! + expr.value.span[1] }, seen + 1) : made;
}

/** The statements that bind a name, by their definition. */
const bindingsIn = oncePerProgram(({ lowered }): ReadonlyMap<Def | undefined, ReadonlyMap<string, readonly Statement[]>> => {
  const bound = statementsOf(lowered).flatMap((statement) => (statement.expr.kind === 'bind' ? boundBy(statement).map((name) => ({ name, statement })) : []));
  return new Map([...groupedBy(bound, ({ statement }) => statement.def)].map(([def, all]) => [def, new Map([...groupedBy(all, ({ name }) => name)].map(([name, same]) => [name, same.map(({ statement }) => statement)]))]));
});

/** The steps that compute by it: where it stands in them, or where they are given the column that it was made a part of. */
function usersOf(program: SparkProgram, { site }: EventOf<'window'>): Dataset[] {
  const here = program.datasets.filter((each) => each.site.module === site.module && contains({ start: each.name.start, end: each.site.end }, site));
  const statement = here.length > 0 || site.module !== program.path ? undefined : statementAt(program.lowered, site.start);
  if (statement?.expr.kind !== 'bind') return here;
  const given = boundBy(statement).map((name) => new RegExp(`(?<![\\w.])${escapePattern(name)}(?!\\w)`));
  return program.datasets.filter((each) => each.site.module === site.module && each.name.start > site.start && each.args.some((arg) => arg.site.module === site.module && given.some((name) => name.test(program.lowered.text.slice(arg.site.start, arg.site.end)))));
}

/** `df.withColumn("all", lit(1)).withColumn("n", row_number().over(Window.partitionBy("all")))` */
function isConstantColumn({ lowered, path }: SparkProgram, made: { start: number; end: number }, user: Dataset): boolean {
  const key = /partitionBy\(\s*("\w+"|'\w+'|[A-Za-z_]\w*)\s*\)/.exec(lowered.text.slice(made.start, made.end))?.[1];
  const textOf = ({ site }: { readonly site: { start: number; end: number } }): string => lowered.text.slice(site.start, site.end);
  const before = key === undefined ? undefined : user.from.flatMap(lineage).find((each) => each.made === 'withColumn' && each.site.module === path && each.args.length === 2 && textOf(each.args[0]!) === key);
  return before !== undefined && /^(\w+\.)?(lit|typedLit)\(\s*("[^"]*"|'[^']*'|-?[\d.]+L?|True|False|true|false)\s*\)$/.test(textOf(before.args[1]!));
}

/** `partitionBy(*keys)`: none are known of here, but others may give some. */
const namesKeys = (program: SparkProgram, made: { start: number; end: number }): boolean => /\bpartitionBy\(\s*\*?\s*[A-Za-z_]/.test(program.lowered.text.slice(made.start, made.end));

/** The method's name in `Window.orderBy("x")`. */
function wordOf(program: SparkProgram, made: { module: string; start: number; end: number }): { module: string; start: number; end: number } {
  const match = /\b(orderBy|partitionBy|rowsBetween|rangeBetween)\b/.exec(program.lowered.text.slice(made.start, made.end));
  return match ? { module: made.module, start: made.start + match.index, end: made.start + match.index + match[0].length } : made;
}

/** `Window.orderBy("date")`, `orderBy(F.col("year"), F.col("month").desc())`: the columns of a calendar, and nothing else. */
function ordersByDay({ lowered }: SparkProgram, made: { readonly start: number; readonly end: number }): boolean {
  const keys = /\borderBy\(((?:[^()]|\([^()]*\))*)\)/.exec(lowered.text.slice(made.start, made.end))?.[1]?.match(/(?<=["'])\w+(?=["'])/g) ?? [];
  return keys.length > 0 && keys.every((key) => calendar.has(key.toLowerCase()));
}
const calendar: ReadonlySet<string> = new Set(['date', 'day', 'week', 'month', 'quarter', 'year', 'ds', 'dt']);

function cutLater(program: SparkProgram, users: readonly { id: number }[], window: EventOf<'window'>): boolean {
  return program.datasets.some((each) => (each.made === 'limit' || each.made === 'filter' || each.made === 'where') && (users.length > 0 ? lineage(each).some((parent) => users.includes(parent)) : each.site.start > window.site.start));
}
