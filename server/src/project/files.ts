/**
 * The files of a project as everything else sees them: the host's, under what the editor holds unsaved.
 * Listings and texts are remembered until `changed` names their path, or the editor lets go of it.
 */
import type { ProjectHost } from './host.ts';
import { byPath, folderOf, foldersAbove, isBuildOutput, isOutsideFolder, joinPath, nameOf } from './paths.ts';

export interface ProjectFiles {
  read(path: string): string | undefined;
  /** What the disk has, whatever the editor holds. */
  saved(path: string): string | undefined;
  exists(path: string): boolean;
  /** In bytes, more or less; undefined where there is no such file. */
  size(path: string): number | undefined;
  isFolder(path: string): boolean;
  /** Names of the files in a folder. */
  list(dir: string): string[];
  /** Every file of the project but those in hidden, installed and built folders, in order. */
  all(): readonly string[];
  /** Files whose path ends with `/suffix` or is `suffix`. */
  endingWith(suffix: string): readonly string[];
  /** Grows with every change that was told. */
  readonly revision: number;
  /** Files of the project that changed since a revision, each as often as it did; undefined: too many did, or some came or went. */
  changedSince(revision: number, generation: number): readonly string[] | undefined;
  /** Grows whenever a file appears or disappears. */
  readonly generation: number;
  /** The walk met its limit: there are files that `all` does not name. */
  readonly truncated: boolean;
  /** The editor's text of a file; undefined: the editor lets go of it. */
  overlay(path: string, text: string | undefined): void;
  /** A file or folder was written, made or deleted on the disk; true: something that was asked for may be another now. */
  changed(path: string): boolean;
}

/** Folders and files looked at before the walk gives up: a root that is no project (a home folder, say) must not cost seconds. */
const mostFolders = 5_000;
const mostFiles = 50_000;
/** Changes remembered: who has not asked since looks at all files again. */
const mostChanges = 50;

