/** Notebooks and scripts in Scala, notebooks in several languages, and lines that run other notebooks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Language } from '../../server/src/program/program.ts';
import { languageOfKernel, maskCell, type ModuleSource, runsAnywhere, sourceOf, sourceOfCells } from '../../server/src/syntax/index.ts';
import { lower, syntax } from '../support/engine.ts';
import { print } from './print.ts';

function source(path: string, text: string): ModuleSource {
  const found = sourceOf(path, text);
  if ('error' in found) throw new Error(found.error);
  return found;
}
const notebook = (language: string | undefined, ...cells: readonly (string | object)[]): string =>
  JSON.stringify({ cells: cells.map((cell) => ({ cell_type: 'code', ...(typeof cell === 'string' ? { source: cell } : cell) })), metadata: language === undefined ? {} : { language_info: { name: language } }, nbformat: 4 });

describe('magics in Scala', () => {
  it.each([
    ['%%python\nx = 1', '        \n     '],
    ['%%init_spark\nlauncher.packages = ["a"]', '            \n                         '],
    ['%%configure -f\n{"name": "a"}\n', '              \n             \n'],
    ['%%SQL\nselect', '     \n      '],
    ['%python\nx = {"a": 1}', '       \n            '],
    ['%sql select a\nfrom b', '             \n      '],
    ['%md\ntext', '   \n    '],
    ['%run ./a', '        '],
    ['%%scala\nval x = 1', '       \nval x = 1'],
    ['%%Scala\nval x = 1', '       \nval x = 1'],
    ['%%spark\nval x = 1', '       \nval x = 1'],
    ['%%time\nval x = 1', '      \nval x = 1'],
    ['%scala\nval x = 1', '      \nval x = 1'],
    ['%AddDeps org.a b 1.0\n%AddJar http://a"b\nval x = 1', '                    \n                  \nval x = 1'],
    ['val x = 1\n%truncation off\r\nx', 'val x = 1\n               \r\nx'],
    ['!ls -l\n?x\nx.y?\nx', '      \n  \n    \nx'],
    [':load a.scala\nx', '             \nx'],
    ['\uFEFFx', ' x'],
  ])('%j are blanked', (cell, masked) => expect(maskCell(cell, 'scala')).toBe(masked));

  it.each([
    'f("%s",\n%a)', 's"""\n%abc\n!ls\n:load x\n"""\ny', '/* \n%a\n*/ x', 'x %\n  y', 'val ok =\n  !done', '{\n!done\n}', 'x match {\ncase a\n:: b => c\n}', "df.filter(_.x == '%')", '// %md\nx', 'a\n  .b("?")', '`a?`\nb', '"(" + x\n"\\""',
  ])('%j has none', (cell) => expect(maskCell(cell, 'scala')).toBe(cell));

  it.each([
    ['%%spark\nval df = spark.range(1)\n', true], ['%%spark\nimport spark.implicits._\n', true], ['%%spark\n// Rows\ndf.count()', true], ['%%spark\ncase class A(x: Int) {\n}', true], ['%%spark -o x\ndef f(a: Int) = {\n a }', true],
    ['%%spark\ndf = spark.range(1)\n', false], ['%%spark\nimport os\nclass A:\n  x = 1\ndef f(a=1):\n  pass', false], ['%%spark\nx = a \\\n  // 2', false],
  ])('%j of a notebook in Python is Scala: %s', (cell, isScala) => expect(maskCell(cell).trim() === '').toBe(isScala));

  it.each<Language>(['python', 'scala'])('of %s leave every character in its place', (language) => {
    const piece = fc.constantFrom('%', '%%', '!', '?', '\n', '\r\n', ' ', '=', 'x', 'sql', 'scala', '"', '"""', "'", '\\', '#!', '//', '/*', '*/', ':load', '@', '(', ')', '{', '}', '\uFEFF', '😀', '`');
    fc.assert(fc.property(fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')), (text) => {
      const masked = maskCell(text, language);
      expect(masked.length).toBe(text.length);
      expect(masked.split('\n').map((line) => line.length)).toEqual(text.split('\n').map((line) => line.length));
    }), { numRuns: 500, seed: 3 });
  });
});

