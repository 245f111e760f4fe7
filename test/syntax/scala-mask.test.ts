/** What Scala's grammar does not know is masked; what was never closed is found; all else stands as it was written. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Language, Parser } from 'web-tree-sitter';
import { prepare } from '../../server/src/syntax/scala/mask.ts';

const require = createRequire(import.meta.url);
await Parser.init({ wasmBinary: readFileSync(require.resolve('web-tree-sitter/tree-sitter.wasm')) } as unknown as Parameters<typeof Parser.init>[0]);
const grammar = await Language.load(readFileSync(new URL('../../node_modules/tree-sitter-scala/tree-sitter-scala.wasm', import.meta.url)));
const parser = new Parser().setLanguage(grammar);

const masked = (text: string): string => prepare(text, 0, text.length).text;

function parses(text: string): boolean {
  const tree = parser.parse(text)!;
  try {
    return !tree.rootNode.hasError;
  } finally {
    tree.delete();
  }
}

const inClass = (statement: string): string => `class A {\n  def f = {\n    ${statement}\n    1\n  }\n}\n`;

describe('what the grammar does not know', () => {
  it.each([
    ['df.select($"a", $"b".as("c"))', 'df.select(s"a", s"b".as("c"))'],
    // `f _` is f itself: the next line is none of it.
    ['def g = f(a)_\n    for (b <- c) d(b)', 'def g = f(a)_\n    for (b <- c) d(b)'],
    ['val g = f _\n    d(b)', 'val g = f _\n    d(b)'],
    ['df.filter($"a${i}" > 1)', 'df.filter(s"a${i}" > 1)'],
    ['df.filter($"""a""" > 1)', 'df.filter(s"""a""" > 1)'],
    ['df.select(col($(inputCol)), a$b)', 'df.select(col(d(inputCol)), a$b)'],
    ['xs.map(x =>\n      f(x), keeps = true)', 'xs.map(x =>       f(x), keeps = true)'],
    ['xs.map(x =>\n      f("a, b", x))', 'xs.map(x =>\n      f("a, b", x))'],
    ['f(\n  if (a) b\n  else\n    c,\n  d)', 'f(\n  if (a) b\n  else     c,\n  d)'],
    ['f(\n  (x, y) =>\n    if (a)\n      b\n    else\n      c,\n  d)', 'f(\n  (x, y) =>     if (a)       b\n    else       c,\n  d)'],
    ['f(\n  for (a <- b) yield\n    c,\n  d)', 'f(\n  for (a <- b) yield     c,\n  d)'],
    ['val x = <a b={c}>text {d}</a>', 'val x = ª(   {c},     {d})   '],
    ['f(<a/>, <b c="{">it\'s {{ "</b>)', 'f(ª   , ª                     )'],
    ['val x = <a>{ b }{ s"}${"}"}" }</a> ++ <c/> <d>{\'}\' /* } */}</d>', 'val x = ª( { b }{ s"}${"}"}" })    ++ ª(      {\'}\'        })   '],
    ['val x = <a>\n    <!-- } -->\n    <b>{ for (b <- c) yield <d>{ b }</d> }</b>\n    </a>', 'val x = ª( \n              \n       { for (b <- c) yield ª( { b })    })   \n        '],
    ['a match { case <a>{ b }</a> => c }', 'a match { case ª            => c }'],
    ['a ++\n      <b/>', 'a ++       ª   '],
    ['xs.map(x ⇒ x)', 'xs.map(x=> x)'],
    ['xs.map(x⇒ x)', 'xs.map(x=>x)'],
    ['for (x ← xs) f(x)', 'for (x<- xs) f(x)'],
    ['rdd.map { row: Row => row.getInt(0) }', 'rdd.map { row      => row.getInt(0) }'],
    ['rdd.map { row: Map[String, (Int => A)] => row }', 'rdd.map { row                          => row }'],
    ['rdd.map { implicit row: a.Row ⇒ row }', 'rdd.map { implicit row       => row }'],
    ['s"${xs.map { x: Int => x + 1 }}"', 's"${xs.map { x      => x + 1 }}"'],
    ['k match { case "a" => x: Int => f(x)\n case _ => y: Int => y }', 'k match { case "a" => x      => f(x)\n case _ => y      => y }'],
    ['f(1 /* a /* b */ c */, 2) // "', 'f(1                  , 2)     '],
    ['extension match { case x => 1 }', 'extensioª match { case x => 1 }'],
    ['export("a")', 'exporª("a")'],
    ['given("a")', 'giveª("a")'],
    ['foo(using = 1)', 'foo(usinª = 1)'],
    ['end match {\n case a => 1\n}', 'enª match {\n case a => 1\n}'],
    ['start max end min 1', 'start max enª min 1'],
    ['a &&\n  end > b', 'a &&\n  enª > b'],
    ['g { _: Row => 1 }', 'g { ª      => 1 }'],
    ['g { _ => }', 'g { _ =>ª}'],
    ['g { (a, b) => // nothing\n}', 'g { (a, b) =>ª          \n}'],
    ['g { case a => }', 'g { case a => }'],
  ])('%j', (text, expected) => {
    expect(masked(text)).toBe(expected);
    expect(prepare(text, 0, text.length)).toMatchObject({ written: text, faults: [] });
    expect(parses(inClass(masked(text))), 'parses').toBe(true);
  });

  it.each([
    ['def f: Int\n= 1', 'def f: Int = 1'],
    ['a &&\n    // why\n      b', 'a &&                  b'],
    ['"a" +\r\n      "b"', '"a" +        "b"'],
    ['col("a") === 1 and\n      col("b") === 2', 'col("a") === 1 and       col("b") === 2'],
    ['"it" should\n      "be" in\n  {\n 1 }', '"it" should       "be" in   {\n 1 }'],
    ['(a\n      || b\n      && c)', '(a       || b       && c)'],
    ['a\n      && b', 'a       && b'],
    ['a\n      match\n    {\n      case b => c\n    }', 'a       match     {\n      case b => c\n    }'],
    ['if (a)\n    {\n      b\n    } else c', 'if (a)     {\n      b\n    } else c'],
    ['f(a)\n    {\n      b\n    }', 'f(a)     {\n      b\n    }'],
    ['val b =\n        a\n      .c(d)\n      .e', 'val b =\n        a       .c(d)       .e'],
    ['f { x =>\n  val y = x\n  y\n    }', 'f { x =>();val y = x\n  y\n    }'],
    ['f { x =>\n      val y = x\n      g { z =>\n        z\n    }\n    y\n    }', 'f { x =>();    val y = x\n      g { z =>\n        z\n    }\n    y\n    }'],
    ['def g(x: Int)\n\n    def h: B', 'def g(x: Int);\n    def h: B'],
    ['def g(x: Int)\n    {\n 1 }', 'def g(x: Int)     {\n 1 }'],
    ['val b = {\n      a\n    }\n    r: Row => r', 'val b = {\n      a\n    }\n    r      => r'],
    ['trait A extends B\n      [C, D](e) {\n 1 }', 'trait A extends B       [C, D](e) {\n 1 }'],
    ['val f: B =\n      [T] => (x: T) => x\n    g\n      [T](h)', 'val f: B =\n      [T] => (x: T) => x\n    g       [T](h)'],
    ['for (a <- b if c &&\n      d) yield a', 'for (a <- b if c &&       d) yield a'],
  ])('line ends: %j', (text, expected) => {
    expect(masked(inClass(text))).toBe(inClass(expected));
    expect(parses(inClass(expected)), 'parses').toBe(true);
  });

  it.each([
    'a\n    b', 'a.b\n    (c, d)', 'a\n    +b', 'if (a) b\n    c', 'while (a) b\n    c', 'df count\n\n    b', 'val a: Int\n    val b = c', 'a\n      .b\n      .c', 'import a._\n    b', 'f(a)\n\n    { b }', 'a match {\n      case b | c =>\n        d\n      case e: F =>\n        g\n    }',
    'f { x =>\n      val y = x\n      y\n    }', 'def g(x: Int): Int\n    def h: Int', 'f[A]\n    b', 'return\n    b', 'df select a\n    b', 'a => \n      b\n      c', "df.select('a)\n    b",
  ])('line ends that part: %j', (text) => expect(masked(inClass(text))).toBe(inClass(text)));

  it('annotations of constructors', () => {
    expect(masked('class A @Inject() (b: B)\nclass C[T] @Since("1.0") private[d] (e: E)\n')).toBe('class A           (b: B)\nclass C[T]               private[d] (e: E)\n');
  });

  it.each([
    ['package a.b\n\n;\n\nimport c.D\n', 'package a.b\n\n \n\nimport c.D\n'],
    ['import a.B\r\n  ;; \r\nclass C\r\n', 'import a.B\r\n     \r\nclass C\r\n'],
    ['class A {\n  val b = 1\n  ;\n}\n', 'class A {\n  val b = 1\n  ;\n}\n'],
  ])('empty statements: %j', (text, expected) => {
    expect(masked(text)).toBe(expected);
    expect(parses(expected), 'parses').toBe(true);
  });

  it('a first member that stands further in than the next', () => {
    const text = 'object A {\n    // first\n\n    val a = 1\n  val b = 2\n    val c = 3\n}\n';
    expect(masked(text)).toBe('object A {\n            \n\n;;  val a = 1\n  val b = 2\n    val c = 3\n}\n');
    expect(parses(masked(text))).toBe(true);
  });

  it('a mark of the byte order', () => expect(prepare('\uFEFFval a = 1', 0, 10)).toMatchObject({ text: ' val a = 1', faults: [] }));
});

