/**
 * The modules of a project: read, lowered and analysed when first asked for, kept while nothing they see changes.
 *
 * Modules that import one another in a circle are analysed together, in one order that does not depend on who asked:
 * once blind to what is still under way, and once more with what the first pass found. So the result is a function of
 * the texts alone, and each module costs at most two analyses however dense the circle is.
 */
import { analysed, conftestImports, type AnalysisHost, type ImportedModule, type ModuleAnalysis } from '../analysis/analyse.ts';
import type { SparkProgram } from '../analysis/model.ts';
import { joinPassed, type PassedHere } from '../analysis/passed.ts';
import { atOnce, type Steps } from '../analysis/steps.ts';
import type { Api } from '../knowledge/api.ts';
import { forEachImport } from '../program/expressions.ts';
import type { Language, Lowered } from '../program/program.ts';
import type { ModuleSource, NotebookCell, OpenModule, Syntax } from '../syntax/index.ts';
import { markedLines, sourceBeside, sourceOf, sourceOfCells, viewsNamedIn } from '../syntax/index.ts';
import type { ProjectFiles } from './files.ts';
import type { ImportGraph } from './import-graph.ts';
import { byPath, isScala, nameOf } from './paths.ts';
import { ranFile } from './runs.ts';
import type { ScalaPackages } from './scala-packages.ts';
import { isTestFile } from './surroundings.ts';

export interface Module {
  readonly path: string;
  readonly source: ModuleSource;
  readonly lowered: Lowered;
}

export interface Modules {
  /** undefined: there is no such file; `error`: it cannot be read as a module, and why. */
  module(path: string): Module | { readonly error: string } | undefined;
  /**
   * What rules and hovers read: with what other modules pass to its functions. With `quick`, those that import this one
   * keep what they said of an earlier text of it.
   */
  analysis(path: string, quick?: boolean): Answer | undefined;
  /** The same work in steps: `analysis` finds it done. When a text changes meanwhile, that was the last step. */
  steps(path: string, quick?: boolean): Steps<void>;
  /** The cells of a notebook in its other language, if it has such: a program of their own in the same text. */
  beside(path: string): SparkProgram | undefined;
  /** Without what callers pass: enough for what a program sets, and there after `release`. */
  alone(path: string): SparkProgram | undefined;
  /**
   * Drops what only rules read of a module's analysis: what importers see stays. Asked for again, it is made anew.
   * For whoever goes through a whole project once.
   */
  release(path: string): void;
  /**
   * Programs that a module imports, through others too, and that make settings, start a session or were analysed in
   * part; not itself. What `release` drops may be missing.
   */
  reached(path: string): readonly SparkProgram[];
  /** The document is edited from now on: its tree is kept. undefined: it is closed. */
  setNotebook(path: string, cells: readonly NotebookCell[] | undefined, language?: Language): void;
  open(path: string): void;
  close(path: string): void;
  /** Languages of files that were asked for and are none yet, since the grammar is not there. */
  lacking(): readonly Language[];
}

interface Answer {
  readonly analysis: ModuleAnalysis;
  /** Each module that it rests on is as it is now. */
  readonly settled: boolean;
}

/** Importers looked at for one file: what is used everywhere is known well enough from these. */
const mostImporters = 100;
/** Texts longer than this (UTF-16 units) are skipped. */
const longestText = 10_000_000;

interface State extends Module {
  readonly text: string | undefined;
  readonly cells: readonly NotebookCell[] | undefined;
  readonly generation: number;
  /** Declared in the settings that hold for it. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Files that its import statements lead to, in their order. */
  readonly imports: readonly string[];
  /** The revision of the project at which this was last found to be so. */
  seen: number;
}

/** Modules that import one another, in the order of their analysis; most often one. */
interface Circle {
  readonly members: readonly State[];
  readonly below: readonly Circle[];
  readonly analyses: Map<string, ModuleAnalysis>;
  /** Circles below, and this one, in which some module makes settings, starts a session, or was analysed in part. */
  readonly notable: ReadonlySet<Circle>;
  /** False after a quick answer, and when a part of it was dropped. */
  settled: boolean;
  seen: number;
}

export interface ModulesInput {
  readonly files: ProjectFiles;
  readonly syntax: Syntax;
  readonly api: Api;
  kinds(path: string): ReadonlyMap<string, string>;
  readonly resolve: ImportGraph['resolve'];
  readonly packages: ScalaPackages;
  /** Files that import a module; too many do no harm. */
  importers(path: string): readonly string[];
}

