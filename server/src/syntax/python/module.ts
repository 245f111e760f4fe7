/** Lowers Python's syntax tree into the language-neutral program. Never fails: what it cannot hold becomes `unknown`. */
import { addStatement } from './blocks.ts';
import { comprehensionForms } from './comprehensions.ts';
import { controlFlowForms } from './control-flow.ts';
import { definitionForms } from './definitions.ts';
import { expressionForms } from './expressions.ts';
import { importForms } from './imports.ts';
import { literalForms } from './literals.ts';
import type { Frontend } from '../frontend.ts';
import { Lowering, lowerStatements, moduleOf } from '../lowering.ts';
import { operatorForms } from './operators.ts';
import { bindingForms } from './patterns.ts';
import { repair } from './repair.ts';
import type { RawNode } from '../tree.ts';

/** What each kind of node becomes. */
const forms = new Map(Object.entries({ ...literalForms, ...expressionForms, ...comprehensionForms, ...operatorForms, ...bindingForms, ...definitionForms, ...controlFlowForms, ...importForms }));

const definitions: ReadonlySet<string> = new Set(['function_definition', 'class_definition', 'decorated_definition']);

export const python: Frontend = {
  language: 'python',
  chunk: 1024,
  // With its decorators: they belong to what is known.
  isDefinition: (type, field) => definitions.has(type) && field !== 'definition',
  prepare(text, start, end) {
    const repaired = repair(text, start, end);
    return { ...repaired, written: repaired.text };
  },
  lower(statements, text, memo, shownAt) {
    const lowering = new Lowering(forms, text, memo, shownAt);
    const { body, binds } = lowerStatements(lowering, statements, (node, index, into) => addStatement(lowering, node, index === 0, into), (node) => !isDocumentation(node));
    return { module: moduleOf(text.length, body, binds) };
  },
  isShown: ({ type }) => type === 'expression_statement',
};

/** A string by itself: what becomes of it depends on where it stands. */
function isDocumentation(node: RawNode): boolean {
  const child = node.type === 'expression_statement' ? node.children[0] : undefined;
  return child?.type === 'string' || child?.type === 'concatenated_string';
}