describe('healthy texts are left alone', () => {
  it.each([
    'val s = "(" + \'(\' + \'"\' + \'\\\'\' + \'\\u0028\' + "\\"("\n',
    'val s = """ " ( "" """" + s"""a " ${f("}")} $$ $b ("""\n',
    'val s = s"a ${if (x) s"b ${"}"}" else "("} $"("\n',
    'val s = raw"\\(\\"(" + f"${x}%2.1f("\n',
    "df.select('a, 'b, 'c.desc)\n",
    'val `a ( b` = 1\n',
    'val a = Seq(\n  1,\n  2\n)\n',
    'trait A { self =>\n}\n',
    'val f: Int => Int = x => x + 1\ndef g(x: => Int)(y: Int*) = x <=> y\n',
    'case class A(\n  private val a: Int = 1,\n  b: String\n)\n',
    'extension (s: String) def a = s\nenum Color { case Red, Green }\nexport a.b\n',
    'object X:\n  def a =\n    1\n  end a\nend X\n',
    'object X {\nval a = 1\ndef b = 2\n}\n',
    'import a.b.{\n    C,\n  D\n}\nfor {\n    a <- b\n  c <- d\n} yield c\n',
    'x match {\n    case 1 => 2\n  case 3 => 4\n}\nf { x =>\n    a\n    b\n}\n',
    'val a = b / c\n',
    'def f[T <: A](b: T) = b <c && c > d || b <= c && (1 <2)\nval e = <a>\nval f = <b>{c}</d>\n',
    'val a = b +\n\nc\nimport d.*\ne\nval f = ???\ng(h: _*)\nval i =\n  j\n',
    'a {\n  b\n}\n\n{\n  c\n}\n',
  ])('%j', (text) => expect(prepare(text, 0, text.length)).toEqual({ text, written: text, comments: [], faults: [] }));
});

