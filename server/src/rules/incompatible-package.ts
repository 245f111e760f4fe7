import type { Setting, Site } from '../analysis/model.ts';
import { isPlaceholder } from '../knowledge/values.ts';
import { rangeText } from '../rule/entries.ts';
import { allAtLeast, compareVersions, isPinned, lineOf, type Targets } from '../rule/targets.ts';
import { defineRule, type SettingsContext } from '../rule/rule.ts';

/** Keys whose value lists packages, by coordinates or by the names of their jars. */
const coordinates = 'spark.jars.packages';
const jars: ReadonlySet<string> = new Set(['spark.jars', 'spark.yarn.dist.jars']);

interface Package {
  readonly written: string;
  /** '2.12', where the name says it. */
  readonly scala: string | undefined;
  readonly version: string | undefined;
  /** It is part of Spark: its releases are Spark's. */
  readonly ofSpark: boolean;
  /** It is part of Hadoop, and uses what is internal to the Hadoop that Spark brings. */
  readonly ofHadoop: boolean;
  /** It is built for one line of Spark: which one, and by what name it goes. */
  readonly builtFor: { readonly line: string; readonly name: string } | undefined;
}

export default defineRule({
  name: 'incompatible-package',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check({ entries, targets, text, mentions, report }) {
    for (const entry of entries) {
      const read = entry.key === coordinates ? packageOf : jars.has(entry.key) ? packageOfJar : undefined;
      if (!read || entry.value === undefined) continue;
      const packages = entry.value.split(',').map((each) => each.trim()).filter((each) => !isPlaceholder(each)).flatMap(read);
      // What does not fit is told once: whatever stands behind it is not measured by it.
      const fitting: Package[] = [];
      for (const each of packages) {
        // What code tells may run in an image of the project rather than where the project's own packages are.
        const runsElsewhere = entry.event !== undefined && isForImage(each, mentions);
        const message = (runsElsewhere ? undefined : forTargets(each, targets) ?? forHadoop(each, targets, mentions)) ?? besideOthers(each, fitting);
        if (message === undefined) fitting.push(each);
        else report({ at: placeOf(text, entry, each), message });
      }
    }
  },
  docs: {
    summary: 'a package was built for another Scala, or another Spark, than the one that loads it',
    what: 'Coordinates in `spark.jars.packages` (`--packages`) whose name ends in a version of Scala that no Spark of the target range is built with, or that are part of Spark (`org.apache.spark`) in a release of another line than the target; `hadoop-aws` of another Hadoop than the target\'s; Delta and Iceberg for another line of Spark. In `spark.jars` (`--jars`) the names of the jars tell the same: `spark-avro_2.12-3.5.1.jar`. Also two packages in one list that cannot both be right.',
    why: 'Code compiled for another Scala fails where it first touches what changed in Scala\'s library, with `NoSuchMethodError` or `NoClassDefFoundError`, often not before the first read, and not in every use. Modules of Spark use what is internal to it, which changes from line to line; `hadoop-aws` does so with Hadoop. Table formats reach into Spark\'s planner, so that each of their builds goes with one line of Spark.',
    fine: 'Spark up to 2.2 has builds for Scala 2.10. Spark 3 has builds for Scala 2.12 and, from 3.2 on, 2.13: both are taken there. Spark 4 has 2.13 alone. Where the target release is not known from the settings or the project\'s dependencies, packages are only compared with one another. Delta 4.1 and later have builds for several lines and are not judged by them. Versions that are put together when the job starts are not judged, nor is `hadoop-aws` where a Spark without Hadoop is spoken of. What code asks for is not held against what the project pins where a Dockerfile or compose file starts a Spark that the package fits.',
    examples: [
      { language: 'conf', bad: 'spark.jars.packages  io.delta:delta-core_2.12:2.4.0,org.mongodb.spark:mongo-spark-connector_2.13:10.2.1\n', good: 'spark.jars.packages  io.delta:delta-core_2.12:2.4.0,org.mongodb.spark:mongo-spark-connector_2.12:10.2.1\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .config("spark.jars.packages", "io.delta:delta-core_2.12:2.4.0,org.mongodb.spark:mongo-spark-connector_2.13:10.2.1")\n    .getOrCreate()\n)\n', good: 'from pyspark.sql import SparkSession\n\nspark = (\n    SparkSession.builder\n    .config("spark.jars.packages", "io.delta:delta-core_2.12:2.4.0,org.mongodb.spark:mongo-spark-connector_2.12:10.2.1")\n    .getOrCreate()\n)\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.jars.packages", "io.delta:delta-core_2.12:2.4.0,org.mongodb.spark:mongo-spark-connector_2.13:10.2.1")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.jars.packages", "io.delta:delta-core_2.12:2.4.0,org.mongodb.spark:mongo-spark-connector_2.12:10.2.1")\n}\n' },
      { language: 'shell', bad: 'spark-submit --packages io.delta:delta-core_2.12:2.4.0,org.mongodb.spark:mongo-spark-connector_2.13:10.2.1 \\\n  job.py\n', good: 'spark-submit --packages io.delta:delta-core_2.12:2.4.0,org.mongodb.spark:mongo-spark-connector_2.12:10.2.1 \\\n  job.py\n' },
    ],
    source: 'Avro\'s module tried: that of 3.1.1, and of 3.5.6 for Scala 2.13, fail on Spark 3.5.6 with `NoClassDefFoundError`; a write and a read with that of 3.5.6 for Scala 2.12 happened to pass on 4.3.0. `hadoop-aws` 3.3.6 and 3.4.1 fail on Spark 3.5.6 (Hadoop 3.3.4) when a file system is made (`NoClassDefFoundError`), 3.2.4, 3.3.1 and 3.3.2 do not; 3.3.4 fails on Spark 4.3.0 (`NumberFormatException: "60s"`), 3.4.1 does not. Delta 2.0 to 2.4 on Spark 3.5.6, and 2.2, 2.3, 3.0 and 3.2 on 3.4.4, fail at the first write (`NoSuchMethodError`, `NoClassDefFoundError`); 2.4 on 3.4.4 and 3.2 on 3.5.6 pass. Iceberg\'s build for 3.3 fails on 3.5.6 when a table is made, those for 3.4 on 3.5.6 and for 3.5 on 3.4.4 at the first `MERGE`. What Delta\'s releases are built with: their published projects. Which Scalas Spark has builds for: its releases.',
  },
});

