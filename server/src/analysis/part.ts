/**
 * What an edit inside one function leaves as it was. Functions that nothing calls run by themselves, each as an arm of
 * one choice: what is found in one does not rest on another. So while somebody types, only the function that is edited
 * and those that call it run again, and what was found elsewhere stays until the typing stops.
 */
import { forEachExpression } from '../program/expressions.ts';
import type { Def, Lowered } from '../program/program.ts';
import { type Change, changeBetween } from '../syntax/change.ts';
import type { Range } from '../text/range.ts';
import type { SparkProgram } from './model.ts';
import { mostTurns, turnOf } from './roots.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

/** Which functions of a module rest on which, as far as they were met. */
export interface Reach {
  readonly functions: readonly Place[];
  readonly calledBy: ReadonlyMap<Def, ReadonlySet<Def>>;
  /** By class: which functions assign its fields, and whether they hold datasets; by module: which assign its names. */
  readonly assigners: ReadonlyMap<Def, { readonly functions: ReadonlySet<Def>; readonly datasets: boolean }>;
}

/** A function and where it stands; `around`: the definitions that it stands in, innermost first. */
interface Place extends Range {
  readonly def: Def;
  readonly around: readonly Def[];
  /** Code out of sight was given it: it runs by itself although it stands in another function. */
  readonly handed: boolean;
}

/** What holds of the earlier findings, and what has to be found again. */
export interface Part {
  /** A comment was edited, or an edit undone: nothing has to run again. */
  readonly nothing: boolean;
  /** These need not run by themselves. */
  readonly kept: ReadonlySet<Def>;
  /** What stands at this offset of the earlier text is found again. */
  wasAnew(offset: number): boolean;
  /** The same of the new text. */
  isAnew(offset: number): boolean;
  /** Where a range of the earlier text stands now; undefined: it was edited. */
  moved(range: Range): Range | undefined;
}

export function reachOf(run: Run): Reach {
  const met = new Map([...run.functions, ...[...run.givenAway].map(([def, { env }]) => [def, env] as const)]);
  const functions = [...met].flatMap(([def, env]): Place[] => {
    if (env.module !== run.module) return [];
    const start = env.base + def.at;
    return [{ def, start, end: start + def.length, around: definitionsAround(env), handed: run.givenAway.has(def) }];
  });
  return { functions, calledBy: run.calledBy, assigners: run.assigners };
}

function definitionsAround(env: Scope): Def[] {
  const found: Def[] = [];
  for (let scope: Scope | undefined = env; scope; scope = scope.parent) found.push(scope.def);
  return found;
}

/** Of an edit that lies within one function; undefined: everything may be another now. */
export function partOf({ reach, program }: { readonly reach: Reach; readonly program: SparkProgram }, now: Lowered): Part | undefined {
  const before = program.lowered;
  if (program.partial) return undefined;
  const change = changeBetween(before.text, now.text);
  if (before.text === now.text || before.comments.length === now.comments.length && inComment(before, change.start, change.oldEnd) && inComment(now, change.start, change.newEnd)) return partBehind(change, () => false);
  const units = unitsOf(reach);
  const edited = innermost(units, change.start, change.oldEnd);
  if (!edited || change.start <= edited.start || turnOf(edited.def) < mostTurns || !standsStill(edited, before, now, change)) return undefined;
  const anew = above(reach, [edited]);
  const again = new Set([...anew, ...above(reach, stateBehind(reach, anew))]);
  const kept = new Set(reach.functions.filter((place) => !again.has(unitAround(reach, place))).map(({ def }) => def));
  return partBehind(change, (offset) => anew.has(innermost(units, offset, offset) ?? moduleCode), kept);
}

function partBehind({ start: from, oldEnd, newEnd }: Change, wasAnew: Part['wasAnew'], kept?: ReadonlySet<Def>): Part {
  const by = newEnd - oldEnd;
  return {
    nothing: kept === undefined, kept: kept ?? new Set(), wasAnew,
    isAnew: (offset) => kept !== undefined && (offset >= from && offset <= newEnd || wasAnew(offset < from ? offset : offset - by)),
    moved: ({ start, end }) => (end <= from ? { start, end } : start >= oldEnd ? { start: start + by, end: end + by } : undefined),
  };
}

/** Behind its mark, and within what closes it. */
const inComment = ({ comments, text }: Lowered, start: number, end: number): boolean =>
  comments.some((comment) => comment.start + 2 <= start && end <= comment.end - (text.startsWith('*/', comment.end - 2) ? 2 : 0));

