/** The grammar of values against what a real Spark accepted and refused (test/data/values.tsv: key, value, how, version, verdict, answer). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
import { checkValue } from '../../server/src/knowledge/values.ts';

interface Trial {
  readonly key: string;
  readonly value: string;
  readonly version: string;
  readonly accepted: boolean;
  /** In plain Spark: the converter itself read it. */
  readonly line: number;
}

const trials: Trial[] = readFileSync(new URL('../data/values.tsv', import.meta.url), 'utf8').split('\n').slice(1).flatMap((line, index) => {
  const [key, value, , version, verdict, answer] = line.split('\t');
  if (key === undefined || value === undefined || version === undefined || verdict === undefined) return [];
  return [{ key, value: value.replace(/^'|'$/g, ''), version, accepted: verdict === 'accepted' && !/read fails/.test(answer ?? ''), line: index + 2 }];
});

const judge = ({ key, value, version }: Trial): boolean | undefined => {
  const facts = registry.get(key);
  return facts ? checkValue(facts, value, { from: version, to: version }).ok : undefined;
};
const shown = (found: readonly Trial[]): string[] => found.map(({ key, value, version, line }) => `${line}: ${key} '${value}' on ${version}`);

describe('values as a real Spark judged them', () => {
  it('none that Spark accepts is called invalid', () => {
    expect(shown(trials.filter((trial) => trial.accepted && judge(trial) === false && !acceptedButWrong.has(`${trial.key} ${trial.value}`)))).toEqual([]);
  });

  it('most of those that Spark refuses are known to be', () => {
    const refused = trials.filter((trial) => !trial.accepted && judge(trial) !== undefined);
    const missed = refused.filter((trial) => judge(trial) === true);
    expect(refused.length).toBeGreaterThan(250);
    expect(missed.length / refused.length, shown(missed).join('\n')).toBeLessThan(0.3);
  });
});

/** Accepted at start, and wrong later: jobs that never end or always fail. */
const acceptedButWrong: ReadonlySet<string> = new Set(['spark.driver.memory 4']);
