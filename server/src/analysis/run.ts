/**
 * The state of one abstract run over a module: where we are (scope, callers, branches, loops, place), what was found
 * (datasets, events, settings, types), and what the next round should know (fields, parameters, late globals).
 */
import type { Api, Method } from '../knowledge/api.ts';
import type { Def, Expr, Language, Span } from '../program/program.ts';
import type { Abstract, ArgValue, Arm, Asked, Bound, Builder, Dataset, Event, Evidence, Kind, Loop, Place, Setting, Site, SparkValue, Use, Value } from './model.ts';
import { common, commonArgs, commonSource, worse } from './bounds.ts';
import { type Changes, type ClassInfo, type Definer, type Instance, type Read, type Scope, type State, Store } from './scope.ts';
import type { Note, PassedHere } from './passed.ts';
import { isAlike, isUnknown, join, mayLeadToSpark, nothing } from './values.ts';

/** What the analysis asks of the project around a module. Injected: the analysis does no I/O. */
export interface AnalysisHost {
  readonly api: Api;
  /** `import module` as written in `fromPath`, `level` leading dots; undefined: not of this project. */
  import(fromPath: string, module: string, level: number): ImportedModule | undefined;
  /** The module whose top level defines a dotted name, in languages whose packages are no files. */
  definedIn?(fromPath: string, dotted: string): ImportedModule | undefined;
  /** Something of the project lies in this package or below it. */
  hasPackage?(dotted: string): boolean;
  /** The modules whose top level adds methods to other classes' values in such a package. */
  widening?(fromPath: string, name: string): readonly ImportedModule[];
  /** The notebook or script that a line of this one runs, as it names it. */
  runs?(fromPath: string, file: string): ImportedModule | undefined;
  /** Kinds declared in the project settings: 'mylib.io.load' → 'DataFrame'. */
  readonly kinds: ReadonlyMap<string, Kind>;
  /** What other modules of the project pass to functions of this one. */
  readonly passed?: PassedHere | undefined;
  /** Views that others make in the same session, of which nothing else is known. */
  readonly views?: readonly string[] | undefined;
  /** It is a test: how many rows it works on says nothing of others. */
  readonly isTest?: boolean | undefined;
  /** A module is one of so many that lead to one another that to follow their calls would be to follow all of them. */
  inFramework?(path: string): boolean;
}
export interface ImportedModule {
  readonly path: string;
  /** The module's top-level scope; undefined while it is being analysed further up (a cyclic import). */
  scope(): Scope | undefined;
}

/** What fails for certain: where an error is expected, that is what is looked for. */
const failing: ReadonlySet<Event['kind']> = new Set(['truth', 'capture']);

/** Evaluations per round: a bound on the work that deep call chains can cause. */
export const mostSteps = 200_000;
/** Expressions nested deeper than this are machine-made: they are not followed, so that the stack holds. */
export const mostNesting = 240;
/**
 * How deep function calls are followed, by the evaluations that the round has taken: as deep as people write them, less
 * where every call leads into a framework, which would cost seconds and tell of the framework alone.
 */
export const mostCalls = (steps: number): number => (steps < 8_000 ? deepest : steps < 20_000 ? 5 : steps < 50_000 ? 3 : 2);
const deepest = 12;
/** The first evaluations of what runs by itself, or of a call at the top of a file, go as deep as they like: what stands above in the file has no say in it, up to what a long file may cost. */
export const mostCallsOfItsOwn = (steps: number, own: number): number => (own < 500 && steps < 50_000 ? deepest : 0);

/** Whose parts were assigned: of some object of the program; of what nobody knows. */
const objects = 'objects';
const anything = 'anything';

export const otherUse: Use = { is: 'other' };
export const boundUse: Use = { is: 'bound' };

