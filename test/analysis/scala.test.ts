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
