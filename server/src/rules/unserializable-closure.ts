import type { Abstract, Site, SparkProgram } from '../analysis/model.ts';
import { binds, type ClassInfo, type Scope } from '../analysis/scope.ts';
import { classMeant } from '../analysis/values.ts';
import { forEachChild, forEachImport } from '../program/expressions.ts';
import { constructorName, type Def, type Expr, type Param, type TypeRef } from '../program/program.ts';
import { editsFor } from '../rule/edits.ts';
import { eventsOf, groupedBy, placeOf } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { expressionAt } from '../rule/written.ts';
import { escapePattern } from '../text/pattern.ts';

type FunctionValue = Extract<Abstract, { is: 'function' }>;

/** What takes an object along: a member that is used of it, the object itself, a method in the place of a function. */
interface Taken {
  readonly of: ClassInfo;
  /** As it is written: a member, or the variable that holds the object. */
  readonly word: string;
  readonly how: 'member' | 'object' | 'method' | 'variable';
  readonly site: Site;
}

export default defineRule({
  name: 'unserializable-closure',
  category: 'closures',
  severity: 'error',
  since: '0.1.0',
  languages: ['scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, mentions, report }) {
    if (fileKind === 'test') return;
    // What is written in a class or trait may run in one that extends it, in another file, and that one may be Serializable.
    const extendedElsewhere = ({ def: { name } }: ClassInfo): boolean => mentions?.(new RegExp(`\\b(?:extends|with)\\s+${escapePattern(name)}\\b`)) === true;
    for (const [event] of groupedBy(eventsOf(program, 'sent').filter(({ argument }) => argument.module === program.path), ({ argument }) => placeOf(argument)).values()) {
      const taken = takenBy(program, event!.fn, event!.argument).filter(({ of }) => isUnserializable(program, of) && !extendedElsewhere(of));
      const [first] = taken;
      if (!first) continue;
      const owner = first.of.def;
      const declared = program.starts.get(owner);
      report({
        at: first.site,
        raisesAt: event!.name,
        message: messageOf(first),
        related: [
          { site: event!.name, message: makesUdf(program, event!.name) ? 'this makes a UDF of the function, and the executors run it' : 'this call sends the function to the executors' },
          ...(declared !== undefined && first.of.scope.module === program.path ? [{ site: { module: program.path, start: declared + owner.nameSpan[0], end: declared + owner.nameSpan[1] }, message: `\`${owner.name}\` does not extend Serializable` }] : []),
          ...taken.slice(1).filter(({ of, site }) => of === first.of && placeOf(site) !== placeOf(first.site)).map(({ word, site }) => ({ site, message: `\`${word}\` takes it along too` })),
        ],
        fixes: copyFix(program, event!.site, taken),
      });
    }
  },
  docs: {
    summary: 'a function sent to the executors takes an object along that cannot be serialized',
    what: 'A function given to an operation of an RDD, Dataset or DStream, or made a UDF, uses a field or method of the class around, is such a method, or uses a variable that holds an object; the class of that object does not extend Serializable, and neither does anything that it extends.',
    why: 'A field is `this.field`: what is sent is the whole object. Spark serializes the function before the first task, and where the object cannot be serialized the job fails with `Task not serializable`.',
    fine: 'Local variables that hold plain values; members of an `object`, which every JVM has for itself; case classes; a `final val` without a type whose value is a literal, which the compiler writes in its place; a field that holds the function itself and is given as it is (`rdd.map(parse)` of a `val parse`), since it is read on the driver. Classes of which a base is not in sight, traits and abstract classes are not reported.',
    fix: 'Puts the field into a local variable before the statement and uses that in the function, where nothing but plain values is read. Otherwise: move the method into an `object`, or make the class Serializable and its context, clients and the like `@transient`.',
    examples: [{ language: 'scala', bad: 'class Scaling(sc: SparkContext, factor: Int) {\n  def run(): Unit = {\n    val numbers = sc.textFile("/data/numbers")\n    numbers.map(number => number.toInt * factor).saveAsTextFile("/data/out")\n  }\n}\n', good: 'class Scaling(sc: SparkContext, factor: Int) {\n  def run(): Unit = {\n    val numbers = sc.textFile("/data/numbers")\n    val localFactor = factor\n    numbers.map(number => number.toInt * localFactor).saveAsTextFile("/data/out")\n  }\n}\n' }],
    source: [
      'Compiled classes with local[1] on Spark 3.5.6 (Scala 2.12.18) and 4.3.0 (Scala 2.13.18); both did the same. RDDs and DStreams fail where the function is given, Datasets when the job runs, UDFs when a job uses them: by `udf` and by `register` alike.',
      [
        '| The function uses | Spark |', '| --- | --- |',
        '| a `val`, `var`, `lazy val` or `@transient val` of the class, a parameter of the class | Task not serializable |',
        '| a method, called or given as the function; a member in a function within it, in `s"…"`, in a `case` | Task not serializable |',
        '| a method or function of the method around, which uses a member | Task not serializable |',
        '| an `object`, case class or class within the class | Task not serializable |',
        '| a variable of the method that holds an object of such a class | Task not serializable |',
        '| a local copy of the field | runs |',
        '| a `final val` with a literal and no type | runs |',
        '| a method or function of the method around, which uses no member | runs |',
        '| a `lazy val` of the method, which makes the object | runs |',
        '| a field as the function itself: `rdd.map(parse)` | runs, where that function uses no member |',
        '| in a UDF: a field or method of the class, a variable that holds an object of such a class | Task not serializable, in the job that uses it |',
        '| in a UDF that no job uses, or only on rows that stand in the program | runs |',
        '| members of an `object`, an `object` that extends `App`, a companion | runs |',
      ].join('\n'),
    ].join('\n\n'),
  },
});

