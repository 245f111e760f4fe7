package shop.clicks

import java.time.LocalDate

import org.apache.spark.sql.SparkSession

/** Writes days anew whose clicks came late. */
object Repair extends App {
  val spark = SparkSession.builder.appName("repair").getOrCreate()
  import spark.implicits._

  val clicks = Sources.clicks(spark)
  clicks.dropDuplicates("id")

  val days = (1 to args(0).toInt).map(ago => LocalDate.now.minusDays(ago))
  for (day <- days) {
    val late = clicks.filter($"day" === day.toString).count()
    println(s"$day: $late clicks")
  }

  val sessions = clicks.rdd.map(row => (row.getAs[String]("session"), 1))
  val lengths = sessions.groupByKey().mapValues(_.sum)

  spark.read.parquet(s"${Sources.root}/sessions")
    .union(lengths.toDF("session", "clicks"))
    .coalesce(1)
    .write.mode("overwrite").parquet(s"${Sources.root}/sessions")
}
