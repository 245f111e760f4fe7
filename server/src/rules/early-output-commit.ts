import type { EventOf, Setting, SparkProgram } from '../analysis/model.ts';
import { countingOf, isForCluster } from '../rule/entries.ts';
import { otherCommitter } from '../knowledge/replacements.ts';
import { eventsOf, isFileFormat } from '../rule/queries.ts';
import { defineRule, type Fix, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { expressionAt } from '../rule/written.ts';

const key = 'spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version';

export default defineRule({
  name: 'early-output-commit',
  category: 'reading-and-writing',
  severity: 'hint',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'ineffective-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, conf, report } = context;
    if (!isForCluster(context) || isCommittedOtherwise(context) || isStaged(context) || [...entries, ...settings].some(({ key: each }) => ofObjectStore.test(each))) return;
    for (const entry of countingOf(entries, key)) {
      if (entry.value.trim() !== '2') continue;
      const edits = settingEdits(context).remove(entry);
      const fixes: Fix[] = conf && edits.length > 0 ? [{ title: 'Remove the entry: Spark then moves the files when the job is done', safety: 'suggested', edits }] : [];
      report({ at: entry.valueSite, message: 'With version 2 each task puts its files into the output directory as it ends: a job that fails leaves those of the tasks that had ended, and readers take them for a result. Version 1, Spark\'s default, moves them when all are done.', fixes });
    }
  },
  docs: {
    summary: 'files of tasks are visible before their job is done, and stay when it fails',
    what: '`spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version 2`.',
    why: 'Version 2 of Hadoop\'s committer spares the last step, in which the driver moves all files, by letting each task move its own. A job that fails half way leaves part of its rows behind, without `_SUCCESS`, and a reader of the directory cannot tell.',
    fine: 'Where a failed job is always run again with `overwrite` before anyone reads, or readers look for `_SUCCESS`. Nothing is said where partitions are replaced: with `spark.sql.sources.partitionOverwriteMode` dynamic the files of a write that overwrites and has `partitionBy`, and of an `insertInto` that overwrites, lie in a staging folder until the job is done. Of a program that appends or overwrites whole directories beside it something is said; where no write is in sight, nothing. Nor is it where another committer than Hadoop\'s for files is set, which does not read the version. On object stores neither version is right: there the committers made for them, or a table format, are; where settings beside it are those of one (`spark.hadoop.fs.s3a.…`), nothing is said either.',
    fix: 'Removes the entry.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.hadoop.mapreduce.fileoutputcommitter.algorithm.version  2\n', good: 'spark.master  yarn\nspark.hadoop.mapreduce.fileoutputcommitter.algorithm.version  1\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version=2 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version=1 \\\n  job.py\n' },
    ],
    source: 'A write of eight files whose last task fails, on Spark 3.5.6 and 4.3.0: version 1 leaves nothing, version 2 seven files that can be read. With `partitionOverwriteMode` dynamic a failed overwrite of partitions left none on 3.5.9, under version 2 as well; an append, with `partitionBy` or without, an overwrite without it or with the option `static`, and `saveAsTextFile` left the seven; `insertInto` a table with partitions left seven where it appends, none where it overwrites.',
  },
});

/** Where partitions are replaced, what is overwritten of them lies in a staging folder until the job is done, whatever the version; of a file nobody knows what is written. */
const isStaged = ({ entries, program }: SettingsContext): boolean =>
  entries.some(isDynamic) && !(program && eventsOf(program, 'write').some((write) => leavesFiles(program, write)));
const isDynamic = ({ key: each, value }: Setting): boolean => each === 'spark.sql.sources.partitionOverwriteMode' && value?.trim().toLowerCase() === 'dynamic';

/** Its tasks put their files in their place although partitions are replaced: only a write that overwrites some has a staging folder. */
function leavesFiles(program: SparkProgram, write: EventOf<'write'>): boolean {
  const { method, props: { mode, format, partitionBy, open, options }, stream } = write;
  if (method.owner === 'RDD') return true;
  // What is not known of it may be that it replaces partitions; other formats have committers of their own.
  if (stream || open || mode === 'unknown' || method.owner !== 'DataFrameWriter' || format !== undefined && !isFileFormat(format)) return false;
  if (method.name === 'insertInto') return mode !== 'overwrite' && !insertsOver(program, write);
  return mode !== 'overwrite' || partitionBy === undefined || options.get('partitionoverwritemode')?.value?.toLowerCase() === 'static';
}

/** `insertInto("sales", overwrite=True)`, or with a value that is not known. */
function insertsOver(program: SparkProgram, { site }: EventOf<'write'>): boolean {
  const call = expressionAt(program, site);
  const told = call?.kind === 'call' ? call.args.find(({ name }) => name === 'overwrite') ?? call.args.filter(({ name }) => name === undefined)[1] : undefined;
  return told !== undefined && !(told.value.kind === 'literal' && told.value.value === false);
}

/** Its renames copy every file, whoever does them: to do more of them would be no advice. */
const ofObjectStore = /^spark\.hadoop\.fs\.(?:s3[an]?|gs|abfss?|wasbs?|azure|oss|obs|cosn?)\.(?!committer\.)/;
const fileCommitter = 'spark.hadoop.fs.s3a.committer.name';

/** Another committer does the work: it never asks for the version. */
function isCommittedOtherwise({ entries, program }: SettingsContext): boolean {
  // With this one S3A's factory hands the work on to Hadoop's own.
  const isFile = entries.some((entry) => entry.key === fileCommitter && otherCommitter(entry) === undefined);
  const schemes = program ? schemesWritten(program) : undefined;
  return entries.map(otherCommitter).some((other) => other !== undefined && (other === 'any' || (schemes === undefined || schemes.has(other.scheme)) && !(isFile && other.scheme === 's3a')));
}

/** The file systems that a program writes to; undefined where a target does not tell. */
function schemesWritten(program: SparkProgram): ReadonlySet<string> | undefined {
  const schemes = eventsOf(program, 'write').map(({ target }) => /^(\w+):\//.exec(target.path ?? '')?.[1]);
  return schemes.length > 0 && schemes.every((scheme) => scheme !== undefined) ? new Set(schemes) : undefined;
}
