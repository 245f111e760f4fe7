/** Tests whose outcome is known, and code whose names stand for something else. */
import { calledName } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Abstract, Value } from './model.ts';
import { classesOf, instanceTest, isOneOf, isPlainType } from './narrowing.ts';
import type { Run } from './run.ts';
import { constantOf, isNull } from './values.ts';

/** Whether a test holds, where what the function was given decides it: `build(streaming=False)` and `if streaming`. */
export function decidedBy(run: Run, test: Expr): boolean | undefined {
  if (test.kind === 'name') {
    const known = parameterOf(run, test);
    const value = known && constantOf(known);
    return value === undefined ? undefined : Boolean(value);
  }
  if (test.kind === 'call') return isEqualInAnyCase(run, test) ?? isOfPlainType(run, test);
  if (test.kind !== 'operator') return undefined;
  const [left, right] = test.args;
  switch (test.name) {
    case 'not': case '!': return negated(decidedBy(run, left!));
    case 'and': case '&&': return both(decidedBy(run, left!), decidedBy(run, right!), false);
    case 'or': case '||': return both(decidedBy(run, left!), decidedBy(run, right!), true);
    case 'is': return isNothing(run, left!, right!);
    case 'is not': return negated(isNothing(run, left!, right!));
    case '==': case 'equals': return isEqual(run, left!, right!);
    case '!=': case 'differs': return negated(isEqual(run, left!, right!));
    case '>': return isAbove(run, left!, right!);
    case '<': return isAbove(run, right!, left!);
    case '<=': return negated(isAbove(run, left!, right!));
    case '>=': return negated(isAbove(run, right!, left!));
    default: return undefined;
  }
}

const negated = (holds: boolean | undefined): boolean | undefined => (holds === undefined ? undefined : !holds);

/** `or` is decided by one that holds, `and` by one that does not; or by both. */
const both = (left: boolean | undefined, right: boolean | undefined, decisive: boolean): boolean | undefined =>
  left === decisive || right === decisive ? decisive : left === undefined || right === undefined ? undefined : !decisive;

/** The value of a parameter of the running function. */
function parameterOf(run: Run, expr: Expr): Value | undefined {
  if (expr.kind !== 'name' || !run.scope.def.params.some(({ name, form }) => name === expr.name && form !== 'rest' && form !== 'keywords')) return undefined;
  return run.state.vars.get(expr.name);
}

/** `isinstance(keys, str)`, where a text or a collection was given. */
function isOfPlainType(run: Run, test: Expr & { kind: 'call' }): boolean | undefined {
  const asked = instanceTest(test);
  const given = asked && parameterOf(run, asked.subject);
  if (!given || given.length === 0 || !given.every(isTextOrCollection)) return undefined;
  const classes = classesOf(run, asked.types);
  if (!classes.every(isPlainType)) return undefined;
  const [first, ...others] = given.map((item) => isOneOf(item, classes));
  return others.every((answer) => answer === first) ? first : undefined;
}

const isTextOrCollection = (item: Abstract): boolean => item.is === 'collection' || item.is === 'constant' && typeof item.value === 'string';

function isNothing(run: Run, subject: Expr, other: Expr): boolean | undefined {
  const value = other.kind === 'literal' && other.type === 'none' ? parameterOf(run, subject) : undefined;
  if (!value || value.length === 0) return undefined;
  if (value.every(isNull)) return true;
  return value.every((item) => item.is === 'constant' && item.value !== null || item.is === 'spark') ? false : undefined;
}

function isEqual(run: Run, left: Expr, right: Expr): boolean | undefined {
  if (right.kind !== 'literal' || right.type === 'symbol' || right.type === 'bytes') return undefined;
  const known = parameterOf(run, left);
  const value = known && constantOf(known);
  // Python's `1 == True` holds.
  if (value === undefined || typeof value !== typeof right.value && typeof value !== 'string' && typeof right.value !== 'string' && value !== null && right.value !== null) return undefined;
  return value === right.value;
}

/** `partitions > 0`, where the parameter was given a number, or its default is one. */
function isAbove(run: Run, larger: Expr, smaller: Expr): boolean | undefined {
  const [left, right] = [larger, smaller].map((expr) => {
    const value = expr.kind === 'literal' ? expr.value : constantOf(parameterOf(run, expr) ?? []);
    return typeof value === 'number' ? value : undefined;
  });
  return left === undefined || right === undefined ? undefined : left > right;
}

/** `mode.equalsIgnoreCase("local")` */
function isEqualInAnyCase(run: Run, { fn, args }: Expr & { kind: 'call' }): boolean | undefined {
  const other = fn.kind === 'member' && fn.name === 'equalsIgnoreCase' && args.length === 1 ? args[0]!.value : undefined;
  const known = fn.kind === 'member' && other?.kind === 'literal' ? parameterOf(run, fn.on) : undefined;
  const value = known && constantOf(known);
  return typeof value === 'string' && other?.kind === 'literal' && typeof other.value === 'string' ? value.toLowerCase() === other.value.toLowerCase() : undefined;
}

/** `patch("…")`, `mock.patch.object(…)`: what names stand for in there is not what they say. */
export function isPatch(expr: Expr): boolean {
  if (calledName(expr) === 'patch') return true;
  const named = expr.kind === 'call' ? expr.fn : expr;
  return named.kind === 'member' && isPatch(named.on);
}
