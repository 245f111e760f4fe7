/**
 * Texts within a file of data that others read in their own way: properties files, as in a ConfigMap, and commands that
 * start Spark, as text or as a list of words.
 */
import { formerVariables } from '../../knowledge/submit.ts';
import type { Argument, ConfEntry, Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { isConfFile, looksLikeConf, parseProperties } from '../properties.ts';
import { launchIn, readLine } from '../shell/command-line.ts';
import { variableSection } from '../shell/script.ts';
import { type Char, hole as unknown, splitOptions, type Word, wordOf } from '../shell/words.ts';
import { hole, type List, type Mapping, type Node, type Pair, pairOf, type Scalar, textOf } from './tree.ts';

/** What the whole file tells. */
export interface Source {
  readonly text: string;
  /** As long, with holes for what a template fills in. */
  readonly masked: string;
  branchAt(offset: number): number;
  readonly open: boolean;
}

/** Names of values that are a properties file. */
const ofSettings = /^(?:\w+[_.-]?)?spark[_.-]?(?:defaults?|conf|config|configs|configuration|properties|props|settings)?$|^(?:conf|config|configuration|properties|defaults)$/i;

const ofCluster = /\bkind["']?[ \t]*:[ \t]*["']?ConfigMap\b/;

export function textsIn(node: Mapping | List, source: Source): Section[] {
  if (node.is === 'list') return [...listSection(node, source), ...node.items.flatMap(variableIn)];
  return node.pairs.flatMap((pair): Section[] => [...propertiesIn(pair, source), ...parametersIn(pair, node, source), ...(Object.hasOwn(formerVariables, pair.key) && pair.value?.is === 'scalar' ? [variableSection(pair.key, pair.keyRange, pair)] : [])]);
}

// ---- properties -----------------------------------------------------------------------------------------------------

/** Blanks before a line mean as little to YAML as they do to the reader of properties: the text is read where it stands. */
function propertiesIn({ key, value, alias }: Pair, { masked, branchAt, open: isOpen }: Source): Section[] {
  const head = value?.is === 'scalar' && !alias ? /^\|[-+\d]*[ \t]*(?:#[^\r\n]*)?\r?\n/.exec(masked.slice(value.start, value.end)) : null;
  if (!head) return [];
  const start = value!.start + head[0].length;
  const body = masked.slice(start, value!.end);
  if (!looksLikeConf(body) || !isConfFile(key, body) && !ofSettings.test(key)) return [];
  const file = parseProperties('', body);
  const shifted = (range: Range): Range => ({ start: range.start + start, end: range.end + start });
  // What values are put into may say more.
  const open = isOpen || !ofCluster.test(masked);
  // Entries in branches of a template need not stand beside one another.
  const own = file.entries.filter((entry) => !entry.key.includes(hole));
  const branches = [...new Set(own.map((entry) => branchAt(entry.start + start)))];
  return branches.map((branch, index) => ({
    start, end: value!.end, means: 'file', open: open || branches.length > 1, comments: index === 0 ? file.comments.map(shifted) : [],
    entries: own.filter((entry) => branchAt(entry.start + start) === branch).map((entry): ConfEntry => ({ ...shifted(entry), key: entry.key, keyRange: shifted(entry.keyRange), value: entry.value.includes(hole) ? undefined : entry.value, valueRange: shifted(entry.valueRange) })),
  }));
}

/** `- NAME=value` of a compose file, `- name: NAME` of Kubernetes. */
function variableIn(item: Node): Section[] {
  const named = item.is === 'mapping' ? pairOf(item, 'name')?.value : item;
  const name = /^[A-Z_]+/.exec(textOf(named) ?? '')?.[0];
  if (named?.is !== 'scalar' || name === undefined || !Object.hasOwn(formerVariables, name)) return [];
  const isSet = item.is === 'mapping' ? named.text === name && (pairOf(item, 'value') ?? pairOf(item, 'valueFrom')) !== undefined : named.text![name.length] === '=';
  return isSet ? [variableSection(name, named.inner, item)] : [];
}

// ---- commands -------------------------------------------------------------------------------------------------------

/** What `spark-submit` is given beside the program: EMR's by this name, in one text; the task of a Databricks job as a list. */
function parametersIn(pair: Pair, around: Mapping, source: Source): Section[] {
  const { key, value } = pair;
  if (!value || pair.alias) return [];
  if (value.is === 'scalar' && /^spark_?submit_?parameters$/i.test(key)) {
    const program = pairOf(around, key.startsWith('s') ? 'entryPoint' : 'EntryPoint')?.value;
    return commandOf(pair.keyRange, value, splitOptions(charsOf(value, source)).map((word) => ({ ...word, inPlace: !/[\r\n]/.test(source.text.slice(value.start, value.end)) })), source, program?.is === 'scalar' ? program : undefined);
  }
  // A step of EMR of the kind `Spark` is spark-submit.
  const isStep = /^args$/i.test(key) && /^spark$/i.test(textOf(pairOf(around, 'Type')?.value ?? pairOf(around, 'type')?.value) ?? '');
  const list = isStep ? value : key === 'spark_submit_task' ? pairOf(value, 'parameters')?.value : undefined;
  return list?.is === 'list' ? commandOf(pair.keyRange, list, wordsOf(list, source), source) : [];
}

/** `["spark-submit", "--conf", …]`; what runs commands on EMR may stand first. */
function listSection(list: List, source: Source): Section[] {
  const first = textOf(list.items[0]);
  if (first === undefined || list.items.length < 2 || !/spark|^(?:\S*\/)?(?:ba)?sh$|^command-runner\.jar$|tini|nohup|sudo/i.test(first)) return [];
  const words = wordsOf(list, source).slice(first === 'command-runner.jar' ? 1 : 0);
  const launch = launchIn(words, source.text);
  if (!launch) return [];
  const line = readLine(launch.launcher, launch.rest);
  // Names of programs in a list are no command.
  if (!line.arguments.some(({ is }) => is === 'option')) return [];
  return [{ start: list.start, end: list.end, entries: line.entries, means: 'command', command: { launcher: launch.launcher, nameRange: { start: launch.name.start, end: launch.name.end }, start: list.start, end: list.end, arguments: line.arguments, breaks: [], open: line.open || source.open } }];
}

/** What is told to spark-submit without naming it. */
function commandOf(nameRange: Range, { end }: Range, words: readonly Word[], source: Source, program?: Scalar): Section[] {
  const { arguments: args, entries, open } = readLine('spark-submit', words);
  if (!args.some(({ is }) => is === 'option')) return [];
  const application: Argument[] = program && !args.some(({ is }) => is === 'application') ? [{ is: 'application', start: program.start, end: program.end, text: program.text, conditional: false, inPlace: false }] : [];
  // Who starts it adds options of his own.
  return [{ start: nameRange.start, end, entries, means: 'command', command: { launcher: 'spark-submit', nameRange, start: nameRange.start, end, arguments: [...args, ...application], breaks: [], open: open || program !== undefined || source.open } }];
}

const wordsOf = ({ items }: List, source: Source): Word[] => items.map((item): Word => {
  const range = { start: item.start, end: item.end };
  if (item.is !== 'scalar') return { ...wordOf([unknownAt(range)], range), many: true, list: true, inPlace: false };
  const chars = charsOf(item, source);
  return { ...wordOf(chars, range), many: chars.length === 1 && chars[0]!.char === unknown, inPlace: false };
});

const unknownAt = (range: Range): Char => ({ char: unknown, ...range, within: 'json', parts: false, conditional: false });
const escaped: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
/** `${VERSION}`, which the environment fills in, or whoever reads the file; `$(…)`, and Terraform's kind of it. */
const filled = /\$\{[^}\n]*\}|\$\([^)\n]*\)/y;

/** A scalar's text with the place of every character, as it is written: lines of a folded text are parted by blanks all the same. */
function charsOf({ start, end, inner, text: known }: Scalar, { masked }: Source): Char[] {
  const quote = inner.start > start ? masked[start] : '';
  const head = quote === '' ? /^[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?\r?\n/.exec(masked.slice(start, end))?.[0].length ?? 0 : 0;
  const chars: Char[] = [];
  for (let at = inner.start + head; at < inner.end; ) {
    filled.lastIndex = at;
    const fill = filled.exec(masked)?.[0].length ?? /^\uE0F7+/.exec(masked.slice(at, at + 200))?.[0].length;
    const pair = masked.slice(at, at + 2);
    const length = fill ?? (quote === '"' && pair[0] === '\\' ? (pair[1] === 'u' ? 6 : 2) : quote === "'" && pair === "''" ? 2 : 1);
    const char = fill !== undefined ? unknown : length === 6 ? String.fromCharCode(Number.parseInt(masked.slice(at + 2, at + 6), 16)) : length === 2 ? escaped[pair[1]!] ?? pair[1]! : pair[0]!;
    if (!(quote === '"' && length === 2 && /[\r\n]/.test(char))) chars.push({ char, start: at, end: Math.min(at + length, inner.end), within: 'json', parts: false, conditional: false });
    at += length;
  }
  return chars.length === 0 && known === undefined ? [unknownAt({ start, end })] : chars;
}
