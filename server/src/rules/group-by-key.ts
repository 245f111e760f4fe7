import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { actions, onePerSite, sameSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { expressionAt } from '../rule/written.ts';
import type { Dataset, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachChild } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Range } from '../text/range.ts';

/** What a group's values can be reduced by, pair by pair: functions of Python, methods of Scala's collections. */
const functions: ReadonlySet<string> = new Set(['sum', 'len', 'max', 'min']);
const methods: ReadonlySet<string> = new Set(['sum', 'size', 'length', 'max', 'min', 'maxBy', 'minBy', 'reduce', 'reduceLeft', 'fold']);
/** These give something else than a value: how many there are. */
const counting: ReadonlySet<string> = new Set(['len', 'size', 'length']);

export default defineRule({
  name: 'group-by-key',
  category: 'partitions',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, report }) {
    for (const dataset of onePerSite(program.datasets.filter((each) => each.made === 'mapValues' || each.made === 'map'))) {
      const grouped = dataset.from.find((parent) => parent.made === 'groupByKey' && parent.kind === 'RDD');
      const argument = dataset.args[0];
      if (!grouped || !argument || dataset.site.module !== program.path || grouped.site.module !== program.path) continue;
      const written = expressionAt(program, argument.site);
      const reducer = written && reducerOf(written);
      const reducers = reducer !== undefined ? [reducer] : written ? reducersOf(written, dataset.made) : [];
      if (reducers.length === 0 || program.datasets.some((other) => other !== dataset && other.from.includes(grouped) && !sameSite(other.site, dataset.site)) || actions(program).some((action) => action.on.includes(grouped))) continue;
      report({
        at: grouped.name,
        message: `\`groupByKey\` ships every value over the network, only for ${listed(reducers)} to reduce them afterwards; \`${reducers.length > 1 || counting.has(reducers[0]!) ? 'aggregateByKey' : 'reduceByKey'}\` reduces on each side of the shuffle first.`,
        related: [{ site: dataset.name, message: `the values are reduced here by ${listed(reducers)}` }],
        evidence: evidenceOf(grouped),
        fixes: reducer === undefined ? [] : fixesFor(program, grouped, dataset, reducer, written!),
      });
    }
  },
  docs: {
    summary: 'groupByKey is followed by a sum, length, minimum or maximum',
    what: 'The groups of an RDD\'s `groupByKey` are reduced right away by `sum`, `len`, `max`, `min` or `reduce`, in Scala by `_.sum`, `_.size`, `fold` and the like.',
    why: 'Grouping moves every single value to the task of its key and holds all of them in memory. Reducing by key combines the values on the sending side: with 100,000 pairs of ten keys less than a hundredth of the bytes cross the network.',
    fine: 'Where the group itself is needed: a list, a median, sorted values.',
    fix: 'Replaces both calls by `reduceByKey`. Sums of floating-point numbers can differ in the last digits, so it is only suggested.',
    examples: [{ language: 'scala', bad: 'val pairs = sc.textFile("/data/words").map(word => (word, 1))\nval counts = pairs.groupByKey().mapValues(_.sum)\ncounts.saveAsTextFile("/data/counts")\n', good: 'val pairs = sc.textFile("/data/words").map(word => (word, 1))\nval counts = pairs.reduceByKey(_ + _)\ncounts.saveAsTextFile("/data/counts")\n' }, { language: 'python', bad: 'pairs = sc.textFile("/data/words").map(lambda word: (word, 1))\ncounts = pairs.groupByKey().mapValues(sum)\ncounts.saveAsTextFile("/data/counts")\n', good: 'from operator import add\npairs = sc.textFile("/data/words").map(lambda word: (word, 1))\ncounts = pairs.reduceByKey(add)\ncounts.saveAsTextFile("/data/counts")\n' }],
    source: 'Shuffle bytes measured on Spark 3.5.9 and 4.3.0.',
  },
});

const listed = (names: readonly string[]): string => names.map((name, index) => `${index === 0 ? '' : index === names.length - 1 ? ' and ' : ', '}\`${name}\``).join('');

