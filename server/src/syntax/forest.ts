/**
 * The trees of a text's sections. Where a text changed, each section takes the tree of the old one that it shares most
 * text with, edited, so that only what is new is parsed. Trees live in wasm: whoever makes a forest clears it.
 */
import type { Parser, Tree } from 'web-tree-sitter';
import { type Change, editOf } from './change.ts';

export interface Section {
  readonly start: number;
  readonly text: string;
  readonly tree: Tree;
}

export class Forest {
  private sections: readonly Section[] = [];

  /** `chunk`: as much text as the parser is given at a time. */
  constructor(private readonly parser: Parser, private readonly chunk: number) {}

  /** The trees of a text that falls into sections at `starts`; undefined: it took too long, and nothing is kept. */
  update(text: string, starts: readonly number[], change: Change, milliseconds: number): readonly Section[] | undefined {
    const deadline = Date.now() + milliseconds;
    const old = this.sections;
    const byStart = new Map(old.map((section) => [section.start, section]));
    const made: Section[] = [];
    for (const [index, start] of starts.entries()) {
      const end = starts[index + 1] ?? text.length;
      const same = byStart.get(end <= change.start ? start : start >= change.newEnd ? start - change.newEnd + change.oldEnd : -1);
      const own = text.slice(start, end);
      const tree = same?.text.length === own.length ? same.tree : this.parse(own, nearest(old, start, end, change), deadline);
      if (!tree) break;
      made.push({ start, text: own, tree });
    }
    const kept = new Set(made.map(({ tree }) => tree));
    for (const { tree } of old) if (!kept.has(tree)) tree.delete();
    this.sections = made;
    if (made.length === starts.length) return made;
    this.clear();
    return undefined;
  }

  clear(): void {
    for (const { tree } of this.sections) tree.delete();
    this.sections = [];
  }

  private parse(text: string, donor: Section | undefined, deadline: number): Tree | null {
    const old = donor?.tree.copy();
    old?.edit(editOf(donor!.text, text));
    // A tree keeps the function that it was read with: this one lets go of the text.
    let read: string | undefined = text;
    const tree = this.parser.parse((index) => read?.slice(index, index + this.chunk), old, { progressCallback: () => Date.now() > deadline } as never);
    read = undefined;
    old?.delete();
    if (!tree) this.parser.reset();
    return tree;
  }
}

/** The old section that most of the text between `start` and `end` comes from. */
function nearest(old: readonly Section[], start: number, end: number, change: Change): Section | undefined {
  const moved = change.newEnd - change.oldEnd;
  let best: Section | undefined;
  let most = 0;
  for (const section of old) {
    const oldEnd = section.start + section.text.length;
    const before = Math.min(end, oldEnd, change.start) - Math.max(start, section.start);
    const after = Math.min(end - moved, oldEnd) - Math.max(start - moved, section.start, change.oldEnd);
    const shared = Math.max(before, 0) + Math.max(after, 0);
    if (shared <= most) continue;
    most = shared;
    best = section;
  }
  return best;
}
