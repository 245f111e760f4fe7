/** A dataset and those that it was made from, one after the other. */
import type { ArgValue, Dataset } from './model.ts';
import { stringOf } from './values.ts';

/** Longer chains are not followed to their end. */
const longest = 50;

/** It has the rows of its parent, each by itself, where they are: no shuffle, and nothing read. */
export const isWithinPartitions = ({ method }: Dataset): boolean => method?.lineage === 'narrow' || method?.lineage === 'same';

/** A dataset, and what it was made from for as long as steps work within partitions (or `passes` lets them by), the first that does not included. */
export function* partitionsKept(dataset: Dataset | undefined, passes: (step: Dataset) => boolean = () => false): Generator<Dataset> {
  let steps = 0;
  for (let at = dataset; at && steps < longest; steps++) {
    yield at;
    if (!isWithinPartitions(at) && !passes(at)) return;
    at = at.from.length === 1 ? at.from[0] : undefined;
  }
}

/** How a call of `join` joins, without capitals and underscores: `inner` where it does not say; undefined where nobody knows. */
export function joinKind(args: readonly ArgValue[]): string | undefined {
  const how = args.find(({ name }) => name === 'how') ?? args.filter(({ name }) => name === undefined)[2];
  return how ? stringOf(how.value)?.toLowerCase().replaceAll('_', '') : 'inner';
}
