/** What Scala becomes: snippets, and the program they are lowered into (see print.ts for its form; `!` is called where it stands). */
import { describe, expect, it } from 'vitest';
import type { Lowered } from '../../server/src/program/program.ts';
import { forEachExpression } from '../../server/src/program/expressions.ts';
import { sourceOf, type ModuleSource } from '../../server/src/syntax/index.ts';
import { lower as lowerText, syntax } from '../support/engine.ts';
import { print } from './print.ts';

type Row = readonly [code: string, program: string];

const lower = (text: string): Lowered => lowerText(text, 'Job.scala');

const tables: Readonly<Record<string, readonly Row[]>> = {
  'literals': [
    ['val x = (0xFF, 1_000L, -3, 1.5e3, .5f, 2d)', '(= x (tuple 255 1000 -3 1500f 0.5f 2f))'],
    ["val x = (true, null, (), 'a', '\\n')", '(= x (tuple true none none "a" "\\n"))'],
    ['val x = "a\\t\\u00e9\\"$y"', '(= x "a\\té\\"$y")'],
    ['val x = """a\n\\b"c"""', '(= x "a\\n\\\\b\\"c")'],
    ['val x = """a\r\nb"""', '(= x "a\\nb")'],
    ['s"$$1 \\t"', '(discard "$1 \\t")'],
    ['s"a ${x.y} $z\\n${f(1)}"', '(discard (text "a " x!.y! " " z! "\\n" (call f 1)))'],
    ['s"""a\\n ${if (b) "c" else d}"""', '(discard (text "a\\\\n " (when b! "c" (else d!))))'],
    ['raw"\\d$x"', '(discard (text "\\\\d" x!))'],
    ['f"$x%2.2f of $y%d%%"', '(discard (text x! " of " y! "%"))'],
    ['df.select($"a", \'b, $"c$d")', '(discard (call df!.select (call $ "a") \'b (call $ (text "c" d!))))'],
    ['sql"select $x"', '(discard (call sql (text "select " x!)))'],
  ],
  'names, members and calls': [
    ['df.count', '(discard df!.count!)'],
    ['df.count()', '(discard (call df!.count))'],
    ['a.b.c(x)(y).d', '(discard (call (call a!.b!.c x!) y!).d!)'],
    ['f(1, n = 2, xs: _*)', '(discard (call f 1 n=2 *xs!))'],
    ['f { x }', '(discard (call f x!))'],
    ['f(a) { val b = a; b }', '(discard (call (call f a!) (do own{b} (= b a!) b!)))'],
    ['df.as[User]', '(discard (call df!.as[User]))'],
    ['x.asInstanceOf[Dataset[Row]].map[(Int, String)](f)', '(discard (call (call x!.asInstanceOf[Dataset[Row]]).map[tuple[Int,String]] f!))'],
    ['`a b`.`type`', '(discard a b!.type!)'],
    ['new A', '(discard (new A))'],
    ['new a.B[C](1)(d).e', '(discard (new a.B[C] 1 d!).e!)'],
    ['new A(1) with B { def f = x }', '(discard (new (class <A B> binds{__init__ f} (do (def __init__ (this) (do (discard (call (call super A).__init__ 1)) (discard (call (call super B).__init__)))) (def:property f (this) (do (return x!)))))))'],
    ['new A { val y = x }', '(discard (new (class <A> binds{__init__} (do (def __init__ (this) (do (discard (call (call super).__init__)) (= this.y x!)))))))'],
    ['class B(x: Int) { def f = new A[Int](x)\n{ b =>\n def g = b.h; def i = x } }', '(class B binds{__init__ f} (do (def __init__ (this x:Int) (do (= this.x x))) (def:property f (this) (do (return (new (class <A> binds{__init__ g i} (do (def __init__ (this) (do (discard (call (call super).__init__ x!)))) (def:property g (this) (do (return this.h!))) (def:property i (this) (do (return x!)))))))))))'],
    ['(x: Any, (y: DataFrame).cache())', '(discard (tuple x! (call y!.cache)))'],
    ['val x: Int = ???', '(= x :Int (throw (call NotImplementedError)))'],
    ['val f = g _', '(= f g)'],
    ['val f = a.g _', '(= f a!.g)'],
  ],
  'operators': [
    ['a + b * c - d == e && !f || g', '(discard (|| (&& (equals (- (+ a! (* b! c!)) d!) e!) (! f!)) g!))'],
    ['a === b && c =!= d || e <=> f', '(discard (|| (&& (=== a! b!) (=!= c! d!)) (<=> e! f!)))'],
    ['(a != b) && -c < ~d', '(discard (&& ⟨⟩(differs a! b!) (< (neg c!) (~ d!))))'],
    ['a !== b && c', '(discard (=!= a! (&& b! c!)))'],
    ['a eq null; a ne b', '(discard (is a! none))\n(discard (is not a! b!))'],
    ['a & b | c ^ d << 1 >>> 2', '(discard (| (& a! b!) (^ c! (>>> (<< d! 1) 2))))'],
    ['a union b select ("x", "y")', '(discard (call (call a!.union b!).select "x" "y"))'],
    ['a + 1 -> b * 2', '(discard (tuple (+ a! 1) (* b! 2)))'],
    ['a :: b :: Nil', '(discard (call (call Nil!.:: b!).:: a!))'],
    ['xs :+ 1', '(discard (call xs!.:+ 1))'],
    ['0 +: 1 +: xs', '(discard (call (call xs!.+: 1).+: 0))'],
    ['xs ++ ys', '(discard (call xs!.++ ys!))'],
    ['1 to n by 2', '(discard (call (call 1.to n!).by 2))'],
    ['df count', '(discard df!.count!)'],
    ['x += 1; a.b -= 2; m(k) ++= xs', '(+= x 1)\n(-= a!.b 2)\n(++= (index m! k!) xs!)'],
    ['x <= 1; x >= 2', '(discard (<= x! 1))\n(discard (>= x! 2))'],
    ['a && b.isInstanceOf[C] || -c.as[D].e(1) == f', '(discard (|| (&& a! (call b!.isInstanceOf[C])) (equals (neg (call (call c!.as[D]).e 1)) f!)))'],
    ['a op f[T](b).c { d }', '(discard (call a!.op (call (call f[T] b!).c d!)))'],
    ['val x = a +\n  b *\n  // why\n  c\nd', '(= x (+ a! (* b! c!)))\n(discard d!)'],
    ['"a" + "b" * 2', '(discard (+ "a" (* "b" 2)))'],
  ],
  'definitions of values': [
    ['val a = 1', '(= a 1)'],
    ['lazy val a, b: Int = 1', '(= a b :Int 1)'],
    ['var x: DataFrame = _', '(= x :DataFrame none)'],
    ['val (a, (b, _)) = c', '(= [a [b _]] c!)'],
    ['val Array(a, b) = df.randomSplit(Array(0.8, 0.2))', '(= Array[a b] (call df!.randomSplit (call Array 0.8f 0.2f)))'],
    ['val Seq(a, rest @ _*) = b', '(= Seq[a *rest] b!)'],
    ['val a :: b :: c = d', '(= ::[a b *c] d!)'],
    ['val a :: Nil = d', '(= ::[a] d!)'],
    ['val a -> b = c', '(= [a b] c!)'],
    ['val all @ Some(one) = c', '(= all Some[one] c!)'],
    ['val Point(x: Int, _) = p', '(= Point[x:Int _] p!)'],
    ['a = 1; a.b = 2; a(0) = 3; a(0, 1) = 4', '(= a 1)\n(= a!.b 2)\n(= (index a! 0) 3)\n(= (index a! (tuple 0 1)) 4)'],
    ['@transient private lazy val x = 1', '(= x 1)'],
    ['def f = {\n  val a =\n  if (b) c else d\n  g(a)\n  a\n}', '(def:property f () binds{a} (do (= a (when b! c! (else d!))) (discard (call g a!)) (return a!)))'],
  ],
  'types': [
    ['val x: Map[String, org.apache.spark.sql.DataFrame] = y', '(= x :Map[String,org.apache.spark.sql.DataFrame] y!)'],
    ['val x: (Int, A => B, (C, D) => E) = y', '(= x :tuple[Int,=>[A,B],=>[C,D,E]] y!)'],
    ['val x: A with B = y', '(= x :A y!)'],
    ['val x: RDD[_ <: A] = y', '(= x :RDD[_] y!)'],
    ['val x: A | Null = y', '(= x :|[A,Null] y!)'],
    ['val x: A#B @unchecked = y', '(= x :A.B y!)'],
    ['val x: () => Unit = y', '(= x :=>[Unit] y!)'],
  ],
  'functions': [
    ['def f(a: Int, b: String = "x", c: A*): B = a', '(def f (a:Int b:String="x" *c:A) →B (do (return a!)))'],
    ['def f = 1', '(def:property f () (do (return 1)))'],
    ['package object a extends B with C.D { val x = 1 }', '(object package <B C.D> (do (discard (call (call super B).__init__)) (discard (call (call super C.D).__init__))))\n(= x 1)'],
    ['def f() { g() }', '(def f () (do (discard (call g))))'],
    ['def f(): Unit = g()', '(def f () →Unit (do (discard (call g))))'],
    ['def f(a: => A)(g: A => B)(implicit c: C, d: D): B = { val b = g(a); b }', '(def f (a:A)(g:=>[A,B])(?c:C ?d:D) →B binds{b} (do (= b (call g a!)) (return b!)))'],
    ['def f[T: Encoder](a: T)(using C) = a', '(def f (a:T)(?$given1:C) (do (return a!)))'],
    ['def f(a: A): B', '(def f (a:A) →B (do))'],
    ['def f(a: Boolean) = if (a) { g(); 1 } else throw new E', '(def f (a:Boolean) (do (return (when a! (do (discard (call g)) 1) (else (throw (new E)))))))'],
    ['def f = { x = 1 }', '(def:property f () outer{x} (do (= x 1)))'],
    ['def f = { var c = 0; xs.foreach { x => c += x }; c }', '(def:property f () binds{c} (do (= c 0) (discard (call xs!.foreach (lambda (x) outer{c} (+= c x!)))) (return c!)))'],
    ['def f = { g; def g = h; import a.b; class C; for (x <- y) z }', '(def:property f () binds{C b g x} (do (def:property g () (do (return h!))) (class C (do)) (discard g!) (import a b) (loop x (in y!) (do (discard z!)))))'],
    ['@tailrec @deprecated("a", "b") private def f(x: Int): Int = f(x)', '(def f @tailrec @(call deprecated "a" "b") (x:Int) →Int (do (return (call f x!))))'],
    ['def f: Int = return 1', '(def:property f () →Int (do (return 1)))'],
    ['def +(x: A) = a.+(x)', '(def + (x:A) (do (return (call a!.+ x!))))'],
    ['implicit def f(x: A): B = new B(x)', '(def f (x:A) →B (do (return (new B x!))))'],
  ],
  'lambdas': [
    ['xs.map(x => x + 1)', '(discard (call xs!.map (lambda (x) (+ x! 1))))'],
    ['xs.map { (a: Int, b) => a }', '(discard (call xs!.map (lambda (a:Int b) a!)))'],
    ['xs.map { row: Row => row.get(0) }', '(discard (call xs!.map (lambda (row:Row) (call row!.get 0))))'],
    ['xs.map { p: ((A, B) => C) =>\n  p }', '(discard (call xs!.map (lambda (p:tuple[=>[A,B,C]]) p!)))'],
    ['xs.map { x =>\n  val y = x // =>\n  y\n}', '(discard (call xs!.map (lambda (x) binds{y} (do (= y x!) y!))))'],
    ['xs.map { x => f(x)\n  g(x) }', '(discard (call xs!.map (lambda (x) (do (discard (call f x!)) (call g x!)))))'],
    ['f(() => g, _ => 1)', '(discard (call f (lambda () g!) (lambda (_) 1)))'],
    ['f { _ => }', '(discard (call f (lambda (_) (do))))'],
    ['f { x =>\n  // nothing\n}', '(discard (call f (lambda (x) (do))))'],
    ['f { implicit x => y }', '(discard (call f (lambda (x) y!)))'],
    ['xs.map { case (a, b) if a > b => a; case _ => 0 }', '(discard (call xs!.map (lambda ($case) binds{a b} (do (when (do (= [a b] $case) (unknown (> a! b!))) (do (= [a b] $case) a!) (else 0))))))'],
    ['xs.map { case Row(a: Int, _) => a }', '(discard (call xs!.map (lambda ($case) binds{a} (do (do (= Row[a:Int _] $case) a!)))))'],
    ['xs.foldLeft(z)((a, b) => a union b)', '(discard (call (call xs!.foldLeft z!) (lambda (a b) (call a!.union b!))))'],
  ],
  'placeholders': [
    ['xs.map(_ + 1)', '(discard (call xs!.map (lambda (_1) (+ _1 1))))'],
    ['xs.reduce(_ union _)', '(discard (call xs!.reduce (lambda (_1 _2) (call _1.union _2))))'],
    ['xs.map(_.a.b(1).c)', '(discard (call xs!.map (lambda (_1) (call _1.a!.b 1).c!)))'],
    ['xs.map(f(_, 1))', '(discard (call xs!.map (lambda (_1) (call f _1 1))))'],
    ['xs.map(f(_))', '(discard (call xs!.map (lambda (_1) (call f _1))))'],
    ['xs.map(g(_.a, f(_ + 1)))', '(discard (call xs!.map (call g (lambda (_1) _1.a!) (call f (lambda (_1) (+ _1 1))))))'],
    ['xs.filter { !_.a }.sortBy(-_._2)', '(discard (call (call xs!.filter (lambda (_1) (! _1.a!))).sortBy (lambda (_1) (neg _1._2!))))'],
    ['val f = (_: Int) + 1', '(= f (lambda (_1:Int) (+ _1 1)))'],
    ['xs.map((_, 1))', '(discard (call xs!.map (lambda (_1) (tuple _1 1))))'],
    ['xs.map(_ match { case 1 => 2 })', '(discard (call xs!.map (lambda (_1) 2)))'],
    ['f(n = _ + 1)', '(discard (call f n=(lambda (_1) (+ _1 1))))'],
    ['r.foreach { x => val n = 2; x + n }', '(discard (call r!.foreach (lambda (x) binds{n} (do (= n 2) (+ x! n!)))))'],
    ['r.foreach { x => val (a, b) = x\n  a + b }', '(discard (call r!.foreach (lambda (x) binds{a b} (do (= [a b] x!) (+ a! b!)))))'],
    ['r.foreach { (x: A) => lazy val n: Int = 2; n }', '(discard (call r!.foreach (lambda (x:A) binds{n} (do (= n :Int 2) n!))))'],
    ['r.foreach { case x => val n = 2; x + n }', '(discard (call r!.foreach (lambda ($case) binds{n x} (do (do (= x $case) (= n 2) (+ x! n!))))))'],
    ['xs.map(new A(_))', '(discard (call xs!.map (lambda (_1) (new A _1))))'],
  ],
  'control flow': [
    ['if (a) b else if (c) d else { e }', '(if a! (do (discard b!)) (else (if c! (do (discard d!)) (else (do (discard e!))))))'],
    ['val x = if (a) b else { c; d }', '(= x (when a! b! (else (do (discard c!) d!))))'],
    ['val x = if (a)\n  b\nelse\n  c', '(= x (when a! b! (else c!)))'],
    ['while (a > 1) b()', '(loop (while (> a! 1)) (do (discard (call b))))'],
    ['do { a } while (b)', '(loop (while b!) (do (discard a!)))'],
    ['for (i <- xs; j = i; k <- j if k > 1) f(k)', '(loop own{i} i (in xs!) (do own{j} (= j i!) (loop own{k} k (in j!) (if (> k! 1) (do (discard (call f k!)))))))'],
    ['val x = for { (a, b) <- xs; if a; c <- b } yield c', '(= x (loop:list [a b] (in xs!) (when a! (loop:each c (in b!) c!))))'],
    ['try a catch { case e: IOException => b; case NonFatal(e) if c => throw e } finally d', '(try (do (discard a!)) (except e:IOException (do (discard b!))) (except NonFatal[e] (do (discard c!) (throw e!))) (finally (do (discard d!))))'],
    ['val x = try { a } catch { case _: Throwable => null }', '(= x (try a! (except (do none))))'],
    ['try a catch handler', '(try (do (discard a!)) (except (unknown handler!)))'],
    ['return', '(return)'],
  ],
  'match': [
    ['x match { case 1 | 2 => a; case "b" => c; case _ => d }', '(if (or (equals x 1) (equals x 2)) (do (discard a!)) (else (if (equals x "b") (do (discard c!)) (else (do (discard d!))))))'],
    ['x = y match { case 1 => a; case _ => b }', '(= x (when (equals y 1) a! (else b!)))'],
    ['df = o.f match { case Some(c) => df.g(c); case _ => df }', '(= df (do (= $match1 o!.f!) (when (unknown) (do own{c} (= Some[c] $match1) (call df!.g c!)) (else df!))))'],
    ['def f() = { return x match { case 1 => a; case _ => b } }', '(def f () (do (return (when (equals x 1) a! (else b!)))))'],
    ['val y = x match { case Some(v) => v; case None => z }', '(= y (when (unknown) (do own{v} (= Some[v] x) v!) (else z!)))'],
    ['val y = f(x) match { case df: DataFrame => df; case other => g(other) }', '(= y (do (= $match1 (call f x!)) (when (unknown) (do own{df} (= df:DataFrame $match1) df!) (else (do own{other} (= other $match1) (call g other!))))))'],
    ['x match { case Color.Red => a; case `y` => b; case Nil => c; case _ if d => e }', '(if (equals x Color.Red) (do (discard a!)) (else (if (equals x y!) (do (discard b!)) (else (if (equals x Nil!) (do (discard c!)) (else (if d! (do (discard e!)))))))))'],
    ['x match { case y if y > 1 => y; case _ => }', '(if (do own{y} (= y x) (> y! 1)) (do own{y} (= y x) (discard y!)) (else (do)))'],
    ['x match { case all @ (a, b) => all }', '(do own{a all b} (= all [a b] x) (discard all!))'],
    ['x match { case head :: tail => tail; case s"a$b" => b }', '(if (unknown) (do own{head tail} (= ::[head *tail] x) (discard tail!)) (else (do own{b} (discard b!))))'],
  ],
  'imports': [
    ['import a.b.C', '(import a.b C)'],
    ['import a.b.{C => D, E, _}', '(do (import a.b *) (import a.b C→D E))'],
    ['import a.{B => _, _}, spark.implicits._', '(do (import a *) (import spark.implicits *))'],
    ['import a.*, b.c as d', '(do (import a *) (import b c→d))'],
  ],
  'classes': [
    ['class A(val df: DataFrame, n: Int = 1)(implicit spark: SparkSession) extends B(n) { val x = df; def f = x }', '(class A <B> binds{__init__ f} (do (def __init__ (this df:DataFrame n:Int=1)(?spark:SparkSession) (do (= this.df df) (= this.n n) (= this.spark spark) (discard (call (call super).__init__ n!)) (= this.x this.df!))) (def:property f (this) (do (return this.x!)))))'],
    ['class A extends B(1) with C', '(class A <B C> binds{__init__} (do (def __init__ (this) (do (discard (call (call super B).__init__ 1)) (discard (call (call super C).__init__))))))'],
    ['trait A { def f(x: Int): Int; val y: Int; lazy val z = y }', '(class A binds{__init__ f z} (do (def __init__ (this) (do (= this.y :Int))) (def f (this x:Int) →Int (do)) (def:property z (this) (do (return this.y!)))))'],
    ['class A { self: B =>\n  val x = 1\n  def f(x: Int) = { self.x; this.x; x; A.this.x; B.this.y; super.g(x); super[C].h } }', '(class A binds{__init__ f} (do (def __init__ (this) (do (= this.x 1))) (def f (this x:Int) (do (discard this.x!) (discard this.x!) (discard x!) (discard this.x!) (discard (unknown).y!) (discard (call (call super).g x!)) (return (call super C).h!)))))'],
    ['class A { var n = 0; def f() { n = 1; n += 1; val n = 2; n } }', '(class A binds{__init__ f} (do (def __init__ (this) (do (= this.n 0))) (def f (this) binds{n} (do (= n 1) (+= n 1) (= n 2) (discard n!)))))'],
    ['class A { var n = 0; def f() { n = 1; xs.foreach { x => n += x } } }', '(class A binds{__init__ f} (do (def __init__ (this) (do (= this.n 0))) (def f (this) (do (= this.n 1) (discard (call xs!.foreach (lambda (x) (+= this.n x!))))))))'],
    ['class A { val Array(a, b) = c; f(a) }', '(class A binds{__init__} (do (def __init__ (this) (do (= Array[this.a this.b] c!) (discard (call f this.a!))))))'],
    ['class A(x: Int) { def this(y: String) = { this(y.size); f(this) }; def g = this(1) }', '(class A binds{__init__ g} (do (def:overload __init__ (this x:Int) (do (= this.x x))) (def:overload __init__ (this y:String) (do (discard (call this.__init__ y!.size!)) (discard (call f this)))) (def:property g (this) (do (return (call this 1))))))'],
    ['object A { def f(x: Int) = 1; def g = 2; def f(x: B) = x }', '(object A binds{f g} (do (def:static:overload f (x:Int) (do (return 1))) (def:property:static g () (do (return 2))) (def:static:overload f (x:B) (do (return x!)))))'],
    ['class A { class B { def g = x }; object C { val y = x; def h = y }; val x = new B; def f = C.y }', '(class A binds{B C __init__ f} (do (def __init__ (this) (do (= this.x (new this.B)))) (def:property f (this) (do (return this.C!.y!))) (class B binds{g} (do (def:property g (this) (do (return x!))))) (object C binds{h y} (do (def:property:static h () (do (return y!))) (= y x!)))))'],
    ['case class A(x: Int)', '(class A binds{__init__} (do (def __init__ (this x:Int) (do (= this.x x)))))'],
    ['class A @Inject() (val x: Int)', '(class A binds{__init__} (do (def __init__ (this x:Int) (do (= this.x x)))))'],
    ['class B extends A; class A', '(class A (do))\n(class B <A> (do))'],
    ['implicit class R(df: DataFrame) { def f = df }', '(extension R binds{__init__ f} (do (def __init__ (this df:DataFrame) (do (= this.df df))) (def:property f (this) (do (return this.df!)))))'],
    ['sealed abstract class A private (x: Int) extends Serializable', '(class A <Serializable> binds{__init__} (do (def __init__ (this x:Int) (do (= this.x x) (discard (call (call super).__init__))))))'],
  ],
  'objects': [
    ['object A extends App { val x = 1; def f(y: Int) = x; println(x) }', '(object A <App> binds{f x} (do (discard (call (call super).__init__)) (def:static f (y:Int) (do (return x!))) (= x 1) (discard (call println x!))))'],
    ['class A(x: Int); object A { def apply(x: Int) = new A(x) }', '(object A binds{apply} (do (def:static apply (x:Int) (do (return (new A x!))))) beside (class A binds{__init__} (do (def __init__ (this x:Int) (do (= this.x x))))))'],
    ['case object A extends B', '(object A <B> (do (discard (call (call super).__init__))))'],
    ['object A { import b._; val x = f; import c.D; def g = D }', '(object A binds{D g x} (do (import b *) (def:property:static g () (do (return D!))) (= x f!) (import c D)))'],
    ['package a.b { object C; package d { class E } }', '(class E (do))\n(object C (do))'],
    ['package object p { val x = 1; def f = x }', '(def:property f () (do (return x!)))\n(= x 1)'],
  ],
  'names of blocks: those that hide others, and those of several, are their own': [
    ['def f(df: A, o: B) = { o match { case Some(df) => df.a; case None => df }; df }', '(def f (df:A o:B) (do (if (unknown) (do own{df} (= Some[df] o) (discard df!.a!)) (else (do (discard df!)))) (return df!)))'],
    ['def f() { if (x) { val a = 2; a }; a }', '(def f () (do (if x! (do own{a} (= a 2) (discard a!))) (discard a!)))'],
    ['def f() { if (x) { val a = 2; a } }', '(def f () binds{a} (do (if x! (do (= a 2) (discard a!)))))'],
    ['def f() { for (x <- xs) g(x); x }', '(def f () (do (loop own{x} x (in xs!) (do (discard (call g x!)))) (discard x!)))'],
    ['{ val a = 1; { val a = 2 } }', '(do own{a} (= a 1) (do own{a} (= a 2)))'],
    ['def f() { if (x) { val a = 1; val b = 2 } else { def a = 3 } }', '(def f () binds{a b} (do (if x! (do own{a} (= a 1) (= b 2)) (else (do own{a} (def:property a () (do (return 3))))))))'],
  ],
  'Scala 3': [
    ['object A:\n  val x = 1\n  def f(y: Int): Int =\n    val z = y\n    z + x\n  end f\nend A', '(object A binds{f x} (do (def:static f (y:Int) →Int binds{z} (do (= z y!) (return (+ z! x!)))) (= x 1)))'],
    ['class A(x: Int):\n  def f = x', '(class A binds{__init__ f} (do (def __init__ (this x:Int) (do (= this.x x))) (def:property f (this) (do (return this.x!)))))'],
    ['@main def run(a: String) =\n  println(a)', '(def run @main (a:String) (do (return (call println a!))))'],
    ['if x > 1 then y else z', '(if (> x! 1) (do (discard y!)) (else (do (discard z!))))'],
    ['for x <- xs do\n  f(x)\n  g(x)', '(loop own{x} x (in xs!) (do (discard (call f x!)) (discard (call g x!))))'],
    ['val r = for\n  x <- xs\n  y <- ys\nyield x + y', '(= r (loop:list x (in xs!) (loop:each y (in ys!) (+ x! y!))))'],
    ['while x do y()', '(loop (while x!) (do (discard (call y))))'],
    ['val y = x match\n  case 1 => 2\n  case _ => 3', '(= y (when (equals x 1) 2 (else 3)))'],
    ['try a catch case e: E => b', '(try (do (discard a!)) (except e:E (do (discard b!))))'],
    ['xs.map: x =>\n  x + 1', '(discard (call xs!.map (lambda (x) (+ x! 1))))'],
    ['f(xs*)', '(discard (call f *xs!))'],
    ['extension (df: DataFrame)\n  def a = df\n  def b(n: Int) = df', '(extension $extension(df:DataFrame) binds{__init__ a b} (do (def __init__ (this df:DataFrame) (do (= this.df df))) (def:property a (this) (do (return this.df!))) (def b (this n:Int) (do (return this.df!)))))'],
    ['enum Color(val n: Int):\n  case Red extends Color(1)\n  case Other(x: Int)\n  def f = n', '(object Color binds{Other Red} (do (class Other binds{__init__} (do (def __init__ (this x:Int) (do (= this.x x))))) (object Red <Color> (do (discard (call (call super).__init__ 1))))) beside (class Color binds{__init__ f} (do (def __init__ (this n:Int) (do (= this.n n))) (def:property f (this) (do (return this.n!))))))'],
    ['given spark: SparkSession = build()', '(= spark (call build))'],
    ['given Ser[A] with\n  def f(x: A) = g(x)\nval y = 1', '(object $givenSer[A] <Ser> binds{f} (do (discard (call (call super).__init__)) (def:static f (x:A) (do (return (call g x!))))))\n(= y 1)'],
    ['given Ord[Int] = h(1)', '(= $givenOrd[Int] (call h 1))'],
    ['given ord: Ordering[A] with\n  def f = 1', '(object ord <Ordering> binds{f} (do (discard (call (call super).__init__)) (def:property:static f () (do (return 1)))))'],
  ],
  'errors': [
    ['val a = f(\nval b = 1', '(= a f!)\n(= b 1)'],
    ['object A { def f = ) 1 }\nval b = 1', '(object A binds{f} (do (def:property:static f () (do (return 1)))))\n(= b 1)'],
  ],
};

