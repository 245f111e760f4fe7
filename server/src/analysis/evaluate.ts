/** Runs a program in the abstract: statements, scopes, branches, loops. Calls are in `calls.ts`. */
import type { Def, Expr, Pattern, TypeRef } from '../program/program.ts';
import type { Abstract, ArgValue, Event, Loop, Site, Use, Value } from './model.ts';
import { callFunction, callMember, callValue, memberOf, valueOfKind } from './calls.ts';
import { type Frame, type Run, boundUse, driverKinds, mostSteps, otherUse, sparkValue } from './run.ts';
import type { Changes, ClassInfo, Scope } from './scope.ts';
import { constant, constantOf, datasetsIn, elementOf, foreign, hasKind, isUnknown, join, joinAll, local, nothing, sparkValues, stringOf, unknown } from './values.ts';

const none = constant(null);

export function evaluate(run: Run, expr: Expr, use: Use = otherUse): Value {
  run.steps++;
  if (run.steps > mostSteps * 4) {
    run.partial = true;
    return unknown('budget');
  }
  const value = evaluateKind(run, expr, use);
  if (expr.kind === 'name' || expr.kind === 'member' || expr.kind === 'call' || expr.kind === 'index' || expr.kind === 'operator') run.note(expr, value);
  return value;
}

function evaluateKind(run: Run, expr: Expr, use: Use): Value {
  switch (expr.kind) {
    case 'literal': return expr.type === 'string' || expr.type === 'int' || expr.type === 'float' || expr.type === 'bool' || expr.type === 'none' ? constant(expr.value) : local;
    case 'text': return evaluateText(run, expr);
    case 'name': return lookup(run, expr.name, expr);
    case 'member': return evaluateMember(run, expr, use);
    case 'call': return evaluateCall(run, expr, use);
    case 'index': return evaluateIndex(run, expr);
    case 'collection': return evaluateCollection(run, expr);
    case 'operator': return evaluateOperator(run, expr, use);
    case 'sequence': return evaluateSequence(run, expr.body);
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
      evaluate(run, expr.test, { is: 'truth', whole: run.site(expr.span), negative: false });
      truth(run, expr.test, 'assert');
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
  let text: string | undefined = '';
  for (const part of expr.parts) {
    const value: Value = typeof part === 'string' ? constant(part) : evaluate(run, part, { is: 'argument' });
    const known: unknown = constantOf(value);
    text = known === undefined || text === undefined ? undefined : text + String(known);
  }
  return text === undefined ? foreign('str') : constant(text);
}

// ---- names ----------------------------------------------------------------------------------------------------------

/** The value of a name where it is read; notes what executor-side code captures. */
export function lookup(run: Run, name: string, expr?: Expr): Value {
  for (let scope: Scope | undefined = run.scope, first = true; scope; scope = scope.parent, first = false) {
    if (!first && scope.def.kind === 'class') continue;
    const own = scope.vars.get(name);
    if (own === undefined && !(scope.def.binds.has(name) && scope.def.kind !== 'module')) {
      if (scope.def.kind !== 'module') continue;
      const assigned = run.memory.outer.get(scope.def)?.get(name);
      if (!assigned) {
        if (scope.def.binds.has(name)) run.miss(`${scope.module}:${name}`);
        continue;
      }
      return assigned;
    }
    let value = own ?? nothing;
    const assigned = run.memory.outer.get(scope.def)?.get(name);
    if (assigned) value = join(value, assigned);
    if (value.length === 0) value = unknown('name');
    if (isUnknown(value)) value = hinted(run, scope, name, value);
    if (expr && run.sent && isOutside(scope, run.sent.scope)) captured(run, name, value, run.site(expr.span));
    if (!run.sent) readAfterMutation(run, scope, name, expr);
    return value;
  }
  const value = given(run, name);
  if (expr && run.sent) captured(run, name, value, run.site(expr.span));
  return value;
}

/** Names that no scope binds: star imports, what notebooks and shells provide, builtins. */
function given(run: Run, name: string): Value {
  const declared = run.host.kinds.get(name);
  if (declared) return valueOfKind(run, declared, `\`${name}\` is declared ${declared} in the project settings`);
  const kind = run.api.given(name);
  if (kind && run.api.isKind(kind)) return valueOfKind(run, kind, `\`${name}\` is provided by the notebook or shell`);
  if (kind) return foreign(kind);
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    for (const module of run.stars.get(scope.def) ?? []) {
      const value = importedFact(run, module, name);
      // Of a module whose names are not listed one by one, only what looks like a class is believed to come from it.
      if (value && (/^[A-Z]/.test(name) || value.some((item) => item.is !== 'foreign'))) return value;
    }
  }
  if (builtins.has(name)) return foreign(`builtins.${name}`);
  return unknown('name');
}

const builtins: ReadonlySet<string> = new Set(('abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip __import__ __name__ __file__ __doc__ NotImplemented Ellipsis '
  + 'unicode xrange raw_input basestring long reduce Exception BaseException ValueError TypeError KeyError IndexError RuntimeError AttributeError StopIteration NotImplementedError OSError IOError FileNotFoundError ImportError AssertionError KeyboardInterrupt SystemExit ZeroDivisionError ArithmeticError LookupError EOFError MemoryError NameError TimeoutError PermissionError UnicodeDecodeError UnicodeError Warning DeprecationWarning UserWarning ConnectionError').split(' '));

/** A name nothing is known of, on which this scope calls a method that only one kind of Spark has. */
function hinted(run: Run, scope: Scope, name: string, value: Value): Value {
  if (run.lookAlikes) return value;
  const kind = hintsOf(run, scope.def).get(name);
  if (!kind) return value;
  const made = valueOfKind(run, kind, `\`${name}\` has methods called on it that only ${kind} has`, { scope, name });
  // Scopes of other modules are theirs.
  if (scope.module === run.module) scope.vars.set(name, made);
  return made;
}

const hints = new WeakMap<Def, ReadonlyMap<string, string>>();

