/**
 * Cells and lines of a notebook that set something in another tongue than its code: `%%configure` with the JSON that a
 * session is started with, SQL, and `%env` with variables that Spark reads. They are blanks to the code; their settings
 * stand where they are written.
 */
import { environmentVariable } from '../knowledge/submit.ts';
import type { ConfEntry, Section, Told } from '../program/conf.ts';
import type { Lowered } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { type Place, valuesIn } from './json-places.ts';
import { livyFields } from './livy.ts';
import { readLine } from './shell/command-line.ts';
import { type Char, hole, isKnown, splitOptions, wordOf } from './shell/words.ts';
import { setsSpark, statementsOf } from './sql.ts';

/** A cell's text, and where each of its characters stands: magics of a source file lead each line with a comment. */
interface Cell {
  readonly text: string;
  readonly at: (index: number) => number;
}

const configured = /^\s*%%configure\b[^\n]*\n/;
const sql = /^\s*(?:%%(?:spark)?sql\b[^\n]*\n|%sql[ \t]*(?:\r?\n|(?=[ \t]\S)))/i;

export function settingCells({ notebook, text, pieces }: Pick<Lowered, 'notebook' | 'text' | 'pieces'>): Section[] {
  if (!notebook || !/%(?:configure|(?:spark)?sql|(?:set_)?env)\b/i.test(text)) return [];
  return pieces.flatMap((piece): Section[] => {
    const cell = cellIn(text, piece);
    const json = configured.exec(cell.text);
    if (json) return configureSection(cell, json[0].length);
    const statements = sql.exec(cell.text);
    if (!statements || !setsSpark(cell.text)) return variablesIn(cell);
    const { entries } = statementsOf(cell.text, statements[0].length, cell.text.length);
    return entries.length === 0 ? [] : [{ ...placed(cell, { start: 0, end: cell.text.length }), entries: entries.map((entry) => ({ ...entry, ...placed(cell, entry), keyRange: placed(cell, entry.keyRange), valueRange: placed(cell, entry.valueRange) })), means: 'runtime' }];
  });
}

function placed({ at }: Cell, { start, end }: Range): Range {
  return start === end ? { start: at(start), end: at(start) } : { start: at(start), end: at(end - 1) + 1 };
}

const lead = /^(?:#|\/\/) MAGIC ?/;

function cellIn(text: string, { start, end }: Range): Cell {
  const own = text.slice(start, end);
  if (!/^(?:#|\/\/) MAGIC/m.test(own)) return { text: own, at: (index) => start + index };
  const places: number[] = [];
  let plain = '';
  let from = start;
  for (const line of own.split(/(?<=\n)/)) {
    const head = lead.exec(line)?.[0].length;
    if (head !== undefined) {
      for (let index = head; index < line.length; index++) places.push(from + index);
      plain += line.slice(head);
    }
    from += line.length;
  }
  return { text: plain, at: (index) => places[index] ?? end };
}

function configureSection(cell: Cell, from: number): Section[] {
  const json = cell.text.slice(from);
  const top = json.search(/\S/);
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  } catch {
    return [];
  }
  const shift = (range: Range): Range => placed(cell, { start: range.start + from, end: range.end + from });
  const entries: ConfEntry[] = [];
  const add = (member: Place, key: string, option: string): void => {
    const written = JSON.parse(json.slice(member.start, member.end)) as unknown;
    if (typeof written === 'object') return;
    const inner = typeof written === 'string' ? 1 : 0;
    const told: Told = { option, order: entries.length, conditional: false, within: 'json' };
    entries.push({ ...shift({ start: member.keyRange!.start, end: member.end }), key, keyRange: shift(within(member.keyRange!)), value: String(written), valueRange: shift({ start: member.start + inner, end: member.end - inner }), told });
  };
  for (const member of valuesIn(json, top)) {
    const { key = '' } = member;
    if (key === 'conf' && json[member.start] === '{') for (const pair of valuesIn(json, member.start)) add(pair, pair.key!, '--conf');
    else if (Object.hasOwn(livyFields, key)) add(member, livyFields[key]!, key);
    // Glue's sessions take all further pairs in one text.
    else if (key === '--conf' && json[member.start] === '"') entries.push(...pairsIn(json, member, shift));
  }
  return entries.length === 0 ? [] : [{ ...placed(cell, { start: from + top, end: cell.text.trimEnd().length }), entries, means: 'command' }];
}

const variable = /^[ \t]*%(?:set_)?env[ \t]+(\w+)(?:[ \t]*=[ \t]*|[ \t]+)(\S[^\r\n]*)/gm;
/** What IPython fills in. */
const filledIn = /\$\w+|\{[^{}]*\}/y;

/** `%env PYSPARK_SUBMIT_ARGS=--conf … pyspark-shell`, and variables that take a key's place. */
function variablesIn(cell: Cell): Section[] {
  return [...cell.text.matchAll(variable)].flatMap((match): Section[] => {
    const [whole, name, written] = match as unknown as [string, string, string];
    const isArguments = name === 'PYSPARK_SUBMIT_ARGS';
    const key = environmentVariable(name)?.keys[0];
    if (!isArguments && key === undefined) return [];
    const nameStart = match.index + whole.indexOf(name, whole.indexOf('env') + 3);
    const nameRange = placed(cell, { start: nameStart, end: nameStart + name.length });
    const from = match.index + whole.length - written.length;
    const valueRange = placed(cell, { start: from, end: from + written.trimEnd().length });
    const range = { start: nameRange.start, end: valueRange.end };
    const chars: Char[] = [];
    for (let at = from; at < from + written.trimEnd().length; ) {
      filledIn.lastIndex = at;
      const length = filledIn.exec(cell.text)?.[0].length;
      chars.push({ char: length === undefined ? cell.text[at]! : hole, ...placed(cell, { start: at, end: at + (length ?? 1) }), within: 'split', parts: false, conditional: false });
      at += length ?? 1;
    }
    if (!isArguments) {
      const value = chars.map(({ char }) => char).join('');
      return [{ ...range, means: 'environment', entries: [{ ...range, key: key!, keyRange: nameRange, value: isKnown(value) ? value : undefined, valueRange, told: { option: name, order: 0, conditional: false, within: 'split' } }] }];
    }
    const { arguments: args, entries, open } = readLine('spark-submit', splitOptions(chars).map((word) => ({ ...word, inPlace: true })));
    return [{ ...range, means: 'environment', entries, command: { ...range, launcher: 'pyspark', nameRange, arguments: args, breaks: [], open } }];
  });
}

const within = ({ start, end }: Range): Range => ({ start: start + 1, end: end - 1 });

/** `"spark.a=1 --conf spark.b=2"` */
function pairsIn(json: string, { start, end, keyRange }: Place, shift: (range: Range) => Range): ConfEntry[] {
  const value = JSON.parse(json.slice(start, end)) as string;
  if (value.length !== end - start - 2) return [];
  const char = (letter: string, range: Range): Char => ({ char: letter, ...shift(range), within: 'json', parts: false, conditional: false });
  const words = splitOptions([...Array(value.length).keys()].map((index) => char(value[index]!, { start: start + 1 + index, end: start + 2 + index })));
  const first = shift(within(keyRange!));
  const option = wordOf([...'--conf'].map((letter, index) => char(letter, { start: keyRange!.start + 1 + index, end: keyRange!.start + 2 + index })), first);
  return [...readLine('spark-shell', [option, ...words]).entries];
}
