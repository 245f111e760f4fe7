/**
 * What names mean where they stand: members of the object around, what the definition around binds, what is further out.
 * Blocks have names of their own in Scala; in the program all blocks of a definition share its names, but for those that
 * hide another one or that several of them have.
 */

export interface Names {
  /** 'class': its members, 'constructor': its statements, whose values are members; 'function': parameters. */
  readonly of: 'module' | 'singleton' | 'class' | 'constructor' | 'function' | 'block';
  readonly bound: Set<string>;
  readonly around: Names | undefined;
  /** Of a definition with a name: that, and what a class or singleton calls its object besides `this`. */
  readonly name?: string | undefined;
  readonly self?: string | undefined;
  /** Names that the definition reads and does not bind itself. */
  readonly reads: Map<string, Meaning>;
  /** Names of blocks in the definition that hide none so far, each with where it belongs if it is the block's alone. */
  readonly blocks: { readonly name: string; readonly own: string[] }[];
}

export type Meaning = 'self' | 'member' | 'own' | 'outer';

/** Whose a name is; the definitions that it is none of take note of it. */
export function readIn(from: Names, name: string): Meaning {
  const left: Names[] = [];
  const meaning = meaningOf(from, name, left);
  for (const { reads } of left) reads.set(name, meaning);
  return meaning;
}

/** `Outer.this`: the class or singleton around is the one of this name. */
export const isThisOf = (from: Names, name: string): boolean => readIn(from, `${name}${ofThis}`) === 'self';
const ofThis = '.this';

function meaningOf(from: Names, name: string, left: Names[]): Meaning {
  if (name.endsWith(ofThis)) return templateAround(from, left)?.name === name.slice(0, -ofThis.length) ? 'self' : 'outer';
  for (let names: Names | undefined = from; names; names = names.around) {
    if (names.of === 'class') return names.bound.has(name) ? 'member' : name === names.self ? 'self' : 'outer';
    if (names.bound.has(name)) return left.length > 0 ? 'outer' : 'own';
    if (names.of === 'module') return left.length > 0 ? 'outer' : 'own';
    if (names.of !== 'block') left.push(names);
    if (names.of === 'singleton') return name === names.self ? 'self' : 'outer';
  }
  return 'outer';
}

function templateAround(from: Names, left: Names[]): Names | undefined {
  for (let names: Names | undefined = from; names; names = names.around) {
    if (names.of === 'class' || names.of === 'singleton') return names;
    if (names.of !== 'block') left.push(names);
  }
  return undefined;
}

/** What names in a remembered definition were taken for is what they would be taken for here; if so, they are read here. */
export function readsAgain(from: Names, reads: ReadonlyMap<string, string>): boolean {
  const inside: Names = { of: 'function', bound: new Set(), around: from, reads: new Map(), blocks: [] };
  for (const [name, meaning] of reads) if (readIn(inside, name) !== meaning) return false;
  return true;
}

/** A block around, or the definition, binds the name. What stands in no definition of its own has no names but its own. */
export function isBoundAround(from: Names, name: string): boolean {
  for (let names: Names | undefined = from; names; names = names.around) {
    if (names.of === 'module' || names.bound.has(name)) return true;
    if (names.of !== 'block') return false;
  }
  return false;
}

/** At the end of a definition: names of blocks that it reads from outside hide those there. Gives the others: they are its own, and of each block where several have them. */
export function settle({ reads, blocks }: Names): ReadonlySet<string> {
  const names = new Set<string>();
  const shared = new Set<string>();
  for (const { name } of blocks) {
    if (names.has(name)) shared.add(name);
    if (reads.get(name) !== 'outer') names.add(name);
  }
  for (const { name, own } of blocks) if (shared.has(name) || !names.has(name)) own.push(name);
  return names;
}
