/**
 * Makes Scala text ready for its grammar, which does not know all of the language: what it trips over is replaced by
 * something of the same length and meaning that it knows. The lowering reads the text as it was written, by the tree's
 * places.
 *
 * - Comments become blanks: the grammar does not know those within others.
 * - `$"…"` becomes `s"…"`, and `$(…)` a call of another name.
 * - `⇒` and `←` become `=>` and `<-` together with a blank beside them.
 * - The type of a lambda's parameter that stands without parentheses (`{ row: Row => … }`) becomes blanks.
 * - Names that are keywords of Scala 3 (`extension match { … }`) become others.
 * - A lambda without a body (`{ _ => }`) is given a name for one.
 * - Before a definition behind a lambda's arrow (`{ row => val key = …`) a name and `;` make it a statement of its own.
 * - Line ends that part no statements although the grammar takes them to (`def f: Int` and `= 1` below it) become blanks,
 *   one that does becomes `;`.
 * - XML literals become calls of a name that no one knows, with what code is in them as arguments.
 * - `;` on a line of its own at the top level becomes a blank.
 * - Where the first member of a template stands further in than another, `;;` before it keeps the grammar from taking
 *   them for an indented block.
 *
 * Strings and brackets that were never closed swallow what follows, to the end of the file at worst. Where there are
 * any, a second walk finds them by indentation and blanks them.
 */
import type { Comment } from '../../program/program.ts';
import type { Range } from '../../text/range.ts';
import type { Prepared } from '../frontend.ts';
import { endOfLine, joined, type Patch, patched } from '../scanning.ts';
import { afterOperator, afterWord, beginsDefinition, goesOn, hasOpenBlocks, type State } from './line-ends.ts';
import { endOfBackquoted, endOfBlockComment, endOfCharacter, endOfPiece, type Quotes, quotesAt } from './quotes.ts';
import { isBlank, isOperator, isWordPart, matches } from './signs.ts';
import { beginsXml, markupOf } from './xml.ts';

interface Walked {
  readonly patches: readonly Patch[];
  readonly comments: readonly Comment[];
  readonly faults: readonly Patch[];
  /** All brackets and strings have an end. */
  readonly whole: boolean;
}

/** A string up to code in it; `start`: with the name that it is interpolated by. */
interface Broken extends Quotes {
  readonly start: number;
}

/** A bracket that is not closed yet. */
interface Open {
  readonly at: number;
  readonly line: Line;
  readonly closer: number;
  /** It holds code in a string. */
  readonly string?: Broken | undefined;
  /** Of braces: the line of their first statement, once it has come. Undefined: it tells nothing. */
  first: Line | 'to come' | undefined;
  /** Of a lambda in braces whose body begins below its arrow: the end of the arrow, and where the body begins, once it has come. */
  body: { readonly arrow: number; start: number | undefined } | undefined;
  /** Another statement stands less far in than the first. */
  uneven: boolean;
  /** It holds parameters of a `def`. */
  readonly ofSignature: boolean;
  /** An expression follows it, without a word between. */
  readonly ofCondition: boolean;
}

interface Line {
  readonly start: number;
  readonly indentation: number;
}

/** The text between `start` and `end`, which is a whole: a file or a cell. */
export function prepare(text: string, start: number, end: number): Prepared {
  const first = new Walk(text, start, end, false).run();
  const { patches, comments, faults } = first.whole ? first : new Walk(text, start, end, true).run();
  const apart = joined(faults);
  return { text: patched(text, start, end, joined([...patches, ...apart])), written: patched(text, start, end, apart), comments, faults: apart.map((fault) => ({ start: fault.start, end: fault.end })) };
}

/** A name, or the end of one, that no one uses: the value of a string without an end is unknown. */
const unknownName = 'ª';

const round = 41;
const semicolon = 59;
const square = 93;
const curly = 125;

/** How many open brackets are looked through for the one that fits. */
const deepest = 50;

