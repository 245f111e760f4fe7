/** What no class file says of the keys of old releases: judged by hand. */

/** String constants that are no settings of a user: what Spark tells itself, names of tables' properties, its own tests. */
export const noSettings = [
  'spark.akka', 'spark.auth', 'spark.deploy.client.TestExecutor', 'spark.driver.appUIHistoryAddress', 'spark.fileserver.uri', 'spark.hive.tmp', 'spark.hostPort', 'spark.httpBroadcast.uri',
  'spark.kubernetes.initContainer.configMapKey', 'spark.kubernetes.initContainer.configMapName', 'spark.kubernetes.initContainer.remoteFiles', 'spark.kubernetes.initContainer.remoteJars',
  'spark.localProperties.clone', 'spark.networy.crypto.keyFactoryIterations', 'spark.repl.Main', 'spark.sql.allowMultipleContexts', 'spark.sql.sources.output.path', 'spark.sql.sources.provider',
  'spark.sql.sources.schema', 'spark.sql.sources.schema.numPartCols', 'spark.sql.sources.schema.numParts', 'spark.sql.testkey', 'spark.ssl.akka', 'spark.ssl.fs', 'spark.submit.pyArchives',
  'spark.test.disableBlockManagerHeartBeat', 'spark.yarn.credentials.file', 'spark.yarn.credentials.renewalTime', 'spark.yarn.credentials.updateTime', 'spark.yarn.token.renewal.interval',
];

/** Read by modules of which not every line is among the jars: first and last line would be wrong. */
export const halfSeen = ['spark.master.memory', 'spark.mesos.fetchCache.enable', 'spark.streaming.kafka.maxRetries'];

/** Classes that hold names only to warn of them: a name that stands nowhere else is not read. */
export const warnersOnly = [/^org\/apache\/spark\/SparkConf(\$|$)/, /^org\/apache\/spark\/sql\/SQLConf\$Deprecated/];

/**
 * Names that later classes still hold, to say that they are ignored, or hand to what does nothing with them (the port of an
 * endpoint that listens on none, a number of tries that nothing makes); the last line in which they do something.
 */
export const lastRead = {
  'spark.shuffle.spill': '1.5', 'spark.executor.port': '1.6', 'spark.yarn.am.port': '1.6',
  'spark.rpc.numRetries': '2.1', 'spark.rpc.retry.wait': '2.1',
};

/** The name that took a key's place: a value means the same under both. */
export const successors = {
  'spark.sql.codegen.aggregate.map.twolevel.enable': 'spark.sql.codegen.aggregate.map.twolevel.enabled',
  'spark.sql.hints.parquetFilterPushdown': 'spark.sql.parquet.filterPushdown',
  'spark.sql.streaming.stateStore.minBatchesToRetain': 'spark.sql.streaming.minBatchesToRetain',
  'spark.streaming.receivedBlockTracker.writeAheadLog.rotationIntervalSecs': 'spark.streaming.driver.writeAheadLog.rollingIntervalSecs',
  'spark.streaming.receiver.writeAheadLog.rollingInterval': 'spark.streaming.receiver.writeAheadLog.rollingIntervalSecs',
  'spark.ui.acls.enable': 'spark.acls.enable',
};

/** Why a key went, and what there is instead where that is no mere renaming. */
export const notes = [
  ['Akka left Spark in 2.0', /^spark\.akka\./],
  ['files and classes of the shell are served on `spark.driver.port` since 2.0', /^spark\.(fileserver|replClassServer)\.port$|^spark\.rpc\.useNettyFileServer$/],
  ['broadcasts travel as blocks, whose port is `spark.blockManager.port`', /^spark\.broadcast\.port$/],
  ['there is one kind of broadcast since 2.0', /^spark\.broadcast\.factory$/],
  ['it belonged to the hash shuffle, which is gone', /^spark\.shuffle\.consolidateFiles$/],
  ['shuffle blocks are fetched by one transport, whose keys begin with `spark.shuffle.io.`', /^spark\.shuffle\.(blockTransferService|use\.netty|copier\.threads|fetcher|sender\.port|netty\..*|io\.(port|netty\..*))$/],
  ['connections wait as long as `spark.network.timeout` says', /^spark\.core\.connection\.a.*\.timeout$/],
  ['shuffles always spill when they have to', /^spark\.shuffle\.spill$/],
  ['old data is cleaned up once nothing refers to it', /^spark\.cleaner\.ttl$/],
  ['blocks outside the heap are kept by Spark itself, see `spark.memory.offHeap.size`', /^spark\.(externalBlockStore|tachyonStore)\./],
  ['execution and storage share one pool, sized by `spark.memory.fraction`', /^spark\.(shuffle\.(memory|safety)Fraction|memory\.useLegacyMode|storage\.(unroll|safety)Fraction)$/],
  ['execution and storage share one pool, sized by `spark.memory.fraction`; `spark.memory.storageFraction` is the part of it that storage keeps', /^spark\.storage\.memoryFraction$/],
  ['closures are always written with Java\'s serializer', /^spark\.closure\.serializer$/],
  ['the storage level says how data is kept', /^spark\.cache\.class$/],
  ['`take` and `first` run as jobs like all others', /^spark\.localExecution\.enabled$/],
  ['what it switched is always on', /^spark\.sql\.(codegen|tungsten\.enabled|unsafe\.enabled|useAggregate2|planner\.externalSort|parquet\.useDataSourceApi)$/],
  ['there is one SQL dialect', /^spark\.sql\.dialect$/],
  ['dependencies come into the driver\'s pod without an init container', /^spark\.kubernetes\.(initContainer|mountDependencies)\./],
  ['the cache of indexes is measured by its size, see `spark.shuffle.service.index.cache.size`', /^spark\.shuffle\.service\.index\.cache\.entries$/],
  ['executors listen on `spark.blockManager.port` alone', /^spark\.executor\.port$/],
  ['the application master listens on no port', /^spark\.yarn\.am\.port$/],
  ['messages are sent once', /^spark\.rpc\.(numRetries|retry\.wait)$/],
];