/** Names of a scope that are assigned at most once, and the kind that Spark-only methods called on them tell. */
function hintsOf(run: Run, def: Def): ReadonlyMap<string, string> {
  let found = hints.get(def);
  if (found) return found;
  const kinds = new Map<string, string | undefined>();
  const assigned = new Map<string, number>();
  visit(def.body);
  const result = new Map<string, string>();
  const parameters = new Set(def.params.map((parameter) => parameter.name));
  for (const [name, kind] of kinds) if (kind && (assigned.get(name) ?? 0) + (parameters.has(name) ? 1 : 0) <= 1) result.set(name, kind);
  // A parameter that is rebound from itself (`df = df.withColumn(…)`) keeps its kind.
  for (const [name, kind] of kinds) if (kind && parameters.has(name)) result.set(name, kind);
  hints.set(def, (found = result));
  return found;

  function visit(expr: Expr): void {
    if (expr.kind === 'member' && expr.on.kind === 'name') {
      const told = run.api.kindsTelling(expr.name, run.language);
      if (told.length === 1) tell(expr.on.name, told[0]!);
    }
    // `x.read.parquet(…)`: a session, and no other object reads so.
    if (expr.kind === 'member' && expr.on.kind === 'member' && expr.on.name === 'read' && expr.on.on.kind === 'name' && run.api.method('DataFrameReader', expr.name, run.language)) tell(expr.on.on.name, 'SparkSession');
    if (expr.kind === 'bind') for (const pattern of expr.patterns) if (pattern.kind === 'name') assigned.set(pattern.name, (assigned.get(pattern.name) ?? 0) + 1);
    if (expr.kind === 'loop' && expr.bind) countPattern(expr.bind);
    forEachChild(expr, visit);
  }
  function tell(name: string, kind: string): void {
    kinds.set(name, kinds.has(name) && kinds.get(name) !== kind ? undefined : kind);
  }
  function countPattern(pattern: Pattern): void {
    if (pattern.kind === 'name') assigned.set(pattern.name, (assigned.get(pattern.name) ?? 0) + 1);
    if (pattern.kind === 'tuple') pattern.items.forEach(countPattern);
  }
}

/** Direct parts of an expression; nested lambdas are entered (they share the names), named functions are not. */
function forEachChild(expr: Expr, visit: (child: Expr) => void): void {
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

function isOutside(scope: Scope, sent: Scope): boolean {
  for (let inner: Scope | undefined = sent; inner; inner = inner.parent) {
    if (inner === scope) return inner !== sent;
  }
  return false;
}

function captured(run: Run, variable: string, value: Value, site: Site): void {
  if (!run.sent || run.place !== 'executor') return;
  for (const item of value) {
    if (item.is === 'spark' && driverKinds.has(item.kind)) {
      run.emit({ kind: 'capture', ...run.here(site, site), variable, value: item, through: run.sent.through });
      return;
    }
    if (item.is === 'object') {
      const field = driverField(run, item.of.of);
      if (!field) continue;
      run.emit({ kind: 'capture', ...run.here(site, site), variable: `${variable}.${field.name}`, value: field.value, through: run.sent.through });
      return;
    }
  }
}

/** A field of the class that holds what cannot leave the driver. */
function driverField(run: Run, info: ClassInfo): { name: string; value: Abstract & { is: 'spark' } } | undefined {
  for (const [name, value] of run.memory.fields.get(info.def) ?? []) {
    const held = sparkValues(value).find((item) => driverKinds.has(item.kind));
    if (held && value.every((item) => item.is === 'spark' || item.is === 'unknown' || item.is === 'constant' && item.value === null)) return { name, value: held };
  }
  return undefined;
}

/** Executor-side code changes a variable of the driver. */
export function mutated(run: Run, name: string, site: Site): void {
  if (!run.sent || run.place !== 'executor') return;
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    if (scope.def.kind === 'class' || !(scope.vars.has(name) || scope.def.kind === 'module' && scope.def.binds.has(name))) continue;
    if (!isOutside(scope, run.sent.scope)) return;
    // `acc += 1` on an accumulator is how it is meant.
    if (hasKind(scope.vars.get(name) ?? nothing, 'Accumulator')) return;
    const event: Extract<Event, { kind: 'mutation' }> = { kind: 'mutation', ...run.here(site, site), variable: name, reads: [], through: run.sent.through };
    run.emit(event);
    if (!run.recording) return;
    const names = run.mutated.get(scope) ?? new Map<string, Extract<Event, { kind: 'mutation' }>[]>();
    run.mutated.set(scope, names);
    names.set(name, [...(names.get(name) ?? []), event]);
    return;
  }
}

function readAfterMutation(run: Run, scope: Scope, name: string, expr: Expr | undefined): void {
  if (run.mutated.size === 0 || !expr || !run.recording) return;
  for (const event of run.mutated.get(scope)?.get(name) ?? []) event.reads.push(run.site(expr.span));
}

// ---- assignment -----------------------------------------------------------------------------------------------------

export function assign(run: Run, pattern: Pattern, value: Value): void {
  switch (pattern.kind) {
    case 'name': return assignName(run, pattern.name, value, run.site(pattern.span));
    case 'member': {
      const on = evaluate(run, pattern.on);
      const targets = on.filter((item) => item.is === 'object' || item.is === 'class');
      for (const item of on) {
        if (item.is === 'object') setField(run, item.of, pattern.name, value, targets.length === 1);
        else if (item.is === 'class') setClassMember(run, item.info, pattern.name, value);
      }
      if (targets.length > 0) run.escape(datasetsIn(value), 'stored', run.site(pattern.span));
      keep(run, value);
      return;
    }
    case 'index': {
      const index = evaluate(run, pattern.index);
      evaluate(run, pattern.on);
      if (pattern.on.kind === 'name') mutatedCollection(run, pattern.on.name, run.site(pattern.span));
      updateCollection(run, pattern.on, value, stringOf(index));
      return;
    }
    case 'tuple': {
      pattern.items.forEach((item, index) => {
        if (item.kind === 'rest') return assign(run, item.item, [{ is: 'collection', type: 'list', element: elementOf(value) }]);
        assign(run, item, partOf(value, index, pattern.items.some((other) => other.kind === 'rest') ? undefined : pattern.items.length));
      });
      return;
    }
    case 'rest': return assign(run, pattern.item, value);
    case 'ignore': return;
  }
}

