/** The arithmetic of resources, against what Spark 3.5.6 and 4.3.0 themselves reckon: the numbers of ResourceProfile and of executors' memory. */
import { describe, expect, it } from 'vitest';
import { settingsOfSection } from '../../server/src/lint/document.ts';
import { defaultTargets, type Targets } from '../../server/src/rule/targets.ts';
import { resourcesOf, type Resources } from '../../server/src/rule/resources.ts';
import { resourcesInShort } from '../../server/src/service/resource-text.ts';
import { parseProperties } from '../../server/src/syntax/properties.ts';
import { syntax } from '../support/engine.ts';

const mebibyte = 2 ** 20;

function ofConf(entries: Readonly<Record<string, string>>, targets: Partial<Targets> = {}): Resources {
  const conf = parseProperties('spark-defaults.conf', Object.entries(entries).map(([key, value]) => `${key} ${value}\n`).join(''));
  return resourcesOf(settingsOfSection(conf, conf.sections[0]!), { ...defaultTargets, ...targets });
}
function ofCommand(text: string, targets: Partial<Targets> = {}): Resources {
  const script = syntax.script('run.sh', text, 'shell');
  return resourcesOf(settingsOfSection(script, script.sections[0]!), { ...defaultTargets, ...targets }, script.sections[0]!.command);
}
const container = (resources: Resources): number | undefined => resources.container && resources.container.value / mebibyte;
const onYarn = (entries: Readonly<Record<string, string>>, targets: Partial<Targets> = {}): number | undefined => container(ofConf({ 'spark.master': 'yarn', ...entries }, targets));

describe('containers', () => {
  it.each([
    [{ 'spark.executor.memory': '30g' }, 33_792],
    [{ 'spark.executor.memory': '2g' }, 2432],
    [{ 'spark.executor.memory': '4g', 'spark.memory.offHeap.enabled': 'true', 'spark.memory.offHeap.size': '2g' }, 6553],
    [{ 'spark.executor.memory': '4g', 'spark.memory.offHeap.size': '2g' }, 4505],
    [{ 'spark.executor.memory': '4g', 'spark.executor.memoryOverhead': '1g' }, 5120],
    [{ 'spark.executor.memory': '4g', 'spark.executor.memoryOverhead': '1024' }, 5120],
    [{ 'spark.executor.memory': '1g', 'spark.executor.memoryOverhead': '100m' }, 1124],
    [{ 'spark.executor.memory': '4g', 'spark.executor.memoryOverheadFactor': '0.3' }, 5324],
  ] as [Record<string, string>, number][])('%j', (entries, expected) => expect(onYarn(entries)).toBe(expected));

  it('have a least overhead of their own from Spark 4.0 on', () => {
    const entries = { 'spark.executor.memory': '1g', 'spark.executor.minMemoryOverhead': '1g' };
    expect(onYarn(entries, { from: '4.3', to: '4.3' })).toBe(2048);
    expect(onYarn(entries, { from: '3.5', to: '3.5' })).toBe(1408);
    expect(onYarn(entries)).toBeUndefined();
  });
  it('hold memory of Python only where Python is started', () => {
    const command = (application: string): string => `spark-submit --master yarn --executor-memory 4g --conf spark.executor.pyspark.memory=1g ${application}\n`;
    expect(container(ofCommand(command('job.py')))).toBe(5529);
    expect(container(ofCommand(command('--class Job job.jar')))).toBe(4505);
    expect(container(ofCommand(command('"$APP"')))).toBeUndefined();
    expect(onYarn({ 'spark.executor.memory': '4g', 'spark.executor.pyspark.memory': '1g' })).toBeUndefined();
  });
  it('have two fifths of overhead for Python in cluster mode on Kubernetes', () => {
    const command = (rest: string): string => `spark-submit --master k8s://https://host --executor-memory 1500m ${rest}\n`;
    expect(container(ofCommand(command('--deploy-mode cluster job.py')))).toBe(2100);
    expect(container(ofCommand(command('--deploy-mode client job.py')))).toBe(1884);
    expect(container(ofCommand(command('--deploy-mode cluster --class Job local:///job.jar')))).toBe(1884);
    expect(container(ofCommand(command('--deploy-mode cluster --conf spark.kubernetes.memoryOverheadFactor=0.5 job.py')))).toBe(2250);
  });
  it('are not reckoned where the manager, or a part, is not known', () => {
    expect(container(ofConf({ 'spark.executor.memory': '4g' }))).toBeUndefined();
    expect(container(ofConf({ 'spark.executor.memory': '4g' }, { manager: 'yarn' }))).toBe(4505);
    expect(container(ofConf({ 'spark.master': 'spark://host:7077', 'spark.executor.memory': '4g' }))).toBeUndefined();
    expect(onYarn({ 'spark.executor.memory': '${MEMORY}' })).toBeUndefined();
    expect(onYarn({ 'spark.executor.memory': '4g', 'spark.executor.memoryOverhead': '${MORE}' })).toBeUndefined();
  });
});

