/** Branches, loops, cases, and the other expressions that decide what runs. */
import type { Expr, Pattern } from '../../program/program.ts';
import { target } from './bindings.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';
import { bodyOf, declaredIn, sequenceOf, statements, type Last } from './blocks.ts';
import type { ScalaForm, ScalaForms, ScalaLowering } from './lowering.ts';
import { bindOwn, pattern, patternsOf } from './patterns.ts';
import { namesOf } from '../../program/expressions.ts';

export const controlFlowForms: ScalaForms = {
  if_expression: (lowering, node) => branch(lowering, node, true),
  match_expression: (lowering, node) => match(lowering, node, true),
  try_expression: (lowering, node) => attempt(lowering, node, true),
  for_expression: forExpression,
  while_expression: whileLoop,
  do_while_expression: whileLoop,
  return_expression: exit('return'),
  throw_expression: exit('throw'),
};

/** As statements whose value nobody wants. */
export const droppedControlFlow: ScalaForms = {
  if_expression: (lowering, node) => branch(lowering, node, false),
  match_expression: (lowering, node) => match(lowering, node, false),
  try_expression: (lowering, node) => attempt(lowering, node, false),
  for_expression: forExpression,
};

function exit(how: 'return' | 'throw'): ScalaForm {
  return (lowering, node) => {
    const value = namedChildren(node)[0];
    return { kind: 'exit', span: lowering.span(node), how, value: value && lowering.value(value) };
  };
}

const lastOf = (wanted: boolean): Last => (wanted ? 'value' : 'discard');

/** What runs in one case: for its value, or as statements. */
function arm(lowering: ScalaLowering, node: RawNode | undefined, wanted: boolean): Expr {
  return node && wanted ? lowering.value(node) : bodyOf(lowering, node, 'discard');
}

function branch(lowering: ScalaLowering, node: RawNode, wanted: boolean): Expr {
  const links: { readonly node: RawNode; readonly then: RawNode | undefined }[] = [];
  let last: RawNode | undefined = node;
  while (last?.type === 'if_expression') {
    const then = childOf(last, 'consequence');
    const alternative = childOf(last, 'alternative');
    const torn = alternative ? undefined : aroundElse(lowering, then);
    links.push({ node: last, then: torn ? torn.left : then });
    last = torn ? torn.right : alternative;
  }
  return links.reduceRight<Expr | undefined>((otherwise, each) => ({
    kind: 'if', span: lowering.span(each.node), test: condition(lowering, each.node), then: arm(lowering, each.then, wanted), otherwise, ...(wanted ? { expression: true } : {}),
  }), last && arm(lowering, last, wanted))!;
}

/** Where `else` stands less far in than the block before it, the grammar takes it for a word between two operands. */
function aroundElse(lowering: ScalaLowering, node: RawNode | undefined): { readonly left: RawNode | undefined; readonly right: RawNode | undefined } | undefined {
  const [only, ...others] = node?.type === 'indented_block' ? namedChildren(node) : node ? [node] : [];
  const operator = others.length === 0 && only?.type === 'infix_expression' ? childOf(only, 'operator') : undefined;
  return operator && lowering.slice(operator) === 'else' ? { left: childOf(only!, 'left'), right: childOf(only!, 'right') } : undefined;
}

/** Its parentheses belong to the keyword. */
function condition(lowering: ScalaLowering, node: RawNode): Expr {
  const child = childOf(node, 'condition');
  return lowering.valueIn(node, child?.type === 'parenthesized_expression' ? namedChildren(child)[0] : child);
}

function whileLoop(lowering: ScalaLowering, node: RawNode): Expr {
  const keyword = node.type === 'while_expression' ? 'while' : 'do';
  return { kind: 'loop', span: lowering.span(node), headSpan: lowering.spanOf(node.start, node.start + keyword.length), test: condition(lowering, node), body: bodyOf(lowering, childOf(node, 'body'), 'discard') };
}

/** Each case, and each loop of a `for`, is nested in the one before: of so many at most. */
const mostArms = 200;

// ---- for ------------------------------------------------------------------------------------------------------------

function forExpression(lowering: ScalaLowering, node: RawNode): Expr {
  const body = childOf(node, 'body');
  const heads = (node.children.find(({ type }) => type === 'enumerators')?.children ?? []).filter(({ type }) => type === 'enumerator');
  if (!body || heads.length === 0 || heads.length > mostArms) return lowering.unheld(node);
  const yields = /\byield\b/.test(lowering.signs(node.children[node.children.indexOf(body) - 1]?.end ?? node.start, body.start));
  return nested(lowering, node, heads, 0, yields, () => (yields ? lowering.value(body) : bodyOf(lowering, body, 'discard')));
}

