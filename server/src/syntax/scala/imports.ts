/** Import statements. */
import type { Expr, ImportedName } from '../../program/program.ts';
import { childOf, namedChildren, type RawNode } from '../tree.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';

export const importForms: ScalaForms = { import_declaration: importDeclaration };

/** One of several in a statement: a path, and what is taken from there. */
interface Clause {
  readonly path: RawNode[];
  taken: RawNode | undefined;
}

function importDeclaration(lowering: ScalaLowering, node: RawNode): Expr {
  const imports = clausesOf(node).map((clause) => importClause(lowering, node, clause));
  return imports.length === 1 ? imports[0]! : { kind: 'sequence', span: lowering.span(node), body: imports };
}

/** The paths stand one after another: a name that no dot leads to begins the next one. */
function clausesOf(node: RawNode): Clause[] {
  const clauses: Clause[] = [];
  let dotted = false;
  for (const child of node.children) {
    const last = clauses.at(-1);
    if (child.field !== 'path') {
      if (last && child.named) last.taken = child;
    } else if (!child.named) dotted = true;
    else {
      if (dotted && last) last.path.push(child);
      else clauses.push({ path: [child], taken: undefined });
      dotted = false;
    }
  }
  return clauses;
}

function importClause(lowering: ScalaLowering, node: RawNode, { path, taken }: Clause): Expr {
  const span = path.length > 0 ? lowering.spanOf(path[0]!.start, (taken ?? path.at(-1)!).end) : lowering.span(node);
  const names = path.map((each) => lowering.identifier(each));
  if (taken?.type === 'namespace_wildcard') return { kind: 'import', span, module: names.join('.'), level: 0, star: true };
  if (!taken) {
    const name = names.pop() ?? '';
    lowering.bindName(name);
    return { kind: 'import', span, module: names.join('.'), level: 0, names: [{ name, as: name, span: lowering.span(path.at(-1) ?? node) }] };
  }
  const selectors = taken.type === 'namespace_selectors' ? namedChildren(taken) : [taken];
  const imported = selectors.flatMap((selector) => importedName(lowering, selector) ?? []);
  for (const { as } of imported) lowering.bindName(as);
  const own: Expr = { kind: 'import', span, module: names.join('.'), level: 0, names: imported };
  if (!selectors.some(({ type }) => type === 'namespace_wildcard')) return own;
  const star: Expr = { kind: 'import', span, module: names.join('.'), level: 0, star: true };
  return imported.length === 0 ? star : { kind: 'sequence', span, body: [star, own] };
}

/** `{X => _}` hides a name. */
function importedName(lowering: ScalaLowering, node: RawNode): ImportedName | undefined {
  const span = lowering.span(node);
  if (node.type === 'identifier' || node.type === 'operator_identifier') {
    const name = lowering.identifier(node);
    return { name, as: name, span };
  }
  const name = childOf(node, 'name');
  const alias = childOf(node, 'alias');
  return name && alias && alias.type !== 'wildcard' ? { name: lowering.identifier(name), as: lowering.identifier(alias), span } : undefined;
}