describe('what was never closed becomes blanks', () => {
  it.each([
    ['val a = "abc\nval b = 1\n', 'val a = ª   \nval b = 1\n'],
    ['df.filter("a > 1)\ndf.count\n', 'df.filter(ª     )\ndf.count\n'],
    ['if (a == s"b) {\n  c\n}\n', 'if (a == ª  ) {\n  c\n}\n'],
    ['f(s"a ${b", 1)\nval c = 1\n', 'f(ª          )\nval c = 1\n'],
    ['val a = """b\n  c\n\n  def d = 1\n', 'val a = ª   \n   \n\n  def d = 1\n'],
    ['object A {\n  def f = {\n    df.select(\n      $"a",\n  }\n  def g = 1\n}\n', 'object A {\n  def f = {\n    df.select \n           \n  }\n  def g = 1\n}\n'],
    ['object A {\n  def f = g(1\n  def h = 2\n}\n', 'object A {\n  def f = g  \n  def h = 2\n}\n'],
    ['object A {\n  def f = {\n    if (x) {\n      y\n  }\n  def g = 1\n}\n', 'object A {\n  def f = {\n    if (x)  \n      y\n  }\n  def g = 1\n}\n'],
    ['object A {\n  val a = 1\n\nobject B {\n}\n', 'object A  \n  val a = 1\n\nobject B {\n}\n'],
    ['object A {\n  f(a))\n}\n}\n', 'object A {\n  f(a) \n}\n \n'],
    ['f(a, [b)\ng\n', 'f(a,   )\ng\n'],
  ])('%j', (text, expected) => {
    const { text: made, written, faults } = prepare(text, 0, text.length);
    expect(made.replace('s"a"', '$"a"')).toBe(expected);
    expect(written).toBe(made);
    expect(faults.length).toBeGreaterThan(0);
  });

  it('what follows is parsed as if nothing had happened', () => {
    const after = 'object B {\n  def main(args: Array[String]): Unit = {\n    df.select("a").show()\n  }\n}\n';
    for (const open of ['df.select(', 'f {', 'x[', '"abc', 's"${a', 's"${f(a', 'if (a) {', 'f(x => {']) {
      const text = `object A {\n  def f = {\n    ${open}\n  }\n}\n\n${after}`;
      const made = masked(text);
      expect(made.endsWith(after), open).toBe(true);
      const tree = parser.parse(made)!;
      expect(tree.rootNode.namedChildren.at(-1)?.type, open).toBe('object_definition');
      expect(tree.rootNode.namedChildren.at(-1)?.hasError, open).toBe(false);
      tree.delete();
    }
  });
});

