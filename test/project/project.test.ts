import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Setting } from '../../server/src/analysis/model.ts';
import { api } from '../../server/src/knowledge/api-reader.ts';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { createProject, type ProjectInput } from '../../server/src/project/project.ts';
import { commandsIn, entryPointsIn, propertiesFilesIn } from '../../server/src/project/surroundings.ts';
import type { Job } from '../../server/src/rule/jobs.ts';
import { slotsOfJob } from '../../server/src/rule/resources.ts';
import { defineRule, type Rule } from '../../server/src/rule/rule.ts';
import { defaultTargets } from '../../server/src/rule/targets.ts';
import { syntax } from '../support/engine.ts';

const docs = { summary: '', what: '', why: '', fine: '', examples: [], source: '' };
const common = { category: 'driver', severity: 'warning', since: '0.1.0', fix: 'none', docs } as const;
/** One finding for each action, and one for each entry of a configuration file. */
const rules: readonly Rule[] = [
  defineRule({ ...common, name: 'every-action', languages: ['python', 'scala'], looksAt: 'program', check({ program, report }) { for (const event of program.events) if (event.kind === 'action') report({ at: event.name, message: event.method.name }); } }),
  defineRule({ ...common, name: 'every-entry', languages: ['conf'], looksAt: 'settings', check({ entries, report }) { for (const { key, keySite } of entries) report({ at: keySite, message: key }); } }),
  defineRule({ ...common, name: 'breaks', languages: ['python'], looksAt: 'program', check({ program }) { if (program.lowered.text.includes('break me')) throw new Error('oops'); } }),
];
const projectOf = (texts: Record<string, string>, rest: Partial<ProjectInput> = {}) => createProject({ host: memoryHost(texts), syntax, api, registry, rules, ...rest });
const messages = (project: ReturnType<typeof projectOf>, path: string): string[] => project.check(path).findings.map(({ message }) => message);

