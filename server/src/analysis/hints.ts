/** What a name must be that nothing else tells of, by what its scope does with it. */
import { calledName, forEachChild, forEachImport } from '../program/expressions.ts';
import type { Def, Expr, Pattern } from '../program/program.ts';
import { valueOfKind } from './calls.ts';
import { builtins, functionsModule, looseFunctions, looseModules } from './given-names.ts';
import { guessed, isMock, ownMethodsOf, placeOfName, takes, takingColumns } from './guesses.ts';
import type { Kind, Value } from './model.ts';
import { instanceTest } from './narrowing.ts';
import type { Run } from './run.ts';
import { moduleScope, type Scope } from './scope.ts';

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
  /** Names that methods of one kind alone, or what those give, tell: whatever they are bound to anew. */
  const sure = new Set<string>();
  /** Names of which something is asked as no frame of Spark is: `x.drop("a", inplace=True)`. */
  const foreigners = new Set<string>();
  /** The classes of which they are asked whether they are of them. */
  const classes = new Map<string, Set<string>>();
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
  for (const name of holders) if (filtered.has(name) && !kinds.has(name)) tell(name, 'DataFrame', 'filter', true);
  // `y = x.filter(…).select(…)`: where `y` is a DataFrame, `x` is one.
  for (const [name, made] of [...origins].reverse()) {
    const [from, ...others] = new Set(made.filter((each) => each !== name));
    if (kinds.get(name) === 'DataFrame' && from !== undefined && others.length === 0 && !kinds.has(from)) tell(from, 'DataFrame', tellers.get(name)!.at(-1)!, sure.has(name));
  }
  // `isinstance(x, pd.DataFrame)`, `isinstance(x, DataFrame)`: this or that, and each branch knows which.
  for (const [name, asked] of classes) if (asked.size > 1) foreigners.add(name);
  const result = new Map<string, Hint>();
  for (const [name, asked] of sessions) if (parameters.has(name) && !kinds.has(name) && !assigned.has(name)) result.set(name, { kind: 'SparkSession', by: asked });
  // A parameter that is rebound (`df = df.withColumn(…)`) keeps a kind that is sure; what its arguments tell holds as long as it is made of itself.
  const isOfItself = (name: string): boolean => (assigned.get(name) ?? 0) === (origins.get(name) ?? []).filter((origin) => origin === name).length;
  for (const [name, made] of origins) if (foreigners.has(name)) for (const from of made) if (from !== undefined) foreigners.add(from);
  const holds = (name: string): boolean => !foreigners.has(name) && (parameters.has(name) ? sure.has(name) || isOfItself(name) : (assigned.get(name) ?? 0) <= 1);
  for (const [name, kind] of kinds) if (kind && holds(name)) result.set(name, { kind, by: tellers.get(name)! });
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
      if (told.length === 1 && (!call || takes(run.api.method(told[0]!, expr.name, run.language), call))) tell(expr.on.name, told[0]!, expr.name, true);
    }
    if (expr.kind === 'call' && expr.fn.kind === 'member' && expr.fn.on.kind === 'name' && expr.args.some(({ name }) => name !== undefined && ofPandas.has(name))) foreigners.add(expr.fn.on.name);
    const tested = expr.kind === 'call' ? instanceTest(expr) : undefined;
    if (tested && !hidden.has(tested.subject.name)) classes.set(tested.subject.name, new Set([...classes.get(tested.subject.name) ?? [], ...tested.types.map(({ name }) => name)]));
    // `def load(spark, table): return spark.table(table)`
    if (expr.kind === 'member' && expr.on.kind === 'name' && sessionNames.has(expr.on.name) && run.api.method('SparkSession', expr.name, run.language)) sessions.set(expr.on.name, [...sessions.get(expr.on.name) ?? [], expr.name]);
    const frame = expr.kind === 'member' ? frameBehind(run, expr) : undefined;
    if (frame !== undefined) tell(frame, 'DataFrame', (expr as Expr & { kind: 'member' }).name, true);
    const chosen = expr.kind === 'member' && frame === undefined && !functions.otherFrames ? frameChosenFrom(run, expr) : undefined;
    if (chosen !== undefined && !isClassName(chosen)) tell(chosen, 'DataFrame', (expr as Expr & { kind: 'member' }).name);
    if (expr.kind === 'member' && expr.on.kind === 'name' && frameWords.has(expr.name)) filtered.add(expr.on.name);
    if (expr.kind === 'member' && expr.on.kind === 'index' && expr.on.on.kind === 'name' && columnWords.has(expr.name)) holders.add(expr.on.on.name);
    // `x.read.parquet(…)`: a session, and no other object reads so.
    if (expr.kind === 'member' && expr.on.kind === 'member' && expr.on.name === 'read' && expr.on.on.kind === 'name' && run.api.method('DataFrameReader', expr.name, run.language)) tell(expr.on.on.name, 'SparkSession', 'read', true);
    if (expr.kind === 'member' && expr.on.kind === 'name') for (const [kind, names] of kindNames) if (names.test(expr.on.name) && run.api.method(kind, expr.name, run.language)) tell(expr.on.name, kind, expr.name);
    // `x.rdd.map(…)`
    if (expr.kind === 'member' && expr.on.kind === 'member' && expr.on.name === 'rdd' && expr.on.on.kind === 'name' && run.language === 'python' && run.api.method('RDD', expr.name, run.language)) tell(expr.on.on.name, 'DataFrame', 'rdd');
    if (expr.kind === 'call' && !functions.otherFrames && functions.mayBeSpark) for (const name of namesOfOwnColumns(run, expr)) if (!isClassName(name)) tell(name, 'DataFrame', calledName(expr)!);
    const grouped = expr.kind === 'call' ? nameGrouped(expr) : undefined;
    if (grouped !== undefined) tell(grouped, 'DataFrame', 'groupBy', true);
    if (expr.kind === 'call') for (const name of namesJoined(expr)) tell(name, 'DataFrame', 'alias', true);
    if (expr.kind === 'bind') for (const pattern of expr.patterns) if (pattern.kind === 'name' && !hidden.has(pattern.name)) {
      assigned.set(pattern.name, (assigned.get(pattern.name) ?? 0) + 1);
      const origin = expr.value?.kind === 'call' ? rootOf(expr.value, (step) => frameSteps.has(step)) : undefined;
      origins.set(pattern.name, [...(origins.get(pattern.name) ?? []), origin]);
    }
    if (expr.kind === 'loop' && expr.bind) countPattern(expr.bind);
    forEachChild(expr, visit);
  }
  function tell(name: string, kind: string, by: string, isSure = false): void {
    if (hidden.has(name)) return;
    if (isSure) sure.add(name);
    tellers.set(name, [...(tellers.get(name) ?? []), by]);
    kinds.set(name, kinds.has(name) && kinds.get(name) !== kind ? undefined : kind);
  }
  function countPattern(pattern: Pattern): void {
    if (pattern.kind === 'name' && !hidden.has(pattern.name)) assigned.set(pattern.name, (assigned.get(pattern.name) ?? 0) + 1);
    if (pattern.kind === 'tuple') pattern.items.forEach(countPattern);
  }
}

