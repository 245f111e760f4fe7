/** Configuration entries made in code, as the same node that a line of spark-defaults.conf gives. */
import { makeBuilder } from './builders.ts';
import { isOnArm } from './conditions.ts';
import type { Method } from '../knowledge/api.ts';
import type { Lowered } from '../program/program.ts';
import { charsInCode } from '../syntax/code-strings.ts';
import { setIn } from '../syntax/sql.ts';
import type { Range } from '../text/range.ts';
import type { ArgValue, Arm, Builder, Setting, SettingEvent, Site, SparkValue, Value } from './model.ts';
import { type Run, sparkValue } from './run.ts';
import { hole } from './texts.ts';
import { constant, constantOf, isUnknown, nothing, sparkValues, stringOf, unknown } from './values.ts';

/** Methods that set one key without naming it. */
const namedKeys: Readonly<Record<string, string>> = {
  master: 'spark.master', setMaster: 'spark.master', appName: 'spark.app.name', setAppName: 'spark.app.name', remote: 'spark.remote',
  setSparkHome: 'spark.home', setJars: 'spark.jars', setJobGroup: '',
};

const meansOf: Readonly<Record<string, Setting['means']>> = {
  'SparkSession.Builder': 'builder', SparkConf: 'conf', RuntimeConfig: 'runtime', SQLContext: 'runtime', HiveContext: 'runtime',
};

interface Told {
  readonly site: Site;
  readonly name: Site;
  readonly args: readonly ArgValue[];
  readonly on: readonly Builder[];
}

export function settingCall(run: Run, method: Method, receivers: readonly SparkValue[], { site, name, args }: { readonly site: Site; readonly name: Site; readonly args: readonly ArgValue[] }): void {
  // What is there to be refused says nothing of how the job runs.
  if (!run.recording || run.expectsError) return;
  const means = meansOf[method.owner];
  if (!means) return;
  const call: Told = { site, name, args, on: buildersIn(receivers) };
  if (method.owner === 'SparkSession.Builder') for (const arg of args) takeOver(run, call.on, buildersIn(arg.value));
  const key = namedKeys[method.name];
  if (key !== undefined) {
    if (key !== '' && args[0]) push(run, key, args[0], name, call, 'named');
    return;
  }
  if (method.name === 'setExecutorEnv') return pushVariable(run, call);
  if (method.name === 'setAll' || method.sets === 'config' || method.name === 'set' || method.name === 'setConf' || method.name === 'setIfMissing') {
    const pairs = args.find((arg) => arg.name === 'map' || arg.name === 'pairs') ?? (args.length === 1 ? args[0] : undefined);
    if (pairs) return pushAll(run, pairs, call, means);
    const first = args.find((arg) => arg.name === 'key') ?? args[0];
    const second = args.find((arg) => arg.name === 'value') ?? args[1];
    const text = first ? stringOf(first.value) : undefined;
    if (text !== undefined && second && first) push(run, text, { site: run.written.get(second.value) ?? second.site, value: second.value }, run.written.get(first.value) ?? first.site, call, means, method.name === 'setIfMissing');
  }
}

/** `conf.setExecutorEnv("spark.executor.memory", "2g")`: a variable of the executors that is called like a key of Spark. What other variables are called is nobody's business. */
function pushVariable(run: Run, call: Told): void {
  const [first, second] = call.args;
  const name = first && stringOf(first.value);
  if (first && second && name?.startsWith('spark.')) push(run, `${executorVariable}${name}`, second, run.written.get(first.value) ?? first.site, call, 'conf');
}
const executorVariable = 'spark.executorEnv.';

/** `new SparkContext("local[*]", "words")`: what its arguments set, as a SparkConf that is given to it. */
export function namedInConstructor(run: Run, args: readonly ArgValue[], { site, name }: { readonly site: Site; readonly name: Site }): Value {
  const [master, appName] = args;
  if (!run.recording || run.language !== 'scala' || !master || !appName || stringOf(master.value) === undefined) return nothing;
  const builder = makeBuilder(run, 'SparkConf', site, name);
  const call: Told = { site, name, args, on: [builder] };
  push(run, 'spark.master', master, name, call, 'named');
  push(run, 'spark.app.name', appName, name, call, 'named');
  return [sparkValue('SparkConf', { site, text: 'a SparkConf of its arguments' }, { builder })];
}

/** A SET in a SQL text is `conf.set`; the text may hold holes. */
export function settingOfSql(run: Run, text: string, arg: ArgValue, call: { readonly site: Site; readonly name: Site }): void {
  const said = setIn(text);
  if (!run.recording || run.expectsError || !said) return;
  push(run, said.key, { site: arg.site, value: said.value.includes(hole) ? unknown('call') : constant(said.value) }, arg.site, { ...call, args: [arg], on: [] }, 'runtime');
}

