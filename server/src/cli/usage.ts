/** What the commands take, and the texts that say so. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearestName } from '../project/settings.ts';

/** The command line cannot be followed: exit code 2. The message says what to do. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Command {
  readonly options: Options;
  readonly help: string;
  /** Left out of `--help`. */
  readonly hidden?: boolean;
}

const help = { help: { type: 'boolean', short: 'h' } } as const satisfies Options;

export const commands = {
  check: {
    options: {
      ...help,
      'format': { type: 'string', default: 'pretty' },
      'fix': { type: 'boolean', default: false },
      'suggested': { type: 'boolean', default: false },
      'select': { type: 'string', multiple: true },
      'ignore': { type: 'string', multiple: true },
      'target-spark': { type: 'string' },
      'config': { type: 'string' },
      'fail-on': { type: 'string', default: 'warning' },
      'explain': { type: 'boolean', default: false },
      'stdin-filename': { type: 'string' },
    },
    help: `sparkcheck check [paths…] [options]

Checks Spark code in Python (.py) and Scala (.scala, .sc), notebooks in both (.ipynb),
spark-defaults.conf files, and what shell scripts, Dockerfiles and Makefiles say to spark-submit: the named ones, and all below the named folders; the current folder
where nothing is named. What git ignores, virtual environments, build folders and hidden folders
are left out.
\`-\` reads standard input.

  --format pretty|json     how findings are printed (default: pretty)
  --fix                    makes the safe fixes in the files; with \`-\`, prints the fixed text
  --suggested              with --fix: makes the suggested fixes too
  --select NAME,…          only these rules or categories
  --ignore NAME,…          not these rules or categories
  --target-spark RANGE     the Spark releases the code runs on: 3.5, 3.5-4.3, ">=3.4"
  --config FILE            settings from this file, not from sparkcheck.toml or pyproject.toml
  --fail-on SEVERITY       exit code 1 from this severity on: error, warning (default),
                           information, hint, or never
  --explain                with each finding: its evidence, why it hurts, when it is fine
  --stdin-filename PATH    the path that the text of \`-\` has (default: stdin.py)

Exit code: 0 nothing to fail on, 1 findings, 2 bad usage or settings, or a path that does not exist.`,
  },
  explain: {
    options: help,
    help: `sparkcheck explain NAME

Prints what a rule finds, why it hurts, when it is fine, and how its fix works; or what is
known of a configuration key (spark.…).`,
  },
  rules: {
    options: { ...help, format: { type: 'string', default: 'pretty' } },
    help: `sparkcheck rules [--format pretty|json]

Lists the rules: name, severity, languages, what it finds, what fix there is.`,
  },
  conf: {
    options: { ...help, 'format': { type: 'string', default: 'table' }, 'target-spark': { type: 'string' }, 'all': { type: 'boolean', default: false }, 'config': { type: 'string' } },
    help: `sparkcheck conf [paths…] [options]
sparkcheck conf diff A B [--format table|json]

Prints the effective configuration of each job: what counts of each key, where it is set, what it
takes the place of, the default, and what the target releases make of it. A path is a program, a
script that starts some, a file of settings, or a folder; the current folder where none is named.
\`diff\` compares two files, or two folders: keys that one of them alone sets, and values that differ
(\`1g\` and \`1024m\` do not).

  --format table|json      how it is printed (default: table)
  --target-spark VERSION   what a move to that release changes: keys that die or are deprecated,
                           values it refuses, keys that take effect there, defaults that move
  --all                    with --target-spark: also each default of a key that is not set
  --config FILE            settings from this file, not from sparkcheck.toml or pyproject.toml

Exit code: 0, 2 bad usage or settings, or a path that does not exist; of \`diff\` 0 nothing differs,
1 something differs, 2 as above.`,
  },
  types: {
    options: help,
    help: `sparkcheck types FILE

Prints what the model thinks each name and call of a Python or Scala file or notebook is, and why.
Other files of its project count: the project is the repository around it, else the outermost folder
that a build file or the layout of its sources (src/main/scala) makes one, else the file's folder.`,
  },
  lsp: {
    options: { ...help, 'stdio': { type: 'boolean', default: false }, 'node-ipc': { type: 'boolean' }, 'socket': { type: 'string' }, 'clientProcessId': { type: 'string' } },
    help: `sparkcheck lsp --stdio

Runs the language server on standard input and output, for any editor that speaks the
Language Server Protocol.`,
  },
  coverage: {
    options: { ...help, sample: { type: 'string' }, seed: { type: 'string', default: '1' }, unknown: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    help: `sparkcheck coverage PATH… [--sample N --seed N] [--unknown] [--json]

How many receivers of calls the model knows, for each PATH and pooled. With --sample, prints
known receivers, half of them Spark's, for a reader to judge; with --unknown all unknown ones.`,
    hidden: true,
  },
  'parse-loss': {
    options: { ...help, totals: { type: 'boolean', default: false } },
    help: `sparkcheck parse-loss PATH… [--totals]

How many lines of the Scala files and notebooks below each PATH the parsing loses, and by what;
with --totals the numbers alone.`,
    hidden: true,
  },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;

export const mainHelp = `sparkcheck: finds what will hurt an Apache Spark job on the cluster, before it runs there

  sparkcheck check [paths…]    check files (the command that is meant where none is named)
  sparkcheck explain NAME      what a rule finds and why, or what a Spark key does
  sparkcheck rules             list the rules
  sparkcheck conf [paths…]     the effective configuration of each job, and where it comes from
  sparkcheck conf diff A B     what two configurations say otherwise
  sparkcheck types FILE        what the model thinks each name and call is, and why
  sparkcheck lsp --stdio       the language server

  --help      of sparkcheck, or of a command
  --version   print the version`;

/** Options and operands of a command. Throws UsageError. */
export function parse<N extends CommandName>(name: N, args: readonly string[]) {
  const { options } = commands[name];
  try {
    return parseArgs({ args: [...args], options: options as (typeof commands)[N]['options'], allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${explained(error, Object.keys(options))} \`sparkcheck ${name} --help\` lists what there is.`);
  }
}

function explained(error: unknown, known: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '--?([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) return `${message.split('. ')[0]!.replace(/\.$/, '')}.`;
  const near = nearestName(unknown, known);
  return `There is no option \`--${unknown}\`${near === undefined ? '' : ` (did you mean \`--${near}\`?)`}.`;
}

/** `--select a,b --select c` */
export const names = (lists: readonly string[] | undefined): string[] | undefined => lists?.flatMap((list) => list.split(',').map((name) => name.trim()).filter((name) => name !== ''));

export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const match = allowed.find((each) => each === value);
  if (match === undefined) throw new UsageError(`\`--${option}\` is one of ${allowed.join(', ')}; \`${value}\` is none of them.`);
  return match;
}
