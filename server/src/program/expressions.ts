/** Walks over the expressions of a program with their places in its text. */
import type { Def, Expr, Lowered, Pattern, Span } from './program.ts';
import type { Range } from '../text/range.ts';

export type Visit = (expr: Expr, range: Range, defs: readonly Def[]) => void;

/** Every expression, each before its parts; `defs` are the definitions around it, the module first. */
export function forEachExpression({ module }: Lowered, visit: Visit): void {
  visitIn(partsOf, partsOf(module).body, 0, [module], visit);
}

type ExprOf<K extends Expr['kind']> = Extract<Expr, { readonly kind: K }>;

/** Those of some kinds alone, in the same order: what is neither they nor a definition is left out once, and not gone through by each rule again. */
export function forEachOf<K extends Expr['kind']>({ module }: Pick<Lowered, 'module'>, kinds: readonly K[], visit: (expr: ExprOf<K>, range: Range, defs: readonly Def[]) => void): void {
  const wanted: ReadonlySet<Expr['kind']> = new Set(kinds);
  const key = kinds.join();
  const parts = (def: Def): Parts => partsOfKinds(def, wanted, key);
  visitIn(parts, parts(module).body, 0, [module], (expr, range, defs) => {
    if (wanted.has(expr.kind)) visit(expr as ExprOf<K>, range, defs);
  });
}

/** `start`: where the definition begins that the expressions stand in. */
function visitIn(parts: (def: Def) => Parts, exprs: readonly Expr[], start: number, defs: readonly Def[], visit: Visit): void {
  for (const expr of exprs) {
    visit(expr, absolute(expr.span, start), defs);
    if (expr.kind !== 'closure') continue;
    for (const def of expr.def.companion ? [expr.def.companion, expr.def] : [expr.def]) {
      const { around, body } = parts(def);
      visitIn(parts, around, start + def.at, defs, visit);
      visitIn(parts, body, start + def.at, [...defs, def], visit);
    }
  }
}

/** The expressions of a definition, those of definitions in it aside. */
interface Parts {
  /** Evaluated where it stands: decorators, base classes, defaults. */
  readonly around: readonly Expr[];
  readonly body: readonly Expr[];
}

const known = new WeakMap<Def, Parts>();
const knownOfKinds = new WeakMap<Def, Map<string, Parts>>();

function partsOfKinds(def: Def, kinds: ReadonlySet<Expr['kind']>, key: string): Parts {
  let all = knownOfKinds.get(def);
  if (!all) knownOfKinds.set(def, (all = new Map()));
  let parts = all.get(key);
  if (!parts) {
    const isWanted = ({ kind }: Expr): boolean => kind === 'closure' || kinds.has(kind);
    const { around, body } = partsOf(def);
    all.set(key, (parts = { around: around.filter(isWanted), body: body.filter(isWanted) }));
  }
  return parts;
}

/** Found once: rules walk one after the other, and a definition is the same after an edit elsewhere. */
function partsOf(def: Def): Parts {
  let parts = known.get(def);
  if (!parts) known.set(def, (parts = { around: walk([...def.decorators, ...def.bases, ...def.params.flatMap((parameter) => parameter.default ?? [])]), body: walk(def.body) }));
  return parts;
}

function walk(root: unknown): Expr[] {
  const found: Expr[] = [];
  const work: unknown[] = [root];
  while (work.length > 0) {
    const node = work.pop();
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    if (Array.isArray(node)) {
      for (let index = node.length - 1; index >= 0; index--) work.push(node[index]);
      continue;
    }
    if ('span' in node && 'kind' in node && typeof node.kind === 'string' && expressionKinds.has(node.kind)) {
      found.push(node as Expr);
      if (node.kind === 'closure') continue;
    }
    const first = work.length;
    for (const key in node) {
      const part = (node as Record<string, unknown>)[key];
      if (typeof part === 'object' && part !== null && holdsParts(key)) work.push(patternKeys.has(key) ? valuesOf(part) : part);
    }
    reverse(work, first);
  }
  return found;
}

