import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { open, openNew, until } from '../help.ts';

suite('activation', () => {
  test('spark-defaults.conf and its kin are files of Spark properties, other .conf files are not', async () => {
    const languageOf = async (name: string): Promise<string> => (await openNew(name, '')).document.languageId;
    assert.equal((await open('spark-defaults.conf')).document.languageId, 'spark-properties');
    assert.equal(await languageOf('other/spark-default.conf'), 'spark-properties');
    assert.equal(await languageOf('other/conf/spark-prod.conf'), 'spark-properties');
    assert.notEqual(await languageOf('other/nginx.conf'), 'spark-properties');
  });

  test('the extension starts when a file of its languages is opened', async () => {
    await open('report.py');
    const extension = vscode.extensions.getExtension('sparkcheck.sparkcheck');
    assert.ok(extension, 'the extension is installed');
    await until('the extension is active', () => extension.isActive);
  });
});
