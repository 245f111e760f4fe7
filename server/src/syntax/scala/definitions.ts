/** Functions with a name, and what all definitions share. */
import { constructorName, type Def, type Expr, type Param } from '../../program/program.ts';
import { keyOf, type KnownDef } from '../memo.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';
import { bodyOf } from './blocks.ts';
import { argumentsOf } from './expressions.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';
import { readsAgain } from './names.ts';
import { classNamed, typeIn } from './types.ts';

export const definitionForms: ScalaForms = { function_definition: define, function_declaration: define };

function define(lowering: ScalaLowering, node: RawNode): Expr {
  return remembered(lowering, node, functionOf, fits);
}

/** A function means the same as before where its names do, and where it is a method if it was one. */
function fits(lowering: ScalaLowering, { def, reads }: KnownDef): boolean {
  const { of } = lowering.names;
  return (def.params[0]?.name === 'this') === (of === 'class') && (def.receiver === 'none') === (of === 'singleton') && (!reads || readsAgain(lowering.names, reads));
}

/** `reads`: told what the names of the definition were taken for. */
type Lower = (lowering: ScalaLowering, node: RawNode, reads: (of: ReadonlyMap<string, string>) => void) => Def;

/** The closure of a definition: the one that is known of its text, or a new one. */
export function remembered(lowering: ScalaLowering, node: RawNode, lower: Lower, isFit: (lowering: ScalaLowering, known: KnownDef) => boolean = () => true): Expr {
  const def = again(lowering, node, isFit) ?? anew(lowering, node.read(), lower);
  lowering.bindName(def.name);
  return closureOf(lowering, def);
}

export function closureOf(lowering: ScalaLowering, def: Def): Expr {
  const start = lowering.base + def.at;
  return lowering.closure(lowering.spanOf(start, start + def.length), def);
}

/** What is known of the text of a node, if it fits here as well. */
export function again(lowering: ScalaLowering, node: RawNode, isFit: (lowering: ScalaLowering, known: KnownDef) => boolean): Def | undefined {
  const known = node.known ? lowering.memo?.at(node.start) : undefined;
  if (!known || !isFit(lowering, known)) return undefined;
  lowering.memo?.take(node.start);
  known.def.at = node.start + known.lead - lowering.base;
  lowering.inner.push(known);
  return known.def;
}

export function anew(lowering: ScalaLowering, node: RawNode, lower: Lower): Def {
  const around = lowering.inner;
  lowering.inner = [];
  let reads: ReadonlyMap<string, string> | undefined;
  const def = lower(lowering, node, (of) => { reads = of; });
  if (lowering.memo && !node.broken) {
    const known: KnownDef = { key: keyOf(lowering.text.slice(node.start, node.end)), def, lead: lowering.base + def.at - node.start, inner: lowering.inner, reads };
    lowering.memo.put(known);
    around.push(known);
  } else around.push(...lowering.inner);
  lowering.inner = around;
  return def;
}

function functionOf(lowering: ScalaLowering, node: RawNode, reads: (of: ReadonlyMap<string, string>) => void): Def {
  const at = node.start - lowering.base;
  const { of } = lowering.names;
  const nameNode = childOf(node, 'name');
  const written = nameNode ? lowering.identifier(nameNode) : '';
  // `def this(…)`: another way to make an object.
  const name = of === 'class' && written === 'this' ? constructorName : written;
  return lowering.from(node.start, () => lowering.scoped((scope) => lowering.within({ of: 'function', name }, [], (names): Def => {
    reads(names.reads);
    const nameSpan = lowering.span(nameNode ?? node);
    const decorators = decoratorsOf(lowering, node);
    const lists = childrenOf(node, 'parameters').filter(({ type }) => type === 'parameters').map((list) => parametersOf(lowering, list));
    const returns = childOf(node, 'return_type');
    const params = of === 'class' ? [thisParam(nameSpan), ...lists.flat()] : lists.flat();
    for (const each of params) lowering.bindName(each.name);
    const body = bodyOf(lowering, childOf(node, 'body'), name === constructorName || isProcedure(lowering, node, returns) ? 'discard' : 'return');
    return {
      kind: 'function', name, at, length: node.end - node.start, nameSpan, params, returns: typeIn(lowering, returns), decorators, bases: [],
      binds: scope.binds, outer: scope.outer, body,
      ...(lists.length === 0 ? { property: true } : lists.length > 1 ? { lists: lists.map(({ length }) => length) } : {}),
      ...(of === 'singleton' ? { receiver: 'none' as const } : {}),
      ...(isConversion(lowering, node, lists.flat()) ? { extension: true } : {}),
    };
  })));
}

