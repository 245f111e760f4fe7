/**
 * Commands that start Spark inside a program, as it hands them over: variables for a session that Python starts, lists
 * of words, texts for a shell, Airflow's operator. Each is a section of entries, as in a script.
 */
import { calledName, forEachExpression, namesOf } from '../program/expressions.ts';
import type { Command, ConfEntry, Section } from '../program/conf.ts';
import type { Def, Expr, Lowered, Span } from '../program/program.ts';
import { charsInCode } from '../syntax/code-strings.ts';
import { launchIn, readLine } from '../syntax/shell/command-line.ts';
import { commandsIn, type Char, hole, isKnown, rangeOf, splitOptions, type Word, wordOf } from '../syntax/shell/words.ts';
import type { Range } from '../text/range.ts';
import { operatorSection } from './airflow.ts';
import type { Value } from './model.ts';
import { templateOf, hole as anything } from './texts.ts';
import { constantOf, nothing } from './values.ts';

/** An expression with the absolute start of what its spans count from, and the definitions around it. */
export interface Found<E extends Expr = Expr> {
  readonly expr: E;
  readonly base: number;
  readonly defs: readonly Def[];
}

type CallExpr = Expr & { kind: 'call' };

/** Others hold none of these, and are not walked over. */
const mayHold = /SUBMIT_ARGS|[sS]parkSubmitParameters|spark\d?-(?:submit|shell|sql|class)|SparkSubmit(?:Operator|Hook)/;
export const namesCommand = (text: string): boolean => mayHold.test(text);

/** Functions that give a text to a shell, and arguments that hold one. */
const shells: ReadonlySet<string> = new Set(['system', 'popen', 'Popen', 'run', 'call', 'check_call', 'check_output', 'getoutput', 'getstatusoutput', 'exec_command', 'Process']);
const shellArguments: ReadonlySet<string> = new Set(['bash_command', 'command', 'cmd', 'commands']);
const setters: ReadonlySet<string> = new Set(['setdefault', 'putenv', 'setenv', 'set_env', 'env', 'putEnv']);
/** `os.environ.update({…})`, `patch.dict(os.environ, {…})`. */
const updates: ReadonlySet<string> = new Set(['update', 'dict']);
const lists: ReadonlySet<string> = new Set(['Seq', 'List', 'Array', 'Vector', 'ListBuffer', 'ArrayBuffer']);

/** `isTest`: what a dict says of the environment is most often what a mock is, or what is expected. */
export function commandsOf(lowered: Lowered, types: ReadonlyMap<Expr, Value>, isTest: boolean): Section[] {
  if (!namesCommand(lowered.text)) return [];
  const reading = new Reading(lowered, types);
  const found = new Map<number, Section>();
  /** By where the launcher stands: one command, however many ways lead to it. */
  const add = (section: Section | undefined): void => {
    const key = section?.command?.nameRange.start ?? section?.start ?? 0;
    if (section && (section.entries.length > 0 || section.command?.arguments.length) && !found.has(key)) found.set(key, section);
  };
  const addVariables = ({ items }: Expr & { kind: 'collection' }, at: (inner: Expr) => Found): void => {
    for (const { key, value } of items) if (key) add(variableSection(reading, at(key), at(value)));
  };
  reading.each(({ expr, base, defs }) => {
    const at = (inner: Expr): Found => ({ expr: inner, base, defs });
    if (expr.kind === 'bind') {
      const [pattern] = expr.patterns;
      if (expr.value && !expr.augmented && pattern?.kind === 'index') add(variableSection(reading, at(pattern.index), at(expr.value)));
    } else if (expr.kind === 'collection') {
      if (expr.type === 'dict' && !isTest) addVariables(expr, at);
      if (expr.type === 'list' || expr.type === 'tuple') add(listSection(reading, { expr, base, defs }));
    } else if (expr.kind === 'operator' && expr.name === '+') add(listSection(reading, { expr, base, defs }));
    else if (expr.kind === 'call') {
      const name = calledName(expr) ?? '';
      const [first, second] = expr.args;
      if (setters.has(name) && first && second) add(variableSection(reading, at(first.value), at(second.value)));
      if (isTest && updates.has(name)) for (const { value } of expr.args) if (value.kind === 'collection' && value.type === 'dict') addVariables(value, at);
      if (lists.has(name)) add(listSection(reading, { expr, base, defs }));
      for (const arg of expr.args) {
        if (arg.name === undefined ? shells.has(name) && arg === first : shellArguments.has(arg.name)) textSections(reading, at(arg.value)).forEach(add);
        if (arg.name !== undefined && arg.nameSpan && variables.test(arg.name)) add(ofVariable(reading, absolute(arg.nameSpan, base), arg.name, at(arg.value)));
      }
      add(operatorSection(reading, { expr, base, defs }));
    }
  });
  return [...found.values()].sort((a, b) => a.start - b.start);
}

