/** Lowers Python's syntax tree into the language-neutral program. Never fails: what it cannot hold becomes `unknown`. */
import type { Arg, CollectionItem, Def, Expr, ImportedName, Param, Pattern, Span, TypeRef } from '../program/program.ts';
import { type RawNode, childOf, childrenOf, namedChildren } from './tree.ts';
import { parseType } from './types.ts';

/** A lowered definition that can be used again where its text stands, with the definitions in it. */
export interface Remembered {
  readonly key: string;
  readonly def: Def;
  readonly inner: readonly Remembered[];
}

export interface DefMemo {
  /** For the definition that begins there and that the copy of the tree left out. */
  take(start: number): Remembered | undefined;
  put(remembered: Remembered): void;
}

export const memoKey = (type: string, text: string): string => type + text;

interface ScopeNames {
  readonly binds: Set<string>;
  readonly outer: Set<string>;
  generator: boolean;
}

type Loose<T> = { -readonly [K in keyof T]: T[K] };

export function lowerModule(root: RawNode, text: string, memo: DefMemo, shownAt: ReadonlySet<number>): Def {
  return new Lowering(text, memo, shownAt).module(root);
}

/** A broken statement that begins with one of these may have bound the name that follows. */
const bindingWords: ReadonlySet<string> = new Set(['for', 'as', 'def', 'class', 'import']);

/** Longer chains of `elif` or `case` are machine-made: each arm would be nested in the one before. */
const mostArms = 200;

const binaryOperators: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', '%', '**', '@', '&', '|', '^', '<<', '>>']);

class Lowering {
  /** Absolute start of the definition being lowered: spans are relative to it. */
  private base = 0;
  /** Definitions so far within the one being lowered. */
  private inner: Remembered[] = [];
  private readonly moduleScope: ScopeNames = { binds: new Set(), outer: new Set(), generator: false };
  private scope: ScopeNames = this.moduleScope;

  constructor(private readonly text: string, private readonly memo: DefMemo, private readonly shownAt: ReadonlySet<number>) {}

  module(root: RawNode): Def {
    const body = this.block(root);
    return {
      kind: 'module', name: '', at: 0, length: this.text.length, nameSpan: [0, 0], params: [], decorators: [], bases: [],
      binds: this.scope.binds, outer: this.scope.outer, body,
    };
  }

  private slice(node: RawNode): string {
    return this.text.slice(node.start, node.end);
  }

  private span(node: RawNode): Span {
    return [node.start - this.base, node.end - this.base];
  }

  // ---- statements ---------------------------------------------------------------------------------------------------

  private block(node: RawNode | undefined): Expr {
    if (!node) return { kind: 'sequence', span: [0, 0], body: [] };
    const statements = namedChildren(node).filter((child) => child.field !== 'alternative');
    return { kind: 'sequence', span: this.span(node), body: statements.flatMap((child, index) => this.statement(child, index === 0)) };
  }

  private statement(node: RawNode, first: boolean): Expr[] {
    switch (node.type) {
      case 'expression_statement': return namedChildren(node).flatMap((child) => this.expressionStatement(child, node, first));
      case 'pass_statement': case 'comment': case 'MISSING': return [];
      case 'ERROR': return [this.broken(node)];
      default: return [this.one(node)];
    }
  }

  private expressionStatement(node: RawNode, statement: RawNode, first: boolean): Expr[] {
    if (node.type === 'assignment' || node.type === 'augmented_assignment' || node.type === 'yield') return [this.one(node)];
    if ((node.type === 'string' || node.type === 'concatenated_string') && (first || !node.children.some((child) => child.type === 'interpolation'))) return [];
    if (node.type === 'ellipsis') return [];
    const value = this.one(node);
    return [{ kind: 'discard', span: this.span(statement), value, ...(this.shownAt.has(statement.end) ? { shown: true } : {}) }];
  }

