/** What was never closed: found, blanked, and what follows it kept. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lowered } from '../../server/src/program/program.ts';
import { repair } from '../../server/src/syntax/python/repair.ts';
import { sourceOfCells } from '../../server/src/syntax/index.ts';
import { lower, syntax } from '../support/engine.ts';
import { print } from './print.ts';

const repaired = (text: string): string => repair(text, 0, text.length).text;

describe('healthy texts are left alone', () => {
  it.each([
    'f(a,\n  [b, {c: d}])\n',
    's = """a (\ndef f(): pass\n"""\ndef g(): pass\n',
    'def f():\n    """Runs def g(x): it\'s (so).\n\n    Example:\n        def g(x):\n            return x\n    """\n    return 1\n',
    "x = 'a\\\n(b'\ny = r'\\('\n",
    'x = (  # (\n  a\n  if b\n  else c\n)\n',
    'x = f"{d[\'a\']}" \'"\' "\'"\n',
    "x = f'{a[\"b\"]}{{'\n",
    'x = """\\""" ("""\n',
    'x = f"{d["("]:{w}}" + f\'{y:"^9}\' + f"{{("\n',
    'foo(\na = 1,\nb = 2)\n',
    'x = """a"""\'\'\'b"""\'\'\'\n',
  ])('%j', (text) => {
    expect(repaired(text)).toBe(text);
    expect(repair(text, 0, text.length).faults).toEqual([]);
  });
});

describe('faults become blanks, a name where a value is needed', () => {
  it.each([
    ['df = df.filter(a > 1\nx = 1\nreturn', 'df = df.filter      \nx = 1\nreturn'],
    ['x = [a,\n  b,\ndef f(): pass', 'x = _  \n    \ndef f(): pass'],
    ['x = [a,\n  b,\n\ny = 1\n', 'x = _  \n    \n\ny = 1\n'],
    ['f(a, [b, c)\nd', 'f(a,  b, c)\nd'],
    ['f(a))\nb', 'f(a) \nb'],
    ['x = "abc # no\ny = 1', 'x = _        \ny = 1'],
    ["f('a\n)\nimport b", 'f(_ \n)\nimport b'],
    ['if (a > 1:\n    x = 1\n', 'if _:     \n    x = 1\n'],
    ['def f(a, b\n    return a\n', 'def f():  \n    return a\n'],
    ['def f(\n    return a\n', 'def f(\n    return a\n'],
    ['for x in g(a:\n    y\nimport b', 'for x in g : \n    y\nimport b'],
    ['x = """a\ny = 1\n\n@b\ndef f(): pass\n', 'x = _   \n     \n\n@b\ndef f(): pass\n'],
    ['def a():\n    """One.\n    return 1\n\ndef b():\n    """Two."""\n', 'def a():\n    _      \n            \n\ndef b():\n    """Two."""\n'],
    ['s = """\ndef t(): pass\n"""\ndef a():\n    x = """\n\ndef b():\n    """Two."""\n', 's = """\ndef t(): pass\n"""\ndef a():\n    x = _  \n\ndef b():\n    """Two."""\n'],
    ['f(a, """b,\n\ndef c(): pass\n', 'f         \n\ndef c(): pass\n'],
    ['x = """a\ny = 1\r\n', 'x = _   \n     \r\n'],
  ])('%j', (text, expected) => expect(repaired(text)).toBe(expected));

  it('of the same length, line ends in their places, whatever is typed', () => {
    const piece = fc.constantFrom('(', ')', '[', ']', '{', '}', '"', "'", '"""', "'''", '\\', '#', '\n', '\r\n', '    ', 'def f(x):', 'class A:', 'if ', ' = ', 'x', '@a', 'return', '😀');
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')), (text) => {
      const { text: made, faults, comments } = repair(text, 0, text.length);
      expect(made.split('\n').map((line) => line.length)).toEqual(text.split('\n').map((line) => line.length));
      faults.forEach(({ start, end }, index) => {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(text.length);
        if (index > 0) expect(faults[index - 1]!.end).toBeLessThanOrEqual(start);
      });
      for (const { start } of comments) expect(text[start]).toBe('#');
    }), { numRuns: 1000, seed: 5 });
  });
});

describe('what follows a fault is read', () => {
  const text = 'class A:\n    def a(self):\n        """One."""\n        return self.f(1)\n\n    def b(self):\n        """Two."""\n        return [2]\n\ndef c():\n    """Three."""\n    x = "3"\n    return x\n\ndef d(): return 4\n';
  const names = ({ module }: Lowered): string[] => {
    const body = module.body.kind === 'sequence' ? module.body.body : [];
    return body.flatMap((expr) => (expr.kind === 'closure' ? [expr.def.name, ...names({ module: expr.def } as Lowered)] : []));
  };
  const signs = ['(', '[', '{', '"', "'", '"""', ')', 'f"{'];
  const places = ['return self', '"""One', '1)', 'return [2', '2]', 'x =', '"3"', 'return x'].map((piece) => text.indexOf(piece));

  it.each(signs)('%s in the body of a function', (sign) => {
    for (const at of places) {
      const lowered = lower(text.slice(0, at) + sign + text.slice(at));
      expect(names(lowered), `at ${at}`).toEqual(['A', 'a', 'b', 'c', 'd']);
    }
  });

  it('and is told to be an error itself', () => {
    const { errors } = lower('df = df.filter(a\nx = 1\nimport b\n');
    expect(errors).toEqual([{ start: 14, end: 16 }]);
  });

  it('in the next cell, whatever is open in this one', () => {
    const cells = ['x = """\n', 'y = (', '%sql\n', 'if z:', 'z'].map((cell, index) => ({ text: cell, index }));
    expect(print(syntax.lower(sourceOfCells(cells))).split('\n').at(-1)).toBe('(shown z)');
    expect(print(lower('# Databricks notebook source\nx = f(\n# COMMAND ----------\ny = 1\n'))).toMatch(/\(= y 1\)$/);
  });
});
