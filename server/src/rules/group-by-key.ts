import { editsFor } from '../rule/edits.ts';
import { evidenceOf } from '../rule/explain.ts';
import { groupedBy, placeOf, sameSite } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { directUses } from '../rule/uses.ts';
import { expressionAt } from '../rule/written.ts';
import type { Dataset, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachChild } from '../program/expressions.ts';
import type { Def, Expr, Pattern } from '../program/program.ts';
import { listed } from '../text/listed.ts';
import type { Range } from '../text/range.ts';

/** What a group's values can be reduced by, pair by pair: functions of Python, methods of Scala's collections. */
const functions: ReadonlySet<string> = new Set(['sum', 'len', 'max', 'min', 'StatCounter']);
const methods: ReadonlySet<string> = new Set(['sum', 'product', 'size', 'length', 'count', 'exists', 'forall', 'max', 'min', 'maxBy', 'minBy', 'head', 'headOption', 'last', 'lastOption', 'reduce', 'reduceLeft', 'reduceOption', 'fold']);
/** One of the values, wherever it stands. */
const ends: ReadonlySet<string> = new Set(['head', 'headOption', 'last', 'lastOption']);
/** Steps that a function makes something of the values in. */
const reducing: ReadonlySet<string> = new Set(['mapValues', 'flatMapValues', 'map', 'flatMap', 'mapPartitions']);
const ofValues: ReadonlySet<string> = new Set(['mapValues', 'flatMapValues']);
/** These give something else than a value: how many there are, or figures of them. */
const counting: ReadonlySet<string> = new Set(['len', 'size', 'length', 'count', 'exists', 'forall', 'StatCounter']);

export default defineRule({
  name: 'group-by-key',
  category: 'partitions',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const steps = program.datasets.filter(({ made }) => reducing.has(made)).flatMap((dataset) => groupingOf(dataset).slice(0, 1).map((grouped) => ({ dataset, grouped })));
    // A function may be given the groups by one of its callers alone.
    for (const [first] of groupedBy(steps, ({ dataset, grouped }) => `${placeOf(dataset.site)} ${placeOf(grouped.site)}`).values()) {
      const { dataset, grouped } = first!;
      const [, ...filters] = groupingOf(dataset);
      if ([dataset, grouped, ...filters].some(({ site }) => site.module !== program.path)) continue;
      const written = functionOf(program, dataset);
      const asked = written && reductionsOf(written, dataset.made);
      // Which groups are wanted may be asked of what they are reduced to as well.
      const chosen = filters.map((each) => functionOf(program, each)).map((filter) => filter && reductionsIn(filter, 'filter'));
      if (!asked || asked.reducers.length === 0 || chosen.some((each) => !each)) continue;
      if ([grouped, ...filters].some((each) => isUsedBeside(program, each, [...filters, dataset]))) continue;
      const reducers = [...new Set([...asked.reducers, ...chosen.flatMap((each) => each!.reducers)])];
      const { made } = grouped;
      report({
        at: grouped.name,
        // Of rows that the program writes out itself next to nothing crosses the network.
        ...(grouped.bound.is === 'rows' ? { severity: 'hint' as const } : {}),
        message: `\`${made}\` ships every value over the network, only for ${quoted(reducers)} to reduce them afterwards; \`${reducers.length > 1 || counting.has(reducers[0]!) ? 'aggregateByKey' : 'reduceByKey'}\`${made === 'groupBy' ? ' on pairs of the key and the value' : ''} reduces on each side of the shuffle first.`,
        related: [{ site: dataset.name, message: `the values are reduced here by ${quoted(asked.reducers)}` }],
        evidence: evidenceOf(grouped),
        fixes: asked.alone && made === 'groupByKey' && filters.length === 0 ? fixesFor(program, grouped, dataset, reducers[0]!, written!) : [],
      });
    }
  },
  docs: {
    summary: 'groupByKey is followed by a sum, length, minimum or maximum',
    what: 'The groups of an RDD\'s `groupByKey` or `groupBy` are reduced right away by `sum`, `len`, `max`, `min` or `reduce`, in Scala by `_.sum`, `_.size`, `_.minBy(…)`, `_.head`, `fold` and the like, or by a `StatCounter`, at most after a `filter` that asks the same of them.',
    why: 'Grouping moves every single value to the task of its key and holds all of them in memory. Reducing by key combines the values on the sending side: with 100,000 pairs of ten keys less than a hundredth of the bytes cross the network.',
    fine: 'Where the group itself is needed: a list (also one that `reduce` or `fold` puts together from an empty one), a median, sorted values.',
    fix: 'Replaces both calls by `reduceByKey`, after `mapValues`, or after a `map` that gives the key as it is and what the values are reduced to. Sums of floating-point numbers can differ in the last digits, so it is only suggested.',
    examples: [{ language: 'scala', bad: 'val pairs = sc.textFile("/data/words").map(word => (word, 1))\nval counts = pairs.groupByKey().mapValues(_.sum)\ncounts.saveAsTextFile("/data/counts")\n', good: 'val pairs = sc.textFile("/data/words").map(word => (word, 1))\nval counts = pairs.reduceByKey(_ + _)\ncounts.saveAsTextFile("/data/counts")\n' }, { language: 'python', bad: 'pairs = sc.textFile("/data/words").map(lambda word: (word, 1))\ncounts = pairs.groupByKey().mapValues(sum)\ncounts.saveAsTextFile("/data/counts")\n', good: 'from operator import add\npairs = sc.textFile("/data/words").map(lambda word: (word, 1))\ncounts = pairs.reduceByKey(add)\ncounts.saveAsTextFile("/data/counts")\n' }],
    source: 'Shuffle bytes measured on Spark 3.5.9 and 4.3.0.',
  },
});

