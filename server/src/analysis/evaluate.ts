/** Runs a program in the abstract: statements, scopes, branches, loops. Calls are in `calls.ts`. */
import { calledName, columnNamed, forEachChild, isCountedOut, namesOf } from '../program/expressions.ts';
import { constructorName, type Def, type Expr } from '../program/program.ts';
import { bornHere, birthOf, withBirth } from './births.ts';
import { current, grown, hold } from './cells.ts';
import { applied, callFunction, callMember, callValue, folds, isSuper, memberOf, valueOfKind } from './calls.ts';
import { combined, literalIn, ofLogic, ofOperator } from './columns.ts';
import { armHeld, bornOf, branchingOn, compared, joined, negation, ofPlain } from './conditions.ts';
import { valueOfType } from './declared.ts';
import { refine, refineByGiven, refineSession } from './guesses.ts';
import { evaluateImport } from './imports.ts';
import { outcomeInLocalRuns } from './local-runs.ts';
import type { Abstract, ArgValue, Loop, Site, Use, Value } from './model.ts';
import { assign, keep, lookup, mostGrown, mutated, partOf } from './names.ts';
import { type Attempt, type Frame, frameOf, type Pass, type Run, boundUse, mostNesting, mostSteps, otherUse, sparkValue } from './run.ts';
import { givesLists, takesLists } from './scala-collections.ts';
import { scalaMethod } from '../knowledge/scala-collections.ts';
import { type Changes, type ClassInfo, followedBy, type Scope } from './scope.ts';
import { contextStopped } from './setting-calls.ts';
import { settingsOver, writtenEntry, writtenPair } from './setting-pairs.ts';
import { asksForSome, isPick, isShared, pickedOf, tellsApart, turned } from './sql.ts';
import { concatenated, percent, templateOf, under } from './texts.ts';
import { narrow } from './narrowing.ts';
import { decidedBy, isPatch } from './tests.ts';
import { atMost, classMeant, constant, constantOf, datasetsIn, each, elementAt, framesAmong, elementOf, foreignPart, heldBy, isOfColumns, isPlace, isShortAnyway, isUnknown, join, joinAll, local, mostAnyway, mostOf, none, nothing, sparkValues, stringOf, sumOf, unknown, writtenOut } from './values.ts';

type CallExpr = Expr & { kind: 'call' };

export function evaluate(run: Run, expr: Expr, use: Use = otherUse): Value {
  run.steps++;
  if (run.scope.module !== run.module) run.stepsElsewhere++;
  if (run.steps > mostSteps * 4 || run.nesting > mostNesting) {
    run.partial = true;
    return unknown('budget');
  }
  run.nesting++;
  const value = evaluateKind(run, expr, use);
  run.nesting--;
  if (expr.kind === 'name' || expr.kind === 'member' || expr.kind === 'call' || expr.kind === 'index' || expr.kind === 'operator' || expr.kind === 'loop' && expr.yields) run.note(expr, value);
  return value;
}

function evaluateKind(run: Run, expr: Expr, use: Use): Value {
  switch (expr.kind) {
    case 'literal':
      if (expr.type === 'symbol' && expr.value !== null) return valueOfKind(run, 'Column', 'a symbol that names a column');
      return expr.type === 'string' || expr.type === 'int' || expr.type === 'float' || expr.type === 'bool' || expr.type === 'none' ? constant(expr.value) : local;
    case 'text': return evaluateText(run, expr);
    case 'name': return expr.auto ? applied(run, lookup(run, expr.name, expr, use), true, expr.span) : lookup(run, expr.name, expr, use);
    case 'member': return evaluateMember(run, expr, use);
    case 'call': return evaluateCall(run, expr, use);
    case 'index': return evaluateIndex(run, expr, use);
    case 'collection': return evaluateCollection(run, expr);
    case 'operator': return evaluateOperator(run, expr, use);
    case 'sequence': return expr.own ? withOwn(run, expr.own, () => evaluateSequence(run, expr.body)) : evaluateSequence(run, expr.body);
    case 'discard': return evaluateDiscard(run, expr);
    case 'if': return evaluateIf(run, expr, use);
    case 'loop': return evaluateLoop(run, expr);
    case 'try': return evaluateTry(run, expr);
    case 'with': return evaluateWith(run, expr);
    case 'bind': return evaluateBind(run, expr);
    case 'closure': return evaluateClosure(run, expr.def);
    case 'import': return evaluateImport(run, expr);
    case 'delete':
      for (const target of expr.targets) if (target.kind === 'name') run.state.vars.delete(target.name);
      return none;
    case 'assert':
      truth(run, expr.test, evaluate(run, expr.test, { is: 'truth', whole: run.site(expr.test.span), negative: false }), 'assert');
      narrow(run, expr.test, true);
      if (expr.message) evaluate(run, expr.message);
      return none;
    case 'exit': return evaluateExit(run, expr);
    case 'unknown': {
      for (const part of expr.parts) evaluate(run, part);
      for (const name of expr.kills) run.state.vars.set(name, unknown('syntax'));
      return unknown('syntax');
    }
  }
}

function evaluateText(run: Run, expr: Expr & { kind: 'text' }): Value {
  return concatenated(expr.parts.map((part) => (typeof part === 'string' ? part : evaluate(run, part, { is: 'argument' }))));
}

// ---- expressions ----------------------------------------------------------------------------------------------------

function evaluateMember(run: Run, expr: Expr & { kind: 'member' }, use: Use): Value {
  if (isSuper(run, expr.on)) return callMember(run, nothing, expr, { kind: 'call', span: expr.span, fn: expr, args: [] }, [], use);
  const on = refine(run, expr.on, evaluate(run, expr.on, receiverUse(expr.name, use)), expr.name);
  return memberOf(run, refineSession(run, expr.on, on, expr.name, use), expr, use);
}

function receiverUse(member: string, use: Use): Use {
  return { is: 'receiver', member, ends: use.is === 'shown' || use.is === 'discarded' ? use.is : use.is === 'receiver' ? use.ends : undefined };
}

function evaluateCall(run: Run, expr: CallExpr, use: Use): Value {
  const { expectsError } = run;
  if (run.language === 'scala' && throwing.has(calledName(expr) ?? '')) run.expectsError = true;
  const value = evaluateCalled(run, expr, use);
  run.expectsError = expectsError;
  return value;
}

/** `intercept[NumberFormatException] { … }`, `an [Exception] should be thrownBy { … }`: what the block does is there to fail. */
const throwing: ReadonlySet<string> = new Set(['intercept', 'assertThrows', 'thrownBy', 'interceptMessage']);

function evaluateCalled(run: Run, expr: CallExpr, use: Use): Value {
  if (expr.fn.kind === 'call' && run.language === 'scala') {
    const calls = callsInRow(expr);
    const { fn } = calls[0];
    if (fn.kind === 'member' && takesLists(run, fn.name)) return evaluateLists(run, calls, fn, use);
  }
  if (expr.fn.kind === 'member') {
    const on = refine(run, expr.fn.on, evaluate(run, expr.fn.on, receiverUse(expr.fn.name, use)), expr.fn.name, expr);
    const args = evaluateArgs(run, expr, evaluatedLater(run, on, expr.fn.name));
    return callMember(run, refineByGiven(run, expr.fn.on, on, expr.fn.name, args), expr.fn, expr, args, use);
  }
  const fn = applied(run, evaluate(run, expr.fn), false, expr.fn.span);
  const args = evaluateArgs(run, expr);
  return callValue(run, isOfParameter(expr) && fn.some(({ is }) => is === 'library') ? unknown('call') : fn, expr, args, use);
}

/** `$(nanLast)` in a stage of a pipeline is what its parameter is set to; only `$"…"` names a column. */
const isOfParameter = ({ fn, args }: CallExpr): boolean => fn.kind === 'name' && fn.name === '$' && args[0]?.value.kind !== 'literal' && args[0]?.value.kind !== 'text';

