import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { finding, findingsOf, open, until } from '../help.ts';

suite('commands', () => {
  test('the server starts anew, and its findings come again', async () => {
    const { document } = await open('report.py');
    await finding(document, 'cache-too-late');
    let gone = false;
    const watch = vscode.languages.onDidChangeDiagnostics(() => {
      gone ||= findingsOf(document.uri).length === 0;
    });
    try {
      await vscode.commands.executeCommand('sparkcheck.restart');
      await until('the old findings go', () => gone);
      await finding(document, 'cache-too-late');
    } finally {
      watch.dispose();
    }
  });

  test('the page of a rule opens beside the extension, without a network', async () => {
    await open('report.py');
    await vscode.commands.executeCommand('sparkcheck.openRule', 'cache-too-late');
    const tab = await until('the page', () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label.includes('cache-too-late')));
    assert.ok(tab.input instanceof vscode.TabInputWebview);
    await vscode.window.tabGroups.close(tab);
  });

  test('the log is shown; the status item runs the same command', async function () {
    // The window of a loaded machine may lose the command: one more try tells that from a fault.
    this.retries(1);
    await vscode.commands.executeCommand('sparkcheck.showOutput');
    await until('the log', () => vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'output' && /sparkcheck/i.test(document.uri.path)));
  });
});
