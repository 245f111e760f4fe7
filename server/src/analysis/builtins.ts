/** What Python's own collections and builtin functions give, and calls of other known values that are no Spark. */
import { forEachOf } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { birthOf, bornAnew } from './births.ts';
import { current } from './cells.ts';
import { callEach, handOver, memberOf, valueOfKind } from './calls.ts';
import { valueOfType } from './declared.ts';
import type { ArgValue, Dataset, Site, Value } from './model.ts';
import { lookup, mutated, updateCollection } from './names.ts';
import { functionsModule } from './given-names.ts';
import { bodyOf, keyOf, settingsOver } from './setting-pairs.ts';
import { type Run, otherUse } from './run.ts';
import { callScala } from './scala-collections.ts';
import { moduleScope, type Scope } from './scope.ts';
import { concatenated, under } from './texts.ts';
import { atMost, type Collection, constant, constantOf, datasetsIn, framesAmong, elementOf, entriesOf, foreign, foreignPart, hasKind, heldBy, isOfColumns, isPlace, isShortAnyway, isUnknown, join, joinAll, keysOf, local, mostAnyway, none, nothing, sparkValues, stringOf, sumOf, unknown } from './values.ts';

type CallExpr = Expr & { kind: 'call' };
type MemberExpr = Expr & { kind: 'member' };

const mutators: ReadonlySet<string> = new Set(['append', 'extend', 'insert', 'add', 'update', 'pop', 'remove', 'clear', 'setdefault', 'discard', 'popitem', 'appendleft', 'popleft']);

export function collectionMethod(run: Run, item: Collection, fn: MemberExpr, args: readonly ArgValue[], site: Site): Value {
  const { name } = fn;
  const add: Add = (added, key, more) => updateCollection(run, fn.on, heldNow(run, item, fn.on), added, key, more);
  if (mutators.has(name) && fn.on.kind === 'name') mutated(run, fn.on.name, site);
  const last = args.at(-1);
  const entries = entriesOf(item);
  switch (name) {
    case 'append': case 'add': case 'insert': case 'appendleft':
      if (last) add(last.value);
      return constant(null);
    case 'extend': case 'update':
      if (last) extend(item, args, add);
      return constant(null);
    case 'setdefault':
      if (last) add(last.value, args[0]!.value);
      return last?.value ?? unknown('element');
    case 'get': case 'pop': case 'popleft': {
      const key = args[0] ? stringOf(args[0].value) : undefined;
      const found = key !== undefined ? item.entries?.get(key) : undefined;
      return join(found ?? (item.element.length > 0 ? item.element : unknown('element')), name === 'get' && args[1] ? args[1].value : nothing);
    }
    case 'values': return [{ is: 'collection', type: 'iterator', element: item.element, items: entries && [...entries.values()], most: item.most }];
    case 'items': {
      const pair = (key: Value, value: Value): Value => [{ is: 'collection', type: 'tuple', element: join(key, value), items: [key, value] }];
      const items = entries && [...entries].map(([key, value]) => pair(keyOf(run, key, value), value));
      return [{ is: 'collection', type: 'iterator', element: pair(keysOf(item), item.element), items, most: item.most }];
    }
    case 'keys': return [{ is: 'collection', type: 'iterator', element: keysOf(item), items: entries && [...entries].map(([key, value]) => keyOf(run, key, value)), most: item.most }];
    case 'copy': case 'union': case 'difference': case 'intersection': return [item];
    default: return foreignPart(item.type, `.${name}()`);
  }
}

/** All that the expression may be, of which this is one: named again, since each addition changes it. */
export const heldNow = (run: Run, item: Collection, on: Expr): Value => (on.kind === 'name' ? lookup(run, on.name) : on.kind === 'member' && on.on.kind === 'name' ? memberOf(run, lookup(run, on.on.name), on, otherUse) : current(run, [item]));

