/**
 * What unknown values are taken for. A method that only one kind of Spark has tells it, here and below; a call that this
 * kind cannot answer takes the guess back: the next round does without it.
 */
import type { Method } from '../knowledge/api.ts';
import { forEachImport } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { valueOfKind } from './calls.ts';
import { evaluate } from './evaluate.ts';
import type { ArgValue, Kind, SparkValue, Use, Value } from './model.ts';
import { setField } from './names.ts';
import type { Run } from './run.ts';
import { moduleScope, type Scope } from './scope.ts';
import { datasetsIn, isUnknown } from './values.ts';

type CallExpr = Expr & { kind: 'call' };

/** A mock answers to every name. */
export const isMock = (value: Value): boolean => value.some((item) => item.is === 'unknown' && item.reason === 'mock');

/**
 * Methods that classes of the program have, in this file and in those that it imports, where the file imports nothing
 * of Spark: there it is they that answer.
 */
export function ownMethodsOf(run: Run, scope: Scope): ReadonlySet<string> {
  const root = moduleScope(scope);
  let known = run.ownMethods.get(root.def);
  if (!known) run.ownMethods.set(root.def, (known = importsOf(run, root) === 'spark' ? new Set() : methodsAround(run, root)));
  return known;
}

type Imports = 'nothing' | 'spark' | 'others';
const importing = new WeakMap<Def, Imports>();

/** What a module imports; of its own scope. */
function importsOf(run: Run, { def }: Scope): Imports {
  const known = importing.get(def);
  if (known !== undefined) return known;
  let found: Imports = 'nothing';
  forEachImport(def.body, ({ module, level }) => {
    if (found !== 'spark') found = level === 0 && run.api.library(module) === 'spark' ? 'spark' : 'others';
  });
  importing.set(def, found);
  return found;
}

function methodsAround(run: Run, { def, module: path }: Scope): Set<string> {
  const methods = methodsIn(def.body);
  forEachImport(def.body, ({ module, level, names }) => {
    for (const name of [undefined, ...(names ?? [])]) {
      const dotted = name === undefined ? module : module === '' ? name.name : `${module}.${name.name}`;
      const own = dotted === '' ? undefined : run.host.import(path, dotted, level)?.scope();
      if (own && importsOf(run, own) !== 'spark') for (const method of methodsIn(own.def.body)) methods.add(method);
    }
  });
  return methods;
}

/** Names of the methods of a module's own classes. */
function methodsIn(body: Expr): Set<string> {
  const statements = (expr: Expr): readonly Expr[] => (expr.kind === 'sequence' ? expr.body : [expr]);
  const classes = statements(body).flatMap((statement) => (statement.kind === 'closure' && statement.def.kind === 'class' ? [statement.def] : []));
  return new Set(classes.flatMap((def) => statements(def.body).flatMap((statement) => (statement.kind === 'closure' ? [statement.def.name] : []))));
}

/** An unknown receiver of a method that only one kind of Spark has is of that kind, here and below. */
export function refine(run: Run, on: Expr, value: Value, member: string, call?: CallExpr): Value {
  if (!isUnknown(value) || isMock(value) || run.scope.lookAlikes) return value;
  const told = run.api.kindsTelling(member, run.language);
  run.asks ||= told.length > 0 && value[0]?.is === 'unknown' && value[0].reason === 'parameter';
  if (told.length !== 1 || ownMethodsOf(run, run.scope).has(member) || call && !takes(run.api.method(told[0]!, member, run.language), call)) return value;
  return taken(run, on, value, told[0]!, `\`${member}\` is a method that only ${told[0]!} has`);
}

