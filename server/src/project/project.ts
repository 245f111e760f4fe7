/**
 * The one object that the editor, the command line and the fixtures use: files in, findings out. Findings are a function
 * of the texts and the settings alone, in whatever order files are asked for.
 */
import type { SparkProgram } from '../analysis/model.ts';
import { wholeOf } from '../analysis/part.ts';
import type { Steps } from '../analysis/steps.ts';
import type { Api } from '../knowledge/api.ts';
import type { Registry } from '../knowledge/registry.ts';
import type { Finding } from '../lint/finding.ts';
import { type Environment, type LintInput, type LintResult, lintConf, lintProgram } from '../lint/lint.ts';
import { withKept } from '../lint/kept-findings.ts';
import { isMeant } from '../lint/settings.ts';
import type { ConfDocument } from '../program/conf.ts';
import type { Language, Lowered } from '../program/program.ts';
import type { Job } from '../rule/jobs.ts';
import { groupedBy } from '../rule/queries.ts';
import type { Rule } from '../rule/rule.ts';
import type { Targets } from '../rule/targets.ts';
import type { ModuleSource, NotebookCell, Parsed, Syntax } from '../syntax/index.ts';
import { isConfFile } from '../syntax/properties.ts';
import { confDocuments, mayHoldSpark } from './conf-documents.ts';
import { environmentsOf, type JobsIn } from './environments.ts';
import { projectFiles, type ProjectFiles } from './files.ts';
import { folderSettings, type OuterSettings, type SettingsResult } from './folder-settings.ts';
import type { ProjectHost } from './host.ts';
import { importGraph } from './import-graph.ts';
import { jobsOf } from './jobs.ts';
import { faultOf, moduleStates, toReport } from './module-states.ts';
import { modulesOf, type WholeModule } from './modules.ts';
import { isCodeFile, isScala } from './paths.ts';
import type { Overrides, Problem } from './settings.ts';
import { relevanceOf } from './relevance.ts';
import { scalaPackages } from './scala-packages.ts';
import { launchOf, mayTell, projectFacts } from './surroundings.ts';
import { mayPin, pinsOf, targetsFor } from './targets.ts';
import { installedSpark, mayInstall } from './installed-spark.ts';
import type { Range } from '../text/range.ts';

