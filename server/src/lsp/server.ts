/** The language server: the protocol on one side, the services on the other. Nothing here knows Spark. */
import {
  CodeActionKind, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, FileChangeType, TextDocumentSyncKind, WatchKind,
  type Connection, type InitializeResult, type ServerCapabilities,
} from 'vscode-languageserver/node.js';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import manifest from '../../../package.json' with { type: 'json' };
import type { Syntax } from '../syntax/index.ts';
import { answerRequests, fixAllKind } from './answers.ts';
import { cellsOf, kernelOf, notebookPath } from './documents.ts';
import { createFindings, type Findings } from './findings.ts';
import { answering } from './requests.ts';
import { clientOf, createSession, type Session } from './session.ts';

/** What findings rest on besides open documents: modules, entries, settings, versions and commands of the project. */
const watchedFiles = ['**/*.{py,ipynb,scala,sc,conf,properties}', '**/*.{toml,cfg,sbt,gradle,gradle.kts}', '**/requirements*.{txt,in}', '**/requirements/*.txt', '**/{environment,conda,databricks}*.{yml,yaml}', '**/*.{sh,bash,zsh,ksh}', '**/{Pipfile,pom.xml,Makefile,makefile,justfile,Procfile}', '**/{Dockerfile,Containerfile}*', '**/*.{dockerfile,containerfile}', '**/docker-compose*', '**/README*'];
/** A folder that is deleted may be told of without what lay in it, and by no pattern can it be told from a file. */
const anyDeleted = { globPattern: '**/*', kind: WatchKind.Delete };

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

  connection.onInitialize((params): InitializeResult => {
    begin();
    session.client = clientOf(params);
    session.workspace.setFolders(params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []));
    return { serverInfo: { name: 'sparkcheck', version: manifest.version }, capabilities };
  });
  connection.onInitialized(() => {
    watchWorkspace(session, findings);
    session.tell({ state: 'ready' });
  });
  connection.onShutdown(end);

  connection.onDidChangeConfiguration(() => {
    session.configured = session.readSettings().then(findings.again);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    let isOther = false;
    for (const { uri, type } of changes) {
      const { project, path } = session.workspace.place(uri);
      if (project.changed(path)) isOther = true;
      if (type === FileChangeType.Deleted) findings.settingsGone(uri);
    }
    if (!isOther) return;
    findings.pace.changed();
    findings.again();
  });

  followDocuments(session, findings);
  followNotebooks(session, findings);
  answerRequests(session, findings, answer);
  session.documents.listen(connection);
  session.notebooks.listen(connection);
  connection.listen();
}

/** Settings, files and folders, as far as the client tells of them. */
function watchWorkspace(session: Session, { again }: Findings): void {
  const { connection, client, workspace } = session;
  const register = connection.client.register.bind(connection.client);
  if (client.hasSettings) {
    void register(DidChangeConfigurationNotification.type, { section: 'sparkcheck' }).catch(() => undefined);
    session.configured = session.readSettings();
  }
  if (client.watchesFiles) void register(DidChangeWatchedFilesNotification.type, { watchers: [...watchedFiles.map((globPattern) => ({ globPattern })), anyDeleted] }).catch(() => undefined);
  // Asking for this event of a client that has no folders throws.
  if (!client.hasFolders) return;
  connection.workspace.onDidChangeWorkspaceFolders(async () => {
    const folders = await connection.workspace.getWorkspaceFolders();
    workspace.setFolders(folders?.map(({ uri }) => uri) ?? []);
    again();
  });
}

function followDocuments(session: Session, { pace, again, pushSoon, closed, markUnsaved }: Findings): void {
  const { connection, documents, workspace } = session;
  /** The versions that documents were opened in. */
  const opened = new Map<string, number>();
  const take = (document: TextDocument): void => {
    pace.changed();
    const { project, path } = workspace.place(document.uri, document.languageId);
    project.setText(path, document.getText());
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
  documents.onDidSave(({ document }) => {
    const { project, path } = workspace.place(document.uri, document.languageId);
    markUnsaved(document.uri, false);
    pushSoon();
    // It may be a new file, and not every editor watches the disk.
    if (project.changed(path) || session.onSave) again();
  });
  documents.onDidClose(({ document: { uri, languageId } }) => {
    pace.changed();
    const { project, path } = workspace.place(uri, languageId);
    project.setText(path, undefined);
    opened.delete(uri);
    pace.closed(uri);
    closed(uri);
    if (!session.client.pulls) void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
}

function followNotebooks({ connection, notebooks, notebookOrText, workspace }: Session, { pace, pushSoon, closed }: Findings): void {
  const take = (uri: string): void => {
    pace.changed();
    const module = notebookOrText(uri);
    const kernel = kernelOf(notebooks, uri);
    module?.project.setNotebook(module.path, kernel === 'other' ? [] : cellsOf(notebooks, uri), kernel === 'other' ? undefined : kernel);
    pushSoon();
  };
  notebooks.onDidOpen(({ uri }) => take(uri));
  notebooks.onDidChange(({ notebookDocument: { uri } }) => {
    pace.edited(uri);
    take(uri);
  });
  notebooks.onDidClose(({ uri, cells }) => {
    pace.changed();
    pace.closed(uri);
    const { project, path } = workspace.place(uri);
    project.setNotebook(notebookPath(path), undefined);
    for (const { document } of cells) {
      closed(document);
      void connection.sendDiagnostics({ uri: document, diagnostics: [] });
    }
  });
}
