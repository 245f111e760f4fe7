/**
 * Which files lead to which by their import statements, Scala's by their packages too, found without parsing them: what is
 * said in the text of each, and over the whole project, who imports a file. It may name an import too many (in a string,
 * say), never one too few.
 */
import { conftestImports } from '../analysis/analyse.ts';
import type { Api } from '../knowledge/api.ts';
import type { ProjectFiles } from './files.ts';
import { importResolver } from './imports.ts';
import { runsAnywhere } from '../syntax/index.ts';
import { perText } from './kept.ts';
import { byPath, isCodeFile, isScala } from './paths.ts';
import { ranFile } from './runs.ts';
import type { ScalaPackages } from './scala-packages.ts';

export interface Import {
  readonly level: number;
  readonly module: string;
}

export interface ImportGraph {
  /** The file that an import in `fromPath` leads to. */
  resolve(fromPath: string, module: string, level: number): string | undefined;
  importsOf(path: string): readonly Import[] | undefined;
  readonly scala: ScalaPackages;
  /** Files of the project that its imports lead to. */
  targetsOf(path: string): readonly string[];
  /** Files whose imports lead to it, in order. */
  importersOf(path: string): readonly string[];
}

export function importGraph(files: ProjectFiles, api: Api, scala: ScalaPackages): ImportGraph {
  // Notebooks hold each line of code as a string.
  const importsOf = perText(files, (text, path) => importsIn(path.endsWith('.ipynb') ? text.replace(/^[ \t]*"/gm, '') : text));
  const runsOf = perText(files, runsAnywhere);
  const resolve = importResolver(files, { isLibrary: (name) => api.library(name) !== 'unknown' });
  const targets = new Map<string, { readonly imports: readonly Import[] | undefined; readonly generation: number; readonly found: readonly string[] }>();

  function targetsOf(path: string): readonly string[] {
    if (isScala(path)) return scala.targetsOf(path);
    const imports = importsOf(path);
    const known = targets.get(path);
    if (known && known.imports === imports && known.generation === files.generation) return known.found;
    const found = [...new Set([...[...imports ?? [], ...conftestImports(path)].flatMap(({ level, module }) => resolve(path, module, level) ?? []), ...(runsOf(path) ?? []).flatMap((file) => ranFile(files, path, file) ?? [])])];
    targets.set(path, { imports, generation: files.generation, found });
    return found;
  }

  /** By file, those that import it; each file's own targets beside it, to see what changed. */
  let importers = new Map<string, Set<string>>();
  let entered = new Map<string, readonly string[]>();
  let generation = -1;
  let revision = -1;
  let version = -1;

  function update(): void {
    if (revision === files.revision) return;
    const changed = files.changedSince(revision, generation);
    // What other files define may lead Scala elsewhere.
    const isMoved = version !== scala.version();
    revision = files.revision;
    version = scala.version();
    if (generation !== files.generation) {
      importers = new Map();
      entered = new Map();
      generation = files.generation;
    }
    for (const path of changed && !isMoved ? new Set(changed) : files.all()) {
      if (!isCodeFile(path)) continue;
      const found = targetsOf(path);
      const before = entered.get(path);
      if (before === found || before?.length === found.length && before.every((target, index) => target === found[index])) continue;
      for (const target of before ?? []) importers.get(target)?.delete(path);
      for (const target of found) {
        const known = importers.get(target);
        if (known) known.add(path);
        else importers.set(target, new Set([path]));
      }
      entered.set(path, found);
    }
  }

  return {
    resolve, importsOf, targetsOf, scala,
    importersOf(path) {
      update();
      return [...importers.get(path) ?? []].sort(byPath);
    },
  };
}

const importLine = /(?:^|[;:])[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*(?:\(([^)]*)\)|([^\n;#\\]*(?:\\\r?\n[^\n;#\\]*)*))|import[ \t]+([^\n;#]+))/gm;

/** Import statements found in a text; strings may hold some that are none, which costs time alone. */
export function importsIn(text: string): Import[] {
  const found: Import[] = [];
  for (const [, dots = '', module = '', group, rest, plain] of text.matchAll(importLine)) {
    if (plain !== undefined) {
      for (const part of plain.split(',')) {
        const name = /[\w.]+/.exec(part)?.[0];
        if (name !== undefined) found.push(...prefixes(name).map((each) => ({ level: 0, module: each })));
      }
      continue;
    }
    const level = dots.length;
    found.push({ level, module });
    for (const part of (group ?? rest ?? '').replace(/#[^\n]*/g, '').split(',')) {
      const name = /\w+/.exec(part)?.[0];
      if (name !== undefined) found.push({ level, module: module === '' ? name : `${module}.${name}` });
    }
  }
  return found;
}

const prefixes = (name: string): string[] => name.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'));
