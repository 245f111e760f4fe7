/** Questions about an entry among all that its application is told, here and elsewhere in the project. */
import type { Setting } from '../analysis/model.ts';
import type { Manager } from '../knowledge/submit.ts';
import { managerIn, managerOf, placeOf, saysAll } from './commands.ts';
import { goesWith, ofKey, together, valueOf } from './entries.ts';
import type { SettingsContext } from './rule.ts';
import { escapePattern } from '../text/pattern.ts';

/**
 * What a key has beside an entry: told together with it, or by the rest of the project; 'unset' where nothing in sight
 * sets it, 'unknown' where its value is not known, only some runs set it, it is set by another name, or what may set it
 * is out of sight.
 */
export function valueBeside(entry: Setting, key: string, context: Pick<SettingsContext, 'entries' | 'settings'> & Partial<SettingsContext>): (Setting & { readonly value: string }) | 'unset' | 'unknown' {
  const { entries, settings } = context;
  if (givesWay(entry.key, context) || givesWay(key, context)) return 'unknown';
  const own = ofKey(entries, key);
  const told = own.filter((each) => together(entry, each));
  if (own.length > 0) return told.length > 0 && told.every((each) => goesWith(entry, each)) ? valueOf(told, key) ?? 'unknown' : 'unknown';
  const others = ofKey(settings, key);
  if (others.length > 0) return others.length === 1 ? valueOf(others, key) ?? 'unknown' : 'unknown';
  return maySayMore(key, context) || isToldElsewhere(key, context) ? 'unknown' : 'unset';
}

/** What a command starts, or a file that it reads, tells the key, too; a file of settings has no say where those who read it tell it. */
const isToldElsewhere = (key: string, { conf, command, toldElsewhere }: Partial<SettingsContext>): boolean =>
  (command !== undefined || conf?.form === 'properties') && toldElsewhere?.(key, command) === true;

/** In a file of settings a key counts only where nobody tells it to what reads the file. */
export const givesWay = (key: string, context: Partial<SettingsContext>): boolean => !context.command && isToldElsewhere(key, context);

/** The same; undefined where it is not known, or unset. */
export function knownBeside(entry: Setting, key: string, context: Parameters<typeof valueBeside>[2]): (Setting & { readonly value: string }) | undefined {
  const found = valueBeside(entry, key, context);
  return found === 'unset' || found === 'unknown' ? undefined : found;
}

/** The key goes by a former name, or arguments, files and commands out of sight may set it. */
function maySayMore(key: string, { entries, settings, registry, section, command, program, mentions }: Pick<SettingsContext, 'entries' | 'settings'> & Partial<SettingsContext>): boolean {
  if (registry?.get(key)?.alternatives.some((name) => ofKey(entries, name).length > 0 || ofKey(settings, name).length > 0)) return true;
  if (section?.open || command && !saysAll(command)) return true;
  return program !== undefined && !section && mentions?.(new RegExp(`${escapePattern(key)}(?![\\w.])`)) === true;
}

/** A properties file that is no template, or a whole project in sight: nobody else sets what is not set there. A command and code may find the rest in a file of the cluster. */
export const saysWhole = ({ conf, section, complete }: Pick<SettingsContext, 'conf' | 'section' | 'complete'>): boolean => conf === undefined ? complete : conf.form === 'properties' && !section?.open;

/** Which manager an entry is told to: by the master beside it (a file elsewhere may be of another deployment), or by the project's settings where nothing in sight names one. */
export function managerBeside(entry: Setting, { command, conf, entries, settings, targets, section, text }: Pick<SettingsContext, 'entries' | 'settings' | 'targets' | 'command'> & Partial<SettingsContext>): Manager | undefined {
  // What starts the command may run it in one place alone.
  if (command) return placeOf(command, entries, targets).manager ?? (entries.some(({ key }) => key === 'spark.master') ? undefined : managerIn(section?.runsOn));
  const master = valueBeside(entry, 'spark.master', { entries, settings: [] });
  return master === 'unset' ? settings.some(({ key }) => key === 'spark.master') ? undefined : managerIn(targets.manager) : master === 'unknown' ? conf && managerOf(schemeIn(text!, entry, ofKey(entries, 'spark.master'))) : managerOf(master.value);
}

/** `spark://{{ host }}:7077`: what a template fills in later says nothing of the manager. */
const schemeIn = (text: string, entry: Setting, [only, ...others]: readonly Setting[]): string | undefined =>
  (!only || others.length > 0 || !goesWith(entry, only) ? undefined : /^(?:k8s|spark):\/\//.exec(text.slice(only.valueSite.start, only.valueSite.start + 10))?.[0]);