  /** Any node as one expression. */
  private one(node: RawNode): Expr {
    const span = this.span(node);
    switch (node.type) {
      case 'identifier': return { kind: 'name', span, name: this.slice(node) };
      case 'true': return { kind: 'literal', span, value: true, type: 'bool' };
      case 'false': return { kind: 'literal', span, value: false, type: 'bool' };
      case 'none': return { kind: 'literal', span, value: null, type: 'none' };
      case 'ellipsis': return { kind: 'literal', span, value: null, type: 'symbol' };
      case 'integer': case 'float': return this.number(node);
      case 'string': return this.string(node);
      case 'concatenated_string': return this.joinStrings(namedChildren(node).map((child) => this.one(child)), span);
      case 'attribute': {
        const name = childOf(node, 'attribute')!;
        return { kind: 'member', span, on: this.field(node, 'object'), name: this.slice(name), nameSpan: this.span(name) };
      }
      case 'call': return this.call(node);
      case 'subscript': return this.subscript(node);
      case 'parenthesized_expression': {
        const inner = namedChildren(node)[0];
        if (!inner) return this.unheld(node);
        const value = this.one(inner);
        return value.kind === 'operator' ? { ...value, parenthesized: true } : value;
      }
      case 'list': case 'tuple': case 'set': case 'expression_list': case 'pattern_list': return this.collection(node, node.type === 'list' ? 'list' : node.type === 'set' ? 'set' : 'tuple');
      case 'dictionary': return this.dictionary(node);
      case 'list_splat': case 'dictionary_splat': case 'parenthesized_list_splat': case 'list_splat_pattern': return this.firstOf(node);
      case 'list_comprehension': return this.comprehension(node, 'list');
      case 'set_comprehension': return this.comprehension(node, 'set');
      case 'dictionary_comprehension': return this.comprehension(node, 'dict');
      case 'generator_expression': return this.comprehension(node, 'generator');
      case 'binary_operator': return this.operator(node, this.operatorText(node));
      case 'boolean_operator': return this.operator(node, this.operatorText(node));
      case 'unary_operator': {
        const operator = childOf(node, 'operator');
        const text = operator ? this.slice(operator) : '-';
        return { kind: 'operator', span, name: text === '-' ? 'neg' : text === '+' ? 'pos' : text, nameSpan: this.span(operator ?? node), args: [this.field(node, 'argument')] };
      }
      case 'not_operator': return { kind: 'operator', span, name: 'not', nameSpan: [span[0], span[0] + 3], args: [this.field(node, 'argument')] };
      case 'comparison_operator': return this.comparison(node);
      case 'conditional_expression': {
        const [then, test, otherwise] = namedChildren(node);
        if (!then || !test) return this.unheld(node);
        return { kind: 'if', span, test: this.one(test), then: this.one(then), otherwise: otherwise ? this.one(otherwise) : undefined, expression: true };
      }
      case 'named_expression': {
        const name = childOf(node, 'name');
        const value = childOf(node, 'value');
        if (!name || !value) return this.unheld(node);
        const lowered = this.one(value);
        this.bindName(this.slice(name));
        return { kind: 'sequence', span, body: [{ kind: 'bind', span, patterns: [{ kind: 'name', span: this.span(name), name: this.slice(name) }], value: lowered }, { kind: 'name', span: this.span(name), name: this.slice(name) }] };
      }
      case 'lambda': return this.lambda(node);
      case 'await': return { kind: 'operator', span, name: 'await', nameSpan: [span[0], span[0] + 5], args: [this.firstOf(node)] };
      case 'yield': {
        this.scope.generator = true;
        const value = namedChildren(node)[0];
        return { kind: 'exit', span, how: 'yield', value: value ? this.one(value) : undefined };
      }
      case 'assignment': return this.assignment(node);
      case 'augmented_assignment': {
        const left = childOf(node, 'left');
        const operator = childOf(node, 'operator');
        if (!left) return this.unheld(node);
        return { kind: 'bind', span, patterns: [this.pattern(left)], value: this.field(node, 'right'), augmented: operator ? this.slice(operator).replace(/=$/, '') : '+' };
      }
      case 'decorated_definition': return this.decorated(node);
      case 'function_definition': return this.define(node, []);
      case 'class_definition': return this.define(node, []);
      case 'if_statement': return this.ifStatement(node);
      case 'for_statement': return this.forStatement(node);
      case 'while_statement': {
        const otherwise = childOf(node, 'alternative');
        return { kind: 'loop', span, headSpan: [span[0], span[0] + 5], test: this.field(node, 'condition'), body: this.block(childOf(node, 'body')), otherwise: otherwise ? this.block(childOf(otherwise, 'body')) : undefined };
      }
      case 'try_statement': return this.tryStatement(node);
      case 'with_statement': return this.withStatement(node);
      case 'match_statement': return this.matchStatement(node);
      case 'return_statement': { const value = namedChildren(node)[0]; return { kind: 'exit', span, how: 'return', value: value ? this.one(value) : undefined }; }
      case 'raise_statement': { const value = namedChildren(node)[0]; return { kind: 'exit', span, how: 'throw', value: value ? this.one(value) : undefined }; }
      case 'break_statement': return { kind: 'exit', span, how: 'break' };
      case 'continue_statement': return { kind: 'exit', span, how: 'continue' };
      case 'assert_statement': {
        const [test, message] = namedChildren(node);
        return test ? { kind: 'assert', span, test: this.one(test), message: message ? this.one(message) : undefined } : this.unheld(node);
      }
      case 'delete_statement': return { kind: 'delete', span, targets: namedChildren(node).flatMap((child) => (child.type === 'expression_list' ? namedChildren(child) : [child])).map((child) => this.target(child)) };
      case 'global_statement': case 'nonlocal_statement':
        // At the top of a module `global` says nothing: its names are the module's own.
        if (this.scope !== this.moduleScope) for (const child of namedChildren(node)) this.scope.outer.add(this.slice(child));
        return { kind: 'sequence', span, body: [] };
      case 'import_statement': return this.importStatement(node);
      case 'import_from_statement': return this.importFrom(node);
      case 'future_import_statement': return { kind: 'sequence', span, body: [] };
      case 'type_alias_statement': {
        const left = childOf(node, 'left');
        const name = left && /^[A-Za-z_]\w*/.exec(this.slice(left))?.[0];
        if (name) this.bindName(name);
        return { kind: 'unknown', span, parts: [], kills: name ? [name] : [] };
      }
      case 'print_statement': return { kind: 'call', span, fn: { kind: 'name', span: [span[0], span[0] + 5], name: 'print' }, args: namedChildren(node).map((child): Arg => ({ value: child.type === 'chevron' ? this.firstOf(child) : this.one(child) })), argsSpan: [span[0] + 5, span[1]] };
      case 'interpolation': case 'format_expression': return this.field(node, 'expression');
      case 'block': case 'module': return this.block(node);
      case 'type': return this.firstOf(node);
      default: return this.unheld(node);
    }
  }

