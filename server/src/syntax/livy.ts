/** What Livy makes of the fields beside `conf`; the session's kind, its lakehouse and the like are no settings. */
export const livyFields: Readonly<Record<string, string>> = {
  driverMemory: 'spark.driver.memory', driverCores: 'spark.driver.cores', executorMemory: 'spark.executor.memory', executorCores: 'spark.executor.cores',
  numExecutors: 'spark.executor.instances', queue: 'spark.yarn.queue', name: 'spark.app.name',
};
