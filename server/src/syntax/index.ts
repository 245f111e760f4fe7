/**
 * The only door to the parsers: text in, `Lowered` out. Trees never leave this folder, and whoever makes one frees it.
 * The wasm files are handed in, since nothing here does I/O.
 */
import { Language as Grammar, Parser } from 'web-tree-sitter';
import type { DataFile, DataForm, Script } from '../program/conf.ts';
import type { Language, Lowered } from '../program/program.ts';
import { dataOf, type Reader } from './data/index.ts';
import { type Change, changeBetween, hull, unchanged } from './change.ts';
import { Forest, type Section } from './forest.ts';
import type { Frontend, Prepared } from './frontend.ts';
import { moduleOf } from './lowering.ts';
import { Memo } from './memo.ts';
import { python } from './python/module.ts';
import { scala } from './scala/module.ts';
import { scriptOf } from './shell/index.ts';
import type { ModuleSource } from './source.ts';
import { errorRanges, namedChildren, RawNode } from './tree.ts';
import { type RuntimeMemory, TreeReader } from './tree-reader.ts';

export { maskCell, runsAnywhere } from './magics.ts';
export { notebookSaver } from './saved-notebook.ts';
export * from './source.ts';

export interface GrammarFiles {
  /** web-tree-sitter.wasm */
  readonly runtime: Uint8Array;
  /** tree-sitter-python.wasm, tree-sitter-scala.wasm, tree-sitter-bash.wasm: asked for once, when the first text in the language turns up. */
  grammar(language: Language | 'bash'): Promise<Uint8Array>;
}

/** Whatever has a parser to load: languages of programs, that of the scripts which start them, forms of data. */
export type Parsed = Language | 'bash' | DataForm;

