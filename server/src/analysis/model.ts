/**
 * The Spark program: what rules look at. Made by `analyse` from a lowered module; plain data, no syntax.
 * All ranges here are absolute UTF-16 offsets in the text of the module that `Site.module` names.
 */
import type { Range } from '../text/range.ts';
import type { Section, Told } from '../program/conf.ts';
import type { Def, Expr, Lowered } from '../program/program.ts';
import type { ImportFact, Method } from '../knowledge/api.ts';
import type { Cell, ClassInfo, Instance, Scope } from './scope.ts';

/** A place in a module of the project. */
export interface Site extends Range {
  /** Project-relative path of the module, with forward slashes. */
  readonly module: string;
}

/** Kinds are the owners of the API table ('DataFrame', 'RDD', 'SparkSession', 'DataFrameReader', …). */
export type Kind = string;

/** Why a value is believed to be what it is; printed by `--explain` and `sparkcheck types`. */
export interface Evidence {
  readonly site: Site;
  /** A clause without a full stop: "DataFrame, read here", "parameter `df` is annotated DataFrame". */
  readonly text: string;
}

/** How many rows a dataset can bring to the driver. */
export type Bound =
  | { readonly is: 'rows'; /** at most; undefined: a number in the code we cannot compute */ readonly rows?: number | undefined }
  /** As many rows as there are groups or distinct values. */
  | { readonly is: 'groups' }
  /** Read from storage or a stream, and nothing since reduces it. */
  | { readonly is: 'unbounded' }
  /** Its source is not in sight. */
  | { readonly is: 'unknown' };

/** What is known of where a dataset was read. */
export interface Source {
  readonly format?: string | undefined;
  /** Literal paths or the table name, where they are literal. */
  readonly paths: readonly string[];
  readonly table?: string | undefined;
  /** All tables it names, those of its SQL included, that no temporary view stands for; with holes where a part is not known. */
  readonly tables: readonly string[];
  readonly options: ReadonlyMap<string, string | undefined>;
  /** The same, with their places. */
  readonly told?: Props['options'] | undefined;
  readonly schemaGiven: boolean;
  readonly sql?: string | undefined;
}

/** One node of a lineage: a DataFrame, RDD, DStream or grouped data, made at one place (through one chain of callers). */
export interface Dataset {
  readonly id: number;
  /** What was taken for a frame may turn out to be an RDD. */
  kind: Kind;
  /** The call that made it; `name` is the word of the method. */
  readonly site: Site;
  readonly name: Site;
  /** Call sites from the outermost caller inwards, when it was made in a function that was called. */
  readonly callers: readonly Site[];
  /** 'parameter' | 'field' | 'global' for what comes from out of sight; else the method's name. */
  readonly made: string;
  readonly method?: Method | undefined;
  /** The call's arguments, as the analysis saw them. */
  args: readonly ArgValue[];
  /** What it was derived from; grows while loops are followed. */
  readonly from: Dataset[];
  bound: Bound;
  streaming: 'yes' | 'no' | 'maybe';
  /** It is derived, around a loop, from a dataset made at its own place (`df = df.withColumn(…)` in a loop). */
  grows: boolean;
  source?: Source | undefined;
  /** The branches in which it was made last. */
  path: readonly Arm[];
  /** Loops around the place where it was made, outermost first. */
  readonly loops: readonly Loop[];
  /** Variables it was bound to, in order. */
  readonly names: Naming[];
  readonly why: Evidence;
  /** Set when it leaves what can be seen: returned to unknown callers, stored in a field, passed to an unknown function. */
  escapes: Event[];
  /** Names of the columns that carry a watermark; undefined for one whose name is not known. What is left out by a step stays among them. */
  readonly watermarks?: readonly (string | undefined)[];
  /** This step shuffles although its method alone need not: a `select` of aggregates, a SQL query with GROUP BY; false: a join with what is broadcast. */
  shuffles?: boolean | undefined;
  /** The Python function that this step runs for each row. */
  udf?: string | undefined;
  /** A column that this step adds is computed over a window: a shuffle, if anybody reads it. */
  window?: boolean | undefined;
  /** What the functions that it was given make of what they get: of an RDD's `map`, its elements. */
  gives?: Value | undefined;
  /** A parameter: where another module passes it. */
  readonly passed?: Evidence | undefined;
}

/** A variable that holds a dataset. */
export interface Naming {
  readonly name: string;
  /** Whose variable it is. */
  readonly def: Def;
  /** Where in the module's text it was bound. */
  readonly from: number;
  /** A parameter, of what had a name before. */
  readonly passed: boolean;
}

