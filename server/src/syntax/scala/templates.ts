/** Classes, traits, objects, and what extends a class from outside. */
import { constructorName, packageObject, type Arg, type Def, type Expr, type Param, type Span } from '../../program/program.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';
import { addStatement, declaredIn, ordered } from './blocks.ts';
import { decoratorsOf, isLazy, lazyMember, parametersOf, remembered, thisParam } from './definitions.ts';
import { argumentsOf } from './expressions.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';
import { classNamed } from './types.ts';

export const templateForms: ScalaForms = {
  class_definition: classDefinition,
  trait_definition: classDefinition,
  object_definition: objectDefinition,
  enum_definition: enumDefinition,
  given_definition: givenDefinition,
  extension_definition: extensionDefinition,
  simple_enum_case: objectDefinition,
  full_enum_case: classDefinition,
  enum_case_definitions: (lowering, node) => ({ kind: 'sequence', span: lowering.span(node), body: namedChildren(node).filter(({ type }) => type.endsWith('enum_case')).map((child) => lowering.one(child)) }),
};

type Place = Pick<RawNode, 'start' | 'end'>;

/** What it inherits from, and what the constructors of that are given. */
interface Base {
  readonly of: Expr;
  readonly args: RawNode[];
}

interface Template {
  readonly node: Place;
  /** Undefined: it has none. */
  readonly name: RawNode | undefined;
  /** What it extends, and what their constructors are given, in their order. */
  readonly types: readonly RawNode[];
  readonly annotations?: RawNode | undefined;
  readonly lists: readonly RawNode[];
  readonly statements: readonly RawNode[];
  readonly self?: string | undefined;
  readonly extension?: boolean;
}

function templateOf(lowering: ScalaLowering, node: RawNode): Template {
  const body = namedChildren(node).find(({ type }) => type === 'template_body' || type === 'with_template_body' || type === 'enum_body');
  const inner = body ? namedChildren(body) : [];
  const self = inner.find(({ type }) => type === 'self_type');
  const alias = self && namedChildren(self)[0];
  const modifiers = node.children.find(({ type }) => type === 'modifiers');
  return {
    node, name: childOf(node, 'name'), types: typesOf(node), annotations: node, lists: childrenOf(node, 'class_parameters'), statements: inner.filter((each) => each !== self),
    self: alias && lowering.identifier(alias), extension: modifiers !== undefined && /\bimplicit\b/.test(lowering.slice(modifiers)) && node.type === 'class_definition',
  };
}

function classDefinition(lowering: ScalaLowering, node: RawNode): Expr {
  return remembered(lowering, node, (_, whole) => classOf(lowering, templateOf(lowering, whole)));
}

function objectDefinition(lowering: ScalaLowering, node: RawNode): Expr {
  return remembered(lowering, node, (_, whole) => singletonOf(lowering, templateOf(lowering, whole)));
}

function defined(lowering: ScalaLowering, node: RawNode, def: Def): Expr {
  lowering.bindName(def.name);
  return lowering.closure(lowering.span(node), def);
}

function typesOf(node: RawNode): readonly RawNode[] {
  const clause = childOf(node, 'extend');
  return clause?.type === 'extends_clause' ? namedChildren(clause) : childrenOf(node, 'return_type');
}

function basesOf(lowering: ScalaLowering, types: readonly RawNode[]): Base[] {
  const bases: Base[] = [];
  for (const child of types.flatMap((each) => (each.type === 'compound_type' ? namedChildren(each) : [each]))) {
    if (child.type === 'arguments') bases.at(-1)?.args.push(child);
    else {
      const of = classNamed(lowering, child);
      if (of) bases.push({ of, args: [] });
    }
  }
  return bases;
}

/** `super().__init__(…)`, of each that it inherits from. */
function constructed(lowering: ScalaLowering, bases: readonly Base[], at: Span): Expr[] {
  return bases.map(({ of, args }): Expr => {
    const span: Span = args.length > 0 ? lowering.spanOf(args[0]!.start, args.at(-1)!.end) : of.span;
    const owner: Expr = { kind: 'call', span: of.span, fn: { kind: 'name', span: of.span, name: 'super' }, args: bases.length > 1 ? [{ value: of }] : [] };
    const fn: Expr = { kind: 'member', span: of.span, on: owner, name: constructorName, nameSpan: of.span };
    const given: Arg[] = args.flatMap((list) => argumentsOf(lowering, list));
    return { kind: 'discard', span: at, value: { kind: 'call', span: [of.span[0], span[1]], fn, args: given } };
  });
}

