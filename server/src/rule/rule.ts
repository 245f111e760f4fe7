/**
 * What a rule is. A rule is one file in `rules/`: its facts, its documentation, its check; everything else that
 * speaks of rules (pages, tables, settings, hovers, `explain`) is generated from this object.
 * Rules are stateless, look only at the Spark program and the settings, and never import one another.
 */
import type { Range } from '../text/range.ts';
import type { EventOf, Site, Setting, SparkProgram } from '../analysis/model.ts';
import type { Registry } from '../knowledge/registry.ts';
import type { Command, ConfDocument, Section } from '../program/conf.ts';
import type { Job } from './jobs.ts';
import type { Targets } from './targets.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';
/** 'conf': settings in files of every form but scripts. */
export type RuleLanguage = 'python' | 'scala' | 'conf' | 'shell';
export type Category = 'driver' | 'caching' | 'partitions' | 'loops' | 'closures' | 'streaming' | 'reading-and-writing' | 'columns' | 'configuration';

export interface Edit extends Range {
  /** Defaults to the module the finding is in. */
  readonly module?: string;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly safety: 'safe' | 'suggested';
  /** The user has to fill something in (a schema, a path): offered one at a time, never made in bulk. */
  readonly placeholder?: boolean;
  readonly edits: readonly Edit[];
}

export interface Related {
  readonly site: Site;
  readonly message: string;
}

/** What a rule reports. The runner adds name, url, fingerprint. */
export interface Report {
  readonly at: Site;
  readonly message: string;
  /** Defaults to the rule's own. */
  readonly severity?: Severity;
  /** Where it raises what the message speaks of: an error becomes a warning where the program passes over that. */
  readonly raisesAt?: Site | undefined;
  readonly related?: readonly Related[];
  /** Several places of one fault, each reported: the first that no other rule speaks of is told, and relates to the rest by what each `is`. */
  readonly oneOf?: { readonly fault: string; readonly is: string };
  /** Where values were learned to be what they are, which bound was looked for, which actions were counted. */
  readonly evidence?: readonly Related[];
  /** The first one is preferred. */
  readonly fixes?: readonly Fix[];
  /** The name that the file should have: offered in an editor that can rename files, never by the command line. */
  readonly renameTo?: string;
}

/** Of a project or a file: what is known of where and how it runs. */
export interface Surroundings {
  readonly targets: Targets;
  readonly fileKind: 'job' | 'notebook' | 'test' | 'library';
  /** Known launch; undefined: unknown. */
  readonly launch?: 'spark-submit' | 'python' | 'databricks' | 'notebook' | undefined;
  /** Executor slots: as the project's settings say, or what the jobs that run it are told (`local[4]`); undefined: unknown. */
  readonly slots?: (() => number | undefined) | undefined;
  /** Bytes of the largest container that the cluster gives, from the settings. */
  readonly container?: number | undefined;
  /** Entries of the project's spark-defaults.conf files and of its code, outside this file. */
  readonly settings: readonly Setting[];
  /** The entry point, its session and the project's settings files are all in sight: "nowhere set" may be said. */
  readonly complete: boolean;
  /** Key prefixes that are the project's own. */
  readonly namespaces: readonly string[];
  /** Options of the rule from the project settings. */
  option<T extends string | number | boolean>(name: string, fallback: T): T;
  /** Writes of other files of the project, tests aside, to a table; 'unknown' for what is said of it and not understood. */
  readonly writesElsewhere?: ((table: string) => readonly (EventOf<'write'> | 'unknown')[]) | undefined;
  /** Tests of the project name this function of the file, and nothing else does. */
  readonly calledByTestsAlone?: ((name: string) => boolean) | undefined;
  /** Beside its definition this name stands in the file once, and in no other that is no test. */
  readonly calledOnceHere?: ((name: string) => boolean) | undefined;
  /** A command of the project gives a file of this name to `--properties-file`. */
  readonly namedBySubmit?: ((name: string) => boolean) | undefined;
  /** Some file of the project says that Databricks runs it: looked for when asked. */
  readonly forDatabricks?: (() => boolean) | undefined;
  /** A text of the project that is no test, `among` those whose paths are such, speaks of this (code, configuration, scripts; comment lines aside): looked for when asked. */
  readonly mentions?: ((what: RegExp, among?: RegExp) => boolean) | undefined;
  /** The project starts its Spark in containers on one machine: looked for when asked. */
  readonly isComposed?: (() => boolean) | undefined;
  /** The project's submit commands for this file: the class in it, where they name one, and the master, as written. */
  readonly submits?: (() => readonly { readonly main?: string | undefined; readonly master?: string | undefined; /** As it is written there. */ readonly jars?: string | undefined }[]) | undefined;
  /** What the builds of the JVM above it make of this file: something for spark-submit, or what runs by itself; undefined: no build of Spark in sight. */
  readonly builtFor?: (() => 'submit' | 'itself' | undefined) | undefined;
  /** Of a command or an application, what it starts; of a settings file, the jobs that read it; of code, those that run it: looked for when asked. */
  readonly jobs?: ((of?: Command | Section) => readonly Job[]) | undefined;
  /**
   * Of a command: what it starts, or a file that it reads or may read, tells a key. Of a file of settings: all commands that
   * read it, or, where none does, some program, tell the key, too.
   */
  readonly toldElsewhere?: ((key: string, command?: Command) => boolean) | undefined;
  /** What the project's files `yarn-site.xml` agree that a key of theirs is: looked for when asked. */
  readonly yarn?: ((key: string) => { readonly value: string; readonly site: Site } | undefined) | undefined;
  /** Code reads a file of the project there, one that is no larger than a sample. */
  readonly readsSample?: ((path: string) => boolean) | undefined;
  /** Does a file of this name stand beside the given one / in the project? */
  exists(path: string): boolean;
}

