/** String literals of programs: their characters, and where each of them stands. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charsInCode } from '../../server/src/syntax/code-strings.ts';
import { hole } from '../../server/src/syntax/shell/words.ts';

const read = (text: string, language: 'python' | 'scala' = 'python'): string | undefined => charsInCode(text, { start: 0, end: text.length }, language)?.map(({ char }) => char).join('').replaceAll(hole, '?');

describe('in Python', () => {
  it.each([
    ['"a b"', 'a b'], ["'a' \"b\"", 'ab'], ['"a"  # note\n  \'b\' \\\n f"c{d}"', 'abc?'], ['f"{{a}} {b["c"]:{w}} d"', '{a} ? d'], ['"""a\n\\\nb"""', 'a\nb'],
    ['"a\\"b\\n\\x41\\d"', 'a"b\n?41\\d'], ['r"a\\"b\\n"', 'a\\"b\\n'], ['rb"a"', 'a'], ['""', ''],
  ])('%s', (text, value) => expect(read(text)).toBe(value));
  it.each(['a', '"a" + "b"', '"a', '("a")', '"a" b'])('%s is no literal', (text) => expect(read(text)).toBeUndefined());
});

describe('in Scala', () => {
  it.each([
    ['"a\\tb"', 'a\tb'], ['s"a $b ${c + "d"} $$e"', 'a ? ? $e'], ['"""a\\b""""', 'a\\b"'], ['raw"a\\n$b"', 'a\\n?'], ['s"""a $b"""', 'a ?'],
  ])('%s', (text, value) => expect(read(text, 'scala')).toBe(value));
  it.each(['sql"a"', '"a" "b"', 'a'])('%s is no literal', (text) => expect(read(text, 'scala')).toBeUndefined());
});

it('every character stands in the text, in order', () => {
  const piece = fc.constantFrom('"', "'", '"""', '\\', '{', '}', '${', '$', 'a', ' ', '\n', '\r\n', 'f', 'r', '#');
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')), fc.constantFrom('python' as const, 'scala' as const), (text, language) => {
    let at = 0;
    for (const { start, end } of charsInCode(text, { start: 0, end: text.length }, language) ?? []) {
      expect(start).toBeGreaterThanOrEqual(at);
      expect(end).toBeGreaterThan(start);
      expect(end).toBeLessThanOrEqual(text.length);
      at = end;
    }
  }), { numRuns: 500 });
});
