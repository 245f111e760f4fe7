/** What others put in place of parts of Spark, by the keys that they bring. */

/** Services that keep the blocks of shuffles elsewhere: Celeborn, Uniffle, and the one that it comes from. */
const shuffleServices = /^spark\.(?:celeborn|uniffle|rss)\./;
/** Plugins with operators of their own. */
const operators = /^spark\.(?:plugins$|rapids\.)/;
/** What `spark.shuffle.manager` says of the one that Spark has. */
const sparksManager = /^\s*(?:(?:tungsten-)?sort|org\.apache\.spark\.shuffle\.sort\.SortShuffleManager)\s*$/i;

/** Keys that name the committer of a write, and the values under which Hadoop's own does the work: Spark's defaults, and `file` of S3A. */
const hadoopsCommitters: ReadonlyMap<string, RegExp> = new Map([
  ['spark.sql.sources.commitProtocolClass', /\.(?:SQL)?HadoopMapReduceCommitProtocol$/],
  ['spark.sql.sources.outputCommitterClass', /\.(?:File|Parquet)OutputCommitter$/],
  ['spark.sql.parquet.output.committer.class', /\.(?:File|Parquet)OutputCommitter$/],
  ['spark.hadoop.fs.s3a.committer.name', /^file$/i],
  ['spark.hadoop.mapreduce.outputcommitter.factory.class', /\.FileOutputCommitterFactory$/],
]);
const factoryOfScheme = /^spark\.hadoop\.mapreduce\.outputcommitter\.factory\.scheme\.(\w+)$/;

/** Another committer than Hadoop's for files does the work of a write; of one that does for one file system alone, the scheme of that. */
export function otherCommitter({ key, value }: { readonly key: string; readonly value?: string | undefined }): 'any' | { readonly scheme: string } | undefined {
  const [, scheme] = factoryOfScheme.exec(key) ?? [];
  const own = scheme === undefined ? hadoopsCommitters.get(key) : hadoopsCommitters.get('spark.hadoop.mapreduce.outputcommitter.factory.class');
  if (own === undefined || value !== undefined && own.test(value.trim())) return undefined;
  return scheme !== undefined ? { scheme } : key === 'spark.hadoop.fs.s3a.committer.name' ? { scheme: 's3a' } : 'any';
}

/** Blocks of shuffles are not where Spark would put them, or may not be. */
export const isOfRemoteShuffle = ({ key, value }: { readonly key: string; readonly value?: string | undefined }): boolean =>
  key === 'spark.shuffle.manager' ? value === undefined || !sparksManager.test(value) : key === 'spark.shuffle.sort.io.plugin.class' || shuffleServices.test(key);

export const isOfOtherOperators = (key: string): boolean => operators.test(key);
