/**
 * What the analysis needs of Spark's methods and the extracted facts do not say: argument shapes, callbacks, lineage,
 * bounds, builders, reading and writing. Hand-classified from Spark's behaviour; jobs, shuffles and caches as tried on
 * Spark 3.5.9 and 4.3.0.
 */
const words = (text) => text.trim().split(/\s+/);

/** Members read without parentheses. */
export const properties = {
  DataFrame: words('columns dtypes isStreaming na rdd schema sparkSession sql_ctx stat storageLevel write writeStream executionInfo plot'),
  SparkSession: words('builder catalog client conf dataSource profile read readStream sparkContext streams udf udtf version tvf'),
  SparkContext: words('applicationId defaultMinPartitions defaultParallelism resources startTime uiWebUrl version listArchives listFiles'),
  RDD: words('context'),
  StreamingQuery: words('id runId name isActive lastProgress recentProgress status'),
  StreamingQueryManager: words('active'),
  Broadcast: words('value'), Accumulator: words('value'), StreamingContext: words('sparkContext'),
  Window: words('unboundedPreceding unboundedFollowing currentRow'),
  UserDefinedFunction: words('returnType'),
};

/** Per owner: the methods that derive a dataset, by what they do to the lineage. Those not named follow from their facts. */
export const lineage = {
  // They make a table and give what it holds.
  Catalog: { source: words('createTable createExternalTable') },
  DataFrame: {
    same: words('alias hint observe cache persist unpersist to'),
    narrow: words('withWatermark select selectExpr filter where withColumn withColumns withColumnRenamed withColumnsRenamed withMetadata drop toDF dropna fillna replace sample sampleBy limit offset coalesce mapInPandas mapInArrow rdd toJSON pandas_api sortWithinPartitions randomSplit unpivot melt explode describe summary freqItems checkpoint localCheckpoint colRegex groupBy groupby cube rollup groupingSets zipWithIndex'),
    wide: words('agg distinct dropDuplicates drop_duplicates dropDuplicatesWithinWatermark orderBy sort repartition repartitionByRange repartitionById crosstab transpose'),
    join: words('join crossJoin lateralJoin nearestByJoin intersect intersectAll subtract exceptAll zip'),
    union: words('union unionAll unionByName'),
  },
  RDD: {
    same: words('cache persist unpersist setName checkpoint localCheckpoint withResources'),
    narrow: words('map filter flatMap mapPartitions mapPartitionsWithIndex mapPartitionsWithSplit mapValues flatMapValues keyBy keys values glom sample sampleByKey coalesce pipe toDF zipWithIndex zipWithUniqueId randomSplit barrier'),
    wide: words('aggregateByKey combineByKey distinct foldByKey groupBy groupByKey partitionBy reduceByKey repartition repartitionAndSortWithinPartitions sortBy sortByKey'),
    join: words('cartesian cogroup fullOuterJoin groupWith intersection join leftOuterJoin rightOuterJoin subtract subtractByKey zip'),
    union: words('union __add__'),
  },
  GroupedData: { narrow: words('pivot cogroup'), wide: words('agg apply applyInArrow applyInPandas applyInPandasWithState avg count max mean min sum transformWithState transformWithStateInPandas') },
  DStream: { same: words('cache persist checkpoint') },
  DataFrameNaFunctions: { narrow: words('drop fill replace') },
};

export const cache = {
  DataFrame: { cache: words('cache persist'), release: words('unpersist'), checkpoint: words('checkpoint localCheckpoint') },
  RDD: { cache: words('cache persist'), release: words('unpersist'), checkpoint: words('checkpoint localCheckpoint') },
  Catalog: { release: words('clearCache') },
  SQLContext: { release: words('clearCache') },
};

export const bounds = {
  DataFrame: {
    argument: words('limit'), one: words('agg'), columns: words('select selectExpr'), groups: words('distinct dropDuplicates drop_duplicates crosstab'),
    local: [], sum: words('union unionAll unionByName'), join: words('join crossJoin lateralJoin nearestByJoin'), rows: words('describe summary freqItems'), sampled: words('sample sampleBy'),
  },
  GroupedData: { groups: words('agg avg count max mean min sum') },
  RDD: { groups: words('distinct reduceByKey aggregateByKey combineByKey foldByKey'), sum: words('union __add__'), join: words('join leftOuterJoin rightOuterJoin fullOuterJoin cartesian cogroup'), sampled: words('sample sampleByKey pipe') },
  SparkSession: { local: words('createDataFrame emptyDataFrame'), rows: words('range') },
  SparkContext: { local: words('parallelize emptyRDD'), rows: words('range') },
};

/** Actions that stop early where no shuffle lies below. */
export const readsSome = words('show take head first isEmpty tail');
/** Run a job only when the plan holds a shuffle. */
export const jobsByPlan = { DataFrame: words('rdd toJSON') };
export const jobsAtCall = { RDD: words('sortBy sortByKey zipWithIndex histogram lookup takeSample'), DataFrame: words('approxQuantile crosstab corr cov') };
/** Lazy in PySpark 3.5 and 4.3, tried. */
export const neverJobs = { DataFrame: words('describe summary freqItems checkpoint localCheckpoint toDF'), DataFrameStatFunctions: words('freqItems'), RDD: words('toDF'), Catalog: words('listCatalogs listColumns listDatabases listFunctions listPartitions listTables listViews recoverPartitions refreshByPath') };

