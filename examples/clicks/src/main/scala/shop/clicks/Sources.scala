package shop.clicks

import org.apache.spark.sql.{DataFrame, SparkSession}

object Sources {
  val root = "/data/clicks"

  /** What the web servers wrote: billions of rows. */
  def clicks(spark: SparkSession): DataFrame =
    spark.read.parquet(s"$root/events")

  /** A few thousand rows. */
  def pages(spark: SparkSession): DataFrame =
    spark.read.option("header", "true").csv(s"$root/pages.csv")
}
