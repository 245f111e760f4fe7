/** Texts within a file of data that others read in their own way: properties files, as in a ConfigMap, variables, commands. */
import { formerVariables } from '../../knowledge/submit.ts';
import type { ConfEntry, Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { isConfFile, looksLikeConf, parseProperties } from '../properties.ts';
import { javaVariables, optionVariables, variableSection } from '../shell/script.ts';
import { argumentsOf, commandIn, commandsOf, javaOptions, isPartOfCommand, listSections, parametersIn, type Source } from './commands.ts';
import { hole, type List, type Mapping, type Node, type Pair, pairOf, textOf } from './tree.ts';

/** Names of values that are a properties file; of a file of Spark's, whatever stands around these words. */
const ofSettings = /^(?:\w+[_.-]?)?spark[_.-]?(?:defaults?|conf|config|configs|configuration|properties|props|settings)?$|^(?:conf|config|configuration|properties|defaults)$|spark[\w.-]*\.(?:conf|properties)(?:[.-][\w.-]*)?$/i;

/** Livy's, of keys that its users may not set: they stand there alone. */
const ofNames = /blacklist|denylist|blocklist/i;

const ofCluster = /\bkind["']?[ \t]*:[ \t]*["']?ConfigMap\b/;

/** `name`: what it stands under. */
export function textsIn(node: Mapping | List, name: string, source: Source): Section[] {
  if (node.is === 'list') return [...(isPartOfCommand(name) ? [] : listSections(node, source)), ...node.items.flatMap((item) => variableIn(item, source))];
  return [...commandsOf(node, source), ...node.pairs.flatMap((pair): Section[] => [...propertiesIn(pair, source), ...parametersIn(pair, node, name, source), ...variableOf(pair, source)])];
}

/** `NAME: value` */
function variableOf(pair: Pair, source: Source): Section[] {
  if (pair.value?.is !== 'scalar') return [];
  if (Object.hasOwn(formerVariables, pair.key)) return [variableSection(pair.key, pair.keyRange, pair)];
  if (javaVariables.has(pair.key) && !pair.alias) return javaOptions(pair.keyRange, pair.value, 0, source);
  if (pair.alias) return [];
  if (Object.hasOwn(optionVariables, pair.key)) return argumentsOf(pair.key, pair.keyRange, pair.value, 0, source);
  return isCommand(pair.key) ? commandIn(pair.value, 0, source) : [];
}
/** `SUBMIT_COMMAND`: somebody runs what it holds; `HELP` is read by people. */
const isCommand = (name: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(name) && /(?:^|_)(?:COMMANDS?|CMD|SUBMIT|EXEC|RUN|ENTRYPOINT|JOB|TASK)(?:_|$)/.test(name) && !/HELP|USAGE|EXAMPLE|DOC/.test(name);

// ---- properties -----------------------------------------------------------------------------------------------------

/** Blanks before a line mean as little to YAML as they do to the reader of properties: the text is read where it stands. */
function propertiesIn({ key, value, alias }: Pair, { masked, branchAt, open: isOpen }: Source): Section[] {
  const head = value?.is === 'scalar' && !alias ? /^\|[-+\d]*[ \t]*(?:#[^\r\n]*)?\r?\n/.exec(masked.slice(value.start, value.end)) : null;
  if (!head) return [];
  const start = value!.start + head[0].length;
  const body = masked.slice(start, value!.end);
  if (ofNames.test(key) || !looksLikeConf(body) || !isConfFile(key, body) && !ofSettings.test(key)) return [];
  const file = parseProperties('', body);
  const shifted = (range: Range): Range => ({ start: range.start + start, end: range.end + start });
  // What values are put into may say more.
  const open = isOpen || !ofCluster.test(masked);
  // Entries in branches of a template need not stand beside one another.
  const own = file.entries.filter((entry) => !entry.key.includes(hole));
  const branches = [...new Set(own.map((entry) => branchAt(entry.start + start)))];
  return branches.map((branch, index) => ({
    start, end: value!.end, means: 'file', open: open || branches.length > 1, comments: index === 0 ? file.comments.map(shifted) : [],
    entries: own.filter((entry) => branchAt(entry.start + start) === branch).map((entry): ConfEntry => ({ ...shifted(entry), key: entry.key, keyRange: shifted(entry.keyRange), value: entry.value.includes(hole) ? undefined : entry.value, valueRange: shifted(entry.valueRange) })),
  }));
}

/** `- NAME=value` of a compose file, `- name: NAME` of Kubernetes. */
function variableIn(item: Node, source: Source): Section[] {
  const named = item.is === 'mapping' ? pairOf(item, 'name')?.value : item;
  const name = /^[A-Z][A-Z_\d]*/.exec(textOf(named) ?? '')?.[0];
  if (named?.is !== 'scalar' || name === undefined) return [];
  if (!Object.hasOwn(formerVariables, name)) {
    const value = item.is === 'mapping' ? (named.text === name ? pairOf(item, 'value')?.value : undefined) : named.text![name.length] === '=' ? named : undefined;
    if (value?.is !== 'scalar') return [];
    const from = value === named ? name.length + 1 : 0;
    if (javaVariables.has(name)) return javaOptions(named.inner, value, from, source);
    return Object.hasOwn(optionVariables, name) ? argumentsOf(name, named.inner, value, from, source) : isCommand(name) ? commandIn(value, from, source) : [];
  }
  const isSet = item.is === 'mapping' ? named.text === name && (pairOf(item, 'value') ?? pairOf(item, 'valueFrom')) !== undefined : named.text![name.length] === '=';
  return isSet ? [variableSection(name, named.inner, item)] : [];
}
