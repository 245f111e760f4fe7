/** The engine as tests use it: the grammars loaded once, a text analysed by itself. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { analyse } from '../../server/src/analysis/analyse.ts';
import type { SparkProgram } from '../../server/src/analysis/model.ts';
import { api } from '../../server/src/knowledge/api-reader.ts';
import type { Lowered } from '../../server/src/program/program.ts';
import { openSyntax, sourceOf, type Syntax } from '../../server/src/syntax/index.ts';

const require = createRequire(import.meta.url);
const wasm = (path: string): Uint8Array => readFileSync(path);

export const syntax: Syntax = await openSyntax({
  runtime: wasm(require.resolve('web-tree-sitter/tree-sitter.wasm')),
  grammar: async (language) => wasm(require.resolve(`tree-sitter-${language}/tree-sitter-${language}.wasm`)),
});
await syntax.need('scala');
for (const parsed of ['bash', 'yaml', 'json', 'xml'] as const) await syntax.need(parsed);

export function lower(text: string, path = 'job.py'): Lowered {
  const source = sourceOf(path, text);
  if ('error' in source) throw new Error(`${path} ${source.error}`);
  return syntax.lower(source);
}

/** The Spark program of one text, without a project around it. */
export function programOf(text: string, path = 'job.py'): SparkProgram {
  return analyse({ path, lowered: lower(text, path) }, { api, kinds: new Map(), import: () => undefined }).program;
}

/** The range of the `occurrence`-th (from 1) place where a piece of text stands. */
export function rangeOf(text: string, piece: string, occurrence = 1): { start: number; end: number } {
  let start = -1;
  for (let count = 0; count < occurrence; count++) start = text.indexOf(piece, start + 1);
  if (start < 0) throw new Error(`no ${JSON.stringify(piece)} in the text`);
  return { start, end: start + piece.length };
}
