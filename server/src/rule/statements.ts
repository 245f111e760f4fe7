/** The statements of a lowered module, flat and in absolute offsets: where fixes insert and suppressions look. */
import { calledName, forEachChild, namesOf } from '../program/expressions.ts';
import type { Def, Expr, Lowered } from '../program/program.ts';
import { contains, type Range, touches } from '../text/range.ts';
import { lastStartingBy } from '../text/range-index.ts';

export interface Statement extends Range {
  readonly expr: Expr;
  /** The definition whose body it stands in, and that definition's absolute start. */
  readonly def: Def;
  readonly base: number;
  readonly parent: Statement | undefined;
  /** It holds blocks of its own (`if`, `for`, `def` …). */
  readonly compound: boolean;
  /** An `elif` or `case`: part of the statement around it, nothing can be inserted before or after it. */
  readonly arm: boolean;
  /** No other statement stands in its block. */
  readonly only: boolean;
  /** The statements that it stands among, and the braces around them. */
  readonly block: Range;
}

const known = new WeakMap<Lowered, readonly Statement[]>();

/** In order of their starts; an outer statement before those in it. */
export function statementsOf(lowered: Lowered): readonly Statement[] {
  let statements = known.get(lowered);
  if (!statements) known.set(lowered, (statements = collect(lowered)));
  return statements;
}

const uncommented = new WeakMap<Lowered, string>();

