/**
 * Which Spark reads a project's settings, where no build pins one: by the images that it starts, what it downloads, and
 * where that lies. Settings are read by what is installed; code is compiled against what its build says.
 */
import { sparkOfRelease } from '../knowledge/distributions.ts';
import { ageOf, compareVersions, defaultTargets, lineOf, lines, newestKnown } from '../rule/targets.ts';
import { type ProjectFiles } from './files.ts';
import { mostScripts, pathsWhere, perRevision, perText } from './kept.ts';
import { byPath, folderOf, joinPath, nameOf } from './paths.ts';
import { type VersionRange, versionRange } from './versions.ts';

export interface Installed {
  readonly range: VersionRange;
  readonly file: string;
  readonly likely?: boolean;
}

export interface InstalledSpark {
  /** Which Spark a text names that reads it. */
  ownOf(path: string): Installed | undefined;
  /** What else in a text speaks of Spark 1 or 2, or of the release of a service or distribution, which the rest of the project may name, too: it counts where nothing names a release of Spark. */
  marksOf(path: string): Installed | undefined;
  /** What the texts of a folder install. */
  inFolder(folder: string): Installed | undefined;
  /** The one Java that is installed where a Spark is: a guess, since others may be meant by it. */
  java(): number | undefined;
  /** Some text of the project, its README too, names another line of releases than these. */
  contradicts(range: VersionRange): boolean;
  /** What the release of a service or distribution brings that the project names, if it lies in the range: likely. */
  released(range: VersionRange): Installed | undefined;
  /** What the whole project installs, or pins: somewhere else, so that it is likely at most. */
  anywhere(): Installed | undefined;
  /** The text is one of Python 2, which PySpark runs on up to 3.0: likely. */
  ofPython2(path: string): Installed | undefined;
  /** The oldest that the project pins somewhere, or that a release of a service brings which it names, where that is older than what is taken for possible: likely. */
  olderThanUsual(): Installed | undefined;
  /** One of several that are installed, or an old one that guides, notebooks, data or notes in Dockerfiles speak of, up to the newest where they speak of new ones, too: likely. */
  mentioned(): Installed | undefined;
  /** From which one on the defaults in the same folder may be, where their keys are those of an old Spark: likely. */
  defaultsBeside(path: string): Installed | undefined;
}

