/** A syntax tree copied out of wasm in one pass: plain nodes that outlive their tree. Whoever made the tree frees it. */
import type { Language, Tree, TreeCursor } from 'web-tree-sitter';

export interface RawNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** The name of the field it fills in its parent. */
  readonly field: string | undefined;
  readonly named: boolean;
  readonly children: readonly RawNode[];
  /** It or something in it is a syntax error. */
  readonly broken: boolean;
  /** Its text is remembered from an earlier lowering: the children were not copied. */
  readonly known?: boolean;
}

/** Deeper than this a program is not followed: it would be machine-made, and recursion has an end. */
const deepest = 400;

/** `skip` is asked at definitions: true when the text's lowering is remembered. */
export function copyTree(tree: Tree, language: Language, skip: (type: string, start: number, end: number) => boolean): RawNode {
  const cursor = tree.walk();
  try {
    return copy(cursor, 0);
  } finally {
    cursor.delete();
  }

  function copy(at: TreeCursor, depth: number): RawNode {
    const type = at.nodeType;
    const start = at.startIndex;
    const end = at.endIndex;
    const field = at.currentFieldName ?? undefined;
    const named = at.nodeIsNamed;
    const missing = at.nodeIsMissing;
    if (!missing && (type === 'function_definition' || type === 'class_definition') && skip(type, start, end)) {
      return { type, start, end, field, named, children: [], broken: false, known: true };
    }
    // What is cut off is a node of no known type: the lowering holds it as unknown.
    if (depth >= deepest) return { type: 'CUT', start, end, field, named, children: [], broken: false };
    const children: RawNode[] = [];
    let broken = missing || type === 'ERROR';
    if (at.gotoFirstChild()) {
      do {
        const child = copy(at, depth + 1);
        broken ||= child.broken;
        children.push(child);
      } while (at.gotoNextSibling());
      at.gotoParent();
    }
    return { type: missing ? 'MISSING' : type, start, end, field, named, children, broken };
  }
}

export const childOf = (node: RawNode, field: string): RawNode | undefined => node.children.find((child) => child.field === field);
export const childrenOf = (node: RawNode, field: string): RawNode[] => node.children.filter((child) => child.field === field);
export const namedChildren = (node: RawNode): RawNode[] => node.children.filter((child) => child.named && child.type !== 'comment' && child.type !== 'line_continuation');

/** The smallest nodes that hold errors. */
export function errorRanges(node: RawNode, found: { start: number; end: number }[] = []): { start: number; end: number }[] {
  if (!node.broken) return found;
  if (node.type === 'ERROR' || node.type === 'MISSING') found.push({ start: node.start, end: Math.max(node.end, node.start + 1) });
  else for (const child of node.children) errorRanges(child, found);
  return found;
}
