from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("/data/orders").where("amount > 0")
print(orders.count())
orders.write.parquet("/data/orders_clean")
orders.cache()
print(orders.groupBy("country").count().count())
