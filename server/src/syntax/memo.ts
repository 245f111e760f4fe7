/**
 * What the last lowering of a document made, for use again: statements of the module where they stand in text that did
 * not change, definitions wherever their text stands. One object stands in one place only: equal texts in two places are
 * lowered twice, a definition within one that is used again is not free for another place, and what a lowering did not
 * use is forgotten.
 */
import type { Def, Expr } from '../program/program.ts';
import type { Change } from './change.ts';

export interface KnownDef {
  readonly key: string;
  readonly def: Def;
  /** How far behind its decorators it begins. */
  readonly lead: number;
  readonly inner: readonly KnownDef[];
  /** Where names mean what their surroundings make of them: what they were taken for. */
  readonly reads?: ReadonlyMap<string, string> | undefined;
}

/** A statement of the module. What counts from the beginning of the text is moved along with it. */
export interface KnownStatement extends Placed {
  readonly type: string;
  start: number;
  readonly length: number;
  readonly exprs: readonly Expr[];
  readonly binds: ReadonlySet<string>;
  readonly inner: readonly KnownDef[];
}

/** What in a lowered statement says where it stands. */
export interface Placed {
  readonly spans: [from: number, to: number][];
  readonly defs: Def[];
}

/** Of a definition's text, decorators included. A string of its own: a slice would keep the whole text alive. */
export const keyOf = (text: string): string => `\n${text}`;

/** The same statement as the last of its cell, or no more. */
export function shown(known: KnownStatement, shownAt: ReadonlySet<number>): Pick<KnownStatement, 'exprs' | 'binds'> {
  const expr = known.exprs.at(-1);
  const isShown = shownAt.has(known.start + known.length);
  if (expr?.kind !== 'discard' || (expr.shown === true) === isShown) return known;
  const { kind, span, value } = expr;
  return { exprs: [...known.exprs.slice(0, -1), isShown ? { kind, span, value, shown: true } : { kind, span, value }], binds: known.binds };
}

export class Memo {
  private statements = new Map<number, KnownStatement>();
  private oldStatements = new Map<number, KnownStatement>();
  private defs = new Map<string, KnownDef[]>();
  private oldDefs = new Map<string, KnownDef[]>();
  private readonly used = new Set<KnownDef>();
  private readonly claimed = new Map<number, KnownDef>();
  private readonly claimedStatements = new Map<number, KnownStatement>();
  private text = '';
  private change: Change = { start: 0, oldEnd: 0, newEnd: 0 };
  /** Statements that end before this did not change, nor did a comment behind them. */
  private unchanged = 0;

  begin(text: string, change: Change): void {
    this.oldStatements = this.statements;
    this.oldDefs = this.defs;
    this.statements = new Map();
    this.defs = new Map();
    this.text = text;
    this.change = change;
    const same = change.start === change.oldEnd && change.start === change.newEnd;
    this.unchanged = same ? Infinity : change.start === 0 ? 0 : text.lastIndexOf('\n', change.start - 1) + 1;
  }

  end(): void {
    this.oldStatements.clear();
    this.oldDefs.clear();
    this.used.clear();
    this.claimed.clear();
    this.claimedStatements.clear();
  }

  /** True: what stands there need not be read, it is taken from here. `top`: it is a statement of the module; `definition`: it is remembered wherever it stands. */
  readonly knows = (type: string, start: number, end: number, top: boolean, definition: boolean): boolean => (
    (top && this.claimStatement(type, start, end)) || (definition && this.claim(start, end))
  );

  takeStatement(start: number): KnownStatement | undefined {
    const found = this.claimedStatements.get(start);
    if (!found) return undefined;
    move(found, start);
    this.putStatement(found);
    for (const each of found.inner) this.keep(each);
    return found;
  }

  putStatement(statement: KnownStatement): void {
    this.statements.set(statement.start, statement);
  }

  /** What is known of what stands there, not taken yet. */
  at(start: number): KnownDef | undefined {
    return this.claimed.get(start);
  }

  take(start: number): KnownDef | undefined {
    const found = this.claimed.get(start);
    if (found) this.keep(found);
    return found;
  }

  put(known: KnownDef): void {
    const same = this.defs.get(known.key);
    if (same) same.push(known);
    else this.defs.set(known.key, [known]);
  }

  private claimStatement(type: string, start: number, end: number): boolean {
    const { oldEnd, newEnd } = this.change;
    const before = end < this.unchanged;
    if (!before && start < newEnd) return false;
    const found = this.oldStatements.get(before ? start : start - newEnd + oldEnd);
    if (found?.type !== type || found.length !== end - start || !found.inner.every((each) => this.isFree(each))) return false;
    for (const each of found.inner) this.use(each);
    this.claimedStatements.set(start, found);
    return true;
  }

  private claim(start: number, end: number): boolean {
    const found = this.oldDefs.get(keyOf(this.text.slice(start, end)))?.find((each) => this.isFree(each));
    if (!found) return false;
    this.use(found);
    this.claimed.set(start, found);
    return true;
  }

  private isFree(known: KnownDef): boolean {
    return !this.used.has(known) && known.inner.every((each) => this.isFree(each));
  }

  private use(known: KnownDef): void {
    this.used.add(known);
    for (const each of known.inner) this.use(each);
  }

  private keep(known: KnownDef): void {
    this.put(known);
    for (const each of known.inner) this.keep(each);
  }
}

function move(statement: KnownStatement, start: number): void {
  const by = start - statement.start;
  if (by === 0) return;
  statement.start = start;
  for (const span of statement.spans) {
    span[0] += by;
    span[1] += by;
  }
  for (const def of statement.defs) def.at += by;
}
