/** Settings files that a script writes itself: the text behind `<<EOF`, and what `echo` puts there. They are properties all the same. */
import type { ConfEntry, Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { isConfFile, looksLikeConf, parseProperties } from '../properties.ts';

export interface Written {
  readonly sections: readonly Section[];
  readonly comments: readonly Range[];
  /** Texts that are no shell: a comment there stands on a line of its own. */
  readonly bodies: readonly Range[];
}

/** A line that writes such a file. */
export const writesSettings = (text: string): boolean => /(?:>|\btee\b|<<)[^\n]*\bspark[\w-]*defaults?[\w.-]*\.conf/i.test(text);

const heredoc = /<<(-?)[ \t]*(["']|\\)?([A-Za-z_]\w*)/;
/** Where it goes: `> file`, `tee -a file`, in a Dockerfile `COPY <<EOF file`. */
const goal = /(?:>{1,2}|\btee\b(?:[ \t]+-\w+)*)[ \t]*(["']?)([^\s"'|;&<>]+)\1/;
const copied = /^[ \t]*(?:COPY|ADD)\b.*<<-?["']?\w+["']?[ \t]+(\S+)/i;

export function writtenFiles(path: string, text: string): Written {
  const sections: Section[] = [];
  const comments: Range[] = [];
  const bodies: Range[] = [];
  if (!writesSettings(text)) return { sections, comments, bodies };
  /** The lines up to here belong to a text over several of them. */
  let told = 0;
  for (const { at, line, behind } of linesOf(text)) {
    if (at < told || /^[ \t]*#/.test(line)) continue;
    if (!behind) {
      const block = blockAt(text, at);
      sections.push(...(block ? block.sections : echoed(line, at)));
      told = block?.end ?? at;
      continue;
    }
    const { body, quoted } = behind;
    const goes = copied.exec(line)?.[1] ?? goal.exec(line)?.[2] ?? '';
    // Databricks has files of that name in a format of their own.
    if (!isConfFile(goes, text.slice(body.start, body.end)) || !looksLikeConf(text.slice(body.start, body.end))) continue;
    const file = parseProperties(path, text.slice(body.start, body.end));
    sections.push({ ...body, entries: file.entries.flatMap((entry) => moved(entry, body.start, quoted)), means: 'file', open: true });
    comments.push(...file.comments.map((range) => shifted(range, body.start)));
    bodies.push(body);
  }
  return { sections, comments, bodies };
}

/** A text behind `<<EOF`. */
export interface Heredoc {
  readonly body: Range;
  /** The shell leaves the text as it is. */
  readonly quoted: boolean;
}

/** The lines of a script with the texts that they begin, which are no lines of their own. */
export function* linesOf(text: string): Generator<{ readonly at: number; readonly line: string; readonly behind: Heredoc | undefined }> {
  for (let at = 0; at < text.length; ) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    const opening = /^[ \t]*#/.test(line) ? null : heredoc.exec(line);
    const body = opening ? bodyBehind(text, end + 1, opening[3]!, opening[1] === '-') : undefined;
    yield { at, line, behind: body && { body: { start: body.start, end: body.end }, quoted: opening![2] !== undefined } };
    at = body?.next ?? end + 1;
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Up to the line with the word alone; without one, to the end. */
function bodyBehind(text: string, start: number, word: string, tabs: boolean): Range & { readonly next: number } {
  for (let at = start; at < text.length; ) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end).replace(/\r$/, '');
    if ((tabs ? line.replace(/^\t+/, '') : line) === word) return { start, end: at, next: end + 1 };
    at = end + 1;
  }
  return { start: Math.min(start, text.length), end: text.length, next: text.length };
}

const shifted = ({ start, end }: Range, by: number): Range => ({ start: start + by, end: end + by });
/** What the shell fills in, or reads its own way. */
const changes = /[$`\\]/;

/** `quoted`: the shell leaves the text as it is. */
function moved(entry: ConfEntry, by: number, quoted: boolean): ConfEntry[] {
  if (!quoted && changes.test(entry.key)) return [];
  const value = !quoted && changes.test(entry.value ?? '') ? undefined : entry.value;
  return [{ ...shifted(entry, by), key: entry.key, keyRange: shifted(entry.keyRange, by), value, valueRange: shifted(entry.valueRange, by) }];
}

const echo = /\b(?:echo(?:[ \t]+-[neE]+)*|printf)[ \t]+(["']?)(spark\.[\w.-]+)([ \t]*[=:][ \t]*|[ \t]+)((?:(?!\1)[^\n])*?|[^\s"'|;&<>]*)(?:\\n)?\1[ \t]*(?=>|\|[ \t]*(?:sudo[ \t]+)?tee\b)/g;

/** `echo "key value" >> spark-defaults.conf`: a section of its own, since which of such lines run is not told; others add to the file. */
function echoed(line: string, at: number): Section[] {
  return [...line.matchAll(echo)].flatMap((match): Section[] => {
    const [found, quote, key, between, written] = match;
    const goes = goal.exec(line.slice(match.index + found.length));
    if (!goes || !isConfFile(goes[2]!, `${key} x`) || goes.index > 8) return [];
    const start = at + match.index + found.indexOf(key!);
    const from = start + key!.length + between!.length;
    return [sectionOf({ key: key!, start, from, written: written!, quote: quote! })];
  });
}

/** The beginning of a line that writes a text. */
const writes = /(?:^|[;&|{(]|\b(?:sudo|then|do|else|RUN)\b)[ \t]*(?:(echo)((?:[ \t]+-[neE]+)*)|printf)[ \t]+(["'])/g;
const longestText = 10_000;

/** `echo -e "key value\nkey value" >> spark-defaults.conf`: lines of the file in one text, parted by line ends or by what stands for them. */
function blockAt(text: string, at: number): { readonly sections: readonly Section[]; readonly end: number } | undefined {
  const line = text.slice(at, lineEnd(text, at));
  for (const match of line.matchAll(writes)) {
    const [found, echoes, options = '', quote] = match;
    const from = at + match.index + found.length;
    const body = (quote === '"' ? /^(?:[^"\\]|\\[^])*/ : /^[^']*/).exec(text.slice(from, from + longestText))![0];
    const end = from + body.length;
    const behind = text.slice(end + 1, lineEnd(text, end));
    const goes = text[end] === quote && /^[ \t]*(?:>|\|)/.test(behind) ? goal.exec(behind) : null;
    const parted = echoes === undefined || /e/.test(options) ? /\\n|\r?\n/g : /\r?\n/g;
    if (!goes || goes.index > 8 || body.trim().search(parted) < 0 || /\\n$/.test(body) && body.search(parted) === body.length - 2) continue;
    const sections: Section[] = [];
    let start = from;
    for (const part of body.split(parted)) {
      sections.push(...lineOfFile(part, start, goes[2]!, quote as '"' | "'"));
      start += part.length + (/^\\n|^\r\n/.test(text.slice(start + part.length, start + part.length + 2)) ? 2 : 1);
    }
    return { sections, end };
  }
  return undefined;
}

function lineOfFile(part: string, at: number, file: string, quote: '"' | "'"): Section[] {
  const match = /^([ \t]*)(spark\.[\w.-]+)([ \t]*[=:][ \t]*|[ \t]+)(.*)$/.exec(part);
  if (!match) return [];
  const [, indent, key, between, written] = match;
  return isConfFile(file, `${key} x`) ? [sectionOf({ key: key!, start: at + indent!.length, from: at + indent!.length + key!.length + between!.length, written: written!, quote })] : [];
}

/** A line of such a file: a section of its own, since others add to the file. */
function sectionOf({ key, start, from, written, quote }: { readonly key: string; readonly start: number; readonly from: number; readonly written: string; readonly quote: string }): Section {
  const value = quote !== "'" && changes.test(written) || written.includes('\\') ? undefined : written.trim();
  const entry: ConfEntry = { start, end: from + written.trimEnd().length, key, keyRange: { start, end: start + key.length }, value, valueRange: { start: from, end: from + written.trimEnd().length }, told: { option: 'echo', order: 0, conditional: false, within: quote as '' | '"' | "'" } };
  return { start: entry.start, end: entry.end, entries: [entry], means: 'file', open: true };
}
