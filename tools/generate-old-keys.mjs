#!/usr/bin/env node
/**
 * Makes server/src/knowledge/old-keys.json: keys that some release from 0.9 to 2.3 read and no later one does, each with
 * the first and last line that was seen reading it, its successor, and why it went.
 *   node tools/generate-old-keys.mjs --from FOLDER   from jars of released Sparks: FOLDER/1.6.3/spark-core_2.10-1.6.3.jar …
 *   node tools/generate-old-keys.mjs --check         the committed file is whole and agrees with config-data.json
 * The jars come from Maven Central (org.apache.spark, all modules of a release) and, from 2.1 on, with PyPI's pyspark.
 * One release a line is enough. Those from 2.4 on must be among them: what they read is not dead.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { classesIn, stringsOf } from './class-files.mjs';
import { goneSince } from './registry/shape.mjs';
import { halfSeen, lastRead, noSettings, notes, successors, warnersOnly } from './old-keys-extra.mjs';

const lines = ['0.9', '1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '2.0', '2.1', '2.2', '2.3', '2.4'];
const placeOf = (line) => lines.indexOf(line);
const target = new URL('../server/src/knowledge/old-keys.json', import.meta.url);
const known = JSON.parse(readFileSync(new URL('../server/src/knowledge/config-data.json', import.meta.url), 'utf8'));

const option = process.argv.indexOf('--from');
if (option > 0) {
  writeFileSync(target, `${JSON.stringify(oldKeys(readersIn(process.argv[option + 1]))).replace(/\],"/g, '],\n"')}\n`);
} else if (!process.argv.includes('--check')) {
  console.error('usage: node tools/generate-old-keys.mjs --from FOLDER_OF_JARS | --check');
  process.exit(2);
}
check(JSON.parse(readFileSync(target, 'utf8')));

/** Names of the form of a key, each with the lines whose classes hold it to read it. */
function readersIn(folder) {
  const readers = new Map();
  for (const release of readdirSync(folder)) {
    const line = release.split('.').slice(0, 2).join('.');
    for (const jar of readdirSync(join(folder, release)).filter((name) => /^spark-.*\.jar$/.test(name))) {
      for (const [name, bytes] of classesIn(join(folder, release, jar), 'org/apache/spark/')) {
        if (warnersOnly.some((pattern) => pattern.test(name))) continue;
        for (const text of stringsOf(bytes)) if (/^spark(\.[\w-]+)+$/.test(text)) readers.set(text, (readers.get(text) ?? new Set()).add(line));
      }
    }
  }
  return readers;
}

function oldKeys(readers) {
  const entries = [...readers].filter(([key, seen]) => isOld(key, seen) && !noSettings.includes(key) && !halfSeen.includes(key)).map(([key, seen]) => {
    const read = lines.slice(0, placeOf(lastRead[key] ?? '2.4') + 1).filter((line) => seen.has(line));
    return [key, [read[0], read.at(-1), successors[key] ?? null, notes.find(([, pattern]) => pattern.test(key))?.[0] ?? null]];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Read by no release that this project knows, or dropped by the first of them and worth a word on what came instead. */
function isOld(key, seen) {
  if (lastRead[key]) return true;
  if ([...seen].some((line) => placeOf(line) < 0)) return false;
  if (seen.has('2.4')) return known.keys[key] && !lives(key) && (key in successors || notes.some(([, pattern]) => pattern.test(key)));
  const under = known.prefixes[`${key.slice(0, key.lastIndexOf('.'))}.`] || known.transportModules.some((name) => Object.keys(known.transports).some((suffix) => key === `spark.${name}.${suffix}`));
  return !under && !lives(key);
}

/** Some release of 2.4 or later reads it, the newest one too; a name that stands in lists alone is read by none. */
function lives(key) {
  const fact = known.keys[key];
  return fact !== undefined && goneSince(fact, known.releases) === undefined && !(fact.dep !== undefined && fact.v === undefined && fact.n === undefined);
}

function check(data) {
  const problems = [];
  for (const [key, [first, last, successor]] of Object.entries(data)) {
    if (placeOf(first) < 0 || placeOf(last) < placeOf(first)) problems.push(`${key}: no lines ${first} to ${last}`);
    if (lives(key)) problems.push(`${key} is known to config-data.json, and lives`);
    if (successor !== null && !lives(successor)) problems.push(`${key}: its successor ${successor} is no living key`);
  }
  for (const key of [...Object.keys(successors), ...Object.keys(lastRead)]) if (!data[key]) problems.push(`${key} is told of by hand and no old key`);
  for (const key of noSettings) if (data[key]) problems.push(`${key} is no setting`);
  for (const [text, pattern] of notes) if (!Object.keys(data).some((key) => pattern.test(key))) problems.push(`no key for the note "${text}"`);
  if (Object.keys(data).length < 80) problems.push('keys are missing');
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    process.exit(1);
  }
  console.log(`old-keys.json: ${Object.keys(data).length} keys`);
}
