#!/usr/bin/env node
/**
 * Tries values of all kinds on released Sparks and keeps what they say, for test/knowledge/values.test.ts; see
 * docs/registry.md.
 *   node tools/try-values.mjs 3.5.9 4.3.0 [--from FOLDER]   writes these releases' rows of test/data/value-trials-by-type.tsv
 * A release comes from PyPI, or lies in FOLDER/RELEASE. Keys in test/data/value-trials.tsv are left to that file, but for their bounds.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definersIn, download, jarsOf } from './registry/release.mjs';
import { decode } from './registry/shape.mjs';
import { openTrials } from './registry/trials.mjs';
import { root } from './root.mjs';

const target = join(root, 'test/data/value-trials-by-type.tsv');
const releases = process.argv.slice(2).filter((word) => /^\d+\.\d+\.\d+$/.test(word));
const from = process.argv.includes('--from') ? process.argv[process.argv.indexOf('--from') + 1] : undefined;
if (releases.length === 0) {
  console.error('usage: node tools/try-values.mjs RELEASE… [--from FOLDER]');
  process.exit(2);
}

// ---- what is tried ------------------------------------------------------------------------------------------------

const wholes = ['0', '-1', '1', '7', '+7', ' 7 ', '', ' ', 'abc', '1.5', '7.0', '1e3', '1_000', '1,000', '0x10', '007', '2147483647', '2147483648', '-2147483649', '9223372036854775807', '9223372036854775808', '７', '7k', '--7', '-0'];
const byType = {
  boolean: ['true', 'TRUE', 'False', 'tRuE', ' true ', 'yes', 'no', 'on', 'off', '1', '0', 't', '', 'true;', '"true"', 'truе'],
  int: wholes, long: wholes,
  double: ['0', '1', '0.5', ' 0.5 ', '1.0', '-0.1', '-1', '1.1', '2', '100', '1e-3', '1E2', '.5', '5.', 'NaN', 'Infinity', '-Infinity', 'inf', 'abc', '0,5', '50%', '1d', '0.5f', '0x1p3', '', '.', '1e', '+0.5', '1e400'],
  time: ['10', '10s', '10S', '10ms', '10us', '10ns', '10m', '10min', '1h', '1d', '1w', '10sec', '1.5s', '-1s', '-1', '', ' 5s ', '5 s', '5s,', '99999999999d', '9223372036854775808', 'infinity', '10Min', '0', '0s', '999us', '1h30m', '+5s', 's', '５s'],
  bytes: ['10', '10b', '10k', '10kb', '10KB', '10 mb', '1.5g', '-1', '-1m', '1p', '1pb', '1e', '10mib', '10MiB', '10gib', '', ' 5m ', '9223372036854775807', '9223372036854775808', '8589934592g', '1tb', '5bytes', '10m,', '0', '1023', '+5m', 'm', '1.0', '100000p', '2047m', '4g'],
  regex: ['a.*b', '(unclosed', '[a', 'a{2', '*a', '(?i)secret', 'a**', 'a++', '\\', '(?<n>a)\\k<n>', '(?P<n>a)', 'a{2,1}', ')', 'a|', '', '[[:alpha:]]', '[a&&[b]]', '\\p{Alpha}', '\\p{Nope}', '(?<=a)b', '+', '{', 'x{,3}', '\\Q(\\E', 'ü'],
  'seq<string>': ['a,b', '', ' , ', 'a,,b', 'ä', ' a '], 'seq<int>': ['1,2', '1, 2', '1,x', '', '1.5', ','], 'seq<long>': ['1,2', '1,x'], 'seq<double>': ['0.5,1', '0.5,x', '1,,2'],
  string: ['x', '', 'ü€', ' a ', '/tmp/x y', '-1', 'org.example.C'],
};
const zones = ['UTC', 'utc', 'GMT', 'Europe/Berlin', 'europe/berlin', 'Europe/Bonn', 'EST', 'CST', 'PST', 'CET', 'KST', 'Z', 'z', '+1', '+01', '+01:00', '+0100', '+1:00', '-8:30', '+19:00', '+18:00', 'UTC+1', 'UTC+01:00', 'GMT+8', 'GMT+08:00', 'UT+3', '', ' UTC ', 'US/Pacific', 'Asia/Calcutta', 'ACT', '+01:60', '1', '01:00', 'Etc/GMT+3'];

/** How many keys of a type are asked, each with how many of its values. */
const share = { boolean: [10, 6], int: [22, 8], long: [10, 7], double: [16, 8], time: [20, 8], bytes: [20, 8], enum: [24, 7], regex: [6, 13], 'seq<string>': [5, 3], 'seq<int>': [3, 6], 'seq<long>': [2, 2], 'seq<double>': [2, 3], string: [8, 3], zone: [1, zones.length] };

