/** Programs that declare the tables of a pipeline, each by a function that gives its rows. */
import type { Dataset, EventOf, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachImport } from '../program/expressions.ts';
import { eventsOf, oncePerProgram, rootsOf } from './queries.ts';

/** Tables that Databricks makes anew again and again, by the functions of a notebook: `import dlt`, `from pyspark import pipelines`. */
export const isPipeline = oncePerProgram(({ lowered }): boolean => {
  let found = false;
  forEachImport(lowered.module.body, ({ module, level, names }) => {
    found ||= level === 0 && (module === 'dlt' || module === 'pyspark.pipelines' || module === 'pyspark' && names?.some(({ name }) => name === 'pipelines') === true);
  });
  return found;
});

/** What functions give that declare a table, or a flow into one: a stream is appended to it. */
export const pipelineTables = (program: SparkProgram): readonly EventOf<'escape'>[] =>
  (isPipeline(program) ? eventsOf(program, 'escape').filter(({ how, def }) => how === 'returned' && def.decorators.some((each) => declaring.test(calledName(each) ?? ''))) : []);
const declaring = /^(table|create_table|append_flow)$/;

/** A name without a schema may be a view of the pipeline, made of whatever steps. */
export const readsPipelineView = (dataset: Dataset): boolean => rootsOf(dataset).some(({ source }) => source !== undefined && source.tables.some((table) => !table.includes('.') || /^live\./i.test(table)));
