/**
 * Makes Scala text ready for its grammar, which does not know all of the language: what it trips over is replaced by
 * something of the same length and meaning that it knows. The lowering reads the text as it was written, by the tree's
 * places.
 *
 * - Comments become blanks: the grammar does not know those within others.
 * - `$"…"` becomes `s"…"`, and `$(…)` a call of another name.
 * - `⇒` and `←` become `=>` and `<-` together with a blank beside them.
 * - The type of a lambda's parameter that stands without parentheses (`{ row: Row => … }`) becomes blanks, a `_` before it a name.
 * - Names that are keywords of Scala 3 (`extension match { … }`) become others.
 * - An annotation of a constructor (`class Job @Inject() (path: String)`) becomes blanks.
 * - Where the first member of a template stands further in than another, `;;` before it keeps the grammar from taking
 *   them for an indented block.
 *
 * - Line ends at which the language goes on become blanks: behind and before an operator, and before a brace that stands
 *   alone. The grammar ends the statement there, or begins a block by its indentation.
 *
 * Strings and brackets that were never closed swallow what follows, to the end of the file at worst. Where there are
 * any, a second walk finds them by indentation and blanks them.
 */
import type { Comment } from '../../program/program.ts';
import type { Range } from '../../text/range.ts';
import type { Prepared } from '../frontend.ts';
import { endOfLine, joined, type Patch, patched } from '../scanning.ts';
import { endOfBackquoted, endOfBlockComment, endOfCharacter, endOfPiece, type Quotes, quotesAt } from './quotes.ts';

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
  /** Another statement stands less far in than the first. */
  uneven: boolean;
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

/** A name that no one uses, in the place of a string without an end: its value is unknown. */
const unknownName = 'ª';

