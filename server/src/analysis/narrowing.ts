/** What a branch knows of a name: `x is None`, `isinstance(x, DataFrame)`. */
import { ofPlain } from './conditions.ts';
import type { Expr, TypeRef } from '../program/program.ts';
import { ancestry } from './calls.ts';
import { resolveType, valueOfType } from './declared.ts';
import type { Abstract, Value } from './model.ts';
import { lookup } from './names.ts';
import type { Run } from './run.ts';
import { isNull, isUnknown, joinAll, unknown } from './values.ts';

type CallExpr = Expr & { kind: 'call' };

/** Drops alternatives that the test rules out; what is unknown is what a class of Spark's was asked for. */
export function narrow(run: Run, test: Expr, holds: boolean): void {
  if (test.kind === 'call') {
    const asked = instanceTest(test);
    return asked && narrowByClass(run, asked, holds);
  }
  if (test.kind !== 'operator') return;
  const [subject, other] = test.args;
  const name = ofPlain.get(test.name) ?? test.name;
  if (name === 'not') return narrow(run, subject!, !holds);
  // Both hold, or neither does.
  if (name === (holds ? 'and' : 'or')) return test.args.forEach((part) => narrow(run, part, holds));
  const asked = typeTest(subject, other);
  if (asked && (equalities.get(name) ?? !holds) === holds) return narrowByClass(run, asked, true);
  if (!nullTests.has(name)) return;
  if (subject?.kind !== 'name' || other?.kind !== 'literal' || other.value !== null) return;
  const isNone = (name === 'is' || name === 'equals') === holds;
  keepOf(run, subject.name, (item) => isNull(item) === isNone || item.is === 'unknown');
}

/** Whether what is asked is that both are the same. */
const equalities: ReadonlyMap<string, boolean> = new Map([['is', true], ['is not', false], ['==', true], ['!=', false]]);

/** `type(name) == list`: where it is something else, it may still be of a class below. */
function typeTest(subject: Expr | undefined, other: Expr | undefined): ClassTest | undefined {
  if (subject?.kind !== 'call' || subject.fn.kind !== 'name' || subject.fn.name !== 'type' || subject.args.length !== 1) return undefined;
  const of = subject.args[0]!.value;
  const types = other && typesOf(other);
  return of.kind === 'name' && types?.length === 1 ? { subject: of, types } : undefined;
}

const nullTests: ReadonlySet<string> = new Set(['is', 'is not', 'equals', 'differs']);

function keepOf(run: Run, name: string, keeps: (item: Abstract) => boolean): void {
  const value = run.state.vars.get(name);
  const kept = value?.filter(keeps);
  if (kept && kept.length > 0 && kept.length < value!.length) run.state.vars.set(name, kept);
}

function narrowByClass(run: Run, { types, subject }: ClassTest, holds: boolean): void {
  const { name } = subject;
  const before = run.state.vars.get(name);
  // An unknown value that is no such thing stays unknown.
  if (!before || !holds && isUnknown(before)) return;
  const classes = classesOf(run, types);
  // What is asked for a plain type and can be none was promised to be something else: nobody knows what comes here.
  if (holds && before.length > 0 && classes.length > 0 && classes.every(isPlainType) && before.every((item) => item.is === 'spark' && isOneOf(item, classes) === false)) return void run.state.vars.set(name, unknown('parameter'));
  keepOf(run, name, (item) => isOneOf(item, classes) !== !holds);
  const value = run.state.vars.get(name)!;
  if (!holds || !value.some((item) => item.is === 'unknown') || !classes.some((item) => item.is === 'owner')) return;
  const promised = types.map((type) => valueOfType(run, type, `\`${name}\` is asked here to be a`, run.site(subject.span), name));
  run.state.vars.set(name, joinAll([value.filter((item) => item.is !== 'unknown'), ...promised]));
}

/** A name is asked what it is. */
interface ClassTest {
  readonly subject: Expr & { kind: 'name' };
  readonly types: readonly TypeRef[];
}

