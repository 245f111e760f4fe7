import type { EventOf, SparkProgram } from '../analysis/model.ts';
import { evidenceOf } from '../rule/explain.ts';
import { isFewByNature, isFiltered, isFromHomeFiles, isFromSeries, isFromTemporaryFiles, isOfBatch, isOfNoSize, isPickedByKey, leastReduced, ofBatch, rowsOf } from '../rule/few-rows.ts';
import { firstRowOf } from '../rule/first-row.ts';
import { isSummary } from '../rule/groups.ts';
import { actions, describeSource, lineage, nameAt, nameOf, rootsOf } from '../rule/queries.ts';
import { fewOnDriver } from '../rule/rows-on-driver.ts';
import { isSent, isTakenAlong } from '../rule/sent-rows.ts';
import { isSizedBefore } from '../rule/sized.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { forShow } from '../rule/trial-runs.ts';
import { isMeantForDriver, isShown } from '../rule/wanted-rows.ts';
import type { Range } from '../text/range.ts';

/** Actions whose result is the whole dataset, row by row. `countByKey` and its like bring one entry per key. */
const whole: ReadonlySet<string> = new Set(['collect', 'toPandas', 'toArrow', 'collectAsMap', 'collectAsList']);

export default defineRule({
  name: 'collect-to-driver',
  category: 'driver',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  yieldsTo: ['iterating-collected-rows'],
  looksAt: 'program',
  check(context) {
    const { program, fileKind, report } = context;
    if (fileKind === 'test') return;
    for (const action of actions(program)) {
      if (!whole.has(action.method.name) || action.place === 'executor' || isShown(program, action) || isSent(program, action) || isSizedBefore(program, action) || isMeantForDriver(program, action) || joinsLines(program, action)) continue;
      const first = firstRowOf(program, action);
      if (action.use.is === 'iterated' && !first) continue;
      const bounds = action.on.map((dataset) => dataset.bound.is);
      if (bounds.some((bound) => bound === 'rows' || bound === 'unknown')) continue;
      const dataset = leastReduced(action.on);
      if (isOfNoSize(context, dataset) || isFewByNature(program, dataset) || !first && isSummary(program, dataset) || action.on.every((each) => isPickedByKey(program, each))) continue;
      const name = nameAt(program, action.name, dataset);
      const few = fewOnDriver(context, action, dataset, name, () => (isOfBatch(dataset) ? ofBatch(name) : isTakenAlong(program, action) ? { rows: rowsOf(dataset, name), condition: 'they are few enough for every task to take them along' } : undefined));
      // With so few rows nothing is gained, and `first()` behind a filter looks for its row in one task after the other.
      if (first && few && (!isFiltered(dataset) || isSummary(program, dataset))) continue;
      if (few && (forShow(program.path) && isFromHomeFiles(dataset) || isFromTemporaryFiles(dataset) || isFromSeries(dataset))) continue;
      const source = describeSource(dataset);
      const passed = rootsOf(dataset).find((root) => root.passed)?.passed;
      const receiver = { start: action.name.start, end: action.name.start };
      if (first) {
        report({
          at: action.name,
          severity: few ? 'hint' : 'information',
          message: `\`${action.method.name}\` brings ${few?.rows ?? `${rowsOf(dataset, name)}${source ? `, read from ${source},` : ''}`} to the driver, and only the first is used: \`first()\` fetches just that one.`,
          evidence: evidenceOf(dataset),
          fixes: action.method.name !== 'collect' || action.use.is === 'iterated' ? [] : [firstAlone(program, first)],
        });
        continue;
      }
      const fixes: Fix[] = few || action.method.owner !== 'DataFrame' || !/\.\s*$/.test(program.lowered.text.slice(action.site.start, action.name.start)) && action.site.module === program.path ? [] : [{
        title: 'Limit to 1,000 rows before bringing them to the driver (drops the rest)', safety: 'suggested', edits: [{ ...receiver, newText: 'limit(1000).' }],
        // Rows that are kept may be worked on and written back: how many of them are enough is for the author to say.
        placeholder: action.use.is === 'bound' || action.use.is === 'returned' || action.use.is === 'argument',
      }];
      report({
        at: action.name,
        severity: few ? 'hint' : 'warning',
        message: few
          ? `\`${action.method.name}\` brings ${few.rows} to the driver; fine as long as ${few.condition}.`
          : `\`${action.method.name}\` brings ${rowsOf(dataset, name)}${source ? `, read from ${source},` : ''} to the driver: nothing limits them, so the driver's memory or \`spark.driver.maxResultSize\` must hold the whole dataset.`,
        related: passed ? [{ site: passed.site, message: passed.text }] : dataset.name.module === program.path && dataset.site.start !== action.site.start ? [{ site: dataset.name, message: `${nameOf(program, dataset, dataset.name)} is made here` }] : [],
        evidence: evidenceOf(dataset),
        fixes,
      });
    }
  },
  docs: {
    summary: 'all rows of an unbounded dataset are brought to the driver',
    what: '`collect`, `toPandas`, `toArrow`, `collectAsList` or `collectAsMap` on a dataset whose source is in sight and which nothing has reduced: no limit, no aggregate.',
    why: 'The driver is one process. It receives every row, holds them all at once, and fails when they exceed its memory or `spark.driver.maxResultSize` (1 GB unless set). The job that passed on a sample dies on the day the data has grown.',
    fine: 'When the data is known to be small for good: nothing is reported of tables and files that are called configuration, lookup, dictionary, codes and the like, of those that list countries, currencies, languages or days, nor of texts in the program\'s own jar (`getResource`) and files among its sources (`src/main/resources`). After a `groupBy` or `distinct` the number of rows is the number of groups: a hint where the keys tell one thing from all others (`user_id`, `email`), where whole rows are compared or where a function makes the keys, and nothing for other columns, of which a table has few values. Keys that are all written out (`when(…, "large").otherwise("small")`) are few as well, and groups that a left join tells more of stay groups. It is a hint as well where a variable of such a name holds columns of another table, for files that are called sample or example, for a text that lies beside the program, for files of one machine (`C:\\Users\\…`, `/home/…`, `../data/…`), for texts read whole, for what somebody wants on the driver (in a notebook that takes no parameters and keeps nothing, with `toPandas` in a module that uses a library which works in the memory of one machine, such as scikit-learn or pandas itself, if anything is done with them but writing them to a file (the library is named where the rows go to it, by the names that hold them), as an argument of what draws, as a map or a set), and after a filter that compares with a value or asks for nulls (not one that only leaves out nulls, empty texts, one value, or what a flag says), of a micro-batch, where functions that run on the executors take along what is made of the rows, where all becomes a text to read (`to_string()`, `to_html()`), where the comment beside it or the text that the function begins with says that they are few (`# the table is small`, "~700K rows, fits in memory"; what also speaks of millions, warns or tells of what was once says nothing of that), where the same rows are brought elsewhere for something that gets a hint, and on the way to a failure: in the message of an `assert`, in a block that ends in `raise` or `throw`. Where only the first row is used (`collect()[0]`, `collect().head`), the finding is information: `first()` fetches just that; where they are few anyway, or a filter picks them by a key, nothing. Nothing is reported where the function is there to bring them (it reads a model back, or is called `toLocal` or `toBreeze`, or stands in the branch where its caller says by a parameter that he wants a frame of pandas), where what is made of them is only looked up in by value (`table[table["id"] == wanted]`), of files of one machine in a folder of examples, of files in a temporary folder of the run, of tables that are called monthly, quarterly or yearly and that somebody wants on the driver (of `customer_orders_monthly`, which may have a row for each customer and month, a hint), of a table that the same program makes by SQL of groups (`CREATE TABLE … AS SELECT … GROUP BY month`), of a file that the same function writes with pandas, of groups whose keys are values of a map of the driver, or where their number was asked before (`if (rows.count() < 1000) rows.collect()`, `assert rows.count() == 2` above it, also by way of a name and a parameter: `n = rows.count()`, `if n > max_rows: raise`). Rows that are sent to all executors with `SparkContext.broadcast` have to come by the driver. Rows that a filter picks by given keys (`where(col("user_id") == user)`, `isin(…)`; a value that any number of rows may share, as a status, leaves a hint), datasets that come from out of sight (parameters, a database query whose text is not known, what a function out of sight makes of a partition, the first rows of each that one in sight takes), that a `limit` or a global aggregate bounds, that tests make, keep or are the only ones to pass, that the project writes itself from rows it fixes, that are read from a small file in the project itself (`data/colors.csv`), or of a micro-batch that a literal `maxOffsetsPerTrigger` keeps to a thousand records are not reported; nor is what a notebook only shows or plots.',
    fix: 'Inserts `limit(1000)`: it changes the result, so it is only offered. Often the better answer is to write the result with Spark, or to aggregate before collecting.',
    examples: [{ language: 'scala', bad: 'val events = spark.read.parquet("/data/events")\nval rows = events.collect()\n', good: 'val events = spark.read.parquet("/data/events")\nval rows = events.limit(100).collect()\n' }, { language: 'python', bad: 'events = spark.read.parquet("/data/events")\nrows = events.collect()\n', good: 'events = spark.read.parquet("/data/events")\nrows = events.limit(100).collect()\n' }],
    source: 'Behaviour tried on Spark 3.5.9 and 4.3.0; the default of spark.driver.maxResultSize from their registries.',
  },
});

