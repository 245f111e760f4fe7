/** Where a cache and its release go: after the assignment of a dataset, and after the last statement that uses it. */
import type { Dataset, SparkProgram } from '../analysis/model.ts';
import { forEachChild } from '../program/expressions.ts';
import type { Expr } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { contains, sliceOf } from '../text/range.ts';
import type { CodeEdits } from './edits.ts';
import { nameIn } from './queries.ts';
import type { Edit } from './rule.ts';
import { boundBy, type Statement, statementsIn } from './statements.ts';

export interface CacheEdits {
  readonly edits: readonly Edit[];
  /** The release could be placed too. */
  readonly released: boolean;
}

/** undefined where the dataset is not what a plain assignment names. `uses`: places of the actions, in this module. */
export function cacheEdits(program: SparkProgram, edits: CodeEdits, dataset: Dataset, uses: readonly Range[]): CacheEdits | undefined {
  const name = nameIn(program, dataset, dataset.site);
  const made = edits.statement(dataset.site);
  if (name === undefined || !made || made.expr.kind !== 'bind' || made.expr.value === undefined) return undefined;
  const target = made.expr.patterns.length === 1 ? made.expr.patterns[0] : undefined;
  if (target?.kind !== 'name' || target.name !== name || made.base + made.expr.value.span[1] !== dataset.site.end) return undefined;
  // Used outside the block that makes it: there another value may stand in its place.
  if (uses.some((use) => isBeyond(edits, made, use))) return undefined;
  const cache = edits.insertAfter(made, `${name}.cache()`);
  if (cache.length === 0) return undefined;
  const release = releaseEdits(program, edits, name, made, uses);
  return { edits: [...cache, ...release], released: release.length > 0 };
}

/** After the last use, in the block that holds `made`; nothing where the name means something else by then. */
export function releaseEdits(program: SparkProgram, edits: CodeEdits, name: string, made: Statement, uses: readonly Range[], release = 'unpersist'): Edit[] {
  const lasts = uses.map((use) => inBlockOf(edits, made, use));
  if (lasts.length === 0 || lasts.some((last) => last === undefined)) return [];
  const last = (lasts as Statement[]).reduce((a, b) => (b.end > a.end ? b : a));
  const between = { start: made.end, end: last.end };
  if (statementsIn(program.lowered, between).some((each) => boundBy(each).includes(name)) || leavesEarly(sliceOf(program.lowered.text, between)) || statementsIn(program.lowered, between).some(({ expr, def }) => def === made.def && exits(expr))) return [];
  // A notebook shows the value of a cell's last line: nothing may stand behind it.
  if (last.expr.kind === 'discard' && last.expr.shown) return [];
  // The last expression of a block is its value.
  if (isValue(last.expr)) return [];
  return edits.insertAfter(last, `${name}.${release}()`);
}

/** A way out between a cache and its release: on it the release would not run. */
export const leavesEarly = (text: string): boolean => /^[ \t]*(return|raise|continue|break)\b|:[ \t]*(return|raise|continue|break)\b/m.test(text);

/** It holds a `return`, `throw` and the like of its own function. */
function exits(expr: Expr): boolean {
  if (expr.kind === 'exit' || expr.kind === 'closure') return expr.kind === 'exit';
  let found = false;
  forEachChild(expr, (child) => {
    found ||= exits(child);
  });
  return found;
}

/** It stands where a block has its value, not where a statement stands. */
export const isValue = (expr: Expr): boolean => expr.kind === 'if' ? expr.expression === true : !statementKinds.has(expr.kind);
const statementKinds: ReadonlySet<Expr['kind']> = new Set(['discard', 'loop', 'try', 'with', 'bind', 'closure', 'import', 'delete', 'assert', 'sequence']);

/** In the same function, but not in the block (or one within it) that makes a dataset. */
function isBeyond(edits: CodeEdits, made: Statement, place: Range): boolean {
  const use = edits.statement(place);
  return use !== undefined && use.def === made.def && made.parent !== undefined && inBlockOf(edits, made, place) === undefined;
}

/** The statement around a place that stands in the same block as another, and is not that. */
function inBlockOf(edits: CodeEdits, sibling: Statement, place: Range): Statement | undefined {
  return contains(sibling, place) ? undefined : inBlock(edits, sibling, place);
}

/** The statement around a place that stands in the same block as another, or is that. */
export function inBlock(edits: CodeEdits, sibling: Statement, place: Range): Statement | undefined {
  for (let statement = edits.statement(place); statement; statement = statement.parent) {
    if (statement.parent === sibling.parent) return statement.arm ? undefined : statement;
  }
  return undefined;
}
