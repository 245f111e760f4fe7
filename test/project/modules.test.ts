import { describe, expect, it } from 'vitest';
import { scalaPackages } from '../../server/src/project/scala-packages.ts';
import { describe as described } from '../../server/src/analysis/values.ts';
import { api } from '../../server/src/knowledge/api-reader.ts';
import { type ProjectFiles, projectFiles } from '../../server/src/project/files.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { importGraph } from '../../server/src/project/import-graph.ts';
import { strongComponents } from '../../server/src/project/circles.ts';
import { moduleStates } from '../../server/src/project/module-states.ts';
import { modulesOf } from '../../server/src/project/modules.ts';
import { syntax } from '../support/engine.ts';

const noKinds = new Map<string, string>();

function modulesIn(files: ProjectFiles, { kinds = noKinds, importers = () => [] }: { readonly kinds?: ReadonlyMap<string, string>; importers?(path: string): readonly string[] } = {}) {
  const packages = scalaPackages(files);
  const { resolve } = importGraph(files, api, packages);
  const states = moduleStates({ files, packages, syntax, api, kinds: () => kinds, resolve });
  return { states, modules: modulesOf({ files, packages, api, states, resolve, importers }) };
}

function project(texts: Record<string, string>, kinds?: ReadonlyMap<string, string>) {
  const files = projectFiles(memoryHost(texts));
  const { states, modules } = modulesIn(files, kinds && { kinds });
  /** What a module's top-level name is. */
  const kind = (path: string, name: string): string => described(modules.analysis(path)!.analysis.scope.vars.get(name) ?? []);
  return { files, states, modules, kind };
}

/** Where helpers.py is told by main.py. */
function told(texts: Record<string, string>) {
  const files = projectFiles(memoryHost(texts));
  return { files, ...modulesIn(files, { importers: (path) => (path === 'helpers.py' ? ['main.py'] : []) }) };
}

const load = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\ndef load():\n    return spark.read.parquet("a")\n';

