/** Where the line leads that runs another notebook or script: `%run ./helpers`, `%run "/Shared/setup"`, `:load helpers.scala`. */
import type { ProjectFiles } from './files.ts';
import { folderOf } from './paths.ts';

/** In the workspace of a notebook its file has no ending. */
const endings = ['.py', '.scala', '.ipynb', '.sc'];

/** The file that `named` is, seen from another; undefined: none of the project, or one of several. */
export function ranFile(files: ProjectFiles, fromPath: string, named: string): string | undefined {
  const own = fromPath.slice(fromPath.lastIndexOf('.'));
  const tried = ['', own, ...endings.filter((ending) => ending !== own)];
  const beside = named.startsWith('/') ? undefined : pathFrom(folderOf(fromPath), named.replace(/^\$(?=\.)/, ''));
  const found = beside === undefined ? undefined : tried.map((ending) => beside + ending).find((path) => isCode(path) && files.exists(path));
  if (found !== undefined) return found === fromPath ? undefined : found;
  return named.startsWith('.') || named.startsWith('$') ? undefined : inWorkspace(files, fromPath, named, tried);
}

const isCode = (path: string): boolean => endings.some((ending) => path.endsWith(ending));

/** `..` and `.` followed; undefined: it leads out of the project. */
function pathFrom(folder: string, named: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of named.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The project lies somewhere in the workspace: the longest end of the path that is a file's tells where. A bare name tells nothing. */
function inWorkspace(files: ProjectFiles, fromPath: string, named: string, tried: readonly string[]): string | undefined {
  const parts = named.split('/').filter((part) => part !== '');
  for (let from = 0; from + 2 <= parts.length; from++) {
    const end = parts.slice(from).join('/');
    const found = tried.map((ending) => (isCode(end + ending) ? files.endingWith(end + ending).filter((path) => path !== fromPath) : [])).find((paths) => paths.length > 0);
    if (found) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}
