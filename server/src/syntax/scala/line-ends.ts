/** Where a line end parts no statements although the grammar takes it to. */
import { isBlank, isOperator, isWordPart, matches } from './signs.ts';
import { beginsXml } from './xml.ts';

/**
 * What came last: a value or a type (`operand`), the name of an infix operation behind one (`operator`), a dot, or what
 * a new expression follows.
 */
export type State = 'start' | 'operand' | 'operator' | 'dot';

const keywords: ReadonlySet<string> = new Set([
  'abstract', 'case', 'catch', 'class', 'def', 'do', 'else', 'end', 'extends', 'final', 'finally', 'for', 'if', 'implicit', 'import', 'lazy', 'match', 'new', 'object', 'override', 'package', 'private', 'protected',
  'return', 'sealed', 'then', 'throw', 'trait', 'try', 'type', 'val', 'var', 'while', 'with', 'yield',
]);
/** Keywords that begin an expression. */
const expressions: ReadonlySet<string> = new Set(['for', 'if', 'new', 'return', 'throw', 'try', 'while']);

export function afterWord(state: State, word: string): State {
  if (state === 'dot') return 'operand';
  if (keywords.has(word)) return 'start';
  // `f(a) _` is `f` itself, not the beginning of an infix operation.
  if (word === '_') return 'operand';
  return state === 'operand' && !/^\d/.test(word) ? 'operator' : 'operand';
}

const reserved: ReadonlySet<string> = new Set([':', '=', '=>', '?=>', '<-', '@', '#', '<:', '>:', '<%', '=>>']);

export function afterOperator(state: State, operator: string): State {
  if (state === 'dot') return 'operand';
  return reserved.has(operator) ? 'start' : state === 'operand' ? 'operator' : state;
}

/** What begins a line at `at` goes on with what ends at `before`. `inBraces`: line ends part statements there. */
export function goesOn(text: string, before: number, at: number, state: State, inBraces: boolean): boolean {
  // One line end may stand behind an infix operation's name, an empty line may not.
  if (state === 'operator' && beginsExpression(text, at)) return !/\n[ \t\r]*\n/.test(text.slice(before, at));
  const next = text[at + 1];
  switch (text[at]) {
    case ':': return !isOperator(next);
    case '=': return !isOperator(next) || (next === '>' && !isOperator(text[at + 2]));
    case '⇒': case '←': return true;
    case '{': return needsBlock(text.slice(Math.max(before - 8, 0), before)) || (/[)\]]/.test(text[before - 1]!) && text.indexOf('\n', text.indexOf('\n', before) + 1) >= at);
    // Of types: no statement begins so, but a polymorphic function of Scala 3.
    case '[': return state === 'operand' && !matches(polymorphic, text, at);
    case 'm': return matches(/match[ \t]*(?:\{|\r?\n)/y, text, at);
    default: return beginsInOperator(text, at, inBraces);
  }
}

const polymorphic = /\[[^\]\n]*\][ \t]*=>/y;

function beginsExpression(text: string, at: number): boolean {
  const sign = text[at]!;
  if ('"\'`({'.includes(sign)) return true;
  if ('+-!~'.includes(sign)) return !isOperator(text[at + 1]) && !isBlank(text[at + 1]);
  if (sign === '<') return beginsXml(text, at);
  let end = at;
  while (isWordPart(text.charCodeAt(end))) end++;
  const word = text.slice(at, end);
  return end > at && (!keywords.has(word) || expressions.has(word));
}

const needsBlock = (end: string): boolean => /(?:\b(?:catch|do|else|finally|match|try|yield)|=|=>|⇒)$/.test(end);

function beginsInOperator(text: string, at: number, inBraces: boolean): boolean {
  let end = at;
  while (isOperator(text[end])) end++;
  const operator = text.slice(at, end);
  // Four can begin a statement.
  return operator !== '' && isBlank(text[end]) && !(inBraces && /^[-+!~]$/.test(operator)) && operator !== '<-' && operator !== '@';
}

const definition = /(?:(?:final|implicit|lazy|private)[ \t]+)*(?:case[ \t]+class|class|def|import|object|type|val|var)\b/y;

/** What stands at `at` is no expression. */
export const beginsDefinition = (text: string, at: number): boolean => matches(definition, text, at);

/** Blocks without braces: `object A:`, `rows.map: row =>`. */
export const hasOpenBlocks = (text: string): boolean => /[\w)\]][ \t]*:[ \t]*(?:[\w(),: \t]+=>)?[ \t]*\r?$/m.test(text);
