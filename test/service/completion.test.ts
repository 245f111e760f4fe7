/** What is offered where a key or a value is typed; `|` is the place. */
import { describe, expect, it } from 'vitest';
import { type Completion, completionsAt, completionText, languageAt } from '../../server/src/service/completion.ts';
import { memoryHost, projectOver } from '../../server/src/service/engine.ts';
import { syntax } from '../support/engine.ts';

const targets = { from: '3.3', to: '4.3', origin: 'test' };

function at(text: string, language: 'conf' | 'code' | 'command'): Completion[] {
  const [before, after] = text.split('|') as [string, string];
  return completionsAt(before, after, language, targets);
}
const labels = (text: string, language: 'conf' | 'code' | 'command'): string[] => at(text, language).map(({ label }) => label);

/** The line after the item of this name is taken. */
function taken(text: string, language: 'conf' | 'code' | 'command', label: string): string | undefined {
  const [before, after] = text.split('|') as [string, string];
  const item = completionsAt(before, after, language, targets).find((each) => each.label === label);
  return item && before.slice(0, before.length - item.typed) + item.insert + after.slice(item.rest);
}

describe('keys and values in Scala', () => {
  it.each([
    ['.config("spark.executor.mem|', 'spark.executor.memory', '.config("spark.executor.memory'],
    ['val conf = new SparkConf().set("spark.executor.mem|")', 'spark.executor.memory', 'val conf = new SparkConf().set("spark.executor.memory")'],
    ['val options = Map("spark.executor.mem|")', 'spark.executor.memory', 'val options = Map("spark.executor.memory")'],
    ['  "spark.sql.adaptive.enabled" -> "|"', 'false', '  "spark.sql.adaptive.enabled" -> "false"'],
    ['.config("spark.sql.adaptive.enabled", |)', 'false', '.config("spark.sql.adaptive.enabled", "false")'],
  ])('%s offers %s', (text, label, line) => expect(taken(text, 'code', label)).toBe(line));
  it('are none in comments', () => {
    expect(labels('  // .config("spark.exec|', 'code')).toEqual([]);
    expect(labels('   * .config("spark.exec|', 'code')).toEqual([]);
  });
});

describe('keys and values in files of data', () => {
  function offered(path: string, marked: string): string[] {
    const [before, after] = marked.split('|') as [string, string];
    const project = projectOver(syntax, memoryHost({ [path]: before + after }));
    const language = languageAt(project, path, before.length);
    return completionsAt(language === 'data' ? before : before.slice(before.lastIndexOf('\n') + 1), after.split('\n')[0]!, language, targets).map(({ label }) => label);
  }
  const conf = 'sparkConf:\n  spark.a: x\n';
  it.each([
    ['a.yaml', `${conf}  spark.executor.mem|`, 'spark.executor.memory'], ['a.yaml', `${conf}  |\nother: 1\n`, 'spark.executor.memory'], ['a.yaml', `${conf}  # more\n  "spark.executor.mem|"`, 'spark.executor.memory'],
    ['a.yaml', `${conf}  spark.sql.adaptive.enabled: fa|`, 'false'], ['a.yaml', `${conf}  spark.sql.adaptive.enabled: "|"\n`, 'false'], ['a.yaml', 'sparkConf:\n  spark.exec|: 4g\n  spark.b: x\n', 'spark.executor.memory'],
    ['a.yaml', 'kind: SparkApplication\nspec:\n  sparkConf:\n    |\n', 'spark.executor.memory'], ['a.yaml', 'kind: SparkApplication\nspec:\n  sparkConf:\n      spark.executor.mem|\n  mode: cluster\n', 'spark.executor.memory'],
    ['a.json', '{"spark_conf": {"spark.a": "x", "spark.executor.mem|"}}', 'spark.executor.memory'], ['a.json', '{"spark_conf": {\n "spark.sql.adaptive.enabled": "|"\n}}', 'false'],
    ['x-site.xml', '<configuration>\n<property>\n<name>spark.executor.mem|</name></property>\n</configuration>', 'spark.executor.memory'],
    ['x-site.xml', '<configuration>\n<property>\n<name>spark.sql.adaptive.enabled</name>\n<value>fa|</value></property>\n</configuration>', 'false'],
  ])('%s: %j offers %s', (path, text, label) => expect(offered(path, text)).toContain(label));
  it.each([
    ['a.yaml', `|${conf}`], ['a.yaml', 'kind: SparkApplication\nspec:\n  sparkConf:\n  |\n'], ['a.yaml', 'kind: SparkApplication\nspec:\n  sparkConf:\n  mode: |\n'], ['a.yaml', `${conf}other: spark.exec|\n`], ['a.yaml', `${conf}|\n`], ['a.yaml', `${conf}    |\n`], ['a.yaml', `${conf}  # spark.exec|\n`], ['a.json', '{"a": {"spark.exec|": 1}, "spark_conf": {"spark.a": 1}}'],
    ['x-site.xml', '<configuration>\n<property><description>spark.exec|</description><name>spark.a</name></property></configuration>'],
  ])('%s: %j offers nothing', (path, text) => expect(offered(path, text)).toEqual([]));
});

