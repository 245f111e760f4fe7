/**
 * The rules on values against what a real Spark said of each: `test/data/value-trials.tsv` (chosen by hand) and
 * `value-trials-by-type.tsv` (made by `tools/try-values.mjs`). Columns: key, value in quotes, how it was set, release,
 * verdict, start of the answer, why the row is left out.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KeyFacts } from '../../server/src/knowledge/registry.ts';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
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

  it('is judged as Spark judged it', { timeout: 300_000 }, async () => {
    const wrong: string[] = [];
    for (const [index, trial] of judged.entries()) {
      const found = findings(trial);
      if (trial.accepted !== (found.length === 0)) wrong.push(shown(trial, found));
      // The runner wants to hear of a test now and then.
      if (index % 100 === 0) await new Promise((resolve) => void setTimeout(resolve, 0));
    }
    expect(wrong).toEqual([]);
  });

  it('is left out only where the machine, other keys or files decide', () => {
    expect(judged.length).toBeGreaterThan(least);
    expect(all.length - judged.length).toBeLessThan(all.length / 10);
  });
});

describe.each(['3.5.9', '4.3.0'])('on Spark %s', (release) => {
  const tried = new Map<string, Set<string>>();
  for (const { key, value, ...trial } of ['value-trials.tsv', 'value-trials-by-type.tsv'].flatMap(trialsIn)) {
    if (trial.release === release && trial.leftOut === '') tried.set(key, (tried.get(key) ?? new Set()).add(value.trim()));
  }
  const registered = registry.keys.flatMap((key) => {
    const facts = registry.get(key, release);
    return facts?.registered && registry.readBy(facts, { from: release, to: release }) === 'all' ? [facts] : [];
  });
  /** One key after the other under what they have in common. */
  const grouped = (all: readonly KeyFacts[], by: (facts: KeyFacts) => string): Map<string, KeyFacts[]> => {
    const groups = new Map<string, KeyFacts[]>();
    for (const facts of all) groups.set(by(facts), [...groups.get(by(facts)) ?? [], facts]);
    return groups;
  };

  it('a key of every type is tried', () => {
    const untried = [...grouped(registered, ({ type }) => type)].filter(([, all]) => !all.some(({ key }) => tried.has(key))).map(([type]) => type);
    expect(untried).toEqual([]);
  });

  it.each([
    ['time', 4, ['', 'us', 'ms', 's', 'm', 'min', 'h', 'd']],
    ['bytes', 3, ['', 'b', 'k', 'kb', 'm', 'mb', 'g', 'gb', 't', 'tb', 'p', 'pb']],
  ])('every suffix of a %s is tried for keys of every unit', (type, least, suffixes) => {
    const units = grouped(registered.filter((facts) => facts.type === type), ({ unit }) => unit ?? '');
    const missing = [...units].flatMap(([unit, all]) => {
      const values = all.flatMap(({ key }) => [...tried.get(key) ?? []]);
      return suffixes.filter((suffix) => !values.some((value) => new RegExp(`^\\d+${suffix}$`).test(value))).map((suffix) => `${unit}: ${suffix}`);
    });
    expect(missing).toEqual([]);
    expect(units.size).toBeGreaterThanOrEqual(least);
  });

  it('each kind of bounds is tried at these and beyond, for some key', () => {
    const bounded = registered.filter(({ minimum, maximum }) => minimum !== undefined || maximum !== undefined);
    const kinds = grouped(bounded, ({ type, unit = '', minimum, maximum, openMinimum, openMaximum }) => `${type} ${unit} ${openMinimum ? 'more than' : 'from'} ${minimum} ${openMaximum ? 'less than' : 'to'} ${maximum}`);
    const untried = [...kinds].filter(([, all]) => !all.some(({ key, type, minimum, maximum, openMinimum, openMaximum }) => {
      const has = (value: number): boolean => tried.get(key)?.has(String(value)) === true;
      const step = type === 'double' || type === 'decimal' ? 0.01 : 1;
      // Of an open bound the next value is within.
      return (minimum === undefined || has(minimum) && has(openMinimum ? minimum + step : minimum - step)) && (maximum === undefined || has(maximum) && has(openMaximum ? maximum - step : maximum + step));
    })).map(([kind, all]) => `${kind}: ${all.map(({ key }) => key).join(', ')}`);
    expect(untried).toEqual([]);
    expect(kinds.size).toBeGreaterThan(30);
  });
});
