/** Reads the configuration registry; see `registry.ts` for what the facts mean. Keys are decoded when they are asked for. */
import data from './config-data.json' with { type: 'json' };
import { explanationOf, prefixText } from './explanations.ts';
import { compare as compareVersions } from './version.ts';
import type { KeyFacts, Registry } from './registry.ts';

interface RawKey {
  t?: string; u?: string; d?: string; dd?: string; h?: [string, string | null][]; s?: string; i?: 1; r?: 's' | 't'; a?: string[]; c?: 1; x?: string;
  dep?: string; use?: string[]; read?: 0 | 1; drop?: string; rem?: string; only?: string; gone?: string; alt?: string[]; k?: string; v?: string;
}

const raw = data.keys as unknown as Record<string, RawKey>;
const patterns = (data.patterns as string[]).map((pattern) => new RegExp(pattern.startsWith('^') ? pattern : `^${pattern.replace(/[.\\]/g, '\\$&').replace(/\{[^}]*\}|\[[^\]]*\]|\*/g, '.+')}$`));
const prefixes = data.prefixes as string[];
const transports = new Set(data.transports as string[]);

/** Still warned of by Spark as "deprecated", but nothing reads them: tried on 3.5.9 and 4.3.0. */
const warnedOfAndDead = ['spark.cache.class', 'spark.executor.plugins', 'spark.executor.port', 'spark.rpc', 'spark.rpc.numRetries', 'spark.rpc.retry.wait', 'spark.shuffle.service.index.cache.entries', 'spark.yarn.am.port', 'spark.yarn.credentials.file.retention.count', 'spark.yarn.credentials.file.retention.days', 'spark.yarn.services', 'spark.yarn.user.classpath.first'];

/** Names of old Sparks that no release since 3.0 reads, and what took their place. */
const deadNames: Readonly<Record<string, { since: string; use?: string; note?: string }>> = {
  'spark.shuffle.consolidateFiles': { since: '1.6.0', note: 'it belonged to the hash shuffle, which is gone' },
  'spark.shuffle.manager.hash': { since: '2.0.0' },
  'spark.cleaner.ttl': { since: '2.0.0', note: 'old data is cleaned up by reference since then' },
  'spark.storage.memoryFraction': { since: '3.0.0', use: 'spark.memory.storageFraction', note: 'execution and storage share one pool' },
  'spark.shuffle.memoryFraction': { since: '3.0.0', use: 'spark.memory.fraction', note: 'execution and storage share one pool' },
  'spark.storage.unrollFraction': { since: '3.0.0' },
  'spark.memory.useLegacyMode': { since: '3.0.0' },
  'spark.ui.acls.enable': { since: '2.0.0', use: 'spark.acls.enable' },
  'spark.shuffle.spill': { since: '1.6.0', note: 'shuffles always spill when they have to' },
  'spark.shuffle.blockTransferService': { since: '2.0.0' },
  'spark.shuffle.use.netty': { since: '2.0.0' },
  'spark.tachyonStore.baseDir': { since: '2.0.0' },
  'spark.tachyonStore.url': { since: '2.0.0' },
  'spark.eventLog.overwriteOnRestart': { since: '1.3.0', use: 'spark.eventLog.overwrite' },
  'spark.sql.tungsten.enabled': { since: '2.0.0' },
  'spark.sql.unsafe.enabled': { since: '2.0.0' },
  'spark.sql.codegen': { since: '2.0.0', use: 'spark.sql.codegen.wholeStage' },
  'spark.sql.dialect': { since: '2.0.0' },
  'spark.sql.planner.externalSort': { since: '2.0.0' },
  'spark.sql.parquet.useDataSourceApi': { since: '2.0.0' },
  'spark.master.webui-port': { since: '1.0.0', use: 'spark.master.ui.port' },
  'spark.kryo.serializer.buffer.mb': { since: '1.4.0', use: 'spark.kryoserializer.buffer' },
};
/** Families that are gone as a whole. */
const deadFamilies: readonly (readonly [RegExp, string, string | undefined])[] = [[/^spark\.akka\./, '3.4.0', 'spark.rpc.*'], [/^spark\.tachyonStore\./, '2.0.0', undefined], [/^spark\.mesos\./, '4.0.0', undefined]];

