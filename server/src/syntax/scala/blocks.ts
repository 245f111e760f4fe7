/** Statements one after another: what is seen everywhere comes first, what the last one gives may be the value. */
import { constructorName, type Expr } from '../../program/program.ts';
import { childOf, childrenOf, namedChildren, RawNode } from '../tree.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';
import { namesIn } from './patterns.ts';

/** What becomes of the value of the last statement. */
export type Last = 'value' | 'return' | 'discard' | 'shown';

type Sequence = Expr & { readonly kind: 'sequence' };
type Closure = Expr & { readonly kind: 'closure' };

export const blockForms: ScalaForms = {
  ERROR: broken,
  indented_block: blockValue,
  type_definition: (lowering, node) => ({ kind: 'sequence', span: lowering.span(node), body: [] }),
};

export const droppedBlocks: ScalaForms = {
  block: (lowering, node) => bodyOf(lowering, node, 'discard'),
};

/** A block in braces or by its indentation; of one expression nothing but that is left. */
export function blockValue(lowering: ScalaLowering, node: RawNode): Expr {
  const sequence = bodyOf(lowering, node, 'value');
  const [only] = sequence.body;
  return sequence.body.length === 1 && only && !isPlainStatement(only) ? only : sequence;
}

const isPlainStatement = (expr: Expr): boolean => (expr.kind === 'closure' ? expr.def.kind !== 'lambda' : expr.kind === 'bind' || expr.kind === 'import' || expr.kind === 'discard');

/** What a function does, a branch, the body of a loop. */
export function bodyOf(lowering: ScalaLowering, node: RawNode | undefined, last: Last): Sequence {
  if (!node) return { kind: 'sequence', span: [0, 0], body: [] };
  return sequenceOf(lowering, node, isBlock(node) ? namedChildren(node) : [node], last);
}

const isBlock = ({ type }: RawNode): boolean => type === 'block' || type === 'indented_block';

/** Statements that see one another's names. */
export function sequenceOf(lowering: ScalaLowering, around: RawNode, given: readonly RawNode[], last: Last): Sequence {
  const nodes = given.flatMap((node) => released(lowering, node));
  return lowering.inBlock(declaredIn(lowering, nodes), (own) => ({ kind: 'sequence', span: lowering.span(around), body: statements(lowering, nodes, last), own }));
}

/** Below `val x =` the grammar takes for its block all that is indented as the `val` is: the first statement alone is the value, the others follow. */
export function released(lowering: ScalaLowering, node: RawNode): RawNode[] {
  const value = node.type === 'val_definition' || node.type === 'var_definition' ? childOf(node, 'value') : undefined;
  const [first, ...others] = value?.type === 'indented_block' ? namedChildren(value) : [];
  if (!first || others.length === 0 || columnOf(lowering, first) > columnOf(lowering, node)) return [node];
  const { type, start, end, named, children, broken } = first.read();
  const alone = new RawNode(type, start, end, 'value', named, children, broken);
  return [new RawNode(node.type, node.start, end, node.field, node.named, node.children.map((child) => (child === value ? alone : child)), node.broken), ...others.flatMap((other) => released(lowering, other))];
}

const columnOf = ({ text }: ScalaLowering, { start }: RawNode): number => start - text.lastIndexOf('\n', start - 1);

export function statements(lowering: ScalaLowering, nodes: readonly RawNode[], last: Last): Expr[] {
  const exprs: Expr[] = [];
  nodes.forEach((node, index) => addStatement(lowering, node, index === nodes.length - 1 ? last : 'discard', exprs));
  return ordered(exprs, lowering);
}

const definitions: ReadonlySet<string> = new Set([
  'val_definition', 'val_declaration', 'var_definition', 'var_declaration', 'function_definition', 'function_declaration', 'class_definition', 'trait_definition', 'object_definition', 'enum_definition',
  'simple_enum_case', 'full_enum_case',
  'given_definition', 'extension_definition', 'import_declaration', 'export_declaration', 'type_definition', 'package_clause', 'package_object',
]);

/** Nobody can want the value of these. */
const actions: ReadonlySet<string> = new Set(['assignment_expression', 'while_expression', 'do_while_expression', 'return_expression', 'throw_expression', 'ERROR']);

export function addStatement(lowering: ScalaLowering, node: RawNode, last: Last, into: Expr[]): void {
  if (node.type === 'MISSING') return;
  if (definitions.has(node.type) || actions.has(node.type)) into.push(lowering.one(node));
  else into.push((last === 'discard' ? lowering.dropped(node) : undefined) ?? ended(lowering, node, last));
}

function ended(lowering: ScalaLowering, node: RawNode, last: Last): Expr {
  const value = lowering.value(node);
  const span = lowering.span(node);
  if (last === 'value' || isAction(value)) return value;
  if (last === 'return') return { kind: 'exit', span, how: 'return', value };
  return last === 'shown' ? { kind: 'discard', span, value, shown: true } : { kind: 'discard', span, value };
}

const isAction = (expr: Expr): boolean => expr.kind === 'exit' || expr.kind === 'bind' || (expr.kind === 'loop' && expr.yields === undefined);

/**
 * Functions and classes are there before anything runs, with the imports that stand first; a class beside an object of
 * its name is part of it; functions of one name know that they are several.
 */
