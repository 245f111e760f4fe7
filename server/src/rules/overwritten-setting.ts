import { managerBeside } from '../rule/beside.ts';
import { atStart } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const id = 'spark.app.id';

export default defineRule({
  name: 'overwritten-setting',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['conf', 'shell'],
  fix: 'suggested',
  tags: ['unnecessary'],
  yieldsTo: ['duplicate-key'],
  looksAt: 'settings',
  check(context) {
    if (context.fileKind === 'test' || context.program && !context.command) return;
    for (const entry of atStart(context.entries)) {
      if (entry.key !== id) continue;
      const manager = managerBeside(entry, context);
      // On Kubernetes a driver in client mode takes it.
      if (manager === undefined || manager === 'k8s') continue;
      const edits = settingEdits(context).remove(entry);
      context.report({
        at: entry.keySite,
        message: `Spark sets \`${id}\` itself as the context starts, to the number that the cluster gives the application: what is written here has no effect. A name of your own is \`spark.app.name\`.`,
        fixes: edits.length > 0 ? [{ title: `Remove \`${id}\``, safety: 'suggested', edits }] : [],
      });
    }
  },
  docs: {
    summary: 'a key that Spark sets itself',
    what: '`spark.app.id` in a settings file or a command for YARN, a standalone cluster or a local master.',
    why: 'The context writes it as it starts, whatever it was told: the UI, the event log and the names of metrics show what the cluster calls the application.',
    fine: 'On Kubernetes a driver in client mode takes the value, so nothing is said there, nor where no master is in sight. Code that sets it on a configuration of its own, to read it there again, is not reported.',
    fix: 'Removes the entry.',
    examples: [
      { language: 'conf', bad: 'spark.master  yarn\nspark.app.id  nightly\n', good: 'spark.master  yarn\nspark.app.name  nightly\n' },
      { language: 'shell', bad: 'spark-submit --master yarn --conf spark.app.id=nightly job.py\n', good: 'spark-submit --master yarn --name nightly job.py\n' },
    ],
    source: 'Tried on Spark 3.5.6 and 4.3.0; what Kubernetes does with it was read in its classes.',
  },
});
