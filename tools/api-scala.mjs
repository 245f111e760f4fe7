/**
 * What the API table needs to know of Scala alone: facts that differ from Python's, members that Python lacks, imports and
 * names in sight. Names, argument lists and results are those of the classes of Spark 2.4.8, 3.5.6 and 4.3.0, as Scala's own
 * compiler reads them from the jars (Delta 2.4 and 4.0 likewise, GraphFrames 0.10 by its source); what runs a job was tried on
 * 3.5.6 and 4.3.0.
 */
const words = (text) => text.trim().split(/\s+/);
const each = (names, fact) => Object.fromEntries(words(names).map((name) => [name, fact]));
const gives = (kind, more = {}) => ({ returns: [{ kind }], ...more });
const value = (names, kind = 'local', more = {}) => each(names, gives(kind, more));
/** Functions that run on the executors: what each is given, by its place among all arguments. */
const runs = (given, ...places) => (places.length > 0 ? places : [0]).map((argument) => ({ argument, runs: 'executor', given }));
const driver = (given, ...places) => runs(given, ...places).map((each) => ({ ...each, runs: 'driver' }));
const frame = (more = {}) => gives('DataFrame', { lineage: 'narrow', bound: 'same', ...more });
const rdd = (more = {}) => gives('RDD', { lineage: 'narrow', bound: 'same', ...more });
const action = (kind, driver, more = {}) => gives(kind, { job: 'yes', driver, reads: 'all', ...more });
const source = (kind, more = {}) => gives(kind, { lineage: 'source', bound: 'source', ...more });
const onArgument = (kind) => gives(kind, { job: 'yes', reads: 'all', onArgument: true });
/** What connectors add to Spark's own classes: all rows go to a store, where the call stands. */
const stores = (names, format) => each(names, action('none', 'none', { io: { does: 'write', target: 'none', format } }));
const row = ['row'];
const two = ['row', 'row'];
const rows = ['iterator:row'];
/** Without a time limit it tells nothing. */
const untilOrFor = { returns: [{ when: { args: 0 }, kind: 'none' }, { kind: 'local' }] };

/**
 * Owner → member → what is said of it in Scala. Of a member that Python has as well this is said beside what is common;
 * `null` takes something common back.
 */
