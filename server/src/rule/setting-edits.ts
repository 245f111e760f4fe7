/** Fix builders for configuration entries: one and the same for properties files, files of data, commands and code. */
import type { Setting } from '../analysis/model.ts';
import { type Command, type ConfDocument, type DataFile, isData, type Told } from '../program/conf.ts';
import type { Lowered } from '../program/program.ts';
import { indentAt, lineEnd, lineEndOf, lineStart } from '../text/edits.ts';
import { contains, type Range, sliceOf } from '../text/range.ts';
import { editsFor } from './edits.ts';
import { isHeld } from './entries.ts';
import type { Edit } from './rule.ts';

export interface SettingEdits {
  /** Empty where the value in code is no literal of its own. */
  setValue(setting: Setting, value: string): Edit[];
  renameKey(setting: Setting, key: string): Edit[];
  /** The line of a file; a member or an element with what parts it from the others; the option of a command; in code the statement, or the one call in a chain. */
  remove(setting: Setting): Edit[];
  /** A further entry behind one; none in code. */
  add(behind: Setting, key: string, value: string): Edit[];
}

/** What a settings rule is given of the text that its entries stand in. */
export interface Writable {
  readonly text: string;
  readonly program?: { readonly lowered: Lowered } | undefined;
  readonly conf?: ConfDocument | undefined;
  readonly command?: Command | undefined;
}

export function settingEdits({ text, program, conf, command }: Writable): SettingEdits {
  if (program) {
    const [inCode, inCommand] = [codeEntries(text, program.lowered), commandEntries(text, command)];
    return byEntry(({ told }) => (told && told.within !== 'code' ? inCommand : inCode));
  }
  if (conf && isData(conf)) {
    const [inData, inLine, inFile] = [dataEntries(text, conf.form), commandEntries(text, command), fileEntries(text)];
    return byEntry(({ told }) => (!told ? inFile : isHeld(told) ? inData : inLine));
  }
  if (conf?.form === 'sql') return sqlEntries(text);
  if (!conf || conf.form === 'properties') return fileEntries(text);
  const [inScript, inFile] = [commandEntries(text, command), fileEntries(text)];
  return byEntry(({ told }) => (told ? inScript : inFile));
}

/** A file that a script writes, or a command in a program, has entries of its own kind. */
const byEntry = (of: (setting: Setting) => SettingEdits): SettingEdits => ({
  setValue: (setting, value) => of(setting).setValue(setting, value), renameKey: (setting, key) => of(setting).renameKey(setting, key),
  remove: (setting) => of(setting).remove(setting), add: (behind, key, value) => of(behind).add(behind, key, value),
});

function fileEntries(text: string): SettingEdits {
  return {
    setValue: ({ keySite, valueSite }, value) => {
      const written = escapeValue(value);
      const bare = valueSite.start === valueSite.end && !/[\s=:]$/.test(text.slice(keySite.end, valueSite.start));
      return [{ start: valueSite.start, end: valueSite.end, newText: bare ? ` ${written}` : written }];
    },
    renameKey: ({ keySite }, key) => [{ start: keySite.start, end: keySite.end, newText: escapeKey(key) }],
    remove: ({ site }) => {
      const start = lineStart(text, site.start) === 0 && text.startsWith('\uFEFF') ? 1 : lineStart(text, site.start);
      const end = lineEnd(text, site.end);
      const after = text.startsWith('\r\n', end) ? end + 2 : text.startsWith('\n', end) ? end + 1 : end;
      if (after > end) return [{ start, end: after, newText: '' }];
      const before = text.slice(0, start).endsWith('\r\n') ? start - 2 : text.slice(0, start).endsWith('\n') ? start - 1 : start;
      return [{ start: before, end, newText: '' }];
    },
    add: ({ site }, key, value) => [{ start: site.end, end: site.end, newText: `${lineEndOf(text)}${indentAt(text, site.start)}${escapeKey(key)} ${escapeValue(value)}` }],
  };
}

/** Words that YAML takes for text whatever reads it; and what one file has without quotes, another may have so too. */
const plainInYaml = /^(?:[A-Za-z_/.-][\w/.@%+=:,-]*(?: [\w/.@%+=,-]+)*|[1-9]\d*[A-Za-z]+)$/;
const numberOrTruth = /^(?:true|false|0|-?[1-9]\d*)$/;
const otherInYaml = /^(?:y|n|yes|no|on|off|null|~)$|[:,]$|: |^[-.]$|^\.(?:inf|nan)$/i;

