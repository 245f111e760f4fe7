import type { SparkProgram, Value } from '../analysis/model.ts';
import type { ClassInfo } from '../analysis/scope.ts';
import { calledName, forEachOf } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { classesIn, serializations } from '../rule/rdd-elements.ts';
import { isTrue } from '../rule/entries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { addCalls, startupOf } from '../rule/startup.ts';

const required = 'spark.kryo.registrationRequired';
/** Registering in other ways than by a list in code. */
const elsewhere = /spark\.kryo\.(?:classesToRegister|registrator)\b|KryoRegistrator|registerAvroSchemas/;
const listed = /\bregisterKryoClasses\b/;

export default defineRule({
  name: 'unregistered-kryo-class',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, settings, fileKind, mentions, report }) {
    const all = [...settings, ...program.settings];
    const wanted = all.findLast(({ key }) => key === required);
    if (program.lowered.language !== 'scala' || !isTrue(wanted) || !program.entryPoint || program.partial || fileKind === 'notebook' || startupOf(program).open) return;
    const serializer = all.filter(({ key }) => key === 'spark.serializer');
    if (serializer.length === 0 || !serializer.every(({ value }) => value === undefined || value.endsWith('KryoSerializer'))) return;
    if (mentions?.(elsewhere) || all.some(({ key }) => elsewhere.test(key))) return;
    const registered = registeredIn(program);
    if (!registered || registered.names.size === 0 && mentions?.(listed)) return;
    for (const { at, by, how, objects } of serializations(program)) {
      const missing = classesIn(exactly(objects)).find(({ def }) => !registered.names.has(def.name));
      if (!missing) continue;
      const name = missing.def.name;
      report({
        at,
        message: `Kryo is told to refuse what is not registered, and \`${name}\` is registered nowhere in sight: the job fails where \`${by}\` ${how === 'shuffle' ? 'sends' : 'keeps'} its objects ("Class is not registered").`,
        related: [{ site: wanted!.site, message: 'registration is required here' }],
        fixes: fixesFor(program, registered, missing),
      });
      return;
    }
  },
  docs: {
    summary: 'a class that an RDD shuffles or stores is not registered with Kryo, which requires it',
    what: '`spark.kryo.registrationRequired` is true, Kryo is the serializer, and objects of a class of the program are shuffled or stored as bytes while no list in sight (`registerKryoClasses`) holds it.',
    why: 'With that setting Kryo refuses every class that it was not told of. The job fails at the first record of the shuffle, the stored partition, the broadcast or the collected array with "Class is not registered", often long after it started.',
    fine: 'Numbers, texts, tuples and what Spark itself moves are registered by Spark: DataFrames and Python never meet it. Where a registrator, `spark.kryo.classesToRegister` or a list that is not written out may hold the class, nothing is said.',
    fix: 'Registers the class on the SparkConf, or adds it to the list that is there. An array of it, as `collect` makes one, is a class of its own and may have to follow: `classOf[Array[Visit]]`.',
    examples: [{
      language: 'scala',
      bad: 'import org.apache.spark.{SparkConf, SparkContext}\n\ncase class Visit(user: String)\n\nobject Visits {\n  def main(args: Array[String]): Unit = {\n    val conf = new SparkConf()\n      .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")\n      .set("spark.kryo.registrationRequired", "true")\n    val sc = new SparkContext(conf)\n    sc.textFile("/data").map(line => (line, Visit(line))).groupByKey().saveAsTextFile("/out")\n  }\n}\n',
      good: 'import org.apache.spark.{SparkConf, SparkContext}\n\ncase class Visit(user: String)\n\nobject Visits {\n  def main(args: Array[String]): Unit = {\n    val conf = new SparkConf()\n      .registerKryoClasses(Array(classOf[Visit]))\n      .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")\n      .set("spark.kryo.registrationRequired", "true")\n    val sc = new SparkContext(conf)\n    sc.textFile("/data").map(line => (line, Visit(line))).groupByKey().saveAsTextFile("/out")\n  }\n}\n',
    }],
    source: 'Shuffles, stored, collected and broadcast objects tried on Spark 3.5.6 and 4.3.0.',
  },
});

/** What an annotation promises may be an object of another class. */
const exactly = (value: Value): Value => value.flatMap((item): Value => {
  if (item.is === 'object') return item.of === item.of.of.generic ? [] : [item];
  return item.is === 'collection' ? [{ ...item, element: exactly(item.element), items: item.items?.map(exactly), keys: item.keys && exactly(item.keys) }] : [item];
});

interface Registered {
  readonly names: ReadonlySet<string>;
  /** Behind the last class of a list. */
  readonly end?: number | undefined;
}

/** The classes that `registerKryoClasses(Array(classOf[Visit]))` names; undefined where one of the lists is not written out. */
function registeredIn({ lowered }: SparkProgram): Registered | undefined {
  const names = new Set<string>();
  let readable = true;
  let end: number | undefined;
  forEachOf(lowered, ['call'], (expr, at) => {
    if (calledName(expr) !== 'registerKryoClasses') return;
    const classes = expr.args.length === 1 ? classesOf(expr.args[0]!.value) : undefined;
    readable &&= classes !== undefined;
    for (const name of classes ?? []) names.add(name);
    if (classes) end = endOfList(lowered.text, at);
  });
  return readable ? { names, end } : undefined;
}

function classesOf(list: Expr): string[] | undefined {
  if (list.kind !== 'call' || !/^(Array|Seq|List)$/.test(calledName(list) ?? '')) return undefined;
  const names = list.args.map(({ value }) => (value.kind === 'call' && calledName(value) === 'classOf' ? value.types?.[0]?.name.split('.').at(-1) : undefined));
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** Before the two brackets that close `registerKryoClasses(Array(…))`. */
const endOfList = (text: string, { start, end }: Range): number | undefined => {
  const closing = /\s*\)\s*\)$/.exec(text.slice(start, end));
  return closing ? start + closing.index : undefined;
};

function fixesFor(program: SparkProgram, { names, end }: Registered, { def: { name } }: ClassInfo): Fix[] {
  const edits = end === undefined ? addCalls(program, { conf: [`registerKryoClasses(Array(classOf[${name}]))`] }) : names.size > 0 ? [{ start: end, end, newText: `, classOf[${name}]` }] : [];
  return edits.length > 0 ? [{ title: `Register ${name} with Kryo`, safety: 'suggested', edits }] : [];
}
