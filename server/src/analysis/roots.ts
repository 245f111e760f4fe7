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

const moduleRoot: Root = { path: [], choice: -1 };

/** Where a function stands that runs by itself. */
export function rootOf(run: Run, def: Def, env: Scope): Root {
  const around = rootAround(run, env);
  const handed = run.givenAway.get(def);
  if (handed) return newRoot(run, def, { path: handed.path, choice: around.choice }, handed.since);
  if (env.def.kind === 'class' && turnOf(def) < firstMethods.length) return around;
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
export function recordedAlone(run: Run, def: Def, call: () => void): void {
  const before = left(run);
  const { concerns } = run;
  const ran = new Set([def]);
  const met = new Set<Def>();
  run.ran = ran;
  run.met = met;
  call();
  run.alone.set(def, { ran, met, tells: left(run) !== before, concerns: run.concerns !== concerns });
}

const left = (run: Run): number => run.settings.size + run.views.size + run.contexts.length + run.handed.size + run.wrapped.size + run.told.size + run.tells;

/** It prepares an object. */
export const isFirst = (def: Def): boolean => turnOf(def) < firstMethods.length;
