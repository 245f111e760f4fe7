/** YAML read into a tree with places. The parser is loaded with this file, when the first YAML text of Spark turns up. */
import { type Alias, Composer, CST, isAlias, isMap, isPair, isScalar, isSeq, Lexer, type ParsedNode, Parser, type Scalar as YamlScalar } from 'yaml';
import type { Range } from '../../text/range.ts';
import { deepest, type Node, type Pair, type Tree, whole } from './tree.ts';

export function readYaml(text: string): Tree {
  const comments: Range[] = [];
  try {
    return { ...composed(text, comments), comments, commented: true };
  } catch (error) {
    // What is nested too deep for the parser is no file of settings.
    if (!(error instanceof RangeError)) throw error;
    return { roots: [], comments, errors: [{ start: 0, end: text.length }], commented: true };
  }
}

function composed(text: string, comments: Range[]): Pick<Tree, 'roots' | 'errors'> {
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', merge: false });
  const roots: Node[] = [];
  const errors: Range[] = [];
  for (const document of composer.compose(tokensOf(text, comments), true, text.length)) {
    for (const { pos: [start, end], code } of document.errors) if (code !== 'TAB_AS_INDENT') errors.push({ start, end: Math.min(Math.max(end, start + 1), text.length) });
    const root = document.contents && new Lowering(text).node(document.contents, 0);
    if (root) roots.push(root);
  }
  return { roots, errors: errors.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start) };
}

/** The parser's tokens; comments are told apart on the way, since its tree scatters them. */
function* tokensOf(text: string, comments: Range[]): Generator<CST.Token> {
  const parser = new Parser();
  let at = 0;
  let isScalarNext = false;
  for (const lexeme of new Lexer().lex(text)) {
    const type: CST.TokenType | null | undefined = isScalarNext ? undefined : CST.tokenType(lexeme);
    isScalarNext = type === 'scalar';
    if (type === 'comment') comments.push({ start: at, end: at + lexeme.length });
    if (type !== 'scalar' && type !== 'doc-mode' && type !== 'flow-error-end') at += lexeme.length;
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

class Lowering {
  private readonly anchors = new Map<string, Node>();
  constructor(private readonly text: string) {}

  node(node: ParsedNode, depth: number): Node | undefined {
    if (depth > deepest) return undefined;
    const lowered = this.lowered(node, depth);
    if (lowered && 'anchor' in node && node.anchor !== undefined) this.anchors.set(node.anchor, lowered);
    return lowered;
  }

  /** An alias is the node that it names: it is not copied, so that aliases of aliases cost nothing. */
  private lowered(node: ParsedNode, depth: number): Node | undefined {
    const [start, end] = node.range;
    if (isAlias(node)) return this.anchors.get((node as Alias).source);
    if (isScalar(node)) return { is: 'scalar', start, end: this.withoutLineEnd(start, end), text: textOf(node), inner: innerOf(node, start, this.withoutLineEnd(start, end)) };
    if (isSeq(node)) return { is: 'list', start, end, items: node.items.flatMap((item) => (isPair(item) ? [] : this.node(item as ParsedNode, depth + 1) ?? [])) };
    if (!isMap(node)) return undefined;
    const pairs = node.items.flatMap((pair): Pair[] => {
      if (!isScalar(pair.key)) return [];
      const key = pair.key as YamlScalar.Parsed;
      const name = typeof key.value === 'string' ? key.value : '';
      const value = pair.value === null ? undefined : this.node(pair.value as ParsedNode, depth + 1);
      const valueEnd = pair.value ? (pair.value as ParsedNode).range[1] : key.range[1];
      const pairEnd = Math.max(valueEnd, this.afterColon(key.range[1]));
      return [{ start: key.range[0], end: this.withoutLineEnd(key.range[0], pairEnd), key: name, keyRange: innerOf(key, key.range[0], key.range[1]), value, alias: isAlias(pair.value), anchored: isScalar(pair.value) && pair.value.anchor !== undefined }];
    });
    return { is: 'mapping', start, end, pairs, flow: node.flow === true };
  }

  private afterColon(end: number): number {
    return end + (/^[ \t]*:/.exec(this.text.slice(end, end + 20))?.[0].length ?? 0);
  }

  /** A block of text ends behind its last line end. */
  private withoutLineEnd(start: number, end: number): number {
    let at = end;
    while (at > start && '\r\n \t'.includes(this.text[at - 1]!)) at--;
    return at;
  }
}

const innerOf = ({ type }: YamlScalar.Parsed, start: number, end: number): Range => (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE' ? { start: start + 1, end: Math.max(start + 1, end - 1) } : { start, end });

/** Words that one reader of YAML takes for truth, nothing or a number, and another for text: what Spark is given is not known. */
const readerDecides = /^(~|null|y|n|yes|no|on|off|[-+]?\.(inf|nan)|[-+]?0[xob]?[\d_a-f]+|[-+]?[\d_]+(\.[\d_]*)?e[-+]?\d+|[-+]?\d[\d_]*_[\d_]*(\.\d*)?|[-+]?\d+(:[0-5]?\d)+(\.\d*)?|[-+]?\d*\.\d*0|[-+]?\.\d+|[-+]?\d+\.|\+\d+|\d{4}-\d\d?-\d\d?([T\s].*)?)$/i;

function textOf({ value, type }: YamlScalar.Parsed): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (type !== 'PLAIN') return whole(value);
  if (value === '' || readerDecides.test(value)) return undefined;
  return whole(/^(true|false)$/i.test(value) ? value.toLowerCase() : value);
}
