/**
 * What makes it likely that a dataset without a limit has few rows all the same. Nothing proves it, so rules that care
 * how many rows there are say less of it, and on which condition it is fine.
 */
import type { Dataset, SparkProgram, Value } from '../analysis/model.ts';
import { picksByValue } from '../analysis/sql.ts';
import { eventsOf, lineage, rootsOf } from './queries.ts';

export interface FewRows {
  /** "one row for each group of `sales`" */
  readonly rows: string;
  /** "the groups are few" */
  readonly condition: string;
}

export function likelyFew(dataset: Dataset, name: string): FewRows | undefined {
  if (dataset.bound.is === 'groups') return { rows: `one row for each group of ${name}`, condition: 'the groups are few' };
  if (isFromSmallTables(dataset)) return { rows: `all rows of ${name}`, condition: 'what it is read from stays as short as its name promises' };
  return isPickedByValue(dataset) ? { rows: `the rows of ${name}, which a filter picks by given values,`, condition: 'these values pick few' } : undefined;
}

/** `filter(col("id").isin([1, 2]))`, with nothing but steps within partitions since. */
function isPickedByValue(dataset: Dataset): boolean {
  for (let at: Dataset | undefined = dataset, steps = 0; at && steps < 50; at = at.from.length === 1 ? at.from[0] : undefined, steps++) {
    if ((at.made === 'filter' || at.made === 'where') && at.args[0] && picks(at.args[0].value)) return true;
    if (at.source?.sql !== undefined) return picksByValue(/\bwhere\b(.*)$/is.exec(at.source.sql)?.[1] ?? '');
    if (at.method?.lineage !== 'narrow' && at.method?.lineage !== 'same') return false;
  }
  return false;
}

const picks = (condition: Value): boolean => condition.length > 0 && condition.every((item) => {
  const text = item.is === 'constant' ? String(item.value) : item.is === 'foreign' ? item.template : undefined;
  return text !== undefined ? picksByValue(text) : item.is === 'spark' && item.column?.picks === true;
});

// ---- tables that are short by what they are for: lists of settings, of jobs to run, of what codes mean ----------------

/** What the last word of such a name is. */
const purposes: ReadonlySet<string> = new Set([
  'config', 'configs', 'configuration', 'configurations', 'cfg', 'settings', 'parameter', 'parameters', 'param', 'params', 'metadata', 'control', 'ctl', 'lookup', 'lookups', 'lkp', 'destinations',
]);
/** Or the first one: `cfg_sources`. */
const prefixes: ReadonlySet<string> = new Set(['config', 'cfg', 'ctl']);
/** One row for each of these is as many rows as there are of them. */
const many = /^(user|customer|client|account|member|player|patient|subscriber|employee|device|sensor|machine|vehicle|product|item|order|event|file|document|image|video|movie|session|sample|quality)s?$/;

export function isSmallByName(table: string): boolean {
  const last = table.replaceAll('`', '').split('.').at(-1)!;
  const words = last.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().split(/[^a-z]+/).filter((word) => word !== '');
  if (words.length > 1 && /^(table|tables|tbl|tab|v)$/.test(words.at(-1)!)) words.pop();
  if (words.some((word) => many.test(word))) return false;
  return purposes.has(words.at(-1) ?? '') || words.length > 1 && prefixes.has(words[0]!);
}

/** All it is read from are such tables. */
export function isFromSmallTables(dataset: Dataset): boolean {
  const behind = lineage(dataset);
  const tables = behind.flatMap(({ source }) => source?.tables ?? []);
  return tables.length > 0 && tables.every(isSmallByName) && behind.every(({ from, source }) => from.length > 0 || source !== undefined && source.tables.length > 0);
}

// ---- what the program makes itself ------------------------------------------------------------------------------------

/** All it is made from are rows that the program counts out, tables included that it writes itself, from nothing else. */
export const isMadeSmall = (program: SparkProgram, dataset: Dataset, depth = 0): boolean => rootsOf(dataset).every((root) => root.bound.is === 'rows' || isWrittenSmall(program, root, depth));

function isWrittenSmall(program: SparkProgram, { source }: Dataset, depth: number): boolean {
  const table = source?.tables.length === 1 ? source.tables[0]!.toLowerCase() : undefined;
  const writes = table === undefined || depth >= deepest ? [] : eventsOf(program, 'write').filter(({ target }) => target.table?.toLowerCase() === table);
  return writes.length > 0 && writes.every(({ props, on }) => props.mode === 'overwrite' && on.every((each) => isMadeSmall(program, each, depth + 1)));
}
const deepest = 4;