type Add = (added: Value, key?: Value, more?: number) => void;

/** `xs.extend(ys)`, `d.update(other)`, `d.update(key=value)`. */
function extend(item: Collection, args: readonly ArgValue[], add: Add): void {
  for (const { name, value } of args) {
    if (item.type !== 'dict') add(elementOf(value), undefined, mostAnyway(value) ?? Infinity);
    else if (name !== undefined) add(value, constant(name));
    else for (const other of value) add(heldBy([other]), other.is === 'collection' && other.type === 'dict' ? keysOf(other) : unknown('element'), mostAnyway([other]) ?? Infinity);
  }
}

type Builtin = (run: Run, args: readonly ArgValue[], expr: CallExpr) => Value;

const firstOf = (args: readonly ArgValue[]): Value => args[0]?.value ?? nothing;
const rowsOf = (value: Value): Collection['rows'] => value.find((item) => item.is === 'collection')?.rows;
const iterator = (over: Value, element: Value, items?: readonly Value[]): Value => [{ is: 'collection', type: 'iterator', element, items, most: mostAnyway(over), rows: rowsOf(over) }];

function itemsOf(value: Value): readonly Value[] | undefined {
  const only = value.length === 1 ? value[0] : undefined;
  return only?.is === 'collection' ? only.items : undefined;
}

const collected = (type: Collection['type']): Builtin => (_, args) => {
  if (args.length === 0) return [{ is: 'collection', type, element: nothing, items: [] }];
  const first = firstOf(args);
  return [{ is: 'collection', type, element: elementOf(first), items: itemsOf(first), most: mostAnyway(first), rows: rowsOf(first) }];
};

function dict(_: Run, args: readonly ArgValue[]): Value {
  const first = firstOf(args);
  const entries = new Map<string, Value>();
  for (const arg of args) if (arg.name !== undefined) entries.set(arg.name, arg.value);
  for (const item of first) if (item.is === 'collection') for (const [key, value] of item.entries ?? []) if (!entries.has(key)) entries.set(key, value);
  const copied = first.filter((item): item is Collection => item.is === 'collection' && item.type === 'dict');
  const pairs = args[0] && args[0].name === undefined && copied.length === 0 ? elementOf(first) : nothing;
  const part = (index: 0 | 1): Value => joinAll(pairs.map((item): Value => (item.is === 'collection' ? item.items?.[index] ?? item.element : nothing)));
  return [{
    is: 'collection', type: 'dict', element: joinAll([...entries.values(), ...copied.map(({ element }) => element), part(1)]),
    keys: joinAll([...copied.map(({ keys }) => keys ?? nothing), part(0)]), entries,
    most: args.length === 0 ? 0 : sumOf(args.map(({ name, spread, value }) => (spread ? undefined : name === undefined ? mostAnyway(value) : 1))),
  }];
}

function range(_: Run, args: readonly ArgValue[]): Value {
  const numbers = args.map((arg) => constantOf(arg.value));
  const count = numbers.every((number) => typeof number === 'number') ? numbers.length === 1 ? Number(numbers[0]) : Number(numbers[1]) - Number(numbers[0]) : undefined;
  const items = count !== undefined && count >= 0 && count <= 32 ? Array.from({ length: count }, () => local) : undefined;
  return [{ is: 'collection', type: 'iterator', element: foreign('int'), items, most: items ? undefined : mostCounted(args) }];
}

/** `range(len(names))`, `range(1, len(names))`. */
function mostCounted(args: readonly ArgValue[]): number | undefined {
  const end = args[args.length > 1 ? 1 : 0]?.value;
  const start = args.length > 1 ? constantOf(args[0]!.value) : 0;
  const only = end?.length === 1 ? end[0] : undefined;
  return only?.is === 'foreign' && only.most !== undefined && typeof start === 'number' && start >= 0 ? only.most : undefined;
}

