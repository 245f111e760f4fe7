/** What comes from the disk: projects, grammars. */
import { existsSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { ProjectHost } from '../project/host.ts';
import type { GrammarFiles } from '../syntax/index.ts';

/** Longer files are skipped: 10 MB. */
export const longestFile = 10_000_000;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A byte order mark is kept; bytes that are no UTF-8 become U+FFFD. */
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export function nodeHost(root: string): ProjectHost {
  const at = (path: string): string => join(root, path);
  return {
    list(dir) {
      const folder = at(dir);
      return entriesOf(folder)
        .filter((entry) => entry.isDirectory() || entry.isFile() || isFile(join(folder, entry.name)))
        .map((entry) => ({ name: entry.name, directory: entry.isDirectory() }));
    },
    read(path) {
      try {
        return statSync(at(path)).size > longestFile ? undefined : decode(readFileSync(at(path)));
      } catch {
        return undefined;
      }
    },
    size: (path) => statSync(at(path), { throwIfNoEntry: false })?.size,
    exists: (path) => isFile(at(path)),
  };
}

export function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const projectFiles = ['sparkcheck.toml', 'pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile', 'build.sbt', 'build.sc', 'build.mill', 'pom.xml', 'build.gradle', 'build.gradle.kts'];

/** Where sbt and Maven look for sources: what holds these is a project, with or without a file that says so. */
const sourceFolders = ['src/main/scala', 'src/main/java', 'src/test/scala'];

/**
 * The project a folder belongs to: the repository around it, else the outermost folder that declares a project (by a
 * file, or by where its sources lie), else the folder itself. The home folder is nobody's project.
 */
export function projectRootOf(folder: string): string {
  const home = homedir();
  let declared: string | undefined;
  for (let dir = resolve(folder); ; dir = dirname(dir)) {
    if (existsSync(join(dir, '.git'))) return dir;
    if ([...projectFiles, ...sourceFolders].some((name) => existsSync(join(dir, name)))) declared = dir;
    if (dir === dirname(dir) || dirname(dir) === home) return declared ?? resolve(folder);
  }
}

/**
 * The folder holds projects that have nothing to do with one another, and no file of its own: of two at least, and of half
 * of its folders, it can be told that they are the tops of something. What is declared around it makes it part of that.
 */
export function holdsProjects(folder: string): boolean {
  const holds = (dir: string, isMark: (name: string) => boolean): boolean => names(dir).some(({ name }) => isMark(name));
  const listed = names(folder).filter(({ name }) => !name.startsWith('.'));
  const folders = listed.filter((each) => each.isDirectory());
  if (folders.length < 2 || listed.length > folders.length || projectRootOf(folder) !== resolve(folder) || holds(folder, (name) => name === '.git')) return false;
  const tops = folders.filter(({ name }) => holds(join(folder, name), (each) => topOfProject.test(each) || projectFiles.includes(each)));
  return tops.length >= 2 && tops.length * 2 >= folders.length;
}
const topOfProject = /^(\.git|\.gitignore|readme(\.\w+)?|licen[cs]e(\.\w+)?)$/i;

function names(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * The grammars, which lie beside the bundle: as they are, or, in a package, packed with brotli, which halves them and
 * costs some milliseconds. Errors: those of the disk.
 */
export async function grammarsBeside(bundle: string): Promise<GrammarFiles> {
  const beside = (name: string): URL => new URL(name, bundle);
  return {
    runtime: await readFile(beside('tree-sitter.wasm')),
    async grammar(language) {
      const file = beside(`tree-sitter-${language}.wasm`);
      return existsSync(file) ? readFile(file) : promisify(brotliDecompress)(await readFile(beside(`tree-sitter-${language}.wasm.br`)));
    },
  };
}

export const withSlashes = (path: string): string => (sep === '/' ? path : path.split(sep).join('/'));
