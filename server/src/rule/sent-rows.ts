/** Rows that the driver fetches to send them to every executor: what is broadcast, or taken along by a function that runs there, has to pass through it. */
import type { EventOf, Site, SparkProgram } from '../analysis/model.ts';
import type { Def } from '../program/program.ts';
import { contains } from '../text/range.ts';
import { eventsOf, oncePerProgram, placeOf } from './queries.ts';
import { boundBy, statementAt } from './statements.ts';

type Action = EventOf<'action'>;

const sentFunctions = oncePerProgram((program) => eventsOf(program, 'sent').filter(({ argument }) => argument.module === program.path).map(({ argument }) => argument));
const broadcasts = oncePerProgram((program) => eventsOf(program, 'resource').filter(({ what, op }) => what === 'broadcast' && op === 'make'));

/** `sc.broadcast(df.collect())`, also by way of what is made of the rows in one statement: `codes = dict(…collect())`, then `sc.broadcast(codes)`. */
export function isSent(program: SparkProgram, action: Action): boolean {
  const made = broadcasts(program);
  // For any of the callers of its function.
  return made.some(({ rows }) => rows?.some(({ site }) => placeOf(site) === placeOf(action.site)))
    || made.some(({ site }) => site.module === program.path && contains(site, action.site)) || isGivenOn(program, action, made.map(({ site }) => site), (call) => givenTo(program, call));
}

/** `codes = dict(…collect())`, then `lines.map(line => codes(line))`: each task takes them along. */
export const isTakenAlong = (program: SparkProgram, action: Action): boolean =>
  isGivenOn(program, action, sentFunctions(program), ({ start, end }) => namesIn(program.lowered.text.slice(start, end)));

/** What is made of the rows in their statement has a name that one of the places behind it holds. */
function isGivenOn(program: SparkProgram, { site: { module, start } }: Action, places: readonly Site[], words: (place: Site) => ReadonlySet<string>): boolean {
  if (places.length === 0 || module !== program.path) return false;
  const statement = statementAt(program.lowered, start);
  const names = statement?.expr.kind === 'bind' ? boundBy(statement) : [];
  return places.some((place) => place.module === module && place.start > start && names.some((name) => isSeenFrom(statement!.def, statementAt(program.lowered, place.start)?.def, name) && words(place).has(name)));
}

/** A function uses what is bound around it, unless the name is its own. */
const isSeenFrom = (outer: Def, def: Def | undefined, name: string): boolean => def !== undefined && (def === outer || outer.kind === 'module' && !def.binds.has(name) && !def.params.some((param) => param.name === name));

/** The names in what a call is given. */
function givenTo({ lowered }: SparkProgram, { start, end }: { readonly start: number; readonly end: number }): Set<string> {
  const call = lowered.text.slice(start, end);
  return new Set(call.slice(call.lastIndexOf('broadcast(') + 'broadcast('.length).match(/(?<![.\w])[A-Za-z_]\w*(?!\s*\()/g));
}

/** Those that a function uses; of Scala's collections `codes(key)` is a look-up. */
const namesIn = (code: string): Set<string> => new Set(code.match(/(?<![.\w])[A-Za-z_]\w*/g));