function len(_: Run, args: readonly ArgValue[]): Value {
  const most = atMost(mostAnyway(firstOf(args)));
  return most === undefined ? local : [{ is: 'foreign', name: 'int', most }];
}

/** `dict.fromkeys(names)`: the names once each, in their order. */
const fromKeys: Builtin = (_, args) => [{ is: 'collection', type: 'dict', element: args[1]?.value ?? constant(null), keys: elementOf(firstOf(args)), most: mostAnyway(firstOf(args)) }];

function enumerate(_: Run, args: readonly ArgValue[]): Value {
  const first = firstOf(args);
  const pair = (value: Value): Value => [{ is: 'collection', type: 'tuple', element: join(foreign('int'), value), items: [foreign('int'), value] }];
  return iterator(first, pair(elementOf(first)), itemsOf(first)?.map(pair));
}

function zip(_: Run, args: readonly ArgValue[]): Value {
  const first = firstOf(args);
  const elements = args.map((arg) => elementOf(arg.value));
  const items = itemsOf(first)?.map((_item, index): Value => [{ is: 'collection', type: 'tuple', element: joinAll(elements), items: args.map((arg, position) => itemsOf(arg.value)?.[index] ?? elements[position]!) }]);
  return iterator(first, [{ is: 'collection', type: 'tuple', element: joinAll(elements), items: elements }], items);
}

/** The loop that `map`, `filter` and `reduce` are. */
const loopOver = (run: Run, over: Value, expr: CallExpr): Run['loops'][number] =>
  ({ site: run.site(expr.fn.span), range: run.site(expr.span), size: isShortAnyway(over) ? 'few' : 'many', most: mostAnyway(over), over: 'items', comprehension: true, columns: isOfColumns(elementOf(over)), frames: framesAmong(elementOf(over)) });

const mapped = (keeps: 'results' | 'elements'): Builtin => (run, args, expr) => {
  const over = args[1]?.value ?? nothing;
  const element = elementOf(over);
  const { loops } = run;
  run.loops = [...loops, loopOver(run, over, expr)];
  const made = callEach(run, firstOf(args), [element], expr);
  run.loops = loops;
  return iterator(over, keeps === 'results' ? made : element);
};

function reduce(run: Run, args: readonly ArgValue[], expr: CallExpr): Value {
  const over = args[1]?.value ?? nothing;
  const element = elementOf(over);
  const start = args[2]?.value ?? element;
  const { loops, recording } = run;
  run.loops = [...loops, loopOver(run, over, expr)];
  run.recording = false;
  const once = join(start, callEach(run, firstOf(args), [start, element], expr));
  run.recording = recording;
  let result = once;
  for (const part of settingsOver(run, over, bodyOf(firstOf(args))) ?? [element]) result = callEach(run, firstOf(args), [result, part], expr);
  run.loops = loops;
  return join(start, result);
}

function partial(_: Run, args: readonly ArgValue[]): Value {
  const rest = args.slice(1);
  return firstOf(args).map((item) => (item.is === 'function' ? { ...item, bound: [...(item.bound ?? []), ...rest] } : item));
}

const isFunctionsModule = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'module' && item.name === functionsModule);

function getattr(run: Run, args: readonly ArgValue[], expr: CallExpr): Value {
  const member = stringOf(args[1]?.value ?? nothing);
  // Whichever of Spark's functions it is, it gives a Column.
  if (member === undefined) return isFunctionsModule(firstOf(args)) ? [{ is: 'library', name: functionsModule, fact: { is: 'function', returns: 'Column' } }] : unknown('member');
  const found = memberOf(run, firstOf(args), { kind: 'member', span: expr.span, on: expr.args[0]!.value, name: member, nameSpan: expr.args[1]!.value.span }, otherUse);
  return join(found, args[2]?.value ?? nothing);
}

