/** What Python becomes: snippets, and the program they are lowered into (see print.ts for its form). */
import { describe, expect, it } from 'vitest';
import { lower } from '../support/engine.ts';
import { print } from './print.ts';

type Row = readonly [code: string, program: string];

const tables: Readonly<Record<string, readonly Row[]>> = {
  'literals': [
    ['x = 0xFF, 1_000, 0o17, 1.5e3, 017, 5L, 2j', '(= x (tuple 255 1000 15 1500f 15 5 symbol))'],
    ['x = None, True, ...', '(= x (tuple none true symbol))'],
    ["x = 'a' \"b\" u'\\u00e9\\t' r'\\d'", '(= x "abé\\t\\\\d")'],
    ["x = b'\\x41'", '(= x b"A")'],
    ['x = """a\nb\\\nc"""', '(= x "a\\nbc")'],
    ['x = """a\r\nb\\\r\nc"""', '(= x "a\\nbc")'],
    ['x = f"{{x}}"', '(= x "{x}")'],
    ["x = f\"a{b!r:>{w}} {d['k']} {e=}{{}}\" 'c'", '(= x (text "a" b w " " (index d "k") " " e "{}" "c"))'],
    ['x = [*a, 1], (2,), {3}, {**a, "k": 4}, ()', '(= x (tuple (list *a 1) (tuple 2) (set 3) (dict *a "k":4) (tuple)))'],
  ],
  'operators': [
    ['x = a + b * -c', '(= x (+ a (* b (neg c))))'],
    ['x = (a & b) | ~c', '(= x (| ⟨⟩(& a b) (~ c)))'],
    ['x = not a and b or c', '(= x (or (and (not a) b) c))'],
    ['x = a not in b, a is not b, a <> b', '(= x (tuple (not in a b) (is not a b) (!= a b)))'],
    ['x = a < b <= c', '(= x (chain a b c))'],
    ['x = a if t else b', '(= x (when t a (else b)))'],
    ['a[1:2, b]; a[:]', '(discard (index a (tuple (slice 1 2) b)))\n(discard (index a (slice)))'],
    ['f(*a, k=1, **b)', '(discard (call f *a k=1 **b))'],
    ['a.b.c().d(1)[2].e', '(discard (index (call (call a.b.c).d 1) 2).e)'],
  ],
  'assignments': [
    ['a = b = 1', '(= a b 1)'],
    ['a, (b, *c) = d', '(= [a [b *c]] d)'],
    ['o.p = o[1] = 2', '(= o.p (index o 1) 2)'],
    ['x += 1; x //= 2', '(+= x 1)\n(//= x 2)'],
    ['if (n := f()) > 1: pass', '(if (> (do (= n (call f)) n) 1) (do))'],
    ['del a, b[0], c.d', '(del a (index b 0) c.d)'],
    ['type A[T] = list[T]', '(unknown kills A)'],
  ],
  'types': [
    ['x: DataFrame', '(= x :DataFrame)'],
    ['x: Dict[str, "DataFrame"] = {}', '(= x :Dict[str,DataFrame] (dict))'],
    ['x: \'Optional["DataFrame"]\' = None', '(= x :Optional[DataFrame] none)'],
    ['x: pyspark.sql.DataFrame | None', '(= x :|[pyspark.sql.DataFrame,None])'],
    ['x: Callable[[A, B], C]', '(= x :Callable[list[A,B],C])'],
    ['x = f()  # type: DataFrame', '(= x :DataFrame (call f))'],
    ['x = f()  # type: ignore', '(= x (call f))'],
    ['def f(a, b):\n    # type: (SparkSession, str) -> DataFrame\n    return a', '(def f (a:SparkSession b:str) →DataFrame (do (return a)))'],
  ],
  'imports': [
    ['import a.b, c.d as e', '(do (import a.b) (import c.d as e))'],
    ['from . import a', '(import . a)'],
    ['from ..b import (c, d as e,)', '(import ..b c d→e)'],
    ['from a import *', '(import a *)'],
  ],
  'definitions': [
    ['def f(a, b: int = 1, /, *c, d, e=2, **g) -> "T":\n    "doc"\n    return a', '(def f (a b:int=1 *c !d !e=2 **g) →T (do (return a)))'],
    ['def f(a, *, b): pass', '(def f (a !b) (do))'],
    ['x = lambda a, *b, c=1: (a, c)', '(= x (lambda (a *b !c=1) (tuple a c)))'],
    ['@a.b\n@c(1)\ndef f(): pass', '(def f @a.b @(call c 1) () (do))'],
    ['class A(B, metaclass=M):\n    """doc"""\n    x = 1\n    @property\n    def p(self): return self.x', '(class A <B> binds{p x} (do (= x 1) (def p @property (self) (do (return self.x)))))'],
    ['async def f():\n    x = await g()\n    async for y in z: yield y', '(generator f () binds{x y} (do (= x (await (call g))) (loop y (in z) (do (yield y)))))'],
    ['def f():\n    def g():\n        nonlocal x\n        x = 2\n    x = 1', '(def f () binds{g x} (do (def g () outer{x} (do (do) (= x 2))) (= x 1)))'],
    ['def f():\n    global x, y\n    x = y = z = 1', '(def f () binds{z} outer{x y} (do (do) (= x y z 1)))'],
    ['def f():\n    import os.path, a as b\n    from c import d as e\n    for i, j in k: pass\n    with m as n: pass\n    try: pass\n    except E as o: pass\n    class C: pass', '(def f () binds{C b e i j n o os} (do (do (import os.path) (import a as b)) (import c d→e) (loop [i j] (in k) (do)) (with m→n (do)) (try (do) (except o (do))) (class C (do))))'],
  ],
  'comprehensions: their names are not the scope’s': [
    ['def f(): return [x for x in y if x]', '(def f () (do (return (loop:list x (in y) (when x x)))))'],
    ['a = {k: v for k, v in c}', '(= a (loop:dict [k v] (in c) (tuple k v)))'],
    ['a = {x for x in y}', '(= a (loop:set x (in y) x))'],
    ['sum(x for x in y for z in x)', '(discard (call sum (loop:generator x (in y) (loop:each z (in x) x))))'],
    ['def f(): return [(last := x) for x in y]', '(def f () binds{last} (do (return (loop:list x (in y) (do (= last x) last)))))'],
  ],
  'control flow': [
    ['if a: b\nelif c: d\nelse: e', '(if a (do (discard b)) (else (if c (do (discard d)) (else (do (discard e))))))'],
    ['while a: break\nelse: continue', '(loop (while a) (do (break)) (else (do (continue))))'],
    ['for x in a, b: pass\nelse: c', '(loop x (in (tuple a b)) (do) (else (do (discard c))))'],
    ['try: a\nexcept (E, F) as e: b\nexcept: c\nelse: d\nfinally: g', '(try (do (discard a)) (except e (do (discard b))) (except (do (discard c))) (else (do (discard d))) (finally (do (discard g))))'],
    ['with a as b, c: d', '(with a→b c (do (discard d)))'],
    ['with (a as b, c as (d, e)): f', '(with a→b c→[d e] (do (discard f)))'],
    ['assert a, b\nraise E from e', '(assert a b)\n(throw E)'],
    ['match a:\n    case K(f=b) if b.c(): d\n    case [e, *g] | (e, g): pass\n    case {"k": h, **i}: pass\n    case 1 as j: pass\n    case M.N: pass\n    case _: pass', '(do a (if (do (unknown kills b) (unknown (call b.c))) (do (unknown kills b) (do (discard d))) (else (if (unknown) (do (unknown kills e g) (do)) (else (if (unknown) (do (unknown kills h i) (do)) (else (if (unknown) (do (unknown kills j) (do)) (else (if (unknown) (do (unknown) (do)) (else (if (unknown) (do (unknown) (do))))))))))))))'],
  ],
  'statements without a value': [
    ['"doc"\n\'more\'\n...\npass', ''],
    ['f"{a()}"\nf"{b()}"', '(discard (text (call b)))'],
  ],
  'Python 2': [
    ['print "a", b\nprint >>f, c', '(call print "a" b)\n(call print f c)'],
    ['try: a\nexcept E, e: b', '(try (do (discard a)) (except e (do (discard b))))'],
    ['raise E, "why"', '(throw (tuple E "why"))'],
  ],
  'broken code': [
    ['df = df.filter(\n', '(= df df.filter)'],
    ['df = df.filter(x\nreturn', '(= df df.filter)\n(return)'],
    ['def f(:\n    a = 1\nz = 2', '(def f () binds{a} (do (= a 1)))\n(= z 2)'],
    ['foo(a b)\nx = 1', '(discard (call foo a (unknown b)))\n(= x 1)'],
    ['for x in\n    y', '(unknown kills x)'],
    ['@\ndef f(): pass', '(unknown)\n(def f () (do))'],
  ],
};

