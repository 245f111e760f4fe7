/**
 * `npm run bench -- CORPUS… [--rivals] [--write]`: prints figures, and with --write keeps them in docs/benchmarks.md.
 * CORPUS: folders of real code. Edits are timed in the real modules nearest to 1,500 lines of Python and to 2,400 of Scala.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { basename, join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { completionFigures, share } from './bench-completion.mjs';
import { typingFigures } from './bench-typing.mjs';
import { build } from './build.mjs';
import { root } from './root.mjs';

const args = process.argv.slice(2);
const folders = args.filter((arg) => !arg.startsWith('--'));
if (folders.length === 0) {
  console.error('usage: npm run bench -- CORPUS… [--rivals] [--write]');
  process.exit(2);
}
await build();
const lines = [];
const say = (line = '') => {
  console.log(line);
  lines.push(line);
};

const files = folders.flatMap((folder) => filesIn(folder));
const count = files.reduce((sum, file) => sum + file.lines, 0);
say(`Machine: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`);
say();
say('| Corpus | Commit | Python files | Scala files | Lines |');
say('| --- | --- | --- | --- | --- |');
for (const folder of folders) {
  const own = filesIn(folder);
  const [python, scala] = ['.py', '.scala'].map((ending) => own.filter(({ path }) => path.endsWith(ending)).length);
  say(`| ${basename(folder).replace('+', '/')} | ${commitOf(folder)} | ${python} | ${scala} | ${own.reduce((sum, file) => sum + file.lines, 0)} |`);
}
say();
say('| Figure | Value |');
say('| --- | --- |');
commandLine();
await editing({ ending: '.py', spark: /pyspark/, lines: 1500, balanced: false });
const long = await editing({ ending: '.scala', spark: /org\.apache\.spark/, lines: 2400, balanced: true });
if (long) await typing(long);
for (const { title, times } of await completionFigures(200)) say(`| completion of ${title} | p50 ${share(times, 0.5)} ms, p95 ${share(times, 0.95)} ms |`);
package_();
if (args.includes('--rivals')) rivals();
if (args.includes('--write')) writeFileSync(join(root, 'docs/benchmarks.md'), `# Benchmarks\n\nMade by \`npm run bench -- CORPUS… --write\`. Times are medians of three runs unless said otherwise.\n\n${lines.join('\n')}\n`);

function filesIn(folder) {
  const found = [];
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.(py|scala)$/.test(entry.name) && statSync(path).size < 1_000_000) found.push({ path, lines: readFileSync(path, 'utf8').split('\n').length });
    }
  };
  walk(folder);
  return found;
}

function commitOf(folder) {
  const { stdout, status } = spawnSync('git', ['-C', folder, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : existsSync(join(folder, '.commit')) ? readFileSync(join(folder, '.commit'), 'utf8').trim().slice(0, 9) : 'unknown';
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Wall time and peak memory of a whole process. */
function run(command, parameters) {
  const start = performance.now();
  const { stderr, status } = spawnSync('/usr/bin/time', ['-f', 'PEAK %M', command, ...parameters], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const peak = /PEAK (\d+)/.exec(stderr ?? '');
  return { milliseconds: performance.now() - start, megabytes: peak ? Number(peak[1]) / 1024 : undefined, status };
}

function commandLine() {
  const cli = [join(root, 'dist/sparkcheck.js'), 'check', ...folders, '--format', 'json'];
  const runs = [0, 1, 2].map(() => run(process.execPath, cli));
  const time = median(runs.map(({ milliseconds }) => milliseconds));
  say(`| check, whole corpus (${count} lines) | ${(time / 1000).toFixed(2)} s, ${Math.round(count / (time / 1000)).toLocaleString('en')} lines/s |`);
  const peak = median(runs.map(({ megabytes }) => megabytes ?? 0));
  if (peak > 0) say(`| peak memory | ${peak.toFixed(0)} MB |`);
  const one = [0, 1, 2, 3, 4].map(() => run(process.execPath, [join(root, 'dist/sparkcheck.js'), 'check', join(root, 'examples/retail/daily_report.py'), '--format', 'json']));
  say(`| start to first findings, one file | ${median(one.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms |`);
}

/**
 * 200 seeded one-character edits, 20 hostile ones apart, in the engine itself as the server uses it. `balanced`: no bracket
 * or quote is among the 200. Edits that more rests on than one function are told apart: for those the server waits until
 * typing rests, where the whole is slow.
 */
async function editing({ ending, spark, lines: wanted, balanced }) {
  const { openProject, memoryHost } = await import(join(root, 'dist/engine-worker.js'));
  const grammars = { runtime: readFileSync(join(root, 'dist/tree-sitter.wasm')), grammar: async (language) => readFileSync(join(root, `dist/tree-sitter-${language}.wasm`)) };
  const [chosen] = files.filter(({ path }) => path.endsWith(ending) && spark.test(readFileSync(path, 'utf8'))).sort((a, b) => Math.abs(a.lines - wanted) - Math.abs(b.lines - wanted));
  if (!chosen) return undefined;
  const original = readFileSync(chosen.path, 'utf8');
  const name = `job${ending}`;
  const project = await openProject(grammars, memoryHost({ [name]: original }));
  await project.ready(name);
  const time = (next) => {
    const start = performance.now();
    project.setText(name, next);
    const inPart = project.checksPart(name);
    project.check(name, { quick: true });
    return { inPart, took: performance.now() - start };
  };
  for (let i = 0; i < 10; i++) time(original + ' '.repeat(i));
  let seed = 42;
  const random = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  const series = (edits, characters) => {
    const times = [];
    let text = original;
    for (let i = 0; i < edits; i++) {
      const removing = characters === undefined && i % 2 === 1;
      let at = random(text.length);
      while (balanced && removing && /[()[\]{}"'`]/.test(text[at])) at = random(text.length);
      text = removing ? text.slice(0, at) + text.slice(at + 1) : text.slice(0, at) + (characters ? characters[random(characters.length)] : 'abcxyz_ 01'[random(10)]) + text.slice(at);
      times.push(time(text));
      // Back to the base, untimed and checked: the next edit is one edit again.
      text = original;
      time(text);
    }
    return times.sort((a, b) => a.took - b.took);
  };
  const plain = series(200, undefined);
  const hostile = series(20, ['"', "'", '(', ')', '[', '{', '"""']);
  const at = (edits, share) => edits[Math.min(edits.length - 1, Math.floor(edits.length * share))].took.toFixed(1);
  const inPart = plain.filter((edit) => edit.inPart);
  say(`| edit in ${basename(chosen.path)} (${chosen.lines} lines), text to findings | p50 ${at(plain, 0.5)} ms, p95 ${at(plain, 0.95)} ms |`);
  if (inPart.length > 0) say(`| of these within a function, which are answered at once: ${inPart.length} of ${plain.length} | p50 ${at(inPart, 0.5)} ms, p95 ${at(inPart, 0.95)} ms |`);
  say(`| the same, quotes and brackets | p50 ${at(hostile, 0.5)} ms, p95 ${at(hostile, 0.95)} ms |`);
  return chosen.path;
}

/** In the file's own project, through the server. */
async function typing(path) {
  const folder = folders.find((each) => path.startsWith(join(each, '/')));
  const { answers, findings } = await typingFigures(folder, relative(folder, path));
  say(`| typing in ${basename(path)}, its project around it: other answers meanwhile | p50 ${share(answers, 0.5)} ms, p95 ${share(answers, 0.95)} ms |`);
  say(`| the same, from the last letter to the findings | p50 ${share(findings, 0.5)} ms, longest ${share(findings, 1)} ms |`);
}

function package_() {
  const packed = readdirSync(root).concat(existsSync(join(root, '.cache')) ? readdirSync(join(root, '.cache')).map((name) => `.cache/${name}`) : []).filter((name) => name.endsWith('.vsix')).map((name) => statSync(join(root, name)).size);
  if (packed.length > 0) say(`| .vsix | ${(Math.max(...packed) / 2 ** 20).toFixed(2)} MB |`);
}

/** Other linters on the PATH, over the same files. */
function rivals() {
  const own = median([0, 1, 2].map(() => run(process.execPath, [join(root, 'dist/sparkcheck.js'), 'check', ...folders, '--format', 'json']).milliseconds));
  for (const [name, command, parameters] of [['pyspark-antipattern', 'pyspark-antipattern', ['check', ...folders]], ['torchlight-spark', 'torchlight', ['check', ...folders]]]) {
    const found = spawnSync('which', [command]).status === 0;
    if (!found) {
      say(`| ${name} | not on the PATH |`);
      continue;
    }
    const theirs = median([0, 1, 2].map(() => run(command, parameters).milliseconds));
    say(`| ${name}, same files | ${(theirs / 1000).toFixed(2)} s; Sparkcheck takes ${(own / theirs).toFixed(1)} times as long |`);
  }
}