describe('a project', () => {
  it('checks code and configuration files, and nothing else', () => {
    const project = projectOf({ 'job.py': 'spark.range(3).count()\n', 'spark-defaults.conf': 'spark.app.name x\n', 'README.md': 'spark.range(3).count()' });
    expect(messages(project, 'job.py')).toEqual(['count']);
    expect(messages(project, 'spark-defaults.conf')).toEqual(['spark.app.name']);
    expect(messages(project, 'README.md')).toEqual([]);
  });
  it('takes the editor\'s text for a file until it is closed', () => {
    const project = projectOf({ 'job.py': 'spark.range(3).count()\n', 'lib.py': '' });
    project.setText('job.py', 'spark.range(3).collect()\n');
    expect(messages(project, 'job.py')).toEqual(['collect']);
    project.setText('job.py', undefined);
    expect(messages(project, 'job.py')).toEqual(['count']);
    project.setText('new.py', 'spark.range(3).first()\n');
    expect(messages(project, 'new.py')).toEqual(['first']);
  });
  it('runs its rules once while nothing changes', () => {
    let runs = 0;
    const counting = defineRule({ ...common, name: 'counts', languages: ['python'], looksAt: 'program', check: () => void runs++ });
    const project = projectOf({ 'job.py': 'spark.range(3).count()\n', 'lib.py': '' }, { rules: [counting] });
    const runsIn = (change: () => void): number => {
      const before = runs;
      change();
      expect(project.check('job.py')).toBe(project.check('job.py'));
      return runs - before;
    };
    expect(runsIn(() => undefined)).toBe(1);
    expect(runsIn(() => undefined)).toBe(0);
    expect(runsIn(() => project.setText('job.py', 'spark.range(3).collect()\n'))).toBe(1);
    expect(runsIn(() => project.setOverrides({ select: ['counts'] }))).toBe(1);
    expect(runsIn(() => void project.changed('job.py'))).toBe(1);
    expect(runsIn(() => void project.changed('never-asked-for.log'))).toBe(0);
    expect(runsIn(() => project.setNotebook('n.ipynb', []))).toBe(1);
    expect(runsIn(() => project.release('job.py'))).toBe(1);
  });
  it('checks notebooks open in the editor', () => {
    const project = projectOf({});
    project.setNotebook('n.ipynb', [{ text: 'df = spark.range(3)', index: 0 }, { text: 'df.count()', index: 1 }]);
    expect(messages(project, 'n.ipynb')).toEqual(['count']);
  });
  it('counts the cells of an open notebook as its file in all that it asks of the project', () => {
    const lib = 'def work(df):\n    return df.filter("a").count()\n';
    const cells = [{ text: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()', index: 0 }, { text: 'from lib import work\nwork(spark.read.parquet("/data"))', index: 2 }];
    const project = projectOf({ 'lib.py': lib, 'n.ipynb': '{"cells":[]}' });
    expect(messages(project, 'lib.py')).toEqual([]);
    project.setNotebook('n.ipynb', cells);
    expect(messages(project, 'lib.py')).toEqual(['count']);
    project.setNotebook('n.ipynb', undefined);
    expect(messages(project, 'lib.py')).toEqual([]);
    project.setNotebook('untitled.ipynb', cells);
    expect([messages(project, 'lib.py'), project.files.all()]).toEqual([['count'], ['lib.py', 'n.ipynb', 'untitled.ipynb']]);
    project.setNotebook('untitled.ipynb', undefined);
    expect([messages(project, 'lib.py'), project.files.all()]).toEqual([[], ['lib.py', 'n.ipynb']]);
  });
  it('takes an open notebook for its file with other code', () => {
    const code = (source: string, metadata = {}) => ({ cell_type: 'code', metadata, outputs: [{ output_type: 'stream', text: ['at /opt/spark\n'] }], source: source.split(/(?<=\n)/) });
    const saved = (cells: readonly object[], metadata: object) => JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
    const said = { 'application/vnd.databricks.v1+notebook': { language: 'python' }, kernelspec: { name: 'synapse_pyspark' }, language_info: { name: 'python' } };
    const guide = { cell_type: 'markdown', metadata: {}, source: ['Run it by `spark-submit`'] };
    const text = saved([guide, code('x = 1\ny = 2'), code('SELECT 1', { vscode: { languageId: 'sql' } }), code('z = 3')], said);
    const project = projectOf({ 'n.ipynb': text });
    const open = (...texts: string[]): string | undefined => {
      project.setNotebook('n.ipynb', texts.map((each, index) => ({ text: each, index, language: 'python' })), { language_info: { name: 'python' } });
      return project.files.read('n.ipynb');
    };
    expect(open('x = 1\ny = 2', 'z = 3')).toBe(text);
    const sql = code('SELECT 1', { vscode: { languageId: 'sql' } });
    expect(JSON.parse(open('x = 2', 'z = 3')!)).toEqual(JSON.parse(saved([guide, code('x = 2'), sql, code('z = 3')], said)));
    expect(JSON.parse(open('z = 3')!)).toEqual(JSON.parse(saved([guide, code('z = 3'), sql], said)));
    expect(JSON.parse(open('a', 'b', 'c')!)).toEqual(JSON.parse(saved([guide, code('a'), sql, code('b'), { cell_type: 'code', metadata: {}, source: ['c'] }], said)));
    project.setNotebook('n.ipynb', [], { language_info: { name: 'R' } });
    expect(project.files.read('n.ipynb')).toBe(text);
    project.setNotebook('new.ipynb', [{ text: 'x', index: 0, language: 'python' }], said);
    expect(JSON.parse(project.files.read('new.ipynb')!)).toEqual(JSON.parse(saved([{ cell_type: 'code', metadata: {}, source: ['x'] }], said)));
  });
  it('says the same of all files when a notebook is opened, wherever it is said that it runs', () => {
    const source = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.driver.memory", "8g").getOrCreate()';
    const cells = [{ cell_type: 'markdown', metadata: {}, source: 'By `spark-submit --master yarn`, on EMR' }, { cell_type: 'code', metadata: {}, source }];
    for (const metadata of [{ 'application/vnd.databricks.v1+notebook': {} }, { kernelspec: { name: 'synapse_pyspark' } }, {}]) {
      const project = projectOf({ 'n.ipynb': JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }), 'job.py': `${source}\n` });
      const told = () => ['n.ipynb', 'job.py'].map((path) => {
        const { mentions, ...rest } = project.environment(path);
        return { ...rest, said: ['emr', 'databricks', 'synapse', 'submit'].map((word) => mentions!(new RegExp(word, 'i'))) };
      });
      const before = told();
      project.setNotebook('n.ipynb', [{ text: source, index: 0, language: 'python' }]);
      expect(JSON.stringify(told())).toBe(JSON.stringify(before));
    }
  });
  it('leaves out what the settings exclude, and lets overrides win', () => {
    const project = projectOf({ 'old/job.py': 'spark.range(3).count()\n', 'job.py': 'spark.range(3).count()\n', 'sparkcheck.toml': 'exclude = ["old/**"]\n' });
    expect(project.excluded('old/job.py')).toBe(true);
    expect(messages(project, 'old/job.py')).toEqual([]);
    project.setOverrides({ ignore: ['every-action'] });
    expect(messages(project, 'job.py')).toEqual([]);
  });
  it('sees settings change', () => {
    const project = projectOf({ 'job.py': 'import mylib\nspark\nmylib.load().count()\n' });
    expect(messages(project, 'job.py')).toEqual([]);
    project.setText('sparkcheck.toml', '[kinds]\n"mylib.load" = "DataFrame"\n');
    expect(messages(project, 'job.py')).toEqual(['count']);
    project.setText('sparkcheck.toml', '[kinds]\n"mylib.load" = "Frame"\n');
    expect(messages(project, 'job.py')).toEqual([]);
    expect(project.settings('job.py').problems).toMatchObject([{ path: 'sparkcheck.toml', line: 2 }]);
  });
  it('says why a file was not checked, and loses no file to a rule that throws', () => {
    const project = projectOf({ 'bin.py': 'spark\0', 'n.ipynb': 'nothing', 'job.py': '# break me\nspark.range(3).count()\n' });
    expect(project.check('bin.py').problems[0]!.message).toContain('binary');
    expect(project.check('n.ipynb').problems[0]!.message).toContain('notebook');
    expect(project.check('gone.py').problems[0]!.message).toContain('cannot be read');
    const { findings, problems } = project.check('job.py');
    expect(findings).toHaveLength(1);
    expect(problems[0]!.message).toContain('breaks');
  });
  it('loses one file alone to a fault of ours, wherever that is', () => {
    const oops = (text: string): void => { if (text.includes('oops')) throw new Error('ours'); };
    const failing: typeof syntax = { ...syntax, lower: (source) => (oops(source.text), syntax.lower(source)), script: (path, text, form) => (oops(text), syntax.script(path, text, form)), data: (path, text, form) => (oops(text), syntax.data(path, text, form)) };
    const texts = {
      'lower.py': '# oops\ndef load():\n    return spark.range(3)\n', 'analysis.py': 'from fails import load\nspark\n', 'job.py': 'from lower import load\nfrom analysis import load as other\nload().first()\nother().count()\nspark.range(3).count()\n',
      'run.sh': '# oops\nspark-submit --master yarn job.py\n', 'k8s.yaml': '# oops\nspark_conf: {spark.executor.memory: 4g}\ncommand: [spark-submit, job.py]\n',
    };
    const project = projectOf(texts, { syntax: failing, api: Object.assign(Object.create(api), { imported: (module: string, name: string) => (oops(module === 'fails' ? 'oops' : ''), api.imported(module, name)) }) });
    expect(Object.keys(texts).map((path) => [path, messages(project, path), project.check(path).problems.map(({ message }) => /please report it: ours/.test(message))])).toEqual([
      ['lower.py', [], [true]], ['analysis.py', [], [true]], ['job.py', ['count'], []], ['run.sh', [], [true]], ['k8s.yaml', [], [true]],
    ]);
    expect(project.jobs('job.py')).toHaveLength(1);
    project.setText('lower.py', texts['lower.py'].replace('# oops', ''));
    expect([messages(project, 'lower.py'), messages(project, 'job.py')]).toEqual([[], ['first', 'count']]);
  });
  it('gives after release what it gave before', () => {
    const project = projectOf({ 'lib.py': 'def load():\n    return spark.range(3)\nload().count()\n', 'job.py': 'from lib import load\nload().first()\n' });
    const before = project.check('lib.py');
    project.release('lib.py');
    expect(messages(project, 'job.py')).toEqual(['first']);
    expect(project.check('lib.py')).toEqual(before);
  });
});

