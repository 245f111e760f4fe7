/** What the lowering sees of a syntax tree. */

export class RawNode {
  constructor(
    readonly type: string,
    readonly start: number,
    readonly end: number,
    /** The name of the field it fills in its parent. */
    readonly field: string | undefined,
    readonly named: boolean,
    readonly children: readonly RawNode[],
    /** It or something in it is a syntax error. */
    readonly broken: boolean,
    /** Its text is remembered from an earlier lowering: the children were not read. This reads them after all. */
    private readonly reread: (() => RawNode) | undefined = undefined,
  ) {}

  get known(): boolean {
    return this.reread !== undefined;
  }

  /** With its children, as long as the tree is there. */
  read(): RawNode {
    return this.reread?.() ?? this;
  }
}

export function childOf({ children }: RawNode, field: string): RawNode | undefined {
  for (let index = 0; index < children.length; index++) if (children[index]!.field === field) return children[index];
  return undefined;
}

export const childrenOf = (node: RawNode, field: string): RawNode[] => node.children.filter((child) => child.field === field);

export function namedChildren({ children }: RawNode): readonly RawNode[] {
  for (let index = 0; index < children.length; index++) if (!children[index]!.named) return children.filter((child) => child.named);
  return children;
}

/** The smallest nodes that hold errors. */
export function errorRanges(node: RawNode, found: { start: number; end: number }[] = []): { start: number; end: number }[] {
  if (!node.broken) return found;
  if (node.type === 'ERROR' || node.type === 'MISSING') found.push({ start: node.start, end: Math.max(node.end, node.start + 1) });
  else for (const child of node.children) errorRanges(child, found);
  return found;
}
