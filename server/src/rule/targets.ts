import type { Language } from '../knowledge/api.ts';
import { api } from '../knowledge/api-reader.ts';
import type { KeyFacts } from '../knowledge/registry.ts';
import { registry } from '../knowledge/registry-reader.ts';
import { compare as compareVersions } from '../knowledge/version.ts';
import type { Command, ConfEntry, Section } from '../program/conf.ts';

/** The range of Spark releases a project runs on, both ends included, as 'major.minor' or full versions. */
export interface Targets {
  readonly from: string;
  readonly to: string;
  /** Java major version, where known. */
  readonly java?: number | undefined;
  /** The Java was seen beside some Spark of the project: nothing is an error by it, and nothing safe. */
  readonly javaLikely?: boolean | undefined;
  /** 'yarn', 'kubernetes', 'standalone', 'local', 'databricks', where known. */
  readonly manager?: string | undefined;
  /** Where the range was learned, for messages: "sparkcheck.toml", "requirements.txt pins pyspark 3.5.1", "default". */
  readonly origin: string;
  /** Learned from what lies elsewhere, or is a sign alone: enough to know an old Spark by, and not to hold anything against it. */
  readonly likely?: boolean | undefined;
  /** The user says so: what a file says of itself does not count. */
  readonly fixed?: boolean | undefined;
}

/** `version` as a line: '3.5.9' → '3.5'. */
export const lineOf = (version: string): string => version.split('.').slice(0, 2).join('.');
/** Every line of releases since 2.0, those that the registry was not read from too. */
export const lines: readonly string[] = ['2.0', '2.1', '2.2', '2.3', ...new Set(registry.releases.map(lineOf))];
/** The newest Spark line this version knows. */
export const newestKnown = lines.at(-1)!;
export const defaultTargets: Targets = { from: '3.3', to: newestKnown, origin: 'default' };

/** Somebody says which Spark it is. */
export const isPinned = ({ origin, likely }: Targets): boolean => origin !== 'default' && !likely;

/** Something speaks of a Spark 1 or 2, and nobody is sure: what only a new one does is not held against it. */
export const mayBeOld = ({ from, likely }: Targets): boolean => likely === true && compareVersions(from, '3.0') < 0;

/** What a section says itself of its Spark and its cluster. */
export function targetsIn({ entries, spark, runsOn, command, vendors }: Section, targets: Targets): Targets {
  const range = targets.fixed ? targets : spark !== undefined ? { ...targets, from: spark, to: spark, origin: 'said beside the settings' } : vendors && isPinned(targets) ? { ...targets, likely: true } : byKeys(entries, byJars(command, targets));
  return runsOn === undefined ? range : { ...range, manager: runsOn };
}

/** A jar of Spark itself, which comes with the release that it names: `spark-examples_2.11-2.4.3.jar`. */
const ownJar = /^spark-(?:examples|assembly|core|sql|catalyst|hive|yarn|streaming|mllib|graphx|(?:sql|streaming)-kafka[\w-]*?)(?:_2\.1[0-3])?-(\d+\.\d+\.\d+)(?:-[\w.-]*)?\.jar$/;

/** Where nobody is sure of the Spark, the jars that a command names are a sign of it. */
function byJars(command: Command | undefined, targets: Targets): Targets {
  if (!command || isPinned(targets)) return targets;
  const named = command.arguments.flatMap(({ is, text, value }) => (is === 'option' ? value?.text : is === 'application' ? text : undefined)?.split(/[,:]/) ?? []);
  const [only, ...others] = new Set(named.flatMap((each) => ownJar.exec(each.slice(each.lastIndexOf('/') + 1).trim())?.[1] ?? []));
  return only === undefined || others.length > 0 ? targets : { ...targets, from: only, to: only, origin: `the command names a jar of Spark ${only}`, likely: true };
}

/** Where nobody says which Spark it is, the settings themselves are a sign of how old it may be. */
function byKeys(entries: readonly ConfEntry[], targets: Targets): Targets {
  if (targets.origin !== defaultTargets.origin || entries.some(({ value }) => value !== undefined && ofToday.test(value))) return targets;
  const from = ageOf(entries.map(({ key }) => key));
  return from === undefined ? targets : { ...targets, from, origin: `its keys are those of Spark ${from}`, likely: true };
}

/** Values that no Spark before 2.4 had: packages for Scala 2.12 and later, jars of Hadoop 3, a codec. */
const ofToday = /_2\.1[23]\b|\bhadoop-(?:aws|azure|client)\S*[:-]3\.|^zstd$/;

/** Fewer keys that are alive say little of when they were written; nor does one that is dead, which may have come along from an older file. */
const telling = 5;
const tellingDead = 2;

/**
 * From which line of releases on there is a Spark that knows all of some keys, the newest of them too, where that one is
 * old: it still read others, which none of those that are taken for possible does.
 */
export function ageOf(keys: readonly string[]): string | undefined {
  const known = [...new Set(keys)].flatMap((key) => registry.get(key) ?? []);
  if (known.filter(({ removed }) => !removed).length < telling) return undefined;
  const newest = known.map(firstReader).reduce((a, b) => (compareVersions(a, b) < 0 ? b : a));
  const dead = known.filter(({ removed }) => removed && compareVersions(removed.since, newest) > 0 && compareVersions(removed.since, defaultTargets.from) <= 0);
  return dead.length >= tellingDead ? lineOf(newest) : undefined;
}

/** Spark counts entries from when they were registered: what 2.4, the oldest that was asked, reads, is older. */
function firstReader({ since, spans, removed }: KeyFacts): string {
  const stated = removed?.readBy?.from ?? since ?? oldest;
  return compareVersions(stated, '2.4') > 0 && spans[0] && lineOf(spans[0].from) === '2.4' ? oldest : stated;
}
const oldest = '0.9';

export { compareVersions };
/** Every release of the range is at least `version`. */
export const allAtLeast = (targets: Targets, version: string): boolean => compareVersions(targets.from, version) >= 0;

/** Every release of the range has the method in the language, by the API table. */
export function isThere(owner: string, name: string, language: Language, targets: Targets): boolean {
  const method = api.method(owner, name, language);
  return method !== undefined && allAtLeast(targets, lineOf(method.since?.[language] ?? targets.from));
}