/** The last one pushed is the next one taken. */
function reverse(work: unknown[], first: number): void {
  for (let low = first, high = work.length - 1; low < high; low++, high--) [work[low], work[high]] = [work[high], work[low]];
}

/** By the name of a field: places and types hold no expressions. */
function holdsParts(key: string): boolean {
  let holds = fields.get(key);
  if (holds === undefined) fields.set(key, (holds = key !== 'type' && !key.toLowerCase().endsWith('span')));
  return holds;
}
const fields = new Map<string, boolean>();

const absolute = ([from, to]: Span, start: number): Range => ({ start: start + from, end: start + to });

/** What stands below these keys is assigned, not read: only the objects and indexes in it have values. */
const patternKeys: ReadonlySet<string> = new Set(['patterns', 'bind', 'targets']);

function valuesOf(pattern: unknown): Expr[] {
  const found: Expr[] = [];
  const work = [pattern].flat() as (Pattern | undefined)[];
  for (let next = work.shift(); next; next = work.shift()) {
    if (next.kind === 'tuple' || next.kind === 'extract') work.unshift(...next.items);
    else if (next.kind === 'rest' || next.kind === 'typed') work.unshift(next.item);
    else if (next.kind === 'member') found.push(next.on);
    else if (next.kind === 'index') found.push(next.on, next.index);
  }
  return found;
}

const expressionKinds: ReadonlySet<string> = new Set([
  'literal', 'text', 'name', 'member', 'call', 'index', 'collection', 'operator', 'sequence', 'discard', 'if', 'loop', 'try', 'with', 'bind', 'closure', 'import', 'delete', 'assert', 'exit', 'unknown',
]);

/** The names that a pattern gives a value to. */
export function namesOf(pattern: Pattern): string[] {
  if (pattern.kind === 'name') return [pattern.name];
  if (pattern.kind === 'tuple' || pattern.kind === 'extract') return pattern.items.flatMap(namesOf);
  if (pattern.kind === 'rest' || pattern.kind === 'typed') return namesOf(pattern.item);
  return [];
}

type Bind = Expr & { readonly kind: 'bind' };

/** Where a definition gives its name for the first time, by what the language says of it (Scala's `val`, `var`, `implicit`). */
export function declarationsOf(def: Def): ReadonlyMap<string, readonly Bind[]> {
  let found = declarations.get(def);
  if (!found) {
    const made = new Map<string, Bind[]>();
    for (const expr of partsOf(def).body) {
      if (expr.kind !== 'bind' || expr.declares === undefined) continue;
      for (const name of expr.patterns.flatMap(namesOf)) made.set(name, [...(made.get(name) ?? []), expr]);
    }
    declarations.set(def, (found = made));
  }
  return found;
}
const declarations = new WeakMap<Def, ReadonlyMap<string, readonly Bind[]>>();

/** Direct parts of an expression; nested lambdas are entered (they share the names), named functions are not. */
export function forEachChild(expr: Expr, visit: (child: Expr) => void): void {
  switch (expr.kind) {
    case 'text': for (const part of expr.parts) if (typeof part !== 'string') visit(part); break;
    case 'member': visit(expr.on); break;
    case 'call': visit(expr.fn); for (const arg of expr.args) visit(arg.value); break;
    case 'index': visit(expr.on); visit(expr.index); break;
    case 'collection': for (const item of expr.items) { if (item.key) visit(item.key); visit(item.value); } break;
    case 'operator': expr.args.forEach(visit); break;
    case 'sequence': expr.body.forEach(visit); break;
    case 'discard': visit(expr.value); break;
    case 'if': visit(expr.test); visit(expr.then); if (expr.otherwise) visit(expr.otherwise); break;
    case 'loop': if (expr.over) visit(expr.over); if (expr.test) visit(expr.test); visit(expr.body); if (expr.otherwise) visit(expr.otherwise); break;
    case 'try': visit(expr.body); for (const handler of expr.handlers) visit(handler.body); if (expr.otherwise) visit(expr.otherwise); if (expr.last) visit(expr.last); break;
    case 'with': for (const item of expr.items) visit(item.context); visit(expr.body); break;
    case 'bind': if (expr.value) visit(expr.value); for (const pattern of expr.patterns) if (pattern.kind === 'member' || pattern.kind === 'index') visit(pattern.on); break;
    case 'exit': if (expr.value) visit(expr.value); break;
    case 'assert': visit(expr.test); break;
    case 'unknown': expr.parts.forEach(visit); break;
    case 'closure': if (expr.def.kind === 'lambda') visit(expr.def.body); break;
    default: break;
  }
}

