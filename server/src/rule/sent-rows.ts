/** Rows that the driver fetches to send them to every executor: what is broadcast, or taken along by a function that runs there, has to pass through it. */
import type { EventOf, Site, SparkProgram } from '../analysis/model.ts';
import type { Def } from '../program/program.ts';
import { contains } from '../text/range.ts';
import { eventsOf, oncePerProgram, placeOf } from './queries.ts';
import { boundBy, statementAt } from './statements.ts';

type Action = EventOf<'action'>;

const sentFunctions = oncePerProgram((program) => eventsOf(program, 'sent').filter(({ argument }) => argument.module === program.path).map(({ argument }) => argument));
const broadcasts = oncePerProgram((program) => eventsOf(program, 'resource').filter(({ what, op }) => what === 'broadcast' && op === 'make'));

/** `sc.broadcast(df.collect())`, also by way of what is made of the rows in one statement: `codes = dict(…collect())`, then `sc.broadcast(codes)` or `lines.map(line => codes(line))`. */
export function isSent(program: SparkProgram, action: Action): boolean {
  const made = broadcasts(program);
  const functions = sentFunctions(program);
  if (made.length === 0 && functions.length === 0) return false;
  // For any of the callers of its function.
  if (made.some(({ rows }) => rows?.some(({ site }) => placeOf(site) === placeOf(action.site)))) return true;
  if (action.site.module !== program.path) return false;
  const statement = statementAt(program.lowered, action.site.start);
  const names = statement?.expr.kind === 'bind' ? boundBy(statement) : [];
  const isGiven = (site: Site, words: (site: Site) => ReadonlySet<string>): boolean =>
    names.some((name) => site.start > action.site.start && isSeenFrom(statement!.def, statementAt(program.lowered, site.start)?.def, name) && words(site).has(name));
  return made.some(({ site }) => site.module === program.path && (contains(site, action.site) || isGiven(site, (call) => givenTo(program, call))))
    || functions.some((site) => isGiven(site, ({ start, end }) => namesIn(program.lowered.text.slice(start, end))));
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