for (const [title, rows] of Object.entries(tables)) {
  describe(title, () => {
    it.each(rows)('%s', (code, program) => expect(print(lower(code))).toBe(program));
  });
}

describe('a file', () => {
  it.each([
    ['object A', undefined],
    ['package a.b\n\nobject A', 'a.b'],
    ['// x\npackage a\npackage b.c\nimport d._', 'a.b.c'],
    ['package a\npackage object b { val x = 1 }', 'a.b'],
    ['package a\nimport c._\n\npackage object b extends C { val x = 1 }', 'a.b'],
    ['package a\nimport c._\nclass D\npackage object b extends C { val x = 1 }', 'a'],
    ['package a { package b { class C } }', 'a.b'],
    ['package a:\n  class C', 'a'],
    ['// x\r\npackage a\r\n// y\r\n/* z **/\r\npackage b\r\nclass C', 'a.b'],
    [`package a\n${'// see // here\n/* and\n * there */\n'.repeat(40)}import b._\nobject C`, 'a'],
  ])('%s belongs to the package %s', (text, name) => expect(lower(text).package).toBe(name));

  it('is Scala by its name', () => {
    expect((sourceOf('a/Job.scala', 'x') as ModuleSource).language).toBe('scala');
    expect((sourceOf('a/job.sc', 'x') as ModuleSource).language).toBe('scala');
    expect((sourceOf('a/job.py', 'x') as ModuleSource).language).toBe('python');
  });

  it('knows its comments', () => {
    const text = 'val a = "//" // one\n/* two */ val b = 1\n';
    expect(lower(text).comments.map(({ start, end, alone }) => [text.slice(start, end), alone])).toEqual([['// one', false], ['/* two */', true]]);
  });

  it('counts from the start of the definitions, and names stand where they are written', () => {
    const text = '\uFEFFobject A {\r\n  /* 😀 */ @a def f(df: DataFrame) = df.filter($"x" > 1).map { r: Row => r.x }\r\n}\r\n';
    const places: string[] = [];
    forEachExpression(lower(text), (expr, { start, end }) => { if (expr.kind === 'member' || expr.kind === 'call' || expr.kind === 'closure') places.push(text.slice(start, end)); });
    expect(places).toEqual([
      text.slice(1, -2), '@a def f(df: DataFrame) = df.filter($"x" > 1).map { r: Row => r.x }',
      'df.filter($"x" > 1).map { r: Row => r.x }', 'df.filter($"x" > 1).map', 'df.filter($"x" > 1)', 'df.filter', '$"x"', 'r: Row => r.x', 'r.x',
    ]);
  });
});

describe('a notebook', () => {
  it('shows the last value of a cell', () => {
    const text = 'val df = x\ndf.count\nif (a) df else df';
    const source: ModuleSource = { language: 'scala', text, masked: text, pieces: [{ start: 0, end: 19, cell: 0 }, { start: 20, end: text.length, cell: 1 }], notebook: true, runs: [] };
    expect(print(syntax.lower(source))).toBe('(= df x!)\n(shown df!.count!)\n(shown (when a! df! (else df!)))');
  });
});
