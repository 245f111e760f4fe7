/** What one connection holds: its documents, what its client can do, and what its user has set. */
import { type Connection, type InitializeParams, NotebookDocuments, TextDocuments } from 'vscode-languageserver/node.js';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { How } from '../project/project.ts';
import type { Overrides, Problem } from '../project/settings.ts';
import type { Syntax } from '../syntax/index.ts';
import { createWorkspace, openNotebook, openText, type OpenModule, type Workspace } from './documents.ts';
import { type ClientOptions, type Status, statusNotification } from './protocol.ts';

/** What the client says of itself. */
export interface Client {
  /** It asks for diagnostics itself. */
  readonly pulls: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesLenses: boolean;
  readonly watchesFiles: boolean;
  readonly hasSettings: boolean;
  readonly hasFolders: boolean;
  readonly renamesFiles: boolean;
  readonly opensRules: boolean;
  readonly showsHovers: boolean;
  /** What items of a completion have in common stands once. */
  readonly sharesDefaults: boolean;
}

const silentClient: Client = { pulls: false, refreshesDiagnostics: false, refreshesLenses: false, watchesFiles: false, hasSettings: false, hasFolders: false, renamesFiles: false, opensRules: false, showsHovers: false, sharesDefaults: false };

export function clientOf({ capabilities: { textDocument, workspace }, initializationOptions }: InitializeParams): Client {
  const options = initializationOptions as ClientOptions | undefined;
  return {
    pulls: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    hasSettings: workspace?.configuration === true,
    hasFolders: workspace?.workspaceFolders === true,
    renamesFiles: workspace?.workspaceEdit?.resourceOperations?.includes('rename') === true && workspace.workspaceEdit.documentChanges === true,
    opensRules: options?.openRule === true,
    showsHovers: options?.showHover === true,
    sharesDefaults: ['editRange', 'data'].every((name) => textDocument?.completion?.completionList?.itemDefaults?.includes(name) === true),
  };
}

/** As the user writes them under `sparkcheck.`. */
interface Settings {
  readonly severities?: Overrides['severities'];
  readonly targetSpark?: string;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly run?: 'onType' | 'onSave';
  readonly codeLens?: { readonly enable?: boolean };
}

export interface Session {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly documents: TextDocuments<TextDocument>;
  readonly notebooks: NotebookDocuments<TextDocument>;
  client: Client;
  onSave: boolean;
  lenses: boolean;
  /** Answers that need the settings wait for them. */
  configured: Promise<void>;
  readSettings(): Promise<void>;
  /** The document of a URI, or the notebook that a cell belongs to. */
  moduleOf(uri: string): OpenModule | undefined;
  /** The same, where the URI may be that of a notebook. */
  notebookOrText(uri: string): OpenModule | undefined;
  /** Waits for the grammar of a document's language; without it nothing is found in the document. */
  ready(uri: string): Promise<void>;
  logOnce(severity: Problem['severity'], line: string): void;
  tell(status: Status): void;
}

export function createSession(connection: Connection, syntax: Syntax): Session {
  const workspace = createWorkspace(syntax);
  const notebooks = new NotebookDocuments(TextDocument);
  const documents = new TextDocuments(TextDocument);
  const logged = new Set<string>();
  const notebookAt = (uri: string): OpenModule | undefined => openNotebook(workspace, notebooks, uri);

  const session: Session = {
    connection, workspace, documents, notebooks,
    client: silentClient, onSave: false, lenses: true, configured: Promise.resolve(),
    async readSettings() {
      if (!session.client.hasSettings) return;
      const settings = ((await connection.workspace.getConfiguration('sparkcheck').catch(() => undefined)) ?? {}) as Settings;
      session.onSave = settings.run === 'onSave';
      session.lenses = settings.codeLens?.enable !== false;
      workspace.setOverrides(overridesIn(settings));
    },
    moduleOf(uri) {
      const notebook = notebooks.findNotebookDocumentForCell(uri);
      if (notebook) return notebookAt(notebook.uri);
      const document = documents.get(uri);
      return document && openText(workspace, document);
    },
    notebookOrText: (uri) => (notebooks.getNotebookDocument(uri) ? notebookAt(uri) : session.moduleOf(uri)),
    async ready(uri) {
      const module = session.moduleOf(uri);
      await module?.project.ready(module.path).catch((error: unknown) => session.logOnce('error', `${module.path}: its language cannot be read: ${String(error)}`));
    },
    logOnce(severity, line) {
      if (logged.has(line)) return;
      logged.add(line);
      if (severity === 'error') connection.console.error(line);
      else connection.console.warn(line);
    },
    tell: (status) => void connection.sendNotification(statusNotification, status).catch(() => undefined),
  };
  return session;
}

function overridesIn({ severities, targetSpark, select, ignore }: Settings): Overrides {
  return {
    ...(severities && Object.keys(severities).length > 0 ? { severities } : {}),
    ...(targetSpark ? { targetSpark } : {}),
    ...(select && select.length > 0 ? { select } : {}),
    ...(ignore ? { ignore } : {}),
  };
}

/** How open documents are checked: parts will do where news of the whole can follow, and nobody waits for a save. */
export const soon = ({ client, onSave }: Session): How & { readonly parts: boolean } => ({ quick: true, parts: !onSave && (!client.pulls || client.refreshesDiagnostics) });
