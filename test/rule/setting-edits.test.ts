import { describe, expect, it } from 'vitest';
import type { Setting } from '../../server/src/analysis/model.ts';
import { settingEdits, type SettingEdits } from '../../server/src/rule/setting-edits.ts';
import type { Edit } from '../../server/src/rule/rule.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { programOf } from '../support/engine.ts';

/** Changes the entry of a key in code. */
function inCode(text: string, key: string, change: (edits: SettingEdits, setting: Setting) => Edit[]): string {
  const program = programOf(text);
  const setting = program.settings.find((each) => each.key === key);
  if (!setting) throw new Error(`no entry ${key}`);
  return applyEdits(text, change(settingEdits({ text, program }), setting));
}

function inFile(text: string, key: string, change: (edits: SettingEdits, setting: Setting) => Edit[]): string {
  const start = text.indexOf(key);
  const line = /^([^\s=]+)([ \t]*[= \t][ \t]*)?(.*)$/m.exec(text.slice(start))!;
  const site = (from: number, to: number) => ({ module: 'spark-defaults.conf', start: from, end: to });
  const valueStart = start + key.length + (line[2]?.length ?? 0);
  const setting: Setting = { key, value: line[3], keySite: site(start, start + key.length), valueSite: site(valueStart, start + line[0].length), site: site(start, start + line[0].length), means: 'file' };
  return applyEdits(text, change(settingEdits({ text }), setting));
}

const head = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder';

describe('in code', () => {
  it('a value keeps its quotes', () => {
    expect(inCode(`${head}.config('spark.a', '1').getOrCreate()\n`, 'spark.a', (e, s) => e.setValue(s, '1s'))).toBe(`${head}.config('spark.a', '1s').getOrCreate()\n`);
  });
  it('a number becomes a string where it has to', () => {
    expect(inCode(`${head}.config("spark.a", 10).getOrCreate()\n`, 'spark.a', (e, s) => e.setValue(s, '10s'))).toBe(`${head}.config("spark.a", "10s").getOrCreate()\n`);
    expect(inCode(`${head}.config("spark.a", 10).getOrCreate()\n`, 'spark.a', (e, s) => e.setValue(s, '20'))).toBe(`${head}.config("spark.a", 20).getOrCreate()\n`);
  });
  it('a variable is left alone', () => {
    const text = `v = "1"\n${head}.config("spark.a", v).getOrCreate()\n`;
    expect(inCode(text, 'spark.a', (e, s) => e.setValue(s, '2'))).toBe(text);
  });
  it('a key is renamed', () => {
    expect(inCode(`${head}.config("spark.a", "1").getOrCreate()\n`, 'spark.a', (e, s) => e.renameKey(s, 'spark.b'))).toBe(`${head}.config("spark.b", "1").getOrCreate()\n`);
  });
  it('one call leaves its chain', () => {
    expect(inCode(`${head}.config("spark.a", "1").config("spark.b", "2").getOrCreate()\n`, 'spark.a', (e, s) => e.remove(s))).toBe(`${head}.config("spark.b", "2").getOrCreate()\n`);
    expect(inCode(`${head} \\\n    .config("spark.a", "1") \\\n    .getOrCreate()\n`, 'spark.a', (e, s) => e.remove(s))).toBe(`${head} \\\n    .getOrCreate()\n`);
    expect(inCode('from pyspark import SparkConf\nc = (SparkConf()  # first\n    .set("spark.a", "1"))\n', 'spark.a', (e, s) => e.remove(s))).toBe('from pyspark import SparkConf\nc = (SparkConf()  # first\n)\n');
  });
  it('a statement goes as a whole', () => {
    expect(inCode('a()\nspark.conf.set("spark.a", "1")\nb()\n', 'spark.a', (e, s) => e.remove(s))).toBe('a()\nb()\n');
  });
});

describe('in a properties file', () => {
  it('a value is replaced, or given', () => {
    expect(inFile('spark.a  1\nspark.b 2\n', 'spark.a', (e, s) => e.setValue(s, '1s'))).toBe('spark.a  1s\nspark.b 2\n');
    expect(inFile('spark.a\n', 'spark.a', (e, s) => e.setValue(s, '1s'))).toBe('spark.a 1s\n');
    expect(inFile('spark.a=1\n', 'spark.a', (e, s) => e.setValue(s, 'a\\b'))).toBe('spark.a=a\\\\b\n');
  });
  it('a key is renamed', () => {
    expect(inFile('spark.a 1\n', 'spark.a', (e, s) => e.renameKey(s, 'spark.b'))).toBe('spark.b 1\n');
  });
  it('a line goes as a whole', () => {
    expect(inFile('  spark.a 1\nspark.b 2\n', 'spark.a', (e, s) => e.remove(s))).toBe('spark.b 2\n');
    expect(inFile('spark.b 2\r\nspark.a 1', 'spark.a', (e, s) => e.remove(s))).toBe('spark.b 2');
    expect(inFile('\uFEFFspark.a 1\nspark.b 2\n', 'spark.a', (e, s) => e.remove(s))).toBe('\uFEFFspark.b 2\n');
  });
});
