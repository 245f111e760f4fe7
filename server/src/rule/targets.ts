import { compare as compareVersions } from '../knowledge/version.ts';

/** The range of Spark releases a project runs on, both ends included, as 'major.minor' or full versions. */
export interface Targets {
  readonly from: string;
  readonly to: string;
  /** Java major version, where known. */
  readonly java?: number | undefined;
  /** 'yarn', 'kubernetes', 'standalone', 'local', where known. */
  readonly manager?: string | undefined;
  /** Where the range was learned, for messages: "sparkcheck.toml", "requirements.txt pins pyspark 3.5.1", "default". */
  readonly origin: string;
}

/** The newest Spark line this version knows. */
export const newestKnown = '4.3';
export const defaultTargets: Targets = { from: '3.3', to: newestKnown, origin: 'default' };

export { compareVersions };
/** `version` as a line: '3.5.9' → '3.5'. */
export const lineOf = (version: string): string => version.split('.').slice(0, 2).join('.');
/** Every release of the range is at least `version`. */
export const allAtLeast = (targets: Targets, version: string): boolean => compareVersions(targets.from, version) >= 0;
