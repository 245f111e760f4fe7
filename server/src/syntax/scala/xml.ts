/** Where XML literals end (`<a b={c}>text {d}</a>`), and where the code in them stands. */
import type { Range } from '../../text/range.ts';
import { endOfLine } from '../scanning.ts';
import { endOfBackquoted, endOfBlockComment, endOfCharacter, endOfPiece, quotesAt } from './quotes.ts';
import { isWordPart, matches } from './signs.ts';

/** Scala tells it from a comparison by what stands before and behind `<`. */
export const beginsXml = (text: string, at: number): boolean => matches(element, text, at) && (at === 0 || ' \t\r\n({>'.includes(text[at - 1]!));

/** The markup of the literal at `at`, in pieces with code between them. Undefined: it has no end. */
export function markupOf(text: string, at: number, to: number): Range[] | undefined {
  const reader = new Reader(text, to);
  const end = reader.literal(at, 0);
  return end === undefined || end > to ? undefined : [...reader.pieces, { start: reader.begin, end }];
}

const name = '[\\p{L}_][\\p{L}\\p{N}_.:-]*';
const element = /<(?:[\p{L}_]|!--|!\[CDATA\[|\?[\p{L}_])/uy;
const startTag = new RegExp(`<(${name})`, 'uy');
const endTag = new RegExp(`</(${name})\\s*>`, 'uy');
const attribute = new RegExp(`\\s+${name}\\s*=\\s*`, 'uy');
const tagEnd = /\s*\/?>/y;
const blanks = /\s*/y;
const textEnd = /[<{]/g;

/** What has no tags in it. */
const sections: readonly (readonly [string, string])[] = [['<!--', '-->'], ['<![CDATA[', ']]>'], ['<?', '?>']];

/** Code in literals in code, further than this, is not read. */
const deepest = 50;

/** Each method tells where something ends that begins at `at`. Undefined: nowhere. */
class Reader {
  readonly pieces: Range[] = [];
  /** Where the piece begins that is read. */
  begin = 0;

  constructor(private readonly text: string, private readonly to: number) {}

  /** `depth`: how much code it is in. Elements may follow one another. */
  literal(at: number, depth: number): number | undefined {
    const { text, to } = this;
    if (depth === 0) this.begin = at;
    const open: string[] = [];
    for (let end: number | undefined = at; end !== undefined && end < to;) {
      end = text[end] === '<' ? this.tag(end, open, depth) : this.content(end, depth);
      if (end === undefined || open.length > 0) continue;
      const next = endOf(blanks, text, end)!;
      if (!matches(element, text, next)) return end;
      end = next;
    }
    return undefined;
  }

  private tag(at: number, open: string[], depth: number): number | undefined {
    const { text } = this;
    for (const [start, close] of sections) if (text.startsWith(start, at)) return behind(text, close, at + start.length);
    endTag.lastIndex = startTag.lastIndex = at;
    const closed = endTag.exec(text)?.[1];
    if (closed !== undefined) return open.pop() === closed ? endTag.lastIndex : undefined;
    const opened = startTag.exec(text)?.[1];
    const end = opened === undefined ? undefined : this.attributes(startTag.lastIndex, depth);
    if (end !== undefined && text[end - 2] !== '/') open.push(opened!);
    return end;
  }

  private attributes(at: number, depth: number): number | undefined {
    const { text } = this;
    let end: number | undefined = at;
    for (let value = endOf(attribute, text, end); value !== undefined; value = endOf(attribute, text, end)) {
      end = text[value] === '{' ? this.code(value, depth) : '"\''.includes(text[value] ?? ' ') ? behind(text, text[value]!, value + 1) : undefined;
      if (end === undefined) return undefined;
    }
    return endOf(tagEnd, text, end);
  }

  /** `{{` is a brace of the text. */
  private content(at: number, depth: number): number | undefined {
    const { text, to } = this;
    if (text[at] === '{') return text[at + 1] === '{' ? at + 2 : this.code(at, depth);
    textEnd.lastIndex = at;
    return textEnd.exec(text)?.index ?? to;
  }

  /** In braces, which end a piece. */
  private code(at: number, depth: number): number | undefined {
    if (depth === 0 && at > this.begin) this.pieces.push({ start: this.begin, end: at });
    const end = this.block(at, depth + 1);
    if (depth === 0 && end !== undefined) this.begin = end;
    return end;
  }

  private block(at: number, depth: number): number | undefined {
    const { text, to } = this;
    if (depth > deepest) return undefined;
    let braces = 0;
    for (let end: number | undefined = at; end !== undefined && end < to;) {
      if (text[end] === '{') braces++;
      else if (text[end] === '}' && --braces === 0) return end + 1;
      end = this.token(end, depth);
    }
    return undefined;
  }

  private token(at: number, depth: number): number | undefined {
    const { text, to } = this;
    switch (text[at]) {
      case '"': return this.string(at, depth);
      case "'": return endOfCharacter(text, at) ?? at + 1;
      case '`': return endOfBackquoted(text, at, to) ?? at + 1;
      case '<': return beginsXml(text, at) ? this.literal(at, depth) : at + 1;
      case '/': return text[at + 1] === '/' ? endOfLine(text, at, to) : text[at + 1] === '*' ? endOfBlockComment(text, at, to) : at + 1;
      default: return at + 1;
    }
  }

  private string(at: number, depth: number): number | undefined {
    const { text, to } = this;
    const quotes = quotesAt(text, at, isWordPart(text.charCodeAt(at - 1)));
    for (let end: number | undefined = at + (quotes.long ? 3 : 1); end !== undefined;) {
      const piece = endOfPiece(text, end, to, quotes);
      if (!piece?.splice) return piece?.end;
      end = this.block(piece.end - 1, depth + 1);
    }
    return undefined;
  }
}

const endOf = (pattern: RegExp, text: string, at: number): number | undefined => (matches(pattern, text, at) ? pattern.lastIndex : undefined);

function behind(text: string, sign: string, at: number): number | undefined {
  const start = text.indexOf(sign, at);
  return start < 0 ? undefined : start + sign.length;
}
