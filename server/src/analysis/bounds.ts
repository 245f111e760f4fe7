/** What holds of a dataset of which several things may hold: the worse bound, what two sources have in common. */
import type { ArgValue, Bound, Source } from './model.ts';
import { join, unknown } from './values.ts';

const rank = { rows: 0, groups: 1, unknown: 2, unbounded: 3 } as const;

export function worse(a: Bound, b: Bound): Bound {
  if (a.is !== 'rows' || b.is !== 'rows') return rank[a.is] >= rank[b.is] ? a : b;
  if (a.rows === undefined || b.rows === undefined) return { is: 'rows' };
  return a.rows >= b.rows ? a : b;
}

/** What both are; undefined where they differ. */
export const common = <T>(a: T, b: T): T | undefined => (a === b ? a : undefined);

/** What a place is given in several passes: each of these values. Where what is unpacked there differs in length, nobody knows. */
export function commonArgs(a: readonly ArgValue[], b: readonly ArgValue[]): readonly ArgValue[] {
  if (a === b) return a;
  return a.map((arg, index) => {
    const other = b[index];
    const value = other?.name === arg.name && a.length === b.length ? join(arg.value, other!.value) : unknown('widened');
    return value === arg.value && other?.literal === arg.literal ? arg : { ...arg, value, literal: common(arg.literal, other?.literal) };
  });
}

export function commonSource(a: Source, b: Source): Source {
  const names = new Set([...a.options.keys(), ...b.options.keys()]);
  return {
    format: common(a.format, b.format), table: common(a.table, b.table), sql: common(a.sql, b.sql),
    tables: [...new Set([...a.tables, ...b.tables])], paths: a.paths.filter((path) => b.paths.includes(path)), schemaGiven: a.schemaGiven && b.schemaGiven,
    options: new Map([...names].map((name) => [name, common(a.options.get(name), b.options.get(name))])),
  };
}