function packageOf(written: string): Package[] {
  const match = /^([\w.-]+):([\w.-]+?)(?:_(2\.1[0-3]|3))?(?::([\w.-]+))?$/.exec(written);
  if (!match) return [];
  const [, group, name, scala, version] = match;
  // GraphFrames says it behind the version: `0.8.2-spark3.2-s_2.12`.
  return [{ written, scala: scala ?? /-s_(2\.1[0-3])$/.exec(version ?? '')?.[1], version, ofSpark: group === 'org.apache.spark', ofHadoop: group === 'org.apache.hadoop' && name === 'hadoop-aws', builtFor: builtFor(name!, version) }];
}

/** Of a path: `spark-avro_2.12-3.5.1.jar`, `hadoop-aws-3.3.4.jar`. What else goes by such a name is not known to be anybody's. */
function packageOfJar(written: string): Package[] {
  const match = /(?:^|\/)([a-z][\w.-]*?)(?:_(2\.1[0-3]))?-(\d+\.\d+(?:\.\d+)?(?:-\w+)?)\.jar$/.exec(written);
  if (!match) return [];
  const [, name, scala, version] = match;
  return [{ written, scala, version, ofSpark: scala !== undefined && modules.test(name!), ofHadoop: name === 'hadoop-aws', builtFor: builtFor(name!, version) }];
}

/** Modules of Spark that come apart from it. */
const modules = /^spark-(?:avro|protobuf|sql-kafka-0-10|streaming-kafka-0-\d+|token-provider-kafka-0-10|hadoop-cloud|streaming-kinesis-asl|connect|ganglia-lgpl)(?:-assembly)?$/;

/** Lines of Spark that Delta's are built with, by its own: what its published projects depend on. Delta 4.1 and later are built for several. */
const ofDelta: Readonly<Record<string, string>> = { '0.7': '3.0', '0.8': '3.0', '1.0': '3.1', '1.1': '3.2', '1.2': '3.2', '2.0': '3.2', '2.1': '3.3', '2.2': '3.3', '2.3': '3.3', '2.4': '3.4', '3.0': '3.5', '3.1': '3.5', '3.2': '3.5', '3.3': '3.5', '4.0': '4.0' };

/** Table formats reach into Spark's planner: each of their builds goes with one line of Spark. */
function builtFor(name: string, version: string | undefined): Package['builtFor'] {
  if (name === 'delta-core' || name === 'delta-spark') {
    const own = /^\d+\.\d+/.exec(version ?? '')?.[0] ?? '';
    return Object.hasOwn(ofDelta, own) ? { line: ofDelta[own]!, name: `Delta ${own}` } : undefined;
  }
  const line = /^iceberg-spark(?:-runtime|-extensions)?-(\d\.\d)$/.exec(name)?.[1];
  return line === undefined ? undefined : { line, name: 'This build of Iceberg' };
}

/** Scalas that some release of the range is built with; undefined: not known. */
function scalasOf(targets: Targets): readonly string[] | undefined {
  if (!isPinned(targets)) return undefined;
  const found = [
    ...(compareVersions(targets.from, '2.3') < 0 ? ['2.10'] : []),
    ...(compareVersions(targets.from, '3.0') < 0 ? ['2.11', '2.12'] : []),
    ...(compareVersions(targets.from, '4.0') < 0 && !allAtLeast(targets, '4.0') ? ['2.12'] : []),
    ...(compareVersions(targets.to, '3.2') >= 0 ? ['2.13'] : []),
  ];
  return [...new Set(found)];
}

