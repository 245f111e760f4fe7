/**
 * Names in packages that are no files (Scala's): a dotted path leads through packages to what a file of the project
 * defines at its top level, or to a library's name, and from there through members.
 */
import { type Expr, packageObject } from '../program/program.ts';
import { current } from './cells.ts';
import { hasMember, memberNamed, valueOfKind } from './calls.ts';
import { importedFact } from './imports.ts';
import type { Abstract, Value } from './model.ts';
import { assignName, boundName } from './names.ts';
import type { Run } from './run.ts';
import { type Definer, moduleScope, type Scope } from './scope.ts';
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
  if (bound) return parts.length > 1 ? through(run, bound, parts.slice(1), 'named') : bound;
  return ofProject(run, dotted) ?? ofLibrary(run, dotted) ?? ofGiven(run, parts);
}

/** `import spark.sql` where a notebook or shell gives the session. */
function ofGiven(run: Run, [first, ...rest]: readonly string[]): Value | undefined {
  const kind = rest.length === 0 ? undefined : run.api.given(first!, 'scala');
  if (kind === undefined || !run.api.isKind(kind)) return undefined;
  return through(run, valueOfKind(run, kind, `\`${first}\` is provided by the notebook or shell`), rest, 'named');
}

/** A name that nothing binds: of the own package and those around, of what was imported all at once; the last import wins. */
export function valueInReach(run: Run, name: string): Value | undefined {
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const { stars = [] } = scope;
    for (let last = stars.length - 1; last >= 0; last--) {
      const found = memberAt(run, stars[last]!, name);
      if (found) return found;
    }
  }
  return ofProject(run, name);
}

/** `name` of a package or an object that was imported with all its names. */
function memberAt(run: Run, star: string, name: string): Value | undefined {
  const dot = star.indexOf('.');
  const bound = boundName(run, dot < 0 ? star : star.slice(0, dot));
  const own = bound ? through(run, bound, [...star.split('.').slice(1), name]) : ofProject(run, name, star);
  if (own && !isUnknown(own)) return own;
  const fact = run.api.imported(star, name);
  return fact && !('guessed' in fact && fact.guessed) ? importedFact(run, star, name) : undefined;
}

/** The first part of the path that a file defines, and its members from there; relative to the own package and those around as well. `star`: what the path begins in. */
function ofProject(run: Run, dotted: string, star = ''): Value | undefined {
  const own = ofOwnPackage(run, within(star, dotted));
  if (own) return own;
  const definer = definerOf(run, moduleScope(run.scope), star, dotted);
  const value = definer && run.read(definer.scope.vars, definer.name);
  return value && through(run, current(run, value), definer.rest);
}

/** `import a.b.Ops._` in a file of the package `a.b` that defines `Ops`. */
function ofOwnPackage(run: Run, dotted: string): Value | undefined {
  const own = moduleScope(run.scope).package;
  if (own === undefined || own === '' || !dotted.startsWith(`${own}.`)) return undefined;
  const [first, ...rest] = dotted.slice(own.length + 1).split('.');
  const bound = boundName(run, first!);
  return bound && through(run, bound, rest);
}

/** Found once for each module: a program names the same things at every turn, and most of them are no file's. */
function definerOf(run: Run, { module, package: own }: Scope, star: string, dotted: string): Definer | undefined {
  const known = mapIn(mapIn(run.definers, module), star);
  const definer = known.get(dotted);
  if (definer || known.has(dotted)) return definer;
  const found = findDefiner(run, module, own, within(star, dotted));
  known.set(dotted, found);
  return found;
}

function mapIn<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let inner = outer.get(key);
  if (!inner) outer.set(key, (inner = new Map()));
  return inner;
}

function findDefiner(run: Run, module: string, own: string | undefined, dotted: string): Definer | undefined {
  const { host, store } = run;
  const parts = dotted.split('.');
  for (const base of [...packagesAround(own), '']) {
    let inside = base;
    for (let end = 1; end <= parts.length; end++) {
      const name = parts[end - 1]!;
      const scope = host.definedIn?.(module, within(inside, name))?.scope();
      if (scope && store.view(scope.vars).has(name)) return { scope, name, rest: parts.slice(end) };
      const holder = packageObjectIn(run, module, inside);
      if (holder && run.read(holder.vars, packageObject)?.some((item) => item.is === 'object' && hasMember(run, item.of.of, name))) return { scope: holder, name: packageObject, rest: parts.slice(end - 1) };
      inside = within(inside, name);
      // Most paths lead into libraries.
      if (!host.hasPackage?.(inside)) break;
    }
  }
  return undefined;
}

/** Asked for with each name that nothing else places. */
function packageObjectIn(run: Run, module: string, inside: string): Scope | undefined {
  const known = mapIn(run.packageObjects, module);
  const holder = known.get(inside);
  if (holder || known.has(inside)) return holder;
  const found = run.host.definedIn?.(module, within(inside, packageObject))?.scope();
  known.set(inside, found);
  return found;
}

const within = (around: string, name: string): string => (around === '' ? name : `${around}.${name}`);

/** `a.b.c`, `a.b`, `a`. */
export function packagesAround(dotted: string | undefined): string[] {
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

/** Members of Spark's values are Spark's own here: what a program adds to them is looked for along such paths. `last`: what is only named is not called yet. */
function through(run: Run, value: Value, names: readonly string[], last: 'named' | 'used' = 'used'): Value {
  return names.reduce((on, name, index) => memberNamed(run, on.map((item) => (item.is === 'spark' && !run.api.method(item.kind, name, run.language) ? unknownMember : item)), name, last === 'used' || index < names.length - 1), value);
}

const [unknownMember] = unknown('member') as [Abstract];
