/** What a program does with DStreams: the contexts that it makes and starts, and the streams that it makes use of. */
import type { Dataset, Site, Value } from '../analysis/model.ts';
import { moduleScope } from '../analysis/scope.ts';
import { classMeant, isUnknown, sparkValues } from '../analysis/values.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { contains, type Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';
import { expressionAt } from './written.ts';

const outputs = /^(pprint|print|foreachRDD|saveAs\w+)$/;

interface Output {
  readonly on: Dataset;
  readonly by: string;
  /** In an arm of a branching that the start does not stand in: it may not be taken. */
  readonly conditional: boolean;
}

export interface Streams {
  /** `new StreamingContext(…)` */
  readonly made: readonly Site[];
  readonly starts: readonly Site[];
  /** Streams that something is done with: `print`, `foreachRDD`, … */
  readonly outputs: readonly Output[];
  /** A checkpoint directory is set, or may be where it is not seen. */
  readonly open: boolean;
}

export const streamsOf = oncePerProgram((program): Streams => {
  const made: Site[] = [];
  const starts: Site[] = [];
  const done: (Omit<Output, 'conditional'> & { readonly at: Range })[] = [];
  const arms: Range[] = [];
  let open = false;
  const typeOf = (expr: Expr): Value => program.types.get(expr) ?? [];
  const isContext = (expr: Expr): boolean => typeOf(expr).some((item) => item.is === 'spark' && (item.kind === 'StreamingContext' || item.kind === 'SparkContext'));
  const isStreaming = (expr: Expr): boolean => typeOf(expr).some((item) => item.is === 'spark' && item.kind === 'StreamingContext');
  /** Code that is read here does with the context what is seen here, and Spark's own sets no directory. */
  const isInSight = (fn: Expr): boolean => typeOf(fn).length > 0 && typeOf(fn).every((item) => {
    if (item.is === 'function') return moduleScope(item.env).module === program.path;
    const info = classMeant(item);
    if (info) return moduleScope(info.scope).module === program.path;
    return item.is === 'owner' || item.is === 'method' || item.is === 'library' || item.is === 'foreign' && /^(org\.apache\.spark|pyspark|builtins|scala)\b/.test(item.name) || item.is === 'module' && /^(org\.apache\.spark|pyspark)\b/.test(item.name);
  });
  /** The session, context or SparkConf that it starts from: not one that comes from a caller or a shell. */
  const isMadeHere = (expr: Expr): boolean => {
    if (expr.kind === 'member') return isMadeHere(expr.on);
    if (expr.kind === 'call') return isMadeHere(expr.fn);
    if (expr.kind === 'literal') return true;
    const value = typeOf(expr);
    return value.length > 0 && !isUnknown(value) && sparkValues(value).every(({ why }) => expressionAt(program, why.site) !== undefined);
  };
  const at = ({ start, end }: Range): Site => ({ module: program.path, start, end });
  const look = (expr: Extract<Expr, { kind: 'call' | 'member' }>, range: Range, name: string | undefined): void => {
    const fn = expr.kind === 'call' ? expr.fn : expr;
    const args = expr.kind === 'call' ? expr.args : [];
    const on = fn.kind === 'member' ? fn.on : undefined;
    if (name === 'setCheckpointDir' || name === 'checkpoint' && args.length > 0 && !(on && isDataset(typeOf(on))) || name === 'getActive' || name === 'getActiveOrCreate' || name === 'getOrCreate' && isStreaming(expr)) open = true;
    if (name === 'StreamingContext' && isStreaming(expr)) {
      made.push(at(range));
      // `new StreamingContext(path)` takes up what was checkpointed there.
      open ||= args.length < 2 || args.length === 2 && args[0]!.value.kind === 'literal' || !isMadeHere(args[0]!.value) || implicitly.test(program.lowered.text.slice(0, range.start));
      return;
    }
    if (on && name === 'start' && isStreaming(on)) starts.push(at(range));
    if (on && name !== undefined && outputs.test(name)) done.push(...typeOf(on).flatMap((item) => (item.is === 'spark' && item.kind === 'DStream' && item.dataset ? [{ on: item.dataset, by: name, at: range }] : [])));
    if (args.some(({ value }) => isContext(value)) && !isInSight(fn)) open = true;
  };
  forEachOf(program.lowered, ['if', 'call', 'member'], (expr, range) => {
    if (expr.kind === 'if') for (const arm of [expr.then, ...(expr.otherwise ? [expr.otherwise] : [])]) arms.push({ start: range.start - expr.span[0] + arm.span[0], end: range.start - expr.span[0] + arm.span[1] });
    if (expr.kind === 'call') look(expr, range, calledName(expr));
    else if (expr.kind === 'member' && expr.auto) look(expr, range, expr.name);
  });
  const inArms = (at: Range): boolean => arms.some((arm) => contains(arm, at) && !starts.some((start) => contains(arm, start)));
  return { made, starts, outputs: done.map(({ at, ...output }) => ({ ...output, conditional: inArms(at) })), open };
});

/** Given on to functions without being written down. */
const implicitly = /\b(?:implicit|given)\b[^\n;=]*=\s*(?:new\s+)?$/;

const isDataset = (value: Value): boolean => value.length > 0 && value.every((item) => item.is === 'spark' && item.dataset !== undefined);
