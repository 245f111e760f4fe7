/** Which project a document belongs to, and where offsets of its module lie in it (or, for a notebook, in its cells). */
import { dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NotebookCellKind, type NotebookDocuments, type Range as LspRange } from 'vscode-languageserver/node.js';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { nodeHost, projectRootOf, withSlashes } from './node-host.ts';
import { isScala } from '../project/paths.ts';
import { dataForm, isSqlFile, type Project, scriptForm } from '../project/project.ts';
import { projectFiles } from '../project/files.ts';
import type { OuterSettings } from '../project/folder-settings.ts';
import { type Overrides, settingsFileFor } from '../project/settings.ts';
import { memoryHost, projectOver } from '../service/engine.ts';
import type { NotebookCell, Syntax } from '../syntax/index.ts';
import type { Range } from '../text/range.ts';
import { lastStartingBy } from '../text/range-index.ts';

export interface Placed {
  readonly project: Project;
  /** Within the project. */
  readonly path: string;
  /** Of the project; undefined for documents that are no files. */
  readonly root: string | undefined;
}

export interface Workspace {
  /** While nothing is held: a project that a folder was put into, or taken out of, is read anew. */
  setFolders(uris: readonly string[]): void;
  setOverrides(overrides: Overrides): void;
  /** `languageId` tells what a document holds that is no file yet. */
  place(uri: string, languageId?: string): Placed;
  /** The place of a document that is open, which stays the same until it is let go of. */
  hold(uri: string, languageId?: string): Placed;
  letGo(uri: string): Placed;
  /** In all projects that have it: a folder within another is seen by both. */
  placesOf(uri: string): readonly Placed[];
  /** The URI of a path in a project. */
  uriOf(placed: Placed, path: string): string;
}

export function createWorkspace(syntax: Syntax): Workspace {
  let folders: string[] = [];
  let overrides: Overrides = {};
  const projects = new Map<string, Project>();
  const held = new Map<string, Placed>();
  const projectAt = (root: string | undefined): Project => {
    const key = root ?? '';
    let project = projects.get(key);
    if (!project) projects.set(key, (project = root === undefined ? projectOver(syntax, memoryHost({}), overrides) : projectOver(syntax, nodeHost(root), overrides, settingsAbove(root))));
    return project;
  };
  const placeOf = (uri: string, languageId?: string): Placed => {
    const file = fileOf(uri);
    if (file === undefined) return { project: projectAt(undefined), path: withoutScheme(uri, languageId), root: undefined };
    const root = folders.find((folder) => isWithin(folder, file)) ?? projectRootOf(dirname(file));
    return { project: projectAt(root), path: withSlashes(relative(root, file)), root };
  };
  const place = (uri: string, languageId?: string): Placed => held.get(uri) ?? placeOf(uri, languageId);
  return {
    setFolders(uris) {
      const before = folders;
      // The innermost folder first: a folder within another is a project of its own.
      folders = uris.flatMap((uri) => fileOf(uri) ?? []).sort((a, b) => b.length - a.length);
      const others = [...before, ...folders].filter((folder) => before.includes(folder) !== folders.includes(folder));
      for (const root of projects.keys()) if (others.some((folder) => root === folder || isWithin(root, folder) || isWithin(folder, root))) projects.delete(root);
    },
    setOverrides(next) {
      overrides = next;
      for (const project of projects.values()) project.setOverrides(next);
    },
    place,
    hold(uri, languageId) {
      const placed = place(uri, languageId);
      held.set(uri, placed);
      return placed;
    },
    letGo(uri) {
      const placed = place(uri);
      held.delete(uri);
      return placed;
    },
    placesOf(uri) {
      const file = fileOf(uri);
      if (file === undefined) return [];
      return [...projects].flatMap(([root, project]) => (root !== '' && isWithin(root, file) ? [{ project, root, path: withSlashes(relative(root, file)) }] : []));
    },
    uriOf({ root }, path) {
      return root === undefined ? path : pathToFileURL(`${root}/${path}`).toString();
    },
  };
}

/** Of the repository, where a folder within it is opened: the command line takes the whole for the project. */
function settingsAbove(root: string): OuterSettings | undefined {
  const repository = projectRootOf(root);
  const files = projectFiles(nodeHost(repository));
  const path = repository === root ? undefined : settingsFileFor(files, withSlashes(relative(repository, root)));
  const text = path === undefined ? undefined : files.read(path);
  if (path === undefined || text === undefined) return undefined;
  const file = join(repository, path);
  return { path: withSlashes(relative(root, file)), text, folder: withSlashes(relative(dirname(file), root)) };
}