/** The function that runs: its scope, and what it has given so far. */
export interface Frame {
  readonly scope: Scope;
  readonly self: Abstract | undefined;
  returns: Value;
  yields: Value;
  /** The loops around, innermost last. */
  readonly passes: Pass[];
  /** What had changed since it began, wherever it returned. */
  readonly left: Changes[];
  readonly mark: number;
  /** What is written here stands for what is written elsewhere (`raise NotImplementedError`). */
  open: boolean;
  /** In a branch that what the function was given rules out. */
  ruledOut: boolean;
  /** What functions defined here and now have around them; see `withOwn`. */
  env: Scope;
}

/** What runs by itself: its path, and the choice whose arms are the functions in it that run by themselves. */
export interface Root {
  readonly path: readonly Arm[];
  readonly choice: number;
}

/** A pass of a loop: what had changed where it was left for good, and where for the next pass. */
export interface Pass {
  mark: number;
  readonly left: Changes[];
  readonly continued: Changes[];
}

/** The body of a `try`: what had changed in it wherever something was thrown. */
export interface Attempt {
  readonly mark: number;
  readonly thrown: Changes[];
}

export const frameOf = (run: Run, scope: Scope, self?: Abstract): Frame =>
  ({ scope, self, returns: nothing, yields: nothing, passes: [], left: [], mark: run.store.mark(), open: false, ruledOut: false, env: scope });

/** Facts that one round learns too late for itself and hands to the next. */
export interface Memory {
  readonly fields: Map<Def, Map<string, Value>>;
  readonly parameters: Map<Def, Map<string, Value>>;
  /** Names of outer scopes that functions assign. */
  readonly outer: Map<Def, Map<string, Value>>;
  readonly returns: Map<Def, Value>;
  readonly datasets: Map<string, Dataset>;
  /** By the place (and callers) that made them. */
  readonly builders: Map<string, Builder>;
  /** Guesses of what unknown values are that turned out wrong, by their place. */
  readonly doubted: Set<string>;
  /** Values that were born so far: fields remembered from an earlier round keep theirs. */
  births: number;
  /** What this round asked for before it was known. */
  readonly missed: Set<string>;
  /** Some of it was learned since: something that may lead to Spark, or anything else, which may take back what was guessed. */
  late: 'spark' | 'anything' | undefined;
  /** What was unknown was taken for something of Spark. */
  guessed: boolean;
}

/** By the definition that they are of: names of fields and of outer variables, and what a function is given. */
export type Facts = ReadonlyMap<Def, ReadonlySet<string>>;

/** What happened while something ran by itself; see `part.ts`. */
export interface RootRun {
  /** Functions that ran in it, itself included. */
  readonly ran: ReadonlySet<Def>;
  /** Functions whose definitions it met. */
  readonly met: ReadonlySet<Def>;
  /** Facts of `Memory` that it read, and that it told. */
  readonly asks: Facts;
  readonly tells: Facts;
  /** It made settings, views or contexts, which all others may rest on. */
  readonly shares: boolean;
  readonly steps: number;
}

export class Run {
  /** What ran by itself so far. */
  readonly rootRuns = new Map<Def, RootRun>();
  /** What happens in the one that runs. */
  root = { ran: new Set<Def>(), met: new Set<Def>(), asks: new Map<Def, Set<string>>(), tells: new Map<Def, Set<string>>(), shares: false };

