/**
 * What Scala's own collections, options and functions give, by `knowledge/scala-collections.ts`. Functions given to them run
 * here and now, as a loop's body does.
 */
import { forEachChild, isCountedOut } from '../program/expressions.ts';
import type { Def, Expr, Span } from '../program/program.ts';
import { type ScalaCall, scalaFunction, scalaMaker, type ScalaMethod, scalaMethod, type ScalaShape, scalaShape, takesNothing } from '../knowledge/scala-collections.ts';
import { current } from './cells.ts';
import { callEach, callValue, handOver } from './calls.ts';
import { heldNow } from './builtins.ts';
import { isLeftElsewhere, namesParameter, rowsIterated, settle } from './evaluate.ts';
import { valueOfFact } from './imports.ts';
import type { ArgValue, Loop, Site, Value } from './model.ts';
import { mutated, partOf, updateCollection } from './names.ts';
import { type Run, otherUse, sparkValue } from './run.ts';
import { bodyOf, settingsOver } from './setting-pairs.ts';
import { callSpark } from './spark-calls.ts';
import { atMost, type Collection, constant, constantOf, each as eachItem, elementAt, framesAmong, elementOf, foreign, held, isOfColumns, isShort, join, joinAll, keysOf, local, mostAnyway, mostOf, none, nothing, sumOf, unknown, writtenOut } from './values.ts';

type MemberExpr = Expr & { kind: 'member' };
type CallExpr = Expr & { kind: 'call' };

/** The value that stands for what a shape holds. */
export function ofShape(shape: ScalaShape, element: Value, rest: Partial<Collection> = {}): Value {
  if (shape === 'text') return foreign('String');
  if (shape === 'number') return local;
  const type = shape === 'future' ? 'option' : shape;
  return [{ is: 'collection', type, element, ...(type === 'option' ? { most: 1 } : {}), ...(type === 'dict' ? { pairs: true } : {}), ...rest }];
}

/** What is written out one by one stays so. */
const withItems = (built: Value, items: readonly Value[] | undefined): Value => (items ? built.map((item) => (item.is === 'collection' ? { ...item, items } : item)) : built);

/** `List(a, b) zip List("a", "b")` */
function pairedItems({ items }: Collection, [other, ...more]: Value = []): Value[] | undefined {
  if (!items || other?.is !== 'collection' || !other.items || more.length > 0) return undefined;
  const { items: others } = other;
  return items.slice(0, others.length).map((each, index) => pair(each, others[index]!));
}

const pair = (first: Value, second: Value): Value => [{ is: 'collection', type: 'tuple', element: join(first, second), items: [first, second] }];

/** `xs.map(f)`, `xs.head`. */
export function scalaMember(run: Run, item: Collection, fn: MemberExpr, args: readonly ArgValue[], site: Site): Value {
  const place = item.type === 'tuple' ? /^_(\d+)$/.exec(fn.name)?.[1] : undefined;
  if (place !== undefined) return item.items?.[Number(place) - 1] ?? item.element;
  if (item.type === 'tuple' && fn.name === 'swap' && item.items?.length === 2) return pair(item.items[1]!, item.items[0]!);
  // `0 to 90 by 30`: fewer.
  if (fn.name === 'by' && isCountedOut(fn.on)) return [numbersBy(item, constantOf(args[0]?.value ?? nothing))];
  // `xs.toList(0)`: given to what it gives.
  if (args.length > 0 && takesNothing(item.type, fn.name)) return callValue(run, scalaMember(run, item, fn, [], site), { kind: 'call', span: fn.span, fn, args: [] }, args, otherUse);
  const method = scalaMethod(item.type, fn.name);
  const made = method ? undefined : madeByImplicits(run, [item], fn, site);
  if (made) return made;
  if (!method) {
    handOver(run, [...args, { site, value: [item] }], site);
    return unknown('member');
  }
  const given = runCalls(run, method, item, fn, args, site);
  if (method.changes) change(run, method, item, fn, args, site);
  const result = resultOf(run, method, item, args, given, fn);
  const other = method.or === undefined || method.gives === 'folded' ? undefined : args[method.or]?.value;
  return other === undefined || other.some(({ is }) => is === 'function') ? result : join(result, other);
}