const absolute = ([from, to]: Span, base: number): Range => ({ start: base + from, end: base + to });

// ---- what expressions come to ----------------------------------------------------------------------------------------

/** Names that lead to names that lead to names. */
const deepest = 8;
/** Characters put together for one program: beyond it nothing is known. */
const mostChars = 200_000;

/** What the program says of texts and lists, with the place of every character. */
export class Reading {
  readonly text: string;
  private readonly bound = new Map<string, (Found | undefined)[]>();
  private left = mostChars;

  constructor(private readonly lowered: Lowered, private readonly types: ReadonlyMap<Expr, Value>) {
    this.text = lowered.text;
    this.each(({ expr, base, defs }) => {
      if (expr.kind === 'bind') for (const pattern of expr.patterns) for (const name of namesOf(pattern)) this.bind(name, pattern.kind === 'name' && expr.value && !expr.augmented ? { expr: expr.value, base, defs } : undefined);
      if (expr.kind === 'loop' && expr.bind) for (const name of namesOf(expr.bind)) this.bind(name, undefined);
      if (expr.kind === 'with') for (const { bind } of expr.items) for (const name of bind ? namesOf(bind) : []) this.bind(name, undefined);
    });
  }

  private bind(name: string, value: Found | undefined): void {
    const known = this.bound.get(name);
    if (known) known.push(value);
    else this.bound.set(name, [value]);
  }

  each(visit: (found: Found) => void): void {
    forEachExpression(this.lowered, (expr, range, defs) => visit({ expr, base: range.start - expr.span[0], defs }));
  }

  range({ expr, base }: Found): Range {
    return absolute(expr.span, base);
  }

  /** What a name was bound to, where it is bound once, in a scope that the name is in. */
  meant({ expr, defs }: Found): Found | undefined {
    if (expr.kind !== 'name') return undefined;
    const all = this.bound.get(expr.name);
    const only = all?.length === 1 ? all[0] : undefined;
    const isParameter = defs.some(({ params }) => params.some(({ name }) => name === expr.name));
    return only && !isParameter && defs.includes(only.defs.at(-1)!) ? only : undefined;
  }

  /** The text that the analysis found it to be, holes where that is not known. */
  private told(expr: Expr): string | undefined {
    const value = this.types.get(expr) ?? nothing;
    const constant = constantOf(value);
    return constant === undefined || constant === null ? templateOf(value)?.replaceAll(anything, hole) : String(constant);
  }

  /** As the language writes a value that is put into a text; undefined: it is not known. */
  textOf(found: Found): string | undefined {
    const { expr } = found;
    if (expr.kind === 'literal') return expr.value === null ? undefined : typeof expr.value === 'boolean' && this.lowered.language === 'python' ? (expr.value ? 'True' : 'False') : String(expr.value);
    const text = this.chars(found).map(({ char }) => char).join('');
    return isKnown(text) ? text : undefined;
  }

  chars(found: Found, depth = 0): Char[] {
    const chars = this.charsOf(found, depth);
    this.left -= chars.length;
    return chars;
  }

  private charsOf(found: Found, depth: number): Char[] {
    const { expr, base, defs } = found;
    const range = this.range(found);
    const fixed = (text: string): Char[] => [...text].map((char) => ({ char, ...range, within: 'json', parts: false, conditional: false }));
    const at = (inner: Expr): Found => ({ expr: inner, base, defs });
    if (depth > deepest || this.left < 0) return fixed(hole);
    switch (expr.kind) {
      case 'literal': return typeof expr.value === 'string' ? charsInCode(this.text, range, this.lowered.language) ?? fixed(expr.value) : fixed(expr.value === null ? hole : String(expr.value));
      case 'text': return charsInCode(this.text, range, this.lowered.language) ?? fixed(hole);
      case 'operator':
        if (expr.name === '+') return expr.args.flatMap((arg) => this.chars(at(arg), depth + 1));
        if (expr.name === '%' && expr.args[0]) return filled(this.chars(at(expr.args[0]), depth + 1), /%(?:\(\w+\))?[-+ 0-9.]*[sdrfi]/g);
        return fixed(hole);
      case 'call': return this.ofMethod(expr, at, depth) ?? fixed(this.told(expr) ?? hole);
      default: {
        const meant = this.meant(found);
        return meant ? this.chars(meant, depth + 1) : fixed(this.told(expr) ?? hole);
      }
    }
  }

