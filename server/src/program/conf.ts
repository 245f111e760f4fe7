/**
 * A text that holds settings and is no program: a properties file, a script with the commands that start Spark, a YAML,
 * JSON or XML file. Plain data. Every form is read into sections of entries, so that one set of rules serves them all.
 */
import type { Range } from '../text/range.ts';

export interface ConfEntry extends Range {
  /** Escapes and quotes undone. */
  readonly key: string;
  /** Where the key stands, or the option that takes its place. */
  readonly keyRange: Range;
  /** As Spark reads it; undefined: put together when it is read. */
  readonly value: string | undefined;
  /** The raw value in the text; empty where there is none. */
  readonly valueRange: Range;
  /** Of all forms but properties files: how it is told. */
  readonly told?: Told | undefined;
}

/** How a command line, or a file of data, tells a setting. */
export interface Told {
  /** `--conf`, or an option that stands for the key. In a file of data the name of what holds the keys, or the field that stands for one. */
  readonly option: string;
  /** Its place in the line; in a file of data the order in which settings are made. */
  readonly order: number;
  /** What a value that is not known begins with: `k8s://$HOST`. */
  readonly begins?: string | undefined;
  /** It stands in a branch that the command, or the rest of the section, does not: it may be missing. */
  readonly conditional: boolean;
  /**
   * What the value stands in: quotes; 'split' in a text that is taken apart at its blanks; 'json'. In a file of data what
   * the whole entry stands in: 'lines' of its own, a list parted by 'commas', an 'element', a 'field' of its own name, or
   * 'elsewhere', where others read it too. 'code': a literal of its own in a program.
   */
  readonly within: '' | '"' | "'" | 'split' | 'json' | 'code' | Holder;
}

export type Holder = 'lines' | 'commas' | 'element' | 'field' | 'elsewhere';

/** Of entries that are told one after the other, the place of each. */
export const numbered = (entries: readonly ConfEntry[]): ConfEntry[] => entries.map((entry, order) => ({ ...entry, told: { ...entry.told!, order } }));

/** What is told to one application, or one session, in order. Rules on settings look at one section at a time. */
export interface Section extends Range {
  readonly entries: readonly ConfEntry[];
  readonly command?: Command | undefined;
  /** What is run, where no command says so: of an application of the Kubernetes operators, the file and the class that it names. */
  readonly runs?: { readonly file: string | undefined; readonly main: string | undefined } | undefined;
  /** How its entries are told, where the form does not say so. */
  readonly means?: 'file' | 'command' | 'runtime' | 'environment' | undefined;
  /** What the section itself says of where it is read. */
  readonly runsOn?: Runtime | undefined;
  /** The release of Spark that it names for itself, or its line. */
  readonly spark?: string | undefined;
  /** A vendor's build of Spark reads it: what the project pins for itself is only a sign of which one. */
  readonly vendors?: boolean | undefined;
  /** Entries out of sight may stand among these. */
  readonly open?: boolean | undefined;
  /** It is a text within another, read as a properties file: the comments in it. */
  readonly comments?: readonly Range[] | undefined;
  /** A text over several lines, in which no comment of the file can stand. */
  readonly closed?: boolean | undefined;
  /** Where further keys are written. */
  readonly keysAt?: KeyPlace | undefined;
  /** Of an application of the Kubernetes operator: names that are no fields of what they stand in. */
  readonly strays?: readonly StrayField[] | undefined;
  /** Of a file of data: the names that it stands under, the outermost first. */
  readonly under?: readonly string[] | undefined;
}

/** `under`: the field that it stands in, as a path below `spec`; 'label': it stands among labels, where any name may. */
export interface StrayField {
  readonly range: Range;
  readonly name: string;
  readonly under: string;
  readonly is: 'unknown' | 'label';
}

export type Runtime = 'kubernetes' | 'yarn' | 'databricks';

/** From the first key to the end of the last value; `indent`: the column of keys that stand on lines of their own, or where none stands yet the least one. */
export interface KeyPlace extends Range {
  readonly indent: number | undefined;
  readonly empty?: boolean | undefined;
}

