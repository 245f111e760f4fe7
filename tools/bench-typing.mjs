#!/usr/bin/env node
/**
 * How the server feels in a long file of a real project: a word is typed, as an editor tells it, and something is asked
 * after each letter; then the typing rests.
 *   node tools/bench-typing.mjs FOLDER FILE [SERVER]     FILE: in the folder; SERVER: another build's dist/server.js
 * Prints how long answers take while somebody types, and how long it takes from the last letter to the findings.
 * `npm run bench` takes these figures in.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CancellationTokenSource, createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node.js';
import { share } from './bench-completion.mjs';
import { build } from './build.mjs';
import { root } from './root.mjs';

const word = 'quarterlyTotals';
/** As fast as people type, in milliseconds. */
const keystroke = 90;

export async function typingFigures(folder, file, { server = join(root, 'dist/server.js'), words = 12 } = {}) {
  const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  connection.onRequest(() => null);
  connection.listen();
  const rootUri = pathToFileURL(resolve(folder)).href;
  const uri = pathToFileURL(resolve(folder, file)).href;
  const text = readFileSync(join(folder, file), 'utf8');
  await connection.sendRequest('initialize', { processId: process.pid, rootUri, workspaceFolders: [{ uri: rootUri, name: 'bench' }], capabilities: { textDocument: { diagnostic: {}, completion: {} } } });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: file.endsWith('.py') ? 'python' : 'scala', version: 1, text } });
  await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });

  const lines = text.split('\n');
  const places = lines.flatMap((line, index) => (/^\s{4,}(val|return|\w+ =)/.test(line) ? [index] : []));
  const answers = [];
  const findings = [];
  let version = 1;
  let asked;
  const change = (range, newText) => connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: ++version }, contentChanges: [{ range, text: newText }] });
  /** As VS Code asks: what was asked before is cancelled. */
  const ask = () => {
    asked?.cancel();
    asked = new CancellationTokenSource();
    return connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }, asked.token).catch(() => undefined);
  };
  for (let turn = 0; turn < words; turn++) {
    const line = places[Math.floor((places.length * (turn + 0.5)) / words)];
    const column = lines[line].length;
    let last;
    for (let at = 0; at < word.length; at++) {
      await change({ start: { line, character: column + at }, end: { line, character: column + at } }, word[at]);
      const start = performance.now();
      last = ask();
      await connection.sendRequest('textDocument/completion', { textDocument: { uri }, position: { line, character: column + at + 1 } });
      answers.push(performance.now() - start);
      if (at < word.length - 1) await pause(Math.max(0, keystroke - (performance.now() - start)));
    }
    const rest = performance.now();
    await last;
    findings.push(performance.now() - rest);
    // Long enough for what rests on other files.
    await pause(1500);
    await change({ start: { line, character: column }, end: { line, character: column + word.length } }, '');
    await ask();
  }
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  child.kill();
  const sorted = (times) => times.sort((a, b) => a - b);
  return { answers: sorted(answers), findings: sorted(findings) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, file, server] = process.argv.slice(2);
  if (file === undefined) {
    console.error('usage: node tools/bench-typing.mjs FOLDER FILE [SERVER]');
    process.exit(2);
  }
  if (!server) await build();
  const { answers, findings } = await typingFigures(folder, file, server ? { server: resolve(server) } : {});
  console.log(`answers while somebody types: p50 ${share(answers, 0.5)} ms, p95 ${share(answers, 0.95)} ms, longest ${share(answers, 1)} ms of ${answers.length}`);
  console.log(`from the last letter to the findings: p50 ${share(findings, 0.5)} ms, longest ${share(findings, 1)} ms of ${findings.length}`);
}
