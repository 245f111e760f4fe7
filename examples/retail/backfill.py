"""Runs the customer scores again for a range of days, and repairs the history in place."""
from datetime import date, timedelta

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from retail import sources


def days(first: date, last: date) -> list[str]:
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def check(spark: SparkSession, first: date, last: date) -> dict[str, int]:
    """How many orders each day has."""
    sizes = {}
    for day in days(first, last):
        sizes[day] = sources.orders(spark, day).count()
    return sizes


def notify(orders: DataFrame) -> None:
    for row in orders.select("customer_id", "amount").collect():
        print(row.customer_id, row.amount)


def repair(spark: SparkSession) -> None:
    history = spark.read.parquet(f"{sources.LAKE}/history")
    history.dropDuplicates(["order_id"])
    history.withColumn("amount", F.round("amount", 2)).coalesce(1).write.mode("overwrite").parquet(f"{sources.LAKE}/history")


if __name__ == "__main__":
    session = SparkSession.builder.appName("backfill").getOrCreate()
    print(check(session, date(2024, 1, 1), date(2024, 3, 31)))
    notify(sources.orders(session, "2024-03-31"))
    repair(session)
