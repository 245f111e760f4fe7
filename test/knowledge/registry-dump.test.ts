/**
 * Every public key of two released Sparks, as a dump of their registries has it (test/data/registry-*.tsv, made by another
 * program than the shipped file), against what the hover over its line in a settings file says, and against the rules with its default written out.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { check, projectOf } from '../support/project.ts';

interface Entry {
  readonly key: string;
  readonly type: string;
  readonly unit: string;
  readonly standard: string;
  readonly since: string;
  readonly isPublic: boolean;
  readonly deprecated: boolean;
}

function entriesOf(line: string): Entry[] {
  const [, ...rows] = readFileSync(new URL(`../data/registry-${line}.tsv`, import.meta.url), 'utf8').split('\n').filter((row) => row !== '' && !row.startsWith('#'));
  return rows.map((row) => {
    const [key, type, unit, standard, since, isPublic, deprecated] = row.split('\t') as [string, string, string, string, string, string, string];
    return { key, type, unit, standard, since, isPublic: isPublic === 'yes', deprecated: deprecated === 'yes' };
  });
}

// ---- what a hover should say, said anew ---------------------------------------------------------------------------

const units: Readonly<Record<string, string>> = { ns: 'nanoseconds', us: 'microseconds', ms: 'milliseconds', s: 'seconds', min: 'minutes', b: 'bytes', k: 'KiB', m: 'MiB', g: 'GiB' };
const sizes: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1e3, min: 6e4, h: 3.6e6, d: 8.64e7, b: 1, k: 2 ** 10, kb: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30, t: 2 ** 40 };

/** Texts in the registry, read as times by what uses them. */
const readAsSeconds: readonly string[] = ['spark.rpc.askTimeout', 'spark.rpc.lookupTimeout'];
/** The driver reads a bare number as bytes before the entry does as MiB. */
const alwaysWithUnit: readonly string[] = ['spark.driver.memory', 'spark.executor.memory'];

function typeOf({ key, type, unit }: Entry): RegExp {
  if (alwaysWithUnit.includes(key)) return /^- Type: size .*always with its unit$/m;
  if (readAsSeconds.includes(key)) return /^- Type: time .*counts seconds(;|$)/m;
  switch (type.replace(/<.*/, '')) {
    case 'boolean': return /^- Type: true or false$/m;
    case 'int': case 'long': return /^- Type: (whole number|one of `-?\d)/m;
    case 'double': case 'decimal': return /^- Type: number/m;
    case 'time': return new RegExp(`^- Type: time .*a bare number counts ${units[unit]}`, 'm');
    case 'bytes': return new RegExp(`^- Type: size .*a bare number counts ${units[unit]}`, 'm');
    case 'seq': return /^- Type: comma-separated list$/m;
    case 'regex': return /^- Type: regular expression$/m;
    default: return /^- Type: (text|time zone|one of `)/m;
  }
}