  readonly events: Event[] = [];
  /** By the place of the key, and the key: one place may set several. */
  readonly settings = new Map<string, Setting>();
  readonly types = new Map<Expr, Value>();
  readonly starts = new Map<Def, number>();
  /** Of these, the definitions of the module that is analysed. */
  readonly ownStarts = new Map<Def, number>();
  readonly classes = new Set<ClassInfo>();
  readonly touched = new Set<Dataset>();
  /** Functions whose body ran because something called them. */
  readonly called = new Set<Def>();
  /** How often each was. */
  readonly followed = new Map<Def, number>();
  /** Lambdas that one of Scala's collections runs just now, as a loop does its body. */
  readonly loopBodies = new Set<Def>();
  /** What the program's own decorators made of functions. */
  readonly wrapped = new Map<Def, Value>();
  /** All function definitions met, with the scope they were defined in. */
  readonly functions = new Map<Def, Scope>();
  readonly views = new Map<string, Value>();
  /** What it passes to functions of other modules. */
  readonly passed = new Map<string, Note[]>();
  /** By module: how many things at most the collections have that a parameter gets. */
  readonly passedMost = new Map<string, Map<string, number>>();
  /** Loops over parameters: how many passes they take, callers elsewhere may tell. */
  readonly unmeasured = new Set<Loop>();
  /** Modules to which it passes what it does not know itself. */
  readonly relayed = new Set<string>();
  /** What callers elsewhere pass would tell more of a parameter. */
  asks = false;
  /** By module, what is imported all at once, and dotted name in it; see `packages.ts`. */
  readonly definers = new Map<string, Map<string, Map<string, Definer | undefined>>>();
  /** By module and package: the scope that the package's object stands in. */
  readonly packageObjects = new Map<string, Map<string, Scope | undefined>>();
  /** Objects by the place (and callers) that made them. */
  readonly instances = new Map<string, Instance>();
  /** By module: methods that are its program's own, whatever Spark has of these names; see `guesses.ts`. */
  readonly ownMethods = new Map<Def, ReadonlySet<string>>();
  /** Datasets that are guesses, and where they were made; see `guesses.ts`. */
  readonly guesses = new Map<Dataset, string>();
  /** Of sources: the value that names what was read last, where it is no literal; see `births.ts`. */
  readonly origins = new Map<Dataset, string | undefined>();
  /** Where values of settings in dicts and lists are written, and the keys that stand before them. */
  readonly written = new WeakMap<Value, Site>();
  readonly keyed = new WeakMap<Value, Site>();
  readonly mutated = new Map<Scope, Map<string, Extract<Event, { kind: 'mutation' }>[]>>();

  readonly store = new Store();
  state: State = { vars: this.store.map(), heap: this.store.heap() };
  frame!: Frame;
  recording = true;
  /**
   * How often a member or an element was assigned: what `cfg["path"]` was before it need not be what it is. Of a value known by its
   * birth those of this very value; objects of the program may be one another, whatever they are called here.
   */
  private readonly partsChanged = new Map<string, number>();
  /** Control does not reach the next statement. */
  exited = false;
  /** It does not because of what the function was given: the choice that was decided. */
  ruledOut: number | undefined;
  steps = 0;
  /** How many there were when what runs by itself began. */
  stepsBefore = 0;
  /** Those in functions of other modules. */
  stepsElsewhere = 0;
  nesting = 0;
  /** Grows with everything that a call does besides giving a value: a call that leaves it as it was can be remembered. */
  effects = 0;
  /** What calls gave, by what they were given; worth something while what they read is as it was. */
  readonly remembered = new Map<Def, Map<string, { readonly result: Value; readonly reads: readonly Read[]; readonly decisions: number }>>();
  /** What the running calls read from outside themselves, as long as nothing that concerns Spark has happened in them. */
  private reads: Read[] = [];
  private watch = { made: 0, concerns: -1 };
  /** Grows with every test that what a function was given decides: what it gave then is no measure of what it gives others. */
  decisions = 0;
  /** Grows with what concerns Spark: datasets, events, settings. */
  concerns = 0;
  /** Functions that had nothing to do with Spark when they were called without Spark values: how often, and what they gave. */
  readonly plain = new Map<Def, { readonly env: Scope; readonly calls: number; readonly result: Value; readonly reads: readonly Read[] }>();
  partial = false;
  entryPoint = false;
  /** What was set on each session builder and SparkConf, those that it was given included. */
  readonly told = new Map<Builder, Set<Setting>>();
  /** What they were given by a SparkConf, on the path where that was first handed to them. */
  readonly takenOver = new Map<Builder, Map<Setting, readonly Arm[]>>();
  /** Where contexts were made, and what from. */
  readonly contexts: { readonly from: readonly Builder[]; readonly path: readonly Arm[] }[] = [];
  /** Builders that a context was made from. */
  readonly handed = new Set<Builder>();
  /** Those that `getConf()` gave. */
  readonly copies = new Set<Builder>();
  /** Branchings that ask for a version. */
  readonly versionChoices = new Set<number>();
  /** Branchings that ask for a test or a run on one machine, and the arm for these; see `local-runs.ts`. */
  readonly localArms = new Map<number, number>();
  /** Inside a block that is there to fail (`pytest.raises`). */
  expectsError = false;
  /** In code under `patch(…)`: what is compared may be a mock. */
  mocked = false;
  path: readonly Arm[] = [];
  loops: readonly Loop[] = [];
  callers: readonly Site[] = [];
  callersKey = '';
  stack: readonly Def[] = [];
  /** Bodies of `try` around, in callers too; innermost last. */
  readonly attempts: Attempt[] = [];
  place: Place = 'driver';
  /** In code that runs elsewhere: the scope of its function (names from outside are captured), and the call that sent it there. */
  sent: { readonly scope: Scope; readonly through: Site } | undefined;
  private nextOrder = 0;
  private nextChoice = 0;
  private readonly choices = new Map<string, number>();
  /** Comparisons with literals, by their birth. */
  readonly asked = new Map<string, Asked>();
  /** What has to hold for a condition to hold, all of it, by the words of both. */
  readonly parts = new Map<string, readonly string[]>();
  /** Where functions that nothing calls stand among each other; see `roots.ts`. */
  readonly roots = new Map<Def, Root>();
  /** Where the cells of a notebook start. */
  cellStarts: readonly number[] = [];
  /** See `displaysRows`. */
  displaysRows: () => boolean = () => false;
  /** Functions that were handed to what cannot be seen, and where. */
  readonly givenAway = new Map<Def, { readonly env: Scope; readonly since: number; readonly path: readonly Arm[] }>();
  private readonly numbers = new Map<object, number>();

