/** What the user asks for at a place: hovers, lenses, completion, actions, the effective configuration. */
import {
  CodeActionKind, CompletionItemKind, MarkupKind, RenameFile,
  type CodeAction, type CodeLens, type CompletionItem, type CompletionList, type Position, type TextEdit, type WorkspaceEdit,
} from 'vscode-languageserver/node.js';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Edit } from '../rule/rule.ts';
import type { Targets } from '../rule/targets.ts';
import { type Action, actionsFor, fixedText, safeEdits, touching } from '../service/actions.ts';
import { type Completion, completionText, completionsAt, languageAt } from '../service/completion.ts';
import { hoverAt } from '../service/hover.ts';
import { lensesOf } from '../service/lenses.ts';
import type { OpenModule } from './documents.ts';
import { configurationOf } from './effective.ts';
import { type Findings, placeElsewhere } from './findings.ts';
import { type EffectiveConfigurationParams, effectiveConfigurationRequest, openRuleCommand, showHoverCommand } from './protocol.ts';
import { type Answer, hasDocument, hasDocumentAndRelease, hasPlace, hasRange, isItem } from './requests.ts';
import type { Session } from './session.ts';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.sparkcheck`;

const completionKinds = { key: CompletionItemKind.Property, prefix: CompletionItemKind.Module, value: CompletionItemKind.Value } as const;
/** An element holds the name of a setting above its value. */
const linesBefore = 4;

export function answerRequests(session: Session, findings: Findings, answer: Answer): void {
  const { connection, documents, notebooks, moduleOf } = session;

  connection.onHover(answer(hasPlace, async ({ textDocument, position }) => {
    await session.ready(textDocument.uri);
    const module = moduleOf(textDocument.uri);
    const offset = module?.offset(textDocument.uri, position);
    const hover = module && offset !== undefined ? hoverAt(module.project, module.path, offset) : undefined;
    const place = hover && module?.locate(hover.range);
    return hover && place ? { contents: { kind: MarkupKind.Markdown, value: hover.markdown }, range: place.range } : null;
  }));

  connection.onCodeLens(answer(hasDocument, async ({ textDocument }, token): Promise<CodeLens[]> => {
    await session.configured;
    if (!session.lenses) return [];
    await session.ready(textDocument.uri);
    await findings.pace.rested(textDocument.uri, token);
    const module = moduleOf(textDocument.uri);
    return module ? lensesOf(module.project, module.path).flatMap(({ range, title, explainedAt }): CodeLens[] => {
      const place = module.locate(range);
      const { start } = module.locate({ start: explainedAt, end: explainedAt })?.range ?? {};
      return place ? [{ range: place.range, command: session.client.showsHovers && start ? { title, command: showHoverCommand, arguments: [start.line, start.character] } : { title, command: '' } }] : [];
    }) : [];
  }));

  connection.onCompletion(answer(hasPlace, ({ textDocument, position }): CompletionItem[] | CompletionList => {
    const document = documents.get(textDocument.uri) ?? notebooks.cellTextDocuments.get(textDocument.uri);
    const module = moduleOf(textDocument.uri);
    if (!document || !module) return [];
    const language = languageAt(module.project, module.path, module.offset(textDocument.uri, position));
    const before = document.getText({ start: { line: language === 'data' ? Math.max(0, position.line - linesBefore) : position.line, character: 0 }, end: position });
    const after = document.getText({ start: position, end: { line: position.line + 1, character: 0 } });
    const targets = module.project.targets(module.path);
    return completionList(completionsAt(before, after, language, targets), position, targets, session.client.sharesDefaults);
  }));
  connection.onCompletionResolve(answer(isItem, (item) => {
    const data = item.data as Resolvable | undefined;
    const text = data && completionText(data.key ?? item.label, { from: data.from, to: data.to, origin: '' });
    return text === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value: text } };
  }));

  connection.onCodeAction(answer(hasRange, async ({ textDocument: { uri }, range, context }, token) => {
    await session.configured;
    await session.ready(uri);
    await findings.pace.rested(uri, token);
    const module = moduleOf(uri);
    if (!module) return [];
    const isWanted = (kind: string): boolean => context?.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
    const edit = context?.only !== undefined && isWanted(fixAllKind) ? await allFixes(module, uri) : undefined;
    const all: CodeAction[] = edit ? [{ title: 'Make all safe fixes of Sparkcheck', kind: fixAllKind, edit }] : [];
    const start = module.offset(uri, range.start);
    const end = module.offset(uri, range.end);
    if (!isWanted(CodeActionKind.QuickFix) || start === undefined || end === undefined) return all;
    const touched = touching(findings.check(module).findings, { start, end });
    return [...all, ...actionsFor(module.project, module.path, touched).flatMap((action) => quickFix(module, action) ?? [])];
  }));

  connection.onRequest(effectiveConfigurationRequest, answer(hasDocumentAndRelease, async ({ textDocument: { uri }, targetSpark }: EffectiveConfigurationParams) => {
    await session.configured;
    await session.ready(uri);
    const module = moduleOf(uri) ?? session.workspace.place(uri);
    return configurationOf(session.workspace, module, targetSpark);
  }));

  /** undefined: the client cannot do it. */
  function quickFix(module: OpenModule, action: Action): CodeAction | undefined {
    const place = module.locate(action.finding);
    const shared = { title: action.title, kind: CodeActionKind.QuickFix, isPreferred: action.preferred, ...(place ? { diagnostics: [findings.toDiagnostic(module, place, action.finding)] } : {}) };
    if (action.kind === 'page') return session.client.opensRules ? { ...shared, command: { title: action.title, command: openRuleCommand, arguments: [action.finding.rule] } } : undefined;
    const edit = action.renameTo === undefined ? toEdit(module, action.edits) : toRename(module, action.renameTo);
    return edit && { ...shared, edit };
  }

  async function allFixes(module: OpenModule, uri: string): Promise<WorkspaceEdit | undefined> {
    const document = documents.get(uri);
    if (!document) return toEdit(module, safeEdits(module.project.check(module.path).findings));
    const text = document.getText();
    const fixed = await fixedText(module.project, module.path, text);
    return fixed === undefined ? undefined : { changes: { [uri]: [smallest(document, text, fixed)] } };
  }

  function toEdit(module: OpenModule, edits: readonly Edit[]): WorkspaceEdit | undefined {
    const changes: Record<string, TextEdit[]> = {};
    for (const edit of edits) {
      const place = edit.module === undefined || edit.module === module.path ? module.locate(edit) : placeElsewhere(session, module, edit.module, edit);
      if (!place) return undefined;
      (changes[place.uri] ??= []).push({ range: place.range, newText: edit.newText });
    }
    return edits.length > 0 ? { changes } : undefined;
  }

  function toRename({ uri }: OpenModule, name: string): WorkspaceEdit | undefined {
    if (!session.client.renamesFiles || !uri.startsWith('file:')) return undefined;
    return { documentChanges: [RenameFile.create(uri, `${uri.slice(0, uri.lastIndexOf('/') + 1)}${name}`, { overwrite: false })] };
  }
}

/** What an item's text is found by when it is asked for. */
interface Resolvable {
  /** undefined: the item's label. */
  readonly key?: string;
  readonly from: string;
  readonly to: string;
}

/** A thousand keys fit a first letter: what they have in common is written once where the client can read it so. */
function completionList(found: readonly Completion[], { line, character }: Position, { from, to }: Targets, sharesDefaults: boolean): CompletionItem[] | CompletionList {
  const [first] = found;
  if (!first) return [];
  const range = { start: { line, character: character - first.typed }, end: { line, character: character + first.rest } };
  const bare = ({ label, detail, kind, rank }: Completion): CompletionItem => ({ label, detail: detail ?? '', kind: completionKinds[kind], sortText: rank });
  if (!sharesDefaults) return found.map((item) => ({ ...bare(item), textEdit: { range, newText: item.insert }, data: { key: item.of, from, to } satisfies Resolvable }));
  const items = found.map((item): CompletionItem => ({
    ...bare(item),
    ...(item.insert === item.label ? {} : { textEditText: item.insert }),
    ...(item.of === item.label ? {} : { data: { key: item.of, from, to } satisfies Resolvable }),
  }));
  return { isIncomplete: false, itemDefaults: { editRange: range, data: { from, to } satisfies Resolvable }, items };
}

/** The one change between two texts. */
function smallest(document: TextDocument, before: string, after: string): TextEdit {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { range: { start: document.positionAt(start), end: document.positionAt(before.length - end) }, newText: after.slice(start, after.length - end) };
}
