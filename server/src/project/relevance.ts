/**
 * Which files cannot concern Spark, found without parsing them. Values of Spark come from imports of its libraries, from
 * names that notebooks and shells give, from methods that only Spark has, from kinds declared in the settings, or through
 * other files of the project: a file with none of these has no findings, so leaving it out changes nothing but the time.
 */
import type { Api } from '../knowledge/api.ts';
import type { ProjectFiles } from './files.ts';
import { importResolver } from './imports.ts';
import { foldersAbove, joinPath, nameOf } from './paths.ts';
import { perText } from './surroundings.ts';

export interface Relevance {
  /** `kinds` are those declared in the settings that hold for the file. */
  concernsSpark(path: string, kinds: ReadonlyMap<string, string>): boolean;
}

/** Comments that speak to Sparkcheck are judged wherever they stand. */
const ownComment = /#\s*sparkcheck:/;
const importLine = /(?:^|[;:])[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*(?:\(([^)]*)\)|([^\n;#\\]*(?:\\\r?\n[^\n;#\\]*)*))|import[ \t]+([^\n;#]+))/gm;

interface Import {
  readonly level: number;
  readonly module: string;
}

export function relevanceOf(files: ProjectFiles, api: Api): Relevance {
  const words = new Map<string, boolean>();
  const isSparkWord = (word: string): boolean => {
    let known = words.get(word);
    if (known === undefined) words.set(word, (known = isSpark(api.given(word)) || api.kindsTelling(word, 'python').length > 0));
    return known;
  };
  const isSpark = (kind: string | undefined): boolean => kind !== undefined && api.isKind(kind);
  const importsOf = perText(files, importsIn);
  const speaksOfSpark = perText(files, (text, path) => ownComment.test(text)
    || (importsOf(path) ?? []).some(({ level, module }) => level === 0 && api.library(module) === 'spark')
    || (text.match(/[A-Za-z_]\w*/g) ?? []).some(isSparkWord));
  const verdicts = new Map<string, boolean>();
  let revision = -1;

  function leadsToSpark(start: string): boolean {
    const seen = new Set([start]);
    const work = [start];
    for (let path = work.pop(); path !== undefined; path = work.pop()) {
      const known = verdicts.get(path);
      if (known === false) continue;
      if (known || speaksOfSpark(path)) {
        verdicts.set(start, true);
        return true;
      }
      for (const target of targetsOf(path)) {
        if (seen.has(target)) continue;
        seen.add(target);
        work.push(target);
      }
    }
    // Nothing that it leads to leads to Spark either.
    for (const path of seen) verdicts.set(path, false);
    return false;
  }

  const resolve = importResolver(files, { isLibrary: (name) => api.library(name) !== 'unknown' });
  const targets = new Map<string, { readonly imports: readonly Import[] | undefined; readonly generation: number; readonly found: readonly string[] }>();

  function targetsOf(path: string): readonly string[] {
    const imports = importsOf(path);
    const known = targets.get(path);
    if (known && known.imports === imports && known.generation === files.generation) return known.found;
    const found = [...new Set((imports ?? []).flatMap(({ level, module }) => resolve(path, module, level) ?? []))];
    if (/^(test_.*|.*_test|conftest)\.py$/.test(nameOf(path))) found.push(...foldersAbove(path).map((folder) => joinPath(folder, 'conftest.py')).filter((file) => files.exists(file)));
    targets.set(path, { imports, generation: files.generation, found });
    return found;
  }

  return {
    concernsSpark(path, kinds) {
      // Notebooks hold their code as JSON, and few are worth a second reading.
      if (!path.endsWith('.py') || kinds.size > 0) return true;
      if (revision !== files.revision) verdicts.clear();
      revision = files.revision;
      return verdicts.get(path) ?? leadsToSpark(path);
    },
  };
}

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
