import type { ConfDocument } from '../program/conf.ts';
import { lineStart } from '../text/edits.ts';
import { environmentVariable, formerVariables, unreadSince } from '../knowledge/submit.ts';
import { defineRule } from '../rule/rule.ts';
import { compareVersions, lineOf, mayBeOld } from '../rule/targets.ts';

export default defineRule({
  name: 'unread-variable',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['shell', 'conf'],
  fix: 'none',
  looksAt: 'settings',
  check({ entries, targets, path, conf, mentions, report }) {
    for (const { key, told, keySite } of entries) {
      if (told?.option !== 'variable' || environmentVariable(key, targets.to)) continue;
      const isOwn = /(^|\/)spark-env\b/.test(path);
      // Entry points of images for Kubernetes hand it on.
      if (key === 'SPARK_CLASSPATH' && !isOwn || !isOwn && (!conf || !startsSpark(conf, keySite.start))) continue;
      const isRead = readingOf(key);
      if (conf && speaks(conf, isRead) || mentions?.(isRead)) continue;
      const since = unreadSince(key);
      // Both names are set, so that older releases find theirs.
      if (since !== undefined && conf && isSetBeside(conf, keySite.start, formerVariables[key]!)) continue;
      if (since !== undefined && compareVersions(targets.to, since) < 0) continue;
      const still = since !== undefined && compareVersions(targets.from, since) < 0;
      report({ at: keySite, severity: still ? (mayBeOld(targets) ? 'hint' : 'information') : 'warning', message: `${since === undefined ? `No release of Spark reads \`${key}\`` : `From Spark ${lineOf(since)} on nothing reads \`${key}\``}: ${still ? 'there it has no effect' : 'it has no effect'}. What it ${since === undefined ? 'is meant for' : 'did'} is done by ${formerVariables[key]!}.` });
    }
  },
  docs: {
    summary: 'a variable of the environment that Spark does not read any more',
    what: 'Variables that older releases read (`SPARK_JAVA_OPTS`, `SPARK_LIBRARY_PATH`, `SPARK_EXECUTOR_INSTANCES`, `SPARK_YARN_QUEUE` and their like; `SPARK_MASTER_IP` from 4.0 on), or that none ever did (`SPARK_MASTER_MEMORY`, `SPARK_DRIVER_OPTS`), set in `spark-env.sh` and other scripts, in Dockerfiles, in compose files and in what Kubernetes is told.',
    why: 'Nothing complains of a variable that is not read. Lines of `spark-env.sh` are handed from one cluster to the next long after what they did has left Spark.',
    fine: 'A variable that something in the project reads itself (`$SPARK_EXECUTOR_INSTANCES` in an entry point) is yours. `SPARK_CLASSPATH` is reported in `spark-env.sh` alone: the entry point of the images for Kubernetes hands it on. Outside of `spark-env.sh` nothing is said where no Spark is in sight: no launcher in the script, no image of Spark in the Dockerfile or beside the variable. Where some target releases still read the variable, the finding is information, or a hint if the project, or the defaults beside the file, look like those of a Spark 1 or 2; where all do, nothing is said.',
    examples: [
      { language: 'shell', file: 'spark-env.sh', bad: 'export SPARK_JAVA_OPTS="-Dlog.level=INFO"\n', good: 'export SPARK_DAEMON_JAVA_OPTS="-Dlog.level=INFO"\n' },
      { language: 'conf', file: 'docker-compose.yml', bad: 'services:\n  worker:\n    image: apache/spark:3.5.1\n    environment:\n      - SPARK_JAVA_OPTS=-Dlog.level=INFO\n', good: 'services:\n  worker:\n    image: apache/spark:3.5.1\n    environment:\n      - SPARK_DAEMON_JAVA_OPTS=-Dlog.level=INFO\n' },
    ],
    source: 'The classes and scripts of all 55 releases from 2.4.0 to 4.3.0: which names of variables they hold. For what was gone by then, the sources of 1.6 and 2.2.',
  },
});

/**
 * A shell that fills it in, other than where it gets its own value, or a program that asks for it. The name is looked for
 * first, and not far before it who asks.
 */
const readingOf = (key: string): RegExp =>
  new RegExp(String.raw`\b${key}\b(?:(?<=\$\{?${key})(?<!\b${key}\+?=(?:"[^"\n]{0,300}|[^\s;&|]{0,300})\$\{?${key})|(?!["'\])]*[ \t]*\+?=(?!=))(?<=(?:environ|getenv|env)\b[^\n]{0,80}${key}))`);

const launcher = /\bspark-(?:submit|class|shell|sql|env)\b|\bpyspark\b|\bdeploy\.(?:master\.Master|worker\.Worker)\b|\bstart-(?:all|master|worker|slave|thriftserver|history-server)[\w-]*\.sh\b/;
const image = /\b(?:image|build|context|dockerfile|repository)["']?[ \t]*:[^\n#]{0,200}spark/i;

/** What is set there is set for a Spark: a launcher of the script, the image that is built, or that stands beside it. */
function startsSpark(conf: ConfDocument, at: number): boolean {
  const { form, text } = conf;
  if (form === 'yaml') {
    const container = containerAround(text, at);
    return image.test(container) || launcher.test(container) || speaks(conf, ofSpark);
  }
  return speaks(conf, form === 'shell' ? launcher : /spark/i, withoutNames);
}

const ofSpark = /\bspark-env\b|\bkind:[ \t]*(?:Scheduled)?SparkApplication\b/;

const said = new WeakMap<ConfDocument, Map<string, boolean>>();

/** Every variable that a text sets asks the same of it. */
function speaks(conf: ConfDocument, what: RegExp, shorten = (text: string): string => text): boolean {
  const known = said.get(conf) ?? new Map<string, boolean>();
  said.set(conf, known);
  const answer = known.get(what.source) ?? what.test(shorten(conf.text));
  known.set(what.source, answer);
  return answer;
}

/** Without comments, variables and addresses: who speaks to a Spark need not be one. */
const withoutNames = (text: string): string => text.replace(/^[ \t]*#.*$/gm, '').replace(/\bSPARK_[A-Z_]+\b|\bspark:\/\/[\w.:-]*/g, '');

/** `instead`: what does it now; if that is one other variable, the same text, or container, may give it a value, too. */
function isSetBeside({ form, text }: ConfDocument, at: number, instead: string): boolean {
  const name = /^`([A-Z_]+)`$/.exec(instead)?.[1];
  if (name === undefined) return false;
  const around = form === 'yaml' ? containerAround(text, at) : text;
  return new RegExp(`^[^#\\n]*\\b${name}["']?(?:[=:][ \\t]*| +)["']?[^\\s"'#]`, 'm').test(around);
}

/** The smallest block of YAML around that says of what image it is; nothing: none does. */
function containerAround(text: string, at: number): string {
  const from = lineStart(text, Math.max(0, at - farthest));
  const lines = text.slice(from, at + farthest).split('\n');
  const own = text.slice(from, at).split('\n').length - 1;
  // What follows a dash is deeper than what the list belongs to.
  const depths = lines.map((line) => (/^\s*(?:#|$)/.test(line) ? Infinity : /^ */.exec(line)![0].length + (/^ *-/.test(line) ? 1 : 0)));
  let [first, end] = [own, own + 1];
  for (let depth = depths[own]!; depth > 0; depth = depths[first - 1] ?? 0) {
    while (first > 0 && depths[first - 1]! >= depth) first--;
    while (end < lines.length && depths[end]! >= depth) end++;
    // The first line of an item opens it, and belongs to it.
    if (depth > 1 && /^ *- *\w/.test(lines[first - 1] ?? '') && depths[first - 1] === depth - 1) first--;
    const block = lines.slice(first, end).filter((line) => !/^\s*#/.test(line)).join('\n');
    if (hasImage.test(block)) return block;
  }
  return '';
}

const farthest = 5_000;
const hasImage = /^[ -]*["']?(?:image|build|repository)["']?[ \t]*:/m;
