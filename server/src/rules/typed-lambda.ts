import type { Value } from '../analysis/model.ts';
import { forEachExpression } from '../program/expressions.ts';
import type { Def, Expr, TypeRef } from '../program/program.ts';
import { type CodeEdits, editsFor } from '../rule/edits.ts';
import { rowClassOf, fieldsOf } from '../rule/row-class.ts';
import { defineRule, type Fix, type ProgramContext } from '../rule/rule.ts';
import { statementsOf } from '../rule/statements.ts';
import { contains, type Range } from '../text/range.ts';

export default defineRule({
  name: 'typed-lambda',
  category: 'columns',
  severity: 'hint',
  since: '0.1.0',
  languages: ['scala'],
  fix: 'suggested',
  looksAt: 'program',
  check(context) {
    const { program, fileKind } = context;
    if (fileKind === 'test') return;
    forEachExpression(program.lowered, (expr, range, defs) => {
      if (expr.kind !== 'call' || expr.fn.kind !== 'member' || expr.args.length !== 1) return;
      const { value } = expr.args[0]!;
      if (expr.fn.name !== 'filter' && expr.fn.name !== 'map' || value.kind !== 'closure' || value.def.params.length !== 1 || !isDataset(program.types.get(expr.fn.on)) || isTyped(expr.fn.on)) return;
      reportCall(context, { ...expr, fn: expr.fn }, value.def, range, defs);
    });
  },
  docs: {
    summary: 'a function in a Dataset\'s filter or map does what columns can do',
    what: 'A function given to `filter` or `map` of a Dataset that only compares or picks fields: `people.filter(_.age > 17)`, `people.map(p => (p.name, p.age))`, `rows.filter(row => row.getAs[Int]("age") > 17)`. The class of the rows must stand in the same file.',
    why: 'Spark cannot look into a compiled function. It reads all columns of every row, makes an object of each to call the function, and pushes no filter down to the files or the database. A condition of columns shows it what is asked: files and row groups are skipped, and only the columns that are used are read.',
    fine: 'Functions that call others, work with options, collections or nested classes, or divide are not reported; nor are functions behind another one of the same chain, Datasets of rows that the program writes out itself, RDDs, and what stands in tests. With small data, or where the objects are needed anyway and no filter could be pushed down, the function costs little.',
    fix: 'Writes the condition of a `filter` with columns, where `$` or `col` is imported. Rows in which a field is null are dropped then, where the function compared `null` or failed at it (`_.name != "x"` kept them); a NaN is larger than any number and equal to itself; on Spark 4 sums that overflow are errors.',
    examples: [{ language: 'scala', bad: 'import spark.implicits._\n\ncase class Person(name: String, age: Int)\n\nval people = spark.read.parquet("/data/people").as[Person]\nval adults = people.filter(person => person.age > 17)\n', good: 'import spark.implicits._\n\ncase class Person(name: String, age: Int)\n\nval people = spark.read.parquet("/data/people").as[Person]\nval adults = people.filter($"age" > 17)\n' }],
    source: 'Plans on Spark 3.5.6 and 4.3.0 over a Parquet file of four columns: with the function in `filter`, PushedFilters is empty and ReadSchema holds all four; `map(_.name)` shows DeserializeToObject, MapElements and SerializeFromObject above a scan of all four. With columns, PushedFilters is `[IsNotNull(age), GreaterThan(age,3)]`, and the scan reads the columns that are used.',
  },
});

/** Behind a function that stays one the objects are made anyway, and nothing is pushed below it. */
const isTyped = (expr: Expr): boolean => expr.kind === 'call' && expr.fn.kind === 'member' && /^(filter|map|flatMap|mapPartitions)$/.test(expr.fn.name) && expr.args.some(({ value }) => value.kind === 'closure');

const isDataset = (value: Value | undefined): boolean =>
  value !== undefined && value.length > 0 && value.every((item) => item.is === 'spark' && item.kind === 'DataFrame' && !item.guess && item.dataset?.bound.is !== 'rows');

type MemberCall = Expr & { kind: 'call' } & { readonly fn: Expr & { kind: 'member' } };

function reportCall({ program, report }: ProgramContext, call: MemberCall, lambda: Def, range: Range, defs: readonly Def[]): void {
  const type = rowClassOf(program, call.fn.on, defs);
  const fields = type && fieldsOf(program, type);
  const element: Element = { name: lambda.params[0]!.name, typeOf: (expr) => fieldType(expr, lambda.params[0]!.name, fields) };
  const base = range.start - call.span[0];
  const at = { module: program.path, start: base + call.fn.nameSpan[0], end: base + call.fn.nameSpan[1] };
  const made = fields ? `a \`${type!.name}\`` : 'an object';
  if (call.fn.name === 'filter') {
    if (!isCondition(lambda.body, element)) return;
    report({
      at,
      message: `Spark cannot look into this function: it reads all columns, makes ${made} of every row to call it, and pushes no filter down to the source. Written with columns, the condition is one that it can push down.`,
      fixes: conditionOfColumns(editsFor(program), program.lowered.text, lambda, { start: base + lambda.at, end: base + lambda.at + lambda.length }, element, statementsOf(program.lowered).some(({ expr, parent, start }) => expr.kind === 'import' && expr.star === true && /(^|\.)implicits$/.test(expr.module) && start < at.start && (parent === undefined || contains(parent, at)))),
    });
  } else if (isProjection(lambda.body, element)) {
    report({ at, message: `Spark cannot look into this function: it reads all columns and makes ${made} of every row to call it. A \`select\` of these columns reads no others.` });
  }
}

