import { describe, expect, it } from 'vitest';
import { editsFor, type CodeEdits } from '../../server/src/rule/edits.ts';
import type { Edit } from '../../server/src/rule/rule.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { lower, rangeOf } from '../support/engine.ts';

function change(text: string, make: (edits: CodeEdits, at: (piece: string, occurrence?: number) => { start: number; end: number }) => Edit[], path?: string): string {
  const lowered = lower(text, path);
  return applyEdits(lowered.text, make(editsFor({ lowered }), (piece, occurrence) => rangeOf(lowered.text, piece, occurrence)));
}

describe('insertBefore', () => {
  it('keeps the indentation', () => {
    expect(change('def f(df):\n    return df.count()\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('def f(df):\n    df.cache()\n    return df.count()\n');
  });
  it('indents every line of what it inserts', () => {
    expect(change('if a:\n\tb()\n', (e, at) => e.insertBefore(at('b()'), 'if c:\n    d()'))).toBe('if a:\n\tif c:\n\t    d()\n\tb()\n');
  });
  it('stands before a statement of several lines', () => {
    expect(change('x = (\n    df\n    .count()\n)\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('df.cache()\nx = (\n    df\n    .count()\n)\n');
  });
  it('stays on the line of a body without a line of its own', () => {
    expect(change('if a: df.count()\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('if a: df.cache(); df.count()\n');
    expect(change('a(); df.count()\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('a(); df.cache(); df.count()\n');
  });
  it('goes before the whole chain of an elif', () => {
    expect(change('if a:\n    b()\nelif df.count() > 0:\n    c()\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('df.cache()\nif a:\n    b()\nelif df.count() > 0:\n    c()\n');
  });
  it('finds the statements of a case', () => {
    expect(change('match a:\n    case 1:\n        b()\n        df.count()\n    case _:\n        c()\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('match a:\n    case 1:\n        b()\n        df.cache()\n        df.count()\n    case _:\n        c()\n');
    expect(change('match a:\n    case 1:\n        df.cache()\n', (e, at) => e.removeStatement(at('cache')))).toBe('match a:\n    case 1:\n        pass\n');
    expect(change('match df.count():\n    case 1:\n        b()\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('df.cache()\nmatch df.count():\n    case 1:\n        b()\n');
  });
  it('goes above decorators', () => {
    expect(change('@d\n@e(1)\ndef f():\n    pass\n', (e, at) => e.insertBefore(at('def'), 'a = 1'))).toBe('a = 1\n@d\n@e(1)\ndef f():\n    pass\n');
  });
  it('uses the line ends of the file', () => {
    expect(change('a()\r\ndf.count()\r\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('a()\r\ndf.cache()\r\ndf.count()\r\n');
  });
  it('leaves a byte order mark in front', () => {
    expect(change('\uFEFFdf.count()\n', (e, at) => e.insertBefore(at('count'), 'df.cache()'))).toBe('\uFEFFdf.cache()\ndf.count()\n');
  });
});

describe('insertAfter', () => {
  it('goes below a trailing comment', () => {
    expect(change('df.count()  # rows\nb()\n', (e, at) => e.insertAfter(at('count'), 'df.unpersist()'))).toBe('df.count()  # rows\ndf.unpersist()\nb()\n');
  });
  it('works at the end of a text without a line end', () => {
    expect(change('df.count()', (e, at) => e.insertAfter(at('count'), 'df.unpersist()'))).toBe('df.count()\ndf.unpersist()');
  });
  it('goes below the whole of a compound statement', () => {
    expect(change('for x in y:\n    a(x)\n    b(x)\nc()\n', (e, at) => e.insertAfter(at('for'), 'd()'))).toBe('for x in y:\n    a(x)\n    b(x)\nd()\nc()\n');
  });
  it('shares a line where others follow', () => {
    expect(change('a(); b()\n', (e, at) => e.insertAfter(at('a()'), 'c()'))).toBe('a(); c(); b()\n');
  });
  it('stays in its cell', () => {
    const notebook = JSON.stringify({ cells: [{ cell_type: 'code', source: 'df.count()' }, { cell_type: 'code', source: 'b()' }] });
    expect(change(notebook, (e, at) => e.insertAfter(at('count'), 'c()'), 'n.ipynb')).toBe('df.count()\nc()\nb()\n');
  });
});

describe('removeStatement', () => {
  it('takes the line and its comment', () => {
    expect(change('a()\ndf.cache()  # fast\nb()\n', (e, at) => e.removeStatement(at('cache')))).toBe('a()\nb()\n');
  });
  it('takes the line end before it at the end of the text', () => {
    expect(change('a()\r\ndf.cache()', (e, at) => e.removeStatement(at('cache')))).toBe('a()');
  });
  it('leaves the neighbours on its line', () => {
    expect(change('a(); df.cache(); b()\n', (e, at) => e.removeStatement(at('cache')))).toBe('a(); b()\n');
    expect(change('a(); df.cache()\n', (e, at) => e.removeStatement(at('cache')))).toBe('a()\n');
    expect(change('df.cache(); b()\n', (e, at) => e.removeStatement(at('cache')))).toBe('b()\n');
  });
  it('leaves a block that still parses', () => {
    expect(change('def f(df):\n    df.cache()\nb()\n', (e, at) => e.removeStatement(at('cache')))).toBe('def f(df):\n    pass\nb()\n');
  });
  it('leaves the line end between cells', () => {
    const notebook = JSON.stringify({ cells: [{ cell_type: 'code', source: 'a()\ndf.cache()' }, { cell_type: 'code', source: 'b()' }] });
    expect(change(notebook, (e, at) => e.removeStatement(at('cache')), 'n.ipynb')).toBe('a()\nb()\n');
  });
});

describe('moveStatement', () => {
  it('goes up, and takes the new indentation', () => {
    expect(change('a = df.count()\nif x:\n    b()\n    df.cache()\n', (e, at) => e.moveStatement(at('cache'), at('count')))).toBe('df.cache()\na = df.count()\nif x:\n    b()\n');
  });
  it('moves several lines', () => {
    expect(change('a()\ndf = (df\n      .cache())\n', (e, at) => e.moveStatement(at('cache'), at('a()')))).toBe('df = (df\n      .cache())\na()\n');
  });
  it('refuses to move a statement into itself', () => {
    expect(change('for x in y:\n    a()\n    b()\n', (e, at) => e.moveStatement(at('for'), at('a()')))).toBe('for x in y:\n    a()\n    b()\n');
  });
});

describe('importName', () => {
  const add = (text: string): string => change(text, (e) => e.importName('pyspark.sql', 'functions', 'F'));
  it('extends an import from the same module', () => {
    expect(add('from pyspark.sql import SparkSession\na()\n')).toBe('from pyspark.sql import SparkSession, functions as F\na()\n');
  });
  it('extends a list in parentheses, one name a line', () => {
    expect(add('from pyspark.sql import (\n    Row,\n    SparkSession,\n)\n')).toBe('from pyspark.sql import (\n    Row,\n    SparkSession,\n    functions as F,\n)\n');
  });
  it('goes below the last import at the head', () => {
    expect(add('"""Job."""\nimport os\nimport sys  # argv\n\nx = 1\nimport late\n')).toBe('"""Job."""\nimport os\nimport sys  # argv\nfrom pyspark.sql import functions as F\n\nx = 1\nimport late\n');
  });
  it('goes below docstring and future imports where there is no other', () => {
    expect(add('#!/usr/bin/env python\n"""Job.\n\nLong.\n"""\nfrom __future__ import annotations\n\nx = 1\n')).toBe('#!/usr/bin/env python\n"""Job.\n\nLong.\n"""\nfrom __future__ import annotations\n\nfrom pyspark.sql import functions as F\nx = 1\n');
  });
  it('goes to the top of a bare snippet, above the comment of its first line', () => {
    expect(add('# load\nx = 1\n')).toBe('from pyspark.sql import functions as F\n# load\nx = 1\n');
  });
  it('stays below the magics of a cell', () => {
    const notebook = JSON.stringify({ cells: [{ cell_type: 'code', source: '%%sql\nselect 1' }, { cell_type: 'code', source: '%%time\nx = 1' }] });
    expect(change(notebook, (e) => e.importName('pyspark.sql', 'functions', 'F'), 'n.ipynb')).toBe('%%sql\nselect 1\n%%time\nfrom pyspark.sql import functions as F\nx = 1\n');
  });
  it('adds nothing that is there', () => {
    expect(add('import pyspark.sql.functions as F\n')).toBe('import pyspark.sql.functions as F\n');
    expect(add('from pyspark.sql import functions as fn\n')).toBe('from pyspark.sql import functions as fn\n');
    expect(editsFor({ lowered: lower('from pyspark.sql import functions as fn\n') }).localName('pyspark.sql', 'functions')).toBe('fn');
    expect(editsFor({ lowered: lower('import pyspark.sql.functions as F\n') }).localName('pyspark.sql', 'functions')).toBe('F');
  });
});

describe('names, quotes, texts', () => {
  it('quotes as the file does', () => {
    expect(editsFor({ lowered: lower("a = 'x'\nb = ['y']\n") }).quote("it's")).toBe("'it\\'s'");
    expect(editsFor({ lowered: lower('a = 1\n') }).quote('x')).toBe('"x"');
  });
  it('finds a name that nothing has', () => {
    expect(editsFor({ lowered: lower('size = 1\nsize_2 = 2\n') }).freshName('size')).toBe('size_3');
  });
  it('knows a whole statement', () => {
    const text = 'df.cache()\nx = df.cache()\n';
    const edits = editsFor({ lowered: lower(text) });
    expect(edits.isWholeStatement(rangeOf(text, 'df.cache()'))).toBe(true);
    expect(edits.isWholeStatement(rangeOf(text, 'df.cache()', 2))).toBe(false);
  });
});
