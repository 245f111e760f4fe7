/** Reported by the runner, which alone knows what each comment silenced. */
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'unused-suppression',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'safe',
  tags: ['unnecessary'],
  looksAt: 'program',
  check() {},
  docs: {
    summary: 'an ignore comment that silences nothing',
    what: 'A `# sparkcheck: ignore[name]` or `# sparkcheck: ignore-file[name]` comment (`// sparkcheck: …` in Scala) names a rule that reports nothing at that place, or an `ignore-file` comment stands below the head of the file, where it does not count.',
    why: 'The fault it once excused is gone, or has moved. A comment that stays behind misleads its readers, and it would silence the next fault at that line unseen.',
    fine: 'Never: remove the name. A rule that is switched off, or that is not among those selected for a run, is not judged.',
    fix: 'Removes the name, or the whole comment where no other name is left.',
    examples: [
      { language: 'python', bad: 'total = 1 + 1  # sparkcheck: ignore[collect-to-driver] small table\n', good: 'total = 1 + 1  # a small table\n' },
      { language: 'scala', bad: 'val name = "etl" // sparkcheck: ignore[unknown-key] read by our launcher\n', good: 'val name = "etl" // read by our launcher\n' },
      { language: 'conf', bad: '# sparkcheck: ignore[unknown-key] read by our launcher\nspark.executor.memory  4g\n', good: '# read by our launcher\nspark.executor.memory  4g\n' },
      { language: 'shell', bad: '# sparkcheck: ignore[unknown-key] read by our launcher\nspark-submit --executor-memory 4g job.py\n', good: '# read by our launcher\nspark-submit --executor-memory 4g job.py\n' },
    ],
    source: 'Sparkcheck itself.',
  },
});
