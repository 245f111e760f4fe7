/** What a pass of a loop reads by itself: the same in every pass, or something of its own. */
import type { Dataset, Loop, SparkProgram } from '../analysis/model.ts';
import { calledName } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { namesIn } from './feedback.ts';
import { eventsOf, sameLoop, within } from './queries.ts';
import { boundBy, codeOf, type Statement, statementAt, statementsIn } from './statements.ts';
import { boundByLoop, expressionAt } from './written.ts';

/**
 * `for rule in rules: spark.sql(f"SELECT count(*) FROM {table} WHERE {rule}")`, `for name in names: spark.table("sales")…`:
 * what names the table is not of the pass. Not where the pass changes something, which the next may look at, or waits for what others change.
 */
export function readsSameInAllPasses(program: SparkProgram, root: Dataset, loop: Loop): boolean {
  const { lowered, path } = program;
  if (loop.range.module !== path || !within(root.site, loop.range) || loop.over === 'range') return false;
  const read = expressionAt(program, root.site);
  if (read?.kind !== 'call' || read.args.length === 0 || changesSomething(program, loop)) return false;
  const own = new Set([...boundByLoop(program, loop), ...statementsIn(lowered, loop.range).flatMap(boundBy)]);
  const isOwn = (expr: Expr): boolean => namesIn(expr).some((name) => own.has(name));
  if (root.made !== 'sql') return !isOwn(read);
  const statement = statementAt(lowered, root.site.start);
  const parts = statement && partsOf(program, read.args[0]!.value, statement);
  return parts !== undefined && parts.some((part) => typeof part === 'string' && /\bfrom\b/i.test(part)) && !tablesIn(parts).some(isOwn);
}

const changing = /\b(?:sleep|writeTo|write|writeStream|insertInto|saveAsTable|merge|execute|delete|update|save|commit)\b/;
const changesRows = /^\s*(?!select\b|with\b|show\b|describe\b|explain\b)\w+/i;

const changesSomething = (program: SparkProgram, loop: Loop): boolean => {
  const isOfLoop = ({ loops }: Pick<Dataset, 'loops'>): boolean => loops.some((each) => sameLoop(each, loop));
  return changing.test(codeOf(program.lowered).slice(loop.range.start, loop.range.end)) || eventsOf(program, 'write').some(isOfLoop)
    || program.datasets.some((each) => each.made === 'sql' && isOfLoop(each) && changesRows.test(each.source?.sql ?? 'unknown'));
};

/** A text and what is filled into it; undefined where that cannot be told. */
type Parts = readonly (string | Expr)[];

function partsOf(program: SparkProgram, expr: Expr, at: Statement, depth = 0): Parts | undefined {
  if (depth > mostSteps) return undefined;
  switch (expr.kind) {
    case 'literal': return typeof expr.value === 'string' ? [expr.value] : undefined;
    case 'text': return expr.parts;
    case 'operator': {
      const [left, right] = expr.args.map((arg) => partsOf(program, arg, at, depth + 1) ?? [arg]);
      if (expr.name === '+') return [...left!, ...right!];
      return expr.name === '%' && expr.args[0]!.kind === 'literal' ? filled(left!, /%(?:\((\w+)\))?[sdif]/g, expr.args[1]!.kind === 'collection' ? expr.args[1]!.items.map(({ value }) => value) : [expr.args[1]!]) : undefined;
    }
    case 'call': {
      if (expr.fn.kind !== 'member') return undefined;
      const on = partsOf(program, expr.fn.on, at, depth + 1);
      if (on === undefined) return undefined;
      const name = calledName(expr);
      if (name === 'format' && expr.args.every((arg) => !arg.spread)) return filled(on, /\{(\w*)(?:![rsa])?(?::[^{}]*)?\}/g, expr.args.map(({ value }) => value), expr.args.map((arg) => arg.name));
      return name === 'strip' || name === 'stripMargin' || name === 'trim' ? on : undefined;
    }
    case 'name': {
      // The last statement above that gives it a value, in the same function.
      const bound = statementsIn(program.lowered, { start: 0, end: at.start }).findLast((each) => each.def === at.def && each.end <= at.start && boundBy(each).includes(expr.name));
      return bound?.expr.kind === 'bind' && bound.expr.value && bound.expr.augmented === undefined && bound.expr.patterns.every(({ kind }) => kind === 'name') ? partsOf(program, bound.expr.value, bound, depth + 1) : undefined;
    }
    default: return undefined;
  }
}
const mostSteps = 6;

/** A text whose places are filled by what stands behind it: one after the other, by number or by name. */
function filled(texts: Parts, place: RegExp, values: readonly Expr[], names: readonly (string | undefined)[] = []): Parts | undefined {
  if (texts.some((part) => typeof part !== 'string')) return undefined;
  const text = texts.join('');
  const parts: (string | Expr)[] = [];
  let from = 0;
  let next = 0;
  for (const match of text.matchAll(place)) {
    const key = match[1] ?? '';
    const value = values[key === '' ? next++ : /^\d+$/.test(key) ? Number(key) : names.indexOf(key)];
    if (value === undefined) return undefined;
    parts.push(text.slice(from, match.index), value);
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

/** What is filled in where the query names its tables, or in the middle of its clauses. */
function tablesIn(parts: Parts): Expr[] {
  const found: Expr[] = [];
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      if (behindFrom.test(text)) found.push(part);
      text += filler;
    }
  }
  return found;
}
const filler = '\0';
/** `FROM `, `JOIN db.`, `FROM (`, `FROM a, `: a list of tables or a query may be filled in as well. */
const behindFrom = /\b(?:from|join|using)(?:\s+|\s*\(\s*)[`"'\w.\0]*$|\bfrom\s+[^()]*,\s*[`"'\w.\0]*$/i;