/** Names that people write for another: invented ones, or words in another order. */
const mistaken: Readonly<Record<string, string>> = {
  'spark.executor.num': 'spark.executor.instances', 'spark.num.executors': 'spark.executor.instances', 'spark.executors.num': 'spark.executor.instances', 'spark.executor.number': 'spark.executor.instances', 'spark.num-executors': 'spark.executor.instances', 'spark.executor.count': 'spark.executor.instances',
  'spark.executor.core': 'spark.executor.cores', 'spark.executor.cpu': 'spark.executor.cores', 'spark.executor.mem': 'spark.executor.memory', 'spark.driver.mem': 'spark.driver.memory', 'spark.driver.core': 'spark.driver.cores', 'spark.executor-memory': 'spark.executor.memory', 'spark.driver-memory': 'spark.driver.memory',
  'spark.shuffle.partitions': 'spark.sql.shuffle.partitions', 'spark.sql.autoBroadcastThreshold': 'spark.sql.autoBroadcastJoinThreshold', 'spark.adaptive.enabled': 'spark.sql.adaptive.enabled', 'spark.broadcastTimeout': 'spark.sql.broadcastTimeout',
  'spark.dynamicAllocation.cacheExecutorIdleTimeout': 'spark.dynamicAllocation.cachedExecutorIdleTimeout', 'spark.dynamicAllocation.minExecutor': 'spark.dynamicAllocation.minExecutors', 'spark.dynamicAllocation.maxExecutor': 'spark.dynamicAllocation.maxExecutors', 'spark.dynamicAllocation.enable': 'spark.dynamicAllocation.enabled', 'spark.dynamicAllocation': 'spark.dynamicAllocation.enabled',
  'spark.kryoserializer.buffer.max.value': 'spark.kryoserializer.buffer.max', 'spark.executor.memory.overhead': 'spark.executor.memoryOverhead', 'spark.driver.memory.overhead': 'spark.driver.memoryOverhead', 'spark.max.result.size': 'spark.driver.maxResultSize', 'spark.appName': 'spark.app.name', 'spark.app': 'spark.app.name',
};

/** Namespaces of vendors and libraries, which Spark hands on or others read: their keys are never called unknown. */
const foreignNamespaces = new RegExp(`^spark\\.(${['databricks', 'rapids', 'emr', 'emrfs', 'dataproc', 'glue', 'sedona', 'geospark', 'mongodb', 'mongo', 'cassandra', 'es', 'elasticsearch', 'delta', 'hoodie', 'iceberg', 'snowflake', 'neo4j', 'redis', 'riak', 'couchbase', 'hbase', 'phoenix', 'kudu', 'synapse', 'cosmos', 'microsoft', 'fabric', 'ms', 'cdp', 'cloudera', 'lineage', 'sqllineage', 'openlineage', 'datahub', 'atlas', 'spline', 'gluten', 'comet', 'celeborn', 'uniffle', 'rss', 'blaze', 'plugin', 'armada', 'kyuubi', 'livy', 'jobserver', 'zeppelin', 'jupyter', 'sparkmagic', 'h2o', 'ext', 'mleap', 'mlflow', 'jsl', 'nlp', 'dataflint', 'sparklens', 'extraListeners', 'qubole', 'alluxio', 'oap', 'jindo', 'aliyun', 'oss', 'gcp', 'google', 'bigquery', 'azure', 'aws', 's3', 'ibm', 'stocator', 'huawei', 'tispark', 'starrocks', 'doris', 'clickhouse', 'singlestore', 'memsql', 'vertica', 'greenplum', 'opensearch', 'solr', 'pulsar', 'kinesis', 'streaming\\.kinesis', 'eventhubs', 'nessie', 'unity', 'polaris', 'gravitino', 'paimon', 'lakefs', 'hail', 'adam', 'graphframes', 'ranger', 'authorizer', 'metacat', 'autopilot', 'dr-elephant', 'torchlight', 'sql\\.(iceberg|catalog|delta|hudi|gluten|columnar|cassandra|comet|tispark)', 'jars\\.ivy', 'repl', 'home', 'submit', 'app', 'r', 'pyspark', 'python', 'org', 'com', 'io\\.(delta|netflix)', 'executorEnv', 'hadoop', 'hive'].join('|')})(\\.|$)`);

const explicitDead = new Set(warnedOfAndDead);
const decoded = new Map<string, KeyFacts | undefined>();