/** All that a function asks of the values, where that is reductions alone: `values => values.sum / values.size`, `pair => (pair._2.min, 1)`. */
function reducersOf(written: Expr, made: string): string[] {
  if (written.kind !== 'closure' || written.def.kind !== 'lambda' || written.def.params.length !== 1) return [];
  const { name } = written.def.params[0]!;
  const second = secondOf(written.def.body);
  const names = new Set(made === 'mapValues' ? [name] : second !== undefined ? [second] : []);
  const isPair = (expr: Expr): boolean => expr.kind === 'name' && expr.name === name;
  const found = new Set<string>();
  const isReduced = (expr: Expr): boolean => {
    const reduction = reductionOf(expr);
    if (reduction && isOfValues(reduction.of)) {
      found.add(reduction.by);
      return expr.kind !== 'call' || expr.args.every(({ value }) => value === reduction.of || isReduced(value));
    }
    if (isOfValues(expr)) return false;
    if (expr.kind === 'bind' && expr.value && expr.patterns.length === 1 && expr.patterns[0]!.kind === 'name' && isOfValues(expr.value)) {
      names.add(expr.patterns[0]!.name);
      return true;
    }
    // The pair itself goes on, but for its key.
    if (isPair(expr) && made !== 'mapValues') return false;
    if (made !== 'mapValues' && (expr.kind === 'member' && isPair(expr.on) || expr.kind === 'index' && isPair(expr.on) || expr.kind === 'bind' && expr.value && isPair(expr.value) && second !== undefined)) return true;
    let reduced = true;
    forEachChild(expr, (child) => void (reduced &&= isReduced(child)));
    return reduced;
  };
  /** As they are, in another collection, or one by one made into something else or left out. */
  const isOfValues = (expr: Expr): boolean => {
    if (expr.kind === 'name') return names.has(expr.name);
    if (expr.kind === 'index') return made !== 'mapValues' && isPair(expr.on) && expr.index.kind === 'literal' && expr.index.value === 1;
    if (expr.kind === 'call') return expr.fn.kind === 'member' ? (expr.fn.name === 'map' || expr.fn.name === 'filter') && isOfValues(expr.fn.on) : calledName(expr) === 'list' && expr.args.length === 1 && isOfValues(expr.args[0]!.value);
    return expr.kind === 'member' && (wholes.test(expr.name) ? isOfValues(expr.on) : made !== 'mapValues' && expr.name === '_2' && isPair(expr.on));
  };
  return isReduced(written.def.body) ? [...found] : [];
}

/** What is reduced, and how: what the method is called on, or what the function is given. */
function reductionOf(expr: Expr): { readonly by: string; readonly of: Expr } | undefined {
  if (expr.kind === 'member') return expr.auto && methods.has(expr.name) ? { by: expr.name, of: expr.on } : undefined;
  if (expr.kind !== 'call') return undefined;
  const { fn, args } = expr;
  const by = calledName(expr)!;
  const of = fn.kind === 'member' && !(fn.on.kind === 'name' && fn.on.name === 'functools') ? methods.has(by) ? fn.on : undefined : by === 'reduce' ? args[1]?.value : functions.has(by) && args.length === 1 ? args[0]!.value : undefined;
  return of && { by, of };
}

const wholes = /^to(List|Seq|Array|Vector|IndexedSeq)$/;

/** The name that the values have in `case (key, values) =>`. */
function secondOf(body: Expr): string | undefined {
  if (body.kind === 'if' && !body.otherwise) return secondOf(body.then);
  if (body.kind !== 'sequence') return undefined;
  if (body.body.length === 1) return secondOf(body.body[0]!);
  const pattern = body.body.flatMap((each) => (each.kind === 'bind' ? each.patterns : []))[0];
  const second = pattern?.kind === 'tuple' && pattern.items.length === 2 ? pattern.items[1] : undefined;
  const bound = second?.kind === 'typed' ? second.item : second;
  return bound?.kind === 'name' ? bound.name : undefined;
}

/** `sum`, `lambda values: sum(values)`, `lambda pair: (pair[0], sum(pair[1]))`, `_.sum`, `{ case (key, values) => (key, values.sum) }` */
function reducerOf(written: Expr): string | undefined {
  if (written.kind === 'name') return functions.has(written.name) ? written.name : undefined;
  if (written.kind !== 'closure' || written.def.kind !== 'lambda') return undefined;
  const alone = onlyUse(written.def.body);
  if (alone !== undefined) return alone;
  const given = lastOf(written.def.body);
  const [first] = given?.kind === 'collection' ? given.items : [];
  if (first?.value.kind === 'name' && written.def.params.some(({ name }) => first.value.kind === 'name' && name === first.value.name)) return undefined;
  return given?.kind === 'collection' && given.type === 'tuple' ? given.items.length === 2 ? reductionIn(given.items[1]!.value) : undefined : given && reductionIn(given);
}