/** `test("…") { … }`: whether the block runs, and when, is for whom it is given to; it ends nothing here. */
function evaluateBlock(run: Run, block: Expr): Value {
  const { path, exited } = run;
  const mark = run.store.mark();
  run.path = [...path, { choice: run.choice(), arm: 0 }];
  const value = evaluate(run, block, { is: 'argument' });
  run.store.apply([run.store.none(), run.store.take(mark)]);
  run.path = path;
  run.exited = exited;
  return value;
}

/** `f(a)(b)(c)`: the innermost call first. */
function callsInRow(expr: CallExpr): readonly [CallExpr, ...CallExpr[]] {
  const calls: [CallExpr, ...CallExpr[]] = [expr];
  for (let { fn } = expr; fn.kind === 'call'; fn = fn.fn) calls.unshift(fn);
  return calls;
}

/** How many of the lists behind `on.name` are the method's: those of its arguments, and one of implicit ones where it has that. */
interface Lists {
  readonly own: number;
  readonly implied: number;
}

function listsOf(run: Run, item: Abstract, name: string, first: number): Lists {
  switch (item.is) {
    case 'spark': {
      const method = run.api.method(item.kind, name, run.language);
      const own = method?.lists ?? 1;
      const implied = method?.implicits === true || own === 1 && method?.implicits?.includes(first) === true;
      return { own, implied: implied ? 1 : 0 };
    }
    case 'collection': {
      const method = scalaMethod(item.type, name);
      return { own: method?.lists?.length ?? 1, implied: method?.implicits ? 1 : 0 };
    }
    case 'foreign': return { own: givesLists(run, name) ? 2 : 1, implied: 0 };
    default: return { own: item.is === 'unknown' && folds.has(name) ? 2 : 1, implied: 0 };
  }
}

/** `on.name(a)(b)`: a method may take several lists at once; what is left is given to what it gives. */
function evaluateLists(run: Run, calls: readonly [CallExpr, ...CallExpr[]], fn: Expr & { kind: 'member' }, use: Use): Value {
  const on = refine(run, fn.on, evaluate(run, fn.on, receiverUse(fn.name, use)), fn.name, calls[0]);
  const args = calls.map((call, index) => evaluateArgs(run, call, index === 0 ? evaluatedLater(run, on, fn.name) : undefined));
  const groups: { lists: Lists; items: Abstract[] }[] = [];
  for (const item of on) {
    const lists = listsOf(run, item, fn.name, calls[0].args.length);
    const group = groups.find((other) => other.lists.own === lists.own && other.lists.implied === lists.implied);
    if (group) group.items.push(item);
    else groups.push({ lists, items: [item] });
  }
  const useAt = (at: number): Use => (at === calls.length - 1 ? use : otherUse);
  let result = nothing;
  for (const { lists: { own, implied }, items } of groups) {
    let at = Math.min(own + implied, calls.length) - 1;
    let value = callMember(run, items, fn, calls[at]!, args.slice(0, own).flat(), useAt(at));
    if (at >= own) run.note(calls[own - 1]!, value);
    for (at++; at < calls.length; at++) value = callValue(run, value, calls[at]!, args[at]!, useAt(at));
    result = join(result, value);
  }
  return result;
}

/** `option.getOrElse(f())`, `option.fold(f())(g)`: the places of arguments that are evaluated only where they are needed. */
function evaluatedLater(run: Run, on: Value, name: string): ReadonlySet<number> {
  if (run.language !== 'scala') return evaluatedNow;
  let later: Set<number> | undefined;
  for (const item of on) {
    if (item.is !== 'collection') continue;
    for (const { byName, times, argument } of scalaMethod(item.type, name)?.calls ?? []) if (byName && times === 'maybe') (later ??= new Set()).add(argument);
  }
  return later ?? evaluatedNow;
}
const evaluatedNow: ReadonlySet<number> = new Set();

/** `later`: the places of those that may not be evaluated. */
export function evaluateArgs(run: Run, expr: Expr & { kind: 'call' }, later = evaluatedNow): ArgValue[] {
  return expr.args.map((arg, index): ArgValue => {
    const { exited } = run;
    const value = arg.value.kind === 'sequence' || later.has(index) ? evaluateBlock(run, arg.value) : evaluate(run, arg.value, { is: 'argument' });
    // `limits.getOrElse(name, throw …)`, `sys.error(…)`: nobody gives that to what evaluates it in any case.
    if (run.language === 'scala') run.exited = exited;
    const literal = constantOf(value);
    return { name: arg.name, site: run.site(arg.value.span), value, literal, spread: arg.spread !== undefined };
  });
}

function evaluateIndex(run: Run, expr: Expr & { kind: 'index' }, use: Use): Value {
  const on = evaluate(run, expr.on, receiverUse('[]', use));
  const index = evaluate(run, expr.index);
  const key = constantOf(index);
  return current(run, each(on, (item): Value => {
    switch (item.is) {
      case 'spark':
        if (item.kind === 'Row') return local;
        return memberOf(run, [item], { kind: 'member', span: expr.span, on: expr.on, name: '__getitem__', nameSpan: expr.index.span }, otherUse, [
          { site: run.site(expr.index.span), value: index, literal: key },
        ]);
      case 'collection':
        if (expr.index.kind === 'operator' && expr.index.name === 'slice') return [{ is: 'collection', type: item.type, element: item.element, most: atMost(mostOf(item)) }];
        return elementAt(item, index);
      case 'foreign': return withBirth(foreignPart(item.name, '[]'), birthOfPart(run, item.born, index));
      case 'constant': return item.value === null ? nothing : local;
      case 'module': case 'owner': case 'class': return on;
      case 'unknown': return item.reason === 'mock' ? [item] : withBirth(unknown('index'), birthOfPart(run, item.born, index));
      default: return unknown('index');
    }
  }));
}

/** `paths["raw"]`, `argv[1]`: known by the whole and the key. */
function birthOfPart(run: Run, whole: string | undefined, index: Value): string | undefined {
  const key = constantOf(index);
  const word = key === undefined ? birthOf(index) : JSON.stringify(key);
  return whole === undefined || word === undefined ? undefined : run.partBorn(whole, `[${word}]`);
}

