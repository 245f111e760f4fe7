/** A job with all places that set something for it, and which of them counts, key by key. */
import type { Arm, Setting } from '../analysis/model.ts';
import type { Registry } from '../knowledge/registry.ts';
import { readQuantity } from '../knowledge/values.ts';
import type { Command, Section } from '../program/conf.ts';
import type { SettingsContext, Surroundings } from './rule.ts';
import type { Targets } from './targets.ts';
import type { Language } from '../program/program.ts';
import { contains, type Range } from '../text/range.ts';
import { overrides, refusedAtRuntime, readBeforeCode, resolvedBySubmit, storedAtRuntime } from './entries.ts';
import { groupedBy, placeOf } from './queries.ts';

/** The strongest first. 'fallback': what counts where nobody else says anything. */
export const layers = ['code', 'command', 'properties file', 'defaults file', 'environment', 'fallback'] as const;
export type Layer = (typeof layers)[number];

export interface Job {
  /** The program that is run; undefined: none in sight, or it cannot be told which. */
  readonly code?: { readonly path: string; readonly language: Language; /** It makes a session */ readonly entryPoint: boolean; /** Where it starts, besides its top level */ readonly mains: readonly Range[] } | undefined;
  /** What starts it; undefined: nothing in sight. */
  readonly command?: { readonly path: string; readonly command: Command } | undefined;
  /** Of a file of data: it may say where it is read. */
  readonly section?: Section | undefined;
  readonly launch?: 'spark-submit' | 'python' | 'databricks' | 'notebook' | undefined;
  /** What code, commands and files say, in whatever order. */
  readonly sources: readonly Source[];
  /** Files that it may read as well, or run, of which one cannot be told from the others. */
  readonly candidates: readonly { readonly as: 'code' | 'properties file' | 'defaults file'; readonly paths: readonly string[] }[];
  /** Named, and not a file of the project. */
  readonly outside: readonly string[];
}

export interface Source {
  readonly layer: Layer;
  readonly path: string;
  readonly entries: readonly Setting[];
  /** It is read only if the configuration folder is the one it lies in. */
  readonly assumed?: boolean | undefined;
}

/** An entry with the rank of the place that it stands in. */
export interface Ranked {
  readonly entry: Setting;
  readonly layer: Layer;
}

/** What becomes of one key of a job. */
export interface Decision {
  readonly key: string;
  /** What counts when the application starts; undefined: nothing that is made for certain. */
  readonly winner?: Ranked | undefined;
  /** Their place is taken by the winner, strongest first. */
  readonly over: readonly Ranked[];
  /** Stronger than the winner, and made on some paths only, or on an object of which it is not seen whether a session takes it. */
  readonly maybe: readonly Ranked[];
  /** Set on the running session: they count from then on. */
  readonly later: readonly Ranked[];
  /** Without any effect, and why. */
  readonly dead: readonly (Ranked & { readonly why: string })[];
}

