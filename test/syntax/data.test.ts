/** YAML, JSON and XML: which parts are settings of Spark, what their values are, and where they stand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataFile, type DataForm } from '../../server/src/program/conf.ts';
import { dataForm, holdsSettings } from '../../server/src/syntax/data/index.ts';
import { syntax } from '../support/engine.ts';

const read = (text: string, form: DataForm = 'yaml', path = 'x'): DataFile => syntax.data(path, text, form);
/** `key=value` of each entry, by section; a value that is not known is a question mark, an entry that may be missing is in brackets. */
const sections = (text: string, form?: DataForm, path?: string): string[][] => read(text, form, path).sections.map(({ entries }) => entries.map(({ key, value, told }) => {
  const pair = `${key}=${value ?? '?'}`;
  return told?.conditional ? `[${pair}]` : pair;
}));
const entries = (text: string, form?: DataForm): string[] => sections(text, form).flat();

describe('which files are read', () => {
  it.each([
    ['a/job.yaml', 'yaml'], ['values.yml', 'yaml'], ['app.yaml.j2', 'yaml'], ['job.YML.tmpl', 'yaml'], ['cluster.json', 'json'], ['c.jsonc', 'json'], ['yarn-site.xml', 'xml'], ['conf/hive-site.xml.template', 'xml'],
    ['package.json', undefined], ['package-lock.json', undefined], ['pom.xml', undefined], ['a.ipynb', undefined], ['a.toml', undefined],
  ] as const)('%s', (path, form) => expect(dataForm(path)).toBe(form));

  it.each([
    ['yaml', 'kind: SparkApplication', true], ['yaml', 'kind: ScheduledSparkApplication', true], ['json', '{"kind": "SparkApplication"}', true], ['yaml', 'a:\n  spark.executor.memory: 4g', true],
    ['yaml', 'a: {"spark.x": 1}', true], ['json', '{"spark.x":1}', true], ['yaml', 'p: {spark:spark.executor.cores: 1}', true], ['xml', '<name>spark.x</name>', true], ['xml', '<value>spark_shuffle</value>', true],
    ['yaml', 'data:\n  spark.conf: |\n    # x\n    spark.x 1\n', true], ['json', '{"sparkSubmitParameters": "--conf a=b"}', true], ['yaml', 'command: [spark-submit, x.py]', true],
    ['yaml', 'command: spark-submit x.py', true], ['yaml', '# spark-submit x.py', false], ['yaml', 'image: apache/spark-submit-x', false], ['yaml', 'image: apache/spark:3.5.1', false], ['yaml', 'kind: CustomResourceDefinition\nnames:\n  kind: SparkApplication', false], ['json', '{"a": "spark.executor.memory"}', false], ['xml', '<name>hive.x</name>', false], ['yaml', 'spark: {version: 3}', false],
  ] as const)('%s %j: %s', (form, text, holds) => expect(holdsSettings(form, text)).toBe(holds));
});

const application = (spec: string, kind = 'SparkApplication'): string => `apiVersion: "sparkoperator.k8s.io/v1beta2"\nkind: ${kind}\nspec:\n${spec}`;

