import { isOnArms } from '../analysis/conditions.ts';
import type { Setting, Site, SparkProgram } from '../analysis/model.ts';
import { submitOption, submitOptions } from '../knowledge/submit.ts';
import { forEachImport } from '../program/expressions.ts';
import { hadoopPrefix, isForDatabricks, ofKey, ofTheDriversJvm, readBeforeCode, storedAtRuntime, refusedAtRuntime, together } from '../rule/entries.ts';
import { branchesOf, decisionsOf, sameValue, toldOf } from '../rule/jobs.ts';
import { eventsOf, within } from '../rule/queries.ts';
import { defineRule, type SettingsContext, type Severity, type Surroundings } from '../rule/rule.ts';
import { startedByPythonAlone } from '../rule/launches.ts';
import { codeOf, definitionsAt } from '../rule/statements.ts';
import { allAtLeast, compareVersions } from '../rule/targets.ts';
import { escapePattern } from '../text/pattern.ts';

/** Servers that speak Spark's protocol and are none. */
const otherServers = /^pysail(\.|$)/;

function importsOtherServer({ lowered }: SparkProgram): boolean {
  let found = false;
  forEachImport(lowered.module.body, ({ level, module }) => {
    found ||= level === 0 && otherServers.test(module);
  });
  return found;
}

/** What daemons of a cluster read, and no application does; of the history server's store the application's own UI takes some. */
function daemonReading(key: string): string | undefined {
  if (key.startsWith('spark.history.')) return key.startsWith('spark.history.store.') ? undefined : 'the history server reads';
  if (key.startsWith('spark.deploy.') || key.startsWith('spark.master.') || key === 'spark.worker.timeout') return 'the master of a standalone cluster reads';
  return key.startsWith('spark.worker.') || key === 'spark.storage.cleanupFilesAfterExecutorExit' ? 'the workers of a standalone cluster read' : undefined;
}

/** It stands in a function that the project's tests call, and nothing else. */
function isForTests(program: SparkProgram | undefined, { site }: Setting, calledByTestsAlone: Surroundings['calledByTestsAlone']): boolean {
  const [outermost] = program ? definitionsAt(program.lowered, site.start) : [];
  return outermost?.kind === 'function' && calledByTestsAlone?.(outermost.name) === true;
}

/** A test asks for the key again: what it was given is what it is about, whatever the JVM makes of it. */
function isReadBack(text: string, key: string, entries: readonly Setting[]): boolean {
  const said = text.split(`"${key}"`).length - 1;
  return said > entries.filter((entry) => entry.key === key).length;
}

