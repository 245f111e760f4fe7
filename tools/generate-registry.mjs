#!/usr/bin/env node
/**
 * Makes server/src/knowledge/config-data.json: what released Sparks say of their settings, release by release; see
 * docs/registry.md.
 *   node tools/generate-registry.mjs --releases 2.4.0,…,4.3.0 | all   read from these releases alone
 *   node tools/generate-registry.mjs --add 4.3.1[,…]                  these too, beside what the file holds
 *   node tools/generate-registry.mjs --starts 4.3.0[,…]               contexts of these are started with values at the edges
 *   node tools/generate-registry.mjs --again                          what is judged by hand taken anew
 *   node tools/generate-registry.mjs --check                          the committed file is whole
 * A release is downloaded by pip, asked by Java (11 or newer) and deleted. --from FOLDER takes unpacked packages from
 * FOLDER/RELEASE instead, --modules FOLDER further jars from FOLDER/RELEASE, --answers FOLDER keeps the raw answers.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corrected, documentedDefaults, isVariable, patterns, plainKeys, prefixes, successors, transports, unitsBefore } from './registry/extra.mjs';
import { ask, download, jarsOf } from './registry/release.mjs';
import { compareVersions, decode, encode, goneSince, print } from './registry/shape.mjs';
import { snapshotOf } from './registry/snapshot.mjs';
import { startChecks } from './registry/starts.mjs';

const target = new URL('../server/src/knowledge/config-data.json', import.meta.url);
const startsFile = new URL('./registry/starts.json', import.meta.url);
const value = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const has = (name) => process.argv.includes(name);

if (has('--releases') || has('--add')) {
  const asked = (value('--releases') ?? value('--add')) === 'all' ? published() : (value('--releases') ?? value('--add')).split(',');
  const before = has('--add') ? JSON.parse(readFileSync(target, 'utf8')) : undefined;
  const answers = new Map(asked.sort(compareVersions).map((release) => [release, answerOf(release, Object.keys(before?.keys ?? {}))]));
  const known = new Set([...Object.keys(plainKeys), ...Object.keys(corrected), ...Object.keys(before?.keys ?? {}), ...[...answers.values()].flatMap(({ entries }) => entries.map(({ key }) => key))]);
  const releases = before ? decode(before) : new Map();
  for (const [release, answer] of answers) releases.set(release, snapshotOf(answer, { known, prefixes }));
  const data = written(releases);
  writeFileSync(target, print(data));
  if (before) tellChanges(data, asked);
  tellUnknown(answers, data);
} else if (has('--starts')) {
  const releases = decode(JSON.parse(readFileSync(target, 'utf8')));
  const starts = JSON.parse(readFileSync(startsFile, 'utf8'));
  for (const release of value('--starts').split(',')) starts[release] = await startsOf(release, releases.get(release).keys, starts);
  writeFileSync(startsFile, `{${Object.entries(starts).map(([release, keys]) => `${JSON.stringify(release)}:{\n${Object.entries(keys).map(([key, facts]) => `${JSON.stringify(key)}:${JSON.stringify(facts)}`).join(',\n')}}`).join(',\n')}}\n`);
  writeFileSync(target, print(written(releases)));
} else if (has('--again')) {
  writeFileSync(target, print(written(decode(JSON.parse(readFileSync(target, 'utf8'))))));
} else if (!has('--check')) {
  console.error('usage: node tools/generate-registry.mjs --releases R,R,… | --add R,R,… | --starts R,R,… | --again | --check  [--from FOLDER] [--modules FOLDER] [--answers FOLDER]');
  process.exit(2);
}
check();

/** All releases from 2.4 on that PyPI has. */
function published() {
  const { stdout } = spawnSync('pip', ['index', 'versions', 'pyspark'], { encoding: 'utf8' });
  const versions = /Available versions: (.*)/.exec(stdout ?? '')?.[1].split(', ').filter((version) => /^\d+\.\d+\.\d+$/.test(version) && compareVersions(version, '2.4.0') >= 0);
  if (!versions) throw new Error('pip knows no versions of pyspark');
  return versions;
}

