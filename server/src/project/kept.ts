/** Answers that come from the files of a project, kept until what they rest on changes. */
import type { ProjectFiles } from './files.ts';

/** Of scripts, and of other files that may start or install something, the first ones are read. */
export const mostScripts = 300;

/** Paths of the project by what they say themselves: looked through again only where a file came or went. */
export function pathsWhere(files: ProjectFiles, is: (path: string) => boolean): () => readonly string[] {
  let all: readonly string[] | undefined;
  let found: readonly string[] = [];
  return () => {
    if (all !== files.all()) found = (all = files.all()).filter(is);
    return found;
  };
}

/** Whether one of the files that are called so is so, by its own text: later asked of what changed alone. */
export function someFile(files: ProjectFiles, isCalled: (path: string) => boolean, is: (path: string) => boolean): () => boolean {
  const called = pathsWhere(files, isCalled);
  let at = { revision: -1, generation: -1 };
  let found: string | undefined;
  return () => {
    if (at.revision === files.revision) return found !== undefined;
    const changed = files.changedSince(at.revision, at.generation);
    at = { revision: files.revision, generation: files.generation };
    if (!changed || found !== undefined && changed.includes(found)) found = called().find(is);
    else found ??= changed.find((path) => isCalled(path) && is(path));
    return found !== undefined;
  };
}

/** The files that are called so and are so, by their own texts, in order: later asked of what changed alone. */
export function filesWhere(files: ProjectFiles, isCalled: (path: string) => boolean, is: (path: string) => boolean): () => readonly string[] {
  const called = pathsWhere(files, isCalled);
  let at = { revision: -1, generation: -1 };
  let found: readonly string[] = [];
  return () => {
    if (at.revision === files.revision) return found;
    const changed = files.changedSince(at.revision, at.generation)?.filter(isCalled);
    at = { revision: files.revision, generation: files.generation };
    if (!changed || changed.some((path) => is(path) !== found.includes(path))) found = called().filter(is);
    return found;
  };
}

/** Remembers an answer until any file changes. */
export function perRevision<T>(files: ProjectFiles, compute: () => T): () => T {
  let kept: { readonly at: number; readonly value: T } | undefined;
  return () => (kept?.at === files.revision ? kept : (kept = { at: files.revision, value: compute() })).value;
}

/** Remembers what was computed from a file's text, and nothing else, for as long as the text stays. */
export function perText<T>(files: ProjectFiles, compute: (text: string, path: string) => T): (path: string) => T | undefined {
  const kept = new Map<string, { text: string; value: T }>();
  return (path) => {
    const text = files.read(path);
    if (text === undefined) return undefined;
    const before = kept.get(path);
    if (before?.text === text) return before.value;
    const value = compute(text, path);
    kept.set(path, { text, value });
    return value;
  };
}