function evaluateCollection(run: Run, expr: Expr & { kind: 'collection' }): Value {
  const items: Value[] = [];
  const entries = new Map<string, Value>();
  let keys: Value = nothing;
  let exact = true;
  let takesUnknown = false;
  const spread = expr.items.filter((item) => item.spread).length;
  const counts: (number | undefined)[] = [expr.items.length - spread];
  for (const item of expr.items) {
    const key = item.key ? evaluate(run, item.key) : nothing;
    const value = bornHere(run, evaluate(run, item.value, { is: 'argument' }));
    if (item.spread) {
      exact = false;
      counts.push(mostAnyway(value));
      items.push(expr.type === 'dict' ? heldBy(value) : elementOf(value));
      for (const held of value) {
        if (held.is !== 'collection') {
          takesUnknown = true;
          continue;
        }
        for (const [name, entry] of held.entries ?? []) entries.set(name, entry);
        keys = join(keys, held.keys ?? nothing);
      }
      continue;
    }
    const named = stringOf(key);
    const own = named === undefined ? value : writtenEntry(run, named, value, run.site(item.value.span), run.site(item.key!.span));
    items.push(own);
    if (named !== undefined) entries.set(named, own);
    else keys = join(keys, key);
  }
  // Options that nobody knows may be any; frames beside some that nobody knows are those that are written here.
  if (takesUnknown && !items.some((value) => sparkValues(value).length > 0)) keys = join(keys, unknown('element'));
  if (expr.type === 'dict') return [{ is: 'collection', type: 'dict', element: joinAll(items), keys, entries, most: sumOf(counts) }];
  return [{ is: 'collection', type: expr.type, element: joinAll(items), items: exact ? writtenPair(run, items, expr.items.map(({ value }) => value)) : undefined, most: exact ? undefined : sumOf(counts) }];
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** True or false, whatever they compare. */
const plainComparisons: ReadonlyMap<string, string> = new Map([['equals', '=='], ['differs', '!=']]);

function evaluateOperator(run: Run, expr: Expr & { kind: 'operator' }, use: Use): Value {
  const { args } = expr;
  // Columns answer these themselves: nothing is asked for its truth.
  const answered = ofPlain.get(expr.name);
  const name = answered ?? plainComparisons.get(expr.name) ?? expr.name;
  const whole = run.site(expr.span);
  if (name === 'not') {
    const negative = use.is === 'truth' ? !use.negative : true;
    const value = evaluate(run, args[0]!, { is: 'truth', whole, negative });
    if (answered !== undefined && isColumn(value)) return columnOf([value], (columns) => ofLogic('~', columns));
    truth(run, args[0]!, value, 'not');
    return isUnknown(value) && birthOf(value) === undefined ? unknown('call') : negation(value);
  }
  if (name === 'and' || name === 'or') {
    const first = evaluate(run, args[0]!, use.is === 'truth' ? { is: 'truth', whole: run.site(args[0]!.span), negative: false } : otherUse);
    const mark = run.store.mark();
    const choice = run.choice();
    const { path, exited } = run;
    run.path = [...path, { choice, arm: 0 }];
    narrow(run, args[0]!, name === 'and');
    const second = evaluate(run, args[1]!, use.is === 'truth' ? { is: 'truth', whole: run.site(args[1]!.span), negative: false } : otherUse);
    run.path = path;
    const after = run.store.take(mark);
    // `x or sys.exit()`: what comes next runs where the first decided.
    run.store.apply(run.exited ? [run.store.none()] : [run.store.none(), after]);
    run.exited = exited;
    const firstColumn = isColumn(first);
    if (answered !== undefined && (firstColumn || isColumn(second))) {
      for (const arg of args) comparedPlainly(run, arg);
      return columnOf([first, second], (columns) => ofLogic(name === 'and' ? '&' : '|', columns));
    }
    // `flag and frame.x`: the member may be a property, of a class that is not in sight.
    if (firstColumn || isColumn(second) && args[1]!.kind !== 'member') {
      // `found and Column(found)`: nothing, or what is made of it, which nobody need give to a filter. `wanted or Column(…)`: what stands in for nothing.
      if (firstColumn || (name === 'or' ? isFlag(first) : !isTextOrNothing(first) && (use.is === 'argument' || !isUnknown(first)))) run.emit({ kind: 'truth', ...run.here(whole, run.site(expr.nameSpan)), how: name, operands: args.map((arg) => run.site(arg.span)), flagFirst: !firstColumn });
      return valueOfKind(run, 'Column', 'a Column');
    }
    if (use.is === 'truth') return joined(run, name, first, second);
    // A frame is never false: `filtered or everything` is the first.
    return name === 'or' && run.language === 'python' && first.length > 0 && first.every((item) => item.is === 'spark' && item.dataset && !item.guess) ? first : join(first, second);
  }
  if (comparisons.has(name) && args.length === 2) return evaluateComparison(run, expr, whole, name, plainComparisons.has(expr.name));
  const values = args.map((arg) => evaluate(run, arg));
  // Which object it is, whatever the object: no Column is asked for its truth.
  if (name === 'is' || name === 'is not') return compared(run, name, values[0]!, values[1]!);
  const column = values.some(isColumn);
  if (name === 'chain' || name === 'in' || name === 'not in') {
    const asked = name === 'chain' ? column : values[0] !== undefined && isColumn(values[0]) && !isColumnList(values[0]) || values[1] !== undefined && isColumn(values[1]);
    if (asked) run.emit({ kind: 'truth', ...run.here(whole, run.site(expr.nameSpan)), how: name === 'chain' ? (looksLikePrecedence(expr) ? 'precedence' : 'chain') : 'in', operands: args.map((arg) => run.site(arg.span)), flagFirst: false });
    return name === 'chain' ? local : compared(run, name, values[0]!, values[1]!);
  }
  if (column) return columnOf(values, (columns) => ofOperator(name, columns, values[1] ?? nothing));
  if (name === 'await') return values[0] ?? unknown('call');
  if ((name === '/' || name === '+') && isPlace(values[0]!)) return concatenated(name === '+' ? values : under(values));
  if (name === '+' || name === '|') {
    const collections = values.every((value) => value.some((item) => item.is === 'collection'));
    if (collections && values.every((value) => value.every((item) => item.is === 'collection' && item.type === 'dict'))) return bothDicts(values);
    if (collections) return [{ is: 'collection', type: 'list', element: joinAll(values.map(elementOf)), items: itemsOfAll(values), most: sumOf(values.map(mostAnyway)) }];
    const joined = joinAll(values);
    const rdds = sparkValues(joined).filter((item) => item.kind === 'RDD');
    if (name === '+' && rdds.length > 0) return rdds;
    const [a, b] = values.map(constantOf);
    if (name === '+' && values.some((value) => templateOf(value) !== undefined)) return concatenated(values);
    if (typeof a === 'number' && typeof b === 'number' && name === '+') return constant(a + b);
  }
  if (use.is === 'truth' && (name === '&' || name === '|')) return joined(run, name === '&' ? 'and' : 'or', values[0]!, values[1]!);
  if (name === '%') {
    const text = templateOf(values[0] ?? nothing);
    if (text !== undefined) return percent(text, values[1] ?? nothing);
    return withBirth(values.every(isUnknown) ? unknown('call') : local, bornOf(run, name, values[0]!, values[1]!));
  }
  if (name === 'neg') {
    const number = constantOf(values[0] ?? nothing);
    if (typeof number === 'number') return constant(-number);
  }
  if (name === '*') {
    const [a, b] = values.map(constantOf);
    if (typeof a === 'number' && typeof b === 'number') return constant(a * b);
    const list = values.flatMap((value) => value.filter((item) => item.is === 'collection'));
    const times = typeof a === 'number' ? a : typeof b === 'number' ? b : undefined;
    if (list.length > 0) return list.map((item) => ({ is: 'collection', type: item.type, element: item.element, most: atMost(times === undefined ? undefined : times * (mostOf(item) ?? Infinity)) }));
  }
  return isOfUnknown(values) ? unknown('call') : local;
}

/** What is not known, alone or beside plain numbers and texts: a Column makes a Column of them. */
const isOfUnknown = (values: readonly Value[]): boolean => values.some(isUnknown) && values.every((value) => isUnknown(value) || constantOf(value) !== undefined);

/** What an operator makes of values of which one is a Column at least. */
function columnOf(values: readonly Value[], factsOf = combined): Value {
  const columns = values.flatMap(sparkValues).filter((item) => item.kind === 'Column');
  return [{ ...columns[0]!, column: factsOf(columns) }];
}

/** `a | b` holds what each of them does. */
const bothDicts = (values: readonly Value[]): Value => joinAll(values).map((item) => (item.is === 'collection' ? { ...item, most: sumOf(values.map(mostAnyway)) } : item));

function itemsOfAll(values: readonly Value[]): Value[] | undefined {
  const items: Value[] = [];
  for (const value of values) {
    const only = value.length === 1 ? value[0] : undefined;
    if (only?.is !== 'collection' || !only.items) return undefined;
    items.push(...only.items);
  }
  return items.length <= 32 ? items : undefined;
}

/** `c > 2 & d < 8`: a chain whose middle operand is an unparenthesised `&` or `|`. */
function looksLikePrecedence(expr: Expr & { kind: 'operator' }): boolean {
  return expr.args.some((arg) => arg.kind === 'operator' && (arg.name === '&' || arg.name === '|') && !arg.parenthesized);
}

const isColumn = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'spark' && item.kind === 'Column');
const isColumnList = (value: Value): boolean => value.some((item) => item.is === 'collection');

