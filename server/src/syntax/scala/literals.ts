/** Numbers, characters, strings, and strings with code in them. */
import type { Expr } from '../../program/program.ts';
import { namedChildren, type RawNode } from '../tree.ts';
import type { ScalaForms, ScalaLowering } from './lowering.ts';

export const literalForms: ScalaForms = {
  boolean_literal: (lowering, node) => ({ kind: 'literal', span: lowering.span(node), value: lowering.slice(node) === 'true', type: 'bool' }),
  null_literal: none,
  unit: none,
  integer_literal: number,
  floating_point_literal: number,
  character_literal: (lowering, node) => ({ kind: 'literal', span: lowering.span(node), value: unescape(lowering.slice(node).slice(1, -1)), type: 'string' }),
  string: (lowering, node) => ({ kind: 'literal', span: lowering.span(node), value: stringValue(lowering.slice(node)), type: 'string' }),
  interpolated_string_expression: interpolated,
  quote_expression: symbol,
};

function none(lowering: ScalaLowering, node: RawNode): Expr {
  return { kind: 'literal', span: lowering.span(node), value: null, type: 'none' };
}

function number(lowering: ScalaLowering, node: RawNode): Expr {
  const written = lowering.slice(node).replace(/_/g, '');
  const isHex = /^-?0x/i.test(written);
  const digits = written.replace(isHex ? /l$/i : /[ldf]$/i, '');
  const value = digits.startsWith('-') ? -Number(digits.slice(1)) : Number(digits);
  return { kind: 'literal', span: lowering.span(node), value, type: node.type === 'integer_literal' ? 'int' : 'float' };
}

function symbol(lowering: ScalaLowering, node: RawNode): Expr {
  const name = namedChildren(node)[0];
  if (name?.type !== 'identifier') return lowering.unheld(node);
  return { kind: 'literal', span: lowering.span(node), value: lowering.identifier(name), type: 'symbol' };
}

function stringValue(text: string): string {
  if (text.startsWith('"""')) return lineEnds(text.slice(3, text.length >= 6 ? -3 : undefined));
  return unescape(text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined));
}

const lineEnds = (text: string): string => (text.includes('\r') ? text.replace(/\r\n/g, '\n') : text);

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '\\': '\\', "'": "'", '"': '"' };

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(u+[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2}|[^])/g, (whole, code: string) => {
    if (/^u+[0-9a-fA-F]{4}$/.test(code)) return String.fromCharCode(Number.parseInt(code.replace(/^u+/, ''), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return escapes[code] ?? whole;
  });
}

/** Interpolators that make a text of their pieces; all others are functions that are given the text. */
const plainInterpolators: ReadonlySet<string> = new Set(['s', 'f', 'raw']);

function interpolated(lowering: ScalaLowering, node: RawNode): Expr {
  const [word, string] = node.children;
  if (!word || !string || string.type !== 'interpolated_string') return lowering.unheld(node);
  const name = lowering.slice(word);
  const text = textOf(lowering, string, name);
  if (plainInterpolators.has(name)) return { ...text, span: lowering.span(node) };
  return { kind: 'call', span: lowering.span(node), fn: { kind: 'name', span: lowering.span(word), name }, args: [{ value: text }] };
}

/** The tree holds what stands between the pieces of text: the pieces are what is left. */
function textOf(lowering: ScalaLowering, node: RawNode, interpolator: string): Expr & { kind: 'literal' | 'text' } {
  const { text } = lowering;
  const quotes = text.startsWith('"""', node.start) ? 3 : 1;
  const isRaw = quotes === 3 || interpolator === 'raw';
  const parts: (string | Expr)[] = [];
  let piece = '';
  let from = node.start + quotes;
  const upTo = (end: number): string => {
    const part = lineEnds(text.slice(from, end)).replace(/\$\$/g, '$');
    return interpolator === 'f' ? part.replace(/%n/g, '\n').replace(/%%/g, '%') : part;
  };
  for (const child of node.children) {
    if (child.type !== 'interpolation' && child.type !== 'escape_sequence') continue;
    piece += upTo(child.start);
    if (child.type === 'escape_sequence') {
      const escape = lowering.slice(child);
      piece += escape.startsWith('$') ? escape.slice(1) : isRaw ? escape : unescape(escape);
    } else {
      const value = namedChildren(child)[0];
      if (piece !== '') parts.push(piece);
      piece = '';
      parts.push(lowering.valueIn(child, value));
    }
    from = child.end;
    // `f"$x%2d"`: how it is written, and no text.
    if (interpolator === 'f' && child.type === 'interpolation') from += /^%[-#+ 0,(\d.<$]*[a-zA-Z]/.exec(text.slice(from, Math.min(from + 20, node.end - quotes)))?.[0].length ?? 0;
  }
  piece += upTo(Math.max(from, node.end - quotes));
  if (piece !== '') parts.push(piece);
  const span = lowering.span(node);
  return parts.every((part): part is string => typeof part === 'string') ? { kind: 'literal', span, value: parts.join(''), type: 'string' } : { kind: 'text', span, parts };
}