/** `local[4]`, also where the number is not known: `f"local[{cores}]"`. */
const isLocal = (program: SparkProgram | undefined, { value, valueSite }: Setting): boolean =>
  value?.startsWith('local') ?? (valueSite.module === program?.path && /^[fs]?"{1,3}local|^f?'{1,3}local/.test(program.lowered.text.slice(valueSite.start, valueSite.end)));

/** A branch that names a master is for runs to which nobody gives one, which Python starts. */
const isOnBranch = ({ event }: Setting): boolean => event?.path.some(({ choice }) => choice >= 0) === true;

/** All that starts this file, by command or properties file, gives the key the same value: it holds, whatever becomes of this line. */
function isGivenToSubmit({ jobs, registry, targets }: SettingsContext, { key, value }: Setting): boolean {
  const all = jobs?.() ?? [];
  return value !== undefined && all.length > 0 && all.every((job) => {
    const winner = job.command ? decisionsOf(job, registry, targets).find((each) => each.key === key)?.winner : undefined;
    return winner?.entry.value !== undefined && winner.layer !== 'code' && sameValue(registry, key, value, winner.entry.value, targets.to);
  });
}

const packages = 'spark.jars.packages';

/** A command that starts this file, or a settings file, names all of these packages, too, or some that are not known. */
function areFetchedAnyway({ jobs, settings }: SettingsContext, { key, value }: Setting): boolean {
  const all = jobs?.() ?? [];
  const told = toldOf({ entries: [], settings: settings.filter(({ event }) => event === undefined), jobs }, key);
  return all.some(({ command }) => command?.command.open === true) || told.some(({ value: given }) => given === undefined || value === undefined || value.split(',').every((each) => given.split(',').includes(each.trim())));
}

/** No command in sight starts this file, but the usage that it tells itself, and every one of it gives the key the same value. */
function isGivenInUsage({ jobs, program, registry, targets }: SettingsContext, { key, value }: Setting): boolean {
  if (!program || value === undefined || jobs?.().some(({ command }) => command) === true) return false;
  const told = [...program.lowered.text.matchAll(usage)].map(([command]) => command).filter((command) => starts(command, program));
  const option = submitOptions.find((name) => submitOption(name, targets.to)?.keys.includes(key));
  const names = [`(?:--conf|-c)[ =]["']?${key.replaceAll('.', '\\.')}=`, ...(option === undefined ? [] : [`${option}[ =]`])];
  const given = new RegExp(`(?:${names.join('|')})(?:"([^"]*)"|'([^']*)'|([^\\s"'\\\\]+))`);
  return told.length > 0 && told.every((command) => {
    const own = given.exec(command)?.slice(1).find((each) => each !== undefined);
    return own !== undefined && sameValue(registry, key, value, own, targets.to);
  });
}
/** It names this file, or a class of it: `spark-submit --master yarn jobs/load.py`, `--class jobs.Load`. */
function starts(command: string, { path, lowered }: SparkProgram): boolean {
  const [, name] = /--class[ =]+["']?(?:[\w$]+\.)*([\w$]+)/.exec(command) ?? [];
  if (lowered.language === 'scala') return name !== undefined && new RegExp(`\\b(?:object|class)\\s+${escapePattern(name)}(?![\\w$])`).test(codeOf(lowered));
  return new RegExp(`(?<![\\w.-])${escapePattern(path.slice(path.lastIndexOf('/') + 1))}(?![\\w-]|\\.\\w)`).test(command);
}

/** `spark-submit --conf … \`, as far as its lines go on. */
const usage = /\bspark-submit\b(?:[^\n]*\\\r?\n)*[^\n]*/g;

/** `spark.driver.extraClassPath` names a jar that every command which submits this file brings by `--jars`: the driver has it. */
function isBroughtAsJar({ submits }: SettingsContext, { key, value }: Setting): boolean {
  const given = key === 'spark.driver.extraClassPath' ? submits?.() ?? [] : [];
  const files = value?.split(/[:;](?![\\/])/).map((path) => path.split(/[\\/]/).at(-1)!);
  return given.length > 0 && files !== undefined && given.every(({ jars }) => jars !== undefined && files.every((file) => jars.includes(file)));
}

/** Something in sight is stopped, the context perhaps. */
const mayStop = (context: SettingsContext): boolean => /\.stop\(/.test(codeIn(context));
const codeIn = ({ program, text }: SettingsContext): string => (program ? codeOf(program.lowered) : text);

/** Where the last stop before it stands, -1 for none; undefined: not told by the order of the text. */
function stoppedAt(context: SettingsContext, { site }: Setting): number | undefined {
  const { program } = context;
  const isOfModule = (at: number): boolean => program !== undefined && definitionsAt(program.lowered, at).length === 0;
  if (!mayStop(context)) return -1;
  if (program?.path !== site.module || !isOfModule(site.start)) return undefined;
  const all = [...codeIn(context).matchAll(/\.stop\(/g)].map(({ index }) => index);
  return all.every(isOfModule) ? all.findLast((at) => at < site.start) ?? -1 : undefined;
}

/** `sc.getConf.setJars(jars)` as a statement: nothing holds the copy. */
const isOfDroppedCopy = (program: SparkProgram | undefined, { site, keySite }: Setting): boolean => program !== undefined && site.module === program.path
  && /\bgetConf\b/.test(program.lowered.text.slice(site.start, keySite.start)) && eventsOf(program, 'discard').some((event) => within(site, event.site));

/** The application was started with the same value, by what comes before in every run that gets here, and with no other. */
function isInForce(context: SettingsContext, entry: Setting): boolean {
  const { entries, registry, targets } = context;
  const { key, value, event } = entry;
  const stop = event?.reaches === 'running' ? stoppedAt(context, entry) : -1;
  if (stop === undefined) return false;
  // Of what another module told, or a function, the call counts that led there.
  const isAfterStop = (places: readonly Site[]): boolean => (places.find(({ module }) => module === entry.site.module)?.start ?? -1) > stop;
  // What the context holds that runs now is what it was started with since the last stop; the driver's JVM lives on.
  const counts = ({ site, event: other }: Setting): boolean => (stop < 0 || ofTheDriversJvm.has(key) ? other!.reaches === 'start' : other!.reaches === 'restart' && isAfterStop([...other!.callers, site]));
  const before = event ? entries.filter((each) => each.key === key && each.event !== undefined && each.event.order < event.order && counts(each)) : [];
  return value !== undefined && before.length > 0 && before.every((each) => each.value !== undefined && sameValue(registry, key, value, each.value, targets.to))
    && before.some((each) => isOnArms(event!.path, branchesOf(each)));
}

/** The context that runs was given another master in sight. Spark registers no entry for that key. */
function isOtherMaster({ entries }: SettingsContext, { key, value, event }: Setting): boolean {
  const before = key === 'spark.master' && event?.reaches === 'running' && value !== undefined ? ofKey(entries, key).filter((each) => each.event?.reaches === 'start' && each.event.order < event.order) : [];
  return before.length > 0 && before.every((each) => each.value !== undefined && each.value !== value);
}

export default defineRule({
  name: 'ineffective-setting',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['unknown-key', 'removed-key'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, launch, fileKind, program, command, conf, text, calledByTestsAlone, forDatabricks, mentions, report } = context;
    const remote = entries.some((entry) => entry.key === 'spark.remote');
    // Hive sends such keys on, and starts a Spark with them.
    if (conf?.form === 'sql' && /\bhive\.execution\.engine\b/i.test(text)) return;
    const isForLocalRun = (entry: Setting): boolean => entries.some((other) => other.key === 'spark.master' && (isLocal(program, other) || isOnBranch(entry) && isOnBranch(other)) && together(entry, other));
    const otherServer = program !== undefined && entries.some(({ means }) => means === 'runtime') && importsOtherServer(program);
    for (const entry of entries) {
      const facts = registry.get(entry.key, targets.to);
      const variable = /^spark\.executorEnv\.(spark\..+)$/.exec(entry.key)?.[1];
      if (variable !== undefined && registry.get(variable, targets.to)) {
        report({ at: entry.keySite, message: `This gives the executors an environment variable called \`${variable}\`, which nothing reads. What sets \`${variable}\` is the key itself${entry.means === 'conf' ? `: \`set("${variable}", …)\`` : ''}.` });
        continue;
      }
      if (entry.means === 'runtime') {
        if (!entry.key.startsWith('spark.') || otherServer) continue;
        // What a test hands to the program is for whoever stands in for a session there.
        if (fileKind === 'test' && entry.site.module !== program?.path) continue;
        // What a server out of sight makes of the key is not certain.
        const refused: Severity = remote ? 'warning' : 'error';
        const comesTo = refusedAtRuntime(entry, facts, targets, (key) => toldOf(context, key));
        if (storedAtRuntime.test(entry.key)) report({ at: entry.keySite, message: `\`${entry.key}\` is read when the application starts: set at run time it is stored and does nothing.` });
        else if (entry.key.startsWith(hadoopPrefix) && !isForDatabricks({ launch, text, forDatabricks })) report({ at: entry.keySite, message: `With this prefix Spark hands keys to Hadoop when the context starts: set at run time it is stored and does nothing. What the session reads and writes with takes \`${entry.key.slice(hadoopPrefix.length)}\`.` });
        else if (comesTo === 'static') report({ at: entry.keySite, raisesAt: entry.keySite, severity: refused, message: `\`${entry.key}\` is a static SQL setting: changing it at run time raises an error. Set it where the session is built.` });
        else if (comesTo === 'application') {
          report({ at: entry.keySite, raisesAt: entry.keySite, severity: refused, message: `\`${entry.key}\` belongs to the application, not to the session: setting it at run time raises an error (CANNOT_MODIFY_CONFIG). Set it before the context starts.` });
        } else if (comesTo === 'stored') {
          report({ at: entry.keySite, message: `\`${entry.key}\` belongs to the application, not to the session: set at run time it is stored and does nothing${compareVersions(targets.to, '3.0') < 0 || allAtLeast(targets, '3.0') ? '' : ' up to Spark 2.4, and raises an error from 3.0 on'}. Set it before the context starts.` });
        }
        continue;
      }
      const daemon = daemonReading(entry.key);
      // A cluster within the application is started with what that is told.
      const isForApplication = entry.means === 'builder' || entry.means === 'conf' && entry.event?.handed !== undefined || command !== undefined && entry.told?.option === '--conf';
      if (daemon !== undefined && facts && isForApplication && fileKind !== 'test' && !ofKey(entries, 'spark.master').some(({ value }) => value === undefined || value.startsWith('local-cluster'))) {
        report({ at: entry.keySite, severity: 'information', message: `Only ${daemon} \`${entry.key}\`, from what it is started with itself: told to an application it has no effect.` });
        continue;
      }
      const { reaches, handed, copied } = entry.event ?? {};
      const otherMaster = isOtherMaster(context, entry);
      const isWritten = entry.means === 'builder' || entry.means === 'conf' || otherMaster;
      if (!isWritten && !(copied && entry.means === 'named')) continue;
      if (copied && reaches === 'running' && handed === undefined && entry.key.startsWith('spark.')) {
        // It may be taken along to what is started after a stop, where somebody holds it.
        if (mayStop(context) && !isOfDroppedCopy(program, entry)) continue;
        report({ at: entry.keySite, message: `\`getConf()\` gives a copy: \`${entry.key}\` set on it reaches nothing. ${facts?.scope === 'session' ? 'Set it with `spark.conf.set`.' : 'Set it before the context starts.'}` });
        continue;
      }
      if (!isWritten) continue;
      // What holds anyway needs no effect.
      if ((reaches === 'running' || reaches === 'restart') && isInForce(context, entry)) continue;
      // The first session that is built on a context takes the place of tables from its builder.
      if (reaches === 'running' && facts && facts.scope !== 'session' && (facts.registered || otherMaster) && !(entry.means === 'builder' && entry.key === 'spark.sql.warehouse.dir')) {
        report({ at: entry.keySite, severity: 'warning', message: `The context is already running when \`${entry.key}\` is set here, so it has no effect.` });
        continue;
      }
      if (reaches === 'restart' && ofTheDriversJvm.has(entry.key)) {
        report({ at: entry.keySite, severity: 'warning', message: `The driver's JVM was started by the session before this one and lives on after \`stop()\`: \`${entry.key}\` set here is shown in the UI and has no effect.` });
        continue;
      }
      // A SparkConf that is given to no context counts for nothing.
      if (entry.means === 'conf' && handed === undefined) continue;
      if (entry.key === packages && launch === 'spark-submit' && fileKind !== 'test' && entry.value !== '' && !isForLocalRun(entry) && !isForTests(program, entry, calledByTestsAlone) && !areFetchedAnyway(context, entry) && !isGivenInUsage(context, entry)) {
        report({ at: entry.keySite, severity: 'warning', message: `spark-submit fetches packages before this line runs: \`${packages}\` set in code is shown in the UI, and nothing is fetched. Give them to spark-submit (\`--packages\`) or put them into spark-defaults.conf.` });
        continue;
      }
      if (!readBeforeCode.has(entry.key)) continue;
      if (facts && entry.value !== undefined && entry.value === registry.defaultIn(facts, targets.to) || isGivenToSubmit(context, entry) || isGivenInUsage(context, entry)) continue;
      if (program?.lowered.language === 'scala') {
        if (fileKind === 'test' && isReadBack(text, entry.key, entries)) continue;
        report({ at: entry.keySite, message: `The driver's JVM runs this line itself, so it cannot be started with \`${entry.key}\` any more: set in code it is shown in the UI and has no effect. Give it to spark-submit or put it into spark-defaults.conf.` });
        continue;
      }
      if (launch === 'python' || launch === 'notebook' || launch === undefined && startedByPythonAlone(mentions)) continue;
      // pytest and unittest start the JVM from Python.
      if (fileKind === 'test' || isForTests(program, entry, calledByTestsAlone)) continue;
      // Beside a local master it is meant for a run that the launch in sight is not; on a branch of its own, for those that Python starts.
      const forLocalRun = isForLocalRun(entry);
      if (forLocalRun && (launch !== 'spark-submit' || isOnBranch(entry))) continue;
      const severity: Severity = launch === 'spark-submit' && !forLocalRun ? 'warning' : 'hint';
      if (isBroughtAsJar(context, entry)) {
        report({ at: entry.keySite, severity: severity === 'warning' ? 'information' : severity, message: `Under spark-submit the driver's JVM runs before this line: \`${entry.key}\` set in code has no effect. The commands that submit this file bring the jar by \`--jars\`, so that the line can go.` });
        continue;
      }
      if (entry.key === 'spark.driver.cores') {
        report({ at: entry.keySite, severity, message: '`spark.driver.cores` is read by whoever starts the driver in cluster mode: set in code it has no effect.' });
        continue;
      }
      report({ at: entry.keySite, severity, message: severity === 'warning' ? `Under spark-submit the driver's JVM runs before this line: \`${entry.key}\` set in code is shown in the UI and has no effect. Give it to spark-submit or put it into spark-defaults.conf.` : `\`${entry.key}\` set in code works only where Python itself starts the JVM (\`python job.py\`); under spark-submit it has no effect.` });
    }
  },
  docs: {
    summary: 'a setting made in code or SQL, too late to have an effect',
    what: 'Driver settings made in code under spark-submit, and packages that it should fetch (`spark.jars.packages`); `SparkConf` or builder entries after the context runs; any key set on the copy that `getConf` gives; core keys and keys of Hadoop (`spark.hadoop.…`) given to `spark.conf.set`, or to `SET` in SQL (in code, in a `.sql` file, in a cell). In code and behind `--conf`: keys that only the history server, or the master and the workers of a standalone cluster read. Keys of Spark given to the executors as environment variables (`setExecutorEnv("spark.executor.memory", "2g")`, `spark.executorEnv.spark.executor.memory`).',
    why: 'The driver\'s heap and options are fixed before the first line of the program runs, and core settings when the context starts. Set later they are kept, shown in the UI and ignored; static SQL keys raise, and from Spark 3.0 on registered core keys do.',
    fine: 'After `stop()` a new context reads core keys again, and what somebody holds of a copy by then, and a SparkConf that no context is made from counts for nothing. Nothing is said where the same value holds anyway: by default, from the session before, or by all commands of the project that submit the file, or, where none does, by every usage of spark-submit that the file tells of itself; of packages where one of these, or a defaults file, names them, or nobody knows how the program is started. `python job.py` and Jupyter start the JVM themselves, and then driver settings in code work. How the job is launched is learned from the project\'s scripts and guides or from `launch` in the settings (a module runs as what imports it is started; what imports a web framework or findspark, or says itself where Spark and Java are, is started by Python where they say nothing, and so is everything in a project of notebooks, or that starts programs by `python`, `uvicorn`, `gunicorn` or commands of its package, and speaks of no other way); unknown, it is a hint, and nothing beside a local master, nor on a branch of a submitted program where one is told; in tests, which Python starts, and in functions that tests alone call, nothing is said. Scala code runs in that JVM, however it is launched: there they never work; only of a test that reads the key back nothing is said. A server behind `builder.remote` may take other keys than Spark does: a warning there, as where `spark.sql.legacy.setCommandRejectsSparkCoreConfs` is off and nothing raises.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nspark.conf.set("spark.executor.memory", "8g")\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.memory", "8g").getOrCreate()\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder().getOrCreate()\n  spark.conf.set("spark.executor.memory", "8g")\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder().config("spark.executor.memory", "8g").getOrCreate()\n}\n' }, { language: 'conf', file: 'daily.sql', bad: 'SET spark.executor.memory=8g;\nSELECT 1;\n', good: 'SET spark.sql.shuffle.partitions=400;\nSELECT 1;\n' }, { language: 'shell', bad: 'spark-submit --conf spark.history.fs.logDirectory=hdfs:///logs job.py\n', good: 'spark-submit --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=hdfs:///logs job.py\n' }],
    source: 'Which classes read the keys of daemons is taken from the jars of 3.5.6 and 4.3.0. Packages given in code under spark-submit tried on 3.5.6: one that does not exist stops nothing. Every way, `SET` too, tried under python, spark-submit and the shells on Spark 3.5.9 and 4.3.0; all 1,085 keys of the application set at run time on 3.5.6 and 4.3.0; what 2.4.8 and 3.0.0 check is read from their classes.',
  },
});
