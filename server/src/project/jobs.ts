/** Which commands start which code, and which files of settings they read: the jobs of a project. */
import type { SparkProgram } from '../analysis/model.ts';
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

/** None, one, or several that cannot be told from one another. */
type Found = readonly string[];

export function jobsOf({ files, scripts, launchers, isCode, conf, properties, program, reached, launch, packages }: JobsInput): (path: string) => readonly Job[] {
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
    const candidates: Job['candidates'][number][] = code.length > 1 ? [{ as: 'code', paths: code }] : [];
    const outside: string[] = [];
    const sources: Source[] = code.length === 1 ? codeSources(code[0]!) : [];
    sources.push({ layer: 'command', path, entries: settingsOfSection(conf(path) ?? { path, form: 'shell' }, section) });
    if (!command) return { ...(code.length === 1 ? { code: programOf(code[0]!) } : {}), section, launch: 'spark-submit', sources, candidates, outside };
    const file = valueOf(command, '--properties-file');
    if (file) {
      const written = writtenIn(path, file);
      const found = named(path, written);
      if (found.length === 1) sources.push(fileSource('properties file', found[0]!));
      else if (found.length > 1) candidates.push({ as: 'properties file', paths: found });
      else outside.push(written || '(a file whose name is not known)');
    }
    if (!file || options(command).some(({ text }) => text === '--load-spark-defaults')) addDefaults(path, sources, candidates);
    return { ...(code.length === 1 ? { code: programOf(code[0]!) } : {}), command: { path, command }, launch: 'spark-submit', sources, candidates, outside };
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
  function addDefaults(from: string, sources: Source[], candidates: Job['candidates'][number][]): void {
    const all = files.endingWith(defaultsFileName).filter((path) => conf(path));
    const near = all.filter((path) => from.startsWith(folderServed(path)));
    if (near.length === 1) sources.push({ ...fileSource('defaults file', near[0]!), assumed: true });
    else if (all.length > 0) candidates.push({ as: 'defaults file', paths: near.length > 0 ? near : all });
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
    const candidates: Job['candidates'][number][] = [];
    const how = launch(path);
    if (how !== 'databricks') addDefaults(path, sources, candidates);
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

  return (path) => (isCode(path) ? jobsOfCode(path) : jobsOfConf(path));
}

/** Above the folders that configuration is put into: `conf/spark-defaults.conf` serves what lies beside `conf`. */
const folderServed = (path: string): string => folderOf(path).replace(/(^|\/)(?:(?:etc|spark|conf|config|spark-conf|spark_conf)(?:\/|$))+$/, '$1').replace(/([^/])$/, '$1/');

const alone = (source: Source): Job => ({ sources: [source], candidates: [], outside: [] });

/** The last of its name that is there for certain. */
function valueOf(command: Command, name: string): { readonly text: string | undefined; readonly start: number; readonly end: number } | undefined {
  const value = options(command).findLast(({ text }: Argument) => text === name)?.value;
  return value && { text: value.text, ...value.range };
}
