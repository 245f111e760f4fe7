import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundledCli, type Cli, type Folder, folderWith } from './bundle.ts';

let cli: Cli;
const folders: Folder[] = [];
beforeAll(async () => { cli = await bundledCli(); }, 60_000);
afterAll(() => cli.dispose());
afterEach(async () => {
  for (const folder of folders.splice(0)) folder.dispose();
  // Each test waits for processes: whoever runs the tests gets a word in between.
  await new Promise((resolve) => setTimeout(resolve));
});

function inside(files: Record<string, string>, ...args: string[]) {
  const folder = folderWith(files);
  folders.push(folder);
  return cli.run(['conf', ...args], { cwd: folder.path });
}

const files = {
  'requirements.txt': 'pyspark==3.5.6\n',
  'jobs/daily.py': 'from pyspark.sql import SparkSession\n\nspark = (SparkSession.builder.appName("daily")\n    .config("spark.executor.memory", "4g")\n    .config("spark.driver.memory", "2g")\n    .getOrCreate())\nspark.conf.set("spark.sql.shuffle.partitions", "50")\n',
  'jobs/helpers.py': 'from jobs.daily import spark\n',
  'bin/submit.sh': '#!/bin/sh\nspark-submit --master yarn --deploy-mode cluster \\\n  --executor-memory 8g --driver-memory 3g \\\n  --conf spark.sql.shuffle.partitions=400 \\\n  --conf spark.blacklist.enabled=true \\\n  --conf spark.my.token=abc \\\n  --conf spark.task.cpus=$CPUS \\\n  --properties-file conf/job.properties \\\n  jobs/daily.py\n',
  'conf/job.properties': 'spark.executor.memory 2g\nspark.network.timeout 300s\n',
};

const table = `jobs/daily.py
  started by bin/submit.sh:2  spark-submit on YARN, cluster mode
  reads      conf/job.properties
  for Spark  3.5.6 (requirements.txt pins Spark ==3.5.6)

  KEY                           VALUE             DEFAULT  SCOPE    SET BY             WHERE
  spark.app.name                daily             not set  static   code               jobs/daily.py:3
  spark.blacklist.enabled       true              false    static   --conf             bin/submit.sh:5
    ! Not read from Spark 4.1 on: use spark.excludeOnFailure.enabled
  spark.driver.memory           3g                1g       static   --driver-memory    bin/submit.sh:3
                                not 2g                              code               jobs/daily.py:5
    ! in code it comes too late: the driver's JVM runs already
  spark.executor.memory         4g                1g       static   code               jobs/daily.py:4
                                over 8g                             --executor-memory  bin/submit.sh:3
                                over 2g                             properties file    conf/job.properties:1
  spark.master                  yarn              not set  static   --master           bin/submit.sh:2
  spark.my.token                (hidden)          not set           --conf             bin/submit.sh:6
    ! Spark knows no such key
  spark.network.timeout         300s              120s     static   properties file    conf/job.properties:2
  spark.sql.shuffle.partitions  400               200      runtime  --conf             bin/submit.sh:4
                                then 50                             code               jobs/daily.py:7
  spark.submit.deployMode       cluster           client   static   --deploy-mode      bin/submit.sh:2
  spark.task.cpus               not known: $CPUS  1        static   --conf             bin/submit.sh:7

`;

