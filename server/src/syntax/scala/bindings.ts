/** Values, variables, and what is assigned anew. */
import type { Expr, Pattern, TypeRef } from '../../program/program.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';
import { readIn } from './names.ts';
import { bindLocal, patternsOf } from './patterns.ts';
import { parseType, typeIn } from './types.ts';

export const bindingForms: ScalaForms = {
  val_definition: definition,
  var_definition: definition,
  val_declaration: declaration,
  var_declaration: declaration,
  assignment_expression(lowering, node) {
    const left = childOf(node, 'left');
    if (!left) return lowering.unheld(node);
    const value = lowering.valueIn(node, childOf(node, 'right'));
    return { kind: 'bind', span: lowering.span(node), patterns: [target(lowering, left)], value };
  },
};

function definition(lowering: ScalaLowering, node: RawNode): Expr {
  const written = childOf(node, 'pattern');
  if (!written) return lowering.unheld(node);
  const value = lowering.valueIn(node, childOf(node, 'value'));
  const { left, type } = withUnion(lowering, written) ?? { left: written, type: typeIn(lowering, childOf(node, 'type')) };
  return { kind: 'bind', span: lowering.span(node), patterns: patternsOf(lowering, left, bindLocal, true), value, type, ...declared(lowering, node) };
}

function declared(lowering: ScalaLowering, node: RawNode): Pick<Expr & { kind: 'bind' }, 'declares' | 'implicit'> {
  const modifiers = node.children.find(({ type }) => type === 'modifiers');
  return { declares: node.type.startsWith('var') ? 'var' : 'val', ...(modifiers && /\b(?:implicit|given)\b/.test(lowering.slice(modifiers)) ? { implicit: true } : {}) };
}

/** `val x: A | B`: the grammar takes it for two patterns. */
function withUnion(lowering: ScalaLowering, node: RawNode): { readonly left: RawNode; readonly type: TypeRef | undefined } | undefined {
  let first: RawNode | undefined = node;
  while (first?.type === 'alternative_pattern') first = namedChildren(first)[0];
  const left = first && first !== node && first.type === 'typed_pattern' ? childOf(first, 'pattern') : undefined;
  return left && { left, type: parseType(lowering.text.slice(childOf(first!, 'type')?.start, node.end)) };
}

function declaration(lowering: ScalaLowering, node: RawNode): Expr {
  const patterns = childrenOf(node, 'name').filter(({ named }) => named).map((name) => bindLocal(lowering, name));
  return { kind: 'bind', span: lowering.span(node), patterns, type: typeIn(lowering, childOf(node, 'type')), ...declared(lowering, node) };
}

/** What is assigned: a name, a member, an element. */
export function target(lowering: ScalaLowering, node: RawNode): Pattern {
  const span = lowering.span(node);
  switch (node.type) {
    case 'identifier': {
      const expr = lowering.named(node);
      if (expr.kind === 'member') return expr;
      const name = lowering.identifier(node);
      if (readIn(lowering.names, name) === 'outer') lowering.scope.outer.add(name);
      else if (lowering.names.of === 'module') lowering.bindName(name);
      return { kind: 'name', span, name };
    }
    case 'field_expression': {
      const name = childOf(node, 'field');
      const on = childOf(node, 'value');
      return name && on ? { kind: 'member', span, on: lowering.one(on), name: lowering.identifier(name), nameSpan: lowering.span(name) } : { kind: 'ignore', span };
    }
    case 'call_expression': {
      const on = childOf(node, 'function');
      const args = childOf(node, 'arguments');
      const values = args?.type === 'arguments' ? namedChildren(args).map((child) => lowering.value(child)) : [];
      if (!on || values.length === 0) return { kind: 'ignore', span };
      const index: Expr = values.length === 1 ? values[0]! : { kind: 'collection', span: lowering.span(args!), type: 'tuple', items: values.map((value) => ({ value })) };
      return { kind: 'index', span, on: lowering.one(on), index };
    }
    case 'parenthesized_expression': {
      const inner = namedChildren(node)[0];
      return inner ? target(lowering, inner) : { kind: 'ignore', span };
    }
    default: return { kind: 'ignore', span };
  }
}
