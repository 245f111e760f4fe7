import type { Setting } from '../analysis/model.ts';
import { brokenList, inClientAlone, option, placeOf, saysAll, unquoted } from '../rule/commands.ts';
import { givesWay } from '../rule/beside.ts';
import { atStart, isFalse, judged, tells, valueOf } from '../rule/entries.ts';
import { type Command, isScript } from '../program/conf.ts';
import { defineRule, type Fix, type SettingsContext, type Severity } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { allAtLeast, compareVersions, type Targets } from '../rule/targets.ts';
import { type Range, sliceOf } from '../text/range.ts';

type Value = Setting & { readonly value: string };

const deployMode = 'spark.submit.deployMode';

export default defineRule({
  name: 'refused-submit',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['invalid-value', 'duplicate-key'],
  looksAt: 'settings',
  check(context) {
    const { command, entries, report } = context;
    if (!command) return checkOldMaster(context);
    const master = valueOf(entries, 'spark.master');
    const mode = valueOf(entries, 'spark.submit.deployMode');
    if (master) checkMaster(context, master);
    if (mode) checkMode(context, mode);
    const { path } = context;
    const together = (one: string, other: string, message: string): void => {
      const [first, second] = [option(command, one), option(command, other)];
      if (first && second) report({ at: { module: path, start: second.start, end: second.end }, message, related: [{ site: { module: path, start: first.start, end: first.end }, message: 'the other one' }] });
    };
    together('--proxy-user', '--principal', 'spark-submit takes either `--proxy-user` or `--principal`: with both it starts nothing.');
    together('--master', '--remote', '`--remote` connects to a server that has its own master: with `--master` beside it spark-submit starts nothing.');
    together('--deploy-mode', '--remote', '`--remote` connects to a server that runs already: with `--deploy-mode` beside it spark-submit starts nothing.');
    checkVariable(context, command);
    checkList(context, command);
    checkPattern(context, command);
    const isFixed = saysAll(command) && entries.every((entry) => entry.key !== 'spark.dynamicAllocation.enabled' || isFalse(entry));
    for (const entry of judged(entries)) {
      const name = entry.told?.option ?? '';
      if (!counted.has(name) || entry.told?.conditional || /^\s*\+?0*[1-9]\d*\s*$/.test(entry.value) || !/^[-+\w.]+$/.test(entry.value)) continue;
      // With dynamic allocation Spark starts with none, and takes more as it needs them.
      if (name === '--num-executors' && /^[-+]?\d+$/.test(entry.value) && !isFixed) continue;
      report({ at: entry.valueSite, message: `\`${name}\` takes a number above 0: with \`${entry.value}\` spark-submit starts nothing.` });
    }
  },
  docs: {
    summary: 'a master or arguments with which nothing starts',
    what: 'A master that Spark does not have (`yarn-client`, `yarn-cluster` from Spark 3.0 on; `mesos://` from Spark 4.0 on), in settings and code too. In commands: `localhost:7077` for a master, a deploy mode that is neither `client` nor `cluster`, cluster mode where there is none (shells, SQL shells, the Thrift server, a local master; Python on a standalone cluster), options that exclude each other, a blank in a list of files (`--files a.conf, b.conf`), behind which the next one is taken for the application, a pattern without quotes there (`--jars lib/*.jar`), which the shell fills in with blanks, a `PYSPARK_SUBMIT_ARGS` without `pyspark-shell` at its end, numbers of executors or cores that are not above 0.',
    why: 'spark-submit checks its arguments before anything starts, prints an error and ends; a context that is given such a master raises.',
    fine: 'A pattern is a warning, since it may find one file alone. An old master is a warning where nothing in the project says which Spark runs it; a jar of Spark in the same command (`spark-examples-1.6.0.jar`) says it. Values that the shell puts together are not judged, nor are words that something fills in (`%MASTER%`, `[master]`, `MASTER_URL`, `N`). `--num-executors 0` is refused only without dynamic allocation: nothing is said where that is switched on, or may be out of sight.',
    fix: 'Writes `yarn` with `--deploy-mode`, or `spark.submit.deployMode`, for the old masters, and the mode in lower case; takes the blanks out of a list, quotes a pattern.',
    examples: [
      { language: 'shell', bad: 'spark-submit --master yarn-cluster job.py\n', good: 'spark-submit --master yarn --deploy-mode cluster job.py\n' },
      { language: 'conf', bad: 'spark.master  yarn-cluster\n', good: 'spark.master  yarn\nspark.submit.deployMode  cluster\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.master("yarn-client").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.master("yarn").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().setMaster("yarn-client")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().setMaster("yarn")\n}\n' },
    ],
    source: 'Tried on Spark 3.5.6, 3.5.9 and 4.3.0; the old masters are in the classes of 2.4.8 and not in those of 3.0.3.',
  },
});

