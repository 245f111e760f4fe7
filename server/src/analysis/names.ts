/** Names: where they are read and assigned, what Spark-only methods tell of them, what executor code captures and changes. */
import { calledName, declarationsOf, forEachChild, forEachImport } from '../program/expressions.ts';
import { constructorName, type Def, type Expr, type Pattern } from '../program/program.ts';
import { bornHere, withBirth } from './births.ts';
import { current, grown, hold } from './cells.ts';
import { hasMember, memberNamed, valueOfKind } from './calls.ts';
import { isOnArms } from './conditions.ts';
import { valueOfType } from './declared.ts';
import { evaluate, within } from './evaluate.ts';
import { guessed, isMock, ownMethodsOf, placeOfName, takes } from './guesses.ts';
import { fromStars, importedFact } from './imports.ts';
import type { Abstract, Event, Kind, Site, Use, Value } from './model.ts';
import { noteField } from './passed.ts';
import { valueInReach } from './packages.ts';
import { anyFact, noteFact } from './roots.ts';
import { type Run, driverKinds, frameOf, otherUse } from './run.ts';
import { scalaGiven } from './scala-collections.ts';
import { binds, type ClassInfo, type Instance, moduleScope, type Scope } from './scope.ts';
import { atMost, classMeant, type Collection, datasetsIn, elementOf, foreign, hasKind, isNull, isUnknown, join, joinAll, largerOf, mostOf, nothing, sparkValues, sumOf, unknown } from './values.ts';

/** The value of a name where it is read; notes what executor-side code captures. */
export function lookup(run: Run, name: string, expr?: Expr, use: Use = otherUse): Value {
  for (let scope: Scope | undefined = run.scope, first = true; scope; scope = scope.parent, first = false) {
    if (!first && scope.def.kind === 'class' && !scope.def.singleton) continue;
    const own = run.store.view(scope.vars).get(name);
    const isModule = scope.def.kind === 'module';
    if (own === undefined && !binds(scope, name)) {
      if (isModule && !scope.block) break;
      continue;
    }
    run.noteRead(scope.vars, name, own);
    const assigned = run.memory.outer.size > 0 ? readFact(run, run.memory.outer, scope.def, name) : undefined;
    if (own === undefined && isModule) {
      const made = assigned ?? madeWhenAsked(run, scope, name);
      if (made) return current(run, made);
      run.miss(`${scope.module}:${name}`);
      break;
    }
    let value = own ? current(run, own) : (scope.def.singleton && madeWhenAsked(run, scope, name)) || nothing;
    if (assigned) value = join(value, current(run, assigned));
    if (value.length === 0) value = unknown('name');
    if (isUnknown(value)) value = hinted(run, scope, name, value);
    if (expr && run.sent && isOutside(scope, run.sent.scope) && isSent(run, scope)) captured(run, name, value, run.site(expr.span), use);
    if (!run.sent && run.mutated.size > 0) readAfterMutation(run, scope, name, expr);
    return value;
  }
  const value = withBirth(given(run, name), `${run.scope.module}:${name}`);
  if (expr && run.sent && isSent(run, undefined)) captured(run, name, value, run.site(expr.span), use);
  return value;
}

/** What a scope around binds, if one does. */
export function boundName(run: Run, name: string): Value | undefined {
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const own = run.store.view(scope.vars).get(name) ?? (binds(scope, name) ? madeWhenAsked(run, scope, name) : undefined);
    if (own) return current(run, own);
  }
  return undefined;
}

/** A singleton is there from when it is first named, wherever its definition stands. */
function madeWhenAsked(run: Run, scope: Scope, name: string): Value | undefined {
  if (scope.module !== run.module || scope.def.body.kind !== 'sequence') return undefined;
  const found = scope.def.body.body.find((expr) => expr.kind === 'closure' && expr.def.singleton && expr.def.name === name);
  if (found?.kind !== 'closure' || run.starts.has(found.def)) return undefined;
  // The bases of a class are evaluated with its own start.
  const base = run.starts.get(scope.def) ?? scope.base;
  return within(run, frameOf(run, base === scope.base ? scope : { ...scope, base }), () => evaluate(run, found));
}

/** A member that the object around inherits, where names of members stand by themselves. */
function inherited(run: Run, name: string): Value | undefined {
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const objects = run.store.view(scope.vars).get('this')?.filter((item) => item.is === 'object' && hasMember(run, item.of.of, name)) ?? [];
    if (objects.length > 0) return memberNamed(run, objects, name);
  }
  return undefined;
}

/** Names that no scope binds: star imports, what notebooks and shells provide, builtins. */
function given(run: Run, name: string): Value {
  const own = run.language === 'scala' ? inherited(run, name) : undefined;
  if (own) return own;
  const declared = run.host.kinds.get(name);
  if (declared) return valueOfKind(run, declared, `\`${name}\` is declared ${declared} in the project settings`);
  const kind = run.api.given(name, run.language);
  if (kind && run.api.isKind(kind)) return valueOfKind(run, kind, `\`${name}\` is provided by the notebook or shell`);
  if (kind) return foreign(kind);
  if (run.language === 'scala') return valueInReach(run, name) ?? scalaGiven(run, name) ?? unknown('name');
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const value = fromStars(run, scope, name);
    if (value) return value;
  }
  if (builtins.has(name)) return foreign(`builtins.${name}`);
  // Whoever runs the file has imported them: what else bears these names nobody takes over so.
  if (looseFunctions.has(name)) return importedFact(run, functionsModule, name) ?? unknown('name');
  if (looseModules.has(name)) return [{ is: 'module', name: functionsModule }];
  return unknown('name');
}

