/** Loops over the columns that a table is partitioned by: one or two, three at most. */
import type { Loop, SparkProgram } from '../analysis/model.ts';
import { calledName } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import { boundBy, statementAt, statementsIn } from './statements.ts';
import { expressionAt } from './written.ts';

/** What a loop goes through, as it is written: of a `for` statement, `names.foldLeft(frame)(…)`, `reduce(step, names, frame)`. */
export function overOf(program: SparkProgram, { range, site }: Loop): Expr | undefined {
  const call = expressionAt(program, range);
  if (call?.kind === 'loop') return call.over;
  if (call?.kind !== 'call') {
    const statement = statementAt(program.lowered, site.start);
    return statement?.expr.kind === 'loop' ? statement.expr.over : undefined;
  }
  const { fn } = call.fn.kind === 'call' ? call.fn : call;
  return calledName(call) === 'reduce' && call.args.length > 1 ? call.args[1]!.value : fn.kind === 'member' ? fn.on : undefined;
}

/** The name of what holds the things: of `names`, `spec.items()`, `enumerate(names)`, `table.names()`. */
function goneThrough(over: Expr): string | undefined {
  switch (over.kind) {
    case 'name': case 'member': return over.name;
    case 'call': {
      const called = calledName(over);
      if (over.fn.kind === 'member' && handingOn.has(called ?? '')) return goneThrough(over.fn.on);
      return over.fn.kind === 'name' && handingOn.has(called ?? '') && over.args[0] ? goneThrough(over.args[0].value) : called;
    }
    default: return undefined;
  }
}
const handingOn: ReadonlySet<string> = new Set(['items', 'keys', 'values', 'split', 'copy', 'toSeq', 'toList', 'zipWithIndex', 'enumerate', 'list', 'set', 'sorted', 'reversed', 'tuple', 'zip']);

/** `partition_columns`, `partitionSpec`, `partitionBy`, `partitions`: where a column is made of each, columns are meant. */
export const goesThroughPartitioning = (over: Expr): boolean => isNamed(goneThrough(over), /^(by|columns?|cols?|keys?|specs?|fields?|names?|values?|map)$/, /^partition(s|ed|ing)?$/);

/** The same where nothing else says that columns are meant: there may be many partitions. Also by way of a name: `val names = table.partitionColumns`. */
export function isOverPartitionColumns(program: SparkProgram, loop: Loop): boolean {
  const over = loop.range.module === program.path ? overOf(program, loop) : undefined;
  const name = over && goneThrough(over);
  return namesColumns(name) || name !== undefined && over?.kind === 'name' && namesColumns(boundTo(program, loop, name));
}
const namesColumns = (name: string | undefined): boolean => isNamed(name, /^(by|columns?|cols?|fields?|specs?)$/, /^partitioning$/);

/** The name of what a name stands for, where one statement of the function binds it. */
function boundTo({ lowered }: SparkProgram, { range }: Loop, name: string): string | undefined {
  const around = statementAt(lowered, range.start);
  if (!around) return undefined;
  const [only, ...others] = statementsIn(lowered, { start: around.base, end: around.base + around.def.length }).filter((each) => each.def === around.def && each.expr.kind === 'bind' && boundBy(each).includes(name));
  return only?.expr.kind === 'bind' && only.expr.value && others.length === 0 ? goneThrough(only.expr.value) : undefined;
}

/** Not `non_partition_columns`, and not what counts partitions. */
function isNamed(name: string | undefined, column: RegExp, alone: RegExp): boolean {
  const words = name?.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().split('_') ?? [];
  const at = words.findIndex((word) => /^partition(s|ed|ing)?$/.test(word));
  return at >= 0 && (at === words.length - 1 ? alone.test(words[at]!) : column.test(words[at + 1]!)) && !words.some((word) => /^(non?|not|un|without|other|others|rest|remaining|except)$/.test(word));
}
