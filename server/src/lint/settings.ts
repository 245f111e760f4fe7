/**
 * What the project settings say to the runner: a plain object, read from sparkcheck.toml and the editor by `project/`.
 * Rule names here may be current or former ones.
 */
import type { Severity, Surroundings } from '../rule/rule.ts';
import { escapePattern } from '../text/pattern.ts';

export type OptionValue = string | number | boolean;

/** Settings for the files that some patterns name; of several profiles that match, the later wins. */
export interface Profile {
  /** Globs over paths, as `within` says: `*` within a folder, `**` across folders; one without a slash matches at any depth. */
  readonly paths: readonly string[];
  readonly kind?: Surroundings['fileKind'] | undefined;
  readonly severities?: Readonly<Record<string, Severity | 'off'>> | undefined;
  /** Rules or categories that are off for these files. */
  readonly ignore?: readonly string[] | undefined;
}

export interface LintSettings {
  /** By rule or category name; a rule's own entry beats its category's. */
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
  /** Rule or category names; empty: all rules. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  /** By rule, then option. */
  readonly options: Readonly<Record<string, Readonly<Record<string, OptionValue>>>>;
  readonly profiles: readonly Profile[];
  /** The project's folder, from the one on that the patterns count from, where that lies above. */
  readonly within?: string | undefined;
}

export const defaultSettings: LintSettings = { severities: {}, select: [], ignore: [], options: {}, profiles: [] };

/** The profiles whose patterns match a project-relative path, in their order. */
export function profilesFor(settings: LintSettings, path: string): readonly Profile[] {
  return settings.profiles.filter((profile) => profile.paths.some((pattern) => isMeant(settings, pattern, path)));
}

/** A pattern of the settings matches a project-relative path. */
export const isMeant = ({ within = '' }: Pick<LintSettings, 'within'>, pattern: string, path: string): boolean => matchesGlob(pattern, within === '' ? path : `${within}/${path}`);

/** `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` is either; `folder/` stands for all within it. */
export function matchesGlob(pattern: string, path: string): boolean {
  const { bare, anywhere } = partsOf(pattern);
  return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${globSource(bare)}$`).test(path);
}

/** What a pattern of a folder's own means in the project that the folder lies in. */
export function globBelow(folder: string, pattern: string): string {
  const { bare, anywhere } = partsOf(pattern);
  return folder === '' ? pattern : `${folder}/${anywhere ? '**/' : ''}${bare}`;
}

function partsOf(pattern: string): { readonly bare: string; readonly anywhere: boolean } {
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern;
  const bare = whole.replace(/^\.?\//, '');
  return { bare, anywhere: bare === whole && !bare.replace(/\/\*\*$/, '').includes('/') };
}

function globSource(pattern: string): string {
  let source = '';
  let braces = 0;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (pattern.startsWith('**/', i)) { source += '(?:.*/)?'; i += 2; }
    else if (pattern.startsWith('**', i)) { source += '.*'; i += 1; }
    else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '{' && pattern.includes('}', i)) { source += '(?:'; braces++; }
    else if (char === '}' && braces > 0) { source += ')'; braces--; }
    else if (char === ',' && braces > 0) source += '|';
    else source += escapePattern(char);
  }
  return source;
}
