#!/usr/bin/env node
/**
 * Makes server/src/knowledge/operator-fields.json: the fields of a SparkApplication that any release of the Kubernetes
 * operator has, by what they stand under. What has the types of Kubernetes itself (volumes, affinity) is not gone into.
 *   node tools/generate-operator-fields.mjs --from FOLDER   from definitions: FOLDER/*.yaml, one of each release
 *   node tools/generate-operator-fields.mjs --check         the committed file is whole
 * The definitions are `sparkoperator.k8s.io_sparkapplications.yaml` of the tags of kubeflow/spark-operator.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const version = 'v1beta2';
/** What stands under `spec`, and below. */
const paths = ['', 'driver', 'executor', 'deps', 'dynamicAllocation', 'restartPolicy', 'monitoring', 'monitoring.prometheus', 'batchSchedulerOptions', 'sparkUIOptions'];
const target = new URL('../server/src/knowledge/operator-fields.json', import.meta.url);

const option = process.argv.indexOf('--from');
if (option > 0) {
  const fields = fieldsIn(process.argv[option + 1]);
  writeFileSync(target, `${JSON.stringify(Object.fromEntries(paths.map((path) => [path, [...fields.get(path)].sort()]))).replaceAll('],', '],\n')}\n`);
} else if (!process.argv.includes('--check')) {
  console.error('usage: node tools/generate-operator-fields.mjs --from FOLDER_OF_DEFINITIONS | --check');
  process.exit(2);
}
check(JSON.parse(readFileSync(target, 'utf8')));

function fieldsIn(folder) {
  const fields = new Map(paths.map((path) => [path, new Set()]));
  for (const name of readdirSync(folder)) {
    const { spec } = parse(readFileSync(join(folder, name), 'utf8')) ?? {};
    const schema = spec?.versions?.find((each) => each.name === version)?.schema ?? (spec?.version === version ? spec.validation : undefined);
    const ofSpec = schema?.openAPIV3Schema?.properties?.spec;
    for (const path of paths) {
      const below = path === '' ? ofSpec : path.split('.').reduce((node, part) => node?.properties?.[part], ofSpec);
      for (const field of Object.keys(below?.properties ?? {})) fields.get(path).add(field);
    }
  }
  return fields;
}

function check(data) {
  const problems = [];
  for (const path of paths) if (!(data[path]?.length > 0)) problems.push(`no fields under spec.${path}`);
  for (const [path, field] of [['', 'sparkConf'], ['', 'driver'], ['driver', 'serviceAccount'], ['executor', 'instances'], ['dynamicAllocation', 'maxExecutors']]) if (!data[path]?.includes(field)) problems.push(`spec.${path}.${field} is missing`);
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    process.exit(1);
  }
  console.log(`operator-fields.json: ${Object.values(data).flat().length} fields`);
}