/** `rows.toDF("id")`, `store.rows.toDS`: by what a session's implicits add, whatever it is that has the rows. */
export const madeByImplicits = (run: Run, rows: Value, fn: MemberExpr, site: Site): Value | undefined =>
  run.language === 'scala' && run.api.method('DatasetHolder', fn.name, 'scala')
    ? callSpark(run, 'DatasetHolder', [sparkValue('DatasetHolder', { site, text: 'rows of the program' })], fn, { kind: 'call', span: fn.span, fn, args: [] }, [{ site, value: rows }], otherUse)
    : undefined;

function numbersBy({ most, ...item }: Collection, step: unknown): Collection {
  return { ...item, ...(most === undefined ? {} : { most: typeof step === 'number' && step !== 0 ? Math.ceil(most / Math.abs(step)) : most }) };
}

/** Runs the functions that a method is given; what the last of them gave, and the first. */
function runCalls(run: Run, method: ScalaMethod, item: Collection, fn: MemberExpr, args: readonly ArgValue[], site: Site): readonly Value[] {
  return (method.calls ?? []).filter(({ byName }) => !byName).map((call) => {
    const arg = args[call.argument];
    if (!arg) return nothing;
    const start = method.gives === 'folded' || method.gives === 'option:folded' || method.or !== undefined && call.given.includes('accumulator') ? (method.or === undefined ? elementOf([item]) : args[method.or]?.value ?? nothing) : nothing;
    return runCall(run, call, { item, start, arg, args, fn, site, builds: method.gives !== 'none' });
  });
}

interface Called {
  readonly item: Collection;
  /** What folding starts with. */
  readonly start: Value;
  readonly arg: ArgValue;
  readonly args: readonly ArgValue[];
  readonly fn: MemberExpr;
  readonly site: Site;
  readonly builds: boolean;
}

function runCall(run: Run, call: ScalaCall, { item, start, arg, args, fn, site, builds }: Called): Value {
  const expr: CallExpr = { kind: 'call', span: fn.span, fn, args: [] };
  const given = (word: ScalaCall['given'][number], accumulator: Value, part: Value | undefined): Value => {
    switch (word) {
      case 'element': return part ?? elementOf([item]);
      case 'accumulator': return accumulator;
      case 'key': return part ? partOf(part, 0, 2) : keysOf(item);
      case 'value': return part ? partOf(part, 1, 2) : item.element;
      case 'index': return foreign('Int');
      case 'argument': return args[0]?.value ?? nothing;
      case 'other': return elementOf(args[0]?.value ?? nothing);
      case 'local': return local;
    }
  };
  const once = (accumulator: Value, part?: Value): Value => {
    const bodies = arg.value.flatMap((each) => (each.is === 'function' && each.def.kind === 'lambda' && !run.loopBodies.has(each.def) ? [each.def] : []));
    for (const body of bodies) run.loopBodies.add(body);
    const result = callEach(run, arg.value, call.given.map((word) => given(word, accumulator, part)), expr);
    for (const body of bodies) run.loopBodies.delete(body);
    if (fn.name === 'foreach') for (const body of bodies) drop(run, body, result);
    return result;
  };
  if (call.times === 'once' || call.times === 'maybe') return once(start);
  const loop: Loop = { site: run.site(fn.nameSpan), range: site, size: isShort(item) ? 'few' : 'many', most: mostOf(item), passes: toTheEnd.has(fn.name) ? writtenOut([item]) : undefined, over: isCountedOut(fn.on) ? 'range' : 'items', comprehension: builds, left: isLeftElsewhere(run, bodyOf(arg.value)), parallel: item.parallel, columns: isOfColumns(elementOf([item])), frames: framesAmong(elementOf([item])) };
  rowsIterated(run, [item], loop);
  if (loop.size === 'many' && namesParameter(run, fn.on)) run.unmeasured.add(loop);
  return join(start, goRound(run, loop, start, once, settingsOver(run, [item], bodyOf(arg.value))));
}

/** They go through everything, whatever they find. */
const toTheEnd: ReadonlySet<string> = new Set(['foreach', 'map', 'flatMap', 'foldLeft']);

/** `xs.foreach { x => frame.filter(x) }`: nobody is given what the last call of the body gives. */
function drop(run: Run, body: Def, given: Value): void {
  let last: Expr | undefined = body.body;
  while (last?.kind === 'sequence') last = last.body.at(-1);
  const start = run.starts.get(body);
  if (last?.kind !== 'call' || last.fn.kind !== 'member' || start === undefined) return;
  const at = ([from, to]: Span): Site => ({ module: run.module, start: start + from, end: start + to });
  const site = at(last.span);
  const value = given.find((item) => item.is === 'spark' && item.dataset !== undefined && item.dataset.site.module === site.module && item.dataset.site.start === site.start && item.dataset.site.end === site.end);
  if (value?.is === 'spark') run.emit({ kind: 'discard', ...run.here(site, at(last.fn.nameSpan)), value });
}

