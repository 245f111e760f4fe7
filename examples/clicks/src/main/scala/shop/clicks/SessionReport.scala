package shop.clicks

import org.apache.spark.sql.{DataFrame, SparkSession}
import org.apache.spark.sql.functions._

/** Which pages lead to an order, written every night. */
object SessionReport {
  def main(args: Array[String]): Unit = {
    val spark = SparkSession.builder
      .appName("session-report")
      .config("spark.executor.memory", "6g")
      .config("spark.sql.shufle.partitions", "400")
      .getOrCreate()
    import spark.implicits._

    val visits = Sources.clicks(spark)
      .filter(!$"bot")
      .join(Sources.pages(spark), Seq("page"))
      .withColumn("day", to_date($"at"))

    if (visits.count() == 0) sys.error("no clicks")

    byPage(visits).write.mode("overwrite").parquet(s"${Sources.root}/by-page")
    byDay(visits).write.mode("overwrite").parquet(s"${Sources.root}/by-day")

    // The slowest sessions go to the shop's people by mail.
    val slow = visits.filter($"millis" > 60000).collect()
    slow.foreach(row => println(row.getAs[String]("session")))

    visits.cache()
    println(s"${visits.count()} clicks")
  }

  private def byPage(visits: DataFrame): DataFrame =
    visits.groupBy("page").agg(count("*").as("clicks"), countDistinct("session").as("sessions"))

  private def byDay(visits: DataFrame): DataFrame =
    visits.groupBy("day").agg(sum(when(col("ordered"), 1).otherwise(0)).as("orders"))
}
