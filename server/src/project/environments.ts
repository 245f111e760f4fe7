/** What the project tells the rules about a file beyond its own text: releases, how it runs, settings made elsewhere, jobs. */
import type { EventOf, Setting, SparkProgram } from '../analysis/model.ts';
import { type Environment, settingsOfConf, settingsOfEnvironment } from '../lint/lint.ts';
import type { Command, ConfDocument } from '../program/conf.ts';
import type { Job } from '../rule/jobs.ts';
import { remembered } from '../rule/queries.ts';
import { slotsOfJob } from '../rule/resources.ts';
import type { Targets } from '../rule/targets.ts';
import { escapePattern } from '../text/pattern.ts';
import type { ProjectFiles } from './files.ts';
import type { ImportGraph } from './import-graph.ts';
import type { InstalledSpark } from './installed-spark.ts';
import type { Reader } from './jobs.ts';
import { perRevision, perText } from './kept.ts';
import type { Modules } from './modules.ts';
import { isSampleIn } from './sample-files.ts';
import { folderOf, isCodeFile, joinPath } from './paths.ts';
import type { ProjectSettings } from './settings.ts';
import { fileKindOf, launchOf, type ProjectFacts, withoutComments } from './surroundings.ts';
import { targetsFor } from './targets.ts';
import { yarnSite } from './yarn-site.ts';

export interface EnvironmentsInput {
  readonly files: ProjectFiles;
  readonly facts: ProjectFacts;
  readonly graph: ImportGraph;
  readonly modules: Modules;
  readonly installed: InstalledSpark;
  settingsOf(path: string): { readonly settings: ProjectSettings };
  conf(path: string): ConfDocument | undefined;
  readersOf(path: string): readonly Reader[];
  jobsIn(path: string): JobsIn;
}

/** What a file has a part in; by where the command or the application begins that it holds. */
export interface JobsIn {
  readonly jobs: readonly Job[];
  readonly byStart: ReadonlyMap<number | undefined, readonly Job[]>;
}

/** More files than these are not read for one table. */
const mostWriters = 8;
const writers = 'saveAsTable|insertInto|writeTo|toTable|forName|insert\\s+into|insert\\s+overwrite|merge\\s+into|copy\\s+into';
const anyWriter = new RegExp(writers, 'i');

