/** What derives from a dataset, which actions compute it and what keeps its rows: gathered once for each program, then looked up by all rules. */
import { isOnArms } from '../analysis/conditions.ts';
import type { Dataset, Event, EventOf, SparkProgram } from '../analysis/model.ts';
import { eventsOf, eventsOn, groupedBy, isFull, loopsBetween, mayPrecede, oncePerProgram } from './queries.ts';

interface Uses {
  readonly derived: ReadonlyMap<Dataset, readonly Dataset[]>;
  /** Answers given before. */
  readonly readers: Map<Dataset, readonly EventOf<'action'>[]>;
}

const usesIn = oncePerProgram((program): Uses => {
  const all = new Set(program.datasets);
  for (const { on } of eventsOf(program, 'action')) for (const each of on) all.add(each);
  for (const each of all) for (const parent of each.from) all.add(parent);
  const steps = [...all].flatMap((child) => child.from.map((parent) => ({ parent, child })));
  return {
    derived: new Map([...groupedBy(steps, ({ parent }) => parent)].map(([parent, own]) => [parent, own.map(({ child }) => child)])),
    readers: new Map(),
  };
});

/** The steps that are made of a dataset itself, and the actions on it. */
export function directUses(program: SparkProgram, dataset: Dataset): { readonly steps: readonly Dataset[]; readonly actions: readonly EventOf<'action'>[] } {
  return { steps: usesIn(program).derived.get(dataset) ?? [], actions: eventsOn(program, 'action', dataset) };
}

/** The dataset and all that derives from it. */
export function derivedFrom(program: SparkProgram, dataset: Dataset): ReadonlySet<Dataset> {
  const { derived } = usesIn(program);
  const found = new Set([dataset]);
  for (const each of found) for (const child of derived.get(each) ?? []) found.add(child);
  return found;
}

/** The actions on a dataset or on what derives from it, in order. */
export function actionsOn(program: SparkProgram, dataset: Dataset): readonly EventOf<'action'>[] {
  const { readers } = usesIn(program);
  let found = readers.get(dataset);
  if (!found) {
    const met = new Set([...derivedFrom(program, dataset)].flatMap((each) => eventsOn(program, 'action', each)));
    readers.set(dataset, (found = [...met].sort((a, b) => a.order - b.order)));
  }
  return found;
}

/** A cache may hold its rows at an event: an action that may come before has filled it, and nothing has surely released it since. */
export function readyAt(program: SparkProgram, dataset: Dataset, event: Event): boolean {
  return eventsOn(program, 'cache', dataset).some((cache) =>
    actionsOn(program, dataset).some((action) => isFull(action) && mayPrecede(cache, action) && mayPrecede(action, event)) && !isReleasedBetween(program, dataset, cache, event));
}

/** Whatever leads from one to the other releases it on the way: it alone, or all that is cached. */
export function isReleasedBetween(program: SparkProgram, dataset: Dataset, cache: Event, event: Event): boolean {
  return eventsOf(program, 'release').some((release) => cache.order < release.order && release.order < event.order && (isAlone(release, dataset) || releasesAll(release, dataset)) && isOnTheWay(release, event));
}

const isAlone = ({ on }: EventOf<'release'>, dataset: Dataset): boolean => on.length === 1 && on[0] === dataset;
/** Frames: what `clearCache` knows nothing of is RDDs. */
const releasesAll = ({ all, method }: EventOf<'release'>, { kind }: Dataset): boolean => all && method.name === 'clearCache' && kind !== 'RDD';

/** Wherever the later one runs, the earlier one has run: it stands in no branch, function or loop that the later one is not in. */
const isOnTheWay = (earlier: Event, later: Event): boolean =>
  earlier.place === later.place && isOnArms(later.path, earlier.path) && loopsBetween(later, earlier).length === 0;
