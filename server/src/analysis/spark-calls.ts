/** What calling Spark gives: datasets and their lineage, jobs, caches, writes, settings. Driven by the API table. */
import type { Method, Shape } from '../knowledge/api.ts';
import { calledName, columnNamed } from '../program/expressions.ts';
import { constructorName, type Expr } from '../program/program.ts';
import type { ArgValue, Bound, ColumnFacts, Dataset, Kind, Option, Props, Site, Source, SparkValue, Target, Use, Value } from './model.ts';
import { emptyProps, isBuilder, makeBuilder, propsOf, tell } from './builders.ts';
import { annotatesOnly } from './annotators.ts';
import { birthOf } from './births.ts';
import { worse } from './bounds.ts';
import { joinKind, partitionsKept } from './chain.ts';
import { callEach, callMember, callValue, handOver, memberOf, unpacked } from './calls.ts';
import { areLiterals, isOverWindow, isOverWindowInSql, ofFunction, ofMethod, productOf, pythonIn, selectsOneRow } from './columns.ts';
import { callback } from './evaluate.ts';
import { doubt } from './guesses.ts';
import { fieldsOf, saysHowItIsSent } from './names.ts';
import { extensionWith } from './extensions.ts';
import { moduleScope } from './scope.ts';
import { type Run, datasetKinds, sparkValue, unknownBound } from './run.ts';
import { contextMade, contextStopped, copyOfConf, namedInConstructor, settingCall, settingOfSql } from './setting-calls.ts';
import { scalaMember } from './scala-collections.ts';
import { isMetadata, mostValuesInSql, namedInSql, readSql, viewInSql } from './sql.ts';
import { hole, templateOf } from './texts.ts';
import { type Collection, constant, constantOf, datasetsIn, datasetsOf, elementOf, entriesOf, foreign, hasKind, isUnknown, join, joinAll, local, nothing, sparkValues, stringOf, unknown } from './values.ts';
import { namesColumn, watermarksOf } from './watermarks.ts';

type CallExpr = Expr & { kind: 'call' };
type MemberExpr = Expr & { kind: 'member' };

/** Kinds that remember the dataset they were asked of: what they make is derived from it. */
const carriers: ReadonlySet<Kind> = new Set(['DataFrameWriter', 'DataFrameWriterV2', 'DataStreamWriter', 'DataFrameNaFunctions', 'DataFrameStatFunctions', 'MergeIntoWriter', 'StreamingQuery']);

/** A frame by an annotation alone, of what comes from out of sight: `frames()["mode"]` may be an entry of a dict all the same. */
const isPromised = ({ dataset }: SparkValue): boolean => dataset?.made === 'unknown';

/** A frame of which nothing tells but an annotation, a guess, and what was made of such: no reader of Spark's is behind it. */
function isUnseen({ dataset, guess }: SparkValue): boolean {
  const seen = new Set<Dataset>();
  const rootsUnseen = (at: Dataset): boolean => {
    if (seen.has(at)) return true;
    seen.add(at);
    return at.from.length > 0 ? at.from.every(rootsUnseen) : at.method === undefined;
  };
  return guess === true || dataset === undefined || rootsUnseen(dataset);
}

/** `x.name` on values of one kind, without a call. */
export function sparkProperty(run: Run, kind: Kind, receivers: readonly SparkValue[], expr: MemberExpr, use: Use, indexArgs?: readonly ArgValue[], onClass = false): Value {
  const method = run.api.method(kind, expr.name, run.language);
  if (method && (method.property || indexArgs || expr.auto)) {
    const value = perform(run, method, receivers, { site: run.site(expr.span), name: run.site(expr.nameSpan), args: indexArgs ?? [], expr: undefined, fn: expr, use, onClass });
    return indexArgs && receivers.every(isPromised) ? join(value, unknown('index')) : value;
  }
  if (method) return receivers.slice(0, 1).map((on) => ({ is: 'method', on, name: expr.name }));
  const extended = extendedBy(run, receivers, expr);
  const rdds = extended ? undefined : rddsOfOld(run, kind, receivers, expr.name, []);
  if (rdds) return sparkProperty(run, 'RDD', rdds, expr, use, indexArgs);
  return extended ? memberOf(run, extended, expr, use) : plainMember(run, kind, receivers, expr);
}

/** A schema is a sequence of its fields. */
const fieldsOfSchema: Collection = { is: 'collection', type: 'list', element: foreign('StructField') };

/** The object that has the member, where the program adds it to what Spark has (an implicit class). */
function extendedBy(run: Run, receivers: readonly SparkValue[], fn: MemberExpr): Value | undefined {
  const added = run.language === 'scala' && receivers[0] ? extensionWith(run, receivers[0].kind, fn.name) : undefined;
  if (!added) return undefined;
  const made = callValue(run, [added], { kind: 'call', span: fn.span, fn, args: [] }, [{ site: run.site(fn.on.span), value: receivers }], { is: 'other' });
  // `implicit def toOurs(session: SparkSession): ours.SparkSession = session…`: one conversion is not followed by another.
  const holders = made.filter((item) => item.is !== 'spark' || run.api.method(item.kind, fn.name, run.language));
  return holders.length > 0 ? holders : undefined;
}

/**
 * Before 2.0 a function made an RDD of a frame: where what it made is asked for what only RDDs have, that is what it is, and
 * with it all the steps from there on.
 */
function rddsOfOld(run: Run, kind: Kind, receivers: readonly SparkValue[], name: string, args: readonly ArgValue[]): readonly SparkValue[] | undefined {
  if (run.language !== 'scala' || kind !== 'DataFrame' || !isOfRdds(run, name, args)) return undefined;
  const steps = receivers.map(({ dataset }) => stepsSinceFunction(dataset));
  if (steps.length === 0 || steps.includes(undefined)) return undefined;
  for (const each of steps) asRdds(run, each);
  return receivers.map((value) => ({ ...value, kind: 'RDD' }));
}

/** `def words(frame: DataFrame): RDD[String] = frame.map(…)`: an RDD of old, by what is declared. */
export const asDeclaredRdds = (run: Run, value: Value): Value => value.map((item) => {
  const steps = item.is === 'spark' && item.kind === 'DataFrame' ? stepsSinceFunction(item.dataset) : undefined;
  if (!steps) return item;
  asRdds(run, steps);
  return { ...item, kind: 'RDD' };
});

function asRdds(run: Run, steps: readonly Dataset[] = []): void {
  for (const each of steps) if (run.touched.has(each)) each.kind = 'RDD';
}

/** `frame.map(f).countByKey`, `.groupByKey()`, `.groupBy(_.id)`. */
function isOfRdds(run: Run, name: string, args: readonly ArgValue[]): boolean {
  if (!run.api.method('RDD', name, run.language)) return false;
  if (name === 'groupByKey') return args.length === 0;
  return name === 'groupBy' ? args.length === 1 && isShape(args[0], 'function') : !run.api.method('DataFrame', name, run.language);
}

/** What a function made of the rows of a frame, and what was made of that one after the other. */
function stepsSinceFunction(dataset: Dataset | undefined): Dataset[] | undefined {
  const steps: Dataset[] = [];
  for (let at = dataset; at && !steps.includes(at); at = at.from[0]) {
    // Found to be one before.
    if (at.kind === 'RDD') return steps;
    steps.push(at);
    if (ofRows.has(at.made)) return steps;
    if (at.from.length !== 1 || !keptByRdds.has(at.made)) return undefined;
  }
  return undefined;
}
const ofRows: ReadonlySet<string> = new Set(['map', 'flatMap', 'mapPartitions']);
const keptByRdds: ReadonlySet<string> = new Set(['filter', 'distinct', 'repartition', 'coalesce', 'sample']);

const ofPandas: ReadonlySet<string> = new Set(['at', 'empty', 'iat', 'iloc', 'loc', 'ndim', 'shape']);

