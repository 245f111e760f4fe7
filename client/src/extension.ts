/**
 * The extension: starts the language server when a file of its languages is opened and shows what it says.
 * All knowledge of Spark is in the server.
 */
import { commands, Selection, window, type ExtensionContext } from 'vscode';
import { createClient } from './client.ts';
import { createConfigurations } from './configuration.ts';
import { createRulePages } from './rule-pages.ts';
import { createStatusItem } from './status.ts';
import { openRuleCommand, showHoverCommand, statusNotification, type Status } from '../../server/src/lsp/protocol.ts';

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel('Sparkcheck', { log: true });
  const rulePages = createRulePages(context.extensionUri);
  const client = createClient(context, output);
  const statusItem = createStatusItem();

  context.subscriptions.push(
    output,
    statusItem,
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
  await client.start();
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
