/** A shell script: the commands in it that start Spark, with what its variables hold there. */
import type { Break, Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { errorRanges, type RawNode } from '../tree.ts';
import { launchIn, type Launch, mayLaunch, readLine } from './command-line.ts';
import { charsOf, type Char, hole, splitOptions, type Variables, type Word, wordsOf } from './words.ts';

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
}

/** Variables that hold the options of a shell that Python starts. */
const optionVariables: ReadonlySet<string> = new Set(['PYSPARK_SUBMIT_ARGS', 'SPARKR_SUBMIT_ARGS']);

export function readScript(root: RawNode, source: string): Read {
  const commands: Found[] = [];
  const assignments: Assignment[] = [];
  const comments: Range[] = [];
  gather(root, [], { commands, assignments, comments }, source);
  const variables = variablesOf(assignments, source);
  const statements: Range[] = [];

  const sections: Section[] = [];
  const inner: Inner[] = [];
  let before: { launch: Launch; words: Word[]; breaks: Break[]; start: number; end: number } | undefined;
  const close = (): void => {
    if (!before) return;
    const { launch, words, breaks, start, end } = before;
    const { arguments: args, entries, open } = readLine(launch.launcher, words);
    sections.push({ start, end, entries, command: { launcher: launch.launcher, nameRange: inCommand(launch.name, start), start, end, arguments: args, breaks, open } });
    statements.push({ start, end });
    before = undefined;
  };
  for (const { node, path } of commands) {
    const used = new Set<Assignment>();
    const at = variables(path, (assignment) => used.add(assignment));
    const parts = node.children.filter(({ field }) => field === 'name' || field === 'argument');
    if (!before && !mayLaunch(parts[0] ? source.slice(parts[0].start, parts[0].end) : '')) continue;
    inner.push(...scriptsIn(parts, source).map((range) => ({ ...range, around: { start: node.start, end: node.end } })));
    const held = parts.map((part) => wordsOf(part.type === 'command_name' ? (part.children[0] ?? part) : part, source, at));
    const { kept, breaks } = uptoBreak(parts, held, source);
    const continued = before && breakBetween(before, node, kept, source);
    if (before && continued) {
      before.words.push(...kept);
      before.breaks.push(continued, ...breaks);
      before.end = node.end;
      for (const assignment of used) statements.push(assignment.node);
      continue;
    }
    close();
    const launch = launchIn(kept, source);
    if (!launch) continue;
    for (const assignment of used) statements.push(assignment.node);
    before = { launch, words: [...launch.rest], breaks: [...breaks], start: node.start, end: node.end };
  }
  close();
  for (const assignment of assignments) {
    if (optionVariables.has(assignment.name) && assignment.value && !assignment.appends) {
      const words = splitOptions(charsOf(assignment.value, source, variables(assignment.path, () => undefined)));
      const { arguments: args, entries, open } = readLine('spark-submit', words);
      const { start, end } = assignment.node;
      sections.push({ start, end, entries, command: { launcher: assignment.name.startsWith('PY') ? 'pyspark' : 'sparkR', nameRange: { start, end: start + assignment.name.length }, start, end, arguments: args, breaks: [], open } });
      statements.push(assignment.node);
    }
  }
  const inOrder = (a: Range, b: Range): number => a.start - b.start || b.end - a.end;
  return { sections: sections.sort(inOrder), statements: [...new Set(statements)].sort(inOrder), comments, errors: errorRanges(root), inner };
}

/** A text in quotes behind `-c` of a shell, where it stands as the other shell reads it. */
function scriptsIn(parts: readonly RawNode[], source: string): Range[] {
  const written = (index: number): string => (parts[index] ? source.slice(parts[index].start, parts[index].end) : '');
  return parts.flatMap((part, index) => {
    if (part.type !== 'string' && part.type !== 'raw_string' || !/^-[a-z]*c$/.test(written(index - 1)) || !/^(\S*\/)?(ba|da|z|k)?sh$/.test(written(index - 2))) return [];
    const range = { start: part.start + 1, end: part.end - 1 };
    return /\\(?!\r?\n)/.test(source.slice(range.start, range.end)) && part.type === 'string' ? [] : [range];
  });
}

/** Blanks behind a backslash end the command, whatever the grammar makes of them. */
function uptoBreak(parts: readonly RawNode[], held: readonly Word[][], source: string): { kept: Word[]; breaks: Break[] } {
  const breaks: Break[] = [];
  for (let index = 1; index < parts.length; index++) {
    const start = parts[index - 1]!.end;
    const blanks = /\\([ \t]+)\r?\n/.exec(source.slice(start, parts[index]!.start));
    if (blanks) breaks.push({ why: 'blank behind the backslash', at: { start: start + blanks.index + 1, end: start + blanks.index + 1 + blanks[1]!.length }, next: parts[index]! });
  }
  return { kept: held.flat(), breaks };
}

