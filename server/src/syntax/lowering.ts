/** What every part of the lowering shares: the text, where spans count from, the names of the scope. */
import type { Def, Expr, Span } from '../program/program.ts';
import { childOf, namedChildren, type RawNode } from './tree.ts';

export type Form = (lowering: Lowering, node: RawNode) => Expr;
/** By the grammar's names of nodes. */
export type Forms = Readonly<Record<string, Form>>;

/** A lowered definition that can be used again where its text stands, with the definitions in it. */
export interface Remembered {
  readonly key: string;
  readonly def: Def;
  readonly inner: readonly Remembered[];
}

export interface DefMemo {
  /** For the definition that begins there and whose children were not read. */
  take(start: number): Remembered | undefined;
  put(remembered: Remembered): void;
}

export const memoKey = (type: string, text: string): string => type + text;

export interface ScopeNames {
  readonly binds: Set<string>;
  readonly outer: Set<string>;
  generator: boolean;
}

const newScope = (): ScopeNames => ({ binds: new Set(), outer: new Set(), generator: false });

export class Lowering {
  /** Absolute start of the definition being lowered: spans are relative to it. */
  base = 0;
  readonly moduleScope = newScope();
  scope = this.moduleScope;
  /** Definitions so far within the one being lowered. */
  inner: Remembered[] = [];

  constructor(
    private readonly forms: ReadonlyMap<string, Form>,
    readonly text: string,
    readonly memo: DefMemo,
    readonly shownAt: ReadonlySet<number>,
  ) {}

  /** Any node as one expression. */
  one(node: RawNode): Expr {
    const form = this.forms.get(node.type);
    return form ? form(this, node) : this.unheld(node);
  }

  all(nodes: readonly RawNode[]): Expr[] {
    return nodes.map((node) => this.one(node));
  }

  field(node: RawNode, name: string): Expr {
    const child = childOf(node, name);
    return child ? this.one(child) : this.nothing(node);
  }

  firstOf(node: RawNode): Expr {
    const child = namedChildren(node)[0];
    return child ? this.one(child) : this.nothing(node);
  }

  unheld(node: RawNode): Expr {
    return { kind: 'unknown', span: this.span(node), parts: this.all(namedChildren(node)), kills: [] };
  }

  slice(node: RawNode): string {
    return this.text.slice(node.start, node.end);
  }

  span(node: RawNode): Span {
    return this.spanOf(node.start, node.end);
  }

  /** From absolute offsets. */
  spanOf(start: number, end: number): Span {
    return [start - this.base, end - this.base];
  }

  bindName(name: string): void {
    if (!this.scope.outer.has(name)) this.scope.binds.add(name);
  }

  /** What is lowered meanwhile has spans relative to a definition that begins at `start`. */
  from<T>(start: number, lower: () => T): T {
    const { base } = this;
    this.base = start;
    const result = lower();
    this.base = base;
    return result;
  }

  /** What is lowered meanwhile binds its names in a scope of its own. */
  scoped<T>(lower: (scope: ScopeNames) => T): T {
    const { scope } = this;
    this.scope = newScope();
    const result = lower(this.scope);
    this.scope = scope;
    return result;
  }

  private nothing(node: RawNode): Expr {
    return { kind: 'unknown', span: this.span(node), parts: [], kills: [] };
  }
}
