/** Reads literate fixtures: see test/fixtures/README.md for their form. */

import type { Overrides } from '../../server/src/project/settings.ts';

export interface Expected {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  readonly severity: string;
  /** Part of the message. */
  readonly message?: string | undefined;
}

export interface FixtureFile {
  readonly path: string;
  /** The text that offsets count in, without markers: for notebooks the cells joined. */
  readonly text: string;
  /** What the file holds: the text, or the notebook's JSON. */
  readonly content: string;
  /** Line of the block's first line in the fixture, from 1. */
  readonly line: number;
  /** Code or configuration: its findings are compared. */
  readonly checked: boolean;
  readonly expected: readonly Expected[];
  readonly words: ReadonlyMap<string, string>;
  readonly fixed: readonly { readonly safety: 'safe' | 'suggested'; readonly text: string }[];
}

export interface Case {
  readonly name: string;
  readonly line: number;
  readonly files: readonly FixtureFile[];
}

interface Block {
  readonly heading: string;
  readonly line: number;
  readonly language: string;
  readonly words: ReadonlyMap<string, string>;
  readonly body: string;
}

export function readFixture(markdown: string): Case[] {
  const blocks = blocksOf(markdown);
  const headings = [...new Set(blocks.map(({ heading }) => heading))];
  return headings.flatMap((heading) => {
    const own = blocks.filter((block) => block.heading === heading);
    const files = filesOf(own);
    if (!files.some(({ checked }) => checked)) throw new Error(`line ${own[0]!.line}: nothing in "${heading}" is checked: a file of data is, as a block in conf with file=`);
    if (own.some(({ words }) => words.has('file'))) return [{ name: heading, line: files[0]!.line, files }];
    return files.map((file, index) => ({ name: files.length === 1 ? heading : `${heading} (${index + 1})`, line: file.line, files: [file] }));
  });
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  const trail: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const title = /^(#+)\s+(.*)$/.exec(lines[i]!);
    if (title) {
      trail.length = title[1]!.length - 1;
      trail[title[1]!.length - 1] = title[2]!;
      continue;
    }
    const open = /^(`{3,})\s*(\S+)(.*)$/.exec(lines[i]!);
    if (!open) continue;
    const close = lines.findIndex((line, index) => index > i && line.trimEnd() === open[1]);
    if (close < 0) throw new Error(`line ${i + 1}: the block has no end`);
    // One block swallows the next where it lacks its end.
    const inner = lines.slice(i + 1, close).findIndex((line) => line.startsWith(open[1]!) && /^`+[a-z]/.test(line));
    if (inner >= 0) throw new Error(`line ${i + 1}: the block has no end before another begins on line ${i + inner + 2}`);
    const words = new Map(open[3]!.trim().split(/\s+/).filter(Boolean).map((word): [string, string] => {
      const equals = word.indexOf('=');
      return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
    }));
    checkWords(words, i + 1);
    const [first, safety] = open[2]!.split('=');
    if (first === 'fixed') words.set('fixed', safety ?? '');
    blocks.push({ heading: trail.slice(1).filter(Boolean).join(' › ') || trail[0] || 'case', line: i + 2, language: first!, words, body: lines.slice(i + 1, close).map((line) => `${line}\n`).join('') });
    i = close;
  }
  return blocks;
}

const knownWords = ['file', 'target', 'kind', 'launch', 'slots', 'rules', 'eol', 'bom', 'fixed'];
function checkWords(words: ReadonlyMap<string, string>, line: number): void {
  for (const word of words.keys()) if (!knownWords.includes(word)) throw new Error(`line ${line}: unknown word \`${word}\` in the block's head`);
}

/** Of blocks that are checked. */
const defaultNames: Readonly<Record<string, string>> = { python: 'job.py', scala: 'Job.scala', conf: 'spark-defaults.conf', sh: 'submit.sh', dockerfile: 'Dockerfile' };

function filesOf(blocks: readonly Block[]): FixtureFile[] {
  const files: (FixtureFile & { fixed: { safety: 'safe' | 'suggested'; text: string }[] })[] = [];
  for (const block of blocks) {
    const named = block.words.get('file');
    if (block.words.has('fixed')) {
      const target = named === undefined ? files.at(-1) : files.find(({ path }) => path === named);
      if (!target) throw new Error(`line ${block.line}: nothing before it that could be fixed`);
      target.fixed.push({ safety: block.words.get('fixed') === 'suggested' ? 'suggested' : 'safe', text: raw(block.body, target.path, target.words) });
      continue;
    }
    const checked = block.language in defaultNames;
    const path = named ?? defaultNames[block.language];
    if (path === undefined) throw new Error(`line ${block.line}: a block in ${block.language} needs file=`);
    const { text, expected } = checked ? withoutMarkers(raw(block.body, path, block.words), block.line) : { text: block.body, expected: [] };
    const content = path.endsWith('.ipynb') ? notebookOf(withoutMarkers(block.body, block.line).text, block.language) : text;
    files.push({ path, text, content, line: block.line, checked, expected, words: block.words, fixed: [] });
  }
  return files;
}

function raw(body: string, path: string, words: ReadonlyMap<string, string>): string {
  let text = path.endsWith('.ipynb') ? body.replace(cellMark, '') : body;
  if (words.get('eol') === 'crlf') text = text.replace(/\n/g, '\r\n');
  return words.has('bom') ? `\uFEFF${text}` : text;
}

