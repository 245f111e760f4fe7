import type { Setting } from '../analysis/model.ts';
import { likenessOf, patternOf, redactionIn, secretIn, secretsInside } from '../knowledge/secrets.ts';
import { isPlaceholder } from '../knowledge/values.ts';
import { isForDatabricks, rangeText } from '../rule/entries.ts';
import { isFilledIn, reference } from '../rule/filled-in.ts';
import { defineRule, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { allAtLeast, compareVersions, type Targets } from '../rule/targets.ts';

const redaction = 'spark.redaction.regex';

/** Of a pair it is the half that says whose secret the other one is. */
const namesTheKey = /(?<![a-z])access[._]?key([._]?id)?$/i;

export default defineRule({
  name: 'unredacted-secret',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['hard-coded-secret', 'duplicate-key', 'malformed-conf', 'removed-key'],
  looksAt: 'settings',
  check(context) {
    const { entries, settings, registry, fileKind, report } = context;
    if (fileKind === 'test' || [...entries, ...settings].some(({ key, value }) => key === redaction && (value === undefined || isPlaceholder(value)))) return;
    const own = [...entries, ...settings].findLast(({ key }) => key === redaction)?.value;
    const patterns = own === undefined ? redactionIn(registry.get(redaction)!, context.targets) : [{ from: '0', pattern: patternOf(own) }];
    // Databricks hides more than Spark does.
    if (patterns.some(({ pattern }) => pattern === undefined) || isForDatabricks(context) || isForHistory(context)) return;
    const found = entries.flatMap((entry) => {
      const hidden = isLeftOpen(context, entry) ? undefined : hides(entry);
      const showing = hidden === undefined || isKeptInSession(entry, context.targets) ? [] : patterns.filter(({ pattern }) => !pattern!.test(entry.key) && !pattern!.test(entry.value ?? ''));
      const some = showing.length < patterns.length || entry.means === 'runtime' && !allAtLeast(context.targets, loggedFrom);
      return showing.length === 0 ? [] : [{ entry, hidden: hidden!, some }];
    });
    const additions = [...new Set(found.map(({ hidden }) => hidden))];
    for (const { entry, some } of found) {
      report({
        at: entry.keySite, severity: some || namesTheKey.test(entry.key) ? 'information' : 'warning',
        message: `${some ? `Some releases of ${rangeText(context.targets)} show` : 'Spark shows'} the value of \`${entry.key}\` in the UI and ${some ? 'write' : 'writes'} it into the event log: it hides what \`${redaction}\` matches, and neither that key nor the value does.`,
        fixes: fixFor(context, found[0]!.entry, additions),
      });
    }
  },
  docs: {
    summary: 'a secret that Spark shows in its UI and event log',
    what: 'A setting that holds a secret under a name that `spark.redaction.regex` does not match: `fs.azure.account.key.…`, `…sas…`, `…apikey`, `…passwd`, `…private.key`, `…credential` (matched by default from 4.0.5, 4.1.4 and 4.2.1 on), or an address with a password in front of the host.',
    why: 'Spark replaces the values of settings whose key or value matches the expression, by default `secret`, `password`, `token` and `access.key`. All others stand in clear on the Environment page and in the event log, which more people can read than the place that the secret came from.',
    fine: 'Where the project sets an expression of its own that matches. References that a platform resolves later (`{{secrets/scope/key}}`) are hidden by it, and not reported; a variable `${NAME}` that nothing fills in is no secret (unexpanded-variable speaks of it); nor are settings of a history server alone, what a session of Spark before 3.3 is told at run time, code for Databricks, which hides more than Spark does, or what stands in tests, or words that every local installation has. What is known of the default is that of the target releases. An access key, which is worth nothing without its secret, is information.',
    fix: 'Adds an expression that matches this key as well as what the newest default does.',
    examples: [
      { language: 'conf', bad: 'spark.hadoop.fs.azure.account.key.acme.blob.core.windows.net  ${env:AZURE_KEY}\n', good: 'spark.hadoop.fs.azure.account.key.acme.blob.core.windows.net  ${env:AZURE_KEY}\nspark.redaction.regex  (?i)secret|password|token|access[.]?key|credential|account[.]key\n' },
      { language: 'python', bad: 'import os\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.acme.apiKey", os.environ["ACME"]).getOrCreate()\n', good: 'import os\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.acme.apiToken", os.environ["ACME"]).getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.acme.passwd", sys.env("ACME"))\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.acme.password", sys.env("ACME"))\n}\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.hadoop.fs.azure.account.key.acme.dfs.core.windows.net=$KEY job.py\n', good: 'spark-submit --conf spark.hadoop.fs.azure.account.oauth2.client.secret.acme.dfs.core.windows.net=$KEY job.py\n' },
    ],
    source: 'Twelve keys and values, looked up in the event logs of Spark 3.5.6 and 4.3.0; keys set at run time in that of 3.5.6. The defaults of all 55 releases from 2.4.0 to 4.3.0.',
  },
});

/** From here on the event log holds what a session was told at run time. */
const loggedFrom = '3.3';
/** The page of the environment shows what the application was started with. */
const isKeptInSession = ({ means }: Setting, { to }: Targets): boolean => means === 'runtime' && compareVersions(to, loggedFrom) < 0;

/** The history server shows the settings of applications, and none of its own. */
const isForHistory = ({ entries }: SettingsContext): boolean =>
  entries.some(({ key }) => key.startsWith('spark.history.')) && entries.every(({ key }) => /^spark\.(history|hadoop)\./.test(key));

/** `${NAME}` in a properties file that nothing fills in: Spark shows that text, and holds no secret. */
const isLeftOpen = (context: SettingsContext, { value }: Setting): boolean =>
  (context.conf?.form === 'properties' || context.section?.comments !== undefined) && value !== undefined && reference.test(value.trim()) && isFilledIn(context) === false;

/** What would hide it; undefined: it holds no secret, or one that everybody knows. */
function hides({ key, value, valueSite }: Setting): string | undefined {
  // Nothing is written there yet.
  if (value === undefined && valueSite.start === valueSite.end) return undefined;
  if (value !== undefined && /^\s*$|\{\{\s*secrets?\//.test(value)) return undefined;
  const known = value !== undefined && !isPlaceholder(value);
  const named = secretIn(key);
  if (named !== undefined) return !known || likenessOf(value) !== undefined ? named : undefined;
  const [inside] = known ? secretsInside(value) : [];
  return inside !== undefined && likenessOf(inside) !== undefined ? '://[^/]*@' : undefined;
}

function fixFor(context: SettingsContext, entry: Setting, additions: readonly string[]): { title: string; safety: 'suggested'; edits: ReturnType<ReturnType<typeof settingEdits>['add']> }[] {
  const { conf, command, entries, registry } = context;
  // A shell takes the bars of the pattern for its own.
  if (!conf || command) return [];
  const own = entries.findLast(({ key }) => key === redaction);
  // Without `(?i)` it would miss what is written in capitals.
  const pattern = [own ? `(?i)${own.value!.replace(/^\(\?i\)/, '')}` : registry.defaultIn(registry.get(redaction)!, '99')!, ...additions.filter((each) => !(own?.value ?? '(?i)secret|password|token|access[.]?key|credential').includes(each))].join('|');
  const edits = own ? settingEdits(context).setValue(own, pattern) : settingEdits(context).add(entry, redaction, pattern);
  return edits.length > 0 ? [{ title: `${own ? 'Extend' : 'Add'} \`${redaction}\``, safety: 'suggested', edits }] : [];
}
