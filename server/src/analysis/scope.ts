/** What the analysis keeps while it runs a program in the abstract: scopes, instances, and the state that branches copy. */
import type { Def, Language } from '../program/program.ts';
import type { Builder, Loop, Value } from './model.ts';
import { isAlike, join, unknown } from './values.ts';

/** The variables of one run of a Def. */
export interface Scope {
  readonly def: Def;
  readonly parent: Scope | undefined;
  /** To be changed through the store of a run alone: what another run published is not changed by this one. */
  readonly vars: ReadonlyMap<string, Value>;
  /** Absolute start of the Def's text. */
  readonly base: number;
  /** Project-relative path of the module. */
  readonly module: string;
  readonly language: Language;
  /** The module imports a library whose frames have methods of the same names: then method names tell nothing in it. */
  readonly lookAlikes: boolean;
  /** Of a module: the package that its names belong to, where packages are no files. */
  readonly package?: string | undefined;
  /** Modules out of sight whose every name was imported here (`from x import *`); of Scala, whatever was imported so. */
  stars?: readonly string[];
  /** Of a class's own scope. */
  owner?: ClassInfo;
  /** What functions defined in a block have around them: its own names as it left them. All others are those of the scope around, whose Def this is. */
  readonly block?: boolean;
}

/** Where the Def says that the name belongs. */
export const binds = ({ def, block }: Scope, name: string): boolean => !block && def.binds.has(name);

/** Where a dotted name leads: to a name of a module, and from there on through members. */
export interface Definer {
  readonly scope: Scope;
  readonly name: string;
  readonly rest: readonly string[];
}

/** The scope of the module around. */
export function moduleScope(scope: Scope): Scope {
  let root = scope;
  while (root.parent) root = root.parent;
  return root;
}

/** What is known of one class: its fields, whichever method assigned them, on whichever object. */
export interface ClassInfo {
  readonly def: Def;
  readonly scope: Scope;
  /** Methods and class attributes. */
  readonly members: ReadonlyMap<string, Value>;
  readonly bases: Value;
  /** The object that stands for every object of the class. */
  readonly generic: Instance;
}

/** One object of a class of the program; it is itself the key of what is known of it. */
export interface Instance {
  readonly of: ClassInfo;
  readonly fields: ReadonlyMap<string, Value>;
}

/** The variables of the running function, and the fields assigned on the way. */
export interface State {
  readonly vars: Map<string, Value>;
  readonly heap: Heap;
}

/** What a branch changed: by map and name, the value at its end; undefined: deleted. */
export type Changes = ReadonlyMap<Map<string, Value>, ReadonlyMap<string, Value | undefined>>;

const noChanges: Changes = new Map();

/** First the one, then the other. */
export function followedBy(first: Changes, then: Changes): Changes {
  const both = new Map(first);
  for (const [map, names] of then) both.set(map, new Map([...both.get(map) ?? [], ...names]));
  return both;
}

interface Entry {
  readonly map: TracedMap;
  readonly name: string;
  readonly before: Value | undefined;
}

/** A map of one store. */
class OwnMap extends Map<string, Value> {
  /** `born`: how many maps its store had made before. */
  constructor(readonly owner: object, readonly born: number) {
    super();
  }
}

/** It writes down what it changes, so that a branch can be taken back. */
class TracedMap extends OwnMap {
  constructor(private readonly trail: Entry[], born: number) {
    super(trail, born);
  }
  /** As it is at the start: nothing to take back. */
  fill(from: ReadonlyMap<string, Value>, names: Iterable<string> = from.keys()): this {
    for (const name of names) {
      const value = from.get(name);
      if (value) super.set(name, value);
    }
    return this;
  }
  override set(name: string, value: Value): this {
    const before = super.get(name);
    if (before !== value) {
      this.trail.push({ map: this, name, before });
      super.set(name, value);
    }
    return this;
  }
  override delete(name: string): boolean {
    const before = super.get(name);
    if (before === undefined) return false;
    this.trail.push({ map: this, name, before });
    return super.delete(name);
  }
  undo({ name, before }: Entry): void {
    if (before === undefined) super.delete(name);
    else super.set(name, before);
  }
}

/**
 * All maps of one run and the trail of their changes. Branches cost what they change, not what there is:
 * run one, take its changes back, run the next, then apply the join of both.
 *
 * Maps that other runs made (scopes, classes and objects of other modules, and of earlier rounds) are read as they are;
 * the first change makes a copy, which this run alone sees.
 */
export class Store {
  private readonly trail: Entry[] = [];
  /** Maps made so far: what a call makes is younger than the call. */
  made = 0;

  private readonly copies = new Map<ReadonlyMap<string, Value>, Map<string, Value>>();

