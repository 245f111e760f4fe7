/** Names: where they are read and assigned, what Spark-only methods tell of them, what executor code captures and changes. */
import { declarationsOf } from '../program/expressions.ts';
import { constructorName, type Def, type Expr, type Pattern } from '../program/program.ts';
import { bornHere, withBirth } from './births.ts';
import { current, grown, hold } from './cells.ts';
import { hasMember, memberNamed, valueOfKind } from './calls.ts';
import { isOnArms } from './conditions.ts';
import { valueOfType } from './declared.ts';
import { evaluate, within } from './evaluate.ts';
import { builtins, functionsModule, looseFunctions, looseModules } from './given-names.ts';
import { hinted } from './hints.ts';
import { fromStars, importedFact } from './imports.ts';
import type { Abstract, Event, Site, Use, Value } from './model.ts';
import { noteField } from './passed.ts';
import { valueInReach } from './packages.ts';
import { anyFact, noteFact } from './roots.ts';
import { type Run, driverKinds, frameOf, otherUse } from './run.ts';
import { scalaGiven } from './scala-collections.ts';
import { binds, type ClassInfo, type Instance, type Scope } from './scope.ts';
import { atMost, classMeant, type Collection, datasetsIn, elementOf, foreign, hasKind, isNull, isUnknown, join, joinAll, largerOf, mostOf, nothing, sparkValues, sumOf, unknown } from './values.ts';

/** The value of a name where it is read; notes what executor-side code captures. */
export function lookup(run: Run, name: string, expr?: Expr, use: Use = otherUse): Value {
  for (let scope: Scope | undefined = run.scope, first = true; scope; scope = scope.parent, first = false) {
    if (!first && scope.def.kind === 'class' && !scope.def.singleton) continue;
    const own = run.store.view(scope.vars).get(name);
    const isModule = scope.def.kind === 'module';
    if (own === undefined && !binds(scope, name)) {
      if (isModule && !scope.block) break;
      continue;
    }
    run.noteRead(scope.vars, name, own);
    const assigned = run.memory.outer.size > 0 ? readFact(run, run.memory.outer, scope.def, name) : undefined;
    if (own === undefined && isModule) {
      const made = assigned ?? madeWhenAsked(run, scope, name);
      if (made) return current(run, made);
      run.miss(`${scope.module}:${name}`);
      break;
    }
    let value = own ? current(run, own) : (scope.def.singleton && madeWhenAsked(run, scope, name)) || nothing;
    if (assigned) value = join(value, current(run, assigned));
    if (value.length === 0) value = unknown('name');
    if (isUnknown(value)) value = hinted(run, scope, name, value);
    if (expr && run.sent && isOutside(scope, run.sent.scope) && isSent(run, scope)) captured(run, name, value, run.site(expr.span), use);
    if (!run.sent && run.mutated.size > 0) readAfterMutation(run, scope, name, expr);
    return value;
  }
  const value = withBirth(given(run, name), `${run.scope.module}:${name}`);
  if (expr && run.sent && isSent(run, undefined)) captured(run, name, value, run.site(expr.span), use);
  return value;
}

/** What a scope around binds, if one does. */
export function boundName(run: Run, name: string): Value | undefined {
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const own = run.store.view(scope.vars).get(name) ?? (binds(scope, name) ? madeWhenAsked(run, scope, name) : undefined);
    if (own) return current(run, own);
  }
  return undefined;
}

/** A singleton is there from when it is first named, wherever its definition stands. */
function madeWhenAsked(run: Run, scope: Scope, name: string): Value | undefined {
  if (scope.module !== run.module || scope.def.body.kind !== 'sequence') return undefined;
  const found = scope.def.body.body.find((expr) => expr.kind === 'closure' && expr.def.singleton && expr.def.name === name);
  if (found?.kind !== 'closure' || run.starts.has(found.def)) return undefined;
  // The bases of a class are evaluated with its own start.
  const base = run.starts.get(scope.def) ?? scope.base;
  return within(run, frameOf(run, base === scope.base ? scope : { ...scope, base }), () => evaluate(run, found));
}

/** A member that the object around inherits, where names of members stand by themselves. */
function inherited(run: Run, name: string): Value | undefined {
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const objects = run.store.view(scope.vars).get('this')?.filter((item) => item.is === 'object' && hasMember(run, item.of.of, name)) ?? [];
    if (objects.length > 0) return memberNamed(run, objects, name);
  }
  return undefined;
}

