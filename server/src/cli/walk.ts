/** Which files below a folder are checked. */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { byPath, isBuildOutput, isOutsideFolder } from '../project/paths.ts';
import { holdsSpark, isCodeFile, isConfFile, mayHoldSpark } from '../project/project.ts';
import { decode, isFile, withSlashes } from '../lsp/node-host.ts';

/** Rules of one .gitignore file, for paths relative to its folder. */
interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

export interface Walked {
  /** Absolute paths, in order. */
  readonly files: readonly string[];
  /** Folders that cannot be read. */
  readonly unreadable: readonly string[];
}

/** Links to folders are not followed, so that no link leads round. `anyName`: settings files whose name says little are among them, too. */
export function filesBelow(folder: string, anyName = false): Walked {
  const files: string[] = [];
  const unreadable: string[] = [];
  const visit = (dir: string, above: readonly IgnoreFile[]): void => {
    const entries = readable(dir)?.sort((a, b) => byPath(a.name, b.name));
    if (!entries) {
      unreadable.push(dir);
      return;
    }
    if (dir !== folder && (entries.some(({ name }) => name === 'pyvenv.cfg') || isBuildOutput(basename(dir), entries.map(({ name }) => name)))) return;
    const ignores = withFile(above, dir, join(dir, '.gitignore'));
    for (const entry of entries) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) {
        if (!isOutsideFolder(entry.name) && !isIgnored(ignores, path, true)) visit(path, ignores);
      } else if ((isCodeFile(entry.name) || isConfFile(entry.name) || mayHoldSpark(entry.name) || anyName && mayBeSettings.test(entry.name)) && (entry.isFile() || isFile(path)) && !isIgnored(ignores, path, false) && holdsWhatItMay(path)) files.push(path);
    }
  };
  visit(folder, ignoresAbove(folder));
  return { files, unreadable };
}

/** Longer ones are written by machines, or hold other things. */
const longestText = 1_000_000;

/** `job.properties`, which may be anybody's. */
const mayBeSettings = /\.(?:conf|properties)$/i;

/** Scripts, SQL, data and properties are everywhere: only what holds something of Spark is a file to check. */
function holdsWhatItMay(path: string): boolean {
  if (!mayHoldSpark(path) && (isCodeFile(path) || isConfFile(path))) return true;
  try {
    if (statSync(path).size > longestText) return false;
    const text = decode(readFileSync(path));
    return mayHoldSpark(path) ? holdsSpark(path, text) : isConfFile(path, text);
  } catch {
    return false;
  }
}

function readable(dir: string): Dirent[] | undefined {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

/** What the folders above say, from the repository's own rules inwards; outside a repository nothing above counts. */
function ignoresAbove(folder: string): IgnoreFile[] {
  const above: string[] = [];
  for (let dir = resolve(folder); ; dir = dirname(dir)) {
    const git = gitFolder(dir);
    if (git !== undefined) {
      let ignores = withFile([], dir, join(git, 'info/exclude'));
      for (const each of dir === folder ? [] : [dir, ...above.slice(1).reverse()]) ignores = withFile(ignores, each, join(each, '.gitignore'));
      return ignores;
    }
    above.push(dir);
    if (dir === dirname(dir)) return [];
  }
}

/** `.git` is a folder, or in a linked work tree a file that names one. */
function gitFolder(dir: string): string | undefined {
  const path = join(dir, '.git');
  try {
    if (statSync(path).isDirectory()) return path;
    const named = /^gitdir:\s*(.+)$/m.exec(readFileSync(path, 'utf8'))?.[1]?.trim();
    if (named === undefined) return undefined;
    const own = isAbsolute(named) ? named : resolve(dir, named);
    return isFile(join(own, 'commondir')) ? resolve(own, readFileSync(join(own, 'commondir'), 'utf8').trim()) : own;
  } catch {
    return undefined;
  }
}

function withFile(ignores: readonly IgnoreFile[], folder: string, file: string): IgnoreFile[] {
  try {
    return [...ignores, { folder, rules: ignore().add(readFileSync(file, 'utf8')) }];
  } catch {
    return [...ignores];
  }
}

/** The innermost file that says something of a path decides. */
function isIgnored(ignores: readonly IgnoreFile[], path: string, folder: boolean): boolean {
  for (const { folder: base, rules } of [...ignores].reverse()) {
    const name = withSlashes(relative(base, path));
    if (name === '' || name.startsWith('..')) continue;
    const verdict = rules.test(folder ? `${name}/` : name);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}
