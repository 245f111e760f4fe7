/**
 * The modules of a project as their texts have them: read and lowered when first asked for, kept while the text, the
 * settings and what its imports lead to stay the same.
 */
import { analysed, conftestImports } from '../analysis/analyse.ts';
import type { SparkProgram } from '../analysis/model.ts';
import { atOnce } from '../analysis/steps.ts';
import type { Api } from '../knowledge/api.ts';
import { forEachImport } from '../program/expressions.ts';
import type { Language, Lowered } from '../program/program.ts';
import type { ModuleSource, NotebookCell, OpenModule, Syntax } from '../syntax/index.ts';
import { languageOfKernel, notebookSaver, sourceBeside, sourceOf, sourceOfCells, viewsNamedIn } from '../syntax/index.ts';
import type { ProjectFiles } from './files.ts';
import type { ImportGraph } from './import-graph.ts';
import { isScala } from './paths.ts';
import { ranFile } from './runs.ts';
import type { ScalaPackages } from './scala-packages.ts';
import { isTestFile } from './surroundings.ts';

export interface Module {
  readonly path: string;
  readonly source: ModuleSource;
  readonly lowered: Lowered;
}

/** A module as it is now: another object once anything in it is another. */
export interface ModuleState extends Module {
  readonly text: string | undefined;
  readonly cells: readonly NotebookCell[] | undefined;
  readonly generation: number;
  /** Declared in the settings that hold for it. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Files that its import statements lead to, in their order. */
  readonly imports: readonly string[];
  /** The revision of the project at which this was last found to be so. */
  seen: number;
}

export interface ModuleStates {
  /** undefined: there is no such file, or its grammar is not there; `error`: it cannot be read as a module, and why. */
  read(path: string): ModuleState | { readonly error: string } | undefined;
  /** undefined where it cannot be read, too. */
  state(path: string): ModuleState | undefined;
  /** The cells of a notebook in its other language, if it has such: a program of their own in the same text. */
  beside(path: string): SparkProgram | undefined;
  /** Drops the program of its other language. */
  release(path: string): void;
  /** The cells of a notebook in the editor, which count as its file, too, and what it says of itself; undefined: it is closed. */
  setNotebook(path: string, cells: readonly NotebookCell[] | undefined, metadata?: unknown): void;
  /** The document is edited from now on: its tree is kept. */
  open(path: string): void;
  isOpen(path: string): boolean;
  close(path: string): void;
  /** Languages of files that were asked for and are none yet, since the grammar is not there. */
  lacking(): readonly Language[];
}

export interface ModuleStatesInput {
  readonly files: ProjectFiles;
  readonly syntax: Syntax;
  readonly api: Api;
  kinds(path: string): ReadonlyMap<string, string>;
  readonly resolve: ImportGraph['resolve'];
  readonly packages: ScalaPackages;
}

interface OpenNotebook {
  readonly cells: readonly NotebookCell[];
  readonly language: Language | undefined;
  /** What its file would be, made for the text on the disk; undefined: it holds none of our code, and its file is what it was. */
  readonly saver?: { readonly of: string | undefined; readonly save: ReturnType<typeof notebookSaver> };
}

/** Texts longer than this (UTF-16 units) are skipped. */
const longestText = 10_000_000;