/** What a function is called with. */
interface Element {
  readonly name: string;
  /** Of a field of it. */
  readonly typeOf: (expr: Expr) => string | undefined;
}

/** `person.age` of a class in sight, `row.getAs[Int]("age")`. */
function fieldType(expr: Expr, name: string, fields: ReadonlyMap<string, TypeRef | undefined> | undefined): string | undefined {
  if (expr.kind === 'member') return isName(expr.on, name) ? fields?.get(expr.name)?.name : undefined;
  return columnOf(expr) !== undefined && expr.kind === 'call' && expr.fn.kind === 'member' && isName(expr.fn.on, name) ? expr.types![0]!.name : undefined;
}

const isName = (expr: Expr, name: string): boolean => expr.kind === 'name' && expr.name === name;

/** The column that a field is. */
function columnOf(field: Expr): string | undefined {
  if (field.kind === 'member') return field.name;
  if (field.kind !== 'call' || field.fn.kind !== 'member' || field.fn.name !== 'getAs' || field.types?.length !== 1 || field.args.length !== 1) return undefined;
  const [{ value }] = field.args as [{ readonly value: Expr }];
  return value.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
}

const numbers: ReadonlySet<string> = new Set(['Int', 'Long', 'Short', 'Byte', 'Double', 'Float']);
const isPlain = (type: string | undefined): boolean => type === 'Boolean' || type === 'String' || numbers.has(type ?? '');
const comparisons: ReadonlyMap<string, string> = new Map([['<', '<'], ['<=', '<='], ['>', '>'], ['>=', '>='], ['equals', '==='], ['differs', '=!=']]);
const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*']);

function isCondition(expr: Expr, element: Element): boolean {
  if (expr.kind === 'operator' && (expr.name === '&&' || expr.name === '||' || expr.name === '!')) return expr.args.every((arg) => isCondition(arg, element));
  if (expr.kind === 'operator' && comparisons.has(expr.name)) return expr.args.some((arg) => readsField(arg, element)) && expr.args.every((arg) => isOperand(arg, element));
  return element.typeOf(expr) === 'Boolean';
}

/** A field, a value from outside, a sum of numbers. */
const isOperand = (expr: Expr, element: Element): boolean => isPlain(element.typeOf(expr)) || isFixed(expr, element) || isSum(expr, element);

const isSum = (expr: Expr, element: Element): boolean =>
  expr.kind === 'operator' && arithmetic.has(expr.name) && expr.args.every((arg) => numbers.has(element.typeOf(arg) ?? '') || arg.kind === 'literal' && typeof arg.value === 'number' || isSum(arg, element));

const isFixed = (expr: Expr, element: Element): boolean => expr.kind === 'literal' && expr.value !== null || expr.kind === 'name' && expr.name !== element.name;

const readsField = (expr: Expr, element: Element): boolean => element.typeOf(expr) !== undefined || isSum(expr, element) && expr.kind === 'operator' && expr.args.some((arg) => readsField(arg, element));

/** A field, or a tuple of fields. */
const isProjection = (expr: Expr, element: Element): boolean =>
  isPlain(element.typeOf(expr)) || expr.kind === 'collection' && expr.type === 'tuple' && expr.items.every(({ value }) => isPlain(element.typeOf(value)));

/** Nothing where columns cannot be named here, or a plain value would be asked for what only a column can answer. */
function conditionOfColumns(edits: CodeEdits, text: string, lambda: Def, place: Range, element: Element, hasDollar: boolean): Fix[] {
  const col = edits.localName('org.apache.spark.sql.functions', 'col');
  const named = hasDollar && (col === undefined || text.includes('$"')) ? (name: string) => `$"${name}"` : col === undefined ? undefined : (name: string) => `${col}("${name}")`;
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
function changesIn(expr: Expr, element: Element, named: (column: string) => string): Change[] | undefined {
  if (element.typeOf(expr) !== undefined) return [{ span: expr.span, code: named(columnOf(expr)!) }];
  if (expr.kind !== 'operator') return [];
  const parts = expr.args.map((arg) => changesIn(arg, element, named));
  if (parts.some((part) => part === undefined) || parts[0]!.length === 0) return undefined;
  const sign = comparisons.get(expr.name);
  const own: Change[] = sign === undefined ? [] : [{ span: expr.nameSpan, code: sign }];
  return expr.args.length === 1 ? parts[0] : [...parts[0]!, ...own, ...parts[1]!];
}
