/** What calling something gives: functions of the program, classes, Python's builtins, and (in `spark-calls.ts`) Spark. */
import { calledName } from '../program/expressions.ts';
import { constructorName, type Def, type Expr, type Span, type TypeRef } from '../program/program.ts';
import type { Abstract, ArgValue, Bound, Dataset, Evidence, Kind, Site, SparkValue, Use, Value } from './model.ts';
import { emptyProps, isBuilder, makeBuilder } from './builders.ts';
import { callForeign, collectionMethod } from './builtins.ts';
import { ofUdf } from './columns.ts';
import { valueOfType } from './declared.ts';
import { birthOf, bornHere, notYetBorn, withBirth } from './births.ts';
import { current } from './cells.ts';
import { evaluate, evaluateIn, within } from './evaluate.ts';
import { declaredMember, holdsDeclared, exported, importOwn, importedFact } from './imports.ts';
import { hinted } from './hints.ts';
import { keep, lookup, readFact, setField } from './names.ts';
import { noteArgument, valuePassed, valueSet } from './passed.ts';
import { reachedBy } from './reach.ts';
import { anyFact, noteFact, whatIsGiven } from './roots.ts';
import { type Frame, type Run, datasetKinds, frameOf, mostCalls, mostCallsOfItsOwn, mostSteps, otherUse, sparkValue, unknownBound } from './run.ts';
import type { Changes, ClassInfo, Instance, Read, Scope } from './scope.ts';
import { confPassed, contextUnknown } from './setting-calls.ts';
import { callScala, madeByImplicits, scalaMember } from './scala-collections.ts';
import { scalaShape } from '../knowledge/scala-collections.ts';
import { asDeclaredRdds, callLibrary, callOwner, callSpark, sparkProperty } from './spark-calls.ts';
import { isPatch } from './tests.ts';
import { templateOf, textMethod } from './texts.ts';
import { atMost, type Collection, constant, constantOf, datasetsOf, each, elementAt, elementOf, entriesOf, foreign, foreignPart, hasKind, isNull, isUnknown, join, joinAll, keysOf, local, nothing, unknown } from './values.ts';

type FunctionValue = Extract<Abstract, { is: 'function' }>;
type CallExpr = Expr & { kind: 'call' };
type MemberExpr = Expr & { kind: 'member' };

/** A value of a kind whose making is out of sight: a parameter, a notebook's global, a declared function's result. */
export function valueOfKind(run: Run, kind: Kind, text: string, where: { site?: Site; scope?: Scope; name?: string; bound?: Bound; streaming?: Dataset['streaming']; passed?: Evidence } = {}): Value {
  const scope = where.scope ?? run.scope;
  const site = where.site ?? { module: scope.module, start: scope.base, end: scope.base };
  const why = where.passed ?? { site, text };
  // Whoever made a reader may have given it a schema.
  if (isBuilder(kind)) return [sparkValue(kind, why, { builder: makeBuilder(run, kind, site, site, { ...emptyProps, open: true, ...(kind.endsWith('Reader') ? { schema: true } : {}) }) })];
  if (kind === 'WindowSpec') return [sparkValue(kind, why, { props: { ...emptyProps, open: true } })];
  if (!datasetKinds.has(kind)) return [sparkValue(kind, why)];
  const streaming = kind === 'DStream' ? 'yes' : where.streaming ?? 'maybe';
  const dataset = run.dataset(site, site, kind, { made: where.name === undefined ? 'unknown' : `parameter ${where.name}`, args: [], from: [], bound: where.bound ?? unknownBound, streaming, why, passed: where.passed });
  if (where.name !== undefined) run.named(dataset, where.name, scope.base, scope.def);
  return [sparkValue(kind, why, { dataset })];
}

// ---- members --------------------------------------------------------------------------------------------------------

/** `on.name` without a call. `indexArgs`: it was written `on[…]`. */
export function memberOf(run: Run, on: Value, expr: MemberExpr, use: Use, indexArgs?: readonly ArgValue[]): Value {
  let result = nothing;
  for (const { kind, values } of sparksByKind(on)) result = join(result, sparkProperty(run, kind, values, expr, use, indexArgs));
  for (const item of on) if (item.is !== 'spark') result = join(result, memberOfOne(run, item, expr, use));
  return result;
}

/** A member by its name alone, where none is written; `auto`: what takes nothing is called. */
export function memberNamed(run: Run, on: Value, name: string, auto = false): Value {
  return memberOf(run, on, { kind: 'member', span: nowhere, on: { kind: 'name', span: nowhere, name: 'this' }, name, nameSpan: nowhere, ...(auto ? { auto } : {}) }, otherUse);
}
const nowhere = [0, 0] as const;

/** The Spark values among some, those of one kind together: they answer to the same methods. */
function sparksByKind(value: Value): readonly { readonly kind: Kind; readonly values: readonly SparkValue[] }[] {
  const groups: { kind: Kind; values: SparkValue[] }[] = [];
  for (const item of value) {
    if (item.is !== 'spark') continue;
    const group = groups.find(({ kind }) => kind === item.kind);
    if (group) group.values.push(item);
    else groups.push({ kind: item.kind, values: [item] });
  }
  return groups;
}

