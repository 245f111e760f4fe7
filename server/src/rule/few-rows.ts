/**
 * What makes it likely that a dataset without a limit has few rows all the same. Nothing proves it, so rules that care
 * how many rows there are say less of it, and on which condition it is fine.
 */
import { isWithinPartitions, joinKind, partitionsKept } from '../analysis/chain.ts';
import type { Abstract, ArgValue, Dataset, EventOf, Site, SparkProgram, Value } from '../analysis/model.ts';
import { asksForSome, asksInSql, fewest, isPick, pickedOf, picksByValue, tellsApart, uncounted } from '../analysis/sql.ts';
import { templateOf } from '../analysis/texts.ts';
import { isBesideProgram, isResource, isTemporaryPlace } from '../analysis/values.ts';
import { columnNamed } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { isWrittenByDriver } from './driver-files.ts';
import { isSort } from './explain.ts';
import { eventsOf, groupedBy, lineage, oncePerProgram, rootsOf } from './queries.ts';
import type { ProgramContext } from './rule.ts';
import { isTableOfGroups } from './sql-tables.ts';
import { boundBy, definitionsAt, statementsOf } from './statements.ts';
import { isSampleFile } from './trial-runs.ts';
import { actionsOn } from './uses.ts';
import { makesRows, someWithin } from './written.ts';

export interface FewRows {
  /** "one row for each group of `sales`" */
  readonly rows: string;
  /** "the groups are few" */
  readonly condition: string;
}

export function likelyFew(program: SparkProgram, dataset: Dataset, name: string): FewRows | undefined {
  if (dataset.bound.is === 'groups' || isOfGroupsToldMore(dataset) || isOfGroupsTogether(program, dataset)) {
    return unfolds(program, dataset)
      ? { rows: `the unfolded groups of ${name}`, condition: 'they hold little' }
      : { rows: `one row for each group of ${name}`, condition: 'the groups are few' };
  }
  const small = smallSource(program, dataset, name);
  if (small) return small;
  return isOfBatch(dataset) && originsOf(dataset).every(isCut) ? { rows: rowsOf(dataset, name), condition: 'the limit of its stream keeps each batch small' } : undefined;
}

/** `groups.join(names, "id", "left")`: each group finds its row elsewhere, in what the groups are not made of. */
function isOfGroupsToldMore(dataset: Dataset): boolean {
  for (const at of partitionsKept(dataset, isSort)) {
    const [first, ...others] = at.from;
    if (at.method?.lineage !== 'join' || first === undefined) continue;
    return (first.bound.is === 'groups' || isOfGroupsToldMore(first)) && /^left(outer)?$/.test(joinKind(at.args) ?? '') && others.length > 0 && !others.some((other) => rootsOf(other).some((root) => lineage(first).includes(root)));
  }
  return false;
}

/** `groups.union(others)`, each of which has one row for each of its groups. */
function isOfGroupsTogether(program: SparkProgram, dataset: Dataset): boolean {
  const last = [...partitionsKept(dataset)].at(-1);
  return last !== undefined && last.from.length > 1 && /^union/.test(last.made) && last.from.every((each) => each.bound.is === 'groups' && !unfolds(program, each));
}

/** For messages: all of them, or those that a filter has left of them. */
export const rowsOf = (dataset: Dataset, name: string): string => (isFiltered(dataset) ? `the rows of ${name} that a filter leaves` : `all rows of ${name}`);

/** How much a filter leaves nobody knows: less than there was. */
export const afterFilter = (dataset: Dataset, name: string): FewRows | undefined =>
  isNarrowed(dataset) ? { rows: rowsOf(dataset, name), condition: 'it leaves few' } : undefined;

/** The name of what it is read from says that it is short, or it lies among the program's own sources or, as a list of lines, in its jar: nobody gains by being told of its few rows. */
export function isFewByNature(program: SparkProgram, dataset: Dataset): boolean {
  const origins = originsOf(dataset);
  return isFromOwnSources(dataset) || isReadShortByName(program, dataset, origins) || origins.length > 0 && origins.every(({ source, args: [path] }) => source?.format === 'text' && path !== undefined && isResource(path.value));
}

