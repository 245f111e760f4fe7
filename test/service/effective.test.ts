import { describe, expect, it } from 'vitest';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
import { sameValue } from '../../server/src/rule/jobs.ts';
import { differencesOf, type Effective, effectivesOf, type EffectiveKey, moveOf } from '../../server/src/service/effective.ts';
import { type Files, projectOf } from '../support/project.ts';

/** Which value of a key counts, by its entries: 'later' values, and those without effect, beside it. */
function told(files: Files, path: string, key: string): string {
  const [effective] = effectivesOf(projectOf(files), path);
  const found = effective!.keys.find((each) => each.key === key);
  return found ? inWords(found) : 'nowhere';
}

function inWords({ winner, later, maybe, over, dead }: EffectiveKey): string {
  const each = (word: string, list: EffectiveKey['over']): string => list.map(({ entry }) => ` ${word} ${entry.value ?? '?'}`).join('');
  return `${winner ? winner.entry.value ?? '?' : 'default'}${each('or', maybe)}${each('then', later)}${each('over', over)}${each('not', dead)}`;
}

const python = (calls: string, more = ''): string => `from pyspark.sql import SparkSession\nspark = SparkSession.builder${calls}.getOrCreate()\n${more}`;
const defaults = 'spark.sql.shuffle.partitions 11\nspark.executor.memory 1101m\nspark.task.maxFailures 11\nspark.app.name defaults\nspark.driver.memory 611m\n';
const file = 'spark.sql.shuffle.partitions 22\nspark.executor.memory 1102m\nspark.app.name file\nspark.driver.memory 622m\n';
const scala = (set: string): string => `import org.apache.spark.SparkConf\nimport org.apache.spark.sql.SparkSession\nobject Job {\n  def main(args: Array[String]): Unit = {\n    val conf = new SparkConf()${set}\n    val spark = SparkSession.builder().config(conf).getOrCreate()\n  }\n}\n`;

describe('what counts is what Spark 3.5.6 and 4.3.0 took', () => {
  // Each was run with spark-submit (or python) and asked of the session: the value that it had.
  const [partitions, memory, failures, name, driver, cores] = ['spark.sql.shuffle.partitions', 'spark.executor.memory', 'spark.task.maxFailures', 'spark.app.name', 'spark.driver.memory', 'spark.executor.cores'];
  it.each<[string, string, string, Readonly<Record<string, string>>]>([
    ['the defaults file', 'job.py', python(''), { [partitions]: '11', [memory]: '1101m', [failures]: '11', [name]: 'defaults', [driver]: '611m' }],
    ['a properties file in its place', '--properties-file p.conf job.py', python(''), { [partitions]: '22', [memory]: '1102m', [failures]: 'nowhere', [name]: 'file', [driver]: '622m' }],
    ['both', '--properties-file p.conf --load-spark-defaults job.py', python(''), { [partitions]: '22 over 11', [failures]: '11', [name]: 'file over defaults' }],
    ['the last properties file', '--properties-file p.conf --properties-file conf/spark-defaults.conf job.py', python(''), { [partitions]: '11', [failures]: '11' }],
    ['--conf over the file', '--properties-file p.conf --conf spark.sql.shuffle.partitions=33 --conf spark.app.name=conf job.py', python(''), { [partitions]: '33 over 22', [name]: 'conf over file' }],
    ['an option over --conf', '--name flag --conf spark.app.name=conf job.py', python(''), { [name]: 'flag over conf over defaults' }],
    ['of the driver\'s options and --conf the later', '--driver-memory 633m --conf spark.driver.memory=644m job.py', python(''), { [driver]: '644m over 633m over 611m' }],
    ['code over all, except for what the JVM is started with', '--name flag --conf spark.sql.shuffle.partitions=33 --driver-memory 633m job.py', python('.config("spark.sql.shuffle.partitions", 44).appName("code").config("spark.driver.memory", "644m")'), { [partitions]: '44 over 33 over 11', [name]: 'code over flag over defaults', [driver]: '633m over 611m not 644m' }],
    ['what is set at run time, from then on', 'job.py', python('.config("spark.sql.shuffle.partitions", 44)', 'spark.conf.set("spark.sql.shuffle.partitions", 55)\n'), { [partitions]: '44 then 55 over 11' }],
    ['Python\'s setIfMissing, which asks before there is a JVM', '--executor-cores 3 job.py', 'from pyspark import SparkConf, SparkContext\nsc = SparkContext(conf=SparkConf().setIfMissing("spark.executor.cores", "9"))\n', { [cores]: '9 over 3' }],
    ['packages, which spark-submit itself resolves', '--packages a:b:1 job.py', python('.config("spark.jars.packages", "a:b:2")'), { 'spark.jars.packages': 'a:b:1 not a:b:2' }],
  ])('%s', (_, command, code, values) => {
    const files = { 'submit.sh': `spark-submit ${command}\n`, 'job.py': code, 'p.conf': file, 'conf/spark-defaults.conf': defaults };
    for (const [key, value] of Object.entries(values)) expect(told(files, 'submit.sh', key), key).toBe(value);
  });
  it('and Scala\'s setIfMissing, which sees what spark-submit was told', () => {
    expect(told({ 'submit.sh': 'spark-submit --class Job --executor-cores 3 job.jar\n', 'Job.scala': scala('.setIfMissing("spark.executor.cores", "9").setIfMissing("spark.task.cpus", "2")') }, 'submit.sh', cores)).toBe('3 over 9');
  });
  it('and in a program that Python starts, code for the driver too', () => {
    expect(told({ 'run.sh': 'python job.py\n', 'job.py': python('.config("spark.driver.memory", "644m")'), 'conf/spark-defaults.conf': defaults }, 'job.py', driver)).toBe('644m over 611m');
  });
});