function memberOfOne(run: Run, item: Abstract, expr: MemberExpr, use: Use): Value {
  const { name } = expr;
  switch (item.is) {
    case 'constant': return item.value === null ? nothing : foreignPart(typeof item.value === 'string' ? 'str' : 'value', `.${name}`);
    case 'foreign':
      if (expr.auto && run.language === 'scala') {
        const made = callScala(run, `${item.name}.${name}`, [], { kind: 'call', span: expr.span, fn: expr, args: [] });
        if (made) return made;
      }
      return withBirth(foreignMember(run, item.name, name), item.born && run.partBorn(item.born, `.${name}`));
    case 'collection': return expr.auto ? methodOfCollection(run, item, expr, [], run.site(expr.span)) : foreignPart(item.type, `.${name}`);
    case 'module': {
      const declared = declaredMember(run, item.name, name);
      if (declared) return declared;
      const own = item.own && exported(run, item.own, name);
      if (own) return current(run, own);
      if (item.own) return submodule(run, item.name, name) ?? unknown('import');
      return importedFact(run, item.name, name) ?? submodule(run, item.name, name) ?? libraryMember(run, item.name, name);
    }
    case 'owner': return sparkProperty(run, item.kind, [sparkValue(item.kind, { site: run.site(expr.span), text: `class ${item.kind}` })], expr, use, undefined, true);
    case 'object': return bornAsField(run, item.of, name, fieldOf(run, item, item.of.of, name, expr));
    case 'class': {
      for (const owner of ancestry(item.info)) {
        const own = run.read(owner.members, name) ?? readFact(run, run.memory.fields, owner.def, name);
        // `cls` is the class that was asked, not the one that defines the method.
        if (own) return own.map((member): Abstract => (member.is === 'function' && member.def.receiver === 'class' ? { ...member, self: item } : member));
      }
      run.miss(`${item.info.def.name}.${name}`);
      return unknown('member');
    }
    case 'method': return unknown('member');
    case 'library': {
      // Declared as a value of this kind, not as what gives one.
      const { returns, declared } = item.fact;
      return declared ? memberOf(run, valueOfKind(run, returns, `\`${item.name}\` is declared ${returns} in the project settings`, { site: run.site(expr.on.span) }), expr, use) : unknown('member');
    }
    case 'function': return unknown('member');
    case 'unknown': {
      if (item.reason === 'mock') return unknown('mock');
      const made = expr.auto && madeByImplicits(run, [item], expr, run.site(expr.span));
      if (made) return made;
      run.asks ||= (item.reason === 'parameter' || item.reason === 'element' || item.reason === 'index') && run.api.methodNames.has(name);
      return withBirth(unknown('member'), item.born && run.partBorn(item.born, `.${name}`));
    }
    case 'spark': return unknown('member');
  }
}

function submodule(run: Run, module: string, name: string): Value | undefined {
  const own = importOwn(run, `${module}.${name}`, 0);
  return own ? [{ is: 'module', name: `${module}.${name}`, own }] : undefined;
}

function libraryMember(run: Run, module: string, name: string): Value {
  const library = run.api.library(run.language === 'scala' ? `${module}.${name}` : module.split('.')[0]!, run.language);
  if (library === 'foreign') return foreign(`${module}.${name}`);
  return library === 'spark' ? [{ is: 'module', name: `${module}.${name}` }] : unknown('import');
}

function foreignMember(run: Run, type: string, member: string): Value {
  const known = run.api.foreign(type, member);
  if (known && run.api.isKind(known)) return valueOfKind(run, known, `${known}, from \`${type}.${member}\``);
  return known === undefined ? foreignPart(type, `.${member}`) : foreign(known);
}

function fieldOf(run: Run, item: Abstract & { is: 'object' }, info: ClassInfo, name: string, expr: MemberExpr): Value {
  const here = run.read(item.of, name);
  // What it was ever given, others may have given it.
  if (!here) noteFact(run, 'asks', info.def, name);
  const own = here ?? run.read(item.of.fields, name);
  if (own) return current(run, own);
  for (const owner of ancestry(info)) {
    const member = run.read(owner.members, name);
    if (member) return bindMethods(run, member, item, expr);
    const remembered = readFact(run, run.memory.fields, owner.def, name) ?? run.read(owner.generic.fields, name);
    if (remembered) return current(run, remembered);
    const set = valueSet(run, owner, name);
    if (set) return set;
  }
  if (name === 'getClass' && run.language === 'scala') return foreign(name);
  run.asks ||= info.scope.module === run.module;
  run.miss(`${info.def.name}.${name}`);
  // A class of the program that extends one of Spark's has its methods.
  for (const owner of ancestry(info)) {
    for (const base of owner.bases) {
      if (base.is !== 'owner' || !run.api.method(base.kind, name, run.language)) continue;
      return sparkProperty(run, base.kind, [sparkValue(base.kind, { site: run.site(expr.span), text: `\`${info.def.name}\` extends ${base.kind}` })], expr, otherUse);
    }
  }
  return unknown('field');
}

/** Whatever several methods may have put there: until some part of some object changes, it stays what it is. */
const bornAsField = (run: Run, object: Instance, name: string, value: Value): Value =>
  (birthOf(value) === undefined ? withBirth(value, run.fieldBorn(object, name)) : value);

/** What a function finds the rest of its arguments in: Scala's is a `Seq`. */
const restType = ({ language }: Run): 'list' | 'tuple' => (language === 'scala' ? 'list' : 'tuple');

/** The class and those it inherits from, nearest first. */
export function ancestry(info: ClassInfo): readonly ClassInfo[] {
  let known = ancestries.get(info);
  if (!known) ancestries.set(info, (known = findAncestry(info)));
  return known;
}
const ancestries = new WeakMap<ClassInfo, readonly ClassInfo[]>();

function findAncestry(info: ClassInfo): ClassInfo[] {
  const found: ClassInfo[] = [];
  const work = [info];
  for (let next = work.shift(); next && found.length < 60; next = work.shift()) {
    if (found.includes(next)) continue;
    found.push(next);
    for (const base of next.bases) if (base.is === 'class') work.push(base.info);
  }
  return found;
}

function bindMethods(run: Run, member: Value, self: Abstract, expr: MemberExpr): Value {
  const value = applied(run, member.map((item) => (item.is === 'function' && item.def.receiver !== 'none' ? { ...item, self } : item)), expr.auto, expr.span);
  // From then on the object has it.
  if (self.is === 'object' && member.some((item) => item.is === 'function' && item.def.lazy)) setField(run, self.of, expr.name, value, true);
  return value;
}

/** What stands where functions stand: properties are called, and, where the language does so (`auto`), all that take nothing. */
export function applied(run: Run, any: Value, auto: boolean | undefined, span: Span): Value {
  const value = auto ? overloadsFor(run, any, []) : any;
  if (!value.some((item) => item.is === 'function' && isApplied(item, auto))) return value;
  const site = run.site(span);
  return joinAll(value.map((item): Value => (item.is === 'function' && isApplied(item, auto) ? callFunction(run, item, [], site) : [item])));
}

