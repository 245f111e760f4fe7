/** Effective configurations as aligned text, in pieces that a terminal colours and an editor links. */
import type { Setting, Site } from '../analysis/model.ts';
import { shownDefault } from '../knowledge/describe-key.ts';
import { registry } from '../knowledge/registry-reader.ts';
import { patternOf, secretIn, secretsInside } from '../knowledge/secrets.ts';
import { branchesOf, type Job, type Ranked } from '../rule/jobs.ts';
import { newestKnown } from '../rule/targets.ts';
import { type Difference, type Effective, type EffectiveKey, type Move, pathOf } from './effective.ts';

export interface Piece {
  readonly text: string;
  readonly style?: 'bold' | 'dim' | 'good' | 'warning' | undefined;
  /** What it speaks of. */
  readonly site?: Site | undefined;
}
export type Line = readonly Piece[];

/** What the text needs to know of where it is shown. */
export interface View {
  /** Columns that a line may take. */
  readonly width: number;
  /** The path of a file of the project, as its reader knows it. */
  shown(path: string): string;
  /** File and line. */
  place(site: Site): string;
  /** The text of a range. */
  written(site: Site): string;
}

const nothing: Piece = { text: '' };

// ---- tables ---------------------------------------------------------------------------------------------------------

const gap = 2;
/** No column is cut shorter than this. */
const narrowest = 12;
const roomy = 18;
const shortestPlace = 44;

/** Rows below their head: a lone cell goes through all columns. Where they are too wide, columns are cut, the last one from its left. */
function table(rows: readonly Line[], width: number, indent = ''): Line[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(0, ...rows.map((row) => (row.length > 1 ? row[column]?.text.length ?? 0 : 0))));
  const last = columns - 1;
  // Of places the end says most.
  widths[last] = Math.max(Math.min(widths[last] ?? 0, shortestPlace), (widths[last] ?? 0) - Math.max(0, total(widths) + indent.length - width));
  for (let over = total(widths) + indent.length - width; over > 0; over--) {
    // What stands beside the keys gives way before they do.
    const others = widths.map((each, column) => (column === 0 || column === last ? 0 : each));
    const widest = Math.max(...others) > roomy ? others.indexOf(Math.max(...others)) : widths.indexOf(Math.max(...widths.slice(0, -1)));
    if (widths[widest]! <= narrowest) break;
    widths[widest]!--;
  }
  return rows.map((row) => [{ text: indent }, ...row.flatMap((piece, column): Piece[] => {
    const text = row.length === 1 ? piece.text : column < last ? cut(piece.text, widths[column]!) : piece.text.length > widths[column]! ? `…${piece.text.slice(1 - widths[column]!)}` : piece.text;
    return [{ ...piece, text }, ...(column === row.length - 1 ? [] : [{ text: ' '.repeat(widths[column]! - text.length + gap) }])];
  })]);
}