function decode(key: string): KeyFacts | undefined {
  const dead = Object.hasOwn(deadNames, key) ? deadNames[key] : undefined;
  const family = deadFamilies.find(([pattern]) => pattern.test(key));
  const fact = Object.hasOwn(raw, key) ? raw[key] : undefined;
  if (!fact && !dead && !(family && family[1] !== '4.0.0')) return undefined;
  const text = explanationOf(key);
  const history = fact?.h ?? [];
  const gone = fact?.gone ?? (fact?.drop !== undefined && fact.read === 0 ? next(fact.drop) : undefined) ?? (explicitDead.has(key) ? '3.0.0' : undefined) ?? dead?.since ?? (family && fact?.v === undefined ? family[1] : undefined);
  const use = fact?.use?.[0] ?? dead?.use ?? family?.[2];
  return {
    key, type: fact?.t ?? 'string', unit: fact?.u, since: since(fact), internal: fact?.i === 1, scope: fact?.r === 's' ? 'session' : fact?.r === 't' ? 'static' : 'app',
    allowed: fact?.a, anyCase: fact?.c === 1 || fact?.t === 'enum', constraint: fact?.x, ...bounds(fact?.x),
    defaults: history.length > 0 ? history.map(([from, value]) => ({ from, value: value ?? undefined })) : defaults(fact),
    deprecated: fact?.dep !== undefined ? { since: fact.dep, use } : undefined,
    removed: gone !== undefined || fact?.rem !== undefined ? { since: fact?.rem ?? gone!, use, note: dead?.note, refusesUnless: fact?.only } : undefined,
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

/** The release after the last one that read a name: '4.0.4' → '4.1.0', since names go with a new line. */
function next(version: string): string {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  return major === 3 && minor === 5 ? '4.0.0' : `${major}.${minor + 1}.0`;
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
const byLowerCase = new Map(keys.map((key) => [key.toLowerCase(), key]));
const hasPrefix = (key: string): boolean => foreignNamespaces.test(key) || transports.has(key) || /^spark\.(driver|executor)\.rpc\./.test(key) || prefixes.some((prefix) => key.startsWith(prefix) && key !== prefix) || patterns.some((pattern) => pattern.test(key));

const nearestKnown = new Map<string, string | undefined>();

function nearest(key: string): string | undefined {
  if (!nearestKnown.has(key)) nearestKnown.set(key, findNearest(key));
  return nearestKnown.get(key);
}

function findNearest(key: string): string | undefined {
  if (Object.hasOwn(mistaken, key)) return mistaken[key];
  const sameLetters = byLowerCase.get(key.toLowerCase());
  if (sameLetters !== undefined && sameLetters !== key) return sameLetters;
  let best: string | undefined;
  let distance = Math.min(2, Math.floor((key.length - 'spark.'.length) / 5)) + 1;
  let tied = false;
  for (const candidate of keys) {
    if (Math.abs(candidate.length - key.length) >= distance + 1) continue;
    const facts = raw[candidate]!;
    if (facts.gone !== undefined || facts.i === 1 && distance <= 1) continue;
    const found = editDistance(key, candidate, distance);
    if (found < distance || found === distance && best === undefined && found <= 2) {
      tied = false;
      best = candidate;
      distance = found;
    } else if (found === distance && best !== undefined) tied = true;
  }
  if (best !== undefined && !tied && distance <= 2) return best;
  return bySegments(key);
}

/** One segment is spelt wrongly, the others are right: `spark.excutor.memoryOverhead`, `spark.streaming.dynalicAllocation.enabled`. */
function bySegments(key: string): string | undefined {
  const segments = key.split('.');
  const found = keys.filter((candidate) => {
    const other = candidate.split('.');
    if (other.length !== segments.length || raw[candidate]!.gone !== undefined) return false;
    const wrong = other.filter((segment, index) => segment !== segments[index]);
    const index = other.findIndex((segment, at) => segment !== segments[at]);
    return wrong.length === 1 && wrong[0]!.length > 5 && editDistance(wrong[0]!, segments[index]!, 3) <= Math.min(3, Math.floor(wrong[0]!.length / 4));
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Damerau-Levenshtein (adjacent swaps count once), given up above a limit. */
export function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[b.length]!;
}

export const registry: Registry = {
  get, keys, prefixes, hasPrefix, nearest,
  defaultIn(facts, version) {
    const full = version.split('.').length < 3 ? `${version}.99` : version;
    return facts.defaults.filter(({ from }) => compareVersions(from, full) <= 0).at(-1)?.value ?? facts.defaults[0]?.value;
  },
};
