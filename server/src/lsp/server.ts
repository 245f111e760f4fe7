/** The language server: the protocol on one side, the services on the other. Nothing here knows Spark. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import {
  CodeActionKind, CodeLensRefreshRequest, CompletionItemKind, DiagnosticSeverity, DiagnosticTag, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, FileChangeType, DocumentDiagnosticReportKind, LSPErrorCodes, MarkupKind, NotebookDocuments, RenameFile, ResponseError, TextDocumentSyncKind, TextDocuments,
  type CancellationToken, type CodeAction, type CodeLens, type CompletionItem, type Connection, type Diagnostic, type InitializeResult, type Location, type TextEdit, type WorkspaceEdit,
} from 'vscode-languageserver/node.js';
import { TextDocument } from 'vscode-languageserver-textdocument';
import manifest from '../../../package.json' with { type: 'json' };
import type { Finding } from '../lint/finding.ts';
import type { CheckResult } from '../project/project.ts';
import type { Overrides, Problem } from '../project/settings.ts';
import type { Edit, Severity } from '../rule/rule.ts';
import { actionsFor, fixedText, safeEdits, touching } from '../service/actions.ts';
import { completionText, completionsAt, languageAt } from '../service/completion.ts';
import { hoverAt } from '../service/hover.ts';
import { lensesOf } from '../service/lenses.ts';
import type { Syntax } from '../syntax/index.ts';
import { cellsOf, createWorkspace, kernelOf, notebookPath, openNotebook, openText, type OpenModule } from './documents.ts';
import { configurationOf } from './effective.ts';
import { type ClientOptions, type EffectiveConfigurationParams, effectiveConfigurationRequest, openRuleCommand, showHoverCommand, statusNotification, type Status } from './protocol.ts';
import { answering, hasDocument, hasDocumentAndRelease, hasPlace, hasRange, isItem } from './requests.ts';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.sparkcheck`;

const completionKinds = { key: CompletionItemKind.Property, prefix: CompletionItemKind.Module, value: CompletionItemKind.Value } as const;
const severities: Readonly<Record<Severity, DiagnosticSeverity>> = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, information: DiagnosticSeverity.Information, hint: DiagnosticSeverity.Hint };
/** Clients without pull diagnostics get them this long after the last keystroke, in milliseconds. */
const pushDelay = 60;
/** Typing pauses that long before what rests on other files is looked at again. */
const settleDelay = 800;
/** A check that takes longer waits until typing rests, so that what else is asked meanwhile is answered at once. In milliseconds. */
const slowCheck = 50;
const restDelay = 200;
/** Whoever waits for a slow check while others are typed into gets it after so many milliseconds. */
const longestWait = 3000;
/** Work in the background lets others in after so many milliseconds. */
const workSlice = 15;

/** What findings rest on besides open documents: modules, entries, settings, versions and commands of the project. */
const watchedFiles = ['**/*.{py,ipynb,scala,sc,conf,properties}', '**/*.{toml,cfg,sbt,gradle,gradle.kts}', '**/requirements*.{txt,in}', '**/requirements/*.txt', '**/{environment,conda,databricks}*.{yml,yaml}', '**/*.{sh,bash,zsh,ksh}', '**/{Pipfile,pom.xml,Makefile,makefile,justfile,Procfile}', '**/{Dockerfile,Containerfile}*', '**/*.{dockerfile,containerfile}', '**/docker-compose*', '**/README*'];
/** An element holds the name of a setting above its value. */
const linesBefore = 4;
/** Places beyond the end of a line count as its end. */
const endOfLine = 0x7fffffff;

interface Settings {
  readonly severities?: Overrides['severities'];
  readonly targetSpark?: string;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly run?: 'onType' | 'onSave';
  readonly codeLens?: { readonly enable?: boolean };
}

