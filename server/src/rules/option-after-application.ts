import { submitOption } from '../knowledge/submit.ts';
import { brokenList } from '../rule/commands.ts';
import type { Argument } from '../program/conf.ts';
import { defineRule, type Edit } from '../rule/rule.ts';
import { listed } from '../text/listed.ts';
import type { Range } from '../text/range.ts';

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
    // What is taken for the application is a part of a list: that is what is to be mended.
    if (brokenList(command, text)) return;
    const late = optionsAmong(command.arguments.filter(({ is }) => is === 'passed'));
    const [first, ...others] = late;
    if (!first) return;
    const named = (application.text ?? text.slice(application.start, application.end)).slice(0, 40);
    const edits = late.map((option) => movedEdits(text, application, option));
    report({
      at: { module: path, start: first.start, end: first.end },
      message: `${listed([...new Set(late.map(({ name }) => `\`${name}\``))])} ${others.length > 0 ? 'stand behind the application' : 'stands behind the application'} \`${named}\`, so ${others.length > 0 ? 'they are' : 'it is'} handed to the program: Spark never sees ${others.length > 0 ? 'them' : 'it'}.`,
      related: [{ site: { module: path, start: application.start, end: application.end }, message: 'what follows this is for the program' }, ...others.map(({ start, end }) => ({ site: { module: path, start, end }, message: 'this, too' }))],
      fixes: edits.every((each) => each !== undefined) ? [{ title: `Move ${others.length > 0 ? 'them' : 'it'} before the application`, safety: 'suggested', edits: [{ start: application.start, end: application.start, newText: late.map(({ start, end }) => `${text.slice(start, end)} `).join('') }, ...edits] }] : [],
    });
  },
  docs: {
    summary: 'an option of Spark behind the application goes to the program',
    what: 'Options that only spark-submit has, or `--conf` with one of Spark\'s keys, behind the jar or the Python file: one finding for all of them, at the first.',
    why: 'Everything behind the application is handed to it as arguments. Spark says nothing, and runs without the setting.',
    fine: 'Options that programs often have themselves (`--name`, `--files`, `--class`) are not reported, nor anything behind words that are not known.',
    fix: 'Moves the option before the application. It takes effect then, and the program gets fewer arguments.',
    examples: [{ language: 'shell', bad: 'spark-submit --master yarn job.py --executor-memory 8g\n', good: 'spark-submit --master yarn --executor-memory 8g job.py\n' }],
    source: 'Tried on Spark 3.5.9 and 4.3.0.',
  },
});

interface Late extends Range {
  readonly name: string;
  readonly hasValue: boolean;
}

/** Options of Spark, with their values, among what is handed to the program. */
function optionsAmong(passed: readonly Argument[]): Late[] {
  const late: Late[] = [];
  for (let index = 0; index < passed.length; index++) {
    const word = passed[index]!;
    const name = /^(--[\w-]+)/.exec(word.text ?? '')?.[1] ?? word.text;
    const inline = word.text !== undefined && name !== word.text;
    // What begins an option is no value.
    const next = inline || passed[index + 1]?.text?.startsWith('-') ? undefined : passed[index + 1];
    const value = inline ? word.text.slice(name!.length + 1) : next?.text;
    const isConf = (name === '--conf' || name === '-c') && /^spark\.[\w.-]+=/.test(value ?? '');
    if (word.conditional || !isConf && !sparkAlone.has(name ?? '') || !submitOption(name!)) continue;
    late.push({ name: name!, hasValue: inline || next !== undefined, start: word.start, end: (next ?? word).end });
    if (next) index++;
  }
  return late;
}

/** Takes an option away from where it stands; moved as it is, it needs its value, and to stand on one line and in no quotes. */
function movedEdits(text: string, application: Argument, { hasValue, start, end }: Late): Edit | undefined {
  const written = text.slice(start, end);
  if (!hasValue || /^["']/.test(written) || /[\n"]$/.test(text.slice(application.start - 1, application.start)) || end <= start || written.includes('\n')) return undefined;
  const before = /[ \t]*(?:\\\r?\n[ \t]*)?$/.exec(text.slice(0, start))![0].length;
  return { start: start - before, end, newText: '' };
}