function nested(lowering: ScalaLowering, node: RawNode, heads: readonly RawNode[], index: number, yields: boolean, last: () => Expr): Expr {
  const head = heads[index];
  if (!head) return last();
  const parts = namedChildren(head);
  const guards = parts.filter(({ type }) => type === 'guard');
  const [left, right] = parts.filter(({ type }) => type !== 'guard');
  const span = lowering.span(head);
  const rest = (): Expr => guards.reduceRight<() => Expr>((inner, guard) => () => ({
    kind: 'if', span: lowering.span(guard), test: condition(lowering, guard), then: inner(), ...(yields ? { expression: true } : {}),
  }), () => nested(lowering, node, heads, index + 1, yields, last))();
  if (!left || !right) return rest();
  const value = lowering.value(right);
  return lowering.inBlock([], (own) => {
    if (!/<-|←/.test(lowering.signs(left.end, right.start))) {
      const bind: Expr = { kind: 'bind', span, patterns: patternsOf(lowering, left), value };
      return { kind: 'sequence', span: lowering.spanOf(head.start, node.end), body: [bind, rest()], own };
    }
    const bind = pattern(lowering, left, yields ? bindOwn : undefined);
    return { kind: 'loop', span: lowering.span(node), headSpan: lowering.spanOf(node.start, node.start + 3), over: value, bind, body: rest(), ...(yields ? { yields: index === 0 ? 'list' as const : 'each' as const } : { own }) };
  });
}

// ---- match ----------------------------------------------------------------------------------------------------------

function match(lowering: ScalaLowering, node: RawNode, wanted: boolean): Expr {
  const subject = childOf(node, 'value');
  // `frame = given match { … }`, `return given match { … }`: the grammar takes what stands before for part of the subject.
  if (subject?.type === 'assignment_expression') {
    const left = childOf(subject, 'left');
    return left ? { kind: 'bind', span: lowering.span(node), patterns: [target(lowering, left)], value: matchOf(lowering, node, childOf(subject, 'right'), true) } : lowering.unheld(node);
  }
  if (subject?.type === 'return_expression' || subject?.type === 'throw_expression') {
    return { kind: 'exit', span: lowering.span(node), how: subject.type === 'return_expression' ? 'return' : 'throw', value: matchOf(lowering, node, namedChildren(subject)[0], true) };
  }
  return matchOf(lowering, node, subject, wanted);
}

function matchOf(lowering: ScalaLowering, node: RawNode, subject: RawNode | undefined, wanted: boolean): Expr {
  const body = childOf(node, 'body');
  if (!subject || !body) return lowering.unheld(node);
  const value = lowering.value(subject);
  const clauses = namedChildren(body).filter(({ type }) => type === 'case_clause');
  if (value.kind === 'name') return matchOn(lowering, node, { kind: 'name', span: value.span, name: value.name }, clauses, wanted);
  const name = lowering.nextMatch();
  lowering.bindName(name);
  const bound: Expr = { kind: 'bind', span: value.span, patterns: [{ kind: 'name', span: value.span, name }], value };
  return { kind: 'sequence', span: lowering.span(node), body: [bound, matchOn(lowering, node, { kind: 'name', span: value.span, name }, clauses, wanted)] };
}

/** The cases as branches, one in the other. What none of them fits is an error: the last one is taken to fit. */
export function matchOn(lowering: ScalaLowering, node: RawNode, subject: Expr, clauses: readonly RawNode[], wanted: boolean): Expr {
  if (clauses.length > mostArms) {
    const half = Math.ceil(clauses.length / 2);
    const span = lowering.span(node);
    return { kind: 'if', span, test: unknownTest(lowering, node, []), then: matchOn(lowering, node, subject, clauses.slice(0, half), wanted), otherwise: matchOn(lowering, node, subject, clauses.slice(half), wanted), ...(wanted ? { expression: true } : {}) };
  }
  return clauses.reduceRight<Expr | undefined>((otherwise, clause, index) => caseOf(lowering, node, clause, subject, otherwise, wanted, index === clauses.length - 1), undefined) ?? { kind: 'sequence', span: lowering.span(node), body: [] };
}

function caseOf(lowering: ScalaLowering, node: RawNode, clause: RawNode, subject: Expr, otherwise: Expr | undefined, wanted: boolean, isLast: boolean): Expr {
  const nodes = childrenOf(clause, 'body').filter(({ named }) => named);
  return lowering.inBlock(declaredIn(lowering, nodes), (own) => {
    const span = lowering.span(clause);
    const left = childOf(clause, 'pattern');
    const guard = childOf(clause, 'guard') ?? clause.children.find(({ type }) => type === 'guard');
    const bound = left ? boundBy(lowering, left, subject) : [];
    const holds = guard && condition(lowering, guard);
    const body = statements(lowering, nodes, lastOf(wanted));
    const then: Expr = bound.length === 0 && body.length === 1 && wanted ? body[0]! : { kind: 'sequence', span, body: [...bound, ...body], own };
    const test = left && testOf(lowering, left, subject);
    if (!holds && (isLast || test === undefined)) return then;
    return { kind: 'if', span: lowering.spanOf(clause.start, node.end), test: holds ? guarded(lowering, clause, test, bound, holds, own) : test!, then, otherwise, ...(wanted ? { expression: true } : {}) };
  });
}