export const facts = {
  DataFrame: {
    // Of a class of one's own, or of rows: the elements are the program's either way.
    ...value('as', 'DataFrame', { lineage: 'same' }),
    collectAsList: gives('list:Row'), takeAsList: gives('list:Row', { reads: 'some' }), randomSplitAsList: gives('list:DataFrame', { lineage: 'narrow', bound: 'same' }), inputFiles: gives('list:local'),
    sqlContext: gives('SQLContext'), except: { lineage: 'join', bound: 'join' }, joinWith: { lineage: 'join', bound: 'join' },
    toJSON: frame({ job: 'no' }), javaRDD: { job: 'plan' }, toJavaRDD: { job: 'plan' },
    map: { callbacks: runs(row), costly: true }, flatMap: { callbacks: runs(row), costly: true }, mapPartitions: { callbacks: runs(rows), costly: true },
    filter: { callbacks: runs(row), variants: [{ when: { first: 'function' }, costly: true }] },
    groupByKey: { callbacks: runs(row), costly: true }, reduce: { callbacks: runs(two) },
    foreach: { callbacks: runs(row) }, foreachPartition: { callbacks: runs(rows) },
    explode: { callbacks: runs(row, 1, 2), lists: 2, costly: true },
    ...stores('saveToEs', 'es'), ...stores('saveToPhoenix', 'phoenix'),
  },
  GroupedData: { pivot: { variants: [{ when: { args: 2 }, job: 'no', driver: 'none' }] } },
  KeyValueGroupedDataset: {
    mapGroups: { callbacks: runs(['local', 'iterator:row']), bound: 'groups', costly: true }, flatMapGroups: { callbacks: runs(['local', 'iterator:row']), costly: true },
    reduceGroups: { callbacks: runs(two), bound: 'groups', costly: true }, mapValues: { callbacks: runs(row), costly: true },
    mapGroupsWithState: { callbacks: runs(['local', 'iterator:row', 'local'], 0, 1, 2), bound: 'groups', costly: true, lists: 2, variants: [{ when: { first: 'function' }, lists: null }] },
    flatMapGroupsWithState: { callbacks: runs(['local', 'iterator:row', 'local'], 2, 3), lists: 2, costly: true },
    flatMapSortedGroups: { callbacks: runs(['local', 'iterator:row'], 1, 2, 3, 4), lists: 2, costly: true },
    cogroup: { callbacks: runs(['local', 'iterator:row', 'iterator:row'], 1), lists: 2, costly: true }, cogroupSorted: { callbacks: runs(['local', 'iterator:row', 'iterator:row'], 3, 4, 5, 6), lists: 4, costly: true },
    ...each('agg count keys', { bound: 'groups' }), queryExecution: gives('local'),
  },
  RDD: {
    collect: { lineage: 'none', bound: null, variants: [{ when: { first: 'function' }, ...rdd({ job: 'no', driver: 'none', reads: null, callbacks: runs(row), costly: true }) }] },
    histogram: { returns: [{ when: { first: 'number' }, kind: 'tuple:list:local,list:local' }, { kind: 'list:local' }] },
    '++': { lineage: 'union', bound: 'sum' }, localCheckpoint: gives('self'),
    ...each('foreachPartition mapPartitions', { callbacks: runs(rows) }), mapPartitionsWithIndex: { callbacks: runs(['local', 'iterator:row']) },
    reduceByKey: { callbacks: runs(two, 0, 1) }, reduceByKeyLocally: gives('dict:local', { callbacks: runs(two) }), treeReduce: { callbacks: runs(two) },
    fold: { callbacks: runs(two, 1), lists: 2 }, foldByKey: { callbacks: runs(two, 1, 2), lists: 2 }, aggregate: { callbacks: runs(two, 1, 2), lists: 2 }, treeAggregate: { callbacks: runs(two, 1, 2), lists: 2, variants: [{ when: { args: [4, 5] }, lists: null }] },
    aggregateByKey: { callbacks: runs(two, 1, 2, 3), lists: 2 },
    combineByKey: { callbacks: [...runs(row), ...runs(two, 1, 2)] }, combineByKeyWithClassTag: { callbacks: [...runs(row), ...runs(two, 1, 2)], bound: 'groups' }, countApproxDistinctByKey: { bound: 'groups' },
    zipPartitions: { callbacks: runs(['iterator:row', 'iterator:row', 'iterator:row', 'iterator:row'], 1, 2, 3, 4), lists: 2, lineage: 'join', bound: 'join', costly: true }, zipPartitionsWithEvaluator: { lineage: 'join', bound: 'join' },
    pipe: { callbacks: runs(['local', 'local'], 2, 3) },
    collectAsync: { future: true }, countAsync: { future: true }, foreachAsync: { callbacks: runs(row), future: true }, foreachPartitionAsync: { callbacks: runs(rows), future: true }, takeAsync: { reads: 'some', future: true },
    saveAsObjectFile: { io: { does: 'write', target: 'path', argument: 0, format: 'object' } },
    dependencies: gives('list:local'), partitions: gives('list:local'), ...value('partitioner getCheckpointFile', 'option:local'), preferredLocations: gives('list:local'),
    // By SQLImplicits: a class of one's own gives its names.
    toDF: frame(), toDS: frame(), rdd: gives('self', { lineage: 'same' }),
    sliding: rdd(), ...value('compute iterator', 'iterator:local'),
    ...stores('saveToCassandra deleteFromCassandra', 'org.apache.spark.sql.cassandra'), ...stores('saveToEs saveJsonToEs saveToEsWithMeta', 'es'), ...stores('saveToMongoDB', 'mongo'), ...stores('saveToPhoenix', 'phoenix'),
    // Of VertexRDD.
    ...each('innerJoin leftJoin innerZipJoin leftZipJoin', rdd({ lineage: 'join', bound: 'join', shuffle: 'maybe', lists: 2, callbacks: runs(['local', 'row', 'row'], 1) })),
    aggregateUsingIndex: rdd({ lineage: 'wide', shuffle: 'yes', bound: 'groups', callbacks: runs(two, 1) }), ...each('minus diff', rdd({ lineage: 'join', shuffle: 'maybe' })), ...each('reindex reverseRoutingTables withEdges', rdd()),
  },
  EsSpark: each('saveToEs saveJsonToEs saveToEsWithMeta', onArgument('none')),
  RDDBarrier: { mapPartitions: { callbacks: runs(rows) }, mapPartitionsWithIndex: { callbacks: runs(['local', 'iterator:row']) } },
  SparkSession: {
    ...value('active', 'SparkSession'), ...value('getActiveSession getDefaultSession', 'option:SparkSession'), sqlContext: gives('SQLContext'),
    createDataset: { bound: 'local' }, emptyDataset: { bound: 'local' }, baseRelationToDataFrame: source('DataFrame'),
    // They evaluate what they are given, and give it.
    time: gives('first'), withActive: gives('first'), executeCommand: source('DataFrame', { bound: 'argument' }),
    // Nothing but what `import spark.implicits._` brings.
    implicits: gives('unknown'), tvf: gives('TableValuedFunction'), ...value('addTag', 'none'), ...value('interruptAll interruptOperation interruptTag', 'list:local'),
  },
  'SparkSession.Builder': {
    ...value('appName master config enableHiveSupport remote', 'SparkSession.Builder'), ...value('classic connect', 'SparkSession.Builder'),
    withExtensions: gives('SparkSession.Builder', { callbacks: driver(['local']) }), ...value('getOrCreate create', 'SparkSession'),
  },
  SparkContext: {
    makeRDD: { bound: 'local' }, objectFile: { io: { does: 'read', target: 'path', argument: 0, format: 'object' } },
    union: { lineage: 'union', bound: 'sum' },
    // Whoever asks for all that are persisted mostly does so to let them go.
    getPersistentRDDs: gives('dict:local', { cache: 'release' }), getRDDStorageInfo: gives('list:local'), ...value('accumulable accumulableCollection', 'Accumulator'),
    ...value('getCheckpointDir uiWebUrl applicationAttemptId jarOfClass jarOfObject getPoolForName', 'option:local'), ...value('files jars archives getAllPools listFiles listJars listArchives', 'list:local'), ...value('getExecutorMemoryStatus resources', 'dict:local'),
    runJob: { returns: [{ when: { args: 4 }, kind: 'none' }, { kind: 'list:local' }], onArgument: true, callbacks: [...runs(rows, 1), ...driver(['local', 'local'], 2, 3)] }, runApproximateJob: { onArgument: true, job: 'yes', callbacks: runs(['local', 'iterator:row'], 1) }, submitJob: { onArgument: true, job: 'yes', callbacks: [...runs(rows, 1), ...driver(['local', 'local'], 3)] },
  },
  TableValuedFunction: { ...each('explode explode_outer inline inline_outer posexplode posexplode_outer variant_explode variant_explode_outer json_tuple stack collations python_worker_logs sql_keywords', source('DataFrame', { bound: undefined })), range: source('DataFrame', { bound: 'argument' }) },
  DataFrameReader: { textFile: { io: { does: 'read', target: 'path', argument: 0, format: 'text' } } },
  DataStreamReader: { textFile: { io: { does: 'read', target: 'path', argument: 0, format: 'text' } } },
  DataFrameStatFunctions: { approxQuantile: gives('list:local') },
  MergeIntoWriter: { condition: gives('option:Column'), mergeIntoWriter: gives('self') },
  Catalog: { getTableProperties: gives('dict:local'), ...value('listCatalogs listColumns listDatabases listFunctions listPartitions listTables listViews', 'DataFrame', { lineage: 'source', bound: 'argument', driver: 'none' }) },
  Column: { ...value('expr node'), transform: { callbacks: driver(['Column']) } },
  UserDefinedFunction: value('deterministic nullable'),
  RuntimeConfig: { getAll: gives('dict:local'), getOption: gives('option:local') },
  Observation: { get: gives('dict:local'), getAsJava: gives('dict:local'), apply: gives('Observation') },
  UDFRegistration: { register: { returns: [{ when: { args: 3 }, kind: 'none' }, { kind: 'UserDefinedFunction' }] } },
  Accumulator: { name: gives('option:local'), copy: gives('self'), copyAndReset: gives('self'), ...value('+= ++= setValue', 'none'), ...value('localValue zero') },
  StreamingContext: {
    ...each('fileStream socketStream rawSocketStream receiverStream', source('DStream', { io: { does: 'read', target: 'none' }, callbacks: [...driver(['local'], 1), ...runs(['local'], 2)] })), getActive: gives('option:StreamingContext'), getState: gives('local'), jarOfClass: gives('option:local'),
    ...each('getOrCreate', { returns: [{ kind: 'callback' }], callbacks: driver([], 1) }), getActiveOrCreate: { returns: [{ kind: 'callback' }], callbacks: driver([], 0, 1) },
    transform: { callbacks: [{ argument: 1, runs: 'batch', given: ['list:RDD', 'local'] }] },
  },
  DStream: {
    ...each('foreachRDD transform', { callbacks: [{ argument: 0, runs: 'batch', given: ['RDD', 'local'] }] }), transformWith: { callbacks: [{ argument: 1, runs: 'batch', given: ['RDD', 'RDD', 'local'] }] },
    mapPartitions: { callbacks: runs(rows) }, ...each('reduce', { callbacks: runs(two) }), reduceByWindow: { callbacks: runs(two, 0, 1) }, reduceByKeyAndWindow: { callbacks: [...runs(two, 0, 1), ...runs(row, 5)] }, combineByKey: { callbacks: [...runs(row), ...runs(two, 1, 2)] },
    updateStateByKey: { callbacks: runs(['list:row', 'option:local']) },
    dependencies: gives('list:DStream'), compute: gives('option:RDD'), stateSnapshots: gives('DStream', { lineage: 'narrow', bound: 'same' }), ...value('id'), ...value('start stop', 'none'),
  },
  SparkConf: { clone: gives('SparkConf'), getOption: gives('option:local'), ...value('getAll getExecutorEnv', 'list:local'), getAllWithPrefix: gives('list:local', { callbacks: driver(['local'], 1) }), ...value('getAvroSchema getAllAsJavaMap', 'dict:local'), setJars: { sets: 'other' } },
  StreamingQuery: { awaitTermination: untilOrFor, exception: gives('option:local'), recentProgress: gives('list:local') },
  StreamingQueryManager: { awaitAnyTermination: untilOrFor, listListeners: gives('list:local') },
  SQLContext: {
    createDataset: gives('DataFrame', { lineage: 'source', bound: 'local' }), emptyDataFrame: gives('DataFrame', { lineage: 'source', bound: 'local' }), sparkContext: gives('SparkContext'),
    ...each('applySchema baseRelationToDataFrame', gives('DataFrame', { lineage: 'source', bound: 'local' })), createExternalTable: source('DataFrame'), jdbc: source('DataFrame', { io: { does: 'read', target: 'none', format: 'jdbc' } }),
    ...value('experimental listenerManager isCached'), implicits: gives('unknown'), getAllConfs: gives('dict:local'), ...value('clearActive setActive', 'none'),
  },
  StructType: { fromDDL: gives('StructType'), toNullable: gives('StructType'), apply: gives('local'), ...value('sql typeName catalogString toDDL treeString prettyJson defaultSize fieldIndex'), printTreeString: gives('none') },
  Row: {
    ...value('apply get getAs fieldIndex isNullAt length size mkString json prettyJson anyNull getBoolean getByte getDate getDecimal getDouble getFloat getInstant getInt getLocalDate getLong getShort getString getTimestamp getGeography getGeometry'),
    ...value('copy getStruct empty fromSeq fromTuple merge', 'Row'), ...value('getSeq getList toSeq', 'list:local'), ...value('getMap getJavaMap getValuesMap', 'dict:local'), schema: gives('StructType'),
  },
  DeltaTable: {
    as: gives('DeltaTable'), updateExpr: gives('none'), ...each('restoreToTimestamp restoreToVersion', source('DataFrame', { bound: 'argument' })), ...value('clone cloneAtTimestamp cloneAtVersion', 'DeltaTable'),
    ...value('upgradeTableProtocol addFeatureSupport dropFeatureSupport', 'none'), replace: gives('DeltaBuilder'), columnBuilder: gives('DeltaColumnBuilder'),
  },
  DeltaMerge: value('whenMatched whenNotMatched whenNotMatchedBySource update updateExpr updateAll insert insertExpr insertAll delete', 'DeltaMerge'),
  DeltaBuilder: value('clusterBy', 'DeltaBuilder'),
  DeltaColumnBuilder: { ...value('comment dataType generatedAlwaysAs generatedAlwaysAsIdentity generatedByDefaultAsIdentity nullable', 'DeltaColumnBuilder'), build: gives('local') },
  // Its algorithms are builders in Scala: told by setters, run at the end.
  GraphFrame: {
    ...value('bfs connectedComponents stronglyConnectedComponents labelPropagation shortestPaths triangleCount aggregateMessages aggregateNeighbors pregel kCore detectingCycles maximalIndependentSet randomWalksBasedEmbedding', 'GraphFrameToRows', { lineage: 'none' }),
    ...value('pageRank parallelPersonalizedPageRank svdPlusPlus', 'GraphFrameToGraph'),
    ...each('findVarLengthPattern findAugmentedPatterns typeOutDegree typeInDegree typeDegree powerIterationClustering', gives('DataFrame', { lineage: 'narrow' })),
    ...value('asUndirected asReversed fromEdges fromGraphX apply', 'GraphFrame'), toGraphX: gives('Graph'), validate: gives('none'), ...value('vertexColumns edgeColumns', 'list:local'), ...value('vertexColumnMap edgeColumnMap', 'dict:local'),
  },
  // By Amazon's reference alone; its jar is in no registry.
  GlueContext: { getSparkSession: gives('SparkSession'), ...value('getSource getSourceWithFormat getCatalogSource', 'GlueSource'), ...value('getSinkWithFormat getCatalogSink getJDBCSink') },
  GlueSource: { getDynamicFrame: gives('DynamicFrame'), getDataFrame: source('DataFrame', { io: { does: 'read', target: 'none', format: 'glue' } }), withFormat: gives('GlueSource') },
  GraphFrameToRows: each('run agg', gives('DataFrame', { lineage: 'narrow' })),
  GraphFrameToGraph: value('run', 'GraphFrame'),
  // A graph is no dataset, but what it holds are two.
  Graph: {
    ...each('vertices edges triplets degrees inDegrees outDegrees collectEdges collectNeighborIds collectNeighbors', gives('RDD', { lineage: 'narrow' })), aggregateMessages: gives('RDD', { lineage: 'wide', shuffle: 'yes', callbacks: [...runs(['local']), ...runs(['local', 'local'], 1)] }),
    ...value('reverse mask partitionBy removeSelfEdges ops cache persist unpersist unpersistVertices connectedComponents stronglyConnectedComponents triangleCount pageRank personalizedPageRank staticPageRank staticPersonalizedPageRank staticParallelPersonalizedPageRank apply fromEdges fromEdgeTuples', 'Graph'),
    ...value('mapVertices mapEdges mapTriplets groupEdges convertToCanonicalEdges', 'Graph', { callbacks: runs(['local', 'local']) }), subgraph: gives('Graph', { callbacks: runs(['local', 'local'], 0, 1) }),
    ...value('outerJoinVertices joinVertices', 'Graph', { lists: 2, callbacks: runs(['local', 'local', 'local'], 1) }), filter: gives('Graph', { callbacks: [...driver(['self']), ...runs(['local', 'local'], 1, 2)] }),
    pregel: gives('Graph', { lists: 2, callbacks: runs(['local', 'local', 'local'], 1, 2, 3, 4, 5) }), ...value('numEdges numVertices', 'local', { job: 'yes', driver: 'scalar' }), ...value('pickRandomVertex isCheckpointed'), checkpoint: gives('none'), getCheckpointFiles: gives('list:local'),
  },
  GraphLoader: { edgeListFile: gives('Graph') },
  KafkaUtils: {},
  MLlibTrainer: { run: onArgument('MLlibModel') },
  MLlibModel: { load: gives('MLlibModel'), ...value('toPMML save', 'none'), ...each('topicDistributions generateAssociationRules', rdd()) },
  MLlibStatistics: { colStats: onArgument('local'), chiSqTest: gives('local'), corr: onArgument('local') },
  DistributedMatrix: { ...each('rows entries blocks', gives('RDD', { lineage: 'narrow' })), ...value('toRowMatrix toIndexedRowMatrix toCoordinateMatrix toBlockMatrix transpose multiply add subtract cache persist validate', 'DistributedMatrix'), ...value('numRows numCols', 'local', { job: 'maybe', driver: 'scalar' }),
    ...each('computeSVD computePrincipalComponents computeCovariance computeGramianMatrix computeColumnSummaryStatistics tallSkinnyQR', action('local', 'scalar')), columnSimilarities: action('DistributedMatrix', 'none'),
  },
  MLUtils: { kFold: gives('list:tuple:RDD,RDD') },
  MLModel: { binarySummary: gives('MLSummary') },
  // A sequence that the program has written out: `Seq(…).toDF("a", "b")`. By SQLImplicits; what it holds is the rows.
  DatasetHolder: each('toDF toDS', gives('DataFrame', { lineage: 'source', bound: 'local' })),
  // Names that stand for the words Python writes as texts.
  SaveMode: Object.fromEntries(words('Append Overwrite ErrorIfExists Ignore').map((name) => [name, gives(`constant:${name.toLowerCase()}`)]).concat([['valueOf', gives('local')], ['values', gives('list:local')]])),
  OutputMode: Object.fromEntries(words('Append Complete Update').map((name) => [name, gives(`constant:${name.toLowerCase()}`)])),
  Trigger: { Once: gives('constant:once'), AvailableNow: gives('constant:availableNow'), ProcessingTime: gives('constant:processingTime'), Continuous: gives('constant:continuous'), RealTime: gives('constant:realTime') },
  StorageLevel: { ...Object.fromEntries(words('NONE DISK_ONLY DISK_ONLY_2 DISK_ONLY_3 MEMORY_ONLY MEMORY_ONLY_2 MEMORY_ONLY_SER MEMORY_ONLY_SER_2 MEMORY_AND_DISK MEMORY_AND_DISK_2 MEMORY_AND_DISK_SER MEMORY_AND_DISK_SER_2 OFF_HEAP').map((name) => [name, gives(`constant:${name}`)])), ...value('useDisk useMemory useOffHeap deserialized replication isValid description fromString') },
};

