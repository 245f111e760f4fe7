/**
 * The modules of a project, analysed when first asked for, kept while nothing they see changes.
 *
 * Modules that import one another in a circle are analysed together, in one order that does not depend on who asked:
 * once blind to what is still under way, and once more with what the first pass found. So the result is a function of
 * the texts alone, and each module costs at most two analyses however dense the circle is.
 */
import { analysed, type AnalysisHost, type ImportedModule, type ModuleAnalysis, unanalysed } from '../analysis/analyse.ts';
import { type Part, partSince, type Whole } from '../analysis/part.ts';
import type { EventOf, SparkProgram } from '../analysis/model.ts';
import { joinPassed, type PassedHere } from '../analysis/passed.ts';
import { atOnce, type Steps } from '../analysis/steps.ts';
import type { Api } from '../knowledge/api.ts';
import { markedLines, viewsNamedIn } from '../syntax/index.ts';
import { orderWithin, strongComponents } from './circles.ts';
import type { ProjectFiles } from './files.ts';
import type { ImportGraph } from './import-graph.ts';
import type { ModuleState, ModuleStates } from './module-states.ts';
import { byPath, nameOf } from './paths.ts';
import { ranFile } from './runs.ts';
import type { ScalaPackages } from './scala-packages.ts';
import { isTestFile } from './surroundings.ts';

export interface Modules {
  /**
   * What rules and hovers read: with what other modules pass to its functions. With `quick`, those that import this one
   * keep what they said of an earlier text of it; and where it was edited within a function `since` the whole was
   * analysed, the answer is of the part that this concerns.
   */
  analysis(path: string, quick?: boolean, since?: WholeModule): Answer | undefined;
  /** undefined: a quick answer is of the whole. */
  part(path: string, since: WholeModule): Part | undefined;
  /** The same work in steps: `analysis` finds it done. When a text changes meanwhile, that was the last step. */
  steps(path: string, quick?: boolean, since?: WholeModule): Steps<void>;
  /** Without what callers pass: enough for what a program sets, and there after `release`. */
  alone(path: string): SparkProgram | undefined;
  /** What it writes, with what callers pass; there after `release`. */
  writes(path: string): readonly EventOf<'write'>[];
  /**
   * Drops what only the module's own findings rest on: what importers see stays, and what it writes. Asked for again,
   * the rest is made anew. For whoever goes through a whole project once.
   */
  release(path: string): void;
  /**
   * Programs that a module imports, through others too, and that make settings, start a session or were analysed in
   * part; not itself. What `release` drops may be missing.
   */
  reached(path: string): readonly SparkProgram[];
}

interface Answer {
  readonly analysis: ModuleAnalysis;
  /** Each module that it rests on is as it is now. */
  readonly settled: boolean;
  /** It is of this part of the module. */
  readonly part?: Part | undefined;
}

export interface WholeModule extends Whole {
  readonly analysis: ModuleAnalysis;
}

/** Importers looked at for one file: what is used everywhere is known well enough from these. */
const mostImporters = 100;
/** More modules that import one another are a framework: each of them leads to all the others. */
const mostInCircle = 100;

/** Modules that import one another, in the order of their analysis; most often one. */
interface Circle {
  readonly members: readonly ModuleState[];
  readonly below: readonly Circle[];
  /** Files that it imports, and that could not be read. */
  readonly unread: readonly string[];
  readonly analyses: Map<string, ModuleAnalysis>;
  /** Circles below, and this one, in which some module makes settings, starts a session, or was analysed in part. */
  readonly notable: ReadonlySet<Circle>;
  /** False after a quick answer, and when a part of it was dropped. */
  settled: boolean;
  seen: number;
}

/** A circle whose analysis pauses, or was left when a text changed. */
interface UnderWay extends Pick<Circle, 'members' | 'below' | 'analyses'> {
  /** So many analyses of members, the blind ones counted. */
  done: number;
}

export interface ModulesInput {
  readonly files: ProjectFiles;
  readonly api: Api;
  readonly states: ModuleStates;
  readonly resolve: ImportGraph['resolve'];
  readonly packages: ScalaPackages;
  /** Files that import a module; too many do no harm. */
  importers(path: string): readonly string[];
}