function answerOf(release, keys) {
  const kept = value('--answers') && join(value('--answers'), `${release}.json`);
  if (kept && existsSync(kept)) return revived(JSON.parse(readFileSync(kept, 'utf8')));
  console.log(`Spark ${release} …`);
  const given = value('--from') && join(value('--from'), release);
  const place = given ?? mkdtempSync(join(tmpdir(), 'sparkcheck-release-'));
  try {
    const extra = value('--modules') && join(value('--modules'), release);
    const modules = extra && existsSync(extra) ? readdirSync(extra).filter((name) => name.endsWith('.jar')).map((name) => join(extra, name)) : [];
    const candidates = [...new Set([...keys, ...Object.keys(plainKeys)])].filter((key) => !key.startsWith('spark.sql.'));
    const answer = ask(given ?? download(release, place), modules, { candidates, isVariable });
    if (kept) {
      mkdirSync(value('--answers'), { recursive: true });
      writeFileSync(kept, JSON.stringify({ ...answer, names: [...answer.names].sort(), variables: Object.fromEntries([...answer.variables].map(([name, where]) => [name, [...where].sort()])) }));
    }
    return answer;
  } finally {
    if (!given) rmSync(place, { recursive: true, force: true });
  }
}

/** Keys that a context of the machine's own may read; those of cluster managers and servers need these. */
async function startsOf(release, keys, known) {
  const given = value('--from') && join(value('--from'), release);
  const place = given ?? mkdtempSync(join(tmpdir(), 'sparkcheck-release-'));
  try {
    const elsewhere = /^spark\.(sql|kubernetes|yarn|mesos|history|deploy|worker|master|streaming|connect|hadoop|hive)\./;
    const facts = Object.fromEntries(Object.entries(keys).filter(([key, { v, n, r }]) => r !== 's' && !elsewhere.test(key) && (v || n && plainKeys[key]?.t)).map(([key, own]) => [key, own.v ? own : plainKeys[key]]));
    return await startChecks(jarsOf(given ?? download(release, place)), facts, Object.assign({}, ...Object.values(known)), (key, learned) => console.log(`${release} ${key} ${JSON.stringify(learned)}`));
  } finally {
    if (!given) rmSync(place, { recursive: true, force: true });
  }
}

/** What all releases that were asked say of a key that they have: what one alone says may be of the day. */
function agreed(starts) {
  const [first = {}, ...others] = Object.values(starts);
  return Object.entries(first).filter(([key, facts]) => others.every((other) => JSON.stringify(other[key]) === JSON.stringify(facts)));
}

/** A start narrows what the entry takes. Where it refuses the default, it counts in another unit than the entry. */
function narrowed(facts, { lo, hi, ol, oh, also, ...words }) {
  const standard = countOf(facts);
  if (standard < (lo ?? -Infinity) && !also?.includes(standard) || standard > (hi ?? Infinity)) return;
  Object.assign(facts, words);
  if (lo !== undefined && lo >= (facts.lo ?? -Infinity)) Object.assign(facts, { lo, ol });
  if (hi !== undefined && hi <= (facts.hi ?? Infinity)) Object.assign(facts, { hi, oh });
  if (lo !== undefined || hi !== undefined) facts.also = also;
  for (const [name, value] of Object.entries(facts)) if (value === undefined) delete facts[name];
}

/** The default in the unit in which bare numbers count. */
function countOf({ d, t, u }) {
  const [, number, suffix] = /^(-?\d+(?:\.\d+)?)([a-z]*)$/i.exec(d ?? '') ?? [];
  const sizes = t === 'time' ? { us: 1e-3, ms: 1, s: 1e3, m: 6e4, min: 6e4, h: 3.6e6, d: 8.64e7 } : { b: 1, k: 1024, kb: 1024, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30 };
  return number === undefined ? NaN : Number(number) * (suffix === '' ? 1 : sizes[suffix.toLowerCase()] / sizes[u]);
}

function revived(answer) {
  return { ...answer, names: new Set(answer.names), variables: new Map(Object.entries(answer.variables).filter(([name]) => isVariable(name))) };
}

function written(releases) {
  const starts = JSON.parse(readFileSync(startsFile, 'utf8'));
  for (const [release, { keys }] of releases) {
    for (const [key, { from, to, ...facts }] of Object.entries(corrected)) if (keys[key]?.v && (!from || compareVersions(release, from) >= 0) && (!to || compareVersions(release, to) < 0)) Object.assign(keys[key], facts);
    for (const [key, facts] of agreed(starts)) if (keys[key]?.v) narrowed(keys[key], facts);
  }
  const everRegistered = new Set([...releases.values()].flatMap(({ keys }) => Object.entries(keys).filter(([, facts]) => facts?.v).map(([key]) => key)));
  const byHand = [
    ...Object.entries(plainKeys).filter(([key]) => !everRegistered.has(key)), ...Object.entries(documentedDefaults).map(([key, text]) => [key, { dd: text }]),
    ...Object.entries(successors).map(([key, use]) => [key, { use }]),
  ];
  const hand = {};
  for (const [key, facts] of byHand) hand[key] = { ...hand[key], ...facts };
  for (const [key, facts] of agreed(starts)) if (hand[key]?.t) narrowed(hand[key], facts);
  const { releases: order, keys, prefixes: seen, transports: suffixes, options, variables } = encode(releases, hand);
  for (const [key, unit] of Object.entries(unitsBefore)) keys[key].h = { ...keys[key].h, u: [[order[0], unit], [keys[key].v.split(' ')[0], keys[key].u]] };
  return { releases: order, prefixes: Object.fromEntries(prefixes.map((prefix) => [prefix, seen[prefix] ?? {}])), patterns, transportModules: transports, transports: suffixes, options, variables, keys };
}

