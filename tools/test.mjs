/**
 * `npm test`: sets up what it needs, then everything in the order in which a failure is cheapest to learn of:
 * generated files, types, unit / fixture / property / protocol tests, the extension in a real VS Code, and its package.
 * Ends with one line that sums up all of it.
 */
import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './root.mjs';
import { ensureDependencies } from './setup.mjs';

ensureDependencies();

const suites = [];

async function suite(name, body) {
  console.log(`\n== ${name}`);
  const start = Date.now();
  let counts;
  try {
    counts = await body();
  } catch (error) {
    console.error(error);
    counts = { passed: 0, failed: 1 };
  }
  suites.push({ name, seconds: (Date.now() - start) / 1000, ...counts });
}

/** A program that is one check: right where it ends with 0. */
function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest() {
  const report = join(root, '.cache/vitest.json');
  await rm(report, { force: true });
  spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { cwd: root, stdio: 'inherit' });
  const { numPassedTests, numFailedTests, success, testResults } = JSON.parse(await readFile(report, 'utf8'));
  // A file that cannot even be loaded has no tests to fail.
  const unloadable = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')).length;
  const failed = numFailedTests + unloadable;
  return { passed: numPassedTests, failed: success ? failed : Math.max(failed, 1) };
}

const generators = (await readdir(join(root, 'tools'))).filter((file) => /^generate.*\.mjs$/.test(file)).sort();
for (const file of generators) await suite(`${file} --check`, () => node(`tools/${file}`, '--check'));
await suite('types', () => node('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'));
// Protocol tests talk to the built server, the worker test loads the built engine.
await suite('build', () => node('tools/build.mjs'));
await suite('unit, fixture, property and protocol tests', vitest);
await suite("the engine in a browser's worker", async () => (await import('./worker-test.mjs')).runWorkerTest());
let host = '';
await suite('e2e in a real VS Code', async () => {
  const { runE2e } = await import('./e2e.mjs');
  const result = await runE2e();
  host = result.host;
  return result.passed > 0 ? result : { passed: 0, failed: 1 };
});

// Last, since it packs the grammars of the build.
await suite('the package', () => node('tools/package.mjs'));

console.log('');
for (const { name, passed, failed, seconds } of suites) console.log(`${failed > 0 ? 'FAILED' : 'ok    '} ${name}: ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`);
if (host) console.log(`e2e ran on ${host}`);
const sum = (key) => suites.reduce((total, each) => total + each[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') > 0 ? 1 : 0);
