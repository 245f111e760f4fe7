import type { EventOf, Loop, SparkProgram } from '../analysis/model.ts';
import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { type FewRows, isFewByNature, isOfBatch, isOfDocument, isOfNoSize, isPickedByKey, isFiltered, leastReduced, ofBatch, rowsOf } from '../rule/few-rows.ts';
import { firstRowOf } from '../rule/first-row.ts';
import { isSummary } from '../rule/groups.ts';
import { actions, describeSource, nameAt, placeOf } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { fewOnDriver } from '../rule/rows-on-driver.ts';
import { isSent, isTakenAlong } from '../rule/sent-rows.ts';
import { isSizedBefore } from '../rule/sized.ts';
import { gatheredRows, isMeantForDriver, isShown } from '../rule/wanted-rows.ts';
import { contains } from '../text/range.ts';

export default defineRule({
  name: 'iterating-collected-rows',
  category: 'driver',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check(context) {
    const { program, fileKind, report } = context;
    if (fileKind === 'test') return;
    const reading = new Set(program.datasets.flatMap(({ source, loops }) => (source ? loops.map(({ site }) => placeOf(site)) : [])));
    for (const action of actions(program)) {
      // What `runJob` brings is what a function makes of each partition.
      if (action.use.is !== 'iterated' || action.method.driver !== 'all' || action.method.onArgument || action.place === 'executor' || firstRowOf(program, action) || isShown(program, action) || isSent(program, action) || isTakenAlong(program, action) || isSizedBefore(program, action) || isMeantForDriver(program, action)) continue;
      if (action.on.some((dataset) => dataset.bound.is === 'rows' || dataset.bound.is === 'unknown')) continue;
      const dataset = leastReduced(action.on);
      if (isOfNoSize(context, dataset) || isFewByNature(program, dataset) || isOfDocument(dataset) || isSummary(program, dataset) || action.on.every((each) => isPickedByKey(program, each))) continue;
      const { loop } = action.use;
      const name = nameAt(program, action.name, dataset);
      const few = ofCounts(action, name) ?? fewOnDriver(context, action, dataset, name, () => (startsWork(program, reading, loop) ? { rows: rowsOf(dataset, name), condition: 'they are a short list of work to start, one after the other' }
        : gatheredRows(program, action, dataset, name) ?? (isOfBatch(dataset) ? ofBatch(name) : undefined)));
      const source = describeSource(dataset);
      const scala = program.lowered.language === 'scala';
      // What Scala's Dataset gives is an iterator of Java; of an RDD it takes no parentheses.
      const iterates = action.method.name === 'collect' && (!scala || dataset.kind === 'RDD');
      const fixes: Fix[] = iterates && !few && isGoneThroughOnce(program, action, loop) ? [{
        title: `Fetch partition by partition with toLocalIterator${scala ? '' : '()'} (runs one job per partition)`, safety: 'suggested', edits: [{ start: action.name.start, end: scala ? action.site.end : action.name.end, newText: 'toLocalIterator' }],
      }] : [];
      report({
        at: action.name,
        severity: few ? 'hint' : 'warning',
        message: few
          ? `\`${action.method.name}\` brings ${few.rows} to the driver, and a loop goes through them there; fine as long as ${few.condition}.`
          : `${isFiltered(dataset) ? `The rows of ${name} that a filter leaves` : `All rows of ${name}`}${source ? `, read from ${source},` : ''} are collected on the driver and then looped over, one at a time: neither the memory of the driver nor its one thread grows with the data.`,
        related: [{ site: loop.site, message: 'the loop over the rows' }],
        evidence: evidenceOf(dataset),
        fixes,
      });
    }
  },
  docs: {
    summary: 'rows are collected to the driver and looped over there',
    what: 'A loop or comprehension (in Scala also `foreach`, `map` and their like) over the rows that `collect` (or `toPandas`) brought from an unbounded dataset, directly or by way of a variable.',
    why: 'All rows sit in the driver at once, and the work on them runs in one thread of one machine while the executors wait.',
    fine: 'For few rows: after a `limit` or a global aggregate nothing is reported, after a `groupBy` or `distinct` nothing but a hint where the keys tell one thing from all others (`user_id`, `email`), where whole rows are compared or where a function makes the keys, and of `countByKey` and `countByValue` only a hint. Driving other work from a small control table is fine too: nothing is reported where the table is called configuration, metadata, lookup, dictionary and the like, or it is a document (JSON over several lines), or a text in the program\'s own jar, or lies among its sources (`src/main/resources`), and there is only a hint where the loop reads tables or runs notebooks, where a list is made of the rows in one go (`[row.id for row in …]`, `collect().map(_.getString(0))`, a loop that only appends or fills a dict), where it goes through a micro-batch, where the comment beside it or the text that the function begins with says that they are few, where the same rows are brought elsewhere for something that gets a hint, and in a notebook that takes no parameters and keeps nothing. Nothing is reported where the function is there to bring them (it reads a model back, or is called `toLocal` or `toBreeze`), where their number was asked before (`if (rows.count() > 20) rows.take(20) else rows.collect()`, a count above it that ends in a failure where there are more), of rows that a filter picks by given keys (values that any number of rows may share leave a hint), or that are broadcast, nor where no size is in sight: a parameter, a query that is handed in, what tests alone pass, a table that the project writes from rows it fixes, a small file that lies in the project itself (`data/colors.csv`), a micro-batch of a stream that a literal `maxOffsetsPerTrigger` keeps to a thousand records.',
    fix: 'Where the rows feed one `for` statement (or `foreach`) alone, in Scala those of an RDD: replaces `collect` by `toLocalIterator`, which holds one partition at a time and runs one job for each. The work still happens on the driver: `foreachPartition`, a UDF or a column expression moves it to the executors.',
    examples: [{ language: 'scala', bad: 'val users = spark.read.parquet("/data/users")\nfor (row <- users.collect()) println(row)\n', good: 'val users = spark.read.parquet("/data/users")\nfor (row <- users.limit(20).collect()) println(row)\n' }, { language: 'python', bad: 'users = spark.read.parquet("/data/users")\nfor row in users.collect():\n    print(row.name)\n', good: 'users = spark.read.parquet("/data/users")\nfor row in users.limit(20).collect():\n    print(row.name)\n' }],
    source: 'toLocalIterator: one job per partition, each partition once; tried on Spark 3.5.9 and 4.3.0.',
  },
});