describe('an application of the Kubernetes operator', () => {
  it('is its keys, those of Hadoop, and the fields that stand for keys', () => {
    expect(sections(application(`  sparkVersion: "3.5.1"
  mode: cluster
  deps:
    packages: [a:b:1, "c:d:2"]
  hadoopConf:
    fs.s3a.path.style.access: "true"
  sparkConf:
    spark.eventLog.enabled: "true"
  driver:
    cores: 1
    coreLimit: "1200m"
    memory: 512m
    javaOptions: "-Da=b"
  executor:
    instances: 2
    memoryOverhead: 1g
    labels: {a: b}
`))).toEqual([['spark.eventLog.enabled=true', 'spark.hadoop.fs.s3a.path.style.access=true', 'spark.submit.deployMode=cluster', 'spark.jars.packages=a:b:1,c:d:2', 'spark.driver.cores=1', 'spark.kubernetes.driver.limit.cores=1200m', 'spark.driver.memory=512m', 'spark.driver.extraJavaOptions=-Da=b', 'spark.executor.instances=2', 'spark.executor.memoryOverhead=1g']]);
  });
  it('runs on Kubernetes, with the Spark that it names', () => {
    expect(read(application('  sparkVersion: v3.4.0\n  sparkConf: {spark.a: x}\n')).sections).toMatchObject([{ runsOn: 'kubernetes', spark: '3.4.0' }]);
    expect(read('apiVersion: spark.apache.org/v1\nkind: SparkApplication\nspec:\n  sparkConf:\n    spark.a: x\n  runtimeVersions:\n    sparkVersion: "4.0.1"\n').sections).toMatchObject([{ spark: '4.0.1', entries: [{ key: 'spark.a' }] }]);
  });
  it('may be scheduled, and be one of several documents', () => {
    expect(sections(`a: b\n---\n${application('  schedule: "@daily"\n  template:\n    sparkConf:\n      spark.a: "1"\n', 'ScheduledSparkApplication')}---\n${application('  sparkConf:\n    spark.b: "2"\n')}`)).toEqual([['spark.a=1'], ['spark.b=2']]);
  });
  it('is told dynamic allocation only where it is on, and then keeps track of shuffles', () => {
    expect(entries(application('  dynamicAllocation:\n    enabled: false\n    maxExecutors: 4\n'))).toEqual([]);
    expect(entries(application('  dynamicAllocation:\n    enabled: true\n    maxExecutors: 4\n'))).toEqual(['spark.dynamicAllocation.enabled=true', 'spark.dynamicAllocation.maxExecutors=4', 'spark.dynamicAllocation.shuffleTracking.enabled=true']);
    expect(entries(application('  dynamicAllocation: {enabled: true, shuffleTrackingEnabled: false}\n'))).toEqual(['spark.dynamicAllocation.enabled=true', 'spark.dynamicAllocation.shuffleTracking.enabled=false']);
  });
});

describe('Databricks, EMR and others', () => {
  it('are clusters, wherever they stand', () => {
    const text = 'resources:\n  jobs:\n    a:\n      job_clusters:\n        - new_cluster:\n            spark_version: 13.3.x-scala2.12\n            spark_conf:\n              spark.a: x\n      tasks:\n        - new_cluster: {spark_version: "${var.v}", spark_conf: {spark.b: z}}\n';
    expect(sections(text)).toEqual([['spark.a=x'], ['spark.b=z']]);
    expect(read(text).sections).toMatchObject([{ runsOn: 'databricks', spark: '3.4' }, { runsOn: 'databricks', spark: undefined }]);
  });
  it('are classifications, one within another, in whatever case', () => {
    const text = '{"Configurations": [{"Classification": "spark", "Properties": {"maximizeResourceAllocation": "true"}, "Configurations": [{"classification": "spark-defaults", "properties": {"spark.a": "x"}}]}, {"Classification": "spark-env", "Properties": {"spark.executor.memory": "x", "spark.executor.cores": "y"}}, {"Classification": "yarn-site", "Properties": {"yarn.a": "z"}}]}';
    expect(sections(text, 'json')).toEqual([['spark.a=x'], ['yarn.a=z']]);
    expect(read(text, 'json').sections).toMatchObject([{ runsOn: 'yarn', open: true }, {}]);
  });
  it('are mappings with keys of Spark, if there are two or their name says so', () => {
    expect(sections('job:\n  x:\n    spark.executor.memory: 4g\n    spark.executor.cores: 2\n')).toEqual([['spark.executor.memory=4g', 'spark.executor.cores=2']]);
    expect(sections('sparkConf:\n  spark.foo: 1\n')).toEqual([['spark.foo=1']]);
    expect(sections('conf:\n  spark.executor.memory: 4g\n')).toEqual([['spark.executor.memory=4g']]);
    expect(sections('properties: {spark:spark.executor.memory: 4g, "dataproc:x": "y"}')).toEqual([['spark.executor.memory=4g', 'dataproc:x=y']]);
    expect(sections('{"conf": {"spark.executor.memory": "4g"}, "file": "x.py"}', 'json')).toEqual([['spark.executor.memory=4g']]);
  });
  it('are none where keys are spoken of', () => {
    expect(sections('x:\n  spark.executor.memory: 4g\n')).toEqual([]);
    expect(sections('conf:\n  spark.foo: 1\n')).toEqual([]);
    expect(sections('properties:\n  spark.executor.memory: {type: string}\n  spark.executor.cores: {type: string}\n')).toEqual([]);
    expect(sections('docs:\n  spark.executor.memory: Amount of memory per executor\n  spark.executor.cores: Number of cores\n')).toEqual([]);
    expect(sections('{"spark.executor.memory": "4g", "spark.executor.cores": 1}\n{"spark.executor.memory": "4g", "spark.executor.cores": 1}\n', 'json')).toEqual([]);
  });
  it('are files of Hadoop', () => {
    const text = '<?xml version="1.0"?>\n<!-- a -->\n<configuration>\n  <property><name> spark.a </name><value><![CDATA[x]]></value></property>\n  <property>\n    <name>b</name>\n    <value>1 &amp; 2</value>\n    <description>what</description>\n  </property>\n</configuration>\n';
    expect(sections(text, 'xml', 'yarn-site.xml')).toEqual([['spark.a=x', 'b=1 & 2']]);
    const [section] = read(text, 'xml', 'yarn-site.xml').sections;
    expect(section!.runsOn).toBe('yarn');
    expect(section!.entries.map(({ keyRange, valueRange }) => [text.slice(keyRange.start, keyRange.end), text.slice(valueRange.start, valueRange.end)])).toEqual([['spark.a', '<![CDATA[x]]>'], ['b', '1 &amp; 2']]);
    expect(entries('<configuration><property><name>spark.a</name><value>1</value><final>true</final></property><property><name>spark.a</name><value>2</value></property></configuration>', 'xml')).toEqual(['spark.a=1']);
    expect(read(text, 'xml').comments.map(({ start, end }) => text.slice(start, end))).toEqual(['<!-- a -->']);
  });
});

