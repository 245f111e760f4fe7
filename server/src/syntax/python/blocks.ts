/** Statements one after another, and what is left of broken ones. */
import type { Expr } from '../../program/program.ts';
import type { Lowering } from '../lowering.ts';
import { namedChildren, type RawNode } from '../tree.ts';

export function block(lowering: Lowering, node: RawNode | undefined): Expr {
  if (!node) return { kind: 'sequence', span: [0, 0], body: [] };
  const body: Expr[] = [];
  let first = true;
  for (const child of namedChildren(node)) {
    if (child.field === 'alternative') continue;
    addStatement(lowering, child, first, body);
    first = false;
  }
  return { kind: 'sequence', span: lowering.span(node), body };
}

/** `first`: a string that stands there is documentation. */
export function addStatement(lowering: Lowering, node: RawNode, first: boolean, into: Expr[]): void {
  switch (node.type) {
    case 'expression_statement':
      for (const child of namedChildren(node)) addExpressionStatement(lowering, child, node, first, into);
      break;
    case 'pass_statement': case 'MISSING': break;
    case 'ERROR': into.push(broken(lowering, node)); break;
    default: into.push(lowering.one(node));
  }
}

function addExpressionStatement(lowering: Lowering, node: RawNode, statement: RawNode, first: boolean, into: Expr[]): void {
  const { type } = node;
  if (type === 'assignment' || type === 'augmented_assignment' || type === 'yield') {
    into.push(lowering.one(node));
    return;
  }
  if (type === 'ellipsis') return;
  if ((type === 'string' || type === 'concatenated_string') && (first || !node.children.some((child) => child.type === 'interpolation'))) return;
  const value = lowering.one(node);
  const span = lowering.span(statement);
  into.push(lowering.shownAt.has(statement.end) ? { kind: 'discard', span, value, shown: true } : { kind: 'discard', span, value });
}

/** A broken statement that begins with one of these may have bound the name that follows. */
const bindingWords: ReadonlySet<string> = new Set(['for', 'as', 'def', 'class', 'import']);

/** In broken code the healthy parts still count; names it seems to assign become unknown. */
function broken(lowering: Lowering, node: RawNode): Expr {
  const kills: string[] = [];
  const { children } = node;
  children.forEach((child, index) => {
    const assigned = children[index + 1]?.type === '=' || bindingWords.has(children[index - 1]?.type ?? '');
    if (child.type === 'identifier' && assigned) kills.push(lowering.slice(child));
  });
  for (const name of kills) lowering.bindName(name);
  const parts: Expr[] = [];
  for (const child of namedChildren(node)) if (child.type !== 'identifier') addStatement(lowering, child, false, parts);
  return { kind: 'unknown', span: lowering.span(node), parts, kills };
}
