/**
 * The arithmetic of what one application is told: slots, containers, memory, waves. Numbers that are not in sight are
 * left out. Held against Spark's own reckoning (`ResourceProfile`, the memory that executors report).
 */
import type { Setting } from '../analysis/model.ts';
import { registry } from '../knowledge/registry-reader.ts';
import type { Manager } from '../knowledge/submit.ts';
import { readQuantity } from '../knowledge/values.ts';
import type { Command } from '../program/conf.ts';
import { type Place, placeOf } from './commands.ts';
import { countOf, ofKey, valueOf } from './entries.ts';
import { decisionsOf, type Job } from './jobs.ts';
import { allAtLeast, compareVersions, type Targets } from './targets.ts';

/** A number and how it came about: `30 GiB heap + 3 GiB overhead (a tenth of the heap)`. */
export interface Reckoned {
  readonly value: number;
  readonly formula: string;
}

export interface Resources {
  readonly manager: Manager | undefined;
  /** Executors at once; under dynamic allocation the most there may be. */
  readonly executors?: { readonly count: number; readonly atMost: boolean } | undefined;
  /** Tasks that run at once. */
  readonly slots?: Reckoned | undefined;
  /** Bytes of one executor's container, on YARN and Kubernetes. */
  readonly container?: Reckoned | undefined;
  /** Bytes of all executors' containers. */
  readonly total?: Reckoned | undefined;
  /** Bytes of an executor's heap that execution and storage share, and how much of it cached data may keep. */
  readonly memory?: { readonly unified: Reckoned; readonly storage: Reckoned } | undefined;
  /** Rounds of tasks that one shuffle takes. */
  readonly waves?: Reckoned & { readonly partitions: number } | undefined;
}

const mebibyte = 2 ** 20;
/** Kept for Spark itself, in MiB. */
const reserved = 300;
const overheadShare = 0.1;
/** Of Python and R on Kubernetes, where the driver's pod passes it on. */
const overheadShareOutsideJvm = 0.4;
const leastOverhead = 384;

/** `entries`: what one application is told. */
export function resourcesOf(entries: readonly Setting[], targets: Targets, command?: Command): Resources {
  const place = placeOf(command, entries, targets);
  const said = reader(entries, targets);
  if (place.manager === 'local') return { manager: 'local' };
  const executors = executorsOf(said, place.manager);
  const slots = slotsOf(said, place.manager, executors);
  const container = place.manager === 'yarn' || place.manager === 'k8s' ? containerOf(said, place, targets, command) : undefined;
  return {
    manager: place.manager, executors, slots, container,
    total: executors && container && { value: executors.count * container.value, formula: `${executors.count} × ${gibibytes(container.value)}` },
    memory: memoryOf(said),
    waves: slots && wavesOf(said, slots),
  };
}

/** Tasks of a job that run at once: by what counts of all that it is told, where that is certain. */
export function slotsOfJob(job: Job, targets: Targets): number | undefined {
  const decisions = decisionsOf(job, registry, targets);
  if (decisions.some(({ key, maybe }) => maybe.length > 0 && (key === 'spark.master' || reckonedWith.has(key)))) return undefined;
  const entries = decisions.flatMap(({ winner }) => winner?.entry ?? []);
  const local = /^local(?:\[(\d+)(?:\s*,\s*\d+)?\])?$/.exec(valueOf(entries, 'spark.master')?.value ?? '');
  return local ? Number(local[1] ?? 1) : resourcesOf(entries, targets, job.command?.command).slots?.value;
}

interface Reader {
  has(key: string): boolean;
  text(key: string): string | undefined;
  /** A whole number above 0. */
  count(key: string): number | undefined;
  /** A fraction. */
  share(key: string): number | undefined;
  /** In MiB. */
  mebibytes(key: string): number | undefined;
}

