/** The API table: what differs between the languages, where names lead, what is in sight. */
import { describe, expect, it } from 'vitest';
import type { Method } from '../../server/src/knowledge/api.ts';
import { api } from '../../server/src/knowledge/api-reader.ts';

const python = (kind: string, name: string): Method | undefined => api.method(kind, name, 'python');
const scala = (kind: string, name: string): Method | undefined => api.method(kind, name, 'scala');
const kinds = (method: Method | undefined): string[] | undefined => method?.returns.map(({ kind }) => kind);

describe('a method', () => {
  it('is had by the language that has it', () => {
    expect(python('DataFrame', 'toPandas')).toBeDefined();
    expect(scala('DataFrame', 'toPandas')).toBeUndefined();
    expect(scala('DataFrame', 'joinWith')).toBeDefined();
    expect(python('DataFrame', 'joinWith')).toBeUndefined();
    expect(scala('Dataset', 'map')).toMatchObject({ costly: true, lineage: 'narrow', callbacks: [{ argument: 0, runs: 'executor', given: ['row'] }] });
  });

  it('differs where the languages do', () => {
    expect(python('SparkSession', 'builder')?.property).toBe(true);
    expect(scala('SparkSession', 'builder')?.property).toBe(false);
    expect(kinds(scala('SparkSession', 'builder'))).toEqual(['SparkSession.Builder']);
    expect(scala('SparkSession', 'getOrCreate')).toBeUndefined();
    expect(kinds(scala('SparkSession.Builder', 'getOrCreate'))).toEqual(['SparkSession']);
    expect(scala('SparkSession.Builder', 'config')?.sets).toBe('config');
    expect(kinds(python('DataFrame', 'toJSON'))).toEqual(['RDD']);
    expect(kinds(scala('DataFrame', 'toJSON'))).toEqual(['DataFrame']);
    expect(scala('DataFrame', 'toJSON')?.job).toBe('no');
    expect(kinds(scala('SparkSession', 'getActiveSession'))).toEqual(['option:SparkSession']);
    expect(kinds(python('SparkSession', 'getActiveSession'))).toEqual(['SparkSession']);
    expect(scala('RDD', 'localCheckpoint')?.returns).toEqual([{ kind: 'self' }]);
  });

  it('is another one by its arguments', () => {
    const collect = scala('RDD', 'collect');
    expect(collect).toMatchObject({ job: 'yes', driver: 'all', reads: 'all', returns: [{ kind: 'list:local' }] });
    expect(collect?.variants).toMatchObject([{ when: { first: 'function' }, method: { name: 'collect', owner: 'RDD', job: 'no', driver: 'none', lineage: 'narrow', returns: [{ kind: 'RDD' }] } }]);
    expect(collect?.variants?.[0]?.method.reads).toBeUndefined();
    expect(python('RDD', 'collect')?.variants).toBeUndefined();
    const filter = scala('DataFrame', 'filter');
    expect(filter?.costly).toBeUndefined();
    expect(filter?.variants?.[0]?.method.costly).toBe(true);
    expect(scala('GroupedData', 'pivot')).toMatchObject({ job: 'maybe', variants: [{ when: { args: 2 }, method: { job: 'no' } }] });
  });

  it('of an owner that is too large to list gives a plain value, of a builder the builder', () => {
    expect(kinds(scala('MLEstimator', 'setMaxIter'))).toEqual(['MLEstimator']);
    expect(kinds(scala('MLModel', 'interceptVector'))).toEqual(['local']);
    expect(kinds(scala('GraphFrameToGraph', 'maxIter'))).toEqual(['GraphFrameToGraph']);
    expect(kinds(scala('GraphFrameToGraph', 'run'))).toEqual(['GraphFrame']);
    // A schema is a sequence of its fields.
    expect(scala('StructType', 'foldLeft')).toBeUndefined();
    expect(kinds(python('StructType', 'foldLeft'))).toEqual(['local']);
  });

  it('stands for the words that Python writes as texts', () => {
    expect(kinds(scala('SaveMode', 'Overwrite'))).toEqual(['constant:overwrite']);
    expect(kinds(scala('OutputMode', 'Append'))).toEqual(['constant:append']);
    expect(kinds(scala('Trigger', 'Once'))).toEqual(['constant:once']);
    expect(kinds(scala('SaveMode', 'valueOf'))).toEqual(['local']);
    expect(kinds(scala('StorageLevel', 'MEMORY_AND_DISK'))).toEqual(['constant:MEMORY_AND_DISK']);
  });
});

