import { environmentVariable, formerVariables, unreadSince } from '../knowledge/submit.ts';
import { defineRule } from '../rule/rule.ts';
import { compareVersions } from '../rule/targets.ts';

export default defineRule({
  name: 'unread-variable',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['shell', 'conf'],
  fix: 'none',
  looksAt: 'settings',
  check({ entries, targets, text, path, mentions, report }) {
    for (const { key, told, keySite } of entries) {
      if (told?.option !== 'variable' || environmentVariable(key, targets.to)) continue;
      // Entry points of images for Kubernetes hand it on.
      if (key === 'SPARK_CLASSPATH' && !/(^|\/)spark-env\.sh/.test(path)) continue;
      const isRead = new RegExp(`^(?![^\\n]*\\b${key}\\+?=)[^\\n]*(?:\\$\\{?${key}\\b|(?:environ|getenv|env)\\b[^\\n]*\\b${key}\\b)`, 'm');
      if (isRead.test(text) || mentions?.(isRead)) continue;
      const since = unreadSince(key)!;
      const wasRead = compareVersions(since, '2.4.0') > 0;
      const still = compareVersions(targets.from, since) < 0;
      report({ at: keySite, severity: wasRead && still ? 'information' : 'warning', message: `${wasRead ? `From Spark ${since.replace(/\.0$/, '')} on nothing reads \`${key}\`` : `Nothing in Spark has read \`${key}\` since before 2.4`}: ${wasRead && still ? 'there it has no effect' : 'it has no effect'}. What it did is done by ${formerVariables[key]!}.` });
    }
  },
  docs: {
    summary: 'a variable of the environment that Spark does not read any more',
    what: 'Variables that older releases read (`SPARK_JAVA_OPTS`, `SPARK_LIBRARY_PATH`, `SPARK_EXECUTOR_INSTANCES`, `SPARK_YARN_QUEUE` and their like; `SPARK_MASTER_IP` from 4.0 on), set in `spark-env.sh` and other scripts, in Dockerfiles, in compose files and in what Kubernetes is told.',
    why: 'Nothing complains of a variable that is not read. Lines of `spark-env.sh` are handed from one cluster to the next long after what they did has left Spark.',
    fine: 'A variable that something in the project reads itself (`$SPARK_EXECUTOR_INSTANCES` in an entry point) is yours. `SPARK_CLASSPATH` is reported in `spark-env.sh` alone: the entry point of the images for Kubernetes hands it on. Where some target releases still read the variable, the finding is information.',
    examples: [
      { language: 'shell', file: 'spark-env.sh', bad: 'export SPARK_JAVA_OPTS="-Dlog.level=INFO"\n', good: 'export SPARK_DAEMON_JAVA_OPTS="-Dlog.level=INFO"\n' },
      { language: 'conf', file: 'docker-compose.yml', bad: 'services:\n  worker:\n    image: apache/spark:3.5.1\n    environment:\n      - SPARK_JAVA_OPTS=-Dlog.level=INFO\n', good: 'services:\n  worker:\n    image: apache/spark:3.5.1\n    environment:\n      - SPARK_DAEMON_JAVA_OPTS=-Dlog.level=INFO\n' },
    ],
    source: 'The classes and scripts of all 55 releases from 2.4.0 to 4.3.0: which names of variables they hold.',
  },
});