/** `plain`: true or false, whatever is compared. */
function evaluateComparison(run: Run, expr: Expr & { kind: 'operator' }, whole: Site, name: string, plain: boolean): Value {
  const [left, right] = expr.args as [Expr, Expr];
  const number = numberOf(right);
  const reversed = number === undefined ? numberOf(left) : undefined;
  const operator = reversed === undefined ? name : turned(name);
  const literal = number ?? reversed;
  const use: Use = literal === undefined ? otherUse : { is: 'compared', operator, with: literal, whole, negative: emptyTest(operator, literal) };
  const a = evaluate(run, left, use);
  const b = evaluate(run, right, use);
  if (plain && (isColumn(a) || isColumn(b))) return local;
  // `c > 2 & d < 8` may also be held as nested comparisons; a Column compared gives a Column.
  if (isColumn(a) || isColumn(b)) {
    const [asked, wanted] = isColumn(b) && literalIn(a) !== undefined || !isColumn(a) ? [right, a] : [left, b];
    const isPicked = name === '==' && (isPick(literalIn(wanted)) || !isColumn(wanted) && !isShared(literalIn(wanted)) && tellsApart(columnNamed(asked) ?? ''));
    const asks = isPicked || asksForSome(asked === right ? turned(name) : name, literalIn(wanted));
    return columnOf([a, b], (columns) => (asks ? { ...combined(columns), ...(isPicked ? { picks: pickedOf(columnNamed(asked) ?? '', 1) } : {}), asks } : combined(columns)));
  }
  const result = compared(run, name, a, b);
  return isOfUnknown([a, b]) ? withBirth(unknown('call'), birthOf(result)) : result;
}

/** `$"a" === 1 && $"b" == 2`: whether two things are the same one, among columns, is no condition on rows. */
function comparedPlainly(run: Run, expr: Expr): void {
  if (expr.kind !== 'operator' || !plainComparisons.has(expr.name) || !expr.args.some((arg) => isColumn(run.types.get(arg) ?? nothing))) return;
  run.emit({ kind: 'truth', ...run.here(run.site(expr.span), run.site(expr.nameSpan)), how: 'equals', operands: expr.args.map((arg) => run.site(arg.span)), flagFirst: false });
}

function numberOf(expr: Expr): number | undefined {
  return expr.kind === 'literal' && typeof expr.value === 'number' ? expr.value : undefined;
}

/** True when the comparison holds for an empty dataset. */
const emptyTest = (operator: string, number: number): boolean => (operator === '==' || operator === '<=') && number === 0 || operator === '<' && number === 1;

/** True or false: whatever else `or` is given first may be what stands in for nothing. */
const isFlag = (value: Value): boolean => value.length > 0 && value.every((item) => (item.is === 'constant' ? typeof item.value === 'boolean' : item.is === 'foreign' && item.name === 'bool'));
/** `name and F.col(name)`: what a caller may leave out, and no flag. */
const isTextOrNothing = (value: Value): boolean => value.length > 0 && value.every((item) => (item.is === 'constant' ? item.value === null || typeof item.value === 'string' : item.is === 'foreign' && item.name === 'str'));

/** Notes a Column that stands where the language asks for true or false. Scala's compiler refuses one there, so that what looks like one is none. */
function truth(run: Run, test: Expr, value: Value, how: 'if' | 'while' | 'assert' | 'not'): void {
  if (run.language === 'scala' || !isColumn(value)) return;
  const site = run.site(test.span);
  run.emit({ kind: 'truth', ...run.here(site, site), how, operands: [site], flagFirst: false });
}

// ---- statements -----------------------------------------------------------------------------------------------------

/** Names that are others meanwhile: what they were they are again, but for functions defined meanwhile, which may run later. */
function withOwn<T>(run: Run, names: readonly string[] | undefined, action: () => T): T {
  if (!names || names.length === 0) return action();
  const { frame, state: { vars } } = run;
  const { env } = frame;
  const saved = names.map((name) => [name, vars.get(name)] as const);
  const block: Scope = { def: env.def, parent: env, vars: run.store.map(), base: env.base, module: env.module, language: env.language, lookAlikes: env.lookAlikes, block: true };
  frame.env = block;
  const result = action();
  frame.env = env;
  run.store.copy(names, vars, block.vars);
  for (const [name, value] of saved) {
    if (value === undefined) vars.delete(name);
    else vars.set(name, value);
  }
  return result;
}

export function evaluateSequence(run: Run, body: readonly Expr[]): Value {
  let last: Value = none;
  for (let index = 0; index < body.length; index++) {
    last = evaluate(run, body[index]!);
    if (!run.exited) continue;
    const next = isEndless(body[index]!) ? startOfNextCell(run, body, index) : undefined;
    if (next === undefined) {
      if (run.ruledOut !== undefined && index + 1 < body.length) restRuledOut(run, run.ruledOut, body.slice(index + 1));
      break;
    }
    run.exited = false;
    index = next - 1;
  }
  return last;
}

const isEndless = (statement: Expr): boolean => statement.kind === 'loop' && statement.test?.kind === 'literal' && Boolean(statement.test.value);

/** A loop without end is a cell that its reader stops: the cells after it run as well. */
function startOfNextCell(run: Run, body: readonly Expr[], index: number): number | undefined {
  if (run.scope.def.kind !== 'module' || run.scope.module !== run.module) return undefined;
  const end = run.cellStarts.find((start) => start > body[index]!.span[0]);
  const next = end === undefined ? -1 : body.findIndex((statement) => statement.span[0] >= end);
  return next < 0 ? undefined : next;
}

/** `if dry_run: return`: what was given ends it there, and the rest is read for itself. */
function restRuledOut(run: Run, choice: number, rest: readonly Expr[]): void {
  run.ruledOut = undefined;
  neverTaken(run, choice, () => evaluateSequence(run, rest));
  run.ruledOut = undefined;
  run.exited = true;
}

function evaluateDiscard(run: Run, expr: Expr & { kind: 'discard' }): Value {
  const value = evaluate(run, expr.value, { is: expr.shown ? 'shown' : 'discarded' });
  const called = expr.value.kind === 'call' ? expr.value.fn : expr.value.kind === 'member' && expr.value.auto ? expr.value : undefined;
  if (!expr.shown && called) {
    for (const item of value) {
      if (item.is !== 'spark') continue;
      const site = run.site(expr.value.span);
      const name = called.kind === 'member' ? run.site(called.nameSpan) : site;
      run.emit({ kind: 'discard', ...run.here(site, name), value: item });
      break;
    }
  }
  return value;
}

/** `if __name__ == "__main__":` always holds for the job that is checked. */
function isMainTest(test: Expr): boolean {
  return test.kind === 'operator' && test.name === '==' && test.args.some((arg) => arg.kind === 'name' && arg.name === '__name__');
}

function asksForVersion(test: Expr): boolean {
  switch (test.kind) {
    case 'name': return /version/i.test(test.name);
    case 'member': return /version/i.test(test.name) || asksForVersion(test.on);
    case 'operator': return test.args.some(asksForVersion);
    case 'call': return asksForVersion(test.fn) || test.args.some((arg) => asksForVersion(arg.value));
    case 'index': return asksForVersion(test.on);
    default: return false;
  }
}