/** A member that is no method: a column, a field of a row. */
function plainMember(run: Run, kind: Kind, receivers: readonly SparkValue[], expr: MemberExpr): Value {
  if (expr.name.startsWith('_')) return unknown('member');
  const site = run.site(expr.span);
  // A Column that is asked for what only a frame has is none: `todo.columns`.
  if (kind === 'Column' && run.api.method('DataFrame', expr.name, run.language)?.property) return unknown('member');
  // A frame that is asked for these is one of pandas, whatever its annotation says; where Spark is seen to make it, they are columns.
  if (kind === 'DataFrame' && ofPandas.has(expr.name) && receivers.some(isUnseen)) return unknown('member');
  if ((kind === 'DataFrame' || kind === 'Dataset' || kind === 'Column') && run.api.method('DataFrame', '__getattr__', run.language)) return [sparkValue('Column', { site, text: `\`${expr.name}\` is a column` }, { made: site })];
  // `SparkSession.Builder`: a class inside a class.
  if (run.api.isKind(`${kind}.${expr.name}`)) return [{ is: 'owner', kind: `${kind}.${expr.name}` }];
  if (kind === 'Row' || kind === 'StructType' || kind === 'Broadcast' || kind === 'Accumulator') return local;
  return unknown('member');
}

/** `x.name(…)` on values of one kind. */
export function callSpark(run: Run, kind: Kind, receivers: readonly SparkValue[], fn: MemberExpr, expr: CallExpr, args: readonly ArgValue[], use: Use, onClass = false): Value {
  const method = run.api.method(kind, fn.name, run.language);
  // `df.write(path, mode)`: what takes nothing is no method that could be given something, so that one is meant which the program adds.
  const extended = method && !(method.property && args.length > 0) ? undefined : extendedBy(run, receivers, fn);
  const rdds = extended ? undefined : rddsOfOld(run, kind, receivers, fn.name, args);
  if (rdds) return callSpark(run, 'RDD', rdds, fn, expr, args, use);
  // Nor does an RDD take a frame.
  if (kind === 'RDD' && run.language === 'scala') for (const dataset of datasetsOf(args)) asRdds(run, stepsSinceFunction(dataset));
  if (extended) return callMember(run, extended, fn, expr, args, use);
  if (!method) {
    if (kind === 'StructType' && run.language === 'scala') return scalaMember(run, fieldsOfSchema, fn, args, run.site(expr.span));
    const member = plainMember(run, kind, receivers, fn);
    run.note(fn, hasKind(member, 'Column') ? unknown('member') : member);
    const [inner] = member;
    if (inner?.is === 'owner') return callOwner(run, inner.kind, args, run.site(expr.span), expr);
    // No column is callable: it is a method that somebody added, or another thing altogether.
    const isColumn = hasKind(member, 'Column');
    if (isColumn || isUnknown(member)) {
      doubt(run, receivers, fn.name);
      run.escape(datasetsOf([{ value: receivers }]), 'passed', run.site(expr.span));
      handOver(run, args, run.site(expr.span));
    }
    return isColumn ? unknown('call') : isUnknown(member) ? unknown('member') : member;
  }
  if (method.property) {
    const value = sparkProperty(run, kind, receivers, fn, { is: 'other' }, undefined, onClass);
    return callValue(run, value, expr, args, use);
  }
  run.note(fn, receivers.slice(0, 1).map((on) => ({ is: 'method', on, name: fn.name })));
  return perform(run, method, receivers, { site: run.site(expr.span), name: run.site(fn.nameSpan), args, expr, fn, use, onClass });
}

/** A class or object of Spark is called: `SparkConf()`, `SparkContext(conf=conf)`, `StructType([…])`. */
export function callOwner(run: Run, kind: Kind, args: readonly ArgValue[], site: Site, expr: CallExpr): Value {
  const why = { site, text: `${kind}, made here` };
  if (kind === 'SparkContext' || kind === 'SparkSession' || kind === 'StreamingContext') {
    run.entryPoint ||= run.recording;
    if (run.place !== 'executor') contextMade(run, [...args.flatMap((arg) => arg.value), ...(kind === 'SparkContext' ? namedInConstructor(run, args, { site, name: run.site(expr.fn.span) }) : [])], site);
  }
  const method = run.api.method(kind, constructorName, run.language);
  if (method) return perform(run, method, [sparkValue(kind, why)], { site, name: run.site(expr.fn.span), args, expr, fn: undefined, use: { is: 'other' }, onClass: true });
  if (datasetKinds.has(kind)) {
    const from = datasetsOf(args);
    const dataset = run.dataset(site, site, kind, { made: kind, args, from, bound: from.length > 0 ? from[0]!.bound : unknownBound, streaming: from[0]?.streaming ?? 'maybe', why });
    return [sparkValue(kind, why, { dataset })];
  }
  // A matrix, a model: it keeps the rows that it is made of.
  run.escape(datasetsOf(args), 'used', site);
  const builder = isBuilder(kind) ? makeBuilder(run, kind, site, site) : kind === 'MLEstimator' && calledName(expr) === 'Pipeline' ? makeBuilder(run, kind, site, site, toldOf(run, args.find(({ name }) => name === 'stages')?.value)) : undefined;
  return [sparkValue(kind, why, { made: site, ...(builder ? { builder } : {}) })];
}

/** What a Pipeline holds of its stages. */
const toldOf = (run: Run, stages: Value | undefined): Props => (areTransformers(run, stages) ? { ...emptyProps, learnsNothing: true } : emptyProps);

/** `[Tokenizer(), VectorAssembler()]`: Spark's own, and models. What is out of sight may be an estimator of another library. */
const areTransformers = (run: Run, stages: Value | undefined): boolean => stages !== undefined && stages.length > 0 && stages.every((item) => item.is === 'collection' && item.element.length > 0
  && item.element.every((stage) => (stage.is === 'spark' ? stage.kind === 'MLTransformer' || stage.kind === 'MLModel' : isUnknown([stage]) && annotatesOnly(moduleScope(run.scope).def))));

/** Functions of columns that hide builtins of the same names after a star import. */
const shadows: ReadonlySet<string> = new Set(['sum', 'max', 'min', 'abs', 'round', 'pow']);

/** What these functions refuse, and the builtins are there for: the call raises and gives nothing. */
const isNoColumn = (value: Value | undefined): boolean =>
  value !== undefined && value.length > 0 && value.every((item) => item.is === 'collection' || item.is === 'constant' && typeof item.value !== 'string');

/** `100 * bad / all`, of numbers that the driver holds: no text that could name a column either. */
const isReckoned = (expr: Expr | undefined, value: Value | undefined): boolean =>
  expr?.kind === 'operator' && reckoning.has(expr.name) && value !== undefined && value.length > 0 && value.every((item) => item.is === 'constant' || item.is === 'foreign');
const reckoning: ReadonlySet<string> = new Set(['/', '//', '*', '**', '-']);

/** A function of Spark's library: `F.col("x")`, `broadcast(df)`, `udf(f)`. */
export function callLibrary(run: Run, library: Value[number] & { is: 'library' }, args: readonly ArgValue[], expr: CallExpr): Value {
  const site = run.site(expr.span);
  const { fact } = library;
  let fromCallback: Value = nothing;
  for (const each of fact.callbacks ?? []) {
    const arg = args.find((candidate) => candidate.name !== undefined && candidate.name === each.keyword) ?? positional(args)[each.argument];
    if (!arg) continue;
    const count = Math.max(1, ...arg.value.map((item) => (item.is === 'function' ? item.def.params.length : 0)));
    const given = each.given.length > 0 ? each.given.map((word) => givenValue(run, word, [], site)) : Array.from({ length: count }, () => givenValue(run, each.runs === 'column' ? 'Column' : 'local', [], site));
    if (each.runs === 'executor') sent(run, arg, site, run.site(expr.fn.kind === 'member' ? expr.fn.nameSpan : expr.fn.span));
    fromCallback = join(fromCallback, callback(run, arg.value, { runs: each.runs, given, through: site }));
  }
  const name = library.name.split('.').at(-1)!;
  if (fact.returns === 'Column' && shadows.has(name) && (isNoColumn(args[0]?.value) || isReckoned(expr.args[0]?.value, args[0]?.value))) return unknown('call');
  if (fact.returns === 'first' || fact.returns === 'argument0') return name === 'broadcast' ? toBroadcast(args[0]?.value ?? unknown('call')) : args[0]?.value ?? unknown('call');
  const column = fact.returns === 'Column' ? { ...ofFunction(fact.fact, name, args), fn: name, of: namesColumn.has(name) ? stringOf(args[0]?.value ?? nothing) : undefined } : undefined;
  const stream = pipelineStream.test(library.name) ? { source: tableOfPipeline(stringOf(args[0]?.value ?? nothing)) } : undefined;
  return resultOf(run, fact.returns, { site, args, receivers: [], fromCallback, column, stream, why: `${fact.returns}, from \`${name}\`` });
}

