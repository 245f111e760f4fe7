/** What the analysis keeps while it runs a program in the abstract: scopes, instances, and the state that branches copy. */
import type { Def } from '../program/program.ts';
import type { Value } from './model.ts';
import { join } from './values.ts';

/** The variables of one run of a Def. */
export interface Scope {
  readonly def: Def;
  readonly parent: Scope | undefined;
  readonly vars: Map<string, Value>;
  /** Absolute start of the Def's text. */
  readonly base: number;
  /** Project-relative path of the module. */
  readonly module: string;
}

/** What is known of one class: its fields, whichever method assigned them, on whichever object. */
export interface ClassInfo {
  readonly def: Def;
  readonly scope: Scope;
  /** Methods and class attributes. */
  readonly members: Map<string, Value>;
  readonly bases: Value;
  /** The object that stands for every object of the class. */
  readonly generic: Instance;
}

export interface Instance {
  readonly id: number;
  readonly of: ClassInfo;
  readonly fields: Map<string, Value>;
}

/** What branches copy and join: the variables of the running function, and the fields assigned on the way. */
export interface State {
  readonly vars: Map<string, Value>;
  readonly heap: Map<string, Value>;
}

export const copyState = (state: State): State => ({ vars: new Map(state.vars), heap: new Map(state.heap) });

/** A name that only one branch binds keeps that branch's value. */
export function joinStates(a: State, b: State): State {
  return { vars: joinMaps(a.vars, b.vars), heap: joinMaps(a.heap, b.heap) };
}

function joinMaps(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): Map<string, Value> {
  const result = new Map(a);
  for (const [name, value] of b) {
    const other = result.get(name);
    if (other !== value) result.set(name, other ? join(other, value) : value);
  }
  return result;
}

/** Puts `next` into place of the running state, keeping the Map objects that scopes hold. */
export function restore(state: State, next: State): void {
  if (state.vars !== next.vars) overwrite(state.vars, next.vars);
  if (state.heap !== next.heap) overwrite(state.heap, next.heap);
}

function overwrite(target: Map<string, Value>, source: ReadonlyMap<string, Value>): void {
  target.clear();
  for (const [name, value] of source) target.set(name, value);
}
