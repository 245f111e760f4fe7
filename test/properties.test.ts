/** What holds of findings whatever the text: over the fixtures, and over what is left of them after random edits. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../server/src/lint/finding.ts';
import { rules } from '../server/src/rules/index.ts';
import { overlaps } from '../server/src/text/range.ts';
import { type FixtureFile, readFixture } from './support/fixture.ts';
import { check, type Checked, projectOf } from './support/project.ts';

const folder = new URL('./fixtures/', import.meta.url);
const fixtures: FixtureFile[] = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
  .flatMap((name) => readFixture(readFileSync(new URL(name, folder), 'utf8')))
  .flatMap(({ files }) => files.filter(({ checked, path }) => checked && !path.endsWith('.ipynb')));
const examples = rules.flatMap((rule) => rule.docs.examples.map((example) => ({ path: example.file ?? (example.language === 'conf' ? 'spark-defaults.conf' : 'job.py'), text: example.bad })));
const corpus: readonly { readonly path: string; readonly text: string }[] = [...fixtures.map(({ path, text }) => ({ path, text })), ...examples];

const one = (path: string, text: string): Checked => check({ [path]: text }, path);
const shown = (findings: readonly Finding[]): string[] => findings.map(({ rule, start, end, severity, message }) => `${start}-${end} ${rule} ${severity} ${message}`);

/** True of every result, however broken the text. */
function sound(path: string, text: string): void {
  const { findings, problems } = one(path, text);
  expect(problems.filter((message) => message.includes('failed here'))).toEqual([]);
  const errors = projectOf({ [path]: text }).program(path)?.lowered.errors ?? [];
  for (const [index, finding] of findings.entries()) {
    expect(finding.start).toBeGreaterThanOrEqual(0);
    expect(finding.end).toBeLessThanOrEqual(text.length);
    expect(finding.start).toBeLessThanOrEqual(finding.end);
    expect(errors.some((error) => overlaps(error, finding)), `${finding.rule} inside a syntax error`).toBe(false);
    if (index > 0) expect(findings[index - 1]!.start).toBeLessThanOrEqual(finding.start);
  }
  expect(new Set(findings.map(({ rule, start, end }) => `${rule} ${start} ${end}`)).size, 'one finding of a rule at a place').toBe(findings.length);
  expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size, 'fingerprints are unique').toBe(findings.length);
  expect(shown(one(path, text).findings), 'the same text gives the same findings').toEqual(shown(findings));
}

const texts = fc.constantFrom(...corpus);
const piece = fc.constantFrom('(', ')', '"', "'", '"""', ':', '\n', '    ', '\\', '#', '.collect()', 'for x in y:\n    ', '\uFEFF', '😀', '\r\n', '\t', 'é', '{', '[', '=', 'spark.a 1\n', '\\u12');
const edits = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: fc.option(piece, { nil: '' }) }), { maxLength: 4 });

function broken(text: string, changes: readonly { at: number; remove: number; insert: string }[]): string {
  return changes.reduce((current, { at, remove, insert }) => {
    const start = Math.floor(at * current.length);
    return current.slice(0, start) + insert + current.slice(start + remove);
  }, text);
}

describe('findings', () => {
  it('are sound on every fixture and example', () => {
    for (const { path, text } of corpus) sound(path, text);
  });

  it('are sound after random edits', () => {
    fc.assert(fc.property(texts, edits, ({ path, text }, changes) => sound(path, broken(text, changes))), { numRuns: 150, seed: 20241124 });
  });

  it('do not depend on line ends', () => {
    const plain = corpus.filter(({ text, path }) => path.endsWith('.py') && !text.includes('\r'));
    for (const { path, text } of plain) {
      const windows = text.replace(/\n/g, '\r\n');
      const place = (source: string) => ({ rule, start }: Finding): string => `${rule} on line ${source.slice(0, start).split('\n').length}`;
      expect(one(path, windows).findings.map(place(windows)), text).toEqual(one(path, text).findings.map(place(text)));
    }
  });

  it('do not depend on which file is asked for first', () => {
    const files = { 'a.py': 'from b import load\nload().collect()\n', 'b.py': 'from pyspark.sql import SparkSession\nimport a\ndef load():\n    return SparkSession.builder.getOrCreate().read.parquet("/data")\nload().collect()\n' };
    const forward = projectOf(files);
    const backward = projectOf(files);
    const first = [forward.check('a.py'), forward.check('b.py')].map(({ findings }) => shown(findings));
    const second = [backward.check('b.py'), backward.check('a.py')].map(({ findings }) => shown(findings)).reverse();
    expect(first).toEqual(second);
    expect(first.flat().length).toBeGreaterThan(0);
  });
});

describe('machine-made code', () => {
  it('of any depth is read to its end, and what stands beside it is found', () => {
    const deep = [`x = ${'('.repeat(3000)}1${')'.repeat(3000)}`, `y = ${Array(6000).fill('1').join(' + ')}`, `z = spark.table("t")${'.filter("a")'.repeat(3000)}`, `w = ${'['.repeat(2000)}${']'.repeat(2000)}`, 'rows = spark.table("t").collect()', ''].join('\n');
    expect(one('job.py', deep).findings.map(({ rule }) => rule)).toContain('collect-to-driver');
  });
});