  private field(node: RawNode, name: string): Expr {
    const child = childOf(node, name);
    return child ? this.one(child) : { kind: 'unknown', span: this.span(node), parts: [], kills: [] };
  }

  private firstOf(node: RawNode): Expr {
    const child = namedChildren(node)[0];
    return child ? this.one(child) : { kind: 'unknown', span: this.span(node), parts: [], kills: [] };
  }

  private unheld(node: RawNode): Expr {
    return { kind: 'unknown', span: this.span(node), parts: namedChildren(node).map((child) => this.one(child)), kills: [] };
  }

  /** In broken code the healthy parts still count; names it seems to assign become unknown. */
  private broken(node: RawNode): Expr {
    const kills: string[] = [];
    node.children.forEach((child, index) => {
      const assigned = node.children[index + 1]?.type === '=' || bindingWords.has(node.children[index - 1]?.type ?? '');
      if (child.type === 'identifier' && assigned) kills.push(this.slice(child));
    });
    for (const name of kills) this.bindName(name);
    const parts = namedChildren(node).filter((child) => child.type !== 'identifier').flatMap((child) => this.statement(child, false));
    return { kind: 'unknown', span: this.span(node), parts, kills };
  }

  // ---- literals -----------------------------------------------------------------------------------------------------

  private number(node: RawNode): Expr {
    const text = this.slice(node).replace(/_/g, '').replace(/[lL]$/, '');
    const value = /^0\d+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
    return { kind: 'literal', span: this.span(node), value: Number.isNaN(value) ? null : value, type: Number.isNaN(value) ? 'symbol' : node.type === 'float' ? 'float' : 'int' };
  }

  private string(node: RawNode): Expr {
    const span = this.span(node);
    const opening = node.children.find((child) => child.type === 'string_start');
    const prefix = (opening ? this.slice(opening) : '').toLowerCase();
    const raw = prefix.includes('r');
    const parts: (string | Expr)[] = [];
    for (const child of node.children) {
      if (child.type === 'string_content') parts.push(this.content(child, raw, /[ft]/.test(prefix)));
      else if (child.type === 'interpolation') parts.push(this.one(child), ...this.formatParts(child));
    }
    if (parts.some((part) => typeof part !== 'string')) return { kind: 'text', span, parts };
    return { kind: 'literal', span, value: parts.join(''), type: prefix.includes('b') ? 'bytes' : 'string' };
  }

  /** What a piece of a string stands for: line ends are one character, doubled braces of a formatted string one brace. */
  private content(node: RawNode, raw: boolean, formatted: boolean): string {
    const written = this.slice(node).replace(/\r\n/g, '\n');
    const value = raw ? written : unescape(written);
    return formatted ? value.replace(/\{\{/g, '{').replace(/\}\}/g, '}') : value;
  }

  /** The width of `{value:{width}}` is code as well. */
  private formatParts(node: RawNode): Expr[] {
    const specifier = childOf(node, 'format_specifier');
    return specifier ? namedChildren(specifier).filter((child) => child.type === 'format_expression').map((child) => this.one(child)) : [];
  }

