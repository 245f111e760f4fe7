/** What a text costs grows as the text does. */
import { describe, expect, it } from 'vitest';
import { workOf } from './support/work.ts';
import { compatibleFixes } from '../server/src/lint/fixes.ts';
import { registry } from '../server/src/knowledge/registry-reader.ts';
import { defaultTargets } from '../server/src/rule/targets.ts';
import { completionsAt, languageAt } from '../server/src/service/completion.ts';
import { memoryHost, projectOver } from '../server/src/service/engine.ts';
import { syntax } from './support/engine.ts';

/** Work may grow by this much where the text doubles: linear, and a little for sorting. */
const mostGrowth = 2.25;
const some = 500;

const lines = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

const texts: readonly (readonly [string, string, (count: number) => string])[] = [
  ['one key again and again', 'spark-defaults.conf', (count) => lines(count, () => 'spark.executor.memory 4g')],
  ['many keys', 'spark-defaults.conf', (count) => lines(count, (index) => `spark.hadoop.key${index} 1`)],
  ['a fault in every line, of which several rules speak', 'spark-defaults.conf', (count) => lines(count, () => 'spark.driver.memory "4g" # four')],
  ['commands of a script', 'run.sh', (count) => lines(count, (index) => `spark-submit --master local --executor-cores 2 --conf spark.hadoop.key${index}=1 --conf spark.network.timeout=x job.py`)],
  ['options of one command', 'run.sh', (count) => `spark-submit \\\n${lines(count, (index) => `  --conf spark.hadoop.key${index}=x --num-executors 4 \\`)}  job.py\n`],
  ['variables of a script', 'run.sh', (count) => lines(count, (index) => `A${index}="--conf spark.hadoop.key${index}=1"\nB${index}="$A${index} --num-executors 4"\nspark-submit $B${index} job.py\n. ./conf.sh`)],
  ['what branches set', 'run.sh', (count) => lines(count / 5, (index) => `if x; then A${index}="--conf spark.hadoop.key${index}=1"; else B${index}=(spark-submit --conf spark.x=1 y.py); fi\nspark-submit $A${index} job.py\nexec "\${B${index}[@]}"`)],
  ['scripts for other shells', 'run.sh', (count) => lines(count / 5, (index) => `ssh host <<EOF\nspark-submit --conf spark.hadoop.key${index}=$X job.py\nEOF\necho -e "spark.a 1\\nspark.b 2" >> spark-defaults.conf`)],
  ['expansions in one word', 'run.sh', (count) => `spark-submit --master yarn --conf "spark.hadoop.key=${'$X,y'.repeat(10 * count)}" job.py\n`],
  ['members of JSON, each at fault', 'cluster.json', (count) => `{"spark_conf": {\n${lines(count, (index) => `"spark.network.timeout": "x${index}",`)}"spark.a": "1"}}\n`],
  ['applications', 'jobs.yaml', (count) => lines(count, (index) => `---\napiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  sparkConf:\n    spark.hadoop.key${index}: x  # sparkcheck: ignore[unknown-key]\n  executor:\n    memory: 4 g`)],
  ['merges upon merges', 'conf.yaml', (count) => `m0: &m0 {spark.executor.memory: 4g}\n${lines(count, (index) => `m${index + 1}: &m${index + 1} {<<: *m${index}, spark.x: ${index}}`)}`],
  ['branches of a template', 'conf.yaml', (count) => `spark_conf:\n${lines(count, (index) => `{{ if x${index} }}\n  spark.hadoop.a${index}: {{ y }}`)}`],
  ['branches of a template of the defaults', 'spark-defaults.conf.j2', (count) => lines(count, (index) => `{% if x${index} %}\nspark.hadoop.a${index} 1\n{% endif %}`)],
  ['properties of XML', 'yarn-site.xml', (count) => `<configuration>\n${lines(count, (index) => `<property><name>spark.hadoop.a${index}</name><value>1</value></property><!-- ${index} -->`)}</configuration>\n`],
  ['files that a script writes', 'run.sh', (count) => lines(count, (index) => `cat >> spark-defaults.conf <<EOF\nspark.hadoop.key${index} $X\nEOF\necho "spark.network.timeout x" >> spark-defaults.conf`)],
  ['what clouds are given', 'run.sh', (count) => lines(count / 5, (index) => `gcloud dataproc jobs submit pyspark a.py --properties=spark.hadoop.key${index}=x,spark.network.timeout=x\naws emr add-steps --steps Type=Spark,Args=[--conf,spark.hadoop.key${index}=1,a.py]\nkubectl apply -f - <<EOF\nkind: SparkApplication\nspec:\n  sparkConf:\n    spark.hadoop.key${index}: x\nEOF\nJOB='{"sparkSubmitParameters": "--conf spark.hadoop.key${index}=1"}'`)],
  ['statements of SQL', 'run.sql', (count) => lines(count, (index) => `SET spark.hadoop.key${index} = 1; -- one\nSET spark.sql.broadcastTimeout = x /* two */;`)],
  ['commands of a program', 'job.py', (count) => lines(count, (index) => (index % 2 === 0 ? `a${index} = ["spark-submit", "--conf", "spark.hadoop.key${index}=1"] + more` : 'os.system("spark-submit --master yarn --num-executors 0 " + b)'))],
  ['words of one command', 'job.py', (count) => `import os\nos.environ["PYSPARK_SUBMIT_ARGS"] = (\n${lines(count, (index) => `    "--conf spark.hadoop.key${index}=x --num-executors 4 "`)}    "pyspark-shell")\n`],
  ['pairs of a dict', 'job.py', (count) => `${session}d = {\n${lines(count, (index) => `    "spark.hadoop.key${index}": "x",`)}}\nfor k, v in d.items():\n    spark.conf.set(k, v)\n`],
  ['comments that silence nothing', 'job.py', (count) => session + lines(count, (index) => `x${index} = 1  # sparkcheck: ignore[collect-to-driver]`)],
  ['comments above each other', 'job.py', (count) => session + lines(count, () => '# sparkcheck: ignore[collect-to-driver]')],
  ['comments that silence', 'job.py', (count) => `${session}df = spark.read.parquet("/a")\n${lines(count, () => 'df.collect()  # sparkcheck: ignore[collect-to-driver]')}`],
  ['datasets of their own', 'job.py', (count) => session + lines(count, (index) => (index % 3 === 0 ? `df${index} = spark.read.csv("/a/${index}").cache()` : index % 3 === 1 ? `e${index} = df${index - 1}.filter("x > 1")` : `e${index - 1}.write.parquet("/b/${index}")`))],
  ['steps upon steps', 'job.py', (count) => `${session}df = spark.read.csv("/a")\n${lines(count, (index) => `df = df.withColumn("c${index}", df.x)`)}df.count()\ndf.collect()\n`],
  ['groups that are reduced', 'job.py', (count) => `${session}pairs = spark.sparkContext.textFile("/a").map(lambda w: (w, 1))\n${lines(count, (index) => `pairs.groupByKey().mapValues(sum).saveAsTextFile("/b/${index}")`)}`],
  ['windows made of windows', 'job.py', (count) => `${session}from pyspark.sql import Window, functions as F\ndf = spark.read.csv("/a")\n${lines(count / 5, (index) => `base${index} = Window.orderBy("x")\nw${index} = base${index}.rowsBetween(-${index}, 0)\ne${index} = df.select(F.sum("y").over(w${index}))`)}`],
  ['outer joins upon joins', 'job.py', (count) => `${session}df = spark.read.parquet("/a").select("id", "x")\n${lines(count / 5, (index) => `df = df.join(spark.read.parquet("/b/${index}").dropDuplicates(["id"]), "id", "left")`)}df.count()\ndf.select("x").distinct().write.parquet("/c")\ndf.select("y").write.parquet("/d")\n`],
  ['tables of SQL that come to the driver', 'job.py', (count) => `${session}import pandas as pd\n${lines(count / 2, (index) => `spark.sql("CREATE TABLE a.t${index} AS SELECT k, sum(x) AS s FROM b.t GROUP BY k")\nx = spark.table("a.t${index}").toPandas()\nprint(x["s"])`)}`],
  ['what many derive from one', 'job.py', (count) => `${session}base = spark.read.csv("/a").groupBy("x").count()\n${lines(count, (index) => (index % 2 === 0 ? `d${index} = base.filter("x > 1")` : `d${index - 1}.write.parquet("/b/${index}")`))}`],
];