/** `udf(…)`, `spark.udf.register(…)`. */
const makesUdf = ({ lowered }: SparkProgram, { start, end }: Site): boolean => /^(?:udf|register)$/.test(lowered.text.slice(start, end));

function messageOf({ of, word, how }: Taken): string {
  const name = of.def.name;
  const taken = {
    member: `\`${word}\` is a member of \`${name}\`, so the function takes the whole object along`,
    object: `The function takes the object of \`${name}\` around it along`,
    method: `\`${word}\` is a method of \`${name}\`, so the whole object goes along with it`,
    variable: `\`${word}\` holds an object of \`${name}\`, which goes along with the function`,
  }[how];
  return `${taken}; \`${name}\` is not Serializable, and Spark fails with \`Task not serializable\` before the first task.`;
}

// ---- what goes along ------------------------------------------------------------------------------------------------

/** In the order in which it is written; what a method of the function's own needs stands for the place where that is called. */
function takenBy(program: SparkProgram, { def, env, self }: FunctionValue, argument: Site): Taken[] {
  if (self) return self.is === 'object' && (def.kind === 'function' && def.receiver !== 'none') && (isOfThis(program, argument) || self.of !== self.of.of.generic) ? [{ of: self.of.of, word: def.name, how: 'method', site: argument }] : [];
  return takenIn(program, def, env, new Set());
}

function isOfThis(program: SparkProgram, argument: Site): boolean {
  const written = expressionAt(program, argument);
  return written?.kind === 'member' && isThis(written.on, new Set());
}

function takenIn(program: SparkProgram, def: Def, env: Scope, seen: Set<Def>): Taken[] {
  const start = program.starts.get(def);
  if (start === undefined || env.module !== program.path || seen.has(def)) return [];
  seen.add(def);
  const found: Taken[] = [];
  const around = objectAround(env);
  visit(def.body, start, namesOfDef(def, new Set()));
  return found;

  function visit(expr: Expr, base: number, own: ReadonlySet<string>): void {
    const site: Site = { module: program.path, start: base + expr.span[0], end: base + expr.span[1] };
    if (expr.kind === 'member' && isThis(expr.on, own)) {
      if (around && !isWrittenOut(program, around, expr.name) && !isImported(around, expr.name)) found.push({ of: around, word: expr.name, how: 'member', site });
      return;
    }
    if (isThis(expr, own)) {
      if (around) found.push({ of: around, word: 'this', how: 'object', site });
      return;
    }
    if (expr.kind === 'name' && !own.has(expr.name)) found.push(...ofVariable(program, expr.name, env, site, seen));
    if (expr.kind === 'closure') {
      // What is a class there has an object of its own around.
      if (expr.def.kind !== 'class') visit(expr.def.body, base + expr.def.at, namesOfDef(expr.def, own));
      return;
    }
    forEachChild(expr, (child) => visit(child, base, own));
  }
}

