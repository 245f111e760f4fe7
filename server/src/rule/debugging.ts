/** What a program does only where somebody looks for a fault: it costs nothing in an ordinary run. */
import type { Site, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachExpression } from '../program/expressions.ts';
import { contains, type Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';

/** `if (log.isDebugEnabled) …`, `if verbose: …`, `logger.whenDebugEnabled { … }`, `logDebug(s"…")`, whose text is made only where it is logged. */
const rangesOf = oncePerProgram(({ lowered }): readonly Range[] => {
  const found: Range[] = [];
  const { text } = lowered;
  const lazily = /\bcom\.typesafe\.scalalogging\b/.test(text) ? named.lazily : named.always;
  forEachExpression(lowered, (expr, { start, end }) => {
    const base = start - expr.span[0];
    if (expr.kind === 'if' && asksForDebugging.test(text.slice(base + expr.test.span[0], base + expr.test.span[1]))) found.push({ start: base + expr.then.span[0], end: base + expr.then.span[1] });
    if (expr.kind === 'call' && lazily.test(calledName(expr) ?? '')) found.push({ start, end });
  });
  return found;
});
const asksForDebugging = /^[\s(]*(?:[\w.]+\.)?(?:is)?_?(?:debug|verbose|trace)(?:Enabled|_?mode|_?enabled|_?flag)?\s*(?:\(\s*\))?[\s)]*$|\bisEnabledFor\(\s*(?:logging\.)?(?:DEBUG|Level\.DEBUG)\b/i;
const named = { always: /^(?:when(?:Debug|Trace)Enabled|log(?:Debug|Trace))$/, lazily: /^(?:when(?:Debug|Trace)Enabled|log(?:Debug|Trace)|debug|trace)$/ };

export const isForDebugging = (program: SparkProgram, site: Site): boolean => site.module === program.path && rangesOf(program).some((range) => contains(range, site));