/** The passes of a loop: the first ones only learn what later ones start from; `parts`: what the others go through one by one. */
function goRound(run: Run, loop: Loop, start: Value, once: (accumulator: Value, part?: Value) => Value, parts: readonly (Value | undefined)[] = [undefined]): Value {
  const { loops, path } = run;
  run.loops = [...loops, loop];
  let accumulator = start;
  const pass = (part?: Value, widen = false): boolean => {
    const mark = run.store.mark();
    accumulator = join(accumulator, once(accumulator, part));
    const changed = run.store.apply([run.store.none(), run.store.take(mark)], widen);
    run.exited = false;
    run.path = path;
    return changed;
  };
  settle(run, (widen) => pass(undefined, widen));
  for (const part of parts) pass(part);
  run.loops = loops;
  return accumulator;
}

/** `buffer += frame`, `map.put(key, frame)`. */
function change(run: Run, { adds }: ScalaMethod, item: Collection, fn: MemberExpr, args: readonly ArgValue[], site: Site): void {
  if (fn.on.kind === 'name') mutated(run, fn.on.name, site);
  if (adds === undefined) return;
  const add = (added: Value, key?: Value, more?: number): void => updateCollection(run, fn.on, heldNow(run, item, fn.on), added, key, more);
  if (adds === 'entry') return add(args[1]?.value ?? nothing, args[0]?.value ?? nothing);
  for (const { value, spread } of args) {
    const parts = adds === 'elements' || spread ? elementOf(value) : value;
    const more = adds === 'elements' || spread ? mostAnyway(value) ?? Infinity : 1;
    if (item.type === 'dict') add(partOf(parts, 1, 2), partOf(parts, 0, 2), more);
    else add(parts, undefined, more);
  }
}

function resultOf(run: Run, method: ScalaMethod, item: Collection, args: readonly ArgValue[], given: readonly Value[], fn: MemberExpr): Value {
  const { as, gives } = method;
  const last = given.at(-1) ?? nothing;
  const most = mostOf(item);
  const element = elementOf([item]);
  const alike = as ?? (item.type === 'dict' ? 'list' : item.type);
  const built = (of: Value, size: number | undefined = most): Value => ofShape(alike, of, { most: size, rows: item.rows });
  switch (gives) {
    case 'same': return as === undefined || as === item.type ? [threads[fn.name] === undefined ? item : { ...item, parallel: threads[fn.name] }] : ofShape(as, element, { items: item.type === 'dict' ? undefined : item.items, most, rows: item.rows });
    case 'reordered': return ofShape(alike, element, { most, rows: item.rows });
    case 'some': return item.type === 'dict' ? ofShape('dict', item.element, { keys: keysOf(item), most }) : [{ ...item, element: picksByName(fn.name, args) ? picked(item.element) : item.element, items: undefined, most }];
    case 'self': return current(run, [item]);
    case 'first': return item.items?.[0] ?? held(element);
    case 'last': return item.items?.at(-1) ?? held(element);
    case 'at': return elementAt(item, args[0]?.value ?? nothing);
    case 'element': return held(element);
    case 'option:first': return ofShape('option', item.items ? item.items[0] ?? nothing : held(element));
    case 'option:last': return ofShape('option', item.items ? item.items.at(-1) ?? nothing : held(element));
    case 'option:at': return ofShape('option', elementAt(item, args[0]?.value ?? nothing));
    case 'option:element': return ofShape('option', held(element));
    case 'mapped': return isPairs(last) && item.type === 'dict' && as === undefined ? ofShape('dict', partOf(last, 1, 2), { keys: partOf(last, 0, 2), most }) : built(last);
    case 'collected': return built(last);
    case 'flattened': return built(elementOf(last), sumOf([most === 1 ? mostAnyway(last) : undefined]));
    case 'inner': return built(elementOf(element), most === 1 ? mostAnyway(element) : undefined);
    case 'callback': case 'folded': return last;
    case 'option:callback': case 'option:folded': return ofShape('option', last);
    case 'indexed': return withItems(built(pair(element, foreign('Int'))), item.items?.map((each, index) => pair(each, constant(index))));
    case 'paired': return withItems(built(pair(element, elementOf(args[0]?.value ?? nothing))), pairedItems(item, args[0]?.value));
    case 'split': return pair(built(element), built(element));
    case 'unzipped': return pair(built(partOf(element, 0, 2)), built(partOf(element, 1, 2)));
    case 'groups': return ofShape('dict', ofShape('list', element), { keys: given[0] ?? nothing });
    case 'valued': return ofShape('dict', last, { keys: given[0] ?? nothing });
    case 'slices': return ofShape('iterator', ofShape('list', element));
    case 'dict': return ofShape('dict', partOf(element, 1, 2), { keys: partOf(element, 0, 2), entries: entriesOfPairs(run, item.items), most, rows: item.rows });
    case 'more': return more(method, item, args);
    case 'keys': return ofShape('list', keysOf(item), { most });
    case 'values': return ofShape('list', item.element, { most });
    case 'revalued': return ofShape('dict', last, { keys: keysOf(item), most });
    case 'argument': return args[0]?.value ?? nothing;
    case 'size': return most === undefined ? local : [{ is: 'foreign', name: 'int', most }];
    case 'range': return ofShape('iterator', foreign('int'), { most });
    case 'text': return foreign('String');
    case 'texts': return ofShape('list', foreign('String'));
    case 'number': case 'truth': case 'local': return local;
    case 'none': return none;
    case 'unknown': return unknown(fn.name === 'apply' ? 'index' : 'call');
  }
}

