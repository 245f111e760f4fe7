/**
 * Scala's imports name packages and what stands in them, no files, and a file sees without import what others put into
 * its own package: which file defines a name, and which files a file may need, learned from the names in their texts.
 * Cheap while one file is typed in: what others need is looked for anew only where they hold a word that it came to define.
 */
import type { ProjectFiles } from './files.ts';
import { runsAnywhere } from '../syntax/index.ts';
import { perText } from './kept.ts';
import { byPath, foldersAbove } from './paths.ts';
import { ranFile } from './runs.ts';
import { type ScalaNames, scalaNamesIn } from './scala-names.ts';

export interface ScalaPackages {
  /** The file whose top level defines a dotted name, as seen from another; undefined: none, or several just as near. */
  definedIn(fromPath: string, dotted: string): string | undefined;
  /** Some file of the project stands in this package, or in one below it. */
  hasPackage(dotted: string): boolean;
  /** The files that give values of other classes further methods in a package, as seen from another. */
  widening(fromPath: string, name: string): readonly string[];
  /** Files that its imports lead to, and those of its packages that define what it mentions; in order. */
  targetsOf(path: string): readonly string[];
  /** Grows whenever a name comes to be defined in a package, or ceases to. */
  version(): number;
  /** What the text of a Scala file says of names; undefined where there is no such file. */
  namesIn(path: string): ScalaNames | undefined;
}

interface Targets {
  readonly names: ScalaNames;
  readonly found: readonly string[];
  /** Of the files: one that it runs may have come or gone. */
  readonly generation: number;
  /** The version of the packages at which this was last found to be so. */
  version: number;
}

/** Names that files came or ceased to define; undefined: what is seen without being named. */
interface Change {
  readonly version: number;
  readonly names: ReadonlySet<string> | undefined;
}

/** Changes remembered: who has not asked since looks anew. */
const mostChanges = 50;