/** Of a variable that is called so, `regions = rows.map(_.region)`, nobody knows whether it tells of the rows or of what is in them. */
const isShortByName = (program: SparkProgram, dataset: Dataset, origins: readonly Dataset[]): boolean => isReadShortByName(program, dataset, origins) || isCalledSmall(dataset);
const isReadShortByName = (program: SparkProgram, dataset: Dataset, origins: readonly Dataset[]): boolean =>
  isFromSmallSources(dataset) || isMadeSmallByName(program, dataset) || origins.length > 0 && origins.every((origin) => isGivenSmall(program, origin));

/** By what it is read from, whatever steps it took since. */
export function smallSource(program: SparkProgram, dataset: Dataset, name: string): FewRows | undefined {
  const origins = originsOf(dataset);
  if (isShortByName(program, dataset, origins)) return { rows: rowsOf(dataset, name), condition: 'what it is read from stays as short as its name promises' };
  if (origins.every(isSample)) return { rows: rowsOf(dataset, name), condition: 'what it is read from stays the sample that its path promises' };
  if (origins.every(isTemporary)) return { rows: rowsOf(dataset, name), condition: 'the run puts little into its temporary folder' };
  if (origins.every((origin) => isOfOneMachine(origin) || isOfHome(origin))) return { rows: rowsOf(dataset, name), condition: 'the files, which lie on one machine, stay small' };
  if (origins.every((origin) => isBeside(program, origin))) return { rows: origins.includes(dataset) ? `all lines of ${name}` : rowsOf(dataset, name), condition: origins.length > 1 ? 'the files that lie beside the program stay small' : 'the file that lies beside the program stays small' };
  if (origins.every(isOfDocuments)) return { rows: unfolds(program, dataset) ? `what the files of ${name} hold` : `one row for each file of ${name}`, condition: 'the files are few and small' };
  return origins.every(isDocument) ? { rows: rowsOf(dataset, name), condition: 'the files are small documents' } : undefined;
}

/** Since the grouping, a step made several rows of each. */
export function unfolds(program: SparkProgram, dataset: Dataset): boolean {
  for (const at of partitionsKept(dataset)) {
    if (!isWithinPartitions(at)) return false;
    // Of a frame's rows it gives their columns: `df.rdd.flatMap(lambda row: row)`.
    if ((at.made === 'flatMap' || at.made === 'flatMapValues') && at.from[0]?.made !== 'rdd') return true;
    if (at.args.some(({ site }) => makesRows(program, site))) return true;
  }
  return false;
}

/** Where rows come from whose number the program does not fix. */
const originsOf = (dataset: Dataset): Dataset[] => lineage(dataset).filter(({ bound, from, made }) => bound.is !== 'rows' && (from.length === 0 || made === 'batch'));

/** Nothing in sight says that it is large: its source is not in sight, tests keep it, or the program wrote it from rows that it fixes. */
export const isOfNoSize = (context: ProgramContext, dataset: Dataset): boolean =>
  originsOf(dataset).every((origin) => origin.bound.is === 'unknown' || isTestData(origin) || isSampleOfProject(context, origin) || isTableOfGroups(context.program, origin) || isWrittenByDriver(context.program, origin) || isCutShort(origin) || isWrittenSmall(context, origin, 0));

const isSampleOfProject = ({ readsSample }: ProgramContext, { source }: Dataset): boolean =>
  source !== undefined && source.paths.length > 0 && readsSample !== undefined && source.paths.every(readsSample);
/** All of it is read from samples: files built with the program, or small ones that the project holds itself. */
export const isFromSamples = (context: ProgramContext, dataset: Dataset): boolean => isAllFrom(dataset, (origin) => isBuiltWithProgram(origin) || isSampleOfProject(context, origin));

