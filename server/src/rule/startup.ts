/** Where a program starts its session or context: the SparkConf and builders that it makes, and whether all they are told is in sight. */
import type { SparkProgram, Value } from '../analysis/model.ts';
import { isUnknown, sparkValues } from '../analysis/values.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { lineEndOf } from '../text/edits.ts';
import { oncePerProgram } from './queries.ts';
import type { Edit } from './rule.ts';

export interface Startup {
  /** `new SparkConf()`, `SparkSession.builder()`: the expression alone, without what is told to it. */
  readonly confs: readonly Range[];
  readonly builders: readonly Range[];
  /** Something may be set there that is not in sight: pairs or keys that are no literals, a SparkConf from elsewhere. */
  readonly open: boolean;
}

type Call = Extract<Expr, { kind: 'call' }>;

const setters: ReadonlySet<string> = new Set(['set', 'setAll', 'setIfMissing', 'config']);
const builder = 'SparkSession.Builder';

export const startupOf = oncePerProgram((program): Startup => {
  const confs: Range[] = [];
  const builders: Range[] = [];
  let open = false;
  const typeOf = (expr: Expr): Value => program.types.get(expr) ?? [];
  const isKind = (expr: Expr, kind: string): boolean => typeOf(expr).some((item) => item.is === 'spark' && item.kind === kind);
  const told = new Set(program.settings.filter(({ site }) => site.module === program.path).map(({ site }) => `${site.start}:${site.end}`));
  const holdsMore = (value: Value): boolean => value.length === 0 || isUnknown(value) || sparkValues(value).some((item) => item.builder?.told.open === true);

  const concerns = (expr: Call): boolean => expr.args.some(({ value }) => isKind(value, 'SparkConf') || isKind(value, builder));
  const isOpen = (expr: Call, at: Range): boolean => {
    if (expr.fn.kind === 'member' && (isKind(expr.fn.on, 'SparkConf') || isKind(expr.fn.on, builder))) {
      const name = expr.fn.name;
      if (name === 'config' && expr.args.length === 1 && isKind(expr.args[0]!.value, 'SparkConf')) return holdsMore(typeOf(expr.args[0]!.value));
      return setters.has(name) ? !told.has(`${at.start}:${at.end}`) : isUnknown(typeOf(expr));
    }
    if (/^(SparkContext|getOrCreate|JavaSparkContext|StreamingContext)$/.test(calledName(expr) ?? '') && expr.args.length > 0 && (isKind(expr, 'SparkContext') || isKind(expr, 'StreamingContext'))) return holdsMore(typeOf(expr.args[0]!.value));
    return concerns(expr) && isUnknown(typeOf(expr.fn));
  };
  forEachOf(program.lowered, ['call', 'member'], (expr, at) => {
    if (expr.kind === 'call') {
      open ||= isOpen(expr, at);
      if (calledName(expr) === 'SparkConf' && isKind(expr, 'SparkConf')) confs.push(at);
    }
    const isFirst = expr.kind === 'call' && expr.fn.kind === 'member' && expr.fn.name === 'builder' || expr.kind === 'member' && expr.name === 'builder' && (expr.auto === true || program.lowered.language === 'python');
    if (isFirst && isKind(expr, builder)) builders.push(at);
  });
  return { confs, builders, open };
});

/** Further calls on the one SparkConf that is made, or on the one builder where there is none, in the style of its chain. */
export function addCalls(program: SparkProgram, calls: { readonly conf?: readonly string[] | undefined; readonly builder?: readonly string[] | undefined }): Edit[] {
  const { confs, builders } = startupOf(program);
  const [made, ...others] = confs.length > 0 ? confs : builders;
  const added = confs.length > 0 ? calls.conf : calls.builder;
  if (!made || others.length > 0 || !added?.length) return [];
  const { text } = program.lowered;
  // `new SparkConf` takes no call without its parentheses.
  const empty = confs.length > 0 && text[made.end - 1] !== ')' ? '()' : '';
  const after = text.slice(made.end);
  const newLine = lineEndOf(text);
  const trailing = /^[ \t]*\.[ \t]*\r?\n([ \t]*)/.exec(after);
  if (trailing && empty === '') return insert(made.end + trailing[0].length, added.map((call) => `${call}.${newLine}${trailing[1]}`).join(''));
  const leading = /^[ \t]*(?:\/\/[^\n]*)?(?:\r?\n[ \t]*(?:\/\/[^\n]*)?)*\r?\n([ \t]*)\.(?!\.)/.exec(after);
  return insert(made.end, empty + added.map((call) => (leading ? `${newLine}${leading[1]}.${call}` : `.${call}`)).join(''));
}

const insert = (at: number, newText: string): Edit[] => [{ start: at, end: at, newText }];
