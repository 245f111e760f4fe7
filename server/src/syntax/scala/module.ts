/** Lowers Scala's syntax tree into the language-neutral program. Never fails: what it cannot hold becomes `unknown`. */
import type { Def, Expr } from '../../program/program.ts';
import type { Frontend } from '../frontend.ts';
import { newScope } from '../lowering.ts';
import type { KnownStatement, Memo } from '../memo.ts';
import { namedChildren, type RawNode } from '../tree.ts';
import { bindingForms } from './bindings.ts';
import { addStatement, blockForms, droppedBlocks, isDefinition, ordered } from './blocks.ts';
import { controlFlowForms, droppedControlFlow } from './control-flow.ts';
import { definitionForms } from './definitions.ts';
import { expressionForms } from './expressions.ts';
import { importForms } from './imports.ts';
import { lambdaForms } from './lambdas.ts';
import { literalForms } from './literals.ts';
import { ScalaLowering } from './lowering.ts';
import { prepare } from './mask.ts';
import { operatorForms } from './operators.ts';
import { templateForms } from './templates.ts';

/** What each kind of node becomes. */
const forms = new Map(Object.entries({ ...literalForms, ...expressionForms, ...operatorForms, ...lambdaForms, ...blockForms, ...bindingForms, ...definitionForms, ...templateForms, ...controlFlowForms, ...importForms }));
const dropped = new Map(Object.entries({ ...droppedBlocks, ...droppedControlFlow }));

export const scala: Frontend = {
  language: 'scala',
  definitions: new Set(['function_definition', 'class_definition', 'trait_definition', 'object_definition']),
  prepare,
  lower: lowerModule,
  isShown: (node) => !isDefinition(node) && node.type !== 'ERROR' && node.type !== 'assignment_expression',
};

function lowerModule(nodes: readonly RawNode[], text: string, memo: Memo | undefined, shownAt: ReadonlySet<number>): { module: Def; package: string | undefined } {
  const lowering = new ScalaLowering(forms, dropped, text, memo, shownAt);
  const body: Expr[] = [];
  const binds = new Set<string>();
  for (const node of nodes) {
    const known = node.known ? memo?.takeStatement(node.start) : undefined;
    const { exprs, binds: names } = known ? shown(known, shownAt) : lowerStatement(lowering, node);
    for (const expr of exprs) body.push(expr);
    for (const name of names) binds.add(name);
  }
  lowering.placed = undefined;
  const module: Def = {
    kind: 'module', name: '', at: 0, length: text.length, nameSpan: [0, 0], params: [], decorators: [], bases: [], binds, outer: new Set(),
    body: { kind: 'sequence', span: [0, text.length], body: ordered(body, lowering) },
  };
  return { module, package: packageOf(nodes, text) };
}

function lowerStatement(lowering: ScalaLowering, node: RawNode): Pick<KnownStatement, 'exprs' | 'binds'> {
  const { memo } = lowering;
  const exprs: Expr[] = [];
  lowering.scope = newScope(true);
  lowering.names = { of: 'module', bound: new Set(), around: undefined, reads: new Map(), blocks: [] };
  lowering.inner = [];
  lowering.placed = memo && { spans: [], defs: [] };
  addTop(lowering, node, exprs);
  const { scope: { binds }, inner, placed } = lowering;
  if (memo && !node.broken) memo.putStatement({ type: node.type, start: node.start, length: node.end - node.start, exprs, binds, inner, ...placed! });
  return { exprs, binds };
}

/** What stands in a package stands in the module. */
function addTop(lowering: ScalaLowering, node: RawNode, into: Expr[]): void {
  if (node.type !== 'package_clause' && node.type !== 'package_object') return addStatement(lowering, node, lowering.shownAt.has(node.end) ? 'shown' : 'discard', into);
  for (const body of node.children) if (body.type === 'template_body') for (const child of namedChildren(body)) if (child.type !== 'self_type') addTop(lowering, child, into);
}

/** A clause, up to where the next may stand, which is below it or in it. */
const packageClause = /(?:\s|\/\/.*|\/\*[^]*?\*\/)*package\s+(?:object\s+)?([\p{L}\p{N}_$`]+(?:\s*\.\s*[\p{L}\p{N}_$`]+)*)(?:[ \t]*[{;:])?/yu;

/** The clauses with which a file begins. */
function packageOf([first]: readonly RawNode[], text: string): string | undefined {
  if (first?.type !== 'package_clause' && first?.type !== 'package_object') return undefined;
  const names: string[] = [];
  packageClause.lastIndex = first.start;
  for (let match = packageClause.exec(text); match; match = packageClause.exec(text)) names.push(match[1]!.replace(/[\s`]/g, ''));
  return names.length > 0 ? names.join('.') : undefined;
}

/** The same statement as the last of its cell, or no more. */
function shown(known: KnownStatement, shownAt: ReadonlySet<number>): Pick<KnownStatement, 'exprs' | 'binds'> {
  const [expr] = known.exprs;
  const isShown = shownAt.has(known.start + known.length);
  if (expr?.kind !== 'discard' || (expr.shown === true) === isShown) return known;
  const { kind, span, value } = expr;
  return { exprs: [isShown ? { kind, span, value, shown: true } : { kind, span, value }], binds: known.binds };
}