/** A list ends at its first blank, and what stands behind that is the application. */
function checkList({ text, path, report }: SettingsContext, command: Command): void {
  const broken = brokenList(command, text);
  if (!broken) return;
  const { list, application, passed } = broken;
  const written = (range: Range): string => unquoted(text, range);
  const words = [application, ...passed];
  const items = words.findIndex((word) => !written(word).endsWith(',')) + 1;
  // A comma too many, and what was meant for the application.
  if (items < 2 && isFile.test(written(application)) && !isFile.test(passed[0] ? written(passed[0]) : '')) return;
  const parts = [list, ...words.slice(0, Math.max(items, 1))];
  const gaps = parts.slice(1).map((part, index) => ({ start: parts[index]!.end, end: part.start }));
  const joinable = gaps.every((gap) => /^(?:[ \t]|\\\r?\n)+$/.test(text.slice(gap.start, gap.end)));
  report({
    at: { module: path, start: application.start, end: application.end },
    message: `A blank ends the list of \`${list.text!}\`: spark-submit takes \`${written(application).slice(0, 40)}\` for the application, and hands it what follows. Yours does not run.`,
    related: [{ site: { module: path, start: list.start, end: list.end }, message: 'the list ends here' }],
    fixes: joinable ? [{ title: 'Remove the blanks in the list', safety: 'suggested', edits: gaps.map((gap) => ({ ...gap, newText: text.slice(gap.start, gap.end).replace(/[ \t]+/g, '') })) }] : [],
  });
}

