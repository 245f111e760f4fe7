/**
 * Which part of a module an edit within a function concerns: what runs that function, and what that rests on. While
 * somebody types, this part alone is run and judged anew; what is kept of the rest may be older than the text, until the
 * typing rests and the whole is analysed.
 */
import { type PlacedDef, placeAround, placedDefs } from '../program/places.ts';
import type { Def, Lowered } from '../program/program.ts';
import { type Change, changeBetween, movedBy } from '../syntax/change.ts';
import type { Range } from '../text/range.ts';
import { anyFact, isFirst } from './roots.ts';
import type { Facts, RootRun } from './run.ts';

/** A module as it was analysed as a whole. Its places are written down, since definitions move with the text. */
export interface Whole {
  readonly text: string;
  readonly places: readonly PlacedDef[];
  readonly comments: readonly Range[];
  readonly errors: readonly Range[];
  readonly roots: ReadonlyMap<Def, RootRun>;
}

export interface Part {
  readonly change: Change;
  /** Whether a function that nothing calls is to be run. */
  runs(def: Def): boolean;
  /** The runs of now rest on no more than what ran. */
  isEnough(roots: ReadonlyMap<Def, RootRun>): boolean;
  /** What stands there is judged anew, since all that ran it runs again: in the text before; in the text now. */
  wasPart(place: Range): boolean;
  isPart(place: Range): boolean;
}

/** A part that takes more of the steps of the whole is not worth it. */
const mostOfWhole = 1 / 3;

export const wholeOf = (lowered: Lowered, roots: ReadonlyMap<Def, RootRun>): Whole =>
  ({ text: lowered.text, places: placedDefs(lowered), comments: lowered.comments, errors: lowered.errors, roots });

/** undefined: the whole is to be analysed. */
export function partSince(before: Whole, now: Lowered): Part | undefined {
  const change = changeBetween(before.text, now.text);
  const inner = placeAround(before.places, { start: change.start, end: change.oldEnd });
  const places = placedDefs(now);
  const innerNow = placeAround(places, { start: change.start, end: change.newEnd });
  const isComment = before.text === now.text || isWithinComment(before, change.start, change.oldEnd) && isWithinComment(now, change.start, change.newEnd);
  if (!isComment && !(isBehindName(inner, change.start) && isBehindName(innerNow, change.start))) return undefined;
  const twins = twinsOf(before.places, inner, places, innerNow, change);
  if (!twins || !areErrorsTheSame(before, inner, now, innerNow, change)) return undefined;

  const concerned = isComment ? [] : [...before.roots].filter(([, { ran }]) => ran.has(inner.def)).map(([def]) => def);
  if (concerned.length === 0 && !isComment) return undefined;
  const needed = neededFor(before.roots, concerned);
  if (!needed || stepsOf(before.roots, needed.wanted) > stepsOf(before.roots) * mostOfWhole) return undefined;
  const { wanted } = needed;
  const anew = ranWithin(before.roots, needed);
  const anewNow = new Set([...twins].flatMap(([def, was]) => (anew.has(was) ? [def] : [])));
  const everRan = new Set([...before.roots.values()].flatMap(({ ran }) => [...ran]));
  return {
    change,
    runs: (def) => !twins.has(def) || wanted.has(twins.get(def)!) || anewNow.has(def),
    isEnough: (roots) => {
      const all = new Map(before.roots);
      for (const [def, run] of roots) all.set(twins.get(def) ?? def, asBefore(run, twins));
      const after = neededFor(all, concerned);
      return after !== undefined && [...after.wanted].every((def) => wanted.has(def) || !before.roots.has(def));
    },
    wasPart: (place) => isIn(placeAround(before.places, place), (def) => (everRan.has(def) ? anew.has(def) : undefined)),
    isPart: (place) => isIn(placeAround(places, place), (def) => (!twins.has(def) ? anew.has(inner.def) : everRan.has(twins.get(def)!) ? anewNow.has(def) : undefined)),
  };
}

/** What did not run itself is judged with what is around it. */
function isIn(innermost: PlacedDef, isAnew: (def: Def) => boolean | undefined): boolean {
  for (let place: PlacedDef | undefined = innermost; place; place = place.parent) {
    const found = isAnew(place.def);
    if (found !== undefined) return found;
  }
  return false;
}

/** What a class is called and extends, and what a function is called and decorated with, concerns who names it. */
const isBehindName = ({ def, start }: PlacedDef, from: number): boolean => def.kind !== 'class' && def.kind !== 'module' && start + def.nameSpan[1] < from;

/** And not where a comment begins and ends, nor in one that tells us something. */
function isWithinComment({ text, comments }: Pick<Whole, 'text' | 'comments'>, from: number, to: number): boolean {
  const comment = comments.find(({ start, end }) => start + 2 < from && to <= end);
  return comment !== undefined && !telling.test(text.slice(comment.start, comment.end));
}
/** Ignore comments, marks and magics of notebooks, types of Python 2, directives of Scala's command line, dependencies of scripts. */
const telling = /sparkcheck|\b(?:MAGIC|COMMAND|DBTITLE)\b|\btype:|^\/\/>|^# ?(?:%%|\/\/\/)|spark|dependencies/i;

