/** Files of data that lie in the project itself: what is kept beside code is a sample, if it is no larger than one. */
import type { ProjectFiles } from './files.ts';
import { folderOf, foldersAbove, joinPath, nameOf } from './paths.ts';

/** Bytes of a text; of what is compressed or packed the size says little. */
const largest = 1_000_000;
const packed = /\.(gz|bz2|zst|lz4|xz|zip|snappy|parquet|orc|avro)$/i;

/**
 * `read` is what the code at `from` names: a path from its own folder, or one above it, from which it may be started; in a
 * cluster of containers that the project starts itself, also a path in them that ends in the name of one of its files.
 */
export function isSampleIn(files: ProjectFiles, from: string, read: string, isComposed: () => boolean): boolean {
  const path = read.replace(/^file:\/*(?=\/)/, '');
  if (/[:*?[\]{}]/.test(path) || !/[^/.][^/]*\.\w+$/.test(path) || packed.test(path)) return false;
  const found = path.startsWith('/') ? namedAlone(files, path, isComposed) : foldersAbove(from).flatMap((folder) => below(folder, path) ?? []).find((each) => files.size(each) !== undefined);
  return found !== undefined && files.size(found)! <= largest;
}

/** The one file of the project that is called so. */
function namedAlone(files: ProjectFiles, path: string, isComposed: () => boolean): string | undefined {
  const [found, ...others] = files.endingWith(nameOf(path));
  return others.length === 0 && found !== undefined && isComposed() ? found : undefined;
}

/** Undefined: it leads out of the project. */
function below(folder: string, path: string): string | undefined {
  let at = folder;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && at === '') return undefined;
    at = part === '..' ? folderOf(at) : joinPath(at, part);
  }
  return at;
}