export function modulesOf({ files, syntax, api, kinds, resolve, packages, importers }: ModulesInput): Modules {
  const states = new Map<string, State | { readonly error: string; readonly text: string | undefined }>();
  const notebooks = new Map<string, { readonly cells: readonly NotebookCell[]; readonly language: Language | undefined }>();
  const documents = new Map<string, OpenModule | undefined>();
  const circles = new Map<string, Circle>();
  /** Of modules whose functions are told by their callers: the analysis with that, and what it was made from. */
  const told = new Map<string, { readonly base: ModuleAnalysis; readonly passed: readonly PassedHere[]; readonly analysis: ModuleAnalysis }>();
  /** What modules passed on when they were last analysed, for quick answers. */
  const passedLast = new Map<string, { readonly state: State; readonly circle: Circle; readonly passed: ModuleAnalysis['passed'] }>();
  let quickLast: { readonly state: State; readonly circle: Circle; readonly analysis: ModuleAnalysis } | undefined;
  /** Scopes of analyses that were released. */
  const released = new WeakSet<object>();
  const lacking = new Set<Language>();
  /** Changes that the files do not know of: quick answers that leave a circle unsettled, and notebook cells. */
  let ownChanges = 0;
  let cellChanges = 0;
  const revision = (): number => files.revision + ownChanges + cellChanges;

  function stateOf(path: string): State | { readonly error: string } | undefined {
    const before = states.get(path);
    if (before && 'path' in before && before.seen === revision()) return before;
    const notebook = notebooks.get(path);
    const cells = notebook?.cells;
    const text = cells ? undefined : files.read(path);
    if (!cells && text === undefined) return undefined;
    const declared = kinds(path);
    if (before && 'error' in before) {
      if (before.text === text) return before;
    } else if (before && before.text === text && before.cells === cells) {
      if (before.generation === files.generation && before.kinds === declared && (!isScala(path) || packages.targetsOf(path) === before.imports)) {
        before.seen = revision();
        return before;
      }
      return remember({ ...before, seen: revision(), kinds: declared, generation: files.generation, imports: importsOf(path, before.lowered) });
    }
    const source = notebook ? sourceOfCells(notebook.cells, notebook.language) : readable(path, text!);
    if ('error' in source) {
      const broken = { error: source.error, text };
      states.set(path, broken);
      return broken;
    }
    if (!syntax.has(source.language)) {
      lacking.add(source.language);
      return undefined;
    }
    const lowered = lower(path, source);
    return remember({ seen: revision(), path, text, cells, source, lowered, kinds: declared, generation: files.generation, imports: importsOf(path, lowered) });
  }

  function remember(state: State): State {
    states.set(state.path, state);
    return state;
  }

  function lower(path: string, source: ModuleSource): Lowered {
    if (!documents.has(path)) return syntax.lower(source);
    const document = documents.get(path);
    if (document) return document.update(source);
    const opened = syntax.open(source);
    documents.set(path, opened);
    return opened.lowered;
  }

  function importsOf(path: string, lowered: Lowered): readonly string[] {
    if (isScala(path)) return packages.targetsOf(path);
    const ran = lowered.runs.flatMap(({ file }) => ranFile(files, path, file) ?? []);
    if (lowered.language === 'scala') return ran;
    const found = new Set<string>(ran);
    const add = (module: string, level: number): void => {
      const target = level === 0 && api.library(module) === 'spark' ? undefined : resolve(path, module, level);
      if (target !== undefined && target !== path) found.add(target);
    };
    forEachImport(lowered.module.body, (expr) => {
      const parts = expr.module.split('.');
      if (expr.names || expr.star) add(expr.module, expr.level);
      else for (let count = 1; count <= parts.length; count++) add(parts.slice(0, count).join('.'), expr.level);
      for (const { name } of expr.names ?? []) add(expr.module === '' ? name : `${expr.module}.${name}`, expr.level);
    });
    for (const { module, level } of conftestImports(path)) add(module, level);
    return [...found];
  }

  const moduleState = (path: string): State | undefined => {
    const state = stateOf(path);
    return state && 'path' in state ? state : undefined;
  };

  /** Everything a circle was made from is as it was. */
  function isCurrent(circle: Circle): boolean {
    if (circle.seen === revision()) return true;
    const current = circle.settled && circle.members.every((member) => sameModule(moduleState(member.path), member))
      && circle.below.every((below) => below.members.every(({ path }) => circles.get(path) === below) && isCurrent(below));
    if (current) circle.seen = revision();
    return current;
  }

  const sameModule = (now: State | undefined, then: State): boolean =>
    now !== undefined && now.lowered === then.lowered && now.kinds === then.kinds && sameList(now.imports, then.imports);

  /**
   * Circles reachable from a module, those that others import first. Without recursion: chains of imports may be long.
   */
  function* circleOf(path: string): Steps<Circle | undefined> {
    if (!moduleState(path)) return undefined;
    const known = circles.get(path);
    if (known && isCurrent(known)) return known;
    for (const members of strongComponents(path, (each) => moduleState(each)?.imports.filter((target) => moduleState(target) !== undefined) ?? [])) {
      const before = circles.get(members[0]!);
      if (before && before.members.length === members.length && isCurrent(before)) continue;
      const made = yield* analyseCircle(members);
      for (const member of members) circles.set(member, made);
    }
    return circles.get(path);
  }

  function* analyseCircle(paths: readonly string[]): Steps<Circle> {
    const at = revision();
    const members = orderWithin(paths).map((path) => moduleState(path)!);
    const inside = new Set(paths);
    const below = [...new Set(members.flatMap(({ imports }) => imports).filter((path) => !inside.has(path)).flatMap((path) => circles.get(path) ?? []))];
    const analyses = new Map<string, ModuleAnalysis>();
    const neighbour = (path: string): ModuleAnalysis | undefined => analyses.get(path);
    if (members.length > 1) for (const member of members) analyses.set(member.path, yield* analyseModule(member, neighbour, inside, { once: true }));
    for (const member of members) analyses.set(member.path, yield* analyseModule(member, neighbour, inside));
    const notable = new Set(below.flatMap((each) => [...each.notable]));
    const circle: Circle = { members, below, analyses, notable, settled: true, seen: at };
    if ([...analyses.values()].some(({ program }) => isNotable(program))) notable.add(circle);
    return circle;
  }

  /** Depth first from the smallest path along the imports: what is imported comes before who imports it, where it can. */
  function orderWithin(paths: readonly string[]): string[] {
    if (paths.length === 1) return [...paths];
    const inside = new Set(paths);
    const order = new Set<string>();
    const entered = new Set<string>();
    for (const start of [...paths].sort(byPath)) {
      const work: { path: string; next: number }[] = entered.has(start) ? [] : [{ path: start, next: 0 }];
      entered.add(start);
      while (work.length > 0) {
        const top = work.at(-1)!;
        const target = moduleState(top.path)!.imports[top.next++];
        if (target === undefined) {
          order.add(top.path);
          work.pop();
        } else if (inside.has(target) && !entered.has(target)) {
          entered.add(target);
          work.push({ path: target, next: 0 });
        }
      }
    }
    return [...order];
  }

  /** Every file that import statements lead to, through others too. */
  function reachOf(start: State): ReadonlySet<string> {
    const reach = new Set(start.imports);
    for (const path of reach) for (const target of moduleState(path)?.imports ?? []) reach.add(target);
    return reach;
  }

  function* analyseModule(member: State, neighbour: (path: string) => ModuleAnalysis | undefined, inside: ReadonlySet<string>, { passed, once = false }: { readonly passed?: PassedHere | undefined; readonly once?: boolean } = {}): Steps<ModuleAnalysis> {
    let reach: ReadonlySet<string> | undefined;
    // What no import statement in reach names was not analysed before, or by chance.
    const isImported = (fromPath: string, path: string): boolean => moduleState(fromPath)?.imports.includes(path) || (reach ??= reachOf(member)).has(path);
    const imported = (fromPath: string, path: string | undefined): ImportedModule | undefined => {
      if (path === undefined || path === member.path || !moduleState(path) || !isImported(fromPath, path)) return undefined;
      return { path, scope: () => (inside.has(path) ? neighbour(path)?.scope : circles.get(path)?.analyses.get(path)?.scope) };
    };
    const host: AnalysisHost = {
      api,
      kinds: member.kinds,
      passed,
      views: member.lowered.notebook && member.text !== undefined ? viewsNamedIn(markedLines(member.text)) : [],
      isTest: isTestFile(member.path, member.lowered.text),
      import: (fromPath, module, level) => imported(fromPath, resolve(fromPath, module, level)),
      definedIn: (fromPath, dotted) => imported(fromPath, packages.definedIn(fromPath, dotted)),
      hasPackage: packages.hasPackage,
      widening: (fromPath, name) => packages.widening(fromPath, name).flatMap((path) => imported(fromPath, path) ?? []),
      // What runs in another language leaves its names there.
      runs: (fromPath, file) => {
        const path = ranFile(files, fromPath, file);
        return path !== undefined && moduleState(path)?.lowered.language === member.lowered.language ? imported(fromPath, path) : undefined;
      },
    };
    return yield* analysed({ path: member.path, lowered: member.lowered, once }, host);
  }

  /** What those that import a module pass to it; `settled`: each of them as it is now. */
  function* passedTo(path: string, quick: boolean): Steps<{ readonly passed: readonly PassedHere[]; readonly settled: boolean }> {
    let settled = true;
    const all = new Map<string, PassedHere>();
    const seen = new Set([path]);
    const called = [path];
    for (const module of called) {
      for (const importer of importers(module)) {
        if (seen.has(importer) || seen.size > mostImporters) continue;
        seen.add(importer);
        const answer = yield* passedFrom(importer, quick);
        settled &&= answer?.settled ?? true;
        const passed = answer?.passed.get(path);
        if (passed) all.set(importer, passed);
        // Who calls it tells more, or gets the functions from it.
        if (passed?.relays || nameOf(importer) === '__init__.py') called.push(importer);
      }
    }
    return { passed: [...all].sort(([a], [b]) => byPath(a, b)).map(([, passed]) => passed), settled };
  }

  function* passedFrom(importer: string, quick: boolean): Steps<{ readonly passed: ModuleAnalysis['passed']; readonly settled: boolean } | undefined> {
    const state = moduleState(importer);
    const last = passedLast.get(importer);
    if (quick && state && last && sameModule(state, last.state)) return { passed: last.passed, settled: circles.get(importer) === last.circle && isCurrent(last.circle) };
    const circle = yield* circleOf(importer);
    const passed = circle?.analyses.get(importer)?.passed;
    if (!state || !circle || !passed) return undefined;
    passedLast.set(importer, { state, circle, passed });
    return { passed, settled: true };
  }

  /**
   * With what callers in other modules pass. What importers see of a module does not depend on them: each module is
   * analysed by itself first.
   */
  function* withCallers(path: string, base: ModuleAnalysis, quick: boolean): Steps<Answer> {
    if (!base.asks) return { analysis: base, settled: true };
    const { passed, settled } = yield* passedTo(path, quick);
    if (passed.length === 0) return { analysis: base, settled };
    const before = told.get(path);
    if (before?.base === base && before.passed.length === passed.length && before.passed.every((each, index) => each === passed[index])) return { analysis: before.analysis, settled };
    const analysis = yield* analyseIn(circles.get(path)!, moduleState(path)!, joinPassed(passed));
    told.set(path, { base, passed, analysis });
    return { analysis, settled };
  }

  /** Once more, where its neighbours stay as they are. */
  const analyseIn = (circle: Circle, state: State, passed?: PassedHere): Steps<ModuleAnalysis> =>
    analyseModule(state, (other) => circle.analyses.get(other), new Set(circle.members.map((member) => member.path)), { passed });

  /**
   * Of an edited module that would be analysed with others, or twice: once, with what its callers passed last. The
   * neighbours keep what they said of an earlier text of it.
   */
  function* quickly(path: string): Steps<ModuleAnalysis | undefined> {
    const circle = circles.get(path);
    const now = moduleState(path);
    const then = circle?.members.find((member) => member.path === path);
    const passed = told.get(path)?.passed;
    if (!circle || !now || !then || circle.members.length === 1 && !passed || !sameList(now.imports, then.imports)) return undefined;
    if (now.lowered === then.lowered && circle.settled) return undefined;
    if (quickLast?.state === now && quickLast.circle === circle) return quickLast.analysis;
    circle.settled = false;
    ownChanges++;
    const analysis = yield* analyseIn(circle, now, passed && joinPassed(passed));
    quickLast = { state: now, circle, analysis };
    return analysis;
  }

  function* answer(path: string, quick: boolean): Steps<Answer | undefined> {
    const soon = quick ? yield* quickly(path) : undefined;
    if (soon) return { analysis: soon, settled: false };
    let analysis = (yield* circleOf(path))?.analyses.get(path);
    if (analysis && released.has(analysis.scope)) {
      circles.get(path)!.settled = false;
      ownChanges++;
      analysis = (yield* circleOf(path))?.analyses.get(path);
    }
    return analysis && (yield* withCallers(path, analysis, quick));
  }

  /** What the module sets by itself: the quick answer tells that, too. */
  function alone(path: string): SparkProgram | undefined {
    const quick = quickLast?.state.path === path && quickLast.state === moduleState(path) ? quickLast.analysis : undefined;
    return (quick ?? atOnce(circleOf(path))?.analyses.get(path))?.program;
  }

  const besides = new Map<string, { readonly of: State; readonly program: SparkProgram | undefined }>();

  function beside(path: string): SparkProgram | undefined {
    const state = moduleState(path);
    if (state?.text === undefined) return undefined;
    const before = besides.get(path);
    if (before?.of.text === state.text && before.of.kinds === state.kinds) return before.program;
    const source = sourceBeside(path, state.text);
    if (source && !syntax.has(source.language)) {
      lacking.add(source.language);
      return undefined;
    }
    const program = source && atOnce(analysed({ path, lowered: syntax.lower(source) }, { api, kinds: state.kinds, import: () => undefined, views: viewsNamedIn(state.text), isTest: isTestFile(path, state.text) })).program;
    besides.set(path, { of: state, program });
    return program;
  }

  return {
    module: stateOf,
    beside,
    analysis: (path, quick = false) => atOnce(answer(path, quick)),
    *steps(path, quick = false) {
      const at = files.revision + cellChanges;
      const work = answer(path, quick);
      // What was read before the pause may be another now: not a step more.
      while (at === files.revision + cellChanges && !work.next().done) yield;
    },
    alone,
    release(path) {
      besides.delete(path);
      const circle = circles.get(path);
      const analysis = circle?.analyses.get(path);
      if (!analysis) return;
      released.add(analysis.scope);
      told.delete(path);
      circle!.analyses.set(path, { ...analysis, program: { ...analysis.program, events: [], datasets: [], types: new Map(), starts: new Map() } });
    },
    reached(path) {
      // As it was when the module was analysed: a quick answer is not made slow.
      const circle = circles.get(path) ?? atOnce(circleOf(path));
      return [...(circle?.notable ?? [])].flatMap(({ analyses }) => [...analyses.values()]).map(({ program }) => program).filter((program) => program.path !== path && isNotable(program));
    },
    setNotebook(path, cells, language) {
      cellChanges++;
      if (cells) notebooks.set(path, { cells, language });
      else notebooks.delete(path);
    },
    open(path) {
      if (!documents.has(path)) documents.set(path, undefined);
    },
    close(path) {
      documents.get(path)?.close();
      documents.delete(path);
    },
    lacking: () => [...lacking].filter((language) => !syntax.has(language)),
  };
}

