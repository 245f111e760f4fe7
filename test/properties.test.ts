/** What holds of findings whatever the text: over the fixtures, and over what is left of them after random edits. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../server/src/lint/finding.ts';
import { forEachImport } from '../server/src/program/expressions.ts';
import { importsIn } from '../server/src/project/import-graph.ts';
import type { Project } from '../server/src/project/project.ts';
import { rules } from '../server/src/rules/index.ts';
import { hoverAt } from '../server/src/service/hover.ts';
import { overlaps } from '../server/src/text/range.ts';
import { ordersOf } from './support/orders.ts';
import { contentsOf, type FixtureFile, readFixture } from './support/fixture.ts';
import { check, type Checked, type Files, projectOf } from './support/project.ts';

const folder = new URL('./fixtures/', import.meta.url);
const fixtures: FixtureFile[] = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
  .flatMap((name) => readFixture(readFileSync(new URL(name, folder), 'utf8')))
  .flatMap(({ files }) => files.filter(({ checked, path }) => checked && !path.endsWith('.ipynb')));
const examples = rules.flatMap((rule) => rule.docs.examples.map((example) => ({ path: example.file ?? { conf: 'spark-defaults.conf', python: 'job.py', scala: 'Job.scala', shell: 'submit.sh' }[example.language], text: example.bad })));
/** Files of data with faults of several kinds, templates and anchors among them. */
const data = [
  { path: 'job.yaml', text: 'apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  sparkVersion: 3.5.1\n  sparkConf: &conf\n    "spark.excutor.cores": "4"  # sparkcheck: ignore[unknown-key]\n    spark.network.timeout: 10 min\n    spark.driver.memory: 2g\n    {{- if .Values.x }}\n    spark.speculation: {{ .Values.x }}\n    {{- end }}\n  driver:\n    memory: 4g\n---\nspark_conf:\n  <<: *conf\n  spark.shuffle.spill: "true"\n  spark.shuffle.spill: "false"\n' },
  { path: 'cluster.json', text: '{"new_cluster": {"spark_version": "13.3.x-scala2.12", "spark_conf": {"spark.excutor.cores": "4", "spark.network.timeout": "10 min", // why\n  "spark.network.timeout": "5 min"}}, "x": [{"Classification": "spark-defaults", "Properties": {"spark.driver.memory": "\\"4g\\""}}]}\n' },
];
const corpus: readonly { readonly path: string; readonly text: string }[] = [...fixtures.map(({ path, text }) => ({ path, text })), ...examples, ...data];

/** Projects of several files among the fixtures, and one whose files import each other. */
const projects: readonly Files[] = [
  ...readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
    .flatMap((name) => readFixture(readFileSync(new URL(name, folder), 'utf8')))
    .filter(({ files }) => files.filter(({ checked }) => checked).length > 1)
    .map(({ files }) => contentsOf(files)),
  { 'a.py': 'from b import load\nload().collect()\n', 'b.py': 'from pyspark.sql import SparkSession\nimport a\ndef load():\n    return SparkSession.builder.getOrCreate().read.parquet("/data")\nload().collect()\n' },
];

/** A random project: the first module has things to share, the others import some of them, change them, and read them. */
const shared = 'held = None\nclass Box:\n    frame = None\n    def put(self, frame):\n        self.frame = frame\n    def get(self):\n        return self.frame\nbox = Box()\nboxes = [box]\ndef keep(frame):\n    global held\n    held = frame\ndef kept():\n    return held\n';
const preamble = 'from pyspark.sql import SparkSession\nfrom m0 import *\nimport m0\nspark = SparkSession.builder.getOrCreate()\n';
const frames = fc.oneof({ weight: 4, arbitrary: fc.constant('spark.read.parquet("/data")') }, fc.constantFrom('None', 'kept()', 'box.get()'));
const statement = fc.oneof(
  fc.record({ change: fc.constantFrom('box.put(FRAME)', 'Box.frame = FRAME', 'box.frame = FRAME', 'keep(FRAME)', 'm0.held = FRAME', 'boxes.append(FRAME)'), frame: frames }).map(({ change, frame }) => change.replace('FRAME', frame)),
  fc.constantFrom('box.get().collect()', 'box.frame.cache().count()', 'kept().collect()', 'Box.frame.collect()', 'm0.held.collect()', 'boxes[-1].collect()', 'import m1', 'from m2 import frame'),
  frames.map((frame) => `frame = ${frame}`),
);
const moduleOf = fc.array(statement, { minLength: 4, maxLength: 9 });

