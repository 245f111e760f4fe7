import { isJavaOptions } from '../knowledge/jvm.ts';
import { secretIn, secretsInside } from '../knowledge/secrets.ts';
import { placeOf } from '../rule/commands.ts';
import { isFilledIn, reference } from '../rule/filled-in.ts';
import { defineRule } from '../rule/rule.ts';

/** As the environment has them: a shell's `${NAME}`, and `$NAME` where a part of the value begins; not `${spark.key}`, and not Spark's own `${env:NAME}`. */
const variable = /\$\{([A-Z][A-Z0-9_]*)\}|(?<=^|[/:,=])\$([A-Z][A-Z0-9_]{2,})\b/;
/** Class paths are no shell's business but YARN's. */
const classPaths: ReadonlySet<string> = new Set(['spark.driver.extraClassPath', 'spark.executor.extraClassPath']);
/** Others fill these in: the shell that YARN starts a container by, Kubernetes. */
const handedOn = /^spark\.(?:yarn|kubernetes|mesos|executorEnv)\.|(?:Path|Env|Options|Opts|command)$/i;
/** Handed to Hadoop, which has a form of its own. */
const hadoop = 'spark.hadoop.';
export default defineRule({
  name: 'unexpanded-variable',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['conf'],
  fix: 'none',
  yieldsTo: ['unknown-key', 'removed-key', 'duplicate-key', 'comment-in-value'],
  looksAt: 'settings',
  check(context) {
    const { entries, conf, registry, targets, report } = context;
    if (conf?.form !== 'properties' || !entries.some(({ value }) => value !== undefined && variable.test(value)) || isFilledIn(context) !== false) return;
    const { manager } = placeOf(undefined, entries, targets);
    const isLiteral = (key: string): boolean => classPaths.has(key) && (manager === 'standalone' || manager === 'local');
    for (const entry of entries) {
      const found = variable.exec(entry.value ?? '');
      const ofHadoop = entry.key.startsWith(hadoop);
      const facts = registry.get(entry.key, targets.to);
      if (!found || !ofHadoop && handedOn.test(entry.key) && !isLiteral(entry.key) || isJavaOptions(entry.key) || !facts && !ofHadoop) continue;
      if (facts?.type === 'regex' || /(?:regex|patterns?)$/i.test(entry.key) || mayBeSecret(entry.key, entry.value!)) continue;
      const name = found[1] ?? found[2]!;
      const known = ofHadoop ? `\${env.${name}}` : facts?.registered && !entry.key.startsWith('spark.sql.') && !rawKeys.has(entry.key) && !classPaths.has(entry.key) ? `\${env:${name}}` : undefined;
      report({ at: entry.valueSite, message: `Spark does not fill in variables of the environment: \`${found[0]}\` stands in the value as it is, signs and all.${known === undefined ? '' : ` \`${known}\` is the form that ${ofHadoop ? 'Hadoop' : 'it'} knows for this key.`}` });
    }
  },
  docs: {
    summary: 'a variable of the environment in a properties file, which nothing fills in',
    what: '`${NAME}`, or `$NAME` at the start or behind `/`, `:`, `,` and `=`, in capitals, as (part of) the value of one of Spark\'s keys, in a properties file.',
    why: 'No shell reads the file. A number or a size is refused, a directory with the name `${NAME}` is made or missing. Spark has a form of its own for core keys: `${env:NAME}`, `${system:name}`, and `${spark.other.key}`. Keys of SQL, and what spark-submit reads before (memory, cores, master), know none of them. Of `spark.hadoop.` Hadoop fills in `${env.NAME}`.',
    fine: 'Templates that a build or an entry point fills in: nothing is said in files and folders that are named so, nor in a project whose scripts and builds call `envsubst` and its like, `sed` on such a file or Maven\'s filtering, or speak of templates or `eval` and of the file or its folder. Values that others fill in (YARN\'s containers, Java options, class paths but those of a standalone cluster or a local master), regular expressions, and secrets that are not `${NAME}` alone (a password may hold a `$`) are not judged.',
    examples: [{ language: 'conf', bad: 'spark.eventLog.dir  ${LOGS}/events\n', good: 'spark.eventLog.dir  ${env:LOGS}/events\n' }],
    source: 'Tried on Spark 3.5.6 and 4.3.0, key by key.',
  },
});

/** Read by spark-submit and its launcher as they stand; the secret by the driver, too (that of a file is filled in). */
const rawKeys: ReadonlySet<string> = new Set(['spark.master', 'spark.submit.deployMode', 'spark.app.name', 'spark.driver.memory', 'spark.driver.cores', 'spark.executor.memory', 'spark.executor.cores', 'spark.executor.instances', 'spark.cores.max', 'spark.jars', 'spark.jars.packages', 'spark.submit.pyFiles', 'spark.files', 'spark.authenticate.secret']);

const mayBeSecret = (key: string, value: string): boolean => (secretIn(key) !== undefined ? [value] : secretsInside(value)).some((each) => !reference.test(each.trim()));
