/** Questions that many rules ask of a Spark program. Pure functions over its data. */
import { isOnArm } from '../analysis/conditions.ts';
import type { Arm, Asked, Dataset, Event, EventOf, Loop, Site, SparkProgram } from '../analysis/model.ts';
import type { Def } from '../program/program.ts';
import { contains, type Range } from '../text/range.ts';

type Placed = { readonly path: readonly Arm[]; readonly order?: number };

/** Both can happen in one run: no choice on which they lie in different arms. */
export function compatible(a: Placed | readonly Arm[], b: Placed | readonly Arm[]): boolean {
  const left = pathOf(a);
  const right = pathOf(b);
  return left.every((arm) => right.every((other) => goTogether(arm, other))) && ('path' in a && 'path' in b ? !unordered(a, b) : true);
}
/** Not two arms of one choice, nor tests of one value that it cannot both pass. */
function goTogether(a: Arm, b: Arm): boolean {
  if (a.choice === b.choice) return a.arm === b.arm;
  if (!a.asked || a.asked.of !== b.asked?.of) return true;
  if (a.arm === 1 && b.arm === 1) return true;
  const [holds, other] = a.arm === 0 ? [a.asked, b] : [b.asked!, a];
  return holds.oneOf.some((value) => passes(other, value));
}
/** Of an arm that is taken for some values of a thing: this is one of them. */
const passes = ({ arm, asked }: Arm, value: string | undefined): boolean => (arm === 0) === (value !== undefined && asked!.oneOf.includes(value));
const pathOf = (placed: Placed | readonly Arm[]): readonly Arm[] => ('path' in placed ? placed.path : placed);

/** They belong to functions that nothing in sight calls: whether both run, and which comes first, is not known. */
export const apart = (a: Placed, b: Placed): boolean => a.path.some(({ choice, arm }) => choice < 0 && b.path.some((other) => other.choice === choice && other.arm !== arm)) || unordered(a, b);

/** One belongs to a function that was handed to others to call before the other came. */
const unordered = (a: Placed, b: Placed): boolean => mayRunDuring(a, b) || mayRunDuring(b, a);
const mayRunDuring = (handed: Placed, other: Placed): boolean => handed.path.some((arm) =>
  arm.since !== undefined && (other.order ?? 0) >= arm.since && !isOnArm(other.path, arm));

/** One answer for each key, for as long as whoever asks is kept. */
export function remembered<K, V>(answer: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = answer(key)));
    return value;
  };
}

/** What is gathered once for each program, when it is first asked for. */
export function oncePerProgram<T>(gather: (program: SparkProgram) => T): (program: SparkProgram) => T {
  const known = new WeakMap<SparkProgram, { readonly found: T }>();
  return (program) => {
    const before = known.get(program);
    if (before) return before.found;
    const found = gather(program);
    known.set(program, { found });
    return found;
  };
}

/** Events of one kind, in the order they happen. */
export function eventsOf<K extends Event['kind']>(program: SparkProgram, kind: K): readonly EventOf<K>[] {
  return (eventsIn(program).get(kind) ?? []) as readonly EventOf<Event['kind']>[] as readonly EventOf<K>[];
}
const eventsIn = oncePerProgram(({ events }) => groupedBy(events, ({ kind }) => kind));
export const actions = (program: SparkProgram): readonly EventOf<'action'>[] => eventsOf(program, 'action');

/** Those of them that happen to a dataset itself. */
export function eventsOn<K extends OnDatasets>(program: SparkProgram, kind: K, dataset: Dataset): readonly EventOf<K>[] {
  return (ownEvents(program)(kind).get(dataset) ?? []) as readonly EventOf<Event['kind']>[] as readonly EventOf<K>[];
}
const ownEvents = oncePerProgram((program) => remembered((kind: OnDatasets) => {
  const owned = eventsOf(program, kind).flatMap((event) => [...new Set(event.on)].map((on) => ({ on, event })));
  return new Map([...groupedBy(owned, ({ on }) => on)].map(([on, own]) => [on, own.map(({ event }) => event)]));
}));
type OnDatasets = 'action' | 'cache' | 'release' | 'escape' | 'write';