const pipelineStream = /^dlt\.read_?stream$/i;
/** What has a schema around it is a table; any other name may be that of a view of the pipeline. */
const tableOfPipeline = (table: string | undefined): Source | undefined =>
  (table?.includes('.') === true && !/^live\./i.test(table) ? { paths: [], table, tables: [table.toLowerCase()], options: new Map(), schemaGiven: true } : undefined);

const toBroadcast = (value: Value): Value => value.map((item) => (item.is === 'spark' && item.kind === 'DataFrame' ? { ...item, broadcast: true } : item));
const broadcastHints: ReadonlySet<string | undefined> = new Set(['broadcast', 'broadcastjoin', 'mapjoin']);

/** A join whose hint can be followed: the side whose rows are all kept is never the one that is sent. */
function joinsBroadcast(method: Method | undefined, receivers: readonly SparkValue[], args: readonly ArgValue[]): boolean {
  if (method?.name !== 'join' && method?.name !== 'joinWith' && method?.name !== 'crossJoin') return false;
  const kind = joinKind(args) ?? '';
  const left = receivers.length > 0 && receivers.every((value) => value.broadcast);
  const other = (args.find((arg) => arg.name === 'other') ?? positional(args)[0])?.value ?? nothing;
  const right = other.length > 0 && other.every((item) => item.is === 'spark' && item.broadcast);
  return right && /^(inner|cross|left|leftouter|semi|leftsemi|anti|leftanti)$/.test(kind) || left && /^(inner|cross|right|rightouter)$/.test(kind);
}

interface Performed {
  readonly site: Site;
  readonly name: Site;
  readonly args: readonly ArgValue[];
  readonly expr: CallExpr | undefined;
  readonly fn: MemberExpr | undefined;
  readonly use: Use;
  readonly onClass: boolean;
}

/** One method, called on one kind; by its arguments it may be another one of the same name. */
function perform(run: Run, named: Method, receivers: readonly SparkValue[], call: Performed): Value {
  const method = named.variants?.find(({ when }) => fits(when, call.args))?.method ?? named;
  const { site, args } = call;
  const on = receivers.map(({ dataset }) => dataset).filter((dataset) => dataset !== undefined);
  settingCall(run, method, receivers, call);
  const fromCallback = runCallbacks(run, method, receivers, on, call);
  if (method.owner === 'SparkSession.Builder' && /^(getOrCreate|create)$/.test(method.name)) {
    run.entryPoint ||= run.recording && run.place === 'driver';
    if (run.place === 'executor') captureOfBuilder(run, call);
    else contextMade(run, receivers, site);
  }
  if (method.owner === 'SparkContext' && method.name === 'getOrCreate') contextMade(run, args.flatMap((arg) => arg.value), site);
  if (method.name === 'stop' && (method.owner === 'SparkSession' || method.owner === 'SparkContext')) contextStopped(run);
  if (method.sets) {
    const { sets } = method;
    const word = overload(method, args)?.kind;
    if (word === 'WindowSpec') return [sparkValue(word, { site, text: `${word}, made by \`${method.name}\`` }, { made: site, props: changed(sets, method, receivers[0]?.props ?? emptyProps, args, site) })];
    if (isBuilder(method.owner)) {
      tell(run, receivers, (props) => changed(sets, method, props, args, site));
      return receivers;
    }
  }
  const stages = stagesGiven(method, args);
  if (stages && receivers.length > 0 && receivers.every(({ builder }) => builder)) {
    tell(run, receivers, () => toldOf(run, stages.value));
    return receivers;
  }
  if (method.cache === 'cache' && on.length > 0) run.emit({ kind: 'cache', ...run.here(site, call.name), on, method, args });
  // An RDD is marked itself: from its first job on it is read from where that put it.
  if (method.cache === 'checkpoint' && method.owner === 'RDD') run.escape(on, 'passed', site);
  if (method.cache === 'release') run.emit({ kind: 'release', ...run.here(site, call.name), on, method, all: on.length === 0 });
  resourceEvent(run, method, receivers, call);
  if (viewMakers.has(method.name)) registerView(run, method.name, receivers, args, site);

  if (method.owner === 'Column' && method.name === 'over') windowEvent(run, receivers, call);
  if (method.io?.does === 'read') return readSource(run, method, receivers, call);
  const result = derived(run, method, receivers, on, call, fromCallback);
  if (method.io?.does === 'write' || method.owner === 'DataStreamWriter' && (method.name === 'start' || method.name === 'toTable')) writeEvent(run, method, receivers, on, call);
  if (method.owner === 'SparkContext' && method.name === 'getConf') copyOfConf(run, result, site);
  // What is given to a method that makes no dataset of it (an estimator's `fit`, say) is used there.
  if (method.lineage === 'none' && method.sets === undefined) run.escape(datasetsOf(args), 'used', site);
  const actsOn = method.onArgument ? datasetsIn(args[0]?.value ?? nothing) : on;
  // With a second argument it is told other stages for this time.
  const isIdle = method.name === 'fit' && args.length === 1 && receivers.length > 0 && receivers.every((value) => learnsNothing(run, value));
  if (isJob(method) && !isIdle && actsOn.length > 0) {
    // A stream runs no job: where it may be one, the other is meant.
    const batch = actsOn.filter((dataset) => dataset.streaming !== 'yes');
    const event = run.emit({ kind: 'action', ...run.here(site, call.name), method, on: batch.length > 0 ? batch : actsOn, args, use: call.use });
    return method.driver === 'all' ? result.map((item) => (item.is === 'collection' ? { ...item, rows: event } : item)) : result;
  }
  return result;
}

const viewMakers: ReadonlySet<string> = new Set(['createTempView', 'createOrReplaceTempView', 'createGlobalTempView', 'createOrReplaceGlobalTempView', 'registerTempTable']);

/** `new Pipeline().setStages(Array(indexer, assembler))`, `pipeline.setParams(stages=[indexer])` */
const stagesGiven = ({ owner, name }: Method, args: readonly ArgValue[]): ArgValue | undefined =>
  (owner === 'MLEstimator' && (name === 'setStages' || name === 'setParams') ? args.find((arg) => arg.name === 'stages' || arg.name === 'value') ?? (name === 'setStages' ? args[0] : undefined) : undefined);

/** A Pipeline none of whose stages is an estimator: its `fit` runs no job. */
function learnsNothing(run: Run, value: SparkValue): boolean {
  const { learnsNothing: idle, open } = propsOf(run, value);
  return idle === true && !open;
}

/** Runs a job at the call, or may. */
const isJob = (method: Method): boolean => method.lineage !== 'source' && (method.reads !== undefined || method.job !== 'no') && method.owner !== 'DataStreamWriter' && method.owner !== 'SparkSession';

function windowEvent(run: Run, receivers: readonly SparkValue[], call: Performed): void {
  const spec = call.args[0] ? sparkValues(call.args[0].value).find((value) => value.kind === 'WindowSpec') : undefined;
  if (spec) run.emit({ kind: 'window', ...run.here(call.site, call.name), spec, fn: receivers[0]?.column?.fn });
}

function captureOfBuilder(run: Run, call: Performed): void {
  if (!run.sent) return;
  run.emit({ kind: 'capture', ...run.here(call.site, call.name), variable: 'SparkSession', value: sparkValue('SparkSession', { site: call.site, text: 'a session is made here' }), through: run.sent.through });
}

