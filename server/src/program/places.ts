/** Where the definitions of a program stand in its text. */
import type { Range } from '../text/range.ts';
import { forEachOf } from './expressions.ts';
import type { Def, Lowered } from './program.ts';

export interface PlacedDef extends Range {
  readonly def: Def;
}

/** All definitions, the module first, each before those within it. Places are those of the text as it is now: a definition moves with it. */
export function placedDefs(lowered: Lowered): readonly PlacedDef[] {
  const found: PlacedDef[] = [{ def: lowered.module, start: 0, end: lowered.text.length }];
  forEachOf(lowered, ['closure'], ({ def, span }, range) => {
    for (const each of def.companion ? [def.companion, def] : [def]) {
      const start = range.start - span[0] + each.at;
      found.push({ def: each, start, end: start + each.length });
    }
  });
  return found;
}

/** Those around a range, outermost first. */
export const around = (places: readonly PlacedDef[], { start, end }: Range): PlacedDef[] => places.filter((place) => place.start <= start && end <= place.end).sort((a, b) => b.end - b.start - (a.end - a.start));
