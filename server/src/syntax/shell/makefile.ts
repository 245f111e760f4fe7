/** What of a Makefile is shell: the same text, with blanks for the rest. What make fills in is written as a shell would. */
import type { Range } from '../../text/range.ts';
import { blanked } from './dockerfile.ts';

export interface PreparedMakefile {
  /** As long as the Makefile. */
  readonly shell: string;
  /** Those outside of recipes. */
  readonly comments: readonly Range[];
}

/** `SPARK = spark-submit`; what others may have set before (`?=`) is not known. */
const assignment = /^(?:export[ \t]+)?([A-Za-z_]\w*)([ \t]*:{0,3}=[ \t]*)([^\s"'#\\;&|<>()`*?~]+)[ \t]*$/;

export function prepareMakefile(text: string): PreparedMakefile {
  const comments: Range[] = [];
  let shell = '';
  let before: 'recipe' | 'other' | undefined;
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next + 1;
    const line = text.slice(at, end);
    const kind: 'recipe' | 'other' = before ?? (line.startsWith('\t') ? 'recipe' : 'other');
    if (kind === 'recipe') shell += withVariables(before ? line : line.replace(/^[\t ]*[@+-]+/, blanked));
    else {
      const hash = before ? -1 : line.search(/^[ \t]*#/);
      if (hash >= 0) comments.push({ start: at + line.indexOf('#'), end: at + line.trimEnd().length });
      shell += before ? blanked(line) : assigned(withVariables(line));
    }
    before = /\\\r?\n$/.test(line) ? kind : undefined;
    at = end;
  }
  return { shell, comments };
}

/** The name moves to its value, which stays where it is. */
function assigned(line: string): string {
  const [body, lineEnd = ''] = line.split(/(\r?\n)$/) as [string, string?];
  const found = assignment.exec(body);
  if (!found) return blanked(line);
  const [, name, sign, value] = found as unknown as [string, string, string, string];
  const from = body.lastIndexOf(value) - name.length - 1;
  return from < 0 || sign === '' ? blanked(line) : `${' '.repeat(from)}${name}=${value}`.padEnd(body.length) + lineEnd;
}

/**
 * `$(NAME)` is `${NAME}` to a shell, a function of make or an automatic variable one that nobody sets; `$$NAME` is the
 * shell's own, of which nothing is known here.
 */
function withVariables(line: string): string {
  let made = '';
  for (let at = 0; at < line.length; ) {
    const rest = line.slice(at, at + 3);
    if (rest[0] !== '$' || rest.length < 2) made += line[at++]!;
    else if (rest === '$$(') {
      made += '$( ';
      at += 3;
    } else if (rest === '$${') {
      made += '${_';
      at += 3;
    } else if (rest[1] === '$') {
      made += '$_';
      at += 2;
    } else if (rest[1] === '(' || rest[1] === '{') {
      const close = closing(line, at + 1);
      if (close === undefined) return made + blanked(line.slice(at));
      const inner = line.slice(at + 2, close);
      made += `\${${/^[A-Za-z_]\w*$/.test(inner) ? inner : '_'.repeat(inner.length)}}`;
      at = close + 1;
    } else {
      made += /\w/.test(rest[1]!) ? rest.slice(0, 2) : '$_';
      at += 2;
    }
  }
  return made;
}

/** Where the bracket at a place is closed in the line. */
function closing(line: string, at: number): number | undefined {
  const [open, close] = line[at] === '(' ? ['(', ')'] : ['{', '}'];
  let depth = 0;
  for (let index = at; index < line.length; index++) {
    if (line[index] === open) depth++;
    else if (line[index] === close && --depth === 0) return index;
  }
  return undefined;
}
