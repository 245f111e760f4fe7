/** Functions with a name, and what all definitions share. */
import type { Def, Expr, Param } from '../../program/program.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';
import { bodyOf } from './blocks.ts';
import { argumentsOf } from './expressions.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';
import { classNamed, typeIn } from './types.ts';

export const definitionForms: ScalaForms = { function_definition: define, function_declaration: define };

function define(lowering: ScalaLowering, node: RawNode): Expr {
  const def = functionOf(lowering, node);
  lowering.bindName(def.name);
  return lowering.closure(lowering.span(node), def);
}

function functionOf(lowering: ScalaLowering, node: RawNode): Def {
  const at = node.start - lowering.base;
  const { of } = lowering.names;
  return lowering.from(node.start, (): Def => {
    const nameNode = childOf(node, 'name');
    const nameSpan = lowering.span(nameNode ?? node);
    const decorators = decoratorsOf(lowering, node);
    const lists = childrenOf(node, 'parameters').filter(({ type }) => type === 'parameters').map((list) => parametersOf(lowering, list));
    const written = lists.flat();
    const returns = childOf(node, 'return_type');
    return lowering.scoped((scope): Def => {
      const params = of === 'class' ? [thisParam(nameSpan), ...written] : written;
      for (const { name } of params) scope.binds.add(name);
      const body = lowering.among({ of: 'function', bound: new Set(params.map(({ name }) => name)) }, () => bodyOf(lowering, childOf(node, 'body'), isProcedure(lowering, node, returns) ? 'discard' : 'return'));
      return {
        kind: 'function', name: nameNode ? lowering.identifier(nameNode) : '', at, length: node.end - node.start, nameSpan, params, returns: typeIn(lowering, returns), decorators, bases: [],
        binds: scope.binds, outer: scope.outer, body,
        ...(lists.length === 0 ? { property: true } : lists.length > 1 ? { lists: lists.map(({ length }) => length) } : {}),
        ...(of === 'singleton' ? { receiver: 'none' as const } : {}),
      };
    });
  });
}

/** The object that a method is called on: its first parameter, written nowhere. */
export const thisParam = (span: Param['span']): Param => ({ name: 'this', span });

/** It gives nothing: `def f() { … }`, `def f(): Unit = …`. */
function isProcedure(lowering: ScalaLowering, node: RawNode, returns: RawNode | undefined): boolean {
  if (returns) return lowering.slice(returns) === 'Unit';
  const body = childOf(node, 'body');
  const before = body && node.children[node.children.indexOf(body) - 1];
  return before !== undefined && !lowering.text.slice(before.end, body!.start).includes('=');
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
