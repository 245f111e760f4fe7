/** JSON read into a tree with places, comments and commas too many included. */
import { printParseErrorCode, visit } from 'jsonc-parser';
import type { Range } from '../../text/range.ts';
import { deepest, hole, type Node, type Pair, type Tree, whole } from './tree.ts';

/** What is being read: its children so far. */
type Open =
  | { readonly is: 'mapping'; readonly start: number; readonly pairs: Pair[]; name?: { readonly key: string; readonly range: Range } | undefined }
  | { readonly is: 'list'; readonly start: number; readonly items: Node[] };

export function readJson(text: string): Tree {
  const roots: Node[] = [];
  const comments: Range[] = [];
  const errors: Range[] = [];
  const open: Open[] = [];
  let goesOn = false;

  const put = (node: Node): void => {
    const around = open.at(-1);
    if (!around) roots.push(node);
    else if (around.is === 'list') around.items.push(node);
    else if (around.name) {
      const { key, range } = around.name;
      around.pairs.push({ start: range.start, end: node.end, key, keyRange: inner(text, range), value: node, alias: false });
      around.name = undefined;
    }
  };
  const close = (end: number): void => {
    const done = open.pop();
    if (done?.is === 'list') put({ is: 'list', start: done.start, end, items: done.items });
    else if (done) put({ is: 'mapping', start: done.start, end, pairs: done.pairs, flow: true });
  };
  /** The visitor calls itself for what is nested. */
  const begin = (each: Open): boolean => {
    open.push(each);
    return open.length <= deepest;
  };

  try {
    visit(text, {
      onObjectBegin: (start) => begin({ is: 'mapping', start, pairs: [] }),
      onObjectProperty: (key, start, length) => {
        const around = open.at(-1);
        if (around?.is === 'mapping') around.name = { key, range: { start, end: start + length } };
      },
      onObjectEnd: (start, length) => close(start + length),
      onArrayBegin: (start) => begin({ is: 'list', start, items: [] }),
      onArrayEnd: (start, length) => close(start + length),
      onLiteralValue: (value, start, length) => put({ is: 'scalar', start, end: start + length, text: textOf(value, text.slice(start, start + length)), inner: inner(text, { start, end: start + length }) }),
      onComment: (start, length) => void comments.push({ start, end: start + length }),
      onError: (code, start, length) => {
        goesOn ||= printParseErrorCode(code) === 'EndOfFileExpected';
        const end = Math.min(Math.max(start + length, start + 1), text.length);
        // A template fills in there what is missing.
        if (start < end && !text.slice(start, end).includes(hole)) errors.push({ start, end });
      },
    }, { disallowComments: false, allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { roots: [], comments, errors: [{ start: 0, end: text.length }], commented: false };
  }
  // What was never closed ends with the text. Values one after another are lines of data.
  while (open.length > 0) close(text.length);
  if (goesOn) roots.length = 0;
  return { roots, comments, errors: errors.sort((a, b) => a.start - b.start), commented: comments.length > 0 };
}

const inner = (text: string, { start, end }: Range): Range => (text[start] === '"' ? { start: start + 1, end: Math.max(start + 1, text[end - 1] === '"' ? end - 1 : end) } : { start, end });

/** Numbers are written in more than one way: only the plain ones are handed on as they stand. */
function textOf(value: unknown, written: string): string | undefined {
  if (typeof value === 'string') return whole(value);
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && String(value) === written ? written : undefined;
}
