import { defineRule } from '../rule/rule.ts';

/** Names that people give the file; Spark reads `spark-defaults.conf` alone. */
const nearNames = /^(spark-default|spark_defaults?|sparkdefaults?|spark-defualts?|spark-deafults?|spark-defaults?-conf|spark-conf|spark)\.conf$/;

export default defineRule({
  name: 'unread-file-name',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['conf'],
  fix: 'none',
  looksAt: 'settings',
  check({ conf, exists, namedBySubmit, report }) {
    const first = conf?.form === 'properties' ? conf.entries[0] : undefined;
    if (!conf || !first) return;
    const name = conf.path.slice(conf.path.lastIndexOf('/') + 1);
    const folder = conf.path.slice(0, conf.path.length - name.length);
    if (!nearNames.test(name) || name === 'spark.conf' || name === 'spark-conf.conf' || namedBySubmit?.(name)) return;
    const right = exists(`${folder}spark-defaults.conf`);
    report({
      at: { module: conf.path, start: first.start, end: first.keyRange.end },
      message: `Spark never reads a file named \`${name}\`: the name is \`spark-defaults.conf\`${right ? ', which stands beside it' : ''}. All its entries are without effect, unless a command names it by \`--properties-file\`.`,
      ...(right ? {} : { renameTo: 'spark-defaults.conf' }),
    });
  },
  docs: {
    summary: 'a defaults file whose name Spark does not read',
    what: 'A file such as `spark-default.conf` that holds Spark keys. Spark reads `spark-defaults.conf` from its configuration folder, and no other.',
    why: 'Nothing reports a file that is not read. All entries are without effect.',
    fine: 'Where a command of the project names the file by `--properties-file`, it is not reported. In the editor a quick fix renames the file, unless `spark-defaults.conf` stands beside it: all its entries take effect then.',
    examples: [{ language: 'conf', file: 'spark-default.conf', bad: 'spark.executor.cores  4\n', good: '# entries stand in spark-defaults.conf\n' }],
    source: 'Tried on Spark 3.5.9 and 4.3.0.',
  },
});
