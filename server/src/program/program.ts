/**
 * The language-neutral program: plain data that every language is lowered into.
 * What differs between the languages (scoping, truthiness, auto-application, properties) is settled by the lowering.
 * The analysis asks for the language only where it comes to what one of them alone has: its own library, its imports.
 *
 * Invariants: lowering never fails (what it cannot hold becomes `unknown`); nothing here refers to a syntax tree;
 * every span is relative to the start of the owning Def, so that a function that only moved is unchanged.
 */

/** Offsets relative to `Def.at` of the owning Def: [from, to). */
export type Span = readonly [from: number, to: number];

export type Language = 'python' | 'scala';

/** How a value type was written: `DataFrame`, `Optional[DataFrame]`, `Dict[str, DataFrame]`, `A | B` (name '|'). */
export interface TypeRef {
  readonly name: string;
  readonly args: readonly TypeRef[];
}

export interface Param {
  readonly name: string;
  readonly span: Span;
  readonly type?: TypeRef | undefined;
  readonly default?: Expr | undefined;
  /** Given by the language where the caller does not (Scala's `implicit` and `using`). */
  readonly implicit?: boolean | undefined;
  /** `*args`, `**kwargs`, or one that can be given by keyword only. */
  readonly form?: 'rest' | 'keywords' | 'keyword-only' | undefined;
}

/** The function of a class that makes its objects, in every language. */
export const constructorName = '__init__';

/** The object that holds what a package inherits (Scala's package objects). */
export const packageObject = 'package';

/**
 * A module, class, function or lambda: the unit of scoping and of incremental re-lowering.
 * A Def's `body` runs when it is called (function, lambda) or where it stands (module, class).
 *
 * A method has the object that it is called on as its first parameter, in every language: Python writes it down, the
 * lowering of others adds it. What a class does to make an object is a method named `constructorName`.
 */
export interface Def {
  readonly kind: 'module' | 'class' | 'function' | 'lambda';
  /** '' for lambdas, the module's own name is known to the project, not to the program. */
  readonly name: string;
  /** Start of this Def in the text, relative to the parent Def's start (0 for the module). Mutable: a moved Def is re-placed, not rebuilt. */
  at: number;
  /** Length of the Def's text. */
  readonly length: number;
  readonly nameSpan: Span;
  readonly params: readonly Param[];
  readonly returns?: TypeRef | undefined;
  /** Decorators or annotations, outermost first; evaluated in the parent scope, spans relative to THIS Def. */
  readonly decorators: readonly Expr[];
  /** Base classes (class only); evaluated in the parent scope. */
  readonly bases: readonly Expr[];
  /** Names that are local to this scope: assigned, imported, defined or declared in it, parameters included. */
  readonly binds: ReadonlySet<string>;
  /** Names this scope assigns although they belong to an outer one (`global`, `nonlocal`; a captured var in Scala). */
  readonly outer: ReadonlySet<string>;
  readonly body: Expr;
  readonly generator?: boolean | undefined;
  /** It is called wherever its name stands: Python's properties, Scala's `def` without a parameter list. */
  readonly property?: boolean | undefined;
  /** A property that is called once: what it gives is kept by the object (Scala's `lazy val`). */
  readonly lazy?: boolean | undefined;
  /** Of a method: what its first parameter is, where it is not the object. 'none': an ordinary function that only stands in a class. */
  readonly receiver?: 'class' | 'none' | undefined;
  /** How many parameters stand in each list, where there are several: `f(a)(b)`. The receiver counts in none. */
  readonly lists?: readonly number[] | undefined;
  /** Others of its name stand beside it: what it is called with tells which one is meant. */
  readonly overload?: boolean | undefined;
  /** A class that has one object, which bears its name (Scala's `object`). What its functions do not bind they find in it. */
  readonly singleton?: boolean | undefined;
  /** The class of the same name beside a singleton: `new Name(…)` makes one of it. */
  readonly companion?: Def | undefined;
  /** Of a class: 'data': it is made to be sent and compared, whatever it extends (Scala's case classes and enumerations); 'base': objects are of others that extend it (traits, abstract classes). */
  readonly role?: 'data' | 'base' | undefined;
  /** A class whose methods all values of its constructor's parameter have (Scala's implicit classes, extension methods); a function whose parameter's values have all methods of what it gives. */
  readonly extension?: boolean | undefined;
}