describe('a properties file within', () => {
  it('is read where it stands, in a ConfigMap and in values', () => {
    const text = 'kind: ConfigMap\ndata:\n  spark-defaults.conf: |\n    # memory\n    spark.executor.memory   4g\n\n    spark.executor.cores=2\n    spark.app.name \\\n      daily\n  log4j.properties: |\n    spark.x 1\n';
    expect(sections(text)).toEqual([['spark.executor.memory=4g', 'spark.executor.cores=2', 'spark.app.name=daily']]);
    const { comments, sections: [section] } = read(text);
    expect(comments.map(({ start, end }) => text.slice(start, end))).toEqual(['# memory']);
    expect(section!.entries.map(({ start, end, keyRange, valueRange }) => [text.slice(start, end), text.slice(keyRange.start, keyRange.end), text.slice(valueRange.start, valueRange.end)]).slice(0, 2)).toEqual([['spark.executor.memory   4g', 'spark.executor.memory', '4g'], ['spark.executor.cores=2', 'spark.executor.cores', '2']]);
    expect(section!.open).toBe(false);
    expect(read('sparkConf: |-\n  spark.a 1\n').sections).toMatchObject([{ open: true }]);
    expect(sections('spark:\n  sparkConf: |-\r\n    spark.a 1\r\n    spark.b 2\r\n')).toEqual([['spark.a=1', 'spark.b=2']]);
  });
  it('is one by its name and what it holds', () => {
    for (const text of ['notes: |\n  spark.executor.memory 4g\n', 'spark-defaults.conf: |\n  spark {\n    x = 1\n  }\n', 'spark-defaults.conf: >\n  spark.a 1\n  spark.b 2\n', 'metrics.properties: |\n  spark.x 1\n']) expect(sections(text), text).toEqual([]);
  });
  it('of a template is parted by its branches', () => {
    expect(sections('data:\n  spark-defaults.conf: |\n    spark.a 1\n    spark.b {{ .Values.b }}\n    {{- if .Values.c }}\n    spark.c 1\n    {{- else }}\n    spark.c 2\n    {{- end }}\n    {{ .Values.key }} 3\n')).toEqual([['spark.a=1', 'spark.b=?'], ['spark.c=1'], ['spark.c=2']]);
    expect(read('data:\n  spark-defaults.conf: |\n    spark.a {{ .Values.b }}\n').sections).toMatchObject([{ open: true }]);
  });
});

