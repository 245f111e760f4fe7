/** What an edit within a function of a long module concerns: a quick check is of what runs that, and the rest is kept. */
import { describe, expect, it } from 'vitest';
import type { CheckResult, Project } from '../../server/src/project/project.ts';
import { projectOf } from '../support/project.ts';

const many = Array.from({ length: 60 }, (_, index) => index);

const python = `from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.getOrCreate()
limit = 10
${many.map((n) => `
# Part ${n}.
def job_${n}(path: str, day: str):
    events = spark.read.parquet(path).where(F.col("day") == day)
    totals = events.groupBy("user_${n}").agg(F.sum("amount").alias("total"))
    totals.write.parquet(path + "/totals")
    for row in totals.collect():
        print(row["user_${n}"], row["total"])
`).join('')}
class Report:
    def __init__(self):
        self.events = spark.read.parquet("/events").cache()

    def prepare(self):
        self.users = spark.table("users").distinct()

    def show(self):
        self.users.collect()

    def count(self):
        return self.events.count() + self.events.distinct().count()
`;

const scala = `import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions._

object Jobs {
  val spark = SparkSession.builder.getOrCreate()
${many.map((n) => `
  /** Part ${n}. */
  def job${n}(path: String, day: String): Unit = {
    val events = spark.read.parquet(path).where(col("day") === day)
    val totals = events.groupBy("user${n}").agg(sum("amount").as("total"))
    totals.write.parquet(path + "/totals")
    totals.collect().foreach(row => println(row.getString(0)))
  }
`).join('')}}
`;

const told = ({ findings }: CheckResult): string[] => findings.map(({ rule, start, end, message, related, fixes }) => `${rule} ${start}-${end} ${message} ${related.map(({ site }) => `${site.start}-${site.end}`).join()} ${fixes.map(({ edits }) => edits.map(({ start: from, end: to, newText }) => `${from}-${to} ${newText}`).join()).join(' | ')}`);

function edit(project: Project, path: string, before: string, at: string, by: string): { quick: CheckResult; part: boolean; whole: CheckResult; text: string } {
  expect(before).toContain(at);
  const text = before.replace(at, by);
  project.setText(path, text);
  const part = project.checksPart(path);
  const quick = project.check(path, { quick: true });
  return { quick, part, whole: projectOf({ [path]: text }).check(path), text };
}

function opened(path: string, text: string): Project {
  const project = projectOf({ [path]: text });
  project.setText(path, text);
  expect(project.check(path).findings.length).toBeGreaterThan(many.length - 1);
  return project;
}

describe.each([
  ['python', 'job.py', python, 'totals.write.parquet(path + "/totals")\n    for row in totals.collect():\n        print(row["user_30"], row["total"])', 'totals.show()', '# Part 40.', '# Part forty.'],
  ['scala', 'Jobs.scala', scala, 'totals.write.parquet(path + "/totals")\n    totals.collect().foreach(row => println(row.getString(0)))\n  }\n\n  /** Part 31. */', 'totals.show()\n  }\n\n  /** Part 31. */', '/** Part 40. */', '/** Part forty, with more words. */'],
] as const)('%s', (_language, path, text, body, shorter, comment, other) => {
  it('judges the edited function anew, and keeps the rest at its new places', () => {
    const project = opened(path, text);
    const { quick, part, whole } = edit(project, path, text, body, shorter);
    expect(part).toBe(true);
    expect(quick.settled).toBe(false);
    expect(told(quick)).toEqual(told(whole));
    expect(quick.findings.length).toBeLessThan(projectOf({ [path]: text }).check(path).findings.length);
    expect(told(project.check(path))).toEqual(told(whole));
    expect(project.check(path, { quick: true }).settled).toBe(true);
  });
  it('goes on from one edit to the next, and back', () => {
    const project = opened(path, text);
    const first = edit(project, path, text, 'events.groupBy("user', 'events.groupBy("region", "user');
    expect(told(first.quick)).toEqual(told(first.whole));
    const second = edit(project, path, first.text, '"region", "user', '"region", "district", "user');
    expect([second.part, second.quick.settled]).toEqual([true, false]);
    expect(told(second.quick)).toEqual(told(second.whole));
    project.setText(path, text);
    expect(told(project.check(path, { quick: true }))).toEqual(told(projectOf({ [path]: text }).check(path)));
  });
  it('moves everything along with a comment', () => {
    const { quick, part, whole } = edit(opened(path, text), path, text, comment, other);
    expect([part, quick.settled]).toEqual([true, false]);
    expect(told(quick)).toEqual(told(whole));
  });
});

describe('what is more than an edit within a function', () => {
  const whole = (at: string, by: string): void => {
    const { quick, whole: all } = edit(opened('job.py', python), 'job.py', python, at, by);
    expect(quick.settled).toBe(true);
    expect(told(quick)).toEqual(told(all));
  };
  it('a function that comes or goes', () => {
    whole('\n# Part 40.', '\ndef more(path: str):\n    spark.read.parquet(path).collect()\n\n# Part 40.');
    whole('def job_40(', '(');
  });
  it('a name', () => whole('def job_40(', 'def job_forty('));
  it('code that has to do with Spark, and that others rest on', () => {
    whole('limit = 10', 'limit = spark.table("limits").first()[0]');
    whole('spark.read.parquet("/events").cache()', 'spark.table("/events").cache()');
  });
});

it('what tells others of fields runs along', () => {
  const { quick, part, whole } = edit(opened('job.py', python), 'job.py', python, 'self.users.collect()', 'self.users.toPandas()');
  expect([part, quick.settled]).toEqual([true, false]);
  expect(told(quick)).toEqual(told(whole));
  expect(quick.findings.some(({ message, start }) => start > python.indexOf('class Report') && message.includes('toPandas'))).toBe(true);
});

it('a cache that functions use which do not run again is not called unused', () => {
  const { quick, whole } = edit(opened('job.py', python), 'job.py', python, '"user_7"', '"user_seven"');
  expect(told(quick)).toEqual(told(whole));
});

it('a comment that silences counts at once', () => {
  const { quick, part, whole } = edit(opened('job.py', python), 'job.py', python, '.alias("total"))', '.alias("total"))  # sparkcheck: ignore[recomputed-dataset]');
  expect(part).toBe(true);
  expect(told(quick)).toEqual(told(whole));
});

it('settings that another function makes count', () => {
  const text = `${python}\ndef session():\n    return SparkSession.builder.config("spark.sql.shuffle.partitions", "8").config("spark.sql.shuffle.partitions", "9").getOrCreate()\n`;
  const { quick, whole } = edit(opened('job.py', text), 'job.py', text, '"user_7"', '"user_seven"');
  expect(told(quick)).toEqual(told(whole));
});

it('short modules are checked as a whole', () => {
  const text = python.slice(0, python.indexOf('# Part 3.'));
  const project = projectOf({ 'job.py': text });
  project.setText('job.py', text);
  project.check('job.py');
  const { quick, part } = edit(project, 'job.py', text, '"user_1"', '"user_one"');
  expect([part, quick.settled]).toEqual([false, true]);
});
