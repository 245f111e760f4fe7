/** The words behind a launcher as Spark's own parser takes them: options, the application, what is handed to it. */
import { submitOption } from '../../knowledge/submit.ts';
import type { Argument, ConfEntry, Launcher } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { hole, isKnown, type Word } from './words.ts';

const launchers: Readonly<Record<string, Launcher>> = {
  'spark-submit': 'spark-submit', 'spark2-submit': 'spark-submit', 'spark3-submit': 'spark-submit', 'spark-shell': 'spark-shell', 'spark2-shell': 'spark-shell', 'spark3-shell': 'spark-shell',
  pyspark: 'pyspark', pyspark2: 'pyspark', pyspark3: 'pyspark', sparkR: 'sparkR', 'spark-sql': 'spark-sql', 'spark3-sql': 'spark-sql', 'start-thriftserver.sh': 'start-thriftserver.sh', 'start-connect-server.sh': 'start-connect-server.sh',
};
/** How a command that runs others takes the words before theirs. Options take a value, unless they are said to be flags: so a doubt hides a launch, and makes none up. */
interface Wrapper {
  /** Letters that take no value, then long options that take none. */
  readonly flags?: readonly [letters: string, ...long: readonly string[]];
  /** Words that it needs itself: a host, an image, a time. */
  readonly names?: number;
  /** It runs something only behind `run` or `exec`. */
  readonly verb?: true;
}

const shell: Wrapper = { flags: ['abefhiklmnprstuvxBCEHPD', 'login', 'norc', 'noprofile', 'posix', 'verbose'] };
const container: Wrapper = { verb: true, names: 1, flags: ['DditPqT', 'rm', 'detach', 'interactive', 'tty', 'init', 'privileged', 'read-only', 'publish-all', 'no-healthcheck', 'oom-kill-disable', 'quiet', 'replace', 'no-deps', 'service-ports', 'use-aliases', 'build', 'remove-orphans', 'no-TTY', 'debug', 'tls', 'verbose'] };
const cluster: Wrapper = { verb: true, names: 1, flags: ['itq', 'stdin', 'tty', 'quiet', 'insecure-skip-tls-verify'] };
const environment: Wrapper = { verb: true, flags: ['qvV', 'no-capture-output', 'live-stream', 'debug-wrapper-scripts', 'quiet', 'verbose', 'no-interaction', 'no-plugins', 'no-cache'] };
const wrappers: Readonly<Record<string, Wrapper>> = {
  exec: { flags: ['cl'] }, nohup: {}, time: { flags: ['pvq', 'portability', 'verbose', 'quiet'] }, nice: { flags: ['0123456789'] }, ionice: { flags: ['t', 'ignore'] }, stdbuf: {}, dse: {},
  sudo: { flags: ['ABbEHiKknPSsVv', 'login', 'preserve-env', 'set-home', 'non-interactive', 'background', 'stdin', 'shell', 'askpass', 'reset-timestamp', 'preserve-groups'] },
  env: { flags: ['i0v', 'ignore-environment', 'null', 'debug'] }, timeout: { names: 1, flags: ['v', 'foreground', 'preserve-status', 'verbose'] }, setsid: { flags: ['cfw', 'ctty', 'fork', 'wait'] },
  gosu: { names: 1 }, 'su-exec': { names: 1 }, tini: { flags: ['gsvw'] }, 'dumb-init': { flags: ['cv', 'single-child', 'verbose'] }, srun: { flags: ['EHIKOQsuvXlk', 'exclusive', 'pty', 'overlap', 'verbose', 'quiet', 'unbuffered', 'label', 'exact'] },
  flock: { names: 1, flags: ['esnxuoFv', 'shared', 'exclusive', 'nonblock', 'nb', 'unlock', 'close', 'no-fork', 'verbose'] }, ssh: { names: 1, flags: ['46AaCfGgKkMNnqsTtVvXxYy'] }, sh: shell, bash: shell,
  docker: container, podman: container, 'docker-compose': container, kubectl: cluster, oc: cluster,
  poetry: environment, pipenv: environment, conda: environment, mamba: environment, hatch: environment, pdm: { verb: true, flags: ['sqv', 'site-packages', 'quiet', 'verbose'] },
  uv: { verb: true, flags: ['qvn', 'isolated', 'frozen', 'locked', 'no-sync', 'no-project', 'active', 'all-extras', 'all-groups', 'all-packages', 'no-dev', 'dev', 'quiet', 'verbose', 'offline', 'exact', 'no-cache', 'native-tls', 'no-config', 'no-editable', 'no-env-file', 'no-progress'] },
};
/** Between a runner and its verb: `docker compose exec`. */
const groups: ReadonlySet<string> = new Set(['compose', 'container', 'env']);

