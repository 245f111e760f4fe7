import { knownBeside, managerBeside } from '../rule/beside.ts';
import { isIgnored, placeOf } from '../rule/commands.ts';
import { deadIn, isForDatabricks, isTrue, judged, refusedAtRuntime } from '../rule/entries.ts';
import { toldOf } from '../rule/jobs.ts';
import { defineRule, type Fix, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { allAtLeast, compareVersions, isPinned } from '../rule/targets.ts';
import type { Setting } from '../analysis/model.ts';
import { checkValue, readQuantity } from '../knowledge/values.ts';

export default defineRule({
  name: 'invalid-value',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['unknown-key', 'duplicate-key', 'comment-in-value', 'quoted-value', 'removed-key'],
  looksAt: 'settings',
  check(context) {
    const { entries, registry, targets, report } = context;
    for (const entry of judged(entries)) {
      const facts = registry.get(entry.key, targets.to);
      // Where the key itself is refused, or read by nothing, nobody looks at the value.
      if (!facts || deadIn(facts, targets) === 'all' || refusedAtRuntime(entry, facts, targets, (key) => toldOf(context, key))) continue;
      // A builder behind a running context: nobody looks at what it says of the application.
      if (entry.event?.reaches === 'running' && facts.scope !== 'session') continue;
      // Compared with 10s: where the other one is set, its rule compares them.
      if (entry.key === 'spark.network.timeout' && readQuantity(facts, entry.value) && entries.some(({ key }) => key === 'spark.executor.heartbeatInterval')) continue;
      // Mesos gives parts of a core to drivers, and reads the number itself.
      if (entry.key === 'spark.driver.cores' && knownBeside(entry, 'spark.master', context)?.value.startsWith('mesos:')) continue;
      const asText = entry.key === 'spark.driver.cores' && /^\d*\.?\d+m?$/.test(entry.value.trim()) && managerBeside(entry, context) === 'k8s';
      // So does Kubernetes before 3.0: what is read is the text.
      if (asText && compareVersions(targets.to, '3.0') < 0) continue;
      // The history server finds its provider in its own files: what a program sets starts none.
      if (entry.key === 'spark.history.provider' && entry.event !== undefined) continue;
      const verdict = portRefused(entry, context) ?? checkValue(facts, entry.value, targets);
      if (verdict.ok) continue;
      const tooSmall = entry.key === 'spark.driver.memory' && (readQuantity(facts, entry.value)?.size ?? leastHeap) < leastHeap && /[a-z]/i.test(entry.value) && startsDriver(entry, context);
      const bySome = asText ? !isPinned(targets) || !allAtLeast(targets, '3.0') : verdict.by === 'some' && !tooSmall;
      // What spark-submit drops it checks, but nothing comes to be too small.
      if (context.command && entry.told && isIgnored(entry.told.option, placeOf(context.command, entries, targets), targets) && readQuantity(facts, entry.value)) continue;
      // Databricks takes a word more than Spark does.
      const taken = entry.key === 'spark.sql.shuffle.partitions' && entry.value.trim().toLowerCase() === 'auto' && !isForPlainSpark(context);
      if (taken && (isForDatabricks(context) || context.mentions?.(/databricks/i))) continue;
      const mayRun = taken && !context.settings.some(isOfPlainSpark);
      const better = repaired(facts.type, entry.value);
      const fixes: Fix[] = better !== undefined && better !== entry.value && checkValue(facts, better, targets).ok && readQuantity(facts, better)
        ? [{ title: `Write \`${better}\``, safety: 'suggested', edits: settingEdits(context).setValue(entry, better) }] : [];
      report({ at: entry.valueSite.start < entry.valueSite.end ? entry.valueSite : entry.keySite, raisesAt: entry.means === 'runtime' ? entry.keySite : undefined, severity: mayRun || bySome ? 'warning' : 'error', message: `\`${entry.key}\` ${verdict.message}${asText && bySome ? ' from 3.0 on' : ''}.${mayRun ? ' Databricks alone takes `auto`.' : ''}`, fixes });
    }
  },
  docs: {
    summary: 'a value that Spark refuses',
    what: 'The value of a known key is refused by the converter or the check that Spark has for it: a time with a blank or a fraction in it, a size without the unit it needs, a word that is none of the allowed ones, a number out of range, a port of the UI below 1024.',
    why: 'Core keys are refused when the application starts or when the first job needs them; some make every job fail. SQL keys are refused when the session is first used.',
    fine: 'Values with placeholders (`${MEMORY}`) are not judged, nor is `auto` for `spark.sql.shuffle.partitions` in projects written for Databricks (notebooks of its own, `dbutils`, `spark.databricks.` keys, its SDK, any word of it), or what a test expects to fail. Where nothing says who runs the code, `auto` is a warning. A fraction for `spark.driver.cores` is taken on Mesos, and on Kubernetes before Spark 3.0; there it is a warning where nobody says which Spark it is. A driver\'s memory that is too small is a warning in code, whose JVM may run already. Where only a part of the target releases refuses a value, the finding is a warning that names them.',
    fix: 'Writes the value as Spark reads it, where it is clear what was meant.',
    examples: [{ language: 'conf', bad: 'spark.network.timeout  10 min\n', good: 'spark.network.timeout  10min\n' }, { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.memory", "2048").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.memory", "2048m").getOrCreate()\n' }, { language: 'scala', bad: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder()\n    .config("spark.executor.memory", "2048")\n    .getOrCreate()\n}\n', good: 'import org.apache.spark.sql.SparkSession\n\nobject Job extends App {\n  val spark = SparkSession.builder()\n    .config("spark.executor.memory", "2048m")\n    .getOrCreate()\n}\n' }, { language: 'shell', bad: 'spark-submit --master yarn --executor-memory 4 job.py\n', good: 'spark-submit --master yarn --executor-memory 4g job.py\n' }],
    source: 'Converters and checks of all releases from 2.4.0 to 4.3.0, asked; contexts of 3.5.9 and 4.3.0, started with values at the edges; some thousand values tried. What Kubernetes makes of the driver\'s cores before 3.0 is read from source.',
  },
});

