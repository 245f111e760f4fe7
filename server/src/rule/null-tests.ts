/** Columns and SQL texts compared with null: which comparisons there are, and how a test for null is written instead. */
import type { SparkProgram } from '../analysis/model.ts';
import { calledName } from '../program/expressions.ts';
import type { Expr, Span } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import type { Edit } from './rule.ts';

export interface NullComparison {
  readonly tested: Expr;
  /** The operator or the method's name. */
  readonly sign: Span;
  readonly negative: boolean;
}

const signs: ReadonlyMap<string, boolean> = new Map([['==', false], ['===', false], ['equals', false], ['equalTo', false], ['!=', true], ['=!=', true], ['differs', true], ['notEqual', true]]);

/** Of Columns; `equals` is every object's. */
const methods: ReadonlySet<string> = new Set(['===', '=!=', 'equalTo', 'notEqual']);

/** `a == None`, `lit(null) === a`, `a.equalTo(null)`; null on both sides is no question to a Column. */
export function nullComparison(expr: Expr): NullComparison | undefined {
  if (expr.kind === 'operator' && expr.args.length === 2) {
    const [left, right] = expr.args as [Expr, Expr];
    return comparison(expr.name, expr.nameSpan, isNull(right) ? left : right, isNull(right) ? right : left);
  }
  if (expr.kind !== 'call' || expr.fn.kind !== 'member' || expr.args.length !== 1 || !methods.has(expr.fn.name)) return undefined;
  return comparison(expr.fn.name, expr.fn.nameSpan, expr.fn.on, expr.args[0]!.value);
}

function comparison(name: string, sign: Span, tested: Expr, other: Expr): NullComparison | undefined {
  const negative = signs.get(name);
  return negative === undefined || !isNull(other) || isNull(tested) ? undefined : { tested, sign, negative };
}

/** `None`, `null`, `lit(None)`, a cast of it. */
function isNull(expr: Expr): boolean {
  if (expr.kind === 'literal') return expr.type === 'none';
  if (expr.kind !== 'call') return false;
  const name = calledName(expr);
  return expr.fn.kind === 'member' && (name === 'cast' || name === 'astype') ? isNull(expr.fn.on) : name === 'lit' && expr.args.length === 1 && isNull(expr.args[0]!.value);
}

/** `whole`: the place of the comparison. */
export function nullTestEdit({ lowered }: SparkProgram, expr: Expr, whole: Range, { tested, sign, negative }: NullComparison): Edit {
  const { text, language } = lowered;
  const base = whole.start - expr.span[0];
  const before = tested.span[0] < sign[0];
  const side = (before ? text.slice(whole.start, base + sign[0]) : text.slice(base + sign[1], whole.end)).trim();
  // What stands before the dot of `a.equalTo(null)`.
  const code = expr.kind === 'call' ? side.replace(/\s*\.$/, '') : side;
  const isOne = (tested.kind !== 'operator' || tested.parenthesized === true) && !isInfix(tested, base, text);
  return { ...whole, newText: `${isOne ? code : `(${code})`}.${nullTest(negative, language)}` };
}

export const nullTest = (negative: boolean, language: 'python' | 'scala'): string => `${negative ? 'isNotNull' : 'isNull'}${language === 'python' ? '()' : ''}`;

/** `a op b`, a call without a dot. */
const isInfix = (expr: Expr, base: number, text: string): boolean =>
  expr.kind === 'call' && expr.fn.kind === 'member' && !text.slice(base + expr.fn.on.span[1], base + expr.fn.nameSpan[0]).includes('.');

export interface SqlNullComparison extends Range {
  readonly negative: boolean;
  /** What stands there better; undefined where NULL comes first. */
  readonly instead: string | undefined;
}

/** `a = NULL` in a condition or a query; not in a statement that assigns so. */
export function sqlNullComparisons(sql: string): SqlNullComparison[] {
  const code = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`/g, (hidden) => 'x'.repeat(hidden.length));
  if (assigning.test(code)) return [];
  return [...code.matchAll(/(?<![<>!=:|])(==?|!=|<>)\s*(null)\b(?![.(\0])|(?<![\w.\0])null\s*(==?|!=|<>)(?![>=])/gi)].map((match) => {
    const negative = /!=|<>/.test(match[0]);
    const words = negative ? 'IS NOT NULL' : 'IS NULL';
    const written = (/\S$/.test(code.slice(0, match.index)) ? ' ' : '') + (match[2] === 'NULL' ? words : words.toLowerCase());
    return { start: match.index, end: match.index + match[0].length, negative, instead: match[2] === undefined ? undefined : written };
  });
}
const assigning = /^\s*(?!select\b|with\b|from\b|\()(set|update|merge|insert|create|alter|replace|call|execute|exec|declare|cache|explain|use|analyze)\b|\b(set|update|merge|insert|partition|options|tblproperties)\b/i;
