/** What a command asks of the cluster, in numbers with their formulas. */
import type { Setting } from '../analysis/model.ts';
import { registry } from '../knowledge/registry-reader.ts';
import { readQuantity } from '../knowledge/values.ts';
import type { Command } from '../program/conf.ts';
import { placeOf } from '../rule/commands.ts';
import { isTrue, valueOf } from '../rule/entries.ts';
import type { Targets } from '../rule/targets.ts';

const mebibyte = 2 ** 20;
/** What a container has besides the heap, where nothing is said. */
const leastOverhead = 384 * mebibyte;
const overheadShare = 0.1;

/** undefined where the command says too little to reckon with. */
export function describeCommand(command: Command, entries: readonly Setting[], targets: Targets): string | undefined {
  const { manager } = placeOf(command, entries, targets);
  if (manager !== 'yarn' && manager !== 'k8s') return undefined;
  const text = (key: string): string | undefined => valueOf(entries, key)?.value.trim();
  const count = (key: string): number | undefined => (/^[1-9]\d*$/.test(text(key) ?? '') ? Number(text(key)) : undefined);
  const size = (key: string): number | undefined => {
    const facts = registry.get(key, targets.to);
    const value = text(key);
    return facts && value !== undefined ? readQuantity(facts, value)?.size : undefined;
  };
  const dynamic = isTrue(valueOf(entries, 'spark.dynamicAllocation.enabled'));
  const executors = dynamic ? count('spark.dynamicAllocation.maxExecutors') : count('spark.executor.instances');
  const cores = count('spark.executor.cores');
  const perTask = entries.some(({ key }) => key === 'spark.task.cpus') ? count('spark.task.cpus') : 1;
  const lines: string[] = [];
  if (executors !== undefined && cores !== undefined && perTask !== undefined) {
    const slots = executors * Math.floor(cores / perTask);
    lines.push(`- ${dynamic ? 'At most ' : ''}${executors} executors × ${cores} cores${perTask > 1 ? ` ÷ ${perTask} per task` : ''} = **${slots} slots**: so many tasks run at once`);
  }
  const heap = size('spark.executor.memory');
  if (heap !== undefined && !entries.some(({ key }) => unreckoned.has(key))) {
    const said = entries.some(({ key }) => key === 'spark.executor.memoryOverhead');
    const overhead = said ? size('spark.executor.memoryOverhead') : Math.max(leastOverhead, Math.floor(heap * overheadShare));
    if (overhead !== undefined) {
      const container = heap + overhead;
      lines.push(`- ${gibibytes(heap)} heap + ${gibibytes(overhead)} overhead${said ? '' : heap * overheadShare > leastOverhead ? ' (a tenth)' : ' (the least)'} = **containers of ${gibibytes(container)}**`);
      if (executors !== undefined) lines.push(`- ${executors} × ${gibibytes(container)} = ${gibibytes(executors * container)} for all executors${dynamic ? ' at most' : ''}, the driver aside`);
    }
  }
  return lines.length === 0 ? undefined : [`**${command.launcher}** on ${manager === 'yarn' ? 'YARN' : 'Kubernetes'}`, lines.join('\n')].join('\n\n');
}

/** They add to the container, or change the share. */
const unreckoned: ReadonlySet<string> = new Set(['spark.executor.memoryOverheadFactor', 'spark.kubernetes.memoryOverheadFactor', 'spark.executor.minMemoryOverhead', 'spark.memory.offHeap.enabled', 'spark.memory.offHeap.size', 'spark.executor.pyspark.memory', 'spark.yarn.executor.memoryOverhead']);

const gibibytes = (bytes: number): string => `${Number((bytes / 2 ** 30).toFixed(bytes < 2 ** 30 ? 2 : 1))} GiB`;