/** What the extracted facts hold of the wrong class: members of the builder, found in SparkSession. */
export const misplaced = { SparkSession: words('appName master config enableHiveSupport remote withExtensions getOrCreate create') };

/** What the hand-written owners have for Python alone. */
export const pythonOnly = {
  Row: words('asDict count index __getitem__'), SQLContext: words('registerDataFrameAsTable registerFunction inferSchema'),
  DeltaMerge: words('whenMatchedUpdate whenMatchedUpdateAll whenMatchedDelete whenNotMatchedInsert whenNotMatchedInsertAll whenNotMatchedBySourceDelete whenNotMatchedBySourceUpdate'),
  StructType: words('jsonValue fromJson'),
};

/** Members without a parameter list: what is then given in parentheses goes to their value (`df.columns(0)`). */
export const properties = {
  DataFrame: words('columns dtypes encoder inputFiles isEmpty isLocal isStreaming javaRDD na queryExecution rdd schema sparkSession sqlContext stat storageLevel toJSON toJavaRDD write writeStream'),
  KeyValueGroupedDataset: words('keys queryExecution'),
  RDD: words('context dependencies getCheckpointFile getNumPartitions getStorageLevel id isCheckpointed keys name partitioner partitions sparkContext toDebugString toLocalIterator values'),
  SparkSession: words('active catalog conf emptyDataFrame experimental getActiveSession getDefaultSession implicits listenerManager read readStream sessionState sharedState sparkContext sqlContext streams tvf udf udtf version'),
  'SparkSession.Builder': [],
  SparkContext: words('appName applicationAttemptId applicationId archives defaultMinPartitions defaultParallelism deployMode files getAllPools getCheckpointDir getConf getExecutorMemoryStatus getPersistentRDDs getRDDStorageInfo getReadOnlyConf getSchedulingMode hadoopConfiguration isLocal isStopped jars master resources sparkUser startTime statusTracker uiWebUrl version'),
  MergeIntoWriter: words('condition mergeIntoWriter'),
  StreamingQuery: words('exception id isActive lastProgress name recentProgress runId sparkSession status'), StreamingQueryManager: words('active'), Catalog: words('currentDatabase'),
  Column: words('asc asc_nulls_first asc_nulls_last binary boolean byte date desc desc_nulls_first desc_nulls_last double expr float int isNaN isNotNull isNull long node short string timestamp unary_! unary_-'),
  Window: words('currentRow unboundedFollowing unboundedPreceding'), UserDefinedFunction: words('deterministic name nullable'), RuntimeConfig: words('getAll'), Observation: words('future get getAsJava name'),
  Broadcast: words('id value'), Accumulator: words('avg count excludeFromHeartbeat id isRegistered isZero localValue name sum value zero'), StreamingContext: words('sparkContext'), DStream: words('context dependencies id slideDuration'),
  SparkConf: words('getAll getAllAsJavaMap getAppId getAvroSchema getExecutorEnv toDebugString'), SQLContext: words('emptyDataFrame experimental getAllConfs implicits listenerManager read readStream sparkContext sparkSession streams udf'),
  Row: words('anyNull empty json length prettyJson schema size toSeq'), DeltaTable: words('toDF'),
  GraphFrame: words('vertices edges triplets degrees inDegrees outDegrees bfs connectedComponents stronglyConnectedComponents labelPropagation shortestPaths triangleCount aggregateMessages aggregateNeighbors pregel kCore detectingCycles maximalIndependentSet randomWalksBasedEmbedding pageRank parallelPersonalizedPageRank svdPlusPlus vertexColumns edgeColumns vertexColumnMap edgeColumnMap toGraphX'),
  Graph: words('vertices edges triplets degrees inDegrees outDegrees reverse ops numEdges numVertices isCheckpointed getCheckpointFiles'), DistributedMatrix: words('rows entries blocks'),
  SaveMode: words('Append Overwrite ErrorIfExists Ignore'), StorageLevel: Object.keys(facts.StorageLevel).filter((name) => name !== 'fromString'),
};