export type Launcher = 'spark-submit' | 'spark-shell' | 'pyspark' | 'sparkR' | 'spark-sql' | 'start-thriftserver.sh' | 'start-connect-server.sh';

/** A command that starts Spark, with its arguments as Spark takes them. */
export interface Command extends Range {
  readonly launcher: Launcher;
  readonly nameRange: Range;
  readonly arguments: readonly Argument[];
  readonly breaks: readonly Break[];
  /** Arguments that the text does not tell may stand among these. */
  readonly open: boolean;
}

export interface Argument extends Range {
  readonly is:
    /** An option that some release of Spark has. */
    | 'option'
    | 'unknown option'
    /** The file or class path that is run. */
    | 'application'
    /** Handed to the application. */
    | 'passed'
    /** Any number of words that are not known. */
    | 'unknown';
  /** Of an option: its name, whatever it is called here. Else what is written; undefined: put together when it is run. */
  readonly text: string | undefined;
  readonly value?: { readonly text: string | undefined; readonly range: Range } | undefined;
  readonly conditional: boolean;
  /** It stands in the command itself, where a fix can reach it. */
  readonly inPlace: boolean;
}

/** Where a command ends although more of it follows. */
export interface Break {
  readonly why: 'no backslash' | 'blank behind the backslash' | 'empty line' | 'comment';
  /** What is at fault: the last word of the line, the blanks, the backslash before the empty line, the comment. */
  readonly at: Range;
  /** The word that the shell takes for a command of its own. */
  readonly next: Range;
}

interface Settings {
  /** Project-relative path. */
  readonly path: string;
  readonly text: string;
  readonly sections: readonly Section[];
  readonly comments: readonly Range[];
}

/** spark-defaults.conf and its like, read exactly as java.util.Properties and Spark read it: one section. */
export interface PropertiesFile extends Settings {
  readonly form: 'properties';
  readonly entries: readonly PropertiesEntry[];
  /** By its name Spark reads it as its defaults, or is meant to: keys of others have no place in it. */
  readonly defaults: boolean;
  /** A UTF-8 byte order mark stands before the first line. */
  readonly byteOrderMark: boolean;
}

export interface PropertiesEntry extends ConfEntry {
  /** Blanks trimmed as Spark does. */
  readonly value: string;
  /** The raw separator between key and value. */
  readonly separator: Range;
  /** Backslashes of the raw entry that change it, with what they become. */
  readonly escapes: readonly { readonly range: Range; readonly kind: 'continuation' | 'escape' | 'unicode' | 'malformed-unicode' | 'dropped' ; readonly text: string }[];
}

/** A shell script, a Dockerfile or a Makefile: a section per command. */
export interface Script extends Settings {
  readonly form: 'shell' | 'dockerfile' | 'makefile';
  /** What holds something of Spark: a comment above one of them speaks of it. In order. */
  readonly statements: readonly Range[];
  /** Nothing is reported inside these. */
  readonly errors: readonly Range[];
  /** Settings files that it writes itself. */
  readonly bodies: readonly Range[];
}

/** A YAML, JSON or XML file: a section for each application, cluster or service in it that is told settings. */
export interface DataFile extends Settings {
  readonly form: DataForm;
  /** Comments can stand in it. */
  readonly commented: boolean;
  /** Nothing is reported inside these. */
  readonly errors: readonly Range[];
}

export type DataForm = 'yaml' | 'json' | 'xml';

/** Statements of SQL that set keys while a session runs. */
export interface SqlFile extends Settings {
  readonly form: 'sql';
}

export type ConfDocument = PropertiesFile | Script | DataFile | SqlFile;
const scriptForms: ReadonlySet<string> = new Set<Script['form']>(['shell', 'dockerfile', 'makefile']);
export const isScriptForm = (form: ConfDocument['form']): form is Script['form'] => scriptForms.has(form);
export const isScript = (document: ConfDocument): document is Script => isScriptForm(document.form);
export const isData = (document: ConfDocument): document is DataFile => document.form === 'yaml' || document.form === 'json' || document.form === 'xml';
