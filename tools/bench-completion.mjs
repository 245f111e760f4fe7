#!/usr/bin/env node
/**
 * How long the server takes to offer keys, asked over its streams as an editor does: a character is typed, then the list
 * is asked for.
 *   node tools/bench-completion.mjs [COUNT]     prints p50 and p95 of COUNT (100) requests at each of three places
 * `npm run bench` takes these figures in.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node.js';
import { build } from './build.mjs';
import { root } from './root.mjs';

const keys = ['spark.executor.memory', 'spark.sql.shuffle.partitions', 'spark.driver.maxResultSize', 'spark.network.timeout', 'spark.sql.adaptive.enabled'];

/** About as long as real files of their kind are. */
const files = {
  'spark-defaults.conf': Array.from({ length: 200 }, (_, index) => (index % 4 === 0 ? `# part ${index}` : `spark.example.key${index}  value${index}`)).join('\n'),
  'job.py': pythonFile(1500),
  'submit.sh': ['#!/bin/bash', 'set -euo pipefail', 'spark-submit \\', ...Array.from({ length: 30 }, (_, index) => `  --conf spark.example.key${index}=value \\`), '  job.py'].join('\n'),
};
/** What stands before the typed letters, where, and behind them. */
const places = [
  ['a key in a settings file of 200 lines', 'spark-defaults.conf', 'plaintext', 120, '', '\n'],
  ['a key in `.config("…")` of a Python file of 1,500 lines', 'job.py', 'python', 750, 'spark = spark.builder.config("', '")\n'],
  ['a key behind `--conf` in a script', 'submit.sh', 'shellscript', 20, '  --conf ', ' \\\n'],
];

export async function completionFigures(count) {
  const folder = mkdtempSync(join(tmpdir(), 'sparkcheck-bench-'));
  const child = spawn(process.execPath, [join(root, 'dist/server.js'), '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  connection.onRequest(() => null);
  connection.listen();
  const uri = (name) => pathToFileURL(join(folder, name)).href;
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: pathToFileURL(folder).href, workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'bench' }], capabilities: { textDocument: { diagnostic: {}, completion: { completionList: { itemDefaults: ['editRange', 'data'] } } } } });
  await connection.sendNotification('initialized', {});
  const figures = [];
  for (const [title, name, languageId, line, before, after] of places) {
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri: uri(name), languageId, version: 1, text: files[name] } });
    await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: uri(name) } });
    figures.push({ title, times: await typed(connection, uri(name), { line, before, after, count }) });
  }
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  child.kill();
  rmSync(folder, { recursive: true, force: true });
  return figures;
}

/** A key is typed letter by letter on a line of its own, and taken out again. */
async function typed(connection, uri, { line, before, after, count }) {
  const times = [];
  let version = 1;
  const change = (range, text) => connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: ++version }, contentChanges: [{ range, text }] });
  for (let turn = 0; times.length < count; turn++) {
    const key = keys[turn % keys.length];
    await change({ start: { line, character: 0 }, end: { line, character: 0 } }, before + after);
    for (let letters = 1; letters <= key.length && times.length < count; letters++) {
      const at = { line, character: before.length + letters - 1 };
      await change({ start: at, end: at }, key[letters - 1]);
      const start = performance.now();
      const { items } = await connection.sendRequest('textDocument/completion', { textDocument: { uri }, position: { line, character: at.character + 1 } });
      times.push(performance.now() - start);
      if (!items.some(({ label }) => label === key)) throw new Error(`${key.slice(0, letters)} in ${uri}: ${key} is not offered`);
      // Editors ask for findings once the typing rests.
      if (letters % 5 === 0) await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
    }
    await change({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }, '');
  }
  return times.sort((a, b) => a - b);
}

function pythonFile(lines) {
  const part = readFileSync(join(root, 'examples/retail/daily_report.py'), 'utf8').trimEnd().split('\n');
  const text = Array.from({ length: Math.ceil(lines / part.length) }, () => part).flat().slice(0, lines);
  // The place is between two statements.
  while (text[750] !== '' || /^\s/.test(text[751] ?? '')) text.splice(750, 0, '');
  return text.slice(0, lines).join('\n');
}

export const share = (times, part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build();
  for (const { title, times } of await completionFigures(Number(process.argv[2] ?? 100))) console.log(`${title}: p50 ${share(times, 0.5)} ms, p95 ${share(times, 0.95)} ms of ${times.length}`);
}
