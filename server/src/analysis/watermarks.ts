/** Which columns carry the mark that `withWatermark` puts on one: the mark stays with the column, whatever that is called later. */
import type { Method } from '../knowledge/api.ts';
import type { ArgValue, Dataset, Value } from './model.ts';
import { namedInSql } from './sql.ts';
import { nothing, stringOf } from './values.ts';

type Marks = readonly (string | undefined)[];

/** The names of marked columns; undefined among them: some column, nobody knows which. */
export function watermarksOf(method: Method | undefined, args: readonly ArgValue[], from: readonly Dataset[]): Marks | undefined {
  const inherited = from.flatMap((parent) => parent.watermarks ?? []);
  if (method?.name === 'withWatermark') return [...inherited, stringOf(args[0]?.value ?? nothing)];
  return inherited.length > 0 ? [...new Set(passedOn(inherited, method, args, from))] : undefined;
}

function passedOn(marks: Marks, method: Method | undefined, args: readonly ArgValue[], from: readonly Dataset[]): Marks {
  const grouped = from.find(({ kind }) => kind === 'GroupedData');
  if (grouped) return [...marks, ...carried(marks, grouped.args)];
  if (method?.lineage === 'same' || namesKept.has(method?.name ?? '')) return marks;
  const [first, second] = args.map(({ value }) => stringOf(value));
  switch (method?.name) {
    case 'withColumnRenamed': return first === undefined ? [...marks, undefined] : marks.map((mark) => (mark !== undefined && isSame(mark, first) ? second : mark));
    case 'withColumn': return carried(marks, args.slice(1)).length > 0 ? [...marks, first] : marks;
    case 'select': return [...marks, ...carried(marks, args)];
    case 'selectExpr': return [...marks, ...args.flatMap(({ value }) => carriedInSql(marks, stringOf(value)))];
    default: return [...marks, undefined];
  }
}

/** They give no column another name, and make none. */
const namesKept: ReadonlySet<string> = new Set([
  'filter', 'where', 'limit', 'sample', 'drop', 'dropna', 'fillna', 'repartition', 'repartitionByRange', 'coalesce', 'groupBy', 'groupby', 'rollup', 'cube',
  'dropDuplicates', 'drop_duplicates', 'dropDuplicatesWithinWatermark', 'distinct', 'union', 'unionAll', 'unionByName', 'join', 'crossJoin',
]);

/** Functions that give a column by its name. */
export const namesColumn: ReadonlySet<string> = new Set(['col', 'column', '$']);

/** What marked columns are called among those that a step is given. */
const carried = (marks: Marks, args: readonly ArgValue[]): Marks => args.flatMap(({ value, spread }) => (spread ? [undefined] : carriedBy(marks, value)));

function carriedBy(marks: Marks, value: Value): Marks {
  if (value.length === 0) return [undefined];
  return value.flatMap((item): Marks => {
    if (item.is === 'constant') return [];
    if (item.is === 'collection') return item.items ? item.items.flatMap((each) => carriedBy(marks, each)) : [undefined];
    if (item.is !== 'spark' || item.kind !== 'Column') return [undefined];
    const { fn, of, as } = item.column ?? {};
    if (fn === 'window' || fn === 'session_window') return [as ?? fn];
    if (fn !== undefined && namesColumn.has(fn)) return of === undefined ? [undefined] : marks.some((mark) => mark !== undefined && isSame(mark, of)) ? [as ?? of] : [];
    // Of what operators and methods make of columns it is not told whether it is one by itself.
    return fn === undefined || fn === 'expr' ? [undefined] : [];
  });
}

function carriedInSql(marks: Marks, text: string | undefined): Marks {
  if (text === undefined) return [undefined];
  const made = namedInSql(text);
  const isMarked = marks.some((mark) => mark === undefined || text.toLowerCase().includes(mark.toLowerCase()));
  return made === undefined ? (/\(/.test(text) ? [undefined] : []) : isMarked ? [made.name] : [];
}

/** `e.ts` of a frame that was named `e`, too. */
export const isSame = (mark: string, name: string): boolean => mark.toLowerCase() === name.replace(/^\w+\.(?=\w)|`/g, '').toLowerCase();
