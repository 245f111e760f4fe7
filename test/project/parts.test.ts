/** What an edit within a function of a long module concerns: a quick check is of that part, and the rest is kept. */
import { describe, expect, it } from 'vitest';
import type { CheckResult, Project } from '../../server/src/project/project.ts';
import { projectOf } from '../support/project.ts';

const many = Array.from({ length: 60 }, (_, index) => index);

const session = 'from pyspark.sql import SparkSession, functions as F\nspark = SparkSession.builder.getOrCreate()\n';

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
  const whole = (at: string, by: string, text = python): void => {
    const { quick, whole: all } = edit(opened('job.py', text), 'job.py', text, at, by);
    expect(quick.settled).toBe(true);
    expect(told(quick)).toEqual(told(all));
  };
  it('a function that comes or goes', () => {
    whole('\n# Part 40.', '\ndef more(path: str):\n    spark.read.parquet(path).collect()\n\n# Part 40.');
    whole('def job_40(', '(');
  });
  it('a name', () => whole('def job_40(', 'def job_forty('));
  it('code that all others rest on', () => {
    whole('limit = 10', 'limit = spark.table("limits").first()[0]');
    whole('limit = 10', 'limit = 11');
    whole('spark.read.parquet("/events").cache()', 'spark.table("/events").cache()');
  });
  it('what can no longer be read elsewhere', () => whole('totals = events.groupBy("user_20")', `totals = ""${'"'}events.groupBy("user_20")`));
  it('a function that takes most of the time', () => {
    const long = `${session}def all(path: str):\n${many.map((n) => `    rows_${n} = spark.read.parquet(path + "${n}").groupBy("a").count()\n    rows_${n}.write.parquet(path)\n    rows_${n}.show()\n`).join('')}`;
    whole('rows_7.show()', 'rows_7.count()', long);
  });
  it('other files and settings that changed meanwhile', () => {
    const files = { 'job.py': `from lib import limit_of\n${python}`, 'lib.py': 'def limit_of(rows):\n    return rows\n' };
    const project = projectOf(files);
    for (const path of ['job.py', 'lib.py'] as const) project.setText(path, files[path]);
    project.check('job.py');
    project.setText('lib.py', 'def limit_of(rows):\n    return rows.limit(5)\n');
    project.setText('job.py', files['job.py'].replace('"user_7"', '"user_seven"'));
    expect(project.checksPart('job.py')).toBe(false);
    project.check('job.py');
    project.setOverrides({ ignore: ['recomputed-dataset'] });
    project.setText('job.py', files['job.py'].replace('"user_8"', '"user_eight"'));
    expect(project.checksPart('job.py')).toBe(false);
  });
});

