/**
 * The extension: starts the language server when a file that may be Spark's is opened and shows what it says.
 * All knowledge of Spark is in the server.
 */
import { commands, Disposable, Selection, window, workspace, type ExtensionContext, type TextDocument } from 'vscode';
import { concernsSpark, createClient } from './client.ts';
import { createConfigurations } from './configuration.ts';
import { createRulePages } from './rule-pages.ts';
import { createStatusItem } from './status.ts';
import { openRuleCommand, showHoverCommand, statusNotification, type Status } from '../../server/src/lsp/protocol.ts';

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel('Sparkcheck', { log: true });
  const rulePages = createRulePages(context.extensionUri);
  const client = createClient(context, output);
  const statusItem = createStatusItem();

  context.subscriptions.push(
    output,
    statusItem,
    rulePages,
    { dispose: () => (client.needsStop() ? client.stop() : undefined) },
    client.onNotification(statusNotification, (status: Status) => statusItem.show(status)),
    client.onDidChangeState(({ newState }) => statusItem.serverIs(newState)),
    createConfigurations(client),
    commands.registerCommand('sparkcheck.restart', () => client.restart()),
    commands.registerCommand('sparkcheck.showOutput', () => output.show()),
    commands.registerCommand('sparkcheck.fixAll', fixAll),
    commands.registerCommand(showHoverCommand, showHover),
    commands.registerCommand(openRuleCommand, (name?: string) => rulePages.open(name)),
  );
  context.subscriptions.push(whenNeeded(() => void client.start()));
}

/** Once, as soon as a document that is open, is opened or is typed into concerns Spark. */
function whenNeeded(start: () => void): Disposable {
  const look = (document: TextDocument): void => {
    if (!concernsSpark(document)) return;
    waiting.dispose();
    start();
  };
  const waiting = Disposable.from(workspace.onDidOpenTextDocument(look), workspace.onDidChangeTextDocument(({ document }) => look(document)));
  const first = workspace.textDocuments.find(concernsSpark);
  if (first) look(first);
  return waiting;
}

/** The same code action that `editor.codeActionsOnSave` runs, so that both give the same text. */
async function fixAll(): Promise<void> {
  await commands.executeCommand('editor.action.sourceAction', { kind: 'source.fixAll.sparkcheck', apply: 'first' });
}

/** What a code lens says in short, with its formulas. */
async function showHover(line: number, character: number): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) return;
  editor.selection = new Selection(line, character, line, character);
  await commands.executeCommand('editor.action.showHover');
}