const rowFunction = (given = ['row'], argument = 0, keyword = 'f') => [{ argument, keyword, runs: 'executor', given }];
export const callbacks = {
  DataFrame: {
    transform: [{ argument: 0, keyword: 'func', runs: 'driver', given: ['self'] }],
    foreach: rowFunction(['Row']), foreachPartition: rowFunction(['iterator']), mapInPandas: rowFunction(['pandas'], 0, 'func'), mapInArrow: rowFunction(['local'], 0, 'func'),
  },
  RDD: Object.fromEntries([
    ...words('map filter flatMap foreach foreachPartition mapPartitions mapValues flatMapValues keyBy sortBy groupBy').map((name) => [name, rowFunction()]),
    ...words('reduce reduceByKey fold foldByKey').map((name) => [name, rowFunction(['row', 'row'], name.startsWith('fold') ? 1 : 0)]),
    ...words('mapPartitionsWithIndex mapPartitionsWithSplit').map((name) => [name, rowFunction(['local', 'row'])]),
  ]),
  GroupedData: { applyInPandas: rowFunction(['pandas'], 0, 'func'), applyInArrow: rowFunction(['local'], 0, 'func'), apply: rowFunction(['pandas'], 0, 'udf') },
  DataStreamWriter: { foreachBatch: [{ argument: 0, keyword: 'func', runs: 'batch', given: ['DataFrame', 'local'] }], foreach: rowFunction(['Row']) },
  DStream: {
    foreachRDD: [{ argument: 0, keyword: 'func', runs: 'batch', given: ['RDD'] }], transform: [{ argument: 0, keyword: 'func', runs: 'batch', given: ['RDD'] }],
    ...Object.fromEntries(words('map filter flatMap mapPartitions mapValues flatMapValues').map((name) => [name, rowFunction()])),
    reduceByKey: rowFunction(['row', 'row']), updateStateByKey: rowFunction(['row', 'row']),
  },
  UDFRegistration: { register: [{ argument: 1, keyword: 'f', runs: 'executor', given: [] }] },
};

export const costly = { RDD: words('map filter flatMap mapPartitions mapPartitionsWithIndex mapValues flatMapValues keyBy'), DataFrame: words('mapInPandas mapInArrow'), GroupedData: words('applyInPandas applyInArrow apply') };

export const sets = {
  DataFrameReader: { format: 'format', option: 'option', options: 'options', schema: 'schema' },
  DataStreamReader: { format: 'format', option: 'option', options: 'options', schema: 'schema', name: 'other' },
  DataFrameWriter: { format: 'format', mode: 'mode', option: 'option', options: 'options', partitionBy: 'partitionBy', bucketBy: 'other', sortBy: 'other', clusterBy: 'other' },
  DataFrameWriterV2: { option: 'option', options: 'options', partitionedBy: 'partitionBy', using: 'format', tableProperty: 'other', clusterBy: 'other' },
  DataStreamWriter: { format: 'format', option: 'option', options: 'options', outputMode: 'outputMode', partitionBy: 'partitionBy', queryName: 'queryName', trigger: 'trigger', foreachBatch: 'batch', foreach: 'batch', clusterBy: 'other' },
  Window: { partitionBy: 'partitionBy' }, WindowSpec: { partitionBy: 'partitionBy' },
  'SparkSession.Builder': { config: 'config', appName: 'other', master: 'other', remote: 'other', enableHiveSupport: 'other' },
  SparkConf: { set: 'config', setAll: 'config', setIfMissing: 'config', setAppName: 'other', setMaster: 'other', setExecutorEnv: 'other', setSparkHome: 'other' },
};

const path = (format) => ({ target: 'path', argument: 0, ...(format ? { format } : {}) });
const table = { target: 'table', argument: 0 };
const formats = words('csv json orc parquet text xml');
const readers = { ...Object.fromEntries(formats.map((format) => [format, path(format)])), load: path(), table, jdbc: { target: 'none', format: 'jdbc' }, changes: table };
export const reads = {
  DataFrameReader: readers, DataStreamReader: Object.fromEntries(Object.entries(readers).filter(([name]) => name !== 'jdbc')),
  SparkSession: { table, sql: { target: 'none' } }, SQLContext: { table, sql: { target: 'none' } },
  SparkContext: Object.fromEntries(words('textFile wholeTextFiles binaryFiles binaryRecords pickleFile sequenceFile hadoopFile newAPIHadoopFile').map((name) => [name, path(name === 'textFile' || name === 'wholeTextFiles' ? 'text' : undefined)])),
  StreamingContext: Object.fromEntries(words('socketTextStream textFileStream queueStream binaryRecordsStream').map((name) => [name, { target: 'none' }])),
};
export const writes = {
  DataFrameWriter: { ...Object.fromEntries(formats.map((format) => [format, path(format)])), save: path(), saveAsTable: table, insertInto: table, jdbc: { target: 'none', format: 'jdbc' } },
  DataFrameWriterV2: Object.fromEntries(words('append create createOrReplace overwrite overwritePartitions replace').map((name) => [name, { target: 'none' }])),
  DataStreamWriter: { start: path(), toTable: table },
  RDD: Object.fromEntries(words('saveAsTextFile saveAsPickleFile saveAsSequenceFile saveAsHadoopFile saveAsNewAPIHadoopFile').map((name) => [name, path('text')])),
};

