/** Which commands start which code, and which files of settings they read: the jobs of a project. */
import type { Setting, SparkProgram } from '../analysis/model.ts';
import { settingsOfConf, settingsOfSection } from '../lint/document.ts';
import { type Argument, type Command, type ConfDocument, isData, type Section } from '../program/conf.ts';
import { isDecorated } from '../program/expressions.ts';
import type { Def } from '../program/program.ts';
import { options } from '../rule/commands.ts';
import { distinct, type Job, type Source } from '../rule/jobs.ts';
import { statementsOf } from '../rule/statements.ts';
import { isConfFile } from '../syntax/properties.ts';
import type { Launch } from './settings.ts';
import type { ProjectFiles } from './files.ts';
import { foldersAbove, folderOf, isScala, joinPath, nameOf } from './paths.ts';
import type { ScalaPackages } from './scala-packages.ts';
import { defaultsFileName } from './surroundings.ts';

export interface JobsInput {
  readonly files: ProjectFiles;
  /** Scripts in which something of Spark is started. */
  scripts(): readonly string[];
  /** Programs and files of data in which something of Spark is started by a command, or by Airflow's operator. */
  launchers(): readonly string[];
  isCode(path: string): boolean;
  conf(path: string): ConfDocument | undefined;
  /** Whatever its name: a command calls it a properties file. */
  properties(path: string): ConfDocument | undefined;
  program(path: string): SparkProgram | undefined;
  /** Programs that a module imports. */
  reached(path: string): readonly SparkProgram[];
  launch(path: string): Launch | undefined;
  readonly packages: Pick<ScalaPackages, 'definedIn'>;
}

interface Start {
  readonly path: string;
  readonly section: Section;
  /** undefined: an application that a cluster is told to run. */
  readonly command: Command | undefined;
}

type Candidates = Job['candidates'][number][];

interface FilesRead {
  readonly as: 'properties file' | 'defaults file';
  readonly paths: readonly string[];
  /** It lies elsewhere, and need not be for what reads it, even if it is the only one. */
  readonly far?: boolean;
}

/** None, one, or several that cannot be told from one another. */
type Found = readonly string[];

export interface Reader {
  readonly entries: readonly Setting[];
  /** The program; several where it is not said which. */
  readonly code: readonly string[];
}

export interface Jobs {
  /** What a file has a part in. */
  of(path: string): readonly Job[];
  /** The commands that read a file of settings, or may read it: what they tell, and the programs that they start, win over the file. */
  readersOf(path: string): readonly Reader[];
}