describe('keys in a properties file', () => {
  it.each([
    ['spark.executor.mem|', 'spark.executor.memory', 'spark.executor.memory'],
    ['  spark.sql.shuffle.|', 'spark.sql.shuffle.partitions', '  spark.sql.shuffle.partitions'],
    ['|', 'spark.executor.memory', 'spark.executor.memory'],
    ['sp|', 'spark.master', 'spark.master'],
    // The word is replaced whole, what follows it stays.
    ['spark.executor.mem|ry  4g', 'spark.executor.memory', 'spark.executor.memory  4g'],
    ['spark.exec|utor.cores=4', 'spark.executor.cores', 'spark.executor.cores=4'],
    // Pieces in order are enough, in any case.
    ['shuffle.part|', 'spark.sql.shuffle.partitions', 'spark.sql.shuffle.partitions'],
    ['broadcastjoin|', 'spark.sql.autoBroadcastJoinThreshold', 'spark.sql.autoBroadcastJoinThreshold'],
    // Keys that the registry calls internal and everybody sets.
    ['spark.sql.caseS|', 'spark.sql.caseSensitive', 'spark.sql.caseSensitive'],
    ['spark.kubernetes.driver.la|', 'spark.kubernetes.driver.label.', 'spark.kubernetes.driver.label.'],
  ])('%s offers %s', (text, label, line) => {
    expect(taken(text, 'conf', label)).toBe(line);
  });

  it('are none in a comment, nor names that are old, gone, internal or too new', () => {
    expect(labels('# spark.exec|', 'conf')).toEqual([]);
    expect(labels('! spark.exec|', 'conf')).toEqual([]);
    expect(labels('spark.yarn.executor.memoryO|', 'conf')).toEqual([]);
    expect(labels('spark.blacklist.ena|', 'conf')).toEqual([]);
    expect(labels('spark.app.initial|', 'conf')).toEqual([]);
    expect(completionsAt('spark.sql.maxBroadcastT', '', 'conf', { ...targets, to: '3.5' })).toEqual([]);
  });

  it('tell type, default and text', () => {
    expect(at('spark.sql.shuffle.part|', 'conf')[0]).toMatchObject({ detail: 'whole number, default 200', kind: 'key' });
    expect(at('spark.executor.memory|', 'conf')[0]!.detail).toBe('size, default 1g');
    expect(at('spark.rpc.askT|', 'conf')[0]!.detail).toBe('time, default the value of spark.network.timeout');
    expect(completionText('spark.executor.memory', targets)).toContain('Heap of each executor');
    expect(completionText(at('spark.kubernetes.driver.la|', 'conf')[0]!.of, targets)).toContain('Label of the driver');
  });

  it('are those of Hadoop only behind its prefix', () => {
    expect(taken('spark.hadoop.s3a.path|', 'conf', 'spark.hadoop.fs.s3a.path.style.access')).toBe('spark.hadoop.fs.s3a.path.style.access');
    expect(labels('spark.had|', 'conf')).toContain('spark.hadoop.');
    expect(labels('spark.|', 'conf')).not.toContain('spark.hadoop.fs.s3a.path.style.access');
  });

  it('list what people tune before the rest', () => {
    const ranked = at('spark.sql.|', 'conf').toSorted((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ label }) => label);
    expect(ranked.indexOf('spark.sql.shuffle.partitions')).toBeLessThan(ranked.indexOf('spark.sql.cli.print.header'));
  });
});

