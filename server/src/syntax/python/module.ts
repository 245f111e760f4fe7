/** Lowers Python's syntax tree into the language-neutral program. Never fails: what it cannot hold becomes `unknown`. */
import type { Def, Expr } from '../../program/program.ts';
import { addStatement } from './blocks.ts';
import { comprehensionForms } from './comprehensions.ts';
import { controlFlowForms } from './control-flow.ts';
import { definitionForms } from './definitions.ts';
import { expressionForms } from './expressions.ts';
import { importForms } from './imports.ts';
import { literalForms } from './literals.ts';
import type { Frontend } from '../frontend.ts';
import { Lowering, newScope } from '../lowering.ts';
import type { KnownStatement, Memo } from '../memo.ts';
import { operatorForms } from './operators.ts';
import { bindingForms } from './patterns.ts';
import { repair } from './repair.ts';
import type { RawNode } from '../tree.ts';

/** What each kind of node becomes. */
const forms = new Map(Object.entries({ ...literalForms, ...expressionForms, ...comprehensionForms, ...operatorForms, ...bindingForms, ...definitionForms, ...controlFlowForms, ...importForms }));

export const python: Frontend = {
  language: 'python',
  definitions: new Set(['function_definition', 'class_definition', 'decorated_definition']),
  prepare(text, start, end) {
    const repaired = repair(text, start, end);
    return { ...repaired, written: repaired.text };
  },
  lower: (statements, text, memo, shownAt) => ({ module: lowerModule(statements, text, memo, shownAt) }),
  isShown: ({ type }) => type === 'expression_statement',
};

function lowerModule(statements: readonly RawNode[], text: string, memo: Memo | undefined, shownAt: ReadonlySet<number>): Def {
  const lowering = new Lowering(forms, text, memo, shownAt);
  const body: Expr[] = [];
  const binds = new Set<string>();
  statements.forEach((node, index) => {
    const known = node.known ? memo?.takeStatement(node.start) : undefined;
    const { exprs, binds: names } = known ? shown(known, shownAt) : lowerStatement(lowering, node, index === 0);
    for (const expr of exprs) body.push(expr);
    for (const name of names) binds.add(name);
  });
  return {
    kind: 'module', name: '', at: 0, length: text.length, nameSpan: [0, 0], params: [], decorators: [], bases: [], binds, outer: new Set(),
    body: { kind: 'sequence', span: [0, text.length], body },
  };
}

function lowerStatement(lowering: Lowering, node: RawNode, first: boolean): Pick<KnownStatement, 'exprs' | 'binds'> {
  const { memo } = lowering;
  const exprs: Expr[] = [];
  lowering.scope = newScope(true);
  lowering.inner = [];
  lowering.placed = memo && { spans: [], defs: [] };
  addStatement(lowering, node, first, exprs);
  const { scope: { binds }, inner, placed } = lowering;
  if (memo && !node.broken && !isDocumentation(node)) memo.putStatement({ type: node.type, start: node.start, length: node.end - node.start, exprs, binds, inner, ...placed! });
  return { exprs, binds };
}

/** A string by itself: what becomes of it depends on where it stands. */
function isDocumentation(node: RawNode): boolean {
  const child = node.type === 'expression_statement' ? node.children[0] : undefined;
  return child?.type === 'string' || child?.type === 'concatenated_string';
}

/** The same statement as the last of its cell, or no more. */
function shown(known: KnownStatement, shownAt: ReadonlySet<number>): Pick<KnownStatement, 'exprs' | 'binds'> {
  const [expr] = known.exprs;
  const isShown = shownAt.has(known.start + known.length);
  if (expr?.kind !== 'discard' || (expr.shown === true) === isShown) return known;
  const { kind, span, value } = expr;
  return { exprs: [isShown ? { kind, span, value, shown: true } : { kind, span, value }], binds: known.binds };
}
