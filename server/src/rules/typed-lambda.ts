import { partitionsKept } from '../analysis/chain.ts';
import type { SparkProgram, Value } from '../analysis/model.ts';
import { forEachOf } from '../program/expressions.ts';
import type { Def, Expr, TypeRef } from '../program/program.ts';
import { editsFor } from '../rule/edits.ts';
import { lineage } from '../rule/queries.ts';
import { rowClassOf, fieldsOf } from '../rule/row-class.ts';
import { defineRule, type Fix, type ProgramContext } from '../rule/rule.ts';
import { statementsOf } from '../rule/statements.ts';
import { contains, type Range } from '../text/range.ts';

export default defineRule({
  name: 'typed-lambda',
  category: 'columns',
  severity: 'information',
  since: '0.1.0',
  languages: ['scala'],
  fix: 'suggested',
  looksAt: 'program',
  check(context) {
    const { program, fileKind } = context;
    if (fileKind === 'test') return;
    /** What functions that stay ones are called with next; a chain is gone through from its end. */
    const feeding = new Set<Expr>();
    forEachOf(program.lowered, ['call'], (expr, range, defs) => {
      if (expr.fn.kind !== 'member' || expr.args.length !== 1) return;
      if (typed.test(expr.fn.name) && expr.args[0]!.value.kind === 'closure') feeding.add(expr.fn.on);
      const { value } = expr.args[0]!;
      if (expr.fn.name !== 'filter' && expr.fn.name !== 'map' || value.kind !== 'closure' || value.def.params.length !== 1 || !isDataset(program.types.get(expr.fn.on)) || isTyped(expr.fn.on)) return;
      reportCall(context, { ...expr, fn: expr.fn }, value.def, range, defs, feeding.has(expr));
    });
  },
  docs: {
    summary: 'a function in a Dataset\'s filter or map does what columns can do',
    what: 'A function given to `filter` or `map` of a Dataset that only compares or picks fields: `people.filter(_.age > 17)`, `people.filter(_.boss.isDefined)`, `people.filter(_.name.startsWith("A"))`, `people.map(p => (p.name, p.address.city))`, `rows.filter(row => row.getAs[Int]("age") > 17)`. The classes must stand in the project. Where the rows come from Parquet, ORC, Delta, Iceberg, a table or a database, with nothing but steps within partitions since, it is information; elsewhere, where less is won, a hint.',
    why: 'Spark cannot look into a compiled function. It reads all columns of every row, makes an object of each to call the function, and pushes no filter down to the files or the database. A condition of columns shows it what is asked: files and row groups are skipped, and only the columns that are used are read.',
    fine: 'Functions that call others, work with collections or with what an option holds, or divide are not reported; nor, where less is won, are those that pick fields of rows which were compared as a whole (`distinct`); nor are functions behind another one of the same chain, or, where less is won, before one, Datasets of rows that the program writes out itself or makes of RDDs, RDDs themselves, and what stands in tests. With small data, or where the objects are needed anyway and no filter could be pushed down, the function costs little.',
    fix: 'Writes the condition of a `filter` with columns, where `$` or `col` is imported, and a `map` as a `select` that gives the same class. Rows in which a field is null are dropped then, where the function compared `null` or failed at it (`_.name != "x"` kept them); a NaN is larger than any number and equal to itself; on Spark 4 sums that overflow are errors.',
    examples: [{ language: 'scala', bad: 'import spark.implicits._\n\ncase class Person(name: String, age: Int)\n\nval people = spark.read.parquet("/data/people").as[Person]\nval adults = people.filter(person => person.age > 17)\n', good: 'import spark.implicits._\n\ncase class Person(name: String, age: Int)\n\nval people = spark.read.parquet("/data/people").as[Person]\nval adults = people.filter($"age" > 17)\n' }],
    source: 'Plans on Spark 3.5.6 and 4.3.0 over a Parquet file of four columns: with the function in `filter`, PushedFilters is empty and ReadSchema holds all four; `map(_.name)` shows DeserializeToObject, MapElements and SerializeFromObject above a scan of all four. With columns, PushedFilters is `[IsNotNull(age), GreaterThan(age,3)]`, and the scan reads the columns that are used. The conditions that are offered (comparisons, `startsWith`, `endsWith`, `contains`, `isEmpty` and `nonEmpty` of texts, `isDefined` and `isEmpty` of options, fields of nested classes) gave the same rows on both, but for rows with nulls under `!=`; `select(…).as[T]` gave the same rows as `map`.',
  },
});

/** Behind a function that stays one the objects are made anyway, and nothing is pushed below it. */
const isTyped = (expr: Expr): boolean => expr.kind === 'call' && expr.fn.kind === 'member' && typed.test(expr.fn.name) && expr.args.some(({ value }) => value.kind === 'closure');

