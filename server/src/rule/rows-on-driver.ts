/** What speaks for few rows where an action brings all of them to the driver: one answer for the rules that ask. */
import type { Dataset, EventOf } from '../analysis/model.ts';
import { afterFilter, type FewRows, likelyFew } from './few-rows.ts';
import type { ProgramContext } from './rule.ts';
import { leadsToFailure } from './statements.ts';
import { wantedRows } from './wanted-rows.ts';

/** The surest first; `otherwise`: what only the rule knows, which weighs more than what is guessed of the rows' use. */
export const fewOnDriver = (context: ProgramContext, action: EventOf<'action'>, dataset: Dataset, name: string, otherwise?: () => FewRows | undefined): FewRows | undefined =>
  likelyFew(context.program, dataset, name) ?? otherwise?.() ?? onFailure(context, action, name) ?? wantedRows(context, action, name) ?? afterFilter(dataset, name);

const onFailure = ({ program }: ProgramContext, action: EventOf<'action'>, name: string): FewRows | undefined =>
  action.name.module === program.path && leadsToFailure(program.lowered, action.name.start) ? { rows: `all rows of ${name}, once something has failed,`, condition: 'they are few even then' } : undefined;
