import { compare as compareVersions } from '../knowledge/version.ts';
import type { Section } from '../program/conf.ts';

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

/** The newest Spark line this version knows. */
export const newestKnown = '4.3';
export const defaultTargets: Targets = { from: '3.3', to: newestKnown, origin: 'default' };

/** Somebody says which Spark it is. */
export const isPinned = ({ origin, likely }: Targets): boolean => origin !== 'default' && !likely;

/** What a section says itself of its Spark and its cluster. */
export function targetsIn({ spark, runsOn }: Section, targets: Targets): Targets {
  const range = spark === undefined || targets.fixed ? targets : { ...targets, from: spark, to: spark, origin: 'said beside the settings' };
  return runsOn === undefined ? range : { ...range, manager: runsOn };
}

export { compareVersions };
/** `version` as a line: '3.5.9' → '3.5'. */
export const lineOf = (version: string): string => version.split('.').slice(0, 2).join('.');
/** Every release of the range is at least `version`. */
export const allAtLeast = (targets: Targets, version: string): boolean => compareVersions(targets.from, version) >= 0;
