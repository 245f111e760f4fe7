/**
 * Which parts of a tree are settings of Spark: SparkApplications of the Kubernetes operators, clusters of Databricks,
 * classifications of EMR, and mappings whose keys are Spark's. Whatever is none of these is left alone.
 */
import { registry } from '../../knowledge/registry-reader.ts';
import { type ConfEntry, type DataForm, type Holder, numbered, type Runtime, type Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { livyFields } from '../livy.ts';
import { allocationFields, fieldsBeforeConf, fieldsOfSpec, strayFields, trackingField } from './operator.ts';
import { textsIn } from './texts.ts';
import { deepest, type List, type Mapping, type Node, type Pair, pairOf, textOf, valueOf, whole } from './tree.ts';

/** What the whole file tells. */
export interface Surrounding {
  readonly form: DataForm;
  readonly text: string;
  /** As long, with holes for what a template fills in. */
  readonly masked: string;
  /** It speaks of Databricks. */
  readonly databricks: boolean;
  /** A template, or one that takes in others. */
  readonly open: boolean;
  branchAt(offset: number): number;
}

interface Around extends Surrounding {
  /** So many more entries are followed. */
  mergeable: number;
}

/** Entries that merges bring into the sections of one file: no more are followed. */
const mostMerged = 5_000;

export function sectionsOf(roots: readonly Node[], file: Surrounding): Section[] {
  const sections: Section[] = [];
  const around: Around = { ...file, mergeable: mostMerged };
  /** Anchored nodes stand in the tree once, aliases lead to them: each is looked at once, and what a section took not again. */
  const seen = new Set<Node>();
  const work: { readonly node: Node; readonly name: string; readonly at: number; readonly depth: number; readonly under: readonly string[] }[] = roots.map((node) => ({ node, name: '', at: 0, depth: 0, under: [] })).reverse();
  for (let next = work.pop(); next; next = work.pop()) {
    const { node, name, at, depth, under } = next;
    if (seen.has(node) || depth > deepest) continue;
    seen.add(node);
    if (node.is === 'scalar' || isReviewed(node)) continue;
    const { found, taken } = node.is === 'list' ? ofClassifications(node, around) : ofMapping(node, name, at, around);
    sections.push(...[...textsIn(node, name, around), ...found.filter(({ entries, keysAt, strays }) => entries.length > 0 || keysAt || strays?.length)].map((section) => ({ ...section, under })));
    const below = node.is === 'list' ? node.items.map((item) => ({ node: item, name, at, depth: depth + 1, under })) : node.pairs.flatMap(({ key, start, value }) => (value ? [{ node: value, name: key, at: start, depth: depth + 1, under: [...under, key] }] : []));
    for (const each of taken) seen.add(each);
    work.push(...below.reverse());
  }
  return sections.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** What the cluster asks a webhook about an application: a copy, which starts none. */
const isReviewed = (node: Node): boolean => textOf(valueOf(node, 'kind')) === 'AdmissionReview';

interface Found {
  readonly found: readonly Section[];
  /** What is read with it, and not looked at again. */
  readonly taken: readonly Node[];
}
const nothing: Found = { found: [], taken: [] };
const one = (section: Section, ...taken: (Node | undefined)[]): Found => ({ found: [section], taken: taken.filter((node) => node !== undefined) });

/** `at`: where it is named, which tells the branch that it stands in. */
function ofMapping(node: Mapping, name: string, at: number, around: Around): Found {
  return ofApplication(node, around) ?? ofCluster(node, around) ?? ofSession(node, around) ?? ofInterpreter(node, around) ?? ofKeys(node, name, at, around) ?? nothing;
}

// ---- Kubernetes ---------------------------------------------------------------------------------------------------

function ofApplication(node: Mapping, around: Around): Found | undefined {
  const kind = textOf(valueOf(node, 'kind'));
  if (kind !== 'SparkApplication' && kind !== 'ScheduledSparkApplication' && kind !== 'SparkCluster' && kind !== 'SparkConnect') return undefined;
  const spec = kind === 'ScheduledSparkApplication' ? valueOf(node, 'spec', 'template') : valueOf(node, 'spec');
  if (spec?.is !== 'mapping') return undefined;
  const confs = [keysOf(pairOf(spec, 'sparkConf'), around), keysOf(pairOf(spec, 'hadoopConf'), around, 'spark.hadoop.')];
  const isOperators = /^sparkoperator\./.test(textOf(valueOf(node, 'apiVersion')) ?? '') && kind !== 'SparkCluster';
  const [before, after] = isOperators ? fieldEntries(spec, around) : [[], []];
  // Which of the two counts depends on the release of the operator.
  const fields = after.filter(({ key }) => key !== 'spark.kubernetes.container.image' || !confs[0]?.entries.some((entry) => entry.key === key));
  const strays = isOperators && isOfVersion.test(textOf(valueOf(node, 'apiVersion'))!) && kind !== 'SparkConnect' ? strayFields(spec) : [];
  return one({
    start: node.start, end: node.end, runsOn: 'kubernetes', strays, entries: numbered([...before, ...confs.flatMap((each) => each?.entries ?? []), ...fields]),
    spark: released(textOf(valueOf(spec, 'sparkVersion')) ?? textOf(valueOf(spec, 'runtimeVersions', 'sparkVersion'))),
    runs: { file: textOf(valueOf(spec, 'mainApplicationFile')), main: textOf(valueOf(spec, 'mainClass')) },
    open: around.open, keysAt: confs[0]?.keysAt ?? emptyPlace(pairOf(spec, 'sparkConf'), around),
  }, valueOf(spec, 'sparkConf'), valueOf(spec, 'hadoopConf'));
}

/** The version of the definition whose fields are known. */
const isOfVersion = /\/v1beta2$/;

const released = (version: string | undefined): string | undefined => /^v?(\d+\.\d+(?:\.\d+)?)/.exec(version ?? '')?.[1];

/** Those that the operator hands on before `sparkConf`, which wins over them, and those that win over it, since they are handed on behind it. */
function fieldEntries(spec: Mapping, around: Around): readonly [ConfEntry[], ConfEntry[]] {
  const at = ([path, key]: readonly [readonly string[], string]): ConfEntry[] => {
    const pair = pairOf(valueOf(spec, ...path.slice(0, -1)), path.at(-1)!);
    return pair?.value && !isNothing(pair.value, around) ? [entryOf(pair, key, fieldText(pair.value), path.join('.'), 'field', around, spec.start)] : [];
  };
  const before = fieldsBeforeConf.flatMap(at);
  const fields = fieldsOfSpec.flatMap(at);
  const enabled = pairOf(valueOf(spec, 'dynamicAllocation'), 'enabled');
  const on = textOf(enabled?.value);
  if (!enabled || on === 'false') return [before, fields];
  const tracking = at(trackingField);
  const byItself = tracking.length > 0 ? tracking : [entryOf(enabled, trackingField[1], on, 'dynamicAllocation.enabled', 'field', around, spec.start)];
  return [before, [...fields, ...allocationFields.flatMap(at), ...byItself]];
}

/** `cores:` with nothing behind it, or `null`: the operator hands nothing on, and what `sparkConf` says holds. */
const isNothing = ({ is, start, end }: Node, { text }: Around): boolean => is === 'scalar' && /^(?:|~|null)$/i.test(text.slice(start, end));

/** Lists are joined with commas. */
function fieldText(node: Node): string | undefined {
  if (node.is !== 'list') return textOf(node);
  const items = node.items.map(textOf);
  return items.every((item) => item !== undefined) ? items.join(',') : undefined;
}

// ---- Databricks ---------------------------------------------------------------------------------------------------

/** The line of Spark in a Databricks runtime, by its major version. */
const sparkOfRuntime: Readonly<Record<string, string>> = { 6: '2.4', 7: '3.0', 8: '3.1', 9: '3.1', 10: '3.2', 11: '3.3', 12: '3.3', 13: '3.4', 14: '3.5', 15: '3.5', 16: '3.5', 17: '4.0' };

/** A `spark_conf`: beside a `spark_version` it is one of Databricks' own. */
function ofCluster(node: Mapping, around: Around): Found | undefined {
  const pair = pairOf(node, 'spark_conf');
  const keys = keysOf(pair, around);
  if (!keys) return undefined;
  const version = textOf(valueOf(node, 'spark_version'));
  const isCluster = version !== undefined || node.pairs.some(({ key }) => key === 'spark_version' || key === 'node_type_id' || key === 'num_workers');
  return one({
    start: pair!.start, end: pair!.end, entries: numbered(keys.entries), keysAt: keys.keysAt, open: around.open,
    runsOn: isCluster || around.databricks ? 'databricks' : undefined, spark: sparkOfRuntime[/^(\d+)\.(\d+|x)/.exec(version ?? '')?.[1] ?? ''],
  }, pair!.value);
}

// ---- Livy ---------------------------------------------------------------------------------------------------------

/** What Livy is asked for: a batch names its file, a session its kind. Fields win over `conf`. */
function ofSession(node: Mapping, around: Around): Found | undefined {
  const pair = pairOf(node, 'conf');
  const keys = keysOf(pair, around);
  if (!keys || !keys.entries.some(({ key }) => key.startsWith('spark.'))) return undefined;
  if (pairOf(node, 'file') === undefined && pairOf(node, 'className') === undefined && !/^(?:spark|pyspark|sparkr|sql|shared)$/.test(textOf(pairOf(node, 'kind')?.value) ?? '')) return undefined;
  const fields = node.pairs.flatMap((each): ConfEntry[] => (Object.hasOwn(livyFields, each.key) && each.value ? [entryOf(each, livyFields[each.key]!, textOf(each.value), each.key, 'field', around, node.start)] : []));
  // The server has settings of its own.
  return one({ start: node.start, end: node.end, entries: numbered([...keys.entries, ...fields]), keysAt: keys.keysAt, open: true }, pair!.value);
}

// ---- Zeppelin -----------------------------------------------------------------------------------------------------

/** An interpreter of a notebook server, which hands on what has a value. */
function ofInterpreter(node: Mapping, around: Around): Found | undefined {
  const pair = pairOf(node, 'properties');
  if (pair?.value?.is !== 'mapping' || valueOf(node, 'interpreterGroup')?.is !== 'list') return undefined;
  const keys = ofKeys(pair.value, pair.key, pair.start, around);
  return keys && { found: keys.found.map((section) => ({ ...section, entries: section.entries.filter(({ value }) => value?.trim() !== '') })), taken: [pair.value] };
}

// ---- EMR ----------------------------------------------------------------------------------------------------------

const classification = (node: Node | undefined): string | undefined => textOf(valueOf(node, 'Classification') ?? valueOf(node, 'classification'));
const propertiesOf = (node: Node): Pair | undefined => ['Properties', 'properties', 'ConfigurationProperties'].map((name) => pairOf(node, name)).find((pair) => pair !== undefined);

/** A list of classifications: each is a file of its own on the cluster. Lists within them are looked at like any other, their properties are not. */
function ofClassifications({ items }: List, around: Around): Found {
  const sections: Section[] = [];
  const taken: Node[] = [];
  for (const item of items) {
    const name = classification(item);
    const properties = name === undefined ? undefined : propertiesOf(item);
    if (!properties?.value) continue;
    taken.push(properties.value);
    const keys = name === 'spark-defaults' || name === 'yarn-site' ? keysOf(properties, around) : undefined;
    // What EMR sets itself stands there too.
    if (keys) sections.push({ start: item.start, end: item.end, entries: numbered(keys.entries), keysAt: keys.keysAt, runsOn: 'yarn', vendors: true, open: true });
  }
  return { found: sections, taken };
}

// ---- others -------------------------------------------------------------------------------------------------------

const ofSpark = /^(?:\w+[_.-])?spark[_-]?(?:(?:sql|session|submit|job|default|extra|hadoop)[_-]?)?(?:conf|config|configs|configuration|configurations|properties|props|defaults?|settings|options|opts)$/i;
const ofAnything = /^(?:spark|(?:\w+[_-])?(?:conf|config|configs|configuration|properties|settings|defaults))$/i;
/** Words of a text that speaks of a setting, and makes none. */
const described = /\w{2,}[ \t]+\w{2,}[ \t]+\w/;

function ofKeys(node: Mapping, name: string, at: number, around: Around): Found | undefined {
  const merges = node.pairs.some(({ key }) => key === '<<') && ofSpark.test(name) ? mergedInto(node, around) : [];
  const own = [...node.pairs, ...merges].filter(({ key }) => isKey(key));
  if (own.length === 0 || own.some(({ value }) => value && value.is !== 'scalar')) return undefined;
  const known = own.filter(({ key }) => registry.get(withoutFile(key)) ?? registry.hasPrefix(withoutFile(key))).length;
  if (!(ofSpark.test(name) || known >= (ofAnything.test(name) ? 1 : 2))) return undefined;
  // Texts that say what a key is for, or where its value comes from.
  if (own.some(({ key, value }) => isTyped(key) && described.test(textOf(value) ?? ''))) return undefined;
  const runsOn: Runtime | undefined = around.databricks ? 'databricks' : undefined;
  // Whoever reads it may hand on a bare number of JSON with a unit of its own.
  const entries = entriesOf(node, name === '' ? 'the mapping' : name, at, around).map((entry): ConfEntry => (around.form === 'json' && around.text[entry.valueRange.start - 1] !== '"' && hasUnit(entry.key) ? { ...entry, value: undefined } : entry));
  return one({ start: node.start, end: node.end, entries: numbered(entries), keysAt: keyPlace(node, around), runsOn, open: around.open });
}

const isKey = (key: string): boolean => /^(?:spark:)?spark\.[\w.-]+$/.test(key);
const isTyped = (key: string): boolean => !['string', 'regex', 'enum', undefined].includes(registry.get(withoutFile(key))?.type);
const hasUnit = (key: string): boolean => ['bytes', 'time'].includes(registry.get(key)?.type ?? '');
/** A property of a Dataproc cluster names its file before the key. */
const withoutFile = (key: string): string => key.replace(/^spark:(?=spark\.)/, '');

// ---- entries ------------------------------------------------------------------------------------------------------

/** The keys in the value of a pair. */
function keysOf(pair: Pair | undefined, around: Around, prefix = ''): { readonly entries: ConfEntry[]; readonly keysAt: Section['keysAt'] } | undefined {
  if (pair?.value?.is !== 'mapping') return undefined;
  return { entries: entriesOf(pair.value, pair.key, pair.start, around, prefix, pair.alias), keysAt: pair.alias || prefix !== '' ? undefined : keyPlace(pair.value, around) };
}

/** What a merge brings in comes first, without what is said again. */
function entriesOf(node: Mapping, name: string, at: number, around: Around, prefix = '', elsewhere = false): ConfEntry[] {
  const held: Holder = elsewhere ? 'elsewhere' : node.flow ? 'commas' : 'lines';
  const own = node.pairs.filter(({ key, value }) => key !== '<<' && key !== '' && whole(key) !== undefined && (value === undefined || value.is === 'scalar' || key.startsWith('spark.')));
  const said = new Set(own.map(({ key }) => key));
  const merged = mergedInto(node, around).filter(({ key }) => !said.has(key));
  const made = (pairs: readonly Pair[], within: Holder): ConfEntry[] => pairs.flatMap((pair): ConfEntry[] => {
    const file = pair.key.length - withoutFile(pair.key).length;
    const short = { ...pair, keyRange: { start: pair.keyRange.start + file, end: pair.keyRange.end } };
    return [entryOf(short, prefix + pair.key.slice(file), textOf(pair.value), name, pair.alias || pair.anchored ? 'elsewhere' : within, around, within === 'elsewhere' ? pair.start : at)];
  });
  return [...made(merged, 'elsewhere'), ...made(own, held)];
}

/** Pairs of `<<`, the nearest first; of a name that comes twice the first counts. */
function mergedInto(node: Mapping, around: Around): Pair[] {
  const found = new Map<string, Pair>();
  const seen = new Set<Node>([node]);
  const work: Node[] = [];
  const follow = ({ pairs }: Mapping): void => void work.push(...pairs.filter(({ key }) => key === '<<').flatMap(({ value }) => (value?.is === 'list' ? value.items : value ? [value] : [])));
  follow(node);
  for (const next of work) {
    if (next.is !== 'mapping' || seen.has(next)) continue;
    seen.add(next);
    for (const pair of next.pairs) if (pair.key !== '<<' && !found.has(pair.key) && (pair.value === undefined || pair.value.is === 'scalar')) found.set(pair.key, pair);
    around.mergeable -= next.pairs.length;
    if (around.mergeable < 0) break;
    follow(next);
  }
  return [...found.values()];
}

function entryOf(pair: Pair, key: string, value: string | undefined, name: string, within: Holder, { branchAt }: Around, base: number): ConfEntry {
  const node = pair.value;
  const valueRange: Range = node?.is === 'scalar' ? node.inner : node ? { start: node.start, end: node.end } : { start: pair.end, end: pair.end };
  return {
    start: pair.start, end: pair.end, key, keyRange: pair.keyRange, value, valueRange,
    told: { option: name, order: 0, conditional: branchAt(pair.start) !== branchAt(base), within },
  };
}

function keyPlace(node: Mapping, { text }: Around): Section['keysAt'] {
  const [first] = node.pairs;
  return { start: node.start, end: node.end, indent: node.flow || !first ? undefined : first.start - (text.lastIndexOf('\n', first.start - 1) + 1) };
}

/** Below a name that nothing stands behind yet but what is being typed. */
function emptyPlace(pair: Pair | undefined, { text, form }: Around): Section['keysAt'] {
  if (!pair || form !== 'yaml' || pair.value?.is === 'mapping' || pair.value?.is === 'list') return undefined;
  const indent = pair.start - (text.lastIndexOf('\n', pair.start - 1) + 1) + 1;
  const colon = text.indexOf(':', pair.keyRange.end);
  const at = colon < 0 ? pair.end : Math.min(colon + 1, pair.end);
  return { start: at, end: at, indent, empty: true };
}

/** A file of Hadoop is one mapping. */
export function sectionOfXml(root: Mapping, file: Surrounding, runsOn: Runtime | undefined): Section {
  const around: Around = { ...file, mergeable: 0 };
  const entries = entriesOf(root, 'configuration', root.start, around).map((entry): ConfEntry => ({ ...entry, told: { ...entry.told!, within: 'element' } }));
  return { start: root.start, end: root.end, entries: numbered(entries), runsOn, open: around.open, keysAt: { start: root.start, end: root.end, indent: undefined } };
}
