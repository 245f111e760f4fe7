/**
 * The rules on values against what a real Spark said of each: `test/data/value-trials.tsv` (chosen by hand) and
 * `value-trials-by-type.tsv` (made by `tools/try-values.mjs`). Columns: key, value in quotes, how it was set, release,
 * verdict, start of the answer, why the row is left out.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../support/project.ts';

interface Trial {
  readonly key: string;
  readonly value: string;
  readonly how: string;
  readonly release: string;
  readonly accepted: boolean;
  readonly leftOut: string;
  readonly line: number;
  readonly told: string;
}

function trialsIn(file: string): Trial[] {
  return readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8').split('\n').slice(1).flatMap((row, index) => {
    if (row === '') return [];
    const [key, value, how, release, verdict, answer = '', leftOut = ''] = row.split('\t') as [string, string, string, string, string, string?, string?];
    // What is stored and cannot be read fails when it is needed.
    const accepted = verdict === 'accepted' && !answer.includes('read fails');
    return [{ key, value: value.slice(1, -1).replaceAll('\\\\', '\\'), how, release, accepted, leftOut, line: index + 2, told: `${verdict} ${answer.slice(0, 120)}` }];
  });
}

/** Rules that say that a value is wrong. Others say that a right one is unwise (bare-number-unit) or not read (unknown-key, ineffective-setting). */
const onValidity: ReadonlySet<string> = new Set(['invalid-value', 'inconsistent-timeouts', 'quoted-value', 'removed-key', 'fatal-jvm-option']);

function program({ key, value, how }: Trial): string {
  const [name, text] = [JSON.stringify(key), JSON.stringify(value)];
  if (how.startsWith('SparkConf')) return `from pyspark import SparkConf\nconf = SparkConf().set(${name}, ${text})\n`;
  const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';
  return how === 'SQL SET' ? `${session}spark.sql(${JSON.stringify(`SET ${key}=${value}`)})\n` : `${session}spark.conf.set(${name}, ${text})\n`;
}

/** What the rules on values make of it. */
const findings = (trial: Trial): string[] =>
  check({ 'job.py': program(trial) }, 'job.py', { targetSpark: trial.release }).findings.filter(({ rule, severity }) => onValidity.has(rule) && (severity === 'error' || severity === 'warning')).map(({ rule, message }) => `${rule}: ${message}`);

const shown = ({ line, key, value, how, release, told }: Trial, found: readonly string[]): string => `${line}: ${key} '${value}' (${how}, ${release}): Spark ${told}; we ${found.join('; ') || 'nothing'}`;

describe.each([['value-trials.tsv', 600], ['value-trials-by-type.tsv', 1000]])('%s', (file, least) => {
  const all = trialsIn(file);
  const judged = all.filter(({ leftOut }) => leftOut === '');

  it('is judged as Spark judged it', { timeout: 180_000 }, () => {
    const wrong = judged.flatMap((trial) => {
      const found = findings(trial);
      return trial.accepted === (found.length === 0) ? [] : [shown(trial, found)];
    });
    expect(wrong).toEqual([]);
  });

  it('is left out only where the machine, other keys or files decide', () => {
    expect(judged.length).toBeGreaterThan(least);
    expect(all.length - judged.length).toBeLessThan(all.length / 10);
  });
});
