import { describe, expect, it } from 'vitest';
import { scalaPackages } from '../../server/src/project/scala-packages.ts';
import type { Api } from '../../server/src/knowledge/api.ts';
import { projectFiles } from '../../server/src/project/files.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { resolveImport } from '../../server/src/project/imports.ts';
import { importGraph, importsIn } from '../../server/src/project/import-graph.ts';
import { relevanceOf } from '../../server/src/project/relevance.ts';

function resolver(...paths: string[]) {
  const files = projectFiles(memoryHost(Object.fromEntries(paths.map((path) => [path, '']))));
  return (from: string, module: string, level = 0, name?: string) => resolveImport(files, from, module, level, name, { isLibrary: (top) => ['json', 'pandas'].includes(top) });
}

describe('imports', () => {
  it('finds a module beside a script', () => {
    expect(resolver('jobs/main.py', 'jobs/helpers.py')('jobs/main.py', 'helpers')).toBe('jobs/helpers.py');
  });
  it('finds packages from the root, from src and from python, dotted and not', () => {
    const resolve = resolver('jobs/main.py', 'shared/__init__.py', 'shared/io.py', 'src/core/__init__.py', 'python/extra.py');
    expect(resolve('jobs/main.py', 'shared')).toBe('shared/__init__.py');
    expect(resolve('jobs/main.py', 'shared.io')).toBe('shared/io.py');
    expect(resolve('jobs/main.py', 'core')).toBe('src/core/__init__.py');
    expect(resolve('jobs/main.py', 'extra')).toBe('python/extra.py');
  });
  it('gives a submodule before the package that holds it, and the package for names in it', () => {
    const resolve = resolver('main.py', 'pkg/__init__.py', 'pkg/io.py');
    expect(resolve('main.py', 'pkg', 0, 'io')).toBe('pkg/io.py');
    expect(resolve('main.py', 'pkg', 0, 'load')).toBe('pkg/__init__.py');
  });
  it('walks up from a package to the folder that holds it', () => {
    const resolve = resolver('libs/x/pkg/__init__.py', 'libs/x/pkg/sub/__init__.py', 'libs/x/pkg/sub/a.py', 'libs/x/pkg/b.py', 'libs/y/pkg/b.py');
    expect(resolve('libs/x/pkg/sub/a.py', 'pkg.b')).toBe('libs/x/pkg/b.py');
  });
  it('follows relative imports, from packages too, and not out of the project', () => {
    const resolve = resolver('a/__init__.py', 'a/b/__init__.py', 'a/b/c.py', 'a/d.py');
    expect(resolve('a/b/c.py', 'd', 2)).toBe('a/d.py');
    expect(resolve('a/b/c.py', '', 1)).toBe('a/b/__init__.py');
    expect(resolve('a/b/__init__.py', 'c', 1)).toBe('a/b/c.py');
    expect(resolve('a/b/c.py', 'd', 5)).toBeUndefined();
  });
  it('reads namespace packages', () => {
    const resolve = resolver('main.py', 'company/etl/load.py');
    expect(resolve('main.py', 'company.etl.load')).toBe('company/etl/load.py');
    expect(resolve('main.py', 'company.etl')).toBeUndefined();
  });
  it('takes a unique end of a path for what is run from elsewhere, and no other', () => {
    expect(resolver('dags/main.py', 'etl/deep/utils.py')('dags/main.py', 'utils')).toBe('etl/deep/utils.py');
    expect(resolver('dags/main.py', 'etl/utils.py', 'other/utils.py')('dags/main.py', 'utils')).toBeUndefined();
  });
  it('never takes a file of the project for a known library by its name alone', () => {
    expect(resolver('dags/main.py', 'etl/deep/pandas.py')('dags/main.py', 'pandas')).toBeUndefined();
    expect(resolver('pkg/__init__.py', 'pkg/a.py', 'pkg/json.py')('pkg/a.py', 'json')).toBeUndefined();
  });
  it('does not import a file into itself', () => {
    expect(resolver('kafka.py')('kafka.py', 'kafka')).toBeUndefined();
  });
  it('prefers a package to a module of its name', () => {
    expect(resolver('main.py', 'x.py', 'x/__init__.py')('main.py', 'x')).toBe('x/__init__.py');
  });
});