/** The grouping that a step reads, and the filters between them. */
function groupingOf({ from }: Dataset): Dataset[] {
  const filters: Dataset[] = [];
  let at = from[0];
  for (; at?.made === 'filter' && at.kind === 'RDD'; at = at.from[0]) filters.push(at);
  return at?.kind === 'RDD' && (at.made === 'groupByKey' || at.made === 'groupBy') ? [at, ...filters] : [];
}

const functionOf = (program: SparkProgram, { args }: Dataset): Expr | undefined => args[0] && expressionAt(program, args[0].site);

/** Something else is made of the groups, or runs on them. */
function isUsedBeside(program: SparkProgram, groups: Dataset, steps: readonly Dataset[]): boolean {
  const uses = directUses(program, groups);
  return uses.actions.length > 0 || uses.steps.some((other) => !steps.some((step) => step === other || sameSite(step.site, other.site)));
}

const quoted = (names: readonly string[]): string => listed(names.map((name) => `\`${name}\``));

interface Reductions {
  /** All that a function asks of the values, where that is reductions alone. */
  readonly reducers: readonly string[];
  /** It gives what the one reduction makes of the values as they are, beside the key as it was, and nothing else. */
  readonly alone: boolean;
}

/** `groups => groups.map { … }`: of a partition, what is done with each of its groups. */
function reductionsOf(written: Expr, made: string): Reductions | undefined {
  if (made !== 'mapPartitions') return reductionsIn(written, made);
  const { params, body } = written.kind === 'closure' && written.def.kind === 'lambda' ? written.def : { params: [], body: written };
  const only = body.kind === 'sequence' && body.body.length === 1 ? body.body[0]! : body;
  const groups = only.kind === 'call' && only.fn.kind === 'member' && only.fn.name === 'map' ? only.fn.on : undefined;
  const each = groups?.kind === 'name' && params.length === 1 && groups.name === params[0]!.name ? (only as Expr & { kind: 'call' }).args[0] : undefined;
  const asked = each && reductionsIn(each.value, 'map');
  return asked && { ...asked, alone: false };
}