const total = (widths: readonly number[]): number => widths.reduce((sum, each) => sum + each, 0) + gap * Math.max(0, widths.length - 1);
const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`);

// ---- values and places ----------------------------------------------------------------------------------------------

/** What Spark's own pages hide, by the newest default. */
const redacted = patternOf(registry.defaultIn(registry.get('spark.redaction.regex')!, newestKnown)!)!;
const longestValue = 60;
const longestDefault = 44;

export const isSecret = ({ key, value = '' }: Pick<Setting, 'key' | 'value'>): boolean => redacted.test(key) || redacted.test(value) || secretIn(key) !== undefined || secretsInside(value).length > 0;

function valueText(setting: Setting, view: View): string {
  const { key, value, valueSite } = setting;
  if (isSecret(setting)) return '(hidden)';
  const text = value === undefined ? `not known: ${view.written(valueSite).trim().replace(/^(["'])([^]*)\1$/, '$2').replace(`${key}=`, '')}` : value === '' ? '(empty)' : value;
  return cut(text.replace(/\s+/g, ' '), longestValue);
}

export function byWhat({ entry, layer }: Ranked): string {
  if (entry.told) return `${entry.told.option}${entry.told.conditional ? ', in a branch' : ''}`;
  if (layer === 'fallback') return 'code, if nothing else does';
  if (layer !== 'code') return layer;
  if (branchesOf(entry).length > 0 || entry.event?.loops.length) return 'code, on some paths';
  return entry.means === 'conf' && entry.event?.handed === undefined ? 'code, session not in sight' : 'code';
}

const placePiece = ({ keySite }: Setting, view: View): Piece => ({ text: view.place(keySite), style: 'dim', site: keySite });

// ---- a job ----------------------------------------------------------------------------------------------------------

export function effectiveLines(effective: Effective, view: View): Line[] {
  return [...headLines(effective, view), [], ...(effective.keys.length === 0 ? [[{ text: '  Nothing is set.' }]] : table([head('KEY', 'VALUE', 'DEFAULT', 'SCOPE', 'SET BY', 'WHERE'), ...effective.keys.flatMap((key) => keyLines(key, view))], view.width, '  '))];
}

const head = (...words: string[]): Line => words.map((text) => ({ text, style: 'dim' }));

/** What a job is called: its program, else its command or file. */
function titleOf(job: Job, view: View): string {
  return job.command && !job.code ? view.place({ ...job.command.command, module: job.command.path }) : view.shown(pathOf(job));
}

function headLines(effective: Effective, view: View): Line[] {
  const { job, targets, place, notes } = effective;
  const label = (text: string): Piece => ({ text: `  ${text.padEnd(11)}`, style: 'dim' });
  const started = job.command && { ...job.command.command.nameRange, module: job.command.path };
  const where = [place.manager === undefined ? '' : ` on ${place.manager}`, place.mode === undefined ? '' : `, ${place.mode} mode`].join('');
  const files = job.sources.filter(({ layer }) => layer === 'properties file' || layer === 'defaults file').map(({ path }) => view.shown(path));
  return [
    [{ text: titleOf(job, view), style: 'bold' }],
    ...(started ? [[label('started by'), { text: view.place(started), site: started }, { text: `  ${job.command!.command.launcher}${where}` }]] : job.launch && job.code ? [[label('started by'), { text: job.launch }]] : []),
    ...(files.length > 0 && pathOf(job) !== files[0] ? [[label('reads'), { text: files.join(', ') }]] : []),
    [label('for Spark'), { text: `${targets.from === targets.to ? targets.from : `${targets.from} to ${targets.to}`} (${targets.origin === 'default' ? 'the project pins none' : targets.origin})` }],
    ...notes.map((note): Line => [label('note'), { text: note, style: 'warning' }]),
  ];
}

const remark = (text: string): Line => [{ text: `  ! ${text}`, style: 'warning' }];

function keyLines(key: EffectiveKey, view: View): Line[] {
  const { winner, over, maybe, later, dead } = key;
  const shown = cut(plainDefault(key.default), 18);
  const row = (name: string, word: string, each: Ranked, style: Piece['style'], first = false): Line => [
    { text: name, style: 'bold' }, { text: `${word}${valueText(each.entry, view)}`, style }, first ? { text: shown, style: 'dim' } : nothing, first ? { text: key.scope ?? '', style: 'dim' } : nothing,
    { text: byWhat(each) }, placePiece(each.entry, view),
  ];
  return [
    winner ? row(key.key, '', winner, 'good', true) : [{ text: key.key, style: 'bold' }, { text: shown, style: 'dim' }, { text: shown, style: 'dim' }, { text: key.scope ?? '', style: 'dim' }, { text: 'default' }, nothing],
    ...maybe.map((each) => row('', 'or ', each, 'good')),
    ...later.map((each) => row('', 'then ', each, 'good')),
    ...over.map((each) => row('', 'over ', each, 'dim')),
    ...dead.flatMap((each) => [row('', 'not ', each, 'dim'), remark(each.why)]),
    ...key.notes.map(remark),
  ];
}

// ---- a move ---------------------------------------------------------------------------------------------------------

const kinds = { removed: 'dies', deprecated: 'deprecated', invalid: 'invalid', new: 'new', default: 'default' } as const;

export function moveLines({ from, to, changes, defaults }: Move, view: View, all: boolean): Line[] {
  const count = `${defaults.length} ${defaults.length === 1 ? 'default' : 'defaults'} of keys that are not set ${defaults.length === 1 ? 'moves' : 'move'}`;
  return [
    [], [{ text: `From Spark ${from} to ${to}`, style: 'bold' }],
    ...(changes.length === 0 ? [[{ text: '  Nothing changes for what is set.' }]] : table(changes.map(({ kind, key, message, entry }): Line => [
      { text: kinds[kind], style: kind === 'default' || kind === 'new' ? undefined : 'warning' }, { text: key, style: 'bold' }, entry ? placePiece(entry, view) : nothing, { text: message },
    ]), Number.POSITIVE_INFINITY, '  ')),
    [{ text: `  ${count}${all || defaults.length === 0 ? '.' : '; --all lists them.'}` }],
    ...(all ? table(defaults.map(({ key, was, is }): Line => [{ text: key }, { text: plainDefault(was), style: 'dim' }, { text: plainDefault(is) }]), view.width, '    ') : []),
  ];
}

const plainDefault = (value: string | undefined): string => cut(shownDefault(value).replaceAll('`', ''), longestDefault);

// ---- differences ----------------------------------------------------------------------------------------------------

export function differenceLines(differences: readonly Difference[], titles: readonly [string, string], views: readonly [View, View]): Line[] {
  const side = (key: string, entry: Setting | undefined, view: View): Piece[] => (entry ? [{ text: `${valueText(entry, view)}${entry.key === key ? '' : ` (as ${entry.key})`}`, style: 'good' }, placePiece(entry, view)] : [{ text: 'not set', style: 'dim' }, nothing]);
  return table([
    [{ text: 'KEY', style: 'dim' }, { text: titles[0], style: 'dim' }, nothing, { text: titles[1], style: 'dim' }, nothing],
    ...differences.map(({ key, left, right }): Line => [{ text: key, style: 'bold' }, ...side(key, left, views[0]), ...side(key, right, views[1])]),
  ], views[0].width);
}