/** These are no part of what a constructor does. */
const members: ReadonlySet<string> = new Set(['function_definition', 'function_declaration', 'class_definition', 'trait_definition', 'object_definition', 'enum_definition', 'extension_definition', 'import_declaration', 'type_definition', 'enum_case_definitions']);

const isMember = (lowering: ScalaLowering, node: RawNode): boolean => members.has(node.type) || isLazy(lowering, node);

function classOf(lowering: ScalaLowering, { node, name, types, annotations, lists, statements, self, extension }: Template): Def {
  const at = node.start - lowering.base;
  return lowering.from(node.start, (): Def => {
    const nameSpan = lowering.span(name ?? node);
    const decorators = annotations ? decoratorsOf(lowering, annotations) : [];
    const bases = basesOf(lowering, types);
    const params = lists.map((list) => parametersOf(lowering, list));
    const bound = declaredIn(lowering, statements);
    for (const { name: param } of params.flat()) bound.add(param);
    const text = name ? lowering.identifier(name) : '';
    return lowering.scoped((scope): Def => lowering.within({ of: 'class', name: text, self }, bound, () => {
      const made = constructorOf(lowering, node, nameSpan, params, bases, statements.filter((each) => !isMember(lowering, each)));
      if (made) scope.binds.add(constructorName);
      const own: Expr[] = made ? [lowering.closure(lowering.span(node), made)] : [];
      for (const each of statements) {
        if (isLazy(lowering, each)) own.push(lazyMember(lowering, each));
        else if (isMember(lowering, each)) addStatement(lowering, each, 'discard', own);
      }
      const body: Expr = { kind: 'sequence', span: lowering.span(node), body: ordered(own, lowering) };
      const role = roleOf(lowering, node, name);
      return {
        kind: 'class', name: text, at, length: node.end - node.start, nameSpan, params: [], decorators, bases: bases.map(({ of }) => of),
        binds: scope.binds, outer: scope.outer, body, ...(role ? { role } : {}), ...(extension ? { extension } : {}),
      };
    }));
  });
}

function roleOf(lowering: ScalaLowering, node: Place, name: RawNode | undefined): Def['role'] {
  const head = name ? lowering.text.slice(node.start, name.start) : '';
  if (/\b(case|enum)\b/.test(head)) return 'data';
  return /\b(trait|abstract)\b/.test(head) ? 'base' : undefined;
}

/** What is done to make an object; undefined where there is nothing to do. */
function constructorOf(lowering: ScalaLowering, node: Place, nameSpan: Span, lists: readonly Param[][], bases: readonly Base[], statements: readonly RawNode[]): Def | undefined {
  // With one base, that one's.
  if (lists.length === 0 && statements.length === 0 && bases.length < 2 && !bases.some(({ args }) => args.length > 0)) return undefined;
  const params = [thisParam(nameSpan), ...lists.flat()];
  return lowering.scoped((scope): Def => {
    for (const { name } of params) scope.binds.add(name);
    const fields = lists.flat().map(({ name, span }): Expr => ({
      kind: 'bind', span, patterns: [{ kind: 'member', span, on: { kind: 'name', span: [span[0], span[0]], name: 'this' }, name, nameSpan: span }], value: { kind: 'name', span, name },
    }));
    const inherited = lowering.within({ of: 'function' }, params.map(({ name }) => name), () => constructed(lowering, bases, nameSpan));
    const body: Expr[] = [];
    lowering.within({ of: 'constructor' }, [], () => {
      for (const each of statements) addStatement(lowering, each, 'discard', body);
    });
    return {
      kind: 'function', name: constructorName, at: 0, length: node.end - node.start, nameSpan, params, decorators: [], bases: [], binds: scope.binds, outer: scope.outer,
      body: { kind: 'sequence', span: lowering.span(node), body: [...fields, ...inherited, ...body] }, ...(lists.length > 1 ? { lists: lists.map(({ length }) => length) } : {}),
    };
  });
}

