/** Whatever is typed: no throw, spans in bounds, and a changed document is lowered as a new one would be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachExpression } from '../../server/src/program/expressions.ts';
import type { Def, Expr, Lowered } from '../../server/src/program/program.ts';
import { type ModuleSource, sourceOf, sourceOfCells } from '../../server/src/syntax/index.ts';
import { lower, syntax } from '../support/engine.ts';

const module = (text: string, path = 'job.py'): ModuleSource => sourceOf(path, text) as ModuleSource;

const job = `from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.config("a", 1).getOrCreate()

def load(path: str) -> "DataFrame":
    """Reads it."""
    df = spark.read.parquet(f"/data/{path}")  # type: DataFrame
    return df.filter(F.col("x") > 1) if path else df

@udf("string")
def upper(s): return s.upper()

class Job(Base):
    limit = 10

    @property
    def rows(self):
        return [r for r in self.df.collect() if r]

    def run(self, *names, deep=False, **more):
        global total
        for i, name in enumerate(names):
            try:
                total = load(name).count()
            except (ValueError, KeyError) as e:
                def retry(): return load(name)
                print(e, retry())
            else:
                def retry(): return load(name)
        with open("x") as f, lock:
            self.df, *rest = f

def same(): return 1
if spark:
    def same(): return 1
match load("a"):
    case [x, *y] if x: pass
while not (n := len(load("b").columns)) < 3 < 4:
    lambda a, b=1: a + b
`;

const scalaJob = `package a.b
import org.apache.spark.sql.{DataFrame, SparkSession, functions => F}
import spark.implicits._

trait Base extends Serializable { self: Runner =>
  val limit = 10
  def load(path: String): DataFrame = spark.read.parquet(s"/data/$path/\${limit + 1}")
}

case class Row(id: Long, name: String = "x")
object Row { def apply(id: Long): Row = new Row(id, "y") }

class Job(df: DataFrame, val names: Seq[String])(implicit spark: SparkSession) extends Base with Other[Row] {
  @transient lazy val cached = df.filter($"x" > limit && !$"y").cache()
  private var total = 0L
  def rows = cached.collect
  def run(deep: Boolean = limit > 1)(f: Row => Unit): Unit = {
    val df = load("a")
    for (name <- names; part = load(name) if deep) {
      total += part.count
      def retry(n: Int): DataFrame = if (n > limit) df else retry(n + 1)
    }
    try rows foreach { case r @ Row(id, _) if id > 0 => f(r); case _ => }
    catch { case e: Exception => println(e, total) } finally df.unpersist()
  }
  object Inner { val x = limit; def same = 1 }
}

class JobTest extends Suite {
  val limit = 1
  "rows" should {
    "be there" in withSession { session =>
      val df = load("a")
      def same = limit
      var n = 0
      df.collect.foreach { row =>
        val same = row.id + JobTest.this.limit
        n += same
      }
      assert(n == same)
    }
    withSession { session => val x =
      session.range(1)
      x.foreach { case (a, b) => n
        a }
    }
    new Base { val x = limit }
  }
}

object Main extends App {
  def same = 1
  val job = new Job(null, Seq("a")) { override val limit = 3 }
  val Array(train, test) = job.cached.randomSplit(Array(0.8, 0.2))
  val all = for { x <- train.columns; y = x + "_" } yield x -> y
  if (all.isEmpty) { val same = 2; println(same) } else same
  train.as[Row].map(_.id + 1).reduce(_ + _) match {
    case 1L | 2L => Row(1)
    case x => { y: Long => y + x }
  }
}
`;

const changes = (job: string, pieces: readonly string[]) => fc.array(fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(40),
  insert: fc.option(fc.oneof(fc.constantFrom(...pieces), fc.tuple(fc.nat(job.length), fc.nat(120)).map(([at, length]) => job.slice(at, at + length))), { nil: '' }),
}), { minLength: 1, maxLength: 6 });

const jobs: Readonly<Record<string, readonly [text: string, pieces: readonly string[]]>> = {
  'job.py': [job, ['(', ')', '[', '"', "'", '"""', ':', '\n', '\n    ', '    ', '\\', '#', '# type: A', ' = ', '.', ',', 'def f(): return 1\n', 'class ', 'try:\n    ', 'else:\n    ', 'x', '😀', '\r\n', '\t', '{', 'f"{', 'match ', '@a\n']],
  'Job.scala': [scalaJob, ['(', ')', '[', '{', '}', '"', "'", '"""', ':', '\n', '\n    ', '\\', '//', '/*', ' = ', ' => ', '.', ',', '_', '$"', 'def same = 1\n', 'val limit = 1\n', 'val df = 1\n', 'object Job {}\n', 'class ', 'case ', 'x', '😀', '\r\n', '\t', 's"${', ' match {', '@a ', '{ p: Row => p }', 'def load = limit\n', ' { row =>\n', '}\n', '.foreach { y => x\n']],
};

function inBounds(lowered: Lowered): void {
  forEachExpression(lowered, (expr, { start, end }) => {
    if (start < 0 || end > lowered.text.length || start > end) throw new Error(`${expr.kind} at ${start}–${end} of ${lowered.text.length}`);
  });
  for (const { start, end } of [...lowered.comments, ...lowered.errors]) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(Math.max(lowered.text.length, start + 1));
  }
}

/** Every definition object, to see that no two places share one. */
function defsOf(lowered: Lowered): Def[] {
  const found: Def[] = [];
  forEachExpression(lowered, (expr) => {
    if (expr.kind === 'closure') found.push(expr.def);
  });
  return found;
}

