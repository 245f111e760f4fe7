/** The words of a shell, with the place in the text of every character of theirs. */
import type { Told } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import type { RawNode } from '../tree.ts';

/** Stands for what is known only when the script runs. */
export const hole = '\uFFFC';

/** Stands where a character was that is nothing any more, so that offsets stay. */
export const gone = '\uE000';

export interface Char extends Range {
  readonly char: string;
  readonly within: Told['within'];
  /** It came out of an unquoted variable: a blank parts words here. */
  readonly parts: boolean;
  /** It stands in a branch that the word does not. */
  readonly conditional: boolean;
}

export interface Word extends Range {
  readonly chars: readonly Char[];
  /** Without quotes; holes for what is not known. */
  readonly text: string;
  readonly conditional: boolean;
  /** Nothing is known of it, and it may be no word or several. */
  readonly many: boolean;
  /** It holds a list. */
  readonly list: boolean;
  /** It stands where the command does, and not in a variable. */
  readonly inPlace: boolean;
}

export const isKnown = (text: string): boolean => !text.includes(hole);

/** What variables hold where a word stands; undefined: not known. */
export interface Variables {
  text(name: string, at: number): readonly Char[] | undefined;
  list(name: string, at: number): readonly Word[] | undefined;
}

const expansions: ReadonlySet<string> = new Set(['simple_expansion', 'expansion', 'command_substitution', 'arithmetic_expansion', 'process_substitution']);