describe('the disk', () => {
  /** A project over texts that change, without a word to it. */
  const onDisk = (texts: Record<string, string | undefined>, rest: Partial<ProjectInput> = {}) => {
    const there = () => memoryHost(Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined)));
    return projectOf({}, { host: { list: (dir) => there().list(dir), read: (path) => there().read(path), exists: (path) => there().exists(path), size: (path) => there().size(path) }, ...rest });
  };
  const job = 'from lib import load\nload().count()\n';
  const lib = 'def load():\n    return spark.range(3)\n';
  it('sees a file of data that comes, grows and goes', () => {
    const texts: Record<string, string | undefined> = { 'job.py': 'rows = spark.read.csv("data/people.csv", header=True).collect()\n' };
    const reads = defineRule({ ...common, name: 'sample-or-not', languages: ['python'], looksAt: 'program', check({ program, readsSample, report }) { for (const { name, source } of program.datasets) if (source) report({ at: name, message: source.paths.every(readsSample!) ? 'sample' : 'large' }); } });
    const project = onDisk(texts, { rules: [reads] });
    const read = (): string[] => messages(project, 'job.py');
    expect(read()).toEqual(['large']);
    texts['data/people.csv'] = 'id,name\n1,Ada\n';
    project.changed('data/people.csv');
    expect(read()).toEqual(['sample']);
    texts['data/people.csv'] = 'id,name\n'.repeat(200_000);
    project.changed('data/people.csv');
    expect(read()).toEqual(['large']);
    texts['data/people.csv'] = 'id,name\n';
    project.changed('data/people.csv');
    expect(read()).toEqual(['sample']);
    texts['data/people.csv'] = undefined;
    project.changed('data/people.csv');
    expect(read()).toEqual(['large']);
  });
  it('sees a folder that is made when a file in it is opened', () => {
    const texts: Record<string, string> = { 'job.py': 'spark.range(3).count()\n' };
    const project = onDisk(texts);
    expect(project.files.all()).toEqual(['job.py']);
    texts['made/run.sh'] = 'spark-submit --master yarn made/nightly.py\n';
    // Asked for before anybody tells of it.
    project.files.exists('made/nightly.py');
    project.setText('made/run.sh', texts['made/run.sh']);
    texts['made/nightly.py'] = 'spark.range(3).count()\n';
    project.setText('made/nightly.py', texts['made/nightly.py']);
    expect(project.files.all()).toEqual(['job.py', 'made/nightly.py', 'made/run.sh']);
    expect(project.jobs('made/nightly.py').map(({ command }) => command?.path)).toEqual(['made/run.sh']);
  });
  it('is not looked through again at each key in a folder that its parent does not list: a link', () => {
    const host = memoryHost({ 'job.py': '', 'linked/a.py': '' });
    const project = projectOf({}, { host: { ...host, list: (dir) => host.list(dir).filter(({ name }) => name !== 'linked') } });
    expect(project.files.all()).toEqual(['job.py']);
    project.setText('linked/a.py', 'x = 1\n');
    expect(project.files.all()).toEqual(['job.py']);
    const { generation } = project.files;
    project.setText('linked/a.py', 'x = 2\n');
    expect(project.files.generation).toBe(generation);
  });
  it('is asked again for what the editor lets go of: it may have saved it', () => {
    const texts: Record<string, string | undefined> = { 'job.py': job, 'lib.py': 'def load():\n    return 1\n' };
    const project = onDisk(texts);
    expect(messages(project, 'job.py')).toEqual([]);
    project.setText('lib.py', lib);
    expect(messages(project, 'job.py')).toEqual(['count']);
    texts['lib.py'] = lib;
    project.setText('lib.py', undefined);
    expect(messages(project, 'job.py')).toEqual(['count']);
  });
  it('has what was made, saved and closed in the editor, and not what was never saved', () => {
    const texts: Record<string, string | undefined> = { 'job.py': job };
    const project = onDisk(texts);
    expect(messages(project, 'job.py')).toEqual([]);
    project.setText('lib.py', lib);
    project.setText('other.py', lib);
    texts['lib.py'] = lib;
    project.setText('lib.py', undefined);
    project.setText('other.py', undefined);
    expect(messages(project, 'job.py')).toEqual(['count']);
    expect(project.files.all()).toEqual(['job.py', 'lib.py']);
  });
  it('tells of a folder and not of what lies in it', () => {
    const texts: Record<string, string | undefined> = { 'job.py': job.replace('lib', 'pkg.sub.lib'), 'pkg/sub/lib.py': lib };
    const project = onDisk(texts);
    expect(messages(project, 'job.py')).toEqual(['count']);
    delete texts['pkg/sub/lib.py'];
    expect(project.changed('pkg')).toBe(true);
    expect([messages(project, 'job.py'), project.files.all(), project.files.read('pkg/sub/lib.py')]).toEqual([[], ['job.py'], undefined]);
    texts['pkg/sub/lib.py'] = lib;
    expect(project.changed('pkg')).toBe(true);
    expect(messages(project, 'job.py')).toEqual(['count']);
    texts['pkg/sub/lib.py'] = 'def load():\n    return 1\n';
    expect(project.changed('pkg')).toBe(true);
    expect(messages(project, 'job.py')).toEqual([]);
  });
  it('says nothing new where a folder without code comes, changes or goes', () => {
    const texts: Record<string, string | undefined> = { 'src/job.py': job, 'src/lib.py': lib, 'node_modules/a.js': '', 'target/classes/A.class': '', '.git/index': '', 'env/pyvenv.cfg': '', 'env/lib/a.py': '' };
    const project = onDisk(texts);
    const state = () => [messages(project, 'src/job.py'), project.files.all(), project.files.generation];
    const before = state();
    for (const path of ['src/__pycache__/job.pyc', '.mypy_cache/x.json', 'build/A.py', 'spark-warehouse/t/part-0.py', 'core/target/streams/B.scala', 'target/streams/C.scala', 'env/bin/x.py']) texts[path] = '';
    const told = ['.git', 'node_modules', 'target', 'env', 'src/__pycache__', '.mypy_cache', 'build', 'spark-warehouse', 'target/streams', 'env/bin', 'build/A.py', 'src/__pycache__/job.pyc'];
    expect([told.filter(project.changed), state()]).toEqual([[], before]);
    for (const path of Object.keys(texts)) if (!path.startsWith('src/') || path.includes('__')) delete texts[path];
    expect([told.filter(project.changed), state()[0]]).toEqual([[], before[0]]);
  });
  it('sees such a folder change where somebody looked into it', () => {
    const texts: Record<string, string | undefined> = { 'job.py': job.replace('lib', 'build.lib'), 'target/classes/A.class': '', 'a.txt': '' };
    const project = onDisk(texts);
    expect(messages(project, 'job.py')).toEqual([]);
    texts['build/lib.py'] = lib;
    expect([project.changed('build'), messages(project, 'job.py')]).toEqual([true, ['count']]);
    delete texts['build/lib.py'];
    expect([project.changed('build'), messages(project, 'job.py')]).toEqual([true, []]);
    texts['target/x.py'] = '';
    delete texts['target/classes/A.class'];
    expect([project.changed('target'), project.files.all()]).toEqual([true, ['a.txt', 'job.py', 'target/x.py']]);
  });
  it('is told of many files after one came, and goes through none of the others for each', () => {
    const texts = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`src/p${index % 200}/m${index}.py`, '']));
    const host = memoryHost(texts);
    const project = projectOf({}, { host: { ...host, exists: (path) => path === 'new.py' || host.exists(path) } });
    for (const path of project.files.all()) project.files.read(path);
    expect(project.changed('new.py')).toBe(true);
    const others = Array.from({ length: 20_000 }, (_, index) => `src/q${index % 100}/n${index}.py`);
    const { user } = process.cpuUsage();
    expect(others.filter(project.changed)).toEqual([]);
    expect(process.cpuUsage().user - user).toBeLessThan(1_000_000);
  });
  it('changes nothing where nobody looked', () => {
    const texts: Record<string, string | undefined> = { 'job.py': job, 'lib.py': lib, 'node_modules/a/b.py': '', 'notes.txt': '' };
    const project = onDisk(texts);
    expect(messages(project, 'job.py')).toEqual(['count']);
    texts['node_modules/a/c.py'] = '';
    texts['data/part-0.parquet'] = '';
    expect(['node_modules/a/b.py', 'node_modules/a/c.py', 'notes.txt', 'gone/with/all'].map(project.changed)).toEqual([false, false, false, false]);
    expect(project.changed('data/part-0.parquet')).toBe(true);
    expect(messages(project, 'job.py')).toEqual(['count']);
    texts['data/part-1.parquet'] = '';
    delete texts['notes.txt'];
    expect(['data/part-1.parquet', 'notes.txt'].map(project.changed)).toEqual([false, false]);
    texts['data/new.py'] = '';
    expect(project.changed('data/new.py')).toBe(true);
    expect(project.files.all()).toEqual(['data/new.py', 'data/part-0.parquet', 'data/part-1.parquet', 'job.py', 'lib.py']);
  });
  /** Of every kind that is read. */
  const names = [
    'a.py', 'n.ipynb', 'A.scala', 'a.sc', 'J.java', 'K.kt', 'spark-defaults.conf', 'app.properties', 'compose.yaml', 'deploy/job.yml', 'cluster.json', 'hive-site.xml', 'pom.xml', 'q.sql', 'build.sbt', 'build.mill', 'build.gradle', 'build.gradle.kts', 'gradle.properties',
    'project/Dependencies.scala', 'pyproject.toml', 'sparkcheck.toml', 'setup.cfg', 'setup.py', 'Pipfile', 'requirements.txt', 'requirements-dev.in', 'requirements/base.txt', 'environment.yml', 'conda.yaml', 'databricks.yml', 'main.tf', 'x.tfvars', 'app.ini', 'x.j2', 'x.template', '.env', 'prod.env',
    'group_vars/all.yml', 'host_vars/one', 'roles/spark/defaults/main.yml', 'run.sh', 'bin/submit', 'x.bash', 'x.mk', 'Makefile', 'justfile', 'Procfile', 'Dockerfile.dev', 'spark.dockerfile', 'README.md', 'docs/guide.md',
  ];
  it.each(names)('is told of by %s', (name) => {
    const texts: Record<string, string | undefined> = { 'job.py': 'spark.range(3).count()\n', 'other/x.txt': '' };
    const project = onDisk(texts);
    project.check('job.py');
    project.files.all();
    texts[name] = 'spark\n';
    expect(project.changed(name)).toBe(true);
    project.check('job.py');
    project.files.all();
    delete texts[name];
    expect(project.changed(name)).toBe(true);
  });
  it('is asked for files of these kinds alone', () => {
    const texts = Object.fromEntries([...names, 'x.txt', 'a.csv', 'b.jar', 'c.docx', 'logs/d.log'].map((name) => [name, '# spark-submit spark.executor.memory 4g\n']));
    const read = new Set<string>();
    const host = memoryHost(texts);
    const asks = defineRule({ ...common, name: 'asks', languages: ['python', 'conf'], looksAt: 'program', check: ({ mentions }) => void mentions!(/nobody says this/) });
    const project = projectOf({}, { rules: [asks], host: { ...host, read: (path) => (read.add(path), host.read(path)) } });
    for (const name of names) {
      project.check(name);
      project.environment(name);
      project.jobs(name);
      project.targets(name);
    }
    expect([...read].filter((path) => !names.includes(path))).toEqual([]);
    expect(read.size).toBeGreaterThan(40);
  });
  it('has the same files whether those in hidden folders are open or not', () => {
    const project = onDisk({ 'job.py': job, '.venv/lib.py': lib });
    project.setText('.venv/lib.py', lib);
    expect(project.files.all()).toEqual(['job.py']);
    project.setText('new.py', '');
    expect(project.files.all()).toEqual(['job.py', 'new.py']);
  });
});

