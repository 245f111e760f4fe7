/** Methods that a program adds to the values of other classes: implicit classes and conversions, extension methods. */
import { constructorName, packageObject, type Param } from '../program/program.ts';
import { ancestry, hasMember } from './calls.ts';
import { resolveType } from './declared.ts';
import { within } from './evaluate.ts';
import type { Abstract, Kind, Value } from './model.ts';
import { packagesAround, valueAt } from './packages.ts';
import { frameOf, type Run } from './run.ts';
import { type ClassInfo, moduleScope, type Scope } from './scope.ts';
import { classMeant } from './values.ts';

/** What makes of a value of a kind the object that has this method: the class, or the function that gives one. */
export function extensionWith(run: Run, kind: Kind, name: string): Abstract | undefined {
  for (const value of inReach(run)) {
    const found = value.find((item) => isExtension(item) && takes(run, item, kind) && infosOf(run, item).some((info) => hasMember(run, info, name)));
    if (found) return found;
  }
  return undefined;
}

type Extension = Extract<Abstract, { is: 'class' | 'function' }>;

const isExtension = (item: Abstract): item is Extension => (item.is === 'class' ? item.info.def : item.is === 'function' ? item.def : undefined)?.extension === true;

/** What is in scope, the nearest first: own names, those of the objects around, what was imported all at once, the own packages. */
function* inReach(run: Run): Iterable<Value> {
  const module = moduleScope(run.scope);
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    yield* run.store.view(scope.vars).values();
    yield* membersOf(run, run.store.view(scope.vars).get('this'));
    for (const star of [...scope.stars ?? []].reverse()) {
      yield* membersOf(run, valueAt(run, star));
      yield* ofPackage(run, module, star);
    }
  }
  for (const name of packagesAround(module.package)) yield* addedIn(run, module, name);
}

function* membersOf(run: Run, value: Value | undefined): Iterable<Value> {
  for (const item of value ?? []) if (item.is === 'object') for (const info of ancestry(item.of.of)) yield* run.store.view(info.members).values();
}

/** By its whole name, or relative to the packages around. */
function* ofPackage(run: Run, module: Scope, name: string): Iterable<Value> {
  yield* addedIn(run, module, name);
  for (const base of packagesAround(module.package)) yield* addedIn(run, module, `${base}.${name}`);
}

function* addedIn(run: Run, { module }: Scope, name: string): Iterable<Value> {
  for (const { scope } of run.host.widening?.(module, name) ?? []) {
    const vars = scope()?.vars;
    if (!vars) continue;
    yield* run.store.view(vars).values();
    yield* membersOf(run, run.store.view(vars).get(packageObject));
  }
}

/** The classes whose methods it adds. */
function infosOf(run: Run, item: Extension): readonly ClassInfo[] {
  if (item.is === 'class') return [item.info];
  const { returns } = item.def;
  const given = returns && within(run, frameOf(run, item.env), () => resolveType(run, returns.name));
  return (given ?? []).flatMap((each) => classMeant(each) ?? []);
}

/** Kinds that are one; of the others none is another. */
const families: ReadonlyMap<Kind, string> = new Map([['DataFrame', 'frame'], ['Dataset', 'frame']]);
const familyOf = (kind: Kind): string => families.get(kind) ?? kind;

/** Its parameter may hold such a value, by what is written of it. */
function takes(run: Run, item: Extension, kind: Kind): boolean {
  const type = parameterOf(run, item)?.type;
  const written = type && run.api.annotation(type.name, run.language);
  return written === undefined || familyOf(written) === familyOf(kind);
}

function parameterOf(run: Run, item: Extension): Param | undefined {
  const [made] = item.is === 'function' ? [item] : run.read(item.info.members, constructorName) ?? [];
  return made?.is === 'function' ? made.def.params.find(({ name, implicit }) => name !== 'this' && !implicit) : undefined;
}
