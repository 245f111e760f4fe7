/**
 * Cells of a notebook that set something in another tongue than its code: `%%configure` with the JSON that a session is
 * started with, and SQL. They are blanks to the code; their settings stand where they are written.
 */
import type { ConfEntry, Section, Told } from '../program/conf.ts';
import type { Lowered } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { type Place, valuesIn } from './json-places.ts';
import { readLine } from './shell/command-line.ts';
import { type Char, splitOptions, wordOf } from './shell/words.ts';
import { setsSpark, statementsOf } from './sql.ts';

/** What Livy makes of the fields beside `conf`; the session's kind, its lakehouse and the like are no settings. */
const fields: Readonly<Record<string, string>> = {
  driverMemory: 'spark.driver.memory', driverCores: 'spark.driver.cores', executorMemory: 'spark.executor.memory', executorCores: 'spark.executor.cores',
  numExecutors: 'spark.executor.instances', queue: 'spark.yarn.queue', name: 'spark.app.name',
};

/** A cell's text, and where each of its characters stands: magics of a source file lead each line with a comment. */
interface Cell {
  readonly text: string;
  readonly at: (index: number) => number;
}

const configured = /^\s*%%configure\b[^\n]*\n/;
const sql = /^\s*(?:%%(?:spark)?sql\b[^\n]*\n|%sql[ \t]*(?:\r?\n|(?=[ \t]\S)))/i;

export function settingCells({ notebook, text, pieces }: Pick<Lowered, 'notebook' | 'text' | 'pieces'>): Section[] {
  if (!notebook || !/%(?:configure|(?:spark)?sql)\b/i.test(text)) return [];
  return pieces.flatMap((piece): Section[] => {
    const cell = cellIn(text, piece);
    const json = configured.exec(cell.text);
    if (json) return configureSection(cell, json[0].length);
    const statements = sql.exec(cell.text);
    if (!statements || !setsSpark(cell.text)) return [];
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
    else if (Object.hasOwn(fields, key)) add(member, fields[key]!, key);
    // Glue's sessions take all further pairs in one text.
    else if (key === '--conf' && json[member.start] === '"') entries.push(...pairsIn(json, member, shift));
  }
  return entries.length === 0 ? [] : [{ ...placed(cell, { start: from + top, end: cell.text.trimEnd().length }), entries, means: 'command' }];
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