export interface Loop {
  /** The loop keyword (or the comprehension). */
  readonly site: Site;
  /** The whole loop. */
  readonly range: Site;
  /**
   * 'few': over a literal of at most eight items or a range of such a number; 'many': anything else;
   * 'retry': a loop that a success ends; 'forever': `while True` and the like.
   */
  readonly size: 'few' | 'many' | 'retry' | 'forever';
  /** Literals tell that it takes no more passes. */
  readonly most?: number | undefined;
  /** It goes through things that are written out one by one: so many passes, unless it is left. */
  readonly passes?: number | undefined;
  /** What it goes through: things, the numbers of a range, or passes until a condition holds. */
  readonly over: 'items' | 'range' | 'condition';
  /** Through the columns of a dataset, or through what is made of each of them. */
  readonly columns?: boolean | undefined;
  /** Datasets among the things that it goes through: each is taken up in a pass of its own. */
  readonly frames?: readonly Dataset[] | undefined;
  readonly comprehension: boolean;
  /** A pass may leave it: told of loops in other modules, whose text a rule does not see. */
  readonly left?: boolean | undefined;
  /** Its passes run side by side. */
  readonly parallel?: boolean | undefined;
}

/**
 * One arm of one branching; two events whose paths hold different arms of the same choice never run together.
 * Functions that nothing in sight calls are such arms as well, of choices below zero: each runs, but nobody knows when.
 */
export interface Arm {
  readonly choice: number;
  readonly arm: number;
  /**
   * Of a function that was handed to what cannot be seen: from this order on it may run, at any time.
   * 0: it never runs, by what the function around was given here.
   */
  readonly since?: number | undefined;
  /** What the branching asks: arm 0 is that where it holds. */
  readonly asked?: Asked | undefined;
}

/** A test of a value against literals; those of one and the same value exclude each other or imply each other. */
export interface Asked {
  /** The value, by its birth. */
  readonly of: string;
  /** As JSON. */
  readonly oneOf: readonly string[];
}

export type Place =
  | 'driver'
  /** Functions given to RDD operations, UDFs, foreachPartition, mapInPandas. */
  | 'executor'
  /** The function of foreachBatch / foreachRDD: driver code, once per micro-batch. */
  | 'batch';

interface EventBase {
  /** Order of execution along a path. */
  readonly order: number;
  /** The whole call. */
  readonly site: Site;
  /** The word at fault: the method's name. */
  readonly name: Site;
  /** Call sites from the outermost inwards, when it happens in a function that was called from what is analysed. */
  readonly callers: readonly Site[];
  readonly path: readonly Arm[];
  readonly loops: readonly Loop[];
  readonly place: Place;
  /** The function (or module) whose body holds `site`. */
  readonly def: Def;
}

export type Event = EventBase & (
  /** A job runs: `method` says what comes to the driver. `result`: how the value is used. */
  | { readonly kind: 'action'; readonly method: Method; readonly on: readonly Dataset[]; readonly args: readonly ArgValue[]; readonly use: Use }
  | { readonly kind: 'cache'; readonly on: readonly Dataset[]; readonly method: Method; readonly args: readonly ArgValue[] }
  | { readonly kind: 'release'; readonly on: readonly Dataset[]; readonly method: Method; /** clearCache() */ readonly all: boolean }
  | { readonly kind: 'escape'; readonly on: readonly Dataset[]; readonly how: 'returned' | 'stored' | /** to what cannot be seen */ 'passed' | /** to a method of Spark that makes no dataset of it: `fit`, `merge` */ 'used' | 'yielded' | 'captured' | 'view'; /** Of 'passed': what it is given to is called so: `validate`. */ readonly to?: string | undefined }
  /** A dataset-valued expression is computed and dropped. */
  | { readonly kind: 'discard'; readonly value: SparkValue }
  /** A write to storage; also an action event of its own. */
  | { readonly kind: 'write'; readonly method: Method; readonly on: readonly Dataset[]; readonly target: Target; readonly stream: boolean; readonly props: Props; /** start()/toTable() of a stream */ readonly queryName?: string | undefined }
  /** A broadcast, accumulator, query … is made, released, used. */
  | { readonly kind: 'resource'; readonly what: 'broadcast' | 'accumulator'; readonly op: 'make' | 'unpersist' | 'destroy' | 'read'; readonly value: SparkValue; readonly kept: boolean; /** In a collection: every one of them. */ readonly gathered?: boolean; /** Of a broadcast: the actions whose rows it sends. */ readonly rows?: readonly EventOf<'action'>[] }
  /** A driver-side object is used in code that runs on executors. */
  | { readonly kind: 'capture'; readonly variable: string; readonly value: SparkValue; readonly through: Site }
  /** Executor code changes a variable of the driver; `ofObject`: a field of a Scala object; `reads`: places on the driver that read it afterwards. */
  | { readonly kind: 'mutation'; readonly variable: string; readonly ofObject: boolean; readonly reads: Site[]; readonly through: Site }
  /** A function of the program is sent to the executors: the one at an argument. */
  | { readonly kind: 'sent'; readonly fn: Extract<Abstract, { is: 'function' }>; readonly argument: Site }
  /** A window is used: `spec` is the WindowSpec of `over(…)`, `props.partitionBy` says whether it has partitions. */
  | { readonly kind: 'window'; readonly spec: SparkValue; /** The function, where it is known: `row_number` */ readonly fn: string | undefined }
  /** A Column stands where the language asks for true or false. */
  | { readonly kind: 'truth'; readonly how: 'and' | 'or' | 'not' | 'if' | 'while' | 'assert' | 'in' | 'chain' | 'builtin' | 'bool' | 'precedence' | /** `==` of Scala: the same object or not */ 'equals'; readonly operands: readonly Site[]; /** 'and'/'or': a plain bool stands first, the Column second */ readonly flagFirst: boolean }
);