// ---- telling ------------------------------------------------------------------------------------------------------

/** What the added releases brought, against the one before each. */
function tellChanges(data, added) {
  const at = decode(data);
  for (const release of added) {
    const previous = data.releases[data.releases.indexOf(release) - 1];
    if (!previous) continue;
    const [old, now] = [at.get(previous).keys, at.get(release).keys];
    const list = (title, keys) => keys.length > 0 && console.log(`${release} against ${previous}, ${title}: ${keys.join(' ')}`);
    list('new', Object.keys(now).filter((key) => now[key].v && !old[key]?.v));
    list('gone', Object.keys(now).filter((key) => old[key]?.v && !now[key].v));
    list('changed', Object.keys(now).filter((key) => now[key].v && old[key]?.v).flatMap((key) => Object.keys({ ...old[key], ...now[key] }).filter((fact) => JSON.stringify(old[key][fact]) !== JSON.stringify(now[key][fact])).map((fact) => `${key} (${fact}: ${JSON.stringify(old[key][fact])} → ${JSON.stringify(now[key][fact])})`)));
  }
}

/** Names in the newest release's code that nothing here accounts for: some may be settings, to be judged by hand. */
function tellUnknown(answers, data) {
  const [release, newest] = [...answers].at(-1);
  const unknown = [...newest.names].filter((name) => !name.endsWith('.') && !data.keys[name] && !prefixes.some((prefix) => name.startsWith(prefix) || `${name}.` === prefix) && !transports.some((name_) => name.startsWith(`spark.${name_}.`)));
  console.log(`Named in the code of ${release} and in no table: ${unknown.sort().join(' ')}`);
}

// ---- check --------------------------------------------------------------------------------------------------------

function check() {
  const text = readFileSync(target, 'utf8');
  const data = JSON.parse(text);
  const problems = [];
  if (print(written(decode(data))) !== text) problems.push('what is judged by hand has changed, or the file was edited: run it with --again');
  const units = ['ns', 'us', 'ms', 's', 'min', 'h', 'd', 'b', 'k', 'm', 'g'];
  const types = /^(boolean|int|long|double|decimal|string|enum|time|bytes|regex|zone|seq<(string|int|long|double)>)$/;
  const newest = data.releases.at(-1);
  for (const [key, facts] of Object.entries(data.keys)) {
    if (!/^spark(\.[\w-]+)*$/.test(key)) problems.push(`${key} is no name of a key`);
    if (facts.u !== undefined && !units.includes(facts.u) || facts.t !== undefined && !types.test(facts.t)) problems.push(`${key}: type ${facts.t}, unit ${facts.u}`);
    if ((facts.t === 'time' || facts.t === 'bytes') !== (facts.u !== undefined) && facts.v !== undefined) problems.push(`${key}: ${facts.t} and unit ${facts.u}`);
    for (const use of facts.use ?? []) if (!/[*{]/.test(use) && !data.keys[use]) problems.push(`${key}: its successor ${use} is unknown`);
    for (const turn of [facts.v, facts.n].flatMap((turns) => (turns ?? '').split(' '))) if (turn !== '' && !data.releases.includes(turn)) problems.push(`${key}: no release ${turn}`);
  }
  const living = Object.values(data.keys).filter((facts) => facts.v !== undefined && goneSince({ v: facts.v }, data.releases) === undefined).length;
  if (living < 1600 || data.releases.length < 11) problems.push('keys or releases are missing');
  if (problems.length > 0) {
    console.error(`config-data.json: ${problems.slice(0, 20).join('\n')}`);
    process.exit(1);
  }
  console.log(`config-data.json: ${data.releases.length} releases, ${Object.keys(data.keys).length} keys, ${living} registered in ${newest}, ${Object.values(data.keys).filter(({ h }) => h).length} with a history`);
}