/** Functions of Spark by names that tell them (notebooks of Databricks provide `udf` by themselves), and what their module is called everywhere. */
const looseFunctions: ReadonlySet<string> = new Set('udf pandas_udf col lit when countDistinct concat_ws to_date to_timestamp regexp_replace regexp_extract from_json get_json_object explode explode_outer monotonically_increasing_id row_number dense_rank collect_list collect_set current_timestamp input_file_name unix_timestamp from_unixtime date_format datediff months_between array_contains'.split(' '));
const looseModules: ReadonlySet<string> = new Set(['F']);

const builtins: ReadonlySet<string> = new Set(('abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod exit quit compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip __import__ __name__ __file__ __doc__ NotImplemented Ellipsis '
  + 'unicode xrange raw_input basestring long reduce Exception BaseException ValueError TypeError KeyError IndexError RuntimeError AttributeError StopIteration NotImplementedError OSError IOError FileNotFoundError ImportError AssertionError KeyboardInterrupt SystemExit ZeroDivisionError ArithmeticError LookupError EOFError MemoryError NameError TimeoutError PermissionError UnicodeDecodeError UnicodeError Warning DeprecationWarning UserWarning ConnectionError').split(' '));

/** A name nothing is known of, on which this scope calls a method that only one kind of Spark has. */
export function hinted(run: Run, scope: Scope, name: string, value: Value): Value {
  if (scope.lookAlikes || isMock(value)) return value;
  const hint = hintsOf(run, scope).get(name);
  const kind = hint && hint.by.some((method) => !ownMethodsOf(run, scope).has(method)) ? hint.kind : undefined;
  if (kind === undefined) return value;
  run.asks ||= value[0]?.is === 'unknown' && value[0].reason === 'parameter';
  const place = placeOfName(scope, name);
  if (run.memory.doubted.has(place)) return value;
  // It was there before whatever loop asks for it.
  const { loops } = run;
  run.loops = [];
  const made = guessed(run, valueOfKind(run, kind, `\`${name}\` has methods called on it that only ${kind} has`, { scope, name }), place, scope);
  run.loops = loops;
  run.store.own(scope.vars).set(name, made);
  return made;
}

interface Hint {
  readonly kind: string;
  /** The methods that tell it. */
  readonly by: readonly string[];
}

/** Those of a definition, which is the same after an edit elsewhere, with the functions of Spark that its module had then. */
const hints = new WeakMap<Def, { readonly functions: string; readonly found: ReadonlyMap<string, Hint> }>();

