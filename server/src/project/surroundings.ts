/** What is known of where and how a file runs, learned from the project's texts. */
import type { SparkProgram } from '../analysis/model.ts';
import { isForShell } from '../analysis/shells.ts';
import { profilesFor } from '../lint/settings.ts';
import { forEachImport } from '../program/expressions.ts';
import { remembered } from '../rule/queries.ts';
import type { Surroundings } from '../rule/rule.ts';
import { cellsOfDatabricks, isWorkedInCells } from '../syntax/source.ts';
import type { ProjectFiles } from './files.ts';
import type { ImportGraph } from './import-graph.ts';
import { mostScripts, pathsWhere, perRevision, perText, someFile } from './kept.ts';
import { folderOf, foldersAbove, isCodeFile, isScala, joinPath, nameOf } from './paths.ts';
import type { ScalaPackages } from './scala-packages.ts';
import type { Launch, ProjectSettings } from './settings.ts';

type FileKind = Surroundings['fileKind'];

/** What the texts of the whole project say, gathered once and kept per text. */
export interface ProjectFacts {
  /** Some file that is no test starts a job. */
  hasEntryPoint(): boolean;
  /**
   * How the project's scripts and guides, and what it says of itself, start a file: by its name, or the class in it. A
   * module that none of them names runs as what imports it does.
   */
  startedBy(path: string): ReadonlySet<Command['by']>;
  /** The submit commands for a file, or a class in it: the class, and the master that they name, as written. */
  submitsOf(path: string): readonly { readonly main?: string | undefined; readonly master?: string | undefined; readonly jars?: string | undefined }[];
  /** What the builds of the JVM above a file make of it: something for spark-submit, which brings Spark along, or what runs by itself; undefined: no build of Spark in sight. */
  builtFor(path: string): 'submit' | 'itself' | undefined;
  /** A script gives a file of this name to `--properties-file`. */
  givenAsProperties(name: string): boolean;
  /** Some file says that Databricks runs the project. */
  forDatabricks(): boolean;
  /** A file for Docker Compose starts a cluster of Spark. */
  isComposed(): boolean;
  /** Some file that is no test, `among` those whose paths are such, speaks of this outside its comments, or there are too many to look. */
  mentions(what: RegExp, among?: RegExp): boolean;
  /** Some program that is no test gives a key a value; `path`: that one does. */
  setInCode(key: string, path?: string): boolean;
  /** A test, by its path or its text. */
  isTest(path: string): boolean;
  readonly confFiles: readonly string[];
}

