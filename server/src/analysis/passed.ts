/**
 * What a module passes to functions of other modules, and the fields it sets on their objects: that is how a module
 * learns from its callers what parameters are that nothing else tells. Plain data by names, so that it outlives an
 * analysis: definitions are known as `function`, `Class.method`, or `Class` for its fields.
 */
import type { Def } from '../program/program.ts';
import { valueOfKind } from './calls.ts';
import type { Abstract, Dataset, Evidence, Kind, Site, Value } from './model.ts';
import { datasetKinds, driverKinds, type Run } from './run.ts';
import type { ClassInfo, Scope } from './scope.ts';
import { isNull, join, mostAnyway, nothing, unknown } from './values.ts';

type FunctionValue = Extract<Abstract, { is: 'function' }>;
type Collection = Extract<Abstract, { is: 'collection' }>['type'];

export interface Passed {
  /** undefined: something known that is none of Spark's; who takes both is not told what it has. */
  readonly kind: Kind | undefined;
  /** It is what a collection of this type holds. */
  readonly inside: Collection | undefined;
  /** Some caller passes one that is read in full. Of what is bounded by one caller, others may pass more; what a test passes says nothing of how much there is. */
  readonly unbounded: boolean;
  readonly streaming: Dataset['streaming'];
  readonly by: Evidence;
}

/** What a module is passed by others. */
export interface PassedHere {
  readonly definitions: PassedByName;
  /** By definition and parameter: how many things at most the collections have that are passed; infinite where one is not known. */
  readonly most: ReadonlyMap<string, number>;
}

/** What one module passes to another. */
export interface PassedOn extends PassedHere {
  /** Some of it is not known in it: those that call it may tell. */
  readonly relays: boolean;
}

/** By definition, then by parameter or field. */
export type PassedByName = ReadonlyMap<string, ReadonlyMap<string, readonly Passed[]>>;

/** A thing passed to one place; how much its dataset holds is known at the end of the run. */
export interface Note extends Pick<Passed, 'kind' | 'inside' | 'by'> {
  readonly module: string;
  readonly definition: string;
  readonly name: string;
  readonly dataset: Dataset | undefined;
}

/** Different things kept for one place. */
const mostNotes = 16;

/** How a function or class is known to other modules; undefined inside functions. */
function definitionName(def: Def, env: Scope | undefined): string | undefined {
  let name = def.kind === 'lambda' ? undefined : def.name;
  for (let scope = env; scope && name !== undefined; scope = scope.parent) {
    if (scope.def.kind === 'class') name = `${scope.def.name}.${name}`;
    else if (scope.def.kind !== 'module') name = undefined;
  }
  return name;
}

/** A function of another module is given a value here; what its own module gives it, that module sees for itself. */
export function noteArgument(run: Run, { def, env }: FunctionValue, parameter: string, value: Value, site: Site): void {
  if (env.module === run.module || env.module === run.scope.module) return;
  const definition = definitionName(def, env);
  note(run, env.module, definition, parameter, value, site, 'passed');
  // What tests pass is short because they are tests.
  if (definition === undefined || run.host.isTest) return;
  const most = run.passedMost.get(env.module) ?? new Map<string, number>();
  run.passedMost.set(env.module, most);
  const key = parameterKey(definition, parameter);
  most.set(key, Math.max(most.get(key) ?? 0, mostAnyway(value) ?? Infinity));
}

const parameterKey = (definition: string, parameter: string): string => `${definition}(${parameter})`;

/** A field of another module's class is set here. */
export function noteField(run: Run, { def, scope }: ClassInfo, field: string, value: Value, site: Site): void {
  if (scope.module !== run.module && scope.module !== run.scope.module) note(run, scope.module, definitionName(def, scope.parent), field, value, site, 'set');
}

function note(run: Run, module: string, definition: string | undefined, name: string, value: Value, site: Site, how: 'passed' | 'set'): void {
  if (definition === undefined) return;
  const key = `${module}:${definition}(${name})`;
  const notes = run.passed.get(key) ?? [];
  run.passed.set(key, notes);
  for (const item of value) {
    const inside = item.is === 'collection' ? item.type : undefined;
    for (const each of item.is === 'collection' ? item.element : [item]) {
      if (isNull(each)) continue;
      if (each.is === 'unknown') {
        run.relayed.add(module);
        continue;
      }
      const told = each.is === 'spark' && (driverKinds.has(each.kind) || datasetKinds.has(each.kind)) ? each : undefined;
      const { kind, dataset } = told ?? { kind: undefined, dataset: undefined };
      if (notes.length >= mostNotes || notes.some((other) => other.kind === kind && other.dataset === dataset && other.inside === inside)) continue;
      const caller = run.scope.def.kind === 'function' ? ` by \`${run.scope.def.name}\`` : '';
      notes.push({ module, definition, name, kind, dataset, inside, by: { site, text: `${kind ?? 'a value'}, ${how}${caller} in ${site.module}` } });
    }
  }
}

