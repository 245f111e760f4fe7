/** Commands inside programs: which are found, what they say, and where it stands. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Section } from '../../server/src/program/conf.ts';
import { projectOf } from '../support/project.ts';

const sections = (text: string, path = 'job.py'): readonly Section[] => projectOf({ [path]: text }).program(path)!.sections;
/** `option key=value` as told, the value as it is written at its place behind it where that differs. */
const entries = (text: string, path?: string): string[] => sections(text, path).flatMap(({ entries: own }) => own).map(({ key, value, valueRange, told }) => {
  const written = text.slice(valueRange.start, valueRange.end);
  return `${told!.option} ${key}=${value ?? '?'}${written === value ? '' : ` at ${written}`}`;
});
const airflow = 'from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator\n';

describe('variables of a session that Python starts', () => {
  it.each([
    ['os.environ["PYSPARK_SUBMIT_ARGS"] = "--conf spark.a=1 pyspark-shell"', ['--conf spark.a=1']],
    ['environ.setdefault("PYSPARK_SUBMIT_ARGS", "--conf spark.a=1 " \'-c "spark.b=x y"\' " pyspark-shell")', ['--conf spark.a=1', '--conf spark.b=x y']],
    ['os.environ.update({"PYSPARK_SUBMIT_ARGS": f"--master {m} --conf spark.a={m}"})', ['--master spark.master=? at {m}', '--conf spark.a=? at {m}']],
    ['os.environ.update(PYSPARK_SUBMIT_ARGS="--conf spark.a=1")', ['--conf spark.a=1']],
    ['os.putenv("PYSPARK_SUBMIT_ARGS", "--conf spark.a=%s --conf spark.b={}" % m)', ['--conf spark.a=? at %s', '--conf spark.b={}']],
    ['args = "--conf spark.a=1"\nos.environ["PYSPARK_SUBMIT_ARGS"] = args + " pyspark-shell"', ['--conf spark.a=1']],
    ['os.environ["PYSPARK_SUBMIT_ARGS"] = " ".join(["--conf spark.a=1", "--conf", "spark.b=2", x])', ['--conf spark.a=1', '--conf spark.b=2']],
    ['os.environ["OTHER"] = "--conf spark.a=1"; os.environ.get("PYSPARK_SUBMIT_ARGS", "")', []],
  ])('%s', (text, found) => expect(entries(text)).toEqual(found));
});

describe('commands', () => {
  it.each([
    ['subprocess.run(["spark-submit", "--conf", "spark.a=1", "--conf=spark.b=2", f"--conf=spark.c={x}", "a.py"])', ['--conf spark.a=1', '--conf spark.b=2', '--conf spark.c=? at {x}']],
    ['x = ["spark-submit"] + options + ["--conf", "spark.a=1", "a.py"]', ['--conf spark.a=1']],
    ['step(Args=["command-runner.jar", "spark-submit", "--conf", "spark.a=1"])', ['--conf spark.a=1']],
    ['k = "spark.a=1"\nrun(["/opt/bin/spark-submit", "--conf", k])', ['--conf spark.a=1']],
    ['os.system("cd x; spark-submit --conf spark.a=1 $OPTS a.py | tee log && spark-sql --conf \'spark.b=x y\' -e \'SELECT 1\'")', ['--conf spark.a=1', '--conf spark.b=x y']],
    ['BashOperator(bash_command="spark-submit --conf spark.a={{ params.a }} \\\\\\n  --conf spark.b=2 a.py > /tmp/log 2>&1")', ['--conf spark.a=? at {{ params.a }}', '--conf spark.b=2']],
    ['print("spark-submit --conf spark.a=1 a.py")\n"""spark-submit --conf spark.a=1"""', []],
    ['start(jobDriver={"sparkSubmit": {"entryPoint": x, "sparkSubmitParameters": "--conf spark.a=1 --executor-memory 4g"}})', ['--conf spark.a=1', '--executor-memory spark.executor.memory=4g']],
    ['names = ["spark-submit"]; x = ["pip", "install", "pyspark", "--conf", "spark.a=1"]', []],
  ])('%s', (text, found) => expect(entries(text)).toEqual(found));
  it('are found in Scala', () => {
    expect(entries('object A { def f(x: String) = Process(Seq("spark-submit", "--conf", s"spark.a=$x", "--conf", "spark.b=2", "a.jar")).! }', 'A.scala')).toEqual(['--conf spark.a=? at $x', '--conf spark.b=2']);
  });
  it('are one, whatever leads to them', () => {
    expect(sections('cmd = ["spark-submit", "--master", "yarn", "a.py"]\nsubprocess.run(" ".join(cmd), shell=True)\nos.system(" ".join(cmd))')).toHaveLength(1);
  });
});

describe('Airflow', () => {
  it.each([
    ['SparkSubmitOperator(conf={"spark.a": "1", "spark.b": 2, "spark.c": True, "spark.d": x}, executor_memory="4g", num_executors=3, executor_cores=None, application="a.py")',
      ['--conf spark.a=1 at "1"', '--conf spark.b=2', '--conf spark.c=True', '--conf spark.d=? at x', '--executor-memory spark.executor.memory=4g at "4g"', '--num-executors spark.executor.instances=3']],
    ['SparkSubmitOperator(conf={"spark.master": "local", "spark.a": "1"})', ['--conf spark.a=1 at "1"']],
    ['base = {"spark.a": "1"}\nSparkSubmitOperator.partial(conf={**base, "spark.b": "2"})', ['--conf spark.a=1 at "1"', '--conf spark.b=2 at "2"']],
    ['SparkSubmitHook(conf=dict(base), name="x")', ['--name spark.app.name=x at "x"']],
    ['OtherOperator(conf={"spark.a": "1"})', []],
  ])('%s', (text, found) => expect(entries(airflow + text)).toEqual(found.map((each) => each)));
});

it('any text is read, and every place lies in it', () => {
  const piece = fc.constantFrom('os.environ["PYSPARK_SUBMIT_ARGS"] = ', '["spark-submit", ', '"--conf spark.a=1"', "'", '"', '"""', 'f"{x}"', ' + ', '\n', ', ', ']', '(', ')', '{', '}', 'os.system(', 'SparkSubmitOperator(conf=', 'x = ', 'x', '\\', '%', '$(', '&&', 'spark-submit --master yarn');
  fc.assert(fc.property(fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')), (text) => {
    for (const section of sections(text)) {
      const command = section.command;
      for (const range of [section, ...(command ? [command.nameRange, ...command.arguments] : []), ...section.entries.flatMap((entry) => [entry, entry.keyRange, entry.valueRange])]) {
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThanOrEqual(text.length);
      }
    }
  }), { numRuns: 150 });
});

it('costs no more than the text is long', () => {
  const doubled = Array.from({ length: 30 }, (_, index) => `a${index + 1} = a${index} + a${index}`).join('\n');
  const start = performance.now();
  sections(`a0 = "--conf spark.a=1 "\n${doubled}\nos.environ["PYSPARK_SUBMIT_ARGS"] = a30\n`);
  expect(performance.now() - start).toBeLessThan(2000);
});