describe('an open document', () => {
  it.each(Object.entries(jobs))('%s is lowered as a new one, edit by edit', (path, [job, pieces]) => {
    fc.assert(fc.property(changes(job, pieces), (edits) => {
      const open = syntax.open(module(job, path));
      let text = job;
      try {
        for (const { at, remove, insert } of edits) {
          const start = Math.floor(at * text.length);
          text = text.slice(0, start) + insert + text.slice(start + remove);
          const updated = open.update(module(text, path));
          inBounds(updated);
          expect(updated).toEqual(lower(text, path));
          const defs = defsOf(updated);
          expect(new Set(defs).size).toBe(defs.length);
        }
        expect(open.update(module(job, path)), 'and back').toEqual(lower(job, path));
      } finally {
        open.close();
      }
    }), { numRuns: path === 'job.py' ? 120 : 60, seed: 20241124 });
  });

  it('keeps what did not change', () => {
    const open = syntax.open(module('def a():\n    return 1\n\ndef b():\n    return 2\n'));
    const [a, b] = defsOf(open.lowered);
    const [a2, b2] = defsOf(open.update(module('x = 0\ndef a():\n    return 3\n\ndef b():\n    return 2\n')));
    expect(a2).not.toBe(a);
    expect(b2).toBe(b);
    expect(b2!.at).toBe('x = 0\ndef a():\n    return 3\n\n'.length);
    open.close();
  });

  it('keeps methods as long as their names mean the same', () => {
    const text = (fields: string): string => `class A {\n${fields}  def f = x\n  def g = z\n  def h(y: Int) = { def k = x; y }\n}\nobject A { def f = x }\n`;
    const open = syntax.open(module(text('  val x = 1\n'), 'A.scala'));
    const named = (lowered: Lowered): ReadonlyMap<string, Def> => new Map(defsOf(lowered).map((def) => [`${def.name}${def.params.length}`, def]));
    const before = named(open.lowered);
    const kept = (fields: string): string[] => {
      const updated = open.update(module(text(fields), 'A.scala'));
      expect(updated).toEqual(lower(text(fields), 'A.scala'));
      return [...named(updated)].filter(([name, def]) => before.get(name) === def).map(([name]) => name);
    };
    expect(kept('  val x = 2\n')).toEqual(['f1', 'g1', 'h2', 'k0', 'f0']);
    expect(kept('  val x, z = 2\n'), 'z is a member now').toEqual(['f1', 'h2', 'k0', 'f0']);
    expect(kept(''), 'x is none any more').toEqual(['f0']);
    open.close();
  });

  it('keeps functions given in braces as long as their names mean the same', () => {
    const text = (head: string): string => `class A {\n${head}  test("f") { s =>\n    s.read(x)\n  }\n  test("g") { s =>\n    A.this.y\n  }\n  test("h") { s =>\n    s.all\n  }\n}\n`;
    const open = syntax.open(module(text('  val x = 1\n'), 'A.scala'));
    const given = (lowered: Lowered): Def[] => defsOf(lowered).filter(({ kind }) => kind === 'lambda');
    const before = given(open.lowered);
    const kept = (changed: string): number[] => {
      const updated = open.update(module(changed, 'A.scala'));
      expect(updated).toEqual(lower(changed, 'A.scala'));
      return given(updated).map((def) => before.indexOf(def));
    };
    expect(kept(text('  // x\n  val x = 2\n'))).toEqual([0, 1, 2]);
    expect(kept(text('')), 'x is no member any more').toEqual([-1, 1, 2]);
    expect(kept(text('').replace('class A', 'class B')), 'this is another').toEqual([-1, -1, 2]);
    open.close();
  });

  it('keeps statements that did not change, and moves them', () => {
    const statements = (lowered: Lowered): readonly Expr[] => (lowered.module.body.kind === 'sequence' ? lowered.module.body.body : []);
    const before = 'a = f(lambda: 1)  # type: A\nb = 2\nif c:\n    def d(): return [e for e in c]\nf"{g()}"\n';
    const open = syntax.open(module(before));
    const old = [...statements(open.lowered)];
    const changed = before.replace('b = 2', 'b = (i := 3)\nh()');
    const updated = open.update(module(changed));
    expect(updated).toEqual(lower(changed));
    const now = statements(updated);
    expect(now.map((expr) => old.indexOf(expr))).toEqual([0, -1, -1, 2, -1]);
    const typed = changed.replace('type: A', 'type: B');
    expect(open.update(module(typed)), 'a comment tells a type').toEqual(lower(typed));
    open.close();
  });

  it('is lowered as a new one, cell by cell', () => {
    const cell = fc.constantFrom('x = 1', 'x\n', 'def f():\n  return x', 'y = """', 'f(', '%sql\nselect', 'if x: y', '# a\nx', '', '\n', 'class A:\n  def f(self): pass\nA()', 'x = f(1)  # type: A');
    fc.assert(fc.property(fc.array(fc.array(cell, { maxLength: 6 }), { minLength: 2, maxLength: 6 }), (versions) => {
      const sources = versions.map((cells) => sourceOfCells(cells.map((text, index) => ({ text, index }))));
      const open = syntax.open(sources[0]!);
      try {
        for (const source of [...sources, sources[0]!]) expect(open.update(source)).toEqual(syntax.lower(source));
      } finally {
        open.close();
      }
    }), { numRuns: 150, seed: 20241124 });
  });

  it('holds equal definitions apart, whatever the order of lowering', () => {
    const open = syntax.open(module('try:\n    def f(): return 1\nexcept E:\n    pass\n'));
    const text = 'try:\n    def f(): return 1\nexcept E:\n    def f(): return 1\n';
    const updated = open.update(module(text));
    expect(updated).toEqual(lower(text));
    expect(new Set(defsOf(updated)).size).toBe(2);
    open.close();
  });
});

