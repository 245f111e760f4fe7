/** What a language brings to the parsing: how its text is made ready, and how its trees are lowered. */
import type { Comment, Def, Language, Lowered } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import type { Memo } from './memo.ts';
import type { RawNode } from './tree.ts';

export interface Prepared {
  /** What is parsed. As long as what it was made from. */
  readonly text: string;
  /** What the lowering reads, by the tree's places: as long again, with its line ends. Where nothing but faults was blanked, the same. */
  readonly written: string;
  readonly comments: readonly Comment[];
  /** What was blanked because it swallows what follows: syntax errors. */
  readonly faults: readonly Range[];
}

export interface Frontend {
  readonly language: Language;
  /** What is lowered again only where its text changed, by the grammar's name and the field that it fills. */
  isDefinition(type: string, field: string | undefined): boolean;
  /** How many units of the text the parser is given at a time: a grammar that often goes back to where a token began reads them anew each time. */
  readonly chunk: number;
  /** What the lowering sees of a node, where the grammar reads something wrong. */
  mend?(node: RawNode): RawNode;
  /** Of one cell, or of a whole file: what stands in `text` from `start` to `end`. */
  prepare(text: string, start: number, end: number): Prepared;
  /** `shownAt`: where statements end whose value a notebook shows. Without a memo nothing is known, and nothing kept. Never fails. */
  lower(statements: readonly RawNode[], written: string, memo: Memo | undefined, shownAt: ReadonlySet<number>): { readonly module: Def } & Pick<Lowered, 'package'>;
  /** A notebook shows its value where it is the last of a cell. */
  isShown(statement: RawNode): boolean;
}
