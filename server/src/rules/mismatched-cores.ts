import type { Setting } from '../analysis/model.ts';
import { managerBeside, valueBeside } from '../rule/beside.ts';
import { atStart, countOf } from '../rule/entries.ts';
import { defineRule, type Severity } from '../rule/rule.ts';

const cores = 'spark.executor.cores';
const perTask = 'spark.task.cpus';
const all = 'spark.cores.max';

export default defineRule({
  name: 'mismatched-cores',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value', 'ineffective-option'],
  looksAt: 'settings',
  check(context) {
    for (const entry of atStart(context.entries)) {
      if (entry.key !== cores) continue;
      const executor = countOf(entry);
      const read = (key: string): { readonly at: Setting; readonly value: number } | undefined => {
        const found = valueBeside(entry, key, context);
        const value = found === 'unset' || found === 'unknown' ? undefined : countOf(found);
        return value === undefined ? undefined : { at: found as Setting, value };
      };
      if (executor === undefined) continue;
      const tell = (message: string, other: Setting, severity?: Severity): void => context.report({ at: entry.valueSite, ...(severity ? { severity } : {}), message, related: [{ site: other.keySite, message: 'the other number' }] });
      const task = read(perTask);
      if (task && task.value > executor) tell(`An executor has ${counted(executor)} and a task takes ${task.value} (\`${perTask}\`): the context does not start.`, task.at, 'error');
      else if (task && executor % task.value > 0) tell(`Of ${executor} cores of an executor ${executor % task.value} stay idle, since a task takes ${task.value} (\`${perTask}\`).`, task.at);
      const manager = managerBeside(entry, context);
      const most = manager === undefined || manager === 'standalone' ? read(all) : undefined;
      if (most && most.value < executor) tell(`An executor takes ${counted(executor)}, and the application may have ${most.value} (\`${all}\`): no executor fits into that, and the application waits.`, most.at, 'warning');
      else if (most && most.value % executor > 0) tell(`\`${all}\` (${most.value}) is no multiple of \`${cores}\` (${executor}): ${counted(most.value % executor)} of the application's share stay unused.`, most.at);
    }
  },
  docs: {
    summary: 'cores of a task, an executor and the application that do not go into one another',
    what: '`spark.task.cpus` above `spark.executor.cores`, or one that leaves a rest; `spark.cores.max` below `spark.executor.cores`, or no multiple of it.',
    why: 'An executor that cannot hold one task keeps the context from starting. With a maximum below the cores of one executor a standalone cluster starts none. A rest is paid for and never used; Spark says so in the log, once.',
    fine: 'A rest may be wanted: tasks that use a GPU, or cores left for other threads. Numbers that are not both in sight are not compared.',
    examples: [
      { language: 'conf', bad: 'spark.executor.cores  2\nspark.task.cpus  4\n', good: 'spark.executor.cores  4\nspark.task.cpus  2\n' },
      { language: 'python', bad: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.cores", "4").config("spark.cores.max", "10").getOrCreate()\n', good: 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.cores", "4").config("spark.cores.max", "12").getOrCreate()\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.cores", "4")\n    .set("spark.task.cpus", "3")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.executor.cores", "4")\n    .set("spark.task.cpus", "2")\n}\n' },
      { language: 'shell', bad: 'spark-submit --master spark://host:7077 --executor-cores 4 --total-executor-cores 10 job.py\n', good: 'spark-submit --master spark://host:7077 --executor-cores 4 --total-executor-cores 12 job.py\n' },
    ],
    source: 'Tried on Spark 3.5.6 and 4.3.0, on a local master and for a standalone cluster; what stays unused is what Spark says of it in its log.',
  },
});

const counted = (number: number): string => `${number} core${number === 1 ? '' : 's'}`;
