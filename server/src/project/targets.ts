/** Which Spark releases a file runs on: the settings say it, or what the project pins, or nobody. */
import { parse } from 'smol-toml';
import { defaultTargets, lineOf, newestKnown, type Targets } from '../rule/targets.ts';
import type { ProjectFiles } from './files.ts';
import { inCoordinates, inPom, inSbt } from './jvm-builds.ts';
import type { Installed, InstalledSpark } from './installed-spark.ts';
import { byPath, folderOf, foldersAbove, isCodeFile, isScala, joinPath, nameOf } from './paths.ts';
import type { ProjectSettings } from './settings.ts';
import { releasesInName, versionRange, type VersionRange } from './versions.ts';

/** `installed`: what holds settings is read by it; what runs code that nothing pins may be as old as the oldest of what the project speaks of. */
export function targetsFor(files: ProjectFiles, path: string, settings: ProjectSettings, installed?: InstalledSpark): Targets {
  const { java, manager } = settings;
  const range = settings.spark ? { ...settings.spark, origin: settings.sparkFrom ?? 'the settings', fixed: true } : pinnedFor(files, path, isCodeFile(path) ? undefined : installed) ?? widened(path, installed) ?? defaultTargets;
  const said = java ?? range.java;
  const guess = said === undefined && !isCodeFile(path) ? installed?.java() : undefined;
  return { ...range, java: said ?? guess, ...(guess === undefined ? {} : { javaLikely: true }), manager: manager ?? range.manager };
}

/**
 * What the nearest folder upward pins; in a folder, what declares the project counts before what lists an environment.
 * A Scala script may say it itself, and so may what holds settings, for which what is installed counts, too, and how it and its folders are called.
 */
function pinnedFor(files: ProjectFiles, path: string, installed: InstalledSpark | undefined): Targets | undefined {
  const itself = installed?.ownOf(path);
  if (itself) return targetsOf(itself);
  const called = (of: string): Targets | undefined => {
    const range = installed && releasesInName(nameOf(of));
    return range && { ...range, likely: true, origin: `${of} is called after Spark ${range.from === range.to ? range.from : `${range.from} to ${range.to}`}` };
  };
  const byName = called(path);
  if (byName) return byName;
  const own = isScala(path) ? [path] : [];
  for (const folder of foldersAbove(path)) {
    for (const file of [...own.splice(0), ...candidates(files, folder).map((name) => joinPath(folder, name))]) {
      const text = files.read(file);
      const requirement = text === undefined ? undefined : pinnedIn(file.slice(folder === '' ? 0 : folder.length + 1), text, () => buildAround(files, folder, file));
      const range: VersionRange | undefined = requirement === undefined ? undefined : versionRange(requirement);
      const released = range && isOpen(range) ? installed?.released(range) : undefined;
      if (released) return targetsOf(released);
      if (range) return { ...range, likely: installed?.contradicts(range), origin: `${file} pins Spark ${requirement!.trim()}` };
    }
    const there = installed?.inFolder(folder);
    if (there) return targetsOf(there);
    const byFolder = called(folder);
    if (byFolder) return byFolder;
  }
  const found = installed?.anywhere() ?? installed?.marksOf(path) ?? installed?.mentioned() ?? installed?.defaultsBeside(path);
  return found && targetsOf(found);
}

function widened(path: string, installed: InstalledSpark | undefined): Targets | undefined {
  const python2 = installed?.ofPython2(path);
  if (python2) return { ...targetsOf(python2), origin: `${path} is written for Python 2` };
  const found = isCodeFile(path) ? installed?.olderThanUsual() : undefined;
  return found && { ...targetsOf(found), origin: `${found.file} speaks of Spark ${found.range.from}` };
}

/** `>=2.4`: it says little of what is there. */
const isOpen = ({ from, to }: VersionRange): boolean => lineOf(to) === newestKnown && lineOf(from) !== lineOf(to);

const targetsOf = ({ range, file, likely }: Installed): Targets => ({ ...range, likely, origin: `${file} names Spark ${range.from === range.to ? range.from : `${range.from} to ${range.to}`}` });

/** What a file that declares dependencies requires of Spark. */
export function pinsOf(files: ProjectFiles): (path: string) => VersionRange | undefined {
  /** By file, from its text and, where that names a version that stands elsewhere, from the rest of its build. */
  const kept = new Map<string, { readonly text: string; readonly around: string | undefined; readonly range: VersionRange | undefined }>();
  const read = (path: string): VersionRange | undefined => {
    const text = files.read(path);
    if (text === undefined) return undefined;
    const rest = (): string => buildAround(files, folderOf(path), path);
    const before = kept.get(path);
    if (before?.text === text && (before.around === undefined || before.around === rest())) return before.range;
    let around: string | undefined;
    const requirement = pinnedIn(nameOf(path), text, () => (around = rest()));
    const range = requirement === undefined ? undefined : versionRange(requirement);
    kept.set(path, { text, around, range });
    return range;
  };
  return (path) => (declares(nameOf(path)) || requirements.test(nameOf(path)) ? read(path) : undefined);
}

/** A file that may say which Spark a project needs. */
export const mayPin = (path: string): boolean => declares(nameOf(path)) || requirements.test(nameOf(path)) || nestedRequirements.test(path) || environments.test(nameOf(path)) || namesVersions.includes(nameOf(path));