const isApplied = ({ def, self, bound }: FunctionValue, auto: boolean | undefined): boolean =>
  def.property === true || auto === true && def.kind === 'function' && !bound && def.params.slice(self ? 1 : 0).every((parameter) => parameter.implicit);

/** The class, or one that it inherits from, has the member. */
export const hasMember = (run: Run, info: ClassInfo, name: string): boolean => ancestry(info).some((owner) =>
  run.read(owner.members, name) !== undefined || readFact(run, run.memory.fields, owner.def, name) !== undefined || run.read(owner.generic.fields, name) !== undefined);

// ---- calls ----------------------------------------------------------------------------------------------------------

/** `on.name(…)`. */
export function callMember(run: Run, on: Value, fn: MemberExpr, expr: CallExpr, args: readonly ArgValue[], use: Use): Value {
  if (isSuper(run, fn.on)) return callSuper(run, fn.name, args, run.site(expr.span), fn.on.args.length === 1 ? evaluate(run, fn.on.args[0]!.value) : undefined);
  if (fn.name === 'asInstanceOf' && expr.types?.[0]) {
    const cast = valueOfType(run, expr.types[0], 'cast to', run.site(expr.span));
    return isUnknown(cast) ? on : cast;
  }
  const callMethodOf = (item: Abstract): Value => {
    const member = memberOfOne(run, item, fn, otherUse);
    run.note(fn, member);
    return callValue(run, member, expr, args, use);
  };
  let result = nothing;
  for (const { kind, values } of sparksByKind(on)) result = join(result, callSpark(run, kind, values, fn, expr, args, use));
  // Of one object or another, whichever it is: none of their methods runs after another's.
  const objects = run.loops.length === 0 ? on.filter(({ is }) => is === 'object') : [];
  if (objects.length > 1) result = join(result, eachApart(run, objects, callMethodOf));
  for (const item of on) {
    if (item.is === 'spark' || objects.length > 1 && item.is === 'object') continue;
    if (item.is === 'owner') result = join(result, callSpark(run, item.kind, [sparkValue(item.kind, { site: run.site(fn.on.span), text: `class ${item.kind}` })], fn, expr, args, use, true));
    else if (item.is === 'collection') result = join(result, methodOfCollection(run, item, fn, args, run.site(expr.span)));
    else if (item.is === 'unknown' && item.reason !== 'mock' && run.language === 'scala' && run.api.method('DatasetHolder', fn.name, 'scala')) result = join(result, madeByImplicits(run, [item], fn, run.site(expr.span)) ?? nothing);
    else if ((item.is === 'unknown' || item.is === 'foreign') && run.language === 'scala' && folds.has(fn.name)) result = join(result, methodOfCollection(run, folded, fn, args, run.site(expr.span)));
    else {
      const text = templateOf([item]);
      const made = numbersFrom(run, item, fn.name, args) ?? (text === undefined ? undefined : textMethod(text, fn.name, args));
      if (made) {
        result = join(result, made);
        continue;
      }
      // Whatever it is that stops: after it no context is known to run.
      if (fn.name === 'stop' && item.is === 'unknown') contextUnknown(run);
      result = join(result, callMethodOf(item));
    }
  }
  return result;
}

/** Only what holds things has these, whatever it is. */
export const folds: ReadonlySet<string> = new Set(['foldLeft', 'foldRight']);
const folded: Abstract & { is: 'collection' } = { is: 'collection', type: 'list', element: unknown('element') };

/** `1 to n`, `0 until xs.size`. */
function numbersFrom(run: Run, start: Abstract, name: string, args: readonly ArgValue[]): Value | undefined {
  if (run.language !== 'scala' || args.length !== 1 || name !== 'to' && name !== 'until') return undefined;
  const [from, to] = [constantOf([start]), constantOf(args[0]!.value)];
  if (typeof from !== 'number' && typeof to !== 'number') return undefined;
  const most = typeof from === 'number' && typeof to === 'number' ? atMost(Math.max(0, to - from + (name === 'to' ? 1 : 0))) : undefined;
  return [{ is: 'collection', type: 'list', element: foreign('int'), ...(most === undefined ? {} : { most }) }];
}

const methodOfCollection: typeof collectionMethod = (run, ...given) => (run.language === 'scala' ? scalaMember : collectionMethod)(run, ...given);

export const isSuper = (run: Run, expr: Expr): expr is CallExpr => expr.kind === 'call' && expr.fn.kind === 'name' && expr.fn.name === 'super' && !run.state.vars.has('super');

const withoutColumns = (value: Value): Value => each(value, (item) => (item.is === 'spark' && item.kind === 'Column' ? unknown('parameter') : [item]));