describe('scripts in Scala', () => {
  it.each([
    ['#!/usr/bin/env amm\nval x = 1', '(= x 1)'],
    ['#!/bin/sh\nexec scala "$0" "$@"\n!#\nval x = 1\nx', '(= x 1)\n(discard x!)'],
    [':require a.jar\n:load b.scala\nval x = 1', '(= x 1)'],
    ['import $ivy.`org.apache.spark::spark-sql:3.5.0`\n@\nval x = 1', '(import $ivy org.apache.spark::spark-sql:3.5.0)\n(= x 1)'],
    ['object A {\n  def f(x: Int)\n  :Int = 1\n}', undefined],
  ])('%j are read', (text, printed) => {
    const lowered = lower(text, 'a.sc');
    expect(lowered.errors).toEqual([]);
    expect(lowered.notebook).toBe(false);
    if (printed !== undefined) expect(print(lowered)).toBe(printed);
  });
});

describe('notebooks in Scala', () => {
  it.each([
    [{ language_info: { name: 'scala' } }, 'scala'], [{ kernelspec: { name: 'spylon-kernel', language: 'scala' } }, 'scala'], [{ kernelspec: { name: 'sparkkernel', language: '' }, language_info: { name: 'scala' } }, 'scala'],
    [{ kernelspec: { name: 'apache_toree_scala' } }, 'scala'], [{ kernelspec: { name: 'almond' } }, 'scala'], [{ kernelspec: { name: 'spark' } }, 'scala'], [{ kernelspec: { name: 'scala212', language: 'scala' }, language_info: { name: 'Scala' } }, 'scala'],
    [{ kernelspec: { name: 'pysparkkernel', language: '' }, language_info: { name: 'pyspark' } }, 'python'], [{ language_info: { name: 'Python_Glue_Session' } }, 'python'], [{ kernelspec: { name: 'python3', language: 'python' } }, 'python'],
    [{ kernelspec: { name: 'apache_toree_pyspark', language: 'python' } }, 'python'], [{ language_info: { name: 'sql' } }, 'other'], [{ kernelspec: { name: 'ir', language: 'R' } }, 'other'], [{ kernelspec: { name: 'python3' } }, undefined],
    [{}, undefined], [undefined, undefined], [null, undefined], ['x', undefined], [{ kernelspec: 'x', language_info: null }, undefined],
  ])('are told by what they say: %j', (metadata, language) => expect(languageOfKernel(metadata)).toBe(language));

  it('are one module; what a cell shows is told', () => {
    expect(print(lower(notebook('scala', 'val x = 1\nx', '%%python\nx = 1', '%AddJar a.jar\nif (x) y', 'val z =\nx\nz', 'def f = 1', ''), 'a.ipynb'))).toBe('(def:property f () (do (return 1)))\n(= x 1)\n(shown x!)\n(shown (when x! y!))\n(= z x!)\n(shown z!)');
  });

  it.each([['python', '(= a 1)\n(= c 3)'], ['scala', '(= b 2)']])('and those in %s hold no code of the other language', (language, printed) => {
    const cells = [{ source: 'a = 1', metadata: { vscode: { languageId: 'python' } } }, { source: 'val b = 2', metadata: { microsoft: { language: 'scala' } } }, { source: 'c = 3', metadata: { vscode: { languageId: 'python' } } }, { source: 'SELECT 1', metadata: { microsoft: { language: 'sparksql' } } }];
    const text = notebook(language, ...cells);
    expect(print(lower(text, 'a.ipynb'))).toBe(printed);
    expect(source('a.ipynb', text).pieces.map(({ cell }) => cell)).toEqual([0, 1, 2, 3]);
  });

  it('hold code where an editor guessed wrong', () => {
    expect(print(lower(notebook(undefined, { source: 'x', metadata: { vscode: { languageId: 'javascript' } } }), 'a.ipynb'))).toBe('(shown x)');
  });

  it('in an editor are in the language of most cells, where they do not say', () => {
    const cells = ['scala', 'scala', 'python'].map((language, index) => ({ text: 'x', index, language }));
    expect(sourceOfCells(cells).language).toBe('scala');
    expect(sourceOfCells(cells, 'python').masked).toBe(' \n \nx\n');
    expect(sourceOfCells([]).language).toBe('python');
  });

  it('of Databricks are parted by their marks', () => {
    const text = '\uFEFF// Databricks notebook source\r\n// MAGIC %md\r\n// MAGIC # Orders\r\n\r\n// COMMAND ----------\r\n\r\n// DBTITLE 1,Rows\r\nval df = x\r\ndf\r\n\r\n// COMMAND ----------\r\n\r\n// MAGIC %python\r\n// MAGIC df = 1\r\n\r\n// COMMAND ----------\r\n\r\ndf\r\ndf.y';
    const { pieces, notebook: is, language } = source('a.scala', text);
    expect([pieces.length, is, language]).toEqual([4, true, 'scala']);
    expect(print(lower(text, 'a.scala'))).toBe('(= df x!)\n(shown df!)\n(discard df!)\n(shown df!.y!)');
    expect(source('a.py', text).notebook, 'the comments of another language').toBe(false);
  });

  it('of Fabric too', () => {
    expect(print(lower('// Fabric notebook source\n\n// CELL ********************\nx\n\n// CELL ********************\nx\nval y = 1\n', 'a.scala'))).toBe('(shown x!)\n(discard x!)\n(= y 1)');
  });

  it('lose one cell to a bracket that is never closed, not those below', () => {
    expect(print(lower('// Databricks notebook source\nval a = f(\n\n// COMMAND ----------\nval b = """\n\n// COMMAND ----------\nval c = 1', 'a.scala')).split('\n').at(-1)).toBe('(= c 1)');
  });

  it('are lowered after an edit as new ones would be', () => {
    const cell = fc.constantFrom('val x = 1', 'x\n', 'def f(a: Int) = {\n  a\n}', 'val y = """', 'f(', '%sql\nselect', '%AddJar a\nx', 'val z =\nx\nz', 'class A { def f = 1 }\nnew A().f', '// a\nx', '', '\n', 'object A { val x = 1 }', 'import a._', 'val w =\nx\n  .y\nw.z');
    fc.assert(fc.property(fc.array(fc.array(cell, { maxLength: 6 }), { minLength: 2, maxLength: 6 }), (versions) => {
      const sources = versions.map((cells) => sourceOfCells(cells.map((text, index) => ({ text, index })), 'scala'));
      const open = syntax.open(sources[0]!);
      try {
        for (const each of [...sources, sources[0]!]) expect(open.update(each)).toEqual(syntax.lower(each));
      } finally {
        open.close();
      }
    }), { numRuns: 150, seed: 20261126 });
  });
});

