/**
 * The grammar of configuration values, as Spark's own converters read them, and the checks that Spark makes at start.
 * What Spark 3.5.9 and 4.3.0 said of some thousand values is in `test/data/value-trials*.tsv`.
 */
import { regexFault } from './java-regex.ts';
import type { KeyFacts, ValueForm } from './registry.ts';
import { isTimeZone } from './time-zone.ts';
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
export const isPlaceholder = (value: string): boolean => /\$\{|\{\{|\$\w|\$\(|(?<!\(\?P?|\\k)<[^<>]+>|%[sd(]|@\w+@|^\{\w*\}$|(?<!\\[pPxN])\{\w+\}/.test(value);

/** `%MASTER%`, `[master]`, `MASTER_URL`, `N`, and `[client` of `[client|cluster]`: no master and no number. Some releases take `YARN`. */
export const standsForMore = (value: string): boolean => /^(%\w+%|\[[^[\]]+\]?|[A-Z][A-Z_]*)$/.test(value.trim()) && value.trim() !== 'YARN';

/** `SPARKUIPORT`, `MEMORYm`: a word in capitals that a script replaces. */
const isTemplateWord = (value: string): boolean => /^[A-Z][A-Z0-9_]{4,}[a-z]?$/.test(value.trim());

/** A template word where a fixed value is due, which may be in capitals too: only the key's own name, or the end of it. */
const isNameOfKey = (key: string, value: string): boolean => {
  const letters = (text: string): string => text.replace(/[^a-zA-Z0-9]/g, '').toLowerCase();
  return letters(value).length > 8 && letters(key).endsWith(letters(value));
};

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
  const fixed = facts.type === 'enum' || facts.allowed;
  if (isPlaceholder(value) || isTemplateWord(value) && (!fixed || isNameOfKey(facts.key, value))) return good;
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

/** As Java trims: no-break spaces and the like stay. */
const trim = (text: string): string => text.replace(/^[\0- ]+|[\0- ]+$/g, '');

/** Java reads the digits of every script. */
const wholeNumber = /^[+-]?\p{Nd}+$/u;
const realNumber = /^[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?|0[xX]([\da-fA-F]+\.?[\da-fA-F]*|\.[\da-fA-F]+)[pP][+-]?\d+[dDfF]?)$/;
const decimalNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function general(facts: ValueForm, value: string, targets: VersionRange): Verdict {
  switch (facts.type) {
    case 'boolean': return /^(true|false)$/i.test(trim(value)) ? good : bad(`must be true or false; Spark refuses ${shown(value)}`);
    case 'int': case 'long': return whole(facts, value, targets);
    case 'double': return real(facts, value, realNumber);
    case 'decimal': return real(facts, value, decimalNumber);
    case 'time': case 'bytes': return quantity(facts, value, targets);
    case 'regex': {
      const fault = regexFault(value);
      return fault === undefined ? good : bad(`is no regular expression of Java: ${shown(value)} ${fault}`);
    }
    case 'zone': return isTimeZone(value) ? good : bad(`must be a time zone such as \`UTC\`, \`Europe/Berlin\` or \`+02:00\`; Spark refuses ${shown(value)}`);
    case 'enum': case 'string': return oneOf(facts, value, targets);
    default: return list(facts, value, targets);
  }
}

function whole(facts: ValueForm, value: string, targets: VersionRange): Verdict {
  const trimmed = trim(value);
  if (!wholeNumber.test(trimmed)) return bad(`must be a whole number; Spark refuses ${shown(value)}`);
  const bits = facts.type === 'int' ? 32n : 64n;
  // Other digits than ours: nobody writes numbers at the bounds in them.
  if (!/^[+-]?\d+$/.test(trimmed)) return good;
  if (!fits(trimmed, bits)) return bad(`must fit ${bits} bits; Spark refuses ${shown(value)}`);
  return facts.allowed ? oneOf(facts, trimmed, targets) : inRange(facts, Number(trimmed), value);
}

function fits(digits: string, bits: bigint): boolean {
  const number = BigInt(digits.replace(/^\+/, ''));
  return BigInt.asIntN(Number(bits), number) === number;
}

function real(facts: ValueForm, value: string, form: RegExp): Verdict {
  const trimmed = trim(value);
  if (!form.test(trimmed)) return bad(`must be a number; Spark refuses ${shown(value)}`);
  return inRange(facts, /0x/i.test(trimmed) ? hexadecimal(trimmed) : trimmed.startsWith('N') ? NaN : Number.parseFloat(trimmed), value);
}

/** `0x1.8p3` is 12. */
function hexadecimal(text: string): number {
  const [, sign, whole = '', part = '', power] = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)/i.exec(text)!;
  return (sign === '-' ? -1 : 1) * Number.parseInt(whole + part, 16) * 2 ** (Number(power) - 4 * part.length);
}

/** Parts are trimmed and empty ones left out. */
function list(facts: ValueForm, value: string, targets: VersionRange): Verdict {
  const type = /^seq<(int|long|double)>$/.exec(facts.type)?.[1];
  if (type === undefined) return good;
  const parts = value.split(',').map(trim).filter((part) => part !== '');
  return parts.map((part) => general({ type, anyCase: false }, part, targets)).find(({ ok }) => !ok) ?? good;
}

function quantity(facts: ValueForm, value: string, targets: VersionRange): Verdict {
  const what = facts.type === 'time' ? 'a time such as `10s`, `500ms` or `2min`' : 'a size such as `512m` or `4g`';
  const read = readQuantity(facts, value);
  if (!read) {
    const why = /\s/.test(value.trim()) ? ', no blank before the unit' : /[.,]\d/.test(value) ? ', without a fraction' : '';
    return bad(`must be ${what}${why}; Spark refuses ${shown(value)}`);
  }
  const own = unitSize[facts.unit ?? (facts.type === 'time' ? 'ms' : 'b')] ?? 1;
  if (!fits(read.number, 64n) || facts.type === 'bytes' && tooLarge(read, own)) return bad(`must fit 64 bits; Spark refuses ${shown(value)}`);
  if (read.suffix !== undefined && longUnits.test(read.suffix) && compare(targets.from, longUnitsSince) < 0) {
    return bad(`takes \`${read.suffix[0]!}\` or \`${read.suffix[0]!}b\`; Spark before ${longUnitsSince} refuses ${shown(value)}`, compare(targets.to, longUnitsSince) < 0 && !sameLine(targets.to, longUnitsSince) ? 'all' : 'some');
  }
  // Bounds count in the key's own unit, in which Spark reads them.
  return inRange(facts, Math.trunc(read.size / own), value);
}

/** Sizes are turned into the key's own unit, and must fit there; times that do not are cut. */
const tooLarge = ({ number, suffix, size }: Quantity, own: number): boolean =>
  suffix !== undefined && size > own * Math.abs(Number(number)) && !fits(String(BigInt(number) * BigInt(Math.round(size / Number(number) / own))), 64n);

const sameLine = (version: string, other: string): boolean => version.split('.').length < 3 && other.startsWith(`${version}.`);

function inRange(facts: ValueForm, number: number, value: string): Verdict {
  if (facts.exceptions?.includes(number)) return good;
  if (Number.isNaN(number)) return facts.minimum === undefined && facts.maximum === undefined ? good : bad(`must be a number within bounds; Spark refuses ${shown(value)}`);
  const low = facts.minimum;
  const high = facts.maximum;
  if (low !== undefined && (number < low || facts.openMinimum && number === low)) return bad(`must be ${facts.openMinimum ? 'more than' : 'at least'} ${low}; Spark refuses ${shown(value)}`);
  if (high !== undefined && (number > high || facts.openMaximum && number === high)) return bad(`must be ${facts.openMaximum ? 'less than' : 'at most'} ${high}; Spark refuses ${shown(value)}`);
  return good;
}

function oneOf(facts: ValueForm, value: string, targets: VersionRange): Verdict {
  const { allowed } = facts;
  if (!allowed || allowed.length === 0) return good;
  // Short words that stand for classes are looked up in lower case: tried for `spark.shuffle.manager`.
  const equal = (a: string, b: string): boolean => (facts.anyCase || facts.classes && !a.includes('.') ? a.toLowerCase() === b.toLowerCase() : a === b);
  if (allowed.some((each) => equal(each, value))) return good;
  if (facts.classes) return otherClass(allowed, value);
  if (allowed.some((each) => equal(each, trim(value)))) {
    if (facts.type === 'string') return bad(`takes no blanks around its words; Spark refuses ${shown(value)}`);
    return compare(targets.from, '4.1.4') >= 0 ? good : bad(`is refused with blanks around it by Spark before 4.1`, 'some');
  }
  return bad(`must be one of ${allowed.slice(0, 12).map((each) => `\`${each}\``).join(', ')}${allowed.length > 12 ? ' …' : ''}; Spark refuses ${shown(value)}`);
}

/** Classes may be anybody's: one is wrong that is almost Spark's own, or that is written without its package. */
function otherClass(allowed: readonly string[], value: string): Verdict {
  const simple = (name: string): string => name.replace(/^.*\./, '');
  const words = allowed.filter((each) => !each.includes('.'));
  const meant = allowed.find((each) => (value.includes('.') ? isSlip(value, each) : simple(each).toLowerCase().includes(value.trim().toLowerCase()) && value.trim() !== ''));
  if (meant !== undefined) return bad(`names no class that Spark finds; \`${meant}\` is one. Spark refuses ${shown(value)}`);
  return value.includes('.') || words.length === 0 ? good : bad(`must be one of ${words.map((each) => `\`${each}\``).join(', ')} or the full name of a class; Spark refuses ${shown(value)}`);
}

/** One letter wrong, missing, too many, or in the wrong case. */
function isSlip(written: string, meant: string): boolean {
  if (written === meant || Math.abs(written.length - meant.length) > 1) return false;
  if (written.toLowerCase() === meant.toLowerCase()) return true;
  let at = 0;
  while (written[at] === meant[at]) at++;
  return written.slice(at + 1) === meant.slice(at + 1) || written.slice(at + 1) === meant.slice(at) || written.slice(at) === meant.slice(at + 1);
}

/** Checks that other parts of Spark make of a value when they start. */
function special(facts: KeyFacts, value: string, targets: VersionRange): Verdict | undefined {
  const trimmed = value.trim();
  switch (facts.key) {
    case 'spark.executor.memory': {
      if (trimmed.startsWith('-')) return bad(`must be more than 0; Spark refuses ${shown(value)}`);
      if (/^\d+$/.test(trimmed) && Number(trimmed) < 471_859_200) return bad(`needs a unit: the driver first reads a bare number as bytes, and the context stops because ${shown(value)} is below the minimum of 450 MiB`);
      return tooSmallHeap(facts, value, targets) ? bad(`must be at least 450m, half as much again as Spark keeps for itself; with ${shown(value)} the context does not start`) : undefined;
    }
    case 'spark.driver.memory':
      // Where the driver's JVM runs already the value counts for nothing.
      if (tooSmallHeap(facts, value, targets)) return bad(`must be at least 450m, half as much again as Spark keeps for itself; with a heap of ${shown(value)} the context does not start`, 'some');
      return /^\d+$/.test(trimmed) && Number(trimmed) < 1024 ? bad(`needs a unit, such as \`${trimmed}${Number(trimmed) < 64 ? 'g' : 'm'}\``, 'some') : undefined;
    case 'spark.driver.maxResultSize': {
      const read = readQuantity(facts, value);
      return read && read.suffix === undefined && read.size > 0 && read.size < 2 ** 20 ? bad(`is read as ${trimmed} bytes, so every job that brings a result to the driver fails; write a unit, such as \`${trimmed}m\``) : undefined;
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
    case 'spark.sql.catalog.spark_catalog': {
      const meant = misplacedClass(trimmed);
      return meant === undefined ? undefined : bad(`names no class that there is: it is \`${meant}\`. With ${shown(value)} every query that looks up a table fails`);
    }
    case 'spark.sql.extensions': {
      const meant = trimmed.split(',').map((name) => misplacedClass(name.trim())).find((name) => name !== undefined);
      return meant === undefined ? undefined : bad(`names no class that there is: it is \`${meant}\`. Spark goes on without the extension, with a warning in the log`, 'some');
    }
    case 'spark.history.provider':
      return trimmed.startsWith('org.apache.hadoop.') ? bad(`must be a class that finds applications, and Hadoop has none: with ${shown(value)} the history server does not start. Where event logs lie \`spark.history.fs.logDirectory\` says`) : undefined;
    case 'spark.default.parallelism':
      return /^-?\d+$/.test(value) ? good : bad(`must be a whole number, without blanks; Spark refuses ${shown(value)} in the first job`);
    default: return undefined;
  }
}

/** Catalogs and extensions of table formats. */
const ofFormats = [
  'org.apache.iceberg.spark.SparkSessionCatalog', 'org.apache.iceberg.spark.SparkCatalog', 'org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
  'org.apache.spark.sql.delta.catalog.DeltaCatalog', 'io.delta.sql.DeltaSparkSessionExtension', 'org.apache.spark.sql.hudi.catalog.HoodieCatalog', 'org.apache.spark.sql.hudi.HoodieSparkSessionExtension',
];
/** The one that is meant by a name with another package of these projects; builds of others have packages of their own. */
function misplacedClass(name: string): string | undefined {
  if (!/^(?:org\.apache\.(?:spark|iceberg|hudi)|io\.delta)\./.test(name) || ofFormats.includes(name)) return undefined;
  const simple = name.slice(name.lastIndexOf('.'));
  return ofFormats.find((each) => each.endsWith(simple));
}

const leastHeap = 450 * 2 ** 20;
/** From 1.6 on execution and storage share what is left of the heap, and ask for so much. */
function tooSmallHeap(facts: KeyFacts, value: string, { from }: VersionRange): boolean {
  if (compare(from, '1.6') < 0) return false;
  const read = readQuantity(facts, value);
  return read !== undefined && read.suffix !== undefined && read.size > 0 && read.size < leastHeap;
}

const shown = (value: string): string => `\`${value === '' ? '(nothing)' : value.length > 40 ? `${value.slice(0, 40)}…` : value}\``;
