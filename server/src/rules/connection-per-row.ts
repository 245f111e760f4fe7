import { partitionsKept } from '../analysis/chain.ts';
import type { Dataset, EventOf, Site, SparkProgram, Value } from '../analysis/model.ts';
import { moduleScope } from '../analysis/scope.ts';
import { calledName, forEachChild, forEachImport, forEachOf, isDecorated } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { eventsOf, groupedBy, oncePerProgram, onePerSite, placeOf } from '../rule/queries.ts';
import { elementOf } from '../rule/rdd-elements.ts';
import { defineRule } from '../rule/rule.ts';
import { expressionAt, someWithin } from '../rule/written.ts';

/** Something that takes long to make and serves many rows, made where a function runs for each of them. */
interface Opened {
  /** As it is written: `DriverManager.getConnection`. */
  readonly call: string;
  /** In the module of the program: itself, or the call that leads there. */
  readonly at: Site;
  /** Out of a pool, and nothing gives it back. */
  readonly pooled: boolean;
}

export default defineRule({
  name: 'connection-per-row',
  category: 'closures',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const opened = rowFunctions(program).flatMap(({ def, module, by, rows }) => openedIn(program, { def, module, rows }).map((each) => ({ ...each, by })));
    for (const [first] of groupedBy(opened, ({ at }) => placeOf(at)).values()) {
      const { call, at, pooled, by } = first!;
      report({
        at,
        message: pooled
          ? `\`${call}\` takes a connection out of the pool for every row, and nothing here gives it back: the pool is soon empty. Take one for each partition, in \`foreachPartition\` or \`mapPartitions\`, and close it there.`
          : `\`${call}\` makes a connection or client for every row, which takes far longer than the row itself. Make one for each partition, in \`foreachPartition\` or \`mapPartitions\`, or one for each process.`,
        related: by ? [{ site: by, message: 'this runs the function for each row' }] : [],
      });
    }
  },
  docs: {
    summary: 'a connection or client is made for every row',
    what: 'A function that runs for each row (given to `map`, `filter`, `foreach` and the like of an RDD, a Dataset or a DStream, or a UDF), or what goes through the rows of a partition, opens a connection to a database or a store, or makes a client of such (`DriverManager.getConnection`, `new Jedis`, `new KafkaProducer`, `psycopg2.connect`, `boto3.client`), itself or in functions of the program that it calls. Also a connection that is taken out of a pool (`pool.getResource`) where nothing gives it back.',
    why: 'To open a connection takes the time of many rows: it is set up over the network, encrypted, logged in. A million rows do so a million times, and the server at the other end runs out of connections or ports first.',
    fine: 'One for each partition (`foreachPartition`, `mapPartitions`, `mapInPandas`), one that a singleton or a module holds, one that is made where none is there yet (`if (connection == null)`, `connection or connect()`), rows that stand in the program, and what is gathered by key, where a connection is made for each group. Clients that are not in the list of this rule are not known to it.',
    examples: [
      { language: 'scala', bad: 'import java.sql.DriverManager\n\nval sales = spark.read.parquet("/data/sales").rdd\nsales.foreach { row =>\n  val connection = DriverManager.getConnection(url)\n  connection.createStatement().executeUpdate(insertOf(row))\n  connection.close()\n}\n', good: 'import java.sql.DriverManager\n\nval sales = spark.read.parquet("/data/sales").rdd\nsales.foreachPartition { rows =>\n  val connection = DriverManager.getConnection(url)\n  rows.foreach(row => connection.createStatement().executeUpdate(insertOf(row)))\n  connection.close()\n}\n' },
      { language: 'python', bad: 'import psycopg2\n\ndef save(row):\n    connection = psycopg2.connect(url)\n    connection.cursor().execute(insert, row)\n    connection.close()\n\nspark.read.parquet("/data/sales").foreach(save)\n', good: 'import psycopg2\n\ndef save(rows):\n    connection = psycopg2.connect(url)\n    for row in rows:\n        connection.cursor().execute(insert, row)\n    connection.close()\n\nspark.read.parquet("/data/sales").foreachPartition(save)\n' },
    ],
    source: 'Spark\'s guide to streaming, "Design Patterns for using foreachRDD"; what the clients do was read in their documentation.',
  },
});

// ---- functions that run for each row --------------------------------------------------------------------------------

interface Sent {
  readonly def: Def;
  readonly module: string;
  /** The word that sends it; undefined: a UDF is made of it where it is defined. */
  readonly by: Site | undefined;
  /** It is given a row, or all rows of a partition. */
  readonly rows: 'one' | 'partition';
}

