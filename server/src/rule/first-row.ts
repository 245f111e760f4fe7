/** `rows.collect()[0]`: every row comes to the driver, and the first alone is looked at. */
import type { EventOf, SparkProgram } from '../analysis/model.ts';
import type { Range } from '../text/range.ts';

/** From the method's name to the index, or of a comprehension over the rows; undefined where more of them may be used. */
export function firstRowOf({ path, lowered }: SparkProgram, { method, name, site, use }: EventOf<'action'>): Range | undefined {
  if (site.module !== path) return undefined;
  const loop = use.is === 'iterated' ? use.loop : undefined;
  const whole = lowered.language === 'scala' ? site : loop?.comprehension && takesEach(lowered.text.slice(loop.range.start, loop.range.end)) ? loop.range : use.is === 'receiver' ? site : undefined;
  if (!whole) return undefined;
  const { end } = whole;
  // `.collect().head`, `.collect()(0)`: of an array that is there already.
  const taken = lowered.language === 'scala' ? /^\s*(?:\(\s*0\s*\)|\.\s*(?:apply\(\s*0\s*\)|head(?:Option)?\b))/.exec(lowered.text.slice(end, end + 60)) : null;
  const index = taken ?? (method.name === 'toPandas' && use.is === 'receiver' ? /^\s*\.iloc\[\s*0\s*[\],]/ : /^\s*\[\s*0\s*\]/).exec(lowered.text.slice(end, end + 60));
  return index ? { start: name.start, end: end + index[0].length } : undefined;
}

/** `[row.id for row in rows]`: one thing for each row, in their order. */
const takesEach = (comprehension: string): boolean => comprehension.startsWith('[') && !/\bif\b/.test(comprehension) && comprehension.match(/\bfor\b/g)?.length === 1;
