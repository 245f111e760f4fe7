/** What notebooks and shells give, and what the notebooks bring that they run. */
import { describe, expect, it } from 'vitest';
import { projectFiles } from '../../server/src/project/files.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { ranFile } from '../../server/src/project/runs.ts';
import { cases } from './harness.ts';

const start = '// Databricks notebook source\n';
const cell = '\n// COMMAND ----------\n\n';
const inPython = (text: string): string => text.replaceAll('// ', '# ');

describe('names that are given', () => {
  cases({
    'in a notebook of Databricks': {
      'a.scala': `${start}val a = spark.table("t")  //: DataFrame
val b = sql("select 1")  //: DataFrame
val c = table("t")  //: DataFrame
val d = sqlContext.table("t")  //: DataFrame
val e = sc.parallelize(Seq(1))  //: RDD
val f = Seq(1).toDF("x")  //: DataFrame
val g = f.filter($"x" > 1)  //: DataFrame
val h = col("x")  //: unknown (call)
`,
    },
    'and may be taken': {
      'a.scala': `${start}def table(name: String): Int = 1
val a = table("t")  //: 1
${cell}val sql = "select 1"
val b = sql.length  //: str.length
`,
    },
    'in a script for the shell': {
      'a.sc': 'val a = sql("select 1")  //: DataFrame\nval b = a.filter(col("x") > lit(1))  //: DataFrame\nprintln(b)\n',
      'b.scala': 'val a = spark.range(3)\nval b = a.select(sum("id"))  //: DataFrame\nprintln(b)\n',
    },
    'but not where a compiler reads it': {
      'a.scala': 'package a\nobject A { val b = sql("select 1") }  //: unknown (call)\n',
      'b.scala': 'object B { val b = col("x") }  //: unknown (call)\n',
    },
    'by imports of all that an unknown member of the session or a frame has': {
      'a.scala': 'import org.apache.spark.sql._\nobject A {\n  def run(spark: SparkSession, df: DataFrame) = {\n    import spark.mystery._\n    import df.sparkSession.other._\n    val a = df.limit(1)  //: DataFrame\n    val b = a.widened()  //: unknown (member)\n    b\n  }\n}\n',
    },
    'by an import from the session': {
      'a.scala': 'object A {\n  import spark.sql\n  val b = sql("select 1")  //: DataFrame\n}\n',
      'b.scala': 'class B {\n  def run(session: org.apache.spark.sql.SparkSession) = {\n  import session.{sql, table => read}\n  val a = sql("select 1")  //: DataFrame\n  val b = read("t")  //: DataFrame\n  }\n}\n',
    },
  });
});

describe('a notebook that runs others', () => {
  const helpers = `${start}import org.apache.spark.sql.functions._
val orders = spark.read.parquet("/orders")
def clean(df: org.apache.spark.sql.DataFrame) = df.filter(col("x") > 1)
case class Order(id: Long)
object Paths { val root = "/data" }
`;
  const main = (named: string): string => `${start}${cell}// MAGIC %run ${named}\n${cell}val a = clean(orders)  //: DataFrame
val b = a.select(lit(1)).limit(2)  //: DataFrame
val c = Paths.root  //: "/data"
`;
  cases({
    'beside it': { 'main.scala': main('./helpers'), 'helpers.scala': helpers },
    'elsewhere, with parameters': { 'jobs/main.scala': main('"../lib/helpers" $day="1"'), 'lib/helpers.scala': helpers, 'jobs/helpers.scala': start },
    'by its place in the workspace': { 'jobs/main.scala': main('/Repos/me@x.org/project/lib/helpers'), 'lib/helpers.scala': helpers, 'old/helpers.scala': start },
    'through another': { 'main.scala': main('./all'), 'all.scala': `${start}// MAGIC %run ./helpers\n`, 'helpers.scala': helpers },
    'that run it': { 'main.scala': main('./helpers'), 'helpers.scala': `${helpers}${cell}// MAGIC %run ./main\n` },
    'in another language gets no names': { 'main.scala': `${start}// MAGIC %run ./helpers\n${cell}val a = orders.limit(3)  //: unknown (call)\n`, 'helpers.py': '# Databricks notebook source\norders = spark.table("t")\n' },
    'that are not there': { 'main.scala': `${start}// MAGIC %run ./helpers\n${cell}val a = orders  //: unknown (name)\n` },
    'before and after it has names of its own': {
      'main.scala': `${start}val orders = 1\nval a = orders  //: 1\n${cell}// MAGIC %run ./helpers\n${cell}val b = orders  //: DataFrame\n${cell}val orders = 2\nval c = orders  //: 2\n`, 'helpers.scala': helpers,
    },
    'in Python': {
      'main.py': inPython(`${start}${cell}// MAGIC %run ./helpers\n${cell}`) + 'a = clean(orders)  #: DataFrame\nb = a.select(_one)  #: DataFrame\nprint(b)\n',
      'helpers.py': '# Databricks notebook source\nimport pyspark.sql.functions as F\norders = spark.table("orders")\n_one = F.lit(1)\ndef clean(df):\n    return df.filter("x")\n',
    },
    'of Jupyter': {
      'main.py': inPython(`${start}// MAGIC %run ./helpers\n${cell}`) + 'a = orders.limit(2)  #: DataFrame\nprint(a)\n',
      'helpers.ipynb': JSON.stringify({ cells: [{ cell_type: 'code', source: 'orders = spark.table("orders")' }], metadata: { language_info: { name: 'python' } } }),
    },
    'as the shell loads scripts': { 'main.scala': ':load lib/helpers.scala\nval a = clean(orders)  //: DataFrame\nprintln(a)\n', 'lib/helpers.scala': helpers.replace(start, '') },
  });

  const files = projectFiles(memoryHost(Object.fromEntries(['a/main.py', 'a/setup.py', 'a/setup.scala', 'a/b/setup.ipynb', 'lib/x/setup.py', 'lib/y/setup.py', 'lib/y/only.py', 'text.md', 'a/named.sc'].map((path) => [path, '']))));
  it.each([
    ['./setup', 'a/setup.py'], ['setup', 'a/setup.py'], ['$./setup', 'a/setup.py'], ['./b/setup', 'a/b/setup.ipynb'], ['./b/setup.ipynb', 'a/b/setup.ipynb'], ['../lib/x/setup', 'lib/x/setup.py'], ['./../a/./setup.scala', 'a/setup.scala'], ['named', 'a/named.sc'],
    ['/Users/a@b.c/lib/y/setup', 'lib/y/setup.py'], ['lib/y/only', 'lib/y/only.py'], ['/y/only', 'lib/y/only.py'], ['/a/b/setup.ipynb', 'a/b/setup.ipynb'],
    ['./main', undefined], ['main.py', undefined], ['../../a/setup', undefined], ['/only', undefined], ['only', undefined], ['./only', undefined], ['../text.md', undefined], ['', undefined], ['/', undefined], ['..', undefined],
  ])('means by %j the file %s', (named, path) => expect(ranFile(files, 'a/main.py', named)).toBe(path));
});