/**
 * Members with a list of implicit arguments, which may as well be given: `ds.map(f)(encoder)`. Where not all that share the name
 * have it, behind the colon how many arguments those that have it take before (`ds.as("t")("id")` is a Column).
 */
const implied = (text) => Object.fromEntries(words(text).map((word) => {
  const [name, counts] = word.split(':');
  return [name, counts === undefined ? true : counts.split(',').filter(Boolean).map(Number)];
}));
export const implicits = {
  DataFrame: implied('as:0 explode flatMap:1 groupByKey:1 map:1 mapPartitions:1'), GroupedData: implied('as'), KeyValueGroupedDataset: implied('cogroup cogroupSorted flatMapGroups:1 flatMapGroupsWithState flatMapSortedGroups keyAs mapGroups:1 mapGroupsWithState mapValues:1 transformWithState'),
  RDD: implied('aggregate aggregateByKey cartesian coalesce collect:1 combineByKeyWithClassTag countByValue countByValueApprox distinct:1 flatMap groupBy intersection: map mapPartitions mapPartitionsWithEvaluator mapPartitionsWithIndex max min repartition saveAsHadoopFile:1,2 saveAsNewAPIHadoopFile:1 sortBy subtract: subtractByKey takeOrdered top treeAggregate zip zipPartitions zipPartitionsWithEvaluator'),
  RDDBarrier: implied('mapPartitions mapPartitionsWithEvaluator mapPartitionsWithIndex'), SparkSession: implied('createDataFrame:1 createDataset emptyDataset'), SQLContext: implied('createDataFrame:1 createDataset'),
  SparkContext: implied('accumulable accumulableCollection accumulator broadcast emptyRDD hadoopFile:1,2 makeRDD newAPIHadoopFile:1 objectFile parallelize runJob sequenceFile:2 union'), Column: implied('as:0'), UDFRegistration: implied('register:'),
  StreamingContext: implied('fileStream queueStream rawSocketStream receiverStream socketStream transform union'),
  DStream: implied('cogroup combineByKey countByValue countByValueAndWindow flatMap flatMapValues fullOuterJoin join leftOuterJoin map mapPartitions mapValues mapWithState rightOuterJoin saveAsHadoopFiles:2 saveAsNewAPIHadoopFiles:2 transform transformWith updateStateByKey'),
  Graph: implied('aggregateMessages apply filter fromEdgeTuples fromEdges joinVertices mapEdges mapTriplets mapVertices mask outerJoinVertices pregel'),
};