const mixed = (word) => [...word].map((letter, index) => (index % 2 === 0 ? letter.toLowerCase() : letter.toUpperCase())).join('');

function valuesOf(key, { t, a, lo, hi, also = [] }) {
  if (key === 'spark.sql.session.timeZone') return zones;
  if (a) return [a[0], a.at(-1).toLowerCase(), a.at(-1).toUpperCase(), mixed(a[0]), ` ${a[0]} `, `${a[0]}x`, '', a[0].slice(0, -1), `${a[0]},${a.at(-1)}`];
  const bounds = [lo, hi].filter((bound) => bound !== undefined).flatMap((bound) => (/^(double|decimal)$/.test(t) ? [bound - 0.01, bound, bound + 0.01] : [bound - 1, bound, bound + 1]));
  return [...bounds, ...also].map(String).concat(byType[t === 'decimal' ? 'double' : t] ?? []);
}

const typeOf = (key, { t, a }) => (key === 'spark.sql.session.timeZone' ? 'zone' : a ? 'enum' : t === 'decimal' ? 'double' : t);

/** Spread over all keys of a type and all values of it; those with bounds first, since there is more to know of them. */
function pairsOf(keys, left) {
  const groups = new Map(Object.keys(share).map((type) => [type, []]));
  for (const [key, facts] of Object.entries(keys)) if (facts.v && (!left.has(key) || typeOf(key, facts) === 'zone')) groups.get(typeOf(key, facts))?.push([key, facts]);
  const pairs = [];
  let turn = 0;
  for (const [type, [many, each]] of Object.entries(share)) {
    const own = groups.get(type);
    const bounded = own.filter(([, { lo, hi }]) => lo !== undefined || hi !== undefined);
    const plain = own.filter((entry) => !bounded.includes(entry));
    const chosen = [...spread(bounded, Math.ceil(many * 0.6)), ...spread(plain, many)].slice(0, many);
    for (const [key, facts] of chosen) {
      const values = [...new Set(valuesOf(key, facts))];
      const atBounds = values.length - (byType[facts.t]?.length ?? values.length);
      const first = Math.max(0, Math.min(atBounds, each - 3));
      const others = values.slice(first);
      const some = values.slice(0, first).concat(Array.from({ length: Math.min(each - first, others.length) }, (_, index) => others[(turn + index) % others.length]));
      turn += each - first;
      for (const value of new Set(some)) pairs.push({ key, value, scope: facts.r });
    }
  }
  return pairs;
}

/** Suffixes that Spark takes, and some that it does not. */
const suffixes = { time: ['', 'ns', 'us', 'ms', 's', 'm', 'min', 'h', 'd'], bytes: ['', 'b', 'k', 'kb', 'm', 'mb', 'g', 'gb', 't', 'tb', 'p', 'pb', 'kib', 'mib', 'gib', 'tib', 'pib'] };

/**
 * What a share leaves out: every suffix with every unit that a bare number may have, and each key that has bounds or a
 * list of values at these. Each is read or set once; what is `beyond` and is read all the same is tried at a start, too,
 * where what reads it may refuse it.
 */
function remainderOf(keys, tried) {
  const pairs = [];
  const units = new Set();
  for (const [key, { t, u, a, lo, hi, ol, oh, also = [], v, r }] of Object.entries(keys)) {
    const add = (beyond, ...values) => pairs.push(...values.map(String).filter((value) => !tried.has(`${key}\t${value}`)).map((value) => ({ key, value, scope: r, once: true, beyond })));
    if (!v) continue;
    if (suffixes[t] && !left.has(key) && hi === undefined && !units.has(`${t} ${u}`)) {
      units.add(`${t} ${u}`);
      add(false, ...suffixes[t].map((suffix) => `7${suffix}`));
    }
    const step = /^(double|decimal)$/.test(t) ? 0.01 : 1;
    if (lo !== undefined) {
      add(true, ol ? lo : lo - step);
      add(false, ol ? lo + step : lo);
    }
    if (hi !== undefined) {
      add(false, oh ? hi - step : hi);
      add(true, oh ? hi : hi + step);
    }
    if (lo !== undefined || hi !== undefined) add(false, ...also);
    if (a && !left.has(key)) {
      add(false, a[0]);
      add(true, mixed(a.at(-1)), `${a[0]}x`);
    }
  }
  return pairs;
}