const isDataset = (value: Value | undefined): boolean =>
  value !== undefined && value.length > 0 && value.every((item) => item.is === 'spark' && item.kind === 'DataFrame' && !item.guess && item.dataset?.bound.is !== 'rows');

/** Steps that make objects of the rows for the function that they are given. */
const typed = /^(filter|map|flatMap|mapPartitions|groupByKey)$/;

/** From where Spark can leave out columns and rows that a condition tells, with nothing since that would keep it from that. */
function readsLess(value: Value | undefined): boolean {
  const [only] = value ?? [];
  for (const at of partitionsKept(only?.is === 'spark' ? only.dataset : undefined)) {
    if (at.source) return at.source.sql === undefined && (at.source.table !== undefined || pruned.has(at.source.format?.toLowerCase() ?? ''));
  }
  return false;
}
const pruned: ReadonlySet<string> = new Set(['parquet', 'orc', 'delta', 'iceberg', 'hudi', 'jdbc']);

/** A step before compares whole rows: it needs all columns whatever is picked behind it. */
function comparesRows(value: Value | undefined): boolean {
  const [only] = value ?? [];
  return only?.is === 'spark' && only.dataset !== undefined && lineage(only.dataset).some(({ made, args }) => comparing.test(made) || made === 'dropDuplicates' && args.length === 0);
}
const comparing = /^(distinct|except|exceptAll|intersect|intersectAll)$/;

/** All that it comes from are objects of the program: rows of RDDs and of lists, of which nothing is left unread. */
function isMadeOfObjects(value: Value | undefined): boolean {
  const [only] = value ?? [];
  const frames = only?.is === 'spark' && only.dataset ? lineage(only.dataset).filter(({ kind, from }) => kind !== 'RDD' && from.every((each) => each.kind === 'RDD')) : [];
  return frames.length > 0 && frames.every(({ made }) => ofObjects.has(made));
}
const ofObjects: ReadonlySet<string> = new Set(['toDF', 'toDS', 'createDataFrame', 'createDataset']);

type MemberCall = Expr & { kind: 'call' } & { readonly fn: Expr & { kind: 'member' } };

function reportCall({ program, report }: ProgramContext, call: MemberCall, lambda: Def, range: Range, defs: readonly Def[], feeds: boolean): void {
  const type = rowClassOf(program, call.fn.on, defs);
  const fields = type && fieldsOf(program, type);
  const { name } = lambda.params[0]!;
  const typeOf = (expr: Expr): TypeRef | undefined => {
    if (expr.kind !== 'member') return isColumnOfRow(expr, name) ? expr.types![0] : undefined;
    if (isName(expr.on, name)) return fields?.get(expr.name);
    const around = expr.on.kind === 'member' ? typeOf(expr.on) : undefined;
    return around && fieldsOf(program, around)?.get(expr.name);
  };
  const element: Element = { name, typeOf };
  const severity = readsLess(program.types.get(call.fn.on)) ? 'information' : 'hint';
  // The next function needs the objects all the same, and there are no columns or rows to leave out below.
  if (severity === 'hint' && (feeds || isMadeOfObjects(program.types.get(call.fn.on)))) return;
  const columns = (): ((column: string) => string) | undefined => columnWriter(program, statementsOf(program.lowered).some(({ expr, parent, start }) => expr.kind === 'import' && expr.star === true && /(^|\.)implicits$/.test(expr.module) && start < at.start && (parent === undefined || contains(parent, at))));
  const base = range.start - call.span[0];
  const at = { module: program.path, start: base + call.fn.nameSpan[0], end: base + call.fn.nameSpan[1] };
  const made = fields ? `a \`${type!.name}\`` : 'an object';
  if (call.fn.name === 'filter') {
    if (!isCondition(lambda.body, element)) return;
    report({
      at,
      severity,
      message: severity === 'information'
        ? `Spark cannot look into this function: it reads all columns, makes ${made} of every row to call it, and pushes no filter down to the source. Written with columns, the condition is one that it can push down.`
        : `Spark cannot look into this function: it makes ${made} of every row to call it. A condition of columns needs none, and nearer to a table or to files it is one that can be pushed down.`,
      fixes: conditionOfColumns(program.lowered.text, lambda, { start: base + lambda.at, end: base + lambda.at + lambda.length }, element, columns()),
    });
  } else if (isProjection(lambda.body, element) && !(severity === 'hint' && comparesRows(program.types.get(call.fn.on)))) {
    report({
      at,
      severity,
      message: `Spark cannot look into this function: it ${severity === 'information' ? 'reads all columns and ' : ''}makes ${made} of every row to call it. A \`select\` of these columns ${severity === 'information' ? 'reads no others' : 'needs none, and no other columns'}.`,
      fixes: selectOfColumns(program.lowered.text, call, { start: at.start, end: base + call.span[1] }, lambda.body, element, columns()),
    });
  }
}

