/** Rules on settings hold in every form that settings are written in: the examples of properties files, written as YAML, JSON and XML. */
import { describe, expect, it } from 'vitest';
import { confText } from '../server/src/lint/document.ts';
import { suppressFile, suppressLine } from '../server/src/lint/suppressions.ts';
import { rules } from '../server/src/rules/index.ts';
import { parseProperties } from '../server/src/syntax/properties.ts';
import { applyEdits } from '../server/src/text/edits.ts';
import { check, fix, projectOf } from './support/project.ts';

type Entry = readonly [key: string, value: string];

interface Form {
  readonly name: string;
  readonly path: string;
  write(entries: readonly Entry[]): string;
  /** Rules that are silent there by what the place is. */
  readonly silent?: readonly string[];
}

const json = JSON.stringify;
const member = ([key, value]: Entry): string => `${json(key)}: ${json(value)}`;
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const forms: readonly Form[] = [
  {
    name: 'a SparkApplication', path: 'deploy/job.yaml',
    write: (entries) => `apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata:\n  name: job\nspec:\n  type: Python\n  sparkConf:\n${entries.map((entry) => `    ${member(entry)}\n`).join('')}  driver:\n    serviceAccount: spark\n`,
  },
  {
    name: 'a cluster in a bundle of Databricks', path: 'databricks.yml', silent: ['dynamic-allocation-shuffle', 'unredacted-secret'],
    write: (entries) => `bundle:\n  name: jobs\nresources:\n  jobs:\n    daily:\n      job_clusters:\n        - job_cluster_key: main\n          new_cluster:\n            node_type_id: i3.xlarge\n            spark_conf:\n${entries.map(([key, value]) => `              ${key}: '${value.replaceAll("'", "''")}'  # set\n`).join('')}            num_workers: 2\n`,
  },
  {
    name: 'a cluster of Databricks as JSON', path: 'cluster.json', silent: ['dynamic-allocation-shuffle', 'unredacted-secret'],
    write: (entries) => `{\n  "cluster_name": "jobs",\n  "spark_conf": {\n${entries.map((entry) => `    ${member(entry)}`).join(',\n')}\n  },\n  "num_workers": 2\n}\n`,
  },
  {
    name: 'a classification of EMR on one line', path: 'emr.json', silent: ['dynamic-allocation-shuffle', 'off-heap-size', 'metastore-jars-without-path', 'event-log-without-directory', 'event-log-off', 'incomplete-security'],
    write: (entries) => `[{"Classification": "spark-defaults", "Properties": {${entries.map(member).join(', ')}}}]\n`,
  },
  { name: 'a mapping of Spark\'s settings', path: 'conf/session.yaml', write: (entries) => `app: x\nspark_conf:\n${entries.map((entry) => `  ${member(entry)}\n`).join('')}` },
  { name: 'the same between braces', path: 'conf/session.yml', write: (entries) => `spark_conf: {${entries.map(member).join(', ')}}\n` },
  {
    name: 'a properties file in a ConfigMap', path: 'deploy/config.yaml',
    write: (entries) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: spark\ndata:\n  spark-defaults.conf: |\n    # of all jobs\n${entries.map(([key, value]) => `    ${key}  ${value.replaceAll('\\', '\\\\')}\n`).join('')}`,
  },
  {
    name: 'Hadoop\'s XML', path: 'hive-site.xml',
    write: (entries) => `<?xml version="1.0"?>\n<configuration>\n${entries.map(([key, value]) => `  <property>\n    <name>${escaped(key)}</name>\n    <value>${escaped(value)}</value>\n  </property>\n`).join('')}</configuration>\n`,
  },
];

/** What the entries of a text are, once the fixes are made. */
const settingsIn = (path: string, text: string): string[] => (projectOf({ [path]: text }).conf(path)?.sections ?? []).flatMap(({ entries }) => entries).filter(({ told }) => told?.within !== 'field').map(({ key, value }) => `${key}=${value ?? '?'}`);

/** About the text of properties files or of what those alone can be said not to set, or with examples of their own form. */
const ofOneForm = ['malformed-conf', 'comment-in-value', 'stray-backslash', 'unread-file-name', 'misconfigured-shuffle-service', 'unexpanded-variable', 'unread-variable', 'acls-without-filter', 'ineffective-parallelism'];

const entriesOf = (text: string): Entry[] => parseProperties('x', text).entries.map(({ key, value }) => [key, value] as const);
const examples = rules.filter(({ looksAt, languages, name }) => looksAt === 'settings' && languages.includes('conf') && !ofOneForm.includes(name))
  .flatMap((rule) => rule.docs.examples.filter(({ language, file }) => language === 'conf' && !file?.endsWith('.sql')).map((example) => ({ rule: rule.name, ...example })));

describe.each(forms)('$name', ({ path, write, silent = [] }) => {
  it.each(examples)('$rule', async ({ rule, bad, good, file = 'spark-defaults.conf' }) => {
    const own = { select: [rule] };
    const inFile = check({ [file]: bad }, file, own);
    const [text, fine] = [write(entriesOf(bad)), write(entriesOf(good))];
    const { findings, syntaxErrors, problems } = check({ [path]: text }, path, own);
    expect(problems).toEqual([]);
    expect(syntaxErrors, text).toBe(0);
    expect(check({ [path]: fine }, path, own).findings.map(({ message }) => message), fine).toEqual([]);
    if (silent.includes(rule)) {
      expect(findings, text).toEqual([]);
      return;
    }
    expect(findings.map(({ rule: name }) => name), text).toEqual(inFile.findings.map(({ rule: name }) => name));
    for (const safety of ['safe', 'suggested'] as const) {
      const there = await fix({ [path]: text }, path, safety, own);
      const before = await fix({ [file]: bad }, file, safety, own);
      expect(there.syntaxErrors, there.text).toBe(0);
      expect(there.left.length, `${safety}:\n${there.text}`).toBe(before.left.length);
      expect(there.again).toBe(false);
      expect(settingsIn(path, there.text)).toEqual(settingsIn(file, before.text));
    }
  });
});