/** The text with blanks for its comments, so that offsets stay: what is said in a comment is done nowhere. Cells of other languages stand in comments, and stay. */
export function codeOf(lowered: Lowered): string {
  let code = uncommented.get(lowered);
  if (code === undefined) {
    const { text } = lowered;
    const comments = lowered.comments.filter(({ start }) => !/^(?:#|\/\/) MAGIC\b/.test(text.slice(start, start + 10)));
    code = comments.map(({ start, end }, index) => text.slice(comments[index - 1]?.end ?? 0, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ')).join('') + text.slice(comments.at(-1)?.end ?? 0);
    uncommented.set(lowered, code);
  }
  return code;
}

/** The innermost statement around an offset. */
export function statementAt(lowered: Lowered, offset: number): Statement | undefined {
  const statements = statementsOf(lowered);
  let found = statements[lastStartingBy(statements, offset)];
  while (found && !touches(found, offset)) found = found.parent;
  return found;
}

/** Names of the definitions around an offset, outermost first; lambdas have none. */
export function definitionsAt(lowered: Lowered, offset: number): readonly Def[] {
  const found: Def[] = [];
  for (let statement = statementAt(lowered, offset); statement; statement = statement.parent) {
    if (statement.expr.kind === 'closure' && offset < statement.end) found.unshift(statement.expr.def);
  }
  return found;
}

/** Statements that stand wholly in a range. */
export function statementsIn(lowered: Lowered, range: Range): Statement[] {
  const all = statementsOf(lowered);
  return all.slice(lastStartingBy(all, range.start - 1) + 1, lastStartingBy(all, range.end) + 1).filter((each) => contains(range, each));
}

/** What stands there runs on the way to an end by failure: a block around it in the same function ends in `raise` or `sys.exit(1)`. */
export function leadsToFailure(lowered: Lowered, offset: number): boolean {
  for (let statement = statementAt(lowered, offset); statement && statement.expr.kind !== 'closure'; statement = statement.parent) {
    const { expr, base } = statement;
    const holds = ({ span }: Expr): boolean => base + span[0] <= offset && offset < base + span[1];
    if (expr.kind === 'assert' && expr.message && holds(expr.message)) return true;
    if (blocksOf(expr).some((block) => holds(block) && fails(lastOf(block)))) return true;
  }
  return false;
}

/** Something in it raises an error, or ends the program. */
export function raises(expr: Expr): boolean {
  let found = isRaise(expr);
  forEachChild(expr, (child) => (found ||= raises(child)));
  return found;
}
const isRaise = (expr: Expr): boolean => expr.kind === 'exit' && expr.how === 'throw' || expr.kind === 'discard' && expr.value.kind === 'call' && /^_?exit$/.test(calledName(expr.value) ?? '');

/** A statement of the block itself raises an error, or ends the program. */
export const endsInFailure = (block: Expr): boolean => (block.kind === 'sequence' ? block.body.some(isRaise) : isRaise(block));

/** It stands where the program gives up: in the handler of an error that is raised again, or in the block that ends so. */
export function givesUp(lowered: Lowered, place: Range): boolean {
  let inside = place;
  for (let at = statementAt(lowered, place.start); at && at.expr.kind !== 'closure' && at.expr.kind !== 'loop'; inside = at, at = at.parent) {
    const { expr, base } = at;
    const holds = ({ span }: Expr): boolean => contains({ start: base + span[0], end: base + span[1] }, inside);
    if (expr.kind === 'try' && expr.handlers.some(({ body }) => holds(body) && raises(body))) return true;
    // `sys.exit(main())`: what it ends with is still to be done.
    const isElsewhere = (last: Expr): boolean => last.kind !== 'discard' || !holds(last);
    if (expr.kind === 'if' && [expr.then, expr.otherwise].some((block) => block !== undefined && holds(block) && (block.kind === 'sequence' ? block.body : [block]).some((each) => isRaise(each) && isElsewhere(each)))) return true;
  }
  return false;
}

/** What handles an error of the `try` block that a place stands in: how it is asked for (`except ValueError as e`), what is done then. */
export interface Handler {
  readonly head: string;
  readonly body: Expr;
  /** The block holds a statement or two. */
  readonly alone: boolean;
}

/** The handlers around a place in its function, innermost first. */
export function handlersOf(lowered: Lowered, offset: number): Handler[] {
  const found: Handler[] = [];
  for (let at = statementAt(lowered, offset); at && at.expr.kind !== 'closure'; at = at.parent) {
    if (at.expr.kind === 'try' && isIn(at.expr.body, at.base, offset)) found.push(...handlersIn(lowered, at.expr, at.base));
  }
  return found;
}

function handlersIn(lowered: Lowered, { body: tried, handlers }: Expr & { kind: 'try' }, base: number): Handler[] {
  let end = base + tried.span[1];
  return handlers.map(({ body }) => {
    // A `case` spans its pattern.
    const first = body.kind === 'sequence' ? body.body[0] ?? body : body;
    const head = lowered.text.slice(end, base + first.span[0]);
    end = base + body.span[1];
    return { head, body, alone: isShort(tried) };
  });
}

const isIn = ({ span }: Expr, base: number, offset: number): boolean => base + span[0] <= offset && offset < base + span[1];
/** A statement or two. */
const isShort = (block: Expr): boolean => block.kind !== 'sequence' || block.body.length <= 2;

/**
 * Where it fails the program goes on all the same, with what it has for that: `except Exception`, `suppress`, Scala's `Try`. `alone`: what it stands in holds
 * little else; of a whole program in a `try` block what follows is lost.
 */
export function passedOver(lowered: Lowered, offset: number): 'alone' | 'among others' | undefined {
  let found: 'among others' | undefined;
  for (let at = statementAt(lowered, offset); at && at.expr.kind !== 'closure'; at = at.parent) {
    const block = blockPassedOver(lowered, at, offset);
    if (block && isShort(block)) return 'alone';
    if (block) found = 'among others';
  }
  return found;
}

function blockPassedOver(lowered: Lowered, { expr, base }: Statement, offset: number): Expr | undefined {
  if (expr.kind === 'try' && isIn(expr.body, base, offset) && handlersIn(lowered, expr, base).some(({ head, body }) => mayCatch(head) && !raises(body))) return expr.body;
  if (expr.kind === 'with' && isIn(expr.body, base, offset) && expr.items.some(({ context }) => calledName(context) === 'suppress' && mayCatch(lowered.text.slice(base + context.span[0], base + context.span[1])))) return expr.body;
  return lowered.language === 'scala' ? triedAt(lowered, expr, base, offset) : undefined;
}

/** What `Try(…)` and `Try { … }` are given there; `Try(…).get` fails after all. */
function triedAt(lowered: Lowered, expr: Expr, base: number, offset: number): Expr | undefined {
  if (expr.kind === 'closure' || !isIn(expr, base, offset)) return undefined;
  const [given] = expr.kind === 'call' && calledName(expr) === 'Try' && expr.args.length === 1 ? expr.args : [];
  if (given && isIn(given.value, base, offset) && !/^\s*\.\s*get\b/.test(lowered.text.slice(base + expr.span[1]))) return given.value;
  let found: Expr | undefined;
  forEachChild(expr, (child) => (found ??= triedAt(lowered, child, base, offset)));
  return found;
}

/** It asks for anything, or for something that Spark may raise. */
function mayCatch(head: string): boolean {
  const asked = head.match(/\b(\w*(Error|Exception)|KeyboardInterrupt|SystemExit|StopIteration|GeneratorExit)\b/g) ?? [];
  return asked.length === 0 || asked.some((name) => !neverOfSpark.test(name));
}
const neverOfSpark = /^(KeyboardInterrupt|SystemExit|StopIteration|GeneratorExit|(Key|Index|Lookup|Attribute|Name|UnboundLocal|Import|ModuleNotFound|OS|IO|Environment|FileNotFound|FileExists|IsADirectory|NotADirectory|Permission|Connection|Timeout|ZeroDivision|Arithmetic|Overflow|Assertion|Unicode\w*|JSONDecode|NotImplemented|Memory|Recursion|Syntax|NoSuchElement|NumberFormat|\w*IndexOutOfBounds|ClassNotFound|ClassCast|Interrupted|NullPointer|Match|Request|HTTP|Client)(Error|Exception))$/;

/** Blocks that do not always run. */
function blocksOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'if': return expr.expression ? [] : [expr.then, ...(expr.otherwise && expr.otherwise.kind !== 'if' ? [expr.otherwise] : [])];
    case 'try': return [...expr.handlers.map(({ body }) => body), ...(expr.otherwise ? [expr.otherwise] : [])];
    default: return [];
  }
}

const lastOf = (block: Expr): Expr | undefined => (block.kind === 'sequence' ? block.body.at(-1) : block);

function fails(last: Expr | undefined): boolean {
  if (last?.kind === 'exit') return last.how === 'throw';
  if (last?.kind !== 'discard' || last.value.kind !== 'call') return false;
  const status = last.value.args[0]?.value;
  return /^_?exit$/.test(calledName(last.value) ?? '') && (status?.kind === 'text' || status?.kind === 'literal' && status.value !== 0);
}

/** Comments on the lines of a place, and those right above them. */
export function commentsBeside(lowered: Lowered, { start, end }: Range): string[] {
  const { text, comments } = lowered;
  const lineEnd = text.indexOf('\n', end);
  const from = text.lastIndexOf('\n', start) + 1;
  const [before, last] = [from - 1, (lineEnd < 0 ? text.length : lineEnd) - 1].map((at) => lastStartingBy(comments, at)) as [number, number];
  return [commentAbove(lowered, from), ...comments.slice(before + 1, last + 1).map((comment) => text.slice(comment.start, comment.end))];
}

/** The lines of comment right above a place. */
export function commentAbove({ text, comments }: Lowered, at: number): string {
  let start = at;
  for (let index = lastStartingBy(comments, at - 1); index >= 0; index--) {
    const comment = comments[index]!;
    if (!comment.alone || text.slice(comment.end, start).trim() !== '') break;
    start = comment.start;
  }
  return text.slice(start, at);
}

/** Names that a statement gives a value to; not those in its blocks. */
export function boundBy({ expr }: Pick<Statement, 'expr'>): string[] {
  switch (expr.kind) {
    case 'bind': return expr.patterns.flatMap(namesOf);
    case 'loop': return expr.bind ? namesOf(expr.bind) : [];
    case 'with': return expr.items.flatMap(({ bind }) => (bind ? namesOf(bind) : []));
    default: return [];
  }
}

function collect(lowered: Lowered): Statement[] {
  const found: Statement[] = [];

  const block = (expr: Expr | undefined, def: Def, base: number, parent: Statement | undefined): void => {
    if (!expr) return;
    const items = (expr.kind === 'sequence' ? expr.body.flatMap((item) => (isBlock(item) ? item.body : [item])) : [expr]).flatMap(withCompanion);
    const real = items.filter((item) => item.kind !== 'unknown' || item.span[0] !== expr.span[0]);
    const around = { start: base + expr.span[0], end: base + expr.span[1] };
    for (const item of real) add(item, def, base, parent, false, real.length === 1, around);
  };

  const add = (expr: Expr, def: Def, base: number, parent: Statement | undefined, arm: boolean, only: boolean, around: Range): void => {
    const start = base + (expr.kind === 'closure' ? decoratedStart(lowered.text, expr, base) - base : expr.span[0]);
    const end = base + expr.span[1];
    const statement: Statement = { expr, def, base, parent, arm, only, block: around, start, end: start + lowered.text.slice(start, end).trimEnd().length, compound: isCompound(expr) };
    found.push(statement);
    inside(expr, def, base, statement);
  };

  const inside = (expr: Expr, def: Def, base: number, statement: Statement): void => {
    switch (expr.kind) {
      case 'if':
        if (expr.expression) return;
        block(expr.then, def, base, statement);
        if (expr.otherwise?.kind === 'if' && !expr.otherwise.expression) add(expr.otherwise, def, base, statement, true, true, statement);
        else block(expr.otherwise, def, base, statement);
        return;
      case 'loop':
        // `for (…) yield { … }` of Scala holds statements; what a comprehension of Python yields is none.
        if (expr.yields && expr.body.kind !== 'sequence') return;
        block(expr.body, def, base, statement);
        block(expr.otherwise, def, base, statement);
        return;
      case 'try':
        block(expr.body, def, base, statement);
        for (const handler of expr.handlers) block(handler.body, def, base, statement);
        block(expr.otherwise, def, base, statement);
        block(expr.last, def, base, statement);
        return;
      case 'with':
        return block(expr.body, def, base, statement);
      case 'closure':
        return block(expr.def.body, expr.def, base + expr.def.at, statement);
      // `match`: its cases are a chain of arms. `import a, b` holds nothing further.
      case 'sequence':
        for (const item of expr.body) if (isCompound(item)) add(item, def, base, statement, true, true, statement);
        return;
      default: lambdas(expr, base, statement);
    }
  };

  /** Functions written where they are given to others hold statements too, in braces. */
  const lambdas = (expr: Expr, base: number, statement: Statement): void => {
    if (expr.kind === 'closure') {
      const { def } = expr;
      if (def.body.kind === 'sequence') block(def.body, def, base + def.at, statement);
      else lambdas(def.body, base + def.at, statement);
      return;
    }
    forEachChild(expr, (child) => lambdas(child, base, statement));
  };

  block(lowered.module.body, lowered.module, 0, undefined);
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** The body of a `case` stands as a sequence of its own beside what its pattern binds; `match` and `import a, b` are one statement. */
const isBlock = (expr: Expr): expr is Expr & { kind: 'sequence' } =>
  expr.kind === 'sequence' && expr.body.length > 0 && expr.body.every(isStatement) && !expr.body.every((item) => item.kind === 'import');
const statementKinds: ReadonlySet<Expr['kind']> = new Set(['discard', 'if', 'loop', 'try', 'with', 'bind', 'closure', 'import', 'delete', 'assert', 'exit', 'sequence']);
const isStatement = (expr: Expr): boolean => statementKinds.has(expr.kind);

const isCompound = (expr: Expr): boolean =>
  expr.kind === 'if' ? !expr.expression
  : expr.kind === 'loop' ? !expr.yields
  : expr.kind === 'closure' ? expr.def.kind !== 'lambda'
  : expr.kind === 'try' || expr.kind === 'with' || (expr.kind === 'sequence' && expr.body.some(isCompound));

/** The class beside an object of its name is a statement of its own. */
function withCompanion(expr: Expr): Expr[] {
  const companion = expr.kind === 'closure' ? expr.def.companion : undefined;
  return companion ? [expr, { kind: 'closure', span: [companion.at, companion.at + companion.length], def: companion }] : [expr];
}

/** Decorators stand before the definition they belong to. */
function decoratedStart(text: string, expr: Expr & { kind: 'closure' }, base: number): number {
  const start = base + expr.def.at;
  const first = expr.def.decorators[0];
  if (!first || first.span[0] >= 0) return Math.min(start, base + expr.span[0]);
  const mark = text.lastIndexOf('@', start + first.span[0]);
  return mark < 0 ? start : mark;
}