/** By its path, or by the framework for tests or benchmarks that it imports. */
export const isTestFile = (path: string, text: string | undefined): boolean => isTestPath(path) || text !== undefined && (benchmark.test(path) && timing.test(text) || (path.endsWith('.py') ? steps.test(text) || suite.test(text) || cases.test(text) || functions.test(text) : isScala(path) && testFramework.test(text)));
const isTestPath = (path: string): boolean => (isScala(path) ? testBase.test(path) || !inMain.test(path) && (testPath.test(path) || scalaTest.test(path)) : testPath.test(path));
const inMain = /(^|\/)src\/main\//;
/** What tests of other modules extend has to stand among what is published. */
const testBase = /Test(Base|Suite)\.scala$/;
/** By its name, and by the clock that it asks: what it does twice it measures. */
const benchmark = /(?:^|[\/_-])bench(?:mark(?:s|ing)?)?[\/_.-]/i;
const timing = /\b(?:time\.(?:time|monotonic|perf_counter)|perf_counter|timeit|timer|nanoTime|currentTimeMillis)\b/;
/** What only the steps of tests import. */
const steps = /^[ \t]*(?:from|import)\s+(?:behave|pytest_bdd)\b/m;
/** A class of a notebook that looks at what other notebooks made. */
const suite = /^class\s+\w*Test(?:Suite|Case)\b[^\n]*:(?=[^]*^[ \t]+(?:def\s+_*assert|assert\b))/m;
/** `class Loads(unittest.TestCase)`, with a test in it. */
const cases = /^class\s+\w+\([^)\n]*\bTestCase\b[^)\n]*\)\s*:(?=[^]*^[ \t]+def test)/m;
/** Several functions that pytest would find, and what they assert, whatever the file is called. */
const functions = /^def test_\w+\([^)]*\)[^\n]*:(?=[^]*^[ \t]+assert\b)(?=[^]*^def test_)/m;
/** What stands above the cells of a notebook that was saved as a script: `# In[3]:`. */
const exported = /^# In\s?\[[\d ]*\]:?\s*$[^]*^# In\s?\[[\d ]*\]:?\s*$/m;
/** By the customs of ScalaTest, specs2 and JUnit: `Latest.scala` is none. */
const scalaTest = /(Test|Tests|TestCase|Spec|Specs|Suite|IT|TestBase|SuiteBase)\.scala$/;
const testFramework = /^[ \t]*import\s+(?:org\.(?:scalatest|specs2|scalacheck|junit|openjdk\.jmh)|munit|utest|zio\.test|com\.holdenkarau\.spark\.testing)\b/m;
/** By the customs of pytest, unittest, behave, and of notebooks that test. */
const testPath = /(^|\/)((unit|integration|functional|e2e)?tests?\/|(?!ab[-_])[^/]*[-_]tests?\/|test[-_][^/]*\.(py|ipynb)$|gtest[-_][^/]*\.(json|ya?ml)$|[^/]*[-_]tests?([-_]suite)?\.(py|ipynb)$|tests\.py$|src\/(it|multi-jvm)\/|conftest\.py$|features\/(steps\/|environment\.py$))/i;
const scalaEntry = /\bextends\s+App\b|\bdef\s+main\s*\(|@main\b|SparkSession\s*\.\s*builder|new\s+SparkContext\b/;
const entryPoint = /__name__\s*==|SparkSession\s*(\\\s*)?\.\s*builder|SparkContext\s*\(|\.getOrCreate\s*\(/;
/** What only stands in texts that Databricks is meant to read or run. */
const databricks = /\bdbutils\b|(?:#|\/\/) Databricks notebook source|\bspark\.databricks\.(?!delta\.)|^\s*(?:import|from)\s+(?:databricks\b(?!\.koalas|\s+import\s+koalas)|dlt\b|com\.databricks\.(?!spark\.))|["'](?:dbfs:)?\/dbfs\/|["']dbfs:\/|\bDATABRICKS_(?:HOST|TOKEN|RUNTIME_VERSION)\b/m;
const composeName = /^(docker-)?compose[\w.-]*\.ya?ml$/;
const composedCluster = /deploy\.(master\.Master|worker\.Worker)|\bSPARK_MODE\b|\bstart-(master|worker|slave)\.sh|\bspark-master\b/;
const databricksText = /\.(py|ipynb|conf|scala)$/;
const bundleName = /^databricks\.ya?ml$/;
const scriptName = /\.(sh|bash|[dD]ockerfile)$|^(Makefile|makefile|Dockerfile.*|docker-compose.*\.ya?ml|justfile|Procfile|README(\.\w+)?)$/;
/** Texts that tell people which commands to type. */
const guideName = /\.(md|rst)$/i;
/** Texts in which settings may stand. */
const settingsText = /\.(scala|sc|java|kt|py|ipynb|conf|properties|ya?ml|json|toml|xml|sbt|gradle|kts|cfg|ini|env|template|j2|tf)$/;
/** `.config("spark.x", 4)`, `{"spark.x": 4}`, `"spark.x" -> 4`: not what is asked for, with a default. */
const givenValue = /(?<!\bget\w*\(\s*)["'](spark\.[\w.-]+)["']\s*(?:,|:(?!:)|->)/g;
/** A file by whose text something may be told of others. */
export const mayTell = (path: string): boolean => settingsText.test(path) || [scriptName, guideName, buildName].some((names) => names.test(nameOf(path)));
/** Of more than these nobody says that none speaks of something. */
const mostTexts = 5_000;
const buildName = /^([\w.-]+\.sbt|pom\.xml|build\.gradle(\.kts)?|build\.(sc|mill)|project\.scala)$/;
/** What says which commands a package of Python brings. */
const packagingName = /^(pyproject\.toml|setup\.(py|cfg))$/;
/** Spark is there where the program runs, or all else is put into its jar. */
const forSubmit = /\bprovided\b|\bcompileOnly\b|assembly|shadow|shade/i;
/** Spark reads it from its configuration folder where no other is named. */
export const defaultsFileName = 'spark-defaults.conf';

export function projectFacts(files: ProjectFiles, packages: Pick<ScalaPackages, 'definedIn'>, importersOf: ImportGraph['importersOf']): ProjectFacts {
  const mentioning = new Map<string, () => boolean>();
  const starts = perText(files, (text, path) => (isScala(path) ? scalaEntry.test(text) : entryPoint.test(text) && !steps.test(text)));
  const commands = perText(files, commandsIn);
  const properties = perText(files, propertiesFilesIn);
  const speaksOfDatabricks = perText(files, (text, path) => databricks.test(text) || isCodeFile(path) && !path.endsWith('.ipynb') && cellsOfDatabricks(text, isScala(path) ? 'scala' : 'python') !== undefined);
  const isTestText = perText(files, (text, path) => isTestFile(path, text));
  const isTest = (path: string): boolean => isTestText(path) ?? isTestFile(path, undefined);
  const composesCluster = perText(files, (text) => composedCluster.test(text));
  const isForDatabricks = (path: string): boolean => bundleName.test(nameOf(path)) || speaksOfDatabricks(path) === true;
  const named = pathsWhere(files, (path) => scriptName.test(nameOf(path)));
  const guides = pathsWhere(files, (path) => guideName.test(nameOf(path)) && !scriptName.test(nameOf(path)));
  const scripts = (): readonly string[] => named().slice(0, mostScripts);
  const packagings = pathsWhere(files, (path) => packagingName.test(nameOf(path)));
  const modulesStarted = perText(files, entryPointsIn);
  const entryPoints = perRevision(files, () => new Set(packagings().slice(0, mostScripts).flatMap((path) => (modulesStarted(path) ?? []).flatMap((module) => placesOf(folderOf(path), module).filter(files.exists)))));
  const commandsOfTexts = perRevision(files, () => [...named(), ...guides()].slice(0, mostScripts).flatMap((path) => commands(path) ?? []));
  const starting = (path: string): Command[] => [...commandsOfTexts(), ...commands(path) ?? []].filter(({ file, main }) => (main === undefined ? file !== undefined && mayBe(path, file) : packages.definedIn(path, main) === path));
  /** By its name; where what is written leads to other files of the project, it is one of those. */
  const mayBe = (path: string, written: string): boolean => nameOf(written) === nameOf(path) && (!written.includes('/') || (path === written || path.endsWith(`/${written}`)) || files.endingWith(written).length === 0);
  const waysKept = perRevision(files, () => remembered((path: string): ReadonlySet<Command['by']> => new Set([...starting(path).map(({ by }) => by), ...(entryPoints().has(path) ? ['python' as const] : [])])));
  const waysOf = (path: string): ReadonlySet<Command['by']> => waysKept()(path);

  /** What is imported by a program that nobody is seen to start may be submitted, too: then only what Python starts is told. */
  function waysOfImporters(path: string): ReadonlySet<Command['by']> {
    const found = new Set<Command['by']>();
    const met = new Set([path]);
    let isAllTold = true;
    for (const each of met) {
      const ways = each === path ? [] : [...waysOf(each)];
      for (const way of ways) found.add(way);
      if (ways.length > 0) continue;
      const importers = importersOf(each).filter((other) => !isTest(other));
      isAllTold &&= importers.length > 0;
      for (const other of importers) met.add(other);
    }
    return isAllTold || !found.has('spark-submit') ? found : new Set();
  }

  const startsSomewhere = someFile(files, (path) => isCodeFile(path) && !isTestPath(path), (path) => path.endsWith('.ipynb') || starts(path) === true);
  const hasSettings = (path: string): boolean => (settingsText.test(path) || scriptName.test(nameOf(path))) && !isTestPath(path);
  const withSettings = pathsWhere(files, hasSettings);
  const keysSet = perText(files, (text): ReadonlySet<string> => new Set(text.includes('spark.') ? [...withoutComments(text).matchAll(givenValue)].map(([, key]) => key!) : []));
  const settingInCode = remembered((key: string) => someFile(files, (path) => isCodeFile(path) && !isTestPath(path), (path) => keysSet(path)?.has(key) === true));
  const composes = pathsWhere(files, (path) => composeName.test(nameOf(path)));
  return {
    hasEntryPoint: () => files.truncated || startsSomewhere(),
    startedBy: (path) => {
      const ways = waysOf(path);
      return ways.size > 0 || !path.endsWith('.py') ? ways : waysOfImporters(path);
    },
    submitsOf: (path) => starting(path).filter(({ by }) => by === 'spark-submit'),
    builtFor: (path) => {
      const texts = foldersAbove(path).flatMap((folder) => files.list(folder).filter((name) => buildName.test(name)).map((name) => joinPath(folder, name)).concat(['project/Dependencies.scala', 'project/plugins.sbt', 'project/assembly.sbt'].map((name) => joinPath(folder, name)).filter(files.exists))).map((file) => files.read(file) ?? '');
      if (!texts.some((text) => /spark/i.test(text))) return undefined;
      return texts.some((text) => forSubmit.test(text)) ? 'submit' : 'itself';
    },
    mentions: (what, among) => {
      const asked = `${what.source} ${among?.source ?? ''}`;
      const known = mentioning.get(asked);
      if (known) return known();
      const speaks = perText(files, (text) => what.test(withoutComments(text)));
      const isSaid = someFile(files, (path) => hasSettings(path) && among?.test(path) !== false, (path) => speaks(path) === true);
      const answer = (): boolean => files.truncated || withSettings().length > mostTexts || isSaid();
      mentioning.set(asked, answer);
      return answer();
    },
    setInCode: (key, path) => (path === undefined ? settingInCode(key)() : keysSet(path)?.has(key) === true),
    isTest,
    isComposed: () => composes().some((path) => composesCluster(path) === true),
    forDatabricks: someFile(files, (path) => bundleName.test(nameOf(path)) || databricksText.test(path), isForDatabricks),
    givenAsProperties: (name) => scripts().some((path) => properties(path)?.includes(name)),
    get confFiles() {
      return files.endingWith(defaultsFileName);
    },
  };
}

/** Without the lines that are comments, whatever the language. */
export const withoutComments = (text: string): string => text.replace(/^[ \t]*(#|\/\/).*$/gm, '');

export function fileKindOf(files: ProjectFiles, facts: ProjectFacts, path: string, settings: ProjectSettings, program?: SparkProgram): FileKind {
  const said = profilesFor(settings, path).findLast((profile) => profile.kind)?.kind;
  if (said) return said;
  if (isTestFile(path, program?.lowered.text)) return 'test';
  if (path.endsWith('.ipynb') || program && (isWorkedInCells(program.lowered) || exported.test(program.lowered.text))) return 'notebook';
  if (isScala(path) && !program?.entryPoint) return program && isForShell(program.lowered) || facts.hasEntryPoint() ? 'job' : 'library';
  if (program?.entryPoint || !path.endsWith('.py')) return 'job';
  // A script or a pasted snippet is a job: only a file of a package can belong to a library.
  return files.exists(joinPath(folderOf(path), '__init__.py')) && !facts.hasEntryPoint() ? 'library' : 'job';
}

/**
 * How the file is started: said in the settings, or the submit command of the project that names it. Where commands
 * differ, unknown.
 */
export function launchOf(facts: ProjectFacts, path: string, settings: ProjectSettings, program?: SparkProgram): Launch | undefined {
  if (settings.launch) return settings.launch;
  if (program?.lowered.notebook && /^\uFEFF?(?:#|\/\/) Databricks/.test(program.lowered.text)) return 'databricks';
  if (path.endsWith('.ipynb') || program && isWorkedInCells(program.lowered)) return 'notebook';
  const [how, ...others] = facts.startedBy(path);
  return others.length > 0 ? undefined : how ?? (program && (importsServer(program) || setsHomes(program)) ? 'python' : undefined);
}

/**
 * What answers requests or shows pages is started by Python's own means (`streamlit run`, `uvicorn`), as long as nothing
 * says otherwise; and only there it takes `findspark` to find Spark.
 */
function importsServer({ lowered }: SparkProgram): boolean {
  let found = false;
  forEachImport(lowered.module.body, ({ level, module }) => void (found ||= level === 0 && servers.test(module)));
  return found;
}
const servers = /^(streamlit|flask|fastapi|gradio|dash|uvicorn|findspark)(\.|$)/;

/** Where Spark and Java are is only told to the JVM that Python starts: spark-submit has found both. */
const setsHomes = ({ lowered }: SparkProgram): boolean => lowered.language === 'python' && homes.test(withoutComments(lowered.text));
const homes = /\bos\.environ(?:\[["'](?:SPARK|JAVA)_HOME["']\]\s*=(?!=)|\.setdefault\(\s*["'](?:SPARK|JAVA)_HOME["'])/;

/** Names of the files that a script gives to `--properties-file`; comment lines do not count. */
export const propertiesFilesIn = (text: string): string[] =>
  [...text.replace(/^\s*#.*$/gm, '').matchAll(/--properties-file["']?(?:\s*[=,]\s*|\s+)(?:\\\r?\n\s*)?["']?([^\s"',;]+)/g)].map(([, path]) => nameOf(path!));

interface Command {
  readonly by: 'spark-submit' | 'python';
  /** The path of the Python file that it starts, as written, from its first plain folder on; or the class. */
  readonly file?: string;
  readonly main?: string;
  /** The `--master` that it names, as written. */
  readonly master?: string | undefined;
  /** What `--jars` is given, as written. */
  readonly jars?: string | undefined;
}

/** `[project.scripts]`, `console_scripts`: the modules whose functions commands of a package start in Python. */
export const entryPointsIn = (text: string): string[] =>
  [...text.matchAll(/^\[(?:project|tool\.poetry)\.scripts\][ \t]*\r?\n([^]*?)(?=^\[|(?![^]))|\bconsole_scripts["']?\s*[=:](\s*\[[^\]]{0,5000}\]|(?:\s+[\w.-]+\s*=\s*[\w.]+:[\w.]+)+)/gm)]
    .flatMap(([, table, list]) => [...(table ?? list!).matchAll(/=\s*["']?([A-Za-z_][\w.]*):[A-Za-z_]/g)])
    .map(([, module]) => module!);

/** Where a module of a package lies whose build stands in a folder. */
function placesOf(folder: string, module: string): string[] {
  const name = module.replaceAll('.', '/');
  return ['', 'src'].flatMap((root) => [`${name}.py`, `${name}/__init__.py`].map((file) => joinPath(joinPath(folder, root), file)));
}

/** The commands in a script, continuation lines joined, with the Python files and the classes they start. */
export function commandsIn(text: string): Command[] {
  if (!/\.py|--class|\bpython[\d.]*\s+-m\s/.test(text)) return [];
  const found: Command[] = [];
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    // Of most lines of a program this is all that is read.
    if (!/spark-submit|python/.test(line) || /^\s*(#|\/\/)/.test(line)) continue;
    let from = 0;
    for (const end of [...endsIn(line), line.length]) {
      found.push(...started(line.slice(from, end)));
      from = end;
    }
  }
  return found;
}

/** Where one command ends and the next begins. What stands in quotes is a text, unless it is commands itself (`sh -c "…"`). */
const endsIn = (line: string): number[] => [...line.matchAll(/"[^"]*"|(?<!\w)'[^']*'|&&|[;|]/g)].flatMap(({ 0: text, index }) => {
  if (!/^["']/.test(text)) return [index];
  return launcher.test(text) ? endsIn(text.slice(1, -1)).map((end) => index + 1 + end) : [];
});
const launcher = /(?<![\w=])(spark-submit|python[\d.]*)["']?[\s,](.*)$/;

/** `PYSPARK_PYTHON=python3 spark-submit …` starts no Python. */
function started(text: string): Command[] {
  const command = launcher.exec(text);
  if (!command) return [];
  const by = command[1] === 'spark-submit' ? 'spark-submit' : 'python';
  const rest = command[2]!.replace(/--(?:py-files|files|archives)["']?[\s,=]+["']?[^\s"']+/g, '');
  const master = /--master["']?[\s,=]+["']?([^\s"',]+)/.exec(rest)?.[1];
  const jars = /--jars["']?[\s,=]+("[^"]*"|'[^']*'|[^\s"']+)/.exec(rest)?.[1];
  const module = by === 'python' ? /^(?:-u\s+)?-m["']?[\s,]+["']?(?!(?:venv|pip|pytest|unittest|build)\b)([\w.]+)/.exec(rest)?.[1] : undefined;
  const main = /--class["']?[\s,=]+["']?([\w.$]+)/.exec(rest)?.[1];
  return [...[...rest.matchAll(/(?<![\w./-])[\w./-]+\.py\b/g)].map(([file]): Command => ({ by, file: file.replace(/\/{2,}/g, '/').replace(/^(?:\.{0,2}\/)+/, ''), master, jars })), ...(module === undefined ? [] : [{ by, file: `${module.replaceAll('.', '/')}.py` } as const]), ...(main === undefined ? [] : [{ by, main, master, jars } as const])];
}