export function scalaPackages(files: ProjectFiles): ScalaPackages {
  const namesIn = perText(files, scalaNamesIn);
  const runsOf = perText(files, runsAnywhere);
  const entered = new Map<string, ScalaNames>();
  /** By package and name, the files that define it. */
  const definers = new Map<string, Map<string, Set<string>>>();
  /** By package, the files that widen other classes there. */
  const wideners = new Map<string, Set<string>>();
  /** Beginnings of dotted packages, the whole ones included: `a`, `a.b`. */
  const prefixes = new Set<string>();
  const targets = new Map<string, Targets>();
  let changes: Change[] = [];
  let version = 0;
  let revision = -1;
  let generation = -1;
  let all: ReadonlySet<string> = nothing;

  function update(): void {
    if (revision === files.revision) return;
    const changed = files.changedSince(revision, generation);
    revision = files.revision;
    if (generation !== files.generation) {
      generation = files.generation;
      all = new Set(files.all().filter((path) => path.endsWith('.scala')));
      for (const path of entered.keys()) if (!all.has(path)) enter(path, undefined);
    }
    for (const path of changed?.filter((each) => all.has(each)) ?? all) enter(path, namesIn(path));
  }

  function enter(path: string, names: ScalaNames | undefined): void {
    const before = entered.get(path);
    if (before === names) return;
    if (names) entered.set(path, names);
    else entered.delete(path);
    const changed = new Set<string>();
    for (const name of [...before?.defines.keys() ?? [], ...names?.defines.keys() ?? []]) {
      const [then, now] = [before?.defines.get(name), names?.defines.get(name)];
      for (const each of then ?? []) if (!now?.has(each)) changed.add(each) && remove(name, each, path);
      for (const each of now ?? []) if (!then?.has(each)) changed.add(each) && add(name, each, path);
    }
    const widening = sameSet(before?.widens, names?.widens);
    for (const name of before?.widens ?? []) wideners.get(name)?.delete(path);
    for (const name of names?.widens ?? []) wideners.set(name, (wideners.get(name) ?? new Set()).add(path));
    if (changed.size === 0 && widening) return;
    changes = [...changes.slice(1 - mostChanges), { version: ++version, names: widening ? changed : undefined }];
  }

  function add(name: string, each: string, path: string): void {
    let names = definers.get(name);
    if (!names) {
      definers.set(name, (names = new Map()));
      const parts = name.split('.');
      for (let end = 1; end <= parts.length; end++) prefixes.add(parts.slice(0, end).join('.'));
    }
    const known = names.get(each);
    if (known) known.add(path);
    else names.set(each, new Set([path]));
  }

  function remove(name: string, each: string, path: string): void {
    const known = definers.get(name)?.get(each);
    known?.delete(path);
    if (known?.size === 0) definers.get(name)!.delete(each);
  }

  /** A file in reach that defines a name of a package; the file itself wins. */
  function definer(fromPath: string, name: string, each: string): string | undefined {
    const found = definers.get(name)?.get(each);
    return found && nearest(fromPath, found);
  }

  /** What was asked for, by who asked: an analysis asks for every name that it cannot place, again and again. */
  let answers = new Map<string, Map<string, string | undefined>>();
  let answeredAt = -1;

  function definedIn(fromPath: string, dotted: string): string | undefined {
    update();
    if (answeredAt !== version) answers = new Map();
    answeredAt = version;
    let own = answers.get(fromPath);
    if (!own) answers.set(fromPath, (own = new Map()));
    if (own.has(dotted)) return own.get(dotted);
    const dot = dotted.lastIndexOf('.');
    const found = definer(fromPath, dotted.slice(0, Math.max(0, dot)), dotted.slice(dot + 1));
    own.set(dotted, found);
    return found;
  }

  function widening(fromPath: string, name: string): string[] {
    update();
    return [...wideners.get(name) ?? []].filter((each) => nearest(fromPath, new Set([each])) !== undefined);
  }

  /** Nothing that it mentions was defined, or is defined no more, since. */
  function isCurrent({ version: since, names }: Targets): boolean {
    if (since === version) return true;
    if (changes.length === 0 || changes[0]!.version > since + 1) return false;
    return changes.every((change) => change.version <= since || (change.names !== undefined && ![...change.names].some((name) => names.words.has(name))));
  }

  function targetsOf(path: string): readonly string[] {
    update();
    const names = namesIn(path);
    if (!names) return [];
    const known = targets.get(path);
    const runs = runsOf(path) ?? [];
    if (known?.names === names && isCurrent(known) && (runs.length === 0 || known.generation === files.generation)) {
      known.version = version;
      return known.found;
    }
    const found = look(path, names, runs);
    targets.set(path, { names, version, generation: files.generation, found: known && known.found.length === found.length && known.found.every((each, index) => each === found[index]) ? known.found : found });
    return targets.get(path)!.found;
  }

  function look(path: string, { sees, imports, words, dotted }: ScalaNames, runs: readonly string[]): string[] {
    const found = new Set<string>();
    const bases = sees.includes('') ? sees : [...sees, ''];
    const add = (target: string | undefined): void => void (target !== undefined && found.add(target));
    /** Names of a package that are in sight, where they are mentioned. */
    const mentioned = (name: string): void => {
      const defined = definers.get(name);
      if (!defined) return;
      if (defined.size < words.size) for (const each of defined.keys()) words.has(each) && add(definer(path, name, each));
      else for (const each of words) if (defined.has(each)) add(definer(path, name, each));
      for (const each of widening(path, name)) add(each);
    };
    /** The first part of a path that a file defines. */
    const follow = (parts: readonly string[]): void => {
      for (const base of bases) {
        for (let end = 1; end <= parts.length; end++) {
          const name = dottedName(base, parts.slice(0, end - 1));
          if (name !== '' && !prefixes.has(name)) break;
          const target = definer(path, name, parts[end - 1]!);
          if (target === undefined) continue;
          add(target);
          break;
        }
      }
    };
    /** Packages that an import gives a short name. */
    const short = new Map<string, readonly string[]>();
    for (const name of sees) mentioned(name);
    for (const { path: parts, names, star } of imports) {
      if (star) for (const base of bases) mentioned(dottedName(base, parts));
      if (names.length === 0) follow(parts);
      for (const { name, as } of names) {
        follow([...parts, name]);
        if (bases.some((base) => prefixes.has(dottedName(base, [...parts, name])))) short.set(as, [...parts, name]);
      }
    }
    for (const name of dotted) {
      const [first, ...rest] = name.split('.');
      const whole = short.get(first!);
      if (whole) follow([...whole, ...rest]);
      else if (bases.some((base) => prefixes.has(dottedName(base, [first!])))) follow([first!, ...rest]);
    }
    for (const file of runs) add(ranFile(files, path, file));
    found.delete(path);
    return [...found].sort(byPath);
  }

  function hasPackage(dotted: string): boolean {
    update();
    return prefixes.has(dotted);
  }

  return {
    definedIn, hasPackage, widening, targetsOf, namesIn,
    version: () => {
      update();
      return version;
    },
  };
}

const dottedName = (base: string, parts: readonly string[]): string => (base === '' ? parts.join('.') : [base, ...parts].join('.'));

const sameSet = (a: ReadonlySet<string> = nothing, b: ReadonlySet<string> = nothing): boolean => a.size === b.size && [...a].every((each) => b.has(each));
const nothing: ReadonlySet<string> = new Set();

/** Sources that only their like see, by the layout of sbt and Maven: folders of packages may be named so too. */
const isTestSource = (path: string): boolean => /(^|\/)src\/(test|it)\//.test(path);

/** The one whose folder is nearest, by the folders they share; what only tests see is out of reach of others. */
function nearest(fromPath: string, candidates: ReadonlySet<string>): string | undefined {
  if (candidates.has(fromPath)) return fromPath;
  const inReach = isTestSource(fromPath) ? [...candidates] : [...candidates].filter((each) => !isTestSource(each));
  if (inReach.length <= 1) return inReach[0];
  for (const folder of foldersAbove(fromPath)) {
    const near = inReach.filter((each) => folder === '' || each.startsWith(`${folder}/`));
    if (near.length > 0) return near.length === 1 ? near[0] : undefined;
  }
  return undefined;
}