export function ordered(exprs: readonly Expr[], lowering: ScalaLowering): Expr[] {
  const companions = companionsIn(exprs);
  const paired = new Set(companions.values());
  const imports: Expr[] = [];
  const functions: Closure[] = [];
  const classes: Closure[] = [];
  const rest: Expr[] = [];
  for (const expr of exprs) {
    const companion = companions.get(expr);
    if (companion) rest.push(lowering.closure(expr.span, { ...(expr as Closure).def, companion: companion.def }));
    else if (isHoisted(expr)) {
      if (!paired.has(expr)) (expr.def.kind === 'class' ? classes : functions).push(expr);
    } else if (isImport(expr) && rest.every((each) => each.kind === 'closure')) imports.push(expr);
    else rest.push(expr);
  }
  return [...imports, ...overloads(functions, lowering), ...byBases(classes), ...rest];
}

function overloads(functions: readonly Closure[], lowering: ScalaLowering): readonly Closure[] {
  const names = functions.map(({ def }) => def.name);
  if (new Set(names).size === names.length) return functions;
  return functions.map((closure) => (names.indexOf(closure.def.name) === names.lastIndexOf(closure.def.name) ? closure : lowering.closure(closure.span, { ...closure.def, overload: true })));
}

const isHoisted = (expr: Expr): expr is Closure => expr.kind === 'closure' && expr.def.kind !== 'lambda' && !expr.def.singleton;
const isImport = (expr: Expr): boolean => expr.kind === 'import' || (expr.kind === 'sequence' && expr.body.length > 0 && expr.body.every(isImport));

/** Classes, each behind those of them that it inherits from. */
function byBases(classes: readonly Closure[]): readonly Closure[] {
  if (classes.length < 2) return classes;
  const byName = new Map(classes.map((each) => [each.def.name, each]));
  const found = new Set<Closure>();
  const waiting = new Set<Closure>();
  const add = (each: Closure): void => {
    if (found.has(each) || waiting.has(each)) return;
    waiting.add(each);
    for (const base of each.def.bases) {
      const other = base.kind === 'name' ? byName.get(base.name) : undefined;
      if (other) add(other);
    }
    found.add(each);
  };
  classes.forEach(add);
  return [...found];
}

/** The class beside each object. */
function companionsIn(exprs: readonly Expr[]): Map<Expr, Closure> {
  const found = new Map<Expr, Closure>();
  const ofClasses = exprs.filter((expr): expr is Closure => expr.kind === 'closure' && expr.def.kind === 'class');
  if (!ofClasses.some(({ def }) => def.singleton)) return found;
  const classes = new Map(ofClasses.filter(({ def }) => !def.singleton).map((closure) => [closure.def.name, closure]));
  for (const closure of ofClasses) {
    const companion = closure.def.singleton ? classes.get(closure.def.name) : undefined;
    if (!companion) continue;
    found.set(closure, companion);
    classes.delete(closure.def.name);
  }
  return found;
}

/** What a block, template or module binds by its own statements. */
export function declaredIn(lowering: ScalaLowering, nodes: readonly RawNode[]): Set<string> {
  return new Set(nodes.flatMap((node) => declared(lowering, node)));
}

function declared(lowering: ScalaLowering, node: RawNode): readonly string[] {
  switch (node.type) {
    case 'val_definition': case 'var_definition': {
      const pattern = childOf(node, 'pattern');
      return pattern ? namesIn(lowering, pattern) : [];
    }
    case 'val_declaration': case 'var_declaration': return childrenOf(node, 'name').filter(({ named }) => named).map((name) => lowering.identifier(name));
    case 'function_definition': case 'function_declaration': case 'class_definition': case 'trait_definition': case 'object_definition': case 'enum_definition': case 'given_definition': case 'simple_enum_case': case 'full_enum_case': {
      const known = node.known ? lowering.memo?.at(node.start) : undefined;
      const name = childOf(node, 'name');
      const text = known ? known.def.name : name && lowering.identifier(name);
      // Further constructors have no name.
      return text === undefined || text === 'this' || text === constructorName ? [] : [text];
    }
    case 'enum_case_definitions': return namedChildren(node).flatMap((child) => declared(lowering, child));
    default: return [];
  }
}

/** A broken statement that holds one of these may have bound the name that follows. */
const bindingWords: ReadonlySet<string> = new Set(['val', 'var', 'def', 'class', 'object', 'trait']);

/** In broken code the healthy parts still count; names it seems to assign become unknown. */
function broken(lowering: ScalaLowering, node: RawNode): Expr {
  const kills: string[] = [];
  const { children } = node;
  children.forEach((child, index) => {
    if (child.type === 'identifier' && (children[index + 1]?.type === '=' || bindingWords.has(children[index - 1]?.type ?? ''))) kills.push(lowering.identifier(child));
  });
  for (const name of kills) lowering.bindName(name);
  const parts: Expr[] = [];
  for (const child of namedChildren(node)) if (child.type !== 'identifier' && child.type !== 'operator_identifier') addStatement(lowering, child, 'discard', parts);
  return { kind: 'unknown', span: lowering.span(node), parts, kills };
}
