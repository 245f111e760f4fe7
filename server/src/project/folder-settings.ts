/** The settings that hold for a file: the ones given for all, or of the settings file found upward from it. */
import { remembered } from '../rule/queries.ts';
import type { ProjectFiles } from './files.ts';
import { perText } from './kept.ts';
import { folderOf } from './paths.ts';
import { noSettings, overridden, type Overrides, type Problem, type ProjectSettings, readSettings, settingsFileFor, type SettingsKnowledge } from './settings.ts';

export interface SettingsResult {
  readonly settings: ProjectSettings;
  readonly problems: readonly Problem[];
}

export interface FolderSettings {
  of(path: string): SettingsResult;
  setOverrides(overrides: Overrides): void;
}

export interface FolderSettingsInput {
  readonly files: ProjectFiles;
  readonly knowledge: SettingsKnowledge;
  /** They hold for every file, instead of those found upward from it. */
  readonly config: { readonly path: string; readonly text: string } | undefined;
  readonly overrides: Overrides | undefined;
  readonly outer?: OuterSettings | undefined;
}

/** A settings file above the project, for what none of its own holds for; `folder`: the project's, from that file's on. */
export interface OuterSettings {
  readonly path: string;
  readonly text: string;
  readonly folder: string;
}

export function folderSettings({ files, knowledge, config, outer, overrides: given = {} }: FolderSettingsInput): FolderSettings {
  let overrides = given;
  const fixed = config && readSettings(config.path, config.text, knowledge);
  const around = outer && withinFolder(readSettings(outer.path, outer.text, knowledge), outer.folder);
  const readFile = perText(files, (text, path) => readSettings(path, text, knowledge, folderOf(path)));
  /** One answer for each path, so that whoever tells of it can tell once. */
  const unreadable = remembered((path: string) => ({ settings: noSettings, problems: [{ path, severity: 'error' as const, message: 'cannot be read: none of its settings counts' }] }));

  /** By folder: what holds for one file holds for those beside it. */
  const settingsByFolder = new Map<string, SettingsResult>();
  let settledAt = -1;

  function of(path: string): SettingsResult {
    if (settledAt !== files.revision) settingsByFolder.clear();
    settledAt = files.revision;
    const folder = folderOf(path);
    const known = settingsByFolder.get(folder) ?? readFor(path);
    settingsByFolder.set(folder, known);
    return known;
  }

  function readFor(path: string): SettingsResult {
    const file = fixed ? undefined : settingsFileFor(files, path);
    const found = fixed ?? (file === undefined ? around : (readFile(file) ?? unreadable(file)));
    return { settings: overridden(found?.settings ?? noSettings, overrides), problems: found?.problems ?? [] };
  }

  return {
    of,
    setOverrides(next) {
      overrides = next;
      settingsByFolder.clear();
    },
  };
}

const withinFolder = ({ settings, problems }: SettingsResult, within: string): SettingsResult => ({ settings: { ...settings, within }, problems });