function resourceEvent(run: Run, method: Method, receivers: readonly SparkValue[], call: Performed): void {
  const { site } = call;
  if (method.owner === 'SparkContext' && (method.name === 'broadcast' || /^(long|double|collection)?[aA]ccumulator$/.test(method.name))) {
    const what = method.name === 'broadcast' ? 'broadcast' as const : 'accumulator' as const;
    const value = sparkValue(what === 'broadcast' ? 'Broadcast' : 'Accumulator', { site, text: `${what}, made here` }, { made: site });
    run.emit({ kind: 'resource', ...run.here(site, call.name), what, op: 'make', value, kept: false, rows: call.args.flatMap((arg) => arg.value.flatMap((item) => (item.is === 'collection' && item.rows ? [item.rows] : []))) });
    return;
  }
  if (method.owner === 'Broadcast' && (method.name === 'destroy' || method.name === 'unpersist')) {
    for (const value of receivers) run.emit({ kind: 'resource', ...run.here(site, call.name), what: 'broadcast', op: method.name, value, kept: false });
  }
}

function registerView(run: Run, maker: string, receivers: readonly SparkValue[], args: readonly ArgValue[], site: Site): void {
  const name = args[0] ? templateOf(args[0].value) ?? hole : undefined;
  run.escape(receivers.flatMap((value) => (value.dataset ? [value.dataset] : [])), 'view', site);
  if (name !== undefined) setView(run, `${/Global/.test(maker) ? globalViews : ''}${name.toLowerCase()}`, receivers);
}

function setView(run: Run, name: string, frame: Value): void {
  run.root.shares = true;
  run.views.set(name, frame);
}
/** Where all sessions find them, and by no shorter name. */
const globalViews = 'global_temp.';

// ---- callbacks ------------------------------------------------------------------------------------------------------

function runCallbacks(run: Run, method: Method, receivers: readonly SparkValue[], on: readonly Dataset[], call: Performed): Value {
  let result: Value = nothing;
  for (const each of method.callbacks ?? []) {
    const arg = call.args.find((candidate) => candidate.name !== undefined && candidate.name === each.keyword) ?? positional(call.args)[each.argument];
    if (!arg) continue;
    const given = each.given.map((word) => (word === 'DataFrame' && each.runs === 'batch' ? batchFrame(run, method, on, call) : word === 'RDD' && each.runs === 'batch' ? batchFrame(run, method, on, call, 'RDD') : givenValue(run, word, receivers, call.site)));
    if (each.runs === 'driver' && method.lineage !== 'none') {
      // `transform(fn, …)`: further arguments follow.
      const rest = positional(call.args).slice(each.argument + 1).map((other) => other.value);
      result = join(result, callEachWith(run, arg.value, [...given, ...rest], call));
      continue;
    }
    const executor = each.runs === 'executor';
    noteSelfCapture(run, arg.value, executor, call);
    if (executor && (on.length > 0 || method.owner === 'UDFRegistration') && !receivers.some(({ guess }) => guess)) sent(run, arg, call.site, call.name);
    result = join(result, callback(run, arg.value, { runs: each.runs, given, through: call.site }));
  }
  return result;
}

/** What an argument gives to the executors, or to a UDF, which takes it there. */
function sent(run: Run, { value, site: argument }: ArgValue, site: Site, name: Site): void {
  for (const fn of value) if (fn.is === 'function') run.emit({ kind: 'sent', ...run.here(site, name), fn, argument });
}

function callEachWith(run: Run, fn: Value, values: readonly Value[], call: Performed): Value {
  return call.expr ? callEach(run, fn, values, call.expr) : nothing;
}

/** `rdd.map(self.parse)`: the whole object goes with the method. Of what Java sends of it, see `captured`. */
function noteSelfCapture(run: Run, fn: Value, executor: boolean, call: Performed): void {
  if (!executor || run.language !== 'python') return;
  for (const item of fn) {
    if (item.is !== 'function' || item.self?.is !== 'object') continue;
    if (saysHowItIsSent(item.self.of.of)) continue;
    for (const [name, value] of fieldsOf(run, item.self.of)) {
      const held = sparkValues(value).find((candidate) => ['SparkSession', 'SparkContext', 'DataFrame', 'RDD', 'SQLContext'].includes(candidate.kind));
      if (!held || !value.every((candidate) => candidate.is === 'spark' || candidate.is === 'constant')) continue;
      run.emit({ kind: 'capture', ...run.here(call.site, call.name), variable: `self.${name}`, value: held, through: call.site });
      return;
    }
  }
}

/** Of each batch, or of a window, a stream gives one row, or one for each key. */
function rowsPerBatch(stream: Dataset): Bound {
  if (isOfQueue(stream)) return { is: 'rows' };
  for (const at of partitionsKept(stream)) {
    if (at.kind === 'DStream' && single.test(at.made)) return { is: 'rows', rows: 1 };
    if (at.bound.is === 'groups' || at.kind === 'DStream' && perKey.test(at.made)) return { is: 'groups' };
    if (at.made.startsWith('flatMap')) break;
  }
  return { is: 'unbounded' };
}
/** `ssc.queueStream([[1, 3], [2, 4]])`, and what is made of it: rows that the program gives itself. */
const isOfQueue = ({ made, from }: Dataset, steps = 0): boolean => made === 'queueStream' || steps < 20 && from.length > 0 && from.every((each) => isOfQueue(each, steps + 1));
const single = /^(reduce|count)(ByWindow)?$/;
const perKey = /^(reduceByKey|groupByKey|combineByKey|countByValue|updateStateByKey)(AndWindow)?$/;

function batchFrame(run: Run, method: Method, on: readonly Dataset[], call: Performed, kind: Kind = 'DataFrame'): Value {
  const why = { site: call.site, text: `${kind} of one micro-batch, given by \`${method.name}\`` };
  const dataset = run.dataset(call.site, call.name, kind, { made: 'batch', args: [], from: on, bound: on.length > 0 ? on.map(rowsPerBatch).reduce(worse) : { is: 'unbounded' }, streaming: 'no', why });
  return [sparkValue(kind, why, { dataset })];
}

function givenValue(run: Run, word: string, receivers: readonly SparkValue[], site: Site): Value {
  switch (word) {
    case 'self': return receivers;
    case 'row': case 'element': case 'local': return foreign('element');
    case 'pandas': return foreign('pandas.DataFrame');
    default: {
      const held = /^(iterator|list|option):(.+)$/.exec(word);
      if (held) return [{ is: 'collection', type: held[1] as Collection['type'], element: givenValue(run, held[2]!, receivers, site) }];
      if (run.api.isKind(word)) return [sparkValue(word, { site, text: `${word}, given to this function` }, { made: site })];
      return foreign(word);
    }
  }
}

// ---- datasets -------------------------------------------------------------------------------------------------------

const positional = (args: readonly ArgValue[]): ArgValue[] => args.filter((arg) => arg.name === undefined);

function overload(method: Method, args: readonly ArgValue[]): { kind: string } | undefined {
  return method.returns.find((candidate) => !candidate.when || fits(candidate.when, args));
}

function fits(shape: Shape, args: readonly ArgValue[]): boolean {
  if (shape.args !== undefined && !(Array.isArray(shape.args) ? shape.args : [shape.args]).includes(args.length)) return false;
  if (shape.keyword !== undefined && !args.some((arg) => arg.name === shape.keyword)) return false;
  return shape.first === undefined || isShape(args[0], shape.first);
}

function isShape(arg: ArgValue | undefined, first: NonNullable<Shape['first']>): boolean {
  if (!arg) return false;
  return arg.value.some((item) => {
    switch (first) {
      case 'string': return item.is === 'constant' && typeof item.value === 'string' || item.is === 'foreign' && (item.name === 'str' || item.name.startsWith('str.'));
      case 'number': return item.is === 'constant' && typeof item.value === 'number' || item.is === 'foreign' && item.name === 'int';
      case 'bool': return item.is === 'constant' && typeof item.value === 'boolean';
      case 'list': return item.is === 'collection' && item.type !== 'tuple';
      case 'tuple': return item.is === 'collection' && item.type === 'tuple';
      case 'function': return item.is === 'function';
      case 'Column': return item.is === 'spark' && item.kind === 'Column';
      case 'DataFrame': return item.is === 'spark' && (item.kind === 'DataFrame' || item.kind === 'Dataset');
      case 'RDD': return item.is === 'spark' && item.kind === 'RDD';
    }
  });
}