class Walk implements Walked {
  readonly patches: Patch[] = [];
  readonly comments: Comment[] = [];
  readonly faults: Patch[] = [];
  whole = true;
  private readonly open: Open[] = [];
  private line: Line;
  /** What unclosed brackets of a line take along, by where it begins. */
  private readonly contents = new Map<number, number>();
  /** Where the last word begins and ends: it may be what a string is interpolated by. */
  private word: Range = { start: -1, end: -1 };
  /** Where the last token ends, and the last `def` as far as it has been read: its name and its parameters. */
  private tokenEnd: number;
  private state: State = 'start';
  private signatureEnd = -1;
  /** Where what stands between code in XML literals begins and ends. */
  private readonly markup = new Map<number, number>();
  /** An XML literal had no end: no other is looked for, as each may be read to the end of the text. */
  private withoutXml = false;
  private openBlocks: boolean | undefined;
  /** Members that stand less far in than what they are members of, and how far in that stands. */
  private chain: { readonly depth: number; readonly indentation: number } | undefined;

  constructor(private readonly text: string, from: number, private readonly to: number, private readonly repairs: boolean) {
    this.line = lineAt(text, from);
    this.tokenEnd = from;
  }

  run(): Walked {
    const { to, repairs } = this;
    let at = this.line.start;
    while (at < to && (this.whole || repairs)) at = this.step(at);
    if (repairs) this.giveUp(0, to);
    else if (this.open.length > 0) this.whole = false;
    return this;
  }

  /** Reads what begins at `at`; tells where the next begins. */
  private step(at: number): number {
    const { text } = this;
    const markupEnd = this.markup.get(at);
    if (markupEnd !== undefined) return (this.tokenEnd = this.behind(at, markupEnd));
    switch (text.charCodeAt(at)) {
      case 9: case 13: case 32: return at + 1;
      case 10: return this.beginLine(at + 1);
      case 0xfeff: return this.mask(at, at + 1);
      case 47:
        if (text[at + 1] === '/' || text[at + 1] === '*') return this.comment(at);
    }
    if (this.line.start > this.tokenEnd) this.beginToken(at);
    const end = this.token(at);
    return (this.tokenEnd = end);
  }

  private token(at: number): number {
    const { text, to } = this;
    const unit = text.charCodeAt(at);
    switch (unit) {
      case 34: return this.string(at); // "
      case 39: return this.operand(endOfCharacter(text, at)) ?? at + 1; // '
      case 96: return this.operand(endOfBackquoted(text, at, to)) ?? at + 1; // `
      case 60: return this.xml(at) ?? this.operator(at); // <
      case 40: return this.openBracket(at, round);
      case 91: return this.openBracket(at, square);
      case 123: return this.openBracket(at, curly);
      case round: case square: case curly: return this.close(at, unit);
      case 0x21d2: return this.afterArrow(this.arrow(at, '=>')); // ⇒
      case 0x2190: return this.arrow(at, '<-'); // ←
    }
    if (isWordPart(unit)) return this.endOfWord(at);
    if (isOperator(text[at])) return this.operator(at);
    if (text[at] === '.') this.state = 'dot';
    else if (text[at] === ',' || text[at] === ';') this.state = 'start';
    return unit === semicolon && this.isEmptyStatement(at) ? this.mask(at, emptyStatement.lastIndex) : at + 1;
  }

  /** At the top level the grammar takes `;` only behind a statement, on its line. */
  private isEmptyStatement(at: number): boolean {
    return this.open.length === 0 && at === this.line.start + this.line.indentation && matches(emptyStatement, this.text, at);
  }

  private operand(end: number | undefined): number | undefined {
    if (end !== undefined) this.state = 'operand';
    return end;
  }

  private xml(at: number): number | undefined {
    const { text, to, state, word, tokenEnd } = this;
    if (state === 'operand' || this.withoutXml || !beginsXml(text, at)) return undefined;
    const pieces = markupOf(text, at, to);
    if (!pieces) {
      this.withoutXml = true;
      return undefined;
    }
    this.state = 'operand';
    const last = pieces.pop()!;
    // A pattern is a name: what code is in it are others.
    if (pieces.length === 0 || (word.end === tokenEnd && text.slice(word.start, tokenEnd) === 'case')) return this.behind(at, this.mask(at, last.end, unknownName));
    for (const { start, end } of pieces) this.markup.set(start, this.mask(start, end, start === at ? `${unknownName}(` : ','));
    this.markup.set(last.start, this.mask(last.start, last.end, ')'));
    return this.behind(at, this.markup.get(at)!);
  }

  private operator(at: number): number {
    const { text, to } = this;
    let end = at + 1;
    while (end < to && isOperator(text[end]) && !(text[end] === '/' && (text[end + 1] === '/' || text[end + 1] === '*'))) end++;
    const operator = text.slice(at, end);
    this.state = afterOperator(this.state, operator);
    return operator === '=>' ? this.afterArrow(end) : end;
  }