const rowMethods = /^(map|flatMap|filter|foreach|mapValues|flatMapValues|keyBy|groupBy|sortBy|udf|register)$/;
const partitionMethods = /^(mapPartitions|foreachPartition|mapPartitionsWithIndex)$/;

function rowFunctions(program: SparkProgram): Sent[] {
  const { path, lowered: { text } } = program;
  const found = onePerSite(eventsOf(program, 'sent').filter(({ name, argument }) => name.module === path && argument.module === path)).flatMap((event): Sent[] => {
    const { name, fn } = event;
    const method = text.slice(name.start, name.end);
    if (!rowMethods.test(method) && !partitionMethods.test(method)) return [];
    const given = givenTo(program, event);
    const known = given.filter((dataset) => dataset !== undefined);
    // The rows stand in the program, or each is a whole group, of what is known.
    if (known.length > 0 && (known.length === given.length && known.every(({ bound }) => bound.is === 'rows') || known.every(isOfGroups))) return [];
    return [{ def: fn.def, module: moduleScope(fn.env).module, by: name, rows: partitionMethods.test(method) ? 'partition' : 'one' }];
  });
  return [...found, ...decoratedIn(program).map((def): Sent => ({ def, module: path, by: undefined, rows: 'one' }))];
}

/** What the method stands on. */
function givenTo(program: SparkProgram, { site }: EventOf<'sent'>): (Dataset | undefined)[] {
  const call = expressionAt(program, site);
  const on = call?.kind === 'call' && call.fn.kind === 'member' ? program.types.get(call.fn.on) ?? [] : [];
  return on.map((item) => (item.is === 'spark' ? item.dataset : undefined));
}

/** All that there is of a key comes at once: collected, or texts and lists put together. What is added up, or the one that is kept of each key, is a row like any. */
function isOfGroups(dataset: Dataset): boolean {
  for (const { kind, made, from } of partitionsKept(dataset)) {
    // Each group is taken apart again.
    if (kind !== 'RDD' && kind !== 'DStream' || made === 'flatMap' || made === 'flatMapValues') return false;
    if (/^(groupByKey|groupBy|groupWith|cogroup)$/.test(made)) return true;
    if (/^(reduceByKey|foldByKey)$/.test(made)) return from.length > 0 && from.every((each) => isPutTogether(partOf(elementOf(each), 1)));
  }
  return false;
}
const partOf = (element: Value, index: number): Value => element.flatMap((item) => (item.is === 'collection' && item.type === 'tuple' ? item.items?.[index] ?? item.element : [item]));
/** A sum of such holds all that it is made of. */
const isPutTogether = (part: Value): boolean => part.length > 0 && part.every((item) => item.is === 'collection' ? item.type === 'list' : item.is === 'constant' ? typeof item.value === 'string' : item.is === 'foreign' && /^(str|String)$/.test(item.name));

/** `@udf`: Python's. */
const decoratedIn = oncePerProgram((program): readonly Def[] => {
  const found: Def[] = [];
  if (program.lowered.language !== 'python' || importsOf(program).names.get('udf')?.startsWith('pyspark.') !== true) return found;
  forEachOf(program.lowered, ['closure'], (expr) => {
    if (isDecorated(expr.def, 'udf')) found.push(expr.def);
  });
  return found;
});

// ---- what they open -------------------------------------------------------------------------------------------------

