/** What findings show for themselves: where a value was learned to be what it is, which bound was looked for, what was counted. */
import type { Dataset, Event, EventOf, Site, SparkProgram } from '../analysis/model.ts';
import type { Related } from './rule.ts';
import { lineage, lineageUpTo, rootsOf } from './queries.ts';

const boundText: Readonly<Record<Dataset['bound']['is'], string>> = {
  rows: 'its number of rows is limited here', groups: 'one row for each group or distinct value', unbounded: 'read in full; no limit, sample or aggregate was found after this', unknown: 'its source is not in sight',
};

/** Where a dataset comes from and what its number of rows is believed to be. */
export function evidenceOf(dataset: Dataset): Related[] {
  const roots = rootsOf(dataset);
  return [
    { site: dataset.why.site, message: dataset.why.text },
    ...roots.filter((root) => root !== dataset).map((root) => ({ site: root.why.site, message: root.why.text })),
    ...roots.slice(0, 1).map((root) => ({ site: root.name, message: boundText[dataset.bound.is] })),
  ];
}

export const relatedTo = (events: readonly Event[], message: (event: Event) => string): Related[] => events.map((event) => ({ site: event.name, message: message(event) }));

/** Where callers call from, for a finding inside a function. */
export const callersOf = (event: { readonly callers: readonly Site[] }): Related[] => event.callers.map((site) => ({ site, message: 'called from here' }));

/** A shuffle, Python code or the parsing of text lies in what has to run for this dataset, up to what is kept ready. */
export function costlyPart(dataset: Dataset, isKept: (each: Dataset) => boolean): { readonly what: string; readonly at: Dataset } | undefined {
  for (const each of lineageUpTo(dataset, isKept)) {
    if (isShuffle(each)) return { what: each.source?.sql === undefined ? `the shuffle of \`${each.made}\`` : 'the SQL query', at: each };
    if (each.method?.costly) return { what: `the Python code of \`${each.made}\``, at: each };
    if (each.udf !== undefined) return { what: `the Python code of ${each.udf === 'a UDF' ? each.udf : `\`${each.udf}\``}`, at: each };
    const format = each.source?.format?.toLowerCase();
    if (format === 'jdbc') return { what: 'the JDBC query', at: each };
    if (format === 'csv' || format === 'json' || format === 'xml') return { what: `the parsing of ${format.toUpperCase()}`, at: each };
  }
  return undefined;
}

const joins: ReadonlySet<string> = new Set(['join', 'intersect', 'subtract', 'exceptAll', 'intersectAll', 'crossJoin']);
export const isShuffle = (dataset: Dataset): boolean => dataset.shuffles === true || dataset.method?.shuffle === 'yes' && dataset.kind !== 'GroupedData' || joins.has(dataset.made);
export const hasShuffle = (dataset: Dataset): boolean => lineage(dataset).some(isShuffle);
export const hasSort = (dataset: Dataset): boolean => lineage(dataset).some((each) => each.made === 'orderBy' || each.made === 'sort' || each.made === 'sortBy' || each.made === 'sortByKey');

/** The rows a plan is cut off at: what was checkpointed or cached before is not computed again. */
export const checkpointed: ReadonlySet<string> = new Set(['checkpoint', 'localCheckpoint']);

/** The first action event of a program whose method reads this dataset. */
export const actionsOn = (program: SparkProgram, dataset: Dataset): EventOf<'action'>[] =>
  program.events.filter((event): event is EventOf<'action'> => event.kind === 'action' && event.on.some((on) => lineage(on).includes(dataset)));

export const quoteCode = (text: string): string => `\`${text.replace(/\s+/g, ' ').trim()}\``;
/** "one", "two" … for messages. */
export const numberWord = (count: number): string => ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][count] ?? String(count);