/** Parallel collections, and back. */
const threads: Readonly<Record<string, boolean | undefined>> = { par: true, toParArray: true, seq: false };

const isPairs = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'collection' && item.type === 'tuple' && item.items?.length === 2);

function entriesOfPairs(run: Run, items: readonly Value[] | undefined): ReadonlyMap<string, Value> | undefined {
  const entries = new Map<string, Value>();
  for (const item of items ?? []) {
    const key = constantOf(partOf(item, 0, 2));
    if (typeof key !== 'string') return undefined;
    const value = partOf(item, 1, 2);
    const at = run.written.get(partOf(item, 0, 2));
    if (at) run.keyed.set(value, at);
    entries.set(key, value);
  }
  return items && entries;
}

/** `xs :+ x`, `xs ++ ys`, `map + (key -> value)`. */
function more({ adds, as }: ScalaMethod, item: Collection, args: readonly ArgValue[]): Value {
  const added = joinAll(args.map(({ value }) => (adds === 'elements' ? elementOf(value) : adds === 'entry' ? args[1]?.value ?? nothing : value)));
  const most = sumOf([mostOf(item), adds === 'elements' ? mostAnyway(args[0]?.value ?? nothing) : args.length]);
  if (item.type !== 'dict') return ofShape(as ?? item.type, join(item.element, added), { most });
  const [keys, values] = adds === 'entry' ? [args[0]?.value ?? nothing, added] : [partOf(added, 0, 2), partOf(added, 1, 2)];
  return ofShape('dict', join(item.element, values), { keys: join(keysOf(item), keys), most });
}

/** `Seq(a, b)`, `Map("a" -> x)`, `Some(x)`, `Seq.fill(3)(x)`, `Await.result(f, …)`; undefined: none of Scala's own. */
export function callScala(run: Run, name: string, args: readonly ArgValue[], expr: CallExpr): Value | undefined {
  const known = scalaFunction(name);
  const first = args[0]?.value ?? nothing;
  if (known) {
    const results = (known.calls ?? []).map((call) => (call.byName ? args[call.argument]?.value ?? nothing : callEach(run, args[call.argument]?.value ?? nothing, call.given.map((word) => (word === 'argument' ? first : word === 'other' ? elementOf(first) : local)), expr)));
    const last = results.at(-1) ?? nothing;
    switch (known.gives) {
      case 'argument': return first;
      case 'inside': return held(elementOf(first));
      case 'callback': return last;
      case 'option:callback': return ofShape('option', last);
      case 'gathered': return ofShape('future', ofShape('list', results.length > 0 ? elementOf(last) : elementOf(elementOf(first)), { most: mostAnyway(first) }));
      case 'none': return none;
      case 'number': return local;
      case 'text': return foreign('String');
    }
  }
  const dot = name.lastIndexOf('.');
  const maker = scalaMaker(name) ?? (dot > 0 ? scalaMaker(name.slice(0, dot), name.slice(dot + 1)) : undefined);
  if (!maker) return undefined;
  return made(run, maker, args, expr);
}

