/** A configuration key in words, for hovers, completion and `sparkcheck explain`. Facts are Markdown, without list marks. */
import { explanationOf, prefixText } from './explanations.ts';
import type { KeyFacts, Registry } from './registry.ts';
import { unitName, type VersionRange } from './values.ts';
import { compare } from './version.ts';

export interface KeyCard {
  readonly key: string;
  /** Gone, renamed: what to know first. */
  readonly warning: string | undefined;
  /** What it does, then what to weigh. */
  readonly texts: readonly string[];
  readonly facts: readonly string[];
}

/** undefined: neither Spark nor one of its prefixes knows the key. */
export function keyCard(registry: Registry, key: string, targets: VersionRange): KeyCard | undefined {
  const facts = registry.get(key, targets.to);
  if (!facts) return passedOnCard(registry, key);
  return {
    key, warning: warningOf(facts, targets), texts: present([facts.explanation, facts.advice]),
    facts: present([typeLine(facts), defaultLine(facts, targets), facts.removed ? undefined : scopeLine(facts), sinceLine(registry, facts, targets), alternativesLine(registry, facts, targets), facts.internal ? 'Internal to Spark: may change without notice' : undefined]),
  };
}

/** A key that Spark takes for its prefix. */
function passedOnCard(registry: Registry, key: string): KeyCard | undefined {
  const own = explanationOf(key);
  const texts = present([own?.explanation, own?.advice, prefixText(key)]);
  if (texts.length === 0 || !registry.hasPrefix(key)) return undefined;
  return { key, warning: undefined, texts, facts: [/^spark\.(sql|datasource)\./.test(key) ? settable : `${atStart} has no effect`] };
}

export function describeKey(registry: Registry, key: string, targets: VersionRange): string | undefined {
  const card = keyCard(registry, key, targets);
  if (!card) return undefined;
  const paragraphs = [`**\`${card.key}\`**`, ...(card.warning === undefined ? [] : [`**${card.warning}.**`]), ...card.texts];
  return [...paragraphs, ...(card.facts.length > 0 ? [card.facts.map((line) => `- ${line}`).join('\n')] : [])].join('\n\n');
}

const present = (lines: readonly (string | undefined)[]): string[] => lines.filter((line) => line !== undefined);

// ---- type and values ----------------------------------------------------------------------------------------------

const typeNames: Readonly<Record<string, string>> = { boolean: 'true or false', int: 'whole number', long: 'whole number', double: 'number', decimal: 'number', time: 'time', bytes: 'size', enum: 'one word of several', string: 'text', regex: 'regular expression', zone: 'time zone' };

/** Few words, as beside a key in a list. */
export const typeName = (facts: KeyFacts): string => (facts.type.startsWith('seq') ? 'list' : typeNames[facts.type] ?? facts.type);

/** A bare number of these is read as bytes by one part of Spark or another, whatever the entry says. */
const needsUnit = new Set(['spark.executor.memory', 'spark.driver.memory']);

function typeLine(facts: KeyFacts): string | undefined {
  if (facts.allowed?.length === 1 && !facts.classes) return `Type: \`${facts.allowed[0]!}\` and nothing else`;
  if (facts.allowed && facts.allowed.length > 0) return `Type: one of ${facts.allowed.map((value) => `\`${value}\``).join(', ')}${facts.anyCase ? ', in any case' : ''}${facts.classes ? ', or the name of another class' : ''}`;
  // Nothing is known of the type of a plain name.
  if (facts.type === 'string' && !facts.registered) return undefined;
  const bounds = boundWords(facts);
  return `Type: ${typeWords(facts)}${bounds === undefined ? '' : `; ${bounds}`}`;
}

function typeWords(facts: KeyFacts): string {
  if (facts.type.startsWith('seq')) return 'comma-separated list';
  if (facts.type !== 'time' && facts.type !== 'bytes') return typeName(facts);
  const examples = facts.type === 'time' ? 'time such as `500ms`, `30s` or `5min`' : 'size such as `512m` or `4g`';
  return `${examples}; ${needsUnit.has(facts.key) ? 'always with its unit' : `a bare number counts ${unitName(facts.unit ?? (facts.type === 'time' ? 'ms' : 'b'))}`}`;
}

/** What an array of Java holds at most: true of many keys, and of no use to anybody. */
const arraySize = 2_147_000_000;

function boundWords({ minimum, openMinimum, maximum, openMaximum, exceptions, unit }: KeyFacts): string | undefined {
  const written = (bound: number): string => (unit === undefined || bound === 0 ? String(bound) : `\`${bound}${unit}\``);
  const bounds = [
    ...(minimum === undefined ? [] : [`${openMinimum ? 'more than' : 'at least'} ${written(minimum)}`]),
    ...(maximum === undefined || maximum > arraySize ? [] : [`${openMaximum ? 'less than' : 'at most'} ${written(maximum)}`]),
  ];
  return bounds.length === 0 ? undefined : `${bounds.join(' and ')}${exceptions === undefined ? '' : ` or ${exceptions.join(', ')}`}`;
}