/** Names that no scope binds: star imports, what notebooks and shells provide, builtins. */
function given(run: Run, name: string): Value {
  const own = run.language === 'scala' ? inherited(run, name) : undefined;
  if (own) return own;
  const declared = run.host.kinds.get(name);
  if (declared) return valueOfKind(run, declared, `\`${name}\` is declared ${declared} in the project settings`);
  const kind = run.api.given(name, run.language);
  if (kind && run.api.isKind(kind)) return valueOfKind(run, kind, `\`${name}\` is provided by the notebook or shell`);
  if (kind) return foreign(kind);
  if (run.language === 'scala') return valueInReach(run, name) ?? scalaGiven(run, name) ?? unknown('name');
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const value = fromStars(run, scope, name);
    if (value) return value;
  }
  if (builtins.has(name)) return foreign(`builtins.${name}`);
  // Whoever runs the file has imported them: what else bears these names nobody takes over so.
  if (looseFunctions.has(name)) return importedFact(run, functionsModule, name) ?? unknown('name');
  if (run.cellStarts.length > 0 && looseModules.has(name)) return [{ is: 'module', name: functionsModule }];
  return unknown('name');
}

function isOutside(scope: Scope, sent: Scope): boolean {
  for (let inner: Scope | undefined = sent; inner; inner = inner.parent) {
    if (inner === scope) return inner !== sent;
  }
  return false;
}

/**
 * Scala sends local variables alone: the values of a singleton each JVM makes for itself, and what a name in a class stands
 * for that nothing in sight binds is inherited, or some singleton's. In a pasted snippet or a notebook all names are local.
 */
const isSent = (run: Run, binds: Scope | undefined): boolean => run.language === 'python' || !binds?.def.singleton && (binds !== undefined && binds.def.kind !== 'module' || !inClass(run.scope));
const inClass = (scope: Scope | undefined): boolean => scope !== undefined && (scope.def.kind === 'class' || inClass(scope.parent));

/** Java can send these, without what makes them work; they fail when they are asked for anything but that. */
const emptied: ReadonlySet<string> = new Set(['SparkSession', 'SQLContext', 'HiveContext', 'DataFrame', 'Dataset', 'RDD', 'GroupedData']);
const harmless: ReadonlySet<string> = new Set(['version', 'implicits', 'id', 'name', 'toString', 'hashCode', 'getClass', 'isInstanceOf', 'asInstanceOf', 'eq', 'ne', 'equals']);
const failsThere = (run: Run, kind: string, use: Use): boolean => run.language === 'python' || !emptied.has(kind) || use.is === 'receiver' && !harmless.has(use.member);

export function captured(run: Run, variable: string, value: Value, site: Site, use: Use = otherUse): void {
  if (!run.sent || run.place !== 'executor') return;
  for (const item of value) {
    if (item.is === 'spark' && driverKinds.has(item.kind) && failsThere(run, item.kind, use)) {
      run.emit({ kind: 'capture', ...run.here(site, site), variable, value: item, through: run.sent.through });
      return;
    }
    // What Java sends of an object is its class's business: a session in a field goes along, and fails where it is used.
    if (item.is === 'object' && run.language === 'python') {
      const field = driverField(run, item.of);
      if (!field) continue;
      run.emit({ kind: 'capture', ...run.here(site, site), variable: `${variable}.${field.name}`, value: field.value, through: run.sent.through });
      return;
    }
  }
}

/** `__getstate__` may leave out what cannot be sent. */
export const saysHowItIsSent = ({ members, bases }: ClassInfo): boolean =>
  ['__getstate__', '__reduce__', '__reduce_ex__'].some((name) => members.has(name)) || bases.some((base) => base.is === 'class' && saysHowItIsSent(base.info));

/** Fields of the object as far as they are known: of one that is made in sight what it was given itself, of any other what whichever method gives. */
export function fieldsOf(run: Run, object: Instance): [name: string, value: Value][] {
  const { of: info } = object;
  noteFact(run, 'asks', info.def, anyFact);
  return [...run.memory.fields.get(info.def) ?? []].flatMap(([name, ever]): [string, Value][] => {
    // A constructor that sets it under a condition may have left it out of this one.
    const own = object === info.generic ? ever : run.read(object, name) ?? run.read(object.fields, name);
    return own ? [[name, own]] : [];
  });
}

