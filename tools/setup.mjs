/** What a clean clone lacks. Uses Node's own modules only: it runs before anything is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './root.mjs';

/** Installs the packages of package-lock.json unless just these are there. */
export function ensureDependencies() {
  if (dependenciesAreInstalled()) return;
  console.log('Installing packages (npm ci) ...');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root });
}

/** npm writes down what it installed; optional packages for other machines may be missing. */
function dependenciesAreInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) =>
    path === '' || (installed[path] ? installed[path].version === version : optional));
}

/** Runs a program to its end with its output on ours; throws where it fails. */
export function run(program, args, options = {}) {
  const { status, error } = spawnProgram(program, args, options);
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}

/** On Windows npm and code are scripts, which only the shell can start. */
export function spawnProgram(program, args, options = {}) {
  const shell = process.platform === 'win32';
  const quoted = (text) => (shell && /\s/.test(text) ? `"${text}"` : text);
  return spawnSync(quoted(program), args.map(quoted), { stdio: 'inherit', shell, ...options });
}

/** The first of these programs that is on the PATH, as a full path. */
export function findProgram(...names) {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe', ''] : [''];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (folder && existsSync(path)) return path;
      }
    }
  }
  return undefined;
}
