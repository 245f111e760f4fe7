/**
 * The one object that the editor, the command line and the fixtures use: files in, findings out. Findings are a function
 * of the texts and the settings alone, in whatever order files are asked for.
 */
import { namesCommand } from '../analysis/commands.ts';
import type { EventOf, Setting, SparkProgram } from '../analysis/model.ts';
import type { Steps } from '../analysis/steps.ts';
import type { Api } from '../knowledge/api.ts';
import type { Registry } from '../knowledge/registry.ts';
import type { Finding } from '../lint/finding.ts';
import { type Environment, type LintInput, type LintResult, lintConf, lintProgram, settingsOfConf, settingsOfEnvironment } from '../lint/lint.ts';
import { matchesGlob } from '../lint/settings.ts';
import type { ConfDocument, DataForm } from '../program/conf.ts';
import type { Language } from '../program/program.ts';
import type { Job } from '../rule/jobs.ts';
import { groupedBy } from '../rule/queries.ts';
import type { Rule } from '../rule/rule.ts';
import type { Targets } from '../rule/targets.ts';
import { dataForm, holdsSettings, longestData, startsWithin } from '../syntax/data/index.ts';
import type { ModuleSource, NotebookCell, Parsed, Syntax } from '../syntax/index.ts';
import { isConfFile, parseProperties } from '../syntax/properties.ts';
import { formsGiven, mayBeScript, scriptForm, setsOrStarts } from '../syntax/shell/index.ts';
import { isSqlFile, parseSql, setsSpark } from '../syntax/sql.ts';
import { projectFiles, type ProjectFiles } from './files.ts';
import type { ProjectHost } from './host.ts';
import { importGraph } from './import-graph.ts';
import { jobsOf } from './jobs.ts';
import { faultOf, moduleStates } from './module-states.ts';
import { modulesOf } from './modules.ts';
import { folderOf, isCodeFile, isScala, joinPath } from './paths.ts';
import { noSettings, type Overrides, overridden, type Problem, type ProjectSettings, readSettings, settingsFileFor } from './settings.ts';
import { relevanceOf } from './relevance.ts';
import { scalaPackages } from './scala-packages.ts';
import { fileKindOf, isTestFile, launchOf, mostScripts, perText, projectFacts, slotsOf } from './surroundings.ts';
import { pinsOf, targetsFor } from './targets.ts';
import { installedSpark } from './installed-spark.ts';
import { escapePattern } from '../text/pattern.ts';
import type { Range } from '../text/range.ts';

export interface ProjectInput {
  readonly host: ProjectHost;
  readonly syntax: Syntax;
  readonly api: Api;
  readonly registry: Registry;
  readonly rules: readonly Rule[];
  /** Settings that hold for every file, instead of those found upward from it. `path` is for messages. */
  readonly config?: { readonly path: string; readonly text: string } | undefined;
  /** The editor's settings, or the command line's: they win over the project's. */
  readonly overrides?: Overrides | undefined;
}

export interface CheckResult {
  /** By position. */
  readonly findings: readonly Finding[];
  /** Silenced by comments. */
  readonly suppressed: readonly Finding[];
  /** Why the file, or a part of it, was not checked. */
  readonly problems: readonly Problem[];
  /** False for a quick answer that other modules may still change: ask again without `quick`. */
  readonly settled: boolean;
  /** A file that it rests on was left out, since the grammar of its language is not there: ask again once it is `ready`. */
  readonly lacks?: boolean;
}

export interface Project {
  readonly files: ProjectFiles;
  readonly rules: readonly Rule[];
  /** Findings of one file; none for what is neither code nor a configuration file, or is excluded by the settings. */
  check(path: string, how?: { readonly quick?: boolean }): CheckResult;
  /** Most of the work of a check, in steps between which others may be served; it is over when a text changes. */
  steps(path: string, how?: { readonly quick?: boolean }): Steps<void>;
  /** Loads the grammar that a file needs, and those that a check lacked. Errors: those of who hands them in. */
  ready(path: string): Promise<void>;
  program(path: string): SparkProgram | undefined;
  /** The cells of a notebook in its other language. */
  beside(path: string): SparkProgram | undefined;
  /** A properties file; a script that starts Spark or a file of data with its settings, once what reads it is there. */
  conf(path: string): ConfDocument | undefined;
  /** What the parser could not read, in code that concerns Spark or in settings. */
  syntaxErrors(path: string): readonly Range[];
  /** The text that offsets count in, and its cells; undefined for configuration files and what cannot be read. */
  source(path: string): ModuleSource | undefined;
  settings(path: string): { readonly settings: ProjectSettings; readonly problems: readonly Problem[] };
  environment(path: string): Environment;
  /** What the file has a part in: the jobs that run it, those that its commands start, those that read it. Where that `lacks` a grammar, some are missing. */
  jobs(path: string): readonly Job[];
  /** Grammars were asked for that are not there: ask again once the file is `ready`. */
  lacks(): boolean;
  /** The releases alone: nothing is analysed for them. */
  targets(path: string): Targets;
  excluded(path: string): boolean;
  /** The editor's unsaved text; undefined: it is closed. */
  setText(path: string, text: string | undefined): void;
  /** The code cells of a notebook open in the editor, and what it says that they are written in; undefined: it is closed. */
  setNotebook(path: string, cells: readonly NotebookCell[] | undefined, language?: Language): void;
  /** Drops what is no longer needed after a file was checked, in a run that asks for each file once. */
  release(path: string): void;
  setOverrides(overrides: Overrides): void;
  /** A file was written, made or deleted on the disk. */
  changed(path: string): void;
}