export interface Arg {
  /** Keyword or named argument. */
  readonly name?: string | undefined;
  readonly nameSpan?: Span | undefined;
  readonly value: Expr;
  /** `*xs`, `**kw`, `xs: _*`. */
  readonly spread?: 'list' | 'dict' | undefined;
}

export type Pattern =
  | { readonly kind: 'name'; readonly span: Span; readonly name: string }
  | { readonly kind: 'member'; readonly span: Span; readonly on: Expr; readonly name: string; readonly nameSpan: Span }
  | { readonly kind: 'index'; readonly span: Span; readonly on: Expr; readonly index: Expr }
  | { readonly kind: 'tuple'; readonly span: Span; readonly items: readonly Pattern[] }
  | { readonly kind: 'rest'; readonly span: Span; readonly item: Pattern }
  /** `Some(x)`, `Row(a, b)`, `Point(x, y)`: takes apart what was made by `of`. */
  | { readonly kind: 'extract'; readonly span: Span; readonly of: Expr; readonly items: readonly Pattern[] }
  /** `x: DataFrame` in a `case`: only values of the type. */
  | { readonly kind: 'typed'; readonly span: Span; readonly item: Pattern; readonly type: TypeRef }
  | { readonly kind: 'ignore'; readonly span: Span };

export interface CollectionItem {
  /** dict only */
  readonly key?: Expr | undefined;
  readonly value: Expr;
  readonly spread?: boolean | undefined;
}

export interface ImportedName {
  readonly name: string;
  readonly as: string;
  readonly span: Span;
}

/** One handler of a try: what it catches is not modelled, what it does is. */
export type Expr =
  | { readonly kind: 'literal'; readonly span: Span; readonly value: string | number | boolean | null; readonly type: 'string' | 'bytes' | 'int' | 'float' | 'bool' | 'none' | 'symbol' }
  /** A string with code in it. A piece that is no Expr is its value with escapes undone. */
  | { readonly kind: 'text'; readonly span: Span; readonly parts: readonly (string | Expr)[] }
  /** `auto`: what takes no arguments is called although no parentheses stand there (Scala). */
  | { readonly kind: 'name'; readonly span: Span; readonly name: string; readonly auto?: boolean | undefined }
  /** `on.name`; `auto`: as above (Scala's `df.count`). */
  | { readonly kind: 'member'; readonly span: Span; readonly on: Expr; readonly name: string; readonly nameSpan: Span; readonly auto?: boolean | undefined }
  /** `types`: what is given in brackets (`as[User]`, `asInstanceOf[DataFrame]`); `makes`: an object of the class, whatever else bears its name (`new User(…)`). */
  | { readonly kind: 'call'; readonly span: Span; readonly fn: Expr; readonly args: readonly Arg[]; readonly types?: readonly TypeRef[] | undefined; readonly makes?: boolean | undefined }
  | { readonly kind: 'index'; readonly span: Span; readonly on: Expr; readonly index: Expr }
  | { readonly kind: 'collection'; readonly span: Span; readonly type: 'list' | 'tuple' | 'set' | 'dict'; readonly items: readonly CollectionItem[] }
  /**
   * Names: '+', '-', '*', '/', '//', '%', '**', '@', '&', '|', '^', '~', '<<', '>>', 'neg', 'pos', 'and', 'or', 'not',
   * '==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not', 'slice', 'await', 'yield', 'format'.
   * A chained comparison (`a < b < c`) is one operator 'chain' with all operands.
   * What a Column answers with a Column in Scala: '&&', '||', '!', '===', '=!=', '<=>'; of plain values the first three
   * are 'and', 'or', 'not'. What is true or false whatever is compared: 'equals', 'differs' (Scala's `==` and `!=`).
   */
  | { readonly kind: 'operator'; readonly span: Span; readonly name: string; readonly nameSpan: Span; readonly args: readonly Expr[]; readonly parenthesized?: boolean | undefined }
  /** Statements in their order; the value is that of the last one where the language says so. `own`: names that are others within; behind it they are again what they were. */
  | { readonly kind: 'sequence'; readonly span: Span; readonly body: readonly Expr[]; readonly own?: readonly string[] | undefined }
  /** A value that a statement computes and drops. `last`: the last expression of a notebook cell or of a REPL snippet, which is shown. */
  | { readonly kind: 'discard'; readonly span: Span; readonly value: Expr; readonly shown?: boolean | undefined }
  /** `statement` or conditional expression; the test is a truth test. */
  | { readonly kind: 'if'; readonly span: Span; readonly test: Expr; readonly then: Expr; readonly otherwise?: Expr | undefined; readonly expression?: boolean | undefined }
  /** `for bind in over`, `while test`, comprehensions (`yields` then names the collection that is built; 'each': an inner loop hands what it yields to the one around). What it binds when it yields is its own, and what `own` says. */
  | {
      readonly kind: 'loop'; readonly span: Span;
      /** The keyword, for messages and related locations. */
      readonly headSpan: Span;
      readonly over?: Expr | undefined; readonly bind?: Pattern | undefined; readonly test?: Expr | undefined;
      readonly body: Expr; readonly otherwise?: Expr | undefined;
      readonly yields?: 'list' | 'set' | 'dict' | 'generator' | 'each' | undefined;
      readonly own?: readonly string[] | undefined;
    }
  | { readonly kind: 'try'; readonly span: Span; readonly body: Expr; readonly handlers: readonly { readonly bind?: Pattern | undefined; readonly body: Expr }[]; readonly otherwise?: Expr | undefined; readonly last?: Expr | undefined }
  /** `with context as bind: body`: the context's value is bound, then the body runs. */
  | { readonly kind: 'with'; readonly span: Span; readonly items: readonly { readonly context: Expr; readonly bind?: Pattern | undefined }[]; readonly body: Expr }
  /**
   * `augmented`: `x += v`; then `value` is the right side alone. Without a value: a bare declaration (`x: DataFrame`).
   * `declares`: where the language says that a name is new (Scala's `val` and `var`), and `implicit` that others are given it unasked.
   */
  | { readonly kind: 'bind'; readonly span: Span; readonly patterns: readonly Pattern[]; readonly value?: Expr | undefined; readonly type?: TypeRef | undefined; readonly augmented?: string | undefined; readonly declares?: 'val' | 'var' | undefined; readonly implicit?: boolean | undefined }
  /** A nested function, class or lambda where it stands. Named ones bind their name here. */
  | { readonly kind: 'closure'; readonly span: Span; readonly def: Def }
  | { readonly kind: 'import'; readonly span: Span; readonly module: string; /** Leading dots of a relative import. */ readonly level: number; readonly names?: readonly ImportedName[] | undefined; /** `import a.b as c` binds c; `import a.b` binds a. */ readonly as?: string | undefined; readonly star?: boolean | undefined; /** `module` is no name, but what a line that runs it names: see `RunLine`. */ readonly runs?: boolean | undefined }
  | { readonly kind: 'delete'; readonly span: Span; readonly targets: readonly Pattern[] }
  | { readonly kind: 'assert'; readonly span: Span; readonly test: Expr; readonly message?: Expr | undefined }
  | { readonly kind: 'exit'; readonly span: Span; readonly how: 'return' | 'break' | 'continue' | 'throw' | 'yield'; readonly value?: Expr | undefined }
  /** What could not be held: its parts run in an unknown order, the names it may assign become unknown. */
  | { readonly kind: 'unknown'; readonly span: Span; readonly parts: readonly Expr[]; readonly kills: readonly string[] };