export type EventOf<K extends Event['kind']> = Extract<Event, { kind: K }>;

/** How the value of a call is used: what stands directly around it. */
export type Use =
  | { readonly is: 'discarded' | 'shown' | 'bound' | 'returned' | 'argument' | 'other' }
  /** `.collect()[0]`, `.first().x`, `.toPandas().to_csv()`; `ends`: nothing else is done with what the chain gives. */
  | { readonly is: 'receiver'; readonly member: string; readonly ends?: 'shown' | 'discarded' | undefined }
  | { readonly is: 'iterated'; readonly loop: Loop }
  /** Compared with a number, or asked for its truth: `negative` when true means "empty". */
  | { readonly is: 'compared'; readonly operator: string; readonly with: number; readonly whole: Site; readonly negative: boolean }
  | { readonly is: 'truth'; readonly whole: Site; readonly negative: boolean };

export interface Target {
  readonly path?: string | undefined;
  readonly table?: string | undefined;
  /** The argument, for ranges. */
  readonly site?: Site | undefined;
  /** Of a target that is no literal: datasets behind the write that were read from this very value. */
  readonly reads?: readonly Dataset[] | undefined;
}

/** What a builder (reader, writer, session builder, SparkConf) has been told so far. */
export interface Props {
  readonly options: ReadonlyMap<string, Option>;
  readonly format?: string | undefined;
  readonly mode?: string | undefined;
  /** Of a WindowSpec: the keys that it is partitioned by are literals, so that all rows have the same. */
  readonly byLiterals?: boolean | undefined;
  /** Of a WindowSpec: where its keys are written. */
  readonly keys?: readonly Site[] | undefined;
  readonly partitionBy?: readonly (string | undefined)[] | undefined;
  readonly schema?: boolean | undefined;
  readonly outputMode?: string | undefined;
  /** 'once': one batch per start of the query. */
  readonly trigger?: 'once' | 'other' | undefined;
  readonly queryName?: string | undefined;
  /** Set when something was said that could not be read (`**options`, a variable key). */
  readonly open: boolean;
  readonly batch?: boolean | undefined;
  /** Of a Pipeline: all its stages are known to be transformers. */
  readonly learnsNothing?: boolean | undefined;
}
export interface Option {
  /** undefined: not a literal. Numbers and booleans in their text form. */
  readonly value: string | undefined;
  readonly key: Site;
  readonly site: Site;
}

export interface ArgValue {
  readonly name?: string | undefined;
  readonly site: Site;
  readonly value: Value;
  /** The literal, where it is one. */
  readonly literal?: string | number | boolean | null | undefined;
  /** The literal text of an argument that is a negative number, list of strings etc. is left to `value`. */
  readonly spread?: boolean | undefined;
}

/** At most eight alternatives; more become unknown. The empty list is "no value yet". */
export type Value = readonly Abstract[];

