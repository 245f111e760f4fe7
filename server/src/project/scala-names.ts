/**
 * What a Scala text says of names, found without parsing it: the packages it stands in, what it puts at their top level,
 * what it imports, which words its code holds. Comments and strings do not count, code inside strings does.
 */
import { packageObject } from '../program/program.ts';

export interface ScalaNames {
  /** By package, the names that it defines there. */
  readonly defines: ReadonlyMap<string, ReadonlySet<string>>;
  /** Packages in which it gives values of other classes further methods, or whose object inherits names: who uses these mentions no name of this file. */
  readonly widens: ReadonlySet<string>;
  /** Packages whose names it sees without an import, innermost first; '' where it stands in none. */
  readonly sees: readonly string[];
  readonly imports: readonly ScalaImport[];
  /** Every word of its code. */
  readonly words: ReadonlySet<string>;
  /** Names with dots in its code that begin with a small letter, as packages do. */
  readonly dotted: ReadonlySet<string>;
}

export interface ScalaImport {
  readonly path: readonly string[];
  readonly names: readonly { readonly name: string; readonly as: string }[];
  readonly star: boolean;
}

/** A package clause or object, or the whole file. */
interface Place {
  readonly package: string;
  readonly braces: boolean;
  /** Indentation of the definition whose body, without braces, goes on. */
  open: number | undefined;
  /** Definitions stand in that body: a brace no longer opens it. */
  held: boolean;
}

