import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundledCli, type Cli, type Folder, folderWith } from './bundle.ts';

let cli: Cli;
const folders: Folder[] = [];
beforeAll(async () => { cli = await bundledCli(); }, 60_000);
afterAll(() => cli.dispose());
afterEach(() => { for (const folder of folders.splice(0)) folder.dispose(); });

function project(files: Record<string, string | Uint8Array>): Folder {
  const folder = folderWith(files);
  folders.push(folder);
  return folder;
}
const inside = (folder: Folder, args: string[], input?: string) => cli.run(args, { cwd: folder.path, ...(input === undefined ? {} : { input }) });

/** One warning, and a safe fix. */
const collected = 'df = spark.read.parquet("s3://b/t")\nrows = df.collect()\nprint(rows)\n';
const counted = 'df = spark.read.parquet("s3://b/t")\nif df.count() == 0:\n    raise ValueError()\n';
const notebook = (...cells: string[]) => JSON.stringify({ cells: [{ cell_type: 'markdown', source: ['# Title'] }, ...cells.map((source) => ({ cell_type: 'code', source: source.split(/(?<=\n)/) }))], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1);

describe('files of data', () => {
  const text = '{\n  "spark_conf": {\n    "spark.executor.memory": "2g",\n    "spark.executor.memory": "4g"\n  }\n}\n';
  it('are checked where they hold settings of Spark', () => {
    const folder = project({ 'a/cluster.json': text, 'b.yml': 'sparkConf:\n  spark.network.timeout: 10 min\n', 'yarn-site.xml': '<configuration><property><name>yarn.nodemanager.aux-services</name><value>spark_shuffle</value></property></configuration>', 'c.yaml': 'a: {b\n', 'pom.xml': '<name>spark.a</name>', 'd.json': '{"spark": 1}' });
    const { stdout } = inside(folder, ['check', '--format', 'json']);
    expect((JSON.parse(stdout) as { file: string; rule: string; line: number }[]).map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual(['a/cluster.json:3 duplicate-key', 'b.yml:2 invalid-value', 'yarn-site.xml:1 misconfigured-shuffle-service']);
    expect(inside(folder, ['check', '.', '--select', 'collect-to-driver']).stdout).toContain('3 files');
    expect(inside(folder, ['check', 'c.yaml', 'd.json']).stderr).toBe('');
  });
  it('are fixed in place and from standard input', () => {
    const fixed = text.replace('    "spark.executor.memory": "2g",\n', '');
    const folder = project({ 'cluster.json': text });
    expect(inside(folder, ['check', '--fix', '-', '--stdin-filename', 'x.json'], text).stdout).toBe(fixed);
    expect(inside(folder, ['check', '--fix', 'cluster.json']).code).toBe(0);
    expect(folder.read('cluster.json')).toBe(fixed);
  });
});

describe('scripts', () => {
  it('are checked where they start something of Spark, by name or first line', () => {
    const wrong = 'spark-submit --master yarn --executor-memory 2048 job.py\n';
    const folder = project({ 'run.sh': wrong, 'bin/start': `#!/usr/bin/env bash\n${wrong}`, 'bin/notes': wrong, 'other.sh': 'echo\n', 'Dockerfile': `FROM x\nRUN ${wrong}`, 'LICENSE': 'spark-submit\n' });
    const { stdout } = inside(folder, ['check', '--format', 'json']);
    expect((JSON.parse(stdout) as { file: string; rule: string }[]).map(({ file, rule }) => `${file} ${rule}`)).toEqual(['Dockerfile invalid-value', 'bin/start invalid-value', 'run.sh invalid-value']);
    expect(inside(folder, ['check', '.', '--select', 'collect-to-driver']).stdout).toContain('3 files');
    expect(inside(folder, ['check', 'bin/notes']).stderr).toContain('neither Python, Scala, a notebook, a script');
  });
  it('are fixed in place and from standard input', () => {
    const text = 'spark-submit --master yarn \\\n  --total-executor-cores 4 \\\n  job.py\n';
    const folder = project({ 'run.sh': text });
    expect(inside(folder, ['check', '--fix', '-', '--stdin-filename', 'run.sh'], text).stdout).toBe('spark-submit --master yarn \\\n  job.py\n');
    expect(inside(folder, ['check', '--fix', 'run.sh']).code).toBe(0);
    expect(folder.read('run.sh')).toBe('spark-submit --master yarn \\\n  job.py\n');
  });
});

describe('a folder of projects', () => {
  const told = (files: Record<string, string>): string[] =>
    (JSON.parse(inside(project(files), ['check', '.', '--format', 'json']).stdout) as { file: string; rule: string }[]).map(({ file, rule }) => `${file} ${rule}`);
  it('does not take what one installs for what another runs on', () => {
    const files = { 'one/Dockerfile': 'FROM apache/spark:3.5.1\n', 'two/conf/spark-env.sh': 'export SPARK_MASTER_IP=10.0.0.1\n' };
    expect(told({ ...files, 'one/README.md': '', 'two/README.md': '' })).toEqual(['two/conf/spark-env.sh unread-variable']);
    expect(told({ ...files, 'README.md': '' })).toEqual([]);
    expect(told(files)).toEqual([]);
  });
});

describe('exit codes', () => {
  it('is 0 where nothing is found, 1 where something is, and follows --fail-on', () => {
    const folder = project({ 'clean.py': 'x = 1\n', 'job.py': collected });
    expect(inside(folder, ['check', 'clean.py']).code).toBe(0);
    expect(inside(folder, ['check', 'job.py']).code).toBe(1);
    expect(inside(folder, ['check', 'job.py', '--fail-on', 'error']).code).toBe(0);
    expect(inside(folder, ['check', 'job.py', '--fail-on', 'never']).code).toBe(0);
    expect(inside(folder, ['job.py']).code).toBe(1);
  });
  it.each([
    [['check', 'missing.py'], 'does not exist'], [['check', '--format', 'xml'], '--format'], [['check', '--fromat', 'json'], '`--format`'], [['check', '--select', 'colect-to-driver'], '`collect-to-driver`'],
    [['check', '--target-spark', 'new'], '--target-spark'], [['check', '--config', 'none.toml'], 'cannot be read'], [['check', '--suggested'], '--fix'], [['chekc'], '`check`'], [['explain', 'nothing'], 'no rule'], [['types', 'none.py'], 'no file'],
  ])('is 2 with a word of help: %j', (args, message) => {
    const { code, stderr, stdout } = inside(project({ 'a.py': '' }), args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });
  it('is 2 for settings that cannot be trusted, with their place', () => {
    const folder = project({ 'job.py': 'spark.range(1)\n', 'sparkcheck.toml': 'java = 17\nlaunch = "cron"\n' });
    const { code, stderr } = inside(folder, ['check']);
    expect(code).toBe(2);
    expect(stderr).toContain('sparkcheck.toml:2:1');
  });
  it('is not changed by code that is not understood, which is told with its place, where it concerns Spark', () => {
    const folder = project({ 'job.py': `${collected}def f(:\n    pass\n`, 'Job.scala': 'import org.apache.spark.sql.SparkSession\n\nobject Job { val x = ((( }\n', 'other.py': 'def f(:\n    pass\n' });
    const { code, stderr } = inside(folder, ['check', '--fail-on', 'error']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^sparkcheck: Job\.scala:3:\d+ is not understood as Scala: faults there are not found$/m);
    expect(stderr).toMatch(/^sparkcheck: job\.py:4:7 is not understood as Python/m);
    expect(stderr).not.toContain('other.py');
  });
  it('is not changed by files that are skipped', () => {
    const folder = project({ 'binary.py': 'a\0b', 'latin.py': Uint8Array.from([0x78, 0x20, 0x3d, 0x20, 0x22, 0xe9, 0x22, 0x0a]), 'notes.txt': '', 'broken.ipynb': '{', 'huge.py': 'x = 1\n'.repeat(1_700_000) });
    const { code, stderr } = inside(folder, ['check', '.', 'notes.txt']);
    expect(code).toBe(0);
    for (const name of ['binary.py', 'latin.py', 'notes.txt', 'broken.ipynb', 'huge.py']) expect(stderr).toContain(name);
  });
});

describe('findings', () => {
  it('are an array of objects in JSON', () => {
    const { stdout } = inside(project({ 'src/job.py': collected }), ['check', '--format', 'json']);
    const [finding] = JSON.parse(stdout);
    expect(finding).toMatchObject({ file: 'src/job.py', line: 2, column: 11, endLine: 2, endColumn: 18, rule: 'collect-to-driver', severity: 'warning' });
    expect(Object.keys(finding)).toEqual(['file', 'line', 'column', 'endLine', 'endColumn', 'rule', 'severity', 'message', 'url', 'fingerprint', 'fixes', 'related', 'evidence']);
    expect(finding.url).toContain('collect-to-driver');
    for (const each of [...finding.related, ...finding.evidence]) expect(Object.keys(each)).toEqual(['file', 'line', 'column', 'endLine', 'endColumn', 'message']);
  });
  it('are an empty array where there are none', () => {
    expect(inside(project({ 'a.py': '' }), ['check', '--format', 'json']).stdout).toBe('[]\n');
  });
  it('are shown with a code frame, and no colour outside a terminal', () => {
    const { stdout } = inside(project({ 'job.py': collected }), ['check']);
    expect(stdout).toContain('job.py:2:11 warning collect-to-driver');
    expect(stdout).toContain('2 | rows = df.collect()\n  |           ^^^^^^^\n');
    expect(stdout).toMatch(/1 finding \(1 warning\) in 1 of 1 file/);
    expect(stdout).not.toContain('\u001B');
  });
  it('bring their reasons with --explain', () => {
    const folder = project({ 'job.py': collected });
    expect(inside(folder, ['check', '--explain']).stdout).toContain('why: ');
    expect(inside(folder, ['check']).stdout).not.toContain('why: ');
  });
  it('count lines within the cells of a notebook', () => {
    const { stdout } = inside(project({ 'n.ipynb': notebook('df = spark.read.parquet("a")', 'x = 1\nrows = df.collect()\nprint(rows)') }), ['check', '--format', 'json', '--select', 'collect-to-driver']);
    expect(JSON.parse(stdout)).toMatchObject([{ file: 'n.ipynb', cell: 2, line: 2, column: 11 }]);
  });
  it('do not count a byte order mark, and count CRLF lines right', () => {
    const { stdout } = inside(project({ 'job.py': `\uFEFF${collected.replaceAll('\n', '\r\n').replace('df =', 'df=1;df =')}` }), ['check', '--format', 'json', '--select', 'collect-to-driver']);
    expect(JSON.parse(stdout)).toMatchObject([{ line: 2, column: 11, endColumn: 18 }]);
  });
  it('cross files', () => {
    const folder = project({ 'lib/__init__.py': '', 'lib/load.py': 'def load(spark):\n    return spark.read.parquet("s3://b/t")\n', 'job.py': 'from lib.load import load\nrows = load(spark).collect()\nprint(rows)\n' });
    expect(JSON.parse(inside(folder, ['check', 'job.py', '--format', 'json']).stdout)).toMatchObject([{ file: 'job.py', rule: 'collect-to-driver' }]);
  });
  it('are the same in whatever order files are named, and each once', () => {
    const folder = project({ 'a.py': collected, 'b/c.py': collected });
    const one = inside(folder, ['check', '--format', 'json']).stdout;
    expect(inside(folder, ['check', '.', 'a.py', 'b', '--format', 'json']).stdout).toBe(one);
  });
  it('follow --select, --ignore and --config', () => {
    const folder = project({ 'job.py': collected, 'other.toml': 'ignore = ["collect-to-driver"]\n' });
    const count = (...args: string[]) => JSON.parse(inside(folder, ['check', '--format', 'json', ...args]).stdout).length;
    expect(count()).toBe(1);
    expect(count('--select', 'driver')).toBe(1);
    expect(count('--select', 'loops,caching')).toBe(0);
    expect(count('--ignore', 'collect-to-driver')).toBe(0);
    expect(count('--config', 'other.toml')).toBe(0);
  });
});

describe('standard input', () => {
  it('is checked under the name it is given, with the project around it', () => {
    const folder = project({ 'jobs/load.py': 'def load(spark):\n    return spark.read.parquet("s3://b/t")\n' });
    const { stdout, code } = inside(folder, ['check', '-', '--stdin-filename', 'jobs/job.py', '--format', 'json'], 'from load import load\nrows = load(spark).collect()\nprint(rows)\n');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ file: 'jobs/job.py', line: 2 }]);
  });
  it('has a name of its own otherwise', () => {
    expect(JSON.parse(inside(project({}), ['check', '-', '--format', 'json'], collected).stdout)).toMatchObject([{ file: 'stdin.py' }]);
  });
  it('comes back fixed with --fix', () => {
    const { stdout, stderr } = inside(project({}), ['check', '-', '--fix', '--target-spark', '3.5'], counted);
    expect(stdout).toBe(counted.replace('df.count() == 0', 'df.isEmpty()'));
    expect(stderr).toContain('1 finding fixed');
  });
});