function evaluateIf(run: Run, expr: Expr & { kind: 'if' }, use: Use): Value {
  const { test } = expr;
  if (isMainTest(test)) {
    run.entryPoint = true;
    const value = evaluate(run, expr.then);
    // Imported by others it does not end here.
    run.exited = false;
    return value;
  }
  const asked = evaluate(run, test, { is: 'truth', whole: run.site(test.span), negative: false });
  truth(run, test, asked, 'if');
  const arms = branchingOn(run, asked);
  if (asksForVersion(test)) run.versionChoices.add(arms.then[0].choice);
  const decided = run.stack.length === 0 ? undefined : decidedBy(run, test);
  const forLocalRuns = outcomeInLocalRuns(test);
  if (forLocalRuns !== undefined) run.localArms.set(arms.then[0].choice, (forLocalRuns ? arms.then : arms.otherwise)[0].arm);
  const holds = decided ?? armHeld(run, arms);
  if (holds !== undefined) return evaluateDecided(run, expr, use, holds);
  const path = run.path;
  const mark = run.store.mark();

  run.path = [...path, ...arms.then];
  narrow(run, test, true);
  const then = evaluate(run, expr.then, expr.expression ? use : otherUse);
  const thenExits = run.exited;
  const afterThen = run.store.take(mark);

  run.exited = false;
  run.path = [...path, ...arms.otherwise];
  narrow(run, test, false);
  const otherwise = expr.otherwise ? evaluate(run, expr.otherwise, expr.expression ? use : otherUse) : nothing;
  const otherwiseExits = run.exited;
  const afterOtherwise = run.store.take(mark);

  run.exited = thenExits && otherwiseExits;
  if (thenExits === otherwiseExits) {
    run.store.apply([afterThen, afterOtherwise]);
    run.path = path;
  } else if (otherwiseExits) {
    run.store.apply([afterThen]);
    run.path = [...path, ...arms.then];
  } else run.store.apply([afterOtherwise]); // only `then` exits: the rest of the block runs on the other arm
  return expr.expression || expr.otherwise ? join(then, otherwise) : none;
}

function evaluateDecided(run: Run, expr: Expr & { kind: 'if' }, use: Use, holds: boolean): Value {
  run.decisions++;
  const choice = run.choice();
  const [taken, other] = holds ? [expr.then, expr.otherwise] : [expr.otherwise, expr.then];
  if (outcomeInLocalRuns(expr.test) === !holds) run.localArms.set(choice, ruledOutArm);
  if (other) neverTaken(run, choice, () => evaluate(run, other));
  narrow(run, expr.test, holds);
  const value = taken ? evaluate(run, taken, expr.expression ? use : otherUse) : nothing;
  if (run.exited && !other) run.ruledOut = choice;
  return expr.expression || expr.otherwise ? value : none;
}

const ruledOutArm = 1;

/** A branch that what the function was given rules out is looked at for itself: nothing goes on from there, and no loop of the callers gets there. */
function neverTaken(run: Run, choice: number, look: () => void): void {
  const { path, frame, loops } = run;
  run.exited = false;
  const { returns, yields, open, ruledOut } = frame;
  const exits = exitsSoFar(run);
  const mark = run.store.mark();
  run.path = [...path, { choice, arm: ruledOutArm, since: 0 }];
  frame.ruledOut = true;
  run.loops = loops.slice(Math.max(0, loops.length - frame.passes.length));
  look();
  run.loops = loops;
  run.store.take(mark);
  run.path = path;
  run.exited = false;
  Object.assign(frame, { returns, yields, open, ruledOut });
  for (const { list, length } of exits) list.length = length;
}

/** Where control was left so far, for what is around: the function, the loops in it, the `try` blocks around. */
const exitsSoFar = ({ frame, attempts }: Run): { readonly list: Changes[]; readonly length: number }[] =>
  [frame.left, ...frame.passes.flatMap((pass) => [pass.left, pass.continued]), ...attempts.map(({ thrown }) => thrown)].map((list) => ({ list, length: list.length }));

/** What runs on the way out, whichever way that is: a `finally`, the end of a `with`. */
function onTheWayOut(run: Run, since: ReturnType<typeof exitsSoFar>, look: () => void): void {
  const ends = since.map(({ list }) => list.length);
  const mark = run.store.mark();
  look();
  const then = run.store.changes(mark);
  since.forEach(({ list, length }, index) => {
    for (let at = length; at < ends[index]!; at++) list[at] = followedBy(list[at]!, then);
  });
}

function evaluateLoop(run: Run, expr: Expr & { kind: 'loop' }): Value {
  return withOwn(run, expr.yields && expr.bind ? namesOf(expr.bind) : expr.own, () => evaluatePasses(run, expr));
}

function evaluatePasses(run: Run, expr: Expr & { kind: 'loop' }): Value {
  const over = expr.over ? evaluate(run, expr.over, { is: 'iterated', loop: loopOf(run, expr, nothing) }) : nothing;
  if (run.language === 'scala' && expr.over && over.length > 0 && over.every((item) => item.is === 'spark' && (item.kind === 'RDD' || item.kind === 'DataFrame'))) return evaluateForEachRow(run, expr, expr.over, over);
  const loop = loopOf(run, expr, over);
  rowsIterated(run, over, loop);
  if (loop.size === 'many' && expr.over && namesParameter(run, expr.over)) run.unmeasured.add(loop);
  const element = elementOf(over);
  const { loops, path } = run;
  const current: Pass = { mark: 0, left: [], continued: [] };
  run.loops = [...loops, loop];
  run.frame.passes.push(current);
  settle(run, (widen) => {
    pass(element);
    return run.store.apply([run.store.none(), run.store.take(current.mark)], widen);
  });
  let result = nothing;
  for (const part of settingsOver(run, over, expr.body) ?? [element]) {
    if (result.length > 0) run.store.apply([run.store.none(), run.store.take(current.mark)]);
    result = pass(part);
  }
  run.frame.passes.pop();
  const last = run.store.take(current.mark);
  const forever = expr.test?.kind === 'literal' && Boolean(expr.test.value);
  run.store.apply([...(forever && current.left.length > 0 ? [] : [run.store.none(), last]), ...current.left]);
  run.loops = loops;
  run.exited = forever && current.left.length === 0;
  if (expr.otherwise && !run.exited) evaluate(run, expr.otherwise);
  if (!expr.yields) return none;
  if (expr.yields === 'each') return result;
  // One thing for each pass, unless a second loop goes through each of them.
  const most = expr.body.kind === 'loop' && expr.body.yields === 'each' ? undefined : atMost(loop.most);
  if (expr.yields === 'dict') return [{ is: 'collection', type: 'dict', element: partOf(result, 1, 2), keys: partOf(result, 0, 2), most }];
  return [{ is: 'collection', type: expr.yields === 'generator' ? 'iterator' : expr.yields, element: result, most }];

  function pass(part: Value): Value {
    current.mark = run.store.mark();
    if (expr.bind) assign(run, expr.bind, part);
    if (expr.test) {
      truth(run, expr.test, evaluate(run, expr.test, { is: 'truth', whole: run.site(expr.test.span), negative: false }), 'while');
    }
    const value = evaluate(run, expr.body);
    const ends = [...current.continued.splice(0)];
    if (run.exited || ends.length > 0) {
      const end = run.store.take(current.mark);
      if (!run.exited) ends.unshift(end);
      if (ends.length > 0) run.store.apply(ends);
    }
    run.exited = false;
    run.path = path;
    return value;
  }
}

/** `for (row <- rows) …` is `rows.foreach(…)`, with `yield` `rows.map(…)`: the executors go through them. */
function evaluateForEachRow(run: Run, { span, headSpan, bind, body, yields }: Expr & { kind: 'loop' }, rows: Expr, over: Value): Value {
  const fn = { kind: 'member', span: rows.span, on: rows, name: yields ? 'map' : 'foreach', nameSpan: headSpan } as const;
  const value = callMember(run, over, fn, { kind: 'call', span, fn, args: [] }, [], otherUse);
  const { place, loops, path, exited } = run;
  run.place = 'executor';
  run.loops = [];
  if (bind) assign(run, bind, local);
  evaluate(run, body);
  Object.assign(run, { place, loops, path, exited });
  return value;
}