/** What a method gives: its receiver, a derived dataset, a builder, a plain value. */
function derived(run: Run, method: Method, receivers: readonly SparkValue[], on: readonly Dataset[], call: Performed, fromCallback: Value): Value {
  const word = overload(method, call.args)?.kind ?? 'local';
  if (method.lineage === 'same' && (word === 'self' || receivers.some((value) => value.kind === word))) return method.name === 'hint' && broadcastHints.has(stringOf(call.args[0]?.value ?? nothing)?.toLowerCase()) ? toBroadcast(receivers) : receivers;
  if (word === 'callback') return fromCallback.length > 0 && !isUnknown(fromCallback) ? fromCallback : resultOf(run, receivers[0]?.kind ?? 'local', asked(method, receivers, on, call, fromCallback));
  return resultOf(run, word === 'self' ? receivers[0]?.kind ?? 'local' : word, asked(method, receivers, on, call, fromCallback));
}

interface Asked {
  readonly site: Site;
  readonly name?: Site;
  readonly args: readonly ArgValue[];
  readonly receivers: readonly SparkValue[];
  readonly on?: readonly Dataset[];
  readonly method?: Method;
  readonly fromCallback: Value;
  /** What the Column is made of, where it gives one. */
  readonly column?: ColumnFacts | undefined;
  /** It reads a stream: of which table, if that is known. */
  readonly stream?: { readonly source: Source | undefined } | undefined;
  readonly why: string;
}

function asked(method: Method, receivers: readonly SparkValue[], on: readonly Dataset[], call: Performed, fromCallback: Value): Asked {
  const column = method.owner === 'Column' ? ofMethod(method.name, receivers, call.args, call.fn && columnNamed(call.fn.on)) : undefined;
  return { site: call.site, name: call.name, args: call.args, receivers, on, method, fromCallback, column, why: `\`${method.name}\`` };
}

/** Reads a result word of the API table; see `Overload.kind`. */
function resultOf(run: Run, word: string, ask: Asked): Value {
  if (word === 'none') return constant(null);
  if (word === 'unknown') return unknown('call');
  if (word === 'local') return local;
  if (word.startsWith('local:')) return foreign(word.slice('local:'.length));
  if (word.startsWith('constant:')) return constant(word.slice('constant:'.length));
  if (word === 'element') {
    const collection = ask.args.map((arg) => elementOf(arg.value)).find((value) => !isUnknown(value));
    return collection ?? foreign('element');
  }
  if (word === 'first' || word === 'argument0') return ask.args[0]?.value ?? unknown('call');
  const container = word.includes(':') ? /^(list|tuple|iterator|dict|set|option):(.*)$/.exec(word) : null;
  if (container) {
    const type = container[1] as Collection['type'];
    const inner = container[2]!;
    const parts = type === 'tuple' ? inner.split(',').map((part) => resultOf(run, part, ask)) : [resultOf(run, inner, ask)];
    return [{ is: 'collection', type, element: joinAll(parts), items: type === 'tuple' ? parts : undefined, ...(type === 'option' ? { most: 1 } : {}) }];
  }
  if (!run.api.isKind(word)) return local;
  const why = { site: ask.site, text: `${word}, made by ${ask.why}` };
  if (datasetKinds.has(word)) return [sparkValue(word, why, { dataset: makeDataset(run, word, ask, why) })];
  if (isBuilder(word) && ask.receivers.some((value) => value.kind === word && value.builder)) return ask.receivers;
  const builder = isBuilder(word) ? makeBuilder(run, word, ask.site, ask.name ?? ask.site) : undefined;
  if (carriers.has(word) && ask.on && ask.on.length > 0) {
    return ask.receivers.filter((value) => value.dataset).map((value) => sparkValue(word, why, { dataset: value.dataset, builder, made: ask.site }));
  }
  if (word === 'Column') return [sparkValue(word, why, { made: ask.site, column: ask.column })];
  return [sparkValue(word, why, { made: ask.site, builder, ...(word === 'WindowSpec' ? { props: ask.receivers[0]?.props ?? emptyProps } : {}) })];
}

function makeDataset(run: Run, kind: Kind, ask: Asked, why: { site: Site; text: string }): Dataset {
  const others = datasetsOf(ask.args);
  const from = [...new Set([...(ask.on ?? []), ...others])];
  const { method, stream } = ask;
  const streaming = stream || from.some((parent) => parent.streaming === 'yes') ? 'yes' : from.length > 0 && from.every((parent) => parent.streaming === 'no') ? 'no' : from.length === 0 ? 'no' : 'maybe';
  const bound = perPartition(ask) || byFewKeys(ask) ? { is: 'rows' as const } : ofUnknownSize(ask) ? unknownBound : perGroup(ask) ? { is: 'groups' as const } : boundOf(method, ask.args, ask.on ?? [], others);
  return run.dataset(ask.site, ask.name ?? ask.site, kind, {
    made: method?.name ?? 'call', method, args: ask.args, from, bound, streaming, why, source: stream?.source,
    watermarks: watermarksOf(method, ask.args, from), shuffles: joinsBroadcast(method, ask.receivers, ask.args) ? false : method?.bound === 'columns' && selectsOneRow(ask.args) ? true : undefined, udf: pythonIn(ask.args), window: isOverWindow(ask.args) || takesSql.has(method?.name ?? '') && isOverWindowInSql(ask.args) || undefined, gives: ask.fromCallback.length > 0 ? ask.fromCallback : undefined,
  });
}

/** Each text that it is given is an expression. */
const takesSql: ReadonlySet<string> = new Set(['selectExpr']);

const ofPartitions: ReadonlySet<string> = new Set(['mapPartitions', 'mapPartitionsWithIndex', 'mapPartitionsWithSplit']);
const summaries: ReadonlySet<string> = new Set(['len', 'sum', 'min', 'max', 'any', 'all'].map((name) => `builtins.${name}`));

/** As many rows as there are partitions: `glom().map(len)`, `mapPartitions(lambda rows: [sum(1 for _ in rows)])`. */
function perPartition({ method, args, on, fromCallback }: Asked): boolean {
  if (method?.owner !== 'RDD' && method?.owner !== 'DataFrame' || fromCallback.length === 0 && args.length === 0) return false;
  if (ofPartitions.has(method.name)) return fromCallback.length > 0 && fromCallback.every((item) => item.is === 'collection' && item.items !== undefined);
  if (method.name !== 'map' || !on?.length || !on.every((dataset) => dataset.made === 'glom')) return false;
  const isPlain = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'constant' || item.is === 'foreign' && (item.name === 'value' || item.name === 'column' || item.name === 'int') || item.is === 'collection' && item.type === 'tuple' && item.items?.every(isPlain) === true);
  return isPlain(fromCallback) || args[0]!.value.length > 0 && args[0]!.value.every((item) => item.is === 'foreign' && summaries.has(item.name));
}

/** A function out of sight makes of a partition what it likes: a row for each of its rows, or one for all. Of one that ends in `take(n)` nobody knows how large n is, and how many partitions there are. */
const ofUnknownSize = ({ method, args, fromCallback }: Asked): boolean => method !== undefined && ofPartitions.has(method.name) && (method.owner === 'RDD' && (fromCallback.length === 0 || isUnknown(fromCallback)) || takesFirst(args[0]?.value ?? nothing));

const takesFirst = (given: Value): boolean => given.length > 0 && given.every((item) => item.is === 'function' && endsInTake(item.def.body));
const takes: ReadonlySet<string> = new Set(['take', 'takeRight', 'islice', 'nlargest', 'nsmallest', 'tabulate']);
/** They hold the same things in another way, or in another order. */
const keepsAll = /^(iter|list|tuple|sorted|reversed|to[A-Z]\w*|iterator|reverse|sortBy|sortWith)$/;

/** `[:10]`, `[0:10]`: something is said of where it ends. */
const isHead = (index: Expr): boolean => index.kind === 'operator' && index.name === 'slice' && index.args.length > 0 && index.args.at(-1)!.span[0] > index.span[0];