/** Return words by argument shape, where the facts alone do not decide. First match wins. */
const rows = [{ kind: 'list:Row' }];
export const returns = {
  DataFrame: {
    __getitem__: [{ when: { first: 'list' }, kind: 'DataFrame' }, { when: { first: 'tuple' }, kind: 'DataFrame' }, { when: { first: 'Column' }, kind: 'DataFrame' }, { kind: 'Column' }],
    collect: rows, take: rows, tail: rows, first: [{ kind: 'Row' }], head: [{ when: { args: 0 }, kind: 'Row' }, { kind: 'list:Row' }],
    columns: [{ kind: 'list:local:column' }], dtypes: [{ kind: 'list:local:column' }], toLocalIterator: [{ kind: 'iterator:Row' }], transform: [{ kind: 'callback' }],
    sql_ctx: [{ kind: 'SQLContext' }], randomSplit: [{ kind: 'list:DataFrame' }], toJSON: [{ kind: 'RDD' }], to_koalas: [{ kind: 'PandasOnSpark.DataFrame' }], to_pandas_on_spark: [{ kind: 'PandasOnSpark.DataFrame' }], pandas_api: [{ kind: 'PandasOnSpark.DataFrame' }],
    approxQuantile: [{ kind: 'list:local' }],
  },
  GroupedData: { session: [{ kind: 'SparkSession' }] },
  RDD: { ctx: [{ kind: 'SparkContext' }], collect: [{ kind: 'list:local' }], take: [{ kind: 'list:local' }], top: [{ kind: 'list:local' }], takeOrdered: [{ kind: 'list:local' }], takeSample: [{ kind: 'list:local' }], lookup: [{ kind: 'list:local' }], collectAsMap: [{ kind: 'dict:local' }], countByKey: [{ kind: 'dict:local' }], countByValue: [{ kind: 'dict:local' }], toLocalIterator: [{ kind: 'iterator:local' }], randomSplit: [{ kind: 'list:RDD' }], localCheckpoint: [{ kind: 'none' }], checkpoint: [{ kind: 'none' }] },
  SparkSession: { builder: [{ kind: 'SparkSession.Builder' }], active: [{ kind: 'SparkSession' }], getActiveSession: [{ kind: 'SparkSession' }] },
  SparkContext: { getConf: [{ kind: 'SparkConf' }], runJob: [{ kind: 'list:local' }] },
  StreamingQueryManager: { active: [{ kind: 'list:StreamingQuery' }] },
  StreamingContext: { getActive: [{ kind: 'StreamingContext' }] },
  UDFRegistration: { register: [{ kind: 'UserDefinedFunction' }] },
  DataFrameWriterV2: Object.fromEntries(words('clusterBy option options partitionedBy tableProperty using').map((name) => [name, [{ kind: 'self' }]])),
  MergeIntoWriter: Object.fromEntries(words('whenMatched whenNotMatched whenNotMatchedBySource').map((name) => [name, [{ kind: 'self' }]])),
  Catalog: Object.fromEntries(words('listCatalogs listColumns listDatabases listFunctions listPartitions listTables listViews').map((name) => [name, [{ kind: 'list:local' }]])),
};

/**
 * Methods that no other common library has under this name: enough to tell an unannotated name's kind.
 * Checked against pandas, Polars, Dask, Snowpark, Ibis, SQLAlchemy, Django and Python's own types.
 */
export const telling = {
  DataFrame: words('withColumn withColumnRenamed withColumns withColumnsRenamed createOrReplaceTempView createTempView createGlobalTempView createOrReplaceGlobalTempView registerTempTable toPandas unionByName unionAll dropDuplicates selectExpr printSchema writeStream withWatermark toLocalIterator sortWithinPartitions repartitionByRange exceptAll crossJoin mapInPandas mapInArrow writeTo approxQuantile freqItems colRegex intersectAll'),
  SparkSession: words('createDataFrame readStream sparkContext newSession'),
  SparkContext: words('textFile wholeTextFiles parallelize newAPIHadoopRDD newAPIHadoopFile setCheckpointDir emptyRDD addPyFile'),
  RDD: words('reduceByKey groupByKey mapPartitionsWithIndex aggregateByKey combineByKey flatMapValues collectAsMap saveAsTextFile zipWithUniqueId sortByKey foldByKey countByKey leftOuterJoin rightOuterJoin fullOuterJoin takeOrdered'),
  DataFrameWriter: words('insertInto saveAsTable bucketBy'),
  DataStreamWriter: words('foreachBatch outputMode queryName toTable'),
  Column: words('isNotNull eqNullSafe asc_nulls_last desc_nulls_last asc_nulls_first desc_nulls_first rlike'),
  GroupedData: words('applyInPandas applyInPandasWithState'),
  StreamingQuery: words('processAllAvailable'), StreamingQueryManager: words('awaitAnyTermination'),
  DStream: words('foreachRDD updateStateByKey pprint reduceByKeyAndWindow'),
  StreamingContext: words('socketTextStream textFileStream awaitTerminationOrTimeout'),
};