function partOf(value: Value, index: number, length: number | undefined): Value {
  return joinAll(value.map((item): Value => {
    if (item.is === 'collection' && item.items && (length === undefined || item.items.length === length)) return item.items[index] ?? item.element;
    return elementOf([item]);
  }));
}

function assignName(run: Run, name: string, value: Value, site: Site): void {
  const scope = run.scope;
  run.versions.set(name, (run.versions.get(name) ?? 0) + 1);
  for (const item of value) if (item.is === 'spark' && item.dataset && !item.dataset.names.includes(name)) item.dataset.names.push(name);
  if (scope.def.outer.has(name)) {
    run.effects++;
    mutated(run, name, site);
    for (let outer = scope.parent; outer; outer = outer.parent) {
      if (!outer.def.binds.has(name) && outer.def.kind !== 'module') continue;
      outer.vars.set(name, value);
      remember(run.memory.outer, outer.def, name, value);
      run.learned(`${outer.module}:${name}`, value);
      return;
    }
    return;
  }
  run.state.vars.set(name, value);
  if (scope.def.kind === 'module') run.learned(`${scope.module}:${name}`, value);
}

function remember(memory: Map<Def, Map<string, Value>>, def: Def, name: string, value: Value): void {
  let names = memory.get(def);
  if (!names) memory.set(def, (names = new Map()));
  names.set(name, join(names.get(name) ?? nothing, value));
}

export function setField(run: Run, object: { id: number; of: ClassInfo; fields: Map<string, Value> }, name: string, value: Value, strong: boolean): void {
  run.effects++;
  const key = `${object.id}.${name}`;
  const before = run.state.heap.get(key);
  run.state.heap.set(key, strong || !before ? value : join(before, value));
  object.fields.set(name, join(object.fields.get(name) ?? nothing, value));
  remember(run.memory.fields, object.of.def, name, value);
  run.learned(`${object.of.def.name}.${name}`, value);
}

function setClassMember(run: Run, info: ClassInfo, name: string, value: Value): void {
  run.effects++;
  info.members.set(name, value);
  remember(run.memory.fields, info.def, name, value);
  run.learned(`${info.def.name}.${name}`, value);
}

/** A broadcast that is put where it outlives the pass is kept. */
export function keep(run: Run, value: Value): void {
  for (const item of value) {
    if (item.is !== 'spark' || item.kind !== 'Broadcast' || !item.made) continue;
    for (const [index, event] of run.events.entries()) {
      if (event.kind === 'resource' && event.op === 'make' && event.site.start === item.made.start && event.site.module === item.made.module) run.events[index] = { ...event, kept: true };
    }
  }
}

function mutatedCollection(run: Run, name: string, site: Site): void {
  if (run.sent && run.place === 'executor') mutated(run, name, site);
}

/** Adds to the collection that an expression names: values are immutable, the name gets a new one. */
export function updateCollection(run: Run, on: Expr, added: Value, key: string | undefined): void {
  keep(run, added);
  run.effects++;
  const before = on.kind === 'name' ? run.state.vars.get(on.name) ?? lookup(run, on.name) : on.kind === 'member' ? evaluate(run, on) : undefined;
  if (!before) return;
  const after = before.map((item): Abstract => {
    if (item.is !== 'collection') return item;
    const element = join(item.element, item.type === 'dict' && key === undefined ? added : added);
    const entries = key === undefined ? undefined : new Map([...(item.entries ?? []), [key, added] as const]);
    return { is: 'collection', type: item.type, element, entries };
  });
  if (!after.some((item) => item.is === 'collection')) return;
  if (on.kind === 'name') {
    for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
      if (!scope.vars.has(on.name)) continue;
      scope.vars.set(on.name, after);
      return;
    }
  } else if (on.kind === 'member') {
    const owner = evaluate(run, on.on);
    for (const item of owner) if (item.is === 'object') setField(run, item.of, on.name, after, owner.length === 1);
  }
}

// ---- expressions ----------------------------------------------------------------------------------------------------

function evaluateMember(run: Run, expr: Expr & { kind: 'member' }, use: Use): Value {
  refineSession(run, expr);
  const on = evaluate(run, expr.on, { is: 'receiver', member: expr.name });
  return memberOf(run, refine(run, expr.on, on, expr.name), expr, use);
}

/** `x.read.parquet`: whatever `x` is otherwise unknown as, it is a session. */
function refineSession(run: Run, { on, name }: Expr & { kind: 'member' }): void {
  if (on.kind !== 'member' || on.name !== 'read' || run.lookAlikes || !run.api.method('DataFrameReader', name, run.language)) return;
  const owner = on.on;
  if (owner.kind !== 'name' && owner.kind !== 'member' || !isUnknown(evaluate(run, owner))) return;
  believe(run, owner, valueOfKind(run, 'SparkSession', '`read` gives a DataFrameReader only on a SparkSession', { site: run.site(owner.span) }));
}

/** What an unknown expression turned out to be holds for its name or field from here on. */
function believe(run: Run, expr: Expr, value: Value): void {
  if (expr.kind === 'name' && run.state.vars.has(expr.name)) run.state.vars.set(expr.name, value);
  if (expr.kind === 'member') for (const owner of run.types.get(expr.on) ?? nothing) if (owner.is === 'object') setField(run, owner.of, expr.name, value, false);
  run.note(expr, value);
}

/** An unknown receiver of a method that only one kind of Spark has is of that kind, here and below. */
function refine(run: Run, on: Expr, value: Value, member: string): Value {
  if (!isUnknown(value)) return value;
  const reason = value[0]?.is === 'unknown' ? value[0].reason : 'name';
  if (reason === 'exception' || run.lookAlikes) return value;
  const told = run.api.kindsTelling(member, run.language);
  if (told.length !== 1) return value;
  const refined = valueOfKind(run, told[0]!, `\`${member}\` is a method that only ${told[0]!} has`, { site: run.site(on.span) });
  believe(run, on, refined);
  return refined;
}