const version = String.raw`v?(\d+\.\d+(?:\.\d+)?)`;
const installs: readonly RegExp[] = [
  new RegExp(String.raw`\bSPARK_VERSION(?::-|["']?[ \t]*[:=]?[ \t]*["']?)${version}`, 'g'),
  /(?<![\w-])spark-(\d+\.\d+\.\d+)(?=-bin-|[\/"'\s])/g,
  // Images that are tagged with the Spark in them; others have a release of their own.
  new RegExp(String.raw`(?:^|[\s"'=/])(?:(?:bitnami|bitnamilegacy|apache|bde2020|jupyter|tabulario|gettyimages|datamechanics|spark-operator)/[\w-]*spark(?!-operator)[\w-]*|(?<!/)spark):(?:spark-)?${version}`, 'gm'),
];
/** Packages, images and folders of Java, by what they are called; `1.8` is 8. */
const javas = /\b(?:openjdk|temurin|corretto|zulu|java)[:-](?:1\.)?(\d{1,2})\b|-java(\d{1,2})(?=-)/gi;
/** `print "x"`, `except IOError, e:`, and modules that Python 3 calls otherwise. */
const python2 = /^[ \t]*(?:print[ \t]+["'][^\n]*|except\s+[\w.]+\s*,\s*\w+\s*:|(?:from|import)\s+(?:ConfigParser|urllib2|urlparse|cStringIO|StringIO|Queue|cPickle|httplib)\b)/m;
/** Images of EMR for Spark: those of EMR 7 come with Java 17. */
const ofEmr7 = /\bspark\/emr-7\.\d/;
/** Whatever the release: builds for Scala 2.10 and 2.11 end with Spark 2, as do the names under which distributions had it beside Spark 1. */
const ofSpark2 = /[\w-]_2\.1[01](?=[:.-])|\/spark2(?:x|-[a-z]+)?(?=[/\s:"',]|$)|\bspark2-submit\b/m;
/** The last one for Scala 2.10 is 2.2. */
const ofSpark1 = /[\w-]_2\.10(?=[:.-])/;
/** Before 2.0 Spark lay in one jar, with its examples in another beside it; since then `lib` is called `jars`. */
const inOneJar = /(?<![\w-])spark-assembly(?:-1\.\d\.\d[\w.-]*)?\.jar|\bspark[\w.-]*\/lib\/spark-examples\b/;
/** Hortonworks ended with HDP 3, which brings 2.3. */
const ofHdp = /(?:\/usr\/hdp\/|(?:\b|-D)hdp\.version=["']?)([23])\.\d+\.\d/;
const ofSpark3 = /[\w-]_2\.1[23](?=[:.-])|\/spark3(?:-[a-z]+)?(?=[/\s:"',]|$)|\bspark3-submit\b/m;
/** Variables of Ansible: `spark_version: "1.6.1-bin-without-hadoop"`. A release of Databricks ends with `.x`. */
const ofAnsible = /^[ \t]*(?:apache_)?spark_version[ \t]*:[ \t]*["']?([1-4]\.\d+(?:\.\d+)?)(?![.\w])/gm;
/** Where roles and playbooks of Ansible say what they install. */
const inAnsible = /(?:^|\/)(?:(?:defaults|vars|tasks)\/(?:[\w.-]+\/)?[\w.-]+\.ya?ml|(?:group|host)_vars\/(?:[\w.-]+\/)?[\w.-]+)$/;
const roleFolders = ['defaults', 'vars', 'tasks'];
/** What else may name the release of a service or a distribution. */
const withReleases = /\.(?:ya?ml|json|tf|tfvars)$/;
const installing = /(^|\.)dockerfile|^(docker-)?compose[\w.-]*\.ya?ml$|\.(sh|bash|env)$|^(makefile|justfile|\.env)/i;

/** `Spark 1.4.1`, `spark-2.3.1-bin-2.7.3`, `spark-2.4.3-client`. */
const spokenOf = /(?<![\w-])spark[-_ /](?:v|version[ :=]{1,3})?(\d\.\d+(?:\.\d+)?)(?!\.?\d)/gi;
const isDockerfile = /dockerfile/i;
const defaults = /^spark-defaults[\w.-]*\.conf$/;
const keyOnLine = /^[ \t]*(spark\.[\w.-]+)/gm;
const copied = /^[ \t]*(?:COPY|ADD)[ \t]+(?:--\S+[ \t]+)*(\S+)/gim;

/** A file that may say which Spark is installed. */
export const mayInstall = (path: string): boolean => inAnsible.test(path) || withReleases.test(path) || installing.test(nameOf(path)) || isReadme(path);
const isReadme = (path: string): boolean => /^readme/i.test(nameOf(path));

/** `pins`: what a file that declares dependencies requires; undefined: it is none. */
export function installedSpark(files: ProjectFiles, pins: (path: string) => VersionRange | undefined): InstalledSpark {
  const named = perText(files, (text, path) => versionsIn(text, inAnsible.test(path)));
  const released = perText(files, (text) => [...new Set(sparkOfRelease(live(text)))]);
  const copies = perText(files, (text) => [...live(text).matchAll(copied)].map((match) => nameOf(match[1]!)));
  const talking = pathsWhere(files, (path) => installing.test(nameOf(path)) || isReadme(path));
  const texts = (): readonly string[] => talking().slice(0, mostScripts);
  const playbooks = pathsWhere(files, (path) => inAnsible.test(path));
  const releasing = pathsWhere(files, (path) => inAnsible.test(path) || withReleases.test(path) || installing.test(nameOf(path)));
  const speaking = pathsWhere(files, (path) => path.endsWith('.ipynb') || isReadme(path) || withReleases.test(path) || isDockerfile.test(nameOf(path)));
  const spoken = perText(files, (text) => [...new Set([...text.matchAll(spokenOf)].map((match) => match[1]!).concat(sparkOfRelease(text)))].filter((each) => lines.includes(lineOf(each)) || compareVersions(each, lines[0]!) < 0));
  const marked = perText(files, marksIn);
  const aged = perText(files, (text) => ageOf([...text.matchAll(keyOnLine)].map((match) => match[1]!)));
  let at = -1;
  let everywhere: Installed | undefined;
  let byRelease: Installed | undefined;
  let java: number | undefined;
  // What imports one or the other name runs on both; a statement of old in a text with calls of `print` is told, not run.
  const isPython2 = perText(files, (text) => python2.test(text) && !/\bexcept\s+\(?(?:ImportError|ModuleNotFoundError)\b|\bprint\(/.test(text));
  const oldOne = perRevision(files, mentioned);
  const oldest = perRevision(files, olderThanUsual);
  const javasOf = perText(files, (text, path) => [...(named(path)?.length ? [...live(text).matchAll(javas)] : []).map((match) => Number(match[1] ?? match[2])).filter((each) => each >= 8), ...(ofEmr7.test(text) ? [17] : [])]);
  /** What is looked for in all files is looked for once. */
  const settle = (): void => {
    if (at === files.revision) return;
    at = files.revision;
    const installers = texts().filter((path) => installing.test(nameOf(path)));
    const there = together(installers.some((path) => named(path)?.length) ? installers : playbooks().slice(0, mostScripts));
    everywhere = there ? { ...there, likely: true } : pinned();
    byRelease = there ? undefined : together(releasing().slice(0, mostScripts), released);
    const [only, ...others] = new Set(installers.flatMap((path) => javasOf(path) ?? []));
    java = others.length === 0 ? only : undefined;
  };
  return {
    ownOf: (path) => agreed(path, named(path) ?? []) ?? copying(path),
    marksOf(path) {
      const range = marked(path);
      if (range) return { range, file: path, likely: true };
      settle();
      const found = agreed(path, released(path) ?? []) ?? byRelease;
      return found && { ...found, likely: true };
    },
    inFolder: (folder) => together(files.list(folder).filter((name) => installing.test(name)).map((name) => joinPath(folder, name))) ?? inRole(folder),
    java() {
      settle();
      return java;
    },
    contradicts({ from, to }) {
      settle();
      return texts().some((path) => named(path)?.some((each) => compareVersions(lineOf(each), lineOf(from)) < 0 || compareVersions(lineOf(each), lineOf(to)) > 0));
    },
    released({ from, to }) {
      settle();
      return byRelease && compareVersions(byRelease.range.from, lineOf(from)) >= 0 && compareVersions(byRelease.range.to, lineOf(to)) <= 0 ? { ...byRelease, likely: true } : undefined;
    },
    anywhere() {
      settle();
      return everywhere;
    },
    ofPython2: (path) => (path.endsWith('.py') && isPython2(path) ? { file: path, range: { from: lines[0]!, to: '3.0' }, likely: true } : undefined),
    olderThanUsual: oldest,
    mentioned: oldOne,
    defaultsBeside(path) {
      const folder = folderOf(path);
      const file = files.list(folder).filter((name) => defaults.test(name)).map((name) => joinPath(folder, name)).sort(byPath).find((each) => aged(each));
      return file === undefined ? undefined : { file, range: { from: aged(file)!, to: newestKnown }, likely: true };
    },
  };

  /** By files that lie elsewhere: of several, from the oldest that one requires to the newest. */
  function pinned(): Installed | undefined {
    const found = files.all().flatMap((file) => {
      const range = pins(file);
      return range ? [{ file, range }] : [];
    });
    const oldest = found.toSorted((a, b) => compareVersions(a.range.from, b.range.from))[0];
    const newest = found.toSorted((a, b) => compareVersions(b.range.to, a.range.to))[0];
    return oldest && newest && { file: oldest.file, range: { from: oldest.range.from, to: newest.range.to }, likely: true };
  }

  function olderThanUsual(): Installed | undefined {
    const brought = releasing().slice(0, mostScripts).flatMap((file) => (released(file) ?? []).map((line) => ({ file, from: line })));
    const required = pinned();
    const [first] = [...brought, ...(required ? [{ file: required.file, from: required.range.from }] : [])].sort((a, b) => compareVersions(a.from, b.from));
    return first && compareVersions(first.from, defaultTargets.from) < 0 ? { file: first.file, range: { from: first.from, to: newestKnown }, likely: true } : undefined;
  }

  /** By what is installed, where that is several Sparks, and by what guides, notebooks and data say, where that is an old one: it may be that one which is there. */
  function mentioned(): Installed | undefined {
    const ofFiles = (paths: readonly string[], of: (path: string) => readonly string[] | undefined): { readonly file: string; readonly version: string }[] => paths.slice(0, mostScripts).flatMap((file) => (of(file) ?? []).map((version) => ({ file, version })));
    const said = ofFiles(speaking(), spoken);
    const found = [...ofFiles(texts().filter((path) => installing.test(nameOf(path))), named), ...said].sort((a, b) => compareVersions(a.version, b.version));
    const [oldest, newest] = [found[0], found.at(-1)];
    if (!oldest || !newest || said.length > 0 && compareVersions(oldest.version, defaultTargets.from) >= 0) return undefined;
    return { file: oldest.file, range: { from: oldest.version, to: said.length === 0 || compareVersions(newest.version, '3.0') < 0 ? newest.version : newestKnown }, likely: true };
  }

  /** A Dockerfile that copies a file says which Spark it is for, wherever the two lie. */
  function copying(path: string): Installed | undefined {
    return together(texts().filter((each) => isDockerfile.test(nameOf(each)) && copies(each)?.includes(nameOf(path))));
  }

  /** What a role of Ansible installs is for what lies in it: the inventory may choose another release. */
  function inRole(folder: string): Installed | undefined {
    const own = roleFolders.map((name) => joinPath(folder, name)).filter(files.isFolder);
    const there = together(own.flatMap((each) => files.list(each).filter((name) => /\.ya?ml$/.test(name)).sort(byPath).map((name) => joinPath(each, name))));
    return there && { ...there, likely: true };
  }

  function together(paths: readonly string[], of = named): Installed | undefined {
    const found = paths.filter((path) => (of(path)?.length ?? 0) > 0);
    return agreed(found[0], found.flatMap((path) => of(path)!));
  }
}

/** Signs of an old Spark, of which the narrowest counts. */
function marksIn(text: string): VersionRange | undefined {
  if (ofSpark3.test(text)) return undefined;
  const shown = live(text);
  if (inOneJar.test(shown)) return { from: '1.0', to: '1.6' };
  if (ofSpark1.test(text)) return { from: '1.0', to: '2.2' };
  if (ofSpark2.test(text)) return { from: '2.0', to: '2.4' };
  const [, hdp] = ofHdp.exec(shown) ?? [];
  return hdp === undefined ? undefined : hdp === '3' ? { from: '2.3', to: '2.3' } : { from: '1.2', to: '2.3' };
}

/** Without comments, and what is only said: `echo "for example spark-2.3.1/…"`. */
const live = (text: string): string => text.replace(/^[ \t]*(?:#|\/\/|echo\b(?![^\n]*>)).*$/gm, '');

const versionsIn = (text: string, forAnsible: boolean): string[] => (/spark/i.test(text) ? [...new Set([...installs, ...(forAnsible ? [ofAnsible] : [])].flatMap((pattern) => [...live(text).matchAll(pattern)].map((match) => match[1]!)))] : []);

/** Of one line of releases; of several nobody says which counts. */
function agreed(file: string | undefined, versions: readonly string[]): Installed | undefined {
  const lines = new Set(versions.map(lineOf));
  if (file === undefined || lines.size !== 1) return undefined;
  const range = versionRange(versions.length === 1 ? versions[0]! : lineOf(versions[0]!));
  return range && { range, file };
}