export interface Comment {
  /** Absolute offsets in the module's text, the marker (`#`, `//`) included. */
  readonly start: number;
  readonly end: number;
  /** Nothing but white space stands before it on its line. */
  readonly alone: boolean;
}

/** A part of a module's text with a place of its own: a notebook cell. A plain file is one piece. */
export interface Piece {
  /** Absolute offsets in the module's text. */
  readonly start: number;
  readonly end: number;
  /** 0-based among all cells of the notebook; undefined for a plain file. */
  readonly cell?: number | undefined;
}

/** Another notebook or script runs in this one's place and leaves its names here: `%run ./helpers`, `:load helpers.scala`. */
export interface RunLine {
  /** Where the line begins. */
  readonly at: number;
  /** As it is named there. */
  readonly file: string;
}

/** What lowering a text gives. */
export interface Lowered {
  readonly language: Language;
  /** The module's text: offsets count in it. For notebooks the code cells joined by line ends. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly notebook: boolean;
  /** In their order. */
  readonly runs: readonly RunLine[];
  readonly module: Def;
  readonly comments: readonly Comment[];
  /** Absolute ranges that hold syntax errors: nothing is reported inside them. */
  readonly errors: readonly { readonly start: number; readonly end: number }[];
  /** The dotted package that its top-level names belong to, where the language has packages apart from files. */
  readonly package?: string | undefined;
  /** True when the parse hit its time limit: then `module` is empty. */
  readonly timedOut?: boolean | undefined;
}