/** They bring counts, not rows. */
function ofCounts({ method }: EventOf<'action'>, name: string): FewRows | undefined {
  const [, by] = /^countBy(Key|Value)$/.exec(method.name) ?? [];
  return by === undefined ? undefined : { rows: `one number for each ${by.toLowerCase()} of ${name}`, condition: `there are few different ${by.toLowerCase()}s` };
}

/** Each row makes the loop read something, or run a notebook: nobody does that for the rows of a large table. */
function startsWork(program: SparkProgram, reading: ReadonlySet<string>, loop: Loop): boolean {
  return reading.has(placeOf(loop.site)) || loop.range.module === program.path && /\bnotebook\s*\.\s*run\s*\(/.test(program.lowered.text.slice(loop.range.start, loop.range.end));
}

/** What an iterator can stand in for: a `for` statement goes through the rows, once, and nothing else asks for them. */
function isGoneThroughOnce(program: SparkProgram, action: EventOf<'action'>, loop: Loop): boolean {
  if (loop.comprehension || action.name.module !== program.path || loop.site.module !== program.path) return false;
  const edits = editsFor(program);
  const statement = edits.statement(action.site);
  // `lines.collect().foreach(…)`
  if (program.lowered.language === 'scala' && /^\s*\.\s*foreach\b/.test(program.lowered.text.slice(action.site.end, loop.site.end))) return true;
  const goer = edits.statement(loop.site);
  if (!statement || goer?.expr.kind !== 'loop' || !goer.expr.over) return false;
  const { over } = goer.expr;
  if (goer.base + over.span[0] === action.site.start && goer.base + over.span[1] === action.site.end) return true;
  const target = statement.expr.kind === 'bind' && statement.expr.patterns.length === 1 ? statement.expr.patterns[0] : undefined;
  if (target?.kind !== 'name' || statement.expr.kind === 'bind' && statement.expr.type !== undefined && program.lowered.language === 'scala' || over.kind !== 'name' || over.name !== target.name || statement.expr.kind !== 'bind' || !statement.expr.value || statement.base + statement.expr.value.span[1] !== action.site.end) return false;
  // A function that the list is given to may ask it for more than one pass, and a loop around goes through it again.
  if (statement.base !== goer.base || statement.def.kind === 'module' && program.lowered.notebook) return false;
  for (let around = goer.parent; around; around = around.parent) if (around.expr.kind === 'loop' && !contains(around, statement)) return false;
  const body = program.lowered.text.slice(statement.base, statement.base + statement.def.length);
  return (body.match(new RegExp(`\\b${target.name}\\b`, 'g')) ?? []).length === 2;
}
