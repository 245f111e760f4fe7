/**
 * Names in packages that are no files (Scala's): a dotted path leads through packages to what a file of the project
 * defines at its top level, or to a library's name, and from there through members.
 */
import type { Expr } from '../program/program.ts';
import { current } from './cells.ts';
import { memberNamed } from './calls.ts';
import { importedFact } from './imports.ts';
import type { Abstract, Value } from './model.ts';
import { assignName, boundName } from './names.ts';
import type { Run } from './run.ts';
import { type ClassInfo, type Definer, moduleScope, type Scope } from './scope.ts';
import { foreign, isUnknown, none, unknown } from './values.ts';

export function importByPath(run: Run, expr: Expr & { kind: 'import' }): Value {
  if (expr.star) {
    run.scope.stars = [...(run.scope.stars ?? []).filter((module) => module !== expr.module), expr.module];
    return none;
  }
  for (const { name, as } of expr.names ?? []) assignName(run, as, valueAt(run, `${expr.module}.${name}`) ?? unknown('import'), run.site(expr.span));
  return none;
}

/** What a dotted path leads to, by its first part in sight, in the project, in the libraries; undefined: nothing is known of it. */
export function valueAt(run: Run, dotted: string): Value | undefined {
  const parts = dotted.split('.');
  const bound = boundName(run, parts[0]!);
  if (bound && parts.length > 1) return through(run, bound, parts.slice(1));
  return ofProject(run, dotted) ?? ofLibrary(run, dotted);
}

/** A name that nothing binds: of the own package and those around, of what was imported all at once; the last import wins. */
export function valueInReach(run: Run, name: string): Value | undefined {
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    for (const star of [...scope.stars ?? []].reverse()) {
      const found = memberAt(run, star, name);
      if (found) return found;
    }
  }
  return ofProject(run, name);
}

/** `name` of a package or an object that was imported with all its names. */
function memberAt(run: Run, star: string, name: string): Value | undefined {
  const [first, ...rest] = star.split('.');
  const bound = boundName(run, first!);
  const own = bound ? through(run, bound, [...rest, name]) : ofProject(run, `${star}.${name}`);
  if (own && !isUnknown(own)) return own;
  const fact = run.api.imported(star, name);
  return fact && !('guessed' in fact && fact.guessed) ? importedFact(run, star, name) : undefined;
}

/** The first part of the path that a file defines, and its members from there; relative to the own package and those around as well. */
function ofProject(run: Run, dotted: string): Value | undefined {
  const definer = definerOf(run, moduleScope(run.scope), dotted);
  const value = definer && run.read(definer.scope.vars, definer.name);
  return value && through(run, current(run, value), definer.rest);
}

/** Found once for each module: a program names the same things at every turn, and most of them are no file's. */
function definerOf(run: Run, { module, package: own }: Scope, dotted: string): Definer | undefined {
  let known = run.definers.get(module);
  if (!known) run.definers.set(module, (known = new Map()));
  if (!known.has(dotted)) known.set(dotted, findDefiner(run, module, own, dotted));
  return known.get(dotted);
}

function findDefiner({ host, store }: Run, module: string, own: string | undefined, dotted: string): Definer | undefined {
  const parts = dotted.split('.');
  for (const base of [...packagesAround(own), '']) {
    for (let end = 1; end <= parts.length; end++) {
      const name = parts[end - 1]!;
      const path = [base, ...parts.slice(0, end)].filter((part) => part !== '').join('.');
      const scope = host.definedIn?.(module, path)?.scope();
      if (scope && store.view(scope.vars).has(name)) return { scope, name, rest: parts.slice(end) };
    }
  }
  return undefined;
}

/** `a.b.c`, `a.b`, `a`. */
function packagesAround(dotted: string | undefined): string[] {
  if (dotted === undefined || dotted === '') return [];
  const parts = dotted.split('.');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'));
}

function ofLibrary(run: Run, dotted: string): Value | undefined {
  const dot = dotted.lastIndexOf('.');
  if (dot < 0) return undefined;
  const known = importedFact(run, dotted.slice(0, dot), dotted.slice(dot + 1));
  if (known) return known;
  switch (run.api.library(dotted, 'scala')) {
    case 'foreign': return foreign(dotted);
    case 'spark': return [{ is: 'module', name: dotted }];
    case 'unknown': return undefined;
  }
}

function through(run: Run, value: Value, names: readonly string[]): Value {
  return names.reduce((on, name) => memberNamed(run, on, name, true), value);
}

/** The class in reach whose methods are added to other values, and which has this one. */
export function extensionWith(run: Run, name: string): ClassInfo | undefined {
  const found = (value: Value | undefined): ClassInfo | undefined => {
    const item = value?.find((each): each is Abstract & { is: 'class' } => each.is === 'class' && each.info.def.extension === true && each.info.members.has(name));
    return item?.info;
  };
  const among = (names: ReadonlyMap<string, Value>): ClassInfo | undefined => {
    for (const value of names.values()) {
      const info = found(value);
      if (info) return info;
    }
    return undefined;
  };
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const own = among(run.store.view(scope.vars));
    if (own) return own;
    for (const star of scope.stars ?? []) {
      // What a path leads through may be asked for a method that is added to it.
      if (run.following.has(star)) continue;
      run.following.add(star);
      const leadsTo = valueAt(run, star) ?? [];
      run.following.delete(star);
      for (const item of leadsTo) {
        const info = item.is === 'object' ? among(run.store.view(item.of.of.members)) : undefined;
        if (info) return info;
      }
    }
  }
  return undefined;
}
