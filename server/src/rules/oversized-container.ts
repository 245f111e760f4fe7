import type { Site } from '../analysis/model.ts';
import type { Manager } from '../knowledge/submit.ts';
import { gibibytes, resourcesOf } from '../rule/resources.ts';
import { isForCluster, valueOf } from '../rule/entries.ts';
import { defineRule, type SettingsContext } from '../rule/rule.ts';

export default defineRule({
  name: 'oversized-container',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    const { entries, command, targets, report } = context;
    const heap = valueOf(entries, 'spark.executor.memory');
    if (!heap || !isForCluster(context)) return;
    const { container, manager } = resourcesOf(entries, targets, command);
    const largest = container && largestOf(context, manager);
    if (!largest || container.value <= largest.most) return;
    const outcome = manager === 'yarn' ? 'YARN refuses the application' : 'no node takes the pods, and they wait';
    report({
      at: heap.valueSite, severity: largest.site ? 'warning' : 'error', related: largest.site ? [{ site: largest.site, message: 'the largest container' }] : [],
      message: `${container.formula} = ${gibibytes(container.value)}: the largest container of the cluster has ${gibibytes(largest.most)} (${largest.said}), so ${outcome}.`,
    });
  },
  docs: {
    summary: 'an executor needs a larger container than the cluster gives',
    what: 'Heap, overhead, memory off the heap and memory for Python of one executor, added up as the cluster manager does, are more than the `container` that `[cluster]` in the project settings names, or, on YARN, more than `yarn.scheduler.maximum-allocation-mb` in the project\'s `yarn-site.xml` (a warning, since another cluster may be meant).',
    why: 'What is asked of the cluster is not `spark.executor.memory`, but that and at least a tenth, or 384 MiB, more: 40 % more for Python on Kubernetes in cluster mode. YARN refuses an application that asks for more than `yarn.scheduler.maximum-allocation-mb`; on Kubernetes the pods stay pending.',
    fine: 'Without `container = "64g"` below `[cluster]` in `sparkcheck.toml`, or a `yarn-site.xml`, nothing is reported; nor where several such files do not agree, nor where the manager or one of the parts is not in sight.',
    examples: [
      { language: 'conf', beside: { 'sparkcheck.toml': '[cluster]\ncontainer = "32g"\n' }, bad: 'spark.master  yarn\nspark.executor.memory  30g\n', good: 'spark.master  yarn\nspark.executor.memory  28g\n' },
      { language: 'shell', beside: { 'sparkcheck.toml': '[cluster]\ncontainer = "32g"\n' }, bad: 'spark-submit --master yarn \\\n  --executor-memory 30g \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --executor-memory 28g \\\n  job.py\n' },
    ],
    source: 'The sums of Spark\'s own `ResourceProfile` on 3.5.6 and 4.3.0; that YARN refuses was read from its client.',
  },
});

const limit = 'yarn.scheduler.maximum-allocation-mb';

/** Of the cluster: what the project settings say counts more than a file that may be another cluster's. */
function largestOf({ container, yarn }: SettingsContext, manager: Manager | undefined): { readonly most: number; readonly said: string; readonly site?: Site } | undefined {
  if (container !== undefined) return { most: container, said: '`container` in the project settings' };
  const found = manager === 'yarn' ? yarn?.(limit) : undefined;
  return found && /^[1-9]\d*$/.test(found.value) ? { most: Number(found.value) * 2 ** 20, said: `\`${limit}\` in the project's \`yarn-site.xml\``, site: found.site } : undefined;
}