  /** A token that is the first of its line. */
  private beginToken(at: number): void {
    const { text, tokenEnd } = this;
    const innermost = this.open.at(-1);
    const inBraces = innermost === undefined || innermost.closer === curly;
    if (goesOn(text, tokenEnd, at, this.state, inBraces) || this.isOutdentedMember(at)) {
      this.mask(tokenEnd, at, ' '.repeat(at - tokenEnd));
      return;
    }
    if (innermost?.closer === round && this.opensBlock() && isFirstOfArguments(text, at, this.to)) this.mask(tokenEnd, at, ' '.repeat(at - tokenEnd));
    if (!inBraces || text[at] === '.') return;
    this.state = 'start';
    if (this.signatureEnd === tokenEnd && !'=:{([}'.includes(text[at]!)) {
      const end = text.indexOf('\n', tokenEnd);
      this.mask(end, end + 1, ';');
    } else if (innermost) this.beginStatement(at, innermost);
  }

  /** To the grammar, what stands further in below what came last is an indented block. */
  private opensBlock(): boolean {
    const { text, tokenEnd, state } = this;
    return /(?:=>|⇒|\b(?:else|yield))$/.test(text.slice(Math.max(tokenEnd - 6, 0), tokenEnd)) || (state === 'start' && text[tokenEnd - 1] === ')');
  }

  /** In braces. The body of a lambda that stands no further in than it must begin with an expression. */
  private beginStatement(at: number, braces: Open): void {
    const { text, tokenEnd, line } = this;
    this.evenOut(at, braces);
    const isBody = /=>|⇒/.test(text.slice(tokenEnd - 2, tokenEnd)) && line.indentation <= braces.line.indentation && !matches(caseClause, text, text.lastIndexOf('\n', tokenEnd - 1) + 1);
    if (isBody && at - tokenEnd >= 3 && beginsDefinition(text, at) && !template.test(text.slice(braces.line.start, braces.at))) this.mask(tokenEnd, at, '();');
    this.blankType(at);
  }

  /** `.name` less far in than what it is a member of: the grammar takes it for the end of an indented block. */
  private isOutdentedMember(at: number): boolean {
    const { text, tokenEnd, line, open } = this;
    if (text[at] !== '.' || !isWordPart(text.charCodeAt(at + 1))) {
      if (this.chain && open.length <= this.chain.depth) this.chain = undefined;
      return false;
    }
    const before = lineAt(text, text.lastIndexOf('\n', tokenEnd - 1) + 1).indentation;
    if (this.chain?.depth !== open.length) {
      if (line.indentation >= before || (this.openBlocks ??= hasOpenBlocks(text))) return false;
      this.chain = { depth: open.length, indentation: before };
    }
    return line.indentation < this.chain.indentation;
  }

  private mask(start: number, end: number, newText = ''): number {
    this.patches.push({ start, end, newText });
    return end;
  }

  private fault(start: number, end: number, newText = ''): number {
    this.whole = false;
    this.faults.push({ start, end, newText });
    return end;
  }

  private endOfWord(at: number): number {
    const { text, to } = this;
    let end = at + 1;
    while (end < to && isWordPart(text.charCodeAt(end))) end++;
    this.word = { start: at, end };
    const word = text.slice(at, end);
    this.state = afterWord(this.state, word);
    if (word === '$' && text[end] === '"') this.mask(at, end, 's');
    else if (word === '$' && text[end] === '(') this.mask(at, end, 'd');
    else if (word === 'def' && matches(nameBehind, text, end)) this.signatureEnd = nameBehind.lastIndex;
    else if (word === 'class') this.blankAnnotation(end);
    else if (text[at - 1] !== '.' && newKeywords.has(word) && !matches(newKeywords.get(word)!, text, end)) this.mask(end - 1, end, unknownName);
    return end;
  }

  /** `class A @Inject() (b: B)`: the grammar takes the parameters for the annotation's. */
  private blankAnnotation(at: number): void {
    annotatedName.lastIndex = at;
    const [whole, annotation] = annotatedName.exec(this.text) ?? [];
    if (whole !== undefined) this.mask(at + whole.length - annotation!.length, at + whole.length);
  }