function evaluateCall(run: Run, expr: Expr & { kind: 'call' }, use: Use): Value {
  if (expr.fn.kind === 'member') {
    refineSession(run, expr.fn);
    const on = refine(run, expr.fn.on, evaluate(run, expr.fn.on, { is: 'receiver', member: expr.fn.name }), expr.fn.name);
    const args = evaluateArgs(run, expr);
    return callMember(run, on, expr.fn, expr, args, use);
  }
  const fn = evaluate(run, expr.fn);
  const args = evaluateArgs(run, expr);
  return callValue(run, fn, expr, args, use);
}

export function evaluateArgs(run: Run, expr: Expr & { kind: 'call' }): ArgValue[] {
  return expr.args.map((arg): ArgValue => {
    const value = evaluate(run, arg.value, { is: 'argument' });
    const literal = constantOf(value);
    return { name: arg.name, site: run.site(arg.value.span), value, literal, spread: arg.spread !== undefined };
  });
}

function evaluateIndex(run: Run, expr: Expr & { kind: 'index' }): Value {
  const on = evaluate(run, expr.on, { is: 'receiver', member: '[]' });
  const index = evaluate(run, expr.index);
  const key = constantOf(index);
  return joinAll(on.map((item): Value => {
    switch (item.is) {
      case 'spark':
        if (item.kind === 'Row') return local;
        return memberOf(run, [item], { kind: 'member', span: expr.span, on: expr.on, name: '__getitem__', nameSpan: expr.index.span }, otherUse, [
          { site: run.site(expr.index.span), value: index, literal: key },
        ]);
      case 'collection':
        if (expr.index.kind === 'operator' && expr.index.name === 'slice') return [{ is: 'collection', type: item.type, element: item.element, rows: item.rows }];
        if (typeof key === 'number' && item.items) return item.items.at(key) ?? item.element;
        if (typeof key === 'string' && item.entries?.has(key)) return item.entries.get(key)!;
        return item.element.length > 0 ? item.element : unknown('element');
      case 'foreign': return foreign(`${item.name}[]`.slice(0, 60));
      case 'constant': return item.value === null ? nothing : local;
      case 'module': case 'owner': case 'class': return on;
      default: return unknown('index');
    }
  }));
}

