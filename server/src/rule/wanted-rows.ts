/**
 * Rows that somebody wants on the driver: to look at them, to draw them, for a library that works in its memory. Nothing
 * says that they are few, but whoever wants them there has to see to that, so rules say little of them or nothing.
 */
import type { Dataset, EventOf, Loop, Site, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import type { Def, Expr, Lowered } from '../program/program.ts';
import { type FewRows, rowsOf } from './few-rows.ts';
import { isLookedUpOnly, libraryGiven, ownerOf, usesLibrary } from './given-rows.ts';
import { eventsOf, oncePerProgram } from './queries.ts';
import type { ProgramContext } from './rule.ts';
import { areSaidFew } from './said-rows.ts';
import { boundBy, codeOf, definitionsAt, statementAt } from './statements.ts';
import { someWithin, takerOf } from './written.ts';
import { escapePattern } from '../text/pattern.ts';
import { contains, type Range } from '../text/range.ts';

type Action = EventOf<'action'>;

/** What the last expression of a cell makes of a result to look at it. */
const displays: ReadonlySet<string> = new Set(['plot', 'hist', 'boxplot', 'head', 'tail', 'describe', 'info', 'style', 'T', 'transpose', 'set_index', 'sort_values', 'sort_index', 'round']);
/** These draw wherever they stand. */
const drawings: ReadonlySet<string> = new Set(['plot', 'hist', 'boxplot']);
/** It is an argument of what draws, `sns.barplot(x="day", data=table`, or of what shows: `display(frame.toPandas())`. */
const drawn = /(?<![\w.])(sns|plt|px|ax)\.\w+\(\s*([^()]*\bdata(_frame)?\s*=\s*)?$/;
const displayed = /(?<![\w.])display\(\s*$/;
const printed = /(?<![\w.])print\(\s*$/;
const isGivenTo = (what: RegExp, { text }: Lowered, at: number): boolean => what.test(text.slice(Math.max(0, at - nearby), at));
const nearby = 200;

/** A notebook shows it, and does nothing else with it. */
export function isShown({ lowered, path }: SparkProgram, { use, site }: Action): boolean {
  const inNotebook = lowered.notebook && site.module === path;
  if (inNotebook && use.is === 'argument') return isGivenAt(lowered, site.start) || isGivenTo(printed, lowered, site.start);
  if (inNotebook && use.is === 'bound') return isOnlyDrawn(lowered, site);
  if (inNotebook && use.is === 'iterated' && isShownList(lowered, use.loop)) return true;
  if (use.is !== 'receiver') return use.is === 'shown';
  return use.ends === 'shown' ? displays.has(use.member) : lowered.notebook && drawings.has(use.member);
}

const isGivenAt = (lowered: Lowered, at: number): boolean => isGivenTo(drawn, lowered, at) || isGivenTo(displayed, lowered, at);

/** `table = frame.toPandas()`, and wherever the name stands behind it, it is drawn. */
function isOnlyDrawn(lowered: Lowered, { start, end }: { readonly start: number; readonly end: number }): boolean {
  const statement = statementAt(lowered, start);
  const [name, ...others] = statement?.expr.kind === 'bind' ? boundBy(statement) : [];
  // Whoever takes a frame apart first works with its rows.
  if (!statement || name === undefined || others.length > 0 || statement.end !== end) return false;
  const uses = [...codeOf(lowered).slice(end).matchAll(new RegExp(`(?<![\\w.])${escapePattern(name)}\\b(?!\\s*=[^=])(\\s*\\.\\s*(?:plot|hist|boxplot)\\b)?`, 'g'))];
  return uses.length > 0 && uses.every((use) => use[1] !== undefined || isGivenAt(lowered, end + use.index));
}

/** `[row.path for row in frame.collect()]` as the last expression of a cell. */
function isShownList(lowered: Lowered, loop: Loop): boolean {
  const statement = loop.comprehension ? statementAt(lowered, loop.range.start) : undefined;
  return statement?.expr.kind === 'discard' && statement.expr.shown === true && statement.start === loop.range.start && statement.end === loop.range.end;
}

/** Whoever makes a list, a set or a dict of them works with few values, most often. */
export const gatheredRows = (program: SparkProgram, { use }: Action, dataset: Dataset, name: string): FewRows | undefined =>
  (use.is === 'iterated' && (use.loop.comprehension || onlyGathers(program, use.loop)) ? { rows: rowsOf(dataset, name), condition: 'the values made of them are few' } : undefined);

/** A `for` statement that does what a comprehension does: each row becomes an entry of a list, a set or a dict. */
function onlyGathers(program: SparkProgram, { site, comprehension }: Loop): boolean {
  const statement = comprehension || site.module !== program.path ? undefined : statementAt(program.lowered, site.start);
  if (statement?.expr.kind !== 'loop') return false;
  const { body } = statement.expr;
  const [only, ...others] = body.kind === 'sequence' ? body.body : [body];
  if (!only || others.length > 0) return false;
  return only.kind === 'bind' ? only.patterns.length === 1 && only.patterns[0]!.kind === 'index' : only.kind === 'discard' && only.value.kind === 'call' && only.value.fn.kind === 'member' && ['append', 'add'].includes(only.value.fn.name);
}

/** Why somebody wants all of them there, and on which condition that is fine. */
export function wantedRows(context: ProgramContext, action: Action, dataset: Dataset, name: string): FewRows | undefined {
  const { program } = context;
  const rows = rowsOf(dataset, name);
  const { use, site, method } = action;
  if (areSaidFew(program, action)) return { rows, condition: 'they stay as few as is said there' };
  // `frame.toPandas().to_string()`: all of it goes into a text.
  if (use.is === 'receiver' && /^to_(string|html|markdown|latex)$/.test(use.member)) return { rows, condition: 'it is as short as what somebody is to read' };
  // `pairs.collect().toMap`, `dict(pairs.collect())`: something is looked up in it.
  const made = method.name === 'collectAsMap' ? 'map' : use.is === 'receiver' ? lookups.get(use.member) : use.is === 'argument' ? lookups.get(functionGiven(program, site) ?? '') : undefined;
  if (made !== undefined) return { rows, condition: `the ${made} made of them is small` };
  if (use.is === 'argument' && site.module === program.path && isGivenTo(drawn, program.lowered, site.start)) return { rows, condition: 'there are no more than a picture can show' };
  // What pandas only writes Spark could have written.
  if (method.name !== 'collect' && !isOnlyWritten(program, action)) {
    const library = libraryGiven(program, action);
    if (library !== undefined) return { rows, condition: `${library}, which works in the driver's memory, is given no more than fits there` };
    if ((method.name === 'toPandas' || method.name === 'toArrow') && usesLibrary(program)) return { rows, condition: `they fit the driver's memory as a ${method.name === 'toPandas' ? 'frame of pandas' : 'table of Arrow'}` };
  }
  return isExploratory(context) ? { rows, condition: 'whoever runs this notebook knows them to be few' } : undefined;
}

/** The function that it stands in is there to bring them: it reads a model back, or is called after what it makes of them on the driver. */
export const isMeantForDriver = (program: SparkProgram, action: Action): boolean => isOfModel(program, action) || isConversion(program, action) || isAskedByCaller(program, action) || isLookedUpOnly(program, action);

/** `def read(self, dataframe_type): … if dataframe_type == "pandas": return rows.toPandas()`: there, whoever calls it says that he wants a frame of pandas. */
const isAskedByCaller = (program: SparkProgram, { site }: Action): boolean => site.module === program.path && askedByCallers(program).some((range) => contains(range, site));

/** Where a parameter says "pandas": branches, and what follows where all else has left. */
const askedByCallers = oncePerProgram(({ lowered }): readonly Range[] => {
  const found: Range[] = [];
  const named = namedTests(lowered);
  forEachOf(lowered, ['if'], (expr, { start, end }, defs) => {
    const placed = ({ span }: Expr): Range => ({ start: start - expr.span[0] + span[0], end: start - expr.span[0] + span[1] });
    if (asksForPandas(expr.test, true, defs, named)) found.push(placed(expr.then));
    if (!asksForPandas(expr.test, false, defs, named)) return;
    if (expr.otherwise) found.push(placed(expr.otherwise));
    const last = expr.then.kind === 'sequence' ? expr.then.body.at(-1) : expr.then;
    if (last?.kind === 'exit') found.push({ start: end, end: statementAt(lowered, start)?.block.end ?? end });
  });
  return found;
});

/** A test is true, or false, only where a parameter says so; also by way of a name: `as_pandas = kind == "pandas"`. */
function asksForPandas(test: Expr, wanted: boolean, defs: readonly Def[], named: ReadonlyMap<Def, ReadonlySet<string>>): boolean {
  if (test.kind === 'name') return wanted && named.get(defs.at(-1)!)?.has(test.name) === true;
  if (test.kind !== 'operator') return false;
  const [first] = test.args;
  if (test.name === 'not') return first !== undefined && asksForPandas(first, !wanted, defs, named);
  if (test.name === 'and' || test.name === 'or') return test.args.some((arg) => asksForPandas(arg, wanted, defs, named));
  const isPandas = (each: Expr): boolean => each.kind === 'literal' && each.value === 'pandas';
  const isParameter = (each: Expr): boolean => each.kind === 'name' && defs.some(({ params }) => params.some(({ name }) => name === each.name));
  return (wanted ? /^(==|in|equals)$/ : /^(!=|differs)$/).test(test.name) && test.args.some((arg) => someWithin(arg, isPandas)) && test.args.some((arg) => someWithin(arg, isParameter));
}

function namedTests(lowered: Lowered): ReadonlyMap<Def, ReadonlySet<string>> {
  const found = new Map<Def, Set<string>>();
  forEachOf(lowered, ['bind'], ({ patterns: [pattern], value }, _, defs) => {
    if (pattern?.kind !== 'name' || !value || !asksForPandas(value, true, defs, found)) return;
    const def = defs.at(-1)!;
    found.set(def, (found.get(def) ?? new Set()).add(pattern.name));
  });
  return found;
}

/** `def toBreeze(): DenseMatrix`, `def toLocal`, `def _spark_to_polars(spark, name)` */
const isConversion = ({ lowered, path }: SparkProgram, { site }: Action): boolean => site.module === path && conversions.test(definitionsAt(lowered, site.start).at(-1)?.name ?? '');
const conversions = /^_*(?:(?:spark|sdf|df|frame|dataframe)_?(?:df_?)?)?to_?(local|driver|breeze|numpy|pandas|polars|arrow|networkx)$/i;

/** `override def load(path: String)` of what reads a model back: it lives on the driver. */
function isOfModel({ lowered, path }: SparkProgram, { site }: Action): boolean {
  const defs = site.module === path ? definitionsAt(lowered, site.start) : [];
  const at = defs.findLastIndex(({ kind, name }) => kind === 'function' && name === 'load');
  return at > 0 && defs.slice(0, at).some(({ bases }) => bases.some((base) => isReader(namedBy(base) ?? '')));
}
const readers: ReadonlySet<string> = new Set(['MLReader', 'MLReadable', 'Loader', 'DefaultParamsReadable', 'DefaultParamsReader', 'JavaMLReader', 'JavaMLReadable']);
/** Those of Spark, and what a library derives from them: `_CumlModelReader`. */
const isReader = (name: string): boolean => readers.has(name) || /Model(Reader|Loader)$/.test(name);
/** `MLReader[Model]`, `ml.util.MLReader` */
const namedBy = (base: Expr): string | undefined => (base.kind === 'name' || base.kind === 'member' ? base.name : base.kind === 'call' ? calledName(base) : base.kind === 'index' ? namedBy(base.on) : undefined);

/** What is made of rows to look things up in it, by the method or function. */
const lookups: ReadonlyMap<string, string> = new Map([['toMap', 'map'], ['toSet', 'set'], ['dict', 'dict'], ['set', 'set']]);

/** The name of the function whose first argument stands there. */
function functionGiven(program: SparkProgram, site: Site): string | undefined {
  const call = takerOf(program, site);
  return call?.fn.kind === 'name' && call.args[0]!.name === undefined ? call.fn.name : undefined;
}

/** `frame.toPandas().to_csv("/out")`, also by way of a name of which nothing else is asked but its size; or nothing at all is done with them. */
function isOnlyWritten(program: SparkProgram, { use, site }: Action): boolean {
  if (use.is === 'receiver') return writing.test(use.member);
  if (use.is !== 'bound' || site.module !== program.path) return use.is === 'discarded';
  const statement = statementAt(program.lowered, site.start);
  const [name, ...others] = statement?.expr.kind === 'bind' && statement.end === site.end ? boundBy(statement) : [];
  if (!statement || name === undefined || others.length > 0) return false;
  const { reads, looked, written } = readsOf(program).get(ownerOf(name, [program.lowered.module, ...definitionsAt(program.lowered, site.start)]))?.get(name) ?? { reads: 0, looked: 0, written: 0 };
  // Who only looks at it works with no less than who does more.
  return reads === looked + written && (reads === 0 || written > 0);
}
const writing = /^to_(csv|parquet|json|excel|sql|pickle|feather|orc|gbq|xml|hdf|stata)$/;
/** They tell of a frame how large it is, or show a part of it. */
const looking = /^(shape|size|empty|columns|dtypes|head|tail|info|describe)$/;

/** `looked`: only to see how large it is or what a part of it looks like; `written`: only to write it. */
interface Reads {
  reads: number;
  looked: number;
  written: number;
}

/** How often the names of a definition are read, in it and in those that it holds. */
const readsOf = oncePerProgram(({ lowered }): ReadonlyMap<Def, ReadonlyMap<string, Reads>> => {
  const found = new Map<Def, Map<string, Reads>>();
  const count = (name: string, defs: readonly Def[], of: keyof Reads): void => {
    const owner = ownerOf(name, defs);
    const own = found.get(owner) ?? new Map<string, Reads>();
    found.set(owner, own);
    const counts = own.get(name) ?? { reads: 0, looked: 0, written: 0 };
    own.set(name, counts);
    counts[of]++;
  };
  forEachOf(lowered, ['name', 'member', 'call'], (expr, _, defs) => {
    if (expr.kind === 'name') count(expr.name, defs, 'reads');
    else if (expr.kind === 'member' && expr.on.kind === 'name' && (writing.test(expr.name) || looking.test(expr.name))) count(expr.on.name, defs, writing.test(expr.name) ? 'written' : 'looked');
    else if (expr.kind === 'call' && expr.fn.kind === 'name' && expr.fn.name === 'len' && expr.args[0]?.value.kind === 'name') count(expr.args[0].value.name, defs, 'looked');
  });
  return found;
});

/** Something is kept of it, or another job runs it. */
const keeps = /\.\s*write(?:Stream|To)?\b|\.\s*(?:saveAsTable|insertInto|to_(?:csv|excel|sql|parquet|json|pickle|feather|gbq))\s*\(|\b(?:CREATE|REPLACE)\s+TABLE\b|\bINSERT\s+(?:INTO|OVERWRITE)\b|\bMERGE\s+INTO\b|\bdbutils\s*\.\s*(?:widgets|notebook)\b/i;

/** A notebook in which somebody looks at data: it takes no parameters and keeps nothing. */
export const isExploratory = ({ program, fileKind }: ProgramContext): boolean => fileKind === 'notebook' && looksOnly(program);
const looksOnly = oncePerProgram((program) => eventsOf(program, 'write').length === 0 && !keeps.test(codeOf(program.lowered)));
