/** Where the definitions of a program stand in its text. */
import type { Range } from '../text/range.ts';
import { lastStartingBy } from '../text/range-index.ts';
import { forEachOf } from './expressions.ts';
import type { Def, Lowered } from './program.ts';

export interface PlacedDef extends Range {
  readonly def: Def;
  /** The one around it; none around the module. */
  readonly parent: PlacedDef | undefined;
}

/** All definitions in the order of their places, each before those within it. Places are those of the text as it is now: a definition moves with it. */
export function placedDefs(lowered: Lowered): readonly PlacedDef[] {
  const found: (Range & { readonly def: Def })[] = [];
  forEachOf(lowered, ['closure'], ({ def, span }, range) => {
    for (const each of def.companion ? [def.companion, def] : [def]) {
      const start = range.start - span[0] + each.at;
      found.push({ def: each, start, end: start + each.length });
    }
  });
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const placed: PlacedDef[] = [{ def: lowered.module, start: 0, end: lowered.text.length, parent: undefined }];
  let around = placed[0]!;
  for (const { def, start, end } of found) {
    while (around.parent && end > around.end) around = around.parent;
    around = { def, start, end, parent: around };
    placed.push(around);
  }
  return placed;
}

/** The innermost one around a range. */
export function placeAround(places: readonly PlacedDef[], { start, end }: Range): PlacedDef {
  let place = places[Math.max(0, lastStartingBy(places, start))]!;
  while (place.parent && place.end < end) place = place.parent;
  return place;
}
