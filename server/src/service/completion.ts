/** Keys and values of configuration, where they are typed. */
import { registry } from '../knowledge/registry-reader.ts';
import { describeKey } from '../knowledge/describe-key.ts';
import type { Targets } from '../rule/targets.ts';
import { compareVersions } from '../rule/targets.ts';

export interface Completion {
  readonly label: string;
  readonly detail: string | undefined;
  readonly key: boolean;
  /** How many characters before the place it replaces. */
  readonly typed: number;
}

const keyInCode = /\.(?:config|set|setIfMissing|get|unset|isModifiable)\(\s*(?:key\s*=\s*)?["']([\w.-]*)$/;
const valueInCode = /\.(?:config|set|setIfMissing)\(\s*["'](spark[\w.-]+)["']\s*,\s*["']([\w.-]*)$/;

/** `before`: the line up to the place, in a properties file or in code. */
export function completionsAt(before: string, language: 'conf' | 'code', targets: Targets): Completion[] {
  if (language === 'conf') {
    if (/^\s*[#!]/.test(before)) return [];
    const value = /^\s*(spark[\w.-]+)(?:\s*[=:]\s*|\s+)(\S*)$/.exec(before);
    if (value) return values(value[1]!, value[2]!, targets);
    const key = /^\s*([\w.-]*)$/.exec(before);
    return key ? keys(key[1]!, targets) : [];
  }
  const value = valueInCode.exec(before);
  if (value) return values(value[1]!, value[2]!, targets);
  const key = keyInCode.exec(before);
  return key ? keys(key[1]!, targets) : [];
}

function keys(typed: string, targets: Targets): Completion[] {
  if (typed !== '' && !'spark.'.startsWith(typed) && !typed.startsWith('spark')) return [];
  return registry.keys.filter((key) => key.startsWith(typed)).flatMap((key) => {
    const facts = registry.get(key);
    if (!facts || facts.internal || facts.removed || facts.deprecated || facts.since !== undefined && compareVersions(facts.since, `${targets.to}.99`) > 0) return [];
    const value = registry.defaultIn(facts, targets.to);
    return [{ label: key, detail: value === undefined ? facts.type : `${facts.type}, default ${value}`, key: true, typed: typed.length }];
  });
}

function values(key: string, typed: string, targets: Targets): Completion[] {
  const facts = registry.get(key);
  if (!facts) return [];
  const standard = registry.defaultIn(facts, targets.to);
  const all = facts.type === 'boolean' ? ['true', 'false'] : facts.allowed && facts.allowed.length > 0 ? facts.allowed : standard !== undefined && standard.length < 40 ? [standard] : [];
  return all.filter((value) => value.toLowerCase().startsWith(typed.toLowerCase())).map((value) => ({ label: value, detail: value === standard ? 'default' : undefined, key: false, typed: typed.length }));
}

/** Shown beside a key in the list. */
export const completionText = (key: string, targets: Targets): string | undefined => describeKey(registry, key, targets);