/** Python's parameters of telling methods that other libraries' builders have with more. */
export const parameters = {
  DataFrame: {
    withColumn: words('colName col'), withColumnRenamed: words('existing new'), toPandas: [], printSchema: words('level'), dropDuplicates: words('subset'),
    unionByName: words('other allowMissingColumns'), unionAll: words('other'), createOrReplaceTempView: words('name'), withWatermark: words('eventTime delayThreshold'),
  },
};

/** Owners beside those of the extracted facts: name → method → partial facts. */
const plain = (kind, more = {}) => ({ returns: [{ kind }], lineage: 'none', shuffle: 'no', job: 'no', driver: 'none', ...more });
/** Runs its jobs over the dataset that it is given. */
const onArgument = (kind) => ({ ...plain(kind), job: 'yes', reads: 'all', onArgument: true });
const frame = (more = {}) => plain('DataFrame', { lineage: 'narrow', bound: 'same', ...more });
/** Runs its jobs over the dataset that it is given, and tells what they found in one row. */
const oneRow = { ...onArgument('DataFrame'), lineage: 'narrow', bound: 'one' };
const sourceFrame = (more = {}) => plain('DataFrame', { lineage: 'source', bound: 'source', io: { does: 'read', target: 'none' }, ...more });
const fileOf = (format) => plain('RDD', { lineage: 'source', bound: 'source', io: { does: 'read', target: 'path', argument: 1, format } });
/** Of an RDD it gives another, of a single vector a plain value. */
const rddForRdd = { ...plain('unknown', { lineage: 'narrow', bound: 'same' }), returns: [{ when: { first: 'RDD' }, kind: 'RDD' }, { kind: 'unknown' }] };
export const owners = {
  SQLContext: {
    read: plain('DataFrameReader', { property: true }), readStream: plain('DataStreamReader', { property: true }), udf: plain('UDFRegistration', { property: true }), streams: plain('StreamingQueryManager', { property: true }),
    sparkSession: plain('SparkSession', { property: true }), sql: sourceFrame(), table: sourceFrame({ io: { does: 'read', target: 'table', argument: 0 } }),
    createDataFrame: plain('DataFrame', { lineage: 'source', bound: 'local' }), range: plain('DataFrame', { lineage: 'source', bound: 'rows' }), setConf: plain('none', { sets: 'other' }), getConf: plain('local'), registerDataFrameAsTable: plain('none'), registerFunction: plain('UserDefinedFunction'),
    cacheTable: plain('none'), uncacheTable: plain('none'), clearCache: plain('none', { cache: 'release' }), tables: plain('DataFrame', { lineage: 'source', bound: 'rows' }), tableNames: plain('list:local'), newSession: plain('SQLContext'), dropTempTable: plain('none'), getOrCreate: plain('SQLContext'),
    parquetFile: sourceFrame({ io: { does: 'read', target: 'path', argument: 0, format: 'parquet' } }), jsonFile: sourceFrame({ io: { does: 'read', target: 'path', argument: 0, format: 'json' } }), jsonRDD: frame(), inferSchema: frame(), load: sourceFrame({ io: { does: 'read', target: 'path', argument: 0 } }),
  },
  StructType: { add: plain('StructType'), fieldNames: plain('list:local:column'), fields: plain('list:local:StructField', { property: true }), names: plain('list:local:column', { property: true }), jsonValue: plain('local'), json: plain('local'), simpleString: plain('local'), fromJson: plain('StructType') },
  Row: { asDict: plain('local'), count: plain('local'), index: plain('local'), __getitem__: plain('local') },
  GlueContext: { spark_session: plain('SparkSession', { property: true }), create_dynamic_frame: plain('GlueReader', { property: true }), create_data_frame: plain('GlueFrameReader', { property: true }), write_dynamic_frame: plain('GlueWriter', { property: true }), create_dynamic_frame_from_options: plain('DynamicFrame'), create_dynamic_frame_from_catalog: plain('DynamicFrame'), create_data_frame_from_catalog: sourceFrame(), create_data_frame_from_options: sourceFrame(), write_dynamic_frame_from_options: plain('local'), get_logger: plain('local'), get_sink: plain('local'), getSink: plain('local'), forEachBatch: plain('none', { callbacks: [{ argument: 1, keyword: 'batch_function', runs: 'batch', given: ['DataFrame', 'local'] }] }), extract_jdbc_conf: plain('local'), purge_table: plain('none'), sparkSession: plain('SparkSession', { property: true }) },
  GlueReader: { from_catalog: plain('DynamicFrame'), from_options: plain('DynamicFrame'), from_rdd: plain('DynamicFrame') },
  GlueFrameReader: { from_catalog: sourceFrame(), from_options: sourceFrame() },
  GlueWriter: { from_catalog: plain('local'), from_options: plain('local'), from_jdbc_conf: plain('local') },
  GlueTransform: { apply: plain('DynamicFrame') },
  DynamicFrame: { toDF: plain('DataFrame', { lineage: 'source', bound: 'source', io: { does: 'read', target: 'none', format: 'glue' } }), fromDF: plain('DynamicFrame'), ...Object.fromEntries(words('apply_mapping drop_fields filter join map rename_field resolveChoice select_fields relationalize unbox unnest drop_duplicates repartition coalesce union withFrameSchema drop_nulls').map((name) => [name, plain('DynamicFrame')])), printSchema: plain('none'), count: plain('local'), show: plain('none'), schema: plain('local') },
  DeltaTable: { toDF: plain('DataFrame', { lineage: 'source', bound: 'source', io: { does: 'read', target: 'none', format: 'delta' } }), alias: plain('DeltaTable'), history: plain('DataFrame', { lineage: 'source', bound: 'rows' }), detail: plain('DataFrame', { lineage: 'source', bound: 'rows' }), merge: onArgument('DeltaMerge'), delete: plain('none'), update: plain('none'), vacuum: plain('DataFrame', { lineage: 'source', bound: 'rows' }), optimize: plain('DeltaOptimize'), forPath: plain('DeltaTable'), forName: plain('DeltaTable'), convertToDelta: plain('DeltaTable'), isDeltaTable: plain('local'), create: plain('DeltaBuilder'), createIfNotExists: plain('DeltaBuilder'), createOrReplace: plain('DeltaBuilder'), generate: plain('none') },
  DeltaOptimize: { where: plain('DeltaOptimize'), executeCompaction: plain('DataFrame', { lineage: 'source', bound: 'rows' }), executeZOrderBy: plain('DataFrame', { lineage: 'source', bound: 'rows' }) },
  DeltaMerge: Object.fromEntries(words('whenMatchedUpdate whenMatchedUpdateAll whenMatchedDelete whenNotMatchedInsert whenNotMatchedInsertAll whenNotMatchedBySourceDelete whenNotMatchedBySourceUpdate withSchemaEvolution').map((name) => [name, plain('DeltaMerge')]).concat([['execute', plain('none')]])),
  DeltaBuilder: Object.fromEntries(words('tableName addColumn addColumns location comment partitionedBy property').map((name) => [name, plain('DeltaBuilder')]).concat([['execute', plain('DeltaTable')]])),
  GraphFrame: { vertices: frame({ property: true, bound: undefined }), edges: frame({ property: true, bound: undefined }), triplets: frame({ property: true, bound: undefined }), degrees: frame({ property: true, bound: undefined }), inDegrees: frame({ property: true, bound: undefined }), outDegrees: frame({ property: true, bound: undefined }), bfs: frame({ bound: undefined }), connectedComponents: frame({ bound: undefined }), stronglyConnectedComponents: frame({ bound: undefined }), find: frame({ bound: undefined, shuffle: 'yes' }), labelPropagation: frame({ bound: undefined }), shortestPaths: frame({ bound: undefined }), triangleCount: frame({ bound: undefined }), pageRank: plain('GraphFrame'), filterVertices: plain('GraphFrame'), filterEdges: plain('GraphFrame'), dropIsolatedVertices: plain('GraphFrame'), cache: plain('GraphFrame'), persist: plain('GraphFrame'), unpersist: plain('GraphFrame'), aggregateMessages: frame({ bound: undefined }) },
  MLTransformer: { transform: frame(), setParams: plain('MLTransformer'), getOrDefault: plain('local'), save: plain('none'), write: plain('MLWriter'), load: plain('MLTransformer'), read: plain('MLTransformerReader'), copy: plain('MLTransformer') },
  MLEstimator: { fit: onArgument('MLModel'), transform: frame(), setParams: plain('MLEstimator'), getOrDefault: plain('local'), save: plain('none'), write: plain('MLWriter'), load: plain('MLEstimator'), read: plain('MLEstimatorReader'), copy: plain('MLEstimator'), evaluate: onArgument('local'), getStages: plain('list:MLEstimator'), setStages: plain('MLEstimator'), addGrid: plain('MLEstimator'), build: plain('local'), baseOn: plain('MLEstimator'), test: oneRow, corr: oneRow, summary: plain('local') },
  MLModel: { transform: frame(), evaluate: onArgument('MLSummary'), summary: plain('MLSummary', { property: true }), stages: plain('list:MLModel', { property: true }), bestModel: plain('MLModel', { property: true }), save: plain('none'), write: plain('MLWriter'), load: plain('MLModel'), read: plain('MLModelReader'), predict: plain('local'), copy: plain('MLModel'), userFactors: frame({ property: true }), itemFactors: frame({ property: true }), recommendForAllUsers: frame(), recommendForAllItems: frame(), recommendForUserSubset: frame(), recommendForItemSubset: frame(), freqItemsets: frame({ property: true }), associationRules: frame({ property: true }), describeTopics: frame(), approxNearestNeighbors: frame(), approxSimilarityJoin: frame(), getVectors: frame(), findSynonyms: frame(), clusterCenters: plain('local'), featureImportances: plain('local', { property: true }), coefficients: plain('local', { property: true }), intercept: plain('local', { property: true }), setPredictionCol: plain('MLModel'), setFeaturesCol: plain('MLModel'), setThreshold: plain('MLModel'), labels: plain('list:local', { property: true }) },
  MLSummary: { predictions: frame({ property: true }), roc: frame({ property: true }), pr: frame({ property: true }), fMeasureByThreshold: frame({ property: true }), residuals: frame({ property: true }) },
  ...Object.fromEntries(words('MLEstimator MLTransformer MLModel').map((kind) => [`${kind}Reader`, { load: plain(kind), session: plain(`${kind}Reader`), context: plain(`${kind}Reader`) }])),
  MLWriter: { overwrite: plain('MLWriter'), save: plain('none'), format: plain('MLWriter'), option: plain('MLWriter') },
  KafkaUtils: { createStream: plain('DStream', { lineage: 'source' }), createDirectStream: plain('DStream', { lineage: 'source' }), createRDD: plain('RDD', { lineage: 'source' }) },
  AccumulatorParam: {},
  // pyspark.mllib: what is trained on an RDD, and what gives an RDD where it is given one.
  MLUtils: { loadLibSVMFile: fileOf('libsvm'), loadLabeledPoints: fileOf('text'), loadVectors: fileOf('text'), saveAsLibSVMFile: onArgument('none'), appendBias: plain('local'), convertVectorColumnsToML: frame(), convertVectorColumnsFromML: frame(), convertMatrixColumnsToML: frame(), convertMatrixColumnsFromML: frame() },
  MLlibTrainer: Object.fromEntries(words('train trainClassifier trainRegressor trainImplicit').map((name) => [name, onArgument('MLlibModel')])),
  MLlibFeature: { fit: onArgument('MLlibModel'), transform: rddForRdd },
  MLlibModel: { predict: rddForRdd, transform: rddForRdd, predictAll: plain('RDD', { lineage: 'narrow' }), userFeatures: plain('RDD', { lineage: 'narrow' }), productFeatures: plain('RDD', { lineage: 'narrow' }), recommendProductsForUsers: plain('RDD', { lineage: 'narrow' }), recommendUsersForProducts: plain('RDD', { lineage: 'narrow' }), freqItemsets: plain('RDD', { lineage: 'narrow' }), freqSequences: plain('RDD', { lineage: 'narrow' }) },
  RandomRDDs: Object.fromEntries(words('uniformRDD normalRDD logNormalRDD poissonRDD exponentialRDD gammaRDD uniformVectorRDD normalVectorRDD logNormalVectorRDD poissonVectorRDD exponentialVectorRDD gammaVectorRDD').map((name) => [name, plain('RDD', { lineage: 'source' })])),
};
/** Methods that owners of the facts have where a library or a platform stands in for Spark's: the builder of Databricks Connect, frames in notebooks. */
export const further = {
  DataFrame: { display: plain('none', { job: 'yes', driver: 'bounded', reads: 'some' }) },
  'SparkSession.Builder': Object.fromEntries(words('clusterId host profile sdkConfig serverless token userAgent validateSession withEnvironment').map((name) => [name, plain('SparkSession.Builder', { sets: 'other' })])),
};

