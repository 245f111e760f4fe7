import { checkValue } from '../knowledge/values.ts';
import { isJavaOptions } from '../knowledge/jvm.ts';
import { indentAt } from '../text/edits.ts';
import { defineRule } from '../rule/rule.ts';

export default defineRule({
  name: 'comment-in-value',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['conf'],
  fix: 'suggested',
  yieldsTo: ['unknown-key', 'duplicate-key'],
  looksAt: 'settings',
  check({ entries, registry, targets, text, conf, section, report }) {
    if (conf?.form !== 'properties' && section?.comments === undefined) return;
    for (const entry of entries) {
      const written = text.slice(entry.valueSite.start, entry.valueSite.end);
      const match = /[ \t]+(#|\/\/|;)(?!\S*:)[^\n]*$/.exec(written);
      if (!match || match.index === 0 || isJavaOptions(entry.key) || match[1] === ';' && /;\S/.test(match[0])) continue;
      const facts = registry.get(entry.key);
      const refused = facts !== undefined && !checkValue(facts, entry.value ?? '', targets).ok;
      const start = entry.valueSite.start + match.index;
      const mark = start + match[0].search(/\S/);
      report({
        at: { ...entry.valueSite, start: mark },
        severity: refused ? 'error' : 'warning',
        message: `A comment begins only at the start of a line: here it is part of the value, which Spark reads as \`${(entry.value ?? '').slice(0, 60)}\`${refused ? ' and refuses' : ''}.`,
        fixes: [{ title: 'Move the comment above the entry', safety: 'suggested', edits: [{ start: entry.site.start, end: entry.site.start, newText: `# ${match[0].trim().replace(/^(#|\/\/|;)+\s*/, '')}\n${indentAt(text, entry.site.start)}` }, { start, end: entry.valueSite.end, newText: '' }] }],
      });
    }
  },
  docs: {
    summary: 'a comment behind a value becomes part of the value',
    what: 'A `#`, `//` or `;` behind a value in a properties file.',
    why: 'Properties files know comments only at the start of a line. `4g # more later` is the value, and Spark refuses it, or worse, takes it: the text of `spark.driver.memory` goes into `-Xmx` as it stands.',
    fine: 'Java options may hold such signs.',
    fix: 'Moves the comment to a line of its own above the entry.',
    examples: [{ language: 'conf', bad: 'spark.executor.memory  4g # per executor\n', good: '# per executor\nspark.executor.memory  4g\n' }],
    source: 'java.util.Properties, and Spark 3.5.9 and 4.3.0.',
  },
});
