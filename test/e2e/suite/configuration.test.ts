import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { open, openNew, positionOf, until, uriOf } from '../help.ts';

async function page(): Promise<vscode.TextDocument> {
  return until('the page', () => {
    const document = vscode.window.activeTextEditor?.document;
    return document?.uri.scheme === 'sparkcheck-conf' && document;
  });
}

suite('the effective configuration', () => {
  test('shows a key, its value and where it is set, with a link to the place', async () => {
    await open('report.py');
    await openNew('configured/submit.sh', 'spark-submit --master yarn --executor-memory 8g configured/nightly.py\n');
    await openNew('configured/nightly.py', 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.config("spark.executor.memory", "4g").getOrCreate()\n');
    await vscode.commands.executeCommand('sparkcheck.showConfiguration');
    const document = await page();
    const text = document.getText();
    assert.match(text, /started by configured\/submit\.sh:1 {2}spark-submit on YARN/);
    assert.match(text, /spark\.executor\.memory +4g +1g +static +code +configured\/nightly\.py:3\n +over 8g +--executor-memory +configured\/submit\.sh:1\n/);
    const links = await until('links', async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri);
      return found.length > 0 && found;
    });
    const at = positionOf(document, 'configured/nightly.py:3');
    const link = links.find(({ range }) => range.start.isEqual(at));
    assert.equal(link?.target?.path, uriOf('configured/nightly.py').path);
    assert.equal(link?.target?.fragment, 'L3,37');
  });

  test('follows what is typed', async () => {
    const { document: conf } = await openNew('followed/spark-defaults.conf', 'spark.executor.cores 4\n');
    await vscode.commands.executeCommand('sparkcheck.showConfiguration');
    const document = await page();
    assert.match(document.getText(), /spark\.executor\.cores +4 +1 /);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(conf.uri, new vscode.Range(0, 21, 0, 22), '8');
    await vscode.workspace.applyEdit(edit);
    await until('the new value', () => /spark\.executor\.cores +8 +1 /.test(document.getText()));
  });
});