  private joinStrings(strings: readonly Expr[], span: Span): Expr {
    if (strings.every((part): part is Expr & { kind: 'literal' } => part.kind === 'literal')) {
      return { kind: 'literal', span, value: strings.map((part) => String(part.value)).join(''), type: strings[0]?.type === 'bytes' ? 'bytes' : 'string' };
    }
    return { kind: 'text', span, parts: strings.flatMap((part) => (part.kind === 'literal' ? [String(part.value)] : part.kind === 'text' ? part.parts : [part])) };
  }

  private collection(node: RawNode, type: 'list' | 'tuple' | 'set'): Expr {
    return { kind: 'collection', span: this.span(node), type, items: namedChildren(node).map((child): CollectionItem => (child.type.includes('splat') ? { value: this.firstOf(child), spread: true } : { value: this.one(child) })) };
  }

  private dictionary(node: RawNode): Expr {
    return {
      kind: 'collection', span: this.span(node), type: 'dict',
      items: namedChildren(node).map((child): CollectionItem => {
        if (child.type === 'dictionary_splat') return { value: this.firstOf(child), spread: true };
        if (child.type === 'pair') return { key: this.field(child, 'key'), value: this.field(child, 'value') };
        return { value: this.one(child) };
      }),
    };
  }

  // ---- operators ----------------------------------------------------------------------------------------------------

  private operatorText(node: RawNode): string {
    const operator = childOf(node, 'operator');
    return operator ? this.slice(operator) : '?';
  }

  /** Long chains (`a + b + …`) lean to the left: they are walked, not recursed into. */
  private operator(node: RawNode, name: string): Expr {
    if (!binaryOperators.has(name) && name !== 'and' && name !== 'or') return this.unheld(node);
    const spine: RawNode[] = [];
    let left: RawNode | undefined = node;
    while (left && left.type === node.type) {
      spine.push(left);
      left = childOf(left, 'left');
    }
    let value = left ? this.one(left) : this.unheld(node);
    for (const each of spine.reverse()) {
      const operator = childOf(each, 'operator');
      value = { kind: 'operator', span: this.span(each), name: operator ? this.slice(operator) : name, nameSpan: this.span(operator ?? each), args: [value, this.field(each, 'right')] };
    }
    return value;
  }

  private comparison(node: RawNode): Expr {
    const operands = namedChildren(node);
    const operators = childrenOf(node, 'operators');
    const args = operands.map((operand) => this.one(operand));
    const operator = operators[0];
    if (args.length < 2 || !operator) return this.unheld(node);
    const name = args.length > 2 ? 'chain' : operators.map((each) => this.slice(each)).join(' ').replace(/\s+/g, ' ').replace('<>', '!=');
    return { kind: 'operator', span: this.span(node), name, nameSpan: [operator.start - this.base, operators.at(-1)!.end - this.base], args };
  }

  private call(node: RawNode): Expr {
    // A method chain leans to the left as well: `a.b().c().d()` with hundreds of links is walked.
    const fnNode = childOf(node, 'function');
    const argsNode = childOf(node, 'arguments');
    const fn = fnNode ? this.one(fnNode) : this.unheld(node);
    const args: Arg[] = [];
    if (argsNode?.type === 'generator_expression') args.push({ value: this.one(argsNode) });
    else for (const child of argsNode ? namedChildren(argsNode) : []) args.push(this.argument(child));
    return { kind: 'call', span: this.span(node), fn, args, argsSpan: this.span(argsNode ?? node) };
  }

  private argument(node: RawNode): Arg {
    if (node.type === 'keyword_argument') {
      const name = childOf(node, 'name');
      return { name: name ? this.slice(name) : undefined, nameSpan: name ? this.span(name) : undefined, value: this.field(node, 'value') };
    }
    if (node.type === 'list_splat') return { value: this.firstOf(node), spread: 'list' };
    if (node.type === 'dictionary_splat') return { value: this.firstOf(node), spread: 'dict' };
    return { value: this.one(node) };
  }

  private subscript(node: RawNode): Expr {
    const subscripts = childrenOf(node, 'subscript');
    const on = this.field(node, 'value');
    const parts = subscripts.map((child): Expr => (child.type === 'slice' ? { kind: 'operator', span: this.span(child), name: 'slice', nameSpan: this.span(child), args: namedChildren(child).map((part) => this.one(part)) } : this.one(child)));
    const index: Expr = parts.length === 1 ? parts[0]! : { kind: 'collection', span: this.span(node), type: 'tuple', items: parts.map((value) => ({ value })) };
    return { kind: 'index', span: this.span(node), on, index };
  }