/** The command is the rest of the one before it: it begins with an option, or with the file that spark-submit lacks. */
function breakBetween(before: { launch: Launch; words: readonly Word[]; end: number }, node: RawNode, words: readonly Word[], source: string): Break | undefined {
  const gap = source.slice(before.end, node.start);
  const bare = gap.replace(/^[ \t]*#.*$/gm, '');
  if (/[^\s\\]/.test(bare) || !gap.includes('\n') || (bare.match(/\n/g) ?? []).length > 3) return undefined;
  const first = words[0]?.text ?? '';
  const lacksFile = before.launch.launcher === 'spark-submit' && /^[^-\s]\S*\.(py|jar|R)$/.test(first) && /[ \t]/.test(source[node.start - 1] ?? '') && !launchIn(words, source) && !readLine('spark-submit', before.words).arguments.some(({ is }) => is === 'application' || is === 'unknown' || is === 'unknown option');
  if (!/^--?[a-z]/.test(first) && !lacksFile) return undefined;
  const comment = /#.*/.exec(gap);
  const blanks = /\\([ \t]+)\r?\n/.exec(gap);
  const next = { start: words[0]!.start, end: words[0]!.end };
  if (blanks) return { why: 'blank behind the backslash', at: { start: before.end + blanks.index + 1, end: before.end + blanks.index + 1 + blanks[1]!.length }, next };
  const emptyLine = /\\\r?\n((?:[ \t]*\r?\n)+)/.exec(gap);
  if (emptyLine) return { why: 'empty line', at: { start: before.end + emptyLine.index, end: before.end + emptyLine.index + 1 }, next };
  if (comment) return { why: 'comment', at: { start: before.end + comment.index, end: before.end + comment.index + comment[0].trimEnd().length }, next };
  const lineStart = source.lastIndexOf('\n', before.end - 1) + 1;
  const word = source.slice(lineStart, before.end).search(/\S+$/);
  return { why: 'no backslash', at: { start: lineStart + Math.max(word, 0), end: before.end }, next };
}

const readers: ReadonlySet<string> = new Set(['read', 'mapfile', 'readarray', 'getopts']);

function gather(node: RawNode, path: Path, into: { commands: Found[]; assignments: Assignment[]; comments: Range[] }, source: string): void {
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
  const unknown = (name: string, at: number): void => void into.assignments.push({ name, at, path, appends: false, value: undefined, node });
  if (node.type === 'comment') into.comments.push({ start: node.start, end: node.end });
  else if (node.type === 'command') {
    into.commands.push({ node, path });
    const words = node.children.filter(({ field }) => field === 'name' || field === 'argument').map(({ start, end }) => source.slice(start, end));
    if (readers.has(words[0] ?? '')) for (const name of words.slice(1)) if (/^\w+$/.test(name)) unknown(name, node.start);
  } else if (node.type === 'for_statement') {
    const variable = node.children.find(({ field }) => field === 'variable');
    if (variable) unknown(source.slice(variable.start, variable.end), node.start);
  } else if (node.type === 'variable_assignment') {
    const name = node.children.find(({ field }) => field === 'name');
    const value = node.children.find(({ field }) => field === 'value');
    if (name) into.assignments.push({ name: source.slice(name.start, name.end).replace(/\[.*$/, ''), at: node.start, path, appends: source.startsWith('+=', name.end), value: value ?? node, node });
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

/** What each variable holds, followed through its assignments in the order of the text. */
function variablesOf(assignments: readonly Assignment[], source: string): (path: Path, use: (assignment: Assignment) => void) => Variables {
  const byName = new Map<string, Assignment[]>();
  for (const assignment of assignments) byName.set(assignment.name, [...(byName.get(assignment.name) ?? []), assignment]);

  const variables = (path: Path, use: (assignment: Assignment) => void, depth = 0): Variables => {
    /** Those that count at a place; undefined where their order is not known. */
    const reaching = (name: string, at: number): Assignment[] | undefined => {
      const all = byName.get(name);
      if (!all || depth > deepest || all.length > mostAssignments) return undefined;
      const own = functionOf(path);
      if (all.some((each) => functionOf(each.path) !== own && functionOf(each.path) !== undefined)) return undefined;
      // What the function itself says comes last.
      const outside = own === undefined ? [] : all.filter((each) => functionOf(each.path) === undefined);
      return [...outside, ...all.filter((each) => functionOf(each.path) === own && each.at < at)];
    };
    const inner = (assignment: Assignment, own: Variables): Variables => {
      const outer = variables(assignment.path, use, depth + 1);
      const isOwn = (name: string): boolean => name === assignment.name;
      return { text: (name, at) => (isOwn(name) ? own.text(name, at) : outer.text(name, at)), list: (name, at) => (isOwn(name) ? own.list(name, at) : outer.list(name, at)) };
    };
    return {
      text(name, at) {
        let held: readonly Char[] | undefined;
        for (const each of reaching(name, at) ?? []) {
          const before = held;
          const value = each.value && each.value !== each.node && each.value.type !== 'array' ? charsOf(each.value, source, inner(each, { text: () => before, list: () => undefined })) : undefined;
          const next = !value ? undefined : each.appends ? before && [...before, ...value] : value;
          if (isWithin(each.path, path)) held = next;
          else held = before && next && next.length > before.length && before.every((char, index) => char.start === next[index]!.start) ? [...before, ...next.slice(before.length).map((char) => ({ ...char, conditional: true }))] : undefined;
          use(each);
          if (!held || held.length > longestValue) return undefined;
        }
        return held?.map((char) => (char.char === hole ? char : { ...char, parts: false }));
      },
      list(name, at) {
        let held: readonly Word[] | undefined;
        for (const each of reaching(name, at) ?? []) {
          const before = held;
          const words = each.value?.type === 'array' ? each.value.children.filter(({ type }) => type !== 'comment').flatMap((child) => wordsOf(child, source, inner(each, { text: () => undefined, list: () => before }))) : undefined;
          if (!words) return undefined;
          const next = each.appends ? before && [...before, ...words] : words;
          if (isWithin(each.path, path)) held = next;
          else if (!before || !next) return undefined;
          else held = each.appends ? [...before, ...words.map((word) => ({ ...word, conditional: true }))] : undefined;
          use(each);
          if (!held || held.length > longestValue) return undefined;
        }
        return held;
      },
    };
  };
  return variables;
}

/** Of `$SPARK_HOME/bin/spark-submit` what stands in the command; a name that is a variable's whole value stands there. */
const inCommand = (name: Range, start: number): Range => ({ start: name.end > start ? Math.max(name.start, start) : name.start, end: name.end });