export { isCodeFile };
/** The language of a file's code; of a notebook its text tells. */
export const languageOf = (path: string): Language => (isScala(path) ? 'scala' : 'python');
export { isConfFile } from '../syntax/properties.ts';
export { dataForm } from '../syntax/data/index.ts';
export { scriptForm } from '../syntax/shell/index.ts';
export { isSqlFile } from '../syntax/sql.ts';
/** Scripts, SQL and files of data are everywhere: by its name a file may be one, and what it holds tells whether it is read. */
export const mayHoldSpark = (path: string): boolean => mayBeScript(path) || isSqlFile(path) || dataForm(path) !== undefined;
/** A script or Dockerfile in which something of Spark is started, SQL that sets a key, a YAML, JSON or XML file with its settings: of others no more is read. */
export function holdsSpark(path: string, text: string): boolean {
  const form = dataForm(path);
  if (form !== undefined) return text.length <= longestData && holdsSettings(form, text);
  return isSqlFile(path) ? setsSpark(text) : mayBeScript(path) && setsOrStarts(text) && scriptForm(path, text) !== undefined;
}

type SettingsResult = ReturnType<Project['settings']>;

const nothingFound: CheckResult = { findings: [], suppressed: [], problems: [], settled: true };

export function createProject(input: ProjectInput): Project {
  const { host, syntax, api, registry, rules } = input;
  const knowledge = { rules, isKind: (name: string) => api.isKind(name) };
  const files = projectFiles(host);
  const packages = scalaPackages(files);
  const facts = projectFacts(files, packages);
  const installed = installedSpark(files, pinsOf(files));
  let overrides = input.overrides ?? {};

  const fixed = input.config && readSettings(input.config.path, input.config.text, knowledge);
  const readFile = perText(files, (text, path) => readSettings(path, text, knowledge));
  const confOf = perText(files, (text, path) => parseProperties(path, text));
  const scripts = perText(files, (text, path) => syntax.script(path, text, scriptForm(path, text)!));
  const data = perText(files, (text, path) => syntax.data(path, text, dataForm(path)!));
  const holdsSparkIn = perText(files, (text, path) => holdsSpark(path, text));
  const sqlOf = perText(files, (text, path) => parseSql(path, text));
  /** Other formats go by such names, too. */
  const looksLikeProperties = perText(files, (text, path) => text.trim() === '' || isConfFile(path, text));
  const isHolder = (path: string): boolean => mayHoldSpark(path) && !isConfFile(path) && holdsSparkIn(path) === true;
  const formsWithin = perText(files, formsGiven);
  /** The grammars and parsers by which a script or a file of data is read, its own first; none: it is neither, or holds nothing of Spark. */
  function readersOf(path: string): readonly ('bash' | DataForm)[] {
    if (!isHolder(path) || isSqlFile(path)) return [];
    const form = dataForm(path);
    return form === undefined ? ['bash', ...(formsWithin(path) ?? [])] : [form];
  }

  const unreadable = remembered((path: string) => ({ settings: noSettings, problems: [{ path, severity: 'error' as const, message: 'cannot be read: none of its settings counts' }] }));

  /** By folder: what holds for one file holds for those beside it. */
  const settingsByFolder = new Map<string, SettingsResult>();
  let settledAt = -1;

  function settings(path: string): SettingsResult {
    if (settledAt !== files.revision) settingsByFolder.clear();
    settledAt = files.revision;
    const folder = folderOf(path);
    const known = settingsByFolder.get(folder) ?? readFor(path);
    settingsByFolder.set(folder, known);
    return known;
  }

  function readFor(path: string): SettingsResult {
    const file = fixed ? undefined : settingsFileFor(files, path);
    const found = fixed ?? (file === undefined ? undefined : (readFile(file) ?? unreadable(file)));
    return { settings: overridden(found?.settings ?? noSettings, overrides), problems: found?.problems ?? [] };
  }

  const graph = importGraph(files, api, packages);
  const relevance = relevanceOf(files, api, graph);
  const kinds = (path: string): ReadonlyMap<string, string> => settings(path).settings.kinds;
  const states = moduleStates({ files, syntax, api, kinds, resolve: graph.resolve, packages });
  const modules = modulesOf({ files, api, states, resolve: graph.resolve, packages, importers: (path) => graph.importersOf(path).filter((other) => relevance.concernsSpark(other, kinds(other))) });
  function conf(path: string): ConfDocument | undefined {
    if (isConfFile(path)) return looksLikeProperties(path) ? confOf(path) : undefined;
    if (isSqlFile(path)) return isHolder(path) ? sqlOf(path) : undefined;
    const readers = readersOf(path);
    if (readers.length === 0 || !readers.every(syntax.has)) return undefined;
    return readers[0] === 'bash' ? scripts(path) : data(path);
  }

  let scriptsAt = -1;
  let scriptPaths: readonly string[] = [];
  function scriptsOf(): readonly string[] {
    if (scriptsAt !== files.revision) scriptPaths = files.all().filter((path) => readersOf(path)[0] === 'bash').slice(0, mostScripts);
    scriptsAt = files.revision;
    return scriptPaths;
  }

  const startsSomething = perText(files, (text, path) => (isCodeFile(path) ? namesCommand(text) : text.length <= longestData && startsWithin(text)));
  let launchersAt = -1;
  let launcherPaths: readonly string[] = [];
  function launchersOf(): readonly string[] {
    if (launchersAt !== files.revision) launcherPaths = files.all().filter((path) => (isCodeFile(path) || dataForm(path) !== undefined) && startsSomething(path) === true && !isTestFile(path, files.read(path))).slice(0, mostScripts);
    launchersAt = files.revision;
    return launcherPaths;
  }

  /** What files with commands were to be read by, and was not there. */
  const lacked = new Set<Parsed>();
  const lacking = (): Parsed[] => [...states.lacking(), ...[...lacked].filter((reader) => !syntax.has(reader))];
  const findJobs = jobsOf({
    files, packages, isCode: isCodeFile,
    scripts: scriptsOf, launchers: launchersOf,
    conf(path) {
      const document = conf(path);
      if (!document) for (const reader of readersOf(path)) lacked.add(reader);
      return document;
    },
    properties: confOf,
    program: (path) => (relevance.concernsSpark(path, kinds(path)) ? modules.alone(path) : undefined),
    reached: (path) => modules.reached(path),
    launch: (path) => launchOf(facts, path, settings(path).settings, modules.alone(path)),
  });
  const jobsKept = new Map<string, { readonly at: number; readonly jobs: readonly Job[]; readonly byCommand: ReadonlyMap<number | undefined, readonly Job[]> }>();
  function jobsIn(path: string): { readonly jobs: readonly Job[]; readonly byCommand: ReadonlyMap<number | undefined, readonly Job[]> } {
    const at = files.revision + otherChanges;
    const before = jobsKept.get(path);
    if (before?.at === at) return before;
    const found = findJobs(path);
    const kept = { at, jobs: found, byCommand: groupedBy(found, ({ command }) => (command?.path === path ? command.command.start : undefined)) };
    if (lacking().length === 0) jobsKept.set(path, kept);
    return kept;
  }

  function environmentOf(path: string, program: SparkProgram | undefined, own: readonly Setting[]): Environment {
    const { settings: said } = settings(path);
    const launch = launchOf(facts, path, said, program);
    const reached = program ? modules.reached(path) : [];
    const elsewhere = program ? [...settingsElsewhere(reached), ...settingsOfEnvironment(program)] : [];
    return {
      targets: targetsFor(files, path, said, installed),
      fileKind: fileKindOf(files, facts, path, said, program),
      launch, slots: slotsOf(said, [...own, ...elsewhere]), container: said.container, settings: elsewhere,
      complete: program !== undefined && isComplete(program, reached) && (facts.confFiles.length > 0 || launch === 'python'),
      namespaces: said.namespaces,
      writesElsewhere: (table) => writesElsewhere(path, table),
      calledByTestsAlone: (name) => calledByTestsAlone(path, name),
      calledOnceHere: (name) => calledOnceHere(path, name),
      namedBySubmit: facts.givenAsProperties,
      forDatabricks: facts.forDatabricks,
      mentions: facts.mentions,
      isComposed: facts.isComposed,
      submits: () => facts.submitsOf(path),
      builtFor: () => facts.builtFor(path),
      jobs: (command) => (command ? jobsIn(path).byCommand.get(command.start) ?? [] : jobsIn(path).jobs),
      exists: (name) => files.exists(name) || files.exists(joinPath(folderOf(path), name)),
    };
  }

  /** Asked for every table: most files write none. */
  const writesTables = perText(files, (text) => anyWriter.test(text));

  /** Files whose texts speak of writing the table are read; each has to say how. */
  function writesElsewhere(path: string, table: string): (EventOf<'write'> | 'unknown')[] {
    const writing = new RegExp(`(${writers})\\b[^\\n]{0,100}\\b${escapePattern(table.split('.').at(-1)!)}\\b`, 'i');
    const found = files.all().filter((other) => other !== path && isCodeFile(other) && writesTables(other) && writing.test(files.read(other) ?? '') && !isTestFile(other, files.read(other)));
    return found.length > mostWriters ? ['unknown'] : found.flatMap((other): readonly (EventOf<'write'> | 'unknown')[] => {
      const events = modules.analysis(other, true)?.analysis.program.events ?? [];
      const writes = events.filter((event): event is EventOf<'write'> => event.kind === 'write' && event.target.table?.toLowerCase() === table);
      return writes.length > 0 ? writes : ['unknown'];
    });
  }

  /** How often a file's text names it, whatever is meant there. */
  function timesNamed(name: string): (file: string) => number {
    const named = new RegExp(`\\b${escapePattern(name)}\\b`, 'g');
    return (file) => files.read(file)?.match(named)?.length ?? 0;
  }

  function calledByTestsAlone(path: string, name: string): boolean {
    const times = timesNamed(name);
    const callers = graph.importersOf(path).filter((importer) => times(importer) > 0);
    return !files.truncated && times(path) === 1 && callers.length > 0 && callers.every((importer) => isTestFile(importer, files.read(importer)));
  }

  function calledOnceHere(path: string, name: string): boolean {
    const times = timesNamed(name);
    return !files.truncated && times(path) === 2 && files.all().every((other) => other === path || !isCodeFile(other) || times(other) === 0 || isTestFile(other, files.read(other)));
  }

  /** A configuration file stands for one deployment; code may meet any of them. */
  function settingsElsewhere(reached: readonly SparkProgram[]): Setting[] {
    const fromFiles = facts.confFiles.flatMap((file) => conf(file) ?? []).flatMap(settingsOfConf);
    return [...fromFiles, ...reached.flatMap((program) => program.settings)];
  }

  function isComplete(program: SparkProgram, reached: readonly SparkProgram[]): boolean {
    const all = [program, ...reached];
    return !files.truncated && all.some(({ entryPoint }) => entryPoint) && all.every(({ partial }) => !partial);
  }

  function lintInput(path: string, program: SparkProgram | undefined, own: readonly Setting[]): LintInput {
    return { environment: environmentOf(path, program, own), rules, settings: settings(path).settings, registry };
  }

  function checkCode(path: string, quick: boolean): CheckResult {
    const text = files.read(path);
    if (text !== undefined && faultOf(text) === undefined && !relevance.concernsSpark(path, kinds(path))) return nothingFound;
    const module = states.read(path);
    if (!module) return states.lacking().length > 0 && text !== undefined ? nothingFound : failed(path, 'cannot be read');
    if ('error' in module) return failed(path, module.error);
    if (module.lowered.timedOut) return failed(path, 'took too long to parse and was skipped');
    try {
      const answer = modules.analysis(path, quick)!;
      const { program } = answer.analysis;
      const beside = states.beside(path);
      return result(path, lintProgram(program, lintInput(path, program, program.settings), beside && { program: beside, environment: environmentOf(path, beside, beside.settings) }), answer.settled);
    } catch (error) {
      // A fault of ours in one file must not cost the findings of the others.
      return failed(path, `could not be analysed, please report it: ${error instanceof Error ? `${error.message}${(error.stack ?? '').split('\n').slice(1, 3).join('')}` : String(error)}`);
    }
  }

  function checkConf(path: string): CheckResult {
    const text = files.read(path);
    if (text === undefined) return failed(path, 'cannot be read');
    const fault = faultOf(text);
    if (fault !== undefined) return failed(path, fault);
    const document = conf(path);
    if (!document) return { ...nothingFound, lacks: true };
    return result(path, lintConf(document, lintInput(path, undefined, settingsOfConf(document))), true);
  }

  /** Changes that the files do not know of: of settings, of notebooks' cells. */
  let otherChanges = 0;
  /** What was found last: what the editor asks after a check (actions, all fixes, each cell of a notebook) runs no rule again. */
  const kept = new Map<string, { readonly at: number; readonly result: CheckResult }>();

  function checkOnce(path: string, quick: boolean): CheckResult {
    const at = files.revision + otherChanges;
    const before = kept.get(path);
    if (before?.at === at && (before.result.settled || quick)) return before.result;
    const checked = isCodeFile(path) ? checkCode(path, quick) : checkConf(path);
    if (lacking().length > 0 || checked.lacks) return { ...checked, lacks: true };
    kept.set(path, { at, result: checked });
    return checked;
  }

  const excluded = (path: string): boolean => settings(path).settings.exclude.some((glob) => matchesGlob(glob, path));
  /** What was found with the findings: asking for it analyses nothing again. */
  const programOf = (path: string): SparkProgram | undefined => modules.analysis(path, true)?.analysis.program;

  return {
    files, rules, conf, settings, excluded, jobs: (path) => jobsIn(path).jobs, lacks: () => lacking().length > 0, program: (path) => (isCodeFile(path) ? programOf(path) : undefined), beside: (path) => (isCodeFile(path) ? states.beside(path) : undefined),
    check(path, { quick = false } = {}) {
      return (isCodeFile(path) || isConfFile(path) || isHolder(path)) && !excluded(path) ? checkOnce(path, quick) : nothingFound;
    },
    *steps(path, { quick = false } = {}) {
      if (isCodeFile(path) && !excluded(path) && relevance.concernsSpark(path, kinds(path))) yield* modules.steps(path, quick);
    },
    async ready(path) {
      // What a notebook is written in shows when it is read.
      if (path.endsWith('.ipynb')) states.read(path);
      const readers = readersOf(path);
      for (const language of new Set<Parsed>([...(readers.length > 0 ? readers : [languageOf(path)]), ...lacking()])) await syntax.need(language);
    },
    syntaxErrors(path) {
      if (isCodeFile(path)) {
        // Asked of the parser alone: where the analysis fails, this can still be told.
        const module = relevance.concernsSpark(path, kinds(path)) ? states.read(path) : undefined;
        return module && 'lowered' in module ? module.lowered.errors : [];
      }
      const document = conf(path);
      return document && 'errors' in document ? document.errors : [];
    },
    source(path) {
      const module = states.read(path);
      return module && 'source' in module ? module.source : undefined;
    },
    targets: (path) => targetsFor(files, path, settings(path).settings, installed),
    environment(path) {
      const document = conf(path);
      const program = document || !isCodeFile(path) ? undefined : programOf(path);
      return environmentOf(path, program, document ? settingsOfConf(document) : (program?.settings ?? []));
    },
    setText(path, text) {
      if (text === undefined) states.close(path);
      else if (isCodeFile(path)) states.open(path);
      files.overlay(path, text);
    },
    setNotebook(path, cells, language) {
      if (cells) states.open(path);
      else states.close(path);
      states.setNotebook(path, cells, language);
      otherChanges++;
    },
    release(path) {
      states.release(path);
      modules.release(path);
      jobsKept.clear();
      kept.delete(path);
    },
    setOverrides(next) {
      otherChanges++;
      overrides = next;
      settingsByFolder.clear();
    },
    changed: (path) => files.changed(path),
  };
}

/** More files than these are not read for one table. */
const mostWriters = 8;
const writers = 'saveAsTable|insertInto|writeTo|toTable|forName|insert\\s+into|insert\\s+overwrite|merge\\s+into|copy\\s+into';
const anyWriter = new RegExp(writers, 'i');

/** One answer for each path, so that whoever tells of it can tell once. */
function remembered<T>(make: (path: string) => T): (path: string) => T {
  const kept = new Map<string, T>();
  return (path) => {
    const value = kept.get(path) ?? make(path);
    kept.set(path, value);
    return value;
  };
}

function failed(path: string, message: string): CheckResult {
  return { ...nothingFound, problems: [{ path, severity: 'error', message }] };
}

function result(path: string, { findings, suppressed, failures }: LintResult, settled: boolean): CheckResult {
  const problems = failures.map(({ rule, error }): Problem => ({ path, severity: 'error', message: `rule ${rule} failed here, its findings are missing: ${error instanceof Error ? error.message : String(error)}` }));
  return { findings, suppressed, problems, settled };
}
