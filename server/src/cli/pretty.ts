/** Findings for people: a code frame with the range marked. */
import type { Finding } from '../lint/finding.ts';
import { fixFor } from '../lint/fixes.ts';
import type { Rule, Severity } from '../rule/rule.ts';
import { type Place, shownPlace } from '../service/placed-text.ts';
import type { ProjectFile } from './engine.ts';
import type { Places } from './places.ts';

export interface Style {
  readonly colour: boolean;
  /** Columns of the terminal; lines are cut around what is marked. */
  readonly width: number;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;
export type Paint = (text: string, ...styles: (keyof typeof codes)[]) => string;
export const painter = (colour: boolean): Paint => (text, ...styles) => (colour ? `\u001B[${styles.map((style) => codes[style]).join(';')}m${text}\u001B[0m` : text);
const severityColour: Readonly<Record<Severity, keyof typeof codes>> = { error: 'red', warning: 'yellow', information: 'blue', hint: 'cyan' };

/** `rule`: with `--explain`, why it hurts and when it is fine follow. */
export function prettyFinding(finding: Finding, file: ProjectFile, places: Places, style: Style, rule?: Rule): string {
  const paint = painter(style.colour);
  const place = places.place(file, finding);
  const gutter = String(place.endLine).length;
  const margin = ' '.repeat(gutter);
  const notes = (label: string, list: Finding['related']): string[] => list.map(({ site, message }) => `${margin} ${paint('=', 'dim')} ${label}${shownPlace(places.place(file, site))} ${message}`);
  return [
    `${paint(shownPlace(place), 'bold')} ${paint(finding.severity, severityColour[finding.severity], 'bold')} ${paint(finding.rule, 'bold')}`,
    ...wrapped(finding.message, style.width, '  '),
    ...codeFrame(places.textOf(file).lines(place), place, gutter, style),
    ...notes('', finding.related),
    ...(rule ? notes('evidence: ', finding.evidence) : []),
    ...finding.fixes.map(({ title, safety }) => `${margin} ${paint('=', 'dim')} ${paint('fix', 'green')} (${safety}): ${title}`),
    ...(rule ? explained(rule, margin, style.width, finding.url) : []),
    '',
  ].join('\n');
}

function explained(rule: Rule, margin: string, width: number, url: string): string[] {
  const paragraph = (label: string, text: string): string[] => wrapped(`${label}: ${text.trim().replace(/\s+/g, ' ')}`, width, `${margin}   `);
  return [...paragraph('why', rule.docs.why), ...paragraph('fine', rule.docs.fine), `${margin}   ${url}`];
}

/** At most this many lines of a long range are shown. */
const mostLines = 4;

function codeFrame(lines: readonly string[], place: Place, gutter: number, { colour, width }: Style): string[] {
  const paint = painter(colour);
  const bar = paint('|', 'dim');
  const room = Math.max(20, width - gutter - 4);
  const shown = lines.slice(0, mostLines);
  const frame = shown.flatMap((line, index) => {
    const from = index === 0 ? place.column - 1 : firstLetter(line);
    const to = index === lines.length - 1 ? Math.max(place.endColumn - 1, from) : line.length;
    const { text, marks } = marked(line, from, to, room);
    return [`${paint(String(place.line + index).padStart(gutter), 'dim')} ${bar} ${text}`, `${' '.repeat(gutter)} ${bar} ${paint(marks, 'red')}`];
  });
  return lines.length > mostLines ? [...frame, `${' '.repeat(gutter)} ${bar} …`] : frame;
}

const firstLetter = (line: string): number => Math.max(0, line.search(/\S/));

/** The line as a terminal shows it, cut to the room around the marked part, and carets below that part. */
export function marked(line: string, from: number, to: number, room: number): { text: string; marks: string } {
  let text = '';
  let column = 0;
  const at: number[] = [];
  for (let index = 0; index < line.length; ) {
    const char = String.fromCodePoint(line.codePointAt(index)!);
    for (let unit = 0; unit < char.length; unit++) at[index + unit] = column;
    const printed = char === '\t' ? ' '.repeat(4 - (column % 4)) : isControl(char) ? '\uFFFD' : char;
    text += printed;
    column += char === '\t' ? printed.length : widthOf(char);
    index += char.length;
  }
  at[line.length] = column;
  const start = at[Math.min(from, line.length)]!;
  const end = Math.max(start + 1, at[Math.min(to, line.length)]!);
  if (column <= room) return { text, marks: `${' '.repeat(start)}${'^'.repeat(end - start)}` };
  const left = start < room - 12 ? 0 : Math.max(0, start - Math.floor(room / 3));
  const cut = cutTo(text, left, room - 2);
  const lead = left > 0 ? 1 : 0;
  return { text: `${lead ? '…' : ''}${cut}…`, marks: `${' '.repeat(Math.max(0, start - left) + lead)}${'^'.repeat(Math.max(1, Math.min(end, left + room - 2) - start))}` };
}

function cutTo(text: string, from: number, width: number): string {
  let result = '';
  let column = 0;
  for (const char of text) {
    const next = column + widthOf(char);
    if (column >= from && next <= from + width) result += char;
    else if (column < from && next > from) result += ' ';
    column = next;
  }
  return result;
}

const isControl = (char: string): boolean => char < ' ' || (char >= '\u007F' && char < '\u00A0');

/** Columns of a terminal that a character takes: none for what combines, two for wide letters and emoji. */
export function widthOf(char: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]/u.test(char)) return 0;
  return /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u.test(char) ? 2 : 1;
}

export function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, indent + line];
}

const severities: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** What was found, in how many files, and what could be fixed: not what somebody has to fill in. */
export function summary(findings: readonly Finding[], filesWith: number, files: number, fixed: number): string {
  const made = fixed > 0 ? `${plural(fixed, 'finding')} fixed. ` : '';
  if (findings.length === 0) return `${made}No findings${fixed > 0 ? ' left' : ''} in ${plural(files, 'file')}.`;
  const parts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : severity === 'information' ? [`${count} information`] : [plural(count, severity)];
  });
  const safe = findings.filter((finding) => fixFor(finding, 'safe')).length;
  const any = findings.filter((finding) => fixFor(finding, 'suggested')).length - safe;
  const fixable = [...(safe > 0 ? [`${safe} can be fixed with --fix`] : []), ...(any > 0 ? [`${any}${safe > 0 ? ' more' : ''} with --fix --suggested`] : [])];
  return `${made}${plural(findings.length, 'finding')} (${parts.join(', ')}) in ${filesWith} of ${plural(files, 'file')}${fixable.length > 0 ? `; ${fixable.join(', ')}` : ''}.`;
}
