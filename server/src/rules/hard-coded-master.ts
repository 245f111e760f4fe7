import type { Setting, Site, SparkProgram } from '../analysis/model.ts';
import { calledName, isDecorated } from '../program/expressions.ts';
import type { Def } from '../program/program.ts';
import type { Edit, Fix, SettingsContext } from '../rule/rule.ts';
import { defineRule } from '../rule/rule.ts';
import { isFromOwnDisk, isFromOwnSources } from '../rule/few-rows.ts';
import { eventsOf } from '../rule/queries.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { codeOf, definitionsAt, statementAt } from '../rule/statements.ts';
import { forShow } from '../rule/trial-runs.ts';
import { expressionAt } from '../rule/written.ts';

const key = 'spark.master';
/** Entry points that say so by their names. */
const forOwnMachine = /^(Local|Dev|Demo|Example|Playground|Sandbox)(?![a-z])|(Local|Dev|Demo|Example|Playground|Sandbox|Shell|Repl|REPL)$/;

export default defineRule({
  name: 'hard-coded-master',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'settings',
  check(context) {
    const { entries, program, fileKind, launch, path, submits, builtFor, forDatabricks, report } = context;
    if (!program || fileKind !== 'job' || launch === 'databricks') return;
    for (const entry of entries) {
      if (entry.key !== key || !isFixed(program, entry)) continue;
      const around = definitionsAt(program.lowered, entry.site.start);
      if (around.some(({ name }) => forOwnMachine.test(name))) continue;
      const masters = (submits?.() ?? []).filter(({ main }) => main === undefined || around.length === 0 || around.some(({ name }) => main.endsWith(name))).map(({ master }) => master);
      if (isAddress(entry.value!)) {
        const named = masters.filter((master) => master !== undefined && isKnown(master));
        const other = named.find((master) => master !== entry.value);
        // Where all commands say the same as the code, it is what is meant.
        if (other === undefined && (named.length > 0 || forDatabricks?.() || program.lowered.language !== 'scala' || forShow(path) || !around.some(isMain))) continue;
        report({
          at: entry.valueSite,
          severity: other !== undefined ? 'warning' : 'hint',
          message: other === undefined
            ? `The master \`${entry.value}\` is fixed in code, and that wins over spark-submit's \`--master\`: the job runs there and nowhere else.`
            : `A submit command of the project sends this to \`${other}\`, but the master \`${entry.value}\` that is fixed in code wins over \`--master\`: the job runs there all the same.`,
          fixes: fixesFor(context, program, entry),
        });
        continue;
      }
      const cluster = masters.find((master) => master !== undefined && isCluster(master));
      // What the comment says a command may contradict.
      if (cluster === undefined && isSaidLocal(program, entry.site)) continue;
      // On Databricks a session is there before the program starts; a demo, or what only tries something out, is run on one machine.
      if (cluster === undefined && (forDatabricks?.() || forShow(path) || isAmongTries(path) || triesOut(program) || readsOwnDisk(program))) continue;
      // Where all commands say the same as the code, it is what is meant.
      if (cluster === undefined && (masters.length > 0 ? masters.every((master) => master?.startsWith('local')) : launch !== 'spark-submit' && !(around.some(isMain) && mayBeSubmitted(program, path, builtFor)))) continue;
      report({
        at: entry.valueSite,
        // Where nothing tells that it is ever submitted, it may be for the own machine alone.
        severity: cluster !== undefined ? 'warning' : masters.length > 0 || launch === 'spark-submit' || builtFor?.() === 'submit' ? 'information' : 'hint',
        message: cluster === undefined
          ? `The master \`${entry.value}\` is fixed in code, and that wins over spark-submit's \`--master\`: submitted to a cluster, the whole job still runs on the driver's machine.`
          : `A submit command of the project sends this to \`${cluster}\`, but the master \`${entry.value}\` that is fixed in code wins over \`--master\`: the whole job runs on the driver's machine.`,
        fixes: fixesFor(context, program, entry),
      });
    }
  },
  docs: {
    summary: 'a master is fixed in code, where spark-submit\'s `--master` cannot change it',
    what: '`setMaster("local[*]")` or `.master("local")` in code that starts a job, on every path of it; also the address of a cluster. In Python only where a script of the project gives the file to spark-submit, and the address of a cluster only where the script names another master.',
    why: 'What a SparkConf or a builder says in code wins over the options of spark-submit and over `spark-defaults.conf`. Such a job starts without an error, asks the cluster for nothing, and runs all its tasks in the driver\'s own process; with `--master spark://…` the named cluster is not even spoken to. An address of a cluster in code ties the program to that one: for another, or a try on a laptop, it has to be built anew.',
    fine: 'Tests, notebooks, examples and benchmarks; programs that lie in a folder `test`, or whose rows all stand in them or among their sources (`src/main/resources`) and that write nothing; programs that read from the disk of one machine (`C:\\data\\a.csv`, `/home/me/a.csv`); interactive shells (`object Shell`); Databricks, where the session is there before the program starts; programs whose build has Spark on their own classpath, with no jar put together for spark-submit (but an address of a cluster is found there too); a master that comes from arguments, from the environment or from a branch, and a local one of which a comment says that it is for a run on one machine, where no command names a cluster. A submit command that names a cluster makes a local master a warning, and one that names any other master makes the address of a cluster a warning; where all of them name a local master, or the very address, nothing is said; where neither a command nor the build tells that the program is submitted, and for an address that no command names or contradicts (it names no master, or a variable), it is a hint.',
    fix: 'In Scala `setIfMissing("spark.master", …)` on a SparkConf keeps the local master for runs without spark-submit. A builder has nothing like it, and in Python `setIfMissing` does not see what spark-submit was given and would set the local master all the same: there the call is taken out. A Scala program then needs `-Dspark.master=local[*]` where it is run from a build tool or an IDE; PySpark takes `local[*]` by itself.',
    examples: [
      { language: 'scala', bad: 'import org.apache.spark.{SparkConf, SparkContext}\n\nobject Words {\n  def main(args: Array[String]): Unit = {\n    val conf = new SparkConf().setAppName("words").setMaster("local[*]")\n    val sc = new SparkContext(conf)\n    sc.textFile(args(0)).flatMap(_.split(" ")).saveAsTextFile(args(1))\n  }\n}\n', good: 'import org.apache.spark.{SparkConf, SparkContext}\n\nobject Words {\n  def main(args: Array[String]): Unit = {\n    val conf = new SparkConf().setAppName("words").setIfMissing("spark.master", "local[*]")\n    val sc = new SparkContext(conf)\n    sc.textFile(args(0)).flatMap(_.split(" ")).saveAsTextFile(args(1))\n  }\n}\n' },
      { language: 'python', bad: '"""Run it with: spark-submit --master yarn job.py\n"""\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.appName("words").master("local[*]").getOrCreate()\n', good: '"""Run it with: spark-submit --master yarn job.py\n"""\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.appName("words").getOrCreate()\n' },
    ],
    source: 'Every way of setting it tried under spark-submit, `java` and `python` on Spark 3.5.6 and 4.3.0.',
  },
});

