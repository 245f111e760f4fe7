/**
 * `npm run recall -- FOLDER… [--list=NAME] [--notes]`: how many of the faults that were found by reading the tool finds, by
 * rule; the list is `test/recall/NAME.tsv`, faults where none is named.
 * FOLDER holds checkouts named owner+name. Found by its rule: a finding of the very rule, in the same statement or in one that
 * begins on another line that the note names, or one that names such a place among its related ones. By another: a finding of a rule that speaks
 * for it (one fault, one finding) in such a place, or of the very rule up to three lines away. Hints count apart: they are
 * found, and milder than the list asks for. Of lists that tell, faults that one can argue about (`weak`) and those of which
 * the rule's page says that it is silent there are told apart.
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

/** The columns are named in the first line. */
const table = (name) => {
  const [head, ...lines] = readFileSync(join(root, 'test/recall', name), 'utf8').trim().split('\n');
  const names = head.split('\t');
  return lines.map((line) => {
    const { repository, path, cell, line: at, rule, sure = 'sure', silence = '', note = '' } = Object.fromEntries(line.split('\t').map((value, index) => [names[index], value]));
    return { repository, path, cell: cell ? Number(cell) : undefined, line: Number(at), rule, group: silence !== '' ? 'documented silence' : sure, note };
  });
};

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
  if (line < 1 || line > lines.length) return line;
  let open = 0;
  for (let at = line - 1; at < lines.length; at++) {
    open += (code[at].match(/[([{]/g) ?? []).length - (code[at].match(/[)\]}]/g) ?? []).length;
    const next = code.slice(at + 1).find((each) => each !== '');
    if (open <= 0 && !/[\\.]$/.test(code[at]) && !next?.startsWith('.')) return at + 1;
  }
  return lines.length;
}

/** A finding of these rules, wherever it stands, names the line beside its own: a loop, a call that leads to the action, another action. */
const spokenOf = (fault, rules) => findingsIn(fault.repository).find((finding) =>
  rules.includes(finding.rule) && finding.related.some((place) => place.cell === fault.cell && relative(checkoutOf(fault.repository), resolve(place.file)) === fault.path && inStatement(fault, place)));

/** How a fault is found: 'its rule', 'another', or not at all; with the finding. */
function matchOf(fault) {
  const own = [fault.rule];
  const all = findingsOn(fault, own);
  const exact = all.find((finding) => inStatement(fault, finding)) ?? spokenOf(fault, own);
  if (exact) return { how: 'its rule', finding: exact };
  const others = speaksFor[fault.rule] ?? [];
  const other = findingsOn(fault, others).find((finding) => inStatement(fault, finding)) ?? spokenOf(fault, others) ?? all.find((finding) => Math.abs(finding.line - fault.line) <= nearby);
  return other && { how: 'another', finding: other };
}

const findingsOn = ({ repository, path, cell }, rules) => findingsIn(repository).filter((finding) => finding.path === path && finding.cell === cell && rules.includes(finding.rule));

/** On the line, or one that the note names, or further down in the statement that begins there. */
const inStatement = ({ repository, path, cell, line, note }, finding) =>
  [line, ...named(note)].some((from) => finding.line >= from && finding.line <= statementEnd(repository, path, cell, from));

const byRule = new Map();
const groups = new Map();
for (const fault of faults) {
  const match = matchOf(fault);
  const group = groups.get(fault.group) ?? new Map();
  groups.set(fault.group, group);
  const row = byRule.get(fault.rule) ?? { all: 0, own: 0, other: 0, hints: 0 };
  byRule.set(fault.rule, row);
  row.all++;
  group.set('all', (group.get('all') ?? 0) + 1);
  if (match) {
    row[match.how === 'its rule' ? 'own' : 'other']++;
    if (match.finding.severity === 'hint') row.hints++;
    group.set('found', (group.get('found') ?? 0) + 1);
    if (match.how === 'its rule') group.set('own', (group.get('own') ?? 0) + 1);
    continue;
  }
  console.log(`missed  ${fault.rule}  ${fault.repository} ${fault.path}${fault.cell === undefined ? '' : ` cell ${fault.cell}`}:${fault.line}${fault.group === 'sure' ? '' : ` (${fault.group})`}${process.argv.includes('--notes') ? `\n        ${fault.note}` : ''}`);
}
let quiet = 0;
for (const line of silent) {
  const loud = findingsOn(line, [line.rule]).find((finding) => finding.line === line.line);
  if (!loud) quiet++;
  else console.log(`not silent  ${line.rule}  ${line.repository} ${line.path}:${line.line} (${loud.severity})${process.argv.includes('--notes') ? `\n        ${line.note}` : ''}`);
}
const share = (part, all) => `${part} (${((100 * part) / Math.max(1, all)).toFixed(0)} %)`;
console.log('\n| Rule | Faults read | Found by its rule | By another | Of all these hints |\n| --- | --- | --- | --- | --- |');
const sums = { all: 0, own: 0, other: 0, hints: 0 };
for (const [rule, row] of [...byRule].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`| ${rule} | ${row.all} | ${row.own} | ${row.other} | ${row.hints} |`);
  for (const name of Object.keys(sums)) sums[name] += row[name];
}
console.log(`| all | ${sums.all} | ${share(sums.own, sums.all)} | ${sums.other} | ${sums.hints} |`);
for (const [name, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${name}: ${share(group.get('found') ?? 0, group.get('all'))} of ${group.get('all')}, ${group.get('own') ?? 0} by the very rule`);
console.log(`\n${quiet} of ${silent.length} tempting lines are silent.`);