const isNotable = (program: SparkProgram): boolean => program.entryPoint || program.partial || program.settings.length > 0;

function readable(path: string, text: string): ModuleSource | { readonly error: string } {
  const error = faultOf(text);
  return error === undefined ? sourceOf(path, text) : { error };
}

/** Why a text cannot be checked at all. */
export function faultOf(text: string): string | undefined {
  if (text.length > longestText) return 'is longer than 10 MB and was skipped';
  return text.includes('\0') ? 'is binary (it holds NUL bytes) and was skipped' : undefined;
}

const sameList = (a: readonly string[], b: readonly string[]): boolean => a === b || (a.length === b.length && a.every((item, index) => item === b[index]));

/** Strong components of what can be reached from a start, each after all that it leads to (Tarjan, without recursion). */
export function strongComponents(start: string, next: (node: string) => readonly string[]): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const components: string[][] = [];
  const work: { node: string; targets: readonly string[]; at: number }[] = [];
  const enter = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    onStack.add(node);
    work.push({ node, targets: next(node), at: 0 });
  };
  enter(start);
  while (work.length > 0) {
    const top = work.at(-1)!;
    const target = top.targets[top.at++];
    if (target !== undefined) {
      if (!index.has(target)) enter(target);
      else if (onStack.has(target)) low.set(top.node, Math.min(low.get(top.node)!, index.get(target)!));
      continue;
    }
    work.pop();
    const above = work.at(-1);
    if (above) low.set(above.node, Math.min(low.get(above.node)!, low.get(top.node)!));
    if (low.get(top.node) !== index.get(top.node)) continue;
    const component: string[] = [];
    for (let node = stack.pop()!; ; node = stack.pop()!) {
      onStack.delete(node);
      component.push(node);
      if (node === top.node) break;
    }
    components.push(component);
  }
  return components;
}
