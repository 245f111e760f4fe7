/** Which expressions make Columns, by what a module imports alone: where no value is known yet, they tell what they are given to. */
import type { Api } from '../knowledge/api.ts';
import { forEachImport } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';

/** How a module calls Spark's functions of columns. */
export interface ColumnNames {
  /** `F` */
  readonly modules: ReadonlySet<string>;
  /** `col`, and what it is called here. */
  readonly functions: ReadonlyMap<string, string>;
  /** `from pyspark.sql.functions import *` */
  readonly star: boolean;
  /** The same in a word. */
  readonly key: string;
}

const library = 'pyspark.sql.functions';
const known = new WeakMap<Def, ColumnNames>();

/** Of a module, by its imports. */
export function columnNamesOf(def: Def): ColumnNames {
  const before = known.get(def);
  if (before) return before;
  const modules = new Set<string>();
  const functions = new Map<string, string>();
  let star = false;
  forEachImport(def.body, (expr) => {
    if (expr.level > 0) return;
    if (expr.module === library) {
      if (expr.as !== undefined) modules.add(expr.as);
      star ||= expr.star === true;
      for (const { name, as } of expr.names ?? []) functions.set(as, name);
    }
    if (expr.module === 'pyspark.sql') for (const { name, as } of expr.names ?? []) if (name === 'functions') modules.add(as);
  });
  const found = { modules, functions, star, key: `${[...modules].join()}|${[...functions].map((pair) => pair.join('=')).join()}|${star}` };
  known.set(def, found);
  return found;
}

/** `F.col("age")`, `F.sum("n").alias("total")`, `col("age") > 17`. */
export function makesColumn(api: Api, expr: Expr, names: ColumnNames): boolean {
  if (expr.kind === 'operator') return expr.args.some((arg) => makesColumn(api, arg, names));
  if (expr.kind !== 'call') return false;
  const { fn } = expr;
  if (fn.kind === 'name') return isFunction(api, names.functions.get(fn.name) ?? (names.star ? fn.name : undefined));
  if (fn.kind !== 'member') return false;
  return fn.on.kind === 'name' ? names.modules.has(fn.on.name) && isFunction(api, fn.name) : makesColumn(api, fn.on, names);
}

function isFunction(api: Api, name: string | undefined): boolean {
  const fact = name === undefined ? undefined : api.imported(library, name);
  return fact?.is === 'function' && fact.returns === 'Column';
}
