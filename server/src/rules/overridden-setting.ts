import type { Setting } from '../analysis/model.ts';
import type { Registry } from '../knowledge/registry.ts';
import { judged, readBeforeCode, winnersIn } from '../rule/entries.ts';
import { decisionsOf, isMadeAtStart, type Job, sameValue } from '../rule/jobs.ts';
import { defineRule } from '../rule/rule.ts';
import type { Targets } from '../rule/targets.ts';

/** spark-submit and the cluster manager act on these before the program runs: there code does not simply win. */
const actedOnBefore = /^spark\.(master$|app\.name$|submit\.|jars|files$|archives$|driver\.|pyspark\.|yarn\.|kubernetes\.|hadoop\.|repl\.)/;

/** What the program sets itself from its start on, where that takes the place of the entry, with another value. */
function codeInPlace(job: Job, registry: Registry, targets: Targets): (entry: Setting & { readonly value: string }) => (Setting & { readonly value: string }) | undefined {
  const winners = new Map(decisionsOf(job, registry, targets).map(({ key, winner }) => [key, winner]));
  return (entry) => {
    const winner = winners.get(entry.key);
    if (winner?.layer !== 'code' || !isMadeAtStart(winner.entry, job)) return undefined;
    const [set] = judged([winner.entry]);
    return set && !sameValue(registry, entry.key, entry.value, set.value) ? set : undefined;
  };
}

export default defineRule({
  name: 'overridden-setting',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['conf', 'shell'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'unknown-key', 'removed-key', 'ineffective-option', 'invalid-value'],
  looksAt: 'settings',
  check({ entries, command, section, conf, path, registry, targets, jobs, report }) {
    // Commands and applications name programs, and commands files of properties; nothing else here leads to a program.
    if (!command && !section?.runs && conf?.form !== 'properties') return;
    const told = judged(entries).filter(({ key, told: how }) => key.startsWith('spark.') && !how?.conditional && !actedOnBefore.test(key) && !readBeforeCode.has(key));
    if (told.length === 0) return;
    const started = command ?? (section?.runs ? section : undefined);
    const own = (jobs?.(started) ?? []).filter((job) => started || job.command && job.sources.some((source) => source.path === path && !source.assumed));
    // A file that some program reads without overriding it is not idle.
    if (own.length === 0 || own.some(({ code }) => !code)) return;
    const isOverridden = winnersIn(entries);
    const inPlace = own.map((job) => codeInPlace(job, registry, targets));
    for (const entry of told) {
      const winners = inPlace.map((winnerOf) => winnerOf(entry));
      const [winner] = winners;
      if (!winner || winners.some((each) => !each) || isOverridden(entry)) continue;
      const places = [...new Set(winners.map((each) => each!.site.module))];
      const values = new Set(winners.map((each) => each!.value));
      report({
        at: entry.keySite,
        message: `\`${entry.key}\` has no effect here: ${places.map((place) => `\`${place}\``).join(' and ')} ${places.length > 1 ? 'set' : 'sets'} it${values.size === 1 ? ` to \`${winner.value}\`` : ' too'}, and code wins over ${started ? `\`${entry.told?.option ?? 'the command'}\`` : 'files'}.`,
        related: winners.map((each) => ({ site: each!.keySite, message: `set to \`${each!.value}\` here: this counts` })),
      });
    }
  },
  docs: {
    summary: 'a command or properties file sets what the program it starts sets otherwise; code wins',
    what: 'An option, a `--conf`, a line of the file behind `--properties-file` or a SparkApplication gives a key a value, and the program that is started gives it another one on its session builder or SparkConf. Only where it is certain: the command names the program, the program sets the key in every run, and both values are known.',
    why: 'Spark takes what code says over everything else, and does so without a word. Whoever raises the memory in the script or in the file sees the job go on as before.',
    fine: 'Where the value in code is meant as the last word, remove the other one: it only misleads. `spark.conf.set`, which changes the session later, `setIfMissing`, and settings on some paths of the program are not looked at; neither is `spark-defaults.conf`, whose values are there to be overridden, nor keys that spark-submit reads before the program runs. `sparkcheck conf` shows for each key of a job which place counts.',
    examples: [{
      language: 'shell', bad: 'spark-submit --master yarn --executor-memory 8g job.py\n', good: 'spark-submit --master yarn job.py\n',
      beside: { 'job.py': 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.config("spark.executor.memory", "4g").getOrCreate()\n' },
    }, {
      language: 'conf', file: 'conf/spark-job.conf', bad: 'spark.executor.memory 8g\n', good: 'spark.executor.cores 4\n',
      beside: { 'job.py': 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.config("spark.executor.memory", "4g").getOrCreate()\n', 'submit.sh': 'spark-submit --master yarn --properties-file conf/spark-job.conf job.py\n' },
    }],
    source: 'Tried on Spark 3.5.6 and 4.3.0: code wins over options, options over `--conf` (`--driver-memory` and its like: the later one), `--conf` over `--properties-file`, which is read in place of spark-defaults.conf.',
  },
});
