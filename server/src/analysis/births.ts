/**
 * Which values are the same although nobody knows what they are. A value that is bound to a name, a field or a parameter
 * is born there; what is made of it (a member, an element, a text with it inside) is known by its parents. Two values
 * are the same only if they were born as one: never because they are spelled alike.
 */
import type { Abstract, Complete, Value } from './model.ts';
import { withCells } from './cells.ts';
import type { Cell } from './scope.ts';
import { type Collection, unknown } from './values.ts';

type Born = Extract<Abstract, { is: 'unknown' | 'foreign' }>;

/** The value, if it is one that can be told apart by its birth alone. */
const bornKind = (value: Value): Born | undefined => (value.length === 1 && isBornKind(value[0]) ? value[0] : undefined);

/** Of several alternatives, if they were all born as one. */
export function birthOf(value: Value): string | undefined {
  const born = bornOfItem(value[0]);
  return born !== undefined && value.every((item) => bornOfItem(item) === born) ? born : undefined;
}
const isBornKind = (item: Abstract | undefined): item is Born => item?.is === 'unknown' || item?.is === 'foreign';
const bornOfItem = (item: Abstract | undefined): string | undefined => (isBornKind(item) ? item.born : undefined);

/** A value known by its birth; what can be told apart otherwise stays as it is. */
export function withBirth(value: Value, born: string | undefined): Value {
  if (born === undefined || born.length > longest) return value;
  return value.length > 0 && value.every(isBornKind) ? value.map((item) => bornAs(item, born)) : value;
}
const longest = 400;

/** Written out, since nearly every value that is bound comes through here; the compiler asks for every field. */
const bornAs = (item: Born, born: string | undefined): Born =>
  (item.is === 'unknown' ? { is: 'unknown', reason: item.reason, born, most: item.most } satisfies Complete<Born & { is: 'unknown' }> : { is: 'foreign', name: item.name, template: item.template, born, most: item.most } satisfies Complete<Born & { is: 'foreign' }>);

/** What is made of it is of its kind, but another value. */
export const bornAnew = (value: Value, born: string | undefined): Value =>
  withBirth(value.map((item) => (isBornKind(item) && item.born !== undefined ? { ...item, born: undefined } : item)), born);

/** It is bound here; a value that was bound before stays itself. */
export function bornHere(run: { birth(): string; readonly loops: Cell['loops'] }, value: Value): Value {
  const item = bornKind(value);
  if (item) return item.born === undefined ? [bornAs(item, run.birth())] : value;
  return withCells(value, run.loops);
}

/** What a call gave before is not what it gives now; nor is what collections in it hold, nor a collection itself, unless it was there before (`isOld`). */
export function notYetBorn(value: Value, isOld: (cell: Cell) => boolean, depth = 0): Value {
  const next = value.map((item): Abstract => {
    if (item.is === 'unknown') return item.born === undefined ? item : unknown(item.reason)[0]!;
    if (item.is === 'foreign') return item.born === undefined ? item : { ...item, born: undefined };
    return item.is === 'collection' && depth < deepest ? freshCollection(item, isOld, depth + 1) : item;
  });
  return next.every((item, index) => item === value[index]) ? value : next;
}
const deepest = 3;

function freshCollection(item: Collection, isOld: (cell: Cell) => boolean, depth: number): Collection {
  if (item.cell && isOld(item.cell)) return item;
  const fresh = (value: Value): Value => notYetBorn(value, isOld, depth);
  return { ...item, cell: undefined, element: fresh(item.element), keys: item.keys && fresh(item.keys), items: item.items?.map(fresh), entries: item.entries && new Map([...item.entries].map(([name, each]) => [name, fresh(each)])) };
}