describe('odd files', () => {
  it('count the byte order mark, keep Windows line ends and tabs, and columns in UTF-16 units', () => {
    const text = '\uFEFFif a:\r\n\tx = "😀"; y = f()\r\n';
    const places: string[] = [];
    forEachExpression(lower(text), (expr, { start, end }) => { if (expr.kind === 'call') places.push(text.slice(start, end)); });
    expect(places).toEqual(['f()']);
    expect(lower(text).errors).toEqual([]);
  });

  it.each(Object.entries({
    'sums': `x = ${'a + '.repeat(5000)}a`,
    'brackets': `x = ${'['.repeat(2000)}${']'.repeat(2000)}`,
    'open brackets': `x = ${'('.repeat(2000)}`,
    'calls': `x = a${'.b()'.repeat(3000)}`,
    'conditions': `x = ${'a if b else '.repeat(3000)}c`,
    'lambdas': `x = ${'lambda: '.repeat(3000)}y`,
    'assignments': `${'a = '.repeat(3000)}1`,
    'elif': `if a: pass\n${'elif b: pass\n'.repeat(3000)}else: pass`,
    'cases': `match a:\n${' case 1: pass\n'.repeat(3000)}`,
    'blocks': `${Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}if a:\n`).join('')}${' '.repeat(300)}x = 1`,
  }))('machine-made %s are lowered, and what follows them', (_, text) => {
    const lowered = lower(`${text}\nlast = 1\n`);
    inBounds(lowered);
    expect(lowered.module.length).toBe(text.length + 10);
  });

  it.each(Object.entries({
    'sums': `val x = ${'a + '.repeat(1000)}a`,
    'lists': `val x = ${'a :: '.repeat(500)}Nil`,
    'brackets': `val x = ${'('.repeat(2000)}${')'.repeat(2000)}`,
    'open brackets': `val x = ${'('.repeat(2000)}`,
    'calls': `val x = a${'.b()'.repeat(1000)}`,
    'applications': `val x = a${'(1)'.repeat(1000)}`,
    'conditions': `val x = ${'if (a) b else '.repeat(250)}c`,
    'lambdas': `val x = ${'y => '.repeat(500)}y`,
    'assignments': `${'a = '.repeat(500)}1`,
    'cases': `a match {\n${' case 1 => 2\n'.repeat(1000)}}`,
    'loops': `for (${'x <- xs; '.repeat(500)}y <- ys) x`,
    'blocks': `${'{ '.repeat(1000)}1${' }'.repeat(1000)}`,
    'classes': `${'class A { '.repeat(500)}${'}'.repeat(500)}`,
    'types': `val x: ${'A['.repeat(1000)}B${']'.repeat(1000)} = 1`,
    'placeholders': `val x = ${'f(_, '.repeat(500)}1${')'.repeat(500)}`,
  }))('machine-made %s of Scala are lowered, and what follows them', (_, text) => {
    const lowered = lower(`${text}\nval last = 1\n`, 'Job.scala');
    inBounds(lowered);
    expect(lowered.module.length).toBe(text.length + 14);
  });

  it('of megabytes are lowered whole', () => {
    const text = 'df = spark.table("t")\n'.repeat(50_000);
    const { module: { body }, timedOut } = lower(text);
    expect(timedOut).toBeUndefined();
    expect(body.kind === 'sequence' && body.body.length).toBe(50_000);
  });
});
