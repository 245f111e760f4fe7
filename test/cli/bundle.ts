/** The command line as users run it: bundled into a folder of its own, spawned as a process. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

export interface Cli {
  run(args: readonly string[], options?: { cwd?: string; input?: string; env?: Record<string, string> }): { code: number | null; stdout: string; stderr: string };
  dispose(): void;
}

export async function bundledCli(): Promise<Cli> {
  const folder = mkdtempSync(join(tmpdir(), 'sparkcheck-cli-'));
  await build({
    entryPoints: { sparkcheck: 'server/src/cli/main.ts' }, outdir: folder, bundle: true, platform: 'node', format: 'esm', splitting: true, target: 'es2022',
    mainFields: ['module', 'main'], logLevel: 'error',
    banner: { js: 'import { createRequire as sparkcheckRequire } from "node:module"; const require = sparkcheckRequire(import.meta.url);' },
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  cpSync('node_modules/web-tree-sitter/tree-sitter.wasm', join(folder, 'tree-sitter.wasm'));
  for (const language of ['python', 'scala', 'bash']) cpSync(`node_modules/tree-sitter-${language}/tree-sitter-${language}.wasm`, join(folder, `tree-sitter-${language}.wasm`));
  return {
    run(args, { cwd, input, env } = {}) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'sparkcheck.js'), ...args], { cwd, input, encoding: 'utf8', env: { ...process.env, ...env } });
      return { code: status, stdout, stderr };
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Folder {
  readonly path: string;
  read(name: string): string;
  write(files: Record<string, string | Uint8Array>): void;
  dispose(): void;
}

/** A folder with these files, a project of its own. */
export function folderWith(files: Record<string, string | Uint8Array>): Folder {
  const path = mkdtempSync(join(tmpdir(), 'sparkcheck-project-'));
  const write = (more: Record<string, string | Uint8Array>): void => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  write(files);
  return { path, write, read: (name) => readFileSync(join(path, name), 'utf8'), dispose: () => rmSync(path, { recursive: true, force: true }) };
}
