/** JVM options as Spark hands them on, and what Java makes of them. Tried on bare Java 17 and 25 and through Spark 3.5.9 and 4.3.0. */
import type { Range } from '../text/range.ts';

export interface JvmOption extends Range {
  readonly text: string;
}

/** Splits as Spark does: blanks part options, quotes hold them together. Offsets within the value. */
export function jvmOptions(value: string): JvmOption[] {
  return [...value.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
}

/** Flags that newer Javas do not know: [first Java without them, what to use]. Spark from 3.3 starts its JVMs so that unknown flags are ignored. */
const goneFlags: Readonly<Record<string, readonly [java: number, instead?: string]>> = {
  PrintGCTimeStamps: [9, '-Xlog:gc*'], PrintGCDateStamps: [9, '-Xlog:gc*'], PrintTenuringDistribution: [9, '-Xlog:gc+age*'], PrintHeapAtGC: [9, '-Xlog:gc+heap*'], PrintAdaptiveSizePolicy: [9, '-Xlog:gc+ergo*'], PrintGCApplicationStoppedTime: [9, '-Xlog:safepoint'], PrintGCApplicationConcurrentTime: [9, '-Xlog:safepoint'],
  UseConcMarkSweepGC: [14], UseParNewGC: [10], CMSClassUnloadingEnabled: [14], CMSInitiatingOccupancyFraction: [14], UseCMSInitiatingOccupancyOnly: [14], CMSParallelRemarkEnabled: [14], MaxPermSize: [17], PermSize: [17], AggressiveOpts: [13], UseGCLogFileRotation: [9], NumberOfGCLogFiles: [9], GCLogFileSize: [9],
};

const flagName = (option: string): string | undefined => /^-XX:[+-]?(\w+)/.exec(option)?.[1];

/** A flag that has no effect from some Java on. */
export function goneSince(option: string): { readonly flag: string; readonly java: number; readonly instead: string | undefined } | undefined {
  const flag = flagName(option);
  const found = flag !== undefined && Object.hasOwn(goneFlags, flag) ? goneFlags[flag] : undefined;
  return found ? { flag: flag!, java: found[0], instead: found[1] } : undefined;
}

/** What a flag is from Java 9 on that is still taken, with a warning. */
export function deprecatedFor(option: string): string | undefined {
  if (option === '-XX:+PrintGCDetails') return '-Xlog:gc*';
  if (option === '-XX:+PrintGC') return '-Xlog:gc';
  const file = /^-Xloggc:([\w./-]+)$/.exec(option)?.[1];
  return file === undefined || file.startsWith('/dev/') ? undefined : `-Xlog:gc:${file}`;
}

const collectors: ReadonlySet<string> = new Set(['UseG1GC', 'UseParallelGC', 'UseSerialGC', 'UseZGC', 'UseShenandoahGC', 'UseEpsilonGC']);
export const collectorOf = (option: string): string | undefined => {
  const flag = /^-XX:\+(\w+)/.exec(option)?.[1];
  return flag !== undefined && collectors.has(flag) ? flag : undefined;
};

/** What keeps a JVM from starting because of this option alone; a clause. */
export function fatalOption(option: string): string | undefined {
  const heap = /^-X(mx|ms|mn|ss)(.*)$/.exec(option);
  if (heap && !/^\d+[kKmMgGtT]?$/.test(heap[2]!) && !heap[2]!.includes('$')) return `\`${option}\` is no size that a JVM reads (it takes one letter: \`${option.replace(/[bB]$/, '')}\`)`;
  if (heap && heap[1] === 'mx' && /^\d+$/.test(heap[2]!) && Number(heap[2]) < 2 ** 20) return `\`${option}\` asks for ${heap[2]!} bytes of heap`;
  const log = /^-Xloggc:(.*)$/.exec(option);
  if (log && /^\/dev\//.test(log[1]!)) return `\`${option}\` names a device, and Java only logs to regular files`;
  const sized = /^-XX:(\w+)=(.*)$/.exec(option);
  if (sized && sizes.has(sized[1]!) && !/^\d+[kKmMgGtT]?$/.test(sized[2]!) && !sized[2]!.includes('$')) return `\`${option}\` is no size that a JVM reads`;
  if ((regionSize(option) ?? 0) > 512 * 2 ** 20) return `\`${option}\` is larger than any Java allows`;
  const numeric = /^-XX:(NewRatio|SurvivorRatio|MaxGCPauseMillis|ParallelGCThreads|ConcGCThreads|InitiatingHeapOccupancyPercent)=(.*)$/.exec(option);
  if (numeric && !/^\d+$/.test(numeric[2]!) && !numeric[2]!.includes('$')) return `\`${option}\` needs a number`;
  return undefined;
}

/** Flags that hold a size: a number with at most one letter. */
const sizes: ReadonlySet<string> = new Set(['G1HeapRegionSize', 'MaxDirectMemorySize', 'MaxMetaspaceSize', 'MetaspaceSize', 'CompressedClassSpaceSize', 'ReservedCodeCacheSize', 'InitialHeapSize', 'MaxHeapSize', 'NewSize', 'MaxNewSize']);

function regionSize(option: string): number | undefined {
  const region = /^-XX:G1HeapRegionSize=(\d+)([kKmMgG]?)$/.exec(option);
  return region ? Number(region[1]) * ({ k: 1024, m: 2 ** 20, g: 2 ** 30 }[region[2]!.toLowerCase()] ?? 1) : undefined;
}

/** The first Java that takes regions of this size, where older ones do not start with them. */
export const regionTooLarge = (option: string): number | undefined => ((regionSize(option) ?? 0) > 32 * 2 ** 20 ? 18 : undefined);

/** `-Xms4gb` as a JVM reads it. */
export const withoutLastB = (option: string): string | undefined => /^(.*\d[kKmMgGtT])[bB]$/.exec(option)?.[1];

export const isJavaOptions = (key: string): boolean => /^spark\.(driver|executor)\.(extra|default)JavaOptions$|^spark\.yarn\.am\.extraJavaOptions$/.test(key);
