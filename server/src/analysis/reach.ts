/** What code that is not followed can get at: the datasets in what it is given, and in what functions hold. */
import { forEachChild } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { current } from './cells.ts';
import type { Abstract, Dataset, Value } from './model.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';
import { datasetsIn } from './values.ts';

type FunctionValue = Extract<Abstract, { is: 'function' }>;

/** Functions that a function calls are looked into up to so many. */
const mostFunctions = 40;

/** Datasets in values, those that functions among them hold by their names included. */
export function reachedBy(run: Run, values: readonly Value[]): Dataset[] {
  const found = new Set<Dataset>();
  const functions: FunctionValue[] = [];
  const seen = new Set<Def>();
  const take = (value: Value): void => {
    for (const dataset of datasetsIn(value)) found.add(dataset);
    functions.push(...functionsIn(value));
  };
  values.forEach(take);
  for (let fn = functions.pop(); fn && seen.size < mostFunctions; fn = functions.pop()) {
    if (seen.has(fn.def)) continue;
    seen.add(fn.def);
    for (const name of freeNames(fn.def)) take(valueFrom(run, fn.env, name));
    for (const arg of fn.bound ?? []) take(arg.value);
    if (fn.self) take([fn.self]);
  }
  return [...found];
}

const functionsIn = (value: Value, depth = 0): FunctionValue[] =>
  value.flatMap((item) => (item.is === 'function' ? [item] : item.is === 'collection' && depth < 2 ? functionsIn(item.element, depth + 1) : []));

function valueFrom(run: Run, env: Scope, name: string): Value {
  for (let scope: Scope | undefined = env; scope; scope = scope.parent) {
    const value = scope.def.kind === 'class' ? undefined : run.store.view(scope.vars).get(name);
    if (value) return current(run, value);
  }
  return [];
}

const known = new WeakMap<Def, ReadonlySet<string>>();

/** Names that a function reads and does not bind: found out once. */
function freeNames(def: Def): ReadonlySet<string> {
  let names = known.get(def);
  if (names) return names;
  const found = new Set<string>();
  const visit = (expr: Expr): void => {
    if (expr.kind === 'name') found.add(expr.name);
    else if (expr.kind === 'closure') for (const name of freeNames(expr.def)) found.add(name);
    else forEachChild(expr, visit);
  };
  visit(def.body);
  for (const parameter of def.params) found.delete(parameter.name);
  for (const name of def.binds) if (!def.outer.has(name)) found.delete(name);
  known.set(def, (names = found));
  return names;
}
