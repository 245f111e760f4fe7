import { describe, expect, it } from 'vitest';
import { codeText, confText, type LintedText } from '../../server/src/lint/document.ts';
import { silencing, suppressFile, suppressionsIn, suppressLine, withoutName } from '../../server/src/lint/suppressions.ts';
import type { ConfDocument } from '../../server/src/program/conf.ts';
import type { Rule } from '../../server/src/rule/rule.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { lower, rangeOf } from '../support/engine.ts';

const rule = { name: 'collect-to-driver', former: ['driver-collect'], category: 'driver' } as unknown as Rule;
const code = (text: string, path?: string): LintedText => codeText(lower(text, path));
const silent = (text: string, piece = 'collect()', path?: string): boolean => {
  const document = code(text, path);
  return silencing(document, rule, rangeOf(document.text, piece)).length > 0;
};

function conf(text: string): LintedText {
  const lines = [...text.matchAll(/^.*$/gm)].map((match) => ({ start: match.index, end: match.index + match[0].length, text: match[0] }));
  const comments = lines.filter((line) => /^\s*#/.test(line.text));
  const entries = lines.filter((line) => /^\s*\w/.test(line.text)).map((line) => ({ ...line, key: line.text.split(/\s+/)[0]! }));
  return confText({ form: 'properties', path: 'spark-defaults.conf', text, entries, sections: [{ start: 0, end: text.length, entries }], comments, byteOrderMark: false } as unknown as ConfDocument);
}

describe('a comment in Scala', () => {
  const within = (lines: string): string => `object Job {\n  val df = spark.table("a")\n${lines}\n}\n`;
  it.each([
    ['behind the line', '  df.collect() // sparkcheck: ignore[collect-to-driver] small'],
    ['alone above', '  // sparkcheck: ignore[collect-to-driver]\n  df.collect()'],
    ['above, a block comment between', '  // sparkcheck: ignore[collect-to-driver]\n  /* why */\n  df.collect()'],
    ['behind the last line of the statement', '  val rows = df\n    .where("a")\n    .collect() // sparkcheck: ignore[collect-to-driver]'],
    ['above the statement', '  // sparkcheck: ignore[collect-to-driver]\n  val rows = df\n    .where("a")\n    .collect()'],
    ['at the top', '  // sparkcheck: ignore-file[collect-to-driver]\n  df.collect()'],
  ])('silences %s', (_, lines) => expect(silent(within(lines), 'collect()', 'Job.scala')).toBe(true));
  it.each([
    ['of a block', '  df.collect() /* sparkcheck: ignore[collect-to-driver] */'],
    ['in a block', '  /*\n  // sparkcheck: ignore[collect-to-driver]\n  */\n  df.collect()'],
    ['in a string', '  df.collect(); val a = "// sparkcheck: ignore[collect-to-driver]"'],
    ['of another line', '  // sparkcheck: ignore[collect-to-driver]\n  df.count()\n  df.collect()'],
  ])('does not %s', (_, lines) => expect(silent(within(lines), 'collect()', 'Job.scala')).toBe(false));
  it.each([
    [within('  df.collect()'), within('  df.collect()  // sparkcheck: ignore[collect-to-driver]')],
    [within('  val rows = df\n    .collect()'), within('  // sparkcheck: ignore[collect-to-driver]\n  val rows = df\n    .collect()')],
    [within('  df.collect() // small'), within('  df.collect() // small  // sparkcheck: ignore[collect-to-driver]')],
  ])('is written where it counts: %j', (text, silenced) => {
    const document = code(text, 'Job.scala');
    expect(applyEdits(text, suppressLine(document, 'collect-to-driver', rangeOf(text, 'collect()')))).toBe(silenced);
    expect(silent(silenced, 'collect()', 'Job.scala')).toBe(true);
  });
  it('for the whole file stands below what must come first', () => {
    const text = '// Databricks notebook source\ndf.collect()\n';
    expect(applyEdits(text, suppressFile(code(text, 'Job.scala'), 'collect-to-driver'))).toBe('// Databricks notebook source\n// sparkcheck: ignore-file[collect-to-driver]\ndf.collect()\n');
  });
});

describe('a comment silences', () => {
  it.each([
    ['behind the line', 'df.collect()  # sparkcheck: ignore[collect-to-driver] small\n'],
    ['alone above', 'a()\n# sparkcheck: ignore[collect-to-driver]\ndf.collect()\n'],
    ['above, with another comment between', '# sparkcheck: ignore[collect-to-driver]\n# because\ndf.collect()\n'],
    ['two above each other', '# sparkcheck: ignore[collect-to-driver]\n# sparkcheck: ignore[action-in-loop]\ndf.collect()\n'],
    ['among several names', 'df.collect()  # sparkcheck: ignore[ action-in-loop,collect-to-driver ]\n'],
    ['behind another comment', 'df.collect()  # noqa # sparkcheck: ignore[collect-to-driver]\n'],
    ['by a former name', 'df.collect()  # sparkcheck: ignore[driver-collect]\n'],
    ['on the first line of the statement', 'x = (  # sparkcheck: ignore[collect-to-driver]\n    df\n    .collect()\n)\n'],
    ['above the statement', '# sparkcheck: ignore[collect-to-driver]\nx = (\n    df\n    .collect()\n)\n'],
    ['on its own line of the statement', 'x = (\n    df\n    .collect()  # sparkcheck: ignore[collect-to-driver]\n)\n'],
    ['behind the last line of the statement', 'x = (\n    df\n    .collect()\n)  # sparkcheck: ignore[collect-to-driver]\n'],
    ['in the head of the file', '"""Job."""\n# sparkcheck: ignore-file[collect-to-driver]\nx = 1\ndf.collect()\n'],
    ['in the head of a loop', 'for row in df.collect():  # sparkcheck: ignore[collect-to-driver]\n    a(row)\n'],
  ])('%s', (_, text) => expect(silent(text)).toBe(true));

  it.each([
    ['for another rule', 'df.collect()  # sparkcheck: ignore[action-in-loop]\n'],
    ['without names', 'df.collect()  # sparkcheck: ignore\n'],
    ['on the line below', 'df.collect()\n# sparkcheck: ignore[collect-to-driver]\n'],
    ['above an empty line', '# sparkcheck: ignore[collect-to-driver]\n\ndf.collect()\n'],
    ['behind the line above', 'a()  # sparkcheck: ignore[collect-to-driver]\ndf.collect()\n'],
    ['in the head of a loop, for its body', 'for x in y:  # sparkcheck: ignore[collect-to-driver]\n    df.collect()\n'],
    ['in a string', 'x = "# sparkcheck: ignore[collect-to-driver]"; df.collect()\n'],
    ['for the file, too far down', `${'a()\n'.repeat(21)}# sparkcheck: ignore-file[collect-to-driver]\ndf.collect()\n`],
  ])('but not %s', (_, text) => expect(silent(text)).toBe(false));

  it('in the first cell, wherever it stands there', () => {
    const cells = (head: string): string => JSON.stringify({ cells: [{ cell_type: 'code', source: `${'a()\n'.repeat(30)}${head}` }, { cell_type: 'code', source: 'df.collect()' }] });
    expect(silent(cells('# sparkcheck: ignore-file[collect-to-driver]'), 'collect()', 'n.ipynb')).toBe(true);
    expect(silent(cells('# nothing'), 'collect()', 'n.ipynb')).toBe(false);
  });

  it('in the cells before the first one with code', () => {
    const cells = (...sources: string[]): string => JSON.stringify({ cells: sources.map((source) => ({ cell_type: 'code', source })) });
    expect(silent(cells('# sparkcheck: ignore-file[collect-to-driver]', 'df.collect()'), 'collect()', 'n.ipynb')).toBe(true);
    expect(silent(cells('%%sql\nselect 1', '# sparkcheck: ignore-file[collect-to-driver]\ndf.collect()'), 'collect()', 'n.ipynb')).toBe(true);
    expect(silent(cells('a()', '# sparkcheck: ignore-file[collect-to-driver]\ndf.collect()'), 'collect()', 'n.ipynb')).toBe(false);
    expect(silent('# Databricks notebook source\n# sparkcheck: ignore-file[collect-to-driver]\n\n# COMMAND ----------\n\ndf.collect()\n')).toBe(true);
  });

  it('in a properties file, alone above', () => {
    const document = conf('# sparkcheck: ignore[collect-to-driver] ours\nspark.a 1\nspark.b 2\n');
    expect(silencing(document, rule, rangeOf(document.text, 'spark.a'))).toHaveLength(1);
    expect(silencing(document, rule, rangeOf(document.text, 'spark.b'))).toHaveLength(0);
  });
});

describe('the comment that is written', () => {
  const line = (text: string, piece = 'collect()', path?: string): string => {
    const document = code(text, path);
    return applyEdits(document.text, suppressLine(document, 'collect-to-driver', rangeOf(document.text, piece)));
  };
  const cases: [string, string, string][] = [
    ['stands behind the line', 'df.collect()\n', 'df.collect()  # sparkcheck: ignore[collect-to-driver]\n'],
    ['replaces blanks at the end', 'df.collect()   \n', 'df.collect()  # sparkcheck: ignore[collect-to-driver]\n'],
    ['follows a comment', 'df.collect()  # all\n', 'df.collect()  # all  # sparkcheck: ignore[collect-to-driver]\n'],
    ['extends one behind the line', 'df.collect()  # sparkcheck: ignore[a] why\n', 'df.collect()  # sparkcheck: ignore[a, collect-to-driver] why\n'],
    ['extends one above', '# sparkcheck: ignore[a]\ndf.collect()\n', '# sparkcheck: ignore[a, collect-to-driver]\ndf.collect()\n'],
    ['gives names to one without', 'df.collect()  # sparkcheck: ignore\n', 'df.collect()  # sparkcheck: ignore[collect-to-driver]\n'],
    ['fills empty brackets', 'df.collect()  # sparkcheck: ignore[] why\n', 'df.collect()  # sparkcheck: ignore[collect-to-driver] why\n'],
    ['stands above a statement of several lines', 'if a:\n    x = """\n    """ + df.collect()\n', 'if a:\n    # sparkcheck: ignore[collect-to-driver]\n    x = """\n    """ + df.collect()\n'],
    ['keeps CRLF', 'a()\r\nx = (\r\n  df.collect())\r\n', 'a()\r\n# sparkcheck: ignore[collect-to-driver]\r\nx = (\r\n  df.collect())\r\n'],
    ['stands behind the head of a loop', 'for r in df.collect():\n    a(r)\n', 'for r in df.collect():  # sparkcheck: ignore[collect-to-driver]\n    a(r)\n'],
    ['stands above a head that goes on', 'for r in \\\n  df.collect():\n    a(r)\n', '# sparkcheck: ignore[collect-to-driver]\nfor r in \\\n  df.collect():\n    a(r)\n'],
  ];
  it.each(cases)('%s', (_, text, expected) => expect(line(text)).toBe(expected));
  it.each(cases)('%s, and then silences', (_, text) => expect(silent(line(text))).toBe(true));

  it('stands above the entry of a properties file', () => {
    const document = conf('spark.a 1\n  spark.b 2\n');
    const written = applyEdits(document.text, suppressLine(document, 'unknown-key', rangeOf(document.text, 'spark.b')));
    expect(written).toBe('spark.a 1\n  # sparkcheck: ignore[unknown-key]\n  spark.b 2\n');
  });

  it('for the file goes to its head', () => {
    const file = (text: string, path?: string): string => {
      const document = code(text, path);
      return applyEdits(document.text, suppressFile(document, 'collect-to-driver'));
    };
    expect(file('#!/usr/bin/env python\n# coding: utf-8\n"""Job."""\nx = 1\n')).toBe('#!/usr/bin/env python\n# coding: utf-8\n# sparkcheck: ignore-file[collect-to-driver]\n"""Job."""\nx = 1\n');
    expect(file('\uFEFFx = 1\n')).toBe('\uFEFF# sparkcheck: ignore-file[collect-to-driver]\nx = 1\n');
    expect(file('# sparkcheck: ignore-file[a]\nx = 1\n')).toBe('# sparkcheck: ignore-file[a, collect-to-driver]\nx = 1\n');
    const cells = (...sources: string[]): string => JSON.stringify({ cells: sources.map((source) => ({ cell_type: 'code', source })) });
    expect(file(cells('%%sql\nselect 1', '%%time\nx = 1'), 'n.ipynb')).toBe('%%sql\nselect 1\n%%time\n# sparkcheck: ignore-file[collect-to-driver]\nx = 1\n');
    expect(file('# Databricks notebook source\nx = 1\n')).toBe('# Databricks notebook source\n# sparkcheck: ignore-file[collect-to-driver]\nx = 1\n');
  });
});

describe('a name is taken out', () => {
  const without = (text: string, name: string): string => {
    const document = code(text);
    const found = suppressionsIn(document).find((each) => each.names.some((other) => other.name === name))!;
    return applyEdits(text, withoutName(document, found, found.names.find((other) => other.name === name)!));
  };
  it.each([
    ['of several, the first', 'a()  # sparkcheck: ignore[one, two] x\n', 'one', 'a()  # sparkcheck: ignore[two] x\n'],
    ['of several, the last', 'a()  # sparkcheck: ignore[one, two]\n', 'two', 'a()  # sparkcheck: ignore[one]\n'],
    ['with the comment behind a line', 'a()  # sparkcheck: ignore[one] reason\n', 'one', 'a()\n'],
    ['with the line of the comment', 'b()\n  # sparkcheck: ignore[one] reason\na()\n', 'one', 'b()\na()\n'],
    ['another comment before it stays', 'a()  # noqa  # sparkcheck: ignore[one]\n', 'one', 'a()  # noqa\n'],
    ['another comment behind it stays', 'a()  # sparkcheck: ignore[one]  # noqa\n', 'one', 'a()  # noqa\n'],
  ])('%s', (_, text, name, expected) => expect(without(text, name)).toBe(expected));
});