const one = (path: string, text: string): Checked => check({ [path]: text }, path);
const shown = (findings: readonly Finding[]): string[] => findings.map(({ rule, start, end, severity, message }) => `${start}-${end} ${rule} ${severity} ${message}`);

/** True of every result, however broken the text. */
function sound(path: string, text: string): void {
  const { findings, problems } = one(path, text);
  expect(problems.filter((message) => message.includes('failed here'))).toEqual([]);
  const errors = projectOf({ [path]: text }).program(path)?.lowered.errors ?? [];
  for (const [index, finding] of findings.entries()) {
    expect(finding.start).toBeGreaterThanOrEqual(0);
    expect(finding.end).toBeLessThanOrEqual(text.length);
    expect(finding.start).toBeLessThanOrEqual(finding.end);
    expect(errors.some((error) => overlaps(error, finding)), `${finding.rule} inside a syntax error`).toBe(false);
    if (index > 0) expect(findings[index - 1]!.start).toBeLessThanOrEqual(finding.start);
  }
  expect(new Set(findings.map(({ rule, start, end }) => `${rule} ${start} ${end}`)).size, 'one finding of a rule at a place').toBe(findings.length);
  expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size, 'fingerprints are unique').toBe(findings.length);
  expect(shown(one(path, text).findings), 'the same text gives the same findings').toEqual(shown(findings));
}

const texts = fc.constantFrom(...corpus);
const piece = fc.constantFrom('(', ')', '"', "'", '"""', ':', '\n', '    ', '\\', '#', '.collect()', 'for x in y:\n    ', '\uFEFF', '😀', '\r\n', '\t', 'é', '{', '[', '=', 'spark.a 1\n', '\\u12', '<!--', '{{', '&conf ', '- ', ',');
const edits = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: fc.option(piece, { nil: '' }) }), { maxLength: 4 });

function broken(text: string, changes: readonly { at: number; remove: number; insert: string }[]): string {
  return changes.reduce((current, { at, remove, insert }) => {
    const start = Math.floor(at * current.length);
    return current.slice(0, start) + insert + current.slice(start + remove);
  }, text);
}

