import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { evidenceOf } from '../rule/explain.ts';
import { mayBeToldOutside, toldOf } from '../rule/jobs.ts';
import { eventsOf, lineageUpTo, onePerSite } from '../rule/queries.ts';
import { isForDatabricks } from '../rule/entries.ts';
import { isOfFiles, ownInput, replacesPath } from '../rule/own-input.ts';
import { readyAt } from '../rule/uses.ts';
import { defineRule, type ProgramContext } from '../rule/rule.ts';

export default defineRule({
  name: 'overwriting-own-input',
  category: 'reading-and-writing',
  severity: 'error',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'none',
  looksAt: 'program',
  check(context) {
    const { program, settings, fileKind, launch, forDatabricks, report } = context;
    if (fileKind === 'test') return;
    /** Platforms of notebooks have a default of their own. */
    const byDefault = (): boolean => !program.lowered.notebook && !isForDatabricks({ launch, text: program.lowered.text, forDatabricks }) && [...program.settings, ...settings].every(({ key, value }) => key !== 'spark.sql.sources.default' || isOfFiles(value ?? '', false));
    const inputs = new Map(eventsOf(program, 'write').flatMap((write) => {
      const input = replacesPath(write) && !isDynamic(context, write) ? write.on.flatMap((dataset) => ownInput(program, write, dataset, (each) => readyAt(program, each, write)) ?? [])[0] : undefined;
      return input && [write.props.format, input.source!.format].every((format) => isOfFiles(format, format === undefined && byDefault())) ? [[write, input] as const] : [];
    }));
    // Of what callers give a function, one that names its own input is enough.
    for (const write of onePerSite([...inputs.keys()])) {
      const input = inputs.get(write)!;
      const isUnlessTold = mayBeDynamic(write) && mayBeToldOutside(context);
      // Spark finds a cache by its plan: that of an equal chain, built apart, serves as well.
      const shapes = shapesIn(program);
      const read = new Set(write.on.flatMap((each) => lineageUpTo(each, (step) => readyAt(program, step, write))).map((step) => shapes.get(step)));
      const mayBeKept = program.datasets.some((each) => each.from.length > 0 && read.has(shapes.get(each)) && readyAt(program, each, write));
      report({
        at: write.target.site ?? write.name,
        ...(isUnlessTold || mayBeKept) && { severity: 'warning' },
        message: `This overwrites the path that the data is read from${write.target.path === undefined ? '' : ` (\`${write.target.path}\`)`}: Spark deletes the target first and reads it afterwards, so the write fails and can lose all data${isUnlessTold ? `, unless the settings that its command names and that are not in sight make \`${overwriteMode}\` dynamic` : mayBeKept ? ', unless what is cached of it is just what is written' : ''}.`,
        related: [{ site: input.name, message: 'read here' }],
        evidence: evidenceOf(input),
      });
    }
  },
  docs: {
    summary: 'a write with mode overwrite goes to the path the data is read from',
    what: 'The target of a write with mode `overwrite` is a path that the dataset\'s own lineage reads: the same literal, or the same unchanged variable.',
    why: 'For path writes Spark does not check this. It deletes the target, then starts the tasks that read it: they find no files, the job fails, and the directory is left empty. With adaptive execution and a shuffle above every scan it happens to succeed, which makes it look safe in a test.',
    fine: 'Appending; a frame that has no rows (`limit(0)`), of which nothing is read; dynamic partition overwrite of a partitioned write; after a checkpoint, or after `cache()` and an action that filled it (`cache()` alone is no protection, nor is a cache that was released before the write, or one that holds only another part of what is written); formats that keep versions, such as Delta and Iceberg, and others that are not Spark\'s own. Otherwise write to another path and swap the two.',
    examples: [{ language: 'python', bad: 'users = spark.read.parquet("/data/users")\nusers.dropDuplicates(["id"]).write.mode("overwrite").parquet("/data/users")\n', good: 'users = spark.read.parquet("/data/users")\nusers.dropDuplicates(["id"]).write.mode("overwrite").parquet("/data/users_unique")\n' }, { language: 'scala', bad: 'val users = spark.read.parquet("/data/users")\nusers.dropDuplicates("id").write.mode("overwrite").parquet("/data/users")\n', good: 'val users = spark.read.parquet("/data/users")\nusers.dropDuplicates("id").write.mode("overwrite").parquet("/data/users_unique")\n' }],
    source: 'Tried on Spark 3.5.9 and 4.3.0 with Parquet, CSV, JSON and ORC, with and without adaptive execution.',
  },
});

/** The steps that lead to each dataset, by name: what is alike may have one plan. A dataset stands behind those that it is made from. */
function shapesIn({ datasets }: SparkProgram): ReadonlyMap<Dataset, string> {
  const shapes = new Map<Dataset, string>();
  for (const each of datasets) shapes.set(each, `${each.made}(${each.source?.paths.join() ?? ''} ${each.from.map((step) => shapes.get(step) ?? '').join()})`.slice(0, longestShape));
  return shapes;
}
/** In characters: chains that differ only behind that are taken for alike. */
const longestShape = 2_000;

const overwriteMode = 'spark.sql.sources.partitionOverwriteMode';

/** By partitions, and with no word of its own of which of them go. */
const mayBeDynamic = ({ props }: EventOf<'write'>): boolean => (props.partitionBy !== undefined || props.open) && !props.options.has('partitionoverwritemode');

function isDynamic(context: ProgramContext, write: EventOf<'write'>): boolean {
  if (write.props.partitionBy === undefined && !write.props.open) return false;
  const mode = write.props.options.get('partitionoverwritemode');
  if (mode) return mode.value === undefined || mode.value.toLowerCase() === 'dynamic';
  return toldOf(context, overwriteMode).some(({ value }) => value === undefined || value.toLowerCase() === 'dynamic');
}