export interface Syntax {
  /** Loads a language's grammar, or a parser, once. Errors: those of WebAssembly and of who hands it in. */
  need(language: Parsed): Promise<void>;
  has(language: Parsed): boolean;
  /** One shot, for files that are read once. Errors: the grammar was not asked for. */
  lower(source: ModuleSource): Lowered;
  /** For documents that change: keeps the tree, and lowers only definitions whose text changed. */
  open(source: ModuleSource): OpenModule;
  /** The commands of a script that start Spark; what stands in it as YAML or JSON where their parsers were asked for, too. Errors: the grammar was not asked for. */
  script(path: string, text: string, form: Script['form']): Script;
  /** The settings of Spark in a file of data. Errors: the parser was not asked for. */
  data(path: string, text: string, form: DataForm): DataFile;
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

/** Loads the runtime once, and Python's grammar with it. Errors: those of WebAssembly, where a file is no wasm. */
export function openSyntax(files: GrammarFiles): Promise<Syntax> {
  return (loaded ??= load(files));
}

const frontends: ReadonlyMap<Language, Frontend> = new Map([python, scala].map((frontend) => [frontend.language, frontend]));

/** One language, ready to parse. */
interface Loaded {
  readonly frontend: Frontend;
  readonly parser: Parser;
  readonly reader: TreeReader;
}

async function load(files: GrammarFiles): Promise<Syntax> {
  // The runtime puts the views of its memory into the options it is given.
  const runtime = { wasmBinary: files.runtime } as unknown as NonNullable<Parameters<typeof Parser.init>[0]> & RuntimeMemory;
  await Parser.init(runtime);
  const languages = new Map<Language, Loaded>();
  const loading = new Map<Parsed, Promise<void>>();
  const forms = new Map<DataForm, Reader>();
  let bash: Pick<Loaded, 'parser' | 'reader'> | undefined;
  const need = (language: Parsed): Promise<void> => {
    const under = loading.get(language) ?? (isForm(language) ? readers[language]().then((reader) => void forms.set(language, reader)) : files.grammar(language).then(async (wasm) => {
      if (language === 'bash') bash = await loadBash(wasm, runtime);
      else languages.set(language, await loadLanguage(frontends.get(language)!, wasm, runtime));
    }));
    loading.set(language, under);
    return under;
  };
  await need('python');
  const of = ({ language }: ModuleSource): Loaded => {
    const found = languages.get(language);
    if (!found) throw new Error(`the grammar of ${language} is not loaded`);
    return found;
  };

  return {
    need,
    has: (language) => (language === 'bash' ? bash !== undefined : isForm(language) ? forms.has(language) : languages.has(language)),
    lower(source) {
      const { frontend, parser, reader } = of(source);
      const forest = new Forest(parser, frontend.chunk);
      const parts = partsOf(frontend, source);
      const sections = forest.update(parts.text, parts.starts, unchanged, fileLimit);
      if (!sections) return timedOut(source);
      try {
        return lowerSections(frontend, source, parts, sections, reader);
      } finally {
        forest.clear();
      }
    },
    open(source) {
      const { frontend, parser, reader } = of(source);
      const forest = new Forest(parser, frontend.chunk);
      const memo = new Memo();
      let text = '';
      let written = '';
      let lowered: Lowered;
      const update = (next: ModuleSource): Lowered => {
        const parts = partsOf(frontend, next);
        const change = changeBetween(text, parts.text);
        const changeWritten: Change = parts.written === parts.text && written === text ? change : hull(change, changeBetween(written, parts.written));
        ({ text, written } = parts);
        const sections = forest.update(text, parts.starts, change, editLimit);
        memo.begin(written, changeWritten);
        lowered = sections ? lowerSections(frontend, next, parts, sections, reader, memo) : timedOut(next);
        memo.end();
        return lowered;
      };
      update(source);
      return { get lowered() { return lowered; }, update, close: () => forest.clear() };
    },
    script(path, text, form) {
      if (!bash) throw new Error('the grammar of bash is not loaded');
      const { parser, reader } = bash;
      return scriptOf(path, text, form, (shell) => {
        const deadline = Date.now() + editLimit;
        const tree = parser.parse(shell, null, { progressCallback: () => Date.now() > deadline });
        if (!tree) {
          parser.reset();
          return new RawNode('program', 0, shell.length, undefined, true, [], false);
        }
        try {
          return reader.read(tree);
        } finally {
          tree.delete();
        }
      }, (given, of) => {
        const read = forms.get(of);
        return read && dataOf(path, given, of, read).sections;
      });
    },
    data(path, text, form) {
      const reader = forms.get(form);
      if (!reader) throw new Error(`the parser of ${form} is not loaded`);
      return dataOf(path, text, form, reader);
    },
  };
}

const readers: Readonly<Record<DataForm, () => Promise<Reader>>> = {
  yaml: async () => (await import('./data/yaml.ts')).readYaml,
  json: async () => (await import('./data/json.ts')).readJson,
  xml: async () => (await import('./data/xml.ts')).readXml,
};
const isForm = (language: Parsed): language is DataForm => Object.hasOwn(readers, language);

/** Comments are nodes here: a command ends at one. */
async function loadBash(wasm: Uint8Array, runtime: RuntimeMemory): Promise<Pick<Loaded, 'parser' | 'reader'>> {
  const grammar = await Grammar.load(wasm);
  const parser = new Parser();
  parser.setLanguage(grammar);
  return { parser, reader: new TreeReader(runtime, grammar, undefined, undefined, new Set()) };
}

async function loadLanguage(frontend: Frontend, wasm: Uint8Array, runtime: RuntimeMemory): Promise<Loaded> {
  const grammar = await Grammar.load(wasm);
  const parser = new Parser();
  parser.setLanguage(grammar);
  return { frontend, parser, reader: new TreeReader(runtime, grammar, frontend.isDefinition, frontend.mend) };
}

interface Parts extends Prepared {
  /** Where they begin: cells are parsed apart, as they are run. */
  readonly starts: readonly number[];
}

function partsOf(frontend: Frontend, { masked, pieces }: ModuleSource): Parts {
  const ends = pieces.map((_, index) => pieces[index + 1]?.start ?? masked.length);
  const parts = pieces.flatMap(({ start }, index) => (start < ends[index]! ? [{ start, ...frontend.prepare(masked, start, ends[index]!) }] : []));
  return {
    starts: parts.map(({ start }) => start), text: parts.map(({ text }) => text).join(''), written: parts.map(({ written }) => written).join(''),
    comments: parts.flatMap(({ comments }) => comments), faults: parts.flatMap(({ faults }) => faults),
  };
}

function lowerSections(frontend: Frontend, source: ModuleSource, { written, comments, faults }: Parts, sections: readonly Section[], reader: TreeReader, memo?: Memo): Lowered {
  const roots = sections.map(({ tree, start }) => reader.read(tree, memo?.knows, start));
  const statements = roots.flatMap((root) => namedChildren(root));
  const lowered = frontend.lower(statements, written, memo, source.notebook ? lastExpressions(frontend, statements, source) : new Set());
  const errors = [...faults.map(({ start, end }) => ({ start, end })), ...roots.flatMap((root) => errorRanges(root))].sort((a, b) => a.start - b.start);
  return { ...aboutSource(source), ...lowered, comments, errors };
}

function timedOut(source: ModuleSource): Lowered {
  const module = moduleOf(source.text.length, [], new Set());
  return { ...aboutSource(source), module, comments: [], errors: [], timedOut: true };
}

const aboutSource = ({ language, text, pieces, notebook, runs }: ModuleSource): Pick<Lowered, 'language' | 'text' | 'pieces' | 'notebook' | 'runs'> => ({ language, text, pieces, notebook, runs });

/** Ends of the statements whose value a notebook shows: the last of each cell. */
function lastExpressions(frontend: Frontend, statements: readonly RawNode[], { pieces }: ModuleSource): ReadonlySet<number> {
  const ends = new Set<number>();
  let next = 0;
  for (const piece of pieces) {
    let last: RawNode | undefined;
    while (next < statements.length && statements[next]!.start < piece.end) {
      if (statements[next]!.start >= piece.start) last = statements[next];
      next++;
    }
    if (last && frontend.isShown(last)) ends.add(last.end);
  }
  return ends;
}