/** What a Column is made of. */
export interface ColumnFacts {
  /** The function that gives it, by its own name: `window`, `lit`; undefined for what others make of columns. */
  readonly fn?: string | undefined;
  /** Of `col`: the column that it is, by its name there. */
  readonly of?: string | undefined;
  /** The name that it was given. */
  readonly as?: string | undefined;
  /** 'group': an aggregate, one value for all rows of a group; 'partition': one for all rows of a partition; 'nothing': a literal; undefined: a value of each row. */
  readonly over?: 'group' | 'partition' | 'nothing' | undefined;
  /** It has so many values at most: an hour, a month. */
  readonly atMost?: number | undefined;
  /** The Python function that runs for each row. */
  readonly udf?: string | undefined;
  /** Computed over a window of rows, which have to come together for it. */
  readonly window?: boolean | undefined;
  /** Of a literal: what it is. */
  readonly literal?: string | number | boolean | null | undefined;
  /**
   * True for rows that have given values, few as far as they or the column's name tell: `c == 42`, `id == wanted`, `c.isin("a", "b")`. So many
   * values of one key, `uncounted` where nobody knows how many they are; Infinity where any number of rows may have one of them: a status, a run.
   */
  readonly picks?: number | undefined;
  /** True for some of the rows, nobody knows how many: it compares with a value (`c > 5`, `c LIKE 'a%'`) or asks for nulls. What is left out, emptiness and flags alone tell nothing. */
  readonly asks?: boolean | undefined;
}

/** A reader, writer, session builder or SparkConf: one object, changed in place by what it is told. */
export interface Builder {
  /** Whose run made it. */
  readonly module: string;
  /** What it was last told: for code that runs apart from what told it (functions that nothing calls, other modules). */
  told: Props;
}

export interface SparkValue {
  readonly is: 'spark';
  readonly kind: Kind;
  readonly dataset?: Dataset | undefined;
  /** Of a WindowSpec: what it says. What a builder holds is part of the state of the run. */
  readonly props?: Props | undefined;
  readonly builder?: Builder | undefined;
  /** For Broadcast, Accumulator, Column, UDF: where it was made. */
  readonly made?: Site | undefined;
  /** For Column: what it is made of, where that is more than the columns of a row. */
  readonly column?: ColumnFacts | undefined;
  /** Its kind is told by a method's name alone, in a file that imports other things, but nothing of Spark. */
  readonly guess?: boolean | undefined;
  /** A DataFrame that is to be sent whole to every executor where it is joined: `broadcast(df)`, `df.hint("broadcast")`. */
  readonly broadcast?: boolean | undefined;
  readonly why: Evidence;
}

/** What has a value for every field, if it be undefined: a copy that is written out loses none. */
export type Complete<T> = { readonly [K in keyof Required<T>]: T[K] };

export type Abstract =
  | SparkValue
  /** `env` is the scope it was defined in; `self`: a bound method; `bound`: arguments given by `partial`; `wraps`: what a decorator made it of; `applied`: how many of its parameter lists `bound` fills. */
  | { readonly is: 'function'; readonly def: Def; readonly env: Scope; readonly self?: Abstract | undefined; readonly bound?: readonly ArgValue[] | undefined; readonly applied?: number | undefined; readonly wraps?: Extract<Abstract, { is: 'function' }> | undefined; /** Under a decorator out of sight: what it gives is not known. */ readonly opaque?: boolean | undefined }
  | { readonly is: 'class'; readonly info: ClassInfo }
  /** `companion`: the class of the same name, which `new Name(…)` makes one of. */
  | { readonly is: 'object'; readonly of: Instance; readonly companion?: ClassInfo | undefined }
  /** A class or object of Spark itself: `SparkSession`, `Window`. */
  | { readonly is: 'owner'; readonly kind: Kind }
  /** A function of Spark's library: `F.col`, `udf`. */
  | { readonly is: 'library'; readonly name: string; readonly fact: Extract<ImportFact, { is: 'function' }> }
  /** A method of Spark taken without being called: `df.toPandas`, `F.col`. */
  | { readonly is: 'method'; readonly on: SparkValue; readonly name: string }
  | { readonly is: 'module'; /** dotted */ readonly name: string; /** of the project */ readonly own?: Scope | undefined }
  | { readonly is: 'collection'; readonly type: 'list' | 'tuple' | 'set' | 'dict' | 'iterator' | /** holds one thing at most */ 'option'; /** Of a dict: its values. */ readonly element: Value; /** A dict that is gone through by pairs of key and value, not by its keys. */ readonly pairs?: boolean | undefined; /** Of a dict: its keys, as far as `entries` does not hold them. */ readonly keys?: Value | undefined; readonly items?: readonly Value[] | undefined; readonly entries?: ReadonlyMap<string, Value> | undefined; /** Not known one by one, but written out in the code, or made of what was: at most so many. */ readonly most?: number | undefined; /** `xs.par`: gone through by several threads at once. */ readonly parallel?: boolean | undefined; /** See `cells.ts`. */ readonly cell?: Cell | undefined; /** The action whose rows it holds. */ readonly rows?: EventOf<'action'> | undefined }
  | { readonly is: 'constant'; readonly value: string | number | boolean | null }
  /** Known, and no Spark: `str`, `pandas.DataFrame`, `polars.DataFrame`, `os.path`. */
  | { readonly is: 'foreign'; readonly name: string; /** Of a text that is known but for holes; see `texts.ts`. */ readonly template?: string | undefined; /** See `births.ts`. */ readonly born?: string | undefined; /** Of a number: no larger than that. */ readonly most?: number | undefined }
  | { readonly is: 'unknown'; readonly reason: UnknownReason; readonly born?: string | undefined; /** Of a parameter: all callers in sight pass collections of at most so many things. */ readonly most?: number | undefined };