/** Callers elsewhere know how much a loop over this goes through. */
export function namesParameter(run: Run, expr: Expr): boolean {
  if (expr.kind === 'name') return run.scope.def.params.some(({ name }) => name === expr.name);
  let found = false;
  forEachChild(expr, (child) => {
    found ||= namesParameter(run, child);
  });
  return found;
}

/**
 * The first passes of a loop only learn what later ones start from: the events are those of the pass that comes after.
 * `pass` tells whether it changed anything. What is handed from name to name takes as many passes as there are names;
 * with `widen` what still changes may be anything from then on.
 */
export function settle(run: Run, pass: (widen: boolean) => boolean): void {
  if (!run.recording) return;
  run.recording = false;
  for (let passes = 1, changed = true; changed && passes <= mostSilentPasses; passes++) changed = pass(passes === mostSilentPasses);
  run.recording = true;
}
const mostSilentPasses = 6;

/** Rows that an action brought and a loop goes through on the driver, directly or by a name: executors go through the copy that they are sent. */
export function rowsIterated(run: Run, over: Value, loop: Loop): void {
  if (!run.recording || run.place === 'executor') return;
  for (const item of over) {
    if (item.is === 'collection' && item.rows && item.rows.use.is !== 'iterated' && run.events.includes(item.rows)) (item.rows as { use: Use }).use = { is: 'iterated', loop };
  }
}

/** For `left` of a loop with this body. */
export const isLeftElsewhere = (run: Run, body: Expr | undefined): boolean | undefined => run.scope.module === run.module || !body ? undefined : holdsExit(body);

const withExits = new WeakMap<Expr, boolean>();

function holdsExit(expr: Expr): boolean {
  let found = withExits.get(expr);
  if (found !== undefined) return found;
  found = expr.kind === 'exit' && expr.how !== 'continue' && expr.how !== 'yield';
  forEachChild(expr, (child) => void (found ||= holdsExit(child)));
  withExits.set(expr, found);
  return found;
}

function loopOf(run: Run, expr: Expr & { kind: 'loop' }, over: Value): Loop {
  return { site: run.site(expr.headSpan), range: run.site(expr.span), size: loopSize(expr, over), most: mostAnyway(over), passes: writtenOut(over), over: expr.test ? askedFor(expr, expr.test) : isRange(over) || run.language === 'scala' && isCountedOut(expr.over) ? 'range' : 'items', comprehension: expr.yields !== undefined, left: isLeftElsewhere(run, expr), columns: isOfColumns(elementOf(over)), frames: framesAmong(elementOf(over)) };
}

const isRange = (over: Value): boolean => over.length > 0 && over.every((item) => item.is === 'collection' && item.type === 'iterator' && item.element.every((each) => each.is === 'foreign' && each.name === 'int'));

function loopSize(expr: Expr & { kind: 'loop' }, over: Value): Loop['size'] {
  if (endedBySuccess(expr.body)) return 'retry';
  if (expr.test?.kind === 'literal' && Boolean(expr.test.value)) return 'forever';
  if (isShortAnyway(over) || expr.test && isCountedUpTo(expr, expr.test, (bound) => bound.kind === 'literal' && typeof bound.value === 'number' && bound.value <= mostCounted)) return 'few';
  return 'many';
}
const mostCounted = 8;

/** `while (i < names.length) { …; i += 1 }` goes through numbers, `while (names.hasNext)` through things; any other waits for something. */
function askedFor(expr: Expr & { kind: 'loop' }, test: Expr): Loop['over'] {
  const asked = test.kind === 'call' ? test.fn : test;
  if (asked.kind === 'member' && asksForMore.test(asked.name)) return 'items';
  return isCountedUpTo(expr, test, () => true) ? 'range' : 'condition';
}
const asksForMore = /^(hasNext|next|hasMoreElements|hasMoreTokens)$/;

/** The one thing that is asked is whether a number has come to a bound, and each pass moves the number on. */
function isCountedUpTo({ body }: Expr & { kind: 'loop' }, test: Expr, isMeant: (bound: Expr) => boolean): boolean {
  if (test.kind !== 'operator' || !comparing.has(test.name) || test.args.length !== 2) return false;
  const [left, right] = test.args as [Expr, Expr];
  const isStep = (each: Expr, counter: string): boolean => each.kind === 'bind' && each.patterns.length === 1 && each.patterns[0]!.kind === 'name' && each.patterns[0]!.name === counter && each.value !== undefined
    && (each.augmented === '+' && each.value.kind === 'literal' || each.value.kind === 'operator' && each.value.name === '+' && each.value.args.some((part) => part.kind === 'name' && part.name === counter) && each.value.args.some(({ kind }) => kind === 'literal'));
  const counts = (counter: Expr): boolean => counter.kind === 'name' && (body.kind === 'sequence' ? body.body : [body]).some((each) => isStep(each, counter.name));
  return (test.name === '<' || test.name === '<=' ? counts(left) && isMeant(right) : counts(right) && isMeant(left));
}
const comparing: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

/** `try: …; break/return` in the loop's own body, or below one whose handlers all go on or fail: it goes round again only after a failure. */
function endedBySuccess(body: Expr): boolean {
  const statements = body.kind === 'sequence' ? body.body : [body];
  return statements.some((statement, index) => statement.kind === 'try' && statement.handlers.length > 0
    && (exits(statement.body) || statement.otherwise !== undefined && exits(statement.otherwise) || statement.handlers.every((handler) => neverPasses(handler.body)) && statements.slice(index + 1).some(exits)));
}

/** Ends with an exit, be it to the next pass. */
const neverPasses = (expr: Expr): boolean => (expr.kind === 'sequence' ? expr.body : [expr]).some((each) => each.kind === 'exit' && each.how !== 'yield');

/** Ends with a return or break, whatever happens before. */
function exits(expr: Expr): boolean {
  if (expr.kind === 'exit') return expr.how === 'return' || expr.how === 'break';
  if (expr.kind === 'sequence') return expr.body.some((statement) => statement.kind === 'exit' && (statement.how === 'return' || statement.how === 'break'));
  if (expr.kind === 'with') return exits(expr.body);
  return false;
}

function evaluateTry(run: Run, expr: Expr & { kind: 'try' }): Value {
  const { path } = run;
  const choice = run.choice();
  const before = exitsSoFar(run);
  const mark = run.store.mark();
  const branching = expr.handlers.length > 0;
  if (branching) run.path = [...path, { choice, arm: 0 }];
  const attempt: Attempt = { mark, thrown: [] };
  if (branching) run.attempts.push(attempt);
  let value = evaluate(run, expr.body);
  if (run.exited) value = nothing;
  if (branching) run.attempts.pop();
  const failed = run.store.everything(mark);
  if (expr.otherwise && !run.exited) evaluate(run, expr.otherwise);
  const ends: Changes[] = run.exited ? [] : [run.store.changes(mark)];
  let alive = run.exited ? -1 : 0;
  run.store.take(mark);
  expr.handlers.forEach((handler, index) => {
    // It may have failed at any point of the body.
    run.store.apply([run.store.none(), failed, ...attempt.thrown]);
    run.exited = false;
    run.path = [...path, { choice, arm: index + 1 }];
    if (handler.bind) assign(run, handler.bind, local);
    const instead = evaluate(run, handler.body);
    const end = run.store.take(mark);
    if (run.exited) return;
    value = join(value, instead);
    ends.push(end);
    alive = ends.length === 1 ? index + 1 : alive;
  });
  run.exited = ends.length === 0;
  run.store.apply(ends.length === 0 ? [run.store.none(), failed] : ends);
  run.path = branching && ends.length === 1 && alive >= 0 ? [...path, { choice, arm: alive }] : path;
  if (!expr.last) return value;
  const { last } = expr;
  const exited = run.exited;
  run.exited = false;
  onTheWayOut(run, before, () => evaluate(run, last));
  run.exited ||= exited;
  return value;
}