function evaluateCollection(run: Run, expr: Expr & { kind: 'collection' }): Value {
  const items: Value[] = [];
  const entries = new Map<string, Value>();
  let exact = true;
  for (const item of expr.items) {
    const key = item.key ? stringOf(evaluate(run, item.key)) : undefined;
    const value = evaluate(run, item.value, { is: 'argument' });
    if (item.spread) {
      exact = false;
      items.push(elementOf(value));
      for (const held of value) if (held.is === 'collection') for (const [name, entry] of held.entries ?? []) entries.set(name, entry);
      continue;
    }
    items.push(value);
    if (key !== undefined) entries.set(key, value);
  }
  return [{ is: 'collection', type: expr.type, element: joinAll(items), items: exact && expr.type !== 'dict' ? items : undefined, entries: expr.type === 'dict' ? entries : undefined }];
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const negated: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function evaluateOperator(run: Run, expr: Expr & { kind: 'operator' }, use: Use): Value {
  const { name, args } = expr;
  const whole = run.site(expr.span);
  if (name === 'not') {
    const negative = use.is === 'truth' ? !use.negative : true;
    const value = evaluate(run, args[0]!, { is: 'truth', whole: use.is === 'truth' ? whole : whole, negative });
    truth(run, args[0]!, 'not');
    return isUnknown(value) ? unknown('call') : local;
  }
  if (name === 'and' || name === 'or') {
    const first = evaluate(run, args[0]!, use.is === 'truth' ? { is: 'truth', whole: run.site(args[0]!.span), negative: false } : otherUse);
    const mark = run.store.mark();
    const choice = run.choice();
    const path = run.path;
    run.path = [...path, { choice, arm: 0 }];
    const second = evaluate(run, args[1]!, use.is === 'truth' ? { is: 'truth', whole: run.site(args[1]!.span), negative: false } : otherUse);
    run.path = path;
    run.store.apply([run.store.none(), run.store.take(mark)]);
    const firstColumn = isColumn(first);
    // `flag and frame.x`: the member may be a property, of a class that is not in sight.
    if (firstColumn || isColumn(second) && args[1]!.kind !== 'member') {
      run.emit({ kind: 'truth', ...run.here(whole, run.site(expr.nameSpan)), how: name, operands: args.map((arg) => run.site(arg.span)), flagFirst: !firstColumn });
      return valueOfKind(run, 'Column', 'a Column');
    }
    return join(first, second);
  }
  if (comparisons.has(name) && args.length === 2) return evaluateComparison(run, expr, whole);
  const values = args.map((arg) => evaluate(run, arg));
  const column = values.some(isColumn);
  if (name === 'chain' || name === 'in' || name === 'not in') {
    const asked = name === 'chain' ? column : values[0] !== undefined && isColumn(values[0]) && !isColumnList(values[0]) || values[1] !== undefined && isColumn(values[1]);
    if (asked) run.emit({ kind: 'truth', ...run.here(whole, run.site(expr.nameSpan)), how: name === 'chain' ? (looksLikePrecedence(expr) ? 'precedence' : 'chain') : 'in', operands: args.map((arg) => run.site(arg.span)), flagFirst: false });
    return local;
  }
  if (column) return [values.flatMap(sparkValues).find((item) => item.kind === 'Column')!];
  if (name === 'await') return values[0] ?? unknown('call');
  if (name === 'is' || name === 'is not') return local;
  if (name === '+' || name === '|') {
    const collections = values.every((value) => value.some((item) => item.is === 'collection'));
    if (collections) return [{ is: 'collection', type: 'list', element: joinAll(values.map(elementOf)), items: concatenated(values) }];
    const joined = joinAll(values);
    const rdds = sparkValues(joined).filter((item) => item.kind === 'RDD');
    if (name === '+' && rdds.length > 0) return rdds;
    const [a, b] = values.map(constantOf);
    if (typeof a === 'string' && typeof b === 'string') return constant(a + b);
    if (typeof a === 'number' && typeof b === 'number' && name === '+') return constant(a + b);
  }
  if (name === 'neg') {
    const number = constantOf(values[0] ?? nothing);
    if (typeof number === 'number') return constant(-number);
  }
  if (name === '*') {
    const [a, b] = values.map(constantOf);
    if (typeof a === 'number' && typeof b === 'number') return constant(a * b);
    const list = values.flatMap((value) => value.filter((item) => item.is === 'collection'));
    if (list.length > 0) return list.map((item) => ({ is: 'collection', type: item.type, element: item.element }));
  }
  return values.some((value) => !isUnknown(value)) ? local : unknown('call');
}

function concatenated(values: readonly Value[]): Value[] | undefined {
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

const isColumn = (value: Value): boolean => hasKind(value, 'Column') && value.every((item) => item.is === 'spark' && item.kind === 'Column');
const isColumnList = (value: Value): boolean => value.some((item) => item.is === 'collection');

function evaluateComparison(run: Run, expr: Expr & { kind: 'operator' }, whole: Site): Value {
  const [left, right] = expr.args as [Expr, Expr];
  const number = numberOf(right);
  const reversed = number === undefined ? numberOf(left) : undefined;
  const operator = reversed === undefined ? expr.name : negated[expr.name] ?? expr.name;
  const compared = number ?? reversed;
  const use: Use = compared === undefined ? otherUse : { is: 'compared', operator, with: compared, whole, negative: emptyTest(operator, compared) };
  const a = evaluate(run, left, use);
  const b = evaluate(run, right, use);
  // `c > 2 & d < 8` may also be held as nested comparisons; a Column compared gives a Column.
  if (isColumn(a) || isColumn(b)) return [[...sparkValues(a), ...sparkValues(b)].find((item) => item.kind === 'Column')!];
  return local;
}

function numberOf(expr: Expr): number | undefined {
  return expr.kind === 'literal' && typeof expr.value === 'number' ? expr.value : undefined;
}

/** True when the comparison holds for an empty dataset. */
const emptyTest = (operator: string, number: number): boolean => (operator === '==' || operator === '<=') && number === 0 || operator === '<' && number === 1;

/** Notes a Column that stands where the language asks for true or false. */
export function truth(run: Run, test: Expr, how: 'if' | 'while' | 'assert' | 'not' | 'builtin'): void {
  const value = run.types.get(test) ?? columnOperator(run, test);
  if (!value || !isColumn(value)) return;
  const site = run.site(test.span);
  run.emit({ kind: 'truth', ...run.here(site, site), how, operands: [site], flagFirst: false });
}

/** Operators are not noted in `types`: a comparison or `&` of columns is a Column. */
function columnOperator(run: Run, test: Expr): Value | undefined {
  if (test.kind !== 'operator' || ['not', 'and', 'or', 'in', 'not in', 'chain', 'is', 'is not', 'slice'].includes(test.name)) return undefined;
  for (const arg of test.args) {
    const value = run.types.get(arg) ?? columnOperator(run, arg);
    if (value && isColumn(value)) return value;
  }
  return undefined;
}

// ---- statements -----------------------------------------------------------------------------------------------------

export function evaluateSequence(run: Run, body: readonly Expr[]): Value {
  let last: Value = none;
  for (const statement of body) {
    last = evaluate(run, statement);
    if (run.exited) break;
  }
  return last;
}

function evaluateDiscard(run: Run, expr: Expr & { kind: 'discard' }): Value {
  const value = evaluate(run, expr.value, { is: expr.shown ? 'shown' : 'discarded' });
  if (!expr.shown && expr.value.kind === 'call') {
    for (const item of value) {
      if (item.is !== 'spark') continue;
      const site = run.site(expr.value.span);
      const name = expr.value.fn.kind === 'member' ? run.site(expr.value.fn.nameSpan) : site;
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

function evaluateIf(run: Run, expr: Expr & { kind: 'if' }, use: Use): Value {
  const { test } = expr;
  if (isMainTest(test)) {
    run.entryPoint = true;
    const value = evaluate(run, expr.then);
    return value;
  }
  evaluate(run, test, { is: 'truth', whole: run.site(test.span), negative: false });
  truth(run, test, 'if');
  const choice = run.choice();
  const path = run.path;
  const mark = run.store.mark();

  run.path = [...path, { choice, arm: 0 }];
  narrow(run, test, true);
  const then = evaluate(run, expr.then, expr.expression ? use : otherUse);
  const thenExits = run.exited;
  const afterThen = run.store.take(mark);

  run.exited = false;
  run.path = [...path, { choice, arm: 1 }];
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
    run.path = [...path, { choice, arm: 0 }];
  } else run.store.apply([afterOtherwise]); // only `then` exits: the rest of the block runs on the other arm
  return expr.expression || expr.otherwise ? join(then, otherwise) : none;
}

/** `if x is None` / `isinstance(x, T)`: what the branch knows of a name. Only drops alternatives, never adds one. */
function narrow(run: Run, test: Expr, holds: boolean): void {
  if (test.kind === 'operator' && test.name === 'not') return narrow(run, test.args[0]!, !holds);
  if (test.kind !== 'operator' || test.name !== 'is' && test.name !== 'is not') return;
  const [subject, other] = test.args;
  if (subject?.kind !== 'name' || other?.kind !== 'literal' || other.value !== null) return;
  const value = run.state.vars.get(subject.name);
  if (!value) return;
  const isNone = (test.name === 'is') === holds;
  const kept = value.filter((item) => (item.is === 'constant' && item.value === null) === isNone || item.is === 'unknown');
  if (kept.length > 0 && kept.length < value.length) run.state.vars.set(subject.name, kept);
}

function evaluateLoop(run: Run, expr: Expr & { kind: 'loop' }): Value {
  const over = expr.over ? evaluate(run, expr.over, { is: 'iterated', loop: loopOf(run, expr, nothing) }) : nothing;
  const loop = loopOf(run, expr, over);
  rowsIterated(run, over, loop);
  const element = elementOf(over);
  const saved = expr.yields && expr.bind ? namesOf(expr.bind).map((name) => [name, run.state.vars.get(name)] as const) : [];
  const { loops, path, recording } = run;
  const breaks: { mark: number; left: Changes[] } = { mark: 0, left: [] };
  run.loops = [...loops, loop];
  run.frame.breaks.push(breaks);
  if (recording) {
    // The first pass only learns what later passes start from; the events are those of the second.
    run.recording = false;
    for (let passes = 0, changed = true; changed && passes < mostSilentPasses; passes++) {
      breaks.mark = run.store.mark();
      pass();
      changed = run.store.apply([run.store.none(), run.store.take(breaks.mark)]);
    }
    run.recording = true;
  }
  breaks.mark = run.store.mark();
  const result = pass();
  run.frame.breaks.pop();
  const endless = expr.test?.kind === 'literal' && Boolean(expr.test.value) && breaks.left.length === 0;
  run.store.apply([run.store.none(), run.store.take(breaks.mark), ...breaks.left]);
  run.loops = loops;
  run.exited = endless;
  for (const [name, value] of saved) {
    if (value === undefined) run.state.vars.delete(name);
    else run.state.vars.set(name, value);
  }
  if (expr.otherwise && !endless) evaluate(run, expr.otherwise);
  if (!expr.yields) return none;
  return [{ is: 'collection', type: expr.yields === 'generator' ? 'iterator' : expr.yields, element: result }];

  function pass(): Value {
    if (expr.bind) assign(run, expr.bind, element);
    if (expr.test) {
      evaluate(run, expr.test, { is: 'truth', whole: run.site(expr.test.span), negative: false });
      truth(run, expr.test, 'while');
    }
    const value = evaluate(run, expr.body);
    run.exited = false;
    run.path = path;
    return value;
  }
}

/** What a loop carries from pass to pass settles within these. */
const mostSilentPasses = 2;

/** Rows that an action brought and a loop goes through, directly or by a name. */
function rowsIterated(run: Run, over: Value, loop: Loop): void {
  if (!run.recording) return;
  for (const item of over) {
    if (item.is === 'collection' && item.rows && item.rows.use.is !== 'iterated') (item.rows as { use: Use }).use = { is: 'iterated', loop };
  }
}

function namesOf(pattern: Pattern): string[] {
  if (pattern.kind === 'name') return [pattern.name];
  if (pattern.kind === 'tuple') return pattern.items.flatMap(namesOf);
  if (pattern.kind === 'rest') return namesOf(pattern.item);
  return [];
}

/** At most so many passes count as few: what is done in them was written out for convenience. */
const fewPasses = 8;

function loopOf(run: Run, expr: Expr & { kind: 'loop' }, over: Value): Loop {
  return { site: run.site(expr.headSpan), range: run.site(expr.span), size: loopSize(expr, over), comprehension: expr.yields !== undefined };
}

function loopSize(expr: Expr & { kind: 'loop' }, over: Value): Loop['size'] {
  if (endedBySuccess(expr.body)) return 'retry';
  if (expr.test?.kind === 'literal' && Boolean(expr.test.value)) return 'forever';
  if (over.length > 0 && over.every((item) => item.is === 'collection' && (item.items !== undefined && item.items.length <= fewPasses || item.entries !== undefined && item.entries.size > 0 && item.entries.size <= fewPasses))) return 'few';
  return 'many';
}

/** `try: …; break/return` in the loop's own body: it goes round again only after a failure. */
function endedBySuccess(body: Expr): boolean {
  const statements = body.kind === 'sequence' ? body.body : [body];
  return statements.some((statement) => statement.kind === 'try' && statement.handlers.length > 0 && (exits(statement.body) || statement.otherwise !== undefined && exits(statement.otherwise)));
}

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
  const mark = run.store.mark();
  const branching = expr.handlers.length > 0;
  if (branching) run.path = [...path, { choice, arm: 0 }];
  evaluate(run, expr.body);
  const failed = run.store.changes(mark);
  if (expr.otherwise && !run.exited) evaluate(run, expr.otherwise);
  const ends: Changes[] = run.exited ? [] : [run.store.changes(mark)];
  let alive = run.exited ? -1 : 0;
  run.store.take(mark);
  expr.handlers.forEach((handler, index) => {
    // It may have failed at any point of the body.
    run.store.apply([run.store.none(), failed]);
    run.exited = false;
    run.path = [...path, { choice, arm: index + 1 }];
    if (handler.bind) assign(run, handler.bind, local);
    evaluate(run, handler.body);
    const end = run.store.take(mark);
    if (run.exited) return;
    ends.push(end);
    alive = ends.length === 1 ? index + 1 : alive;
  });
  run.exited = ends.length === 0;
  run.store.apply(ends.length === 0 ? [run.store.none(), failed] : ends);
  run.path = branching && ends.length === 1 && alive >= 0 ? [...path, { choice, arm: alive }] : path;
  if (!expr.last) return none;
  const exited = run.exited;
  run.exited = false;
  evaluate(run, expr.last);
  run.exited ||= exited;
  return none;
}

function evaluateWith(run: Run, expr: Expr & { kind: 'with' }): Value {
  for (const item of expr.items) {
    const value = evaluate(run, item.context, boundUse);
    if (item.bind) assign(run, item.bind, entered(value));
  }
  return evaluate(run, expr.body);
}

/** What `with x as y` binds: what a generator yields; Spark's own and files give themselves. */
function entered(value: Value): Value {
  return joinAll(value.map((item): Value => (item.is === 'collection' && item.type === 'iterator' ? item.element : [item])));
}

function evaluateBind(run: Run, expr: Expr & { kind: 'bind' }): Value {
  const declared = expr.type ? valueOfType(run, expr.type, `annotated here`, run.site(expr.span)) : unknown('name');
  if (!expr.value) {
    if (expr.patterns[0]?.kind === 'name' && !isUnknown(declared)) run.state.vars.set(expr.patterns[0].name, declared);
    return none;
  }
  let value = evaluate(run, expr.value, boundUse);
  if (isUnknown(value) && !isUnknown(declared)) value = declared;
  if (expr.augmented !== undefined) {
    const target = expr.patterns[0];
    if (target?.kind === 'name') {
      const before = lookup(run, target.name);
      mutated(run, target.name, run.site(target.span));
      value = augment(run, before, value, expr.augmented);
    } else if (target?.kind === 'member') {
      value = augment(run, evaluate(run, { kind: 'member', span: target.span, on: target.on, name: target.name, nameSpan: target.nameSpan }), value, expr.augmented);
    }
  }
  for (const pattern of expr.patterns) assign(run, pattern, value);
  return none;
}

function augment(run: Run, before: Value, added: Value, operator: string): Value {
  const column = [...sparkValues(before), ...sparkValues(added)].find((item) => item.kind === 'Column');
  if (column) return [column];
  if (before.some((item) => item.is === 'collection')) {
    keep(run, added);
    return before.map((item): Abstract => (item.is === 'collection' ? { is: 'collection', type: item.type, element: join(item.element, elementOf(added)) } : item));
  }
  const text = stringOf(before);
  const more = stringOf(added);
  if (operator === '+' && text !== undefined && more !== undefined) return constant(text + more);
  return isUnknown(before) && isUnknown(added) ? unknown('call') : local;
}

function evaluateExit(run: Run, expr: Expr & { kind: 'exit' }): Value {
  const value = expr.value ? evaluate(run, expr.value, expr.how === 'return' || expr.how === 'yield' ? { is: 'returned' } : otherUse) : none;
  switch (expr.how) {
    case 'return':
      run.frame.returns = join(run.frame.returns, value);
      if (run.callers.length === 0 && run.scope.def.kind === 'function') run.escape(datasetsIn(value), 'returned', run.site(expr.span));
      run.exited = true;
      break;
    case 'yield': {
      run.frame.yields = join(run.frame.yields, value);
      run.escape(datasetsIn(value), 'yielded', run.site(expr.span));
      return unknown('call');
    }
    case 'break': {
      const breaks = run.frame.breaks.at(-1);
      if (breaks) breaks.left.push(run.store.changes(breaks.mark));
      run.exited = true;
      break;
    }
    case 'continue': case 'throw': run.exited = true; break;
  }
  return none;
}

// ---- definitions and imports ----------------------------------------------------------------------------------------

function evaluateClosure(run: Run, def: Def): Value {
  const base = run.scope.base + def.at;
  run.starts.set(def, base);
  if (def.kind === 'class') {
    const value = defineClass(run, def, base);
    run.state.vars.set(def.name, value);
    return value;
  }
  const env = run.scope;
  const owner = env.def.kind === 'class' ? run.classes.get(env.def) : undefined;
  run.functions.set(def, { env, owner });
  for (const parameter of def.params) if (parameter.default) evaluateIn(run, def, base, parameter.default);
  let value: Value = [{ is: 'function', def, env }];
  if (def.kind === 'lambda') return value;
  value = decorate(run, def, base, value);
  run.state.vars.set(def.name, value);
  if (owner) owner.members.set(def.name, value);
  return value;
}

/** Spans of decorators and defaults are relative to the definition they belong to, their names to the scope around it. */
export function evaluateIn(run: Run, def: Def, base: number, expr: Expr): Value {
  const frame = run.frame;
  run.frame = { ...frame, scope: { ...frame.scope, base } };
  const value = evaluate(run, expr);
  run.frame = frame;
  return value;
}

/** Names of decorators that give the function back, or something that is called like it. */
function decorate(run: Run, def: Def, base: number, plain: Value): Value {
  let value = plain;
  for (const decorator of [...def.decorators].reverse()) {
    const applied = evaluateIn(run, def, base, decorator);
    const udf = applied.find((item) => item.is === 'library' && /udf/i.test(item.name) || item.is === 'spark' && item.kind === 'UserDefinedFunction');
    if (udf) {
      const frame = run.frame;
      run.frame = { ...frame, scope: { ...frame.scope, base } };
      const made = run.site(decorator.span);
      callback(run, plain, { runs: 'executor', given: def.params.map(() => unknown('parameter')), through: made });
      run.frame = frame;
      value = [sparkValue('UserDefinedFunction', { site: made, text: `\`${def.name}\` is a UDF` }, { made })];
    }
  }
  return value;
}

function defineClass(run: Run, def: Def, base: number): Value {
  const bases = joinAll(def.bases.map((expr) => evaluateIn(run, def, base, expr)));
  const scope: Scope = { def, parent: run.scope, vars: run.store.map(), base, module: run.scope.module };
  const info: ClassInfo = { def, scope, members: new Map(), bases, generic: undefined! };
  (info as { generic: ClassInfo['generic'] }).generic = run.instance(info);
  run.classes.set(def, info);
  for (const [name, value] of run.memory.fields.get(def) ?? []) info.generic.fields.set(name, value);
  within(run, { scope, self: undefined, returns: nothing, yields: nothing, breaks: [] }, () => evaluate(run, def.body));
  for (const [name, value] of scope.vars) info.members.set(name, value);
  return [{ is: 'class', info }];
}

/** Runs with another frame, whose scope's variables become the running state's. */
export function within<T>(run: Run, frame: Frame, action: () => T): T {
  const { frame: outerFrame, state, exited, path, loops } = run;
  run.frame = frame;
  run.state = { vars: frame.scope.vars, heap: state.heap };
  run.exited = false;
  const result = action();
  run.frame = outerFrame;
  run.state = state;
  run.exited = exited;
  run.path = path;
  run.loops = loops;
  return result;
}

function evaluateImport(run: Run, expr: Expr & { kind: 'import' }): Value {
  if (expr.level === 0 && lookAlike.test(expr.module)) run.lookAlikes = true;
  const bindName = (name: string, value: Value): void => assignName(run, name, value, run.site(expr.span));
  if (expr.star) {
    const own = importOwn(run, expr.module, expr.level);
    if (own) for (const [name, value] of own.vars) { if (!name.startsWith('_')) bindName(name, value); }
    else {
      const module = run.scope.def;
      run.stars.set(module, [...(run.stars.get(module) ?? []).filter((name) => name !== expr.module), expr.module]);
    }
    return none;
  }
  if (expr.names) {
    const own = importOwn(run, expr.module, expr.level);
    for (const { name, as } of expr.names) bindName(as, importName(run, own, expr, name));
    return none;
  }
  const top = expr.module.split('.')[0]!;
  if (expr.as !== undefined) bindName(expr.as, moduleValue(run, expr.module, expr.level));
  else {
    bindName(top, moduleValue(run, top, expr.level));
    if (top !== expr.module) importOwn(run, expr.module, expr.level);
  }
  return none;
}

/** Libraries whose sessions and frames share method names with Spark's. */
const lookAlike = /^(snowflake\.snowpark|polars|dask|ibis|modin|cudf|vaex|daft|duckdb)(\.|$)/;

function importName(run: Run, own: Scope | undefined, expr: Expr & { kind: 'import' }, name: string): Value {
  const declared = run.host.kinds.get(`${expr.module}.${name}`);
  if (declared) return [{ is: 'library', name: `${expr.module}.${name}`, fact: { is: 'function', returns: declared } }];
  const found = own?.vars.get(name);
  if (found) return found;
  const submodule = importOwn(run, expr.module ? `${expr.module}.${name}` : name, expr.level);
  if (submodule) return [{ is: 'module', name: `${expr.module}.${name}`, own: submodule }];
  if (own) return unknown('import');
  if (expr.level > 0) return unknown('import');
  return importedFact(run, expr.module, name) ?? libraryValue(run, expr.module, name);
}

/** What the API table knows of `module.name`. */
export function importedFact(run: Run, module: string, name: string): Value | undefined {
  const fact = run.api.imported(module, name);
  if (!fact) return undefined;
  switch (fact.is) {
    case 'owner': return [{ is: 'owner', kind: fact.kind }];
    case 'function': return [{ is: 'library', name: `${module}.${name}`, fact }];
    case 'module': return [{ is: 'module', name: fact.name }];
    case 'value': return valueOfKind(run, fact.kind, `\`${name}\` of ${module}`);
    case 'foreign': return foreign(fact.name);
  }
}

function libraryValue(run: Run, module: string, name: string): Value {
  const library = run.api.library(module);
  return library === 'foreign' ? foreign(`${module}.${name}`) : library === 'spark' ? [{ is: 'module', name: `${module}.${name}` }] : unknown('import');
}

export function importOwn(run: Run, module: string, level: number): Scope | undefined {
  if (level === 0 && run.api.library(module) === 'spark') return undefined;
  const found = run.host.import(run.scope.module, module, level);
  if (!found) return undefined;
  const scope = found.scope();
  if (!scope) run.tainted = true;
  return scope;
}

function moduleValue(run: Run, module: string, level: number): Value {
  const own = importOwn(run, module, level);
  if (own) return [{ is: 'module', name: module, own }];
  const library = run.api.library(module);
  return library === 'foreign' ? foreign(module) : [{ is: 'module', name: module }];
}

// ---- types ----------------------------------------------------------------------------------------------------------

const containers: Record<string, 'list' | 'tuple' | 'set' | 'dict' | 'iterator'> = {
  list: 'list', List: 'list', Sequence: 'list', Collection: 'list', set: 'set', Set: 'set', FrozenSet: 'set', tuple: 'tuple', Tuple: 'tuple',
  dict: 'dict', Dict: 'dict', Mapping: 'dict', MutableMapping: 'dict', DefaultDict: 'dict', Iterable: 'iterator', Iterator: 'iterator', Generator: 'iterator', Seq: 'list', Array: 'list', Map: 'dict',
};
const plainTypes: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'bytes', 'object', 'complex', 'String', 'Int', 'Long', 'Double', 'Boolean']);

/** The value that a written type promises; unknown where the type says nothing. */
export function valueOfType(run: Run, type: TypeRef, text: string, site: Site, name?: string): Value {
  const simple = type.name.split('.').at(-1)!;
  if (type.name === '|' || simple === 'Union') return joinAll(type.args.map((arg) => valueOfType(run, arg, text, site, name)));
  if (simple === 'Optional' || simple === 'Final' || simple === 'ClassVar' || simple === 'Annotated' || simple === 'Option') return type.args[0] ? valueOfType(run, type.args[0], text, site, name) : unknown('parameter');
  if (simple === 'None' || simple === 'NoneType') return none;
  if (plainTypes.has(type.name)) return foreign(type.name);
  const container = containers[simple];
  if (container) {
    const args = type.args.map((arg) => valueOfType(run, arg, text, site, name));
    if (container === 'tuple' && args.length > 0) return [{ is: 'collection', type: 'tuple', element: joinAll(args), items: args }];
    const element = container === 'dict' ? args[1] : args[0];
    return [{ is: 'collection', type: container, element: element ?? unknown('element') }];
  }
  const resolved = resolveType(run, type.name);
  return resolved ? promised(run, resolved, text, site, name) : unknown('parameter');
}

function promised(run: Run, resolved: Value, text: string, site: Site, name: string | undefined): Value {
  return joinAll(resolved.map((item): Value => {
    if (item.is === 'owner') return valueOfKind(run, item.kind, `${text} ${item.kind}`, { site, ...(name === undefined ? {} : { name }) });
    if (item.is === 'class') return [{ is: 'object', of: item.info.generic }];
    if (item.is === 'foreign') return foreign(item.name);
    return unknown('parameter');
  }));
}

function resolveType(run: Run, dotted: string): Value | undefined {
  const [first, ...rest] = dotted.split('.');
  let value = lookup(run, first!);
  for (const name of rest) value = memberOf(run, value, { kind: 'member', span: [0, 0], on: { kind: 'name', span: [0, 0], name: first! }, name, nameSpan: [0, 0] }, otherUse);
  if (!isUnknown(value) && !value.every((item) => item.is === 'foreign' && item.name.startsWith('builtins.'))) return value;
  const kind = run.api.annotation(dotted);
  return kind ? [{ is: 'owner', kind }] : undefined;
}

/** A function runs on executors, per batch, or many times on the driver: its body is run once with what it is given. */
export function callback(run: Run, fn: Value, how: { runs: 'driver' | 'executor' | 'batch' | 'column'; given: readonly Value[]; through: Site }): Value {
  const { place, sent, loops, path } = run;
  let result: Value = nothing;
  for (const item of fn) {
    if (item.is !== 'function') continue;
    if (how.runs === 'executor') run.loops = [];
    if (how.runs === 'executor' || how.runs === 'batch') run.place = how.runs;
    const args = how.given.map((value): ArgValue => ({ site: how.through, value }));
    result = join(result, callFunction(run, item, args, how.through, how.runs === 'executor'));
    run.place = place;
    run.sent = sent;
    run.loops = loops;
    run.path = path;
  }
  return result;
}