/** A value that was found some other way is called. */
export function callValue(run: Run, any: Value, expr: CallExpr, args: readonly ArgValue[], use: Use): Value {
  const site = run.site(expr.span);
  const fn = overloadsFor(run, any, args);
  const call = (item: Abstract): Value => {
    switch (item.is) {
      case 'function': {
        const later = givenLater(item, args);
        if (later) return later;
        if (!item.opaque) return callFunction(run, item, inLists(item, args), site);
        // A decorator out of sight may have made a UDF of it: then it is given values of rows, not Columns.
        callFunction(run, item, args.map((arg) => ({ ...arg, value: withoutColumns(arg.value) })), site);
        return unknown('call');
      }
      case 'class': return construct(run, item.info, args, site);
      case 'owner': return callOwner(run, item.kind, args, site, expr);
      case 'library': return callLibrary(run, item, args, expr);
      case 'method': return callSpark(run, item.on.kind, [item.on], { kind: 'member', span: expr.fn.span, on: expr.fn, name: item.name, nameSpan: expr.fn.span }, expr, args, use);
      case 'foreign': return callForeign(run, item.name, args, expr);
      case 'spark':
        if (item.kind === 'UserDefinedFunction') return [sparkValue('Column', { site, text: 'a Column' }, { made: site, column: ofUdf(expr.fn.kind === 'name' || expr.fn.kind === 'member' ? expr.fn.name : undefined, args) })];
        if (item.kind === 'Column') return [sparkValue('Column', { site, text: 'a Column' }, { made: site })];
        return callSpark(run, item.kind, [item], { kind: 'member', span: expr.fn.span, on: expr.fn, name: run.api.method(item.kind, 'apply', run.language) ? 'apply' : '__call__', nameSpan: expr.fn.span }, expr, args, use);
      case 'object': {
        if (item.companion && expr.makes) return construct(run, item.companion, args, site);
        const name = callNames.find((each) => hasMember(run, item.of.of, each));
        // An object there, which may well be this one, is not followed further.
        const called = name === undefined ? nothing : memberOfOne(run, item, { kind: 'member', span: expr.fn.span, on: expr.fn, name, nameSpan: expr.fn.span }, otherUse).filter(({ is }) => is !== 'object');
        if (called.length > 0) return callValue(run, called, expr, args, use);
        if (item.companion) return construct(run, item.companion, args, site);
        handOver(run, args, site);
        return unknown('call');
      }
      case 'collection': return run.language === 'scala' ? ofApply(run, item, args) : nothing;
      case 'constant': return nothing;
      case 'module': case 'unknown':
        handOver(run, args, site, calledName(expr));
        // A class whose methods are declared.
        if (item.is === 'module' && holdsDeclared(run, item.name)) return [item];
        return unknown(item.is === 'module' ? 'import' : item.reason === 'import' || item.reason === 'mock' ? item.reason : 'call');
    }
  };
  const functions = fn.filter(({ is }) => is === 'function');
  return functions.length > 1 && (run.loops.length === 0 || areOverloads(functions)) ? eachApart(run, fn, call) : each(fn, call);
}

/** `xs(0)`, `names("a")`; a future is given what it runs on: `Future { … }(executor)`. */
function ofApply(run: Run, item: Collection, args: readonly ArgValue[]): Value {
  if (item.type === 'option') return [item];
  return item.type === 'set' ? local : current(run, elementAt(item, args[0]?.value ?? nothing));
}

/** By the types of what a call gives one of them is meant, in every pass of a loop the same. */
const areOverloads = (functions: readonly Abstract[]): boolean => functions.every((item) => item.is === 'function' && item.def.overload);

/** Of functions that share a name those that can be given the arguments; all, if none can. */
function overloadsFor(run: Run, value: Value, args: readonly ArgValue[]): Value {
  if (!value.some((item) => item.is === 'function' && item.def.overload)) return value;
  const fitting = value.filter((item) => item.is !== 'function' || !item.def.overload || takesAll(run, item, args));
  return fitting.length > 0 ? fitting : value;
}

function takesAll(run: Run, { def, self, applied = 0 }: FunctionValue, args: readonly ArgValue[]): boolean {
  const all = def.params.slice(self && def.receiver !== 'none' ? 1 : 0);
  const from = def.lists?.slice(0, applied).reduce((sum, count) => sum + count, 0) ?? 0;
  const params = def.lists ? all.slice(from, from + def.lists[applied]!) : all;
  if (args.some((arg) => arg.spread)) return params.some((parameter) => parameter.form === 'rest');
  const required = params.filter((parameter) => !parameter.default && !parameter.implicit && parameter.form === undefined);
  if (args.length < required.length || (args.length > params.length && params.at(-1)?.form !== 'rest')) return false;
  return args.every((arg, index) => {
    const parameter = arg.name === undefined ? params[Math.min(index, params.length - 1)] : params.find(({ name }) => name === arg.name);
    return parameter !== undefined && mayBe(run, arg.value, parameter.type);
  });
}

/** Nothing speaks against the value being of the type: Spark's own and plain ones are told apart. */
function mayBe(run: Run, value: Value, type: TypeRef | undefined): boolean {
  const name = type?.name.slice(type.name.lastIndexOf('.') + 1);
  if (name === undefined || value.length === 0) return true;
  const kind = run.api.annotation(name, run.language);
  // `load(rows: RDD[Row])` beside `load(rows: DataFrame)`.
  if (kind !== undefined && datasetKinds.has(kind) && value.every((item) => item.is === 'spark' && datasetKinds.has(item.kind))) return hasKind(value, kind);
  if (run.api.isKind(name)) return value.some((item) => item.is !== 'constant' && item.is !== 'collection');
  const shape = scalaShape(name);
  if (shape !== undefined && shape !== 'text' && shape !== 'number') return value.some((item) => item.is !== 'spark' && !(item.is === 'constant' && item.value !== null));
  return !plainTypes.has(name) || value.some((item) => item.is !== 'spark' && item.is !== 'collection');
}

const plainTypes: ReadonlySet<string> = new Set(['Boolean', 'Double', 'Float', 'Int', 'Long', 'String']);

/** The methods that run when an object itself is called, in Python and in Scala. */
const callNames = ['__call__', 'apply'];

/** Of several parameter lists the first are given here: the function of the others. */
function givenLater(fn: FunctionValue, args: readonly ArgValue[]): Value | undefined {
  const { lists, params } = fn.def;
  const applied = fn.applied ?? 0;
  if (!lists || applied + 1 >= lists.length) return undefined;
  const from = params.length - lists.slice(applied + 1).reduce((sum, count) => sum + count, 0);
  if (params.slice(from).every((parameter) => parameter.implicit)) return undefined;
  return [{ ...fn, bound: [...fn.bound ?? [], ...inLists(fn, args)], applied: applied + 1 }];
}

/** Arguments of one of several lists, by the names of its parameters: lists before it may have been given less than they hold. */
function inLists({ def, applied = 0 }: FunctionValue, args: readonly ArgValue[]): readonly ArgValue[] {
  if (!def.lists || def.lists.length < 2) return args;
  const all = def.lists.reduce((sum, count) => sum + count, 0);
  const from = def.params.length - all + def.lists.slice(0, applied).reduce((sum, count) => sum + count, 0);
  const list = def.params.slice(from, from + def.lists[applied]!);
  return args.map((arg, index) => (arg.name === undefined && !arg.spread && list[index] && list[index].form !== 'rest' ? { ...arg, name: list[index].name } : arg));
}

