/** A shell script: the commands in it that start Spark, with what its variables hold there. */
import { formerVariables } from '../../knowledge/submit.ts';
import { type Break, type Command, type ConfEntry, type Launcher, numbered, type Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { errorRanges, RawNode } from '../tree.ts';
import { cloudSections, isCloud } from './cloud.ts';
import { launchIn, type Launch, mayLaunch, readLine, takesText } from './command-line.ts';
import { charsOf, type Char, commandsIn, hole, isKnown, splitOptions, type Variables, type Word, wordOf, wordsOf } from './words.ts';

/** Branches and bodies around a place, from the outermost inwards. */
type Path = readonly string[];

interface Assignment {
  readonly name: string;
  readonly at: number;
  readonly path: Path;
  readonly appends: boolean;
  /** undefined: whatever comes in when it runs. */
  readonly value: RawNode | undefined;
  readonly node: Range;
}

interface Found {
  readonly node: RawNode;
  readonly path: Path;
}

export interface Read {
  readonly sections: readonly Section[];
  readonly statements: readonly Range[];
  readonly comments: readonly Range[];
  readonly errors: readonly Range[];
  /** Scripts within it, given to another shell: `bash -c "…"`. */
  readonly inner: readonly Inner[];
}

export interface Inner extends Range {
  /** The command that it stands in: comments go above that. */
  readonly around: Range;
  /** Between double quotes a backslash takes the meaning from some characters, and goes: the other shell sees `"` for `\"`. */
  readonly escaped: boolean;
}

/** Variables that hold the options of a shell that Python starts, or R, or of what Zeppelin starts. */
export const optionVariables: Readonly<Record<string, Launcher>> = { PYSPARK_SUBMIT_ARGS: 'pyspark', SPARKR_SUBMIT_ARGS: 'sparkR', SPARK_SUBMIT_OPTIONS: 'spark-submit' };
/** Zeppelin hands them on, with others. */
export const isHandedOn = (name: string): boolean => name === 'SPARK_SUBMIT_OPTIONS';

/** Variables with options of the JVM: the servers of a cluster, and spark-submit in its own JVM, read `-Dspark.…` as settings. */
export const javaVariables: ReadonlySet<string> = new Set(['SPARK_SUBMIT_OPTS', 'SPARK_DAEMON_JAVA_OPTS', 'SPARK_MASTER_OPTS', 'SPARK_WORKER_OPTS', 'SPARK_HISTORY_OPTS', 'SPARK_SHUFFLE_OPTS']);
const without = (own: string, { text, list }: Variables): Variables => ({ text: (name, at) => (name === own ? undefined : text(name, at)), list: (name, at) => (name === own ? undefined : list(name, at)) });
const nothingKnown: Variables = { text: () => undefined, list: () => undefined };

/** `-Dspark.history.ui.port=18080` */
export function propertyIn({ text, chars, start, end }: Word): ConfEntry[] {
  const key = /^-D(spark\.[\w.-]+)=/.exec(text)?.[1];
  if (key === undefined) return [];
  const value = text.slice(key.length + 3);
  const keyRange = { start: chars[2]!.start, end: chars[key.length + 1]!.end };
  const from = chars[key.length + 2]!.end;
  return [{ start, end, key, keyRange, value: isKnown(value) ? value : undefined, valueRange: { start: from, end: value === '' ? from : end }, told: { option: '-D', order: 0, conditional: false, within: 'split' } }];
}

/** A variable that is set, and stands for no key: of what it holds nothing is told. */
export function variableSection(name: string, { start }: Range, { end }: Range): Section {
  const keyRange = { start, end: start + name.length };
  return { start, end, means: 'environment', entries: [{ start, end, key: name, keyRange, value: undefined, valueRange: { start: end, end }, told: { option: 'variable', order: 0, conditional: false, within: 'split' } }] };
}

export const inOrder = (a: Range, b: Range): number => a.start - b.start || b.end - a.end;

/** `starts`: where a shell of its own begins, of whose variables what stands before tells nothing. In order. `own`: what variables hold is told by the script itself, and not by another shell that fills them in before. */
export function readScript(root: RawNode, source: string, starts: readonly Range[] = [], own = true): Read {
  const commands: Found[] = [];
  const assignments: Assignment[] = [];
  const comments: Range[] = [];
  gather(root, [], { commands, assignments, comments, live: new Set(), starts: [...starts].reverse() }, source);
  const variables = variablesOf(own ? assignments : [], source);
  const statements: Range[] = [];

  const sections: Section[] = [];
  const inner: Inner[] = [];
  let before: { launch: Launch; words: Word[]; breaks: Break[]; start: number; end: number; path: Path } | undefined;
  const alternatives: Alternatives = { of: variables.alternatives, source, seen: new Set(), add: (section, ...used) => {
    sections.push(section);
    statements.push(...used);
  } };
  const close = (): void => {
    if (!before) return;
    const { launch, words, breaks, start, end, path } = before;
    const section = commandSection(launch, words, breaks, { start, end });
    sections.push(section);
    statements.push({ start, end });
    optionsByBranch(section.command!, path, alternatives);
    before = undefined;
  };
  for (const { node, path } of commands) {
    const used = new Set<Assignment>();
    const at = variables.at(path, (assignment) => used.add(assignment));
    const parts = joined(node.children.filter(({ field }) => field === 'name' || field === 'argument'), source);
    const called = parts[0] ? source.slice(parts[0].start, parts[0].end) : '';
    if (!before && !mayLaunch(called) && !isCloud(called)) continue;
    inner.push(...scriptsIn(parts, source).map((range) => ({ ...range, around: { start: node.start, end: node.end } })));
    const words = parts.flatMap((part) => wordsOf(part.type === 'command_name' ? (part.children[0] ?? part) : part, source, at));
    const breaks = breaksWithin(parts, source);
    const continued = before && breakBetween(before, node, words, source);
    if (before && continued) {
      before.words.push(...words);
      before.breaks.push(continued, ...breaks);
      before.end = node.end;
      for (const assignment of used) statements.push(assignment.node);
      continue;
    }
    close();
    const launch = launchIn(words, source);
    if (!launch) {
      const launches = textRun(words, node).flatMap((text) => commandsIn(text)).flatMap((command) => launchIn(command, source) ?? []);
      const told = [...launches.map((each) => commandSection(each, each.rest, [], node)), ...cloudSections(words, node, source)];
      sections.push(...told);
      if (told.length > 0) statements.push(node, ...[...used].map((assignment) => assignment.node));
      else commandsByBranch(words, { node, path }, alternatives);
      continue;
    }
    for (const assignment of used) statements.push(assignment.node);
    before = { launch, words: [...launch.rest], breaks: [...breaks], start: node.start, end: node.end, path };
  }
  close();
  for (const assignment of assignments) {
    const launcher = Object.hasOwn(optionVariables, assignment.name) ? optionVariables[assignment.name] : undefined;
    // A command of the script may be given them itself.
    if (launcher && assignment.value && !assignment.appends && !(isHandedOn(assignment.name) && statements.includes(assignment.node))) {
      // `ARGS="--conf … $ARGS"`: what it held before is told where that was assigned.
      const words = splitOptions(charsOf(assignment.value, source, without(assignment.name, variables.at(assignment.path, () => undefined))));
      const { arguments: args, entries, open } = readLine('spark-submit', words);
      const { start, end } = assignment.node;
      sections.push({ start, end, entries, command: { launcher, nameRange: { start, end: start + assignment.name.length }, start, end, arguments: args, breaks: [], open: open || isHandedOn(assignment.name) } });
      statements.push(assignment.node);
    }
  }
  for (const { name, value, node } of assignments) {
    if (!javaVariables.has(name) || !value) continue;
    // What it held before is told where that was assigned.
    const entries = splitOptions(charsOf(value, source, nothingKnown)).flatMap(propertyIn);
    if (entries.length === 0) continue;
    sections.push({ start: node.start, end: node.end, entries: numbered(entries) });
    statements.push(node);
  }
  for (const { name, node } of assignments) {
    if (!Object.hasOwn(formerVariables, name) || !source.startsWith(name, node.start)) continue;
    sections.push(variableSection(name, node, node));
    statements.push(node);
  }
  return { sections: sections.sort(inOrder), statements: [...new Set(statements)].sort(inOrder), comments, errors: errorRanges(root), inner };
}

function commandSection({ launcher, name }: Launch, words: readonly Word[], breaks: readonly Break[], { start, end }: Range): Section {
  const { arguments: args, entries, open } = readLine(launcher, words);
  return { start, end, entries, command: { launcher, nameRange: inCommand(name, start), start, end, arguments: args, breaks, open } };
}

/** What a variable may hold at a place where the text does not tell which, each as words. */
interface Alternatives {
  of(name: string, path: Path, at: number, seen: ReadonlySet<Assignment>): readonly Alternative[];
  readonly source: string;
  /** Each is read once, however many commands use it. */
  readonly seen: Set<Assignment>;
  add(section: Section, ...statements: readonly Range[]): void;
}

interface Alternative {
  readonly assignment: Assignment;
  readonly words: readonly Word[];
  readonly chars: readonly Char[];
}

const mostAlternatives = 20;

const oneVariable = /^"?\$(?:(\w+)|\{(\w+)(?:\[[@*]\])?\})"?$/;
function variableIn({ start, end }: Range, source: string): string | undefined {
  const match = oneVariable.exec(source.slice(start, end));
  return match?.[1] ?? match?.[2];
}

/** Options in a variable that branches set: which of them the command is given is not told, so each is a section that others may stand beside. */
function optionsByBranch({ launcher, arguments: args }: Command, path: Path, { of, source, seen, add }: Alternatives): void {
  const application = args.findIndex(({ is }) => is === 'application');
  // Behind one that is not known the next may be for the application.
  const first = args.findIndex(({ is }) => is === 'unknown');
  const unknown = args.filter(({ is }, index) => is === 'unknown' && (index < application || index === first));
  for (const argument of unknown) {
    const name = variableIn(argument, source);
    for (const { assignment, words } of name === undefined ? [] : of(name, path, argument.start, seen)) {
      seen.add(assignment);
      const { arguments: told, entries } = readLine(launcher, words);
      if (entries.length === 0 || told.some(({ is }) => is !== 'option' && is !== 'unknown')) continue;
      const { start, end } = assignment.node;
      add({ start, end, entries, means: 'command', open: true, command: { launcher, nameRange: { start, end: start + name!.length }, start, end, arguments: told, breaks: [], open: true } }, assignment.node);
    }
  }
}

/** A command in a variable that branches set: `CMD=(spark-submit …)` in one, something else in another, and `exec "${CMD[@]}"`. */
function commandsByBranch(words: readonly Word[], { node, path }: Found, { of, source, seen, add }: Alternatives): void {
  const place = words.findIndex((word) => word.text === hole && variableIn(word, source) !== undefined);
  if (place < 0) return;
  const word = words[place]!;
  const found = of(variableIn(word, source)!, path, word.start, seen).flatMap(({ assignment, words: own, chars }) => {
    const asText = textRun([...words.slice(0, place), { ...word, chars, text: chars.map(({ char }) => char).join('') }], node).flatMap((text) => commandsIn(text)).flatMap((command) => launchIn(command, source) ?? []);
    const launch = asText[0] ?? launchIn([...words.slice(0, place), ...own], source);
    return launch && launch.name.start >= assignment.node.start && launch.name.end <= assignment.node.end ? [{ assignment, launch }] : [];
  });
  const isMore = words.length > place + 1;
  for (const { assignment, launch } of found) {
    seen.add(assignment);
    const section = commandSection(launch, launch.rest, [], assignment.node);
    add({ ...section, command: { ...section.command!, open: section.command!.open || isMore } }, assignment.node, node);
  }
}

/** What `eval` runs, and what stands in a variable that another shell is given: `bash -c "$COMMAND"`, `ssh host "$COMMAND"`. Texts in place are scripts of their own. */
function textRun(words: readonly Word[], node: Range): (readonly Char[])[] {
  const [first, ...rest] = words;
  if (first?.text === 'eval') return [rest.flatMap(({ chars, start }, index) => (index === 0 ? chars : [{ char: ' ', start, end: start, within: 'split', parts: false, conditional: false }, ...chars]))];
  const last = words.at(-1);
  const isGiven = first?.text === 'ssh' || words.some(({ text }, index) => takesText(words[index - 1]?.text ?? '', text));
  return last && isGiven && words.length > 1 && last.chars.every(({ start, end }) => end <= node.start || start >= node.end) ? [last.chars] : [];
}

/** Only blanks part words, and a backslash at the end of a line is none: `a.jar,$LIBS/b.jar` is one word, and so is a list over lines without indentation. The grammar makes several of them. */
function joined(parts: readonly RawNode[], source: string): RawNode[] {
  const words: RawNode[][] = [];
  for (const part of parts) {
    const last = words.at(-1)?.at(-1);
    if (last && part.start >= last.end && /^(?:\\\r?\n|[^\s\\])*$/.test(source.slice(last.end, part.start))) words.at(-1)!.push(part);
    else words.push([part]);
  }
  return words.map((word) => (word.length === 1 ? word[0]! : new RawNode('concatenation', word[0]!.start, word.at(-1)!.end, word[0]!.field, true, word, word.some(({ broken }) => broken))));
}

/** A text in quotes behind `-c` of a shell, where it stands as the other shell reads it. */
function scriptsIn(parts: readonly RawNode[], source: string): Omit<Inner, 'around'>[] {
  const written = (index: number): string => (parts[index] ? source.slice(parts[index].start, parts[index].end) : '');
  return parts.flatMap((part, index) => {
    if (part.type !== 'string' && part.type !== 'raw_string' || !takesText(written(index - 2), written(index - 1))) return [];
    return [{ start: part.start + 1, end: part.end - 1, escaped: part.type === 'string' }];
  });
}

/** Blanks behind a backslash end the command, although the grammar reads on; what follows was meant for it, and stays with it. */
function breaksWithin(parts: readonly RawNode[], source: string): Break[] {
  const breaks: Break[] = [];
  for (let index = 1; index < parts.length; index++) {
    const start = parts[index - 1]!.end;
    const blanks = /\\([ \t]+)\r?\n/.exec(source.slice(start, parts[index]!.start));
    if (blanks) breaks.push({ why: 'blank behind the backslash', at: { start: start + blanks.index + 1, end: start + blanks.index + 1 + blanks[1]!.length }, next: parts[index]! });
  }
  return breaks;
}

/** With these spark-submit starts nothing, and needs no file. */
const needsNone: ReadonlySet<string> = new Set(['--version', '--help', '--kill', '--status', '--usage-error']);

/** The command is the rest of the one before it: it begins with an option, or with the file that spark-submit lacks. */
function breakBetween(before: { launch: Launch; words: readonly Word[]; end: number }, node: RawNode, words: readonly Word[], source: string): Break | undefined {
  const gap = source.slice(before.end, node.start);
  const bare = gap.replace(/^[ \t]*#.*$/gm, '');
  if (/[^\s\\]/.test(bare) || !gap.includes('\n') || (bare.match(/\n/g) ?? []).length > 3) return undefined;
  const first = words[0]?.text ?? '';
  const lacksFile = before.launch.launcher === 'spark-submit' && /^[^-\s]\S*\.(py|jar|R)$/.test(first) && !launchIn(words, source) && !readLine('spark-submit', before.words).arguments.some(({ is, text }) => is !== 'option' || needsNone.has(text ?? ''));
  if (!/^--?[a-z]/.test(first) && !lacksFile) return undefined;
  return breakAt(before.end, { start: words[0]!.start, end: words[0]!.end }, source);
}

/** Why a command that ends at a place does not go on with what was meant for it. */
export function breakAt(end: number, next: Range, source: string): Break {
  const gap = source.slice(end, next.start);
  const comment = /#.*/.exec(gap);
  const blanks = /\\([ \t]+)\r?\n/.exec(gap);
  if (blanks) return { why: 'blank behind the backslash', at: { start: end + blanks.index + 1, end: end + blanks.index + 1 + blanks[1]!.length }, next };
  const emptyLine = /\\\r?\n((?:[ \t]*\r?\n)+)/.exec(gap);
  if (emptyLine) return { why: 'empty line', at: { start: end + emptyLine.index, end: end + emptyLine.index + 1 }, next };
  if (comment) return { why: 'comment', at: { start: end + comment.index, end: end + comment.index + comment[0].trimEnd().length }, next };
  const lineStart = source.lastIndexOf('\n', end - 1) + 1;
  const word = source.slice(lineStart, end).search(/\S+$/);
  return { why: 'no backslash', at: { start: lineStart + Math.max(word, 0), end }, next };
}

const readers: ReadonlySet<string> = new Set(['read', 'mapfile', 'readarray', 'getopts', 'unset']);
/** Run what is not in sight, in this shell: any variable may be another one then. */
const runsHere: ReadonlySet<string> = new Set(['source', '.', 'eval']);

interface Gathered {
  readonly commands: Found[];
  readonly assignments: Assignment[];
  readonly comments: Range[];
  /** Variables that were assigned since all became unknown. */
  readonly live: Set<string>;
  /** The next one comes last. */
  readonly starts: Range[];
}

function gather(node: RawNode, path: Path, into: Gathered, source: string): void {
  const inner = (child: RawNode, index: number): Path => {
    switch (node.type) {
      case 'if_statement': return child.field === 'condition' ? path : [...path, `${node.start} ${child.type.endsWith('_clause') ? child.start : 'then'}`];
      case 'list': return index === 0 ? path : [...path, `${node.start} right`];
      case 'case_item': return [...path, `${node.start}`];
      case 'while_statement': case 'for_statement': case 'c_style_for_statement': return child.field === 'body' ? [...path, `${node.start}`] : path;
      case 'function_definition': return [...path, `function ${node.start}`];
      case 'subshell': return [...path, `${node.start}`];
      default: return path;
    }
  };
  const unknown = (name: string, at: number, on: Path = path): void => void into.assignments.push({ name, at, path: on, appends: false, value: undefined, node });
  const allUnknown = (on: Path, at: number): void => {
    for (const name of into.live) unknown(name, at, on);
    into.live.clear();
  };
  while (into.starts.length > 0 && into.starts.at(-1)!.start <= node.start) {
    into.starts.pop();
    allUnknown([], node.start);
  }
  if (node.type === 'comment') into.comments.push({ start: node.start, end: node.end });
  else if (node.type === 'command') {
    into.commands.push({ node, path });
    const words = node.children.filter(({ field }) => field === 'name' || field === 'argument').map(({ start, end }) => source.slice(start, end));
    if (readers.has(words[0] ?? '') || words[0] === 'printf' && words[1] === '-v') for (const name of words.slice(1)) if (/^\w+$/.test(name)) unknown(name, node.start);
    if (runsHere.has(words[0] ?? '')) allUnknown(path, node.end);
  } else if (node.type === 'unset_command') {
    for (const child of node.children) if (child.type === 'variable_name' || child.type === 'word') unknown(source.slice(child.start, child.end), node.start);
  } else if (node.type === 'for_statement') {
    const variable = node.children.find(({ field }) => field === 'variable');
    if (variable) unknown(source.slice(variable.start, variable.end), node.start);
  } else if (node.type === 'variable_assignment') {
    const name = node.children.find(({ field }) => field === 'name');
    const value = node.children.find(({ field }) => field === 'value');
    if (name) {
      const variable = source.slice(name.start, name.end).replace(/\[.*$/, '');
      into.live.add(variable);
      into.assignments.push({ name: variable, at: node.start, path, appends: source.startsWith('+=', name.end), value: value ?? node, node });
    }
  }
  for (const [index, child] of node.children.entries()) gather(child, inner(child, index), into, source);
}

const isWithin = (outer: Path, inner: Path): boolean => outer.length <= inner.length && outer.every((part, index) => part === inner[index]);
const functionOf = (path: Path): string | undefined => path.findLast((part) => part.startsWith('function'));
/** Values that lead to values that lead to values. */
const deepest = 8;
/** Beyond these a variable is not followed: such scripts are made by machines. */
const mostAssignments = 200;
const longestValue = 20_000;

/** Characters and assignments looked at for one script: beyond it no variable is known. */
const mostWork = 1_000_000;

/** What a variable holds at a place, and the assignments that say so. */
interface Held {
  readonly chars?: readonly Char[] | undefined;
  readonly words?: readonly Word[] | undefined;
  readonly used: ReadonlySet<Assignment>;
}

interface Followed {
  at(path: Path, use: (assignment: Assignment) => void): Variables;
  /** Where branches say different things of it. */
  alternatives: Alternatives['of'];
}

/** What each variable holds, followed through its assignments in the order of the text. */
function variablesOf(assignments: readonly Assignment[], source: string): Followed {
  const byName = new Map<string, Assignment[]>();
  for (const assignment of assignments) {
    const own = byName.get(assignment.name);
    if (own) own.push(assignment);
    else byName.set(assignment.name, [assignment]);
  }
  /** By branch, then by variable and what reaches it: commands side by side see the same. */
  const known = new Map<Path, Map<string, Held>>();
  let left = mostWork;

  /** Those that count at a place; none where their order is not known. */
  const reaching = (path: Path, name: string, at: number): Assignment[] => {
    const all = byName.get(name);
    if (!all || all.length > mostAssignments) return [];
    const own = functionOf(path);
    if (all.some((each) => functionOf(each.path) !== own && functionOf(each.path) !== undefined)) return [];
    // What the function itself says comes last.
    const outside = own === undefined ? [] : all.filter((each) => functionOf(each.path) === undefined);
    return [...outside, ...all.filter((each) => functionOf(each.path) === own && each.at < at)];
  };

  const textOf = (all: readonly Assignment[], path: Path, inner: (assignment: Assignment, own: Variables) => Variables): readonly Char[] | undefined => {
    let held: readonly Char[] | undefined;
    for (const each of all) {
      const before = held;
      const value = each.value && each.value !== each.node && each.value.type !== 'array' ? charsOf(each.value, source, inner(each, { text: () => before, list: () => undefined })) : undefined;
      const next = !value ? undefined : each.appends ? before && [...before, ...value] : value;
      if (isWithin(each.path, path)) held = next;
      else held = before && next && next.length > before.length && before.every((char, index) => char.start === next[index]!.start) ? [...before, ...next.slice(before.length).map((char) => ({ ...char, conditional: true }))] : undefined;
      left -= 1 + (next?.length ?? 0);
      if (left < 0 || held && held.length > longestValue) return undefined;
    }
    return held?.map((char) => (char.char === hole ? char : { ...char, parts: false }));
  };
  const listOf = (all: readonly Assignment[], path: Path, inner: (assignment: Assignment, own: Variables) => Variables): readonly Word[] | undefined => {
    let held: readonly Word[] | undefined;
    for (const each of all) {
      const before = held;
      const words = each.value?.type === 'array' ? each.value.children.filter(({ type }) => type !== 'comment').flatMap((child) => wordsOf(child, source, inner(each, { text: () => undefined, list: () => before }))) : undefined;
      const next = words && each.appends ? before && [...before, ...words] : words;
      if (isWithin(each.path, path)) held = next;
      else held = before && words && each.appends ? [...before, ...words.map((word) => ({ ...word, conditional: true }))] : undefined;
      left -= 1 + (next?.length ?? 0);
      if (left < 0 || held && held.length > longestValue) return undefined;
    }
    return held;
  };

  const variables = (path: Path, use: (assignment: Assignment) => void, depth = 0): Variables => {
    const look = (what: 'text' | 'list', name: string, at: number): Held | undefined => {
      if (depth > deepest || left < 0) return undefined;
      const all = reaching(path, name, at);
      if (all.length === 0) return undefined;
      const here = known.get(path) ?? new Map<string, Held>();
      known.set(path, here);
      const key = `${what} ${depth} ${all.length} ${name}`;
      const held = here.get(key) ?? worked(what, all);
      here.set(key, held);
      left -= held.used.size + (held.chars ?? held.words ?? []).length;
      for (const assignment of held.used) use(assignment);
      return held;
    };
    const worked = (what: 'text' | 'list', all: readonly Assignment[]): Held => {
      const used = new Set<Assignment>(all);
      const inner = (assignment: Assignment, own: Variables): Variables => {
        const outer = variables(assignment.path, (each) => used.add(each), depth + 1);
        const of = (name: string): Variables => (name === assignment.name ? own : outer);
        return { text: (name, at) => of(name).text(name, at), list: (name, at) => of(name).list(name, at) };
      };
      return what === 'text' ? { chars: textOf(all, path, inner), used } : { words: listOf(all, path, inner), used };
    };
    return { text: (name, at) => look('text', name, at)?.chars, list: (name, at) => look('list', name, at)?.words };
  };
  const alternatives: Alternatives['of'] = (name, path, at, seen) => {
    const all = reaching(path, name, at);
    const first = all.findLastIndex((each) => !each.appends && isWithin(each.path, path));
    const counting = all.slice(Math.max(first, 0));
    if (counting.every((each) => isWithin(each.path, path)) || counting.length > mostAlternatives) return [];
    return counting.flatMap((assignment) => {
      const { value, node } = assignment;
      if (!value || value === node || seen.has(assignment)) return [];
      const inner = without(name, variables(assignment.path, () => undefined));
      if (value.type === 'array') return [{ assignment, chars: [], words: value.children.filter(({ type }) => type !== 'comment').flatMap((child) => wordsOf(child, source, inner)).map((word) => ({ ...word, inPlace: false })) }];
      const chars = charsOf(value, source, inner);
      left -= chars.length;
      return left < 0 ? [] : [{ assignment, chars, words: splitWords(chars) }];
    });
  };
  return { at: variables, alternatives };
}

/** A text as the shell parts it that is given it without quotes. */
function splitWords(chars: readonly Char[]): Word[] {
  const words: Char[][] = [[]];
  for (const char of chars) {
    if (char.char !== hole && /\s/.test(char.char)) words.push([]);
    else words.at(-1)!.push({ ...char, within: 'split' });
  }
  return words.filter((own) => own.length > 0).map((own) => ({ ...wordOf(own, { start: own[0]!.start, end: own.at(-1)!.end }), many: own.length === 1 && own[0]!.char === hole, inPlace: false }));
}

/** Of `$SPARK_HOME/bin/spark-submit` what stands in the command; a name that is a variable's whole value stands there. */
const inCommand = (name: Range, start: number): Range => ({ start: name.end > start ? Math.max(name.start, start) : name.start, end: name.end });