describe('commands within', () => {
  const commands = (text: string, form?: DataForm): unknown[] => read(text, form).sections.map(({ command, entries: own }) => [command!.launcher, command!.arguments.filter(({ is }) => is === 'application').map((each) => each.text), own.map(({ key, value }) => `${key}=${value ?? '?'}`)]);
  it('are what EMR gives to spark-submit', () => {
    expect(commands('{"jobDriver": {"sparkSubmitJobDriver": {"entryPoint": "s3://x/job.py", "sparkSubmitParameters": "--conf spark.executor.instances=2 --conf \\"spark.app.name=a b\\" --executor-memory 2G"}}}', 'json')).toEqual([['spark-submit', ['s3://x/job.py'], ['spark.executor.instances=2', 'spark.app.name=a b', 'spark.executor.memory=2G']]]);
    expect(commands('sparkSubmitParameters: >-\n  --conf spark.a=1\n  --conf spark.b={{ x }}\n  --conf spark.c=${NAME}\n')).toEqual([['spark-submit', [], ['spark.a=1', 'spark.b=?', 'spark.c=?']]]);
  });
  it('are steps, tasks and lists of words', () => {
    expect(commands('[{"HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["spark-submit", "--deploy-mode", "cluster", "s3://x/a.py", "--conf", "x"]}}]', 'json')).toEqual([['spark-submit', ['s3://x/a.py'], ['spark.submit.deployMode=cluster']]]);
    expect(commands('[{"Type": "Spark", "Args": ["--class", "a.B", "--conf", "spark.x=1", "a.jar"]}]', 'json')).toEqual([['spark-submit', ['a.jar'], ['spark.x=1']]]);
    expect(commands('tasks:\n  - spark_submit_task:\n      parameters:\n        - --conf\n        - spark.x=1\n        - "dbfs:/job.py"\n')).toEqual([['spark-submit', ['dbfs:/job.py'], ['spark.x=1']]]);
    expect(commands('command: [/opt/spark/bin/spark-submit, --master, yarn, job.py]\n')).toEqual([['spark-submit', ['job.py'], ['spark.master=yarn']]]);
    expect(commands('command:\n  - sh\n  - -c\n  - echo\nnames: [spark-submit, spark-shell]\nargs: [spark-submit]\n')).toEqual([]);
  });
  it('are what containers run', () => {
    const job = [['spark-submit', ['/app/job.py'], ['spark.x=1']]];
    for (const text of [
      'command: /opt/spark/bin/spark-submit --conf spark.x=1 /app/job.py\n',
      'command: ["bash", "-c", "sleep 5 && spark-submit --conf spark.x=1 /app/job.py"]\n',
      'command: >\n  bash -c "sleep 5;\n  spark-submit\n  --conf spark.x=1\n  /app/job.py"\n',
      'command: >\n  spark-submit\n    --conf spark.x=1\n    /app/job.py\n',
      'command: >\r\n  spark-submit \\\r\n  --conf spark.x=1\r\n  /app/job.py\r\n',
      'command: spark-submit\n  --conf spark.x=1\n  /app/job.py\n',
      'command: >\n  bash -c "spark-submit \\\\\n      --conf spark.x=1 \\\\\n      /app/job.py"\n',
      'command: >\n  bash -c "spark-submit \\\n      --conf spark.x=1 \\\n      /app/job.py"\n',
      'command: |\n  bash -c "spark-submit --conf \\"spark.x=1\\" /app/job.py"\n',
      'entrypoint: [/opt/spark/bin/spark-submit]\ncommand: [--conf, spark.x=1, /app/job.py]\n',
      'command: ["/opt/spark/bin/spark-submit"]\nargs:\n  - --conf\n  - spark.x=1\n  - /app/job.py\n',
      'command: ["/bin/sh", "-c"]\nargs:\n  - |\n    # spark-submit --conf spark.y=1 a.py\n    echo "spark-submit" # now\n    spark-submit \\\n      --conf spark.x=1 \\\n      /app/job.py\n',
      'args: [spark-submit, --conf, spark.x=1, /app/job.py]\n',
      'steps:\n  - run: |\n      pip install pyspark\n      spark-submit --conf spark.x=1 /app/job.py\n',
      'script:\n  - spark-submit --conf spark.x=1 /app/job.py\n',
    ]) expect(commands(text), text).toEqual(job);
    expect(commands('notes: spark-submit --conf spark.x=1 job.py\ndescription: |\n  spark-submit --conf spark.x=1 job.py\ncommand: echo spark-submit --conf spark.x=1\n')).toEqual([]);
  });
  it('end where a shell ends them', () => {
    const [section] = read('command: >\n  bash -c "\n    spark-submit\n      --conf spark.x=1\n      /app/job.py\n  "\n').sections;
    expect(section!.command!.breaks).toMatchObject([{ why: 'no backslash' }]);
    expect(section!.entries).toMatchObject([{ key: 'spark.x', value: '1' }]);
    expect(read('command: >\n  bash -c "\n  spark-submit\n  --conf spark.x=1\n  /app/job.py\n  "\n').sections[0]!.command!.breaks).toEqual([]);
  });
  it('are arguments of a shell in a variable', () => {
    for (const text of ['environment:\n  PYSPARK_SUBMIT_ARGS: --conf spark.x=1 pyspark-shell\n', 'environment:\n  - PYSPARK_SUBMIT_ARGS=--conf spark.x=1 pyspark-shell\n', 'env:\n  - name: PYSPARK_SUBMIT_ARGS\n    value: "--conf spark.x=1 pyspark-shell"\n']) expect(commands(text), text).toEqual([['pyspark', ['pyspark-shell'], ['spark.x=1']]]);
  });
  it('stand in a variable for whoever runs it', () => {
    for (const text of ['environment:\n  SUBMIT_COMMAND: spark-submit --conf spark.x=1 job.py a\n', 'environment:\n  - SUBMIT_COMMAND=/opt/spark/bin/spark-submit --conf spark.x=1 job.py a\n', 'env:\n  - name: SUBMIT_COMMAND\n    value: "spark-submit --conf spark.x=1 job.py a"\n', 'environment:\n  RUN_2: >-\n    spark-submit\n    --conf spark.x=1\n    job.py a\n']) {
      expect(commands(text), text).toEqual([['spark-submit', ['job.py'], ['spark.x=1']]]);
      expect(read(text).sections[0]!.command!.open).toBe(true);
    }
    for (const text of ['environment:\n  HELP: run spark-submit --conf spark.x=1 job.py\n', 'environment:\n  - NAME=spark-submit\n', 'note: spark-submit --conf spark.x=1 job.py\n', 'environment:\n  - "name=spark-submit --conf spark.x=1 job.py"\n']) expect(commands(text), text).toEqual([]);
    for (const text of ['environment:\n  SPARK_SUBMIT_OPTIONS: --conf spark.x=1\n', 'env:\n  - name: SPARK_SUBMIT_OPTIONS\n    value: --conf spark.x=1\n']) expect(commands(text), text).toEqual([['spark-submit', [], ['spark.x=1']]]);
  });
  it('stand where they are written', () => {
    const text = '{"sparkSubmitParameters": "--conf spark.a=1 --executor-memory 2G"}';
    const [section] = read(text, 'json').sections;
    expect(section!.entries.map(({ keyRange, valueRange }) => [text.slice(keyRange.start, keyRange.end), text.slice(valueRange.start, valueRange.end)])).toEqual([['spark.a', '1'], ['--executor-memory', '2G']]);
    expect(text.slice(section!.command!.nameRange.start, section!.command!.nameRange.end)).toBe('sparkSubmitParameters');
  });
});