// ---- defaults -----------------------------------------------------------------------------------------------------

/** What holds at the start of the range, what held before, and each change since. */
function defaultLine(facts: KeyFacts, targets: VersionRange): string | undefined {
  const steps = lasting(facts.defaults);
  const at = Math.max(steps.findLastIndex(({ from }) => compare(from, full(targets.from)) <= 0), 0);
  const now = steps[at];
  if (!now) return facts.registered || !(facts.deprecated || facts.removed) ? 'Default: not set' : undefined;
  const said = (value: string | undefined): string => `${shownDefault(value)}${value !== undefined && /^[1-9]\d*$/.test(value) && facts.unit !== undefined ? ` (${unitName(facts.unit)})` : ''}`;
  const before = at > 0 ? ` (${said(steps[at - 1]!.value)} before Spark ${short(now.from)})` : '';
  const later = steps.slice(at + 1).map(({ from, value }) => `, ${said(value)} from ${short(from)}`).join('');
  return `Default: ${said(now.value)}${before}${later}`;
}

/** Without the to and fro of a change that patch releases of older lines had before a newer line's first release. */
function lasting(defaults: KeyFacts['defaults']): KeyFacts['defaults'] {
  const lastOfLines = defaults.filter(({ from }, index) => lineOf(defaults[index + 1]?.from) !== lineOf(from));
  return lastOfLines.filter(({ value }, index) => index === 0 || lastOfLines[index - 1]!.value !== value);
}

const lineOf = (version: string | undefined): string | undefined => version?.split('.').slice(0, 2).join('.');
const full = (version: string): string => (version.split('.').length < 3 ? `${version}.0` : version);
/** '4.0.0' → '4.0'. */
const short = (version: string): string => version.replace(/^(\d+\.\d+)\.0$/, '$1');

const endless = /^(2147483647|9223372036854775807)(b|ms|s)?$|^Long\.MAX_VALUE$|^infinity$/;
/** Defaults that Spark computes. */
const computed: Readonly<Record<string, string>> = {
  'Default Parallelism': 'the default parallelism', 'numExecutors * 2, with minimum of 3': 'twice the executors, at least 3', 'AM memory * 0.10, with minimum of 384': 'a tenth of its memory, at least 384 MiB',
  'driver memory * 0.10, with minimum of 384': "a tenth of the driver's memory, at least 384 MiB", 'executor memory * 0.10, with minimum of 384': "a tenth of the executor's memory, at least 384 MiB", 'driver side SPARK_HOME': 'SPARK_HOME of the driver',
  'yarn.resourcemanager.am.max-attempts in YARN': 'the limit of YARN itself', "Current user's home directory in the filesystem": 'the home of the user', 'The default HDFS replication (usually 3)': 'that of HDFS', '(local hostname)': 'the name of the machine',
  '(time zone of the driver)': 'the time zone of the driver', '(spark-warehouse in the working directory)': '`spark-warehouse` in the working directory', '(by the number of cores)': 'by the number of cores', '(a quarter of the heap)': 'a quarter of the heap', '(the heap)': 'the heap',
};

/** A default that can be written into a file as it stands. */
export const isWritable = (value: string): boolean => !Object.hasOwn(computed, value) && !endless.test(value) && takenFrom(value) === undefined;

/** `(value of spark.driver.host)`, `spark.network.timeout`. */
const takenFrom = (value: string): string | undefined => /^(?:\(?(?:the )?value of )?(spark\.[\w.-]+)\)?$/i.exec(value)?.[1];

export function shownDefault(value: string | undefined): string {
  if (value === undefined) return 'not set';
  if (value === '') return 'empty';
  if (endless.test(value)) return 'no limit';
  const other = takenFrom(value);
  if (other !== undefined) return `the value of \`${other}\``;
  return computed[value] ?? `\`${value}\`${sizeInWords(value)}`;
}

