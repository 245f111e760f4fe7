import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { actionsAt, apply, finding, findingsOf, open, openNew, positionOf, ruleOf, until, uriOf } from '../help.ts';

const script = `from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("/data/orders")
if orders.count() == 0:
    print("nothing to do")
`;

suite('findings', () => {
  test('stand under the word at fault, with related places and a page that needs no network', async () => {
    const { document } = await open('report.py');
    const found = await finding(document, 'cache-too-late');
    assert.equal(document.getText(found.range), 'cache');
    assert.equal(found.relatedInformation?.length, 3);
    assert.ok(typeof found.code === 'object');
    assert.equal(found.code.target.scheme, 'command');
  });

  test('follow what is typed', async () => {
    const { document } = await openNew('typing.py', script.replace('count() == 0', 'isEmpty()'));
    const edit = new vscode.WorkspaceEdit();
    const place = positionOf(document, 'isEmpty()');
    edit.replace(document.uri, new vscode.Range(place, place.translate(0, 'isEmpty()'.length)), 'count() == 0');
    await vscode.workspace.applyEdit(edit);
    await finding(document, 'count-to-test-emptiness');
    await vscode.commands.executeCommand('undo');
    await until('the finding goes', () => findingsOf(document.uri).length === 0);
  });

  test('in Scala, with its fixes and comments', async () => {
    const { document } = await open('Visits.scala');
    assert.equal(document.languageId, 'scala');
    const found = await finding(document, 'count-to-test-emptiness');
    const actions = await actionsAt(document, found);
    const silence = actions.find(({ title }) => title.startsWith('Ignore count-to-test-emptiness on this line'));
    assert.ok(silence);
    await apply(silence);
    assert.match(document.getText(), /sys\.error\("no visits"\) {2}\/\/ sparkcheck: ignore\[count-to-test-emptiness\]/);
    await until('the finding goes', () => findingsOf(document.uri).length === 0);
  });

  test('in spark-defaults.conf', async () => {
    const { document } = await open('spark-defaults.conf');
    const found = await finding(document, 'unknown-key');
    assert.equal(document.getText(found.range), 'spark.dynamicAllocation.cacheExecutorIdleTimeout');
  });

  test('follow files on the disk that no window shows: a module, the settings', async () => {
    const write = (name: string, text: string): Thenable<void> => vscode.workspace.fs.writeFile(uriOf(name), Buffer.from(text));
    await write('disk/source.py', 'def load(spark):\n    return spark.read.parquet("/data/orders").limit(3)\n');
    const { document } = await openNew('disk/main.py', 'from source import load\n\nrows = load(spark).collect()\n');
    await write('disk/source.py', 'def load(spark):\n    return spark.read.parquet("/data/orders")\n');
    await finding(document, 'collect-to-driver');
    await write('disk/sparkcheck.toml', 'ignore = ["collect-to-driver"]\n');
    await until('the finding goes', () => findingsOf(document.uri).length === 0);
    await write('disk/sparkcheck.toml', 'ignore = [\n');
    await until('the settings are named', () => findingsOf(uriOf('disk/sparkcheck.toml')).length === 1);
    await vscode.workspace.fs.delete(uriOf('disk/sparkcheck.toml'));
    await finding(document, 'collect-to-driver');
    await until('nothing is said of them', () => findingsOf(uriOf('disk/sparkcheck.toml')).length === 0);
  });

  test('in the cells of a notebook, which are one program', async () => {
    const { uri } = (await open('report.py')).document;
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.joinPath(uri, '../orders.ipynb'));
    await vscode.window.showNotebookDocument(notebook);
    const cell = notebook.cellAt(3).document;
    const found = await finding(cell, 'cache-too-late');
    assert.equal(cell.getText(found.range), 'cache');
  });

  test('have the severity that the settings give them', async () => {
    const { document } = await open('report.py');
    await finding(document, 'cache-too-late');
    const settings = vscode.workspace.getConfiguration('sparkcheck', document.uri);
    await settings.update('severities', { 'cache-too-late': 'off' }, vscode.ConfigurationTarget.Workspace);
    try {
      await until('the finding is switched off', () => !findingsOf(document.uri).some((each) => ruleOf(each) === 'cache-too-late'));
    } finally {
      await settings.update('severities', undefined, vscode.ConfigurationTarget.Workspace);
    }
    await finding(document, 'cache-too-late');
  });
});

suite('fixes', () => {
  test('stand in the order fix, suppress on this line, suppress in this file, page', async () => {
    const { document } = await openNew('order.py', script);
    const titles = (await actionsAt(document, await finding(document, 'count-to-test-emptiness'))).map(({ title }) => title);
    const places = [/isEmpty/, /ignore.* line|line.* ignore/i, /file/i, /page|documentation/i].map((kind) => titles.findIndex((title) => kind.test(title)));
    assert.ok(places.every((place) => place >= 0), titles.join(' | '));
    assert.deepEqual(places, [...places].sort((a, b) => a - b), titles.join(' | '));
  });

  test('a key is renamed to the one that was meant', async () => {
    const { document } = await openNew('fixed/spark-defaults.conf', 'spark.dynamicAllocation.cacheExecutorIdleTimeout 600s\n');
    const [fix] = await actionsAt(document, await finding(document, 'unknown-key'));
    assert.ok(fix?.edit, 'the first action is a fix');
    await apply(fix);
    assert.equal(document.getText(), 'spark.dynamicAllocation.cachedExecutorIdleTimeout 600s\n');
    await until('the finding goes', () => !findingsOf(document.uri).some((each) => ruleOf(each) === 'unknown-key'));
  });

  test('of a file name rename the file', async () => {
    const { document } = await openNew('named/spark-default.conf', 'spark.executor.cores 4\n');
    const actions = await actionsAt(document, await finding(document, 'unread-file-name'));
    const rename = actions.find(({ title }) => title.startsWith('Rename the file'));
    assert.ok(rename, actions.map(({ title }) => title).join(' | '));
    await apply(rename);
    assert.deepEqual((await vscode.workspace.fs.readDirectory(uriOf('named'))).map(([name]) => name), ['spark-defaults.conf']);
  });

  test('safe ones are made on save', async () => {
    const { document } = await openNew('saved.py', script);
    await finding(document, 'count-to-test-emptiness');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# changed\n');
    await vscode.workspace.applyEdit(edit);
    await document.save();
    assert.equal(document.getText(), `# changed\n${script.replace('orders.count() == 0', 'orders.isEmpty()')}`);
  });

  test('safe ones are made by the command', async () => {
    const { document } = await openNew('commanded.py', script);
    await finding(document, 'count-to-test-emptiness');
    await vscode.commands.executeCommand('sparkcheck.fixAll');
    await until('the text is fixed', () => document.getText().includes('if orders.isEmpty():'));
  });

  test('a finding is silenced with a comment', async () => {
    const { document } = await openNew('silenced.py', script);
    const actions = await actionsAt(document, await finding(document, 'count-to-test-emptiness'));
    const suppress = actions.find(({ title }) => /ignore.* line|line.* ignore/i.test(title));
    assert.ok(suppress, actions.map(({ title }) => title).join(' | '));
    await apply(suppress);
    assert.match(document.getText(), /# sparkcheck: ignore\[count-to-test-emptiness\]/);
    await until('the finding goes', () => findingsOf(document.uri).length === 0);
  });
});