/** The words that one word of a command becomes. */
export function wordsOf(node: RawNode, source: string, variables: Variables): Word[] {
  const written = source.slice(node.start, node.end).replaceAll(gone, '');
  const all = /^"?\$\{(\w+)\[[@*]\]\}"?$/.exec(written);
  if (all) {
    const list = variables.list(all[1]!, node.start);
    if (list) return list.map((word) => ({ ...word, inPlace: false }));
  }
  const chars = charsOf(node, source, variables);
  const words: Word[] = [];
  let own: Char[] = [];
  const whole = !chars.some(({ parts }) => parts);
  const close = (): void => {
    if (own.length === 0 && !(whole && /["']/.test(written))) return;
    const text = own.map(({ char }) => char).join('');
    const range = whole || own.length === 0 ? node : { start: own[0]!.start, end: own.at(-1)!.end };
    words.push({ chars: own, text, start: range.start, end: range.end, conditional: own.some(({ conditional }) => conditional), many: text === hole && mayBeMany(written), list: text === hole && isList.test(written), inPlace: whole });
    own = [];
  };
  for (const char of chars) {
    if (char.parts && /\s/.test(char.char)) close();
    else own.push(char);
  }
  close();
  return words;
}

/** Of an expansion that is all of its word: unquoted it is parted, and `"$@"` is as many words as there are. */
const mayBeMany = (written: string): boolean => !written.startsWith('"') || isList.test(written);
const isList = /^"?\$(?:[@*]|\{[@*]|\{\w+\[[@*]\])/;

const escaped: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

export function charsOf(node: RawNode, source: string, variables: Variables): Char[] {
  const holes = expansionsIn(node);
  const found: Char[] = [];
  let within: Char['within'] = '';
  let ansi = false;
  const add = (char: string, start: number, end: number): void => void found.push({ char, start, end, within, parts: false, conditional: false });
  let coming = 0;
  for (let at = node.start; at < node.end; ) {
    while (coming < holes.length && holes[coming]!.start < at) coming++;
    const expansion = within !== "'" && holes[coming]?.start === at ? holes[coming] : undefined;
    if (expansion) {
      // Behind another one in quotes the grammar takes the blanks before it for a part of it.
      while (/\s/.test(source[at]!)) add(source[at]!, at, ++at);
      found.push(...expanded({ start: at, end: expansion.end }, source, variables, within === ''));
      at = expansion.end;
      continue;
    }
    const char = source[at]!;
    if (char === gone) {
      at++;
      continue;
    }
    const next = source[at + 1] ?? '';
    if (within === "'") {
      if (ansi && char === '\\') {
        add(escaped[next] ?? next, at, at + 2);
        at += 2;
        continue;
      }
      if (char === "'") within = '';
      else add(char, at, at + 1);
      at++;
    } else if (char === '"') {
      within = within === '"' ? '' : '"';
      at++;
    } else if (within === '' && (char === "'" || char === '$' && next === "'")) {
      ansi = char === '$';
      within = "'";
      at += ansi ? 2 : 1;
    } else if (char === '\\') {
      const end = /\r?\n/y;
      end.lastIndex = at + 1;
      const lineEnd = end.exec(source);
      if (lineEnd) at += 1 + lineEnd[0].length;
      else if (within === '' || '$`"\\'.includes(next)) {
        add(next, at, at + 2);
        at += 2;
      } else add(char, at, ++at);
    } else add(char, at, ++at);
  }
  return found;
}

function expansionsIn(node: RawNode): RawNode[] {
  if (expansions.has(node.type)) return [node];
  return node.children.flatMap(expansionsIn);
}

function expanded(node: Range, source: string, variables: Variables, bare: boolean): readonly Char[] {
  const name = /^\$(?:(\w+)|\{(\w+)\})$/.exec(source.slice(node.start, node.end));
  const held = name && variables.text(name[1] ?? name[2]!, node.start);
  if (held) return bare ? held.map((char) => ({ ...char, parts: true, within: 'split' })) : held;
  return [{ char: hole, start: node.start, end: node.end, within: '', parts: false, conditional: false }];
}

/** A text as Spark takes it apart: at blanks, quotes undone. */
export function splitOptions(chars: readonly Char[]): Word[] {
  const words: Word[] = [];
  let own: Char[] | undefined;
  let quote = '';
  const close = (): void => {
    if (own) {
      const text = own.map(({ char }) => char).join('');
      words.push({ chars: own, text, start: own[0]?.start ?? 0, end: own.at(-1)?.end ?? 0, conditional: own.some(({ conditional }) => conditional), many: text === hole, list: false, inPlace: false });
    }
    own = undefined;
  };
  let escapes = false;
  for (const [index, each] of chars.entries()) {
    if (escapes) {
      escapes = false;
      // A line that is continued.
      if (/[\r\n]/.test(each.char)) {
        if (quote === '') close();
        else (own ??= []).push({ ...each, char: ' ', within: 'split' });
      } else (own ??= []).push({ ...each, within: 'split' });
    } else if (quote === '' && /\s/.test(each.char)) close();
    else if (each.char === quote) quote = '';
    else if (quote === '' && (each.char === '"' || each.char === "'")) {
      quote = each.char;
      own ??= [];
    } else if (each.char === '\\' && quote !== "'" && index + 1 < chars.length) escapes = true;
    else (own ??= []).push({ ...each, within: 'split' });
  }
  close();
  return words.filter(({ chars: written }) => written.length > 0);
}

export function wordOf(chars: readonly Char[], { start, end }: Range): Word {
  const text = chars.map(({ char }) => char).join('');
  return { chars, text, start, end, conditional: false, many: false, list: false, inPlace: true };
}

/** From the first of them to the last, in whatever order they stand. */
export const rangeOf = (words: readonly Word[]): Range => ({ start: Math.min(...words.map(({ start }) => start)), end: Math.max(...words.map(({ end }) => end)) });

/** What a template fills in, or the shell: `{{ x }}`, `${x}`, `$(…)`, `$x`, `` `…` ``. */
const filledIn = /\{\{[^]*?\}\}|\{%[^]*?%\}|\$\{[^}]*\}|\$\([^)]*\)|\$[\w@*#?$!]+|`[^`]*`/y;

/** `spark://<MASTER NODE>:7077`, `<your-jar>`: for whoever uses it to replace; a redirection has a blank before the next one. */
const standIn = /<[A-Za-z][\w .-]*(?<! )>/y;

/** The words of each command in a text for a shell, of which no tree is made: what ends a command ends the words, and what is not told is a hole. */
export function commandsIn(chars: readonly Char[]): Word[][] {
  const text = chars.map(({ char }) => char).join('');
  const commands: Word[][] = [];
  let words: Word[] = [];
  let own: Char[] | undefined;
  let quote = '';
  let redirected = false;
  const close = (): void => {
    if (own && !redirected) words.push({ ...wordOf(own, { start: own[0]?.start ?? 0, end: own.at(-1)?.end ?? 0 }), many: own.length === 1 && own[0]!.char === hole && own[0]!.parts });
    if (own) redirected = false;
    own = undefined;
  };
  const end = (): void => {
    close();
    if (words.length > 0) commands.push(words);
    words = [];
    redirected = false;
  };
  for (let index = 0; index < chars.length; ) {
    const { char } = chars[index]!;
    const next = text[index + 1];
    filledIn.lastIndex = standIn.lastIndex = index;
    const fill = quote === "'" && char !== '{' ? undefined : (filledIn.exec(text) ?? (quote === '' ? standIn.exec(text) : null))?.[0];
    if (fill !== undefined) {
      (own ??= []).push({ ...chars[index]!, char: hole, end: chars[index + fill.length - 1]!.end, within: 'split', parts: quote === '' });
      index += fill.length;
      continue;
    }
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && next !== undefined && '"\\$`'.includes(next)) (own ??= []).push({ ...chars[++index]!, within: 'split' });
      else (own ??= []).push({ ...chars[index]!, within: 'split' });
    } else if (char === '"' || char === "'") {
      quote = char;
      own ??= [];
    } else if (char === '\\') {
      index++;
      if (next !== undefined && next !== '\n') (own ??= []).push({ ...chars[index]!, within: 'split' });
    } else if (char === '#' && !own && (index === 0 || /\s/.test(text[index - 1]!))) {
      // A comment: what ends its line is looked at next.
      const lineEnd = text.indexOf('\n', index);
      index = lineEnd < 0 ? chars.length : lineEnd;
      continue;
    } else if (char === '\n' || char === ';' || char === '|' || char === '&' && text[index - 1] !== '>') end();
    else if (char === '>' || char === '<') {
      if (own?.every((each) => /\d/.test(each.char))) own = undefined;
      close();
      redirected = true;
    } else if (/\s/.test(char)) close();
    else (own ??= []).push({ ...chars[index]!, within: 'split', parts: char === hole });
    index++;
  }
  end();
  return commands.map((command) => command.filter(({ chars: written }) => written.length > 0)).filter((command) => command.length > 0);
}
