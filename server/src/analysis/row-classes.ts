/** Which classes of other files a text names as those of a Dataset's rows: `Dataset[Visit]`, `as[Visit]`. */
import type { Def } from '../program/program.ts';
import { resolveType } from './declared.ts';
import { within } from './evaluate.ts';
import { frameOf, type Run } from './run.ts';
import type { Scope } from './scope.ts';
import { classMeant } from './values.ts';

const named = /\b(?:Dataset|as)[ \t]*\[[ \t]*([A-Z]\w*)[ \t]*\]/g;

export function rowClassesElsewhere(run: Run, scope: Scope, text: string): ReadonlyMap<string, Def> {
  const found = new Map<string, Def>();
  if (run.language !== 'scala') return found;
  for (const name of new Set([...text.matchAll(named)].map(([, each]) => each!))) {
    const value = within(run, frameOf(run, scope), () => resolveType(run, name)) ?? [];
    const info = value.length === 1 ? classMeant(value[0]!) : undefined;
    if (info && info.scope.module !== run.module) found.set(name, info.def);
  }
  return found;
}
