/** Questions that rules on configuration ask of its entries. */
import { isOnArms } from '../analysis/conditions.ts';
import type { Arm, Setting, SettingEvent } from '../analysis/model.ts';
import type { Registry, KeyFacts } from '../knowledge/registry.ts';
import type { Holder, Told } from '../program/conf.ts';
import { checkValue, isPlaceholder, readQuantity, standsForMore } from '../knowledge/values.ts';
import { compatible, groupedBy, sameLoop } from './queries.ts';
import type { SettingsContext } from './rule.ts';
import type { Targets } from './targets.ts';
import { allAtLeast, compareVersions, lineOf } from './targets.ts';

/** Options whose value is a master, a number or a size: other words are none. */
const filledIn: ReadonlySet<string> = new Set(['--master', '--num-executors', '--executor-cores', '--total-executor-cores', '--driver-cores', '--executor-memory', '--driver-memory']);

/** Entries whose value can be judged: known, and no placeholder. */
export const judged = (entries: readonly Setting[]): (Setting & { readonly value: string })[] =>
  entries.filter((entry): entry is Setting & { readonly value: string } => entry.value !== undefined && !isPlaceholder(entry.value) && !isFilledIn(entry.told?.option ?? '', entry.value));

/** Of a mode, what is in brackets: capitals may be meant, and are refused. */
const isFilledIn = (option: string, value: string): boolean => (option === '--deploy-mode' ? value.startsWith('[') : filledIn.has(option) && standsForMore(value));

/** What counts of a key: the last entry; in a command an option of its own. undefined where there is none or its value is not known. */
export function valueOf(entries: readonly Setting[], key: string): (Setting & { readonly value: string }) | undefined {
  const own = entries.filter((entry) => entry.key === key);
  if (own.some(({ told }) => told?.conditional)) return undefined;
  const last = own.at(-1)?.told ? best(own) : own.at(-1);
  return last && judged([last])[0];
}
/** Of entries of one key in a command the one that counts. */
const best = (own: readonly Setting[]): Setting => own.reduce((winner, each) => (overrides(winner, each) ? each : winner));

export const isTrue = (entry: Setting | undefined): boolean => entry?.value?.trim().toLowerCase() === 'true';
export const isFalse = (entry: Setting | undefined): boolean => entry?.value?.trim().toLowerCase() === 'false';

/** Both are made in one run, one after the other, by one means: the later wins. */
export function overrides(earlier: Setting, later: Setting): boolean {
  if (earlier.key !== later.key || earlier.means !== later.means) return false;
  if (earlier.told && later.told) return overridesInCommand(earlier.told, later.told);
  if (!earlier.event || !later.event) return earlier.site.start < later.site.start;
  return overridesIn(earlier.event, later.event);
}

/** Options that the launcher itself turns into `--conf`. */
const handedOn: ReadonlySet<string> = new Set(['--conf', '--driver-memory', '--driver-java-options', '--driver-class-path']);
/** Tried: these win over `--conf`, wherever it stands. */
const winning: ReadonlySet<string> = new Set(['--executor-memory', '--executor-cores', '--num-executors', '--total-executor-cores', '--queue', '--name', '--master', '--deploy-mode']);

function overridesInCommand(one: Told, other: Told): boolean {
  if (one.conditional || other.conditional) return false;
  if (isHeld(one) && isHeld(other)) return one.order < other.order;
  if (one.option === other.option || handedOn.has(one.option) && handedOn.has(other.option)) return one.order < other.order;
  return one.option === '--conf' && winning.has(other.option);
}

const holders: ReadonlySet<Told['within']> = new Set<Holder>(['lines', 'commas', 'element', 'field', 'elsewhere']);
/** Of a file of data, whose settings are made one after the other. */
export const isHeld = ({ within }: Told): boolean => holders.has(within);

/** In code only what one function tells one object, before that is handed to a context, takes another entry's place. */
function overridesIn(earlier: SettingEvent, later: SettingEvent): boolean {
  const [object] = earlier.on;
  if (!object || earlier.callers !== later.callers || earlier.on.length > 1 || later.on.length !== 1 || later.on[0] !== object || later.ifMissing) return false;
  if (earlier.handed !== undefined && earlier.handed < later.order) return false;
  return earlier.order < later.order && compatible(earlier, later) && earlier.path.length === later.path.length && earlier.loops.length === 0 && later.loops.length === 0;
}

/** Registered by parts of Spark that a session does not load: tried, `spark.conf.set` stores them without a word. */
const notLoaded = /^spark\.(kubernetes|yarn|mesos|kafka|streaming|deploy|worker|dead|r|sparkr)\.|^spark\.(driver\.appUIAddress|executor\.uri|default\.parallelism|shuffle\.cleaner\.interval)$/;