  private comment(at: number): number {
    const { text, to } = this;
    const end = text[at + 1] === '/' ? endOfLine(text, at, to) : endOfBlockComment(text, at, to);
    this.comments.push({ start: at, end, alone: at === this.line.start + this.line.indentation });
    return this.behind(at, this.mask(at, end));
  }

  /** `end` is on the line that is read now. */
  private behind(start: number, end: number): number {
    const last = this.text.slice(start, end).lastIndexOf('\n');
    if (last >= 0) this.line = lineAt(this.text, start + last + 1);
    return end;
  }

  /** A lambda may follow: `case "md5" => column: String => …`. */
  private afterArrow(at: number): number {
    const braces = this.open.at(-1);
    if (braces?.closer !== curly) return at;
    this.blankType(at);
    if (this.definesBehind(at, braces)) this.mask(at - 3, at + 1, `=>${unknownName};`);
    // What stands below an arrow at the beginning is an indented block to the grammar, which ends where something stands less far in.
    if ((braces.first === 'to come' || braces.first === this.line) && matches(lineEnd, this.text, at)) {
      braces.body = braces.line !== this.line || /\bcase\b/.test(this.text.slice(braces.at, at)) || template.test(this.text.slice(braces.line.start, braces.at)) ? undefined : { arrow: at, start: undefined };
      braces.first = braces.body && 'to come';
    }
    return at;
  }

  /** `{ x => val y = x`: to the grammar no definition, but for those of a `case`. */
  private definesBehind(at: number, braces: Open): boolean {
    const { text, line } = this;
    if (!isBlank(text[at - 3]) || !isBlank(text[at]) || !matches(definitionBehind, text, at)) return false;
    return !/\bcase\b/.test(text.slice(Math.max(line.start, braces.at), at)) && !template.test(text.slice(braces.line.start, braces.at));
  }

  private blankType(at: number): void {
    const { text } = this;
    const type = parameterType(text, at, this.to);
    if (!type) return;
    this.mask(type.start, type.end);
    // A type of the object's own, `_: B =>`, needs a name.
    const before = text.slice(at, type.start).trimEnd();
    if (before.trimStart() === '_') this.mask(at + before.length - 1, at + before.length, unknownName);
  }

  private arrow(at: number, newText: string): number {
    if (isBlank(this.text[at - 1])) this.mask(at - 1, at + 1, newText);
    else if (isBlank(this.text[at + 1])) this.mask(at, at + 2, newText);
    this.state = 'start';
    return at + 1;
  }

  private string(at: number): number {
    const { text, word } = this;
    const interpolated = word.end === at && !/\d/.test(text[word.start]!);
    const quotes = quotesAt(text, at, interpolated);
    return this.piece(at + (quotes.long ? 3 : 1), { ...quotes, start: interpolated ? word.start : at });
  }

  /** What follows in a string: all of it, or up to code in it. */
  private piece(at: number, string: Broken): number {
    const found = endOfPiece(this.text, at, this.to, string);
    if (!found) return this.openString(at, string);
    this.behind(at, found.end);
    this.state = 'operand';
    return found.splice ? this.openBracket(found.end - 1, curly, string) : found.end;
  }

  /** A string without an end takes the rest of its line along, but for what is code in any case; a long one all before the next definition. */
  private openString(at: number, { start, long }: Broken): number {
    const { text, to } = this;
    if (long) return this.behind(start, this.fault(start, nextDefinition(text, at, to), unknownName));
    let end = endOfLine(text, at, to);
    while (end > at && codeAfterStrings.includes(text[end - 1]!)) end--;
    return this.fault(start, end, unknownName);
  }

  private openBracket(at: number, closer: number, string?: Broken): number {
    const { text, word, line } = this;
    const isBlock = closer === curly && text[at - 1] !== '.' && !(word.end >= at - 1 && text.slice(word.start, word.end) === 'for');
    this.open.push({ at, line, closer, string, first: isBlock ? 'to come' : undefined, body: undefined, uneven: false, ofSignature: closer !== curly && this.signatureEnd === this.tokenEnd, ofCondition: word.end === this.tokenEnd && /^(?:for|if|while)$/.test(text.slice(word.start, word.end)) });
    this.state = 'start';
    if (closer === curly) this.blankType(at + 1);
    return at + 1;
  }

