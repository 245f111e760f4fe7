/** Findings as the client gets them: diagnostics of a document or of a notebook's cells, pulled or pushed. */
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, DocumentDiagnosticReportKind, CodeLensRefreshRequest, type Location } from 'vscode-languageserver/node.js';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../lint/finding.ts';
import type { CheckResult } from '../project/project.ts';
import type { Severity } from '../rule/rule.ts';
import type { OpenModule } from './documents.ts';
import { createPace, type Pace, restDelay } from './pace.ts';
import { type Answer, hasDocument } from './requests.ts';
import { type Session, soon } from './session.ts';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, information: DiagnosticSeverity.Information, hint: DiagnosticSeverity.Hint };
/** Clients without pull diagnostics get them this long after the last keystroke, in milliseconds. */
const pushDelay = 60;
/** Places beyond the end of a line count as its end. */
const endOfLine = 0x7fffffff;

export interface Findings {
  readonly pace: Pace;
  /** Findings of a module, and the news to the user. */
  check(module: OpenModule): CheckResult;
  toDiagnostic(module: OpenModule, place: Location, finding: Finding): Diagnostic;
  /** Where a finding is to be told without being asked for. */
  pushSoon(): void;
  /** Everything may have changed: settings, other files. */
  again(): void;
  /** A document or a cell is gone, and with it what was found in it. */
  closed(uri: string): void;
  /** So is a file of project settings. */
  settingsGone(uri: string): void;
  /** Whether a document was typed into since it was saved. */
  markUnsaved(uri: string, isUnsaved: boolean): void;
}

export function createFindings(session: Session, answer: Answer): Findings {
  const { connection, workspace, documents, notebooks, moduleOf } = session;
  const pace = createPace(session, again);
  const shown = new Map<string, readonly Diagnostic[]>();
  /** By document: the cells of a notebook ask one after the other for what one check found. */
  const located = new WeakMap<CheckResult, ReadonlyMap<string, readonly Diagnostic[]>>();
  const reported = new Map<string, CheckResult>();
  /** By file of project settings: what was last said of it. */
  const settingsSaid = new Map<string, string>();
  const unsaved = new Set<string>();
  /** VS Code's client asks for the findings of documents in tabs, not for those of a notebook's cells: they are pushed. */
  const asked = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  connection.languages.diagnostics.on(answer(hasDocument, async ({ textDocument }, token) => {
    await session.configured;
    await session.ready(textDocument.uri);
    asked.add(textDocument.uri);
    await pace.rested(textDocument.uri, token);
    return { kind: DocumentDiagnosticReportKind.Full, items: [...diagnosticsOf(textDocument.uri)] };
  }));

  function check(module: OpenModule): CheckResult {
    const started = performance.now();
    const result = module.project.check(module.path, soon(session));
    if (!result.settled) pace.settleSoon(module.uri);
    if (result.lacks) void module.project.ready(module.path).then(again, () => undefined);
    for (const { path, severity, message } of result.problems) session.logOnce(severity, `${path}: ${message}`);
    reportSettings(module);
    if (reported.get(module.uri) === result) return result;
    reported.set(module.uri, result);
    const milliseconds = pace.checked(module.uri, performance.now() - started);
    session.tell({ state: 'ready', uri: module.uri, findings: result.findings.length, milliseconds: Math.round(milliseconds) });
    return result;
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
    if (session.onSave && before && unsaved.has(uri)) return before;
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
        const location = site.module === module.path ? module.locate(site) : placeElsewhere(session, module, site.module, site);
        return location ? [{ location, message }] : [];
      }),
    };
  }

  function pushSoon(): void {
    if (session.client.pulls && notebooks.cellTextDocuments.keys().length === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => void push(), pace.anySlow() ? restDelay : pushDelay);
  }

  async function push(): Promise<void> {
    await session.configured;
    const cells = notebooks.cellTextDocuments.all();
    const open = session.client.pulls ? cells.filter(({ uri }) => !asked.has(uri)) : [...documents.all(), ...cells];
    for (const { uri } of open) {
      await session.ready(uri);
      const module = moduleOf(uri);
      if (module && pace.isSlow(module.uri)) await pace.prepare(module.uri);
    }
    for (const { uri, version } of open) void connection.sendDiagnostics({ uri, version, diagnostics: [...diagnosticsOf(uri)] });
  }

  function again(): void {
    shown.clear();
    if (session.client.pulls && session.client.refreshesDiagnostics) void connection.languages.diagnostics.refresh();
    if (session.client.refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    pushSoon();
  }

  return {
    pace, check, toDiagnostic, pushSoon, again,
    closed: (uri) => [shown, reported, unsaved, asked].forEach((kept) => kept.delete(uri)),
    settingsGone: (uri) => void (settingsSaid.delete(uri) && connection.sendDiagnostics({ uri, diagnostics: [] })),
    markUnsaved: (uri, isUnsaved) => void (isUnsaved ? unsaved.add(uri) : unsaved.delete(uri)),
  };
}

/** A place in another file of the project. */
export function placeElsewhere({ workspace }: Session, module: OpenModule, path: string, range: { readonly start: number; readonly end: number }): Location | undefined {
  const text = module.project.source(path)?.text ?? module.project.files.read(path);
  if (text === undefined || path.endsWith('.ipynb')) return undefined;
  const document = TextDocument.create('', '', 0, text);
  return { uri: workspace.uriOf(module, path), range: { start: document.positionAt(range.start), end: document.positionAt(range.end) } };
}
