/** What is Scala's own in how names, blocks and functions are run. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

const head = 'import org.apache.spark.sql.{DataFrame, SparkSession}\n';

describe('names of blocks', () => {
  cases({
    'hide others only within': {
      'Job.scala': `${head}object Job {
  def run(spark: SparkSession, df: DataFrame, other: Option[DataFrame]): Unit = {
    other match {
      case Some(df) => df  //: DataFrame
      case None => df  //: DataFrame
    }
    if (other.isEmpty) {
      val df = 1
      df  //: 1
    }
    for (df <- Seq("a")) {
      df  //: "a"
    }
    df  //: DataFrame
  }
}
`,
    },
    'are what they were to functions that run later': {
      'JobTest.scala': `${head}class JobTest extends Suite {
  "one" should {
    val path = "/a"
    def rows(df: DataFrame) = df.limit(3)
    "x" in { spark: SparkSession =>
      path  //: "/a"
      rows(spark.read.parquet("/x")).select("a")  //: DataFrame
    }
  }
  "two" should {
    val path = "/b"
    def rows(df: DataFrame) = df.rdd
    "y" in { spark: SparkSession =>
      path  //: "/b"
      rows(spark.read.parquet("/y")).keyBy(f)  //: RDD
    }
  }
}
`,
      'Job.scala': `${head}object Job {
  def run(spark: SparkSession, args: Seq[String]): Unit = {
    val limit = 1
    if (args.isEmpty) {
      val limit = 2
      val rows = spark.table("a")
      later(() => {
        rows  //: DataFrame
        limit  //: 2
      })
    } else {
      var rows = "b"
      class Held {
        def get() = {
          rows  //: "b"
        }
      }
      new Held().get()  //: "b"
    }
    if (args.size > 1) {
      var rows = 3
      later(() => { rows = spark.range(3).rdd })
      later(() => {
        rows  //: RDD
      })
    }
    later(() => {
      limit  //: 1
    })
  }
}
`,
    },
  });
});

describe('imports of all names', () => {
  cases({
    'from what Spark does not have lead nowhere': {
      'Job.scala': `${head}class Job {
  def run(spark: SparkSession): Unit = {
    import spark.elsewhere.members._
    spark.elsewhere  //: unknown (member)
    spark.range(3)  //: DataFrame
  }
}
`,
    },
  });
});

describe('fields', () => {
  cases({
    'that are declared and filled later are what was declared': {
      'Job.scala': `${head}class Job {
  private var frame: DataFrame = _
  def run(): Unit = {
    frame  //: DataFrame | null
  }
}
`,
    },
  });
});

describe('functions of one name', () => {
  cases({
    'are told apart by what they are called with': {
      'Job.scala': `${head}class Job(spark: SparkSession) {
  def this(name: String) = this(SparkSession.builder().appName(name).getOrCreate())
  def load(path: String): DataFrame = spark.read.parquet(path)
  def load(path: String, number: Int) = number
  def load(df: DataFrame) = "of a frame"
  def load = 5
  load("a")  //: DataFrame
  load("a", 7)  //: 7
  load(load("b"))  //: "of a frame"
  load  //: 5
  this.spark  //: SparkSession
}
object Main {
  new Job("a").load("b")  //: DataFrame
}
`,
    },
  });
});

describe('functions by cases', () => {
  cases({
    'are given several values as a tuple': {
      'Job.scala': `${head}object Job {
  def run(frames: Seq[DataFrame], spark: SparkSession) = {
    val start = spark.table("a")
    frames.foldLeft(start) { case (all, next) => all.union(next) }  //: DataFrame | DataFrame
  }
}
`,
    },
  });
});

describe('arguments in several lists', () => {
  cases({
    'what is mostly left to the language may be given, and changes nothing': {
      'Job.scala': `import org.apache.spark.rdd.RDD
import org.apache.spark.sql.{DataFrame, Encoders, SparkSession}
import scala.concurrent.{ExecutionContext, Future}
object Job {
  def run(spark: SparkSession, df: DataFrame, lines: RDD[String], executor: ExecutionContext): Unit = {
    df.map(_.getString(0))(Encoders.STRING)  //: DataFrame  //! discarded-transformation
    df.flatMap(row => Seq(row.getString(0)))(Encoders.STRING).filter(_.nonEmpty)  //: DataFrame  //! discarded-transformation
    df.mapPartitions { rows => rows.map(_.getString(0)) }(Encoders.STRING)  //: DataFrame  //! discarded-transformation
    df.groupByKey(_.getString(0))(Encoders.STRING).mapGroups((key, rows) => key)(Encoders.STRING)  //: DataFrame  //! discarded-transformation
    df.groupByKey(_.getString(0))(Encoders.STRING).cogroup(df.groupByKey(_.getString(0))(Encoders.STRING))((key, a, b) => a)(Encoders.STRING)  //: DataFrame  //! discarded-transformation
    df.as[String](Encoders.STRING)  //: DataFrame
    spark.createDataset(lines)(Encoders.STRING)  //: DataFrame
    spark.emptyDataset(Encoders.STRING)  //: DataFrame
    lines.sortBy(_.length)(Ordering.Int, implicitly)  //: RDD
    lines.map(_.length)(scala.reflect.classTag[Int])  //: RDD  //! discarded-transformation
    lines.aggregate(0)((sum, line) => sum + 1, _ + _)(scala.reflect.classTag[Int])  //: value
    lines.top(3)(Ordering.String)  //: list of value
    lines.top(3)(Ordering.String)(0)  //: value
    Seq(df).sortBy(_.count())(Ordering.Long)  //: list of DataFrame
    Future(df)(executor)  //: option of DataFrame
    Future(1)(executor).map(_ => df)(executor)  //: option of DataFrame
  }
}
`,
    },
    'what none of them is goes to what the call gives': {
      'Job.scala': `import org.apache.spark.rdd.RDD
import org.apache.spark.sql.{DataFrame, Encoder, Encoders, SparkSession}
object Job {
  def run(spark: SparkSession, df: DataFrame, lines: RDD[String], schema: org.apache.spark.sql.types.StructType): Unit = {
    df("a")  //: Column
    df.select("a")("a")  //: Column
    df.as("t")("a")  //: Column
    df.map((row: org.apache.spark.sql.Row) => row.getString(0), Encoders.STRING)("value")  //: Column
    spark.createDataFrame(lines.map(org.apache.spark.sql.Row(_)), schema)("a")  //: Column
    lines.collect()(0)  //: value
    df.collect()(0)  //: Row
    df.columns(0)  //: column
  }
}
`,
    },
    'behind what takes none, an element is meant': {
      'Job.scala': `${head}object Job {
  def run(df: DataFrame, frames: Map[String, DataFrame], names: Option[Seq[DataFrame]]): Unit = {
    df.collect().toList(0)  //: Row
    df.collect.toSeq(0)  //: Row
    Seq(df, df).reverse(0)  //: DataFrame
    Seq(Seq(df)).head(0)  //: DataFrame
    frames.values.toVector(0)  //: DataFrame
    frames.toSeq(0)  //: tuple of String | DataFrame
    names.get(0)  //: DataFrame
    Seq(df).toSet(df)  //: value
  }
}
`,
    },
  });
});

describe('classes of rows', () => {
  cases({
    'are known from other files, whichever is read first': {
      'a/Visit.scala': `package visits
import org.apache.spark.sql.Dataset
case class Visit(page: String, count: Int)
object Visits { def shown(pages: Dataset[Page]): Dataset[Page] = pages.filter(_.size > 3)  //! typed-lambda
}
`,
      'a/Page.scala': `package visits
import org.apache.spark.sql.Dataset
case class Page(name: String, size: Int)
object Pages { def often(visits: Dataset[Visit]): Dataset[Visit] = visits.filter(_.count > 3)  //! typed-lambda
}
`,
    },
  });
});

describe('what a program adds to other classes', () => {
  cases({
    'by implicit classes of the package that is imported, by what its object inherits, by conversions': {
      'a/package.scala': `package org
package object clicks extends Columns with Frames {
  implicit class Sessions(spark: org.apache.spark.sql.SparkSession) { def clicks: org.apache.spark.sql.DataFrame = spark.table("clicks") }
}
`,
      'a/Frames.scala': `package org.clicks
import org.apache.spark.sql.{Column, DataFrame, SparkSession}
import org.apache.spark.sql.functions.col
import org.apache.spark.rdd.RDD
trait Columns { def key: Column = col("key") }
trait Frames extends More { implicit class Keyed(df: DataFrame) { def byKey: DataFrame = df.orderBy(key) } }
trait More {
  implicit class OfContext(sc: org.apache.spark.SparkContext) { def page(path: String): RDD[String] = sc.textFile(path) }
  implicit class OfReader(reader: org.apache.spark.sql.DataFrameReader) { def page(path: String): DataFrame = reader.text(path) }
  implicit class OfRows(rows: RDD[Int]) { def size: Long = rows.count() }
  implicit class OfFrames(df: DataFrame) { def size: DataFrame = df.limit(1) }
  implicit def named(df: DataFrame): Named = new Named(df)
  implicit def same(df: DataFrame): Same = df
}
class Named(df: DataFrame) { def columnOf(name: String): Column = df(name) }
class Same(df: DataFrame) { def isSame(other: DataFrame): Boolean = df == other }
`,
      'Job.scala': `package jobs
import org.clicks._
import org.apache.spark.sql.SparkSession
object Job {
  def run(spark: SparkSession) = {
    spark.clicks  //: DataFrame
    spark.clicks.byKey  //: DataFrame
    spark.read.page("/a")  //: DataFrame
    spark.sparkContext.page("/a")  //: RDD
    spark.clicks.size  //: DataFrame
    spark.clicks.columnOf("a")  //: Column
    spark.clicks.isSame(spark.clicks)  //: unknown (member)
    key  //: Column
  }
}
`,
    },
    'by an object of the same file, whose members are imported': {
      'Job.scala': `package org.clicks
import org.apache.spark.sql.{DataFrame, SparkSession}
import org.clicks.Whole._
import Around._
object Job {
  import Ops._
  import Ops.more._
  def run(spark: SparkSession) = {
    spark.clicks("/a")  //: DataFrame
    spark.clicks("/a").firstOnes  //: DataFrame
    spark.clicks("/a").whole  //: DataFrame
    spark.clicks("/a").around  //: DataFrame
    spark.clicks("/a").other  //: unknown (member)
  }
}
object Ops {
  implicit class Sessions(val spark: SparkSession) { def clicks(path: String): DataFrame = spark.read.parquet(path) }
  object more { implicit class Frames(df: DataFrame) { def firstOnes: DataFrame = df.limit(1) } }
}
object Whole { implicit class Frames(df: DataFrame) { def whole: DataFrame = df.filter("a") } }
trait Arounds { implicit class Frames(df: DataFrame) { def around: DataFrame = df.filter("a") } }
object Around extends Arounds
object Unseen { implicit class Frames(df: DataFrame) { def other: DataFrame = df } }
`,
    },
    'nothing goes in a circle': {
      'Job.scala': `${head}class Job(val df: DataFrame) {
  import df.others._
  df.rest  //: unknown (member)
}
`,
    },
  });
});

describe('what is given by name', () => {
  cases({
    'ends nothing where it fails': {
      'Job.scala': `${head}abstract class Job(spark: SparkSession, limits: Map[String, Int]) {
  def needed(name: String): Int = limits.getOrElse(name, throw new IllegalArgumentException(name))
  def found(name: String): Int = find(name).getOrElse(sys.error(name))
  def run(): Long = {
    val limit = needed("rows")
    val other = found("rows")
    spark.table("a")  //: DataFrame
  }
}
`,
    },
  });
});

describe('classes', () => {
  cases({
    'without a name are made and run': {
      'Job.scala': `${head}trait Reader { def read(): DataFrame; def twice = read().union(read()) }
class Job(spark: SparkSession) {
  def reader(table: String) = new Reader { def read() = spark.table(table) }
  reader("a").read()  //: DataFrame
  reader("a").twice  //: DataFrame
}
`,
    },
    'beside an object of their name are what others extend; types and values of one name are told apart': {
      'Job.scala': `${head}object Base { def load(spark: SparkSession) = spark.table("a") }
abstract class Base(spark: SparkSession) { lazy val all = Base.load(spark); def on(name: String): this.type = keep(name) }
class Job(spark: SparkSession) extends Base(spark) {
  val Base = 1
  all.count()  //: value
  on("a").on("b").all  //: DataFrame
  def f(base: Base) = base.all  //: DataFrame
}
`,
    },
  });
});

describe('folding', () => {
  cases({
    'goes round whatever is folded; ranges are collections': {
      'Job.scala': `${head}import org.apache.spark.sql.functions.{col, trim}
object Job {
  def run(spark: SparkSession, names: Names): DataFrame = {
    import spark.implicits._
    val start = spark.table("a")
    names.all.foldLeft(start)((df, name) => df.withColumn(name, trim(col(name))))  //: DataFrame | DataFrame  //! column-in-loop
    (0 until 10).map(n => (n, s"a $n")).toDF("n", "a")  //: DataFrame
  }
}
`,
    },
  });
});

describe('functions that only lie in a collection', () => {
  cases({
    'run once, on what their types promise': {
      'Job.scala': `${head}object Job {
  val steps = Map("a" -> ((df: DataFrame) => {
    df.limit(1)  //: DataFrame
  }))
}
`,
    },
  });
});

describe('annotations', () => {
  const marks = ['@tailrec', '@inline', '@throws[java.io.IOException]("no file")', '@throws(classOf[Exception])', '@deprecated("use load", "1.2")', '@nowarn("cat=deprecation") @inline', '@transient', '@volatile', '@BeanProperty', '@main', '@scala.annotation.unused', '@com.acme.Metered(name = "load")', '@Own', '@Test\n  @Own'];
  cases(Object.fromEntries(marks.map((mark) => [`${mark} leaves a function what it is`, {
    'Job.scala': `${head}class Own extends scala.annotation.StaticAnnotation
object Job {
  ${mark} def load(spark: SparkSession, path: String): DataFrame = spark.read.parquet(path)
  ${mark}
  private def twice(n: Int) = "of " + n
  def run(spark: SparkSession) = {
    val df = load(spark, "/a")  //: DataFrame
    val two = twice(2)  //: ${'"of 2"'}
    df.count
  }
}
`,
  }])));
  cases({
    'that are macros may write it anew': {
      'Job.scala': `${head}class cached extends scala.annotation.StaticAnnotation { def macroTransform(annottees: Any*): Any = null }
class traced extends scala.annotation.MacroAnnotation
object Job {
  @cached def one(n: Int) = n
  @traced("x") def two(n: Int) = n
  def run() = {
    one(1)  //: unknown (call)
    two(1)  //: unknown (call)
  }
}
`,
    },
  });
});

describe('a for over rows', () => {
  cases({
    'is a map of them, or an action': {
      'Job.scala': `${head}object Job {
  def run(spark: SparkSession): Unit = {
    val lines = spark.sparkContext.textFile("/data/lines")
    val lengths = for (line <- lines if line.nonEmpty) yield line.length
    lengths  //: RDD
    lengths.collect()  //: list of value  //! collect-to-driver
    for (line <- lines) println(line)
    lines  //: RDD
  }
}
`,
    },
  });
});

describe('an assigned match, overloads, arguments by name', () => {
  cases({
    'an assigned match is an assignment': {
      'Job.scala': `${head}object Job {
  def run(spark: SparkSession, name: Option[String]): Unit = {
    var rows: Any = 1
    rows = name match {
      case Some(path) => spark.read.parquet(path)
      case None => spark.range(3)
    }
    rows  //: DataFrame | DataFrame
  }
}
`,
    },
    'a frame goes to the overload that takes frames': {
      'Job.scala': `${head}import org.apache.spark.rdd.RDD
object Job {
  def size(rows: RDD[String]): Int = 1
  def size(rows: DataFrame): String = "a"
  def run(df: DataFrame, rdd: RDD[String]): Unit = {
    size(df)  //: "a"
    size(rdd)  //: 1
  }
}
`,
    },
    'what is evaluated only where it is needed may not run': {
      'Job.scala': `${head}object Job {
  def run(spark: SparkSession, name: Option[String]): Unit = {
    var rows: Any = 1
    name.getOrElse { rows = "a"; "b" }
    rows  //: 1 | "a"
  }
}
`,
    },
  });
});

describe('declared parameters', () => {
  cases({
    'are what they are declared, whatever an argument seems to be': {
      'Scale.scala': `import org.apache.spark.sql.Column
import org.apache.spark.sql.catalyst.expressions.Expression

case class Scale(tile: Expression, by: Expression)

object Scale {
  def apply(tile: Column, by: Column): Column = new Column(Scale(tile.expr, by.expr))
  def apply(tile: Column, by: Double): Column = {
    tile  //: Column
    new Column(Scale(tile.expr, lit(by).expr))
  }
}
`,
    },
    'hold an RDD that an old Spark made of a frame': {
      'Words.scala': `import org.apache.spark.rdd.RDD
import org.apache.spark.sql.SQLContext

object Words {
  def split(sentences: RDD[String]): RDD[Array[String]] = {
    sentences  //: RDD | RDD
    sentences.map(_.split(" "))
  }
  def run(sqlContext: SQLContext): Unit = split(sqlContext.read.parquet("/a").map(row => row.getString(0))).count()
}
`,
    },
  });
});

describe('rows of which nothing is known', () => {
  cases({
    'are a frame where a session\'s implicits make one of them': {
      'Job.scala': `${head}object Job {
  def run(spark: SparkSession): Unit = {
    import spark.implicits._
    val one = store.rows.toDS
    one  //: DataFrame
    store.rows.map(_.name).toDF("name")  //: DataFrame
  }
}
`,
    },
  });
});