/** Where in a literal the key and the value of a SET stand; elsewhere the whole text is their place. */
export function placedInSql(setting: Setting, { text, language }: Lowered): Setting {
  const { keySite, valueSite, means } = setting;
  if (means !== 'runtime' || keySite.start !== valueSite.start || keySite.end !== valueSite.end) return setting;
  const chars = charsInCode(text, keySite, language);
  const said = chars && setIn(chars.map(({ char }) => char).join(''));
  if (!said || said.key !== setting.key) return setting;
  const site = ({ start, end }: Range): Site => ({ module: keySite.module, start: chars[start]!.start, end: chars[end - 1]!.end });
  return { ...setting, keySite: site(said.keyRange), valueSite: site(said.valueRange), literal: undefined };
}

function pushAll(run: Run, pairs: ArgValue, call: Told, means: Setting['means']): void {
  for (const item of pairs.value) {
    if (item.is !== 'collection') continue;
    for (const [key, value] of item.entries ?? []) pushWritten(run, key, value, pairs, call, means);
    for (const pair of item.items ?? []) {
      const tuple = pair.find((candidate) => candidate.is === 'collection');
      const key = tuple?.is === 'collection' ? stringOf(tuple.items?.[0] ?? nothing) : undefined;
      if (key !== undefined && tuple?.is === 'collection') pushWritten(run, key, tuple.items?.[1] ?? nothing, pairs, call, means);
    }
  }
}

/** A pair of a dict or a list, at the places where it is written. */
function pushWritten(run: Run, key: string, value: Value, pairs: ArgValue, call: Told, means: Setting['means']): void {
  push(run, key, { site: run.written.get(value) ?? pairs.site, value }, run.keyed.get(value) ?? pairs.site, call, means);
}

function push(run: Run, key: string, value: { site: Site; value: Value }, keySite: Site, call: Told, means: Setting['means'], ifMissing = false): void {
  // A function that several places call makes its entries once.
  const place = `${keySite.module}:${keySite.start} ${means} ${key}`;
  const known = run.settings.get(place);
  const literal = constantOf(value.value);
  const text = literal === undefined || literal === null ? undefined : String(literal);
  if (known) {
    change(known, { on: [...new Set([...known.event?.on ?? [], ...call.on])] });
    // `def adaptive(on): spark.conf.set(key, on)`: whoever calls it last has it, and which is that nobody knows here.
    if (known.value !== text) Object.assign(known, { value: undefined, literal: undefined });
    return tellAll(run, call.on, known);
  }
  const late = call.on.length > 0 && call.on.every((builder) => run.handed.has(builder)) && contextHere(run) === 'running';
  const setting: Setting = {
    key, value: text, keySite, valueSite: value.site, site: call.site, means,
    event: { order: run.order(), callers: run.callers, path: run.path, loops: run.loops, on: call.on, ifMissing, versioned: run.path.some(({ choice }) => run.versionChoices.has(choice)), forLocalRuns: run.path.some(({ choice, arm }) => run.localArms.get(choice) === arm), reaches: late ? 'running' : undefined, copied: late && call.on.every((builder) => run.copies.has(builder)) },
    literal: typeof literal === 'string' ? 'string' : typeof literal === 'number' ? 'number' : typeof literal === 'boolean' ? 'boolean' : undefined,
  };
  run.effects++;
  run.concerns++;
  run.settings.set(place, setting);
  tellAll(run, call.on, setting);
}

/** What is learned of an entry after it was made: entries are plain data for everybody else. */
function change(setting: Setting, facts: Partial<SettingEvent>): void {
  Object.assign(setting.event!, facts);
}

function tellAll(run: Run, builders: readonly Builder[], setting: Setting): void {
  for (const builder of builders) {
    const settings = run.told.get(builder);
    if (settings) settings.add(setting);
    else run.told.set(builder, new Set([setting]));
  }
}

/** `builder.config(conf=conf)`: what the SparkConf holds. */
function takeOver(run: Run, builders: readonly Builder[], from: readonly Builder[]): void {
  for (const other of from) {
    for (const setting of run.told.get(other) ?? []) {
      tellAll(run, builders, setting);
      for (const builder of builders) noteTakenOver(run, builder, setting);
    }
    handOverEntries(run, other, undefined);
  }
}

function noteTakenOver(run: Run, builder: Builder, setting: Setting): void {
  const known = run.takenOver.get(builder);
  if (!known) run.takenOver.set(builder, new Map([[setting, run.path]]));
  else if (!known.has(setting)) known.set(setting, run.path);
}

