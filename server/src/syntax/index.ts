/**
 * The only door to the parsers: text in, `Lowered` out. Trees never leave this folder, and whoever makes one frees it.
 * The wasm files are handed in, since nothing here does I/O.
 */
import { Language, Parser } from 'web-tree-sitter';
import type { Def, Lowered } from '../program/program.ts';
import { changeBetween } from './change.ts';
import { Forest, type Section } from './forest.ts';
import { Memo } from './memo.ts';
import { lowerModule } from './python.ts';
import { repair, type Repaired } from './repair.ts';
import type { ModuleSource } from './source.ts';
import { errorRanges, namedChildren, type RawNode } from './tree.ts';
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
  /** What was given before is void: parts of it are used again, and moved. */
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

  return {
    language: 'python',
    lower(source) {
      const forest = new Forest(parser);
      const parts = partsOf(source);
      const sections = forest.update(parts.text, parts.starts, unchanged, fileLimit);
      if (!sections) return timedOut(source);
      try {
        return lowerSections(source, parts, sections, reader);
      } finally {
        forest.clear();
      }
    },
    open(source) {
      const forest = new Forest(parser);
      const memo = new Memo();
      let text = '';
      let lowered: Lowered;
      const update = (next: ModuleSource): Lowered => {
        const parts = partsOf(next);
        const change = changeBetween(text, parts.text);
        ({ text } = parts);
        const sections = forest.update(text, parts.starts, change, editLimit);
        memo.begin(text, change);
        lowered = sections ? lowerSections(next, parts, sections, reader, memo) : timedOut(next);
        memo.end();
        return lowered;
      };
      update(source);
      return { get lowered() { return lowered; }, update, close: () => forest.clear() };
    },
  };
}

const unchanged = { start: 0, oldEnd: 0, newEnd: 0 };

interface Parts extends Repaired {
  /** Where they begin: cells are parsed apart, as they are run. */
  readonly starts: readonly number[];
}

function partsOf({ masked, pieces }: ModuleSource): Parts {
  const ends = pieces.map((_, index) => pieces[index + 1]?.start ?? masked.length);
  const parts = pieces.flatMap(({ start }, index) => (start < ends[index]! ? [{ start, ...repair(masked, start, ends[index]!) }] : []));
  return {
    starts: parts.map(({ start }) => start), text: parts.map(({ text }) => text).join(''),
    comments: parts.flatMap(({ comments }) => comments), faults: parts.flatMap(({ faults }) => faults),
  };
}

function lowerSections(source: ModuleSource, { text, comments, faults }: Parts, sections: readonly Section[], reader: TreeReader, memo?: Memo): Lowered {
  const roots = sections.map(({ tree, start }) => reader.read(tree, memo?.knows, start));
  const statements = roots.flatMap((root) => namedChildren(root));
  const module = lowerModule(statements, text, memo, source.notebook ? lastExpressions(statements, source) : new Set());
  const errors = [...faults.map(({ start, end }) => ({ start, end })), ...roots.flatMap((root) => errorRanges(root))].sort((a, b) => a.start - b.start);
  return { language: 'python', text: source.text, pieces: source.pieces, notebook: source.notebook, module, comments, errors };
}

function timedOut(source: ModuleSource): Lowered {
  const module: Def = { kind: 'module', name: '', at: 0, length: source.text.length, nameSpan: [0, 0], params: [], decorators: [], bases: [], binds: new Set(), outer: new Set(), body: { kind: 'sequence', span: [0, 0], body: [] } };
  return { language: 'python', text: source.text, pieces: source.pieces, notebook: source.notebook, module, comments: [], errors: [], timedOut: true };
}

/** Ends of the statements whose value a notebook shows: the last of each cell. */
function lastExpressions(statements: readonly RawNode[], { pieces }: ModuleSource): ReadonlySet<number> {
  const ends = new Set<number>();
  let next = 0;
  for (const piece of pieces) {
    let last: RawNode | undefined;
    while (next < statements.length && statements[next]!.end <= piece.end) {
      if (statements[next]!.start >= piece.start) last = statements[next];
      next++;
    }
    if (last?.type === 'expression_statement') ends.add(last.end);
  }
  return ends;
}
