/**
 * The only door to the parsers: text in, `Lowered` out. Trees never leave this folder, and whoever makes one frees it.
 * The wasm files are handed in, since nothing here does I/O.
 */
import { Language, Parser, type Tree } from 'web-tree-sitter';
import type { Comment, Def, Lowered } from '../program/program.ts';
import { type DefMemo, memoKey, type Remembered } from './lowering.ts';
import { lowerModule } from './python.ts';
import type { ModuleSource } from './source.ts';
import { type RawNode, errorRanges } from './tree.ts';
import { type RuntimeMemory, TreeReader } from './tree-reader.ts';

export * from './source.ts';

export interface GrammarFiles {
  /** web-tree-sitter.wasm */
  readonly runtime: Uint8Array;
  /** tree-sitter-python.wasm */
  readonly grammar: Uint8Array;
}

export interface Syntax {
  readonly language: 'python';
  /** One shot, for files that are read once. */
  lower(source: ModuleSource): Lowered;
  /** For documents that change: keeps the tree, and lowers only definitions whose text changed. */
  open(source: ModuleSource): OpenModule;
}

export interface OpenModule {
  readonly lowered: Lowered;
  update(source: ModuleSource): Lowered;
  close(): void;
}

/** Longer than this no parse may take, in milliseconds: of an open document, for which the editor waits, and of a file read once. */
const editLimit = 2000;
const fileLimit = 20_000;

let loaded: Promise<Syntax> | undefined;

/** Loads the runtime and the grammar once. Errors: those of WebAssembly, where a file is no wasm. */
export function loadPython(files: GrammarFiles): Promise<Syntax> {
  return (loaded ??= load(files));
}

async function load(files: GrammarFiles): Promise<Syntax> {
  // The runtime puts the views of its memory into the options it is given.
  const runtime = { wasmBinary: files.runtime } as unknown as NonNullable<Parameters<typeof Parser.init>[0]> & RuntimeMemory;
  await Parser.init(runtime);
  const language = await Language.load(files.grammar);
  const reader = new TreeReader(runtime, language);
  const parser = new Parser();
  parser.setLanguage(language);

  const parse = (text: string, old?: Tree, limit = editLimit): Tree | null => {
    const deadline = Date.now() + limit;
    const tree = parser.parse(text, old, { progressCallback: () => Date.now() > deadline } as never);
    if (!tree) parser.reset();
    return tree;
  };

  return {
    language: 'python',
    lower(source) {
      const tree = parse(source.masked, undefined, fileLimit);
      if (!tree) return timedOut(source);
      try {
        return lowerTree(tree, reader, source, noMemo);
      } finally {
        tree.delete();
      }
    },
    open(source) {
      let tree = parse(source.masked);
      let masked = source.masked;
      const memo = new TextMemo();
      let lowered = tree ? lowerTree(tree, reader, source, memo) : timedOut(source);
      return {
        get lowered() { return lowered; },
        update(next) {
          if (tree && next.masked !== masked) {
            tree.edit(difference(masked, next.masked));
            const old = tree;
            tree = parse(next.masked, old);
            old.delete();
          } else tree ??= parse(next.masked);
          masked = next.masked;
          lowered = tree ? lowerTree(tree, reader, next, memo) : timedOut(next);
          return lowered;
        },
        close() {
          tree?.delete();
          tree = null;
        },
      };
    },
  };
}

function lowerTree(tree: Tree, reader: TreeReader, source: ModuleSource, memo: Memo): Lowered {
  const { masked } = source;
  memo.begin();
  const root = reader.read(tree, (type, start, end) => memo.claim(type, masked.slice(start, end), start));
  const module = lowerModule(root, masked, memo, source.notebook ? lastExpressions(root, source) : new Set());
  memo.end();
  return { language: 'python', text: source.text, pieces: source.pieces, notebook: source.notebook, module, comments: commentsOf(masked), errors: errorRanges(root) };
}

