import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { open, until } from '../help.ts';

suite('activation', () => {
  test('spark-defaults.conf is a file of Spark properties', async () => {
    const { document } = await open('spark-defaults.conf');
    assert.equal(document.languageId, 'spark-properties');
  });

  test('the extension starts when a file of its languages is opened', async () => {
    await open('cache_too_late.py');
    const extension = vscode.extensions.getExtension('sparkcheck.sparkcheck');
    assert.ok(extension, 'the extension is installed');
    await until('the extension is active', () => extension.isActive);
  });

  test('its commands are there', async () => {
    const commands = await vscode.commands.getCommands(true);
    for (const name of ['fixAll', 'openRule', 'showOutput', 'restart']) assert.ok(commands.includes(`sparkcheck.${name}`), name);
  });
});
