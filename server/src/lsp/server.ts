/** The language server: the protocol on one side, the services on the other. Nothing here knows Spark. */
import {
  CodeActionKind, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, FileChangeType, TextDocumentSyncKind,
  type Connection, type InitializeResult, type ServerCapabilities,
} from 'vscode-languageserver/node.js';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import manifest from '../../../package.json' with { type: 'json' };
import type { Syntax } from '../syntax/index.ts';
import { answerRequests, fixAllKind } from './answers.ts';
import { cellsOf, metadataOf, notebookPath } from './documents.ts';
import { createFindings, type Findings } from './findings.ts';
import { answering } from './requests.ts';
import { clientOf, createSession, type Session } from './session.ts';

/** Whatever changes: a project knows best what it read, or would; and a deleted folder has no name that tells it. */
const watchers = [{ globPattern: '**/*' }];

const capabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  notebookDocumentSync: { notebookSelector: [{ notebook: { notebookType: 'jupyter-notebook' }, cells: [{ language: 'python' }, { language: 'scala' }] }] },
  diagnosticProvider: { identifier: 'sparkcheck', interFileDependencies: true, workspaceDiagnostics: false },
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['.', '"', "'", '='], resolveProvider: true },
  codeLensProvider: {},
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

export function serve(connection: Connection, syntax: Syntax): void {
  const session = createSession(connection, syntax);
  const { answer, begin, end } = answering();
  const findings = createFindings(session, answer);
  const documents = followDocuments(session, findings);
  const notebooks = followNotebooks(session, findings);

  connection.onInitialize((params): InitializeResult => {
    begin();
    session.client = clientOf(params);
    session.workspace.setFolders(params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []));
    return { serverInfo: { name: 'sparkcheck', version: manifest.version }, capabilities };
  });
  connection.onInitialized(() => {
    watchWorkspace(session, findings, [documents, notebooks]);
    session.tell({ state: 'ready' });
  });
  connection.onShutdown(end);

  connection.onDidChangeConfiguration(() => {
    session.configured = session.readSettings().then(findings.again);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    let isOther = false;
    for (const { uri, type } of changes) {
      for (const { project, path } of session.workspace.placesOf(uri)) if (project.changed(path)) isOther = true;
      if (type === FileChangeType.Deleted) findings.settingsGone(uri);
    }
    if (!isOther) return;
    findings.pace.changed();
    findings.again();
  });

  answerRequests(session, findings, answer);
  session.documents.listen(connection);
  session.notebooks.listen(connection);
  connection.listen();
}

/** What is open in the editor, and with the project that it belongs to. */
interface Open {
  readonly uris: Iterable<string>;
  give(uri: string): void;
  takeBack(uri: string): void;
}

/** Settings, files and folders, as far as the client tells of them. */
function watchWorkspace(session: Session, { pace, again }: Findings, open: readonly Open[]): void {
  const { connection, client, workspace } = session;
  const register = connection.client.register.bind(connection.client);
  if (client.hasSettings) {
    void register(DidChangeConfigurationNotification.type, { section: 'sparkcheck' }).catch(() => undefined);
    session.configured = session.readSettings();
  }
  if (client.watchesFiles) void register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => undefined);
  // Asking for this event of a client that has no folders throws.
  if (!client.hasFolders) return;
  connection.workspace.onDidChangeWorkspaceFolders(async () => {
    const folders = await connection.workspace.getWorkspaceFolders();
    pace.changed();
    // What is typed and not saved may belong to another project now.
    const all = open.flatMap(({ uris, give, takeBack }) => [...uris].map((uri) => ({ uri, give, takeBack })));
    for (const { uri, takeBack } of all) takeBack(uri);
    workspace.setFolders(folders?.map(({ uri }) => uri) ?? []);
    for (const { uri, give } of all) give(uri);
    again();
  });
}

function followDocuments(session: Session, { pace, again, pushSoon, closed, markUnsaved }: Findings): Open {
  const { connection, documents, workspace } = session;
  /** The versions that documents were opened in. */
  const opened = new Map<string, number>();
  const give = (uri: string): void => {
    const document = documents.get(uri);
    if (!document) return;
    const { project, path } = workspace.hold(uri, document.languageId);
    project.setText(path, document.getText());
  };
  const takeBack = (uri: string): void => {
    const { project, path } = workspace.letGo(uri);
    project.setText(path, undefined);
  };
  const take = ({ uri }: TextDocument): void => {
    pace.changed();
    give(uri);
    pushSoon();
  };
  documents.onDidOpen(({ document }) => {
    opened.set(document.uri, document.version);
    take(document);
  });
  documents.onDidChangeContent(({ document }) => {
    markUnsaved(document.uri, true);
    // A document that is opened comes here, too.
    if (document.version !== opened.get(document.uri)) pace.edited(document.uri);
    take(document);
  });
  documents.onDidSave(({ document: { uri } }) => {
    markUnsaved(uri, false);
    pushSoon();
    // It may be a new file, and not every editor watches the disk.
    const isOther = workspace.placesOf(uri).filter(({ project, path }) => project.changed(path)).length > 0;
    if (isOther || session.onSave) again();
  });
  documents.onDidClose(({ document: { uri } }) => {
    pace.changed();
    takeBack(uri);
    opened.delete(uri);
    pace.closed(uri);
    closed(uri);
    if (!session.client.pulls) void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
  return { get uris() { return opened.keys(); }, give, takeBack };
}

function followNotebooks({ connection, notebooks, workspace }: Session, { pace, pushSoon, closed }: Findings): Open {
  const uris = new Set<string>();
  const give = (uri: string): void => {
    const { project, path } = workspace.hold(uri);
    project.setNotebook(notebookPath(path), cellsOf(notebooks, uri), metadataOf(notebooks, uri));
  };
  const takeBack = (uri: string): void => {
    const { project, path } = workspace.letGo(uri);
    project.setNotebook(notebookPath(path), undefined);
  };
  const take = (uri: string): void => {
    pace.changed();
    give(uri);
    pushSoon();
  };
  notebooks.onDidOpen(({ uri }) => {
    uris.add(uri);
    take(uri);
  });
  notebooks.onDidChange(({ notebookDocument: { uri } }) => {
    pace.edited(uri);
    take(uri);
  });
  notebooks.onDidClose(({ uri, cells }) => {
    pace.changed();
    uris.delete(uri);
    pace.closed(uri);
    takeBack(uri);
    for (const { document } of cells) {
      closed(document);
      void connection.sendDiagnostics({ uri: document, diagnostics: [] });
    }
  });
  return { uris, give, takeBack };
}