function timedOut(source: ModuleSource): Lowered {
  const module: Def = { kind: 'module', name: '', at: 0, length: source.text.length, nameSpan: [0, 0], params: [], decorators: [], bases: [], binds: new Set(), outer: new Set(), body: { kind: 'sequence', span: [0, 0], body: [] } };
  return { language: 'python', text: source.text, pieces: source.pieces, notebook: source.notebook, module, comments: [], errors: [], timedOut: true };
}

/** Ends of the statements whose value a notebook shows: the last of each cell. */
function lastExpressions(root: RawNode, source: ModuleSource): ReadonlySet<number> {
  const ends = new Set<number>();
  for (const piece of source.pieces) {
    const last = root.children.findLast((child) => child.named && child.type !== 'comment' && child.start >= piece.start && child.end <= piece.end);
    if (last?.type === 'expression_statement') ends.add(last.end);
  }
  return ends;
}

/** Comments are found in the text, strings passed over: they serve suppressions only. */
function commentsOf(text: string): Comment[] {
  if (!text.includes('#')) return [];
  const found: Comment[] = [];
  const token = /#[^\n\r]*|(?:"""|''')|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [piece] = match;
    if (piece === '"""' || piece === "'''") {
      const close = text.indexOf(piece, token.lastIndex);
      if (close < 0) break;
      token.lastIndex = close + 3;
      continue;
    }
    if (!piece.startsWith('#')) continue;
    const lineStart = text.lastIndexOf('\n', match.index - 1) + 1;
    found.push({ start: match.index, end: match.index + piece.length, alone: text.slice(lineStart, match.index).trim() === '' });
  }
  return found;
}

/** The one change that turns one text into another: what lies between the common beginning and the common end. */
function difference(before: string, after: string): Parameters<Tree['edit']>[0] {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (end < shortest - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++;
  const oldEnd = before.length - end;
  const newEnd = after.length - end;
  return { startIndex: start, oldEndIndex: oldEnd, newEndIndex: newEnd, startPosition: pointAt(before, start), oldEndPosition: pointAt(before, oldEnd), newEndPosition: pointAt(after, newEnd) };
}

function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    row++;
    lineStart = at + 1;
  }
  return { row, column: offset - lineStart };
}

/**
 * Definitions by their text. One object stands in one place only: equal texts in two places are lowered twice, a
 * definition within one that is used again is not free for another place, and what a lowering did not use is forgotten.
 */
class TextMemo implements DefMemo {
  private old = new Map<string, Remembered[]>();
  private kept = new Map<string, Remembered[]>();
  private used = new Set<Remembered>();
  private claimed = new Map<number, Remembered>();

  begin(): void {
    this.old = this.kept;
    this.kept = new Map();
  }
  claim(type: string, text: string, start: number): boolean {
    const found = this.old.get(memoKey(type, text))?.find((each) => this.isFree(each));
    if (!found) return false;
    this.use(found);
    this.claimed.set(start, found);
    return true;
  }
  take(start: number): Remembered | undefined {
    const found = this.claimed.get(start);
    if (found) this.keep(found);
    return found;
  }
  put(remembered: Remembered): void {
    const same = this.kept.get(remembered.key);
    if (same) same.push(remembered);
    else this.kept.set(remembered.key, [remembered]);
  }
  end(): void {
    this.old.clear();
    this.used.clear();
    this.claimed.clear();
  }

  private isFree(remembered: Remembered): boolean {
    return !this.used.has(remembered) && remembered.inner.every((each) => this.isFree(each));
  }
  private use(remembered: Remembered): void {
    this.used.add(remembered);
    for (const each of remembered.inner) this.use(each);
  }
  private keep(remembered: Remembered): void {
    this.put(remembered);
    for (const each of remembered.inner) this.keep(each);
  }
}

type Memo = DefMemo & Pick<TextMemo, 'begin' | 'claim' | 'end'>;

const noMemo: Memo = { begin() {}, end() {}, claim: () => false, take: () => undefined, put() {} };
