/** What holds of a dataset of which several things may hold: the worse bound, what two sources have in common. */
import type { Bound, Source } from './model.ts';

const rank = { rows: 0, groups: 1, unknown: 2, unbounded: 3 } as const;

export function worse(a: Bound, b: Bound): Bound {
  if (a.is !== 'rows' || b.is !== 'rows') return rank[a.is] >= rank[b.is] ? a : b;
  if (a.rows === undefined || b.rows === undefined) return { is: 'rows' };
  return a.rows >= b.rows ? a : b;
}

export function commonSource(a: Source, b: Source): Source {
  const same = <T>(one: T, other: T): T | undefined => (one === other ? one : undefined);
  const names = new Set([...a.options.keys(), ...b.options.keys()]);
  return {
    format: same(a.format, b.format), table: same(a.table, b.table), sql: same(a.sql, b.sql),
    tables: [...new Set([...a.tables, ...b.tables])], paths: a.paths.filter((path) => b.paths.includes(path)), schemaGiven: a.schemaGiven && b.schemaGiven,
    options: new Map([...names].map((name) => [name, same(a.options.get(name), b.options.get(name))])),
  };
}
