import { describe, expect, it } from 'vitest';
import type { Setting } from '../../server/src/analysis/model.ts';
import { settingEdits, type SettingEdits } from '../../server/src/rule/setting-edits.ts';
import type { Edit } from '../../server/src/rule/rule.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { settingsOfConf } from '../../server/src/lint/document.ts';
import { programOf } from '../support/engine.ts';
import { projectOf } from '../support/project.ts';

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

/** Changes the entry of a key in a file of data. */
function inData(path: string, text: string, key: string, change: (edits: SettingEdits, setting: Setting) => Edit[]): string {
  const conf = projectOf({ [path]: text }).conf(path)!;
  const setting = settingsOfConf(conf).find((each) => each.key === key)!;
  return applyEdits(text, change(settingEdits({ text, conf }), setting));
}
const xml = (inside: string): string => `<configuration>${inside}</configuration>\n`;

describe('in a file of data', () => {
  const yaml = (inside: string): string => `sparkConf:\n${inside}x: 1\n`;
  it.each([
    ['  spark.a: 1  # why\n', '1s', '  spark.a: 1s  # why\n'], ['  spark.a: "1"\n', 'a"b', '  spark.a: "a\\"b"\n'], ["  spark.a: 'x'\n", "it's", "  spark.a: 'it''s'\n"],
    ['  spark.a: x\n', 'a: b', '  spark.a: "a: b"\n'], ['  spark.a: x\n', 'yes', '  spark.a: "yes"\n'], ['  spark.a: x\n', '1e3', '  spark.a: "1e3"\n'], ['  spark.a: false\n', 'true', '  spark.a: true\n'],
    ['  spark.a: "a\\"b"\n', 'c', '  spark.a: "c"\n'], ['  spark.a: >-\n    x\n', 'y', '  spark.a: >-\n    x\n'], ['  spark.a: "{{ x }}"\n', 'y', '  spark.a: "{{ x }}"\n'],
  ])('YAML keeps its quotes: %j set to %j', (before, value, after) => expect(inData('a.yaml', yaml(before), 'spark.a', (e, s) => e.setValue(s, value))).toBe(yaml(after)));
  it('JSON has quotes, but around numbers and truth', () => {
    const json = (value: string): string => `{"spark_conf": {"spark.a": ${value}}}`;
    expect(inData('a.json', json('1'), 'spark.a', (e, s) => e.setValue(s, '2'))).toBe(json('2'));
    expect(inData('a.json', json('1'), 'spark.a', (e, s) => e.setValue(s, '2s'))).toBe(json('"2s"'));
    expect(inData('a.json', json('"1"'), 'spark.a', (e, s) => e.setValue(s, '2'))).toBe(json('"2"'));
  });
  it('XML has its own signs', () => expect(inData('x-site.xml', xml('<property><name>spark.a</name><value>x</value></property>'), 'spark.a', (e, s) => e.setValue(s, '1<2'))).toBe(xml('<property><name>spark.a</name><value>1&lt;2</value></property>')));
  it('a key is renamed, but not the field that stands for one', () => {
    expect(inData('a.yaml', yaml('  "spark.a": x\n'), 'spark.a', (e, s) => e.renameKey(s, 'spark.b'))).toBe(yaml('  "spark.b": x\n'));
    const application = 'apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  driver:\n    memory: 4g\n';
    expect(inData('a.yaml', application, 'spark.driver.memory', (e, s) => e.renameKey(s, 'spark.b'))).toBe(application);
    expect(inData('a.yaml', application, 'spark.driver.memory', (e, s) => e.add(s, 'spark.b', '1'))).toBe(application);
    expect(inData('a.yaml', application, 'spark.driver.memory', (e, s) => e.setValue(s, '8g'))).toBe(application.replace('4g', '8g'));
  });
  const remove = (path: string, text: string): string => inData(path, text, 'spark.b', (e, s) => e.remove(s));
  it.each([
    ['a.yaml', yaml('  spark.a: 1\n  spark.b: 2  # two\n  spark.c: 3\n'), yaml('  spark.a: 1\n  spark.c: 3\n')], ['a.yaml', 'sparkConf:\r\n  spark.a: 1\r\n  spark.b: 2', 'sparkConf:\r\n  spark.a: 1\r\n'],
    ['a.yaml', yaml('  spark.b: >-\n    x\n    y\n  spark.c: 3\n'), yaml('  spark.c: 3\n')], ['a.yaml', 'sparkConf: {spark.a: 1, spark.b: 2, spark.c: 3}\n', 'sparkConf: {spark.a: 1, spark.c: 3}\n'],
    ['a.json', '{"spark_conf": {"spark.a": 1, "spark.b": 2}}', '{"spark_conf": {"spark.a": 1}}'], ['a.json', '{"spark_conf": {"spark.b": 2}}', '{"spark_conf": {}}'],
    ['a.json', '{"spark_conf": {\n  "spark.a": 1,\n  "spark.b": 2,\n  "spark.c": 3\n}}', '{"spark_conf": {\n  "spark.a": 1,\n  "spark.c": 3\n}}'], ['a.json', '{"spark_conf": {\n  "spark.a": 1,\n  "spark.b": 2\n}}', '{"spark_conf": {\n  "spark.a": 1\n}}'],
    ['a-site.xml', xml('\n  <property>\n    <name>spark.b</name>\n    <value>1</value>\n  </property>\n'), xml('\n')], ['a-site.xml', xml('<property><name>spark.b</name><value>1</value></property>'), xml('')],
    // What others read too stays.
    ['a.yaml', 'x: &x\n  spark.b: 1\nsparkConf:\n  <<: *x\n', 'x: &x\n  spark.b: 1\nsparkConf:\n  <<: *x\n'],
  ])('%s: an entry is taken out of %j', (path, before, after) => expect(remove(path, before)).toBe(after));
  const add = (path: string, text: string): string => inData(path, text, 'spark.a', (e, s) => e.add(s, 'spark.b', 'true'));
  it.each([
    ['a.yaml', yaml('  spark.a: 1  # one\n'), yaml('  spark.a: 1  # one\n  spark.b: true\n')], ['a.yaml', yaml('  "spark.a": "1"\n'), yaml('  "spark.a": "1"\n  "spark.b": "true"\n')],
    ['a.json', '{"spark_conf": {"spark.a": "1"}}', '{"spark_conf": {"spark.a": "1", "spark.b": "true"}}'], ['a.json', '{"spark_conf": {\n\t"spark.a": "1"\n}}', '{"spark_conf": {\n\t"spark.a": "1",\n\t"spark.b": "true"\n}}'],
    ['a-site.xml', xml('<property><name>spark.a</name><value>1</value></property>'), xml('<property><name>spark.a</name><value>1</value></property><property><name>spark.b</name><value>true</value></property>')],
  ])('%s: an entry is added in the style of %j', (path, before, after) => expect(add(path, before)).toBe(after));
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