function openedIn(program: SparkProgram, { def, module, rows }: Omit<Sent, 'by'>): Opened[] {
  const found: Opened[] = [];
  const seen = new Set<Def>();
  enter(def, module, rows === 'one', undefined);
  return found;

  /** `through`: where the module of the program leads there, of what stands elsewhere. */
  function enter(of: Def, where: string, isEach: boolean, through: Site | undefined): void {
    const start = program.starts.get(of);
    if (start === undefined || seen.has(of) || seen.size > mostFollowed || where !== program.path && !through) return;
    seen.add(of);
    const params = new Set(of.params.map(({ name }) => name));
    visit(of.body, start, isEach);

    function visit(expr: Expr, base: number, each: boolean): void {
      const at = through ?? { module: program.path, start: base + expr.span[0], end: base + expr.span[1] };
      // Made where there is none yet.
      if (expr.kind === 'if' && asksForOne(expr.test) || expr.kind === 'call' && keepsOne(expr)) return;
      if (expr.kind === 'operator' && expr.name === 'or') return visit(expr.args[0]!, base, each);
      // A row takes one of the ways.
      if (expr.kind === 'if') {
        visit(expr.test, base, each);
        const before = found.length;
        visit(expr.then, base, each);
        if (expr.otherwise && found.length === before) visit(expr.otherwise, base, each);
        return;
      }
      if (expr.kind === 'loop' && !each && expr.over && isOf(expr.over, params)) return visit(expr.body, base, true);
      if (expr.kind === 'closure') return expr.def.kind === 'lambda' ? visit(expr.def.body, base + expr.def.at, each) : undefined;
      if (expr.kind === 'call' && !each && expr.fn.kind === 'member' && passing.test(expr.fn.name) && isOf(expr.fn.on, params)) {
        for (const { value } of expr.args) visit(value, base, true);
        return;
      }
      if (each && (expr.kind === 'call' || expr.kind === 'member')) {
        const call = where === program.path ? openedBy(program, expr) : openedElsewhere(expr);
        if (call !== undefined) return void found.push({ call, at: through ?? wordOf(expr, base), pooled: false });
        const pooled = expr.kind === 'call' ? expr.fn : expr;
        if (pooled.kind === 'member' && pooled.name === 'getResource' && /pool|jedis/i.test(writtenOf(pooled.on)) && !someWithin(of.body, givesBack)) return void found.push({ call: `${writtenOf(pooled.on)}.getResource`, at: through ?? wordOf(expr, base), pooled: true });
      }
      const fn = expr.kind === 'call' ? expr.fn : undefined;
      for (const item of fn ? program.types.get(fn) ?? [] : []) {
        if (item.is === 'function' && item.def.kind === 'function' && !item.def.lazy) enter(item.def, moduleScope(item.env).module, each, moduleScope(item.env).module === program.path && !through ? undefined : at);
      }
      forEachChild(expr, (child) => visit(child, base, each));
    }
    /** The word that opens it. */
    function wordOf(expr: Expr, base: number): Site {
      const fn = expr.kind === 'call' ? expr.fn : expr;
      const [from, to] = fn.kind === 'member' ? fn.nameSpan : fn.span;
      return { module: program.path, start: base + from, end: base + to };
    }
  }
}
const mostFollowed = 30;

/** Methods of iterators and collections that give each thing to a function. */
const passing = /^(foreach|map|flatMap|filter|collect|foldLeft)$/;
/** `rows`, `rows.toList`, `rows.zipWithIndex`. */
const isOf = (expr: Expr, params: ReadonlySet<string>): boolean =>
  expr.kind === 'name' ? params.has(expr.name) : expr.kind === 'member' ? isOf(expr.on, params) : expr.kind === 'call' && expr.fn.kind === 'member' && !passing.test(expr.fn.name) && isOf(expr.fn.on, params);

const asksForOne = (test: Expr): boolean => someWithin(test, (each) => each.kind === 'literal' && each.value === null || each.kind === 'operator' && /^(not|!|in|not in|is|is not)$/.test(each.name)
  || (each.kind === 'member' || each.kind === 'name') && /^(is_?(closed|connected|open|empty|defined|null|initiali[sz]ed)|non_?empty|contains(_?key)?|hasattr|valid)/i.test(each.name));
/** `clients.getOrElseUpdate(url, new Client(url))`, `clients.getOrElse(url, { val made = new Client(url); clients.put(url, made); made })` */
const keepsOne = ({ fn, args }: Expr & { kind: 'call' }): boolean => fn.kind === 'member' && (/^(getOrElseUpdate|computeIfAbsent)$/.test(fn.name)
  || fn.name === 'getOrElse' && args.some(({ value }) => someWithin(value, (each) => each.kind === 'call' && /^(put|update|putIfAbsent|\+=)$/.test(calledName(each) ?? '') || each.kind === 'bind' && each.patterns.some(({ kind }) => kind === 'index' || kind === 'member'))));
const givesBack = (expr: Expr): boolean => (expr.kind === 'call' || expr.kind === 'member') && /^(close|returnResource|returnBrokenResource|returnResourceObject|using|use)$/i.test(calledName(expr) ?? '');

const writtenOf = (expr: Expr): string => (expr.kind === 'name' ? expr.name : expr.kind === 'member' ? (expr.on.kind === 'name' && expr.on.name === 'this' ? expr.name : `${writtenOf(expr.on)}.${expr.name}`) : expr.kind === 'call' ? writtenOf(expr.fn) : '…');

interface Imports {
  /** By the name here, what it stands for. */
  readonly names: ReadonlyMap<string, string>;
  /** Packages of which every name was imported. */
  readonly stars: readonly string[];
}

const importsOf = oncePerProgram((program): Imports => {
  const names = new Map<string, string>();
  const stars: string[] = [];
  forEachImport(program.lowered.module.body, ({ module, names: imported, as, star, level }) => {
    if (level > 0) return;
    if (star) stars.push(module);
    for (const { name, as: own } of imported ?? []) names.set(own, `${module}.${name}`);
    if (!imported && !star) names.set(as ?? module.split('.')[0]!, as ? module : module.split('.')[0]!);
  });
  return { names, stars };
});