/** Whether the session refuses keys of the application (tried on 3.5.6: set at run time it counts from then on). */
const refusal = 'spark.sql.legacy.setCommandRejectsSparkCoreConfs';

/** What `spark.conf.set` of a key that no session has comes to, whatever the value, in all releases of the range: it raises for 'static' SQL settings and the 'application's; these were 'stored' and read by nothing before 3.0, in which at least one release of the range is, and are where what is `told` of that switches the refusal off. */
export function refusedAtRuntime(entry: Setting, facts: KeyFacts | undefined, targets: Targets, told: (key: string) => readonly Setting[]): 'static' | 'application' | 'stored' | undefined {
  if (entry.means !== 'runtime' || !facts) return undefined;
  if (facts.scope === 'static') return 'static';
  if (facts.registeredSince === undefined || facts.scope !== 'app' || facts.key.startsWith('spark.sql.') || notLoaded.test(entry.key)) return undefined;
  if (!allAtLeast(targets, '3.0') || told(refusal).some(({ value, event }) => value?.trim().toLowerCase() !== 'true' && !(event && entry.event && event.order > entry.event.order))) return 'stored';
  return allAtLeast(targets, facts.registeredSince) ? 'application' : undefined;
}

/** The JVM of the driver is started with these: under spark-submit before any line of the program runs. */
export const ofTheDriversJvm: ReadonlySet<string> = new Set(['spark.driver.memory', 'spark.driver.extraJavaOptions', 'spark.driver.extraClassPath', 'spark.driver.extraLibraryPath', 'spark.driver.defaultJavaOptions']);
/** With them, what spark-submit itself reads. */
export const readBeforeCode: ReadonlySet<string> = new Set([...ofTheDriversJvm, 'spark.driver.memoryOverhead', 'spark.driver.cores', 'spark.submit.deployMode']);
/** spark-submit acts on these before the program runs. */
export const resolvedBySubmit = /^spark\.jars\.(packages|repositories|ivy|ivySettings|excludes)$/;
/** Stored by `spark.conf.set` without a word, and read by nothing. */
export const storedAtRuntime = /^spark\.(master|app\.name|default\.parallelism|yarn\.|kubernetes\.|streaming\.)/;
/** What is told to Hadoop when the context starts; on a session its keys go without the prefix. */
export const hadoopPrefix = 'spark.hadoop.';

/** Both are told to one thing in one run: lines of a file, one builder, the session. */
export function together(a: Setting, b: Setting): boolean {
  if (!a.event || !b.event) return a.means === b.means && !a.event && !b.event && a.site.module === b.site.module && !b.told?.conditional;
  if (!compatible(a.event, b.event)) return false;
  return a.event.on.some((builder) => b.event!.on.includes(builder)) || a.means === 'runtime' && b.means === 'runtime' && a.event.callers === b.event.callers;
}

/** Entries whose values can be judged and whose place no later one takes. */
function counting(entries: readonly Setting[]): (Setting & { readonly value: string })[] {
  const winner = winnersIn(entries);
  return judged(entries).filter((entry) => !winner(entry));
}

/** Of some keys those that count, unless one may be missing that would count instead. */
export function countingOf(entries: readonly Setting[], ...keys: readonly string[]): (Setting & { readonly value: string })[] {
  const asked = entries.filter(({ key }) => keys.includes(key));
  return counting(asked).filter(({ key }) => !asked.some((entry) => entry.key === key && entry.told?.conditional));
}

/** Some entry, known or not, tells the key. */
export const tells = (entries: readonly Setting[], key: string): boolean => entries.some((entry) => entry.key === key);

/** Bytes, or milliseconds, of an entry that Spark takes. */
export function sizeOf(entry: Setting | undefined, registry: Registry, targets: Targets): number | undefined {
  const facts = entry && registry.get(entry.key, targets.to);
  return facts && entry.value !== undefined && checkValue(facts, entry.value, targets).ok ? quantityOf(facts, entry.value) : undefined;
}

/** Of a value as Spark reads it: keys that count in seconds drop what is less than one. */
export function quantityOf(facts: KeyFacts, value: string): number | undefined {
  const size = readQuantity(facts, value)?.size;
  return size === undefined || facts.unit !== 's' ? size : Math.trunc(size / 1000) * 1000;
}

/** A whole number above 0. */
export const countOf = (entry: Setting | undefined): number | undefined => (/^[1-9]\d*$/.test(entry?.value?.trim() ?? '') ? Number(entry!.value) : undefined);

/** A master that comes from out of sight may be local as well. */
export const mayBeLocal = (entry: Setting): boolean => entry.key === 'spark.master' && (entry.value === undefined || entry.value.startsWith('local'));

