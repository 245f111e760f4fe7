/** What every part of the lowering shares: the text, where spans count from, the names of the scope. */
import type { Def, Expr, Span } from '../program/program.ts';
import { type KnownDef, type KnownStatement, type Memo, type Placed, shown } from './memo.ts';
import { childOf, namedChildren, type RawNode } from './tree.ts';

export type Form<L extends Lowering = Lowering> = (lowering: L, node: RawNode) => Expr;
/** By the grammar's names of nodes. */
export type Forms<L extends Lowering = Lowering> = Readonly<Record<string, Form<L>>>;

export interface ScopeNames {
  readonly isModule: boolean;
  readonly binds: Set<string>;
  readonly outer: Set<string>;
  generator: boolean;
}

export const newScope = (isModule = false): ScopeNames => ({ isModule, binds: new Set(), outer: new Set(), generator: false });

/** Shorter ones are copies to the engine. */
const shortestSlice = 13;

export class Lowering {
  /** Absolute start of the definition being lowered: spans are relative to it. */
  base = 0;
  scope: ScopeNames = newScope(true);
  /** Definitions so far within the one being lowered. */
  inner: KnownDef[] = [];
  /** Collects what stands in a statement of the module, outside of definitions in it. */
  placed: Placed | undefined;

  constructor(
    private readonly forms: ReadonlyMap<string, Form<never>>,
    readonly text: string,
    /** undefined: a text that is read once. */
    readonly memo: Memo | undefined,
    readonly shownAt: ReadonlySet<number>,
  ) {}

  /** Any node as one expression. */
  one(node: RawNode): Expr {
    const form = this.forms.get(node.type);
    return form ? form(this as never, node) : this.unheld(node);
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
    const text = this.text.slice(node.start, node.end);
    // What is kept over many edits must not keep the text alive that it is a slice of.
    return this.memo && text.length >= shortestSlice ? ` ${text}`.slice(1) : text;
  }

  span(node: Pick<RawNode, 'start' | 'end'>): Span {
    return this.spanOf(node.start, node.end);
  }

  /** From absolute offsets. */
  spanOf(start: number, end: number): Span {
    const span: [number, number] = [start - this.base, end - this.base];
    this.placed?.spans.push(span);
    return span;
  }

  closure(span: Span, def: Def): Expr & { kind: 'closure' } {
    this.placed?.defs.push(def);
    return { kind: 'closure', span, def };
  }

  bindName(name: string): void {
    if (!this.scope.outer.has(name)) this.scope.binds.add(name);
  }

  /** What is lowered meanwhile has spans relative to a definition that begins at `start`. */
  from<T>(start: number, lower: () => T): T {
    const { base, placed } = this;
    this.base = start;
    this.placed = undefined;
    const result = lower();
    this.base = base;
    this.placed = placed;
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

/**
 * The statements of a module, each in a scope of its own, with the names that they bind. What is remembered is taken as
 * it is. `add` lowers one; `isKept`: it may be remembered.
 */
export function lowerStatements<L extends Lowering>(lowering: L, nodes: readonly RawNode[], add: (node: RawNode, index: number, into: Expr[]) => void, isKept: (node: RawNode) => boolean): { readonly body: Expr[]; readonly binds: ReadonlySet<string> } {
  const { memo, shownAt } = lowering;
  const body: Expr[] = [];
  const binds = new Set<string>();
  nodes.forEach((node, index) => {
    const known = node.known ? memo?.takeStatement(node.start) : undefined;
    const { exprs, binds: names } = known ? shown(known, shownAt) : lowerAnew();
    for (const expr of exprs) body.push(expr);
    for (const name of names) binds.add(name);

    function lowerAnew(): Pick<KnownStatement, 'exprs' | 'binds'> {
      const made: Expr[] = [];
      lowering.scope = newScope(true);
      lowering.inner = [];
      lowering.placed = memo && { spans: [], defs: [] };
      add(node, index, made);
      const { scope, inner, placed } = lowering;
      if (memo && !node.broken && isKept(node)) memo.putStatement({ type: node.type, start: node.start, length: node.end - node.start, exprs: made, binds: scope.binds, inner, ...placed! });
      return { exprs: made, binds: scope.binds };
    }
  });
  lowering.placed = undefined;
  return { body, binds };
}

/** The module around its statements. */
export const moduleOf = (length: number, body: readonly Expr[], binds: ReadonlySet<string>): Def => ({
  kind: 'module', name: '', at: 0, length, nameSpan: [0, 0], params: [], decorators: [], bases: [], binds, outer: new Set(), body: { kind: 'sequence', span: [0, length], body },
});
