import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { open, openNew, positionOf, until } from '../help.ts';

async function hoverAt(document: vscode.TextDocument, piece: string): Promise<string> {
  const hovers = await until(`a hover on ${piece}`, async () => {
    const found = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, positionOf(document, piece).translate(0, 2));
    return found.length > 0 && found;
  });
  return hovers.flatMap(({ contents }) => contents).map((content) => (typeof content === 'string' ? content : content.value)).join('\n');
}

async function completionsAt(document: vscode.TextDocument, position: vscode.Position): Promise<string[]> {
  return until('completions', async () => {
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
    const labels = items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text).map(({ label }) => (typeof label === 'string' ? label : label.label));
    return labels.length > 0 && labels;
  });
}

suite('Spark keys', () => {
  test('a hover tells the default', async () => {
    const { document } = await open('spark-defaults.conf');
    const text = await hoverAt(document, 'spark.executor.memory');
    assert.match(text, /spark\.executor\.memory/);
    assert.match(text, /1g/);
  });

  test('are completed in a file', async () => {
    const { document } = await openNew('completed/spark-defaults.conf', 'spark.executor.mem');
    assert.ok((await completionsAt(document, new vscode.Position(0, 18))).includes('spark.executor.memory'));
  });

  test('are completed in code', async () => {
    const { document } = await openNew('completed.py', 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.mem", "1g").getOrCreate()\n');
    const end = positionOf(document, '", "1g"');
    assert.ok((await completionsAt(document, end)).includes('spark.executor.memory'));
  });
});