export function modulesOf({ files, api, states, resolve, packages, importers }: ModulesInput): Modules {
  const circles = new Map<string, Circle>();
  /** Of modules whose functions are told by their callers: the analysis with that, and what it was made from. */
  const told = new Map<string, { readonly base: ModuleAnalysis; readonly passed: readonly PassedHere[]; readonly analysis: ModuleAnalysis }>();
  /** What modules passed on when they were last analysed, for quick answers. */
  const passedLast = new Map<string, { readonly state: ModuleState; readonly circle: Circle; readonly passed: ModuleAnalysis['passed'] }>();
  let underWay: UnderWay | undefined;
  let quickLast: { readonly state: ModuleState; readonly circle: Circle; readonly analysis: ModuleAnalysis; readonly part: Part | undefined } | undefined;
  /** Scopes of analyses that were released. */
  const released = new WeakSet<object>();
  /** Quick answers leave a circle unsettled: a change that the texts do not know of. */
  let unsettlings = 0;
  const revision = (): number => files.revision + unsettlings;

  /** Everything a circle was made from is as it was. */
  function isCurrent(circle: Circle): boolean {
    if (circle.seen === revision()) return true;
    const current = circle.settled && circle.members.every((member) => circles.get(member.path) === circle && sameModule(states.state(member.path), member)) && !circle.unread.some(isRead)
      && circle.below.every((below) => below.members.every(({ path }) => circles.get(path) === below) && isCurrent(below));
    if (current) circle.seen = revision();
    return current;
  }

  const isRead = (path: string): boolean => states.state(path) !== undefined;

  const sameModule = (now: ModuleState | undefined, then: ModuleState): boolean =>
    now !== undefined && now.lowered === then.lowered && now.kinds === then.kinds && sameList(now.imports, then.imports);

  /**
   * Circles reachable from a module, those that others import first. Without recursion: chains of imports may be long.
   */
  function* circleOf(path: string): Steps<Circle | undefined> {
    if (!states.state(path)) return undefined;
    const known = circles.get(path);
    if (known && isCurrent(known)) return known;
    const kept = new Map<Circle, boolean>();
    /** All that such a module leads to is as it was: nobody need go there. */
    const isKept = (circle: Circle | undefined): boolean => {
      if (!circle) return false;
      if (!kept.has(circle)) kept.set(circle, isCurrent(circle));
      return kept.get(circle)!;
    };
    for (const members of strongComponents(path, (each) => (isKept(circles.get(each)) ? [] : states.state(each)?.imports.filter(isRead) ?? []))) {
      const before = circles.get(members[0]!);
      if (before && isCurrent(before)) continue;
      const made = yield* analyseCircle(members);
      for (const member of members) circles.set(member, made);
    }
    return circles.get(path);
  }

  function* analyseCircle(paths: readonly string[]): Steps<Circle> {
    const at = revision();
    const work = begun(paths);
    const { members, below, analyses } = work;
    const inside = new Set(paths);
    const neighbour = (path: string): ModuleAnalysis | undefined => analyses.get(path);
    const blind = members.length > 1 ? members.length : 0;
    while (work.done < blind + members.length) {
      const { done } = work;
      const member = members[done % members.length]!;
      const analysis = yield* analyseModule(member, neighbour, inside, { once: done < blind });
      // Who asked at once, while this one paused, may have done it.
      if (work.done !== done) continue;
      analyses.set(member.path, analysis);
      work.done++;
    }
    if (underWay === work) underWay = undefined;
    const notable = new Set(below.flatMap((each) => [...each.notable]));
    const unread = members.flatMap(({ imports }) => imports).filter((path) => !isRead(path));
    const circle: Circle = { members, below, unread, analyses: new Map(analyses), notable, settled: true, seen: at };
    if ([...analyses.values()].some(({ program }) => isNotable(program))) notable.add(circle);
    return circle;
  }

  /** What was left when a text changed outside the circle, or all of it. */
  function begun(paths: readonly string[]): UnderWay {
    const members = orderWithin(paths, (path) => states.state(path)!.imports).map((path) => states.state(path)!);
    const inside = new Set(paths);
    const below = [...new Set(members.flatMap(({ imports }) => imports).filter((path) => !inside.has(path)).flatMap((path) => circles.get(path) ?? []))];
    const isSame = underWay !== undefined && sameList(underWay.below, below) && underWay.members.length === members.length && members.every((member, index) => member.path === underWay!.members[index]!.path && sameModule(member, underWay!.members[index]!));
    if (!isSame) underWay = { members, below, analyses: new Map(), done: 0 };
    return underWay!;
  }

  /** Every file that import statements lead to, through others too. */
  function reachOf(start: ModuleState): ReadonlySet<string> {
    const reach = new Set(start.imports);
    for (const path of reach) for (const target of states.state(path)?.imports ?? []) reach.add(target);
    return reach;
  }

  function* analyseModule(member: ModuleState, neighbour: (path: string) => ModuleAnalysis | undefined, inside: ReadonlySet<string>, { passed, once = false, only }: { readonly passed?: PassedHere | undefined; readonly once?: boolean; readonly only?: Part['runs'] | undefined } = {}): Steps<ModuleAnalysis> {
    let reach: ReadonlySet<string> | undefined;
    // What no import statement in reach names was not analysed before, or by chance.
    const isImported = (fromPath: string, path: string): boolean => states.state(fromPath)?.imports.includes(path) || (reach ??= reachOf(member)).has(path);
    const imported = (fromPath: string, path: string | undefined): ImportedModule | undefined => {
      if (path === undefined || path === member.path || !states.state(path) || !isImported(fromPath, path)) return undefined;
      return { path, scope: () => (inside.has(path) ? neighbour(path)?.scope : circles.get(path)?.analyses.get(path)?.scope) };
    };
    const host: AnalysisHost = {
      api,
      kinds: member.kinds,
      passed,
      views: member.lowered.notebook && member.text !== undefined ? viewsNamedIn(markedLines(member.text)) : [],
      isTest: isTestFile(member.path, member.lowered.text),
      inFramework: (path) => (inside.has(path) ? inside.size : circles.get(path)?.members.length ?? 0) > mostInCircle,
      import: (fromPath, module, level) => imported(fromPath, resolve(fromPath, module, level)),
      definedIn: (fromPath, dotted) => imported(fromPath, packages.definedIn(fromPath, dotted)),
      hasPackage: packages.hasPackage,
      widening: (fromPath, name) => packages.widening(fromPath, name).flatMap((path) => imported(fromPath, path) ?? []),
      // What runs in another language leaves its names there.
      runs: (fromPath, file) => {
        const path = ranFile(files, fromPath, file);
        return path !== undefined && states.state(path)?.lowered.language === member.lowered.language ? imported(fromPath, path) : undefined;
      },
    };
    const input = { path: member.path, lowered: member.lowered, once, only };
    try {
      return yield* analysed(input, host);
    } catch (error) {
      // What imports it, or passes something to it, is analysed all the same.
      return unanalysed(input, error instanceof Error ? error : new Error(String(error)));
    }
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
    const state = states.state(importer);
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
    const analysis = yield* analyseIn(circles.get(path)!, states.state(path)!, joinPassed(passed));
    told.set(path, { base, passed, analysis });
    return { analysis, settled };
  }

  /** Once more, where its neighbours stay as they are. */
  const analyseIn = (circle: Circle, state: ModuleState, passed?: PassedHere, only?: Part['runs']): Steps<ModuleAnalysis> =>
    analyseModule(state, (other) => circle.analyses.get(other), new Set(circle.members.map((member) => member.path)), { passed, only });

  /** A module as it is, and as it was when its circle was analysed. */
  function nowAndThen(path: string): { readonly circle: Circle; readonly now: ModuleState; readonly then: ModuleState } | undefined {
    const circle = circles.get(path);
    const now = states.state(path);
    const then = circle?.members.find((member) => member.path === path);
    return circle && now && then && { circle, now, then };
  }

  let partLast: { readonly now: ModuleState; readonly since: WholeModule; readonly part: Part | undefined } | undefined;

  function partOf(path: string, since: WholeModule): Part | undefined {
    const found = nowAndThen(path);
    if (!found) return undefined;
    const { circle, now, then } = found;
    if (now.lowered === then.lowered || !sameList(now.imports, then.imports) || since.analysis !== (told.get(path)?.analysis ?? circle.analyses.get(path))) return undefined;
    if (partLast?.now !== now || partLast.since !== since) partLast = { now, since, part: partSince(since, now.lowered) };
    return partLast.part;
  }

  /**
   * Of an edited module that would be analysed with others, or twice: once, with what its callers passed last. The
   * neighbours keep what they said of an earlier text of it. In Scala any word that is typed may be an import: of what
   * is known, it makes nothing slow.
   */
  function* quickly(path: string, since: WholeModule | undefined): Steps<{ readonly analysis: ModuleAnalysis; readonly part: Part | undefined } | undefined> {
    const found = nowAndThen(path);
    if (!found) return undefined;
    const { circle, now, then } = found;
    const passed = told.get(path)?.passed;
    if (!now.imports.every((target) => circles.has(target) || !states.state(target))) return undefined;
    if (now.lowered === then.lowered && sameList(now.imports, then.imports) && circle.settled) return undefined;
    if (quickLast?.state === now && quickLast.circle === circle && (since || !quickLast.part)) return quickLast;
    const all = passed && joinPassed(passed);
    const part = since && partOf(path, since);
    const ofPart = part && (yield* analyseIn(circle, now, all, part.runs));
    const isEnough = ofPart !== undefined && part!.isEnough(ofPart.roots);
    if (circle.members.length === 1 && !passed && !isEnough) return undefined;
    circle.settled = false;
    unsettlings++;
    quickLast = { state: now, circle, analysis: isEnough ? ofPart : yield* analyseIn(circle, now, all), part: isEnough ? part : undefined };
    return quickLast;
  }

  function* answer(path: string, quick: boolean, since?: WholeModule): Steps<Answer | undefined> {
    const soon = quick ? yield* quickly(path, since) : undefined;
    if (soon) return { analysis: soon.analysis, settled: false, part: soon.part };
    let analysis = (yield* circleOf(path))?.analyses.get(path);
    if (analysis && released.has(analysis.scope)) {
      circles.get(path)!.settled = false;
      unsettlings++;
      analysis = (yield* circleOf(path))?.analyses.get(path);
    }
    return analysis && (yield* withCallers(path, analysis, quick));
  }

  /** What the module sets by itself: the quick answer tells that, too. */
  function alone(path: string): SparkProgram | undefined {
    const quick = quickLast?.state.path === path && quickLast.state === states.state(path) ? quickLast.analysis : undefined;
    return (quick ?? atOnce(circleOf(path))?.analyses.get(path))?.program;
  }

  return {
    part: partOf,
    analysis: (path, quick = false, since) => atOnce(answer(path, quick, since)),
    *steps(path, quick = false, since) {
      const at = files.revision;
      const work = answer(path, quick, since);
      // What was read before the pause may be another now: not a step more.
      while (at === files.revision && !work.next().done) yield;
    },
    alone,
    writes(path) {
      const circle = circles.get(path);
      const kept = circle && isCurrent(circle) ? circle.analyses.get(path) : undefined;
      return writesOf(kept && released.has(kept.scope) ? kept.program : atOnce(answer(path, true))?.analysis.program);
    },
    release(path) {
      const circle = circles.get(path);
      const analysis = circle?.analyses.get(path);
      if (!analysis) return;
      const writes = writesOf((told.get(path)?.analysis ?? analysis).program);
      released.add(analysis.scope);
      told.delete(path);
      circle!.analyses.set(path, { ...analysis, program: { ...analysis.program, events: writes, datasets: [], types: new Map(), starts: new Map() } });
    },
    reached(path) {
      // As it was when the module was analysed: a quick answer is not made slow.
      const circle = circles.get(path) ?? atOnce(circleOf(path));
      return [...(circle?.notable ?? [])].flatMap(({ analyses }) => [...analyses.values()]).map(({ program }) => program).filter((program) => program.path !== path && isNotable(program));
    },
  };
}

const writesOf = (program: SparkProgram | undefined): EventOf<'write'>[] => program?.events.filter((event): event is EventOf<'write'> => event.kind === 'write') ?? [];

const isNotable = (program: SparkProgram): boolean => program.entryPoint || program.partial || program.settings.length > 0;

const sameList = <T>(a: readonly T[], b: readonly T[]): boolean => a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