describe('the effective configuration', () => {
  it.each([[['jobs/daily.py']], [['bin']], [[]]])('is a table, whichever of its files is named, and in a folder once a job: %j', (paths) => {
    expect(inside(files, ...paths)).toEqual({ code: 0, stdout: table, stderr: '' });
  });

  it('of a file of settings is what the file says', () => {
    const { code, stdout } = inside(files, 'conf/job.properties');
    expect(code).toBe(0);
    expect(stdout).toContain('spark.network.timeout  300s   120s     static  properties file  conf/job.properties:2\n');
    expect(stdout).not.toContain('shuffle');
  });

  it('is JSON for programs', () => {
    const { stdout } = inside(files, 'bin/submit.sh', '--format', 'json');
    const [job] = JSON.parse(stdout);
    expect(Object.keys(job)).toEqual(['code', 'command', 'launch', 'manager', 'mode', 'files', 'spark', 'notes', 'keys']);
    expect(job).toMatchObject({ code: 'jobs/daily.py', command: { file: 'bin/submit.sh', line: 2, launcher: 'spark-submit' }, manager: 'YARN', mode: 'cluster', files: ['conf/job.properties'], spark: { from: '3.5.6', to: '3.5.6' } });
    const key = (name: string) => job.keys.find((each: { key: string }) => each.key === name);
    expect(Object.keys(key('spark.executor.memory'))).toEqual(['key', 'value', 'set', 'overrides', 'maybe', 'later', 'ineffective', 'default', 'scope', 'notes']);
    expect(key('spark.executor.memory')).toMatchObject({ value: '4g', set: { by: 'code', file: 'jobs/daily.py', line: 4, column: 13 }, overrides: [{ value: '8g', by: '--executor-memory' }, { value: '2g', by: 'properties file' }], default: '1g', scope: 'static' });
    expect(key('spark.task.cpus')).toMatchObject({ value: null, set: { value: null, file: 'bin/submit.sh', line: 7 } });
    expect(key('spark.my.token').value).toBe('(hidden)');
    expect(key('spark.driver.memory').ineffective).toMatchObject([{ value: '2g', by: 'code' }]);
  });

  it('is followed by what a move changes', () => {
    const { stdout } = inside(files, 'bin/submit.sh', '--target-spark', '4.3');
    expect(stdout).toMatch(/\nFrom Spark 3\.5\.6 to 4\.3\n {2}dies +spark\.blacklist\.enabled +bin\/submit\.sh:5 +Not read any more, since Spark 4\.1: use spark\.excludeOnFailure\.enabled\n {2}\d+ defaults of keys that are not set move; --all lists them\.\n/);
    const [job] = JSON.parse(inside(files, 'bin/submit.sh', '--target-spark', '4.3', '--all', '--format', 'json').stdout);
    expect(job.move).toMatchObject({ from: '3.5.6', to: '4.3', changes: [{ key: 'spark.blacklist.enabled', kind: 'removed', at: { file: 'bin/submit.sh', line: 5 } }] });
    expect(job.move.movedDefaults).toBe(job.move.defaults.length);
    expect(job.move.defaults).toContainEqual({ key: 'spark.sql.ansi.enabled', was: 'false', is: 'true' });
  });

  it('of nothing is nothing', () => expect(inside({ 'a.py': 'print(1)\n' })).toEqual({ code: 0, stdout: 'Nothing sets a Spark key in 1 file.\n', stderr: '' }));

  it.each([
    [['notes.txt'], 'There is nothing to read in `notes.txt`'], [['--target-spark', '9.9'], '`9.9` is none that is known'],
    [['--all'], '`--all` goes with `--target-spark`'],
    [['diff', 'jobs', 'bin/submit.sh'], 'not one of each'], [['diff', 'jobs', 'gone'], '`gone` does not exist'],
  ])('%j is bad usage', (args, message) => {
    const { code, stderr, stdout } = inside({ ...files, 'notes.txt': '' }, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('differences', () => {
  const both = { 'dev/spark-defaults.conf': 'spark.executor.memory 1g\nspark.executor.cores 2\nspark.task.cpus 1\n', 'prod/spark-defaults.conf': 'spark.executor.memory 1024m\nspark.executor.cores 8\nspark.locality.wait 1s\n' };
  const wanted = `KEY                   dev/spark-defaults.conf                             prod/spark-defaults.conf
spark.executor.cores  2                        dev/spark-defaults.conf:2  8                         prod/spark-defaults.conf:2
spark.locality.wait   not set                                             1s                        prod/spark-defaults.conf:3
spark.task.cpus       1                        dev/spark-defaults.conf:3  not set

3 keys differ.
`;
  it('of two files or folders are told with their places, and give exit code 1', () => {
    expect(inside(both, 'diff', 'dev/spark-defaults.conf', 'prod/spark-defaults.conf')).toEqual({ code: 1, stdout: wanted, stderr: '' });
  });
  it('are found in files of any name that hold settings', () => {
    const jobs = { 'dev/job.properties': 'spark.executor.memory 2g\n', 'prod/job.properties': 'spark.executor.memory 8g\n', 'dev/log.properties': 'level=INFO\n', 'prod/app.conf': 'spark { executor { memory = 1g } }\n' };
    const { code, stdout } = inside(jobs, 'diff', 'dev', 'prod');
    expect(code).toBe(1);
    expect(stdout).toContain('1 key differs.');
    expect(inside(jobs, 'dev')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^dev\/job\.properties\n[^]*spark\.executor\.memory +2g/) as string });
    expect(inside({ 'dev/log.properties': 'level=INFO\n' }, 'dev')).toMatchObject({ code: 2 });
  });
  it('are none of a file and itself', () => expect(inside(both, 'diff', 'dev', 'dev')).toEqual({ code: 0, stdout: 'No differences.\n', stderr: '' }));
  it('of folders go by the names of files', () => {
    const [a, b] = ['spark.executor.cores 2\n', 'spark.executor.cores 4\n'];
    const { code, stdout } = inside({ 'dev/spark-a.conf': a, 'dev/spark-b.conf': a, 'prod/spark-b.conf': b, 'prod/spark-c.conf': b }, 'diff', 'dev', 'prod');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^KEY +dev\/spark-b\.conf +prod\/spark-b\.conf\nspark\.executor\.cores +2 .*4 /);
    expect(stdout).toContain('only in dev: dev/spark-a.conf (1 key)\nonly in prod: prod/spark-c.conf (1 key)\n1 key differs; 2 without a counterpart.');
  });
  it('are JSON for programs', () => {
    const [pair] = JSON.parse(inside(both, 'diff', 'dev', 'prod', '--format', 'json').stdout);
    expect(pair).toMatchObject({ left: 'dev/spark-defaults.conf', right: 'prod/spark-defaults.conf', differences: [{ key: 'spark.executor.cores', kind: 'different', left: { value: '2', file: 'dev/spark-defaults.conf', line: 2 }, right: { value: '8' } }, { kind: 'only right', left: null }, { kind: 'only left', right: null }] });
  });
});