describe('relevance', () => {
  const api = {
    given: (name: string) => (name === 'spark' ? 'SparkSession' : name === 'display' ? 'foreign' : undefined), library: (name: string) => (name.split('.')[0] === 'pyspark' ? 'spark' : 'unknown'),
    kindsTelling: (name: string) => (name === 'withColumn' ? ['DataFrame'] : []), isKind: (name: string) => name === 'SparkSession',
  } as unknown as Api;
  const concerns = (texts: Record<string, string>, path: string, kinds = new Map<string, string>()) => {
    const files = projectFiles(memoryHost(texts));
    return relevanceOf(files, api, importGraph(files, api, scalaPackages(files))).concernsSpark(path, kinds);
  };

  it.each([
    ['import pyspark', true], ['from pyspark.sql import types', true], ['x = spark', true], ['df.withColumn("a", b)', true], ['# sparkcheck: ignore-file[x] y', true],
    ['import json\nprint(json)', false], ['sparkling = 1', false], ['display(x)', false], ['pyspark = None', false],
  ])('%j: %s', (text, expected) => expect(concerns({ 'a.py': text }, 'a.py')).toBe(expected));
  it('follows imports, and fixtures into tests', () => {
    const texts = { 'a.py': 'from b import (\n  x,  # why\n  y,\n)\n', 'b/__init__.py': '', 'b/y.py': 'import c', 'c.py': 'import pyspark', 'tests/test_a.py': 'def test(session): pass', 'conftest.py': 'import c', 'd.py': 'import e', 'e.py': 'import d' };
    expect(concerns(texts, 'a.py')).toBe(true);
    expect(concerns(texts, 'tests/test_a.py')).toBe(true);
    expect(concerns(texts, 'd.py')).toBe(false);
  });
  it.each([
    ['import pyspark.sql.Row\n', true], ['package pyspark.mine\n', true], ['object A { val x = spark }\n', true], ['object A { def f(x: X) = x.withColumn("a") }\n', true], ['// sparkcheck: ignore-file[x]\nobject A\n', true],
    ['object A { val x = "spark" } // spark\n', false], ['import java.util.Map\nobject A\n', false], ['package a\nobject A extends Base\n', true], ['package b\nobject A extends Base\n', false], ['package b\nimport a.Base\nobject A extends Base\n', true],
  ])('in Scala of %j: %s', (text, expected) => expect(concerns({ 'A.scala': text, 'Base.scala': 'package a\nimport pyspark.sql.Row\ntrait Base\n' }, 'A.scala')).toBe(expected));
  it('leaves nothing out where the settings declare kinds, nor notebooks', () => {
    expect(concerns({ 'a.py': 'x = 1' }, 'a.py', new Map([['lib.load', 'DataFrame']]))).toBe(true);
    expect(concerns({ 'a.ipynb': '{}' }, 'a.ipynb')).toBe(true);
  });
  it('reads import statements without a parser', () => {
    expect(importsIn('import a.b as c, d\nfrom ..x import (y,\n z)\nif x: from q import r\nfrom s import \\\n  t')).toEqual([
      { level: 0, module: 'a' }, { level: 0, module: 'a.b' }, { level: 0, module: 'd' }, { level: 2, module: 'x' }, { level: 2, module: 'x.y' }, { level: 2, module: 'x.z' },
      { level: 0, module: 'q' }, { level: 0, module: 'q.r' }, { level: 0, module: 's' }, { level: 0, module: 's.t' },
    ]);
  });
});