  /**
   * A comprehension is a loop that yields. Its names are its own: they are not added to the scope's names, and the
   * analysis puts back what they shadowed.
   */
  private comprehension(node: RawNode, yields: 'list' | 'set' | 'dict' | 'generator'): Expr {
    const bodyNode = childOf(node, 'body');
    const clauses = namedChildren(node).filter((child) => child.type === 'for_in_clause' || child.type === 'if_clause');
    const build = (index: number): Expr => {
      const clause = clauses[index];
      if (!clause) {
        if (!bodyNode) return this.unheld(node);
        if (bodyNode.type === 'pair') return { kind: 'sequence', span: this.span(bodyNode), body: [this.field(bodyNode, 'key'), this.field(bodyNode, 'value')] };
        return this.one(bodyNode);
      }
      if (clause.type === 'if_clause') return { kind: 'if', span: this.span(clause), test: this.firstOf(clause), then: build(index + 1), expression: true };
      const left = childOf(clause, 'left');
      const over = childrenOf(clause, 'right').map((child) => this.one(child));
      const bind = left ? this.pattern(left, false) : undefined;
      const headSpan = this.keywordFor(clause);
      // Inner loops hand their element to the outer one: only the outermost says what is built.
      const inner = build(index + 1);
      return { kind: 'loop', span: this.span(node), headSpan, over: over[0], bind, body: inner, yields: index === 0 ? yields : 'generator' };
    };
    return clauses.length > 0 ? build(0) : this.unheld(node);
  }

  // ---- binding ------------------------------------------------------------------------------------------------------

  private bindName(name: string): void {
    if (!this.scope.outer.has(name)) this.scope.binds.add(name);
  }

  private pattern(node: RawNode, binds = true): Pattern {
    const span = this.span(node);
    switch (node.type) {
      case 'identifier':
        if (binds) this.bindName(this.slice(node));
        return { kind: 'name', span, name: this.slice(node) };
      case 'attribute': {
        const name = childOf(node, 'attribute');
        return name ? { kind: 'member', span, on: this.field(node, 'object'), name: this.slice(name), nameSpan: this.span(name) } : { kind: 'ignore', span };
      }
      case 'subscript': {
        const index = this.subscript(node);
        return index.kind === 'index' ? { kind: 'index', span, on: index.on, index: index.index } : { kind: 'ignore', span };
      }
      case 'tuple_pattern': case 'list_pattern': case 'pattern_list': case 'tuple': case 'list': case 'expression_list':
        return { kind: 'tuple', span, items: namedChildren(node).map((child) => this.pattern(child, binds)) };
      case 'list_splat_pattern': case 'list_splat': {
        const inner = namedChildren(node)[0];
        return inner ? { kind: 'rest', span, item: this.pattern(inner, binds) } : { kind: 'ignore', span };
      }
      case 'as_pattern_target': case 'parenthesized_expression': case 'type': {
        const inner = namedChildren(node)[0];
        return inner ? this.pattern(inner, binds) : { kind: 'ignore', span };
      }
      default: return { kind: 'ignore', span };
    }
  }

  private target(node: RawNode): Pattern {
    return node.type === 'identifier' ? { kind: 'name', span: this.span(node), name: this.slice(node) } : this.pattern(node, false);
  }

  private assignment(node: RawNode): Expr {
    const patterns: Pattern[] = [];
    let at: RawNode | undefined = node;
    let typeNode: RawNode | undefined;
    const lefts: RawNode[] = [];
    while (at?.type === 'assignment') {
      const left = childOf(at, 'left');
      if (left) lefts.push(left);
      typeNode ??= childOf(at, 'type');
      at = childOf(at, 'right');
    }
    const value = at ? this.one(at) : undefined;
    for (const left of lefts) patterns.push(this.pattern(left));
    const type = typeNode ? parseType(this.slice(typeNode)) : this.typeComment(node);
    return { kind: 'bind', span: this.span(node), patterns, value, type };
  }

  /** `x = f()  # type: DataFrame` */
  private typeComment(node: RawNode): TypeRef | undefined {
    const lineEnd = this.text.indexOf('\n', node.end);
    const rest = this.text.slice(node.end, lineEnd < 0 ? undefined : lineEnd);
    const match = rest.includes('type:') ? /^\s*#\s*type:\s*([^#]+)/.exec(rest) : null;
    return match && !match[1]!.trim().startsWith('ignore') ? parseType(match[1]!) : undefined;
  }

  // ---- definitions --------------------------------------------------------------------------------------------------

  private decorated(node: RawNode): Expr {
    const definition = childOf(node, 'definition');
    return definition ? this.define(definition, node.children.filter((child) => child.type === 'decorator')) : this.unheld(node);
  }

