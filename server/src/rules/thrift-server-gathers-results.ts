import { isTrue, sizeOf, tells, valueOf } from '../rule/entries.ts';
import { saysAll } from '../rule/commands.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const key = 'spark.sql.thriftServer.incrementalCollect';
const limit = 'spark.driver.maxResultSize';
/** The default: who raises it has met larger results. */
const usual = 2 ** 30;

export default defineRule({
  name: 'thrift-server-gathers-results',
  category: 'driver',
  severity: 'information',
  since: '0.1.0',
  languages: ['shell'],
  fix: 'suggested',
  looksAt: 'settings',
  check(context) {
    const { command, entries, registry, targets, path, report } = context;
    if (command?.launcher !== 'start-thriftserver.sh' || !saysAll(command)) return;
    if (tells(entries, key) && !(valueOf(entries, key) && !isTrue(valueOf(entries, key)))) return;
    const own = valueOf(entries, key);
    const results = valueOf(entries, limit);
    const size = sizeOf(results, registry, targets);
    // Every server gathers by default: it matters where large results come, or somebody chose it.
    if (!own && !(size === 0 || size !== undefined && size > usual)) return;
    const behind = entries.findLast(({ told }) => told && !told.conditional);
    const edits = own ? settingEdits(context).setValue(own, 'true') : behind ? settingEdits(context).add(behind, key, 'true') : [];
    report({
      at: own?.valueSite ?? { module: path, start: command.nameRange.start, end: command.nameRange.end },
      message: `The Thrift server gathers the whole result of each query on its heap before the client sees a row${own ? '' : ', and here these may be large (`spark.driver.maxResultSize`)'}. With \`${key}\` it hands out partition by partition: less memory, but a job for each of them.`,
      fixes: edits.length > 0 ? [{ title: `Set \`${key}\``, safety: 'suggested', edits }] : [],
    });
  },
  docs: {
    summary: 'the Thrift server holds whole results before it hands them out',
    what: 'A command that starts the Thrift server with `spark.sql.thriftServer.incrementalCollect=false`, or without that setting and with a `spark.driver.maxResultSize` above its default of 1 GiB: results are large there.',
    why: 'The server is one driver for all its clients. A client that selects a large table brings all of it to that heap, and an `OutOfMemoryError` there ends everybody\'s queries.',
    fine: 'Where clients ask for small results, gathering at once is faster: with the default limit of results nothing is said. Where the setting may stand in a properties file that is named, nothing is said.',
    fix: 'Adds the setting to the command, or sets it to true.',
    examples: [
      { language: 'shell', bad: 'start-thriftserver.sh --master yarn \\\n  --driver-memory 40g \\\n  --conf spark.driver.maxResultSize=16g\n', good: 'start-thriftserver.sh --master yarn \\\n  --driver-memory 40g \\\n  --conf spark.driver.maxResultSize=16g \\\n  --conf spark.sql.thriftServer.incrementalCollect=true\n' },
    ],
    source: 'The default in the registries of Spark 2.4 to 4.3; read from the server\'s source.',
  },
});