export function moduleStates({ files, syntax, api, kinds, resolve, packages }: ModuleStatesInput): ModuleStates {
  const states = new Map<string, ModuleState | { readonly error: string; readonly text: string | undefined; readonly cells: readonly NotebookCell[] | undefined }>();
  const notebooks = new Map<string, OpenNotebook>();
  const documents = new Map<string, OpenModule | undefined>();
  const besides = new Map<string, { readonly of: ModuleState; readonly program: SparkProgram | undefined }>();
  const lacking = new Set<Language>();

  function read(path: string): ModuleState | { readonly error: string } | undefined {
    const before = states.get(path);
    if (before && 'path' in before && before.seen === files.revision) return before;
    const notebook = notebooks.get(path);
    const cells = notebook?.cells;
    const text = cells ? undefined : files.read(path);
    if (!cells && text === undefined) return undefined;
    const declared = kinds(path);
    if (before && 'error' in before) {
      if (before.text === text && before.cells === cells) return before;
    } else if (before && before.text === text && before.cells === cells) {
      if (before.generation === files.generation && before.kinds === declared && (!isScala(path) || packages.targetsOf(path) === before.imports)) {
        before.seen = files.revision;
        return before;
      }
      return remember({ ...before, seen: files.revision, kinds: declared, generation: files.generation, imports: importsOf(path, before.lowered) });
    }
    try {
      const source = notebook ? sourceOfCells(notebook.cells, notebook.language) : readable(path, text!);
      if ('error' in source) return broken(source.error);
      if (!syntax.has(source.language)) {
        lacking.add(source.language);
        return undefined;
      }
      const lowered = lower(path, source);
      return remember({ seen: files.revision, path, text, cells, source, lowered, kinds: declared, generation: files.generation, imports: importsOf(path, lowered) });
    } catch (error) {
      // The parts that an open document kept of it may be those that failed.
      if (documents.has(path)) documents.set(path, undefined);
      return broken(`could not be read, ${toReport(error)}`);
    }

    function broken(error: string): { readonly error: string } {
      const state = { error, text, cells };
      states.set(path, state);
      return state;
    }
  }

  function remember(state: ModuleState): ModuleState {
    states.set(state.path, state);
    return state;
  }

  function lower(path: string, source: ModuleSource): Lowered {
    if (!documents.has(path)) return syntax.lower(source);
    const document = documents.get(path);
    if (document) return document.update(source);
    const opened = syntax.open(source);
    documents.set(path, opened);
    return opened.lowered;
  }

  function importsOf(path: string, lowered: Lowered): readonly string[] {
    if (isScala(path)) return packages.targetsOf(path);
    const ran = lowered.runs.flatMap(({ file }) => ranFile(files, path, file) ?? []);
    if (lowered.language === 'scala') return ran;
    const found = new Set<string>(ran);
    const add = (module: string, level: number): void => {
      const target = level === 0 && api.library(module) === 'spark' ? undefined : resolve(path, module, level);
      if (target !== undefined && target !== path) found.add(target);
    };
    forEachImport(lowered.module.body, (expr) => {
      const parts = expr.module.split('.');
      if (expr.names || expr.star) add(expr.module, expr.level);
      else for (let count = 1; count <= parts.length; count++) add(parts.slice(0, count).join('.'), expr.level);
      for (const { name } of expr.names ?? []) add(expr.module === '' ? name : `${expr.module}.${name}`, expr.level);
    });
    for (const { module, level } of conftestImports(path)) add(module, level);
    return [...found];
  }

  function state(path: string): ModuleState | undefined {
    const found = read(path);
    return found && 'path' in found ? found : undefined;
  }

  function beside(path: string): SparkProgram | undefined {
    const now = state(path);
    if (now?.text === undefined) return undefined;
    const before = besides.get(path);
    if (before?.of.text === now.text && before.of.kinds === now.kinds) return before.program;
    const source = sourceBeside(path, now.text);
    if (source && !syntax.has(source.language)) {
      lacking.add(source.language);
      return undefined;
    }
    const program = source && atOnce(analysed({ path, lowered: syntax.lower(source) }, { api, kinds: now.kinds, import: () => undefined, views: viewsNamedIn(now.text), isTest: isTestFile(path, now.text) })).program;
    besides.set(path, { of: now, program });
    return program;
  }

  return {
    read, state, beside,
    release: (path) => void besides.delete(path),
    setNotebook(path, cells, metadata) {
      const language = languageOfKernel(metadata);
      const before = notebooks.get(path);
      if (!cells) {
        notebooks.delete(path);
        files.overlay(path, undefined);
      } else if (language === 'other') {
        notebooks.set(path, { cells: [], language: undefined });
        files.overlay(path, undefined);
      } else {
        const text = files.saved(path);
        const saver = before?.saver?.of === text ? before?.saver : undefined;
        const { save } = saver ?? { save: notebookSaver(text, metadata) };
        notebooks.set(path, { cells, language, saver: { of: text, save } });
        files.overlay(path, save(cells));
      }
    },
    open(path) {
      if (!documents.has(path)) documents.set(path, undefined);
    },
    isOpen: (path) => documents.has(path),
    close(path) {
      documents.get(path)?.close();
      documents.delete(path);
    },
    lacking: () => [...lacking].filter((language) => !syntax.has(language)),
  };
}

function readable(path: string, text: string): ModuleSource | { readonly error: string } {
  const error = faultOf(text);
  return error === undefined ? sourceOf(path, text) : { error };
}

/** What is said of a fault of ours, with where it happened. */
export const toReport = (error: unknown): string =>
  `please report it: ${error instanceof Error ? `${error.message}${(error.stack ?? '').split('\n').slice(1, 3).join('')}` : String(error)}`;

/** Why a text cannot be checked at all. */
export function faultOf(text: string): string | undefined {
  if (text.length > longestText) return 'is longer than 10 MB and was skipped';
  return text.includes('\0') ? 'is binary (it holds NUL bytes) and was skipped' : undefined;
}
