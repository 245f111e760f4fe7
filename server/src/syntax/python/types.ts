/** Reads a written type, as Python's annotations, string annotations and type comments spell it. */
import type { TypeRef } from '../../program/program.ts';

export function parseType(text: string): TypeRef | undefined {
  const tokens = text.trim().match(/[A-Za-z_][\w.]*|\.\.\.|[[\](),|]|"[^"]*"|'[^']*'|[^\s]/g) ?? [];
  let at = 0;
  let depth = 0;
  const result = union();
  return at === tokens.length ? result : result && at > 0 ? result : undefined;

  function union(): TypeRef | undefined {
    if (depth++ > 20) return undefined;
    const parts: TypeRef[] = [];
    for (;;) {
      const part = single();
      if (part) parts.push(part);
      if (tokens[at] !== '|') break;
      at++;
    }
    depth--;
    return parts.length > 1 ? { name: '|', args: parts } : parts[0];
  }

  function single(): TypeRef | undefined {
    const token = tokens[at];
    if (token === undefined) return undefined;
    if (/^["']/.test(token)) {
      at++;
      return parseType(token.slice(1, -1));
    }
    if (token === '[' || token === '(') return { name: 'list', args: group() };
    if (!/^[A-Za-z_]/.test(token)) {
      if (token === ']' || token === ')' || token === ',' || token === '|') return undefined;
      at++;
      return { name: token, args: [] };
    }
    at++;
    return { name: token, args: tokens[at] === '[' ? group() : [] };
  }

  function group(): TypeRef[] {
    const close = tokens[at++] === '[' ? ']' : ')';
    const args: TypeRef[] = [];
    while (at < tokens.length && tokens[at] !== close) {
      const before = at;
      const arg = union();
      if (arg) args.push(arg);
      if (tokens[at] === ',') at++;
      else if (at === before) at++;
    }
    at++;
    return args;
  }
}
