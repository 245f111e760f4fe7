/**
 * Reads a syntax tree straight out of the parser's memory. A cursor crosses into wasm a dozen times for every node and
 * took longer than the parse itself. The price: this file knows how tree-sitter lays out its trees and its grammars
 * (`subtree.h`, `tree.h` and `parser.h` of the release that package.json pins); a test holds it against the cursor.
 */
import type { Language, Tree } from 'web-tree-sitter';
import { RawNode } from './tree.ts';

/** Views of the parser's memory; the runtime replaces them when the memory grows. */
export interface RuntimeMemory {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU16: Uint16Array;
  readonly HEAPU32: Uint32Array;
}

/** Asked of healthy statements and definitions; true: the lowering is known, and what is in it need not be read. `top`: in no other. */
export type Knows = (type: string, start: number, end: number, top: boolean, definition: boolean) => boolean;

/** Deeper than this a program is not followed: it would be machine-made, and recursion has an end. */
const deepest = 400;

/** A parent's memory begins with a slot for each child: the child itself if it is a small leaf, or else its address. */
const slotBytes = 8;
/** Where a tree keeps the address of its grammar; the slot of its root comes first. */
const treeLanguage = 8;
/** Offsets in a node that is no small leaf. The slots of its children end where it begins. */
const nodePadding = 4;
const nodeSize = 16;
const nodeErrorCost = 32;
const nodeChildCount = 36;
const nodeSymbol = 40;
const nodeFlags = 44;
const nodeProduction = 66;
/** Offsets in a grammar. */
const grammar = { symbolCount: 4, aliasCount: 8, productionCount: 28, longestAliases: 36, fieldSlices: 64, fieldEntries: 68, symbolMetadata: 72, publicSymbols: 76, aliases: 84 } as const;

/** Flags, once a small leaf's are shifted to where a node has them. */
const visible = 1;
const named = 2;
const extra = 4;
const leafMissing = 1 << 4;
const nodeMissing = 1 << 9;

const errorSymbol = 0xffff;

/** How a rule of the grammar calls its children, by their place in it. */
interface Production {
  /** Symbols that stand for the child's own; 0 for none. */
  readonly aliases: ArrayLike<number>;
  readonly fields: readonly (string | undefined)[];
}

interface Grammar {
  readonly names: readonly string[];
  readonly named: readonly boolean[];
  readonly productions: readonly Production[];
}

const comments: ReadonlySet<string> = new Set(['comment', 'block_comment', 'line_continuation']);
const noChildren: readonly RawNode[] = [];

export class TreeReader {
  private grammar: Grammar | undefined;
  private halves: Uint16Array = new Uint16Array();
  private words: Uint32Array = new Uint32Array();
  private knows: Knows = () => false;

  /** `isDefinition`: what may be known wherever it stands; `mend`: what a node becomes whose children are read; `unread`: nodes that nobody needs. */
  constructor(
    private readonly memory: RuntimeMemory,
    private readonly language: Language,
    private readonly isDefinition: (type: string, field: string | undefined) => boolean = () => false,
    private readonly mend: ((node: RawNode) => RawNode) | undefined = undefined,
    private readonly unread: ReadonlySet<string> = comments,
  ) {}

  /** Plain nodes that outlive the tree; `origin` is added to their places. Left out are comments, and signs that fill no field, outside of errors. */
  read(tree: Tree, knows: Knows = () => false, origin = 0): RawNode {
    ({ HEAPU16: this.halves, HEAPU32: this.words } = this.memory);
    this.knows = knows;
    const { id, startIndex } = tree.rootNode;
    this.grammar ??= this.readGrammar(this.words[(id + treeLanguage) >> 2]!);
    const root: RawNode[] = [];
    this.addNode(this.words[id >> 2]!, 0, (origin + startIndex) * 2, undefined, true, 0, root);
    return root[0]!;
  }

  /** What turned out not to be known. */
  private reread(...place: [at: number, alias: number, start: number, field: string | undefined, isNamed: boolean, depth: number]): RawNode {
    const root: RawNode[] = [];
    this.knows = () => false;
    this.addNode(...place, root);
    return root[0]!;
  }

