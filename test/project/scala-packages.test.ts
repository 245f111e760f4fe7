import { describe, expect, it } from 'vitest';
import { projectFiles } from '../../server/src/project/files.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { scalaNamesIn } from '../../server/src/project/scala-names.ts';
import { scalaPackages } from '../../server/src/project/scala-packages.ts';

const namesOf = (text: string): string[] => [...scalaNamesIn(text).defines].flatMap(([name, names]) => [...names].map((each) => (name === '' ? each : `${name}.${each}`)));

describe('names of a Scala text', () => {
  it.each([
    ['package a.b\nclass C\nobject C { def inner = 1; class D }\nsealed trait T\ncase object O extends T\n', ['a.b.C', 'a.b.T', 'a.b.O']],
    ['package a\npackage b\nclass C(val x: Int = { 1 })\n', ['a.b.C']],
    ['package a {\n  package b {\n    class C\n  }\n  class D\n}\n', ['a.b.C', 'a.D']],
    ['package a\npackage object b extends Base {\n  type T = Int\n  def f(x: Int) = { val y = x; y }\n  val (p, q: Int) = g\n  val Array(r, s) = h\n  lazy val t, u = 1\n  var `odd name` = 1\n}\n', ['a.b.package', 'a.b.T', 'a.b.f', 'a.b.p', 'a.b.q', 'a.b.r', 'a.b.s', 'a.b.t', 'a.b.u', 'a.b.odd name']],
    ['/* class No /* object No */ class No */\npackage a // object No\nclass C { val s = "class No {"; val t = """object No {""" }\nobject D { val c = \'{\' }\nclass E { s"${ if (a) { "}" } else "{" } {" }\nclass F\n', ['a.C', 'a.D', 'a.E', 'a.F']],
    ['package a\n@main def run() =\n  val spark = 1\n  def inner = 2\nobject X:\n  def f = {\n    1\n  }\n  val y = 2\ncase class Z(a: Int)\n', ['a.run', 'a.X', 'a.Z']],
    ['package a\n  class Odd {\n  }\nobject Plain { }\n', ['a.Odd', 'a.Plain']],
    ['object Main {\n  def main(args: Array[String]): Unit = ()\n}\n', ['Main']],
    ['val df = spark.range(3)\ncase class Row(a: Int)\n', []],
    ['// Databricks notebook source\ncase class Row(a: Int)\n', []],
  ])('%j', (text, names) => expect(namesOf(text)).toEqual(names));

  it('reads imports of every form', () => {
    const { imports } = scalaNamesIn('import a.b.C\nimport a.b.{C, D => E, F => _, _}, c.G\nimport _root_.a.`type`.X\nimport a.*\nimport a.b as c\n');
    expect(imports.map(({ path, names, star }) => `${path.join('.')}: ${names.map(({ name, as }) => (name === as ? name : `${name}=${as}`)).join()}${star ? ' *' : ''}`)).toEqual(['a.b: C', 'a.b: C,D=E *', 'c: G', 'a.type: X', 'a:  *', 'a: b=c']);
  });
  it('knows the words of its code alone', () => {
    const { words } = scalaNamesIn('val x = s"$one ${two(three.four)} five" + "six" // seven\nval y = f"""$eight "nine" ${ten}"""\n');
    expect(['one', 'two', 'three', 'four', 'eight', 'ten'].every((word) => words.has(word))).toBe(true);
    expect(['five', 'six', 'seven', 'nine'].some((word) => words.has(word))).toBe(false);
  });
  it('tells which packages get methods for others', () => {
    expect([...scalaNamesIn('package a\npackage object b { implicit class Rich(df: DataFrame) { } }\n').widens]).toEqual(['a.b']);
    expect([...scalaNamesIn('package a\nobject B { implicit class Rich(df: DataFrame) { } }\ndef f(implicit s: S) = 1\n').widens]).toEqual([]);
  });
  it('comes to an end in any text', () => {
    for (const text of ['"', '"""', 's"${', 's"${s"${', '/*', '}}})', '((((', 'package', 'package object', 'import', 'import a.{', 'class', 'val', "'", '`', 's"""$', 'def\0']) expect(() => scalaNamesIn(text)).not.toThrow();
    const deep = 's"${'.repeat(20_000);
    expect(() => scalaNamesIn(deep)).not.toThrow();
  });
});

function project(texts: Record<string, string>) {
  const files = projectFiles(memoryHost(texts));
  return { files, ...scalaPackages(files) };
}

