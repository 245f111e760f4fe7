import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { uriOf } from '../help.ts';

interface Token {
  readonly c: string;
  /** Scopes, from the outermost, separated by blanks. */
  readonly t: string;
}

async function tokensOf(text: string): Promise<Token[]> {
  const uri = uriOf('conf/spark-tokens.conf');
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  // What VS Code's own grammar tests use.
  return vscode.commands.executeCommand<Token[]>('_workbench.captureSyntaxTokens', uri);
}

async function scopesOf(text: string): Promise<string[]> {
  return (await tokensOf(text)).filter(({ c }) => c.trim() !== '').map(({ c, t }) => `${c} ${t.split(' ').at(-1)?.replace('.spark-properties', '')}`);
}

suite('colours of spark-defaults.conf', () => {
  test('key by segments, number and unit', async () => {
    assert.deepEqual(await scopesOf('spark.executor.memory 8g\n'), [
      'spark keyword.other.namespace', '. punctuation.separator.segment', 'executor support.type.property-name',
      '. punctuation.separator.segment', 'memory support.type.property-name', '8 constant.numeric', 'g keyword.other.unit',
    ]);
  });

  test('a comment stands at the start of a line, never after a value', async () => {
    assert.deepEqual(await scopesOf('# why\n'), ['# punctuation.definition.comment', ' why comment.line.number-sign']);
    assert.deepEqual((await scopesOf('a true # why\n')).slice(1), ['true constant.language.boolean', '# string.unquoted', 'why string.unquoted']);
  });

  test('= and : separate; a backslash at the end carries the value on', async () => {
    assert.deepEqual(await scopesOf('a=b,\\\nc\nd:${E}\n'), [
      'a support.type.property-name', '= punctuation.separator.key-value', 'b, string.unquoted', '\\ punctuation.separator.continuation',
      'c string.unquoted', 'd support.type.property-name', ': punctuation.separator.key-value',
      '${ punctuation.definition.variable.begin', 'E variable.other.placeholder', '} punctuation.definition.variable.end',
    ]);
  });
});
