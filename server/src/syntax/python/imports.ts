/** Import statements. */
import type { Expr, ImportedName } from '../../program/program.ts';
import type { Forms, Lowering } from '../lowering.ts';
import { childOf, childrenOf, type RawNode } from '../tree.ts';

export const importForms: Forms = {
  import_statement: importStatement,
  import_from_statement: importFrom,
  future_import_statement: (lowering, node) => ({ kind: 'sequence', span: lowering.span(node), body: [] }),
};

function importStatement(lowering: Lowering, node: RawNode): Expr {
  const span = lowering.span(node);
  const imports = childrenOf(node, 'name').map((child): Expr => {
    if (child.type === 'aliased_import') {
      const name = childOf(child, 'name');
      const alias = childOf(child, 'alias');
      const as = alias ? lowering.slice(alias) : '';
      lowering.bindName(as);
      return { kind: 'import', span, module: name ? lowering.slice(name) : '', level: 0, as };
    }
    const module = lowering.slice(child);
    lowering.bindName(module.split('.')[0]!);
    return { kind: 'import', span, module, level: 0 };
  });
  return imports.length === 1 ? imports[0]! : { kind: 'sequence', span, body: imports };
}

function importFrom(lowering: Lowering, node: RawNode): Expr {
  const span = lowering.span(node);
  const moduleNode = childOf(node, 'module_name');
  const written = moduleNode ? lowering.slice(moduleNode).replace(/\s/g, '') : '';
  const level = /^\.*/.exec(written)![0].length;
  const module = written.slice(level);
  if (node.children.some((child) => child.type === 'wildcard_import')) return { kind: 'import', span, module, level, star: true };
  const names = childrenOf(node, 'name').map((child): ImportedName => {
    const name = child.type === 'aliased_import' ? childOf(child, 'name') : child;
    const alias = child.type === 'aliased_import' ? childOf(child, 'alias') : undefined;
    const text = name ? lowering.slice(name) : '';
    const as = alias ? lowering.slice(alias) : text;
    lowering.bindName(as);
    return { name: text, as, span: lowering.span(child) };
  });
  return { kind: 'import', span, module, level, names };
}