describe('values', () => {
  it.each([
    ['spark.sql.adaptive.enabled |', 'conf', ['true', 'false']],
    ['spark.sql.adaptive.enabled=|', 'conf', ['true', 'false']],
    ['spark.sql.adaptive.enabled: |', 'conf', ['true', 'false']],
    ['spark.sql.adaptive.enabled\t|', 'conf', ['true', 'false']],
    ['spark.sql.adaptive.enabled = T|', 'conf', ['true']],
    ['spark.sql.sources.partitionOverwriteMode dyn|', 'conf', ['DYNAMIC']],
    ['spark.network.timeout 10|', 'conf', ['10s', '10min', '10h', '10ms']],
    ['spark.executor.memory 8|', 'conf', ['8g', '8m', '8k']],
    ['spark.executor.memory 8g|', 'conf', ['8g']],
    ['spark.sql.shuffle.partitions |', 'conf', ['200']],
    ['spark.rpc.askTimeout |', 'conf', []],
    ['spark.unknown.key |', 'conf', []],
    ['.config("spark.sql.adaptive.enabled", "|")', 'code', ['true', 'false']],
    ["spark.conf.set('spark.sql.adaptive.enabled', 'f|')", 'code', ['false']],
    ['builder.config(key="spark.sql.adaptive.enabled", value="|")', 'code', ['true', 'false']],
    ['settings = {"spark.sql.adaptive.enabled": "|"}', 'code', ['true', 'false']],
    ['    ("spark.sql.adaptive.enabled", "|"),', 'code', ['true', 'false']],
    ['args = ["--conf", "spark.sql.adaptive.enabled=|"]', 'code', ['true', 'false']],
    ['spark.sql("SET spark.sql.adaptive.enabled = |")', 'code', ['true', 'false']],
  ] as const)('%s', (text, language, expected) => {
    expect(labels(text, language)).toEqual(expected);
  });

  it('get quotes where they stand outside', () => {
    expect(taken('.config("spark.sql.adaptive.enabled", |)', 'code', 'true')).toBe('.config("spark.sql.adaptive.enabled", "true")');
  });

  it('are replaced whole', () => {
    expect(taken('spark.conf.set("spark.sql.sources.partitionOverwriteMode", "sta|tik")', 'code', 'STATIC')).toBe('spark.conf.set("spark.sql.sources.partitionOverwriteMode", "STATIC")');
  });

  it('tell which is the default, and what people write where Spark lists none', () => {
    expect(at('spark.sql.adaptive.enabled |', 'conf').map(({ detail }) => detail)).toEqual(['default', undefined]);
    expect(labels('spark.serializer |', 'conf')).toContain('org.apache.spark.serializer.KryoSerializer');
    expect(labels('spark.master |', 'conf')).toEqual(expect.arrayContaining(['local[*]', 'yarn']));
  });
});

describe('keys in code', () => {
  it.each([
    ['SparkSession.builder.config("spark.executor.mem|", "1g")', 'spark.executor.memory'],
    ["spark.conf.get('spark.sql.shuffle.p|')", 'spark.sql.shuffle.partitions'],
    ['conf = SparkConf().set("|")', 'spark.executor.memory'],
    ['SparkConf().set("spark.executor.cores", "2").set("spark.executor.memory|")', 'spark.executor.memory'],
    ['    "spark.sql.shuffle.part|": "200",', 'spark.sql.shuffle.partitions'],
    ['options = {"spark.sql.shuffle.part|"}', 'spark.sql.shuffle.partitions'],
    ['pairs = [("spark.sql.shuffle.part|"', 'spark.sql.shuffle.partitions'],
    ['spark.sql("SET spark.sql.shuffle.part|")', 'spark.sql.shuffle.partitions'],
    ['args = ["--conf", "spark.sql.shuffle.part|"]', 'spark.sql.shuffle.partitions'],
  ])('%s', (text, label) => {
    expect(labels(text, 'code')).toContain(label);
  });

  it.each(['print("spark.|")', 'os.environ.get("|")', 'cache.get("s|")', '# .config("spark.|")', 'spark.read.option("header", "|")', 'df = spark.|'])('none in %s', (text) => {
    expect(labels(text, 'code')).toEqual([]);
  });
});

describe('keys and values in a command that starts Spark', () => {
  it.each([
    ['  --conf spark.executor.mem|', 'spark.executor.memory', '  --conf spark.executor.memory'],
    ['spark-submit -c "shuffle.part|" job.py', 'spark.sql.shuffle.partitions', 'spark-submit -c "spark.sql.shuffle.partitions" job.py'],
    ['  --conf=spark.executor.mem|', 'spark.executor.memory', '  --conf=spark.executor.memory'],
    ['  --conf spark.sql.adaptive.enabled=|', 'false', '  --conf spark.sql.adaptive.enabled=false'],
    ['  --conf "spark.network.timeout=5|"', '5min', '  --conf "spark.network.timeout=5min"'],
  ])('%s', (text, label, result) => expect(taken(text, 'command', label)).toBe(result));
  it('come nowhere else in the script', () => {
    const text = 'echo --conf spark.\nspark-submit --conf spark.\\\n  job.py\nspark-sql --conf \nls --conf spark.\n';
    const project = projectOver(syntax, memoryHost({ 'run.sh': text, 'Dockerfile': 'RUN echo\n', 'a.py': '' }));
    const language = (offset: number): string => languageAt(project, 'run.sh', offset);
    expect(language(text.indexOf('spark.\n'))).toBe('nothing');
    expect(language(text.indexOf('spark.\\') + 6)).toBe('command');
    expect(language(text.indexOf('spark-sql --conf ') + 17)).toBe('command');
    expect(language(text.lastIndexOf('spark.') + 6)).toBe('nothing');
    expect(languageAt(project, 'Dockerfile', 3)).toBe('nothing');
    expect(languageAt(project, 'a.py', 0)).toBe('code');
  });
});