/** Milliseconds or bytes. */
function quantity(text: string, { type, unit }: Entry): number | undefined {
  const [, number, suffix] = /^(-?\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  if (number === undefined || suffix === undefined) return undefined;
  const one = suffix.toLowerCase() === 'm' && type === 'time' ? 6e4 : sizes[suffix.toLowerCase() || unit];
  return Number(number) * (one ?? 1);
}

const nothing = /^<(undefined|null)>$/;
const unlimited = [2147483647, 2147483647000, 9223372036854775807];

function hasDefault(hover: string, entry: Entry, all: ReadonlyMap<string, Entry>): boolean {
  // What holds in the release: what came before and after it follows.
  const told = /^- Default: ((?:the value of )?`.*?`|[^,(\n]*[^,(\s])/m.exec(hover)?.[1] ?? '';
  const [, value] = /^`(.*?)`/.exec(told) ?? [];
  const { standard } = entry;
  const [, other] = /^<value of (.*)>$/.exec(standard) ?? [];
  // Either the key that it follows, or what that holds.
  if (other !== undefined) return told === `the value of \`${other}\`` || all.has(other) && hasDefault(hover, { ...entry, standard: all.get(other)!.standard }, all);
  // Where the registry has none, documents tell what comes of that: in words, or of few keys as a value.
  if (nothing.test(standard)) return value === undefined || workedOut[entry.key] === value || /^the value of/.test(told);
  if (standard === '<machine>') return value === undefined || told.startsWith('`spark-warehouse`');
  if (standard === '') return told === 'empty';
  const size = quantity(standard, entry);
  if (told === 'no limit') return size !== undefined && unlimited.some((each) => Math.abs(size / each - 1) < 1e-9 || Math.abs(size / each / 1024 - 1) < 1e-9);
  return value === standard || value !== undefined && size !== undefined && quantity(value, entry) === size;
}

/** What counts where nothing is set, as Spark's documents say. */
const workedOut: Readonly<Record<string, string>> = {
  'spark.excludeOnFailure.application.enabled': 'false', 'spark.excludeOnFailure.enabled': 'false', 'spark.excludeOnFailure.taskAndStage.enabled': 'false', 'spark.excludeOnFailure.timeout': '1h',
  'spark.executor.instances': '2', 'spark.kubernetes.authenticate.driver.serviceAccountName': 'default', 'spark.r.command': 'Rscript', 'spark.rpc.lookupTimeout': '120s', 'spark.scheduler.revive.interval': '1s', 'spark.ui.allowFramingFrom': 'SAMEORIGIN',
  'spark.kubernetes.pyspark.pythonVersion': '3', 'spark.mesos.executor.docker.forcePullImage': 'false', 'spark.mesos.role': '*', 'spark.driver.log.layout': '%d{yy/MM/dd HH:mm:ss.SSS} %t %p %c{1}: %m%n%ex',
};

const short = (version: string): string => version.replace(/^(\d+\.\d+)\.0$/, '$1');

describe.each([['3.5', '3.5.9'], ['4.3', '4.3.0']])('public keys of Spark %s', (line, release) => {
  const all = new Map(entriesOf(line).map((entry) => [entry.key, entry]));
  const told = [...all.values()].filter(({ isPublic }) => isPublic);
  const path = 'conf/spark-defaults.conf';
  const lines = told.map(({ key, standard }) => `${key} ${/^<.*>$/.test(standard) ? '' : standard}\n`);
  const project = projectOf({ [path]: lines.join('') }, { targetSpark: release });
  const starts = lines.map((_, index) => lines.slice(0, index).join('').length);
  const hovers = new Map(told.map(({ key }, index) => [key, hoverAt(project, path, starts[index]! + 3)?.markdown ?? '']));
  const wrong = (isRight: (hover: string, entry: Entry) => boolean): string[] => told.filter((entry) => !isRight(hovers.get(entry.key)!, entry)).map(({ key, type, unit, standard, since }) => `${key} (${type} ${unit} ${standard} ${since})\n${hovers.get(key)!.replace(/^[\s\S]*?\n- /, '- ')}`);

  it('have a hover of their own', () => expect(told.filter(({ key }) => !hovers.get(key)!.startsWith(`**\`${key}\`**`)).map(({ key }) => key)).toEqual([]));
  it('are many', () => expect(told.length).toBeGreaterThan(800));
  it('have their type and unit', () => expect(wrong((hover, entry) => typeOf(entry).test(hover))).toEqual([]));
  it('have their default', () => expect(wrong((hover, entry) => hasDefault(hover, entry, all))).toEqual([]));

  it('have the release that Spark names as their first', () => {
    expect(wrong((hover, { since }) => {
      const said = /^- Since Spark ([\d.]+)/m.exec(hover)?.[1];
      // Without a word of Spark's it is the first one that was seen with the key, if any lacks it.
      return since === '' ? said === undefined || registry.releases.some((each) => short(each) === said) : said === short(since);
    })).toEqual([]);
  });

  it('are not called internal', () => expect(wrong((hover) => !hover.includes('Internal to Spark'))).toEqual([]));

  it('take their default, written out', () => {
    const written = told.filter(({ standard, deprecated }) => !deprecated && !/^<.*>$/.test(standard));
    expect(written.length).toBeGreaterThan(600);
    const conf = written.map(({ key, standard }) => `${key}  ${standard}\n`).join('');
    const { findings } = check({ 'conf/spark-defaults.conf': conf }, 'conf/spark-defaults.conf', { targetSpark: release });
    expect(findings.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  });

  it('are read by the release', () => expect(told.filter(({ key }) => registry.readBy(registry.get(key)!, { from: release, to: release }) !== 'all').map(({ key }) => key)).toEqual([]));
});
