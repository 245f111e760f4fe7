/** The version of Spark that the builds of JVM projects pin: sbt, Maven, Gradle, Mill, Scala CLI. */

import { compare } from '../knowledge/version.ts';
import { escapePattern } from '../text/pattern.ts';

/** `"org.apache.spark" %% "spark-sql" % "3.5.1"`, else `sparkVersion := "3.5.1"`, by which sbt-spark-package adds what Spark has; `around`: the other texts of the build, where a version may be named. */
export function inSbt(text: string, around = (): string => ''): string | undefined {
  const plain = withoutComments(text);
  const match = /(?:"org\.apache\.spark"|\b\w*[sS]park\w*)\s*%{1,3}\s*s?"spark-[^"]*"\s*%\s*(?:s?"\$?\{?([^"{}$]+)\}?"|((?:\w+\.)*\w+))/.exec(plain) ?? /\bsparkVersion\s*:=\s*(?:"([^"]+)"|((?:\w+\.)*\w+))/.exec(plain);
  const written = match?.[1] ?? match?.[2]?.replace(/\.value$/, '');
  return written === undefined ? undefined : versionOf(written, text, around) ?? severalIn(`${text}\n${around()}`);
}

/** `val spark2 = "2.4.8"`, `val spark3 = "3.3.2"`: the build is for each of them, and so is what is written for it. */
function severalIn(texts: string): string | undefined {
  const named = [...withoutComments(texts).matchAll(/\bval\s+spark_?(?:v|version_?)?\d\w*\s*(?::\s*String)?\s*=\s*"(\d+\.\d+(?:\.\d+)?)"/gi)].map(([, version]) => version!).sort(compare);
  return named.length > 1 ? `${named[0]!}-${named.at(-1)!}` : undefined;
}

/** `org.apache.spark:spark-sql_2.12:3.5.1`, as Gradle, Mill and Scala CLI write it; or Gradle's names for the parts. */
export function inCoordinates(text: string, around = (): string => ''): string | undefined {
  const code = withoutComments(text);
  const match = /org\.apache\.spark:{1,3}spark-[^:"'\s]+:(?!:)([^"'\s:,@]+)/.exec(code) ?? /['"]org\.apache\.spark['"]\s*,\s*name\s*[:=]\s*['"]spark-[^'"]+['"]\s*,\s*version\s*[:=]\s*["']?([\w.${}+-]+)/.exec(code);
  return match ? versionOf(match[1]!.replace(/^\$\{?|\}$/g, ''), text, around) : undefined;
}

/** Of a dependency on `spark-…`, written out or a property of the file; else the property that is named after it. */
export function inPom(text: string): string | undefined {
  const pom = text.replace(/<!--[^]*?-->/g, '');
  const dependency = [...pom.matchAll(/<dependency>[^]*?<\/dependency>/g)].find(([each]) => /<groupId>\s*org\.apache\.spark\s*</.test(each) && /<version>/.test(each))?.[0];
  const written = dependency === undefined ? undefined : /<version>\s*([^<]+?)\s*</.exec(dependency)?.[1];
  const property = written === undefined ? 'spark.version' : /^\$\{(.+)\}$/.exec(written)?.[1];
  if (property === undefined) return written;
  return new RegExp(`<${escapePattern(property)}>\\s*([^<$]+?)\\s*<`).exec(pom)?.[1];
}

/** A version, or what the one of this name is: `3.5.1`, `sparkVersion`, `Versions.spark`. */
function versionOf(written: string, text: string, around: () => string): string | undefined {
  if (/^\d/.test(written)) return written;
  const texts = withoutComments(`${text}\n${around()}`);
  const parts = written.split('.');
  const name = parts.pop()!;
  const owner = parts.at(-1);
  const from = owner === undefined ? 0 : texts.search(new RegExp(`\\bobject\\s+${owner}\\b`));
  // `version` by itself is that of the project.
  if (!/^\w+$/.test(name) || from < 0 && name === 'version') return undefined;
  const said = new RegExp(`\\b${name}\\s*(?::\\s*\\w+)?\\s*:?=\\s*(?:["']([^"']+)["']|(\\d[\\w.]*)|[^"\\n]*(?:getOrElse|getProperty)\\s*\\(\\s*(?:"[^"]*"\\s*,\\s*)?"([\\d.]+)")`).exec(texts.slice(Math.max(0, from)));
  return said?.[1] ?? said?.[2] ?? said?.[3];
}

/** Directives of Scala CLI stay, and the slashes in addresses. */
const withoutComments = (text: string): string => text.replace(/\/\*[^]*?\*\//g, ' ').replace(/(^|\s)\/\/(?!>)[^\n]*/g, '$1');
