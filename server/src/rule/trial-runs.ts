/** Whether settings are for trying things out: on a laptop, in a test, in a playground of containers. Advice on clusters is for others. */
import type { Setting } from '../analysis/model.ts';
import { type ConfDocument, isScript } from '../program/conf.ts';
import type { SettingsContext } from './rule.ts';

const words = 'dev|devel|develop|development|local|locally|laptop|tests?|testing|ci|demos?|sandbox|playground|docker|compose|minikube';
/** A part of a path, or the name of a profile. */
const named = new RegExp(`(^|[-_./ ])(${words}|examples?|samples?|tutorials?|debug)($|[-_./ ])`, 'i');
const said = new RegExp(`\\b(${words}|small|tiny|single[- ]node|one machine)\\b`, 'i');
/** A setting that is commented out says nothing. */
const sleeping = /\bspark\.[\w.]+.*/g;
const localMaster = /\blocal\[(\*|\d+)/;
const clusterMaster = /master["']?\)?[\s,=:"'(]{1,8}(yarn|spark:\/\/|k8s:\/\/)|^\s*master:\s*(yarn|spark|k8s)/im;

export function isForTrial({ path, conf, section, text, mentions, isComposed }: SettingsContext, entry: Setting): boolean {
  if (!conf) return false;
  if (named.test(path) || section?.under?.some((name) => named.test(name))) return true;
  if (!isScript(conf) && speaksOfTrial(text, entry.site.start)) return true;
  if (isComposed?.()) return true;
  return mentions?.(localMaster) === true && !mentions(clusterMaster);
}

/** By its path, of a program that is there to be run on one's own machine. */
export const forShow = /(^|[/_-])(examples?|demos?|samples?|tutorials?|playground|sandbox|bench(marks?)?|test-?kit|quickstart)([./_-])/i;

/** Code that measures or tries out, by its path: `bench/joins.py`, `JoinBenchmark.scala`, `experiments/skew.py`. What it switches off it does on purpose. */
export const isExperiment = ({ path, program }: SettingsContext): boolean => program !== undefined && experiment.test(path);
const experiment = /(^|[-_./ ])(bench(mark)?s?|benchmarking|experiments?|experimental)($|[-_./ ])|(Bench|Benchmarks?|Experiments?)\.scala$/i;

/** The comment at the head of the text, or the last one above a place: a heading holds for what follows. */
function speaksOfTrial(text: string, at: number): boolean {
  const lines = text.slice(0, at).split('\n');
  const isComment = (line: string): boolean => /^\s*#/.test(line);
  const headEnd = lines.findIndex((line) => line.trim() !== '' && !isComment(line));
  const last = lines.findLastIndex(isComment);
  const first = lines.findLastIndex((line, index) => index < last && !isComment(line)) + 1;
  return [...lines.slice(0, Math.max(headEnd, 0)), ...lines.slice(first, last + 1)].some((line) => said.test(line.replace(sleeping, '')));
}

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
