/** What a program does only where somebody looks for a fault: it costs nothing in an ordinary run. */
import type { Site, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { contains, type Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';

/** `if (log.isDebugEnabled) …`, `if verbose: …`, `logger.whenDebugEnabled { … }`, `logDebug(s"…")`, whose text is made only where it is logged. */
const rangesOf = oncePerProgram(({ lowered }): readonly Range[] => {
  const found: Range[] = [];
  const lazily = /\bcom\.typesafe\.scalalogging\b/.test(lowered.text) ? named.lazily : named.always;
  forEachOf(lowered, ['if', 'call'], (expr, { start, end }) => {
    const base = start - expr.span[0];
    if (expr.kind === 'if' && asksForDebugging(expr.test)) found.push({ start: base + expr.then.span[0], end: base + expr.then.span[1] });
    if (expr.kind === 'call' && lazily.test(calledName(expr) ?? '')) found.push({ start, end });
  });
  return found;
});
/** A flag of such a name, a call without arguments that gives one, `debug >= 2`, `isEnabledFor(logging.DEBUG)`, and what is only so together with one of these. */
function asksForDebugging(test: Expr): boolean {
  switch (test.kind) {
    case 'name': case 'member': return flags.test(test.name);
    case 'call': {
      const [level] = test.args;
      return level === undefined ? flags.test(calledName(test) ?? '') : calledName(test) === 'isEnabledFor' && /^(DEBUG|TRACE)$/.test(lastName(level.value) ?? '');
    }
    case 'operator': return test.name === 'and' && test.args.some(asksForDebugging) || isHigh(test);
    default: return false;
  }
}
/** `debug > 0`, `verbose == True`: the more there is to see, the higher. */
function isHigh({ name, args: [flag, level] }: Expr & { kind: 'operator' }): boolean {
  if (!flag || level?.kind !== 'literal' || !asksForDebugging(flag)) return false;
  return name === '>' && typeof level.value === 'number' || (name === '>=' || name === '==' || name === 'is') && (/^true$/i.test(String(level.value)) || typeof level.value === 'number' && level.value > 0);
}
/** `is_count`: rows are counted for the log alone. */
const flags = /^(?:is)?_?(?:debug|verbose|trace)(?:Enabled|_?mode|_?enabled|_?flag)?$|^(?:is|do|log|print|show)_?counts?$/i;
const lastName = (expr: Expr): string | undefined => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : undefined);
const named = { always: /^(?:when(?:Debug|Trace)Enabled|log(?:Debug|Trace))$/, lazily: /^(?:when(?:Debug|Trace)Enabled|log(?:Debug|Trace)|debug|trace)$/ };

/** An action that stands there, or that a call there leads to. */
export const isForDebugging = (program: SparkProgram, { site, callers }: { readonly site: Site; readonly callers: readonly Site[] }): boolean =>
  [...callers, site].some((each) => each.module === program.path && rangesOf(program).some((range) => contains(range, each)));
