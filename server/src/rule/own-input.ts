/** Whether a write goes to where its own data is read from. */
import { literalIn } from '../analysis/columns.ts';
import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { checkpointed } from './explain.ts';
import { lineageUpTo, mayMeet } from './queries.ts';

/** Formats that keep old versions: readers go on with the one they opened. */
const versioned: ReadonlySet<string> = new Set(['delta', 'iceberg', 'hudi', 'jdbc', 'kafka', 'bigquery', 'snowflake', 'mongodb', 'mongo', 'org.apache.hudi', 'redshift', 'es', 'org.elasticsearch.spark.sql']);

/** A write that deletes what stands in the place it goes to. */
export const replacesPath = ({ stream, props, method, target }: EventOf<'write'>): boolean =>
  // Of tables Spark looks itself whether they are read, and those of lakes keep versions.
  !stream && props.mode === 'overwrite' && !versioned.has(props.format?.toLowerCase() ?? '') && method.io?.target !== 'table' && (target.path !== undefined || target.reads !== undefined);

/** Files of this format are deleted before the new ones come: for a fact. What other formats do nobody knows but they; what is read and written by default may be Delta. */
export const isOfFiles = (format: string | undefined, byDefault: boolean): boolean => (format === undefined ? byDefault : /^(com\.databricks\.spark\.)?(parquet|orc|csv|json|text|avro|xml)$/i.test(format));

/** What a dataset that is written was read from, where the write goes to the same place; not what `isKept` holds the rows of, nor what a checkpoint does, or what has no rows: Spark then reads nothing. */
export function ownInput(program: SparkProgram, write: EventOf<'write'>, dataset: Dataset, isKept: (each: Dataset) => boolean = () => false): Dataset | undefined {
  const { path, reads } = write.target;
  const read = lineageUpTo(dataset, (each) => checkpointed.has(each.made) || isEmptied(each) || isKept(each));
  return read.filter((each) => mayMeet(program, each, write)).find((each) => (path === undefined ? reads!.includes(each) : each.source?.paths.some((read) => samePlace(read, path))) && each.source !== undefined && !versioned.has(each.source.format?.toLowerCase() ?? ''));
}

/** `limit(0)`, `where("1 = 0")`, `filter(lit(False))`: how programs ask for the columns alone. */
const isEmptied = ({ made, args: [first] }: Dataset): boolean => {
  if (first?.name !== undefined) return false;
  const value = first && literalIn(first.value);
  return made === 'limit' && value === 0 || (made === 'filter' || made === 'where') && (value === false || typeof value === 'string' && neverTrue.test(value));
};
const neverTrue = /^\s*(false|1\s*=\s*0|0\s*=\s*1|1\s*=\s*2|1\s*(<>|!=)\s*1)\s*$/i;

function samePlace(read: string, written: string): boolean {
  const plain = (path: string): string => path.replace(/\/(\*+(\.\w+)?)?$/, '').replace(/\/+$/, '');
  return plain(read) === plain(written) && plain(read) !== '';
}