/** Names of a scope that are assigned at most once, and the kind that Spark-only methods called on them tell. */
function hintsOf(run: Run, scope: Scope): ReadonlyMap<string, Hint> {
  const { def } = scope;
  const functions = columnFunctionsOf(run, moduleScope(scope).def);
  const known = hints.get(def);
  if (known?.functions === functions.key) return known.found;
  const kinds = new Map<string, string | undefined>();
  const tellers = new Map<string, string[]>();
  const assigned = new Map<string, number>();
  const calls = new Map<Expr, Expr & { kind: 'call' }>();
  const holders = new Set<string>();
  const filtered = new Set<string>();
  /** Of parameters that are called as sessions are everywhere: what of a session is asked of them. */
  const sessions = new Map<string, string[]>();
  /** What each name was made of, step by step, from another; undefined: of something else. */
  const origins = new Map<string, (string | undefined)[]>();
  /** Names that the function in it that is visited has of its own. */
  let hidden: ReadonlySet<string> = new Set();
  const parameters = new Set(def.params.map((parameter) => parameter.name));
  visit(def.body);
  // `x[name].isNull()` beside `x.filter(…)`: what holds Columns and is filtered is a DataFrame.
  for (const name of holders) if (filtered.has(name) && !kinds.has(name)) tell(name, 'DataFrame', 'filter');
  // `y = x.filter(…).select(…)`: where `y` is a DataFrame, `x` is one.
  for (const [name, made] of [...origins].reverse()) {
    const [from, ...others] = new Set(made.filter((each) => each !== name));
    if (kinds.get(name) === 'DataFrame' && from !== undefined && others.length === 0 && !kinds.has(from)) tell(from, 'DataFrame', tellers.get(name)!.at(-1)!);
  }
  const result = new Map<string, Hint>();
  for (const [name, asked] of sessions) if (parameters.has(name) && !kinds.has(name) && !assigned.has(name)) result.set(name, { kind: 'SparkSession', by: asked });
  // A parameter that is rebound from itself (`df = df.withColumn(…)`) keeps its kind.
  for (const [name, kind] of kinds) if (kind && (parameters.has(name) || (assigned.get(name) ?? 0) <= 1 || kindNames.some(([named, names]) => named === kind && names.test(name)))) result.set(name, { kind, by: tellers.get(name)! });
  hints.set(def, { functions: functions.key, found: result });
  return result;

  function visit(expr: Expr): void {
    if (expr.kind === 'closure' && expr.def.kind === 'function') {
      const outer = hidden;
      hidden = new Set([...outer, ...expr.def.binds, ...expr.def.params.map((parameter) => parameter.name)]);
      visit(expr.def.body);
      hidden = outer;
      return;
    }
    if (expr.kind === 'call' && expr.fn.kind === 'member') calls.set(expr.fn, expr);
    const given = expr.kind === 'call' ? nameGivenColumns(expr, functions, (name) => !hidden.has(name) && !parameters.has(name) && !def.binds.has(name)) : undefined;
    if (given !== undefined) tell(given, 'DataFrame', calledName(expr)!);
    if (expr.kind === 'member' && expr.on.kind === 'name') {
      const told = run.api.kindsTelling(expr.name, run.language);
      const call = calls.get(expr);
      if (told.length === 1 && (!call || takes(run.api.method(told[0]!, expr.name, run.language), call))) tell(expr.on.name, told[0]!, expr.name);
    }
    // `def load(spark, table): return spark.table(table)`
    if (expr.kind === 'member' && expr.on.kind === 'name' && sessionNames.has(expr.on.name) && run.api.method('SparkSession', expr.name, run.language)) sessions.set(expr.on.name, [...sessions.get(expr.on.name) ?? [], expr.name]);
    const frame = expr.kind === 'member' ? frameBehind(run, expr) ?? (functions.otherFrames ? undefined : frameChosenFrom(run, expr)) : undefined;
    if (frame !== undefined) tell(frame, 'DataFrame', (expr as Expr & { kind: 'member' }).name);
    if (expr.kind === 'member' && expr.on.kind === 'name' && frameWords.has(expr.name)) filtered.add(expr.on.name);
    if (expr.kind === 'member' && expr.on.kind === 'index' && expr.on.on.kind === 'name' && columnWords.has(expr.name)) holders.add(expr.on.on.name);
    // `x.read.parquet(…)`: a session, and no other object reads so.
    if (expr.kind === 'member' && expr.on.kind === 'member' && expr.on.name === 'read' && expr.on.on.kind === 'name' && run.api.method('DataFrameReader', expr.name, run.language)) tell(expr.on.on.name, 'SparkSession', 'read');
    if (expr.kind === 'member' && expr.on.kind === 'name') for (const [kind, names] of kindNames) if (names.test(expr.on.name) && run.api.method(kind, expr.name, run.language)) tell(expr.on.name, kind, expr.name);
    // `x.rdd.map(…)`
    if (expr.kind === 'member' && expr.on.kind === 'member' && expr.on.name === 'rdd' && expr.on.on.kind === 'name' && run.language === 'python' && run.api.method('RDD', expr.name, run.language)) tell(expr.on.on.name, 'DataFrame', 'rdd');
    if (expr.kind === 'call' && !functions.otherFrames && functions.mayBeSpark) for (const name of namesOfOwnColumns(run, expr)) tell(name, 'DataFrame', calledName(expr)!);
    const grouped = expr.kind === 'call' ? nameGrouped(expr) : undefined;
    if (grouped !== undefined) tell(grouped, 'DataFrame', 'groupBy');
    if (expr.kind === 'call') for (const name of namesJoined(expr)) tell(name, 'DataFrame', 'alias');
    if (expr.kind === 'bind') for (const pattern of expr.patterns) if (pattern.kind === 'name' && !hidden.has(pattern.name)) {
      assigned.set(pattern.name, (assigned.get(pattern.name) ?? 0) + 1);
      const origin = expr.value?.kind === 'call' ? rootOf(expr.value, (step) => frameSteps.has(step)) : undefined;
      origins.set(pattern.name, [...(origins.get(pattern.name) ?? []), origin]);
    }
    if (expr.kind === 'loop' && expr.bind) countPattern(expr.bind);
    forEachChild(expr, visit);
  }
  function tell(name: string, kind: string, by: string): void {
    if (hidden.has(name)) return;
    tellers.set(name, [...(tellers.get(name) ?? []), by]);
    kinds.set(name, kinds.has(name) && kinds.get(name) !== kind ? undefined : kind);
  }
  function countPattern(pattern: Pattern): void {
    if (pattern.kind === 'name' && !hidden.has(pattern.name)) assigned.set(pattern.name, (assigned.get(pattern.name) ?? 0) + 1);
    if (pattern.kind === 'tuple') pattern.items.forEach(countPattern);
  }
}

/** By what names a module calls functions that give Columns: `F`, `col`; the star is Spark's whole module of them. */
interface ColumnFunctions {
  readonly modules: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** Names of either that nothing in the module binds, and that tell it by themselves. */
  readonly loose: ReadonlySet<string>;
  readonly star: boolean;
  /** It brings in frames of another library, whose methods go by Spark's names. */
  readonly otherFrames: boolean;
  /** It imports something of Spark, or nothing at all. */
  readonly mayBeSpark: boolean;
  readonly api: Run['api'];
  /** Equal for modules that have the same. */
  readonly key: string;
}
const columnFunctions = new WeakMap<Def, ColumnFunctions>();
const functionsModule = 'pyspark.sql.functions';

