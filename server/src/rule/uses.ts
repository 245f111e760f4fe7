/** What derives from a dataset and which actions compute it: gathered once for each program, then looked up by all rules. */
import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { groupedBy, oncePerProgram } from './queries.ts';

interface Uses {
  readonly derived: ReadonlyMap<Dataset, readonly Dataset[]>;
  readonly actions: ReadonlyMap<Dataset, readonly EventOf<'action'>[]>;
  /** Answers given before. */
  readonly readers: Map<Dataset, readonly EventOf<'action'>[]>;
}

const usesIn = oncePerProgram((program): Uses => {
  const all = new Set(program.datasets);
  const acting = program.events.flatMap((event) => (event.kind === 'action' ? event.on.map((on) => ({ on, event })) : []));
  for (const { on } of acting) all.add(on);
  for (const each of all) for (const parent of each.from) all.add(parent);
  const steps = [...all].flatMap((child) => child.from.map((parent) => ({ parent, child })));
  const actions = groupedBy(acting, ({ on }) => on);
  return {
    derived: new Map([...groupedBy(steps, ({ parent }) => parent)].map(([parent, own]) => [parent, own.map(({ child }) => child)])),
    actions: new Map([...actions].map(([on, own]) => [on, own.map(({ event }) => event)])),
    readers: new Map(),
  };
});

/** The steps that are made of a dataset itself, and the actions on it. */
export function directUses(program: SparkProgram, dataset: Dataset): { readonly steps: readonly Dataset[]; readonly actions: readonly EventOf<'action'>[] } {
  const { derived, actions } = usesIn(program);
  return { steps: derived.get(dataset) ?? [], actions: actions.get(dataset) ?? [] };
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
  const { actions, readers } = usesIn(program);
  let found = readers.get(dataset);
  if (!found) {
    const met = new Set([...derivedFrom(program, dataset)].flatMap((each) => actions.get(each) ?? []));
    readers.set(dataset, (found = [...met].sort((a, b) => a.order - b.order)));
  }
  return found;
}
