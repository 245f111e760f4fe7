/**
 * The options of spark-submit and the variables of the environment that Spark reads, by release: asked of Spark's own
 * parser and of the step that prepares a launch. Data in `config-data.json`.
 */
import data from './config-data.json' with { type: 'json' };
import { compare } from './version.ts';

export type Manager = 'local' | 'standalone' | 'yarn' | 'k8s';
export type DeployMode = 'client' | 'cluster';

export interface SubmitOption {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly takesValue: boolean;
  /** Keys whose place it takes: where the option is missing, these say the same. */
  readonly keys: readonly string[];
  /** By key, the managers and deploy modes under which it is set: 'yarn', 'k8s-cluster', '*' for all. '' nothing, '!' refused, '=' handed on. */
  readonly sets: Readonly<Record<string, string>>;
}

export interface Variable {
  readonly name: string;
  /** Of jvm, python, shell: who reads it. */
  readonly readBy: readonly string[];
  /** Keys whose place it takes where neither an option nor a properties file says anything. */
  readonly keys: readonly string[];
}

interface Raw {
  readonly v?: string; readonly names?: string[]; readonly value?: 1; readonly keys?: string[]; readonly sets?: Record<string, string>; readonly in?: string;
  readonly h?: Readonly<Record<string, [string, unknown][]>>;
}

const options = data.options as unknown as Readonly<Record<string, Raw>>;
const variables = data.variables as unknown as Readonly<Record<string, Raw>>;
const newest = data.releases.at(-1)!;

/** Names of all options that some release has. */
export const submitOptions: readonly string[] = Object.keys(options);

/** The releases that were asked, oldest first. */
export const submitReleases: readonly string[] = data.releases;

/** By name or alias, as a release has it ('3.5': the newest of its line); undefined: it has none of that name. */
export function submitOption(name: string, version: string = newest): SubmitOption | undefined {
  const found = options[name] ? name : submitOptions.find((each) => options[each]!.names?.includes(name));
  const facts = found === undefined ? undefined : at(options[found]!, version);
  return facts && { name: found!, aliases: facts.names ?? [], takesValue: facts.value === 1, keys: facts.keys ?? [], sets: facts.sets ?? {} };
}

/** What becomes of an option: the keys that it sets; undefined: that was not asked. */
export function effectOf({ sets, keys }: SubmitOption, manager: Manager, mode: DeployMode): readonly string[] | 'ignored' | 'refused' | 'handed on' | undefined {
  const places = Object.entries(sets);
  if (places.length === 0) return keys.length > 0 ? keys : undefined;
  const set = places.filter(([, where]) => where === '*' || where.split(' ').some((place) => place === manager || place === `${manager}-${mode}`)).map(([key]) => key);
  if (set.includes('!')) return 'refused';
  if (set.includes('=')) return 'handed on';
  if (set.includes('')) return 'ignored';
  return set.length > 0 ? set : undefined;
}

export function environmentVariable(name: string, version: string = newest): Variable | undefined {
  const facts = Object.hasOwn(variables, name) ? at(variables[name]!, version) : undefined;
  return facts && { name, readBy: facts.in?.split(' ') ?? [], keys: facts.keys ?? [] };
}

/**
 * What Spark of old read, by its name of old: what is set instead. That no release from 2.4.0 on reads them is what the
 * registry says, and where it knows one, up to when.
 */
export const formerVariables: Readonly<Record<string, string>> = {
  SPARK_JAVA_OPTS: '`spark.driver.extraJavaOptions` and `spark.executor.extraJavaOptions`, or `SPARK_DAEMON_JAVA_OPTS` for the servers of a cluster',
  SPARK_LIBRARY_PATH: '`spark.driver.extraLibraryPath` and `spark.executor.extraLibraryPath`',
  SPARK_CLASSPATH: '`spark.driver.extraClassPath` and `spark.executor.extraClassPath`',
  SPARK_SUBMIT_CLASSPATH: '`spark.driver.extraClassPath`',
  SPARK_SUBMIT_LIBRARY_PATH: '`spark.driver.extraLibraryPath`',
  SPARK_REPL_OPTS: '`spark.driver.extraJavaOptions`',
  SPARK_MASTER_MEMORY: '`SPARK_DAEMON_MEMORY`',
  SPARK_MASTER_IP: '`SPARK_MASTER_HOST`',
  SPARK_EXECUTOR_INSTANCES: '`spark.executor.instances`',
  SPARK_YARN_USER_ENV: '`spark.yarn.appMasterEnv.` and `spark.executorEnv.`',
  SPARK_YARN_QUEUE: '`spark.yarn.queue`',
  SPARK_YARN_DIST_FILES: '`spark.yarn.dist.files`',
  SPARK_YARN_DIST_ARCHIVES: '`spark.yarn.dist.archives`',
  SPARK_USE_CONC_INCR_GC: '`spark.executor.extraJavaOptions`',
  SPARK_DRIVER_OPTS: '`spark.driver.extraJavaOptions`',
  SPARK_MASTER_CORES: '`SPARK_WORKER_CORES` for what the workers offer; the master takes what it needs',
};
/** Names that no release has read, neither its classes nor its scripts. */
export const inventedVariables: readonly string[] = ['SPARK_MASTER_MEMORY', 'SPARK_DRIVER_OPTS', 'SPARK_MASTER_CORES'];
/** From which line on nothing reads those that were gone before the first release that was asked: read off the sources of 1.6 and 2.2. */
const goneBefore: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['SPARK_JAVA_OPTS', 'SPARK_CLASSPATH', 'SPARK_EXECUTOR_INSTANCES', 'SPARK_YARN_USER_ENV', 'SPARK_YARN_QUEUE', 'SPARK_YARN_DIST_FILES', 'SPARK_YARN_DIST_ARCHIVES'].map((name) => [name, '2.2'])),
  ...Object.fromEntries(['SPARK_LIBRARY_PATH', 'SPARK_SUBMIT_CLASSPATH', 'SPARK_SUBMIT_LIBRARY_PATH', 'SPARK_REPL_OPTS'].map((name) => [name, '1.6'])),
};
export const formerVariable = new RegExp(`\\b(?:${Object.keys(formerVariables).join('|')})\\b`);

/** The first release, of those asked, that reads it no more; undefined: the newest does, or none ever did. */
export function unreadSince(name: string): string | undefined {
  if (environmentVariable(name) || inventedVariables.includes(name)) return undefined;
  if (goneBefore[name] !== undefined) return goneBefore[name];
  const last = submitReleases.findLastIndex((version) => environmentVariable(name, version));
  return submitReleases[last + 1];
}

/** Facts as a release has them; undefined: it has not. */
function at(raw: Raw, version: string): Raw | undefined {
  // What came before the first release that was asked is taken to be as that is.
  const asked = compare(version, data.releases[0]!) < 0 ? data.releases[0]! : version;
  const full = asked.split('.').length < 3 ? `${asked}.99` : asked;
  if ((raw.v ?? '').split(' ').filter((turn) => compare(turn, full) <= 0).length % 2 === 0) return undefined;
  return { ...raw, ...Object.fromEntries(Object.entries(raw.h ?? {}).map(([name, steps]) => [name, (steps.findLast(([from]) => compare(from, full) <= 0) ?? steps[0]!)[1] ?? undefined])) };
}
