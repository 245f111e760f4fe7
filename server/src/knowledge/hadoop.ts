/** Names that Hadoop, Hive and the connectors of object stores read, and Spark hands on: what a misspelt one was meant to be. */
import data from './hadoop-keys.json' with { type: 'json' };
import { spelling } from './misspelt.ts';

/** From the classes of released clients and connectors; `tools/generate-hadoop-keys.mjs`. */
export const hadoopKeys: readonly string[] = data;

/** Names that stand in real files, by the one that is meant. The first two are those of the file system before S3A. */
const invented: Readonly<Record<string, readonly string[]>> = {
  'fs.s3a.access.key': ['fs.s3a.awsAccessKeyId', 'fs.s3a.access.key.id', 'fs.s3a.access.keyId'],
  'fs.s3a.secret.key': ['fs.s3a.awsSecretAccessKey', 'fs.s3a.secret.access.key'],
  'fs.s3a.endpoint.region': ['fs.s3a.region', 'fs.s3a.aws.region'],
  'fs.s3a.connection.ssl.enabled': ['fs.s3a.ssl.enabled', 'fs.s3a.ssl.enable'],
  'fs.s3a.path.style.access': ['fs.s3a.path.style', 'fs.s3a.path.style.enabled', 'fs.s3a.path.access.style'],
  'fs.s3a.experimental.input.fadvise': ['fs.s3a.experimental.fadvise'],
  'fs.s3a.aws.credentials.provider': ['fs.s3a.credentials.provider'],
};

/** Families of which all names are known, as far as a slip can be told: of others too many read some of their own. */
const families: ReadonlySet<string> = new Set(['fs.s3a', 'fs.gs', 'fs.azure', 'dfs', 'mapreduce', 'hive']);
const familyOf = (name: string): string => /^fs\.[^.]+|^[^.]+/.exec(name)?.[0] ?? '';

/** Hadoop's own keys begin with its name, which Spark's prefix for them seems to have said already. */
const ofSecurity = /^security\.(?:authentication|authorization|group\.mapping|auth_to_local|credential\.provider\.path|token\.service\.use_ip)$|^(?:proxyuser|rpc\.protection)(?:\.|$)/;

let spelled: ((name: string) => string | undefined) | undefined;
const known: ReadonlySet<string> = new Set(hadoopKeys);

/** The one name that this one is a misspelling of, both without Spark's prefix; undefined where none or several are near. */
export function nearestOfHadoop(name: string): string | undefined {
  if (ofSecurity.test(name)) return `hadoop.${name}`;
  if (known.has(name) || !families.has(familyOf(name))) return undefined;
  // What is set for one bucket is named as it is for all.
  const [, bucket, rest] = /^(fs\.s3a\.bucket\.[^.]+\.)(.+)$/.exec(name) ?? [];
  if (bucket !== undefined) {
    const near = nearestOfHadoop(`fs.s3a.${rest!}`);
    return near && bucket + near.slice('fs.s3a.'.length);
  }
  spelled ??= spelling(hadoopKeys, () => false, invented);
  const near = spelled(name);
  return near !== undefined && familyOf(near) === familyOf(name) ? near : undefined;
}
