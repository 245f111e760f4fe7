/**
 * `npm start [-- PATH] [-- --no-open]`: from a clean clone to VS Code with the extension, on the example project or on
 * one's own folder. Uses Node's own modules only until the packages are there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from './root.mjs';
import { ensureDependencies, findProgram, spawnProgram } from './setup.mjs';

const options = process.argv.slice(2);
const unknown = options.find((option) => option.startsWith('-') && option !== '--no-open');
if (unknown) fail(`npm start: ${unknown} is no option; there is --no-open, and a path`);
const path = resolve(process.env.INIT_CWD ?? process.cwd(), options.find((option) => !option.startsWith('-')) ?? join(root, 'examples'));
if (!existsSync(path)) fail(`npm start: there is no ${path}`);

ensureDependencies();
const { build } = await import('./build.mjs');
await build();
lint(path);
if (options.includes('--no-open') || !process.stdout.isTTY) sayHowToOpen();
else await openEditor(statSync(path).isDirectory() ? path : dirname(path));

/** Findings are what this is for; only a check that could not run at all is a failure. */
function lint(target) {
  const { status } = spawnSync(process.execPath, [join(root, 'dist/sparkcheck.js'), 'check', target], { stdio: 'inherit' });
  if (status !== 0 && status !== 1) fail(`npm start: the check ended with ${status}`);
}

async function openEditor(folder) {
  const code = findProgram('code');
  if (code) {
    console.log(`Opening VS Code on ${folder} ...`);
    spawnProgram(code, [`--extensionDevelopmentPath=${root}`, folder]);
    return;
  }
  const { canServe, startServer } = await import('./vscode.mjs');
  if (!canServe) {
    sayHowToInstall();
    return;
  }
  const server = await startServer({ linked: root });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void server.stop().then(() => process.exit(0)));
  const address = server.url(folder);
  console.log(`\nVS Code with Sparkcheck: ${address}\nCtrl+C ends it.`);
  showInBrowser(address);
  await server.ended;
}

/** A convenience; the address is printed anyway. */
function showInBrowser(address) {
  const opener = findProgram('xdg-open');
  if (opener && (process.env.DISPLAY || process.env.WAYLAND_DISPLAY)) spawn(opener, [address], { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
}

function sayHowToOpen() {
  console.log('\nTo see this in VS Code: npm start in a terminal, without --no-open (npm start -- PATH for your own folder).');
}

function sayHowToInstall() {
  console.log('\nTo see this in VS Code: npm run package, then in VS Code "Extensions: Install from VSIX..." with the file it names.');
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