describe('what is not certain', () => {
  it('is shown beside it: other paths, other objects, values that are not known', () => {
    const code = 'import sys\nfrom pyspark import SparkConf\nfrom pyspark.sql import SparkSession\nlost = SparkConf().set("spark.task.cpus", "2")\nbuilder = SparkSession.builder.config("spark.executor.memory", sys.argv[1])\nif sys.argv[2]:\n    builder = builder.config("spark.executor.cores", 4)\nspark = builder.getOrCreate()\nspark.conf.set("spark.executor.cores", 5)\n';
    const files = { 'job.py': code };
    expect(told(files, 'job.py', 'spark.executor.memory')).toBe('?');
    expect(told(files, 'job.py', 'spark.executor.cores')).toBe('default or 4 not 5');
    expect(told(files, 'job.py', 'spark.task.cpus')).toBe('default or 2');
  });
  it('and an option that a script adds in a branch', () => {
    expect(told({ 'submit.sh': 'E="--executor-memory 4g"\nif [ -n "$BIG" ]; then\n  E="$E --executor-cores 4"\nfi\nspark-submit $E --conf spark.executor.cores=2 job.py\n' }, 'submit.sh', 'spark.executor.cores')).toBe('2 or 4');
  });
});

describe('a job', () => {
  const titles = (files: Files, path: string): string[] => projectOf(files).jobs(path).map(({ code, command, sources, candidates, outside }) => [
    code?.path ?? '-', command ? `${command.path}:${command.command.start}` : '-', sources.map((source) => source.path).join(' '), ...candidates.map(({ as, paths }) => `${as}: ${paths.join(' ')}`), ...outside,
  ].join(' | '));
  const job = python('.config("spark.executor.cores", 2)');

  it('is told by each command that starts it', () => {
    expect(titles({ 'jobs/a.py': job, 'run.sh': 'spark-submit jobs/a.py\nspark-submit /opt/app/jobs/a.py\nspark-submit other.py\n' }, 'jobs/a.py')).toEqual(['jobs/a.py | run.sh:0 | jobs/a.py run.sh', 'jobs/a.py | run.sh:23 | jobs/a.py run.sh']);
  });
  it('is not made up: of several files of that name none is taken', () => {
    expect(titles({ 'x/a.py': job, 'y/a.py': job, 'bin/run.sh': 'spark-submit $DIR/a.py\n' }, 'bin/run.sh')).toEqual(['- | bin/run.sh:0 | bin/run.sh | code: x/a.py y/a.py']);
    expect(titles({ 'x/a.py': job, 'y/a.py': job, 'bin/run.sh': 'spark-submit y/a.py\n' }, 'bin/run.sh')).toEqual(['y/a.py | bin/run.sh:0 | y/a.py bin/run.sh']);
  });
  it('reads the file that is named, and the defaults of its folder where none is', () => {
    const files = { 'a.py': job, 'run.sh': 'spark-submit --properties-file etc/job.properties a.py\nspark-submit --properties-file /etc/far.conf a.py\nspark-submit a.py\n', 'etc/job.properties': 'spark.task.cpus 1\n', 'conf/spark-defaults.conf': 'spark.task.cpus 2\n', 'docker/x/spark-defaults.conf': 'spark.task.cpus 3\n' };
    expect(titles(files, 'run.sh')).toEqual(['a.py | run.sh:0 | a.py run.sh etc/job.properties', 'a.py | run.sh:55 | a.py run.sh | /etc/far.conf', 'a.py | run.sh:105 | a.py run.sh conf/spark-defaults.conf']);
    expect(titles({ 'a.py': job, 'docker/x/spark-defaults.conf': 'spark.task.cpus 3\n' }, 'a.py')).toEqual(['a.py | - | a.py | defaults file: docker/x/spark-defaults.conf']);
    expect(titles(files, 'etc/job.properties')).toEqual(['- | - | etc/job.properties', 'a.py | run.sh:0 | a.py run.sh etc/job.properties']);
  });
  it('is started by programs, too: by what they run, and by Airflow', () => {
    const dag = 'from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator\nt = SparkSubmitOperator(task_id="t", application="/opt/airflow/jobs/a.py", conf={"spark.executor.cores": "4", "spark.sql.shuffle.partitions": "8"}, executor_memory="4g")\n';
    const run = 'import subprocess\nsubprocess.run(["spark-submit", "--conf", "spark.sql.shuffle.partitions=9", "jobs/a.py"])\n';
    expect(titles({ 'jobs/a.py': job, 'dags/d.py': dag }, 'jobs/a.py')).toEqual([`jobs/a.py | dags/d.py:${dag.indexOf('SparkSubmitOperator(')} | jobs/a.py dags/d.py`]);
    expect(titles({ 'jobs/a.py': job, 'run.py': run }, 'jobs/a.py')).toEqual([expect.stringMatching(/^jobs\/a\.py \| run\.py:\d+ \| jobs\/a\.py run\.py$/)]);
    expect(titles({ 'jobs/a.py': job, 'dags/d.py': dag }, 'dags/d.py')).toEqual([expect.stringMatching(/^jobs\/a\.py \| dags\/d\.py:/)]);
    expect(told({ 'jobs/a.py': job, 'dags/d.py': dag }, 'jobs/a.py', 'spark.sql.shuffle.partitions')).toBe('8');
    expect(told({ 'jobs/a.py': job, 'dags/d.py': dag }, 'jobs/a.py', 'spark.executor.cores')).toBe('2 over 4');
    const emr = '{"jobDriver": {"sparkSubmit": {"entryPoint": "s3://acme/jobs/a.py", "sparkSubmitParameters": "--conf spark.sql.shuffle.partitions=7"}}}';
    expect(told({ 'jobs/a.py': job, 'emr.json': emr }, 'jobs/a.py', 'spark.sql.shuffle.partitions')).toBe('7');
    expect(titles({ 'jobs/a.py': job, 'test_run.py': run }, 'jobs/a.py')).toEqual(['jobs/a.py | - | jobs/a.py']);
  });
  it('of Scala is found by its class', () => {
    expect(titles({ 'src/main/scala/shop/Job.scala': `package shop\n${scala('.set("spark.task.cpus", "2")')}`, 'run.sh': 'spark-submit --class shop.Job job.jar\n' }, 'run.sh')).toEqual(['src/main/scala/shop/Job.scala | run.sh:0 | src/main/scala/shop/Job.scala run.sh']);
  });
  it('holds what imported modules do when they are imported, and what their functions do when they are called', () => {
    const files = { 'job.py': 'import common\nfrom common import other\nspark = other(3)\n', 'common.py': `${python('.config("spark.executor.cores", 2)')}\ndef other(n):\n    return SparkSession.builder.config("spark.task.cpus", n).getOrCreate()\ndef third():\n    return SparkSession.builder.config("spark.locality.wait", "1s").getOrCreate()\n` };
    expect(effectivesOf(projectOf(files), 'job.py')[0]!.keys.map(({ key }) => key)).toEqual(['spark.executor.cores', 'spark.task.cpus']);
  });
});

