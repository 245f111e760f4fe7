/** Questions that rules on configuration ask of its entries. */
import type { Setting, SettingEvent } from '../analysis/model.ts';
import type { Registry, KeyFacts } from '../knowledge/registry.ts';
import type { Holder, Told } from '../program/conf.ts';
import { isPlaceholder, standsForMore } from '../knowledge/values.ts';
import { compatible, groupedBy, sameLoop } from './queries.ts';
import type { Targets } from './targets.ts';
import { compareVersions, lineOf } from './targets.ts';

/** Options whose value is a master, a number or a size: other words are none. */
const filledIn: ReadonlySet<string> = new Set(['--master', '--num-executors', '--executor-cores', '--total-executor-cores', '--driver-cores', '--executor-memory', '--driver-memory']);

/** Entries whose value can be judged: known, and no placeholder. */
export const judged = (entries: readonly Setting[]): (Setting & { readonly value: string })[] =>
  entries.filter((entry): entry is Setting & { readonly value: string } => entry.value !== undefined && !isPlaceholder(entry.value) && !(filledIn.has(entry.told?.option ?? '') && standsForMore(entry.value)));

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

/** Keys of the application that Spark refuses to change at run time. */
const ofTheApplication = /^spark\.(executor|driver|memory|shuffle|network|dynamicAllocation|task|cores|eventLog|ui|rdd|serializer|kryo|locality|speculation|storage|broadcast)/;

/** `spark.conf.set` of this key raises, whatever the value: 'static' SQL settings, and the 'application's. */
export function raisesAtRuntime(entry: Setting, facts: KeyFacts | undefined): 'static' | 'application' | undefined {
  if (entry.means !== 'runtime' || !facts) return undefined;
  if (facts.scope === 'static') return 'static';
  return facts.registered && facts.scope === 'app' && !facts.key.startsWith('spark.sql.') && ofTheApplication.test(entry.key) ? 'application' : undefined;
}

/** Both are told to one thing in one run: lines of a file, one builder, the session. */
export function together(a: Setting, b: Setting): boolean {
  if (!a.event || !b.event) return a.means === b.means && !a.event && !b.event && a.site.module === b.site.module && !b.told?.conditional;
  if (!compatible(a.event, b.event)) return false;
  return a.event.on.some((builder) => b.event!.on.includes(builder)) || a.means === 'runtime' && b.means === 'runtime' && a.event.callers === b.event.callers;
}

/** Whenever one is told, so is the other: on all its paths; at run time before it, since jobs may run in between. */
export function goesWith(entry: Setting, other: Setting): boolean {
  if (!entry.event || !other.event) return true;
  const { path, loops, order } = entry.event;
  const onEveryPath = other.event.path.every(({ choice, arm }) => path.some((each) => each.choice === choice && each.arm === arm));
  return onEveryPath && other.event.loops.every((loop) => loops.some((each) => sameLoop(each, loop))) && (entry.means !== 'runtime' || other.event.order < order);
}

/** Finds what takes an entry's place: of those that override it, the last. */
export function winnersIn(entries: readonly Setting[]): (entry: Setting) => Setting | undefined {
  const ofKey = groupedBy(entries, ({ key }) => key);
  const inCommand = new Map([...ofKey].flatMap(([key, own]) => (own[0]!.told ? [[key, best(own)] as const] : [])));
  return (entry) => {
    const winner = inCommand.get(entry.key);
    return winner && overrides(entry, winner) ? winner : ofKey.get(entry.key)?.findLast((later) => overrides(entry, later));
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
  key.startsWith('spark.') && !registry.get(key) && !registry.hasPrefix(key) && !namespaces.some((namespace) => key === namespace || key.startsWith(namespace.endsWith('.') ? namespace : `${namespace}.`));
