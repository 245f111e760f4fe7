/** Which steps of a plan an action runs: Spark leaves out sorts whose order nothing sees and columns that nothing reads. */
import type { ArgValue, Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { isSort, isShuffle } from './explain.ts';

type Action = EventOf<'action'>;

/** What is asked of the rows that a step gives. */
interface Need {
  /** Their order is seen. */
  readonly sorted: boolean;
  /** Words among which are the names of all columns that are read; undefined: all columns, or nobody knows which. */
  readonly columns: ReadonlySet<string> | undefined;
}

export const isCount = ({ method }: Action): boolean => method.name === 'count' && method.owner === 'DataFrame';

/** Steps behind an action that cost nothing in it, up to what is kept ready. */
export function leftOutBy(program: SparkProgram, action: Action, isKept: (dataset: Dataset) => boolean): ReadonlySet<Dataset> {
  const needs = new Map<Dataset, Need>();
  // Of a sort, an action that stops early takes the first rows of each task.
  const first: Need = { sorted: !isCount(action) && action.method.reads !== 'some', columns: isCount(action) ? new Set() : undefined };
  const waiting = action.on.map((on) => ({ step: on, need: first }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { step } = next;
    const before = needs.get(step);
    const need = before ? either(before, next.need) : next.need;
    if (isKept(step) || before && before.sorted === need.sorted && before.columns?.size === need.columns?.size) continue;
    needs.set(step, need);
    const below: Need = { sorted: need.sorted && keepsOrder(step), columns: columnsBelow(program, step, need.columns) };
    for (const parent of step.from) waiting.push({ step: parent, need: below });
  }
  return new Set([...needs].flatMap(([step, need]) => (isLeftOut(step, need) ? step : [])));
}

const either = (a: Need, b: Need): Need => ({ sorted: a.sorted || b.sorted, columns: together(a.columns, b.columns) });
const together = (a: Need['columns'], b: Need['columns']): Need['columns'] => (a && b ? new Set([...a, ...b]) : undefined);

/** With a limit above it, a sort keeps the first rows of each task; a join, a grouping or a further sort needs no order. */
const keepsOrder = (step: Dataset): boolean => !isSort(step) && !isShuffle(step) && !['limit', 'join', 'crossJoin'].includes(step.made) && step.kind !== 'GroupedData';

const addsColumns: ReadonlySet<string> = new Set(['withColumn', 'withColumns', 'select', 'selectExpr']);

function isLeftOut(step: Dataset, { sorted, columns }: Need): boolean {
  if (isSort(step)) return !sorted;
  if (step.udf === undefined || !addsColumns.has(step.made) || !columns) return false;
  const added = addedBy(step);
  return columns.size === 0 || added !== undefined && !columns.has(added);
}

function addedBy({ made, args }: Dataset): string | undefined {
  const name = made === 'withColumn' ? args[0]?.literal : undefined;
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}

const asking: ReadonlySet<string> = new Set(['filter', 'where', 'orderBy', 'sort', 'repartition', 'join', 'crossJoin', 'withColumnRenamed', 'withColumns']);
const passing: ReadonlySet<string> = new Set(['limit', 'sample', 'coalesce', 'alias', 'hint', 'drop', 'unionByName']);
const summing: ReadonlySet<string> = new Set(['sum', 'avg', 'mean', 'min', 'max']);

/** What a step reads of the rows it is made from, where it is asked for these columns. */
function columnsBelow(program: SparkProgram, step: Dataset, asked: Need['columns']): Need['columns'] {
  const { made, args } = step;
  const own = (): Need['columns'] => wordsIn(program, step);
  if (step.kind === 'GroupedData') return asked && together(asked, own());
  if (made === 'agg' || step.from.some(({ kind }) => kind === 'GroupedData')) return made === 'count' ? new Set() : made === 'agg' || summing.has(made) && args.length > 0 ? own() : undefined;
  if (made === 'select' || made === 'selectExpr') {
    const words = own();
    return words?.has('*') ? together(asked, words) : words;
  }
  if (!asked || passing.has(made)) return asked;
  if (made === 'withColumn') {
    const added = addedBy(step);
    return added !== undefined && !asked.has(added) ? asked : together(asked, own());
  }
  if (made === 'union' || made === 'unionAll') return asked.size === 0 ? asked : undefined;
  return asking.has(made) || made === 'dropDuplicates' && args.length > 0 ? together(asked, own()) : undefined;
}

/** The words that a call's arguments hold, names of columns among them; undefined where a column may be named out of sight. */
function wordsIn(program: SparkProgram, { args, from, site }: Dataset): Set<string> | undefined {
  if (site.module !== program.path) return undefined;
  const frames = new Set(from.flatMap(({ names }) => names.map(({ name }) => name)));
  const found = new Set<string>();
  for (const arg of args) {
    if (arg.value.length > 0 && arg.value.every((item) => item.is === 'spark' && item.dataset !== undefined)) continue;
    const words = textOf(arg)?.flatMap(wordsOfText) ?? wordsOfCode(program.lowered.text.slice(arg.site.start, arg.site.end), frames);
    if (!words) return undefined;
    for (const word of words) found.add(word);
  }
  return found;
}

/** Of an argument that is a text, or a list of texts. */
function textOf({ value, spread }: ArgValue): string[] | undefined {
  const [only, ...others] = value;
  if (spread || !only || others.length > 0) return undefined;
  if (only.is === 'constant') return [String(only.value)];
  if (only.is !== 'collection' || !only.items) return undefined;
  const texts = only.items.map(([item, ...more]) => (item?.is === 'constant' && more.length === 0 ? String(item.value) : undefined));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

const wordsOfText = (text: string): string[] => (/(^|\.)\*$/.test(text.trim()) ? ['*'] : text.toLowerCase().match(/\w+/g) ?? []);

const strings = /(\b[a-zA-Z]{1,2})?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g;
const plainWords: ReadonlySet<string> = new Set(['True', 'False', 'None', 'and', 'or', 'not', 'in', 'is']);

/** Of an expression: its texts and the columns of these frames. A variable may name any column. */
function wordsOfCode(code: string, frames: ReadonlySet<string>): string[] | undefined {
  const found: string[] = [];
  let hidden = /[*{]|\blambda\b|\bfor\b|\w\(\s*\)/.test(code.replace(/\.\s*\w+\(\s*\)/g, '').replace(strings, '""'));
  const rest = code.replace(strings, (_, prefix: string | undefined, text: string) => {
    hidden ||= prefix !== undefined && /f/i.test(prefix);
    found.push(...wordsOfText(text.slice(1, -1)));
    return '""';
  });
  for (const [, before, name, after] of rest.matchAll(/(\.\s*)?\b([A-Za-z_]\w*)\b(?=\s*(\(|\[|\.\s*\w+\s*\(|\.|=(?!=))?)/g)) {
    if (before !== undefined) { if (after !== '(') found.push(name!.toLowerCase()); }
    else hidden ||= after === undefined ? !plainWords.has(name!) : (after === '[' || after === '.') && !frames.has(name!);
  }
  return hidden ? undefined : found;
}