  map(): Map<string, Value> {
    return new TracedMap(this.trail, this.made++);
  }
  /** What names are in one map they are in another from its start on: no branch takes that back. */
  copy(names: readonly string[], from: ReadonlyMap<string, Value>, to: ReadonlyMap<string, Value>): void {
    if (to instanceof TracedMap) to.fill(from, names);
  }
  /** What holds whichever branch is taken: changes of branches are not taken back. */
  facts(from?: ReadonlyMap<string, Value>): Map<string, Value> {
    const map = new OwnMap(this.trail, this.made++);
    for (const [name, value] of from ?? []) map.set(name, value);
    return map;
  }
  instance(of: ClassInfo): Instance {
    return { of, fields: this.facts() };
  }
  /** A map as this run sees it. */
  view(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
    return this.copies.size === 0 || this.owns(map) ? map : this.copies.get(map) ?? map;
  }
  /** The same, to be changed. */
  own(map: ReadonlyMap<string, Value>): Map<string, Value> {
    if (this.owns(map)) return map;
    let copy = this.copies.get(map);
    if (!copy) this.copies.set(map, (copy = map instanceof TracedMap ? new TracedMap(this.trail, -1).fill(map) : this.facts(map)));
    return copy;
  }
  private owns(map: ReadonlyMap<string, Value>): map is OwnMap {
    return map instanceof OwnMap && map.owner === this.trail;
  }
  /** It is a map made since so many were there. */
  isYounger(of: Read['of'], made: number): boolean {
    return of instanceof OwnMap && of.owner === this.trail && of.born >= made;
  }
  valueNow({ of, name }: Pick<Read, 'of' | 'name'>, heap: Heap): Value | undefined {
    return of instanceof Map ? this.view(of).get(name) : heap.fields(of as Instance | Builder).get(name);
  }
  /** The run is over: nothing will be taken back. */
  end(): void {
    this.trail.length = 0;
  }
  heap(): Heap {
    return new Heap(this);
  }
  mark(): number {
    return this.trail.length;
  }
  /** What has changed since a mark. */
  changes(mark: number): Changes {
    if (this.trail.length === mark) return noChanges;
    const changed = new Map<TracedMap, Map<string, Value | undefined>>();
    for (let i = mark; i < this.trail.length; i++) {
      const { map, name } = this.trail[i]!;
      let names = changed.get(map);
      if (!names) changed.set(map, (names = new Map()));
      if (!names.has(name)) names.set(name, map.get(name));
    }
    return changed;
  }
  /** What was so at any time since a mark: of each name all the values that it was given, one after the other. */
  everything(mark: number): Changes {
    const changed = new Map<TracedMap, Map<string, Value | undefined>>();
    for (let i = mark; i < this.trail.length; i++) {
      const { map, name, before } = this.trail[i]!;
      let names = changed.get(map);
      if (!names) changed.set(map, (names = new Map()));
      const known = names.get(name);
      // What it was before the first change is what it was at the mark.
      if (!names.has(name)) names.set(name, map.get(name));
      else if (before !== undefined) names.set(name, known ? join(known, before) : before);
    }
    return changed;
  }
  /** The changes since a mark, taken back. */
  take(mark: number): Changes {
    const changes = this.changes(mark);
    for (let i = this.trail.length - 1; i >= mark; i--) {
      const entry = this.trail[i]!;
      entry.map.undo(entry);
    }
    this.trail.length = mark;
    return changes;
  }
  /** Continues where any of these branches may have ended. True when that is another state than the present one; with `widen` what is another may be anything. */
  apply(branches: readonly Changes[], widen = false): boolean {
    let differs = false;
    const [only] = branches;
    if (branches.length === 1 && only) {
      for (const [map, names] of only) {
        for (const [name, value] of names) {
          differs ||= !isAlike(map.get(name), value);
          if (value === undefined) map.delete(name);
          else map.set(name, value);
        }
      }
      return differs;
    }
    const seen = new Map<Map<string, Value>, Set<string>>();
    for (const branch of branches) for (const [map, names] of branch) {
      const known = seen.get(map) ?? new Set<string>();
      seen.set(map, known);
      for (const name of names.keys()) known.add(name);
    }
    for (const [map, names] of seen) for (const name of names) {
      const base = map.get(name);
      // A name that only one branch binds keeps that branch's value.
      let joined: Value | undefined;
      for (const branch of branches) {
        const own = branch.get(map);
        const value = own?.has(name) ? own.get(name) : base;
        if (value !== undefined) joined = joined ? join(joined, value) : value;
      }
      if (joined === undefined || joined === base) continue;
      if (base !== undefined && join(base, joined) === base && joined.length === base.length) continue;
      const changes = !isAlike(base, joined);
      differs ||= changes;
      map.set(name, widen && changes ? join(joined, unknown('widened')) : joined);
    }
    return differs;
  }
  none(): Changes {
    return noChanges;
  }
}

/** Stands for a collection that changes in place. */
export interface Cell {
  /** The loops that it was bound in: each of their passes has another. */
  readonly loops: readonly Loop[];
}

/** The fields that objects have here and now, and what builders and collections hold. */
export class Heap {
  private readonly objects = new Map<object, Map<string, Value>>();
  /** What else holds here and now, by name: whether a context runs. */
  readonly facts: Map<string, Value>;

  constructor(private readonly store: Store) {
    this.facts = store.map();
  }

  /** Of an instance, a builder, or a collection. */
  fields(object: Instance | Builder | Cell): Map<string, Value> {
    let fields = this.objects.get(object);
    if (!fields) this.objects.set(object, (fields = this.store.map()));
    return fields;
  }
}

/** Something that was read: a name of a map, or a field of an object as the heap has it; and what it was then. */
export interface Read {
  readonly of: ReadonlyMap<string, Value> | Instance | Builder | Cell;
  readonly name: string;
  readonly value: Value | undefined;
}