/** What a run passed on, by the path of the other module. */
export function passedBy(run: Run): ReadonlyMap<string, PassedOn> {
  const modules = new Map<string, Map<string, Map<string, readonly Passed[]>>>();
  for (const notes of run.passed.values()) {
    if (notes.length === 0) continue;
    const { module, definition, name } = notes[0]!;
    const passed = notes.map(({ kind, inside, by, dataset }): Passed => ({ kind, inside, by, unbounded: !run.host.isTest && dataset?.bound.is === 'unbounded', streaming: dataset?.streaming ?? 'maybe' }));
    within(within(modules, module), definition).set(name, joined(passed));
  }
  const relayed = new Set([...run.relayed, ...[...run.passed.values()].flat().filter(({ dataset }) => dataset?.bound.is === 'unknown').map(({ module }) => module)]);
  return new Map([...new Set([...modules.keys(), ...relayed, ...run.passedMost.keys()])].map((module) => [module, { definitions: modules.get(module) ?? new Map(), most: run.passedMost.get(module) ?? new Map(), relays: relayed.has(module) }]));
}

function within<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const inner = outer.get(key) ?? new Map<string, V>();
  outer.set(key, inner);
  return inner;
}

/** What several modules pass, in their order. */
export function joinPassed(all: readonly PassedHere[]): PassedHere {
  const definitions = new Map<string, Map<string, readonly Passed[]>>();
  const most = new Map<string, number>();
  for (const each of all) {
    for (const [definition, names] of each.definitions) {
      const known = within(definitions, definition);
      for (const [name, passed] of names) known.set(name, joined([...known.get(name) ?? [], ...passed]));
    }
    for (const [key, count] of each.most) most.set(key, Math.max(most.get(key) ?? 0, count));
  }
  return { definitions, most };
}

/** How many things a parameter holds at most, by all callers elsewhere; undefined where there are none. */
export function mostPassed(run: Run, { def, env }: FunctionValue, parameter: string): number | undefined {
  const definition = env.module === run.module ? definitionName(def, env) : undefined;
  return definition === undefined ? undefined : run.host.passed?.most.get(parameterKey(definition, parameter));
}

/** One of each kind: the first that is unbounded, else the first. */
function joined(passed: readonly Passed[]): readonly Passed[] {
  const found: Passed[] = [];
  for (const each of passed) {
    const index = found.findIndex((other) => other.kind === each.kind && other.inside === each.inside);
    const other = found[index];
    if (!other) found.push(each);
    else found[index] = { ...(each.unbounded && !other.unbounded ? each : other), streaming: each.streaming === other.streaming ? each.streaming : 'maybe' };
  }
  return found;
}

/**
 * What callers elsewhere pass for a parameter of this module; undefined where they tell nothing: some pass what is none
 * of Spark's, unless an annotation says what it is.
 */
export const valuePassed = (run: Run, { def, env }: FunctionValue, scope: Scope, parameter: string, annotated = false): Value | undefined =>
  (run.host.passed && env.module === run.module ? valueOf(run, definitionName(def, env), parameter, scope, annotated) : undefined);

/** What others set a field of a class to. */
export const valueSet = (run: Run, { def, scope }: ClassInfo, field: string): Value | undefined =>
  (run.host.passed && scope.module === run.module ? valueOf(run, definitionName(def, scope.parent), field, scope) : undefined);

function valueOf(run: Run, definition: string | undefined, name: string, scope: Scope, annotated = false): Value | undefined {
  const passed = definition === undefined ? undefined : run.host.passed?.definitions.get(definition)?.get(name);
  if (!passed || !annotated && passed.some(({ kind }) => kind === undefined)) return undefined;
  let value = nothing;
  for (const { kind, inside, unbounded, streaming, by } of passed) {
    if (kind === undefined) continue;
    const held = valueOfKind(run, kind, by.text, { scope, name, streaming, passed: by, ...(unbounded ? { bound: { is: 'unbounded' } } : {}) });
    value = join(value, inside === undefined ? held : [{ is: 'collection', type: inside, element: held, ...(inside === 'dict' ? { keys: unknown('element') } : {}) }]);
  }
  // Other callers may pass what nothing is known of: what must hold for every value is not said of these.
  return value.length > 0 ? join(value, unknown('parameter')) : undefined;
}
