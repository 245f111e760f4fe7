/** The effective configuration of a job: what counts of each key, what it takes the place of, and what releases make of it. */
import type { Setting } from '../analysis/model.ts';
import { keyCard } from '../knowledge/describe-key.ts';
import type { KeyFacts } from '../knowledge/registry.ts';
import { registry } from '../knowledge/registry-reader.ts';
import { checkValue } from '../knowledge/values.ts';
import type { Project } from '../project/project.ts';
import { placeOf } from '../rule/commands.ts';
import { isUnknown, judged, readBeforeCode } from '../rule/entries.ts';
import { type Decision, decisionsOf, type Job, sameValue } from '../rule/jobs.ts';
import { compareVersions, newestKnown, type Targets, targetsIn } from '../rule/targets.ts';

export interface Effective {
  readonly job: Job;
  readonly targets: Targets;
  /** Where the command says that it runs. */
  readonly place: { readonly manager?: string | undefined; readonly mode?: string | undefined };
  readonly keys: readonly EffectiveKey[];
  /** What is not known of the job. */
  readonly notes: readonly string[];
}

export interface EffectiveKey extends Decision {
  /** In the newest release of the target range; undefined: none. */
  readonly default: string | undefined;
  /** Whether it can be changed at run time; undefined: nothing is known of the key. */
  readonly scope: 'static' | 'runtime' | undefined;
  readonly notes: readonly string[];
}

/** Every job that a file has a part in. */
export const effectivesOf = (project: Project, path: string): Effective[] => project.jobs(path).map((job) => effectiveOf(project, job));

/** The file that a job is told by: its program, else its command, else the file of settings. */
export const pathOf = ({ code, command, sources }: Job): string => code?.path ?? command?.path ?? sources[0]?.path ?? '';

export function effectiveOf(project: Project, job: Job): Effective {
  const { targets: around, namespaces } = project.environment(pathOf(job));
  const targets = job.section ? targetsIn(job.section, around) : around;
  const command = job.command && { ...job.command, entries: job.sources.flatMap(({ layer, entries }) => (layer === 'command' ? entries : [])) };
  const { manager, modes } = command ? placeOf(command.command, command.entries, targets) : { manager: undefined, modes: [] };
  return {
    job, targets, place: { manager: manager === 'k8s' ? 'Kubernetes' : manager === 'yarn' ? 'YARN' : manager, mode: modes.length === 1 ? modes[0] : undefined },
    keys: decisionsOf(job, registry, targets).map((decision): EffectiveKey => {
      const facts = registry.get(decision.key, targets.to);
      return { ...decision, default: facts && registry.defaultIn(facts, targets.to), scope: scopeOf(decision.key, facts), notes: [...notesOn(decision, facts, targets, namespaces), ...launchNote(decision, job)] };
    }),
    notes: notesOf(job),
  };
}

function scopeOf(key: string, facts: KeyFacts | undefined): EffectiveKey['scope'] {
  if (facts) return facts.scope === 'session' ? 'runtime' : 'static';
  return registry.hasPrefix(key) && /^spark\.(sql|datasource)\./.test(key) ? 'runtime' : undefined;
}

function notesOf({ code, command, section, sources, candidates, outside }: Job): string[] {
  const words = { 'code': 'it may run', 'properties file': 'it may read', 'defaults file': 'if Spark is configured there, it reads' } as const;
  return [
    ...candidates.map(({ as, paths }) => `${words[as]} ${paths.slice(0, 5).join(' or ')}${paths.length > 5 ? ` or ${paths.length - 5} more` : ''}: not counted here`),
    ...outside.map((name) => `${name} is read too, and is no file of the project`),
    ...sources.flatMap(({ assumed, path }) => (assumed ? [`${path} counts if its folder is the one that Spark is configured by (SPARK_CONF_DIR)`] : [])),
    ...(command?.command.open ? ['the command has arguments that its text does not tell'] : []),
    ...(section?.open ? ['more may be set there than its text tells'] : []),
    ...(command && !code && !candidates.some(({ as }) => as === 'code') && command.command.arguments.some(({ is }) => is === 'application') ? ['the program is not in the project: what it sets itself is not known'] : []),
  ];
}

