/** Imports: of the project's own modules, of Spark's libraries by the API table, of others. */
import type { Api, ImportFact } from '../knowledge/api.ts';
import { forEachImport } from '../program/expressions.ts';
import type { Expr, Lowered } from '../program/program.ts';
import { valueOfKind } from './calls.ts';
import type { Value } from './model.ts';
import { assignName } from './names.ts';
import { importByPath } from './packages.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';
import { takeNames } from './shells.ts';
import { foreign, none, unknown } from './values.ts';

export function evaluateImport(run: Run, expr: Expr & { kind: 'import' }): Value {
  if (expr.runs) {
    takeNames(run, expr);
    return none;
  }
  if (run.language === 'scala') return importByPath(run, expr);
  const bindName = (name: string, value: Value): void => assignName(run, name, value, run.site(expr.span));
  if (expr.star) {
    const own = importOwn(run, expr.module, expr.level);
    if (own) for (const [name, value] of run.store.view(own.vars)) { if (!name.startsWith('_')) bindName(name, value); }
    const added = own ? own.stars ?? [] : [expr.module];
    run.scope.stars = [...(run.scope.stars ?? []).filter((module) => !added.includes(module)), ...added];
    return none;
  }
  if (expr.names) {
    const own = importOwn(run, expr.module, expr.level);
    for (const { name, as } of expr.names) bindName(as, importName(run, own, expr, name));
    return none;
  }
  const top = expr.module.split('.')[0]!;
  if (expr.as !== undefined) bindName(expr.as, moduleValue(run, expr.module, expr.level));
  else {
    bindName(top, moduleValue(run, top, expr.level));
    if (top !== expr.module) importOwn(run, expr.module, expr.level);
  }
  return none;
}

/** What the project settings say of `module.name`: it, or what it gives when it is called, is of a kind; or it holds such names. */
export function declaredMember(run: Run, module: string, name: string): Value | undefined {
  const { kinds } = run.host;
  if (kinds.size === 0) return undefined;
  const dotted = `${module}.${name}`;
  const kind = kinds.get(dotted);
  if (kind) return [{ is: 'library', name: dotted, fact: { is: 'function', returns: kind, declared: true } }];
  return holdsDeclared(run, dotted) ? [{ is: 'module', name: dotted }] : undefined;
}

export function holdsDeclared(run: Run, dotted: string): boolean {
  for (const key of run.host.kinds.keys()) if (key.startsWith(`${dotted}.`)) return true;
  return false;
}

/** Libraries whose sessions and frames share method names with Spark's. */
const lookAlike = /^(snowflake\.snowpark|polars|dask|ibis|modin|cudf|vaex|daft|duckdb|hail|pysparkling|sqlframe)(\.|$)/;

export function importsLookAlikes({ module }: Lowered): boolean {
  let found = false;
  forEachImport(module.body, (expr) => {
    found ||= expr.level === 0 && lookAlike.test(expr.module);
  });
  return found;
}

/** A name that a module of the project has: bound there, or one of those that it imported all at once. */
export const exported = (run: Run, module: Scope, name: string): Value | undefined => run.read(module.vars, name) ?? fromStars(run, module, name);

/** A name that none binds, of the modules out of sight whose every name was imported: the last that has it wins. */
export function fromStars(run: Run, { stars = [] }: Scope, name: string): Value | undefined {
  const lastFirst = [...stars].reverse();
  const found = lastFirst.find((module) => listed(run, module, name)) ?? lastFirst.find((module) => believable(importedFact(run, module, name), name));
  return found === undefined ? undefined : importedFact(run, found, name);
}

/** The module has this very name, and would not have any other just as well. */
function listed(run: Run, module: string, name: string): boolean {
  const fact = run.api.imported(module, name);
  return fact !== undefined && fact.is !== 'foreign' && !(fact.is === 'owner' && fact.guessed);
}

/** Of a module whose names are not listed one by one, only what looks like a data type is believed to come from it. */
const believable = (value: Value | undefined, name: string): boolean =>
  value !== undefined && (/^[A-Z]\w*(Type|Field)$/.test(name) || value.some((item) => item.is !== 'foreign'));

function importName(run: Run, own: Scope | undefined, expr: Expr & { kind: 'import' }, name: string): Value {
  const declared = declaredMember(run, expr.module, name);
  if (declared) return declared;
  const found = own && exported(run, own, name);
  if (found) return found;
  const submodule = importOwn(run, expr.module ? `${expr.module}.${name}` : name, expr.level);
  if (submodule) return [{ is: 'module', name: `${expr.module}.${name}`, own: submodule }];
  if (own) return unknown('import');
  if (expr.level > 0) return unknown('import');
  return importedFact(run, expr.module, name) ?? libraryValue(run, expr.module, name);
}

/** What the API table knows of `module.name`. */
export function importedFact(run: Run, module: string, name: string): Value | undefined {
  let names = known.get(run.api)?.get(module);
  if (!names) known.set(run.api, (known.get(run.api) ?? new Map<string, Map<string, Value>>()).set(module, (names = new Map())));
  const before = names.get(name);
  if (before) return before;
  const fact = run.api.imported(module, name);
  if (!fact) return undefined;
  if (fact.is === 'value') return valueOfKind(run, fact.kind, `\`${name}\` of ${module}`);
  const value = valueOfFact(fact, module, name);
  names.set(name, value);
  return value;
}

/** What names of libraries are, for all runs: a program asks for `F.col` at every turn. */
const known = new WeakMap<Api, Map<string, Map<string, Value>>>();

export function valueOfFact(fact: Exclude<ImportFact, { is: 'value' }>, module: string, name: string): Value {
  switch (fact.is) {
    case 'owner': return [{ is: 'owner', kind: fact.kind }];
    case 'function': return [{ is: 'library', name: `${module}.${name}`, fact }];
    case 'module': return [{ is: 'module', name: fact.name }];
    case 'foreign': return foreign(fact.name);
  }
}

function libraryValue(run: Run, module: string, name: string): Value {
  const library = run.api.library(module, run.language);
  return library === 'foreign' ? foreign(`${module}.${name}`) : library === 'spark' ? [{ is: 'module', name: `${module}.${name}` }] : unknown('import');
}

export function importOwn(run: Run, module: string, level: number): Scope | undefined {
  if (level === 0 && run.api.library(module) === 'spark') return undefined;
  return run.host.import(run.scope.module, module, level)?.scope();
}

function moduleValue(run: Run, module: string, level: number): Value {
  const own = importOwn(run, module, level);
  if (own) return [{ is: 'module', name: module, own }];
  const library = run.api.library(module);
  return library === 'foreign' ? foreign(module) : [{ is: 'module', name: module }];
}

