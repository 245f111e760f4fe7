/**
 * Four inputs that the project began with, written anew: each holds faults that people really made, and all that is said
 * of it is fixed here.
 */
import { describe, expect, it } from 'vitest';
import { memoryHost, projectOver } from '../server/src/service/engine.ts';
import { hoverAt } from '../server/src/service/hover.ts';
import { check, fix } from './support/project.ts';
import { syntax } from './support/engine.ts';

/** `line rule severity` of each finding. */
function said(path: string, text: string): string[] {
  const found = check({ [path]: text }, path);
  return found.findings.map(({ start, rule, severity }) => `${found.text.slice(0, start).split('\n').length} ${rule} ${severity}`);
}

describe('settings in a file that Spark does not read, one key misspelt', () => {
  const text = `spark.dynamicAllocation.enabled true
spark.shuffle.service.enabled true
spark.dynamicAllocation.minExecutors 20
spark.dynamicAllocation.maxExecutors 80
spark.dynamicAllocation.initialExecutors 20
# keep cached blocks for a while
spark.dynamicAllocation.cacheExecutorIdleTimeout 900
`;
  it('both are told, and nothing else', () => {
    expect(said('conf/spark-default.conf', text)).toEqual(['1 unread-file-name warning', '7 unknown-key warning']);
  });
  it('the nearest key is offered, not written without being asked', async () => {
    expect((await fix({ 'conf/spark-default.conf': text }, 'conf/spark-default.conf', 'safe')).text).toBe(text);
    expect((await fix({ 'conf/spark-default.conf': text }, 'conf/spark-default.conf', 'suggested')).text).toContain('spark.dynamicAllocation.cachedExecutorIdleTimeout 900');
  });
});

describe('a cache behind the actions that it was meant for', () => {
  const text = `flights = spark.read.format("csv").option("inferSchema", "true").option("header", "true").load("/data/flights.csv")
arrivals = flights.groupBy("to_country").count().collect()
departures = flights.groupBy("from_country").count().collect()
sizes = flights.groupBy("seats").count().collect()
flights.cache()
flights.count()
`;
  it('is one finding, with the actions beside it', () => {
    expect(said('flights.py', text)).toEqual(['1 schema-inference information', '5 cache-too-late warning']);
    const late = check({ 'flights.py': text }, 'flights.py').findings.find(({ rule }) => rule === 'cache-too-late')!;
    expect(late.related.map(({ site }) => text.slice(0, site.start).split('\n').length)).toEqual([2, 3, 4]);
    expect(late.fixes.map(({ title }) => title)).toEqual([expect.stringContaining('above the first action'), expect.stringContaining('release it')]);
  });
  it('is moved above them', async () => {
    const { text: after } = await fix({ 'flights.py': text }, 'flights.py', 'suggested');
    expect(after.indexOf('flights.cache()')).toBeLessThan(after.indexOf('arrivals ='));
  });
});

describe('a server started by a command that breaks off', () => {
  const text = `sbin/start-thriftserver.sh
--master yarn \\
--deploy-mode client \\
--executor-memory 30G \\
--num-executors 60 \\
--executor-cores 8 \\
--driver-cores 12 \\
--supervise \\
--driver-memory 40G \\
--name "reports"
`;
  it('the missing backslash and what YARN drops', () => {
    // Hints on the server and the size of its heap aside.
    expect(said('thrift.sh', text).filter((each) => /(error|warning)$/.test(each))).toEqual(['1 broken-continuation error', '7 ineffective-option warning', '8 ineffective-option warning']);
  });
  it('what YARN drops goes by a safe fix, the line is joined when asked', async () => {
    expect((await fix({ 'thrift.sh': text }, 'thrift.sh', 'safe')).text).not.toMatch(/--driver-cores|--supervise/);
    expect((await fix({ 'thrift.sh': text }, 'thrift.sh', 'suggested')).text).toMatch(/^sbin\/start-thriftserver\.sh \\\n--master yarn/);
  });
  it('slots and containers in a hover', () => {
    const { markdown } = hoverAt(projectOver(syntax, memoryHost({ 'thrift.sh': text })), 'thrift.sh', 8)!;
    expect(markdown).toMatch(/60 executors × 8 cores = \*\*480 slots/);
    expect(markdown).toMatch(/33 GiB/);
  });
});

describe('a NodeManager told of Spark\'s service in part', () => {
  const key = (name: string, value: string): string => `<property>\n<name>${name}</name>\n<value>${value}</value>\n</property>\n`;
  const text = `<configuration>
${key('yarn.nodemanager.aux-services', 'mapreduce_shuffle,spark_shuffle')}${key('yarn.nodemanager.auxservices.mapreduce.shuffle.class', 'org.apache.hadoop.mapred.ShuffleHandler')}</configuration>
`;
  it('the class that is missing, and the key that is misspelt twice', () => {
    expect(said('yarn-site.xml', text)).toEqual(['4 misconfigured-shuffle-service error', '7 misconfigured-shuffle-service warning']);
  });
  it('both are mended when asked, not before', async () => {
    expect((await fix({ 'yarn-site.xml': text }, 'yarn-site.xml', 'safe')).text).toBe(text);
    const { text: after } = await fix({ 'yarn-site.xml': text }, 'yarn-site.xml', 'suggested');
    expect(after).toContain(key('yarn.nodemanager.aux-services.spark_shuffle.class', 'org.apache.spark.network.yarn.YarnShuffleService'));
    expect(after).toContain('<name>yarn.nodemanager.aux-services.mapreduce_shuffle.class</name>');
    expect(after).not.toContain('auxservices');
  });
});
