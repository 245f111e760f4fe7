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