function evaluateWith(run: Run, expr: Expr & { kind: 'with' }): Value {
  const { expectsError, mocked } = run;
  const managers: { value: Value; context: Expr }[] = [];
  const before = exitsSoFar(run);
  let stops = false;
  for (const item of expr.items) {
    const value = evaluate(run, item.context, boundUse);
    const given = entered(run, value, item.context);
    if (item.bind) assign(run, item.bind, given);
    managers.push({ value, context: item.context });
    stops ||= value.some((each) => each.is === 'spark' && (each.kind === 'SparkSession' || each.kind === 'SparkContext'));
    if (expectsFailure(item.context)) run.expectsError = true;
    if (isPatch(item.context)) run.mocked = true;
  }
  const value = evaluate(run, expr.body);
  run.expectsError = expectsError;
  run.mocked = mocked;
  onTheWayOut(run, before, () => {
    for (const { value: manager, context } of managers.reverse()) onManagers(run, manager, context, '__exit__', [none, none, none]);
    if (stops) contextStopped(run);
  });
  if (run.exited && !exits(expr.body) && expr.items.some(({ context }) => expectsFailure(context))) run.exited = false;
  return value;
}

/** `with pytest.raises(…)`, `self.assertRaises(…)`, `suppress(…)`: the block may fail, and what is thrown inside ends there. */
const expectsFailure = (context: Expr): boolean => /^(raises|suppress|assert(Raises|Warns|Logs)\w*)$/.test(calledName(context) ?? '');

/** What `with x as y` binds: what a generator yields or `__enter__` gives; Spark's own and files give themselves. */
function entered(run: Run, value: Value, context: Expr): Value {
  const own = onManagers(run, value, context, '__enter__', []);
  return own ?? joinAll(value.map((item): Value => (item.is === 'collection' && item.type === 'iterator' ? item.element : [item])));
}

/** Calls a method of context managers that the program defines; undefined where there are none. */
function onManagers(run: Run, value: Value, context: Expr, name: string, args: readonly Value[]): Value | undefined {
  const managers = value.filter((item) => item.is === 'object');
  if (managers.length === 0) return undefined;
  const site = run.site(context.span);
  const methods = memberOf(run, managers, { kind: 'member', span: context.span, on: context, name, nameSpan: context.span }, otherUse).filter((item) => item.is === 'function');
  return methods.length === 0 ? undefined : joinAll(methods.map((method) => callFunction(run, method, args.map((given) => ({ site, value: given })), site)));
}

function evaluateBind(run: Run, expr: Expr & { kind: 'bind' }): Value {
  const declared = expr.type ? valueOfType(run, expr.type, `annotated here`, run.site(expr.span)) : unknown('name');
  if (!expr.value) {
    if (expr.patterns[0]?.kind === 'name' && !isUnknown(declared)) run.state.vars.set(expr.patterns[0].name, declared);
    return none;
  }
  let value = evaluate(run, expr.value, boundUse);
  // `frame: DataFrame = Field()`: what a library puts in its place is not what it holds.
  const foreignOrUnknown = value.every((item) => item.is === 'unknown' || item.is === 'foreign');
  if (foreignOrUnknown && (declared.some((item) => item.is === 'spark') || isField(run, expr.value)) || isUnknown(value) && !isUnknown(declared)) value = declared;
  // `frame: DataFrame | None = None` in a class, `var frame: DataFrame = _`: what is put there later, by whomever, is what was declared.
  if ((run.scope.def.kind === 'class' || run.scope.def.name === constructorName) && constantOf(value) === null && declared.some((item) => item.is === 'spark')) value = join(declared, none);
  if (expr.augmented !== undefined) {
    const target = expr.patterns[0];
    if (target?.kind === 'name') {
      const before = lookup(run, target.name);
      mutated(run, target.name, run.site(target.span), run.language === 'scala' && before.every((item) => item.is !== 'collection' && item.is !== 'constant'), true);
      value = augment(run, before, value, expr.augmented, target);
    } else if (target?.kind === 'member') {
      value = augment(run, evaluate(run, { kind: 'member', span: target.span, on: target.on, name: target.name, nameSpan: target.nameSpan }), value, expr.augmented, target);
    }
  }
  for (const pattern of expr.patterns) assign(run, pattern, value);
  return none;
}

/** What a class attribute of pydantic, dataclasses or attrs is declared by: objects hold what the annotation says. */
const isField = (run: Run, value: Expr): boolean => run.scope.def.kind === 'class' && fieldMakers.has(calledName(value) ?? '');
const fieldMakers: ReadonlySet<string> = new Set(['Field', 'field', 'PrivateAttr', 'ib', 'attrib']);

function augment(run: Run, before: Value, added: Value, operator: string, target: Expr): Value {
  const column = [...sparkValues(before), ...sparkValues(added)].find((item) => item.kind === 'Column');
  if (column) return [column];
  if (before.some((item) => item.is === 'collection')) {
    keep(run, added, true);
    if (operator === '|') return bothDicts([before, added]);
    // `buffer += frame` of Scala adds the one, Python's `+=` and Scala's `++=` all that there are in a list.
    const isOne = run.language === 'scala' && addsOne.has(operator);
    return before.map((item): Abstract => {
      if (item.is !== 'collection') return item;
      const more = isOne && item.type !== 'dict' ? grown(item, added, nothing, mostGrown(run, target, item, 1)) : grown(item, elementOf(added), unknown('element'), mostGrown(run, target, item, mostAnyway(added)));
      hold(run, item.cell, more, before.length === 1);
      return more;
    });
  }
  if (operator === '+' && templateOf(before) !== undefined) return concatenated([before, added]);
  return isUnknown(before) && isUnknown(added) ? unknown('call') : local;
}

const addsOne: ReadonlySet<string> = new Set(['+', ':+', '+:', '::']);

function evaluateExit(run: Run, expr: Expr & { kind: 'exit' }): Value {
  const value = expr.value ? evaluate(run, expr.value, expr.how === 'return' || expr.how === 'yield' ? { is: 'returned' } : otherUse) : none;
  switch (expr.how) {
    case 'return':
      if (run.exited) break;
      run.frame.returns = join(run.frame.returns, value);
      run.frame.left.push(run.store.changes(run.frame.mark));
      if (run.callers.length === 0 && run.scope.def.kind === 'function') run.escape(datasetsIn(value), 'returned', run.site(expr.span));
      run.exited = true;
      break;
    case 'yield': {
      run.frame.yields = join(run.frame.yields, value);
      run.escape(datasetsIn(value), 'yielded', run.site(expr.span));
      return unknown('call');
    }
    case 'break': {
      const pass = run.frame.passes.at(-1);
      pass?.left.push(run.store.changes(pass.mark));
      run.exited = true;
      break;
    }
    case 'continue': {
      const pass = run.frame.passes.at(-1);
      pass?.continued.push(run.store.changes(pass.mark));
      run.exited = true;
      break;
    }
    case 'throw': {
      if (expr.value && isPlaceholder(expr.value)) run.frame.open = true;
      const attempt = run.attempts.at(-1);
      attempt?.thrown.push(run.store.changes(attempt.mark));
      run.exited = true;
      break;
    }
  }
  return none;
}

/** `raise NotImplementedError`: whoever inherits says what happens. */
const isPlaceholder = (thrown: Expr): boolean => calledName(thrown) === 'NotImplementedError';

// ---- definitions and imports ----------------------------------------------------------------------------------------

