/**
 * What an edit within a function concerns: while somebody types, what runs that function is run anew, and nothing else.
 * What is left out may rest on what changed (a field that the function sets); the whole analysis, once the typing rests,
 * tells.
 */
import { around, type PlacedDef, placedDefs } from '../program/places.ts';
import type { Def, Lowered } from '../program/program.ts';
import { changeBetween, type Change } from '../syntax/change.ts';
import type { Range } from '../text/range.ts';
import { isFirst } from './roots.ts';
import type { RanAlone } from './run.ts';

/** A module as it was analysed as a whole. Its places are written down: definitions move with the text. */
export interface Analysed {
  readonly text: string;
  readonly places: readonly PlacedDef[];
  readonly comments: readonly Range[];
  readonly alone: ReadonlyMap<Def, RanAlone>;
}

export interface Edited {
  readonly change: Change;
  /** What all others rest on has nothing to do with Spark after the edit either: what is left out tells nothing of it. */
  isEnough(alone: ReadonlyMap<Def, RanAlone>): boolean;
  /** Whether a function that nothing calls is to be run. */
  runs(def: Def): boolean;
  /** What stands there is judged anew: wherever it ran, it runs again. Ranges are those of the text before; of the text now. */
  wasRun(place: Range): boolean;
  isRun(place: Range): boolean;
}

export const asAnalysed = (lowered: Lowered, alone: ReadonlyMap<Def, RanAlone>): Analysed => ({ text: lowered.text, places: placedDefs(lowered), comments: lowered.comments, alone });

/** undefined: more than what runs one function may be concerned. */
export function editedSince(before: Analysed, now: Lowered): Edited | undefined {
  const change = changeBetween(before.text, now.text);
  const inner = around(before.places, { start: change.start, end: change.oldEnd }).at(-1)!;
  const places = placedDefs(now);
  const innerNow = around(places, { start: change.start, end: change.newEnd }).at(-1)!;
  const isComment = before.text === now.text || isWithinComment(before, change.start, change.oldEnd) && isWithinComment(now, change.start, change.newEnd);
  if (!isComment && !(isBehindName(inner, change.start) && isBehindName(innerNow, change.start))) return undefined;
  const twins = twinsOutside(before.places, inner, places, innerNow, change);
  if (!twins) return undefined;

  const concerned = isComment ? [] : [...before.alone].filter(([, { ran }]) => ran.has(inner.def)).map(([def]) => def);
  const isShared = (def: Def): boolean => def.kind === 'module' || isFirst(def);
  if (concerned.length === 0 && !isComment || concerned.some((def) => isShared(def) && before.alone.get(def)!.concerns)) return undefined;
  const shared = concerned.filter(isShared);
  const wanted = withThoseAround(before.alone, concerned);
  const isAnew = (def: Def): boolean => {
    const where = [...before.alone].filter(([, { ran }]) => ran.has(def)).map(([root]) => root);
    return where.some((root) => concerned.includes(root)) && where.every((root) => wanted.has(root));
  };
  const ranBefore = new Set([...before.alone.values()].flatMap(({ ran }) => [...ran]));
  /** What did not run itself is judged with what is around it. */
  const innermost = (all: readonly PlacedDef[], place: Range, was: (def: Def) => Def | undefined): Def => around(all, place).map(({ def }) => was(def)).filter((def) => def === undefined || ranBefore.has(def)).at(-1) ?? inner.def;
  const isOfThem = (def: Def): boolean => wanted.has(twins.get(def) ?? def);
  return {
    change,
    isEnough: (alone) => [...alone].every(([def, { concerns }]) => !concerns || !shared.includes(twins.get(def) ?? def)),
    runs: (def) => !twins.has(def) || isOfThem(def),
    wasRun: (place) => isAnew(innermost(before.places, place, (def) => def)),
    isRun: (place) => isAnew(innermost(places, place, (def) => twins.get(def))),
  };
}

/** What a class is called and extends, and what a function is called and decorated with, concerns who names it. */
const isBehindName = ({ def, start }: PlacedDef, from: number): boolean => def.kind !== 'class' && start + def.nameSpan[1] < from;

/** And not of those that tell us something, where a comment's beginning and end are. */
function isWithinComment({ text, comments }: Pick<Analysed, 'text' | 'comments'>, from: number, to: number): boolean {
  const comment = comments.find(({ start, end }) => start + 2 < from && to <= end);
  return comment !== undefined && !telling.test(text.slice(comment.start, comment.end));
}
const telling = /sparkcheck|\bMAGIC\b|\bCOMMAND\b|\btype:/;

/** Definitions as they were, by those of now, but for those in the edited one; undefined: some came or went, or an edit changed what belongs to what. */
function twinsOutside(then: readonly PlacedDef[], inner: PlacedDef, now: readonly PlacedDef[], innerNow: PlacedDef, { start: changed, oldEnd, newEnd }: Change): ReadonlyMap<Def, Def> | undefined {
  const unchanged = (all: readonly PlacedDef[], edited: PlacedDef, end: number): PlacedDef[] => all.filter((place) => place === edited || place.end <= changed || end <= place.start || place.start < changed && end < place.end);
  const old = unchanged(then, inner, oldEnd);
  const twins = new Map<Def, Def>();
  const today = unchanged(now, innerNow, newEnd);
  const moved = (offset: number): number => (offset >= oldEnd ? offset + newEnd - oldEnd : offset);
  if (old.length !== today.length) return undefined;
  for (const [index, { def, start, end }] of today.entries()) {
    const was = old[index]!;
    const isAround = was.start < changed && oldEnd < was.end;
    if (was.def.kind !== def.kind || was.def.name !== def.name || moved(was.start) !== start || !isAround && was.end !== end && moved(was.end) !== end) return undefined;
    twins.set(def, was.def);
  }
  return twins;
}

/** What met their definitions has to run before them, and what prepares objects or tells others of fields, settings and views. */
function withThoseAround(alone: ReadonlyMap<Def, RanAlone>, concerned: readonly Def[]): ReadonlySet<Def> {
  const wanted = new Set(concerned);
  for (const [def, { tells }] of alone) if (tells || isFirst(def) || def.kind === 'module') wanted.add(def);
  for (const def of wanted) for (const [root, { met }] of alone) if (met.has(def)) wanted.add(root);
  return wanted;
}
