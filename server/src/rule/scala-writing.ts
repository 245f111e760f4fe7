/** How Scala is written: its imports, blocks and quotes. */
import type { Lowered } from '../program/program.ts';
import { indentAt, lineEnd, lineStart } from '../text/edits.ts';
import type { Edit } from './rule.ts';
import { statementsOf } from './statements.ts';
import { topImports, type TopImport, type Writing } from './writing.ts';

export const scalaWriting: Writing = {
  comment: '//',
  emptied: '',
  negated: (code) => `!${code}`,
  quote: () => '"',
  // A body without braces is one expression; what stands in braces, in a template or at the top of a file has room.
  takesMore: ({ block, parent, start, end }, text) => parent === undefined || text[block.start] === '{' || block.start < start || end < block.end,
  importName: importEdit,
};

/** Into the braces of an import of the same package, or below the imports that come before it by their names. */
function importEdit(lowered: Lowered, module: string, name: string, alias: string | undefined, newLine: string): Edit[] {
  const { text } = lowered;
  const written = alias === undefined || alias === name ? name : `${name} => ${alias}`;
  const imports = topImports(lowered);
  const same = imports.find(({ expr }) => expr.module === module && !expr.star && expr.names && expr.names.length > 0);
  if (same) {
    const code = text.slice(same.statement.start, same.statement.end);
    const close = code.lastIndexOf('}');
    if (close >= 0) return [{ start: same.statement.start + close, end: same.statement.start + close, newText: `${/[\s{]$/.test(code.slice(0, close)) && !code.slice(0, close).endsWith('{') ? `, ${written} ` : `, ${written}`}` }];
    const last = same.expr.names![0]!;
    const at = { start: same.statement.base + last.span[0], end: same.statement.base + last.span[1] };
    return [{ ...at, newText: `{${text.slice(at.start, at.end)}, ${written}}` }];
  }
  const line = `import ${module}.${written === name ? name : `{${written}}`}`;
  const neighbour = behind(imports, module);
  if (neighbour) {
    const end = lineEnd(text, neighbour.statement.end);
    return [{ start: end, end, newText: newLine + indentAt(text, neighbour.statement.start) + line }];
  }
  const first = imports[0];
  if (first) {
    const start = lineStart(text, first.statement.start);
    return [{ start, end: start, newText: indentAt(text, first.statement.start) + line + newLine }];
  }
  const head = /^\uFEFF?(?:\s*(?:\/\*[^]*?\*\/|\/\/[^\n]*\n))*\s*(?:package[ \t]+[\w.]+[ \t;]*(?:\r?\n|$)\s*)*/.exec(text)?.[0].length ?? 0;
  const top = statementsOf(lowered)[0];
  const at = top && head > top.start ? lineStart(text, top.start) : head;
  return [{ start: at, end: at, newText: line + newLine + (text.slice(at).trim() === '' ? '' : newLine) }];
}

/** The last import of the group that shares most of the path, among those at the head of the file. */
function behind(imports: readonly TopImport[], module: string): TopImport | undefined {
  const shared = (other: string): number => {
    const [a, b] = [module.split('.'), other.split('.')];
    return a.findIndex((part, index) => part !== b[index]) < 0 ? Math.min(a.length, b.length) : a.findIndex((part, index) => part !== b[index]);
  };
  const most = Math.max(0, ...imports.map(({ expr }) => shared(expr.module)));
  return most < 2 ? imports.at(-1) : imports.findLast(({ expr }) => shared(expr.module) === most);
}
