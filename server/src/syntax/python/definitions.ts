/** Functions, classes and lambdas. */
import { calledName } from '../../program/expressions.ts';
import type { Def, Expr, Param, TypeRef } from '../../program/program.ts';
import { block } from './blocks.ts';
import type { Forms, Lowering } from '../lowering.ts';
import { keyOf, type KnownDef } from '../memo.ts';
import { childOf, namedChildren, type RawNode } from '../tree.ts';
import { parseType } from './types.ts';

export const definitionForms: Forms = { decorated_definition: define, function_definition: define, class_definition: define, lambda };

function define(lowering: Lowering, node: RawNode): Expr {
  const known = node.known ? lowering.memo?.take(node.start) : undefined;
  if (known) return again(lowering, known, node.start + known.lead);
  const decorated = node.type === 'decorated_definition';
  const inner = decorated ? childOf(node, 'definition') : node;
  if (!inner) return lowering.unheld(node);
  const def = anew(lowering, node, inner, decorated ? node.children.filter((child) => child.type === 'decorator') : []);
  lowering.bindName(def.name);
  return lowering.closure(lowering.span(inner), def);
}

function again(lowering: Lowering, known: KnownDef, start: number): Expr {
  const { def } = known;
  def.at = start - lowering.base;
  lowering.inner.push(known);
  lowering.bindName(def.name);
  return lowering.closure(lowering.spanOf(start, start + def.length), def);
}

/** `whole`: with its decorators. */
function anew(lowering: Lowering, whole: RawNode, node: RawNode, decorators: readonly RawNode[]): Def {
  const around = lowering.inner;
  lowering.inner = [];
  const def = definition(lowering, node, decorators);
  if (lowering.memo && !whole.broken) {
    const known: KnownDef = { key: keyOf(lowering.text.slice(whole.start, whole.end)), def, lead: node.start - whole.start, inner: lowering.inner };
    lowering.memo.put(known);
    around.push(known);
  } else around.push(...lowering.inner);
  lowering.inner = around;
  return def;
}

/** They stand before the definition: their spans, relative to it, are negative. */
function lowerDecorators(lowering: Lowering, nodes: readonly RawNode[], start: number): Expr[] {
  return lowering.from(start, () => nodes.map((child) => lowering.firstOf(child)));
}

function definition(lowering: Lowering, node: RawNode, decoratorNodes: readonly RawNode[]): Def {
  const at = node.start - lowering.base;
  const kind = node.type === 'class_definition' ? 'class' : 'function';
  return lowering.from(node.start, (): Def => {
    const superclasses = childOf(node, 'superclasses');
    const bases = superclasses ? lowering.all(namedChildren(superclasses).filter((child) => child.type !== 'keyword_argument')) : [];
    const decorators = lowerDecorators(lowering, decoratorNodes, node.start);
    return lowering.scoped((scope) => {
      const written = kind === 'function' ? parameters(lowering, childOf(node, 'parameters')) : [];
      for (const param of written) scope.binds.add(param.name);
      const bodyNode = childOf(node, 'body');
      const body = block(lowering, bodyNode);
      for (const name of scope.outer) scope.binds.delete(name);
      const comment = kind === 'function' && bodyNode ? signatureComment(lowering, node, bodyNode) : undefined;
      const nameNode = childOf(node, 'name');
      const returnType = childOf(node, 'return_type');
      return {
        kind, name: nameNode ? lowering.slice(nameNode) : '', at, length: node.end - node.start, nameSpan: nameNode ? lowering.span(nameNode) : [0, 0],
        params: comment?.params ? typed(written, comment.params) : written,
        returns: returnType ? parseType(lowering.slice(returnType)) : comment?.returns,
        decorators, bases, binds: scope.binds, outer: scope.outer, body,
        ...(scope.generator ? { generator: true } : {}), ...roleOf(decorators, written[0]?.name),
      };
    });
  });
}

