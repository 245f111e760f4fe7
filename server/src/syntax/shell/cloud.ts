/** The command lines of clouds that hand settings on to Spark: the properties of Dataproc, the steps of EMR. What EMR takes as JSON is read as such. */
import { type ConfEntry, numbered, type Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { launchIn, readLine } from './command-line.ts';
import { type Char, hole, isKnown, type Word, wordOf } from './words.ts';

/** By its first word. */
export const isCloud = (word: string): boolean => word === 'gcloud' || word === 'aws';
/** Something in a text is handed to Spark in one of these ways. */
export const namesCloud = (text: string): boolean => /\bgcloud\b/.test(text) ? /\bdataproc\b/.test(text) && /--properties\b/.test(text) : /\baws\b/.test(text) && /\bType=spark\b|\bspark-?submit/i.test(text);

/** The words of one command. */
export function cloudSections(words: readonly Word[], { start, end }: Range, source: string): Section[] {
  const told = words[0]?.text === 'gcloud' ? ofDataproc(words) : words[0]?.text === 'aws' && words[1]?.text === 'emr' ? stepsOf(words, source) : [];
  return told.map((section) => ({ start, end, vendors: true, open: true, ...section }));
}

type Told = Omit<Section, 'start' | 'end'>;

// ---- Dataproc -------------------------------------------------------------------------------------------------------

/** What takes properties of a job, and what takes those of a cluster, which name their file: `spark:spark.executor.memory`. */
const ofJob = /^(?:jobs submit|batches submit|workflow-templates add-job)\b/;
const ofCluster = /^(?:clusters create|workflow-templates set-managed-cluster)\b/;

function ofDataproc(words: readonly Word[]): Told[] {
  const at = words.findIndex(({ text }) => text === 'dataproc');
  const does = words.slice(at + 1, at + 3).map(({ text }) => text).join(' ');
  if (at < 0 || at > 2 || !ofJob.test(does) && !ofCluster.test(does)) return [];
  const isCluster = ofCluster.test(does);
  const entries = valuesOf(words, '--properties').flatMap((value) => partsOf(value)).flatMap((part) => propertyOf(part, isCluster ? 'spark:' : ''));
  if (entries.length === 0) return [];
  // Batches run without a cluster.
  return [{ entries: numbered(entries), runsOn: does.startsWith('batches') ? undefined : 'yarn', means: isCluster ? 'file' : 'command' }];
}

/** What stands behind an option, with a blank or an equals sign between. */
function valuesOf(words: readonly Word[], option: string): (readonly Char[])[] {
  return words.flatMap(({ text, chars }, index) => {
    if (text.startsWith(`${option}=`)) return [chars.slice(option.length + 1)];
    return text === option && words[index + 1] ? [words[index + 1]!.chars] : [];
  });
}

const textOf = (chars: readonly Char[]): string => chars.map(({ char }) => char).join('');

/** `a=1,b=2`; `^#^a=1,2#b=3` names what parts it. */
function partsOf(chars: readonly Char[]): (readonly Char[])[] {
  const text = textOf(chars);
  const named = /^\^([^^]+)\^/.exec(text);
  const separator = named?.[1] ?? ',';
  const parts: (readonly Char[])[] = [];
  let from = named?.[0].length ?? 0;
  for (let at = text.indexOf(separator, from); at >= 0; at = text.indexOf(separator, from)) {
    parts.push(chars.slice(from, at));
    from = at + separator.length;
  }
  return [...parts, chars.slice(from)];
}

function propertyOf(chars: readonly Char[], prefix: string): ConfEntry[] {
  const text = textOf(chars);
  const key = /^\s*([^=]*)=/.exec(text)?.[1] ?? '';
  if (!key.startsWith(`${prefix}spark.`) || !isKnown(key)) return [];
  const from = text.indexOf(key) + prefix.length;
  const behind = text.indexOf('=') + 1;
  const keyRange = { start: chars[from]!.start, end: chars[behind - 2]!.end };
  const value = text.slice(behind).trimEnd();
  const last = chars[behind + value.length - 1]!;
  const valueRange = { start: value === '' ? last.end : chars[behind]!.start, end: last.end };
  const inPlace = keyRange.start <= valueRange.start && valueRange.start <= valueRange.end;
  return [{
    start: keyRange.start, end: inPlace ? valueRange.end : keyRange.end, key: key.slice(prefix.length), keyRange,
    value: isKnown(value) ? value : undefined, valueRange: inPlace ? valueRange : keyRange,
    told: { option: '--properties', order: 0, conditional: chars.some(({ conditional }) => conditional), within: 'json' },
  }];
}

// ---- EMR ------------------------------------------------------------------------------------------------------------

/** `--steps Type=Spark,Args=[…]`: what spark-submit is told; a step of another type may run spark-submit itself. */
function stepsOf(words: readonly Word[], source: string): Told[] {
  const at = words.findIndex(({ text }) => text === '--steps' || text.startsWith('--steps='));
  if (at < 0) return [];
  const end = words.findIndex(({ text }, index) => index > at && text.startsWith('--'));
  return words.slice(at, end < 0 ? words.length : end).flatMap((word) => stepIn(word, source));
}

function stepIn({ text, chars }: Word, source: string): Told[] {
  const opens = /\bArgs=\[/i.exec(text);
  const closes = text.lastIndexOf(']');
  if (!opens || closes < opens.index) return [];
  const from = opens.index + opens[0].length;
  const args = listOf(chars.slice(from, closes));
  const isSpark = /(?:^|[,=\s])Type=["']?spark\b/i.test(text.slice(0, opens.index) + text.slice(closes));
  const launch = isSpark ? undefined : launchIn(args, source);
  if (!isSpark && !launch) return [];
  const { arguments: told, entries, open } = readLine(launch?.launcher ?? 'spark-submit', launch?.rest ?? args);
  const range = { start: chars[opens.index]!.start, end: chars[closes]!.end };
  const nameRange = { start: range.start, end: chars[opens.index + 'Args'.length - 1]!.end };
  const name = launch ? { start: launch.name.start, end: launch.name.end } : nameRange;
  return [{
    entries: entries.map((entry): ConfEntry => ({ ...entry, told: { ...entry.told!, within: 'json' } })), means: 'command', runsOn: 'yarn',
    command: { launcher: launch?.launcher ?? 'spark-submit', nameRange: name, ...range, arguments: told, breaks: [], open: open || told.length === 0 },
  }];
}

/** The items of a list in the short form of the AWS command line: parted by commas, but within quotes. */
function listOf(chars: readonly Char[]): Word[] {
  const words: Word[] = [];
  let own: Char[] = [];
  let quote = '';
  const close = (at: Char | undefined): void => {
    const place = { start: own[0]?.start ?? at?.start ?? 0, end: own.at(-1)?.end ?? at?.start ?? 0 };
    words.push({ ...wordOf(own, place), many: own.length === 1 && own[0]!.char === hole, inPlace: false });
    own = [];
  };
  for (const each of chars) {
    if (quote !== '') {
      if (each.char === quote) quote = '';
      else own.push(each);
    } else if (each.char === '"' || each.char === "'") quote = each.char;
    else if (each.char === ',') close(each);
    else if (own.length > 0 || !/\s/.test(each.char)) own.push(each);
  }
  close(chars.at(-1));
  return words.filter(({ chars: written }) => written.length > 0);
}