  constructor(readonly host: AnalysisHost, readonly language: Language, /** The module that is analysed; functions of others may run in it. */ readonly module: string, readonly memory: Memory) {}

  get scope(): Scope {
    return this.frame.scope;
  }

  get api(): Api {
    return this.host.api;
  }

  /** The variables of a definition that runs inside another's. */
  scopeIn(env: Scope, def: Def): Scope {
    return { def, parent: env, vars: this.store.map(), base: env.base + def.at, module: env.module, language: env.language, lookAlikes: env.lookAlikes };
  }

  order(): number {
    return this.nextOrder++;
  }

  birth(): string {
    return `${this.module}#${this.memory.births++}`;
  }

  choice(): number {
    return this.nextChoice++;
  }

  /** A part of these is assigned. */
  changesPart(of: Value): void {
    for (const item of of) {
      const key = item.is === 'unknown' || item.is === 'foreign' ? item.born ?? anything : objects;
      this.partsChanged.set(key, (this.partsChanged.get(key) ?? 0) + 1);
    }
  }

  /** The birth of a part of a value that was born: another one after each change of a part. */
  partBorn(whole: string, part: string): string {
    return `${whole}${part}${this.times(anything) + this.times(whole)}`;
  }

  /** The birth of a field of an object. */
  fieldBorn(of: Instance, name: string): string {
    return `${this.module}:o${this.numberOf(of)}.${name}${this.times(anything) + this.times(objects)}`;
  }

  private times(key: string): number {
    return this.partsChanged.get(key) ?? 0;
  }

  /** The choice of all branchings that ask the same; see `conditions.ts`. */
  choiceOf(word: string): number {
    let choice = this.choices.get(word);
    if (choice === undefined) this.choices.set(word, (choice = this.choice()));
    return choice;
  }

  site(span: Span): Site {
    const { base, module } = this.frame.scope;
    return { module, start: base + span[0], end: base + span[1] };
  }

  /** What an expression was found to be; in the module that is analysed, since nobody asks for more. */
  note(expr: Expr, value: Value): void {
    if (this.frame.scope.module !== this.module) return;
    const before = this.types.get(expr);
    if (!before || isUnknown(before)) this.types.set(expr, value);
    else if (before !== value && !isUnknown(value)) this.types.set(expr, join(before, value));
  }

