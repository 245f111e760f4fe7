/** Loops over the columns that a table is partitioned by: one or two, three at most. */
import type { Loop, SparkProgram } from '../analysis/model.ts';
import { calledName } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { wordsOfName } from '../text/names.ts';
import { oncePerProgram } from './queries.ts';
import { boundBy, statementAt, statementsOf } from './statements.ts';
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
/** Not what stands in such a column (`partition_column_values`), and no `partition_specs`, each of which is a partition. */
const namesColumns = (name: string | undefined): boolean => isNamed(name, /^(by|columns?|cols?|fields?)$/, /^partitioning$/) && !wordsOfName(name ?? '').some((word) => /^values?$/.test(word));

/** The name of what a name stands for, where one statement of the function binds it. */
function boundTo(program: SparkProgram, { range }: Loop, name: string): string | undefined {
  const around = statementAt(program.lowered, range.start);
  const [only, ...others] = (around && bindersIn(program).get(around.def)?.get(name)) ?? [];
  return only?.value && others.length === 0 ? goneThrough(only.value) : undefined;
}

/** What binds the names of each function. */
const bindersIn = oncePerProgram(({ lowered }): ReadonlyMap<Def, ReadonlyMap<string, readonly Bind[]>> => {
  const found = new Map<Def, Map<string, Bind[]>>();
  for (const statement of statementsOf(lowered)) {
    const { def, expr } = statement;
    if (expr.kind !== 'bind') continue;
    let own = found.get(def);
    if (!own) found.set(def, (own = new Map()));
    for (const name of boundBy(statement)) {
      const binders = own.get(name);
      if (binders) binders.push(expr);
      else own.set(name, [expr]);
    }
  }
  return found;
});
type Bind = Expr & { kind: 'bind' };

/** Not `non_partition_columns`, and not what counts partitions. */
function isNamed(name: string | undefined, column: RegExp, alone: RegExp): boolean {
  const words = wordsOfName(name ?? '');
  const at = words.findIndex((word) => /^partition(s|ed|ing)?$/.test(word));
  return at >= 0 && (at === words.length - 1 ? alone.test(words[at]!) : column.test(words[at + 1]!)) && !words.some((word) => /^(non?|not|un|without|other|others|rest|remaining|except)$/.test(word));
}
