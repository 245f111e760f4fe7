/**
 * What speaks for few rows where an action brings all of them to the driver: one answer for the rules that ask. The
 * principle: a warning where a large source is in sight and nothing else is; a hint where something speaks for few rows;
 * where that is the use that one action makes of them, it speaks for the others that bring the same rows, too, since what
 * fits there once fits there again.
 */
import { partitionsKept } from '../analysis/chain.ts';
import type { Dataset, EventOf } from '../analysis/model.ts';
import { afterFilter, type FewRows, likelyFew } from './few-rows.ts';
import { firstRowOf } from './first-row.ts';
import { actions, groupedBy, oncePerProgram } from './queries.ts';
import type { ProgramContext } from './rule.ts';
import { leadsToFailure } from './statements.ts';
import { gatheredRows, wantedRows } from './wanted-rows.ts';

type Action = EventOf<'action'>;

/** The surest first; `otherwise`: what only the rule knows, which weighs more than what is guessed of the rows' use. */
export const fewOnDriver = (context: ProgramContext, action: Action, dataset: Dataset, name: string, otherwise?: () => FewRows | undefined): FewRows | undefined =>
  likelyFew(context.program, dataset, name) ?? otherwise?.() ?? onFailure(context, action, name) ?? wantedRows(context, action, dataset, name) ?? afterFilter(dataset, name) ?? asElsewhere(context, action, dataset, name);

const onFailure = ({ program }: ProgramContext, action: Action, name: string): FewRows | undefined =>
  action.name.module === program.path && leadsToFailure(program.lowered, action.name.start) ? { rows: `all rows of ${name}, once something has failed,`, condition: 'they are few even then' } : undefined;

/** Another action brings the same rows, for something that speaks for few. */
function asElsewhere(context: ProgramContext, action: Action, dataset: Dataset, name: string): FewRows | undefined {
  const others = broughtBy(context.program).get(withAllRows(dataset)) ?? [];
  for (const other of others.slice(0, mostOthers)) {
    if (other.site.start === action.site.start && other.site.module === action.site.module) continue;
    const few = gatheredRows(context.program, other, dataset, name) ?? wantedRows(context, other, dataset, name);
    if (few) return few;
  }
  return undefined;
}

/** Of very many the first ones are asked: each of them asks as many. */
const mostOthers = 20;

/** Actions that bring all rows to the driver, by the frame that these are the rows of. */
const broughtBy = oncePerProgram((program): ReadonlyMap<Dataset, readonly Action[]> =>
  groupedBy(actions(program).filter((action) => action.method.driver === 'all' && action.place !== 'executor' && action.on.length === 1 && !firstRowOf(program, action)), ({ on }) => withAllRows(on[0]!)));

/** What it is made of row by row, with none left out. */
function withAllRows(dataset: Dataset): Dataset {
  let at = dataset;
  for (const step of partitionsKept(dataset)) {
    at = step;
    if (!rowByRow.has(step.made)) break;
  }
  return at;
}
const rowByRow: ReadonlySet<string> = new Set(['select', 'withColumn', 'withColumns', 'withColumnRenamed', 'drop', 'cache', 'persist', 'alias', 'toDF']);