const isThis = (expr: Expr, own: ReadonlySet<string>): boolean => expr.kind === 'name' && expr.name === 'this' && !own.has('this');
const namesOfDef = (def: Def, around: ReadonlySet<string>): ReadonlySet<string> => new Set([...around, ...def.binds, ...def.params.map(({ name }) => name)]);

/** A variable of a function around: it holds an object, or a function that takes something along itself. */
function ofVariable(program: SparkProgram, name: string, env: Scope, site: Site, seen: Set<Def>): Taken[] {
  for (let scope: Scope | undefined = env; scope; scope = scope.parent) {
    if (scope.def.kind === 'class') return [];
    const value = scope.vars.get(name);
    if (!value) {
      if (binds(scope, name)) return [];
      continue;
    }
    const only = value.length === 1 && scope.def.kind !== 'module' && !isLazy(program, scope, name) ? value[0]! : undefined;
    if (only?.is === 'function' && !only.self) return takenIn(program, only.def, only.env, seen).slice(0, 1).map((taken) => ({ ...taken, site }));
    // Of what a type alone tells, the object may be of a class that extends it.
    return only?.is === 'object' && only.of !== only.of.of.generic ? [{ of: only.of.of, word: name, how: 'variable', site }] : [];
  }
  return [];
}

/** `lazy val name` of a function: made in the task, when it is asked for. */
const isLazy = (program: SparkProgram, { def, base }: Scope, name: string): boolean =>
  new RegExp(`\\blazy\\s+val\\s+${escapePattern(name)}(?!\\w)`).test(program.lowered.text.slice(base, base + def.length));

/** The object that `this` means in a function: of the class around its method. */
function objectAround(env: Scope): ClassInfo | undefined {
  for (let scope: Scope | undefined = env; scope; scope = scope.parent) {
    if (scope.def.kind === 'class') return undefined;
    if (!scope.block && scope.def.params[0]?.name === 'this') return scope.parent?.owner;
  }
  return undefined;
}

// ---- classes --------------------------------------------------------------------------------------------------------

/** Nothing that it extends is Serializable, and all of that is in sight. */
function isUnserializable(program: SparkProgram, info: ClassInfo): boolean {
  const { def } = info;
  if (def.singleton || def.role || def.name === '' || def.name.startsWith('$')) return false;
  return hasPlainBases(info, new Set()) && !isExtended(program, info);
}

function hasPlainBases({ def, bases }: ClassInfo, seen: Set<Def>): boolean {
  if (seen.has(def)) return true;
  seen.add(def);
  if (bases.length !== def.bases.length) return false;
  return bases.every((base) => {
    const info = classMeant(base);
    return info ? info.def.role !== 'data' && hasPlainBases(info, seen) : base.is === 'foreign' && plainLibrary.has(base.name);
  });
}

/** Of libraries, none of them Serializable. */
const plainLibrary: ReadonlySet<string> = new Set(['org.apache.spark.internal.Logging', 'java.lang.Runnable', 'java.io.Closeable', 'java.util.concurrent.Callable']);

/** Something in the module extends it: the object may be one of that. */
const isExtended = (program: SparkProgram, info: ClassInfo): boolean => [...program.starts.keys()].some((def) => def.kind === 'class' && def.bases.some((base) => (base.kind === 'name' || base.kind === 'member') && base.name === info.def.name));

interface Field {
  readonly type: TypeRef | undefined;
  readonly value: Expr;
  /** The text before its name on its line. */
  readonly head: string;
}