describe('a project with Scala', () => {
  const files = { 'Job.scala': 'object Job { spark.range(3).count() }\n', 'job.py': 'spark.range(3).write.saveAsTable("t")\n', 'Writer.scala': 'object W { df.write.saveAsTable("t") }\n' };
  /** As the real one before any Scala text was met. */
  const lazily = () => {
    let loaded = false;
    return { ...syntax, has: (language: 'python' | 'scala') => language === 'python' || loaded, need: async (language: 'python' | 'scala') => void (loaded ||= language === 'scala') };
  };
  it('leaves out what has no grammar yet, and checks it when it has', async () => {
    const project = projectOf(files, { syntax: lazily() });
    expect(project.check('Job.scala')).toMatchObject({ findings: [], problems: [], lacks: true });
    expect(project.program('Job.scala')).toBeUndefined();
    project.setText('Job.scala', files['Job.scala']);
    await project.ready('Job.scala');
    const { findings, lacks } = project.check('Job.scala');
    expect([findings.map(({ message }) => message), lacks]).toEqual([['count'], undefined]);
  });
  it('says where Python rests on what it cannot read yet', async () => {
    const asks = defineRule({ ...common, name: 'asks', languages: ['python'], looksAt: 'program', check: ({ writesElsewhere }) => void writesElsewhere!('t') });
    const project = projectOf(files, { syntax: lazily(), rules: [asks] });
    expect(project.check('job.py').lacks).toBe(true);
    await project.ready('job.py');
    expect(project.check('job.py').lacks).toBeUndefined();
  });
});