/** The master that counts is local, or not known. */
export const mayRunLocally = (entries: readonly Setting[]): boolean => tells(entries, 'spark.master') && valueOf(entries, 'spark.master')?.value.startsWith('local') !== false;

/** Tests, and what may run on one machine: advice on clusters is for others. */
export function isForCluster({ entries, settings, fileKind }: { readonly entries: readonly Setting[]; readonly settings: readonly Setting[]; readonly fileKind: string }): boolean {
  if (fileKind === 'test' || entries.some(({ event }) => event?.forLocalRuns)) return false;
  const all = [...new Set([...entries, ...settings])];
  const local = all.filter(mayBeLocal);
  return local.every((master) => isOptional(master, local, all));
}

/** `case Some(master) => conf.setMaster(master)`: told on a branch beside which nothing tells a local one, and for that alone. Without it spark-submit names the master. */
const isOptional = (master: Setting, local: readonly Setting[], all: readonly Setting[]): boolean => branchesOf(master).some((arm) => {
  const beside = ({ site, event }: Setting): readonly Arm[] => (site.module === master.site.module ? event?.path ?? [] : []).filter(({ choice }) => choice === arm.choice);
  return !local.some((other) => beside(other).some((each) => each.arm !== arm.arm)) && !all.some((other) => other.key !== 'spark.master' && beside(other).some((each) => each.arm === arm.arm));
});
const branchesOf = ({ event }: Setting): readonly Arm[] => event?.path.filter(({ choice }) => choice >= 0) ?? [];

/** Whenever one is told, so is the other: on all its paths; at run time before it, since jobs may run in between. */
export function goesWith(entry: Setting, other: Setting): boolean {
  if (!entry.event || !other.event) return true;
  const { path, loops, order } = entry.event;
  const onEveryPath = isOnArms(path, other.event.path);
  return onEveryPath && other.event.loops.every((loop) => loops.some((each) => sameLoop(each, loop))) && (entry.means !== 'runtime' || other.event.order < order);
}

/** Entries that count when the application starts: no later one takes their place, and what is set at run time comes too late for keys that are read then. */
export const atStart = (entries: readonly Setting[]): (Setting & { readonly value: string })[] => counting(entries).filter(({ means, event }) => means !== 'runtime' && event?.reaches !== 'running');

/** Gathered once for a list of entries: rules ask of each of them what stands beside it. */
const keyed = new WeakMap<readonly Setting[], ReadonlyMap<string, readonly Setting[]>>();

export function ofKey(entries: readonly Setting[], key: string): readonly Setting[] {
  const known = keyed.get(entries) ?? groupedBy(entries, (each) => each.key);
  keyed.set(entries, known);
  return known.get(key) ?? [];
}

export const isForDatabricks = ({ launch, text, forDatabricks }: Pick<SettingsContext, 'launch' | 'text' | 'forDatabricks'>): boolean => launch === 'databricks' || /^(?:#|\/\/) MAGIC |\bdbutils\b/m.test(text) || forDatabricks?.() === true;

/** Finds what takes an entry's place: of those that override it, the last. */
export function winnersIn(entries: readonly Setting[]): (entry: Setting) => Setting | undefined {
  const byKey = groupedBy(entries, ({ key }) => key);
  const inCommand = new Map([...byKey].flatMap(([key, own]) => (own[0]!.told ? [[key, best(own)] as const] : [])));
  return (entry) => {
    const winner = inCommand.get(entry.key);
    return winner && overrides(entry, winner) ? winner : byKey.get(entry.key)?.findLast((later) => overrides(entry, later));
  };
}

/** A key that no release of the target range reads, or only some do not. */
export function deadIn(facts: KeyFacts, targets: Targets): 'all' | 'some' | undefined {
  const since = facts.removed?.since;
  if (since === undefined) return undefined;
  if (compareVersions(targets.from, since) >= 0) return 'all';
  return compareVersions(targets.to, since) >= 0 || lineOf(targets.to) === lineOf(since) && targets.to.split('.').length < 3 ? 'some' : undefined;
}

export const rangeText = (targets: Targets): string => (targets.from === targets.to ? `Spark ${targets.from}` : `Spark ${targets.from} to ${targets.to}`);

/** Something that starts with `spark.` and is known by no name, prefix or namespace. */
export const isUnknown = (registry: Registry, key: string, namespaces: readonly string[]): boolean =>
  key.startsWith('spark.') && !registry.get(key) && !registry.hasPrefix(key) && !isOwn(key, namespaces);

/** In a namespace that the project settings name: `spark.acme` is that of `spark.acme.x`, and not of `spark.acmex`. */
export const isOwn = (key: string, namespaces: readonly string[]): boolean => namespaces.some((namespace) => key === namespace || key.startsWith(namespace.endsWith('.') ? namespace : `${namespace}.`));