/** `src/main/scala/test/Words.scala`: beside the tests proper. In a package `temp` somebody may have put temperatures. */
const isAmongTries = (path: string): boolean => /(^|\/)(tests?|scratch)\/[^/]+$/i.test(path) || /(^|\/)(tmp|temp)\/[^/]+$/i.test(path) && !/(^|\/)src\/main\//.test(path);

/** All its rows stand in it, are counted out or lie among its sources, and it only looks at what becomes of them. */
const triesOut = (program: SparkProgram): boolean => !program.partial && program.datasets.length > 0
  && program.datasets.every((each) => each.from.length > 0 || each.bound.is === 'rows' || isFromOwnSources(each)) && eventsOf(program, 'write').length === 0 && eventsOf(program, 'escape').length === 0
  && eventsOf(program, 'action').every(({ method, args: [first] }) => !method.name.startsWith('foreach') || first !== undefined && prints.test(program.lowered.text.slice(first.site.start, first.site.end)));
/** `C:\data\a.csv`, `/home/me/a.csv`: only one machine has them, and nobody sends the program to another. */
const readsOwnDisk = (program: SparkProgram): boolean => onDrive.test(codeOf(program.lowered)) || program.datasets.some((each) => each.source !== undefined && isFromOwnDisk(each));
/** `ssc.checkpoint("D:\\tmp")` */
const onDrive = /["'][A-Za-z]:(?:\\\\|\/(?!\/))\w/;

/** `println`, `x => println(x)`, `lambda x: print(x)`: what else `foreach` is given may load a database. */
const prints = /^[({\s]*(?:\w+\s*=>\s*|lambda \w+:\s*)?print(?:ln)?\b(?![^]*[;\n][^]*\w)/;

/** Written out, told to what a context is then started with, and on every path. */
function isFixed(program: SparkProgram, entry: Setting): boolean {
  const { value, event, valueSite, means } = entry;
  if (means === 'runtime' || value === undefined || !/^local(\[.*\])?$/.test(value.trim()) && !isAddress(value) || !event) return false;
  if (valueSite.module !== program.path || event.ifMissing || event.forLocalRuns || event.reaches !== 'start' && event.reaches !== 'restart') return false;
  if (event.path.some(({ choice }) => choice >= 0)) return false;
  // The default of a parameter is no more than what is taken where nothing else is given.
  return expressionAt(program, valueSite)?.kind === 'literal';
}

/** A comment in the statement, or right above it, says that it is for a run on one machine. */
function isSaidLocal({ lowered }: SparkProgram, { start }: Site): boolean {
  const statement = statementAt(lowered, start);
  if (!statement) return false;
  const lineEnd = lowered.text.indexOf('\n', statement.end);
  const near = lowered.comments.filter((comment) => comment.start >= statement.start && comment.end <= (lineEnd < 0 ? lowered.text.length : lineEnd) || comment.end <= statement.start && lowered.text.slice(comment.end, statement.start).trim() === '');
  return near.some((comment) => /\blocally\b|\b(?:for|in|only|as|is|run|runs|running) (?:a |the )?local\b|\blocal (?:mode|runs?|tests?|testing|development|dev|use|machine|master)\b|^\W*local\b|\b(?:demo(?:nstration)?|simulat\w+|laptop|own machine)\b/i.test(lowered.text.slice(comment.start, comment.end)));
}

/** Of one cluster: `yarn` is wherever Hadoop's settings are. */
const isAddress = (master: string): boolean => /^(spark|k8s|mesos):\/\//.test(master);
/** Told in full, with no variable of the shell or of a template in it. */
const isKnown = (master: string): boolean => /^(local|yarn|spark:|k8s:|mesos:)[^${}]*$/.test(master);
/** No address of a cluster is a variable of the shell. */
const isCluster = (master: string): boolean => /^(yarn\b|spark:|k8s:|mesos:)/.test(master);

/** Nothing tells that it is run by itself, as Python is as long as nothing says otherwise. */
const mayBeSubmitted = ({ lowered }: SparkProgram, path: string, builtFor: SettingsContext['builtFor']): boolean =>
  lowered.language === 'scala' && !forShow(path) && builtFor?.() !== 'itself';

/** An object with a `main` of its own, or one that extends App; a function that is marked as `@main`. */
const isMain = (def: Def): boolean => {
  const { singleton, bases, body } = def;
  return singleton === true && (bases.some((base) => calledName(base) === 'App') || body.kind === 'sequence' && body.body.some((each) => each.kind === 'closure' && each.def.name === 'main')) || isDecorated(def, 'main');
};

function fixesFor(context: SettingsContext, program: SparkProgram, entry: Setting): Fix[] {
  const { text } = context;
  const inConf = program.lowered.language === 'scala' && (entry.means === 'conf' || text.slice(entry.keySite.start, entry.keySite.end) === 'setMaster');
  if (inConf) {
    const edits = ifMissing(text, entry);
    return edits.length > 0 && !/new\s+SparkConf\s*\(\s*(?:loadDefaults\s*=\s*)?false/.test(text) ? [{ title: 'Set it only if spark-submit names no master', safety: 'suggested', edits }] : [];
  }
  const edits = settingEdits(context).remove(entry);
  return edits.length > 0 ? [{ title: 'Leave the master to spark-submit', safety: 'suggested', edits }] : [];
}

/** `setMaster("local")` or `set("spark.master", "local")` becomes `setIfMissing("spark.master", "local")`. */
function ifMissing(text: string, { keySite, valueSite, site, means }: Setting): Edit[] {
  if (means === 'named') return text[keySite.end] === '(' ? [{ start: keySite.start, end: valueSite.start, newText: `setIfMissing("${key}", ` }] : [];
  const set = /\bset\(\s*$/.exec(text.slice(site.start, keySite.start));
  return set ? [{ start: site.start + set.index, end: site.start + set.index + 3, newText: 'setIfMissing' }] : [];
}