  private define(node: RawNode, decorators: readonly RawNode[]): Expr {
    const nameNode = childOf(node, 'name');
    const type = node.type === 'class_definition' ? 'class' : 'function';
    const remembered = node.known ? this.memo.take(node.start) : undefined;
    const start = node.start;
    const span = this.span(node);
    let def: Def;
    if (remembered) {
      const { def: old } = remembered;
      def = decorators.length === 0 && old.decorators.length === 0 ? old : { ...old, decorators: this.decorators(decorators, start) };
      def.at = start - this.base;
      this.inner.push(remembered);
    } else {
      const around = this.inner;
      this.inner = [];
      def = this.fresh(node, nameNode, type, decorators, start);
      if (node.broken) around.push(...this.inner);
      else {
        const fresh: Remembered = { key: memoKey(node.type, this.slice(node)), def, inner: this.inner };
        this.memo.put(fresh);
        around.push(fresh);
      }
      this.inner = around;
    }
    this.bindName(def.name);
    return { kind: 'closure', span, def };
  }

  /** They stand before the definition: their spans, relative to it, are negative. */
  private decorators(nodes: readonly RawNode[], start: number): Expr[] {
    const { base } = this;
    this.base = start;
    const lowered = nodes.map((child) => this.firstOf(child));
    this.base = base;
    return lowered;
  }

  private fresh(node: RawNode, nameNode: RawNode | undefined, kind: 'class' | 'function', decorators: readonly RawNode[], start: number): Def {
    const { base, scope } = this;
    const at = start - base;
    this.base = start;
    const bases: Expr[] = [];
    const superclasses = childOf(node, 'superclasses');
    for (const child of superclasses ? namedChildren(superclasses) : []) if (child.type !== 'keyword_argument') bases.push(this.one(child));
    const decoratorExprs = this.decorators(decorators, start);
    this.scope = { binds: new Set(), outer: new Set(), generator: false };
    const params = kind === 'function' ? this.parameters(childOf(node, 'parameters')) : [];
    for (const param of params) this.scope.binds.add(param.name);
    const bodyNode = childOf(node, 'body');
    const body = this.block(bodyNode);
    const returnType = childOf(node, 'return_type');
    const comment = kind === 'function' && bodyNode ? this.signatureComment(node, bodyNode) : undefined;
    const inner = this.scope;
    for (const name of inner.outer) inner.binds.delete(name);
    const def: Loose<Def> = {
      kind, name: nameNode ? this.slice(nameNode) : '', at, length: node.end - start, nameSpan: nameNode ? this.span(nameNode) : [0, 0],
      params: comment?.params ? params.map((param, index) => {
        const offset = params.length - comment.params!.length;
        return param.type ? param : { ...param, type: index >= offset ? comment.params![index - offset] : undefined };
      }) : params,
      returns: returnType ? parseType(this.slice(returnType)) : comment?.returns, decorators: decoratorExprs, bases,
      binds: inner.binds, outer: inner.outer, body,
    };
    if (inner.generator) def.generator = true;
    this.base = base;
    this.scope = scope;
    return def;
  }

  /** `# type: (SparkSession, str) -> DataFrame` below the def line. */
  private signatureComment(node: RawNode, body: RawNode): { params: TypeRef[] | undefined; returns: TypeRef | undefined } | undefined {
    const head = this.text.slice(node.start, body.start);
    const match = head.includes('type:') ? /#\s*type:\s*\(([^\n]*)\)\s*->\s*([^\n#]+)/.exec(head) : null;
    if (!match) return undefined;
    const tuple = parseType(`Tuple[${match[1]!}]`);
    return { params: match[1]!.trim() === '...' ? undefined : tuple?.args.slice(), returns: parseType(match[2]!) };
  }

  private lambda(node: RawNode): Expr {
    const { base, scope } = this;
    const span = this.span(node);
    const at = node.start - base;
    this.base = node.start;
    this.scope = { binds: new Set(), outer: new Set(), generator: false };
    const params = this.parameters(childOf(node, 'parameters'));
    for (const param of params) this.scope.binds.add(param.name);
    const body = this.field(node, 'body');
    const def: Def = { kind: 'lambda', name: '', at, length: node.end - node.start, nameSpan: [0, 6], params, decorators: [], bases: [], binds: this.scope.binds, outer: this.scope.outer, body };
    this.base = base;
    this.scope = scope;
    return { kind: 'closure', span, def };
  }

  private parameters(node: RawNode | undefined): Param[] {
    const params: Param[] = [];
    let keywordOnly = false;
    for (const child of node ? namedChildren(node) : []) {
      if (child.type === 'keyword_separator') { keywordOnly = true; continue; }
      const param = this.parameter(child, keywordOnly);
      if (!param) continue;
      if (param.form === 'rest') keywordOnly = true;
      params.push(param);
    }
    return params;
  }