/** Facts that one function tells and another one asks. */
describe('what a function rests on runs along', () => {
  const alike = (more: string, at: string, by: string, path: 'job.py' | 'Jobs.scala' = 'job.py'): void => {
    const text = path === 'job.py' ? `${python}${more}` : scala.replace(/}\n$/, `${more}}\n`);
    const { quick, whole } = edit(opened(path, text), path, text, at, by);
    expect(told(quick)).toEqual(told(whole));
  };
  it('fields set by methods below', () => alike('class R:\n    def show(self):\n        print(1)\n        return self.users.collect()\n    def prepare(self):\n        self.users = spark.table("users")\n', 'print(1)', 'print(12)'));
  it('fields set from outside', () => alike('class C:\n    df = None\n    def show(self):\n        print(1)\n        return self.df.collect()\ndef build(c: C):\n    c.df = spark.table("t")\n', 'print(1)', 'print(12)'));
  it('keys in fields', () => alike('class K:\n    def name(self):\n        self.key = "spark.sql.shuffle.partition"\n    def set(self):\n        print(1)\n        spark.conf.set(self.key, "8")\n', 'print(1)', 'print(12)'));
  it('views', () => alike('def one():\n    spark.table("a").createOrReplaceTempView("v")\ndef two():\n    spark.table("b").createOrReplaceTempView("v")\ndef three():\n    print(1)\n    spark.sql("select * from v").collect()\n', 'print(1)', 'print(12)'));
  it('who uses what it tells', () => alike('df = None\ndef prepare():\n    global df\n    name = "users"\n    df = spark.table(name).cache()\ndef show():\n    df.show()\n    df.count()\n', 'name = "users"', 'name = "users2"'));
  it('who uses what it tells, in Scala', () => alike('  var cached = spark.emptyDataFrame\n  def prepare(): Unit = {\n    val name = "users"\n    cached = spark.table(name).cache()\n  }\n  def show(): Unit = {\n    cached.show()\n    println(cached.count())\n  }\n', 'val name = "users"', 'val name = "users2"', 'Jobs.scala'));
  it('a helper that is called no more', () => alike('def caller(path: str):\n    helper(path)\ndef helper(path: str):\n    rows = spark.read.parquet(path).groupBy("a").count()\n    rows.write.parquet(path + "/x")\n    rows.show()\n', '    helper(path)', '    helpe(path)'));
  it('two functions that share a global', () => alike('df = None\ndef prepare():\n    global df\n    df = spark.read.parquet("/a").groupBy("b").count()\ndef use():\n    df.write.parquet("/c")\n    df.collect()\n', '    df.collect()', '    return 1'));
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

it('a hover between two edits keeps them edits of parts', () => {
  const project = opened('job.py', python);
  const first = edit(project, 'job.py', python, '"user_7"', '"user_seven"');
  expect(project.program('job.py')!.datasets.length).toBeGreaterThan(many.length);
  expect(edit(project, 'job.py', first.text, '"user_seven"', '"user_sevens"').part).toBe(true);
});

/** What is typed anywhere in a module whose functions share fields, globals, views and helpers. */
it('random edits give what the whole gives', () => {
  const dense = `${python}
held = None
def keep(path: str):
    global held
    held = spark.read.csv(path).groupBy("a").count().cache()
def use():
    held.show()
    return held.count()
def view(path: str):
    spark.read.json(path).createOrReplaceTempView("events")
def query():
    rows = spark.sql("select a, count(*) n from events group by a")
    rows.write.parquet("/n")
    return rows.collect()
def helper(rows, path: str):
    for row in rows.collect():
        print(row)
    rows.coalesce(1).write.parquet(path)
def caller(path: str):
    helper(spark.table("t"), path)
    for name in [path, path + "2"]:
        helper(spark.read.parquet(name), name)
class Store:
    def load(self):
        self.frame = spark.read.parquet("/store").cache()
    def size(self):
        return self.frame.count()
    def rows(self):
        return self.frame.collect()
`;
  const end = dense.length;
  const begin = dense.indexOf('class Report');
  const project = opened('job.py', dense);
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  let parts = 0;
  for (let turn = 0; turn < 60; turn++) {
    const at = begin + random(end - begin);
    const text = turn % 2 === 0 ? `${dense.slice(0, at)}${'abx_ 01.('[random(9)]}${dense.slice(at)}` : dense.slice(0, at) + dense.slice(at + 1 + random(3));
    project.setText('job.py', text);
    if (project.checksPart('job.py')) parts++;
    const quick = project.check('job.py', { quick: true });
    expect(told(quick), JSON.stringify(text.slice(at - 40, at + 40))).toEqual(told(project.check('job.py')));
    project.setText('job.py', dense);
    project.check('job.py');
  }
  expect(parts).toBeGreaterThan(15);
}, 120_000);

it('short modules are checked as a whole', () => {
  const text = python.slice(0, python.indexOf('# Part 3.'));
  const project = projectOf({ 'job.py': text });
  project.setText('job.py', text);
  project.check('job.py');
  const { quick, part } = edit(project, 'job.py', text, '"user_1"', '"user_one"');
  expect([part, quick.settled]).toEqual([false, true]);
});
