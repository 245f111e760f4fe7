/** Commands in a file of data that start Spark: what a container runs, texts for a shell, lists of words, what is told to spark-submit alone. */
import { type Argument, type Break, numbered, type Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { cloudSections, namesCloud } from '../shell/cloud.ts';
import { launchIn, readLine, takesText } from '../shell/command-line.ts';
import { breakAt, isHandedOn, optionVariables, propertyIn } from '../shell/script.ts';
import { type Char, commandsIn, hole as unknown, rangeOf, splitOptions, type Word, wordOf } from '../shell/words.ts';
import { type List, type Mapping, type Pair, pairOf, type Scalar, textOf } from './tree.ts';

/** What the whole file tells. */
export interface Source {
  readonly text: string;
  /** As long, with holes for what a template fills in. */
  readonly masked: string;
  branchAt(offset: number): number;
  readonly open: boolean;
}

/** Others hold no command. */
const launchers = /spark\d?-(?:submit|shell|sql|class)|\bpyspark|start-(?:thriftserver|connect-server)/;

const startsSpark = (text: string): boolean => launchers.test(text) || namesCloud(text);

// ---- containers -----------------------------------------------------------------------------------------------------

/** What a container runs is told in parts: `entrypoint` and `command` of compose files, `command` and `args` of Kubernetes. */
const parts = ['entrypoint', 'command', 'args'] as const;
export const isPartOfCommand = (name: string): boolean => (parts as readonly string[]).includes(name);
/** Texts that a shell reads: steps of workflows and pipelines, tasks of Ansible. */
const scripts: ReadonlySet<string> = new Set(['run', 'script', 'before_script', 'after_script', 'shell', 'bash_command', 'source', 'cmd', 'cmds']);

export function commandsOf(node: Mapping, source: Source): Section[] {
  const told = parts.flatMap((name) => pairOf(node, name) ?? []).filter(({ value, alias }) => value && !alias && value.is !== 'mapping');
  const ofShell = node.pairs.filter(({ key, value }) => scripts.has(key) && value && value.is !== 'mapping');
  return [...containerOf(told, source), ...ofShell.flatMap((pair) => scriptsIn(pair, source))];
}

function containerOf(told: readonly Pair[], source: Source): Section[] {
  if (!told.some(({ start, end }) => launchers.test(source.text.slice(start, end)))) return [];
  const words = told.flatMap(({ value }) => (value!.is === 'list' ? wordsOf(value!, source) : value!.is === 'scalar' ? splitOptions(charsOf(value!, source)) : []));
  return started(words, source, true);
}

/** One text, or a list of them. */
function scriptsIn({ value }: Pair, source: Source): Section[] {
  const texts = value!.is === 'list' ? value!.items : [value!];
  return texts.flatMap((text) => (text.is === 'scalar' && startsSpark(source.text.slice(text.start, text.end)) ? ofShellText(charsOf(text, source), source) : []));
}

function ofShellText(chars: readonly Char[], source: Source): Section[] {
  const commands: { readonly words: Word[]; readonly breaks: Break[] }[] = [];
  for (const words of commandsIn(chars).flatMap((each) => byBranch(each, source))) {
    const before = commands.at(-1);
    const [first] = words;
    // No command begins with an option: it was meant for the one before it.
    if (before && /^--?[a-z]/.test(first!.text) && launchIn(before.words, source.text)) {
      // A blank behind the last backslash is a word to the shell, which nobody meant.
      while (source.text[before.words.at(-1)!.start - 1] === '\\' && before.words.at(-1)!.text.trim() === '') before.words.pop();
      const last = before.words.at(-1)!;
      if (before.breaks.length === 0) before.breaks.push(breakAt(last.end, { start: first!.start, end: first!.end }, source.text));
      before.words.push(...words);
    } else commands.push({ words, breaks: [] });
  }
  return commands.flatMap(({ words, breaks }) => [...started(words, source, true, breaks), ...cloudSections(words, rangeOf(words), source.text)]);
}

/** `sure`: it is known to be run; other lists may be names. */
function started(words: readonly Word[], source: Source, sure: boolean, breaks: readonly Break[] = []): Section[] {
  const behind = words.findIndex((_, index) => index > 1 && takesText(words[index - 2]!.text, words[index - 1]!.text));
  if (behind > 0) return ofShellText(words[behind]!.chars, source);
  const launch = launchIn(words, source.text);
  if (!launch) return [];
  const branch = source.branchAt(launch.name.start);
  const line = readLine(launch.launcher, launch.rest.map((word) => ({ ...word, inPlace: false, conditional: word.conditional || source.branchAt(word.start) !== branch })));
  if (!line.arguments.some(({ is }) => is === 'option' || sure && is === 'application')) return [];
  const range = rangeOf(words);
  const name = { start: launch.name.chars[0]?.start ?? launch.name.start, end: launch.name.chars.at(-1)?.end ?? launch.name.end };
  return [{ ...range, entries: line.entries, means: 'command', closed: isClosed(range, words, source), command: { launcher: launch.launcher, nameRange: name, ...range, arguments: line.arguments, breaks, open: line.open || source.open } }];
}

/** `{{ if … }} spark-submit a.py {{ else }} spark-submit b.py {{ end }}`: another branch of a template may start another command. */
function byBranch(words: readonly Word[], source: Source): Word[][] {
  const commands: Word[][] = [];
  for (const [index, word] of words.entries()) {
    const turns = index > 0 && source.branchAt(word.start) !== source.branchAt(words[index - 1]!.start);
    if (index === 0 || turns && launchIn([word], source.text)) commands.push([]);
    commands.at(-1)!.push(word);
  }
  return commands;
}

/** Words of one text, and not of a list. */
const isClosed = ({ start, end }: Range, words: readonly Word[], { text }: Source): boolean => words.some(({ chars }) => chars.some(({ within }) => within === 'split')) && text.slice(start, end).includes('\n');

/** `["spark-submit", "--conf", …]`; what runs commands on EMR may stand first. */
export function listSections(list: List, source: Source): Section[] {
  const first = textOf(list.items[0]);
  if (first === undefined || list.items.length < 2 || !/spark|^(?:\S*\/)?(?:ba)?sh$|^command-runner\.jar$|tini|nohup|sudo/i.test(first)) return [];
  return started(wordsOf(list, source).slice(first === 'command-runner.jar' ? 1 : 0), source, false);
}

// ---- options alone --------------------------------------------------------------------------------------------------

/** What is run on EMR's virtual clusters, which are namespaces of Kubernetes. */
const ofContainers = /^sparkSubmitJobDriver$/i;

/** What `spark-submit` is given beside the program: EMR's by this name, in one text; the task of a Databricks job as a list. */
export function parametersIn(pair: Pair, around: Mapping, name: string, source: Source): Section[] {
  const { key, value } = pair;
  if (!value || pair.alias) return [];
  if (value.is === 'scalar' && /^spark_?submit_?parameters$/i.test(key)) {
    const program = pairOf(around, key.startsWith('s') ? 'entryPoint' : 'EntryPoint')?.value;
    return commandOf(pair.keyRange, value, splitOptions(charsOf(value, source)).map((word) => ({ ...word, inPlace: !/[\r\n]/.test(source.text.slice(value.start, value.end)) })), source, program?.is === 'scalar' ? program : undefined).map((section) => (ofContainers.test(name) ? { ...section, runsOn: 'kubernetes' } : section));
  }
  // A step of EMR of the kind `Spark` is spark-submit.
  const isStep = /^args$/i.test(key) && /^spark$/i.test(textOf(pairOf(around, 'Type')?.value ?? pairOf(around, 'type')?.value) ?? '');
  const list = isStep ? value : key === 'spark_submit_task' ? pairOf(value, 'parameters')?.value : undefined;
  return list?.is === 'list' ? commandOf(pair.keyRange, list, wordsOf(list, source), source) : [];
}

/** What is told to spark-submit without naming it. */
function commandOf(nameRange: Range, { end }: Range, words: readonly Word[], source: Source, program?: Scalar): Section[] {
  const { arguments: args, entries, open } = readLine('spark-submit', words);
  if (!args.some(({ is }) => is === 'option')) return [];
  const application: Argument[] = program && !args.some(({ is }) => is === 'application') ? [{ is: 'application', start: program.start, end: program.end, text: program.text, conditional: false, inPlace: false }] : [];
  // Who starts it adds options of his own.
  return [{ start: nameRange.start, end, entries, means: 'command', closed: isClosed({ start: nameRange.start, end }, words, source), command: { launcher: 'spark-submit', nameRange, start: nameRange.start, end, arguments: [...args, ...application], breaks: [], open: open || program !== undefined || source.open } }];
}

/** `PYSPARK_SUBMIT_ARGS` and its like; `from`: so many characters of the text are no part of it. */
export function argumentsOf(name: string, { start }: Range, value: Scalar, from: number, source: Source): Section[] {
  const words = splitOptions(charsOf(value, source).slice(from));
  const { arguments: args, entries, open } = readLine('spark-submit', words);
  const range = { start, end: value.end };
  return [{ ...range, entries, means: 'environment', closed: isClosed(range, words, source), command: { launcher: optionVariables[name]!, nameRange: { start, end: start + name.length }, ...range, arguments: args, breaks: [], open: open || words.length === 0 || source.open || isHandedOn(name) } }];
}

/** `SUBMIT_COMMAND: spark-submit …`: a command for whoever reads the variable, who may add to it. */
export function commandIn(value: Scalar, from: number, source: Source): Section[] {
  const chars = charsOf(value, source).slice(from);
  if (!beginsWithLauncher.test(chars.slice(0, longestLauncher).map(({ char }) => char).join(''))) return [];
  return started(splitOptions(chars), source, false).map((section) => ({ ...section, command: { ...section.command!, open: true } }));
}
const beginsWithLauncher = /^\s*(?:(?:exec|nohup)\s+)?(?:[\w./${}-]*\/)?spark\d?-(?:submit|shell|sql)\s/;
const longestLauncher = 200;

/** `SPARK_HISTORY_OPTS`: options of the JVM, of which `-Dspark.…` are settings; `from` as above. */
export function javaOptions({ start }: Range, value: Scalar, from: number, source: Source): Section[] {
  const entries = splitOptions(charsOf(value, source).slice(from)).flatMap(propertyIn);
  return entries.length === 0 ? [] : [{ start, end: value.end, means: 'command', entries: numbered(entries), open: true }];
}

// ---- words and characters -------------------------------------------------------------------------------------------

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

/** A blank stands for the end of a line, but beside an empty line, or one that stands deeper than the `margin` of a folded block. */
function isFolded(text: string, at: number, next: number, margin: number | undefined): boolean {
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  const behind = /[^\n]*/.exec(text.slice(next, next + longestLine))![0];
  const isDeeper = (line: string): boolean => margin !== undefined && /^[ \t]*/.exec(line)![0].length > margin;
  return [before, behind].every((line) => line.trim() !== '' && !isDeeper(line));
}
const longestLine = 10_000;

/** Where the line end at a place leads: past the lines that hold nothing but what a template does (`{{- if … }}`), which come to nothing. */
function pastDirectives({ text, masked }: Source, at: number): number {
  for (let last = at; ; ) {
    const next = masked.indexOf('\n', last + 1);
    if (next < 0 || next - last > longestLine || masked.slice(last + 1, next).trim() !== '' || text.slice(last + 1, next).trim() === '') return last;
    last = next;
  }
}

/** A scalar's text with the place of every character. */
function charsOf({ start, end, inner, text: known }: Scalar, source: Source): Char[] {
  const { masked } = source;
  const quote = inner.start > start ? masked[start] : '';
  const head = quote === '' ? /^[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?\r?\n/.exec(masked.slice(start, end))?.[0] ?? '' : '';
  const chars: Char[] = [];
  const margin = head.startsWith('>') ? /^ */.exec(masked.slice(inner.start + head.length).replace(/^(?:[ \t]*\r?\n)*/, ''))![0].length : undefined;
  for (let at = inner.start + head.length; at < inner.end; ) {
    filled.lastIndex = at;
    const fill = filled.exec(masked)?.[0].length ?? /^\uE0F7+/.exec(masked.slice(at, at + 200))?.[0].length;
    const pair = masked.slice(at, at + 2);
    const length = fill ?? (quote === '"' && pair[0] === '\\' ? (pair[1] === 'u' ? 6 : 2) : quote === "'" && pair === "''" ? 2 : 1);
    const char = fill !== undefined ? unknown : length === 6 ? String.fromCharCode(Number.parseInt(masked.slice(at + 2, at + 6), 16)) : length === 2 ? escaped[pair[1]!] ?? pair[1]! : pair[0]!;
    const next = pair[0] === '\n' ? pastDirectives(source, at) + 1 : at + length;
    if (char === '\n' && length === 1 && !head.startsWith('|') && isFolded(masked, at, next, margin)) {
      // A backslash before it was meant for a shell that sees the line end.
      if (chars.at(-1)?.char === '\\') chars.pop();
      chars.push({ char: ' ', start: at, end: at + 1, within: 'json', parts: false, conditional: false });
    } else if (!(quote === '"' && length === 2 && /[\r\n]/.test(char)) && pair !== '\r\n') chars.push({ char, start: at, end: Math.min(at + length, inner.end), within: 'json', parts: false, conditional: false });
    at = next;
  }
  return chars.length === 0 && known === undefined ? [unknownAt({ start, end })] : chars;
}