  private parameter(node: RawNode, keywordOnly: boolean): Param | undefined {
    const form = keywordOnly ? 'keyword-only' as const : undefined;
    switch (node.type) {
      case 'identifier': return { name: this.slice(node), span: this.span(node), form };
      case 'default_parameter': case 'typed_default_parameter': {
        const name = childOf(node, 'name');
        const type = childOf(node, 'type');
        return name ? { name: this.slice(name), span: this.span(name), type: type ? parseType(this.slice(type)) : undefined, default: this.field(node, 'value'), form } : undefined;
      }
      case 'typed_parameter': {
        const inner = namedChildren(node)[0];
        const type = childOf(node, 'type');
        const param = inner ? this.parameter(inner, keywordOnly) : undefined;
        return param ? { ...param, type: type ? parseType(this.slice(type)) : undefined } : undefined;
      }
      case 'list_splat_pattern': case 'dictionary_splat_pattern': {
        const name = namedChildren(node)[0];
        return name ? { name: this.slice(name), span: this.span(name), form: node.type === 'list_splat_pattern' ? 'rest' : 'keywords' } : undefined;
      }
      case 'tuple_pattern': return { name: this.slice(node), span: this.span(node), form };
      default: return undefined;
    }
  }

  // ---- control flow -------------------------------------------------------------------------------------------------

  private ifStatement(node: RawNode): Expr {
    const alternatives = childrenOf(node, 'alternative');
    const last = alternatives.find((clause) => clause.type === 'else_clause');
    const otherwise = this.arms(alternatives.filter((clause) => clause !== last), last && this.block(childOf(last, 'body')), (clause, rest) => (
      { kind: 'if', span: [clause.start - this.base, node.end - this.base], test: this.field(clause, 'condition'), then: this.block(childOf(clause, 'consequence')), otherwise: rest }
    ));
    return { kind: 'if', span: this.span(node), test: this.field(node, 'condition'), then: this.block(childOf(node, 'consequence')), otherwise };
  }

  /** Each arm holds the next one. Machine-made chains are cut: what comes after the first arms is unknown. */
  private arms(clauses: readonly RawNode[], last: Expr | undefined, make: (clause: RawNode, rest: Expr | undefined) => Expr): Expr | undefined {
    const far = clauses.slice(mostArms);
    const first = far[0];
    const cut: Expr | undefined = first && { kind: 'unknown', span: [first.start - this.base, far.at(-1)!.end - this.base], parts: [...far.map((clause) => this.unheld(clause)), ...(last ? [last] : [])], kills: [] };
    return clauses.slice(0, mostArms).reduceRight((rest, clause) => make(clause, rest), cut ?? last);
  }

  private forStatement(node: RawNode): Expr {
    const span = this.span(node);
    const left = childOf(node, 'left');
    const over = this.field(node, 'right');
    const bind = left ? this.pattern(left) : undefined;
    const alternative = childOf(node, 'alternative');
    return { kind: 'loop', span, headSpan: this.keywordFor(node), over, bind, body: this.block(childOf(node, 'body')), otherwise: alternative ? this.block(childOf(alternative, 'body')) : undefined };
  }

  /** A loop's `for`; `async` may stand before it. */
  private keywordFor(node: RawNode): Span {
    const at = (this.text.startsWith('async', node.start) ? this.text.indexOf('for', node.start) : node.start) - this.base;
    return [at, at + 3];
  }

  private tryStatement(node: RawNode): Expr {
    const handlers: { bind?: Pattern; body: Expr }[] = [];
    let otherwise: Expr | undefined;
    let last: Expr | undefined;
    for (const child of node.children) {
      if (child.type === 'else_clause') otherwise = this.block(childOf(child, 'body'));
      else if (child.type === 'finally_clause') last = this.block(child.children.find((part) => part.type === 'block'));
      else if (child.type === 'except_clause' || child.type === 'except_group_clause') {
        const alias = childOf(child, 'alias') ?? aliasIn(child);
        const bind = alias ? this.pattern(alias) : undefined;
        handlers.push({ ...(bind ? { bind } : {}), body: this.block(child.children.find((part) => part.type === 'block')) });
      }
    }
    return { kind: 'try', span: this.span(node), body: this.block(childOf(node, 'body')), handlers, otherwise, last };
  }

