/** What others put in place of parts of Spark, by the keys that they bring. */

/** Services that keep the blocks of shuffles elsewhere: Celeborn, Uniffle, and the one that it comes from. */
const shuffleServices = /^spark\.(?:celeborn|uniffle|rss)\./;
/** Plugins with operators of their own. */
const operators = /^spark\.(?:plugins$|rapids\.)/;
/** What `spark.shuffle.manager` says of the one that Spark has. */
const sparksManager = /^\s*(?:(?:tungsten-)?sort|org\.apache\.spark\.shuffle\.sort\.SortShuffleManager)\s*$/i;

/** Blocks of shuffles are not where Spark would put them, or may not be. */
export const isOfRemoteShuffle = ({ key, value }: { readonly key: string; readonly value?: string | undefined }): boolean =>
  key === 'spark.shuffle.manager' ? value === undefined || !sparksManager.test(value) : key === 'spark.shuffle.sort.io.plugin.class' || shuffleServices.test(key);

export const isOfOtherOperators = (key: string): boolean => operators.test(key);
