"""Where the jobs read from and write to."""
from pyspark.sql import DataFrame, SparkSession

LAKE = "s3a://retail-lake"


def orders(spark: SparkSession, day: str) -> DataFrame:
    """The orders of one day, as the shops deliver them."""
    return (
        spark.read.option("header", "true")
        .option("inferSchema", "true")
        .csv(f"{LAKE}/incoming/orders/{day}")
    )


def customers(spark: SparkSession) -> DataFrame:
    return spark.read.parquet(f"{LAKE}/customers")