function dataEntries(text: string, form: DataFile['form']): SettingEdits {
  const quoteAround = ({ start, end }: Range): string => (/^["']$/.test(text[start - 1] ?? '') && text[end] === text[start - 1] ? text[start - 1]! : '');
  const inQuotes = (value: string, quote: string): string => {
    if (form === 'xml') return value.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]!);
    if (quote === "'") return value.replaceAll("'", "''");
    return quote === '"' ? JSON.stringify(value).slice(1, -1) : value;
  };
  /** As the value beside it, or before it, is written: without quotes where that says the same. */
  const written = (value: string, quote: string): string => {
    if (form === 'xml' || quote !== '') return inQuotes(value, quote);
    const bare = numberOrTruth.test(value) || form === 'yaml' && plainInYaml.test(value) && !otherInYaml.test(value);
    return bare ? value : JSON.stringify(value);
  };
  // What was written in another way, as over several lines, is not written anew.
  const replaced = (at: Range, before: string | undefined, value: string): Edit[] => {
    const quote = quoteAround(at);
    const own = sliceOf(text, at);
    return before !== undefined && (own === before || own === inQuotes(before, quote)) ? [{ start: at.start, end: at.end, newText: written(value, quote) }] : [];
  };
  /** A field that is a number takes no unit. */
  const isBareNumber = (at: Range): boolean => quoteAround(at) === '' && numberOrTruth.test(sliceOf(text, at));
  const quoted = (at: Range, value: string): string => {
    const quote = form === 'xml' ? '' : quoteAround(at);
    return quote + written(value, quote) + quote;
  };
  // What stands elsewhere may mean another thing to others who read it.
  const isOwn = ({ told }: Setting): boolean => told !== undefined && told.within !== 'elsewhere';
  return {
    setValue: (setting, next) => (!isOwn(setting) || setting.told!.within === 'field' && isBareNumber(setting.valueSite) && !numberOrTruth.test(next) ? [] : replaced(setting.valueSite, setting.value, next)),
    renameKey: (setting, next) => (isOwn(setting) && setting.told!.within !== 'field' ? replaced(setting.keySite, setting.key, next) : []),
    remove: (setting) => (!isOwn(setting) ? [] : setting.told!.within === 'commas' ? withoutMember(text, setting.site) : withoutLines(text, setting.site)),
    add: ({ site, keySite, valueSite, told }, key, value) => {
      const newLine = lineEndOf(text);
      const alone = text.slice(lineStart(text, site.start), site.start).trim() === '';
      if (told?.within === 'element') return [{ start: site.end, end: site.end, newText: `${alone ? newLine : ''}${elementLike(sliceOf(text, site), alone ? indentAt(text, site.start) : '', inQuotes(key, ''), inQuotes(value, ''))}` }];
      const pair = `${quoted(keySite, key)}: ${quoted(valueSite, value)}`;
      if (told?.within === 'commas') return [{ start: site.end, end: site.end, newText: `,${alone ? newLine + indentAt(text, site.start) : ' '}${pair}` }];
      return told?.within === 'lines' && alone ? belowLine(text, site.end, indentAt(text, site.start) + pair) : [];
    },
  };
}

/** Below a line, behind a comment that ends it. */
function belowLine(text: string, at: number, line: string): Edit[] {
  const end = lineEnd(text, at);
  return [{ start: end, end, newText: `${lineEndOf(text)}${line}` }];
}

/** An element in the form of another: on one line or on several, with the same indentation within. */
function elementLike(element: string, indent: string, name: string, value: string): string {
  const parts = [`<name>${name}</name>`, `<value>${value}</value>`];
  const within = /^<property>[ \t]*(\r?\n)([ \t]*)/.exec(element);
  if (!within) return `${indent}<property>${parts.join('')}</property>`;
  const [, newLine, deep] = within;
  return `${indent}<property>${parts.map((part) => `${newLine!}${deep!}${part}`).join('')}${newLine!}${indent}</property>`;
}

