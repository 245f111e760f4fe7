/**
 * Bundles everything into dist/: the extension, the language server, the command line, the engine for a browser's
 * worker, the grammars and the rules' pages. `--dev` keeps names and adds source maps.
 */
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { root } from './root.mjs';

const out = join(root, 'dist');
const require = createRequire(import.meta.url);

/** Big tables start faster as JSON that is parsed than as an object literal that is compiled. */
const jsonAsText = {
  name: 'json-as-text',
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, async ({ path }) => {
      const compact = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(compact)});`, loader: 'js' };
    });
  },
};

function common(dev) {
  return { absWorkingDir: root, bundle: true, minify: !dev, sourcemap: dev, logLevel: 'warning', target: 'es2022', legalComments: 'none', plugins: [jsonAsText] };
}

/** Server and command line share chunks, and `lsp` is loaded only when asked for. */
function nodeBundles(dev) {
  return {
    ...common(dev),
    entryPoints: present({ server: 'server/src/lsp/main.ts', sparkcheck: 'server/src/cli/main.ts' }),
    outdir: out,
    platform: 'node',
    format: 'esm',
    splitting: true,
    
    chunkNames: 'chunk-[hash]',
    mainFields: ['module', 'main'],
    // CommonJS packages inside an ES module still ask for Node's own modules with `require`.
    banner: { js: 'import { createRequire as sparkcheckRequire } from "node:module"; const require = sparkcheckRequire(import.meta.url);' },
  };
}

function extensionBundle(dev) {
  return { ...common(dev), entryPoints: present({ extension: 'client/src/extension.ts' }), outdir: out, outExtension: { '.js': '.cjs' }, platform: 'node', format: 'cjs', external: ['vscode'] };
}

/** Proof that the engine needs neither Node nor an editor: nothing of Node may be imported here. */
function workerBundle(dev) {
  return { ...common(dev), entryPoints: present({ 'engine-worker': 'server/src/service/engine.ts' }), outdir: out, platform: 'browser', format: 'esm', external: ['fs', 'fs/promises', 'module', 'path', 'url'] };
}

function present(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([name, file]) => {
    const found = existsSync(join(root, file));
    if (!found) console.warn(`build: ${name} is left out, ${file} does not exist`);
    return found;
  }));
}

async function copyAssets() {
  await cp(require.resolve('web-tree-sitter/tree-sitter.wasm'), join(out, 'tree-sitter.wasm'));
  for (const language of ['python', 'scala', 'bash']) await cp(join(root, `node_modules/tree-sitter-${language}/tree-sitter-${language}.wasm`), join(out, `tree-sitter-${language}.wasm`));
  if (existsSync(join(root, 'docs/rules'))) await packPages(join(root, 'docs/rules'));
}

/** All in one, which takes a third of what they take one by one: the package has to stay small. */
async function packPages(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  const pages = Object.fromEntries(await Promise.all(names.map(async (name) => [name.replace(/\.md$/, ''), await readFile(join(folder, name), 'utf8')])));
  await writeFile(join(out, 'rule-pages.json.br'), brotliCompressSync(JSON.stringify(pages)));
}

export async function build({ dev = false } = {}) {
  const esbuild = await import('esbuild');
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const bundles = [nodeBundles(dev), extensionBundle(dev), workerBundle(dev)].filter(({ entryPoints }) => Object.keys(entryPoints).length > 0);
  await Promise.all([...bundles.map((options) => esbuild.build(options)), copyAssets()]);
  if (existsSync(join(out, 'sparkcheck.js'))) await chmod(join(out, 'sparkcheck.js'), 0o755);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await build({ dev: process.argv.includes('--dev') });