const round = 41;
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
  /** Where the last sign is that is no blank and in no comment. */
  private last = -1;

  constructor(private readonly text: string, from: number, private readonly to: number, private readonly repairs: boolean) {
    this.line = lineAt(text, from);
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
    const unit = this.text.charCodeAt(at);
    if (unit === 10) return this.beginLine(at + 1);
    if (unit === 32 || unit === 9 || unit === 13) return at + 1;
    const { comments: { length } } = this;
    const end = this.read(at, unit);
    if (this.comments.length === length) this.last = end - 1;
    return end;
  }

  private read(at: number, unit: number): number {
    const { text, to } = this;
    switch (unit) {
      case 34: return this.string(at); // "
      case 39: return endOfCharacter(text, at) ?? at + 1; // '
      case 96: return endOfBackquoted(text, at, to) ?? at + 1; // `
      case 40: return this.openBracket(at, round);
      case 91: return this.openBracket(at, square);
      case 123: return this.openBracket(at, curly);
      case round: case square: case curly: return this.close(at, unit);
      case 47: return this.slash(at);
      case 61: return this.equals(at);
      case 64: return this.annotation(at); // @
      case 0x21d2: return this.afterArrow(this.arrow(at, '=>')); // ⇒
      case 0x2190: return this.arrow(at, '<-'); // ←
      case 0xfeff: return this.mask(at, at + 1, '');
      default: return isWordPart(unit) ? this.endOfWord(at) : at + 1;
    }
  }

  private mask(start: number, end: number, newText: string): number {
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
    if (newKeywords.has(text.slice(at, end)) && text[at - 1] !== '.' && !matches(newKeywords.get(text.slice(at, end))!, text, end)) this.mask(end - 1, end, 'ª');
    if (end === at + 1 && text[at] === '$') {
      if (text[end] === '"') this.mask(at, end, 's');
      else if (text[end] === '(') this.mask(at, end, 'd');
    }
    return end;
  }

  private slash(at: number): number {
    const { text, to } = this;
    const next = text[at + 1];
    if (next !== '/' && next !== '*') return at + 1;
    const end = next === '/' ? endOfLine(text, at, to) : endOfBlockComment(text, at, to);
    this.comments.push({ start: at, end, alone: at === this.line.start + this.line.indentation });
    return this.behind(at, this.mask(at, end, ''));
  }

  /** `end` is on the line that is read now. */
  private behind(start: number, end: number): number {
    const last = this.text.slice(start, end).lastIndexOf('\n');
    if (last >= 0) this.line = lineAt(this.text, start + last + 1);
    return end;
  }

  private equals(at: number): number {
    const { text } = this;
    return text[at + 1] === '>' && !isOperator(text[at - 1]) && !isOperator(text[at + 2]) ? this.afterArrow(at + 2) : at + 1;
  }

  /** The grammar takes the constructor's parameters for what the annotation is given. */
  private annotation(at: number): number {
    const { text, line } = this;
    if (!classHead.test(text.slice(line.start, at)) || !matches(annotationName, text, at)) return at + 1;
    const end = annotationName.lastIndex;
    return this.mask(at, matches(annotationArguments, text, end) ? annotationArguments.lastIndex : end, '');
  }

  /** A lambda may follow: `case "md5" => column: String => …`. */
  private afterArrow(at: number): number {
    const braces = this.open.at(-1);
    if (braces?.closer !== curly) return at;
    this.blankType(at);
    // What stands below an arrow at the beginning may be an indented block: that of a lambda.
    if ((braces.first === 'to come' || braces.first === this.line) && matches(lineEnd, this.text, at)) braces.first = undefined;
    return at;
  }

  private blankType(at: number): void {
    const type = parameterType(this.text, at, this.to);
    if (!type) return;
    // `trait A { _: B => … }`: an object's other name must be one.
    const name = this.text.slice(at, type.start).trimEnd();
    if (/(?:^|\s)_$/.test(name)) this.mask(at + name.length - 1, at + name.length, 'ª');
    this.mask(type.start, type.end, '');
  }

  private arrow(at: number, newText: string): number {
    if (isBlank(this.text[at - 1])) this.mask(at - 1, at + 1, newText);
    else if (isBlank(this.text[at + 1])) this.mask(at, at + 2, newText);
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
    this.open.push({ at, line, closer, string, first: isBlock ? 'to come' : undefined, uneven: false });
    if (closer === curly) this.blankType(at + 1);
    return at + 1;
  }

  private close(at: number, closer: number): number {
    const own = this.mateOf(at, closer);
    if (own < 0) return this.fault(at, at + 1);
    this.giveUp(own + 1, at);
    const { string, first, uneven } = this.open.pop()!;
    if (uneven && typeof first === 'object' && first.indentation >= 2) this.mask(first.start, first.start + 2, ';;');
    return string ? this.piece(at + 1, string) : at + 1;
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
    if (this.goesOn(at)) this.mask(text[at - 2] === '\r' ? at - 2 : at - 1, at, text[at - 2] === '\r' ? '  ' : ' ');
    else this.evenOut();
    if (!this.repairs || open.length === 0) return at;
    if (matches(topLevel, text, at)) this.giveUp(0, at);
    else if (matches(statement, text, at)) this.giveUp(open.findLastIndex(({ closer }) => closer === curly) + 1, at);
    return at;
  }

  /** What stands on the line that begins at `at` belongs to what stands before. */
  private goesOn(at: number): boolean {
    const { text, last } = this;
    if (last < 0) return false;
    const between = text.slice(last + 1, at);
    if (/\n[ \t]*\r?\n/.test(between)) return false;
    if (matches(braceFirst, text, at)) return between.indexOf('\n') === between.length - 1 && !'{}(;,'.includes(text[last]!);
    if (matches(operatorFirst, text, at)) return isOperandEnd(text[last]!);
    return !matches(noOperand, text, at) && endsInOperator(text, last);
  }

  /** A statement begins in braces: the first one must not stand further in than others. */
  private evenOut(): void {
    const { line } = this;
    const braces = this.open.at(-1);
    if (braces?.first === undefined || matches(noStatement, this.text, line.start)) return;
    if (braces.first === 'to come') braces.first = matches(caseClause, this.text, line.start) ? undefined : line;
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
  ['enum', /[ \t]+[A-Z`]/y],
  ['export', /[ \t]+[\w`{]/y],
  ['given', /[ \t]+[\w`([]/y],
]);

const lineEnd = /[ \t]*(?:\/\/[^\n]*)?\r?$/my;
const caseClause = /[ \t]*case\b(?![ \t]+(?:class|object)\b)/y;
const noStatement = /[ \t]*(?:\r?$|\/[/*]|[)\]}.])/my;

const braceFirst = /[ \t]*\{/y;
/** An operator between blanks: Scala 3 goes on there. */
const operatorFirst = /[ \t]+(?!\/[/*]|(?:=>|<-|=)[ \t])[-!#%&*+/\\<=>?^|~]+[ \t]+[^\s]/y;
/** What begins no operand. */
const noOperand = /[ \t]*(?:\r?$|[)\]},;.@]|(?:abstract|case|catch|class|def|else|final|finally|implicit|import|lazy|object|override|package|private|protected|sealed|trait|type|va[lr])\b)/my;
/** Signs that stand between no two operands. */
const noOperators: ReadonlySet<string> = new Set(['=', '=>', '<-', ':', '<:', '>:', '<%', '#', '@', '?=>', '=>>', '???']);

/** Of `_*` and `a.*` the sign is a part. */
function endsInOperator(text: string, last: number): boolean {
  let start = last + 1;
  while (start > 0 && isOperator(text[start - 1])) start--;
  return start <= last && text[start - 1] !== '_' && text[start - 1] !== '.' && !noOperators.has(text.slice(start, last + 1));
}

const isOperandEnd = (sign: string): boolean => /[\p{L}\p{N}_$)\]}"'`]/u.test(sign);

/** What stands at the end of a line and belongs to no string. */
const codeAfterStrings = ')]},;{ \t\r';

const modifiers = '(?:@\\w+[ \\t]+|(?:abstract|case|final|implicit|lazy|override|private|protected|sealed)(?:\\[\\w+\\])?[ \\t]+)*';

/** Where nothing is indented no block goes on. */
const topLevel = new RegExp(`${modifiers}(?:class|def|object|package|trait)\\b`, 'y');
/** What cannot stand at the beginning of a line within round or square brackets. */
const statement = new RegExp(`[ \\t]*(?:${modifiers}(?:class|def|import|object|package|trait)\\b|va[lr][ \\t]+\\w+[ \\t]*=)`, 'y');
const definition = new RegExp(`^[ \\t]*${modifiers}(?:class|def|import|object|trait)[ \\t]+\\w`, 'gm');

/** A class up to where annotations of its constructor stand, with those before. */
const classHead = /\bclass[ \t]+[\w$]+[ \t]*(?:\[[^\n]*\])?[ \t]*(?:@[\w.$]+(?:\([^()\n]*\))?[ \t]*)*$/;
const annotationName = /@[\w.$]+/y;
/** What an annotation is given: then the parameters, or their access, come behind. */
const annotationArguments = /[ \t]*\([^()\n]*\)(?=\s*(?:\(|@|private\b|protected\b))/y;

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function nextDefinition(text: string, at: number, to: number): number {
  definition.lastIndex = at;
  return Math.min(definition.exec(text)?.index ?? to, to);
}

function lineAt(text: string, start: number): Line {
  let end = start;
  while (isBlank(text[end])) end++;
  return { start, indentation: end - start };
}

const isBlank = (sign: string | undefined): boolean => sign === ' ' || sign === '\t';

const isOperator = (sign: string | undefined): boolean => sign !== undefined && '-!#%&*+/\\:<=>?@^|~'.includes(sign);

/** Letters, digits, `_` and `$`. */
const isWordPart = (unit: number): boolean => (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57) || unit === 95 || unit === 36 || (unit >= 0xaa && unit !== 0xab && unit !== 0xbb && /[\p{L}\p{N}]/u.test(String.fromCharCode(unit)));

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