describe('--fix', () => {
  it('makes safe fixes, keeps byte order mark, line ends and mode, and leaves nothing behind', () => {
    const text = `\uFEFF${counted.replaceAll('\n', '\r\n')}`;
    const folder = project({ 'job.py': text, 'sparkcheck.toml': 'target-spark = "3.5"\n' });
    chmodSync(join(folder.path, 'job.py'), 0o755);
    const { stdout, code } = inside(folder, ['check', '--fix']);
    expect(stdout).toContain('1 finding fixed');
    expect(code).toBe(0);
    expect(folder.read('job.py')).toBe(text.replace('df.count() == 0', 'df.isEmpty()'));
    expect(statSync(join(folder.path, 'job.py')).mode & 0o777).toBe(0o755);
    expect(inside(folder, ['check', '--fix']).stdout).not.toContain('fixed');
  });
  it('makes suggested fixes only when asked', () => {
    const text = 'df = spark.read.csv("a", schema=s)\ndf.groupBy("x").count().show()\nn = df.count()\ndf.cache()\nm = df.count()\n';
    const folder = project({ 'job.py': text });
    inside(folder, ['check', '--fix', '--select', 'cache-too-late']);
    expect(folder.read('job.py')).toBe(text);
    inside(folder, ['check', '--fix', '--suggested', '--select', 'cache-too-late']);
    expect(folder.read('job.py').indexOf('cache()')).toBeLessThan(folder.read('job.py').indexOf('.show()'));
  });
  it('writes a notebook back with its other cells untouched', () => {
    const text = notebook('df = spark.read.parquet("a")', 'if df.count() == 0:\n    raise ValueError()');
    const folder = project({ 'n.ipynb': text, 'sparkcheck.toml': 'target-spark = "3.5"\n' });
    inside(folder, ['check', '--fix']);
    expect(folder.read('n.ipynb')).toBe(text.replace('df.count() == 0', 'df.isEmpty()'));
  });
  it('does not write what is no valid UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(counted), Buffer.from([0x23, 0xe9, 0x0a])]);
    const folder = project({ 'job.py': bytes, 'sparkcheck.toml': 'target-spark = "3.5"\n' });
    expect(inside(folder, ['check', '--fix']).stderr).toContain('fixes were not made');
    expect(Buffer.from(folder.read('job.py'), 'utf8').includes(Buffer.from('df.count() == 0'))).toBe(true);
  });
});

