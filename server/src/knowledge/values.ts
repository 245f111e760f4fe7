/**
 * The grammar of configuration values, as Spark's own converters read them, and the checks that Spark makes at start.
 * Tried with 357 key/value pairs a version on Spark 3.5.9 and 4.3.0.
 */
import type { KeyFacts, ValueForm } from './registry.ts';
import { compare } from './version.ts';

export interface VersionRange {
  readonly from: string;
  readonly to: string;
}

export type Verdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** A clause that follows the key: "is no time: …". */
      readonly message: string;
      /** Refused by every release of the range, or by some. */
      readonly by: 'all' | 'some';
    };

const good: Verdict = { ok: true };
const bad = (message: string, by: 'all' | 'some' = 'all'): Verdict => ({ ok: false, message, by });

/** A placeholder that something fills in later: not judged. */
export const isPlaceholder = (value: string): boolean => /\$\{|\{\{|\$\w|\$\(|<[^<>]+>|%[sd(]|@\w+@|^\{\w*\}$|\{\w+\}/.test(value);

/** `%MASTER%`, `[master]`, `MASTER_URL`, `N`: no master and no number. Some releases take `YARN`. */
export const standsForMore = (value: string): boolean => /^(%\w+%|\[[^[\]]+\]|[A-Z][A-Z_]*)$/.test(value.trim()) && value.trim() !== 'YARN';

/** `SPARKUIPORT`, `MEMORYm`: a word in capitals that a script replaces. */
const isTemplateWord = (value: string): boolean => /^[A-Z][A-Z0-9_]{4,}[a-z]?$/.test(value.trim());

const timeUnits: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1e3, m: 6e4, min: 6e4, h: 3.6e6, d: 8.64e7 };
const byteUnits: Readonly<Record<string, number>> = { b: 1, k: 1024, kb: 1024, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30, t: 2 ** 40, tb: 2 ** 40, p: 2 ** 50, pb: 2 ** 50 };
const longUnits = /^(k|m|g|t|p)ib$/;
/** A suffix such as `gib` is read from this release on. */
const longUnitsSince = '4.2.1';

/** In the unit that bare numbers have: 'ms', 's', 'b', 'k', 'm' … */
const unitSize: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 6e4, us: 1e-3, ns: 1e-6, b: 1, k: 1024, m: 2 ** 20, g: 2 ** 30 };

export interface Quantity {
  /** In milliseconds or bytes. */
  readonly size: number;
  readonly suffix: string | undefined;
  readonly number: string;
}

/** undefined: no such quantity. Blanks around are trimmed, inside refused; fractions are refused. */
export function readQuantity(facts: ValueForm, value: string): Quantity | undefined {
  const match = /^(-?\d+)([a-z]+)?$/.exec(value.trim().toLowerCase());
  if (!match) return undefined;
  const suffix = match[2];
  const units = facts.type === 'time' ? timeUnits : byteUnits;
  const unit = suffix === undefined ? unitSize[facts.unit ?? (facts.type === 'time' ? 'ms' : 'b')] ?? 1 : units[suffix] ?? (facts.type === 'bytes' && longUnits.test(suffix) ? byteUnits[suffix[0]!] : undefined);
  return unit === undefined ? undefined : { size: Number(match[1]) * unit, suffix, number: match[1]! };
}

export const unitName = (unit: string | undefined): string => ({ ms: 'milliseconds', s: 'seconds', min: 'minutes', us: 'microseconds', ns: 'nanoseconds', b: 'bytes', k: 'KiB', m: 'MiB', g: 'GiB' })[unit ?? ''] ?? (unit ?? '');

/** Spark's answer to a value. Placeholders and keys without a known type are not judged. */
export function checkValue(facts: KeyFacts, value: string, targets: VersionRange): Verdict {
  if (isPlaceholder(value) || facts.type !== 'enum' && isTemplateWord(value)) return good;
  return special(facts, value, targets) ?? byReleases(facts, value, targets);
}

/** What a key takes may change from one release to the next: each form that holds in the range is asked. */
function byReleases(facts: KeyFacts, value: string, targets: VersionRange): Verdict {
  const last = targets.to.split('.').length < 3 ? `${targets.to}.99` : targets.to;
  const forms = facts.forms.filter(({ from }, index) => {
    const next = facts.forms[index + 1]?.from;
    return (index === 0 || compare(from, last) <= 0) && (next === undefined || compare(next, targets.from) > 0);
  });
  if (forms.length < 2) return general(forms[0] ?? facts, value, targets);
  const verdicts = forms.map((form) => general(form, value, targets));
  const refused = verdicts.findIndex(({ ok }) => !ok);
  const verdict = verdicts[refused];
  if (!verdict || verdict.ok) return good;
  const taken = verdicts.findIndex(({ ok }, index) => ok && index !== refused);
  if (taken < 0) return verdicts.findLast(({ ok }) => !ok)!;
  const who = taken > refused ? `Spark before ${forms[taken]!.from}` : `Spark from ${forms[refused]!.from} on`;
  return { ok: false, message: verdict.message.replace(/\bSpark( before [\d.]+)? refuses/, `${who} refuses`), by: 'some' };
}

function general(facts: ValueForm, value: string, targets: VersionRange): Verdict {
  const trimmed = value.trim();
  switch (facts.type) {
    case 'boolean': return /^(true|false)$/i.test(trimmed) ? good : bad(`must be true or false; Spark refuses ${shown(value)}`);
    case 'int': case 'long': {
      if (!/^[+-]?\d+$/.test(trimmed)) return bad(`must be a whole number; Spark refuses ${shown(value)}`);
      if (facts.type === 'int' && Math.abs(Number(trimmed)) > 2 ** 31) return bad(`must fit 32 bits; Spark refuses ${shown(value)}`);
      if (facts.allowed) return oneOf(facts, trimmed, targets);
      return inRange(facts, Number(trimmed), value);
    }
    case 'double': case 'decimal':
      return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(trimmed) ? inRange(facts, Number.parseFloat(trimmed), value) : bad(`must be a number; Spark refuses ${shown(value)}`);
    case 'time': case 'bytes': return quantity(facts, value, targets);
    case 'enum': return oneOf(facts, value, targets);
    case 'string': return facts.allowed ? oneOf(facts, value, targets) : good;
    default: return good;
  }
}

function quantity(facts: ValueForm, value: string, targets: VersionRange): Verdict {
  const what = facts.type === 'time' ? 'a time such as `10s`, `500ms` or `2min`' : 'a size such as `512m` or `4g`';
  const read = readQuantity(facts, value);
  if (!read) {
    const why = /\s/.test(value.trim()) ? ', no blank before the unit' : /[.,]\d/.test(value) ? ', without a fraction' : '';
    return bad(`must be ${what}${why}; Spark refuses ${shown(value)}`);
  }
  if (read.suffix !== undefined && longUnits.test(read.suffix) && compare(targets.from, longUnitsSince) < 0) {
    return bad(`takes \`${read.suffix[0]!}\` or \`${read.suffix[0]!}b\`; Spark before ${longUnitsSince} refuses ${shown(value)}`, compare(targets.to, longUnitsSince) < 0 && !sameLine(targets.to, longUnitsSince) ? 'all' : 'some');
  }
  // Bounds count in the key's own unit, in which Spark reads them.
  return inRange(facts, Math.trunc(read.size / (unitSize[facts.unit ?? (facts.type === 'time' ? 'ms' : 'b')] ?? 1)), value);
}

const sameLine = (version: string, other: string): boolean => version.split('.').length < 3 && other.startsWith(`${version}.`);

function inRange(facts: ValueForm, number: number, value: string): Verdict {
  if (facts.exceptions?.includes(number)) return good;
  const low = facts.minimum;
  const high = facts.maximum;
  if (low !== undefined && (number < low || facts.openMinimum && number === low)) return bad(`must be ${facts.openMinimum ? 'more than' : 'at least'} ${low}; Spark refuses ${shown(value)}`);
  if (high !== undefined && (number > high || facts.openMaximum && number === high)) return bad(`must be ${facts.openMaximum ? 'less than' : 'at most'} ${high}; Spark refuses ${shown(value)}`);
  return good;
}

function oneOf(facts: ValueForm, value: string, targets: VersionRange): Verdict {
  const { allowed } = facts;
  if (!allowed || allowed.length === 0) return good;
  const equal = (a: string, b: string): boolean => (facts.anyCase ? a.toLowerCase() === b.toLowerCase() : a === b);
  if (allowed.some((each) => equal(each, value))) return good;
  if (allowed.some((each) => equal(each, value.trim()))) return compare(targets.from, '4.1.4') >= 0 ? good : bad(`is refused with blanks around it by Spark before 4.1`, 'some');
  return bad(`must be one of ${allowed.slice(0, 12).map((each) => `\`${each}\``).join(', ')}${allowed.length > 12 ? ' …' : ''}; Spark refuses ${shown(value)}`);
}

/** Checks that other parts of Spark make of a value when they start. */
function special(facts: KeyFacts, value: string, targets: VersionRange): Verdict | undefined {
  const trimmed = value.trim();
  switch (facts.key) {
    case 'spark.executor.memory': {
      if (/^\d+$/.test(trimmed) && Number(trimmed) < 471_859_200) return bad(`needs a unit: the driver first reads a bare number as bytes, and the context stops because ${shown(value)} is below the minimum of 450 MiB`);
      return tooSmallHeap(facts, value) ? bad(`must be at least 450m, half as much again as Spark keeps for itself; with ${shown(value)} the context does not start`) : undefined;
    }
    case 'spark.driver.memory':
      // Where the driver's JVM runs already the value counts for nothing.
      if (tooSmallHeap(facts, value)) return bad(`must be at least 450m, half as much again as Spark keeps for itself; with a heap of ${shown(value)} the context does not start`, 'some');
      return /^\d+$/.test(trimmed) && Number(trimmed) < 1024 ? bad(`needs a unit, such as \`${trimmed}g\``, 'some') : undefined;
    case 'spark.network.timeout': {
      const read = readQuantity(facts, value);
      return read && read.size <= 10_000 ? bad(`must be longer than \`spark.executor.heartbeatInterval\` (10s unless set); Spark refuses ${shown(value)}`) : undefined;
    }
    case 'spark.driver.maxResultSize': {
      const read = readQuantity(facts, value);
      return read && read.suffix === undefined && read.size > 0 && read.size < 2 ** 20 ? bad(`is read as ${trimmed} bytes, so every job that brings a result to the driver fails; write a unit, such as \`${trimmed}m\``) : undefined;
    }
    case 'spark.kryoserializer.buffer.max': {
      const read = readQuantity(facts, value);
      return read && read.size >= 2048 * 2 ** 20 ? bad(`must be less than 2048m; Spark refuses ${shown(value)} at start, whichever serializer is used`) : undefined;
    }
    case 'spark.broadcast.blockSize': {
      const read = readQuantity(facts, value);
      return read && read.size <= 0 ? bad('must be more than 0: with 0 a job never ends') : undefined;
    }
    case 'spark.task.cpus': {
      const number = Number(trimmed);
      if (!Number.isNaN(number) && number <= 0) return bad('must be more than 0: with less a job never ends or is refused');
      return /^\d+\.\d+$/.test(trimmed) && compare(targets.from, '4.3') < 0 ? bad(`must be a whole number before Spark 4.3; ${shown(value)} is refused there`, compare(targets.to, '4.3') >= 0 ? 'some' : 'all') : undefined;
    }
    case 'spark.default.parallelism':
      return /^-?\d+$/.test(value) ? good : bad(`must be a whole number, without blanks; Spark refuses ${shown(value)} in the first job`);
    case 'spark.memory.fraction': case 'spark.memory.storageFraction': {
      const number = Number(trimmed);
      return !Number.isNaN(number) && (number < 0 || number > 1) ? bad(`must lie between 0 and 1; Spark refuses ${shown(value)}`) : undefined;
    }
    default: return undefined;
  }
}

const leastHeap = 450 * 2 ** 20;
function tooSmallHeap(facts: KeyFacts, value: string): boolean {
  const read = readQuantity(facts, value);
  return read !== undefined && read.suffix !== undefined && read.size > 0 && read.size < leastHeap;
}

const shown = (value: string): string => `\`${value === '' ? '(nothing)' : value.length > 40 ? `${value.slice(0, 40)}…` : value}\``;
