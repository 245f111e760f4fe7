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

/** Compares dotted versions by number; a missing part counts as 0: '3.5' = '3.5.0'. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const right = b.split('.').map((part) => Number.parseInt(part, 10) || 0);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
/** `version` as a line: '3.5.9' → '3.5'. */
export const lineOf = (version: string): string => version.split('.').slice(0, 2).join('.');
/** Every release of the range is at least `version`. */
export const allAtLeast = (targets: Targets, version: string): boolean => compareVersions(targets.from, version) >= 0;
/** Some release of the range is at least `version`; a bare line ('4.3') holds all its patch releases. */
export const someAtLeast = (targets: Targets, version: string): boolean =>
  compareVersions(targets.to, version) >= 0 || lineOf(targets.to) === lineOf(version) && targets.to.split('.').length < 3;
export const someBefore = (targets: Targets, version: string): boolean => compareVersions(targets.from, version) < 0;