const buildersIn = (value: Value): Builder[] => [...new Set(sparkValues(value).flatMap(({ builder }) => (builder ? [builder] : [])))];

// ---- contexts -------------------------------------------------------------------------------------------------------

/** In the state of the run, so that branches join it: a SparkContext while one runs for certain, a word after it was stopped. */
const heapKey = 'context';
const running = (site: Site): Value => [sparkValue('SparkContext', { site, text: 'a context runs' })];
const stopped = constant('stopped');

function contextHere(run: Run): 'running' | 'stopped' | undefined {
  const held = run.state.heap.facts.get(heapKey) ?? nothing;
  if (held.length === 0 || isUnknown(held)) return undefined;
  if (held.every((item) => item.is === 'spark')) return 'running';
  return held.every((item) => item.is === 'constant' && item.value === 'stopped') ? 'stopped' : undefined;
}

/** A context is made, or the one that runs is given back, with what these builders and SparkConf objects hold. */
export function contextMade(run: Run, from: Value, site: Site): void {
  run.effects++;
  run.concerns++;
  const here = contextHere(run);
  const reaches = here === 'running' ? 'running' : here === 'stopped' ? 'restart' : 'start';
  if (run.recording) {
    const builders = buildersIn(from);
    for (const builder of builders) handOverEntries(run, builder, reaches);
    run.contexts.push({ from: builders, path: run.path });
  }
  run.state.heap.facts.set(heapKey, running(site));
}

export function contextStopped(run: Run): void {
  run.effects++;
  run.concerns++;
  // A lone `spark.stop()` on top of a notebook is there for the next time: whether anything ran is not known.
  run.state.heap.facts.set(heapKey, contextHere(run) === undefined ? unknown('name') : stopped);
}

/** Whether a context runs is not known from here on: where a run starts, and after something out of sight was stopped. */
export function contextUnknown(run: Run): void {
  run.state.heap.facts.set(heapKey, unknown('name'));
}

/** The SparkConf of a running context: a copy, which only a further context reads. */
export function copyOfConf(run: Run, conf: Value, site: Site): void {
  if (contextHere(run) === undefined) run.state.heap.facts.set(heapKey, running(site));
  for (const builder of buildersIn(conf)) {
    run.handed.add(builder);
    run.copies.add(builder);
  }
}

/** Code out of sight is given a SparkConf that no context in sight takes: it reads what was set. */
export function confPassed(run: Run, args: readonly ArgValue[]): void {
  for (const { value } of args) {
    for (const builder of sparkValues(value).flatMap((item) => (item.kind === 'SparkConf' && item.builder ? [item.builder] : []))) {
      for (const setting of run.told.get(builder) ?? []) if (setting.event?.reaches === 'running' && setting.event.handed === undefined) change(setting, { reaches: undefined, copied: false });
    }
  }
}

const rank = { start: 3, restart: 2, running: 1 } as const;

/** What a builder or SparkConf holds goes to a context, or (`undefined`) to another builder. */
function handOverEntries(run: Run, builder: Builder, reaches: SettingEvent['reaches']): void {
  if (reaches) run.handed.add(builder);
  for (const setting of run.told.get(builder) ?? []) {
    const { event } = setting;
    const best = !reaches || event?.reaches && rank[event.reaches] >= rank[reaches] ? event?.reaches : reaches;
    change(setting, { handed: event?.handed ?? run.order(), reaches: best });
  }
}

/** Entries without which some way through the program makes its context: `if` one session takes the SparkConf, `else` another does not. */
export function findMissedEntries(run: Run): void {
  if (run.takenOver.size === 0 && run.contexts.every(({ path }) => path.every(({ choice }) => choice < 0))) return;
  for (const setting of run.settings.values()) {
    if (setting.event?.handed === undefined) continue;
    const isTold = (builder: Builder): boolean => run.told.get(builder)?.has(setting) === true;
    const taking = run.contexts.filter(({ from }) => from.some(isTold));
    const missed = run.contexts.some(({ from, path }) => {
      const telling = from.filter(isTold);
      return telling.length === 0 ? taking.some((other) => excludes(path, other.path)) : telling.every((builder) => isNarrower(run.takenOver.get(builder)?.get(setting), [...path, ...setting.event!.path]));
    });
    if (taking.length > 0 && missed) change(setting, { missed });
  }
}

const excludes = (path: readonly Arm[], other: readonly Arm[]): boolean => path.some(({ choice, arm }) => choice >= 0 && other.some((each) => each.choice === choice && each.arm !== arm));

const isNarrower = (path: readonly Arm[] | undefined, other: readonly Arm[]): boolean => path?.some((arm) => arm.choice >= 0 && !isOnArm(other, arm)) === true;
