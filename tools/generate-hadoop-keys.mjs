#!/usr/bin/env node
/**
 * Makes server/src/knowledge/hadoop-keys.json: names that Hadoop's and Hive's clients and the connectors of object stores
 * read, which Spark hands on from `spark.hadoop.…` and `spark.hive.…`. They serve to tell what a misspelt one was meant to be.
 *   node tools/generate-hadoop-keys.mjs --from FOLDER   from jars in FOLDER
 *   node tools/generate-hadoop-keys.mjs --check         the committed file is whole
 * The jars come from Maven Central: org.apache.hadoop's hadoop-aws 2.7.3 to 3.4.2 (one of each line from 2.7 on),
 * hadoop-azure, hadoop-client-api, and Google's gcs-connector; hive-common comes with PyPI's pyspark.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { classesIn, stringsOf } from './class-files.mjs';

/** Families whose names all stand in the classes as they are written. Of others, parts are put together at run time. */
const families = /^(?:fs\.(?:s3a|gs|azure)|dfs|mapreduce|hive)\.[\w-]+(?:\.[\w-]+)*$/;
/** Names of tests, of what a file system can do, and of what is no setting. */
const others = /\.capability\.|\.failinject\.|\.test\.|^hive\.(?:test|in\.test)|\.(?:class|jar|xml|java)$|Test/;
const target = new URL('../server/src/knowledge/hadoop-keys.json', import.meta.url);

const option = process.argv.indexOf('--from');
if (option > 0) {
  writeFileSync(target, `${JSON.stringify(namesIn(process.argv[option + 1]), null, 0).replaceAll(',', ',\n')}\n`);
} else if (!process.argv.includes('--check')) {
  console.error('usage: node tools/generate-hadoop-keys.mjs --from FOLDER_OF_JARS | --check');
  process.exit(2);
}
check(JSON.parse(readFileSync(target, 'utf8')));

function namesIn(folder) {
  const names = new Set();
  for (const jar of readdirSync(folder).filter((name) => name.endsWith('.jar'))) {
    for (const [, bytes] of classesOf(join(folder, jar))) {
      for (const text of stringsOf(bytes)) if (families.test(text) && !others.test(text)) names.add(text);
    }
  }
  return [...names].sort();
}

function* classesOf(jar) {
  for (const below of ['org/apache/hadoop/', 'com/google/cloud/hadoop/']) yield* classesIn(jar, below);
}

function check(names) {
  const problems = names.flatMap((name, index) => [...(families.test(name) ? [] : [`${name} is of no known family`]), ...(index > 0 && names[index - 1] >= name ? [`${name} is not in order`] : [])]);
  for (const [family, least] of [['fs.s3a.', 150], ['fs.gs.', 50], ['fs.azure.', 100], ['dfs.', 100], ['mapreduce.', 300], ['hive.', 600]]) {
    if (names.filter((name) => name.startsWith(family)).length < least) problems.push(`names of ${family} are missing`);
  }
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    process.exit(1);
  }
  console.log(`hadoop-keys.json: ${names.length} names`);
}