  private close(at: number, closer: number): number {
    const own = this.mateOf(at, closer);
    if (own < 0) return this.fault(at, at + 1);
    this.giveUp(own + 1, at);
    const { at: start, string, first, body, uneven, ofSignature, ofCondition } = this.open.pop()!;
    this.state = ofCondition ? 'start' : 'operand';
    if (ofSignature) this.signatureEnd = at + 1;
    if (closer === curly) this.fillBody(start);
    if (uneven && body?.start !== undefined && body.start - body.arrow >= 3) this.mask(body.arrow, body.start, '();');
    else if (uneven && !body && typeof first === 'object' && first.indentation >= 2) this.mask(first.start, first.start + 2, ';;');
    return string ? this.piece(at + 1, string) : at + 1;
  }

  /** `{ x => }`: to the grammar every lambda has a body. Behind the arrow of a `case` it asks for none, nor where an object names itself. */
  private fillBody(start: number): void {
    const { text, tokenEnd } = this;
    if (!/(?:=>|\s⇒)$/.test(text.slice(tokenEnd - 2, tokenEnd)) || !/\s/.test(text[tokenEnd]!) || /\bcase\b/.test(text.slice(start, tokenEnd)) || template.test(text.slice(lineAt(text, text.lastIndexOf('\n', start) + 1).start, start))) return;
    this.mask(tokenEnd, tokenEnd + 1, unknownName);
  }

  /** The place in `open` of the bracket that is closed; -1: there is none. */
  private mateOf(at: number, closer: number): number {
    const { open, line } = this;
    const last = open.length - 1;
    if (!this.repairs) return open[last]?.closer === closer ? last : -1;
    const end = Math.max(last - deepest, -1);
    if (closer === curly && at === line.start + line.indentation) {
      for (let index = last; index > end; index--) if (open[index]!.closer === curly && open[index]!.line.indentation === line.indentation) return index;
    }
    for (let index = last; index > end; index--) {
      const each = open[index]!;
      if (each.closer === closer) return index;
      if (each.closer === curly && each.line !== line) break;
    }
    return -1;
  }

  private beginLine(at: number): number {
    const { open, text } = this;
    this.line = lineAt(text, at);
    if (!this.repairs || open.length === 0) return at;
    if (matches(topLevel, text, at)) this.giveUp(0, at);
    else if (matches(statement, text, at)) this.giveUp(open.findLastIndex(({ closer }) => closer === curly) + 1, at);
    return at;
  }

  /** The first statement must not stand further in than others. */
  private evenOut(at: number, braces: Open): void {
    const { text, line } = this;
    if (braces.first === undefined || ')]}'.includes(text[at]!)) return;
    if (braces.first === 'to come') {
      braces.first = matches(caseClause, text, at) ? undefined : line;
      if (braces.body) braces.body.start = at;
    }
    else if (line.indentation < braces.first.indentation) braces.uneven = true;
  }

  /** What is open from a place on will not be closed any more. */
  private giveUp(from: number, before: number): void {
    let end = 0;
    for (const { at, line, closer, string } of this.open.splice(from)) {
      if (at < end) continue;
      if (!string && closer === curly) this.fault(at, at + 1);
      else end = this.fault(string?.start ?? at, Math.min(this.endOfContent(line), before), string && unknownName);
    }
  }

  /** What open brackets and strings take along: the rest of their line, and lines further in. */
  private endOfContent(line: Line): number {
    const known = this.contents.get(line.start);
    if (known !== undefined) return known;
    const { text, to } = this;
    let end = endOfLine(text, line.start, to);
    for (let next = text.indexOf('\n', end) + 1; next > 0 && next < to; next = text.indexOf('\n', next) + 1) {
      const { indentation } = lineAt(text, next);
      if (indentation > line.indentation) end = endOfLine(text, next, to);
      else if (!'\r\n'.includes(text[next + indentation]!)) break;
    }
    this.contents.set(line.start, end);
    return end;
  }
}