/** Any other member of these kinds is a plain value in Scala, or a setter that gives its owner. */
export const closedOwners = words('MLEstimator MLTransformer MLModel MLSummary StructType MLlibTrainer MLlibFeature MLlibModel MLlibStatistics DistributedMatrix Row GraphFrameToRows GraphFrameToGraph');
/** Of these, any other member is a setter. */
export const buildingOwners = words('GraphFrameToRows GraphFrameToGraph');

/**
 * Methods that neither Scala's collections nor another library has under this name. Scio, Flink, Scalding and Kafka Streams
 * share most names of RDDs.
 */
export const telling = {
  DataFrame: words('withColumn withColumnRenamed withColumns withColumnsRenamed createOrReplaceTempView createTempView createGlobalTempView createOrReplaceGlobalTempView registerTempTable unionByName dropDuplicates selectExpr printSchema writeStream withWatermark sortWithinPartitions repartitionByRange exceptAll crossJoin joinWith writeTo collectAsList'),
  SparkSession: words('createDataFrame createDataset readStream newSession'),
  SparkContext: words('wholeTextFiles newAPIHadoopRDD newAPIHadoopFile setCheckpointDir emptyRDD longAccumulator'),
  RDD: words('mapPartitionsWithIndex zipWithUniqueId sortByKey collectAsMap saveAsObjectFile repartitionAndSortWithinPartitions'),
  DataFrameWriter: words('insertInto saveAsTable bucketBy'),
  DataStreamWriter: words('foreachBatch outputMode queryName toTable'),
  Column: words('isNotNull eqNullSafe asc_nulls_last desc_nulls_last asc_nulls_first desc_nulls_first rlike isInCollection'),
  KeyValueGroupedDataset: words('mapGroups flatMapGroups reduceGroups mapGroupsWithState flatMapGroupsWithState'),
  StreamingQuery: words('processAllAvailable'), StreamingQueryManager: words('awaitAnyTermination'),
  DStream: words('foreachRDD updateStateByKey reduceByKeyAndWindow'),
  StreamingContext: words('socketTextStream textFileStream awaitTerminationOrTimeout'),
};

