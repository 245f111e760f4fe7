/**
 * Readers, writers, session builders, SparkConf and Pipelines: objects that change in place and give themselves back. What each
 * holds is kept in the state of the run, beside fields and variables, so that branches and loops join it.
 */
import type { Builder, Kind, Option, Props, Site, SparkValue } from './model.ts';
import type { Run } from './run.ts';
import { isUnknown, sparkValues } from './values.ts';

export const emptyProps: Props = { options: new Map(), open: false };

const kinds: ReadonlySet<Kind> = new Set(['DataFrameReader', 'DataFrameWriter', 'DataFrameWriterV2', 'DataStreamReader', 'DataStreamWriter', 'SparkSession.Builder', 'SparkConf']);
export const isBuilder = (kind: Kind): boolean => kinds.has(kind);

/** The one field of a builder. */
const field = 'props';
const stored = (props: Props): SparkValue => ({ is: 'spark', kind: 'builder', props, why: nowhere });
const nowhere = { site: { module: '', start: 0, end: 0 }, text: '' };

/** A fresh builder: each run of the place that makes it gives one that was told nothing yet. */
export function makeBuilder(run: Run, kind: Kind, site: Site, name: Site, props = emptyProps): Builder {
  const key = `${site.module}:${name.start}:${site.end}:${kind}${run.callersKey}`;
  let builder = run.memory.builders.get(key);
  if (!builder) run.memory.builders.set(key, (builder = { module: run.module, told: props }));
  run.state.heap.fields(builder).set(field, [stored(props)]);
  run.effects++;
  run.concerns++;
  return builder;
}

/** What a builder holds here; where the run did not come by its making, what it was last told. */
export function propsOf(run: Run, value: SparkValue | undefined): Props {
  if (!value?.builder) return value?.props ?? emptyProps;
  const held = run.read(value.builder, field);
  if (!held) return value.builder.told;
  if (isUnknown(held)) return { ...value.builder.told, open: true };
  return sparkValues(held).map(({ props }) => props!).reduce(joined);
}

/** Changes what builders hold; where it is not known which one it is, each may have been told. */
export function tell(run: Run, receivers: readonly SparkValue[], change: (props: Props) => Props): void {
  const values = receivers.filter((value, index) => value.builder && receivers.findIndex((other) => other.builder === value.builder) === index);
  run.effects++;
  run.concerns++;
  for (const value of values) {
    const builder = value.builder!;
    const before = propsOf(run, value);
    const after = change(before);
    run.state.heap.fields(builder).set(field, [stored(values.length === 1 ? after : joined(before, after))]);
    // What another module made tells its own story.
    if (builder.module === run.module) builder.told = { ...after, options: new Map([...builder.told.options, ...after.options]) };
  }
}

/** Of two branches: what either says; where both say something else, nobody knows. */
function joined(a: Props, b: Props): Props {
  if (a === b) return a;
  return {
    options: joinedOptions(a.options, b.options),
    format: either(a.format, b.format), mode: either(a.mode, b.mode), outputMode: either(a.outputMode, b.outputMode),
    partitionBy: a.partitionBy ?? b.partitionBy, byLiterals: a.byLiterals && b.byLiterals, queryName: a.queryName ?? b.queryName,
    schema: a.schema || b.schema, trigger: a.trigger === b.trigger ? a.trigger : 'other', batch: a.batch || b.batch, open: a.open || b.open, learnsNothing: a.learnsNothing && b.learnsNothing,
  };
}

const either = (a: string | undefined, b: string | undefined): string | undefined => (a === b ? a : 'unknown');

function joinedOptions(a: Props['options'], b: Props['options']): Props['options'] {
  const options = new Map<string, Option>([...a, ...b]);
  for (const [key, option] of options) if (a.has(key) && b.has(key) && a.get(key)!.value !== b.get(key)!.value) options.set(key, { ...option, value: undefined });
  return options;
}