/** The port of the UI, which no trial without a UI knows of: Spark starts no service below 1024. */
function portRefused(entry: Setting & { readonly value: string }, { entries }: SettingsContext): { readonly ok: false; readonly by: 'all'; readonly message: string } | undefined {
  const port = entry.key === 'spark.ui.port' && /^\d+$/.test(entry.value.trim()) ? Number(entry.value) : undefined;
  // Without a UI nobody looks at it.
  if (port === undefined || port === 0 || port >= 1024 && port <= 65535 || entries.some((other) => other.key === 'spark.ui.enabled' && !isTrue(other))) return undefined;
  return { ok: false, by: 'all', message: `must be a port from 1024 to 65535, or 0 for a free one; Spark refuses \`${entry.value.trim()}\` when it starts` };
}

/** Half as much again as Spark keeps for itself. */
const leastHeap = 450 * 2 ** 20;
/** The driver's JVM is started with it: it stands neither in code nor where another one sizes the driver. */
const startsDriver = ({ event, means }: Setting, context: SettingsContext): boolean =>
  !event && means !== 'runtime' && context.launch !== 'databricks' && context.targets.manager !== 'databricks' && !isForDatabricks(context);
/** What the file itself says of how or where it is started is not Databricks. */
const isForPlainSpark = ({ launch, conf, entries }: SettingsContext): boolean =>
  launch === 'spark-submit' || conf !== undefined && launch !== 'databricks' && !/\bspark\.databricks\./.test(conf.text) || launch !== 'databricks' && entries.some(isOfPlainSpark);
const isOfPlainSpark = ({ key }: Setting): boolean => /^spark\.(master$|(kubernetes|yarn|emr)\.)/.test(key);

/** Blanks inside taken out, other words for units put right. */
function repaired(type: string, value: string): string | undefined {
  if (type !== 'time' && type !== 'bytes') return undefined;
  const match = /^\s*(\d+)\s*([a-z]+)\s*$/i.exec(value);
  if (!match) return undefined;
  const unit = match[2]!.toLowerCase();
  const time: Readonly<Record<string, string>> = { sec: 's', secs: 's', second: 's', seconds: 's', mins: 'min', minute: 'min', minutes: 'min', hr: 'h', hour: 'h', hours: 'h', hrs: 'h', day: 'd', days: 'd', msec: 'ms', millis: 'ms', w: 'w' };
  return `${match[1]!}${type === 'time' ? time[unit] ?? unit : unit.replace(/^([kmgtp])i?b$/, '$1')}`;
}