const owner = (kind) => `owner ${kind}`;
const owners = (names) => Object.fromEntries(words(names).map((name) => [name, owner(name)]));
const as = (names, kind) => Object.fromEntries(words(names).map((name) => [name, owner(kind)]));
const spark = 'org.apache.spark';
const foreign = (module) => ({ '*': `foreign ${module}` });
const types = 'ArrayType BinaryType BooleanType ByteType CalendarIntervalType CharType DataType DataTypes DateType DayTimeIntervalType Decimal DecimalType DoubleType FloatType GeographyType GeometryType IntegerType LongType MapType Metadata MetadataBuilder NullType NumericType ObjectType ShortType StringType StructField TimeType TimestampNTZType TimestampType UDTRegistration UserDefinedType VarcharType VariantType YearMonthIntervalType';
const plain = (module, names) => Object.fromEntries(words(names).map((name) => [name, `foreign ${module}.${name}`]));
const modules = (module, names) => Object.fromEntries(words(names).map((name) => [name, `module ${module}.${name}`]));
const streams = as('DStream InputDStream ReceiverInputDStream PairDStreamFunctions MapWithStateDStream ConstantInputDStream', 'DStream');

/** Where dotted imports lead; `*`: every other name of the module. */
export const imports = {
  org: { apache: 'module org.apache', graphframes: 'module org.graphframes' }, io: { delta: 'module io.delta' }, 'io.delta': { tables: 'module io.delta.tables' }, 'org.apache': { spark: `module ${spark}` },
  [spark]: {
    ...owners('SparkContext SparkConf'), ...as('Accumulator Accumulable', 'Accumulator'), ...modules(spark, 'sql rdd broadcast storage util streaming ml mllib graphx api scheduler internal launcher'),
    ...plain(spark, 'TaskContext BarrierTaskContext SparkFiles SparkEnv SparkException Partitioner HashPartitioner RangePartitioner Partition Logging AccumulatorParam FutureAction SparkFirehoseListener InterruptibleIterator TaskKilledException TaskContextImpl SPARK_VERSION Dependency NarrowDependency ShuffleDependency Success ExceptionFailure SparkStatusTracker SparkJobInfo JobExecutionStatus'),
  },
  [`${spark}.rdd`]: { ...as('RDD PairRDDFunctions OrderedRDDFunctions DoubleRDDFunctions SequenceFileRDDFunctions AsyncRDDActions UnionRDD JdbcRDD HadoopRDD NewHadoopRDD ShuffledRDD EmptyRDD CoGroupedRDD', 'RDD'), RDDBarrier: owner('RDDBarrier') },
  [`${spark}.broadcast`]: owners('Broadcast'), [`${spark}.storage`]: { StorageLevel: owner('StorageLevel'), ...foreign(`${spark}.storage`) },
  [`${spark}.util`]: { ...as('AccumulatorV2 LongAccumulator DoubleAccumulator CollectionAccumulator', 'Accumulator'), ...foreign(`${spark}.util`) },
  [`${spark}.api.java`]: { ...as('JavaRDD JavaPairRDD JavaDoubleRDD JavaRDDLike', 'RDD'), JavaSparkContext: owner('SparkContext') }, [`${spark}.streaming.api.java`]: { JavaStreamingContext: owner('StreamingContext'), ...as('JavaDStream JavaPairDStream JavaInputDStream JavaReceiverInputDStream', 'DStream') },
  [`${spark}.sql`]: {
    ...owners('SparkSession DataFrame Column Row SQLContext DataFrameReader DataFrameWriter DataFrameWriterV2 MergeIntoWriter KeyValueGroupedDataset RuntimeConfig DataFrameNaFunctions DataFrameStatFunctions UDFRegistration Observation SaveMode DatasetHolder'),
    Dataset: owner('DataFrame'), ...as('TypedColumn ColumnName', 'Column'), RelationalGroupedDataset: owner('GroupedData'), SparkSessionBuilder: owner('SparkSession.Builder'), ...as('NotebookSparkSession AmmoniteSparkSession', 'SparkSession'), CreateTableWriter: owner('DataFrameWriterV2'), HiveContext: owner('SQLContext'), ...as('WhenMatched WhenNotMatched WhenNotMatchedBySource', 'MergeIntoWriter'),
    ...modules(`${spark}.sql`, 'functions types expressions streaming catalog sources hive avro protobuf catalyst execution internal util connector classic api'),
    ...plain(`${spark}.sql`, 'Encoder Encoders AnalysisException ForeachWriter SparkSessionExtensions ExperimentalMethods SQLImplicits LowPrioritySQLImplicits Strategy RowFactory'), TableValuedFunction: owner('TableValuedFunction'),
  },
  [`${spark}.sql.classic`]: { ...owners('SparkSession DataFrameReader DataFrameWriter'), Dataset: owner('DataFrame'), DataFrame: owner('DataFrame'), SQLContext: owner('SQLContext') }, [`${spark}.sql.hive`]: { HiveContext: owner('SQLContext') },
  [`${spark}.sql.SparkSession`]: { Builder: owner('SparkSession.Builder') },
  [`${spark}.sql.expressions`]: { ...owners('Window WindowSpec UserDefinedFunction'), ...foreign(`${spark}.sql.expressions`) }, [`${spark}.sql.expressions.scalalang`]: { typed: `foreign ${spark}.sql.expressions.scalalang.typed` },
  [`${spark}.sql.streaming`]: { ...owners('DataStreamReader DataStreamWriter StreamingQuery StreamingQueryManager Trigger OutputMode'), ...foreign(`${spark}.sql.streaming`) },
  [`${spark}.sql.catalog`]: { Catalog: owner('Catalog'), ...foreign(`${spark}.sql.catalog`) }, [`${spark}.sql.types`]: { StructType: owner('StructType'), ...plain(`${spark}.sql.types`, types), ...foreign(`${spark}.sql.types`) },
  [`${spark}.sql.avro.functions`]: { from_avro: 'function Column', to_avro: 'function Column' }, [`${spark}.sql.avro`]: { from_avro: 'function Column', to_avro: 'function Column', functions: `module ${spark}.sql.avro.functions`, ...plain(`${spark}.sql.avro`, 'SchemaConverters') },
  [`${spark}.sql.protobuf.functions`]: { from_protobuf: 'function Column', to_protobuf: 'function Column' }, [`${spark}.ml.functions`]: { vector_to_array: 'function Column', array_to_vector: 'function Column' },
  ...Object.fromEntries(words('ml.util ml.tree ml.image ml.source.libsvm mllib.evaluation mllib.tree.configuration mllib.tree.impurity mllib.tree.loss input graphx.util').map((name) => [`${spark}.${name}`, foreign(`${spark}.${name}`)])),
  [`${spark}.streaming`]: { StreamingContext: owner('StreamingContext'), ...modules(`${spark}.streaming`, 'dstream kafka kafka010 api scheduler receiver kinesis flume twitter'), ...plain(`${spark}.streaming`, 'Seconds Minutes Milliseconds Duration Durations Time State StateSpec StreamingContextState Interval') },
  [`${spark}.streaming.dstream`]: streams, [`${spark}.eventhubs`]: { EventHubsUtils: owner('KafkaUtils'), ...foreign(`${spark}.eventhubs`) }, [`${spark}.streaming.kafka010`]: { KafkaUtils: owner('KafkaUtils'), ...foreign(`${spark}.streaming.kafka010`) }, [`${spark}.streaming.kafka`]: { KafkaUtils: owner('KafkaUtils'), ...foreign(`${spark}.streaming.kafka`) },
  [`${spark}.ml.stat`]: { ...as('Correlation ChiSquareTest ANOVATest FValueTest KolmogorovSmirnovTest', 'MLEstimator'), ...foreign(`${spark}.ml.stat`) },
  [`${spark}.mllib.util`]: { ...owners('MLUtils'), ...foreign(`${spark}.mllib.util`) }, [`${spark}.mllib.random`]: { ...owners('RandomRDDs'), ...foreign(`${spark}.mllib.random`) }, [`${spark}.mllib.rdd`]: as('RDDFunctions', 'RDD'),
  [`${spark}.mllib.regression`]: { ...as('LinearRegressionWithSGD LassoWithSGD RidgeRegressionWithSGD IsotonicRegression', 'MLlibTrainer'), ...plain(`${spark}.mllib.regression`, 'LabeledPoint') },
  [`${spark}.mllib.classification`]: as('LogisticRegressionWithSGD LogisticRegressionWithLBFGS SVMWithSGD NaiveBayes', 'MLlibTrainer'), [`${spark}.mllib.clustering`]: as('KMeans BisectingKMeans GaussianMixture LDA PowerIterationClustering', 'MLlibTrainer'),
  [`${spark}.mllib.recommendation`]: { ...as('ALS', 'MLlibTrainer'), ...plain(`${spark}.mllib.recommendation`, 'Rating') }, [`${spark}.mllib.tree`]: { ...as('DecisionTree RandomForest GradientBoostedTrees', 'MLlibTrainer'), ...modules(`${spark}.mllib.tree`, 'configuration impurity loss model') },
  [`${spark}.mllib.fpm`]: { ...as('FPGrowth PrefixSpan AssociationRules', 'MLlibTrainer'), ...foreign(`${spark}.mllib.fpm`) }, [`${spark}.mllib.stat`]: { Statistics: owner('MLlibStatistics'), ...foreign(`${spark}.mllib.stat`) },
  [`${spark}.mllib.feature`]: as('HashingTF IDF StandardScaler Normalizer ChiSqSelector PCA Word2Vec ElementwiseProduct', 'MLlibFeature'), [`${spark}.mllib.linalg.distributed`]: { ...as('RowMatrix IndexedRowMatrix CoordinateMatrix BlockMatrix', 'DistributedMatrix'), ...foreign(`${spark}.mllib.linalg.distributed`) },
  [`${spark}.graphx`]: { ...owners('Graph GraphLoader'), ...as('GraphOps', 'Graph'), ...as('VertexRDD EdgeRDD', 'RDD'), ...modules(`${spark}.graphx`, 'lib util impl'), ...foreign(`${spark}.graphx`) }, [`${spark}.graphx.lib`]: foreign(`${spark}.graphx.lib`),
  'io.delta.tables': { DeltaTable: owner('DeltaTable'), ...as('DeltaMergeBuilder DeltaMergeMatchedActionBuilder DeltaMergeNotMatchedActionBuilder DeltaMergeNotMatchedBySourceActionBuilder', 'DeltaMerge'), DeltaOptimizeBuilder: owner('DeltaOptimize'), DeltaTableBuilder: owner('DeltaBuilder'), DeltaColumnBuilder: owner('DeltaColumnBuilder') },
  'org.graphframes': { GraphFrame: owner('GraphFrame'), lib: 'module org.graphframes.lib', ...plain('org.graphframes', 'GraphFrameException') }, 'org.graphframes.lib': foreign('org.graphframes.lib'),
  'com.amazonaws.services.glue': { ...owners('GlueContext DynamicFrame'), ...foreign('com.amazonaws.services.glue') },
  'org.elasticsearch.spark.rdd': { EsSpark: owner('EsSpark') }, 'org.elasticsearch.spark.sql': { EsSparkSQL: owner('EsSpark') },
  'com.databricks.dbutils_v1': { ...foreign('dbutils') }, 'com.databricks.dbutils_v1.DBUtilsHolder': { dbutils: 'foreign dbutils' },
};

