/**
 * How much of real code the model knows: of all calls `x.m(…)` where `m` is a public method of a class of Spark, in files
 * that import or use Spark, the share whose receiver `x` is known. Receivers that are literals, modules or imported names
 * do not count.
 */
import { relative, resolve } from 'node:path';
import type { SparkProgram, Value } from '../analysis/model.ts';
import { describe } from '../analysis/values.ts';
import type { Def, Expr, Language } from '../program/program.ts';
import { groupedBy } from '../rule/queries.ts';
import { api, loadSyntax, type ProjectFile, projectsOf, ready } from './engine.ts';
import { named } from './check.ts';
import { forEachExpression } from '../program/expressions.ts';
import { createPlaces } from './places.ts';
import { parse, UsageError } from './usage.ts';

type Verdict = 'spark' | 'foreign' | 'unknown';

interface Receiver {
  readonly language: Language;
  readonly verdict: Verdict;
  /** Why it is unknown. */
  readonly reason?: string | undefined;
  readonly claimed: string;
  readonly method: string;
  readonly where: string;
  readonly code: string;
}

export async function coverage(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse('coverage', args);
  if (positionals.length === 0) throw new UsageError('`sparkcheck coverage` takes folders: each counts as one repository.');
  const places = createPlaces();
  const syntax = await loadSyntax();
  const repositories: { readonly name: string; readonly receivers: readonly Receiver[] }[] = [];
  for (const operand of positionals) {
    // A project of its own for each: what one has read is free when the next begins.
    const files = named([operand], projectsOf(syntax), places);
    await ready(files);
    repositories.push({ name: operand, receivers: files.flatMap((file) => receiversIn(file, places)) });
  }
  const all = repositories.flatMap(({ receivers }) => receivers);
  if (values.sample !== undefined) {
    const [count, seed] = [Number(values.sample), Number(values.seed)];
    if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) throw new UsageError('`--sample` and `--seed` are whole numbers.');
    for (const { where, code, method, claimed } of sampleOf(all, count, seed)) process.stdout.write(`${where}\n    ${code}\n    .${method}( on ${claimed}\n`);
    return 0;
  }
  if (values.unknown) {
    for (const { verdict, reason, method, where, code } of all) if (verdict === 'unknown') process.stdout.write(`${where}\t.${method}\t${reason}\t${code}\n`);
    return 0;
  }
  const tables = [...repositories, ...(repositories.length > 1 ? [{ name: 'pooled', receivers: all }] : [])].flatMap(({ name, receivers }) => byLanguage(name, receivers));
  if (values.json) process.stdout.write(`${JSON.stringify(tables, null, 2)}\n`);
  else process.stdout.write(`${tables.map(tableLine).join('\n')}\n\nUnknown receivers by reason:\n${reasonLines(all).join('\n')}\n`);
  return 0;
}

function receiversIn(file: ProjectFile, places: ReturnType<typeof createPlaces>): Receiver[] {
  const program = file.project.program(file.path);
  if (!program || !concernsSpark(program)) return [];
  const placed = places.textOf(file);
  const imported = importedNames(program);
  const found: Receiver[] = [];
  forEachExpression(program.lowered, (expr, range, defs) => {
    const member = expr.kind === 'call' ? expr.fn : expr;
    if (member.kind !== 'member' || expr.kind === 'member' && !expr.auto || !api.methodNames.has(member.name)) return;
    const { on, name } = member;
    const value = program.types.get(on);
    if (!counts(on, value, defs, imported)) return;
    const place = placed.place({ start: range.start + (member.nameSpan[0] - expr.span[0]), end: range.end });
    found.push({
      ...judged(on, value), language: program.lowered.language, method: name, where: `${relative('.', resolve(file.root, file.path))}:${place.cell === undefined ? '' : `cell ${place.cell + 1}:`}${place.line}:${place.column}`,
      code: (placed.lines({ ...place, endLine: place.line })[0] ?? '').trim().slice(0, 200),
    });
  });
  return found;
}

/** It imports Spark, or uses a name that notebooks and shells give. */
function concernsSpark(program: SparkProgram): boolean {
  let found = false;
  const bound = program.lowered.module.binds;
  forEachExpression(program.lowered, (expr) => {
    if (expr.kind === 'import') found ||= expr.level === 0 && api.library(expr.module) === 'spark';
    else if (expr.kind === 'name') found ||= !bound.has(expr.name) && ['spark', 'sc', 'sqlContext'].includes(expr.name);
  });
  return found;
}

interface ImportedNames {
  /** Names that the import statements of a definition bind. */
  readonly by: ReadonlyMap<Def, ReadonlySet<string>>;
}

