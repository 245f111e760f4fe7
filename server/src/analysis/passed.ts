/**
 * What a module passes to functions of other modules, and the fields it sets on their objects: that is how a module
 * learns from its callers what parameters are that nothing else tells. Plain data by names, so that it outlives an
 * analysis: definitions are known as `function`, `Class` (for its fields) or `Class.method`.
 */
import type { Def } from '../program/program.ts';
import { valueOfKind } from './calls.ts';
import type { Abstract, Dataset, Evidence, Kind, Site, SparkValue, Value } from './model.ts';
import { datasetKinds, driverKinds, type Run } from './run.ts';
import type { ClassInfo, Scope } from './scope.ts';
import { join, nothing, unknown } from './values.ts';

type Collection = Extract<Abstract, { is: 'collection' }>['type'];

export interface Passed {
  readonly kind: Kind;
  /** It is what a collection of this type holds. */
  readonly inside?: Collection | undefined;
  /** Some caller passes one that is read in full. Of what is bounded by one caller, others may pass more. */
  readonly unbounded: boolean;
  readonly streaming: Dataset['streaming'];
  readonly by: Evidence;
}

/** By definition, then by parameter or field. */
export type PassedByName = ReadonlyMap<string, ReadonlyMap<string, readonly Passed[]>>;

/** What a run passes on, by module: datasets whose bounds are known at its end. */
export type Noted = Map<string, Map<string, Map<string, { readonly value: SparkValue; readonly inside: Collection | undefined; readonly by: Evidence }[]>>>;

/** Different values kept for one parameter. */
const mostNoted = 16;

/** How a function or class is known to other modules; undefined inside functions. */
export function definitionName(def: Def, env: Scope | undefined): string | undefined {
  let name = def.kind === 'lambda' ? undefined : def.name;
  for (let scope = env; scope && name !== undefined; scope = scope.parent) {
    if (scope.def.kind === 'class') name = `${scope.def.name}.${name}`;
    else if (scope.def.kind !== 'module') name = undefined;
  }
  return name;
}

/** A function of another module is given a value here; what its own module gives it, that module sees for itself. */
export function noteArgument(run: Run, { def, env }: Extract<Abstract, { is: 'function' }>, parameter: string, value: Value, site: Site): void {
  if (env.module !== run.module && run.scope.module !== env.module) note(run, env.module, definitionName(def, env), parameter, value, site, 'passed');
}

/** A field of another module's class is set here, from outside. */
export function noteField(run: Run, info: ClassInfo, field: string, value: Value, site: Site): void {
  if (info.scope.module !== run.module && run.scope.module !== info.scope.module) note(run, info.scope.module, definitionName(info.def, info.scope.parent), field, value, site, 'set');
}

function note(run: Run, module: string, definition: string | undefined, name: string, value: Value, site: Site, how: 'passed' | 'set'): void {
  if (definition === undefined) return;
  for (const item of value) {
    const held = item.is === 'collection' ? item.element : [item];
    for (const each of held) {
      if (each.is !== 'spark' || !driverKinds.has(each.kind) && !datasetKinds.has(each.kind)) continue;
      const noted = listIn(run.passed, module, definition, name);
      if (noted.length >= mostNoted || noted.some((other) => other.value.kind === each.kind && other.value.dataset === each.dataset)) continue;
      const caller = run.scope.def.kind === 'function' ? ` by \`${run.scope.def.name}\`` : '';
      noted.push({ value: each, inside: item.is === 'collection' ? item.type : undefined, by: { site, text: `${each.kind}, ${how}${caller} in ${site.module}` } });
    }
  }
}

function listIn(noted: Noted, module: string, definition: string, name: string): Noted extends Map<string, Map<string, Map<string, infer L>>> ? L : never {
  const definitions = noted.get(module) ?? new Map<string, never>();
  noted.set(module, definitions);
  const names = definitions.get(definition) ?? new Map<string, never>();
  definitions.set(definition, names);
  const list = names.get(name) ?? [];
  names.set(name, list);
  return list;
}

/** By the path of the other module. */
export function passedBy(run: Run): ReadonlyMap<string, PassedByName> {
  const plain = (notes: typeof run.passed extends Map<string, Map<string, Map<string, infer L>>> ? L : never): Passed[] => joined(notes.map(({ value: { kind, dataset }, inside, by }) =>
    ({ kind, inside, unbounded: dataset?.bound.is === 'unbounded', streaming: dataset?.streaming ?? 'maybe', by })));
  return mapped(run.passed, (definitions) => mapped(definitions, (names) => mapped(names, plain)));
}

const mapped = <A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> => new Map([...map].map(([key, value]) => [key, change(value)]));

/** What several modules pass, in their order. */
export function joinPassed(all: readonly PassedByName[]): PassedByName {
  const definitions = new Map<string, Map<string, Passed[]>>();
  for (const each of all) for (const [definition, names] of each) {
    const known = definitions.get(definition) ?? new Map<string, Passed[]>();
    definitions.set(definition, known);
    for (const [name, passed] of names) known.set(name, joined([...known.get(name) ?? [], ...passed]));
  }
  return definitions;
}

/** One of each kind: the first that is unbounded, else the first. */
function joined(passed: readonly Passed[]): Passed[] {
  const found: Passed[] = [];
  for (const each of passed) {
    const index = found.findIndex((other) => other.kind === each.kind && other.inside === each.inside);
    const other = found[index];
    if (!other) found.push(each);
    else found[index] = { ...(each.unbounded && !other.unbounded ? each : other), streaming: each.streaming === other.streaming ? each.streaming : 'maybe' };
  }
  return found;
}

/** What callers elsewhere pass for a parameter of this module; undefined where they tell nothing. */
export function valuePassed(run: Run, fn: Extract<Abstract, { is: 'function' }>, scope: Scope, parameter: string): Value | undefined {
  return run.host.passed && fn.env.module === run.module ? valueOf(run, definitionName(fn.def, fn.env), parameter, scope) : undefined;
}

/** What others set a field of a class to. */
export function valueSet(run: Run, info: ClassInfo, field: string): Value | undefined {
  return run.host.passed && info.scope.module === run.module ? valueOf(run, definitionName(info.def, info.scope.parent), field, info.scope) : undefined;
}

function valueOf(run: Run, definition: string | undefined, name: string, scope: Scope): Value | undefined {
  const passed = definition === undefined ? undefined : run.host.passed?.get(definition)?.get(name);
  if (!passed) return undefined;
  let value = nothing;
  for (const { kind, inside, unbounded, streaming, by } of passed) {
    const held = valueOfKind(run, kind, by.text, { scope, name, streaming, passed: by, ...(unbounded ? { bound: { is: 'unbounded' } } : {}) });
    value = join(value, inside === undefined ? held : [{ is: 'collection', type: inside, element: held, ...(inside === 'dict' ? { keys: unknown('element') } : {}) }]);
  }
  // Other callers may pass what nothing is known of: what must hold for every value is not said of these.
  return value.length > 0 ? join(value, unknown('parameter')) : undefined;
}