function columnFunctionsOf({ api }: Run, def: Def): ColumnFunctions {
  const known = columnFunctions.get(def);
  if (known) return known;
  const modules = new Set<string>();
  const names = new Set<string>();
  let star = false;
  let otherFrames = false;
  let ofSpark = false;
  let imports = false;
  forEachImport(def.body, ({ module, level, names: imported, as, star: all }) => {
    imports = true;
    if (level > 0) return;
    ofSpark ||= api.library(module) === 'spark';
    otherFrames ||= otherFrameLibraries.test(module);
    if (module === functionsModule && as !== undefined) modules.add(as);
    if (module === functionsModule) star ||= all === true;
    for (const { name, as: own = name } of imported ?? []) {
      if (`${module}.${name}` === functionsModule) modules.add(own);
      else if (module === functionsModule && givesColumn(api, name)) names.add(own);
    }
  });
  const loose = new Set([...looseFunctions, ...looseModules].filter((name) => !def.binds.has(name)));
  const found = { modules, names, loose, star, otherFrames, mayBeSpark: ofSpark || !imports, api, key: [...modules, '', ...names, '', ...loose, star, otherFrames, ofSpark, imports].join() };
  columnFunctions.set(def, found);
  return found;
}

const otherFrameLibraries = /^(polars|snowflake|sqlalchemy|flask_sqlalchemy|ibis|duckdb|daft|datafusion|peewee|bs4|torch|django|dask)\b/;

function givesColumn(api: Run['api'], name: string): boolean {
  const fact = api.imported(functionsModule, name);
  return fact?.is === 'function' && fact.returns === 'Column';
}

/** `x.filter(F.col("a") > 1)`, `x.agg(F.sum("a").alias("total"))`: only a DataFrame takes Columns so, or the groups of one, which are called that. */
function nameGivenColumns({ fn, args }: Expr & { kind: 'call' }, functions: ColumnFunctions, isFree: (name: string) => boolean): string | undefined {
  if (fn.kind !== 'member' || !takingColumns.has(fn.name) || fn.on.kind === 'name' && fn.name === 'agg' && /gr(ou)?p|gb/i.test(fn.on.name)) return undefined;
  const frame = rootOf(fn.on, (step) => frameSteps.has(step) || takingColumns.has(step));
  return frame !== undefined && args.some(({ value }) => holdsColumn(value, functions, isFree)) ? frame : undefined;
}
const takingColumns: ReadonlySet<string> = new Set(['filter', 'where', 'select', 'agg', 'groupBy', 'groupby', 'withColumn']);

/** `x.filter(x.age > 3)`, `x.join(y, x.id == y.id)`: columns of a frame are told to it so nowhere else (pandas has `where`, which it asks otherwise). */
function namesOfOwnColumns(run: Run, { fn, args }: Expr & { kind: 'call' }): readonly string[] {
  if (run.language !== 'python' || fn.kind !== 'member' || fn.on.kind !== 'name') return [];
  const [first, second] = args;
  const frame = fn.on.name;
  if (fn.name === 'filter' && args.length === 1 && comparesColumnOf(first!.value, frame)) return [frame];
  const other = fn.name === 'join' && first?.value.kind === 'name' && second && (second.name ?? 'on') === 'on' ? first.value.name : undefined;
  return other !== undefined && other !== frame && comparesColumnOf(second!.value, frame) && comparesColumnOf(second!.value, other) ? [frame, other] : [];
}

/** `x.age > 3`, `x["age"] == y["age"]`, several of these. */
function comparesColumnOf(expr: Expr, frame: string): boolean {
  const isColumn = (part: Expr): boolean => (part.kind === 'member' || part.kind === 'index' && part.index.kind === 'literal') && part.on.kind === 'name' && part.on.name === frame;
  if (expr.kind === 'operator') return ['==', '!=', '<', '<=', '>', '>='].includes(expr.name) ? expr.args.some(isColumn) : expr.args.some((arg) => comparesColumnOf(arg, frame));
  return expr.kind === 'collection' && expr.items.some(({ value }) => comparesColumnOf(value, frame));
}

/** A Column is made in it, where it stands. */
function holdsColumn(expr: Expr, functions: ColumnFunctions, isFree: (name: string) => boolean): boolean {
  if (expr.kind === 'closure') return false;
  if (expr.kind === 'call') {
    const { fn } = expr;
    const isLoose = (name: string): boolean => functions.loose.has(name) && isFree(name);
    if (fn.kind === 'name' && (functions.names.has(fn.name) || isLoose(fn.name) || functions.star && !builtins.has(fn.name) && givesColumn(functions.api, fn.name))) return true;
    if (fn.kind === 'member' && fn.on.kind === 'name' && (functions.modules.has(fn.on.name) || isLoose(fn.on.name)) && givesColumn(functions.api, fn.name)) return true;
  }
  let found = false;
  forEachChild(expr, (child) => {
    found ||= holdsColumn(child, functions, isFree);
  });
  return found;
}

