import type { Setting } from '../analysis/model.ts';
import type { Registry } from '../knowledge/registry.ts';
import { nearestOfHadoop } from '../knowledge/hadoop.ts';
import { ofKubernetesFork, ofPlugins, toldOtherwise } from '../knowledge/misspelt.ts';
import { isData } from '../program/conf.ts';
import { placeOf } from '../rule/commands.ts';
import { hadoopPrefix, isOwn, isUnknown, together } from '../rule/entries.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { defineRule, type SettingsContext } from '../rule/rule.ts';
import { compareVersions, isPinned } from '../rule/targets.ts';
import { headingAbove } from '../rule/trial-runs.ts';
import { escapePattern } from '../text/pattern.ts';

export default defineRule({
  name: 'unknown-key',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['malformed-conf'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, namespaces, report } = context;
    checkFields(context);
    for (const entry of entries) {
      if (isOwn(entry.key, namespaces) || ofPlugins.has(entry.key)) continue;
      if (entry.key.startsWith(driverEnv)) {
        forDriver(context, entry);
        continue;
      }
      const handed = handedOn(entry.key);
      if (handed !== undefined) misspelt(context, entry, handed);
      if (!isUnknown(registry, entry.key, namespaces)) continue;
      // A build of somebody else's registers keys of his own.
      if (isSparksOwn(entry.key) && runsFork(context)) continue;
      const near = nearestRead(context, entry.key);
      // What the program reads itself is not ignored; a name that is nearly one of Spark's is misspelt wherever it is read.
      if (near === undefined && isAskedFor(context, entry.key) || isOwnProperty(context, entry.key) || isForLogs(context, entry)) continue;
      if (Object.hasOwn(toldOtherwise, entry.key)) {
        if (isForSpark(context)) report({ at: entry.keySite, message: `Nothing in Spark reads \`${entry.key}\`: ${toldOtherwise[entry.key]!}.` });
        continue;
      }
      if (near === undefined) {
        if ((isSparksOwn(entry.key) || isBelowValue(registry, entry.key)) && isReadBySpark(context) && !isOfFork(context, entry)) report({ at: entry.keySite, message: `No release of Spark reads \`${entry.key}\`: it is ignored without a word.${insteadOf(entry.key)}` });
        continue;
      }
      instead(context, entry, { who: 'Spark', key: entry.key, near }, near);
    }
  },
  docs: {
    summary: 'a key that Spark does not know, close to one that it does',
    what: 'A `spark.*` key that no release of Spark reads where it is plain which one was meant: a wrong letter or two (`spark.excutor.memory`), another case (`spark.submit.deploymode`: Spark tells capital letters from small ones), other separators (`spark.executor-memory`), a switch without its last word (`spark.sql.adaptive.coalescePartitions`), or a name that people invent again and again (`spark.deploy.mode`, `spark.num.executors`). `spark.driverEnv.X`, too: the driver\'s variables are `spark.kubernetes.driverEnv.X` and `spark.yarn.appMasterEnv.X`. And names made up for what no key says: `spark.worker.memory` is `SPARK_WORKER_MEMORY`, `spark.sql.hive.metastore.uris` is `spark.hadoop.hive.metastore.uris`. Of `spark.kubernetes.…` all keys are known: any other is reported, as is one below a key that is a number or a switch itself (`spark.driver.port.minRange`). Of a SparkApplication for the Kubernetes operator: fields that no release of it has (`spec.env`, `driver.instances`), and those that slipped below `labels`. Of what Spark hands on to Hadoop and Hive (`spark.hadoop.fs.s3a.…`, `.fs.gs.…`, `.fs.azure.…`, `.dfs.…`, `.mapreduce.…`, `.hive.…`, `spark.hive.…`) only what is plainly misspelt: `spark.hadoop.fs.s3a.path.style.acess`, `spark.hadoop.fs.s3a.region`. Where such a key is set on a session that runs (`spark.conf.set`), the finding says as well that Spark hands on none with that prefix there, but every key by its whole name.',
    why: 'Spark accepts any key that begins with `spark.` and never says that nothing reads it. The UI even lists it with the others. The setting sleeps, and the job runs with the default.',
    fine: 'Keys of your own (`spark.mycompany.…`), of vendors and libraries, and other names below prefixes such as `spark.hadoop.` are not reported; nor, but for Kubernetes, is a key that resembles nothing, or that differs from a known one by a whole word (`spark.ui.host`). Where the images are those of the fork that ran on Kubernetes before Spark did (`…:v2.2.0-kubernetes-0.5.0`), or keys are its own (`spark.kubernetes.driver.docker.image`) and nobody says that a later Spark reads them, keys of Kubernetes belong to it. `namespaces` in the project settings names further prefixes.',
    fix: 'Renames the key (on a session that runs, to one without `spark.hadoop.`). That wakes a setting that slept, so it is only suggested.',
    examples: [{ language: 'conf', bad: 'spark.excutor.memory  4g\n', good: 'spark.executor.memory  4g\n' }, { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.sql.shufle.partitions", "400").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.sql.shuffle.partitions", "400").getOrCreate()\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder()\n    .config("spark.sql.shufle.partitions", "400")\n    .getOrCreate()\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder()\n    .config("spark.sql.shuffle.partitions", "400")\n    .getOrCreate()\n}\n' }, { language: 'shell', bad: 'spark-submit --master yarn --conf spark.excutor.memory=4g job.py\n', good: 'spark-submit --master yarn --conf spark.executor.memory=4g job.py\n' }],
    source: 'The registries of all 55 releases from 2.4.0 to 4.3.0, the keys that Spark reads without registering them, the names in the classes of releases back to 0.9, and those in the classes of Hadoop\'s clients and S3A (2.7 to 3.5), the connectors of Azure and Google, and Hive. The definitions of all releases of Kubeflow\'s operator for Spark. The invented names were seen in public code and configuration.',
  },
});