/** `mayBeRead`: a file of this name; that others come or go is nothing new. */
export function projectFiles(host: ProjectHost, mayBeRead: (path: string) => boolean = () => true): ProjectFiles {
  const overlays = new Map<string, string>();
  const texts = new Map<string, string | undefined>();
  const sizes = new Map<string, number | undefined>();
  /** What somebody looked for by its name, whatever it is. */
  const lookedFor = new Set<string>();
  const listings = new Map<string, ReadonlyMap<string, boolean>>();
  /** Folders that were listed, or asked for, or hold what was read, with all above them. */
  const looked = new Set<string>();
  let generation = 0;
  let revision = 0;
  /** The paths of the last revisions, newest last. */
  let recent: readonly string[] = [];
  let walked: { files: readonly string[]; byName: ReadonlyMap<string, readonly string[]>; truncated: boolean } | undefined;

  function grow(path: string): void {
    revision++;
    recent = [...recent.slice(1 - mostChanges), path];
  }

  function listing(dir: string): ReadonlyMap<string, boolean> {
    let entries = listings.get(dir);
    if (!entries) {
      listings.set(dir, (entries = entriesOf(dir)));
      noteFolder(dir);
    }
    return entries;
  }

  const entriesOf = (dir: string): ReadonlyMap<string, boolean> => new Map(host.list(dir).map(({ name, directory }) => [name, directory]));

  function noteFolder(dir: string): void {
    for (let each = dir; !looked.has(each); each = folderOf(each)) looked.add(each);
  }

  function saved(path: string): string | undefined {
    if (!texts.has(path)) {
      texts.set(path, host.read(path));
      noteFolder(folderOf(path));
    }
    return texts.get(path);
  }

  function size(path: string): number | undefined {
    const unsaved = overlays.get(path);
    if (unsaved !== undefined) return unsaved.length;
    if (!sizes.has(path)) {
      sizes.set(path, isOnDisk(path) ? host.size(path) : undefined);
      noteFolder(folderOf(path));
      lookedFor.add(nameOf(path));
    }
    return sizes.get(path);
  }

  const isOnDisk = (path: string): boolean => listing(folderOf(path)).get(nameOf(path)) === false;
  const exists = (path: string): boolean => overlays.has(path) || isOnDisk(path);

  /** Drops what was read of a file or folder, and the listings if one of them is no longer true; false: nothing was, they are. */
  function forget(path: string): boolean {
    const wasRead = [texts.delete(path), sizes.delete(path)].includes(true);
    const moved = listedOtherwise(path);
    if (moved === undefined) return wasRead;
    // Whoever tells of a folder may keep silent about what lies in it.
    for (const known of [texts, sizes]) for (const each of known.keys()) if (each === moved || each.startsWith(`${moved}/`)) known.delete(each);
    listings.clear();
    looked.clear();
    for (const each of [...texts.keys(), ...sizes.keys()]) noteFolder(folderOf(each));
    walked = undefined;
    generation++;
    return true;
  }

  /**
   * The path, or the outermost folder above it, that came, went or became a folder since it was listed. Below a folder that
   * is not listed itself nobody looked; of a folder that is named any change counts, unless it holds no code of the project.
   */
  function listedOtherwise(path: string): string | undefined {
    const made = madeSince(path);
    if (made !== undefined) return made;
    const above = foldersAbove(path).find((folder) => listings.has(folder));
    if (above === undefined) return looked.has(path) ? path : undefined;
    const [name] = path.slice(above === '' ? 0 : above.length + 1).split('/');
    const child = joinPath(above, name!);
    const known = listings.get(above)!.get(name!);
    if (known === true && child !== path) return undefined;
    const now = host.exists(child) ? false : host.list(child).length > 0 ? true : undefined;
    if (now !== false && (known === true || now === true) && isNeverEntered(above, child)) return undefined;
    return known !== true && (known === now || now !== true && !mayBeRead(child) && !lookedFor.has(nameOf(child))) ? undefined : child;
  }

  /** The outermost folder above that is listed now, and was not when what it lies in was: looked into since, it is still unknown to the walk. A link to one never is. */
  function madeSince(path: string): string | undefined {
    for (const folder of foldersAbove(path).slice(0, -1).reverse()) {
      if (isOutsideFolder(nameOf(folder))) return undefined;
      const around = listings.get(folderOf(folder));
      if (around && around.get(nameOf(folder)) !== true) return entriesOf(folderOf(folder)).get(nameOf(folder)) === true ? folder : undefined;
    }
    return undefined;
  }

  /** A folder that the walk leaves out, before and now, and in which nobody looked at anything else. */
  function isNeverEntered(above: string, child: string): boolean {
    if (isOutsideFolder(nameOf(child)) || isLeftOut(above, listing(above))) return !looked.has(child);
    const before = listings.get(child);
    const now = entriesOf(child);
    const isTouched = [...before?.keys() ?? []].some((name) => texts.has(joinPath(child, name)) || looked.has(joinPath(child, name)));
    return !isTouched && (before ? isLeftOut(child, before) : !looked.has(child)) && (now.size === 0 || isLeftOut(child, now));
  }

  /** Somebody's environment, or what a build wrote. */
  const isLeftOut = (dir: string, entries: ReadonlyMap<string, boolean>): boolean => entries.has('pyvenv.cfg') || isBuildOutput(nameOf(dir), entries.keys());

  function walk(): NonNullable<typeof walked> {
    if (walked) return walked;
    const files = new Set([...overlays.keys()].filter((path) => !isOnDisk(path)));
    const folders = [''];
    let truncated = false;
    for (let index = 0; index < folders.length; index++) {
      if (index >= mostFolders || files.size >= mostFiles) {
        truncated = true;
        break;
      }
      const dir = folders[index]!;
      const entries = listing(dir);
      if (isLeftOut(dir, entries)) continue;
      for (const [name, directory] of entries) {
        if (!directory) files.add(joinPath(dir, name));
        else if (!isOutsideFolder(name)) folders.push(joinPath(dir, name));
      }
    }
    const sorted = [...files].sort(byPath);
    const byName = new Map<string, string[]>();
    for (const path of sorted) {
      const name = nameOf(path);
      const same = byName.get(name);
      if (same) same.push(path);
      else byName.set(name, [path]);
    }
    return (walked = { files: sorted, byName, truncated });
  }

  const isListed = (path: string): boolean => walk().byName.get(nameOf(path))?.includes(path) === true;

  return {
    read: (path) => overlays.get(path) ?? saved(path),
    saved,
    exists,
    size,
    isFolder(path) {
      noteFolder(path);
      return path === '' || listing(folderOf(path)).get(nameOf(path)) === true;
    },
    list: (dir) => [...listing(dir)].flatMap(([name, directory]) => (directory ? [] : [name])),
    all: () => walk().files,
    endingWith(suffix) {
      lookedFor.add(nameOf(suffix));
      return (walk().byName.get(nameOf(suffix)) ?? []).filter((path) => path === suffix || path.endsWith(`/${suffix}`));
    },
    get revision() {
      return revision;
    },
    changedSince: (since, then) => (then !== generation || revision - since > recent.length ? undefined : recent.slice(recent.length - (revision - since)).filter(isListed)),
    get generation() {
      return generation;
    },
    get truncated() {
      return walk().truncated;
    },
    overlay(path, text) {
      const before = exists(path);
      grow(path);
      if (text === undefined) {
        overlays.delete(path);
        // Saved meanwhile, or made: not every editor tells of that.
        forget(path);
      } else {
        overlays.set(path, text);
        if (madeSince(path) !== undefined) forget(path);
      }
      if (before === exists(path)) return;
      walked = undefined;
      generation++;
    },
    changed(path) {
      const isOther = forget(path);
      if (isOther) grow(path);
      return isOther;
    },
  };
}