const carets = /^#( *)(\^+) +(\S.*)$/;
const fromStart = /^#<(\^*) +(\S.*)$/;
const columns = /^#@(\d+):(?:\+(\d+):)?(\d+) +(\S.*)$/;
const claim = /^([a-z][a-z0-9-]*) +(error|warning|information|hint)(?: +"(.*)")?$/;

interface Mark { readonly line: number; readonly start: number; readonly down: number; readonly end: number; readonly said: string }

function withoutMarkers(source: string, firstLine: number): { text: string; expected: Expected[] } {
  const kept: string[] = [];
  const marks: (Mark & { readonly at: number })[] = [];
  source.split(/(?<=\n)/).forEach((whole, index) => {
    const line = whole.replace(/\r?\n$/, '');
    const mark = markIn(line, kept.length - 1);
    if (mark) marks.push({ ...mark, at: firstLine + index });
    else kept.push(whole);
  });
  const starts = kept.reduce<number[]>((found, line) => [...found, found.at(-1)! + line.length], [0]);
  const expected = marks.map((mark) => {
    const parts = claim.exec(mark.said);
    if (!parts) throw new Error(`line ${mark.at}: a marker ends with the rule's name and a severity, not ${JSON.stringify(mark.said)}`);
    if (mark.line < 0) throw new Error(`line ${mark.at}: no line above the marker`);
    const lead = mark.line === 0 && kept[0]!.startsWith('\uFEFF') ? 1 : 0;
    return { start: starts[mark.line]! + mark.start + lead, end: starts[mark.line + mark.down]! + mark.end + lead, rule: parts[1]!, severity: parts[2]!, message: parts[3] };
  });
  return { text: kept.join(''), expected };
}

function markIn(line: string, above: number): Mark | undefined {
  let match = carets.exec(line);
  if (match) return { line: above, start: 1 + match[1]!.length, down: 0, end: 1 + match[1]!.length + match[2]!.length, said: match[3]! };
  match = fromStart.exec(line);
  if (match) return { line: above, start: 0, down: 0, end: 2 + match[1]!.length, said: match[2]! };
  match = columns.exec(line);
  return match ? { line: above, start: Number(match[1]) - 1, down: Number(match[2] ?? 0), end: Number(match[3]) - 1, said: match[4]! } : undefined;
}

/** The text with a marker below each finding: what a failing test shows on both sides. */
export function render(text: string, found: readonly Expected[]): string {
  const lines = text.split(/(?<=\n)/);
  let at = 0;
  let result = '';
  for (const line of lines) {
    result += line;
    const next = at + line.length;
    const here = found.filter(({ start }) => start >= at && (start < next || (next === text.length && start === next)));
    for (const each of [...here].sort((a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : 1))) result += `${line.endsWith('\n') ? '' : '\n'}${marker(text, at, each)}\n`;
    at = next;
  }
  return result;
}

function marker(text: string, lineStart: number, { start, end, rule, severity, message }: Expected): string {
  const said = `${rule} ${severity}${message === undefined ? '' : ` "${message}"`}`;
  const between = text.slice(start, end).split('\n').length - 1;
  if (between > 0) return `#@${start - lineStart + 1}:+${between}:${end - text.lastIndexOf('\n', end - 1)} ${said}`;
  const column = start - lineStart;
  if (column >= 1 && end > start) return `#${' '.repeat(column - 1)}${'^'.repeat(end - start)} ${said}`;
  if (column === 0 && end - start >= 2) return `#<${'^'.repeat(end - start - 2)} ${said}`;
  return `#@${column + 1}:${end - lineStart + 1} ${said}`;
}

/** Between cells. */
const cellMark = /^(?:#|\/\/) %%.*\n/gm;

/** A Jupyter notebook of cells; of a text its JSON as it stands. */
function notebookOf(body: string, language: string): string {
  if (language === 'text') return body;
  const cells = body.split(cellMark).filter((cell, index) => index > 0 || cell.trim() !== '');
  return JSON.stringify({ cells: cells.map((cell) => ({ cell_type: 'code', metadata: {}, outputs: [], source: cell.replace(/\n$/, '').split(/(?<=\n)/) })), metadata: { language_info: { name: language } }, nbformat: 4, nbformat_minor: 5 }, null, 1);
}

/** The files of a case as a project, its kinds as profiles. */
export function contentsOf(files: readonly FixtureFile[]): Record<string, string> {
  const contents: Record<string, string> = Object.fromEntries(files.map(({ path, content }) => [path, content]));
  const kinds = files.filter(({ words }) => words.has('kind')).map(({ path, words }) => `${JSON.stringify(path)} = ${JSON.stringify(words.get('kind'))}\n`);
  if (kinds.length > 0) contents['sparkcheck.toml'] = `${contents['sparkcheck.toml'] ?? ''}\n[profiles]\n${kinds.join('')}`;
  return contents;
}

/** What the words of a block say of how it is checked. */
export function overridesOf(rule: string, { words }: FixtureFile): Overrides {
  const rules = words.get('rules');
  return {
    select: rules === 'all' ? [] : (rules?.split(',') ?? [rule]),
    ...(words.has('target') ? { targetSpark: words.get('target')! } : {}),
    ...(words.has('launch') ? { launch: words.get('launch') as NonNullable<Overrides['launch']> } : {}),
    ...(words.has('slots') ? { slots: Number(words.get('slots')) } : {}),
  };
}
