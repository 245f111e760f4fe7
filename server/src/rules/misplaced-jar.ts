import type { Setting } from '../analysis/model.ts';
import { judged } from '../rule/entries.ts';
import { defineRule, type Severity } from '../rule/rule.ts';

/** Of Maven: group, name, version. A path has slashes, and Ivy's form a scheme. */
const coordinates = /^[A-Za-z][\w-]*(?:\.[\w-]+)*:[\w.-]+:[\w.+-]+$/;
const jarFile = /^[^\s:]*[\w*]\.jar$|^[a-z0-9]+:\/*[^\s:]*\.jar$/;

/** What becomes of the application where no such class is found. */
const classKeys: Readonly<Record<string, { readonly severity: Severity; readonly then: string }>> = {
  'spark.sql.extensions': { severity: 'warning', then: 'Spark logs that it cannot use it, and goes on without' },
  'spark.extraListeners': { severity: 'error', then: 'the context does not start' },
  'spark.plugins': { severity: 'error', then: 'the context does not start' },
  'spark.sql.queryExecutionListeners': { severity: 'error', then: 'the session fails when it is first used' },
};
const classPaths: ReadonlySet<string> = new Set(['spark.driver.extraClassPath', 'spark.executor.extraClassPath']);
const libraries: ReadonlySet<string> = new Set(['spark.driver.extraLibraryPath', 'spark.executor.extraLibraryPath', 'spark.yarn.am.extraLibraryPath']);

export default defineRule({
  name: 'misplaced-jar',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'comment-in-value', 'quoted-value', 'refused-submit'],
  looksAt: 'settings',
  check({ entries, report }) {
    for (const entry of judged(entries)) {
      if (entry.means === 'runtime') continue;
      const fault = faultOf(entry.key, entry.value);
      // In code it may be too late for the key, and some are read there alone.
      if (fault) report({ at: entry.valueSite, severity: isLate(entry) ? 'warning' : fault.severity, message: fault.message });
    }
  },
  docs: {
    summary: 'a jar, a list of jars, or the name of a package, where Spark takes something else',
    what: 'Maven coordinates or a jar in a key that takes names of classes (`spark.sql.extensions`, `spark.plugins`, listeners); coordinates in `spark.jars`, which takes files; a file in `spark.jars.packages`, which takes coordinates; a jar in an `extraLibraryPath`, which is where native libraries are looked for. Also lists of jars that are parted by another sign than the key takes (commas for `spark.jars`, colons for an `extraClassPath`), and patterns such as `*.jar` in a class path.',
    why: 'Most of these stop the application when it starts. The others are quiet: an extension that is no class costs a line in the log, and everything goes on without it, a jar in a library path is never opened, and what a class path names in another way than Java reads it is not found.',
    fine: 'Folders in a library path, `ivy://` and patterns in `spark.jars`, `folder/*` in a class path, class paths of Windows (`c:/jars/a.jar`), and names that are put together when the job starts are not judged.',
    examples: [
      { language: 'conf', bad: 'spark.sql.extensions  io.delta:delta-spark_2.12:3.2.0\n', good: 'spark.jars.packages  io.delta:delta-spark_2.12:3.2.0\nspark.sql.extensions  io.delta.sql.DeltaSparkSessionExtension\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.jars", "io.delta:delta-spark_2.12:3.2.0").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.jars.packages", "io.delta:delta-spark_2.12:3.2.0").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.sql.extensions", "io.delta:delta-spark_2.12:3.2.0")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")\n}\n' },
      { language: 'shell', bad: 'spark-submit --jars io.delta:delta-spark_2.12:3.2.0 job.py\n', good: 'spark-submit --packages io.delta:delta-spark_2.12:3.2.0 job.py\n' },
    ],
    source: 'Each tried on Spark 3.5.6 and 4.3.0.',
  },
});

const isLate = ({ event }: Setting): boolean => event !== undefined;

function faultOf(key: string, value: string): { readonly severity: Severity; readonly message: string } | undefined {
  const parts = value.split(',').map((part) => part.trim());
  const first = (what: RegExp): string | undefined => parts.find((part) => what.test(part));
  if (Object.hasOwn(classKeys, key)) {
    const { severity, then } = classKeys[key]!;
    const [package_, jar] = [first(coordinates), first(jarFile)];
    const found = package_ ?? jar;
    return found === undefined ? undefined : { severity, message: `\`${key}\` takes names of classes, and \`${found}\` is ${package_ === undefined ? 'a file' : 'a package'}: ${then}. ${package_ === undefined ? '`spark.jars`' : '`spark.jars.packages`'} is where that belongs, and the name of its class here.` };
  }
  if (classPaths.has(key)) return inClassPath(key, value);
  if (key === 'spark.jars') {
    const found = first(coordinates);
    return found === undefined ? partedOtherwise(value) : { severity: 'error', message: `\`spark.jars\` (\`--jars\`) takes files, and \`${found}\` is a package: Spark takes what stands before the colon for a file system that it does not know. \`spark.jars.packages\` (\`--packages\`) takes it.` };
  }
  if (key === 'spark.jars.packages') {
    const found = first(jarFile);
    return found === undefined ? undefined : { severity: 'error', message: `\`spark.jars.packages\` (\`--packages\`) takes \`group:name:version\`, and \`${found}\` is a file: spark-submit starts nothing. \`spark.jars\` (\`--jars\`) takes it.` };
  }
  const jar = libraries.has(key) ? value.split(/[:;]/).find((part) => /\.jar$/.test(part.trim())) : undefined;
  return jar === undefined ? undefined : { severity: 'warning', message: `\`${key}\` is where native libraries (\`.so\`) are looked for: \`${jar.trim()}\` is never opened there. Jars go into \`${key.replace('LibraryPath', 'ClassPath')}\` or \`spark.jars\`.` };
}

/** Java's own list: parted by colons, and of patterns it knows one. On Windows (`c:/jars/a.jar`) other signs part it. */
function inClassPath(key: string, value: string): ReturnType<typeof faultOf> {
  if (/(^|[,;\s])[A-Za-z]:[\\/]/.test(value)) return undefined;
  const parts = value.split(/:(?!\/\/)/);
  const listed = parts.find((part) => part.includes(',') && part.split(',').every((each) => /\.jar\s*$|\/\*\s*$/.test(each)));
  if (listed !== undefined) return { severity: 'warning', message: `\`${key}\` is a class path, which is parted by colons: with commas \`${listed.length > 60 ? `${listed.slice(0, 60)}…` : listed}\` is one name, of a file that is not there, and none of ${parts.length > 1 ? 'these' : 'the'} jars is loaded.` };
  const pattern = value.split(/[:;]/).find((part) => /\*[^/]*\.jar\s*$/.test(part))?.trim();
  return pattern === undefined ? undefined : { severity: 'warning', message: `A class path knows no pattern but \`folder/*\`, which is all jars of the folder: \`${pattern}\` is taken for the name of a file, and nothing is loaded by it.` };
}

/** Commas part the jars that Spark takes, as nothing else does. */
function partedOtherwise(value: string): ReturnType<typeof faultOf> {
  if (/\.jar[:;][^,]*\.jar/.test(value)) return { severity: 'error', message: '`spark.jars` (`--jars`) is parted by commas: with colons it is no list of files, and spark-submit starts nothing.' };
  return /\.jar[ \t]+[^\s,]+\.jar/.test(value) ? { severity: 'warning', message: '`spark.jars` (`--jars`) is parted by commas: what has blanks in it is taken for the name of one file, which is not there, and none of the jars is loaded.' } : undefined;
}
