import { submitOption } from '../knowledge/submit.ts';
import { defineRule } from '../rule/rule.ts';

/** Words that programs hardly have options of: `--name`, `--files`, `--class` and `--version` may well be theirs. */
const sparkAlone: ReadonlySet<string> = new Set(['--executor-memory', '--executor-cores', '--num-executors', '--total-executor-cores', '--driver-memory', '--driver-cores', '--driver-java-options', '--driver-class-path', '--deploy-mode', '--py-files']);

export default defineRule({
  name: 'option-after-application',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['shell'],
  fix: 'suggested',
  yieldsTo: ['broken-continuation'],
  looksAt: 'settings',
  check({ command, text, path, report }) {
    const application = command?.arguments.find(({ is }) => is === 'application');
    if (!command || !application || command.launcher !== 'spark-submit' && application.text !== 'pyspark-shell') return;
    const passed = command.arguments.filter(({ is }) => is === 'passed');
    for (const [index, word] of passed.entries()) {
      const name = /^(--[\w-]+)/.exec(word.text ?? '')?.[1] ?? word.text;
      const inline = word.text !== undefined && name !== word.text;
      const value = inline ? word.text.slice(name!.length + 1) : passed[index + 1]?.text;
      const isConf = (name === '--conf' || name === '-c') && /^spark\.[\w.-]+=/.test(value ?? '');
      if (word.conditional || !isConf && !sparkAlone.has(name ?? '') || !submitOption(name!)) continue;
      const end = inline || !passed[index + 1] ? word.end : passed[index + 1]!.end;
      const written = text.slice(word.start, end);
      // Moved as it stands, it needs a line of its own.
      const movable = !/^["']/.test(written) && !/[\n"]$/.test(text.slice(application.start - 1, application.start)) && end > word.start && !written.includes('\n');
      const before = /[ \t]*(?:\\\r?\n[ \t]*)?$/.exec(text.slice(0, word.start))![0].length;
      report({
        at: { module: path, start: word.start, end },
        message: `\`${name}\` stands behind the application \`${(application.text ?? text.slice(application.start, application.end)).slice(0, 40)}\`, so it is handed to the program: Spark never sees it.`,
        related: [{ site: { module: path, start: application.start, end: application.end }, message: 'what follows this is for the program' }],
        fixes: movable ? [{ title: 'Move it before the application', safety: 'suggested', edits: [{ start: application.start, end: application.start, newText: `${written} ` }, { start: word.start - before, end, newText: '' }] }] : [],
      });
    }
  },
  docs: {
    summary: 'an option of Spark behind the application goes to the program',
    what: 'An option that only spark-submit has, or `--conf` with one of Spark\'s keys, behind the jar or the Python file.',
    why: 'Everything behind the application is handed to it as arguments. Spark says nothing, and runs without the setting.',
    fine: 'Options that programs often have themselves (`--name`, `--files`, `--class`) are not reported, nor anything behind words that are not known.',
    fix: 'Moves the option before the application. It takes effect then, and the program gets fewer arguments.',
    examples: [{ language: 'shell', bad: 'spark-submit --master yarn job.py --executor-memory 8g\n', good: 'spark-submit --master yarn --executor-memory 8g job.py\n' }],
    source: 'Tried on Spark 3.5.9 and 4.3.0.',
  },
});