/** `x.groupBy("key")`, `x.groupBy(keys).agg(…)`: an RDD groups by a function, other libraries spell it differently. */
function nameGrouped({ fn, args }: Expr & { kind: 'call' }): string | undefined {
  if (fn.kind !== 'member') return undefined;
  if (fn.name === 'groupBy' && fn.on.kind === 'name' && args[0]?.value.kind === 'literal' && args[0].value.type === 'string') return fn.on.name;
  const before = fn.name === 'agg' && fn.on.kind === 'call' && fn.on.fn.kind === 'member' && fn.on.fn.name === 'groupBy' ? fn.on.fn.on : undefined;
  return before?.kind === 'name' ? before.name : undefined;
}

/** `x.alias("a").join(y.alias("b"), on=keys, how="inner")`: in other libraries frames have no alias, or their joins other words. */
function namesJoined({ fn, args }: Expr & { kind: 'call' }): string[] {
  const aliased = (expr: Expr | undefined): string | undefined => (expr?.kind === 'call' && expr.fn.kind === 'member' && expr.fn.name === 'alias' && expr.fn.on.kind === 'name' ? expr.fn.on.name : undefined);
  if (fn.kind !== 'member' || fn.name !== 'join' || aliased(fn.on) === undefined || !args.some(({ name }) => name === 'how')) return [];
  return [aliased(fn.on), aliased(args[0]?.value)].filter((name) => name !== undefined);
}

/** `x` in `x.write.mode("append").insertInto`, `x.select("a").withColumnRenamed`: it took several of Spark's methods to get there. */
function frameBehind(run: Run, expr: Expr & { kind: 'member' }): string | undefined {
  const told = run.api.kindsTelling(expr.name, run.language);
  if (told.length !== 1) return undefined;
  if (told[0] === 'DataFrame') return expr.on.kind === 'call' ? rootOf(expr.on, (name) => frameSteps.has(name)) : undefined;
  if (told[0] !== 'DataFrameWriter') return undefined;
  let step: Expr = expr.on;
  while (step.kind === 'call' && step.fn.kind === 'member' && run.api.method('DataFrameWriter', step.fn.name, run.language)) step = step.fn.on;
  if (step.kind !== 'member' || step.name !== 'write') return undefined;
  return step.on.kind === 'name' ? step.on.name : rootOf(step.on, (name) => frameSteps.has(name));
}

/** `x` in `x.select("a").distinct()`, `x.groupBy(key).count().orderBy("count")`: the step, and what is asked of what it gives, go together nowhere else. */
function frameChosenFrom(run: Run, { on, name }: Expr & { kind: 'member' }): string | undefined {
  if (run.language !== 'python' || on.kind !== 'call' || on.fn.kind !== 'member') return undefined;
  const asked = (kind: string): boolean => run.api.method(kind, name, run.language) !== undefined;
  if (on.fn.name === 'select' && on.args.length > 0) return asked('DataFrame') ? rootOf(on.fn.on, (step) => frameSteps.has(step)) : undefined;
  const groups = summaries.has(on.fn.name) ? on.fn.on : undefined;
  if (groups?.kind !== 'call' || groups.fn.kind !== 'member' || groups.fn.name !== 'groupBy' || groups.args.some(({ value }) => value.kind === 'closure') || !asked('DataFrame')) return undefined;
  return rootOf(groups.fn.on, (step) => frameSteps.has(step));
}
const summaries: ReadonlySet<string> = new Set(['count', 'sum', 'avg', 'mean', 'min', 'max']);

/** The name that a chain of calls of these methods starts from. */
function rootOf(expr: Expr, isStep: (method: string) => boolean): string | undefined {
  let step = expr;
  while (step.kind === 'call' && step.fn.kind === 'member' && isStep(step.fn.name)) step = step.fn.on;
  return step.kind === 'name' ? step.name : undefined;
}

/** What sessions are called wherever they are handed on. */
const sessionNames: ReadonlySet<string> = new Set(['spark', 'spark_session', 'sparkSession', 'spark_sess']);

/** What frames are called to tell them from those of pandas, and RDDs from anything else. */
const kindNames: readonly (readonly [Kind, RegExp])[] = [['DataFrame', /^(?:spark_?(?:df|dataframe|frame)|sdf|df_?spark)(?:_?\d+)?$/i], ['RDD', /^rdd_?\d*$|[a-z_](?:_rdd|Rdd|RDD)$/]];

/** Methods of DataFrame that give another, and that no session, reader or group has. */
const frameSteps: ReadonlySet<string> = new Set(['select', 'where', 'filter', 'join', 'drop', 'distinct', 'orderBy', 'withColumn', 'withColumnRenamed', 'limit', 'union', 'unionByName', 'fillna', 'dropna', 'dropDuplicates']);

/** Methods of Column that no array or frame of another library has. */
export const columnWords: ReadonlySet<string> = new Set(['isNull', 'isNotNull', 'eqNullSafe', 'rlike', 'getItem', 'getField']);
/** Methods that a dict of Columns has not. */
const frameWords: ReadonlySet<string> = new Set(['filter', 'where', 'select', 'withColumn', 'groupBy', 'columns', 'join']);

function isOutside(scope: Scope, sent: Scope): boolean {
  for (let inner: Scope | undefined = sent; inner; inner = inner.parent) {
    if (inner === scope) return inner !== sent;
  }
  return false;
}

/**
 * Scala sends local variables alone: the values of a singleton each JVM makes for itself, and what a name in a class stands
 * for that nothing in sight binds is inherited, or some singleton's. In a pasted snippet or a notebook all names are local.
 */
