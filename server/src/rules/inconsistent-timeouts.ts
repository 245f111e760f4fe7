import type { Setting } from '../analysis/model.ts';
import { saysWhole, valueBeside } from '../rule/beside.ts';
import { atStart, quantityOf } from '../rule/entries.ts';
import { defineRule, type Fix, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { allAtLeast } from '../rule/targets.ts';

const heartbeat = 'spark.executor.heartbeatInterval';
const network = 'spark.network.timeout';
const check = 'spark.network.timeoutInterval';
const lost = 'spark.storage.blockManagerHeartbeatTimeoutMs';

/** The shorter one, the longer one, what takes the longer one's place where it is not set, and whether they may be equal. */
const pairs: readonly { readonly short: string; readonly long: string; readonly orElse?: string; readonly equal: boolean }[] = [
  { short: heartbeat, long: network, equal: false },
  { short: check, long: lost, orElse: network, equal: true },
  { short: heartbeat, long: lost, orElse: network, equal: true },
];
const keys: ReadonlySet<string> = new Set([heartbeat, network, check, lost]);
/** The first release that looks at them when the context starts. */
const comparedFrom = '2.3';

export default defineRule({
  name: 'inconsistent-timeouts',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    const blamed = new Set<Setting>();
    const entries = atStart(context.entries).filter(({ key }) => keys.has(key));
    // The order of the other two was not seen before.
    for (const pair of allAtLeast(context.targets, '3.3') ? pairs : pairs.slice(0, 1)) {
      for (const entry of entries) {
        if (blamed.has(entry)) continue;
        const found = compared(context, entry, pair);
        if (!found) continue;
        for (const each of found) if (each.entry) blamed.add(each.entry);
        tell(context, entry, pair, found);
      }
    }
    for (const entry of entries) if (!blamed.has(entry)) checkRareHeartbeat(context, entry);
  },
  docs: {
    summary: 'timeouts of executors that contradict each other',
    what: 'Three orders that Spark checks when a context starts: `spark.executor.heartbeatInterval` must be shorter than `spark.network.timeout` (10s and 120s unless set); `spark.network.timeoutInterval` (60s), how often the driver looks for lost executors, and the heartbeat may be no longer than `spark.storage.blockManagerHeartbeatTimeoutMs`, which is the network timeout unless set. Also a heartbeat of ten minutes or more (information).',
    why: 'The context does not start, on a local master either. A bare number is milliseconds for the heartbeat and seconds for the network timeout, and a network timeout loses its fractions of a second.',
    fine: 'Values that are put together when the program runs are not judged. Where only one of the two is set, in code or on a command line, the other may stand in a file of the cluster: a warning there. Before 2.3 a heartbeat that is longer than the network timeout is a warning as well: the context starts, and executors are taken for lost.',
    fix: 'Makes the network timeout twice as long as the heartbeat, or the interval as short as the timeout.',
    examples: [
      { language: 'conf', bad: 'spark.executor.heartbeatInterval  120s\nspark.network.timeout  60s\n', good: 'spark.executor.heartbeatInterval  20s\nspark.network.timeout  300s\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.heartbeatInterval", "300s").config("spark.network.timeout", "200s").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.heartbeatInterval", "60s").config("spark.network.timeout", "200s").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.heartbeatInterval", "300s")\n    .set("spark.network.timeout", "200s")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.heartbeatInterval", "60s")\n    .set("spark.network.timeout", "200s")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.executor.heartbeatInterval=10min \\\n  --conf spark.network.timeout=300 \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.executor.heartbeatInterval=1min \\\n  --conf spark.network.timeout=300 \\\n  job.py\n' },
    ],
    source: '26 pairs of values, tried on Spark 3.5.6 and 4.3.0. That 2.3 is the first to refuse a heartbeat that is too long was read in the classes of 2.2.0 and 2.3.0.',
  },
});

/** Ten minutes: sixty times the default. */
const rare = 600_000;