for (const [name, rows] of Object.entries(tables)) {
  describe(name, () => {
    it.each(rows)('%j', (code, program) => expect(print(lower(code))).toBe(program));
  });
}

describe('machine-made chains', () => {
  const arms = Array.from({ length: 900 }, (_, index) => index);
  it.each([
    ['if', `if a == 0: x0 = f0()\n${arms.map((index) => `elif a == ${index + 1}: x${index + 1} = f${index + 1}()\n`).join('')}else: y = g()\n`],
    ['match', `match a:\n${arms.map((index) => `    case ${index + 1}: x${index + 1} = f${index + 1}()\n`).join('')}    case _: y = g()\n`],
  ])('of %s keep every arm, each where no other runs', (_, text) => {
    const shown = print(lower(text));
    for (const index of arms) expect(shown).toContain(`(= x${index + 1} (call f${index + 1}))`);
    expect(shown).toContain('(= y (call g))');
    expect(lower(text).module.binds.size).toBe(text.startsWith('if') ? 902 : 901);
    // None stands behind another: two arms are never in one block.
    expect(shown).not.toMatch(/\(= x\d+ \(call f\d+\)\) \(= x/);
  });
});

describe('a module', () => {
  it('binds what it assigns; `global` says nothing there', () => {
    const { module } = lower('global a\na = 1\ndef f(): b = 2\n[c for c in a]\nclass D: e = 3\n');
    expect([...module.binds].sort()).toEqual(['D', 'a', 'f']);
    expect([...module.outer]).toEqual([]);
  });

  it('lists its comments, not those in strings', () => {
    const text = 'a = "#no"  # one\n# two\n"""\n# no\n"""\n\t# three';
    expect(lower(text).comments.map(({ start, end, alone }) => [text.slice(start, end), alone])).toEqual([['# one', false], ['# two', true], ['# three', true]]);
  });

  it('keeps errors small', () => {
    const text = 'def f(:\n    return 1\n\ndef g():\n    return 2\n';
    expect(lower(text).errors.map(({ start, end }) => text.slice(start, end))).toEqual([':']);
  });
});
