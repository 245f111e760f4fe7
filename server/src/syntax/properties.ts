/** Reads a properties file exactly as java.util.Properties and, after it, Spark do; every part keeps its range. */
import type { PropertiesEntry, PropertiesFile, Section } from '../program/conf.ts';
import type { Range } from '../text/range.ts';
import { type Masked, withoutTemplates } from './data/templates.ts';
import { hole } from './data/tree.ts';

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t' || char === '\f';
const isEnd = (char: string | undefined): boolean => char === '\n' || char === '\r';

/** `spark-defaults.conf`, its variants and templates, and the names that are taken for it; `spark*.properties`. */
const defaultsName = /^[\w.-]*spark[\w.-]*defaults?[\w.-]*\.conf(\.(template|tmpl|tpl|j2|jinja2?|example|sample|dist|default))?$|^[\w-]*spark[_-]?def\w*\.conf$/i;
const propertiesName = /^[\w-]*spark[\w.-]*\.properties$|^spark[\w.-]*\.conf$/i;
/** Files of other programs that carry Spark's name; Livy's `spark-blacklist.conf` names the keys that nobody may set. */
const otherName = /log4j|metrics|spark-env|fairscheduler|^spark-blacklist\b/i;

/**
 * A file of Spark's settings. By its name; a name that says little (`job.conf`) needs the text, and so does one that
 * other formats share (`spark.conf` may be HOCON): with the text, what it holds decides.
 */