/** Whoever makes the other timeouts long makes this one long with them, which no check asks for. */
function checkRareHeartbeat(context: SettingsContext, entry: Setting & { readonly value: string }): void {
  const { registry, targets, fileKind, report } = context;
  const facts = registry.get(heartbeat, targets.to);
  const size = entry.key === heartbeat && facts ? quantityOf(facts, entry.value) : undefined;
  // A bare number is told by its unit.
  if (size === undefined || size < rare || /^\d+$/.test(entry.value.trim()) || fileKind === 'test') return;
  report({ at: entry.valueSite, severity: 'information', message: `Executors say that they live, and how far their tasks are, every ${inWords(size)} (10 s unless set): so long Spark knows nothing of a lost one, nor of what tasks hold and read. Against long pauses \`${network}\` is made longer, not this.` });
}

interface Side {
  readonly key: string;
  readonly size: number;
  /** undefined: its default. */
  readonly entry?: Setting | undefined;
}

/** Both sides, where they contradict each other and this entry is the one to tell it at. */
function compared(context: SettingsContext, entry: Setting, { short, long, orElse, equal }: (typeof pairs)[number]): readonly [Side, Side] | undefined {
  const side = (key: string): Side | undefined => sideOf(context, entry, key);
  const longOne = (): Side | undefined => (orElse !== undefined && valueBeside(entry, long, context) === 'unset' && entry.key !== long ? side(orElse) : side(long));
  const [low, high] = [side(short), longOne()];
  // A pair is told at the shorter one, where it is set.
  if (!low || !high || entry !== (low.entry && context.entries.includes(low.entry) ? low.entry : high.entry)) return undefined;
  return low.size < high.size || equal && low.size === high.size ? undefined : [low, high];
}

function sideOf(context: SettingsContext, entry: Setting, key: string): Side | undefined {
  const { registry, targets } = context;
  const found = entry.key === key ? valueOfOwn(context, entry) : valueBeside(entry, key, context);
  const facts = registry.get(key, targets.to);
  if (!facts || found === 'unknown') return undefined;
  const value = found === 'unset' ? registry.defaultIn(facts, targets.to) : found.value;
  const size = value === undefined ? undefined : quantityOf(facts, value);
  return size === undefined ? undefined : { key, size, entry: found === 'unset' ? undefined : found };
}

/** The entry itself, unless another takes its place. */
function valueOfOwn(context: SettingsContext, entry: Setting): ReturnType<typeof valueBeside> {
  const found = valueBeside(entry, entry.key, context);
  return found === entry ? found : 'unknown';
}

function tell(context: SettingsContext, entry: Setting, { equal }: (typeof pairs)[number], [low, high]: readonly [Side, Side]): void {
  const other = entry === low.entry ? high : low;
  const refuses = allAtLeast(context.targets, comparedFrom);
  const named = ({ key, size, entry: set }: Side): string => `\`${key}\` (${inWords(size)}${set ? '' : ' unless set'})`;
  context.report({
    at: entry.valueSite.start < entry.valueSite.end ? entry.valueSite : entry.keySite,
    severity: refuses && (other.entry !== undefined || saysWhole(context)) ? 'error' : 'warning',
    message: `${named(low)} must be ${equal ? 'no longer' : 'shorter'} than ${named(high)}: ${refuses ? 'the context does not start' : 'executors are taken for lost between two heartbeats'}.`,
    related: other.entry ? [{ site: other.entry.keySite, message: 'the other one' }] : [],
    fixes: fixesFor(context, entry, low, high),
  });
}

/** A heartbeat is left as it is, and the timeout made longer; the interval of looking is made shorter. */
function fixesFor(context: SettingsContext, entry: Setting, low: Side, high: Side): Fix[] {
  const edits = settingEdits(context);
  const wrong = low.key === check ? low : high;
  const value = low.key === check ? inUnits(high.size) : `${Math.ceil(2 * low.size / 1000)}s`;
  const own = wrong.entry && context.entries.includes(wrong.entry);
  if (wrong.entry && !own) return [];
  const made = own ? edits.setValue(wrong.entry!, value) : edits.add(entry, wrong.key, value);
  return made.length > 0 ? [{ title: `${own ? 'Set' : 'Add'} \`${wrong.key}\`${own ? ' to' : ' with'} \`${value}\``, safety: 'suggested', edits: made }] : [];
}

const inUnits = (size: number): string => (size % 1000 === 0 ? `${size / 1000}s` : `${size}ms`);
const inWords = (size: number): string => (size < 1000 || size % 1000 > 0 ? `${size} ms` : `${size / 1000} s`);