/** Any other member of these kinds is a plain value, not an unknown one. */
export const closedOwners = words('MLEstimator MLTransformer MLModel MLSummary StructType');

/** Where dotted imports lead. `*`: every other name of the module. */
const classes = (kinds) => Object.fromEntries(kinds.map((kind) => [kind, `owner ${kind}`]));
const sqlNames = { ...classes(words('SparkSession DataFrame Column Row Window WindowSpec GroupedData SQLContext DataFrameReader DataFrameWriter DataFrameNaFunctions DataFrameStatFunctions DataFrameWriterV2 Catalog UDFRegistration Observation MergeIntoWriter')), HiveContext: 'owner SQLContext', functions: 'module pyspark.sql.functions', types: 'module pyspark.sql.types', window: 'module pyspark.sql.window', UDFRegistration: 'owner UDFRegistration' };
/** Those that give one frame; others (`SplitFields`, `Relationalize`) give several at once. */
const glueTransforms = words('ApplyMapping Coalesce DropFields DropNullFields ErrorsAsDynamicFrame Filter Join Map RenameField Repartition ResolveChoice SelectFields SelectFromCollection Spigot Unbox Union UnnestFrame');
const trainers = (names) => Object.fromEntries(words(names).map((name) => [name, 'owner MLlibTrainer']));
export const imports = {
  pyspark: { ...classes(words('SparkContext SparkConf RDD Broadcast Accumulator SQLContext RDDBarrier')), HiveContext: 'owner SQLContext', Row: 'owner Row', sql: 'module pyspark.sql', pandas: 'module pyspark.pandas', ml: 'module pyspark.ml', streaming: 'module pyspark.streaming', StorageLevel: 'foreign pyspark.StorageLevel', SparkFiles: 'foreign pyspark.SparkFiles', TaskContext: 'foreign pyspark.TaskContext', BarrierTaskContext: 'foreign pyspark.TaskContext' },
  'pyspark.context': classes(words('SparkContext')), 'pyspark.conf': classes(words('SparkConf')), 'pyspark.rdd': classes(words('RDD')), 'pyspark.broadcast': classes(words('Broadcast')), 'pyspark.accumulators': { AccumulatorParam: 'foreign AccumulatorParam', Accumulator: 'owner Accumulator' },
  'pyspark.sql': sqlNames, 'pyspark.sql.session': sqlNames, 'pyspark.sql.dataframe': sqlNames, 'pyspark.sql.column': sqlNames, 'pyspark.sql.context': sqlNames, 'pyspark.sql.group': sqlNames, 'pyspark.sql.readwriter': sqlNames, 'pyspark.sql.window': sqlNames, 'pyspark.sql.catalog': sqlNames, 'pyspark.sql.udf': { UserDefinedFunction: 'owner UserDefinedFunction' },
  'pyspark.sql.connect.session': sqlNames, 'pyspark.sql.connect.dataframe': sqlNames, 'pyspark.sql.connect.column': sqlNames, 'pyspark.sql.classic.dataframe': sqlNames,
  'pyspark.sql.streaming': classes(words('DataStreamReader DataStreamWriter StreamingQuery StreamingQueryManager')), 'pyspark.sql.streaming.readwriter': classes(words('DataStreamReader DataStreamWriter')), 'pyspark.sql.streaming.query': classes(words('StreamingQuery StreamingQueryManager')),
  'pyspark.sql.types': { StructType: 'owner StructType', Row: 'owner Row', '*': 'foreign pyspark.sql.types' },
  'pyspark.streaming': { ...classes(words('StreamingContext DStream')), kafka: 'module pyspark.streaming.kafka' }, 'pyspark.streaming.dstream': classes(words('DStream')), 'pyspark.streaming.kafka': { KafkaUtils: 'owner KafkaUtils', '*': 'foreign pyspark.streaming.kafka' },
  'databricks.connect': { DatabricksSession: 'owner SparkSession' }, 'databricks.sdk.runtime': { spark: 'value SparkSession', sc: 'value SparkContext', dbutils: 'foreign dbutils', '*': 'foreign databricks' }, 'pyspark.dbutils': { DBUtils: 'foreign dbutils' },
  'delta.tables': { DeltaTable: 'owner DeltaTable' }, delta: { DeltaTable: 'owner DeltaTable', configure_spark_with_delta_pip: 'function first' }, 'delta.pip_utils': { configure_spark_with_delta_pip: 'function first' }, graphframes: { GraphFrame: 'owner GraphFrame', '*': 'foreign graphframes' },
  'awsglue.context': { GlueContext: 'owner GlueContext' }, 'awsglue.dynamicframe': { DynamicFrame: 'owner DynamicFrame', DynamicFrameCollection: 'foreign DynamicFrameCollection', '*': 'foreign awsglue' }, awsglue: { DynamicFrame: 'owner DynamicFrame' }, 'awsglue.utils': { '*': 'foreign awsglue.utils' }, 'awsglue.job': { '*': 'foreign awsglue.job' },
  'awsglue.transforms': Object.fromEntries(glueTransforms.map((name) => [name, 'owner GlueTransform'])),
  'pyspark.storagelevel': { '*': 'foreign pyspark.StorageLevel' }, 'pyspark.files': { '*': 'foreign pyspark.SparkFiles' }, 'pyspark.taskcontext': { '*': 'foreign pyspark.TaskContext' }, 'pyspark.errors': { '*': 'foreign pyspark.errors' }, 'pyspark.sql.utils': { '*': 'foreign pyspark.sql.utils' }, 'pyspark.testing': { '*': 'foreign pyspark.testing' }, 'pyspark.testing.utils': { '*': 'foreign pyspark.testing' },
  'pyspark.mllib.util': { MLUtils: 'owner MLUtils' }, 'pyspark.mllib.random': { RandomRDDs: 'owner RandomRDDs' },
  'pyspark.mllib.regression': { LabeledPoint: 'foreign pyspark.mllib.regression.LabeledPoint', ...trainers('LinearRegressionWithSGD LassoWithSGD RidgeRegressionWithSGD IsotonicRegression') },
  'pyspark.mllib.classification': trainers('LogisticRegressionWithSGD LogisticRegressionWithLBFGS SVMWithSGD NaiveBayes'),
  'pyspark.mllib.clustering': trainers('KMeans BisectingKMeans GaussianMixture LDA PowerIterationClustering'),
  'pyspark.mllib.recommendation': { Rating: 'foreign pyspark.mllib.recommendation.Rating', ...trainers('ALS') }, 'pyspark.mllib.tree': trainers('DecisionTree RandomForest GradientBoostedTrees'), 'pyspark.mllib.fpm': trainers('FPGrowth PrefixSpan'),
  'pyspark.mllib.feature': Object.fromEntries(words('HashingTF IDF StandardScaler Normalizer ChiSqSelector PCA Word2Vec ElementwiseProduct').map((name) => [name, 'owner MLlibFeature'])),
  dlt: { read: 'function DataFrame', read_stream: 'function DataFrame', readStream: 'function DataFrame', '*': 'foreign dlt' },
  'pyspark.sql.avro.functions': { from_avro: 'function Column', to_avro: 'function Column' }, 'pyspark.sql.protobuf.functions': { from_protobuf: 'function Column', to_protobuf: 'function Column' },
  'pyspark.ml.functions': { vector_to_array: 'function Column', array_to_vector: 'function Column', predict_batch_udf: 'function UserDefinedFunction' },
  mlflow: { pyfunc: 'module mlflow.pyfunc', spark: 'module mlflow.spark' }, 'mlflow.pyfunc': { spark_udf: 'function UserDefinedFunction' }, 'mlflow.spark': { load_model: 'function MLModel' },
  'pyspark.serializers': { '*': 'foreign pyspark.serializers' }, 'pyspark.shell': { spark: 'value SparkSession', sc: 'value SparkContext', sqlContext: 'value SQLContext' },
};
/** Modules all of whose classes are estimators, transformers or models: `fit`, `transform`. */
export const mlModules = words('pyspark.ml pyspark.ml.feature pyspark.ml.classification pyspark.ml.regression pyspark.ml.clustering pyspark.ml.recommendation pyspark.ml.tuning pyspark.ml.pipeline pyspark.ml.fpm pyspark.ml.evaluation pyspark.ml.base');
/** Classes of these modules that have nothing to fit. */
export const mlTransformers = words('Transformer UnaryTransformer Binarizer Bucketizer DCT ElementwiseProduct FeatureHasher HashingTF IndexToString Interaction NGram Normalizer PolynomialExpansion RegexTokenizer SQLTransformer StopWordsRemover Tokenizer VectorAssembler VectorSizeHint VectorSlicer');
/** Of other modules of these libraries that are not listed nothing is known: they hand out datasets too. */
export const mlForeign = words('pyspark.ml.linalg pyspark.ml.param pyspark.ml.param.shared pyspark.ml.util pyspark.ml.common pyspark.mllib.linalg');