describe('twice as much text is no more than about twice the work', () => {
  it.each(texts)('%s', (_, path, text) => {
    const work = (count: number): number => workOf(() => void compatibleFixes(projectOver(syntax, memoryHost({ [path]: text(count) })).check(path).findings, 'safe'));
    const growth = (): number => work(2 * some) / work(some);
    work(10);
    const first = growth();
    // The counters miss some of what is compiled while they count: what seems too much is counted once more.
    expect(first < mostGrowth ? first : Math.min(first, growth())).toBeLessThan(mostGrowth);
  });
});

/** Milliseconds are `npm run bench`'s to tell: what a list of keys takes is counted here. */
describe('a list of keys', () => {
  const offered = (path: string, before: string, above: string, many: number): number => {
    const text = above.repeat(many) + before;
    const project = projectOver(syntax, memoryHost({ [path]: text }));
    project.check(path);
    return workOf(() => {
      const language = languageAt(project, path, text.length);
      expect(completionsAt(before, '', language, defaultTargets).length).toBeGreaterThan(0);
    });
  };
  it.each([
    ['a settings file', 'spark-defaults.conf', 'spark.', 'spark.hadoop.key 1\n'],
    ['a program', 'job.py', 'spark = spark.builder.config("spark.', 'x = spark.range(5)\nx.count()\n'],
    ['a script', 'run.sh', 'spark-submit --conf spark.', 'A="--conf spark.hadoop.key=1"\nspark-submit $A job.py\n'],
  ])('is no more work in a long text than in a short one: %s', (_, path, before, above) => {
    offered(path, before, above, 1);
    expect(offered(path, before, above, 200)).toBeLessThan(1.5 * offered(path, before, above, 10));
  });
  it('is a few steps for each key', () => {
    offered('spark-defaults.conf', 'spark.', '', 1);
    expect(offered('spark-defaults.conf', 'spark.', '', 1)).toBeLessThan(10 * registry.keys.length);
  });
});

