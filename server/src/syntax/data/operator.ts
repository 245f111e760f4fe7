/** The fields of the Kubernetes operator's SparkApplication that stand for keys: read from its source (kubeflow/spark-operator, v1beta2, `submission.go`). */

import fieldData from '../../knowledge/operator-fields.json' with { type: 'json' };
import type { StrayField } from '../../program/conf.ts';
import { hole, type Mapping, type Pair, textOf, valueOf } from './tree.ts';

/** What some release of the operator knows, by the path below `spec` that it stands in; `tools/generate-operator-fields.mjs`. */
const fields = fieldData as Readonly<Record<string, readonly string[]>>;

/** Names that no release knows: what Kubernetes does with them is drop them. */
export function strayFields(spec: Mapping): StrayField[] {
  return Object.entries(fields).flatMap(([under, known]): StrayField[] => {
    const node = under === '' ? spec : valueOf(spec, ...under.split('.'));
    if (node?.is !== 'mapping') return [];
    const unknown = node.pairs.filter(({ key, alias }) => isName.test(key) && !key.includes(hole) && !alias && !known.includes(key));
    return [...unknown.map(({ key, keyRange }): StrayField => ({ range: keyRange, name: key, under, is: 'unknown' })), ...strayLabels(node, under, known)];
  });
}

const isName = /^[A-Za-z]\w*$/;
/** Names of fields that nobody gives a label; what is in lower case alone may well be one (`image`, `type`, `env: prod`), unless its value can be none. */
function isPlainlyField({ key, value }: Pair): boolean {
  const text = textOf(value);
  if (key === 'env') return text === undefined;
  if (key === 'memory') return /^\d+(\.\d+)?[kmgt]i?b?$/i.test(text ?? '');
  return key === 'cores' || key === 'instances' ? /^\d+$/.test(text ?? '') : /^[a-z]+[A-Z]/.test(key);
}

/** A field that stands one step too deep, below `labels`, and is not told where it belongs. */
function strayLabels(node: Mapping, under: string, known: readonly string[]): StrayField[] {
  const labels = valueOf(node, 'labels');
  if (labels?.is !== 'mapping' || !known.includes('labels')) return [];
  const told = new Set(node.pairs.map(({ key }) => key));
  return labels.pairs.filter((pair) => isPlainlyField(pair) && known.includes(pair.key) && !told.has(pair.key)).map(({ key, keyRange }) => ({ range: keyRange, name: key, under, is: 'label' }));
}

/** Handed on before `sparkConf`, which wins over it. `image` is, too; newer releases say it again behind `sparkConf`, for driver and executors. */
export const fieldsBeforeConf: readonly (readonly [path: readonly string[], key: string])[] = [
  [['imagePullPolicy'], 'spark.kubernetes.container.image.pullPolicy'],
];

/** Path below `spec`, by the key it becomes, in the order in which the operator hands them on. */
export const fieldsOfSpec: readonly (readonly [path: readonly string[], key: string])[] = [
  [['mode'], 'spark.submit.deployMode'],
  [['image'], 'spark.kubernetes.container.image'],
  [['deps', 'packages'], 'spark.jars.packages'],
  [['deps', 'excludePackages'], 'spark.jars.excludes'],
  [['deps', 'repositories'], 'spark.jars.repositories'],
  [['driver', 'podName'], 'spark.kubernetes.driver.pod.name'],
  [['driver', 'image'], 'spark.kubernetes.driver.container.image'],
  [['driver', 'cores'], 'spark.driver.cores'],
  [['driver', 'coreRequest'], 'spark.kubernetes.driver.request.cores'],
  [['driver', 'coreLimit'], 'spark.kubernetes.driver.limit.cores'],
  [['driver', 'memory'], 'spark.driver.memory'],
  [['driver', 'memoryOverhead'], 'spark.driver.memoryOverhead'],
  [['driver', 'serviceAccount'], 'spark.kubernetes.authenticate.driver.serviceAccountName'],
  [['driver', 'javaOptions'], 'spark.driver.extraJavaOptions'],
  [['driver', 'kubernetesMaster'], 'spark.kubernetes.driver.master'],
  [['executor', 'instances'], 'spark.executor.instances'],
  [['executor', 'image'], 'spark.kubernetes.executor.container.image'],
  [['executor', 'cores'], 'spark.executor.cores'],
  [['executor', 'coreRequest'], 'spark.kubernetes.executor.request.cores'],
  [['executor', 'coreLimit'], 'spark.kubernetes.executor.limit.cores'],
  [['executor', 'memory'], 'spark.executor.memory'],
  [['executor', 'memoryOverhead'], 'spark.executor.memoryOverhead'],
  [['executor', 'serviceAccount'], 'spark.kubernetes.authenticate.executor.serviceAccountName'],
  [['executor', 'deleteOnTermination'], 'spark.kubernetes.executor.deleteOnTermination'],
  [['executor', 'javaOptions'], 'spark.executor.extraJavaOptions'],
];

/** Handed on only where the first of them is true. */
export const allocationFields: readonly (readonly [path: readonly string[], key: string])[] = [
  [['dynamicAllocation', 'enabled'], 'spark.dynamicAllocation.enabled'],
  [['dynamicAllocation', 'initialExecutors'], 'spark.dynamicAllocation.initialExecutors'],
  [['dynamicAllocation', 'minExecutors'], 'spark.dynamicAllocation.minExecutors'],
  [['dynamicAllocation', 'maxExecutors'], 'spark.dynamicAllocation.maxExecutors'],
];
/** The operator switches it on with dynamic allocation, unless this says otherwise. */
export const trackingField = [['dynamicAllocation', 'shuffleTrackingEnabled'], 'spark.dynamicAllocation.shuffleTracking.enabled'] as const;