/** Words that are keywords of Scala 3, each with what follows it there. */
const newKeywords: ReadonlyMap<string, RegExp> = new Map([
  ['extension', /[ \t]*[([]/y],
  // What it ends is the last on its line.
  ['end', /[ \t]+(?:\w+|`[^`\n]*`)[ \t]*(?=[\r\n;]|\/[/*]|$)/y],
  ['enum', /[ \t]+[A-Z`]/y],
  ['export', /[ \t]+[\w`{]/y],
  ['using', /(?![ \t]*=(?!=))/y],
  ['given', /[ \t]+[\w`([]/y],
]);

const nameBehind = /[ \t]+(?:[\p{L}_$][\p{L}\p{N}_$]*|`[^`\n]*`|[-!#%&*+/\\:<=>?@^|~]+)/uy;
const annotatedName = /[ \t]+[\w$]+(?:[ \t]*\[[^\n]*\])?((?:[ \t]*@[\w.]+(?:\([^()\n]*\))?)+)(?=\s*(?:\(|private\b|protected\b))/y;

const template = /\b(?:class|extends|object|trait|with)\b/;
const definitionBehind = /[ \t]+(?:(?:lazy|implicit)[ \t]+)*(?:val|var|def|import)[ \t]/y;
const emptyStatement = /;[; \t]*\r?$/my;
const lineEnd = /[ \t]*(?:\/\/[^\n]*)?\r?$/my;
const caseClause = /[ \t]*case\b(?![ \t]+(?:class|object)\b)/y;

/** What stands at the end of a line and belongs to no string. */
const codeAfterStrings = ')]},;{ \t\r';

const modifiers = '(?:@\\w+[ \\t]+|(?:abstract|case|final|implicit|lazy|override|private|protected|sealed)(?:\\[\\w+\\])?[ \\t]+)*';

/** Where nothing is indented no block goes on. */
const topLevel = new RegExp(`${modifiers}(?:class|def|object|package|trait)\\b`, 'y');
/** What cannot stand at the beginning of a line within round or square brackets. */
const statement = new RegExp(`[ \\t]*(?:${modifiers}(?:class|def|import|object|package|trait)\\b|va[lr][ \\t]+\\w+[ \\t]*=)`, 'y');
const definition = new RegExp(`^[ \\t]*${modifiers}(?:class|def|import|object|trait)[ \\t]+\\w`, 'gm');

/**
 * A lambda's body below its arrow, or a branch below its condition, with a further argument behind it: `map(x =>⏎ f(x), keeps = true)`.
 * The grammar opens an indented block there, which no comma ends.
 */
function isFirstOfArguments(text: string, at: number, to: number): boolean {
  if (beginsDefinition(text, at)) return false;
  let depth = 0;
  for (const end = Math.min(to, at + longestBody); at < end; at++) {
    const sign = text[at]!;
    if (sign === '"') {
      at = text.startsWith('"""', at) ? text.indexOf('"""', at + 3) + 2 : text.indexOf('"', at + 1);
      if (at < 2) return false;
    } else if (sign === '(' || sign === '[' || sign === '{') depth++;
    else if (sign === ')' || sign === ']' || sign === '}') {
      if (--depth < 0) return false;
    } else if (sign === ',' && depth === 0) return true;
  }
  return false;
}
/** What is read of it; longer ones are left as they are. */
const longestBody = 1000;

function nextDefinition(text: string, at: number, to: number): number {
  definition.lastIndex = at;
  return Math.min(definition.exec(text)?.index ?? to, to);
}

function lineAt(text: string, start: number): Line {
  let end = start;
  while (isBlank(text[end])) end++;
  return { start, indentation: end - start };
}

const parameter = /(?:\s|\/\/[^\n]*\n)*(?:implicit\s+)?[\p{L}_$][\p{L}\p{N}_$]*[ \t]*:(?![-!#%&*+/\\:<=>?@^|~])/uy;

/** Longer than this no type of a parameter is. */
const longestType = 400;

/** The type of a parameter in `{ name: Type => …`, with its colon: what begins at `at` stands behind the brace. */
function parameterType(text: string, at: number, to: number): Range | undefined {
  if (!matches(parameter, text, at)) return undefined;
  const start = parameter.lastIndex - 1;
  let depth = 0;
  for (let end = start + 1; end < Math.min(to, start + longestType); end++) {
    const sign = text[end]!;
    if (sign === '(' || sign === '[') depth++;
    else if (sign === ')' || sign === ']') depth--;
    else if (depth === 0 && sign === '⇒') return { start, end: isBlank(text[end - 1]) ? end - 1 : end };
    else if (depth === 0 && sign === '=' && text[end + 1] === '>') return { start, end };
    if (depth < 0 || '{}"=;'.includes(sign) && text[end + 1] !== '>' || (depth === 0 && sign === '\n')) return undefined;
  }
  return undefined;
}
