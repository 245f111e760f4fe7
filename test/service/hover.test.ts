import { describe, expect, it } from 'vitest';
import { api } from '../../server/src/knowledge/api-reader.ts';
import { memoryHost, projectOver } from '../../server/src/service/engine.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { describeMethod } from '../../server/src/service/method-text.ts';
import { syntax } from '../support/engine.ts';

describe('the hover of a method says what happens at the call', () => {
  const told = (dotted: string): string => {
    const [owner, name] = dotted.split('.') as [string, string];
    return describeMethod(api.method(owner, name, 'python')!, 'python').split('\n\n')[1] ?? '';
  };

  it.each([
    ['DataFrame.groupBy', 'Groups the rows (lazy): the aggregate that follows makes a dataset, and shuffles when that is computed.'],
    ['GroupedData.count', 'Transformation (lazy): shuffles when its result is computed.'],
    ['DataFrame.count', 'An action: reads everything, one number comes to the driver.'],
    ['DataFrame.collect', 'An action: reads everything, all rows come to the driver.'],
    ['DataFrame.first', 'An action: stops once it has enough, but what lies below a shuffle runs in full; one row comes to the driver.'],
    ['DataFrame.foreach', 'An action: reads everything, and your function runs on the executors.'],
    ['DataFrame.filter', 'Transformation (lazy): no shuffle.'],
    ['DataFrame.join', 'Transformation (lazy): shuffles when its result is computed, unless one side is broadcast or both already lie by their keys.'],
    ['DataFrame.rdd', 'Transformation (lazy): no shuffle. Runs a job at the call where a shuffle lies below.'],
    ['DataFrame.cache', 'Marks the dataset for caching (lazy): the next action fills the cache.'],
    ['DataFrame.checkpoint', 'Keeps the rows and ends the lineage here: runs a job at the call, unless it is given `eager=False`.'],
    ['RDD.sortByKey', 'Transformation (lazy): shuffles when its result is computed. Runs a job at the call, too.'],
    ['RDD.countByKey', 'An action: reads everything, one entry for each key comes to the driver.'],
    ['RDD.map', 'Transformation (lazy): no shuffle. Runs Python code for the rows, on the executors.'],
    ['DataFrameWriter.parquet', 'An action: computes everything and writes it out.'],
    ['DataFrame.write', 'Gives a `DataFrameWriter`: nothing runs yet.'],
    ['DataFrameReader.parquet', 'Reads a source (lazy): at the call no more than its schema needs.'],
    ['SparkContext.textFile', 'Reads a source (lazy).'],
    ['DataStreamWriter.start', 'Starts the streaming query: its batches run from here on.'],
    ['Catalog.listTables', ''],
  ])('%s', (dotted, text) => expect(told(dotted)).toBe(text));
});

describe('the hover in Scala', () => {
  const text = 'object Job {\n  val orders = spark.read.parquet("/a")\n  orders.rdd.map(_.length)\n  orders.checkpoint()\n  sc.textFile("b").collect { case line => line }.count()\n  sc.textFile("c").collect()\n}\n';
  const hovered = (piece: string): string => hoverAt(projectOver(syntax, memoryHost({ 'Job.scala': text })), 'Job.scala', text.lastIndexOf(piece) + 1)?.markdown ?? '';
  it('speaks of what Scala runs and writes', () => {
    expect(hovered('orders')).toContain('Read from Parquet files at `/a`');
    expect(hovered('map')).not.toContain('Python');
    expect(hovered('collect()')).toContain('An action');
    expect(hovered('collect {')).toContain('Transformation');
    expect(hovered('checkpoint')).toContain('`eager = false`');
  });
});

describe('the hover of a dataset', () => {
  it('names all its sources and counts its actions', () => {
    const text = 'a = spark.read.parquet("/a")\nb = spark.table("b")\nboth = a.join(b, "k")\nboth.select("k")\n';
    const { markdown } = hoverAt(projectOver(syntax, memoryHost({ 'job.py': text })), 'job.py', text.lastIndexOf('both'))!;
    expect(markdown).toContain('Read from Parquet files at `/a` and table `b`.');
    expect(markdown).toContain('no action in this file uses it');
  });
});

describe('the hover in a script', () => {
  const text = 'sbin/start-thriftserver.sh \\\n  --master yarn \\\n  --executor-memory 30G \\\n  --num-executors 60 \\\n  --executor-cores 8 --conf spark.sql.shuffle.partitions=960\necho --num-executors\n';
  const project = projectOver(syntax, memoryHost({ 'run.sh': text }));
  const hovered = (word: string): string => hoverAt(project, 'run.sh', text.indexOf(word) + 2)?.markdown ?? '';
  it('tells of keys, and of the keys that options stand for', () => {
    expect(hovered('spark.sql.shuffle')).toContain('spark.sql.shuffle.partitions');
    expect(hovered('--executor-memory')).toContain('`spark.executor.memory`');
    expect(hoverAt(project, 'run.sh', text.lastIndexOf('--num') + 2)).toBeUndefined();
  });
  it('reckons slots and containers at the name of what is started', () => {
    expect(hovered('sbin/')).toContain('60 executors × 8 cores = **480 slots**');
    expect(hovered('sbin/')).toContain('30 GiB heap + 3 GiB overhead (10 % of the heap) = **containers of 33 GiB**');
    expect(hovered('sbin/')).toContain('60 × 33 GiB = **1,980 GiB**');
  });
  it('reckons at the keys that have a part in it, in properties files too', () => {
    expect(hovered('--executor-memory')).toContain('**480 slots**');
    expect(hovered('spark.sql.shuffle')).toContain('960 shuffle partitions ÷ 480 slots = **2 waves**');
    const conf = 'spark.executor.memory  8g\nspark.eventLog.enabled  true\n';
    const file = projectOver(syntax, memoryHost({ 'spark-defaults.conf': conf }));
    expect(hoverAt(file, 'spark-defaults.conf', 5)?.markdown).toContain('(8 GiB − 300 MiB) × 0.6 = **4.6 GiB**');
    expect(hoverAt(file, 'spark-defaults.conf', 35)?.markdown).not.toContain('GiB');
  });
  it('is silent where the numbers are not in sight', () => {
    const other = 'spark-submit --master yarn --executor-memory $MEMORY --num-executors 4 job.py\nspark-submit --master "$MASTER" --num-executors 4 --executor-memory "$MEMORY" job.py\n';
    const unknown = projectOver(syntax, memoryHost({ 'run.sh': other }));
    expect(hoverAt(unknown, 'run.sh', 2)).toBeUndefined();
    expect(hoverAt(unknown, 'run.sh', other.lastIndexOf('spark-submit') + 2)).toBeUndefined();
  });
});