/** Definitions as they were, by those of now, but for those that the change touches; undefined: some came or went, or what belongs to what is another now. */
function twinsOf(then: readonly PlacedDef[], inner: PlacedDef, now: readonly PlacedDef[], innerNow: PlacedDef, change: Change): ReadonlyMap<Def, Def> | undefined {
  const { start: changed, oldEnd, newEnd } = change;
  const untouched = (all: readonly PlacedDef[], edited: PlacedDef, end: number): PlacedDef[] => all.filter((place) => place === edited || place.end <= changed || end <= place.start || place.start < changed && end < place.end);
  const old = untouched(then, inner, oldEnd);
  const today = untouched(now, innerNow, newEnd);
  if (old.length !== today.length) return undefined;
  const twins = new Map<Def, Def>();
  for (const [index, { def, start, end }] of today.entries()) {
    const was = old[index]!;
    const isAround = was === inner || was.start < changed && oldEnd < was.end;
    if (was.def.kind !== def.kind || was.def.name !== def.name || movedBy(change, was.start) !== start || !isAround && was.end !== end && movedBy(change, was.end) !== end) return undefined;
    twins.set(def, was.def);
  }
  return twins;
}

/** Outside of the edited function as much can be read as before. */
function areErrorsTheSame(before: Whole, inner: Range, now: Lowered, innerNow: Range, change: Change): boolean {
  const outside = (errors: readonly Range[], edited: Range): Range[] => errors.filter(({ start, end }) => start < edited.start || edited.end < end);
  const then = outside(before.errors, inner);
  const today = outside(now.errors, innerNow);
  return then.length === today.length && then.every(({ start, end }, index) => movedBy(change, start) === today[index]!.start && movedBy(change, end) === today[index]!.end);
}

interface Needed {
  /** What runs the edited function, and what rests on facts that these tell. */
  readonly concerned: ReadonlySet<Def>;
  /** These, what tells them facts, what met their definitions, and what all rests on. */
  readonly wanted: ReadonlySet<Def>;
}

/** undefined: the code of the module, or what prepares objects or makes settings and views, is concerned. */
function neededFor(roots: ReadonlyMap<Def, RootRun>, edited: readonly Def[]): Needed | undefined {
  const tellers = byFact(roots, 'tells');
  const askers = byFact(roots, 'asks');
  const metBy = new Map([...roots].flatMap(([root, { met }]) => [...met].map((def) => [def, root] as const)));
  const concerned = new Set(edited);
  for (const root of concerned) {
    if (root.kind === 'module' || isFirst(root) || roots.get(root)?.shares) return undefined;
    for (const asker of factsWith(askers, roots.get(root)?.tells)) concerned.add(asker);
  }
  const wanted = new Set(concerned);
  for (const [root, { shares }] of roots) if (shares || isFirst(root) || root.kind === 'module') wanted.add(root);
  for (const root of wanted) {
    const meeting = metBy.get(root);
    if (meeting) wanted.add(meeting);
    for (const teller of factsWith(tellers, roots.get(root)?.asks)) wanted.add(teller);
  }
  return { concerned, wanted };
}

type ByFact = ReadonlyMap<Def, ReadonlyMap<string, readonly Def[]>>;

function byFact(roots: ReadonlyMap<Def, RootRun>, how: 'asks' | 'tells'): ByFact {
  const found = new Map<Def, Map<string, Def[]>>();
  for (const [root, run] of roots) {
    for (const [of, names] of run[how]) {
      const own = found.get(of) ?? new Map<string, Def[]>();
      found.set(of, own);
      for (const name of names) {
        const known = own.get(name);
        if (known) known.push(root);
        else own.set(name, [root]);
      }
    }
  }
  return found;
}

/** Roots that have to do with any of these facts. */
function factsWith(all: ByFact, facts: Facts | undefined): Def[] {
  return [...facts ?? []].flatMap(([of, names]) => {
    const own = all.get(of);
    if (!own) return [];
    return names.has(anyFact) ? [...own.values()].flat() : [...names, anyFact].flatMap((name) => own.get(name) ?? []);
  });
}

const stepsOf = (roots: ReadonlyMap<Def, RootRun>, of: ReadonlySet<Def> = new Set(roots.keys())): number => [...of].reduce((sum, root) => sum + (roots.get(root)?.steps ?? 0), 0);

/** Functions that ran where it is concerned, and nowhere but where it is wanted. */
function ranWithin(roots: ReadonlyMap<Def, RootRun>, { concerned, wanted }: Needed): ReadonlySet<Def> {
  const found = new Set([...concerned].flatMap((root) => [...roots.get(root)?.ran ?? []]));
  for (const [root, { ran }] of roots) if (!wanted.has(root)) for (const def of ran) found.delete(def);
  return found;
}

/** With definitions as they were before. */
function asBefore(run: RootRun, twins: ReadonlyMap<Def, Def>): RootRun {
  const all = (facts: Facts): Facts => new Map([...facts].map(([of, names]) => [twins.get(of) ?? of, names]));
  const defs = (of: ReadonlySet<Def>): ReadonlySet<Def> => new Set([...of].map((def) => twins.get(def) ?? def));
  return { ...run, asks: all(run.asks), tells: all(run.tells), ran: defs(run.ran), met: defs(run.met) };
}
