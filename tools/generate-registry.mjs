#!/usr/bin/env node
/**
 * Makes server/src/knowledge/config-data.json: every known configuration key with its facts, in a compact form.
 *   node tools/generate-registry.mjs --from config.json   from facts read off released Sparks
 *   node tools/generate-registry.mjs --check              the committed file is whole
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** The state store reads these itself, in any case, past the registry: names, defaults as 3.5.6 and 4.3.0 have them. */
const rocksDb = 'spark.sql.streaming.stateStore.rocksdb.';
const rocksDbOptions = [
  ['compactOnCommit', 'boolean', 'false'], ['changelogCheckpointing.enabled', 'boolean', 'false', '3.5.0'], ['blockSizeKB', 'int', '4'], ['blockCacheSizeMB', 'int', '8'],
  ['lockAcquireTimeoutMs', 'int', '120000'], ['maxOpenFiles', 'int', '-1'], ['trackTotalNumberOfRows', 'boolean', 'true'], ['writeBufferSizeMB', 'int', '-1'], ['maxWriteBufferNumber', 'int', '-1'],
  ['boundedMemoryUsage', 'boolean', 'false', '3.5.0'], ['maxMemoryUsageMB', 'int', '500', '3.5.0'], ['compression', 'string', 'lz4', '4.0.0'],
];

/** Texts by their entries, but read as times: `10 s` and `abc` stop the context of 3.5.6 and 4.3.0. */
const readAsSeconds = ['spark.rpc.askTimeout', 'spark.rpc.lookupTimeout'];

const target = new URL('../server/src/knowledge/config-data.json', import.meta.url);
const option = process.argv.indexOf('--from');
if (option > 0) {
  const facts = JSON.parse(readFileSync(process.argv[option + 1], 'utf8'));
  const keys = Object.fromEntries(facts.entries.filter((entry) => entry.kind !== 'pattern').sort((a, b) => (a.key < b.key ? -1 : 1)).map((entry) => [entry.key, compact(entry)]));
  for (const [name, type, value, since] of rocksDbOptions) keys[`${rocksDb}${name}`] ??= { t: type, d: value, ...(since ? { s: since } : {}), r: 's', k: 'literal' };
  for (const key of readAsSeconds) Object.assign(keys[key], { t: 'time', u: 's' });
  const patterns = facts.entries.filter((entry) => entry.kind === 'pattern').map((entry) => entry.pattern ?? entry.key);
  const prefixes = [...facts.prefixes.map(({ prefix }) => prefix), rocksDb];
  const transports = facts.transport_modules.filter((name) => /^\w+$/.test(name)).flatMap((name) => facts.transport_suffixes.map((suffix) => `spark.${name}.${suffix}`));
  writeFileSync(target, `${JSON.stringify({ keys, patterns, prefixes, transports }).replace(/\},"spark/g, '},\n"spark')}\n`);
} else if (!process.argv.includes('--check')) {
  console.error('usage: node tools/generate-registry.mjs --from PATH_TO_config.json | --check');
  process.exit(2);
}

const data = JSON.parse(readFileSync(target, 'utf8'));
const broken = Object.entries(data.keys).filter(([key, facts]) => !key.startsWith('spark.') && key !== 'spark' || facts.u !== undefined && !['ms', 's', 'b', 'm', 'k', 'min', 'ns'].includes(facts.u));
if (broken.length > 0 || Object.keys(data.keys).length < 1900) {
  console.error(`config-data.json is damaged: ${broken.map(([key]) => key).join(', ') || 'keys are missing'}; run it again with --from`);
  process.exit(1);
}
console.log(`config-data.json: ${Object.keys(data.keys).length} keys, ${data.patterns.length} patterns`);

/** Short names: t type, u unit, d default, h default history, s since, i internal, r scope, a allowed, c case-insensitive, x constraint, dep, use, rem, gone, only, alt, rd. */
function compact(entry) {
  const history = (entry.default_history ?? []).map((step) => [step.from, step.default ?? null]);
  return Object.fromEntries(Object.entries({
    t: entry.type && entry.type !== 'boolean' ? entry.type : entry.type ? 'boolean' : undefined,
    u: entry.unit ?? undefined, d: entry.default ?? undefined, dd: entry.documented_default && entry.documented_default !== entry.default ? entry.documented_default : undefined,
    h: history.length > 0 ? history : undefined, s: entry.since ?? undefined, i: entry.internal === true ? 1 : undefined,
    r: entry.runtime?.startsWith('session') ? 's' : entry.runtime === 'static-sql' ? 't' : undefined,
    // What any release took: which one takes what is not told apart yet.
    a: entry.allowed ? [...new Set([...entry.allowed, ...(entry.allowed_history ?? []).flatMap((step) => step.allowed ?? [])])] : undefined, c: entry.allowed_case_insensitive ? 1 : undefined, x: entry.constraint && entry.constraint !== 'custom check' ? entry.constraint : undefined,
    dep: entry.deprecated_in ?? undefined, use: entry.replaced_by?.length ? entry.replaced_by : undefined, read: entry.old_name_still_read === undefined ? undefined : entry.old_name_still_read ? 1 : 0, drop: entry.old_name_dropped_after ?? undefined,
    rem: entry.removed_in ?? undefined, only: entry.removed_only_value_accepted ?? undefined, gone: entry.gone_since ?? undefined, alt: entry.alternatives?.length ? entry.alternatives.map((each) => each.key ?? each) : undefined,
    k: entry.kind === 'entry' ? undefined : entry.kind, v: entry.kind === 'entry' ? first(entry.versions_entry) : undefined,
  }).filter(([, value]) => value !== undefined));
}

/** First release seen with it. */
function first(versions) {
  return (versions ?? []).find((version) => !/dev|rc/.test(version));
}