/** What stands in no function. */
const moduleCode = Symbol('module');
type Unit = Place | typeof moduleCode;

/** Functions that run by themselves where nothing calls them; what stands in one of them belongs to it. */
const isUnit = ({ def, around, handed }: Place): boolean => handed || (def.kind === 'function' && around[0]!.kind !== 'function' && around[0]!.kind !== 'lambda');

interface Units {
  readonly units: readonly Place[];
  /** By definition: what it belongs to. */
  readonly of: ReadonlyMap<Def, Unit>;
  readonly callers: ReadonlyMap<Unit | Def, ReadonlySet<Unit | Def>>;
}
const known = new WeakMap<Reach, Units>();

function gathered(reach: Reach): Units {
  const before = known.get(reach);
  if (before) return before;
  const units = new Map(reach.functions.filter(isUnit).map((place) => [place.def, place]));
  const of = new Map<Def, Unit>();
  for (const { def, around } of reach.functions) {
    of.set(def, units.get(def) ?? around.flatMap((each) => units.get(each) ?? [])[0] ?? moduleCode);
    for (const each of around) if (each.kind === 'module' || each.kind === 'class') of.set(each, around.slice(around.indexOf(each)).flatMap((outer) => units.get(outer) ?? [])[0] ?? moduleCode);
  }
  const callers = new Map<Unit | Def, Set<Unit | Def>>();
  // Functions of other modules hand on what they are given: they stand for themselves.
  for (const [def, by] of reach.calledBy) {
    const callee = of.get(def) ?? def;
    const all = callers.get(callee) ?? new Set();
    callers.set(callee, all);
    for (const each of by) all.add(of.get(each) ?? each);
  }
  const made = { units: [...units.values()], of, callers };
  known.set(reach, made);
  return made;
}

const unitsOf = (reach: Reach): readonly Place[] => gathered(reach).units;
const unitAround = (reach: Reach, { def }: Place): Unit | Def => gathered(reach).of.get(def) ?? def;

/** These, and whatever calls them, through others too. */
function above(reach: Reach, start: readonly (Unit | Def)[]): Set<Unit | Def> {
  const { callers } = gathered(reach);
  const found = new Set(start);
  for (const unit of found) for (const caller of callers.get(unit) ?? []) found.add(caller);
  return found;
}

/**
 * Functions see what others have assigned to names of the module, methods what others have assigned to the fields of
 * their object: these run again, too. Where datasets are kept so, all functions there do, since one of them may use or
 * release what another one made.
 */
function stateBehind(reach: Reach, anew: ReadonlySet<Unit | Def>): (Unit | Def)[] {
  const { of } = gathered(reach);
  const inClass = reach.functions.some((place) => anew.has(place) && place.around[0]!.kind === 'class');
  return [...reach.assigners].filter(([owner]) => inClass || owner.kind === 'module').flatMap(([owner, { functions, datasets }]) =>
    (datasets ? reach.functions.filter(({ around }) => around.includes(owner)).map(({ def }) => def) : [...functions]).map((def) => of.get(def) ?? def));
}

function innermost(units: readonly Place[], start: number, end: number): Place | undefined {
  let found: Place | undefined;
  for (const unit of units) if (unit.start <= start && end <= unit.end && (!found || unit.start >= found.start)) found = unit;
  return found;
}

/** The function stands where it stood, is called as it was, and the text outside of it is read as it was. */
function standsStill(edited: Place, before: Lowered, now: Lowered, { newEnd, oldEnd }: Change): boolean {
  const by = newEnd - oldEnd;
  const broken = (errors: Lowered['errors'], end: number): number => errors.filter((error) => error.end < edited.start || error.start > end).length;
  if (broken(before.errors, edited.end) !== broken(now.errors, edited.end + by)) return false;
  const names = edited.around.map(({ kind, name }) => `${kind} ${name}`).reverse().join();
  let stands = false;
  forEachExpression(now, (expr, _, defs) => {
    if (stands || expr.kind !== 'closure' || expr.def.name !== edited.def.name || expr.def.length !== edited.def.length + by) return;
    const start = defs.reduce((sum, { at }) => sum + at, expr.def.at);
    stands = start === edited.start && expr.def.kind === edited.def.kind && defs.map(({ kind, name }) => `${kind} ${name}`).join() === names;
  });
  return stands;
}