/** One of several functions or objects is called, as a mode or a field says: none of them runs after another. In a loop each may have its turn. */
function eachApart(run: Run, fn: Value, give: (item: Abstract) => Value): Value {
  const { path, exited } = run;
  const choice = run.choice();
  const ends: Changes[] = [];
  let result = nothing;
  fn.forEach((item, arm) => {
    const mark = run.store.mark();
    run.exited = exited;
    run.path = [...path, { choice, arm }];
    result = join(result, give(item));
    const end = run.store.take(mark);
    if (!run.exited) ends.push(end);
  });
  run.path = path;
  run.exited = ends.length === 0;
  run.store.apply(ends.length === 0 ? [run.store.none()] : ends);
  return result;
}

/** What code out of sight is given: it may do anything with it, and call it at any time. */
export function handOver(run: Run, args: readonly ArgValue[], site: Site, to?: string): void {
  run.escape(datasetsOf(args), 'passed', site, to);
  confPassed(run, args);
  const functions: FunctionValue[] = [];
  for (const { value } of args) for (const item of value) if (item.is === 'function') functions.push(item);
  if (functions.length > 0) run.escape(reachedBy(run, [functions]), 'captured', site);
  for (const { value } of args) {
    keep(run, value);
    for (const item of value) {
      if (item.is !== 'function' || item.env.module !== run.module || !run.recording || run.sent || run.givenAway.has(item.def)) continue;
      run.root.met.add(item.def);
      run.givenAway.set(item.def, { env: item.env, since: run.order(), path: run.path });
    }
  }
}

/** `super().name(…)`; `of`: one of several bases alone is meant. */
function callSuper(run: Run, name: string, args: readonly ArgValue[], site: Site, of?: Value): Value {
  const owner = enclosingClass(run.scope);
  const self = run.frame.self ?? lookup(run, 'this').find((item) => item.is === 'object');
  if (!owner || !self) return unknown('call');
  for (const base of of ?? owner.bases) {
    if (base.is !== 'class') continue;
    for (const info of ancestry(base.info)) {
      const member = run.read(info.members, name);
      if (member) return joinAll(member.map((item) => (item.is === 'function' ? callFunction(run, { ...item, self }, args, site) : unknown('call'))));
    }
  }
  return name === constructorName ? constant(null) : unknown('call');
}

function enclosingClass(start: Scope): ClassInfo | undefined {
  for (let scope: Scope | undefined = start; scope; scope = scope.parent) if (scope.owner) return scope.owner;
  return undefined;
}

function construct(run: Run, info: ClassInfo, args: readonly ArgValue[], site: Site): Value {
  const key = `${site.module}:${site.start}${run.callersKey}`;
  let object = run.instances.get(key);
  if (object?.of !== info) run.instances.set(key, (object = run.store.instance(info)));
  const self: Abstract = { is: 'object', of: object };
  for (const owner of ancestry(info)) {
    const init = run.read(owner.members, constructorName);
    if (!init) continue;
    for (const item of overloadsFor(run, init.map((each) => (each.is === 'function' ? { ...each, self } : each)), args)) if (item.is === 'function') callFunction(run, item, args, site);
    return [self];
  }
  // A dataclass or named tuple: the declared names are its parameters.
  run.escape(datasetsOf(args), 'stored', site);
  const names = [...run.store.view(info.members).keys()].filter((name) => !name.startsWith('__'));
  args.forEach((arg, index) => {
    const name = arg.name ?? names[index];
    if (name !== undefined && !arg.spread) setField(run, object, name, arg.value, true);
  });
  return [self];
}

/**
 * Calls around it are too many for one more to be followed. A test asks what functions of other modules give, not how
 * their own callees come to it: that is told where they stand; so does whoever calls into a framework. Where nothing of
 * Spark is given to other modules less and less is looked at, so that enough is left for what the module does itself.
 */
function isTooDeep(run: Run, fn: FunctionValue, args: readonly ArgValue[]): boolean {
  const depth = run.stack.length;
  if (depth >= Math.max(mostCalls(run.steps), mostCallsOfItsOwn(run.steps, run.steps - run.stepsBefore))) return true;
  if (fn.env.module === run.module) return false;
  return run.host.isTest || run.host.inFramework?.(fn.env.module) ? depth >= 2 : depth >= mostCalls(run.stepsElsewhere * elsewhere) && !concernsSpark(run, fn, args);
}
/** By how much steps in functions of other modules count more for how deep these are followed. */
const elsewhere = 6;

