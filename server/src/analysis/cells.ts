/**
 * Lists, dicts and sets change in place, whatever name they are changed by: a function fills the list that it is given.
 * A collection that is bound has a cell; what the cell holds is part of the state of the run, beside fields and
 * variables, and whoever reads the collection reads that.
 */
import type { Complete, Value } from './model.ts';
import type { Run } from './run.ts';
import type { Cell } from './scope.ts';
import { type Collection, join, keysOf, stringOf } from './values.ts';

/** The one field of a cell. */
const field = 'held';

const changes = (item: Value[number]): item is Collection => item.is === 'collection' && item.type !== 'tuple' && item.type !== 'iterator';

/** The value with a cell for each collection that can change and has none. */
export function withCells(value: Value, loops: Cell['loops']): Value {
  return value.some((item) => changes(item) && !item.cell) ? value.map((item) => (changes(item) && !item.cell ? withCell(item, { loops }) : item)) : value;
}

/** Written out, since every collection that is bound comes through here; the compiler asks for every field. */
const withCell = ({ type, element, pairs, keys, items, entries, most, parallel, rows }: Collection, cell: Cell): Collection =>
  ({ is: 'collection', type, element, pairs, keys, items, entries, most, parallel, cell, rows } satisfies Complete<Collection>);

/** What a value holds here and now. */
export function current(run: Run, value: Value): Value {
  let result = value;
  value.forEach((item, index) => {
    const held = item.is === 'collection' && item.cell ? run.read(item.cell, field) : undefined;
    if (!held || held[0] === item) return;
    if (result === value) result = [...value];
    (result as Value[number][])[index] = held[0]!;
  });
  return result;
}

/** A collection became this; `only`: no other can be meant. */
export function hold(run: Run, cell: Cell | undefined, after: Collection, only: boolean): void {
  if (!cell) return;
  const fields = run.state.heap.fields(cell);
  const before = fields.get(field);
  const [held] = only || !before ? [after] : join(before, [after]);
  fields.set(field, [withCell(held as Collection, cell)]);
}

/** A dict with more entries is not known by its keys any more. */
const mostEntries = 128;

/** With one more thing in it; `most`: it has no more than so many all the same. */
export function grown(item: Collection, added: Value, key: Value, most?: number): Collection {
  const element = join(item.element, added);
  const { type, cell, pairs } = item;
  if (type !== 'dict') return { is: 'collection', type, element, cell, most };
  const named = stringOf(key);
  const size = item.entries?.size ?? 0;
  if (named === undefined || size >= mostEntries) return { is: 'collection', type, element, pairs, cell, keys: join(keysOf(item), key), most };
  return { is: 'collection', type, element, pairs, cell, keys: item.keys, entries: new Map([...(item.entries ?? []), [named, added] as const]), most };
}
