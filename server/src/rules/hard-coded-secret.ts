import type { Setting, Site } from '../analysis/model.ts';
import { isLocalAddress, type Likeness, likenessOf, secretIn, secretsInside } from '../knowledge/secrets.ts';
import { isPlaceholder } from '../knowledge/values.ts';
import { judged } from '../rule/entries.ts';
import { type Given, givenIn } from '../rule/given.ts';
import { groupedBy } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'hard-coded-secret',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key'],
  looksAt: 'settings',
  check({ entries, program, section, fileKind, report }) {
    const groups = [judged(entries).map(asGiven), ...(program && !section ? [...groupedBy(givenIn(program), ({ of }) => of).values()] : [])];
    const told = new Set<string>();
    for (const group of groups) {
      const local = group.filter(({ name, value }) => /(endpoint|url|uri|host|server|servers)$/i.test(name) && isLocalAddress(/\/\/|@/.test(value) ? value : `//${value}`));
      for (const given of group) {
        const found = foundIn(given);
        if (!found || found.like !== 'shape' && (fileKind === 'test' || local.some((address) => isForService(given, address, group)))) continue;
        const certain = found.like !== 'word' && fileKind !== 'test';
        // Given by one name again and again it is one secret.
        const key = given.of && `${given.name.toLowerCase()}:${given.value}`;
        if (key !== undefined && told.has(key)) continue;
        if (key !== undefined) told.add(key);
        report({ at: given.at, severity: certain ? 'error' : 'warning', message: found.inside
          ? `A ${certain ? '' : 'value that looks like a '}secret stands in the text, inside the value of \`${given.name}\`: whoever reads the file or its history has it. ${advice}`
          : `\`${given.name}\` is a secret, and its value stands in the text${certain ? '' : ', it seems'}: whoever reads the file or its history has it. ${advice}` });
      }
    }
  },
  docs: {
    summary: 'a password, key or token is written into the text',
    what: 'The value of a key or option that holds a secret (`…password`, `…secret.key`, `…token`, `fs.azure.account.key.…`), written out in a configuration file, a command or code; a password in an address (`jdbc:…;password=…`, `mongodb://user:…@host`), in JAAS settings or JVM options. Settings, options of readers and writers, and `hadoopConfiguration.set` are looked at. The message never repeats the value. What code gives to several readers and writers by one name is told once.',
    why: 'What is in a repository is in its history, on every laptop that has it, and in the logs of what builds it. Values that have the form of a key of a cloud, or that nobody would type, are an error; other words are a warning.',
    fine: 'Placeholders and references (`${PASSWORD}`, `{{secrets/scope/key}}`, `YOUR_KEY`, paths, names of variables) are not reported, nor are words that every local installation has (`minioadmin`, `postgres`, `changeit`), the secrets of services on the same machine or in the same set of containers (of all, where the master is there, too), or, in tests, anything but keys of a cloud. To get rid of the secret: give it to the job by the environment, a credential provider (`hadoop.security.credential.provider.path`) or a secret scope, and make a new one, since the old one is known.',
    examples: [
      { language: 'conf', bad: 'spark.hadoop.fs.s3a.secret.key  q7Zf3LxT9vB2nK8wYp4Rj6HsDc1MgEuA0oXiVt5b\n', good: 'spark.hadoop.fs.s3a.secret.key  ${env:S3_SECRET}\n' },
      { language: 'python', bad: 'df = spark.read.format("jdbc").option("url", "jdbc:postgresql://db.acme.io/sales").option("password", "Quee7ahSh").option("dbtable", "t").load()\n', good: 'import os\ndf = spark.read.format("jdbc").option("url", "jdbc:postgresql://db.acme.io/sales").option("password", os.environ["DB_PASSWORD"]).option("dbtable", "t").load()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.authenticate.secret", "Quee7ahSh")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.authenticate.secret", sys.env("SPARK_SECRET"))\n}\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.hadoop.fs.s3a.secret.key=q7Zf3LxT9vB2nK8wYp4Rj6HsDc1MgEuA0oXiVt5b job.py\n', good: 'spark-submit --conf spark.hadoop.fs.s3a.secret.key="$S3_SECRET" job.py\n' },
    ],
    source: 'The forms of keys are those that the services publish; the lists of words were read off public code and configuration.',
  },
});

const advice = 'Give it to the job by the environment or a secret store, and make a new one.';

const asGiven = ({ key, value, keySite }: Setting & { readonly value: string }): Given => ({ name: key, value, at: keySite });

/**
 * A service on the same machine takes what is told below its own name: `spark.hadoop.fs.s3a.secret.key` beside
 * `spark.hadoop.fs.s3a.endpoint`. Options of one reader go with its address; and where Spark runs there too, all is for trying things out.
 */
const isForService = (given: Given, address: Given, group: readonly Given[]): boolean =>
  given.of !== undefined || familyOf(given.name) === familyOf(address.name) || group.some(({ name, value }) => name === 'spark.master' && (value.startsWith('local') || isLocalAddress(value)));

/** What the words of a key come below that say what it holds; whatever stores objects as S3 does is one. */
function familyOf(name: string): string {
  if (/\bs3[an]?\b|minio/i.test(name)) return 's3';
  return /^(?:spark\.)?(?:hadoop\.)?(?:javax\.jdo|fs\.\w+|sql\.catalog\.\w+|[\w-]+)(?=\.)/.exec(name)?.[0] ?? name;
}

/** The gravest secret of a value, and whether it is a part of it. */
function foundIn({ name, value }: { readonly name: string; readonly value: string; readonly at: Site }): { readonly like: Likeness; readonly inside: boolean } | undefined {
  if (secretIn(name) !== undefined) {
    const like = likenessOf(value);
    // The name of an access key alone opens nothing, so it has to be plain that it is one.
    return like && (like === 'shape' || !/access.?key(id)?$/i.test(name) || /secret/i.test(name)) ? { like, inside: false } : undefined;
  }
  for (const secret of secretsInside(value)) {
    const like = isPlaceholder(secret) ? undefined : likenessOf(secret);
    if (like && (like === 'shape' || !isLocalAddress(value))) return { like, inside: true };
  }
  return undefined;
}
