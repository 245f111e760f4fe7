import { atStart } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

/** What Spark says itself, and who says it. */
const own: Readonly<Record<string, string>> = {
  'spark.app.id': 'the number that the cluster gives the application, or one of Spark\'s own',
};

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
    if (context.program && !context.command) return;
    for (const entry of atStart(context.entries)) {
      if (!Object.hasOwn(own, entry.key)) continue;
      const edits = settingEdits(context).remove(entry);
      context.report({
        at: entry.keySite,
        message: `Spark sets \`${entry.key}\` itself as the context starts, to ${own[entry.key]!}: what is written here has no effect.${entry.key === 'spark.app.id' ? ' A name of your own is `spark.app.name`.' : ''}`,
        fixes: edits.length > 0 ? [{ title: `Remove \`${entry.key}\``, safety: 'suggested', edits }] : [],
      });
    }
  },
  docs: {
    summary: 'a key that Spark sets itself',
    what: '`spark.app.id` in a settings file or a command.',
    why: 'The context writes it as it starts, whatever it was told: the UI, the event log and the names of metrics show what the cluster calls the application.',
    fine: 'Code that sets it on a configuration of its own, to read it there again, is not reported.',
    fix: 'Removes the entry.',
    examples: [
      { language: 'conf', bad: 'spark.app.id  nightly\n', good: 'spark.app.name  nightly\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.app.id=nightly job.py\n', good: 'spark-submit --name nightly job.py\n' },
    ],
    source: 'Tried on Spark 3.5.6 and 4.3.0.',
  },
});