it('a file of data is read for the Spark that it names, and its fields count as settings', () => {
  const [effective] = effectivesOf(projectOf({ 'app.yaml': 'apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  sparkVersion: 3.5.1\n  mode: cluster\n  sparkConf:\n    spark.executor.memory: 8g\n  executor:\n    memory: 4g\n' }), 'app.yaml');
  expect(effective!.targets).toMatchObject({ from: '3.5.1', to: '3.5.1' });
  expect(effective!.keys.map((key) => `${key.key} ${inWords(key)}`)).toContain('spark.executor.memory 4g over 8g');
});

describe('a key', () => {
  const keyOf = (conf: string, target: string): EffectiveKey => effectivesOf(projectOf({ 'spark-defaults.conf': conf }, { targetSpark: target }), 'spark-defaults.conf')[0]!.keys[0]!;
  it('has its default, and whether it can be changed at run time', () => {
    expect(keyOf('spark.sql.shuffle.partitions 4', '3.5')).toMatchObject({ default: '200', scope: 'runtime', notes: [] });
    expect(keyOf('spark.executor.cores 4', '3.5')).toMatchObject({ default: '1', scope: 'static', notes: [] });
  });
  it('has notes on what the target releases make of it', () => {
    expect(keyOf('spark.sql.ansi.enabled yes', '3.5-4.3').notes).toEqual(['must be true or false; Spark refuses yes', 'the default is false in Spark 3.5 and true in 4.3']);
    expect(keyOf('spark.sql.shufle.partitions 4', '3.5').notes).toEqual(['Spark knows no such key; spark.sql.shuffle.partitions is meant?']);
    expect(keyOf('spark.blacklist.enabled true', '3.5-4.3').notes[0]).toContain('Not read from Spark 4.1 on');
  });
});

