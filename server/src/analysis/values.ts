/** Values are small sets of alternatives; these are the ways to build, join and ask them. */
import type { Abstract, ColumnFacts, Dataset, Kind, SparkValue, UnknownReason, Value } from './model.ts';
import type { ClassInfo } from './scope.ts';

/** More alternatives than this are not kept apart. */
const mostAlternatives = 8;

export const nothing: Value = [];
const unknowns = new Map<UnknownReason, Value>();

export function unknown(reason: UnknownReason): Value {
  let value = unknowns.get(reason);
  if (!value) unknowns.set(reason, (value = [{ is: 'unknown', reason }]));
  return value;
}

const foreigns = new Map<string, Value>();
/** What members, calls and elements of foreign values give, by what they are asked of: names are put together once. */
const foreignParts = new Map<string, Map<string, Value>>();
/** A server runs for days: names of texts long gone are let go. */
const mostForeigns = 20_000;
const longestForeign = 80;

export function foreign(name: string): Value {
  let value = foreigns.get(name);
  if (!value) {
    if (foreigns.size >= mostForeigns) {
      foreigns.clear();
      foreignParts.clear();
    }
    foreigns.set(name, (value = [{ is: 'foreign', name }]));
  }
  return value;
}

/** A place that the program's own file leads to: `Path(__file__).parent`. What a file there says may lead anywhere. */
export const isBesideProgram = (value: Value): boolean => isResource(value) || value.length > 0 && value.every((item) => item.is === 'foreign' && besideProgram.test(item.name));
/** `getClass.getResource("stop-words.txt").getPath`: a file that is built with the program. */
export const isResource = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'foreign' && resource.test(item.name));
const resource = /^(getClass(\(\))?|scala\.Predef\.classOf\(\)|java\.lang\.Thread\.currentThread\(\))(\.get(Context)?ClassLoader(\(\))?)?\.getResource\(\)(\.\w+(\(\))?)*$/;
const besideProgram = /^builtins\.__file__(?:\.(?:parent|parents\[\]|(?:absolute|resolve|joinpath|with_name|with_suffix|expanduser|as_posix|as_uri|glob)\(\)))*$/;
/** A place in a temporary folder of the run. */
export const isTemporaryPlace = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'foreign' && item.name.startsWith('tempfile.'));
/** What functions and operators for paths make of it is one as well. */
export const isPlace = (value: Value): boolean => isBesideProgram(value) || isTemporaryPlace(value);

/** A part of a foreign value: a member (`.name`), what a call gives (`()`), an element (`[]`). */
export function foreignPart(of: string, part: string): Value {
  let parts = foreignParts.get(of);
  if (!parts) foreignParts.set(of, (parts = new Map()));
  let value = parts.get(part);
  if (!value) parts.set(part, (value = foreign(`${of}${part}`.slice(0, longestForeign))));
  return value;
}

export const constant = (value: string | number | boolean | null): Value => [{ is: 'constant', value }];
/** `None`, `null`. */
export const none = constant(null);
export const local: Value = foreign('value');

export const join = (a: Value, b: Value): Value => joinAt(a, b, 0);

/** `depth`: of how many collections, one in another, these are elements. */
function joinAt(a: Value, b: Value, depth: number): Value {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  if (a.length === 1 && b.length === 1 && same(a[0]!, b[0]!)) {
    const both = merged(a[0]!, b[0]!);
    return both === a[0] ? a : [both];
  }
  /** Copied when something is new: most often nothing is. */
  let result: Abstract[] | undefined;
  for (const item of b) {
    const index = indexOfSame(result ?? a, item);
    const both = index < 0 ? undefined : merged((result ?? a)[index]!, item);
    if (both && both === (result ?? a)[index]) continue;
    result ??= [...a];
    if (both) result[index] = both;
    else add(result, item, depth);
  }
  if (!result || result.length === a.length && result.every((item, index) => item === a[index])) return a;
  return result.length > mostAlternatives ? unknown('widened') : result;
}

function indexOfSame(value: Value, item: Abstract): number {
  for (let index = 0; index < value.length; index++) if (same(value[index]!, item)) return index;
  return -1;
}

/** Of two that are the same but for what is known of them: what is known of both. The first itself, where the second knows no less. */
const merged = (a: Abstract, b: Abstract): Abstract => (a === b ? a : a.is === 'spark' ? weaker(a, b as SparkValue) : sameBirth(a, b) ? a : unborn(a));

function weaker(a: SparkValue, b: SparkValue): SparkValue {
  const column = commonFacts(a.column, b.column);
  const guess = a.guess || b.guess || undefined;
  const broadcast = a.broadcast && b.broadcast || undefined;
  return column === a.column && guess === a.guess && broadcast === a.broadcast ? a : { ...a, column, guess, broadcast };
}