function reader(entries: readonly Setting[], targets: Targets): Reader {
  const named = (key: string): string => [key, ...(registry.get(key, targets.to)?.alternatives ?? [])].find((name) => ofKey(entries, name).length > 0) ?? key;
  const told = (key: string): ReturnType<typeof valueOf> => valueOf(entries, named(key));
  const text = (key: string): string | undefined => told(key)?.value.trim();
  return {
    has: (key) => ofKey(entries, named(key)).length > 0,
    text,
    count: (key) => countOf(told(key)),
    share: (key) => (/^\d*\.?\d+$/.test(text(key) ?? '') ? Number(text(key)) : undefined),
    mebibytes: (key) => {
      const facts = registry.get(key, targets.to);
      const value = text(key);
      const size = facts && value !== undefined ? readQuantity(facts, value)?.size : undefined;
      return size === undefined || size < 0 ? undefined : Math.floor(size / mebibyte);
    },
  };
}

function executorsOf(said: Reader, manager: Manager | undefined): Resources['executors'] {
  const dynamic = said.text('spark.dynamicAllocation.enabled')?.toLowerCase();
  if (said.has('spark.dynamicAllocation.enabled') && dynamic !== 'false') {
    const most = dynamic === 'true' ? said.count('spark.dynamicAllocation.maxExecutors') : undefined;
    return most === undefined ? undefined : { count: most, atMost: true };
  }
  if (manager === 'standalone') {
    const [total, cores] = [said.count('spark.cores.max'), said.count('spark.executor.cores')];
    return total === undefined || cores === undefined || total < cores ? undefined : { count: Math.floor(total / cores), atMost: false };
  }
  const count = said.count('spark.executor.instances');
  return count === undefined ? undefined : { count, atMost: false };
}

function slotsOf(said: Reader, manager: Manager | undefined, executors: Resources['executors']): Reckoned | undefined {
  const perTask = said.has('spark.task.cpus') ? said.count('spark.task.cpus') : 1;
  const cores = said.count('spark.executor.cores');
  // What else a task asks for may allow fewer.
  if (perTask === undefined || said.has('spark.task.resource.gpu.amount')) return undefined;
  const divided = perTask > 1 ? ` ÷ ${perTask} per task` : '';
  if (executors && cores !== undefined) return cores < perTask ? undefined : { value: executors.count * Math.floor(cores / perTask), formula: `${executors.atMost ? 'at most ' : ''}${executors.count} executors × ${cores} cores${divided}` };
  const total = manager === 'standalone' && cores === undefined && perTask === 1 ? said.count('spark.cores.max') : undefined;
  return total === undefined ? undefined : { value: total, formula: `${total} cores of \`spark.cores.max\`` };
}

function containerOf(said: Reader, place: Place, targets: Targets, command: Command | undefined): Reckoned | undefined {
  const heap = said.mebibytes('spark.executor.memory');
  const python = command && startsPython(command);
  const overhead = heap === undefined ? undefined : overheadOf(said, heap, place, targets, python);
  if (heap === undefined || overhead === undefined) return undefined;
  const parts: Reckoned[] = [{ value: heap, formula: 'heap' }, overhead];
  if (said.has('spark.memory.offHeap.enabled') && said.text('spark.memory.offHeap.enabled')?.toLowerCase() !== 'false') {
    const offHeap = said.text('spark.memory.offHeap.enabled')?.toLowerCase() === 'true' ? said.mebibytes('spark.memory.offHeap.size') : undefined;
    if (offHeap === undefined) return undefined;
    parts.push({ value: offHeap, formula: 'off the heap' });
  }
  if (said.has('spark.executor.pyspark.memory') && python !== false) {
    const workers = python ? said.mebibytes('spark.executor.pyspark.memory') : undefined;
    if (workers === undefined) return undefined;
    parts.push({ value: workers, formula: 'for Python' });
  }
  return { value: parts.reduce((sum, part) => sum + part.value, 0) * mebibyte, formula: parts.map((part) => `${gibibytes(part.value * mebibyte)} ${part.formula}`).join(' + ') };
}

