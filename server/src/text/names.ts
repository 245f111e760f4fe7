/** The words of a name, `partitionColumns` and `partition_columns` alike, in lower case; empty ones where underscores stand beside another or outside. */
export const wordsOfName = (name: string): string[] => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().split('_');