describe('what Livy is asked for', () => {
  it('are its keys and the fields that stand for keys', () => {
    expect(sections('{"file": "s3://x/a.jar", "className": "a.B", "executorMemory": "2g", "numExecutors": 3, "conf": {"spark.sql.shuffle.partitions": "8"}}', 'json')).toEqual([['spark.sql.shuffle.partitions=8', 'spark.executor.memory=2g', 'spark.executor.instances=3']]);
    expect(sections('{"kind": "pyspark", "driverMemory": "1g", "conf": {"spark.a": "8"}}', 'json')).toEqual([['spark.a=8', 'spark.driver.memory=1g']]);
    expect(sections('{"kind": "Deployment", "driverMemory": "1g", "conf": {"x": "8"}, "file": "spark.a: 1"}', 'json')).toEqual([]);
  });
});

describe('values', () => {
  const one = (value: string): string => entries(`sparkConf:\n  spark.a: ${value}\n`)[0]!.slice('spark.a='.length);
  it.each<readonly [string, string]>([
    ['4g', '4g'], ['"4g"', '4g'], ["'it''s'", "it's"], ['"a\\tb"', 'a\tb'], ['200', '200'], ['0.6', '0.6'], ['-1', '-1'], ['true', 'true'], ['False', 'false'], ['a b  # why', 'a b'], ['"yes"', 'yes'], ['"010"', '010'],
    ...['yes', 'No', 'off', '1e3', '0x10', '0o17', '010', '1_000', '1.0', '.5', '1:30', '~', 'null', '', '2024-01-01', '.inf'].map((value) => [value, '?'] as const),
    ['|\n    a\n    b', 'a\nb\n'], ['>-\n    a\n    b', 'a b'], ['"{{ x }}"', '?'], ['{{ .Values.x }}g', '?'], ['${var.x}', '${var.x}'],
  ])('%j is %j', (written, value) => expect(one(written)).toBe(value));
  it('of JSON are as they are written', () => {
    expect(entries('{"spark_conf": {"spark.a": "x\\u0041", "spark.b": 12, "spark.c": 1e3, "spark.d": true, "spark.e": null, "spark.f": 1.50,}} // why', 'json')).toEqual(['spark.a=xA', 'spark.b=12', 'spark.c=?', 'spark.d=true', 'spark.e=?', 'spark.f=?']);
  });
  it('stand where they are written, without their quotes', () => {
    const text = 'sparkConf:\n  "spark.a" : "x"\n  spark.b: \'y\'\n  spark.c: >-\n    z\n';
    expect(read(text).sections[0]!.entries.map(({ start, end, keyRange, valueRange }) => [keyRange, valueRange, { start, end }].map((range) => text.slice(range.start, range.end)))).toEqual([['spark.a', 'x', '"spark.a" : "x"'], ['spark.b', 'y', "spark.b: 'y'"], ['spark.c', '>-\n    z', 'spark.c: >-\n    z']]);
  });
  it('of anchors are followed, and what a mapping says itself wins over what is merged', () => {
    expect(sections('base: &base\n  spark.executor.memory: 4g\n  spark.executor.cores: 2\nspark_conf:\n  <<: *base\n  spark.executor.cores: 4\n')).toEqual([['spark.executor.memory=4g', 'spark.executor.cores=2'], ['spark.executor.memory=4g', 'spark.executor.cores=4']]);
    expect(sections('a: &a {spark.executor.memory: 4g}\nb: &b {<<: *a, spark.x: 1}\nspark_conf: {<<: [*b, *a]}\n')).toEqual([['spark.x=1', 'spark.executor.memory=4g']]);
    expect(sections('a: &a {spark.executor.memory: 4g, spark.x: 1}\nx:\n  spark_conf: *a\n')).toEqual([['spark.executor.memory=4g', 'spark.x=1']]);
    expect(sections('spark_conf: &a {<<: *a, spark.x: 1}\n')).toEqual([['spark.x=1']]);
  });
});