describe('a move to another release', () => {
  const conf = 'spark.blacklist.enabled true\nspark.sql.ansi.enabled false\nspark.sql.maxBroadcastTableSize 1g\nspark.executor.memory 4g\nspark.sql.orc.compression.codec zstd\n';
  const of = (from: string, to: string) => moveOf(effectivesOf(projectOf({ 'spark-defaults.conf': conf }, { targetSpark: from }), 'spark-defaults.conf')[0]!, to);
  it('names keys that die, take effect, or lean on a default that moves', () => {
    const { changes, defaults } = of('3.5', '4.3');
    expect(changes.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['removed spark.blacklist.enabled', 'default spark.sql.ansi.enabled', 'new spark.sql.maxBroadcastTableSize', 'default spark.sql.orc.compression.codec']);
    expect(changes[1]!.message).toBe('default false becomes true: set to false here, it stays');
    expect(changes[3]!.message).toBe('default snappy becomes zstd, as it is set here');
    expect(defaults).toContainEqual({ key: 'spark.sql.execution.arrow.pyspark.enabled', was: 'false', is: 'true' });
    expect(defaults.map(({ key }) => key)).not.toContain('spark.sql.ansi.enabled');
  });
  it('names values that are refused there', () => {
    const { changes } = moveOf(effectivesOf(projectOf({ 'submit.sh': 'spark-submit --conf spark.sql.parquet.compression.codec=lz4raw job.py\n' }, { targetSpark: '3.5' }), 'submit.sh')[0]!, '4.3');
    expect(changes.map(({ kind }) => kind)).toEqual(['invalid']);
  });
  it('to the same release changes nothing', () => expect(of('4.3', '4.3')).toMatchObject({ changes: [], defaults: [] }));
});

describe('differences', () => {
  it('are keys of one side, and values that differ for Spark', () => {
    const keys = (text: string): Effective['keys'] => effectivesOf(projectOf({ 'spark-defaults.conf': text }), 'spark-defaults.conf')[0]!.keys;
    const found = differencesOf(keys('spark.executor.memory 1g\nspark.executor.cores 4\nspark.task.cpus 1\n'), keys('spark.executor.memory 1024m\nspark.executor.cores 8\nspark.locality.wait 1s\n'), () => '');
    expect(found.map(({ key, left, right }) => `${key} ${left?.value} ${right?.value}`)).toEqual(['spark.executor.cores 4 8', 'spark.locality.wait undefined 1s', 'spark.task.cpus 1 undefined']);
  });
  it('are told by the name that a key has now', () => {
    const keys = (text: string): Effective['keys'] => effectivesOf(projectOf({ 'spark-defaults.conf': text }), 'spark-defaults.conf')[0]!.keys;
    const found = (one: string, other: string): string[] => differencesOf(keys(one), keys(other), () => '').map(({ key, left, right }) => `${key} ${left?.key}=${left?.value} ${right?.key}=${right?.value}`);
    expect(found('spark.yarn.executor.memoryOverhead 512\n', 'spark.executor.memoryOverhead 512m\n')).toEqual([]);
    expect(found('spark.yarn.executor.memoryOverhead 512\n', 'spark.executor.memoryOverhead 1g\n')).toEqual(['spark.executor.memoryOverhead spark.yarn.executor.memoryOverhead=512 spark.executor.memoryOverhead=1g']);
    expect(found('spark.executor.memoryOverhead 1g\nspark.yarn.executor.memoryOverhead 512\n', 'spark.executor.memoryOverhead 1g\n')).toEqual([]);
  });
  it.each([['spark.executor.memory', '1g', '1024m', true], ['spark.network.timeout', '120', '2min', true], ['spark.network.timeout', '120ms', '120', false], ['spark.sql.adaptive.enabled', 'TRUE', 'true', true], ['spark.executor.cores', '04', '4', true], ['spark.app.name', 'A', 'a', false], ['spark.sql.ansi.mystery', 'a ', 'a', true]])('%s: %s and %s', (key, one, other, same) => expect(sameValue(registry, key, one, other)).toBe(same));
});