export function jobsOf({ files, scripts, launchers, isCode, conf, properties, program, reached, launch, packages }: JobsInput): Jobs {
  /** What a program puts into its own environment starts nothing but its own session. */
  const startsIn = (path: string): Start[] => ((isCode(path) ? program(path) : conf(path))?.sections ?? []).flatMap((section) => (section.command ? section.means !== 'environment' : section.runs) ? [{ path, section, command: section.command }] : []);
  const startsNaming = (what: RegExp | string): Start[] => [...scripts(), ...launchers()].filter((each) => (typeof what === 'string' ? files.read(each)?.includes(what) : what.test(files.read(each) ?? ''))).flatMap(startsIn);

  /** A path as a script has it: below one of the folders above the script, else the files whose paths end most alike. */
  function named(from: string, written: string): Found {
    const plain = written.replace(/^(file:\/\/|local:\/\/)?(\.\/)*/, '');
    const below = plain.startsWith('/') ? undefined : foldersAbove(from).map((folder) => joinPath(folder, plain)).find(files.exists);
    if (below !== undefined) return [below];
    const parts = plain.split('/').filter((part) => part !== '' && part !== '..');
    for (let first = 0; first < parts.length; first++) {
      const found = files.endingWith(parts.slice(first).join('/'));
      if (found.length > 0) return found;
    }
    return [];
  }

  const writtenIn = (path: string, { text, start, end }: { readonly text: string | undefined; readonly start: number; readonly end: number }): string =>
    // What a variable holds that is not known is most often the folder.
    text ?? /[^"'\s${}()]*$/.exec((files.read(path) ?? '').slice(start, end).replace(/["']+$/, ''))![0];

  function codeOf({ path, section, command }: Start): Found {
    const main = command ? valueOf(command, '--class')?.text : section.runs?.main;
    if (main !== undefined) {
      const file = packages.definedIn(path, main);
      return file === undefined ? [] : [file];
    }
    const application = command?.arguments.find(({ is }) => is === 'application');
    const written = command ? application && writtenIn(path, application) : section.runs?.file;
    return written?.endsWith('.py') ? named(path, written) : [];
  }

  function jobOf(start: Start): Job {
    const { path, section, command } = start;
    const code = codeOf(start);
    const sources: Source[] = [...(code.length === 1 ? codeSources(code[0]!) : []), { layer: 'command', path, entries: toldBy(start) }];
    const candidates: Candidates = code.length > 1 ? [{ as: 'code', paths: code }] : [];
    const run = code.length === 1 ? { code: programOf(code[0]!) } : {};
    if (!command) return { ...run, section, launch: 'spark-submit', sources, candidates, outside: [] };
    const { files: read, outside } = filesRead(path, command);
    addFiles(read, sources, candidates);
    return { ...run, command: { path, command }, launch: 'spark-submit', sources, candidates, outside };
  }

  const toldBy = ({ path, section }: Start): readonly Setting[] => settingsOfSection(conf(path) ?? { path, form: 'shell' }, section);

  /** The files of settings that a command reads: of several, which one is not said. */
  function filesRead(path: string, command: Command): { readonly files: readonly FilesRead[]; readonly outside: readonly string[] } {
    const file = valueOf(command, '--properties-file');
    const written = file && writtenIn(path, file);
    const found = written === undefined ? [] : named(path, written);
    return {
      files: [...(found.length > 0 ? [{ as: 'properties file' as const, paths: found }] : []), ...(!file || options(command).some(({ text }) => text === '--load-spark-defaults') ? defaultsFor(path) : [])],
      outside: written === undefined || found.length > 0 ? [] : [written || '(a file whose name is not known)'],
    };
  }

  function readersOf(path: string): Reader[] {
    const starts = [...scripts(), ...launchers()].flatMap(startsIn);
    return starts.filter((start) => start.command && filesRead(start.path, start.command).files.some(({ paths }) => paths.includes(path))).map((start) => ({ entries: toldBy(start), code: codeOf(start) }));
  }

  function programOf(path: string): NonNullable<Job['code']> {
    const own = program(path);
    const lowered = own?.lowered;
    const isMain = (def: Def): boolean => def.name === 'main' || isDecorated(def, 'main');
    const mains = lowered?.language === 'scala' ? statementsOf(lowered).filter(({ expr }) => expr.kind === 'closure' && isMain(expr.def)) : [];
    return { path, entryPoint: own?.entryPoint === true, language: lowered?.language ?? (isScala(path) ? 'scala' : 'python'), mains: mains.map(({ start, end }) => ({ start, end })) };
  }
  const fileSource = (layer: Source['layer'], path: string): Source => ({ layer, path, entries: settingsOfConf(conf(path) ?? properties(path)!) });

  /** Which folder Spark is configured by is not said: one that lies by the job is taken for it, others are told of. */
  function defaultsFor(from: string): FilesRead[] {
    const all = files.endingWith(defaultsFileName).filter((path) => conf(path));
    const near = all.filter((path) => from.startsWith(folderServed(path)));
    const paths = near.length > 0 ? near : all;
    return paths.length === 0 ? [] : [{ as: 'defaults file', paths, far: near.length === 0 }];
  }

  function addFiles(read: readonly FilesRead[], sources: Source[], candidates: Candidates): void {
    for (const { as, paths, far } of read) {
      if (paths.length > 1 || far) candidates.push({ as, paths });
      else sources.push({ ...fileSource(as, paths[0]!), ...(as === 'defaults file' ? { assumed: true } : {}) });
    }
  }

  /** What the program tells, and what modules tell that it imports: of those, what they do when they are imported. */
  function codeSources(path: string): Source[] {
    const own = program(path);
    const imported = own ? reached(path).flatMap(({ settings }) => settings.filter(({ event }) => event?.path.every(({ choice }) => choice >= 0))) : [];
    return own ? [{ layer: 'code', path, entries: distinct([...imported, ...own.settings]) }] : [];
  }

  function jobsOfCode(path: string): Job[] {
    const jobs = startsNaming(isScala(path) ? /--class|java_class|mainClass/ : nameOf(path)).filter((start) => codeOf(start).includes(path)).map(jobOf);
    const started = launchers().includes(path) ? startsIn(path).map(jobOf) : [];
    // What starts others need not be a job itself.
    return jobs.length > 0 || started.length > 0 && program(path)?.entryPoint !== true ? [...jobs, ...started] : [codeAlone(path), ...started];
  }

  function codeAlone(path: string): Job {
    const sources = codeSources(path);
    const candidates: Candidates = [];
    const how = launch(path);
    if (how !== 'databricks') addFiles(defaultsFor(path), sources, candidates);
    return { code: programOf(path), launch: how, sources, candidates, outside: [] };
  }

  /** A command is a job; so is what a file of settings says to one application, together with who names the file. */
  function jobsOfConf(path: string): Job[] {
    const document = conf(path) ?? (isConfFile(path, files.read(path)) ? properties(path) : undefined);
    if (!document) return [];
    const starts = startsIn(path);
    if (starts.length > 0 && !isData(document)) return starts.map(jobOf);
    if (document.form === 'properties') {
      const readers = startsNaming(nameOf(path)).map(jobOf).filter(({ sources }) => sources.some((source) => source.path === path && !source.assumed));
      return [alone(fileSource(nameOf(path) === defaultsFileName ? 'defaults file' : 'properties file', path)), ...readers];
    }
    const told = (section: Section): Job => (section.runs ? jobOf({ path, section, command: undefined }) : { ...alone({ layer: section.comments ? 'properties file' : 'command', path, entries: settingsOfSection(document, section) }), section });
    return [...starts.filter(({ command }) => command).map(jobOf), ...document.sections.filter(({ command }) => !command).map(told)];
  }

  return { of: (path) => (isCode(path) ? jobsOfCode(path) : jobsOfConf(path)), readersOf };
}

/** Above the folders that configuration is put into: `conf/spark-defaults.conf` serves what lies beside `conf`. */
const folderServed = (path: string): string => folderOf(path).replace(/(^|\/)(?:(?:etc|spark|conf|config|spark-conf|spark_conf)(?:\/|$))+$/, '$1').replace(/([^/])$/, '$1/');

const alone = (source: Source): Job => ({ sources: [source], candidates: [], outside: [] });

/** The last of its name that is there for certain. */
function valueOf(command: Command, name: string): { readonly text: string | undefined; readonly start: number; readonly end: number } | undefined {
  const value = options(command).findLast(({ text }: Argument) => text === name)?.value;
  return value && { text: value.text, ...value.range };
}