/** `case (key, values) => val total = values.fold(zero)(add); …`: the values are reduced first, and not asked for again. */
function onlyUse(body: Expr): string | undefined {
  if (body.kind === 'if' && !body.otherwise) return onlyUse(body.then);
  if (body.kind !== 'sequence') return undefined;
  if (body.body.length === 1) return onlyUse(body.body[0]!);
  const bound = secondOf(body);
  if (bound === undefined) return undefined;
  const first = body.body.slice(1).find((each) => each.kind === 'bind')?.value;
  const reducer = first?.kind === 'call' && first.fn.kind === 'call' ? reductionIn(first.fn) : first && reductionIn(first);
  return reducer !== undefined && body.body.slice(1).reduce((sum, each) => sum + usesOf(each, bound), 0) === 1 ? reducer : undefined;
}

function usesOf(expr: Expr, name: string): number {
  let sum = expr.kind === 'name' && expr.name === name ? 1 : 0;
  const within = expr.kind === 'closure' ? [expr.def.body] : [];
  for (const each of within) sum += usesOf(each, name);
  forEachChild(expr, (child) => void (sum += usesOf(child, name)));
  return sum;
}

/** What a function gives in the end; of its cases, where there is one alone. */
function lastOf(expr: Expr): Expr | undefined {
  if (expr.kind === 'sequence') return expr.body.length > 0 ? lastOf(expr.body.at(-1)!) : undefined;
  if (expr.kind === 'if') return expr.otherwise ? undefined : lastOf(expr.then);
  return expr;
}

function reductionIn(expr: Expr): string | undefined {
  const name = expr.kind === 'call' ? calledName(expr) : expr.kind === 'member' && expr.auto ? expr.name : undefined;
  if (name === undefined) return undefined;
  const fn = expr.kind === 'call' ? expr.fn : expr;
  if (expr.kind === 'call' && name === 'reduce' && (fn.kind === 'name' || fn.kind === 'member' && fn.on.kind === 'name' && fn.on.name === 'functools')) return name;
  if (expr.kind === 'call' && fn.kind === 'name') return functions.has(name) && expr.args.length === 1 && areValues(expr.args[0]!.value) ? name : undefined;
  return fn.kind === 'member' && methods.has(name) && areValues(fn.on) ? name : undefined;
}

/** The values as they are: `values`, `pair[1]`, `pair._2`, a list of them. */
function areValues(expr: Expr): boolean {
  if (expr.kind === 'name') return true;
  if (expr.kind === 'index') return expr.on.kind === 'name' && expr.index.kind === 'literal' && expr.index.value === 1;
  if (expr.kind === 'call') return calledName(expr) === 'list' && expr.args.length === 1 && areValues(expr.args[0]!.value);
  return expr.kind === 'member' && expr.auto === true && (/^to(List|Seq|Array|Vector)$/.test(expr.name) ? areValues(expr.on) : expr.name === '_2' && expr.on.kind === 'name');
}

/** Operators with placeholders; a function that the values were reduced by is given on. */
function inScala(program: SparkProgram, { made }: Dataset, reducer: string, written: Expr, range: Range): Fix[] {
  const operators: Readonly<Record<string, string>> = { sum: '_ + _', max: '_ max _', min: '_ min _' };
  const operator = operators[reducer] ?? (made === 'mapValues' && /^_\.reduce(?:Left)?\(([^()]*)\)$/.exec(textOf(program, written, range))?.[1]);
  if (!operator) return [];
  return [{ title: `Replace by reduceByKey(${operator})${reducer === 'sum' ? ' (floating-point sums may differ in the last digits)' : ''}`, safety: 'suggested', edits: [{ ...range, newText: `reduceByKey(${operator})` }] }];
}

const textOf = ({ lowered }: SparkProgram, written: Expr, { end }: Range): string => lowered.text.slice(end - 1 - (written.span[1] - written.span[0]), end - 1).trim();

function fixesFor(program: SparkProgram, grouped: Dataset, reduced: Dataset, reducer: string, written: Expr): Fix[] {
  const edits = editsFor(program);
  const between = program.lowered.text.slice(grouped.site.end, reduced.name.start);
  const plain = grouped.args.length === 0 && /^\s*\.\s*$/.test(between);
  const range = { start: grouped.name.start, end: reduced.site.end };
  if (!plain || counting.has(reducer)) return [];
  if (program.lowered.language === 'scala') return inScala(program, reduced, reducer, written, range);
  if (reducer === 'reduce') return [];
  if (reducer !== 'sum') return [{ title: `Replace by reduceByKey(${reducer})`, safety: 'suggested', edits: [{ ...range, newText: `reduceByKey(${reducer})` }] }];
  const add = edits.localName('operator', 'add') ?? 'add';
  return [{ title: 'Replace by reduceByKey(add) (floating-point sums may differ in the last digits)', safety: 'suggested', edits: [...edits.importName('operator', 'add'), { ...range, newText: `reduceByKey(${add})` }] }];
}
