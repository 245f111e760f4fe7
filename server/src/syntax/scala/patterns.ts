/** What names and places are bound to: by definitions, in a `case`, in a `for`. */
import type { Expr, Pattern } from '../../program/program.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';
import type { ScalaLowering } from './lowering.ts';
import { classNamed, typeIn } from './types.ts';

/** In a pattern names with a capital letter, and those in backquotes, are read. */
const isVariable = (text: string): boolean => /^[\p{Ll}_$]/u.test(text) && text !== '_';

/** The names that a pattern binds. `whole`: it is no part of another, and no `case`: any name is bound. */
export function namesIn(lowering: ScalaLowering, node: RawNode, whole = true): string[] {
  switch (node.type) {
    case 'identifier': case 'operator_identifier': return whole || isVariable(lowering.slice(node)) ? [lowering.identifier(node)] : [];
    case 'identifiers': return namedChildren(node).map((child) => lowering.identifier(child));
    case 'typed_pattern': case 'capture_pattern': return namedChildren(node).filter(({ field }) => field !== 'type').flatMap((child) => namesIn(lowering, child, child.field === 'name' && child.type !== 'wildcard'));
    case 'interpolated_string_expression': return childrenNamed(node, 'interpolation').flatMap((each) => namedChildren(each)).map((child) => lowering.identifier(child));
    case 'tuple_pattern': case 'case_class_pattern': case 'infix_pattern': case 'repeat_pattern': case 'alternative_pattern': case 'named_pattern': case 'named_tuple_pattern':
      return namedChildren(node).filter(({ field }, index) => field !== 'type' && field !== 'operator' && !(node.type === 'named_pattern' && index === 0)).flatMap((child) => namesIn(lowering, child, false));
    default: return [];
  }
}

const childrenNamed = (node: RawNode, type: string): RawNode[] => node.children.flatMap((child) => (child.type === type ? [child] : childrenNamed(child, type)));

/** How the names of a pattern are bound: as names of the scope, as those of a comprehension, which are its own, or as members of the object that is made. */
export type Binder = (lowering: ScalaLowering, node: RawNode) => Pattern;

export function bindLocal(lowering: ScalaLowering, node: RawNode): Pattern {
  const name = lowering.identifier(node);
  const span = lowering.span(node);
  // The statements of a class make what its object has.
  if (lowering.names.of === 'constructor') return { kind: 'member', span, on: lowering.self(span), name, nameSpan: span };
  lowering.bindName(name);
  return { kind: 'name', span, name };
}

export function bindOwn(lowering: ScalaLowering, node: RawNode): Pattern {
  const name = lowering.identifier(node);
  lowering.names.bound.add(name);
  return { kind: 'name', span: lowering.span(node), name };
}

export function pattern(lowering: ScalaLowering, node: RawNode, bind: Binder = bindLocal, whole = false): Pattern {
  const span = lowering.span(node);
  const inner = (child: RawNode): Pattern => pattern(lowering, child, bind);
  switch (node.type) {
    case 'identifier': case 'operator_identifier': return whole || isVariable(lowering.slice(node)) ? bind(lowering, node) : { kind: 'ignore', span };
    case 'tuple_pattern': return { kind: 'tuple', span, items: namedChildren(node).map(inner) };
    case 'typed_pattern': {
      const item = childOf(node, 'pattern');
      const type = typeIn(lowering, childOf(node, 'type'));
      return item && type ? { kind: 'typed', span, item: pattern(lowering, item, bind, item.type !== 'wildcard'), type } : { kind: 'ignore', span };
    }
    case 'case_class_pattern': return classPattern(lowering, node, bind);
    case 'infix_pattern': return infixPattern(lowering, node, bind);
    case 'capture_pattern': return capture(lowering, node, bind);
    case 'repeat_pattern': {
      const item = childOf(node, 'pattern');
      return { kind: 'rest', span, item: item ? inner(item) : { kind: 'ignore', span } };
    }
    case 'interpolated_string_expression': case 'named_tuple_pattern': case 'alternative_pattern':
      // What they bind is left unknown.
      for (const name of namesIn(lowering, node, false)) lowering.bindName(name);
      return { kind: 'ignore', span };
    default: return { kind: 'ignore', span };
  }
}