  private withStatement(node: RawNode): Expr {
    const items: { context: Expr; bind?: Pattern }[] = [];
    const clause = node.children.find((child) => child.type === 'with_clause');
    for (const item of clause ? namedChildren(clause) : []) {
      const value = childOf(item, 'value') ?? namedChildren(item)[0];
      if (!value) continue;
      if (value.type === 'as_pattern') {
        const context = namedChildren(value)[0];
        const alias = childOf(value, 'alias');
        if (context) items.push({ context: this.one(context), ...(alias ? { bind: this.pattern(alias) } : {}) });
      } else items.push({ context: this.one(value) });
    }
    return { kind: 'with', span: this.span(node), items, body: this.block(childOf(node, 'body')) };
  }

  /** The cases are branches; names in their patterns are bound to what cannot be told. */
  private matchStatement(node: RawNode): Expr {
    const span = this.span(node);
    const subjects = childrenOf(node, 'subject').map((child) => this.one(child));
    const clauses = childOf(node, 'body')?.children.filter((child) => child.type === 'case_clause') ?? [];
    const chain = this.arms(clauses, undefined, (clause, rest) => {
      const span = this.span(clause);
      const names = new Set<string>();
      for (const child of clause.children) if (child.type === 'case_pattern') capturedNames(child, this.text, names);
      for (const name of names) this.bindName(name);
      const bound: Expr = { kind: 'unknown', span, parts: [], kills: [...names] };
      const guard = childOf(clause, 'guard');
      // The guard sees what the pattern bound; that it holds does not yet tell that the pattern matched.
      const test: Expr = { kind: 'unknown', span, parts: guard ? [this.firstOf(guard)] : [], kills: [] };
      return { kind: 'if', span, test: guard ? { kind: 'sequence', span, body: [bound, test] } : test, then: { kind: 'sequence', span, body: [bound, this.block(childOf(clause, 'consequence'))] }, otherwise: rest };
    });
    return { kind: 'sequence', span, body: [...subjects, ...(chain ? [chain] : [])] };
  }

  // ---- imports ------------------------------------------------------------------------------------------------------

  private importStatement(node: RawNode): Expr {
    const span = this.span(node);
    const imports = childrenOf(node, 'name').map((child): Expr => {
      if (child.type === 'aliased_import') {
        const name = childOf(child, 'name');
        const alias = childOf(child, 'alias');
        const as = alias ? this.slice(alias) : '';
        this.bindName(as);
        return { kind: 'import', span, module: name ? this.slice(name) : '', level: 0, as };
      }
      const module = this.slice(child);
      this.bindName(module.split('.')[0]!);
      return { kind: 'import', span, module, level: 0 };
    });
    return imports.length === 1 ? imports[0]! : { kind: 'sequence', span, body: imports };
  }

  private importFrom(node: RawNode): Expr {
    const span = this.span(node);
    const moduleNode = childOf(node, 'module_name');
    const written = moduleNode ? this.slice(moduleNode).replace(/\s/g, '') : '';
    const level = /^\.*/.exec(written)![0].length;
    const module = written.slice(level);
    if (node.children.some((child) => child.type === 'wildcard_import')) return { kind: 'import', span, module, level, star: true };
    const names = childrenOf(node, 'name').map((child): ImportedName => {
      const name = child.type === 'aliased_import' ? childOf(child, 'name') : child;
      const alias = child.type === 'aliased_import' ? childOf(child, 'alias') : undefined;
      const text = name ? this.slice(name) : '';
      const as = alias ? this.slice(alias) : text;
      this.bindName(as);
      return { name: text, as, span: this.span(child) };
    });
    return { kind: 'import', span, module, level, names };
  }
}

/** What a handler calls the exception: `except E as e`, or `except E, e` of Python 2. */
function aliasIn(clause: RawNode): RawNode | undefined {
  const pattern = clause.children.find((child) => child.type === 'as_pattern');
  if (pattern) return childOf(pattern, 'alias');
  const values = childrenOf(clause, 'value');
  return values.length === 2 && values[1]!.type === 'identifier' ? values[1] : undefined;
}

/** The names that a pattern of a `case` binds: not those of classes, of their fields, and of constants (`Color.RED`). */
function capturedNames(node: RawNode, text: string, found: Set<string>): void {
  const captured = node.type === 'dotted_name' && node.children.length === 1 ? node
    : node.type === 'splat_pattern' || node.type === 'as_pattern' ? node.children.findLast((child) => child.type === 'identifier')
    : undefined;
  if (captured && text.slice(captured.start, captured.end) !== '_') found.add(text.slice(captured.start, captured.end));
  for (const child of node.children) {
    const ofClass = node.type === 'class_pattern' && child.type === 'dotted_name';
    if (!ofClass && child.field !== 'key') capturedNames(child, text, found);
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' };

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[\s\S])/g, (whole, code: string) => {
    if (/^[xuU][0-9a-fA-F]+$/.test(code)) {
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    }
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return escapes[code] ?? whole;
  });
}