  private ofMethod({ fn, args }: CallExpr, at: (inner: Expr) => Found, depth: number): Char[] | undefined {
    if (fn.kind !== 'member') return undefined;
    if (fn.name === 'format') return filled(this.chars(at(fn.on), depth + 1), /\{[^{}]*\}/g);
    if (/^(?:l|r)?strip(?:Margin)?$|^trim$/.test(fn.name)) return this.chars(at(fn.on), depth + 1);
    const items = fn.name === 'join' && args.length === 1 ? this.items(at(args[0]!.value), depth + 1) : undefined;
    const separator = items && fn.on.kind === 'literal' && typeof fn.on.value === 'string' ? fn.on.value : undefined;
    return separator === undefined ? undefined : items!.flatMap(({ item, spread }, index) => {
      const chars = this.chars(item, depth + 1);
      const before = index === 0 ? '' : separator;
      const { start } = this.range(item);
      return [...[...before].map((char): Char => ({ char, start, end: start, within: 'json', parts: false, conditional: false })), ...(spread ? chars.map((char) => ({ ...char, char: hole })) : chars)];
    });
  }

  /** The items of a list, those that are not known by one that stands for any number; undefined: it is no list. */
  items(found: Found, depth = 0): { readonly item: Found; readonly spread: boolean }[] | undefined {
    const { expr, base, defs } = found;
    if (depth > deepest || this.left-- < 0) return undefined;
    if (expr.kind === 'collection' && expr.type !== 'dict') return expr.items.map(({ value, spread }) => ({ item: { expr: value, base, defs }, spread: spread === true }));
    if (expr.kind === 'call' && lists.has(calledName(expr) ?? '')) return expr.args.map(({ value, spread }) => ({ item: { expr: value, base, defs }, spread: spread !== undefined }));
    if (expr.kind === 'operator' && expr.name === '+') {
      const sides = expr.args.map((arg) => ({ arg: { expr: arg, base, defs }, items: this.items({ expr: arg, base, defs }, depth + 1) }));
      return sides.some(({ items }) => items) ? sides.flatMap(({ arg, items }) => items ?? [{ item: arg, spread: true }]) : undefined;
    }
    const meant = this.meant(found);
    return meant && this.items(meant, depth + 1);
  }

  /** Keys and values that are written down; `open`: there may be others. */
  pairs(found: Found, depth = 0): { readonly pairs: { readonly key: Found; readonly value: Found }[]; readonly open: boolean } {
    const { expr, base, defs } = found;
    const at = (inner: Expr): Found => ({ expr: inner, base, defs });
    const unknown = { pairs: [], open: true };
    if (depth > deepest || this.left-- < 0) return unknown;
    if (expr.kind === 'collection' && expr.type === 'dict') {
      const parts = expr.items.map(({ key, value, spread }) => (spread ? this.pairs(at(value), depth + 1) : key ? { pairs: [{ key: at(key), value: at(value) }], open: false } : unknown));
      return { pairs: parts.flatMap(({ pairs }) => pairs), open: parts.some(({ open }) => open) };
    }
    if (expr.kind === 'operator' && expr.name === '|') {
      const parts = expr.args.map((arg) => this.pairs(at(arg), depth + 1));
      return { pairs: parts.flatMap(({ pairs }) => pairs), open: parts.some(({ open }) => open) };
    }
    if (expr.kind === 'call' && expr.fn.kind === 'member' && expr.fn.name === 'copy') return this.pairs(at(expr.fn.on), depth + 1);
    if (expr.kind === 'call' && calledName(expr) === 'dict' && expr.args[0]) return { ...this.pairs(at(expr.args[0].value), depth + 1), open: true };
    const meant = this.meant(found);
    return meant ? this.pairs(meant, depth + 1) : unknown;
  }
}