export function isLazy(lowering: ScalaLowering, node: RawNode): boolean {
  const modifiers = node.type === 'val_definition' ? node.children.find(({ type }) => type === 'modifiers') : undefined;
  return modifiers !== undefined && childOf(node, 'pattern') !== undefined && /\blazy\b/.test(lowering.slice(modifiers));
}

/**
 * `lazy val name = …` of a class: a function that runs when the value is first asked for. What binds several names at
 * once is one that nobody calls, and the object has what it gives.
 */
export function lazyMember(lowering: ScalaLowering, node: RawNode): Expr {
  const pattern = childOf(node, 'pattern')!;
  const at = node.start - lowering.base;
  const def = lowering.from(node.start, (): Def => lowering.scoped((scope) => lowering.within({ of: 'function' }, [], (): Def => {
    const isOne = pattern.type === 'identifier';
    const span = lowering.span(node);
    const nameSpan = lowering.span(pattern);
    lowering.bindName('this');
    const body: Expr = isOne ? { kind: 'exit', span, how: 'return', value: lowering.valueIn(node, childOf(node, 'value')) } : lowering.within({ of: 'constructor' }, [], () => lowering.one(node));
    return {
      kind: 'function', name: isOne ? lowering.identifier(pattern) : `$lazy${at}`, at, length: node.end - node.start, nameSpan, params: [thisParam(nameSpan)],
      returns: isOne ? typeIn(lowering, childOf(node, 'type')) : undefined, decorators: [], bases: [], binds: scope.binds, outer: scope.outer,
      body: { kind: 'sequence', span, body: [body] }, ...(isOne ? { property: true, lazy: true } : {}),
    };
  })));
  lowering.bindName(def.name);
  return closureOf(lowering, def);
}

/** `implicit def f(x: A): B`: all values of A have B's methods. */
function isConversion(lowering: ScalaLowering, node: RawNode, params: readonly Param[]): boolean {
  const modifiers = node.children.find(({ type }) => type === 'modifiers');
  return modifiers !== undefined && /\bimplicit\b/.test(lowering.slice(modifiers)) && params.filter(({ implicit }) => !implicit).length === 1;
}

/** The object that a method is called on: its first parameter, written nowhere. */
export const thisParam = (span: Param['span']): Param => ({ name: 'this', span });

/** It gives nothing: `def f() { … }`, `def f(): Unit = …`. */
function isProcedure(lowering: ScalaLowering, node: RawNode, returns: RawNode | undefined): boolean {
  if (returns) return lowering.slice(returns) === 'Unit';
  const body = childOf(node, 'body');
  const before = body && node.children[node.children.indexOf(body) - 1];
  return before !== undefined && !lowering.signs(before.end, body!.start).includes('=');
}

/** One list in parentheses, of a function or a class. */
export function parametersOf(lowering: ScalaLowering, list: RawNode): Param[] {
  const implicit = /^\(\s*(?:implicit|using)\b/.test(lowering.text.slice(list.start, Math.min(list.end, list.start + 40)));
  return namedChildren(list).map((node, index): Param => {
    const name = childOf(node, 'name');
    // `(using SparkSession)`: it has no name.
    if (!name) return { name: `$given${index + 1}`, span: lowering.span(node), type: typeIn(lowering, node), implicit: true };
    const type = childOf(node, 'type');
    const value = childOf(node, 'default_value');
    return {
      name: lowering.identifier(name), span: lowering.span(name), type: typeIn(lowering, type), default: value && lowering.value(value),
      ...(implicit ? { implicit } : {}), ...(type?.type === 'repeated_parameter_type' ? { form: 'rest' as const } : {}),
    };
  });
}

/** Annotations. */
export function decoratorsOf(lowering: ScalaLowering, node: RawNode): Expr[] {
  return node.children.filter(({ type }) => type === 'annotation').flatMap((annotation) => {
    const name = childOf(annotation, 'name');
    const fn = name && classNamed(lowering, name);
    const lists = childrenOf(annotation, 'arguments');
    if (!fn) return [];
    return lists.length === 0 ? [fn] : [{ kind: 'call', span: lowering.span(annotation), fn, args: lists.flatMap((list) => argumentsOf(lowering, list)) }];
  });
}