describe('the memory of an executor', () => {
  it('is what Spark reports: 1099746508 bytes of a heap of 2 GiB', () => {
    const { memory } = ofConf({ 'spark.executor.memory': '2g' });
    expect(memory?.unified.value).toBe(1_099_746_508);
    expect(memory?.storage.value).toBe(549_873_254);
  });
  it('follows the two fractions', () => {
    expect(ofConf({ 'spark.executor.memory': '2g', 'spark.memory.fraction': '0.5' }).memory?.unified.value).toBe(916_455_424);
    expect(ofConf({ 'spark.executor.memory': '2g', 'spark.memory.fraction': '${F}' }).memory).toBeUndefined();
  });
});

describe('slots and waves', () => {
  const slots = (entries: Readonly<Record<string, string>>): number | undefined => ofConf(entries).slots?.value;
  it.each([
    [{ 'spark.executor.instances': '60', 'spark.executor.cores': '8' }, 480],
    [{ 'spark.executor.instances': '10', 'spark.executor.cores': '5', 'spark.task.cpus': '2' }, 20],
    [{ 'spark.executor.instances': '10', 'spark.executor.cores': '4', 'spark.dynamicAllocation.enabled': 'true', 'spark.dynamicAllocation.maxExecutors': '20' }, 80],
    [{ 'spark.executor.instances': '10', 'spark.executor.cores': '4', 'spark.dynamicAllocation.enabled': 'true' }, undefined],
    [{ 'spark.executor.instances': '10', 'spark.executor.cores': '4', 'spark.dynamicAllocation.enabled': 'false' }, 40],
    [{ 'spark.master': 'spark://h:7077', 'spark.executor.instances': '10', 'spark.executor.cores': '4' }, undefined],
    [{ 'spark.master': 'spark://h:7077', 'spark.cores.max': '10', 'spark.executor.cores': '4' }, 8],
    [{ 'spark.master': 'spark://h:7077', 'spark.cores.max': '10' }, 10],
    [{ 'spark.executor.instances': '10', 'spark.executor.cores': '2', 'spark.task.cpus': '4' }, undefined],
    [{ 'spark.master': 'local[4]', 'spark.executor.instances': '10', 'spark.executor.cores': '2' }, undefined],
  ] as [Record<string, string>, number | undefined][])('%j', (entries, expected) => expect(slots(entries)).toBe(expected));

  it('a shuffle takes as many waves as its partitions fill the slots', () => {
    expect(ofConf({ 'spark.executor.instances': '60', 'spark.executor.cores': '8', 'spark.sql.shuffle.partitions': '961' }).waves).toMatchObject({ partitions: 961, value: 3 });
  });
  it('are told in short', () => {
    expect(resourcesInShort(ofCommand('spark-submit --master yarn --num-executors 60 --executor-cores 8 --executor-memory 30G --conf spark.sql.shuffle.partitions=400 job.py\n'))).toBe('480 slots · containers of 33 GiB · 1,980 GiB in all · 400 shuffle partitions in 1 wave');
    expect(resourcesInShort(ofConf({ 'spark.executor.memory': '8g' }))).toBeUndefined();
  });
});