export interface ProgramContext extends Surroundings {
  readonly program: SparkProgram;
  report(report: Report): void;
}

export interface SettingsContext extends Surroundings {
  readonly registry: Registry;
  /** The entries of this document, or of one section of it, in order. */
  readonly entries: readonly Setting[];
  /** The text of the document or module that the entries' sites count in. */
  readonly text: string;
  readonly path: string;
  /** For properties files, scripts and files of data. */
  readonly conf?: ConfDocument | undefined;
  /** What these entries stand in there. */
  readonly section?: Section | undefined;
  /** The command of a script that these entries are told by. */
  readonly command?: Command | undefined;
  /** For code. */
  readonly program?: SparkProgram | undefined;
  report(report: Report): void;
}

export interface Example {
  readonly language: RuleLanguage;
  /** Run as a test: fires exactly once. */
  readonly bad: string;
  /** Run as a test: never fires. */
  readonly good: string;
  /** File name for the example where it matters (`spark-default.conf`). */
  readonly file?: string;
  /** Other files of its project, by path: `sparkcheck.toml` where the rule asks for it. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The Spark releases, where they matter. */
  readonly target?: string;
}

export interface RuleDocs {
  /** One line for tables: what it finds, lower-case start, no full stop. */
  readonly summary: string;
  /** Markdown paragraphs, in our own words. */
  readonly what: string;
  readonly why: string;
  readonly fine: string;
  /** What the fix changes; undefined where there is none. */
  readonly fix?: string;
  readonly examples: readonly Example[];
  /** Where the facts come from ("tried on Spark 3.5.9 and 4.3.0", "read from source"). */
  readonly source: string;
}

interface RuleBase {
  /** kebab-case; names the fault. */
  readonly name: string;
  /** Former names, honoured by suppressions, `--select` and settings. */
  readonly former?: readonly string[];
  readonly category: Category;
  readonly severity: Severity;
  /** Sparkcheck version that brought it. */
  readonly since: string;
  readonly languages: readonly RuleLanguage[];
  /** A matter of taste: runs only where the settings give it a severity or select it, each time by its own name. */
  readonly optIn?: true;
  readonly fix: 'none' | 'safe' | 'suggested' | 'safe and suggested';
  /** Spark releases it holds for, where not all. */
  readonly spark?: string;
  readonly tags?: readonly ('deprecated' | 'unnecessary')[];
  readonly options?: Readonly<Record<string, { readonly default: string | number | boolean; readonly description: string }>>;
  /** One fault, one finding: names of rules that, when they report an overlapping range or a shared place, win over this one. */
  readonly yieldsTo?: readonly string[];
  readonly docs: RuleDocs;
}

export interface ProgramRule extends RuleBase {
  readonly looksAt: 'program';
  check(context: ProgramContext): void;
}
export interface SettingsRule extends RuleBase {
  readonly looksAt: 'settings';
  check(context: SettingsContext): void;
}
export type Rule = ProgramRule | SettingsRule;

/** Gives a rule object its type; the one way to make a rule. */
export function defineRule<R extends Rule>(rule: R): R {
  return rule;
}