/** What two Columns have in common; the first itself, where that is all of it. */
function commonFacts(a: ColumnFacts | undefined, b: ColumnFacts | undefined): ColumnFacts | undefined {
  if (!a || a === b) return a;
  const names = (Object.keys(a) as (keyof ColumnFacts)[]).filter((name) => a[name] !== undefined);
  const kept = names.filter((name) => b?.[name] === a[name]);
  if (kept.length === names.length) return a;
  return kept.length === 0 ? undefined : Object.fromEntries(kept.map((name) => [name, a[name]]));
}

const birthOf = (item: Abstract): string | undefined => (item.is === 'unknown' || item.is === 'foreign' ? item.born : undefined);
/** A value that was never born is any of its kind. */
const sameBirth = (a: Abstract, b: Abstract): boolean => birthOf(a) === undefined || birthOf(a) === birthOf(b);
const unborn = (item: Abstract): Abstract => (item.is === 'unknown' ? unknown(item.reason)[0]! : item.is === 'foreign' ? { ...item, born: undefined } : item);

/** Whoever has it may come to something of Spark, or learn a key, a path or a number of passes: what other libraries give tells nothing. */
export const mayLeadToSpark = (value: Value): boolean => value.some((item) => {
  if (item.is === 'unknown') return item.most !== undefined;
  if (item.is === 'foreign') return item.template !== undefined || item.most !== undefined;
  if (item.is !== 'collection') return true;
  if (item.type === 'tuple' && item.items) return item.items.some(mayLeadToSpark);
  return item.most !== undefined || item.items !== undefined || item.entries !== undefined || item.rows !== undefined || mayLeadToSpark(item.element) || mayLeadToSpark(item.keys ?? nothing);
});

/** The same alternatives, whenever they were born, and as much is known of them. */
export const isAlike = (a: Value | undefined, b: Value | undefined): boolean => a === b || a !== undefined && b !== undefined && a.length === b.length && a.every((item, index) => same(item, b[index]!) && (item.is !== 'spark' || knowsAsMuch(item, b[index] as SparkValue)));
const knowsAsMuch = (a: SparkValue, b: SparkValue): boolean => weaker(a, b) === a && weaker(b, a) === b;

export function joinAll(values: readonly Value[]): Value {
  let result = nothing;
  for (const value of values) result = join(result, value);
  return result;
}

/** The class that a name stands for; a singleton of its name beside it is the value then. */
export const classMeant = (item: Abstract): ClassInfo | undefined => (item.is === 'class' ? item.info : item.is === 'object' ? item.companion : undefined);

/** The join of what each alternative gives. */
export function each(value: Value, give: (item: Abstract) => Value): Value {
  if (value.length === 1) return give(value[0]!);
  let result = nothing;
  for (const item of value) result = join(result, give(item));
  return result;
}

/** Collections of one type become one, so that nested joins stay small. */
function add(result: Abstract[], item: Abstract, depth: number): void {
  if (item.is === 'collection') {
    const index = result.findIndex((other) => other.is === 'collection' && other.type === item.type);
    const other = result[index];
    if (other?.is === 'collection') {
      const element = joinHeld(other.element, item.element, depth);
      const keys = item.type === 'dict' ? joinHeld(heldKeys(other), heldKeys(item), depth) : undefined;
      // Nothing new: the same object, so that loops see that they have settled.
      const most = largerOf(mostOf(other), mostOf(item));
      if (element === other.element && keys === other.keys && most === other.most && !other.items && !other.entries && (other.rows || !item.rows)) return;
      const cell = other.cell === item.cell ? other.cell : undefined;
      result[index] = { is: 'collection', type: item.type, element, pairs: other.pairs, keys, items: joinItems(other.items, item.items, depth), most, rows: other.rows ?? item.rows, cell };
      return;
    }
  }
  if (item.is === 'foreign') {
    const index = result.findIndex((other) => other.is === 'foreign' && other.name === item.name);
    // Two templates are no template.
    if (index >= 0) {
      result[index] = foreign(item.name)[0]!;
      return;
    }
  }
  if (item.is === 'constant' && result.filter((other) => other.is === 'constant').length >= 4) {
    for (let i = result.length - 1; i >= 0; i--) if (result[i]!.is === 'constant') result.splice(i, 1);
    if (!result.some((other) => other.is === 'foreign' && other.name === 'value')) result.push(local[0]!);
    return;
  }
  result.push(item);
}

/**
 * What two collections hold. Functions that call themselves put what they gave into what they give: joined to the
 * bottom, such values would double with every level.
 */
