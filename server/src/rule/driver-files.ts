/** Files that the driver writes itself, with pandas: whatever is read from them was held by it. */
import type { Dataset, SparkProgram } from '../analysis/model.ts';
import { forEachOf } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { eventsOf, groupedBy, oncePerProgram } from './queries.ts';
import { boundBy, definitionsAt, type Statement, statementsOf } from './statements.ts';
import { expressionAt, someWithin } from './written.ts';

/** `frame.toPandas().to_parquet(cache)` in the function that reads `cache`, with the same path at both places. */
export function isWrittenByDriver(program: SparkProgram, { source, args: [first], site }: Dataset): boolean {
  const path = source && first && site.module === program.path ? expressionAt(program, first.site) : undefined;
  if (!path || !first) return false;
  const { lowered } = program;
  const def = definitionsAt(lowered, site.start).at(-1);
  const text = lowered.text.slice(first.site.start, first.site.end);
  const writes = (writtenByPandas(program).get(text) ?? []).filter((write) => write.def === def && staysTheSame(program, path, def, write.at, first.site.start));
  return writes.length > 0 && !(writtenBySpark(program).get(text) ?? []).some((write) => write.def === def);
}

interface Write {
  readonly path: string;
  readonly at: number;
  readonly def: Def | undefined;
}

/** By the path as it is written. */
const writtenByPandas = oncePerProgram(({ lowered, types }): ReadonlyMap<string, readonly Write[]> => {
  const found: Write[] = [];
  forEachOf(lowered, ['call'], (expr, { start }) => {
    const path = expr.args[0]?.value.span;
    if (!path || expr.fn.kind !== 'member' || !/^to_(?:parquet|csv|json|pickle|orc|feather)$/.test(expr.fn.name)) return;
    // Frames of pyspark.pandas, which have the same methods, are written by the executors.
    const frame = types.get(expr.fn.on) ?? [];
    if (frame.length === 0 || !frame.every((item) => item.is === 'foreign' && /^(?:geo)?pandas\b/.test(item.name))) return;
    const at = start - expr.span[0] + path[0];
    found.push({ path: lowered.text.slice(at, at + path[1] - path[0]), at, def: definitionsAt(lowered, start).at(-1) });
  });
  return groupedBy(found, ({ path }) => path);
});

const writtenBySpark = oncePerProgram((program): ReadonlyMap<string, readonly Write[]> => groupedBy(eventsOf(program, 'write').flatMap(({ target: { site } }): Write[] =>
  (site?.module === program.path ? [{ path: program.lowered.text.slice(site.start, site.end), at: site.start, def: definitionsAt(program.lowered, site.start).at(-1) }] : [])), ({ path }) => path));

/** Nothing that a path is made of is given another value between the two places, in the function; what it has from outside is bound once. */
function staysTheSame(program: SparkProgram, path: Expr, def: Def | undefined, one: number, other: number): boolean {
  const owner = def ?? program.lowered.module;
  return !someWithin(path, (each) => {
    if (each.kind !== 'name' && each.kind !== 'member') return false;
    const bindings = bindingsOf(program).get(each.name) ?? [];
    return each.kind === 'name' && !owner.binds.has(each.name) ? bindings.length > 1 : bindings.some(({ def: at, start }) => at === owner && start > Math.min(one, other) && start < Math.max(one, other));
  });
}

const bindingsOf = oncePerProgram(({ lowered }): ReadonlyMap<string, readonly Statement[]> => {
  const found = statementsOf(lowered).flatMap((statement) => [...boundBy(statement), ...membersBoundBy(statement)].map((name) => ({ name, statement })));
  return new Map([...groupedBy(found, ({ name }) => name)].map(([name, all]) => [name, all.map(({ statement }) => statement)]));
});
const membersBoundBy = ({ expr }: Statement): string[] => (expr.kind === 'bind' ? expr.patterns.flatMap((pattern) => (pattern.kind === 'member' ? pattern.name : [])) : []);