/** `rows.toArray.sorted.take(10).iterator`, `heapq.nlargest(10, rows)`, `iter(sorted(rows)[:10])`. */
function endsInTake(expr: Expr | undefined): boolean {
  if (expr?.kind === 'sequence') return endsInTake(expr.body.at(-1));
  if (expr?.kind === 'exit') return expr.how === 'return' && endsInTake(expr.value);
  if (expr?.kind === 'member') return keepsAll.test(expr.name) && endsInTake(expr.on);
  if (expr?.kind === 'index') return isHead(expr.index);
  if (expr?.kind !== 'call') return false;
  if (expr.fn.kind === 'call') return endsInTake(expr.fn);
  const name = calledName(expr);
  if (name === undefined) return false;
  if (takes.has(name)) return true;
  return keepsAll.test(name) && endsInTake(expr.fn.kind === 'member' ? expr.fn.on : expr.args[0]?.value);
}

/** As many rows as there are partitions, or hours of a day: `groupBy(spark_partition_id())`, `groupBy(hour("time"))`, or the names that these were given. */
function byFewKeys({ method, on }: Asked): boolean {
  const grouped = method?.bound === 'groups' ? on?.find(({ kind }) => kind === 'GroupedData') : undefined;
  if (!grouped || grouped.args.length === 0) return false;
  const before = grouped.from[0];
  const ofPartitions = ({ value }: ArgValue): boolean => {
    const name = stringOf(value);
    const made = name === undefined ? value : columnMade(before, name);
    return made.length > 0 && made.every((item) => item.is === 'spark' && item.column?.over === 'partition');
  };
  if (grouped.args.every(ofPartitions)) return true;
  const groups = productOf(grouped.args.map(({ value }) => mostOfKey(value, before)));
  return groups !== undefined && groups <= mostKeys;
}
/** More groups than these are not few, whatever they are of: the minutes of a day. */
const mostKeys = 1000;

/** How many values a key has at most: a Column, or a name that a step before gave to one. */
function mostOfKey(value: Value, grouped: Dataset | undefined): number | undefined {
  const name = stringOf(value);
  if (name === undefined) return value.length > 0 && value.every((item) => item.is === 'spark' && item.column?.atMost !== undefined) ? Math.max(...value.map((item) => (item as SparkValue).column!.atMost!)) : undefined;
  const expression = expressionMade(grouped, name);
  return expression === undefined ? mostOfKey(columnMade(grouped, name), undefined) : mostValuesInSql(expression);
}

/** What `withColumn` made of a name, with no step since that may have given it to another column. */
function columnMade(dataset: Dataset | undefined, name: string): Value {
  for (const at of partitionsKept(dataset)) {
    if (at.made === 'withColumn' && stringOf(at.args[0]?.value ?? nothing)?.toLowerCase() === name.toLowerCase()) return at.args[1]?.value ?? nothing;
    if (!leavesNames(at)) return nothing;
  }
  return nothing;
}

/** The same of `selectExpr("id % 16 AS name")`. */
function expressionMade(dataset: Dataset | undefined, name: string): string | undefined {
  for (const at of partitionsKept(dataset)) {
    if (at.made === 'selectExpr') return at.args.flatMap(({ value }) => namedInSql(templateOf(value) ?? '') ?? []).find((each) => each.name.toLowerCase() === name.toLowerCase())?.expression;
    if (at.made === 'withColumn' && stringOf(at.args[0]?.value ?? nothing)?.toLowerCase() === name.toLowerCase() || !leavesNames(at)) return undefined;
  }
  return undefined;
}

/** Columns keep their names, but for one that is told; `select("day", "hour")` picks some by them. */
function leavesNames({ made, args, method }: Dataset): boolean {
  if (made === 'withColumn') return stringOf(args[0]?.value ?? nothing) !== undefined;
  return method?.lineage === 'same' || namesKept.has(made) || made === 'select' && args.every(({ value }) => stringOf(value) !== undefined);
}
const namesKept: ReadonlySet<string> = new Set(['filter', 'where', 'drop', 'dropna', 'sample', 'limit', 'coalesce', 'sortWithinPartitions', 'withWatermark']);

/**
 * As many rows as there are groups: what a function makes of the values of each, but for a list of them. What it makes out of sight is
 * taken for a summary: that is what groups are made for.
 */
function perGroup({ method, args, on, fromCallback }: Asked): boolean {
  if (method?.owner !== 'RDD' || method.name !== 'map' && method.name !== 'mapValues' || !on?.length || !on.every(isOfGroups)) return false;
  const [given] = args;
  if (given?.value.length && given.value.every((item) => item.is === 'foreign' && summaries.has(item.name))) return true;
  const holdsAll = (value: Value): boolean => value.length === 0 || value.some((item) => item.is === 'collection' && (item.type !== 'tuple' || item.items?.some(holdsAll) !== false));
  return given !== undefined && given.value.length > 0 && given.value.every((item) => item.is === 'function') && !holdsAll(fromCallback);
}

/** All values by their keys, or some of the keys. */
function isOfGroups({ made, bound, kind, from }: Dataset): boolean {
  if (bound.is !== 'unbounded' || kind !== 'RDD') return false;
  return made === 'groupByKey' || made === 'groupBy' || (made === 'filter' || made === 'sortByKey') && from.length === 1 && isOfGroups(from[0]!);
}

/** How many rows a derived dataset can hold, from what its parents can. */
function boundOf(method: Method | undefined, args: readonly ArgValue[], on: readonly Dataset[], others: readonly Dataset[]): Bound {
  const parent = on.map((dataset) => dataset.bound).reduce<Bound | undefined>((a, b) => (a ? worse(a, b) : b), undefined) ?? unknownBound;
  switch (method?.bound) {
    case 'argument': {
      const rows = constantOf(args[0]?.value ?? nothing);
      return { is: 'rows', rows: typeof rows === 'number' ? rows : undefined };
    }
    case 'one': return { is: 'rows', rows: 1 };
    case 'columns': return selectsOneRow(args) ? { is: 'rows', rows: 1 } : parent;
    case 'groups': {
      // `groupBy()` without keys: one group.
      const grouped = on.find((dataset) => dataset.kind === 'GroupedData');
      if (grouped && grouped.args.length === 0) return { is: 'rows', rows: 1 };
      // Four columns and more tell nearly every row apart.
      if (droppingDuplicates.has(method.name) && columnsNamed(args) > 3) return parent;
      return parent.is === 'rows' ? parent : { is: 'groups' };
    }
    case 'sum': case 'join': {
      if (method.bound === 'join' && isNarrowed(args, on, others)) return unknownBound;
      const all = [parent, ...others.map((dataset) => dataset.bound)].reduce(worse);
      return all.is === 'rows' ? { is: 'rows' } : all;
    }
    case 'local': {
      if (others.length > 0) return others.map((dataset) => dataset.bound).reduce(worse);
      const items = args[0]?.value.find((item) => item.is === 'collection');
      const literal = items?.is === 'collection' && items.items ? items.items.length : undefined;
      const foreignData = args[0]?.value.some((item) => item.is === 'unknown') ?? false;
      return foreignData ? unknownBound : { is: 'rows', rows: literal };
    }
    case 'source': return { is: 'unbounded' };
    case 'sampled': return parent.is === 'rows' ? parent : unknownBound;
    case 'same': return on.length > 0 || others.length === 0 ? parent : others.map((dataset) => dataset.bound).reduce(worse);
    case undefined: return on.length > 0 || others.length > 0 ? [parent, ...others.map((dataset) => dataset.bound)].reduce(worse) : unknownBound;
  }
}

const droppingDuplicates: ReadonlySet<string> = new Set(['dropDuplicates', 'drop_duplicates']);
const columnsNamed = (args: readonly ArgValue[]): number => args.reduce((sum, { value }) => sum + Math.max(0, ...value.map((item) => (item.is === 'collection' ? item.items?.length ?? 0 : item.is === 'constant' ? 1 : 0))), 0);

const sampling: ReadonlySet<string> = new Set(['limit', 'sample', 'sampleBy']);

/** A join by keys that keeps only what meets the rows of a limit, a sample or a list of the driver's. The largest groups bound nothing: each has many rows. */
function isNarrowed(args: readonly ArgValue[], on: readonly Dataset[], others: readonly Dataset[]): boolean {
  const kind = joinKind(args);
  if (kind === undefined || positional(args).length + (args.some((arg) => arg.name === 'on') ? 1 : 0) < 2) return false;
  const left = on.length > 0 && on.every(isSampled);
  const right = others.length > 0 && others.every(isSampled);
  if (/^(left|leftouter|leftanti|anti)$/.test(kind)) return left;
  if (/^(right|rightouter)$/.test(kind)) return right;
  return /^(inner|semi|leftsemi)$/.test(kind) && (left || right || others.length > 0 && others.every(isOfDriver));
}

