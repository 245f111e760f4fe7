/** Whether settings are for trying things out: on a laptop, in a test, in a playground of containers. Advice on clusters is for others. */
import type { Setting } from '../analysis/model.ts';
import { type ConfDocument, isScript } from '../program/conf.ts';
import type { SettingsContext } from './rule.ts';
import { definitionsAt } from './statements.ts';

const trying = 'dev devel develop development local locally laptop test tests testing ci docker compose minikube debug'.split(' ');
const samples = 'example examples sample samples'.split(' ');
const showing = [...samples, ...'demo demos tutorial tutorials playground sandbox quickstart testkit test-kit'.split(' ')];
const measuring = 'bench benchmark benchmarks benchmarking experiment experiments experimental'.split(' ');

/** Names of folders, and of the file without what its name ends in. */
const partsOf = (path: string): string[] => path.toLowerCase().replace(/(?<=[^/])\.\w+$/, '').split('/');
/** The words of such names: of `JoinBenchmark.scala`, `SQLBenchmark.scala`, `my-dev/spark.conf`. */
export const wordsOf = (path: string): string[] => path.replace(/([a-z])(?=[A-Z])|([A-Z0-9])(?=[A-Z][a-z])/g, '$1$2-').toLowerCase().split(/[-_./ ]/);
const isAmong = (names: readonly string[], ...lists: readonly (readonly string[])[]): boolean => names.some((name) => lists.some((list) => list.includes(name)));

const said = new RegExp(`\\b(${[...trying, 'demos?', 'sandbox', 'playground', 'small', 'tiny', 'single[- ]node', 'one machine', 'community edition'].join('|')})\\b`, 'i');
/** A setting that is commented out says nothing. */
const sleeping = /\bspark\.[\w.]+.*/g;
const localMaster = /\blocal\[(\*|\d+)/;
const clusterMaster = /master["']?\)?[\s,=:"'(]{1,8}(yarn|spark:\/\/|k8s:\/\/)|^\s*master:\s*(yarn|spark|k8s)/im;

export function isForTrial({ path, conf, program, section, text, mentions, isComposed }: SettingsContext, entry: Setting): boolean {
  // `def get_spark_testing_conf()`
  if (!conf) return program !== undefined && definitionsAt(program.lowered, entry.site.start).some(({ name }) => isAmong(wordsOf(name), trying));
  if ([path, ...section?.under ?? []].some((name) => isAmong(wordsOf(name), trying, showing))) return true;
  if (!isScript(conf) && speaksOfTrial(text, entry.site.start)) return true;
  if (isComposed?.()) return true;
  return mentions?.(localMaster) === true && !mentions(clusterMaster);
}

/** A program that is there to be run on one's own machine, by a folder or a file of such a name (`spark-sample-app`, `spark-examples`), or one that measures. */
export const forShow = (path: string): boolean => isAmong(partsOf(path), showing) || isAmong(wordsOf(path), measuring) || path.split('/').slice(0, -1).some(isFolderForShow) || isAmong(wordsOf(path.slice(0, path.lastIndexOf('/') + 1)), ['sample', 'samples', 'tutorial', 'tutorials', 'quickstart', 'playground']);

/** `spark-demo`, `streaming-examples`: a folder of examples, of whatever; a demo of Spark itself, not of a product. */
function isFolderForShow(folder: string): boolean {
  const words = wordsOf(folder).filter((word) => word !== 'spark' && word !== 'pyspark');
  return samples.includes(words.at(-1) ?? '') || words.length === 1 && showing.includes(words[0]!);
}

/** Code that measures or tries out, by its path: `bench/joins.py`, `JoinBenchmark.scala`, `experiments/skew.py`. What it switches off it does on purpose. */
export const isExperiment = ({ path, program }: SettingsContext): boolean => program !== undefined && isAmong(wordsOf(path), measuring);

/** What starts streams says so by its name more often than not: `submit-streaming.sh`, `kafka_to_lake.yaml`. */
export const isCalledStream = (path: string): boolean => wordsOf(path.slice(path.lastIndexOf('/') + 1)).some((word) => ofStreams.includes(word));
const ofStreams = ['stream', 'streams', 'streaming', 'realtime', 'kafka', 'kinesis'];

/** A file of data that is called so, or lies among others of that kind: `samples/people.csv`, `sample_people.csv`, `people-sample.csv`, `example_data.txt`. */
export function isSampleFile(path: string): boolean {
  const parts = partsOf(path).map((part, index, all) => (index < all.length - 1 ? part.replace(/[-_]data$/, '') : part));
  const words = parts.pop()!.split(/[^a-z]+/).filter((word) => word !== '');
  if (words.length > 1 && /^(data|file|input)$/.test(words.at(-1)!)) words.pop();
  // What folders of examples hold somewhere else may be as large as what the examples are about.
  const folders = /^(\w+:)?\//.test(path) ? samples.filter((name) => name.startsWith('sample')) : samples;
  return /\.\w+$/.test(path) && (isAmong(parts, folders) || isAmong([words[0] ?? '', words.at(-1) ?? ''], samples));
}

/** `path_to_your_data.csv`, `/path/to/orders`, `s3://<bucket>/orders`, `your-bucket/orders`: a path that whoever uses the program is to replace. */
export const isStandIn = (path: string): boolean => /(^|\/)path\/to\/|^path[_-]to[_-]|[/_-]path[_-]to[_-](your|the|my|files?|data|dir|directory|folder)|(^|\/)your([_-]|bucket|container|data|file|folder|path)|<[^<>]+>/i.test(path);

/** The comment at the head of the text, or the last one above a place. */
function speaksOfTrial(text: string, at: number): boolean {
  const lines = text.slice(0, at).split('\n');
  const headEnd = lines.findIndex((line) => line.trim() !== '' && !isComment(line));
  return [...lines.slice(0, Math.max(headEnd, 0)), ...lastComment(lines)].some((line) => said.test(line.replace(sleeping, '')));
}

/** The lines of the last comment above a place: a heading holds for what follows. */
export const headingAbove = (text: string, at: number): string[] => lastComment(text.slice(0, at).split('\n'));

function lastComment(lines: readonly string[]): string[] {
  const last = lines.findLastIndex(isComment);
  const first = lines.findLastIndex((line, index) => index < last && !isComment(line)) + 1;
  return last < 0 ? [] : lines.slice(first, last + 1);
}

const isComment = (line: string): boolean => /^\s*#/.test(line);

/** Counted once for a document: rules ask it of each of its sections. */
const telling = new WeakMap<ConfDocument, Map<string, number>>();

/** How many sections of a file tell a key: a number for each of several profiles, say. */
export function sectionsTelling(conf: ConfDocument, key: string): number {
  const known = telling.get(conf) ?? new Map<string, number>();
  telling.set(conf, known);
  const count = known.get(key) ?? conf.sections.filter(({ entries }) => entries.some((entry) => entry.key === key)).length;
  known.set(key, count);
  return count;
}
