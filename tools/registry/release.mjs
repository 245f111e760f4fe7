/** A released Spark as it comes from PyPI or lies in a folder: fetched, unpacked, asked. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { classesIn, stringsOf } from '../class-files.mjs';

/** Downloads a release by pip and unpacks what is asked of it: jars, scripts, Python files. The caller removes the folder. */
export function download(release, into) {
  mkdirSync(into, { recursive: true });
  // Old packages are built for metadata with a module that has changed since.
  const constraints = join(into, 'constraints.txt');
  writeFileSync(constraints, 'pypandoc<1.8\n');
  run('pip', ['download', `pyspark==${release}`, '--no-deps', '--no-binary', 'pyspark', '-q', '-d', into], { env: { ...process.env, PIP_CONSTRAINT: constraints } });
  const archive = readdirSync(into).find((name) => /^pyspark-.*\.tar\.gz$/.test(name));
  const folder = join(into, release);
  mkdirSync(folder);
  const wanted = run('tar', ['tzf', join(into, archive)]).stdout.split('\n').filter((name) => /\/deps\/(jars|bin|sbin)\/[^/]+$|\/pyspark\/.*\.py$/.test(name));
  const list = join(into, 'wanted.txt');
  writeFileSync(list, wanted.join('\n'));
  run('tar', ['xzf', join(into, archive), '-C', folder, '--strip-components=1', '-T', list]);
  rmSync(join(into, archive));
  return folder;
}

/**
 * Everything that a release tells. `folder`: an unpacked package, an installed one, or a Spark home; `modules`: further
 * jars, of what the package does not bring.
 */
export function ask(folder, modules, { candidates, isVariable }) {
  const jars = jarsOf(folder);
  const found = readJars([...jarsIn(jars).filter(isSparks), ...modules]);
  for (const file of filesBelow(folder, /(?<!\/(tests|testing|examples)\/.*)\.py$/)) readPython(readFileSync(file, 'utf8'), found);
  for (const file of ['bin', 'sbin', 'deps/bin', 'deps/sbin'].flatMap((path) => filesBelow(join(folder, path), /^(?!.*\.(cmd|bat)$)/))) readShell(readFileSync(file, 'utf8'), found);
  const variables = new Map([...found.variables].filter(([name]) => isVariable(name)));
  const asked = [...found.definers, ...candidates.map((key) => `? ${key}`), ...[...variables.keys()].map((name) => `$ ${name}`)];
  const answer = java(jars, modules, asked, ['-XX:ActiveProcessorCount=2', '-Xmx1g', '-Duser.timezone=UTC'], 'one');
  // Again on what looks like another machine, without the further jars.
  const elsewhere = java(jars, [], [...found.definers], ['-XX:ActiveProcessorCount=40', '-Xmx700m', '-Duser.timezone=Asia/Tokyo'], 'two');
  const other = new Map(elsewhere.entries.map((entry) => [entry.key, entry]));
  for (const entry of answer.entries) {
    entry.ofModule = !other.has(entry.key);
    entry.ofMachine = other.has(entry.key) && other.get(entry.key).default !== entry.default;
  }
  for (const [name, why] of Object.entries(answer.failed)) console.error(`  not made: ${name}: ${why}`);
  return { ...answer, names: found.names, variables, modules: modules.map((jar) => jar.split('/').at(-1)) };
}

/** Of an unpacked package, an installed one, or a Spark home. */
export function jarsOf(folder) {
  const jars = ['jars', 'deps/jars', 'pyspark/jars'].map((path) => join(folder, path)).find(existsSync);
  if (!jars) throw new Error(`${folder}: no jars`);
  return jars;
}

// ---- reading ------------------------------------------------------------------------------------------------------

export const isSparks = (jar) => /\/spark-[^/]*\.jar$/.test(jar);
export const jarsIn = (folder) => readdirSync(folder).filter((name) => name.endsWith('.jar')).map((name) => join(folder, name));

/** It holds names only to warn of them. */
const warner = /^org\/apache\/spark\/SparkConf(\$|$)/;