const spread = (list, count) => Array.from({ length: Math.min(count, list.length) }, (_, index) => list[Math.floor((index * list.length) / Math.min(count, list.length))]);

// ---- trying -------------------------------------------------------------------------------------------------------

const rowsOf = (file) => readFileSync(join(root, 'test/data', file), 'utf8').split('\n').slice(1).filter(Boolean);
const data = decode(JSON.parse(readFileSync(join(root, 'server/src/knowledge/config-data.json'), 'utf8')));
const left = new Set(rowsOf('value-trials.tsv').map((row) => row.split('\t')[0]));
const byHand = rowsOf('value-trials.tsv').map((row) => row.split('\t')).map(([key, value]) => `${key}\t${value.slice(1, -1)}`);
const newest = releases.at(-1);
const inAll = Object.fromEntries(Object.entries(data.get(newest).keys).filter(([key]) => releases.every((release) => data.get(release).keys[key]?.v)));
const one = (text) => text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replace(/\s*\n[\s\S]*/, '');
const names = { read: 'SparkConf, entry read', set: 'spark.conf.set', session: 'SparkConf, session build', start: 'SparkConf, context start' };
let rows = existsSync(target) ? rowsOf('value-trials-by-type.tsv').map((row) => row.split('\t')) : [];
/** What was tried once is tried again, in the same ways; on a first run a share of all there is. */
const again = new Map();
for (const [key, value, how, release] of rows) {
  const pair = again.get(`${key}\t${value}`) ?? { key, value: value.slice(1, -1).replaceAll('\\\\', '\\'), ways: {} };
  (pair.ways[release] ??= []).push(Object.keys(names).find((way) => names[way] === how));
  again.set(`${key}\t${value}`, pair);
}
const shared = again.size > 0 ? [...again.values()] : pairsOf(inAll, left);
/** What is marked by hand stays. */
const marks = new Map(rows.map(([key, value, how, release, , , leftOut]) => [[key, value, how, release].join('\t'), leftOut]));

let sessions = 0;
function waysOf({ scope, once }) {
  if (scope === 's') return once || sessions++ % 12 !== 0 ? ['set'] : ['set', 'session'];
  return !once && scope === 't' && sessions++ % 6 === 0 ? ['read', 'session'] : ['read'];
}

for (const release of releases) {
  const place = from ? join(from, release) : mkdtempSync(join(tmpdir(), 'sparkcheck-release-'));
  const jars = jarsOf(from ? place : download(release, place));
  const trials = openTrials(jars, { loading: definersIn(jars) });
  rows = rows.filter(([, , , of]) => of !== release);
  const tried = new Set([...shared.map(({ key, value }) => `${key}\t${value}`), ...byHand]);
  for (const pair of [...shared, ...remainderOf(data.get(release).keys, tried)]) {
    const { key, value } = pair;
    // A module that is not there checks nothing.
    const alone = await trials.ask('read', key, value);
    if (alone.read === 'no entry') continue;
    for (const way of pair.ways ? pair.ways[release] ?? Object.values(pair.ways)[0] : waysOf(pair)) {
      let answer = way === 'read' ? alone : await trials.ask(way, key, value);
      let how = names[way];
      if (way === 'read' && pair.beyond && answer.verdict === 'accepted') {
        const started = await trials.ask('start', key, value);
        if (started.verdict !== 'accepted') [answer, how] = [started, names.start];
      }
      const { verdict, error, read } = answer;
      const row = [key, `'${value.replaceAll('\\', '\\\\')}'`, how, release];
      rows.push([...row, verdict, one(error ?? (how === names.read ? `read as ${read}` : '')).slice(0, 160), marks.get(row.join('\t')) ?? '']);
    }
  }
  trials.close();
  if (!from) rmSync(place, { recursive: true, force: true });
  rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  writeFileSync(target, `key\tvalue\thow set\tversion\tverdict\terror start, or what the entry reads\tleft out\n${rows.map((row) => `${row.join('\t')}\n`).join('')}`);
  console.log(`${release}: ${rows.filter(([, , , of]) => of === release).length} trials`);
}