function classPattern(lowering: ScalaLowering, node: RawNode, bind: Binder): Pattern {
  const span = lowering.span(node);
  const type = childOf(node, 'type');
  const of = type && classNamed(lowering, type);
  const parts = childrenOf(node, 'pattern').filter(({ named }) => named);
  if (!of || parts.some((part) => part.type === 'named_pattern')) {
    for (const name of namesIn(lowering, node, false)) lowering.bindName(name);
    return { kind: 'ignore', span };
  }
  return { kind: 'extract', span, of, items: parts.map((part) => pattern(lowering, part, bind)) };
}

/** `head :: second :: rest` takes the first ones apart, what is behind the last sign is all others. */
function infixPattern(lowering: ScalaLowering, node: RawNode, bind: Binder): Pattern {
  const span = lowering.span(node);
  const operands: RawNode[] = [];
  const operators: RawNode[] = [];
  for (let at: RawNode | undefined = node; at; at = at.type === 'infix_pattern' ? childOf(at, 'left') : undefined) {
    const [right, operator] = at.type === 'infix_pattern' ? [childOf(at, 'right'), childOf(at, 'operator')] : [at, undefined];
    if (right) operands.unshift(right);
    if (operator) operators.unshift(operator);
  }
  const names = new Set(operators.map((each) => lowering.slice(each)));
  const [name] = names;
  const items = operands.map((each) => pattern(lowering, each, bind));
  const last = items.at(-1);
  if (name === undefined || names.size !== 1 || !last || operands.length !== operators.length + 1) return { kind: 'ignore', span };
  if (name === '->') return items.length === 2 ? { kind: 'tuple', span, items } : { kind: 'ignore', span };
  const of: Expr = { kind: 'name', span: lowering.span(operators[0]!), name };
  if (name === '::' || name === '+:') {
    const isEnd = operands.at(-1)!.type === 'identifier' && lowering.slice(operands.at(-1)!) === 'Nil';
    return { kind: 'extract', span, of, items: [...items.slice(0, -1), ...(isEnd ? [] : [{ kind: 'rest' as const, span: last.span, item: last }])] };
  }
  return items.length === 2 && !name.startsWith(':') ? { kind: 'extract', span, of, items } : { kind: 'ignore', span };
}

/** `name @ pattern`: within another pattern the name alone is held. */
function capture(lowering: ScalaLowering, node: RawNode, bind: Binder): Pattern {
  const span = lowering.span(node);
  const name = childOf(node, 'name');
  const inner = childOf(node, 'pattern');
  if (!name || name.type === 'wildcard') return inner ? pattern(lowering, inner, bind) : { kind: 'ignore', span };
  const named = bind(lowering, name);
  if (!inner) return named;
  if (inner.type === 'repeat_pattern') return { kind: 'rest', span, item: named };
  if (inner.type === 'typed_pattern' && childOf(inner, 'pattern')?.type === 'wildcard') {
    const type = typeIn(lowering, childOf(inner, 'type'));
    if (type) return { kind: 'typed', span, item: named, type };
  }
  for (const each of namesIn(lowering, inner, false)) lowering.bindName(each);
  return named;
}

/** The patterns that one value is bound to: `all @ Some(one)` are two. */
export function patternsOf(lowering: ScalaLowering, node: RawNode, bind: Binder = bindLocal, whole = false): Pattern[] {
  if (node.type === 'identifiers') return namedChildren(node).map((child) => bind(lowering, child));
  const inner = node.type === 'capture_pattern' ? childOf(node, 'pattern') : undefined;
  const name = inner && childOf(node, 'name');
  if (!inner || !name || name.type === 'wildcard' || inner.type === 'repeat_pattern' || inner.type === 'typed_pattern') return [pattern(lowering, node, bind, whole)];
  return [bind(lowering, name), ...patternsOf(lowering, inner, bind)];
}