describe('modules', () => {
  it('knows what a function of another file returns', () => {
    expect(project({ 'io.py': load, 'job.py': 'from io import load\ndf = load()\n' }).kind('job.py', 'df')).toContain('DataFrame');
    expect(project({ 'lib/io_tools.py': load, 'job.py': 'from lib import io_tools\ndf = io_tools.load()\n' }).kind('job.py', 'df')).toBe('DataFrame');
    expect(project({ 'lib/__init__.py': 'from .deep import load\n', 'lib/deep.py': load, 'job.py': 'import lib\ndf = lib.load()\n' }).kind('job.py', 'df')).toBe('DataFrame');
  });
  it('analyses what imports itself in a circle, the same from wherever it is asked', () => {
    const texts = { 'a.py': 'import b\nfrom load import load\ndef first():\n    return load()\nx = b.second()\n', 'b.py': 'import a\ndef second():\n    return a.first()\ny = a.first()\n', 'load.py': load };
    const one = project(texts);
    const other = project(texts);
    const fromA = [one.kind('a.py', 'x'), one.kind('b.py', 'y')];
    const fromB = [other.kind('b.py', 'y'), other.kind('a.py', 'x')].reverse();
    expect(fromA).toEqual(['DataFrame', 'DataFrame']);
    expect(fromB).toEqual(fromA);
  });
  it('keeps an analysis while nothing it sees changes', () => {
    const { files, modules } = project({ 'helpers.py': load, 'job.py': 'from helpers import load\ndf = load()\n', 'other.py': 'x = 1\n' });
    const job = modules.analysis('job.py')!.analysis;
    files.overlay('other.py', 'x = 2\n');
    expect(modules.analysis('job.py')!.analysis).toBe(job);
    files.overlay('helpers.py', 'def load():\n    return 1\n');
    expect(modules.analysis('job.py')!.analysis).not.toBe(job);
  });
  it('sees a module appear, change and go', () => {
    const texts: Record<string, string> = { 'job.py': 'from helpers import load\ndf = load()\n' };
    const files = projectFiles({ ...memoryHost({}), list: (dir) => memoryHost(texts).list(dir), read: (path) => texts[path], exists: (path) => path in texts });
    const { modules } = modulesIn(files);
    const df = () => described(modules.analysis('job.py')!.analysis.scope.vars.get('df') ?? []);
    expect(df()).toContain('unknown');
    texts['helpers.py'] = load;
    files.changed('helpers.py');
    expect(df()).toBe('DataFrame');
    texts['helpers.py'] = 'def load():\n    return 1\n';
    files.changed('helpers.py');
    expect(df()).not.toContain('DataFrame');
    delete texts['helpers.py'];
    files.changed('helpers.py');
    expect(df()).toContain('unknown');
  });
  it('answers quickly inside a circle, and the same as ever afterwards', () => {
    const { files, states, modules, kind } = project({ 'a.py': 'import b\nx = b.load()\n', 'b.py': `import a\n${load}` });
    expect(kind('a.py', 'x')).toBe('DataFrame');
    states.open('a.py');
    files.overlay('a.py', 'import b\n\nz = b.load()\n');
    const quick = modules.analysis('a.py', true)!;
    expect(quick.settled).toBe(false);
    expect(described(quick.analysis.scope.vars.get('z')!)).toBe('DataFrame');
    expect(modules.analysis('a.py')!.settled).toBe(true);
    expect(kind('a.py', 'z')).toBe('DataFrame');
    states.close('a.py');
  });
  it('does the same in steps, which leave nothing to do and end when a text changes', () => {
    const texts = { 'a.py': `import b\ndef one():\n    return b.load()\ndef two():\n    return one()\nx = two()\n`, 'b.py': `import a\n${load}def other():\n    return a.one()\n` };
    const { modules, kind } = project(texts);
    expect([...modules.steps('a.py')].length).toBeGreaterThan(2);
    expect([...modules.steps('a.py')].length).toBe(0);
    expect(kind('a.py', 'x')).toBe(project(texts).kind('a.py', 'x'));
    // However far it is when a text changes, nothing of the old text is taken for the new one.
    for (let count = 1; ; count++) {
      const other = project(texts);
      const steps = other.modules.steps('a.py');
      const before = Array.from({ length: count }, () => steps.next().done);
      other.files.overlay('b.py', texts['b.py']!.replace('return spark.read.parquet("a")', 'return 1'));
      expect(steps.next().done).toBe(true);
      expect(other.kind('a.py', 'x')).not.toContain('DataFrame');
      if (before.at(-1)) break;
    }
  });
  it('answers quickly where what is typed leads to another known module', () => {
    const { files, states, modules, kind } = project({ 'a.py': 'import b\nx = b.load()\n', 'b.py': `import a\nimport c\n${load}`, 'c.py': load });
    expect(kind('a.py', 'x')).toBe('DataFrame');
    states.open('a.py');
    files.overlay('a.py', 'import b\nimport c\nx = c.load()\n');
    const quick = modules.analysis('a.py', true)!;
    expect(quick.settled).toBe(false);
    expect(described(quick.analysis.scope.vars.get('x')!)).toBe('DataFrame');
    // A module that nobody has asked for takes the time it takes.
    files.overlay('a.py', 'import b\nimport d\nx = d.load()\n');
    files.overlay('d.py', load);
    expect(modules.analysis('a.py', true)!.settled).toBe(true);
    expect(kind('a.py', 'x')).toBe('DataFrame');
  });
  it('goes on with a circle where it was when a text outside changed', () => {
    const names = Array.from({ length: 8 }, (_, index) => `m${index}`);
    const texts = { 'z.py': 'x = 1\n', ...Object.fromEntries(names.map((name, index) => [`${name}.py`, `import ${names[(index + 1) % 8]!}\n${load}def more():\n    return ${names[(index + 1) % 8]!}.load()\ny = more()\n`])) };
    const all = [...project(texts).modules.steps('m0.py')].length;
    const { files, modules, kind } = project(texts);
    const first = modules.steps('m0.py');
    for (let count = 0; count < all / 2; count++) first.next();
    files.overlay('z.py', 'x = 2\n');
    expect([...first].length).toBe(0);
    expect([...modules.steps('m0.py')].length).toBeLessThan(all / 2 + 4);
    for (const name of names) expect(kind(`${name}.py`, 'y')).toBe('DataFrame');
    // A text inside is read anew.
    files.overlay('m3.py', texts['m3.py' as keyof typeof texts].replace('return spark.read.parquet("a")', 'return 1'));
    const second = modules.steps('m0.py');
    for (let count = 0; count < all / 2; count++) second.next();
    files.overlay('m5.py', texts['m5.py' as keyof typeof texts].replace('return spark.read.parquet("a")', 'return 1'));
    expect([...modules.steps('m0.py')].length).toBeGreaterThan(all / 2);
    expect(kind('m4.py', 'y')).not.toContain('DataFrame');
    expect(kind('m2.py', 'y')).not.toContain('DataFrame');
    expect(kind('m1.py', 'y')).toBe('DataFrame');
  });
  it('answers quickly with what callers in other files passed last', () => {
    const { files, modules } = told({ 'helpers.py': 'def show(users):\n    users.collect()\n', 'main.py': 'from helpers import show\nshow(spark.read.parquet("/data"))\n' });
    const passed = (quick: boolean) => {
      const { analysis, settled } = modules.analysis('helpers.py', quick)!;
      return { settled, knows: analysis.program.datasets.some(({ made }) => made === 'parameter users') };
    };
    expect(passed(false)).toEqual({ settled: true, knows: true });
    files.overlay('helpers.py', 'def show(users):\n    print(1)\n    users.collect()\n');
    expect(passed(true)).toEqual({ settled: false, knows: true });
    expect(passed(false)).toEqual({ settled: true, knows: true });
  });
  it('takes kinds declared in the settings', () => {
    expect(project({ 'job.py': 'from mylib.io import load\ndf = load()\n' }, new Map([['mylib.io.load', 'DataFrame']])).kind('job.py', 'df')).toBe('DataFrame');
  });
  it('knows what Scala files of a package define for one another, and sees it change', () => {
    const texts = { 'io.scala': 'package a\nobject Io { def load(spark: org.apache.spark.sql.SparkSession) = spark.read.parquet("a") }\n', 'job.scala': 'package a.b\nimport a.Io\nobject Job { val df = Io.load(spark) }\n' };
    const { files, states, modules } = project(texts);
    const imports = (): boolean => modules.analysis('job.scala') !== undefined && states.read('io.scala') !== undefined;
    expect(imports()).toBe(true);
    const job = modules.analysis('job.scala')!.analysis;
    files.overlay('other.scala', 'package c\nobject Io\n');
    expect(modules.analysis('job.scala')!.analysis).toBe(job);
    files.overlay('io.scala', 'package a\nobject Renamed\n');
    expect(modules.analysis('job.scala')!.analysis).not.toBe(job);
  });
  it('reads the cells of a notebook', () => {
    const { states, kind } = project({});
    states.setNotebook('n.ipynb', [{ text: 'df = spark.read.parquet("a")', index: 0 }, { text: 'top = df.limit(3)', index: 2 }]);
    expect(kind('n.ipynb', 'top')).toBe('DataFrame');
  });
  it('says what is wrong with what it cannot read', () => {
    const { states, modules } = project({ 'bin.py': 'a\0b', 'broken.ipynb': '{', 'huge.py': 'x'.repeat(10_000_001) });
    for (const path of ['bin.py', 'broken.ipynb', 'huge.py']) expect(states.read(path)).toHaveProperty('error');
    expect(states.read('none.py')).toBeUndefined();
    expect(modules.analysis('bin.py')).toBeUndefined();
  });
  it('holds long chains and dense circles of imports', () => {
    const chain = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`m${i}.py`, i < 2999 ? `import m${i + 1}\n` : 'x = 1\n']));
    expect(project(chain).modules.analysis('m0.py')).toBeDefined();
    const names = Array.from({ length: 40 }, (_, i) => `c${i}`);
    const dense = Object.fromEntries(names.map((name) => [`${name}.py`, names.map((other) => `import ${other}\n`).join('')]));
    expect(project(dense).modules.analysis('c0.py')).toBeDefined();
  });
  it('follows calls into more than a hundred modules that lead to one another no further than tests do', () => {
    const ring = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}.py`, `import m${(i + 1) % count}\ndef step(x):\n    return m${(i + 1) % count}.step(x)\n`]));
    const steps = (count: number): number => project({ ...ring(count), 'job.py': `import m0\n${load}x = m0.step(load())\n` }).modules.analysis('job.py')!.analysis.program.steps;
    expect(steps(100) - steps(3)).toBeGreaterThan(20);
    expect(steps(101)).toBeLessThan(steps(3));
  });
});

describe('strong components', () => {
  it('come after what they lead to', () => {
    const graph: Record<string, string[]> = { a: ['b'], b: ['c', 'd'], c: ['b'], d: [] };
    expect(strongComponents('a', (node) => graph[node]!).map((component) => component.sort())).toEqual([['d'], ['b', 'c'], ['a']]);
  });
});