/** What decorators, and the name of its first parameter, say of a method: how it is called. */
function roleOf(decorators: readonly Expr[], first: string | undefined): Pick<Def, 'property' | 'receiver'> {
  const names = decorators.map(calledName);
  return {
    ...(names.includes('property') || names.includes('cached_property') ? { property: true } : {}),
    ...(names.includes('staticmethod') || first !== undefined && neverSelf.has(first) ? { receiver: 'none' as const } : names.includes('classmethod') ? { receiver: 'class' as const } : {}),
  };
}

/** Nobody calls the object so: a plain function stands in a class, and is called by way of a table of such. */
const neverSelf: ReadonlySet<string> = new Set(['spark', 'spark_session', 'sparkSession', 'sc', 'sqlContext', 'df']);

/** `# type: (SparkSession, str) -> DataFrame` below the def line. */
function signatureComment(lowering: Lowering, node: RawNode, body: RawNode): { params: readonly TypeRef[] | undefined; returns: TypeRef | undefined } | undefined {
  const head = lowering.text.slice(node.start, body.start);
  const match = head.includes('type:') ? /#\s*type:\s*\(([^\n]*)\)\s*->\s*([^\n#]+)/.exec(head) : null;
  if (!match) return undefined;
  const tuple = parseType(`Tuple[${match[1]!}]`);
  return { params: match[1]!.trim() === '...' ? undefined : tuple?.args, returns: parseType(match[2]!) };
}

/** Such a comment may leave out the first parameter, `self`. */
function typed(params: readonly Param[], types: readonly TypeRef[]): Param[] {
  const offset = params.length - types.length;
  return params.map((param, index) => (param.type ? param : { ...param, type: index >= offset ? types[index - offset] : undefined }));
}

function lambda(lowering: Lowering, node: RawNode): Expr {
  const span = lowering.span(node);
  const at = node.start - lowering.base;
  const def = lowering.from(node.start, () => lowering.scoped((scope): Def => {
    const params = parameters(lowering, childOf(node, 'parameters'));
    for (const param of params) scope.binds.add(param.name);
    const body = lowering.field(node, 'body');
    return { kind: 'lambda', name: '', at, length: node.end - node.start, nameSpan: [0, 6], params, decorators: [], bases: [], binds: scope.binds, outer: scope.outer, body };
  }));
  return lowering.closure(span, def);
}

function parameters(lowering: Lowering, node: RawNode | undefined): Param[] {
  const params: Param[] = [];
  let keywordOnly = false;
  for (const child of node ? namedChildren(node) : []) {
    if (child.type === 'keyword_separator') {
      keywordOnly = true;
      continue;
    }
    const param = parameter(lowering, child, keywordOnly);
    if (!param) continue;
    if (param.form === 'rest') keywordOnly = true;
    params.push(param);
  }
  return params;
}

function parameter(lowering: Lowering, node: RawNode, keywordOnly: boolean): Param | undefined {
  const form = keywordOnly ? 'keyword-only' as const : undefined;
  switch (node.type) {
    case 'identifier': case 'tuple_pattern': return { name: lowering.slice(node), span: lowering.span(node), form };
    case 'default_parameter': case 'typed_default_parameter': {
      const name = childOf(node, 'name');
      return name && { name: lowering.slice(name), span: lowering.span(name), type: typeOf(lowering, node), default: lowering.field(node, 'value'), form };
    }
    case 'typed_parameter': {
      const inner = namedChildren(node)[0];
      const param = inner && parameter(lowering, inner, keywordOnly);
      return param && { ...param, type: typeOf(lowering, node) };
    }
    case 'list_splat_pattern': case 'dictionary_splat_pattern': {
      const name = namedChildren(node)[0];
      return name && { name: lowering.slice(name), span: lowering.span(name), form: node.type === 'list_splat_pattern' ? 'rest' : 'keywords' };
    }
    default: return undefined;
  }
}

function typeOf(lowering: Lowering, node: RawNode): TypeRef | undefined {
  const type = childOf(node, 'type');
  return type && parseType(lowering.slice(type));
}
