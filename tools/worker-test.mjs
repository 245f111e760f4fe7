/**
 * The engine's bundle in a real browser's worker: proof that it does no I/O and knows neither Node nor an editor.
 * Needs Chromium; its counts go into `npm test`.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root } from './root.mjs';
import { launchBrowser } from './vscode.mjs';

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };

const worker = `
import { memoryHost, openProject } from '/engine-worker.js';
const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
onmessage = async ({ data }) => {
  try {
    const project = await openProject({ runtime: await bytes('/tree-sitter.wasm'), grammar: (language) => bytes('/tree-sitter-' + language + '.wasm') }, memoryHost(data));
    for (const path of Object.keys(data)) await project.ready(path);
    const found = Object.keys(data).flatMap((path) => project.check(path).findings.map(({ rule, start, end }) => [path, rule, data[path].slice(start, end)].join(' ')));
    postMessage([...found, 'Scala: ' + project.program('Job.scala').events.filter(({ kind }) => kind === 'action').map(({ method }) => method.name)]);
  } catch (error) { postMessage('failed: ' + error.stack); }
};`;

const files = {
  'job.py': 'from helpers import load\n\nrows = load(spark).collect()\n',
  'helpers.py': 'def load(spark):\n    return spark.read.parquet("/data/orders")\n',
  'Job.scala': 'object Job {\n  spark.table("orders").show()\n}\n',
  'spark-defaults.conf': 'spark.excutor.memory  4g\n',
};
const expected = ['job.py collect-to-driver collect', 'spark-defaults.conf unknown-key spark.excutor.memory', 'Scala: show'];

export async function runWorkerTest() {
  await build();
  const server = createServer(async ({ url }, response) => {
    const body = url === '/' ? '<!doctype html><title>worker</title>' : url === '/worker.js' ? worker : await readFile(join(root, 'dist', url)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': types[url === '/' ? '.html' : extname(url)] ?? 'text/plain' });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const found = await page.evaluate((sent) => new Promise((resolve, reject) => {
      const engine = new Worker('/worker.js', { type: 'module' });
      engine.onmessage = ({ data }) => resolve(data);
      engine.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
      engine.postMessage(sent);
      setTimeout(() => reject(new Error('the worker gave no answer within 20 s')), 20_000);
    }), files);
    const right = JSON.stringify(found) === JSON.stringify(expected);
    if (!right) console.error('expected', expected, 'found', found);
    return right ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  } finally {
    await browser.close();
    server.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { failed } = await runWorkerTest();
  console.log(failed > 0 ? 'the engine does not work in a worker' : 'the engine works in a browser\'s worker');
  process.exitCode = failed;
}
