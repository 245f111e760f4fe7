/** From files to module texts and back: notebooks, magics, places. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceBeside, applyToNotebook, locate, maskCell, type ModuleSource, sourceOf, sourceOfCells } from '../../server/src/syntax/index.ts';
import { lower } from '../support/engine.ts';
import { print } from './print.ts';

function source(path: string, text: string): ModuleSource {
  const found = sourceOf(path, text);
  if ('error' in found) throw new Error(found.error);
  return found;
}
const notebook = (...cells: readonly (string | readonly string[])[]): string => JSON.stringify({ cells: cells.map((text) => ({ cell_type: 'code', source: text })), nbformat: 4 });

describe('magics', () => {
  it.each([
    ['%sql\nSELECT 1', '    \n        '],
    ['%md some text\nmore', '             \n    '],
    ['%%bash\nls', '      \n  '],
    ['\n%%sql\nselect', '\n     \n      '],
    ['%%time\nx = 1', '      \nx = 1'],
    ['%time df = f(\n  %a)\ny', "''   ;df = f(\n  %a)\ny"],
    ['if a:\n  %timeit -n 10 -r3 f()\ny', "if a:\n  ''               ;f()\ny"],
    ['%time x = a + \\\n  b\ny', "''   ;x = a + \\\n  b\ny"],
    ['%time\nx', '     \nx'],
    ['%time for x in y: f(x)\n', '                      \n'],
    ['%timeit -o -x=1\n', '               \n'],
    ['%matplotlib inline\nx', '                  \nx'],
    ['if a:\n    !ls\nb', 'if a:\n       \nb'],
    ['!pip install \\\n  x\ny', '              \n   \ny'],
    ['x = !ls', 'x = _  '],
    ['x = %sql select 1 \\\n  from y\nz', 'x = _              \n        \nz'],
    ['df.head?\n?df\nx', '        \n   \nx'],
  ])('%j are blanked', (cell, masked) => expect(maskCell(cell)).toBe(masked));

  it.each(['x = ("%s"\n  %name)\ny', 's = """\n%abc\n!ls\nreally?\n"""\ny', 'x = a \\\n  %b', 'a = b != c\nx = y % z', "s = '''it's # no\n%s''' \nx"])('%j has none', (cell) => expect(maskCell(cell)).toBe(cell));

  it('leaves every character in its place', () => {
    const piece = fc.constantFrom('%', '%%', '!', '?', '\n', '\r\n', ' ', '=', 'x', 'sql', '"', '"""', "'", '\\', '#', '(', ')', '\uFEFF', '😀');
    fc.assert(fc.property(fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')), (text) => {
      const masked = maskCell(text);
      expect(masked.length).toBe(text.length);
      expect(masked.split('\n').map((line) => line.length)).toEqual(text.split('\n').map((line) => line.length));
    }), { numRuns: 500, seed: 3 });
  });
});

describe('notebooks', () => {
  it('are one module; what a cell shows is told', () => {
    const text = notebook('x = 1\nx', ['%%sql\n', 'select'], 'if x:\n    x\n', 'y');
    expect(print(lower(text, 'a.ipynb'))).toBe('(= x 1)\n(shown x)\n(if x (do (discard x)))\n(shown y)');
  });

  it('of format 3 hold worksheets', () => {
    const text = JSON.stringify({ nbformat: 3, worksheets: [{ cells: [{ cell_type: 'markdown', source: 'hi' }, { cell_type: 'code', input: ['x = 1'], language: 'python' }] }] });
    const { pieces, text: code } = source('a.ipynb', text);
    expect([code, pieces]).toEqual(['x = 1\n', [{ start: 0, end: 5, cell: 1 }]]);
  });

  it.each(['{"cells": [', '[]', '{"a": 1}', ''])('%j is none, with a reason', (text) => expect(sourceOf('a.ipynb', text)).toEqual({ error: expect.stringMatching(/notebook/) }));

  it('of other languages hold no code', () => {
    expect(source('a.ipynb', JSON.stringify({ cells: [{ cell_type: 'code', source: 'x <- 1' }], metadata: { language_info: { name: 'R' } } })).text).toBe('');
  });

  it('of Databricks are parted by their marks', () => {
    const { pieces, notebook: is } = source('a.py', '# Databricks notebook source\nx = 1\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC select 1\n\n# COMMAND ----------\nx');
    expect([pieces.length, is]).toEqual([3, true]);
    expect(print(lower('# Databricks notebook source\nx\n\n# COMMAND ----------\n\nx\ny = 1\n'))).toBe('(shown x)\n(discard x)\n(= y 1)');
  });

  it('of Databricks are parted by their marks where the first line is lost', () => {
    expect(source('a.py', 'x = 1\n\n# COMMAND ----------\n\ny = 2\n\n# COMMAND ----------\nx').pieces.length).toBe(3);
    expect(source('a.scala', 'val x = 1\n\n// COMMAND ----------\n\nx\n\n// COMMAND ----------\nx').notebook).toBe(true);
    // A rule drawn across a script, and one that a text speaks of.
    expect(source('a.py', 'x = 1\n\n# COMMAND ----------\n\ny = 2').notebook).toBe(false);
    expect(source('a.py', 'x = "# COMMAND ----------"\ny = ["# COMMAND ----------"]').notebook).toBe(false);
    expect(source('a.py', 'x = """\n# COMMAND ----------\n\n# COMMAND ----------\n"""').notebook).toBe(false);
    // What a text holds cuts no cell of a notebook either.
    expect(source('a.py', 'x = """\n# COMMAND ----------\n"""\n# COMMAND ----------\ny\n# COMMAND ----------\nz').pieces.length).toBe(3);
  });

  it('of a script begin at marks between statements', () => {
    const cells = (text: string): number => source('a.py', text).pieces.length;
    expect(cells('# %%\nx\n\n# %% y\n# z\n\ny = 1\n# %%')).toBe(4);
    expect(cells('# %%\n!echo "(\n# %%\n%%bash\necho it\'s (\n# %%\nx')).toBe(4);
    expect(cells('if x:\n    y\n# %%\nelse:\n    z\n# %%\n\n    w\n')).toBe(1);
    expect(cells('x = f(\n# %%\ny,\n# %%\n)\ns = \'\'\'\n# %%\n\'\'\'')).toBe(1);
  });

  it('of Fabric too', () => {
    const { pieces, notebook: is } = source('a.py', '# Fabric notebook source\n\n# METADATA ********************\n\n# PARAMETERS CELL ********************\nday = 1\n\n# MARKDOWN ********************\n\n# # Orders\n\n# CELL ********************\norders\n');
    expect([pieces.length, is]).toEqual([3, true]);
    expect(print(lower('# Fabric notebook source\n\n# CELL ********************\nx\n\n# CELL ********************\nx\ny = 1\n'))).toBe('(shown x)\n(discard x)\n(= y 1)');
  });

  it('give places in their cells, in UTF-16 units', () => {
    const cells = sourceOfCells([{ text: 'a\n😀 = b', index: 0 }, { text: 'c\r\nd', index: 3 }]);
    expect(locate(cells, cells.text.indexOf('b'), true)).toEqual({ cell: 0, line: 1, column: 5 });
    expect(locate(cells, cells.text.indexOf('d'), true)).toEqual({ cell: 3, line: 1, column: 0 });
  });
});

describe('cells in the other language', () => {
  const python = '# Databricks notebook source\nx = 1\n\n# COMMAND ----------\n\n# DBTITLE 1,More\n# MAGIC %scala\n# MAGIC val y = 2\r\n# MAGIC\n# MAGIC   y + 1\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC %scala\n';
  const scala = '// Databricks notebook source\n// MAGIC %python x = 1\n// MAGIC if x:\n// MAGIC     y = 2\n';

  it('are a module in the same places', () => {
    for (const [path, text, language] of [['a.py', python, 'scala'], ['a.scala', scala, 'python']] as const) {
      const beside = sourceBeside(path, text)!;
      expect(beside.language).toBe(language);
      expect(beside.text).toHaveLength(text.length);
      expect(beside.text.split('\n')).toHaveLength(text.split('\n').length);
    }
    const text = sourceBeside('a.py', python)!.text;
    expect(text.trim().replace(/ +/g, ' ')).toBe('val y = 2\r\n \n y + 1');
    expect(text.indexOf('val y')).toBe(python.indexOf('val y'));
    expect(sourceBeside('a.scala', scala)!.text.trimEnd().split('\n').map((line) => line.replace(/^ *\f/, ''))).toEqual([' '.repeat(29), '        x = 1', 'if x:', '    y = 2']);
  });

  it('are looked for in notebooks of Databricks alone', () => {
    expect(sourceBeside('a.py', python.replace('%scala', '%md'))).toBeUndefined();
    expect(sourceBeside('a.py', python.replace('Databricks notebook source', 'a job').replaceAll('# COMMAND ----------', '#'))).toBeUndefined();
    expect(sourceBeside('a.scala', python)).toBeUndefined();
    expect(sourceBeside('a.ipynb', python)).toBeUndefined();
  });
});

describe('edits of notebooks', () => {
  const insert = (at: number, newText: string): { start: number; end: number; newText: string } => ({ start: at, end: at, newText });

  it('leave every other byte', () => {
    const json = '\uFEFF{"metadata": {"x": 1.0, "big": 12345678901234567890, "s": "\\u00e9\\/"},\r\n "cells": [\r\n  {"source": ["a = 1\\n",\r\n    "b = \\"\\u00e9\\""], "cell_type":"code", "outputs": ["]}\\\\"]},\r\n  {"cell_type": "code", "source": "c = 2"}], "nbformat": 4}\r\n';
    const module = source('a.ipynb', json);
    const edited = applyToNotebook(json, module, [insert(module.text.indexOf('b'), 'é()\n'), insert(module.text.indexOf('2'), '1 + ')]);
    expect(edited).toBe(json.replace('"a = 1\\n",\r\n    ', '"a = 1\\n",\r\n    "\\u00e9()\\n",\r\n    ').replace('"c = 2"', '"c = 1 + 2"'));
  });

  it('belong to one cell each, at its borders too', () => {
    const json = notebook(['a\n'], 'b', 'c');
    const module = source('a.ipynb', json);
    const after = (edit: { start: number; end: number; newText: string }): string[] => (JSON.parse(applyToNotebook(json, module, [edit])) as { cells: { source: string | string[] }[] }).cells.map((cell) => [cell.source].flat().join(''));
    expect(module.text).toBe('a\nb\nc\n');
    expect(after(insert(2, 'x\n'))).toEqual(['a\n', 'x\nb', 'c']);
    expect(after(insert(3, '\nx'))).toEqual(['a\n', 'b\nx', 'c']);
    expect(after(insert(6, 'x'))).toEqual(['a\n', 'b', 'c\nx']);
    expect(after({ start: 2, end: 4, newText: '' })).toEqual(['a\n', '', 'c']);
    expect(after({ start: 0, end: 3, newText: '' })).toEqual(['a\n', 'b', 'c']);
  });

  it('read back as the edited text', () => {
    const cell = fc.array(fc.constantFrom('a', '\n', '"', '\\', 'é', '😀', '\t', '\u2028'), { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), fc.nat(3), fc.boolean(), cell, fc.nat(8), fc.constantFrom(undefined, 1, '\t'), (cells, which, lines, newText, at, indent) => {
      const json = JSON.stringify({ cells: cells.map((text) => ({ source: lines ? text.split(/(?<=\n)/) : text, cell_type: 'code' })), metadata: {} }, null, indent);
      const module = source('a.ipynb', json);
      const index = which % cells.length;
      const offset = at % Math.max(1, cells[index]!.length);
      const expected = cells.map((text, i) => (i === index ? text.slice(0, offset) + newText + text.slice(offset) : text));
      const edited = applyToNotebook(json, module, [insert(module.pieces[index]!.start + offset, newText)]);
      expect((JSON.parse(edited) as { cells: { source: string | string[] }[] }).cells.map((each) => [each.source].flat().join(''))).toEqual(expected);
    }), { numRuns: 300, seed: 4 });
  });
});
