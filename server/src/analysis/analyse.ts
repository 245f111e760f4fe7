/**
 * From a lowered module to its Spark program. Pure: the same texts and settings give the same program.
 *
 * The module's body runs in the abstract, top to bottom, and functions run where they are called, with what they are
 * given; functions that nothing calls run afterwards, with what their annotations, their callers elsewhere and the
 * Spark-only methods used on their parameters tell. Facts that come too late (a field assigned by a later method) cost
 * another round.
 */
import { isDecorated } from '../program/expressions.ts';
import type { Def, Lowered, Param } from '../program/program.ts';
import { settingCells } from '../syntax/notebook-settings.ts';
import { bornHere } from './births.ts';
import { current } from './cells.ts';
import { commandsOf } from './commands.ts';
import { bindParameters, callFunction, declaredParameter, parameterKey, runBody, valueOfKind } from './calls.ts';
import { evaluate, within } from './evaluate.ts';
import { importsLookAlikes } from './imports.ts';
import type { Abstract, ArgValue, SparkProgram, Value } from './model.ts';
import { hinted } from './hints.ts';
import { rowClassesElsewhere } from './row-classes.ts';
import { type AnalysisHost, frameOf, type Memory, Run, type RootRun } from './run.ts';
import { mostPassed, passedBy, type PassedOn, valuePassed } from './passed.ts';
import { asRoot, noteFact, rootOf, turnOf, whatIsGiven } from './roots.ts';
import { moduleScope, type Scope } from './scope.ts';
import { contextUnknown, findMissedEntries, placedInSql } from './setting-calls.ts';
import { displaysRows, wholeBody } from './shells.ts';
import { atOnce, type Steps } from './steps.ts';
import { each, atMost, foreign, isUnknown, join, local, nothing, unknown } from './values.ts';

export type { AnalysisHost, ImportedModule } from './run.ts';

export interface ModuleAnalysis {
  readonly program: SparkProgram;
  /** What other modules import from this one. */
  readonly scope: Scope;
  /** What it passes to functions of other modules, by their paths. */
  readonly passed: ReadonlyMap<string, PassedOn>;
  /** What others pass to its functions would tell more of it. */
  readonly asks: boolean;
  /** What ran by itself: the module and functions that nothing calls. Of an analysis of some of these alone those. */
  readonly roots: ReadonlyMap<Def, RootRun>;
  /** A fault of ours: nothing is known of the module. */
  readonly fault?: Error;
}

type FunctionValue = Extract<Abstract, { is: 'function' }>;

/** Fields assigned by later methods, globals set by functions: two extra rounds reach them in all real code seen. */
const mostRounds = 3;

export interface AnalysisInput {
  readonly path: string;
  readonly lowered: Lowered;
  /** Asked again soon: facts that come late are left for then. */
  readonly once?: boolean;
  /** Of the functions that nothing calls these alone are run; by default all. */
  readonly only?: ((def: Def) => boolean) | undefined;
}

export const analyse = (input: AnalysisInput, host: AnalysisHost): ModuleAnalysis => atOnce(analysed(input, host));

/** What others see of a module in which the analysis failed: it is there, and its names are unknown. */
export const unanalysed = ({ path, lowered }: AnalysisInput, fault: Error): ModuleAnalysis => ({
  fault, passed: new Map(), asks: false, roots: new Map(),
  scope: { def: lowered.module, parent: undefined, vars: new Map(), base: 0, module: path, language: lowered.language, package: lowered.package, lookAlikes: false },
  program: { path, lowered, datasets: [], events: [], settings: [], sections: [], types: new Map(), starts: new Map(), ownStarts: new Map(), rowClasses: new Map(), entryPoint: false, partial: true, steps: 0 },
});

/** Pauses between functions that run by themselves. The lowered module must stay as it is meanwhile. */
export function* analysed(input: AnalysisInput, host: AnalysisHost): Steps<ModuleAnalysis> {
  const memory: Memory = { fields: new Map(), parameters: new Map(), outer: new Map(), returns: new Map(), datasets: new Map(), builders: new Map(), births: 0, missed: new Set(), doubted: new Set(), late: undefined, guessed: false };
  const most = input.once ? 1 : mostRounds;
  let result = yield* round(input, host, memory);
  for (let rounds = 1; rounds < most && (memory.late === 'spark' || memory.late === 'anything' && memory.guessed); rounds++) {
    memory.late = undefined;
    memory.missed.clear();
    for (const dataset of memory.datasets.values()) dataset.escapes.length = 0;
    result = yield* round(input, host, memory);
  }
  const { run, scope } = result;
  const rowClasses = rowClassesElsewhere(run, scope, input.lowered.text);
  publish(run, scope);
  findMissedEntries(run);
  const datasets = [...run.touched].sort((a, b) => a.id - b.id);
  return {
    scope, passed: passedBy(run), asks: run.asks || actsOnParameters(run) || growsByParameters(run), roots: run.rootRuns,
    program: {
      path: input.path, lowered: input.lowered, datasets, events: run.events, settings: [...run.settings.values()].map((setting) => (setting.site.module === input.path ? placedInSql(setting, input.lowered) : setting)),
      sections: [...commandsOf(input.lowered, run.types, host.isTest === true), ...settingCells(input.lowered)], types: run.types, starts: run.starts, ownStarts: run.ownStarts, rowClasses,
      entryPoint: run.entryPoint, partial: run.partial, steps: run.steps,
    },
  };
}

