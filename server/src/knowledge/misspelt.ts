/** What an unknown key was meant to be: it differs in case, separators or a letter or two, or is a name that people invent. */

/** Invented names that stand in real files for a key with quite other letters, by that key. Only where the meaning is certain. */
export const invented: Readonly<Record<string, readonly string[]>> = {
  'spark.executor.instances': ['spark.executor.num', 'spark.executor.nums', 'spark.executor.number', 'spark.executor.numbers', 'spark.executor.count', 'spark.executor.numExecutors', 'spark.executors', 'spark.executors.num', 'spark.executors.number', 'spark.executors.count', 'spark.num.executor', 'spark.num.executors', 'spark.number.executors', 'spark.yarn.num.executors', 'spark.yarn.executor.instances'],
  'spark.executor.cores': ['spark.executor.cpu', 'spark.executor.cpus', 'spark.executor.vcores', 'spark.executor.numCores'],
  'spark.driver.cores': ['spark.driver.cpu', 'spark.driver.cpus', 'spark.driver.vcores', 'spark.driver.numCores'],
  'spark.executor.memory': ['spark.executor.mem'],
  'spark.driver.memory': ['spark.driver.mem'],
  'spark.executor.memoryOverhead': ['spark.executor.overhead', 'spark.executor.overhead.memory'],
  'spark.driver.memoryOverhead': ['spark.driver.overhead', 'spark.driver.overhead.memory'],
  'spark.driver.maxResultSize': ['spark.maxResultSize'],
  'spark.driver.extraJavaOptions': ['spark.driver.javaOptions'],
  'spark.executor.extraJavaOptions': ['spark.executor.javaOptions'],
  'spark.driver.extraClassPath': ['spark.driver.classPath'],
  'spark.executor.extraClassPath': ['spark.executor.classPath'],
  'spark.cores.max': ['spark.max.cores', 'spark.total.executor.cores'],
  'spark.submit.deployMode': ['spark.deploy.mode', 'spark.deployment.mode'],
  'spark.memory.storageFraction': ['spark.storage.storageFraction'],
  'spark.submit.pyFiles': ['spark.pyFiles'],
  'spark.jars.packages': ['spark.packages'],
  'spark.master.ui.port': ['spark.master.webui.port'],
  'spark.worker.ui.port': ['spark.worker.webui.port'],
  'spark.dynamicAllocation.enabled': ['spark.executor.dynamicAllocation.enabled'],
  'spark.dynamicAllocation.minExecutors': ['spark.dynamicAllocation.min'],
  'spark.dynamicAllocation.maxExecutors': ['spark.dynamicAllocation.max'],
  'spark.dynamicAllocation.cachedExecutorIdleTimeout': ['spark.dynamicAllocation.cacheExecutorIdleTimeout', 'spark.dynamicAllocation.cachedIdleTimeout'],
  'spark.sql.shuffle.partitions': ['spark.shuffle.partitions', 'spark.shuffle.sql.partitions', 'spark.sql.shuffle.numPartitions'],
  'spark.sql.autoBroadcastJoinThreshold': ['spark.autoBroadcastJoinThreshold', 'spark.sql.autoBroadcastThreshold', 'spark.sql.broadcastJoinThreshold'],
  'spark.sql.broadcastTimeout': ['spark.broadcastTimeout'],
  'spark.sql.adaptive.enabled': ['spark.adaptive.enabled'],
  'spark.sql.adaptive.skewJoin.enabled': ['spark.sql.adaptive.optimizeSkewedJoin.enabled', 'spark.sql.adaptive.optimizeSkewedJoin', 'spark.sql.adaptive.skewedJoin.enabled'],
  'spark.sql.warehouse.dir': ['spark.warehouse.dir', 'spark.sql.hive.warehouse.dir'],
  'spark.sql.execution.arrow.pyspark.enabled': ['spark.sql.arrow.enabled', 'spark.sql.arrow.pyspark.enabled', 'spark.sql.execution.pyarrow.enabled'],
  'spark.sql.crossJoin.enabled': ['spark.crossJoin.enabled'],
  'spark.kryoserializer.buffer.max': ['spark.kryoserializer.buffer.max.value'],
  'spark.pyspark.python': ['spark.pyspark.executor.python', 'spark.pyspark.worker.python', 'spark.executor.pyspark.python', 'spark.executor.python'],
  'spark.pyspark.driver.python': ['spark.driver.pyspark.python', 'spark.driver.python'],
  'spark.connect.grpc.binding.address': ['spark.connect.grpc.binding.host'],
  'spark.connect.session.manager.defaultSessionTimeout': ['spark.connect.session.timeout'],
  'spark.eventLog.dir': ['spark.eventLog.directory', 'spark.eventLog.logDirectory'],
  'spark.sql.parquet.compression.codec': ['spark.sql.parquet.compression'],
  'spark.kubernetes.driver.container.image': ['spark.kubernetes.driver.docker.image'],
  'spark.kubernetes.executor.container.image': ['spark.kubernetes.executor.docker.image'],
  'spark.kubernetes.container.image.pullPolicy': ['spark.kubernetes.docker.image.pullPolicy'],
};

/** One letter beside a key of Spark, and none of its slips: Intel's shuffle over remote memory reads them (`PmofConf`). */
export const ofPlugins: ReadonlySet<string> = new Set(['spark.driver.rhost', 'spark.driver.rport']);

/** Keys that the fork `apache-spark-on-k8s` (Spark 2.1 and 2.2) had for itself, before Spark ran on Kubernetes. */
export const ofKubernetesFork = /^spark\.kubernetes\.(?:(?:(?:driver|executor|initcontainer)\.)?docker\.image(?:\.pullPolicy)?$|driverSubmitTimeout$|(?:initcontainer|mountdependencies|resourceStagingServer)\.|shuffle\.(?:labels|namespace|dir|apiServer\.url)$)/;