/** The last name of `f`, `a.f`, `f(…)` or `a.f(…)`: what a decorator, an exception or a context manager is called. */
export function calledName(expr: Expr): string | undefined {
  const named = expr.kind === 'call' ? expr.fn : expr;
  return named.kind === 'name' || named.kind === 'member' ? named.name : undefined;
}

/** The column that an expression names: `col("id")`, `$"id"`, `'id`, `df.id`, `df["id"]`, a cast of these. */
export function columnNamed(expr: Expr): string | undefined {
  if (expr.kind === 'member') return expr.name;
  if (expr.kind === 'index') return stringIn(expr.index);
  if (expr.kind === 'literal' && expr.type === 'symbol') return String(expr.value);
  if (expr.kind !== 'call') return undefined;
  if (expr.fn.kind === 'member' && (expr.fn.name === 'cast' || expr.fn.name === 'astype')) return columnNamed(expr.fn.on);
  const name = calledName(expr);
  return name === 'col' || name === 'column' || name === '$' ? expr.args[0] && stringIn(expr.args[0].value) : undefined;
}

/** `1 to n`, `0 until n by 2`, `Range(0, n)`, `Stream.range(1, n)`: numbers that are counted out, in Scala. */
export function isCountedOut(expr: Expr | undefined): boolean {
  if (expr?.kind !== 'call' || expr.args.length === 0) return false;
  if (expr.fn.kind === 'member' && expr.fn.name === 'by') return isCountedOut(expr.fn.on);
  if (expr.fn.kind === 'member' && expr.fn.name === 'range') return expr.fn.on.kind === 'name' && holders.has(expr.fn.on.name);
  return expr.fn.kind === 'member' ? expr.fn.name === 'to' || expr.fn.name === 'until' || expr.fn.name === 'inclusive' : expr.fn.kind === 'name' && expr.fn.name === 'Range';
}

const holders: ReadonlySet<string> = new Set(['Array', 'IndexedSeq', 'Iterator', 'LazyList', 'List', 'Seq', 'Stream', 'Vector']);

const stringIn = (expr: Expr): string | undefined => (expr.kind === 'literal' && typeof expr.value === 'string' ? expr.value : undefined);

/** `@name`, `@its.name` or `@name(…)` stands before the definition. */
export const isDecorated = (def: Def, name: string): boolean => def.decorators.some((decorator) => calledName(decorator) === name);

type ImportExpr = Expr & { readonly kind: 'import' };

/** Every import statement of a program, those in functions too. */
export function forEachImport(root: Expr, visit: (expr: ImportExpr) => void): void {
  const work: unknown[] = [root];
  while (work.length > 0) {
    const node = work.pop();
    if (Array.isArray(node)) {
      for (let index = node.length - 1; index >= 0; index--) work.push(node[index]);
    } else if (typeof node === 'object' && node !== null) {
      if ((node as Expr).kind === 'import') visit(node as ImportExpr);
      else if (mayHoldStatements(node as { kind?: string })) for (const key of statementKeys) if (key in node) work.push((node as Record<string, unknown>)[key]);
    }
  }
}

/** Where statements can stand below an expression; expressions proper hold none. */
const statementKeys = ['def', 'companion', 'last', 'otherwise', 'handlers', 'then', 'body', 'parts'];
const mayHoldStatements = (node: { kind?: string }): boolean => node.kind === undefined || ['sequence', 'if', 'loop', 'try', 'with', 'closure', 'unknown', 'module', 'class', 'function'].includes(node.kind);