/** A field of the object that holds what cannot leave the driver. */
function driverField(run: Run, object: Instance): { name: string; value: Abstract & { is: 'spark' } } | undefined {
  if (saysHowItIsSent(object.of)) return undefined;
  for (const [name, value] of fieldsOf(run, object)) {
    const held = sparkValues(value).find((item) => driverKinds.has(item.kind));
    if (held && value.every((item) => item.is === 'spark' || item.is === 'unknown' || isNull(item))) return { name, value: held };
  }
  return undefined;
}

/**
 * Executor-side code changes a variable of the driver. `ofVar`: of Scala's others `total += 1` calls a method of what they
 * hold, which may be that of an accumulator. `counts`: it goes by what it was, so that no process makes it for itself.
 */
export function mutated(run: Run, name: string, site: Site, ofVar = false, counts = false): void {
  if (!run.sent || run.place !== 'executor') return;
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const ofObject = scope.def.kind === 'class';
    if (ofObject && !(counts && isFieldOfObject(run.scope, run.sent.scope, scope.def, name)) || !(scope.vars.has(name) || scope.def.kind === 'module' && binds(scope, name))) continue;
    if (!isOutside(scope, run.sent.scope)) return;
    // `acc += 1` on an accumulator is how it is meant.
    if (hasKind(run.store.view(scope.vars).get(name) ?? nothing, 'Accumulator')) return;
    if (ofVar && !isVariable(scope.def, name)) return;
    const event: Extract<Event, { kind: 'mutation' }> = { kind: 'mutation', ...run.here(site, site), variable: name, ofObject, reads: [], through: run.sent.through };
    run.emit(event);
    if (!run.recording) return;
    const names = run.mutated.get(scope) ?? new Map<string, Extract<Event, { kind: 'mutation' }>[]>();
    run.mutated.set(scope, names);
    names.set(name, [...(names.get(name) ?? []), event]);
    return;
  }
}

/** A `var` of a Scala object, in the very code that is sent: a method of the object may be for each process to call. */
const isFieldOfObject = (scope: Scope, sent: Scope, def: Def, name: string): boolean => def.singleton === true && isVariable(def, name) && (scope === sent || isOutside(sent, scope));

function isVariable(def: Def, name: string): boolean {
  const declared = declarationsOf(def).get(name);
  return declared !== undefined && declared.every(({ declares }) => declares === 'var');
}

export function readAfterMutation(run: Run, scope: Scope, name: string, expr: Expr | undefined): void {
  if (!expr || !run.recording) return;
  for (const event of run.mutated.get(scope)?.get(name) ?? []) event.reads.push(run.site(expr.span));
}

/** What the driver gives a variable is what it reads from then on: on this branch, and of what was changed on it. */
function setAnew(run: Run, scope: Scope, name: string): void {
  const names = run.mutated.get(scope);
  const events = names?.get(name);
  if (run.sent || !run.recording || !names || !events) return;
  names.set(name, events.filter(({ path }) => !isOnArms(path, run.path)));
}

// ---- assignment -----------------------------------------------------------------------------------------------------