/** `titles.toDF("title")`: rows that the driver had, as many as it had. Those that are written out are names of groups, as a rule. */
const isOfDriver = ({ method, from, bound }: Dataset): boolean => method?.bound === 'local' && from.length === 0 && bound.is === 'rows' && bound.rows === undefined;

/** A limit or a sample of rows of their own, with nothing but steps within partitions since. */
function isSampled(dataset: Dataset): boolean {
  for (const at of partitionsKept(dataset, ({ made }) => made === 'distinct')) {
    if (sampling.has(at.made)) return at.from.every(({ bound }) => bound.is === 'unbounded' || bound.is === 'unknown');
  }
  return false;
}

// ---- reading and writing --------------------------------------------------------------------------------------------

/** What a builder holds after it was told. */
function changed(sets: NonNullable<Method['sets']>, method: Method, props: Props, args: readonly ArgValue[], site: Site): Props {
  const first = args[0];
  const text = first ? stringOf(first.value) : undefined;
  switch (sets) {
    case 'format': return { ...props, format: text ?? 'unknown' };
    case 'mode': return { ...props, mode: text ?? 'unknown' };
    case 'schema': return { ...props, schema: true };
    case 'outputMode': return { ...props, outputMode: text ?? 'unknown' };
    case 'trigger': return { ...props, trigger: first?.name === 'once' && constantOf(first.value) === true || text === 'once' ? 'once' : 'other' };
    case 'queryName': return { ...props, queryName: text ?? '?' };
    case 'batch': return { ...props, batch: true, format: props.format ?? method.name };
    case 'partitionBy': return { ...props, byLiterals: areLiterals(args), keys: args.map(({ site: key }) => key), partitionBy: args.flatMap((arg) => columnNames(arg.value)) };
    case 'option': {
      if (!first || text === undefined) return { ...props, open: true };
      return withOptions(props, [[text, optionOf(args[1], first.site, site)]]);
    }
    case 'options': {
      let next = props;
      for (const arg of args) {
        if (arg.spread || arg.name === undefined) {
          const entries = arg.value.find((item) => item.is === 'collection');
          if (entries?.is === 'collection' && entries.entries && entries.entries.size > 0) next = withOptions(next, [...entries.entries].map(([key, value]) => [key, { value: textOf(value), key: arg.site, site: arg.site }]));
          // A dict that somebody gave may hold more than what is put into it here.
          if (entries?.is !== 'collection' || arg.value.length > 1 || !entriesOf(entries)?.size) next = { ...next, open: true };
        } else if (arg.name !== undefined) next = withOptions(next, [[arg.name, optionOf(arg, arg.site, site)]]);
      }
      return next;
    }
    default: return props;
  }
}

function columnNames(value: Value): (string | undefined)[] {
  const collection = value.find((item) => item.is === 'collection');
  if (collection?.is === 'collection') return collection.items?.map(stringOf) ?? [undefined];
  return [stringOf(value)];
}

function textOf(value: Value): string | undefined {
  const known = constantOf(value);
  return known === undefined || known === null ? undefined : String(known);
}

const optionOf = (arg: ArgValue | undefined, key: Site, site: Site): Option => ({ value: arg ? textOf(arg.value) : undefined, key, site: arg?.site ?? site });

/** Option names do not care about case. */
function withOptions(props: Props, added: readonly (readonly [string, Option])[]): Props {
  return { ...props, options: new Map([...props.options, ...added.map(([key, option]) => [key.toLowerCase(), option] as const)]) };
}

const notOptions: ReadonlySet<string> = new Set(['path', 'paths', 'schema', 'name', 'tableName', 'mode', 'format', 'partitionBy', 'table', 'url', 'properties', 'predicates']);

/** A short format name of no store that many use may do anything: list files, register functions, give one row. */
const isOwnFormat = ({ format }: Source): boolean => format !== undefined && format !== 'unknown' && /^\w+$/.test(format) && !stores.test(format);
const stores = /^(parquet|csv|json|orc|avro|text|delta|deltasharing|iceberg|hudi|jdbc|kafka|xml|binaryfile|image|libsvm|hive|bigquery|snowflake|mongo|mongodb|redshift|redis|hbase|kudu|es|elasticsearch|opensearch|neo4j|cosmos|phoenix|solr|druid|clickhouse|excel|shapefile|geoparquet|geojson|protobuf|lance|paimon|tidb|rate|ratemicrobatch|socket|kinesis|pubsub|pulsar|eventhubs|cloudfiles|state|statestore|arrow|glue|sequencefile|tfrecords?|petastorm|adam|vcf|bgen|plink|netcdf|hdf5|zarr|fits|root|cobol|fixedwidth|txt)$/i;

function readSource(run: Run, method: Method, receivers: readonly SparkValue[], call: Performed): Value {
  const reader = receivers[0];
  const { site } = call;
  // `csv(path, **options)`
  const args = call.args.some(({ spread }) => spread) ? call.args.flatMap(unpacked) : call.args;
  let props = propsOf(run, reader);
  const streaming = reader?.kind === 'DataStreamReader' || method.owner === 'StreamingContext' ? 'yes' as const : 'no' as const;
  for (const arg of args) if (arg.name !== undefined && !notOptions.has(arg.name)) props = withOptions(props, [[arg.name, optionOf(arg, arg.site, site)]]);
  if (args.some((arg) => arg.spread)) props = { ...props, open: true };
  const target = targetArg(method, args);
  const word = overload(method, args)?.kind ?? 'DataFrame';
  if (method.name === 'sql') return sqlResult(run, method, call, word);
  const paths = target && method.io?.target === 'path' ? pathsOf(target.value) : [];
  const option = props.options.get('path')?.value;
  const tableName = target && method.io?.target === 'table' ? templateOf(target.value) : undefined;
  const table = target && method.io?.target === 'table' ? stringOf(target.value) : props.options.get('dbtable')?.value;
  const second = positional(args)[1];
  const schemaGiven = props.schema === true || args.some((arg) => arg.name === 'schema' && !(arg.literal === null)) || (method.name !== 'load' && method.owner.endsWith('Reader') && second !== undefined && second.literal !== null && ['csv', 'json', 'parquet', 'orc', 'xml'].includes(method.name) && method.name !== 'parquet' && method.name !== 'orc');
  const source: Source = {
    format: shortName(stringOf(args.find((arg) => arg.name === 'format')?.value ?? nothing) ?? (method.name === 'load' ? stringOf(second?.value ?? nothing) : undefined) ?? method.io?.format ?? props.format),
    paths: option === undefined ? paths : [...paths, option], table, tables: [tableName ?? (table !== undefined && /^[\w.]+$/.test(table) ? table : undefined)].filter((name) => name !== undefined), schemaGiven,
    options: new Map([...props.options].map(([key, value]) => [key, value.value])), told: props.options,
  };
  const why = { site, text: `${word}, read here${source.format === undefined ? '' : ` from ${source.format}`}` };
  const views = table === undefined ? undefined : run.read(run.views, table.toLowerCase());
  if (views) return join(nothing, views);
  const query = queryOf(method, props, args);
  // `read.json(rdd)`: as many rows as the RDD has.
  const from = datasetsIn(target?.value ?? nothing);
  const dataset = run.dataset(site, call.name, datasetKinds.has(word) ? word : 'DataFrame', {
    made: method.name, method, args, from, bound: from[0] ? from[0].bound : tableName !== undefined && isMetadata(tableName) || isOneDocument(method, source) ? { is: 'rows' } : isOwnFormat(source) ? unknownBound : boundOfQuery(query), streaming, why, source,
  });
  run.origins.set(dataset, target && source.paths.length === 0 ? birthOf(target.value) : undefined);
  return [sparkValue(dataset.kind, why, { dataset })];
}

