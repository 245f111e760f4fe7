/** Version requirements as the packaging tools write them, read as a range of Spark releases. */
import { compareVersions, defaultTargets, lineOf, lines, newestKnown } from '../rule/targets.ts';

export interface VersionRange {
  readonly from: string;
  readonly to: string;
}

/** What vendors add behind the release counts for nothing: `2.1.0.2.6.0.3-8`. */
const version = String.raw`v?(\d+(?:\.\d+){0,2})[\w.+-]*`;
const oneBound = new RegExp(String.raw`^(===?|>=|<=|!=|~=|=|>|<|\^|~>?)?\s*${version}?(\.\*|\.\+)?$`);

/**
 * `3.5`, `3.5-4.3`, `==3.5.1`, `>=3.3,<4`, `~=3.4`, `^3.4` (Poetry), `3.4.*`, `[3.3,4.0)` is not read.
 * undefined: not a requirement we can read, or one that no release meets.
 */
export function versionRange(text: string): VersionRange | undefined {
  const trimmed = text.trim();
  const span = /^(\d+(?:\.\d+){0,2})\s*(?:-|\.\.|to)\s*(\d+(?:\.\d+){0,2})$/.exec(trimmed);
  if (span) return ordered(withMinor(span[1]!), withMinor(span[2]!));
  let from: string | undefined;
  let to: string | undefined;
  for (const part of trimmed.split(/[,\s]+(?=[=<>!~^\d])|,/)) {
    const bound = readBound(part.trim());
    if (!bound) return undefined;
    if (bound.from !== undefined && (from === undefined || compareVersions(bound.from, from) > 0)) from = bound.from;
    if (bound.to !== undefined && (to === undefined || compareVersions(bound.to, to) < 0)) to = bound.to;
  }
  if (from === undefined && to === undefined) return undefined;
  from ??= compareVersions(to!, defaultTargets.from) < 0 ? lineOf(to!) : defaultTargets.from;
  to ??= compareVersions(from, newestKnown) > 0 ? from : newestKnown;
  return ordered(from, to);
}

function readBound(part: string): { from?: string; to?: string } | undefined {
  const match = oneBound.exec(part);
  if (!match) return undefined;
  const [, operator = '=', written, wildcard] = match;
  if (written === undefined) return undefined;
  const parts = written.split('.').length;
  const full = withMinor(written);
  switch (operator) {
    case '=': case '==': case '===':
      if (parts === 1) return between(full, nextMajor(written));
      return wildcard ? between(full, next(written, parts - 1)) : { from: full, to: full };
    case '>=': case '>': return { from: full };
    case '<=': return { to: parts === 1 ? below(nextMajor(written)) : full };
    case '<': return { to: below(full) };
    case '!=': return {};
    case '^': return between(full, nextMajor(written));
    case '~=': return between(full, next(written, Math.max(0, parts - 2)));
    default: return between(full, next(written, Math.min(1, parts - 1)));
  }
}

/** Spark's own files and folders, whose name may end with a release: `spark-env-1.X.sh`, `spark-2.4.8-bin-hadoop2.7`, `spark3`. A number alone behind a dash may count hosts. */
const named = /^(?:apache[-_])?spark(?:[-_.](?:env|defaults?|conf|config))*(?:[-_.]?v?([0-4])\.(\d|x)(\.\d+)?|([2-4]))(?=$|[-_.](?!\d))/i;

/** The releases that the name of a file or folder speaks of. */
export function releasesInName(name: string): VersionRange | undefined {
  const [, major, minor, patch = '', alone] = named.exec(name) ?? [];
  if (major !== undefined && minor !== undefined && /\d/.test(minor)) {
    const line = `${major}.${minor}`;
    return known.includes(line) ? { from: line + patch, to: line + patch } : undefined;
  }
  const own = known.filter((line) => line.startsWith(`${major ?? alone}.`));
  return own.length > 0 ? { from: own[0]!, to: own.at(-1)! } : undefined;
}

const known: readonly string[] = ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', ...lines];

const between = (from: string, before: string): { from: string; to: string } => ({ from, to: below(before) });
const withMinor = (written: string): string => (written.includes('.') ? written : `${written}.0`);
const nextMajor = (written: string): string => next(written, 0);
/** The version after all that start with the first `index + 1` parts: next('3.4.1', 1) = '3.5'. */
function next(written: string, index: number): string {
  const numbers = written.split('.').slice(0, index + 1).map(Number);
  numbers[index] = (numbers[index] ?? 0) + 1;
  return withMinor(numbers.join('.'));
}

/** The last release before `before`, of all lines there have been: '4.0' → '3.5', '3.5.2' → '3.5.1'. */
function below(before: string): string {
  const [major = 0, minor = 0, patch = 0] = before.split('.').map(Number);
  if (patch > 0) return `${major}.${minor}.${patch - 1}`;
  const earlier = lines.filter((line) => compareVersions(line, `${major}.${minor}`) < 0);
  return earlier.at(-1) ?? lines[0]!;
}

/** A bare line as upper end holds its patch releases: 3.5.1 to 3.5 is a range. */
function ordered(from: string, to: string): VersionRange | undefined {
  const inside = compareVersions(from, to) <= 0 || (to.split('.').length < 3 && lineOf(from) === lineOf(to));
  return inside ? { from, to } : undefined;
}