export function serve(connection: Connection, syntax: Syntax): void {
  const workspace = createWorkspace(syntax);
  const notebooks = new NotebookDocuments(TextDocument);
  const documents = new TextDocuments(TextDocument);
  const logged = new Set<string>();
  const shown = new Map<string, readonly Diagnostic[]>();
  /** By document: the cells of a notebook ask one after the other for what one check found. */
  const located = new WeakMap<CheckResult, ReadonlyMap<string, readonly Diagnostic[]>>();
  const reported = new Map<string, CheckResult>();
  /** By file of project settings: what was last said of it. */
  const settingsSaid = new Map<string, string>();
  const unsaved = new Set<string>();
  /** VS Code's client asks for the findings of documents in tabs, not for those of a notebook's cells: they are pushed. */
  const asked = new Set<string>();
  let pulls = false;
  let configurable = false;
  let watches = false;
  let refreshes = false;
  let foldered = false;
  let opensRules = false;
  let showsHovers = false;
  let refreshesLenses = false;
  let lenses = true;
  let renamesFiles = false;
  let onSave = false;
  const unsettled = new Set<string>();
  /** The versions that documents were opened in. */
  const opened = new Map<string, number>();
  /** By document or notebook: when it was edited last, how long its last check took, and what was done already for the next one, in milliseconds. */
  const edited = new Map<string, number>();
  const checkTook = new Map<string, number>();
  const prepared = new Map<string, number>();
  const preparing = new Map<string, Promise<boolean>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let settles = false;
  /** Edits so far, of whatever document. */
  let changes = 0;
  /** Answers that need the settings wait for them. */
  let configured: Promise<void> = Promise.resolve();

  const { answer, begin, end } = answering();

  connection.onInitialize(({ capabilities, workspaceFolders, rootUri, initializationOptions }): InitializeResult => {
    begin();
    pulls = capabilities.textDocument?.diagnostic !== undefined;
    watches = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    configurable = capabilities.workspace?.configuration === true;
    refreshes = capabilities.workspace?.diagnostics?.refreshSupport === true;
    foldered = capabilities.workspace?.workspaceFolders === true;
    renamesFiles = capabilities.workspace?.workspaceEdit?.resourceOperations?.includes('rename') === true && capabilities.workspace.workspaceEdit.documentChanges === true;
    refreshesLenses = capabilities.workspace?.codeLens?.refreshSupport === true;
    opensRules = (initializationOptions as ClientOptions | undefined)?.openRule === true;
    showsHovers = (initializationOptions as ClientOptions | undefined)?.showHover === true;
    workspace.setFolders(workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []));
    return {
      serverInfo: { name: 'sparkcheck', version: manifest.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        notebookDocumentSync: { notebookSelector: [{ notebook: { notebookType: 'jupyter-notebook' }, cells: [{ language: 'python' }, { language: 'scala' }] }] },
        diagnosticProvider: { identifier: 'sparkcheck', interFileDependencies: true, workspaceDiagnostics: false },
        hoverProvider: true,
        completionProvider: { triggerCharacters: ['.', '"', "'", '='], resolveProvider: true },
        codeLensProvider: {},
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(() => {
    if (configurable) {
      void connection.client.register(DidChangeConfigurationNotification.type, { section: 'sparkcheck' }).catch(() => undefined);
      configured = readSettings();
    }
    if (watches) void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: watchedFiles.map((globPattern) => ({ globPattern })) }).catch(() => undefined);
    // Asking for this event of a client that has no folders throws.
    if (foldered) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        const folders = await connection.workspace.getWorkspaceFolders();
        workspace.setFolders(folders?.map(({ uri }) => uri) ?? []);
        again();
      });
    }
    report({ state: 'ready' });
  });
  connection.onShutdown(end);

  connection.onDidChangeConfiguration(() => {
    configured = readSettings().then(again);
  });
  connection.onDidChangeWatchedFiles(({ changes: files }) => {
    changes++;
    for (const { uri, type } of files) {
      const { project, path } = workspace.place(uri);
      project.changed(path);
      if (type === FileChangeType.Deleted && settingsSaid.delete(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    }
    again();
  });

  async function readSettings(): Promise<void> {
    if (!configurable) return;
    const settings = ((await connection.workspace.getConfiguration('sparkcheck').catch(() => undefined)) ?? {}) as Settings;
    onSave = settings.run === 'onSave';
    lenses = settings.codeLens?.enable !== false;
    workspace.setOverrides({
      ...(settings.severities && Object.keys(settings.severities).length > 0 ? { severities: settings.severities } : {}),
      ...(settings.targetSpark ? { targetSpark: settings.targetSpark } : {}),
      ...(settings.select && settings.select.length > 0 ? { select: settings.select } : {}),
      ...(settings.ignore ? { ignore: settings.ignore } : {}),
    });
  }

  // ---- documents ----------------------------------------------------------------------------------------------------

  documents.onDidOpen(({ document }) => {
    opened.set(document.uri, document.version);
    take(document);
  });
  documents.onDidChangeContent(({ document }) => {
    unsaved.add(document.uri);
    // A document that is opened comes here, too.
    if (document.version !== opened.get(document.uri)) edited.set(document.uri, performance.now());
    take(document);
  });
  documents.onDidSave(({ document }) => {
    unsaved.delete(document.uri);
    pushSoon();
    if (onSave) again();
  });
  documents.onDidClose(({ document }) => {
    changes++;
    const { project, path } = workspace.place(document.uri, document.languageId);
    project.setText(path, undefined);
    shown.delete(document.uri);
    reported.delete(document.uri);
    for (const kept of [unsettled, unsaved, opened, edited, checkTook, prepared]) kept.delete(document.uri);
    if (!pulls) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  notebooks.onDidOpen(({ uri }) => takeNotebook(uri));
  notebooks.onDidChange(({ notebookDocument }) => {
    edited.set(notebookDocument.uri, performance.now());
    takeNotebook(notebookDocument.uri);
  });
  notebooks.onDidClose(({ uri, cells }) => {
    changes++;
    for (const kept of [unsettled, edited, checkTook, prepared]) kept.delete(uri);
    const { project, path } = workspace.place(uri);
    project.setNotebook(notebookPath(path), undefined);
    for (const { document } of cells) {
      for (const kept of [asked, shown, reported]) kept.delete(document);
      void connection.sendDiagnostics({ uri: document, diagnostics: [] });
    }
  });

  function take(document: TextDocument): void {
    changes++;
    const { project, path } = workspace.place(document.uri, document.languageId);
    project.setText(path, document.getText());
    pushSoon();
  }

  function takeNotebook(uri: string): void {
    changes++;
    const module = openNotebook(workspace, notebooks, uri);
    const kernel = kernelOf(notebooks, uri);
    module?.project.setNotebook(module.path, kernel === 'other' ? [] : cellsOf(notebooks, uri), kernel === 'other' ? undefined : kernel);
    pushSoon();
  }

  function moduleOf(uri: string): OpenModule | undefined {
    const notebook = notebooks.findNotebookDocumentForCell(uri);
    if (notebook) return openNotebook(workspace, notebooks, notebook.uri);
    const document = documents.get(uri);
    return document && openText(workspace, document);
  }

  /** Waits for the grammar of a document's language; without it nothing is found in the document. */
  async function ready(uri: string): Promise<void> {
    const module = moduleOf(uri);
    await module?.project.ready(module.path).catch((error: unknown) => logOnce('error', `${module.path}: its language cannot be read: ${String(error)}`));
  }

  // ---- findings -----------------------------------------------------------------------------------------------------

  /** Findings of a module, and the news to the user. */
  function check(module: OpenModule): CheckResult {
    const started = performance.now();
    const result = module.project.check(module.path, { quick: true });
    if (!result.settled) settleSoon(module.uri);
    if (result.lacks) void module.project.ready(module.path).then(again, () => undefined);
    for (const { path, severity, message } of result.problems) logOnce(severity, `${path}: ${message}`);
    reportSettings(module);
    if (reported.get(module.uri) === result) return result;
    reported.set(module.uri, result);
    const took = performance.now() - started + (prepared.get(module.uri) ?? 0);
    checkTook.set(module.uri, took);
    prepared.delete(module.uri);
    report({ state: 'ready', uri: module.uri, findings: result.findings.length, milliseconds: Math.round(took) });
    return result;
  }

  function logOnce(severity: Problem['severity'], line: string): void {
    if (logged.has(line)) return;
    logged.add(line);
    if (severity === 'error') connection.console.error(line);
    else connection.console.warn(line);
  }

  /** What is wrong with the project's settings stands where it can be mended: in their file, open or not. */
  function reportSettings(module: OpenModule): void {
    const { settings, problems } = module.project.settings(module.path);
    if (settings.path === undefined || module.root === undefined) return;
    const uri = workspace.uriOf(module, settings.path);
    const own = problems.map(({ line = 1, column = 1, severity, message }): Diagnostic => ({
      range: { start: { line: line - 1, character: column - 1 }, end: { line: line - 1, character: endOfLine } },
      severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Information, source: 'sparkcheck', message,
    }));
    const said = JSON.stringify(own);
    if ((settingsSaid.get(uri) ?? '[]') === said) return;
    settingsSaid.set(uri, said);
    void connection.sendDiagnostics({ uri, diagnostics: own });
  }

  function diagnosticsOf(uri: string): readonly Diagnostic[] {
    const module = moduleOf(uri);
    if (!module) return [];
    const before = shown.get(uri);
    if (onSave && before && unsaved.has(uri)) return before;
    const diagnostics = locatedIn(module, check(module)).get(uri) ?? [];
    shown.set(uri, diagnostics);
    return diagnostics;
  }

  function locatedIn(module: OpenModule, result: CheckResult): ReadonlyMap<string, readonly Diagnostic[]> {
    const before = located.get(result);
    if (before) return before;
    const byDocument = new Map<string, Diagnostic[]>();
    for (const finding of result.findings) {
      const place = module.locate(finding);
      if (!place) continue;
      const own = byDocument.get(place.uri) ?? [];
      byDocument.set(place.uri, own);
      own.push(toDiagnostic(module, place, finding));
    }
    located.set(result, byDocument);
    return byDocument;
  }

  function toDiagnostic(module: OpenModule, place: Location, finding: Finding): Diagnostic {
    return {
      range: place.range, severity: severities[finding.severity], source: 'sparkcheck', message: finding.message,
      code: finding.rule, codeDescription: { href: finding.url },
      tags: finding.tags.map((tag) => (tag === 'deprecated' ? DiagnosticTag.Deprecated : DiagnosticTag.Unnecessary)),
      relatedInformation: finding.related.flatMap(({ site, message }) => {
        const location = site.module === module.path ? module.locate(site) : elsewhere(module, site.module, site);
        return location ? [{ location, message }] : [];
      }),
    };
  }

  /** A place in another file of the project. */
  function elsewhere(module: OpenModule, path: string, range: { start: number; end: number }): { uri: string; range: Diagnostic['range'] } | undefined {
    const text = module.project.source(path)?.text ?? module.project.files.read(path);
    if (text === undefined || path.endsWith('.ipynb')) return undefined;
    const document = TextDocument.create('', '', 0, text);
    return { uri: workspace.uriOf(module, path), range: { start: document.positionAt(range.start), end: document.positionAt(range.end) } };
  }

  /** What was never checked may be. */
  const isSlow = (uri: string): boolean => (checkTook.get(uri) ?? Infinity) >= slowCheck;

  /** Where a check is slow: until typing rests, and most of the work is done, but not for ever. A client that types on cancels what it asked before. */
  async function rested(document: string, token: CancellationToken): Promise<void> {
    const until = performance.now() + longestWait;
    const uri = moduleOf(document)?.uri ?? document;
    while (isSlow(uri) && !token.isCancellationRequested && performance.now() < until) {
      const wait = (edited.get(uri) ?? -restDelay) + restDelay - performance.now();
      if (wait > 0) await Promise.race([pause(wait), new Promise((resolve) => token.onCancellationRequested(resolve))]);
      else if (await prepare(uri)) break;
    }
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The document was edited meanwhile.');
  }

  /** Most of the work of a check, with others let in, once for all who wait for it; false: something was edited meanwhile. */
  function prepare(uri: string): Promise<boolean> {
    const before = preparing.get(uri);
    if (before) return before;
    const module = notebookOrText(uri);
    if (!module) return Promise.resolve(true);
    const doing = work(module.project.steps(module.path, { quick: true })).then(({ done, took }) => {
      prepared.set(uri, (prepared.get(uri) ?? 0) + took);
      return done;
    }).finally(() => preparing.delete(uri));
    preparing.set(uri, doing);
    return doing;
  }

  connection.languages.diagnostics.on(answer(hasDocument, async ({ textDocument }, token) => {
    await configured;
    await ready(textDocument.uri);
    asked.add(textDocument.uri);
    await rested(textDocument.uri, token);
    return { kind: DocumentDiagnosticReportKind.Full, items: [...diagnosticsOf(textDocument.uri)] };
  }));

  function pushSoon(): void {
    if (pulls && notebooks.cellTextDocuments.keys().length === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => void push(), [...checkTook.keys()].some(isSlow) ? restDelay : pushDelay);
  }

  async function push(): Promise<void> {
    await configured;
    const open = pulls ? notebooks.cellTextDocuments.all().filter(({ uri }) => !asked.has(uri)) : [...documents.all(), ...notebooks.cellTextDocuments.all()];
    for (const { uri } of open) {
      await ready(uri);
      const module = moduleOf(uri);
      if (module && isSlow(module.uri)) await prepare(module.uri);
    }
    for (const { uri, version } of open) void connection.sendDiagnostics({ uri, version, diagnostics: [...diagnosticsOf(uri)] });
  }

  /** Files that import an edited one keep what they said of it until the typing stops: then they are asked again. */
  function settleSoon(uri: string): void {
    unsettled.add(uri);
    clearTimeout(settling);
    settling = setTimeout(() => (settles ? settleSoon(uri) : void settle()), settleDelay);
  }

  const notebookOrText = (uri: string): OpenModule | undefined => (notebooks.getNotebookDocument(uri) ? openNotebook(workspace, notebooks, uri) : moduleOf(uri));

  async function settle(): Promise<void> {
    settles = true;
    try {
      if (await settled()) again();
    } finally {
      settles = false;
    }
  }

  /** Whether that changed what was found. */
  async function settled(): Promise<boolean> {
    let changed = false;
    for (const uri of unsettled) {
      const module = notebookOrText(uri);
      const before = module?.project.check(module.path, { quick: true });
      if (module && !(await work(module.project.steps(module.path))).done) {
        // Something was typed meanwhile.
        settleSoon(uri);
        break;
      }
      if (module && before) changed ||= JSON.stringify(module.project.check(module.path).findings) !== JSON.stringify(before.findings);
      unsettled.delete(uri);
    }
    return changed;
  }

  /** Goes on with it, letting others in, as long as nothing is typed; `took`: milliseconds of its own. */
  async function work(steps: Iterable<void>): Promise<{ readonly done: boolean; readonly took: number }> {
    const at = changes;
    let since = performance.now();
    let took = 0;
    try {
      for (const _ of steps) {
        const now = performance.now() - since;
        if (now < workSlice) continue;
        took += now;
        await nextTurn();
        if (changes !== at) return { done: false, took };
        since = performance.now();
      }
    } catch {
      // The check comes to the same fault, and says so.
    }
    return { done: true, took: took + performance.now() - since };
  }

  /** Everything may have changed: settings, other files. */
  function again(): void {
    shown.clear();
    if (pulls && refreshes) void connection.languages.diagnostics.refresh();
    if (refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    pushSoon();
  }

  function report(status: Status): void {
    void connection.sendNotification(statusNotification, status).catch(() => undefined);
  }

  // ---- what the user asks for ---------------------------------------------------------------------------------------

  connection.onHover(answer(hasPlace, async ({ textDocument, position }) => {
    await ready(textDocument.uri);
    const module = moduleOf(textDocument.uri);
    const offset = module?.offset(textDocument.uri, position);
    const hover = module && offset !== undefined ? hoverAt(module.project, module.path, offset) : undefined;
    const place = hover && module?.locate(hover.range);
    return hover && place ? { contents: { kind: MarkupKind.Markdown, value: hover.markdown }, range: place.range } : null;
  }));

  connection.onCodeLens(answer(hasDocument, async ({ textDocument }, token): Promise<CodeLens[]> => {
    await configured;
    if (!lenses) return [];
    await ready(textDocument.uri);
    await rested(textDocument.uri, token);
    const module = moduleOf(textDocument.uri);
    return module ? lensesOf(module.project, module.path).flatMap(({ range, title, explainedAt }): CodeLens[] => {
      const place = module.locate(range);
      const { start } = module.locate({ start: explainedAt, end: explainedAt })?.range ?? {};
      return place ? [{ range: place.range, command: showsHovers && start ? { title, command: showHoverCommand, arguments: [start.line, start.character] } : { title, command: '' } }] : [];
    }) : [];
  }));

  connection.onCompletion(answer(hasPlace, ({ textDocument, position }): CompletionItem[] => {
    const document = documents.get(textDocument.uri) ?? notebooks.cellTextDocuments.get(textDocument.uri);
    const module = moduleOf(textDocument.uri);
    if (!document || !module) return [];
    const language = languageAt(module.project, module.path, module.offset(textDocument.uri, position));
    const before = document.getText({ start: { line: language === 'data' ? Math.max(0, position.line - linesBefore) : position.line, character: 0 }, end: position });
    const after = document.getText({ start: position, end: { line: position.line + 1, character: 0 } });
    const targets = module.project.targets(module.path);
    return completionsAt(before, after, language, targets).map((item) => ({
      label: item.label, detail: item.detail ?? '', kind: completionKinds[item.kind], sortText: item.rank,
      textEdit: { range: { start: { line: position.line, character: position.character - item.typed }, end: { line: position.line, character: position.character + item.rest } }, newText: item.insert },
      data: { key: item.of, from: targets.from, to: targets.to },
    }));
  }));
  connection.onCompletionResolve(answer(isItem, (item) => {
    const data = item.data as { key: string; from: string; to: string } | undefined;
    const text = data && completionText(data.key, { from: data.from, to: data.to, origin: '' });
    return text === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value: text } };
  }));

  connection.onCodeAction(answer(hasRange, async ({ textDocument, range, context }, token) => {
    await configured;
    await ready(textDocument.uri);
    await rested(textDocument.uri, token);
    const { uri } = textDocument;
    const module = moduleOf(uri);
    if (!module) return [];
    const wanted = (kind: string): boolean => context?.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
    const actions: CodeAction[] = [];
    if (context?.only !== undefined && wanted(fixAllKind)) {
      const edit = await allFixes(module, uri);
      if (edit) actions.push({ title: 'Make all safe fixes of Sparkcheck', kind: fixAllKind, edit });
    }
    const start = module.offset(uri, range.start);
    const end = module.offset(uri, range.end);
    if (!wanted(CodeActionKind.QuickFix) || start === undefined || end === undefined) return actions;
    const findings = touching(check(module).findings, { start, end });
    for (const action of actionsFor(module.project, module.path, findings)) {
      const place = module.locate(action.finding);
      if (action.kind === 'page' && !opensRules) continue;
      const edit = action.kind === 'page' ? undefined : action.renameTo === undefined ? toEdit(module, action.edits) : toRename(module, action.renameTo);
      if (action.kind !== 'page' && !edit) continue;
      actions.push({
        title: action.title, kind: CodeActionKind.QuickFix, isPreferred: action.preferred, ...(place ? { diagnostics: [toDiagnostic(module, place, action.finding)] } : {}),
        ...(edit ? { edit } : { command: { title: action.title, command: openRuleCommand, arguments: [action.finding.rule] } }),
      });
    }
    return actions;
  }));

  connection.onRequest(effectiveConfigurationRequest, answer(hasDocumentAndRelease, async ({ textDocument: { uri }, targetSpark }: EffectiveConfigurationParams) => {
    await configured;
    await ready(uri);
    const module = moduleOf(uri) ?? workspace.place(uri);
    return configurationOf(workspace, module, targetSpark);
  }));

  async function allFixes(module: OpenModule, uri: string): Promise<WorkspaceEdit | undefined> {
    const document = documents.get(uri);
    if (!document) return toEdit(module, safeEdits(module.project.check(module.path).findings));
    const text = document.getText();
    const fixed = await fixedText(module.project, module.path, text);
    if (fixed === undefined) return undefined;
    return { changes: { [uri]: [smallest(document, text, fixed)] } };
  }

  function toEdit(module: OpenModule, edits: readonly Edit[]): WorkspaceEdit | undefined {
    const changes: Record<string, TextEdit[]> = {};
    for (const edit of edits) {
      const place = edit.module === undefined || edit.module === module.path ? module.locate(edit) : elsewhere(module, edit.module, edit);
      if (!place) return undefined;
      (changes[place.uri] ??= []).push({ range: place.range, newText: edit.newText });
    }
    return edits.length > 0 ? { changes } : undefined;
  }

  function toRename({ uri }: OpenModule, name: string): WorkspaceEdit | undefined {
    if (!renamesFiles || !uri.startsWith('file:')) return undefined;
    return { documentChanges: [RenameFile.create(uri, `${uri.slice(0, uri.lastIndexOf('/') + 1)}${name}`, { overwrite: false })] };
  }

  documents.listen(connection);
  notebooks.listen(connection);
  connection.listen();
}

/** The one change between two texts. */
function smallest(document: TextDocument, before: string, after: string): TextEdit {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { range: { start: document.positionAt(start), end: document.positionAt(before.length - end) }, newText: after.slice(start, after.length - end) };
}
