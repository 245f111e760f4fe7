import { evidenceOf } from '../rule/explain.ts';
import { onePerSite, settingsOf } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'schema-inference',
  category: 'reading-and-writing',
  severity: 'information',
  since: '0.1.0',
  languages: ['python'],
  fix: 'none',
  looksAt: 'program',
  check({ program, settings, fileKind, report }) {
    if (fileKind === 'test') return;
    const streamInference = [...settingsOf(program.settings, 'spark.sql.streaming.schemaInference'), ...settings.filter((setting) => setting.key === 'spark.sql.streaming.schemaInference')].some((setting) => setting.value !== 'false');
    for (const dataset of onePerSite(program.datasets.filter((each) => each.source !== undefined && each.site.module === program.path))) {
      const source = dataset.source!;
      const format = source.format === 'unknown' ? undefined : source.format?.toLowerCase();
      // Only CSV asks for `inferSchema`: where the format is a variable, the option tells.
      const infers = source.options.get('inferschema')?.toLowerCase() === 'true';
      if (source.schemaGiven || format === undefined && !infers || dataset.method?.owner === 'SparkContext' || dataset.bound.is === 'rows') continue;
      if (dataset.streaming === 'yes') {
        if (format === undefined || !['csv', 'json', 'parquet', 'orc', 'xml'].includes(format) || streamInference || dataset.method?.owner !== 'DataStreamReader') continue;
        report({ at: dataset.name, severity: 'error', message: `A stream of ${format.toUpperCase()} files needs a schema: Spark refuses to start this one unless \`.schema(…)\` is given or \`spark.sql.streaming.schemaInference\` is on.`, evidence: evidenceOf(dataset) });
        continue;
      }
      // Whoever explores a file in a notebook may let Spark guess.
      if (fileKind === 'notebook') continue;
      if ((format === 'csv' || format === undefined) && infers) {
        report({ at: optionSite(dataset.site, dataset.name), message: '`inferSchema` reads the whole CSV once more, record by record, only to guess the types, and the guess changes with the data. Give the schema instead; `samplingRatio` saves parsing, not reading.', evidence: evidenceOf(dataset) });
      } else if (format === 'json' && dataset.method?.owner === 'DataFrameReader' && !source.options.has('cloudfiles.format')) {
        report({ at: dataset.name, message: 'Without a schema Spark reads all of the JSON once more, only to guess the columns and their types, and the guess changes with the data. Give the schema instead.', evidence: evidenceOf(dataset) });
      }

      /** The word `inferSchema` in this read, else the reading method. */
      function optionSite(site: { module: string; start: number; end: number }, name: { module: string; start: number; end: number }): { module: string; start: number; end: number } {
        const match = /\binferSchema\b/i.exec(program.lowered.text.slice(site.start, site.end));
        return match ? { module: site.module, start: site.start + match.index, end: site.start + match.index + match[0].length } : name;
      }
    }
  },
  docs: {
    summary: 'the schema of CSV or JSON is guessed by reading everything once more',
    what: 'A CSV read with `inferSchema`, or a JSON read without a schema. For streams over files a missing schema is an error.',
    why: 'To guess the types Spark goes through every record before the job proper starts, so the input is read twice. Worse, tomorrow\'s file can give other types: a column of numbers turns into text at the first dash.',
    fine: 'With a schema nothing is guessed (`inferSchema` beside it does nothing). Parquet and ORC carry theirs; a CSV header alone costs one line. In a notebook that explores a file once, guessing is fair.',
    examples: [{ language: 'python', bad: 'sales = spark.read.csv("/data/sales", header=True, inferSchema=True)\n', good: 'sales = spark.read.csv("/data/sales", header=True, schema="day DATE, amount DECIMAL(10, 2)")\n' }],
    source: 'Jobs and records of each kind of read counted on Spark 3.5.9 and 4.3.0.',
  },
});