  /** Something was asked that is not known yet: when it becomes known later, another round is worth its time. */
  miss(key: string): void {
    this.memory.missed.add(key);
  }

  /** `key`: put together only where something is missed at all. */
  learned(key: () => string, value: Value): void {
    const { late, missed } = this.memory;
    if (late === 'spark' || missed.size === 0 || isUnknown(value) || !missed.has(key())) return;
    this.memory.late = mayLeadToSpark(value) ? 'spark' : 'anything';
  }

  /** The value of a name in a map, or of a field of an object here and now; written down for calls that are remembered. */
  read(of: Read['of'], name: string): Value | undefined {
    const value = this.store.valueNow({ of, name }, this.state.heap);
    this.noteRead(of, name, value);
    return value;
  }

  noteRead(of: Read['of'], name: string, value: Value | undefined): void {
    if (this.isWatched(of)) this.reads.push({ of, name, value });
  }

  private isWatched(of: Read['of']): boolean {
    return this.watch.concerns === this.concerns && !this.store.isYounger(of, this.watch.made);
  }

  /** Runs a call; gives what it read from outside itself: undefined where it did more than read. */
  reading<T>(call: () => T): { readonly result: T; readonly reads: readonly Read[] | undefined } {
    const { watch, reads: outer } = this;
    const made = { made: this.store.made, concerns: this.concerns };
    this.watch = made;
    this.reads = [];
    const result = call();
    const reads = made.concerns === this.concerns ? this.reads : undefined;
    this.watch = watch;
    this.reads = outer;
    if (reads) this.reread(reads);
    return { result, reads };
  }

  /** What a call inside the running one read, now or when it was remembered. */
  reread(reads: readonly Read[]): void {
    for (const read of reads) if (this.isWatched(read.of)) this.reads.push(read);
  }

  /** What was read then holds now. */
  holds(reads: readonly Read[]): boolean {
    return reads.every((read) => isAlike(this.store.valueNow(read, this.state.heap), read.value));
  }

  /** Tells things of this run apart where text is asked for, whichever module they are from. */
  numberOf(thing: object): number {
    let number = this.numbers.get(thing);
    if (number === undefined) this.numbers.set(thing, (number = this.numbers.size));
    return number;
  }

  /** Everything an event says of where it happens. */
  /** Tells where the text of a definition begins in the module of a scope. */
  begins(def: Def, { module }: Scope, start: number): void {
    this.starts.set(def, start);
    if (module === this.module) this.ownStarts.set(def, start);
  }

  here(site: Site, name: Site): Pick<Event, 'order' | 'site' | 'name' | 'callers' | 'path' | 'loops' | 'place' | 'def'> {
    return { order: this.order(), site, name, callers: this.callers, path: this.path, loops: this.loops, place: this.place, def: this.frame.scope.def };
  }

  /** The running function is what a decorator of the program made another thing of: with what it is called is that one's business. */
  private get isRemade(): boolean {
    return this.wrapped.has(this.frame.scope.def);
  }

  emit<E extends Event>(event: E): E {
    this.effects++;
    this.concerns++;
    if (this.recording && !(event.kind === 'truth' && (this.mocked || this.isRemade)) && !(this.expectsError && failing.has(event.kind))) this.events.push(event);
    return event;
  }

  /** A variable that holds a dataset. Those of other modules have their names there. */
  named(dataset: Dataset, name: string, from: number, def = this.scope.def, passed = false): void {
    if (this.touched.has(dataset) && !dataset.names.some((each) => each.name === name && each.def === def)) dataset.names.push({ name, def, from, passed });
  }

  escape(on: readonly Dataset[], how: Extract<Event, { kind: 'escape' }>['how'], site: Site, to?: string): void {
    if (on.length === 0) return;
    const event = this.emit({ kind: 'escape', ...this.here(site, site), on: [...new Set(on)], how, to });
    if (this.recording) for (const dataset of event.on) if (this.touched.has(dataset)) dataset.escapes.push(event);
  }

