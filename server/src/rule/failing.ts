/** What a program does only once something has failed: it costs nothing in an ordinary run. */
import type { Site, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import { contains, type Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';

/** `catch { … }`, `except …:`, `case Failure(e) => …`, `attempt.recover { … }`. */
const rangesOf = oncePerProgram(({ lowered: { text }, lowered }): readonly Range[] => {
  const found: Range[] = [];
  forEachOf(lowered, ['try', 'if', 'sequence', 'call'], (expr, { start }) => {
    const base = start - expr.span[0];
    const add = ({ span }: { readonly span: readonly [number, number] }): void => void found.push({ start: base + span[0], end: base + span[1] });
    const written = (span: readonly [number, number]): string => text.slice(base + span[0], base + span[0] + 40);
    if (expr.kind === 'try') expr.handlers.filter(({ body }) => !lookup.test(text.slice(Math.max(0, base + body.span[0] - mostOfLine), base + body.span[0]))).forEach(({ body }) => add(body));
    else if (expr.kind === 'if' && expr.test.kind === 'unknown' && /^Failure\s*\(/.test(written(expr.test.span))) add(expr.then);
    // The last case of a `match` is taken to fit.
    else if (expr.kind === 'sequence' && /^case\s+Failure\s*\(/.test(written(expr.span))) add(expr);
    else if (expr.kind === 'call' && handlers.test(calledName(expr) ?? '')) for (const { value } of expr.args) add(value);
  });
  return found;
});
/** `except KeyError:` is how Python asks whether something is there: that runs as a matter of course. */
const lookup = /\bexcept\b[^:\n]*\b(?:Key|Index|Attribute|Lookup|Name)Error\b[^:\n]*:\s*(?:#[^\n]*\s*)*$/;
const mostOfLine = 200;
const handlers = /^(recover|recoverWith|onFailure)$/;

/** `within`: a loop, in whose passes that has to be decided. */
export const isAfterFailure = (program: SparkProgram, site: Site, within: Range | undefined): boolean =>
  site.module === program.path && rangesOf(program).some((range) => contains(range, site) && (!within || contains(within, range)));