const nameOf = (word: Word): string => word.text.slice(word.text.lastIndexOf('/') + 1);
/** A variable that is called so holds the command. */
const named = /^\$\{?_?(?:[A-Z]*_)?spark_?submit(?:_(?:cmd|bin|command|exec|path))?\}?$/i;

/** By its first word as it is written; only these are taken apart. */
export const mayLaunch = (word: string): boolean => /spark|start-|\$|^eval$/i.test(word) || Object.hasOwn(wrappers, word.slice(word.lastIndexOf('/') + 1));

/** `bash -c`: a text for that shell follows. */
export const takesText = (shell: string, option: string): boolean => /^-[a-z]*c$/.test(option) && /^(\S*\/)?(ba|da|z|k)?sh$/.test(shell);

export interface Launch {
  readonly launcher: Launcher;
  readonly name: Word;
  readonly rest: readonly Word[];
}

/** A command that starts Spark, itself or through another one. */
export function launchIn(words: readonly Word[], source: string): Launch | undefined {
  for (let at: number | undefined = 0; at !== undefined && at < words.length; ) {
    const own = launcherOf(words[at]!, source);
    if (own) return launch(own, words, at);
    const name = nameOf(words[at]!);
    at = Object.hasOwn(wrappers, name) ? commandBehind(wrappers[name]!, words, at + 1) : undefined;
  }
  return undefined;
}

/** Where the command begins that a wrapper runs, whose own words begin at a place. */
function commandBehind({ flags = [''], names = 0, verb }: Wrapper, words: readonly Word[], from: number): number | undefined {
  let at = afterOptions(flags, words, from);
  if (verb) {
    while (groups.has(words[at]?.text ?? '')) at = afterOptions(flags, words, at + 1);
    if (words[at]?.text !== 'run' && words[at]?.text !== 'exec') return undefined;
    // Options of kubectl may stand behind the pod; what is behind the dashes is the command.
    const dashes = flags === cluster.flags ? words.findIndex(({ text }, index) => index > at && text === '--') : -1;
    if (dashes >= 0) return dashes + 1;
    at = afterOptions(flags, words, at + 1);
  }
  const command = at + names;
  return words[command]?.text === '--' ? command + 1 : command;
}

function afterOptions([letters, ...long]: readonly [string, ...string[]], words: readonly Word[], from: number): number {
  for (let at = from; at < words.length; ) {
    const { text } = words[at]!;
    if (text === '--') return at + 1;
    if (/^\w+=/.test(text) || /^--?[^=]+=/.test(text) || text === '-') at++;
    else if (text.startsWith('--')) at += long.includes(text.slice(2)) ? 1 : 2;
    else if (text.startsWith('-')) at += takesNext(text, letters) ? 2 : 1;
    else return at;
  }
  return words.length;
}

/** The last letter of a word of letters takes a value; what follows such a letter is its value. */
function takesNext(text: string, letters: string): boolean {
  const first = [...text].findIndex((letter, index) => index > 0 && !letters.includes(letter));
  return first === text.length - 1;
}

function launch(launcher: Launcher | 'spark-class', words: readonly Word[], index: number): Launch | undefined {
  const rest = words.slice(launcher === 'spark-class' ? index + 2 : index + 1);
  if (launcher === 'spark-class' && words[index + 1]?.text !== 'org.apache.spark.deploy.SparkSubmit') return undefined;
  const own = launcher === 'spark-class' ? 'spark-submit' : launcher;
  const main = own === 'spark-submit' ? rest[rest.findIndex(({ text }) => text === '--class') + 1]?.text : undefined;
  return { launcher: main !== undefined && Object.hasOwn(mains, main) ? mains[main]! : own, name: words[index]!, rest };
}

/** With these classes spark-submit is the shell or the server that they belong to. */
const mains: Readonly<Record<string, Launcher>> = {
  'org.apache.spark.repl.Main': 'spark-shell', 'org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver': 'spark-sql',
  'org.apache.spark.sql.hive.thriftserver.HiveThriftServer2': 'start-thriftserver.sh', 'org.apache.spark.sql.connect.service.SparkConnectServer': 'start-connect-server.sh',
};

