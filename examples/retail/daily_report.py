"""The nightly report: turnover by country, and the orders that nobody can be charged for."""
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from retail import sources


def main(day: str) -> None:
    spark = SparkSession.builder.appName("daily-report").getOrCreate()

    orders = sources.orders(spark, day)
    valid = orders.where(F.col("amount") > 0 and F.col("currency").isNotNull())

    enriched = valid.join(sources.customers(spark), "customer_id", "left")
    turnover = enriched.groupBy("country").agg(F.sum("amount").alias("turnover"))
    turnover.write.mode("overwrite").parquet(f"{sources.LAKE}/reports/turnover/{day}")

    lost = enriched.where(F.col("country").isNull())
    if lost.count() > 0:
        lost.write.mode("overwrite").parquet(f"{sources.LAKE}/reports/lost/{day}")
    enriched.cache()
    print(f"{enriched.count()} orders on {day}")


if __name__ == "__main__":
    main(sys.argv[1])