/** Written without quotes, it is the shell that fills in a pattern: of the files that it finds the first is the option's. */
function checkPattern({ text, path, conf, report }: SettingsContext, { arguments: args }: Command): void {
  if (!conf || !isScript(conf)) return;
  for (const { is, text: name, value, conditional, inPlace } of args) {
    if (is !== 'option' || conditional || !inPlace || !patterns.has(name ?? '') || value?.text === undefined) continue;
    const written = sliceOf(text, value.range);
    // Behind `--jars=` it is no pattern for a file; a name with more than a star, and what a build puts out, may be one file.
    if (!/(?:^|\/)\*(?:\.\w+)?$/.test(written) || /(?:^|\/)(?:dist|target|build)\//.test(written) || /["'\\,:]/.test(written) || !/\s/.test(text[value.range.start - 1] ?? '')) continue;
    report({
      at: { module: path, ...value.range }, severity: 'warning',
      message: `The shell fills in \`${written}\` before spark-submit reads it: where it finds more than one file, \`${name!}\` takes the first, and the second is taken for the application.`,
      fixes: name === '--driver-class-path' && !written.endsWith('*') ? [] : [{ title: 'Quote the pattern, which Spark then fills in', safety: 'suggested', edits: [{ ...value.range, newText: quotedPattern(written) }] }],
    });
  }
}

/** What the shell fills in before the last slash, a home or a variable, it fills in still. */
function quotedPattern(written: string): string {
  const from = /[~$`]/.test(written) ? written.lastIndexOf('/') + 1 : 0;
  return `${written.slice(0, from)}'${written.slice(from)}'`;
}

/** Spark fills in the patterns of the first ones, and Java `folder/*` in a class path. */
const patterns: ReadonlySet<string> = new Set(['--jars', '--files', '--py-files', '--archives', '--driver-class-path']);

const isFile = /\.(py|jar|R)$/;

/** What a session that Python starts is given ends with the word that stands for its own application. */
function checkVariable({ text, path, program, report }: SettingsContext, { nameRange, arguments: args, open }: Command): void {
  const name = sliceOf(text, nameRange);
  if (name !== 'PYSPARK_SUBMIT_ARGS' || open || args.length === 0 || args.some(({ is }) => is === 'application')) return;
  // It may be put there by what reads the variable again.
  if (text.split(name).length > 2 || /pyspark-shell/.test(text)) return;
  const last = args.at(-1)!;
  const end = Math.max(last.end, last.value?.range.end ?? 0);
  const isInLiteral = /^ ?["']/.test(text.slice(end, end + 2)) && !/["']/.test(text.slice(last.start, end));
  report({
    at: { module: path, ...nameRange }, severity: program ? 'error' : 'warning',
    message: '`PYSPARK_SUBMIT_ARGS` must end with `pyspark-shell`: without it spark-submit finds no application, prints its usage and ends, and the session does not start (JAVA_GATEWAY_EXITED).',
    fixes: isInLiteral ? [{ title: 'Add `pyspark-shell`', safety: 'suggested', edits: [{ start: end, end, newText: ' pyspark-shell' }] }] : [],
  });
}

const counted: ReadonlySet<string> = new Set(['--num-executors', '--executor-cores', '--total-executor-cores']);
/** Spark looks at the beginning alone here; some releases take `YARN`, too. */
const known = /^(yarn$|local|spark|k8s|mesos)/i;

/** Who names an old master may well have the Spark that knew it, where nobody says which it is. */
const lacksOldMasters = (targets: Targets): boolean => allAtLeast(targets, '3.0') && targets.origin !== 'default';
const oldMaster = /^yarn-(client|cluster)$/;

/** The master of a settings file, or of code: others than these may stand for one there. */
function checkOldMaster(context: SettingsContext): void {
  const { entries, targets, fileKind, report } = context;
  if (fileKind === 'test') return;
  for (const entry of atStart(entries)) {
    if (entry.key !== 'spark.master' || entry.event?.versioned || givesWay(entry.key, context)) continue;
    const mode = oldMaster.exec(entry.value)?.[1];
    if (mode !== undefined && compareVersions(targets.to, '3.0') >= 0) {
      const certain = lacksOldMasters(targets);
      const edits = settingEdits(context);
      const written = edits.setValue(entry, 'yarn');
      // In client mode Spark runs unless it is told otherwise.
      const added = mode === 'client' || tells(entries, deployMode) ? [] : edits.add(entry, deployMode, mode);
      const fixes: Fix[] = written.length > 0 && (mode === 'client' || added.length > 0) ? [{ title: `Write \`yarn\`${added.length > 0 ? `, and \`${deployMode}\` with \`${mode}\`` : ''}`, safety: 'suggested', edits: [...written, ...added] }] : [];
      report({ at: entry.valueSite, severity: certain ? 'error' : 'warning', message: `\`${entry.value}\` is no master any more: ${certain ? '' : 'from Spark 3.0 on '}the application does not start. It is \`yarn\`, and \`${deployMode}\` says \`${mode}\`.`, fixes });
    } else if (entry.value.startsWith('mesos://') && compareVersions(targets.to, '4.0') >= 0) {
      const certain = allAtLeast(targets, '4.0');
      report({ at: entry.valueSite, severity: certain ? 'error' : 'warning', message: `Spark 4.0 dropped Mesos: ${certain ? '' : 'from there on '}the application does not start.` });
    }
  }
}

function checkMaster(context: SettingsContext, master: Value): void {
  const { command, entries, targets, text, report } = context;
  const tell = (message: string, severity: Severity = 'error', fixes: Fix[] = []): void => report({ at: master.valueSite, severity, message, fixes });
  const old = oldMaster.exec(master.value);
  if (old && compareVersions(targets.to, '3.0') < 0) return;
  const certain = lacksOldMasters(targets);
  if (old) {
    const edits = settingEdits(context).setValue(master, 'yarn');
    const free = !entries.some(({ key }) => key === 'spark.submit.deployMode');
    const inLine = master.told?.option === '--master' && text.slice(master.site.start, master.site.end).startsWith('--master ') && master.valueSite.end <= master.site.end && !/["']/.test(text.slice(master.site.start, master.site.end));
    tell(`\`${master.value}\` is no master any more: ${certain ? '' : 'from Spark 3.0 on '}spark-submit starts nothing. It is \`yarn\`, and \`--deploy-mode ${old[1]!}\` beside it.`, certain ? 'error' : 'warning', edits.length > 0 && free && inLine && !command!.open ? [{ title: `Write \`yarn --deploy-mode ${old[1]!}\``, safety: 'suggested', edits: [{ ...edits[0]!, newText: `yarn --deploy-mode ${old[1]!}` }] }] : []);
  } else if (master.value.startsWith('mesos://')) {
    if (allAtLeast(targets, '4.0')) tell('Spark 4.0 dropped Mesos: spark-submit starts nothing.');
    else if (compareVersions(targets.to, '4.0') >= 0) tell('Spark 4.0 dropped Mesos: from there on spark-submit starts nothing.', 'warning');
  } else if (/^local[^\[-]/i.test(master.value)) tell(`Spark takes \`${master.value.slice(0, 40)}\` for a local master and cannot read it: no context starts.${master.value.includes(':') ? ' A host and its port stand behind `spark://` or `k8s://`.' : ''}`);
  else if (!known.test(master.value)) tell(`\`${master.value.slice(0, 40)}\` is no master: it is \`yarn\`, or begins with \`spark://\`, \`k8s://\` or \`local\`. spark-submit starts nothing.`);
}

function checkMode(context: SettingsContext, mode: Value): void {
  const { command, entries, targets, report } = context;
  const tell = (message: string, fixes: Fix[] = []): void => report({ at: mode.valueSite, message, fixes });
  if (mode.value !== 'client' && mode.value !== 'cluster') {
    const lower = mode.value.trim().toLowerCase();
    const edits = lower === 'client' || lower === 'cluster' ? settingEdits(context).setValue(mode, lower) : [];
    return tell(`The deploy mode is \`client\` or \`cluster\`, in lower case: with \`${mode.value.slice(0, 40)}\` spark-submit starts nothing.`, edits.length > 0 ? [{ title: `Write \`${lower}\``, safety: 'suggested', edits }] : []);
  }
  if (mode.value === 'client') return;
  const alone = inClientAlone[command!.launcher];
  const { manager } = placeOf(command!, entries, targets);
  const application = command!.arguments.find(({ is }) => is === 'application')?.text;
  if (alone !== undefined) tell(`There is no cluster mode for ${alone}: nothing starts. They run where they are started.`);
  else if (command!.launcher === 'start-connect-server.sh' && !allAtLeast(targets, '4.0')) report({ at: mode.valueSite, severity: compareVersions(targets.to, '4.0') < 0 ? 'error' : 'warning', message: 'Spark 3 has no cluster mode for the Connect server: nothing starts.' });
  else if (manager === 'local') tell('A local master has no cluster mode: spark-submit starts nothing.');
  else if (manager === 'standalone' && application?.endsWith('.py')) tell('On a standalone cluster Python runs in client mode alone: spark-submit starts nothing.');
}
