import { saysAll } from '../rule/commands.ts';
import { isForCluster, sizeOf, tells, valueOf } from '../rule/entries.ts';
import { gibibytes } from '../rule/resources.ts';
import { defineRule } from '../rule/rule.ts';
import { isForTrial } from '../rule/trial-runs.ts';

const heap = 'spark.driver.memory';
/** Twice the default. */
const small = 2 * 2 ** 30;
const sizing = ['spark.executor.memory', 'spark.executor.instances', 'spark.executor.cores'];

export default defineRule({
  name: 'thrift-server-with-small-heap',
  category: 'driver',
  severity: 'information',
  since: '0.1.0',
  languages: ['shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'broken-continuation'],
  looksAt: 'settings',
  check(context) {
    const { command, entries, registry, targets, path, toldElsewhere, report } = context;
    if (command?.launcher !== 'start-thriftserver.sh' || !saysAll(command) || !isForCluster(context)) return;
    const own = valueOf(entries, heap);
    const size = sizeOf(own, registry, targets);
    // Who sizes executors sizes the cluster: the driver was forgotten.
    const sized = entries.find(({ key }) => sizing.includes(key));
    const forgotten = !own && !tells(entries, heap) && sized !== undefined && toldElsewhere?.(heap, command) !== true;
    if (!forgotten && (size === undefined || size >= small) || isForTrial(context, own ?? sized!)) return;
    report({
      at: own?.valueSite ?? { module: path, start: command.nameRange.start, end: command.nameRange.end },
      message: `The Thrift server is one driver for all its clients, which plans their queries and gathers their results, and its heap is ${own ? gibibytes(size!) : '1 GiB, since nothing says `--driver-memory`'}.`,
    });
  },
  docs: {
    summary: 'the Thrift server runs with a heap that suits a shell',
    what: 'A command that starts the Thrift server with `--driver-memory` below 2g, or that sizes executors and not the driver, which then has 1 GiB.',
    why: 'The server runs in client mode, on the machine that starts it: one driver plans the queries of all clients, keeps their state and gathers their results. An `OutOfMemoryError` there ends everybody\'s queries.',
    fine: 'Local masters and what tries something out are not reported, nor where a properties file may say more.',
    examples: [
      { language: 'shell', bad: 'start-thriftserver.sh --master yarn \\\n  --executor-memory 16g \\\n  --num-executors 20\n', good: 'start-thriftserver.sh --master yarn \\\n  --driver-memory 16g \\\n  --executor-memory 16g \\\n  --num-executors 20\n' },
    ],
    source: 'The default heap in the registries of Spark 2.4 to 4.3; that the server has no cluster mode was tried on 3.5.9 and 4.3.0.',
  },
});
