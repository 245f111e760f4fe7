/** What YAML and JSON hold, with the place of everything: plain data, whichever parser gave it. */
import type { Range } from '../../text/range.ts';

export type Node = Scalar | Mapping | List;

export interface Scalar extends Range {
  readonly is: 'scalar';
  /** As whoever reads the file hands it on; undefined: it depends on the reader, or is filled in. */
  readonly text: string | undefined;
  /** Without its quotes. */
  readonly inner: Range;
}

export interface Mapping extends Range {
  readonly is: 'mapping';
  readonly pairs: readonly Pair[];
  /** In braces, its pairs parted by commas. */
  readonly flow: boolean;
}

export interface List extends Range {
  readonly is: 'list';
  readonly items: readonly Node[];
}

export interface Pair extends Range {
  readonly key: string;
  /** Without its quotes. */
  readonly keyRange: Range;
  readonly value: Node | undefined;
  /** The value stands elsewhere, where an anchor is. */
  readonly alias: boolean;
  /** Others name it from elsewhere. */
  readonly anchored?: boolean | undefined;
}

export interface Tree {
  /** One per document of the file. */
  readonly roots: readonly Node[];
  readonly comments: readonly Range[];
  readonly errors: readonly Range[];
  /** Comments can stand in it. */
  readonly commented: boolean;
}

/** What stands where a template is filled in: a character that no text has. */
export const hole = '\uE0F7';

/** The last pair of a name, which is the one that readers see. */
export const pairOf = (node: Node | undefined, name: string): Pair | undefined => (node?.is === 'mapping' ? node.pairs.findLast(({ key }) => key === name) : undefined);
export const valueOf = (node: Node | undefined, ...path: readonly string[]): Node | undefined => path.reduce<Node | undefined>((at, name) => pairOf(at, name)?.value, node);
export const textOf = (node: Node | undefined): string | undefined => (node?.is === 'scalar' ? node.text : undefined);

/** Of a text without a character that fills a template. */
export const whole = (text: string): string | undefined => (text.includes(hole) ? undefined : text);

/** Trees deeper than this are no settings. */
export const deepest = 200;