export function assign(run: Run, pattern: Pattern, value: Value): void {
  switch (pattern.kind) {
    case 'name': return assignName(run, pattern.name, value, run.site(pattern.span));
    case 'member': {
      const on = evaluate(run, pattern.on);
      run.changesPart(on);
      const targets = on.filter((item) => item.is === 'object' || item.is === 'class');
      for (const item of on) {
        if (item.is === 'object' || item.is === 'class') noteField(run, item.is === 'object' ? item.of.of : item.info, pattern.name, value, run.site(pattern.span));
        if (item.is === 'object') setField(run, item.of, pattern.name, value, targets.length === 1);
        else if (item.is === 'class') setClassMember(run, item.info, pattern.name, value);
        else if (item.is === 'module' && item.own) setGlobal(run, item.own, pattern.name, value);
      }
      // Of an object that nobody knows others read it.
      run.escape(datasetsIn(value), 'stored', run.site(pattern.span));
      keep(run, value);
      return;
    }
    case 'index': {
      const index = evaluate(run, pattern.index);
      const on = evaluate(run, pattern.on);
      run.changesPart(on);
      if (pattern.on.kind === 'name') mutated(run, pattern.on.name, run.site(pattern.span));
      updateCollection(run, pattern.on, on, value, index);
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
    case 'extract': return assignParts(run, pattern, value);
    case 'typed': return assign(run, pattern.item, ofType(run, pattern, value));
    case 'ignore': return;
  }
}

/** `case Some(x)`, `val Array(a, b) = …`, `case Point(x, y)`: of an object of the program, what its constructor was given. */
function assignParts(run: Run, { of, items }: Pattern & { kind: 'extract' }, value: Value): void {
  const infos = evaluate(run, of).flatMap((item) => classMeant(item) ?? []);
  const fields = constructorOf(run, infos)?.params.slice(1).map(({ name }) => name);
  items.forEach((item, index) => {
    if (item.kind === 'rest') return assign(run, item.item, [{ is: 'collection', type: 'list', element: elementOf(value) }]);
    const field = fields?.[index];
    const part = field === undefined ? partOf(value, index, items.some((other) => other.kind === 'rest') ? undefined : items.length) : fieldValue(run, infos, value, field);
    assign(run, item, part);
  });
}

function constructorOf(run: Run, infos: readonly ClassInfo[]): Def | undefined {
  const [made] = infos.flatMap((info) => run.read(info.members, constructorName) ?? []);
  return made?.is === 'function' ? made.def : undefined;
}

function fieldValue(run: Run, infos: readonly ClassInfo[], value: Value, field: string): Value {
  const objects = value.filter((item) => item.is === 'object' && infos.includes(item.of.of));
  const own = objects.length > 0 ? objects : infos.map((info): Abstract => ({ is: 'object', of: info.generic }));
  return memberNamed(run, own, field);
}

/** `case frame: DataFrame`: those of the alternatives that may be of the type, or what it promises. */
function ofType(run: Run, { type, span }: Pattern & { kind: 'typed' }, value: Value): Value {
  const promised = valueOfType(run, type, 'matched as', run.site(span));
  const kinds = new Set(sparkValues(promised).map(({ kind }) => kind));
  const fitting = value.filter((item) => item.is === 'spark' && kinds.has(item.kind));
  if (fitting.length > 0) return fitting;
  return isUnknown(promised) ? value : promised;
}

export function partOf(value: Value, index: number, length: number | undefined): Value {
  return joinAll(value.map((item): Value => {
    if (item.is === 'collection' && item.items && (length === undefined || item.items.length === length)) return item.items[index] ?? item.element;
    return elementOf([item]);
  }));
}

/** `xs.foreach(x => name = …)`: it is assigned here and now, as in a loop; what any other function assigns may come at any time. */
function isInLoopBody(run: Run, inner: Scope, outer: Scope): boolean {
  for (let scope: Scope | undefined = inner; scope && scope !== outer; scope = scope.parent) if (!scope.block && !run.loopBodies.has(scope.def)) return false;
  return true;
}

export function assignName(run: Run, name: string, given: Value, site: Site): void {
  const scope = run.scope;
  const value = bornHere(run, given);
  for (const item of value) if (item.is === 'spark' && item.dataset) run.named(item.dataset, name, site.start);
  if (scope.def.outer.has(name)) {
    run.effects++;
    mutated(run, name, site, run.language === 'scala');
    for (let outer = scope.parent; outer; outer = outer.parent) {
      if (outer.block ? !outer.vars.has(name) : !outer.def.binds.has(name) && outer.def.kind !== 'module') continue;
      run.store.own(outer.vars).set(name, value);
      setAnew(run, outer, name);
      if (outer.def.kind !== 'function' || !isInLoopBody(run, scope, outer)) remember(run, run.memory.outer, outer.def, name, value);
      run.learned(() => `${outer.module}:${name}`, value);
      return;
    }
    return;
  }
  run.state.vars.set(name, value);
  setAnew(run, scope, name);
  if (scope.def.kind === 'module') run.learned(() => `${scope.module}:${name}`, value);
}

/** What this or an earlier round learned of a name. */
export function readFact(run: Run, memory: Map<Def, Map<string, Value>>, def: Def, name: string): Value | undefined {
  noteFact(run, 'asks', def, name);
  const names = memory.get(def);
  return names && run.read(names, name);
}

function remember(run: Run, memory: Map<Def, Map<string, Value>>, def: Def, name: string, value: Value): void {
  let names = memory.get(def);
  if (!names) {
    memory.set(def, (names = new Map()));
    // Calls that found nothing here wrote nothing down.
    run.remembered.clear();
    run.plain.clear();
  }
  noteFact(run, 'tells', def, name);
  names.set(name, join(names.get(name) ?? nothing, value));
}

export function setField(run: Run, object: Instance, name: string, given: Value, strong: boolean): void {
  run.effects++;
  const value = bornHere(run, given);
  const fields = run.state.heap.fields(object);
  const before = fields.get(name);
  fields.set(name, strong || !before ? value : join(before, value));
  // In a branch that what the function was given rules out, an object that it has is given nothing.
  if (!run.frame.ruledOut) {
    const ever = run.store.own(object.fields);
    ever.set(name, join(ever.get(name) ?? nothing, value));
  }
  remember(run, run.memory.fields, object.of.def, name, value);
  run.learned(() => `${object.of.def.name}.${name}`, value);
}

/** `module.name = value`: for this run the module has it, and so have its functions where they run here. */
function setGlobal(run: Run, scope: Scope, name: string, value: Value): void {
  run.effects++;
  run.store.own(scope.vars).set(name, bornHere(run, value));
}

function setClassMember(run: Run, info: ClassInfo, name: string, value: Value): void {
  run.effects++;
  run.store.own(info.members).set(name, value);
  remember(run, run.memory.fields, info.def, name, value);
  run.learned(() => `${info.def.name}.${name}`, value);
}

/** A broadcast that is put where it outlives the pass is kept; `gathered`: beside those of other passes. */
export function keep(run: Run, value: Value, gathered = false): void {
  for (const item of value) {
    if (item.is !== 'spark' || item.kind !== 'Broadcast' || !item.made) continue;
    for (const [index, event] of run.events.entries()) {
      if (event.kind === 'resource' && event.op === 'make' && event.site.start === item.made.start && event.site.module === item.made.module) run.events[index] = { ...event, kept: true, gathered: gathered || event.gathered === true };
    }
  }
}

/** How many a list of the running function has when `more` are added, in each pass of the loops around it since it was bound: these are run through several times here, so only what one of them adds counts. */
export function mostGrown(run: Run, on: Expr, item: Collection, more: number | undefined): number | undefined {
  if (on.kind !== 'name' || !run.scope.vars.has(on.name)) return undefined;
  const before = mostOf(item);
  const loops = run.loops.filter((loop) => !item.cell?.loops.includes(loop));
  if (loops.length === 0) return sumOf([before, more]);
  const added = loops.reduce((count, loop) => count * (loop.most ?? Infinity), more ?? Infinity);
  return atMost(largerOf(before, added));
}

/** Adds to the collection that an expression names, which has been `before`: values are immutable, the name gets a new one. */
export function updateCollection(run: Run, on: Expr, before: Value, given: Value, key: Value = nothing, more: number | undefined = 1): void {
  const added = bornHere(run, given);
  keep(run, added, true);
  run.effects++;
  const after = before.map((item): Abstract => {
    if (item.is !== 'collection') return item;
    const result = grown(item, added, key, mostGrown(run, on, item, more));
    hold(run, item.cell, result, before.length === 1);
    return result;
  });
  if (!after.some((item) => item.is === 'collection')) return;
  if (on.kind === 'name') {
    for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
      if (!scope.vars.has(on.name)) continue;
      run.store.own(scope.vars).set(on.name, after);
      return;
    }
  } else if (on.kind === 'member' && on.on.kind === 'name') {
    const owner = lookup(run, on.on.name);
    for (const item of owner) if (item.is === 'object') setField(run, item.of, on.name, after, owner.length === 1);
  } else putBack(run, on, after);
}

/** `frames[key].append(df)`, `frames.setdefault(key, []).append(df)`: what goes through the dict without asking for a key finds it, too. */
function putBack(run: Run, on: Expr, after: Value): void {
  const [container, key] = on.kind === 'index' ? [on.on, on.index] : on.kind === 'call' && on.fn.kind === 'member' && on.fn.name === 'setdefault' ? [on.fn.on, on.args[0]?.value] : [];
  const isNamed = container?.kind === 'name' || container?.kind === 'member' && container.on.kind === 'name';
  if (!isNamed || !key) return;
  const holders = evaluate(run, container).filter((item) => item.is === 'collection' && item.type === 'dict');
  // To ask again for what a call gives would be to call it again.
  if (holders.length > 0) updateCollection(run, container, holders, after, key.kind === 'literal' || key.kind === 'name' ? evaluate(run, key) : unknown('index'));
}

