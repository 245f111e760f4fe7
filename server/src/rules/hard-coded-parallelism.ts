import type { Setting, Site, SparkProgram } from '../analysis/model.ts';
import { isData } from '../program/conf.ts';
import { givesWay } from '../rule/beside.ts';
import { isFalse, mayBeLocal } from '../rule/entries.ts';
import { isShuffle } from '../rule/explain.ts';
import { doesWithout } from '../rule/in-sight.ts';
import { startedByPythonAlone } from '../rule/launches.ts';
import { defineRule, type Fix, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { commentsBeside } from '../rule/statements.ts';
import { forShow, isCalledStream, isForTrial, sectionsTelling } from '../rule/trial-runs.ts';

const key = 'spark.sql.shuffle.partitions';
/** So few partitions serve a laptop, not a cluster. */
const few = 8;
const byDefault = 200;

/** So does a notebook that builds a session of its own. */
const startsByItself = ({ launch, mentions, entries, settings, program }: SettingsContext): boolean =>
  (launch === 'python' || (launch === undefined || launch === 'notebook' && program?.entryPoint === true) && startedByPythonAlone(mentions)) && ![...entries, ...settings].some((entry) => entry.key === 'spark.master');

export default defineRule({
  name: 'hard-coded-parallelism',
  category: 'partitions',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['unknown-key', 'removed-key', 'duplicate-key', 'comment-in-value', 'quoted-value', 'invalid-value', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, fileKind, path, conf, command, program, submits, report } = context;
    if (!entries.some((entry) => entry.key === key) || fileKind === 'test' || !conf && forShow(path)) return;
    if ([...entries, ...settings].some(mayBeLocal)) return;
    // Python starts a JVM on its own machine where nothing names a master; so does spark-submit with a local one.
    const masters = program ? submits?.().map(({ master }) => master) ?? [] : [];
    if (program && (startsByItself(context) || masters.length > 0 && masters.every((master) => master?.startsWith('local')))) return;
    if (program && doesWithout(program, (step) => isShuffle(step) || step.kind === 'GroupedData')) return;
    // Without a word of the master a command may well run on one machine.
    if (command && !entries.some((entry) => entry.key === 'spark.master')) return;
    // A file with a number for each of its profiles has thought about it.
    if (conf && isData(conf) && sectionsTelling(conf, key) > 1) return;
    const slots = context.slots?.();
    const cores = slots ?? parallelism([...entries, ...settings]);
    // Each partition of a stateful stream keeps a store of its own: few of them are advice there.
    const forStreams = isCalledStream(path) || entries.some((entry) => entry.key.startsWith('spark.sql.streaming.'));
    for (const entry of entries) {
      // What who reads the file is told instead is what counts.
      if (givesWay(key, context)) continue;
      if (entry.event?.forLocalRuns || entry.told?.conditional || entry.key !== key || entry.value === undefined || !/^\s*\d+\s*$/.test(entry.value)) continue;
      const count = Number(entry.value);
      if (count === 0 || (cores === undefined ? count > few : count >= cores)) continue;
      if (cores === undefined && (isForTrial(context, entry) || conf && forStreams || program && isSaidSmall(program, entry.site))) continue;
      // Nobody chose what is the default; only slots show that it is few.
      if (count === byDefault && slots === undefined) continue;
      const reason = cores === undefined ? 'on any cluster larger than a laptop' : slots === undefined ? `while \`spark.default.parallelism\` counts on ${cores}` : `while ${slots} tasks could run at once`;
      const adaptive = !entries.some((other) => other.key === 'spark.sql.adaptive.enabled' && isFalse(other));
      const fixes: Fix[] = conf && adaptive && count !== byDefault ? [{ title: 'Remove the entry: 200 partitions, which adaptive execution joins as needed', safety: 'suggested', edits: settingEdits(context).remove(entry) }] : [];
      report({ at: entry.valueSite, message: `\`${key}\` is fixed at ${count}: every shuffle runs with ${count} task${count === 1 ? '' : 's'}, ${reason}.${adaptive ? ' Adaptive execution only joins small partitions, it never makes more than this.' : ''}`, fixes });
    }
  },
  docs: {
    summary: 'the number of shuffle partitions is fixed at a handful',
    what: '`spark.sql.shuffle.partitions` set to eight or less, or to less than the tasks that can run at once, outside tests and local masters.',
    why: 'The number is the most tasks any stage after a shuffle can have. Adaptive execution lowers it where partitions are small, and never raises it: with four partitions a thousand cores do the work of four, and each task must hold a quarter of the data.',
    fine: 'In tests, in examples and demos (by their paths) and on a local master small numbers are right, and nothing is reported: not where the master is given from out of sight either, nor in a branch that asks for a test or a local run, nor where a comment beside it says so. In files of settings nothing is said beside keys of Structured Streaming, whose state has a store for each partition, or where the file is named for streams; nor where a program or command that reads the file sets the key, too; nor where the path, the profile or the comment above speaks of development, tests or a single machine, where a file has a number for each of several profiles, and where the project starts jobs with local masters alone, or its cluster by Docker Compose. Programs that Python starts by itself (`python job.py`) with no word of a master run on one machine, and so do notebooks that build a session themselves in a project that speaks of no submit command or cloud, and whose kernels are not named for Spark. Nor is anything said in a program whose jobs, all of them in sight, never shuffle. High numbers do no harm while adaptive execution is on.',
    fix: 'Removes the line of the properties file. In code, repartition by key where one step needs another number.',
    examples: [{ language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.sql.shuffle.partitions", "400").getOrCreate()\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nval spark = SparkSession.builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()\n', good: 'import org.apache.spark.sql.SparkSession\n\nval spark = SparkSession.builder.config("spark.sql.shuffle.partitions", "400").getOrCreate()\n' }, { language: 'conf', bad: 'spark.sql.shuffle.partitions  4\n', good: 'spark.sql.shuffle.partitions  400\n' }, { language: 'shell', bad: 'spark-submit --master yarn --conf spark.sql.shuffle.partitions=4 job.py\n', good: 'spark-submit --master yarn --conf spark.sql.shuffle.partitions=400 job.py\n' }],
    source: 'Default 200 in the registries of Spark 3.3 to 4.3; coalescing tried on 3.5.9 and 4.3.0.',
  },
});

/** The comment beside it, or right above, says that it is for little data or one machine. */
const isSaidSmall = ({ lowered }: SparkProgram, { start, end }: Site): boolean =>
  commentsBeside(lowered, { start, end }).some((text) => /\b(local(ly)?|laptop|small|tiny|few|tests?|testing|demo|example)\b/i.test(text));

/** A number of cores that the settings believe in. */
function parallelism(entries: readonly Setting[]): number | undefined {
  const values = new Set(entries.filter((entry) => entry.key === 'spark.default.parallelism').map((entry) => Number(entry.value)));
  const [only] = values;
  return values.size === 1 && only !== undefined && only > 0 ? only : undefined;
}