function* round(input: AnalysisInput, host: AnalysisHost, memory: Memory): Steps<{ run: Run; scope: Scope }> {
  const { lowered, path } = input;
  const run = new Run(host, lowered.language, path, memory);
  const vars = run.store.map();
  const scope: Scope = { def: lowered.module, parent: undefined, vars, base: 0, module: path, language: lowered.language, package: lowered.package, lookAlikes: importsLookAlikes(lowered) };
  run.begins(lowered.module, scope, 0);
  run.displaysRows = () => displaysRows(lowered);
  if (lowered.notebook) run.cellStarts = lowered.pieces.map(({ start }) => start);
  run.frame = frameOf(run, scope);
  run.state = { vars, heap: run.store.heap() };
  contextUnknown(run);
  for (const view of host.views ?? []) run.views.set(view, unknown('name'));
  asRoot(run, lowered.module, () => evaluate(run, wholeBody(lowered)));
  run.exited = false;
  run.path = [];
  yield* runRest(run, input.only);
  return { run, scope };
}

/** Functions that nothing has called yet, and what was handed to others to call; those that prepare their objects first; their own inner functions follow. */
function* runRest(run: Run, only: AnalysisInput['only']): Steps<void> {
  const done = new Set<Def>();
  for (;;) {
    const handed = [...run.givenAway].map(([def, { env }]) => [def, env] as const);
    // What decorators made runs with what it was made of.
    const wrappers = new Set([...run.wrapped.values()].flat().flatMap((item) => (item.is === 'function' ? [item.def] : [])));
    const rest = [...new Map([...run.functions, ...handed])].filter(([def]) => !done.has(def) && !run.called.has(def) && !wrappers.has(def) && (def.kind === 'function' || run.givenAway.has(def) || !run.partial)).sort(([a], [b]) => turnOf(a) - turnOf(b));
    if (rest.length === 0) break;
    for (const [def, env] of rest) {
      done.add(def);
      if (run.called.has(def) || only?.(def) === false) continue;
      yield;
      runAlone(run, def, env);
    }
  }
}

function runAlone(run: Run, def: Def, env: Scope): void {
  const { owner } = env;
  const self: Abstract | undefined = !owner || def.kind === 'lambda' || def.receiver === 'none' ? undefined : def.receiver === 'class' ? { is: 'class', info: owner } : { is: 'object', of: owner.generic };
  const fn = { is: 'function' as const, def, env, self };
  const scope = run.scopeIn(env, def);
  run.begins(def, scope, scope.base);
  const vars = run.store.own(scope.vars);
  def.params.forEach((parameter, index) => {
    vars.set(parameter.name, index === 0 && self ? [self] : bornHere(run, measured(run, fn, parameter, parameterValue(run, fn, scope, index))));
  });
  const { heap } = run.state;
  run.state = { vars: run.state.vars, heap: run.store.heap() };
  contextUnknown(run);
  run.stack = [def];
  run.stepsBefore = run.steps;
  run.path = rootOf(run, def, env).path;
  asRoot(run, def, () => runWrapped(run, fn, scope) || runBody(run, fn, scope));
  run.path = [];
  run.exited = false;
  run.stack = [];
  run.state = { vars: run.state.vars, heap };
}

/** Runs what decorators of the program made of a function, with what the function would be given; true if that calls it. */
function runWrapped(run: Run, fn: FunctionValue, scope: Scope): boolean {
  const wrappers = run.wrapped.get(fn.def);
  if (!wrappers) return false;
  const { module } = scope;
  const args = fn.def.params.slice(fn.self ? 1 : 0).filter((parameter) => parameter.form !== 'rest' && parameter.form !== 'keywords').map((parameter): ArgValue => {
    const site = { module, start: scope.base + parameter.span[0], end: scope.base + parameter.span[1] };
    return { name: parameter.form === 'keyword-only' ? parameter.name : undefined, site, value: scope.vars.get(parameter.name) ?? nothing };
  });
  const { stack } = run;
  for (const wrapper of wrappers) {
    if (wrapper.is !== 'function') continue;
    const { def, env } = wrapper;
    const around = run.scopeIn(env, def);
    run.begins(def, around, around.base);
    run.stack = [def];
    bindParameters(run, { ...wrapper, self: fn.self }, around, args);
    runBody(run, { ...wrapper, self: fn.self }, around);
    run.called.add(def);
  }
  run.stack = stack;
  return run.called.has(fn.def);
}

