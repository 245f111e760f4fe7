/** Functions without a name: `x => …`, `{ case … }`. */
import type { Def, Expr, Param, TypeRef } from '../../program/program.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';
import { blockValue, sequenceOf } from './blocks.ts';
import { matchOn } from './control-flow.ts';
import { again, anew, closureOf } from './definitions.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';
import { type Names, readsAgain } from './names.ts';
import { parseType, typeIn } from './types.ts';

export const lambdaForms: ScalaForms = {
  lambda_expression(lowering, node) {
    const body = bodyOf(node);
    return body ? closureOf(lowering, written(lowering, node, body)) : lowering.unheld(node);
  },
  block(lowering, node) {
    const known = again(lowering, node, (_, { reads }) => reads !== undefined && readsAgain(lowering.names, reads));
    if (known) return closureOf(lowering, known);
    const whole = node.read();
    const [first, ...rest] = namedChildren(whole);
    const body = first?.type === 'lambda_expression' ? bodyOf(first) : undefined;
    if (!first || !body) return blockValue(lowering, whole);
    const lower: Lower = (_, __, reads) => (rest.length === 0 ? written(lowering, first, body, reads) : inBraces(lowering, whole, first, body, rest, reads));
    return closureOf(lowering, isApart(lowering, whole, isFiller(lowering, body) ? rest[0] ?? body : body) ? anew(lowering, whole, lower) : lower(lowering, whole));
  },
  colon_argument(lowering, node) {
    const start = childrenOf(node, 'lambda_start');
    const body = namedChildren(node).at(-1);
    if (!body) return lowering.unheld(node);
    return start.length > 0 ? lambda(lowering, node.start, node.end, () => bindingsOf(lowering, start, body.start), () => lowering.value(body)) : lowering.value(body);
  },
  case_block: partial,
  indented_cases: partial,
};

type Reads = (of: Names['reads']) => void;
type Lower = (lowering: ScalaLowering, node: RawNode, reads?: Reads) => Def;

function bodyOf(node: RawNode): RawNode | undefined {
  const body = namedChildren(node).at(-1);
  return body?.field === 'parameters' ? undefined : body;
}

function written(lowering: ScalaLowering, node: RawNode, body: RawNode, reads?: Reads): Def {
  return functionOf(lowering, node.start, node.end, () => bindingsOf(lowering, childrenOf(node, 'parameters'), body.start), () => (isFiller(lowering, body) ? sequenceOf(lowering, node, [], 'value') : lowering.value(body)), reads);
}

/** What stands on the line of the arrow is the body alone to the grammar. */
function inBraces(lowering: ScalaLowering, whole: RawNode, first: RawNode, body: RawNode, rest: readonly RawNode[], reads?: Reads): Def {
  return functionOf(lowering, first.start, rest.at(-1)!.end, () => bindingsOf(lowering, childrenOf(first, 'parameters'), body.start), () => sequenceOf(lowering, whole, isFiller(lowering, body) ? rest : [body, ...rest], 'value'), reads);
}

/** It means the same wherever its text stands: what begins on the line of the brace is read by its column there. */
const isApart = ({ text }: ScalaLowering, { field, start }: RawNode, first: RawNode): boolean => field === 'arguments' && text.lastIndexOf('\n', first.start) > start;

/** What the mask puts behind an arrow stands for nothing that is written. */
const isFiller = (lowering: ScalaLowering, { type, start, end }: RawNode): boolean => type === 'identifier' && /^(?:>|\s)$/.test(lowering.text.slice(start, end));

const lambda = (...given: Parameters<typeof functionOf>): Expr => closureOf(given[0], functionOf(...given));

/** `reads`: told what its names are taken for. */
function functionOf(lowering: ScalaLowering, start: number, end: number, paramsOf: () => Param[], bodyOf: () => Expr, reads?: Reads): Def {
  const at = start - lowering.base;
  return lowering.from(start, () => lowering.scoped((scope): Def => {
    const params = paramsOf();
    const bound = params.map(({ name }) => name);
    for (const name of bound) scope.binds.add(name);
    const body = lowering.within({ of: 'function' }, bound, (names) => {
      reads?.(names.reads);
      return bodyOf();
    });
    return { kind: 'lambda', name: '', at, length: end - start, nameSpan: params[0]?.span ?? [0, 0], params, decorators: [], bases: [], binds: scope.binds, outer: scope.outer, body };
  }));
}

/** A function by cases of what it is given. */
function partial(lowering: ScalaLowering, node: RawNode): Expr {
  const clauses = namedChildren(node).filter(({ type }) => type === 'case_clause');
  return lambda(lowering, node.start, node.end, () => [{ name: '$case', span: lowering.spanOf(node.start, node.start + 1) }], () => {
    const given: Expr = { kind: 'name', span: lowering.spanOf(node.start, node.start + 1), name: '$case' };
    return { kind: 'sequence', span: lowering.span(node), body: [matchOn(lowering, node, given, clauses, true)] };
  });
}

/** Types of parameters may be blank in the parsed text: then they are read behind the name. */
function bindingsOf(lowering: ScalaLowering, nodes: readonly RawNode[], bodyStart: number): Param[] {
  const named = nodes.filter((node) => node.named);
  const list = named[0]?.type === 'bindings' ? namedChildren(named[0]) : named;
  return list.map((node, index): Param => {
    const name = node.type === 'binding' ? childOf(node, 'name') ?? node : node;
    const type = node.type === 'binding' ? childOf(node, 'type') : undefined;
    const behind = list[index + 1]?.start ?? bodyStart;
    const isRest = type?.type === 'repeated_parameter_type';
    return { name: name.type === 'wildcard' || name.type === 'binding' ? '_' : lowering.identifier(name), span: lowering.span(name), type: typeIn(lowering, type) ?? writtenType(lowering.signs(node.end, behind)), ...(isRest ? { form: 'rest' as const } : {}) };
  });
}

/** `: T) =>`, as it stands between a name and what follows. */
function writtenType(text: string): TypeRef | undefined {
  const match = /^\s*:\s*([^]*)$/.exec(text);
  return match ? parseType(match[1]!.replace(/(?:\)\s*)?(?:=>|⇒)\s*$|,\s*$/, '')) : undefined;
}