/** What is to be known of a key besides its value, for the whole target range. */
function notesOn({ key, winner, later }: Decision, facts: KeyFacts | undefined, targets: Targets, namespaces: readonly string[]): string[] {
  if (!facts) return isUnknown(registry, key, namespaces) ? [`Spark knows no such key${nearest(key)}`] : [];
  const warning = keyCard(registry, key, targets)?.warning;
  const values = [winner, ...later].flatMap((each) => (each ? judged([each.entry]) : []));
  const verdicts = values.map(({ value }) => checkValue(facts, value, targets));
  const moved = movedDefault(facts, targets.from, targets.to);
  return [
    ...(warning === undefined ? [] : [plain(warning)]),
    ...new Set(verdicts.flatMap((verdict) => (verdict.ok ? [] : [plain(verdict.message)]))),
    ...(warning === undefined && registry.readBy(facts, targets) !== 'all' ? [`not read by all of Spark ${targets.from} to ${targets.to}: since ${facts.since ?? 'a later release'}`] : []),
    ...(moved ? [`the default is ${shownValue(moved.was)} in Spark ${targets.from} and ${shownValue(moved.is)} in ${targets.to}`] : []),
  ];
}

/** Where nothing tells how the program is started. */
function launchNote({ key, winner }: Decision, { code, launch, command }: Job): string[] {
  const open = winner?.layer === 'code' && readBeforeCode.has(key) && code?.language === 'python' && !command && launch === undefined;
  return open ? ['counts where Python starts the JVM (python job.py), not under spark-submit'] : [];
}

function nearest(key: string): string {
  const near = registry.nearest(key);
  return near === undefined ? '' : `; ${near} is meant?`;
}

/** Without the marks of Markdown. */
const plain = (text: string): string => text.replaceAll('`', '');
export const shownValue = (value: string | undefined): string => (value === undefined ? 'not set' : value === '' ? 'empty' : value);

function movedDefault(facts: KeyFacts, from: string, to: string): { readonly was: string | undefined; readonly is: string | undefined } | undefined {
  const [was, is] = [registry.defaultIn(facts, from), registry.defaultIn(facts, to)];
  const same = was === is || was !== undefined && is !== undefined && sameValue(registry, facts.key, was, is, to);
  return same ? undefined : { was, is };
}

// ---- a move to another release --------------------------------------------------------------------------------------

export interface Move {
  readonly from: string;
  readonly to: string;
  /** What it does to keys that are set. */
  readonly changes: readonly Change[];
  /** Keys that are not set and whose default is another there. */
  readonly defaults: readonly { readonly key: string; readonly was: string | undefined; readonly is: string | undefined }[];
}

export interface Change {
  readonly key: string;
  readonly kind: 'removed' | 'deprecated' | 'invalid' | 'new' | 'default';
  readonly message: string;
  readonly entry: Setting | undefined;
}

/** From the oldest release of the target range: what holds for the whole of it is news for nobody. */
export function moveOf({ keys, targets }: Effective, to: string): Move {
  const { from } = targets;
  const set = new Set(keys.map(({ key }) => key));
  const changes = keys.flatMap((key): Change[] => {
    const facts = registry.get(key.key, to);
    const entry = counting(key);
    return facts ? changesOf(facts, entry, from, to).map((change) => ({ key: key.key, entry, ...change })) : [];
  });
  const defaults = registry.keys.flatMap((key) => {
    const facts = set.has(key) ? undefined : registry.get(key, to);
    const moved = facts && !facts.internal && isRead(facts, from) && isRead(facts, to) ? movedDefault(facts, from, to) : undefined;
    return moved ? [{ key, ...moved }] : [];
  });
  return { from, to, changes, defaults };
}

