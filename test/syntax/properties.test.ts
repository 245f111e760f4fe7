/** The reader of properties files, against what Java's own made of the same texts, and against what its ranges promise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PropertiesFile, PropertiesEntry } from '../../server/src/program/conf.ts';
import { isConfFile, looksLikeConf, parseProperties } from '../../server/src/syntax/properties.ts';
import { rowsOf } from '../support/tsv.ts';
import { contains, type Range, sliceOf } from '../../server/src/text/range.ts';

const table = rowsOf('properties.tsv')
  .map((row) => row as [string, string])
  .map(([text, loaded]) => ({ text: JSON.parse(text) as string, loaded: loaded === 'malformed' ? loaded : (JSON.parse(loaded) as [string, string][]) }));

const parse = (text: string): PropertiesFile => parseProperties('spark-defaults.conf', text);
const isMalformed = ({ entries }: PropertiesFile): boolean => entries.some(({ escapes }) => escapes.some(({ kind }) => kind === 'malformed-unicode'));
const pairs = ({ entries }: PropertiesFile): [string, string][] => entries.map(({ key, value }) => [key, value]);

describe('as java.util.Properties and Spark read it', () => {
  it('has a table worth the name', () => {
    expect(table.length).toBeGreaterThan(400);
    expect(table.filter(({ loaded }) => loaded === 'malformed').length).toBeGreaterThan(50);
  });
  for (const { text, loaded } of table) it(JSON.stringify(text), () => expect(isMalformed(parse(text)) ? 'malformed' : pairs(parse(text))).toEqual(loaded));
});

const piece = fc.constantFrom('spark.a', 'spark.b', '\\', '\\\n', '\\\r\n', '\n', '\r\n', '\r', '=', ':', ' ', '\t', '\f', '#', '!', 'v', '4g', '\\u0041', '\\u12', '\u00A0', '\\t', '\\ ', '"', '\u0001', '😀');
const texts = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
const sound = (check: (document: PropertiesFile) => void): void => fc.assert(fc.property(texts, (text) => check(parse(text))), { numRuns: 2000, seed: 20261124 });

/** What a range of the raw text becomes when its escapes are undone. */
function undone(text: string, range: Range, { escapes }: PropertiesEntry): string {
  let made = '';
  let at = range.start;
  for (const escape of escapes.filter((each) => each.range.start >= range.start && each.range.start < range.end)) {
    made += text.slice(at, escape.range.start) + escape.text;
    at = escape.range.end;
  }
  return made + text.slice(at, Math.max(at, range.end));
}

const drops = '[\\u0000-\\u0009\\u000b\\u000c\\u000e-\\u0020]+';
const trimmed = (value: string): string => value.replace(new RegExp(`^${drops}|${drops}$`, 'g'), '');

describe('ranges', () => {
  it('stand in order: key, separator, value, all within the entry', () => sound(({ entries, text }) => {
    for (const entry of entries) {
      expect(entry.keyRange.start).toBe(entry.start);
      expect(entry.separator.start).toBe(entry.keyRange.end);
      expect(entry.separator.end).toBe(entry.valueRange.start);
      expect(contains({ start: 0, end: text.length }, entry)).toBe(true);
      expect(contains(entry, entry.keyRange)).toBe(true);
      if (entry.valueRange.start < entry.valueRange.end) expect(contains(entry, entry.valueRange)).toBe(true);
    }
  }));
  it('of entries and comments never overlap, and hold all that is not blank', () => sound(({ entries, comments, text }) => {
    const all = [...entries, ...comments].map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start);
    let at = 0;
    for (const { start, end } of all) {
      expect(start).toBeGreaterThanOrEqual(at);
      // A backslash alone on its line continues into nothing.
      expect(text.slice(at, start)).toMatch(/^[\u0000-\u0020\\]*$/);
      at = end;
    }
  }));
  it('hold the keys and values, once the escapes in them are undone', () => sound((document) => {
    for (const entry of document.entries) {
      expect(undone(document.text, entry.keyRange, entry)).toBe(entry.key);
      expect(trimmed(undone(document.text, entry.valueRange, entry))).toBe(entry.value);
    }
  }));
  it('of escapes lie in the entry, in order, each at a backslash', () => sound(({ entries, text }) => {
    for (const entry of entries) {
      let at = entry.start;
      for (const { range } of entry.escapes) {
        expect(text[range.start]).toBe('\\');
        expect(range.start).toBeGreaterThanOrEqual(at);
        at = range.end;
      }
    }
  }));
});

describe('what an entry keeps', () => {
  it('the raw text with its continuation lines', () => {
    const text = 'spark.jars  /a.jar,\\\n            /b.jar  \nspark.b 1\n';
    const [entry] = parse(text).entries;
    expect(sliceOf(text, entry!.valueRange)).toBe('/a.jar,\\\n            /b.jar');
    expect(entry!.value).toBe('/a.jar,/b.jar');
    expect(entry!.escapes.map(({ kind }) => kind)).toEqual(['continuation']);
  });
  it('escapes with what they become', () => {
    const { escapes } = parse('spark.a C:\\temp\\\\\\u0041\\q\\').entries[0]!;
    expect(escapes.map(({ kind, text }) => [kind, text])).toEqual([['escape', '\t'], ['escape', '\\'], ['unicode', 'A'], ['escape', 'q'], ['dropped', '']]);
  });
  it('a byte order mark is told, not read', () => {
    const document = parse('\uFEFFspark.a 1\n');
    expect(document.byteOrderMark).toBe(true);
    expect(document.entries[0]).toMatchObject({ key: 'spark.a', keyRange: { start: 1, end: 8 } });
  });
  it('a malformed escape in a comment is none', () => expect(isMalformed(parse('# C:\\users \\u12\nspark.a 1\n'))).toBe(false));
});

describe('which files hold settings', () => {
  it.each(['spark-defaults.conf', 'conf/spark-defaults.conf', 'spark-default.conf', 'spark_defaults.conf', 'spark-defualts.conf', 'my-spark-defaults.conf', 'spark-defaults-prod.conf', 'spark-defaults.conf.template', 'spark-defaults.prod.conf', 'spark.properties', 'spark-k8s.properties', 'spark.conf'])('%s by its name', (name) => expect(isConfFile(name)).toBe(true));
  it.each(['spark-env.sh', 'spark-log4j.properties', 'log4j.properties', 'spark-metrics.properties', 'nginx.conf', 'job.conf', 'spark-defaults.py', 'spark-defaults.conf.md', 'sparkcheck.toml', 'fairscheduler-spark.conf', 'spark-blacklist.conf', 'spark-blacklist.conf.template'])('%s is none by its name', (name) => expect(isConfFile(name)).toBe(false));
  it('any .conf whose first real line is a Spark key', () => {
    expect(isConfFile('conf/job.conf', '# a job\n\nspark.executor.memory  4g\n')).toBe(true);
    expect(isConfFile('conf/job.conf', 'server { listen 80; }\n')).toBe(false);
    expect(isConfFile('conf/job.txt', 'spark.executor.memory  4g\n')).toBe(false);
  });
  it('HOCON is none, whatever its name, unless that is the defaults file\'s', () => {
    const hocon = 'spark.master = "local[4]"\nspark.jobserver {\n  port = 8090\n}\n';
    expect(looksLikeConf(hocon)).toBe(false);
    expect(isConfFile('spark.conf', hocon)).toBe(false);
    expect(isConfFile('spark-defaults.conf', hocon)).toBe(true);
  });
  it('sections and marks before the first key', () => expect(looksLikeConf('\uFEFF[LOCAL]\nspark.app.name = x\n')).toBe(true));
});
