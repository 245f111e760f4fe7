/** Which rules run on a file, and with what severity: the project settings, by rule name, former name or category. */
import type { Rule, Severity } from '../rule/rule.ts';
import { type LintSettings, profilesFor } from './settings.ts';

export interface Enabled {
  readonly rule: Rule;
  /** Overrides what the rule reports; undefined: as reported. */
  readonly severity: Severity | undefined;
}

/** A rule answers to its name and to its former ones. */
export const answersTo = (rule: Rule, name: string): boolean => rule.name === name || (rule.former?.includes(name) ?? false);

/** The rules that a name stands for: one rule, or all of a category. */
export const rulesNamed = (rules: readonly Rule[], name: string): Rule[] => rules.filter((rule) => answersTo(rule, name) || rule.category === name);

export function enabledRules(rules: readonly Rule[], settings: LintSettings, path: string): Enabled[] {
  const profiles = profilesFor(settings, path);
  const ignored = [...settings.ignore, ...profiles.flatMap((profile) => profile.ignore ?? [])];
  const severities = [settings.severities, ...profiles.map((profile) => profile.severities ?? {})];
  return rules.flatMap((rule) => {
    const named = (name: string): boolean => answersTo(rule, name) || rule.category === name;
    if (settings.select.length > 0 && !settings.select.some(named)) return [];
    if (ignored.some(named) || rule.optIn && !isSwitchedOn(rule, settings.select, severities)) return [];
    const severity = severities.reduce<Severity | 'off' | undefined>((before, entries) => entryFor(rule, entries) ?? before, undefined);
    return severity === 'off' ? [] : [{ rule, severity }];
  });
}

/** By its own name: a category does not wake what is off. */
const isSwitchedOn = (rule: Rule, select: readonly string[], severities: readonly Readonly<Record<string, Severity | 'off'>>[]): boolean =>
  [...select, ...severities.flatMap((entries) => Object.keys(entries))].some((name) => answersTo(rule, name));

function entryFor(rule: Rule, entries: Readonly<Record<string, Severity | 'off'>>): Severity | 'off' | undefined {
  const name = [rule.name, ...(rule.former ?? []), rule.category].find((each) => Object.hasOwn(entries, each));
  return name === undefined ? undefined : entries[name];
}