/** An action that reads every row; `show`, `take`, `isEmpty` stop early. */
export const isFull = (action: EventOf<'action'>): boolean => action.method.reads === 'all';

const lineages = new WeakMap<Dataset, readonly Dataset[]>();

/** The dataset and all it was derived from, nearest first; each once, however the lineage loops. */
export function lineage(dataset: Dataset): readonly Dataset[] {
  let found = lineages.get(dataset);
  if (!found) lineages.set(dataset, (found = lineageUpTo(dataset, () => false)));
  return found;
}

/** The same, up to what is kept ready (cached, checkpointed): that, and all behind it, is left out. */
export function lineageUpTo(dataset: Dataset, isKept: (each: Dataset) => boolean): Dataset[] {
  if (isKept(dataset)) return [];
  const found = new Set<Dataset>([dataset]);
  for (const each of found) for (const parent of each.from) if (!isKept(parent)) found.add(parent);
  return [...found];
}

/**
 * Asks a lineage for the nearest that a test finds something in, up to what `isKept`. What was found on the way is
 * remembered: asked of every dataset of a program, it looks at each of them about once.
 */
export function nearestIn<T>(test: (each: Dataset) => T | undefined, isKept: (each: Dataset) => boolean = () => false): (dataset: Dataset) => T | undefined {
  const known = new WeakMap<Dataset, { readonly found: T | undefined }>();
  return (dataset) => {
    if (isKept(dataset)) return undefined;
    const via = new Map<Dataset, Dataset | undefined>([[dataset, undefined]]);
    for (const each of via.keys()) {
      const before = known.get(each);
      const found = before ? before.found : test(each);
      if (found !== undefined) {
        for (let at: Dataset | undefined = each; at; at = via.get(at)) known.set(at, { found });
        return found;
      }
      if (!before) for (const parent of each.from) if (!via.has(parent) && !isKept(parent)) via.set(parent, each);
    }
    for (const each of via.keys()) known.set(each, { found: undefined });
    return undefined;
  };
}

/** `ancestor` is the dataset itself or part of what it was derived from. */
export const derivesFrom = (dataset: Dataset, ancestor: Dataset): boolean => dataset === ancestor || lineage(dataset).includes(ancestor);

/** The sources of a lineage: what nothing in sight precedes. */
export const rootsOf = (dataset: Dataset): Dataset[] => lineage(dataset).filter((each) => each.from.length === 0);

/** At most a number of rows that the program fixes can come out of it. */
export const isBounded = (dataset: Dataset): boolean => dataset.bound.is === 'rows';

/** The variable that a dataset was last bound to before a place, of those that exist there: of the function there, or of one around it. */
export function nameIn(program: SparkProgram, dataset: Dataset, at: Site): string | undefined {
  for (const def of defsAround(program, at)) {
    // What a function makes is none of its parameters, whatever is passed to it later.
    const namings = dataset.names.filter((each) => each.def === def && !(each.passed && holds(program, def, dataset.site)));
    // A loop comes back to a place with what was bound below it.
    const naming = namings.findLast(({ from }) => from <= at.start) ?? namings.at(-1);
    if (naming) return naming.name;
    // What a function makes is nothing that those around it have named before.
    if (holds(program, def, dataset.site)) return undefined;
  }
  return undefined;
}

/** The functions around a place, innermost first, and the module. */
const defsAround = (program: SparkProgram, at: Site): Def[] => [...program.ownStarts.keys()].filter((def) => holds(program, def, at)).sort((a, b) => a.length - b.length);
/** A place lies in a definition of the program. */
export function holds({ path, ownStarts }: SparkProgram, def: Def, { module, start, end }: Site): boolean {
  const from = ownStarts.get(def);
  return from !== undefined && module === path && from <= start && end <= from + def.length;
}

