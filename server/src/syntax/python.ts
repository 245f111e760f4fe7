/** Lowers Python's syntax tree into the language-neutral program. Never fails: what it cannot hold becomes `unknown`. */
import type { Def } from '../program/program.ts';
import { block } from './blocks.ts';
import { comprehensionForms } from './comprehensions.ts';
import { controlFlowForms } from './control-flow.ts';
import { definitionForms } from './definitions.ts';
import { expressionForms } from './expressions.ts';
import { importForms } from './imports.ts';
import { literalForms } from './literals.ts';
import { type DefMemo, Lowering } from './lowering.ts';
import { operatorForms } from './operators.ts';
import { bindingForms } from './patterns.ts';
import type { RawNode } from './tree.ts';

/** What each kind of node becomes. */
const forms = new Map(Object.entries({ ...literalForms, ...expressionForms, ...comprehensionForms, ...operatorForms, ...bindingForms, ...definitionForms, ...controlFlowForms, ...importForms }));

export function lowerModule(root: RawNode, text: string, memo: DefMemo, shownAt: ReadonlySet<number>): Def {
  const lowering = new Lowering(forms, text, memo, shownAt);
  const body = block(lowering, root);
  const { binds, outer } = lowering.moduleScope;
  return { kind: 'module', name: '', at: 0, length: text.length, nameSpan: [0, 0], params: [], decorators: [], bases: [], binds, outer, body };
}
