import { valueBeside } from '../rule/beside.ts';
import { atStart, isFalse } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';

const written = 'spark.eventLog.dir';
const read = 'spark.history.fs.logDirectory';

export default defineRule({
  name: 'unread-event-log',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    for (const entry of atStart(context.entries)) {
      if (entry.key !== written) continue;
      const [enabled, history] = ['spark.eventLog.enabled', read].map((key) => valueBeside(entry, key, { ...context, settings: [] }));
      if (enabled === 'unset' || enabled === 'unknown' || isFalse(enabled) || history === undefined || history === 'unset' || history === 'unknown') continue;
      if (!areApart(entry.value, history.value)) continue;
      context.report({
        at: entry.valueSite, related: [{ site: history.valueSite, message: 'read here' }],
        message: `Applications write their event logs to \`${entry.value}\`, and the history server looks into \`${history.value}\`: it shows none of them, unless something moves them there.`,
      });
    }
  },
  docs: {
    summary: 'event logs are written to one directory, and the history server reads another',
    what: 'One file sets `spark.eventLog.dir` and `spark.history.fs.logDirectory`, both on one file system, to two directories.',
    why: 'The history server lists the files of its own directory, and not of those below it: it starts, and its list stays empty.',
    fine: 'Where a job of yours moves finished logs, as from a disk to a store of objects. Nothing is said where the two are on different file systems, or named through different hosts or buckets: one may be a mount of the other.',
    examples: [{ language: 'conf', bad: 'spark.eventLog.enabled  true\nspark.eventLog.dir  hdfs:///spark-events\nspark.history.fs.logDirectory  hdfs:///spark-history\n', good: 'spark.eventLog.enabled  true\nspark.eventLog.dir  hdfs:///spark-events\nspark.history.fs.logDirectory  hdfs:///spark-events/\n' }, { language: 'shell', bad: 'spark-submit --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=hdfs:///a --conf spark.history.fs.logDirectory=hdfs:///b job.py\n', good: 'spark-submit --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=hdfs:///a job.py\n' }],
    source: 'Tried with the history servers of Spark 3.5.6 and 4.3.0: a log in a folder below their directory is not listed, in the directory itself it is.',
  },
});

/** Two directories of one file system, plainly: neither has anything to be filled in. */
function areApart(one: string, other: string): boolean {
  const [a, b] = [placeOf(one), placeOf(other)];
  return a !== undefined && b !== undefined && a.system === b.system && a.path !== b.path;
}

function placeOf(value: string): { readonly system: string; readonly path: string } | undefined {
  const [, scheme = '', host = '', path = ''] = /^(?:([a-z][\w+.-]*):)?(?:\/\/([^/]*))?(\/[^*?{}$<>%,]*)$/i.exec(value.trim()) ?? [];
  if (path === '') return undefined;
  const system = scheme === '' || scheme === 'file' ? 'file' : scheme.replace(/^s3[an]$/, 's3');
  // A path without a scheme is on the file system that the cluster has for its own.
  return { system: `${scheme === '' ? '' : system}//${host}`, path: path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1') };
}
