/** Branches, loops, and the other statements that decide what runs. */
import type { Arg, Expr, Pattern } from '../../program/program.ts';
import { block } from './blocks.ts';
import { keywordFor } from './comprehensions.ts';
import type { Forms, Lowering } from '../lowering.ts';
import { pattern } from './patterns.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';

export const controlFlowForms: Forms = {
  block,
  module: block,
  if_statement: ifStatement,
  for_statement: forStatement,
  while_statement(lowering, node) {
    return { kind: 'loop', span: lowering.span(node), headSpan: lowering.spanOf(node.start, node.start + 5), test: lowering.field(node, 'condition'), body: block(lowering, childOf(node, 'body')), otherwise: otherwiseOf(lowering, node) };
  },
  try_statement: tryStatement,
  with_statement: withStatement,
  match_statement: matchStatement,
  return_statement: exit('return'),
  raise_statement: exit('throw'),
  break_statement: (lowering, node) => ({ kind: 'exit', span: lowering.span(node), how: 'break' }),
  continue_statement: (lowering, node) => ({ kind: 'exit', span: lowering.span(node), how: 'continue' }),
  assert_statement(lowering, node) {
    const [test, message] = namedChildren(node);
    return test ? { kind: 'assert', span: lowering.span(node), test: lowering.one(test), message: message && lowering.one(message) } : lowering.unheld(node);
  },
  global_statement: outerNames,
  nonlocal_statement: outerNames,
  print_statement(lowering, node) {
    const args = namedChildren(node).map((child): Arg => ({ value: child.type === 'chevron' ? lowering.firstOf(child) : lowering.one(child) }));
    return { kind: 'call', span: lowering.span(node), fn: { kind: 'name', span: lowering.spanOf(node.start, node.start + 'print'.length), name: 'print' }, args };
  },
};

function exit(how: 'return' | 'throw') {
  return (lowering: Lowering, node: RawNode): Expr => {
    const value = namedChildren(node)[0];
    return { kind: 'exit', span: lowering.span(node), how, value: value && lowering.one(value) };
  };
}

/** At the top of a module `global` says nothing: its names are the module's own. */
function outerNames(lowering: Lowering, node: RawNode): Expr {
  if (!lowering.scope.isModule) for (const child of namedChildren(node)) lowering.scope.outer.add(lowering.slice(child));
  return { kind: 'sequence', span: lowering.span(node), body: [] };
}

/** Each arm of `elif` or `case` is nested in the one before: of so many at most. */
const mostArms = 200;

type Branch = Expr & { readonly kind: 'if' };

function ifStatement(lowering: Lowering, node: RawNode): Expr {
  const alternatives = childrenOf(node, 'alternative');
  const last = alternatives.find((clause) => clause.type === 'else_clause');
  const otherwise = arms(alternatives.filter((clause) => clause !== last), last && block(lowering, childOf(last, 'body')), (clause): Branch => (
    { kind: 'if', span: lowering.spanOf(clause.start, node.end), test: lowering.field(clause, 'condition'), then: block(lowering, childOf(clause, 'consequence')) }
  ));
  return { kind: 'if', span: lowering.span(node), test: lowering.field(node, 'condition'), then: block(lowering, childOf(node, 'consequence')), otherwise };
}

/** Each arm holds the next one. Machine-made chains fall into parts, one of which runs. */
function arms(clauses: readonly RawNode[], last: Expr | undefined, make: (clause: RawNode) => Branch): Expr | undefined {
  if (clauses.length <= mostArms) return clauses.reduceRight((rest, clause) => ({ ...make(clause), otherwise: rest }), last);
  const half = Math.ceil(clauses.length / 2);
  const end = make(clauses[half - 1]!);
  const test: Expr = { kind: 'unknown', span: end.span, parts: [], kills: [] };
  const then = arms(clauses.slice(0, half - 1), { kind: 'sequence', span: end.span, body: [{ ...test, parts: [end.test] }, end.then] }, make)!;
  return { kind: 'if', span: then.span, test, then, otherwise: arms(clauses.slice(half), last, make) };
}

function forStatement(lowering: Lowering, node: RawNode): Expr {
  const left = childOf(node, 'left');
  const over = lowering.field(node, 'right');
  const bind = left ? pattern(lowering, left) : undefined;
  return { kind: 'loop', span: lowering.span(node), headSpan: keywordFor(lowering, node), over, bind, body: block(lowering, childOf(node, 'body')), otherwise: otherwiseOf(lowering, node) };
}