/** `134217728b` → ' (128 MiB)'. */
function sizeInWords(value: string): string {
  const bytes = Number(/^(\d{4,})b$/.exec(value)?.[1]);
  const [unit, size] = bytes >= 2 ** 30 ? ['GiB', 2 ** 30] : bytes >= 2 ** 20 ? ['MiB', 2 ** 20] : ['KiB', 1024];
  return Number.isInteger(bytes / size) ? ` (${bytes / size} ${unit})` : '';
}

// ---- where and since when ----------------------------------------------------------------------------------------

/** Their part of Spark is not loaded in every driver, and only what is loaded is refused. */
const sometimesLoaded = /^spark\.(blacklist|kafka|kubernetes|mesos|profiler|r|streaming|yarn)\./;
const servers: readonly (readonly [RegExp, string])[] = [[/^spark\.history\./, 'the history server'], [/^spark\.(deploy|master)\./, 'the standalone master'], [/^spark\.worker\./, 'a standalone worker'], [/^spark\.shuffle\.(service\.(db|index)|push\.server)\./, 'the shuffle service']];
const settable = 'Settable at run time, for the session: `spark.conf.set` or `SET`';
const atStart = 'Read when the application starts; setting it at run time';

/** Which keys raise at run time was tried on 3.5.6 and 4.3.0 with every key that is not SQL's: those that are registered. */
function scopeLine(facts: KeyFacts): string | undefined {
  if (facts.scope === 'session') return settable;
  if (facts.scope === 'static') return 'Static: set before the session is made; setting it at run time raises';
  if (facts.key === 'spark.scheduler.pool') return 'Set per thread: `sc.setLocalProperty`';
  const reader = servers.find(([pattern]) => pattern.test(facts.key))?.[1];
  if (reader !== undefined) return `Read when ${reader} starts; a job cannot set it`;
  if (!facts.registered || facts.key === 'spark.default.parallelism') return `${atStart} has no effect`;
  return `${atStart} ${sometimesLoaded.test(facts.key) ? 'has no effect or raises' : 'raises'}`;
}

function sinceLine(registry: Registry, facts: KeyFacts, targets: VersionRange): string | undefined {
  if (facts.since === undefined) return undefined;
  const oldest = { from: targets.from, to: targets.from };
  const read = compare(targets.from, '2.4') < 0 || facts.removed ? 'all' : registry.readBy(facts, oldest);
  const missing = read === 'none' ? `; Spark ${targets.from} does not read it` : read === 'some' ? `; older releases of Spark ${targets.from} do not read it` : '';
  return `Since Spark ${short(facts.since)}${earlier(facts)}${gaps(registry, facts)}${missing}`;
}

/** Older than Spark itself says. */
const earlier = ({ since, spans }: KeyFacts): string => (spans[0] && since !== undefined && !spans[0].from.startsWith('2.4') && compare(spans[0].from, since) < 0 ? ` (${spans[0].from} has it already)` : '');

/** What was carried back to an older line is missing from the first releases of the next one. */
function gaps(registry: Registry, { spans, removed }: KeyFacts): string {
  if (removed) return '';
  return spans.slice(0, -1).map(({ until }, index) => {
    const last = registry.releases.findLast((release) => compare(release, spans[index + 1]!.from) < 0);
    return until === undefined ? '' : `, but not in ${last === until ? until : `${until} to ${last}`}`;
  }).join('');
}

function alternativesLine(registry: Registry, facts: KeyFacts, targets: VersionRange): string | undefined {
  const read = facts.alternatives.filter((key) => compare(targets.from, registry.get(key)?.removed?.since ?? '99') < 0);
  return read.length > 0 ? `Also read under ${read.map((key) => `\`${key}\``).join(', ')}` : undefined;
}

function warningOf(facts: KeyFacts, targets: VersionRange): string | undefined {
  const { removed, deprecated } = facts;
  const instead = (use: string | undefined): string => (use === undefined ? '' : `: use \`${use}\``);
  if (removed) {
    const refused = removed.refusesUnless === undefined ? '' : `; any value but \`${removed.refusesUnless || '(empty)'}\` raises`;
    return `Not read ${compare(targets.from, removed.since) >= 0 ? 'any more, since' : 'from'} Spark ${short(removed.since)}${compare(targets.from, removed.since) >= 0 ? '' : ' on'}${refused}${instead(removed.use)}${removed.note === undefined ? '' : ` (${removed.note})`}`;
  }
  return deprecated && compare(targets.to, deprecated.until ?? '99') < 0 ? `Deprecated ${compare(targets.to, deprecated.since) < 0 ? 'from' : 'since'} Spark ${short(deprecated.since)}${instead(deprecated.use)}` : undefined;
}