describe('lines that run other notebooks', () => {
  const runs = (path: string, text: string): string[] => source(path, text).runs.map(({ file }) => file);

  it.each([
    ['# MAGIC %run ./setup', ['./setup']], ['# MAGIC %run "./a b" $x="1" $y="2"', ['./a b']], ["# DBTITLE 1,Setup\n# MAGIC\n# MAGIC %run '/Shared/a'\n", ['/Shared/a']], ['# Setup\n# MAGIC   %run ../a/b', ['../a/b']],
    ['# MAGIC %md\n# MAGIC %run ./setup', []], ['x\n# MAGIC %run ./setup', []], ['# MAGIC %running ./a', []], ['# %run ./setup', []], ['# MAGIC %run', []],
  ])('of Databricks, in %j', (text, files) => {
    expect(runs('a.py', `# Databricks notebook source\n${text}`)).toEqual(files);
    expect(runs('a.py', `# Databricks notebook source\nx = 1\n\n# COMMAND ----------\n\n${text}`)).toEqual(files);
    expect(runs('a.scala', `// Databricks notebook source\nval x = 1\n\n// COMMAND ----------\n\n${text.replace(/^#/gm, '//')}`)).toEqual(files);
    expect(runs('a.py', text), 'no notebook').toEqual([]);
  });

  it.each([
    ['%run ./a.ipynb', ['./a.ipynb']], ['x = 1\n%run -i -n "a b.py" --day 1\n%run c', ['a b.py', 'c']], ['"""\n%run a\n"""', []], ['# %run a', []], ['%run', []],
  ])('of Jupyter, in %j', (text, files) => expect(runs('a.ipynb', notebook('python', text))).toEqual(files));

  it('of the shell of Scala', () => {
    expect(runs('a.scala', ':load lib/a.scala\nval x = 1\n:load "b c.scala"\n')).toEqual(['lib/a.scala', 'b c.scala']);
    expect(runs('a.scala', 'val x = """\n:load a.scala\n"""')).toEqual([]);
  });

  it('stand where they stand', () => {
    const { runs: [run], text } = source('a.ipynb', notebook('python', 'x = 1', 'y\n  %run a'));
    expect(text.slice(run!.at)).toBe('  %run a\n');
  });

  it('are found in raw texts', () => {
    const texts = ['# MAGIC %run ./a', '// MAGIC   %run "./a" $x=1', '{"source": [\n  "%run ./a\\n",\n  "%run \\"./a\\"\\n"]}', ':load ./a', "  %run -i './a'"];
    expect(texts.map((text) => [...new Set(runsAnywhere(text))])).toEqual(texts.map(() => ['./a']));
  });
});
