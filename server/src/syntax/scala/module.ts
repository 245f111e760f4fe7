/** Lowers Scala's syntax tree into the language-neutral program. Never fails: what it cannot hold becomes `unknown`. */
import type { Def, Expr } from '../../program/program.ts';
import type { Frontend } from '../frontend.ts';
import { lowerStatements, moduleOf } from '../lowering.ts';
import type { Memo } from '../memo.ts';
import { namedChildren, type RawNode } from '../tree.ts';
import { bindingForms } from './bindings.ts';
import { addStatement, blockForms, droppedBlocks, ordered, released } from './blocks.ts';
import { controlFlowForms, droppedControlFlow } from './control-flow.ts';
import { definitionForms } from './definitions.ts';
import { expressionForms } from './expressions.ts';
import { importForms } from './imports.ts';
import { lambdaForms } from './lambdas.ts';
import { literalForms } from './literals.ts';
import { ScalaLowering } from './lowering.ts';
import { prepare } from './mask.ts';
import { mend } from './mend.ts';
import { operatorForms } from './operators.ts';
import { inheritedBy, templateForms } from './templates.ts';

/** What each kind of node becomes. */
const forms = new Map(Object.entries({ ...literalForms, ...expressionForms, ...operatorForms, ...lambdaForms, ...blockForms, ...bindingForms, ...definitionForms, ...templateForms, ...controlFlowForms, ...importForms }));
const dropped = new Map(Object.entries({ ...droppedBlocks, ...droppedControlFlow }));

const definitions: ReadonlySet<string> = new Set(['function_definition', 'class_definition', 'trait_definition', 'object_definition']);

export const scala: Frontend = {
  language: 'scala',
  chunk: 256,
  // `test("…") { session => … }`: most of what stands in tests stands in such functions.
  isDefinition: (type, field) => definitions.has(type) || type === 'block' && field === 'arguments',
  mend,
  prepare,
  lower: lowerModule,
  // Definitions show nothing, but a statement may hang below one.
  isShown: () => true,
};

function lowerModule(nodes: readonly RawNode[], text: string, memo: Memo | undefined, shownAt: ReadonlySet<number>): { module: Def; package: string | undefined } {
  const lowering = new ScalaLowering(forms, dropped, text, memo, shownAt);
  const { body, binds } = lowerStatements(lowering, nodes, (node, _, into) => {
    lowering.names = { of: 'module', bound: new Set(), around: undefined, reads: new Map(), blocks: [] };
    addTop(lowering, node, into);
  }, () => true);
  return { module: moduleOf(text.length, ordered(body, lowering), binds), package: packageOf(nodes, text) };
}

/** What stands in a package stands in the module. */
function addTop(lowering: ScalaLowering, node: RawNode, into: Expr[]): void {
  if (node.type !== 'package_clause' && node.type !== 'package_object') {
    const nodes = released(lowering, node);
    for (const each of nodes) addStatement(lowering, each, each === nodes.at(-1) && lowering.shownAt.has(node.end) ? 'shown' : 'discard', into);
    return;
  }
  const inherited = node.type === 'package_object' ? inheritedBy(lowering, node) : undefined;
  if (inherited) into.push(inherited);
  for (const body of node.children) if (body.type === 'template_body') for (const child of namedChildren(body)) if (child.type !== 'self_type') addTop(lowering, child, into);
}

/** A clause, up to where the next may stand, which is below it or in it. A comment ends in one way only: many of them are not tried in each. */
const packageClause = /(?:\s|\/\/[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*package\s+(?:object\s+)?([\p{L}\p{N}_$`]+(?:\s*\.\s*[\p{L}\p{N}_$`]+)*)(?:[ \t]*[{;:])?/yu;

/** The clauses with which a file begins, and the package object that holds all the rest of it. */
function packageOf(nodes: readonly RawNode[], text: string): string | undefined {
  const names: string[] = [];
  let end = 0;
  const [holder, other] = nodes.filter(({ type }) => type !== 'package_clause' && type !== 'import_declaration');
  for (const node of [nodes[0], other ? undefined : holder]) {
    if (!node || node.start < end || node.type !== 'package_clause' && node.type !== 'package_object') continue;
    packageClause.lastIndex = end = node.start;
    for (let match = packageClause.exec(text); match; match = packageClause.exec(text)) {
      names.push(match[1]!.replace(/[\s`]/g, ''));
      end = packageClause.lastIndex;
    }
  }
  return names.length > 0 ? names.join('.') : undefined;
}