export type UnknownReason =
  | 'parameter' | 'field' | 'import' | 'name' | 'call' | 'index' | 'element' | 'member' | 'syntax' | 'widened' | 'budget' | 'recursion' | 'exception' | 'mock';

/** A configuration entry, wherever it stands. */
export interface Setting {
  readonly key: string;
  /** undefined: not a literal. Without quotes; numbers and booleans as Spark would read them. */
  readonly value: string | undefined;
  readonly keySite: Site;
  readonly valueSite: Site;
  /** The whole entry: the line, the call. */
  readonly site: Site;
  readonly means:
    | 'file'
    /** A command that starts Spark. */
    | 'command'
    /** `SparkSession.builder.config(…)` */
    | 'builder'
    /** `SparkConf().set(…)`, setAll, the pairs given to it */
    | 'conf'
    /** `spark.conf.set(…)` */
    | 'runtime'
    /** `builder.master`, `appName`, `setMaster`, … */
    | 'named'
    | 'environment';
  /** In code: order of execution and paths; undefined in files. */
  readonly event?: SettingEvent | undefined;
  /** In a command. */
  readonly told?: Told | undefined;
  /** The quoting of the value in code: a string literal with quotes, or a bare number/boolean. */
  readonly literal?: 'string' | 'number' | 'boolean' | undefined;
}

export interface SettingEvent {
  readonly order: number;
  /** Call sites from the outermost inwards: one list for all that one run of a function does. */
  readonly callers: readonly Site[];
  readonly path: readonly Arm[];
  readonly loops: readonly Loop[];
  /** The session builder or SparkConf that was told; more than one where a function is given several. */
  readonly on: readonly Builder[];
  /** Counts only where the key is not set yet. */
  readonly ifMissing: boolean;
  /** A test of the version leads here. */
  readonly versioned: boolean;
  /** It is made only for tests, or for runs on one machine. */
  readonly forLocalRuns: boolean;
  /** When the builder was next handed to a context. */
  readonly handed?: number | undefined;
  /**
   * The best that it comes to: 'start' of a context (or of one that may be the first); 'restart': of a context in a JVM that
   * an earlier one started; 'running': only a context that runs already. undefined: nothing in sight takes it.
   */
  readonly reaches?: 'start' | 'restart' | 'running' | undefined;
  /** Some way through the program makes its context without it. */
  readonly missed?: boolean | undefined;
  /** It is made on the copy that `getConf()` gave of a running context's SparkConf. */
  readonly copied: boolean;
}

export interface SparkProgram {
  readonly path: string;
  readonly lowered: Lowered;
  readonly datasets: readonly Dataset[];
  readonly events: readonly Event[];
  readonly settings: readonly Setting[];
  /** Settings told in another tongue than the program's: commands that it runs, what an operator of Airflow is given. */
  readonly sections: readonly Section[];
  /** What each expression was found to be (joined over all calls of its function). */
  readonly types: ReadonlyMap<Expr, Value>;
  /** Where the text of each Def begins in its module, for expressions found in `types`. */
  readonly starts: ReadonlyMap<Def, number>;
  /** The same, of those of this module alone. */
  readonly ownStarts: ReadonlyMap<Def, number>;
  /** Classes of other files that are named as those of a Dataset's rows (Scala). */
  readonly rowClasses: ReadonlyMap<string, Def>;
  /** A SparkContext or session is made in this module, or `main` code runs in it. */
  readonly entryPoint: boolean;
  /** Evaluations that the last round took: a measure of the work. */
  readonly steps: number;
  /** The analysis gave up somewhere (budget): rules that say "never" or "nowhere" are silent. */
  readonly partial: boolean;
}
