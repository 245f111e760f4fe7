/** Keys and values of configuration, where they are typed. */
import { describeKey, isWritable, shownDefault, typeName } from '../knowledge/describe-key.ts';
import { explanationOf } from '../knowledge/explanations.ts';
import { hadoopKeys } from '../knowledge/hadoop.ts';
import { registry } from '../knowledge/registry-reader.ts';
import type { KeyFacts } from '../knowledge/registry.ts';
import { usualValues } from '../knowledge/usual-values.ts';
import { unitName } from '../knowledge/values.ts';
import { type DataFile, isData } from '../program/conf.ts';
import { isCodeFile, isConfFile, isSqlFile, type Project } from '../project/project.ts';
import { hadoopPrefix } from '../rule/entries.ts';
import type { Targets } from '../rule/targets.ts';
import { touches } from '../text/range.ts';

export interface Completion {
  readonly label: string;
  /** What is written; `label` unless quotes are missing. */
  readonly insert: string;
  readonly detail: string | undefined;
  readonly kind: 'key' | 'prefix' | 'value';
  /** The key whose text is shown beside it. */
  readonly of: string;
  /** Items are listed by it: what people set most comes first. */
  readonly rank: string;
  /** How many characters before and after the place it replaces. */
  readonly typed: number;
  readonly rest: number;
}

/** A key or a value being typed: what stands of it before the place. */
interface Place {
  readonly key?: string;
  readonly typed: string;
  /** A value that stands outside quotes in code. */
  readonly bare?: boolean;
}

