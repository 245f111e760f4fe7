/** What notebooks and shells do besides running statements: imports of their own before the first, other notebooks run in their place. */
import type { Expr, Lowered } from '../program/program.ts';
import { assignName } from './names.ts';
import type { Run } from './run.ts';

type Import = Expr & { readonly kind: 'import' };

/** What runs when a module does. */
export function wholeBody(lowered: Lowered): Expr {
  const { module: { body }, runs } = lowered;
  const given = givenImports(lowered);
  if (body.kind !== 'sequence' || given.length + runs.length === 0) return body;
  const statements = [...body.body];
  for (const { at, file } of [...runs].reverse()) {
    const next = statements.findLastIndex(({ span }) => span[0] < at) + 1;
    statements.splice(next, 0, { kind: 'import', span: [at, at], module: file, level: 0, runs: true });
  }
  return { ...body, body: [...given, ...statements] };
}

function givenImports(lowered: Lowered): readonly Import[] {
  if (lowered.language !== 'scala' || !isForShell(lowered)) return [];
  return isDatabricks(lowered) ? [session] : [functions, session];
}

/** Of Scala: with statements at the top of a file it is no code for a compiler. */
export function isForShell({ notebook, package: own, module: { body } }: Lowered): boolean {
  return notebook || own === undefined && body.kind === 'sequence' && body.body.some((expr) => expr.kind !== 'import' && (expr.kind !== 'closure' || expr.def.kind === 'function'));
}

const isDatabricks = ({ text }: Lowered): boolean => /^\uFEFF?\/\/ Databricks/.test(text);

/** `display(frame)` runs the frame for its first rows, as notebooks of Databricks and Fabric have it. In Jupyter, where a program starts its Spark itself, it writes the columns' names and runs nothing. */
export const displaysRows = ({ text }: Lowered): boolean => platform.test(text) || !ownSession.test(text);
const platform = /^\uFEFF?(?:#|\/\/) \w+ notebook source|^(?:#|\/\/) MAGIC |\b(?:dbutils|mssparkutils|notebookutils)\b/m;
const ownSession = /\bgetOrCreate\b|\bSparkContext\s*\(/;

/** `import spark.implicits._` needs none of these: what it brings is known by itself. */
const session: Import = { kind: 'import', span: [0, 0], module: 'spark', level: 0, names: ['sql', 'table'].map((name) => ({ name, as: name, span: [0, 0] })) };
const functions: Import = { kind: 'import', span: [0, 0], module: 'org.apache.spark.sql.functions', level: 0, star: true };

/** All names of what ran are there from now on, and what it imported is imported here. */
export function takeNames(run: Run, { module: file, span }: Import): void {
  const ran = run.host.runs?.(run.scope.module, file)?.scope();
  if (!ran) return;
  for (const [name, value] of run.store.view(ran.vars)) assignName(run, name, value, run.site(span));
  const stars = ran.stars ?? [];
  run.scope.stars = [...(run.scope.stars ?? []).filter((module) => !stars.includes(module)), ...stars];
}