/** The `else` of a loop. */
function otherwiseOf(lowering: Lowering, node: RawNode): Expr | undefined {
  const clause = childOf(node, 'alternative');
  return clause && block(lowering, childOf(clause, 'body'));
}

function tryStatement(lowering: Lowering, node: RawNode): Expr {
  const handlers: { bind?: Pattern; body: Expr }[] = [];
  let otherwise: Expr | undefined;
  let last: Expr | undefined;
  for (const child of node.children) {
    if (child.type === 'else_clause') otherwise = block(lowering, childOf(child, 'body'));
    else if (child.type === 'finally_clause') last = block(lowering, child.children.find((part) => part.type === 'block'));
    else if (child.type === 'except_clause' || child.type === 'except_group_clause') {
      const alias = childOf(child, 'alias') ?? aliasIn(child);
      const bind = alias ? pattern(lowering, alias) : undefined;
      handlers.push({ ...(bind ? { bind } : {}), body: block(lowering, child.children.find((part) => part.type === 'block')) });
    }
  }
  return { kind: 'try', span: lowering.span(node), body: block(lowering, childOf(node, 'body')), handlers, otherwise, last };
}

/** What a handler calls the exception: `except E as e`, or `except E, e` of Python 2. */
function aliasIn(clause: RawNode): RawNode | undefined {
  const asPattern = clause.children.find((child) => child.type === 'as_pattern');
  if (asPattern) return childOf(asPattern, 'alias');
  const values = childrenOf(clause, 'value');
  return values.length === 2 && values[1]!.type === 'identifier' ? values[1] : undefined;
}

function withStatement(lowering: Lowering, node: RawNode): Expr {
  const items: { context: Expr; bind?: Pattern }[] = [];
  const clause = node.children.find((child) => child.type === 'with_clause');
  for (const item of clause ? namedChildren(clause) : []) {
    const value = childOf(item, 'value') ?? namedChildren(item)[0];
    if (!value) continue;
    if (value.type === 'as_pattern') {
      const context = namedChildren(value)[0];
      const alias = childOf(value, 'alias');
      if (context) items.push({ context: lowering.one(context), ...(alias ? { bind: pattern(lowering, alias) } : {}) });
    } else items.push({ context: lowering.one(value) });
  }
  return { kind: 'with', span: lowering.span(node), items, body: block(lowering, childOf(node, 'body')) };
}

/** The cases are branches; names in their patterns are bound to what cannot be told. */
function matchStatement(lowering: Lowering, node: RawNode): Expr {
  const subjects = lowering.all(childrenOf(node, 'subject'));
  const clauses = childOf(node, 'body')?.children.filter((child) => child.type === 'case_clause') ?? [];
  const chain = arms(clauses, undefined, (clause): Branch => {
    const span = lowering.span(clause);
    const names = new Set<string>();
    for (const child of clause.children) if (child.type === 'case_pattern') capturedNames(child, lowering.text, names);
    for (const name of names) lowering.bindName(name);
    const bound: Expr = { kind: 'unknown', span, parts: [], kills: [...names] };
    const guard = childOf(clause, 'guard');
    // The guard sees what the pattern bound; that it holds does not yet tell that the pattern matched.
    const test: Expr = { kind: 'unknown', span, parts: guard ? [lowering.firstOf(guard)] : [], kills: [] };
    return { kind: 'if', span, test: guard ? { kind: 'sequence', span, body: [bound, test] } : test, then: { kind: 'sequence', span, body: [bound, block(lowering, childOf(clause, 'consequence'))] } };
  });
  return { kind: 'sequence', span: lowering.span(node), body: [...subjects, ...(chain ? [chain] : [])] };
}

/** The names that a pattern of a `case` binds: not those of classes, of their fields, and of constants (`Color.RED`). */
function capturedNames(node: RawNode, text: string, found: Set<string>): void {
  const captured = node.type === 'dotted_name' && node.children.length === 1 ? node
    : node.type === 'splat_pattern' || node.type === 'as_pattern' ? node.children.findLast((child) => child.type === 'identifier')
    : undefined;
  if (captured && text.slice(captured.start, captured.end) !== '_') found.add(text.slice(captured.start, captured.end));
  for (const child of node.children) {
    const ofClass = node.type === 'class_pattern' && child.type === 'dotted_name';
    if (!ofClass && child.field !== 'key') capturedNames(child, text, found);
  }
}
