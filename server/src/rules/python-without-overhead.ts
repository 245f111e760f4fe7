import { tells } from '../rule/entries.ts';
import { onePerSite } from '../rule/queries.ts';
import { defineRule } from '../rule/rule.ts';

/** Whole batches or groups of rows stand in the memory of the Python processes. */
const inBatches: ReadonlySet<string> = new Set(['mapInPandas', 'mapInArrow', 'applyInPandas', 'applyInArrow', 'applyInPandasWithState']);
const keys = ['spark.executor.memoryOverhead', 'spark.executor.memoryOverheadFactor', 'spark.yarn.executor.memoryOverhead', 'spark.executor.pyspark.memory', 'spark.executor.minMemoryOverhead'];

export default defineRule({
  name: 'python-without-overhead',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python'],
  fix: 'none',
  looksAt: 'program',
  check({ program, settings, targets, fileKind, submits, mentions, report }) {
    if (fileKind === 'test' || program.partial) return;
    const masters = submits?.().map(({ master }) => master) ?? [];
    const all = [...settings, ...program.settings];
    const onYarn = masters.length > 0 ? masters.every((master) => master === 'yarn') : targets.manager === 'yarn' || tells(all, 'spark.master');
    if (!onYarn || keys.some((key) => tells(all, key)) || all.some(({ key, value }) => key === 'spark.master' && value !== 'yarn') || mentions?.(/memoryOverhead|pyspark\.memory|minMemoryOverhead/)) return;
    const [first, ...others] = onePerSite(program.datasets.filter(({ made, site }) => inBatches.has(made) && site.module === program.path));
    if (!first) return;
    report({
      at: first.name,
      message: `\`${first.made}\` holds whole batches or groups in Python processes, which live in the overhead of the container: a tenth of the heap, or 384 MiB, and nothing in sight raises it. YARN ends containers that take more. Set \`spark.executor.memoryOverhead\`.`,
      related: others.slice(0, 3).map(({ name, made }) => ({ site: name, message: `\`${made}\` as well` })),
    });
  },
  docs: {
    summary: 'pandas functions on YARN with the overhead that suits the JVM alone',
    what: '`mapInPandas`, `applyInPandas` and the like in a job that YARN runs, while no setting, script or file of the project speaks of `spark.executor.memoryOverhead`, its factor or `spark.executor.pyspark.memory`.',
    why: 'Python runs beside the JVM, in what the container has more than the heap: by default 10 %. A group that `applyInPandas` is given stands there whole, as a pandas frame, once for each task that runs. YARN ends containers that grow beyond their size, and the executor is lost with all its tasks.',
    fine: 'Small groups and batches fit. On Kubernetes Python gets 40 % in cluster mode, and nothing is reported; nor where the manager is not known from the commands of the project or its settings.',
    examples: [
      { language: 'python', bad: 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.master("yarn").getOrCreate()\n\n\ndef fit(frame):\n    return frame\n\n\nspark.read.parquet("/data/orders").groupBy("user").applyInPandas(fit, "user string, n long").write.parquet("/data/out")\n', good: 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.master("yarn").config("spark.executor.memoryOverhead", "4g").getOrCreate()\n\n\ndef fit(frame):\n    return frame\n\n\nspark.read.parquet("/data/orders").groupBy("user").applyInPandas(fit, "user string, n long").write.parquet("/data/out")\n' },
    ],
    source: 'The containers that Spark 3.5.6 and 4.3.0 reckon; that YARN ends them is from its documentation.',
  },
});