const isSent = (run: Run, binds: Scope | undefined): boolean => run.language === 'python' || !binds?.def.singleton && (binds !== undefined && binds.def.kind !== 'module' || !inClass(run.scope));
const inClass = (scope: Scope | undefined): boolean => scope !== undefined && (scope.def.kind === 'class' || inClass(scope.parent));

/** Java can send these, without what makes them work; they fail when they are asked for anything but that. */
const emptied: ReadonlySet<string> = new Set(['SparkSession', 'SQLContext', 'HiveContext', 'DataFrame', 'Dataset', 'RDD', 'GroupedData']);
const harmless: ReadonlySet<string> = new Set(['version', 'implicits', 'id', 'name', 'toString', 'hashCode', 'getClass', 'isInstanceOf', 'asInstanceOf', 'eq', 'ne', 'equals']);
const failsThere = (run: Run, kind: string, use: Use): boolean => run.language === 'python' || !emptied.has(kind) || use.is === 'receiver' && !harmless.has(use.member);

export function captured(run: Run, variable: string, value: Value, site: Site, use: Use = otherUse): void {
  if (!run.sent || run.place !== 'executor') return;
  for (const item of value) {
    if (item.is === 'spark' && driverKinds.has(item.kind) && failsThere(run, item.kind, use)) {
      run.emit({ kind: 'capture', ...run.here(site, site), variable, value: item, through: run.sent.through });
      return;
    }
    // What Java sends of an object is its class's business: a session in a field goes along, and fails where it is used.
    if (item.is === 'object' && run.language === 'python') {
      const field = driverField(run, item.of.of);
      if (!field) continue;
      run.emit({ kind: 'capture', ...run.here(site, site), variable: `${variable}.${field.name}`, value: field.value, through: run.sent.through });
      return;
    }
  }
}

/** `__getstate__` may leave out what cannot be sent. */
export const saysHowItIsSent = ({ members, bases }: ClassInfo): boolean =>
  ['__getstate__', '__reduce__', '__reduce_ex__'].some((name) => members.has(name)) || bases.some((base) => base.is === 'class' && saysHowItIsSent(base.info));

/** A field of the class that holds what cannot leave the driver. */
function driverField(run: Run, info: ClassInfo): { name: string; value: Abstract & { is: 'spark' } } | undefined {
  if (saysHowItIsSent(info)) return undefined;
  noteFact(run, 'asks', info.def, anyFact);
  for (const [name, value] of run.memory.fields.get(info.def) ?? []) {
    const held = sparkValues(value).find((item) => driverKinds.has(item.kind));
    if (held && value.every((item) => item.is === 'spark' || item.is === 'unknown' || isNull(item))) return { name, value: held };
  }
  return undefined;
}

/**
 * Executor-side code changes a variable of the driver. `ofVar`: of Scala's others `total += 1` calls a method of what they
 * hold, which may be that of an accumulator. `counts`: it goes by what it was, so that no process makes it for itself.
 */
export function mutated(run: Run, name: string, site: Site, ofVar = false, counts = false): void {
  if (!run.sent || run.place !== 'executor') return;
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const ofObject = scope.def.kind === 'class';
    if (ofObject && !(counts && isFieldOfObject(run.scope, run.sent.scope, scope.def, name)) || !(scope.vars.has(name) || scope.def.kind === 'module' && binds(scope, name))) continue;
    if (!isOutside(scope, run.sent.scope)) return;
    // `acc += 1` on an accumulator is how it is meant.
    if (hasKind(run.store.view(scope.vars).get(name) ?? nothing, 'Accumulator')) return;
    if (ofVar && !isVariable(scope.def, name)) return;
    const event: Extract<Event, { kind: 'mutation' }> = { kind: 'mutation', ...run.here(site, site), variable: name, ofObject, reads: [], through: run.sent.through };
    run.emit(event);
    if (!run.recording) return;
    const names = run.mutated.get(scope) ?? new Map<string, Extract<Event, { kind: 'mutation' }>[]>();
    run.mutated.set(scope, names);
    names.set(name, [...(names.get(name) ?? []), event]);
    return;
  }
}

/** A `var` of a Scala object, in the very code that is sent: a method of the object may be for each process to call. */
const isFieldOfObject = (scope: Scope, sent: Scope, def: Def, name: string): boolean => def.singleton === true && isVariable(def, name) && (scope === sent || isOutside(sent, scope));

function isVariable(def: Def, name: string): boolean {
  const declared = declarationsOf(def).get(name);
  return declared !== undefined && declared.every(({ declares }) => declares === 'var');
}

export function readAfterMutation(run: Run, scope: Scope, name: string, expr: Expr | undefined): void {
  if (!expr || !run.recording) return;
  for (const event of run.mutated.get(scope)?.get(name) ?? []) event.reads.push(run.site(expr.span));
}

/** What the driver gives a variable is what it reads from then on: on this branch, and of what was changed on it. */
function setAnew(run: Run, scope: Scope, name: string): void {
  const names = run.mutated.get(scope);
  const events = names?.get(name);
  if (run.sent || !run.recording || !names || !events) return;
  names.set(name, events.filter(({ path }) => !isOnArms(path, run.path)));
}