/** Runs a function of the program with what it is given. `sent`: its code runs on the executors. */
export function callFunction(run: Run, fn: FunctionValue, given: readonly ArgValue[], site: Site, sent = false): Value {
  const { def, env } = fn;
  // Of its first lists defaults may be left out: what comes now is for the next one.
  const args = fn.bound ? [...fn.bound, ...(fn.applied ? inLists(fn, given) : given)] : given;
  run.root.ran.add(def);
  rememberParameters(run, fn, args, site);
  if (run.stack.length === 0) run.stepsBefore = run.steps;
  if (run.stack.includes(def) || isTooDeep(run, fn, args) || run.steps > mostSteps) {
    if (run.steps > mostSteps && concernsSpark(run, fn, args)) run.partial = true;
    noteFact(run, 'tells', def, whatIsGiven);
    // What is not followed may do anything with what it can reach, and with nothing else.
    run.escape(reachedBy(run, [[fn], ...args.map(({ value }) => value)]), 'passed', site);
    // What a call that was cut short gives is no measure of the next.
    run.effects++;
    return declaredReturn(run, fn, site) ?? run.memory.returns.get(def)?.filter((item) => item.is !== 'object') ?? unknown(run.stack.includes(def) ? 'recursion' : 'budget');
  }
  const known = run.remembered.get(def);
  const byItself = !sent && !run.sent;
  let signature = known && byItself ? signatureOf(run, fn, args) : undefined;
  const before = signature === undefined ? undefined : known?.get(signature);
  if (before && run.holds(before.reads)) {
    run.reread(before.reads);
    run.decisions += before.decisions;
    return orDeclared(run, fn, before.result, site);
  }
  const isPlain = byItself && !concernsSpark(run, fn, args);
  const plain = isPlain ? run.plain.get(def) : undefined;
  if (plain && plain.calls >= plainCalls && plain.env === env && staysPlain(run, plain.reads)) {
    run.reread(plain.reads);
    return orDeclared(run, fn, plain.result, site);
  }
  const { effects, decisions } = run;
  const wrapped = fn.wraps && run.followed.get(fn.wraps.def);
  const { result, reads } = run.reading(() => follow(run, fn, args, site, sent));
  // It does not come back.
  if (run.exited) return result;
  // A decorator that does something unknown with the function: it gives what the function gives.
  if (fn.wraps && isUnknown(result) && run.followed.get(fn.wraps.def) === wrapped) return callFunction(run, { ...fn.wraps, self: fn.self }, given, site, sent);
  const final = orDeclared(run, fn, result, site);
  run.memory.returns.set(def, join(run.memory.returns.get(def) ?? nothing, final));
  if (!reads || final.some((item) => item.is === 'function' || item.is === 'class')) return final;
  // What is only declared each call gives anew, in its own place.
  const again = notYetBorn(result, (cell) => reads.some(({ value }) => value?.some((item) => item.is === 'collection' && item.cell === cell)));
  if (isPlain && run.decisions === decisions && !holdsSpark(result)) {
    const other = plain?.env === env ? plain : undefined;
    run.plain.set(def, { env, calls: (other?.calls ?? 0) + 1, result: join(other?.result ?? nothing, again), reads: distinct([...other?.reads ?? [], ...reads]) });
  }
  if (byItself && run.effects === effects) signature ??= signatureOf(run, fn, args);
  if (signature !== undefined && run.effects === effects) {
    const remembered = { result: again, reads: distinct(reads), decisions: run.decisions - decisions };
    if (known) known.set(signature, remembered);
    else run.remembered.set(def, new Map([[signature, remembered]]));
  }
  return final;
}

/** Runs the body with what it is given, one caller further in. */
function follow(run: Run, fn: FunctionValue, args: readonly ArgValue[], site: Site, sent: boolean): Value {
  const { def, env } = fn;
  if (isStub(def) && env.def.kind === 'class') run.escape(reachedBy(run, args.map(({ value }) => value)), 'passed', site);
  run.called.add(def);
  run.followed.set(def, (run.followed.get(def) ?? 0) + 1);
  const scope = run.scopeIn(env, def);
  run.begins(def, scope, scope.base);
  bindParameters(run, fn, scope, args);
  const { callers, callersKey, stack, sent: wasSent } = run;
  run.callers = [...callers, site];
  run.callersKey = `${callersKey}|${site.module}:${site.start}`;
  run.stack = [...stack, def];
  if (sent) run.sent = { scope, through: site };
  const result = runBody(run, fn, scope);
  run.callers = callers;
  run.callersKey = callersKey;
  run.stack = stack;
  run.sent = wasSent;
  return result;
}

/** Each name once, as it was first read. */
function distinct(reads: readonly Read[]): Read[] {
  const seen = new Map<Read['of'], Set<string>>();
  return reads.filter(({ of, name }) => {
    const names = seen.get(of);
    if (!names) return Boolean(seen.set(of, new Set([name])));
    return !names.has(name) && Boolean(names.add(name));
  });
}

/** Nothing that such calls read has come to do with Spark since. */
const staysPlain = (run: Run, reads: readonly Read[]): boolean => reads.every((read) => {
  const value = run.store.valueNow(read, run.state.heap);
  return value === read.value || value === undefined || !touchesSpark(run, value, 1);
});

/** After so many calls that did not concern Spark, a function called without Spark values is not followed again. */
const plainCalls = 2;

const holdsSpark = (value: Value, depth = 0): boolean => value.some((item) => item.is === 'spark' || item.is === 'collection' && depth < 3 && holdsSpark(item.element, depth + 1));

function touchesSpark(run: Run, value: Value, depth: number): boolean {
  return value.some((item) => {
    if (item.is === 'spark' || item.is === 'function' || item.is === 'method' || item.is === 'class') return true;
    if (item.is === 'collection') return depth < 3 && touchesSpark(run, item.element, depth + 1);
    return item.is === 'object' && depth < 2 && [...run.store.view(item.of.fields).values()].some((field) => touchesSpark(run, field, depth + 1));
  });
}

function concernsSpark(run: Run, fn: FunctionValue, args: readonly ArgValue[]): boolean {
  if (args.some((arg) => touchesSpark(run, arg.value, 0))) return true;
  if (fn.self?.is !== 'object') return false;
  const touches = (values: Iterable<Value>): boolean => {
    for (const value of values) if (touchesSpark(run, value, 1)) return true;
    return false;
  };
  if (touches(run.store.view(fn.self.of.fields).values())) return true;
  noteFact(run, 'asks', fn.self.of.of.def, anyFact);
  return touches(run.memory.fields.get(fn.self.of.of.def)?.values() ?? []);
}

/** What is given, in a word: undefined where the values are more than a word can say (datasets, functions, collections of them). */
function signatureOf(run: Run, fn: FunctionValue, args: readonly ArgValue[]): string | undefined {
  const { self } = fn;
  if (self && self.is !== 'object' && self.is !== 'class') return undefined;
  let text = `${run.numberOf(fn.env)}`;
  if (self) text += `.${run.numberOf(self.is === 'object' ? self.of : self.info)}`;
  for (const arg of args) {
    const word = wordOf(run, arg.value, 0);
    if (word === undefined) return undefined;
    text += `|${arg.name ?? ''}${arg.spread ? '*' : ''}=${word}`;
  }
  return text;
}