function forTargets(own: Package, targets: Targets): string | undefined {
  const { scala, version, builtFor: built } = own;
  const scalas = scalasOf(targets);
  if (!scalas) return undefined;
  if (scala !== undefined && !scalas.includes(scala)) return `This package is built for Scala ${scala}, and ${rangeText(targets)} (${targets.origin}) runs on Scala ${scalas.join(' or ')}: it fails where it touches what changed in Scala's library.`;
  const line = lineFor(own);
  if (line === undefined || compareVersions(line, lineOf(targets.from)) >= 0 && compareVersions(line, lineOf(targets.to)) <= 0) return undefined;
  if (built) return `${built.name} is built for Spark ${built.line}, and the target is ${rangeText(targets)} (${targets.origin}): it fails where it touches what changed in Spark's planner.`;
  return `This module belongs to Spark ${version!}, and the target is ${rangeText(targets)} (${targets.origin}): modules of Spark go with their own release.`;
}

/** A Dockerfile or a compose file starts a Spark that the package fits. */
function isForImage(own: Package, mentions: SettingsContext['mentions']): boolean {
  const line = lineFor(own);
  const lines = line?.replace('.', '\\.') ?? (own.ofHadoop ? hadoopLines(own) : own.scala === undefined ? undefined : linesOfScala[own.scala]);
  return lines !== undefined && mentions?.(new RegExp(`(?:(?:\\bimage:|\\bFROM\\s)[^\\n]*${imageOfSpark}:(?:spark-|v)?|\\bSPARK_VERSION\\s*[:=]\\s*["']?)(?:${lines})(?!\\d)`, 'i'), images) === true;
}
const images = /(?:dockerfile|compose)[^/]*$/i;
/** What is called so is tagged with the Spark in it: `apache/spark-py`, `jupyter/pyspark-notebook`, `our-spark-iceberg`; an application (`spark-etl`) with a release of its own. */
const imageOfSpark = 'spark(?:-(?:py|r|base|master|worker|submit|history-server|iceberg|delta|notebook))?';
const linesOfScala: Readonly<Record<string, string>> = { '2.11': '2\\.\\d', '2.12': '2\\.4|3\\.\\d', '2.13': '3\\.[2-9]|4\\.\\d' };
const hadoopLines = ({ version }: Package): string => (compareVersions(version ?? '', '3.4') < 0 ? '3\\.\\d' : '4\\.\\d');

/** Spark 3.2 to 3.5 bring Hadoop 3.3.1 to 3.3.4, Spark 4 brings 3.4 or newer. Older ones than Spark's pass where the credentials are told. */
function forHadoop({ ofHadoop, version }: Package, targets: Targets, mentions: SettingsContext['mentions']): string | undefined {
  const own = ofHadoop ? /^\d+\.\d+\.\d+$/.exec(version ?? '')?.[0] : undefined;
  if (own === undefined || !isPinned(targets) || compareVersions(targets.from, '3.2') < 0) return undefined;
  const old = !allAtLeast(targets, '4.0') && compareVersions(targets.to, '4.0') < 0;
  if (!old && !allAtLeast(targets, '4.0')) return undefined;
  const fits = old ? compareVersions(own, '3.3.5') < 0 : compareVersions(own, '3.4') >= 0;
  // A Spark without Hadoop runs with the one of the machine.
  if (fits || mentions?.(/without-hadoop|SPARK_DIST_CLASSPATH|hadoop-provided/) === true) return undefined;
  return `\`hadoop-aws\` goes with the Hadoop that Spark brings, and ${rangeText(targets)} (${targets.origin}) brings ${old ? '3.3.4 at most' : '3.4 or newer'}: with ${own} the first use of \`s3a://\` fails.`;
}

function besideOthers(own: Package, before: readonly Package[]): string | undefined {
  const scala = before.find((other) => other.scala !== undefined && own.scala !== undefined && other.scala !== own.scala);
  if (scala) return `This package is built for Scala ${own.scala!}, \`${scala.written}\` beside it for ${scala.scala!}: one of them does not fit the Spark that loads both.`;
  const line = lineFor(own);
  const other = line === undefined ? undefined : before.find((each) => lineFor(each) !== undefined && lineFor(each) !== line);
  return other && `${own.builtFor ? `${own.builtFor.name} is built for Spark ${line!}` : `This module belongs to Spark ${own.version!}`}, \`${other.written}\` beside it ${other.builtFor ? `for ${other.builtFor.line}` : `to ${other.version!}`}: one of them is not that of the Spark that loads both.`;
}

const lineFor = ({ ofSpark, version, builtFor: built }: Package): string | undefined => (ofSpark ? releaseLine(version) : built?.line);

const releaseLine = (version: string | undefined): string | undefined => /^(\d+\.\d+)\.\d+/.exec(version ?? '')?.[1];

/** The coordinates within the value, where they stand as written. */
function placeOf(text: string, { valueSite }: Setting, { written }: Package): Site {
  const value = text.slice(valueSite.start, valueSite.end);
  // What the shell fills in stands before the name of a jar.
  const name = value.includes(written) ? written : written.slice(written.lastIndexOf('/') + 1);
  const at = value.indexOf(name);
  return at < 0 ? valueSite : { module: valueSite.module, start: valueSite.start + at, end: valueSite.start + at + name.length };
}
