import { strict as assert } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';

interface Tokenizer {
  tokenizeLine(line: string, state: unknown): { tokens: { startIndex: number; endIndex: number; scopes: string[] }[]; ruleStack: unknown };
}

/** The grammar of the extension in the tokenizer that this VS Code itself uses. */
async function tokenizer(): Promise<Tokenizer> {
  const modules = ['node_modules', 'node_modules.asar'].map((folder) => join(vscode.env.appRoot, folder)).find((folder) => existsSync(join(folder, 'vscode-textmate')));
  assert.ok(modules, `no vscode-textmate in ${vscode.env.appRoot}`);
  const load = createRequire(join(modules, 'here.js'));
  const textmate = load('vscode-textmate');
  const oniguruma = load('vscode-oniguruma');
  await oniguruma.loadWASM(readFileSync(join(modules, 'vscode-oniguruma/release/onig.wasm')).buffer);
  const extension = vscode.extensions.getExtension('sparkcheck.sparkcheck');
  assert.ok(extension);
  const file = join(extension.extensionPath, 'syntaxes/spark-properties.tmLanguage.json');
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner: (sources: string[]) => new oniguruma.OnigScanner(sources), createOnigString: (text: string) => new oniguruma.OnigString(text) }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(file, 'utf8'), file),
  });
  return registry.loadGrammar('source.spark-properties');
}

suite('colours of spark-defaults.conf', () => {
  let grammar: Tokenizer;
  suiteSetup(async () => {
    grammar = await tokenizer();
  });

  /** Each token that is more than blanks, with its innermost scope. */
  function scopesOf(text: string): string[] {
    let state: unknown = null;
    return text.split('\n').flatMap((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map(({ startIndex, endIndex, scopes }) => [line.slice(startIndex, endIndex).trim(), scopes.at(-1)?.replace('.spark-properties', '')])
        .filter(([token]) => token !== '').map(([token, scope]) => `${token} ${scope}`);
    });
  }

  test('key by segments, number and unit', () => {
    assert.deepEqual(scopesOf('spark.executor.memory 8g'), [
      'spark keyword.other.namespace', '. punctuation.separator.segment', 'executor support.type.property-name',
      '. punctuation.separator.segment', 'memory support.type.property-name', '8 constant.numeric', 'g keyword.other.unit',
    ]);
  });

  test('a comment stands at the start of a line, never after a value', () => {
    assert.deepEqual(scopesOf('# why'), ['# punctuation.definition.comment', 'why comment.line.number-sign']);
    assert.deepEqual(scopesOf('a true # why').slice(1), ['true constant.language.boolean', '# string.unquoted', 'why string.unquoted']);
  });

  test('= and : separate; a backslash at the end carries the value on', () => {
    assert.deepEqual(scopesOf('a=b,\\\nc\nd:${E}\nempty\nf x\\\\\ng'), [
      'a support.type.property-name', '= punctuation.separator.key-value', 'b string.unquoted', ', meta.value', '\\ punctuation.separator.continuation',
      'c string.unquoted', 'd support.type.property-name', ': punctuation.separator.key-value',
      '${ punctuation.definition.variable.begin', 'E variable.other.placeholder', '} punctuation.definition.variable.end',
      'empty support.type.property-name', 'f support.type.property-name', 'x string.unquoted', '\\\\ constant.character.escape', 'g support.type.property-name',
    ]);
  });

  test('options of the JVM', () => {
    assert.deepEqual(scopesOf('a -XX:+UseG1GC -Dx=1').slice(1), [
      '-XX:+UseG1GC entity.other.attribute-name.jvm-option', '-Dx entity.other.attribute-name.jvm-option', '= meta.value', '1 constant.numeric',
    ]);
  });
});