/** In the order of the keys. */
export function decisionsOf(job: Job, registry: Registry, targets: Targets): Decision[] {
  const ranked = job.sources.flatMap(({ layer, entries }) => entries.map((entry): Ranked => ({ entry, layer: layerOf(entry, layer, job) })));
  const byKey = groupedBy(ranked.filter(({ entry }) => entry.key.startsWith('spark.')), ({ entry }) => entry.key);
  return [...byKey].map(([key, own]) => decided(key, own, job, registry, targets)).sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * `setIfMissing` of Scala's SparkConf looks at what spark-submit was told; Python's does not before there is a JVM: there
 * it wins over all (tried on 3.5.6 and 4.3.0).
 */
function layerOf({ means, event }: Setting, layer: Layer, { code }: Job): Layer {
  if (means === 'environment') return 'environment';
  return event?.ifMissing && !(code?.language === 'python' && event.reaches === 'start') ? 'fallback' : layer;
}

function decided(key: string, ranked: readonly Ranked[], job: Job, registry: Registry, targets: Targets): Decision {
  const maybe: Ranked[] = [];
  const later: Ranked[] = [];
  const dead: (Ranked & { why: string })[] = [];
  const certain: Ranked[] = [];
  for (const each of ranked) {
    const why = deadBecause(each.entry, job, registry, targets);
    if (why !== undefined) dead.push({ ...each, why });
    else if (each.entry.means === 'runtime' || each.entry.event?.reaches === 'running') later.push(each);
    else (isCertain(each.entry) ? certain : maybe).push(each);
  }
  const strongest = [...certain].sort(byStrength);
  const [winner] = strongest;
  const isSure = (each: Ranked): boolean => each.layer !== 'code' || winner!.layer !== 'code' || overrides(each.entry, winner!.entry) || same(each.entry, winner!.entry);
  return {
    key, winner, later: later.sort(inOrder), dead,
    over: winner ? strongest.slice(1).filter(isSure).concat(maybe.filter((each) => isWeaker(each, winner))) : [],
    maybe: [...maybe.filter((each) => !winner || !isWeaker(each, winner)), ...strongest.slice(1).filter((each) => !isSure(each))].sort(byStrength),
  };
}

const rankOf = ({ layer }: Ranked): number => layers.indexOf(layer);
const inOrder = (a: Ranked, b: Ranked): number => (a.entry.event?.order ?? 0) - (b.entry.event?.order ?? 0);
const isWeaker = (each: Ranked, winner: Ranked): boolean => rankOf(each) > rankOf(winner);
const same = (a: Setting, b: Setting): boolean => a.value !== undefined && a.value === b.value;

function byStrength(a: Ranked, b: Ranked): number {
  const difference = rankOf(a) - rankOf(b);
  if (difference !== 0) return difference;
  return overrides(a.entry, b.entry) ? 1 : overrides(b.entry, a.entry) ? -1 : (b.entry.event?.order ?? b.entry.site.start) - (a.entry.event?.order ?? a.entry.site.start);
}

/** Functions that nothing in sight calls are run by somebody. */
export const branchesOf = ({ event }: Setting): readonly Arm[] => event?.path.filter(({ choice }) => choice >= 0) ?? [];

/** It is made in every run, and handed to all contexts in sight that one of them may take the place of. */
function isCertain(entry: Setting): boolean {
  const { event, told, means } = entry;
  if (told?.conditional) return false;
  if (!event) return true;
  return branchesOf(entry).length === 0 && event.loops.length === 0 && !event.forLocalRuns && !event.missed && !(means === 'conf' && event.handed === undefined);
}

/** What the program does itself from its start on, whatever comes: not what a function does that others may call. */
export function isMadeAtStart(entry: Setting, { code }: Job): boolean {
  const { event } = entry;
  if (!event || !code || !isCertain(entry) || event.reaches !== 'start' || event.ifMissing) return false;
  const outermost = event.callers[0] ?? entry.site;
  return event.path.length === 0 || outermost.module === code.path && code.mains.some((main) => contains(main, outermost));
}

const storedAlone = 'set at run time it is stored and read by nothing';

function deadBecause(entry: Setting, { code, launch, command, sources }: Job, registry: Registry, targets: Targets): string | undefined {
  const { event, means, key } = entry;
  if (!event) return undefined;
  const facts = registry.get(key);
  if (means === 'runtime') {
    if (storedAtRuntime.test(key)) return storedAlone;
    const comesTo = refusedAtRuntime(entry, facts, targets, (asked) => sources.flatMap(({ entries }) => entries.filter((each) => each.key === asked)));
    return comesTo === undefined ? undefined : comesTo === 'stored' ? storedAlone : 'set at run time it raises';
  }
  if (event.copied && event.reaches === 'running') return 'getConf() gave a copy: set on it, it reaches nothing';
  if (event.reaches === 'running' && facts?.registered && facts.scope !== 'session') return 'in code it comes too late: the context runs already';
  if (resolvedBySubmit.test(key) && command) return 'in code it comes too late: spark-submit reads it before';
  if (readBeforeCode.has(key) && (code?.language === 'scala' || command || launch === 'spark-submit')) return "in code it comes too late: the driver's JVM runs already";
  return undefined;
}

/** Spark reads both in the same way: 1g is 1024m, TRUE is true. */
export function sameValue(registry: Registry, key: string, a: string, b: string, version?: string): boolean {
  const [one, other] = [a.trim(), b.trim()];
  if (one === other) return true;
  const facts = registry.get(key, version);
  switch (facts?.type) {
    case 'time': case 'bytes': {
      const [left, right] = [readQuantity(facts, one), readQuantity(facts, other)];
      return left !== undefined && left.size === right?.size;
    }
    case 'boolean': return one.toLowerCase() === other.toLowerCase();
    case 'int': case 'long': case 'double': case 'decimal': return one !== '' && other !== '' && Number(one) === Number(other);
    default: return facts?.anyCase === true && one.toLowerCase() === other.toLowerCase();
  }
}

/** What a program, or what holds these entries, is told of keys: by itself, by the project's files of settings and other code, by the commands that run it, and by the files that those name. */
export const toldOf = ({ program, entries = program?.settings ?? [], settings, jobs }: Pick<SettingsContext, 'settings' | 'jobs'> & Partial<Pick<SettingsContext, 'program' | 'entries'>>, ...keys: readonly string[]): Setting[] =>
  [...entries, ...settings, ...(jobs?.() ?? []).flatMap(({ sources }) => sources.flatMap(({ layer, entries }) => (layer === 'code' ? [] : entries)))].filter(({ key }) => keys.includes(key));

/** A command that runs the program names a file of settings that is not in sight: whatever is not told may be told there. */
export const mayBeToldOutside = ({ jobs }: Pick<Surroundings, 'jobs'>): boolean => (jobs?.() ?? []).some(({ outside }) => outside.length > 0);

/** One of each place. */
export const distinct = (entries: readonly Setting[]): Setting[] => [...new Map(entries.map((entry) => [`${placeOf(entry.keySite)} ${entry.key}`, entry])).values()];
