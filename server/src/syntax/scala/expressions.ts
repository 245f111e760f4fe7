/** Names, members, calls, and what `new` makes. */
import { constructorName, type Arg, type Expr, type TypeRef } from '../../program/program.ts';
import { childOf, namedChildren, type RawNode } from '../tree.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';
import { isThisOf } from './names.ts';
import { anonymous } from './templates.ts';
import { classNamed, parseType, typeArguments } from './types.ts';

export const expressionForms: ScalaForms = {
  identifier: (lowering, node) => called(named(lowering, node)),
  operator_identifier: (lowering, node) => (lowering.slice(node) === '???' ? missing(lowering, node) : called(named(lowering, node))),
  wildcard(lowering, node) {
    const name = lowering.placeholders.get(node.start);
    const span = lowering.span(node);
    // `var x: T = _`: what its type begins with.
    return name === undefined ? { kind: 'literal', span, value: null, type: 'none' } : { kind: 'name', span, name };
  },
  field_expression: (lowering, node) => called(member(lowering, node)),
  call_expression: call,
  generic_function(lowering, node) {
    const { fn, types } = functionOf(lowering, node);
    return types ? { kind: 'call', span: lowering.span(node), fn, args: [], types } : called(fn);
  },
  parenthesized_expression(lowering, node) {
    const inner = namedChildren(node)[0];
    if (!inner) return lowering.unheld(node);
    const value = lowering.value(inner);
    return value.kind === 'operator' ? { ...value, parenthesized: true } : value;
  },
  tuple_expression: (lowering, node) => ({ kind: 'collection', span: lowering.span(node), type: 'tuple', items: namedChildren(node).map((child) => ({ value: lowering.value(child) })) }),
  /** `x: T` is x. */
  ascription_expression: (lowering, node) => lowering.firstOf(node),
  instance_expression: instance,
};

/** What takes no arguments is called where its name stands. */
function called(expr: Expr): Expr {
  if (expr.kind === 'name') return expr.name === 'this' ? expr : { ...expr, auto: true };
  return expr.kind === 'member' ? { ...expr, auto: true } : expr;
}

/** The function part of a call: not called by itself. */
export function functionOf(lowering: ScalaLowering, node: RawNode): { readonly fn: Expr; readonly types?: readonly TypeRef[] | undefined } {
  switch (node.type) {
    case 'identifier': case 'operator_identifier': return { fn: named(lowering, node) };
    case 'field_expression': return { fn: member(lowering, node) };
    case 'generic_function': {
      const inner = childOf(node, 'function');
      const types = childOf(node, 'type_arguments');
      if (!inner) return { fn: lowering.unheld(node) };
      const { fn } = functionOf(lowering, inner);
      // `super[T]`: one of several bases.
      if (isSuper(fn) && types) return { fn: { ...fn, args: namedChildren(types).flatMap((type) => { const value = classNamed(lowering, type); return value ? [{ value }] : []; }) } };
      return { fn, types: types && parseType(`_${lowering.slice(types)}`)?.args };
    }
    default: return { fn: lowering.one(node) };
  }
}

const isSuper = (expr: Expr): expr is Expr & { kind: 'call' } => expr.kind === 'call' && expr.fn.kind === 'name' && expr.fn.name === 'super';

function named(lowering: ScalaLowering, node: RawNode): Expr {
  return lowering.slice(node) === 'super' ? superOf(lowering, node) : lowering.named(node);
}

function superOf(lowering: ScalaLowering, node: RawNode): Expr {
  const span = lowering.span(node);
  return { kind: 'call', span, fn: { kind: 'name', span, name: 'super' }, args: [] };
}

/** `???`: whoever comes later says what happens. */
function missing(lowering: ScalaLowering, node: RawNode): Expr {
  const span = lowering.span(node);
  return { kind: 'exit', span, how: 'throw', value: { kind: 'call', span, fn: { kind: 'name', span, name: 'NotImplementedError' }, args: [] } };
}

