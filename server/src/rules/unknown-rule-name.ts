/** Reported by the runner, which alone reads suppression comments. */
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'unknown-rule-name',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'safe and suggested',
  looksAt: 'program',
  check() {},
  docs: {
    summary: 'an ignore comment that names no rule, or one that does not exist',
    what: 'A `# sparkcheck: ignore[…]` comment (`// sparkcheck: …` in Scala) without names, or with a name that no rule has or ever had.',
    why: 'It silences nothing, although whoever wrote it believes that it does. Names are required so that a comment written for one finding never hides another.',
    fine: 'Never. Former names of rules are understood and not reported.',
    fix: 'Removes the unknown name, or the whole comment where no other name is left; where the name is a slip of the pen, the right one is suggested instead. For a comment without names there is no fix: which rule was meant, only its author can tell.',
    examples: [
      { language: 'python', bad: 'total = 1 + 1  # sparkcheck: ignore[large-collect]\n', good: 'total = 1 + 1\n' },
      { language: 'scala', bad: 'val total = 1 + 1 // sparkcheck: ignore[large-collect]\n', good: 'val total = 1 + 1\n' },
      { language: 'conf', bad: '# sparkcheck: ignore\nspark.executor.memory  4g\n', good: '# as agreed with operations\nspark.executor.memory  4g\n' },
      { language: 'shell', bad: '# sparkcheck: ignore\nspark-submit --executor-memory 4g job.py\n', good: '# as agreed with operations\nspark-submit --executor-memory 4g job.py\n' },
    ],
    source: 'Sparkcheck itself.',
  },
});
