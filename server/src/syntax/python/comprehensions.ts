/** Comprehensions: loops that yield. */
import type { Expr, Span } from '../../program/program.ts';
import type { Form, Forms, Lowering } from '../lowering.ts';
import { pattern } from './patterns.ts';
import { childOf, childrenOf, namedChildren, type RawNode } from '../tree.ts';

export const comprehensionForms: Forms = {
  list_comprehension: comprehension('list'),
  set_comprehension: comprehension('set'),
  dictionary_comprehension: comprehension('dict'),
  generator_expression: comprehension('generator'),
};

/** Its names are its own: they are not added to the scope's names, and the analysis puts back what they shadowed. */
function comprehension(yields: 'list' | 'set' | 'dict' | 'generator'): Form {
  return (lowering, node) => {
    const clauses = namedChildren(node).filter((child) => child.type === 'for_in_clause' || child.type === 'if_clause');
    const build = (index: number): Expr => {
      const clause = clauses[index];
      if (!clause) return element(lowering, node);
      if (clause.type === 'if_clause') return { kind: 'if', span: lowering.span(clause), test: lowering.firstOf(clause), then: build(index + 1), expression: true };
      const left = childOf(clause, 'left');
      const over = lowering.all(childrenOf(clause, 'right'))[0];
      const bind = left ? pattern(lowering, left, false) : undefined;
      const headSpan = keywordFor(lowering, clause);
      // Inner loops hand their element to the outer one: only the outermost says what is built.
      return { kind: 'loop', span: lowering.span(node), headSpan, over, bind, body: build(index + 1), yields: index === 0 ? yields : 'each' };
    };
    return clauses.length > 0 ? build(0) : lowering.unheld(node);
  };
}

/** What a comprehension yields. */
function element(lowering: Lowering, comprehension: RawNode): Expr {
  const node = childOf(comprehension, 'body');
  if (!node) return lowering.unheld(comprehension);
  if (node.type === 'pair') return { kind: 'collection', span: lowering.span(node), type: 'tuple', items: [{ value: lowering.field(node, 'key') }, { value: lowering.field(node, 'value') }] };
  return lowering.one(node);
}

/** A loop's `for`; `async` may stand before it. */
export function keywordFor(lowering: Lowering, node: RawNode): Span {
  const { text } = lowering;
  const at = text.startsWith('async', node.start) ? text.indexOf('for', node.start) : node.start;
  return lowering.spanOf(at, at + 3);
}
