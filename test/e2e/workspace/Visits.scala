package shop

import org.apache.spark.sql.SparkSession

object Visits {
  def main(args: Array[String]): Unit = {
    val spark = SparkSession.builder.appName("visits").getOrCreate()
    val visits = spark.read.parquet("/data/visits")
    if (visits.count() == 0) sys.error("no visits")
  }
}