/** The lines that an entry stands on alone; an element among others on its line. */
function withoutLines(text: string, { start, end }: Range): Edit[] {
  const first = lineStart(text, start);
  const behind = /^[ \t]*(?:#[^\r\n]*)?(?:\r?\n|$)/.exec(text.slice(end, Math.min(lineEnd(text, end) + 2, text.length)));
  const mark = text.startsWith('\uFEFF', first) ? 1 : 0;
  if (behind && text.slice(first + mark, start).trim() === '') return [{ start: first + mark, end: end + behind[0].length, newText: '' }];
  return text[start] === '<' ? [{ start, end, newText: '' }] : [];
}

/** A member of a list in braces, with the comma that parts it from the next, or from the one before. */
function withoutMember(text: string, { start, end }: Range): Edit[] {
  const isBlank = (at: number): boolean => at >= 0 && ' \t\r\n'.includes(text[at] ?? 'x');
  let next = end;
  while (isBlank(next)) next++;
  if (text[next] !== ',') {
    let before = start - 1;
    while (isBlank(before)) before--;
    if (text[before] === ',') return [{ start: before, end, newText: '' }];
    return text[before] === '{' ? [{ start, end, newText: '' }] : [];
  }
  const first = lineStart(text, start);
  const rest = /^[ \t]*\r?\n/.exec(text.slice(next + 1, lineEnd(text, next + 1) + 2));
  if (rest && text.slice(first, start).trim() === '') return [{ start: first, end: next + 1 + rest[0].length, newText: '' }];
  return [{ start, end: next + 1 + /^[ \t]*/.exec(text.slice(next + 1, lineEnd(text, next + 1)))![0].length, newText: '' }];
}

/** `SET key = value`, in a file of statements or inside a literal. */
function sqlEntries(text: string): SettingEdits {
  const replaced = (at: Range, before: string | undefined, newText: string): Edit[] => (plain.test(newText) && sliceOf(text, at) === before ? [{ start: at.start, end: at.end, newText }] : []);
  return {
    setValue: ({ valueSite, value }, next) => replaced(valueSite, value, next),
    renameKey: ({ keySite, key }, next) => replaced(keySite, key, next),
    // The comments above a statement would speak of the next one.
    remove: () => [],
    add: () => [],
  };
}

/** Characters that mean nothing to a shell, nor to JSON. */
const plain = /^[\w.,:/+@%=-]*$/;

/** What the key itself stands behind. */
const named: ReadonlySet<string> = new Set(['--conf', '-D', 'echo', '--properties']);
/** It is the name of a member, in quotes. */
const isMember = (text: string, site: Range): boolean => text[site.start - 1] === '"' && text[site.end] === '"';

function commandEntries(text: string, command: Command | undefined): SettingEdits {
  // What stands in a variable may be meant for other commands too.
  const own = (site: Range): boolean => command !== undefined && contains(command, site);
  // Literals may end and begin within it.
  const isWhole = (site: Range, { within }: Told): boolean => within !== 'split' || !/["'\r\n]/.test(sliceOf(text, site));
  const written = (value: string, within: Told['within']): string | undefined => {
    if (plain.test(value)) return value;
    if (within === '"') return value.replace(/[\\"$`]/g, '\\$&');
    if (within === "'" && !value.includes("'")) return value;
    return within === '' ? `"${value.replace(/[\\"$`]/g, '\\$&')}"` : undefined;
  };
  // What was put together, or stands in a variable that serves more than this, is not written anew.
  const replaced = (at: Range, before: string | undefined, value: string, within: Told['within'] = ''): Edit[] => {
    const newText = sliceOf(text, at) === before ? written(value, within) : undefined;
    return newText === undefined ? [] : [{ start: at.start, end: at.end, newText }];
  };
  return {
    // A number of JSON stays one.
    setValue: ({ valueSite, value, told }, next) => (told?.within === 'json' && text[valueSite.end] !== '"' && !/^\d+$/.test(next) ? [] : replaced(valueSite, value, next, told?.within)),
    renameKey: ({ keySite, key, told }, next) => (told && (named.has(told.option) || isMember(text, keySite)) ? replaced(keySite, key, next, told.within) : []),
    remove: ({ site, told }) => (told && told.within !== 'json' && own(site) && isWhole(site, told) ? withoutArgument(text, site, told.option) : []),
    add: ({ site, told }, key, value) => {
      if (!told || !own(site) || !isWhole(site, told) || told.within === 'json' || !startsWithOption(text, site, told.option)) return [];
      const pair = `--conf ${key}=${value}`;
      return [{ start: site.end, end: site.end, newText: isAlone(text, site) ? ` \\${lineEndOf(text)}${indentAt(text, site.start)}${pair}` : ` ${pair}` }];
    },
  };
}

const startsWithOption = (text: string, site: Range, option: string): boolean => new RegExp(`^(?:${option}|-c)(?![\\w-])`).test(sliceOf(text, site));
const isAlone = (text: string, { start, end }: Range): boolean => text.slice(lineStart(text, start), start).trim() === '' && /^[ \t]*\\?$/.test(text.slice(end, lineEnd(text, end)));

/** An option with its value, taken out of a command: the line that it is alone on, or itself. */
export function withoutArgument(text: string, site: Range, option: string): Edit[] {
  if (!startsWithOption(text, site, option)) return [];
  const { start, end } = site;
  if (!isAlone(text, site)) {
    const before = /[ \t]*$/.exec(text.slice(lineStart(text, start), start))![0].length;
    // At the start of a line, or behind the quote of a text: what follows moves up.
    const first = before === 0 || before === start - lineStart(text, start);
    return first ? [{ start, end: end + /^[ \t]*/.exec(text.slice(end))![0].length, newText: '' }] : [{ start: start - before, end, newText: '' }];
  }
  const line = lineStart(text, start);
  const continued = /^[ \t]*\\\r?\n/.exec(text.slice(end));
  if (continued) return [{ start: line, end: end + continued[0].length, newText: '' }];
  const previous = /[ \t]*\\\r?\n[ \t]*$/.exec(text.slice(0, start));
  if (previous) return [{ start: previous.index, end, newText: '' }];
  // An element of a list.
  const after = /^[ \t]*\r?\n/.exec(text.slice(end));
  return after ? [{ start: line, end: end + after[0].length, newText: '' }] : [];
}

/** As java.util.Properties reads them back. */
const escapeValue = (value: string): string => value.replaceAll('\\', '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t');
const escapeKey = (key: string): string => escapeValue(key).replace(/[ :=]/g, '\\$&').replace(/^[#!]/, '\\$&');

const plainString = /^(["'])((?:\\.|(?!\1)[^\\\n])*)\1$/;
const plainNumber = /^-?\d[\d_]*(\.\d+)?$/;

function codeEntries(text: string, lowered: Lowered): SettingEdits {
  const edits = editsFor({ lowered });
  const [yes, no] = lowered.language === 'python' ? ['True', 'False'] : ['true', 'false'];
  const literal = (at: Range, value: string): Edit[] => {
    const written = sliceOf(text, at);
    const string = plainString.exec(written);
    if (string) return [{ start: at.start, end: at.end, newText: string[1]! + value.replace(/[\\"']/g, (char) => (char === '\\' || char === string[1] ? `\\${char}` : char)) + string[1]! }];
    if (!plainNumber.test(written) && written !== yes && written !== no) return [];
    const newText = plainNumber.test(value) ? value : value === 'true' ? yes : value === 'false' ? no : edits.quote(value);
    return [{ start: at.start, end: at.end, newText }];
  };
  const sql = sqlEntries(text);
  // Key and value in one text: no literals of their own.
  const inSql = ({ keySite, key }: Setting): boolean => sliceOf(text, keySite) === key;
  return {
    setValue: (setting, value) => (inSql(setting) ? sql.setValue(setting, value) : literal(setting.valueSite, value)),
    renameKey: (setting, key) => (inSql(setting) ? sql.renameKey(setting, key) : plainString.test(sliceOf(text, setting.keySite)) ? literal(setting.keySite, key) : []),
    remove: (setting) => {
      const { site, keySite } = setting;
      if (inSql(setting)) return edits.isWholeStatement(site) ? edits.removeStatement(site) : [];
      const before = text.slice(site.start, keySite.start);
      // What sets one key alone (`master`) is named by its own word.
      const call = /(?:\s|\\\r?\n)*\.\s*(?:\w+\s*\(\s*(?:key\s*=\s*)?)?$/.exec(before);
      if (!call) return [];
      const receiver = before.slice(0, call.index);
      if (edits.isWholeStatement(site) && !receiver.includes('(')) return edits.removeStatement(site);
      let start = site.start + call.index;
      // A comment ends with its line: the line end behind it must stay.
      if (lowered.comments.some((comment) => comment.end === start)) start = lineEnd(text, start) + (text.startsWith('\r\n', lineEnd(text, start)) ? 2 : 1);
      return [{ start, end: site.end, newText: '' }];
    },
    add: () => [],
  };
}
