/** Which keys and options hold secrets, which values are some, and what Spark hides of them. */
import type { KeyFacts } from './registry.ts';
import { isPlaceholder, type VersionRange } from './values.ts';
import { compare } from './version.ts';

/** How a key ends that holds a secret, words run together, and what a redaction pattern says for it. */
const endings: readonly (readonly [ending: RegExp, pattern: string])[] = [
  [/password$/, 'password'], [/passwd$/, 'passwd'], [/passphrase$/, 'passphrase'], [/\.(pass|pwd)$/, 'pass|pwd'],
  [/(secret|secretkey|secretaccesskey)$/, 'secret'], [/accesskey$/, 'access[.]?key'], [/token$/, 'token'], [/\.(api\.?key)$/, 'api.?key'],
  [/account\.?key$/, 'account.?key'], [/private\.?key$/, 'private.?key'], [/\.sas$/, 'sas'], [/(^|\.)credential$/, 'credential'],
];

/** Azure names the account and the container behind what they are for. */
const ofAnAccount = /\.[\w-]+\.(blob|dfs|file|queue|table)\.core\.[\w.]+$/i;
const ofAContainer = /\bfs\.azure\.sas\.(?!token|fixed)/i;
/** They name where a secret lies, or what it is called. */
const pointing = /\.(secretKeyRef|secrets)\./i;

/** undefined: the key holds no secret; else the pattern that would hide it. */
export function secretIn(key: string): string | undefined {
  if (pointing.test(key)) return undefined;
  if (ofAContainer.test(key)) return 'sas';
  const words = key.replace(ofAnAccount, '').replace(/([a-z\d])([A-Z])/g, '$1.$2').toLowerCase().split(/[^a-z\d]+/);
  const [spaced, run] = [`.${words.join('.')}`, words.join('')];
  return endings.find(([ending]) => ending.test(ending.source.includes('\\.') ? spaced : run))?.[1];
}

/** Keys and tokens that tell by their form what they are. */
const shapes: readonly RegExp[] = [
  /^(AKIA|ASIA)[A-Z0-9]{16}$/, /^LTAI[A-Za-z0-9]{12,26}$/, /^gh[pousr]_\w{36,}$/, /^glpat-[\w-]{20,}$/, /^dapi[0-9a-f]{32}/, /^xox[abprs]-[\w-]{20,}$/, /^sk-[\w-]{20,}$/, /^AIza[\w-]{35}$/,
  /^eyJ[\w-]{8,}\.eyJ[\w-]{8,}\./, /-----BEGIN [A-Z ]*PRIVATE KEY/, /^[A-Za-z0-9+/]{86}==$/, /\bsig=[\w%+/]{30,}/,
];
/** Words that stand for a secret, or that everybody has where nothing is to be kept. */
const stands = /^\W*(your?|my|the|some|any|insert|put|enter|replace|change|todo|tbd|fill|example|sample|dummy|fake|mock|test|foo|bar|baz|none|null|undefined|true|false|redacted|hidden|masked|super|secret|passw|pass\b|pwd|token|key|access|api|aws|s3|azure|storage|client|account|credential|user|admin|root|minio|postgres|mysql|maria|oracle|mssql|hive|hadoop|hdfs|spark|guest|demo|dev|local|default|qwerty|welcome|letmein|airflow|cassandra|mongo|redis|elastic|kafka|rabbit|jupyter|zeppelin|lake|data|ware|sa$|abc|xyz|12)/i;
const within = /example|placeholder|your[-_]|[-_]here\b|change[-_ ]?(it|me)|xxx|\*\*|\.\.\.|password|passw0rd|secret[-_]?key|access[-_]?key|minio|dummy|sample/i;
/** A name of a variable, a path, an address of where it lies. */
const refers = /^(\.?(\/[\w.-]+)+\/?$|[a-z][\w+.-]*:\/\/|(env|vault|ref|arn|file|ssm|keyvault|secret|secrets|sm|op|base64):|@Microsoft|projects\/|secret\/|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|(org|com|io)\.[\w.]+$|\d{1,8}$)/;

export type Likeness =
  /** By its form it is a key of a service. */
  | 'shape'
  /** Nobody would type it. */
  | 'random'
  | 'word';

/** What a value of such a key is like; undefined: it stands for another, or everybody knows it. */
export function likenessOf(value: string): Likeness | undefined {
  const text = value.trim();
  if (text.length < 5 || isPlaceholder(text) || /[\s$<>]|%[({]|EXAMPLE|SAMPLE/.test(text) && !text.startsWith('-----BEGIN')) return undefined;
  if (shapes.some((shape) => shape.test(text))) return 'shape';
  if (refers.test(text) || stands.test(text) || within.test(text)) return undefined;
  return isRandom(text) ? 'random' : 'word';
}

/** Long, of letters and digits, few of them twice, and no words joined by dashes or dots. */
function isRandom(text: string): boolean {
  if (text.length < 16 || !/\d/.test(text) || !/[a-z]/i.test(text) || /^[a-z]+\d*([-_.][a-z]*\d*)*$/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  const entropy = -[...counts.values()].reduce((sum, count) => sum + count / text.length * Math.log2(count / text.length), 0);
  return entropy > 3.2;
}

/** Secrets that stand inside of a longer value: the parameters of an address, who asks in front of the host, JAAS, JVM options. */
const inside: readonly RegExp[] = [
  /[?&;]\s*(?:password|passwd|pwd|pass)=([^&;\s"']+)/i, /\bjdbc:oracle:\w+:[^/@\s]+\/([^@\s/]+)@/i, /:\/\/[^/\s:@?]*:([^@/\s?]+)@[^/\s]/,
  /\b(?:SharedAccessKey|AccountKey|SharedAccessSignature)=([^;\s"']+)/i, /\bpassword\s*=\s*\\?["']([^"'\\\s]+)/i, /-D[\w.]*[pP]assword=(\S+)/,
];

export const secretsInside = (value: string): string[] => inside.flatMap((pattern) => pattern.exec(value)?.[1] ?? []);

/** A service on the same machine, or in the same set of containers, or one for everybody to try: its secret opens nothing elsewhere. */
export function isLocalAddress(value: string): boolean {
  const host = /(?:\/\/|@)(?:[^/\s@]*@)?(\[[^\]]*\]|[\w.-]+)/.exec(value)?.[1] ?? '';
  return host !== '' && (/^(play\.min\.io|localhost|127\.|0\.0\.0\.0|\[?::1)|(^|\.)(local|internal|svc|localdomain)$|\.svc\./.test(host) || !host.includes('.'));
}

/** The patterns by which releases of a range hide values when nothing else is set, each from a release on. */
export function redactionIn({ defaults }: KeyFacts, targets: VersionRange): { readonly from: string; readonly pattern: RegExp }[] {
  const last = targets.to.split('.').length < 3 ? `${targets.to}.99` : targets.to;
  return defaults.filter(({ from }, index) => compare(from, last) <= 0 && (defaults[index + 1] === undefined || compare(defaults[index + 1]!.from, targets.from) > 0))
    .flatMap(({ from, value }) => {
      const pattern = value === undefined ? undefined : patternOf(value);
      return pattern ? [{ from, pattern }] : [];
    });
}

/** Java's notation of letters in any case; undefined: no expression of ours. */
export function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text.replace(/^\(\?i\)/, ''), text.startsWith('(?i)') ? 'i' : '');
  } catch {
    return undefined;
  }
}