/** `isinstance(name, A)`, `isinstance(name, (A, B))`. */
export function instanceTest({ fn, args }: CallExpr): ClassTest | undefined {
  if (fn.kind !== 'name' || fn.name !== 'isinstance' || args.length !== 2) return undefined;
  const [subject, asked] = args.map(({ value }) => value);
  const types = typesOf(asked!);
  return subject?.kind === 'name' && types ? { subject, types } : undefined;
}

export const classesOf = (run: Run, types: readonly TypeRef[]): Value => joinAll(types.map((type) => resolveType(run, type.name) ?? lookup(run, type.name)));

/** The classes that are named, of one name or a tuple of several; undefined where they are made otherwise. */
function typesOf(expr: Expr): TypeRef[] | undefined {
  if (expr.kind === 'collection' && expr.type === 'tuple' || expr.kind === 'operator' && expr.name === '|') {
    const parts = expr.kind === 'collection' ? expr.items.map(({ value }) => typesOf(value)) : expr.args.map(typesOf);
    return parts.includes(undefined) ? undefined : parts.flatMap((part) => part!);
  }
  const name = dotted(expr);
  return name === undefined ? undefined : [{ name, args: [] }];
}

function dotted(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  const on = expr.kind === 'member' ? dotted(expr.on) : undefined;
  return on === undefined ? undefined : `${on}.${(expr as Expr & { kind: 'member' }).name}`;
}

/** Whether a value is an instance of any of these classes; undefined where it may be. */
export function isOneOf(item: Abstract, classes: Value): boolean | undefined {
  const answers = classes.map((type) => isOf(item, type));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function isOf(item: Abstract, type: Abstract): boolean | undefined {
  if (item.is === 'unknown' || type.is === 'unknown') return undefined;
  switch (type.is) {
    case 'owner':
      if (item.is === 'spark') return isKindOf(item.kind, type.kind);
      if (item.is !== 'object') return false;
      return ancestry(item.of.of).some(({ bases }) => bases.some((base) => base.is === 'owner' && base.kind === type.kind)) ? true : undefined;
    case 'class':
      if (item.is === 'object') return ancestry(item.of.of).some(({ def }) => def === type.info.def) ? true : undefined;
      return item.is === 'foreign' ? undefined : false;
    case 'foreign':
      // A row is a tuple; whatever else is Spark's is none of Python's own, nor of these libraries.
      if (item.is === 'spark') return item.kind !== 'Row' && elsewhere.test(type.name) ? false : undefined;
      if (item.is === 'constant' && typeof item.value === 'string' && plainTypes.has(type.name)) return type.name === 'builtins.str';
      if (item.is === 'collection' && item.type !== 'iterator' && plainTypes.has(type.name)) return type.name === `builtins.${item.type}`;
      return isNull(item) ? false : undefined;
    default: return undefined;
  }
}

/** A type of Python's own. */
export const isPlainType = (type: Abstract): boolean => type.is === 'foreign' && plainTypes.has(type.name);
const plainTypes: ReadonlySet<string> = new Set(['str', 'bytes', 'int', 'float', 'bool', 'list', 'tuple', 'set', 'dict'].map((name) => `builtins.${name}`));
const elsewhere = /^(builtins\.(?!object$)|(pandas|numpy|polars|pyarrow|dask)\.)/;

/** Kinds that have several classes below them in Spark are not told from one another. */
const families: readonly RegExp[] = [/^ML/, /^PandasOnSpark\./];

function isKindOf(kind: string, asked: string): boolean | undefined {
  const [a, b] = [kind, asked].map((name) => alike[name] ?? name);
  return a === b && !families.some((family) => family.test(kind)) ? true : families.some((family) => family.test(kind) && family.test(asked)) ? undefined : false;
}
const alike: Readonly<Record<string, string>> = { Dataset: 'DataFrame', HiveContext: 'SQLContext' };