/** Packages of Spark's own insides, with all below them: what they hold is no dataset, whatever it is. */
export const insides = words('annotation deploy executor internal launcher memory metrics network partial resource scheduler security serializer shuffle status storage ui unsafe sql.catalyst sql.connector sql.execution.aggregate sql.execution.columnar sql.execution.datasources sql.execution.metric sql.execution.ui sql.internal sql.jdbc sql.sources sql.types sql.util ml.attribute ml.linalg ml.param mllib.linalg mllib.optimization streaming.receiver streaming.scheduler graphx.PartitionStrategy').map((name) => `${spark}.${name}`);

/** Packages all of whose classes are estimators, transformers or models: `fit`, `transform`, `evaluate`. */
export const mlModules = words('ml ml.feature ml.classification ml.regression ml.clustering ml.recommendation ml.tuning ml.fpm ml.evaluation').map((name) => `${spark}.${name}`);

/** Names in sight without an import in notebooks and shells. */
export const given = { spark: 'SparkSession', sc: 'SparkContext', sqlContext: 'SQLContext', hiveContext: 'SQLContext', dbutils: 'dbutils', display: 'display', displayHTML: 'displayHTML' };

/** Names that every Scala file has in sight, and whose they are. */
const under = (prefix, names) => Object.fromEntries(words(names).map((name) => [name, `${prefix}.${name}`]));
export const predef = {
  ...under('scala', 'Seq List Vector Array IndexedSeq Iterable Traversable Stream LazyList Iterator Range Option Some None Either Left Right Nil StringBuilder BigInt BigDecimal Int Long Short Byte Double Float Boolean Char Unit Any AnyRef AnyVal Nothing Null Symbol Tuple1 Tuple2 Tuple3 Function0 Function1 Function2 PartialFunction Console Ordering Numeric math sys util concurrent collection io reflect'),
  ...under('scala.Predef', 'Map Set String println print printf require assert assume identity locally implicitly summon classOf'),
  ...under('java.lang', 'System Thread Math Runtime Integer Object Runnable Exception RuntimeException Throwable Error IllegalArgumentException IllegalStateException NullPointerException UnsupportedOperationException NumberFormatException IndexOutOfBoundsException ClassNotFoundException InterruptedException ArithmeticException Character Class StringBuffer Override Deprecated SuppressWarnings'),
  ...under('java.util', 'NoSuchElementException'), ...under('java.io', 'Serializable'), scala: 'scala', java: 'java', javax: 'javax',
};

