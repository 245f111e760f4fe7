/** What the lowering of Scala knows besides: which names stand for members, which are a block's own, what `_` stands for. */
import type { Expr, Span } from '../../program/program.ts';
import { type Form, Lowering, type ScopeNames } from '../lowering.ts';
import type { Memo } from '../memo.ts';
import type { RawNode } from '../tree.ts';
import { type Names, isBoundAround, readIn, settle } from './names.ts';
import { isPlaceholder, placeholdersIn, section } from './placeholders.ts';

export type ScalaForm = Form<ScalaLowering>;
export type ScalaForms = Readonly<Record<string, ScalaForm>>;

/** What a definition gives its names by. */
type Around = Pick<Names, 'of' | 'name' | 'self'>;

export class ScalaLowering extends Lowering {
  names: Names = { of: 'module', bound: new Set(), around: undefined, reads: new Map(), blocks: [] };
  /** By where a `_` stands: the parameter that it is. */
  placeholders: ReadonlyMap<number, string> = new Map();
  private matches = 0;

  constructor(
    forms: ReadonlyMap<string, ScalaForm>,
    /** What nodes become whose value nobody wants. */
    private readonly droppedForms: ReadonlyMap<string, ScalaForm>,
    text: string,
    memo: Memo | undefined,
    shownAt: ReadonlySet<number>,
  ) {
    super(forms, text, memo, shownAt);
  }

  /** A node as a statement, where it becomes another one than for its value. */
  dropped(node: RawNode): Expr | undefined {
    return this.droppedForms.get(node.type)?.(this, node);
  }

  /** A whole expression: it has the `_` in it as parameters. */
  value(node: RawNode): Expr {
    if (isPlaceholder(node)) return this.one(node);
    const found = placeholdersIn(node);
    return found.length === 0 ? this.one(node) : section(this, node, found);
  }

  valueIn(node: RawNode, child: RawNode | undefined): Expr {
    return child ? this.value(child) : { kind: 'unknown', span: this.span(node), parts: [], kills: [] };
  }

  /** Names of blocks are the scope's where that does not hide others: it shows at the end of the definition. */
  override bindName(name: string): void {
    this.names.bound.add(name);
    if (this.names.of !== 'block') this.scope.binds.add(name);
  }

  /** What is lowered meanwhile stands in a definition, whose names are these besides what it binds. */
  within<T>(around: Around, bound: Iterable<string>, lower: (names: Names) => T): T {
    const names: Names = { ...around, bound: new Set(bound), around: this.names, reads: new Map(), blocks: [] };
    this.names = names;
    const result = lower(names);
    this.names = names.around!;
    for (const name of settle(names)) this.scope.binds.add(name);
    return result;
  }

  /** What is lowered meanwhile stands in a block; `own`: which of its names are its own is written there, as late as at the end of the definition. */
  inBlock<T>(bound: Iterable<string>, lower: (own: string[]) => T): T {
    const names: Names = { of: 'block', bound: new Set(bound), around: this.names, reads: this.names.reads, blocks: this.names.blocks };
    const own: string[] = [];
    this.names = names;
    const result = lower(own);
    this.names = names.around!;
    for (const name of names.bound) {
      if (isBoundAround(this.names, name)) own.push(name);
      else names.blocks.push({ name, own });
    }
    return result;
  }

  override scoped<T>(lower: (scope: ScopeNames) => T): T {
    const { matches, placeholders } = this;
    this.matches = 0;
    const result = super.scoped(lower);
    this.matches = matches;
    this.placeholders = placeholders;
    return result;
  }

  /** A name for what a `match` looks at. */
  nextMatch(): string {
    return `$match${++this.matches}`;
  }

  /** What stands between two places, but for comments. */
  signs(start: number, end: number): string {
    return this.text.slice(start, end).replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
  }

  /** A name without its backquotes. */
  identifier(node: RawNode): string {
    const text = this.slice(node);
    return text.startsWith('`') ? text.slice(1, -1) : text;
  }

  /** What a name stands for, not called. */
  named(node: RawNode): Expr {
    const name = this.identifier(node);
    const span = this.span(node);
    switch (readIn(this.names, name)) {
      case 'self': return { kind: 'name', span, name: 'this' };
      case 'member': return { kind: 'member', span, on: this.self(span), name, nameSpan: span };
      default: return { kind: 'name', span, name };
    }
  }

  /** The object that the code stands in, where only the name of a member is written. */
  self([from]: Span): Expr {
    return { kind: 'name', span: this.spanOf(from + this.base, from + this.base), name: 'this' };
  }
}
