import { describe, expect, it } from 'vitest';
import { memoryHost, projectOver } from '../../server/src/service/engine.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { lensesOf } from '../../server/src/service/lenses.ts';
import { syntax } from '../support/engine.ts';

const lenses = (path: string, text: string) => lensesOf(projectOver(syntax, memoryHost({ [path]: text })), path);

describe('lenses', () => {
  it('stand above each command that says enough', () => {
    const text = 'set -e\nspark-submit --master yarn --num-executors 4 --executor-cores 2 --executor-memory 4g job.py\nspark-submit --master yarn other.py\nspark-shell --master yarn --executor-memory 8g\n';
    const found = lenses('run.sh', text);
    expect(found.map(({ title }) => title)).toEqual(['8 slots · containers of 4.4 GiB · 17.6 GiB in all', 'containers of 8.8 GiB']);
    expect(found.map(({ range }) => text.slice(range.start, range.end))).toEqual(['spark-submit', 'spark-shell']);
  });
  it('stand once, at the top of a properties file, and point to a hover with the formulas', () => {
    const text = '# cluster\nspark.eventLog.enabled  true\nspark.executor.instances  10\nspark.executor.cores  4\n';
    const [lens, ...others] = lenses('spark-defaults.conf', text);
    expect(others).toEqual([]);
    expect(lens).toMatchObject({ range: { start: 0, end: 0 }, title: '40 slots' });
    expect(hoverAt(projectOver(syntax, memoryHost({ 'spark-defaults.conf': text })), 'spark-defaults.conf', lens!.explainedAt)?.markdown).toContain('10 executors × 4 cores = **40 slots**');
  });
  it('are not there for code, nor where numbers are out of sight', () => {
    expect(lenses('job.py', 'from pyspark import SparkConf\nSparkConf().set("spark.executor.instances", "4").set("spark.executor.cores", "4")\n')).toEqual([]);
    expect(lenses('run.sh', 'spark-submit --num-executors $N --executor-cores 2 job.py\n')).toEqual([]);
    expect(lenses('spark-defaults.conf', 'spark.executor.memory  4g\n')).toEqual([]);
  });
});