  /** The dataset made at this place through these callers; the same one each time the place is run. */
  dataset(site: Site, name: Site, kind: Kind, facts: { made: string; method?: Method | undefined; args: readonly ArgValue[]; from: readonly Dataset[]; bound: Bound; streaming: Dataset['streaming']; why: Evidence; source?: Dataset['source']; watermarks?: Dataset['watermarks']; shuffles?: boolean | undefined; udf?: string | undefined; window?: boolean | undefined; gives?: Value | undefined; passed?: Evidence | undefined }): Dataset {
    this.effects++;
    this.concerns++;
    const key = `${site.module}:${name.start}:${site.end}:${kind}:${facts.made}${this.callersKey}`;
    let dataset = this.memory.datasets.get(key);
    // What was never made before cannot be among its own ancestors.
    const isNew = dataset === undefined;
    const met = dataset !== undefined && this.touched.has(dataset);
    if (!dataset || !met) {
      const fresh: Dataset = {
        id: dataset?.id ?? this.memory.datasets.size, kind, site, name, callers: this.callers, made: facts.made, method: facts.method, args: facts.args,
        from: [], bound: facts.bound, streaming: facts.streaming, grows: false, source: facts.source, path: this.path, loops: this.loops, names: [], why: facts.why, escapes: [],
        watermarks: facts.watermarks, shuffles: facts.shuffles, udf: facts.udf, window: facts.window, gives: facts.gives, passed: facts.passed,
      };
      // The same object in every round: fields remembered from the last round refer to it.
      dataset = dataset ? Object.assign(dataset, fresh) : fresh;
      this.memory.datasets.set(key, dataset);
      this.touched.add(dataset);
    }
    // Met again with other facts: what holds of it is what may hold of any of them.
    if (met) {
      // Each pass of a loop has branches of its own.
      dataset.path = this.path;
      dataset.bound = worse(dataset.bound, facts.bound);
      if (dataset.streaming !== facts.streaming) dataset.streaming = 'maybe';
      if (facts.gives) dataset.gives = join(dataset.gives ?? nothing, facts.gives);
      if (dataset.source && facts.source) dataset.source = commonSource(dataset.source, facts.source);
      dataset.args = commonArgs(dataset.args, facts.args);
      dataset.shuffles = common(dataset.shuffles, facts.shuffles);
      dataset.udf = common(dataset.udf, facts.udf);
      dataset.window = common(dataset.window, facts.window);
    }
    for (const parent of facts.from) {
      if (!isNew && !dataset.grows && reaches(parent, dataset)) dataset.grows = true;
      if (!dataset.from.includes(parent)) dataset.from.push(parent);
    }
    return dataset;
  }
}

/** `from` leads, through any number of steps, to `target`. */
export function reaches(from: Dataset, target: Dataset): boolean {
  const seen = new Set<Dataset>();
  const work = [from];
  for (let dataset = work.pop(); dataset; dataset = work.pop()) {
    if (dataset === target) return true;
    if (seen.has(dataset)) continue;
    seen.add(dataset);
    work.push(...dataset.from);
  }
  return false;
}

export const sparkValue = (kind: Kind, why: Evidence, rest: Partial<Omit<SparkValue, 'is' | 'kind' | 'why'>> = {}): SparkValue => ({ is: 'spark', kind, why, ...rest });

/** Kinds that live on the driver alone. */
export const driverKinds: ReadonlySet<Kind> = new Set(['SparkSession', 'SparkContext', 'SQLContext', 'HiveContext', 'StreamingContext', 'DataFrame', 'Dataset', 'RDD', 'GroupedData', 'DataFrameReader', 'DataFrameWriter', 'DStream', 'GlueContext']);
/** Kinds that stand for a dataset: each value of one has a node of the lineage. */
export const datasetKinds: ReadonlySet<Kind> = new Set(['DataFrame', 'Dataset', 'RDD', 'DStream', 'GroupedData', 'KeyValueGroupedDataset', 'PandasCogroupedOps', 'RDDBarrier']);
export const unknownBound: Bound = { is: 'unknown' };