function wordOf(run: Run, value: Value, depth: number): string | undefined {
  if (value.length > 4) return undefined;
  let text = '';
  for (const item of value) {
    switch (item.is) {
      case 'constant': text += `${typeof item.value}${String(item.value).length}:${String(item.value)}`; break;
      case 'foreign': text += item.template === undefined ? `${item.name}${item.most === undefined ? '' : `<${item.most}`}` : `${item.name}${item.template.length}:${item.template}`; break;
      case 'unknown': text += `?${item.most ?? ''}`; break;
      case 'object': text += `o${run.numberOf(item.of)}`; break;
      case 'spark':
        if (item.dataset || item.props || item.builder) return undefined;
        text += `${item.kind}${item.made ? `${item.made.module}:${item.made.start}` : ''}${item.column ? JSON.stringify(item.column) : ''}`;
        break;
      case 'collection': {
        if (depth >= 2 || item.rows) return undefined;
        const parts = [item.element, ...item.type === 'dict' ? [keysOf(item)] : [], ...item.items ?? [], ...item.entries?.values() ?? []];
        if (parts.length > 6) return undefined;
        const inner = parts.map((part) => wordOf(run, part, depth + 1));
        if (inner.includes(undefined)) return undefined;
        text += `${item.type}(${[...item.entries?.keys() ?? []].map((key) => JSON.stringify(key)).join()}${item.items ? '#' : ''}${item.most ?? ''}${inner.join()})`;
        break;
      }
      default: return undefined;
    }
    text += ';';
  }
  return text;
}

/** Runs a function's body in a scope whose parameters are bound; gives what it returns. */
export function runBody(run: Run, fn: FunctionValue, scope: Scope): Value {
  run.root.ran.add(fn.def);
  const frame = frameOf(run, scope, fn.self);
  const { mocked } = run;
  run.mocked ||= fn.def.decorators.some(isPatch) || fn.env.def.decorators.some(isPatch);
  let comesBack = true;
  const apart = fn.def.decorators.some(isTask);
  if (apart) contextUnknown(run);
  const value = within(run, frame, () => {
    const last = evaluate(run, fn.def.body, { is: 'returned' });
    comesBack = leave(run, frame);
    return fn.def.kind === 'lambda' ? last : frame.returns;
  });
  run.mocked = mocked;
  if (apart) contextUnknown(run);
  if (fn.def.generator || frame.yields !== nothing) return [{ is: 'collection', type: 'iterator', element: frame.yields }];
  // A method that says nothing at all is there for whoever inherits it.
  if (comesBack && run.language === 'python' && fn.self?.is === 'object' && isStub(fn.def)) return unknown('call');
  if (comesBack) return value.length === 0 ? constant(null) : value;
  if (frame.open) return unknown('call');
  run.exited = true;
  return nothing;
}

/** Control goes on behind a call wherever the function was left; false where it never comes back. */
function leave(run: Run, { left, mark }: Frame): boolean {
  if (left.length === 0) return !run.exited;
  const end = run.store.take(mark);
  run.store.apply(run.exited ? left : [end, ...left]);
  return true;
}

/** `@task`, `@task.virtualenv(…)`: a scheduler runs it in a process of its own, whose context nobody here has made. */
function isTask(decorator: Expr): boolean {
  const named = decorator.kind === 'call' ? decorator.fn : decorator;
  const root = named.kind === 'member' ? named.on : named;
  return root.kind === 'name' && root.name === 'task';
}

/** `...`, `pass`, an abstract method: what it does is said elsewhere. */
const isStub = ({ body }: Def): boolean => body.kind === 'sequence' && body.body.length === 0;

function orDeclared(run: Run, fn: FunctionValue, result: Value, site: Site): Value {
  if (isUnknown(result) || isStub(fn.def) || isTypedOtherwise(run, fn, fn.def.returns, result)) return declaredReturn(run, fn, site) ?? result;
  return fn.def.returns?.name === 'RDD' && fn.env.language === 'scala' ? asDeclaredRdds(run, result) : result;
}

function declaredReturn(run: Run, fn: FunctionValue, site: Site): Value | undefined {
  if (!fn.def.returns) return undefined;
  if (fn.def.returns.name === 'this.type') return fn.self && [fn.self];
  const frame = frameOf(run, fn.env);
  const value = within(run, frame, () => valueOfType(run, fn.def.returns!, `\`${fn.def.name}\` is declared to return`, site));
  return isUnknown(value) ? undefined : value;
}

export function bindParameters(run: Run, fn: FunctionValue, scope: Scope, given: readonly ArgValue[]): void {
  const { params } = fn.def;
  const args = together(run, fn.def, given.some(({ spread }) => spread) ? given.flatMap(unpacked) : given);
  const vars = run.store.own(scope.vars);
  const positional = args.filter((arg) => arg.name === undefined && !arg.spread);
  const spread = args.some((arg) => arg.spread);
  let next = 0;
  params.forEach((parameter, index) => {
    const self = index === 0 && fn.self && fn.def.receiver !== 'none' ? [fn.self] : undefined;
    if (self && parameter.form !== 'rest') {
      vars.set(parameter.name, self);
      return;
    }
    if (parameter.form === 'rest') {
      const rest = [...(self ? [self] : []), ...positional.slice(next).map((arg) => arg.value)];
      next = positional.length;
      const more = args.filter((arg) => arg.spread).map((arg) => elementOf(arg.value));
      vars.set(parameter.name, [{ is: 'collection', type: restType(run), element: joinAll([...rest, ...more]), items: spread ? undefined : rest }]);
      return;
    }
    const named = args.find((arg) => arg.name === parameter.name);
    if (parameter.form === 'keywords') {
      const extra = args.filter((arg) => arg.name !== undefined && !params.some((other) => other.name === arg.name));
      vars.set(parameter.name, [{ is: 'collection', type: 'dict', element: joinAll(extra.map((arg) => arg.value)), keys: args.some((arg) => arg.spread) ? foreign('str') : undefined, entries: new Map(extra.map((arg) => [arg.name!, arg.value])) }]);
      return;
    }
    const arg = named ?? (parameter.form === 'keyword-only' ? undefined : positional[next++]);
    let value = arg?.value ?? (spread ? unknown('parameter') : defaultValue(run, fn, scope, parameter));
    // Something or nothing: what it is where it is something, the function may still tell.
    const absent = value.filter(isNull);
    const present = absent.length === 0 ? value : value.filter((item) => !isNull(item));
    if ((isUnknown(present) || isOfLoadedModule(present) || isTypedOtherwise(run, fn, parameter.type, present)) && (present.length > 0 || absent.length === 0)) value = join(absent, declaredParameter(run, fn, scope, index) ?? valuePassed(run, fn, scope, parameter.name) ?? hinted(run, scope, parameter.name, present));
    if (parameter.type?.name === 'RDD' && fn.env.language === 'scala') value = asDeclaredRdds(run, value);
    for (const item of value) if (item.is === 'spark' && item.dataset) run.named(item.dataset, parameter.name, scope.base, fn.def, item.dataset.names.length > 0);
    vars.set(parameter.name, bornHere(run, value));
  });
}

