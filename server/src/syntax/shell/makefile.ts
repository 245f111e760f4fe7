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
  const isKnown = knownIn(text);
  let shell = '';
  let before: 'recipe' | 'other' | undefined;
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next + 1;
    const line = text.slice(at, end);
    const kind: 'recipe' | 'other' = before ?? (line.startsWith('\t') ? 'recipe' : 'other');
    if (kind === 'recipe') shell += withVariables(before ? line : line.replace(/^[\t ]*[@+-]+/, blanked), isKnown);
    else {
      const hash = before ? -1 : line.search(/^[ \t]*#/);
      if (hash >= 0) comments.push({ start: at + line.indexOf('#'), end: at + line.trimEnd().length });
      shell += before ? blanked(line) : assigned(withVariables(line, isKnown), isKnown);
    }
    before = /\\\r?\n$/.test(line) ? kind : undefined;
    at = end;
  }
  return { shell, comments };
}

type IsKnown = (name: string) => boolean;

/**
 * A variable has the one value that the file gives it: in no branch, for no target alone, and set by no shell of a recipe
 * nor in a text of several lines. Another file may set anything.
 */
function knownIn(text: string): IsKnown {
  if (/^[ \t]*(?:[-s]?include|load)\b/m.test(text)) return () => false;
  const counts = new Map<string, number>();
  let depth = 0;
  for (const line of text.split('\n')) {
    if (/^[ \t]*#/.test(line)) continue;
    if (/^ *(?:ifn?eq|ifn?def|define)\b/.test(line)) depth++;
    else if (/^ *(?:endif|endef)\b/.test(line)) depth--;
    const defined = /^ *define[ \t]+(\w+)/.exec(line)?.[1];
    if (defined !== undefined) counts.set(defined, 2);
    for (const [, name] of line.matchAll(/(?<![\w.-])([A-Za-z_]\w*)[ \t]*[:+?!]{0,3}=/g)) counts.set(name!, (counts.get(name!) ?? 0) + (depth > 0 ? 2 : 1));
  }
  return (name) => counts.get(name) === 1;
}

/** The name moves to its value, which stays where it is. */
function assigned(line: string, isKnown: IsKnown): string {
  const [body, lineEnd = ''] = line.split(/(\r?\n)$/) as [string, string?];
  const found = assignment.exec(body);
  if (!found || !isKnown(found[1]!)) return blanked(line);
  const [, name, sign, value] = found as unknown as [string, string, string, string];
  const from = body.lastIndexOf(value) - name.length - 1;
  return from < 0 || sign === '' ? blanked(line) : `${' '.repeat(from)}${name}=${value}`.padEnd(body.length) + lineEnd;
}

/**
 * `$(NAME)` is `${NAME}` to a shell, what is not known, a function of make or an automatic variable one that nobody sets; `$$NAME` is the
 * shell's own, of which nothing is known here.
 */
function withVariables(line: string, isKnown: IsKnown): string {
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
      made += `\${${/^[A-Za-z_]\w*$/.test(inner) && isKnown(inner) ? inner : '_'.repeat(inner.length)}}`;
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
