/** How often an action runs for one and the same dataset, as far as loops tell, and what hides that from sight. */
import { isOnArms } from '../analysis/conditions.ts';
import type { Dataset, EventOf, Loop, Site, SparkProgram } from '../analysis/model.ts';
import { forEachOf } from '../program/expressions.ts';
import { loopsBetween, oncePerProgram, sameLoop } from './queries.ts';
import { statementsIn } from './statements.ts';

type Action = EventOf<'action'>;

/** The loops around the action alone, where nothing on the way there chooses, no pass leaves them, and none is there to try again; undefined where any of that may be, or a pass runs it for something else. */
export function loopsForSure(program: SparkProgram, shared: Dataset, action: Action): readonly Loop[] | undefined {
  return action.on.every((each) => readInAnyCase(shared)(each)) ? goneThrough(program, shared, action) : undefined;
}

function goneThrough(program: SparkProgram, shared: Dataset, action: Action): readonly Loop[] | undefined {
  const loops = loopsBetween(shared, action);
  const isSure = loops.length > 0 && loopsBetween(action, shared).length === 0 && loops.every(({ size, range, left }) => size !== 'retry' && !(range.module === program.path ? isLeft(program, range) : left ?? true)) && isOnArms(shared.path, action.path);
  return isSure ? loops : undefined;
}

/** `for country in ["de", "fr"]`: how often the action runs for one and the same over things that are written out; 0 where that is not certain. Of frames that are written out (`Seq(all, open)`) those count that are made of it. */
export function timesWrittenOut(program: SparkProgram, shared: Dataset, action: Action): number {
  const loops = goneThrough(program, shared, action) ?? [];
  if (loops.length === 0 || loops.some(({ size }) => size !== 'few')) return 0;
  const read = readInAnyCase(shared);
  if (action.on.every(read)) return loops.reduce((product, { passes }) => product * (passes ?? 1), 1);
  const [loop, ...others] = loops;
  const parts = others.length === 0 ? partsOf(action.on, loop!) : undefined;
  return parts?.length === loop!.passes ? parts!.filter(read).length : 0;
}

/** What each pass takes up: the datasets from before the loop of which the steps in it are alternatives. */
function partsOf(on: readonly Dataset[], loop: Loop): readonly Dataset[] | undefined {
  const parts = new Set<Dataset>();
  const steps = new Set(on);
  for (const each of steps) {
    if (!each.loops.some((other) => sameLoop(other, loop))) parts.add(each);
    else if (each.method?.lineage === 'join' || each.method?.lineage === 'union' || each.from.length === 0) return undefined;
    else for (const parent of each.from) steps.add(parent);
  }
  return [...parts];
}

const known = new WeakMap<Dataset, Map<Dataset, boolean>>();

/** Whether a step reads it, whichever of its alternatives that was made from. */
function readInAnyCase(shared: Dataset): (dataset: Dataset) => boolean {
  const reading = known.get(shared) ?? new Map([[shared, true]]);
  known.set(shared, reading);
  const isRead = (dataset: Dataset): boolean => {
    const before = reading.get(dataset);
    if (before !== undefined) return before;
    reading.set(dataset, false);
    const { from, method } = dataset;
    const read = (method?.lineage === 'join' || method?.lineage === 'union') && from.length <= 2 ? from.some(isRead) : from.length > 0 && from.every(isRead);
    reading.set(dataset, read);
    return read;
  };
  return isRead;
}

const left = oncePerProgram((): Map<string, boolean> => new Map());

function isLeft(program: SparkProgram, range: Site): boolean {
  const place = `${range.start}-${range.end}`;
  let leaves = left(program).get(place);
  if (leaves === undefined) left(program).set(place, (leaves = statementsIn(program.lowered, range).some(({ expr }) => expr.kind === 'exit' && expr.how !== 'continue' && expr.how !== 'yield')));
  return leaves;
}

/** It caches views by their names: which, is not followed. */
export const cachesTables = oncePerProgram((program): boolean => {
  let found = false;
  forEachOf(program.lowered, ['member', 'literal'], (expr) => void (found ||= expr.kind === 'member' ? expr.name === 'cacheTable' : typeof expr.value === 'string' && /^\s*cache\s+(lazy\s+)?table\b/i.test(expr.value)));
  return found;
});