/** What is filled in is a hole. */
function filled(chars: readonly Char[], mark: RegExp): Char[] {
  const text = chars.map(({ char }) => char).join('');
  const result: Char[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(mark)) {
    result.push(...chars.slice(from, index), { ...chars[index]!, char: hole, end: chars[index + found.length - 1]!.end });
    from = index + found.length;
  }
  return [...result, ...chars.slice(from)];
}

// ---- sections ---------------------------------------------------------------------------------------------------------

const variables = /^(?:PYSPARK|SPARKR)_SUBMIT_ARGS$/;
/** What EMR gives to spark-submit beside the program. */
const parameters = /^[sS]parkSubmitParameters$/;

/** `os.environ["PYSPARK_SUBMIT_ARGS"] = "--conf … pyspark-shell"`, and the other ways to say so. */
function variableSection(reading: Reading, key: Found, value: Found): Section | undefined {
  const { expr } = key;
  if (expr.kind !== 'literal' || typeof expr.value !== 'string' || !variables.test(expr.value) && !parameters.test(expr.value)) return undefined;
  const { start, end } = reading.range(key);
  return ofVariable(reading, { start: start + 1, end: end - 1 }, expr.value, value);
}

function ofVariable(reading: Reading, nameRange: Range, name: string, value: Found): Section {
  const { end } = reading.range(value);
  // Airflow fills in what it is told between braces, blanks and all.
  const chars = filled(reading.chars(value), /\{\{[^]*?\}\}/g);
  const words = splitOptions(chars).map((word) => ({ ...word, inPlace: true }));
  const { arguments: args, entries, open } = readLine('spark-submit', words);
  const ofSubmit = parameters.test(name);
  const command: Command = { launcher: ofSubmit ? 'spark-submit' : name.startsWith('PY') ? 'pyspark' : 'sparkR', nameRange, start: nameRange.start, end, arguments: args, breaks: [], open: open || words.length === 0 || ofSubmit };
  if (ofSubmit) return { start: nameRange.start, end, entries, command };
  return { start: nameRange.start, end, entries, command, means: 'environment' };
}

/** `["spark-submit", "--conf", …]`; what runs commands on EMR may stand first. */
function listSection(reading: Reading, found: Found): Section | undefined {
  const items = reading.items(found);
  if (!items || items.length < 2) return undefined;
  // Most lists hold no command: their first words tell.
  const start = items[0]!.item.expr.kind === 'literal' && items[0]!.item.expr.value === 'command-runner.jar' ? 1 : 0;
  const first = items[start];
  if (!first || first.spread || !/spark|^\uFFFC$|^(?:\S*\/)?(?:ba)?sh$|docker|kubectl|sudo|nohup/i.test(wordOfItem(reading, first.item, false).text)) return undefined;
  return sectionOf(reading, items.slice(start).map(({ item, spread }) => wordOfItem(reading, item, spread)), reading.range(found), 'json');
}

function wordOfItem(reading: Reading, item: Found, spread: boolean): Word {
  const range = reading.range(item);
  const chars = reading.chars(item);
  const own = chars.every(({ start, end }) => range.start <= start && end <= range.end);
  if (spread) return { ...wordOf([{ char: hole, ...range, within: 'json', parts: false, conditional: false }], range), many: true, list: true, inPlace: true };
  return { ...wordOf(chars, range), inPlace: own };
}

function textSections(reading: Reading, found: Found): Section[] {
  // A list has its own way.
  if (reading.items(found)) return [];
  const chars = reading.chars(found);
  const text = chars.map(({ char }) => char).join('');
  if (!namesCommand(text)) return [];
  return commandsIn(chars).flatMap((words) => sectionOf(reading, words, rangeOf(words), 'split') ?? []);
}

function sectionOf({ text }: Reading, words: readonly Word[], { start, end }: Range, within: 'json' | 'split'): Section | undefined {
  const launch = launchIn(words, text);
  if (!launch) return undefined;
  const line = readLine(launch.launcher, launch.rest);
  const application = line.arguments.some(({ is }) => is === 'application');
  const entries = line.entries.map((entry): ConfEntry => ({ ...entry, told: entry.told && { ...entry.told, within } }));
  return { start, end, entries, command: { launcher: launch.launcher, nameRange: { start: launch.name.chars[0]?.start ?? launch.name.start, end: launch.name.chars.at(-1)?.end ?? launch.name.end }, start, end, arguments: line.arguments, breaks: [], open: line.open || !application } };
}

