/** What a program never does, where all that it does can be seen. */
import type { Dataset, SparkProgram } from '../analysis/model.ts';

/** It runs jobs of its own, and none of their steps is such: neither one that is written there nor one of a query that is not known. */
export const doesWithout = (program: SparkProgram, isSuch: (step: Dataset) => boolean): boolean =>
  program.entryPoint && !program.partial
  && program.events.some(({ kind }) => kind === 'action' || kind === 'write')
  && !program.events.some((event) => event.kind === 'escape' && outOfSight.has(event.how))
  && !program.datasets.some((step) => isSuch(step) || isOutOfSight(step));

/** To code that cannot be seen, to what a query may name, to algorithms and merges of Spark itself. */
const outOfSight: ReadonlySet<string> = new Set(['passed', 'view', 'used']);

/** What a table, a view or a statement comes to is not seen here, nor what is asked within an expression, nor steps of pandas. */
const isOutOfSight = ({ made, kind, source, args }: Dataset): boolean =>
  made === 'sql' || source?.table !== undefined || /pandas/i.test(kind) || args.some(({ value }) => value.some((item) => item.is === 'constant' && typeof item.value === 'string' && /\bselect\b/i.test(item.value)));
