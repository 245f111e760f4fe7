/** Old, invented and misspelt keys: what the tables promise one another. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { invented, spelling, toldOtherwise } from '../../server/src/knowledge/misspelt.ts';
import { registry } from '../../server/src/knowledge/registry-reader.ts';

describe('old keys', () => {
  it('agree with the registry', () => {
    const tool = fileURLToPath(new URL('../../tools/generate-old-keys.mjs', import.meta.url));
    expect(execFileSync(process.execPath, [tool, '--check'], { encoding: 'utf8' })).toMatch(/^old-keys\.json: \d+ keys\n$/);
  });

  it('are told from when on nothing reads them', () => {
    expect(registry.get('spark.shuffle.use.netty')?.removed).toMatchObject({ since: '1.2.0', readBy: { from: '0.9', to: '1.1' } });
    expect(registry.get('spark.fileserver.port')?.removed?.since).toBe('2.0.0');
    expect(registry.get('spark.storage.memoryFraction')?.removed?.since).toBe('3.0.0');
    expect(registry.get('spark.sql.parquet.cacheMetadata')?.removed?.since).toBe('2.3.0');
  });

  it('keep what newer releases say', () => {
    expect(registry.get('spark.akka.frameSize')?.removed).toMatchObject({ since: '3.4.0', use: 'spark.rpc.message.maxSize' });
    expect(registry.get('spark.blacklist.enabled')?.removed).toMatchObject({ since: '4.1.0', use: 'spark.excludeOnFailure.enabled' });
    expect(registry.get('spark.yarn.jar')?.removed).toBeUndefined();
  });
});

describe('invented names', () => {
  it('are no keys, and stand for living ones', () => {
    for (const [key, names] of Object.entries(invented)) {
      expect(registry.get(key), key).toBeDefined();
      expect(registry.get(key)?.removed, key).toBeUndefined();
      for (const name of names) {
        expect(registry.get(name), name).toBeUndefined();
        expect(registry.hasPrefix(name), name).toBe(false);
        expect(registry.nearest(name), name).toBe(key);
      }
    }
  });

  it('that no key stands for are no keys', () => {
    for (const name of Object.keys(toldOtherwise)) {
      expect(registry.get(name), name).toBeUndefined();
      expect(registry.hasPrefix(name), name).toBe(false);
    }
  });

  it('are found in any spelling', () => {
    for (const name of ['spark.num-executors', 'spark.num_executors', 'spark.numExecutors']) expect(registry.nearest(name)).toBe('spark.executor.instances');
  });
});

describe('misspelt keys', () => {
  // A key that we do not know yet must not be taken for a slip. Each key in turn plays that part.
  it('are seldom confused with keys of their own', () => {
    const sample = registry.keys.filter((_, index) => index % 25 === 0);
    const confused = sample.filter((key) => spelling(registry.keys.filter((other) => other !== key), () => false)(key) !== undefined);
    expect(confused.length, confused.join(' ')).toBeLessThan(sample.length / 20);
  });

  it.each([
    ['spark.excutor.memoryOverhead', 'spark.executor.memoryOverhead'], ['spark.dirver.memoery', 'spark.driver.memory'], ['spark.default.paralleism', 'spark.default.parallelism'],
    ['spark.history.ui.acls.enabled', 'spark.history.ui.acls.enable'], ['spark.sql.adaptive.coalescePartitions', 'spark.sql.adaptive.coalescePartitions.enabled'], ['spark.speculation.enabled', 'spark.speculation'],
    ['spark.submit.deploymode', 'spark.submit.deployMode'], ['spark.sqll.shuffle.partitions', 'spark.sql.shuffle.partitions'],
  ])('%s is %s', (written, meant) => expect(registry.nearest(written)).toBe(meant));

  it.each(['spark.ui.host', 'spark.executor.port', 'spark.app.env', 'spark.driver.instances', 'spark.shuffle.consolidatedFiles'])('%s resembles nothing for sure', (written) => {
    expect(registry.nearest(written)).toBeUndefined();
  });
});