function singletonOf(lowering: ScalaLowering, { node, name, types, annotations, statements, self }: Template): Def {
  const at = node.start - lowering.base;
  return lowering.from(node.start, (): Def => {
    const nameSpan = lowering.span(name ?? node);
    const decorators = annotations ? decoratorsOf(lowering, annotations) : [];
    const bases = basesOf(lowering, types);
    const text = name ? lowering.identifier(name) : '';
    return lowering.scoped((scope): Def => lowering.within({ of: 'singleton', name: text, self }, declaredIn(lowering, statements), () => {
      const inherited = constructed(lowering, bases, nameSpan);
      const own: Expr[] = [];
      for (const each of statements) addStatement(lowering, each, 'discard', own);
      return {
        kind: 'class', name: text, at, length: node.end - node.start, nameSpan, params: [], decorators, bases: bases.map(({ of }) => of), binds: scope.binds, outer: scope.outer,
        body: { kind: 'sequence', span: lowering.span(node), body: [...inherited, ...ordered(own, lowering)] }, singleton: true,
      };
    }));
  });
}

/** What a package object inherits, as an object of the package; its own members are the package's. */
export function inheritedBy(lowering: ScalaLowering, node: RawNode): Expr | undefined {
  const types = typesOf(node);
  return types.length === 0 ? undefined : defined(lowering, node, { ...singletonOf(lowering, { node, name: undefined, types, lists: [], statements: [] }), name: packageObject });
}

/** An object that holds the cases, beside the class that they are of. */
function enumDefinition(lowering: ScalaLowering, node: RawNode): Expr {
  const template = templateOf(lowering, node);
  const cases = template.statements.filter(({ type }) => type === 'enum_case_definitions');
  const companion = classOf(lowering, { ...template, statements: template.statements.filter((each) => !cases.includes(each)) });
  return defined(lowering, node, { ...singletonOf(lowering, { ...template, statements: cases.flatMap(namedChildren).filter(({ type }) => type.endsWith('enum_case')) }), bases: [], companion });
}

/** `given name: T = …` is a value; one with a body of its own is an object. */
function givenDefinition(lowering: ScalaLowering, node: RawNode): Expr {
  const name = childOf(node, 'name');
  const body = childOf(node, 'body');
  if (!body) return lowering.unheld(node);
  // Many have no name: they are found by their type.
  const text = name ? lowering.identifier(name) : `$given${lowering.slice(childOf(node, 'return_type') ?? node).replace(/\s+/g, '').slice(0, 80)}`;
  if (body.type === 'with_template_body') return defined(lowering, node, { ...singletonOf(lowering, templateOf(lowering, node)), name: text });
  const value = lowering.value(body);
  lowering.bindName(text);
  return { kind: 'bind', span: lowering.span(node), patterns: [{ kind: 'name', span: lowering.span(name ?? node), name: text }], value };
}

/** Methods of all values of a type: those of a class around one such value. */
function extensionDefinition(lowering: ScalaLowering, node: RawNode): Expr {
  const lists = childrenOf(node, 'parameters').filter(({ type }) => type === 'parameters');
  const def = classOf(lowering, { node, name: undefined, types: [], lists, statements: childrenOf(node, 'body').filter(({ named }) => named), extension: true });
  const [first] = lists;
  const name = `$extension${first ? lowering.slice(first).replace(/\s+/g, '') : ''}`;
  return defined(lowering, node, { ...def, name });
}

/** `new A(x) with B { … }`: an object of a class of its own. `types`: what stands before the braces. */
export function anonymous(lowering: ScalaLowering, node: Place, types: readonly RawNode[], known: RawNode): Expr {
  const body = known.read();
  const inner = body.type === 'colon_argument' ? namedChildren(body).flatMap(namedChildren) : namedChildren(body);
  const self = inner.find(({ type }) => type === 'self_type');
  const alias = self && namedChildren(self)[0];
  const def = classOf(lowering, { node, name: undefined, types, lists: [], statements: inner.filter((each) => each !== self), self: alias && lowering.identifier(alias) });
  return { kind: 'call', span: lowering.span(node), fn: lowering.closure(lowering.span(node), def), args: [], makes: true };
}
