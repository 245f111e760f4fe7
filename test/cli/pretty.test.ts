import { describe, expect, it } from 'vitest';
import { placedText } from '../../server/src/service/placed-text.ts';
import { marked, summary, widthOf, wrapped } from '../../server/src/cli/pretty.ts';
import { createProgress } from '../../server/src/cli/progress.ts';
import type { Finding } from '../../server/src/lint/finding.ts';
import type { Fix } from '../../server/src/rule/rule.ts';

describe('code frames', () => {
  it('mark the range below the text', () => {
    expect(marked('rows = df.collect()', 10, 17, 80)).toEqual({ text: 'rows = df.collect()', marks: '          ^^^^^^^' });
  });
  it('count a tab as the blanks it shows', () => {
    expect(marked('\tdf.x', 4, 5, 80)).toEqual({ text: '    df.x', marks: '       ^' });
  });
  it('count wide letters and emoji twice, what combines not at all', () => {
    expect(marked('f("日本", x)', 8, 9, 80).marks).toBe(`${' '.repeat(10)}^`);
    expect(marked('f("😀", x)', 7, 8, 80).marks).toBe(`${' '.repeat(7)}^`);
    expect([widthOf('日'), widthOf('😀'), widthOf('e'), widthOf('\u0301')]).toEqual([2, 2, 1, 0]);
  });
  it('mark at least one column', () => {
    expect(marked('x', 1, 1, 80).marks).toBe(' ^');
  });
  it('cut long lines around what is marked', () => {
    const line = `${'a'.repeat(300)}MARK${'b'.repeat(300)}`;
    const { text, marks } = marked(line, 300, 304, 60);
    expect(text.length).toBeLessThanOrEqual(62);
    expect(text.slice(marks.indexOf('^'), marks.length)).toBe('MARK');
  });
  it('show control characters as one', () => {
    expect(marked('a\u001Bb', 2, 3, 80)).toEqual({ text: 'a\uFFFDb', marks: '  ^' });
  });
});

describe('places', () => {
  it('are counted from 1, without a byte order mark, for every line end', () => {
    const text = placedText('\uFEFFab\r\ncd\ref\ngh');
    expect(text.place({ start: 1, end: 3 })).toMatchObject({ line: 1, column: 1, endLine: 1, endColumn: 3 });
    expect(text.place({ start: 5, end: 7 })).toMatchObject({ line: 2, column: 1, endColumn: 3 });
    expect(text.place({ start: 8, end: 12 })).toMatchObject({ line: 3, column: 1, endLine: 4, endColumn: 2 });
    expect(text.lines(text.place({ start: 2, end: 6 }))).toEqual(['ab', 'cd']);
  });
  it('count within the cells of a notebook', () => {
    const text = placedText('a = 1\nb\nc = 2\n', [{ start: 0, end: 5, cell: 1 }, { start: 6, end: 13, cell: 4 }]);
    expect(text.place({ start: 8, end: 9 })).toEqual({ line: 2, column: 1, endLine: 2, endColumn: 2, cell: 4 });
    expect(text.lines({ line: 2, column: 1, endLine: 2, endColumn: 2, cell: 4 })).toEqual(['c = 2']);
  });
});

describe('words', () => {
  it('are wrapped to the width, long ones left whole', () => {
    expect(wrapped('one two three', 9, '  ')).toEqual(['  one two', '  three']);
    expect(wrapped('extraordinarily long', 5, '')).toEqual(['extraordinarily', 'long']);
  });
});

describe('the summary', () => {
  const found = (fix: Partial<Fix>): Finding => ({ path: 'job.py', severity: 'warning', fixes: [{ title: 'x', safety: 'suggested', edits: [], ...fix }] }) as unknown as Finding;
  it('promises what the command line will do: nothing that has to be filled in', () => {
    const findings = [found({ safety: 'safe' }), found({}), found({ placeholder: true })];
    expect(summary(findings, 1, 1, 0)).toBe('3 findings (3 warnings) in 1 of 1 file; 1 can be fixed with --fix, 1 more with --fix --suggested.');
    expect(summary(findings.slice(2), 1, 1, 0)).toBe('1 finding (1 warning) in 1 of 1 file.');
  });
});

describe('progress', () => {
  it('says nothing outside a terminal', () => {
    const written: string[] = [];
    const progress = createProgress(3, { isTTY: false, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream);
    progress.step();
    progress.end();
    expect(written).toEqual([]);
  });
});
