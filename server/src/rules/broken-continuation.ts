import { type Break, type Command, type ConfDocument, isScript } from '../program/conf.ts';
import { defineRule, type Edit, type Fix } from '../rule/rule.ts';
import { indentAt, lineEnd, lineEndOf, lineStart } from '../text/edits.ts';

export default defineRule({
  name: 'broken-continuation',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['shell'],
  fix: 'suggested',
  looksAt: 'settings',
  check({ command, conf, text, path, report }) {
    for (const cut of command?.breaks ?? []) {
      const next = text.slice(cut.next.start, cut.next.end).slice(0, 40);
      report({
        at: { module: path, ...(cut.why === 'comment' ? cut.next : cut.at) },
        severity: isNotes(conf, text) ? 'warning' : 'error',
        message: `${reasons[cut.why]} \`${text.slice(command!.nameRange.start, command!.nameRange.end)}\` starts with what stands above, and the shell takes \`${next}\` for a command of its own.`,
        related: [cut.why === 'comment' ? { site: { module: path, ...cut.at }, message: 'this comment ends the command' } : { site: { module: path, start: cut.next.start, end: cut.next.end }, message: 'never reaches Spark' }],
        fixes: fixesFor(text, command!, cut),
      });
    }
  },
  docs: {
    summary: 'a command ends before its last line',
    what: 'A command that starts Spark and goes on below a line that ends it: the backslash is missing, a blank stands behind it, an empty line or a comment follows.',
    why: 'Spark starts with the arguments above the gap, so with defaults instead of what was asked for, or not at all. The rest fails as a command that does not exist, and a script without `set -e` goes on.',
    fine: 'In a Dockerfile comments may stand between continued lines; there they are not reported. Among lines that are no shell, as in a page of notes, it is a warning.',
    fix: 'Adds the backslash, removes the blanks or the empty line, or moves the comment above the command.',
    examples: [{ language: 'shell', bad: 'spark-submit --master yarn\n  --executor-memory 4g \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --executor-memory 4g \\\n  job.py\n' }],
    source: 'The grammar of POSIX shells; each form run by bash.',
  },
});

/** Commands among prose, to be read and copied from: no shell runs such a file as it stands. */
const isNotes = (conf: ConfDocument | undefined, text: string): boolean => conf !== undefined && isScript(conf) && conf.form === 'shell' && conf.errors.length > 0 && !text.startsWith('#!');

const reasons: Readonly<Record<Break['why'], string>> = {
  'no backslash': 'No backslash ends this line, so the command does:',
  'blank behind the backslash': 'A blank behind the backslash ends the command here:',
  'empty line': 'The line behind this backslash is empty and ends the command:',
  comment: 'The comment above ends the command, whatever stands below it:',
};

function fixesFor(text: string, command: Command, { why, at, next }: Break): Fix[] {
  const fix = (title: string, edits: Edit[]): Fix[] => [{ title, safety: 'suggested', edits }];
  if (why === 'blank behind the backslash') return fix('Remove the blanks behind the backslash', [{ ...at, newText: '' }]);
  if (why === 'no backslash') return /^[ \t]*\r?\n[ \t]*$/.test(text.slice(at.end, next.start)) ? fix('Continue the line', [{ start: at.end, end: at.end, newText: ' \\' }]) : [];
  if (why === 'empty line') {
    const empty = /^\r?\n((?:[ \t]*\r?\n)+)/.exec(text.slice(at.end));
    return empty ? fix('Remove the empty line', [{ start: at.end + empty[0].length - empty[1]!.length, end: at.end + empty[0].length, newText: '' }]) : [];
  }
  // Comments on lines of their own, below a line that is continued.
  const first = lineStart(text, at.start);
  const last = lineStart(text, next.start);
  const lines = text.slice(first, last);
  if (!/\\\r?\n$/.test(text.slice(0, first)) || !/^(?:[ \t]*#.*\n)+$/.test(lines)) return [];
  const top = lineStart(text, command.start);
  const indent = indentAt(text, top);
  const moved = lines.split(/\r?\n/).slice(0, -1).map((line) => `${indent}${line.trim()}${lineEndOf(text)}`).join('');
  return lineEnd(text, top) < first ? fix('Move the comment above the command', [{ start: top, end: top, newText: moved }, { start: first, end: last, newText: '' }]) : [];
}