/** What the Kubernetes operator is told in fields of its own. */
function checkFields({ section, path, report }: SettingsContext): void {
  for (const { range, name, under, is } of section?.strays ?? []) {
    const holder = under === '' ? 'spec' : `spec.${under}`;
    report({
      at: { module: path, ...range },
      message: is === 'label' ? `\`${name}\` stands below \`${holder}.labels\`: it becomes a label of the pods, and the field \`${holder}.${name}\` is not set.` : `No release of Kubeflow's operator knows a field \`${name}\` in \`${holder}\`: Kubernetes drops it, or refuses the application.`,
    });
  }
}

/** The nearest key, where a release that may read this knows it. */
function nearestRead({ registry, targets }: SettingsContext, key: string): string | undefined {
  const near = registry.nearest(key);
  const facts = near === undefined ? undefined : registry.get(near);
  return facts && registry.readBy(facts, targets) === 'none' ? undefined : near;
}

/** What Spark hands on, under the name that it is read by. */
function handedOn(key: string): string | undefined {
  if (key.startsWith(hadoopPrefix)) return key.slice(hadoopPrefix.length);
  return key.startsWith('spark.hive.') ? key.slice('spark.'.length) : undefined;
}

function misspelt(context: SettingsContext, entry: Setting, name: string): void {
  const near = nearestOfHadoop(name);
  if (near === undefined) return;
  const [who, prefix] = name.startsWith('hive.') ? ['Hive', 'spark.hive.'] : ['Hadoop', hadoopPrefix];
  if (isOfSession(entry)) instead(context, entry, { who, key: name, near, but: ` Set on a session that runs, keys with \`${prefix}\` reach nothing${who === 'Hive' ? '' : `: there it is \`${near}\` alone`}.` }, who === 'Hive' ? undefined : near);
  else instead(context, entry, { who, key: name, near }, entry.key.slice(0, entry.key.length - name.length) + near);
}

/** A context hands `spark.hadoop.…` on once, as it starts; of what a session is told later Hadoop gets each key by its whole name. */
const isOfSession = ({ means, event }: Setting): boolean => means === 'runtime' || event?.reaches === 'running';

/** `key` is what `near` should be for whoever reads it; `renamed`: what is written for that, if that is enough; `but`: what else there is to say. */
function instead(context: SettingsContext, entry: Setting, { who, key, near, but = '' }: { readonly who: string; readonly key: string; readonly near: string; readonly but?: string }, renamed: string | undefined): void {
  const taken = context.entries.some((other) => other.key === renamed && together(entry, other));
  context.report({
    at: entry.keySite,
    message: `${who} knows no key \`${key}\` and ignores it without a word; the nearest is \`${near}\`${taken ? ', which is set too' : ''}.${but}`,
    fixes: taken || renamed === undefined ? [] : [{ title: `Rename to \`${renamed}\` (the setting then takes effect)`, safety: 'suggested', edits: settingEdits(context).renameKey(entry, renamed) }],
  });
}

/**
 * Before Spark ran on Kubernetes, the fork `apache-spark-on-k8s` did: its images are called `v2.2.0-kubernetes-0.5.0`, or
 * lie in `kubespark/`. Keys of its own tell of it, too, unless it is said that a later Spark reads them.
 */
function runsFork({ entries, targets }: SettingsContext): boolean {
  const own = entries.filter(({ key }) => key.startsWith('spark.kubernetes.'));
  if (own.some(({ value }) => value !== undefined && /\bkubespark\/|:[\w.-]*-kubernetes-\d+\.\d+\.\d+/.test(value))) return true;
  const isLater = isPinned(targets) && compareVersions(targets.from, firstOnKubernetes) >= 0 || own.some(({ key, value }) => key.endsWith('.image') && compareVersions(/:v?(\d+\.\d+)/.exec(value ?? '')?.[1] ?? '0', firstOnKubernetes) >= 0);
  return !isLater && own.some(({ key }) => ofKubernetesFork.test(key));
}
const firstOnKubernetes = '2.3';

/** A family of which all keys are known, and to which nobody adds any; what runs Spark's operator is told below one of its own. */
const isSparksOwn = (key: string): boolean => key.startsWith('spark.kubernetes.') && !key.startsWith('spark.kubernetes.operator.');

