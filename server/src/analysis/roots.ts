/**
 * The order of what nothing in sight calls. The module's own code runs first; of its functions, and of the methods of a
 * class, each is an arm of one choice, so that no two of them are taken to run one after the other. What prepares an
 * object comes before all other methods of its class. What is handed to code out of sight may run from there on.
 */
import { constructorName, type Def } from '../program/program.ts';
import type { Root, Run } from './run.ts';
import type { Scope } from './scope.ts';

const firstMethods = [constructorName, '__new__', '__post_init__', 'setUpClass', 'setup_class', 'setUp', 'setup_method', '__enter__'];

/** What prepares comes first, in this order. */
export function turnOf(def: Def): number {
  const index = firstMethods.indexOf(def.name);
  return index < 0 ? firstMethods.length : index;
}

/** It prepares an object. */
export const isFirst = (def: Def): boolean => turnOf(def) < firstMethods.length;

const moduleRoot: Root = { path: [], choice: -1 };

/** Where a function stands that runs by itself. */
export function rootOf(run: Run, def: Def, env: Scope): Root {
  const around = rootAround(run, env);
  const handed = run.givenAway.get(def);
  if (handed) return newRoot(run, def, { path: handed.path, choice: around.choice }, handed.since);
  if (env.def.kind === 'class' && isFirst(def)) return around;
  return newRoot(run, def, around);
}

/** The innermost thing around that runs by itself: a function, a class (as long as it has objects), the module. */
function rootAround(run: Run, env: Scope): Root {
  for (let scope: Scope | undefined = env; scope; scope = scope.parent) {
    const known = run.roots.get(scope.def);
    if (known) return known;
    if (scope.def.kind === 'class' && scope.parent) return newRoot(run, scope.def, rootAround(run, scope.parent));
  }
  return moduleRoot;
}

function newRoot(run: Run, def: Def, around: Root, since?: number): Root {
  const arm = run.roots.size;
  const root = { path: [...around.path, { choice: around.choice, arm, since }], choice: moduleRoot.choice - 1 - arm };
  run.roots.set(def, root);
  return root;
}

/** Runs something by itself, and writes down what happens meanwhile. */
export function asRoot(run: Run, def: Def, call: () => void): void {
  const { steps } = run;
  const before = shared(run);
  run.root = { ran: new Set([def]), met: new Set(), asks: new Map(), tells: new Map(), shares: false };
  const { root } = run;
  call();
  run.rootRuns.set(def, { ...root, shares: root.shares || shared(run) !== before, steps: run.steps - steps });
}

/** What is kept by its place, and so grows with each new one. */
const shared = (run: Run): number => run.settings.size + run.contexts.length + run.handed.size + run.wrapped.size + run.told.size;

/** A fact of a definition is asked or told. */
export function noteFact(run: Run, how: 'asks' | 'tells', of: Def, name: string): void {
  const facts = run.root[how];
  const names = facts.get(of);
  if (names) names.add(name);
  else facts.set(of, new Set([name]));
}
/** What a function is given by calls that were not followed. */
export const whatIsGiven = '()';
/** All names of a definition. */
export const anyFact = '*';
