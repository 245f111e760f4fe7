/** Puts right what the grammar reads wrong and no mask helps: to it `a && b.as[T]` is `(a && b.as)[T]`. */
import { RawNode } from '../tree.ts';

const suffixes: ReadonlySet<string> = new Set(['generic_function', 'field_expression', 'call_expression']);
const chains: ReadonlySet<string> = new Set(['infix_expression', 'prefix_expression']);

/** What stands behind an operand belongs to that operand alone. */
export function mend(node: RawNode): RawNode {
  const [inner, ...behind] = node.children;
  const operand = inner?.children.at(-1);
  if (!inner || !operand?.named || !suffixes.has(node.type) || !chains.has(inner.type)) return node;
  const first = new RawNode(operand.type, operand.start, operand.end, inner.field, operand.named, operand.children, operand.broken);
  const whole = mend(new RawNode(node.type, operand.start, node.end, operand.field, node.named, [first, ...behind], node.broken));
  return new RawNode(inner.type, inner.start, node.end, node.field, node.named, [...inner.children.slice(0, -1), whole], node.broken);
}
