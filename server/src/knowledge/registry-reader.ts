/** Reads the configuration registry; see `registry.ts` for what the facts mean. Keys are decoded when they are asked for. */
import data from './config-data.json' with { type: 'json' };
import oldData from './old-keys.json' with { type: 'json' };
import { explanationOf, prefixText } from './explanations.ts';
import { spelling } from './misspelt.ts';
import { compare as compareVersions } from './version.ts';
import type { KeyFacts, Registry } from './registry.ts';

interface RawKey {
  t?: string; u?: string; d?: string; dd?: string; h?: [string, string | null][]; s?: string; i?: 1; r?: 's' | 't'; a?: string[]; c?: 1; x?: string;
  dep?: string; use?: string[]; read?: 0 | 1; drop?: string; rem?: string; only?: string; gone?: string; alt?: string[]; k?: string; v?: string;
}

const raw = data.keys as unknown as Record<string, RawKey>;
const patterns = (data.patterns as string[]).map((pattern) => new RegExp(pattern.startsWith('^') ? pattern : `^${pattern.replace(/[.\\]/g, '\\$&').replace(/\{[^}]*\}|\[[^\]]*\]|\*/g, '.+')}$`));
/** First and last line that read a key of old, what took its place, why it went. */
const oldKeys = oldData as unknown as Record<string, readonly [string, string, string | null, string | null]>;
const prefixes = data.prefixes as string[];
const transports = new Set(data.transports as string[]);

/** Still warned of by Spark as "deprecated", but nothing reads it: tried on 3.5.9 and 4.3.0. */
const warnedOfAndDead = 'spark.yarn.user.classpath.first';

/** Families that no release from 2.0 on reads: below them any name is dead. */
const deadFamilies = /^spark\.(akka|cleaner\.ttl|ssl\.(akka|fs))\./;

/** Namespaces of vendors and libraries, which Spark hands on or others read: their keys are never called unknown. */
const foreignNamespaces = new RegExp(`^spark\\.(${['databricks', 'rapids', 'emr', 'emr-serverless', 'emrfs', 'dataproc', 'glue', 'sedona', 'geospark', 'mongodb', 'mongo', 'cassandra', 'es', 'elasticsearch', 'delta', 'hoodie', 'iceberg', 'snowflake', 'neo4j', 'redis', 'riak', 'couchbase', 'hbase', 'phoenix', 'kudu', 'synapse', 'cosmos', 'microsoft', 'fabric', 'ms', 'cdp', 'cloudera', 'lineage', 'sqllineage', 'openlineage', 'datahub', 'atlas', 'spline', 'gluten', 'comet', 'celeborn', 'uniffle', 'rss', 'blaze', 'plugin', 'armada', 'kyuubi', 'livy', 'jobserver', 'zeppelin', 'jupyter', 'sparkmagic', 'h2o', 'ext', 'mleap', 'mlflow', 'jsl', 'nlp', 'dataflint', 'sparklens', 'qubole', 'alluxio', 'oap', 'jindo', 'aliyun', 'oss', 'gcp', 'google', 'bigquery', 'azure', 'aws', 's3', 'ibm', 'stocator', 'huawei', 'tispark', 'starrocks', 'doris', 'clickhouse', 'singlestore', 'memsql', 'vertica', 'greenplum', 'opensearch', 'solr', 'pulsar', 'kinesis', 'streaming\\.kinesis', 'eventhubs', 'nessie', 'unity', 'polaris', 'gravitino', 'paimon', 'lakefs', 'hail', 'adam', 'graphframes', 'ranger', 'authorizer', 'metacat', 'autopilot', 'dr-elephant', 'torchlight', 'sql\\.(iceberg|catalog|delta|hudi|gluten|columnar|cassandra|comet|tispark)', 'jars\\.ivy', 'org', 'com', 'io\\.(delta|netflix)', 'executorEnv', 'hadoop', 'hive'].join('|')})(\\.|$)`);

const decoded = new Map<string, KeyFacts | undefined>();