/** What opens a connection, as it is written: told by what is imported. */
function openedBy(program: SparkProgram, expr: Expr): string | undefined {
  const fn = expr.kind === 'call' ? expr.fn : expr;
  const isMade = expr.kind === 'call' && expr.makes === true;
  const { names, stars } = importsOf(program);
  const meant = (of: Expr): string[] => {
    if (of.kind === 'member') return meant(of.on).map((on) => `${on}.${of.name}`);
    if (of.kind !== 'name') return [];
    const own = names.get(of.name);
    return own !== undefined ? [own] : [of.name, ...stars.map((star) => `${star}.${of.name}`)];
  };
  const opens = program.lowered.language === 'python' ? expr.kind === 'call' && meant(fn).some((name) => inPython.has(name)) : meant(fn).some((name) => (isMade ? classes.has(name) : makers.has(name)));
  return opens ? `${isMade ? 'new ' : ''}${writtenOf(fn)}` : undefined;
}

/** In another file, whose imports are not in sight: by names that are unmistakable. */
function openedElsewhere(expr: Expr): string | undefined {
  const written = writtenOf(expr.kind === 'call' ? expr.fn : expr);
  const isMade = expr.kind === 'call' && expr.makes === true;
  const last = written.split('.').slice(isMade ? -1 : -2).join('.');
  return unmistakable.has(last) ? `${isMade ? 'new ' : ''}${last}` : undefined;
}

/** Functions of the JVM's libraries that open a connection or make a client. */
const makers: ReadonlySet<string> = new Set([
  'java.sql.DriverManager.getConnection', 'org.apache.hadoop.hbase.client.ConnectionFactory.createConnection', 'org.apache.hadoop.hbase.client.HConnectionManager.createConnection',
  'org.apache.http.impl.client.HttpClients.createDefault', 'org.apache.http.impl.client.HttpClients.custom', 'org.apache.http.impl.client.HttpClientBuilder.create', 'java.net.http.HttpClient.newHttpClient', 'java.net.http.HttpClient.newBuilder',
  'com.mongodb.client.MongoClients.create', 'com.datastax.oss.driver.api.core.CqlSession.builder', 'com.datastax.driver.core.Cluster.builder', 'com.amazonaws.services.s3.AmazonS3ClientBuilder.defaultClient', 'com.amazonaws.services.s3.AmazonS3ClientBuilder.standard',
]);
/** Their classes of which each object has a connection of its own. */
const classes: ReadonlySet<string> = new Set([
  'redis.clients.jedis.Jedis', 'redis.clients.jedis.JedisPool', 'redis.clients.jedis.JedisCluster', 'redis.clients.jedis.JedisPooled', 'org.apache.hadoop.hbase.client.HTable',
  'org.apache.http.impl.client.DefaultHttpClient', 'okhttp3.OkHttpClient', 'org.apache.kafka.clients.producer.KafkaProducer', 'kafka.producer.Producer', 'kafka.javaapi.producer.Producer', 'com.mongodb.MongoClient', 'java.net.Socket', 'org.elasticsearch.client.RestHighLevelClient',
]);
const unmistakable: ReadonlySet<string> = new Set(['DriverManager.getConnection', 'ConnectionFactory.createConnection', 'HttpClients.createDefault', 'MongoClients.create', 'Jedis', 'JedisPool', 'JedisCluster', 'KafkaProducer', 'DefaultHttpClient', 'OkHttpClient', 'MongoClient', 'psycopg2.connect', 'pymysql.connect', 'boto3.client', 'boto3.resource']);
const inPython: ReadonlySet<string> = new Set([
  'psycopg2.connect', 'psycopg.connect', 'pymysql.connect', 'MySQLdb.connect', 'mysql.connector.connect', 'pyodbc.connect', 'cx_Oracle.connect', 'oracledb.connect', 'pymssql.connect', 'snowflake.connector.connect', 'sqlalchemy.create_engine',
  'redis.Redis', 'redis.StrictRedis', 'redis.from_url', 'redis.Redis.from_url', 'pymongo.MongoClient', 'pymongo.mongo_client.MongoClient', 'boto3.client', 'boto3.resource', 'kafka.KafkaProducer', 'confluent_kafka.Producer', 'elasticsearch.Elasticsearch', 'happybase.Connection', 'cassandra.cluster.Cluster',
  'neo4j.GraphDatabase.driver', 'pika.BlockingConnection', 'smtplib.SMTP', 'socket.create_connection', 'influxdb.InfluxDBClient', 'google.cloud.storage.Client', 'google.cloud.bigquery.Client', 'requests.Session',
]);