/** `max(a, b)`, `any(xs)`: Python compares what it is given, or asks it for its truth. */
const compared = (gives: 'operand' | 'truth'): Builtin => (run, args, expr) => {
  const operands = gives === 'truth' || args.length === 1 ? [elementOf(firstOf(args))] : args.map((arg) => arg.value);
  // A number beside a Column is compared with it as another Column is.
  if (operands.some(isColumnOnly) && operands.every((value) => isColumnOnly(value) || constantOf(value) !== undefined)) asksColumn(run, args, expr, 'builtin');
  const joined = joinAll(operands);
  return gives === 'operand' && !isUnknown(joined) ? joined : local;
};

const bool: Builtin = (run, args, expr) => {
  if (isColumnOnly(firstOf(args))) asksColumn(run, args, expr, 'bool');
  return local;
};

const isColumnOnly = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'spark' && item.kind === 'Column');

function asksColumn(run: Run, args: readonly ArgValue[], expr: CallExpr, how: 'builtin' | 'bool'): void {
  run.emit({ kind: 'truth', ...run.here(run.site(expr.span), run.site(expr.fn.span)), how, operands: args.map((arg) => arg.site), flagFirst: false });
}

function sum(_: Run, args: readonly ArgValue[]): Value {
  const element = elementOf(firstOf(args));
  return hasKind(element, 'Column') || hasKind(element, 'RDD') ? element : local;
}

function cast(run: Run, args: readonly ArgValue[], expr: CallExpr): Value {
  const type = expr.args[0]?.value;
  if (type?.kind === 'name') {
    const made = valueOfType(run, { name: type.name, args: [] }, 'cast to', run.site(expr.span));
    if (!isUnknown(made)) return made;
  }
  return args[1]?.value ?? unknown('call');
}

function product(_: Run, args: readonly ArgValue[]): Value {
  const elements = args.filter(({ name }) => name === undefined).map((arg) => elementOf(arg.value));
  const isPlain = args.every(({ name, spread }) => !spread && name === undefined);
  const most = isPlain ? atMost(args.reduce((count, { value }) => count * (mostAnyway(value) ?? Infinity), 1)) : undefined;
  return [{ is: 'collection', type: 'iterator', element: [{ is: 'collection', type: 'tuple', element: joinAll(elements), items: isPlain ? elements : undefined }], most }];
}

const sameElements: Builtin = (_, args) => iterator(firstOf(args), elementOf(firstOf(args)));

/** `to_thread(f, x)`: what `f(x)` gives. */
const calledWith: Builtin = (run, args, expr) => callEach(run, firstOf(args), args.slice(1).map(({ value }) => value), expr);

/** `locals()`, `eval(code)`: every variable in sight may be used by its name. */
const byName: Builtin = (run, args, expr) => {
  const site = run.site(expr.span);
  const look = args.length === 0 ? looksAtNames(moduleScope(run.scope).def).get(expr) : undefined;
  if (look === 'name') return unknown('call');
  if (args.length > 0) handOver(run, args, site);
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) run.escape([...scope.vars.values()].flatMap((value) => datasetsIn(value)), 'passed', site, look);
  return unknown('call');
};

type Look = 'name' | 'inspect';
const looks = new WeakMap<Def, ReadonlyMap<Expr, Look>>();

