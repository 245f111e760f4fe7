/** Reads the configuration registry; see `registry.ts` for what the facts mean. Keys are decoded when they are asked for. */
import data from './config-data.json' with { type: 'json' };
import oldData from './old-keys.json' with { type: 'json' };
import { explanationOf, prefixText } from './explanations.ts';
import { spelling } from './misspelt.ts';
import { compare as compareVersions } from './version.ts';
import type { KeyFacts, Registry, ValueForm } from './registry.ts';

/** See `tools/registry/shape.mjs` for what the short names stand for. */
interface RawFacts {
  t?: string; u?: string; d?: string; f?: string; m?: 1; s?: string; i?: 1; r?: 's' | 't'; a?: string[]; c?: 1; lo?: number; hi?: number; ol?: 1; oh?: 1; also?: number[]; cl?: 1;
  dep?: string; use?: string[]; rem?: string; only?: string;
}
interface RawKey extends RawFacts {
  dd?: string; k?: string; gone?: string; alt?: string[]; v?: string; n?: string;
  h?: { [name in keyof RawFacts]?: [string, RawFacts[name] | null][] };
}

const raw = data.keys as unknown as Record<string, RawKey>;
const releases: readonly string[] = data.releases;
const patterns = (data.patterns as string[]).map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('{}', '[^.]+').replaceAll('*', '.+')}$`));
/** First and last line that read a key of old, what took its place, why it went. */
const oldKeys = oldData as unknown as Record<string, readonly [string, string, string | null, string | null]>;
const prefixes = Object.keys(data.prefixes);
const transports = new Set(data.transportModules.flatMap((name) => Object.keys(data.transports).map((suffix) => `spark.${name}.${suffix}`)));

/** Families that no release from 2.0 on reads: below them any name is dead. */
const deadFamilies = /^spark\.(akka|cleaner\.ttl|ssl\.(akka|fs))\./;

/** Namespaces of vendors and libraries, which Spark hands on or others read: their keys are never called unknown. */
const foreignNamespaces = new RegExp(`^spark\\.(${['databricks', 'rapids', 'emr', 'emr-serverless', 'emrfs', 'dataproc', 'glue', 'sedona', 'geospark', 'mongodb', 'mongo', 'cassandra', 'es', 'elasticsearch', 'delta', 'hoodie', 'iceberg', 'snowflake', 'neo4j', 'redis', 'riak', 'couchbase', 'hbase', 'phoenix', 'kudu', 'synapse', 'cosmos', 'microsoft', 'fabric', 'ms', 'cdp', 'cloudera', 'lineage', 'sqllineage', 'openlineage', 'datahub', 'atlas', 'spline', 'gluten', 'comet', 'celeborn', 'uniffle', 'rss', 'blaze', 'plugin', 'armada', 'kyuubi', 'livy', 'jobserver', 'zeppelin', 'jupyter', 'sparkmagic', 'h2o', 'ext', 'mleap', 'mlflow', 'jsl', 'nlp', 'dataflint', 'sparklens', 'qubole', 'alluxio', 'oap', 'jindo', 'aliyun', 'oss', 'gcp', 'google', 'bigquery', 'azure', 'aws', 's3', 'ibm', 'stocator', 'huawei', 'tispark', 'starrocks', 'doris', 'clickhouse', 'singlestore', 'memsql', 'vertica', 'greenplum', 'opensearch', 'solr', 'pulsar', 'kinesis', 'streaming\\.kinesis', 'eventhubs', 'nessie', 'unity', 'polaris', 'gravitino', 'paimon', 'lakefs', 'hail', 'adam', 'graphframes', 'ranger', 'authorizer', 'metacat', 'autopilot', 'dr-elephant', 'torchlight', 'sql\\.(iceberg|catalog|delta|hudi|gluten|columnar|cassandra|comet|tispark)', 'jars\\.ivy', 'org', 'com', 'io\\.(delta|netflix)', 'executorEnv', 'hadoop', 'hive'].join('|')})(\\.|$)`);

const decoded = new Map<string, KeyFacts | undefined>();

/** Facts as a release has them; without one, as the newest does. */
function at(key: RawKey, version: string | undefined): RawKey {
  if (version === undefined || key.h === undefined) return key;
  const facts: RawKey = { ...key };
  for (const [name, steps] of Object.entries(key.h) as [keyof RawFacts, [string, unknown][]][]) {
    const value = (steps.findLast(([from]) => compareVersions(from, version) <= 0) ?? steps[0]!)[1];
    facts[name] = (value ?? undefined) as never;
  }
  return facts;
}

function decode(key: string, version?: string): KeyFacts | undefined {
  const old = Object.hasOwn(oldKeys, key) ? oldKeys[key] : undefined;
  const all: RawKey | undefined = Object.hasOwn(raw, key) ? raw[key] : undefined;
  if (!all && !old && !deadFamilies.test(key)) return undefined;
  const fact = all ? at(all, version) : {};
  const text = explanationOf(key);
  const gone = old ? next(old[1]) : all ? goneSince(key, all) : '2.0.0';
  const deprecated = all && deprecation(all);
  const use = (deprecated?.use ?? fact.use)?.[0] ?? old?.[2] ?? undefined;
  return {
    key, ...formOf(fact), since: since(all, fact), spans: spansOf(all), internal: fact.i === 1, scope: fact.r === 's' ? 'session' : fact.r === 't' ? 'static' : 'app',
    forms: all ? formsOf(all) : [], defaults: defaults(all),
    deprecated: deprecated ? { since: deprecated.since, use, until: deprecated.until } : undefined,
    removed: gone !== undefined || fact.rem !== undefined ? { since: fact.rem ?? gone!, use, note: old?.[3] ?? undefined, readBy: old && { from: old[0], to: old[1] }, refusesUnless: fact.only } : undefined,
    alternatives: fact.alt ?? [], explanation: text?.explanation ?? prefixText(key), advice: text?.advice, registered: all !== undefined && (all.v !== undefined || all.k === 'entry'),
    registeredSince: registeredSince(all),
  };
}

const wholeTypes: ReadonlySet<string> = new Set(['int', 'long', 'time', 'bytes']);

function formOf(fact: RawKey): ValueForm {
  const type = fact.t ?? 'string';
  // Of whole numbers, more than nought says the same as at least one, and more plainly.
  const positive = fact.lo === 1 && wholeTypes.has(type);
  return {
    type, unit: fact.u, allowed: fact.a, anyCase: fact.c === 1, classes: fact.cl === 1,
    minimum: positive ? 0 : fact.lo, openMinimum: positive || fact.ol === 1, maximum: fact.hi, openMaximum: fact.oh === 1, exceptions: fact.also,
  };
}

const ofForm = ['t', 'u', 'a', 'c', 'cl', 'lo', 'hi', 'ol', 'oh', 'also'] as const;

function formsOf(key: RawKey): KeyFacts['forms'] {
  const turns = [...new Set(ofForm.flatMap((name) => (key.h?.[name] as [string, unknown][] | undefined ?? []).map(([from]) => from)))].sort(compareVersions);
  return turns.map((from) => ({ from, ...formOf(at(key, from)) }));
}

/** An even number of turns ends with its removal. */
function registeredSince(key: RawKey | undefined): string | undefined {
  const turns = key?.v?.split(' ') ?? [];
  return turns.length % 2 === 1 ? turns.at(-1) : undefined;
}

/** Releases that register it, or read it without. */
function spansOf(key: RawKey | undefined): KeyFacts['spans'] {
  const turns = (text: string | undefined): string[] => text?.split(' ') ?? [];
  const [registered, named] = [turns(key?.v), turns(key?.n)];
  const isOn = (on: readonly string[], release: string): boolean => on.filter((turn) => compareVersions(turn, release) <= 0).length % 2 === 1;
  const spans: { from: string; until: string | undefined }[] = [];
  for (const turn of [...new Set([...registered, ...named])].sort(compareVersions)) {
    const holds = isOn(registered, turn) || isOn(named, turn);
    const open = spans.at(-1)?.until === undefined ? spans.at(-1) : undefined;
    if (holds && !open) spans.push({ from: turn, until: undefined });
    else if (!holds && open) open.until = turn;
  }
  return spans;
}

/** As the lists of Spark's last say it; a key may be told of anew. */
function deprecation(key: RawKey): { since: string; use: string[] | undefined; until: string | undefined } | undefined {
  const steps = key.h?.dep ?? [];
  const last = steps.findLastIndex(([, value]) => value !== null);
  const since = key.dep ?? steps[last]?.[1];
  if (since === undefined || since === null) return undefined;
  const until = key.dep === undefined ? steps[last + 1]?.[0] : undefined;
  return { since, use: key.use ?? key.h?.use?.findLast(([, value]) => value !== null)?.[1] ?? undefined, until };
}

/** As Spark states it; where it does not, the first release seen with it. The oldest registry read is of 2.4: what stands there may be older. */
function since(all: RawKey | undefined, fact: RawKey): string | undefined {
  const first = spansOf(all)[0]?.from;
  return fact.s ?? (first?.startsWith('2.4') ? undefined : first);
}

/** Documents say "infinity" where the registry holds the largest number, and in words what is computed. */
function defaults(key: RawKey | undefined): KeyFacts['defaults'] {
  const named = (value: string | null | undefined): string | undefined => {
    const told = value === '2147483647s' ? key?.dd ?? value : value ?? key?.dd ?? (key?.f === undefined ? undefined : `(value of ${key.f})`);
    return told ?? undefined;
  };
  const steps = key?.h?.d;
  if (steps) return steps.map(([from, value]) => ({ from, value: named(value) }));
  const value = named(key?.d);
  return value === undefined ? [] : [{ from: '0', value }];
}

/** Still warned of by Spark as "deprecated", but nothing reads it: tried on 3.5.9 and 4.3.0. */
const warnedOfAndDead = 'spark.yarn.user.classpath.first';

function goneSince(key: string, fact: RawKey): string | undefined {
  const end = spansOf(fact).at(-1)?.until;
  return end ?? fact.gone ?? (key === warnedOfAndDead ? '3.0.0' : undefined);
}

/** Lines that were the last of their major version. */
const lastLines: readonly string[] = ['0.9', '1.6', '2.4', '3.5'];

/** The line after the last one that read a key of old: names go with a new line. */
function next(version: string): string {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  return lastLines.includes(`${major}.${minor}`) ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
}

function get(key: string, version?: string): KeyFacts | undefined {
  const asked = version === undefined || raw[key]?.h === undefined ? undefined : newestOf(version);
  const name = asked === undefined ? key : `${key}@${asked}`;
  if (!decoded.has(name)) decoded.set(name, decode(key, asked));
  return decoded.get(name);
}

/** '3.5' → '3.5.99'. */
const newestOf = (version: string): string => (version.split('.').length < 3 ? `${version}.99` : version);

function readBy(facts: KeyFacts, { from, to }: { from: string; to: string }): 'all' | 'some' | 'none' {
  const { spans } = facts;
  const [first, last] = [from, newestOf(to)];
  if (spans.length === 0) {
    if (facts.since === undefined || compareVersions(facts.since, first) <= 0) return 'all';
    return compareVersions(facts.since, last) <= 0 ? 'some' : 'none';
  }
  // Before the first release that was read, and after the last one, things are as there.
  const within = releases.filter((release) => compareVersions(release, first) >= 0 && compareVersions(release, last) <= 0);
  const asked = within.length > 0 ? within : [releases.findLast((release) => compareVersions(release, last) <= 0) ?? releases[0]!];
  const reading = asked.filter((release) => spans.some((span) => compareVersions(span.from, release) <= 0 && (span.until === undefined || compareVersions(release, span.until) < 0)));
  return reading.length === 0 ? 'none' : reading.length === asked.length ? 'all' : 'some';
}

const keys = Object.keys(raw);
const hasPrefix = (key: string): boolean => foreignNamespaces.test(key) || transports.has(key) || /^spark\.(driver|executor)\.rpc\./.test(key) || prefixes.some((prefix) => key.startsWith(prefix) && key !== prefix) || patterns.some((pattern) => pattern.test(key));

/** Made when it is first asked: most files have no unknown key. */
let nearestKey: ((key: string) => string | undefined) | undefined;

function nearest(key: string): string | undefined {
  nearestKey ??= spelling([...new Set([...keys, ...transports, ...Object.keys(oldKeys)])], (each) => get(each)?.removed !== undefined);
  return nearestKey(key);
}

export const registry: Registry = {
  get, releases, knows: (version) => /^\d+\.\d+(\.\d+)?$/.test(version) && releases.some((each) => each === version || each.startsWith(`${version}.`)), readBy, keys, prefixes, hasPrefix, nearest,
  defaultIn(facts, version) {
    return (facts.defaults.findLast(({ from }) => compareVersions(from, newestOf(version)) <= 0) ?? facts.defaults[0])?.value;
  },
};
