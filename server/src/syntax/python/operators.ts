/** Operators, comparisons, and chains of them. */
import type { Expr } from '../../program/program.ts';
import type { Forms, Lowering } from '../lowering.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';

export const operatorForms: Forms = {
  binary_operator: chained,
  boolean_operator: chained,
  unary_operator(lowering, node) {
    const operator = childOf(node, 'operator');
    const text = operator ? lowering.slice(operator) : '-';
    return { kind: 'operator', span: lowering.span(node), name: text === '-' ? 'neg' : text === '+' ? 'pos' : text, nameSpan: lowering.span(operator ?? node), args: [lowering.field(node, 'argument')] };
  },
  not_operator: (lowering, node) => word(lowering, node, 'not', lowering.field(node, 'argument')),
  await: (lowering, node) => word(lowering, node, 'await', lowering.firstOf(node)),
  comparison_operator: comparison,
};

/** An operator that begins with its own name. */
function word(lowering: Lowering, node: RawNode, name: string, operand: Expr): Expr {
  return { kind: 'operator', span: lowering.span(node), name, nameSpan: lowering.spanOf(node.start, node.start + name.length), args: [operand] };
}

const known: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', '%', '**', '@', '&', '|', '^', '<<', '>>', 'and', 'or']);

/** Long chains (`a + b + …`) lean to the left: they are walked, not recursed into. */
function chained(lowering: Lowering, node: RawNode): Expr {
  const nameOf = (each: RawNode): string => {
    const operator = childOf(each, 'operator');
    return operator ? lowering.slice(operator) : '?';
  };
  if (!known.has(nameOf(node))) return lowering.unheld(node);
  const spine: RawNode[] = [];
  let left: RawNode | undefined = node;
  while (left?.type === node.type) {
    spine.push(left);
    left = childOf(left, 'left');
  }
  let value = left ? lowering.one(left) : lowering.unheld(node);
  for (let index = spine.length - 1; index >= 0; index--) {
    const each = spine[index]!;
    value = { kind: 'operator', span: lowering.span(each), name: nameOf(each), nameSpan: lowering.span(childOf(each, 'operator') ?? each), args: [value, lowering.field(each, 'right')] };
  }
  return value;
}

function comparison(lowering: Lowering, node: RawNode): Expr {
  const operators = childrenOf(node, 'operators');
  const args = lowering.all(namedChildren(node));
  const first = operators[0];
  if (args.length < 2 || !first) return lowering.unheld(node);
  const name = args.length > 2 ? 'chain' : operators.map((each) => lowering.slice(each)).join(' ').replace(/\s+/g, ' ').replace('<>', '!=');
  return { kind: 'operator', span: lowering.span(node), name, nameSpan: lowering.spanOf(first.start, operators.at(-1)!.end), args };
}