const letters = String.raw`A-Za-z_$\u0080-\uFFFF`;
const word = String.raw`[${letters}][\w$\u0080-\uFFFF]*`;
const token = new RegExp(String.raw`//|/\*|"|'(?:\\u+[\da-fA-F]{4}|\\.|[^\\'\n])'|${'`'}[^${'`'}\n]*${'`'}|${word}(?:\.${word})*|\d\w*|[{}()[\]]`, 'g');
const isWord = new RegExp(`^${word}`);
const definers: ReadonlySet<string> = new Set(['class', 'object', 'trait', 'type', 'def', 'val', 'var', 'enum', 'extension']);
const nameAfter = new RegExp(String.raw`\s*(?:${'`'}([^${'`'}\n]+)${'`'}|(${word})|([^\s\w()[\]{}]+))`, 'y');
const packageAfter = new RegExp(String.raw`\s+(object\s+)?((?:${word}|${'`'}[^${'`'}\n]*${'`'})(?:\s*\.\s*(?:${word}|${'`'}[^${'`'}\n]*${'`'}))*)`, 'y');

const inheritsAfter = /^\s*extends\b/;

/** A snippet for the shell, or the cells of a notebook: no other file sees its names. */
const notebookMark = /^\uFEFF?\/\/ \w+ notebook source/;

export function scalaNamesIn(text: string): ScalaNames {
  const defines = new Map<string, Set<string>>();
  const widens = new Set<string>();
  const sees: string[] = [];
  const imports: ScalaImport[] = [];
  const words = new Set<string>();
  const dotted = new Set<string>();
  const places: Place[] = [{ package: '', braces: false, open: undefined, held: false }];
  /** Closing brackets that are awaited: a package's among them is the empty one. */
  const awaited: string[] = [];
  /** Open brackets that are no package's. */
  let inner = 0;
  /** Strings around the code in them, with the braces that are open in it. */
  const strings: { readonly triple: boolean; braces: number }[] = [];
  let implicit = false;
  let declared: string | undefined;
  let snippet = false;

  /** Most of what is said was said before. */
  const known = new Set<string>();
  const say = (said: string): void => {
    if (known.has(said)) return;
    known.add(said);
    if (said.includes('.')) {
      for (const each of said.split('.')) words.add(each);
      if (/^[a-z_]/.test(said)) dotted.add(said);
    } else words.add(said);
  };

  function open(bracket: string): void {
    const place = places.at(-1)!;
    if (bracket === '{' && inner === 0 && declared !== undefined) {
      places.push({ package: declared, braces: true, open: undefined, held: false });
      awaited.push('');
      declared = undefined;
      return;
    }
    if (bracket === '{' && inner === 0 && !place.held) place.open = undefined;
    awaited.push(bracket === '{' ? '}' : bracket === '(' ? ')' : ']');
    inner++;
  }

  function close(bracket: string): void {
    const expected = awaited.at(-1);
    if (expected === '' && bracket === '}') {
      awaited.pop();
      while (!places.at(-1)!.braces) places.pop();
      places.pop();
    } else if (expected === bracket) {
      awaited.pop();
      inner--;
    }
  }

  /** The end of what names the package. */
  function enterPackage(at: number): number {
    packageAfter.lastIndex = at;
    const match = packageAfter.exec(text);
    if (!match) return at;
    const around = places.at(-1)!.package;
    const name = match[2]!.replace(/[\s`]/g, '');
    for (const each of name.split('.')) words.add(each);
    const whole = around === '' ? name : `${around}.${name}`;
    if (!sees.includes(whole)) sees.unshift(whole);
    const brace = /^[^\n{;]*\{|^[^\n{;]*\n\s*\{/.test(text.slice(packageAfter.lastIndex, packageAfter.lastIndex + 300));
    if (match[1] !== undefined && inheritsAfter.test(text.slice(packageAfter.lastIndex, packageAfter.lastIndex + 40))) {
      note(whole, [packageObject]);
      widens.add(whole);
    }
    if (match[1] !== undefined || brace) declared = whole;
    else places.push({ package: whole, braces: false, open: undefined, held: false });
    return packageAfter.lastIndex;
  }

  function define(keyword: string, start: number, end: number): void {
    const place = places.at(-1)!;
    const indent = indentOf(text, start);
    if (place.open !== undefined && indent > place.open) {
      place.held = true;
      return;
    }
    Object.assign(place, { open: indent, held: false });
    if (keyword === 'extension' || (implicit && (keyword === 'class' || keyword === 'def'))) widens.add(place.package);
    implicit = false;
    if (keyword === 'extension') return;
    if ((keyword === 'val' || keyword === 'var' || keyword === 'def') && place.package === '') snippet = true;
    const names = keyword === 'val' || keyword === 'var' ? namesOfVal(text, end) : nameAt(text, end);
    note(place.package, names);
  }

  function note(name: string, defined: readonly string[]): void {
    const known = defines.get(name) ?? new Set<string>();
    for (const each of defined) known.add(each);
    defines.set(name, known);
  }

  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) break;
    const [said] = match;
    at = token.lastIndex;
    const first = said[0]!;
    if (said === '//') at = endOfLine(text, at);
    else if (said === '/*') at = endOfComment(text, at);
    else if (first === '"') at = string(match.index);
    else if (first === "'" || first === '`' || (first >= '0' && first <= '9')) {
      if (first === '`') words.add(said.slice(1, -1));
    } else if (said === '{' || said === '(' || said === '[') {
      const around = strings.at(-1);
      if (!around) open(said);
      else if (said === '{') around.braces++;
    } else if (said === '}' || said === ')' || said === ']') {
      const around = strings.at(-1);
      if (!around) close(said);
      else if (said === '}' && around.braces-- === 0) at = inString(at, strings.pop()!.triple);
    } else {
      say(said);
      if (strings.length > 0 || text[match.index - 1] === '.') continue;
      if (said === 'import') at = readImport(at);
      else if (inner > 0) continue;
      else if (said === 'package') at = enterPackage(at);
      else if (said === 'implicit') implicit = true;
      else if (definers.has(said)) {
        declared = undefined;
        define(said, match.index, at);
      }
    }
  }

  function string(start: number): number {
    const triple = text.startsWith('"""', start);
    const from = start + (triple ? 3 : 1);
    if (start > 0 && isWord.test(text[start - 1]!)) return inString(from, triple);
    if (!triple) return after(plainEnd, from);
    return after(tripleEnd, from);
  }

  /** Of a string that may hold code: its end, or where its code begins. */
  function inString(from: number, triple: boolean): number {
    const piece = triple ? triplePiece : plainPiece;
    for (piece.lastIndex = from; ; ) {
      const match = piece.exec(text);
      if (!match) return text.length;
      if (match[1] !== undefined) words.add(match[1]);
      else if (match[0] === '${') {
        strings.push({ triple, braces: 0 });
        return piece.lastIndex;
      } else if (match[0] === '\n' || match[0].endsWith('"') && match[0][0] === '"') return piece.lastIndex;
    }
  }

  function after(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.exec(text) ? pattern.lastIndex : text.length;
  }

  function readImport(from: number): number {
    importAfter.lastIndex = from;
    const statement = importAfter.exec(text)?.[0];
    if (statement === undefined) return from;
    for (const match of statement.matchAll(/[^,{]+(?:\{[^}]*\}?)?/g)) {
      const read = importIn(match[0]);
      if (!read) continue;
      imports.push(read);
      for (const each of read.path) words.add(each);
      for (const { name } of read.names) words.add(name);
    }
    return importAfter.lastIndex;
  }

  return { defines: snippet || notebookMark.test(text) ? new Map() : defines, widens, sees: sees.length > 0 ? sees : [''], imports, words, dotted };
}

const plainEnd = /(?:[^"\\\n]|\\.)*["\n]?/y;
const tripleEnd = /"""+/g;
const plainPiece = new RegExp(String.raw`\\.|\$\{|\$\$|\$(${word})|"|\n`, 'g');
const triplePiece = new RegExp(String.raw`\$\{|\$\$|\$(${word})|"""+`, 'g');
const importAfter = /[ \t]+[^\n;{/]*(?:\{[^}]*\})?(?:[ \t]*,[^\n;{/]*(?:\{[^}]*\})?)*/y;

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Comments in comments are closed one by one. */
function endOfComment(text: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0; ) {
    const match = mark.exec(text);
    if (!match) return text.length;
    depth += match[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}

function indentOf(text: string, at: number): number {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return text.slice(start, at).search(/\S|$/);
}

function nameAt(text: string, from: number): string[] {
  nameAfter.lastIndex = from;
  const match = nameAfter.exec(text);
  const name = match?.[1] ?? match?.[2] ?? match?.[3];
  return name === undefined ? [] : [name];
}

/** `val a`, `val a, b`, `val (a, b)`, `val Array(a, b)`. */
function namesOfVal(text: string, from: number): string[] {
  const head = /^[^=:\n{]*/.exec(text.slice(from, from + 200))![0];
  const names = head.includes('`') ? [] : head.match(new RegExp(word, 'g')) ?? [];
  return names.length > 1 ? names.filter((name) => /^[^A-Z]/.test(name)) : nameAt(text, from);
}

/** `a.b.C`, `a.b.{C, D => E, F => _}`, `a.b._`, `a.b.{given, *}`, `a.b.C as D`. */
function importIn(clause: string): ScalaImport | undefined {
  const [, before = '', listed] = /^([^{]*)(?:\{([^}]*)\}?)?/.exec(clause.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' '))!;
  const path = before.replace(/`/g, '').trim().replace(/\s*\.\s*/g, '.').replace(/\.$/, '');
  if (path === '') return undefined;
  const segments = path.split('.').filter((each) => each !== '_root_');
  const selectors = listed === undefined ? [segments.pop()!] : listed.split(',');
  const names: { name: string; as: string }[] = [];
  let star = false;
  for (const selector of selectors) {
    const [name = '', as = name] = selector.replace(/`/g, '').trim().split(/\s*=>\s*|\s+as\s+/);
    if (name === '_' || name === '*') star = true;
    else if (name !== '' && name !== 'given' && as !== '_') names.push({ name, as });
  }
  return { path: segments, names, star };
}
