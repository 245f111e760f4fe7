/** Names and values that code gives to readers, writers and Hadoop's configuration. */
import type { Abstract, ArgValue, Site, SparkProgram, Value } from '../analysis/model.ts';
import { forEachOf } from '../program/expressions.ts';
import { actions, eventsOf } from './queries.ts';

export interface Given {
  readonly name: string;
  readonly value: string;
  readonly at: Site;
  /** What one reader, writer or configuration was given belongs together. */
  readonly of?: object;
}

/** As far as the values are known, each place once. */
export function givenIn(program: SparkProgram): Given[] {
  const found = [...ofReaders(program), ...ofWriters(program), ...ofHadoop(program)];
  const seen = new Set<string>();
  return found.filter(({ at, name }) => at.module === program.path && !seen.has(`${at.start}:${name}`) && seen.add(`${at.start}:${name}`));
}

const ofReaders = ({ datasets }: SparkProgram): Given[] => datasets.flatMap((of) => {
  const { source, made, args } = of;
  if (!source) return [];
  const options = [...source.told ?? []].flatMap(([name, { value, key }]) => (value === undefined ? [] : [{ name, value, at: key, of }]));
  return made === 'jdbc' ? [...options, ...ofJdbc(args, of)] : options;
});

const ofWriters = (program: SparkProgram): Given[] => [
  ...eventsOf(program, 'write').flatMap((of) => [...of.props.options].flatMap(([name, { value, key }]) => (value === undefined ? [] : [{ name, value, at: key, of }]))),
  ...actions(program).flatMap((of) => (of.method.name === 'jdbc' && of.method.owner.endsWith('Writer') ? ofJdbc(of.args, of) : [])),
];

/** `jdbc(url, table, …, properties)`: the address, and the entries of what is given as properties. */
function ofJdbc(args: readonly ArgValue[], of: object): Given[] {
  return args.flatMap((arg, index) => {
    const address = index === 0 && arg.name === undefined || arg.name === 'url' ? textOf(arg.value) : undefined;
    if (address !== undefined) return [{ name: 'url', value: address, at: arg.site, of }];
    return arg.value.flatMap((item) => entriesOf(item).flatMap(([name, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [{ name, value: text, at: arg.site, of }];
    }));
  });
}

const entriesOf = (item: Abstract): (readonly [string, Value])[] => (item.is === 'collection' && item.entries ? [...item.entries] : []);

function textOf(value: Value): string | undefined {
  const [only] = value;
  return value.length === 1 && only?.is === 'constant' && typeof only.value === 'string' ? only.value : undefined;
}

/** `hadoopConfiguration.set("fs.s3a.secret.key", …)`, and by whatever name the configuration goes: keys that begin with `fs.` are Hadoop's. */
function ofHadoop({ lowered, path, types }: SparkProgram): Given[] {
  if (!/\bfs\./.test(lowered.text)) return [];
  const found: Given[] = [];
  forEachOf(lowered, ['call'], (expr, range, defs) => {
    if (expr.fn.kind !== 'member' || expr.fn.name !== 'set' || expr.args.length !== 2) return;
    const [key, value] = expr.args.map((arg) => arg.value);
    if (key?.kind !== 'literal' || typeof key.value !== 'string' || !/^fs\./.test(key.value)) return;
    const text = value!.kind === 'literal' && typeof value!.value === 'string' ? value!.value : textOf(types.get(value!) ?? []);
    if (text === undefined) return;
    const start = range.start - expr.span[0];
    found.push({ name: key.value, value: text, at: { module: path, start: start + key.span[0], end: start + key.span[1] }, of: defs.at(-1)! });
  });
  return found;
}