/** Vitest loses its runner where a worker answers nothing for a minute. */
const pause = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('findings', () => {
  it('are sound on every fixture and example', async () => {
    for (const { path, text } of corpus) {
      sound(path, text);
      await pause();
    }
  }, 180_000);

  it('are sound after random edits', () => {
    fc.assert(fc.property(texts, edits, ({ path, text }, changes) => sound(path, broken(text, changes))), { numRuns: 150, seed: 20241124 });
  });

  it('do not depend on line ends', async () => {
    const plain = corpus.filter(({ text, path }) => path.endsWith('.py') && !text.includes('\r'));
    for (const { path, text } of plain) {
      await pause();
      const windows = text.replace(/\n/g, '\r\n');
      const place = (source: string) => ({ rule, start }: Finding): string => `${rule} on line ${source.slice(0, start).split('\n').length}`;
      expect(one(path, windows).findings.map(place(windows)), text).toEqual(one(path, text).findings.map(place(text)));
    }
  }, 180_000);

  it('do not depend on how much stands above that does nothing', async () => {
    // More than a file may hold until calls are no longer followed as deep.
    const above = Array.from({ length: 200 }, (_, index) => `plain_${index} = [${Array.from({ length: 50 }, () => 0).join(', ')}]\n`).join('');
    const deep = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\ndef a(df, p): b(df, p)\ndef b(df, p): c(df, p)\ndef c(df, p): d(df, p)\ndef d(df, p): e(df, p)\ndef e(df, p): f(df, p)\ndef f(df, p): df.write.parquet(p)\ndef job(p):\n    df = spark.read.parquet(p).groupBy("a").count()\n    a(df, "/a")\n    a(df, "/b")\n';
    const plain = corpus.filter(({ text, path }) => path.endsWith('.py') && !/^#|ignore-file|__future__/.test(text)).filter((_, index) => index % 60 === 0);
    for (const { path, text } of [{ path: 'job.py', text: deep }, ...plain]) {
      await pause();
      const told = ({ rule, start }: Finding, shift: number): string => `${rule} at ${start - shift}`;
      expect(one(path, above + text).findings.map((finding) => told(finding, above.length)), text).toEqual(one(path, text).findings.map((finding) => told(finding, 0)));
    }
    expect(one('job.py', deep).findings).toHaveLength(1);
  }, 120_000);

  it('do not depend on which file is asked for first, nor on which were asked before', () => {
    for (const files of projects) {
      const paths = Object.keys(files).filter((path) => /\.(py|ipynb|conf)$/.test(path));
      const alone = new Map(paths.map((path) => [path, shown(projectOf(files).check(path).findings)]));
      for (const order of ordersOf(paths).slice(0, 24)) {
        const project = projectOf(files);
        for (const path of order) expect(shown(project.check(path).findings), `${path}, asked for in the order ${order.join(', ')}`).toEqual(alone.get(path));
      }
    }
  });

  it('do not depend on it in projects of random imports and assignments', () => {
    let found = 0;
    fc.assert(fc.property(fc.array(moduleOf, { minLength: 2, maxLength: 3 }), (modules) => {
      const files = { 'm0.py': shared, ...Object.fromEntries(modules.map((statements, index) => [`m${index + 1}.py`, `${preamble}${statements.join('\n')}\n`])) };
      const alone = new Map(Object.keys(files).map((path) => [path, shown(projectOf(files).check(path).findings)]));
      found += [...alone.values()].flat().length;
      for (const order of ordersOf(Object.keys(files)).slice(0, 6)) {
        const project = projectOf(files);
        for (const path of order) expect(shown(project.check(path).findings), `${path}, asked for in the order ${order.join(', ')}`).toEqual(alone.get(path));
      }
    }), { numRuns: 60, seed: 20241125 });
    expect(found).toBeGreaterThan(20);
  });
});

describe('a long file that is edited', () => {
  /** Examples of the rules, as the jobs of one Python file and as the tests of a Scala suite. */
  const badOf = (language: 'python' | 'scala'): string[] => rules.flatMap(({ docs }) => docs.examples.filter((example) => example.language === language && example.file === undefined && !/\*$|\"{3}/m.test(example.bad)).map(({ bad }) => bad.trimEnd()));
  const indented = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);
  const files: readonly (readonly [path: string, text: string])[] = [
    ['jobs.py', `from pyspark.sql import SparkSession, functions as F\nspark = SparkSession.builder.getOrCreate()\n\n${badOf('python').map((bad, index) => `def job_${index}(sc, path):\n${indented(bad, '    ')}\n`).join('\n')}`],
    ['JobsTest.scala', `import org.apache.spark.sql.{DataFrame, SparkSession, functions => F}\n\nclass JobsTest extends Suite {\n  val limit = 10\n  def load(spark: SparkSession): DataFrame = spark.read.parquet("/data")\n\n${badOf('scala').map((bad, index) => `  test("${index}") { spark =>\n${indented(bad, '    ')}\n    load(spark).show(limit)\n  }\n`).join('\n')}}\n`],
  ];

  /** All that is shown of a file, and what the rules look at. */
  function all(project: Project, path: string, places: readonly number[]): unknown {
    const { findings, suppressed, problems } = project.check(path);
    const events = project.program(path)?.events.map(({ kind, order, site, name, callers, path: arms, loops, place, def }) => ({ kind, order, site, name, callers, arms, loops: loops.map(({ frames, ...loop }) => ({ ...loop, frames: frames?.map((frame) => frame.site) })), place, def: def.name }));
    return { findings, suppressed, problems, events, hovers: places.map((place) => hoverAt(project, path, place)) };
  }

  it.each(files)('gives what a fresh engine gives: %s', (path, original) => {
    expect(original.split('\n').length).toBeGreaterThan(350);
    const project = projectOf({ [path]: original });
    project.setText(path, original);
    expect(project.check(path).findings.length).toBeGreaterThan(15);
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.constantFrom(0, 0, 1, 1, 1, 30), insert: fc.constantFrom('', 'x', 'a', '0', ' ', '\n', '.', 'cache()', 'spark', '(', '}') });
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 2 }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 }), (edits, places) => {
      const text = broken(original, edits);
      const offsets = places.map((place) => Math.floor(place * text.length));
      project.setText(path, text);
      expect(all(project, path, offsets)).toEqual(all(projectOf({ [path]: text }), path, offsets));
    }), { numRuns: 15, seed: 20261126 });
  }, 180_000);

  /** Statements of functions that run by themselves, through fields, globals, helpers, settings and collections that others of them read and change. */
  const python = ['self.frame = spark.read.parquet("/a")', 'self.frame = self.frame.filter("x > 1")', 'self.frame.cache()', 'self.frame.count()', 'self.frame.unpersist()', 'rows = self.frame.collect()', 'held.append(self.frame)', 'for each in held: each.count()', 'helper(self.frame, limit).show()', 'helper(spark.table("t"), 3).write.parquet("/b")', 'global limit; limit = 10', 'if debug: self.frame.show()', 'global debug; debug = self.frame.count() > limit', 'other = Job0(spark); other.frame = self.frame', 'total = shared.count()', 'spark.conf.set("spark.sql.shuffle.partitions", limit)', 'later(lambda each: self.frame.count() + limit)', 'sc.parallelize([1]).map(lambda each: self.frame).count()', 'self.prepare()', 'frame = self.step0(); frame.collect()', 'return self.frame', 'if limit > 3: return', 'spark.createDataFrame(rows).collect()', 'window = Window.orderBy("x"); self.frame.withColumn("n", F.row_number().over(window)).show()'];
  const scala = ['frame = spark.read.parquet("/a")', 'frame = frame.filter("x > 1")', 'frame.cache()', 'frame.count()', 'frame.unpersist()', 'val rows = frame.collect()', 'held += frame', 'held.foreach(each => each.count())', 'helper(frame, limit).show()', 'helper(spark.table("t"), 3).write.parquet("/b")', 'limit = 10', 'if (debug) frame.show()', 'debug = frame.count() > limit', 'val other = new Job0(spark); other.frame = frame', 'val total = Shared.frame.count()', 'spark.conf.set("spark.sql.shuffle.partitions", limit)', 'later(each => frame.count() + limit)', 'spark.sparkContext.parallelize(Seq(1)).map(each => each + limit).count()', 'prepare()', 'step0(spark).collect()', 'if (limit > 3) return', 'var local = 1; spark.range(3).rdd.foreach(each => local += 1)', 'shown(frame)', 'frame.rdd.groupByKey().mapValues(_.sum).collect()'];
  let seed = 1;
  const below = (count: number): number => ((seed = Math.imul(seed, 1103515245) + 12345 & 0x7fffffff) >> 8) % count;
  const times = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_, index) => make(index)).join('');
  const some = (statements: readonly string[], indentation: string): string => times(4, () => `${indentation}${statements[below(statements.length)]!}\n`);
  const entangled: readonly (readonly [path: string, text: string, statements: readonly string[]])[] = [
    ['jobs.py', `from pyspark.sql import SparkSession, Window, functions as F\nspark = SparkSession.builder.getOrCreate()\nsc = spark.sparkContext\nshared = spark.read.parquet("/shared")\nheld = []\nlimit = 5\ndebug = False\n\ndef helper(df, n):\n    return df.limit(n)\n\n${times(9, (job) => `class Job${job}(${job > 1 ? `Job${job - 1}` : 'object'}):\n    def __init__(self, spark):\n        self.frame = None\n\n    def prepare(self):\n${some(python, '        ')}\n${times(6, (step) => `    def step${step}(self):\n${some(python, '        ')}\n`)}`)}`, python],
    ['JobsTest.scala', `import org.apache.spark.sql.{DataFrame, SparkSession}\n\nobject Shared {\n  val frame = SparkSession.builder().getOrCreate().read.parquet("/shared")\n}\n\n${times(7, (job) => `class Job${job}(spark: SparkSession) extends ${job > 1 ? `Job${job - 1}(spark)` : 'Suite'} {\n  var frame: DataFrame = _\n  var limit = ${job}\n  var debug = false\n  val held = scala.collection.mutable.ListBuffer[DataFrame]()\n  def helper(df: DataFrame, n: Int) = df.limit(n)\n  def step0(spark: SparkSession): DataFrame = frame\n\n  def prepare(): Unit = {\n${some(scala, '    ')}  }\n\n${times(3, (group) => `  "group ${group}" should {\n    def shown(df: DataFrame) = df.show(${group})\n    val limit = ${group}\n${times(2, (step) => `    "step ${step}" in { spark: SparkSession =>\n${some(scala, '      ')}    }\n`)}  }\n`)}}\n\n`)}`, scala],
  ];

  it.each(entangled)('gives what a fresh engine gives where functions share what they change: %s', (path, original, statements) => {
    expect(original.split('\n').length).toBeGreaterThan(350);
    const project = projectOf({ [path]: original });
    project.setText(path, original);
    expect(project.check(path).findings.length).toBeGreaterThan(3);
    expect(project.program(path)!.events.length).toBeGreaterThan(100);
    const edit = fc.record({ line: fc.double({ min: 0, max: 1, noNaN: true }), how: fc.constantFrom('replace', 'replace', 'insert', 'remove', 'letter'), statement: fc.constantFrom(...statements), letter: fc.constantFrom('x', '0', '.', ' ', '(') });
    const edited = (text: string, { line, how, statement, letter }: { line: number; how: string; statement: string; letter: string }): string => {
      const lines = text.split('\n');
      const at = Math.floor(line * lines.length);
      const old = lines[at]!;
      const written = `${/^ */.exec(old)![0]}${statement}`;
      lines.splice(at, 1, ...({ replace: [written], insert: [old, written], remove: [], letter: [old.slice(0, old.length / 2) + letter + old.slice(old.length / 2)] }[how] ?? []));
      return lines.join('\n');
    };
    // Typed on from edit to edit, and now and then taken back.
    let text = original;
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 2 }), fc.boolean(), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }), (edits, back, places) => {
      text = edits.reduce(edited, back ? original : text);
      const offsets = places.map((place) => Math.floor(place * text.length));
      project.setText(path, text);
      expect(all(project, path, offsets)).toEqual(all(projectOf({ [path]: text }), path, offsets));
    }), { numRuns: 25, seed: 20261127, endOnFailure: true });
  }, 180_000);
});

describe('imports', () => {
  it('are found in the text wherever the lowered program has one', () => {
    for (const { path, text } of corpus) {
      if (!path.endsWith('.py')) continue;
      const found = new Set(importsIn(text).map(({ level, module }) => `${level} ${module}`));
      forEachImport(projectOf({ [path]: text }).program(path)!.lowered.module.body, ({ level, module, names }) => {
        expect([...found], text).toContain(`${level} ${module}`);
        for (const { name } of names ?? []) expect([...found], text).toContain(`${level} ${module === '' ? name : `${module}.${name}`}`);
      });
    }
  });
});

describe('machine-made code', () => {
  it('of any depth is read to its end, and what stands beside it is found', () => {
    const deep = [`x = ${'('.repeat(3000)}1${')'.repeat(3000)}`, `y = ${Array(6000).fill('1').join(' + ')}`, `z = spark.table("t")${'.filter("a")'.repeat(3000)}`, `w = ${'['.repeat(2000)}${']'.repeat(2000)}`, 'rows = spark.table("t").collect()', ''].join('\n');
    expect(one('job.py', deep).findings.map(({ rule }) => rule)).toContain('collect-to-driver');
  });
});