// ---- assignment -----------------------------------------------------------------------------------------------------

export function assign(run: Run, pattern: Pattern, value: Value): void {
  switch (pattern.kind) {
    case 'name': return assignName(run, pattern.name, value, run.site(pattern.span));
    case 'member': {
      const on = evaluate(run, pattern.on);
      run.changesPart(on);
      const targets = on.filter((item) => item.is === 'object' || item.is === 'class');
      for (const item of on) {
        if (item.is === 'object' || item.is === 'class') noteField(run, item.is === 'object' ? item.of.of : item.info, pattern.name, value, run.site(pattern.span));
        if (item.is === 'object') setField(run, item.of, pattern.name, value, targets.length === 1);
        else if (item.is === 'class') setClassMember(run, item.info, pattern.name, value);
        else if (item.is === 'module' && item.own) setGlobal(run, item.own, pattern.name, value);
      }
      // Of an object that nobody knows others read it.
      run.escape(datasetsIn(value), 'stored', run.site(pattern.span));
      keep(run, value);
      return;
    }
    case 'index': {
      const index = evaluate(run, pattern.index);
      const on = evaluate(run, pattern.on);
      run.changesPart(on);
      if (pattern.on.kind === 'name') mutated(run, pattern.on.name, run.site(pattern.span));
      updateCollection(run, pattern.on, on, value, index);
      return;
    }
    case 'tuple': {
      pattern.items.forEach((item, index) => {
        if (item.kind === 'rest') return assign(run, item.item, [{ is: 'collection', type: 'list', element: elementOf(value) }]);
        assign(run, item, partOf(value, index, pattern.items.some((other) => other.kind === 'rest') ? undefined : pattern.items.length));
      });
      return;
    }
    case 'rest': return assign(run, pattern.item, value);
    case 'extract': return assignParts(run, pattern, value);
    case 'typed': return assign(run, pattern.item, ofType(run, pattern, value));
    case 'ignore': return;
  }
}

/** `case Some(x)`, `val Array(a, b) = …`, `case Point(x, y)`: of an object of the program, what its constructor was given. */
function assignParts(run: Run, { of, items }: Pattern & { kind: 'extract' }, value: Value): void {
  const infos = evaluate(run, of).flatMap((item) => classMeant(item) ?? []);
  const fields = constructorOf(run, infos)?.params.slice(1).map(({ name }) => name);
  items.forEach((item, index) => {
    if (item.kind === 'rest') return assign(run, item.item, [{ is: 'collection', type: 'list', element: elementOf(value) }]);
    const field = fields?.[index];
    const part = field === undefined ? partOf(value, index, items.some((other) => other.kind === 'rest') ? undefined : items.length) : fieldValue(run, infos, value, field);
    assign(run, item, part);
  });
}

function constructorOf(run: Run, infos: readonly ClassInfo[]): Def | undefined {
  const [made] = infos.flatMap((info) => run.read(info.members, constructorName) ?? []);
  return made?.is === 'function' ? made.def : undefined;
}

function fieldValue(run: Run, infos: readonly ClassInfo[], value: Value, field: string): Value {
  const objects = value.filter((item) => item.is === 'object' && infos.includes(item.of.of));
  const own = objects.length > 0 ? objects : infos.map((info): Abstract => ({ is: 'object', of: info.generic }));
  return memberNamed(run, own, field);
}

/** `case frame: DataFrame`: those of the alternatives that may be of the type, or what it promises. */
function ofType(run: Run, { type, span }: Pattern & { kind: 'typed' }, value: Value): Value {
  const promised = valueOfType(run, type, 'matched as', run.site(span));
  const kinds = new Set(sparkValues(promised).map(({ kind }) => kind));
  const fitting = value.filter((item) => item.is === 'spark' && kinds.has(item.kind));
  if (fitting.length > 0) return fitting;
  return isUnknown(promised) ? value : promised;
}

export function partOf(value: Value, index: number, length: number | undefined): Value {
  return joinAll(value.map((item): Value => {
    if (item.is === 'collection' && item.items && (length === undefined || item.items.length === length)) return item.items[index] ?? item.element;
    return elementOf([item]);
  }));
}

/** `xs.foreach(x => name = …)`: it is assigned here and now, as in a loop; what any other function assigns may come at any time. */
function isInLoopBody(run: Run, inner: Scope, outer: Scope): boolean {
  for (let scope: Scope | undefined = inner; scope && scope !== outer; scope = scope.parent) if (!scope.block && !run.loopBodies.has(scope.def)) return false;
  return true;
}

export function assignName(run: Run, name: string, given: Value, site: Site): void {
  const scope = run.scope;
  const value = bornHere(run, given);
  for (const item of value) if (item.is === 'spark' && item.dataset) run.named(item.dataset, name, site.start);
  if (scope.def.outer.has(name)) {
    run.effects++;
    mutated(run, name, site, run.language === 'scala');
    for (let outer = scope.parent; outer; outer = outer.parent) {
      if (outer.block ? !outer.vars.has(name) : !outer.def.binds.has(name) && outer.def.kind !== 'module') continue;
      run.store.own(outer.vars).set(name, value);
      setAnew(run, outer, name);
      if (outer.def.kind !== 'function' || !isInLoopBody(run, scope, outer)) remember(run, run.memory.outer, outer.def, name, value);
      run.learned(() => `${outer.module}:${name}`, value);
      return;
    }
    return;
  }
  run.state.vars.set(name, value);
  setAnew(run, scope, name);
  if (scope.def.kind === 'module') run.learned(() => `${scope.module}:${name}`, value);
}

