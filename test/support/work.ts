/**
 * How much the engine does, counted and not timed: how often its functions and the blocks in them run. Import this
 * before the engine: what was compiled earlier has no counters.
 */
import { Session } from 'node:inspector';

interface Script {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
}

const session = new Session();
session.connect();
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

function post(method: string, params: object = {}): { readonly result?: readonly Script[] } {
  let answer = {};
  session.post(method, params, (error: Error | null, result?: object) => {
    if (error) throw error;
    answer = result ?? {};
  });
  return answer;
}

export function workOf(run: () => void): number {
  counted();
  run();
  return counted();
}

/** Since it was last asked. */
function counted(): number {
  let sum = 0;
  for (const { url, functions } of post('Profiler.takePreciseCoverage').result ?? []) {
    if (!url.includes('/server/src/')) continue;
    for (const { ranges } of functions) for (const { count } of ranges) sum += count;
  }
  return sum;
}
