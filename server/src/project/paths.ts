/** Project-relative paths: forward slashes, no leading slash, '' for the root. */

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const joinPath = (dir: string, name: string): string => (dir === '' ? name : name === '' ? dir : `${dir}/${name}`);

/** The folder of a path and every folder above it, nearest first; ends with the root. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let dir = folderOf(path); ; dir = folderOf(dir)) {
    folders.push(dir);
    if (dir === '') return folders;
  }
}

/** By code unit: the same order on every machine. */
export const byPath = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Folders that hold no code of the project: what is hidden, installed (an unpacked Spark too), built or generated. */
export const isOutsideFolder = (name: string): boolean =>
  name.startsWith('.') || outsideFolders.has(name) || name.endsWith('.egg-info') || /^spark-\d[\w.]*-bin-/.test(name);
const outsideFolders: ReadonlySet<string> = new Set(['node_modules', '__pycache__', 'site-packages', 'build', 'dist', 'spark-warehouse', 'metastore_db']);

/** A folder that a build tool of the JVM writes into, by its name and what it holds: packages may be called so too. */
export const isBuildOutput = (folder: string, names: Iterable<string>): boolean => folder === 'target' && [...names].some((name) => /^(classes|streams|scala-.*)$/.test(name));

/** A file of Scala code, script or worksheet. */
export const isScala = (path: string): boolean => /\.(scala|sc)$/.test(path);
export const isCodeFile = (path: string): boolean => /\.(py|ipynb)$/.test(path) || isScala(path);