describe('templates', () => {
  it('leave what they fill in unknown, and what stands in a branch may be missing', () => {
    const text = application(`  sparkVersion: {{ .Values.version | quote }}
  {{- with .Values.conf }}
  hadoopConf:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  sparkConf:
    spark.a: x
    {{- if .Values.b }}
    spark.b: {{ .Values.b }}
    spark.c: "z"
    {{- else }}
    spark.c: "w"
    {{- end }}
    {{- range $k, $v := .Values.more }}
    {{ $k }}: {{ $v | quote }}
    {{- end }}
    spark.d: u
  driver:
    {{/* a comment
    over lines */}}
    memory: {{ .Values.memory }}
`);
    const { sections: [section], errors } = read(text);
    expect(errors).toEqual([]);
    expect(sections(text)).toEqual([['spark.a=x', '[spark.b=?]', '[spark.c=z]', '[spark.c=w]', 'spark.d=u', 'spark.driver.memory=?']]);
    expect(section).toMatchObject({ spark: undefined, open: true });
  });
  it('of a whole file make nothing conditional', () => {
    expect(sections('{{- if .Values.on }}\nspark_conf:\n  spark.a: x\n{{- end }}\n')).toEqual([['spark.a=x']]);
  });
  it('of Jinja are read as well, in JSON too', () => {
    expect(sections('spark_conf:\n{% for k, v in conf.items() %}\n  {{ k }}: "{{ v }}"\n{% endfor %}\n{# note #}\n  spark.a: "x"\n{% if b %}\n  spark.b: z\n{% endif %}\n')).toEqual([['spark.a=x', '[spark.b=z]']]);
    expect(sections('{"spark_conf": {"spark.a": "{{ a }}", "spark.b": {{ b }}, "spark.c": "x"}}', 'json')[0]).toContain('spark.c=x');
  });
  it('leave braces of flow mappings alone', () => {
    expect(sections('spark_conf: {"spark.a": "{{x}}", spark.b: z}\nz: {a: {b: {c: d}}}\n')).toEqual([['spark.a=?', 'spark.b=z']]);
  });
});

