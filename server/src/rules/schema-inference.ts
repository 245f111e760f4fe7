import type { ArgValue, Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { forEachOf } from '../program/expressions.ts';
import type { Def } from '../program/program.ts';
import { evidenceOf } from '../rule/explain.ts';
import { isDocumentForDriver, isFromSamples, smallSource } from '../rule/few-rows.ts';
import { mayBeToldOutside, toldOf } from '../rule/jobs.ts';
import { isPipeline } from '../rule/pipelines.ts';
import { eventsOn, groupedBy, lineageUpTo, oncePerProgram, onePerSite, onOneBranch, rootsOf, sameSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';
import { codeOf, commentAbove, statementAt } from '../rule/statements.ts';
import { isStandIn } from '../rule/trial-runs.ts';
import { actionsOn, derivedFrom } from '../rule/uses.ts';
import { escapePattern } from '../text/pattern.ts';
import { contains, type Range } from '../text/range.ts';

const streamInference = 'spark.sql.streaming.schemaInference';

export default defineRule({
  name: 'schema-inference',
  category: 'reading-and-writing',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check(context) {
    const { program, fileKind, report } = context;
    if (fileKind === 'test') return;
    const mayInferStreams = (): boolean => toldOf(context, streamInference).some(({ value }) => value !== 'false');
    for (const dataset of onePerSite(byKnownPath(program, program.datasets.filter((each) => each.source !== undefined && each.site.module === program.path && !isOnlyLookedAt(program, each))))) {
      const source = dataset.source!;
      const format = source.format === 'unknown' ? undefined : source.format?.toLowerCase();
      // Only CSV asks for `inferSchema`: where the format is a variable, the option tells.
      const infers = source.options.get('inferschema')?.toLowerCase() === 'true';
      if (source.schemaGiven || format === undefined && !infers || dataset.method?.owner === 'SparkContext' || dataset.bound.is === 'rows') continue;
      if (dataset.streaming === 'yes') {
        if (format === undefined || !['csv', 'json', 'parquet', 'orc', 'xml'].includes(format) || dataset.method?.owner !== 'DataStreamReader' || mayInferStreams()) continue;
        report({ at: dataset.name, raisesAt: dataset.name, severity: mayBeToldOutside(context) ? 'warning' : 'error', message: `A stream of ${format.toUpperCase()} files needs a schema: Spark refuses to start this one unless \`.schema(…)\` is given or \`spark.sql.streaming.schemaInference\` is on.`, evidence: evidenceOf(dataset) });
        continue;
      }
      const hadSchema = isOfFrames(dataset);
      // Whoever explores a file in a notebook may let Spark guess; so may who asks for the schema, or reads one record that tells of other files.
      if (fileKind === 'notebook' && !isPipeline(program) || isSchemaWanted(program, dataset) || isOneRecord(program, dataset) || mayGetSchema(program, dataset) || isOtherBranch(program, dataset) || isSaidBeside(program, dataset) || isAskedFor(program, dataset) || !hadSchema && isOnlyConverted(program, dataset) || isFromSamples(context, dataset) || isDocumentForDriver(program, dataset) || isHandedOver(program, dataset) || source.paths.some(isStandIn)) continue;
      const general = !hadSchema && isForAnyFile(program, dataset);
      const remedy = !general ? 'Give the schema instead' : namesFields(program, dataset) ? 'Give the schema of the fields that are read here by their names' : 'Who calls this knows the schema: take it as a parameter';
      const severity = general || smallSource(program, dataset, dataset.made) !== undefined ? 'hint' : 'information';
      if ((format === 'csv' || format === undefined) && infers) {
        report({ at: optionSite(dataset.site, dataset.name), severity, message: `\`inferSchema\` reads the whole CSV once more, record by record, only to guess the types, and the guess changes with the data. ${remedy}; \`samplingRatio\` saves parsing, not reading.`, evidence: evidenceOf(dataset) });
      } else if (format === 'json' && dataset.method?.owner === 'DataFrameReader' && !source.options.has('cloudfiles.format')) {
        report({ at: dataset.name, severity, message: hadSchema
          ? 'The rows had a schema before `toJSON`: without one Spark computes all of them once more, only to guess it. Dates and decimals turn into other types by that, and a column that holds nothing but nulls is gone. Give the schema of the frame instead, or stay with the frame.'
          : `Without a schema Spark reads all of the JSON once more, only to guess the columns and their types, and the guess changes with the data. ${remedy}.`, evidence: evidenceOf(dataset) });
      }

      /** The word `inferSchema` in this read, else the reading method. */
      function optionSite(site: { module: string; start: number; end: number }, name: { module: string; start: number; end: number }): { module: string; start: number; end: number } {
        const match = /\binferSchema\b/i.exec(program.lowered.text.slice(site.start, site.end));
        return match ? { module: site.module, start: site.start + match.index, end: site.start + match.index + match[0].length } : name;
      }
    }
  },
  docs: {
    summary: 'the schema of CSV or JSON is guessed by reading everything once more',
    what: 'A CSV read with `inferSchema`, or a JSON read without a schema, of lines that `toJSON` made of a frame as well. For streams over files a missing schema is an error.',
    why: 'To guess the types Spark goes through every record before the job proper starts, so the input is read twice. Worse, tomorrow\'s file can give other types: a column of numbers turns into text at the first dash.',
    fine: 'With a schema nothing is guessed (`inferSchema` beside it does nothing). Parquet and ORC carry theirs; a CSV header alone costs one line. In a notebook that explores a file once, guessing is fair (not in one that declares the tables of a pipeline: `import dlt`), and so it is where the schema itself is asked for, or only the first record, where a frame is only shown, described and counted, of samples among the program\'s own sources (`src/main/resources`) and small files of the project itself (`data/colors.csv`), of documents (JSON over several lines) whose rows the driver takes, of files that a function is given and whose rows it takes to the driver as they are, of a read beside which another branch gives the schema, and of paths that stand for others (`/path/to/orders.csv`). A helper that reads whatever path, lines or options it is given cannot know the schema: that is a hint, and nothing where it takes a schema as well; so it is for files that are small by their names or lie on one machine. Nor is anything said where a file is only written again, in another format and from and to places that are given: a converter knows no columns. Nor where the comment above speaks of the schema, or a flag asks for guessing (`if (inferSchema)`).',
    examples: [{ language: 'python', bad: 'sales = spark.read.csv("/data/sales", header=True, inferSchema=True)\n', good: 'sales = spark.read.csv("/data/sales", header=True, schema="day DATE, amount DECIMAL(10, 2)")\n' }, { language: 'scala', bad: 'val sales = spark.read.option("header", true).option("inferSchema", true).csv("/data/sales")\n', good: 'val sales = spark.read.option("header", true).schema("day DATE, amount DECIMAL(10, 2)").csv("/data/sales")\n' }],
    source: 'Jobs and records of each kind of read counted on Spark 3.5.9 and 4.3.0; what comes back of a frame that went through `toJSON` was seen on 3.5.6 and 4.3.0.',
  },
});

/** `spark.read.json(frame.toJSON)`, also of several such put together: rows that were made into JSON here. */
const isOfFrames = ({ made, args }: Dataset): boolean => made === 'json' && args.some(({ value }) => {
  const lines = value.flatMap((item) => (item.is === 'spark' && item.dataset ? [item.dataset] : []));
  return lines.length > 0 && lines.every(isMadeOfFrames);
});
/** With nothing but steps since that leave the rows as they are. */
const isMadeOfFrames = (lines: Dataset): boolean => lineageUpTo(lines, isMadeJson).every(({ made, from }) => whole.has(made) && from.length > 0);
const isMadeJson = ({ made }: Dataset): boolean => made === 'toJSON';
const whole: ReadonlySet<string> = new Set(['union', 'unionAll', '++', 'repartition', 'coalesce', 'rdd', 'filter']);

/** `frame.select(explode("graphs.nodes"))`: whoever writes that knows what he reads, wherever it lies. */
const namesFields = (program: SparkProgram, dataset: Dataset): boolean => [...derivedFrom(program, dataset)].some(({ made, args, site }) =>
  picking.has(made) && args.some((arg) => arg.site.module === program.path && site.module === program.path && /["'][A-Za-z_]/.test(program.lowered.text.slice(arg.site.start, arg.site.end))));
const picking: ReadonlySet<string> = new Set(['select', 'selectExpr', 'filter', 'where', 'groupBy']);

/** `def read_lines(self, path): return [row.asDict() for row in spark.read.json(path).collect()]`: whatever stands in a file that is given, as values of the driver. */
function isHandedOver(program: SparkProgram, dataset: Dataset): boolean {
  const [path] = dataset.args;
  const named = path?.site.module === program.path ? program.lowered.text.slice(path.site.start, path.site.end) : '';
  const brought = actionsOn(program, dataset);
  return paramsAround(program, dataset).includes(named) && dataset.escapes.length === 0 && [...derivedFrom(program, dataset)].every((each) => each === dataset)
    && brought.length > 0 && brought.every(({ method, site }) => method.driver === 'all' && statementAt(program.lowered, site.start)?.def === statementAt(program.lowered, dataset.site.start)?.def);
}

/** What it reads is a parameter, and no call in sight says what it is; or what it is read as, or for, is a parameter, too, whoever calls it. */
function isForAnyFile(program: SparkProgram, dataset: Dataset): boolean {
  const [path] = dataset.args.filter(({ name }) => name === undefined || name === 'path');
  if (!path || path.site.module !== program.path) return false;
  if (isGivenOptions(program, dataset) || isOutOfSight(path)) return true;
  const params = paramsAround(program, dataset);
  const text = program.lowered.text.slice(path.site.start, path.site.end);
  const named = /^(?:(?:str|os\.fspath)\((\w+)\)|(\w+))$/.exec(text);
  return named !== null && params.includes(named[1] ?? named[2]!) && (dataset.callers.length === 0 || params.some((name) => ofLoaders.test(name)));
}
/** Of what is read nothing is settled here but how: `load(path, format)`, `import(path, table)`. */
const ofLoaders = /^(file_?)?(format|type|options)$|^(to_?|target_?|dest_?)?table(_?name)?$/i;

/** `spark.read.options(config.options).json(config.path)` */
const isGivenOptions = ({ lowered }: SparkProgram, { site, source }: Dataset): boolean =>
  source!.paths.length === 0 && /\.\s*options\s*\(\s*(?:\*\*)?[A-Za-z_][\w.]*\s*\)/.test(lowered.text.slice(site.start, site.end));

/** Lines that are given: `spark.read.json(rows.as[String])` of a parameter. */
const isOutOfSight = ({ value }: ArgValue): boolean =>
  value.length > 0 && value.every((item) => item.is === 'spark' && item.dataset !== undefined && rootsOf(item.dataset).every(({ source, bound }) => source === undefined && bound.is === 'unknown'));

/** Reads of a place whose path some caller tells stand first. */
const byKnownPath = (program: SparkProgram, reads: readonly Dataset[]): Dataset[] => reads.toSorted((a, b) => Number(isForAnyFile(program, a)) - Number(isForAnyFile(program, b)) || a.id - b.id);

/** The function has a parameter for a schema: it guesses where none is given. */
const mayGetSchema = (program: SparkProgram, dataset: Dataset): boolean => paramsAround(program, dataset).some((name) => /schema/i.test(name) && !/infer/i.test(name));

/** `schema match { case Some(given) => spark.read.schema(given).json(path); case None => spark.read.json(path) }`: who has a schema gives it. */
const isOtherBranch = (program: SparkProgram, dataset: Dataset): boolean => (givenBeside(program).get(statementAt(program.lowered, dataset.site.start)?.def) ?? [])
  .some((other) => other.source!.format === dataset.source!.format && !onOneBranch(other, dataset));
const givenBeside = oncePerProgram((program): ReadonlyMap<Def | undefined, readonly Dataset[]> =>
  groupedBy(program.datasets.filter(({ source, site }) => source?.schemaGiven && site.module === program.path), ({ site }) => statementAt(program.lowered, site.start)?.def));

const paramsAround = (program: SparkProgram, { site }: Dataset): string[] => statementAt(program.lowered, site.start)?.def.params.map(({ name }) => name) ?? [];

/** The comment above speaks of the schema, and not as of something to be done: whoever wrote it knows. */
function isSaidBeside({ lowered }: SparkProgram, { site }: Dataset): boolean {
  const said = commentAbove(lowered, statementAt(lowered, site.start)?.start ?? site.start);
  return /\bschema\b/i.test(said) && !/\b(todo|fixme|xxx|tbd|yet)\b/i.test(said);
}

/** `if (inferSchema) spark.read.json(lines)`: whoever runs it asks for that. */
const isAskedFor = (program: SparkProgram, { site }: Dataset): boolean => asksForGuess(program).some((arm) => contains(arm, site));
const asksForGuess = oncePerProgram(({ lowered }): readonly Range[] => {
  const arms: Range[] = [];
  forEachOf(lowered, ['if'], (expr, { start }) => {
    const base = start - expr.span[0];
    if (/infer/i.test(lowered.text.slice(base + expr.test.span[0], base + expr.test.span[1]))) arms.push({ start: base + expr.then.span[0], end: base + expr.then.span[1] });
  });
  return arms;
});

/** `spark.read.json(lines).schema` */
const isSchemaWanted = ({ lowered }: SparkProgram, { site }: Dataset): boolean => /^\s*\.\s*(schema|dtypes|printSchema|columns)\b/.test(lowered.text.slice(site.end, site.end + 60));

/** `df = spark.read.json(path)`, then `df.dtypes`, `df.show()`, `df.describe().show()` and nothing else: what was guessed is what is looked at. */
function isOnlyLookedAt(program: SparkProgram, dataset: Dataset): boolean {
  const { names, escapes, callers } = dataset;
  if ([...derivedFrom(program, dataset)].some((each) => each !== dataset && !summaries.has(each.made)) || escapes.some((event) => event.kind === 'escape' && (event.how !== 'returned' || callers.length === 0))) return false;
  const looks = actionsOn(program, dataset).map(({ method }) => method.name);
  return looks.every((name) => name === 'count' || firstRows.has(name)) && (looks.some((name) => firstRows.has(name))
    || names.some(({ name }) => new RegExp(`(?<![\\w.])${escapePattern(name)}\\s*\\.\\s*(schema|dtypes|printSchema)\\b`).test(codeOf(program.lowered))));
}
/** Of a file that is given, the rows are written again as they are, to a place that is given too: a converter, for whatever columns. */
function isOnlyConverted(program: SparkProgram, dataset: Dataset): boolean {
  const { source, escapes } = dataset;
  const writes = eventsOn(program, 'write', dataset);
  return source!.paths.length === 0 && writes.length > 0 && writes.every(isToGivenPath) && escapes.length === 0
    && [...derivedFrom(program, dataset)].every((each) => each === dataset) && actionsOn(program, dataset).every(({ site }) => writes.some((write) => sameSite(write.site, site)));
}
const isToGivenPath = ({ method, target, props }: EventOf<'write'>): boolean => method.io?.target === 'path' && target.path === undefined && target.site !== undefined && props.partitionBy === undefined;

const firstRows: ReadonlySet<string> = new Set(['show', 'display', 'head', 'take', 'first']);
const summaries: ReadonlySet<string> = new Set(['describe', 'summary', 'limit']);

/** `spark.read.json(path).first()`, `spark.read.json(path).rdd.collect()[0]`: what is kept in such files is a record, of settings mostly. */
function isOneRecord(program: SparkProgram, { site }: Dataset): boolean {
  return /^\s*(?:\.\s*rdd\s*)?\.\s*(first\b|head\b(?!\s*\(\s*\w)|collect\s*(\(\s*\)\s*)?[[(]\s*0\s*[\])])/.test(program.lowered.text.slice(site.end, site.end + 60));
}