/** How a class declares a member that is a value. */
function fieldOf(program: SparkProgram, { def, scope }: ClassInfo, name: string): Field | undefined {
  if (scope.module !== program.path || def.body.kind !== 'sequence') return undefined;
  const made = def.body.body.find((expr) => expr.kind === 'closure' && expr.def.name === constructorName);
  const start = program.starts.get(def);
  if (made?.kind !== 'closure' || made.def.body.kind !== 'sequence' || start === undefined) return undefined;
  for (const expr of made.def.body.body) {
    if (expr.kind !== 'bind' || !expr.value || expr.augmented !== undefined) continue;
    const pattern = expr.patterns.length === 1 ? expr.patterns[0] : undefined;
    if (pattern?.kind !== 'member' || pattern.name !== name) continue;
    const at = start + made.def.at + pattern.span[0];
    const parameter = parameterOf(made.def, expr.value);
    return { type: parameter ? parameter.type : expr.type, value: expr.value, head: /[^\n;{}]*$/.exec(program.lowered.text.slice(0, at))![0] };
  }
  return undefined;
}

const parameterOf = ({ params }: Def, value: Expr): Param | undefined => (value.kind === 'name' ? params.find(({ name }) => name === value.name) : undefined);

/** `import Limits.most` in a class is no member of its objects. */
function isImported({ def }: ClassInfo, name: string): boolean {
  let found = false;
  forEachImport(def.body, ({ names }) => void (found ||= names?.some(({ as }) => as === name) === true));
  return found;
}

/** `final val limit = 10`: the compiler writes the value in its place. */
function isWrittenOut(program: SparkProgram, info: ClassInfo, name: string): boolean {
  const field = fieldOf(program, info, name);
  return field !== undefined && field.type === undefined && field.value.kind === 'literal' && /\bfinal\b/.test(field.head);
}

// ---- the fix --------------------------------------------------------------------------------------------------------

const plainTypes: ReadonlySet<string> = new Set(['Boolean', 'Byte', 'Char', 'Double', 'Float', 'Int', 'Long', 'Short', 'String', 'BigDecimal', 'BigInt']);
const holders: ReadonlySet<string> = new Set(['Array', 'List', 'Map', 'Option', 'Seq', 'Set', 'Vector']);
const isPlainType = (type: TypeRef): boolean => plainTypes.has(type.name) || holders.has(type.name) && type.args.length > 0 && type.args.every(isPlainType);

/** A value that Java can send for sure. */
const isPlain = ({ type, value }: Field): boolean => (type ? isPlainType(type) : value.kind === 'text' || value.kind === 'literal');

function copyFix(program: SparkProgram, call: Site, taken: readonly Taken[]): Fix[] {
  const edits = editsFor(program);
  const statement = edits.statement(call);
  // In a template, what stands before a statement is a field again.
  if (!statement || statement.def.name === constructorName || statement.def.kind === 'class') return [];
  const uses = taken.map((use) => ({ ...use, field: use.how === 'member' ? fieldOf(program, use.of, use.word) : undefined }));
  if (uses.some(({ site, field }) => !field || !isPlain(field) || site.start < statement.start || site.end > statement.end || isCalled(program, site))) return [];
  const names = new Map([...new Set(uses.map(({ word }) => word))].map((word) => [word, edits.freshName(`local${word[0]!.toUpperCase()}${word.slice(1)}`)]));
  const copies = edits.insertBefore(call, [...names].map(([word, name]) => `val ${name} = ${word}`).join('\n'));
  if (copies.length === 0) return [];
  const replaced = uses.flatMap(({ word, site }) => edits.replace(site, names.get(word)!));
  const listed = [...names.keys()].map((word) => `\`${word}\``).join(', ');
  return [{ title: `Use a local copy of ${listed}`, safety: 'suggested', edits: [...copies, ...replaced] }];
}

/** `fn(x)`, `names(0)`, of what a field holds: left as it is. */
const isCalled = (program: SparkProgram, { end }: Site): boolean => program.lowered.text[end] === '(';
