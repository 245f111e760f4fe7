/** What a branch puts in the place of a dataset under the same name: `if deep: rows = enrich(rows).cache()`, `if kept: rows = spark.read.parquet(kept)`. */
import type { Arm, Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { lineageUpTo, nearestIn, oncePerProgram } from './queries.ts';

/**
 * The path on which an action comes down to a dataset: its own, without the branches on which it finds a stand-in under
 * the same name, be it cached or made of other things. Choices stand in the order in which they are come to.
 */
export function pathDownTo(program: SparkProgram, shared: Dataset, action: EventOf<'action'>, held: ReadonlySet<Dataset>): readonly Arm[] {
  if (!areAlternatives(action.on) && !action.on.some((each) => madeOfAlternatives(each))) return action.path;
  const others = everyWay(start(shared, action, held).map(({ from, path }) => elsewhere(shared, from, path, held)));
  const known = new Set(action.path.map(({ choice }) => choice));
  const added = [...new Map(others.filter(({ choice }) => !known.has(choice) && !ofSeveral(program).has(choice)).map((arm) => [arm.choice, arm])).values()].sort((a, b) => a.choice - b.choice);
  return [...action.path.flatMap((arm) => [...added.splice(0, added.filter(({ choice }) => choice < arm.choice).length), arm]), ...added];
}

/** What leads an action to it: itself, or what is held and filled by this action for the first time. */
function start(shared: Dataset, { on, path }: EventOf<'action'>, held: ReadonlySet<Dataset>): readonly { readonly from: readonly Dataset[]; readonly path: readonly Arm[] }[] {
  const isHeld = (each: Dataset): boolean => held.has(each);
  if (on.some((each) => lineageUpTo(each, isHeld).includes(shared))) return [{ from: on, path }];
  const nearest = on.flatMap((each) => [each, ...lineageUpTo(each, isHeld).flatMap(({ from }) => from)]).filter(isHeld);
  return [...new Set(nearest)].filter(({ from }) => from.some((parent) => lineageUpTo(parent, isHeld).includes(shared)));
}

/** Arms on which all that is read of it is read through stand-ins, of what may be one thing or another at a place. */
function elsewhere(shared: Dataset, alternatives: readonly Dataset[], path: readonly Arm[], held: ReadonlySet<Dataset>, seen = new Set<Dataset>()): readonly Arm[] {
  const isHeld = (each: Dataset): boolean => held.has(each);
  const readers = alternatives.filter((each) => lineageUpTo(each, isHeld).includes(shared));
  const standIns = alternatives.filter((each) => !readers.includes(each) && readers.some((reader) => isNamedLike(reader, each)));
  const own = standIns.flatMap((each) => each.path.filter((arm) => isBranch(arm) && !path.some(({ choice }) => choice === arm.choice)).slice(0, 1));
  const below = readers.flatMap((reader) => {
    if (seen.has(reader)) return [];
    seen.add(reader);
    return [reader === shared ? [] : elsewhere(shared, reader.from, reader.path, held, seen)];
  });
  return [...own.map(otherArm), ...everyWay(below)];
}

/** What holds on each of several ways to it. */
const everyWay = ([first = [], ...rest]: readonly (readonly Arm[])[]): readonly Arm[] => first.filter((arm) => rest.every((arms) => arms.some(({ choice }) => choice === arm.choice)));

/** Nearest first, so that a long chain without any is gone through once. */
const madeOfAlternatives = nearestIn(({ from }) => (areAlternatives(from) ? true : undefined));
const areAlternatives = (datasets: readonly Dataset[]): boolean => datasets.some((each, index) => datasets.slice(index + 1).some((other) => isNamedLike(each, other)));
const isNamedLike = (a: Dataset, b: Dataset): boolean => a.names.some(({ name, def }) => b.names.some((other) => other.name === name && other.def === def));

/** Not that of a function which nobody in sight calls, or which was handed to others. */
const isBranch = ({ choice, since }: Arm): boolean => choice >= 0 && since === undefined;

/** Choices of more than two arms: what is not on one of them may be on any other. */
const ofSeveral = oncePerProgram(({ events, datasets }): ReadonlySet<number> => new Set([...events, ...datasets].flatMap(({ path }) => path.flatMap(({ choice, arm }) => (arm > 1 ? [choice] : [])))));

/** Of a choice of two. */
const otherArm = (arm: Arm): Arm => ({ ...arm, arm: arm.arm === 0 ? 1 : 0 });