const keyOfSet = /\bSET\s+`?(spark[\w.-]*)$/i;
const valueOfSet = /\bSET\s+`?(spark[\w.-]+)`?\s*=\s*(\S*)$/i;
const keyInCommand = /(?:^|[\s"'])(?:(?:--conf(?:\s+|=)|-c\s+)["']?|-D(?=spark))([\w.-]*)$/;
const valueInCommand = /(?:^|[\s"'])(?:(?:--conf(?:\s+|=)|-c\s+)["']?|-D)(spark[\w.-]+)=["']?([^"'\s]*)$/;
const quoted = String.raw`["'](spark[\w.-]+)["']`;
const keysInCode = [
  /\.(?:config|setIfMissing|unset|isModifiable)\(\s*(?:key\s*=\s*)?["']([\w.-]*)$/,
  // Many things have `get` and `set`: another name than `conf` must have begun a key of Spark.
  /(?:\w*[cC]onf|SparkConf\(\)|getConf\(\)|\.set\w*\([^()]*\))\s*\.(?:get|set)\(\s*(?:key\s*=\s*)?["']([\w.-]*)$/,
  /\.(?:get|set)\(\s*(?:key\s*=\s*)?["'](spark[\w.-]*)$/,
  // A dictionary, a list of pairs, a call whose line begins here.
  /(?:^\s*|[{[,(]\s*[([]\s*|[{[,]\s*|\bMap\(\s*)["'](spark[\w.-]*)$/,
  keyOfSet,
  /["'\s](?:--conf(?:\s+|=)|-c\s+)["']?(spark[\w.-]*)$/,
];
const valuesInCode = [
  new RegExp(String.raw`\(\s*(?:key\s*=\s*)?${quoted}\s*,\s*(?:value\s*=\s*)?["']([^"']*)$`),
  new RegExp(String.raw`(?:^\s*|[{,]\s*)${quoted}\s*[:,]\s*["']([^"']*)$`),
  new RegExp(String.raw`${quoted}\s*->\s*["']([^"']*)$`),
  /["'](spark[\w.-]+)=([^"'\s]*)$/,
  valueOfSet, valueInCommand,
];
const bareValueInCode = new RegExp(String.raw`\.(?:config|set|setIfMissing)\(\s*(?:key\s*=\s*)?${quoted}\s*,\s*(?:value\s*=\s*)?$`);

/** What is typed at a place; 'nothing' of Spark in a script. */
type Typed = 'conf' | 'code' | 'command' | 'data' | 'sql' | 'nothing';

export function languageAt(project: Project, path: string, offset: number | undefined): Typed {
  if (isCodeFile(path)) return 'code';
  if (isSqlFile(path)) return 'sql';
  const document = project.conf(path);
  if (!document) return isConfFile(path) ? 'conf' : 'nothing';
  if (document.form === 'properties' || document.form === 'sql') return 'conf';
  if (isData(document)) return offset !== undefined && isInKeys(document, offset) ? 'data' : 'nothing';
  if (offset !== undefined && document.bodies.some((body) => touches(body, offset))) return 'conf';
  // Behind the last argument, which a blank or a quote that is just typed does not belong to yet.
  const isIn = document.statements.some(({ start, end }) => offset !== undefined && start <= offset && /^[\s\\"']{0,3}(-c|--conf[ =]?["']?)?$/.test(document.text.slice(end, Math.max(offset, end))));
  return isIn ? 'command' : 'nothing';
}

/** `before` and `after`: the line up to the place and from it on; of a file of data some lines before it too. */
export function completionsAt(before: string, after: string, language: Typed, targets: Targets): Completion[] {
  const place = language === 'nothing' ? undefined : placesIn[language](before);
  if (!place) return [];
  const rest = place.bare ? 0 : /^[\w.-]*/.exec(after)![0].length;
  const found = place.key === undefined ? [...prefixes(place.typed), ...keys(place.typed, targets)] : values(place.key, place.typed, place.bare === true, targets);
  return found.map((item) => ({ ...item, typed: place.typed.length, rest }));
}

type Item = Omit<Completion, 'typed' | 'rest'>;


function placeBy(before: string, keyForm: RegExp, valueForm: RegExp): Place | undefined {
  const value = valueForm.exec(before);
  if (value) return { key: value[1]!, typed: value[2]! };
  const key = keyForm.exec(before);
  return key ? { typed: key[1]! } : undefined;
}

const placeInCommand = (before: string): Place | undefined => placeBy(before, keyInCommand, valueInCommand);
const placeInSql = (before: string): Place | undefined => (before.includes('--') ? undefined : placeBy(before, keyOfSet, valueOfSet));

function placeInConf(before: string): Place | undefined {
  if (/^\s*[#!]/.test(before)) return undefined;
  const value = /^\s*(spark[\w.-]+)(?:\s*[=:]\s*|\s+)(\S*)$/.exec(before);
  if (value) return { key: value[1]!, typed: value[2]! };
  const key = /^\s*([\w.-]*)$/.exec(before);
  return key ? { typed: key[1]! } : undefined;
}

function placeInCode(before: string): Place | undefined {
  if (/^\s*(#|\/\/|\*)/.test(before)) return undefined;
  for (const pattern of valuesInCode) {
    const value = pattern.exec(before);
    if (value) return { key: value[1]!, typed: value[2]! };
  }
  const bare = bareValueInCode.exec(before);
  if (bare) return { key: bare[1]!, typed: '', bare: true };
  for (const pattern of keysInCode) {
    const key = pattern.exec(before);
    if (key) return { typed: key[1]! };
  }
  return undefined;
}

/** Within the keys of a section, or on the next line as far in as they stand. */
function isInKeys({ sections, text }: DataFile, offset: number): boolean {
  return sections.some(({ keysAt, entries }) => {
    if (!keysAt || offset < keysAt.start) return false;
    const end = keysAt.indent === undefined ? keysAt.end : entries.reduce((last, entry) => (entry.told?.within === 'lines' && !keysAt.empty ? Math.max(last, entry.end) : last), keysAt.start);
    if (offset <= end && !keysAt.empty) return true;
    if (keysAt.indent === undefined || !/^[ \t]*(?:#[^\n]*)?\s*[\w.-]*(?::[ \t]*\S*)?$/.test(text.slice(end, offset))) return false;
    const line = text.lastIndexOf('\n', offset - 1) + 1;
    const column = /^ */.exec(text.slice(line, offset))![0].length;
    return keysAt.empty ? column >= keysAt.indent && line > keysAt.start : column === keysAt.indent;
  });
}

const placesInData: readonly (readonly [key: RegExp, value: RegExp])[] = [
  // A line of YAML or JSON, or a member within one.
  [/(?:^\s*|[{,]\s*)["']?([\w.-]*)$/, /(?:^\s*|[{,]\s*)["']?(?:spark:)?(spark[\w.-]+)["']?\s*:\s*["']?([^"'\s,]*)$/],
  [/<name>\s*([\w.-]*)$/, /<name>\s*(spark[\w.-]+)\s*<\/name>\s*<value>\s*([^<\s]*)$/],
];

/** A value in an element stands behind its name. */
function placeInData(before: string): Place | undefined {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (/^\s*(#|\/\/)/.test(line)) return undefined;
  for (const [keyForm, valueForm] of placesInData) {
    const value = valueForm.exec(before.slice(-400).includes('<name>') ? before.slice(before.lastIndexOf('<name>')) : line);
    if (value) return { key: value[1]!, typed: value[2]! };
    const key = keyForm.exec(line);
    if (key) return { typed: key[1]! };
  }
  return undefined;
}

const placesIn = { conf: placeInConf, code: placeInCode, command: placeInCommand, data: placeInData, sql: placeInSql } as const;

/** Every piece of what is typed, in order: `shuffle.part` finds `spark.sql.shuffle.partitions`. */
function matches(key: string, typed: string): boolean {
  const letters = key.toLowerCase();
  let at = 0;
  for (const piece of typed.toLowerCase().split('.')) {
    const found = letters.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

const keys = (typed: string, targets: Targets): Item[] => [...allKeys(targets), ...(typed.startsWith(hadoopPrefix) ? handedOn() : [])].filter(({ label }) => matches(label, typed));

/** Only once its prefix is there: they are as many as Spark's own. */
const handedOn = (): readonly Item[] => (ofHadoop ??= hadoopKeys.filter((name) => !registry.get(hadoopPrefix + name)).map((name) => ({ label: hadoopPrefix + name, insert: hadoopPrefix + name, detail: `handed on as ${name}`, kind: 'key', of: hadoopPrefix + name, rank: `3${name}` })));
let ofHadoop: readonly Item[] | undefined;

/** By the range of releases, in which few things are asked for more than once. */
const known = new Map<string, Item[]>();

function allKeys(targets: Targets): Item[] {
  const range = `${targets.from} ${targets.to}`;
  const found = known.get(range) ?? registry.keys.flatMap((key): Item[] => {
    const facts = registry.get(key, targets.to);
    const text = explanationOf(key);
    if (!facts || facts.internal && !text || facts.removed || facts.deprecated || registry.readBy(facts, targets) === 'none') return [];
    return [{ label: key, insert: key, detail: keyDetail(facts, targets), kind: 'key', of: key, rank: `${text?.advice === undefined ? 1 : 0}${key}` }];
  });
  known.set(range, found);
  return found;
}

function keyDetail(facts: KeyFacts, targets: Targets): string {
  const standard = shownDefault(registry.defaultIn(facts, targets.to)).replaceAll('`', '');
  return `${typeName(facts)}, default ${standard.length > 40 ? `${standard.slice(0, 40)}…` : standard}`;
}

const prefixes = (typed: string): Item[] =>
  registry.prefixes.filter((prefix) => prefix !== 'spark.mesos.' && matches(prefix, typed)).map((prefix) => ({ label: prefix, insert: prefix, detail: 'a name of yours follows', kind: 'prefix', of: `${prefix}x`, rank: `2${prefix}` }));

function values(key: string, typed: string, bare: boolean, targets: Targets): Item[] {
  const facts = registry.get(key, targets.to);
  if (!facts) return [];
  const standard = registry.defaultIn(facts, targets.to);
  const isStandard = (value: string): boolean => standard !== undefined && value.toLowerCase() === standard.toLowerCase();
  return candidates(facts, standard, typed)
    .filter(([value]) => value.toLowerCase().startsWith(typed.toLowerCase()))
    .map(([value, detail], index) => ({ label: value, insert: bare ? JSON.stringify(value) : value, detail: isStandard(value) ? 'default' : detail, kind: 'value', of: key, rank: String(index).padStart(2, '0') }));
}

const timeUnits = { s: 's', min: 'min', h: 'h', ms: 'ms' } as const;
const timeNames = { s: 'seconds', min: 'minutes', h: 'hours', ms: 'milliseconds' } as const;
const sizeUnits = { g: 'g', m: 'm', k: 'k' } as const;

/** [value, what it is], in the order to list them. */
function candidates(facts: KeyFacts, standard: string | undefined, typed: string): [string, string | undefined][] {
  if (facts.type === 'boolean') return [['true', undefined], ['false', undefined]];
  const usual = usualValues[facts.key] ?? [];
  if (facts.allowed && facts.allowed.length > 0) return facts.allowed.map((value) => [value, usual.find(([each]) => each === value)?.[1]]);
  const number = /^(\d+)[a-z]*$/i.exec(typed)?.[1];
  if (number !== undefined && facts.type === 'time') return Object.values(timeUnits).map((unit) => [`${number}${unit}`, `${number} ${timeNames[unit]}`]);
  if (number !== undefined && facts.type === 'bytes') return Object.values(sizeUnits).map((unit) => [`${number}${unit}`, `${number} ${unitName(unit)}`]);
  return [...(standard !== undefined && standard !== '' && standard.length < 60 && isWritable(standard) && !usual.some(([value]) => value === standard) ? [[standard, undefined] as [string, undefined]] : []), ...usual.map(([value, detail]): [string, string] => [value, detail])];
}

/** Shown beside a key or value in the list. */
export const completionText = (key: string, targets: Targets): string | undefined => describeKey(registry, key, targets);
