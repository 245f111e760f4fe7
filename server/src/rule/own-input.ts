/** Whether a write goes to where its own data is read from. */
import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { checkpointed } from './explain.ts';
import { mayMeet } from './queries.ts';

/** Formats that keep old versions: readers go on with the one they opened. */
const versioned: ReadonlySet<string> = new Set(['delta', 'iceberg', 'hudi', 'jdbc', 'kafka', 'bigquery', 'snowflake', 'mongodb', 'mongo', 'org.apache.hudi', 'redshift', 'es', 'org.elasticsearch.spark.sql']);

/** A write that deletes what stands in the place it goes to. */
export const replacesPath = ({ stream, props, method, target }: EventOf<'write'>): boolean =>
  // Of tables Spark looks itself whether they are read, and those of lakes keep versions.
  !stream && props.mode === 'overwrite' && !versioned.has(props.format?.toLowerCase() ?? '') && method.io?.target !== 'table' && (target.path !== undefined || target.reads !== undefined);

/** What a dataset that is written was read from, where the write goes to the same place. */
export function ownInput(program: SparkProgram, write: EventOf<'write'>, dataset: Dataset): Dataset | undefined {
  const { path, reads } = write.target;
  return uncut(dataset).filter((each) => mayMeet(program, each, write)).find((each) => (path === undefined ? reads!.includes(each) : each.source?.paths.some((read) => samePlace(read, path))) && each.source !== undefined && !versioned.has(each.source.format?.toLowerCase() ?? ''));
}

/** The lineage down to what a checkpoint cuts off. */
function uncut(dataset: Dataset): Dataset[] {
  const found = new Set<Dataset>([dataset]);
  for (const each of found) if (!checkpointed.has(each.made)) for (const parent of each.from) found.add(parent);
  return [...found];
}

function samePlace(read: string, written: string): boolean {
  const plain = (path: string): string => path.replace(/\/(\*+(\.\w+)?)?$/, '').replace(/\/+$/, '');
  return plain(read) === plain(written) && plain(read) !== '';
}