/** `name in globals()` and `globals()[name] is rows` ask for names alone; `globals()[name].count()` reads what one of them holds, in sight. */
function looksAtNames(module: Def): ReadonlyMap<Expr, Look> {
  const known = looks.get(module);
  if (known) return known;
  const found = new Map<Expr, Look>();
  const taken = new Map<Expr, string>();
  const kept = new Set<string>();
  const note = (expr: Expr | undefined, look: Look): void => void (expr && isTableOfNames(expr) && found.set(expr, look));
  const tableOf = (expr: Expr | undefined): Expr | undefined => (expr?.kind === 'index' ? expr.on : undefined);
  forEachOf({ module }, ['operator', 'loop', 'member', 'bind'], (expr) => {
    switch (expr.kind) {
      case 'operator':
        if (expr.name === 'in' || expr.name === 'not in') note(expr.args[1], 'name');
        if (expr.name === 'is' || expr.name === 'is not') for (const arg of expr.args) note(tableOf(arg), 'name');
        return;
      case 'loop': return note(expr.over, 'name');
      case 'member':
        if (expr.name === 'keys') note(expr.on, 'name');
        if (!keepingSteps.has(expr.name)) note(tableOf(expr.on), 'inspect');
        else if (expr.on.kind === 'name') kept.add(expr.on.name);
        return;
      case 'bind': {
        const [pattern, ...others] = expr.patterns;
        const table = tableOf(expr.value);
        if (table && pattern?.kind === 'name' && others.length === 0) taken.set(table, pattern.name);
      }
    }
  });
  for (const [table, name] of taken) if (!kept.has(name)) note(table, 'inspect');
  looks.set(module, found);
  return found;
}
const isTableOfNames = (expr: Expr): boolean => expr.kind === 'call' && expr.args.length === 0 && expr.fn.kind === 'name' && (expr.fn.name === 'globals' || expr.fn.name === 'locals');
const keepingSteps: ReadonlySet<string> = new Set(['cache', 'persist', 'checkpoint', 'localCheckpoint']);

const mock: Builtin = (run, args, expr) => {
  handOver(run, args, run.site(expr.span));
  return unknown('mock');
};

/** `display(frame)`: its first rows, as `show` brings them. What shows a stream goes on for ever, and anything else is drawn as it is. */
const display: Builtin = (run, args, expr) => {
  const site = run.site(expr.span);
  const show = run.displaysRows() ? run.api.method('DataFrame', 'show', run.language) : undefined;
  for (const arg of args) {
    const on = show ? framesIn(arg.value) : [];
    if (show && on.length > 0) run.emit({ kind: 'action', ...run.here(site, run.site(expr.fn.span)), method: { ...show, name: 'display' }, on, args: [arg], use: otherUse });
    else handOver(run, [arg], site, 'display');
  }
  return none;
};

const framesIn = (value: Value): Dataset[] => sparkValues(value).flatMap(({ kind, dataset }) => ((kind === 'DataFrame' || kind === 'Dataset') && dataset !== undefined && dataset.streaming !== 'yes' ? dataset : []));

const gives = (value: Value): Builtin => () => value;
const text = gives(foreign('str'));
/** `str(4)` is known as well as the number is. */
const asText: Builtin = (_, args) => {
  const known = constantOf(firstOf(args));
  return typeof known === 'string' || isPlace(firstOf(args)) ? firstOf(args) : typeof known === 'number' ? constant(String(known)) : foreign('str');
};
const plain = gives(local);
/** `defaultdict(list)`: whatever it is asked for is there. */
const withDefaults: Builtin = (_, __, { args: [factory] }) => {
  const name = factory?.value.kind === 'name' ? factory.value.name : undefined;
  return [{ is: 'collection', type: 'dict', element: name === 'list' || name === 'set' || name === 'dict' ? [{ is: 'collection', type: name, element: nothing }] : nothing }];
};