export function isConfFile(path: string, text?: string): boolean {
  const name = nameOf(path);
  if (otherName.test(name)) return false;
  if (defaultsName.test(name)) return true;
  if (propertiesName.test(name)) return text === undefined || looksLikeConf(text);
  return text !== undefined && /\.(conf|properties)$/i.test(name) && looksLikeConf(text);
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Lines that are read to tell what a text is. */
const sniffed = 30;

/** Its first real lines are Spark keys with values, no braces of HOCON stand among them, and it is not parted into sections. */
export function looksLikeConf(text: string): boolean {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/, sniffed * 4).map((line) => line.trim()).filter((line) => line !== '' && !/^[#!]/.test(line)).slice(0, sniffed);
  const real = lines.filter((line) => !/^\[[^\]]*\]$/.test(line));
  return real.length > 0 && lines.length - real.length < 2 && /^spark\.[\w.-]+([\s=:]|$)/i.test(real[0]!) && !real.some((line) => /^\}|\{$/.test(line));
}

/** What Jinja, Helm and ERB do besides filling in values, which stand where they are read. */
const statements = /\{%|<%(?![=%#])|\{#|\{\{-?\s*(?:if|with|range|end|else|define|block)\b/;

export function parseProperties(path: string, text: string): PropertiesFile {
  if (!statements.test(text)) {
    const { entries: written, ...rest } = parse(path, text);
    const entries = withoutOthersEscapes(written, text);
    return { ...rest, entries, sections: [{ start: 0, end: text.length, entries }] };
  }
  const masked = withoutTemplates(text);
  const { entries, ...rest } = parse(path, masked.text);
  const own = entries.filter(({ key }) => !key.includes(hole)).map((entry) => (entry.value.includes(hole) ? { ...entry, value: trimmed(text.slice(entry.valueRange.start, entry.valueRange.end)) } : entry));
  return { ...rest, text, entries: own, sections: byBranch(own, masked, text.length) };
}

/** A backslash within what a template fills in is the template's, and gone when Java reads the file. */
function withoutOthersEscapes(entries: readonly PropertiesEntry[], text: string): readonly PropertiesEntry[] {
  if (!text.includes('{{') || !text.includes('\\')) return entries;
  const masked = withoutTemplates(text).text;
  return entries.map((entry) => (entry.escapes.length === 0 ? entry : { ...entry, escapes: entry.escapes.filter(({ range }) => masked[range.start] === '\\') }));
}

/** Entries in branches of a template need not stand beside one another. */
function byBranch(entries: readonly PropertiesEntry[], { branchAt }: Masked, end: number): Section[] {
  const branches = new Map<number, PropertiesEntry[]>();
  for (const entry of entries) {
    const branch = branchAt(entry.start);
    const own = branches.get(branch);
    if (own) own.push(entry);
    else branches.set(branch, [entry]);
  }
  return [...branches.values()].map((own) => ({ start: 0, end, open: true, entries: own }));
}

function parse(path: string, text: string): Omit<PropertiesFile, 'sections'> {
  const entries: PropertiesEntry[] = [];
  const comments: Range[] = [];
  const byteOrderMark = text.startsWith('\uFEFF');
  let at = byteOrderMark ? 1 : 0;
  while (at < text.length) {
    while (isBlank(text[at])) at++;
    if (isEnd(text[at])) {
      at++;
      continue;
    }
    if (at >= text.length) break;
    // A line that holds nothing but a continuation is no entry yet: a comment may still follow.
    if (text[at] === '\\' && isEnd(text[at + 1]) && at + 2 < text.length) {
      at++;
      continue;
    }
    if (text[at] === '#' || text[at] === '!') {
      const start = at;
      while (at < text.length && !isEnd(text[at])) at++;
      comments.push({ start, end: at });
      continue;
    }
    const end = logicalEnd(text, at);
    entries.push(entryAt(text, at, end));
    at = end;
  }
  return { form: 'properties', path, text, entries, comments, defaults: defaultsName.test(nameOf(path)), byteOrderMark };
}

/** The end of a line with those it is continued by: an odd number of backslashes stands before the line end. */
function logicalEnd(text: string, start: number): number {
  let backslashes = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') backslashes++;
    else if (isEnd(char)) {
      if (backslashes % 2 === 0) return at;
      if (char === '\r' && text[at + 1] === '\n') at++;
      // Blanks that begin the next line are dropped; a line end right after them still ends the entry.
      while (isBlank(text[at + 1])) at++;
      backslashes = 0;
    } else backslashes = 0;
  }
  return text.length;
}

function entryAt(text: string, start: number, end: number): PropertiesEntry {
  const escapes: { range: Range; kind: PropertiesEntry['escapes'][number]['kind']; text: string }[] = [];
  let at = start;
  let key = '';
  for (; at < end; ) {
    const char = text[at]!;
    if (char === '\\') {
      const read = unescape(text, at, end);
      escapes.push(read.escape);
      key += read.value;
      at = read.next;
    } else if (char === '=' || char === ':' || isBlank(char)) break;
    else {
      key += char;
      at++;
    }
  }
  const keyRange = { start, end: at };
  // Blanks, then one separator, then blanks again; continuations count as blanks here.
  const separatorStart = at;
  const skip = (): void => {
    for (;;) {
      if (isBlank(text[at]) && at < end) at++;
      else if (text[at] === '\\' && isEnd(text[at + 1]) && at < end) at = unescape(text, at, end).next;
      else break;
    }
  };
  skip();
  if (at < end && (text[at] === '=' || text[at] === ':')) {
    at++;
    skip();
  }
  const valueStart = Math.min(at, end);
  let value = '';
  for (at = valueStart; at < end; ) {
    if (text[at] === '\\') {
      const read = unescape(text, at, end);
      escapes.push(read.escape);
      value += read.value;
      at = read.next;
    } else value += text[at++];
  }
  let valueEnd = end;
  while (valueEnd > valueStart && text[valueEnd - 1]! <= ' ') valueEnd--;
  return { start, end: Math.max(valueEnd, keyRange.end), key, keyRange, value: trimmed(value), valueRange: { start: valueStart, end: valueEnd }, separator: { start: separatorStart, end: valueStart }, escapes };
}

/** Spark trims what is at most a blank, but keeps line ends that were written as escapes. */
function trimmed(value: string): string {
  let start = 0;
  let end = value.length;
  const drops = (char: string): boolean => char <= ' ' && char !== '\n' && char !== '\r';
  while (start < end && drops(value[start]!)) start++;
  while (end > start && drops(value[end - 1]!)) end--;
  return value.slice(start, end);
}

const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string, at: number, end: number): { value: string; next: number; escape: { range: Range; kind: PropertiesEntry['escapes'][number]['kind']; text: string } } {
  const char = text[at + 1];
  const made = (value: string, next: number, kind: PropertiesEntry['escapes'][number]['kind']) => ({ value, next, escape: { range: { start: at, end: Math.min(next, text.length) }, kind, text: value } });
  if (char === undefined || at + 1 >= end && !isEnd(char)) return made('', Math.max(at + 1, end), 'dropped');
  if (isEnd(char)) {
    let next = at + (char === '\r' && text[at + 2] === '\n' ? 3 : 2);
    while (isBlank(text[next]) && next < end) next++;
    return made('', next, 'continuation');
  }
  if (char === 'u') {
    const digits = text.slice(at + 2, at + 6);
    if (/^[0-9a-fA-F]{4}$/.test(digits)) return made(String.fromCharCode(Number.parseInt(digits, 16)), at + 6, 'unicode');
    return made('', at + 2, 'malformed-unicode');
  }
  return made(named[char] ?? char, at + 2, 'escape');
}