describe('files', () => {
  const checked = (folder: Folder, ...args: string[]): string[] => JSON.parse(inside(folder, ['check', '--format', 'json', '--select', 'collect-to-driver', ...args]).stdout).map(({ file }: { file: string }) => file);

  it('leaves out what git ignores, environments, build and hidden folders', () => {
    const folder = project({
      'a.py': collected, '.gitignore': 'ignored/\n*_old.py\n', 'ignored/b.py': collected, 'c_old.py': collected, 'sub/.gitignore': '!keep_old.py\n', 'sub/keep_old.py': collected, '.git/info/exclude': 'private.py\n', 'private.py': collected,
      'myenv/pyvenv.cfg': '', 'myenv/lib/d.py': collected, 'node_modules/e.py': collected, 'build/f.py': collected, 'dist/g.py': collected, '.tox/h.py': collected, '__pycache__/i.py': collected,
    });
    expect(checked(folder)).toEqual(['a.py', 'sub/keep_old.py']);
    expect(checked(folder, 'ignored/b.py', 'sub')).toEqual(['ignored/b.py', 'sub/keep_old.py']);
    expect(checked(folder, 'build')).toEqual(['build/f.py']);
  });
  it('follows the exclude setting', () => {
    expect(checked(project({ 'a.py': collected, 'old/b.py': collected, 'sparkcheck.toml': 'exclude = ["old/"]\n' }))).toEqual(['a.py']);
  });
  it('goes round in no circle of links', () => {
    const folder = project({ 'a.py': collected });
    symlinkSync('.', join(folder.path, 'loop'));
    mkdirSync(join(folder.path, 'b'));
    symlinkSync('../b', join(folder.path, 'b/again'));
    symlinkSync('nowhere.py', join(folder.path, 'dangling.py'));
    expect(checked(folder)).toEqual(['a.py']);
  });
  it('knows configuration files', () => {
    const { stdout } = inside(project({ 'conf/spark-defaults.conf': 'spark.executor.memory 4g\nspark.executor.memory 8g\n' }), ['check', '--format', 'json', '--select', 'duplicate-key']);
    expect(JSON.parse(stdout)).toMatchObject([{ file: 'conf/spark-defaults.conf', rule: 'duplicate-key' }]);
  });
});

