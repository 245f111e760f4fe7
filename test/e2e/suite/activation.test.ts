import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { finding, open, openNew, until } from '../help.ts';

suite('activation', () => {
  test('spark-defaults.conf and its kin are files of Spark properties, other .conf files are not', async () => {
    const languageOf = async (name: string): Promise<string> => (await openNew(name, '')).document.languageId;
    assert.equal((await open('spark-defaults.conf')).document.languageId, 'spark-properties');
    assert.equal(await languageOf('other/spark-default.conf'), 'spark-properties');
    assert.equal(await languageOf('other/conf/spark-prod.conf'), 'spark-properties');
    assert.notEqual(await languageOf('other/nginx.conf'), 'spark-properties');
  });

  test('a YAML file is checked once it speaks of Spark', async () => {
    const { document } = await openNew('other/session.yaml', 'a: 1\n');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), 'spark_conf:\n  spark.network.timeout: 10 min\n');
    await vscode.workspace.applyEdit(edit);
    await finding(document, 'invalid-value');
  });

  test('the extension starts when a file of its languages is opened', async () => {
    await open('report.py');
    const extension = vscode.extensions.getExtension('sparkcheck.sparkcheck');
    assert.ok(extension, 'the extension is installed');
    await until('the extension is active', () => extension.isActive);
  });
});
