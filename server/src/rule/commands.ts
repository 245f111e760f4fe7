/** Questions that rules on commands ask: where what they start will run. */
import type { Setting } from '../analysis/model.ts';
import { type DeployMode, effectOf, type Manager, submitOption, submitReleases } from '../knowledge/submit.ts';
import type { Argument, Command, Launcher } from '../program/conf.ts';
import { valueOf } from './entries.ts';
import { compareVersions, type Targets } from './targets.ts';
import type { Range } from '../text/range.ts';

/** Of spark-submit and of the shell that Python starts Spark knows every word; others hand on what they do not know. */
export const takesSparkOptionsAlone = ({ launcher }: Command): boolean => launcher === 'spark-submit' || launcher === 'pyspark';

export const managerNames: Readonly<Record<Manager, string>> = { local: 'a local master', standalone: 'a standalone cluster', yarn: 'YARN', k8s: 'Kubernetes' };

/** They run in the driver, so there is none elsewhere. */
export const inClientAlone: Readonly<Partial<Record<Launcher, string>>> = { 'spark-shell': 'shells', pyspark: 'shells', sparkR: 'shells', 'spark-sql': 'SQL shells', 'start-thriftserver.sh': 'the Thrift server' };

export const options = ({ arguments: args }: Command): Argument[] => args.filter(({ is, conditional }) => is === 'option' && !conditional);
export const option = (command: Command, name: string): Argument | undefined => options(command).find(({ text }) => text === name);

const lists: ReadonlySet<string> = new Set(['--files', '--jars', '--py-files', '--archives', '--packages', '--exclude-packages', '--repositories']);

export const unquoted = (text: string, { start, end }: Range): string => text.slice(start, end).replace(/["']/g, '');

/** A list with a blank behind one of its commas: what follows that is taken for the application, and is none. */
export function brokenList({ arguments: args }: Command, text: string): { readonly list: Argument; readonly application: Argument; readonly passed: readonly Argument[] } | undefined {
  const at = args.findIndex(({ is }) => is === 'application');
  const [list, application, ...passed] = args.slice(Math.max(at - 1, 0));
  if (at < 1 || !list || !application || list.is !== 'option' || !lists.has(list.text ?? '') || !list.value || [list, application].some(({ conditional, inPlace }) => conditional || !inPlace)) return undefined;
  return unquoted(text, list).endsWith(',') || unquoted(text, application).startsWith(',') ? { list, application, passed } : undefined;
}

export interface Place {
  readonly manager?: Manager | undefined;
  /** Both where it is not said, or out of sight. */
  readonly modes: readonly DeployMode[];
}

/** No properties file, and no arguments out of sight, may say the rest: on no branch. */
export const saysAll = ({ open, arguments: args }: Command): boolean => !open && !args.some(({ is, text }) => is === 'option' && (text === '--properties-file' || text === '--load-spark-defaults'));

/** Where a command runs what it starts; without one, what a file of settings says of it. */
export function placeOf(command: Command | undefined, entries: readonly Setting[], { manager }: Targets): Place {
  const said = entries.filter(({ key }) => key === 'spark.master');
  const master = valueOf(entries, 'spark.master')?.value;
  const found = said.length > 0 ? managerOf(master ?? schemeOf(said)) : !command || saysAll(command) ? managerIn(manager) : undefined;
  if (found === 'local' || command && inClientAlone[command.launcher] !== undefined || master === 'yarn-client') return { manager: found, modes: ['client'] };
  const mode = valueOf(entries, 'spark.submit.deployMode')?.value;
  return { manager: found, modes: mode === 'client' || mode === 'cluster' ? [mode] : master === 'yarn-cluster' ? ['cluster'] : ['client', 'cluster'] };
}

/** `k8s://$HOST`: what follows says nothing of the manager. */
const schemeOf = ([only, ...others]: readonly Setting[]): string | undefined => (others.length > 0 || only?.told?.conditional ? undefined : /^(?:k8s|spark):\/\//.exec(only?.told?.begins ?? '')?.[0]);

/** As the project's settings name it. */
export const managerIn = (manager: string | undefined): Manager | undefined => (manager === 'kubernetes' ? 'k8s' : manager as Manager | undefined);

export function managerOf(master: string | undefined): Manager | undefined {
  if (master === undefined) return undefined;
  if (/^local(\[|$)/.test(master)) return 'local';
  if (/^yarn(-client|-cluster)?$/.test(master)) return 'yarn';
  if (master.startsWith('spark://')) return 'standalone';
  return master.startsWith('k8s://') ? 'k8s' : undefined;
}

/** No release of the target range does anything with the option there, in whichever of the modes. */
export function isIgnored(name: string, { manager, modes }: Place, targets: Targets): boolean {
  if (!manager) return false;
  return releasesIn(targets).every((version) => {
    const facts = submitOption(name, version);
    return facts !== undefined && Object.keys(facts.sets).some((key) => key.startsWith('spark.')) && modes.every((mode) => effectOf(facts, manager, mode) === 'ignored');
  });
}

/** Both ends, and what was released between them: one release may do what its neighbours do not. */
const releasesIn = ({ from, to }: Targets): string[] => [from, ...submitReleases.filter((version) => compareVersions(version, from) > 0 && compareVersions(version, to) < 0), to];