/** For messages at a place: the variable it was last bound to there, the view it is registered as, or "this DataFrame". */
export function nameOf(program: SparkProgram, dataset: Dataset, at: Site): string {
  const name = nameIn(program, dataset, at) ?? viewOf(program, dataset);
  return name === undefined ? `this ${dataset.kind}` : `\`${name}\``;
}

/** The temporary view that SQL knows it by. */
function viewOf({ path, lowered }: SparkProgram, { escapes }: Dataset): string | undefined {
  const event = escapes.find((escape) => escape.kind === 'escape' && escape.how === 'view' && escape.site.module === path);
  const written = event && lowered.text.slice(event.site.start, event.site.end);
  return written === undefined ? undefined : (/\(\s*["'](\w+)["']\s*\)$/.exec(written) ?? /\btemp(?:orary)?\s+view\s+(?:if\s+not\s+exists\s+)?`?(\w+)/i.exec(written))?.[1];
}

/** For messages that stand at a call: the name written there, which in a function is not the name its caller gave. */
export function nameAt(program: SparkProgram, called: Site, dataset: Dataset): string {
  const before = called.module === program.path ? program.lowered.text.slice(Math.max(0, called.start - 120), called.start) : '';
  // A comment at the end of a line of the chain is none of it.
  const written = /(?<!\w|\.\s*)([A-Za-z_][\w.]*?)(?:\.(?:write|writeStream|rdd|na|stat))?\s*\.\s*$/.exec(before.replace(/\s(#|\/\/).*(?=\n)/g, ''))?.[1];
  return written === undefined ? nameOf(program, dataset, called) : `\`${written}\``;
}

/** The loop directly around an event or dataset. */
export const innermostLoop = (placed: { readonly loops: readonly Loop[] }): Loop | undefined => placed.loops.at(-1);

/** The innermost loop that repeats for a number of times that is neither small and fixed nor ended by a success. */
export const loopOf = (placed: { readonly loops: readonly Loop[] }): Loop | undefined => placed.loops.findLast((loop) => loop.size === 'many' || loop.size === 'forever');

/**
 * Of each place, a dataset that a long loop makes, the longest of those that callers bring. Where callers in sight lead there, they tell how long it is; a function
 * run by itself, with parameters that nobody knows, does not.
 */
export const madeInLongLoops = (datasets: readonly Dataset[]): Dataset[] => [...groupedBy(datasets, ({ site }) => placeOf(site)).values()].flatMap((group) => {
  // Of a caller that others call in turn, what those give it tells more than what it is given by nobody.
  const called = group.filter(({ callers }) => callers.length > 0 && !group.some((other) => other.callers.length > callers.length && callers.every((site, index) => sameSite(site, other.callers[other.callers.length - callers.length + index]!))));
  const long = (called.length > 0 ? called : group).filter((dataset) => loopOf(dataset) !== undefined);
  return long.find((dataset) => loopOf(dataset)!.most === undefined) ?? long[0] ?? [];
});

/** Loops are the same by their place: each round of the analysis makes its own. */
export const sameLoop = (a: Loop, b: Loop): boolean => sameSite(a.site, b.site);
/** Loops around `inner` that are not around `outer`: what happens inside them happens to one and the same outer thing. */
export const loopsBetween = (outer: { readonly loops: readonly Loop[] }, inner: { readonly loops: readonly Loop[] }): Loop[] =>
  inner.loops.filter((loop) => !outer.loops.some((other) => sameLoop(loop, other)));

/** A largest set of these events that one run can meet, in their order: loops are a single pass, of each choice the fullest arm counts. */
export function fullestPath<E extends Placed>(events: readonly E[]): E[] {
  const chosen = new Set(setsTogether(events).flatMap((each) => byValue(each)).map((each) => fullest(each, 0)).reduce((a, b) => (b.length > a.length ? b : a)));
  return events.filter((event) => chosen.has(event));
}

/** What is met together for each value that a thing may have, of which several tests ask: no other literal is like it. */
function byValue<E extends Placed>(events: readonly E[], settled: ReadonlySet<string> = new Set()): (readonly E[])[] {
  const asked = groupedBy(events.flatMap(({ path }) => path.flatMap((arm) => arm.asked ?? [])).filter(({ of }) => !settled.has(of)), ({ of }) => of);
  const [subject, tests] = [...asked].find(([, all]) => new Set(all.map(valuesOf)).size > 1) ?? [];
  if (subject === undefined || settled.size >= mostSubjects) return [events];
  const values = [...new Set(tests!.flatMap(({ oneOf }) => oneOf)), undefined];
  return values.flatMap((value) => byValue(events.filter(({ path }) => path.every((arm) => arm.asked?.of !== subject || passes(arm, value))), new Set([...settled, subject])));
}
const valuesOf = ({ oneOf }: Asked): string => oneOf.join();
const mostSubjects = 3;

/** What does not run aside, and each thing that does with what precedes it. */
function setsTogether<E extends Placed>(events: readonly E[]): E[][] {
  const asides = new Map(events.flatMap(({ path }) => path.filter(({ since }) => since !== undefined).map((each) => [`${each.choice}:${each.arm}`, each])));
  if (asides.size === 0) return [[...events]];
  const usual = events.filter(({ path }) => path.every(({ since }) => since === undefined));
  return [usual, ...[...asides.values()].map((aside) => events.filter((event) => isOnArm(event.path, aside) || usual.includes(event) && (event.order ?? 0) < aside.since!))];
}

function fullest<E extends Placed>(events: readonly E[], depth: number): E[] {
  const here: E[] = [];
  const choices = new Map<number, Map<number, E[]>>();
  for (const event of events) {
    const next = event.path[depth];
    if (!next) {
      here.push(event);
      continue;
    }
    const arms = choices.get(next.choice) ?? new Map<number, E[]>();
    choices.set(next.choice, arms);
    const arm = arms.get(next.arm);
    if (arm) arm.push(event);
    else arms.set(next.arm, [event]);
  }
  for (const arms of choices.values()) {
    const best = [...arms.values()].map((arm) => fullest(arm, depth + 1)).reduce((a, b) => (b.length > a.length ? b : a));
    here.push(...best);
  }
  return here;
}

/** Nothing says that `earlier` comes later. */
export const mayPrecede = (earlier: Event, later: Event): boolean => earlier.order < later.order || apart(earlier, later);

/** `earlier` always or sometimes precedes `later` in one run. */
export const precedes = (earlier: Event, later: Event): boolean => earlier.order < later.order && compatible(earlier, later);

/** Where an event is seen from the function in which another happens, or something is made: its own place there, or the call that leads to it. */
export const placeBeside = (other: Pick<Event, 'callers'>, event: Event): Site => event.callers[other.callers.length] ?? event.name;

export const sameSite = (a: Site, b: Site): boolean => a.module === b.module && a.start === b.start && a.end === b.end;
export const within = (site: Site, range: Site | (Range & { readonly module: string })): boolean => site.module === range.module && contains(range, site);
/** The first of each place, in the order given: one call is met several times where its function is called from several places. */
export function onePerSite<T extends { readonly site: Site }>(items: readonly T[]): T[] {
  return [...groupedBy(items, ({ site }) => placeOf(site)).values()].map(([first]) => first!);
}

/** Equal for sites that are the same. */
export const placeOf = ({ module, start, end }: Site): string => `${module}:${start}:${end}`;

/** Items by a key of theirs, in the order given. */
export function groupedBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Where most rows come from: what the first of several methods was called on; of a micro-batch, its stream. */
function mainRoot(dataset: Dataset): Dataset | undefined {
  const seen = new Set<Dataset>();
  const work = [lineage(dataset).find(({ made }) => made === 'batch') ?? dataset];
  for (let at = work.pop(); at; at = work.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (at.from.length === 0 && at.bound.is !== 'rows') return at;
    work.push(...at.from.toReversed());
  }
  return undefined;
}

/** For messages: where the rows come from, "CSV files at `/data/a`", "table `db.t`", "Kafka". */
export function describeSource(dataset: Dataset): string | undefined {
  const root = mainRoot(dataset);
  const source = root?.source;
  if (!source) return undefined;
  if (source.table !== undefined) return /^[^\s()]+$/.test(source.table) ? `table \`${source.table}\`` : 'a query of a database';
  if (root.method?.io?.target === 'table') return 'a table';
  if (source.sql !== undefined || root.made === 'sql') return 'a SQL query';
  const [path] = source.paths;
  if (source.format === 'unknown') return path === undefined ? undefined : `\`${path}\``;
  const format = source.format === undefined ? undefined : (formatNames[source.format.toLowerCase()] ?? `a \`${source.format}\` source`);
  const what = format === undefined ? root.kind === 'DStream' ? 'a stream' : 'files' : isFileFormat(source.format!) ? `${format} files` : format;
  return path === undefined ? what : `${what} at \`${path}\``;
}
const formatNames: Readonly<Record<string, string>> = { csv: 'CSV', json: 'JSON', parquet: 'Parquet', orc: 'ORC', avro: 'Avro', text: 'text', jdbc: 'a JDBC table', delta: 'a Delta table', iceberg: 'an Iceberg table', kafka: 'Kafka', xml: 'XML', binaryfile: 'binary' };
/** Of files that lie there as they were written: several paths make one read. */
export const isFileFormat = (format: string): boolean => fileFormats.has(format.toLowerCase());
const fileFormats: ReadonlySet<string> = new Set(['csv', 'json', 'parquet', 'orc', 'avro', 'text', 'xml', 'binaryfile']);

/** What was made on one branch is not there on another; of datasets of other modules nobody knows. */
export const mayMeet = (program: SparkProgram, dataset: Dataset, event: Event): boolean => !program.datasets.includes(dataset) || onOneBranch(dataset, event);
/** Of a dataset of this program. */
export const onOneBranch = (dataset: Dataset, event: Placed): boolean => compatible(ordinary(dataset.path), ordinary(event.path));
/** Functions that nothing calls hand datasets to one another by fields. */
const ordinary = (path: readonly Arm[]): Arm[] => path.filter(({ choice }) => choice >= 0);

/** The RDD of a stream as it comes from Kafka: it counts by its offsets. Python's are rows handed to it. */
export const isFromKafka = (program: SparkProgram, dataset: Dataset): boolean => program.lowered.language === 'scala' && dataset.kind === 'RDD'
  && (dataset.from.length > 0 ? dataset.from.every((each) => each.kind === 'DStream' && each.made === 'createDirectStream') : isOfRecords(program, dataset));

/** A parameter that is declared `RDD[ConsumerRecord[K, V]]`: it stands for itself, or for what callers elsewhere pass. */
const isOfRecords = ({ lowered, path }: SparkProgram, { names, site }: Dataset): boolean => site.module === path && /^\w+\s*:\s*RDD\s*\[\s*ConsumerRecord\b/.test(lowered.text.slice(site.start, site.start + 200))
  || names.some(({ name, def }) => def.params.some((parameter) => parameter.name === name && parameter.type?.args[0]?.name === 'ConsumerRecord'));

/** A stream, or several, from a socket alone: what somebody types to try something out, and nobody keeps. */
export const isFromSocket = (dataset: Dataset): boolean => {
  const streams = rootsOf(dataset).filter(({ streaming }) => streaming !== 'no');
  return streams.length > 0 && streams.every(({ source }) => source?.format?.toLowerCase() === 'socket');
};
