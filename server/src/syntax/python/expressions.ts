/** Names, members, calls and collections. */
import type { Arg, CollectionItem, Expr } from '../../program/program.ts';
import type { Form, Forms, Lowering } from '../lowering.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';

export const expressionForms: Forms = {
  identifier: (lowering, node) => ({ kind: 'name', span: lowering.span(node), name: lowering.slice(node) }),
  attribute(lowering, node) {
    const name = childOf(node, 'attribute')!;
    return { kind: 'member', span: lowering.span(node), on: lowering.field(node, 'object'), name: lowering.slice(name), nameSpan: lowering.span(name) };
  },
  call,
  subscript,
  parenthesized_expression(lowering, node) {
    const inner = namedChildren(node)[0];
    if (!inner) return lowering.unheld(node);
    const value = lowering.one(inner);
    return value.kind === 'operator' ? { ...value, parenthesized: true } : value;
  },
  list: collection('list'),
  set: collection('set'),
  tuple: collection('tuple'),
  expression_list: collection('tuple'),
  pattern_list: collection('tuple'),
  dictionary,
  list_splat: firstOf,
  dictionary_splat: firstOf,
  parenthesized_list_splat: firstOf,
  list_splat_pattern: firstOf,
  type: firstOf,
  conditional_expression(lowering, node) {
    const [then, test, otherwise] = namedChildren(node);
    if (!then || !test) return lowering.unheld(node);
    return { kind: 'if', span: lowering.span(node), test: lowering.one(test), then: lowering.one(then), otherwise: otherwise && lowering.one(otherwise), expression: true };
  },
  yield(lowering, node) {
    lowering.scope.generator = true;
    const value = namedChildren(node)[0];
    return { kind: 'exit', span: lowering.span(node), how: 'yield', value: value && lowering.one(value) };
  },
};

function firstOf(lowering: Lowering, node: RawNode): Expr {
  return lowering.firstOf(node);
}

function call(lowering: Lowering, node: RawNode): Expr {
  const fnNode = childOf(node, 'function');
  const argsNode = childOf(node, 'arguments');
  const fn = fnNode ? lowering.one(fnNode) : lowering.unheld(node);
  const args: Arg[] = [];
  if (argsNode?.type === 'generator_expression') args.push({ value: lowering.one(argsNode) });
  else if (argsNode) for (const child of namedChildren(argsNode)) args.push(argument(lowering, child));
  return { kind: 'call', span: lowering.span(node), fn, args };
}

function argument(lowering: Lowering, node: RawNode): Arg {
  switch (node.type) {
    case 'keyword_argument': {
      const name = childOf(node, 'name');
      return { name: name && lowering.slice(name), nameSpan: name && lowering.span(name), value: lowering.field(node, 'value') };
    }
    case 'list_splat': return { value: lowering.firstOf(node), spread: 'list' };
    case 'dictionary_splat': return { value: lowering.firstOf(node), spread: 'dict' };
    default: return { value: lowering.one(node) };
  }
}

export function subscript(lowering: Lowering, node: RawNode): Expr & { kind: 'index' } {
  const on = lowering.field(node, 'value');
  const parts = childrenOf(node, 'subscript').map((child): Expr => (
    child.type === 'slice' ? { kind: 'operator', span: lowering.span(child), name: 'slice', nameSpan: lowering.span(child), args: lowering.all(namedChildren(child)) } : lowering.one(child)
  ));
  const index: Expr = parts.length === 1 ? parts[0]! : { kind: 'collection', span: lowering.span(node), type: 'tuple', items: parts.map((value) => ({ value })) };
  return { kind: 'index', span: lowering.span(node), on, index };
}

function collection(type: 'list' | 'tuple' | 'set'): Form {
  return (lowering, node) => ({
    kind: 'collection', span: lowering.span(node), type,
    items: namedChildren(node).map((child): CollectionItem => (child.type.includes('splat') ? { value: lowering.firstOf(child), spread: true } : { value: lowering.one(child) })),
  });
}

function dictionary(lowering: Lowering, node: RawNode): Expr {
  const items = namedChildren(node).map((child): CollectionItem => {
    if (child.type === 'dictionary_splat') return { value: lowering.firstOf(child), spread: true };
    if (child.type === 'pair') return { key: lowering.field(child, 'key'), value: lowering.field(child, 'value') };
    return { value: lowering.one(child) };
  });
  return { kind: 'collection', span: lowering.span(node), type: 'dict', items };
}