/** How many values a function of pyspark.sql.functions gives at most, whatever it is given: parts of a day or a year. */
export const atMost = { quarter: 4, month: 12, monthname: 12, weekofyear: 53, dayofyear: 366, dayofmonth: 31, day: 31, dayofweek: 7, weekday: 7, dayname: 7, hour: 24, minute: 60, second: 60 };

/** Functions of pyspark.sql.functions whose result is no Column, or that take a function. */
export const functions = {
  broadcast: { returns: 'first' },
  udf: { returns: 'UserDefinedFunction', callbacks: [{ argument: 0, keyword: 'f', runs: 'executor', given: [] }] },
  pandas_udf: { returns: 'UserDefinedFunction', callbacks: [{ argument: 0, keyword: 'f', runs: 'executor', given: [] }] },
  arrow_udf: { returns: 'UserDefinedFunction', callbacks: [{ argument: 0, keyword: 'f', runs: 'executor', given: [] }] },
  udtf: { returns: 'UserDefinedFunction' },
  ...Object.fromEntries(words('transform filter exists forall aggregate reduce zip_with transform_keys transform_values map_filter map_zip_with array_sort').map((name) => [name, { returns: 'Column', callbacks: [{ argument: name === 'aggregate' || name === 'reduce' || name.endsWith('zip_with') ? 2 : 1, keyword: name === 'aggregate' || name === 'reduce' ? 'merge' : 'f', runs: 'column', given: ['Column', 'Column'] }] }])),
};

