/** Sources of streams, by their format, of which the query keeps the place: without its checkpoint nobody knows what was read. */
const keptByQuery = /^(kafka|rate(-micro-batch)?|socket|parquet|csv|json|orc|text|xml|avro|binaryfile|image|delta|deltasharing|iceberg|hudi|kinesis|aws-kinesis|eventhubs|pubsub|pulsar|cloudfiles|mongodb|state-store|unknown)$/i;

/** A source of a program's own, or of a library that is not known here, may keep its place itself. */
export const mayKeepItsPlace = (format: string): boolean => !keptByQuery.test(format);