describe('comments', () => {
  it('are told from strings', () => {
    const text = '/** Doc. */\nval a = "// no" // yes\nval b = s"/* ${x /* in */} */"\n  /* a\n /* b */ c\n*/ val c = \'"\' // "\n';
    expect(prepare(text, 0, text.length).comments.map(({ start, end, alone }) => [text.slice(start, end), alone])).toEqual([
      ['/** Doc. */', true], ['// yes', false], ['/* in */', false], ['/* a\n /* b */ c\n*/', true], ['// "', false],
    ]);
  });

  it('have places in the whole text, of which a cell is a part', () => {
    const text = 'val a = 1\n// b\nval c = $"d"\n';
    expect(prepare(text, 10, text.length)).toEqual({ text: '    \nval c = s"d"\n', written: '// b\nval c = $"d"\n', comments: [{ start: 10, end: 14, alone: true }], faults: [] });
  });
});

describe('whatever is typed', () => {
  const piece = fc.constantFrom('(', ')', '[', ']', '{', '}', '"', "'", '"""', 's"', '${', '$', '`', '\\', '//', '/*', '*/', '\n', '\r\n', '    ', 'def f', 'class A', 'x: Int =>', ' ⇒', ' = ', 'x', 'case ', '@a ', 'extension', ' <a', ' b={', '>', '/>', '</a>', '😀', '\uFEFF');
  const pieces = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

  it('it stays as long; as it was written it keeps its lines', () => {
    fc.assert(fc.property(pieces, (text) => {
      const { text: made, written, faults, comments } = prepare(text, 0, text.length);
      expect(made.length).toBe(text.length);
      expect(written.split('\n').map((line) => line.length)).toEqual(text.split('\n').map((line) => line.length));
      for (const ranges of [faults, comments]) {
        ranges.forEach(({ start, end }, index) => {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
          if (index > 0) expect(ranges[index - 1]!.end).toBeLessThanOrEqual(start);
        });
      }
    }), { numRuns: 2000, seed: 20241125 });
  });

  it('it costs as much as it is long', () => {
    for (const part of ['(', '{\n', '(\n', ')', '{[', '}\n', '"', 's"${', '"""', 's"""${"', '/*', "'\\", '`', '`\n', '$', ' ', '\n', '{ x: ', 'x: A => ', '{ x: A => ', 'a', 'def f(\n', 'def f(x)\n', 'a +\n', 'a b\n', 'a\n .b\n', '\n\n  a b', '\n&& ', 'class A @B ', 'class A          ', '{\n      a\n  b\n', ' =>', ';\n', ' <a>', '(<a/>', '<a>{', '{<a>{', ' <a b={"']) {
      const text = part.repeat(Math.ceil(300_000 / part.length));
      // Of the processor: on a busy machine the clock says little.
      const began = process.cpuUsage().user;
      expect(masked(text).length).toBe(text.length);
      expect((process.cpuUsage().user - began) / 1000, JSON.stringify(part)).toBeLessThan(2000);
    }
  }, 120_000);
});