export const given = { spark: 'SparkSession', sc: 'SparkContext', sqlContext: 'SQLContext', sqlCtx: 'SQLContext', hiveContext: 'SQLContext', dbutils: 'dbutils', display: 'display', displayHTML: 'displayHTML', getArgument: 'getArgument', glueContext: 'GlueContext' };

/** Libraries that are no Spark; Python's own are added by the generator from `sys.stdlib_module_names`. */
export const foreignLibraries = words('pandas numpy polars dask distributed pyarrow sklearn scipy tensorflow torch keras xgboost lightgbm catboost statsmodels boto3 botocore requests httpx aiohttp urllib3 snowflake ibis duckdb vaex modin cudf cuml matplotlib seaborn plotly bokeh altair sqlalchemy psycopg2 pymysql MySQLdb mysql pymongo redis kafka confluent_kafka flask fastapi django starlette pytest hypothesis mock yaml toml tomllib click typer tqdm networkx h5py PIL cv2 skimage nltk spacy gensim bs4 lxml google azure airflow prefect dagster luigi jinja2 markdown pydantic attr attrs cattr marshmallow jsonschema simplejson ujson orjson dateutil pytz pendulum arrow babel cryptography paramiko fabric invoke rich tabulate termcolor colorama loguru structlog sentry_sdk prometheus_client psutil joblib cloudpickle dill numba cython sympy pkg_resources setuptools docker kubernetes ray wandb hydra omegaconf dotenv environ faker freezegun moto responses transformers datasets tokenizers openai langchain IPython ipywidgets jupyter nbformat ipykernel six future past typing_extensions zstandard lz4 snappy msgpack avro fastavro thrift protobuf grpc geopandas shapely folium rasterio pyproj fiona s3fs gcsfs fsspec smart_open adlfs hdfs pyhive impala psycopg asyncpg aiobotocore tenacity retrying cachetools diskcache more_itertools toolz sortedcontainers pyodbc cx_Oracle oracledb teradatasql jaydebeapi great_expectations pandera phonenumbers xlrd openpyxl xlsxwriter pypdf PyPDF2 praw tweepy nose coverage tox black ruff optuna hyperopt shap lime mlxtend umap hdbscan prophet');
export const sparkLibraries = words('pyspark delta graphframes awsglue databricks');