function member(lowering: ScalaLowering, node: RawNode): Expr {
  const on = childOf(node, 'value');
  const field = childOf(node, 'field');
  if (!on || !field) return lowering.unheld(node);
  const name = lowering.identifier(field);
  // `Outer.this`: known only of what the code stands in.
  if (name === 'this') return on.type === 'identifier' && isThisOf(lowering.names, lowering.identifier(on)) ? { kind: 'name', span: lowering.span(node), name } : { kind: 'unknown', span: lowering.span(node), parts: [], kills: [] };
  if (name === 'super') return superOf(lowering, node);
  return { kind: 'member', span: lowering.span(node), on: lowering.one(on), name, nameSpan: lowering.span(field) };
}

function call(lowering: ScalaLowering, node: RawNode): Expr {
  const fnNode = childOf(node, 'function');
  const argsNode = childOf(node, 'arguments');
  if (!fnNode || !argsNode) return lowering.unheld(node);
  if (fnNode.type === 'instance_expression') {
    if (argsNode.type === 'block' || argsNode.type === 'colon_argument') return anonymous(lowering, node, namedChildren(fnNode), argsNode);
    // All lists of a constructor are given at once.
    const made = lowering.one(fnNode);
    return made.kind === 'call' ? { ...made, span: lowering.span(node), args: [...made.args, ...argumentsOf(lowering, argsNode)] } : made;
  }
  const { fn, types } = constructorCalled(lowering, fnNode) ?? functionOf(lowering, fnNode);
  const equal = fn.kind === 'member' && fn.name === 'equals' && !isSuper(fn.on) ? argumentsOf(lowering, argsNode) : [];
  // `a.equals(b)` is `a == b`.
  if (fn.kind === 'member' && equal.length === 1) return { kind: 'operator', span: lowering.span(node), name: 'equals', nameSpan: fn.nameSpan, args: [fn.on, equal[0]!.value] };
  return { kind: 'call', span: lowering.span(node), fn, args: argumentsOf(lowering, argsNode), ...(types ? { types } : {}) };
}

/** `this(…)` within a constructor is another one. */
function constructorCalled(lowering: ScalaLowering, node: RawNode): ReturnType<typeof functionOf> | undefined {
  if (node.type !== 'identifier' || lowering.slice(node) !== 'this') return undefined;
  let { names } = lowering;
  while (names.of === 'block' && names.around) names = names.around;
  const span = lowering.span(node);
  return names.of === 'function' && names.name === constructorName ? { fn: { kind: 'member', span, on: { kind: 'name', span, name: 'this' }, name: constructorName, nameSpan: span } } : undefined;
}

export function argumentsOf(lowering: ScalaLowering, node: RawNode): Arg[] {
  return node.type === 'arguments' ? namedChildren(node).map((child) => argument(lowering, child)) : [{ value: lowering.value(node) }];
}

function argument(lowering: ScalaLowering, node: RawNode): Arg {
  if (node.type === 'assignment_expression') {
    const name = childOf(node, 'left');
    const value = childOf(node, 'right');
    if (name?.type === 'identifier' && value) return { name: lowering.identifier(name), nameSpan: lowering.span(name), ...argument(lowering, value) };
  }
  const [value, type] = node.type === 'ascription_expression' ? namedChildren(node) : [];
  if (value && type?.type === 'repeated_parameter_type') return { value: lowering.value(value), spread: 'list' };
  // `xs*` of Scala 3
  if (node.type === 'postfix_expression' && node.children.length === 2 && lowering.slice(node.children[1]!) === '*') return { value: lowering.value(node.children[0]!), spread: 'list' };
  return { value: lowering.value(node) };
}

function instance(lowering: ScalaLowering, node: RawNode): Expr {
  const children = namedChildren(node);
  const body = children.find(({ type }) => type === 'template_body' || type === 'structural_type');
  const type = children[0];
  const args = children.find((child) => child.type === 'arguments');
  const fn = type && classNamed(lowering, type);
  if (body) return anonymous(lowering, node, children.filter((child) => child !== body), body);
  const types = type && typeArguments(lowering, type);
  const made: Expr | undefined = fn && { kind: 'call', span: lowering.span(node), fn, args: args ? argumentsOf(lowering, args) : [], ...(types ? { types } : {}), makes: true };
  // `new A with B`: an object of neither alone. The grammar does not know it behind arguments.
  const mixed = made !== undefined && (type?.type === 'compound_type' || /^\s*with\s/.test(lowering.text.slice(node.end, node.end + 40)));
  return mixed ? { kind: 'unknown', span: made.span, parts: [made], kills: [] } : made ?? lowering.unheld(node);
}