/** `x.join(frame, …)`, `x.filter(column)`: whatever `x` is otherwise unknown as, it is what a frame can be joined with, or what takes Columns. */
export function refineByGiven(run: Run, on: Expr, value: Value, member: string, args: readonly ArgValue[]): Value {
  if (value.length === 0 || !isUnknown(value) || isMock(value) || run.scope.lookAlikes) return value;
  // Names are told by that wherever they stand (`hinted`).
  if (on.kind !== 'name' && run.language === 'python' && takingColumns.has(member) && args.some(({ value: given }) => given.length > 0 && given.every((item) => item.is === 'spark' && item.kind === 'Column' && !item.guess))) return ownMethodsOf(run, run.scope).has(member) ? value : taken(run, on, value, 'DataFrame', `\`${member}\` is given a Column`);
  const [first, ...others] = args;
  // `functions[name](column).over(window)`
  if (member === 'over' && first !== undefined && first.value.length > 0 && first.value.every((item) => item.is === 'spark' && item.kind === 'WindowSpec')) return taken(run, on, value, 'Column', '`over` is given a window');
  if (!joining.has(member) || !first || first.value.length === 0) return value;
  // Of two frames something else is the receiver: `joiner.join(a, b, "key")`.
  if (others.some((other) => other.value.some((item) => item.is === 'spark' && item.dataset))) return value;
  const kind = ['DataFrame', 'RDD'].find((each) => first.value.every((item) => item.is === 'spark' && item.kind === each && !item.guess));
  // A context unites RDDs.
  if (kind === 'RDD' && member === 'union') return value;
  return kind === undefined || ownMethodsOf(run, run.scope).has(member) ? value : taken(run, on, value, kind, `\`${member}\` is given ${kind === 'RDD' ? 'an RDD' : 'a DataFrame'}`);
}
/** Groups take Columns by `agg` as well, and are seldom met where nobody has seen them made. */
export const takingColumns: ReadonlySet<string> = new Set(['filter', 'where', 'select', 'groupBy', 'groupby']);
const joining: ReadonlySet<string> = new Set(['join', 'leftOuterJoin', 'rightOuterJoin', 'fullOuterJoin', 'union', 'unionAll', 'intersect', 'intersection', 'except', 'subtract', 'subtractByKey', 'crossJoin']);

function taken(run: Run, on: Expr, value: Value, kind: Kind, why: string): Value {
  const place = placeOf(run, on);
  if (run.memory.doubted.has(place)) return value;
  const refined = guessed(run, valueOfKind(run, kind, why, { site: run.site(on.span) }), place, run.scope);
  believe(run, on, refined);
  return refined;
}

/** `x.read.parquet`: whatever `x` is otherwise unknown as, it is a session. */
export function refineSession(run: Run, on: Expr, value: Value, member: string, use: Use): Value {
  if (member !== 'read' || use.is !== 'receiver' || !isUnknown(value) || isMock(value) || run.scope.lookAlikes || on.kind !== 'name' && on.kind !== 'member') return value;
  if (!run.api.method('DataFrameReader', use.member, run.language)) return value;
  run.asks = true;
  run.memory.guessed = true;
  const session = valueOfKind(run, 'SparkSession', '`read` gives a DataFrameReader only on a SparkSession', { site: run.site(on.span) });
  believe(run, on, session);
  return session;
}

/** What an unknown expression turned out to be holds for its name or field from here on. */
function believe(run: Run, expr: Expr, value: Value): void {
  if (expr.kind === 'name' && run.state.vars.has(expr.name)) run.state.vars.set(expr.name, value);
  if (expr.kind === 'member' && expr.on.kind === 'name') for (const owner of evaluate(run, expr.on)) if (owner.is === 'object') setField(run, owner.of, expr.name, value, false);
  run.note(expr, value);
}

/** The call gives the method no argument that it has not. */
export function takes(method: Method | undefined, { args }: CallExpr): boolean {
  const parameters = method?.parameters;
  return !parameters || args.every(({ name, spread }) => spread !== undefined || name === undefined || parameters.includes(name)) && args.filter(({ name, spread }) => name === undefined && spread === undefined).length <= parameters.length;
}

function placeOf(run: Run, on: Expr): string {
  if (on.kind === 'name') return placeOfName(run.scope, on.name);
  if (on.kind === 'member') return `.${on.name}`;
  const { module, start, end } = run.site(on.span);
  return `${module}:${start}-${end}`;
}

export const placeOfName = (scope: Scope, name: string): string => `${scope.module}:${scope.base}:${name}`;

/** The value, known to be a guess. */
export function guessed(run: Run, value: Value, place: string, scope: Scope): Value {
  run.memory.guessed = true;
  for (const dataset of datasetsIn(value)) run.guesses.set(dataset, place);
  return importsOf(run, moduleScope(scope)) !== 'others' ? value : value.map((item) => (item.is === 'spark' ? { ...item, guess: true } : item));
}

/** Methods that notebooks and the like add to Spark's own. */
const added: ReadonlySet<string> = new Set(['display']);

/** These were asked for what their kind has not: guesses that they come from were wrong. */
export function doubt(run: Run, values: readonly SparkValue[], member: string): void {
  if (run.guesses.size === 0 || added.has(member) || member.startsWith('_')) return;
  const behind = new Set(values.flatMap(({ dataset }) => dataset ?? []));
  for (const dataset of behind) {
    for (const parent of dataset.from) behind.add(parent);
    const place = run.guesses.get(dataset);
    if (place === undefined || run.memory.doubted.has(place)) continue;
    run.memory.doubted.add(place);
    run.memory.late = 'spark';
  }
}
