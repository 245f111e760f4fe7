/**
 * Templates of Helm, Jinja and ERB within a file: what they fill in is masked to the same length, lines that hold nothing else
 * are blank, and it is known which branch a place stands in.
 */
import { hole } from './tree.ts';

export interface Masked {
  readonly text: string;
  /** It is a template: more may stand in it than is in sight. */
  readonly filled: boolean;
  /** The branch around a place: places in one branch have one number. */
  branchAt(offset: number): number;
}

interface Action {
  readonly start: number;
  readonly end: number;
  readonly words: string;
  /** What is between its signs is Ruby, or another language's, as in `<% if … %>`. */
  readonly code: boolean;
}

export function withoutTemplates(text: string): Masked {
  const actions = actionsIn(text);
  if (actions.length === 0) return { text, filled: false, branchAt: () => 0 };
  let masked = '';
  let at = 0;
  for (const action of actions) {
    masked += text.slice(at, action.start) + masks(text, action);
    at = action.end;
  }
  masked += text.slice(at);
  return { text: blankLines(masked), filled: true, branchAt: branchesOf(actions) };
}

/** `{{ … }}`, `{% … %}`, `{# … #}`, `<% … %>`, in order; what is not closed is none. */
function actionsIn(text: string): Action[] {
  const found: Action[] = [];
  const closers: Readonly<Record<string, string>> = { '{': '}}', '%': '%}', '#': '#}' };
  const missing = new Set<string>();
  const next = (from: number): number => {
    opening.lastIndex = from;
    return opening.exec(text)?.index ?? -1;
  };
  for (let at = next(0); at >= 0; at = next(at)) {
    const code = text[at] === '<';
    const closer = code ? text[at + 2] === '%' ? undefined : '%>' : closers[text[at + 1] ?? ''];
    // Braces of flow mappings may stand beside each other: `{{` begins a template only before what one may begin with.
    if (closer === undefined || missing.has(closer) || text[at + 1] === '{' && !/[\s\w.$"'`(/-]/.test(text[at + 2] ?? '')) {
      at++;
      continue;
    }
    const close = closeOf(text, at + 2, closer);
    if (close < 0) {
      missing.add(closer);
      at++;
      continue;
    }
    found.push({ start: at, end: close + 2, code, words: text[at + (code ? 2 : 1)] === '#' ? '' : text.slice(at + 2, close).replace(/^[-+~]?\s*/, '') });
    at = close + 2;
  }
  return found;
}

const opening = /\{[{%#]|<%/g;

/** Where it ends. A closer within a string is none; where quotes do not pair before the line ends, they are no strings. */
function closeOf(text: string, from: number, closer: string): number {
  const close = text.indexOf(closer, from);
  if (closer === '#}' || close < 0 || !/["']/.test(text.slice(from, close))) return close;
  const line = /^[^\r\n]*/.exec(text.slice(from, close + longestRest))![0];
  const outside = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, (string) => ' '.repeat(string.length));
  const found = /["']/.test(outside) ? -1 : outside.indexOf(closer);
  return found < 0 ? close : from + found;
}

/** Behind the first closer the true one is looked for so far. */
const longestRest = 200;

const masks = (text: string, { start, end, words, code }: Action): string =>
  text.slice(start, end).replace(/[^\r\n]/g, (code ? words.startsWith('=') : text[start + 1] === '{' ? !words.startsWith('/*') : text[start + 1] === '%' && !statement.test(words)) ? hole : ' ');

/** What a template does between `{%` and `%}`; what is none is a place that somebody fills in by means of his own. */
const statement = /^(?:end\w*|if|else|elif|elseif|elsif|for|set|block|macro|call|filter|raw|verbatim|include|extends|import|from|with|do|autoescape|trans|pluralize|comment|load|assign|unless|case|when|capture|break|continue)(?![\w.-])/;

/** Lines with nothing but what is filled in: a branch begins there, or lines of another text come in. */
const blankLines = (masked: string): string => masked.replace(new RegExp(`^[ \\t]*${hole}[ \\t${hole}]*$`, 'gm'), (line) => ' '.repeat(line.length));

const opens = /^(if|with|range|block|define|for|macro|call|filter|raw)\b/;
const turns = /^(else|elif)\b/;
const closes = /^end/;

/** Ruby ends a line that opens a block with its name, or with `do`; other languages have braces. */
const opensInCode = /^(?:(?:if|unless|case|while|until|begin|for)\b(?!.*\bend$)|.*(?:\bdo|\{)(?:\s*\|[^|]*\|)?$)/;
const turnsInCode = /^(?:(?:else|elsif|when|in|rescue|ensure)\b|\}.*\{$)/;
const closesInCode = /^(?:end\b|\})/;

const turnOf = ({ words, code }: Action): 'opens' | 'turns' | 'closes' | undefined => {
  const said = code ? words.replace(/-$/, '').trimEnd() : words;
  if ((code ? turnsInCode : turns).test(said)) return 'turns';
  return (code ? opensInCode : opens).test(said) ? 'opens' : (code ? closesInCode : closes).test(said) ? 'closes' : undefined;
};

function branchesOf(actions: readonly Action[]): Masked['branchAt'] {
  const starts: { readonly at: number; readonly branch: number }[] = [{ at: 0, branch: 0 }];
  const open = [0];
  let next = 1;
  for (const action of actions) {
    const turn = turnOf(action);
    if (turn === 'opens') open.push(next++);
    else if (turn === 'turns' && open.length > 1) open[open.length - 1] = next++;
    else if (turn === 'closes' && open.length > 1) open.pop();
    else continue;
    starts.push({ at: action.end, branch: open.at(-1)! });
  }
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]!.at <= offset) low = middle;
      else high = middle - 1;
    }
    return starts[low]!.branch;
  };
}
