/** Cells of notebooks that set something in another tongue. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingCells } from '../../server/src/syntax/notebook-settings.ts';
import { type ModuleSource, sourceOf, sourceOfCells } from '../../server/src/syntax/source.ts';

function entries(source: ModuleSource): string[] {
  return settingCells(source).flatMap((section) => section.entries.map(({ key, value, keyRange, valueRange, told }) => {
    if (value !== undefined) expect(source.text.slice(valueRange.start, valueRange.end)).toBe(value);
    return `${section.means} ${source.text.slice(keyRange.start, keyRange.end)} ${key}=${value ?? '?'}${told ? ` ${told.option}` : ''}`;
  }));
}
const ofCells = (...cells: string[]): string[] => entries(sourceOfCells(cells.map((text, index) => ({ text, index }))));

describe('%%configure', () => {
  it('has fields of its own, and pairs', () => {
    expect(ofCells('import x', '%%configure -f\n{"driverMemory": "4g", "executorCores": 4, "conf": {"spark.a": "1", "spark.b": true, "spark.c": {"parameterName": "p"}}, "jars": ["x"], "vCores": 4}')).toEqual([
      'command driverMemory spark.driver.memory=4g driverMemory', 'command executorCores spark.executor.cores=4 executorCores', 'command spark.a spark.a=1 --conf', 'command spark.b spark.b=true --conf',
    ]);
  });
  it('of Glue takes pairs in a text', () => {
    expect(ofCells('%%configure\n{"--conf": "spark.a=1 --conf spark.b=x", "--datalake-formats": "delta"}')).toEqual(['command spark.a spark.a=1 --conf', 'command spark.b spark.b=x --conf']);
  });
  it('stands behind magics in a source file', () => {
    const source = sourceOf('a.py', '# Fabric notebook source\n\n# CELL ********************\n\n# MAGIC %%configure -f\n# MAGIC {\n# MAGIC   "conf": {"spark.a": "1"}\n# MAGIC }\n') as ModuleSource;
    expect(entries(source)).toEqual(['command spark.a spark.a=1 --conf']);
  });
  it.each(['%%configure -f\n{"conf": {"spark.a": }', '%%configure\n["conf"]', '%%configure -f\n', '%%conf\n{"conf": {"spark.a": "1"}}', 'x = 1\n%%configure\n{"conf": {"spark.a": "1"}}'])('%j holds none', (text) => expect(ofCells(text)).toEqual([]));
});

describe('SQL', () => {
  it.each([['%%sql\nSET spark.a = 1;\nSELECT 1', ['runtime spark.a spark.a=1']], ['%sql\nSET spark.a=1', ['runtime spark.a spark.a=1']], ['%sql SET spark.a=1', ['runtime spark.a spark.a=1']], ['%%sql\nSELECT 1 -- SET spark.a=1', []], ['x = "%%sql"\nSET spark.a=1', []]])('%j', (text, found) => expect(ofCells(text)).toEqual(found));
  it('stands behind magics in a source file', () => {
    expect(entries(sourceOf('a.py', '# Databricks notebook source\n# MAGIC %sql\n# MAGIC -- one\n# MAGIC SET spark.a =\n# MAGIC   1;\n# MAGIC SET spark.b=2\n') as ModuleSource)).toEqual(['runtime spark.a spark.a=1', 'runtime spark.b spark.b=2']);
  });
});

describe('%env', () => {
  it('holds the options of the session, and variables that stand for keys', () => {
    expect(ofCells('import os\n%env PYSPARK_SUBMIT_ARGS=--conf spark.a=1 --conf spark.b=$x --conf spark.c={y} pyspark-shell\n%set_env SPARK_DRIVER_MEMORY 4g\n%env PATH=/bin\n%env SPARK_EXECUTOR_MEMORY={size}')).toEqual([
      'environment spark.a spark.a=1 --conf', 'environment spark.b spark.b=? --conf', 'environment spark.c spark.c=? --conf',
      'environment SPARK_DRIVER_MEMORY spark.driver.memory=4g SPARK_DRIVER_MEMORY', 'environment SPARK_EXECUTOR_MEMORY spark.executor.memory=? SPARK_EXECUTOR_MEMORY',
    ]);
  });
  it.each(['%env', '%env PYSPARK_SUBMIT_ARGS', 'x = "%env SPARK_DRIVER_MEMORY=4g"', '%env SPARK_HOME=/opt'])('%j holds none', (text) => expect(ofCells(text)).toEqual([]));
});

it('any cell is read, and every place lies in it', () => {
  const piece = fc.constantFrom('%%configure -f\n', '%%sql\n', '# MAGIC ', '%env PYSPARK_SUBMIT_ARGS=', '--conf spark.x={y} ', '{', '}', '"conf": ', '"spark.a": ', '"1"', '28', ',', '"--conf": "spark.a=1"', 'SET spark.a=1;', '\n', '\\', '"', "'");
  fc.assert(fc.property(fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')), (text) => {
    const source = sourceOfCells([{ text, index: 0 }]);
    for (const section of settingCells(source)) {
      for (const range of [section, ...section.entries.flatMap((entry) => [entry, entry.keyRange, entry.valueRange])]) {
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThanOrEqual(source.text.length);
      }
    }
  }), { numRuns: 400 });
});