/** `sum`, `lambda pair: (pair[0], sum(pair[1]))`, `values => values.sum / values.size`, `{ case (key, values) => (key, values.sum) }` */
function reductionsIn(written: Expr, made: string): Reductions | undefined {
  if (written.kind === 'name') return ofValues.has(made) && functions.has(written.name) ? { reducers: [written.name], alone: true } : undefined;
  if (written.kind !== 'closure' || written.def.kind !== 'lambda') return undefined;
  const { params, body } = written.def;
  const roles: readonly Role[] = ofValues.has(made) ? ['values'] : params.length === 2 ? ['key', 'values'] : ['pair'];
  if (params.length !== roles.length) return undefined;
  const known = new Map(params.map(({ name }, index) => [name, roles[index]!]));

  const roleOf = (expr: Expr): Role | undefined => {
    if (expr.kind === 'name') return known.get(expr.name);
    if (expr.kind === 'index') return roleOf(expr.on) === 'pair' && expr.index.kind === 'literal' ? items[Number(expr.index.value)] : undefined;
    return expr.kind === 'member' && roleOf(expr.on) === 'pair' ? items[['_1', '_2'].indexOf(expr.name)] : undefined;
  };
  /** As they are, in another collection at most. */
  const areValues = (expr: Expr): boolean => {
    if (expr.kind === 'call') return expr.fn.kind === 'name' && expr.fn.name === 'list' && expr.args.length === 1 && areValues(expr.args[0]!.value);
    return roleOf(expr) === 'values' || expr.kind === 'member' && wholes.test(expr.name) && areValues(expr.on);
  };
  /** One by one made into something else or left out, by what asks for none of the others. */
  const areOfValues = (expr: Expr): boolean => areValues(expr)
    || expr.kind === 'member' && wholes.test(expr.name) && areOfValues(expr.on)
    || expr.kind === 'call' && expr.fn.kind === 'member' && (expr.fn.name === 'map' || expr.fn.name === 'filter') && areOfValues(expr.fn.on) && expr.args.every(({ value }) => isWithoutGroup(value));
  /** In an order, of which the first or the last is asked for: the smallest or the largest. */
  const areInOrder = (expr: Expr): boolean => expr.kind === 'call' ? expr.fn.kind === 'member' && orders.test(expr.fn.name) && areOfValues(expr.fn.on) && expr.args.every(({ value }) => isWithoutGroup(value)) : expr.kind === 'member' && orders.test(expr.name) && areOfValues(expr.on);
  /** No name in it stands for the values or for the pair, but in what is `settled` as a whole. */
  const isWithoutGroup = (expr: Expr, settled: (each: Expr) => boolean | undefined = () => undefined): boolean => {
    const answer = settled(expr);
    if (answer !== undefined) return answer;
    const role = roleOf(expr);
    if (role !== undefined) return role === 'key';
    if (expr.kind === 'closure') return hiding(expr.def, () => isWithoutGroup(expr.def.body, settled));
    let without = true;
    forEachChild(expr, (child) => void (without &&= isWithoutGroup(child, settled)));
    return without;
  };
  /** What a function within calls its own is not what bears that name around it. */
  const hiding = (def: Def, ask: () => boolean): boolean => {
    const hidden = def.params.flatMap(({ name }) => (known.has(name) ? [[name, known.get(name)!] as const] : []));
    for (const [name] of hidden) known.delete(name);
    const answer = ask();
    for (const [name, role] of hidden) known.set(name, role);
    return answer;
  };
  const found = new Set<string>();
  const isReduced = (expr: Expr): boolean => isWithoutGroup(expr, (each) => {
    if (each.kind === 'bind' && each.value) return isNamed(each.patterns, each.value);
    const reduction = reductionOf(each);
    if (!reduction || !areOfValues(reduction.of) && !(ends.has(reduction.by) && areInOrder(reduction.of))) return undefined;
    found.add(reduction.by);
    return !reduction.gathers && !(spreads.has(made) && joining.test(reduction.by) && isLast(each, body)) && reduction.given.every((given) => isWithoutGroup(given));
  });
  /** Another name for what is known: `case (key, values) =>`, `val all = values.toList`. */
  const isNamed = ([pattern, more]: readonly Pattern[], value: Expr): true | undefined => {
    const role = areOfValues(value) ? 'values' : roleOf(value);
    if (role === undefined || more) return undefined;
    const named = pattern!.kind === 'tuple' && role === 'pair' && pattern!.items.length === 2 ? pattern!.items.map((item, index) => ({ item, role: items[index]! })) : [{ item: pattern!, role }];
    const names = named.map((each) => ({ name: nameIn(each.item), role: each.role }));
    if (names.some(({ name, role: of }) => name === undefined && of !== 'key')) return undefined;
    for (const { name, role: of } of names) if (name !== undefined) known.set(name, of);
    return true;
  };
  /** With nothing done before, and nothing with it after. Of what is spread out again `reduceByKey` makes something else. */
  const isAlone = (given: Expr): boolean => {
    if (given.kind === 'sequence') {
      const own = given.body.filter((each) => !(each.kind === 'bind' && each.value && roleOf(each.value) === 'pair'));
      return own.length === 1 && isAlone(own[0]!);
    }
    const [key, second] = given.kind === 'collection' && given.type === 'tuple' && given.items.length === 2 ? given.items : [];
    const value = made === 'mapValues' ? given : key && roleOf(key.value) === 'key' ? second!.value : undefined;
    const reduction = value && reductionOf(value);
    return reduction !== undefined && areValues(reduction.of) && (reduction.given.length === 0 || reduction.by.startsWith('reduce'));
  };
  return isReduced(body) ? { reducers: [...found], alone: !spreads.has(made) && isAlone(body) } : undefined;
}