describe('an import', () => {
  const spark = 'org.apache.spark';
  const lead = (module: string, name: string): string | undefined => {
    const fact = api.imported(module, name);
    return fact && `${fact.is} ${fact.is === 'owner' || fact.is === 'value' ? fact.kind : fact.is === 'function' ? fact.returns : fact.name}`;
  };

  it('leads to the classes of Spark', () => {
    expect(lead(`${spark}.sql`, 'SparkSession')).toBe('owner SparkSession');
    expect(lead(`${spark}.sql`, 'Dataset')).toBe('owner DataFrame');
    expect(lead(`${spark}.sql`, 'RelationalGroupedDataset')).toBe('owner GroupedData');
    expect(lead(`${spark}.sql`, 'functions')).toBe(`module ${spark}.sql.functions`);
    expect(lead(`${spark}.sql.expressions`, 'Window')).toBe('owner Window');
    expect(lead(`${spark}.sql.streaming`, 'Trigger')).toBe('owner Trigger');
    expect(lead(`${spark}.sql.streaming`, 'GroupState')).toMatch(/^foreign /);
    expect(lead(`${spark}.sql.types`, 'StructType')).toBe('owner StructType');
    expect(lead(`${spark}.sql.types`, 'IntegerType')).toMatch(/^foreign /);
    expect(lead(`${spark}.rdd`, 'RDD')).toBe('owner RDD');
    expect(lead(`${spark}.api.java`, 'JavaSparkContext')).toBe('owner SparkContext');
    expect(lead(`${spark}.streaming.kafka010`, 'KafkaUtils')).toBe('owner KafkaUtils');
    expect(lead(`${spark}.graphx`, 'Graph')).toBe('owner Graph');
    expect(lead('io.delta.tables', 'DeltaTable')).toBe('owner DeltaTable');
    expect(lead('org.graphframes', 'GraphFrame')).toBe('owner GraphFrame');
    expect(lead(`${spark}.sql.catalyst.expressions`, 'Literal')).toBe(`foreign ${spark}.sql.catalyst.expressions.Literal`);
    expect(lead(`${spark}.sql.execution.streaming`, 'MemoryStream')).toBeUndefined();
    expect(lead('org.apache', 'spark')).toBe(`module ${spark}`);
  });

  it('tells names that are listed from those that may be anything of a module', () => {
    expect(api.imported(`${spark}.sql.types`, 'IntegerType')).toEqual({ is: 'foreign', name: `${spark}.sql.types.IntegerType` });
    expect(api.imported(`${spark}.sql.types`, 'Anything')).toEqual({ is: 'foreign', name: `${spark}.sql.types`, guessed: true });
    expect(api.imported(`${spark}.ml.feature`, 'Anything')).toMatchObject({ is: 'owner', guessed: true });
  });

  it('leads to functions that Scala has', () => {
    expect(lead(`${spark}.sql.functions`, 'col')).toBe('function Column');
    expect(lead(`${spark}.sql.functions`, 'udf')).toBe('function UserDefinedFunction');
    expect(lead(`${spark}.sql.functions`, 'udaf')).toBe('function UserDefinedFunction');
    expect(lead(`${spark}.sql.functions`, 'broadcast')).toBe('function first');
    expect(lead(`${spark}.sql.functions`, 'typedLit')).toBe('function Column');
    expect(lead(`${spark}.sql.functions`, 'pandas_udf')).toBeUndefined();
    expect(lead('pyspark.sql.functions', 'typedLit')).toBeUndefined();
    expect(lead('session.implicits', '$')).toBe('function Column');
  });

  it('leads to learners, models and what is neither', () => {
    expect(lead(`${spark}.ml.feature`, 'VectorAssembler')).toBe('owner MLTransformer');
    expect(lead(`${spark}.ml.feature`, 'StringIndexer')).toBe('owner MLEstimator');
    expect(lead(`${spark}.ml.feature`, 'LabeledPoint')).toMatch(/^foreign /);
    expect(lead(`${spark}.ml`, 'PipelineModel')).toBe('owner MLModel');
    expect(lead(`${spark}.ml`, 'feature')).toBe(`module ${spark}.ml.feature`);
    expect(lead(`${spark}.ml.classification`, 'BinaryLogisticRegressionSummary')).toBe('owner MLSummary');
    expect(lead(`${spark}.mllib.clustering`, 'KMeans')).toBe('owner MLlibTrainer');
    expect(lead(`${spark}.mllib.tree.model`, 'DecisionTreeModel')).toBe('owner MLlibModel');
  });

  it('is of Spark, of another library, or of nobody known', () => {
    const is = (module: string): string => api.library(module, 'scala');
    expect(['org.apache.spark.sql', 'io.delta.tables', 'org.graphframes'].map(is)).toEqual(['spark', 'spark', 'spark']);
    expect(['java.util', 'scala.collection.mutable', 'com.typesafe.config', 'org.apache.hadoop.fs', 'org.joda.time', 'play.api.libs.json', 'com.mongodb.client'].map(is)).toEqual(Array.from({ length: 7 }, () => 'foreign'));
    expect(['org', 'org.apache', 'io', 'io.github.someone', 'com.mongodb.spark', 'org.apache.sparkling', 'types'].map(is)).toEqual(Array.from({ length: 7 }, () => 'unknown'));
    expect(['pyspark.sql', 'pandas', 'io', 'org'].map((module) => api.library(module, 'python'))).toEqual(['spark', 'foreign', 'foreign', 'unknown']);
    // Where the language is not known, either decides.
    expect(['pyspark.sql', 'org.apache.spark.sql', 'pandas', 'play.models'].map((module) => api.library(module))).toEqual(['spark', 'spark', 'foreign', 'unknown']);
  });
});