const requirements = /^requirements.*\.(txt|in)$/;
const nestedRequirements = /(^|\/)requirements\/[^/]*\.txt$/;
const environments = /^(conda|environment).*\.ya?ml$/;
const declaring = ['pyproject.toml', 'setup.cfg', 'setup.py', 'Pipfile', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'build.sc', 'build.mill', 'project.scala'];
const declares = (name: string): boolean => declaring.includes(name) || isSbt(name);
/** sbt takes every text in its folder that ends so, whatever its name. */
const isSbt = (name: string): boolean => name.endsWith('.sbt');
/** Texts in which builds name versions that they use elsewhere. */
const namesVersions = ['gradle.properties', 'build.gradle', 'build.gradle.kts'];

/** sbt's own definitions stand in a folder beside its build. */
const definitionsOf = (files: ProjectFiles, folder: string): string[] =>
  (files.isFolder(joinPath(folder, 'project')) ? files.list(joinPath(folder, 'project')).filter((name) => name.endsWith('.scala')).sort(byPath).map((name) => `project/${name}`) : []);

const buildAround = (files: ProjectFiles, folder: string, file: string): string =>
  [...files.list(folder).filter(isSbt).sort(byPath), ...namesVersions, ...definitionsOf(files, folder)].map((name) => joinPath(folder, name)).filter((path) => path !== file && files.exists(path)).map((path) => files.read(path) ?? '').join('\n');

function candidates(files: ProjectFiles, folder: string): string[] {
  const listed = files.list(folder).sort(byPath);
  const required = listed.filter((name) => requirements.test(name)).sort((a, b) => a.length - b.length || byPath(a, b));
  const inEnvironments = listed.filter((name) => environments.test(name));
  const nested = files.isFolder(joinPath(folder, 'requirements')) ? files.list(joinPath(folder, 'requirements')).filter((name) => name.endsWith('.txt')).sort(byPath).map((name) => `requirements/${name}`) : [];
  return [...listed.filter(isSbt), ...declaring.filter((name) => listed.includes(name)), ...definitionsOf(files, folder), ...required, ...nested, ...inEnvironments];
}

/** The requirement on Spark as written (`==3.5.1`, `>=3.3,<4`), by the kind of file that holds it; `around`: the rest of its build. */
export function pinnedIn(name: string, text: string, around = (): string => ''): string | undefined {
  if (!/spark/i.test(text)) return undefined;
  if (name === 'pyproject.toml') return inPyproject(text);
  if (name === 'Pipfile') return inPipfile(text);
  if (isSbt(name) || name.startsWith('project/')) return inSbt(text, around);
  if (/^build\.(gradle|sc|mill)/.test(name)) return inCoordinates(text, around);
  if (isScala(name)) return inCoordinates(text.match(/^\/\/> using .*$/gm)?.join('\n') ?? '');
  if (name === 'pom.xml') return inPom(text);
  if (/\.ya?ml$/.test(name)) return requirementIn(text.replace(/^\s*-\s*["']?/gm, '').replace(/["']\s*$/gm, ''), /^/);
  if (name === 'setup.py') return requirementIn(text, /["']/);
  // In an `.ini` an extra may stand on one line: `test = pytest; pyspark==3.5.1`.
  if (name === 'setup.cfg') return requirementIn(text.replace(/#.*/g, '').replaceAll(';', '\n'), /^[ \t]*(?:\w[\w.-]*[ \t]*=[ \t]*)?/);
  return requirementIn(text, /^\s*/);
}

/** `pyspark[sql]==3.5.1 ; python_version > "3.8"  # why`, at the start of a line or after a quote. */
function requirementIn(text: string, before: RegExp): string | undefined {
  const pattern = new RegExp(`${before.source}pyspark(?:\\[[^\\]]*\\])?[ \\t]*\\(?((?:===?|=|>=|<=|!=|~=|>|<)[^;#"'\\n\\r\\\\)]*)`, 'im');
  return pattern.exec(text)?.[1]?.trim();
}

type Table = Record<string, unknown>;
const asTable = (value: unknown): Table => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {});

function parsed(text: string): Table {
  try {
    return parse(text.replace(/^\uFEFF/, '')) as Table;
  } catch {
    return {};
  }
}

function inPyproject(text: string): string | undefined {
  const document = parsed(text);
  const project = asTable(document.project);
  const tool = asTable(document.tool);
  const poetry = asTable(tool.poetry);
  const lists = [project.dependencies, ...Object.values(asTable(project['optional-dependencies'])), ...Object.values(asTable(document['dependency-groups'])), ...Object.values(asTable(asTable(tool.pdm)['dev-dependencies'])), asTable(tool.uv)['dev-dependencies']];
  for (const list of lists) {
    for (const item of Array.isArray(list) ? list : []) {
      const found = typeof item === 'string' ? requirementIn(item, /^\s*/) : undefined;
      if (found !== undefined) return found;
    }
  }
  const groups = Object.values(asTable(poetry.group)).map((group) => asTable(group).dependencies);
  for (const table of [poetry.dependencies, poetry['dev-dependencies'], ...groups]) {
    const found = versionOf(asTable(table).pyspark);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inPipfile(text: string): string | undefined {
  const document = parsed(text);
  return versionOf(asTable(document.packages).pyspark) ?? versionOf(asTable(document['dev-packages']).pyspark);
}

/** `"^3.4"`, `{ version = "^3.4", optional = true }`, or the release of a file: `{ url = "https://…/pyspark-3.2.0-py2.py3-none-any.whl" }`. */
function versionOf(value: unknown): string | undefined {
  const { url, version: given } = asTable(value);
  const version = typeof value === 'string' ? value : given ?? /\/pyspark-(\d+(?:\.\d+)+)[-.][^/]*$/.exec(typeof url === 'string' ? url : '')?.[1];
  return typeof version === 'string' && version !== '*' ? version : undefined;
}
