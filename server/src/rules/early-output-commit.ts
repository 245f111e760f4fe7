import type { Setting, SparkProgram } from '../analysis/model.ts';
import { countingOf, isForCluster } from '../rule/entries.ts';
import { otherCommitter } from '../knowledge/replacements.ts';
import { eventsOf } from '../rule/queries.ts';
import { defineRule, type Fix, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

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
    if (!isForCluster(context) || isCommittedOtherwise(context) || entries.some(replacesPartitions) || [...entries, ...settings].some(({ key: each }) => ofObjectStore.test(each))) return;
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
    fine: 'Where a failed job is always run again with `overwrite` before anyone reads, or readers look for `_SUCCESS`. Nothing is said where partitions are replaced (`spark.sql.sources.partitionOverwriteMode` dynamic), whose files lie in a staging folder until the job is done, nor where another committer than Hadoop\'s for files is set, which does not read the version. On object stores neither version is right: there the committers made for them, or a table format, are; where settings beside it are those of one (`spark.hadoop.fs.s3a.…`), nothing is said either.',
    fix: 'Removes the entry.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.hadoop.mapreduce.fileoutputcommitter.algorithm.version  2\n', good: 'spark.master  yarn\nspark.hadoop.mapreduce.fileoutputcommitter.algorithm.version  1\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .master("yarn")\n    .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .setMaster("yarn")\n    .set("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version=2 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version=1 \\\n  job.py\n' },
    ],
    source: 'A write of eight files whose last task fails, on Spark 3.5.6 and 4.3.0: version 1 leaves nothing, version 2 seven files that can be read. With `partitionOverwriteMode` dynamic a failed overwrite of partitions left none on 3.5.9, under version 2 as well.',
  },
});

/** Tasks write to a staging folder of the job, whatever the version: what a failed one left nobody reads. */
const replacesPartitions = ({ key: each, value }: Setting): boolean => each === 'spark.sql.sources.partitionOverwriteMode' && value?.trim().toLowerCase() === 'dynamic';

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
