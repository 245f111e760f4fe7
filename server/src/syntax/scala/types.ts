/** Reads a written type of Scala. */
import type { Expr, TypeRef } from '../../program/program.ts';
import type { RawNode } from '../tree.ts';
import type { ScalaLowering } from './lowering.ts';

const word = '(?:[\\p{L}\\p{N}_$]+|`[^`\\n]+`)';
const tokenPattern = new RegExp(`${word}(?:\\s*\\.\\s*${word})*|=>>|\\?=>|=>|<:|>:|"(?:[^"\\\\]|\\\\.)*"|[^\\s]`, 'gu');
const isWord = (token: string | undefined): token is string => token !== undefined && /^[\p{L}\p{N}_$`]/u.test(token);

/** `A => B` is '=>' of what is given and what comes out, `(A, B)` is 'tuple', `A | B` is '|'; of `A with B` only A counts. */
export function parseType(text: string): TypeRef | undefined {
  const tokens = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, ' ').replace(/⇒/g, '=>').match(tokenPattern) ?? [];
  let at = 0;
  let depth = 0;
  return whole();

  function whole(): TypeRef | undefined {
    if (tokens[at] === '=>') at++;
    if (depth++ > 20) return undefined;
    const given = infix();
    depth--;
    if (tokens[at] !== '=>' && tokens[at] !== '?=>') return given;
    at++;
    const result = whole();
    const args = given?.name === 'tuple' ? given.args : given ? [given] : [];
    return result && { name: '=>', args: [...args, result] };
  }

  function infix(): TypeRef | undefined {
    let left = simple();
    for (;;) {
      const operator = tokens[at];
      if (operator === '@') skipAnnotation();
      else if (operator === '|') {
        at++;
        const right = simple();
        if (left && right) left = { name: '|', args: [...(left.name === '|' ? left.args : [left]), right] };
      } else if (operator === 'with' || operator === '&') {
        at++;
        simple();
      } else if (operator === '{') skip('{', '}');
      else if (operator === '#') {
        at++;
        const inner = simple();
        left = inner && left && { name: `${left.name}.${inner.name}`, args: inner.args };
      } else if (isWord(operator) && operator !== 'forSome' && operator !== 'match') {
        at++;
        const right = simple();
        if (left && right) left = { name: operator, args: [left, right] };
      } else return left;
    }
  }

  function simple(): TypeRef | undefined {
    const token = tokens[at];
    if (token === '(') return { name: 'tuple', args: group('(', ')') };
    if (token === '?') {
      at++;
      bounds();
      return { name: '_', args: [] };
    }
    if (!isWord(token)) {
      if (tokens[at]?.startsWith('"')) at++;
      return undefined;
    }
    at++;
    if (token === '_') bounds();
    const name = token.replace(/[\s`]/g, '');
    let args: TypeRef[] = [];
    while (tokens[at] === '[') args = group('[', ']');
    return { name, args };
  }

  /** `_ <: A` */
  function bounds(): void {
    while (tokens[at] === '<:' || tokens[at] === '>:') {
      at++;
      simple();
    }
  }

  function skipAnnotation(): void {
    at += 2;
    if (tokens[at] === '(') skip('(', ')');
  }

  function skip(opening: string, closing: string): void {
    let open = 0;
    do {
      if (tokens[at] === opening) open++;
      if (tokens[at] === closing) open--;
      at++;
    } while (open > 0 && at < tokens.length);
  }

  function group(opening: string, closing: string): TypeRef[] {
    at++;
    const args: TypeRef[] = [];
    while (at < tokens.length && tokens[at] !== closing) {
      const before = at;
      // A named element of a tuple.
      if (opening === '(' && tokens[at + 1] === ':') at += 2;
      const arg = whole();
      if (arg) args.push(arg);
      if (tokens[at] === '*') at++;
      if (tokens[at] === ',') at++;
      else if (at === before) at++;
    }
    at++;
    return args;
  }
}

/** The type in a field of a node. */
export const typeIn = (lowering: ScalaLowering, node: RawNode | undefined): TypeRef | undefined => node && parseType(lowering.slice(node));

/** The class that a type names, as an expression: `a.B[C]` is `a.B`. Nodes of types that name no class give nothing. */
export function classNamed(lowering: ScalaLowering, node: RawNode): Expr | undefined {
  switch (node.type) {
    case 'type_identifier': case 'identifier': case 'operator_identifier': return lowering.named(node);
    case 'stable_type_identifier': case 'stable_identifier': {
      const [on, name] = node.children.filter(({ named }) => named);
      const owner = on && classNamed(lowering, on);
      return owner && name && { kind: 'member', span: lowering.span(node), on: owner, name: lowering.identifier(name), nameSpan: lowering.span(name) };
    }
    case 'generic_type': case 'annotated_type': case 'compound_type': {
      const inner = node.children.find(({ named }) => named);
      return inner && classNamed(lowering, inner);
    }
    default: return undefined;
  }
}

/** What is given to the class in brackets. */
export function typeArguments(lowering: ScalaLowering, node: RawNode): TypeRef[] | undefined {
  const inner = node.type === 'compound_type' || node.type === 'annotated_type' ? node.children.find(({ named }) => named) : node;
  const types = inner?.type === 'generic_type' ? parseType(lowering.slice(inner))?.args : undefined;
  return types && types.length > 0 ? [...types] : undefined;
}
