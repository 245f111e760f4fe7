/**
 * Settings held as pairs, in dicts and lists, that a loop hands to a builder one by one: where each key and value is
 * written, and when a loop is gone through pair by pair. Elsewhere what a loop goes through is one value for all passes.
 */
import { calledName, forEachChild } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Site, Value } from './model.ts';
import type { Run } from './run.ts';
import { constant, entriesOf, stringOf } from './values.ts';

const isKey = (text: string | undefined): boolean => text?.startsWith('spark.') === true;

/** A value that is known by where it is written; `key`: where the key before it is. */
export function written(run: Run, value: Value, at: Site, key?: Site): Value {
  // A value that a name gives is the same wherever it is named: a copy of its own.
  const own = [...value];
  run.written.set(own, at);
  if (key) run.keyed.set(own, key);
  return own;
}

/** The items of `("spark.a", "1")`, of `"spark.a" -> "1"`. */
export const writtenPair = (run: Run, items: Value[], exprs: readonly Expr[]): Value[] =>
  (items.length === 2 && isKey(stringOf(items[0]!)) ? [written(run, items[0]!, run.site(exprs[0]!.span)), written(run, items[1]!, run.site(exprs[1]!.span), run.site(exprs[0]!.span))] : items);

/** A value in a dict, if it is a setting's. */
export const writtenEntry = (run: Run, key: string, value: Value, at: Site, keyAt: Site): Value => (isKey(key) ? written(run, value, at, keyAt) : value);

/** The key of an entry, where the place of the entry's value tells its own. */
export function keyOf(run: Run, key: string, value: Value): Value {
  const at = run.keyed.get(value);
  return at ? written(run, constant(key), at) : constant(key);
}

/** More are made by machines. */
const mostPairs = 64;

/** What a loop goes through, one by one, where it does nothing but set what it goes through; undefined for any other loop. */
export function settingsOver(run: Run, over: Value, body: Expr | undefined): readonly Value[] | undefined {
  const only = over.length === 1 ? over[0] : undefined;
  if (only?.is !== 'collection' || !body) return undefined;
  const entries = only.type === 'dict' ? entriesOf(only) : undefined;
  const parts = entries ? [...entries].map(([key, value]): Value => (only.pairs ? [{ is: 'collection', type: 'tuple', element: value, items: [keyOf(run, key, value), value] }] : keyOf(run, key, value))) : only.items;
  if (!parts || parts.length > mostPairs || !parts.some((part) => isKey(keyIn(part))) || !setsAlone(body)) return undefined;
  return parts;
}

function keyIn(part: Value): string | undefined {
  const [item] = part;
  return item?.is === 'collection' ? stringOf(item.items?.[0] ?? []) : stringOf(part);
}

const setters: ReadonlySet<string> = new Set(['config', 'set', 'setConf', 'setIfMissing']);
/** They are called beside, and start nothing. */
const harmless: ReadonlySet<string> = new Set(['str', 'toString', 'format', 'print', 'println', 'debug', 'info', 'warning', 'warn', 'log', 'get', 'apply', 'lower', 'strip', 'trim', 'startswith', 'startsWith', 'isinstance']);

function setsAlone(body: Expr): boolean {
  let sets = false;
  const harms = (expr: Expr): boolean => {
    if (expr.kind === 'loop' || expr.kind === 'try' || expr.kind === 'closure' && expr.def.kind !== 'lambda') return true;
    if (expr.kind === 'call') {
      const name = calledName(expr) ?? '';
      sets ||= setters.has(name);
      if (!setters.has(name) && !harmless.has(name)) return true;
    }
    let found = false;
    forEachChild(expr, (child) => {
      found ||= harms(child);
    });
    return found;
  };
  return !harms(body) && sets;
}

/** The body of the one function that a value is. */
export function bodyOf(value: Value): Expr | undefined {
  const only = value.length === 1 ? value[0] : undefined;
  return only?.is === 'function' ? only.def.body : undefined;
}