  private addNode(at: number, alias: number, start: number, field: string | undefined, isNamed: boolean, depth: number, into: RawNode[]): boolean {
    const { words } = this;
    const symbol = alias || this.halves[(at + nodeSymbol) >> 1]!;
    const type = this.nameOf(symbol);
    const from = start / 2;
    const to = (start + words[(at + nodeSize) >> 2]!) / 2;
    let broken = symbol === errorSymbol || words[(at + nodeErrorCost) >> 2] !== 0;
    const definition = !broken && this.isDefinition(type, field);
    if (!broken && (depth === 1 || definition) && this.knows(type, from, to, depth === 1, definition)) {
      into.push(new RawNode(type, from, to, field, isNamed, noChildren, false, () => this.reread(at, alias, start, field, isNamed, depth)));
      return false;
    }
    // What is cut off is a node of no known type: the lowering holds it as unknown.
    if (depth >= deepest) {
      into.push(new RawNode('CUT', from, to, field, isNamed, noChildren, false));
      return false;
    }
    let children = noChildren;
    if (words[(at + nodeChildCount) >> 2] !== 0) {
      const found: RawNode[] = [];
      if (this.addChildren(at, start, undefined, symbol === errorSymbol, depth + 1, found)) broken = true;
      if (found.length > 0) children = found;
    }
    const node = new RawNode(type, from, to, field, isNamed, children, broken);
    into.push(this.mend?.(node) ?? node);
    return broken;
  }

  /** Adds a node's children; those of a hidden child stand in its place. Tells whether something in them is broken. */
  private addChildren(parent: number, start: number, fieldAbove: string | undefined, all: boolean, depth: number, into: RawNode[]): boolean {
    const { words, halves } = this;
    const { aliases, fields } = this.grammar!.productions[halves[(parent + nodeProduction) >> 1]!]!;
    const first = parent - slotBytes * words[(parent + nodeChildCount) >> 2]!;
    let broken = false;
    let at = start;
    let place = 0;
    for (let slot = first; slot < parent; slot += slotBytes) {
      const head = words[slot >> 2]!;
      const isLeaf = (head & 1) === 1;
      let flags: number;
      let size: number;
      if (isLeaf) {
        const sizes = words[(slot + 4) >> 2]!;
        flags = (head & 0xff) >> 1;
        size = sizes >>> 24;
        if (slot !== first) at += (sizes >>> 16) & 0xff;
      } else {
        flags = halves[(head + nodeFlags) >> 1]!;
        size = words[(head + nodeSize) >> 2]!;
        if (slot !== first) at += words[(head + nodePadding) >> 2]!;
      }
      let alias = 0;
      let field: string | undefined;
      if ((flags & extra) === 0) {
        alias = aliases[place] ?? 0;
        field = fields[place] ?? fieldAbove;
        place++;
      }
      if ((flags & visible) === 0 && alias === 0) {
        if (!isLeaf && words[(head + nodeChildCount) >> 2] !== 0 && this.addChildren(head, at, field, all, depth, into)) broken = true;
      } else {
        const isNamed = alias === 0 ? (flags & named) !== 0 : this.grammar!.named[alias]!;
        const missing = (flags & (isLeaf ? leafMissing : nodeMissing)) !== 0;
        if (missing) {
          into.push(new RawNode('MISSING', at / 2, (at + size) / 2, field, isNamed, noChildren, true));
          broken = true;
        } else if (isNamed || all || field !== undefined) {
          if (!isLeaf) {
            if (!this.unread.has(this.nameOf(alias || halves[(head + nodeSymbol) >> 1]!)) && this.addNode(head, alias, at, field, isNamed, depth, into)) broken = true;
          } else {
            const type = this.nameOf(alias || ((head >> 8) & 0xff));
            if (!this.unread.has(type)) into.push(new RawNode(type, at / 2, (at + size) / 2, field, isNamed, noChildren, false));
          }
        }
      }
      at += size;
    }
    return broken;
  }

  private nameOf(symbol: number): string {
    return this.grammar!.names[symbol] ?? 'ERROR';
  }

  private readGrammar(at: number): Grammar {
    const { halves, words } = this;
    const { HEAPU8: bytes } = this.memory;
    const { types, fields } = this.language;
    const address = (offset: number): number => words[(at + offset) >> 2]!;
    const symbols = Array.from({ length: address(grammar.symbolCount) + address(grammar.aliasCount) }, (_, symbol) => symbol);
    const longest = halves[(at + grammar.longestAliases) >> 1]!;
    return {
      names: symbols.map((symbol) => types[halves[(address(grammar.publicSymbols) >> 1) + symbol]!]!),
      named: symbols.map((symbol) => bytes[address(grammar.symbolMetadata) + 3 * symbol + 1] === 1),
      productions: Array.from({ length: address(grammar.productionCount) }, (_, production) => {
        const aliases = (address(grammar.aliases) >> 1) + production * longest;
        const names: (string | undefined)[] = [];
        const slice = (address(grammar.fieldSlices) >> 1) + production * 2;
        for (let entry = halves[slice]!; entry < halves[slice]! + halves[slice + 1]!; entry++) {
          const place = address(grammar.fieldEntries) + entry * 4;
          const inherited = bytes[place + 3] === 1;
          if (!inherited) names[bytes[place + 2]!] ??= fields[halves[place >> 1]!] ?? undefined;
        }
        // The first rule stands for none: its children have no other names.
        return { aliases: production === 0 ? [] : halves.slice(aliases, aliases + longest), fields: Array.from(names) };
      }),
    };
  }
}