/** `spark.driver.port.minRange`: a number or a switch is a key itself, and there is nothing below it. */
function isBelowValue(registry: Registry, key: string): boolean {
  const parent = registry.get(key.slice(0, key.lastIndexOf('.')));
  return parent !== undefined && parent.registered && single.has(parent.type) && parent.key.split('.').length > 2;
}
const single: ReadonlySet<string> = new Set(['boolean', 'int', 'long', 'double', 'bytes', 'time']);

/** Servers of others take their own settings in files like Spark's: none of what stands in those is Spark's. */
const isReadBySpark = ({ command, conf, entries, registry }: SettingsContext): boolean => command !== undefined || conf?.form === 'properties' && conf.defaults || entries.some(({ key, event }) => event !== undefined || registry.get(key) !== undefined);

/** The comment above says that it is of a build of one's own. */
const isOfFork = ({ conf, text }: SettingsContext, { site }: Setting): boolean => conf !== undefined && headingAbove(text, site.start).some((line) => /\b(?:patch(?:ed)?|fork(?:ed)?|in-?house|custom (?:build|image|spark|kubernetes))\b/i.test(line));

/** What pods have and no key says is said by a template of them. */
function insteadOf(key: string): string {
  if (key.startsWith('spark.kubernetes.executorEnv.')) return ` Variables of the executors are \`${key.replace('kubernetes.', '')}\`.`;
  const variable = /^spark\.kubernetes\.(?:driver|executor)\.env\.(.+)$/.exec(key)?.[1];
  if (variable !== undefined) return ` \`${key.includes('.driver.') ? 'spark.kubernetes.driverEnv' : 'spark.executorEnv'}.${variable}\` is the key that there is.`;
  const side = /^spark\.kubernetes\.(driver|executor)\./.exec(key)?.[1];
  if (side === undefined) return '';
  const resource = /\.resource\.(\w+)\.(amount|vendor|discoveryScript)$/.exec(key);
  if (resource) return ` \`spark.${side}.resource.${resource[1]!}.${resource[2]!}\` is the key that there is.`;
  if (/\.(request|limit)\.memory$/.test(key)) return ` A pod asks for \`spark.${side}.memory\` and \`spark.${side}.memoryOverhead\`.`;
  return ` What else a pod is to have stands in the file that \`spark.kubernetes.${side}.podTemplateFile\` names.`;
}

/** Properties of an application may have such names too; of keys in data that is not plainly Spark's a chart may make the variables that are meant. */
const isForSpark = ({ conf, path, section }: SettingsContext): boolean =>
  conf === undefined || (isData(conf) ? section?.runsOn !== undefined : conf.form !== 'properties' || /spark/i.test(path.slice(path.lastIndexOf('/') + 1)));

/** The program reads it itself: `spark.conf.get("spark.log.dir")`. */
const isAskedFor = ({ text }: SettingsContext, key: string): boolean => new RegExp(`\\bget\\w*\\(\\s*["']${escapePattern(key)}["']`).test(text);

/** What a server of Spark's is told as a property of its JVM is for its logs: `log4j.properties` asks for `${spark.log.dir}`. */
const isForLogs = ({ mentions }: SettingsContext, { key, told }: Setting): boolean => told !== undefined && mentions?.(new RegExp(`\\$\\{(?:sys:)?${escapePattern(key)}\\}`)) === true;

/** Code of the project takes it from a properties file itself: `props.getProperty("spark.jar")`. */
const isOwnProperty = ({ conf, mentions }: SettingsContext, key: string): boolean =>
  conf?.form === 'properties' && !conf.defaults && mentions?.(new RegExp(`\\bgetProperty\\(\\s*["']${escapePattern(key)}["']`)) === true;

/** There is one for executors, and none for the driver. */
const driverEnv = 'spark.driverEnv.';

function forDriver(context: SettingsContext, entry: Setting): void {
  const name = entry.key.slice(driverEnv.length);
  const [k8s, yarn] = [`spark.kubernetes.driverEnv.${name}`, `spark.yarn.appMasterEnv.${name}`];
  const { manager } = placeOf(context.command, context.entries, context.targets);
  const meant = manager === 'k8s' ? k8s : manager === 'yarn' ? yarn : undefined;
  const taken = context.entries.some((other) => other.key === meant && together(entry, other));
  context.report({
    at: entry.keySite, message: `Nothing reads \`${entry.key}\`: ${meant === undefined ? `on Kubernetes it is \`${k8s}\`, on YARN in cluster mode \`${yarn}\`; elsewhere the driver has the variables of where it is started` : `${manager === 'yarn' ? 'on YARN, in cluster mode,' : 'on Kubernetes'} it is \`${meant}\`${taken ? ', which is set too' : ''}`}.`,
    fixes: meant === undefined || taken ? [] : [{ title: `Rename to \`${meant}\` (the setting then takes effect)`, safety: 'suggested', edits: settingEdits(context).renameKey(entry, meant) }],
  });
}
