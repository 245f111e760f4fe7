import { submitOption, submitOptions, submitReleases } from '../knowledge/submit.ts';
import type { Argument, Command } from '../program/conf.ts';
import { options, takesSparkOptionsAlone } from '../rule/commands.ts';
import { rangeText } from '../rule/entries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { compareVersions, lineOf } from '../rule/targets.ts';
import { contains } from '../text/range.ts';

export default defineRule({
  name: 'unknown-option',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['shell'],
  fix: 'suggested',
  looksAt: 'settings',
  check({ command, targets, text, path, program, report }) {
    if (!command || !takesSparkOptionsAlone(command)) return;
    // What older ones took was not asked.
    if (compareVersions(targets.from, lineOf(submitReleases[0]!)) < 0) return;
    const unknown = command.arguments.find(({ is }) => is === 'unknown option');
    if (unknown && !unknown.conditional) report({ at: { module: path, start: unknown.start, end: unknown.end }, ...judge(command, unknown, text, program === undefined) });
    for (const { text: name, start, end } of options(command)) {
      const [first, last] = [submitOption(name!, targets.from), submitOption(name!, targets.to)];
      if (first && last) continue;
      const some = first !== undefined || last !== undefined;
      report({ at: { module: path, start, end }, severity: some ? 'warning' : 'error', message: some ? `\`${name}\` is not known to all of ${rangeText(targets)}: those that do not know it print their usage and start nothing.` : `${rangeText(targets)} does not know \`${name}\`: it prints its usage and starts nothing.` });
    }
  },
  docs: {
    summary: 'an option that spark-submit does not know',
    what: 'A word that begins with a dash, stands before the application, and is no option of spark-submit in the target releases. A JVM option that lost its quotes is one: `--conf spark.executor.extraJavaOptions=-Da=b -Dc=d`.',
    why: 'spark-submit prints `Unrecognized option` with its usage, and starts nothing.',
    fine: 'Options behind the application file are the application\'s own. Shells and servers that take options of their own (spark-shell, spark-sql, the Thrift server) are not judged, nor is what a Spark before 2.4 may run.',
    fix: 'Writes the option that was meant, where one is near, or puts the JVM options into quotes.',
    examples: [{ language: 'shell', bad: 'spark-submit --executor-mem 4g job.py\n', good: 'spark-submit --executor-memory 4g job.py\n' }],
    source: 'The parsers of all releases from 2.4.0 to 4.3.0; tried on Spark 3.5.6, 3.5.9 and 4.3.0.',
  },
});

/** `inShell`: quotes mean to the text what they mean to the command. */
function judge(command: Command, unknown: Argument, text: string, inShell: boolean): { message: string; fixes: Fix[] } {
  const before = command.arguments[command.arguments.indexOf(unknown) - 1];
  const unquoted = before && /^-[DX]/.test(unknown.text!) && javaOptions.test(`${before.text}=${before.value?.text ?? ''}`);
  if (unquoted) return { message: `spark-submit takes \`${unknown.text}\` for an option of its own, which it does not know: JVM options with blanks between them need quotes around all of them.`, fixes: inShell ? quoted(command, before, unknown, text) : [] };
  const meant = nearest(unknown.text!);
  return {
    message: `spark-submit knows no option \`${unknown.text}\`: it prints its usage and starts nothing.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`,
    fixes: meant === undefined || text.slice(unknown.start, unknown.end) !== unknown.text ? [] : [{ title: `Change to \`${meant}\``, safety: 'suggested', edits: [{ start: unknown.start, end: unknown.end, newText: meant }] }],
  };
}

const javaOptions = /(?:^--conf=spark\.\S+JavaOptions=|^--driver-java-options=)/;

/** Quotes around the value and the words like it that follow. */
function quoted(command: Command, before: Argument, unknown: Argument, text: string): Fix[] {
  const words = command.arguments.slice(command.arguments.indexOf(unknown));
  const others = words.findIndex((each) => each.text === undefined || !/^-[DX]/.test(each.text));
  const last = words[(others < 0 ? words.length : others) - 1]!;
  const range = { start: before.value!.range.start, end: last.end };
  if (!contains(command, range) || /["'\\$`\n]/.test(text.slice(range.start, range.end))) return [];
  return [{ title: 'Put quotes around the JVM options', safety: 'suggested', edits: [{ start: range.start, end: range.start, newText: '"' }, { start: range.end, end: range.end, newText: '"' }] }];
}

/** The only option that it begins, or that differs in dashes, case and a letter or two. */
function nearest(written: string): string | undefined {
  const name = written.replace(/=.*$/, '').toLowerCase();
  const letters = (option: string): string => option.replace(/[-_]/g, '');
  const near = submitOptions.filter((option) => letters(option) === letters(name));
  const begun = name.length > 6 ? submitOptions.filter((option) => option.startsWith(name)) : [];
  const found = near.length > 0 ? near : begun.length > 0 ? begun : submitOptions.filter((option) => isNear(letters(option), letters(name)));
  return found.length === 1 ? found[0] : undefined;
}

/** One letter more, less, other, or two that changed places. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 5) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.length - start - end, b.length - start - end];
  return left <= 1 && right <= 1 || left === 2 && right === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}