/**
 * Packages by their beginning, the longest that fits decides: Spark's own, those known to be no Spark, and in between those
 * that lie under such a name and give Spark's datasets all the same.
 */
export const packages = {
  spark: words('org.apache.spark io.delta org.graphframes com.databricks'),
  unknown: words('com.databricks.labs com.mongodb.spark org.mongodb.spark org.elasticsearch.spark org.apache.hadoop.hbase.spark com.google.cloud.spark com.amazonaws.services.glue'),
  foreign: words(`scala java javax jakarta jdk sun com.sun com.typesafe org.joda org.json4s org.json org.slf4j org.apache.log4j org.apache.logging org.apache.commons org.apache.hadoop org.apache.kafka org.apache.avro org.apache.parquet org.apache.orc org.apache.arrow org.apache.http org.apache.zookeeper org.apache.curator org.apache.poi org.apache.lucene org.apache.thrift org.apache.flink org.apache.beam org.apache.pekko org.apache.pulsar org.apache.cassandra org.apache.calcite org.apache.livy org.apache.oozie org.apache.velocity org.apache.tika org.apache.ivy org.apache.maven
    com.spotify.scio com.twitter com.google com.fasterxml com.amazonaws software.amazon com.azure com.microsoft.azure.storage com.sksamuel com.github.nscala_time com.github.tototoshi com.github.scopt com.github.pureconfig com.github.benmanes com.github.mustachejava com.softwaremill com.lihaoyi com.lucidworks com.datastax.driver com.datastax.oss com.mongodb com.mysql com.zaxxer com.codahale com.yammer com.clearspring com.esotericsoftware com.uber.h3core com.vividsolutions com.monovore com.beust com.rabbitmq com.jcraft com.opencsv com.univocity com.maxmind com.snowflake com.vladsch com.ibm.icu com.ning com.squareup com.thoughtworks com.lmax com.teradata.jdbc com.linkedin.camus com.orientechnologies com.hazelcast com.couchbase com.aerospike com.clickhouse
    org.scalatest org.scalatestplus org.scalactic org.scalacheck org.specs2 org.junit org.mockito org.scalamock org.hamcrest org.assertj org.testng org.testcontainers org.mongodb org.elasticsearch org.postgresql org.mariadb org.h2 org.sqlite org.yaml org.rogach org.tensorflow org.nd4j org.deeplearning4j org.jsoup org.rocksdb org.roaringbitmap org.locationtech.jts org.eclipse.jetty org.eclipse.jgit org.xerial org.xml org.w3c org.threeten org.http4s org.scalameta org.scalaj org.typelevel org.log4s org.bouncycastle org.codehaus org.jfree org.jboss org.glassfish org.springframework org.reflections org.objenesis org.ahocorasick org.quartz org.neo4j.driver org.influxdb org.apache.hive org.antlr org.jline org.openjdk org.opencv org.fusesource org.scala_lang
    io.circe io.netty io.grpc io.prometheus io.dropwizard io.kubernetes io.swagger io.lettuce io.micrometer io.opentelemetry io.opentracing io.confluent io.vertx io.reactivex io.getquill io.estatico io.lemonlabs io.findify.s3mock io.minio io.airlift
    kafka javassist play cats zio akka fs2 doobie monix shapeless spray scalaj sttp scalaz breeze scopt pureconfig mainargs upickle ujson os better.files net.liftweb net.ruippeixotog net.jcazevedo net.sf net.jpountz net.codingwell net.snowflake.client okhttp3 retrofit2 kamon redis.clients it.unimi ch.qos ch.epfl wvlet scribe munit utest junit sbt oracle.jdbc de.heikoseeberger nl.basjes ai.x ml.combust kantan magnolia slick squants spire enumeratum caseapp pprint fastparse argonaut purecsv scalikejdbc anorm ammonite almond mdoc scalapb com.trueaccord`),
};

/** Functions of `org.apache.spark.sql.functions` whose result is no Column, where Python has none of the name. */
export const functions = { udaf: { returns: 'UserDefinedFunction' } };
