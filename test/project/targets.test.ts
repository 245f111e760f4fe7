import { describe, expect, it } from 'vitest';
import { projectFiles } from '../../server/src/project/files.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { noSettings } from '../../server/src/project/settings.ts';
import { pinnedIn, targetsFor } from '../../server/src/project/targets.ts';
import { versionRange } from '../../server/src/project/versions.ts';

describe('version requirements', () => {
  it.each([
    ['3.5', '3.5', '3.5'], ['3.5-4.3', '3.5', '4.3'], ['3.3 - 3.5', '3.3', '3.5'], ['==3.5.1', '3.5.1', '3.5.1'], ['>=3.4', '3.4', '4.3'],
    ['>=3.3,<4', '3.3', '3.5'], ['>=3.3, <4.0.0', '3.3', '3.5'], ['>=3.3 <4', '3.3', '3.5'], ['~=3.4', '3.4', '3.5'], ['~=3.4.1', '3.4.1', '3.4'], ['^3.4', '3.4', '3.5'], ['^3.4.2', '3.4.2', '3.5'],
    ['~3.4', '3.4', '3.4'], ['3.5.*', '3.5', '3.5'], ['==3.*', '3.0', '3.5'], ['3', '3.0', '3.5'], ['<4', '3.3', '3.5'], ['<3.2', '3.1', '3.1'], ['<=3.5.3', '3.3', '3.5.3'],
    ['<3.5.2', '3.3', '3.5.1'], ['>3.3', '3.3', '4.3'], ['>=3.4,!=3.5.0', '3.4', '4.3'], ['3.5.0.dev1', '3.5.0', '3.5.0'], ['=3.5', '3.5', '3.5'], ['>=9', '9.0', '9.0'],
  ])('%s is %s to %s', (text, from, to) => expect(versionRange(text)).toEqual({ from, to }));
  it.each(['', '*', 'newest', '>=4,<3', '${spark.version}', '!=3.5'])('%j is none', (text) => expect(versionRange(text)).toBeUndefined());
});

describe('pins', () => {
  it.each([
    ['requirements.txt', 'pandas>=2\npyspark[sql]==3.5.1 ; python_version > "3.8"  # why\n', '==3.5.1'],
    ['requirements.txt', 'pyspark-stubs==3.0\n', undefined],
    ['requirements.txt', '# pyspark==3.5.1\n', undefined],
    ['pyproject.toml', '[project]\ndependencies = ["pyspark>=3.3,<4"]\n', '>=3.3,<4'],
    ['pyproject.toml', '[project.optional-dependencies]\nspark = ["pyspark ~= 3.4"]\n', '~= 3.4'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npyspark = "^3.4"\n', '^3.4'],
    ['pyproject.toml', '[tool.poetry.group.dev.dependencies]\npyspark = { version = "3.5.1", optional = true }\n', '3.5.1'],
    ['pyproject.toml', '[tool.pdm.dev-dependencies]\ntest = ["pyspark==3.5.*"]\n', '==3.5.*'],
    ['pyproject.toml', 'pyspark = [broken', undefined],
    ['setup.py', 'setup(install_requires=["pandas", "pyspark>=3.0.0,<3.6"])', '>=3.0.0,<3.6'],
    ['setup.cfg', '[options]\ninstall_requires =\n    pandas\n    pyspark>=3.2\n', '>=3.2'],
    ['Pipfile', '[packages]\npyspark = "==3.5.1"\n', '==3.5.1'],
    ['environment.yml', 'dependencies:\n  - python=3.11\n  - pyspark=3.5.1\n', '=3.5.1'],
    ['environment.yml', 'dependencies:\n  - pip:\n    - "pyspark>=3.4"\n', '>=3.4'],
    ['build.sbt', 'val sparkVersion = "3.5.1"\nlibraryDependencies += "org.apache.spark" %% "spark-sql" % sparkVersion % "provided"', '3.5.1'],
    ['build.sbt', 'libraryDependencies += "org.apache.spark" %% "spark-sql" % "3.4.0"', '3.4.0'],
    ['pom.xml', '<properties><spark.version>3.5.1</spark.version></properties><dependency><groupId>org.apache.spark</groupId><artifactId>spark-core_2.12</artifactId><version>${spark.version}</version></dependency>', '3.5.1'],
  ])('%s: %j', (name, text, expected) => expect(pinnedIn(name, text)).toBe(expected));

  const targets = (files: Record<string, string>, path: string, settings = noSettings) => targetsFor(projectFiles(memoryHost(files)), path, settings);
  it('counts the nearest folder', () => {
    expect(targets({ 'requirements.txt': 'pyspark==3.3.0', 'a/requirements.txt': 'pyspark==3.5.1' }, 'a/b/job.py')).toMatchObject({ from: '3.5.1', to: '3.5.1', origin: 'a/requirements.txt pins Spark ==3.5.1' });
  });
  it('lets the settings win', () => {
    expect(targets({ 'requirements.txt': 'pyspark==3.3.0' }, 'job.py', { ...noSettings, spark: { from: '4.0', to: '4.1' }, sparkFrom: 'sparkcheck.toml', java: 17 })).toMatchObject({ from: '4.0', to: '4.1', java: 17, origin: 'sparkcheck.toml' });
  });
  it('is 3.3 to the newest where nobody says', () => {
    expect(targets({ 'job.py': '' }, 'job.py')).toMatchObject({ from: '3.3', to: '4.3', origin: 'default' });
  });
});
