from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
orders = spark.read.option("header", "true").csv("/data/orders").where("amount > 0")
print(orders.count())
orders.write.parquet("/data/orders_clean")
orders.groupBy("country").count().write.parquet("/data/countries")
orders.cache()
orders.count()
