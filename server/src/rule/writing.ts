/** What fixes need to know of a language, beyond its statements. */
import type { Lowered } from '../program/program.ts';
import type { Edit } from './rule.ts';
import { type Statement, statementsOf } from './statements.ts';

/** What a language writes in its own way. */
export interface Writing {
  /** What begins a comment. */
  readonly comment: string;
  /** What must stand in a block that is left empty, where something must. */
  readonly emptied?: string | undefined;
  /** The opposite of a test; `code` is one expression, without operators of its own. */
  negated(code: string): string;
  /** The quotes that a text stands in. */
  quote(text: string): string;
  /** More statements can stand beside it: not where a single expression is the body. */
  takesMore(statement: Statement, text: string): boolean;
  /** The edit that imports a name; where no fix of the language needs one, there is none. */
  readonly importName?: (lowered: Lowered, module: string, name: string, alias: string | undefined, newLine: string) => Edit[];
}

type Import = Extract<Statement['expr'], { kind: 'import' }>;
export interface TopImport {
  readonly statement: Statement;
  readonly expr: Import;
}

/** Each fix asks for them. */
const known = new WeakMap<Lowered, readonly TopImport[]>();

export function topImports(lowered: Lowered): readonly TopImport[] {
  const before = known.get(lowered);
  if (before) return before;
  const found = statementsOf(lowered).flatMap((statement): TopImport[] => {
    if (statement.parent) return [];
    const exprs = statement.expr.kind === 'sequence' ? statement.expr.body : [statement.expr];
    return exprs.flatMap((expr) => (expr.kind === 'import' ? [{ statement, expr }] : []));
  });
  known.set(lowered, found);
  return found;
}