describe('what surrounds a file', () => {
  const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.master("local[4]").getOrCreate()\n';
  it.each([
    ['job.py', 'job'], ['tests/test_job.py', 'test'], ['test_job.py', 'test'], ['conftest.py', 'test'], ['job_test.py', 'test'], ['n.ipynb', 'notebook'], ['databricks.py', 'notebook'], ['pkg/tools.py', 'job'], ['contest.py', 'job'],
  ])('%s is a %s', (path, kind) => {
    const project = projectOf({ 'job.py': session, 'tests/test_job.py': '', 'test_job.py': '', 'conftest.py': '', 'job_test.py': '', 'n.ipynb': '{"cells":[]}', 'databricks.py': '# Databricks notebook source\nspark\n', 'pkg/__init__.py': '', 'pkg/tools.py': '', 'contest.py': '' });
    expect(project.environment(path).fileKind).toBe(kind);
  });
  it.each([
    ['nb.scala', 'notebook'], ['fabric.scala', 'notebook'], ['shell.scala', 'job'], ['sheet.sc', 'job'], ['Tools.scala', 'library'],
  ])('%s of a project in Scala that starts no job is a %s', (path, kind) => {
    const project = projectOf({ 'nb.scala': '// Databricks notebook source\nspark\n', 'fabric.scala': '// Fabric notebook source\nspark\n', 'shell.scala': 'val df = spark.range(3)\n', 'sheet.sc': 'println(1)\n', 'Tools.scala': 'package a\nobject Tools { val df = spark.range(3) }\n' });
    expect(project.environment(path).fileKind).toBe(kind);
  });
  it('a package of a project that starts no job is a library, unless a profile says otherwise', () => {
    const texts = { 'pkg/__init__.py': '', 'pkg/tools.py': 'def f(df): return df\n', 'tests/test_tools.py': session };
    expect(projectOf(texts).environment('pkg/tools.py').fileKind).toBe('library');
    expect(projectOf({ ...texts, 'sparkcheck.toml': '[profiles]\n"pkg/**" = "job"\n' }).environment('pkg/tools.py').fileKind).toBe('job');
    expect(projectOf({ ...texts, 'run.py': session }).environment('pkg/tools.py').fileKind).toBe('job');
  });
  it('knows how a file is launched from the settings, or a command that names it', () => {
    const launch = (texts: Record<string, string>) => projectOf({ 'jobs/etl.py': session, ...texts }).environment('jobs/etl.py').launch;
    expect(launch({})).toBeUndefined();
    expect(launch({ 'run.sh': '#!/bin/sh\nspark-submit \\\n  --master yarn \\\n  jobs/etl.py\n' })).toBe('spark-submit');
    expect(launch({ 'run.sh': 'spark-submit jobs/other_etl.py\n' })).toBeUndefined();
    expect(launch({ 'run.sh': 'spark-submit jobs/etl.py\n', 'Makefile': 'local:\n\tpython jobs/etl.py\n' })).toBeUndefined();
    expect(launch({ 'sparkcheck.toml': 'launch = "python"\n' })).toBe('python');
  });
  it('knows how a Scala job is launched by its class', () => {
    const texts = { 'src/main/scala/Etl.scala': 'package com.acme\nobject Etl extends App { spark.range(3).count() }\n', 'src/main/scala/Other.scala': 'package com.other\nobject Etl extends App\n' };
    const launch = (command: string) => ['Etl', 'Other'].map((name) => projectOf({ ...texts, 'run.sh': command }).environment(`src/main/scala/${name}.scala`).launch);
    expect(launch('spark-submit \\\n  --class com.acme.Etl \\\n  target/etl.jar\n')).toEqual(['spark-submit', undefined]);
    expect(launch('exec "$SPARK_HOME/bin/spark-submit" --master yarn --class "com.other.Etl" a.jar')).toEqual([undefined, 'spark-submit']);
  });
  it('tells tests and what they stand on from jobs in Scala', () => {
    const texts = { 'src/main/scala/Job.scala': 'object Job extends App { spark.range(3).count() }\n', 'src/test/scala/Any.scala': '', 'src/it/scala/Any.scala': '', 'core/JobSpec.scala': '', 'src/main/scala/a/test/Tester.scala': '', 'kit/Base.scala': 'import org.scalatest.funsuite.AnyFunSuite\n', 'bench/Scan.scala': 'import org.openjdk.jmh.annotations._\n', 'benchmark-shuffle.py': 'import time\nstart = time.time()\n', 'benchmark_prices.py': 'import pandas\n', 'Latest.scala': '' };
    expect(Object.keys(texts).map((path) => projectOf(texts).environment(path).fileKind)).toEqual(['job', 'test', 'test', 'test', 'job', 'test', 'test', 'test', 'job', 'job']);
  });
  it('leaves out what a build wrote', () => {
    const project = projectOf({ 'core/target/scala-2.12/src_managed/A.scala': '', 'core/target/streams/x': '', 'src/target/B.scala': '' });
    expect(project.files.all()).toEqual(['src/target/B.scala']);
  });
  it('reads the commands of scripts', () => {
    expect(commandsIn('# spark-submit a.py\n$SPARK_HOME/bin/spark-submit --py-files b.py jobs/c.py\npython3 d.py\nCMD ["spark-submit", "e.py"]\n')).toEqual([
      { by: 'spark-submit', file: 'jobs/c.py' }, { by: 'python', file: 'd.py' }, { by: 'spark-submit', file: 'e.py' },
    ]);
  });
  it('takes an application of the Kubernetes operator for a job of the file, or the class, that it runs', () => {
    const application = (runs: string) => `apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  ${runs}\n  sparkConf:\n    spark.executor.memory: 4g\n`;
    const project = projectOf({
      'jobs/feed.py': 'spark.range(3).count()\n', 'src/main/scala/Etl.scala': 'package com.acme\nobject Etl extends App { spark.range(3).count() }\n',
      'k8s/feed.yaml': application('mainApplicationFile: local:///opt/app/jobs/feed.py'), 'k8s/etl.yaml': application('mainClass: com.acme.Etl\n  mainApplicationFile: s3a://jars/etl.jar'),
    });
    const told = (path: string) => project.jobs(path).map(({ code, sources }) => [code?.path, sources.flatMap(({ path: from, entries }) => entries.map(({ key, value }) => `${from} ${key} ${value}`))]);
    expect(told('jobs/feed.py')).toEqual([['jobs/feed.py', ['k8s/feed.yaml spark.executor.memory 4g']]]);
    expect(told('k8s/feed.yaml')).toEqual(told('jobs/feed.py'));
    expect(told('src/main/scala/Etl.scala')).toEqual([['src/main/scala/Etl.scala', ['k8s/etl.yaml spark.executor.memory 4g']]]);
  });
  it('answers for the whole project as a fresh one does, whatever changed since it was asked', () => {
    const variants: Record<string, readonly (string | undefined)[]> = {
      'lib/a.py': ['def work(df):\n    return df\n', 'from lib import b\n', undefined], 'lib/b.py': ['x = 1\n', 'from lib import a\na.work(1)\n', 'dbutils.widgets.get("x")\n'], 'lib/__init__.py': ['', undefined],
      'main.py': ['from lib.a import work\nif __name__ == "__main__":\n    work(spark.range(3))\n', 'y = 2\n', undefined], 'run.sh': ['spark-submit --conf spark.app.name=x main.py\n', 'echo\n', undefined],
      'A.scala': ['package p\nobject A { def f = 1 }\n', 'package q\nobject A { def f = 2 }\n'], 'B.scala': ['package p\nobject B extends App { A.f }\n', 'package q\nclass B\n'], 'app.yaml': ['kind: x\n', 'args: [spark-submit, main.py]\n', undefined],
    };
    const paths = Object.keys(variants);
    const told = (project: ReturnType<typeof projectOf>) => paths.filter(project.files.exists).map((path) => {
      const { fileKind, launch, forDatabricks, mentions } = project.environment(path);
      return [path, fileKind, launch, forDatabricks?.(), mentions?.(/dbutils|spark\.app/), project.jobs(path).map(({ code, sources }) => [code?.path, sources.map((source) => source.path)])];
    });
    const rounds = fc.array(fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }), { minLength: 2, maxLength: 8 });
    fc.assert(fc.property(rounds, (all) => {
      const kept = projectOf({});
      const texts: Record<string, string> = {};
      for (const edits of all) {
        for (const [file, variant] of edits) {
          const path = paths[file % paths.length]!;
          const text = variants[path]![variant % variants[path]!.length];
          kept.setText(path, text);
          if (text === undefined) delete texts[path];
          else texts[path] = text;
        }
        expect(told(kept)).toEqual(told(projectOf(texts)));
      }
    }), { numRuns: 12, seed: 20261127 });
  });
  it.each([
    ['pyproject.toml', '[project]\nname = "ofl"\n\n[project.scripts]\nofl = "ofl.cli:main"\nofl-load = "ofl.jobs.load:run"\n\n[tool.x]\na = "b.c:d"\n'],
    ['pyproject.toml', '[tool.poetry.scripts]\nofl = "ofl.cli:main"\nofl-load = "ofl.jobs.load:run"'],
    ['setup.py', "setup(entry_points={'console_scripts': ['ofl = ofl.cli:main', 'ofl-load=ofl.jobs.load:run'], 'x': ['a = b.c:d']})"],
    ['setup.cfg', '[options.entry_points]\nconsole_scripts =\n    ofl = ofl.cli:main\n    ofl-load = ofl.jobs.load:run\n\n[x]\na = b.c:d\n'],
  ])('a command of the package is started by Python: %s', (path, text) => {
    expect(entryPointsIn(text)).toEqual(['ofl.cli', 'ofl.jobs.load']);
    const files = { [path]: text, 'src/ofl/cli.py': 'from ofl.session import start\ndef main():\n    start()\n', 'src/ofl/session.py': 'from pyspark.sql import SparkSession\ndef start():\n    return SparkSession.builder.config("spark.driver.memory", "4g").getOrCreate()\n' };
    expect(projectOf(files).environment('src/ofl/session.py').launch).toBe('python');
  });

  it('tells what starts a program from what stands in the same line', () => {
    expect(commandsIn('PYSPARK_PYTHON=python3 spark-submit a.py\npython3 -m build && spark-submit jobs/b.py | tee log\n')).toEqual([{ by: 'spark-submit', file: 'a.py' }, { by: 'spark-submit', file: 'jobs/b.py' }]);
    const launches = (command: string) => ['a/job.py', 'b/job.py'].map((path) => projectOf({ 'a/job.py': '', 'b/job.py': '', 'bin/run.sh': command }).environment(path).launch);
    expect(launches('spark-submit --master yarn a/job.py\n')).toEqual(['spark-submit', undefined]);
    expect(launches('spark-submit --master yarn job.py\n')).toEqual(['spark-submit', 'spark-submit']);
    expect(launches('spark-submit --master yarn /opt/app/job.py\n')).toEqual(['spark-submit', 'spark-submit']);
    expect(launches('spark-submit --py-files a/job.py other.py\n')).toEqual([undefined, undefined]);
  });
  it('ends no command within quotes, which may hold commands of their own', () => {
    const filesOf = (text: string) => commandsIn(text).map(({ by, file }) => `${by} ${file}`);
    expect(filesOf('spark-submit --conf "spark.redaction.regex=(?i)secret|password" --conf spark.x=\'a;b && c\' jobs/a.py && spark-submit b.py\n')).toEqual(['spark-submit jobs/a.py', 'spark-submit b.py']);
    expect(filesOf('CMD ["spark-submit", "--conf", "spark.x=a;b", "jobs/a.py"]\n')).toEqual(['spark-submit jobs/a.py']);
    expect(filesOf('sh -c "python3 -m build && spark-submit --conf \'spark.x=a|b\' a.py; python b.py"; python c.py\n')).toEqual(['spark-submit a.py', 'python b.py', 'python c.py']);
    expect(filesOf("don't wait; python a.py; it's | spark-submit b.py\n")).toEqual(['python a.py', 'spark-submit b.py']);
  });
  it('reads the path of what a command starts, however long', () => {
    const files = (text: string) => commandsIn(`spark-submit ${text}\n`).map(({ file }) => file);
    expect(files('/opt/app//jobs/a.py ./b.py ../../c.py "$DIR/d.py" ${DIR}/e/f.py s3://bucket/g.py h.pyc -i=j.py')).toEqual(['opt/app/jobs/a.py', 'b.py', 'c.py', 'DIR/d.py', 'e/f.py', 'bucket/g.py', 'j.py']);
    // A square of this many folders would take minutes.
    expect(files(`${'a/'.repeat(200_000)}b.py_`)).toEqual([]);
    expect(files(`${'a.py'.repeat(200_000)}_`)).toEqual([]);
  }, 20_000);
  it('knows what submit commands say of a file, and what builds make of it', () => {
    const project = projectOf({
      'bin/run.sh': 'spark-submit --class com.acme.Words \\\n  --master=yarn words.jar\nspark-submit --master "$MASTER" jobs/words.py\nspark-submit jobs/words.py\n',
      'words/build.sbt': 'libraryDependencies += "org.apache.spark" %% "spark-sql" % "3.5.1" % Provided\n', 'words/Words.scala': 'package com.acme\nobject Words extends App\n',
      'local/pom.xml': '<artifactId>spark-sql_2.13</artifactId>\n', 'local/Local.scala': 'object Local extends App\n', 'jobs/words.py': '',
    });
    expect(project.environment('words/Words.scala').submits!()).toMatchObject([{ main: 'com.acme.Words', master: 'yarn' }]);
    expect(project.environment('jobs/words.py').submits!().map(({ master }) => master)).toEqual(['$MASTER', undefined]);
    expect(['words/Words.scala', 'local/Local.scala', 'jobs/words.py'].map((path) => project.environment(path).builtFor!())).toEqual(['submit', 'itself', undefined]);
  });
  it('knows whether a text speaks of something outside comments and tests', () => {
    const mentions = (files: Record<string, string>): boolean => projectOf({ 'job.py': '', ...files }).environment('job.py').mentions!(/spark\.serializer/);
    expect(mentions({ 'conf/app.yaml': 'spark.serializer: kryo\n' })).toBe(true);
    expect(mentions({ 'conf/app.yaml': '# spark.serializer: kryo\n', 'A.scala': '  // spark.serializer\n', 'tests/test_a.py': '"spark.serializer"\n', 'notes.pdf': 'spark.serializer' })).toBe(false);
  });
  it('knows which files are given to --properties-file', () => {
    expect(propertiesFilesIn('# --properties-file no.conf\nspark-submit --properties-file conf/a.conf x.py\nspark-submit --properties-file="$DIR/b.conf" \\\n  --properties-file \\\n  c.conf\nCMD ["spark-submit", "--properties-file", "d.conf"]\n')).toEqual(['a.conf', 'b.conf', 'c.conf', 'd.conf']);
    const { namedBySubmit } = projectOf({ 'bin/run.sh': 'spark-submit --properties-file conf/spark-default.conf job.py\n' }).environment('conf/spark-default.conf');
    expect([namedBySubmit!('spark-default.conf'), namedBySubmit!('spark.conf')]).toEqual([true, false]);
  });
  it('brings the settings of configuration files and of imported modules', () => {
    const project = projectOf({ 'conf/spark-defaults.conf': 'spark.executor.cores 4\n', 'session.py': session, 'job.py': 'from session import spark\nspark.range(3).count()\n' });
    const environment = project.environment('job.py');
    expect(environment.settings.map(({ key }) => key)).toEqual(expect.arrayContaining(['spark.executor.cores', 'spark.master']));
    expect([environment.slots?.(), environment.complete]).toEqual([4, true]);
    expect(projectOf({ 'job.py': session }).environment('job.py').complete).toBe(false);
  });

  const site = { module: 'x', start: 0, end: 0 };
  const entry = (key: string, value: string | undefined, means: Setting['means'] = 'file'): Setting => ({ key, value, means, keySite: site, valueSite: site, site });
  const job = (entries: readonly Setting[]): Job => ({ sources: [{ layer: 'command', path: 'x', entries }], candidates: [], outside: [] });
  it.each<[number | undefined, Record<string, string>]>([
    [4, { 'spark.master': 'local[4]' }], [1, { 'spark.master': 'local' }], [undefined, { 'spark.master': 'local[*]' }], [3, { 'spark.master': 'local[3, 2]' }],
    [40, { 'spark.executor.instances': '10', 'spark.executor.cores': '4' }], [20, { 'spark.executor.instances': '10', 'spark.executor.cores': '4', 'spark.task.cpus': '2' }],
    [80, { 'spark.dynamicAllocation.enabled': 'true', 'spark.dynamicAllocation.maxExecutors': '20', 'spark.executor.instances': '2', 'spark.executor.cores': '4' }],
    [undefined, { 'spark.dynamicAllocation.enabled': 'true', 'spark.executor.instances': '2', 'spark.executor.cores': '4' }],
    [16, { 'spark.master': 'spark://h:7077', 'spark.cores.max': '18', 'spark.executor.cores': '4' }], [undefined, { 'spark.master': 'spark://h:7077', 'spark.executor.instances': '10', 'spark.executor.cores': '4' }],
    [undefined, { 'spark.executor.instances': '${N}', 'spark.executor.cores': '4' }], [undefined, { 'spark.executor.cores': '4' }], [undefined, {}],
  ])('%s slots from %j', (slots, entries) => expect(slotsOfJob(job(Object.entries(entries).map(([key, value]) => entry(key, value))), defaultTargets)).toBe(slots));
  it('lets the settings say the slots, and code beat files', () => {
    const local = (master: string): string => `from pyspark.sql import SparkSession\nspark = SparkSession.builder.master("${master}").getOrCreate()\n`;
    const slots = (files: Record<string, string>): number | undefined => projectOf(files).environment('job.py').slots?.();
    expect(slots({ 'job.py': local('local[4]'), 'sparkcheck.toml': '[cluster]\nslots = 7\n' })).toBe(7);
    expect(slots({ 'job.py': local('local[2]'), 'spark-defaults.conf': 'spark.master local[4]\n' })).toBe(2);
  });
  it('reckons slots by the command that runs the program, and not where commands differ', () => {
    const files = { 'job.py': 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n', 'spark-defaults.conf': 'spark.executor.instances 50\nspark.executor.cores 4\n' };
    const slots = (more: Record<string, string>): number | undefined => projectOf({ ...files, ...more }).environment('job.py').slots?.();
    const run = (executors: number): string => `spark-submit --master yarn --num-executors ${executors} job.py\n`;
    expect([slots({}), slots({ 'run.sh': run(1) }), slots({ 'run.sh': run(1) + run(2) })]).toEqual([200, 4, undefined]);
  });
});
