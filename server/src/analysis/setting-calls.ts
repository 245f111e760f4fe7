/** Configuration entries made in code, as the same node that a line of spark-defaults.conf gives. */
import type { Method } from '../knowledge/api.ts';
import type { ArgValue, Setting, Site, Value } from './model.ts';
import type { Run } from './run.ts';
import { constantOf, nothing, stringOf } from './values.ts';

/** Methods that set one key without naming it. */
const namedKeys: Readonly<Record<string, string>> = {
  master: 'spark.master', setMaster: 'spark.master', appName: 'spark.app.name', setAppName: 'spark.app.name', remote: 'spark.remote',
  setSparkHome: 'spark.home', setJobGroup: '', setExecutorEnv: '',
};

const meansOf: Readonly<Record<string, Setting['means']>> = {
  'SparkSession.Builder': 'builder', SparkConf: 'conf', RuntimeConfig: 'runtime', SQLContext: 'runtime', HiveContext: 'runtime',
};

export function settingCall(run: Run, method: Method, call: { site: Site; name: Site; args: readonly ArgValue[] }): void {
  if (!run.recording) return;
  const means = meansOf[method.owner];
  if (!means) return;
  const { args } = call;
  const key = namedKeys[method.name];
  if (key !== undefined) {
    if (key !== '' && args[0]) push(run, key, args[0], call.name, call, 'named');
    return;
  }
  if (method.name === 'setAll' || method.sets === 'config' || method.name === 'set' || method.name === 'setConf' || method.name === 'setIfMissing') {
    const pairs = args.find((arg) => arg.name === 'map' || arg.name === 'pairs') ?? (args.length === 1 ? args[0] : undefined);
    if (pairs) return pushAll(run, pairs, call, means);
    const first = args.find((arg) => arg.name === 'key') ?? args[0];
    const second = args.find((arg) => arg.name === 'value') ?? args[1];
    const name = first ? stringOf(first.value) : undefined;
    if (name !== undefined && second && first) push(run, name, second, first.site, call, means);
  }
}

function pushAll(run: Run, pairs: ArgValue, call: { site: Site }, means: Setting['means']): void {
  for (const item of pairs.value) {
    if (item.is !== 'collection') continue;
    for (const [key, value] of item.entries ?? []) push(run, key, { site: pairs.site, value }, pairs.site, call, means);
    for (const pair of item.items ?? []) {
      const tuple = pair.find((candidate) => candidate.is === 'collection');
      const key = tuple?.is === 'collection' ? stringOf(tuple.items?.[0] ?? nothing) : undefined;
      if (key !== undefined && tuple?.is === 'collection') push(run, key, { site: pairs.site, value: tuple.items?.[1] ?? nothing }, pairs.site, call, means);
    }
  }
}

function push(run: Run, key: string, value: { site: Site; value: Value }, keySite: Site, call: { site: Site }, means: Setting['means']): void {
  const known = constantOf(value.value);
  const setting: Setting = {
    key, value: known === undefined || known === null ? undefined : typeof known === 'boolean' ? String(known) : String(known), keySite, valueSite: value.site, site: call.site, means,
    event: { order: run.order(), path: run.path, loops: run.loops, afterContext: run.contexts.some((path) => path.every(({ choice, arm }) => run.path.some((other) => other.choice === choice && other.arm === arm))) },
    literal: typeof known === 'string' ? 'string' : typeof known === 'number' ? 'number' : typeof known === 'boolean' ? 'boolean' : undefined,
  };
  // A function that several places call makes its entries once.
  if (run.settings.some((other) => other.site.module === setting.site.module && other.keySite.start === keySite.start && other.key === key)) return;
  run.effects++;
  run.concerns++;
  run.settings.push(setting);
}