function launcherOf(word: Word, source: string): Launcher | 'spark-class' | undefined {
  const name = nameOf(word);
  if (Object.hasOwn(launchers, name)) return launchers[name];
  if (name === 'spark-class') return name;
  return word.text === hole && named.test(source.slice(word.start, word.end).replace(/"/g, '')) ? 'spark-submit' : undefined;
}

export interface Line {
  readonly arguments: readonly Argument[];
  readonly entries: readonly ConfEntry[];
  readonly open: boolean;
}

const isApplication = /\.(py|jar|R|zip|egg)$|^(pyspark-shell|spark-shell|sparkr-shell|spark-internal)$/;

/** As `SparkSubmitOptionParser` reads them. Shells take other words between the options; spark-submit's first one is the application. */
export function readLine(launcher: Launcher, words: readonly Word[]): Line {
  const found: Argument[] = [];
  const entries: ConfEntry[] = [];
  let open = false;
  let over = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const add = (is: Argument['is'], extra: Partial<Argument> = {}): void => void found.push({ is, start: word.start, end: word.end, text: isKnown(word.text) ? word.text : undefined, conditional: word.conditional, inPlace: word.inPlace, ...extra });
    if (over) {
      add('passed');
      continue;
    }
    if (word.many || word.text.startsWith(hole) && open) {
      add('unknown');
      open = true;
      continue;
    }
    if (!word.text.startsWith('-')) {
      if (launcher !== 'spark-submit') add('passed');
      else if (open && !isApplication.test(word.text)) add('unknown');
      else {
        add('application');
        over = true;
      }
      continue;
    }
    const equals = word.text.indexOf('=');
    const inline = word.text.startsWith('--') && equals > 0;
    const option = submitOption(inline ? word.text.slice(0, equals) : word.text);
    if (!option || inline && !option.takesValue) {
      // Behind words that are not known it may belong to the application.
      add(open ? 'unknown' : (launcher === 'spark-submit' || launcher === 'pyspark') && isKnown(word.text) ? 'unknown option' : 'passed');
      // What its value would be, and what comes of the rest, is not known.
      open = true;
      continue;
    }
    const { name } = option;
    if (!option.takesValue) {
      add('option', { text: name });
      if (option.keys.length > 0 || Object.keys(option.sets).some((key) => key.startsWith('spark.'))) entries.push(entryOf(name, Object.keys(option.sets).find((key) => key.startsWith('spark.')) ?? option.keys[0]!, word, wholeOf(word), undefined, index));
      continue;
    }
    const next = inline ? word : words[index + 1];
    if (!next || !inline && next.list) {
      add('option', { text: name });
      open ||= next !== undefined;
      continue;
    }
    const value = inline ? part(word, equals + 1) : part(next, 0);
    if (!inline) index++;
    const extra = { text: name, end: sameLine(word, next) ? next.end : word.end, conditional: word.conditional || next.conditional, inPlace: word.inPlace && next.inPlace, value: { text: isKnown(value.text) ? value.text : undefined, range: value.range } };
    add('option', extra);
    if (name === '--conf') {
      const entry = confEntry(word, next, value, index);
      if (entry) entries.push(entry);
    } else if (option.keys.length > 0) entries.push(entryOf(name, option.keys[0]!, word, value, next, index));
  }
  return { arguments: found, entries, open };
}

interface Part {
  readonly text: string;
  readonly range: Range;
  readonly within: Word['chars'][number]['within'];
}

const sameLine = (word: Word, next: Word): boolean => next.start >= word.start && next.inPlace === word.inPlace;
const wholeOf = (word: Word): Part => ({ text: 'true', range: { start: word.end, end: word.end }, within: '' });

function part(word: Word, from: number): Part {
  const first = word.chars[from];
  const last = word.chars.at(-1);
  if (!first || !last) return { text: '', range: { start: word.end, end: word.end }, within: '' };
  // Some of it may stand in a variable, and some here.
  const here = ({ start, end }: Range): boolean => word.start <= start && end <= word.end;
  const inOne = here(first) === here(last) && word.chars.slice(from).every((char) => here(char) === here(first)) && last.end >= first.start;
  return { text: word.text.slice(from), range: inOne ? { start: first.start, end: last.end } : { start: word.start, end: word.end }, within: first.within };
}

function entryOf(option: string, key: string, word: Word, value: Part, next: Word | undefined, order: number): ConfEntry {
  const end = next && sameLine(word, next) ? next.end : word.end;
  return {
    start: word.start, end, key, keyRange: { start: word.start, end: next === word ? word.start + option.length : word.end },
    value: isKnown(value.text) ? value.text : undefined, valueRange: value.range,
    told: { option, order, ...(isKnown(value.text) ? {} : { begins: value.text.slice(0, value.text.indexOf(hole)) }), conditional: word.conditional || next?.conditional === true, within: value.within },
  };
}

function confEntry(word: Word, next: Word, value: Part, order: number): ConfEntry | undefined {
  const equals = value.text.indexOf('=');
  const key = value.text.slice(0, equals);
  if (equals <= 0 || !isKnown(key)) return undefined;
  const from = next.text.length - value.text.length;
  const keyPart = next.chars.slice(from, from + equals);
  const told = part(next, from + equals + 1);
  const entry = entryOf('--conf', key, word, told, next, order);
  return { ...entry, keyRange: { start: keyPart[0]!.start, end: keyPart.at(-1)!.end }, ...(told.text === '' ? { valueRange: { start: keyPart.at(-1)!.end + 1, end: keyPart.at(-1)!.end + 1 } } : {}) };
}