function decode(key: string): KeyFacts | undefined {
  const old = Object.hasOwn(oldKeys, key) ? oldKeys[key] : undefined;
  const fact = Object.hasOwn(raw, key) ? raw[key] : undefined;
  if (!fact && !old && !deadFamilies.test(key)) return undefined;
  const text = explanationOf(key);
  const history = fact?.h ?? [];
  const gone = old ? next(old[1]) : fact ? goneSince(key, fact) : '2.0.0';
  const use = fact?.use?.[0] ?? old?.[2] ?? undefined;
  return {
    key, type: fact?.t ?? 'string', unit: fact?.u, since: since(fact), internal: fact?.i === 1, scope: fact?.r === 's' ? 'session' : fact?.r === 't' ? 'static' : 'app',
    allowed: fact?.a, anyCase: fact?.c === 1 || fact?.t === 'enum', constraint: fact?.x, ...bounds(fact?.x),
    defaults: history.length > 0 ? history.map(([from, value]) => ({ from, value: value ?? undefined })) : defaults(fact),
    deprecated: fact?.dep !== undefined ? { since: fact.dep, use } : undefined,
    removed: gone !== undefined || fact?.rem !== undefined ? { since: fact?.rem ?? gone!, use, note: old?.[3] ?? undefined, readBy: old && { from: old[0], to: old[1] }, refusesUnless: fact?.only } : undefined,
    alternatives: fact?.alt ?? [], explanation: text?.explanation ?? prefixText(key), advice: text?.advice, registered: fact !== undefined && fact.k === undefined,
  };
}

/** The oldest registry read is of 2.4: what stands there may be older. */
function since(fact: RawKey | undefined): string | undefined {
  const seen = fact?.v?.startsWith('2.4') ? undefined : fact?.v;
  return seen !== undefined && fact?.s !== undefined && compareVersions(seen, fact.s) < 0 ? seen : fact?.s ?? seen;
}

/** Documents say "infinity" where the registry holds the largest number, and in words what is computed. */
function defaults(fact: RawKey | undefined): KeyFacts['defaults'] {
  const value = fact?.d === undefined || fact.d === '2147483647s' ? fact?.dd ?? fact?.d : fact.d;
  return value === undefined || /^\(?not set\)?$/i.test(value) ? [] : [{ from: '0', value }];
}

function goneSince(key: string, fact: RawKey): string | undefined {
  if (fact.gone !== undefined) return fact.gone;
  if (fact.drop !== undefined && fact.read === 0) return next(fact.drop);
  return key === warnedOfAndDead ? '3.0.0' : undefined;
}

/** Lines that were the last of their major version. */
const lastLines: readonly string[] = ['0.9', '1.6', '2.4', '3.5'];

/** The release after the last one that read a name: '4.0.4' → '4.1.0', since names go with a new line. */
function next(version: string): string {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  return lastLines.includes(`${major}.${minor}`) ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
}

function bounds(constraint: string | undefined): { minimum?: number; maximum?: number; openMinimum?: boolean; openMaximum?: boolean } {
  if (constraint === undefined || / or /.test(constraint)) return {};
  const text = constraint.replace(/(\d)L\b/g, '$1');
  const low = /(?:^|x\s*)(>=?)\s*(-?[\d.]+)/.exec(text) ?? undefined;
  const lowLeft = /^(-?[\d.]+)\s*(<=?)\s*x/.exec(text) ?? undefined;
  const high = /(?:^|x\s*)(<=?)\s*(-?[\d.]+)/.exec(text) ?? undefined;
  return {
    ...(low ? { minimum: Number(low[2]), openMinimum: low[1] === '>' } : lowLeft ? { minimum: Number(lowLeft[1]), openMinimum: lowLeft[2] === '<' } : {}),
    ...(high ? { maximum: Number(high[2]), openMaximum: high[1] === '<' } : {}),
  };
}

function get(key: string): KeyFacts | undefined {
  if (!decoded.has(key)) decoded.set(key, decode(key));
  return decoded.get(key);
}

const keys = Object.keys(raw);
const hasPrefix = (key: string): boolean => foreignNamespaces.test(key) || transports.has(key) || /^spark\.(driver|executor)\.rpc\./.test(key) || prefixes.some((prefix) => key.startsWith(prefix) && key !== prefix) || patterns.some((pattern) => pattern.test(key));

/** Made when it is first asked: most files have no unknown key. */
let nearestKey: ((key: string) => string | undefined) | undefined;

function nearest(key: string): string | undefined {
  nearestKey ??= spelling([...new Set([...keys, ...Object.keys(oldKeys)])], (each) => get(each)?.removed !== undefined);
  return nearestKey(key);
}

export const registry: Registry = {
  get, keys, prefixes, hasPrefix, nearest,
  defaultIn(facts, version) {
    const full = version.split('.').length < 3 ? `${version}.99` : version;
    return facts.defaults.filter(({ from }) => compareVersions(from, full) <= 0).at(-1)?.value ?? facts.defaults[0]?.value;
  },
};
