/** What names and places are bound to: assignments, targets of loops, of `with`, of `del`. */
import type { Expr, Pattern, TypeRef } from '../../program/program.ts';
import { subscript } from './expressions.ts';
import type { Forms, Lowering } from '../lowering.ts';
import { childOf, namedChildren, type RawNode } from '../tree.ts';
import { parseType } from './types.ts';

export const bindingForms: Forms = {
  assignment,
  augmented_assignment(lowering, node) {
    const left = childOf(node, 'left');
    const operator = childOf(node, 'operator');
    if (!left) return lowering.unheld(node);
    return { kind: 'bind', span: lowering.span(node), patterns: [pattern(lowering, left)], value: lowering.field(node, 'right'), augmented: operator ? lowering.slice(operator).replace(/=$/, '') : '+' };
  },
  named_expression(lowering, node) {
    const name = childOf(node, 'name');
    const value = childOf(node, 'value');
    if (!name || !value) return lowering.unheld(node);
    const lowered = lowering.one(value);
    const text = lowering.slice(name);
    lowering.bindName(text);
    const span = lowering.span(node);
    const bind: Expr = { kind: 'bind', span, patterns: [{ kind: 'name', span: lowering.span(name), name: text }], value: lowered };
    return { kind: 'sequence', span, body: [bind, { kind: 'name', span: lowering.span(name), name: text }] };
  },
  delete_statement(lowering, node) {
    const targets = namedChildren(node).flatMap((child) => (child.type === 'expression_list' ? namedChildren(child) : [child]));
    return { kind: 'delete', span: lowering.span(node), targets: targets.map((child) => pattern(lowering, child, false)) };
  },
  type_alias_statement(lowering, node) {
    const left = childOf(node, 'left');
    const name = left && /^[A-Za-z_]\w*/.exec(lowering.slice(left))?.[0];
    if (name) lowering.bindName(name);
    return { kind: 'unknown', span: lowering.span(node), parts: [], kills: name ? [name] : [] };
  },
};

export function pattern(lowering: Lowering, node: RawNode, binds = true): Pattern {
  const span = lowering.span(node);
  switch (node.type) {
    case 'identifier': {
      const name = lowering.slice(node);
      if (binds) lowering.bindName(name);
      return { kind: 'name', span, name };
    }
    case 'attribute': {
      const name = childOf(node, 'attribute');
      return name ? { kind: 'member', span, on: lowering.field(node, 'object'), name: lowering.slice(name), nameSpan: lowering.span(name) } : { kind: 'ignore', span };
    }
    case 'subscript': {
      const { on, index } = subscript(lowering, node);
      return { kind: 'index', span, on, index };
    }
    case 'tuple_pattern': case 'list_pattern': case 'pattern_list': case 'tuple': case 'list': case 'expression_list':
      return { kind: 'tuple', span, items: namedChildren(node).map((child) => pattern(lowering, child, binds)) };
    case 'list_splat_pattern': case 'list_splat': {
      const inner = namedChildren(node)[0];
      return inner ? { kind: 'rest', span, item: pattern(lowering, inner, binds) } : { kind: 'ignore', span };
    }
    case 'as_pattern_target': case 'parenthesized_expression': case 'type': {
      const inner = namedChildren(node)[0];
      return inner ? pattern(lowering, inner, binds) : { kind: 'ignore', span };
    }
    default: return { kind: 'ignore', span };
  }
}

function assignment(lowering: Lowering, node: RawNode): Expr {
  let at: RawNode | undefined = node;
  let typeNode: RawNode | undefined;
  const lefts: RawNode[] = [];
  while (at?.type === 'assignment') {
    const left = childOf(at, 'left');
    if (left) lefts.push(left);
    typeNode ??= childOf(at, 'type');
    at = childOf(at, 'right');
  }
  const value = at ? lowering.one(at) : undefined;
  const patterns = lefts.map((left) => pattern(lowering, left));
  const type = typeNode ? parseType(lowering.slice(typeNode)) : typeComment(lowering, node);
  return { kind: 'bind', span: lowering.span(node), patterns, value, type };
}

/** `x = f()  # type: DataFrame` */
function typeComment({ text }: Lowering, node: RawNode): TypeRef | undefined {
  let at = node.end;
  while (text[at] === ' ' || text[at] === '\t') at++;
  if (text[at] !== '#') return undefined;
  const lineEnd = text.indexOf('\n', at);
  const match = /^#\s*type:\s*([^#]+)/.exec(text.slice(at, lineEnd < 0 ? undefined : lineEnd));
  return match && !match[1]!.trim().startsWith('ignore') ? parseType(match[1]!) : undefined;
}
