/** SET in SQL: which statements set a key, and where key and value stand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSql, setIn, setsSpark } from '../../server/src/syntax/sql.ts';

/** `key=value` of each entry, as written at their places. */
const entries = (text: string): string[] => parseSql('x.sql', text).sections[0]!.entries.map(({ key, keyRange, value, valueRange }) => {
  expect(text.slice(keyRange.start, keyRange.end)).toBe(key);
  if (value !== undefined) expect(text.slice(valueRange.start, valueRange.end)).toBe(value);
  return `${key}=${value ?? '?'}`;
});

describe('one statement', () => {
  it.each([
    ['SET spark.a=1', 'spark.a', '1'], ['  set `spark.a` = `1 2` ;; ', 'spark.a', '1 2'], ["SET spark.a='x' -- note", 'spark.a', "'x' -- note"],
    ['-- a\n/* b; */ SET spark.a\n=\n x', 'spark.a', 'x'], ['SET a:b.c=d', 'a:b.c', 'd'],
  ])('%j', (sql, key, value) => expect(setIn(sql)).toMatchObject({ key, value }));
  it.each(['SET', 'SET -v', 'SET spark.a', 'SET spark.a 1', 'SET spark.a=', 'SET spark.a=1; SELECT 1', 'UPDATE t SET spark.a=1', 'SET VARIABLE x = 1', 'RESET spark.a', 'SET spark.a-b=1'])('%j sets no key', (sql) => expect(setIn(sql)).toBeUndefined());
});

describe('a file', () => {
  it.each([
    ['SET spark.a=1;\nSET spark.b=2;SELECT 1', ['spark.a=1', 'spark.b=2']],
    ["SELECT ';SET spark.a=1;';\nSET spark.b=x", ['spark.b=x']],
    ['-- don\'t; SET spark.a=1;\n/* ; SET spark.a=1; */\nSET spark.b=2', ['spark.b=2']],
    ['SET spark.a=${x};SET spark.b={{ y }};SET spark.c=$z;SET spark.d={e}', ['spark.a=?', 'spark.b=?', 'spark.c=?', 'spark.d=?']],
    ['SET spark.a=1\n\n-- COMMAND ----------\n\nSET spark.b=2', ['spark.a=1', 'spark.b=2']],
    ['SET hive.a=1;SET spark.a;UPDATE t SET spark.a=1;', []],
  ])('%j', (text, found) => expect(entries(text)).toEqual(found));
  it('that sets nothing of Spark is not read', () => {
    expect(setsSpark('SET hive.a=1; -- spark.b')).toBe(false);
    expect(setsSpark('set\n`spark.b` = 1')).toBe(true);
  });
  it('is read whatever its text, and its places lie in it', () => {
    const piece = fc.constantFrom('SET ', 'spark.a', '=', ';', "'", '"', '`', '--', '/*', '*/', '\n', '\r\n', ' ', 'x', '-- COMMAND ----------\n');
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')), (text) => {
      const { sections, comments } = parseSql('x.sql', text);
      for (const range of [...comments, ...sections[0]!.entries.flatMap((entry) => [entry, entry.keyRange, entry.valueRange])]) {
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThanOrEqual(text.length);
      }
    }), { numRuns: 300 });
  });
  it('is read in time that grows with its length', () => {
    const text = `${'SET spark.a=1 /* '.repeat(20_000)}${'-- '.repeat(20_000)}`;
    const start = performance.now();
    parseSql('x.sql', text);
    parseSql('x.sql', `SET spark.a=${' /**/'.repeat(20_000)}`);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