/** How many things are given, by all callers in sight, or by default where there are none. */
function measured(run: Run, fn: Abstract & { is: 'function' }, { name, default: given }: Param, value: Value): Value {
  if (run.memory.parameters.get(fn.def)?.has(name)) return value;
  const most = atMost(mostPassed(run, fn, name) ?? (given?.kind === 'collection' && given.items.every(({ spread }) => !spread) ? given.items.length : undefined));
  return most === undefined ? value : value.map((item) => (item.is === 'unknown' || item.is === 'collection' && !item.items && !item.entries ? { ...item, most } : item));
}

function parameterValue(run: Run, fn: Abstract & { is: 'function' }, scope: Scope, index: number): Value {
  const parameter = fn.def.params[index]!;
  const declared = declaredParameter(run, fn, scope, index);
  const told = valuePassed(run, fn, scope, parameter.name, declared !== undefined);
  // An annotation says what it is; callers may say how much of it there is.
  if (declared) return told ? declared.map((item) => told.find((other) => other.is === 'spark' && item.is === 'spark' && other.kind === item.kind) ?? item) : declared;
  noteFact(run, 'asks', fn.def, whatIsGiven);
  const passed = run.memory.parameters.get(fn.def)?.get(parameter.name);
  if (passed && !isUnknown(passed)) return ofItsKind(run, passed, scope, parameter.name);
  const fixture = fixtureNamed(run, fn, parameter.name) ?? told;
  if (fixture) return fixture;
  run.miss(parameterKey(run, fn.def, parameter.name));
  if (parameter.form === 'rest') return [{ is: 'collection', type: 'tuple', element: unknown('parameter') }];
  if (parameter.form === 'keywords') return [{ is: 'collection', type: 'dict', element: unknown('parameter'), keys: foreign('str') }];
  if (parameter.default?.kind === 'literal' && parameter.default.value !== null) return local;
  return hinted(run, scope, parameter.name, unknown('parameter'));
}

/** The calls that gave these values were not followed: what kind they are is known, not when they come. */
const ofItsKind = (run: Run, passed: Value, scope: Scope, name: string): Value => each(passed, (item) =>
  (item.is === 'spark' && item.dataset ? valueOfKind(run, item.kind, `\`${name}\` is given a ${item.kind}`, { scope, name }) : [item]));

/** What pytest imports for a file of tests, whatever that says: the conftest.py beside it and those of three folders above. */
export const conftestImports = (path: string): { readonly module: string; readonly level: number }[] =>
  (/(^|\/)(test_[^/]*|[^/]*_test|conftest)\.py$/.test(path) ? [1, 2, 3, 4].map((level) => ({ module: 'conftest', level })) : []);

/** A test's parameter is the pytest fixture of that name, in its own file or in a conftest.py above it. */
function fixtureNamed(run: Run, fn: Abstract & { is: 'function' }, name: string): Value | undefined {
  if (run.language !== 'python') return undefined;
  const root = moduleScope(fn.env);
  const conftests = conftestImports(root.module);
  if (conftests.length === 0 && !root.vars.has(name)) return undefined;
  for (const scope of [root, ...conftests.flatMap(({ module, level }) => run.host.import(root.module, module, level)?.scope() ?? [])]) {
    for (const item of run.store.view(scope.vars).get(name) ?? nothing) {
      if (item.is !== 'function' || item.def === fn.def || !isDecorated(item.def, 'fixture')) continue;
      const site = { module: scope.module, start: scope.base, end: scope.base };
      const value = within(run, frameOf(run, scope), () => callFunction(run, item, [], site));
      const given = value.flatMap((each) => (each.is === 'collection' && each.type === 'iterator' ? each.element : [each]));
      if (!isUnknown(given)) return given;
    }
  }
  return undefined;
}

/** Jobs run on what parameters hold, and how many rows that is nobody said. */
function actsOnParameters(run: Run): boolean {
  const seen = new Set(run.events.flatMap((event) => (event.kind === 'action' ? event.on : [])));
  for (const dataset of seen) {
    if (dataset.made.startsWith('parameter ') && run.touched.has(dataset)) return true;
    for (const parent of dataset.from) seen.add(parent);
  }
  return false;
}

/** A loop goes as often round as a parameter is long, and derives a dataset from itself. */
const growsByParameters = (run: Run): boolean => run.unmeasured.size > 0 && [...run.touched].some(({ grows, loops }) => grows && loops.some((loop) => run.unmeasured.has(loop)));

/** What functions assigned to the module's globals and to fields belongs to what importers see. */
function publish(run: Run, scope: Scope): void {
  const vars = run.store.own(scope.vars);
  for (const [name, value] of vars) vars.set(name, current(run, value));
  for (const [name, value] of run.memory.outer.get(scope.def) ?? []) vars.set(name, join(vars.get(name) ?? nothing, value));
  for (const info of run.classes) {
    const fields = run.store.own(info.generic.fields);
    for (const [name, value] of run.memory.fields.get(info.def) ?? []) fields.set(name, current(run, join(fields.get(name) ?? nothing, value)));
  }
  run.store.end();
}