/** Names of keys that stand in real files for what is told in another way, by what tells it. */
export const toldOtherwise: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries({
    'spark.worker.memory': 'SPARK_WORKER_MEMORY', 'spark.worker.cores': 'SPARK_WORKER_CORES', 'spark.worker.port': 'SPARK_WORKER_PORT', 'spark.worker.dir': 'SPARK_WORKER_DIR', 'spark.worker.instances': 'SPARK_WORKER_INSTANCES', 'spark.worker.opts': 'SPARK_WORKER_OPTS',
    'spark.master.host': 'SPARK_MASTER_HOST', 'spark.master.port': 'SPARK_MASTER_PORT', 'spark.master.opts': 'SPARK_MASTER_OPTS', 'spark.daemon.memory': 'SPARK_DAEMON_MEMORY', 'spark.local.ip': 'SPARK_LOCAL_IP', 'spark.public.dns': 'SPARK_PUBLIC_DNS', 'spark.log.dir': 'SPARK_LOG_DIR', 'spark.pid.dir': 'SPARK_PID_DIR',
  }).map(([key, variable]) => [key, `the variable \`${variable}\` of the environment says it`])),
  'spark.storage.level': 'each `persist` says where its data is kept',
  'spark.executor.memoryFraction': 'the part of the heap that execution and storage share is `spark.memory.fraction`',
  'spark.driver.memoryFraction': 'the part of the heap that execution and storage share is `spark.memory.fraction`',
  'spark.sql.hive.metastore.uris': 'Hive\'s client reads `spark.hadoop.hive.metastore.uris`',
  'spark.sql.hive.metastore.uri': 'Hive\'s client reads `spark.hadoop.hive.metastore.uris`',
  'spark.sql.hive.server2.thrift.port': 'the Thrift server reads `spark.hadoop.hive.server2.thrift.port`',
};

/** `isDead`: a name that nothing reads any more is no suggestion, yet a slip for it must not be taken for one for a living key. `made`: invented names by the key that is meant. */
export function spelling(keys: readonly string[], isDead: (key: string) => boolean, made = invented): (key: string) => string | undefined {
  const byLetters = new Map(Object.entries(made).flatMap(([key, names]) => names.map((name): [string, string | undefined] => [letters(name), key])));
  for (const key of keys) byLetters.set(letters(key), byLetters.has(letters(key)) ? undefined : key);
  const known = new Map(keys.map((key) => [key, key.split('.')]));
  const words = new Set([...known.values()].flat().flatMap(wordsOf));
  const found = new Map<string, string | undefined>();

  return (key) => {
    if (!found.has(key)) found.set(key, living(byLetters.get(letters(key)) ?? ofSwitch(key) ?? ofDoubled(key) ?? closest(key)));
    return found.get(key);
  };

  function living(key: string | undefined): string | undefined {
    return key === undefined || isDead(key) ? undefined : key;
  }

  /** `spark.sql.adaptive.coalescePartitions`, `spark.speculation.enabled`. */
  function ofSwitch(key: string): string | undefined {
    return [`${key}.enabled`, key.replace(/\.enabled$/, '')].find((each) => each !== key && known.has(each));
  }

  /** `spark.executor.executor.memory`, `fs.s3a.fs.s3a.fast.upload`: words that are written twice. */
  function ofDoubled(key: string): string | undefined {
    const once = key.replace(/(?<=^|\.)((?:[\w-]+\.)+)\1/, '$1');
    return once !== key && known.has(once) ? once : undefined;
  }

  /** The one key with the fewest wrong letters, where each segment but one or two is right. */
  function closest(key: string): string | undefined {
    const segments = key.split('.');
    let best: string[] = [];
    let least = mostSlips;
    for (const [candidate, meant] of known) {
      if (meant.length !== segments.length) continue;
      const wrong = slips(segments, meant, least);
      if (wrong < least) best = [];
      if (wrong <= least) best.push(candidate);
      least = Math.min(wrong, least);
    }
    return best.length === 1 ? best[0] : undefined;
  }

  /** Wrong letters of all segments together; endless where one of them is rather another word. */
  function slips(written: readonly string[], meant: readonly string[], limit: number): number {
    let sum = 0;
    for (let index = 0; index < meant.length && sum <= limit; index++) {
      const [a, b] = [written[index]!, meant[index]!];
      if (a === b) continue;
      const slip = editDistance(a, b, limit);
      if (slip > allowed(b, written.length) || isOther(wordsOf(a), wordsOf(b))) return Infinity;
      sum += slip;
    }
    return sum;
  }

  /** `minExecutors` is no slip for `maxExecutors`, `partition` is one for `partitions`. */
  function isOther(written: readonly string[], meant: readonly string[]): boolean {
    if (written.length !== meant.length) return written.every((word) => words.has(word));
    return written.some((word, index) => words.has(word) && !word.startsWith(meant[index]!) && !meant[index]!.startsWith(word));
  }
}

/** One wrong letter in four; in a short word only where the rest of the key is long enough to tell what is meant. */
function allowed(meant: string, segments: number): number {
  return Math.max(Math.floor(meant.length / 4), segments < 4 ? 0 : 1);
}

/** `maxExecutors`: max, executors. */
const wordsOf = (segment: string): string[] => segment.split(/(?<=[a-z\d])(?=[A-Z])|[-_]/).map((word) => word.toLowerCase());
const mostSlips = 3;
const letters = (key: string): string => key.replace(/[.\-_]/g, '').toLowerCase();

/** Damerau-Levenshtein (adjacent swaps count once), given up above a limit. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[b.length]!;
}