describe('other commands', () => {
  it('print the version and help', () => {
    expect(cli.run(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const command of ['check', 'explain', 'rules', 'types', 'lsp']) {
      expect(cli.run(['--help']).stdout).toContain(`sparkcheck ${command}`);
      expect(cli.run([command, '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining(`sparkcheck ${command}`) });
    }
  });
  it('tell what names are in Scala, across files, and check it from standard input', () => {
    const folder = project({ 'a/Tables.scala': 'package a\nobject Tables { def load(spark: org.apache.spark.sql.SparkSession) = spark.table("t") }\n', 'Job.scala': 'import a.Tables\nobject Job { val df = Tables.load(spark); df.count }\n' });
    expect(inside(folder, ['types', 'Job.scala']).stdout).toMatch(/df\s+DataFrame/);
    const { code, stderr } = inside(folder, ['check', '.', 'Job.scala', '--fail-on', 'never']);
    expect([code, stderr]).toEqual([0, '']);
    expect(inside(folder, ['check', '-', '--stdin-filename', 'New.scala', '--fail-on', 'never'], 'object New { spark.range(3).count }\n')).toMatchObject({ code: 0, stderr: '' });
  });
  it('count receivers language by language', () => {
    const folder = project({ 'a.py': 'spark.range(3).count()\n', 'Job.scala': 'object Job { val df = spark.range(3); df.count; df.show() }\n' });
    expect(inside(folder, ['coverage', '.']).stdout).toMatch(/^\.: \d+ calls.*\n\. \(scala\): \d+ calls.*\n\. \(python\): 2 calls, 100\.0 % known/);
  });
  it('explain rules and keys, and list the rules', () => {
    expect(cli.run(['explain', 'collect-to-driver']).stdout).toContain('Why it hurts');
    expect(cli.run(['explain', 'spark.sql.shuffle.partitions']).stdout).toContain('200');
    expect(cli.run(['rules']).stdout).toContain('collect-to-driver');
    expect(JSON.parse(cli.run(['rules', '--format', 'json']).stdout).map(({ name }: { name: string }) => name)).toContain('collect-to-driver');
  });
  it('types knows what other files of the project define, also where no build file says what the project is', () => {
    const folder = project({
      'src/main/scala/a/Frames.scala': 'package a\nimport org.apache.spark.sql._\nobject Frames { def all(spark: SparkSession): DataFrame = spark.table("all") }\n',
      'src/main/scala/b/Job.scala': 'package b\nimport a.Frames\nimport org.apache.spark.sql.SparkSession\nclass Job(spark: SparkSession) { val frame = Frames.all(spark) }\n',
    });
    expect(inside(folder, ['types', 'src/main/scala/b/Job.scala']).stdout).toMatch(/Frames\.all\(spark\)\s+DataFrame/);
  });

  it('tell what the model thinks, and why', () => {
    const { stdout } = inside(project({ 'job.py': 'df = spark.read.parquet("a")\ndf.show()\n' }), ['types', 'job.py']);
    expect(stdout).toMatch(/^2:1 +df +DataFrame: .+ \(job\.py:1:6\)$/m);
  });
  it('count how much of the code is known', () => {
    const folder = project({ 'job.py': 'from pyspark.sql import SparkSession\nimport mystery\ndf = SparkSession.builder.getOrCreate().range(3)\ndf.count()\nmystery.load().count()\n"a".count("b")\n', 'plain.py': '[1].count(2)\n' });
    const [counts] = JSON.parse(inside(folder, ['coverage', '.', '--json']).stdout);
    expect(counts).toMatchObject({ calls: 4, spark: 3, foreign: 0, unknown: 1 });
    expect(inside(folder, ['coverage', '.']).stdout).toContain('job.py:5:16');
    const sample = inside(folder, ['coverage', '.', '--sample', '6', '--seed', '3']).stdout;
    expect(sample).toBe(inside(folder, ['coverage', '.', '--sample', '6', '--seed', '3']).stdout);
    expect(sample).toContain('DataFrame');
  });
});

describe('notebooks and scripts in Scala', () => {
  const scalaNotebook = (...cells: string[]) => notebook(...cells).replace('"metadata": {}', '"metadata": {"kernelspec": {"name": "spylon-kernel", "language": "scala"}}');
  const files = {
    'job.ipynb': scalaNotebook('%%init_spark\nlauncher.packages = ["a"]', 'val orders = spark.read.parquet("/data")\nif (orders.count() == 0) sys.error("none")'),
    'job.scala': '// Databricks notebook source\nval orders = spark.read.parquet("/data")\n\n// COMMAND ----------\n\nif (orders.count() == 0) sys.error("none")\n',
    'job.sc': '#!/usr/bin/env amm\nval orders = spark.read.parquet("/data")\nif (orders.count() == 0) sys.error("none")\n',
  };

  it('are checked and fixed', () => {
    const folder = project(files);
    const findings = JSON.parse(inside(folder, ['check', '--format', 'json', '--select', 'count-to-test-emptiness']).stdout) as { file: string; cell?: number; line: number; column: number }[];
    expect(findings.map(({ file, cell, line, column }) => [file, cell, line, column])).toEqual([['job.ipynb', 2, 2, 12], ['job.sc', undefined, 3, 12], ['job.scala', undefined, 6, 12]]);
    expect(inside(folder, ['check', '--fix', '--select', 'count-to-test-emptiness', '.']).code).toBe(0);
    for (const [name, text] of Object.entries(files)) expect(folder.read(name)).toBe(text.replace('orders.count() == 0', 'orders.isEmpty'));
  });

  it('are read by the other commands', () => {
    const folder = project(files);
    for (const name of Object.keys(files)) expect(inside(folder, ['types', name]).stdout).toMatch(/spark\.read\.parquet\("\/data"\) +DataFrame/);
    expect(inside(folder, ['coverage', '.']).stdout).toMatch(/^\.: 9 calls, 100\.0 % known/);
  });
});
