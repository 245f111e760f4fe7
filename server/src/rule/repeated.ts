/** How often an action runs for one and the same dataset, as far as loops tell, and what hides that from sight. */
import { isOnArms } from '../analysis/conditions.ts';
import type { Dataset, EventOf, Loop, Site, SparkProgram } from '../analysis/model.ts';
import { forEachOf } from '../program/expressions.ts';
import { loopsBetween, oncePerProgram } from './queries.ts';
import { statementsIn } from './statements.ts';

type Action = EventOf<'action'>;

/** The loops around the action alone, where nothing on the way there chooses, no pass leaves them, and none is there to try again; undefined where any of that may be. */
export function loopsForSure(program: SparkProgram, shared: Dataset, action: Action): readonly Loop[] | undefined {
  const loops = loopsBetween(shared, action);
  const isSure = loops.length > 0 && loopsBetween(action, shared).length === 0 && loops.every(({ size, range }) => size !== 'retry' && range.module === program.path && !isLeft(program, range))
    && isOnArms(shared.path, action.path) && action.on.every((each) => readInAnyCase(shared)(each));
  return isSure ? loops : undefined;
}

/** `for country in ["de", "fr"]`: how often the action runs for one and the same over things that are written out; 0 where that is not certain. */
export const timesWrittenOut = (program: SparkProgram, shared: Dataset, action: Action): number =>
  loopsForSure(program, shared, action)?.reduce((product, { size, passes }) => (size === 'few' ? product * (passes ?? 1) : 0), 1) ?? 0;

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
