/** Texts that the program puts together: f-strings, `%`, `.format`, `+`. What is known of one with holes is a template. */
import type { ArgValue, Value } from './model.ts';
import { birthOf, bornAnew, withBirth } from './births.ts';
import { constant, constantOf, foreign, isPlace, joinAll } from './values.ts';

/** Stands in a template for what is not known. */
export const hole = '\u0000';
const longest = 20_000;
/** A text that is doubled again and again would fill the memory. */
const longestKnown = 200_000;

/** The text that a value is, holes where parts of it are not known; undefined where nothing is. */
export function templateOf(value: Value): string | undefined {
  const only = value.length === 1 ? value[0] : undefined;
  if (only?.is === 'constant') return typeof only.value === 'string' ? only.value : undefined;
  return only?.is === 'foreign' ? only.template : undefined;
}

/** Texts and values, one after the other. */
export function concatenated(parts: readonly (string | Value)[]): Value {
  const [first, ...more] = parts.filter((part) => part !== '');
  if (first !== undefined && typeof first !== 'string' && isPlace(first)) return more.length === 0 ? first : bornAnew(first, birthOfText(parts));
  let text = '';
  for (const part of parts) {
    text += typeof part === 'string' ? part : shown(part);
    if (text.length > longestKnown) return foreign('str');
  }
  if (!text.includes(hole)) return constant(text);
  const value: Value = text.length > longest || text.replaceAll(hole, '') === '' ? foreign('str') : [{ is: 'foreign', name: 'str', template: text }];
  return withBirth(value, birthOfText(parts));
}

/** A path: one part in the folder that the part before it is. */
export const under = (parts: readonly Value[]): (string | Value)[] => parts.flatMap((part, index) => (index === 0 ? [part] : ['/', part]));

/** Texts put together from the same parts are the same. */
function birthOfText(parts: readonly (string | Value)[]): string | undefined {
  const words = parts.map((part) => {
    const known = typeof part === 'string' ? part : constantOf(part);
    if (known !== undefined) return String(known);
    const born = birthOf(part as Value);
    return born === undefined || born.startsWith(textMark) ? born?.slice(textMark.length) : `{${born}}`;
  });
  return words.some((word) => word === undefined || word.includes(hole)) ? undefined : textMark + words.join('');
}
const textMark = 'text:';

function shown(value: Value): string {
  const known = constantOf(value);
  return known === undefined ? templateOf(value) ?? hole : String(known);
}

/** A place in a format text: which argument goes there; `plain`: as it is, with no width or conversion. */
interface Slot {
  readonly index?: number | undefined;
  readonly name?: string | undefined;
  readonly plain: boolean;
}

/** Of a text for `.format`: `{}`, `{0}`, `{name}`. */
function formatSlots(text: string): (string | Slot)[] {
  let next = 0;
  return pieces(text, /\{\{|\}\}|\{([^{}:!.[]*)([^{}]*)\}/g, ([whole, name, more]) => {
    if (whole === '{{' || whole === '}}') return whole[0]!;
    const index = name === '' ? next++ : Number(name);
    return Number.isInteger(index) ? { index, plain: more === '' } : { name, plain: more === '' };
  });
}

/** Of a text for `%`: `%s`, `%(name)s`. */
function percentSlots(text: string): (string | Slot)[] {
  let next = 0;
  return pieces(text, /%(?:\((\w+)\))?([-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?)[hlL]?([diouxXeEfFgGcrsa%])/g, ([whole, name, how, type]) => {
    if (whole === '%%') return '%';
    const plain = how === '' && (type === 's' || type === 'd');
    return name === undefined ? { index: next++, plain } : { name, plain };
  });
}

function pieces(text: string, mark: RegExp, fill: (match: RegExpMatchArray) => string | Slot): (string | Slot)[] {
  const parts: (string | Slot)[] = [];
  let end = 0;
  for (const match of text.matchAll(mark)) {
    parts.push(text.slice(end, match.index), fill(match));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

/** `"…".format(…)`. */
function formatted(text: string, args: readonly ArgValue[]): Value {
  const positional = args.filter((arg) => arg.name === undefined);
  const spread = args.some((arg) => arg.spread);
  return filled(formatSlots(text), ({ index, name }) => (spread ? undefined : index === undefined ? args.find((arg) => arg.name === name) : positional[index])?.value);
}

/** `"…" % value`. */
export function percent(text: string, given: Value): Value {
  const only = given.length === 1 && given[0]!.is === 'collection' ? given[0] : undefined;
  return filled(percentSlots(text), ({ index, name }) => (name !== undefined ? only?.entries?.get(name) : only ? only.items?.[index!] : given));
}

const filled = (slots: readonly (string | Slot)[], value: (slot: Slot) => Value | undefined): Value =>
  concatenated(slots.map((slot) => (typeof slot === 'string' ? slot : (slot.plain ? value(slot) : undefined) ?? hole)));

/** Methods of a text whose result is still known. */
export function textMethod(text: string, name: string, args: readonly ArgValue[]): Value | undefined {
  switch (name) {
    case 'format': return formatted(text, args);
    case 'strip': return args.length === 0 ? concatenated([text.trim()]) : undefined;
    case 'lstrip': return args.length === 0 ? concatenated([text.trimStart()]) : undefined;
    case 'rstrip': return args.length === 0 ? concatenated([text.trimEnd()]) : undefined;
    case 'split': return splitAt(text, args);
    default: return undefined;
  }
}

/** `"id,day".split(",")`: the parts of a text without holes. */
function splitAt(text: string, args: readonly ArgValue[]): Value | undefined {
  const separator = args[0] ? constantOf(args[0].value) : ' ';
  if (args.length > 1 || args[0]?.name !== undefined || typeof separator !== 'string' || separator === '' || text.includes(hole) || text.length > longest) return undefined;
  const parts = args.length === 0 ? text.trim().split(/\s+/) : text.split(separator);
  const items = parts.map((part) => constant(part));
  return [{ is: 'collection', type: 'list', element: joinAll(items), items }];
}