function joinHeld(a: Value, b: Value, depth: number): Value {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  return depth >= deepestJoin && a.some(isCollection) && b.some(isCollection) ? unknown('widened') : joinAt(a, b, depth + 1);
}
const deepestJoin = 4;
const isCollection = (item: Abstract): boolean => item.is === 'collection';

/** Of two collections of one length, place by place: pairs stay pairs. */
function joinItems(a: readonly Value[] | undefined, b: readonly Value[] | undefined, depth: number): readonly Value[] | undefined {
  return a && b && a.length === b.length && a.length <= mostAlternatives ? a.map((value, index) => joinHeld(value, b[index]!, depth)) : undefined;
}

function same(a: Abstract, b: Abstract): boolean {
  if (a === b) return true;
  if (a.is !== b.is) return false;
  switch (a.is) {
    case 'spark': {
      const other = b as SparkValue;
      return a.kind === other.kind && a.dataset === other.dataset && a.props === other.props && a.builder === other.builder && a.made?.start === other.made?.start && a.made?.module === other.made?.module;
    }
    case 'function': {
      const other = b as typeof a;
      return a.def === other.def && a.env === other.env && a.self === other.self && a.bound === other.bound && a.applied === other.applied;
    }
    case 'class': return a.info.def === (b as typeof a).info.def;
    case 'object': return a.of === (b as typeof a).of;
    case 'owner': return a.kind === (b as typeof a).kind;
    case 'library': return a.fact === (b as typeof a).fact;
    case 'method': return a.name === (b as typeof a).name && same(a.on, (b as typeof a).on);
    case 'module': return a.name === (b as typeof a).name && a.own === (b as typeof a).own;
    case 'constant': return a.value === (b as typeof a).value;
    case 'foreign': return a.name === (b as typeof a).name && a.template === (b as typeof a).template && a.most === (b as typeof a).most;
    case 'unknown': return true;
    case 'collection': {
      const other = b as typeof a;
      return a.type === other.type && a.element === other.element && a.keys === other.keys && a.items === other.items && a.entries === other.entries && a.most === other.most;
    }
  }
}

export const isNull = (item: Abstract): boolean => item.is === 'constant' && item.value === null;

export function isUnknown(value: Value): boolean {
  for (const item of value) if (item.is !== 'unknown') return false;
  return true;
}
export const sparkValues = (value: Value): SparkValue[] => value.filter((item): item is SparkValue => item.is === 'spark');
export const hasKind = (value: Value, kind: Kind): boolean => value.some((item) => item.is === 'spark' && item.kind === kind);

/** Datasets in a value, those inside collections and in the fields of objects included. */
export function datasetsIn(value: Value, depth = 0): Dataset[] {
  const found: Dataset[] = [];
  collectDatasets(value, depth, found);
  return found;
}

/** Datasets that are things of a collection, or parts of its tuples; undefined where there are none. */
export function framesAmong(element: Value): readonly Dataset[] | undefined {
  const found = element.flatMap((item) => (item.is === 'spark' && item.dataset ? [item.dataset] : item.is === 'collection' && item.type === 'tuple' ? framesAmong(item.element) ?? [] : []));
  return found.length > 0 ? found : undefined;
}

/** Datasets in what a call is given. */
export function datasetsOf(args: readonly { readonly value: Value }[]): Dataset[] {
  const found: Dataset[] = [];
  for (const { value } of args) collectDatasets(value, 0, found);
  return found;
}

function collectDatasets(value: Value, depth: number, found: Dataset[]): void {
  for (const item of value) {
    if (item.is === 'spark' && item.dataset) found.push(item.dataset);
    else if (item.is === 'collection' && depth < 3) collectDatasets(item.element, depth + 1, found);
    else if (item.is === 'object' && depth < 2) for (const field of item.of.fields.values()) collectDatasets(field, depth + 1, found);
  }
}

/** The one constant that a value is, if it is one. */
export function constantOf(value: Value): string | number | boolean | null | undefined {
  const only = value.length === 1 ? value[0] : undefined;
  return only?.is === 'constant' ? only.value : undefined;
}

export const stringOf = (value: Value): string | undefined => {
  const text = constantOf(value);
  return typeof text === 'string' ? text : undefined;
};

export type Collection = Extract<Abstract, { is: 'collection' }>;

/** The keys that are known of a dict. */
function heldKeys({ keys, entries }: Collection): Value {
  const named = !entries ? nothing : entries.size > mostNamedKeys ? foreign('str') : joinAll([...entries.keys()].map(constant));
  return join(named, keys ?? nothing);
}
const mostNamedKeys = 4;

/** The keys of a dict; a dict that something was put into has some. */
export function keysOf(dict: Collection): Value {
  const held = heldKeys(dict);
  return held.length > 0 || dict.element.length === 0 ? held : unknown('element');
}

