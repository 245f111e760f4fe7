/** Numbers and strings. */
import type { Expr, Span } from '../../program/program.ts';
import type { Forms, Lowering } from '../lowering.ts';
import { childOf, namedChildren, type RawNode } from '../tree.ts';

export const literalForms: Forms = {
  true: (lowering, node) => ({ kind: 'literal', span: lowering.span(node), value: true, type: 'bool' }),
  false: (lowering, node) => ({ kind: 'literal', span: lowering.span(node), value: false, type: 'bool' }),
  none: (lowering, node) => ({ kind: 'literal', span: lowering.span(node), value: null, type: 'none' }),
  ellipsis: (lowering, node) => ({ kind: 'literal', span: lowering.span(node), value: null, type: 'symbol' }),
  integer: number,
  float: number,
  string,
  concatenated_string: (lowering, node) => joinStrings(lowering.all(namedChildren(node)), lowering.span(node)),
  interpolation: (lowering, node) => lowering.field(node, 'expression'),
  format_expression: (lowering, node) => lowering.field(node, 'expression'),
};

function number(lowering: Lowering, node: RawNode): Expr {
  const text = lowering.slice(node).replace(/_/g, '').replace(/[lL]$/, '');
  const value = /^0\d+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  const span = lowering.span(node);
  if (Number.isNaN(value)) return { kind: 'literal', span, value: null, type: 'symbol' };
  return { kind: 'literal', span, value, type: node.type === 'float' ? 'float' : 'int' };
}

function string(lowering: Lowering, node: RawNode): Expr {
  const span = lowering.span(node);
  const { children } = node;
  const opening = children[0];
  const prefix = opening?.type === 'string_start' ? lowering.slice(opening).toLowerCase() : '';
  // Python 2: what stands in backquotes is an expression, and `repr` of it the value.
  if (prefix === '`') return { kind: 'unknown', span, parts: [], kills: [] };
  const raw = prefix.includes('r');
  const formatted = prefix.includes('f') || prefix.includes('t');
  const type = prefix.includes('b') ? 'bytes' : 'string';
  const parts: (string | Expr)[] = [];
  let plain = true;
  for (const child of children) {
    if (child.type === 'string_content') parts.push(content(lowering.slice(child), raw, formatted));
    else if (child.type === 'interpolation') {
      parts.push(lowering.one(child), ...formatParts(lowering, child));
      plain = false;
    }
  }
  return plain ? { kind: 'literal', span, value: parts.length === 1 ? parts[0] as string : parts.join(''), type } : { kind: 'text', span, parts };
}

/** What a piece of a string stands for: line ends are one character, doubled braces of a formatted string one brace. */
function content(text: string, raw: boolean, formatted: boolean): string {
  const written = text.includes('\r') ? text.replace(/\r\n/g, '\n') : text;
  const value = raw ? written : unescape(written);
  return formatted ? value.replace(/\{\{/g, '{').replace(/\}\}/g, '}') : value;
}

/** The width of `{value:{width}}` is code as well. */
function formatParts(lowering: Lowering, node: RawNode): Expr[] {
  const specifier = childOf(node, 'format_specifier');
  return specifier ? lowering.all(namedChildren(specifier).filter((child) => child.type === 'format_expression')) : [];
}

function joinStrings(strings: readonly Expr[], span: Span): Expr {
  if (strings.every((part): part is Expr & { kind: 'literal' } => part.kind === 'literal')) {
    return { kind: 'literal', span, value: strings.map((part) => String(part.value)).join(''), type: strings[0]?.type === 'bytes' ? 'bytes' : 'string' };
  }
  return { kind: 'text', span, parts: strings.flatMap((part) => (part.kind === 'literal' ? [String(part.value)] : part.kind === 'text' ? part.parts : [part])) };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' };

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[\s\S])/g, (whole, code: string) => {
    if (/^[xuU][0-9a-fA-F]+$/.test(code)) {
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    }
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return escapes[code] ?? whole;
  });
}