describe('Scala packages', () => {
  it('lead from a dotted name to the file that defines it', () => {
    const { definedIn } = project({ 'src/main/scala/Any.scala': 'package a.b\nclass C\nobject D\n', 'p.scala': 'package a\npackage object b { def f = 1 }\n', 'job.scala': 'package z\n' });
    expect(['a.b.C', 'a.b.D', 'a.b.f', 'a.b', 'C', 'a.b.C.x'].map((dotted) => definedIn('job.scala', dotted))).toEqual(['src/main/scala/Any.scala', 'src/main/scala/Any.scala', 'p.scala', undefined, undefined, undefined]);
  });
  it('take the nearest of several, and none where they are equally near', () => {
    const texts = Object.fromEntries(['core/A.scala', 'jobs/A.scala', 'old/A.scala'].map((path) => [path, 'package a\nobject A\n']));
    const { definedIn } = project({ ...texts, 'core/B.scala': '', 'other/B.scala': '' });
    expect(definedIn('core/B.scala', 'a.A')).toBe('core/A.scala');
    expect(definedIn('other/B.scala', 'a.A')).toBeUndefined();
    expect(definedIn('old/A.scala', 'a.A')).toBe('old/A.scala');
  });
  it('keep what only tests see from others, and no package that is called test', () => {
    const { definedIn } = project({ 'src/test/scala/T.scala': 'package a\nobject T\n', 'src/main/scala/a/test/U.scala': 'package a.test\nobject U\n', 'src/main/scala/J.scala': '', 'src/test/scala/JSpec.scala': '' });
    expect(definedIn('src/main/scala/J.scala', 'a.T')).toBeUndefined();
    expect(definedIn('src/test/scala/JSpec.scala', 'a.T')).toBe('src/test/scala/T.scala');
    expect(definedIn('src/main/scala/J.scala', 'a.test.U')).toBe('src/main/scala/a/test/U.scala');
  });

  const library = { 'A.scala': 'package a\nobject A { def f = 1 }\n', 'B.scala': 'package a.b\nobject B\nclass Other\n', 'C.scala': 'package a\npackage object tools { def load = 1 }\n', 'Rich.scala': 'package a\npackage object rich { implicit class Rich(x: Int) { def more = 1 } }\n' };
  it.each([
    ['package z\nimport a.A\n', ['A.scala']], ['package z\nimport a.A.f\n', ['A.scala']], ['package z\nimport a.A._\n', ['A.scala']], ['package z\nimport a.{A => Z, _}\n', ['A.scala']],
    ['package z\nimport a._\nA.f\n', ['A.scala']], ['package z\nimport a._\n// A\n', []], ['package z\nval x = a.b.B\n', ['B.scala']], ['package a.b\nnew Other\n', ['B.scala']], ['package a.b\nA.f\n', []], ['package a\npackage b\nA.f\n', ['A.scala']],
    ['package a\nval x = b.B\n', ['B.scala']], ['package z\nimport a.b\nb.B\n', ['B.scala']], ['package z\nimport a.{b => c}\nc.B\n', ['B.scala']], ['package z\nimport a.tools\ntools.load\n', ['C.scala']], ['package z\nimport a.tools.load\n', ['C.scala']],
    ['package z\nimport a.rich._\n1.more\n', ['Rich.scala']], ['package z\nimport _root_.a.A\n', ['A.scala']], ['package z\nimport java.util.A\n', []],
  ])('lead from %j to %j', (text, targets) => expect(project({ ...library, 'job.scala': text }).targetsOf('job.scala')).toEqual(targets));

  it('see names come and go, and look again only where they are mentioned', () => {
    const { files, targetsOf } = project({ 'A.scala': 'package a\nobject A\n', 'uses.scala': 'package a\nA\n', 'not.scala': 'package a\nobject N\n' });
    const [uses, not] = [targetsOf('uses.scala'), targetsOf('not.scala')];
    expect([uses, not]).toEqual([['A.scala'], []]);
    files.overlay('A.scala', 'package a\nobject A { val x = 1 }\n');
    expect(targetsOf('uses.scala')).toBe(uses);
    files.overlay('A.scala', 'package a\nobject Z\n');
    expect(targetsOf('uses.scala')).toEqual([]);
    expect(targetsOf('not.scala')).toBe(not);
    files.overlay('New.scala', 'package a\nobject A\n');
    expect(targetsOf('uses.scala')).toEqual(['New.scala']);
    files.overlay('New.scala', undefined);
    expect(targetsOf('uses.scala')).toEqual([]);
  });
});