const fault: Entry = ['spark.network.timeout', '10 min'];
const invalid = { select: ['invalid-value', 'unused-suppression'] };
const names = (path: string, text: string, overrides = {}): string[] => check({ [path]: text }, path, overrides).findings.map(({ rule }) => rule);

describe('comments that silence', () => {
  it.each(forms)('stand in $name where it has comments', ({ path, write }) => {
    const text = write([['spark.app.name', 'x'], fault]);
    const project = projectOf({ [path]: text }, invalid);
    const [finding] = project.check(path).findings;
    const document = confText(project.conf(path)!);
    const edits = [suppressLine(document, finding!.rule, finding!), suppressFile(document, finding!.rule)];
    if (path.endsWith('.json')) return expect(edits).toEqual([[], []]);
    for (const each of edits) {
      const silenced = applyEdits(text, each);
      expect(check({ [path]: silenced }, path, invalid), silenced).toMatchObject({ findings: [], syntaxErrors: 0 });
    }
  });
  it('of JSON are those of who reads it', () => {
    expect(names('a.json', '{\n  // sparkcheck: ignore[invalid-value] it is a test\n  "spark_conf": {"spark.network.timeout": "10 min"}\n}\n', invalid)).toEqual([]);
    expect(names('a.json', '{\n  "spark_conf": {\n    "spark.network.timeout": "10 min" // sparkcheck: ignore[invalid-value]\n  }\n}\n', invalid)).toEqual([]);
  });
  it.each([
    ['a.yaml', 'spark_conf:\n  spark.app.name: x  # sparkcheck: ignore[invalid-value]\n', 'spark_conf:\n  spark.app.name: x\n'],
    ['a-site.xml', '<configuration>\n  <!-- sparkcheck: ignore[invalid-value] see https://x/y#z -->\n  <property><name>spark.app.name</name><value>x</value></property>\n</configuration>\n', '<configuration>\n  <property><name>spark.app.name</name><value>x</value></property>\n</configuration>\n'],
  ])('and silence nothing are taken out: %s', async (path, text, fixed) => {
    expect(names(path, text, invalid)).toEqual(['unused-suppression']);
    expect((await fix({ [path]: text }, path, 'safe', invalid)).text).toBe(fixed);
  });
});

describe('what a section says of itself', () => {
  const application = (version: string): string => `apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  sparkVersion: ${version}\n  sparkConf:\n    spark.blacklist.enabled: "true"\n`;
  it('is its Spark, unless the settings say another', () => {
    expect(names('a.yaml', application('3.0.0'))).toEqual([]);
    expect(names('a.yaml', application('4.1.1'))).toEqual(['removed-key']);
    expect(names('a.yaml', application('3.0.0'), { targetSpark: '4.1' })).toEqual(['removed-key']);
  });
  it('is its cluster', () => {
    const bounds = 'apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  dynamicAllocation:\n    enabled: true\n    minExecutors: 4\n    maxExecutors: 2\n';
    expect(check({ 'a.yaml': bounds }, 'a.yaml').findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['dynamic-allocation-bounds error']);
    expect(names('a.json', '{"spark_version": "14.3.x-scala2.12", "spark_conf": {"spark.sql.shuffle.partitions": "auto"}}')).toEqual([]);
    expect(names('a.yaml', 'sparkConf:\n  spark.sql.shuffle.partitions: auto\n')).toEqual(['invalid-value']);
  });
  it('wins by its fields over its keys', async () => {
    const text = 'apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  sparkConf:\n    spark.driver.memory: 2g\n    spark.app.name: x\n  driver:\n    memory: 4g\n';
    const [finding] = check({ 'a.yaml': text }, 'a.yaml').findings;
    expect(finding).toMatchObject({ rule: 'duplicate-key', message: '`driver.memory` sets `spark.driver.memory` too, to `4g`, and wins over `sparkConf`: this one has no effect.' });
    expect((await fix({ 'a.yaml': text }, 'a.yaml', 'safe')).text).toBe(text.replace('    spark.driver.memory: 2g\n', ''));
  });
  it('keeps what others name', async () => {
    const text = 'spark_conf:\n  spark.executor.cores: &n 4\n  spark.executor.cores: 8\n  spark.task.cpus: *n\n';
    expect(names('a.yaml', text, { select: ['duplicate-key'] })).toEqual(['duplicate-key']);
    expect((await fix({ 'a.yaml': text }, 'a.yaml', 'suggested', { select: ['duplicate-key'] })).text).toBe(text);
  });
  it('may stand in two branches of a template, of which one counts', () => {
    expect(names('a.yaml', 'spark_conf:\n  {{- if .Values.big }}\n  spark.executor.memory: 8g\n  {{- else }}\n  spark.executor.memory: 4g\n  {{- end }}\n  spark.app.name: x\n')).toEqual([]);
    expect(names('a.yaml', 'spark_conf:\n  spark.executor.memory: 8g\n  spark.executor.memory: 4g\n  spark.app.name: {{ x }}\n')).toEqual(['duplicate-key']);
  });
});