/** How a column is named here; undefined where nothing is imported that names one. */
function columnWriter(program: SparkProgram, hasDollar: boolean): ((column: string) => string) | undefined {
  const col = editsFor(program).localName('org.apache.spark.sql.functions', 'col');
  if (hasDollar && (col === undefined || program.lowered.text.includes('$"'))) return (name) => `$"${name}"`;
  return col === undefined ? undefined : (name) => `${col}("${name}")`;
}

/** What a function is called with. */
interface Element {
  readonly name: string;
  /** Of a field of it, or of a field's: `person.age` and `person.address.city` of classes in sight, `row.getAs[Int]("age")`. */
  readonly typeOf: (expr: Expr) => TypeRef | undefined;
}

const isColumnOfRow = (expr: Expr, name: string): expr is Expr & { kind: 'call' } => columnOf(expr) !== undefined && expr.kind === 'call' && expr.fn.kind === 'member' && isName(expr.fn.on, name);

const isName = (expr: Expr, name: string): boolean => expr.kind === 'name' && expr.name === name;

/** The column that a field is. */
function columnOf(field: Expr): string | undefined {
  if (field.kind === 'member') return field.on.kind === 'member' ? `${columnOf(field.on)}.${field.name}` : field.name;
  if (field.kind !== 'call' || field.fn.kind !== 'member' || field.fn.name !== 'getAs' || field.types?.length !== 1 || field.args.length !== 1) return undefined;
  const [{ value }] = field.args as [{ readonly value: Expr }];
  return value.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
}

const numbers: ReadonlySet<string> = new Set(['Int', 'Long', 'Short', 'Byte', 'Double', 'Float']);
const isNumber = (type: TypeRef | undefined): boolean => numbers.has(type?.name ?? '');
const isPlain = (type: TypeRef | undefined): boolean => type?.name === 'Boolean' || type?.name === 'String' || isNumber(type);
const isOption = (type: TypeRef | undefined): boolean => type?.name === 'Option' && type.args.length === 1;
const comparisons: ReadonlyMap<string, string> = new Map([['<', '<'], ['<=', '<='], ['>', '>'], ['>=', '>='], ['equals', '==='], ['differs', '=!=']]);
const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*']);

function isCondition(expr: Expr, element: Element): boolean {
  if (expr.kind === 'operator' && (expr.name === '&&' || expr.name === '||' || expr.name === '!')) return expr.args.every((arg) => isCondition(arg, element));
  if (askedOf(expr, element)) return true;
  if (expr.kind === 'operator' && comparisons.has(expr.name)) return expr.args.some((arg) => readsField(arg, element)) && expr.args.every((arg) => isOperand(arg, element));
  return element.typeOf(expr)?.name === 'Boolean';
}

interface Asked {
  readonly field: Expr;
  /** What takes the place of the whole; undefined: only the field is written otherwise. */
  readonly write?: ((column: string) => string) | undefined;
}

const ofOption: Readonly<Record<string, (column: string) => string>> = { isDefined: (column) => `${column}.isNotNull`, nonEmpty: (column) => `${column}.isNotNull`, isEmpty: (column) => `${column}.isNull` };
const ofText: Readonly<Record<string, (column: string) => string>> = { isEmpty: (column) => `${column} === ""`, nonEmpty: (column) => `${column} =!= ""` };
const ofParts: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains']);

/** What is asked of one field: `_.boss.isDefined`, `_.boss == None`, `_.name.isEmpty`, `_.name.startsWith("A")`. */
function askedOf(expr: Expr, element: Element): Asked | undefined {
  if (expr.kind === 'operator') {
    const field = expr.args.find((arg) => isOption(element.typeOf(arg)));
    const write = expr.name === 'equals' ? ofOption.isEmpty : expr.name === 'differs' ? ofOption.isDefined : undefined;
    return field && write && expr.args.length === 2 && expr.args.some((arg) => isName(arg, 'None')) ? { field, write } : undefined;
  }
  const member = expr.kind === 'call' ? expr.fn : expr;
  const args = expr.kind === 'call' ? expr.args : [];
  if (member.kind !== 'member' || args.some(({ name, spread }) => name !== undefined || spread)) return undefined;
  const type = element.typeOf(member.on);
  const [first] = args;
  if (first) return args.length === 1 && type?.name === 'String' && ofParts.has(member.name) && isFixed(first.value, element) ? { field: member.on } : undefined;
  const write = isOption(type) ? ofOption[member.name] : type?.name === 'String' ? ofText[member.name] : undefined;
  return write && { field: member.on, write };
}

