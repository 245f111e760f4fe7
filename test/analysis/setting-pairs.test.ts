/** Settings in dicts and lists: each has a place of its own, however it comes to a builder. */
import { describe, expect, it } from 'vitest';
import { projectOf } from '../support/project.ts';

/** `means key=value`, as written at the entry's places. */
function settings(text: string, path: string): string[] {
  return projectOf({ [path]: text }).program(path)!.settings.map(({ means, key, value, keySite, valueSite }) => {
    const at = (site: { start: number; end: number }): string => text.slice(site.start, site.end);
    expect(at(keySite)).toBe(JSON.stringify(key));
    return `${means} ${key}=${value ?? '?'} at ${at(valueSite)}`;
  });
}

const python = (text: string): string[] => settings(`import functools\nfrom pyspark import SparkConf\nfrom pyspark.sql import SparkSession\nd = {"spark.a": "1", "spark.b": 2}\n${text}\n`, 'job.py');
const [a, b] = ['spark.a=1 at "1"', 'spark.b=2 at 2'];

describe('in Python', () => {
  it.each([
    ['SparkSession.builder.config(map=d)', [`builder ${a}`, `builder ${b}`]],
    ['SparkConf().setAll(d.items())', [`conf ${a}`, `conf ${b}`]],
    ['SparkConf().setAll(list(d.items()))', [`conf ${a}`, `conf ${b}`]],
    ['SparkConf().setAll([("spark.a", "1"), ["spark.b", x]])', [`conf ${a}`, 'conf spark.b=? at x']],
    ['s = SparkSession.builder\nfor k, v in d.items():\n    s = s.config(k, v)', [`builder ${a}`, `builder ${b}`]],
    ['c = SparkConf()\nfor k in d:\n    print(k)\n    c.set(k, d[k])', [`conf ${a}`, `conf ${b}`]],
    ['c = SparkConf()\nfor pair in d.items():\n    c.set(pair[0], pair[1])', [`conf ${a}`, `conf ${b}`]],
    ['c = SparkConf()\nfor k, v in [("spark.a", "1")]:\n    c.set(k, v)', [`conf ${a}`]],
    ['functools.reduce(lambda s, kv: s.config(kv[0], kv[1]), d.items(), SparkSession.builder)', [`builder ${a}`, `builder ${b}`]],
    ['SparkConf().setAll({**d, "spark.c": "3"}.items())', [`conf ${a}`, `conf ${b}`, 'conf spark.c=3 at "3"']],
    ['def make(more):\n    c = SparkConf()\n    for k, v in more.items():\n        c.set(k, v)\n\nmake(d)', [`conf ${a}`, `conf ${b}`]],
    ['spark = SparkSession.builder.config(map=d).getOrCreate()\nfor k, v in d.items():\n    spark.conf.set(k, v)', [`builder ${a}`, `builder ${b}`, `runtime ${a}`, `runtime ${b}`]],
  ])('%s', (text, found) => expect(python(text)).toEqual(found));
  it('a loop that does more is gone through as one', () => {
    expect(python('spark = SparkSession.builder.getOrCreate()\nfor k, v in d.items():\n    spark.conf.set(k, v)\n    spark.table("t").count()')).toEqual([]);
  });
});

describe('in Scala', () => {
  const scala = (text: string): string[] => settings(`import org.apache.spark.SparkConf\nimport org.apache.spark.sql.SparkSession\nobject A extends App {\n  val d = Map("spark.a" -> "1", "spark.b" -> 2)\n  val c = new SparkConf()\n  ${text}\n}\n`, 'A.scala');
  it.each([
    ['c.setAll(d)', [`conf ${a}`, `conf ${b}`]],
    ['c.setAll(Seq("spark.a" -> "1", ("spark.b", 2)))', [`conf ${a}`, `conf ${b}`]],
    ['d.foreach { case (k, v) => c.set(k, v) }', [`conf ${a}`, `conf ${b}`]],
    ['d.foreach(kv => c.set(kv._1, kv._2))', [`conf ${a}`, `conf ${b}`]],
    ['for ((k, v) <- d) c.set(k, v)', [`conf ${a}`, `conf ${b}`]],
    ['d.foldLeft(SparkSession.builder()) { case (s, (k, v)) => s.config(k, v) }', [`builder ${a}`, `builder ${b}`]],
    ['Seq(("spark.a", "1"), ("spark.b", 2)).foreach { case (k, v) => c.set(k, v) }', [`conf ${a}`, `conf ${b}`]],
  ])('%s', (text, found) => expect(scala(text)).toEqual(found));
});