/** What a name stands for: a key with its group, or one of the two. */
type Role = 'pair' | 'key' | 'values';
const items: readonly Role[] = ['key', 'values'];
/** What such a step makes is a collection: one that values were joined to is as large as they are. */
const spreads: ReadonlySet<string> = new Set(['flatMap', 'flatMapValues']);
const joining = /^(reduce|fold)/;
const orders = /^sort(ed|By|With)$/;
const isLast = (expr: Expr, body: Expr): boolean => expr === body || body.kind === 'sequence' && body.body.length > 0 && isLast(expr, body.body.at(-1)!) || body.kind === 'exit' && body.value !== undefined && isLast(expr, body.value);
const wholes = /^to(List|Seq|Array|Vector|IndexedSeq)$/;

const nameIn = (pattern: Pattern): string | undefined => (pattern.kind === 'typed' ? nameIn(pattern.item) : pattern.kind === 'name' ? pattern.name : undefined);

interface Reduction {
  readonly by: string;
  readonly of: Expr;
  /** What it is given beside them. */
  readonly given: readonly Expr[];
  /** They are put into a list, which is as large as they are. */
  readonly gathers: boolean;
}

/** What is reduced, and how: what the method is called on, or what the function is given. */
function reductionOf(expr: Expr): Reduction | undefined {
  if (expr.kind === 'member') return expr.auto && methods.has(expr.name) ? { by: expr.name, of: expr.on, given: [], gathers: false } : undefined;
  const by = expr.kind === 'call' ? calledName(expr) : undefined;
  if (expr.kind !== 'call' || by === undefined) return undefined;
  const { fn } = expr;
  const args = expr.args.map(({ value }) => value);
  if (fn.kind === 'member' && !(fn.on.kind === 'name' && fn.on.name === 'functools')) return methods.has(by) ? { by, of: fn.on, given: args, gathers: by === 'fold' && isEmptyList(args[0]) || joining.test(by) && args.some(putsTogether) } : undefined;
  const at = by === 'reduce' ? 1 : functions.has(by) && args.length === 1 ? 0 : -1;
  const of = args[at];
  return of && { by, of, given: args.filter((each) => each !== of), gathers: by === 'reduce' && isEmptyList(args[2]) };
}

/** `_ ++ _`, `(a, b) => (a._1 ::: b._1, a._2 + b._2)` */
function putsTogether(expr: Expr): boolean {
  const by = expr.kind === 'operator' ? expr.name : expr.kind === 'call' ? calledName(expr) : undefined;
  if (by !== undefined && /^(\+\+|:::?|:\+|\+:|\+\+:|concat)$/.test(by)) return true;
  if (expr.kind === 'closure') return putsTogether(expr.def.body);
  let found = false;
  forEachChild(expr, (child) => void (found ||= putsTogether(child)));
  return found;
}

/** `[]`, `list()`, `Nil`, `List.empty[String]` */
function isEmptyList(expr: Expr | undefined): boolean {
  if (expr?.kind === 'collection') return (expr.type === 'list' || expr.type === 'tuple') && expr.items.length === 0;
  const made = expr?.kind === 'call' && expr.args.length === 0 ? expr.fn : expr;
  const of = made?.kind === 'member' && made.name === 'empty' ? made.on : made;
  return of?.kind === 'name' && /^(list|List|Seq|Vector|Array|Nil)$/.test(of.name);
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