/** What gives the first row, or nothing where there is none. */
function firstAlone({ lowered }: SparkProgram, first: Range): Fix {
  if (lowered.language === 'python') return { title: 'Fetch the first row alone with first() (where there is none: None of a DataFrame, an error of an RDD)', safety: 'suggested', edits: [{ ...first, newText: 'first()' }] };
  if (lowered.text.slice(first.start, first.end).endsWith('Option')) return { title: 'Fetch the first row alone with take(1)', safety: 'suggested', edits: [{ ...first, newText: 'take(1).headOption' }] };
  return { title: 'Fetch the first row alone with first() (where there is none, it fails with another exception)', safety: 'suggested', edits: [{ ...first, newText: 'first()' }] };
}

/** `"\n".join(lines.collect())`, `lines.collect().mkString("\n")`: a document that is read as lines, which somebody wants in one piece. */
function joinsLines(program: SparkProgram, { site, on, use }: EventOf<'action'>): boolean {
  if (site.module !== program.path) return false;
  const { text } = program.lowered;
  const joins = /["']\s*\.\s*join\(\s*$/.test(text.slice(Math.max(0, site.start - 40), site.start))
    // Things that are made of lines, with something else between them, are no document.
    || use.is === 'receiver' && use.member === 'mkString' && !(on.some((each) => lineage(each).some(({ made }) => made === 'map')) && /^\s*\.\s*mkString\s*\(\s*"(?![^"]*\\n)[^"]+"\s*\)/.test(text.slice(site.end, site.end + 60)));
  return joins && on.every((dataset) => rootsOf(dataset).every(({ source }) => source?.format === 'text'));
}