describe('a name without an import', () => {
  it('is what shells and the language have in sight', () => {
    expect(api.provided('spark', 'scala')).toEqual({ is: 'value', kind: 'SparkSession' });
    expect(api.provided('$', 'scala')).toMatchObject({ is: 'function', returns: 'Column' });
    expect(api.provided('$', 'python')).toBeUndefined();
    expect(api.provided('System', 'scala')).toEqual({ is: 'foreign', name: 'java.lang.System' });
    expect(api.provided('Seq', 'scala')).toEqual({ is: 'foreign', name: 'scala.Seq' });
    expect(api.provided('dbutils', 'scala')).toEqual({ is: 'foreign', name: 'dbutils' });
    expect(api.provided('org', 'scala')).toEqual({ is: 'module', name: 'org' });
    expect(api.provided('Seq', 'python')).toBeUndefined();
    expect(api.given('glueContext')).toBe('GlueContext');
    expect(api.given('glueContext', 'scala')).toBeUndefined();
    expect(['java.lang.System.exit', 'scala.sys.exit', 'scala.sys.error'].map((name) => api.foreign(name, '()'))).toEqual(['never', 'never', 'never']);
  });

  it('of a type is Spark\'s where no other has it', () => {
    expect(api.annotation('org.apache.spark.sql.Dataset', 'scala')).toBe('DataFrame');
    expect(api.annotation('Dataset', 'scala')).toBe('DataFrame');
    expect(api.annotation('RDD', 'scala')).toBe('RDD');
    expect(api.annotation('Row', 'scala')).toBeUndefined();
    expect(api.annotation('Dataset')).toBeUndefined();
    expect(api.annotation('pyspark.sql.DataFrame')).toBe('DataFrame');
  });
});

describe('a method that tells a kind', () => {
  it('tells it in its own language', () => {
    expect(api.kindsTelling('toPandas', 'python')).toEqual(['DataFrame']);
    expect(api.kindsTelling('toPandas', 'scala')).toEqual([]);
    expect(api.kindsTelling('joinWith', 'scala')).toEqual(['DataFrame']);
    expect(api.kindsTelling('joinWith', 'python')).toEqual([]);
    expect(api.kindsTelling('withColumn', 'scala')).toEqual(['DataFrame']);
  });

  it('in Scala is none that its collections or look-alikes have', () => {
    for (const name of 'map flatMap filter collect reduce fold take first head groupBy sortBy zipWithIndex distinct union toDF groupByKey reduceByKey aggregateByKey textFile parallelize saveAsTextFile leftOuterJoin countByKey'.split(' ')) expect(api.kindsTelling(name, 'scala'), name).toEqual([]);
  });
});