/** For each file. */
export function environmentsOf({ files, facts, graph, modules, installed, settingsOf, conf, jobsIn, readersOf }: EnvironmentsInput): (path: string, program: SparkProgram | undefined) => Environment {
  function environmentOf(path: string, program: SparkProgram | undefined): Environment {
    const { settings: said } = settingsOf(path);
    const launch = launchOf(facts, path, said, program);
    const reached = program ? modules.reached(path) : [];
    const elsewhere = program ? [...settingsElsewhere(reached), ...settingsOfEnvironment(program)] : [];
    const targets = targetsFor(files, path, said, installed);
    return {
      targets,
      fileKind: fileKindOf(files, facts, path, said, program),
      launch, slots: () => said.slots ?? (program && slotsOf(path, targets)), container: said.container, settings: elsewhere,
      complete: program !== undefined && isComplete(program, reached) && (facts.confFiles.length > 0 || launch === 'python'),
      namespaces: said.namespaces,
      writesElsewhere: (table) => writersOf()(path)(table),
      calledByTestsAlone: (name) => calledByTestsAlone(path, name),
      calledOnceHere: (name) => calledOnceHere(path, name),
      namedBySubmit: facts.givenAsProperties,
      forDatabricks: facts.forDatabricks,
      mentions: facts.mentions,
      isComposed: facts.isComposed,
      submits: () => facts.submitsOf(path),
      builtFor: () => facts.builtFor(path),
      jobs: (of) => (of ? jobsIn(path).byStart.get(of.start) ?? [] : jobsIn(path).jobs),
      toldElsewhere: (key, command) => (command ? toldToo(path, key, command) : toldToReaders(path, key)),
      yarn,
      readsSample: (read) => isSampleIn(files, path, read, facts.isComposed),
      exists: (name) => files.exists(name) || files.exists(joinPath(folderOf(path), name)),
    };
  }

  const yarn = yarnSite(files);

  /** Asked again for each root that a table has, and for the tables that those are made of. */
  const writersOf = perRevision(files, () => remembered((path: string) => remembered((table: string) => writesElsewhere(path, table))));

  /** Asked for every table: most files write none. */
  const writesTables = perText(files, (text) => anyWriter.test(text));

  /** Files whose texts speak of writing the table are read; each has to say how. */
  function writesElsewhere(path: string, table: string): (EventOf<'write'> | 'unknown')[] {
    const writing = new RegExp(`(${writers})\\b[^\\n]{0,100}\\b${escapePattern(table.split('.').at(-1)!)}\\b`, 'i');
    const found = files.all().filter((other) => other !== path && isCodeFile(other) && writesTables(other) && writing.test(files.read(other) ?? '') && !facts.isTest(other));
    return found.length > mostWriters ? ['unknown'] : found.flatMap((other): readonly (EventOf<'write'> | 'unknown')[] => {
      const writes = modules.writes(other).filter(({ target }) => target.table?.toLowerCase() === table);
      return writes.length > 0 ? writes : ['unknown'];
    });
  }

  /** How often a file's text names it, whatever is meant there; in comments of their own lines nothing is. */
  function timesNamed(name: string): (file: string) => number {
    const named = new RegExp(`\\b${escapePattern(name)}\\b`, 'g');
    return (file) => {
      const text = files.read(file);
      return text?.includes(name) === true ? withoutComments(text).match(named)?.length ?? 0 : 0;
    };
  }

  function calledByTestsAlone(path: string, name: string): boolean {
    const times = timesNamed(name);
    const callers = graph.importersOf(path).filter((importer) => times(importer) > 0);
    return !files.truncated && times(path) === 1 && callers.length > 0 && callers.every(facts.isTest);
  }

  function calledOnceHere(path: string, name: string): boolean {
    const times = timesNamed(name);
    return !files.truncated && times(path) === 2 && files.all().every((other) => other === path || !isCodeFile(other) || times(other) === 0 || facts.isTest(other));
  }

  /** By the program that a command starts, or a file of settings that it reads or may read. */
  function toldToo(path: string, key: string, command: Command): boolean {
    const tells = (entries: readonly { readonly key: string }[] | undefined): boolean => entries?.some((entry) => entry.key === key) === true;
    return (jobsIn(path).byStart.get(command.start) ?? []).some(({ sources, candidates }) => sources.some(({ layer, entries }) => layer !== 'command' && tells(entries)) || candidates.some(({ as, paths }) => as !== 'code' && paths.some((each) => tells(conf(each)?.sections.flatMap(({ entries }) => entries)))));
  }

  /** Undefined where the jobs that run a program do not agree. */
  function slotsOf(path: string, targets: Targets): number | undefined {
    const jobs = jobsIn(path).jobs.filter(({ code }) => code?.path === path);
    // A run on one's own machine is for trying it out, where others are for a cluster.
    const forClusters = jobs.filter(({ sources }) => !sources.some(({ layer, entries }) => layer === 'command' && entries.some((entry) => entry.key === 'spark.master' && entry.value?.startsWith('local'))));
    const [slots, ...others] = new Set((forClusters.length > 0 ? forClusters : jobs).map((job) => slotsOfJob(job, targets)));
    return others.length > 0 ? undefined : slots;
  }

  /** All commands that read a file of settings, or, where none is seen to, some program, tell a key otherwise. */
  function toldToReaders(path: string, key: string): boolean {
    const readers = readersKept()(path);
    if (readers.length === 0) return facts.setInCode(key);
    return readers.every(({ entries, code }) => entries.some((entry) => entry.key === key) || code.some((each) => facts.setInCode(key, each)));
  }
  const readersKept = perRevision(files, () => remembered(readersOf));

  /** A configuration file stands for one deployment; code may meet any of them. */
  function settingsElsewhere(reached: readonly SparkProgram[]): Setting[] {
    const fromFiles = facts.confFiles.flatMap((file) => conf(file) ?? []).flatMap(settingsOfConf);
    return [...fromFiles, ...reached.flatMap((program) => program.settings)];
  }

  function isComplete(program: SparkProgram, reached: readonly SparkProgram[]): boolean {
    const all = [program, ...reached];
    return !files.truncated && all.some(({ entryPoint }) => entryPoint) && all.every(({ partial }) => !partial);
  }

  return environmentOf;
}