function made(run: Run, maker: NonNullable<ReturnType<typeof scalaMaker>>, args: readonly ArgValue[], expr: CallExpr): Value {
  const spread = args.some((arg) => arg.spread);
  switch (maker.of) {
    case 'none': return ofShape(maker.makes, nothing, maker.makes === 'option' ? { items: [] } : {});
    case 'numbers': return ofShape('iterator', foreign('int'), { most: atMost(countedFrom(args)) });
    case 'elements': return ofShape(maker.makes, joinAll(args.map(({ value }) => elementOf(value))), { most: sumOf(args.map(({ value }) => mostAnyway(value))) });
    case 'callback': {
      const [call] = maker.calls ?? [];
      const count = constantOf(args[0]?.value ?? nothing);
      const value = !call ? nothing : call.byName ? args[call.argument]?.value ?? nothing : callEach(run, args[call.argument]?.value ?? nothing, [call.given[0] === 'accumulator' ? args[0]?.value ?? nothing : foreign('Int')], expr);
      return ofShape(maker.makes, value, maker.makes === 'option' || maker.makes === 'future' ? {} : { most: atMost(typeof count === 'number' ? count : undefined) });
    }
    case 'arguments': {
      const element = joinAll(args.map((arg) => (arg.spread ? elementOf(arg.value) : arg.value)));
      if (maker.makes === 'dict') {
        const entries = spread ? undefined : entriesOfPairs(run, args.map(({ value }) => value));
        return ofShape('dict', partOf(element, 1, 2), { keys: entries ? undefined : partOf(element, 0, 2), entries, most: spread ? undefined : atMost(args.length) });
      }
      if (maker.makes === 'option') return ofShape('option', element, { items: args.length === 1 ? [element] : undefined });
      return ofShape(maker.makes, element, spread ? { most: sumOf(args.map((arg) => (arg.spread ? mostAnyway(arg.value) : 1))) } : { items: args.map(({ value }) => value) });
    }
  }
}

/** `Seq.range(1, 5)`, `Range(0, 10, 2)` */
function countedFrom(args: readonly ArgValue[]): number | undefined {
  const [from, to, step = 1] = args.map(({ value }) => constantOf(value));
  return typeof from === 'number' && typeof to === 'number' && typeof step === 'number' && step !== 0 ? Math.max(0, Math.ceil((to - from) / step)) : undefined;
}

/** It leaves nobody knows how many; of one type there are many columns. */
const picksByName = (method: string, [given]: readonly ArgValue[]): boolean => method === 'intersect' || method === 'take'
  || (method === 'filter' || method === 'filterNot' || method === 'withFilter') && given !== undefined && given.value.every((item) => item.is === 'function' && !asksForType(item.def.body));
function asksForType(expr: Expr): boolean {
  let found = (expr.kind === 'name' || expr.kind === 'member') && /type$/i.test(expr.name) || expr.kind === 'member' && expr.name === '_2';
  forEachChild(expr, (child) => void (found ||= asksForType(child)));
  return found;
}
/** Of the columns of a dataset some, which may be few: no more than names. */
const picked = (value: Value): Value => eachItem(value, (item): Value => (item.is === 'collection' && item.items ? [{ ...item, items: item.items.map(picked) }] : isOfColumns([item]) ? local : [item]));

/** Names of Scala's own that no import brings: `Seq`, `None`, `println`. */
export function scalaGiven(run: Run, name: string): Value | undefined {
  if (name === 'None') return ofShape('option', nothing, { items: [] });
  if (name === 'Nil') return ofShape('list', nothing, { items: [] });
  // Of the object around: what it leads to lies in the program's own jar.
  if (name === 'getClass') return foreign(name);
  const fact = run.api.provided(name, 'scala');
  if (fact && fact.is !== 'value') return valueOfFact(fact, '', name);
  if (scalaShape(name) !== undefined) return foreign(`scala.${name}`);
  // A pasted snippet has left its imports behind.
  const kind = run.api.annotation(name, 'scala');
  return kind === undefined ? undefined : [{ is: 'owner', kind }];
}

/** Methods whose arguments stand in several lists, of Scala's collections and of Spark's. */
export const givesLists = (run: Run, name: string): boolean => run.api.listed.has(name) || (['list', 'dict', 'option'] as const).some((shape) => scalaMethod(shape, name)?.lists !== undefined) || (scalaMaker('Seq', name)?.lists?.length ?? 0) > 1;
/** Those, and such as may be given what is mostly left to the language. */
export const takesLists = (run: Run, name: string): boolean => givesLists(run, name) || run.api.implied.has(name) || scalaMethod('list', name)?.implicits === true;