/** What this or an earlier round learned of a name. */
export function readFact(run: Run, memory: Map<Def, Map<string, Value>>, def: Def, name: string): Value | undefined {
  noteFact(run, 'asks', def, name);
  const names = memory.get(def);
  return names && run.read(names, name);
}

function remember(run: Run, memory: Map<Def, Map<string, Value>>, def: Def, name: string, value: Value): void {
  let names = memory.get(def);
  if (!names) {
    memory.set(def, (names = new Map()));
    // Calls that found nothing here wrote nothing down.
    run.remembered.clear();
    run.plain.clear();
  }
  noteFact(run, 'tells', def, name);
  names.set(name, join(names.get(name) ?? nothing, value));
}

export function setField(run: Run, object: Instance, name: string, given: Value, strong: boolean): void {
  run.effects++;
  const value = bornHere(run, given);
  const fields = run.state.heap.fields(object);
  const before = fields.get(name);
  fields.set(name, strong || !before ? value : join(before, value));
  const ever = run.store.own(object.fields);
  ever.set(name, join(ever.get(name) ?? nothing, value));
  remember(run, run.memory.fields, object.of.def, name, value);
  run.learned(() => `${object.of.def.name}.${name}`, value);
}

/** `module.name = value`: for this run the module has it, and so have its functions where they run here. */
function setGlobal(run: Run, scope: Scope, name: string, value: Value): void {
  run.effects++;
  run.store.own(scope.vars).set(name, bornHere(run, value));
}

function setClassMember(run: Run, info: ClassInfo, name: string, value: Value): void {
  run.effects++;
  run.store.own(info.members).set(name, value);
  remember(run, run.memory.fields, info.def, name, value);
  run.learned(() => `${info.def.name}.${name}`, value);
}

/** A broadcast that is put where it outlives the pass is kept; `gathered`: beside those of other passes. */
export function keep(run: Run, value: Value, gathered = false): void {
  for (const item of value) {
    if (item.is !== 'spark' || item.kind !== 'Broadcast' || !item.made) continue;
    for (const [index, event] of run.events.entries()) {
      if (event.kind === 'resource' && event.op === 'make' && event.site.start === item.made.start && event.site.module === item.made.module) run.events[index] = { ...event, kept: true, gathered: gathered || event.gathered === true };
    }
  }
}

/** How many a list of the running function has when `more` are added, in each pass of the loops around it since it was bound: these are run through several times here, so only what one of them adds counts. */
export function mostGrown(run: Run, on: Expr, item: Collection, more: number | undefined): number | undefined {
  if (on.kind !== 'name' || !run.scope.vars.has(on.name)) return undefined;
  const before = mostOf(item);
  const loops = run.loops.filter((loop) => !item.cell?.loops.includes(loop));
  if (loops.length === 0) return sumOf([before, more]);
  const added = loops.reduce((count, loop) => count * (loop.most ?? Infinity), more ?? Infinity);
  return atMost(largerOf(before, added));
}

/** Adds to the collection that an expression names, which has been `before`: values are immutable, the name gets a new one. */
export function updateCollection(run: Run, on: Expr, before: Value, given: Value, key: Value = nothing, more: number | undefined = 1): void {
  const added = bornHere(run, given);
  keep(run, added, true);
  run.effects++;
  const after = before.map((item): Abstract => {
    if (item.is !== 'collection') return item;
    const result = grown(item, added, key, mostGrown(run, on, item, more));
    hold(run, item.cell, result, before.length === 1);
    return result;
  });
  if (!after.some((item) => item.is === 'collection')) return;
  if (on.kind === 'name') {
    for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
      if (!scope.vars.has(on.name)) continue;
      run.store.own(scope.vars).set(on.name, after);
      return;
    }
  } else if (on.kind === 'member' && on.on.kind === 'name') {
    const owner = lookup(run, on.on.name);
    for (const item of owner) if (item.is === 'object') setField(run, item.of, on.name, after, owner.length === 1);
  } else putBack(run, on, after);
}

/** `frames[key].append(df)`, `frames.setdefault(key, []).append(df)`: what goes through the dict without asking for a key finds it, too. */
function putBack(run: Run, on: Expr, after: Value): void {
  const [container, key] = on.kind === 'index' ? [on.on, on.index] : on.kind === 'call' && on.fn.kind === 'member' && on.fn.name === 'setdefault' ? [on.fn.on, on.args[0]?.value] : [];
  const isNamed = container?.kind === 'name' || container?.kind === 'member' && container.on.kind === 'name';
  if (!isNamed || !key) return;
  const holders = evaluate(run, container).filter((item) => item.is === 'collection' && item.type === 'dict');
  // To ask again for what a call gives would be to call it again.
  if (holders.length > 0) updateCollection(run, container, holders, after, key.kind === 'literal' || key.kind === 'name' ? evaluate(run, key) : unknown('index'));
}