/** As rows are converted: each function gives what the other gave, in one more list and one more dict. */
const converted = (calls: number): string => `class Record(tuple):
    def as_dict(self, recursive=False):
        if recursive:
            def convert(value):
                if isinstance(value, Record):
                    return value.as_dict(True)
                elif isinstance(value, list):
                    return [convert(each) for each in value]
                elif isinstance(value, dict):
                    return dict((key, convert(each)) for key, each in value.items())
                else:
                    return value
            return dict(zip(self.names, (convert(each) for each in self)))
        return dict(zip(self.names, self))

${lines(calls, (index) => `def test_${index}():
    assert sorted(Record().as_dict(True).items()) == ${index}
`)}`;

describe('what functions that call each other give', () => {
  it('does not double with every call', () => {
    const work = (calls: number): number => workOf(() => void projectOver(syntax, memoryHost({ 'job.py': session + converted(calls) })).check('job.py'));
    work(1);
    expect(work(2) / work(1)).toBeLessThan(mostGrowth);
  });
});

describe('looking through the texts of a project', () => {
  // The counters do not see what a regular expression does. A square of this many words would take minutes: the test would not come to its end.
  it.each([
    ['who reads a variable', 'conf/spark-env.sh', 'export SPARK_JAVA_OPTS=-Dx=y\n', '"env", '],
    ['who reads a variable, on the line that sets it', 'conf/spark-env.sh', 'export SPARK_JAVA_OPTS=-Dx=y\n', 'SPARK_JAVA_OPTS=a'],
    ['who reads many variables', 'env.sh', `spark-submit job.py\n${'export SPARK_JAVA_OPTS=-Dx=y\n'.repeat(1_000)}`, 'a, '],
    ['options before a text that is given', 'env.sh', `export SPARK_JAVA_OPTS=-Dx=y\nspark-submit job.py\nbash ${'--opt '.repeat(30_000)}run.sh <<EOF\nspark-submit a.py\nEOF\nssh ${'-tt '.repeat(30_000)}host a b <<EOF\nx\nEOF\n`, ''],
    ['what fills in a variable', 'conf/spark-defaults.conf', 'spark.local.dir  $SCRATCH/spark\n', 'sed -e '],
  ])('%s', (_, path, text, word) => {
    const { findings } = projectOver(syntax, memoryHost({ [path]: text, 'notes.json': `[${word.repeat(100_000)}1]` })).check(path);
    expect(findings.map(({ rule }) => rule)).toContainEqual(expect.stringMatching(/^un/));
  }, 60_000);
});

describe('a project checked file by file', () => {
  it('analyses no circle of imports again for what its files read of one another', () => {
    const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `job${index}`);
    const texts = (count: number): Record<string, string> => ({
      'jobs.py': `${names(count).map((name) => `import ${name}`).join('\n')}\ndef run_all():\n${names(count).map((name) => `    ${name}.run()`).join('\n')}\n`,
      ...Object.fromEntries(names(count).map((name, index) => [`${name}.py`, `import jobs\n${session}def run():\n    df = spark.read.table("db.${names(count).at(index - 1)}")\n    df.write.mode("overwrite").saveAsTable("db.${name}")\n    for row in df.collect():\n        print(row)\n    return df\n`])),
    });
    const work = (count: number): number => workOf(() => {
      const files = texts(count);
      const project = projectOver(syntax, memoryHost(files));
      for (const path of Object.keys(files).sort()) {
        project.check(path);
        project.release(path);
      }
    });
    work(2);
    expect(work(20) / work(10)).toBeLessThan(mostGrowth);
  });
});
