import type { Setting } from '../analysis/model.ts';
import { managerBeside, saysWhole, valueBeside } from '../rule/beside.ts';
import { atStart, isFalse, isTrue } from '../rule/entries.ts';
import { defineRule, type Edit, type SettingsContext, type Severity } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { allAtLeast } from '../rule/targets.ts';

const authenticate = 'spark.authenticate';

export default defineRule({
  name: 'incomplete-security',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    for (const entry of atStart(context.entries)) if (isTrue(entry) && Object.hasOwn(needs, entry.key)) needs[entry.key]!(context, entry);
  },
  docs: {
    summary: 'a security switch is on, and what it needs is not there',
    what: 'Encryption of what goes over the network (`spark.network.crypto.enabled`, `spark.authenticate.enableSaslEncryption`) without `spark.authenticate`; `spark.authenticate` on a standalone cluster without a secret; `spark.ssl.enabled` and its like without a key store; access control lists without a filter that tells who somebody is.',
    why: 'The first two keep the context from starting. With SSL and no key store the UI answers nobody, and from Spark 4 on a context with encrypted RPC does not start. Lists without a filter keep nobody out: the UI does not know who asks, and shows everything.',
    fine: '`spark.io.encryption.enabled` needs nothing else. YARN, Kubernetes and local masters make a secret by themselves, and YARN\'s proxy names the user. What is missing in code or on a command line may stand in a file of the cluster: there encryption without authentication is a warning, and of the others nothing is said.',
    fix: 'Sets `spark.authenticate` to true, which turns it on for all processes of the application.',
    examples: [
      { language: 'conf', bad: 'spark.network.crypto.enabled  true\n', good: 'spark.authenticate  true\nspark.network.crypto.enabled  true\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.authenticate", "false").config("spark.network.crypto.enabled", "true").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.authenticate", "true").config("spark.network.crypto.enabled", "true").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.authenticate.enableSaslEncryption", "true")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.authenticate", "true").set("spark.authenticate.enableSaslEncryption", "true")\n}\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.network.crypto.enabled=true job.py\n', good: 'spark-submit --conf spark.authenticate=true --conf spark.network.crypto.enabled=true job.py\n' },
    ],
    source: 'Each combination tried on Spark 3.5.6 and 4.3.0: contexts on a local master and for a standalone cluster, and requests to the UI.',
  },
});

const needs: Readonly<Record<string, (context: SettingsContext, entry: Setting) => void>> = {
  'spark.network.crypto.enabled': encrypted,
  'spark.authenticate.enableSaslEncryption': encrypted,
  [authenticate]: authenticated,
  'spark.ssl.enabled': withKeys,
  'spark.ssl.ui.enabled': withKeys,
  'spark.ssl.rpc.enabled': withKeys,
  'spark.acls.enable': withFilter,
};

function encrypted(context: SettingsContext, entry: Setting): void {
  const found = valueBeside(entry, authenticate, context);
  if (found === 'unknown' || found !== 'unset' && !isFalse(found)) return;
  const { setValue, add } = settingEdits(context);
  const edits: Edit[] = found === 'unset' ? add(entry, authenticate, 'true') : context.entries.includes(found) ? setValue(found, 'true') : [];
  context.report({
    at: entry.keySite, severity: found === 'unset' && !saysWhole(context) ? 'warning' : 'error',
    message: `\`${entry.key}\` needs \`${authenticate}\`, which is ${found === 'unset' ? 'false unless set' : 'false'}: the context does not start.`,
    related: found === 'unset' ? [] : [{ site: found.keySite, message: 'switched off here' }],
    fixes: edits.length > 0 ? [{ title: `Set \`${authenticate}\` to true`, safety: 'suggested', edits }] : [],
  });
}

const isUnset = (context: SettingsContext, entry: Setting, keys: readonly string[]): boolean => keys.every((key) => valueBeside(entry, key, context) === 'unset');
const tell = ({ report }: SettingsContext, { keySite }: Setting, severity: Severity, message: string): void => report({ at: keySite, severity, message });

function authenticated(context: SettingsContext, entry: Setting): void {
  if (!saysWhole(context) || managerBeside(entry, context) !== 'standalone' || !isUnset(context, entry, ['spark.authenticate.secret', 'spark.authenticate.secret.file', 'spark.authenticate.secret.driver.file'])) return;
  // The secret may come by the environment.
  if (context.mentions?.(/_SPARK_AUTH_SECRET|spark\.authenticate\.secret/)) return;
  tell(context, entry, 'error', `On a standalone cluster \`${authenticate}\` needs \`spark.authenticate.secret\`: without it the context does not start.`);
}

function withKeys(context: SettingsContext, entry: Setting): void {
  const rpc = entry.key === 'spark.ssl.rpc.enabled';
  if (!saysWhole(context) || rpc && !allAtLeast(context.targets, '4.0')) return;
  const own = entry.key.replace(/enabled$/, '');
  const keys = ['keyStore', ...(rpc ? ['privateKey', 'certChain'] : [])];
  if (!isUnset(context, entry, keys.flatMap((key) => [`spark.ssl.${key}`, `${own}${key}`]))) return;
  // `spark.ssl` itself serves several parts, each of which may have a store of its own.
  if (context.entries.some(({ key }) => /^spark\.ssl\.\w+\.keyStore$/.test(key))) return;
  if (rpc) tell(context, entry, 'error', `\`${entry.key}\` needs a key store (\`spark.ssl.rpc.keyStore\`) or a private key: without one the context does not start.`);
  else tell(context, entry, 'warning', `\`${entry.key}\` is on, and no key store is set (\`${own}keyStore\`): the UI has no certificate to show, and answers nobody.`);
}

function withFilter(context: SettingsContext, entry: Setting): void {
  const manager = managerBeside(entry, context);
  if (!saysWhole(context) || manager === undefined || manager === 'yarn' || !isUnset(context, entry, ['spark.ui.filters'])) return;
  tell(context, entry, 'information', '`spark.acls.enable` keeps nobody out of the UI by itself: without a filter in `spark.ui.filters` that tells who asks, everybody sees everything.');
}