const at = (version: string): { from: string; to: string } => ({ from: version, to: version });
const isRead = (facts: KeyFacts, version: string): boolean => registry.readBy(facts, at(version)) === 'all';
/** Said of the newest release of a line, where no other is named. */
const holdsIn = (since: string | undefined, version: string): boolean => since !== undefined && compareVersions(version.split('.').length < 3 ? `${version}.99` : version, since) >= 0;

function changesOf(facts: KeyFacts, entry: Setting | undefined, before: string, to: string): Pick<Change, 'kind' | 'message'>[] {
  const { removed, deprecated } = facts;
  const warning = (): string => plain(keyCard(registry, facts.key, at(to))?.warning ?? '');
  if (removed && holdsIn(removed.since, to)) return holdsIn(removed.since, before) ? [] : [{ kind: 'removed', message: warning() }];
  if (!isRead(facts, before) && isRead(facts, to)) return [{ kind: 'new', message: `Spark ${before} does not read it, ${to} does: it takes effect there` }];
  const value = entry?.value;
  const known = entry ? judged([entry])[0]?.value : undefined;
  const verdict = known === undefined ? undefined : checkValue(facts, known, at(to));
  const wasFine = known === undefined || checkValue(facts, known, at(before)).ok;
  const moved = movedDefault(facts, before, to);
  return [
    ...(deprecated && holdsIn(deprecated.since, to) && !holdsIn(deprecated.since, before) ? [{ kind: 'deprecated' as const, message: warning() }] : []),
    ...(verdict && !verdict.ok && wasFine ? [{ kind: 'invalid' as const, message: plain(verdict.message) }] : []),
    ...(moved ? [{ kind: 'default' as const, message: `default ${shownValue(moved.was)} becomes ${shownValue(moved.is)}${value === undefined ? '' : moved.is !== undefined && sameValue(registry, facts.key, value, moved.is, to) ? ', as it is set here' : `: set to ${value} here, it stays`}` }] : []),
  ];
}

// ---- differences ----------------------------------------------------------------------------------------------------

export interface Difference {
  readonly key: string;
  /** undefined: not set on that side. */
  readonly left: Setting | undefined;
  readonly right: Setting | undefined;
}

/** The entry whose value is to be shown for a key: what counts at the start, else what is set later, or on some paths. */
export const counting = ({ winner, later, maybe, dead }: Decision): Setting | undefined => (winner ?? later.at(-1) ?? maybe[0] ?? dead[0])?.entry;

const currentNames = new Map(registry.keys.flatMap((key) => registry.get(key)!.alternatives.map((former) => [former, key] as const)));
/** A key that is still read by a former name is compared by the one that it has now. */
const currentName = (key: string): string => currentNames.get(key) ?? key;

/** `written` gives the text of a value that is not known. */
export function differencesOf(left: readonly Decision[], right: readonly Decision[], written: (entry: Setting, side: 'left' | 'right') => string): Difference[] {
  const [ones, others] = [left, right].map((side) => new Map(side.flatMap((decision) => {
    const entry = counting(decision);
    return entry ? [{ key: currentName(decision.key), entry }] : [];
    // Where both names are set, the current one counts.
  }).sort((a, b) => Number(a.key === a.entry.key) - Number(b.key === b.entry.key)).map(({ key, entry }) => [key, entry] as const))) as [Map<string, Setting>, Map<string, Setting>];
  const same = (one: Setting, other: Setting): boolean => {
    if (one.value === undefined || other.value === undefined) return one.value === other.value && written(one, 'left') === written(other, 'right');
    return sameValue(registry, currentName(one.key), one.value, other.value, newestKnown);
  };
  return [...new Set([...ones.keys(), ...others.keys()])].sort().flatMap((key) => {
    const [one, other] = [ones.get(key), others.get(key)];
    return one && other && same(one, other) ? [] : [{ key, left: one, right: other }];
  });
}
