/** Placeholders: `_.x`, `_ + 1`, `f(_, 1)` are functions, of whole expressions. */
import type { Def, Expr, Param, TypeRef } from '../../program/program.ts';
import { childOf, namedChildren, type RawNode } from '../tree.ts';
import type { ScalaLowering } from './lowering.ts';
import { parseType } from './types.ts';

/** `_`, or `_: T`. */
export function isPlaceholder(node: RawNode): boolean {
  return node.type === 'wildcard' || (node.type === 'ascription_expression' && node.children[0]?.type === 'wildcard');
}

/** What is below them belongs to the same expression. */
const open: ReadonlySet<string> = new Set(['field_expression', 'call_expression', 'generic_function', 'infix_expression', 'prefix_expression', 'postfix_expression', 'match_expression', 'instance_expression', 'ascription_expression']);
/** What is in them is an expression of its own, unless it is a placeholder. */
const closed: ReadonlySet<string> = new Set(['arguments', 'parenthesized_expression', 'tuple_expression']);

export function placeholdersIn(node: RawNode, found: RawNode[] = []): readonly RawNode[] {
  if (open.has(node.type)) {
    for (const child of node.children) {
      if (isPlaceholder(child)) found.push(child);
      else placeholdersIn(child, found);
    }
  } else if (closed.has(node.type)) {
    for (const child of node.children) {
      const value = child.type === 'assignment_expression' ? childOf(child, 'right') ?? child : child;
      if (isPlaceholder(value)) found.push(value);
    }
  } else if (node.type === 'assignment_expression') {
    const left = childOf(node, 'left');
    if (left) placeholdersIn(left, found);
  }
  return found;
}

/** The function that an expression with placeholders is. */
export function section(lowering: ScalaLowering, node: RawNode, found: readonly RawNode[]): Expr {
  const span = lowering.span(node);
  const at = node.start - lowering.base;
  const def = lowering.from(node.start, () => lowering.scoped((scope): Def => {
    const params = found.map((each, index): Param => ({ name: `_${index + 1}`, span: lowering.span(each), type: typeOf(lowering, each) }));
    const bound = params.map(({ name }) => name);
    for (const name of bound) scope.binds.add(name);
    lowering.placeholders = new Map(found.map((each, index) => [each.start, `_${index + 1}`]));
    const body = lowering.within({ of: 'function' }, bound, () => lowering.one(node));
    return { kind: 'lambda', name: '', at, length: node.end - node.start, nameSpan: params[0]!.span, params, decorators: [], bases: [], binds: scope.binds, outer: scope.outer, body };
  }));
  return lowering.closure(span, def);
}

/** `_: T` begins where its `_` does. */
function typeOf(lowering: ScalaLowering, node: RawNode): TypeRef | undefined {
  const type = node.type === 'wildcard' ? undefined : namedChildren(node)[1];
  return type && parseType(lowering.slice(type));
}
