import { isJavaOptions } from '../knowledge/jvm.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'stray-backslash',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['conf'],
  fix: 'suggested',
  looksAt: 'settings',
  check({ conf, section, report }) {
    // In a template each branch is a section: the lines of the file are gone through once.
    if (conf?.form !== 'properties' || section !== conf.sections[0]) return;
    for (const entry of conf.entries) {
      const { path } = conf;
      for (const escape of entry.escapes) {
        const at = { module: path, ...escape.range };
        if (escape.kind === 'malformed-unicode') {
          report({ at, severity: 'error', message: 'A backslash and `u` need four hexadecimal digits: Java cannot load a file with this line, and spark-submit stops.', fixes: [{ title: 'Double the backslash', safety: 'suggested', edits: [{ start: at.start, end: at.start, newText: '\\' }] }] });
        } else if (escape.kind === 'continuation') {
          const next = /^[^\n\r]*/.exec(conf.text.slice(at.end))![0];
          if (!/^\s*spark\.[\w.]+[\s=:]/.test(next)) continue;
          report({ at: { ...at, end: at.start + 1 }, message: 'This backslash joins the next line, itself an entry, to this value: that entry is lost.', fixes: [{ title: 'Remove the backslash', safety: 'suggested', edits: [{ start: at.start, end: at.start + 1, newText: '' }] }] });
          break;
        } else if (escape.kind === 'escape' && entry.key.startsWith('spark.') && escape.text !== '\\' && !/[=: #!]/.test(escape.text) && !(isJavaOptions(entry.key) && /["']/.test(escape.text))) {
          const becomes = { '\t': 'a tab', '\n': 'a line end', '\r': 'a carriage return', '\f': 'a form feed' }[escape.text] ?? `\`${escape.text}\``;
          report({ at, message: `A backslash is an escape in a properties file: this becomes ${becomes}, and the backslash is gone. Spark reads \`${entry.value.replace(/[\t\n\r\f]/g, '␣').slice(0, 60)}\`.`, fixes: [{ title: 'Double the backslash', safety: 'suggested', edits: [{ start: at.start, end: at.start, newText: '\\' }] }, ...(escape.text.trim() === '' ? [] : [{ title: 'Remove the backslash: Spark reads the same value', safety: 'suggested' as const, edits: [{ start: at.start, end: at.start + 1, newText: '' }] }])] });
          break;
        } else if (escape.kind === 'dropped') {
          report({ at, message: 'A backslash at the end of the file is dropped.', fixes: [] });
        }
      }
      // `value \ ` followed by a line end: the blank ends the continuation that was meant.
      const tail = /\\[ \t]+$/.exec(conf.text.slice(entry.start, lineEnd(conf.text, entry.end)));
      if (tail && !entry.escapes.some((escape) => escape.kind === 'continuation' && escape.range.start >= entry.start + tail.index)) {
        const start = entry.start + tail.index;
        report({ at: { module: path, start, end: start + 1 }, message: 'A blank stands behind this backslash, so the line does not continue: the next line is an entry of its own.', fixes: [{ title: 'Remove the blank behind the backslash', safety: 'suggested', edits: [{ start: start + 1, end: start + tail[0].length, newText: '' }] }] });
      }
    }
  },
  docs: {
    summary: 'a backslash that changes the value',
    what: 'A backslash in a properties file that escapes the character behind it, joins the next entry to this one, or breaks a `\\u` escape.',
    why: 'Java reads `C:\\temp` as `C:`, a tab and `emp`. A backslash at the end of a line swallows the next entry, and one with a blank behind it does not continue the line. A malformed `\\u` stops spark-submit.',
    fine: 'Continuations of a long value, doubled backslashes, escaped separators and blanks; in values of other keys than Spark\'s, which it drops.',
    fix: 'Doubles the backslash, or removes it.',
    examples: [{ language: 'conf', bad: 'spark.local.dir  C:\\temp\n', good: 'spark.local.dir  C:\\\\temp\n' }],
    source: 'java.util.Properties on Java 17, and Spark 3.5.9 and 4.3.0.',
  },
});

function lineEnd(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}