function evaluateClosure(run: Run, def: Def): Value {
  const base = run.scope.base + def.at;
  run.begins(def, run.scope, base);
  if (def.singleton) return defineSingleton(run, def, base);
  if (def.kind === 'class') {
    const value = defineClass(run, def, base);
    if (def.name !== '') run.state.vars.set(def.name, value);
    return value;
  }
  const { env, scope: { owner } } = run.frame;
  run.root.met.add(def);
  run.functions.set(def, env);
  for (const parameter of def.params) if (parameter.default) evaluateIn(run, base, parameter.default);
  let value: Value = [{ is: 'function', def, env }];
  if (def.kind === 'lambda') return value;
  value = run.language === 'scala' ? annotated(run, def, base, value) : decorate(run, def, base, value);
  if (def.overload) value = join((run.state.vars.get(def.name) ?? nothing).filter((item) => item.is === 'function' && item.def.overload), value);
  run.state.vars.set(def.name, value);
  if (owner) run.store.own(owner.members).set(def.name, value);
  return value;
}

/** Spans of decorators and defaults are relative to the definition they belong to, their names to the scope around it. */
export function evaluateIn(run: Run, base: number, expr: Expr): Value {
  const frame = run.frame;
  run.frame = frameAt(frame, base);
  const value = evaluate(run, expr);
  run.frame = frame;
  return value;
}

const frameAt = (frame: Frame, base: number): Frame => ({ ...frame, scope: { ...frame.scope, base }, env: { ...frame.env, base } });

/** Scala's annotations leave a function what it is, but for macros, which may write it anew. */
function annotated(run: Run, def: Def, base: number, plain: Value): Value {
  const macro = def.decorators.some((decorator) => evaluateIn(run, base, decorator.kind === 'call' ? decorator.fn : decorator).some(isMacro));
  return macro ? plain.map((item) => (item.is === 'function' ? { ...item, opaque: true } : item)) : plain;
}

const isMacro = (item: Abstract): boolean => item.is === 'class' && (item.info.members.has('macroTransform') || item.info.def.bases.some((of) => calledName(of) === 'MacroAnnotation'));

/** Names of decorators that give the function back, or something that is called like it. */
function decorate(run: Run, def: Def, base: number, plain: Value): Value {
  let value = plain;
  for (const decorator of [...def.decorators].reverse()) {
    const applied = evaluateIn(run, base, decorator);
    const udf = applied.find((item) => item.is === 'library' && /udf/i.test(item.name) || item.is === 'spark' && item.kind === 'UserDefinedFunction');
    const wrapped = udf ? undefined : wrap(run, applied, value, run.site(decorator.span));
    if (wrapped) {
      run.wrapped.set(def, wrapped);
      value = wrapped;
    } else if (!udf && isUnknown(applied) && !hasRole(def) && !attends(decorator) && !isPatch(decorator)) {
      // A decorator out of sight may make anything of the function.
      value = value.map((item) => (item.is === 'function' ? { ...item, opaque: true } : item));
    }
    if (udf) {
      const frame = run.frame;
      run.frame = frameAt(frame, base);
      const made = run.site(decorator.span);
      callback(run, plain, { runs: 'executor', given: def.params.map(() => unknown('parameter')), through: made });
      run.frame = frame;
      value = [sparkValue('UserDefinedFunction', { site: made, text: `\`${def.name}\` is a UDF` }, { made })];
    }
  }
  return value;
}

/** Names of decorators that watch over calls (repeat, time, log, remember them) and give back what the function gives. */
const attendants = /^(retry|retries|retryable|backoff|time|timer|timed|timeit|timing|log|logs|logged|logger|logging|trace|traced|track|tracked|profile|profiled|measure|measured|monitor|monitored|cache|cached|memo|memoize|memoized|typechecked|validate|validated|deprecated|catch|override|overrides|overload|skip|skipif|mark|parametrize|ignore|doc|docs)$/;

const attends = (decorator: Expr): boolean =>
  (calledName(decorator) ?? '').split(/_|(?<=[a-z])(?=[A-Z])/).some((word) => attendants.test(word.toLowerCase()));

/** Decorators that say what a method is. */
const roles: ReadonlySet<string> = new Set(['property', 'cached_property', 'classmethod', 'staticmethod', 'setter', 'abstractmethod', 'fixture', 'contextmanager']);
const hasRole = (def: Def): boolean => def.decorators.some((decorator) => roles.has(calledName(decorator) ?? ''));

/** What a decorator of the program makes of a function; undefined where that is not known: then it stays what it is. */
function wrap(run: Run, decorator: Value, value: Value, site: Site): Value | undefined {
  const functions = decorator.filter((item) => item.is === 'function');
  const plain = value.length === 1 && value[0]!.is === 'function' ? value[0]! : undefined;
  if (functions.length === 0 || !plain || hasRole(plain.def)) return undefined;
  const made = joinAll(functions.map((fn) => callFunction(run, fn, [{ site, value }], site)));
  const wrappers = made.filter((item) => item.is === 'function' && item.def !== plain.def).map((item) => ({ ...item, wraps: plain }));
  return wrappers.length > 0 && wrappers.length === made.length ? wrappers : undefined;
}

/** An object that bears its class's name; it is there while its body runs. */
function defineSingleton(run: Run, def: Def, base: number): Value {
  const { scope, state } = run;
  const known = state.vars.get(def.name);
  // Named before it stood here.
  if (known?.some((item) => item.is === 'object' && item.of.of.def === def)) return known;
  const [companion] = def.companion ? defineClass(run, def.companion, scope.base + def.companion.at) : [];
  let value: Value = nothing;
  defineClass(run, def, base, (info) => {
    value = [{ is: 'object', of: info.generic, ...(companion?.is === 'class' ? { companion: companion.info } : {}) }];
    run.store.own(info.scope.vars).set('this', value);
    run.store.own(scope.vars).set(def.name, value);
    return value[0]!;
  });
  return value;
}

/** `begin`: gives the object that the body runs for. */
function defineClass(run: Run, def: Def, base: number, begin?: (info: ClassInfo) => Abstract): Value {
  run.begins(def, run.scope, base);
  const bases = each(joinAll(def.bases.map((expr) => evaluateIn(run, base, expr))), (item) => {
    const info = classMeant(item);
    return [info ? { is: 'class', info } : item];
  });
  const scope: Scope = { ...run.scopeIn(run.frame.env, def), base };
  const members = run.store.facts();
  const info: ClassInfo = { def, scope, members, bases, generic: undefined! };
  (info as { generic: ClassInfo['generic'] }).generic = { of: info, fields: run.store.facts(run.memory.fields.get(def)) };
  scope.owner = info;
  run.classes.add(info);
  within(run, frameOf(run, scope, begin?.(info)), () => evaluate(run, def.body));
  for (const [name, value] of scope.vars) if (name !== 'this') members.set(name, value);
  return [{ is: 'class', info }];
}

/** Runs with another frame, whose scope's variables become the running state's. */
export function within<T>(run: Run, frame: Frame, action: () => T): T {
  const { frame: outerFrame, state, exited, path, loops } = run;
  run.frame = frame;
  run.state = { vars: run.store.own(frame.scope.vars), heap: state.heap };
  run.exited = false;
  const result = action();
  run.frame = outerFrame;
  run.state = state;
  run.exited = exited;
  run.ruledOut = undefined;
  run.path = path;
  run.loops = loops;
  return result;
}

/** A function runs on executors, per batch, or many times on the driver: its body is run once with what it is given. */
export function callback(run: Run, fn: Value, how: { runs: 'driver' | 'executor' | 'batch' | 'column'; given: readonly Value[]; through: Site }): Value {
  const { place, sent, loops, path, exited } = run;
  let result: Value = nothing;
  for (const item of fn) {
    if (item.is !== 'function') continue;
    // Of a micro-batch, on the thread of its stream: a loop around starts the streams, and does not wait for them.
    if (how.runs === 'executor' || how.runs === 'batch') run.loops = [];
    if (how.runs === 'executor' || how.runs === 'batch') run.place = how.runs;
    const args = how.given.map((value): ArgValue => ({ site: how.through, value }));
    result = join(result, callFunction(run, item, args, how.through, how.runs === 'executor'));
    run.exited = exited;
    run.place = place;
    run.sent = sent;
    run.loops = loops;
    run.path = path;
  }
  return result;
}