export interface ProjectInput {
  readonly host: ProjectHost;
  readonly syntax: Syntax;
  readonly api: Api;
  readonly registry: Registry;
  readonly rules: readonly Rule[];
  /** Settings that hold for every file, instead of those found upward from it. `path` is for messages. */
  readonly config?: { readonly path: string; readonly text: string } | undefined;
  readonly outer?: OuterSettings | undefined;
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

/** Without `quick` all is as the texts have it now. */
export interface How {
  readonly quick?: boolean;
  /** Of a long module that was edited within a function the part that this concerns will do: by default where it is quick. */
  readonly parts?: boolean;
}

export interface Project {
  readonly files: ProjectFiles;
  readonly rules: readonly Rule[];
  /** Findings of one file; none for what is neither code nor a configuration file, or is excluded by the settings. */
  check(path: string, how?: How): CheckResult;
  /** Most of the work of a check, in steps between which others may be served; it is over when a text changes. */
  steps(path: string, how?: How): Steps<void>;
  /** Loads the grammar that a file needs, and those that a check lacked. Errors: those of who hands them in. */
  ready(path: string): Promise<void>;
  /** A quick check is of a part. */
  checksPart(path: string): boolean;
  program(path: string): SparkProgram | undefined;
  /** The code as it was read: nothing is analysed for it. */
  lowered(path: string): Lowered | undefined;
  /** The cells of a notebook in its other language. */
  beside(path: string): SparkProgram | undefined;
  /** A properties file; a script that starts Spark or a file of data with its settings, once what reads it is there. */
  conf(path: string): ConfDocument | undefined;
  /** What the parser could not read, in code that concerns Spark or in settings. */
  syntaxErrors(path: string): readonly Range[];
  /** The text that offsets count in, and its cells; undefined for configuration files and what cannot be read. */
  source(path: string): ModuleSource | undefined;
  settings(path: string): SettingsResult;
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
  /** The code cells of a notebook open in the editor, and what it says of itself; undefined: it is closed. */
  setNotebook(path: string, cells: readonly NotebookCell[] | undefined, metadata?: unknown): void;
  /** Drops what is no longer needed after a file was checked, in a run that asks for each file once. */
  release(path: string): void;
  setOverrides(overrides: Overrides): void;
  /** A file or folder was written, made or deleted on the disk; true: something that was asked for may be another now. */
  changed(path: string): boolean;
}

export { isCodeFile };
/** The language of a file's code; of a notebook its text tells. */
export const languageOf = (path: string): Language => (isScala(path) ? 'scala' : 'python');
export { isConfFile } from '../syntax/properties.ts';
export { dataForm } from '../syntax/data/index.ts';
export { scriptForm } from '../syntax/shell/index.ts';
export { isSqlFile } from '../syntax/sql.ts';
export { holdsSpark, mayHoldSpark } from './conf-documents.ts';

/** Evaluations that a module takes to analyse: of fewer, the whole is as quick as a part. */
const worthParting = 2_000;
const nothingFound: CheckResult = { findings: [], suppressed: [], problems: [], settled: true };

export function createProject(input: ProjectInput): Project {
  const { host, syntax, api, registry, rules } = input;
  const files = projectFiles(host, (path) => isCodeFile(path) || isConfFile(path) || mayHoldSpark(path) || mayTell(path) || mayPin(path) || mayInstall(path));
  const packages = scalaPackages(files);
  const graph = importGraph(files, api, packages);
  const facts = projectFacts(files, packages, graph.importersOf);
  const documents = confDocuments(files, syntax);
  const { conf, isHolder } = documents;
  const byFolder = folderSettings({ files, knowledge: { rules, isKind: (name) => api.isKind(name) }, config: input.config, overrides: input.overrides, outer: input.outer });
  const settings = byFolder.of;
  const installed = installedSpark(files, pinsOf(files));
  const relevance = relevanceOf(files, api, graph);
  const kinds = (path: string): ReadonlyMap<string, string> => settings(path).settings.kinds;
  const states = moduleStates({ files, syntax, api, kinds, resolve: graph.resolve, packages });
  const modules = modulesOf({ files, api, states, resolve: graph.resolve, packages, importers: (path) => graph.importersOf(path).filter((other) => relevance.concernsSpark(other, kinds(other))) });
  const lacking = (): Parsed[] => [...states.lacking(), ...documents.lacking()];
  const jobs = jobsOf({
    files, packages, isCode: isCodeFile,
    scripts: documents.scripts, launchers: documents.launchers, conf: documents.needed, properties: documents.properties,
    program: (path) => (relevance.concernsSpark(path, kinds(path)) ? modules.alone(path) : undefined),
    reached: (path) => modules.reached(path),
    launch: (path) => launchOf(facts, path, settings(path).settings, modules.alone(path)),
  });
  const jobsKept = new Map<string, { readonly at: number } & JobsIn>();
  function jobsIn(path: string): JobsIn {
    const at = files.revision + otherChanges;
    const before = jobsKept.get(path);
    if (before?.at === at) return before;
    const found = jobs.of(path);
    const kept = { at, jobs: found, byStart: groupedBy(found, ({ command, section }) => (command ? (command.path === path ? command.command.start : undefined) : section?.start)) };
    if (lacking().length === 0) jobsKept.set(path, kept);
    return kept;
  }

  const environmentOf = environmentsOf({ files, facts, graph, modules, installed, settingsOf: settings, conf, jobsIn, readersOf: jobs.readersOf });

  function lintInput(path: string, program: SparkProgram | undefined): LintInput {
    return { environment: environmentOf(path, program), rules, settings: settings(path).settings, registry };
  }

  function checkCode(path: string, quick: boolean, parts: boolean): CheckResult {
    const text = files.read(path);
    if (text !== undefined && faultOf(text) === undefined && !relevance.concernsSpark(path, kinds(path))) return nothingFound;
    const module = states.read(path);
    if (!module) return states.lacking().length > 0 && text !== undefined ? nothingFound : failed(path, 'cannot be read');
    if ('error' in module) return failed(path, module.error);
    if (module.lowered.timedOut) return failed(path, 'took too long to parse and was skipped');
    const before = parts ? wholeFor(path) : undefined;
    const { analysis, settled, part } = modules.analysis(path, quick, before)!;
    const { program, fault } = analysis;
    if (fault) throw fault;
    const beside = states.beside(path);
    const found = lintProgram(program, lintInput(path, program), beside && { program: beside, environment: environmentOf(path, beside) });
    if (part && before) return result(path, withKept(found, before.found, path, part), false);
    if (states.isOpen(path) && program.steps >= worthParting) wholes.set(path, { ...wholeOf(module.lowered, analysis.roots), analysis, found, at: files.revision, generation: files.generation, settingsAt: otherChanges });
    else wholes.delete(path);
    return result(path, found, settled);
  }

  /** Of open documents that take their time: what was last found in the whole. */
  const wholes = new Map<string, WholeModule & { readonly found: LintResult; readonly at: number; readonly generation: number; readonly settingsAt: number }>();
  /** As long as nothing but the document itself is another since. */
  function wholeFor(path: string): (WholeModule & { readonly found: LintResult }) | undefined {
    const whole = wholes.get(path);
    return whole && whole.settingsAt === otherChanges && files.changedSince(whole.at, whole.generation)?.every((each) => each === path) ? whole : undefined;
  }

  function checkConf(path: string): CheckResult {
    const text = files.read(path);
    if (text === undefined) return failed(path, 'cannot be read');
    const fault = faultOf(text);
    if (fault !== undefined) return failed(path, fault);
    const document = conf(path);
    const ours = document ? undefined : documents.fault(path);
    if (ours !== undefined) return failed(path, ours);
    if (!document) return { ...nothingFound, lacks: true };
    return result(path, lintConf(document, lintInput(path, undefined)), true);
  }

  /** Changes that the files do not know of: of settings. */
  let otherChanges = 0;
  /** What was found last: what the editor asks after a check (actions, all fixes, each cell of a notebook) runs no rule again. */
  const kept = new Map<string, { readonly at: number; readonly result: CheckResult }>();

  function checkOnce(path: string, quick: boolean, parts: boolean): CheckResult {
    const at = files.revision + otherChanges;
    const before = kept.get(path);
    if (before?.at === at && (before.result.settled || quick)) return before.result;
    const checked = checkAlone(path, quick, parts);
    if (lacking().length > 0 || checked.lacks) return { ...checked, lacks: true };
    kept.set(path, { at, result: checked });
    return checked;
  }

  /** A fault of ours in one file must not cost the findings of the others. */
  function checkAlone(path: string, quick: boolean, parts: boolean): CheckResult {
    try {
      return isCodeFile(path) ? checkCode(path, quick, parts) : checkConf(path);
    } catch (error) {
      return failed(path, `could not be analysed, ${toReport(error)}`);
    }
  }

  function excluded(path: string): boolean {
    const { settings: said } = settings(path);
    return said.exclude.some((glob) => isMeant(said, glob, path));
  }
  /** What was found with the findings: asking for it analyses nothing again, unless a part was. Then the whole is checked, so that the next edit is one of a part again. */
  function programOf(path: string): SparkProgram | undefined {
    const before = wholeFor(path);
    if (before && modules.part(path, before) && !excluded(path)) checkOnce(path, false, false);
    return modules.analysis(path, true)?.analysis.program;
  }

  return {
    files, rules, conf, settings, excluded, jobs: (path) => jobsIn(path).jobs, lacks: () => lacking().length > 0, program: (path) => (isCodeFile(path) ? programOf(path) : undefined), lowered: (path) => (isCodeFile(path) ? states.state(path)?.lowered : undefined), beside: (path) => (isCodeFile(path) ? states.beside(path) : undefined),
    check(path, { quick = false, parts = quick } = {}) {
      return (isCodeFile(path) || isConfFile(path) || isHolder(path)) && !excluded(path) ? checkOnce(path, quick, parts) : nothingFound;
    },
    checksPart(path) {
      const before = wholeFor(path);
      return before !== undefined && modules.part(path, before) !== undefined;
    },
    *steps(path, { quick = false, parts = quick } = {}) {
      if (isCodeFile(path) && !excluded(path) && relevance.concernsSpark(path, kinds(path))) yield* modules.steps(path, quick, parts ? wholeFor(path) : undefined);
    },
    async ready(path) {
      // What a notebook is written in shows when it is read.
      if (path.endsWith('.ipynb')) states.read(path);
      const readers = documents.readersOf(path);
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
      return environmentOf(path, isCodeFile(path) && !conf(path) ? programOf(path) : undefined);
    },
    setText(path, text) {
      if (text === undefined) {
        states.close(path);
        wholes.delete(path);
      }
      else if (isCodeFile(path)) states.open(path);
      files.overlay(path, text);
    },
    setNotebook(path, cells, metadata) {
      if (cells) states.open(path);
      else {
        states.close(path);
        wholes.delete(path);
      }
      states.setNotebook(path, cells, metadata);
    },
    release(path) {
      states.release(path);
      modules.release(path);
      jobsKept.clear();
      kept.delete(path);
    },
    setOverrides(next) {
      otherChanges++;
      byFolder.setOverrides(next);
    },
    changed: (path) => files.changed(path),
  };
}

function failed(path: string, message: string): CheckResult {
  return { ...nothingFound, problems: [{ path, severity: 'error', message }] };
}

function result(path: string, { findings, suppressed, failures }: LintResult, settled: boolean): CheckResult {
  const problems = failures.map(({ rule, error }): Problem => ({ path, severity: 'error', message: `rule ${rule} failed here, its findings are missing: ${error instanceof Error ? error.message : String(error)}` }));
  return { findings, suppressed, problems, settled };
}