const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['list', collected('list')], ['sorted', collected('list')], ['reversed', collected('list')], ['iter', collected('list')],
  ['tuple', collected('tuple')], ['set', collected('set')], ['frozenset', collected('set')],
  ['dict', dict], ['dict.fromkeys', fromKeys], ['len', len], ['collections.defaultdict', withDefaults], ['collections.OrderedDict', dict],
  ['collections.deque', collected('list')],
  ['range', range], ['xrange', range], ['enumerate', enumerate], ['zip', zip],
  ['map', mapped('results')], ['filter', mapped('elements')], ['reduce', reduce], ['functools.reduce', reduce], ['functools.partial', partial],
  ['itertools.product', product], ['itertools.zip_longest', zip],
  ...['itertools.islice', 'itertools.cycle', 'concurrent.futures.as_completed'].map((name) => [name, sameElements] as const),
  ['itertools.chain', (_, args) => [{ is: 'collection', type: 'iterator', element: joinAll(args.map((arg) => elementOf(arg.value))), most: sumOf(args.map(({ value, spread }) => (spread ? undefined : mostAnyway(value)))), rows: rowsOf(firstOf(args)) }]],
  ['next', (_, args) => elementOf(firstOf(args))], ['copy.copy', (_, args) => firstOf(args)], ['copy.deepcopy', (_, args) => firstOf(args)],
  ['typing.cast', cast], ['getattr', getattr], ['super', gives(unknown('call'))],
  ['max', compared('operand')], ['min', compared('operand')], ['any', compared('truth')], ['all', compared('truth')], ['bool', bool], ['sum', sum],
  ['str', asText],
  ...['input', 'repr', 'format', 'chr'].map((name) => [name, text] as const),
  ...['print', 'isinstance', 'issubclass', 'hasattr', 'id', 'type', 'hash', 'int', 'float', 'abs', 'round', 'callable', 'dir'].map((name) => [name, plain] as const),
  ['open', gives(foreign('file'))], ['display', display],
  ['asyncio.run', (_, args) => firstOf(args)], ['asyncio.wait_for', (_, args) => firstOf(args)], ['asyncio.to_thread', calledWith],
  ['asyncio.gather', (_, args) => [{ is: 'collection', type: 'list', element: joinAll(args.map((arg) => (arg.spread ? elementOf(arg.value) : arg.value))), items: args.some(({ spread }) => spread) ? undefined : args.map(({ value }) => value) }]],
  // It is called as the function that it wraps is, and marks nothing else.
  ['functools.wraps', gives(foreign('functools.wraps()'))],
  // Holders of whatever they are given.
  ...['collections.namedtuple', 'types.SimpleNamespace', 'argparse.Namespace', 'threading.local', 'contextvars.ContextVar', 'weakref.ref', 'joblib.delayed', 'joblib.Parallel'].map((name) => [name, gives(unknown('call'))] as const),
  ...['Queue', 'LifoQueue', 'PriorityQueue', 'SimpleQueue', 'JoinableQueue'].flatMap((name) => ['queue', 'multiprocessing', 'asyncio'].map((module) => [`${module}.${name}`, gives(unknown('call'))] as const)),
  // Code and names in texts: they may be anything that the program has.
  ...['eval', 'exec', 'globals', 'locals'].map((name) => [name, byName] as const),
  // Of an object it gives that one's fields alone.
  ['vars', (run, args, expr) => (args.length > 0 ? unknown('call') : byName(run, args, expr))],
  ...['__import__', 'importlib.import_module'].map((name) => [name, gives(unknown('call'))] as const),
  // What stands for whatever a test replaces.
  ...['unittest.mock', 'mock'].flatMap((module) => ['Mock', 'MagicMock', 'NonCallableMock', 'NonCallableMagicMock', 'AsyncMock', 'PropertyMock', 'create_autospec', 'patch', 'patch.object'].map((name) => [`${module}.${name}`, mock] as const)),
]);

interface ForeignCall {
  readonly builtin: Builtin | undefined;
  /** Of a pool of threads or processes: runs the function it is given, on these or on each element. */
  readonly pool: 'arguments' | 'elements' | undefined;
  /** Gives text, or an error, whatever it is given. */
  readonly plain: boolean;
}

/** What there is to know of a name, found out once. */
const foreignCalls = new Map<string, ForeignCall>();
const mostForeignCalls = 20_000;

