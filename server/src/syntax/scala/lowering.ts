/** What the lowering of Scala knows besides: which names stand for members, and what `_` stands for. */
import type { Expr, Span } from '../../program/program.ts';
import { type Form, Lowering, type ScopeNames } from '../lowering.ts';
import type { Memo } from '../memo.ts';
import type { RawNode } from '../tree.ts';
import { isPlaceholder, placeholdersIn, section } from './placeholders.ts';

export type ScalaForm = Form<ScalaLowering>;
export type ScalaForms = Readonly<Record<string, ScalaForm>>;

/** Names that mean something in a stretch of code, and those around it. */
export interface Names {
  /** 'constructor': the statements of a class, whose values are members. */
  readonly of: 'module' | 'singleton' | 'class' | 'constructor' | 'function' | 'block';
  readonly bound: Set<string>;
  readonly around: Names | undefined;
  /** Of a class or singleton: its own, and what it calls its object besides `this`. */
  readonly name?: string | undefined;
  readonly self?: string | undefined;
}

export class ScalaLowering extends Lowering {
  names: Names = { of: 'module', bound: new Set(), around: undefined };
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

  override bindName(name: string): void {
    super.bindName(name);
    this.names.bound.add(name);
  }

  /** What is lowered meanwhile stands among further names. */
  among<T>(names: Omit<Names, 'around'>, lower: () => T): T {
    const around = this.names;
    this.names = { ...names, around };
    const result = lower();
    this.names = around;
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

  /** Whose a name is: of the object that the code stands in, of the definition it stands in, or of something around. */
  meaning(name: string): 'member' | 'own' | 'outer' {
    let left = false;
    for (let names: Names | undefined = this.names; names; names = names.around) {
      if (names.of === 'class') return names.bound.has(name) ? 'member' : 'outer';
      if (names.bound.has(name)) return left ? 'outer' : 'own';
      if (names.of === 'module') return left ? 'outer' : 'own';
      if (names.of === 'singleton') return 'outer';
      if (names.of === 'function') left = true;
    }
    return 'outer';
  }

  /** The class or singleton that the code stands in. */
  template(): Names | undefined {
    let names: Names | undefined = this.names;
    while (names && names.of !== 'class' && names.of !== 'singleton') names = names.around;
    return names;
  }

  /** A name for what a `match` looks at. */
  nextMatch(): string {
    return `$match${++this.matches}`;
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
    const template = this.template();
    if (name === template?.self) return { kind: 'name', span, name: 'this' };
    return this.meaning(name) === 'member' ? { kind: 'member', span, on: this.self(span), name, nameSpan: span } : { kind: 'name', span, name };
  }

  /** The object that the code stands in, where only the name of a member is written. */
  self([from]: Span): Expr {
    return { kind: 'name', span: this.spanOf(from + this.base, from + this.base), name: 'this' };
  }
}