/** A field, a value from outside, a sum of numbers. */
const isOperand = (expr: Expr, element: Element): boolean => isPlain(element.typeOf(expr)) || isFixed(expr, element) || isSum(expr, element);

const isSum = (expr: Expr, element: Element): boolean =>
  expr.kind === 'operator' && arithmetic.has(expr.name) && expr.args.every((arg) => isNumber(element.typeOf(arg)) || arg.kind === 'literal' && typeof arg.value === 'number' || isSum(arg, element));

const isFixed = (expr: Expr, element: Element): boolean => expr.kind === 'literal' && expr.value !== null || expr.kind === 'name' && expr.name !== element.name;

const readsField = (expr: Expr, element: Element): boolean => element.typeOf(expr) !== undefined || isSum(expr, element) && expr.kind === 'operator' && expr.args.some((arg) => readsField(arg, element));

/** A field, or a tuple of fields. */
const isProjection = (expr: Expr, element: Element): boolean => fieldsIn(expr).every((field) => isKept(element.typeOf(field)));
const fieldsIn = (expr: Expr): readonly Expr[] => (expr.kind === 'collection' && expr.type === 'tuple' ? expr.items.map(({ value }) => value) : [expr]);
const isKept = (type: TypeRef | undefined): boolean => isPlain(type) || isOption(type) && isPlain(type?.args[0]);

const written = ({ name, args }: TypeRef): string => (args.length > 0 ? `${name}[${args.map(written).join(', ')}]` : name);

/** `select($"name".as("value")).as[String]`, the columns called as `map` calls them. */
function selectOfColumns(text: string, call: MemberCall, place: Range, body: Expr, element: Element, named: ((column: string) => string) | undefined): Fix[] {
  // Without a dot before it, what stands behind would belong to the argument; a list of encoders belongs to `map`.
  if (!named || call.types || !/\.\s*$/.test(text.slice(Math.max(0, place.start - 80), place.start)) || /^\s*\(/.test(text.slice(place.end, place.end + 20))) return [];
  const fields = fieldsIn(body);
  const isTuple = body.kind === 'collection';
  const columns = fields.map((field, index) => `${named(columnOf(field)!)}.as("${isTuple ? `_${index + 1}` : 'value'}")`);
  const types = fields.map((field) => written(element.typeOf(field)!)).join(', ');
  return [{ title: 'Select the columns (a null where a number is meant does not fail here)', safety: 'suggested', edits: [{ ...place, newText: `select(${columns.join(', ')}).as[${isTuple ? `(${types})` : types}]` }] }];
}

/** Nothing where columns cannot be named here, or a plain value would be asked for what only a column can answer. */
function conditionOfColumns(text: string, lambda: Def, place: Range, element: Element, named: ((column: string) => string) | undefined): Fix[] {
  const changes = named && changesIn(lambda.body, element, named);
  if (!changes) return [];
  const [from, to] = lambda.body.span;
  let newText = '';
  let at = from;
  for (const { span, code } of changes) {
    newText += text.slice(place.start + at, place.start + span[0]) + code;
    at = span[1];
  }
  newText += text.slice(place.start + at, place.start + to);
  return [{ title: 'Write the condition with columns (drops rows in which a field is null)', safety: 'suggested', edits: [{ ...place, newText }] }];
}

interface Change {
  readonly span: readonly [number, number];
  readonly code: string;
}

/** In their order; undefined where the left operand is no column. */
function changesIn(expr: Expr, element: Element, named: (column: string) => string, negated = false): Change[] | undefined {
  const asked = askedOf(expr, element);
  if (asked) {
    const column = named(columnOf(asked.field)!);
    const code = asked.write?.(column) ?? column;
    return [{ span: asked.write ? expr.span : asked.field.span, code: negated && code.includes(' ') ? `(${code})` : code }];
  }
  if (element.typeOf(expr) !== undefined) return [{ span: expr.span, code: named(columnOf(expr)!) }];
  if (expr.kind !== 'operator') return [];
  const parts = expr.args.map((arg) => changesIn(arg, element, named, expr.name === '!'));
  if (parts.some((part) => part === undefined) || parts[0]!.length === 0) return undefined;
  const sign = comparisons.get(expr.name);
  const own: Change[] = sign === undefined ? [] : [{ span: expr.nameSpan, code: sign }];
  return expr.args.length === 1 ? parts[0] : [...parts[0]!, ...own, ...parts[1]!];
}