/** All entries of a dict, where there are no others. */
export const entriesOf = ({ entries, keys }: Collection): ReadonlyMap<string, Value> | undefined => (keys?.length ? undefined : entries);

/** As many as one writes out for convenience: what is done for each of them is not done often. */
export const few = 8;
/** As many as one still writes out by hand. More are not kept count of. */
export const some = 20;
export const atMost = (count: number | undefined): number | undefined => (count !== undefined && count <= some ? count : undefined);

/** How many things it holds at most; a dict that begins empty may be filled out of sight. */
export function mostOf(item: Collection): number | undefined {
  const named = entriesOf(item)?.size;
  return item.items?.length ?? (named === undefined || named === 0 ? item.most : named);
}
/** How many passes go through it at most, whichever of the alternatives it is: a text beside lists is a name alone. */
export function mostAnyway(value: Value): number | undefined {
  let most: number | undefined;
  for (const item of value) {
    if (item.is === 'constant') continue;
    const own = item.is === 'collection' ? mostOf(item) : item.is === 'unknown' ? item.most : undefined;
    if (own === undefined) return undefined;
    most = Math.max(most ?? 0, own);
  }
  return most;
}
/** How many things are written out one by one, to go through. */
export function writtenOut([only, other]: Value): number | undefined {
  if (only?.is !== 'collection' || other) return undefined;
  return only.items?.length ?? entriesOf(only)?.size;
}
const isFew = (most: number | undefined): boolean => most !== undefined && most <= few;
export const isShort = (item: Collection): boolean => isFew(mostOf(item));
export const isShortAnyway = (value: Value): boolean => isFew(mostAnyway(value));

/** Of one or the other: unknown where one is. */
export const largerOf = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : Math.max(a, b));
/** Of all together. */
export const sumOf = (counts: readonly (number | undefined)[]): number | undefined => atMost(counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0));

/** What a collection gives one after the other: a dict its keys, or pairs. */
function iterated(collection: Collection): Value {
  if (collection.type !== 'dict') return collection.element;
  const keys = keysOf(collection);
  return collection.pairs ? [{ is: 'collection', type: 'tuple', element: join(keys, collection.element), items: [keys, collection.element] }] : keys;
}

/** What nothing is known of may have been put there out of sight. */
export const held = (element: Value): Value => (element.length > 0 ? element : unknown('element'));

/** `xs[0]`, `entries["key"]`. A key that it had not when it was last in sight: somebody may have added it, and no text or number of another key with it. */
export function elementAt({ items, entries, element }: Collection, index: Value): Value {
  const key = constantOf(index);
  if (typeof key === 'number' && items) return items.at(key) ?? element;
  if (typeof key === 'string' && entries) return entries.get(key) ?? join(element.filter(({ is }) => is !== 'constant'), unknown('element'));
  return held(element);
}

/** What the values of a dict are; of anything else, its elements. */
export const heldBy = (value: Value): Value => each(value, (item): Value => (item.is === 'collection' ? item.element : elementOf([item])));

/** What iterating gives. */
export function elementOf(value: Value): Value {
  return each(value, (item): Value => {
    if (item.is === 'collection') return iterated(item);
    if (item.is === 'foreign') return item.name === 'str' ? foreign('str') : foreignPart(item.name, '[]');
    if (item.is === 'constant') return typeof item.value === 'string' ? foreign('str') : unknown('element');
    if (item.is === 'spark' && item.kind === 'Row') return local;
    return unknown('element');
  });
}

/** A column's name or type as a dataset or schema tells it, or what is made of one, also beside other things: `df.columns`, `zip(df.columns, names)`. */
export const isOfColumns = (value: Value): boolean => value.some((item) =>
  item.is === 'foreign' && ofColumns.test(item.name) || item.is === 'collection' && item.type === 'tuple' && item.items !== undefined && item.items.some(isOfColumns));
const ofColumns = /^(column|StructField)(?!\w)/;

/** For people: the alternatives of a value, in words. Of a dict its values are named. */
export function describe(value: Value): string {
  return value.map((item) => {
    switch (item.is) {
      case 'spark': return item.kind;
      case 'collection': return `${item.type} of ${describe(item.element) || 'nothing'}`;
      case 'constant': return JSON.stringify(item.value);
      case 'foreign': return item.name;
      case 'owner': return `class ${item.kind}`;
      case 'class': return `class ${item.info.def.name}`;
      case 'object': return item.of.of.def.name;
      case 'function': return item.def.name ? `function ${item.def.name}` : 'lambda';
      case 'library': return `function ${item.name}`;
      case 'module': return `module ${item.name}`;
      case 'method': return `method ${item.on.kind}.${item.name}`;
      case 'unknown': return `unknown (${item.reason})`;
    }
  }).join(' | ');
}
