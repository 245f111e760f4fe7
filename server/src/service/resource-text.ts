/** What an application asks of the cluster, in words: with the formulas for hovers, in short for code lenses. */
import { gibibytes, type Resources } from '../rule/resources.ts';

/** A line for each number with its formula; undefined where too little is said to reckon with. */
export function describeResources({ slots, container, total, memory, waves, executors }: Resources): string | undefined {
  const lines = [
    slots && `${slots.formula} = **${slots.value} slots**: so many tasks run at once`,
    container && `${container.formula} = **containers of ${gibibytes(container.value)}**`,
    total && `${total.formula} = **${gibibytes(total.value)}** for all executors${executors?.atMost ? ' at most' : ''}, the driver aside`,
    memory && `${memory.unified.formula} = **${gibibytes(memory.unified.value)}** that execution and storage share in an executor; cached data keep ${memory.storage.formula} = ${gibibytes(memory.storage.value)} of it`,
    waves && `${waves.formula} = **${waves.value === 1 ? '1 wave' : `${waves.value} waves`}** of tasks for a shuffle, unless adaptive execution joins partitions`,
  ].filter((line) => line !== undefined);
  return lines.length === 0 ? undefined : lines.map((line) => `- ${line}`).join('\n');
}

/** One line; memory alone is not worth one. */
export function resourcesInShort({ slots, container, total, waves, executors }: Resources): string | undefined {
  const most = executors?.atMost ? 'at most ' : '';
  const parts = [
    slots && `${most}${slots.value} slots`,
    container && `containers of ${gibibytes(container.value)}`,
    total && `${most}${gibibytes(total.value)} in all`,
    waves && `${waves.partitions} shuffle partitions in ${waves.value === 1 ? '1 wave' : `${waves.value} waves`}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' · ');
}
