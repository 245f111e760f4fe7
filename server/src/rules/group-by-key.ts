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
const methods: ReadonlySet<string> = new Set(['sum', 'size', 'length', 'max', 'min', 'reduce', 'reduceLeft', 'fold']);
/** These give how many there are. */
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
      if (reducer === undefined || program.datasets.some((other) => other !== dataset && other.from.includes(grouped) && !sameSite(other.site, dataset.site)) || actions(program).some((action) => action.on.includes(grouped))) continue;
      report({
        at: grouped.name,
        message: `\`groupByKey\` ships every value over the network, only for \`${reducer}\` to reduce them afterwards; \`${counting.has(reducer) ? 'aggregateByKey' : 'reduceByKey'}\` reduces on each side of the shuffle first.`,
        related: [{ site: dataset.name, message: `the values are reduced here by \`${reducer}\`` }],
        evidence: evidenceOf(grouped),
        fixes: fixesFor(program, grouped, dataset, reducer, written!),
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

/** `sum`, `lambda values: sum(values)`, `lambda pair: (pair[0], sum(pair[1]))`, `_.sum`, `{ case (key, values) => (key, values.sum) }` */
function reducerOf(written: Expr): string | undefined {
  if (written.kind === 'name') return functions.has(written.name) ? written.name : undefined;
  if (written.kind !== 'closure' || written.def.kind !== 'lambda') return undefined;
  const alone = onlyUse(written.def.body);
  if (alone !== undefined) return alone;
  const given = lastOf(written.def.body);
  return given?.kind === 'collection' && given.type === 'tuple' ? given.items.length === 2 ? reductionIn(given.items[1]!.value) : undefined : given && reductionIn(given);
}

/** `case (key, values) => val total = values.fold(zero)(add); …`: the values are reduced first, and not asked for again. */
function onlyUse(body: Expr): string | undefined {
  if (body.kind !== 'sequence') return undefined;
  if (body.body.length === 1) return onlyUse(body.body[0]!);
  const pattern = body.body.flatMap((each) => (each.kind === 'bind' ? each.patterns : []))[0];
  const second = pattern?.kind === 'tuple' && pattern.items.length === 2 ? pattern.items[1] : undefined;
  const bound = second?.kind === 'typed' ? second.item : second;
  if (bound?.kind !== 'name') return undefined;
  const first = body.body.slice(1).find((each) => each.kind === 'bind')?.value;
  const reducer = first?.kind === 'call' && first.fn.kind === 'call' ? reductionIn(first.fn) : first && reductionIn(first);
  return reducer !== undefined && body.body.slice(1).reduce((sum, each) => sum + usesOf(each, bound.name), 0) === 1 ? reducer : undefined;
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
