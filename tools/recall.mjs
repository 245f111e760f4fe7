/**
 * `npm run recall -- FOLDER… [--list=NAME] [--notes]`: how many of the faults that were found by reading the tool finds, by
 * rule; the list is `test/recall/NAME.tsv`, faults where none is named.
 * FOLDER holds checkouts named owner+name. A finding counts where its rule is the one of the list, or one that speaks for
 * it (one fault, one finding), in the same statement, at most three lines away, or on another line that the note names, or
 * where it names the line itself among its related places.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { root } from './root.mjs';

const list = process.argv.find((arg) => arg.startsWith('--list='))?.slice('--list='.length) ?? 'faults';
const folders = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
if (folders.length === 0) {
  console.error('usage: npm run recall -- FOLDER… [--list=NAME] [--notes]');
  process.exit(2);
}

/** Rules that report a fault in the place of another. */
const speaksFor = {
  'recomputed-dataset': ['cache-too-late', 'recomputed-batch', 'released-too-early'],
  'unused-cache': ['cache-too-late', 'released-too-early'],
  'action-in-loop': ['recomputed-dataset', 'iterating-collected-rows', 'collect-to-driver'],
  'collect-to-driver': ['iterating-collected-rows'],
  'discarded-transformation': ['unused-cache'],
  'starving-coalesce': ['single-partition-output'],
  'removed-key': ['unknown-key'],
  'deprecated-key': ['removed-key'],
  'unknown-key': ['removed-key'],
};
const nearby = 3;

const table = (name) => readFileSync(join(root, 'test/recall', name), 'utf8').trim().split('\n').slice(1).map((line) => {
  const [repository, , path, cell, at, rule, note] = line.split('\t');
  return { repository, path, cell: cell === '' ? undefined : Number(cell), line: Number(at), rule, note };
});

function checkoutOf(repository) {
  return folders.map((folder) => resolve(folder, repository.replace('/', '+'))).find((folder) => existsSync(folder));
}

const faults = table(`${list}.tsv`).filter(({ repository }) => checkoutOf(repository));
const silent = table('silent.tsv').filter(({ repository }) => checkoutOf(repository));

const known = new Map();
function findingsIn(repository) {
  if (known.has(repository)) return known.get(repository);
  const folder = checkoutOf(repository);
  // Named files are checked even where their repository ignores them.
  const listed = new Set([...faults, ...silent].filter((row) => row.repository === repository).map((row) => join(folder, row.path)).filter((path) => existsSync(path)));
  const run = spawnSync(process.execPath, [join(root, 'dist/sparkcheck.js'), 'check', '--format', 'json', folder, ...listed], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (run.status === null || run.status > 1) throw new Error(`${repository}: the check ended with ${run.status ?? run.signal}\n${run.stderr}`);
  const found = JSON.parse(run.stdout).map((finding) => ({ ...finding, path: relative(folder, resolve(finding.file)) }));
  known.set(repository, found);
  return found;
}

const named = (note) => [...note.matchAll(/\b\d+\b/g)].map(([number]) => Number(number));

/** The last line of the statement that begins on a line, as brackets, backslashes and the dots of a chain tell, before or behind the break: a chain is one statement. */
function statementEnd(repository, path, cell, line) {
  const text = readFileSync(join(checkoutOf(repository), path), 'utf8');
  const lines = cell === undefined ? text.split('\n') : [JSON.parse(text).cells[cell].source].flat().join('').split('\n');
  const comment = path.endsWith('.scala') ? /\/\/.*/ : /#.*/;
  const code = lines.map((each) => each.replace(/(["']).*?\1/g, '').replace(comment, '').trim());
  let open = 0;
  for (let at = line - 1; at < lines.length; at++) {
    open += (code[at].match(/[([{]/g) ?? []).length - (code[at].match(/[)\]}]/g) ?? []).length;
    const next = code.slice(at + 1).find((each) => each !== '');
    if (open <= 0 && !/[\\.]$/.test(code[at]) && !next?.startsWith('.')) return at + 1;
  }
  return lines.length;
}

/** A finding of these rules, wherever it stands, names the line beside its own: a loop, a call that leads to the action, another action. */
const spokenOf = ({ repository, path, cell, line }, rules) => findingsIn(repository).find((finding) =>
  rules.includes(finding.rule) && finding.related.some((place) => place.line === line && place.cell === cell && relative(checkoutOf(repository), resolve(place.file)) === path));

function matchOf(fault, strict) {
  const { repository, path, cell, line, rule, note } = fault;
  const rules = [rule, ...(strict ? [] : speaksFor[rule] ?? [])];
  const all = findingsIn(repository).filter((finding) => finding.path === path && finding.cell === cell && rules.includes(finding.rule));
  if (all.length === 0) return strict ? undefined : spokenOf(fault, rules);
  const end = statementEnd(repository, path, cell, line);
  return all.find((finding) => (strict ? finding.line === line : finding.line >= line - nearby && finding.line <= Math.max(line + nearby, end)))
    ?? (strict ? undefined : all.find((finding) => named(note).includes(finding.line)) ?? spokenOf(fault, rules));
}

const byRule = new Map();
for (const fault of faults) {
  const row = byRule.get(fault.rule) ?? { all: 0, found: 0 };
  byRule.set(fault.rule, row);
  row.all++;
  if (matchOf(fault, false)) row.found++;
  else console.log(`missed  ${fault.rule}  ${fault.repository} ${fault.path}${fault.cell === undefined ? '' : ` cell ${fault.cell}`}:${fault.line}${process.argv.includes('--notes') ? `\n        ${fault.note}` : ''}`);
}
let quiet = 0;
for (const line of silent) {
  const loud = matchOf(line, true);
  if (!loud) quiet++;
  else console.log(`not silent  ${line.rule}  ${line.repository} ${line.path}:${line.line} (${loud.severity})${process.argv.includes('--notes') ? `\n        ${line.note}` : ''}`);
}
console.log('\n| Rule | Faults read | Found |\n| --- | --- | --- |');
for (const [rule, { all, found }] of [...byRule].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`| ${rule} | ${all} | ${found} |`);
const found = [...byRule.values()].reduce((sum, row) => sum + row.found, 0);
console.log(`| all | ${faults.length} | ${found} (${((100 * found) / Math.max(1, faults.length)).toFixed(0)} %) |`);
console.log(`\n${quiet} of ${silent.length} tempting lines are silent.`);
