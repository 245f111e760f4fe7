/**
 * Where a Python import leads among the project's own files. Lenient where Python is strict: a job may run from its own
 * folder, from the root, from `src`, or with its modules shipped by `--py-files`, and nothing in the text says which.
 */
import type { ProjectFiles } from './files.ts';
import { folderOf, foldersAbove, joinPath, nameOf } from './paths.ts';

export interface ImportOptions {
  /** Top-level names of known libraries: found only where Python would look first, never guessed by a path's end. */
  readonly isLibrary?: ((module: string) => boolean) | undefined;
}

/** Folders beside which packages are kept without being packages themselves. */
const sourceFolders = ['', 'src', 'python', 'lib', 'src/main/python'];

/**
 * The file of `module` as imported in `fromPath` with `level` leading dots: `a/b.py` or `a/b/__init__.py`.
 * With `name`, its submodule of that name where there is one (`from a import b`). undefined: no file of the project,
 * or a namespace package, which has none.
 */
export function resolveImport(files: ProjectFiles, fromPath: string, module: string, level: number, name?: string, options: ImportOptions = {}): string | undefined {
  if (name !== undefined) {
    const submodule = resolveImport(files, fromPath, module === '' ? name : `${module}.${name}`, level, undefined, options);
    if (submodule !== undefined) return submodule;
  }
  if (level > 0) return resolveRelative(files, fromPath, module, level);
  if (module === '') return undefined;
  const path = module.replaceAll('.', '/');
  for (const root of searchedRoots(files, fromPath)) {
    const found = moduleAt(files, joinPath(root, path));
    if (found !== undefined && found !== fromPath) return found;
  }
  if (options.isLibrary?.(module.split('.')[0]!)) return undefined;
  const besides = moduleAt(files, joinPath(folderOf(fromPath), path));
  if (besides !== undefined && besides !== fromPath) return besides;
  const matches = [...files.endingWith(`${path}.py`), ...files.endingWith(`${path}/__init__.py`)].filter((match) => match !== fromPath);
  return matches.length === 1 ? matches[0] : undefined;
}

/** The same, asked once for the files of a folder: most of them import the same modules. */
export function importResolver(files: ProjectFiles, options: ImportOptions): (fromPath: string, module: string, level: number) => string | undefined {
  const known = new Map<string, string | undefined>();
  let generation = files.generation;
  return (fromPath, module, level) => {
    if (generation !== files.generation) known.clear();
    generation = files.generation;
    // A module never imports itself: one that might is asked for by itself.
    const own = `${module.slice(module.lastIndexOf('.') + 1)}.py` === nameOf(fromPath) || nameOf(fromPath) === '__init__.py';
    const key = `${own ? fromPath : folderOf(fromPath)}:${level}:${module}`;
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before;
    const found = resolveImport(files, fromPath, module, level, undefined, options);
    known.set(key, found);
    return found;
  };
}

function resolveRelative(files: ProjectFiles, fromPath: string, module: string, level: number): string | undefined {
  const folders = foldersAbove(fromPath);
  const base = folders[level - 1];
  return base === undefined ? undefined : moduleAt(files, joinPath(base, module.replaceAll('.', '/')));
}

/** A package wins over a module of its name, as in Python. */
function moduleAt(files: ProjectFiles, path: string): string | undefined {
  const init = joinPath(path, '__init__.py');
  if (files.exists(init)) return init;
  return path !== '' && files.exists(`${path}.py`) ? `${path}.py` : undefined;
}

/**
 * The folder of a script, or the one that holds the file's outermost package; then every folder above and the source
 * folders in it, nearest first. Folders inside a package are no roots: `import types` in `a/b.py` is not `a/types.py`.
 */
function searchedRoots(files: ProjectFiles, fromPath: string): string[] {
  const roots: string[] = [];
  let inPackage = true;
  for (const folder of foldersAbove(fromPath)) {
    inPackage &&= files.exists(joinPath(folder, '__init__.py'));
    if (inPackage && folder !== '') continue;
    for (const source of sourceFolders) roots.push(joinPath(folder, source));
  }
  return roots;
}