function readJars(paths) {
  const found = { definers: new Set(), names: new Set(), variables: new Map() };
  for (const jar of paths) readClasses(jar, found);
  return found;
}

/** Objects that hold entries. */
export const definersIn = (jars) => [...readJars(jarsIn(jars).filter(isSparks)).definers].filter((name) => name.endsWith('$')).map((name) => name.slice(0, -1));

function readClasses(jar, found) {
  for (const [name, bytes] of classesIn(jar, 'org/apache/spark/')) {
    const defines = bytes.includes('internal/config/ConfigBuilder');
    if (defines && !/internal\/config\/(Typed)?ConfigBuilder|\$\$anonfun/.test(name)) found.definers.add(name.replaceAll('/', '.'));
    const reads = bytes.includes('getenv') || bytes.includes('scala/sys/package');
    if (!reads && !bytes.includes('spark.')) continue;
    for (const text of stringsOf(bytes)) {
      if (/^spark(\.[\w-]+)+\.?$/.test(text) && !warner.test(name)) found.names.add(text);
      // Part of a longer text: `spark.kubernetes.driver.volumes.\u0001.`
      else if (/^spark(\.[\w-]+)+\.\u0001/.test(text)) found.names.add(text.slice(0, text.indexOf('\u0001')));
      if (reads && /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(text)) note(found.variables, text, 'jvm');
    }
  }
}

function readPython(text, found) {
  for (const [, name] of text.matchAll(/["'](spark(?:\.[\w-]+)+)["']/g)) found.names.add(name);
  for (const [, name] of text.matchAll(/(?:environ(?:\.get|\.pop|\.setdefault)?\s*[[(]|getenv\(|\bin )\s*["']([A-Z][A-Z0-9_]+)["']/g)) note(found.variables, name, 'python');
}

function readShell(text, found) {
  for (const [, name] of text.matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)) note(found.variables, name, 'shell');
}

const note = (variables, name, where) => variables.set(name, (variables.get(name) ?? new Set()).add(where));

function filesBelow(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, pattern);
    return pattern.test(path) ? [path] : [];
  });
}

// ---- asking -------------------------------------------------------------------------------------------------------

export const tool = (name) => (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', name) : name);
/** What Sparks of older days need on a JVM of today. */
export const opened = ['java.lang', 'java.lang.invoke', 'java.nio', 'java.util', 'sun.nio.ch', 'sun.nio.cs', 'sun.util.calendar'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);
let compiled;

/** Compiled once, without Spark: all is done by reflection. */
export function classes() {
  if (compiled) return compiled;
  const here = fileURLToPath(new URL('.', import.meta.url));
  compiled = mkdtempSync(join(tmpdir(), 'sparkcheck-registry-'));
  process.on('exit', () => rmSync(compiled, { recursive: true, force: true }));
  run(tool('javac'), ['--release', '11', '-d', compiled, ...readdirSync(here).filter((name) => name.endsWith('.java')).map((name) => join(here, name))]);
  return compiled;
}

/** Without the variables that a Spark or Hadoop of this machine would read. */
export const plainEnvironment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SPARK|PYSPARK|HADOOP|YARN|HIVE)/.test(name)));

function java(jars, modules, lines, options, host) {
  const place = mkdtempSync(join(tmpdir(), `sparkcheck-${host}-`));
  try {
    const path = [classes(), join(jars, '*'), ...modules].join(delimiter);
    const { stdout } = run(tool('java'), [...options, ...opened, '-cp', path, 'RegistryDump'], { input: lines.join('\n'), cwd: place, env: { ...plainEnvironment(), SPARK_LOCAL_HOSTNAME: host, ...(host === 'two' ? { SPARKCHECK_ENTRIES: '1' } : {}) } });
    return JSON.parse(stdout);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function run(command, words, options = {}) {
  const done = spawnSync(command, words, { encoding: 'utf8', maxBuffer: 1 << 30, ...options });
  if (done.error) throw new Error(`${command}: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${command} ${words.slice(0, 3).join(' ')} … failed:\n${done.stderr.slice(-2000)}`);
  return done;
}
