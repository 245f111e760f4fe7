/** spark-submit's options and variables, as the releases themselves treat them. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
import { effectOf, environmentVariable, submitOption, submitOptions, type DeployMode, type Manager } from '../../server/src/knowledge/submit.ts';

const effect = (name: string, manager: Manager, mode: DeployMode, version?: string): ReturnType<typeof effectOf> => effectOf(submitOption(name, version)!, manager, mode);

describe('an option of spark-submit', () => {
  it('has its names, and takes a value or none', () => {
    expect(submitOption('-c')).toMatchObject({ name: '--conf', takesValue: true });
    expect(submitOption('--supervise')?.takesValue).toBe(false);
    expect(submitOption('--num-executor')).toBeUndefined();
  });

  it('stands for known keys', () => {
    const keys = submitOptions.flatMap((name) => submitOption(name)?.keys ?? []);
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter((key) => !registry.get(key))).toEqual([]);
    expect(submitOption('--executor-memory')?.keys).toEqual(['spark.executor.memory']);
    expect(submitOption('--total-executor-cores')?.keys).toEqual(['spark.cores.max']);
    expect(submitOption('--class')?.keys).toEqual([]);
  });

  it.each([
    ['--num-executors', 'yarn', 'cluster', ['spark.executor.instances']],
    ['--num-executors', 'standalone', 'client', 'ignored'],
    ['--num-executors', 'local', 'client', 'ignored'],
    ['--files', 'yarn', 'client', ['spark.yarn.dist.files']],
    ['--files', 'k8s', 'cluster', ['spark.files']],
    ['--driver-cores', 'yarn', 'client', 'ignored'],
    ['--driver-cores', 'k8s', 'cluster', ['spark.driver.cores']],
    ['--queue', 'k8s', 'cluster', 'ignored'],
    ['--supervise', 'standalone', 'cluster', ['spark.driver.supervise']],
    ['--supervise', 'yarn', 'cluster', 'ignored'],
    ['--proxy-user', 'k8s', 'cluster', 'handed on'],
    ['--packages', 'yarn', 'cluster', ['spark.jars.packages']],
  ] as const)('%s on %s in %s mode', (name, manager, mode, expected) => expect(effect(name, manager, mode)).toEqual(expected));

  it('differs by release', () => {
    expect(effect('--num-executors', 'k8s', 'cluster', '2.4')).toBe('ignored');
    expect(effect('--num-executors', 'k8s', 'cluster', '3.0')).toEqual(['spark.executor.instances']);
    expect(submitOption('--remote', '3.3')).toBeUndefined();
    expect(submitOption('--load-spark-defaults', '3.5')).toBeUndefined();
    expect(submitOption('--load-spark-defaults', '4.0')).toBeDefined();
  });
});

describe('a variable of the environment', () => {
  it('is known by who reads it and by the key that it stands for', () => {
    expect(environmentVariable('SPARK_EXECUTOR_MEMORY')).toMatchObject({ keys: ['spark.executor.memory'] });
    expect(environmentVariable('MASTER')?.keys).toEqual(['spark.master']);
    expect(environmentVariable('PYSPARK_PYTHON')?.readBy).toEqual(expect.arrayContaining(['jvm', 'python']));
    expect(environmentVariable('SPARK_WORKER_CORES')).toBeDefined();
    expect(environmentVariable('SPARK_WORKER_CPUS')).toBeUndefined();
    expect(environmentVariable('SPARK_REMOTE', '3.3')).toBeUndefined();
  });
});
