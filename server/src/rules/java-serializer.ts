import type { Setting, SparkProgram } from '../analysis/model.ts';
import { type ClassInfo, moduleScope } from '../analysis/scope.ts';
import { classesIn, isFlat, serializations } from '../rule/rdd-elements.ts';
import { defineRule, type Fix, type Related } from '../rule/rule.ts';
import { definitionsAt } from '../rule/statements.ts';
import { addCalls, startupOf } from '../rule/startup.ts';

const key = 'spark.serializer';
const register = 'spark.kryo.classesToRegister';
const kryo = 'org.apache.spark.serializer.KryoSerializer';
/** However it comes to be set: by a name of its own, a system property, a submit command. */
const named = /spark\.serializer\b|KryoSerializ/;

export default defineRule({
  name: 'java-serializer',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, settings, fileKind, mentions, forDatabricks, report }) {
    if (program.lowered.language !== 'scala' || !program.entryPoint || program.partial || fileKind !== 'job') return;
    // Objects of numbers and texts alone are hardly smaller with Kryo.
    const [first, ...others] = serializations(program).filter(({ objects }) => classesIn(objects).some((each) => !isFlat(each)));
    if (!first) return;
    if ([...settings, ...program.settings].some((entry) => entry.key === key) || startupOf(program).open || mentions?.(named) || forDatabricks?.()) return;
    const classes = [...new Set([first, ...others].flatMap(({ objects }) => classesIn(objects)))];
    const { name } = classes[0]!.def;
    report({
      at: first.at,
      message: `${first.how === 'shuffle' ? `\`${first.by}\` sends objects of \`${name}\` through a shuffle` : `\`${first.by}\` keeps objects of \`${name}\` as bytes`} with Java's serializer, since no setting in sight names another: Kryo, told of the class, needs fewer bytes and less time for objects that hold others.`,
      related: others.slice(0, 3).map(({ at, by, how }): Related => ({ site: at, message: how === 'shuffle' ? `\`${by}\` shuffles such objects as well` : `\`${by}\` keeps such objects as bytes as well` })),
      fixes: [...inCode(program, classes), ...inFile(settings, classes)],
    });
  },
  docs: {
    summary: 'Scala RDDs of own classes are shuffled or stored with Java\'s serializer',
    what: 'An RDD that holds objects of a class of the program, alone or in pairs, is shuffled (`groupByKey`, `join`, `sortBy`, `distinct`, `repartition` and the like) or stored as bytes (`…_SER`, `DISK_ONLY`), and nothing in sight sets `spark.serializer`: not the SparkConf or the builder, no configuration file, no script of the project.',
    why: 'Java\'s serializer writes how its classes are built into every stream, again after each hundred objects, and takes its time with lists, maps and options. Of 200,000 orders with lists of items Kryo, with the classes registered, wrote a quarter to a third less to shuffles and storage, and read them back in two thirds of the time. Flat records of texts and numbers gain little: next to nothing in shuffles, a sixth in storage. Registering matters: otherwise the full name of the class stands before every object, and flat records took a tenth to a third more room in storage than with Java\'s.',
    fine: 'Spark takes Kryo by itself where keys and values are numbers, texts or arrays of numbers, and objects that hold nothing else gain little. DataFrames and Datasets have encoders of their own, and Python sends bytes: the setting does nothing for them. Where a SparkConf comes from out of sight, or is told things that are no literals, nothing is said. A cluster may set it for all its jobs: then leave it there.',
    fix: 'Sets `spark.serializer` to Kryo where the SparkConf or the session is made, and registers the classes that were seen, where it is certain what they are called; in the editor also in the project\'s `spark-defaults.conf`. Classes that these hold are better registered too.',
    examples: [{
      language: 'scala',
      bad: 'import org.apache.spark.{SparkConf, SparkContext}\n\ncase class Visit(user: String, pages: List[String])\n\nobject Visits {\n  def main(args: Array[String]): Unit = {\n    val conf = new SparkConf().setAppName("visits")\n    val sc = new SparkContext(conf)\n    val visits = sc.textFile("/data/visits").map(line => (line.take(8), Visit(line.take(8), line.split(\' \').toList)))\n    visits.groupByKey().saveAsTextFile("/data/by-user")\n  }\n}\n',
      good: 'import org.apache.spark.{SparkConf, SparkContext}\n\ncase class Visit(user: String, pages: List[String])\n\nobject Visits {\n  def main(args: Array[String]): Unit = {\n    val conf = new SparkConf()\n      .setAppName("visits")\n      .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")\n      .registerKryoClasses(Array(classOf[Visit]))\n    val sc = new SparkContext(conf)\n    val visits = sc.textFile("/data/visits").map(line => (line.take(8), Visit(line.take(8), line.split(\' \').toList)))\n    visits.groupByKey().saveAsTextFile("/data/by-user")\n  }\n}\n',
    }],
    source: 'Serializers that shuffles take asked on Spark 3.5.9 and 4.3.0; bytes and times measured with compiled classes, unregistered and registered, on 3.5.6 and 4.3.0.',
  },
});

const title = `Set ${key} to Kryo`;

function inCode(program: SparkProgram, classes: readonly ClassInfo[]): Fix[] {
  const names = classes.map(({ def: { name } }) => name);
  const { confs: [made] } = startupOf(program);
  const around = made ? definitionsAt(program.lowered, made.start) : [];
  const inSight = classes.every(({ scope }) => moduleScope(scope).module === program.path && (isTopLevel(scope) || around.includes(scope.parent!.def)));
  const listed = classes.map(fullName);
  const edits = addCalls(program, {
    conf: [`set("${key}", "${kryo}")`, ...(inSight ? [`registerKryoClasses(Array(${names.map((name) => `classOf[${name}]`).join(', ')}))`] : [])],
    builder: [`config("${key}", "${kryo}")`, ...(listed.every((name) => name !== undefined) ? [`config("${register}", "${listed.join(',')}")`] : [])],
  });
  return edits.length > 0 ? [{ title, safety: 'suggested', edits }] : [];
}

/** In the one spark-defaults.conf of the project, behind its last line. */
function inFile(settings: readonly Setting[], classes: readonly ClassInfo[]): Fix[] {
  const entries = settings.filter(({ means }) => means === 'file');
  const last = entries.at(-1);
  if (!last || new Set(entries.map(({ site }) => site.module)).size > 1) return [];
  const listed = classes.map(fullName);
  const newText = `\n${key} ${kryo}${listed.every((name) => name !== undefined) ? `\n${register} ${listed.join(',')}` : ''}`;
  return [{ title: `${title} in ${last.site.module}`, safety: 'suggested', edits: [{ module: last.site.module, start: last.site.end, end: last.site.end, newText }] }];
}

const isTopLevel = ({ parent }: ClassInfo['scope']): boolean => parent !== undefined && parent.parent === undefined;
/** As Spark loads it; of a class inside another thing it depends on what that is. */
function fullName({ def: { name }, scope }: ClassInfo): string | undefined {
  const { package: around } = moduleScope(scope);
  return isTopLevel(scope) ? (around === undefined ? name : `${around}.${name}`) : undefined;
}