function importedNames(program: SparkProgram): ImportedNames {
  const by = new Map<Def, Set<string>>();
  forEachExpression(program.lowered, (expr, _, defs) => {
    if (expr.kind !== 'import') return;
    const def = defs.at(-1)!;
    const names = by.get(def) ?? new Set<string>();
    by.set(def, names);
    if (expr.names) for (const each of expr.names) names.add(each.as);
    else if (!expr.star) names.add(expr.as ?? expr.module.split('.')[0]!);
  });
  return { by };
}

/** Neither a literal, nor a module, nor an imported name. */
function counts(on: Expr, value: Value | undefined, defs: readonly Def[], imported: ImportedNames): boolean {
  if (on.kind === 'literal' || on.kind === 'text') return false;
  if (value?.length && value.every((item) => item.is === 'module' || item.is === 'owner' || item.is === 'library')) return false;
  let root: Expr = on;
  for (; root.kind === 'member'; ) root = root.on;
  if (root.kind !== 'name') return true;
  const { name } = root;
  const holder = [...defs].reverse().find((def) => def.binds.has(name) && (def.kind !== 'class' || def === defs.at(-1)));
  const isImported = holder !== undefined && (imported.by.get(holder)?.has(name) ?? false);
  // `os.path.join(…)` and `module.CONSTANT.join(…)` stand on imported names; `module.session.sql(…)` is a value to know.
  return !isImported || (on !== root && value?.some((item) => item.is === 'spark') === true);
}

function judged(on: Expr, value: Value | undefined): Pick<Receiver, 'verdict' | 'reason' | 'claimed'> {
  const known = (value ?? []).filter((item) => item.is !== 'unknown' && !(item.is === 'constant' && item.value === null));
  if (value && known.length > 0) return { verdict: known.some((item) => item.is === 'spark') ? 'spark' : 'foreign', claimed: describe(value) };
  const reason = value === undefined ? 'not reached' : value[0]?.is === 'unknown' ? value[0].reason : 'no value';
  return { verdict: 'unknown', claimed: 'unknown', reason: `${reason} (${on.kind})` };
}

/** All, and where there are several languages, each by itself. */
function byLanguage(name: string, receivers: readonly Receiver[]): (Counts & { readonly name: string })[] {
  const languages = groupedBy(receivers, ({ language }) => language);
  const apart = languages.size > 1 ? [...languages].map(([language, own]) => ({ name: `${name} (${language})`, ...counted(own) })) : [];
  return [{ name, ...counted(receivers) }, ...apart];
}

interface Counts {
  readonly calls: number;
  readonly spark: number;
  readonly foreign: number;
  readonly unknown: number;
  /** Known, in percent. */
  readonly known: number;
}

function counted(receivers: readonly Receiver[]): Counts {
  const count = (verdict: Verdict): number => receivers.filter((each) => each.verdict === verdict).length;
  const [spark, foreign, unknown] = [count('spark'), count('foreign'), count('unknown')];
  return { calls: receivers.length, spark, foreign, unknown, known: receivers.length === 0 ? 100 : Math.round((1000 * (spark + foreign)) / receivers.length) / 10 };
}

const tableLine = ({ name, calls, spark, foreign, unknown, known }: Counts & { name: string }): string =>
  `${name}: ${calls} calls, ${known.toFixed(1)} % known (${spark} Spark, ${foreign} other), ${unknown} unknown`;

function reasonLines(receivers: readonly Receiver[]): string[] {
  const reasons = new Map<string, Receiver[]>();
  for (const each of receivers) if (each.reason !== undefined) reasons.set(each.reason, [...(reasons.get(each.reason) ?? []), each]);
  return [...reasons].sort(([, a], [, b]) => b.length - a.length).map(([reason, list]) => `  ${String(list.length).padStart(6)}  ${reason}, as ${list.slice(0, 3).map(({ where }) => where).join(', ')}`);
}

/** Known receivers, half of them Spark's, each as likely as any other; the same for the same seed. */
function sampleOf(receivers: readonly Receiver[], count: number, seed: number): Receiver[] {
  const random = randomFrom(seed);
  const pick = (verdict: Verdict, most: number): Receiver[] => {
    const pool = receivers.filter((each) => each.verdict === verdict);
    for (let index = pool.length - 1; index > 0; index--) {
      const other = Math.floor(random() * (index + 1));
      [pool[index], pool[other]] = [pool[other]!, pool[index]!];
    }
    return pool.slice(0, most);
  };
  return [...pick('spark', Math.ceil(count / 2)), ...pick('foreign', Math.floor(count / 2))];
}

/** Mulberry32: small, and good enough to draw a sample. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