/** Names under which Spark still finds what it has taken in, or has had under another: tried on 3.5.6 and 4.3.0. */
const shortName = (format: string | undefined): string | undefined => /^com\.databricks\.spark\.(csv)$|^org\.apache\.spark\.sql\.(json|parquet)(?:\.DefaultSource)?$/.exec(format ?? '')?.slice(1).find((name) => name !== undefined) ?? format;

/** What a database is asked: 'all' of a table, a query, or what is not known. `(SELECT …) t` stands for a table. */
function queryOf(method: Method, props: Props, args: readonly ArgValue[]): 'all' | { readonly text: string | undefined } {
  const { options } = props;
  if (options.has('query')) return { text: options.get('query')!.value };
  const jdbc = method.name === 'jdbc';
  if (!jdbc && !options.has('dbtable')) return props.format === 'jdbc' && props.open ? { text: undefined } : 'all';
  const table = jdbc ? templateOf((args.find((arg) => arg.name === 'table') ?? positional(args)[1])?.value ?? nothing) : options.get('dbtable')!.value;
  if (table !== undefined && /^\s*[^\s()]+\s*$/.test(table)) return 'all';
  return { text: /^\s*\(([^]*)\)\s*(as\s+)?\w*\s*$/i.exec(table ?? '')?.[1] };
}

function boundOfQuery(query: ReturnType<typeof queryOf>): Bound {
  if (query === 'all') return { is: 'unbounded' };
  return query.text === undefined ? unknownBound : readSql(query.text).bound;
}

/** A file that is read as one piece gives one row. */
const isOneDocument = ({ name }: Method, { format, paths, options }: Source): boolean =>
  (name === 'wholeTextFiles' || name === 'binaryFiles' || format === 'text' && options.get('wholetext')?.toLowerCase() === 'true') && paths.length === 1 && isOneFile(paths[0]!);
const isOneFile = (path: string): boolean => /[^/]\.\w+$/.test(path) && !/[*?,{[]/.test(path);

/** Datasets behind others that were last read from this value. */
function readFrom(run: Run, on: readonly Dataset[], origin: string): Dataset[] {
  const behind = new Set(on);
  for (const dataset of behind) for (const parent of dataset.from) behind.add(parent);
  return [...behind].filter((dataset) => run.origins.get(dataset) === origin);
}

function targetArg(method: Method, args: readonly ArgValue[]): ArgValue | undefined {
  const which = method.io?.argument;
  if (typeof which === 'string') return args.find((arg) => arg.name === which) ?? positional(args)[0];
  const named = args.find((arg) => arg.name === 'path' || arg.name === 'paths' || arg.name === 'tableName' || arg.name === 'name');
  return positional(args)[which ?? 0] ?? named;
}

function pathsOf(value: Value): string[] {
  const text = stringOf(value);
  if (text !== undefined) return [text];
  const collection = value.find((item) => item.is === 'collection');
  return collection?.is === 'collection' ? (collection.items ?? []).flatMap((item) => stringOf(item) ?? []) : [];
}

function sqlResult(run: Run, method: Method, call: Performed, word: string): Value {
  const arg = call.args[0];
  const text = arg ? templateOf(arg.value) : undefined;
  if (arg && text !== undefined) settingOfSql(run, text, arg, call);
  const view = text === undefined ? undefined : viewInSql(text);
  if (view) {
    const frame = resultOfSql(run, method, call, word, view.query, 'sql view');
    run.escape(datasetsIn(frame), 'view', call.site);
    setView(run, `${view.global ? globalViews : ''}${view.name}`, sparkValues(frame));
  }
  return resultOfSql(run, method, call, word, text, 'sql');
}

function resultOfSql(run: Run, method: Method, call: Performed, word: string, text: string | undefined, made: string): Value {
  const [arg] = call.args;
  const sql = text === undefined ? undefined : readSql(text);
  const relations = (sql?.relations ?? []).map((name) => ({ name, value: relation(run, name, call.args) }));
  const views = datasetsOf(relations);
  // It runs where it stands, over the views that it names; what it gives back are a few rows of its own.
  const writing = sql?.fills && views.length > 0 ? run.api.method('DataFrameWriter', 'insertInto', run.language) : undefined;
  if (writing) run.emit({ kind: 'action', ...run.here(call.site, call.name), method: { ...writing, owner: method.owner, name: method.name }, on: views, args: call.args, use: call.use });
  const from = writing ? [] : views;
  // A view whose name is not known may be meant.
  const hidden = sql?.relations.some((name) => name.includes(hole) && run.views.has(name)) ?? false;
  // A function that runs whatever query it is given: what all its callers ask for is not known.
  const anyTable = arg !== undefined && isParameter(run, call.expr?.args[0]?.value) && (sql?.relations.every((name) => name === hole) ?? false);
  const bound: Bound = !sql || (hidden || anyTable) && sql.bound.is === 'unbounded' ? unknownBound : sql.bound.is === 'unbounded' && from.length > 0 ? from.map((dataset) => dataset.bound).reduce(worse) : sql.bound;
  const why = { site: call.site, text: 'DataFrame, result of a SQL query' };
  const dataset = run.dataset(call.site, call.name, word, {
    made, method, args: call.args, from, bound, streaming: from.some((parent) => parent.streaming === 'yes') ? 'yes' : from.length > 0 ? 'no' : 'maybe', why,
    source: { paths: [], tables: relations.filter(({ value }) => value.length === 0).map(({ name }) => name), options: new Map(), schemaGiven: true, sql: text }, shuffles: sql?.shuffles ?? false, watermarks: from.some(({ watermarks }) => watermarks !== undefined) ? [undefined] : undefined,
  });
  return [sparkValue(word, why, { dataset })];
}

const isParameter = (run: Run, expr: Expr | undefined): boolean => expr?.kind === 'name' && run.scope.def.params.some(({ name }) => name === expr.name);

/** What a name after FROM stands for: a view, or `{df}`, which a keyword gives. */
function relation(run: Run, name: string, args: readonly ArgValue[]): Value {
  if (name.startsWith('{')) return args.find((arg) => arg.name?.toLowerCase() === name.slice(1, -1))?.value ?? nothing;
  return name.includes(hole) ? nothing : run.views.get(name) ?? nothing;
}

function writeEvent(run: Run, method: Method, receivers: readonly SparkValue[], on: readonly Dataset[], call: Performed): void {
  const writer = receivers[0];
  let props = propsOf(run, writer);
  const { args, site } = call;
  for (const arg of args) {
    if (arg.name === 'mode') props = { ...props, mode: stringOf(arg.value) ?? 'unknown' };
    else if (arg.name === 'format') props = { ...props, format: stringOf(arg.value) ?? 'unknown' };
    else if (arg.name === 'partitionBy') props = { ...props, partitionBy: columnNames(arg.value) };
    else if (arg.name === 'outputMode') props = { ...props, outputMode: stringOf(arg.value) ?? 'unknown' };
    else if (arg.name === 'queryName') props = { ...props, queryName: stringOf(arg.value) ?? '?' };
    else if (arg.name !== undefined && !notOptions.has(arg.name)) props = withOptions(props, [[arg.name, optionOf(arg, arg.site, site)]]);
  }
  if (args.some((arg) => arg.spread)) props = { ...props, open: true };
  // `parquet(path, "overwrite")`: the mode is the second argument of the format methods.
  const second = positional(args)[1];
  if (second && method.io?.format !== undefined && method.io.target === 'path') props = { ...props, mode: stringOf(second.value) ?? props.mode };
  if (method.io?.format !== undefined) props = { ...props, format: method.io.format };
  const arg = targetArg(method, args);
  const table = method.io?.target === 'table' && arg ? stringOf(arg.value) : undefined;
  const option = props.options.get('path')?.value;
  const path = method.io?.target === 'table' ? undefined : arg ? stringOf(arg.value) ?? undefined : option;
  const origin = arg && path === undefined && table === undefined ? birthOf(arg.value) : undefined;
  const target: Target = { path, table, site: arg?.site, reads: origin === undefined ? undefined : readFrom(run, on, origin) };
  const stream = method.owner === 'DataStreamWriter';
  run.emit({ kind: 'write', ...run.here(site, call.name), method, on, target, stream, props, queryName: props.queryName });
}