/** undefined: no file, or one that Node has no path for: on another host, or with bytes in its name that are no UTF-8. */
function fileOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && !path.startsWith('..') && !isAbsolute(path);
}

/** An unsaved document: its name tells what it holds, else its language does. */
function withoutScheme(uri: string, languageId: string | undefined): string {
  const written = uri.replace(/^[\w-]+:\/*/, '').replace(/[?#].*$/, '');
  const name = decoded(written);
  if (languageId === 'scala') return isScala(name) ? name : `${name}.scala`;
  if (languageId === 'shellscript') return /\.(sh|bash)$/.test(name) ? name : `${name}.sh`;
  if (languageId === 'sql') return isSqlFile(name) ? name : `${name}.sql`;
  if (languageId === 'dockerfile') return scriptForm(name) === 'dockerfile' ? name : `${name}.dockerfile`;
  if (languageId === 'makefile') return scriptForm(name) === 'makefile' ? name : `${name}.mk`;
  const form = languageId === 'jsonc' ? 'json' : languageId;
  if (form === 'yaml' || form === 'json' || form === 'xml') return dataForm(name) === form ? name : `${name}${form === 'xml' ? '-site' : ''}.${form}`;
  return isScala(name) || /\.(py|ipynb|conf|properties|sql)$/.test(name) ? name : `${name}.py`;
}

/** Bytes that are no UTF-8 stay as they are written. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A module in the editor: one document, or the cells of a notebook. */
export interface OpenModule extends Placed {
  /** Of the document, or of the notebook. */
  readonly uri: string;
  /** Where a range of the module lies. */
  locate(range: Range): { readonly uri: string; readonly range: LspRange } | undefined;
  /** The module's offset of a place in one of its documents. */
  offset(uri: string, position: { line: number; character: number }): number | undefined;
}

export function openText(workspace: Workspace, document: TextDocument): OpenModule {
  const placed = workspace.place(document.uri, document.languageId);
  return {
    ...placed, uri: document.uri,
    locate: ({ start, end }) => ({ uri: document.uri, range: { start: document.positionAt(start), end: document.positionAt(end) } }),
    offset: (_, position) => document.offsetAt(position),
  };
}

export function openNotebook(workspace: Workspace, notebooks: NotebookDocuments<TextDocument>, notebookUri: string): OpenModule | undefined {
  const notebook = notebooks.getNotebookDocument(notebookUri);
  if (!notebook) return undefined;
  const placed = workspace.place(notebookUri);
  const path = notebookPath(placed.path);
  const cellAt = (index: number | undefined): TextDocument | undefined => {
    const cell = index === undefined ? undefined : notebook.cells[index];
    return cell && notebooks.cellTextDocuments.get(cell.document);
  };
  const pieces = () => placed.project.source(path)?.pieces ?? [];
  return {
    ...placed, path, uri: notebookUri,
    locate({ start, end }) {
      const all = pieces();
      const piece = all[lastStartingBy(all, start)];
      const cell = cellAt(piece?.cell);
      if (!piece || !cell) return undefined;
      return { uri: cell.uri, range: { start: cell.positionAt(start - piece.start), end: cell.positionAt(Math.min(end, piece.end) - piece.start) } };
    },
    offset(uri, position) {
      const piece = pieces().find((each) => cellAt(each.cell)?.uri === uri);
      return piece && piece.start + cellAt(piece.cell)!.offsetAt(position);
    },
  };
}

/** An untitled notebook has no ending yet. */
export const notebookPath = (path: string): string => (path.endsWith('.ipynb') ? path : `${path}.ipynb`);

/** What a notebook says of itself, where the editor passes it on: it holds the file's metadata in its own. */
export function metadataOf(notebooks: NotebookDocuments<TextDocument>, notebookUri: string): unknown {
  const said = notebooks.getNotebookDocument(notebookUri)?.metadata as { metadata?: unknown; custom?: { metadata?: unknown } } | undefined;
  return said?.metadata ?? said?.custom?.metadata ?? said;
}

/** The code of a notebook's cells, as the project takes it. */
export function cellsOf(notebooks: NotebookDocuments<TextDocument>, notebookUri: string): NotebookCell[] {
  const notebook = notebooks.getNotebookDocument(notebookUri);
  return (notebook?.cells ?? []).flatMap((cell, index) => {
    const document = cell.kind === NotebookCellKind.Code ? notebooks.cellTextDocuments.get(cell.document) : undefined;
    return document ? [{ text: document.getText(), index, language: document.languageId }] : [];
  });
}
