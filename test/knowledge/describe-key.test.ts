/** What a hover and `sparkcheck explain` say of a key. */
import { describe, expect, it } from 'vitest';
import { describeKey, isWritable } from '../../server/src/knowledge/describe-key.ts';
import { registry } from '../../server/src/knowledge/registry-reader.ts';

const say = (key: string, from = '3.3', to = '4.3'): string => describeKey(registry, key, { from, to }) ?? '';

describe('a key is told', () => {
  it.each([
    ['spark.executor.heartbeatInterval', /Type: time such as .*; a bare number counts milliseconds/],
    ['spark.shuffle.file.buffer', /Type: size such as .*; a bare number counts KiB/],
    ['spark.executor.memory', /Type: size such as .*; always with its unit/],
    ['spark.sql.adaptive.enabled', /Type: true or false/],
    ['spark.sql.sources.partitionOverwriteMode', /Type: one of `STATIC`, `DYNAMIC`, in any case/],
    ['spark.sql.shuffle.partitions', /Type: whole number; more than 0/],
    ['spark.jars.packages', /Type: comma-separated list/],
    ['spark.rpc.askTimeout', /counts seconds; more than 0\n- Default: the value of `spark.network.timeout`/],
    ['spark.sql.broadcastTimeout', /Default: `300` \(seconds\)/],
    ['spark.sql.maxBroadcastTableSize', /Default: `8589934592b` \(8 GiB\)/],
    ['spark.dynamicAllocation.cachedExecutorIdleTimeout', /Default: no limit/],
    ['spark.driver.bindAddress', /Default: the value of `spark.driver.host`/],
    ['spark.executor.maxNumFailures', /Default: twice the executors, at least 3/],
  ])('with type and unit: %s', (key, text) => {
    expect(say(key)).toMatch(text);
  });

  it('with the default of the target releases, and when it changed', () => {
    expect(say('spark.sql.ansi.enabled')).toContain('Default: `false`, `true` from 4.0');
    expect(say('spark.sql.ansi.enabled', '4.1', '4.3')).toContain('Default: `true` (`false` before Spark 4.0)');
    expect(say('spark.sql.adaptive.enabled')).toContain('Default: `true` (`false` before Spark 3.2)');
    expect(say('spark.kubernetes.allocation.batch.size', '3.5', '3.5')).toContain('Default: `5`, `10` from 4.0, `20` from 4.2');
  });

  it('without the to and fro of patch releases', () => {
    expect(say('spark.redaction.regex').match(/ from /g)).toHaveLength(2);
  });

  it.each([
    ['spark.sql.shuffle.partitions', /Settable at run time/],
    ['spark.sql.warehouse.dir', /Static: .* raises/],
    ['spark.executor.cores', /Read when the application starts; setting it at run time raises/],
    ['spark.master', /setting it at run time has no effect$/m],
    ['spark.default.parallelism', /setting it at run time has no effect$/m],
    ['spark.yarn.queue', /setting it at run time has no effect or raises/],
    ['spark.history.ui.port', /Read when the history server starts/],
    ['spark.deploy.defaultCores', /Read when the standalone master starts/],
  ])('with what setting it at run time does: %s', (key, text) => {
    expect(say(key)).toMatch(text);
  });

  it('with what is wrong with it, first', () => {
    expect(say('spark.sql.execution.arrow.enabled')).toMatch(/^.*\n\n\*\*Deprecated since Spark 3.0: use `spark.sql.execution.arrow.pyspark.enabled`/);
    expect(say('spark.blacklist.enabled')).toMatch(/^.*\n\n\*\*Not read from Spark 4.1 on: use `spark.excludeOnFailure.enabled`/);
    expect(say('spark.blacklist.enabled', '4.1')).toContain('Not read any more, since Spark 4.1');
    expect(say('spark.sql.parquet.int64AsTimestampMillis')).toContain('any value but `false` raises');
    expect(say('spark.executor.maxNumFailures')).toContain('Since Spark 3.5; Spark 3.3 does not read it');
    expect(say('spark.executor.maxNumFailures', '3.5')).not.toContain('does not read it');
  });

  it('by its family, where it has no text of its own or stands below a prefix', () => {
    expect(say('spark.kubernetes.driver.label.team')).toContain("Label of the driver's pod");
    expect(say('spark.hadoop.fs.s3a.endpoint')).toMatch(/Address of the S3 service[\s\S]*Handed on to Hadoop/);
    expect(say('spark.sql.legacy.sizeOfNull')).toContain('older Spark');
    expect(say('spark.nothing.known')).toBe('');
  });
});

it('each key of the registry can be told, without holes', () => {
  expect(registry.keys.filter((key) => /undefined|NaN|\bx [<>=]|^- $/m.test(say(key)))).toEqual([]);
});

it('a default that Spark computes is none to write down', () => {
  expect(['spark.network.timeout', '(value of spark.driver.host)', 'infinity', '2147483647', 'Default Parallelism'].filter(isWritable)).toEqual([]);
  expect(['200', '10MB', '(?i)secret', 'FIFO'].every(isWritable)).toBe(true);
});
