/** Words and signs between operands: the grammar knows no precedence, so it is settled here. */
import type { Arg, Expr } from '../../program/program.ts';
import { childOf, namedChildren, type RawNode } from '../tree.ts';
import { target } from './bindings.ts';
import { functionOf } from './expressions.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';
import { anonymous } from './templates.ts';

export const operatorForms: ScalaForms = {
  infix_expression: infix,
  postfix_expression: postfix,
  prefix_expression(lowering, node) {
    const operand = namedChildren(node)[0];
    const sign = lowering.text[node.start] ?? '';
    if (!operand) return lowering.unheld(node);
    const name = sign === '-' ? 'neg' : sign === '+' ? 'pos' : sign;
    return { kind: 'operator', span: lowering.span(node), name, nameSpan: lowering.spanOf(node.start, node.start + 1), args: [lowering.one(operand)] };
  },
};

const names: ReadonlyMap<string, string> = new Map([
  ...['+', '-', '*', '/', '%', '<', '<=', '>', '>=', '===', '=!=', '<=>', '&&', '||', '&', '|', '^', '<<', '>>', '>>>'].map((sign): [string, string] => [sign, sign]),
  ['==', 'equals'], ['!=', 'differs'], ['!==', '=!='], ['eq', 'is'], ['ne', 'is not'],
]);

const assignments: ReadonlySet<string> = new Set(['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=', '>>>=', '++=', '--=', '::=', ':::=', '+:=', ':+=']);

/** By the first character: letters bind least, then assignments alone bind less. */
const levels = ['|', '^', '&', '=!', '<>', ':', '+-', '*/%'];

function precedence(operator: string): number {
  if (/^[^=].*=$/.test(operator) && !['<=', '>=', '!='].includes(operator)) return 0;
  const first = operator[0]!;
  if (/[\p{L}$_`]/u.test(first)) return 1;
  const level = levels.findIndex((signs) => signs.includes(first));
  return level < 0 ? levels.length + 2 : level + 2;
}

/** A piece of a chain: an operand as it is written, or one made of two. */
type Operand = RawNode | Joined;
interface Joined {
  readonly left: Operand;
  readonly operator: RawNode;
  readonly right: Operand;
  readonly start: number;
  readonly end: number;
}

const isJoined = (operand: Operand): operand is Joined => 'operator' in operand;

function infix(lowering: ScalaLowering, node: RawNode): Expr {
  const operands: RawNode[] = [];
  const operators: RawNode[] = [];
  let at: RawNode = node;
  while (at.type === 'infix_expression') {
    const [left, operator, right] = [childOf(at, 'left'), childOf(at, 'operator'), at.children.filter(({ field, named }) => field === 'right' && named)[0]];
    // `f _ andThen g`: the grammar takes the sign for a word between two others.
    if (!left || !operator || !right || lowering.slice(operator) === '_') return lowering.unheld(node);
    operands.unshift(right);
    operators.unshift(operator);
    at = left;
  }
  operands.unshift(at);
  return lowered(lowering, grouped(lowering, operands, operators));
}

/** Operands and operators as the language reads them. */
function grouped(lowering: ScalaLowering, operands: readonly RawNode[], operators: readonly RawNode[]): Operand {
  const done: Operand[] = [operands[0]!];
  const waiting: RawNode[] = [];
  const join = (): void => {
    const right = done.pop()!;
    const left = done.pop()!;
    done.push({ left, operator: waiting.pop()!, right, start: left.start, end: right.end });
  };
  operators.forEach((operator, index) => {
    const sign = lowering.slice(operator);
    const own = precedence(sign);
    for (let last = waiting.at(-1); last; last = waiting.at(-1)) {
      const other = precedence(lowering.slice(last));
      if (other < own || (other === own && sign.endsWith(':'))) break;
      join();
    }
    waiting.push(operator);
    done.push(operands[index + 1]!);
  });
  while (waiting.length > 0) join();
  return done[0]!;
}

/** Long chains lean to the left: they are walked, not recursed into. */
function lowered(lowering: ScalaLowering, operand: Operand): Expr {
  const spine: Joined[] = [];
  let first = operand;
  while (isJoined(first) && !lowering.slice(first.operator).endsWith(':')) {
    spine.push(first);
    first = first.left;
  }
  if (isJoined(first)) return spine.reduceRight((left, each) => joined(lowering, left, each), rightBound(lowering, first));
  const [innermost] = spine.slice(-1);
  if (innermost && assignments.has(lowering.slice(innermost.operator)) && spine.length === 1) return augmented(lowering, innermost, first);
  return spine.reduceRight((left, each) => joined(lowering, left, each), lowering.one(first));
}

/** `a :: b` asks b. */
function rightBound(lowering: ScalaLowering, { left, operator, right, start, end }: Joined): Expr {
  const value = lowered(lowering, left);
  const on = lowered(lowering, right);
  return { kind: 'call', span: lowering.spanOf(start, end), fn: { kind: 'member', span: lowering.spanOf(operator.start, end), on, name: lowering.identifier(operator), nameSpan: lowering.span(operator) }, args: [{ value }] };
}

function joined(lowering: ScalaLowering, left: Expr, whole: Joined): Expr {
  const { operator, right, start, end } = whole;
  const sign = lowering.identifier(operator);
  const span = lowering.spanOf(start, end);
  const nameSpan = lowering.span(operator);
  const name = names.get(sign);
  if (name !== undefined) return { kind: 'operator', span, name, nameSpan, args: [left, lowered(lowering, right)] };
  if (sign === '->' || sign === '→') return { kind: 'collection', span, type: 'tuple', items: [{ value: left }, { value: lowered(lowering, right) }] };
  // `new A with B { … }` on one line
  if (sign === 'with') return mixed(lowering, left, whole);
  return { kind: 'call', span, fn: { kind: 'member', span: lowering.spanOf(start, operator.end), on: left, name: sign, nameSpan }, args: operandArguments(lowering, right) };
}

function mixed(lowering: ScalaLowering, left: Expr, { left: made, right, start, end }: Joined): Expr {
  const types = isJoined(made) || made.type !== 'instance_expression' ? undefined : namedChildren(made);
  const body = isJoined(right) || right.type !== 'call_expression' ? undefined : childOf(right, 'arguments');
  const trait = isJoined(right) ? undefined : childOf(right, 'function');
  return types && body && trait ? anonymous(lowering, { start, end }, [...types, trait], body) : left;
}

/** Several in parentheses are several arguments. */
function operandArguments(lowering: ScalaLowering, operand: Operand): Arg[] {
  if (isJoined(operand)) return [{ value: lowered(lowering, operand) }];
  if (operand.type === 'unit') return [];
  return operand.type === 'tuple_expression' ? namedChildren(operand).map((child) => ({ value: lowering.value(child) })) : [{ value: lowering.one(operand) }];
}

function augmented(lowering: ScalaLowering, { operator, right, start, end }: Joined, left: RawNode): Expr {
  const value = lowered(lowering, right);
  return { kind: 'bind', span: lowering.spanOf(start, end), patterns: [target(lowering, left)], value, augmented: lowering.slice(operator).slice(0, -1) };
}

/** `df count`; `f _` is f itself. */
function postfix(lowering: ScalaLowering, node: RawNode): Expr {
  const [operand, word] = namedChildren(node);
  if (!operand || !word) return lowering.unheld(node);
  if (lowering.slice(word) === '_') return functionOf(lowering, operand).fn;
  return { kind: 'member', span: lowering.span(node), on: lowering.one(operand), name: lowering.identifier(word), nameSpan: lowering.span(word), auto: true };
}