/** The guard sees what the pattern bound; that it holds tells that the pattern fits only where any value does. */
function guarded(lowering: ScalaLowering, clause: RawNode, test: Expr | undefined, bound: readonly Expr[], holds: Expr, own: readonly string[]): Expr {
  const whole = test === undefined ? holds : unknownTest(lowering, clause, [holds]);
  return bound.length === 0 ? whole : { kind: 'sequence', span: lowering.span(clause), body: [...bound, whole], own };
}

function boundBy(lowering: ScalaLowering, node: RawNode, subject: Expr): Expr[] {
  const patterns = patternsOf(lowering, node).filter((each) => namesOf(each).length > 0);
  return patterns.length > 0 ? [{ kind: 'bind', span: lowering.span(node), patterns, value: subject }] : [];
}

const literals: ReadonlySet<string> = new Set(['integer_literal', 'floating_point_literal', 'boolean_literal', 'character_literal', 'string', 'null_literal', 'stable_identifier', 'identifier']);

/** Whether a value fits a pattern; undefined: any does. */
function testOf(lowering: ScalaLowering, node: RawNode, subject: Expr): Expr | undefined {
  const span = lowering.span(node);
  if (node.type === 'wildcard' || (node.type === 'identifier' && /^[\p{Ll}_$]/u.test(lowering.slice(node)))) return undefined;
  if (literals.has(node.type)) return { kind: 'operator', span, name: 'equals', nameSpan: span, args: [subject, node.type === 'stable_identifier' ? stable(lowering, node) : lowering.one(node)] };
  if (node.type === 'alternative_pattern') {
    const tests = namedChildren(node).map((child) => testOf(lowering, child, subject));
    const [first, second] = tests;
    return first && second ? { kind: 'operator', span, name: 'or', nameSpan: span, args: [first, second] } : undefined;
  }
  return unknownTest(lowering, node, []);
}

/** `Color.Red` */
function stable(lowering: ScalaLowering, node: RawNode): Expr {
  const [on, name] = namedChildren(node);
  if (!on || !name) return lowering.one(node);
  return { kind: 'member', span: lowering.span(node), on: on.type === 'stable_identifier' ? stable(lowering, on) : lowering.named(on), name: lowering.identifier(name), nameSpan: lowering.span(name) };
}

function unknownTest(lowering: ScalaLowering, node: RawNode, parts: readonly Expr[]): Expr {
  return { kind: 'unknown', span: lowering.span(node), parts, kills: [] };
}

// ---- try ------------------------------------------------------------------------------------------------------------

function attempt(lowering: ScalaLowering, node: RawNode, wanted: boolean): Expr {
  const caught = node.children.find(({ type }) => type === 'catch_clause');
  const last = node.children.find(({ type }) => type === 'finally_clause');
  return {
    kind: 'try', span: lowering.span(node), body: arm(lowering, childOf(node, 'body'), wanted), handlers: caught ? handlersOf(lowering, caught, wanted) : [],
    last: last && bodyOf(lowering, namedChildren(last)[0], 'discard'),
  };
}

interface Handler { readonly bind?: Pattern | undefined; readonly body: Expr }

function handlersOf(lowering: ScalaLowering, node: RawNode, wanted: boolean): Handler[] {
  const [first] = namedChildren(node);
  if (first?.field === 'pattern') return [handler(lowering, node, wanted)];
  if (first?.type === 'case_block' || first?.type === 'indented_cases') return namedChildren(first).filter(({ type }) => type === 'case_clause').map((clause) => handler(lowering, clause, wanted));
  // A function that is given what was thrown.
  return first ? [{ body: { kind: 'unknown', span: lowering.span(first), parts: [lowering.value(first)], kills: [] } }] : [];
}

function handler(lowering: ScalaLowering, clause: RawNode, wanted: boolean): Handler {
  return lowering.inBlock([], () => {
    const left = childOf(clause, 'pattern');
    const bind = left && pattern(lowering, left);
    const guard = clause.children.find(({ type }) => type === 'guard');
    const asked: Expr[] = guard ? [{ kind: 'discard', span: lowering.span(guard), value: condition(lowering, guard) }] : [];
    const { body, ...rest } = sequenceOf(lowering, clause, childrenOf(clause, 'body').filter(({ named }) => named), lastOf(wanted));
    return { ...(bind && namesOf(bind).length > 0 ? { bind } : {}), body: { ...rest, body: [...asked, ...body] } };
  });
}
