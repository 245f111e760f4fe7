/** Builds the .vsix, says its size, and checks that a real VS Code loads what is in it. */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from './build.mjs';
import { root } from './root.mjs';
import { run } from './setup.mjs';
import { canServe, launchBrowser, startServer } from './vscode.mjs';

const budget = 1.5e6;

const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const vsix = join(root, `${name}-${version}.vsix`);
await build();
await packGrammars();
run(process.execPath, [
  join(root, 'node_modules/@vscode/vsce/vsce'), 'package',
  // Everything is bundled; the README's pictures are looked up by whoever shows it.
  '--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository', '--skip-license',
  '--out', vsix,
], { cwd: root });
const { size } = await stat(vsix);
console.log(`${vsix}: ${(size / 1e6).toFixed(2)} MB`);
if (size > budget) throw new Error(`the package is bigger than ${budget / 1e6} MB`);
if (canServe) await checkThatItLoads();
else console.log('Not tried in a VS Code: that check needs Linux on x64.');

/** Brotli makes a third less of them than the package's own packing. The server unpacks one when it is asked for. */
async function packGrammars() {
  const dist = join(root, 'dist');
  for (const name of await readdir(dist)) {
    if (!/^tree-sitter-\w+\.wasm$/.test(name)) continue;
    await writeFile(join(dist, `${name}.br`), brotliCompressSync(await readFile(join(dist, name))));
    await rm(join(dist, name));
  }
}

async function checkThatItLoads() {
  const examples = join(root, 'examples');
  const server = await startServer({ vsix });
  let browser;
  try {
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.url(examples, { open: join(examples, 'conf/spark-default.conf') }));
    // The underline of a finding in the editor: client, server, engine and tables all came with the package.
    await page.waitForSelector('.squiggly-error, .squiggly-warning, .squiggly-info', { timeout: 60_000 });
    console.log('Loaded in a real VS Code: findings are shown.');
  } finally {
    await browser?.close();
    await server.stop();
  }
}
