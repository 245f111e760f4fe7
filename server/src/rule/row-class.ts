/** Of which class the rows of a typed Dataset are made, as far as the module says: by `as[T]`, a declared type, a declared result. */
import type { SparkProgram } from '../analysis/model.ts';
import { forEachOf } from '../program/expressions.ts';
import { constructorName, type Def, type Expr, type Param, type TypeRef } from '../program/program.ts';
import { oncePerProgram } from './queries.ts';

type Bind = Expr & { kind: 'bind' };

interface Declared {
  /** By the function whose variables they are, or the class whose fields. */
  readonly binds: ReadonlyMap<Def, ReadonlyMap<string, readonly Bind[]>>;
  readonly classes: ReadonlyMap<string, readonly Def[]>;
  readonly functions: ReadonlyMap<string, readonly Def[]>;
}

const declaredIn = oncePerProgram(({ lowered }): Declared => {
  const binds = new Map<Def, Map<string, Bind[]>>();
  const classes = new Map<string, Def[]>();
  const functions = new Map<string, Def[]>();
  forEachOf(lowered, ['closure', 'bind'], (expr, _, defs) => {
    if (expr.kind === 'closure') {
      for (const def of expr.def.companion ? [expr.def, expr.def.companion] : [expr.def]) {
        if (def.kind === 'class' && !def.singleton) listIn(classes, def.name).push(def);
        if (def.kind === 'function') listIn(functions, def.name).push(def);
      }
    }
    if (expr.kind !== 'bind') return;
    for (const pattern of expr.patterns) {
      const owner = pattern.kind === 'name' ? defs.at(-1) : pattern.kind === 'member' && isThis(pattern.on) ? defs.findLast(({ kind }) => kind === 'class') : undefined;
      if (!owner || pattern.kind !== 'name' && pattern.kind !== 'member') continue;
      let own = binds.get(owner);
      if (!own) binds.set(owner, (own = new Map()));
      listIn(own, pattern.name).push(expr);
    }
  });
  return { binds, classes, functions };
});

function listIn<T>(lists: Map<string, T[]>, name: string): T[] {
  let list = lists.get(name);
  if (!list) lists.set(name, (list = []));
  return list;
}

const isThis = (expr: Expr): boolean => expr.kind === 'name' && expr.name === 'this';

/** What makes a Dataset of the same class. */
const keeping: ReadonlySet<string> = new Set(['filter', 'where', 'limit', 'sort', 'orderBy', 'sortWithinPartitions', 'distinct', 'dropDuplicates', 'repartition', 'repartitionByRange', 'coalesce', 'cache', 'persist', 'checkpoint', 'localCheckpoint', 'sample', 'alias', 'hint', 'union', 'unionByName', 'intersect', 'except', 'withWatermark']);

/** The class written for the rows of the Dataset that an expression gives; `defs`: the definitions around it. */
export function rowClassOf(program: SparkProgram, expr: Expr, defs: readonly Def[], depth = 0): TypeRef | undefined {
  if (depth > deepest) return undefined;
  const declared = declaredIn(program);
  const inner = (each: Expr): TypeRef | undefined => rowClassOf(program, each, defs, depth + 1);
  const called = expr.kind === 'call' ? expr.fn : expr;
  if (expr.kind === 'call' && called.kind === 'member' && called.name === 'as' && expr.types?.length === 1) return expr.types[0];
  if (called.kind === 'member' && keeping.has(called.name)) return inner(called.on);
  if (called.kind === 'member' && isThis(called.on)) return ofBinds(declared.binds.get(defs.findLast(({ kind }) => kind === 'class')!)?.get(called.name)) ?? ofResult(called.name);
  if (called.kind !== 'name') return undefined;
  const owner = defs.findLast((def) => def.binds.has(called.name) || def.params.some(({ name }) => name === called.name));
  const parameter = owner?.params.find(({ name }) => name === called.name);
  if (parameter) return ofDataset(parameter.type);
  return (owner && ofBinds(declared.binds.get(owner)?.get(called.name))) ?? ofResult(called.name);

  function ofBinds(binds: readonly Bind[] | undefined): TypeRef | undefined {
    const [only] = binds ?? [];
    if (!only || binds!.length > 1) return undefined;
    return ofDataset(only.type) ?? (only.value && !only.type ? inner(only.value) : undefined);
  }
  function ofResult(name: string): TypeRef | undefined {
    const found = declared.functions.get(name);
    return found?.length === 1 ? ofDataset(found[0]!.returns) : undefined;
  }
}
const deepest = 30;

const ofDataset = (type: TypeRef | undefined): TypeRef | undefined => (type?.name === 'Dataset' && type.args.length === 1 ? type.args[0] : undefined);

/** The fields that a class of the module is made of, or one of another that it names as that of its rows. */
export function fieldsOf(program: SparkProgram, { name }: TypeRef): ReadonlyMap<string, TypeRef | undefined> | undefined {
  const [found, ...others] = declaredIn(program).classes.get(name) ?? [];
  if (others.length > 0) return undefined;
  const info = found ?? program.rowClasses.get(name);
  const constructor = info && constructorOf(info.body);
  return constructor && new Map(constructor.params.slice(1).map(({ name: field, type }: Param) => [field, type]));
}

/** What makes objects of a class, by its body. */
export function constructorOf(body: Expr): Def | undefined {
  const closures = body.kind === 'sequence' ? body.body : [body];
  return closures.flatMap((each) => (each.kind === 'closure' && each.def.name === constructorName ? [each.def] : []))[0];
}
