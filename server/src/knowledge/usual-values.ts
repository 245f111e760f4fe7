/** What people write for keys whose values Spark does not list: [value, what it is]. */
export const usualValues: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'spark.master': [['local[*]', 'as many threads as cores'], ['yarn', 'a Hadoop cluster'], ['k8s://https://', 'address of the API server'], ['spark://', 'a standalone master']],
  'spark.submit.deployMode': [['client', 'the driver runs where the job is submitted'], ['cluster', 'the driver runs in the cluster']],
  'spark.serializer': [['org.apache.spark.serializer.KryoSerializer', 'for RDDs of own classes'], ['org.apache.spark.serializer.JavaSerializer', 'works with any class']],
  'spark.io.compression.codec': [['lz4', 'fast'], ['zstd', 'smaller'], ['snappy', 'fast'], ['lzf', 'old']],
  'spark.eventLog.compression.codec': [['zstd', 'smaller'], ['lz4', 'fast'], ['snappy', 'fast'], ['lzf', 'old']],
  'spark.sql.session.timeZone': [['UTC', 'the same on every machine'], ['Europe/Berlin', 'a region: follows its summer time'], ['+02:00', 'a fixed offset']],
  'spark.sql.sources.default': [['parquet', ''], ['orc', ''], ['delta', 'with Delta Lake'], ['json', ''], ['csv', '']],
  'spark.sql.extensions': [['io.delta.sql.DeltaSparkSessionExtension', 'Delta Lake'], ['org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions', 'Iceberg'], ['org.apache.spark.sql.hudi.HoodieSparkSessionExtension', 'Hudi']],
  'spark.sql.catalog.spark_catalog': [['org.apache.spark.sql.delta.catalog.DeltaCatalog', 'Delta Lake'], ['org.apache.iceberg.spark.SparkSessionCatalog', 'Iceberg'], ['org.apache.spark.sql.hudi.catalog.HoodieCatalog', 'Hudi']],
  'spark.sql.streaming.stateStore.providerClass': [['org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider', 'state off the heap']],
  'spark.executor.logs.rolling.strategy': [['time', 'cut by time'], ['size', 'cut by size']],
  'spark.sql.autoBroadcastJoinThreshold': [['-1', 'never broadcast by size']],
  'spark.shuffle.manager': [['sort', '']],
  'spark.log.level': [['WARN', ''], ['INFO', ''], ['ERROR', ''], ['DEBUG', '']],
  'spark.deploy.recoveryMode': [['ZOOKEEPER', 'several masters'], ['FILESYSTEM', 'one master'], ['ROCKSDB', 'one master, from Spark 4'], ['NONE', '']],
};