/** Scala's compiler holds a declaration to be true: what is declared to be Spark's is no value of another library. */
const isTypedOtherwise = (run: Run, { env }: FunctionValue, type: TypeRef | undefined, value: Value): boolean =>
  type !== undefined && env.language === 'scala' && run.api.isKind(type.name) && value.length > 0 && value.every((item) => item.is === 'foreign');

/** Of a module that is found by its path at run time (`importlib`): nothing is known of what it gives. */
const isOfLoadedModule = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'foreign' && /^importlib\.\S*\(\)\S/.test(item.name));

/** `{ case (a, b) => … }` has one parameter: of several values it is given a tuple. `rdd => …` takes the first alone: there is a method for such a function too. */
function together(run: Run, { kind, params }: Def, args: readonly ArgValue[]): readonly ArgValue[] {
  if (run.language !== 'scala' || kind !== 'lambda' || params.length !== 1 || params[0]!.name !== '$case' || args.length < 2 || args.some((arg) => arg.name !== undefined || arg.spread)) return args;
  const items = args.map(({ value }) => value);
  return [{ site: args[0]!.site, value: [{ is: 'collection', type: 'tuple', element: joinAll(items), items }] }];
}

/** `*pair`, `**options`, where what they hold is known one by one. */
export function unpacked(arg: ArgValue): readonly ArgValue[] {
  const only = arg.spread && arg.value.length === 1 ? arg.value[0]! : undefined;
  if (only?.is !== 'collection') return [arg];
  if (only.type === 'dict') {
    const entries = entriesOf(only);
    return entries ? [...entries].map(([name, value]) => ({ name, site: arg.site, value, literal: constantOf(value) })) : [arg];
  }
  return only.items ? only.items.map((value) => ({ site: arg.site, value, literal: constantOf(value) })) : [arg];
}

function defaultValue(run: Run, fn: FunctionValue, scope: Scope, parameter: { default?: Expr | undefined }): Value {
  if (!parameter.default) return unknown('parameter');
  if (parameter.default.kind === 'literal' && parameter.default.value !== null) return constant(parameter.default.value);
  const frame = frameOf(run, fn.env);
  return within(run, frame, () => evaluateIn(run, scope.base, parameter.default!));
}

/** The value that a parameter's annotation promises. */
export function declaredParameter(run: Run, fn: FunctionValue, scope: Scope, index: number): Value | undefined {
  const parameter = fn.def.params[index]!;
  if (!parameter.type) return undefined;
  const site: Site = { module: scope.module, start: scope.base + parameter.span[0], end: scope.base + parameter.span[1] };
  const frame = frameOf(run, fn.env);
  const value = within(run, frame, () => valueOfType(run, parameter.type!, `parameter \`${parameter.name}\` is annotated`, site, parameter.name));
  // A UDF that is annotated by what it is called with is given values all the same.
  if (isUnknown(value) || run.place === 'executor' && hasKind(value, 'Column')) return undefined;
  if (parameter.form === 'rest') return [{ is: 'collection', type: restType(run), element: value }];
  if (parameter.form === 'keywords') return [{ is: 'collection', type: 'dict', element: value, keys: foreign('str') }];
  return value;
}

/** Of this very function: many are called `__init__`, and lambdas have no name. */
export const parameterKey = (run: Run, def: Def, name: string): string => `${run.numberOf(def)}(${name})`;

/** What callers pass tells the kind of a parameter that nothing else tells. */
function rememberParameters(run: Run, fn: FunctionValue, args: readonly ArgValue[], site: Site): void {
  let known = run.memory.parameters.get(fn.def);
  if (!known) run.memory.parameters.set(fn.def, (known = new Map()));
  const skip = fn.self ? 1 : 0;
  args.forEach((arg, index) => {
    const name = arg.name ?? (arg.spread ? undefined : fn.def.params[index + skip]?.name);
    if (name === undefined) return;
    noteArgument(run, fn, name, arg.value, site);
    if (isUnknown(arg.value)) return;
    known.set(name, join(known.get(name) ?? nothing, arg.value));
    run.learned(() => parameterKey(run, fn.def, name), arg.value);
  });
}

/** Calls each function in `fn` with these values. */
export function callEach(run: Run, fn: Value, values: readonly Value[], expr: CallExpr): Value {
  const site = run.site(expr.span);
  const args = values.map((value): ArgValue => ({ site, value }));
  return joinAll(fn.map((item): Value => {
    if (item.is === 'function') return callFunction(run, item, args, site);
    if (item.is === 'class' || item.is === 'owner' || item.is === 'library') return callValue(run, [item], expr, args, otherUse);
    // `reduce(DataFrame.union, frames)`
    if (item.is === 'method' && isBound(item, values)) return callValue(run, [item], expr, args, otherUse);
    if (item.is === 'method') return callSpark(run, item.on.kind, values[0]?.filter((value) => value.is === 'spark') ?? [], { kind: 'member', span: expr.fn.span, on: expr.fn, name: item.name, nameSpan: expr.args[0]?.value.span ?? expr.fn.span }, expr, args.slice(1), otherUse);
    return unknown('call');
  }));
}

/** `spark.table`, not `DataFrame.union`: that takes its receiver from the values. */
const isBound = ({ on }: Abstract & { is: 'method' }, [first = nothing]: readonly Value[]): boolean =>
  on.dataset !== undefined || !first.some((item) => item.is === 'spark' && item.kind === on.kind);