describe('broken and strange texts', () => {
  const yaml = application('  sparkConf: &c\n    "spark.a": "1"  # one\n    spark.b: [x]\n    spark.c: |\n      z\n  driver: {memory: 4g, <<: *c}\n{{- if x }}\n  executor:\n    cores: 2\n{{- end }}\n');
  const json = '{"a": [{"Classification": "spark-defaults", "Properties": {"spark.a": "1", "spark.b": 2}}], // c\n "new_cluster": {"spark_version": "13.3.x", "spark_conf": {"spark.c": "x"}}}';
  const xml = '<?xml version="1.0"?>\n<configuration>\n <!-- x -->\n <property><name>spark.a</name><value>&lt;1</value></property>\n <property><name>b</name></property>\n</configuration>';
  const texts = 'data:\n  spark-defaults.conf: |\n    # x\n    spark.a 1\n    spark.b {{ y }}\nsparkSubmitParameters: "--conf spark.x=\\"1 2\\" \\u0041"\nargs: [spark-submit, --conf, \'spark.x=1\', a.py]\n';
  const samples = [['yaml', texts], ['yaml', yaml], ['json', json], ['xml', xml], ['yaml', json], ['json', yaml]] as const;
  const piece = fc.constantFrom('{', '}', '[', ']', ':', '\n', '  ', '\t', '"', "'", '#', '//', '/*', '<', '>', '<!--', ']]>', '&', '*c', '&c ', '<<: *c', '- ', '---\n', '%', '{{', '}}', '{% if %}', '|\n', '? ', ',', '\uFEFF', '\r\n', '😀', 'spark.x: 1', '!!x ', '@', '`', '\u0000');
  const changes = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(20), insert: piece }), { maxLength: 5 });

  it('are read to their end, and every range lies in them', () => {
    fc.assert(fc.property(fc.constantFrom(...samples), changes, fc.double({ min: 0, max: 1, noNaN: true }), ([form, text], edits, cut) => {
      const broken = edits.reduce((current, { at, remove, insert }) => {
        const start = Math.floor(at * current.length);
        return current.slice(0, start) + insert + current.slice(start + remove);
      }, text).slice(0, cut < 0.3 ? Math.floor(cut * 3 * text.length) : undefined);
      const document = read(broken, form);
      const parts = document.sections.flatMap((section) => [section, ...section.entries.flatMap((entry) => [entry, entry.keyRange, entry.valueRange])]);
      for (const { start, end } of [...parts, ...document.comments, ...document.errors]) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(broken.length);
      }
      const starts = document.comments.map(({ start }) => start);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
    }), { numRuns: 600, seed: 20261126 });
  });

  it('of any depth are given up, not fallen over', () => {
    expect(read(`spark_conf: ${'['.repeat(20_000)}`).sections).toEqual([]);
    expect(read(`{"spark.a": ${'['.repeat(20_000)}`, 'json').sections).toEqual([]);
    expect(read(`<configuration>${'<a>'.repeat(20_000)}`, 'xml').sections).toEqual([]);
  });

  it('with aliases of aliases cost no more than they are long', () => {
    const levels = Array.from({ length: 40 }, (_, index) => `a${index + 1}: &a${index + 1} {${'xyzuvw'.split('').map((name) => `${name}: *a${index}`).join(', ')}}`);
    const merges = Array.from({ length: 40 }, (_, index) => `b${index + 1}: &b${index + 1} {<<: [${Array(6).fill(`*b${index}`).join(', ')}], spark.k${index}: 1}`);
    const text = `a0: &a0 {spark.executor.memory: 4g, spark.executor.cores: 1}\nb0: &b0 {spark.executor.memory: 4g}\n${levels.join('\n')}\n${merges.join('\n')}\nspark_conf: {<<: *b40}\n`;
    expect(read(text).sections.at(-1)!.entries.length).toBe(41);
    expect(read(text).sections.length).toBeLessThan(50);
  });
});