/** Arguments of pandas that no method of Spark's has. */
const ofPandas: ReadonlySet<string> = new Set(['inplace', 'axis', 'columns', 'index', 'ignore_index', 'errors', 'na_position']);
/** `User.select(…)`: a class that maps a table is called so. */
const isClassName = (name: string): boolean => /^[A-Z][a-z]/.test(name);

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

function columnFunctionsOf({ api }: Run, def: Def): ColumnFunctions {
  const known = columnFunctions.get(def);
  if (known) return known;
  const modules = new Set<string>();
  const names = new Set<string>();
  let star = false;
  let otherFrames = false;
  let ofSpark = false;
  let imports = false;
  /** What comes in by the star of another library may bear any name. */
  let otherStar = false;
  forEachImport(def.body, ({ module, level, names: imported, as, star: all }) => {
    imports = true;
    if (level > 0) return;
    ofSpark ||= api.library(module) === 'spark';
    otherStar ||= all === true && api.library(module) !== 'spark';
    otherFrames ||= otherFrameLibraries.test(module);
    if (module === functionsModule && as !== undefined) modules.add(as);
    if (module === functionsModule) star ||= all === true;
    for (const { name, as: own = name } of imported ?? []) {
      if (`${module}.${name}` === functionsModule) modules.add(own);
      else if (module === functionsModule && givesColumn(api, name)) names.add(own);
    }
  });
  const loose = new Set([...looseFunctions, ...(otherStar ? [] : looseModules)].filter((name) => !def.binds.has(name)));
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
  if (fn.kind !== 'member' || !telling.has(fn.name) || fn.on.kind === 'name' && fn.name === 'agg' && /gr(ou)?p|gb/i.test(fn.on.name)) return undefined;
  const frame = rootOf(fn.on, (step) => frameSteps.has(step) || telling.has(step));
  return frame !== undefined && args.some(({ value }) => holdsColumn(value, functions, isFree)) ? frame : undefined;
}
/** What a name is called with tells more: it is seen how it goes on. */
const telling: ReadonlySet<string> = new Set([...takingColumns, 'agg', 'withColumn']);

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