function foreignCall(name: string): ForeignCall {
  let known = foreignCalls.get(name);
  if (known) return known;
  const pool = /\.(submit|apply_async)$/.test(name) ? 'arguments' : /\.(map|imap|imap_unordered|starmap)$/.test(name) ? 'elements' : undefined;
  known = { builtin: builtins.get(name.startsWith('builtins.') ? name.slice('builtins.'.length) : name), pool, plain: /^(builtins|str|bytes|logging|typing)\./.test(name) };
  if (foreignCalls.size >= mostForeignCalls) foreignCalls.clear();
  foreignCalls.set(name, known);
  return known;
}

const pathsOf: ReadonlySet<string> = new Set([...['join', 'dirname', 'abspath', 'realpath', 'normpath', 'expanduser'].map((name) => `os.path.${name}`), 'os.fspath', 'pathlib.Path', 'pathlib.PurePath']);

/** What a function for paths makes of a place: the folder that it is in, what is in it, or the same in other words. */
function placeFrom(name: string, args: readonly ArgValue[]): Value {
  const place = firstOf(args);
  const born = birthOf(place);
  if (name === 'os.path.dirname') return bornAnew(place, born && `${name}(${born})`);
  return args.some(({ spread }) => spread) ? bornAnew(place, undefined) : concatenated(under(args.map(({ value }) => value)));
}

/** A known value that is no Spark is called: a builtin, or a function of a library. */
export function callForeign(run: Run, name: string, args: readonly ArgValue[], expr: CallExpr): Value {
  const scala = run.language === 'scala' ? callScala(run, name, args, expr) : undefined;
  if (scala) return scala;
  const { builtin, pool, plain: isPlain } = foreignCall(name);
  if (builtin) return builtin(run, args, expr);
  if (pool && firstOf(args).some((item) => item.is === 'function' || item.is === 'method')) return runInPool(run, name, pool, args, expr);
  if (pathsOf.has(name) && isPlace(firstOf(args))) return placeFrom(name, args);
  if (args.length > 0) handOver(run, args, run.site(expr.span), name.slice(name.lastIndexOf('.') + 1));
  const result = run.api.foreign(name, '()');
  if (result === 'never') {
    run.exited = true;
    return nothing;
  }
  if (result && run.api.isKind(result)) return valueOfKind(run, result, `${result}, from \`${name}\``);
  if (result !== undefined) return foreign(result);
  return !isPlain && args.some(({ value }) => mayHandOut(run, value)) ? unknown('call') : foreignPart(name, '()');
}

/** `pool.submit(f, x)`, `pool.map(f, xs)`. */
function runInPool(run: Run, name: string, pool: 'arguments' | 'elements', args: readonly ArgValue[], expr: CallExpr): Value {
  const made = callEach(run, firstOf(args), pool === 'arguments' ? args.slice(1).map((arg) => arg.value) : [args[1] ? elementOf(args[1].value) : nothing], expr);
  if (!isUnknown(made) && !mayHandOut(run, made)) return foreignPart(name, '()');
  // What a frame's own `map` does with a function's results is another matter.
  return pool === 'elements' && /(Pool|Executor)\(\)\.\w+$/.test(name) ? iterator(nothing, made) : unknown('call');
}

/** What a library is given it may give back: a Spark value, what holds one, what makes one when it is called. */
function mayHandOut(run: Run, value: Value, depth = 0): boolean {
  return value.some((item) => {
    switch (item.is) {
      case 'spark': return !plainKinds.has(item.kind);
      case 'method': return true;
      case 'owner': return !plainKinds.has(item.kind);
      case 'collection': return depth < 3 && (mayHandOut(run, item.element, depth + 1) || item.items?.some((each) => mayHandOut(run, each, depth + 1)) === true);
      case 'function': return depth === 0 && mayHandOut(run, run.memory.returns.get(item.def) ?? nothing, 1);
      default: return false;
    }
  });
}

/** These hold plain values, and no dataset can be had of them. */
const plainKinds: ReadonlySet<string> = new Set(['Row', 'StructType', 'Broadcast', 'Accumulator']);
