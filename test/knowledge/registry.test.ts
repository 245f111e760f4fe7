/** Histories: what a release had, what a range of them takes, and that the file is what its generator would write. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeKey } from '../../server/src/knowledge/describe-key.ts';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
import { checkValue } from '../../server/src/knowledge/values.ts';

const get = (key: string, version?: string): NonNullable<ReturnType<typeof registry.get>> => registry.get(key, version)!;
const range = (from: string, to = from): { from: string; to: string } => ({ from, to });

it('the committed file is whole', () => {
  const tool = fileURLToPath(new URL('../../tools/generate-registry.mjs', import.meta.url));
  expect(execFileSync(process.execPath, [tool, '--check'], { encoding: 'utf8' })).toMatch(/^config-data\.json: \d+ releases, \d+ keys/);
}, 60_000);

describe('a key by release', () => {
  it('is read by some releases of a range, all or none', () => {
    expect(registry.readBy(get('spark.sql.ansi.enabled'), range('2.4'))).toBe('none');
    expect(registry.readBy(get('spark.sql.ansi.enabled'), range('2.4', '3.0'))).toBe('some');
    expect(registry.readBy(get('spark.sql.ansi.enabled'), range('3.0', '4.3'))).toBe('all');
    expect(registry.readBy(get('spark.blacklist.enabled'), range('3.5', '4.3'))).toBe('some');
    expect(registry.readBy(get('spark.blacklist.enabled'), range('4.1'))).toBe('none');
    // Read long before it was registered.
    expect(registry.readBy(get('spark.ui.port'), range('2.4'))).toBe('all');
    // Past the newest release things stay as they are there.
    expect(registry.readBy(get('spark.ui.port'), range('9.0'))).toBe('all');
  });

  it('was carried back within a line: since alone proves nothing', () => {
    const carried = registry.keys.filter((key) => get(key).spans.length > 1 && get(key).since !== undefined && get(key).removed === undefined);
    expect(carried).toEqual(expect.arrayContaining(['spark.history.fs.eventLog.maxLineLength', 'spark.sql.legacy.percentileDiscCalculation']));
    for (const key of carried) expect(describeKey(registry, key, range('4.3'))).toMatch(/but not in \d/);
    expect(registry.readBy(get('spark.sql.legacy.percentileDiscCalculation'), range('3.3'))).toBe('some');
    expect(registry.readBy(get('spark.sql.legacy.percentileDiscCalculation'), range('3.4.0', '3.4.1'))).toBe('none');
  });

  it('changes within a line', () => {
    const standard = (version: string): string => registry.defaultIn(get('spark.redaction.regex'), version)!;
    for (const version of ['4.0.5', '4.1.4', '4.2.1', '4.3.0', '4.0', '4.2']) expect(standard(version), version).toContain('credential');
    for (const version of ['3.5.9', '4.0.4', '4.1.0', '4.1.3', '4.2.0']) expect(standard(version), version).not.toContain('credential');
  });

  it('has the type, the scope and the words of that release', () => {
    expect(get('spark.task.cpus', '4.2').type).toBe('int');
    expect(get('spark.task.cpus', '4.3').type).toBe('decimal');
    expect(get('spark.sql.files.maxPartitionBytes', '2.4').type).toBe('long');
    expect(get('spark.sql.files.maxPartitionBytes').type).toBe('bytes');
    expect(get('spark.sql.orc.compression.codec', '3.5').allowed).not.toContain('brotli');
    expect(get('spark.sql.orc.compression.codec', '4.0').allowed).toContain('brotli');
    expect(get('spark.sql.artifact.copyFromLocalToFs.allowDestLocal', '4.2').scope).toBe('session');
    expect(get('spark.sql.artifact.copyFromLocalToFs.allowDestLocal', '4.3').scope).toBe('static');
  });
});

describe('a value', () => {
  const judge = (key: string, value: string, from: string, to = from): string => {
    const verdict = checkValue(get(key), value, { from, to });
    return verdict.ok ? 'taken' : `${verdict.by}: ${verdict.message}`;
  };

  it('is judged by each release of the range', () => {
    expect(judge('spark.sql.orc.compression.codec', 'brotli', '4.0', '4.3')).toBe('taken');
    expect(judge('spark.sql.orc.compression.codec', 'brotli', '3.5')).toMatch(/^all: must be one of/);
    expect(judge('spark.sql.orc.compression.codec', 'brotli', '3.5', '4.0')).toMatch(/^some: .*Spark before 4\.0\.0 refuses `brotli`/);
    expect(judge('spark.sql.orc.compression.codec', 'bz2', '3.5', '4.0')).toMatch(/^all/);
    expect(judge('spark.sql.autoBroadcastJoinThreshold', '10m', '2.4')).toMatch(/^all: must be a whole number/);
    expect(judge('spark.sql.autoBroadcastJoinThreshold', '10m', '3.0', '3.5')).toBe('taken');
  });

  it('keeps to bounds that were searched for, and to the words that a refusal names', () => {
    expect(judge('spark.io.encryption.keySizeBits', '192', '3.5')).toBe('taken');
    expect(judge('spark.io.encryption.keySizeBits', '200', '3.5')).toMatch(/one of `128`, `192`, `256`/);
    expect(judge('spark.sql.avro.deflate.level', '-1', '3.5')).toBe('taken');
    expect(judge('spark.sql.avro.deflate.level', '0', '3.5')).toMatch(/more than 0/);
    expect(judge('spark.log.level', 'warn', '4.0')).toBe('taken');
    expect(judge('spark.log.level', 'warning', '4.0')).toMatch(/`WARN`/);
    expect(judge('spark.eventLog.rolling.maxFileSize', '1m', '4.3')).toMatch(/at least 2097152/);
    expect(judge('spark.eventLog.rolling.maxFileSize', '5m', '3.5', '4.3')).toMatch(/^some: .*Spark before [\d.]+ refuses/);
  });
});