/** In MiB. */
function overheadOf(said: Reader, heap: number, place: Place, targets: Targets, python: boolean | undefined): Reckoned | undefined {
  const given = 'spark.executor.memoryOverhead';
  if (said.has(given)) {
    const value = said.mebibytes(given);
    return value === undefined ? undefined : { value, formula: 'overhead' };
  }
  const share = shareOf(said, place, targets, python);
  const least = said.has('spark.executor.minMemoryOverhead') && compareVersions(targets.to, '4.0') >= 0 ? (allAtLeast(targets, '4.0') ? said.mebibytes('spark.executor.minMemoryOverhead') : undefined) : leastOverhead;
  if (share === undefined || least === undefined) return undefined;
  const part = Math.floor(heap * share);
  return part > least ? { value: part, formula: `overhead (${percent(share)} of the heap)` } : { value: least, formula: 'overhead (the least there is)' };
}

function shareOf(said: Reader, { manager, modes }: Place, targets: Targets, python: boolean | undefined): number | undefined {
  const own = 'spark.executor.memoryOverheadFactor';
  if (said.has(own)) return allAtLeast(targets, '3.3') ? said.share(own) : undefined;
  if (manager !== 'k8s') return overheadShare;
  if (said.has('spark.kubernetes.memoryOverheadFactor')) return said.share('spark.kubernetes.memoryOverheadFactor');
  if (python === false || modes.every((mode) => mode === 'client')) return overheadShare;
  return python && modes.every((mode) => mode === 'cluster') ? overheadShareOutsideJvm : undefined;
}

/** Python and R run outside of the JVM; undefined: what is started is not in sight. */
function startsPython({ launcher, arguments: args }: Command): boolean | undefined {
  if (launcher === 'pyspark' || launcher === 'sparkR') return true;
  if (launcher !== 'spark-submit') return false;
  const application = args.find(({ is }) => is === 'application')?.text;
  return application === undefined ? undefined : /\.(py|pyc|zip|egg|R)$/.test(application) || (/\.jar$/.test(application) ? false : undefined);
}

function memoryOf(said: Reader): Resources['memory'] {
  const heap = said.mebibytes('spark.executor.memory');
  const fraction = said.has('spark.memory.fraction') ? said.share('spark.memory.fraction') : 0.6;
  const kept = said.has('spark.memory.storageFraction') ? said.share('spark.memory.storageFraction') : 0.5;
  if (heap === undefined || heap < reserved * 1.5 || fraction === undefined || kept === undefined || fraction > 1 || kept > 1) return undefined;
  const unified = Math.floor((heap - reserved) * mebibyte * fraction);
  return {
    unified: { value: unified, formula: `(${gibibytes(heap * mebibyte)} − ${reserved} MiB) × ${fraction}` },
    storage: { value: Math.floor(unified * kept), formula: `${gibibytes(unified)} × ${kept}` },
  };
}

function wavesOf(said: Reader, slots: Reckoned): Resources['waves'] {
  const partitions = said.count('spark.sql.shuffle.partitions');
  return partitions === undefined ? undefined : { partitions, value: Math.ceil(partitions / slots.value), formula: `${partitions} shuffle partitions ÷ ${slots.value} slots` };
}

/** Keys that the arithmetic rests on. */
export const reckonedWith: ReadonlySet<string> = new Set(['spark.executor.instances', 'spark.executor.cores', 'spark.task.cpus', 'spark.cores.max', 'spark.executor.memory', 'spark.executor.memoryOverhead', 'spark.executor.memoryOverheadFactor', 'spark.kubernetes.memoryOverheadFactor', 'spark.executor.minMemoryOverhead', 'spark.memory.offHeap.size', 'spark.executor.pyspark.memory', 'spark.memory.fraction', 'spark.memory.storageFraction', 'spark.dynamicAllocation.maxExecutors', 'spark.sql.shuffle.partitions']);

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

export function gibibytes(bytes: number): string {
  if (bytes < 2 ** 30) return `${Math.round(bytes / mebibyte)} MiB`;
  const value = Number((bytes / 2 ** 30).toFixed(1));
  return `${value.toLocaleString('en-US')} GiB`;
}