const hasPath = ({ source }: Dataset, shape: RegExp): boolean => source !== undefined && source.paths.length > 0 && source.paths.every((path) => shape.test(path));
/** The same of a path of which only the beginning is known. */
const hasPlace = (dataset: Dataset, start: RegExp): boolean => hasPath(dataset, start) || dataset.source?.paths.length === 0 && dataset.args[0] !== undefined && start.test(templateOf(dataset.args[0].value) ?? '');
const isTestData = (dataset: Dataset): boolean => hasPath(dataset, /^(?!\w+:|\/)(.*\/)?(tests?|test[_-]?(data|resources|files)|fixtures)\//i);
const isSample = ({ source }: Dataset): boolean => source !== undefined && source.paths.length > 0 && source.paths.every(isSampleFile);
const isTemporary = ({ source, args }: Dataset): boolean => source !== undefined && args.some(({ value }) => isTemporaryPlace(value));
/** All of it is read from what the run itself has put there. */
export const isFromTemporaryFiles = (dataset: Dataset): boolean => isAllFrom(dataset, isTemporary);
/** A text that lies where the program is started: `sc.textFile("colors.txt")`; beside a notebook also a table of one file. */
const isBeside = ({ lowered }: SparkProgram, dataset: Dataset): boolean => (lowered.notebook ? /^(text|csv|json)$/ : /^text$/).test(dataset.source?.format ?? '') && hasPath(dataset, /^[^/:*]+\.\w+$/);
/** The program says where it lies from its own place: no executor on another machine finds it. */
const isFoundByTheProgram = ({ source, args: [first] }: Dataset): boolean => source !== undefined && first !== undefined && (isBesideProgram(first.value) || builtWith.test(templateOf(first.value) ?? ''));
/** Files that are built with the program. */
const builtWith = /(^|[\\/\0])src[\\/]+(main|test)[\\/]+resources?[\\/]/;
const isBuiltWithProgram = ({ source, args: [path] }: Dataset): boolean => source !== undefined && path !== undefined && builtWith.test(templateOf(path.value) ?? '');
/** All of it is read from those: samples, which stay as they are. */
export const isFromOwnSources = (dataset: Dataset): boolean => isAllFrom(dataset, isBuiltWithProgram);
/** `C:\\Users\\me\\words.txt`, `../data/words.txt`, what the program finds from its own place, all files in the home folder of a machine: all files on one machine. */
const isOfOneMachine = (dataset: Dataset): boolean => isFoundByTheProgram(dataset) || hasPlace(dataset, /^((file:\/*)?[A-Za-z]:[\\/]|\/[A-Za-z]:[\\/]|(file:)?\.{1,2}[\\/]|src[\\/]+(main|test)[\\/]|file:\/*(home|Users|root|tmp|databricks\/driver)\/)/);
/** Read from the disk of somebody's own machine, by its drive or home. */
export const isFromOwnDisk = (dataset: Dataset): boolean => isAllFrom(dataset, (origin) => hasPlace(origin, /^(?:file:\/*|\/)?(?:[A-Za-z]:[\\/]|(?<=\/)(?:home\/(?!hadoop\/)|Users\/)[\w.-]+\/)/));
/** `/home/me/words.txt` is somebody's own on a laptop, and on a cluster what its file system holds under that name, which may be anything (so may what is not written out); `file:///data/words.txt` may lie on a disk that all machines have in common. */
const isOfHome = (dataset: Dataset): boolean => hasPlace(dataset, /^(\/(home\/(?!hadoop\/|[^/]*\0)|Users\/(?![^/]*[@\0])|root\/)|file:(?!\/*(dbfs|mnt)\/))/);
/** All of it is read from samples and such files. */
export const isFromOwnFiles = (dataset: Dataset): boolean => isAllFrom(dataset, isOwnFile);
/** The same, or from what a home folder holds. */
export const isFromHomeFiles = (dataset: Dataset): boolean => isAllFrom(dataset, (origin) => isOwnFile(origin) || isOfHome(origin));

const isOwnFile = (origin: Dataset): boolean => isSample(origin) || isOfOneMachine(origin);
function isAllFrom(dataset: Dataset, test: (origin: Dataset) => boolean): boolean {
  const origins = originsOf(dataset);
  return origins.length > 0 && origins.every(test);
}
/** A micro-batch is among what it is made of. */
export const isOfBatch = (dataset: Dataset): boolean => originsOf(dataset).some(({ made }) => made === 'batch');

export const ofBatch = (name: string): FewRows => ({ rows: `all rows of ${name}, a micro-batch,`, condition: 'each batch is small, also the first one after a stop' });

/** It is a stream, or a micro-batch of one, that takes so much at a time. */
const isCut = (origin: Dataset): boolean => lineage(origin).some(({ source }) => source !== undefined && perTrigger.some((option) => source.options.has(option)));
const perTrigger = ['maxoffsetspertrigger', 'maxfilespertrigger', 'maxbytespertrigger'];

/** The same, of which a number in the code keeps each batch to few records. */
const isCutShort = (origin: Dataset): boolean => (origin.made === 'batch' || origin.streaming === 'yes') && lineage(origin).some(({ source }) => Number(source?.options.get('maxoffsetspertrigger') ?? Infinity) <= mostOfBatch);
const mostOfBatch = 1000;

/** Each file is a row. */
const isOfDocuments = ({ source, made }: Dataset): boolean => made === 'wholeTextFiles' || source?.options.get('wholetext')?.toLowerCase() === 'true';

/** JSON over several lines: a file is parsed in one piece. */
const isDocument = ({ source }: Dataset): boolean => source?.format?.toLowerCase() === 'json' && source.options.get('multiline')?.toLowerCase() === 'true' && source.paths.every((path) => !isFolder.test(path));
/** A path whose last part has no ending, or matches several files. */
const isFolder = /\*|(?:^|\/)[^./]*\/*$/;

/** All of it is documents: whoever goes through their rows reads what they say. */
export const isOfDocument = (dataset: Dataset): boolean => isAllFrom(dataset, isDocument);

/** A document whose rows the driver takes, all of them: what it says, as a rule, is what is to be done. */
export const isDocumentForDriver = (program: SparkProgram, dataset: Dataset): boolean =>
  isOfDocument(dataset) && originsOf(dataset).some((origin) => actionsOn(program, origin).some(({ method, on }) => method.driver === 'all' && on.every((each) => each.bound.is === 'unbounded')));

/** `filter(col("id").isin([1, 2]))`, with nothing but steps within partitions since: values of a column that tells things apart. */
export const isPickedByKey = (program: SparkProgram, dataset: Dataset): boolean => isFilteredBy(dataset, ({ value }) => isCountable(picks(program, value)), (condition) => isCountable(picksByValue(condition)));
const isCountable = (keys: number | undefined): boolean => keys !== undefined && keys < Infinity;

/** The same, or by values that any number of rows may share: a status, a run. */
export const isPickedByValue = (program: SparkProgram, dataset: Dataset): boolean => isFilteredBy(dataset, ({ value }) => picks(program, value) !== undefined, (condition) => picksByValue(condition) !== undefined);

/** `filter(col("id") == wanted)`: of all keys one is left. */
export const isPickedByOneValue = (program: SparkProgram, dataset: Dataset): boolean =>
  isFilteredBy(dataset, ({ value }) => picks(program, value) === 1, (condition) => picksByValue(condition) === 1);

/** By whatever condition, with nothing but steps within partitions since. */
export const isFiltered = (dataset: Dataset): boolean => isFilteredBy(dataset, () => true, (condition) => condition.trim() !== '');

/** Of what an action may run on, by several ways, the one that says most: unbounded, with no filter before it. */
export function leastReduced(datasets: readonly Dataset[]): Dataset {
  const unbounded = datasets.filter(({ bound }) => bound.is === 'unbounded');
  return unbounded.find((each) => !isFiltered(each)) ?? unbounded[0] ?? datasets[0]!;
}

/** By one that compares with a value, with nothing but steps within partitions since. */
const isNarrowed = (dataset: Dataset): boolean => isFilteredBy(dataset, ({ value }) => asks(value), asksInSql);

/** A condition that is not in sight may leave few rows. */
const asks = (condition: Value): boolean => condition.every((item) => {
  if (item.is === 'function') return comparesRows(item.def);
  const text = item.is === 'constant' ? String(item.value) : item.is === 'foreign' ? item.template : undefined;
  if (text !== undefined) return asksInSql(text);
  return item.is !== 'spark' || item.kind !== 'Column' || item.column?.asks === true || item.column?.udf !== undefined;
});

/** Of the conditions that rows have met since they were in other partitions, one is such, in code or in SQL. */
function isFilteredBy(dataset: Dataset, inCode: (condition: ArgValue) => boolean, inSql: (condition: string) => boolean): boolean {
  for (const at of partitionsKept(dataset, isSort)) {
    if ((at.made === 'filter' || at.made === 'where') && at.args[0] && inCode(at.args[0])) return true;
    if (at.source?.sql !== undefined) return inSql(/\bwhere\b(.*)$/is.exec(at.source.sql)?.[1] ?? '');
  }
  return false;
}

/** So many values of a key, whatever it is of its alternatives; see `ColumnFacts.picks`. */
function picks(program: SparkProgram, condition: Value): number | undefined {
  const each = condition.map((item) => pickedBy(program, item));
  return each.length > 0 && each.every((own) => own !== undefined) ? Math.max(...each) : undefined;
}

function pickedBy(program: SparkProgram, item: Abstract): number | undefined {
  if (item.is === 'function') return looksUp(program, item.def);
  const text = item.is === 'constant' ? String(item.value) : item.is === 'foreign' ? item.template : undefined;
  return text !== undefined ? picksByValue(text) : item.is === 'spark' ? item.column?.picks : undefined;
}

/** `lambda row: row.age > 17`; what is not written as a comparison (a call of the program, say) may leave few as well. */
function comparesRows({ body }: Def): boolean {
  const value = (expr: Expr): unknown => (expr.kind === 'literal' ? expr.value : expr.kind === 'operator' && expr.name === 'neg' && expr.args[0]!.kind === 'literal' ? -Number(expr.args[0]!.value) : undefined);
  const asked = (expr: Expr | undefined): boolean => {
    // With several ways out, one that asks for some.
    if (expr?.kind === 'sequence') return asked(expr.body.at(-1)) || expr.body.slice(0, -1).some((each) => each.kind === 'if' && !each.expression && (asked(each.then) || asked(each.otherwise)));
    if (expr?.kind === 'exit') return asked(expr.value);
    if (expr?.kind !== 'operator') return expr?.kind === 'call' && !(expr.fn.kind === 'member' && /^(nonEmpty|isDefined|isEmpty)$/.test(expr.fn.name));
    const [left, right] = expr.args as [Expr, Expr];
    switch (expr.name) {
      case 'and': case '&&': return expr.args.some(asked);
      case 'or': case '||': return expr.args.every(asked);
      case 'not': case '!': case '!=': case 'differs': case 'is not': case 'not in': case '=!=': return false;
      case 'is': return true;
      case 'equals': case '===': case '==': return asksForSome('==', value(right)) && asksForSome('==', value(left));
      default: return right === undefined || asksForSome(expr.name, value(right));
    }
  };
  return asked(body);
}

/** `lambda row: row.id in wanted`, `row => wanted.contains(row.id)`, `_.id == "x7"`: what a function asks of a row, as `isin` and `==` ask a Column. */
function looksUp(program: SparkProgram, { params, binds, body }: Def): number | undefined {
  const own = new Set([...binds, ...params.map(({ name }) => name)]);
  const isOwn = (expr: Expr): boolean => someWithin(expr, (each) => each.kind === 'name' && own.has(each.name));
  const isText = (expr: Expr): boolean => expr.kind === 'text' || expr.kind === 'literal' || (program.types.get(expr)?.some((item) => item.is === 'constant' || item.is === 'foreign' && item.name === 'str') ?? false);
  const among = (asked: Expr, wanted: Expr): number | undefined => (isOwn(asked) && !isOwn(wanted) && !isText(wanted) && tellsApart(columnNamed(asked) ?? 'key') ? pickedOf(columnNamed(asked) ?? 'key', uncounted) : undefined);
  const one = (asked: Expr, wanted: Expr): number | undefined =>
    (isOwn(asked) && !isOwn(wanted) && (wanted.kind === 'literal' ? isPick(wanted.value) : tellsApart(columnNamed(asked) ?? '')) ? pickedOf(columnNamed(asked) ?? '', 1) : undefined);
  const asks = (expr: Expr | undefined): number | undefined => {
    if (expr?.kind === 'sequence') return asks(expr.body.at(-1));
    if (expr?.kind === 'exit') return asks(expr.value);
    if (expr?.kind === 'call') return expr.fn.kind === 'member' && expr.fn.name === 'contains' && expr.args.length === 1 ? among(expr.args[0]!.value, expr.fn.on) : undefined;
    if (expr?.kind !== 'operator') return undefined;
    const [left, right] = expr.args as [Expr, Expr];
    switch (expr.name) {
      case 'and': case '&&': return fewest(expr.args.map(asks));
      case 'or': case '||': return expr.args.every((arg) => asks(arg) !== undefined) ? Math.max(uncounted, ...expr.args.map((arg) => asks(arg)!)) : undefined;
      case 'in': return among(left, right);
      case '==': case 'equals': return one(left, right) ?? one(right, left);
      default: return undefined;
    }
  };
  return asks(body);
}

// ---- tables that are short by what they are for: lists of settings, of jobs to run, of what codes mean ----------------

/** What the last word of such a name is. */
const purposes: ReadonlySet<string> = new Set([
  'config', 'configs', 'spec', 'specs', 'configuration', 'configurations', 'cfg', 'settings', 'parameter', 'parameters', 'param', 'params', 'metadata', 'control', 'ctl', 'lookup', 'lookups', 'lkp', 'destinations', 'conf', 'mapping', 'mappings', 'lut', 'luts', 'rules', 'calendar', 'holiday', 'holidays', 'watermark', 'watermarks', 'stopwords', 'stopword', 'schema', 'dictionary', 'dictionaries', 'dict', 'dicts', 'dic', 'enum', 'enums', 'glossary', 'thesaurus',
]);
/** Codes of such are a list that somebody keeps; of `promo_codes` there are as many as are given out. */
const classified = /^(icd|iso|naics|sic|nace|iata|icao|ref|reference|dim|lookup|country|currency|status|state|language|lang|locale|region|province|airport|airline|carrier|zip|postal|post|area|error|reason|industry|unit|category|department|type)$/;
/** Things of which the world, or a company, has a few hundred, or a calendar that many days. */
const few = /^(country|countries|currency|currencies|language|languages|calendar|holiday|holidays|surname|surnames|regions?|provinces?|departments?|category|categories|statuses|airlines?|airports?|carriers?|genres?)$/;
/** What stands beside such a word in the name of a table that lists them. */
const listing: ReadonlySet<string> = new Set(['dim', 'ref', 'reference', 'master', 'iso', 'code', 'codes', 'list', 'name', 'names', 'public', 'raw', 'bronze', 'silver', 'gold', 'stg', 'staging', 'src', 'table']);
const dates = /^(dim_?dates?|dates?_?dim)$/;
/** Or the first one: `cfg_sources`. */
const prefixes: ReadonlySet<string> = new Set(['config', 'cfg', 'ctl']);
/** One row for each of these is as many rows as there are of them. */
const many = /^(user|customer|client|account|member|player|patient|subscriber|employee|device|machine|vehicle|product|item|order|event|file|document|image|video|movie|session|sample|quality|coupon|voucher|cookie|track|song)s?$/;

export function isSmallByName(table: string): boolean {
  const words = wordsOf(table.replaceAll('`', '').split('.').at(-1)!);
  if (words.length > 1 && /^(table|tables|tbl|tab|v)$/.test(words.at(-1)!)) words.pop();
  if (words.some((word) => many.test(word))) return false;
  if (dates.test(words.join('_')) || words.some((word) => few.test(word)) && words.every((word) => few.test(word) || listing.has(word))) return true;
  if (words.at(-1) === 'codes') return words.some((word) => classified.test(word));
  return purposes.has(words.at(-1) ?? '') || words.length > 1 && prefixes.has(words[0]!);
}
const wordsOf = (name: string): string[] => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().replace(/stop[^a-z]?words?([^a-z]+[a-z]{2})?$/, 'stopwords').split(/[^a-z]+/).filter((word) => word !== '');

/** A variable that holds it is called so: `job_conf_df`. */
const isCalledSmall = ({ names }: Dataset): boolean => names.some(({ name }) => isSmallByName(name.replace(/^df_|_df$/i, '')));

/**
 * What makes it says so, where nothing is seen of what it reads: `def load_country_codes(spark, source)`, `def buildDimDate(spark)`,
 * `class DictionaryLoader(settings)`.
 */
export function isMadeSmallByName({ path, lowered }: SparkProgram, dataset: Dataset): boolean {
  if (dataset.site.module !== path || originsOf(dataset).some(({ source }) => source && (source.paths.length > 0 || source.tables.length > 0 || source.sql !== undefined))) return false;
  const around = definitionsAt(lowered, dataset.site.start);
  const made = /^_*(?:build|create|fetch|generate|get|ingest|load|make|populate|read)_(\w+)$/.exec(inWords(around.at(-1)?.name))?.[1]?.replace(/_from$/i, '');
  // A method that names what it gives, or something of which there are many, is not one that gives what its class is named after.
  if (made !== undefined || wordsOf(around.at(-1)?.name ?? '').some((word) => many.test(word))) return made !== undefined && isSmallByName(made);
  return around.flatMap(({ kind, name }) => (kind === 'class' ? /^(\w+)_(?:Loader|Reader|Source|Repository)$/.exec(inWords(name))?.[1] ?? [] : [])).some(isSmallByName);
}
const inWords = (name = ''): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_');

/** The frame, or what it is made from, is called daily, monthly, per year: a series of days or months. */
export const isSeries = (dataset: Dataset): boolean => lineage(dataset).some(({ names, source }) => [...names.map(({ name }) => name), ...source?.tables ?? []].some((name) => series.test(name)));
const series = /(^|[_.])(daily|weekly|monthly|quarterly|yearly|annual|(per|by)_(day|week|month|quarter|year))(_|$)/i;

/** It is read from tables of such a name, whose periods a year has few of; `customer_orders_monthly` has a row for each customer and month. */
export const isFromSeries = (dataset: Dataset): boolean => isAllFrom(dataset, ({ source }) => source !== undefined && source.tables.length > 0 && source.tables.every((table) => fewPeriods.test(table) && !wordsOf(table.split('.').at(-1)!).some((word) => many.test(word))));
const fewPeriods = /(^|[_.])(monthly|quarterly|yearly|annual)(_|$)/i;

/** All it is read from are such tables, or files and frames of such names. */
export const isFromSmallTables = (dataset: Dataset): boolean => isFromSmallSources(dataset) || isCalledSmall(dataset);

function isFromSmallSources(dataset: Dataset): boolean {
  const sources = lineage(dataset).filter(({ from }) => from.length === 0);
  return sources.length > 0 && sources.every(isSmallSource);
}

function isSmallSource(dataset: Dataset): boolean {
  const { source } = dataset;
  if (!source) return false;
  const called = source.tables.length > 0 ? source.tables : source.paths.map(fileName);
  return called.length > 0 && called.every(isSmallByName) && !source.paths.some(mayHoldTheirFlights) || source.paths.length > 0 && source.paths.every(isInSmallFolder) || isCalledSmall(dataset);
}

/** A folder `airlines` holds what they fly, as a rule, and only a file of that name the few that there are. */
const mayHoldTheirFlights = (path: string): boolean => !/\.\w+$/.test(path) && wordsOf(fileName(path)).some((word) => /^(airline|carrier)s?$/.test(word));

/** Of a path, what it ends in, without the words after a dot. */
const fileName = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1)!.replace(/(?<=.)\.\w+(\.gz)?$/, '');

/** `luts/phenotypes.tsv`, `config/sources.json`: a file among others of that purpose. */
const isInSmallFolder = (path: string): boolean => purposes.has(path.split('/').at(-2)?.toLowerCase() ?? '') && /\.\w+$/.test(path);

/** The variable that says where it lies is called so: `spark.read.csv(config_path)`. */
function isGivenSmall({ path, lowered }: SparkProgram, { source, args }: Dataset): boolean {
  const [first] = args;
  if (!source || source.tables.length > 0 || !first || first.site.module !== path) return false;
  const written = /^(?:self\.)?([A-Za-z_]\w*)$/.exec(lowered.text.slice(first.site.start, first.site.end))?.[1];
  return written !== undefined && isSmallByName(written.replace(/_?(path|file|filename|uri|url|location|loc|dir|table|tbl)(_?name)?$/i, ''));
}

// ---- what the program makes itself ------------------------------------------------------------------------------------

/** All it is made from are rows that the program counts out, tables and files included that it writes itself, from nothing else. */
export const isMadeSmall = (context: ProgramContext, dataset: Dataset, depth = 0): boolean =>
  dataset.bound.is === 'rows' || rootsOf(dataset).every((root) => root.bound.is === 'rows' || isWrittenSmall(context, root, depth));

/** All writes to the table or path in sight replace it, by such rows; so does the one before it, to what goes by the same name here. */
function isWrittenSmall(context: ProgramContext, dataset: Dataset, depth: number): boolean {
  const { source } = dataset;
  const table = source?.tables.length === 1 ? source.tables[0]!.toLowerCase() : undefined;
  const read = table ?? (source?.paths.length === 1 ? source.paths[0] : undefined);
  if (depth >= deepest) return false;
  const isSmall = (write: EventOf<'write'>): boolean => replaces(write) && write.on.every((each) => isMadeSmall(context, each, depth + 1));
  const before = namedWritesBefore(context.program, dataset);
  if (before.length > 0) return before.every(isSmall);
  const here = (read === undefined ? undefined : writesOf(context.program).get(read)) ?? [];
  if (read === undefined || !here.every(isSmall)) return false;
  const elsewhere = table === undefined ? [] : context.writesElsewhere?.(table) ?? [];
  return here.length + elsewhere.length > 0 && elsewhere.every((write) => write !== 'unknown' && isSmall(write));
}
const deepest = 4;

const replaces = ({ on, method, props, stream }: EventOf<'write'>): boolean =>
  !stream && method.name !== 'insertInto' && (props.mode === undefined || props.mode === 'overwrite') && on.length > 0;

/** `out = f"{schema}.cleaned"`, a name of the module that stays as it is from the first write on, is written to and then read: as the text goes on. */
function namedWritesBefore(program: SparkProgram, { source, args: [first], site }: Dataset): readonly EventOf<'write'>[] {
  const name = source === undefined || first === undefined ? undefined : nameOfModule(program, first.site);
  const bound = name === undefined ? undefined : lastBound(program).get(name);
  const writes = bound === undefined ? [] : eventsOf(program, 'write').filter(({ target }) => target.site !== undefined && nameOfModule(program, target.site) === name);
  return writes.every((write) => write.site.module === program.path && bound! <= write.site.start && write.site.end < site.start && definitionsAt(program.lowered, write.site.start).length === 0) ? writes : [];
}

function nameOfModule(program: SparkProgram, { module, start, end }: Site): string | undefined {
  const name = module === program.path && definitionsAt(program.lowered, start).length === 0 ? program.lowered.text.slice(start, end) : '';
  return lastBound(program).has(name) ? name : undefined;
}
/** Names that nothing but the module's own statements binds, with where the last of these ends. */
const lastBound = oncePerProgram(({ lowered }): ReadonlyMap<string, number> => {
  const bound = groupedBy(statementsOf(lowered).flatMap((statement) => boundBy(statement).map((name) => ({ name, statement }))), ({ name }) => name);
  return new Map([...bound].flatMap(([name, all]) => (all.length === 1 || all.every(({ statement }) => definitionsAt(lowered, statement.start).length === 0) ? [[name, Math.max(...all.map(({ statement }) => statement.end))] as const] : [])));
});

/** By the table or path that they name. */
const writesOf = oncePerProgram((program): ReadonlyMap<string | undefined, readonly EventOf<'write'>[]> => groupedBy(eventsOf(program, 'write'), ({ target }) => target.table?.toLowerCase() ?? target.path));
